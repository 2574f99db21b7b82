//! Delegates serve their clients, and people choose who provides them.

use bevy_ecs::prelude::*;

use crate::base::dice::{Purpose, halves, stir};
use crate::base::key::Key;
use crate::base::numerics::{TailTable, exp, ln};
use crate::base::units::{Credits, Shift};
use crate::citizen::{Home, Life};
use crate::ids::place::CHUNK;
use crate::params::Params;
use crate::rules::delegation::{first_price, portability_of, profile_after, switching_loss};
use crate::rules::settlement::share_of;
use crate::state::accounts::{Account, FlowReason};
use crate::state::climate::Climate;
use crate::state::columns::{PerCitizen, column_mut};
use crate::state::context::RunContext;
use crate::state::day::{ActiveRules, Today};
use crate::state::events::Events;
use crate::state::ledger::{Books, Purse};
use crate::state::orders::{Fate, Orders};
use crate::state::provider::Provider;

/// What a citizen weighs of one provider, on the average of all purchases to come, in utils a purchase.
#[derive(Clone, Copy, Debug)]
struct ProviderOffer {
    /// A perfect match and the comfort of better search, less the fear of what one hears.
    worth: f32,
    /// What having to be learnt from nothing takes from that.
    learning: f32,
    /// Markup of a usual purchase, in credits.
    cost: f32,
    /// Share of a profile that whoever leaves it takes along.
    portability: f32,
    /// Whether it takes clients.
    open: bool,
    /// What its draws are keyed by.
    key: u32,
}

impl ProviderOffer {
    fn new(params: &Params, provider: usize, key: Key, markup: f64, price: f64, news: f64) -> Self {
        let about = &params.delegates;
        let (discount, rebuild) = (about.patience.get(), params.providers[provider].params.match_speed.get());
        let worth = about.match_worth.get();
        let loss = switching_loss(worth, 0.0, discount, rebuild);
        Self {
            worth: (worth - about.fear.get() * news) as f32,
            learning: ((1.0 - discount) * loss) as f32,
            cost: (markup * price) as f32,
            portability: portability_of(params, provider) as f32,
            open: params.providers[provider].params.takes_clients,
            key: key.word(),
        }
    }

    /// For somebody of whom so much is known there, and to whom a credit weighs so much.
    fn value(&self, profile: f32, price_weight: f32) -> f32 {
        self.worth - (1.0 - profile) * self.learning - price_weight * self.cost
    }
}

/// Everything that is the same for all who think about their agents today.
struct Offers {
    list: Vec<ProviderOffer>,
    /// Log odds of delegating for somebody of average inclination, less what delegating was worth on the first day.
    inclination: f32,
    price_weight: f32,
    mean_wealth: f32,
    trouble: f32,
    whim: f32,
    /// What residents of each place are more inclined than others.
    places: Vec<f32>,
    /// People less inclined than this need not think about it.
    far: u32,
}

/// Words of somebody who thinks about agents: one for doing without, and one that is stirred for each provider.
const WORDS: usize = 2;

/// Days between two such thoughts.
pub(crate) const MONTH: u32 = 30;

impl Offers {
    fn of_today(context: &RunContext, params: &Params, climate: &Climate, providers: &[Provider]) -> Self {
        let about = &params.delegates;
        let list: Vec<ProviderOffer> = providers
            .iter()
            .enumerate()
            .map(|(index, state)| {
                let key = context.keys.providers[index];
                ProviderOffer::new(params, index, key, state.markup, state.usual_price, state.news)
            })
            .collect();
        let (whim, price_weight) = (about.whim.get(), params.demand.price_weight.as_f32());
        // The share of those who delegate is a share at the start; from then on what delegates have become worth moves it.
        let start = &context.scenario.params;
        let price = first_price(start);
        let taking = (0..list.len()).filter(|&index| start.providers[index].params.takes_clients);
        let first = taking.map(|index| {
            let markup = start.providers[index].params.markup.get();
            let offer = ProviderOffer::new(start, index, context.keys.providers[index], markup, price, 0.0);
            f64::from(offer.value(0.0, start.demand.price_weight.as_f32()))
        });
        let first = first.map(|value| exp(value / whim)).sum::<f64>();
        // Where nobody took clients at the start, whoever does later is worth what staying alone is.
        let first = if first > 0.0 { whim * ln(first) } else { 0.0 };
        let share = params.citizens.delegated_share.get().clamp(1e-9, 1.0 - 1e-9);
        let inclination = ln(share / (1.0 - share)) - first;
        let best = list.iter().filter(|offer| offer.open).map(|offer| f64::from(offer.worth)).fold(f64::MIN, f64::max);
        let places = || params.places.iter().map(|place| place.params.delegating);
        let most = places().map(Shift::get).fold(f64::MIN, f64::max);
        // Shocks differ by less than fifteen.
        let hope = inclination + most + best + 15.0 * whim - about.trouble.get();
        Self {
            list,
            inclination: inclination as f32,
            price_weight,
            mean_wealth: climate.wealth_mean.max(0.001) as f32,
            trouble: about.trouble.as_f32(),
            whim: whim as f32,
            places: places().map(Shift::as_f32).collect(),
            far: (65_536.0 / (1.0 + exp(-hope))).ceil() as u32,
        }
    }

