//! The table of mechanisms in chapter 8 of the model: what the default world is without each of them.
//!
//! `cargo run --release -p contraband-lab --example mechanisms -- 2026-11-30` lives the study `mechanisms` and writes the
//! table into sim/MODEL.md, with that date. A number of citizens behind the date takes the place of the study's, for a look.
#![allow(clippy::disallowed_methods, reason = "this program writes a file of the repository")]

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use contraband_lab::batch::Runner;
use contraband_lab::files::study::Study;
use contraband_lab::files::study::file::read_study;
use contraband_lab::measure::Recording;
use contraband_lab::measure::paired::Effect;
use contraband_lab::measure::statistics::half_width;
use contraband_sim::base::words::first_few;
use contraband_sim::scenario::Scenario;
use contraband_sim::scenario::library::{LIBRARY, STUDIES};
use contraband_sim::scenario::read::read;
use contraband_sim::scenario::tree::Format;

/// What stands in the model before the table and behind it.
const BEGIN: &str = "<!-- made by: cargo run --release -p contraband-lab --example mechanisms -- DATE -->\n";
const END: &str = "<!-- end of the table of mechanisms -->\n";

/// Metrics of the study that have columns of their own: trade, price over cost, harm, anxiety.
const MAIN: usize = 4;

fn main() -> Result<(), Box<dyn Error>> {
    let mut given = std::env::args().skip(1);
    let date = given.next().ok_or("say on which day the figures are measured, as in `-- 2026-11-30`")?;
    let mut study = study();
    if let Some(citizens) = given.next() {
        for world in std::iter::once(&mut study.base).chain(study.arms.iter_mut().map(|arm| &mut arm.scenario)) {
            world.set("citizens.count", &citizens)?;
        }
    }
    let table = table(&study, &measured(&study), &date);
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../sim/MODEL.md"));
    let model = fs::read_to_string(path)?;
    let (before, rest) = model.split_once(BEGIN).ok_or("sim/MODEL.md does not say where the table begins")?;
    let (_, after) = rest.split_once(END).ok_or("sim/MODEL.md does not say where the table ends")?;
    fs::write(path, format!("{before}{BEGIN}{table}{END}{after}"))?;
    print!("{table}");
    Ok(())
}

fn study() -> Study {
    let text = STUDIES.iter().find(|study| study.name == "studies/mechanisms").expect("it comes with the program").text;
    let known = |name: &str| {
        let file = LIBRARY.iter().find(|file| file.name == name).ok_or("no such scenario")?;
        read(file.text, Format::Ron).map_err(|complaints| format!("{complaints:?}"))
    };
    read_study(text, Format::Ron, &known).unwrap_or_else(|complaints| panic!("{complaints:#?}"))
}

/// By world, the base first, and by metric: a value each seed.
fn measured(study: &Study) -> Vec<Vec<Vec<f64>>> {
    let arms = study.arms.iter().map(|arm| &arm.scenario);
    let worlds: Vec<Arc<Scenario>> =
        std::iter::once(&study.base).chain(arms).map(|world| Arc::new(world.clone())).collect();
    let runs = worlds.len() * study.seeds as usize;
    let over = AtomicUsize::new(0);
    let told = || {
        let over = over.fetch_add(1, Ordering::Relaxed) + 1;
        if over.is_multiple_of(20) || over == runs {
            eprintln!("{over} of {runs} runs");
        }
    };
    let found = Runner::on_all_threads().map(runs, &told, |run, watch| {
        let seed = study.first_seed + (run / worlds.len()) as u64;
        let rows = Recording::watched(&worlds[run % worlds.len()], seed, watch)?;
        Ok(study.metrics.iter().map(|metric| metric.expression.read(&rows, &rows)).collect::<Vec<f64>>())
    });
    let found = found.unwrap_or_else(|stopped| panic!("{stopped}"));
    let of = |world: usize, metric: usize| {
        found.iter().skip(world).step_by(worlds.len()).map(|run| run[metric]).collect::<Vec<f64>>()
    };
    (0..worlds.len()).map(|world| (0..study.metrics.len()).map(|metric| of(world, metric)).collect()).collect()
}

fn table(study: &Study, measured: &[Vec<Vec<f64>>], date: &str) -> String {
    let others = study.metrics.len() - MAIN;
    let (first, last) = (study.first_seed, study.first_seed + study.seeds - 1);
    let mut table = format!(
        "Measured on {date} with seeds {first} to {last}: worlds of {} citizens that differ by what stands in the first column \
         from their first day on, {} days after they have settled; differences to the default world in per cent of it, with \
         intervals of 95 % (Student's t over pairs). *None* is where all four intervals hold zero and all four means are below \
         1 %. The last column has, of {others} other figures of the study, the one that moves most clearly, where its interval \
         leaves out zero at 5 % over all {others}; from the default world to that one.\n\n\
         | without, or with | trade | price over cost | harm | anxiety | what else it moves |\n|---|---|---|---|---|---|\n",
        study.base.params.citizens.count.get(),
        study.base.days,
    );
    for (arm, values) in study.arms.iter().zip(&measured[1..]) {
        let effects: Vec<Effect> =
            (0..MAIN).map(|at| Effect::between(&study.metrics[at].name, &measured[0][at], &values[at])).collect();
        let nothing = effects.iter().all(|effect| {
            effect.interval.0 <= 0.0 && effect.interval.1 >= 0.0 && effect.difference().abs() < 0.01 * effect.base.abs()
        });
        let cells: Vec<String> = effects.iter().map(in_per_cent).collect();
        let clearest = (MAIN..study.metrics.len())
            .filter_map(|at| {
                let (base, arm) = (&measured[0][at], &values[at]);
                let differences: Vec<f64> = arm.iter().zip(base).map(|(arm, base)| arm - base).collect();
                let effect = Effect::between(&study.metrics[at].label, base, arm);
                let half = half_width(&differences, 1.0 - 0.05 / others as f64);
                (effect.difference().abs() > half).then(|| (effect.difference().abs() / half.max(1e-12), effect))
            })
            .max_by(|one, other| one.0.total_cmp(&other.0));
        let moved = clearest.map_or_else(
            || "nothing else".into(),
            |(_, effect)| format!("{}: {} → {}", effect.name, short(effect.base), short(effect.arm)),
        );
        let moved = if nothing { format!("*none*; {moved}") } else { moved };
        let name = arm.name.replace('_', " ");
        let set = first_few(&arm.changes(&study.base), 3, ", ");
        let _ = writeln!(table, "| **{name}** ({set}) | {} | {moved} |", cells.join(" | "));
    }
    table
}

/// A difference in per cent of the base, with its interval.
fn in_per_cent(effect: &Effect) -> String {
    if effect.sd == 0.0 && effect.difference() == 0.0 {
        return "the same in all seeds".into();
    }
    let of = |value: f64| {
        let per_cent = 100.0 * value / effect.base.abs();
        let told = if per_cent.abs() < 9.95 { format!("{per_cent:.1}") } else { format!("{per_cent:.0}") };
        if told == "-0.0" { "0.0".to_owned() } else { told }
    };
    format!("{} ({} to {})", of(effect.difference()), of(effect.interval.0), of(effect.interval.1)).replace('-', "−")
}

/// A number in three digits.
fn short(value: f64) -> String {
    let before = if value == 0.0 { 0 } else { value.abs().log10().floor() as i32 };
    format!("{value:.*}", usize::try_from(2 - before).unwrap_or(0).min(6))
}
