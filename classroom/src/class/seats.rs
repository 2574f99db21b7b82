//! Who is in a class: names, posts, and the tokens and PINs that let a browser back in.

use contraband_sim::base::words::hex;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory as _};
use unicode_width::UnicodeWidthStr as _;

/// Letters of codes: none that looks like another or like a digit, and no vowels, so that no code is a word.
const LETTERS: &[u8] = b"BCDFGHJKMNPRSTWXZ";
/// Number of letters in a code.
pub const CODE: usize = 6;
/// Width of a name, at most: most letters take one column, Chinese characters and emoji take two.
const WIDEST_NAME: usize = 24;
/// Marks on one letter, at most: more of them climb over the lines above and below.
const MOST_MARKS: usize = 3;

/// What someone does in a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Post {
    /// Steers an actor: the number of the seat in the lesson, from 0.
    Seat(usize),
    /// Votes on laws.
    Parliament,
    /// Predicts, and breaks ties.
    Newsroom,
}

/// Someone in a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Name, as everyone sees it.
    pub name: String,
    /// Secret of their browser, which identifies them.
    pub token: String,
    /// Return PIN: four digits that bring them back on another device.
    pub word: String,
    /// What they do.
    pub post: Post,
    /// Number of their answer to the question before the lesson, from 0; `None` before they answer.
    pub predicted: Option<usize>,
}

/// `N` unpredictable bytes.
fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system hands out random bytes");
    bytes
}

/// A new code for a class.
pub fn code() -> String {
    // 17 letters do not divide 256: of 65 536 they leave a bias of one in four thousand, which tells nobody anything.
    random::<{ 2 * CODE }>()
        .chunks(2)
        .map(|pair| LETTERS[usize::from(u16::from_le_bytes([pair[0], pair[1]])) % LETTERS.len()] as char)
        .collect()
}

/// Reads a code as people type it, also with small letters and spaces. `None` if it cannot be one.
pub fn typed_code(text: &str) -> Option<String> {
    let code: String =
        text.chars().filter(|letter| !letter.is_whitespace()).map(|letter| letter.to_ascii_uppercase()).collect();
    (code.len() == CODE && code.bytes().all(|letter| LETTERS.contains(&letter))).then_some(code)
}

/// A new token of 128 random bits, in hexadecimal.
pub fn token() -> String {
    hex(&random::<16>())
}

/// A new return PIN: four digits.
pub fn word() -> String {
    format!("{:04}", u32::from_le_bytes(random()) % 10_000)
}

/// A random seed for a class that wants its own.
pub fn seed() -> u64 {
    u64::from(u32::from_le_bytes(random()))
}

/// A name as it is shown: on one line, without spaces around it, and each letter in its one usual form (NFC).
///
/// # Errors
/// When it is empty, too wide, or has invisible characters: a sentence that says what is allowed. Joiners may stand between
/// two letters of a script that needs them, and inside an emoji.
pub fn fit_name(text: &str) -> Result<String, String> {
    let name: String = text.split_whitespace().collect::<Vec<_>>().join(" ").nfc().collect();
    let letters: Vec<char> = name.chars().collect();
    let width = name.width();
    let seen = |at: usize| {
        let (before, after) = (at.checked_sub(1).map(|at| letters[at]), letters.get(at + 1).copied());
        match letters[at] {
            // What a joiner joins is never plain Latin, in which it would only hide.
            letter if is_joiner(letter) => [before, after].into_iter().all(|next| {
                next.is_some_and(|next| {
                    !next.is_ascii() && !next.is_whitespace() && !is_joiner(next) && !is_hidden(next)
                })
            }),
            EMOJI => before.is_some_and(|before| !before.is_alphabetic() && !before.is_whitespace() && before != EMOJI),
            letter => !is_hidden(letter),
        }
    };
    let mut marks = letters.chunk_by(|one, other| is_mark(*one) == is_mark(*other));
    let marked = letters.first().is_some_and(|first| is_mark(*first))
        || marks.any(|run| is_mark(run[0]) && run.len() > MOST_MARKS);
    if width == 0 || width > WIDEST_NAME || marked || !(0..letters.len()).all(seen) {
        return Err(format!("a name has 1 to {WIDEST_NAME} letters (wide ones count twice), and no hidden characters"));
    }
    Ok(name)
}

/// What makes a picture of the character before it.
const EMOJI: char = '\u{fe0f}';

/// The two signs of no width with which some scripts, and emoji, write words.
const fn is_joiner(letter: char) -> bool {
    matches!(letter, '\u{200c}' | '\u{200d}')
}

fn is_mark(letter: char) -> bool {
    matches!(letter.general_category(), GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark)
        && letter != EMOJI
}

