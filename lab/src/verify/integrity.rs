//! What must hold in any world, shown on a world of one's own.

use crate::measure::statistics::student;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::measure::statistics::{distance, mean, spread, usual_distance};
use crate::measure::{Recording, sum_of};
use crate::verify::lists::{ListPosition, permuted, renamed, rows_that_differ, with_inert};
use crate::verify::{CaseOutcome, Check, Group, Parameter, Workers, spread_out};
use contraband_sim::base::fields::Scope;
use contraband_sim::base::units::Value;
use contraband_sim::ids::good::{GOODS, Good};
use contraband_sim::record::tables::{Batch, Values};
use contraband_sim::run::{Digest, Run};
use contraband_sim::scenario::levers::levers;
use contraband_sim::scenario::{Scenario, TimelineEntry};
use contraband_sim::schedule::Adding;

/// Something that must hold in any world.
pub struct Proof {
    /// Its name in tables.
    pub name: &'static str,
    /// What it shows.
    pub shows: &'static str,
    /// How it is shown.
    pub how: &'static str,
    prove: fn(&Known) -> Vec<Check>,
}

/// A world, and what came of living it straight.
struct Known {
    scenario: Arc<Scenario>,
    seed: u64,
    digest: Digest,
    rows: Recording,
}

/// All of them, in the order in which they are told.
pub const PROOFS: &[Proof] = &[
    Proof {
        name: "same_bytes",
        shows: "a run depends on its scenario and seed alone",
        how: "run again, on two and on four threads, and with the day's systems inserted in reverse order: equal \
              digests; another seed: another digest",
        prove: same_bytes,
    },
    Proof {
        name: "observers",
        shows: "observing a run changes nothing",
        how: "watched citizens, daily digests and rows, snapshots: equal digest",
        prove: observers,
    },
    Proof {
        name: "policies",
        shows: "a policy that sets what already applies changes exactly nothing, and no policy changes anything before \
                its day",
        how: "every lever that can change by day set to its own value for a third of the run: equal digest; another \
              fine from the middle on: equal digests until then",
        prove: policies,
    },
    Proof {
        name: "inert_citizen",
        shows: "a citizen who does nothing affects nobody",
        how: "one more citizen who takes no part: every row of every table is equal, except that citizen's own",
        prove: inert_citizen,
    },
    Proof {
        name: "inert_items",
        shows: "whoever can do nothing changes nothing, wherever in a list they stand",
        how: "a place where nobody lives, a venue where nobody can sell, an agency without means, a kind of syndicate \
              that never enters and a provider who takes no clients, at the head, in the middle and at the tail of their \
              lists, by name first, between others and last: every other row of every table is equal",
        prove: inert_items,
    },
    Proof {
        name: "order",
        shows: "the order of a list means nothing",
        how: "places, venues, agencies, temperaments, providers and houses backwards, and turned by one and by two: the \
              same rows in every table",
        prove: order,
    },
    Proof {
        name: "names",
        shows: "a name means nothing where its key is kept",
        how: "everything that has a name is called otherwise, with its former name as its `key`: equal rows, up to the \
              names",
        prove: names,
    },
    Proof {
        name: "entrants",
        shows: "whoever enters disturbs no later entrant",
        how: "more sellers enter on one day: later ones that come in both worlds have the same numbers, goods and kinds",
        prove: entrants,
    },
    Proof {
        name: "money",
        shows: "money is only a unit of measurement",
        how: "ten times every amount of credits: as many orders on the first day; later, prices are rounded \
              differently to the milli-credit, and a choice on a knife edge may fall the other way",
        prove: money,
    },
    Proof {
        name: "numbers",
        shows: "a citizen's number means nothing",
        how: "the distribution of final states, between citizens with low and high numbers, and between the middle \
              half and the rest (Kolmogorov and Smirnov)",
        prove: numbers,
    },
    Proof {
        name: "snapshots",
        shows: "a run that is stopped and continued equals the uninterrupted run",
        how: "restored from the day before the first, from day 1, the middle and the last day but one: equal digests",
        prove: snapshots,
    },
    Proof {
        name: "books",
        shows: "every credit, favour and unit comes from somewhere and goes somewhere",
        how: "the audit of every evening; and from the tables alone: credits created minus credits destroyed equal \
              what all accounts hold on every day, in whole milli-credits; the same for favours; units made, used, \
              lost, seized and in stock; fines, trades and orders by good, place and agency",
        prove: books,
    },
    Proof {
        name: "limits",
        shows: "at the extremes of what can be set, the world is what it must be",
        how: "no law: no case; no attention: no order; a price cap of one milli-credit: no higher price; no budgets: \
              nobody examined; nobody enters; one citizen; and a world without people is refused",
        prove: limits,
    },
];

