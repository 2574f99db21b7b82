//! Small multiples: panels over one axis of days. Those with nothing to show are left out, and the chart says so.

use super::style::{self, Canvas, GHOST, Ink, Panel, QUIET, Rect, Say, Scale, TEXT, size};
use super::words::{percent, short};
use super::{Table, View};
use crate::measures::{greatest, last, least};

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
pub struct Field {
    /// What it shows.
    pub head: String,
    /// A quiet remark behind the head, where there is room.
    pub remark: String,
    /// Its lines.
    pub lines: Vec<Line>,
    /// How values are written.
    pub say: Say,
    /// The span that its scale has at least, where it does not start at zero.
    pub around: Option<f64>,
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

impl Field {
    /// A panel without lines, from zero.
    pub fn new(head: impl Into<String>) -> Self {
        Self { head: head.into(), remark: String::new(), lines: Vec::new(), say: Say::Number, around: None }
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

    /// In per cent.
    #[must_use]
    pub fn percent(mut self) -> Self {
        self.say = Say::Percent;
        self
    }

    /// Around its values rather than from zero.
    #[must_use]
    pub fn around(mut self, least_span: f64) -> Self {
        self.around = Some(least_span);
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
        self.around.map_or_else(|| Scale::from_zero(&all), |span| Scale::around(&all, span))
    }

    /// Draws it with its head on top; its days are written below the frame.
    pub fn draw(&self, canvas: &Canvas, frame: Rect, view: &View, days: usize) {
        self.panel(canvas, frame, view).head_and(&self.head, TEXT, &self.remark);
        self.body(canvas, frame, view, 4, days);
    }

    /// Draws everything but the head, with about so many marks upwards and along.
    pub fn body(&self, canvas: &Canvas, frame: Rect, view: &View, values: usize, days: usize) {
        let panel = self.panel(canvas, frame, view);
        panel.y_axis(values, self.say).policies(&view.policies);
        if panel.y.low < 0.0 && panel.y.high > 0.0 {
            let zero = panel.at_y(0.0);
            canvas.path(vec![(frame.left, zero), (frame.right, zero)], GHOST, 3);
        }
        panel.day_axis(view.days, days);
        let mut ends = Vec::new();
        for line in &self.lines {
            panel.daily(&line.values, line.ink, 6);
            let said = if line.ink == GHOST { QUIET } else { line.ink };
            ends.push((last(&line.values), self.label(line), said));
        }
        panel.ends(&ends);
    }

    fn panel<'c, 'b>(&self, canvas: &'c Canvas<'b>, frame: Rect, view: &View) -> Panel<'c, 'b> {
        Panel::new(canvas, frame, Scale::of_days(view.days), self.scale())
    }
}

/// The panels that have something to show, and one sentence about the others.
pub fn sorted(fields: Vec<Field>) -> (Vec<Field>, String) {
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
    let left_out = sentence("Left out, at zero all the time", &still) + &sentence("Left out, without a value", &unknown);
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

/// Height of a picture with so many rows of panels.
pub fn height(rows: usize) -> f64 {
    420.0 + 430.0 * rows.max(1) as f64
}

/// Draws panels in a grid; all have the same room for the labels at their right.
pub fn grid(canvas: &Canvas, body: Rect, view: &View, fields: &[Field], columns: usize) {
    let rows = fields.len().div_ceil(columns);
    let room = room(fields);
    for (index, field) in fields.iter().enumerate() {
        let frame = body.field(index, columns, rows, (0.0, 0.0)).inset(120.0, 98.0, room, 56.0);
        field.draw(canvas, frame, view, if columns > 2 { 3 } else { 5 });
    }
}

/// Room for the longest label at the end of a line.
pub fn room(fields: &[Field]) -> f64 {
    let labels = fields.iter().flat_map(|field| field.lines.iter().map(|line| field.label(line)));
    labels.map(|label| style::width(&label, size::LABEL, false)).fold(70.0, f64::max).min(420.0) + 44.0
}

/// The figures behind panels, by stretches of days.
pub fn table(fields: &[Field]) -> Table {
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
    Table::of_periods(&series, short)
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
    use super::*;
    use crate::charts::style::BLUE;

    #[test]
    fn panels_without_anything_to_show_are_named_and_left_out() {
        let field = |head: &str, values: &[f64]| Field::new(head).line("", BLUE, values.to_vec());
        let nan = f64::NAN;
        let (shown, left_out) = sorted(vec![
            field("Injuries", &[0.0, 2.0]),
            field("Raids on zones", &[0.0, nan]),
            field("Ideas", &[nan, nan]),
            field("Leaks", &[]),
        ]);
        assert_eq!(shown.len(), 1);
        assert_eq!(left_out, " Left out, at zero all the time: raids on zones. Left out, without a value: ideas; leaks.");
    }

    #[test]
    fn sums_over_a_window_wait_until_it_is_full() {
        let sums = over(&[1.0, 2.0, 3.0, f64::NAN], 2);
        assert!(sums[0].is_nan() && sums[1..] == [3.0, 5.0, 3.0]);
        assert_eq!(so_far(&[1.0, f64::NAN, 2.0]), [1.0, 1.0, 3.0]);
        assert!(so_far(&[f64::NAN])[0].is_nan());
    }
}
