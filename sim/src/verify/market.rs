//! How trade finds its prices and partners.

use super::{Absent, Case, Check, Group, Knob, OutsideDomain, Setup};
use crate::dice::{Dice, Purpose, open_unit};
use crate::market::auctions::{Bidder, uniform_price};
use crate::measure::statistics::mean;
use crate::numerics::pow;

/// The cases of this group.
pub const CASES: &[Case] = &[
    Case {
        name: "urn_ball",
        group: Group::Market,
        shows: "buyers who cannot see each other leave sellers idle, though there are enough of them",
        formula: "share of S sellers who sell, of one unit each, when B buyers pick one each: 1 - (1 - 1/S)^B",
        source: "urn-ball matching; Petrongolo and Pissarides (2001), section 3",
        world: Some("verify/urn_ball"),
        knobs: &[
            Knob::lever("citizens.count", 100.0, 20_000.0),
            Knob::lever("market.stalls_per_thousand", 50.0, 1000.0),
            Knob::lever("demand.attention", 0.005, 1.0),
        ],
        seeds: 12,
        long: false,
        run: urn_ball,
    },
    Case {
        name: "uniform_price_auction",
        group: Group::Market,
        shows: "slots are let at the highest bid that lost, which is an order statistic",
        formula: "mean price of k units among n bidders from 0 to 1: (n - k) / (n + 1)",
        source: "order statistics; Krishna (2009), Auction Theory, chapter 13",
        world: None,
        knobs: &[
            Knob::count("bidders", 20, 2, 64, "bidders at each auction"),
            Knob::count("units", 3, 1, 63, "units that are let"),
        ],
        seeds: 20_000,
        long: false,
        run: uniform_price_auction,
    },
];

/// What does not apply.
pub const ABSENT: &[Absent] = &[];

/// Each morning every seller has one unit, and every buyer orders at one seller met by chance.
fn urn_ball(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let shares = setup.each_seed(setup.world()?, |rows| {
        let of = |column| rows.numbers("goods", column);
        let (goods, stalls, orders, trades) = (rows.words("goods", "good"), of("stalls"), of("orders"), of("trades"));
        let days: Vec<usize> = (0..goods.len()).filter(|&row| goods[row] == "privacy").skip(10).collect();
        let (mut sold, mut expected) = (0.0, 0.0);
        for &row in &days {
            sold += trades[row] / stalls[row];
            expected += 1.0 - pow(1.0 - 1.0 / stalls[row], orders[row]);
        }
        [sold / days.len() as f64, expected / days.len() as f64]
    });
    let expected = mean(&shares.iter().map(|of| of[1]).collect::<Vec<_>>());
    let off: Vec<f64> = shares.iter().map(|[sold, expected_here]| sold - expected_here + expected).collect();
    Ok(vec![Check::mean("share of sellers who sell", expected, &off)])
}

/// The engine's own auction, many times, with bids drawn evenly.
fn uniform_price_auction(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let (bidders, units) = (setup.count("bidders"), setup.count("units"));
    if units >= bidders {
        return Err(OutsideDomain(format!("{units} units for {bidders} bidders: somebody has to lose")));
    }
    let dice = Dice::new(1);
    let prices = setup.each(setup.seeds, |round| {
        let words = dice.words::<64>(Purpose::Experiment, 1, round as u64);
        let bid = |word: u32| (open_unit(word) * 1e9) as i64;
        let mut bids: Vec<Bidder> = (0u32..)
            .zip(&words[..bidders])
            .map(|(order, &word)| Bidder { order, turn: order, bid: bid(word), favours: 0 })
            .collect();
        uniform_price(&mut bids, units, 0)[0].price as f64 / 1e9
    });
    let expected = (bidders - units) as f64 / (bidders + 1) as f64;
    Ok(vec![Check::mean("mean price", expected, &prices)])
}
