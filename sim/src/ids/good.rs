//! The families of restricted goods as an id, and one value for each. Here stands the list of goods.

use std::ops::{Index, IndexMut};

/// The list of goods, and the only one: hands each line to another macro. A line holds the file in `goods/`, the variant
/// of [`Good`], the word that files and tables use, and the group in which people learn its risk.
///
/// A good is one line here and its file. The order is part of the results: append, never reorder.
macro_rules! for_each_good {
    ($make:ident) => {
        $make! {
            /// Autonomy, privacy and unfiltered data.
            privacy: Privacy = "privacy", Digital;
            /// Unregulated augmentation.
            augmentation: Augmentation = "augmentation", Bodily;
            /// Authentic things.
            authenticity: Authenticity = "authenticity", Social;
            /// Restricted experiences.
            experience: Experience = "experience", Bodily;
            /// Dangerous innovations and unfiltered tech.
            dangerous_tech: DangerousTech = "dangerous_tech", Digital;
            /// Taboo computing.
            taboo_computing: TabooComputing = "taboo_computing", Digital;
            /// Forbidden identity.
            forbidden_identity: ForbiddenIdentity = "forbidden_identity", Bodily;
            /// Recreated scarcity.
            scarcity_recreation: ScarcityRecreation = "scarcity_recreation", Social;
            /// Positional goods and social scarcity.
            positional: Positional = "positional", Social;
        }
    };
}
pub(crate) use for_each_good;

/// Goods whose risks people learn together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum RiskGroup {
    /// What is done to the body, or to who one is.
    Bodily = 0,
    /// What leaves traces in machines.
    Digital = 1,
    /// What others see.
    Social = 2,
}

/// Makes the ids from the list of goods.
macro_rules! ids {
    ($($(#[doc = $doc:literal])* $file:ident: $good:ident = $word:literal, $risk:ident;)*) => {
        words! {
            /// A family of restricted goods.
            Good { $($(#[doc = $doc])* $good = $word,)* }
            /// What an agency is told to look for.
            Sought {
                /// All that it pursues.
                All = "all",
                $(/// This good alone.
                $good = $word,)*
            }
        }

        /// Number of the risk group of each good, from 0, in the order of goods.
        pub const RISK_GROUP: [u8; GOODS] = [$(RiskGroup::$risk as u8),*];
    };
}
for_each_good!(ids);

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
