//! Enclaves: people who left oversight behind. They live from a commons, by norms of their own, and owe each other favours;
//! a council sells what is made by hand and decides who may come in.
//!
//! A commons grows back as far as it is not overused, and norms hold use down (Ostrom 1990). People leave for an enclave
//! when anxiety and disaffection are more than moving costs (Hirschman 1970), and come back when hardship is. An enclave is
//! left alone until it is too large to be overlooked; then it is contained, or eradicated where the law says so.

use bevy_ecs::prelude::*;
use serde::{Deserialize, Serialize};

use crate::actors::citizen::{Home, Mind, Traits};
use crate::dice::{Purpose, happens, pick, pick_weighted};
use crate::goods::Good;
use crate::ledger::{Books, Purse};
use crate::market::orders::{Fate, Orders};
use crate::market::venues::{Closing, Streets};
use crate::record::facts::{Event, Events, What};
use crate::scenario::fields::params;
use crate::scenario::params::Params;
use crate::setting::{CHUNK, InForce, Setting, Today, column_mut};
use crate::society::climate::Climate;
use crate::units::{Factor, PerDay, PlaceKind, Share, Utils};

params! {
    /// How enclaves govern themselves, who comes and goes, and what is done about them.
    pub struct Enclaves {
        /// Anxiety and disaffection at which people leave for an enclave
        ///
        /// Lowering it fills enclaves in calm times too.
        /// Source: Hirschman (1970) for exit as an answer to discontent; the size is an assumption, set so that an enclave grows slowly in the default world.
        exit: Factor = 0.7, "of full anxiety", 0.0 ..= 100.0, Day;
        /// What moving costs, in or out
        ///
        /// Source: assumption. Raising it keeps people where they are.
        moving: Factor = 0.1, "of full anxiety", 0.0 ..= 100.0, Day;
        /// Weight of lost legitimacy in disaffection, for somebody of average reactance
        ///
        /// Source: assumption. Raising it lets a law without legitimacy drive people out of its reach.
        disaffection: Factor = 1.0, "of full anxiety", 0.0 ..= 100.0, Day;
        /// Hardship of a life without any machine, for somebody without skill
        ///
        /// The skilled feel less of it. Source: assumption. Raising it keeps enclaves small and skilled.
        hardship: Factor = 0.5, "of full anxiety", 0.0 ..= 100.0, Day;
        /// Relief from boredom in a life with less abundance
        ///
        /// Source: assumption. Raising it keeps residents in.
        relief: Factor = 0.2, "of full anxiety", 0.0 ..= 100.0, Day;
        /// Hardship of an empty commons, against that of a life without any machine
        ///
        /// It begins when the commons is below half, and no skill softens it.
        /// Source: assumption. Raising it sends residents back sooner when the commons is used up.
        hunger: Factor = 1.0, "of hardship", 0.0 ..= 100.0, Day;
        /// Most people an enclave takes
        ///
        /// Source: assumption. Raising it lets enclaves grow, and be seen.
        capacity: Share = 0.3, "of all citizens", 0.0 ..= 1.0, Day;
        /// Least skill that a council asks of those who come
        ///
        /// It asks for more when the commons is below half. Source: assumption. Raising it keeps people out.
        admission: Share = 0.2, "of full skill", 0.0 ..= 1.0, Place;
        /// Whether those with a record may come
        ///
        /// Source: assumption. Without them an enclave is no refuge from the law.
        records: bool = true, "flag", 0.0 ..= 1.0, Day;
        /// How far norms hold use of the commons down in good times
        ///
        /// Source: Ostrom (1990) in direction; the size is an assumption. Raising it spares the commons.
        norms: Share = 0.5, "of overuse", 0.0 ..= 1.0, Place;
        /// How much stricter norms and admission become as the commons falls below half
        ///
        /// At 0 nobody answers, and a commons that is used too much is used up.
        /// Source: Ostrom (1990) for graduated answers; the size is an assumption.
        response: Factor = 2.0, "of what is missing", 0.0 ..= 100.0, Day;
        /// What people take beyond their need where no norm holds
        ///
        /// Source: assumption. Raising it uses the commons up sooner.
        overuse: Factor = 1.0, "of need", 0.0 ..= 100.0, Day;
        /// How fast a commons grows back
        ///
        /// Source: assumption. Raising it feeds more people.
        regrowth: PerDay = 0.04, "per day, when nearly empty", 0.0 ..= 1.0, Day;
        /// What a full commons holds
        ///
        /// Source: assumption. Raising it feeds more people and makes its loss slower.
        commons: Factor = 200.0, "days of need of those who live there at the start", 1.0 ..= 100_000.0, Start;
        /// Units of each craft that a resident makes where the commons is full
        ///
        /// Source: assumption. Lowering it makes what is made by hand scarcer.
        crafts: Factor = 0.1, "units per resident and day", 0.0 ..= 1000.0, Place;
        /// What a unit of craft takes from the commons
        ///
        /// Source: assumption. Raising it makes trade with the outside use the commons up.
        craft_need: Factor = 2.0, "days of need", 0.0 ..= 1000.0, Day;
        /// Share of residents who take and do not give
        ///
        /// The least sociable. Source: assumption. Raising it gives norms more to do.
        free_riders: Share = 0.1, "of residents", 0.0 ..= 1.0, Day;
        /// Chance that somebody who does not give is sent away, where norms are strictest
        ///
        /// Source: assumption. Raising it makes norms cost residents.
        expulsion: Share = 0.2, "in 30 days", 0.0 ..= 1.0, Day;
        /// Tariff on what strangers sell at an enclave's own venue
        ///
        /// It goes to the commons. Source: assumption. Raising it keeps strangers away.
        tariff: Share = 0.05, "of the price", 0.0 ..= 0.5, Place;
        /// Size at which an enclave can no longer be overlooked
        ///
        /// Below it is tolerated. Source: assumption. Lowering it brings containment sooner.
        visible: Share = 0.12, "of all citizens", 0.0 ..= 1.0, Day;
        /// How much closer a contained enclave is watched
        ///
        /// Source: assumption. Raising it makes containment cost residents more.
        watch: Factor = 4.0, "times surveillance", 0.0 ..= 100.0, Day;
        /// Utility that a ring around an enclave takes from a way to its venue
        ///
        /// Source: assumption. Raising it cuts a contained enclave off from trade.
        ring: Utils = 1.5, "utils", 0.0 ..= 50.0, Day;
        /// Whether an enclave that can be seen is eradicated instead of contained
        ///
        /// Its venue is raided and its residents are driven out.
        /// Source: the scenario's question.
        eradicate: bool = false, "flag", 0.0 ..= 1.0, Day;
        /// Anxiety of those who are driven out
        ///
        /// Source: assumption. Raising it makes eradication cost calm.
        uprooting: Share = 0.3, "of full anxiety", 0.0 ..= 1.0, Day;
    }
}

