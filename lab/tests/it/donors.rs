//! Donors, colonies, ideas and accidents, seen from outside.

use crate::paired::{Recording, question, with};
use std::sync::Arc;

/// The default world with levers set, lived with some seeds from its very first day: nobody has learnt to keep away yet.
fn lived(set: &[(&str, &str)], seeds: u64, citizens: u32, days: u32) -> Vec<Recording> {
    let begun = with(question("baseline", citizens, days), &[("citizens.settling", "0")]);
    let scenario = Arc::new(with(begun, set));
    (1..=seeds).map(|seed| Recording::of(&scenario, seed)).collect()
}

fn total(recordings: &[Recording], table: &str, name: &str) -> f64 {
    recordings.iter().flat_map(|recording| recording.numbers(table, name)).sum()
}

/// What of the events of a kind says which event brought it about, as the kind of that event.
fn causes<'a>(recording: &'a Recording, kind: &str) -> Vec<Option<&'a str>> {
    let kinds = recording.words("events", "kind");
    let numbers = recording.numbers("events", "event");
    let found = recording.numbers("events", "cause");
    let of = |cause: f64| numbers.binary_search_by(|number| number.total_cmp(&cause)).ok().map(|at| kinds[at]);
    kinds.iter().zip(found).filter(|(known, _)| **known == kind).map(|(_, cause)| of(cause)).collect()
}

#[test]
fn a_cap_on_the_price_of_identities_makes_victims() {
    let cap = [("goods.forbidden_identity.price_cap", "45")];
    let (free, capped) = (lived(&[], 3, 2000, 150), lived(&cap, 3, 2000, 150));
    let share = |lived: &[Recording]| {
        let [victims, donors] = ["victims", "donations"].map(|name| total(lived, "counts", name));
        victims / (victims + donors)
    };
    assert!(share(&capped) > 2.0 * share(&free), "robbed: {} of all donors, {}", share(&free), share(&capped));
}

#[test]
fn without_coercion_there_are_shortages_and_no_victims() {
    let set = [("goods.forbidden_identity.coercion", "0"), ("goods.forbidden_identity.donor_harm", "200")];
    let lived = lived(&set, 1, 2000, 60);
    assert_eq!(total(&lived, "counts", "victims"), 0.0);
    assert!(total(&lived, "counts", "shortages") > 0.0);
}

#[test]
fn steeper_escalation_makes_a_clean_identity_sought_after() {
    let demand = |escalation| {
        let set = [("law.escalation", escalation), ("law.record_lapse", "0"), ("law.target_buyers", "0.9")];
        let lived = lived(&[set.as_slice(), &[("law.target_sellers", "0.1")]].concat(), 6, 2000, 200);
        let of = |wanted: bool| -> f64 {
            let rows = lived
                .iter()
                .flat_map(|lived| lived.words("goods", "good").into_iter().zip(lived.numbers("goods", "orders")));
            rows.filter(|(good, _)| (*good == "forbidden_identity") == wanted).map(|(_, orders)| orders).sum()
        };
        of(true) / of(false)
    };
    let (flat, steep) = (demand("0"), demand("2"));
    assert!(steep > 1.1 * flat, "{flat} and {steep} of what else is wanted");
}

#[test]
fn looking_away_from_dangerous_tech_brings_growth_and_accidents() {
    let with_status = |status| lived(&[("goods.dangerous_tech.status", status)], 3, 2000, 250);
    let (banned, tolerated) = (with_status("prohibited"), with_status("tolerated"));
    for name in ["ideas", "accidents", "accident_loss"] {
        let [before, after] = [&banned, &tolerated].map(|lived| total(lived, "counts", name));
        assert!(after > before, "{name}: {before} and {after}");
    }
}

#[test]
fn accidents_and_births_come_of_trades_and_interceptions_of_open_lanes() {
    let set = [
        ("goods.dangerous_tech.accidents", "0.001"),
        ("goods.taboo_computing.rogue_birth", "0.05"),
        ("temperaments.rogue_ai.replication", "0"),
        ("colonies.interception", "0.5"),
    ];
    let lived = lived(&set, 4, 2000, 150);
    for (kind, cause) in [("accident", "trade"), ("rogue_birth", "trade"), ("lane_close", "lane_open")] {
        let mut all = 0;
        for lived in &lived {
            let found = causes(lived, kind);
            let right = found.iter().filter(|found| **found == Some(cause)).count();
            // The first of each kind may come of what was before the first day.
            let before = found.iter().take_while(|found| found.is_none()).count();
            assert!(right + before.max(1) >= found.len(), "{kind}: {found:?}");
            all += right;
        }
        assert!(kind == "lane_close" || all > 0, "no {kind} came of a {cause}");
    }
    let mut caught = 0;
    for lived in &lived {
        let found = causes(lived, "interception");
        assert!(found.iter().skip(1).all(|cause| *cause == Some("lane_open")), "{found:?}");
        caught += found.len();
    }
    assert!(caught > 0, "no shipment was caught in four worlds");
}

/// Whoever is robbed is robbed by somebody who came: sellers of the first day came before any event.
#[test]
fn coercion_comes_of_the_arrival_of_its_seller() {
    let set = [("goods.forbidden_identity.price_cap", "45")];
    let mut caused = 0;
    for lived in &lived(&set, 4, 2000, 150) {
        let kinds = lived.words("events", "kind");
        let [numbers, sellers, found] = ["event", "syndicate", "cause"].map(|name| lived.numbers("events", name));
        for row in (0..kinds.len()).filter(|&row| kinds[row] == "coercion" && found[row] >= 0.0) {
            let cause = numbers.iter().position(|&number| number == found[row]).expect("an event");
            assert!(["seller_entry", "rogue_birth"].contains(&kinds[cause]), "{}", kinds[cause]);
            assert_eq!(sellers[cause], sellers[row]);
            caused += 1;
        }
    }
    assert!(caused > 0, "nobody was robbed by somebody who came, in four worlds");
}

#[test]
fn a_world_without_colonies_has_no_lanes_and_no_elements() {
    let mut scenario = question("baseline", 1000, 20);
    scenario.set("places.colony.kind", "fringe").expect("a lever");
    let lived = Recording::of(&Arc::new(scenario), 1);
    assert!(lived.numbers("colonies", "day").is_empty());
    assert!(!lived.words("flows", "unit").contains(&"elements"));
}
