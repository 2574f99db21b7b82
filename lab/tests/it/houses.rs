//! Houses, seen from outside: directed, they do what they are told; left alone, they live as others do and come back.

use std::sync::Arc;

use contraband_lab::verify::Workers;
use contraband_lab::verify::integrity::integrity;
use contraband_sim::base::units::{Shape, Value};
use contraband_sim::run::Run;
use contraband_sim::scenario::levers::levers;
use contraband_sim::scenario::read::read;
use contraband_sim::scenario::tree::Format;
use contraband_sim::scenario::{Scenario, TimelineEntry};
use proptest::prelude::*;

use crate::paired::{Effect, Recording, claim, measure, sum, with};

/// The default world, smaller, with houses as a file lists them.
fn world(houses: &str, citizens: u32, days: u32) -> Scenario {
    let text =
        format!("(name: \"Houses\", days: {days}, citizens: (count: {citizens}, settling: 0), houses: [{houses}])");
    read(&text, Format::Ron).unwrap_or_else(|complaints| panic!("{complaints:#?}"))
}

const RAVENS: &str = "(name: \"ravens\", directed: true, good: \"experience\", venue: 2, markup: 2.5, quality: 0.9)";

/// The same with an order from a day on.
fn told(mut scenario: Scenario, day: u32, set: &[(&str, Value)]) -> Scenario {
    let set = set.iter().map(|(path, value)| ((*path).into(), *value)).collect();
    scenario.timeline.push(TimelineEntry { day, until: None, ramp: 0, places: Vec::new(), set, label: String::new() });
    scenario.check().unwrap();
    scenario
}

fn recorded(scenario: &Scenario, seed: u64) -> Recording {
    Recording::of(&Arc::new(scenario.clone()), seed)
}

/// From the first day on all its stalls stand where it is told, for what it is told; the fourth rung above the lowest, of
/// 2.44, is the nearest to 2.5.
#[test]
fn a_directed_house_does_what_it_is_told_from_the_first_day() {
    let scenario = told(
        // With room for it on every shelf, and venues that stay open.
        with(
            world(RAVENS, 2000, 40),
            &[
                ("market.stalls_per_thousand", "100"),
                ("syndicates.entry", "0.0001"),
                ("market.venue_hazard", "0"),
                ("law.raid_evidence", "10000"),
                ("market.operator_discount", "0.9999"),
            ],
        ),
        20,
        &[
            ("houses.ravens.good", Value::Word("privacy")),
            ("houses.ravens.venue", Value::Number(1.0)),
            ("houses.ravens.markup", Value::Number(1.1)),
        ],
    );
    let rows = recorded(&scenario, 1);
    let [stalls, markup, quality, number] =
        ["stalls", "markup", "quality", "syndicate"].map(|name| rows.numbers("houses", name));
    let [goods, venues] = ["good", "venue"].map(|name| rows.words("houses", name));
    assert_eq!((stalls.len(), stalls[0], goods[0], venues[0]), (40, 4.0, "experience", "undertow"));
    assert!((markup[0] - 1.1 * 1.22 * 1.22 * 1.22 * 1.22).abs() < 1e-9 && (quality[0] - 0.9).abs() < 1e-6);
    assert!(goods[..19].iter().all(|good| *good == "experience"));
    assert_eq!((goods[30], venues[30], stalls[30]), ("privacy", "lantern", 4.0));
    assert!((markup[30] - 1.1).abs() < 1e-9);
    assert!(number.iter().all(|&one| one == number[0]), "it keeps its number");
    assert!(rows.words("houses", "house").iter().all(|name| *name == "ravens"));
}

/// Day by day, what a house holds and what is held back for it moves by what its row says, and by nothing else.
#[test]
fn the_row_of_a_house_adds_up_to_what_it_holds() {
    let quiet = [("syndicates.dividend", "0"), ("law.target_sellers", "0.5"), ("market.venue_hazard", "0")];
    let scenario = with(world(RAVENS, 3000, 60), &quiet);
    let scenario =
        with(scenario, &[("houses.ravens.venue", "3"), ("law.corruption", "0.5"), ("houses.ravens.bribes", "1")]);
    let rows = recorded(&scenario, 2);
    let column = |name| rows.numbers("houses", name);
    let [capital, escrow, profit, financed] = ["capital", "escrow", "profit", "financed"].map(column);
    for day in 1..capital.len() {
        let moved = capital[day] + escrow[day] - capital[day - 1] - escrow[day - 1];
        assert!((moved - profit[day] - financed[day]).abs() < 1e-6, "day {}: {moved}", day + 1);
    }
    let total = |name| column(name).iter().sum::<f64>();
    assert!(total("revenue") > 0.0 && total("fines") > 0.0 && total("bribes") > 0.0 && total("cases") > 0.0);
}

