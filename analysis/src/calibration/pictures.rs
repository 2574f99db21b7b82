//! Pictures of a calibration: beliefs before and after, pairs, distances by generation, fresh runs against bands.

use contraband_sim::base::words::{six_digits as number, whole_percent as percent};
use std::collections::BTreeMap;

use contraband_lab::calibration::{CalibrationAnswer, Predicted, value};
use contraband_lab::measure::statistics::quantile;

use crate::charts::axes::Scale;
use crate::charts::style::fit;
use crate::charts::words::short;
use crate::compare::wording::three_digits as exact;
use crate::drawing::{DATE, Drawing, FOUND, INK, LETTER, LINE, QUIET, UNSURE, WIDE};

/// Levers whose pairs are drawn.
const PAIRED: usize = 4;
const SMALL: f64 = 14.0;

pub(super) fn all(answer: &CalibrationAnswer<'_>) -> BTreeMap<String, String> {
    let mut pictures = BTreeMap::from([
        ("charts/beliefs.svg".to_owned(), beliefs(answer)),
        ("charts/distances.svg".to_owned(), distances(answer)),
        ("charts/predictive.svg".to_owned(), predictive(answer)),
    ]);
    if answer.learnt.len() > 1 {
        pictures.insert("charts/pairs.svg".to_owned(), pairs(answer));
    }
    pictures
}

/// Places in the unit interval of a lever that are marked, with their values.
fn marks(answer: &CalibrationAnswer<'_>, factor: usize, count: usize) -> Vec<(f64, String)> {
    if let Some(shares) = answer.shares(factor) {
        let words = shares.len() as f64;
        return shares.into_iter().enumerate().map(|(nth, (word, _))| ((nth as f64 + 0.5) / words, word)).collect();
    }
    (0..count).map(|nth| nth as f64 / (count - 1) as f64).map(|at| (at, value(answer, factor, at))).collect()
}

/// The last parts of a path.
fn name(answer: &CalibrationAnswer<'_>, factor: usize) -> String {
    answer.factors()[factor].path.clone()
}

fn box_of(drawing: &mut Drawing, (left, top): (f64, f64), (right, foot): (f64, f64), ink: &str, alpha: f64) {
    drawing.path(&[(left, top), (right, top), (right, foot), (left, foot)], ink, Some(alpha));
}

/// Each lever: the belief before, which is level on its axis, and after.
fn beliefs(answer: &CalibrationAnswer<'_>) -> String {
    const HIGH: f64 = 150.0;
    const GAP: f64 = 60.0;
    let known = answer.learnt.iter().filter(|learnt| learnt.is_known).count();
    let title = match answer.learnt.len() {
        all if all == known => format!("All {all} levers are better known than before"),
        _ if known == 0 => "No lever is better known than before".to_owned(),
        all => format!("{known} of {all} levers are better known than before"),
    };
    let subtitle = "Grey: what was believed before (axes are stretched so that this is flat). Blue: what is believed \
                    now. Bars below: 90 % interval, with the median. Dashed: value in the base.";
    let mut drawing = Drawing::new(&title, subtitle);
    let weights = answer.weights();
    let total: f64 = weights.iter().sum();
    let wide = (WIDE - GAP) / 2.0;
    let top = drawing.height + 10.0;
    let mut told = Vec::new();
    for (factor, learnt) in answer.learnt.iter().enumerate() {
        let left = (factor % 2) as f64 * (wide + GAP);
        let head = top + (factor / 2) as f64 * (HIGH + 110.0);
        let (roof, foot) = (head + 30.0, head + 30.0 + HIGH);
        let bins = answer.shares(factor).map_or(15, |shares| shares.len());
        let mut filled = vec![0.0; bins];
        for (at, weight) in learnt.at.iter().zip(&weights) {
            filled[((at * bins as f64) as usize).min(bins - 1)] += weight / total * bins as f64;
        }
        let most = filled.iter().copied().fold(1.0, f64::max) * 1.05;
        let x = |at: f64| left + at * wide;
        let y = |density: f64| foot - density / most * HIGH;
        let label = fit(&name(answer, factor), LETTER, true, wide);
        drawing.text(left, head + 10.0, &label, LETTER, true, INK, "start");
        box_of(&mut drawing, (x(0.0), y(1.0)), (x(1.0), foot), UNSURE, 0.22);
        for (nth, density) in filled.iter().enumerate() {
            let (from, to) = (nth as f64 / bins as f64, (nth + 1) as f64 / bins as f64);
            box_of(&mut drawing, (x(from) + 1.0, y(*density)), (x(to) - 1.0, foot), FOUND, 0.55);
        }
        drawing.line((x(0.0), foot), (x(1.0), foot), QUIET, 1.0, false);
        if let Some(at) = answer.stands(factor) {
            drawing.line((x(at), roof), (x(at), foot), DATE, 1.5, true);
        }
        let marks = marks(answer, factor, 5);
        let room = wide / marks.len() as f64;
        for (at, text) in marks {
            let anchor = if at <= 0.0 {
                "start"
            } else if at >= 1.0 {
                "end"
            } else {
                "middle"
            };
            drawing.text(x(at), foot + 38.0, &fit(&text, SMALL, false, room), SMALL, false, QUIET, anchor);
        }
        let [low, middle, high] = learnt.quantiles;
        if answer.shares(factor).is_none() {
            drawing.line((x(low), foot + 12.0), (x(high), foot + 12.0), FOUND, 4.0, false);
            drawing.dot(x(middle), foot + 12.0, FOUND, learnt.is_known);
        }
        let said = |at| value(answer, factor, at);
        told.push(format!("{}: {} ({} to {})", name(answer, factor), said(middle), said(low), said(high)));
        drawing.height = foot + 56.0;
    }
    drawing.done(&format!("{title}. {}.", told.join("; ")))
}

