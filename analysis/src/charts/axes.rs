//! Scales, ticks and panels: where a value stands in a picture, and what is written beside it.

use super::Policy;
use super::canvas::{At, Canvas, Rect, is_place};
use super::style::{DATE, GHOST, GRID, Ink, QUIET, WINDOW, fit, size, width};
use super::words::{plain, short};
use crate::measures::{greatest, least};

/// From values to units of the canvas.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// Least value shown, in the unit of what is drawn.
    pub low: f64,
    /// Greatest value shown, in the unit of what is drawn.
    pub high: f64,
    /// Whether equal ratios are equally far apart.
    pub log: bool,
}

impl Scale {
    /// From zero, or the least value below it, to a little over the greatest. From 0 to 1 where there is no value.
    pub fn from_zero(series: &[&[f64]]) -> Self {
        let high = series.iter().map(|values| greatest(values)).fold(f64::NAN, f64::max).max(0.0);
        let low = series.iter().map(|values| least(values)).fold(f64::NAN, f64::min).min(0.0);
        let high = if high > low { high + (high - low) * 0.06 } else { low + 1.0 };
        Self { low: if low < 0.0 { low * 1.06 } else { 0.0 }, high, log: false }
    }

    /// Around the values, with `least_span` at least between the ends, so that noise does not look like news.
    pub fn around(series: &[&[f64]], least_span: f64) -> Self {
        let high = series.iter().map(|values| greatest(values)).fold(f64::NAN, f64::max);
        let low = series.iter().map(|values| least(values)).fold(f64::NAN, f64::min);
        if !(high.is_finite() && low.is_finite()) {
            return Self { low: 0.0, high: 1.0, log: false };
        }
        let (middle, half) = (f64::midpoint(high, low), ((high - low) * 0.6).max(least_span / 2.0));
        Self { low: middle - half, high: middle + half, log: false }
    }

    /// The days of a run.
    pub fn of_days(days: usize) -> Self {
        // A single day stands in the middle.
        let (low, high) = if days > 1 { (1.0, days as f64) } else { (0.0, 2.0) };
        Self { low, high, log: false }
    }

    /// Where a value lies, from 0 for the lowest to 1 for the highest.
    pub fn part(self, value: f64) -> f64 {
        let (value, low, high) =
            if self.log { (value.ln(), self.low.ln(), self.high.ln()) } else { (value, self.low, self.high) };
        (value - low) / (high - low)
    }

    /// Round values to mark, about `count` of them.
    pub fn ticks(self, count: usize) -> Vec<f64> {
        if self.log {
            let (low, high) = (self.low.log10().ceil() as i32, self.high.log10().floor() as i32);
            if high - low < 2 {
                let within = |tick: &f64| (self.low..=self.high).contains(tick);
                let decade = |power: i32| [1.0, 2.0, 5.0].map(|step| step * 10f64.powi(power));
                return (low - 1..=high).flat_map(decade).filter(within).collect();
            }
            let step = ((high - low) / count.max(1) as i32 + 1).max(1) as usize;
            return (low..=high).step_by(step).map(|power| 10f64.powi(power)).collect();
        }
        let rough = (self.high - self.low) / count.max(1) as f64;
        if !(rough > 0.0 && rough.is_finite()) {
            return vec![self.low];
        }
        let power = 10f64.powf(rough.log10().floor());
        // Quarters only where they are whole numbers: 25 and 250, not 0.025.
        let steps = [1.0, 2.0, if power >= 10.0 { 2.5 } else { 5.0 }, 5.0, 10.0];
        let step = power * steps.into_iter().find(|step| rough <= step * power * 1.001).unwrap_or(10.0);
        let first = (self.low / step - 1e-9).ceil() as i64;
        let last = (self.high / step + 1e-9).floor() as i64;
        (first..=last).map(|tick| tick as f64 * step).collect()
    }
}

