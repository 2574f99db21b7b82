//! What a citizen wants today: one random-utility equation with seven drivers, over a few sampled goods and sellers.
//!
//! A citizen (or the delegate who shops for them) thinks of a few goods, finds a few sellers of each, adds the seller
//! bought from last, and takes the best, or stays out. Goods are nests: sellers of one good are alike.
//!
//! The nested logit is exact and needs neither `exp` nor `ln`: within a nest the best is `max(V + nest * gumbel)`, and a
//! shock of the nest (see [`crate::numerics::nest_table`]) makes the whole a Gumbel variable with the nest's inclusive
//! value as its mean. Shocks belong to (citizen, day, alternative), so in two worlds that draw alike a choice changes only
//! where utilities cross. Source: McFadden (1978) for the nested logit, Cardell (1997) for the shock of the nest.

use bevy_ecs::prelude::*;

use crate::actors::citizen::{Mind, NO_STALL, Past, RISK_GROUP, Tastes, Traits};
use crate::actors::delegate::delegates;
use crate::actors::enclave::MOST_FAVOURS;
use crate::actors::syndicate::Stall;
use crate::dice::{Purpose, halves, pick, stir};
use crate::goods::{GOODS, Good};
use crate::ledger::{Favours, Purse, earn_favour};
use crate::market::orders::{Fate, Order, Orders};
use crate::market::venues::Venue;
use crate::numerics::exp32;
use crate::scenario::params::{Demand, GoodParams, Law};
use crate::society::climate::Climate;
use crate::units::{Credits, PlaceKind, Status};
use crate::world::{CHUNK, InForce, Setting, Today};

/// What draws a citizen of one place to one good, before anything personal: the coefficients of the utility equation.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pull {
    constant: f32,
    desire: f32,
    habit: f32,
    reactance: f32,
    ethics: f32,
    novelty: f32,
    thrill: f32,
    taboo: f32,
    exclusivity: f32,
    peers: f32,
    boredom: f32,
    /// Factor on perceived risk: 1 where it is prohibited, 0 where it is allowed.
    exposure: f32,
    /// Fine in credits, times the weight of a feared credit.
    fine: f32,
    shame: f32,
}

impl Pull {
    /// The coefficients for a good under a law.
    ///
    /// `restriction` is how keenly the loss of freedom is felt, `holders` the share of people around who have the good.
    pub fn new(demand: &Demand, law: &Law, good: &GoodParams, restriction: f32, holders: f32) -> Self {
        let forbidden = restriction_of(good.status);
        Self {
            constant: good.appeal.as_f32() - demand.staying_out.as_f32(),
            desire: demand.desire.as_f32() * good.desire.as_f32(),
            habit: good.habit_pull.as_f32() / 65_535.0,
            reactance: demand.reactance.as_f32() * good.reactance.as_f32() * restriction,
            ethics: demand.ethics.as_f32() * good.ethics.as_f32(),
            novelty: demand.novelty.as_f32() * good.novelty.as_f32(),
            thrill: demand.thrill.as_f32() * good.thrill.as_f32(),
            taboo: demand.taboo.as_f32() * good.taboo.as_f32() * forbidden * (1.0 - holders),
            exclusivity: demand.exclusivity.as_f32() * good.exclusivity.as_f32() * (1.0 - holders),
            peers: demand.peers.as_f32() * holders,
            boredom: good.boredom.as_f32(),
            exposure: exposure(good.status, law),
            #[expect(clippy::cast_possible_truncation, reason = "utilities need no more than seven digits")]
            fine: (law.fine.get() * good.severity.get() * demand.sanction_weight.get()) as f32,
            shame: demand.shame.as_f32(),
        }
    }

