//! What a citizen wants today: the best of a few sampled goods and sellers, by utility and luck, or to stay out.
//!
//! A citizen (or the delegate who shops for them) thinks of a few goods, finds a few sellers of each, adds the seller
//! bought from last, and takes the best, or stays out. Goods are nests: sellers of one good are alike.
//!
//! The nested logit is exact and needs neither `exp` nor `ln`: within a nest the best is `max(V + nest * gumbel)`, and a
//! shock of the nest (see [`crate::base::numerics::nest_table`]) makes the whole a Gumbel variable with the nest's inclusive
//! value as its mean. Shocks belong to (citizen, day, alternative), so in two worlds that draw alike a choice changes only
//! where utilities cross. Source: McFadden (1978) for the nested logit, Cardell (1997) for the shock of the nest.

use bevy_ecs::prelude::*;

use crate::base::dice::{Draws, Purpose, halves, pick, stir};
use crate::base::units::Credits;
use crate::citizen::{Home, Life, Mind, Tastes, Traits};
use crate::goods::forbidden_identity::worth_of_a_clean_record;
use crate::goods::positional::worth_of_rank;
use crate::goods::{augmentation, experience};
use crate::ids::citizen::StallId;
use crate::ids::event::EventId;
use crate::ids::good::{GOODS, Good};
use crate::ids::place::CHUNK;
use crate::rules::enclave::most_favours;
use crate::rules::utility::Chooser;
use crate::state::climate::Climate;
use crate::state::columns::PerCitizen;
use crate::state::context::RunContext;
use crate::state::ledger::{Books, Purse, earn_favours};
use crate::state::orders::{Fate, Order, Orders};
use crate::systems::want::inputs::{ChoiceInputs, FORGETTING};

/// A chunk of citizens, column by column.
pub struct Chunk<'a> {
    /// Number of the first citizen.
    pub first: usize,
    /// What they hold.
    pub purses: &'a mut [Purse],
    /// Where they live.
    pub homes: &'a [Home],
    /// What they are like.
    pub traits: &'a [Traits],
    /// What use has made of them.
    pub tastes: &'a mut [Tastes],
    /// What they believe and feel.
    pub minds: &'a mut [Mind],
    /// What has happened to them.
    pub lives: &'a mut [Life],
}

/// How many citizens share one filling of draws: small enough for the fastest cache.
const BLOCK: usize = 256;

/// Words of a citizen's day, and for each good thought of.
pub(crate) const WORDS: usize = 2;

/// What a chunk wants: its orders in the order of citizens, and what else its day brought.
pub struct ChunkOutcome {
    /// Orders.
    pub orders: Vec<Order>,
    /// How many favours were done, by place.
    pub chores: Vec<i64>,
    /// How many violent incidents by the unstable there were, by place.
    pub incidents: Vec<u32>,
    /// People who became unstable, less those who found their balance.
    pub unstable: i64,
}

/// What a block of citizens is asked today.
pub(crate) struct Block {
    /// Where words come from: the citizen's own, then those of each look.
    draws: Vec<Draws>,
    pub(crate) base: [u32; BLOCK * WORDS],
    pub(crate) looks: Vec<[u32; BLOCK * WORDS]>,
    /// Those who think of the market today: so many of this list.
    pub(crate) attentive: [u8; BLOCK],
    pub(crate) attentive_count: usize,
    pub(crate) people: Vec<Chooser>,
    /// Goods thought of first, second and so on.
    pub(crate) goods: [[u8; BLOCK]; GOODS],
    /// The best so far: at first, to stay out.
    best: [f32; BLOCK],
    pub(crate) chosen: [StallId; BLOCK],
    /// Hopes: so many of this list.
    pub(crate) hopes: Vec<Candidate>,
    pub(crate) hopes_count: usize,
}

impl Block {
    /// A block that begins with the citizen of number `first`.
    pub(crate) fn new(context: &RunContext, inputs: &ChoiceInputs, first: usize) -> Self {
        let looks = inputs.goods;
        let purposes = std::iter::once(Purpose::Want).chain(Purpose::LOOKS).take(1 + looks);
        Self {
            draws: purposes.map(|purpose| context.dice.draws(purpose, inputs.day, first as u64, WORDS)).collect(),
            base: [0; BLOCK * WORDS],
            looks: vec![[0; BLOCK * WORDS]; looks],
            attentive: [0; BLOCK],
            attentive_count: 0,
            people: vec![Chooser::default(); BLOCK],
            goods: [[0; BLOCK]; GOODS],
            best: [0.0; BLOCK],
            chosen: [StallId::NONE; BLOCK],
            hopes: vec![Candidate::default(); BLOCK * looks],
            hopes_count: 0,
        }
    }

