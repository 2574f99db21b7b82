//! The reference of all parameters as tables: one row each, with unit, range, default, scope and source.

use std::fmt::Write as _;

use crate::base::fields::{About, AnySection, Scope};
use crate::base::units::{Shape, Value};
use crate::ids::good::Good;
use crate::params::Params;
use crate::params::house::HouseParams;
use crate::scenario::Scenario;
use crate::scenario::levers::{Part, SINGLE};

/// The reference of all parameters, as Markdown.
pub fn parameters_md() -> String {
    let params = Scenario::default().params;
    let mut page = HEADER.to_string();
    for part in SINGLE {
        section(&mut page, &params, &part.prefix(&params), part);
    }
    families(&mut page, &params);
    for &good in Good::ALL {
        if Part::Own(good).section(&params).abouts().next().is_some() {
            section(&mut page, &params, &Part::Own(good).prefix(&params), Part::Own(good));
        }
    }
    let names = |of: Vec<&String>| of.into_iter().cloned().collect::<Vec<String>>();
    let places = names(params.places.iter().map(|place| &place.name).collect());
    list(&mut page, &params, "places", &places, Part::Place);
    let venues = names(params.venues.iter().map(|venue| &venue.name).collect());
    list(&mut page, &params, "venues", &venues, Part::Venue);
    let agencies = names(params.agencies.iter().map(|agency| &agency.name).collect());
    list(&mut page, &params, "agencies", &agencies, Part::Agency);
    let kinds = names(params.temperaments.iter().map(|kind| &kind.name).collect());
    list(&mut page, &params, "temperaments", &kinds, Part::Temperament);
    let providers = names(params.providers.iter().map(|provider| &provider.name).collect());
    list(&mut page, &params, "providers", &providers, Part::Provider);
    houses(&mut page);
    page
}

const HEADER: &str = "\
<!-- Made from the tables in sim/src/params/ and sim/src/goods/ by `.ci/run write`, and held to them by a test. -->

# Parameters

Every parameter of the model: what it is, what happens when it moves, its unit, its range, its value in the default
world, when it may be changed, and who says so. Where its equation is used, [the model](MODEL.md) names it. The paths are
those of `--set`, of sweeps and of a scenario's timeline; `contraband levers` prints the same.

A range includes both ends. *At the start* means that the world is made from it, and that no timeline can move it; *by
date*, that it may change on any day for all places at once; *by date and place*, that it may also differ between places.
An *assumption* is a number that nobody has measured: it was chosen so that the default world looks like an illicit market
in its orders of magnitude, and it is there to be varied.
";

const HEAD: &str =
    "| parameter | what it is | unit | range | default | changes | source |\n|---|---|---|---|---|---|---|\n";

/// One part that is there once.
fn section(page: &mut String, params: &Params, title: &str, part: Part) {
    let section = part.section(params);
    if section.abouts().next().is_none() {
        return;
    }
    let _ = write!(page, "\n## {title}\n\n{}\n\n{HEAD}", one_line(section.doc()));
    for (field, about) in section.abouts().enumerate() {
        row(page, title, about, &shown(section.get(field)));
    }
}

/// What all goods have, with a table of their values.
fn families(page: &mut String, params: &Params) {
    let common = Part::Good(Good::at(0)).section(params);
    let _ = write!(page, "\n## goods.*\n\nWhat each of the families has, with values of its own.\n\n{HEAD}");
    for about in common.abouts() {
        row(page, "goods.*", about, "see below");
    }
    let names: Vec<String> = Good::ALL.iter().map(|good| good.word().into()).collect();
    let parts: Vec<Part> = Good::ALL.iter().map(|&good| Part::Good(good)).collect();
    values(page, params, "", &names, &parts);
}

/// Items of a list, with a table of their values.
fn list(page: &mut String, params: &Params, group: &str, names: &[String], part: fn(usize) -> Part) {
    let parts: Vec<Part> = (0..names.len()).map(part).collect();
    let Some(first) = parts.first() else { return };
    let about: &dyn AnySection = first.section(params);
    let _ = write!(page, "\n## {group}.*\n\n{} A scenario may list others.\n\n{HEAD}", one_line(about.doc()));
    for about in about.abouts() {
        row(page, &format!("{group}.*"), about, "see below");
    }
    values(page, params, group, names, &parts);
}

/// Houses, of which the default world has none.
fn houses(page: &mut String) {
    let (group, house) = ("houses", HouseParams::default());
    let about: &dyn AnySection = &house;
    let _ = write!(
        page,
        "\n## {group}.*\n\n{} The default world has none; a scenario may list them.\n\n{HEAD}",
        one_line(about.doc())
    );
    for (field, of) in about.abouts().enumerate() {
        row(page, &format!("{group}.*"), of, &shown(about.get(field)));
    }
}

fn row(page: &mut String, prefix: &str, about: &About, default: &str) {
    let (unit, range) = match about.shape {
        Shape::Real => (about.unit, format!("{} to {}", about.min, about.max)),
        Shape::Whole => (about.unit, format!("{} to {}, whole", about.min, about.max)),
        Shape::Words(words) => ("word", words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")),
        Shape::Flag => ("flag", "`true` or `false`".into()),
    };
    let changes = match about.scope {
        Scope::Start => "at the start",
        Scope::Day => "by date",
        Scope::Place => "by date and place",
    };
    let what = format!("**{}.** {}", about.label(), about.consequence());
    let cells = [what.trim(), unit, &range, default, changes, &about.source()].map(one_line);
    let _ = writeln!(page, "| `{prefix}.{}` | {} |", about.name, cells.join(" | "));
}

/// Values of several parts with the same fields: a row for each field.
fn values(page: &mut String, params: &Params, group: &str, names: &[String], parts: &[Part]) {
    let of = if group.is_empty() { String::new() } else { format!(" of `{group}`") };
    let _ = write!(page, "\nValues{of} in the default world:\n\n| field | {} |\n", names.join(" | "));
    let _ = writeln!(page, "|---{}|", "|---".repeat(names.len()));
    for (field, about) in parts[0].section(params).abouts().enumerate() {
        let values: Vec<String> = parts.iter().map(|part| shown(part.section(params).get(field))).collect();
        let _ = writeln!(page, "| `{}` | {} |", about.name, values.join(" | "));
    }
}

fn shown(value: Value) -> String {
    match value {
        Value::Number(number) => format!("{number}"),
        Value::Word(_) | Value::Flag(_) => format!("`{value}`"),
    }
}

/// Text that fits a cell of a table.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}
