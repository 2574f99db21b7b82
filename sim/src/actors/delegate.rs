//! Delegates: agents that shop for people, at any hour and among more sellers, for a markup.
//!
//! A provider's agents learn what their client likes; whoever leaves starts again with a brilliant stranger, as far as
//! what was learnt cannot be taken along. That loss is what a provider can charge for (Klemperer 1987). Agents read what
//! sellers write, so instructions can be injected: a purchase goes elsewhere, or the client is given away.

use bevy_ecs::prelude::*;
use serde::{Deserialize, Serialize};

use crate::actors::citizen::{Home, Life, Mind};
use crate::actors::stall::Stall;
use crate::actors::syndicate::Seller;
use crate::dice::{Purpose, halves, happens, pick, stir};
use crate::goods::GOODS;
use crate::ledger::{Account, Books, Purse, Why};
use crate::market::orders::{Fate, Orders};
use crate::market::settlement::share_of;
use crate::numerics::{TailTable, exp, ln};
use crate::record::facts::{Event, Events, What};
use crate::scenario::fields::params;
use crate::scenario::params::{Params, Provider as About};
use crate::setting::{CHUNK, InForce, Setting, Today, column, column_mut};
use crate::society::climate::Climate;
use crate::society::mood::risk_after;
use crate::units::{Credits, Factor, Share, Shift, Utils};