/// What it costs to keep stalls eats it up: it is financed again, never sooner than seven days after the last time.
#[test]
fn a_house_with_nothing_left_is_financed_again_after_a_week() {
    for directed in ["true", "false"] {
        let poor = [("syndicates.upkeep", "200"), ("houses.ravens.directed", directed)];
        let rows = recorded(&with(world(RAVENS, 1000, 80), &poor), 1);
        let financed = rows.numbers("houses", "financed");
        let days: Vec<usize> = (0..financed.len()).filter(|&day| financed[day] > 0.0).collect();
        assert!(days.len() >= 3, "directed {directed}: financed on {days:?}");
        assert!(days.windows(2).all(|days| days[1] - days[0] > 7), "directed {directed}: {days:?}");
        assert!(days.iter().all(|&day| financed[day] == 2000.0));
        let told = rows.words("events", "kind").iter().filter(|kind| **kind == "house_financed").count();
        assert_eq!(told, days.len());
        let stalls = rows.numbers("houses", "stalls");
        let gone = stalls.iter().filter(|&&stalls| stalls == 0.0).count();
        assert_eq!(gone > 0, directed == "false", "a directed house keeps its stalls");
    }
}

/// A bot is told nothing: orders that wait change nothing in its world, but for the events that announce them.
#[test]
fn orders_to_a_house_that_is_not_directed_change_nothing() {
    let bot = || with(world(RAVENS, 800, 40), &[("houses.ravens.directed", "false")]);
    let other =
        told(bot(), 10, &[("houses.ravens.markup", Value::Number(9.0)), ("houses.ravens.cheats", Value::Flag(true))]);
    let (one, other) = (recorded(&bot(), 3), recorded(&other, 3));
    for (table, column) in [("houses", "revenue"), ("days", "spent_milli"), ("houses", "capital")] {
        assert_eq!(one.numbers(table, column), other.numbers(table, column));
    }
    assert!(one.numbers("houses", "sales").iter().sum::<f64>() > 0.0);
}

/// All that must hold in any world: threads, snapshots, order of systems, books.
#[test]
fn what_must_hold_in_any_world_holds_with_houses() {
    let houses =
        format!("{RAVENS}, (name: \"bot\"), (name: \"foxes\", directed: true, good: \"authenticity\", stalls: 2)");
    let scenario = told(world(&houses, 5000, 40), 15, &[("houses.foxes.directed", Value::Flag(false))]);
    for outcome in integrity(&scenario, 4, &Workers { threads: 2, on_done: &|| {} }) {
        let failing: Vec<_> = outcome.checks.iter().filter(|check| !check.holds()).collect();
        assert!(outcome.holds(), "{}: {failing:#?}", outcome.case);
    }
}

/// A world forked where the order of a house changes equals the straight run of that order.
#[test]
fn another_order_from_a_day_on_is_another_future_of_the_same_past() {
    let past = Arc::new(world(RAVENS, 1000, 50));
    let order = [("houses.ravens.good", Value::Word("privacy")), ("houses.ravens.cheats", Value::Flag(true))];
    let other = Arc::new(told(Scenario::clone(&past), 21, &order));
    let mut run = Run::new(Arc::clone(&past), 6, 1);
    while run.day() < 20 {
        run.step();
    }
    let snapshot = run.snapshot();
    let end = |mut run: Run| {
        while run.day() < 50 {
            run.step();
        }
        run.finish();
        run.digest()
    };
    let branch = Run::branch(Arc::clone(&other), &past, 6, 1, &snapshot).expect("the past is the same");
    assert_eq!(end(branch), end(Run::new(Arc::clone(&other), 6, 1)));
    assert_ne!(end(Run::new(Arc::clone(&other), 6, 1)), end(Run::new(past, 6, 1)));
}

/// The same worlds with one lever of the house in two ways, where people meet sellers by chance as much as by hearsay, so
/// that one house among many is told from luck.
fn pair(lever: &str, values: [&str; 2], days: u32) -> [Scenario; 2] {
    let set = [("houses.ravens.venue", "3"), ("houses.ravens.stalls", "8"), ("demand.hearsay", "0.5")];
    values.map(|value| with(with(world(RAVENS, 3000, days), &set), &[(lever, value)]))
}

/// Where there are a dozen others to buy from.
#[test]
fn a_dearer_house_sells_less() {
    let rivals = [("market.stalls_per_thousand", "40"), ("law.seller_fine", "0")];
    let worlds = pair("houses.ravens.markup", ["2", "5"], 90).map(|world| with(world, &rivals));
    let measured = measure(8, &worlds, &[sum("houses", "sales").named("sales")]);
    let effect = measured.effect(0, 0, 1);
    claim(effect.falls(), "a house that asks more sells less", &[&effect]);
}

#[test]
fn a_guarded_house_sees_fewer_cases() {
    let worlds = pair("houses.ravens.guarded", ["false", "true"], 90);
    let measured = measure(8, &worlds, &[sum("houses", "cases").named("cases")]);
    let effect = measured.effect(0, 0, 1);
    claim(effect.falls(), "a guarded house is harder to find", &[&effect]);
}