/// What councils sell: one stall of each.
pub const CRAFTS: [Good; 2] = [Good::Authenticity, Good::ScarcityRecreation];

/// Favours that somebody so sociable, in 255ths, can hold before those they know owe them no more.
pub const fn most_favours(sociable: u8) -> i16 {
    1 + sociable as i16 / 8
}

/// An enclave and its council on one day.
#[derive(Component, Clone, Debug, Serialize, Deserialize)]
pub struct Enclave {
    /// People who lived there at the start.
    pub founders: u32,
    /// What the commons holds, as a share of what it can hold.
    pub commons: f64,
    /// What was taken from it today, in days of need.
    pub harvest: f64,
    /// Units of craft sold yesterday.
    pub sold: u32,
    /// How far norms hold overuse down today.
    pub norms: f64,
    /// Least skill asked of those who come today.
    pub threshold: f64,
    /// People who came today.
    pub admitted: i64,
    /// People who wanted to come and were not let in.
    pub refused: i64,
    /// People who went back today.
    pub left: i64,
    /// People who were sent away today.
    pub expelled: i64,
    /// Whether there is a ring around it.
    pub contained: bool,
    /// Whether it is eradicated today.
    pub eradicated: bool,
    /// The event by which it became visible, was contained or eradicated last, or -1.
    pub cause: i64,
}

impl Enclave {
    /// An enclave of so many people before the first day.
    pub fn founded(founders: u32) -> Self {
        Self {
            founders,
            commons: 0.75,
            harvest: 0.0,
            sold: 0,
            norms: 0.0,
            threshold: 0.0,
            admitted: 0,
            refused: 0,
            left: 0,
            expelled: 0,
            contained: false,
            eradicated: false,
            cause: -1,
        }
    }
}