    /// Draws the day of the next citizens, so many.
    pub(crate) fn draw(&mut self, here: usize) {
        let words = std::iter::once(&mut self.base).chain(&mut self.looks);
        for (draws, words) in self.draws.iter_mut().zip(words) {
            draws.fill(&mut words[..here * WORDS]);
        }
        self.hopes_count = 0;
    }
}

/// A good that somebody may buy today, if the right seller is found.
#[derive(Clone, Copy, Default)]
pub(crate) struct Candidate {
    person: u8,
    good: u8,
    pub(crate) look: u8,
    pub(crate) felt: f32,
}

/// Moves the tastes and feelings of a chunk by a day, and lets each citizen choose.
pub fn want_chunk(context: &RunContext, inputs: &ChoiceInputs, mut chunk: Chunk<'_>) -> ChunkOutcome {
    let places = context.places();
    let mut wanted =
        ChunkOutcome { orders: Vec::new(), chores: vec![0; places], incidents: vec![0; places], unstable: 0 };
    let mut block = Block::new(context, inputs, chunk.first);
    for start in (0..chunk.purses.len()).step_by(BLOCK) {
        let here = BLOCK.min(chunk.purses.len() - start);
        block.draw(here);
        update_citizens(inputs, &mut chunk, start, here, &mut block, &mut wanted);
        prepare_shoppers(context, inputs, &chunk, start, &mut block);
        for look in 0..inputs.goods {
            consideration_set(context, inputs, &chunk, start, look, &mut block);
        }
        find_sellers(context, inputs, &chunk, start, &mut block);
        for &person in &block.attentive[..block.attentive_count] {
            if let Some(chosen) = block.chosen[person as usize].get() {
                let person = person as usize;
                let words = block.base.as_chunks::<WORDS>().0[person];
                let surplus = block.best[person] - context.gumbel.at(halves(words[1]).0);
                let order = (chosen, surplus);
                wanted.orders.push(place_order(
                    context,
                    inputs,
                    &chunk,
                    start + person,
                    words,
                    &block.people[person],
                    order,
                ));
            }
        }
    }
    wanted
}

/// The day's drift of tastes and feelings, and who thinks of the market today.
pub(crate) fn update_citizens(
    inputs: &ChoiceInputs,
    chunk: &mut Chunk<'_>,
    start: usize,
    here: usize,
    block: &mut Block,
    wanted: &mut ChunkOutcome,
) {
    let within = start..start + here;
    let words = &block.base.as_chunks::<WORDS>().0[..here];
    let homes = &chunk.homes[within.clone()];
    let tastes = &mut chunk.tastes[within.clone()];
    let minds = &mut chunk.minds[within.clone()];
    let traits = &chunk.traits[within.clone()];
    let lives = &mut chunk.lives[within.clone()];
    let purses = &mut chunk.purses[within];
    // Each column for itself as far as it goes: memory that is read in one direction is there before it is asked for.
    for tastes in tastes.iter_mut() {
        fade(&mut tastes.habit, &inputs.habit_left, &inputs.habit_stays);
    }
    let first = (chunk.first + start) as u32;
    // The first here for whom day and number together are a multiple.
    let due = |days: u32| ((days - inputs.day.wrapping_add(first) % days) % days) as usize;
    for i in (due(FAVOUR_DAYS)..here).step_by(FAVOUR_DAYS as usize) {
        let place = homes[i].place as usize;
        let done = favours_done(inputs.places[place].chores, traits[i].sociable, stir(words[i][0], words[i][1]));
        let earned = done.min(most_favours(traits[i].sociable) - purses[i].favours()).max(0);
        earn_favours(&mut purses[i], earned);
        wanted.chores[place] += i64::from(earned);
    }
    for i in (due(FORGETTING)..here).step_by(FORGETTING as usize) {
        for uses in &mut tastes[i].familiarity {
            *uses = uses.saturating_sub(1);
        }
        // Whoever used it since the last such day has more habit left than this.
        if tastes[i].habit[Good::Experience.index()] <= inputs.disused {
            lives[i].intensity = experience::rested(lives[i].intensity);
        }
    }
    let mut attentive = 0;
    for i in 0..here {
        let [search, luck] = words[i];
        let (home, mind) = (&homes[i], &mut minds[i]);
        let place = &inputs.places[home.place as usize];
        // Rounded up, so that a mask ends.
        mind.mask -= (u32::from(mind.mask) * inputs.mask_wear).div_ceil(65_536) as u16;
        mind.boredom += inputs.boredom_gain * (place.abundance - mind.boredom);
        if mind.record > 0 {
            let (lapse, _) = halves(stir(luck, search));
            mind.record -= u8::from(u32::from(lapse) < place.lapse * u32::from(mind.record));
        }
        if lives[i].level > 0 {
            let words = (stir(search, luck), stir(luck.rotate_left(7), search));
            let (incident, change) = augmentation::live_with_it(&inputs.body, &mut lives[i], words);
            wanted.incidents[home.place as usize] += u32::from(incident);
            wanted.unstable += change;
        }
        // The last bits of a word whose first bits choose the goods. Lists are filled without a branch: whether somebody
        // is in them is as good as a coin's toss, which no processor foresees.
        block.attentive[attentive] = i as u8;
        attentive += usize::from((search & 0xffff) < inputs.attention[lives[i].provider as usize]);
    }
    block.attentive_count = attentive;
    if inputs.sheltered > 0 {
        for ((mind, traits), home) in minds.iter_mut().zip(traits).zip(homes) {
            if u32::from(traits.sheltered) < inputs.places[home.place as usize].sheltered {
                mind.mask = mind.mask.max(inputs.default_mask);
            }
        }
    }
}

