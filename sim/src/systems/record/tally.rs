//! What a day adds up to: counts over orders, moments of prices, shares, and how far trade has shifted since it began.

use crate::base::numerics::ln;
use crate::base::units::Credits;
use crate::state::orders::{Fate, Order, Target};
use crate::state::stall::Stall;

/// Counts over some of the day's orders.
#[derive(Clone, Default)]
pub(crate) struct Tally {
    pub(crate) orders: i64,
    pub(crate) trades: i64,
    pub(crate) illicit: i64,
    pub(crate) delivered: i64,
    pub(crate) scams: i64,
    pub(crate) paid: i64,
    pub(crate) examined: i64,
    pub(crate) cases: i64,
    pub(crate) fines: i64,
    pub(crate) surplus: i64,
    pub(crate) sellers_fined: i64,
    /// Orders that others outbid.
    pub(crate) outbid: i64,
}

impl Tally {
    pub(crate) fn add(&mut self, order: &Order) {
        self.orders += 1;
        if order.fate == Fate::Trapped {
            self.cases += i64::from(order.case.is_some());
            self.fines += order.fine.as_milli();
            self.surplus -= order.fine.as_milli();
        }
        self.outbid += i64::from(order.fate == Fate::Outbid);
        if !order.settled() {
            return;
        }
        self.trades += 1;
        self.illicit += i64::from(order.illicit);
        self.delivered += i64::from(order.fate == Fate::Delivered);
        self.scams += i64::from(matches!(order.fate, Fate::Scammed | Fate::Refunded));
        self.paid += order.paid().as_milli();
        self.examined += i64::from(order.examined_by.is_some());
        self.cases += i64::from(order.case.is_some());
        self.fines += order.fine.as_milli();
        self.surplus += surplus(order);
        self.sellers_fined += if order.case == Some(Target::Seller) { order.fine.as_milli() } else { 0 };
    }

    /// All of some.
    pub(crate) fn sum<'t>(tallies: impl IntoIterator<Item = &'t Self>) -> Self {
        let mut sum = Self::default();
        tallies.into_iter().for_each(|tally| sum.merge(tally));
        sum
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.orders += other.orders;
        self.trades += other.trades;
        self.illicit += other.illicit;
        self.delivered += other.delivered;
        self.scams += other.scams;
        self.paid += other.paid;
        self.examined += other.examined;
        self.cases += other.cases;
        self.fines += other.fines;
        self.surplus += other.surplus;
        self.sellers_fined += other.sellers_fined;
        self.outbid += other.outbid;
    }
}

/// So many milli-credits, in credits.
pub(crate) fn credits(milli: i64) -> f64 {
    Credits::milli(milli).get()
}

/// What a settled purchase brought its buyer beyond what it cost, in milli-credits; a fine is the buyer's where the case is.
fn surplus(order: &Order) -> i64 {
    let fine = if order.case == Some(Target::Buyer) { order.fine.as_milli() } else { 0 };
    let had = match order.fate {
        Fate::Delivered => (f64::from(order.bid) * 1000.0) as i64 - order.paid().as_milli(),
        Fate::Scammed => -order.paid().as_milli(),
        Fate::Refunded | Fate::Unmet | Fate::Trapped | Fate::Outbid => 0,
    };
    had - fine
}

/// One number over another; nothing where there is nothing to divide by.
pub(crate) fn ratio(part: i64, whole: i64) -> Option<f64> {
    (whole != 0).then(|| part as f64 / whole as f64)
}

/// What prices were, in credits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Moments {
    pub(crate) mean: f64,
    /// Standard deviation.
    pub(crate) sd: f64,
    pub(crate) median: f64,
}

