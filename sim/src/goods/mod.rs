//! The families of restricted goods, one file each, with the same headings.
//!
//! A good is one file here and one line in the list of [`ids::good`](crate::ids::good). Its file holds what it is, the
//! parameters that only it has, its `defaults` and its pure rules; what happens with it in the world stands in `systems`.

pub mod params;

use crate::base::fields::AnySection;
use crate::goods::params::GoodParams;
use crate::ids::good::{Good, PerGood, for_each_good};

/// Makes of the list of goods: their modules, the struct of what only one of them has, and their defaults.
macro_rules! registry {
    ($($(#[doc = $doc:literal])* $file:ident: $good:ident = $word:literal, $risk:ident;)*) => {
        $(pub mod $file;)*

        /// What only one of the families has, each with its own section.
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct Own {
            $(
                #[doc = concat!("What only `goods.", stringify!($file), "` has.")]
                pub $file: $file::$good,
            )*
        }

        impl Own {
            /// The section of one family.
            pub(crate) fn of(&self, good: Good) -> &dyn AnySection {
                match good {
                    $(Good::$good => &self.$file,)*
                }
            }

            /// The section of one family, to be changed.
            pub(crate) fn of_mut(&mut self, good: Good) -> &mut dyn AnySection {
                match good {
                    $(Good::$good => &mut self.$file,)*
                }
            }
        }

        /// The parameters of all families in the default world.
        pub fn defaults() -> PerGood<GoodParams> {
            PerGood([$($file::defaults()),*])
        }
    };
}
for_each_good!(registry);
