//! The words of lessons and pages in plain sentences, and the names that lessons give to goods.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use contraband_sim::ids::good::Good;
use serde::{Deserialize, Serialize};

/// Words that are explained in plain sentences.
const GLOSSARY: &str = include_str!("../lessons/glossary.ron");

/// A word of the glossary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GlossaryWord {
    /// The word itself.
    pub word: String,
    /// Its explanation, in a sentence or two.
    pub says: String,
}

/// The glossary: words by key.
///
/// # Panics
/// When the file that comes with the program is wrong, which a test forbids.
pub fn glossary() -> BTreeMap<String, GlossaryWord> {
    ron::from_str(GLOSSARY).unwrap_or_else(|error| panic!("lessons/glossary.ron:{error}"))
}

/// A good as the lessons call it: `scarcity_recreation` is "Hard mode". A good that the glossary does not have is called as
/// in files.
pub fn good_name(good: Good) -> String {
    static WORDS: LazyLock<BTreeMap<String, GlossaryWord>> = LazyLock::new(glossary);
    WORDS.get(good.word()).map_or_else(|| good.word().replace('_', " "), |word| word.word.clone())
}

/// The name of a place, a market, a seller or an agency as people write it: `quay_nine` is "Quay Nine".
pub fn proper_name(key: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    };
    key.split('_').map(capital).collect::<Vec<String>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goods_are_called_as_in_the_lessons() {
        let names: Vec<String> = Good::ALL.iter().map(|&good| good_name(good)).collect();
        assert!(names.iter().all(|name| !name.contains('_')), "{names:?}");
        assert!(names.contains(&"Hard mode".into()) && !names.contains(&"scarcity recreation".into()), "{names:?}");
    }

    #[test]
    fn names_of_places_have_capitals() {
        assert_eq!(["quay_nine", "lantern", "élan__x", ""].map(proper_name), ["Quay Nine", "Lantern", "Élan  X", ""]);
    }
}