/// Days to mark on an axis of so many days, about `count` of them.
pub fn day_ticks(days: usize, count: usize) -> Vec<usize> {
    const STEPS: [usize; 15] = [1, 2, 5, 7, 14, 30, 60, 90, 120, 180, 365, 730, 1825, 3650, 18250];
    let step = STEPS.into_iter().find(|step| days / step <= count).unwrap_or(36500);
    let mut ticks = vec![1];
    ticks.extend((step.max(2)..=days.max(1)).step_by(step));
    // The first mark would run into day 1 where marks are dense.
    if ticks.len() > 2 && ticks[1] < step.max(2) / 2 + 2 && step > 2 {
        ticks.remove(1);
    }
    ticks
}

/// How values are written on an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Say {
    /// As they are.
    Number,
    /// As per cent.
    Percent,
}

impl Say {
    /// Labels for ticks, all with as many decimals as their step needs.
    pub fn ticks(self, ticks: &[f64]) -> Vec<String> {
        let step = ticks.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(f64::INFINITY, f64::min);
        let hundred = if self == Self::Percent { 100.0 } else { 1.0 };
        let digits =
            if step.is_finite() { (-(step * hundred * 1.001).log10().floor()).clamp(0.0, 6.0) as usize } else { 2 };
        ticks
            .iter()
            .map(|&tick| match self {
                Self::Percent => format!("{}\u{a0}%", plain(tick * 100.0, digits)),
                Self::Number if tick.abs() >= 9_999.5 => short(tick),
                Self::Number => plain(tick, digits),
            })
            .collect()
    }
}

/// A frame with two scales.
pub struct Panel<'c, 'b> {
    canvas: &'c Canvas<'b>,
    /// Where data are drawn.
    pub frame: Rect,
    /// Values along.
    pub x: Scale,
    /// Values upwards.
    pub y: Scale,
}

impl<'c, 'b> Panel<'c, 'b> {
    /// A frame on the canvas.
    pub fn new(canvas: &'c Canvas<'b>, frame: Rect, x: Scale, y: Scale) -> Self {
        Self { canvas, frame, x, y }
    }

    /// Where a value of the axis along lies, in units of the canvas from its left edge.
    pub fn at_x(&self, value: f64) -> f64 {
        self.frame.left + self.x.part(value) * self.frame.width()
    }

    /// Where a value of the axis upwards lies, in units of the canvas from its top edge.
    pub fn at_y(&self, value: f64) -> f64 {
        self.frame.bottom - self.y.part(value) * (self.frame.bottom - self.frame.top)
    }

    /// What the panel shows, over its upper left corner; `left` is where the letters begin.
    pub fn head(&self, text: &str, ink: Ink) -> &Self {
        let room = self.frame.width() + 30.0;
        let text = fit(text, size::HEAD, true, room);
        self.canvas.write(self.frame.left, self.frame.top - 48.0, &text, size::HEAD, true, ink, At::Start);
        self
    }

    /// A head with a remark after it, in quiet letters, where there is room.
    pub fn head_and(&self, text: &str, ink: Ink, remark: &str) -> &Self {
        self.head(text, ink);
        let used = width(text, size::HEAD, true) + 22.0;
        let room = self.frame.width() + 30.0 - used;
        if room > width(remark, size::TICK, false) {
            self.canvas.write(
                self.frame.left + used,
                self.frame.top - 46.0,
                remark,
                size::TICK,
                false,
                QUIET,
                At::Start,
            );
        }
        self
    }

    /// Grid lines and labels upwards.
    pub fn y_axis(&self, count: usize, say: Say) -> &Self {
        let ticks = self.y.ticks(count);
        for (tick, label) in ticks.iter().zip(say.ticks(&ticks)) {
            let y = self.at_y(*tick);
            self.canvas.path(&[(self.frame.left, y), (self.frame.right, y)], GRID, 2);
            self.canvas.write(self.frame.left - 14.0, y, &label, size::TICK, false, QUIET, At::End);
        }
        self
    }