/// What those who think of the market bring to their choices, and which goods they think of.
pub(crate) fn prepare_shoppers(
    context: &RunContext,
    inputs: &ChoiceInputs,
    chunk: &Chunk<'_>,
    start: usize,
    block: &mut Block,
) {
    for &i in &block.attentive[..block.attentive_count] {
        let i = i as usize;
        let index = start + i;
        let [search, luck] = block.base.as_chunks::<WORDS>().0[i];
        let (home, traits, mind) = (&chunk.homes[index], &chunk.traits[index], &chunk.minds[index]);
        let life = &chunk.lives[index];
        let purse = chunk.purses[index].balance().as_milli() as f32 * 0.001;
        let delegated = life.provider > 0;
        let (known, answerable) = if delegated { (life.profile, inputs.answerable) } else { (0, 1.0) };
        let (out_shock, favourite_shock) = halves(luck);
        // The poor feel prices more: the weight falls with the square root of wealth, and not below a twentieth of the mean.
        let price_weight = inputs.price_weight * (inputs.mean_wealth / purse.max(0.05 * inputs.mean_wealth)).sqrt();
        let local = &inputs.places[home.place as usize];
        let record = f32::from(mind.record);
        let income = chunk.purses[index].income() * inputs.mean_income;
        let today = inputs.day as u16;
        let barred = (u16::from(life.level >= inputs.body.most) << Good::Augmentation.index())
            | (u16::from(life.out_until >= today) * IN_REHABILITATION)
            | (u16::from(life.inside_until >= today) << Good::Positional.index());
        // A record counts against whatever is bought next, so the risk of all goods together is what it is weighed with.
        let visible = inputs.visible[usize::from(mind.mask >> 8)];
        let risk = (mind.risk[0] + mind.risk[1] + mind.risk[2]) * (1.0 / 3.0) * visible;
        let clean = worth_of_a_clean_record(mind.record, risk, local.clean, local.escalation, inputs.patience);
        let standing = inputs.standing * f32::from(chunk.purses[index].favours());
        block.people[i] = Chooser {
            drivers: traits.drivers.map(f32::from),
            price_weight,
            burden: price_weight * (1.0 + local.escalation * record) * answerable,
            barred,
            flow: inputs.flow[usize::from(traits.skill)],
            clean: price_weight * (clean - standing),
            step: inputs.body.worth_of_a_step(life.level, price_weight * income),
            fright: inputs.frights[home.neighbourhood as usize],
            calm: if life.unstable > 0 { inputs.body.judgement } else { 1.0 },
            visible,
            purse,
            stretch: inputs.stretch[life.provider as usize],
            matched: inputs.match_worth * f32::from(known),
            sellers: if delegated { inputs.delegate_sellers } else { inputs.sellers },
            favourite_shock,
        };
        block.best[i] = context.gumbel.at(out_shock);
        block.chosen[i] = StallId::NONE;

        // The first three goods by arithmetic: the drawn one of those that are left.
        let (one, left) = pick(search, GOODS as u32);
        let (two, left) = pick(left, GOODS as u32 - 1);
        let two = two + u32::from(two >= one);
        let (three, mut left) = pick(left, GOODS as u32 - 2);
        let three = three + u32::from(three >= one.min(two));
        let three = three + u32::from(three >= one.max(two));
        (block.goods[0][i], block.goods[1][i], block.goods[2][i]) = (one as u8, two as u8, three as u8);
        for look in 3..inputs.goods {
            let (mut drawn, rest) = pick(left, (GOODS - look) as u32);
            left = rest;
            for good in 0..GOODS as u8 {
                let taken = (0..look).any(|earlier| block.goods[earlier][i] == good);
                if !taken && drawn == 0 {
                    block.goods[look][i] = good;
                    break;
                }
                drawn -= u32::from(!taken);
            }
        }
    }
}

