//! What an actor is known by to the dice: a number made of what it is, never of where it stands in a list.

use sha2::{Digest as _, Sha256};

/// What an actor is known by: the same in every world that has it, whoever else is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(u64);

impl Key {
    /// Nobody's.
    pub const NONE: Self = Self(0);

    /// Of an item of one of the scenario's lists (`places`, `venues`, ...), by its key or name: the first eight bytes of
    /// the SHA-256 of both. It is part of the results.
    pub fn named(list: &str, name: &str) -> Self {
        let hash = Sha256::digest(format!("{list}/{name}"));
        Self(u64::from_le_bytes(hash[..8].try_into().expect("a SHA-256 has 32 bytes")))
    }

    /// Of a number that nothing else of its kind has.
    pub const fn numbered(number: u64) -> Self {
        Self(mixed(number ^ 0x6b65_7920_6f66_2061))
    }

    /// Of this one together with another.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(mixed(self.0.rotate_left(23) ^ mixed(other.0)))
    }

    /// Of this one together with a number.
    #[must_use]
    pub const fn at(self, number: u64) -> Self {
        self.and(Self::numbered(number))
    }

    /// From its bits, as [`bits`](Self::bits) gives them.
    pub const fn of_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// All of it.
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// As two words to stir draws with.
    #[expect(clippy::cast_possible_truncation, reason = "the lower half, and the upper one")]
    pub const fn words(self) -> [u32; 2] {
        [self.0 as u32, (self.0 >> 32) as u32]
    }

    /// Folded into one word, where few share a list.
    #[expect(clippy::cast_possible_truncation, reason = "both halves are folded into one")]
    pub const fn word(self) -> u32 {
        (self.0 ^ (self.0 >> 32)) as u32
    }
}

/// A number whose bits all depend on all bits of another (the last step of `SplitMix64`, Steele and others 2014): no two
/// give the same.
const fn mixed(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The keys of all results that were ever written down: they may not move.
    #[test]
    fn a_key_is_what_it_always_was() {
        assert_eq!(Key::named("venues", "lantern").bits(), u64::from_le_bytes(hash("venues/lantern")));
        assert_ne!(Key::named("venues", "centre"), Key::named("places", "centre"));
        assert_eq!(Key::numbered(0).bits(), mixed(0x6b65_7920_6f66_2061));
    }

    fn hash(text: &str) -> [u8; 8] {
        Sha256::digest(text)[..8].try_into().expect("eight bytes")
    }

    #[test]
    fn no_two_of_many_share_a_key() {
        let slots = (0..200).flat_map(|slot| (0..200).map(move |day| Key::numbered(slot).at(day)));
        let pairs = (0..200).flat_map(|one| (0..200).map(move |other| (one, other)));
        let pairs =
            pairs.map(|(one, other)| Key::named("a", &format!("{one}")).and(Key::named("b", &format!("{other}"))));
        let all: BTreeSet<u64> = slots.chain(pairs).map(Key::bits).collect();
        assert_eq!(all.len(), 80_000);
        let (one, other) = (Key::numbered(1), Key::numbered(2));
        assert_ne!(one.and(other), other.and(one));
    }
}