/// Shows all of them on a scenario with a seed.
///
/// # Errors
/// When the scenario contradicts itself.
pub fn integrity(scenario: &Scenario, seed: u64, progress: &Workers<'_>) -> Vec<CaseOutcome> {
    let scenario = Arc::new(scenario.clone());
    let run = live(Run::new(Arc::clone(&scenario), seed, 1));
    let known = Known { digest: run.0.digest(), rows: Recording::from_rows(run.1), scenario, seed };
    spread_out(PROOFS.len(), progress, |at| {
        let proof = &PROOFS[at];
        let parameter =
            |name: &str, value: f64, about: &str| Parameter { name: name.into(), value, about: about.into() };
        let world = &known.scenario;
        CaseOutcome {
            case: proof.name.into(),
            group: Group::Integrity,
            shows: proof.shows.into(),
            formula: proof.how.into(),
            source: Cow::Borrowed("what the engine guarantees for every run"),
            parameters: vec![
                parameter("seed", seed as f64, ""),
                parameter("days", f64::from(world.days), "days"),
                parameter("citizens.count", f64::from(world.params.citizens.count.get()), "citizens"),
            ],
            seeds: 1,
            checks: (proof.prove)(&known),
        }
    })
}

/// Lives a run to its end; all rows that it has not given away.
fn live(mut run: Run) -> (Run, Vec<Batch>) {
    for _ in run.day()..run.scenario().days {
        run.step();
    }
    let rows = run.finish();
    (run, rows)
}

fn digest(scenario: &Arc<Scenario>, seed: u64, threads: usize) -> Digest {
    live(Run::new(Arc::clone(scenario), seed, threads)).0.digest()
}

/// How many tables differ, and which.
fn same(what: &str, one: &Digest, other: &Digest) -> Check {
    let differ: Vec<&str> =
        one.tables.iter().zip(&other.tables).filter(|(one, other)| one.2 != other.2).map(|(one, _)| one.0).collect();
    let what = match differ.len() {
        0 => format!("{what}: tables that differ"),
        _ => format!("{what}: tables that differ ({})", differ.join(", ")),
    };
    Check::exact(what, 0.0, differ.len() as f64)
}

fn same_bytes(known: &Known) -> Vec<Check> {
    let of = |seed, threads| digest(&known.scenario, seed, threads);
    let backwards = Run::with_systems_added(Arc::clone(&known.scenario), known.seed, 1, Adding::Backwards);
    let other = of(known.seed.wrapping_add(1), 1);
    vec![
        same("again", &known.digest, &of(known.seed, 1)),
        same("two threads", &known.digest, &of(known.seed, 2)),
        same("four threads", &known.digest, &of(known.seed, 4)),
        same("systems in reverse order", &known.digest, &live(backwards).0.digest()),
        Check::exact("another seed: equal digests", 0.0, f64::from(u8::from(other.all == known.digest.all))),
    ]
}

fn observers(known: &Known) -> Vec<Check> {
    let mut run = Run::new(Arc::clone(&known.scenario), known.seed, 1);
    run.on_phase(Box::new(|_| {}));
    run.watch(&[0, 1, 17, 100]);
    for day in 0..known.scenario.days {
        run.step();
        run.digest();
        run.explain(17);
        run.stalls(Good::Privacy);
        if day % 3 == 0 {
            run.take_rows();
        }
        if day % 30 == 0 {
            run.snapshot();
        }
    }
    run.finish();
    vec![same("watched", &known.digest, &run.digest())]
}