/// A draw stands ready for each good thought of, and three goods are thought of by arithmetic.
const _: () = assert!(GOODS >= 3 && GOODS <= Purpose::LOOKS.len() && GOODS <= 16, "as many goods as draws and bits");

/// What people who recover from an injury keep away from.
const IN_REHABILITATION: u16 = (1 << Good::Experience.index()) | (1 << Good::ScarcityRecreation.index());

/// Habits after a day: `left` of each, in 65536ths, rounded down, so that habit ends; all of it where `stays` has all bits.
fn fade(habits: &mut [u16; GOODS], left: &[u16; GOODS], stays: &[u16; GOODS]) {
    for good in 0..GOODS {
        let faded = (u32::from(habits[good]) * u32::from(left[good])) >> 16;
        habits[good] = faded as u16 | habits[good] & stays[good];
    }
}

/// Days between two reckonings of the favours that somebody has done.
const FAVOUR_DAYS: u32 = 16;

/// Favours done in these days by somebody so sociable, in 255ths, where `chores` is the chance for a day, in 65536ths, of
/// those who are average: half as sociable as can be.
fn favours_done(chores: u32, sociable: u8, word: u32) -> i16 {
    // A word of 32 bits against a chance in 2^23rds: what is left of whole favours is drawn.
    let expected = u64::from(chores) * u64::from(sociable) * u64::from(FAVOUR_DAYS);
    ((expected + u64::from(word >> 9)) >> 23) as i16
}

/// How each feels today about one good thought of, and whether it is worth looking for.
///
/// No seller can make a good better than the cheapest price with the luckiest shock. For most goods on most days that is
/// not enough to leave the house, and nobody needs to be looked up: what is found is the same, only sooner.
pub(crate) fn consideration_set(
    context: &RunContext,
    inputs: &ChoiceInputs,
    chunk: &Chunk<'_>,
    start: usize,
    look: usize,
    block: &mut Block,
) {
    let rest_of_nest = 1.0 - context.nest_share;
    let slots_per_good = context.slots as u32;
    let words = block.looks[look].as_chunks::<WORDS>().0;
    let goods = &block.goods[look];
    let mut hopes = block.hopes_count;
    for &person in &block.attentive[..block.attentive_count] {
        let i = person as usize;
        let index = start + i;
        let [feeling, search] = words[i];
        let luck = stir(feeling, search);
        let (person, home) = (&block.people[i], &chunk.homes[index]);
        let (traits, tastes, mind) = (&chunk.traits[index], &chunk.tastes[index], &chunk.minds[index]);
        let good = goods[i] as usize;
        let place = &inputs.places[home.place as usize];

        let (one, other) = halves(feeling);
        let novelty = inputs.novelty[tastes.familiarity[good] as usize];
        let felt = place.pulls[good].worth(person, traits, tastes, mind, good, novelty)
            + person.matched
            + context.nest.at(one)
            + rest_of_nest * context.gumbel.at(other);

        let (a, b) = halves(luck);
        let mut luckiest = a.min(b);
        if person.sellers.max(place.shown[good]) > 2 {
            let (c, d) = halves(stir(stir(search, luck), luck));
            luckiest = luckiest.min(c.min(d));
        }
        let known = tastes.favourite.among(good as u32 * slots_per_good, slots_per_good).is_some();
        let luckiest = if known { luckiest.min(person.favourite_shock) } else { luckiest };
        let loyalty = if known { inputs.favourite } else { 0.0 };
        let hope = felt + loyalty + inputs.bonus[good] - person.price_weight * inputs.cheapest[good]
            + place.tastes[good] * context.gumbel.at(luckiest);
        block.hopes[hopes] = Candidate { person: i as u8, good: good as u8, look: look as u8, felt };
        hopes += usize::from(hope > block.best[i]);
        if hopes == block.hopes.len() {
            break; // everybody hopes for everything: the list is full, and so is the last look
        }
    }
    block.hopes_count = hopes;
}

