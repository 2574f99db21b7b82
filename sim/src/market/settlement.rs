//! Settlement: orders meet stock in fair random order, credits and units change hands through the ledger.

use bevy_ecs::prelude::*;

use crate::actors::delegate::Provider;
use crate::actors::enclave::Gate;
use crate::actors::stall::{HOLDING, Stall};
use crate::actors::syndicate::{MONTH, Seller};
use crate::dice::halves;
use crate::goods::Good;
use crate::goods::positional::let_slots;
use crate::ledger::{Account, Books, Purse, UnitMove, Why};
use crate::market::orders::{Fate, Order, Orders};
use crate::market::venues::Venue;
use crate::record::counts::Counts;
use crate::record::facts::Events;
use crate::setting::{InForce, Setting, Today, column_mut};
use crate::society::leaks::copy_cost;
use crate::units::{Credits, Status};

/// Groups numbers `0..keys.len()` by key: returns where each key's group starts in the second list, which keeps order.
pub fn group_by(keys: impl Iterator<Item = u32> + Clone, groups: usize) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0u32; groups + 1];
    for key in keys.clone() {
        starts[key as usize + 1] += 1;
    }
    for group in 0..groups {
        starts[group + 1] += starts[group];
    }
    let mut next = starts.clone();
    let mut members = vec![0u32; starts[groups] as usize];
    for (member, key) in (0u32..).zip(keys) {
        members[next[key as usize] as usize] = member;
        next[key as usize] += 1;
    }
    (starts, members)
}

/// The queue of each stall as (draw, order), where `starts` says: turns are drawn, and where two draws are equal the lower
/// number goes first.
fn queues(setting: &Setting, list: &[Order], starts: &[u32], members: &[u32]) -> Vec<(u32, u32)> {
    const STALLS: usize = 256; // enough for a thread to be worth asking
    let spans: Vec<&[u32]> = (0..starts.len() - 1)
        .step_by(STALLS)
        .map(|first| &starts[first..starts.len().min(first + STALLS + 1)])
        .collect();
    let sorted = setting.in_order(spans, |starts: &[u32]| {
        let first = starts[0] as usize;
        let mut queue: Vec<(u32, u32)> = members[first..starts[starts.len() - 1] as usize]
            .iter()
            .map(|&order| (list[order as usize].queue, order))
            .collect();
        for stall in starts.windows(2) {
            queue[stall[0] as usize - first..stall[1] as usize - first].sort_unstable();
        }
        queue
    });
    sorted.concat()
}

/// Whether not delivering pays at once: the price that is kept, against the margin of an honest sale.
///
/// `refund` is the chance that the buyer gets the money back.
pub fn cheating_pays(price: f64, cost: f64, refund: f64) -> bool {
    (1.0 - refund) * price > price - cost
}

/// A share of an amount that is not negative, rounded to the milli-credit.
pub fn share_of(amount: Credits, share: f64) -> Credits {
    Credits::milli((amount.as_milli() as f64 * share + 0.5) as i64)
}

/// Payments whose time in escrow is over go to their sellers.
pub fn release_escrow(today: Res<Today>, mut books: ResMut<Books>, mut stalls: Query<&mut Stall>) {
    let due = today.day as usize % HOLDING;
    for stall in column_mut(&mut stalls).iter_mut().filter(|stall| stall.open) {
        let amount = Credits::milli(std::mem::take(&mut stall.held[due]));
        if amount > Credits::ZERO {
            let seller = Account::Seller(stall.seller as usize);
            books.pay(Account::Escrow(stall.venue as usize), seller, amount, Why::Release);
        }
    }
}

/// Serves each stall's queue, in an order that favours nobody, as long as stock lasts.
#[expect(clippy::too_many_arguments, reason = "a system's arguments are its reads and writes")]
pub fn settle_orders(
    setting: Res<Setting>,
    today: Res<Today>,
    law: Res<InForce>,
    climate: Res<crate::society::climate::Climate>,
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
    let escrow_days = setting.scenario.params.market.escrow_days.get() as usize;
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
    let deals = let_slots(&setting, own, today.day, (list, purses), (stalls, &books));
    let (starts, members) = group_by(list.iter().map(|order| order.stall), stalls.len());
    let queue = queues(&setting, list, &starts, &members);
    for (slot, stall) in stalls.iter_mut().enumerate() {
        let queue = &queue[starts[slot] as usize..starts[slot + 1] as usize];
        if queue.is_empty() {
            continue;
        }
        stall.asked += u32::try_from(queue.len()).expect("fewer orders than citizens");
        let good = setting.good_of(slot);
        let place = &params.venues[stall.venue as usize].params;
        let venue = &mut venues[stall.venue as usize];
        let seller = &mut sellers[stall.seller as usize];
        let escrow = place.escrow && escrow_days > 0;
        let stands_in = setting.venue_place[stall.venue as usize] as usize;
        let host = setting.council_of.get(stands_in).copied().flatten();
        let guest = host.filter(|_| !setting.is_council(stall.seller as usize));
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

            let council = setting.council_of[order.place as usize];
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
                books.pay_from(purse, escrow, price, Why::Purchase);
                books.pay_to(escrow, purse, price, Why::Refund);
                order.fate = Fate::Refunded;
                continue;
            }

            order.extra = Credits::milli(tax.as_milli() + markup.as_milli());
            order.fate = if scam { Fate::Scammed } else { Fate::Delivered };
            books.pay_from(purse, Account::Treasury, tax, Why::Tax);
            if let Some(index) = provider {
                books.pay_from(purse, Account::Provider(index), markup, Why::Markup);
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
                books.pay_from(purse, escrow, price, Why::Purchase);
                books.pay(escrow, operator, fee, Why::Fee);
                if let Some(council) = guest {
                    books.pay(escrow, Account::Seller(council), tariff, Why::Tariff);
                }
                stall.held[release_on] += rest.as_milli();
            } else {
                books.pay_from(purse, owner, price, Why::Purchase);
                books.pay(owner, operator, fee, Why::Fee);
                if let Some(council) = guest {
                    books.pay(owner, Account::Seller(council), tariff, Why::Tariff);
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