    /// Labels along, for any values.
    pub fn x_axis(&self, count: usize, say: Say, title: &str) -> &Self {
        let ticks = self.x.ticks(count);
        for (tick, label) in ticks.iter().zip(say.ticks(&ticks)) {
            let x = self.at_x(*tick);
            self.canvas.path(&[(x, self.frame.bottom), (x, self.frame.bottom + 10.0)], GHOST, 2);
            self.canvas.write(x, self.frame.bottom + 36.0, &label, size::TICK, false, QUIET, At::Middle);
        }
        let middle = f64::midpoint(self.frame.left, self.frame.right);
        self.canvas.write(middle, self.frame.bottom + 84.0, title, size::TICK, false, QUIET, At::Middle);
        self
    }

    /// Labels along, for days; `named` writes the word "day" before the first.
    pub fn day_axis(&self, days: usize, count: usize) -> &Self {
        let bottom = self.frame.bottom;
        self.canvas.path(&[(self.frame.left, bottom), (self.frame.right, bottom)], GHOST, 2);
        let mut free = f64::NEG_INFINITY;
        for (index, day) in day_ticks(days, count).into_iter().enumerate() {
            let x = self.at_x(day as f64);
            let label = if index == 0 { format!("day {day}") } else { plain(day as f64, 0) };
            let half = width(&label, size::TICK, false) / 2.0;
            // The first label begins at the frame, so that it does not run into the labels of the other axis.
            let at = if index == 0 && days > 1 { x + half - 8.0 } else { x.min(self.frame.right + 12.0 - half) };
            if at - half < free {
                continue;
            }
            free = at + half + 16.0;
            self.canvas.path(&[(x, bottom), (x, bottom + 10.0)], GHOST, 2);
            self.canvas.write(at, bottom + 36.0, &label, size::TICK, false, QUIET, At::Middle);
        }
        self
    }

    /// Dates of policies: the days on which one with an end holds are tinted, each first day is a line.
    pub fn policies(&self, policies: &[Policy]) -> &Self {
        for policy in policies {
            let x = self.at_x(policy.day as f64);
            if let Some(until) = policy.until {
                self.canvas.rectangle(Rect { left: x, right: self.at_x(until as f64), ..self.frame }, WINDOW, 0.8);
            }
            let (mut y, dash) = (self.frame.top, 12.0);
            while y < self.frame.bottom {
                self.canvas.path(&[(x, y), (x, (y + dash).min(self.frame.bottom))], DATE, 3);
                y += 2.0 * dash;
            }
        }
        // Above all lines; of several on one day, the later stand beside the first.
        let mut free = f64::NEG_INFINITY;
        for (index, policy) in policies.iter().enumerate() {
            let x = self.at_x(policy.day as f64).max(free);
            self.canvas.flag(x, self.frame.top, index, policies.len());
            free = x + 46.0;
        }
        self
    }

    /// A line through days 1, 2, 3 ...; where a value is missing it has a gap, and a lone value is a dot. What is beyond
    /// the scale is left out, and an arrow says so.
    pub fn daily(&self, values: &[f64], ink: Ink, thick: u32) -> &Self {
        let drawn = self.drawn(&self.by_day(values));
        for piece in drawn.pieces {
            match piece[..] {
                [(x, y)] => self.canvas.dot(x, y, f64::from(thick) + 6.0, ink),
                _ => self.canvas.path(&piece, ink, thick),
            }
        }
        for (at, way) in drawn.beyond {
            self.canvas.beyond(at, way, ink);
        }
        self
    }

    /// The same, filled down to the foot of the frame.
    pub fn filled(&self, values: &[f64], ink: Ink, alpha: f64) -> &Self {
        let foot = self.at_y(self.y.low.max(0.0));
        for mut piece in self.drawn(&self.by_day(values)).pieces.into_iter().filter(|piece| piece.len() > 1) {
            let (first, last) = (piece[0].0, piece[piece.len() - 1].0);
            piece.push((last, foot));
            piece.push((first, foot));
            self.canvas.shape(&piece, ink, alpha);
        }
        self
    }