/// What others meet at a place, beside what the scenario says of it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Gate {
    /// Factor on surveillance.
    pub watch: f64,
    /// Utility lost on the way in.
    pub ring: f32,
    /// Tariff on strangers' sales.
    pub tariff: f64,
    /// Units of each craft that the commons allows today.
    pub crafts: u32,
}

impl Gate {
    /// A place that everybody may enter.
    pub const OPEN: Self = Self { watch: 1.0, ring: 0.0, tariff: 0.0, crafts: u32::MAX };
}

/// What so many residents take in a day, in days of need: each their need, and what norms do not hold back.
pub fn taken(residents: u32, norms: f64, overuse: f64) -> f64 {
    f64::from(residents) * (1.0 + overuse * (1.0 - norms))
}

/// A commons after a day, in shares of what it holds when full: it grows most when it is half full, and what is not there
/// cannot be taken. Returns it with what was taken.
pub fn commons_after(commons: f64, regrowth: f64, taken: f64) -> (f64, f64) {
    let grown = commons + regrowth * commons * (1.0 - commons);
    let taken = taken.min(grown);
    (grown - taken, taken)
}

/// How strict norms or admission are, for what they are in good times.
pub fn strictness(usual: f64, response: f64, commons: f64) -> f64 {
    (usual + response * (0.5 - commons).max(0.0)).clamp(0.0, 1.0)
}

/// Hardship of living with so much less abundance, for somebody of a skill from 0 to 1.
///
/// Below half of the commons comes hunger, which no skill softens.
pub fn hardship(weight: f64, less: f64, skill: f64, commons: f64, hunger: f64) -> f64 {
    weight * (less.max(0.0) * (1.0 - skill) + hunger * (1.0 - 2.0 * commons).max(0.0))
}

/// Mornings of enclaves: the commons grows and feeds them, councils answer, and the law sees what it can no longer overlook.
pub fn tend_commons(
    setting: Res<Setting>,
    law: Res<InForce>,
    mut climate: ResMut<Climate>,
    mut events: ResMut<Events>,
    mut enclaves: Query<&mut Enclave>,
) {
    let params = &law.params;
    let about = &params.enclaves;
    for (council, state) in setting.councils.iter().zip(column_mut(&mut enclaves)) {
        let place = council.place;
        let residents = climate.population[place];
        (state.admitted, state.refused, state.left, state.expelled) = (0, 0, 0, 0);
        // What a council decides for its own enclave.
        let own = &law.rules[place].enclaves;
        state.norms = strictness(own.norms.get(), about.response.get(), state.commons);
        state.threshold = strictness(own.admission.get(), about.response.get(), state.commons);
        let holds = about.commons.get() * f64::from(state.founders.max(1));
        let wanted = taken(residents, state.norms, about.overuse.get())
            + f64::from(std::mem::take(&mut state.sold)) * about.craft_need.get();
        let (commons, harvest) = commons_after(state.commons, about.regrowth.get(), wanted / holds);
        (state.commons, state.harvest) = (commons, harvest * holds);

        let share = f64::from(residents) / setting.active.max(1) as f64;
        state.eradicated = false;
        let seen = share > about.visible.get();
        let tell = |what, cause| Event { place: Some(place), amount: share, cause, ..Event::new(what) };
        if seen && (!state.contained || about.eradicate) {
            let visible = events.add(tell(What::EnclaveVisible, state.cause));
            state.eradicated = about.eradicate;
            state.contained = !about.eradicate;
            let what = if state.eradicated { What::Eradication } else { What::Containment };
            state.cause = events.add(tell(what, visible));
        } else if state.contained && (about.eradicate || share < 0.9 * about.visible.get()) {
            state.contained = false;
            state.cause = events.add(tell(What::ContainmentEnd, state.cause));
        }
        climate.gates[place] = Gate {
            watch: if state.contained { about.watch.get() } else { 1.0 },
            ring: if state.contained { about.ring.as_f32() } else { 0.0 },
            tariff: own.tariff.get(),
            crafts: (f64::from(residents) * own.crafts.get() * state.commons).ceil() as u32,
        };
    }
}

