//! What the pictures of a sweep share: the frame in which things are drawn by value, its axes, and factors in words.

use contraband_lab::disk::safe_name;
use contraband_sim::base::words::counted;

use crate::charts::axes::Scale;
use crate::charts::style::fit;
use crate::charts::words::{name, short};
use crate::drawing::{Drawing, INK, LINE, QUIET};
use crate::sweep::findings::SweepFindings;

/// A picture with its name, its title, and what stands below it.
pub struct Picture {
    /// Name of its files, without ending.
    pub name: String,
    /// What is seen.
    pub title: String,
    /// How to read it.
    pub caption: String,
    /// The picture.
    pub svg: String,
}

/// Points along an axis where cells are gathered.
pub(super) const ALONG: usize = 24;
/// Colours of lines, told apart by colour-blind people.
pub(super) const COLOURS: [&str; 5] = ["#006aa6", "#be4c00", "#00795c", "#964678", "#545e69"];

/// What people call a factor.
pub(super) fn label(findings: &SweepFindings<'_>, factor: usize) -> String {
    findings.plan().factors[factor].label.clone()
}

/// A factor in a title: the last parts of its path.
pub(super) fn title_of(findings: &SweepFindings<'_>, factor: usize) -> String {
    let path = &findings.plan().factors[factor].path;
    let parts: Vec<&str> = path.split('.').collect();
    let shown = match parts[..] {
        [group, "*", name] => format!("{name} of all {group}"),
        [_, item, name] => format!("{name} of {item}"),
        [group, name] => format!("{name} ({group})"),
        _ => path.clone(),
    };
    shown.replace('_', " ")
}

/// A place on the axis of a factor in words.
pub(super) fn at_in_words(findings: &SweepFindings<'_>, factor: usize, place: f64) -> String {
    findings.words(factor).get(place as usize).map_or_else(|| short(place), Clone::clone)
}

/// A frame in which things are drawn by value.
pub(super) struct PlotFrame {
    pub(super) left: f64,
    pub(super) right: f64,
    top: f64,
    pub(super) foot: f64,
    x: Scale,
    y: (f64, f64),
}

impl PlotFrame {
    pub(super) fn x(&self, value: f64) -> f64 {
        self.left + self.x.part(value) * (self.right - self.left)
    }

    fn y(&self, value: f64) -> f64 {
        self.foot - (value - self.y.0) / (self.y.1 - self.y.0) * (self.foot - self.top)
    }

    pub(super) fn at(&self, x: f64, y: f64) -> (f64, f64) {
        (self.x(x), self.y(y).clamp(self.top - 2.0, self.foot + 2.0))
    }

    /// Lines and numbers upwards.
    pub(super) fn rule(&self, drawing: &mut Drawing) {
        for tick in (Scale { low: self.y.0, high: self.y.1, log: false }).ticks(4) {
            let y = self.y(tick);
            drawing.line((self.left, y), (self.right, y), LINE, 1.0, false);
            drawing.text(self.left - 8.0, y + 5.0, &short(tick), 14.0, false, QUIET, "end");
        }
    }

    /// Numbers or words along.
    pub(super) fn mark(&self, drawing: &mut Drawing, findings: &SweepFindings<'_>, factor: usize) {
        drawing.line((self.left, self.foot), (self.right, self.foot), QUIET, 1.0, false);
        let words = findings.words(factor);
        let ticks: Vec<(f64, String)> = if words.is_empty() {
            self.x.ticks(6).into_iter().map(|tick| (tick, short(tick))).collect()
        } else {
            words.iter().enumerate().map(|(nth, word)| (nth as f64, word.clone())).collect()
        };
        let room = (self.right - self.left) / ticks.len().max(1) as f64;
        for (tick, text) in ticks {
            drawing.text(self.x(tick), self.foot + 20.0, &fit(&text, 14.0, false, room), 14.0, false, QUIET, "middle");
        }
    }
}

/// From the least to the greatest of some values, with room; not from nothing to nothing.
pub(super) fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values
        .filter(|value| value.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    if !low.is_finite() {
        return (0.0, 1.0);
    }
    let room = if high > low { 0.06 * (high - low) } else { 0.05 * high.abs().max(1.0) };
    // What is nothing or more is not drawn below nothing.
    (if low >= 0.0 { (low - room).max(0.0) } else { low - room }, high + room)
}