/// The sellers that somebody comes across, each with a shock.
#[derive(Default)]
pub(crate) struct SampledSellers {
    pub(crate) slots: [u32; 5],
    pub(crate) shocks: [u16; 5],
    pub(crate) count: usize,
}

/// Sellers met by chance or known from hearsay, and the one bought from last. They are written where they are read:
/// to hand them over would cost as much as to find them.
#[expect(clippy::inline_always, reason = "it is the inner loop of the day, and has two callers")]
#[inline(always)]
pub(crate) fn sample_sellers(
    context: &RunContext,
    inputs: &ChoiceInputs,
    words: [u32; WORDS],
    (sellers, favourite_shock): (u8, u16),
    good: u8,
    favourite: StallId,
    met: &mut SampledSellers,
) {
    let slots_per_good = context.slots as u32;
    let (first_listed, listed) = inputs.listed_of[good as usize];
    // What is left of a draw is good for another pick while there are few to pick from.
    let again = |word, rest| if listed < 4096 { rest } else { stir(word, rest) };
    let [feeling, search] = words;
    let luck = stir(feeling, search);
    let base_slot = u32::from(good) * slots_per_good;
    // A byte for each seller says whether it is met by chance or known from hearsay; one draw serves either way.
    let heard = if inputs.hearsay == 0 { u32::MAX } else { stir(luck, feeling) };
    let first_heard = good as usize * inputs.hearsay_per_good as usize;
    let meet = |word: u32, nth: u32| {
        if heard >> (8 * nth) & 0xff < inputs.hearsay {
            inputs.hearsay_table[first_heard + pick(word, inputs.hearsay_per_good).0 as usize]
        } else {
            inputs.listed[(first_listed + pick(word, listed).0) as usize]
        }
    };
    met.count = sellers as usize;
    met.slots[0] = meet(search, 0);
    met.slots[1] = meet(again(search, pick(search, listed).1), 1);
    (met.shocks[0], met.shocks[1]) = halves(luck);
    if sellers > 2 {
        let more = stir(search, luck);
        met.slots[2] = meet(more, 2);
        met.slots[3] = meet(again(more, pick(more, listed).1), 3);
        (met.shocks[2], met.shocks[3]) = halves(stir(more, luck));
    }
    if let Some(favourite) = favourite.among(base_slot, slots_per_good)
        && !met.slots[..met.count].contains(&favourite)
    {
        met.slots[met.count] = favourite;
        met.shocks[met.count] = favourite_shock;
        met.count += 1;
    }
}

/// What speaks for one seller and what against it, in utils; the price in credits.
#[derive(Clone, Copy, Debug, Default)]
pub struct Offer {
    /// Price with tax and markup, in credits; infinite where nothing is offered.
    pub price: f32,
    /// What the price takes, in utils.
    pub cost: f32,
    /// What the fear of being cheated takes, in utils.
    pub doubt: f32,
    /// What the way takes, in utils.
    pub travel: f32,
    /// What a guarded posture takes, and the fear of buying where there is no licence though others have one, less what
    /// prestige adds, in utils.
    pub bother: f32,
    /// What loyalty to the last seller adds, in utils.
    pub loyalty: f32,
    /// What the doubt takes whether it is genuine, after an inspection; only where that matters.
    pub suspicion: f32,
}

