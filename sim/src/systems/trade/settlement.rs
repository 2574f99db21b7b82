//! Settlement: orders meet stock in fair random order, credits and units change hands through the ledger.

use bevy_ecs::prelude::*;

use crate::actions::street::{MarketAccess, MarketParams};
use crate::base::dice::halves;
use crate::base::units::{Credits, Status};
use crate::ids::good::Good;
use crate::ids::seller::HOLDING;
use crate::record::counts::Counts;
use crate::rules::auctions::Deal;
use crate::rules::leaks::copy_cost;
use crate::rules::settlement::{cheating_pays, group_by, queues, share_of, worth_of_a_name};
use crate::state::accounts::{Account, FlowReason, UnitMove};
use crate::state::climate::Climate;
use crate::state::columns::{PerCitizen, column_mut};
use crate::state::enclave::Gate;
use crate::state::ledger::Purse;
use crate::state::orders::{Fate, Order, Orders};
use crate::state::provider::Provider;
use crate::state::seller::MONTH;
use crate::systems::trade::slots::let_slots;

/// Serves each stall's queue, in an order that favours nobody, as long as stock lasts.
pub fn settle_orders(
    mut market: MarketParams<'_, '_>,
    climate: Res<Climate>,
    mut orders: ResMut<Orders>,
    mut purses: Single<&mut PerCitizen<Purse>>,
    mut providers: Query<&mut Provider>,
) {
    let mut market = market.walk();
    let providers = column_mut(&mut providers);
    for venue in market.venues.iter_mut() {
        (venue.fees, venue.volume, venue.trades) = (0, 0, 0);
    }
    let list = &mut orders.list;
    let deals = let_slots(&market, list, &purses);
    // Whoever was sent to another stall buys there, with a licence or without.
    for order in list.iter_mut() {
        let (slot, rules) = (order.stall as usize, &market.rules[order.place as usize]);
        if rules.goods[market.context.good_of(slot)].status == Status::Licensed {
            order.illicit = !market.stalls[slot].licensed;
        }
    }
    let (starts, members) = group_by(list.iter().map(|order| order.stall), market.stalls.len());
    let queue = queues(market.context, list, &starts, &members);
    let mut slots = Slots::default();
    let mut held = Vec::new();
    for slot in 0..market.stalls.len() {
        let queue = &queue[starts[slot] as usize..starts[slot + 1] as usize];
        if queue.is_empty() {
            continue;
        }
        market.stalls[slot].asked += u32::try_from(queue.len()).expect("fewer orders than citizens");
        let shop = Shop::of(&market, &climate, slot);
        // Purses lie far apart: all of a queue are asked for at once, and are at hand when their turns come.
        held.clear();
        held.extend(queue.iter().map(|&(_, number)| purses[list[number as usize].citizen as usize].balance()));
        for (&(_, number), &held) in queue.iter().zip(&held) {
            if market.books.stock(slot) == 0 && !shop.vanishing {
                break;
            }
            let deal = deals.binary_search_by_key(&number, |deal| deal.order).ok().map(|at| deals[at]);
            let order = &mut list[number as usize];
            let outbid = shop.good == Good::Positional && deal.is_none();
            if outbid || matches!(order.fate, Fate::Trapped | Fate::Outbid) {
                continue;
            }
            let purse = &mut purses[order.citizen as usize];
            let agent = usize::from(order.provider).checked_sub(1).map(|index| (index, &mut providers[index]));
            serve(&mut market, &shop, Buyer { order, held, purse, agent }, deal, &mut slots);
        }
    }
    slots.report(&mut market.events.counts, climate.wealth_mean);
}

/// What is the same for all who queue at one stall.
struct Shop {
    slot: usize,
    good: Good,
    venue: usize,
    seller: usize,
    /// What a unit costs the seller: where the good has leaked, what a copy costs and a part of the rest.
    cost: Credits,
    /// Share of the price that the venue's operator takes.
    fee: f64,
    /// The council in whose enclave the venue stands, where the seller is a stranger there, and the share of the price
    /// that it takes of strangers.
    host: Option<usize>,
    tariff: f64,
    /// Whether the venue holds payments back, where it puts them by day of release, and the chance that they go back to
    /// the buyer of a scam (0 where nothing is held back).
    escrow: bool,
    release_on: usize,
    refund: f64,
    /// Whether the seller takes money for nothing from everybody, since it is about to run away.
    vanishing: bool,
    /// Whether it does so now and then, since that pays.
    cheats: bool,
}