    /// Values by day, no more of them than the eye can tell apart.
    fn by_day(&self, values: &[f64]) -> Vec<(f64, f64)> {
        let stretch = crate::measures::stretch(values.len(), (self.frame.width() / 2.0) as usize);
        let point = |(index, chunk): (usize, &[f64])| {
            let day = (index * stretch) as f64 + f64::midpoint(chunk.len() as f64, 1.0);
            (day, crate::measures::mean(chunk))
        };
        values.chunks(stretch).enumerate().map(point).collect()
    }

    /// What can be drawn of some points, in units of the canvas: their lines within the frame, and where it is left.
    fn drawn(&self, points: &[(f64, f64)]) -> Drawn {
        let mut drawn = Drawn::default();
        let mut run: Vec<(f64, f64)> = Vec::new();
        for &(x, y) in points {
            let at = (self.at_x(x), self.at_y(y));
            if is_place(&at) {
                run.push(at);
                continue;
            }
            self.cut(&std::mem::take(&mut run), &mut drawn);
            // What is known, but has no place on the scale: nothing or less on a scale of ratios, and what is infinite.
            let below = self.y.log && y <= 0.0 || y == f64::NEG_INFINITY;
            if at.0.is_finite() && (below || y == f64::INFINITY) {
                drawn.beyond.push(if below {
                    ((at.0, self.frame.bottom), (0.0, 1.0))
                } else {
                    ((at.0, self.frame.top), (0.0, -1.0))
                });
            }
        }
        self.cut(&run, &mut drawn);
        drawn
    }

    /// The parts of a line within the frame, and an arrow for each time that it leaves it.
    fn cut(&self, run: &[(f64, f64)], drawn: &mut Drawn) {
        // A line is a few units thick: what is that little beyond needs no arrow.
        let room = self.frame.inset(-4.0, -4.0, -4.0, -4.0);
        if let [only] = run
            && room.holds(*only)
        {
            drawn.pieces.push(vec![*only]);
        }
        let mut piece: Vec<(f64, f64)> = Vec::new();
        for pair in run.windows(2) {
            let Some((from, to)) = room.part_of(pair[0], pair[1]) else { continue };
            if piece.last() != Some(&from) {
                drawn.pieces.extend((!piece.is_empty()).then(|| std::mem::take(&mut piece)));
                piece = vec![from];
            }
            piece.push(to);
        }
        drawn.pieces.extend((!piece.is_empty()).then_some(piece));
        for outside in run.chunk_by(|one, other| room.side(*one) == room.side(*other)) {
            let way = room.side(outside[0]);
            if way != (0.0, 0.0) {
                // At the point that is farthest off.
                let off = |&(x, y): &(f64, f64)| x * way.0 + y * way.1;
                let far = outside.iter().max_by(|one, other| off(one).total_cmp(&off(other)));
                drawn.beyond.extend(far.map(|&at| (self.frame.nearest(at), way)));
            }
        }
    }

    /// A line through any points: with gaps, and cut off at the frame.
    pub fn curve(&self, points: &[(f64, f64)], ink: Ink, thick: u32) -> &Self {
        let drawn = self.drawn(points);
        for piece in &drawn.pieces {
            self.canvas.path(piece, ink, thick);
        }
        for (at, way) in drawn.beyond {
            self.canvas.beyond(at, way, ink);
        }
        self
    }

    /// A dot; an arrow at the edge where it is beyond the scale.
    pub fn dot(&self, x: f64, y: f64, radius: f64, ink: Ink) -> &Self {
        let drawn = self.drawn(&[(x, y)]);
        for (x, y) in drawn.pieces.into_iter().flatten() {
            self.canvas.dot(x, y, radius, ink);
        }
        for (at, way) in drawn.beyond {
            self.canvas.beyond(at, way, ink);
        }
        self
    }

    /// A word in the panel.
    pub fn note(&self, x: f64, y: f64, text: &str, ink: Ink, at: At) -> &Self {
        self.canvas.write(self.at_x(x), self.at_y(y), text, size::LABEL, false, ink, at);
        self
    }

