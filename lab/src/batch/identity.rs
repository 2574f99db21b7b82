//! What a list of runs, or one run, is known by.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// The beginning of the SHA-256 of all that something depends on. Two lists with one identity ask the same of their
/// runs; two runs with one identity have the same answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity([u8; Self::BYTES]);

impl Identity {
    /// Bytes of an identity.
    pub const BYTES: usize = 16;

    /// Of parts, in their order. Where one part ends and the next begins matters.
    pub fn of<'p>(parts: impl IntoIterator<Item = &'p [u8]>) -> Self {
        let mut all = Sha256::new();
        for part in parts {
            all.update((part.len() as u64).to_le_bytes());
            all.update(part);
        }
        Self(first(&all.finalize()))
    }

    /// From its bytes.
    pub const fn from_bytes(bytes: [u8; Self::BYTES]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn bytes(&self) -> &[u8; Self::BYTES] {
        &self.0
    }

    /// From hexadecimal digits, as it is written; `None` where they are none.
    pub fn from_hex(digits: &str) -> Option<Self> {
        if digits.len() != 2 * Self::BYTES || !digits.is_ascii() {
            return None;
        }
        let mut bytes = [0; Self::BYTES];
        for (nth, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&digits[2 * nth..2 * nth + 2], 16).ok()?;
        }
        Some(Self(bytes))
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The first bytes of a longer hash.
pub(super) fn first<const N: usize>(hash: &[u8]) -> [u8; N] {
    hash[..N].try_into().expect("a SHA-256 has 32 bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_told_apart_by_where_they_end() {
        let of = |parts: &[&str]| Identity::of(parts.iter().map(|part| part.as_bytes()));
        assert_eq!(of(&["a", "bc"]), of(&["a", "bc"]));
        assert_ne!(of(&["a", "bc"]), of(&["ab", "c"]));
        assert_ne!(of(&["a", "bc"]), of(&["bc", "a"]));
    }

    #[test]
    fn an_identity_is_read_as_it_is_written() {
        let one = Identity::of([b"one".as_slice()]);
        let written = one.to_string();
        assert_eq!((written.len(), Identity::from_hex(&written)), (32, Some(one)));
        for wrong in [&written[1..], "zz", &format!("{}g", &written[1..]), &format!("{}ä", &written[2..])] {
            assert_eq!(Identity::from_hex(wrong), None, "{wrong}");
        }
    }
}
