//! Pictures of a study: what differs, when, and where trade went. Each says in words what it shows.

use std::fmt::Write as _;

use contraband_sim::scenario::study::Study;

use super::answers::{Answers, Moved};
use super::brief::{short, signed};
use super::difference::{Difference, Verdict};
use crate::charts::style::{escape, fit, width, wrap};
use crate::charts::words::name;

/// Width of a picture, in units.
pub(crate) const WIDE: f64 = 960.0;
/// What was found.
pub(crate) const FOUND: &str = "#006aa6";
/// What may be nothing.
const UNSURE: &str = "#6b7580";
/// Letters.
pub(crate) const INK: &str = "#1b1f24";
/// Quiet letters.
pub(crate) const QUIET: &str = "#545e69";
/// Lines behind.
pub(crate) const LINE: &str = "#dee2e6";
/// Dates of policies.
const DATE: &str = "#7a5800";
/// Size of letters.
pub(crate) const LETTER: f64 = 17.0;

/// A drawing that grows.
pub(crate) struct Drawing {
    pub marks: String,
    pub height: f64,
}

impl Drawing {
    /// With a head: what is seen, and what is drawn.
    pub fn new(title: &str, subtitle: &str) -> Self {
        let mut drawing = Self { marks: String::new(), height: 14.0 };
        for (text, size, bold, ink) in [(title, 24.0, true, INK), (subtitle, LETTER, false, QUIET)] {
            for line in wrap(text, size, bold, WIDE - 20.0) {
                drawing.height += size * 1.3;
                let y = drawing.height;
                drawing.text(0.0, y, &line, size, bold, ink, "start");
            }
        }
        drawing.height += 18.0;
        drawing
    }

    #[expect(clippy::too_many_arguments, reason = "where, what, how large, how heavy, in which colour, to which side")]
    pub fn text(&mut self, x: f64, y: f64, text: &str, size: f64, bold: bool, ink: &str, anchor: &str) {
        let weight = if bold { 600 } else { 400 };
        let _ = writeln!(
            self.marks,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{size}\" font-weight=\"{weight}\" fill=\"{ink}\" \
             text-anchor=\"{anchor}\">{}</text>",
            escape(text)
        );
    }

    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), ink: &str, thick: f64, dashed: bool) {
        let dash = if dashed { " stroke-dasharray=\"5 4\"" } else { "" };
        let _ = writeln!(
            self.marks,
            "<line x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\" stroke=\"{ink}\" stroke-width=\"{thick}\"{dash}/>",
            from.0, from.1, to.0, to.1
        );
    }

    pub fn dot(&mut self, x: f64, y: f64, ink: &str, full: bool) {
        let fill = if full { ink } else { "#ffffff" };
        let _ = writeln!(
            self.marks,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"5.5\" fill=\"{fill}\" stroke=\"{ink}\" stroke-width=\"2\"/>"
        );
    }

    /// A line through points, or what they enclose.
    pub fn path(&mut self, points: &[(f64, f64)], ink: &str, filled: Option<f64>) {
        let steps: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1} {y:.1}")).collect();
        let _ = match filled {
            Some(alpha) => {
                writeln!(self.marks, "<path d=\"M{}Z\" fill=\"{ink}\" fill-opacity=\"{alpha}\"/>", steps.join("L"))
            }
            None => writeln!(
                self.marks,
                "<path d=\"M{}\" fill=\"none\" stroke=\"{ink}\" stroke-width=\"2\"/>",
                steps.join("L")
            ),
        };
    }

    /// The picture; `told` is what it shows, for those who do not see it.
    pub fn done(self, told: &str) -> String {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-16 0 {} {:.0}\" role=\"img\" font-family=\"Inter, Helvetica, Arial, sans-serif\">\n<title>{}</title>\n<rect x=\"-16\" \
             width=\"{}\" height=\"{:.0}\" fill=\"#ffffff\"/>\n{}</svg>\n",
            WIDE + 32.0,
            self.height,
            escape(told),
            WIDE + 32.0,
            self.height,
            self.marks
        )
    }
}

