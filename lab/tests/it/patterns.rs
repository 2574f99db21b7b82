//! The scoreboard: what is known of illicit markets, and what the default world shows of it.
//!
//! A pattern that lies out of its band stays on the board as such: it is a limit of the model that a reader should know.
//! Only a figure that is missing fails the test. The board itself is a snapshot, so that a change of results shows here; its
//! seeds are those of `contraband verify patterns`, on which no value was set.

use std::fmt::Write as _;

use contraband_lab::files::patterns::{FIRST_SEED, FITTED, HELD_OUT, read_patterns};
use contraband_lab::verify::Workers;
use contraband_lab::verify::patterns::{PatternResult, PatternWorlds, measure_patterns};
use contraband_sim::scenario::tree::Format;

use crate::paired::library;

#[test]
#[ignore = "long: `cargo test --release --workspace --tests -- --ignored` runs it"]
fn the_default_scenario_beside_what_is_known() {
    let mut patterns = read_patterns(FITTED, Format::Ron).expect("it is sound");
    let fitted = patterns.len();
    patterns.extend(read_patterns(HELD_OUT, Format::Ron).expect("it is sound"));
    let worlds: Vec<PatternWorlds> = patterns
        .iter()
        .map(|pattern| PatternWorlds {
            scenario: library(&pattern.scenario),
            base: pattern.base.as_ref().map(|(base, _)| library(base)),
        })
        .collect();
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let found = measure_patterns(patterns, &worlds, FIRST_SEED, &Workers { threads, on_done: &|| {} });

    let mut board = format!(
        "{:<4} {:<92} {:<13} {:>6}  {:<15} {:<10} {}\n",
        "id", "what is measured", "band", "median", "over seeds", "seeds", "verdict"
    );
    for (at, one) in found.iter().enumerate() {
        if at == fitted {
            board.push_str("\nheld out: nothing was set on these\n");
        }
        let (low, high) = one
            .values
            .iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &value| (low.min(value), high.max(value)));
        let _ = writeln!(
            board,
            "{:<4} {:<92} {:<13} {:>6}  {:<15} {:<10} {}",
            one.pattern.id,
            one.pattern.statement,
            format!("{} ... {}", short(one.pattern.band.0), short(one.pattern.band.1)),
            short(one.middle()),
            format!("{} ... {}", short(low), short(high)),
            one.seeds(),
            if one.in_band() { "in band" } else { "OUT OF BAND" }
        );
    }
    let inside =
        |found: &[PatternResult]| format!("{} of {}", found.iter().filter(|one| one.in_band()).count(), found.len());
    let _ = writeln!(
        board,
        "\nin band: {} fitted, {} held out, {} in all",
        inside(&found[..fitted]),
        inside(&found[fitted..]),
        inside(&found)
    );
    println!("{board}");
    for one in &found {
        assert!(
            one.values.iter().all(|value| value.is_finite()),
            "{}: {:?}\n{board}",
            one.pattern.statement,
            one.values
        );
    }
    insta::assert_snapshot!("scoreboard", board);
}

/// A number as a person writes it: two digits behind the point, none from ten on.
fn short(value: f64) -> String {
    if value.abs() >= 9.95 { format!("{value:.0}") } else { format!("{value:.2}") }
}