impl Offer {
    #[inline]
    pub(crate) fn at(
        inputs: &ChoiceInputs,
        person: &Chooser,
        place: u8,
        words: [u32; WORDS],
        slot: u32,
        favourite: StallId,
        (good, feared): (u8, f32),
    ) -> Self {
        let local = &inputs.places[place as usize];
        let shelf = &inputs.shelves[slot as usize];
        // Times 0 or 1 instead of a branch.
        let covered = f32::from(u8::from(shelf.licensed));
        let price = shelf.price * (person.stretch + local.tax[good as usize] * covered);
        let cost = person.price_weight * price;
        Self {
            price,
            cost,
            doubt: cost * shelf.doubt * (1.0 - (1.0 - local.doubt[good as usize]) * covered),
            // Times 0 or 1 instead of a branch: where a seller stands is as good as a coin's toss too.
            travel: inputs.ways[usize::from(local.openness[good as usize])][shelf.place as usize]
                * f32::from(u8::from(shelf.place != place)),
            bother: shelf.bother + feared * (1.0 - covered),
            loyalty: inputs.favourite * f32::from(u8::from(StallId::at(slot) == favourite)),
            suspicion: if good as usize == Good::Authenticity.index() {
                inputs.inspection.lost(shelf.fakes, halves(stir(words[0], words[1] ^ slot)).0)
            } else {
                0.0
            },
        }
    }

    /// All of it together.
    #[inline]
    pub fn worth(&self) -> f32 {
        self.loyalty - (self.cost + self.doubt) - self.travel - self.bother - self.suspicion
    }
}

/// Whoever hopes finds a few sellers, compares, and takes the best, or stays out.
pub(crate) fn find_sellers(
    context: &RunContext,
    inputs: &ChoiceInputs,
    chunk: &Chunk<'_>,
    start: usize,
    block: &mut Block,
) {
    let mut met = SampledSellers::default();
    for hope in &block.hopes[..block.hopes_count] {
        let i = hope.person as usize;
        let index = start + i;
        let person = &block.people[i];
        let place = chunk.homes[index].place;
        let words = block.looks[hope.look as usize].as_chunks::<WORDS>().0[i];
        let favourite = chunk.tastes[index].favourite;
        let sellers = person.sellers.max(inputs.places[place as usize].shown[hope.good as usize]);
        let known = (sellers, person.favourite_shock);
        sample_sellers(context, inputs, words, known, hope.good, favourite, &mut met);
        let (mut best, mut chosen) = (block.best[i], block.chosen[i]);
        let local = &inputs.places[place as usize];
        let good = hope.good as usize;
        let feared = if local.licensed[good] {
            local.pulls[good].feared_without_licence(person, &chunk.minds[index], good)
        } else {
            0.0
        };
        for (nth, (&slot, &shock)) in met.slots[..met.count].iter().zip(&met.shocks).enumerate() {
            if inputs.hearsay > 0 && met.slots[..nth].contains(&slot) {
                continue; // everybody speaks of the same one: it is one seller still
            }
            let offer = Offer::at(inputs, person, place, words, slot, favourite, (hope.good, feared));
            if offer.price > person.purse {
                continue;
            }
            let utility = hope.felt + offer.worth() + local.tastes[good] * context.gumbel.at(shock);
            chosen = if utility > best { StallId::at(slot) } else { chosen };
            best = if utility > best { utility } else { best };
        }
        (block.best[i], block.chosen[i]) = (best, chosen);
    }
}

fn place_order(
    context: &RunContext,
    inputs: &ChoiceInputs,
    chunk: &Chunk<'_>,
    index: usize,
    words: [u32; WORDS],
    person: &Chooser,
    (stall, surplus): (u32, f32),
) -> Order {
    let citizen = (chunk.first + index) as u32;
    let home = &chunk.homes[index];
    // Of the citizen's own day, whatever was chosen: an order's luck is the same in two worlds that draw alike.
    let [search, luck] = words;
    let queue = stir(search, luck);
    let honesty = stir(queue, search);
    let examine = stir(honesty, luck);
    let verdict = stir(examine, queue);
    let sold = context.good_of(stall as usize);
    let good = sold.index();
    let util = match sold {
        Good::Positional => worth_of_rank(person.purse, inputs.mean_wealth, inputs.price_weight),
        _ => 1.0 / person.price_weight.max(1e-6),
    };
    Order {
        citizen,
        stall,
        place: home.place,
        provider: chunk.lives[index].provider,
        cause: EventId::NONE,
        queue,
        honesty,
        examine,
        verdict,
        bid: inputs.shelves[stall as usize].price + surplus * util,
        visible: person.visible,
        fate: Fate::Unmet,
        illicit: inputs.places[home.place as usize].is_illicit(good, inputs.shelves[stall as usize].licensed),
        price: Credits::ZERO,
        extra: Credits::ZERO,
        examined_by: None,
        case: None,
        fine: Credits::ZERO,
        noted: EventId::NONE,
    }
}

