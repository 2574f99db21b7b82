//! What happened to people and things today, counted: one field here is one column of the table `counts`.

use crate::record::tables::{ColumnSpec, Kind, TableSpec};

/// One number of the day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// A count.
    Int(i64),
    /// A level, a share or an amount; NaN where there is nothing to report.
    Float(f64),
}

macro_rules! counts {
    (@type Int) => { i64 };
    (@type Float) => { f64 };
    ($($field:ident $kind:tt $unit:literal $doc:literal;)*) => {
        /// The day's counts. Rules add to them or set them, the recorder reads them, and every morning they are zero again.
        #[derive(Clone, Debug, Default)]
        pub struct Counts {
            $(#[doc = $doc] pub $field: counts!(@type $kind),)*
        }

        impl Counts {
            /// All numbers, in the order of the columns behind `day`.
            pub fn numbers(&self) -> impl Iterator<Item = Number> {
                [$(Number::$kind(self.$field)),*].into_iter()
            }
        }

        /// What happened, counted.
        pub static COUNTS: TableSpec = TableSpec {
            name: "counts",
            doc: "What happened to people and things, counted, a row each day.",
            columns: &[
                ColumnSpec { name: "day", kind: Kind::Int, unit: "day", doc: "day of the run, from 1" },
                $(ColumnSpec { name: stringify!($field), kind: Kind::$kind, unit: $unit, doc: $doc },)*
            ],
        };
    };
}

counts! {
    joined_enclave Int "people" "people who moved to an enclave";
    left_enclave Int "people" "people who left an enclave, of their own accord or not";
    switched Int "people" "people who went from one provider of delegates to another";
    injected Int "orders" "purchases of delegates hijacked by injected instructions";
    augmented_share Float "share" "citizens with at least one level of augmentation";
    level_mean Float "levels" "levels of augmentation of a citizen, on average";
    unstable Int "people" "people whom augmentation has made unstable";
    incidents Int "incidents" "violent incidents by unstable people";
    injuries Int "people" "people injured by an experience";
    intensity_mean Float "intensity" "intensity of experiences that users are used to, on average";
    visits Int "visits" "visits to zones of recreated scarcity";
    turned_away Int "visits" "visits for which a zone had no room";
    congestion Float "ratio" "visits to zones against their capacity, smoothed";
    zone_raids Int "raids" "raids on zones";
    slots_sold Int "slots" "slots of positional goods let";
    slots_by_favour Int "slots" "slots among them that went to the connected, for favours";
    identities Int "people" "people who took a new identity";
    donations Int "people" "people who gave an identity for money";
    victims Int "people" "people who were robbed of an identity";
    shortages Int "units" "identities that were not made for want of a donor";
    minds Int "minds" "emulated minds that run";
    artefacts Float "artefacts" "artefacts of dangerous tech that people hold";
    techniques Float "techniques" "techniques that tinkerers know: the level of illicit technology";
    ideas Int "ideas" "new ideas";
    accidents Int "accidents" "accidents with artefacts";
    accident_loss Float "harm" "harm done by accidents";
    slot_price Float "credits" "mean price of slots let for credits; NaN where there were none";
    inside_wealth Float "ratio" "wealth of those who were let a slot, against the mean of all; NaN where there were none";
    inside_favours Float "favours" "favours held by those who were let a slot, on average; NaN where there were none";
    searches Int "people" "people searched for wearing a mask";
    search_hits Int "people" "people among them who had bought something illicit of late";
    bribes Int "cases" "cases dropped for a bribe";
    bribes_milli Int "milli-credits" "bribes paid to officers";
    exposed Int "cases" "bribes that came out";
    leaks Int "leaks" "secrets that got out";
    copies_data Float "share" "people to whom data is worth no more than a copy";
    copies_designs Float "share" "people to whom designs are worth no more than a copy";
    copies_weights Float "share" "people to whom weights are worth no more than a copy";
    public_data Float "share" "people who can find a public copy of data";
    public_designs Float "share" "people who can find a public copy of designs";
    public_weights Float "share" "people who can find a public copy of weights";
    private_data Float "share" "people who keep a copy of data of their own";
    private_designs Float "share" "people who keep a copy of designs of their own";
    private_weights Float "share" "people who keep a copy of weights of their own";
    fakers Int "stalls" "stalls that sell fakes as authentic things";
    fakers_caught Int "stalls" "stalls found out with fakes";
    genuine_share Float "share" "authentic things sold that were genuine; NaN where none were sold";
    genuine_belief Float "share" "authentic things that people believe to be genuine";
    trapped Int "orders" "illicit orders that met a trap";
}