impl Shop {
    fn of(market: &MarketAccess<'_>, climate: &Climate, slot: usize) -> Self {
        let (context, params) = (market.context, market.params);
        let stall = &market.stalls[slot];
        let good = context.good_of(slot);
        let (venue, seller) = (stall.venue as usize, stall.seller as usize);
        let about = &params.venues[venue].params;
        let escrow_days = context.scenario.params.market.escrow_days.get() as usize;
        let escrow = about.escrow && escrow_days > 0;
        let refund = if escrow { params.market.refund.get() } else { 0.0 };
        let stands_in = context.venue_place[venue];
        let council = stands_in.and_then(|place| context.council_of[place]);
        let host = council.filter(|_| !context.is_council(seller));
        let gate = stands_in.map_or(Gate::OPEN, |place| climate.gates[place]);
        let owner = &market.sellers[seller];
        let base = climate.costs[good.index()];
        let cost = stall.made_for(params, stall.with_licence(params, owner.unit_cost(params, base)));
        let copy = copy_cost(base, params.leaks.copy_cost);
        let cost = Credits::from(climate.copies[good.index()].left_of(cost.get(), copy));
        let price = stall.price().get();
        // What doubt of a whole price takes off the odds of a sale here, as buyers weigh it.
        let delivery = f64::from(stall.reputation) * (0.5 + 0.5 * f64::from(market.venues[venue].trust));
        let feel = params.demand.price_weight.get() * price * params.demand.scam_weight.get() * delivery
            / context.scenario.params.demand.nest.get();
        let name = worth_of_a_name(
            price - cost.get(),
            feel,
            params.market.reputation_speed.get(),
            f64::from(stall.usual_sales),
            params.syndicates.patience_to_stay.get() * (1.0 - owner.chance_to_give_up(params)),
        );
        Self {
            slot,
            good,
            venue,
            seller,
            cost,
            fee: about.fee.get(),
            host,
            // Strangers pay an enclave for selling at its venue.
            tariff: if host.is_some() { gate.tariff } else { 0.0 },
            escrow,
            release_on: (market.day as usize + escrow_days) % HOLDING,
            refund,
            vanishing: owner.vanishes > 0,
            cheats: owner.cheats && cheating_pays(price, cost.get(), refund, name),
        }
    }
}

/// A buyer whose turn it is.
struct Buyer<'a> {
    order: &'a mut Order,
    /// What is in the purse: nobody has two orders a day.
    held: Credits,
    purse: &'a mut Purse,
    /// Number and state of the provider whose agent shops, if any.
    agent: Option<(usize, &'a mut Provider)>,
}

/// What a buyer is asked to pay, and what for.
struct Terms {
    price: Credits,
    favours: i16,
    /// The tax on a licensed trade and the provider's markup, both on top of the price.
    tax: Credits,
    markup: Credits,
    /// Whether nothing is delivered, and whether the payment comes back then.
    scam: bool,
    refunded: bool,
}

/// The terms for one buyer at this stall; `None` for whoever cannot pay them.
fn terms(market: &MarketAccess<'_>, shop: &Shop, buyer: &Buyer<'_>, deal: Option<Deal>) -> Option<Terms> {
    let (params, stall) = (market.params, &market.stalls[shop.slot]);
    let (order, purse) = (&*buyer.order, &*buyer.purse);
    let rules = &market.rules[order.place as usize];
    let licensed = rules.goods[shop.good].status == Status::Licensed && stall.licensed;
    let council = market.context.council_of[order.place as usize];
    let at_home = council == Some(shop.seller) && purse.favours() > 0;
    let (price, favours) = match deal {
        Some(deal) => (Credits::milli(deal.price), deal.favours),
        None if at_home => (stall.price() - share_of(stall.price(), params.society.favour_worth.get()), 1),
        None => (stall.price(), 0),
    };
    let tax = if licensed { share_of(price, rules.law.licence_tax.get()) } else { Credits::ZERO };
    let markup = buyer.agent.as_ref().map_or(Credits::ZERO, |(_, provider)| share_of(price, provider.markup));
    debug_assert_eq!(buyer.held, purse.balance(), "nobody pays or is paid before their turn");
    if buyer.held < price + tax + markup {
        return None;
    }
    let (cheats, returns) = halves(order.honesty);
    let honesty = if licensed { rules.law.licence_honesty.get() } else { 0.0 };
    let scam = shop.vanishing
        || shop.cheats && f64::from(cheats) < params.syndicates.cheating.get() * (1.0 - honesty) * 65_536.0;
    let refunded = scam && f64::from(returns) < shop.refund * 65_536.0;
    Some(Terms { price, favours, tax, markup, scam, refunded })
}