    /// Utility of the good to one person, before price: the equation's terms in its order.
    #[inline]
    fn worth(&self, person: &Person<'_>, good: usize, novelty: f32, escalation: f32) -> f32 {
        const SIXTY_FOURTH: f32 = 1.0 / 64.0;
        let drivers = person.traits.drivers;
        let driver = |index: usize| f32::from(drivers[index]) * SIXTY_FOURTH;
        let risk = person.mind.risk[RISK_GROUP[good] as usize] * self.exposure * (1.0 - person.mind.mask);
        let desire = f32::from(person.traits.desire[good]) * SIXTY_FOURTH * self.desire;
        self.constant + desire * (1.0 + self.habit * f32::from(person.tastes.habit[good])) + driver(0) * self.reactance
            - driver(1) * self.ethics
            + driver(2) * self.novelty * novelty
            + driver(3) * self.thrill * 4.0 * risk * (1.0 - risk)
            + driver(4) * self.taboo
            + driver(5) * self.exclusivity
            + driver(6) * self.peers
            + self.boredom * person.mind.boredom
            - risk
                * (person.price_weight * self.fine * (1.0 + escalation * f32::from(person.tastes.record)) + self.shame)
    }
}

struct Person<'a> {
    traits: &'a Traits,
    tastes: &'a Tastes,
    mind: &'a Mind,
    price_weight: f32,
}

/// How strict a status is: what reactance and taboo feed on.
pub const fn restriction_of(status: Status) -> f32 {
    match status {
        Status::Prohibited => 1.0,
        Status::Tolerated => 0.5,
        Status::Licensed => 0.25,
        Status::Free => 0.0,
    }
}

/// How much attention the law pays to a trade of this status.
pub const fn exposure(status: Status, law: &Law) -> f32 {
    match status {
        Status::Prohibited => 1.0,
        Status::Tolerated => law.tolerance.as_f32(),
        Status::Licensed | Status::Free => 0.0,
    }
}

/// A stall as a buyer sees it.
#[derive(Clone, Copy, Debug)]
pub struct Shelf {
    /// Price in credits; infinite where nothing is offered.
    pub price: f32,
    /// What a credit at stake costs here: 1 and the expected loss to a scam.
    pub risk: f32,
    /// Utility lost here whatever the price.
    pub bother: f32,
    /// Place of the venue, or [`VIRTUAL`].
    pub place: u8,
}

/// The place of a virtual venue.
pub const VIRTUAL: u8 = u8::MAX;

/// Everything that a day's choices are made from, the same for all citizens.
#[derive(Resource)]
pub struct Menu {
    /// Place by good.
    pub pulls: Vec<[Pull; GOODS]>,
    /// Every stall, by slot: the slots of a good stand together.
    pub shelves: Vec<Shelf>,
    day: u32,
    goods: usize,
    sellers: usize,
    delegate_sellers: usize,
    price_weight: f32,
    mean_wealth: f32,
    markup: f32,
    delegated_share: f64,
    travel: f32,
    favourite: f32,
    novelty: Box<[f32; 256]>,
    habits: Vec<(usize, u32)>,
    mask_wear: f32,
    /// By place.
    boredom: Vec<f32>,
    escalation: Vec<f32>,
    lapse: Vec<u32>,
    chores: Vec<u32>,
}

impl Menu {
    /// The menu before the first day: empty.
    pub fn new(setting: &Setting) -> Self {
        let uses = setting.scenario.params.demand.novelty_uses.as_f32();
        let mut novelty = Box::new([0.0; 256]);
        for (count, worn) in (0u16..).zip(novelty.iter_mut()) {
            *worn = exp32(-f32::from(count) / uses);
        }
        Self {
            pulls: Vec::new(),
            shelves: Vec::new(),
            day: 0,
            goods: 0,
            sellers: 0,
            delegate_sellers: 0,
            price_weight: 0.0,
            mean_wealth: 1.0,
            markup: 0.0,
            delegated_share: 0.0,
            travel: 0.0,
            favourite: 0.0,
            novelty,
            habits: Vec::new(),
            mask_wear: 1.0,
            boredom: Vec::new(),
            escalation: Vec::new(),
            lapse: Vec::new(),
            chores: Vec::new(),
        }
    }
}

