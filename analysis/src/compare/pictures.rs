//! Pictures of a study: what differs, when, and where trade went. Each says in words what it shows, and is drawn as wide as
//! it is asked for: for pages and files, or narrow for phones.

use std::fmt::Write as _;

use contraband_lab::compare::{Answers, BURDENS, Course, Difference, Moved, Verdict};
use contraband_lab::files::study::Study;

use super::wording::{ends, group_in_words, held_back, signed, three_digits};
use crate::charts::style::{fit, letters, width, wrap};
use crate::charts::words::name;
use crate::drawing::{DATE, Drawing, FOUND, INK, LETTER, LINE, QUIET, UNSURE, WIDE};

/// Room for names, at most.
const NAMES: f64 = 400.0;

/// Whether a difference was found.
fn found(one: &Difference) -> bool {
    matches!(one.verdict(), Verdict::Higher | Verdict::Lower)
}

/// A row of a plot of effects: its name, the difference and its interval, in what it says, and whether it was found.
struct EffectRow {
    name: String,
    strong: bool,
    middle: f64,
    ends: (f64, f64),
    said: String,
    found: bool,
}

impl EffectRow {
    /// A difference in per cent of the base, or of a share in percentage points.
    fn in_percent(label: &str, one: &Difference) -> Self {
        let part = if one.of_share { 100.0 } else { 100.0 / one.base.abs() };
        let unit = if one.of_share { "points" } else { "%" };
        let (low, high) = one.interval();
        let held = held_back(one);
        let said = match one.verdict() {
            Verdict::Same => "exactly the same".into(),
            _ if !one.of_share && one.base.abs() < 1e-9 => format!("{} from 0{held}", signed(one.mean)),
            _ => format!("{} {unit} ({}){held}", signed(part * one.mean), ends(one, part)),
        };
        Self {
            name: label.into(),
            strong: false,
            middle: part * one.mean,
            ends: (part * low, part * high),
            said,
            found: found(one),
        }
    }
}

/// Whether rows show anything: a difference from nothing, or an interval.
fn show(rows: &[EffectRow]) -> bool {
    rows.iter().any(|row| {
        let ends = [row.middle, row.ends.0, row.ends.1];
        ends.iter().any(|value| !value.is_nan() && *value != 0.0)
    })
}

/// From where to where a scale goes: as far as `values`, never beyond `most`, and to both sides of zero.
fn scale(values: impl Iterator<Item = f64>, most: f64) -> (f64, f64) {
    let ends = values.filter(|end| end.is_finite());
    let (low, high) = ends.fold((0.0, 0.0), |(low, high): (f64, f64), end| (low.min(end), high.max(end)));
    let (low, high) = (low.max(-most), high.min(most));
    let room = 0.08 * (high - low).max(1e-12);
    (low.min(-room), high.max(room))
}

/// The scale that rows need. What goes beyond `most` ends in an arrow at the edge.
fn scale_of<'r>(rows: impl IntoIterator<Item = &'r EffectRow>, most: f64) -> (f64, f64) {
    scale(rows.into_iter().flat_map(|row| [row.ends.0, row.ends.1, row.middle]), most)
}

/// Rows of differences beside a line at zero.
fn forest(drawing: &mut Drawing, rows: &[EffectRow], unit: &str, (low, high): (f64, f64)) {
    const HIGH: f64 = 34.0;
    if drawing.wide < WIDE {
        return narrow_forest(drawing, rows, unit, (low, high));
    }
    let names = rows.iter().map(|row| width(&row.name, LETTER, row.strong)).fold(0.0, f64::max).min(NAMES);
    let said = rows.iter().map(|row| width(&row.said, LETTER, false)).fold(0.0, f64::max);
    let (left, right) = (names + 24.0, WIDE - said - 24.0);
    let at = |value: f64| left + (value.clamp(low, high) - low) / (high - low) * (right - left);
    let (top, foot) = (drawing.height, drawing.height + HIGH * rows.len() as f64);
    ruler(drawing, unit, &at, (low, high), (top, foot));
    for (nth, row) in rows.iter().enumerate() {
        let y = top + HIGH * (nth as f64 + 0.5);
        let shown = fit(&row.name, LETTER, row.strong, NAMES);
        drawing.text(0.0, y + 6.0, &shown, LETTER, row.strong, INK, "start");
        drawing.text(WIDE, y + 6.0, &row.said, LETTER, false, if row.found { INK } else { QUIET }, "end");
        mark(drawing, row, &at, (low, high), (left, right), y);
    }
    drawing.height = foot + 40.0;
}

