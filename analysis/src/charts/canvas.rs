//! A picture in the making: a large canvas, what is written around it, and what it becomes: SVG, and PNG from that.
//!
//! It is large since plotters places everything on whole pixels, and is shown scaled down.

use std::sync::{Arc, LazyLock};

use plotters::coord::Shift;
use plotters::element::{Drawable, PointCollection};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use resvg::{tiny_skia, usvg};

use super::style::{DATE, EDGE, FAMILY, FONTS, Ink, PAPER, QUIET, TEXT, WIDTH, fit, register_fonts, size, width, wrap};
use super::{Policy, View};

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