/// Lays out what can be wanted and found today.
pub fn lay_out_menu(
    setting: Res<Setting>,
    today: Res<Today>,
    law: Res<InForce>,
    climate: Res<Climate>,
    mut menu: ResMut<Menu>,
    stalls: Query<&Stall>,
    venues: Query<&Venue>,
) {
    let params = &law.params;
    let demand = &params.demand;
    let menu = &mut *menu;
    menu.day = today.day;
    menu.goods = demand.goods_considered.get() as usize;
    menu.sellers = demand.stalls_sampled.get() as usize;
    menu.delegate_sellers = demand.delegate_stalls.get() as usize;
    menu.price_weight = demand.price_weight.as_f32();
    #[expect(clippy::cast_possible_truncation, reason = "utilities need no more than seven digits")]
    {
        menu.mean_wealth = climate.wealth_mean.max(0.001) as f32;
    }
    menu.markup = params.market.delegate_markup.as_f32();
    menu.delegated_share = params.citizens.delegated_share.get();
    menu.travel = demand.travel.as_f32();
    menu.favourite = demand.favourite.as_f32();
    menu.mask_wear = 1.0 - 1.0 / params.goods[Good::Privacy].holding.get() as f32;
    menu.habits.clear();
    menu.habits.extend(
        params
            .goods
            .iter()
            .filter(|(_, good)| good.habit_gain.get() > 0.0)
            .map(|(good, params)| (good.index(), (params.habit_decay.get() * 65_536.0) as u32)),
    );
    menu.pulls.clear();
    menu.boredom.clear();
    menu.escalation.clear();
    menu.lapse.clear();
    menu.chores.clear();
    for (place, rules) in law.rules.iter().enumerate() {
        menu.pulls.push(std::array::from_fn(|good| {
            let local = &climate.places[place].goods[good];
            Pull::new(demand, &rules.law, &rules.goods[Good::at(good)], local.restriction, local.holders)
        }));
        let abundance = params.places[place].params.abundance.as_f32();
        menu.boredom.push(params.society.boredom_gain.as_f32() * abundance);
        menu.escalation.push(rules.law.escalation.as_f32());
        menu.lapse.push((rules.law.record_lapse.get() * 65_536.0) as u32);
        let enclave = params.places[place].params.kind == PlaceKind::Enclave;
        menu.chores.push(if enclave { (params.society.chores.get() * 65_536.0) as u32 } else { 0 });
    }

    let venues: Vec<&Venue> = venues.iter().collect();
    menu.shelves.clear();
    for (slot, stall) in stalls.iter().enumerate() {
        let good = slot / setting.slots;
        let venue = venues[stall.venue as usize];
        let open = stall.open && venue.open;
        let licensed = params.goods[Good::at(good)].status == Status::Licensed;
        let honesty = if licensed { params.law.licence_honesty.as_f32() } else { 0.0 };
        let delivery = stall.reputation * (0.5 + 0.5 * venue.trust);
        let doubt = (1.0 - delivery) * (1.0 - honesty);
        #[expect(clippy::cast_possible_truncation, reason = "utilities need no more than seven digits")]
        menu.shelves.push(Shelf {
            price: if open { stall.price().get() as f32 } else { f32::INFINITY },
            risk: 1.0 + params.demand.scam_weight.as_f32() * doubt,
            bother: if stall.guarded { params.syndicates.guard_cost.as_f32() } else { 0.0 },
            place: setting.venue_place[stall.venue as usize],
        });
    }
}

/// A chunk of citizens, column by column.
pub struct Chunk<'a> {
    /// Number of the first citizen.
    pub first: usize,
    /// What they hold.
    pub purses: &'a [Purse],
    /// What they are like.
    pub traits: &'a [Traits],
    /// What use has made of them.
    pub tastes: &'a mut [Tastes],
    /// What they believe and feel.
    pub minds: &'a mut [Mind],
    /// What they remember.
    pub pasts: &'a [Past],
    /// Favours they hold.
    pub favours: &'a mut [Favours],
}

/// How many citizens share one filling of draws: small enough for the fastest cache.
const BLOCK: usize = 128;
/// Words of a citizen's day, and for each good thought of.
const WORDS: usize = 3;

/// What a chunk wants: its orders in the order of citizens, and its chores by council.
pub struct Wanted {
    /// Orders.
    pub orders: Vec<Order>,
    /// Chores done, by council.
    pub chores: Vec<i64>,
}