/// Whether a difference was found.
fn found(one: &Difference) -> bool {
    matches!(one.verdict(), Verdict::Higher | Verdict::Lower)
}

/// A row of a plot of effects: its name, the difference and its interval, in what it says, and whether it was found.
struct Row {
    name: String,
    strong: bool,
    middle: f64,
    ends: (f64, f64),
    said: String,
    found: bool,
}

/// From where to where a scale goes: as far as `values`, never beyond `most`, and to both sides of zero.
fn scale(values: impl Iterator<Item = f64>, most: f64) -> (f64, f64) {
    let ends = values.filter(|end| end.is_finite());
    let (low, high) = ends.fold((0.0, 0.0), |(low, high): (f64, f64), end| (low.min(end), high.max(end)));
    let (low, high) = (low.max(-most), high.min(most));
    let room = 0.08 * (high - low).max(1e-12);
    (low.min(-room), high.max(room))
}

/// Rows of differences beside a line at zero. What goes beyond `most` ends in an arrow at the edge.
fn forest(drawing: &mut Drawing, rows: &[Row], unit: &str, most: f64) {
    const HIGH: f64 = 34.0;
    let names = rows.iter().map(|row| width(&row.name, LETTER, row.strong)).fold(0.0, f64::max).min(300.0);
    let said = rows.iter().map(|row| width(&row.said, LETTER, false)).fold(0.0, f64::max);
    let (left, right) = (names + 24.0, WIDE - said - 24.0);
    let (low, high) = scale(rows.iter().flat_map(|row| [row.ends.0, row.ends.1, row.middle]), most);
    let at = |value: f64| left + (value.clamp(low, high) - low) / (high - low) * (right - left);
    let (top, foot) = (drawing.height, drawing.height + HIGH * rows.len() as f64);
    for end in [low, 0.0, high] {
        let (ink, thick) = if end == 0.0 { (QUIET, 1.5) } else { (LINE, 1.0) };
        drawing.line((at(end), top), (at(end), foot), ink, thick, false);
        // Of the side where nothing is, no number.
        if end != 0.0 && end.abs() < 0.1 * (high - low) {
            continue;
        }
        drawing.text(at(end), foot + 22.0, &format!("{}{unit}", signed(end)), 15.0, false, QUIET, "middle");
    }
    for (nth, row) in rows.iter().enumerate() {
        let y = top + HIGH * (nth as f64 + 0.5);
        let ink = if row.found { FOUND } else { UNSURE };
        let shown = fit(&row.name, LETTER, row.strong, 300.0);
        drawing.text(0.0, y + 6.0, &shown, LETTER, row.strong, INK, "start");
        drawing.text(WIDE, y + 6.0, &row.said, LETTER, false, if row.found { INK } else { QUIET }, "end");
        if row.ends.0.is_finite() && row.ends.1.is_finite() {
            drawing.line((at(row.ends.0), y), (at(row.ends.1), y), ink, 3.0, false);
        }
        if row.middle > high || row.middle < low {
            let (x, turn) = if row.middle > high { (right, -9.0) } else { (left, 9.0) };
            drawing.path(&[(x, y), (x + turn, y - 6.0), (x + turn, y + 6.0)], ink, Some(1.0));
        } else if row.middle.is_finite() {
            drawing.dot(at(row.middle), y, ink, row.found);
        }
    }
    drawing.height = foot + 40.0;
}

