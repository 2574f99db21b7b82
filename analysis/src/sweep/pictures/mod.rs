//! Pictures of a sweep: how metrics answer to factors. Each says in words what it shows.

mod courses;
mod frame;
mod heat;
mod parallel;
mod response;
mod spread;

use maud::{Markup, PreEscaped, html};

use super::findings::SweepFindings;
use crate::error::StoreError;
use courses::courses;
use frame::{COLOURS, Picture};
use heat::heat;
use parallel::parallel;
use response::response;
use spread::spread;

/// Metrics that are drawn, at most.
const METRICS: usize = 6;
/// Factors that have a picture of their own, at most.
const FACTORS: usize = 4;

/// All pictures of a sweep.
///
/// # Errors
/// When a table cannot be read.
pub fn all(findings: &SweepFindings<'_>) -> Result<Vec<Picture>, StoreError> {
    let plan = findings.plan();
    let order = findings.by_influence();
    let moving: Vec<usize> = order.into_iter().filter(|&factor| findings.levels(factor).len() > 1).collect();
    let mut pictures = Vec::new();
    // Nothing is drawn of what no run knows; the report says so.
    let shown = drawn(findings);
    if shown.is_empty() {
        return Ok(pictures);
    }
    // A grid is shown by the factors in the order of its file; others by what matters most.
    let is_grid = plan.design["method"] == "grid";
    let axes = if is_grid {
        (0..plan.factors.len()).filter(|factor| moving.contains(factor)).collect()
    } else {
        moving.clone()
    };
    if let [one, other, ..] = axes[..] {
        pictures.extend(shown.iter().filter_map(|&metric| heat(findings, metric, one, other)));
    }
    for &factor in axes.iter().take(FACTORS) {
        let few = |by: usize| is_grid || findings.levels(by).len() <= COLOURS.len();
        let by = axes.iter().copied().find(|&by| by != factor && few(by));
        pictures.push(response(findings, &shown, factor, by));
    }
    if let Some(&factor) = axes.first() {
        pictures.push(spread(findings, &shown, factor));
        pictures.extend(courses(findings, factor)?);
    }
    if moving.len() > 2 {
        pictures.push(parallel(findings, shown[0], &moving));
    }
    if let Some(left) = findings.left_out() {
        for picture in &mut pictures {
            picture.caption = format!("{} {left}", picture.caption);
        }
    }
    Ok(pictures)
}

/// The metrics that are drawn: those that have a value in some run.
fn drawn(findings: &SweepFindings<'_>) -> Vec<usize> {
    let cells = 0..findings.plan().cells.len();
    let known = |metric: &usize| cells.clone().any(|cell| findings.stats(*metric, cell).n > 0);
    (0..findings.plan().metrics.len()).filter(known).take(METRICS).collect()
}

/// A picture as a part of a page.
pub fn figure(picture: &Picture) -> Markup {
    html! {
        figure id=(picture.name) {
            div.picture tabindex="0" { (PreEscaped(&picture.svg)) }
            figcaption { (picture.caption) }
        }
    }
}