/// Moves the tastes and feelings of a chunk by a day, and lets each citizen choose.
pub fn want_chunk(setting: &Setting, menu: &Menu, chunk: Chunk<'_>) -> Wanted {
    let mut wanted = Wanted { orders: Vec::new(), chores: vec![0; setting.councils.len()] };
    let mut base = [0u32; BLOCK * WORDS];
    let mut looks = vec![0u32; BLOCK * WORDS * menu.goods];
    let mut slots = [0u32; 5];
    let slots_per_good = u32::try_from(setting.slots).expect("slots fit");
    let rest_of_nest = 1.0 - setting.nest_share;
    let count = chunk.purses.len();
    let day = menu.day;

    for start in (0..count).step_by(BLOCK) {
        let here = BLOCK.min(count - start);
        let first = (chunk.first + start) as u64;
        setting.dice.fill(Purpose::Want, day, first, WORDS, &mut base[..here * WORDS]);
        for (look, words) in looks.chunks_exact_mut(BLOCK * WORDS).enumerate() {
            setting.dice.fill(Purpose::LOOKS[look], day, first, WORDS, &mut words[..here * WORDS]);
        }
        for i in 0..here {
            let index = start + i;
            let citizen = u32::try_from(chunk.first + index).expect("at most ten million citizens");
            let words = &base[i * WORDS..][..WORDS];
            let traits = &chunk.traits[index];
            let place = traits.place as usize;
            let tastes = &mut chunk.tastes[index];
            let mind = &mut chunk.minds[index];

            // The day's drift.
            for &(good, decay) in &menu.habits {
                let habit = u32::from(tastes.habit[good]);
                // Rounded up, so that habit ends.
                tastes.habit[good] = (habit - (habit * decay).div_ceil(65_536).min(habit)) as u16;
            }
            if (day.wrapping_add(citizen)).is_multiple_of(64) {
                for uses in &mut tastes.familiarity {
                    *uses = uses.saturating_sub(1);
                }
            }
            mind.mask = if mind.mask < 0.01 { 0.0 } else { mind.mask * menu.mask_wear };
            mind.boredom += menu.boredom[place] * (1.0 - mind.boredom);
            let (lapse, chore) = halves(words[2]);
            if tastes.record > 0 && u32::from(lapse) < menu.lapse[place] {
                tastes.record -= 1;
            }
            if u32::from(chore) < menu.chores[place] && chunk.favours[index].balance() < MOST_FAVOURS {
                earn_favour(&mut chunk.favours[index]);
                wanted.chores[setting.council_of[place].expect("an enclave has a council")] += 1;
            }

            // The choice.
            #[expect(clippy::cast_possible_truncation, reason = "utilities need no more than seven digits")]
            let purse = chunk.purses[index].balance().get() as f32;
            let delegated = delegates(traits, menu.delegated_share);
            let (stretch, sellers) =
                if delegated { (1.0 + menu.markup, menu.delegate_sellers) } else { (1.0, menu.sellers) };
            let affordable = purse / stretch;
            // The poor feel prices more: the weight falls with the square root of wealth, and not below a twentieth of the mean.
            let price_weight = menu.price_weight * (menu.mean_wealth / purse.max(0.05 * menu.mean_wealth)).sqrt();
            let person = Person { traits, tastes, mind, price_weight };
            let favourite = chunk.pasts[index].favourite;
            let (out_shock, favourite_shock) = halves(words[1]);
            let mut best = setting.gumbel.at(out_shock);
            let mut chosen = NO_STALL;
            let mut hat = [0u8, 1, 2, 3, 4, 5, 6, 7, 8];
            let mut left = words[0];
            for look in 0..menu.goods {
                let (drawn, rest) = pick(left, (GOODS - look) as u32);
                left = rest;
                hat.swap(look, look + drawn as usize);
                let good = hat[look] as usize;
                let words = &looks[look * BLOCK * WORDS + i * WORDS..][..WORDS];

                let mut found = 2;
                let (one, rest) = pick(words[1], slots_per_good);
                slots[0] = one;
                slots[1] = pick(rest, slots_per_good).0;
                let mut shocks = [0u16; 5];
                (shocks[0], shocks[1]) = halves(words[2]);
                if sellers > 2 {
                    let more = stir(words[1], words[2]);
                    let (three, rest) = pick(more, slots_per_good);
                    slots[2] = three;
                    slots[3] = pick(rest, slots_per_good).0;
                    (shocks[2], shocks[3]) = halves(stir(more, words[2]));
                }
                found = if sellers > 2 { sellers } else { found.min(sellers) };
                let base_slot = good as u32 * slots_per_good;
                for slot in &mut slots[..found] {
                    *slot += base_slot;
                }
                if favourite.wrapping_sub(base_slot) < slots_per_good && !slots[..found].contains(&favourite) {
                    slots[found] = favourite;
                    shocks[found] = favourite_shock;
                    found += 1;
                }

                let mut best_here = f32::NEG_INFINITY;
                let mut stall = NO_STALL;
                for (&slot, &shock) in slots[..found].iter().zip(&shocks) {
                    let shelf = &menu.shelves[slot as usize];
                    if shelf.price > affordable {
                        continue;
                    }
                    let travel = if shelf.place == VIRTUAL || shelf.place == traits.place { 0.0 } else { menu.travel };
                    let loyalty = if slot == favourite { menu.favourite } else { 0.0 };
                    let value = loyalty - price_weight * shelf.price * stretch * shelf.risk - travel - shelf.bother
                        + setting.nest_share * setting.gumbel.at(shock);
                    if value > best_here {
                        best_here = value;
                        stall = slot;
                    }
                }
                if stall == NO_STALL {
                    continue;
                }
                let (one, other) = halves(words[0]);
                let novelty = menu.novelty[tastes_uses(person.tastes, good)];
                let utility = best_here
                    + menu.pulls[place][good].worth(&person, good, novelty, menu.escalation[place])
                    + setting.nest.at(one)
                    + rest_of_nest * setting.gumbel.at(other);
                if utility > best {
                    best = utility;
                    chosen = stall;
                }
            }
            if chosen != NO_STALL {
                let [queue, honesty, examine, verdict] =
                    setting.dice.words::<4>(Purpose::Order, day, u64::from(citizen));
                wanted.orders.push(Order {
                    citizen,
                    stall: chosen,
                    place: traits.place,
                    delegated,
                    queue,
                    honesty,
                    examine,
                    verdict,
                    mask: mind.mask,
                    fate: Fate::Unmet,
                    illicit: menu.pulls[place][chosen as usize / setting.slots].exposure > 0.0,
                    price: Credits::ZERO,
                    extra: Credits::ZERO,
                    examined_by: None,
                    case: None,
                    fine: Credits::ZERO,
                });
            }
        }
    }
    wanted
}

