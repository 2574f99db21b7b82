//! Worlds: what a page sees is what `contraband run` computes.

use std::collections::BTreeMap;
use std::sync::Arc;

use contraband_classroom::plan::{Intervention, planned};
use contraband_classroom::world::{Command, Listening, Opening, World};
use contraband_sim::record::tables::{Batch, TABLES, Values};
use contraband_sim::run::Run;
use contraband_sim::scenario::Scenario;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::wait;

/// A small town: the default world of 600 citizens, made so from the start.
fn small() -> Vec<Intervention> {
    vec![change(0, "citizens.count", "600")]
}

fn change(day: u32, path: &str, value: &str) -> Intervention {
    Intervention { day, until: None, ramp: 0, places: Vec::new(), path: path.into(), value: value.into() }
}

fn with(changes: &[Intervention]) -> Vec<Intervention> {
    small().into_iter().chain(changes.iter().cloned()).collect()
}

fn opening(futures: Vec<Vec<Intervention>>, now: u32) -> Opening {
    Opening { scenario: "first_market".into(), text: None, seed: Some(3), days: None, futures, now }
}

/// Somebody at a page: a world, and what was told of it.
struct Page {
    world: World,
    told: Listening,
    /// The last line about where the world stands.
    state: Value,
    /// By future, table, day and column: the values of the rows of that day, in order, as they were sent.
    rows: Vec<BTreeMap<(String, u32, String), Vec<String>>>,
}

/// A line with rows, figure by figure as it was sent.
#[derive(Deserialize)]
struct Rows {
    future: usize,
    from: u32,
    tables: BTreeMap<String, BTreeMap<String, Vec<Box<RawValue>>>>,
}

impl Page {
    async fn open(opening: Opening) -> Self {
        let world = World::open(opening, 1).expect("a world that can be made");
        let told = world.listen().await.expect("it lives");
        Self { world, told, state: Value::Null, rows: vec![BTreeMap::new(), BTreeMap::new()] }
    }

    async fn ask(&self, command: Command) -> Result<Value, Vec<String>> {
        self.world.ask(command).await
    }

    /// Has something done, and hears all that was told until then.
    async fn ok(&mut self, command: Command) {
        self.ask(command).await.expect("it can be done");
        for line in std::mem::take(&mut self.told.0) {
            self.hear(&line);
        }
        while let Ok(line) = self.told.1.try_recv() {
            self.hear(&line);
        }
    }

    /// Listens until the world stands still on a day.
    async fn until(&mut self, day: u32) {
        loop {
            let first = std::mem::take(&mut self.told.0);
            for line in first {
                self.hear(&line);
            }
            if self.state["now"] == day && self.state["goal"].is_null() && self.state["playing"] == false {
                return;
            }
            let line = self.told.1.recv().await.expect("it goes on telling");
            self.hear(&line);
        }
    }

    fn hear(&mut self, text: &str) {
        let line: Value = serde_json::from_str(text).expect("lines are JSON");
        match line["kind"].as_str() {
            Some("state") => self.state = line,
            Some("rows") => {
                let Rows { future, from, tables } = serde_json::from_str(text).expect("rows");
                let rows = &mut self.rows[future];
                rows.retain(|(_, day, _), _| *day < from);
                for (table, columns) in tables {
                    let days: Vec<u32> = columns["day"].iter().map(|day| day.get().parse().expect("a day")).collect();
                    for (column, values) in &columns {
                        for (&day, value) in days.iter().zip(values) {
                            rows.entry((table.clone(), day, column.clone())).or_default().push(value.get().into());
                        }
                    }
                }
            }
            Some("hello") => {}
            other => panic!("a line of another kind: {other:?}"),
        }
    }

    fn digest(&self, future: usize) -> &str {
        self.state["futures"][future]["digest"].as_str().expect("a whole run has a digest")
    }
}

/// The straight run of a plan, as `contraband run` lives it.
fn straight(changes: &[Intervention]) -> Run {
    let scenario = Arc::new(planned("first_market", Some(3), changes).unwrap());
    let mut run = Run::new(Arc::clone(&scenario), scenario.seed, 2);
    while run.day() < scenario.days {
        run.step();
    }
    run
}

