//! Where a metric is high and low, across all factors: parallel coordinates.

use std::fmt::Write as _;

use super::frame::{COLOURS, Picture, at_in_words, title_of};
use crate::charts::style::fit;
use crate::charts::words::{name, short};
use crate::drawing::{Drawing, INK, QUIET};
use crate::sweep::findings::{Stats, SweepFindings};

/// Lines of parallel coordinates, at most.
const LINES: usize = 400;

/// Runs as lines across all factors and a metric.
pub(super) fn parallel(findings: &SweepFindings<'_>, metric: usize, factors: &[usize]) -> Picture {
    const HIGH: f64 = 360.0;
    const MOST: usize = 12;
    let factors = &factors[..factors.len().min(MOST)];
    let measured = name(&findings.plan().metrics[metric].name);
    let mut cells: Vec<(usize, f64)> = (0..findings.plan().cells.len())
        .map(|cell| (cell, findings.stats(metric, cell).mean))
        .filter(|(_, mean)| mean.is_finite())
        .collect();
    let every = cells.len().div_ceil(LINES).max(1);
    cells = cells.into_iter().step_by(every).collect();
    // The outstanding are drawn last, over the others.
    cells.sort_by(|one, other| one.1.total_cmp(&other.1));
    let title = format!("Where {} is high and low", measured.to_lowercase());
    let subtitle = format!(
        "One line for each of {} cells, across the factors to the mean of {}. Rust: the highest tenth. Blue: the \
         lowest tenth.",
        cells.len(),
        measured.to_lowercase()
    );
    let mut drawing = Drawing::new(&title, &subtitle);
    let top = drawing.height + 70.0;
    let foot = top + HIGH;
    let (left, right) = (30.0, 930.0);
    let axes = factors.len() + 1;
    let at_axis = |nth: usize| left + (right - left) * nth as f64 / (axes - 1) as f64;
    let spans: Vec<(f64, f64)> = factors
        .iter()
        .map(|&factor| {
            let levels = findings.levels(factor);
            (levels[0], levels[levels.len() - 1])
        })
        .chain([cells.first().zip(cells.last()).map_or((0.0, 1.0), |(first, last)| (first.1, last.1))])
        .collect();
    let height = |nth: usize, value: f64| {
        let (low, high) = spans[nth];
        if high > low { foot - (value - low) / (high - low) * HIGH } else { f64::midpoint(top, foot) }
    };
    let tenth = cells.len() / 10;
    let line = |drawing: &mut Drawing, (cell, mean): (usize, f64), ink: &str, alpha: f64, thick: f64| {
        let mut points: Vec<String> = factors
            .iter()
            .enumerate()
            .map(|(nth, &factor)| format!("{:.0} {:.0}", at_axis(nth), height(nth, findings.place(factor, cell))))
            .collect();
        points.push(format!("{:.0} {:.0}", at_axis(axes - 1), height(axes - 1, mean)));
        let _ = writeln!(
            drawing.marks,
            "<path d=\"M{}\" fill=\"none\" stroke=\"{ink}\" stroke-opacity=\"{alpha}\" stroke-width=\"{thick}\"/>",
            points.join("L")
        );
    };
    let (low, rest) = cells.split_at(tenth);
    let (middle, high) = rest.split_at(rest.len() - tenth);
    for &cell in middle {
        line(&mut drawing, cell, "#b0b8c0", 0.35, 1.0);
    }
    for &cell in low {
        line(&mut drawing, cell, COLOURS[0], 0.7, 1.6);
    }
    for &cell in high {
        line(&mut drawing, cell, COLOURS[1], 0.7, 1.6);
    }
    for nth in 0..axes {
        let x = at_axis(nth);
        drawing.line((x, top), (x, foot), INK, 1.5, false);
        let anchor = match nth {
            0 => "start",
            _ if nth == axes - 1 => "end",
            _ => "middle",
        };
        let (text, ends) = match factors.get(nth) {
            Some(&factor) => (
                title_of(findings, factor),
                [spans[nth].0, spans[nth].1].map(|place| at_in_words(findings, factor, place)),
            ),
            None => (measured.clone(), [short(spans[nth].0), short(spans[nth].1)]),
        };
        // Names in three rows, so that neighbours do not touch.
        let row = [0.0, 18.0, 36.0][nth % 3];
        let room = 3.0 * (right - left) / (axes - 1) as f64 * if anchor == "middle" { 0.95 } else { 0.6 };
        drawing.text(x, top - 52.0 + row, &fit(&text, 14.0, nth == axes - 1, room), 14.0, nth == axes - 1, INK, anchor);
        drawing.text(x, foot + 18.0, &ends[0], 13.0, false, QUIET, anchor);
        drawing.text(x, top - 2.0, &ends[1], 13.0, false, QUIET, anchor);
    }
    drawing.height = foot + 30.0;
    let typical = |part: &[(usize, f64)], factor: usize| {
        Stats::of(part.iter().map(|&(cell, _)| findings.place(factor, cell))).quantiles[2]
    };
    let told: Vec<String> = factors
        .iter()
        .take(3)
        .map(|&factor| {
            let [low, high] = [low, high].map(|part| at_in_words(findings, factor, typical(part, factor)));
            format!("{}: median {low} in the lowest tenth, {high} in the highest", title_of(findings, factor))
        })
        .collect();
    Picture {
        name: "parallel".into(),
        svg: drawing.done(&format!("{title}. {}.", told.join("; "))),
        caption: format!("{}.", told.join("; ")),
        title,
    }
}