fn policies(known: &Known) -> Vec<Check> {
    let world = &known.scenario;
    let touched = |path: &str| world.timeline.iter().any(|entry| entry.set.iter().any(|(known, _)| known == path));
    let (day, until) = ((world.days / 3).max(1), (2 * world.days / 3).max(1));
    let mut same_values = Scenario::clone(world);
    let mut set = 0;
    for lever in levers(world).into_iter().filter(|lever| lever.scope != Scope::Start && !touched(&lever.path)) {
        let value = world.get(&lever.path).expect("it is one of the levers");
        // Where it may hold in some places only, in the first of them.
        let places = match lever.scope {
            Scope::Place => world.params.places.iter().take(1).map(|place| place.name.clone()).collect(),
            _ => Vec::new(),
        };
        let entry = TimelineEntry {
            day,
            until: Some(until),
            ramp: 5,
            places,
            set: vec![(lever.path, value)],
            label: String::new(),
        };
        same_values.timeline.push(entry);
        set += 1;
    }
    let nothing = same(
        &format!("{set} levers set to their own values"),
        &known.digest,
        &digest(&Arc::new(same_values), known.seed, 1),
    );
    let mut later = Scenario::clone(world);
    let middle = (world.days / 2).max(1);
    let fine = Value::Number(world.params.law.fine.get() + 500.0);
    let set = vec![("law.fine".to_owned(), fine)];
    later.timeline.push(TimelineEntry {
        day: middle,
        until: None,
        ramp: 0,
        places: Vec::new(),
        set,
        label: String::new(),
    });
    let (mut one, mut other) = (Run::new(Arc::clone(world), known.seed, 1), Run::new(Arc::new(later), known.seed, 1));
    let (mut early, mut late) = (0, 0);
    for day in 1..=world.days {
        one.step();
        other.step();
        let differ = one.digest() != other.digest();
        early += u32::from(differ && day < middle);
        late += u32::from(!differ && day >= middle);
    }
    vec![
        nothing,
        Check::exact("another fine: days before it that differ", 0.0, f64::from(early)),
        Check::exact("another fine: days from it on that do not differ", 0.0, f64::from(late)),
    ]
}

fn inert_citizen(known: &Known) -> Vec<Check> {
    let mut with = Scenario::clone(&known.scenario);
    let inert = with.params.citizens.inert.get() + 1;
    with.set("citizens.inert", &inert.to_string()).expect("there may be one more");
    let (_, other) = live(Run::new(Arc::new(with), known.seed, 1));
    let mut differ = 0;
    for (one, other) in known.rows.tables().iter().zip(&other) {
        for (one_column, other_column) in one.columns.iter().zip(&other.columns) {
            // The one who was added stands at the end of the sample.
            let added = usize::from(one.table.name == "citizens");
            differ += u32::from(!equal(one_column, other_column, added));
        }
    }
    vec![Check::exact("columns that differ", 0.0, f64::from(differ))]
}

/// Whether two columns are equal to the last bit, missing values included, once the last `added` values of the other are
/// left out.
fn equal(one: &Values, other: &Values, added: usize) -> bool {
    match (one, other) {
        (Values::Int(one), Values::Int(other)) => one.slots() == &other.slots()[..other.len() - added],
        (Values::Text(one), Values::Text(other)) => one.slots() == &other.slots()[..other.len() - added],
        (Values::Float(one), Values::Float(other)) => {
            let other = &other.slots()[..other.len() - added];
            one.slots().iter().map(|value| value.to_bits()).eq(other.iter().map(|value| value.to_bits()))
        }
        _ => false,
    }
}

/// All rows of a scenario that tells the same otherwise.
fn told_otherwise(known: &Known, other: Scenario) -> Vec<Batch> {
    live(Run::new(Arc::new(other), known.seed, 1)).1
}

