//! What a metric of a sweep depends on, in pictures: levers in order, the plane of effects, and how numbers settle as points are added.

use std::collections::BTreeMap;
use std::path::Path;

use contraband_lab::measure::indices::Estimate;
use contraband_lab::sensitivity::{Findings, LeverVerdict, Method, SensitivityAnswer};

use crate::charts::style::{BLUE, Ink, PLUM, RUST, TEAL, fit, width};
use crate::charts::words::short;
use crate::drawing::{DATE, Drawing, FOUND, INK, LETTER, LINE, QUIET, UNSURE, WIDE};
use crate::error::StoreError;
use crate::told;

/// Levers whose course is drawn.
const COURSES: usize = 4;

/// Writes `sensitivity.json`, `sensitivity.md` and pictures as SVG and PNG into the sweep folder.
///
/// # Errors
/// When the system refuses.
pub fn write(answer: &SensitivityAnswer, folder: &Path) -> Result<(), StoreError> {
    let pictures = answer.findings.iter().flat_map(pictures).collect();
    told::write(folder, "sensitivity", &answer.json(), &answer.markdown(), &pictures)
}

/// SVG pictures of one metric by their paths from the sweep folder.
pub fn pictures(findings: &Findings) -> BTreeMap<String, String> {
    let draw = |word| match word {
        "indices" => indices(findings),
        "effects" => plane(findings),
        _ => convergence(findings),
    };
    findings.drawn().into_iter().map(|(word, _)| (findings.path(word), draw(word))).collect()
}

fn ink(verdict: LeverVerdict) -> &'static str {
    if verdict == LeverVerdict::Matters { FOUND } else { UNSURE }
}

/// Levers in order, with the number of each alone and in all.
fn indices(findings: &Findings) -> String {
    const HIGH: f64 = 46.0;
    let order = findings.order();
    let matter = order.iter().filter(|&&at| findings.verdict(at) == LeverVerdict::Matters).count();
    let metric = &findings.metric;
    let title = format!("{metric}: {matter} of {} levers clearly matter", order.len());
    let (upper, lower, subtitle) = match &findings.method {
        Method::Sobol(_) => (
            "in total",
            "alone",
            "Share of the variance. Bars: the lever with all its interactions (ST). Dots: the lever alone (S1). Lines: \
             95 % intervals. Dashed: what noise alone would give. Blue: matters. Grey: little effect, or not told from chance.",
        ),
        Method::Morris(..) => (
            "size",
            "with sign",
            "Effect of moving a lever across its range. Bars: mean size (mu*). Dots: mean (mu). Lines: 95 % intervals. \
             Dashed: what noise alone would give. Blue: matters. Grey: little effect, or not told from chance.",
        ),
        Method::GivenData(..) => (
            "PAWN",
            "alone",
            "Bars: distance between the outcomes at about the same value of the lever and all outcomes (PAWN). Dots: \
             share of the variance that the lever explains alone (S1). Lines: 95 % intervals. Dashed: PAWN by chance. \
             Blue: matters.",
        ),
    };
    let second = |at: usize| match &findings.method {
        Method::Sobol(found) => found.factors[at].first,
        Method::Morris(found, _) => found[at].mu,
        Method::GivenData(found, _) => found[at].first,
    };
    let ends = order.iter().flat_map(|&at| {
        let floor = findings.floor(at).unwrap_or(0.0);
        [findings.main(at).value, findings.main(at).interval.1, second(at).interval.0, second(at).interval.1, floor]
    });
    let ends: Vec<f64> = ends.filter(|end| end.is_finite()).collect();
    let (low, high) = ends.iter().fold((0.0f64, 1e-12f64), |(low, high), &end| (low.min(end), high.max(end)));
    let (offered, valued) = findings.runs;
    let left =
        if valued < offered { format!(" Of the {valued} of {offered} runs with a value.") } else { String::new() };
    let unknown = if findings.is_noise_unknown() { " Noise is unknown: each cell was run once." } else { "" };
    let mut drawing = Drawing::new(&title, &format!("{subtitle}{unknown}{left}"));
    let names = order.iter().map(|&at| width(&findings.levers[at], LETTER, false)).fold(0.0, f64::max).min(330.0);
    let (left, right) = (names + 24.0, WIDE - 150.0);
    let at_x = |value: f64| left + (value.clamp(low, high) - low) / (high - low) * (right - left);
    let (top, foot) = (drawing.height + 8.0, drawing.height + 8.0 + HIGH * order.len() as f64);
    for value in ticks(low, high) {
        let zero = value == 0.0;
        drawing.line((at_x(value), top), (at_x(value), foot), if zero { QUIET } else { LINE }, 1.0, false);
        drawing.text(at_x(value), foot + 20.0, &said(findings, value), 15.0, false, QUIET, "middle");
    }
    let mut told = Vec::new();
    for (nth, &at) in order.iter().enumerate() {
        let middle = top + HIGH * (nth as f64 + 0.5);
        let ink = ink(findings.verdict(at));
        let (main, other) = (findings.main(at), second(at));
        drawing.text(0.0, middle + 6.0, &fit(&findings.levers[at], LETTER, false, 330.0), LETTER, false, INK, "start");
        let bar = [
            (at_x(0.0), middle - 13.0),
            (at_x(main.value), middle - 13.0),
            (at_x(main.value), middle + 3.0),
            (at_x(0.0), middle + 3.0),
        ];
        drawing.path(&bar, ink, Some(0.45));
        drawing.line((at_x(main.interval.0), middle - 5.0), (at_x(main.interval.1), middle - 5.0), ink, 2.0, false);
        drawing.line((at_x(other.interval.0), middle + 12.0), (at_x(other.interval.1), middle + 12.0), INK, 2.0, false);
        drawing.dot(at_x(other.value), middle + 12.0, INK, other.interval.0 > 0.0 || other.interval.1 < 0.0);
        if let Some(floor) = findings.floor(at) {
            drawing.line((at_x(floor), middle - 17.0), (at_x(floor), middle + 7.0), DATE, 1.5, true);
        }
        let value = |one: Estimate| said(findings, one.value);
        drawing.text(
            WIDE,
            middle - 1.0,
            &format!("{upper} {}", value(main)),
            15.0,
            false,
            if ink == FOUND { INK } else { QUIET },
            "end",
        );
        drawing.text(WIDE, middle + 17.0, &format!("{lower} {}", value(other)), 15.0, false, QUIET, "end");
        told.push(format!("{} {upper} {}, {lower} {}", findings.levers[at], value(main), value(other)));
    }
    drawing.height = foot + 34.0;
    drawing.done(&format!("{title}. {}.", told.join("; ")))
}