/// Each pair of levers: where particles lie.
fn pairs(answer: &CalibrationAnswer<'_>) -> String {
    const LEFT: f64 = 70.0;
    let count = answer.learnt.len().min(PAIRED);
    let mut drawn: Vec<(usize, usize, f64)> =
        answer.pairs().into_iter().filter(|&(one, other, _)| one < count && other < count).collect();
    drawn.sort_by_key(|&(one, other, _)| (one, other));
    // One pair alone has room for more.
    let side = if drawn.len() == 1 { 420.0 } else { 230.0 };
    let bound = drawn.iter().filter(|(.., both)| answer.is_told(*both)).count();
    let title = match bound {
        0 => "No two levers are correlated".to_owned(),
        1 => "One pair of levers is better known together than alone".to_owned(),
        _ => format!("{bound} pairs of levers are better known together than alone"),
    };
    let subtitle = "Blue: particles, larger where they carry more weight. Grey: points tried and not kept. Axes are \
                    stretched so that what was believed before is flat.";
    let mut drawing = Drawing::new(&title, subtitle);
    let tolerance = answer.population.tolerance();
    let weights = answer.weights();
    let usual = weights.iter().sum::<f64>() / weights.len() as f64;
    let top = drawing.height + 10.0;
    let mut told = Vec::new();
    for (nth, &(one, other, both)) in drawn.iter().enumerate() {
        let left = LEFT + (nth % 3) as f64 * (side + LEFT + 15.0);
        let head = top + (nth / 3) as f64 * (side + 100.0);
        let (roof, foot) = (head + 36.0, head + 36.0 + side);
        let (x, y) = (|at: f64| left + at * side, |at: f64| foot - at * side);
        let heading = format!("correlation {both:.2}");
        drawing.text(left, head + 4.0, &fit(&name(answer, other), SMALL, true, side), SMALL, true, INK, "start");
        drawing.text(left, head + 24.0, &heading, SMALL, false, QUIET, "start");
        for (at, text) in marks(answer, one, 3) {
            drawing.line((x(at), roof), (x(at), foot), LINE, 1.0, false);
            drawing.text(x(at), foot + 18.0, &fit(&text, SMALL, false, side / 3.0), SMALL, false, QUIET, "middle");
        }
        for (at, text) in marks(answer, other, 3) {
            drawing.line((left, y(at)), (left + side, y(at)), LINE, 1.0, false);
            drawing.text(left - 6.0, y(at) + 5.0, &fit(&text, SMALL, false, LEFT - 8.0), SMALL, false, QUIET, "end");
        }
        drawing.text(left + side, foot + 38.0, &fit(&name(answer, one), SMALL, true, side), SMALL, true, INK, "end");
        for particle in answer.population.tried() {
            let (x, y) = (x(particle.at[one]), y(particle.at[other]));
            if particle.distance.is_finite() && particle.distance <= tolerance {
                let size = (4.0 * (particle.weight / usual).sqrt()).clamp(1.5, 9.0);
                disc(&mut drawing, (x, y), size, FOUND, 0.6);
            } else {
                disc(&mut drawing, (x, y), 1.6, UNSURE, 0.35);
            }
        }
        told.push(format!("{} and {}: {both:.2}", name(answer, one), name(answer, other)));
        drawing.height = foot + 52.0;
    }
    drawing.done(&format!("{title}. Correlations: {}.", told.join("; ")))
}

