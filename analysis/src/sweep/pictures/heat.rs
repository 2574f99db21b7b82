//! A metric over two factors: a heat map with contours.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use contraband_lab::disk::safe_name;

use super::frame::{Picture, at_in_words, averaged_over, label, title_of};
use crate::charts::axes::Scale;
use crate::charts::style::fit;
use crate::charts::words::name;
use crate::compare::wording::three_digits;
use crate::drawing::{Drawing, INK, LETTER, QUIET, WIDE};
use crate::sweep::findings::{Stats, SweepFindings};

/// Colours of heat maps from low to high: each is darker than the one before, so that they are told apart without hue.
const HEAT: [(f64, f64, f64); 5] =
    [(243.0, 247.0, 250.0), (190.0, 216.0, 236.0), (107.0, 172.0, 214.0), (32.0, 112.0, 176.0), (8.0, 45.0, 92.0)];

fn heat_colour(share: f64) -> String {
    let at = share.clamp(0.0, 1.0) * (HEAT.len() - 1) as f64;
    let (below, above) = (HEAT[at as usize], HEAT[(at as usize + 1).min(HEAT.len() - 1)]);
    let mix = |one: f64, other: f64| (one + (other - one) * at.fract()).round() as u8;
    format!("#{:02x}{:02x}{:02x}", mix(below.0, above.0), mix(below.1, above.1), mix(below.2, above.2))
}

