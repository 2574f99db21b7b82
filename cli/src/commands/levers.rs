//! `contraband levers`: every adjustable parameter.

use contraband_sim::scenario::fields::Scope;
use contraband_sim::scenario::{Lever, Scenario, levers as levers_of};
use contraband_sim::units::{Shape, Value};
use serde_json::{Value as Json, json};

use crate::args;
use crate::errors::Failure;
use crate::exit::Exit;
use crate::{output, source};

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
    let head = ["PATH", "DEFAULT", "RANGE", "UNIT", "CHANGES", "LABEL", "SOURCE"].map(String::from).to_vec();
    let rows: Vec<_> = std::iter::once(head).chain(levers.iter().map(row)).collect();
    output::print(&output::columns(&rows))?;
    Ok(Exit::Ok)
}

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