/// The axis of a factor; in equal ratios where its values span a factor of sixteen, or were chosen so.
pub(super) fn axis(findings: &SweepFindings<'_>, factor: usize) -> Scale {
    let levels = findings.levels(factor);
    let (low, high) = (levels[0], levels[levels.len() - 1]);
    let spread = &findings.plan().factors[factor].spread["distribution"];
    if low > 0.0 && (high / low >= 16.0 || spread == "log_uniform") && findings.words(factor).is_empty() {
        let room = (high / low).powf(0.03);
        return Scale { low: low / room, high: high * room, log: true };
    }
    let room = if findings.words(factor).is_empty() { 0.03 * (high - low).max(1e-12) } else { 0.5 };
    Scale { low: low - room, high: high + room, log: false }
}

/// Small multiples: a panel for each metric, drawn by `draw` in a frame; what each says of itself is gathered.
pub(super) fn panels(
    drawing: &mut Drawing,
    names: &[String],
    mut frame: impl FnMut(usize) -> (Scale, (f64, f64)),
    mut draw: impl FnMut(&mut Drawing, &PlotFrame, usize),
) {
    const HIGH: f64 = 190.0;
    let top = drawing.height;
    for (nth, name) in names.iter().enumerate() {
        let (left, right) = match names.len() {
            1 => (70.0, 940.0),
            _ if nth % 2 == 0 => (70.0, 455.0),
            _ => (565.0, 950.0),
        };
        let head = top + (nth / 2) as f64 * (HIGH + 100.0);
        drawing.text(left, head + 18.0, &fit(name, 19.0, true, right - left), 19.0, true, INK, "start");
        let (x, y) = frame(nth);
        let frame = PlotFrame { left, right, top: head + 36.0, foot: head + 36.0 + HIGH, x, y };
        draw(drawing, &frame, nth);
        drawing.height = frame.foot + 46.0;
    }
}

pub(super) fn metric_names(findings: &SweepFindings<'_>, shown: &[usize]) -> Vec<String> {
    shown.iter().map(|&metric| name(&findings.plan().metrics[metric].label)).collect()
}

pub(super) fn of_runs(count: usize) -> String {
    counted(count, "run", "runs")
}

/// ", averaged over A and B as the design varies them": all factors that move, but these.
pub(super) fn averaged_over(findings: &SweepFindings<'_>, but: &[usize]) -> String {
    let others: Vec<String> = (0..findings.plan().factors.len())
        .filter(|factor| !but.contains(factor) && findings.levels(*factor).len() > 1)
        .map(|factor| title_of(findings, factor))
        .collect();
    match others.len() {
        0 => String::new(),
        1 => format!(", averaged over {} as the design varies it", others[0]),
        2 => format!(", averaged over {} as the design varies them", others.join(" and ")),
        many => format!(", averaged over {many} other factors as the design varies them"),
    }
}

pub(super) fn file_name(findings: &SweepFindings<'_>, factor: usize) -> String {
    safe_name(&findings.plan().factors[factor].path.replace('.', "_"))
}

/// Quantiles along x.
pub(super) type Ribbon = Vec<(f64, [f64; 5])>;

/// Ribbons of quantiles along x, and the median; dots where there is one place only.
pub(super) fn ribbons(drawing: &mut Drawing, frame: &PlotFrame, line: &[(f64, [f64; 5])], colour: &str) {
    for (lower, upper, alpha) in [(0, 4, 0.15), (1, 3, 0.3)] {
        let mut around: Vec<(f64, f64)> = line.iter().map(|(x, quantiles)| frame.at(*x, quantiles[lower])).collect();
        around.extend(line.iter().rev().map(|(x, quantiles)| frame.at(*x, quantiles[upper])));
        if line.len() > 1 {
            drawing.path(&around, colour, Some(alpha));
        }
    }
    let middle: Vec<(f64, f64)> = line.iter().map(|(x, quantiles)| frame.at(*x, quantiles[2])).collect();
    match middle[..] {
        [(x, y)] => drawing.dot(x, y, colour, true),
        _ => drawing.path(&middle, colour, None),
    }
}
