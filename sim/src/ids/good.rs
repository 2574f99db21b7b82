//! The nine families of restricted goods as an id, and one value for each.

use std::ops::{Index, IndexMut};

words! {
    /// A family of restricted goods.
    Good {
        /// Autonomy, privacy and unfiltered data.
        Privacy = "privacy",
        /// Unregulated augmentation.
        Augmentation = "augmentation",
        /// Authentic things.
        Authenticity = "authenticity",
        /// Restricted experiences.
        Experience = "experience",
        /// Dangerous innovations and unfiltered tech.
        DangerousTech = "dangerous_tech",
        /// Taboo computing.
        TabooComputing = "taboo_computing",
        /// Forbidden identity.
        ForbiddenIdentity = "forbidden_identity",
        /// Recreated scarcity.
        ScarcityRecreation = "scarcity_recreation",
        /// Positional goods and social scarcity.
        Positional = "positional",
    }
    /// What an agency is told to look for.
    Sought {
        /// All that it pursues.
        All = "all",
        /// Privacy alone.
        Privacy = "privacy",
        /// Augmentation alone.
        Augmentation = "augmentation",
        /// Authentic things alone.
        Authenticity = "authenticity",
        /// Experiences alone.
        Experience = "experience",
        /// Dangerous tech alone.
        DangerousTech = "dangerous_tech",
        /// Taboo computing alone.
        TabooComputing = "taboo_computing",
        /// Forbidden identity alone.
        ForbiddenIdentity = "forbidden_identity",
        /// Recreated scarcity alone.
        ScarcityRecreation = "scarcity_recreation",
        /// Positional goods alone.
        Positional = "positional",
    }
}

impl Sought {
    /// Whether a good is among what is sought.
    pub fn covers(self, good: Good) -> bool {
        self == Self::All || self.word() == good.word()
    }
}

/// How many families there are.
pub const GOODS: usize = Good::ALL.len();

impl Good {
    /// Its place in tables and arrays, from 0.
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The family at that place.
    pub const fn at(index: usize) -> Self {
        Self::ALL[index]
    }
}

/// One value for each family.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PerGood<T>(pub [T; GOODS]);

impl<T> PerGood<T> {
    /// Makes one for each family.
    pub fn from_fn(mut make: impl FnMut(Good) -> T) -> Self {
        Self(std::array::from_fn(|index| make(Good::at(index))))
    }

    /// Each family with its value, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Good, &T)> {
        Good::ALL.iter().copied().zip(&self.0)
    }
}

impl<T> Index<Good> for PerGood<T> {
    type Output = T;
    fn index(&self, good: Good) -> &T {
        &self.0[good.index()]
    }
}

impl<T> IndexMut<Good> for PerGood<T> {
    fn index_mut(&mut self, good: Good) -> &mut T {
        &mut self.0[good.index()]
    }
}