/// Every citizen's day: tastes and feelings move, and each chooses or stays out.
pub fn want(
    context: Res<RunContext>,
    inputs: Res<ChoiceInputs>,
    mut orders: ResMut<Orders>,
    mut books: ResMut<Books>,
    mut climate: ResMut<Climate>,
    citizens: Single<(
        &mut PerCitizen<Purse>,
        &PerCitizen<Home>,
        &PerCitizen<Traits>,
        &mut PerCitizen<Tastes>,
        &mut PerCitizen<Mind>,
        &mut PerCitizen<Life>,
    )>,
) {
    let (mut purses, homes, traits, mut tastes, mut minds, mut lives) = citizens.into_inner();
    let active = context.active;
    let chunks: Vec<Chunk<'_>> = purses[..active]
        .chunks_mut(CHUNK)
        .zip(homes.chunks(CHUNK))
        .zip(traits.chunks(CHUNK))
        .zip(tastes[..active].chunks_mut(CHUNK))
        .zip(minds[..active].chunks_mut(CHUNK))
        .zip(lives[..active].chunks_mut(CHUNK))
        .enumerate()
        .map(|(chunk, (((((purses, homes), traits), tastes), minds), lives))| Chunk {
            first: chunk * CHUNK,
            purses,
            homes,
            traits,
            tastes,
            minds,
            lives,
        })
        .collect();
    let wanted = context.in_order(chunks, |chunk| want_chunk(&context, &inputs, chunk));
    orders.list.clear();
    orders.incidents.clear();
    orders.incidents.resize(context.places(), 0);
    for chunk in wanted {
        orders.list.extend(chunk.orders);
        for (place, chores) in chunk.chores.into_iter().enumerate() {
            books.enter_chores(place, chores);
            orders.incidents[place] += chunk.incidents[place];
        }
        climate.unstable += chunk.unstable;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::base::numerics::{exp, ln, nest_table};
    use crate::rules::utility::Pull;
    use crate::scenario::Scenario;
    use crate::systems::want::inputs::{ListedStall, PlaceInputs};

    /// What a day takes is rounded up, and where nothing is taken habit stays.
    #[test]
    fn habits_fade_to_nothing_or_stay() {
        for habit in 0..=u16::MAX {
            for decay in [1u64, 1311, 3277, 65_535, 65_536] {
                let (mut habits, mut left, mut stays) = ([habit; GOODS], [(65_536 - decay) as u16; GOODS], [0; GOODS]);
                (left[3], stays[3]) = (0, u16::MAX);
                fade(&mut habits, &left, &stays);
                let taken = (u64::from(habit) * decay).div_ceil(65_536) as u16;
                assert_eq!((habits[0], habits[3]), (habit - taken, habit), "{habit} at {decay}");
            }
        }
    }

    /// A chance of a tenth a day for the average: 1.6 favours in sixteen days.
    #[test]
    fn favours_are_as_many_as_the_chance_says() {
        let n = 10_000u32;
        let done = |sociable| {
            (0..n).map(|i| i64::from(favours_done(6554, sociable, i.wrapping_mul(0x9e37_79b1)))).sum::<i64>()
        };
        assert!((done(128) as f64 / f64::from(n) - 1.6).abs() < 0.01, "{}", done(128));
        assert_eq!(done(0), 0);
    }

    /// McFadden (1978): two goods with two sellers each, and staying out, against the closed form of the nested logit. Who
    /// looks for a good comes across two of its sellers, often the same one twice, and then likes it by the better of two
    /// shocks: the form is the mean over all that can be met.
    #[test]
    fn what_people_choose_is_an_exact_nested_logit() {
        const BLOCKS: usize = 1600;
        let (nest, goods) = (0.5, [Good::Privacy, Good::Experience]);
        let values: [[f64; 2]; 2] = [[0.4, -0.3], [0.0, 0.2]];
        let mut context = RunContext::new(Arc::new(Scenario::default()), 11, 1);
        (context.slots, context.nest, context.nest_share) = (2, nest_table(nest), nest as f32);
        let mut inputs = ChoiceInputs::new(&context);
        inputs.goods = goods.len();
        inputs.places.push(PlaceInputs {
            licensed: [false; GOODS],
            shown: [0; GOODS],
            openness: [0; GOODS],
            tastes: [nest as f32; GOODS],
            pulls: [Pull::default(); GOODS],
            tax: [0.0; GOODS],
            doubt: [1.0; GOODS],
            abundance: 0.0,
            escalation: 0.0,
            clean: 0.0,
            lapse: 0,
            chores: 0,
            sheltered: 0,
        });
        inputs.listed = (0..2 * GOODS as u32).collect();
        inputs.listed_of = std::array::from_fn(|good| (2 * good as u32, 2));
        inputs.shelves =
            vec![
                ListedStall { price: 1.0, doubt: 0.0, bother: 0.0, place: 0, fakes: false, licensed: false };
                GOODS * 2
            ];
        for (good, values) in goods.into_iter().zip(values) {
            for (seller, value) in values.into_iter().enumerate() {
                inputs.shelves[2 * good.index() + seller].bother = -value as f32;
            }
            inputs.bonus[good.index()] = values.into_iter().fold(0.0, f64::max) as f32;
        }

        let chunk = Chunk {
            first: 0,
            purses: &mut [],
            homes: &[Home { neighbourhood: 0, delegating: 0, place: 0, caution: 0 }; BLOCK],
            traits: &[Traits { drivers: [0; 8], desire: [0; GOODS], skill: 0, sociable: 0, sheltered: 0 }; BLOCK],
            tastes: &mut [Tastes { favourite: StallId::NONE, ..Tastes::default() }; BLOCK],
            minds: &mut [Mind::default(); BLOCK],
            lives: &mut [],
        };
        let mut block = Block::new(&context, &inputs, 0);
        block.people.fill(Chooser { calm: 1.0, stretch: 1.0, sellers: 2, purse: 10.0, ..Chooser::default() });
        block.attentive = std::array::from_fn(|person| person as u8);
        block.attentive_count = BLOCK;
        for (look, good) in goods.into_iter().enumerate() {
            block.goods[look].fill(good.index() as u8);
        }
        let mut counts = [0u32; GOODS * 2];
        for _ in 0..BLOCKS {
            block.draw(BLOCK);
            block.chosen.fill(StallId::NONE);
            for (best, words) in block.best.iter_mut().zip(block.base.as_chunks::<WORDS>().0) {
                *best = context.gumbel.at(halves(words[1]).0);
            }
            for look in 0..inputs.goods {
                consideration_set(&context, &inputs, &chunk, 0, look, &mut block);
            }
            find_sellers(&context, &inputs, &chunk, 0, &mut block);
            for chosen in block.chosen.iter().filter_map(|chosen| chosen.get()) {
                counts[chosen as usize] += 1;
            }
        }

        // What can be met of both goods, as weights of the two sellers of each.
        let met = [[2.0, 0.0], [1.0, 1.0], [1.0, 1.0], [0.0, 2.0]];
        let all = met.into_iter().flat_map(|one| met.map(|other| [one, other]));
        let mut expected = [[0.0; 2]; 2];
        for met in all {
            let part = |good: usize, seller: usize| met[good][seller] * exp(values[good][seller] / nest);
            let within = [0, 1].map(|good| part(good, 0) + part(good, 1));
            let inclusive = within.map(|sum| exp(nest * ln(sum)));
            let whole = 1.0 + inclusive[0] + inclusive[1];
            for (good, shares) in expected.iter_mut().enumerate() {
                for (seller, share) in shares.iter_mut().enumerate() {
                    *share += inclusive[good] / whole * part(good, seller) / within[good] / 16.0;
                }
            }
        }
        let n = (BLOCKS * BLOCK) as f64;
        for (good, shares) in goods.into_iter().zip(expected) {
            for (seller, share) in shares.into_iter().enumerate() {
                let found = f64::from(counts[2 * good.index() + seller]) / n;
                let error = (share * (1.0 - share) / n).sqrt();
                assert!((found - share).abs() < 4.0 * error, "{} {seller}: {found} against {share}", good.word());
            }
        }
    }
}