/// All effects of an arm, in per cent of the base, with their intervals.
pub fn effects(study: &Study, answers: &Answers, arm: usize) -> String {
    let about = &study.arms[arm];
    let rows: Vec<Row> = (study.metrics.iter().zip(&answers.differences[arm]))
        .map(|(metric, one)| {
            let part = 100.0 / one.base.abs();
            let (low, high) = one.interval();
            let said = match one.verdict() {
                Verdict::Same => "exactly the same".into(),
                _ if one.base.abs() < 1e-9 => format!("{} from 0", signed(one.mean)),
                _ => format!("{} % ({} to {})", signed(part * one.mean), signed(part * low), signed(part * high)),
            };
            Row {
                name: metric.name.clone(),
                strong: false,
                middle: part * one.mean,
                ends: (part * low, part * high),
                said,
                found: found(one),
            }
        })
        .collect();
    let many = rows.iter().filter(|row| row.found).count();
    let title = format!("{}: {many} of {} differences were found", name(&about.name), rows.len());
    let subtitle = "Mean difference from the base in per cent of it, with its interval of 95 %. Full and blue: found. Hollow and \
                    grey: may be nothing. An arrow: more than 100 %.";
    let mut drawing = Drawing::new(&title, subtitle);
    forest(&mut drawing, &rows, " %", 100.0);
    let told: Vec<String> = rows.iter().map(|row| format!("{}: {}", row.name, row.said)).collect();
    drawing.done(&format!("{title}. {}.", told.join("; ")))
}

/// Where the trade of an arm went: purchases a day by good, place and venue.
pub fn displacement(study: &Study, answers: &Answers, arm: usize) -> String {
    let (first, last) = study.window();
    let title = format!("{}: where trade went", name(&study.arms[arm].name));
    let subtitle = format!(
        "Purchases a day more or fewer than in the base, days {first} to {last}, with intervals of 95 %. Bold: what the \
         policy is about. Each group adds up to the same total, as far as all buyers and venues are in it."
    );
    let mut drawing = Drawing::new(&title, &subtitle);
    let mut told = Vec::new();
    for (kind, heading) in [("good", "By good"), ("place", "By home of the buyer"), ("venue", "By venue")] {
        let of_kind: Vec<&Moved> = answers.moved[arm].iter().filter(|one| one.kind == kind).collect();
        if of_kind.is_empty() {
            continue;
        }
        let y = drawing.height + 22.0;
        drawing.text(0.0, y, heading, 19.0, true, INK, "start");
        drawing.height += 36.0;
        let rows: Vec<Row> = of_kind
            .iter()
            .map(|one| {
                let (low, high) = one.difference.interval();
                let mean = one.difference.mean;
                let said = format!("{} ({} to {})", signed(mean), signed(low), signed(high));
                let name = if one.name == "all" { "all together".into() } else { name(&one.name) };
                Row { name, strong: one.target, middle: mean, ends: (low, high), said, found: found(&one.difference) }
            })
            .collect();
        told.extend(rows.iter().map(|row| format!("{} {}", row.name, row.said)));
        forest(&mut drawing, &rows, "", f64::INFINITY);
    }
    drawing.done(&format!("{title}. {}.", told.join("; ")))
}

/// Columns whose course is drawn.
const DRAWN: [&str; 6] = ["trades", "detections", "harm", "anxiety_mean", "legitimacy", "innovation"];

/// How an arm departs from the base through the days, seed by seed.
pub fn courses(study: &Study, answers: &Answers, arm: usize) -> String {
    const HIGH: f64 = 150.0;
    let title = format!("{}: when the worlds part", name(&study.arms[arm].name));
    let subtitle = "Difference from the base on each day, seed by seed: the line is the mean, the dark ribbon holds the middle \
                    half of the seeds, the light one nine in ten. Dashed: the policy begins, changes or ends.";
    let mut drawing = Drawing::new(&title, subtitle);
    let top = drawing.height;
    let dates: Vec<u32> = {
        let entries = study.arms[arm].scenario.timeline.iter();
        entries.flat_map(|entry| [Some(entry.day), entry.until]).flatten().collect()
    };
    let drawn: Vec<_> = answers.courses[arm].iter().filter(|course| DRAWN.contains(&course.column)).collect();
    for (nth, course) in drawn.iter().enumerate() {
        let days = course.days.len().max(2);
        let (left, right) = if nth % 2 == 0 { (70.0, 455.0) } else { (565.0, 950.0) };
        let head = top + (nth / 2) as f64 * (HIGH + 84.0);
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
                drawing.text(left - 8.0, y + 5.0, &short(value), 14.0, false, QUIET, "end");
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
    drawing.done(&format!("{title}. On the last day, on average: {}.", ends.join("; ")))
}