/// How many rows differ, and in which tables.
fn equal_rows(what: &str, differ: &BTreeMap<&'static str, usize>) -> Check {
    let tables: Vec<String> = differ.iter().map(|(table, rows)| format!("{table} {rows}")).collect();
    let tables = if tables.is_empty() { String::new() } else { format!(" ({})", tables.join(", ")) };
    Check::exact(format!("{what}: rows that differ{tables}"), 0.0, differ.values().sum::<usize>() as f64)
}

fn inert_items(known: &Known) -> Vec<Check> {
    ListPosition::ALL
        .into_iter()
        .zip(['m', 'z', 'a'])
        .map(|((at, name), letter)| {
            let (other, added) = with_inert(&known.scenario, at, letter);
            let rows = told_otherwise(known, other);
            let differ = rows_that_differ(known.rows.tables(), &rows, &added, &[]);
            equal_rows(&format!("{} items at the {name} of their lists", added.len()), &differ)
        })
        .collect()
}

fn order(known: &Known) -> Vec<Check> {
    [("backwards", 0, true), ("turned by one", 1, false), ("turned by two", 2, false)]
        .into_iter()
        .map(|(what, turned, backwards)| {
            let rows = told_otherwise(known, permuted(&known.scenario, turned, backwards));
            equal_rows(&format!("lists {what}"), &rows_that_differ(known.rows.tables(), &rows, &[], &[]))
        })
        .collect()
}

fn names(known: &Known) -> Vec<Check> {
    let (other, names) = renamed(&known.scenario);
    let rows = told_otherwise(known, other);
    let differ = rows_that_differ(known.rows.tables(), &rows, &[], &names);
    vec![equal_rows(&format!("{} names", names.len()), &differ)]
}

fn entrants(known: &Known) -> Vec<Check> {
    let day = (known.scenario.days / 4).max(1);
    let mut more = Scenario::clone(&known.scenario);
    let entry = known.scenario.params.syndicates.entry.get();
    let set = vec![("syndicates.entry".to_owned(), Value::Number((8.0 * entry).clamp(0.1, 1.0)))];
    more.timeline.push(TimelineEntry { day, until: Some(day), ramp: 0, places: Vec::new(), set, label: String::new() });
    let rows = Recording::from_rows(told_otherwise(known, more));
    let told = |rows: &Recording| -> BTreeMap<u64, (f64, String, String)> {
        let [days, numbers] = ["day", "syndicate"].map(|column| rows.numbers("events", column));
        let [kinds, goods, notes] = ["kind", "good", "note"].map(|column| rows.words("events", column));
        (0..days.len())
            .filter(|&row| kinds[row] == "seller_entry")
            .map(|row| (numbers[row] as u64, (days[row], goods[row].to_owned(), notes[row].to_owned())))
            .collect()
    };
    let (before, after) = (told(&known.rows), told(&rows));
    let on_the_day =
        |told: &BTreeMap<u64, (f64, String, String)>| told.values().filter(|entry| entry.0 == f64::from(day)).count();
    let both = before.iter().filter_map(|(number, one)| Some((one, after.get(number)?)));
    let differ = both.filter(|(one, other)| one != other).count();
    vec![
        Check::exact("entrants of one number that differ", 0.0, differ as f64),
        Check::at_least(
            "entrants on the day on which more may come, against those before",
            on_the_day(&before) as f64,
            on_the_day(&after) as f64,
            "whoever enters does so in both worlds",
        ),
    ]
}

/// A value in ten times the money: as much as it was worth.
fn tenfold(unit: &str, value: Value) -> Option<f64> {
    let Value::Number(number) = value else { return None };
    match unit {
        "utils per credit" => Some(number / 10.0),
        unit if unit.starts_with("credits") => Some(number * 10.0),
        _ => None,
    }
}

