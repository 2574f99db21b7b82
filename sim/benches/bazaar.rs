//! What a day of the engine costs against a bazaar that is reduced to the least: `cargo bench -p contraband-sim --bench bazaar`.
//!
//! The reduced bazaar is written by hand over plain columns, on one thread: nine desires grow, the strongest looks at three
//! sellers, the best offer is bought if it is worth its price and the risk, and some purchases are detected. It has 22 words
//! of state for each citizen and no law, no learning, no books and no records: no engine of the whole model comes down to it,
//! and it moves with the machine as the engine does. So the ratio of both, day by day in turns, tells builds and machines
//! apart better than nanoseconds do. Not a test: nothing is asserted but that somebody buys.

#![expect(clippy::disallowed_methods, reason = "a bench reads the clock")]
#![allow(clippy::print_stdout, reason = "a bench prints")]

use std::sync::Arc;
use std::time::Instant;

use contraband_sim::base::dice::{Dice, Purpose, happens, open_unit, pick};
use contraband_sim::base::numerics::ln;
use contraband_sim::ids::good::GOODS;
use contraband_sim::ids::place::CHUNK;
use contraband_sim::run::Run;
use contraband_sim::scenario::Scenario;

/// Random words of a citizen and day: three of shocks, three of sellers, one of detection, one of income.
const WORDS: usize = 8;

/// Quantiles of the Gumbel distribution.
const STEPS: usize = 1024;

/// Citizens in columns, and what they meet.
struct ReducedBazaar {
    purses: Vec<i64>,
    desires: Vec<[f32; GOODS]>,
    needs: Vec<[f32; GOODS]>,
    risks: Vec<f32>,
    fears: Vec<f32>,
    prices: Vec<f32>,
    revenues: Vec<i64>,
    shocks: Vec<f32>,
    dice: Dice,
    day: u32,
    words: Vec<u32>,
}

impl ReducedBazaar {
    fn of(citizens: usize, stalls: usize) -> Self {
        let dice = Dice::new(1);
        let unit = |agent: usize| dice.words::<3>(Purpose::Entry, 0, agent as u64).map(|word| open_unit(word) as f32);
        let nature: Vec<[f32; 3]> = (0..citizens).map(unit).collect();
        let quantile = |step: usize| -ln(-ln((step as f64 + 0.5) / STEPS as f64)) as f32;
        Self {
            purses: vec![100_000; citizens],
            desires: vec![[0.0; GOODS]; citizens],
            needs: nature
                .iter()
                .map(|&[need, ..]| std::array::from_fn(|good| 0.02 * need * (good + 1) as f32))
                .collect(),
            risks: vec![0.05; citizens],
            fears: nature.iter().map(|&[_, fear, _]| 4.0 * fear).collect(),
            prices: (0..stalls).map(|stall| 20.0 + 20.0 * unit(stall)[2]).collect(),
            revenues: vec![0; stalls],
            shocks: (0..STEPS).map(quantile).collect(),
            dice,
            day: 0,
            words: vec![0; WORDS * CHUNK],
        }
    }

    /// A day of everybody; how many bought.
    fn step(&mut self) -> u64 {
        self.day += 1;
        let mut bought = 0;
        for first in (0..self.purses.len()).step_by(CHUNK) {
            let here = first..self.purses.len().min(first + CHUNK);
            self.dice.fill(Purpose::Entry, self.day, first as u64, WORDS, &mut self.words[..WORDS * here.len()]);
            for (nth, citizen) in here.enumerate() {
                bought += u64::from(self.live(citizen, nth));
            }
        }
        bought
    }

    /// The day of one citizen, whose words are the `nth` of the chunk; whether something was bought.
    fn live(&mut self, citizen: usize, nth: usize) -> bool {
        let [a, b, c, one, two, three, examined, paid] = self.words.as_chunks::<WORDS>().0[nth];
        self.purses[citizen] += i64::from(2_000 + (paid >> 20));
        let desires = &mut self.desires[citizen];
        let (mut wanted, mut most) = (0, f32::NEG_INFINITY);
        for (good, (desire, need)) in desires.iter_mut().zip(&self.needs[citizen]).enumerate() {
            *desire += need;
            let bits = [a, b, c][good / 3] >> (10 * (good % 3));
            let felt = *desire + self.shocks[bits as usize % STEPS];
            if felt > most {
                (wanted, most) = (good, felt);
            }
        }
        let for_each_good = (self.prices.len() / GOODS) as u32;
        let fear = self.fears[citizen] * self.risks[citizen];
        let (mut best, mut gain) = (0, 0.0);
        for word in [one, two, three] {
            let stall = wanted * for_each_good as usize + pick(word, for_each_good).0 as usize;
            let worth = most - 0.05 * self.prices[stall] - fear;
            if worth > gain {
                (best, gain) = (stall, worth);
            }
        }
        let price = (1_000.0 * self.prices[best]) as i64;
        self.risks[citizen] *= 0.98;
        if gain == 0.0 || self.purses[citizen] < price {
            return false;
        }
        self.purses[citizen] -= price;
        self.revenues[best] += price;
        desires[wanted] = 0.0;
        if happens(examined, 0.05) {
            self.purses[citizen] -= self.purses[citizen].min(100_000);
            self.risks[citizen] += 0.2;
        }
        true
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() {
    println!("nanoseconds per citizen-day on one thread, in turns: medians of 15 days");
    println!("{:>10} {:>15} {:>15} {:>7}", "citizens", "engine", "reduced bazaar", "ratio");
    for citizens in [100_000_u32, 1_000_000] {
        let mut scenario = Scenario::default();
        scenario.set("citizens.count", &citizens.to_string()).expect("in range");
        let mut run = Run::new(Arc::new(scenario), 1, 1);
        let mut bazaar = ReducedBazaar::of(citizens as usize, citizens as usize * 12 / 1_000);
        let (mut engine, mut reduced, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        let per_day = 1e9 / f64::from(citizens);
        for day in 0..20 {
            let start = Instant::now();
            run.step();
            run.take_rows();
            let whole = start.elapsed().as_secs_f64() * per_day;
            let start = Instant::now();
            let bought = bazaar.step();
            let least = start.elapsed().as_secs_f64() * per_day;
            assert!(day < 5 || bought > 0, "somebody buys");
            if day >= 5 {
                engine.push(whole);
                reduced.push(least);
                ratios.push(whole / least);
            }
        }
        println!("{citizens:>10} {:>15.1} {:>15.1} {:>7.2}", median(engine), median(reduced), median(ratios));
    }
}
