//! Who is in a class: names, posts, and what lets a browser back in.

use contraband_sim::base::words::hex;
use serde::{Deserialize, Serialize};

/// Letters of codes: none that is mistaken for another or for a digit, and no vowels, so that no code is a word.
const LETTERS: &[u8] = b"BCDFGHJKMNPRSTWXZ";
/// Letters of a code.
pub const CODE: usize = 6;
/// Letters of a name, at most.
const LONGEST_NAME: usize = 24;

/// What somebody does in a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Post {
    /// Steers an actor: the number of the seat in the lesson, from 0.
    Seat(usize),
    /// Votes on laws.
    Parliament,
    /// Foretells, and breaks ties.
    Newsroom,
}

/// Somebody in a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// What others call them.
    pub name: String,
    /// What their browser knows and nobody else.
    pub token: String,
    /// Four digits that bring them back on another device.
    pub word: String,
    /// What they do.
    pub post: Post,
    /// What they answered before the lesson.
    pub predicted: Option<usize>,
}

/// So many bytes that nobody can foretell.
fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system hands out random bytes");
    bytes
}

/// A code for a class.
pub fn code() -> String {
    // 17 letters do not divide 256: of 65 536 they leave a bias of one in four thousand, which tells nobody anything.
    random::<{ 2 * CODE }>()
        .chunks(2)
        .map(|pair| LETTERS[usize::from(u16::from_le_bytes([pair[0], pair[1]])) % LETTERS.len()] as char)
        .collect()
}

/// A code as people type it: small letters and spaces are no fault. `None` where it cannot be one.
pub fn typed_code(text: &str) -> Option<String> {
    let code: String =
        text.chars().filter(|letter| !letter.is_whitespace()).map(|letter| letter.to_ascii_uppercase()).collect();
    (code.len() == CODE && code.bytes().all(|letter| LETTERS.contains(&letter))).then_some(code)
}

/// A token of 128 bits.
pub fn token() -> String {
    hex(&random::<16>())
}

/// A return word.
pub fn word() -> String {
    format!("{:04}", u32::from_le_bytes(random()) % 10_000)
}

/// A seed for a class that wants its own.
pub fn seed() -> u64 {
    u64::from(u32::from_le_bytes(random()))
}

/// A name as it is shown: without spaces around it, in one line.
///
/// # Errors
/// When nobody could read it: what a name is.
pub fn fit_name(text: &str) -> Result<String, String> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let letters = name.chars().count();
    // Marks that turn the direction of writing, and letters of no width, make one name look like another.
    let hidden = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    if letters == 0 || letters > LONGEST_NAME || name.chars().any(hidden) {
        return Err(format!("a name has 1 to {LONGEST_NAME} letters"));
    }
    Ok(name)
}

/// Whether two names are one for people.
pub fn same_name(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
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
}
