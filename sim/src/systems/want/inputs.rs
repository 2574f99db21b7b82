//! What a day's choices are made from: what can be wanted and found, the same for all citizens, laid out each morning.

use bevy_ecs::prelude::*;

use crate::base::numerics::exp32;
use crate::base::units::{PlaceKind, Status};
use crate::goods::augmentation::Body;
use crate::goods::authenticity::Inspection;
use crate::goods::params::GoodParams;
use crate::goods::privacy::{anonymity, visible};
use crate::goods::{experience, positional, scarcity_recreation};
use crate::ids::good::{GOODS, Good};
use crate::ids::place::VIRTUAL;
use crate::params::Params;
use crate::rules::utility::{PersonalWeights, Pull, between_hiding_and_open, openness_of};
use crate::state::climate::Climate;
use crate::state::columns::column;
use crate::state::context::RunContext;
use crate::state::day::{ActiveRules, DayContext};
use crate::state::provider::Provider;
use crate::state::stall::Stall;
use crate::state::venue::Venue;

/// A stall as a buyer sees it.
#[derive(Clone, Copy, Debug)]
pub struct ListedStall {
    /// Price in credits; infinite where nothing is offered.
    pub price: f32,
    /// Expected loss to a scam for each credit at stake, where no licence prevents it.
    pub doubt: f32,
    /// Utility lost here whatever the price.
    pub bother: f32,
    /// Place of the venue, or [`VIRTUAL`]: a byte, since every buyer's loop reads it.
    pub place: u8,
    /// Whether what is sold as genuine is fake; buyers do not see it.
    pub fakes: bool,
    /// Whether the seller has a licence.
    pub licensed: bool,
}

/// Everything that a day's choices are made from, the same for all citizens.
#[derive(Resource)]
pub struct ChoiceInputs {
    /// By place.
    pub(crate) places: Vec<PlaceInputs>,
    /// Every stall, by slot: the slots of a good stand together.
    pub shelves: Vec<ListedStall>,
    /// Utility lost in coming from elsewhere, by place, and in waiting for a parcel, for [`VIRTUAL`]: by how far the
    /// good is in the open at home, in halves.
    pub(crate) ways: Box<[[f32; 256]; 3]>,
    /// Slots of the open stalls, good by good, and where those of a good begin and how many there are, at least one.
    pub(crate) listed: Vec<u32>,
    pub(crate) listed_of: [(u32, u32); GOODS],
    /// Stalls as people speak of them, by slot: `hearsay_per_good` entries for each good, shared out among its stalls in
    /// proportion to what they sell, so that a random entry is a seller that is heard of; empty where nobody follows others.
    pub(crate) hearsay_table: Vec<u32>,
    pub(crate) hearsay_per_good: u32,
    /// What buyers find who inspect authentic things.
    pub(crate) inspection: Inspection,
    /// Share of sellers found by hearsay, in 256ths.
    pub(crate) hearsay: u32,
    /// Lowest price of each good, in credits.
    pub(crate) cheapest: [f32; GOODS],
    pub(crate) day: u32,
    pub(crate) goods: usize,
    pub(crate) sellers: u8,
    pub(crate) delegate_sellers: u8,
    pub(crate) price_weight: f32,
    pub(crate) mean_wealth: f32,
    /// Factor of a delegate's markup on prices, by provider, from 1.
    pub(crate) stretch: Box<[f32; 256]>,
    /// Chance that somebody thinks of the market today, in 65536ths, by provider: agents think more often.
    pub(crate) attention: Box<[u32; 256]>,
    /// What each 255th of a profile adds to every purchase.
    pub(crate) match_worth: f32,
    /// Share of a fine that is left to somebody with a delegate.
    pub(crate) answerable: f32,
    pub(crate) favourite: f32,
    pub(crate) novelty: Box<[f32; 256]>,
    /// What a day leaves of the habit of each good, in 65536ths, and all bits for a good of which it leaves all.
    pub(crate) habit_left: [u16; GOODS],
    pub(crate) habit_stays: [u16; GOODS],
    /// Habit of those who have given experiences up: one of them, [`FORGETTING`] days ago, leaves no more.
    pub(crate) disused: u16,
    /// What a mask loses in a day, in 65536ths.
    pub(crate) mask_wear: u32,
    /// Share of deeds that can be seen behind a mask, by mask in 255ths.
    pub(crate) visible: Box<[f32; 256]>,
    pub(crate) boredom_gain: f32,
    /// Income of the average citizen today, in credits, for incomes of 1.
    pub(crate) mean_income: f32,
    /// Most that any stall of a good offers beside the good itself.
    pub(crate) bonus: [f32; GOODS],
    /// How well a life without help fits, by skill.
    pub(crate) flow: Box<[f32; 256]>,
    /// What augmentation does to people.
    pub(crate) body: Body,
    /// Weight of the next purchase against this one, in what a clean record is worth.
    pub(crate) patience: f32,
    /// What a favour is worth that goes with an old identity, in credits.
    pub(crate) standing: f32,
    /// Injuries heard of lately among a hundred neighbours, by neighbourhood.
    pub(crate) frights: Vec<f32>,
    /// Most of those who wear a mask by default in any place, in 256ths, and how strong a mask, in 65535ths.
    pub(crate) sheltered: u32,
    pub(crate) default_mask: u16,
}

