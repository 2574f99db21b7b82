//! Pictures of boxes: where they lie among the levers, and what was given up for what on the way.

use std::collections::BTreeMap;
use std::path::Path;

use contraband_lab::discovery::{BOXES, Discovery, kinds, range};
use contraband_lab::measure::prim::Limit;

use crate::charts::style::{fit, width};
use crate::charts::words::short;
use crate::drawing::{DATE, Drawing, FOUND, INK, LETTER, LINE, QUIET, UNSURE, WIDE};
use crate::error::StoreError;
use crate::told;

/// Writes `discovery.json`, `discovery.md` and pictures as SVG and PNG into the sweep folder.
///
/// # Errors
/// When the system refuses.
pub fn write(discovery: &Discovery, folder: &Path) -> Result<(), StoreError> {
    told::write(folder, "discovery", &discovery.json(), &discovery.markdown(), &pictures(discovery))
}

/// SVG pictures by their paths from the sweep folder.
pub fn pictures(discovery: &Discovery) -> BTreeMap<String, String> {
    let draw = |path| if path == BOXES { boxes(discovery) } else { trajectory(discovery) };
    discovery.drawn().into_iter().map(|(path, _)| (path.to_owned(), draw(path))).collect()
}

/// Each box as bars within the ranges of the levers that it restricts.
fn boxes(discovery: &Discovery) -> String {
    const HIGH: f64 = 44.0;
    let condition = &discovery.condition;
    let count = discovery.found().count();
    let title = match count {
        1 => format!("Where {condition}: one box"),
        _ => format!("Where {condition}: {count} boxes"),
    };
    let usual = 100.0 * discovery.met / discovery.runs;
    let (runs, offered) = (discovery.runs, discovery.offered);
    let left =
        if runs < offered { format!(" Of the {runs} of {offered} runs that have a value.") } else { String::new() };
    let subtitle = format!(
        "Overall, {usual:.0} % of runs meet the condition.{left} Each line is a lever with its whole range; blue is where it \
         has to be. Levers that are not drawn may be anywhere."
    );
    let mut drawing = Drawing::new(&title, &subtitle);
    let mut told = Vec::new();
    for (nth, region) in discovery.found().enumerate() {
        let worth = &region.worth;
        let head = format!(
            "Box {}{}: {:.0} % of its runs meet the condition; it holds {:.0} % of all runs that do",
            nth + 1,
            if nth == 0 { "" } else { ", outside earlier boxes" },
            100.0 * worth.density,
            100.0 * worth.coverage
        );
        drawing.height += 26.0;
        let y = drawing.height;
        drawing.text(0.0, y, &head, 19.0, true, INK, "start");
        drawing.height += 12.0;
        let sides = discovery.sides(region);
        told.push(format!(
            "{head}: {}",
            sides.iter().map(|(_, side)| side.replace('`', "")).collect::<Vec<_>>().join(", ")
        ));
        let names = sides
            .iter()
            .map(|(at, _)| width(&discovery.levers[*at].path, LETTER, false))
            .fold(0.0, f64::max)
            .min(330.0);
        let (left, right) = (names + 90.0, WIDE - 70.0);
        for (at, _) in &sides {
            let lever = &discovery.levers[*at];
            let y = drawing.height + HIGH / 2.0;
            drawing.text(0.0, y + 6.0, &fit(&lever.path, LETTER, false, 330.0), LETTER, false, INK, "start");
            let limits = region.sides.iter().filter(|side| side.factor == *at).map(|side| &side.limit);
            if let Some((low, high)) = range(&lever.values) {
                let x = |value: f64| left + (value - low) / (high - low).max(f64::MIN_POSITIVE) * (right - left);
                let (mut least, mut most) = (low, high);
                for limit in limits {
                    match limit {
                        Limit::AtLeast(value) => least = *value,
                        Limit::AtMost(value) => most = *value,
                        Limit::Among(_) => {}
                    }
                }
                drawing.line((left, y), (right, y), LINE, 10.0, false);
                drawing.line((x(least), y), (x(most).max(x(least) + 3.0), y), FOUND, 10.0, false);
                drawing.text(left - 8.0, y + 5.0, &short(low), 14.0, false, QUIET, "end");
                drawing.text(right + 8.0, y + 5.0, &short(high), 14.0, false, QUIET, "start");
                // Beside each other where there is room, else as one.
                let (one, other) = (short(least), short(most));
                if least > low
                    && most < high
                    && x(most) - x(least) < width(&one, 14.0, true) + width(&other, 14.0, true) + 8.0
                {
                    let both = format!("{one} to {other}");
                    drawing.text(f64::midpoint(x(least), x(most)), y - 10.0, &both, 14.0, true, FOUND, "middle");
                } else {
                    if least > low {
                        drawing.text(x(least), y - 10.0, &one, 14.0, true, FOUND, "middle");
                    }
                    if most < high {
                        drawing.text(x(most), y - 10.0, &other, 14.0, true, FOUND, "middle");
                    }
                }
            } else {
                let kept: Vec<&String> = limits
                    .flat_map(|limit| if let Limit::Among(words) = limit { words.as_slice() } else { &[] })
                    .collect();
                let mut x = left;
                for kind in kinds(&lever.values) {
                    let inside = kept.contains(&&kind);
                    let text = kind.clone();
                    drawing.text(x, y + 6.0, &text, LETTER, inside, if inside { FOUND } else { UNSURE }, "start");
                    if inside {
                        drawing.line((x, y + 12.0), (x + width(&text, LETTER, true), y + 12.0), FOUND, 3.0, false);
                    }
                    x += width(&text, LETTER, true) + 28.0;
                }
            }
            drawing.height += HIGH;
        }
    }
    drawing.height += 14.0;
    drawing.done(&format!("{title}. {}.", told.join("; ")))
}