/// One buyer's turn: who can pay is served or cheated, and the stall's name moves with what comes of it.
fn serve(market: &mut MarketAccess<'_>, shop: &Shop, buyer: Buyer<'_>, deal: Option<Deal>, slots: &mut Slots) {
    let Some(terms) = terms(market, shop, &buyer, deal) else { return };
    let stall = &mut market.stalls[shop.slot];
    buyer.order.price = terms.price;
    market.venues[shop.venue].trades += 1;
    let outcome = if terms.scam { 0.0 } else { stall.quality };
    stall.reputation += market.params.market.reputation_speed.as_f32() * (outcome - stall.reputation);
    if terms.refunded {
        let escrow = Account::Escrow(shop.venue);
        market.books.pay_from(buyer.purse, escrow, terms.price, FlowReason::Purchase);
        market.books.pay_to(escrow, buyer.purse, terms.price, FlowReason::Refund);
        buyer.order.fate = Fate::Refunded;
        return;
    }
    buyer.order.extra = terms.tax + terms.markup;
    buyer.order.fate = if terms.scam { Fate::Scammed } else { Fate::Delivered };
    pay_extras(market, &terms, buyer.order, buyer.purse, buyer.agent);
    if shop.good == Good::Positional {
        slots.count(terms.price, terms.favours, buyer.purse);
    }
    pay_seller(market, shop, &terms, buyer.purse);
    if !terms.scam {
        market.books.move_units(shop.slot, UnitMove::Deliver, 1);
    }
}

/// What the buyer pays beside the price: tax, markup and favours.
fn pay_extras(
    market: &mut MarketAccess<'_>,
    terms: &Terms,
    order: &Order,
    purse: &mut Purse,
    agent: Option<(usize, &mut Provider)>,
) {
    market.books.pay_from(purse, Account::Treasury, terms.tax, FlowReason::Tax);
    if let Some((index, provider)) = agent {
        market.books.pay_from(purse, Account::Provider(index), terms.markup, FlowReason::Markup);
        provider.income += terms.markup.as_milli();
    }
    if terms.favours > 0 {
        market.books.spend_favours(order.place as usize, purse, terms.favours);
    }
}

/// The price goes to escrow or straight to the seller, less the operator's fee and the enclave's tariff, and all of them
/// note what they took.
fn pay_seller(market: &mut MarketAccess<'_>, shop: &Shop, terms: &Terms, purse: &mut Purse) {
    let price = terms.price;
    let fee = share_of(price, shop.fee);
    let tariff = share_of(price, shop.tariff);
    let rest = price - fee - tariff;
    let first = if shop.escrow { Account::Escrow(shop.venue) } else { Account::Seller(shop.seller) };
    market.books.pay_from(purse, first, price, FlowReason::Purchase);
    market.books.pay(first, Account::Operator(shop.venue), fee, FlowReason::Fee);
    if let Some(council) = shop.host {
        market.books.pay(first, Account::Seller(council), tariff, FlowReason::Tariff);
    }
    let stall = &mut market.stalls[shop.slot];
    if shop.escrow {
        stall.held[shop.release_on] += rest;
    }
    stall.profit += rest;
    stall.margin += if terms.scam { rest } else { rest - shop.cost };
    stall.revenue += rest;
    stall.sold += 1;
    let venue = &mut market.venues[shop.venue];
    venue.fees += fee.as_milli();
    venue.volume += price.as_milli();
    let seller = &mut market.sellers[shop.seller];
    seller.revenue[market.day as usize % MONTH] += rest.as_milli();
    seller.sales[market.day as usize % MONTH] += 1;
}

/// Who was let a slot today.
#[derive(Default)]
struct Slots {
    sold: i64,
    by_favour: i64,
    paid: Credits,
    wealth: f64,
    favours: i64,
}

impl Slots {
    fn count(&mut self, price: Credits, favours: i16, purse: &Purse) {
        self.sold += 1;
        self.by_favour += i64::from(favours > 0);
        self.paid += if favours > 0 { Credits::ZERO } else { price };
        self.wealth += purse.balance().get();
        self.favours += i64::from(purse.favours() + favours);
    }

    fn report(&self, counts: &mut Counts, wealth_mean: f64) {
        let mean = |sum: f64, of: i64| (of > 0).then(|| sum / of as f64);
        counts.slots_sold = self.sold;
        counts.slots_by_favour = self.by_favour;
        counts.slot_price = mean(self.paid.get(), self.sold - self.by_favour);
        counts.inside_wealth = mean(self.wealth / wealth_mean.max(1e-9), self.sold);
        counts.inside_favours = mean(self.favours as f64, self.sold);
    }
}
