//! How charts look: palette, type scale, frame, axes, marks of policies. One file, so that all charts are of one make.
//!
//! Charts are drawn on a large canvas, since plotters places everything on whole pixels, and shown scaled down.

use std::fmt::Write as _;
use std::sync::{Arc, LazyLock, Once};

use plotters::coord::Shift;
use plotters::element::{Drawable, PointCollection};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use resvg::{tiny_skia, usvg};

use super::words::{plain, short};
use super::{Policy, View};
use crate::measures::{greatest, least};

/// A colour, on light paper and on dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ink {
    /// As drawn: on white.
    pub light: (u8, u8, u8),
    /// As the report shows it in dark surroundings.
    pub dark: (u8, u8, u8),
}

const fn ink(light: (u8, u8, u8), dark: (u8, u8, u8)) -> Ink {
    Ink { light, dark }
}

/// Paper.
pub const PAPER: Ink = ink((255, 255, 255), (22, 26, 31));
/// Titles and figures.
pub const TEXT: Ink = ink((27, 31, 36), (232, 234, 237));
/// Everything said quietly: subtitles, axes.
pub const QUIET: Ink = ink((84, 94, 105), (165, 174, 184));
/// Grid lines.
pub const GRID: Ink = ink((222, 226, 230), (52, 59, 67));
/// What is there for comparison only.
pub const GHOST: Ink = ink((176, 184, 192), (92, 102, 113));
/// The first colour of data. These four, after Okabe and Ito, are told apart by colour-blind people, and dark enough to write in.
pub const BLUE: Ink = ink((0, 106, 166), (98, 182, 238));
/// The second.
pub const RUST: Ink = ink((190, 76, 0), (255, 155, 92));
/// The third.
pub const TEAL: Ink = ink((0, 121, 92), (70, 201, 162));
/// The fourth.
pub const PLUM: Ink = ink((150, 70, 120), (231, 160, 202));
/// Dates of policies.
pub const DATE: Ink = ink((122, 88, 0), (228, 190, 92));
/// Days on which a policy holds.
pub const WINDOW: Ink = ink((246, 240, 226), (52, 46, 32));

/// Every colour that a chart may contain.
pub const INKS: [Ink; 11] = [PAPER, TEXT, QUIET, GRID, GHOST, BLUE, RUST, TEAL, PLUM, DATE, WINDOW];

impl Ink {
    fn rgb(self) -> RGBColor {
        RGBColor(self.light.0, self.light.1, self.light.2)
    }

    /// As it stands in the SVG.
    pub fn hex((r, g, b): (u8, u8, u8)) -> String {
        format!("#{r:02X}{g:02X}{b:02X}")
    }
}

/// Width of every canvas.
pub const WIDTH: f64 = 2400.0;
const EDGE: f64 = 64.0;
/// Pixels across a PNG: a projector's width.
const PNG_WIDTH: f64 = 1600.0;

/// Type sizes, in units of the canvas.
pub mod size {
    /// What is seen.
    pub const TITLE: f64 = 68.0;
    /// Heads of panels.
    pub const HEAD: f64 = 44.0;
    /// Subtitles, direct labels.
    pub const LABEL: f64 = 38.0;
    /// Ticks.
    pub const TICK: f64 = 35.0;
    /// The line at the foot.
    pub const FOOT: f64 = 31.0;
}

const FAMILY: &str = "Inter";
/// The fonts of charts and report: regular and semibold.
pub const FONTS: [&[u8]; 2] =
    [include_bytes!("../../fonts/Inter-Regular.otf"), include_bytes!("../../fonts/Inter-SemiBold.otf")];

fn register_fonts() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        for (style, bytes) in [FontStyle::Normal, FontStyle::Bold].into_iter().zip(FONTS) {
            assert!(plotters::style::register_font(FAMILY, style, bytes).is_ok(), "the embedded fonts are sound");
        }
    });
}