fn disc(drawing: &mut Drawing, (x, y): (f64, f64), radius: f64, ink: &str, alpha: f64) {
    drawing.marks +=
        &format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\" fill=\"{ink}\" fill-opacity=\"{alpha}\"/>\n");
}

/// How far the points of each generation came, and within which distance particles were kept after it.
fn distances(answer: &CalibrationAnswer<'_>) -> String {
    const HIGH: f64 = 320.0;
    let told = answer.population.generations();
    let tolerance = answer.population.tolerance();
    let title = match answer.reached() {
        0 => format!("No point reached every band; particles lie within {} half-widths", short(tolerance)),
        count => format!("{count} of {} points reached every band", answer.population.tried().len()),
    };
    let subtitle = "Each dot is a point that was tried: its distance from the bands in half-widths (root mean square), \
                    by generation. Line: the distance within which points were kept. Blue: kept to the end. Arrows: \
                    farther off.";
    let mut drawing = Drawing::new(&title, subtitle);
    let (left, right, top) = (60.0, WIDE - 20.0, drawing.height + 16.0);
    let foot = top + HIGH;
    let mut finite: Vec<f64> = answer.population.tried().iter().map(|one| one.distance).collect();
    finite.retain(|distance| distance.is_finite());
    let most = quantile(&mut finite, 0.98).max(1e-6) * 1.05;
    let wide = (right - left) / told.len() as f64;
    let y = |distance: f64| foot - distance / most * HIGH;
    for tick in (Scale { low: 0.0, high: most, log: false }).ticks(5) {
        drawing.line((left, y(tick)), (right, y(tick)), LINE, 1.0, false);
        drawing.text(left - 8.0, y(tick) + 5.0, &short(tick), SMALL, false, QUIET, "end");
    }
    for particle in answer.population.tried() {
        // Side by side in the order in which they were tried.
        let along = (particle.nth as f64 + 0.5) / told[particle.generation].points as f64;
        let x = left + wide * (particle.generation as f64 + 0.1 + 0.8 * along);
        if particle.distance > most {
            drawing.beyond((x, top - 4.0), (0.0, -1.0), UNSURE);
            continue;
        }
        let is_kept = particle.distance <= tolerance && particle.distance.is_finite();
        let (ink, alpha, radius) = if is_kept { (FOUND, 0.8, 3.0) } else { (UNSURE, 0.4, 2.0) };
        disc(&mut drawing, (x, y(particle.distance)), radius, ink, alpha);
    }
    let every = told.len().div_ceil(15);
    for (nth, told) in told.iter().enumerate() {
        let (from, to) = (left + wide * nth as f64, left + wide * (nth + 1) as f64);
        if told.tolerance <= most {
            drawing.line((from, y(told.tolerance)), (to, y(told.tolerance)), DATE, 2.5, false);
        }
        if nth.is_multiple_of(every) {
            let middle = f64::midpoint(from, to);
            drawing.text(middle, foot + 20.0, &nth.to_string(), SMALL, false, QUIET, "middle");
        }
    }
    drawing.line((left, foot), (right, foot), QUIET, 1.0, false);
    drawing.text(f64::midpoint(left, right), foot + 42.0, "generation", SMALL, false, QUIET, "middle");
    drawing.height = foot + 56.0;
    let steps: Vec<String> = told.iter().map(|told| short(told.tolerance)).collect();
    drawing.done(&format!("{title}. Distance kept, by generation: {}.", steps.join(", ")))
}