/// A number of this picture: a share in per cent, an effect as it is.
fn said(findings: &Findings, value: f64) -> String {
    match findings.method {
        Method::Sobol(_) => format!("{:.0} %", (100.0 * value).round() + 0.0),
        Method::Morris(..) => short(value),
        Method::GivenData(..) => format!("{:.2}", value + 0.0),
    }
}

/// Round numbers between two ends, zero among them where it lies between.
fn ticks(low: f64, high: f64) -> Vec<f64> {
    let rough = (high - low) / 5.0;
    let power = 10f64.powf(rough.log10().floor());
    let step =
        [1.0, 2.0, 5.0, 10.0].into_iter().map(|times| times * power).find(|step| *step >= rough).unwrap_or(rough);
    let from = (low / step).ceil() as i64;
    let to = (high / step).floor() as i64;
    (from..=to).map(|nth| nth as f64 * step).collect()
}

/// Size of effects against their spread.
fn plane(findings: &Findings) -> String {
    const HIGH: f64 = 460.0;
    let Method::Morris(found, _) = &findings.method else { unreachable!("only trajectories have effects") };
    let title = format!("{}: size of effects, and how much they vary", findings.metric);
    let subtitle = "Further right: larger effects (mu*). Higher up: effects vary more from place to place (sigma), \
                    because the lever acts nonlinearly or together with others; on the dashed lines, sigma is a tenth, \
                    a half and all of mu*. Crosses: 95 % intervals. Blue: matters.";
    let mut drawing = Drawing::new(&title, subtitle);
    let (left, right, top) = (90.0, WIDE - 30.0, drawing.height + 10.0);
    let foot = top + HIGH;
    let most = |read: &dyn Fn(usize) -> Estimate| {
        (0..found.len())
            .map(|at| read(at).interval.1.max(read(at).value))
            .filter(|end| end.is_finite())
            .fold(1e-12, f64::max)
            * 1.06
    };
    let (wide, high) = (most(&|at| found[at].mu_star), most(&|at| found[at].sigma));
    let at_x = |value: f64| left + value.clamp(0.0, wide) / wide * (right - left);
    let at_y = |value: f64| foot - value.clamp(0.0, high) / high * HIGH;
    for value in ticks(0.0, wide) {
        drawing.line((at_x(value), top), (at_x(value), foot), LINE, 1.0, false);
        drawing.text(at_x(value), foot + 20.0, &short(value), 15.0, false, QUIET, "middle");
    }
    for value in ticks(0.0, high) {
        drawing.line((left, at_y(value)), (right, at_y(value)), LINE, 1.0, false);
        drawing.text(left - 8.0, at_y(value) + 5.0, &short(value), 15.0, false, QUIET, "end");
    }
    for slope in [0.1, 0.5, 1.0] {
        let end = wide.min(high / slope);
        drawing.line((at_x(0.0), at_y(0.0)), (at_x(end), at_y(slope * end)), DATE, 1.0, true);
    }
    drawing.text(right, foot + 42.0, "mean size of the effect (mu*)", 15.0, false, QUIET, "end");
    drawing.text(left - 80.0, top - 6.0, "spread of the effect (sigma)", 15.0, false, QUIET, "start");
    let mut told = Vec::new();
    let mut labels: Vec<(f64, f64)> = Vec::new();
    for at in findings.order() {
        let (size, spread) = (found[at].mu_star, found[at].sigma);
        let matters = findings.verdict(at) == LeverVerdict::Matters;
        let ink = ink(findings.verdict(at));
        let (x, y) = (at_x(size.value), at_y(spread.value));
        drawing.line((at_x(size.interval.0), y), (at_x(size.interval.1), y), ink, 1.5, false);
        drawing.line((x, at_y(spread.interval.0)), (x, at_y(spread.interval.1)), ink, 1.5, false);
        drawing.dot(x, y, ink, matters);
        // A label finds a place that no other has; those of levers that do nothing are in the table.
        let name = &findings.levers[at];
        let wide = width(name, 15.0, false);
        let to_left = x + 12.0 + wide > right;
        let free = |y: f64| labels.iter().all(|&(before, at)| (before - y).abs() > 17.0 || (at - x).abs() > 320.0);
        let place = [y - 9.0, y + 19.0, y - 26.0, y + 36.0].into_iter().find(|&y| free(y) && y > top && y < foot);
        if let Some(place) = place {
            let (at_x, anchor) = if to_left { (x - 9.0, "end") } else { (x + 9.0, "start") };
            drawing.text(at_x, place, name, 15.0, false, if matters { INK } else { QUIET }, anchor);
            labels.push((place, x));
        }
        told.push(format!("{name}: size {}, spread {}", short(size.value), short(spread.value)));
    }
    drawing.height = foot + 56.0;
    drawing.done(&format!("{title}. {}.", told.join("; ")))
}

