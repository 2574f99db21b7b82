//! Enclaves, seen from outside: who comes and goes, what the commons bears, and what containment and eradication do.

use crate::delegates::{live, mean, scenario, since};

/// A world whose people find it easy to leave, and in which nobody takes the place of others.
const RESTLESS: [(&str, &str); 4] =
    [("enclaves.exit", "0.2"), ("enclaves.capacity", "0.6"), ("enclaves.visible", "1"), ("citizens.turnover", "0")];

fn restless(days: u32, more: &[(&str, &str)]) -> Vec<contraband_sim::record::tables::Batch> {
    live(scenario(2000, days, &[&RESTLESS[..], more].concat()), 1)
}

#[test]
fn everybody_who_moves_is_counted_where_they_live() {
    let rows = restless(60, &[]);
    let residents = since(&rows, "enclaves", "residents", 1);
    let flow = |name: &str| since(&rows, "enclaves", name, 2);
    let moved = flow("admitted").into_iter().zip(flow("left")).zip(flow("expelled"));
    for (day, ((came, left), expelled)) in moved.enumerate() {
        assert_eq!(residents[day + 1], residents[day] + came - left - expelled, "day {}", day + 2);
    }
    assert!(residents[59] > residents[0] + 50.0, "{residents:?}");
    assert_eq!(since(&rows, "counts", "joined_enclave", 2), flow("admitted"));
    let people = since(&rows, "places", "citizens", 60);
    assert_eq!(people.iter().sum::<f64>(), 2000.0);
}

#[test]
fn fear_of_exit_costs_keeps_people_home() {
    let came = |moving: &str| since(&restless(60, &[("enclaves.moving", moving)]), "enclaves", "admitted", 1);
    let (cheap, dear) = (came("0.1").iter().sum::<f64>(), came("0.5").iter().sum::<f64>());
    assert!(dear < 0.5 * cheap, "{dear} of {cheap}");
}

/// It bears twice the need of its founders. Usual norms let residents take that, and strict ones half of it.
#[test]
fn norms_save_a_commons_that_many_live_from() {
    let commons = |response: &str| {
        let set = [("enclaves.response", response), ("enclaves.hunger", "0"), ("enclaves.overuse", "2")];
        mean(&since(&live(scenario(1000, 500, &set), 1), "enclaves", "commons", 500))
    };
    let (careless, careful) = (commons("0"), commons("3"));
    assert!(careless < 0.05 && careful > 0.15, "{careless} {careful}");
}

#[test]
fn what_cannot_be_overlooked_is_contained_or_eradicated() {
    let world = |eradicate: &str, visible: &str| {
        restless(120, &[("enclaves.visible", visible), ("enclaves.eradicate", eradicate)])
    };
    let (free, ring, driven) = (world("false", "1"), world("false", "0.12"), world("true", "0.12"));
    let residents = |rows: &[_]| mean(&since(rows, "enclaves", "residents", 120));
    // Entry is closed: from the day of the ring on nobody comes.
    let (held, came) = (since(&ring, "enclaves", "contained", 1), since(&ring, "enclaves", "admitted", 1));
    let from = held.iter().position(|&held| held == 1.0).expect("it grows until it is seen");
    let contained = held.iter().zip(&came).filter(|(held, _)| **held == 1.0);
    assert!(contained.clone().count() > 20 && contained.map(|(_, came)| came).sum::<f64>() == 0.0, "from day {from}");
    assert!(residents(&ring) < 0.8 * residents(&free));
    assert!(residents(&driven) < 0.8 * residents(&free));
    let least = since(&driven, "enclaves", "residents", 1).into_iter().fold(f64::INFINITY, f64::min);
    assert_eq!(least, 0.0, "on the day of eradication nobody is left");
    let anxiety = |rows: &[_]| since(rows, "days", "anxiety_mean", 1).into_iter().fold(0.0, f64::max);
    assert!(anxiety(&driven) > anxiety(&ring));
    let raids = |rows: &[_]| since(rows, "days", "raids", 1).iter().sum::<f64>();
    assert!(raids(&driven) > raids(&ring));
}
