//! Small multiples: panels over one axis of days. Those with nothing to show are left out, and the chart says so.

use super::axes::{Panel, Say, Scale};
use super::canvas::{At, Canvas, Head, Rect};
use super::style::{BLUE, GHOST, Ink, PLUM, QUIET, RUST, TEAL, TEXT, size};
use super::words::{percent, short};
use super::{DrawnSvg, FigureTable, View, canvas, style, words};
use crate::measures::{Groups, greatest, last, least, numbers};

/// A line in a panel.
pub struct Line {
    /// What it is, where its panel has more than one; written behind its last value.
    pub word: String,
    /// Colour.
    pub ink: Ink,
    /// A value each day.
    pub values: Vec<f64>,
}

/// A panel.
pub struct Facet {
    /// What it shows.
    pub head: String,
    /// A quiet remark behind the head, where there is room.
    pub remark: String,
    /// Its lines.
    pub lines: Vec<Line>,
    /// A day that is marked, for what happened on it.
    pub mark: Option<usize>,
    /// How values are written.
    pub say: Say,
}

/// What a panel has to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Something.
    Something,
    /// Nothing but zeros.
    Nothing,
    /// No value at all: no such table, no such column, or no day to speak of.
    Unknown,
}

impl Facet {
    /// A panel without lines, from zero.
    pub fn new(head: impl Into<String>) -> Self {
        Self { head: head.into(), remark: String::new(), lines: Vec::new(), mark: None, say: Say::Number }
    }

    /// With one line more.
    #[must_use]
    pub fn line(mut self, word: impl Into<String>, ink: Ink, values: Vec<f64>) -> Self {
        self.lines.push(Line { word: word.into(), ink, values });
        self
    }

    /// With a remark behind its head.
    #[must_use]
    pub fn remark(mut self, remark: impl Into<String>) -> Self {
        self.remark = remark.into();
        self
    }

    /// With a day marked.
    #[must_use]
    pub fn mark(mut self, day: usize) -> Self {
        self.mark = Some(day);
        self
    }

    /// In per cent.
    #[must_use]
    pub fn percent(mut self) -> Self {
        self.say = Say::Percent;
        self
    }

    /// What there is to show.
    pub fn holds(&self) -> Holds {
        let values = || self.lines.iter().flat_map(|line| &line.values).filter(|value| value.is_finite());
        match (values().next(), values().any(|value| *value != 0.0)) {
            (None, _) => Holds::Unknown,
            (_, false) => Holds::Nothing,
            _ => Holds::Something,
        }
    }

    fn value(&self, value: f64) -> String {
        if self.say == Say::Percent { percent(value) } else { short(value) }
    }

    fn label(&self, line: &Line) -> String {
        let value = self.value(last(&line.values));
        if line.word.is_empty() { value } else { format!("{value} {}", line.word) }
    }

    fn scale(&self) -> Scale {
        let all: Vec<&[f64]> = self.lines.iter().map(|line| line.values.as_slice()).collect();
        Scale::from_zero(&all)
    }

    /// Draws it with its head on top, and the remark behind the head or, where `under`, below it; `room` is how wide these may be.
    fn draw(&self, canvas: &Canvas, frame: Rect, view: &View, (days, under, room): (usize, bool, f64)) {
        let line = if under { frame.top - 94.0 } else { frame.top - 48.0 };
        let head = style::fit(&self.head, size::HEAD, true, room);
        canvas.write(frame.left, line, &head, size::HEAD, true, TEXT, At::Start);
        let (x, y) = if under { (0.0, 50.0) } else { (self.head_width() + 22.0, 2.0) };
        let remark = style::fit(&self.remark, size::TICK, false, room - x);
        canvas.write(frame.left + x, line + y, &remark, size::TICK, false, QUIET, At::Start);
        self.body(canvas, frame, view, 4, days);
    }

    fn head_width(&self) -> f64 {
        style::width(&self.head, size::HEAD, true)
    }

    /// How wide head and remark are in one line.
    fn line_width(&self) -> f64 {
        self.head_width() + 22.0 + style::width(&self.remark, size::TICK, false)
    }