/// What holds for everybody in a place.
pub(crate) struct PlaceInputs {
    pub(crate) pulls: [Pull; GOODS],
    /// Tax on each good, on its price, and what a licence leaves of a buyer's doubts, where the seller has one.
    pub(crate) tax: [f32; GOODS],
    pub(crate) doubt: [f32; GOODS],
    /// Whether a licence makes a seller of each good lawful.
    pub(crate) licensed: [bool; GOODS],
    /// How many sellers are found at least: more of what is lawful.
    pub(crate) shown: [u8; GOODS],
    /// How far each good is in the open here, in halves: what is lawful is shown, can be compared, and is brought home.
    pub(crate) openness: [u8; GOODS],
    /// How much tastes for single sellers count, in utils: less where what they offer can be compared.
    pub(crate) tastes: [f32; GOODS],
    /// What machines provide: boredom tends to it.
    pub(crate) abundance: f32,
    /// What an entry in the record adds to a fine.
    pub(crate) escalation: f32,
    /// Fine of somebody without entries, in credits, times the weight of a clean record.
    pub(crate) clean: f32,
    /// Chances a day, in 65536ths, that an entry lapses and that a chore is done.
    pub(crate) lapse: u32,
    pub(crate) chores: u32,
    /// Who wears a mask by default, in 256ths of residents.
    pub(crate) sheltered: u32,
}

impl ChoiceInputs {
    /// The inputs before the first day: empty.
    pub fn new(context: &RunContext) -> Self {
        let uses = context.scenario.params.demand.novelty_uses.as_f32();
        let mut novelty = Box::new([0.0; 256]);
        for (count, worn) in (0u16..).zip(novelty.iter_mut()) {
            *worn = exp32(-f32::from(count) / uses);
        }
        Self {
            places: Vec::new(),
            shelves: Vec::new(),
            ways: Box::new([[0.0; 256]; 3]),
            listed: Vec::new(),
            listed_of: [(0, 1); GOODS],
            hearsay_table: Vec::new(),
            hearsay_per_good: 0,
            inspection: Inspection::default(),
            hearsay: 0,
            cheapest: [0.0; GOODS],
            day: 0,
            goods: 0,
            sellers: 0,
            delegate_sellers: 0,
            price_weight: 0.0,
            mean_wealth: 1.0,
            stretch: Box::new([1.0; 256]),
            attention: Box::new([0; 256]),
            match_worth: 0.0,
            answerable: 1.0,
            favourite: 0.0,
            novelty,
            habit_left: [0; GOODS],
            habit_stays: [0; GOODS],
            disused: 0,
            mask_wear: 0,
            visible: Box::new([1.0; 256]),
            boredom_gain: 0.0,
            mean_income: 0.0,
            bonus: [0.0; GOODS],
            flow: Box::new([0.0; 256]),
            body: Body::default(),
            patience: 0.0,
            standing: 0.0,
            frights: Vec::new(),
            sheltered: 0,
            default_mask: 0,
        }
    }
}