    /// Labels at the right ends of lines, moved apart where they would touch: (value at the end, text, colour).
    pub fn ends(&self, labels: &[(f64, String, Ink)]) -> &Self {
        let mut labels: Vec<_> = labels.iter().filter(|(value, ..)| value.is_finite()).collect();
        labels.sort_by(|one, other| other.0.total_cmp(&one.0));
        let wanted: Vec<f64> = labels.iter().map(|(value, ..)| self.at_y(*value)).collect();
        let places = apart(&wanted, size::LABEL * 1.2, self.frame.top, self.frame.bottom);
        for ((_, text, ink), y) in labels.into_iter().zip(places) {
            self.canvas.write(self.frame.right + 16.0, y, text, size::LABEL, false, *ink, At::Start);
        }
        self
    }

    /// Says that there is nothing to draw.
    pub fn nothing(&self, why: &str) -> &Self {
        let middle =
            (f64::midpoint(self.frame.left, self.frame.right), f64::midpoint(self.frame.top, self.frame.bottom));
        let why = fit(why, size::LABEL, false, self.frame.width());
        self.canvas.write(middle.0, middle.1, &why, size::LABEL, false, QUIET, At::Middle);
        self
    }
}

/// Moves sorted positions apart until each has `room`, as little as possible, within top and bottom where that can be.
fn apart(wanted: &[f64], room: f64, top: f64, bottom: f64) -> Vec<f64> {
    // Groups of labels that touch share their middle: (sum of wanted middles, count).
    let mut groups: Vec<(f64, f64)> = Vec::new();
    let start = |(sum, count): (f64, f64)| {
        let length = count * room;
        (sum / count - length / 2.0).min(bottom - length).max(top - room / 2.0)
    };
    for &y in wanted {
        groups.push((y, 1.0));
        while let [.., above, below] = groups[..] {
            if start(above) + above.1 * room <= start(below) {
                break;
            }
            groups.pop();
            groups.pop();
            groups.push((above.0 + below.0, above.1 + below.1));
        }
    }
    let mut places = Vec::with_capacity(wanted.len());
    for group in groups {
        places.extend((0..group.1 as usize).map(|index| start(group) + (index as f64 + 0.5) * room));
    }
    places
}

/// What can be drawn of a line, in units of the canvas.
#[derive(Debug, Default, PartialEq)]
struct Drawn {
    /// Lines; dots where they have one point.
    pieces: Vec<Vec<(f64, f64)>>,
    /// Where something lies beyond the frame, and in which direction.
    beyond: Vec<((f64, f64), (f64, f64))>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::canvas::{Head, paint};

    #[test]
    fn ticks_are_round_and_within() {
        let scale = |low, high| Scale { low, high, log: false };
        assert_eq!(scale(0.0, 103.0).ticks(4), [0.0, 50.0, 100.0]);
        assert_eq!(scale(0.0, 1.06).ticks(4), [0.0, 0.5, 1.0]);
        assert_eq!(Say::Number.ticks(&[0.0, 0.02, 0.1]), ["0", "0.02", "0.1"]);
        assert_eq!(Say::Percent.ticks(&[0.0, 0.1]), ["0\u{a0}%", "10\u{a0}%"]);
        assert_eq!(Say::Number.ticks(&[0.0, 20_000.0]), ["0", "20\u{a0}k"]);
        assert_eq!(Scale { low: 1.0, high: 1500.0, log: true }.ticks(6), [1.0, 10.0, 100.0, 1000.0]);
        assert_eq!(Scale { low: 0.8, high: 60.0, log: true }.ticks(6), [1.0, 2.0, 5.0, 10.0, 20.0, 50.0]);
        assert_eq!(scale(3.0, 3.0).ticks(4), [3.0]);
    }

    /// Draws in a frame of 100 by 100 at (100, 100), over an axis of 1 to 5 and the given scale.
    fn drawn(y: Scale, points: &[(f64, f64)]) -> Drawn {
        let mut drawn = Drawn::default();
        let head = Head { title: "", subtitle: "" };
        let frames = crate::charts::Frames::default();
        let view = crate::charts::View::new(&frames, &contraband_sim::scenario::Scenario::default(), String::new());
        paint(900.0, &head, &view, |canvas, _| {
            let frame = Rect { left: 100.0, top: 100.0, right: 200.0, bottom: 200.0 };
            drawn = Panel::new(canvas, frame, Scale { low: 1.0, high: 5.0, log: false }, y).drawn(points);
        })
        .unwrap();
        drawn
    }