    /// The provider that a citizen wants, from 1, or 0 for none.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "components are handed over as they stand")]
    fn choose(&self, gumbel: &TailTable, home: &Home, purse: &Purse, life: &Life, words: &[u32; WORDS]) -> u8 {
        let shock = |word: u32| self.whim * gumbel.at(halves(word).0);
        let u = (f64::from(home.delegating) + 0.5) / 65_536.0;
        let inclination = self.inclination + self.places[home.place as usize] - ln(u / (1.0 - u)) as f32;
        let credits = purse.balance().as_milli() as f32 * 0.001;
        let price_weight = self.price_weight * (self.mean_wealth / credits.max(0.05 * self.mean_wealth)).sqrt();
        let profile = f32::from(life.profile) / 255.0;
        let (mut chosen, mut best) = (0, shock(words[0]) - if life.provider > 0 { self.trouble } else { 0.0 });
        for (option, offer) in (1u8..).zip(&self.list).filter(|(_, offer)| offer.open) {
            let (known, trouble) = match life.provider {
                stays if stays == option => (profile, 0.0),
                // What somebody without a provider still has was taken along already.
                0 => (profile, self.trouble),
                old => (profile * self.list[usize::from(old) - 1].portability, self.trouble),
            };
            let value = inclination + offer.value(known, price_weight) - trouble + shock(stir(words[1], offer.key));
            if value > best {
                (chosen, best) = (option, value);
            }
        }
        chosen
    }
}

/// Agents learn from what they bought; providers from what happened, and they spend what they earned.
pub fn serve_clients(
    law: Res<ActiveRules>,
    orders: Res<Orders>,
    mut books: ResMut<Books>,
    mut providers: Query<&mut Provider>,
    mut lives: Single<&mut PerCitizen<Life>>,
) {
    let params = &law.params;
    let providers = column_mut(&mut providers);
    if providers.is_empty() {
        return;
    }
    let mut done = vec![(0i64, 0i64, 0i64); providers.len()];
    for order in orders.list.iter().filter(|order| order.provider > 0) {
        let index = usize::from(order.provider) - 1;
        let done = &mut done[index];
        done.0 += 1;
        if order.settled() {
            done.1 += 1;
            done.2 += order.price.as_milli();
        }
        if order.fate == Fate::Delivered {
            let life = &mut lives[order.citizen as usize];
            let profile = profile_after(life.profile, params.providers[index].params.match_speed.get());
            providers[index].profiles += i64::from(profile) - i64::from(life.profile);
            life.profile = profile;
        }
    }
    for (index, (state, (orders, trades, paid))) in providers.iter_mut().zip(done).enumerate() {
        if orders > 0 {
            state.news += (state.injected as f64 / orders as f64 - state.news) / 30.0;
        }
        if trades > 0 {
            state.usual_price += (Credits::milli(paid).get() / trades as f64 - state.usual_price) / 30.0;
        }
        state.usual_income += (Credits::milli(state.income).get() - state.usual_income) / 30.0;
        let account = Account::Provider(index);
        let safety = share_of(Credits::milli(state.income), params.providers[index].params.safety.get());
        let held = books.balance(account);
        books.pay(account, Account::Burn, safety.min(held), FlowReason::Safety);
        let dividend = share_of(books.balance(account), params.delegates.dividend.get());
        books.pay(account, Account::Burn, dividend, FlowReason::Dividend);
    }
}

/// What a chunk of citizens decided about their agents.
#[derive(Clone, Default)]
struct Switches {
    /// People who came, people who left, and what providers know more, by provider.
    moves: Vec<(i64, i64, i64)>,
    /// People who went from one provider to another.
    switched: i64,
}

