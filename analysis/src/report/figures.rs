//! The figures that the report carries for its interactive charts, as JSON of bounded size.

use std::fmt::Write as _;

use contraband_sim::record::tables::{ColumnKind, TABLES, TableSpec};
use polars::prelude::DataFrame;

use crate::charts::View;
use crate::charts::words::name;
use crate::measures;
use crate::measures::{Groups, numbers, stretch, sum, thin};

/// Points of one line, at most: as many as a page has pixels for.
pub const POINTS: usize = 400;
/// Lines of one table, at most: those with most trade.
const LINES: usize = 24;

/// All series of all daily tables, thinned, with the dates of policies.
pub fn json(view: &View) -> String {
    let stretch = stretch(view.days, POINTS);
    let mut out = String::with_capacity(1 << 20);
    let _ = write!(out, "{{\"stretch\":{stretch},\"last\":{},\"days\":[", view.days);
    let days: Vec<f64> = (1..=view.days).map(|day| day as f64).collect();
    list(&mut out, &thin(&days, POINTS));
    out.push_str("],\"policies\":[");
    for (index, policy) in view.policies.iter().enumerate() {
        let until = policy.until.map_or("null".into(), |until| until.to_string());
        let comma = if index > 0 { "," } else { "" };
        let _ = write!(out, "{comma}{{\"day\":{},\"until\":{until},\"label\":{}}}", policy.day, text(&policy.label));
    }
    out.push_str("],\"tables\":[");
    let mut first = true;
    for spec in TABLES.iter().filter(|spec| is_daily(spec)) {
        let frame = view.frames.of(spec.name);
        if frame.height() > 0 {
            if !first {
                out.push(',');
            }
            first = false;
            table(&mut out, view, spec, frame);
        }
    }
    out.push_str("]}");
    out
}

/// Whether a table has rows for each day and, at most, one key beside the day.
fn is_daily(spec: &TableSpec) -> bool {
    spec.columns[0].name == "day" && !["syndicates", "flows", "events"].contains(&spec.name)
}

/// The key beside the day, where there is one.
fn key(spec: &TableSpec) -> Option<&'static str> {
    spec.columns.get(1).filter(|column| column.kind == ColumnKind::Text).map(|column| column.name)
}

/// How the menu calls a table.
fn label(spec: &TableSpec) -> String {
    match spec.name {
        "days" => "The whole world".into(),
        "counts" => "Events, counted".into(),
        "providers" => "Providers of shopping agents".into(),
        "welfare" => "Welfare account".into(),
        known => name(known),
    }
}

fn table(out: &mut String, view: &View, spec: &TableSpec, frame: &DataFrame) {
    let groups = key(spec).map(|key| Groups::of(frame, key));
    // Where lines are too many, those with most of the first column of numbers that tells their size are kept.
    let size =
        ["trades", "examined", "clients", "residents", "citizens"].into_iter().find(|&name| frame.column(name).is_ok());
    let busy = size.map(|name| numbers(frame, name)).unwrap_or_default();
    let mut chosen: Vec<usize> = groups.as_ref().map_or(vec![0], |groups| (0..groups.names.len()).collect());
    if let Some(groups) = groups.as_ref().filter(|_| chosen.len() > LINES) {
        let trade = |&group: &usize| sum(&groups.series(group, &busy, view.days));
        chosen.sort_by(|one, other| trade(other).total_cmp(&trade(one)));
        chosen.truncate(LINES);
        chosen.sort_unstable();
    }
    let names: Vec<String> = chosen
        .iter()
        .map(|&group| groups.as_ref().map_or("\"\"".into(), |groups| text(&groups.names[group])))
        .collect();
    let _ = write!(
        out,
        "{{\"name\":{},\"label\":{},\"keys\":[{}],\"columns\":[",
        text(spec.name),
        text(&label(spec)),
        names.join(",")
    );
    let mut first = true;
    for column in spec.columns {
        // Whole milli-credits repeat a column in credits.
        if column.kind == ColumnKind::Text || column.name == "day" || column.name.ends_with("_milli") {
            continue;
        }
        let values = numbers(frame, column.name);
        if !first {
            out.push(',');
        }
        first = false;
        let _ = write!(
            out,
            "{{\"name\":{},\"label\":{},\"unit\":{},\"doc\":{},\"values\":[",
            text(column.name),
            text(&headline(column.doc)),
            text(column.unit),
            text(column.doc)
        );
        for (index, &group) in chosen.iter().enumerate() {
            out.push_str(if index > 0 { ",[" } else { "[" });
            let series = groups.as_ref().map_or_else(
                || view.daily_of(spec.name, column.name),
                |groups| groups.series(group, &values, view.days),
            );
            list(out, &thin(&series, POINTS));
            out.push(']');
        }
        out.push_str("]}");
    }
    out.push_str("]}");
}