/// Coverage against density as the first box shrinks.
fn trajectory(discovery: &Discovery) -> String {
    const HIGH: f64 = 420.0;
    let region = &discovery.regions[0];
    let title = format!("Where {}: density against coverage", discovery.condition);
    let subtitle = "Each dot is a step of the search: to the right the box holds more of all runs that meet the \
                    condition (coverage), higher up more of the runs in it meet it (density). The number is how many \
                    levers it restricts. Filled: the box chosen, after dropping sides that chance alone could have \
                    made. Cross: the same search in one half of the cells, judged by the other half. Dashed: density \
                    overall.";
    let mut drawing = Drawing::new(&title, subtitle);
    let (left, right, top) = (70.0, WIDE - 40.0, drawing.height + 24.0);
    let foot = top + HIGH;
    let at = |coverage: f64, density: f64| (left + coverage * (right - left), foot - density * HIGH);
    for tick in [0.0, 0.2, 0.4, 0.6, 0.8, 1.0] {
        let ((x, _), (_, y)) = (at(tick, 0.0), at(0.0, tick));
        drawing.line((x, top), (x, foot), LINE, 1.0, false);
        drawing.line((left, y), (right, y), LINE, 1.0, false);
        drawing.text(x, foot + 20.0, &format!("{:.0} %", 100.0 * tick), 15.0, false, QUIET, "middle");
        drawing.text(left - 8.0, y + 5.0, &format!("{:.0} %", 100.0 * tick), 15.0, false, QUIET, "end");
    }
    drawing.text(right, foot + 42.0, "coverage", 15.0, false, QUIET, "end");
    drawing.text(left - 60.0, top - 18.0, "density", 15.0, false, QUIET, "start");
    let (_, usual) = at(0.0, region.usual);
    drawing.line((left, usual), (right, usual), DATE, 1.5, true);
    let line: Vec<(f64, f64)> =
        region.trajectory.iter().map(|step| at(step.worth.coverage, step.worth.density)).collect();
    drawing.path(&line, FOUND, None);
    let (mut before, mut labels) = (usize::MAX, Vec::new());
    for (step, &(x, y)) in region.trajectory.iter().zip(&line) {
        drawing.dot(x, y, FOUND, false);
        // Numbers that would lie on each other are left out.
        let free = labels.iter().all(|&(at_x, at_y): &(f64, f64)| (at_x - x).abs() > 16.0 || (at_y - y).abs() > 18.0);
        if step.restricted != before && free {
            drawing.text(x + 8.0, y - 9.0, &step.restricted.to_string(), 15.0, true, INK, "start");
            labels.push((x, y));
        }
        before = step.restricted;
    }
    let (worth, held_out) = (&region.worth, &region.held_out);
    let (x, y) = at(worth.coverage, worth.density);
    drawing.dot(x, y, FOUND, true);
    drawing.text(x - 10.0, y + 20.0, "the box", 15.0, true, FOUND, "end");
    if held_out.cells > 0 {
        let (x, y) = at(held_out.coverage, held_out.density);
        drawing.line((x - 8.0, y), (x + 8.0, y), INK, 2.5, false);
        drawing.line((x, y - 8.0), (x, y + 8.0), INK, 2.5, false);
    }
    drawing.height = foot + 56.0;
    let told = format!(
        "{title}. The box has coverage {:.0} % and density {:.0} %; on the other half, {:.0} % and {:.0} %.",
        100.0 * worth.coverage,
        100.0 * worth.density,
        100.0 * held_out.coverage,
        100.0 * held_out.density
    );
    drawing.done(&told)
}
