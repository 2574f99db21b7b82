//! Writes again what is made from the code: the parameter reference in two forms, and the day in the model's chapter 3.
//!
//! `cargo run --release -p contraband-sim --example generate`, or `.ci/run write`, which writes everything generated.
#![allow(clippy::disallowed_methods, reason = "the engine opens no file; this program writes those of the repository")]

use std::path::Path;
use std::{fs, io};

use contraband_sim::scenario::reference::parameters_md;
use contraband_sim::scenario::write::baseline_ron;
use contraband_sim::schedule::day_md;

/// The text with all lines of its one table of phases put in anew.
fn with_day(model: &str) -> String {
    let is_row = |line: &&str| line.starts_with("| phase") || line.starts_with("|---") || line.starts_with("| ");
    let (before, rest) = model.split_once("| phase   |").expect("the model has a table of phases");
    let table = format!("| phase   |{rest}");
    let after: usize = table.lines().take_while(is_row).map(|line| line.len() + 1).sum();
    format!("{before}{}{}", day_md(), &table[after..])
}

fn main() -> io::Result<()> {
    let workspace = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    fs::write(workspace.join("scenarios/baseline.ron"), baseline_ron())?;
    fs::write(workspace.join("sim/PARAMETERS.md"), parameters_md())?;
    let model = workspace.join("sim/MODEL.md");
    let text = fs::read_to_string(&model)?;
    fs::write(&model, with_day(&text))
}
