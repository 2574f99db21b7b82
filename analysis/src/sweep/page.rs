//! `report.html` of a sweep: pictures, and cells that can be looked into. Its size does not grow with the runs.

use std::fs;

use contraband_lab::batch::FolderLock;
use contraband_lab::disk::{put, write_synced};
use contraband_lab::sweep::{RunStatus, Shards, SweepFolder, SweptRun, text_of};
use contraband_pages::{BASICS, script};
use contraband_sim::{FIT, VERSION};
use maud::{Markup, PreEscaped, html};
use serde_json::{Value as Json, json};

use super::findings::{FEW, SweepFindings};
use super::pictures::{all, figure};
use crate::charts::canvas::{PictureSource, png};
use crate::charts::words::{assumption, plain};
use crate::compare::wording::three_digits;
use crate::error::StoreError;
use crate::provenance::describe;
use crate::report::{Loads, PageHead, Scheme, heads, page, scroll, section};
use crate::told;

const RULES: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Cells that can be looked into, and metrics, at most.
const CELLS: usize = 1_500;
const METRICS: usize = 12;
/// Values of single runs in the page, at most about so many.
const VALUES: usize = 60_000;
/// Rows of the table of cells, and of that of failures, at most.
const ROWS: usize = 200;

/// Draws the pictures of a sweep that was merged into `charts/`, and writes `report.html`.
///
/// # Errors
/// When its tables cannot be read, or the system refuses.
pub fn write(folder: &SweepFolder) -> Result<(), StoreError> {
    let _turn = FolderLock::wait(folder.path());
    let findings = SweepFindings::read(folder)?;
    let pictures = all(&findings)?;
    let charts = folder.path().join("charts");
    fs::create_dir_all(&charts).map_err(StoreError::system("make", &charts))?;
    let plan = folder.plan();
    let mut origin =
        json!({"sweep": plan.name, "base": plan.base.hash, "plan": plan.identity(), "runs": findings.rows});
    plan.build().tell(&mut origin);
    for picture in &pictures {
        let source = PictureSource { title: picture.title.clone(), origin: origin.to_string() };
        write_synced(&charts.join(format!("{}.svg", picture.name)), picture.svg.as_bytes())?;
        write_synced(&charts.join(format!("{}.png", picture.name)), &png(&picture.svg, &source))?;
    }
    let told = told::section(folder.path(), (findings.rows - findings.failed) as u64)?;
    let name = if plan.name.is_empty() { "A sweep" } else { &plan.name };
    let about = PageHead {
        title: &format!("{name}: a Contraband sweep"),
        scheme: Scheme::Light,
        loads: Loads::Script,
        rules: RULES,
    };
    let body = html! {
        a.skip href="#main" { "Skip to what was found" }
        div.page {
            header.kicker { span { "Contraband " (VERSION) ": report of a sweep" } }
            main #main {
                h1 { (name) }
                @if !plan.question.is_empty() { p.lead { (plan.question) } }
                p.facts { (facts(&findings)) }
                (warnings(&findings))
                section.screen aria-labelledby="explore" {
                    h2 #explore { "Look at a cell" }
                    p {
                        "Each mark is a cell: one world, lived with several seeds. Point at one, tap it, or move with the arrow \
                         keys to see how its runs are spread, and how to live one of them again."
                    }
                    div #explorer {}
                    noscript { p { "This part needs JavaScript; the pictures and the table below do not." } }
                }
                (section("pictures", "Pictures", html! {
                    ul.seen {
                        @for picture in &pictures { li { a href={ "#" (picture.name) } { (picture.title) } } }
                    }
                    @for picture in &pictures { (figure(picture)) }
                    (not_drawn(&findings))
                }))
                (PreEscaped(&told))
                (section("table", "The figures behind it", table(&findings)))
                (failures(&findings)?)
                (section("again", "The sweep again", again(&findings)))
                (section("limits", "Limits of use", html! {
                    p {
                        "Contraband is a made-up world for thinking, teaching and asking. What a sweep shows is how this model \
                         answers to its own assumptions, over the ranges that were asked and no further. It forecasts nothing, \
                         proves nothing of a real policy, and describes no person, group or place. Cells differ by chance too: \
                         look at the intervals before leaning on a difference. " (FIT.replace('`', ""))
                    }
                }))
            }
            footer {
                "This file works without a network and asks nothing of it. Every run is in " code { "runs.parquet" } "."
            }
        }
        script #figures type="application/json" { (PreEscaped(figures(&findings))) }
        script type="module" { (PreEscaped(script(&[BASICS, SCRIPT]))) }
    };
    put(folder.path(), "report.html", &page(&about, &body))?;
    describe(folder.path())
}

