//! `report.html` of a sweep: pictures, and cells that can be looked into. Its size does not grow with the runs.

use std::fmt::Write as _;
use std::fs;

use contraband_sim::VERSION;
use serde_json::{Value as Json, json};

use super::findings::Findings;
use super::pictures::{all, figure};
use crate::charts::canvas::{escape, png};
use crate::charts::words::plain;
use crate::compare::wording::three_digits;
use crate::error::StoreError;
use crate::report::{Loads, PARTS, Scheme, fill, head};
use crate::told::section;
use contraband_lab::batch::FolderLock;
use contraband_lab::disk::put;
use contraband_lab::disk::write_synced;
use contraband_lab::sweep::{Shards, Status, SweepFolder, text_of};

const PAGE: &str = include_str!("page.html");
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
    let findings = Findings::read(folder)?;
    let pictures = all(&findings)?;
    let charts = folder.path().join("charts");
    fs::create_dir_all(&charts).map_err(StoreError::system("make", &charts))?;
    for picture in &pictures {
        write_synced(&charts.join(format!("{}.svg", picture.name)), picture.svg.as_bytes())?;
        write_synced(&charts.join(format!("{}.png", picture.name)), &png(&picture.svg))?;
    }
    let plan = folder.plan();
    let name = if plan.name.is_empty() { "A sweep" } else { &plan.name };
    let page = fill(
        PAGE,
        &[
            ("head", head(&format!("{name}: a sweep of Contraband"), Scheme::Light, Loads::Script)),
            ("version", escape(VERSION)),
            ("name", escape(name)),
            (
                "lead",
                if plan.question.is_empty() {
                    String::new()
                } else {
                    format!("<p class=\"lead\">{}</p>", escape(&plan.question))
                },
            ),
            ("facts", facts(&findings)),
            ("warnings", warnings(&findings)),
            (
                "seen",
                pictures
                    .iter()
                    .map(|picture| {
                        format!("<li><a href=\"#{}\">{}</a></li>", escape(&picture.name), escape(&picture.title))
                    })
                    .collect(),
            ),
            ("pictures", pictures.iter().map(figure).collect()),
            ("analysis", section(folder.path(), (findings.rows - findings.failed) as u64)),
            ("table", table(&findings)),
            ("failures", failures(&findings)?),
            ("again", again(&findings)),
            ("figures", figures(&findings)),
            ("script", format!("{PARTS}{SCRIPT}")),
        ],
    );
    put(folder.path(), "report.html", &page)
}

fn facts(findings: &Findings<'_>) -> String {
    let plan = findings.plan();
    let count =
        |count: f64, one: &str, many: &str| format!("{} {}", plain(count, 0), if count == 1.0 { one } else { many });
    escape(&format!(
        "{} over {} of {}: {}, {} each, {} runs of {} days with {} citizens; seeds {}; preset of the release valve: {}",
        plan.design["method"].as_str().unwrap_or("").replace('_', " "),
        count(plan.factors.len() as f64, "lever", "levers"),
        plan.base.name,
        count(plan.cells.len() as f64, "cell", "cells"),
        count(plan.reps as f64, "run", "runs"),
        plain(plan.runs() as f64, 0),
        plan.base.days,
        plain(plan.base.citizens as f64, 0),
        if plan.seeds == "shared" {
            "shared by all cells, so that they differ by their levers alone"
        } else {
            "independent"
        },
        plan.base.valve,
    ))
}

fn warnings(findings: &Findings<'_>) -> String {
    let mut out = String::new();
    let (runs, rows) = (findings.plan().runs(), findings.rows);
    if (rows as u64) < runs {
        let _ = write!(
            out,
            "<p class=\"warn\"><strong>This sweep is incomplete.</strong> {} of {} runs are there; <code>contraband sweep run</code> lives the others.</p>",
            plain(rows as f64, 0),
            plain(runs as f64, 0)
        );
    }
    if findings.failed > 0 {
        let _ = write!(
            out,
            "<p class=\"warn\"><strong>{} runs failed</strong> and are in no figure; see <a href=\"#failures\">below</a>. If they are of some \
             cells more than of others, these cells look other than they are.</p>",
            plain(findings.failed as f64, 0)
        );
    }
    if findings.stopped > 0 {
        let _ = write!(
            out,
            "<p>{} runs were ended by a condition ({}); they count as far as they went.</p>",
            plain(findings.stopped as f64, 0),
            escape(&findings.plan().stop.join(", "))
        );
    }
    out
}

/// Of so many, at most `most`, evenly.
fn sample(count: usize, most: usize) -> impl Iterator<Item = usize> {
    (0..count).step_by(count.div_ceil(most.max(1)).max(1))
}

