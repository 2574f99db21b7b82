//! Pictures that are drawn by hand, line by line: of one make with the charts, with a head that says what is seen.

use std::fmt::Write as _;

use crate::charts::canvas::escape;
use crate::charts::style::wrap;

/// Width of a picture, in units.
pub const WIDE: f64 = 960.0;
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

/// A drawing that grows.
pub struct Drawing {
    /// What is drawn so far, as SVG.
    pub marks: String,
    /// How far down it goes so far, in the drawing's units.
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

    /// A text.
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

    /// A line.
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), ink: &str, thick: f64, dashed: bool) {
        let dash = if dashed { " stroke-dasharray=\"5 4\"" } else { "" };
        let _ = writeln!(
            self.marks,
            "<line x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\" stroke=\"{ink}\" stroke-width=\"{thick}\"{dash}/>",
            from.0, from.1, to.0, to.1
        );
    }

    /// A dot, hollow where nothing is sure.
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