/// The metrics of which no run has a value, so that nothing could be drawn.
fn not_drawn(findings: &SweepFindings<'_>) -> Markup {
    let unknown = |metric: usize| (0..findings.plan().cells.len()).all(|cell| findings.stats(metric, cell).n == 0);
    let metrics = &findings.plan().metrics;
    let names: Vec<&str> =
        (0..metrics.len()).filter(|&metric| unknown(metric)).map(|metric| metrics[metric].name.as_str()).collect();
    html! {
        @if !names.is_empty() { p.quiet #not-drawn { "Not drawn, since no run has a value: " (names.join(", ")) "." } }
    }
}

fn facts(findings: &SweepFindings<'_>) -> String {
    let plan = findings.plan();
    let count =
        |count: f64, one: &str, many: &str| format!("{} {}", plain(count, 0), if count == 1.0 { one } else { many });
    format!(
        "{} over {} of {}: {}, {} each, {} runs of {} days with {} citizens; seeds {}; assumption: {}",
        plan.design["method"].as_str().unwrap_or("").replace('_', " "),
        count(plan.factors.len() as f64, "lever", "levers"),
        plan.base.name,
        count(plan.cells.len() as f64, "cell", "cells"),
        count(plan.reps as f64, "run", "runs"),
        plain(plan.runs() as f64, 0),
        plan.base.days,
        citizens(findings),
        if plan.seeds == "shared" {
            "shared by all cells, so that cells differ by their levers alone"
        } else {
            "independent"
        },
        assumption(&plan.base.valve),
    )
}

/// How many citizens live in the cells: from the fewest to the most where a lever sets their number.
fn citizens(findings: &SweepFindings<'_>) -> String {
    let plan = findings.plan();
    let Some(lever) = plan.factors.iter().position(|factor| factor.path == "citizens.count") else {
        return plain(plan.base.citizens as f64, 0);
    };
    let counts = || plan.cells.iter().filter_map(|cell| cell.values[lever].as_f64());
    let (low, high) = (counts().fold(f64::INFINITY, f64::min), counts().fold(f64::NEG_INFINITY, f64::max));
    if low == high { plain(low, 0) } else { format!("{} to {}", plain(low, 0), plain(high, 0)) }
}

fn warnings(findings: &SweepFindings<'_>) -> Markup {
    let (runs, rows) = (findings.plan().runs(), findings.rows);
    html! {
        @for note in findings.folder.notes() {
            p.warn { strong { "Note:" } " " (note.replace('`', "")) "." }
        }
        @if (rows as u64) < runs {
            p.warn {
                strong { "This sweep is incomplete." }
                " " (plain(rows as f64, 0)) " of " (plain(runs as f64, 0)) " runs are done; " code { "contraband sweep run" }
                " runs the rest."
            }
        }
        @if findings.failed > 0 {
            p.warn {
                strong { (plain(findings.failed as f64, 0)) " runs failed" }
                " and are left out of every figure; see " a href="#failures" { "below" }
                ". If some cells have more failures than others, their figures may be biased."
            }
        }
        @if let Some(left) = findings.left_out() {
            p.warn {
                strong { "Some runs have no value." }
                " " (left) " Every figure speaks of the runs that are left, and says so in its cell; fields of which nothing \
                 is known are striped."
            }
        }
        @if findings.stopped > 0 {
            p {
                (plain(findings.stopped as f64, 0)) " runs were ended by a condition (" (findings.plan().stop.join(", "))
                "); they count for the days they ran."
            }
        }
    }
}

/// Of so many, at most `most`, evenly.
fn sample(count: usize, most: usize) -> impl Iterator<Item = usize> {
    (0..count).step_by(count.div_ceil(most.max(1)).max(1))
}

fn table(findings: &SweepFindings<'_>) -> Markup {
    let plan = findings.plan();
    let cells: Vec<usize> = sample(plan.cells.len(), ROWS).collect();
    let metrics = plan.metrics.len().min(METRICS);
    let levers = plan.factors.iter().map(|factor| factor.path.as_str());
    let measured = plan.metrics[..metrics].iter().map(|metric| metric.label.as_str());
    let columns: Vec<&str> = std::iter::once("Cell").chain(levers).chain(["Runs"]).chain(measured).collect();
    let mean = |metric: usize, cell: usize| {
        let stats = findings.stats(metric, cell);
        let half = if stats.half.is_finite() { format!(" ± {}", three_digits(stats.half)) } else { String::new() };
        let of = findings.planned(cell);
        let left = if stats.n < of { format!(" ({} of {of} runs)", stats.n) } else { String::new() };
        three_digits(stats.mean) + &half + &left
    };
    html! {
        @if cells.len() < plan.cells.len() {
            p { (cells.len()) " of " (plan.cells.len()) " cells, evenly spaced; all are in " code { "runs.parquet" } "." }
        }
        details {
            summary { "Means of all metrics by cell, with half-widths of their 95 % intervals" }
            div.scroll tabindex="0" role="region" aria-label="Means by cell" {
                table.num {
                    (heads(&columns))
                    tbody {
                        @for &cell in &cells {
                            tr {
                                td { (cell) }
                                @for value in &plan.cells[cell].values {
                                    td { (value.as_f64().map_or_else(|| text_of(value), three_digits)) }
                                }
                                td { (findings.runs[cell].len()) }
                                @for metric in 0..metrics { td { (mean(metric, cell)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn failures(findings: &SweepFindings<'_>) -> Result<Markup, StoreError> {
    if findings.failed == 0 {
        return Ok(html! {});
    }
    let shards = Shards::of(findings.folder)?;
    let mut rows: Vec<SweptRun> = Vec::new();
    for shard in 0..findings.plan().shards() {
        if rows.len() == ROWS {
            break;
        }
        let failed = shards.read(shard)?.rows.into_values().filter(|row| row.status.is_failure());
        rows.extend(failed.take(ROWS - rows.len()));
    }
    Ok(section(
        "failures",
        "Runs that failed",
        html! {
            p { (rows.len()) " of " (findings.failed) "; all are in " code { "failures.parquet" } "." }
            (scroll(html! {
                table {
                    (heads(&["Run", "Status", "Message", "To run it again"]))
                    tbody {
                        @for row in &rows {
                            tr {
                                td { (row.run) }
                                td { @if row.status == RunStatus::TimedOut { "timed out" } @else { "failed" } }
                                td { (row.error) }
                                td { code { "contraband sweep replay . --run " (row.run) } }
                            }
                        }
                    }
                }
            }))
        },
    ))
}

fn again(findings: &SweepFindings<'_>) -> Markup {
    let plan = findings.plan();
    html! {
        p {
            "The plan and the base are in this folder. With engine " (plan.build().name())
            ", these commands, run in a folder that holds only these two, produce the same " code { "runs.parquet" }
            ", byte for byte:"
        }
        pre { code { "contraband sweep run .\ncontraband sweep merge ." } }
        (scroll(html! {
            table {
                caption { "Levers that vary" }
                (heads(&["Lever", "Values", "Unit"]))
                tbody {
                    @for factor in &plan.factors {
                        tr {
                            td { (factor.label) br; code { (factor.path) } }
                            td { (spread_in_words(&factor.spread)) }
                            td { (factor.unit) }
                        }
                    }
                }
            }
        }))
        (scroll(html! {
            table.facts-table {
                caption { "What is measured" }
                tbody {
                    @for metric in &plan.metrics {
                        tr { th scope="row" { (metric.label) } td { code { (metric.metric) } } }
                    }
                }
            }
        }))
    }
}

/// The values of a factor in words.
fn spread_in_words(spread: &Json) -> String {
    let number = |field: &str| spread[field].as_f64().map_or_else(|| "?".into(), three_digits);
    match spread["distribution"].as_str() {
        Some("choice") => {
            let all: Vec<String> = spread["values"].as_array().into_iter().flatten().map(text_of).collect();
            match all.as_slice() {
                [first, .., last] if all.len() > 12 => format!("{} values from {first} to {last}", all.len()),
                few => few.join(", "),
            }
        }
        Some("normal") => format!(
            "normal, mean {}, standard deviation {}, from {} to {}",
            number("mean"),
            number("sd"),
            number("low"),
            number("high")
        ),
        Some("triangular") => {
            format!("triangular, from {} to {} with its peak at {}", number("low"), number("high"), number("mode"))
        }
        Some("log_uniform") => format!("from {} to {}, evenly on a logarithmic scale", number("low"), number("high")),
        _ => format!("from {} to {}", number("low"), number("high")),
    }
}

/// The figures of the page, for its script.
fn figures(findings: &SweepFindings<'_>) -> String {
    let plan = findings.plan();
    let metrics = plan.metrics.len().min(METRICS);
    let cells: Vec<usize> = sample(plan.cells.len(), CELLS).collect();
    let each = (VALUES / (cells.len() * metrics).max(1)).clamp(1, 40);
    // As many digits as an eye can use.
    let number = |value: f64| {
        let digits =
            if value == 0.0 || !value.is_finite() { 0 } else { (4 - value.abs().log10().floor() as i32).clamp(0, 12) };
        format!("{value:.*}", digits as usize).parse::<f64>().ok().filter(|value| value.is_finite())
    };
    let factors: Vec<Json> = (plan.factors.iter().enumerate())
        .map(|(nth, factor)| {
            let words = findings.words(nth);
            json!({"path": factor.path, "label": factor.label, "words": if words.is_empty() { Json::Null } else { json!(words) }})
        })
        .collect();
    let told: Vec<Json> = cells
        .iter()
        .map(|&cell| {
            let chosen: Vec<usize> = sample(findings.runs[cell].len(), each).collect();
            let stats = |metric: usize| {
                let stats = findings.stats(metric, cell);
                let mut all = vec![Some(stats.n as f64), number(stats.mean), number(stats.half)];
                all.extend(stats.quantiles.map(number));
                all
            };
            json!({
                "c": cell,
                "p": findings.planned(cell),
                "v": (0..plan.factors.len()).map(|factor| number(findings.place(factor, cell))).collect::<Vec<_>>(),
                "r": chosen.iter().map(|&nth| findings.runs[cell][nth]).collect::<Vec<_>>(),
                "s": (0..metrics).map(stats).collect::<Vec<_>>(),
                "d": (0..metrics)
                    .map(|metric| chosen.iter().map(|&nth| number(findings.values(metric, cell)[nth])).collect::<Vec<_>>())
                    .collect::<Vec<_>>(),
            })
        })
        .collect();
    let axes: Vec<usize> = if plan.design["method"] == "grid" {
        (0..plan.factors.len()).filter(|&factor| findings.levels(factor).len() > 1).collect()
    } else {
        findings.by_influence()
    };
    let metrics: Vec<Json> = plan.metrics.iter().take(METRICS).map(|metric| json!({"name": metric.label})).collect();
    let axes = if axes.is_empty() { vec![0] } else { axes };
    let all = json!({"few": FEW, "factors": factors, "metrics": metrics, "axes": axes, "cells": told, "look": "contraband explore . --run ", "replay": "contraband sweep replay . --run "});
    // Words of a sweep file end no script.
    all.to_string().replace('<', "\\u003c")
}
