//! Pictures of a sweep: how metrics answer to factors. Each says in words what it shows.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use contraband_lab::disk::safe_name;
use maud::{Markup, PreEscaped, html};

use super::findings::{Stats, SweepFindings};
use super::read_table;
use crate::charts::axes::Scale;
use crate::charts::style::fit;
use crate::charts::words::{name, short};
use crate::compare::wording::three_digits;
use crate::drawing::{Drawing, FOUND, INK, LETTER, LINE, QUIET, WIDE};
use crate::error::StoreError;
use crate::measures::numbers;

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

/// Metrics that are drawn, at most.
const METRICS: usize = 6;
/// Factors that have a picture of their own, at most.
const FACTORS: usize = 4;
/// Points along an axis where cells are gathered.
const ALONG: usize = 24;
/// Lines of parallel coordinates, at most.
const LINES: usize = 400;
/// Colours of lines, told apart by colour-blind people.
const COLOURS: [&str; 5] = ["#006aa6", "#be4c00", "#00795c", "#964678", "#545e69"];

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

/// What people call a factor.
fn label(findings: &SweepFindings<'_>, factor: usize) -> String {
    findings.plan().factors[factor].label.clone()
}

/// A factor in a title: the last parts of its path.
fn title_of(findings: &SweepFindings<'_>, factor: usize) -> String {
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
fn at_in_words(findings: &SweepFindings<'_>, factor: usize, place: f64) -> String {
    findings.words(factor).get(place as usize).map_or_else(|| short(place), Clone::clone)
}

/// A frame in which things are drawn by value.
struct PlotFrame {
    left: f64,
    right: f64,
    top: f64,
    foot: f64,
    x: Scale,
    y: (f64, f64),
}

impl PlotFrame {
    fn x(&self, value: f64) -> f64 {
        self.left + self.x.part(value) * (self.right - self.left)
    }

    fn y(&self, value: f64) -> f64 {
        self.foot - (value - self.y.0) / (self.y.1 - self.y.0) * (self.foot - self.top)
    }

    fn at(&self, x: f64, y: f64) -> (f64, f64) {
        (self.x(x), self.y(y).clamp(self.top - 2.0, self.foot + 2.0))
    }

    /// Lines and numbers upwards.
    fn rule(&self, drawing: &mut Drawing) {
        for tick in (Scale { low: self.y.0, high: self.y.1, log: false }).ticks(4) {
            let y = self.y(tick);
            drawing.line((self.left, y), (self.right, y), LINE, 1.0, false);
            drawing.text(self.left - 8.0, y + 5.0, &short(tick), 14.0, false, QUIET, "end");
        }
    }

    /// Numbers or words along.
    fn mark(&self, drawing: &mut Drawing, findings: &SweepFindings<'_>, factor: usize) {
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
fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
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
fn axis(findings: &SweepFindings<'_>, factor: usize) -> Scale {
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
fn panels(
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

/// The metrics that are drawn: those that have a value in some run.
fn drawn(findings: &SweepFindings<'_>) -> Vec<usize> {
    let cells = 0..findings.plan().cells.len();
    let known = |metric: &usize| cells.clone().any(|cell| findings.stats(*metric, cell).n > 0);
    (0..findings.plan().metrics.len()).filter(known).take(METRICS).collect()
}

fn metric_names(findings: &SweepFindings<'_>, shown: &[usize]) -> Vec<String> {
    shown.iter().map(|&metric| name(&findings.plan().metrics[metric].label)).collect()
}

/// Means along a factor with their intervals; a line for each level of another, where it has few.
fn response(findings: &SweepFindings<'_>, shown: &[usize], factor: usize, by: Option<usize>) -> Picture {
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

fn of_runs(count: usize) -> String {
    if count == 1 { "1 run".into() } else { format!("{count} runs") }
}

/// ", averaged over A and B as the design varies them": all factors that move, but these.
fn averaged_over(findings: &SweepFindings<'_>, but: &[usize]) -> String {
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

fn file_name(findings: &SweepFindings<'_>, factor: usize) -> String {
    safe_name(&findings.plan().factors[factor].path.replace('.', "_"))
}

/// Quantiles of runs along a factor, as ribbons.
fn spread(findings: &SweepFindings<'_>, shown: &[usize], factor: usize) -> Picture {
    let title = format!("Spread of runs along {}", title_of(findings, factor));
    let subtitle = "The line is the median of the runs, the dark band holds the middle half of them, the light band 90 \
                    %: chance and the other factors together.";
    let mut drawing = Drawing::new(&title, subtitle);
    let groups = findings.along(factor, ALONG);
    let lines: Vec<Vec<(f64, Stats)>> = (shown.iter().copied())
        .map(|metric| {
            groups
                .iter()
                .map(|(place, cells)| (*place, findings.stats_of(metric, cells)))
                .filter(|(_, stats)| stats.n > 0)
                .collect()
        })
        .collect();
    let names = metric_names(findings, shown);
    panels(
        &mut drawing,
        &names,
        |metric| (axis(findings, factor), range(lines[metric].iter().flat_map(|(_, stats)| stats.quantiles))),
        |drawing, frame, metric| {
            frame.rule(drawing);
            frame.mark(drawing, findings, factor);
            ribbons(
                drawing,
                frame,
                &lines[metric].iter().map(|(x, stats)| (*x, stats.quantiles)).collect::<Vec<_>>(),
                FOUND,
            );
        },
    );
    let told: Vec<String> = (0..names.len())
        .filter_map(|metric| {
            let (place, stats) = lines[metric].last()?;
            Some(format!(
                "{} at {} ({}): median {}, 90 % of runs from {} to {}",
                names[metric],
                at_in_words(findings, factor, *place),
                of_runs(stats.n),
                three_digits(stats.quantiles[2]),
                three_digits(stats.quantiles[0]),
                three_digits(stats.quantiles[4])
            ))
        })
        .collect();
    Picture {
        name: format!("spread_{}", file_name(findings, factor)),
        svg: drawing.done(&format!("{title}. {}.", told.join("; "))),
        caption: format!("{}.", told.join("; ")),
        title,
    }
}

/// Quantiles along x.
type Ribbon = Vec<(f64, [f64; 5])>;

/// Ribbons of quantiles along x, and the median; dots where there is one place only.
fn ribbons(drawing: &mut Drawing, frame: &PlotFrame, line: &[(f64, [f64; 5])], colour: &str) {
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
fn heat(findings: &SweepFindings<'_>, metric: usize, across: usize, up: usize) -> Option<Picture> {
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
    let subtitle = format!(
        "Mean of the runs in each field: darker means more.{}{}",
        if gathered { " Cells are grouped into fields; other factors are averaged over." } else { "" },
        if between { " Lines join equal values." } else { "" }
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
    if between && xs.len() > 2 && ys.len() > 2 && high > low {
        for level in (Scale { low, high, log: false }).ticks(5).into_iter().filter(|&tick| tick > low && tick < high) {
            let ink = if share(level) > 0.55 { "#ffffff" } else { INK };
            for (from, to) in contour(&means, xs.len(), ys.len(), level) {
                drawing.line(centre(from.0, from.1), centre(to.0, to.1), ink, 1.6, false);
            }
        }
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

/// Runs as lines across all factors and a metric.
fn parallel(findings: &SweepFindings<'_>, metric: usize, factors: &[usize]) -> Picture {
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

/// Columns through the days, with the runs of the lowest and of the highest part of a factor apart.
fn courses(findings: &SweepFindings<'_>, factor: usize) -> Result<Option<Picture>, StoreError> {
    const MOST: usize = 6;
    let Some(series) = &findings.plan().series else { return Ok(None) };
    let groups = findings.along(factor, 5);
    let (Some(low), Some(high)) = (groups.first(), groups.last()) else { return Ok(None) };
    let mut side = vec![usize::MAX; findings.plan().cells.len()];
    for (which, (_, cells)) in [low, high].into_iter().enumerate() {
        for &cell in cells {
            side[cell] = which;
        }
    }
    let columns: Vec<&String> = series.columns.iter().take(MOST).collect();
    let mut wanted = vec!["cell", "day"];
    wanted.extend(columns.iter().map(|column| column.as_str()));
    let keys = read_table(findings.folder, "series.parquet", Some(&wanted))?;
    let (cells, days) = (numbers(&keys, "cell"), numbers(&keys, "day"));
    // Of many runs, enough to know quantiles well.
    let every = (cells.len() / 2_000_000).max(1);
    let mut lines: Vec<[Ribbon; 2]> = Vec::new();
    for column in &columns {
        let values = numbers(&keys, column);
        let mut by_day: [BTreeMap<u32, Vec<f64>>; 2] = [BTreeMap::new(), BTreeMap::new()];
        for at in (0..values.len()).step_by(every) {
            if let Some(of_side) = by_day.get_mut(side[cells[at] as usize]) {
                of_side.entry(days[at] as u32).or_default().push(values[at]);
            }
        }
        lines.push(
            by_day.map(|days| {
                days.into_iter().map(|(day, values)| (f64::from(day), Stats::of(values).quantiles)).collect()
            }),
        );
    }
    let title = format!("Day by day, by {}", title_of(findings, factor));
    let [low, high] = [low, high].map(|(place, _)| at_in_words(findings, factor, *place));
    let subtitle =
        format!("Blue: {low}. Rust: {high}. Medians, with bands for the middle half and for 90 % of the runs.");
    let mut drawing = Drawing::new(&title, &subtitle);
    let names: Vec<String> = columns.iter().map(|column| name(column)).collect();
    let last = lines.iter().flatten().flatten().map(|(day, _)| *day).fold(1.0, f64::max);
    panels(
        &mut drawing,
        &names,
        |nth| {
            (
                Scale { low: 0.0, high: last, log: false },
                range(lines[nth].iter().flatten().flat_map(|(_, quantiles)| *quantiles)),
            )
        },
        |drawing, frame, nth| {
            frame.rule(drawing);
            drawing.line((frame.left, frame.foot), (frame.right, frame.foot), QUIET, 1.0, false);
            for day in (Scale { low: 0.0, high: last, log: false }).ticks(4).into_iter().filter(|&day| day > 0.0) {
                drawing.text(frame.x(day), frame.foot + 20.0, &format!("day {day}"), 14.0, false, QUIET, "middle");
            }
            for (line, colour) in lines[nth].iter().zip(COLOURS) {
                ribbons(drawing, frame, line, colour);
            }
        },
    );
    let told: Vec<String> = names
        .iter()
        .zip(&lines)
        .map(|(name, line)| {
            let end = |side: usize| line[side].last().map_or(f64::NAN, |(_, quantiles)| quantiles[2]);
            format!(
                "{name} on day {last}: median of the runs {} with {low}, {} with {high}",
                three_digits(end(0)),
                three_digits(end(1))
            )
        })
        .collect();
    Ok(Some(Picture {
        name: "courses".into(),
        svg: drawing.done(&format!("{title}. {}.", told.join("; "))),
        caption: format!("{}.", told.join("; ")),
        title,
    }))
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