/// What it does not deliver it need not make; buyers learn, and come no more.
#[test]
fn a_house_that_cheats_earns_more_at_first_and_loses_its_name() {
    let worlds = pair("houses.ravens.cheats", ["false", "true"], 120);
    let measured = measure(
        64,
        &worlds,
        &[
            sum("houses", "profit").days(1..=20).named("profit of the first twenty days"),
            sum("houses", "reputation").days(100..=120).named("name, in the end"),
            sum("houses", "sales").days(60..=120).named("sales, from the third month on"),
            sum("houses", "profit").days(60..=120).named("profit, from the third month on"),
        ],
    );
    let [first, name, sales, late]: [Effect; 4] = [0, 1, 2, 3].map(|metric| measured.effect(metric, 0, 1));
    let holds = first.rises() && name.falls() && sales.falls();
    claim(holds, "cheating pays at first, and costs the name", &[&first, &name, &sales, &late]);
}

#[test]
fn better_wares_make_a_better_name_and_cost_more() {
    let worlds = pair("houses.ravens.quality", ["0.5", "0.95"], 60);
    let metrics = [sum("houses", "reputation").named("name"), sum("houses", "price").named("price")];
    let measured = measure(4, &worlds, &metrics);
    let [name, price]: [Effect; 2] = [0, 1].map(|metric| measured.effect(metric, 0, 1));
    claim(name.rises() && price.rises(), "quality makes a name, and is dear", &[&name, &price]);
}

#[test]
fn a_number_beyond_its_list_and_a_kind_that_runs_itself_are_refused() {
    let complaints = |text: &str| {
        read(text, Format::Ron)
            .expect_err("it is refused")
            .iter()
            .map(|complaint| complaint.what.clone())
            .collect::<Vec<_>>()
    };
    let houses = |fields: &str| complaints(&format!("(houses: [(name: \"ravens\", {fields})])"));
    assert_eq!(houses("venue: 8"), ["`houses.ravens.venue` is 8, but the list `venues` has 7"]);
    assert_eq!(houses("temperament: 6"), ["`houses.ravens.temperament` is 6, but the list `temperaments` has 5"]);
    assert_eq!(
        houses("temperament: 5"),
        ["the house `ravens` has the temperament `rogue_ai`, which cannot be directed"]
    );
    assert_eq!(
        complaints("(houses: [(name: \"ravens\")], timeline: [(day: 9, set: {\"houses.ravens.venue\": 40})])"),
        ["`houses.ravens.venue` is 40, but the list `venues` has 7"]
    );
    assert_eq!(
        complaints("(set: {\"agencies.city_watch.target_place\": 6})"),
        ["`agencies.city_watch.target_place` is 6, but the list `places` has 5"]
    );
    let many: String = (0..31).map(|nth| format!("(name: \"house_{nth}\"),")).collect();
    assert_eq!(complaints(&format!("(houses: [{many}])")).len(), 1);
    let thirty = read(&format!("(houses: [{}])", many.replacen("(name: \"house_0\"),", "", 1)), Format::Ron).unwrap();
    assert_eq!(read(&thirty.to_ron(), Format::Ron).unwrap(), thirty, "what is written is read again");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// The audit runs every evening and panics when anything is off: houses that are told anything on any day.
    #[test]
    fn books_balance_whatever_houses_are_told(
        seed in any::<u64>(),
        citizens in 20u32..400,
        count in 1usize..8,
        orders in prop::collection::vec((1u32..25, 0usize..1000, 0.0f64..=1.0), 0..14),
        capital in 0.0f64..3000.0,
    ) {
        let houses: String = (0..count).map(|nth| format!("(name: \"house_{nth}\", directed: {}),", nth % 3 > 0)).collect();
        let mut scenario = world(&houses, citizens, 30);
        scenario.set("syndicates.start_capital", &capital.to_string()).unwrap();
        let orderable: Vec<_> = levers(&scenario)
            .into_iter()
            .filter(|lever| lever.path.starts_with("houses.") && !lever.path.ends_with("stalls") && !lever.path.ends_with("temperament"))
            .collect();
        for (day, which, at) in orders {
            let lever = &orderable[which % orderable.len()];
            let value = match lever.shape {
                Shape::Words(words) => Value::Word(words[(at * (words.len() - 1) as f64).round() as usize]),
                Shape::Flag => Value::Flag(at > 0.5),
                Shape::Whole => Value::Number((at * 7.0).round()),
                Shape::Real => Value::Number(lever.min + (lever.max - lever.min) * at),
            };
            let set = vec![(lever.path.clone(), value)];
            scenario.timeline.push(TimelineEntry { day, until: None, ramp: 0, places: Vec::new(), set, label: String::new() });
        }
        if scenario.check().is_ok() {
            let mut run = Run::new(Arc::new(scenario), seed, 1);
            for _ in 0..30 {
                run.step();
            }
            prop_assert_eq!(run.day(), 30);
        }
    }
}
