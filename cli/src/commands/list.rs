//! `contraband list`: the scenarios and sweeps that come with the program.

use contraband_sim::scenario::{LIBRARY, SWEEPS};
use serde_json::json;

use super::sweep::named;
use crate::args;
use crate::errors::Failure;
use crate::exit::Exit;
use crate::{output, source};

/// Lists the embedded scenarios and sweeps, each with its question.
///
/// # Errors
/// When stdout cannot be written.
pub fn list(args: &args::List) -> Result<Exit, Failure> {
    let mut rows = Vec::new();
    let mut objects = Vec::new();
    for embedded in LIBRARY {
        let scenario = source::find(embedded.name)?.scenario()?;
        objects.push(json!({
            "schema": 1,
            "kind": "scenario",
            "name": embedded.name,
            "title": scenario.name,
            "question": scenario.question,
            "look_at": scenario.look_at,
            "days": scenario.days,
            "citizens": scenario.params.citizens.count.get(),
        }));
        rows.push(vec![embedded.name.to_owned(), scenario.question]);
    }
    for embedded in SWEEPS {
        let (_, sweep) = named(embedded.name)?;
        objects.push(json!({
            "schema": 1,
            "kind": "sweep",
            "name": embedded.name,
            "title": sweep.name,
            "question": sweep.question,
            "days": sweep.base.days,
            "citizens": sweep.base.params.citizens.count.get(),
            "runs": sweep.cells.len() as u64 * sweep.reps,
        }));
        rows.push(vec![embedded.name.to_owned(), sweep.question]);
    }
    if args.json {
        output::print_json(&objects.into())?;
    } else {
        output::print(&output::columns(&rows))?;
    }
    Ok(Exit::Ok)
}