/// A metric over two factors: colours for cells, contours between them.
pub(super) fn heat(findings: &SweepFindings<'_>, metric: usize, across: usize, up: usize) -> Option<Picture> {
    const MOST: usize = 40;
    const BINS: usize = 8;
    let places = |factor: usize| -> Vec<f64> {
        let levels = findings.levels(factor);
        if levels.len() <= MOST && findings.plan().design["method"] == "grid" || levels.len() <= BINS {
            return levels;
        }
        findings.along(factor, BINS).into_iter().map(|(place, _)| place).collect()
    };
    let (xs, ys) = (places(across), places(up));
    let nearest = |places: &[f64], value: f64| {
        let far = |place: &f64| (place - value).abs();
        (0..places.len()).min_by(|&one, &other| far(&places[one]).total_cmp(&far(&places[other]))).unwrap_or(0)
    };
    let mut groups: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
    for cell in 0..findings.plan().cells.len() {
        let at = (nearest(&xs, findings.place(across, cell)), nearest(&ys, findings.place(up, cell)));
        groups.entry(at).or_default().push(cell);
    }
    let stats: BTreeMap<(usize, usize), (Stats, usize)> = groups
        .iter()
        .map(|(at, cells)| {
            let planned = cells.iter().map(|&cell| findings.planned(cell)).sum();
            (*at, (findings.stats_of(metric, cells), planned))
        })
        .collect();
    let known = stats.iter().filter(|(_, (stats, _))| stats.n > 0);
    let means: BTreeMap<(usize, usize), f64> = known.map(|(at, (stats, _))| (*at, stats.mean)).collect();
    let unknown: Vec<(usize, usize)> = stats.iter().filter(|(_, (stats, _))| stats.n == 0).map(|(at, _)| *at).collect();
    let least = means.iter().min_by(|one, other| one.1.total_cmp(other.1))?;
    let most = means.iter().max_by(|one, other| one.1.total_cmp(other.1))?;
    let (low, high) = (*least.1, *most.1);
    let measured = name(&findings.plan().metrics[metric].name);
    let title = format!("{measured} over {} and {}", title_of(findings, across), title_of(findings, up));
    let gathered = xs.len() * ys.len() < findings.plan().cells.len();
    // Between words there is nothing that a line could pass.
    let between = [across, up].iter().all(|&factor| findings.words(factor).is_empty());
    let mut lines = Vec::new();
    if between && xs.len() > 2 && ys.len() > 2 && high > low {
        for level in (Scale { low, high, log: false }).ticks(5).into_iter().filter(|&tick| tick > low && tick < high) {
            lines.extend(contour(&means, xs.len(), ys.len(), level).into_iter().map(|piece| (level, piece)));
        }
    }
    let subtitle = format!(
        "Mean of the runs in each field: darker means more.{}{}",
        if gathered { " Cells are grouped into fields; other factors are averaged over." } else { "" },
        if lines.is_empty() { "" } else { " Lines join equal values." }
    );
    let fewer = stats.values().any(|(stats, planned)| stats.n > 0 && stats.n < *planned);
    let subtitle = format!(
        "{subtitle}{}{}",
        if unknown.is_empty() { "" } else { " Striped: no run has a value." },
        if fewer { " Above: of how many of its runs a field speaks, where not of all." } else { "" }
    );
    let mut drawing = Drawing::new(&title, &subtitle);
    let wide = (760.0 / xs.len() as f64).min(190.0);
    let high_of = (wide * 0.62).max(300.0 / ys.len() as f64).min(90.0).min(560.0 / ys.len() as f64);
    let (left, top) = (110.0, drawing.height + 12.0);
    let foot = top + high_of * ys.len() as f64;
    let share = |value: f64| if high > low { (value - low) / (high - low) } else { 0.5 };
    for (&(column, row), &value) in &means {
        let (x, y) = (left + wide * column as f64, foot - high_of * (row + 1) as f64);
        let _ = writeln!(
            drawing.marks,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"{}\"/>",
            wide + 0.4,
            high_of + 0.4,
            heat_colour(share(value))
        );
    }
    for &(column, row) in &unknown {
        let (x, y) = (left + wide * column as f64, foot - high_of * (row + 1) as f64);
        stripes(&mut drawing, (x, y), (wide, high_of));
    }
    let centre = |column: f64, row: f64| (left + wide * (column + 0.5), foot - high_of * (row + 0.5));
    let numbered = wide >= 52.0 && high_of >= 22.0;
    for (level, (from, to)) in lines {
        let ink = if share(level) > 0.55 { "#ffffff" } else { INK };
        drawing.line(centre(from.0, from.1), centre(to.0, to.1), ink, 1.6, false);
    }
    if numbered {
        for (&(column, row), &value) in &means {
            let (x, y) = centre(column as f64, row as f64);
            let ink = if share(value) > 0.55 { "#ffffff" } else { INK };
            // In a corner: lines go through the middle.
            let (x, y) = (x - wide / 2.0 + 7.0, y + high_of / 2.0 - 7.0);
            drawing.text(x, y, &three_digits(value), 14.0, false, ink, "start");
            let (field, planned) = &stats[&(column, row)];
            if field.n < *planned && high_of >= 40.0 {
                drawing.text(x, y - high_of + 24.0, &format!("{} of {planned}", field.n), 12.0, false, ink, "start");
            }
        }
    }
    for (nth, place) in thinned(&xs, 760.0 / 60.0) {
        let (x, _) = centre(nth as f64, 0.0);
        drawing.text(x, foot + 20.0, &at_in_words(findings, across, place), 14.0, false, QUIET, "middle");
    }
    for (nth, place) in thinned(&ys, (foot - top) / 20.0) {
        let (_, y) = centre(0.0, nth as f64);
        let text = fit(&at_in_words(findings, up, place), 14.0, false, left - 8.0);
        drawing.text(left - 8.0, y + 5.0, &text, 14.0, false, QUIET, "end");
    }
    let across_text = fit(&label(findings, across), LETTER, false, WIDE - left);
    drawing.text(left, foot + 48.0, &across_text, LETTER, false, INK, "start");
    drawing.text(0.0, top - 6.0, &fit(&label(findings, up), LETTER, false, WIDE - 20.0), LETTER, false, INK, "start");
    let key = left + wide * xs.len() as f64 + 24.0;
    for step in 0..40 {
        let y = foot - (foot - top) * f64::from(step + 1) / 40.0;
        let _ = writeln!(
            drawing.marks,
            "<rect x=\"{key}\" y=\"{y:.1}\" width=\"18\" height=\"{:.1}\" fill=\"{}\"/>",
            (foot - top) / 40.0 + 0.4,
            heat_colour((f64::from(step) + 0.5) / 40.0)
        );
    }
    drawing.text(key + 24.0, foot, &three_digits(low), 14.0, false, QUIET, "start");
    drawing.text(key + 24.0, top + 12.0, &three_digits(high), 14.0, false, QUIET, "start");
    drawing.height = foot + 64.0;
    let place = |at: &(usize, usize)| {
        format!("{} and {}", at_in_words(findings, across, xs[at.0]), at_in_words(findings, up, ys[at.1]))
    };
    let told = format!(
        "lowest, {}, at {}; highest, {}, at {}",
        three_digits(low),
        place(least.0),
        three_digits(high),
        place(most.0)
    );
    Some(Picture {
        name: safe_name(&format!("heat_{}", findings.plan().metrics[metric].name)),
        svg: drawing.done(&format!("{title}: {told}.")),
        caption: format!(
            "{measured}, mean of the runs of each field{}: {told} ({}, {}).",
            averaged_over(findings, &[across, up]),
            title_of(findings, across),
            title_of(findings, up)
        ),
        title,
    })
}