/// Whether nobody sees it: with such signs one name looks like another, or writing turns its direction.
fn is_hidden(letter: char) -> bool {
    matches!(
        letter.general_category(),
        GeneralCategory::Control | GeneralCategory::Format | GeneralCategory::PrivateUse | GeneralCategory::Surrogate
    ) || matches!(letter,
        '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{2065}' | '\u{2800}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0e}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether people would take two names for the same: capital and small letters make no difference, nor do joiners, nor the
/// several forms of one letter (NFKC).
pub fn same_name(one: &str, other: &str) -> bool {
    let folded = |name: &str| -> String {
        name.nfkc()
            .filter(|&letter| !is_joiner(letter) && letter != EMOJI)
            .flat_map(char::to_lowercase)
            .nfkc()
            .collect()
    };
    folded(one) == folded(other)
}

/// A name inside a sentence: one that is written from right to left does not turn the words around it.
pub fn isolated(name: &str) -> String {
    let turns = |letter: char| {
        matches!(letter, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' | '\u{10800}'..='\u{10fff}'
            | '\u{1e800}'..='\u{1efff}')
    };
    if name.contains(turns) { format!("\u{2068}{name}\u{2069}") } else { name.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_typed_in_any_way() {
        let code = code();
        assert_eq!(typed_code(&code).as_ref(), Some(&code));
        assert_eq!(typed_code(&format!(" {} {}", &code[..3].to_lowercase(), &code[3..])).as_ref(), Some(&code));
        for wrong in ["", "ABCDEF", "BCDFG", "BCDFGHJ", "BCDFG1", "../../", "BCDFGÉ"] {
            assert_eq!(typed_code(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn tokens_are_never_the_same() {
        let tokens: std::collections::BTreeSet<String> = (0..1000).map(|_| token()).collect();
        assert!(tokens.len() == 1000 && tokens.iter().all(|token| token.len() == 32));
        assert!(
            (0..1000).map(|_| word()).all(|word| word.len() == 4 && word.bytes().all(|digit| digit.is_ascii_digit()))
        );
    }

    #[test]
    fn names_are_what_people_can_read() {
        assert_eq!(fit_name("  Ann\u{a0} Lee\n"), Ok("Ann Lee".into()));
        assert_eq!(fit_name("<b>Zoë</b>"), Ok("<b>Zoë</b>".into()));
        for wrong in ["", "   ", "a\u{202e}b", "x\u{200b}", &"n".repeat(25), "\u{7}"] {
            assert!(fit_name(wrong).is_err(), "{wrong:?}");
        }
        assert!(same_name("ZOË", "zoë") && !same_name("Zoe", "Zoë"));
    }

    #[test]
    fn names_of_every_script_are_names() {
        // Persian with a non-joiner, Sinhala and Malayalam with joiners, Arabic, Hebrew, Chinese, Korean, Vietnamese, emoji.
        for name in [
            "نازی\u{200c}تا",
            "ශ්\u{200d}රී",
            "ക്\u{200d}ക",
            "محمد",
            "שרה",
            "王小明",
            "김민준",
            "Nguyễn Thị Ánh",
            "👩\u{200d}🔬 Ada",
            "❤\u{fe0f} Bo",
            "O’Neil-Łukasz",
        ] {
            assert_eq!(fit_name(name).as_deref(), Ok(name), "{name:?}");
        }
        // Two ways to write one letter are one name.
        assert_eq!(fit_name("Zoe\u{308}"), Ok("Zoë".into()));
        assert!(same_name(&fit_name("ZOE\u{308}").unwrap(), "zoë") && same_name("ｚｏｅ", "Zoe"));
        assert!(same_name("ശ്ര\u{200d}ീ", "ശ്രീ"), "a joiner alone makes no other name");
    }

    #[test]
    fn what_nobody_sees_and_what_climbs_over_lines_is_no_name() {
        let stacked = format!("a{}", "\u{336}".repeat(MOST_MARKS + 1));
        for wrong in [
            "An\u{200d}n",
            "\u{200d}ش",
            "ش\u{200c}",
            "ش\u{200c}\u{200d}ش",
            "ش\u{200c} ش",
            "A\u{ad}nn",
            "\u{3164}",
            "\u{2800}\u{2800}",
            "Ann\u{fe0f}",
            "\u{301}Ann",
            "Bo\u{e0061}",
            "\u{2066}Bo\u{2069}",
            "\u{e000}",
            &stacked,
        ] {
            assert!(fit_name(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn wide_letters_count_twice() {
        assert!(fit_name(&"王".repeat(12)).is_ok() && fit_name(&"王".repeat(13)).is_err());
        assert!(fit_name(&"n".repeat(24)).is_ok() && fit_name(&"👩\u{200d}🔬".repeat(12)).is_ok());
    }

    #[test]
    fn a_name_from_right_to_left_turns_no_sentence() {
        assert_eq!((isolated("Ann"), isolated("王")), ("Ann".into(), "王".into()));
        assert_eq!((isolated("שרה"), isolated("محمد")), ("\u{2068}שרה\u{2069}".into(), "\u{2068}محمد\u{2069}".into()));
    }
}
