//! How metrics answer to a factor: means with their intervals.

use super::frame::{
    ALONG, COLOURS, Picture, at_in_words, averaged_over, axis, file_name, label, metric_names, of_runs, panels, range,
    title_of,
};
use crate::compare::wording::three_digits;
use crate::drawing::{Drawing, INK, LETTER};
use crate::sweep::findings::{Stats, SweepFindings};

/// Means along a factor with their intervals; a line for each level of another, where it has few.
pub(super) fn response(findings: &SweepFindings<'_>, shown: &[usize], factor: usize, by: Option<usize>) -> Picture {
    let title = format!("How metrics respond to {}", title_of(findings, factor));
    let levels = by.map_or_else(|| vec![f64::NAN], |by| findings.levels(by));
    let of = if levels.len() > COLOURS.len() { "the lowest, the middle and the highest value" } else { "each value" };
    let lines = by.map_or_else(String::new, |by| format!(" A line for {of} of {}.", title_of(findings, by)));
    let levels = match levels[..] {
        [low, .., high] if levels.len() > COLOURS.len() => vec![low, levels[levels.len() / 2], high],
        _ => levels,
    };
    let subtitle = format!("{}. Mean of the runs, with its 95 % interval.{lines}", label(findings, factor));
    let mut drawing = Drawing::new(&title, &subtitle);
    if let Some(by) = by {
        let mut x = 0.0;
        for (level, colour) in levels.iter().zip(COLOURS) {
            let text = at_in_words(findings, by, *level);
            drawing.line((x, drawing.height), (x + 26.0, drawing.height), colour, 4.0, false);
            drawing.text(x + 34.0, drawing.height + 5.0, &text, LETTER, false, INK, "start");
            x += 60.0 + crate::charts::style::width(&text, LETTER, false);
        }
        drawing.height += 24.0;
    }
    let groups = findings.along(factor, ALONG);
    let lines: Vec<Vec<Vec<(f64, Stats)>>> = (shown.iter().copied())
        .map(|metric| {
            let of_level = |level: f64| {
                let point = |(place, cells): &(f64, Vec<usize>)| {
                    let of: Vec<usize> = cells
                        .iter()
                        .copied()
                        .filter(|&cell| by.is_none_or(|by| findings.place(by, cell) == level))
                        .collect();
                    (*place, findings.stats_of(metric, &of))
                };
                groups.iter().map(point).filter(|(_, stats)| stats.n > 0).collect()
            };
            levels.iter().copied().map(of_level).collect()
        })
        .collect();
    let names = metric_names(findings, shown);
    panels(
        &mut drawing,
        &names,
        |metric| {
            let ends = lines[metric].iter().flatten().flat_map(|(_, stats)| {
                let half = if stats.half.is_finite() { stats.half } else { 0.0 };
                [stats.mean - half, stats.mean + half]
            });
            (axis(findings, factor), range(ends))
        },
        |drawing, frame, metric| {
            frame.rule(drawing);
            frame.mark(drawing, findings, factor);
            let several = lines[metric].len() > 1;
            for (nth, (line, colour)) in lines[metric].iter().zip(COLOURS).enumerate() {
                let known = || line.iter().filter(|(_, stats)| stats.half.is_finite());
                let end = |sign: f64| known().map(move |(x, stats)| (*x, stats.mean + sign * stats.half));
                let mut around: Vec<(f64, f64)> = end(1.0).map(|(x, y)| frame.at(x, y)).collect();
                if several {
                    // Ribbons on ribbons would hide each other: bars, side by side.
                    let aside = 3.0 * (nth as f64 - 0.5 * (lines[metric].len() - 1) as f64);
                    for ((x, low), (_, high)) in end(-1.0).zip(end(1.0)) {
                        let ((x, low), (_, high)) = (frame.at(x, low), frame.at(x, high));
                        drawing.line((x + aside, low), (x + aside, high), colour, 1.5, false);
                    }
                } else if around.len() > 1 {
                    around.extend(end(-1.0).collect::<Vec<_>>().into_iter().rev().map(|(x, y)| frame.at(x, y)));
                    drawing.path(&around, colour, Some(0.18));
                }
                let points: Vec<(f64, f64)> = line.iter().map(|(x, stats)| frame.at(*x, stats.mean)).collect();
                if points.len() > 1 {
                    drawing.path(&points, colour, None);
                }
                if points.len() <= 12 {
                    for &(x, y) in &points {
                        drawing.dot(x, y, colour, true);
                    }
                }
            }
        },
    );
    // Of all runs at a value, whichever line they belong to.
    let ends = |metric: usize| -> Option<String> {
        let at = |(place, cells): &(f64, Vec<usize>)| (*place, findings.stats_of(shown[metric], cells));
        let known: Vec<(f64, Stats)> = groups.iter().map(at).filter(|(_, stats)| stats.n > 0).collect();
        let (first, last) = (known.first()?, known.last()?);
        let said = |(place, stats): &(f64, Stats)| {
            format!("{} at {} ({})", three_digits(stats.mean), at_in_words(findings, factor, *place), of_runs(stats.n))
        };
        Some(format!("{} from {} to {}", names[metric], said(first), said(last)))
    };
    let told: Vec<String> = (0..names.len()).filter_map(ends).collect();
    Picture {
        name: format!("response_{}", file_name(findings, factor)),
        svg: drawing.done(&format!("{title}. {}.", told.join("; "))),
        caption: format!("Means of all runs at a value{}: {}.", averaged_over(findings, &[factor]), told.join("; ")),
        title,
    }
}