    /// Draws everything but the head, with about so many marks upwards and along.
    pub fn body(&self, canvas: &Canvas, frame: Rect, view: &View, values: usize, days: usize) {
        let panel = Panel::new(canvas, frame, Scale::of_days(view.days), self.scale());
        panel.y_axis(values, self.say).policies(&view.policies);
        if panel.y.low < 0.0 && panel.y.high > 0.0 {
            let zero = panel.at_y(0.0);
            canvas.path(&[(frame.left, zero), (frame.right, zero)], GHOST, 3);
        }
        panel.day_axis(view.days, days);
        if let Some(day) = self.mark {
            let x = panel.at_x(day as f64);
            canvas.path(&[(x, frame.top), (x, frame.bottom)], RUST, 4);
        }
        let mut ends = Vec::new();
        for line in &self.lines {
            panel.daily(&line.values, line.ink, 6);
            if line.ink != GHOST || !line.word.is_empty() {
                let said = if line.ink == GHOST { QUIET } else { line.ink };
                ends.push((last(&line.values), self.label(line), said));
            }
        }
        panel.ends(&ends);
    }
}

/// The rows of a daily table by one of its keys: names, and any column as a series for each.
pub struct Keyed<'v> {
    view: &'v View<'v>,
    table: &'static str,
    groups: Groups,
    /// Groups in the order in which they are drawn.
    order: Vec<usize>,
}

/// Colours of the first few; all others are grey.
const INKS: [Ink; 4] = [BLUE, RUST, TEAL, PLUM];