/// The lines at zero and at both ends of a scale, from top to foot, with their numbers below.
fn ruler(drawing: &mut Drawing, unit: &str, at: &dyn Fn(f64) -> f64, (low, high): (f64, f64), (top, foot): (f64, f64)) {
    for end in [low, 0.0, high] {
        let (ink, thick) = if end == 0.0 { (QUIET, 1.5) } else { (LINE, 1.0) };
        drawing.line((at(end), top), (at(end), foot), ink, thick, false);
        // Of the side where nothing is, no number.
        if end != 0.0 && (at(end) - at(0.0)).abs() < 74.0 {
            continue;
        }
        drawing.text(at(end), foot + 22.0, &format!("{}{unit}", signed(end)), 15.0, false, QUIET, "middle");
    }
}

/// The interval and the dot of a row.
fn mark(
    drawing: &mut Drawing,
    row: &EffectRow,
    at: &dyn Fn(f64) -> f64,
    (low, high): (f64, f64),
    (left, right): (f64, f64),
    y: f64,
) {
    let ink = if row.found { FOUND } else { UNSURE };
    if row.ends.0.is_finite() && row.ends.1.is_finite() {
        drawing.line((at(row.ends.0), y), (at(row.ends.1), y), ink, 3.0, false);
    }
    // What goes beyond the scale ends in an arrow: the interval, or all of it.
    if row.middle > high || row.ends.1 > high {
        drawing.beyond((right + 4.0, y), (1.0, 0.0), ink);
    }
    if row.middle < low || row.ends.0 < low {
        drawing.beyond((left - 4.0, y), (-1.0, 0.0), ink);
    }
    if row.middle.is_finite() && (low..=high).contains(&row.middle) {
        drawing.dot(at(row.middle), y, ink, row.found);
    }
}

/// The same where there is no room beside: what a row is, what it says, and its mark stand below each other.
fn narrow_forest(drawing: &mut Drawing, rows: &[EffectRow], unit: &str, (low, high): (f64, f64)) {
    /// Of a line of words, and of the mark with the room around it.
    const LINE_HIGH: f64 = 20.0;
    const MARK_HIGH: f64 = 32.0;
    let (left, right, room) = (32.0, drawing.wide - 32.0, drawing.wide - 4.0);
    let at = |value: f64| left + (value.clamp(low, high) - low) / (high - low) * (right - left);
    // What it says is never cut: it goes on in another line.
    let told: Vec<[Vec<String>; 2]> =
        rows.iter().map(|row| [wrap(&row.name, LETTER, true, room), wrap(&row.said, LETTER, false, room)]).collect();
    drawing.latin |= rows.iter().any(|row| letters(&row.name) != row.name);
    let lines: usize = told.iter().flatten().map(Vec::len).sum();
    let (top, foot) = (drawing.height, drawing.height + LINE_HIGH * lines as f64 + MARK_HIGH * rows.len() as f64);
    ruler(drawing, unit, &at, (low, high), (top, foot));
    let mut y = top;
    for (row, told) in rows.iter().zip(&told) {
        let said = if row.found { INK } else { QUIET };
        for (lines, bold, ink) in [(&told[0], true, INK), (&told[1], false, said)] {
            for line in lines {
                // Lines behind letters would strike them through.
                let _ = writeln!(
                    drawing.marks,
                    "<rect x=\"-4\" y=\"{:.1}\" width=\"{:.1}\" height=\"{LINE_HIGH}\" fill=\"#ffffff\"/>",
                    y + 4.0,
                    width(line, LETTER, bold) + 8.0
                );
                y += LINE_HIGH;
                drawing.text(0.0, y, line, LETTER, bold, ink, "start");
            }
        }
        mark(drawing, row, &at, (low, high), (left, right), y + 0.5 * MARK_HIGH);
        y += MARK_HIGH;
    }
    drawing.height = foot + 40.0;
}