fn money(known: &Known) -> Vec<Check> {
    let mut world = Scenario::clone(&known.scenario);
    let all = levers(&known.scenario);
    for lever in &all {
        let value = known.scenario.get(&lever.path).expect("it is one of the levers");
        if let Some(value) = tenfold(lever.unit, value) {
            // What is at the end of its range stays there, and is then no bound in either world.
            _ = world.set(&lever.path, &value.to_string());
        }
    }
    for (path, value) in world.timeline.iter_mut().flat_map(|entry| &mut entry.set) {
        let unit = all.iter().find(|lever| lever.path == *path).map_or("", |lever| lever.unit);
        if let Some(tenfold) = tenfold(unit, *value) {
            *value = Value::Number(tenfold);
        }
    }
    let tenfold = Recording::of(&Arc::new(world.clone()), known.seed);
    // Before the first day prices are rounded too: only a world that begins on it is the same to the last order.
    let first = |world: &Scenario| {
        let mut world = Scenario { days: 1, timeline: Vec::new(), ..world.clone() };
        world.set("citizens.settling", "0").expect("a lever");
        sum_of("days", "orders").read(&Recording::of(&Arc::new(world), known.seed))
    };
    let first_days = (first(&known.scenario), first(&world));
    let all_days = |rows: &Recording, column| sum_of("days", column).read(rows);
    let orders = |rows: &Recording| all_days(rows, "orders").max(1.0);
    let others = (1..=4).map(|other| orders(&Recording::of(&known.scenario, known.seed.wrapping_add(other))));
    let seeds: Vec<f64> = others.chain([orders(&known.rows)]).collect();
    vec![
        Check::exact("orders on the first day", first_days.0, first_days.1),
        Check::near(
            "orders on all days, relative to the original run",
            1.0,
            orders(&tenfold) / orders(&known.rows),
            (student(0.99, seeds.len() - 1) * 2f64.sqrt() * spread(&seeds) / mean(&seeds)).max(0.02),
            "the most by which two seeds differ in 99 of 100 cases, judged from five: after the first rounding that \
             changes a choice, the two worlds differ as two seeds do",
        ),
    ]
}

fn numbers(known: &Known) -> Vec<Check> {
    let columns = ["credits", "income", "anxiety", "purchases", "risk_digital", "boredom"];
    let numbers = known.rows.numbers("citizens", "citizen");
    let active = f64::from(known.scenario.params.citizens.count.get());
    let mut checks = Vec::new();
    for column in columns {
        let values = known.rows.numbers("citizens", column);
        for (halves, belongs) in [
            ("low and high numbers", (|share| share < 0.5) as fn(f64) -> bool),
            ("middle numbers and the rest", |share| (0.25..0.75).contains(&share)),
        ] {
            let part = |wanted: bool| -> Vec<f64> {
                (0..values.len())
                    .filter(|&row| numbers[row] < active && belongs(numbers[row] / active) == wanted)
                    .map(|row| values[row])
                    .collect()
            };
            let (mut one, mut other) = (part(true), part(false));
            if one.len() < 20 || other.len() < 20 {
                continue;
            }
            let usual = usual_distance(one.len(), other.len());
            let found = distance(&mut one, &mut other);
            checks.push(Check::near(
                format!("distance of {column} between {halves}"),
                0.0,
                found,
                usual,
                "exceeded by chance once in 100 000 times",
            ));
        }
    }
    if checks.is_empty() {
        checks.push(Check::exact("too few citizens to compare: distances that are too large", 0.0, 0.0));
    }
    checks
}

fn snapshots(known: &Known) -> Vec<Check> {
    let days = known.scenario.days;
    let mut at = vec![0, 1.min(days), days / 2, days.saturating_sub(1)];
    at.dedup();
    at.into_iter()
        .map(|day| {
            let mut first = Run::new(Arc::clone(&known.scenario), known.seed, 1);
            for _ in 0..day {
                first.step();
            }
            first.take_rows();
            let kept = first.snapshot();
            let restored = Run::restore(Arc::clone(&known.scenario), known.seed, 2, &kept).expect("it was just made");
            same(&format!("restored from day {day}"), &known.digest, &live(restored).0.digest())
        })
        .collect()
}