/// Width of a text, in units of the canvas.
pub fn width(text: &str, size: f64, bold: bool) -> f64 {
    register_fonts();
    let style = if bold { FontStyle::Bold } else { FontStyle::Normal };
    // plotters measures in lines, 1.24 to the letter's size.
    let font: FontDesc = (FAMILY, size * 1.24, style).into();
    font.layout_box(text).map_or(0.0, |((left, _), (right, _))| f64::from(right - left))
}

/// A text cut into as few lines as `room` allows, of nearly equal length: no last line of one word.
pub fn wrap(text: &str, size: f64, bold: bool, room: f64) -> Vec<String> {
    let lines = fill(text, size, bold, room);
    let balanced = (1..8).map(|step| fill(text, size, bold, room * (1.0 - 0.06 * f64::from(step))));
    balanced
        .take_while(|narrower| narrower.len() == lines.len())
        .last()
        .filter(|_| lines.len() > 1)
        .unwrap_or(lines.clone())
}

fn fill(text: &str, size: f64, bold: bool, room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if width(&format!("{line} {word}"), size, bold) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// A text cut short to fit, with an ellipsis.
pub fn fit(text: &str, size: f64, bold: bool, room: f64) -> String {
    if width(text, size, bold) <= room {
        return text.to_owned();
    }
    let mut kept: String = text.to_owned();
    while kept.pop().is_some() {
        let cut = format!("{}…", kept.trim_end());
        if width(&cut, size, bold) <= room {
            return cut;
        }
    }
    String::new()
}

/// A part of the canvas.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    /// Left.
    pub left: f64,
    /// Top.
    pub top: f64,
    /// Right.
    pub right: f64,
    /// Bottom.
    pub bottom: f64,
}

impl Rect {
    /// Without so much at each side.
    #[must_use]
    pub fn inset(self, left: f64, top: f64, right: f64, bottom: f64) -> Self {
        Self { left: self.left + left, top: self.top + top, right: self.right - right, bottom: self.bottom - bottom }
    }

    /// A field of a grid of `columns` by `rows`, with gaps between fields.
    #[must_use]
    pub fn field(self, index: usize, columns: usize, rows: usize, gap: (f64, f64)) -> Self {
        let (column, row) = ((index % columns) as f64, (index / columns) as f64);
        let wide = (self.right - self.left - gap.0 * (columns as f64 - 1.0)) / columns as f64;
        let high = (self.bottom - self.top - gap.1 * (rows as f64 - 1.0)) / rows as f64;
        let (left, top) = (self.left + column * (wide + gap.0), self.top + row * (high + gap.1));
        Self { left, top, right: left + wide, bottom: top + high }
    }

    fn width(self) -> f64 {
        self.right - self.left
    }
}

/// Where a text stands to its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// It begins there.
    Start,
    /// It is centred on it.
    Middle,
    /// It ends there.
    End,
}

/// What is written above a picture.
pub struct Head<'h> {
    /// What is seen.
    pub title: &'h str,
    /// What is drawn, in which unit.
    pub subtitle: &'h str,
}

/// A picture in the making.
pub struct Canvas<'b> {
    area: DrawingArea<SVGBackend<'b>, Shift>,
}

/// Draws a picture: title, subtitle, dates of policies, foot, and between them what `draw` puts into the part it is given.
pub fn paint(height: f64, head: &Head, view: &View, draw: impl FnOnce(&Canvas, Rect)) -> String {
    register_fonts();
    let mut text = String::with_capacity(64 * 1024);
    {
        let canvas =
            Canvas { area: SVGBackend::with_string(&mut text, (WIDTH as u32, height as u32)).into_drawing_area() };
        canvas.rectangle(Rect { left: 0.0, top: 0.0, right: WIDTH, bottom: height }, PAPER, 1.0);
        let mut top = 78.0;
        for line in wrap(head.title, size::TITLE, true, WIDTH - 2.0 * EDGE) {
            canvas.write(EDGE, top, &line, size::TITLE, true, TEXT, At::Start);
            top += 82.0;
        }
        top += 2.0;
        for line in wrap(head.subtitle, size::LABEL, false, WIDTH - 2.0 * EDGE) {
            canvas.write(EDGE, top, &line, size::LABEL, false, QUIET, At::Start);
            top += 52.0;
        }
        top = canvas.policy_key(&view.policies, top + 6.0);
        canvas.write(WIDTH - EDGE, height - 36.0, &view.foot, size::FOOT, false, QUIET, At::End);
        draw(&canvas, Rect { left: EDGE, top: top + 6.0, right: WIDTH - EDGE, bottom: height - 72.0 });
        canvas.area.present().expect("a string can always be written to");
    }
    finish(&text, height, head)
}