/// Lays out what can be wanted and found today.
pub fn prepare_choices(
    DayContext { context, today, law }: DayContext<'_>,
    climate: Res<Climate>,
    mut inputs: ResMut<ChoiceInputs>,
    stalls: Query<&Stall>,
    venues: Query<&Venue>,
    providers: Query<&Provider>,
) {
    let inputs = &mut *inputs;
    inputs.day = today.day;
    inputs.set_levers(&law.params);
    inputs.set_agents(&law.params, column(&providers));
    inputs.set_habits(&law.params);
    inputs.set_people(&law.params, &climate, context.active);
    inputs.places.clear();
    inputs.places.extend((0..context.places()).map(|place| PlaceInputs::of(&law, &climate, place)));
    inputs.sheltered = inputs.places.iter().map(|place| place.sheltered).max().unwrap_or(0);
    let demand = &law.params.demand;
    for (openness, ways) in (0..).zip(inputs.ways.iter_mut()) {
        let counts = between_hiding_and_open(openness, 1.0, demand.lawful_taste.get()) as f32;
        for (way, gate) in ways.iter_mut().zip(&climate.gates) {
            *way = demand.travel.as_f32() * counts + gate.ring;
        }
        ways[VIRTUAL as usize] = demand.shipping.as_f32() * counts;
    }
    let stalls = column(&stalls);
    inputs.list_stalls(&context, &law.params, stalls, column(&venues));
    inputs.list_open(&context, stalls);
    inputs.set_hearsay(&context, law.params.demand.hearsay.get(), stalls);
}

impl ChoiceInputs {
    /// What the levers say of how anybody chooses.
    fn set_levers(&mut self, params: &Params) {
        let demand = &params.demand;
        self.goods = demand.goods_considered.get() as usize;
        self.sellers = demand.stalls_sampled.get() as u8;
        self.delegate_sellers = demand.delegate_stalls.get() as u8;
        self.price_weight = demand.price_weight.as_f32();
        self.favourite = demand.favourite.as_f32();
        self.mask_wear = 65_536 / params.goods[Good::Privacy].holding.get();
        self.default_mask = (params.own.privacy.default_strength.get() * 65_535.0) as u16;
        self.boredom_gain = params.society.boredom_gain.as_f32();
        self.patience = params.own.forbidden_identity.patience.as_f32();
        self.standing = params.own.forbidden_identity.standing.get() as f32;
    }

    /// What delegates change: how often somebody is in the market, what a purchase costs and how well it fits.
    fn set_agents(&mut self, params: &Params, providers: &[Provider]) {
        let attention = params.demand.attention.get() * 65_536.0;
        self.attention.fill((attention * params.delegates.attention.get()).min(65_536.0) as u32);
        self.attention[0] = attention as u32;
        for (stretch, provider) in self.stretch[1..].iter_mut().zip(providers) {
            *stretch = 1.0 + provider.markup as f32;
        }
        self.match_worth = params.delegates.match_worth.as_f32() / 255.0;
        self.answerable = 1.0 - params.delegates.liability.as_f32();
    }

    /// What a day leaves of habits.
    fn set_habits(&mut self, params: &Params) {
        for (good, params) in params.goods.iter() {
            let decay = if params.habit_gain.get() > 0.0 { (params.habit_decay.get() * 65_536.0) as u32 } else { 0 };
            // All of it is one more than the number can say.
            self.habit_left[good.index()] = (65_536 - decay) as u16;
            self.habit_stays[good.index()] = if decay == 0 { u16::MAX } else { 0 };
        }
        self.disused = experience::left_of_a_use(&params.goods[Good::Experience], FORGETTING);
    }

    /// What depends on how people are today: their means, their masks, their bodies, what they hear of.
    fn set_people(&mut self, params: &Params, climate: &Climate, active: usize) {
        self.mean_wealth = climate.wealth_mean.max(0.001) as f32;
        self.mean_income = (params.citizens.daily_income.get() / climate.income_mean.max(1e-9)) as f32;
        let privacy = &params.own.privacy;
        let anonymity = anonymity(climate.masked_share(active), privacy.crowd.get());
        for (mask, seen) in (0u16..).zip(self.visible.iter_mut()) {
            *seen = visible(f64::from(mask) / 255.0, privacy.hiding.get(), anonymity) as f32;
        }
        self.body = Body::new(&params.own.augmentation, climate.levels as f64 / active.max(1) as f64);
        let zones = &params.own.scarcity_recreation;
        let (challenge, spread) = (zones.challenge.as_f32(), zones.spread.as_f32());
        for (skill, flow) in (0u16..).zip(self.flow.iter_mut()) {
            *flow = scarcity_recreation::flow(f32::from(skill) / 255.0, challenge, spread);
        }
        self.frights.clone_from(&climate.frights);
        self.inspection = Inspection::new(&params.own.authenticity, climate.provenance.belief);
    }