/// The numbers by which levers are ordered, as points are added.
fn convergence(findings: &Findings) -> String {
    const HIGH: f64 = 320.0;
    let inks: [Ink; COURSES] = [BLUE, RUST, TEAL, PLUM];
    let (word, unit) = match findings.method {
        Method::Sobol(_) => ("total order (ST)", "base points"),
        Method::Morris(..) => ("mean size of effects (mu*)", "trajectories"),
        Method::GivenData(..) => ("share of each lever alone (S1)", "cells"),
    };
    let title = format!("{}: the same figures from fewer points", findings.metric);
    let subtitle = format!(
        "The {word} of the first levers, with 95 % intervals, from part of the {unit} and from all of them. Where \
         lines are flat and bands do not overlap, more {unit} would change little."
    );
    let mut drawing = Drawing::new(&title, &subtitle);
    let shown: Vec<usize> = findings.order().into_iter().take(COURSES).collect();
    let names = shown.iter().map(|&at| width(&findings.levers[at], 15.0, false)).fold(0.0, f64::max).min(300.0);
    let (left, right, top) = (80.0, WIDE - names - 24.0, drawing.height + 6.0);
    let foot = top + HIGH;
    let ends = || {
        let of = findings.growth.iter().flat_map(|(_, found)| shown.iter().map(|&at| found[at]));
        of.flat_map(|one| [one.value, one.interval.0, one.interval.1]).filter(|end| end.is_finite())
    };
    let (low, high) = ends().fold((0.0f64, 1e-12f64), |(low, high), end| (low.min(end), high.max(end)));
    let sizes: Vec<f64> = findings.growth.iter().map(|(size, _)| (*size as f64).log2()).collect();
    let (from, to) = (sizes[0], sizes[sizes.len() - 1]);
    let at_x = |size: f64| left + (size - from) / (to - from).max(1e-9) * (right - left);
    let at_y = |value: f64| foot - (value.clamp(low, high) - low) / (high - low) * HIGH;
    for value in ticks(low, high) {
        drawing.line((left, at_y(value)), (right, at_y(value)), if value == 0.0 { QUIET } else { LINE }, 1.0, false);
        drawing.text(left - 8.0, at_y(value) + 5.0, &said(findings, value), 15.0, false, QUIET, "end");
    }
    for ((points, _), &size) in findings.growth.iter().zip(&sizes) {
        drawing.line((at_x(size), top), (at_x(size), foot), LINE, 1.0, false);
        drawing.text(at_x(size), foot + 20.0, &points.to_string(), 15.0, false, QUIET, "middle");
    }
    drawing.text(f64::midpoint(left, right), foot + 42.0, unit, 15.0, false, QUIET, "middle");
    let mut labels: Vec<f64> = Vec::new();
    let mut told = Vec::new();
    for (nth, &at) in shown.iter().enumerate() {
        let ink = Ink::hex(inks[nth].light);
        let along = || findings.growth.iter().zip(&sizes).map(|((_, found), &size)| (size, found[at]));
        let known = || along().filter(|(_, one)| one.interval.0.is_finite() && one.interval.1.is_finite());
        let mut around: Vec<(f64, f64)> = known().map(|(size, one)| (at_x(size), at_y(one.interval.0))).collect();
        around.extend(
            known().collect::<Vec<_>>().into_iter().rev().map(|(size, one)| (at_x(size), at_y(one.interval.1))),
        );
        if around.len() > 2 {
            drawing.path(&around, &ink, Some(0.14));
        }
        let line: Vec<(f64, f64)> = along().map(|(size, one)| (at_x(size), at_y(one.value))).collect();
        drawing.path(&line, &ink, None);
        for &(x, y) in &line {
            drawing.dot(x, y, &ink, true);
        }
        let mut y = line[line.len() - 1].1 + 5.0;
        while labels.iter().any(|&taken| (taken - y).abs() < 18.0) {
            y += 6.0;
        }
        labels.push(y);
        drawing.text(right + 14.0, y, &fit(&findings.levers[at], 15.0, false, 300.0), 15.0, false, &ink, "start");
        let values: Vec<String> = along().map(|(_, one)| said(findings, one.value)).collect();
        told.push(format!("{}: {}", findings.levers[at], values.join(", ")));
    }
    drawing.height = foot + 56.0;
    drawing.done(&format!("{title}. {}.", told.join("; ")))
}