#[inline]
fn tastes_uses(tastes: &Tastes, good: usize) -> usize {
    tastes.familiarity[good] as usize
}

/// Every citizen's day: tastes and feelings move, and each chooses or stays out.
pub fn want(
    setting: Res<Setting>,
    menu: Res<Menu>,
    mut orders: ResMut<Orders>,
    mut books: ResMut<crate::ledger::Books>,
    mut citizens: Query<(&Purse, &Traits, &mut Tastes, &mut Mind, &Past, &mut Favours)>,
) {
    let mut columns = citizens.contiguous_iter_mut().expect("citizens are dense");
    let Some((purses, traits, mut tastes, mut minds, pasts, mut favours)) = columns.next() else { return };
    let active = setting.active;
    let tastes = &mut tastes.bypass_change_detection()[..active];
    let minds = &mut minds.bypass_change_detection()[..active];
    let favours = &mut favours.bypass_change_detection()[..active];
    let chunks: Vec<Chunk<'_>> = purses[..active]
        .chunks(CHUNK)
        .zip(traits.chunks(CHUNK))
        .zip(tastes.chunks_mut(CHUNK))
        .zip(minds.chunks_mut(CHUNK))
        .zip(pasts.chunks(CHUNK))
        .zip(favours.chunks_mut(CHUNK))
        .enumerate()
        .map(|(chunk, (((((purses, traits), tastes), minds), pasts), favours))| Chunk {
            first: chunk * CHUNK,
            purses,
            traits,
            tastes,
            minds,
            pasts,
            favours,
        })
        .collect();
    let wanted = setting.in_order(chunks, |chunk| want_chunk(&setting, &menu, chunk));
    orders.list.clear();
    for chunk in wanted {
        orders.list.extend(chunk.orders);
        for (council, chores) in chunk.chores.into_iter().enumerate() {
            books.enter_chores(council, chores);
        }
    }
}
