//! Every number the model runs on, each with its unit, range, default, source and consequence.
//!
//! One definition serves all: the file format, its errors, `--set`, the timeline, `contraband levers`, sliders and sweep
//! axes are read off the tables made here. The documentation of a field is data too: its first line is the lever's
//! label, the line that begins with "Source:" says who says so, the rest says what happens when it moves.
//!
//! One file a section. What belongs to one good alone has its table there, in `sim/src/goods/`.

pub mod agency;
pub mod citizens;
pub mod colony;
pub mod delegate;
pub mod demand;
pub mod enclave;
pub mod house;
pub mod law;
pub mod leaks;
pub mod market;
pub mod place;
pub mod society;
pub mod syndicates;
pub mod temperament;
pub mod venue;
pub mod welfare;

use crate::base::units::{Factor, PlaceKind};
use crate::goods;
use crate::goods::Own;
use crate::goods::params::GoodParams;
use crate::ids::good::{GOODS, Good, PerGood};
use crate::params::agency::{AgencyParams, AgencySpec};
use crate::params::citizens::Citizens;
use crate::params::colony::Colonies;
use crate::params::delegate::{Delegates, ProviderSpec};
use crate::params::demand::Demand;
use crate::params::enclave::Enclaves;
use crate::params::house::HouseSpec;
use crate::params::law::Law;
use crate::params::leaks::Leaks;
use crate::params::market::Market;
use crate::params::place::{PlaceParams, PlaceSpec};
use crate::params::society::Society;
use crate::params::syndicates::Syndicates;
use crate::params::temperament::TemperamentSpec;
use crate::params::venue::{VenueParams, VenueSpec};
use crate::params::welfare::Welfare;

/// Everything that a run is computed from, beside its length and its seed.
#[derive(Clone, Debug, PartialEq)]
pub struct Params {
    /// Who lives here.
    pub citizens: Citizens,
    /// What people want.
    pub demand: Demand,
    /// How trade is done.
    pub market: Market,
    /// How syndicates act.
    pub syndicates: Syndicates,
    /// The means of the law.
    pub law: Law,
    /// How people learn and feel.
    pub society: Society,
    /// What agents do for those whom they serve.
    pub delegates: Delegates,
    /// How enclaves govern themselves.
    pub enclaves: Enclaves,
    /// How colonies are supplied.
    pub colonies: Colonies,
    /// How goods lose what makes them scarce.
    pub leaks: Leaks,
    /// What each part of the welfare account is worth.
    pub welfare: Welfare,
    /// The families of restricted goods: what all of them have.
    pub goods: PerGood<GoodParams>,
    /// What only one of the families has.
    pub own: Own,
    /// Places, in the order of the file.
    pub places: Vec<PlaceSpec>,
    /// Venues, in the order of the file.
    pub venues: Vec<VenueSpec>,
    /// Agencies, in the order of the file.
    pub agencies: Vec<AgencySpec>,
    /// Kinds of syndicates, in the order of the file.
    pub temperaments: Vec<TemperamentSpec>,
    /// Providers of delegates, in the order of the file.
    pub providers: Vec<ProviderSpec>,
    /// Houses, in the order of the file.
    pub houses: Vec<HouseSpec>,
}

/// How many stalls may sell one good, against its share if all goods were alike: five ninths of all stalls.
const MOST_OF_A_GOOD: usize = 5;

impl Params {
    /// How many stalls of a good there is room for when goods share the market alike, a ninth of all, with that many enclaves'
    /// councils.
    pub fn share_per_good(&self, councils: usize) -> usize {
        let wanted =
            self.market.stalls_per_thousand.get() * f64::from(self.citizens.count.get()) / 1000.0 / GOODS as f64;
        (wanted.ceil() as usize).max(4).max(councils + 2)
    }

    /// How many stalls of each good there can be, with that many enclaves' councils, who have slots of their own.
    pub fn slots_per_good(&self, councils: usize) -> usize {
        // Houses come with places of their own, whatever they sell.
        let own: u32 = self.houses.iter().map(|house| house.params.stalls.get()).sum();
        MOST_OF_A_GOOD * self.share_per_good(councils) + own as usize
    }

