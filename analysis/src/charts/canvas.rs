//! A picture in the making: a large canvas, what is written around it, and what it becomes: SVG, and PNG from that.
//!
//! It is large since plotters places everything on whole pixels, and is shown scaled down.

use std::cell::{Cell, RefCell};
use std::fmt::Write as _;
use std::sync::{Arc, LazyLock};

use plotters::coord::Shift;
use plotters::element::{Drawable, PointCollection};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use resvg::{tiny_skia, usvg};

use super::style::{
    DATE, EDGE, FAMILY, FONTS, IN_LATIN, Ink, PAPER, QUIET, TEXT, WIDTH, fit, letters, register_fonts, size, width,
    wrap,
};
use super::{DrawnSvg, Policy, View};

/// Pixels across a PNG: a projector's width.
const PNG_WIDTH: f64 = 1600.0;

/// A part of the canvas.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    /// Left edge, in units of the canvas from its left.
    pub left: f64,
    /// Upper edge, in units of the canvas from its top.
    pub top: f64,
    /// Right edge, in units of the canvas from its left.
    pub right: f64,
    /// Lower edge, in units of the canvas from its top.
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

    pub(super) fn width(self) -> f64 {
        self.right - self.left
    }

    /// Whether a place is in it.
    pub(super) fn holds(self, at: (f64, f64)) -> bool {
        self.side(at) == (0.0, 0.0)
    }

    /// On which side of it a place is: to the right and below are 1, to the left and above -1. Above and below go before.
    pub(super) fn side(self, (x, y): (f64, f64)) -> (f64, f64) {
        let of = |value: f64, low: f64, high: f64| f64::from(i8::from(value > high) - i8::from(value < low));
        match of(y, self.top, self.bottom) {
            0.0 => (of(x, self.left, self.right), 0.0),
            down => (0.0, down),
        }
    }

    /// The place in it that is nearest to another.
    pub(super) fn nearest(self, (x, y): (f64, f64)) -> (f64, f64) {
        (x.clamp(self.left, self.right), y.clamp(self.top, self.bottom))
    }

    /// The part of a straight line that is in it, after Liang and Barsky.
    pub(super) fn part_of(self, from: (f64, f64), to: (f64, f64)) -> Option<((f64, f64), (f64, f64))> {
        let (along, down) = (to.0 - from.0, to.1 - from.1);
        let (mut first, mut last) = (0.0f64, 1.0f64);
        let edges = [
            (-along, from.0 - self.left),
            (along, self.right - from.0),
            (-down, from.1 - self.top),
            (down, self.bottom - from.1),
        ];
        for (step, room) in edges {
            if step == 0.0 {
                if room < 0.0 {
                    return None;
                }
            } else if step < 0.0 {
                first = first.max(room / step);
            } else {
                last = last.min(room / step);
            }
        }
        let at = |part: f64| (from.0 + part * along, from.1 + part * down);
        // The ends themselves, to the last digit: what follows them begins there.
        let begins = if first == 0.0 { from } else { at(first) };
        let ends = if last == 1.0 { to } else { at(last) };
        (first <= last).then_some((begins, ends))
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

/// A picture in the making. All that is drawn goes through it, and it draws only what is known: plotters would put a
/// place that is no number at the edge.
pub struct Canvas<'b> {
    area: DrawingArea<SVGBackend<'b>, Shift>,
    /// How wide each text is, in the order in which they are written.
    widths: RefCell<Vec<f64>>,
    /// Whether a text had letters that the fonts lack.
    latin: Cell<bool>,
    /// Whether something was cut off at the edge of a panel.
    beyond: Cell<bool>,
}

/// Draws a picture: title, subtitle, dates of policies, foot, and between them what `draw` puts into the part it is given.
///
/// # Errors
/// None: whoever finds nothing to show says so instead of calling it.
pub fn paint(height: f64, head: &Head, view: &View, draw: impl FnOnce(&Canvas, Rect)) -> DrawnSvg {
    register_fonts();
    let mut text = String::with_capacity(64 * 1024);
    let widths = {
        let canvas = Canvas {
            area: SVGBackend::with_string(&mut text, (WIDTH as u32, height as u32)).into_drawing_area(),
            widths: RefCell::default(),
            latin: Cell::new([head.title, head.subtitle].iter().any(|text| letters(text) != **text)),
            beyond: Cell::new(false),
        };
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
        draw(&canvas, Rect { left: EDGE, top: top + 6.0, right: WIDTH - EDGE, bottom: height - 72.0 });
        canvas.foot(&view.foot, height - 36.0);
        canvas.area.present().expect("a string can always be written to");
        canvas.widths.take()
    };
    Ok(finish(&text, &widths, height, head))
}

/// The SVG as plotters writes it, with a size that scales, a name and a description for those who do not see it.
/// Each text says how wide it is: where another font takes the place of ours, it is squeezed, and runs into nothing.
fn finish(text: &str, widths: &[f64], height: f64, head: &Head) -> String {
    let body = text.split_once(">\n").map_or("", |(_, body)| body);
    let body = body.replace("\n</text>", "</text>").replace("\">\n", "\">");
    let mut parts = body.split("<text ");
    let mut body = parts.next().unwrap_or("").to_owned();
    for (part, wide) in parts.zip(widths) {
        let _ = write!(body, "<text textLength=\"{wide:.0}\" lengthAdjust=\"spacingAndGlyphs\" {part}");
    }
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

/// What a picture is of: stands in text chunks of its PNG, where `exiftool` and image viewers find it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PictureSource {
    /// What is seen.
    pub title: String,
    /// The run, study or sweep that it shows, as JSON: what is needed to make it again.
    pub origin: String,
}