fn digest(changes: &[Intervention]) -> String {
    let mut run = straight(changes);
    run.finish();
    run.digest().all
}

fn fined() -> Vec<Intervention> {
    with(&[change(41, "law.fine", "900")])
}

const LAST: u32 = 120;

#[test]
fn every_figure_of_the_page_is_that_of_the_straight_run() {
    wait(async {
        let mut page = Page::open(opening(vec![fined()], LAST)).await;
        page.until(LAST).await;
        assert_eq!(page.digest(0), digest(&fined()));
        let (mut compared, mut told) = (0, 0);
        for batch in straight(&fined()).take_rows() {
            let mut rows: BTreeMap<(String, u32, String), Vec<String>> = BTreeMap::new();
            let Values::Int(days) = &batch.columns[0] else { continue };
            for (about, values) in batch.table.columns.iter().zip(&batch.columns) {
                for (row, &day) in days.known().enumerate() {
                    let value: Value = match values {
                        Values::Int(cells) => cells.get(row).copied().into(),
                        Values::Float(cells) => cells.get(row).copied().into(),
                        Values::Text(cells) => cells.get(row).map(|word| &**word).into(),
                    };
                    rows.entry((batch.table.name.into(), day as u32, about.name.into()))
                        .or_default()
                        .push(value.to_string());
                }
            }
            for (key, values) in rows {
                if let Some(shown) = page.rows[0].get(&key) {
                    assert_eq!(*shown, values, "{key:?}");
                    compared += values.len();
                }
            }
            told += usize::from(page.rows[0].keys().any(|(table, ..)| table == batch.table.name));
        }
        assert!(compared > 50_000 && told >= 8, "{compared} figures of {told} tables");
    });
}

#[test]
fn a_lever_moved_on_the_way_gives_the_run_that_had_it_in_its_timeline() {
    wait(async {
        let mut page = Page::open(opening(vec![small()], 40)).await;
        page.until(40).await;
        page.ok(Command::Change { future: 0, changes: fined() }).await;
        page.until(40).await;
        page.ok(Command::Seek { day: LAST }).await;
        page.until(LAST).await;
        assert_eq!(page.digest(0), digest(&fined()));
        // Moved from the end on a day long past: the days since are lived anew, those before are not.
        let other = with(&[change(41, "law.fine", "900"), change(77, "law.seller_fine", "0")]);
        page.ok(Command::Change { future: 0, changes: other.clone() }).await;
        page.until(LAST).await;
        assert_eq!(page.digest(0), digest(&other));
    });
}

/// The whole run of a scenario, and its rows.
fn lived(scenario: Scenario) -> (String, Vec<Batch>) {
    let days = scenario.days;
    let mut run = Run::new(Arc::new(scenario), 3, 2);
    (0..days).for_each(|_| run.step());
    let mut rows = run.take_rows();
    rows.extend(run.finish());
    (run.digest().all, rows)
}