    /// How many sellers there can be on a day, each with a number of its own: one for each slot, and as many as there are
    /// seats beside.
    pub fn sellers_a_day(&self, councils: usize) -> usize {
        self.slots_per_good(councils) * GOODS + self.seats(councils)
    }

    /// How many sellers there can be at a time: councils, houses, one for each stall there is room for, and some rogue AIs
    /// that have none.
    pub fn seats(&self, councils: usize) -> usize {
        let room = self.share_per_good(councils) * GOODS;
        councils + self.houses.len() + room + room / 8 + 16
    }
}

impl Default for Params {
    fn default() -> Self {
        let place = |name: &str, kind, population, abundance: f64, surveillance: f64, zone_room: f64| PlaceSpec {
            name: name.into(),
            key: String::new(),
            params: PlaceParams {
                kind,
                population: Factor::from(population),
                abundance: abundance.into(),
                surveillance: surveillance.into(),
                zone_room: zone_room.into(),
                ..PlaceParams::default()
            },
        };
        let venue = |name: &str, at: Option<&str>, size: f64, escrow, trust: f64, concealment: f64| VenueSpec {
            name: name.into(),
            key: String::new(),
            place: at.map(Into::into),
            params: VenueParams {
                size: size.into(),
                escrow,
                trust: trust.into(),
                concealment: concealment.into(),
                ..VenueParams::default()
            },
        };
        let agency = |name: &str, places: &[&str], goods: &[Good], params| AgencySpec {
            name: name.into(),
            key: String::new(),
            places: places.iter().map(|&place| place.into()).collect(),
            goods: goods.to_vec(),
            params,
        };
        let means = |budget: f64, profiling: f64, focused: f64, honeypots: f64, hunting: f64| AgencyParams {
            budget: budget.into(),
            profiling: profiling.into(),
            focused: focused.into(),
            honeypots: honeypots.into(),
            hunting: hunting.into(),
            ..AgencyParams::default()
        };
        let machines = [Good::DangerousTech, Good::TabooComputing, Good::Privacy];
        Self {
            citizens: Citizens::default(),
            demand: Demand::default(),
            market: Market::default(),
            syndicates: Syndicates::default(),
            law: Law::default(),
            society: Society::default(),
            delegates: Delegates::default(),
            enclaves: Enclaves::default(),
            colonies: Colonies::default(),
            leaks: Leaks::default(),
            welfare: Welfare::default(),
            goods: goods::defaults(),
            own: Own::default(),
            places: vec![
                place("centre", PlaceKind::District, 3.0, 0.95, 1.2, 0.0),
                place("harbour", PlaceKind::District, 3.0, 0.9, 1.0, 0.0),
                place("fringe", PlaceKind::Fringe, 2.5, 0.75, 0.6, 0.02),
                place("hollow", PlaceKind::Enclave, 0.8, 0.4, 0.2, 0.06),
                place("colony", PlaceKind::Colony, 0.7, 0.5, 0.3, 0.03),
            ],
            venues: vec![
                venue("lantern", None, 3.0, true, 0.92, 0.3),
                venue("undertow", None, 2.0, true, 0.85, 0.4),
                venue("old_arcade", Some("centre"), 1.0, false, 0.9, 0.0),
                venue("quay_nine", Some("harbour"), 1.5, false, 0.85, 0.05),
                venue("night_yard", Some("fringe"), 1.5, false, 0.8, 0.1),
                venue("common_hall", Some("hollow"), 1.0, false, 0.97, 0.5),
                venue("dome_market", Some("colony"), 1.0, false, 0.85, 0.2),
            ],
            agencies: vec![
                // The watch knows its regulars, the office sets traps and hunts AIs, the guard stops whoever hides.
                agency("city_watch", &["centre", "harbour", "fringe"], &[], means(0.5, 0.0, 0.2, 0.0, 0.0)),
                agency("machine_office", &[], &machines, means(0.25, 0.0, 0.0, 0.1, 0.15)),
                agency("frontier_guard", &["colony", "hollow", "fringe"], &[], means(0.2, 0.1, 0.0, 0.0, 0.0)),
            ],
            temperaments: temperament::temperaments(),
            providers: delegate::providers(),
            houses: Vec::new(),
        }
    }
}