    #[test]
    fn what_is_unknown_is_a_gap_and_what_is_beyond_is_cut_off_and_marked() {
        let to_10 = Scale { low: 0.0, high: 10.0, log: false };
        let gap = drawn(to_10, &[(1.0, 0.0), (2.0, 5.0), (3.0, f64::NAN), (4.0, 10.0)]);
        assert_eq!(gap.pieces, [vec![(100.0, 200.0), (125.0, 150.0)], vec![(175.0, 100.0)]]);
        assert_eq!(gap.beyond, []);
        // 1000 on an axis to 10: the line leaves the frame soon, and does not come back where there is no value.
        let cut = drawn(to_10, &[(1.0, 5.0), (2.0, 1000.0), (3.0, 5.0), (4.0, -50.0)]);
        assert_eq!(cut.pieces.len(), 2, "{cut:?}");
        assert!(cut.pieces.iter().flatten().all(|&(_, y)| (96.0..=204.0).contains(&y)), "{cut:?}");
        assert!(cut.pieces[0][1].0 < 101.0, "{cut:?}");
        assert_eq!(cut.beyond, [((125.0, 100.0), (0.0, -1.0)), ((175.0, 200.0), (0.0, 1.0))]);
        // A line that passes through the frame, with no point in it.
        assert_eq!(drawn(to_10, &[(1.0, -50.0), (2.0, 60.0)]).pieces.len(), 1);
        let infinite = drawn(to_10, &[(2.0, f64::INFINITY), (3.0, f64::NEG_INFINITY)]);
        assert_eq!((infinite.pieces.len(), infinite.beyond.len()), (0, 2));
    }

    #[test]
    fn on_a_scale_of_ratios_nothing_and_less_lie_below_it_not_on_its_lowest_line() {
        let ratios = Scale { low: 1.0, high: 100.0, log: true };
        let seen = drawn(ratios, &[(1.0, 10.0), (2.0, 0.0), (3.0, -1.0), (4.0, 0.001), (5.0, 100.0)]);
        assert!(seen.pieces.iter().flatten().all(|&(x, _)| x == 100.0 || x > 175.0), "{seen:?}");
        assert_eq!(seen.beyond.iter().filter(|(_, way)| *way == (0.0, 1.0)).count(), 3, "{seen:?}");
    }

    #[test]
    fn zero_is_always_on_a_scale_from_zero() {
        let scale = |values: &[f64]| Scale::from_zero(&[values]);
        assert!(scale(&[-20.0, -10.0]).high >= 0.0 && scale(&[-20.0, -10.0]).low <= -20.0);
        assert_eq!((scale(&[5.0, 10.0]).low, scale(&[]).low, scale(&[]).high), (0.0, 0.0, 1.0));
    }

    #[test]
    fn days_are_marked_in_steps_that_people_use() {
        assert_eq!(day_ticks(365, 5), [1, 90, 180, 270, 360]);
        assert_eq!(day_ticks(1, 5), [1]);
        assert_eq!(day_ticks(10, 5), [1, 2, 4, 6, 8, 10]);
        assert!(day_ticks(36_500, 5).len() <= 7);
    }

    #[test]
    fn labels_that_touch_move_apart_and_stay_inside() {
        assert_eq!(apart(&[10.0, 50.0], 20.0, 0.0, 100.0), [10.0, 50.0]);
        assert_eq!(apart(&[50.0, 50.0], 20.0, 0.0, 100.0), [40.0, 60.0]);
        let crowded = apart(&[98.0, 99.0, 100.0], 20.0, 0.0, 100.0);
        assert!(crowded.windows(2).all(|pair| pair[1] - pair[0] >= 19.9) && crowded[2] <= 100.0, "{crowded:?}");
    }
}