#[test]
fn a_file_lived_for_more_days_is_the_run_of_that_file() {
    wait(async {
        let file = planned("first_market", Some(3), &small()).unwrap();
        let asked = Opening {
            scenario: "mine.ron".into(),
            text: Some(file.to_ron()),
            days: Some(LAST + 30),
            ..opening(vec![vec![change(41, "law.fine", "900")]], LAST + 30)
        };
        let mut page = Page::open(asked).await;
        page.until(LAST + 30).await;
        let longer = Scenario { days: LAST + 30, ..planned("first_market", Some(3), &fined()).unwrap() };
        let (digest, rows) = lived(longer);
        assert_eq!(page.digest(0), digest);
        // Each table as a file, figure by figure.
        let mut figures = 0;
        for table in TABLES {
            let text = page.ask(Command::Table { future: 0, name: table.name.into(), dialect: None }).await.unwrap();
            let mut lines = text.as_str().expect("a text").lines();
            assert_eq!(
                lines.next(),
                Some(&*table.columns.iter().map(|column| column.name).collect::<Vec<_>>().join(","))
            );
            for batch in rows.iter().filter(|batch| batch.table.name == table.name) {
                for row in 0..batch.height() {
                    // No word of this town has a comma in it.
                    let fields: Vec<&str> = lines.next().expect("a line for each row").split(',').collect();
                    assert_eq!(fields.len(), table.columns.len(), "{fields:?}");
                    for (field, values) in fields.iter().zip(&batch.columns) {
                        match values {
                            Values::Int(cells) => assert_eq!(field.parse().ok(), cells.get(row).copied()),
                            Values::Float(cells) => {
                                let read = field.parse::<f64>().ok().map(f64::to_bits);
                                assert_eq!(read, cells.get(row).map(|value| value.to_bits()));
                            }
                            Values::Text(cells) => {
                                let word = (!field.is_empty()).then(|| field.trim_matches('"'));
                                assert_eq!(word, cells.get(row).map(|word| &**word));
                            }
                        }
                        figures += 1;
                    }
                }
            }
            assert_eq!(lines.next(), None, "{}", table.name);
        }
        assert!(figures > 100_000, "{figures}");
        // For spreadsheets whose decimal is a comma, the same with semicolons.
        let table = |dialect: &str| Command::Table { future: 0, name: "days".into(), dialect: Some(dialect.into()) };
        let (plain, german) = (page.ask(table("plain")).await.unwrap(), page.ask(table("de")).await.unwrap());
        let (plain, german) = (plain.as_str().unwrap(), german.as_str().unwrap());
        assert!(german.contains(',') && german.replace(',', ".").replace(';', ",") == plain);
        assert!(page.ask(Command::Table { future: 0, name: "secrets".into(), dialect: None }).await.is_err());
        assert!(page.ask(Command::Table { future: 1, name: "days".into(), dialect: None }).await.is_err());
    });
}

#[test]
fn what_is_undone_leaves_nothing_behind() {
    wait(async {
        let mut page = Page::open(opening(vec![small()], LAST)).await;
        page.until(LAST).await;
        let before = page.digest(0).to_owned();
        for changes in [fined(), with(&[change(9, "law.fine", "0"), change(60, "law.fine", "4")]), small()] {
            page.ok(Command::Change { future: 0, changes: changes.clone() }).await;
            page.until(LAST).await;
            assert_eq!(page.digest(0), digest(&changes));
        }
        assert_eq!(page.digest(0), before);
    });
}

#[test]
fn two_futures_share_their_past_and_part_on_the_day_of_the_change() {
    wait(async {
        let mut page = Page::open(opening(vec![small()], 60)).await;
        page.until(60).await;
        page.ok(Command::Fork).await;
        page.ok(Command::Seek { day: 40 }).await;
        page.ok(Command::Change { future: 1, changes: fined() }).await;
        page.until(40).await;
        // The first future keeps what it has lived, the second begins anew on day 41.
        assert_eq!((&page.state["futures"][0]["lived"], &page.state["futures"][1]["lived"]), (&60.into(), &40.into()));
        page.ok(Command::Seek { day: LAST }).await;
        page.until(LAST).await;
        assert_eq!((page.digest(0), page.digest(1)), (&*digest(&small()), &*digest(&fined())));
        let parted = (1..=LAST).find(|&day| {
            let of =
                |future: usize| page.rows[future].iter().filter(move |((_, on, _), _)| *on == day).collect::<Vec<_>>();
            of(0) != of(1)
        });
        assert!(parted.is_some_and(|day| (41..60).contains(&day)), "{parted:?}");
        page.ok(Command::Keep { future: 1 }).await;
        page.until(LAST).await;
        assert_eq!(page.state["futures"].as_array().map(Vec::len), Some(1));
        assert_eq!(page.digest(0), digest(&fined()));
    });
}

#[test]
fn going_back_shows_the_day_as_it_was() {
    wait(async {
        let mut page = Page::open(opening(vec![small()], 30)).await;
        page.until(30).await;
        let people = page.state["futures"][0]["dots"].clone();
        page.ok(Command::Seek { day: 90 }).await;
        page.until(90).await;
        assert_ne!(page.state["futures"][0]["dots"], people);
        page.ok(Command::Seek { day: 30 }).await;
        page.until(30).await;
        assert_eq!(page.state["futures"][0]["dots"], people);
        assert_eq!(page.state["futures"][0]["lived"], 90);
    });
}