    /// Every stall as a buyer sees it, and the best of each good.
    fn list_stalls(&mut self, context: &RunContext, params: &Params, stalls: &[Stall], venues: &[Venue]) {
        self.shelves.clear();
        for (slot, stall) in stalls.iter().enumerate() {
            let venue = &venues[stall.venue as usize];
            let guarded = if stall.guarded { params.syndicates.guard_cost.as_f32() } else { 0.0 };
            let prestige = match context.good_of(slot) {
                Good::Positional => positional::prestige(&params.own.positional, context.row_of(slot)),
                _ => 0.0,
            };
            let delivery = stall.reputation * (0.5 + 0.5 * venue.trust);
            let about = &params.venues[stall.venue as usize].params;
            let holds = about.escrow && context.scenario.params.market.escrow_days.get() > 0;
            // Who holds payments back gives some of them back.
            let lost = if holds { 1.0 - params.market.refund.as_f32() } else { 1.0 };
            self.shelves.push(ListedStall {
                price: if stall.open && venue.open { stall.price().get() as f32 } else { f32::INFINITY },
                doubt: params.demand.scam_weight.as_f32() * (1.0 - delivery) * lost,
                bother: guarded - prestige,
                place: context.venue_place[stall.venue as usize].map_or(VIRTUAL, |place| place as u8),
                fakes: stall.fakes,
                licensed: stall.licensed,
            });
        }
        for &good in Good::ALL {
            let shelves = &self.shelves[context.slots_of(good)];
            self.cheapest[good.index()] = shelves.iter().map(|shelf| shelf.price).fold(f32::INFINITY, f32::min);
            self.bonus[good.index()] = shelves.iter().map(|shelf| -shelf.bother).fold(0.0, f32::max);
        }
    }

    /// Who can be met by chance: the open stalls of each good.
    fn list_open(&mut self, context: &RunContext, stalls: &[Stall]) {
        self.listed.clear();
        for &good in Good::ALL {
            let (slots, first) = (context.slots_of(good), self.listed.len());
            let open = slots.clone().filter(|&slot| stalls[slot].open);
            self.listed.extend(open.map(|slot| slot as u32));
            if self.listed.len() == first {
                self.listed.push(slots.start as u32); // nobody offers anything there
            }
            self.listed_of[good.index()] = (first as u32, (self.listed.len() - first) as u32);
        }
    }

    /// Whom people speak of, where so large a share of sellers is found by hearsay.
    fn set_hearsay(&mut self, context: &RunContext, share: f64, stalls: &[Stall]) {
        self.hearsay = (share * 256.0) as u32;
        self.hearsay_table.clear();
        if self.hearsay == 0 {
            return;
        }
        let per_good = (2 * context.share).max(256);
        self.hearsay_per_good = u32::try_from(per_good).expect("entries fit");
        let mut renown = vec![0.0; stalls.len()];
        for &slot in self.listed.iter().filter(|&&slot| stalls[slot as usize].open) {
            renown[slot as usize] = stalls[slot as usize].renown;
        }
        for &good in Good::ALL {
            let slots = context.slots_of(good);
            fill_hearsay_table(&mut self.hearsay_table, slots.start as u32, &renown[slots], per_good);
        }
    }
}

impl PlaceInputs {
    /// What holds in a place today.
    fn of(law: &ActiveRules, climate: &Climate, place: usize) -> Self {
        let (params, rules) = (&law.params, &law.rules[place]);
        let about = &params.places[place].params;
        let enclave = about.kind == PlaceKind::Enclave;
        let chores = if enclave { params.society.chores } else { params.own.positional.favours_done };
        let crowd = crowd_for(climate, place);
        let licensed = |good: &GoodParams| good.status == Status::Licensed;
        let demand = &params.demand;
        let openness = rules.goods.0.each_ref().map(|good| openness_of(good.status));
        let (tax, honesty) = (rules.law.licence_tax.as_f32(), rules.law.licence_honesty.as_f32());
        let masked = params.own.privacy.default_mask.get() + about.masking.get();
        Self {
            pulls: std::array::from_fn(|good| {
                let local = &climate.places[place].goods[good];
                let own = own_of(params, Good::at(good), crowd);
                let family = &rules.goods[Good::at(good)];
                Pull::new(&params.demand, &rules.law, family, own, local.restriction, local.holders)
                    // What a licence makes lawful holds no risk; who buys without one fears what is added there.
                    .watched(if licensed(family) { 0.0 } else { law.attention[place][good] as f32 })
                    .announced(params.demand.announcement.as_f32() * local.alarm)
                    .with_scruples(&params.demand, climate.scruples[good])
                    .copied(if climate.copies[good].leaked { climate.copies[good].share() } else { 0.0 })
            }),
            tax: rules.goods.0.each_ref().map(|good| if licensed(good) { tax } else { 0.0 }),
            doubt: rules.goods.0.each_ref().map(|good| if licensed(good) { 1.0 - honesty } else { 1.0 }),
            licensed: rules.goods.0.each_ref().map(licensed),
            shown: openness.map(|openness| {
                let (found, shown) = (demand.stalls_sampled.get(), demand.lawful_stalls.get());
                between_hiding_and_open(openness, f64::from(found), f64::from(shown)) as u8
            }),
            openness,
            tastes: openness.map(|openness| {
                let counts = between_hiding_and_open(openness, 1.0, demand.lawful_taste.get());
                (demand.nest.get() * counts) as f32
            }),
            abundance: about.abundance.as_f32(),
            escalation: rules.law.escalation.as_f32(),
            lapse: (rules.law.record_lapse.get() * 65_536.0) as u32,
            clean: (rules.law.fine.get() * params.own.forbidden_identity.cleansing.get()) as f32,
            chores: (chores.get() * 65_536.0) as u32,
            sheltered: (masked.min(1.0) * 256.0) as u32,
        }
    }
}

