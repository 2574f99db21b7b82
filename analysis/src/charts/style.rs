//! How charts look: palette, type scale, fonts, and how wide a text is. All charts take them from here.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::{LazyLock, Once};

use deunicode::deunicode_char;
use plotters::prelude::*;
use ttf_parser::Face;

/// A colour, on light paper and on dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ink {
    /// Red, green and blue on white, 0 to 255 each: as drawn.
    pub light: (u8, u8, u8),
    /// Red, green and blue on dark ground, 0 to 255 each: as the report shows it there.
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
    pub(super) fn rgb(self) -> RGBColor {
        RGBColor(self.light.0, self.light.1, self.light.2)
    }

    /// As it stands in the SVG.
    pub fn hex((r, g, b): (u8, u8, u8)) -> String {
        format!("#{r:02X}{g:02X}{b:02X}")
    }
}

/// Width of every canvas, in units of the canvas.
pub const WIDTH: f64 = 2400.0;
/// Margin of every canvas.
pub(super) const EDGE: f64 = 64.0;

/// Type sizes, in units of the canvas.
pub mod size {
    /// The title: what is seen.
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

pub(super) const FAMILY: &str = "Inter";
/// The fonts of charts and report: regular and semibold.
pub const FONTS: [&[u8]; 2] = [contraband_pages::INTER_REGULAR, contraband_pages::INTER_SEMIBOLD];

pub(super) fn register_fonts() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        for (style, bytes) in [FontStyle::Normal, FontStyle::Bold].into_iter().zip(FONTS) {
            assert!(plotters::style::register_font(FAMILY, style, bytes).is_ok(), "the embedded fonts are sound");
        }
    });
}

/// Whether the fonts of charts can show a letter.
fn is_known(letter: char) -> bool {
    static FACES: LazyLock<Vec<Face<'static>>> = LazyLock::new(|| {
        FONTS.iter().map(|bytes| Face::parse(bytes, 0).expect("the embedded fonts are sound")).collect()
    });
    letter.is_whitespace() || FACES.iter().all(|face| face.glyph_index(letter).is_some())
}

/// A text in letters that the fonts of charts have. What is in another script is written in Latin letters, as good as can
/// be without knowing the language; a sign without any name is a question mark; marks that have no width are left out.
pub fn letters(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_known) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(2 * text.len());
    for letter in text.chars() {
        if is_known(letter) {
            // What was put between foreign signs stands in no line's or word's way.
            if letter.is_whitespace() && out.ends_with(' ') {
                out.pop();
            }
            out.push(letter);
        } else if !letter.is_control() && !is_without_width(letter) {
            let said = deunicode_char(letter).unwrap_or("?");
            // Some letters of Arabic and Hebrew come as signs, which would be read as addresses.
            let is_sign = |latin: char| letter.is_alphabetic() && matches!(latin, '@' | '`');
            let latin = said.chars().filter(|latin| !is_sign(*latin));
            out.extend(latin.map(|latin| if is_known(latin) { latin } else { '?' }));
        }
    }
    out.truncate(out.trim_end().len());
    Cow::Owned(out)
}

/// Joiners, marks of direction and selectors of variants.
fn is_without_width(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// What a picture says below where [`letters`] changed a name.
pub const IN_LATIN: &str = "names in other scripts are given in Latin letters";

/// Width of a text as [`letters`] writes it, in units of the canvas.
pub fn width(text: &str, size: f64, bold: bool) -> f64 {
    register_fonts();
    let text = &*letters(text);
    let style = if bold { FontStyle::Bold } else { FontStyle::Normal };
    // plotters measures in lines, 1.24 to the letter's size.
    let font: FontDesc = (FAMILY, size * 1.24, style).into();
    font.layout_box(text).map_or(0.0, |((left, _), (right, _))| f64::from(right - left))
}

/// A text, as [`letters`] writes it, cut into as few lines as `room` allows, of nearly equal length: no last line of one
/// word. A word that is longer than a line is broken.
pub fn wrap(text: &str, size: f64, bold: bool, room: f64) -> Vec<String> {
    let text = &*letters(text);
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
            _ => lines.extend(broken(word, size, bold, room)),
        }
    }
    lines
}

/// A word in pieces that fit.
fn broken(word: &str, size: f64, bold: bool, room: f64) -> Vec<String> {
    if width(word, size, bold) <= room {
        return vec![word.to_owned()];
    }
    let mut pieces = vec![String::new()];
    for letter in word.chars() {
        let piece = pieces.last_mut().expect("there is always one");
        piece.push(letter);
        if width(piece, size, bold) > room && piece.chars().count() > 1 {
            piece.pop();
            pieces.push(letter.to_string());
        }
    }
    pieces
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

    /// A glyph that a font lacks is drawn as a box.
    #[test]
    fn no_letter_is_a_box() {
        assert_eq!(letters("Müller, 21.8\u{a0}% “Łódź” – ×"), "Müller, 21.8\u{a0}% “Łódź” – ×");
        assert_eq!(letters("黑市 market"), "Hei Shi market");
        assert_eq!(letters("حملة"), "Hml");
        for text in
            ["مدينة السوق", "Ζωή", "Ёлка", "मुंबई", "서울", "東京タワー", "☃😀🏴\u{200d}☠\u{fe0f}", "\u{10ffff}", "עיר"]
        {
            let written = letters(text);
            assert!(!written.trim().is_empty() && written.chars().all(is_known), "{text}: {written}");
            assert!(!written.starts_with(' ') && !written.ends_with(' '), "{text}: {written}");
            assert!(width(text, 40.0, false) > 10.0, "{text}");
        }
    }

    #[test]
    fn a_word_longer_than_a_line_is_broken() {
        let lines = wrap(&"w".repeat(200), 40.0, true, 300.0);
        assert!(lines.len() > 5 && lines.iter().all(|line| width(line, 40.0, true) <= 300.0), "{lines:?}");
        assert_eq!(lines.concat(), "w".repeat(200));
    }

    #[test]
    fn text_is_measured_and_cut_to_fit() {
        assert!(width("wide words", 40.0, false) > width("words", 40.0, false));
        let cut = fit("a label that is far too long for its place", 40.0, false, 300.0);
        assert!(cut.ends_with('…') && width(&cut, 40.0, false) <= 300.0);
        assert_eq!(fit("short", 40.0, false, 300.0), "short");
        assert!(wrap(&"word ".repeat(40), 40.0, false, 900.0).len() > 3);
    }
}