/// Fresh runs against bands, target by target.
fn predictive(answer: &CalibrationAnswer<'_>) -> String {
    const HIGH: f64 = 40.0;
    /// Half-widths to either side that are drawn.
    const REACH: f64 = 4.0;
    let of = |held_out| answer.predicted.iter().filter(move |one| one.is_held_out == held_out);
    let holds = |held_out| of(held_out).filter(|one| one.holds()).count();
    let mut title = format!("{} of {} fitted targets in their bands", holds(false), of(false).count());
    if of(true).count() > 0 {
        title += &format!(", and {} of {} held out", holds(true), of(true).count());
    }
    let subtitle = "Each dot is a fresh run at a point drawn from what is believed. Blue field: the band, one \
                    half-width to either side of its middle. Bar: the median. Arrows at the edges: runs farther off. \
                    Right: share of runs in the band.";
    let mut drawing = Drawing::new(&title, subtitle);
    let (left, right) = (400.0, WIDE - 64.0);
    let x = |off: f64| f64::midpoint(left, right) + off.clamp(-REACH, REACH) / REACH * (right - left) / 2.0;
    let mut told = Vec::new();
    for (held_out, head) in [(false, "Fitted"), (true, "Held out: never used for fitting")] {
        let all: Vec<&Predicted<'_>> = of(held_out).collect();
        if all.is_empty() {
            continue;
        }
        drawing.height += 24.0;
        let y = drawing.height;
        drawing.text(0.0, y, head, 19.0, true, INK, "start");
        drawing.height += 8.0;
        for one in all {
            let y = drawing.height + HIGH / 2.0;
            let (low, high) = one.target.band;
            let (middle, half) = (f64::midpoint(low, high), one.target.half_width());
            let off = |value: f64| (value - middle) / half;
            let ink = if one.holds() { FOUND } else { DATE };
            let label = fit(&one.target.measure.label, 15.0, false, left - 20.0);
            drawing.text(0.0, y - 2.0, &label, 15.0, false, INK, "start");
            let band = format!("band {} to {}, median {}", number(low), number(high), exact(one.middle()));
            drawing.text(0.0, y + 15.0, &band, 13.0, false, QUIET, "start");
            drawing.line((left, y), (right, y), LINE, 1.0, false);
            let ends = (x(off(low)).min(x(0.0) - 1.5), x(off(high)).max(x(0.0) + 1.5));
            box_of(&mut drawing, (ends.0, y - 15.0), (ends.1, y + 15.0), FOUND, 0.14);
            for (nth, &value) in one.values.iter().enumerate().filter(|(_, value)| value.is_finite()) {
                // A little apart, always in the same way, so that equal runs are seen as many.
                let aside = ((nth * 7) % 9) as f64 - 4.0;
                let (x, y) = (x(off(value)), y + 2.0 * aside);
                if off(value).abs() > REACH {
                    drawing.beyond((x, y), (off(value).signum(), 0.0), ink);
                } else {
                    disc(&mut drawing, (x, y), 2.6, ink, 0.55);
                }
            }
            // A median that is farther off is told beside the name.
            if off(one.middle()).abs() <= REACH {
                let at = x(off(one.middle()));
                drawing.line((at, y - 15.0), (at, y + 15.0), ink, 3.0, false);
            }
            let share = one.share_in_words();
            let short = if one.known() < one.values.len() {
                format!("{} (n {})", percent(one.share()), one.known())
            } else {
                percent(one.share())
            };
            drawing.text(WIDE, y + 6.0, &short, LETTER, true, ink, "end");
            told.push(format!("{}: {band}, {share} of runs in it", one.target.measure.label));
            drawing.height += HIGH;
        }
    }
    let foot = drawing.height + 18.0;
    for (off, text) in [(-REACH, "-4"), (-1.0, "-1"), (0.0, "0"), (1.0, "1"), (REACH, "4 half-widths")] {
        let anchor = if off == REACH { "end" } else { "middle" };
        drawing.text(x(off), foot, text, 13.0, false, QUIET, anchor);
    }
    drawing.height = foot + 14.0;
    drawing.done(&format!("{title}. {}.", told.join("; ")))
}