/// The documentation of a column as an entry of a menu: its first part, with a capital.
fn headline(doc: &str) -> String {
    let part = doc.split([';', '(']).next().unwrap_or(doc).trim();
    let mut letters = part.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Numbers to five figures, `null` for gaps.
fn list(out: &mut String, values: &[f64]) {
    for (index, &value) in values.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        if !value.is_finite() {
            out.push_str("null");
            continue;
        }
        let _ = write!(out, "{}", five_figures(value));
    }
}

fn five_figures(value: f64) -> f64 {
    if value == 0.0 || value.fract() == 0.0 {
        return value;
    }
    let scale = 10f64.powi(4 - value.abs().log10().floor() as i32);
    if scale.is_finite() && scale > 0.0 {
        let rounded = (value * scale).round() / scale;
        if rounded.is_finite() {
            return rounded;
        }
    }
    measures::mean(&[value])
}

/// A JSON string that may stand inside a script element: nothing in it can end the element.
pub fn text(words: &str) -> String {
    serde_json::to_string(words)
        .unwrap_or_else(|_| "\"\"".into())
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
}

#[cfg(test)]
mod tests {
    use contraband_sim::scenario::Scenario;

    use super::*;
    use crate::charts::Frames;
    use crate::charts::made_up::{Made, frames};

    fn figures(made: Made) -> serde_json::Value {
        let frames = frames(made);
        serde_json::from_str(&json(&View::new(&frames, &Scenario::default(), String::new()))).unwrap()
    }

    #[test]
    fn every_day_of_a_year_is_there() {
        let figures = figures(Made::default());
        assert_eq!(figures["stretch"], 1);
        assert_eq!(figures["days"].as_array().unwrap().len(), 365);
        let names: Vec<&str> =
            figures["tables"].as_array().unwrap().iter().map(|t| t["name"].as_str().unwrap()).collect();
        let daily: Vec<&str> = TABLES.iter().filter(|spec| is_daily(spec)).map(|spec| spec.name).collect();
        assert_eq!(names, daily);
        assert!(["days", "counts", "providers"].iter().all(|name| names.contains(name)));
        assert_eq!(figures["tables"][1]["keys"].as_array().unwrap().len(), 9);
        assert_eq!(figures["tables"][1]["columns"][0]["values"][8].as_array().unwrap().len(), 365);
    }

    #[test]
    fn long_runs_and_many_places_stay_bounded() {
        let figures = figures(Made { days: 3650, places: 50, ..Made::default() });
        assert!(figures["days"].as_array().unwrap().len() <= POINTS);
        assert_eq!(figures["tables"][2]["keys"].as_array().unwrap().len(), LINES);
        assert!(figures.to_string().len() < 3_000_000);
    }

    #[test]
    fn gaps_are_null_and_numbers_are_short() {
        let mut out = String::new();
        list(&mut out, &[0.123_456_789, f64::NAN, 1234.0, 98765.432, 1e-12, 0.0]);
        assert_eq!(out, "0.12346,null,1234,98765,0.000000000001,0");
    }

    #[test]
    fn a_name_cannot_end_the_script() {
        assert_eq!(text("</script><b>&\""), r#""\u003c/script\u003e\u003cb\u003e\u0026\"""#);
    }

    #[test]
    fn a_run_without_tables_has_none() {
        let frames = Frames::default();
        let figures: serde_json::Value =
            serde_json::from_str(&json(&View::new(&frames, &Scenario::default(), String::new()))).unwrap();
        assert_eq!(figures["days"].as_array().unwrap().len(), 0);
        assert_eq!(figures["tables"].as_array().unwrap().len(), 0);
    }
}