/// On their own day, every thirtieth, citizens think about whether to delegate, and to whom.
pub fn choose_providers(
    context: Res<RunContext>,
    today: Res<Today>,
    law: Res<ActiveRules>,
    climate: Res<Climate>,
    mut events: ResMut<Events>,
    mut providers: Query<&mut Provider>,
    citizens: Single<(&PerCitizen<Purse>, &PerCitizen<Home>, &mut PerCitizen<Life>)>,
) {
    let providers = column_mut(&mut providers);
    if providers.is_empty() {
        return;
    }
    let (purses, homes, mut lives) = citizens.into_inner();
    let lives = &mut lives[..context.active];
    let offers = Offers::of_today(&context, &law.params, &climate, providers);
    let chunks: Vec<_> =
        purses.chunks(CHUNK).zip(homes.chunks(CHUNK)).zip(lives.chunks_mut(CHUNK)).enumerate().collect();
    let done = context.in_order(chunks, |(chunk, ((purses, homes), lives))| {
        let first = (chunk * CHUNK) as u32;
        // Days on which (day + citizen) is a multiple of thirty.
        let start = (MONTH - (today.day + first) % MONTH) % MONTH;
        let mut words = [0; WORDS * (CHUNK / MONTH as usize + 1)];
        let agent = u64::from((first + start) / MONTH);
        context.dice.fill(Purpose::Delegate, today.day, agent, WORDS, &mut words);
        let mut switches = Switches { moves: vec![(0, 0, 0); offers.list.len()], switched: 0 };
        let due = (start as usize..lives.len()).step_by(MONTH as usize);
        for (citizen, words) in due.zip(words.as_chunks::<WORDS>().0) {
            let (home, life) = (&homes[citizen], &mut lives[citizen]);
            if life.provider == 0 && u32::from(home.delegating) > offers.far {
                continue;
            }
            let chosen = offers.choose(&context.gumbel, home, &purses[citizen], life, words);
            if chosen == life.provider {
                continue;
            }
            if life.provider > 0 {
                let old = &mut switches.moves[usize::from(life.provider) - 1];
                old.1 += 1;
                old.2 -= i64::from(life.profile);
                switches.switched += i64::from(chosen > 0);
                life.profile =
                    (f32::from(life.profile) * offers.list[usize::from(life.provider) - 1].portability) as u8;
            }
            if chosen > 0 {
                let new = &mut switches.moves[usize::from(chosen) - 1];
                new.0 += 1;
                new.2 += i64::from(life.profile);
            }
            life.provider = chosen;
        }
        switches
    });
    for switches in done {
        events.counts.switched += switches.switched;
        for (state, (came, left, profiles)) in providers.iter_mut().zip(switches.moves) {
            state.switched_in += came;
            state.switched_out += left;
            state.clients += came - left;
            state.gained += came - left;
            state.profiles += profiles;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::numerics::gumbel_table;
    use crate::state::ledger::Sizes;

    fn home(delegating: u16) -> Home {
        Home { neighbourhood: 7, delegating, place: 0, caution: 0 }
    }

    /// The logit compares averages over all purchases to come; in them the same loss counts by one less the discount.
    #[test]
    fn whoever_stays_is_better_off_by_exactly_that_loss() {
        let params = Params::default();
        let about = &params.delegates;
        let offer = ProviderOffer::new(&params, 0, Key::numbered(0), 0.1, 30.0, 0.0);
        let (known, portability) = (0.8, 0.25);
        let gain = f64::from(offer.value(known, 0.03) - offer.value(known * portability as f32, 0.03));
        let speed = params.providers[0].params.match_speed.get();
        let loss = switching_loss(about.match_worth.get() * f64::from(known), portability, about.patience.get(), speed);
        assert!((gain - (1.0 - about.patience.get()) * loss).abs() < 1e-6);
    }

    /// Two equal providers, one of which knows the citizen; a whim too small to matter.
    #[test]
    fn people_stay_where_they_are_known_unless_they_can_take_that_along_and_pay_less() {
        let offers = |cheaper: f32, portability: f32| Offers {
            list: vec![
                ProviderOffer { worth: 1.0, learning: 0.5, cost: 10.0, portability, open: true, key: 1 },
                ProviderOffer { worth: 1.0, learning: 0.5, cost: 10.0 - cheaper, portability: 0.0, open: true, key: 1 },
            ],
            inclination: 0.0,
            price_weight: 0.1,
            mean_wealth: 100.0,
            trouble: 0.1,
            whim: 1e-6,
            places: vec![0.0, 2.0],
            far: 65_536,
        };
        let mut books = Books::new(&Sizes { places: 1, slots: 4, ..Sizes::default() });
        let mut purse = Purse::empty(1.0, 0);
        books.pay_to(Account::Mint, &mut purse, Credits::from(100.0), FlowReason::Start);
        let known = Life { provider: 1, profile: 255, ..Life::default() };
        let gumbel = gumbel_table();
        let choice = |offers: Offers, delegating, life: &Life| {
            offers.choose(&gumbel, &home(delegating), &purse, life, &[1 << 31; WORDS])
        };
        assert_eq!(choice(offers(4.0, 0.0), 20_000, &known), 1); // 0.4 cheaper, but 0.5 of a match and 0.1 of trouble
        assert_eq!(choice(offers(7.0, 0.0), 20_000, &known), 2);
        assert_eq!(choice(offers(4.0, 1.0), 20_000, &known), 2);
        assert_eq!(choice(offers(0.5, 1.0), 20_000, &known), 1); // not worth the trouble
        assert_eq!(choice(offers(0.0, 0.0), 65_000, &known), 0); // too little inclined to pay anybody
        // The same person in a place where people are more inclined, by 2: the odds are 7.4 times as high.
        let there = Home { place: 1, ..home(49_000) };
        let none = Life::default();
        let at = |home: &Home| offers(0.0, 0.0).choose(&gumbel, home, &purse, &none, &[1 << 31; WORDS]);
        assert_eq!((at(&home(49_000)), at(&there)), (0, 1));
    }
}