#[cfg(test)]
mod tests {
    use contraband_lab::design::{saltelli, trajectories::morris};
    use contraband_lab::measure::given_data::Column;
    use contraband_lab::sample::{Sample, SampleDesign, SampledMetric, SweptLever};

    use super::*;

    fn findings(points: &[Vec<f64>], design: SampleDesign) -> Findings {
        let levers = ["law.fine", "law.detection", "market.brand"].iter().enumerate().map(|(at, path)| SweptLever {
            path: (*path).into(),
            label: String::new(),
            unit: String::new(),
            values: Column::Numbers(points.iter().map(|point| point[at]).collect()),
        });
        let runs = points.iter().map(|x| vec![3.0 * x[0] + x[1], 3.0 * x[0] + x[1] + 0.1]).collect();
        let count = 2 * points.len() as u64;
        let sample = Sample {
            notes: Vec::new(),
            name: "A test".into(),
            levers: levers.collect(),
            design,
            rows: (0..points.len()).collect(),
            shared_seeds: true,
            metrics: vec![SampledMetric { name: "trades".into(), text: "mean(trades)".into(), runs }],
            planned: count,
            done: count,
            failed: 0,
            stopped: 0,
        };
        Findings::of(&sample, &sample.metrics[0]).expect("enough points")
    }

    #[test]
    fn each_design_has_its_pictures() {
        let found = pictures(&findings(&saltelli(128, 3, 1).expect("small"), SampleDesign::Saltelli { points: 128 }));
        assert!(found.values().all(|svg| svg.contains("law.fine") && !svg.contains("NaN")));
        assert!(found.contains_key("sensitivity/trades-indices.svg"));
        let (trajectories, levels) = (30, 4);
        let found =
            findings(&morris(trajectories, 3, levels, 5), SampleDesign::Morris { trajectories, levels, seed: 5 });
        assert!(pictures(&found).contains_key("sensitivity/trades-effects.svg"));
    }
}