/// Venues of enclaves that are eradicated are raided.
pub fn raid_enclaves(mut streets: Streets<'_, '_>, enclaves: Query<&Enclave>) {
    if !enclaves.iter().any(|state| state.eradicated) {
        return;
    }
    let mut street = streets.walk();
    for (council, state) in street.setting.councils.iter().zip(&enclaves) {
        for venue in 0..street.venues.len() {
            let here = street.setting.venue_place[venue] as usize == council.place;
            if state.eradicated && here && street.venues[venue].open {
                street.venues[venue].last_case = state.cause;
                street.events.raids += 1;
                street.close(venue, Closing::Raid, "its enclave is eradicated".into());
            }
        }
    }
}

/// Where somebody goes, or would.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Going {
    /// To an enclave.
    In,
    /// Back, from the enclave of this council.
    Back(usize),
    /// Sent away by this council.
    Expelled(usize),
    /// Driven out of the enclave of this council.
    Driven(usize),
}

/// Everything that is the same for all who think about moving today.
struct Ways<'a> {
    params: &'a Params,
    setting: &'a Setting,
    day: u32,
    enclaves: &'a [Enclave],
    distrust: f64,
    /// Abundance outside enclaves, on average over those who can be moved to.
    outside: f64,
    /// Abundance and commons of the best fed enclave.
    best: (f64, f64),
}

/// Days between two thoughts about moving.
const MONTH: u32 = 30;
/// People think about moving and about their agents on different days.
const APART: u32 = 15;

impl Ways<'_> {
    /// Where one citizen wants to be, or has to go.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "components are handed over as they stand")]
    fn going(&self, citizen: u32, home: &Home, traits: &Traits, mind: &Mind) -> Option<Going> {
        let about = &self.params.enclaves;
        let disaffection = about.disaffection.get() * self.distrust * f64::from(traits.drivers[0]) / 64.0;
        let skill = f64::from(traits.skill) / 255.0;
        let moving = about.moving.get();
        let here = &self.params.places[home.place as usize].params;
        let abundance = here.abundance.get();
        let suffers =
            |less: f64, commons: f64| hardship(about.hardship.get(), less, skill, commons, about.hunger.get());
        let Some(council) = self.setting.council_of[home.place as usize] else {
            let less = suffers(abundance - self.best.0, self.best.1);
            let goes = f64::from(mind.anxiety) + disaffection + here.leaving.get() - less > about.exit.get() + moving;
            return goes.then_some(Going::In);
        };
        let state = &self.enclaves[council];
        let less = self.outside - abundance;
        if disaffection + about.relief.get() * less - suffers(less, state.commons) < -moving {
            return Some(Going::Back(council));
        }
        let gives = f64::from(traits.sociable) >= about.free_riders.get() * 256.0;
        let [word] = if gives { [0] } else { self.setting.dice.words(Purpose::Migrate, self.day, u64::from(citizen)) };
        (!gives && happens(word, about.expulsion.get() * state.norms)).then_some(Going::Expelled(council))
    }
}