fn table(findings: &Findings<'_>) -> String {
    let plan = findings.plan();
    let cells: Vec<usize> = sample(plan.cells.len(), ROWS).collect();
    let mut out = String::new();
    if cells.len() < plan.cells.len() {
        let _ = write!(
            out,
            "<p>{} of {} cells, evenly chosen; all are in <code>runs.parquet</code>.</p>",
            cells.len(),
            plan.cells.len()
        );
    }
    out += "<details><summary>Means of all metrics by cell, with half of their intervals of 95 %</summary>\
            <div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Means by cell\"><table class=\"num\"><thead><tr><th scope=\"col\">Cell</th>";
    for factor in &plan.factors {
        let _ = write!(out, "<th scope=\"col\">{}</th>", escape(&factor.path));
    }
    out += "<th scope=\"col\">Runs</th>";
    for metric in plan.metrics.iter().take(METRICS) {
        let _ = write!(out, "<th scope=\"col\">{}</th>", escape(&metric.label));
    }
    out += "</tr></thead><tbody>";
    for cell in cells {
        let _ = write!(out, "<tr><td>{cell}</td>");
        for value in &plan.cells[cell].values {
            let shown = value.as_f64().map_or_else(|| text_of(value), three_digits);
            let _ = write!(out, "<td>{}</td>", escape(&shown));
        }
        let _ = write!(out, "<td>{}</td>", findings.runs[cell].len());
        for metric in 0..plan.metrics.len().min(METRICS) {
            let stats = findings.stats(metric, cell);
            let half = if stats.half.is_finite() { format!(" ± {}", three_digits(stats.half)) } else { String::new() };
            let _ = write!(out, "<td>{}{half}</td>", three_digits(stats.mean));
        }
        out += "</tr>";
    }
    out + "</tbody></table></div></details>"
}

fn failures(findings: &Findings<'_>) -> Result<String, StoreError> {
    if findings.failed == 0 {
        return Ok(String::new());
    }
    let shards = Shards::of(findings.folder)?;
    let mut rows = String::new();
    let mut told = 0;
    for shard in 0..findings.plan().shards() {
        for row in shards.read(shard)?.rows.values() {
            if !row.status.is_failure() || told == ROWS {
                continue;
            }
            told += 1;
            let word = if row.status == Status::TimedOut { "timed out" } else { "failed" };
            let _ = write!(
                rows,
                "<tr><td>{}</td><td>{word}</td><td>{}</td><td><code>contraband sweep replay . --run {}</code></td></tr>",
                row.run,
                escape(&row.error),
                row.run
            );
        }
        if told == ROWS {
            break;
        }
    }
    Ok(format!(
        "<section aria-labelledby=\"failures\"><h2 id=\"failures\">Runs that failed</h2><p>{told} of {}; all are in <code>failures.parquet</code>.</p>\
         <div class=\"scroll\"><table><thead><tr><th scope=\"col\">Run</th><th scope=\"col\">How</th><th scope=\"col\">What was said</th>\
         <th scope=\"col\">Again</th></tr></thead><tbody>{rows}</tbody></table></div></section>",
        findings.failed
    ))
}

fn again(findings: &Findings<'_>) -> String {
    let plan = findings.plan();
    let metrics: String = plan
        .metrics
        .iter()
        .map(|metric| {
            format!(
                "<tr><th scope=\"row\">{}</th><td><code>{}</code></td></tr>",
                escape(&metric.label),
                escape(&metric.metric)
            )
        })
        .collect();
    let spreads: String = plan
        .factors
        .iter()
        .map(|factor| {
            format!(
                "<tr><td>{}<br><code>{}</code></td><td>{}</td><td>{}</td></tr>",
                escape(&factor.label),
                escape(&factor.path),
                escape(&spread_in_words(&factor.spread)),
                escape(&factor.unit)
            )
        })
        .collect();
    format!(
        "<p>The plan and the base are in this folder. With engine {} these commands, from within a folder with the two alone, give the same \
         <code>runs.parquet</code> to the last byte:</p><pre><code>contraband sweep run .\ncontraband sweep merge .</code></pre>\
         <div class=\"scroll\"><table><caption>Levers that move</caption><thead><tr><th scope=\"col\">Lever</th><th scope=\"col\">Values</th>\
         <th scope=\"col\">Unit</th></tr></thead><tbody>{spreads}</tbody></table></div>\
         <div class=\"scroll\"><table class=\"facts-table\"><caption>What is measured</caption><tbody>{metrics}</tbody></table></div>",
        escape(&plan.engine_version)
    )
}

/// The values of a factor in words.
fn spread_in_words(spread: &Json) -> String {
    let number = |field: &str| spread[field].as_f64().map_or_else(|| "?".into(), three_digits);
    match spread["distribution"].as_str() {
        Some("choice") => {
            let all: Vec<String> = spread["values"].as_array().into_iter().flatten().map(text_of).collect();
            if all.len() > 12 {
                format!("{} values from {} to {}", all.len(), all[0], all[all.len() - 1])
            } else {
                all.join(", ")
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
            format!("triangular, from {} over {} to {}", number("low"), number("mode"), number("high"))
        }
        Some("log_uniform") => format!("from {} to {}, equal ratios equally often", number("low"), number("high")),
        _ => format!("from {} to {}", number("low"), number("high")),
    }
}

/// The figures of the page, for its script.
fn figures(findings: &Findings<'_>) -> String {
    let plan = findings.plan();
    let metrics = plan.metrics.len().min(METRICS);
    let with_runs: Vec<usize> = (0..plan.cells.len()).filter(|&cell| !findings.runs[cell].is_empty()).collect();
    let cells: Vec<usize> = sample(with_runs.len(), CELLS).map(|nth| with_runs[nth]).collect();
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
    let all = json!({"factors": factors, "metrics": metrics, "axes": axes, "cells": told, "look": "contraband explore . --run ", "replay": "contraband sweep replay . --run "});
    // Words of a sweep file end no script.
    all.to_string().replace('<', "\\u003c")
}