params! {
    /// What agents do for those whom they serve, and what holds people to them.
    pub struct Delegates {
        /// What a perfect profile adds to every purchase
        ///
        /// An agent that knows its client finds what fits. Raising it makes delegated citizens buy more, and holds them to whoever knows them.
        /// Source: assumption.
        match_worth: Utils = 0.4, "utils", 0.0 ..= 50.0, Day;
        /// Share of what was learnt that people can take along when they leave
        ///
        /// At 0 whoever leaves starts again with a stranger; at 1 leaving costs only the trouble. Raising it makes people switch and markups fall.
        /// Source: the scenario's question; the default is the state of things today.
        portability: Share = 0.0, "of the profile", 0.0 ..= 1.0, Day;
        /// Patience in the choice of a provider: the discount from one purchase to the next
        ///
        /// Source: assumption; a purchase a month. Raising it makes people look beyond the loss of a profile, which can be learnt again.
        patience: Share = 0.95, "per purchase", 0.0 ..= 0.9999, Day;
        /// Trouble of leaving a provider, or of finding one
        ///
        /// Source: assumption. Raising it holds people where they are, whatever the law says of profiles.
        trouble: Utils = 0.1, "utils per purchase", 0.0 ..= 50.0, Day;
        /// How much of the choice of a provider is whim
        ///
        /// Raising it makes people change for no reason and lets providers ask more even where nothing holds anybody.
        /// Source: logit choice; the size is an assumption, small since providers do much the same.
        whim: Utils = 0.03, "utils", 0.001 ..= 50.0, Day;
        /// How much more often a delegated citizen is in the market
        ///
        /// Agents never sleep. Raising it raises the trade of delegated citizens.
        /// Source: assumption.
        attention: Factor = 1.2, "times attention", 0.0 ..= 10.0, Day;
        /// Chance that an agent meets an injected instruction on its way
        ///
        /// With a provider's exposure it decides how many purchases are hijacked.
        /// Source: assumption.
        injection: Share = 0.03, "of purchases", 0.0 ..= 1.0, Day;
        /// Share of hijacked agents that give their client away instead of buying elsewhere
        ///
        /// Whoever is given away loses the mask. Source: assumption.
        betrayal: Share = 0.3, "of hijacked purchases", 0.0 ..= 1.0, Day;
        /// How much people shun a provider whose agents are hijacked
        ///
        /// Source: assumption. Raising it makes safety pay.
        fear: Utils = 10.0, "utils if every purchase were hijacked", 0.0 ..= 1000.0, Day;
        /// Share of a delegated buyer's fine that the provider pays
        ///
        /// Raising it makes delegated citizens bold and costs their providers what they hold.
        /// Source: the scenario's question.
        liability: Share = 0.0, "of the fine", 0.0 ..= 1.0, Day;
        /// Spending on safety, for each client, that halves exposure
        ///
        /// Source: assumption. Raising it makes safety dear.
        safety_cost: Credits = 0.1, "credits per client and day", 0.0001 ..= 1_000_000.0, Day;
        /// Share of the loss of switching that providers turn into markup
        ///
        /// Source: Klemperer (1987) in direction; the size is an assumption. Raising it makes lock-in dear to clients.
        greed: Share = 0.5, "of the loss of switching", 0.0 ..= 1.0, Day;
        /// How fast providers move towards the markup that they mean to ask
        ///
        /// Source: assumption. Raising it brings lock-in into prices sooner.
        repricing: Share = 0.25, "of the gap, every 30 days", 0.0 ..= 1.0, Day;
        /// Share of clients lost in 30 days at which a provider lowers its markup instead
        ///
        /// Source: assumption. Raising it makes providers slow to notice.
        alarm: Share = 0.04, "of clients", 0.0 ..= 1.0, Day;
        /// Most that a provider may ask
        ///
        /// A cap by law. Lowering it takes from providers what lock-in would give them.
        /// Source: the scenario's question.
        markup_cap: Share = 1.0, "of the price", 0.0 ..= 1.0, Day;
        /// Share of what a provider holds that its owners take out
        ///
        /// Source: assumption. Raising it leaves less to pay clients' fines from.
        dividend: Share = 0.01, "per day", 0.0 ..= 1.0, Day;
    }

    /// A provider of delegates.
    pub struct ProviderParams {
        /// What it learns of a client with each purchase
        ///
        /// Source: assumption. Raising it makes its agents useful, and clients hard to win back, sooner.
        match_speed: Share = 0.05, "of the gap, per purchase", 0.0 ..= 1.0, Day;
        /// Markup that it opens with, and what it asks while it is directed
        ///
        /// From the first day on it decides for itself where it is not directed. Source: assumption. Raising it pays the provider and sends clients to others.
        markup: Share = 0.04, "of the price", 0.0 ..= 1.0, Day;
        /// Whether it asks the markup that it is told
        ///
        /// Otherwise it finds its own.
        /// Source: the scenario.
        directed: bool = false, "flag", 0.0 ..= 1.0, Day;
        /// Share of what it has learnt that its own clients can take along when they leave
        ///
        /// `delegates.portability` holds for all, so this counts only above it. Raising it lets clients go, and the provider that takes them in know them.
        /// Source: the scenario's question.
        portability: Share = 0.0, "of the profile", 0.0 ..= 1.0, Day;
        /// How open its agents are to instructions that sellers inject
        ///
        /// Source: assumption. Raising it makes injection pay, and costs its clients money and trust.
        exposure: Share = 0.3, "of attempts", 0.0 ..= 1.0, Day;
        /// Share of its income that it spends on safety
        ///
        /// Source: assumption. Raising it makes its agents less exposed, and leaves it less to compete with.
        safety: Share = 0.2, "of income", 0.0 ..= 1.0, Day;
    }
}

/// The providers of the default world.
pub fn providers() -> Vec<About> {
    let provider = |name: &str, [match_speed, markup, exposure, safety]: [f64; 4]| About {
        name: name.into(),
        params: ProviderParams {
            match_speed: match_speed.into(),
            markup: markup.into(),
            exposure: exposure.into(),
            safety: safety.into(),
            ..ProviderParams::default()
        },
    };
    vec![
        provider("concierge", [0.05, 0.04, 0.3, 0.2]),
        provider("brisk", [0.08, 0.03, 0.6, 0.05]),
        provider("careful", [0.03, 0.06, 0.1, 0.5]),
    ]
}

/// A provider on one day.
#[derive(Component, Clone, Debug, Serialize, Deserialize)]
pub struct Provider {
    /// Markup that it asks, as a share of the price.
    pub markup: f64,
    /// People whom it serves.
    pub clients: i64,
    /// What it has learnt of them all, in 255ths.
    pub profiles: i64,
    /// Markups earned today, in milli-credits.
    pub income: i64,
    /// Markups of a usual day, in credits, over about thirty days.
    pub usual_income: f64,
    /// Price of a usual purchase, in credits.
    pub usual_price: f64,
    /// Share of its purchases that were hijacked lately, as people hear of it.
    pub news: f64,
    /// Purchases of its clients that were hijacked today.
    pub injected: i64,
    /// People who came today.
    pub switched_in: i64,
    /// People who left today.
    pub switched_out: i64,
    /// Clients gained since its last plan; below zero for lost ones.
    gained: i64,
}