/// On their own day, every thirtieth, people think about where to live: some leave for an enclave, as far as its council
/// lets them in, and some come back.
#[expect(clippy::too_many_arguments, reason = "a system's arguments are its reads and writes")]
pub fn migrate(
    setting: Res<Setting>,
    today: Res<Today>,
    law: Res<InForce>,
    climate: Res<Climate>,
    orders: Res<Orders>,
    mut books: ResMut<Books>,
    mut events: ResMut<Events>,
    mut enclaves: Query<&mut Enclave>,
    mut citizens: Query<(&mut Purse, &mut Home, &Traits, &mut Mind)>,
) {
    let enclaves = column_mut(&mut enclaves);
    if enclaves.is_empty() {
        return;
    }
    count_crafts(&setting, &orders, enclaves);
    let mut columns = citizens.contiguous_iter_mut().expect("citizens are dense");
    let Some((mut purses, mut homes, traits, mut minds)) = columns.next() else { return };
    let active = setting.active;
    let purses = &mut purses.bypass_change_detection()[..active];
    let homes = &mut homes.bypass_change_detection()[..active];
    let minds = &mut minds.bypass_change_detection()[..active];
    let params = &law.params;
    let about = &params.enclaves;

    // Whoever comes back goes to a district or a fringe; where there is none, nobody comes back.
    let weights: Vec<f64> = params
        .places
        .iter()
        .map(|place| match place.params.kind {
            PlaceKind::District | PlaceKind::Fringe => place.params.population.get(),
            PlaceKind::Enclave | PlaceKind::Colony => 0.0,
        })
        .collect();
    let total: f64 = weights.iter().sum();
    let abundance = |place: usize| params.places[place].params.abundance.get();
    let fed = setting.councils.iter().zip(&*enclaves).map(|(council, state)| (abundance(council.place), state.commons));
    let ways = Ways {
        params,
        setting: &setting,
        day: today.day,
        enclaves,
        distrust: 1.0 - climate.legitimacy,
        outside: weights.iter().enumerate().map(|(place, weight)| weight * abundance(place)).sum::<f64>()
            / total.max(f64::MIN_POSITIVE),
        best: fed.fold((0.0, 0.0), |best, other| if other.1 > best.1 { other } else { best }),
    };
    let driven: Vec<bool> = enclaves.iter().map(|state| state.eradicated).collect();
    let chunks: Vec<_> = homes.chunks(CHUNK).zip(traits.chunks(CHUNK)).zip(minds.chunks(CHUNK)).enumerate().collect();
    let goings = setting.in_order(chunks, |(chunk, ((homes, traits), minds))| {
        let first = (chunk * CHUNK) as u32;
        let start = (MONTH - (today.day + first + APART) % MONTH) % MONTH;
        let mut goings = Vec::new();
        for at in (start as usize..homes.len()).step_by(MONTH as usize) {
            let citizen = first + at as u32;
            let going = ways.going(citizen, &homes[at], &traits[at], &minds[at]);
            goings.extend(going.map(|going| (citizen, going)));
        }
        if driven.contains(&true) {
            goings.retain(|(_, going)| *going == Going::In);
            let residents = (first..).zip(homes).filter_map(|(citizen, home)| {
                let council = setting.council_of[home.place as usize]?;
                driven[council].then_some((citizen, Going::Driven(council)))
            });
            goings.extend(residents);
        }
        goings
    });

    // Those who want in come before the council in an order that favours nobody.
    let mut seekers = Vec::new();
    let mut movers = Vec::new();
    for (citizen, going) in goings.into_iter().flatten() {
        let [turn, where_to, door] =
            setting.dice.words::<3>(Purpose::Migrate, today.day, (1 << 40) + u64::from(citizen));
        if going == Going::In { &mut seekers } else { &mut movers }.push((turn, citizen, going, where_to, door));
    }
    seekers.sort_unstable_by_key(|&(turn, citizen, ..)| (turn, citizen));
    let most = about.capacity.get() * active as f64;
    let mut living: Vec<i64> =
        setting.councils.iter().map(|council| i64::from(climate.population[council.place])).collect();
    for (_, citizen, going, where_to, door) in movers.into_iter().chain(seekers) {
        let index = citizen as usize;
        let place = match going {
            Going::In => {
                let council = pick(where_to, enclaves.len() as u32).0 as usize;
                let state = &mut enclaves[council];
                let skilled = f64::from(traits[index].skill) >= state.threshold * 255.0;
                let clean = about.records || minds[index].record == 0;
                let shut = state.contained || state.eradicated || living[council] as f64 + 1.0 > most;
                if shut || !skilled || !clean {
                    state.refused += 1;
                    continue;
                }
                state.admitted += 1;
                living[council] += 1;
                events.counts.joined_enclave += 1;
                setting.councils[council].place
            }
            Going::Back(council) | Going::Expelled(council) | Going::Driven(council) => {
                let Some(place) = pick_weighted(where_to, &weights) else { continue };
                let state = &mut enclaves[council];
                if matches!(going, Going::Expelled(_)) {
                    state.expelled += 1;
                } else {
                    state.left += 1;
                }
                if matches!(going, Going::Driven(_)) {
                    minds[index].anxiety = (minds[index].anxiety + about.uprooting.as_f32()).min(1.0);
                }
                living[council] -= 1;
                events.counts.left_enclave += 1;
                place
            }
        };
        let street = setting.neighbourhoods[place];
        let place = u8::try_from(place).expect("at most 200 places");
        books.move_home(&mut purses[index], place);
        homes[index].place = place;
        homes[index].neighbourhood = street.first + pick(door, street.len).0;
    }
}

