//! The nine families of restricted goods, one file each, with the same headings.

pub mod augmentation;
pub mod authenticity;
pub mod dangerous_tech;
pub mod experience;
pub mod forbidden_identity;
pub mod positional;
pub mod privacy;
pub mod scarcity_recreation;
pub mod taboo_computing;

use std::ops::{Index, IndexMut};

use crate::scenario::fields::AnySection;
use crate::scenario::params::GoodParams;

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

/// Makes the struct of what only one family has: a field, a module and a section for each.
macro_rules! own {
    ($($field:ident: $good:ident,)*) => {
        /// What only one of the families has, each with its own section.
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct Own {
            $(
                #[doc = concat!("What only `goods.", stringify!($field), "` has.")]
                pub $field: $field::$good,
            )*
        }

        impl Own {
            /// The section of one family.
            pub(crate) fn of(&self, good: Good) -> &dyn AnySection {
                match good {
                    $(Good::$good => &self.$field,)*
                }
            }

            /// The section of one family, to be changed.
            pub(crate) fn of_mut(&mut self, good: Good) -> &mut dyn AnySection {
                match good {
                    $(Good::$good => &mut self.$field,)*
                }
            }
        }
    };
}

own! {
    privacy: Privacy,
    augmentation: Augmentation,
    authenticity: Authenticity,
    experience: Experience,
    dangerous_tech: DangerousTech,
    taboo_computing: TabooComputing,
    forbidden_identity: ForbiddenIdentity,
    scarcity_recreation: ScarcityRecreation,
    positional: Positional,
}

/// The parameters of all nine in the default world.
pub fn defaults() -> PerGood<GoodParams> {
    PerGood::from_fn(|good| match good {
        Good::Privacy => privacy::defaults(),
        Good::Augmentation => augmentation::defaults(),
        Good::Authenticity => authenticity::defaults(),
        Good::Experience => experience::defaults(),
        Good::DangerousTech => dangerous_tech::defaults(),
        Good::TabooComputing => taboo_computing::defaults(),
        Good::ForbiddenIdentity => forbidden_identity::defaults(),
        Good::ScarcityRecreation => scarcity_recreation::defaults(),
        Good::Positional => positional::defaults(),
    })
}
