//! The nine families of restricted goods, one file each, with the same headings.

pub mod augmentation;
pub mod authenticity;
pub mod dangerous_tech;
pub mod experience;
pub mod forbidden_identity;
pub mod params;
pub mod positional;
pub mod privacy;
pub mod scarcity_recreation;
pub mod taboo_computing;

use crate::base::fields::AnySection;
use crate::goods::params::GoodParams;
use crate::ids::good::{Good, PerGood};

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