impl Provider {
    /// A provider on the first day, without clients.
    pub fn opening(markup: f64, usual_price: f64) -> Self {
        Self {
            markup,
            clients: 0,
            profiles: 0,
            income: 0,
            usual_income: 0.0,
            usual_price,
            news: 0.0,
            injected: 0,
            switched_in: 0,
            switched_out: 0,
            gained: 0,
        }
    }

    /// What it has learnt of a client on average, 0 to 1; NaN without clients.
    pub fn mean_profile(&self) -> f64 {
        self.profiles as f64 / 255.0 / self.clients as f64
    }
}

/// What a purchase costs before anybody has seen one: twice the mean cost of the goods.
pub fn first_price(params: &Params) -> f64 {
    2.0 * params.goods.iter().map(|(_, good)| good.cost.get()).sum::<f64>() / GOODS as f64
}

/// The provider of a citizen on the first day, from 1 (0 for none), and what it knows of the citizen.
///
/// Whoever delegates at a share of 0.2 also does at 0.3.
pub fn first_provider(home: &Home, share: f64, providers: usize) -> (u8, u8) {
    if providers == 0 || f64::from(home.delegating) >= share * 65_536.0 {
        return (0, 0);
    }
    let knows = stir(home.neighbourhood, u32::from(home.delegating) << 8 | u32::from(home.caution)) >> 24;
    ((usize::from(home.delegating) % providers + 1) as u8, knows as u8)
}

/// What leaving a provider costs: the part of the match that cannot be taken along, until it is learnt again.
///
/// `kappa` is the match, `discount` that from one purchase to the next, `rebuild` what a purchase teaches of the gap.
pub fn switching_loss(kappa: f64, portability: f64, discount: f64, rebuild: f64) -> f64 {
    kappa * (1.0 - portability) / (1.0 - discount * (1.0 - rebuild))
}

/// The markup that a provider means to ask: what choice by whim allows where nothing holds anybody, and a share of what
/// leaving costs. All of it in shares of the price.
///
/// `whim` and `loss` are in utils a purchase, `price` is what the price of a purchase weighs in utils, `among` the
/// provider's share of all clients.
pub fn meant_markup(whim: f64, among: f64, loss: f64, greed: f64, price: f64) -> f64 {
    (whim / (1.0 - among.min(0.9)) + greed * loss) / price.max(1e-9)
}

/// Exposure that is left when so much is spent on safety, for each client, and `half` halves it.
pub fn exposure_left(exposure: f64, spent: f64, half: f64) -> f64 {
    exposure * half / (half + spent)
}

/// A profile after a purchase, rounded up, so that it is completed.
pub fn profile_after(profile: u8, speed: f64) -> u8 {
    let gap = f64::from(u8::MAX - profile);
    u8::MAX - (gap - (gap * speed).ceil()) as u8
}

/// What clients of a provider can take along: what the law says, or more where the provider lets them.
fn portability_of(params: &Params, provider: usize) -> f64 {
    params.delegates.portability.get().max(params.providers[provider].params.portability.get())
}

/// What a citizen weighs of one provider, on the average of all purchases to come, in utils a purchase.
#[derive(Clone, Copy, Debug)]
struct Offer {
    /// A perfect match and the comfort of better search, less the fear of what one hears.
    worth: f32,
    /// What having to be learnt from nothing takes from that.
    learning: f32,
    /// Markup of a usual purchase, in credits.
    cost: f32,
    /// Share of a profile that whoever leaves it takes along.
    portability: f32,
}

impl Offer {
    fn new(params: &Params, provider: usize, markup: f64, price: f64, news: f64) -> Self {
        let about = &params.delegates;
        let (discount, rebuild) = (about.patience.get(), params.providers[provider].params.match_speed.get());
        let worth = about.match_worth.get();
        let loss = switching_loss(worth, 0.0, discount, rebuild);
        Self {
            worth: (worth - about.fear.get() * news) as f32,
            learning: ((1.0 - discount) * loss) as f32,
            cost: (markup * price) as f32,
            portability: portability_of(params, provider) as f32,
        }
    }