/// The SVG as plotters writes it, with a size that scales, a name and a description for those who do not see it.
fn finish(text: &str, height: f64, head: &Head) -> String {
    let body = text.split_once(">\n").map_or("", |(_, body)| body);
    let body = body.replace("\n</text>", "</text>").replace("\">\n", "\">");
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
         stroke-linejoin=\"round\" stroke-linecap=\"round\">\n<title>{}</title>\n<desc>{}</desc>\n{}",
        WIDTH / 2.0,
        height / 2.0,
        escape(head.title),
        escape(head.subtitle),
        body.replace("font-family=\"Inter\"", "font-family=\"Inter, Helvetica, Arial, sans-serif\""),
    )
}

/// Text that may stand in XML or HTML, in elements and in attributes.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // Control characters are not allowed in XML at all.
            c if c.is_control() && c != '\n' && c != '\t' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// The picture in pixels.
pub fn png(svg: &str) -> Vec<u8> {
    static OPTIONS: LazyLock<usvg::Options<'static>> = LazyLock::new(|| {
        let mut fonts = usvg::fontdb::Database::new();
        for font in FONTS {
            fonts.load_font_data(font.to_vec());
        }
        usvg::Options { fontdb: Arc::new(fonts), ..Default::default() }
    });
    let tree = usvg::Tree::from_str(svg, &OPTIONS).expect("our own SVG is well formed");
    let scale = PNG_WIDTH / f64::from(tree.size().width());
    let (wide, high) = (PNG_WIDTH as u32, (f64::from(tree.size().height()) * scale).round() as u32);
    let mut pixels = tiny_skia::Pixmap::new(wide, high).expect("a picture has a size");
    resvg::render(&tree, tiny_skia::Transform::from_scale(scale as f32, scale as f32), &mut pixels.as_mut());
    pixels.encode_png().expect("memory can be written to")
}

type Point = (i32, i32);

fn point(x: f64, y: f64) -> Point {
    (x.round() as i32, y.round() as i32)
}

impl<'b> Canvas<'b> {
    /// Writes a text; `y` is the middle of the line.
    #[expect(clippy::too_many_arguments, reason = "a text has a place, a size, a weight, a colour and a side")]
    pub fn write(&self, x: f64, y: f64, text: &str, size: f64, bold: bool, ink: Ink, at: At) {
        let anchor = match at {
            At::Start => HPos::Left,
            At::Middle => HPos::Center,
            At::End => HPos::Right,
        };
        let weight = if bold { FontStyle::Bold } else { FontStyle::Normal };
        let colour = ink.rgb();
        let style = TextStyle::from((FAMILY, size * 1.24, weight)).color(&colour).pos(Pos::new(anchor, VPos::Center));
        // Letters that are not printable would make the file unreadable.
        let text: String = text.chars().filter(|letter| !letter.is_control()).collect();
        self.put(&Text::new(text, point(x, y), style));
    }

    /// A filled rectangle.
    pub fn rectangle(&self, rect: Rect, ink: Ink, alpha: f64) {
        let corners = [point(rect.left, rect.top), point(rect.right, rect.bottom)];
        self.put(&Rectangle::new(corners, ink.rgb().mix(alpha).filled()));
    }

    /// A line through points.
    pub fn path(&self, points: Vec<(f64, f64)>, ink: Ink, thick: u32) {
        let points: Vec<Point> = points.into_iter().map(|(x, y)| point(x, y)).collect();
        self.put(&PathElement::new(points, ink.rgb().stroke_width(thick)));
    }