impl<'v> Keyed<'v> {
    /// Gathers a table by its key; those with most of the column `size` come first.
    pub fn of(view: &'v View<'v>, table: &'static str, key: &str, size: &str) -> Self {
        let groups = Groups::of(view.frames.of(table), key);
        let order = (0..groups.names.len()).collect();
        let mut keyed = Self { view, table, groups, order };
        let sizes: Vec<f64> = keyed.series(size).iter().map(|series| crate::measures::sum(series)).collect();
        keyed.order.sort_by(|&one, &other| sizes[other].total_cmp(&sizes[one]));
        keyed
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Whether some have no colour of their own.
    pub fn has_grey(&self) -> bool {
        self.order.len() > INKS.len()
    }

    /// A column, a series for each, in the order of the table.
    pub fn series(&self, column: &str) -> Vec<Vec<f64>> {
        let values = numbers(self.view.frames.of(self.table), column);
        (0..self.groups.names.len()).map(|group| self.groups.series(group, &values, self.view.days)).collect()
    }

    /// The sum over all, day by day; NaN on days on which nothing is known.
    pub fn sum(&self, column: &str) -> Vec<f64> {
        let all = self.series(column);
        let on = |day: usize| all.iter().map(move |series| series[day]).filter(|value| value.is_finite());
        (0..self.view.days).map(|day| if on(day).next().is_some() { on(day).sum() } else { f64::NAN }).collect()
    }

    /// A panel with a line for each.
    pub fn field(&self, head: &str, column: &str, shown: impl Fn(&[f64]) -> Vec<f64>) -> Facet {
        let series = self.series(column);
        self.order.iter().enumerate().fold(Facet::new(head), |field, (rank, &group)| {
            let ink = INKS.get(rank).copied().unwrap_or(GHOST);
            // Grey lines have no name: there may be many.
            let name = if rank < INKS.len() { words::name(&self.groups.names[group]) } else { String::new() };
            field.line(name, ink, shown(&series[group]))
        })
    }
}

/// The panels that have something to show, and one sentence about the others.
pub fn sorted(fields: Vec<Facet>) -> (Vec<Facet>, String) {
    let (mut shown, mut still, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
    for field in fields {
        match field.holds() {
            Holds::Something => shown.push(field),
            Holds::Nothing => still.push(field.head),
            Holds::Unknown => unknown.push(field.head),
        }
    }
    let sentence = |what: &str, heads: &[String]| {
        if heads.is_empty() { String::new() } else { format!(" {what}: {}.", lowered(heads)) }
    };
    let left_out = sentence("Left out, zero throughout", &still) + &sentence("Left out, no data", &unknown);
    (shown, left_out)
}

/// Heads within a sentence.
fn lowered(heads: &[String]) -> String {
    let lower = |head: &String| {
        let mut letters = head.chars();
        letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
    };
    heads.iter().map(lower).collect::<Vec<String>>().join("; ")
}

/// A whole picture of panels in a grid; `why` says why there is none.
pub fn picture(head: &Head, view: &View, fields: &[Facet], columns: usize, why: &'static str) -> DrawnSvg {
    if fields.is_empty() {
        return Err(why);
    }
    let columns = columns.min(fields.len());
    let rows = fields.len().div_ceil(columns);
    // As wide as what is left of a column beside its ticks.
    let wide = (style::WIDTH - 128.0) / columns as f64 - LEFT - 24.0;
    let under = fields.iter().any(|field| !field.remark.is_empty() && field.line_width() > wide);
    let top = if under { 144.0 } else { 98.0 };
    canvas::paint(420.0 + (332.0 + top) * rows as f64, head, view, |canvas, body| {
        for (index, field) in fields.iter().enumerate() {
            let room = room(fields.iter().skip(index % columns).step_by(columns));
            let frame = body.field(index, columns, rows, (0.0, 0.0)).inset(LEFT, top, room, 56.0);
            field.draw(canvas, frame, view, (if columns > 2 { 3 } else { 5 }, under, wide));
        }
    })
}

/// Room for ticks.
const LEFT: f64 = 120.0;

/// Room for the longest label at the end of a line, in panels above each other.
pub fn room<'f>(fields: impl Iterator<Item = &'f Facet>) -> f64 {
    let shown = fields.filter(|field| field.holds() == Holds::Something);
    let labels = shown.flat_map(|field| field.lines.iter().map(|line| field.label(line)));
    labels.map(|label| style::width(&label, size::LABEL, false)).fold(70.0, f64::max).min(420.0) + 44.0
}

/// The figures behind panels, by stretches of days.
pub fn table(fields: &[Facet]) -> FigureTable {
    let series: Vec<(String, &[f64])> = fields
        .iter()
        .flat_map(|field| {
            field.lines.iter().map(move |line| {
                let name =
                    if line.word.is_empty() { field.head.clone() } else { format!("{}: {}", field.head, line.word) };
                (name, line.values.as_slice())
            })
        })
        .collect();
    FigureTable::of_periods(&series, short)
}

/// The sum of what came so far; from the first day on which anything is known.
pub fn so_far(series: &[f64]) -> Vec<f64> {
    if greatest(series).is_nan() && least(series).is_nan() {
        return series.to_vec();
    }
    let add = |sum: &mut f64, value: &f64| {
        *sum += if value.is_finite() { *value } else { 0.0 };
        Some(*sum)
    };
    series.iter().scan(0.0, add).collect()
}

/// The sum over each day and those before it, `window` in all; NaN before a window is full.
pub fn over(series: &[f64], window: usize) -> Vec<f64> {
    let sums = so_far(series);
    (0..series.len())
        .map(|day| match day.checked_sub(window) {
            Some(before) => sums[day] - sums[before],
            None if day + 1 == window => sums[day],
            None => f64::NAN,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use contraband_sim::scenario::Scenario;
    use polars::prelude::df;

    use super::*;
    use crate::charts::Frames;

    #[test]
    fn panels_without_anything_to_show_are_named_and_left_out() {
        let field = |head: &str, values: &[f64]| Facet::new(head).line("", BLUE, values.to_vec());
        let nan = f64::NAN;
        let (shown, left_out) = sorted(vec![
            field("Injuries", &[0.0, 2.0]),
            field("Raids on zones", &[0.0, nan]),
            field("Ideas", &[nan, nan]),
            field("Leaks", &[]),
        ]);
        assert_eq!(shown.len(), 1);
        assert_eq!(left_out, " Left out, zero throughout: raids on zones. Left out, no data: ideas; leaks.");
    }

    #[test]
    fn sums_over_keys_know_what_they_do_not_know() {
        let providers =
            df!("day" => [1i64, 1, 2, 3], "provider" => ["a", "b", "b", "a"], "clients" => [1.0, 2.0, 3.0, f64::NAN])
                .unwrap();
        let mut frames = Frames::default();
        frames.put("days", df!("day" => [1i64, 2, 3]).unwrap());
        frames.put("providers", providers);
        let view = View::new(&frames, &Scenario::default(), String::new());
        let keyed = Keyed::of(&view, "providers", "provider", "clients");
        let sums = keyed.sum("clients");
        assert!(sums[..2] == [3.0, 3.0] && sums[2].is_nan());
        assert_eq!(keyed.field("Clients", "clients", <[f64]>::to_vec).lines[0].word, "B", "the larger comes first");
    }

    #[test]
    fn sums_over_a_window_wait_until_it_is_full() {
        let sums = over(&[1.0, 2.0, 3.0, f64::NAN], 2);
        assert!(sums[0].is_nan() && sums[1..] == [3.0, 5.0, 3.0]);
        assert_eq!(so_far(&[1.0, f64::NAN, 2.0]), [1.0, 1.0, 3.0]);
        assert!(so_far(&[f64::NAN])[0].is_nan());
    }
}
