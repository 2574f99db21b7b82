//! Auctions: where there is only so much of a good, those who came bid for it, the highest win, and all pay the same.

/// Who came to an auction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bidder {
    /// Number of the order.
    pub order: u32,
    /// Draw that decides between equals: the lower goes first.
    pub turn: u32,
    /// What they would pay, in milli-credits.
    pub bid: i64,
    /// Favours that the bidder holds.
    pub favours: i16,
}

/// How one unit was let.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deal {
    /// Number of the order.
    pub order: u32,
    /// Price in milli-credits.
    pub price: i64,
    /// Favours that it costs, beside the price.
    pub favours: i16,
}

/// Lets `units` at one price: the highest bid that won nothing, or the reserve.
///
/// Source: uniform-price auction of several units; with `n` bidders drawn evenly from 0 to 1 and `k` units the price is
/// `(n - k) / (n + 1)` on average.
pub fn uniform_price(bidders: &mut [Bidder], units: usize, reserve: i64) -> Vec<Deal> {
    bidders.sort_unstable_by(|one, other| other.bid.cmp(&one.bid).then(one.turn.cmp(&other.turn)));
    let price = bidders.get(units).map_or(reserve, |lost| lost.bid.max(reserve));
    let winners = bidders.iter().take(units).filter(|bidder| bidder.bid >= reserve);
    winners.map(|bidder| Deal { order: bidder.order, price, favours: 0 }).collect()
}

/// Lets `units` behind the wall: to the best connected, for favours and the reserve. Whoever was let in stands first then.
///
/// A bidder counts by favours and, as far as the wall leaks (`1 - wall`), by credits: each entry's worth of favours weighs
/// as much as the reserve. Whoever is let in for credits pays the highest bid that was left outside, twice the reserve at
/// least, and never more than they bid.
pub fn let_to_connected(bidders: &mut [Bidder], units: usize, reserve: i64, entry: i16, wall: f64) -> Vec<Deal> {
    let score = |bidder: &Bidder| {
        let favours = f64::from(bidder.favours) / f64::from(entry.max(1));
        let credits = bidder.bid as f64 / reserve.max(1) as f64;
        favours * wall + credits * (1.0 - wall)
    };
    let bribes = |bidder: &Bidder| wall < 1.0 && bidder.bid >= 2 * reserve;
    let enters = |bidder: &Bidder| bribes(bidder) || bidder.favours >= entry && bidder.bid >= reserve;
    bidders.sort_unstable_by(|one, other| {
        let by_score = score(other).total_cmp(&score(one));
        enters(other).cmp(&enters(one)).then(by_score).then(one.turn.cmp(&other.turn))
    });
    let inside = bidders.iter().filter(|bidder| enters(bidder)).count().min(units);
    let (inside, outside) = bidders.split_at(inside);
    let lost = outside.iter().map(|bidder| bidder.bid).max().unwrap_or(reserve);
    inside
        .iter()
        .map(|bidder| {
            // Favours are kept where credits open the wall.
            let (price, favours) =
                if bribes(bidder) { (lost.clamp(2 * reserve, bidder.bid), 0) } else { (reserve, entry) };
            Deal { order: bidder.order, price, favours }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::dice::{Dice, Purpose, open_unit};
    use crate::base::numerics::{exp, normal_quantile};

    fn bidder(order: u32, bid: i64, favours: i16) -> Bidder {
        Bidder { order, turn: order, bid, favours }
    }

    #[test]
    fn winners_pay_the_highest_bid_that_lost() {
        let mut bidders = [bidder(0, 50, 0), bidder(1, 90, 0), bidder(2, 70, 0)];
        let deals = uniform_price(&mut bidders, 2, 10);
        assert_eq!(deals.iter().map(|deal| (deal.order, deal.price)).collect::<Vec<_>>(), [(1, 70 - 20), (2, 50)]);
        let deals = uniform_price(&mut bidders, 5, 60);
        assert_eq!(deals.iter().map(|deal| (deal.order, deal.price)).collect::<Vec<_>>(), [(1, 60), (2, 60)]);
    }

    /// Twenty bidders, three units: (20 - 3) / 21 = 0.8095.
    #[test]
    fn the_mean_price_is_the_one_of_theory() {
        let dice = Dice::new(5);
        let rounds = 20_000;
        let mut sum = 0.0;
        for round in 0..rounds {
            let words = dice.words::<20>(Purpose::Entry, 1, round);
            let bid = |word: u32| (open_unit(word) * 1e9) as i64;
            let mut bidders: Vec<Bidder> = (0u32..).zip(words).map(|(n, word)| bidder(n, bid(word), 0)).collect();
            sum += uniform_price(&mut bidders, 3, 0)[0].price as f64 / 1e9;
        }
        assert!((sum / rounds as f64 - 0.8095).abs() < 0.003, "{}", sum / rounds as f64);
    }

    /// A thousand bid a tenth of incomes spread evenly over a log-normal with mean 1000. Where one in ten wins, the price is
    /// a tenth of the income at 0.9, `1000 * exp(1.28 * spread - spread^2 / 2)`, which grows with the spread; where three in
    /// ten win, it is that at 0.7, and falls.
    #[test]
    fn the_price_follows_the_income_of_the_last_who_is_let_in() {
        let price = |units: usize, spread: f64| {
            let income = |n: u32| exp(spread * normal_quantile((f64::from(n) + 0.5) / 1000.0) - spread * spread / 2.0);
            let mut bidders: Vec<Bidder> = (0..1000).map(|n| bidder(n, (income(n) * 100_000.0) as i64, 0)).collect();
            uniform_price(&mut bidders, units, 0)[0].price as f64 / 1000.0
        };
        let near = |found: f64, expected: f64| assert!((found / expected - 1.0).abs() < 0.01, "{found} {expected}");
        near(price(100, 0.8), 202.4);
        near(price(100, 1.2), 226.5);
        near(price(300, 0.8), 110.5);
        near(price(300, 1.2), 91.3);
    }

    #[test]
    fn behind_a_tight_wall_favours_decide_and_behind_a_leaking_one_credits() {
        let connected = bidder(0, 20, 9);
        let rich = bidder(1, 900, 0);
        assert_eq!(
            let_to_connected(&mut [rich, connected], 1, 10, 3, 1.0)[0],
            Deal { order: 0, price: 10, favours: 3 }
        );
        assert_eq!(
            let_to_connected(&mut [rich, connected], 1, 10, 3, 0.0)[0],
            Deal { order: 1, price: 20, favours: 0 }
        );
        assert!(let_to_connected(&mut [rich], 1, 10, 3, 1.0).is_empty());
    }

    /// Credits open a leaking wall as in the open: for the highest bid that lost.
    #[test]
    fn whoever_comes_through_the_wall_for_credits_pays_what_the_next_would_have() {
        let mut bidders = [bidder(0, 50, 0), bidder(1, 90, 0), bidder(2, 70, 0)];
        let deals = let_to_connected(&mut bidders, 2, 10, 3, 0.0);
        assert_eq!(deals.iter().map(|deal| (deal.order, deal.price)).collect::<Vec<_>>(), [(1, 50), (2, 50)]);
        assert_eq!(bidders[2].order, 0);
    }
}
