//! What sets each good and each mechanism apart, as an experiment: a change, and what must follow from it.
//!
//! Each is a file in `scenarios/` that anybody can run; here the file is lived with the same seeds as the world without
//! its timeline, with fewer citizens. A message tells the effect, whether the claim holds or not.
#![cfg_attr(
    debug_assertions,
    allow(dead_code, reason = "these experiments take minutes where the engine is not optimised")
)]

use crate::paired::{Effect, Measured, Metric, mean, measure, question, sum, with, without_timeline};

/// A claim: it must hold, and is told with its numbers either way.
fn claim(holds: bool, what: &str, effects: &[&Effect]) {
    let told = effects.iter().map(|effect| format!("\n    {effect}")).collect::<String>();
    assert!(holds, "it does not show that {what}:{told}");
    println!("{what}:{told}");
}

/// Venues that stay, so that the chance of a closure does not drown what is asked.
const QUIET: [(&str, &str); 3] =
    [("market.venue_hazard", "0"), ("market.operator_discount", "0.9999"), ("law.raid_evidence", "10000")];

/// A scenario beside the same without its timeline.
fn lived(name: &str, seeds: u64, citizens: u32, days: u32, metrics: &[Metric]) -> Measured {
    let arm = with(question(name, citizens, days), &QUIET);
    measure(seeds, &[without_timeline(&arm), arm], metrics)
}

mod release_valve {
    use super::*;

    /// Anxiety while everything is tolerated, against the same days without: down, nowhere, or up, as the preset says.
    #[test]
    #[cfg_attr(debug_assertions, ignore = "slow where the engine is not optimised")]
    fn the_preset_gives_the_sign_of_what_tolerance_does_to_anxiety() {
        let effect = |preset: &str| {
            let arm = with(question("amnesty", 3000, 180), &[("society.valve", preset)]);
            let calm =
                mean("days", "anxiety_mean").days(121..=180).named(&format!("anxiety under tolerance, {preset}"));
            measure(8, &[without_timeline(&arm), arm], &[calm]).effect(0, 0, 1)
        };
        let [valve, neutral, gateway] = ["valve", "neutral", "gateway"].map(effect);
        let effects = [&valve, &neutral, &gateway];
        let between = neutral.difference() > valve.difference() && neutral.difference() < gateway.difference();
        claim(valve.falls() && gateway.rises() && between, "the preset gives the sign of tolerance", &effects);
    }
}

mod displacement {
    use super::*;

    /// What the other eight gain of what a banned good loses: some of it, and not all.
    #[test]
    #[cfg_attr(debug_assertions, ignore = "slow where the engine is not optimised")]
    fn a_ban_of_one_good_moves_its_trade_in_part() {
        let trades = sum("goods", "trades").days(121..=210);
        let metrics = [
            trades.clone().of("good", &["experience"]).named("trade of what is banned"),
            trades.but("good", &["experience"]).named("trade of the other eight"),
        ];
        let measured = lived("balloon", 12, 5000, 210, &metrics);
        let [banned, others] = [0, 1].map(|metric| measured.effect(metric, 0, 1));
        let partly = banned.falls() && others.rises() && others.interval.1 < -banned.interval.1;
        claim(partly, "a ban moves trade to other goods in part", &[&banned, &others]);
    }
}
