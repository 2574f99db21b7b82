//! `contraband levers`: every adjustable parameter.

use std::collections::BTreeSet;
use std::io::{IsTerminal, stdout};

use contraband_sim::base::fields::Scope;
use contraband_sim::base::units::{Shape, Value};
use contraband_sim::ids::good::Good;
use contraband_sim::scenario::levers::{Lever, closest_name};
use contraband_sim::scenario::{Scenario, levers::levers as levers_of};
use serde_json::{Value as Json, json};

use crate::args::Changes;
use crate::errors::{Failure, Problem};
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
    let all = levers_of(&scenario);
    let sections: BTreeSet<&str> = all.iter().map(section).collect();
    if let Some(asked) = args.section.as_deref().filter(|asked| !sections.contains(asked)) {
        let sections: Vec<&str> = sections.into_iter().collect();
        return Err(unknown("section", asked, &sections));
    }
    if let Some(asked) = args.good.as_deref().filter(|asked| !Good::WORDS.contains(asked)) {
        return Err(unknown("good", asked, Good::WORDS));
    }
    let levers: Vec<Lever> = all.into_iter().filter(|lever| fits(lever, args)).collect();
    if levers.is_empty() && !args.json {
        return Err(Failure::input(
            Problem::new("no lever fits").help("leave out one of the filters, or try another word"),
        ));
    }
    if args.json {
        output::print_json(&levers.iter().map(as_json).collect())?;
        return Ok(Exit::Ok);
    }
    // For eyes, what a lever does; for pipes, a lever a line.
    output::print(&if stdout().is_terminal() { page(&levers) } else { table(&levers) })?;
    Ok(Exit::Ok)
}

/// The first part of a lever's path.
fn section(lever: &Lever) -> &str {
    lever.path.split('.').next().unwrap_or_default()
}

/// Whether a lever passes all filters.
fn fits(lever: &Lever, args: &args::Levers) -> bool {
    let text = format!("{} {} {} {}", lever.path, lever.label, lever.unit, lever.consequence).to_lowercase();
    // Words of a path are written with underscores, and searched with or without.
    let plain = text.replace('_', " ");
    let has = |word: &String| text.contains(&word.to_lowercase()) || plain.contains(&word.to_lowercase());
    let when = match args.changes {
        None => true,
        Some(Changes::Start) => lever.scope == Scope::Start,
        Some(Changes::Day) => lever.scope != Scope::Start,
        Some(Changes::Place) => lever.scope == Scope::Place,
    };
    let of_good = |good: &str| lever.path.split('.').any(|part| part == good);
    args.word.iter().all(has)
        && args.section.as_deref().is_none_or(|asked| section(lever) == asked)
        && args.good.as_deref().is_none_or(of_good)
        && when
}

fn unknown(what: &str, asked: &str, known: &[&str]) -> Failure {
    let all = known.join(", ");
    let closest = closest_name(asked, known.iter().copied());
    let help =
        closest.map_or_else(|| format!("there are {all}"), |name| format!("the closest is `{name}`; there are {all}"));
    Failure::input(Problem::new(format!("there is no {what} `{asked}` of levers")).help(help))
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
    page + "Fewer of them: contraband levers --word fine, --section law, --good privacy, --changes place\nFor programs: contraband levers --json\n"
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
    fn filters_leave_what_fits_all_of_them() {
        let found = |args: &args::Levers| -> Vec<String> {
            let levers = levers_of(&Scenario::default()).into_iter().filter(|lever| fits(lever, args));
            levers.map(|lever| lever.path).collect()
        };
        let none =
            || args::Levers { scenario: None, word: Vec::new(), section: None, good: None, changes: None, json: false };
        let all = found(&none()).len();
        let fines = found(&args::Levers { word: vec!["Fine".into()], ..none() });
        assert!(fines.contains(&"law.fine".into()) && fines.len() < all / 3, "{fines:?}");
        let both = found(&args::Levers { word: vec!["fine".into()], section: Some("law".into()), ..none() });
        assert!(both.iter().all(|path| path.starts_with("law.")) && !both.is_empty() && both.len() <= fines.len());
        let privacy = found(&args::Levers { good: Some("privacy".into()), ..none() });
        assert!(!privacy.is_empty() && privacy.iter().all(|path| path.split('.').any(|part| part == "privacy")));
        let when = |changes| found(&args::Levers { changes: Some(changes), ..none() }).len();
        assert_eq!(when(Changes::Start) + when(Changes::Day), all);
        assert!(when(Changes::Place) < when(Changes::Day) && when(Changes::Place) > 0);
    }

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