#[test]
fn playing_moves_the_day_and_pausing_holds_it() {
    wait(async {
        let mut page = Page::open(opening(vec![small()], 0)).await;
        page.ok(Command::Speed { days: 100 }).await;
        page.ok(Command::Play).await;
        page.until(LAST).await;
        page.ok(Command::Seek { day: 5 }).await;
        page.ok(Command::Speed { days: 1 }).await;
        page.ok(Command::Play).await;
        page.ok(Command::Pause).await;
        page.until(5).await;
        // At a hundred days a second it would be far ahead by now.
        page.ok(Command::Speed { days: 100 }).await;
        std::thread::sleep(std::time::Duration::from_millis(200));
        page.ok(Command::Speed { days: 100 }).await;
        assert_eq!((&page.state["now"], &page.state["playing"]), (&5.into(), &false.into()));
    });
}

/// The number of an event that happened by the fiftieth day of the small world.
fn any_event() -> u64 {
    let mut run = Run::new(Arc::new(planned("first_market", Some(3), &small()).unwrap()), 3, 1);
    (0..50).for_each(|_| run.step());
    let rows = run.take_rows();
    let events = rows.iter().find(|batch| batch.table.name == "events").expect("something happened");
    events.column("event").and_then(|numbers| numbers.number(0)).expect("an event has a number") as u64
}

#[test]
fn stories_are_told_of_everything_that_can_be_clicked() {
    wait(async {
        let mut page = Page::open(opening(vec![small()], 50)).await;
        page.until(50).await;
        let tell = async |about: &str| {
            let command = format!("{{\"do\": \"story\", \"future\": 0, \"day\": 50, \"about\": {about}}}");
            page.ask(serde_json::from_str(&command).expect("a command")).await
        };
        for about in [
            r#"{"place": "town"}"#,
            r#"{"venue": "bazaar"}"#,
            r#"{"citizen": 7}"#,
            &format!("{{\"event\": {}}}", any_event()),
            r#"{"seller": 1}"#,
        ] {
            let told = tell(about).await.expect(about);
            assert!(!told["title"].as_str().expect("a title").is_empty(), "{about}");
            assert!(!told["lines"].as_array().expect("lines").is_empty(), "{about}: {told}");
        }
        // Citizen 7 of the story is the one of the run.
        let scenario = planned("first_market", Some(3), &small()).unwrap();
        let mut run = Run::new(Arc::new(scenario), 3, 1);
        (0..49).for_each(|_| run.step());
        run.watch(&[7]);
        run.step();
        let bought = run.explain(7).expect("watched").outcome.is_some();
        let title = tell(r#"{"citizen": 7}"#).await.unwrap()["title"].to_string();
        assert_eq!(!title.contains("bought nothing"), bought, "{title}");
        for about in [
            r#"{"place": "atlantis"}"#,
            r#"{"venue": ""}"#,
            r#"{"citizen": 600}"#,
            r#"{"event": -4}"#,
            r#"{"seller": 999999}"#,
        ] {
            assert!(tell(about).await.is_err(), "{about}");
        }
    });
}

#[test]
fn what_cannot_be_done_is_said_and_changes_nothing() {
    wait(async {
        let mut page = Page::open(opening(vec![small()], 10)).await;
        page.until(10).await;
        let refused = [
            Command::Seek { day: 121 },
            Command::Speed { days: 0 },
            Command::Keep { future: 1 },
            Command::Change { future: 1, changes: Vec::new() },
            Command::Change { future: 0, changes: with(&[change(11, "law.fines", "1")]) },
            Command::Change { future: 0, changes: with(&[change(400, "law.fine", "1")]) },
            Command::Change { future: 0, changes: with(&[change(11, "citizens.count", "5")]) },
        ];
        for command in refused {
            let asked = format!("{command:?}");
            assert!(page.ask(command).await.is_err(), "{asked}");
        }
        page.ok(Command::Seek { day: LAST }).await;
        page.until(LAST).await;
        assert_eq!(page.digest(0), digest(&small()));
        assert!(World::open(Opening { scenario: "nowhere".into(), ..opening(Vec::new(), 0) }, 1).is_err());
    });
}