/// Stripes, which no value has, over a field of which nothing is known.
fn stripes(drawing: &mut Drawing, (x, y): (f64, f64), (wide, high): (f64, f64)) {
    const STEP: f64 = 9.0;
    let count = ((wide + high) / STEP) as usize;
    for nth in 1..=count {
        // From the left or lower edge up to the upper or right one.
        let along = nth as f64 * STEP;
        let from = (x + (along - high).max(0.0), y + along.min(high));
        let to = (x + along.min(wide), y + (along - wide).max(0.0));
        drawing.line(from, to, QUIET, 1.0, false);
    }
}

/// Places with their numbers, no more than `most`, evenly.
fn thinned(places: &[f64], most: f64) -> Vec<(usize, f64)> {
    let step = (places.len() as f64 / most.max(1.0)).ceil().max(1.0) as usize;
    places.iter().copied().enumerate().step_by(step).collect()
}

type Piece = ((f64, f64), (f64, f64));

/// Where a level passes between the middles of fields: pieces of lines, by marching squares.
fn contour(means: &BTreeMap<(usize, usize), f64>, wide: usize, high: usize, level: f64) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for column in 0..wide - 1 {
        for row in 0..high - 1 {
            let corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)];
            let Some(values) = corners.iter().map(|at| means.get(at).copied()).collect::<Option<Vec<f64>>>() else {
                continue;
            };
            let mut crossed = Vec::new();
            for side in 0..4 {
                let (one, other) = (side, (side + 1) % 4);
                if (values[one] < level) != (values[other] < level) {
                    let part = (level - values[one]) / (values[other] - values[one]);
                    let between = |from: usize, to: usize| from as f64 + (to as f64 - from as f64) * part;
                    crossed
                        .push((between(corners[one].0, corners[other].0), between(corners[one].1, corners[other].1)));
                }
            }
            for pair in crossed.chunks_exact(2) {
                pieces.push((pair[0], pair[1]));
            }
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contour_passes_where_values_do() {
        // Rises by one a column: 1.5 lies half way between the second and the third.
        let means = (0..4).flat_map(|column| (0..3).map(move |row| ((column, row), column as f64))).collect();
        let pieces = contour(&means, 4, 3, 1.5);
        assert_eq!(pieces.len(), 2);
        assert!(pieces.iter().all(|(from, to)| from.0 == 1.5 && to.0 == 1.5), "{pieces:?}");
        assert!(contour(&means, 4, 3, 9.0).is_empty());
    }

    #[test]
    fn heat_gets_darker() {
        let light = |share: f64| {
            let hex = heat_colour(share);
            (0..3).map(|nth| u32::from_str_radix(&hex[1 + 2 * nth..3 + 2 * nth], 16).unwrap()).sum::<u32>()
        };
        assert!((0..20).all(|step| light(f64::from(step) / 20.0) > light(f64::from(step + 1) / 20.0)));
    }
}