impl PlaceInputs {
    /// Whether a purchase of the good is against the law for who lives here, from a seller with a licence or without.
    pub(crate) fn is_illicit(&self, good: usize, licensed: bool) -> bool {
        self.pulls[good].exposure > 0.0 || self.licensed[good] && !licensed
    }
}

/// Days after which one use of every good is forgotten.
pub(crate) const FORGETTING: u32 = 64;

/// The crowd that people of a place expect in zones: of their own, or of all where they have none.
fn crowd_for(climate: &Climate, place: usize) -> f32 {
    let own = &climate.zones[place];
    if own.room > 0.0 {
        return own.load;
    }
    let room: f64 = climate.zones.iter().map(|zone| zone.room).sum();
    let load: f64 = climate.zones.iter().map(|zone| f64::from(zone.load) * zone.room).sum();
    if room > 0.0 { (load / room) as f32 } else { 0.0 }
}

/// The weights of what only one good has.
fn own_of(params: &Params, good: Good, crowd: f32) -> PersonalWeights {
    let own = &params.own;
    match good {
        Good::Augmentation => PersonalWeights { step: 1.0, ..PersonalWeights::default() },
        Good::Experience => PersonalWeights { fright: own.experience.fright.as_f32(), ..PersonalWeights::default() },
        Good::ForbiddenIdentity => PersonalWeights { clean: 1.0, ..PersonalWeights::default() },
        Good::ScarcityRecreation => PersonalWeights {
            boredom: own.scarcity_recreation.boredom.as_f32(),
            steady: -own.scarcity_recreation.congestion.as_f32() * crowd,
            ..PersonalWeights::default()
        },
        _ => PersonalWeights::default(),
    }
}

/// Adds `count` entries to the hearsay table, shared out among the slots from `first` on in proportion to their renown, in order; all
/// alike where nobody has any.
fn fill_hearsay_table(table: &mut Vec<u32>, first: u32, renown: &[f32], count: usize) {
    let total: f64 = renown.iter().map(|&renown| f64::from(renown)).sum();
    if total <= 0.0 {
        table.extend((0..count).map(|entry| first + (entry * renown.len() / count) as u32));
        return;
    }
    let (mut slot, mut sum) = (0, f64::from(renown[0]));
    for entry in 0..count {
        let at = (entry as f64 + 0.5) / count as f64 * total;
        while sum < at && slot + 1 < renown.len() {
            slot += 1;
            sum += f64::from(renown[slot]);
        }
        table.push(first + slot as u32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten entries for renowns of 3, 0, 1 and 1: six, none, two and two.
    #[test]
    fn people_speak_of_sellers_in_proportion_to_what_they_sell() {
        let mut table = Vec::new();
        fill_hearsay_table(&mut table, 40, &[3.0, 0.0, 1.0, 1.0], 10);
        assert_eq!(table, [40, 40, 40, 40, 40, 40, 42, 42, 43, 43]);
    }

    #[test]
    fn where_nobody_sells_anything_all_are_as_well_known() {
        let mut table = Vec::new();
        fill_hearsay_table(&mut table, 0, &[0.0; 4], 8);
        assert_eq!(table, [0, 0, 1, 1, 2, 2, 3, 3]);
    }
}