    /// For somebody of whom so much is known there, and to whom a credit weighs so much.
    fn value(&self, profile: f32, price_weight: f32) -> f32 {
        self.worth - (1.0 - profile) * self.learning - price_weight * self.cost
    }
}

/// Everything that is the same for all who think about their agents today.
struct Offers {
    list: Vec<Offer>,
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

/// Words of somebody who thinks about agents: a half for each provider, and one for doing without.
const WORDS: usize = 6;
/// Days between two such thoughts.
const MONTH: u32 = 30;

impl Offers {
    fn of_today(setting: &Setting, params: &Params, climate: &Climate, providers: &[Provider]) -> Self {
        let about = &params.delegates;
        let list: Vec<Offer> = providers
            .iter()
            .enumerate()
            .map(|(index, state)| Offer::new(params, index, state.markup, state.usual_price, state.news))
            .collect();
        let (whim, price_weight) = (about.whim.get(), params.demand.price_weight.as_f32());
        // The share of those who delegate is a share at the start; from then on what delegates have become worth moves it.
        let start = &setting.scenario.params;
        let price = first_price(start);
        let first = (0..list.len()).map(|index| {
            let markup = start.providers[index].params.markup.get();
            let offer = Offer::new(start, index, markup, price, 0.0);
            f64::from(offer.value(0.0, start.demand.price_weight.as_f32()))
        });
        let first = whim * ln(first.map(|value| exp(value / whim)).sum::<f64>());
        let share = params.citizens.delegated_share.get().clamp(1e-9, 1.0 - 1e-9);
        let inclination = ln(share / (1.0 - share)) - first;
        let best = list.iter().map(|offer| f64::from(offer.worth)).fold(f64::MIN, f64::max);
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
        let shock = |option: usize| {
            let (high, low) = halves(words[option / 2]);
            self.whim * gumbel.at(if option.is_multiple_of(2) { high } else { low })
        };
        let u = (f64::from(home.delegating) + 0.5) / 65_536.0;
        let inclination = self.inclination + self.places[home.place as usize] - ln(u / (1.0 - u)) as f32;
        let credits = purse.balance().as_milli() as f32 * 0.001;
        let price_weight = self.price_weight * (self.mean_wealth / credits.max(0.05 * self.mean_wealth)).sqrt();
        let profile = f32::from(life.profile) / 255.0;
        let (mut chosen, mut best) = (0, shock(0) - if life.provider > 0 { self.trouble } else { 0.0 });
        for (option, offer) in (1u8..).zip(&self.list) {
            let (known, trouble) = match life.provider {
                stays if stays == option => (profile, 0.0),
                // What somebody without a provider still has was taken along already.
                0 => (profile, self.trouble),
                old => (profile * self.list[usize::from(old) - 1].portability, self.trouble),
            };
            let value = inclination + offer.value(known, price_weight) - trouble + shock(option as usize);
            if value > best {
                (chosen, best) = (option, value);
            }
        }
        chosen
    }
}

/// Providers begin their day, and every thirtieth day each thinks about its markup.
pub fn plan_providers(today: Res<Today>, law: Res<InForce>, mut providers: Query<&mut Provider>) {
    let params = &law.params;
    let about = &params.delegates;
    let providers = column_mut(&mut providers);
    let clients: i64 = providers.iter().map(|state| state.clients).sum();
    let count = providers.len().max(1) as u32;
    for (index, state) in providers.iter_mut().enumerate() {
        (state.income, state.injected, state.switched_in, state.switched_out) = (0, 0, 0, 0);
        if (today.day + index as u32 * MONTH / count).is_multiple_of(MONTH) {
            let rebuild = params.providers[index].params.match_speed.get();
            let kappa = about.match_worth.get() * if state.clients > 0 { state.mean_profile() } else { 0.0 };
            let loss = switching_loss(kappa, portability_of(params, index), about.patience.get(), rebuild);
            let loss = (1.0 - about.patience.get()) * loss + about.trouble.get();
            let among = state.clients as f64 / clients.max(1) as f64;
            let price = params.demand.price_weight.get() * state.usual_price;
            let meant = meant_markup(about.whim.get(), among, loss, about.greed.get(), price);
            let losing = (state.gained as f64) < -about.alarm.get() * state.clients as f64;
            // Whoever loses clients does not ask what those who stay would bear.
            let aim = if losing { 0.5 * meant.min(state.markup) } else { meant };
            state.markup += about.repricing.get() * (aim - state.markup);
            state.gained = 0;
        }
        let own = &params.providers[index].params;
        if own.directed {
            state.markup = own.markup.get();
        }
        state.markup = state.markup.clamp(0.0, about.markup_cap.get());
    }
}

/// Hijacked purchases that are written down a day, at most; all are counted.
const NOTED: usize = 20;

/// Sellers inject instructions: some agents buy elsewhere, some give their client away.
#[expect(clippy::too_many_arguments, reason = "a system's arguments are its reads and writes")]
pub fn inject_orders(
    setting: Res<Setting>,
    law: Res<InForce>,
    mut orders: ResMut<Orders>,
    mut events: ResMut<Events>,
    sellers: Query<&Seller>,
    stalls: Query<&Stall>,
    mut providers: Query<&mut Provider>,
    mut minds: Query<&mut Mind>,
) {
    let params = &law.params;
    let about = &params.delegates;
    let providers = column_mut(&mut providers);
    if about.injection.get() <= 0.0 || providers.is_empty() {
        return;
    }
    let chances: Vec<f64> = providers
        .iter()
        .zip(&params.providers)
        .map(|(state, provider)| {
            let spent = provider.params.safety.get() * state.usual_income / state.clients.max(1) as f64;
            about.injection.get() * exposure_left(provider.params.exposure.get(), spent, about.safety_cost.get())
        })
        .collect();
    let (sellers, stalls, minds) = (column(&sellers), column(&stalls), column_mut(&mut minds));
    let attackers = attackers(&setting, sellers, stalls);
    let mut noted = 0;
    for order in orders.list.iter_mut().filter(|order| order.provider > 0) {
        // Of the order's own words, so that an order meets the same in two worlds that draw alike.
        let word = stir(order.queue, order.verdict);
        let index = usize::from(order.provider) - 1;
        if !happens(word, chances[index]) {
            continue;
        }
        let slot = order.stall as usize;
        let good = setting.good_of(slot);
        let word = stir(word, order.honesty);
        let others = &attackers[good.index()];
        let betrays = happens(word, about.betrayal.get()) || others.is_empty();
        if betrays {
            let mind = &mut minds[order.citizen as usize];
            mind.mask = 0;
            order.visible = 1.0;
            let social = params.society.risk_social.as_f32();
            mind.risk = mind.risk.map(|risk| risk_after(risk, true, social, 0.0));
        } else {
            order.stall = others[pick(stir(word, order.examine), others.len() as u32).0 as usize];
        }
        providers[index].injected += 1;
        events.counts.injected += 1;
        if noted < NOTED {
            noted += 1;
            let attacker = &sellers[stalls[order.stall as usize].seller as usize];
            let name = &params.providers[index].name;
            let note = if betrays { "gave its client away" } else { "bought elsewhere" };
            order.cause = events.add(Event {
                good: Some(good),
                place: Some(order.place as usize),
                venue: Some(stalls[order.stall as usize].venue as usize),
                seller: (!betrays).then_some(attacker.number),
                citizen: Some(order.citizen),
                amount: f64::from(u8::from(betrays)),
                note: format!("an agent of {name} {note}"),
                ..Event::new(What::Injection)
            });
        }
    }
}

/// The stalls that inject instructions, by good: those of cheats, or all where no cheat sells the good.
fn attackers(setting: &Setting, sellers: &[Seller], stalls: &[Stall]) -> Vec<Vec<u32>> {
    let shops = stalls.chunks(setting.slots).zip((0u32..).step_by(setting.slots));
    shops
        .map(|(shop, first)| {
            let open = |cheats: bool| {
                let open = (first..)
                    .zip(shop)
                    .filter(move |(_, stall)| stall.open && (sellers[stall.seller as usize].cheats || !cheats));
                open.map(|(slot, _)| slot).collect::<Vec<u32>>()
            };
            let cheats = open(true);
            if cheats.is_empty() { open(false) } else { cheats }
        })
        .collect()
}

/// The part of a buyer's fine that the provider pays, as far as it can.
pub fn pay_for_client(books: &mut Books, provider: usize, fine: Credits, liability: f64) -> Credits {
    let account = Account::Provider(provider);
    let paid = share_of(fine, liability).min(books.balance(account));
    books.pay(account, Account::Treasury, paid, Why::Liability);
    paid
}

/// Agents learn from what they bought; providers from what happened, and they spend what they earned.
pub fn serve_clients(
    law: Res<InForce>,
    orders: Res<Orders>,
    mut books: ResMut<Books>,
    mut providers: Query<&mut Provider>,
    mut lives: Query<&mut Life>,
) {
    let params = &law.params;
    let providers = column_mut(&mut providers);
    if providers.is_empty() {
        return;
    }
    let lives = column_mut(&mut lives);
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
        books.pay(account, Account::Burn, safety.min(held), Why::Safety);
        let dividend = share_of(books.balance(account), params.delegates.dividend.get());
        books.pay(account, Account::Burn, dividend, Why::Dividend);
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
    setting: Res<Setting>,
    today: Res<Today>,
    law: Res<InForce>,
    climate: Res<Climate>,
    mut events: ResMut<Events>,
    mut providers: Query<&mut Provider>,
    mut citizens: Query<(&Purse, &Home, &mut Life)>,
) {
    let providers = column_mut(&mut providers);
    if providers.is_empty() {
        return;
    }
    let mut columns = citizens.contiguous_iter_mut().expect("citizens are dense");
    let Some((purses, homes, mut lives)) = columns.next() else { return };
    let active = setting.active;
    let lives = &mut lives.bypass_change_detection()[..active];
    let offers = Offers::of_today(&setting, &law.params, &climate, providers);
    let chunks: Vec<_> =
        purses.chunks(CHUNK).zip(homes.chunks(CHUNK)).zip(lives.chunks_mut(CHUNK)).enumerate().collect();
    let done = setting.in_order(chunks, |(chunk, ((purses, homes), lives))| {
        let first = (chunk * CHUNK) as u32;
        // Days on which (day + citizen) is a multiple of thirty.
        let start = (MONTH - (today.day + first) % MONTH) % MONTH;
        let mut words = [0; WORDS * (CHUNK / MONTH as usize + 1)];
        let agent = u64::from((first + start) / MONTH);
        setting.dice.fill(Purpose::Delegate, today.day, agent, WORDS, &mut words);
        let mut switches = Switches { moves: vec![(0, 0, 0); offers.list.len()], switched: 0 };
        let due = (start as usize..lives.len()).step_by(MONTH as usize);
        for (citizen, words) in due.zip(words.as_chunks::<WORDS>().0) {
            let (home, life) = (&homes[citizen], &mut lives[citizen]);
            if life.provider == 0 && u32::from(home.delegating) > offers.far {
                continue;
            }
            let chosen = offers.choose(&setting.gumbel, home, &purses[citizen], life, words);
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
    use crate::ledger::Kind;
    use crate::numerics::gumbel_table;

    fn home(delegating: u16) -> Home {
        Home { neighbourhood: 7, delegating, place: 0, caution: 0 }
    }

    #[test]
    fn raising_the_share_makes_nobody_start_without_an_agent() {
        for delegating in (0..u16::MAX).step_by(97) {
            let provider = |share, providers| first_provider(&home(delegating), share, providers).0;
            assert!(provider(0.0, 3) == 0 && provider(1.0, 3) > 0 && provider(1.0, 0) == 0);
            assert!(provider(0.2, 3) == 0 || provider(0.3, 3) == provider(0.2, 3));
            assert!(provider(1.0, 3) <= 3);
        }
    }

    /// A match of 0.6 that is learnt again by 2 % of the gap, at a discount of 0.99, is worth 20.134 when it is lost.
    #[test]
    fn the_loss_of_switching_is_a_match_until_it_is_learnt_again() {
        assert!((switching_loss(0.6, 0.0, 0.99, 0.02) - 20.134).abs() < 5e-4);
        assert!((switching_loss(0.6, 0.5, 0.99, 0.02) - 10.067).abs() < 5e-4);
        assert_eq!(switching_loss(0.6, 1.0, 0.99, 0.02), 0.0);
    }

    /// The logit compares averages over all purchases to come; in them the same loss counts by one less the discount.
    #[test]
    fn whoever_stays_is_better_off_by_exactly_that_loss() {
        let params = Params::default();
        let about = &params.delegates;
        let offer = Offer::new(&params, 0, 0.1, 30.0, 0.0);
        let (known, portability) = (0.8, 0.25);
        let gain = f64::from(offer.value(known, 0.03) - offer.value(known * portability as f32, 0.03));
        let speed = params.providers[0].params.match_speed.get();
        let loss = switching_loss(about.match_worth.get() * f64::from(known), portability, about.patience.get(), speed);
        assert!((gain - (1.0 - about.patience.get()) * loss).abs() < 1e-6);
    }

    /// One of two providers, choice by whim of 0.03, a loss of 0.2 of which half is asked, and a price that weighs 1.
    #[test]
    fn a_provider_asks_more_the_more_its_clients_would_lose() {
        assert!((meant_markup(0.03, 0.5, 0.2, 0.5, 1.0) - 0.16).abs() < 1e-12);
        assert!((meant_markup(0.03, 0.5, 0.0, 0.5, 1.0) - 0.06).abs() < 1e-12);
        assert!(meant_markup(0.03, 1.0, 0.0, 0.5, 1.0) < 0.31);
    }

    #[test]
    fn a_profile_grows_by_its_share_of_the_gap_until_it_is_whole() {
        assert_eq!(profile_after(0, 0.1), 26); // a tenth of 255, rounded up
        assert_eq!(profile_after(250, 0.05), 251);
        assert_eq!(profile_after(255, 0.05), 255);
        assert_eq!(profile_after(100, 0.0), 100);
    }

    #[test]
    fn spending_on_safety_halves_exposure_at_its_cost() {
        assert_eq!(exposure_left(0.4, 0.03, 0.03), 0.2);
        assert_eq!(exposure_left(0.4, 0.0, 0.03), 0.4);
    }

    /// A quarter of a fine of 100, and no more than there is.
    #[test]
    fn a_provider_pays_its_part_as_far_as_it_can() {
        let mut books = Books::new(1, 0, 0, 0, 1, 0, 4);
        books.pay(Account::Mint, Account::Provider(0), Credits::from(30.0), Why::Start);
        assert_eq!(pay_for_client(&mut books, 0, Credits::from(100.0), 0.25), Credits::from(25.0));
        assert_eq!(pay_for_client(&mut books, 0, Credits::from(100.0), 0.25), Credits::from(5.0));
        assert_eq!(pay_for_client(&mut books, 0, Credits::from(100.0), 0.25), Credits::ZERO);
        assert_eq!((books.held_by(Kind::Providers), books.held_by(Kind::Treasury)), (0, 30_000));
    }

    /// Two equal providers, one of which knows the citizen; a whim too small to matter.
    #[test]
    fn people_stay_where_they_are_known_unless_they_can_take_that_along_and_pay_less() {
        let offers = |cheaper: f32, portability: f32| Offers {
            list: vec![
                Offer { worth: 1.0, learning: 0.5, cost: 10.0, portability },
                Offer { worth: 1.0, learning: 0.5, cost: 10.0 - cheaper, portability: 0.0 },
            ],
            inclination: 0.0,
            price_weight: 0.1,
            mean_wealth: 100.0,
            trouble: 0.1,
            whim: 1e-6,
            places: vec![0.0, 2.0],
            far: 65_536,
        };
        let mut books = Books::new(1, 0, 0, 0, 0, 0, 4);
        let mut purse = Purse::empty(1.0, 0);
        books.pay_to(Account::Mint, &mut purse, Credits::from(100.0), Why::Start);
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
