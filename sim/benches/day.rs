//! What a day costs: `cargo bench -p contraband-sim`.
//!
//! Three questions, each answered with the median of several rounds and, where two things are compared, with their ratio
//! in the same rounds: what bevy_ecs costs against plain columns in the phase that matters most; how the cost of a
//! citizen's day moves with the number of citizens and of stalls; what recording costs. Not a test: nothing is asserted.

#![expect(clippy::disallowed_methods, reason = "a bench reads the clock")]
#![allow(clippy::print_stdout, reason = "a bench prints")]

use std::sync::{Arc, Mutex};
use std::time::Instant;

use bevy_ecs::prelude::*;
use bevy_ecs::system::RunSystemOnce;
use contraband_sim::ids::place::CHUNK;
use contraband_sim::run::Run;
use contraband_sim::scenario::Scenario;
use contraband_sim::schedule::{Adding, day};
use contraband_sim::state::columns::citizens as citizens_of;
use contraband_sim::state::context::RunContext;
use contraband_sim::state::phase::Phase;
use contraband_sim::systems::want::choice::{Chunk, want, want_chunk};
use contraband_sim::systems::want::inputs::{ChoiceInputs, prepare_choices};
use contraband_sim::world::build_world;

fn scenario(citizens: u32, stalls_per_thousand: f64) -> Arc<Scenario> {
    let mut scenario = Scenario::default();
    scenario.set("citizens.count", &citizens.to_string()).expect("in range");
    scenario.set("market.stalls_per_thousand", &stalls_per_thousand.to_string()).expect("in range");
    Arc::new(scenario)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The Want phase through the ECS and over plain vectors: the same rule, the same draws, the same day.
fn ecs_against_columns(citizens: u32) {
    let mut world = build_world(RunContext::new(scenario(citizens, 12.0), 1, 1));
    let mut schedule = day(Adding::AsWritten);
    for _ in 0..10 {
        schedule.run(&mut world);
    }
    world.run_system_once(prepare_choices).expect("choices can be prepared");
    let (mut purses, mut homes, mut traits) = (Vec::new(), Vec::new(), Vec::new());
    let (mut tastes, mut minds, mut lives) = (Vec::new(), Vec::new(), Vec::new());
    for (purse, home, trait_, taste, mind, life) in citizens_of(&world) {
        purses.push(*purse);
        homes.push(*home);
        traits.push(*trait_);
        tastes.push(*taste);
        minds.push(*mind);
        lives.push(*life);
    }
    let (mut ecs, mut plain) = (Vec::new(), Vec::new());
    let mut system = IntoSystem::into_system(want);
    system.initialize(&mut world);
    for _ in 0..9 {
        let start = Instant::now();
        system.run((), &mut world).expect("the system runs");
        ecs.push(start.elapsed().as_secs_f64());

        let (context, inputs) = (world.resource::<RunContext>(), world.resource::<ChoiceInputs>());
        let start = Instant::now();
        let mut orders = Vec::new();
        for first in (0..purses.len()).step_by(CHUNK) {
            let here = first..purses.len().min(first + CHUNK);
            let chunk = Chunk {
                first,
                purses: &mut purses[here.clone()],
                homes: &homes[here.clone()],
                traits: &traits[here.clone()],
                tastes: &mut tastes[here.clone()],
                minds: &mut minds[here.clone()],
                lives: &mut lives[here],
            };
            orders.extend(want_chunk(context, inputs, chunk).orders);
        }
        plain.push(start.elapsed().as_secs_f64());
        assert!(!orders.is_empty(), "somebody wants something");
    }
    let ratios: Vec<f64> = ecs.iter().zip(&plain).map(|(ecs, plain)| ecs / plain).collect();
    let per_day = 1e9 / f64::from(citizens);
    println!(
        "Want, {citizens} citizens, one thread: bevy_ecs {:.1} ns, plain columns {:.1} ns a citizen-day; ratio {:.3}",
        median(ecs) * per_day,
        median(plain) * per_day,
        median(ratios)
    );
}

/// Nanoseconds per citizen-day, all phases and each.
fn phases(citizens: u32, stalls_per_thousand: f64, days: u32, threads: usize) -> (f64, Vec<f64>) {
    let mut run = Run::new(scenario(citizens, stalls_per_thousand), 1, threads);
    let times = Arc::new(Mutex::new((Instant::now(), vec![0.0; Phase::ALL.len()])));
    let told = Arc::clone(&times);
    run.on_phase(Box::new(move |phase| {
        let mut told = told.lock().expect("nobody panics holding it");
        let now = Instant::now();
        let passed = (now - told.0).as_secs_f64();
        told.1[phase as usize] += passed;
        told.0 = now;
    }));
    run.step(); // the first day touches memory for the first time
    let mut all = Vec::new();
    times.lock().expect("nobody panics holding it").1.fill(0.0);
    for _ in 0..days {
        let start = Instant::now();
        times.lock().expect("nobody panics holding it").0 = start;
        run.step();
        all.push(start.elapsed().as_secs_f64() * 1e9 / f64::from(citizens));
        run.take_rows();
    }
    let per_day = 1e9 / f64::from(citizens) / f64::from(days);
    let phases = times.lock().expect("nobody panics holding it").1.iter().map(|seconds| seconds * per_day).collect();
    (median(all), phases)
}

fn main() {
    ecs_against_columns(1_000_000);
    println!("\nnanoseconds per citizen-day (median of days; phases: mean)");
    print!("{:>10} {:>7} {:>8} {:>7}", "citizens", "stalls", "threads", "all");
    for phase in Phase::ALL {
        print!(" {:>8}", phase.name());
    }
    println!();
    let large = std::env::args().any(|argument| argument == "--large");
    let mut sizes = vec![(10_000, 12.0, 200), (100_000, 12.0, 50), (1_000_000, 12.0, 20), (1_000_000, 120.0, 20)];
    if large {
        sizes.push((10_000_000, 12.0, 5));
    }
    for (citizens, stalls, days) in sizes {
        for threads in [1, 2] {
            let (all, phases) = phases(citizens, stalls, days, threads);
            print!("{citizens:>10} {:>7} {threads:>8} {all:>7.1}", (f64::from(citizens) / 1000.0 * stalls).round());
            for phase in phases {
                print!(" {phase:>8.1}");
            }
            println!();
        }
    }
}