/// All effects of an arm, in per cent of the base, with their intervals; `None` where none of them is more than nothing.
pub fn effects(study: &Study, answers: &Answers, arm: usize, wide: f64) -> Option<String> {
    let about = &study.arms[arm];
    let each = study.metrics.iter().zip(&answers.differences[arm]);
    let rows: Vec<EffectRow> = each.map(|(metric, one)| EffectRow::in_percent(&metric.label, one)).collect();
    if !show(&rows) {
        return None;
    }
    let many = rows.iter().filter(|row| row.found).count();
    let title = format!("{}: {many} of {} differences are clear", name(&about.name), rows.len());
    let subtitle = "Mean difference from the base in per cent of the base (shares: in percentage points), with its 95 \
                    % interval. Filled blue: clear difference. Hollow grey: not clear, could be chance, or \
                    small (less than the smallest effect of interest). Arrow: beyond 100.";
    let mut drawing = Drawing::of_width(wide, &title, subtitle);
    forest(&mut drawing, &rows, " %", scale_of(&rows, 100.0));
    let told: Vec<String> = rows.iter().map(|row| format!("{}: {}", row.name, row.said)).collect();
    Some(drawing.done(&format!("{title}. {}.", told.join("; "))))
}

/// What the arms do, on one picture: of each the metrics that tell most. `None` where nothing differs at all.
pub fn overview(study: &Study, answers: &Answers, most: usize, wide: f64) -> Option<String> {
    const METRICS: usize = 5;
    let clear = |metric: usize| {
        let of = |found: &Vec<Difference>| {
            if found[metric].sd > 0.0 { found[metric].mean.abs() / found[metric].sd } else { 0.0 }
        };
        answers.differences.iter().map(of).fold(0.0, f64::max)
    };
    let mut chosen: Vec<usize> = (0..study.metrics.len()).collect();
    chosen.sort_by(|&one, &other| clear(other).total_cmp(&clear(one)).then(one.cmp(&other)));
    let all = chosen.len();
    chosen.truncate(METRICS);
    chosen.sort_unstable();
    let which = if all > METRICS {
        format!("The {METRICS} of {all} metrics with the clearest differences; the full brief has all. ")
    } else {
        String::new()
    };
    let subtitle = "Mean difference from the base in per cent of the base (shares: in percentage points), with its 95 \
                    % interval. Filled blue: clear difference. Hollow grey: not clear, could be chance, or \
                    small (less than the smallest effect of interest). Arrow: beyond 100.";
    let mut drawing = Drawing::of_width(wide, "What changes", &format!("{which}{subtitle}"));
    let arms: Vec<(&str, Vec<EffectRow>)> = (study.arms.iter().zip(&answers.differences).take(most))
        .map(|(about, found)| {
            let row = |&metric: &usize| EffectRow::in_percent(&study.metrics[metric].label, &found[metric]);
            (about.name.as_str(), chosen.iter().map(row).collect())
        })
        .collect();
    if !arms.iter().any(|(_, rows)| show(rows)) {
        return None;
    }
    let shared = scale_of(arms.iter().flat_map(|(_, rows)| rows), 100.0);
    let mut told = Vec::new();
    for (arm, rows) in &arms {
        let y = drawing.height + 16.0;
        drawing.text(0.0, y, &name(arm), 19.0, true, INK, "start");
        drawing.height += 28.0;
        told.extend(rows.iter().map(|row| format!("{arm}, {}: {}", row.name, row.said)));
        forest(&mut drawing, rows, " %", shared);
    }
    Some(drawing.done(&format!("What changes. {}.", told.join("; "))))
}

/// Who bears an arm: what groups of citizens hold, and how anxious they are, on the last day. What differs for no group is left
/// out; `None` where that is all.
pub fn bearers(study: &Study, answers: &Answers, arm: usize, wide: f64) -> Option<String> {
    const DRAWN: [(&str, &str); 3] =
        [("credits", "Credits held"), ("anxiety", "Anxiety, 0 to 1"), ("purchases", "Purchases since the start")];
    debug_assert!(DRAWN.iter().all(|(burden, _)| BURDENS.contains(burden)));
    let title = format!("{}: incidence by group", name(&study.arms[arm].name));
    let subtitle = "Mean difference from the base on the last day, by group of citizens, with its 95 % interval. \
                    Filled blue: clear difference. Hollow grey: not clear, could be chance, or small (less than \
                    the smallest effect of interest).";
    let mut drawing = Drawing::of_width(wide, &title, subtitle);
    let (mut told, mut any) = (Vec::new(), false);
    for (burden, heading) in DRAWN {
        // By wealth others are in each fifth: what they hold says who they are, not what became of them.
        let groups = answers.borne[arm].iter().filter(|one| one.burden == burden && one.kind != "wealth");
        let rows: Vec<EffectRow> = groups
            .filter(|one| one.difference.n >= 2)
            .map(|one| {
                let (low, high) = one.difference.interval();
                let mean = one.difference.mean;
                EffectRow {
                    name: format!("{}: {}", name(&one.kind), group_in_words(&one.name)),
                    strong: false,
                    middle: mean,
                    ends: (low, high),
                    said: format!("{} ({}){}", signed(mean), ends(&one.difference, 1.0), held_back(&one.difference)),
                    found: found(&one.difference),
                }
            })
            .collect();
        if !show(&rows) {
            continue;
        }
        any = true;
        let y = drawing.height + 22.0;
        drawing.text(0.0, y, heading, 19.0, true, INK, "start");
        drawing.height += 36.0;
        told.extend(rows.iter().filter(|row| row.found).map(|row| format!("{heading}, {} {}", row.name, row.said)));
        forest(&mut drawing, &rows, "", scale_of(&rows, f64::INFINITY));
    }
    let told = if told.is_empty() { "No group shows a clear difference".into() } else { told.join("; ") };
    any.then(|| drawing.done(&format!("{title}. {told}.")))
}

