//! Settlement: orders meet stock in fair random order, credits and units change hands through the ledger.

use bevy_ecs::prelude::*;

use crate::base::dice::halves;
use crate::base::units::{Credits, Status};
use crate::ids::good::Good;
use crate::ids::seller::HOLDING;
use crate::record::counts::Counts;
use crate::rules::leaks::copy_cost;
use crate::rules::settlement::{cheating_pays, group_by, queues, share_of};
use crate::state::columns::column_mut;
use crate::state::context::RunContext;
use crate::state::day::{ActiveRules, Today};
use crate::state::enclave::Gate;
use crate::state::events::Events;
use crate::state::ledger::{Account, Books, FlowReason, Purse, UnitMove};
use crate::state::orders::{Fate, Orders};
use crate::state::provider::Provider;
use crate::state::seller::{MONTH, Seller};
use crate::state::stall::Stall;
use crate::state::venue::Venue;
use crate::systems::trade::slots::let_slots;

/// Serves each stall's queue, in an order that favours nobody, as long as stock lasts.
#[expect(clippy::too_many_arguments, reason = "a system's arguments are its reads and writes")]
pub fn settle_orders(
    context: Res<RunContext>,
    today: Res<Today>,
    law: Res<ActiveRules>,
    climate: Res<crate::state::climate::Climate>,
    (mut orders, mut events): (ResMut<Orders>, ResMut<Events>),
    mut books: ResMut<Books>,
    mut stalls: Query<&mut Stall>,
    mut venues: Query<&mut Venue>,
    mut sellers: Query<&mut Seller>,
    mut citizens: Query<&mut Purse>,
    mut providers: Query<&mut Provider>,
) {
    let params = &law.params;
    let market = &params.market;
    let escrow_days = context.scenario.params.market.escrow_days.get() as usize;
    let release_on = (today.day as usize + escrow_days) % HOLDING;
    let stalls = column_mut(&mut stalls);
    let venues = column_mut(&mut venues);
    let sellers = column_mut(&mut sellers);
    let providers = column_mut(&mut providers);
    let purses = column_mut(&mut citizens);
    for venue in venues.iter_mut() {
        (venue.fees, venue.volume, venue.trades) = (0, 0, 0);
    }

    let mut slots = Slots::default();
    let list = &mut orders.list;
    let own = (&params.own.positional, params.goods[Good::Positional].price_cap);
    let deals = let_slots(&context, own, today.day, (list, purses), (stalls, &books));
    let (starts, members) = group_by(list.iter().map(|order| order.stall), stalls.len());
    let queue = queues(&context, list, &starts, &members);
    for (slot, stall) in stalls.iter_mut().enumerate() {
        let queue = &queue[starts[slot] as usize..starts[slot + 1] as usize];
        if queue.is_empty() {
            continue;
        }
        stall.asked += u32::try_from(queue.len()).expect("fewer orders than citizens");
        let good = context.good_of(slot);
        let place = &params.venues[stall.venue as usize].params;
        let venue = &mut venues[stall.venue as usize];
        let seller = &mut sellers[stall.seller as usize];
        let escrow = place.escrow && escrow_days > 0;
        let stands_in = context.venue_place[stall.venue as usize] as usize;
        let host = context.council_of.get(stands_in).copied().flatten();
        let guest = host.filter(|_| !context.is_council(stall.seller as usize));
        let gate = climate.gates.get(stands_in).copied().unwrap_or(Gate::OPEN);
        let refund = if escrow { market.refund.get() } else { 0.0 };
        let cost = stall.made_for(params, seller.unit_cost(params, climate.costs[good.index()]));
        let copy = copy_cost(climate.costs[good.index()], params.leaks.copy_cost);
        let cost = Credits::from(climate.copies[good.index()].left_of(cost.get(), copy));
        let vanishing = seller.vanishes > 0;
        let cheat = seller.cheats && cheating_pays(stall.price().get(), cost.get(), refund);
        for &(_, order) in queue {
            if books.stock(slot) == 0 && !vanishing {
                break;
            }
            let deal = deals.binary_search_by_key(&order, |deal| deal.order).ok().map(|at| deals[at]);
            if good == Good::Positional && deal.is_none() {
                continue; // outbid
            }
            let order = &mut list[order as usize];
            if order.fate == Fate::Trapped {
                continue;
            }
            let purse = &mut purses[order.citizen as usize];
            let rules = &law.rules[order.place as usize];
            let licensed = rules.goods[good].status == Status::Licensed;

            let council = context.council_of[order.place as usize];
            let at_home = council == Some(stall.seller as usize) && purse.favours() > 0;
            let (price, favours) = match deal {
                Some(deal) => (Credits::milli(deal.price), deal.favours),
                None if at_home => {
                    let worth = share_of(stall.price(), params.society.favour_worth.get());
                    (Credits::milli(stall.price().as_milli() - worth.as_milli()), 1)
                }
                None => (stall.price(), 0),
            };
            let tax = if licensed { share_of(price, rules.law.licence_tax.get()) } else { Credits::ZERO };
            let provider = usize::from(order.provider).checked_sub(1);
            let markup = provider.map_or(Credits::ZERO, |index| share_of(price, providers[index].markup));
            if purse.balance().as_milli() < price.as_milli() + tax.as_milli() + markup.as_milli() {
                continue;
            }

            let (cheats, returns) = halves(order.honesty);
            let honesty = if licensed { rules.law.licence_honesty.get() } else { 0.0 };
            let scam =
                vanishing || cheat && f64::from(cheats) < params.syndicates.cheating.get() * (1.0 - honesty) * 65_536.0;
            order.price = price;
            venue.trades += 1;
            let outcome = if scam { 0.0 } else { stall.quality };
            stall.reputation += market.reputation_speed.as_f32() * (outcome - stall.reputation);
            if scam && f64::from(returns) < refund * 65_536.0 {
                let escrow = Account::Escrow(stall.venue as usize);
                books.pay_from(purse, escrow, price, FlowReason::Purchase);
                books.pay_to(escrow, purse, price, FlowReason::Refund);
                order.fate = Fate::Refunded;
                continue;
            }

            order.extra = Credits::milli(tax.as_milli() + markup.as_milli());
            order.fate = if scam { Fate::Scammed } else { Fate::Delivered };
            books.pay_from(purse, Account::Treasury, tax, FlowReason::Tax);
            if let Some(index) = provider {
                books.pay_from(purse, Account::Provider(index), markup, FlowReason::Markup);
                providers[index].income += markup.as_milli();
            }
            if favours > 0 {
                books.spend_favours(order.place as usize, purse, favours);
            }
            if good == Good::Positional {
                slots.count(price, favours, purse);
            }
            let fee = share_of(price, place.fee.get());
            // Strangers pay an enclave for selling at its venue.
            let tariff = share_of(price, if guest.is_some() { gate.tariff } else { 0.0 });
            let rest = Credits::milli(price.as_milli() - fee.as_milli() - tariff.as_milli());
            let operator = Account::Operator(stall.venue as usize);
            let owner = Account::Seller(stall.seller as usize);
            if escrow {
                let escrow = Account::Escrow(stall.venue as usize);
                books.pay_from(purse, escrow, price, FlowReason::Purchase);
                books.pay(escrow, operator, fee, FlowReason::Fee);
                if let Some(council) = guest {
                    books.pay(escrow, Account::Seller(council), tariff, FlowReason::Tariff);
                }
                stall.held[release_on] += rest.as_milli();
            } else {
                books.pay_from(purse, owner, price, FlowReason::Purchase);
                books.pay(owner, operator, fee, FlowReason::Fee);
                if let Some(council) = guest {
                    books.pay(owner, Account::Seller(council), tariff, FlowReason::Tariff);
                }
            }
            if !scam {
                books.move_units(slot, UnitMove::Deliver, 1);
            }
            stall.profit += rest.as_milli();
            stall.margin += rest.as_milli() - if scam { 0 } else { cost.as_milli() };
            stall.revenue += rest.as_milli();
            stall.sold += 1;
            venue.fees += fee.as_milli();
            venue.volume += price.as_milli();
            seller.revenue[today.day as usize % MONTH] += rest.as_milli();
            seller.sales[today.day as usize % MONTH] += 1;
        }
    }
    slots.report(&mut events.counts, climate.wealth_mean);
}