/// The picture in pixels, with what it is of.
///
/// # Panics
/// When the SVG is not well formed: that is a defect of the program.
pub fn png(svg: &str, source: &PictureSource) -> Vec<u8> {
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
    encoded(pixels, source).expect("memory can be written to")
}

fn encoded(pixels: tiny_skia::Pixmap, source: &PictureSource) -> Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, pixels.width(), pixels.height());
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.add_text_chunk("Software".into(), format!("Contraband {}", contraband_sim::VERSION))?;
    // Titles and names may be in any script, which plain text chunks are not.
    for (key, text) in [("Title", &source.title), ("Source", &source.origin)] {
        if !text.is_empty() {
            encoder.add_itxt_chunk(key.into(), text.clone())?;
        }
    }
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&pixels.take_demultiplied())?;
    writer.finish()?;
    Ok(bytes)
}

type Point = (i32, i32);

fn point(x: f64, y: f64) -> Point {
    (x.round() as i32, y.round() as i32)
}

/// Whether a place is one: neither unknown nor infinitely far.
pub(crate) fn is_place(&(x, y): &(f64, f64)) -> bool {
    x.is_finite() && y.is_finite()
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
        let shown = letters(&text);
        if shown.is_empty() || !is_place(&(x, y)) {
            return;
        }
        if shown != text {
            self.latin.set(true);
        }
        self.widths.borrow_mut().push(width(&shown, size, bold));
        self.put(&Text::new(shown, point(x, y), style));
    }

    /// A filled rectangle.
    pub fn rectangle(&self, rect: Rect, ink: Ink, alpha: f64) {
        if !(is_place(&(rect.left, rect.top)) && is_place(&(rect.right, rect.bottom))) {
            return;
        }
        let corners = [point(rect.left, rect.top), point(rect.right, rect.bottom)];
        self.put(&Rectangle::new(corners, ink.rgb().mix(alpha).filled()));
    }

    /// A line through points; with a gap where one is no place.
    pub fn path(&self, points: &[(f64, f64)], ink: Ink, thick: u32) {
        for piece in points.split(|point| !is_place(point)).filter(|piece| piece.len() > 1) {
            let piece: Vec<Point> = piece.iter().map(|&(x, y)| point(x, y)).collect();
            self.put(&PathElement::new(piece, ink.rgb().stroke_width(thick)));
        }
    }

    /// A filled shape; nothing where a corner is no place.
    pub fn shape(&self, points: &[(f64, f64)], ink: Ink, alpha: f64) {
        if points.iter().all(is_place) {
            let points: Vec<Point> = points.iter().map(|&(x, y)| point(x, y)).collect();
            self.put(&Polygon::new(points, ink.rgb().mix(alpha)));
        }
    }

    /// An arrow's head at the edge of a panel: what is meant lies farther on, `(0, -1)` for upwards.
    pub(super) fn beyond(&self, (x, y): (f64, f64), (right, down): (f64, f64), ink: Ink) {
        const LONG: f64 = 26.0;
        const HALF: f64 = 15.0;
        self.beyond.set(true);
        let back = (x - LONG * right, y - LONG * down);
        let corners =
            [(x, y), (back.0 + HALF * down, back.1 + HALF * right), (back.0 - HALF * down, back.1 - HALF * right)];
        self.shape(&corners, ink, 1.0);
    }

    /// The line at the foot: which run this is, and what the picture could not show as it is.
    fn foot(&self, foot: &str, y: f64) {
        let is_latin = self.latin.get() || letters(foot) != foot;
        let notes: String = [(self.beyond.get(), "arrows: beyond the scale"), (is_latin, IN_LATIN)]
            .into_iter()
            .filter(|(so, _)| *so)
            .map(|(_, said)| format!(" · {said}"))
            .collect();
        let room = WIDTH - 2.0 * EDGE - width(&notes, size::FOOT, false);
        let foot = fit(foot, size::FOOT, false, room) + &notes;
        self.write(WIDTH - EDGE, y, foot.trim_start_matches(" · "), size::FOOT, false, QUIET, At::End);
    }

    /// A dot; nothing where it is no place.
    pub fn dot(&self, x: f64, y: f64, radius: f64, ink: Ink) {
        if !is_place(&(x, y)) {
            return;
        }
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
    pub(super) fn flag(&self, x: f64, y: f64, index: usize, of: usize) {
        self.put(&Circle::new(point(x, y), if of > 1 { 22 } else { 12 }, DATE.rgb().filled()));
        if of > 1 {
            self.write(x, y, &(index + 1).to_string(), 30.0, true, PAPER, At::Middle);
        }
    }
}

/// More dates than these are marked, but not listed above the panels.
const KEYED: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_cannot_break_out() {
        assert_eq!(escape("<b a=\"1\">&'</b>"), "&lt;b a=&quot;1&quot;&gt;&amp;&#39;&lt;/b&gt;");
        assert_eq!(escape("a\u{0}b"), "a\u{fffd}b");
    }
}