/// Where the trade of an arm went: purchases a day by good, place and venue. A kind in which nothing moved is left out;
/// `None` where that is all of them.
pub fn displacement(study: &Study, answers: &Answers, arm: usize, wide: f64) -> Option<String> {
    let (first, last) = study.window_of(arm);
    let title = format!("{}: where trade moved", name(&study.arms[arm].name));
    let subtitle = format!(
        "Difference from the base in purchases a day, days {first} to {last}, with 95 % intervals. Bold: what the \
         policy targets. Each group adds up to the same total, as long as it covers all buyers and venues."
    );
    let mut drawing = Drawing::of_width(wide, &title, &subtitle);
    let mut told = Vec::new();
    for (kind, heading) in [("good", "By good"), ("place", "By home of the buyer"), ("venue", "By venue")] {
        let of_kind: Vec<&Moved> = answers.moved[arm].iter().filter(|one| one.kind == kind).collect();
        let rows: Vec<EffectRow> = of_kind
            .iter()
            .map(|one| {
                let (low, high) = one.difference.interval();
                let mean = one.difference.mean;
                let said = format!("{} ({}){}", signed(mean), ends(&one.difference, 1.0), held_back(&one.difference));
                let name = if one.name == "all" { "total".into() } else { name(&one.name) };
                EffectRow {
                    name,
                    strong: one.target,
                    middle: mean,
                    ends: (low, high),
                    said,
                    found: found(&one.difference),
                }
            })
            .collect();
        if !show(&rows) {
            continue;
        }
        let y = drawing.height + 22.0;
        drawing.text(0.0, y, heading, 19.0, true, INK, "start");
        drawing.height += 36.0;
        told.extend(rows.iter().map(|row| format!("{} {}", row.name, row.said)));
        forest(&mut drawing, &rows, "", scale_of(&rows, f64::INFINITY));
    }
    (!told.is_empty()).then(|| drawing.done(&format!("{title}. {}.", told.join("; "))))
}

/// Columns whose course is drawn.
const DRAWN: [&str; 6] = ["trades", "detections", "harm", "anxiety_mean", "legitimacy", "innovation"];

