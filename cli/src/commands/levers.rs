//! `contraband levers`: every adjustable parameter.

use std::io::{IsTerminal, stdout};

use contraband_sim::base::fields::Scope;
use contraband_sim::base::units::{Shape, Value};
use contraband_sim::scenario::levers::Lever;
use contraband_sim::scenario::{Scenario, levers::levers as levers_of};
use serde_json::{Value as Json, json};

use crate::errors::Failure;
use crate::exit::Exit;
use crate::{args, output, source};

/// Lists levers.
///
/// # Errors
/// When the scenario cannot be read.
pub fn levers(args: &args::Levers) -> Result<Exit, Failure> {
    let scenario = match &args.scenario {
        Some(scenario) => source::find(scenario)?.scenario()?,
        None => Scenario::default(),
    };
    let levers = levers_of(&scenario);
    if args.json {
        output::print_json(&levers.iter().map(as_json).collect())?;
        return Ok(Exit::Ok);
    }
    // For eyes, what a lever does; for pipes, a lever a line.
    output::print(&if stdout().is_terminal() { page(&levers) } else { table(&levers) })?;
    Ok(Exit::Ok)
}

fn table(levers: &[Lever]) -> String {
    let head = ["PATH", "DEFAULT", "RANGE", "UNIT", "CHANGES", "LABEL", "SOURCE"].map(String::from).to_vec();
    let rows: Vec<_> = std::iter::once(head).chain(levers.iter().map(row)).collect();
    output::columns(&rows)
}

/// Every lever with its meaning in lines that fit a terminal.
fn page(levers: &[Lever]) -> String {
    let mut page = String::new();
    for lever in levers {
        let unit = if lever.unit.is_empty() { String::new() } else { format!(" {}", lever.unit) };
        let head = format!("{} = {}{unit} ({}, {})", lever.path, lever.default, range(lever), scope(lever.scope));
        let what = format!("{}. {} Source: {}", lever.label, lever.consequence, lever.source);
        page += &output::wrapped(&head, "", WIDTH);
        page += &output::wrapped(&what, "    ", WIDTH);
    }
    page + "One lever per line, for searching: contraband levers | grep fine\nFor programs: contraband levers --json\n"
}

/// Characters in a line of prose.
const WIDTH: usize = 100;

fn row(lever: &Lever) -> Vec<String> {
    vec![
        lever.path.clone(),
        lever.default.to_string(),
        range(lever),
        lever.unit.into(),
        scope(lever.scope).into(),
        lever.label.clone(),
        lever.source.clone(),
    ]
}

fn range(lever: &Lever) -> String {
    match lever.shape {
        Shape::Real | Shape::Whole => format!("{} to {}", lever.min, lever.max),
        Shape::Words(words) => words.join(", "),
        Shape::Flag => "true, false".into(),
    }
}

/// When a lever may be changed.
fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::Start => "before day 1",
        Scope::Day => "by day",
        Scope::Place => "by day and place",
    }
}

fn as_json(lever: &Lever) -> Json {
    let default = match lever.default {
        Value::Number(number) => json!(number),
        Value::Word(word) => json!(word),
        Value::Flag(flag) => json!(flag),
    };
    let mut out = json!({
        "schema": 1,
        "path": lever.path,
        "label": lever.label,
        "unit": lever.unit,
        "min": null,
        "max": null,
        "default": default,
        "source": lever.source,
        "consequence": lever.consequence,
        "scope": match lever.scope { Scope::Start => "start", Scope::Day => "day", Scope::Place => "place" },
    });
    match lever.shape {
        Shape::Real | Shape::Whole => {
            out["min"] = json!(lever.min);
            out["max"] = json!(lever.max);
            out["whole"] = json!(lever.shape == Shape::Whole);
        }
        Shape::Words(words) => out["words"] = json!(words),
        Shape::Flag => out["words"] = json!([false, true]),
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_lever_says_in_narrow_lines_what_it_does() {
        let levers = levers_of(&Scenario::default());
        let page = page(&levers);
        assert!(page.lines().all(|line| line.chars().count() <= WIDTH + 3), "{page}");
        assert_eq!(table(&levers).lines().count(), levers.len() + 1);
        for lever in levers {
            assert!(page.contains(&format!("{} = {}", lever.path, lever.default)), "{}", lever.path);
        }
    }
}
