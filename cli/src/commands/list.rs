//! `contraband list`: the scenarios that come with the program.

use contraband_sim::scenario::LIBRARY;
use serde_json::json;

use crate::args;
use crate::errors::Failure;
use crate::exit::Exit;
use crate::{output, source};

/// Lists the embedded scenarios, each with its question.
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
            "name": embedded.name,
            "title": scenario.name,
            "question": scenario.question,
            "look_at": scenario.look_at,
            "days": scenario.days,
            "citizens": scenario.params.citizens.count.get(),
        }));
        rows.push(vec![embedded.name.to_owned(), scenario.question]);
    }
    if args.json {
        output::print_json(&objects.into())?;
    } else {
        output::print(&output::columns(&rows))?;
    }
    Ok(Exit::Ok)
}