/// How an arm departs from the base through the days, seed by seed. A column that never does is left out; `None` where that is
/// all of them.
pub fn courses(study: &Study, answers: &Answers, arm: usize, wide: f64) -> Option<String> {
    const HIGH: f64 = 150.0;
    let title = format!("{}: difference from the base, day by day", name(&study.arms[arm].name));
    let subtitle = "Difference from the base on each day, by seed: the line is the mean, the dark band holds the \
                    middle half of the seeds, the light band 90 % of them. Dashed: the policy begins, changes or ends.";
    let mut drawing = Drawing::of_width(wide, &title, subtitle);
    let top = drawing.height;
    let across = if wide < WIDE { 1 } else { 2 };
    let dates: Vec<u32> = {
        let entries = study.arms[arm].scenario.timeline.iter();
        entries.flat_map(|entry| [Some(entry.day), entry.until]).flatten().collect()
    };
    let departs = |course: &&Course| {
        course.days.iter().any(|day| day[2..].iter().any(|value| value.is_finite() && *value != 0.0))
    };
    let all = answers.courses[arm].iter().filter(|course| DRAWN.contains(&course.column));
    let drawn: Vec<_> = all.filter(departs).collect();
    if drawn.is_empty() {
        return None;
    }
    for (nth, course) in drawn.iter().enumerate() {
        let days = course.days.len().max(2);
        let (left, right) = match nth % across {
            0 => (70.0, if across == 1 { wide - 10.0 } else { 455.0 }),
            _ => (565.0, 950.0),
        };
        let head = top + (nth / across) as f64 * (HIGH + 84.0);
        let (ceiling, foot) = (head + 34.0, head + 34.0 + HIGH);
        let (low, high) = scale(course.days.iter().flat_map(|day| [day[3], day[7]]), f64::INFINITY);
        let at = |day: usize, value: f64| {
            let x = left + (right - left) * day as f64 / (days - 1) as f64;
            (x, foot - (value - low) / (high - low) * HIGH)
        };
        drawing.text(left, head + 18.0, &name(course.column), 19.0, true, INK, "start");
        for value in [low, 0.0, high] {
            let (x, y) = at(0, value);
            drawing.line((x, y), (right, y), if value == 0.0 { QUIET } else { LINE }, 1.0, false);
            if value == 0.0 || value.abs() > 0.1 * (high - low) {
                drawing.text(left - 8.0, y + 5.0, &three_digits(value), 14.0, false, QUIET, "end");
            }
        }
        for &date in dates.iter().filter(|&&date| (date as usize) <= days) {
            let (x, _) = at(date.saturating_sub(1) as usize, 0.0);
            drawing.line((x, ceiling), (x, foot), DATE, 1.5, true);
        }
        for (lower, upper, alpha) in [(3, 7, 0.15), (4, 6, 0.3)] {
            let along = course.days.iter().enumerate();
            let mut around: Vec<(f64, f64)> = along.clone().map(|(day, values)| at(day, values[lower])).collect();
            around.extend(along.rev().map(|(day, values)| at(day, values[upper])));
            drawing.path(&around, FOUND, Some(alpha));
        }
        let middle: Vec<(f64, f64)> = course.days.iter().enumerate().map(|(day, values)| at(day, values[2])).collect();
        drawing.path(&middle, FOUND, None);
        for day in [1, days / 2, days] {
            let anchor = if day == 1 {
                "start"
            } else if day == days {
                "end"
            } else {
                "middle"
            };
            drawing.text(at(day - 1, 0.0).0, foot + 20.0, &format!("day {day}"), 14.0, false, QUIET, anchor);
        }
        drawing.height = foot + 40.0;
    }
    let ends: Vec<String> = drawn
        .iter()
        .filter_map(|course| course.days.last().map(|day| format!("{} {}", name(course.column), signed(day[2]))))
        .collect();
    Some(drawing.done(&format!("{title}. On the last day, on average: {}.", ends.join("; "))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawing::NARROW;

    fn row(name: &str, said: &str, middle: f64) -> EffectRow {
        let ends = (middle - 1.0, middle + 1.0);
        EffectRow { name: name.into(), strong: false, middle, ends, said: said.into(), found: true }
    }

    /// On a phone nothing is cut off and nothing lies outside: neither names nor figures.
    #[test]
    fn a_narrow_picture_says_all_that_the_wide_one_says() {
        let said =
            "+1234.5 credits (-2345.6 to +4567.8), and so many words behind it that they need another line to stand in";
        let rows =
            [row("credits in the treasury at the end of the year, after all", said, 4.0), row("harm", "-3", -3.0)];
        let mut drawing = Drawing::of_width(NARROW, "Title", "");
        forest(&mut drawing, &rows, " %", scale_of(&rows, 100.0));
        let svg = drawing.done("told");
        assert!(svg.contains(&format!("viewBox=\"-16 0 {} ", NARROW + 32.0)), "{svg}");
        let texts: Vec<&str> =
            svg.split("</text>").filter_map(|part| Some(part.rsplit_once("<text")?.1.split_once('>')?.1)).collect();
        let all = texts.join(" ");
        for word in rows.iter().flat_map(|row| row.name.split(' ').chain(row.said.split(' '))) {
            assert!(all.contains(word), "{word}: {all}");
        }
        assert!(!all.contains('…'), "{all}");
        for value in svg.split("textLength=\"").skip(1) {
            let wide: f64 = value.split_once('"').unwrap().0.parse().unwrap();
            assert!(wide <= NARROW, "{wide}");
        }
    }

    #[test]
    fn rows_of_nothing_show_nothing() {
        let none = |middle: f64| EffectRow { ends: (f64::NAN, f64::NAN), ..row("x", "0", middle) };
        assert!(!show(&[]) && !show(&[none(0.0), none(f64::NAN)]));
        assert!(show(&[none(0.0), none(0.1)]) && show(&[row("x", "0", 0.0)]), "an interval about nothing is something");
    }
}