fn books(known: &Known) -> Vec<Check> {
    let rows = &known.rows;
    let (day, amount) = (rows.numbers("flows", "day"), rows.numbers("flows", "amount"));
    let [unit, from, to] = ["unit", "from", "to"].map(|column| rows.words("flows", column));
    let days = known.scenario.days as usize;
    // What an account kind of accounts holds on each day, from all that came and went.
    let held = |what: &str, source: &str, sink: &str| -> Vec<f64> {
        let mut held = vec![0.0; days + 1];
        for row in (0..amount.len()).filter(|&row| unit[row] == what) {
            let change = f64::from(i8::from(from[row] == source) - i8::from(to[row] == sink));
            held[day[row] as usize] += change * amount[row];
        }
        for at in 1..held.len() {
            held[at] += held[at - 1];
        }
        held
    };
    let worst = |held: &[f64], told: &[f64]| {
        held[1..].iter().zip(told).map(|(held, told)| (held - told).abs()).fold(0.0, f64::max)
    };
    let credits = worst(&held("credits", "mint", "burn"), &rows.numbers("days", "credits_total_milli"));
    let favours = worst(&held("favours", "circles", "circles"), &rows.numbers("days", "favours_inside"));
    let mut checks = vec![
        Check::exact("milli-credits in accounts and in flows: greatest difference on any day", 0.0, credits),
        Check::exact("favours held and in flows: greatest difference on any day", 0.0, favours),
    ];
    let sum = |table: &'static str, column: &'static str| sum_of(table, column).read(rows);
    for (column, tables) in
        [("trades", &["goods", "places", "venues"][..]), ("orders", &["goods"]), ("examined", &["goods", "agencies"])]
    {
        for &table in tables {
            let what = format!("{column} in `days` and in `{table}`");
            checks.push(Check::exact(what, sum("days", column), sum(table, column)));
        }
    }
    checks
}

/// The scenario without its timeline, with levers set.
fn changed(known: &Known, set: &[(String, String)]) -> Recording {
    let mut world = Scenario { timeline: Vec::new(), ..Scenario::clone(&known.scenario) };
    for (path, value) in set {
        world.set(path, value).unwrap_or_else(|error| panic!("{path}: {error}"));
    }
    Recording::of(&Arc::new(world), known.seed)
}

fn limits(known: &Known) -> Vec<Check> {
    let set = |path: &str, value: &str| (path.to_owned(), value.to_owned());
    let goods = |field: &str, value: &str| -> Vec<(String, String)> {
        Good::ALL.iter().map(|good| set(&format!("goods.{}.{field}", good.word()), value)).collect()
    };
    let days = |rows: &Recording, column: &'static str| sum_of("days", column).read(rows);
    let lawless = changed(known, &goods("status", "free"));
    let calm = changed(known, &[set("demand.attention", "0")]);
    let capped = changed(known, &goods("price_cap", "0.001"));
    let paid = capped.numbers("goods", "price_mean").into_iter().filter(|price| price.is_finite());
    let unpaid: Vec<_> = known
        .scenario
        .params
        .agencies
        .iter()
        .map(|agency| set(&format!("agencies.{}.budget", agency.name), "0"))
        .collect();
    let unpaid = changed(known, &unpaid);
    let closed = changed(known, &[set("syndicates.entry", "0")]);
    let mut empty = Scenario::clone(&known.scenario);
    empty.set("citizens.count", "0").expect("a lever");
    let alone = changed(known, &[set("citizens.count", "1")]);
    vec![
        Check::exact("everything free: cases for illicit trade", 0.0, days(&lawless, "illicit_trades")),
        Check::exact("no attention: orders", 0.0, days(&calm, "orders")),
        Check::at_most(
            "a price cap of 0.001: highest mean price",
            0.001,
            paid.fold(0.0, f64::max),
            "no price is above its cap",
        ),
        Check::exact("no budgets: trades examined", 0.0, days(&unpaid, "examined")),
        Check::exact("nobody enters: entries", 0.0, days(&closed, "seller_entries")),
        Check::at_most(
            "one citizen: trades",
            f64::from(known.scenario.days) * GOODS as f64,
            days(&alone, "trades"),
            "each good once a day at most",
        ),
        Check::exact("no people: worlds that are accepted", 0.0, f64::from(u8::from(empty.check().is_ok()))),
    ]
}