/// The moments of prices in milli-credits; nothing where there are none.
pub(crate) fn price_moments(prices: &mut [i64]) -> Option<Moments> {
    if prices.is_empty() {
        return None;
    }
    let n = prices.len() as f64;
    let mean = prices.iter().sum::<i64>() as f64 / n / 1000.0;
    let square = prices.iter().map(|&price| (credits(price) - mean) * (credits(price) - mean)).sum::<f64>() / n;
    let middle = prices.len() / 2;
    let (below, &mut upper, _) = prices.select_nth_unstable(middle);
    let lower = if n as usize % 2 == 1 { upper } else { below.iter().copied().max().unwrap_or(upper) };
    Some(Moments { mean, sd: square.sqrt(), median: f64::midpoint(credits(lower), credits(upper)) })
}

/// Share of the largest hundredth, at least one, in the sum; nothing where there is no sum.
pub(crate) fn top_share(values: &mut [i64]) -> Option<f64> {
    let total: i64 = values.iter().sum();
    if total <= 0 {
        return None;
    }
    let top = (values.len() / 100).max(1);
    values.select_nth_unstable_by(top - 1, |one, other| other.cmp(one));
    ratio(values[..top].iter().sum(), total)
}

/// How evenly weights are spread over so many: entropy over that of the most even spread; nothing where there are none.
pub(crate) fn evenness(weights: &[u32], over: usize) -> Option<f64> {
    let total: f64 = weights.iter().map(|&weight| f64::from(weight)).sum();
    if total <= 0.0 || over < 2 {
        return None;
    }
    let shares = weights.iter().filter(|&&weight| weight > 0).map(|&weight| f64::from(weight) / total);
    Some(shares.map(|share| -share * ln(share)).sum::<f64>() / ln(over as f64))
}

/// Herfindahl index of sellers' usual revenue from the stalls of one good; nothing where there is no revenue.
///
/// `purse` has room for every seller, all zero before and after.
pub(crate) fn concentration<'s>(open: impl Iterator<Item = &'s Stall> + Clone, purse: &mut [f64]) -> Option<f64> {
    let mut total = 0.0;
    for stall in open.clone() {
        let revenue = f64::from(stall.usual_revenue);
        purse[stall.seller as usize] += revenue;
        total += revenue;
    }
    let squares: f64 =
        open.map(|stall| std::mem::take(&mut purse[stall.seller as usize])).map(|revenue| revenue * revenue).sum();
    (total > 0.0).then(|| squares / (total * total))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::recorder::{REFERENCE, ShareShift, WEEK};

    #[test]
    fn moments_of_prices_by_hand() {
        let Moments { mean, sd, median } = price_moments(&mut [1000, 3000, 2000, 6000]).expect("there are prices");
        assert_eq!((mean, median), (3.0, 2.5));
        assert!((sd - 3.5f64.sqrt()).abs() < 1e-12);
        assert_eq!(price_moments(&mut []), None);
    }

    #[test]
    fn the_top_hundredth_is_at_least_one_seller() {
        assert_eq!(top_share(&mut [10, 30, 60]), Some(0.6));
        assert_eq!(top_share(&mut [0, 0]), None);
    }

    /// Two shared trade evenly; then all of one's went to the other.
    #[test]
    fn a_shift_compares_shares_now_with_shares_then() {
        let mut shift = ShareShift::default();
        for day in 1..=REFERENCE {
            shift.add(day, vec![5, 5, 0]);
        }
        for day in REFERENCE + 1..=REFERENCE + WEEK as u32 {
            shift.add(day, vec![0, 8, 0]);
        }
        let day = REFERENCE + WEEK as u32;
        assert_eq!((shift.index(day, 0), shift.index(day, 1)), (Some(0.0), Some(2.0)));
        assert_eq!((shift.index(day, 2), shift.index(3, 0)), (None, None));
    }

    #[test]
    fn an_even_plan_has_evenness_one() {
        assert!((evenness(&[3, 3, 3, 3], 4).expect("there is a plan") - 1.0).abs() < 1e-12);
        assert_eq!((evenness(&[5, 0], 2), evenness(&[0, 0], 2)), (Some(0.0), None));
    }
}
