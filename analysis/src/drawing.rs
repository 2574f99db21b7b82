//! Pictures that are drawn by hand, line by line: of one make with the charts, with a head that says what is seen.

use std::fmt::Write as _;

use crate::charts::canvas::{escape, is_place};
use crate::charts::style::{IN_LATIN, letters, width, wrap};

/// Width of a picture, in units.
pub const WIDE: f64 = 960.0;
/// Width of a picture for phones, in units: on 400 pixels its letters are still read.
pub const NARROW: f64 = 480.0;
/// What was found.
pub const FOUND: &str = "#006aa6";
/// What may be nothing.
pub const UNSURE: &str = "#6b7580";
/// Letters.
pub const INK: &str = "#1b1f24";
/// Quiet letters.
pub const QUIET: &str = "#545e69";
/// Lines behind.
pub const LINE: &str = "#dee2e6";
/// Dates of policies.
pub const DATE: &str = "#7a5800";
/// Size of letters, in the drawing's units.
pub const LETTER: f64 = 17.0;

/// A drawing that grows. What is no place is not drawn.
pub struct Drawing {
    /// What is drawn so far, as SVG.
    pub marks: String,
    /// How far down it goes so far, in the drawing's units.
    pub height: f64,
    /// How wide it is, in the same units.
    pub wide: f64,
    /// Whether a text had letters that the fonts lack.
    pub latin: bool,
}

impl Drawing {
    /// With a head: what is seen, and what is drawn.
    pub fn new(title: &str, subtitle: &str) -> Self {
        Self::of_width(WIDE, title, subtitle)
    }

    /// The same, so many units wide.
    pub fn of_width(wide: f64, title: &str, subtitle: &str) -> Self {
        let mut drawing = Self { marks: String::new(), height: 14.0, wide, latin: false };
        drawing.latin = [title, subtitle].iter().any(|text| letters(text) != **text);
        for (text, size, bold, ink) in [(title, 24.0, true, INK), (subtitle, LETTER, false, QUIET)] {
            for line in wrap(text, size, bold, wide - 20.0) {
                drawing.height += size * 1.3;
                let y = drawing.height;
                drawing.text(0.0, y, &line, size, bold, ink, "start");
            }
        }
        drawing.height += 18.0;
        drawing
    }

    /// A text.
    #[expect(clippy::too_many_arguments, reason = "where, what, how large, how heavy, in which colour, to which side")]
    pub fn text(&mut self, x: f64, y: f64, text: &str, size: f64, bold: bool, ink: &str, anchor: &str) {
        let weight = if bold { 600 } else { 400 };
        let shown = letters(text);
        if shown.is_empty() || !is_place(&(x, y)) {
            return;
        }
        self.latin |= shown != text;
        // How wide it is: another font is squeezed into that, and runs into nothing.
        let wide = width(&shown, size, bold);
        let _ = writeln!(
            self.marks,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{size}\" font-weight=\"{weight}\" fill=\"{ink}\" \
             text-anchor=\"{anchor}\" textLength=\"{wide:.0}\" lengthAdjust=\"spacingAndGlyphs\">{}</text>",
            escape(&shown)
        );
    }

    /// A line.
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), ink: &str, thick: f64, dashed: bool) {
        if !(is_place(&from) && is_place(&to)) {
            return;
        }
        let dash = if dashed { " stroke-dasharray=\"5 4\"" } else { "" };
        let _ = writeln!(
            self.marks,
            "<line x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\" stroke=\"{ink}\" stroke-width=\"{thick}\"{dash}/>",
            from.0, from.1, to.0, to.1
        );
    }

    /// A dot, hollow where nothing is sure.
    pub fn dot(&mut self, x: f64, y: f64, ink: &str, full: bool) {
        if !is_place(&(x, y)) {
            return;
        }
        let fill = if full { ink } else { "#ffffff" };
        let _ = writeln!(
            self.marks,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"5.5\" fill=\"{fill}\" stroke=\"{ink}\" stroke-width=\"2\"/>"
        );
    }

    /// A line through points, with gaps where one is no place; or what they enclose, where all are places.
    pub fn path(&mut self, points: &[(f64, f64)], ink: &str, filled: Option<f64>) {
        let steps = |points: &[(f64, f64)]| {
            points.iter().map(|(x, y)| format!("{x:.1} {y:.1}")).collect::<Vec<String>>().join("L")
        };
        match filled {
            Some(alpha) if points.iter().all(is_place) => {
                let _ =
                    writeln!(self.marks, "<path d=\"M{}Z\" fill=\"{ink}\" fill-opacity=\"{alpha}\"/>", steps(points));
            }
            Some(_) => {}
            None => {
                for piece in points.split(|point| !is_place(point)).filter(|piece| piece.len() > 1) {
                    let _ = writeln!(
                        self.marks,
                        "<path d=\"M{}\" fill=\"none\" stroke=\"{ink}\" stroke-width=\"2\"/>",
                        steps(piece)
                    );
                }
            }
        }
    }

    /// An arrow's head: what is meant lies beyond the edge that it stands at, in the direction `(right, down)`.
    pub fn beyond(&mut self, (x, y): (f64, f64), (right, down): (f64, f64), ink: &str) {
        let back = (x - 9.0 * right, y - 9.0 * down);
        let corners =
            [(x, y), (back.0 + 6.0 * down, back.1 + 6.0 * right), (back.0 - 6.0 * down, back.1 - 6.0 * right)];
        self.path(&corners, ink, Some(1.0));
    }

    /// The picture; `told` is what it shows, for those who do not see it.
    pub fn done(mut self, told: &str) -> String {
        if self.latin {
            self.height += 18.0;
            let y = self.height - 6.0;
            self.text(0.0, y, &format!("{IN_LATIN}."), 13.0, false, QUIET, "start");
        }
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-16 0 {} {:.0}\" role=\"img\" font-family=\"Inter, Helvetica, Arial, sans-serif\">\n<title>{}</title>\n<rect x=\"-16\" \
             width=\"{}\" height=\"{:.0}\" fill=\"#ffffff\"/>\n{}</svg>\n",
            self.wide + 32.0,
            self.height,
            escape(told),
            self.wide + 32.0,
            self.height,
            self.marks
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unknown_is_not_drawn() {
        let mut drawing = Drawing::new("Title", "");
        let head = drawing.marks.len();
        let unknown = (f64::NAN, 1.0);
        drawing.line((1.0, 1.0), unknown, INK, 1.0, false);
        drawing.dot(1.0, f64::INFINITY, INK, true);
        drawing.text(f64::NAN, 1.0, "words", LETTER, false, INK, "start");
        drawing.path(&[(1.0, 1.0), unknown, (2.0, 2.0)], INK, Some(1.0));
        drawing.path(&[(1.0, 1.0), unknown, (2.0, 2.0)], INK, None);
        assert_eq!(drawing.marks.len(), head, "{}", drawing.marks);
        drawing.path(&[(1.0, 1.0), (2.0, 2.0), unknown, (3.0, 3.0), (4.0, 4.0)], INK, None);
        assert_eq!(drawing.marks.matches("<path").count(), 2, "a gap");
    }

    #[test]
    fn names_in_other_scripts_are_written_in_latin_letters_and_that_is_said() {
        let drawn = |name: &str| {
            let mut drawing = Drawing::new("Title", "");
            drawing.text(0.0, 40.0, name, LETTER, false, INK, "start");
            drawing.done("told")
        };
        assert!(drawn("قرية").contains(IN_LATIN) && !drawn("village").contains(IN_LATIN));
    }
}