    /// A filled shape.
    pub fn shape(&self, points: Vec<(f64, f64)>, ink: Ink, alpha: f64) {
        let points: Vec<Point> = points.into_iter().map(|(x, y)| point(x, y)).collect();
        self.put(&Polygon::new(points, ink.rgb().mix(alpha)));
    }

    /// A dot.
    pub fn dot(&self, x: f64, y: f64, radius: f64, ink: Ink) {
        self.put(&Circle::new(point(x, y), radius as i32, ink.rgb().filled()));
    }

    fn put<'e, E>(&self, element: &'e E)
    where
        &'e E: PointCollection<'e, Point>,
        E: Drawable<SVGBackend<'b>>,
    {
        self.area.draw(element).expect("a string can always be written to");
    }

    /// The list of dated changes above the panels; where it ends.
    fn policy_key(&self, policies: &[Policy], top: f64) -> f64 {
        let (mut x, mut y) = (EDGE, top);
        for (index, policy) in policies.iter().enumerate().take(KEYED) {
            let more = policies.len() - KEYED.min(policies.len());
            let also = if index + 1 == KEYED && more > 0 { format!(" (and {more} more)") } else { String::new() };
            let text = format!("{}, {}{also}", policy.label, policy.dates());
            let text = fit(&text, size::TICK, false, WIDTH - 2.0 * EDGE - 70.0);
            let room = 70.0 + width(&text, size::TICK, false) + 50.0;
            if x > EDGE && x + room > WIDTH - EDGE + 50.0 {
                (x, y) = (EDGE, y + 50.0);
            }
            self.flag(x + 22.0, y, index, policies.len());
            self.write(x + 56.0, y, &text, size::TICK, false, DATE, At::Start);
            x += room;
        }
        if policies.is_empty() { top - 30.0 } else { y + 30.0 }
    }

    /// The mark of a date: a numbered disc, or a bare one where there is one date only.
    fn flag(&self, x: f64, y: f64, index: usize, of: usize) {
        self.put(&Circle::new(point(x, y), if of > 1 { 22 } else { 12 }, DATE.rgb().filled()));
        if of > 1 {
            self.write(x, y, &(index + 1).to_string(), 30.0, true, PAPER, At::Middle);
        }
    }
}

/// More dates than these are marked, but not listed above the panels.
const KEYED: usize = 6;

