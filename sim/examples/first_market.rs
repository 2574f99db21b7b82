//! The smallest market, in the terminal: `cargo run --release -p contraband-sim --example first_market`.
//!
//! Nothing but the engine is built for it. Every fourth week it prints what the law and the market did.

use std::sync::Arc;

use contraband_sim::run::Run;
use contraband_sim::scenario::library::LIBRARY;
use contraband_sim::scenario::read::read;
use contraband_sim::scenario::tree::Format;

fn main() {
    let file = LIBRARY.iter().find(|file| file.name == "first_market").expect("the library has a first market");
    let scenario = Arc::new(read(file.text, Format::Ron).expect("the library is checked by tests"));
    println!("{}: {}\n", scenario.name, scenario.question);
    println!("  day   trades a day   credits a trade   cases a day   anxiety   Gini");

    let mut run = Run::new(Arc::clone(&scenario), scenario.seed, 1);
    for _ in 0..scenario.days {
        run.step();
        if !run.day().is_multiple_of(28) {
            continue;
        }
        let rows = run.take_rows();
        let days = rows.iter().find(|batch| batch.table.name == "days").expect("every day writes a row");
        let mean = |name: &str| {
            let values = days.column(name).expect("a known column").numbers().expect("numbers were asked for");
            values.iter().sum::<f64>() / values.len() as f64
        };
        let price = mean("spent_credits") / mean("trades");
        let (trades, cases, anxiety, gini) =
            (mean("trades"), mean("detections"), mean("anxiety_mean"), mean("gini_wealth"));
        println!("{:>5} {trades:>14.1} {price:>17.1} {cases:>13.2} {anxiety:>9.2} {gini:>6.2}", run.day());
    }
    run.finish();
    println!("\nThe books balanced on every day. Fingerprint of this run: {}", &run.digest().all[..16]);
}
