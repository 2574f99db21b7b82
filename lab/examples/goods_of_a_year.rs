//! A year of the default world, with fewer citizens: what is traded of each good.
//!
//! `cargo run --release -p contraband-lab --example goods_of_a_year`

use std::sync::Arc;

use contraband_lab::measure::{Recording, sum_of};
use contraband_sim::ids::good::Good;
use contraband_sim::scenario::Scenario;

fn main() {
    let mut scenario = Scenario::default();
    scenario.set("citizens.count", "2000").expect("a lever that takes it");
    let year = Recording::of(&Arc::new(scenario), 1);
    println!("Purchases in a year of 2000 citizens:");
    for good in Good::WORDS {
        println!("{good:20} {:>8}", sum_of("goods", "trades").of("good", &[good]).read(&year));
    }
}