/// From values to units of the canvas.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// Least value shown.
    pub low: f64,
    /// Greatest value shown.
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

    /// Where a value lies, along.
    pub fn at_x(&self, value: f64) -> f64 {
        self.frame.left + self.x.part(value) * self.frame.width()
    }

    /// Where a value lies, upwards.
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
            self.canvas.path(vec![(self.frame.left, y), (self.frame.right, y)], GRID, 2);
            self.canvas.write(self.frame.left - 14.0, y, &label, size::TICK, false, QUIET, At::End);
        }
        self
    }

    /// Labels along, for any values.
    pub fn x_axis(&self, count: usize, say: Say, title: &str) -> &Self {
        let ticks = self.x.ticks(count);
        for (tick, label) in ticks.iter().zip(say.ticks(&ticks)) {
            let x = self.at_x(*tick);
            self.canvas.path(vec![(x, self.frame.bottom), (x, self.frame.bottom + 10.0)], GHOST, 2);
            self.canvas.write(x, self.frame.bottom + 36.0, &label, size::TICK, false, QUIET, At::Middle);
        }
        let middle = f64::midpoint(self.frame.left, self.frame.right);
        self.canvas.write(middle, self.frame.bottom + 84.0, title, size::TICK, false, QUIET, At::Middle);
        self
    }

    /// Labels along, for days; `named` writes the word "day" before the first.
    pub fn day_axis(&self, days: usize, count: usize) -> &Self {
        let bottom = self.frame.bottom;
        self.canvas.path(vec![(self.frame.left, bottom), (self.frame.right, bottom)], GHOST, 2);
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
            self.canvas.path(vec![(x, bottom), (x, bottom + 10.0)], GHOST, 2);
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
                self.canvas.path(vec![(x, y), (x, (y + dash).min(self.frame.bottom))], DATE, 3);
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

    /// A line through days 1, 2, 3 ...; where a value is missing it has a gap, and a lone value is a dot.
    pub fn daily(&self, values: &[f64], ink: Ink, thick: u32) -> &Self {
        for piece in self.pieces(values) {
            match piece[..] {
                [(x, y)] => self.canvas.dot(x, y, f64::from(thick) + 6.0, ink),
                _ => self.canvas.path(piece, ink, thick),
            }
        }
        self
    }

    /// The same, filled down to the foot of the frame.
    pub fn filled(&self, values: &[f64], ink: Ink, alpha: f64) -> &Self {
        let foot = self.at_y(self.y.low.max(0.0));
        for mut piece in self.pieces(values).into_iter().filter(|piece| piece.len() > 1) {
            let (first, last) = (piece[0].0, piece[piece.len() - 1].0);
            piece.push((last, foot));
            piece.push((first, foot));
            self.canvas.shape(piece, ink, alpha);
        }
        self
    }

    /// Runs of finite values as points of the canvas, no more of them than the eye can tell apart.
    fn pieces(&self, values: &[f64]) -> Vec<Vec<(f64, f64)>> {
        let stretch = crate::measures::stretch(values.len(), (self.frame.width() / 2.0) as usize);
        let mut pieces = vec![Vec::new()];
        for (index, chunk) in values.chunks(stretch).enumerate() {
            let value = crate::measures::mean(chunk);
            let day = (index * stretch) as f64 + f64::midpoint(chunk.len() as f64, 1.0);
            if value.is_finite() {
                let y = self.at_y(value).clamp(self.frame.top - 4.0, self.frame.bottom + 4.0);
                pieces.last_mut().expect("never empty").push((self.at_x(day), y));
            } else if pieces.last().is_some_and(|piece| !piece.is_empty()) {
                pieces.push(Vec::new());
            }
        }
        pieces.retain(|piece| !piece.is_empty());
        pieces
    }

    /// A line through any points.
    pub fn curve(&self, points: &[(f64, f64)], ink: Ink, thick: u32) -> &Self {
        if points.len() > 1 {
            self.canvas.path(points.iter().map(|&(x, y)| (self.at_x(x), self.at_y(y))).collect(), ink, thick);
        }
        self
    }

    /// A dot.
    pub fn dot(&self, x: f64, y: f64, radius: f64, ink: Ink) -> &Self {
        self.canvas.dot(self.at_x(x), self.at_y(y), radius, ink);
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

/// A whole picture that says that there is nothing to draw.
pub fn empty(head: &Head, view: &View, why: &str) -> String {
    paint(900.0, head, view, |canvas, body| {
        let unit = Scale { low: 0.0, high: 1.0, log: false };
        canvas.rectangle(body, GRID, 0.35);
        Panel::new(canvas, body, unit, unit).nothing(why);
    })
}

/// Rules for a style sheet: each colour of the charts in dark surroundings.
pub fn dark_rules(before: &str) -> String {
    let mut css = String::new();
    for ink in INKS {
        let (light, dark) = (Ink::hex(ink.light), Ink::hex(ink.dark));
        let _ =
            writeln!(css, "{before} [fill=\"{light}\"]{{fill:{dark}}}{before} [stroke=\"{light}\"]{{stroke:{dark}}}");
    }
    css
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn text_is_measured_and_cut_to_fit() {
        assert!(width("wide words", 40.0, false) > width("words", 40.0, false));
        let cut = fit("a label that is far too long for its place", 40.0, false, 300.0);
        assert!(cut.ends_with('…') && width(&cut, 40.0, false) <= 300.0);
        assert_eq!(fit("short", 40.0, false, 300.0), "short");
        assert!(wrap(&"word ".repeat(40), 40.0, false, 900.0).len() > 3);
    }

    #[test]
    fn what_others_wrote_cannot_break_out() {
        assert_eq!(escape("<b a=\"1\">&'</b>"), "&lt;b a=&quot;1&quot;&gt;&amp;&#39;&lt;/b&gt;");
        assert_eq!(escape("a\u{0}b"), "a\u{fffd}b");
    }
}