/// Who was let a slot today.
#[derive(Default)]
struct Slots {
    sold: i64,
    by_favour: i64,
    paid: i64,
    wealth: f64,
    favours: i64,
}

impl Slots {
    fn count(&mut self, price: Credits, favours: i16, purse: &Purse) {
        self.sold += 1;
        self.by_favour += i64::from(favours > 0);
        self.paid += if favours > 0 { 0 } else { price.as_milli() };
        self.wealth += purse.balance().get();
        self.favours += i64::from(purse.favours() + favours);
    }

    fn report(&self, counts: &mut Counts, wealth_mean: f64) {
        let mean = |sum: f64, of: i64| (of > 0).then(|| sum / of as f64);
        counts.slots_sold = self.sold;
        counts.slots_by_favour = self.by_favour;
        counts.slot_price = mean(self.paid as f64 / 1000.0, self.sold - self.by_favour);
        counts.inside_wealth = mean(self.wealth / wealth_mean.max(1e-9), self.sold);
        counts.inside_favours = mean(self.favours as f64, self.sold);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grouping_keeps_everybody_and_their_order() {
        let keys = [2u32, 0, 2, 1, 0, 2];
        let (starts, members) = group_by(keys.iter().copied(), 3);
        assert_eq!(starts, [0, 2, 3, 6]);
        assert_eq!(members, [1, 4, 3, 0, 2, 5]);
    }

    /// Without escrow a price is worth more than a margin; with six refunds in ten only a thin margin is worth less.
    #[test]
    fn escrow_makes_cheating_pay_only_where_margins_are_thin() {
        assert!(cheating_pays(20.0, 10.0, 0.0));
        assert!(!cheating_pays(20.0, 10.0, 0.6));
        assert!(cheating_pays(11.0, 10.0, 0.6));
    }
}