/// Crafts sold today were taken from the commons.
fn count_crafts(setting: &Setting, orders: &Orders, enclaves: &mut [Enclave]) {
    let first = Good::Authenticity.index() * setting.slots;
    let shelf = first..first + enclaves.len();
    for order in orders.list.iter().filter(|order| shelf.contains(&(order.stall as usize))) {
        if order.fate == Fate::Delivered {
            enclaves[order.stall as usize - first].sold += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::goods::GOODS;
    use crate::scenario::Scenario;
    use std::sync::Arc;

    /// Half full it grows most, by a quarter of the rate; what feeds on it by just that keeps it there.
    #[test]
    fn a_commons_bears_a_quarter_of_its_rate_and_no_more() {
        assert_eq!(commons_after(0.5, 0.04, 0.01), (0.5, 0.01));
        let (mut spared, mut overused) = (0.5, 0.5);
        for _ in 0..2000 {
            spared = commons_after(spared, 0.04, 0.009).0;
            overused = commons_after(overused, 0.04, 0.011).0;
        }
        // c (1 - c) = 0.225
        assert!((spared - 0.658_1).abs() < 1e-3, "{spared}");
        assert_eq!(overused, 0.0);
        assert_eq!(commons_after(0.0, 0.04, 0.01), (0.0, 0.0));
    }

    #[test]
    fn norms_hold_back_what_is_taken_beyond_need() {
        assert_eq!(taken(100, 1.0, 0.8), 100.0);
        assert_eq!(taken(100, 0.5, 0.8), 140.0);
        assert_eq!(strictness(0.5, 2.0, 0.75), 0.5);
        assert_eq!(strictness(0.5, 2.0, 0.4), 0.7);
        assert_eq!(strictness(0.5, 2.0, 0.0), 1.0);
    }

    #[test]
    fn skill_softens_hardship_and_hunger_hardens_it() {
        assert_eq!(hardship(0.5, 0.4, 0.0, 1.0, 2.0), 0.2);
        assert_eq!(hardship(0.5, 0.4, 0.5, 1.0, 2.0), 0.1);
        assert_eq!(hardship(0.5, 0.4, 1.0, 0.0, 2.0), 1.0);
        assert!((hardship(0.5, 0.4, 0.0, 0.25, 2.0) - 0.7).abs() < 1e-12); // half of it is missing
        assert_eq!(hardship(0.5, -0.4, 0.0, 0.5, 2.0), 0.0);
    }

    /// Default places: 0.9 of abundance in the harbour, 0.4 in the enclave. Law without legitimacy by a quarter.
    #[test]
    fn the_anxious_and_disaffected_leave_and_the_content_come_back() {
        let scenario = Scenario::default();
        let setting = Setting::new(Arc::new(scenario.clone()), 1, 1);
        let enclave = setting.councils[0].place;
        let enclaves = [Enclave::founded(100)];
        let ways = Ways {
            params: &scenario.params,
            setting: &setting,
            day: 1,
            enclaves: &enclaves,
            distrust: 0.25,
            outside: 0.9,
            best: (0.4, 0.75),
        };
        let going = |place: usize, anxiety: f32, reactance: u8, skill: u8| {
            let home = Home { neighbourhood: 0, delegating: 0, place: place as u8, caution: 0 };
            let traits = Traits {
                drivers: [reactance, 64, 64, 64, 64, 64, 64, 0],
                desire: [64; GOODS],
                skill,
                sociable: 200,
                sheltered: 0,
            };
            ways.going(7, &home, &traits, &Mind { anxiety, ..Mind::default() })
        };
        // 0.4 and 0.25 * 2 are more than 0.7 and 0.1; without skill hardship takes 0.25 of it.
        assert_eq!(going(1, 0.4, 128, 255), Some(Going::In));
        assert_eq!(going(1, 0.2, 128, 255), None);
        assert_eq!(going(1, 0.4, 128, 0), None);
        // 0.25 of disaffection and 0.1 of relief bear a hardship of 0.25; without disaffection they do not.
        assert_eq!(going(enclave, 0.0, 64, 0), None);
        assert_eq!(going(enclave, 0.0, 0, 0), Some(Going::Back(0)));
        assert_eq!(going(enclave, 0.0, 0, 255), None);
    }
}
