//! How trade finds its prices and partners.

use std::sync::Arc;

use crate::measure::Recording;
use crate::measure::statistics::mean;
use crate::verify::{Absent, Case, Check, Group, Knob, OutsideDomain, Setup, of_good};
use contraband_sim::base::dice::{Dice, Purpose, open_unit};
use contraband_sim::base::numerics::{exp, ln, pow};
use contraband_sim::base::units::Credits;
use contraband_sim::ids::rung::{RUNGS, markup};
use contraband_sim::rules::auctions::{Bidder, uniform_price};
use contraband_sim::scenario::Scenario;
use contraband_sim::state::context::RunContext;

/// The cases of this group.
pub const CASES: &[Case] = &[
    Case {
        name: "urn_ball",
        group: Group::Market,
        shows: "buyers who cannot see each other leave some sellers idle, though there are enough buyers",
        formula: "share of S sellers who sell, of one unit each, when B buyers pick one each: 1 - (1 - 1/S)^B",
        source: "urn-ball matching; Petrongolo and Pissarides (2001), section 3",
        world: Some("verify/urn_ball"),
        knobs: &[
            Knob::lever("citizens.count", 100.0, 20_000.0),
            Knob::lever("market.stalls_per_thousand", 50.0, 1000.0),
            Knob::lever("demand.attention", 0.005, 0.1),
        ],
        seeds: 12,
        long: false,
        run: urn_ball,
    },
    Case {
        name: "cheapest_of_a_few",
        group: Group::Market,
        shows: "buyers who compare a few prices pay the lowest of them, and the cheapest sellers win more than their \
                share",
        formula: "with k of S stalls found, the i-th cheapest stall is paid with probability (1 - (i-1)/S)^k - (1 - \
                  i/S)^k",
        source: "order statistics of sampled prices; Stigler (1961)",
        world: Some("verify/search"),
        knobs: &[
            Knob::lever("citizens.count", 200.0, 20_000.0),
            Knob::lever("market.stalls_per_thousand", 50.0, 1000.0),
            Knob::lever("demand.attention", 0.05, 1.0),
            Knob::lever("demand.stalls_sampled", 1.0, 4.0),
            Knob::lever("goods.privacy.cost", 0.7, 1.4),
        ],
        seeds: 12,
        long: false,
        run: cheapest_of_a_few,
    },
    Case {
        name: "unequal_search",
        group: Group::Market,
        shows: "if some buyers compare more prices than others, the mean price paid is the mean of theirs, weighted by \
                numbers",
        formula: "mean paid = q E(lowest of k_a prices) + (1 - q) E(lowest of k_s prices), for a share q with agents",
        source: "buyers of Burdett and Judd (1983), at given prices",
        world: Some("verify/search"),
        knobs: &[
            Knob::lever("citizens.delegated_share", 0.0, 1.0),
            Knob::lever("demand.stalls_sampled", 1.0, 4.0),
            Knob::lever("demand.delegate_stalls", 1.0, 4.0),
            Knob::lever("market.stalls_per_thousand", 50.0, 1000.0),
        ],
        seeds: 12,
        long: false,
        run: unequal_search,
    },
    Case {
        name: "choice_between_sellers",
        group: Group::Market,
        shows: "within a good, sellers are chosen by a logit whose spread is the nest parameter",
        formula: "mean paid = mean over draws of k sellers of (sum of p e^(-w p / nest)) / (sum of e^(-w p / nest))",
        source: "McFadden (1978)",
        world: Some("verify/search"),
        knobs: &[
            Knob::own("weight", 1.0, 0.0, 5.0, "utils per credit"),
            Knob::own("nest", 0.5, 0.05, 1.0, "relative to the shock's spread"),
            Knob::lever("demand.stalls_sampled", 1.0, 4.0),
            Knob::lever("market.stalls_per_thousand", 50.0, 1000.0),
        ],
        seeds: 12,
        long: false,
        run: choice_between_sellers,
    },
    Case {
        name: "nested_logit",
        group: Group::Market,
        shows: "goods are chosen by a logit, and the more sellers of a good are found, the more of it is bought",
        formula: "share of a good = k^nest e^V / (1 + sum over goods of k^nest e^V), with k sellers found of each",
        source: "McFadden (1974, 1978); Cardell (1997)",
        world: Some("verify/logit"),
        knobs: LOGIT,
        seeds: 12,
        long: false,
        run: nested_logit,
    },
    Case {
        name: "diversion_after_a_ban",
        group: Group::Market,
        shows: "buyers of a banned good switch to the others, and to none, in proportion to their shares before",
        formula: "gain of j per buyer lost by i = s_j / (1 - s_i), staying out included",
        source: "McFadden (1974): independence of irrelevant alternatives between nests",
        world: Some("verify/logit"),
        knobs: LOGIT,
        seeds: 12,
        long: false,
        run: diversion_after_a_ban,
    },
    Case {
        name: "price_elasticity",
        group: Group::Market,
        shows: "demand responds to its price more strongly the dearer the good is and the fewer people buy it",
        formula: "d ln s / d ln p = -w p (1 - s); for a finite rise from both shares, s = m e^(V - w p) / (1 + m e^(V - w p))",
        source: "McFadden (1974)",
        world: Some("verify/logit"),
        knobs: &[
            Knob::lever("goods.privacy.appeal", -3.0, 3.0),
            Knob::lever("demand.nest", 0.05, 1.0),
            Knob::lever("demand.stalls_sampled", 1.0, 4.0),
            Knob::own("weight", 0.05, 0.01, 0.2, "utils per credit"),
            Knob::own("price", 20.0, 5.0, 30.0, "credits"),
            Knob::own("rise", 0.1, 0.05, 1.0, "as a share of the price"),
        ],
        seeds: 12,
        long: false,
        run: price_elasticity,
    },
    Case {
        name: "every_milli_credit",
        group: Group::Market,
        shows: "every milli-credit of every price paid goes where the rules say, on the day they say",
        formula: "tax, markup and fee: floor(share * price + 1/2) per sale; the rest leaves escrow d days later",
        source: "double-entry bookkeeping; the model's own rules",
        world: Some("verify/money"),
        knobs: &[
            Knob::lever("goods.privacy.price_cap", 0.001, 1000.0),
            Knob::lever("law.licence_tax", 0.0, 0.9),
            Knob::lever("venues.bazaar.fee", 0.01, 0.9),
            Knob::lever("providers.guide.markup", 0.0, 1.0),
            Knob::lever("market.escrow_days", 1.0, 14.0),
            Knob::lever("market.refund", 0.0, 1.0),
        ],
        seeds: 4,
        long: false,
        run: every_milli_credit,
    },
    Case {
        name: "one_seller_found_or_more",
        group: Group::Market,
        shows: "where buyers find one seller, prices rise to the monopoly price; where they find two, prices fall",
        formula: "one found: the markup p* at which p L(V - w p) is greatest; two: at least half-way from p* down to \
                  the lowest",
        source: "Diamond (1971); Bertrand (1883); with sellers who learn by trial",
        world: Some("verify/rivals"),
        knobs: &[Knob::lever("goods.privacy.appeal", 2.0, 10.0), Knob::lever("demand.price_weight", 0.5, 2.0)],
        seeds: 4,
        long: false,
        run: one_seller_found_or_more,
    },
    Case {
        name: "uniform_price_auction",
        group: Group::Market,
        shows: "slots are allocated at the highest losing bid, which is an order statistic",
        formula: "mean price of k units among n bidders from 0 to 1: (n - k) / (n + 1)",
        source: "order statistics; Krishna (2009), Auction Theory, chapter 13",
        world: None,
        knobs: &[
            Knob::count("bidders", 20, 2, 64, "bidders at each auction"),
            Knob::count("units", 3, 1, 63, "units auctioned"),
        ],
        seeds: 20_000,
        long: false,
        run: uniform_price_auction,
    },
];

/// What does not apply.
pub const ABSENT: &[Absent] = &[
    Absent {
        name: "double_auction",
        group: Group::Market,
        why: "nobody bids against sellers and there is no order book: stalls post prices and buyers take one or none, \
              so zero-intelligence traders (Gode and Sunder 1993) and Smith's alpha do not apply",
    },
    Absent {
        name: "burdett_judd_equilibrium",
        group: Group::Market,
        why: "sellers ask one of twelve markups that they learn from profits, and learnt prices do not settle at an \
              equilibrium in mixed prices; `unequal_search` covers what searching buyers pay at given prices",
    },
    Absent {
        name: "power_of_two_choices",
        group: Group::Market,
        why: "buyers all choose at once and do not see queues: nobody can pick the shorter of two",
    },
    Absent {
        name: "first_and_second_price_auctions",
        group: Group::Market,
        why: "slots are allocated in one format, at a uniform price, and bids are what a slot is worth to the bidder: \
              nobody shades a bid, so revenues of two formats cannot be compared",
    },
];

/// Appeals and search in the world of four goods.
const LOGIT: &[Knob] = &[
    Knob::lever("goods.privacy.appeal", -3.0, 3.0),
    Knob::lever("goods.experience.appeal", -3.0, 3.0),
    Knob::lever("goods.dangerous_tech.appeal", -3.0, 3.0),
    Knob::lever("goods.taboo_computing.appeal", -3.0, 3.0),
    Knob::lever("demand.nest", 0.05, 1.0),
    Knob::lever("demand.stalls_sampled", 1.0, 4.0),
];

/// The goods of that world, in the order of their knobs.
const FOUR: [&str; 4] = ["privacy", "experience", "dangerous_tech", "taboo_computing"];

/// Compares what was measured with an expectation that each seed has of its own.
fn seed_by_seed(what: impl Into<String>, found: &[[f64; 2]]) -> Check {
    let expected = mean(&found.iter().map(|[expected, _]| *expected).collect::<Vec<_>>());
    let off: Vec<f64> = found.iter().map(|[own, measured]| measured - own + expected).collect();
    Check::mean(what, expected, &off)
}

/// Stalls of each good in a world where all places are taken and nothing says that one good pays more than another.
pub(crate) fn slots(world: &Scenario) -> usize {
    RunContext::new(Arc::new(world.clone()), 1, 1).share
}

/// A share of days as the engine draws it, in 65536ths.
pub(crate) fn drawn_share(share: f64) -> f64 {
    (share * 65_536.0).floor() / 65_536.0
}

/// The sum of a column of the table of goods over the days of one good.
fn sum(rows: &Recording, column: &str, good: &str) -> f64 {
    of_good(rows, good, column).iter().sum()
}

/// Each morning every seller has one unit, and every buyer orders at one seller met by chance, or now and then at the one
/// bought from last; those are spread more evenly than chance would, which few buyers a day keep from telling.
fn urn_ball(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let world = setup.world()?;
    let buyers = drawn_share(setup.value("demand.attention")) * setup.value("citizens.count");
    let crowd = buyers / slots(&world) as f64;
    if !(0.02..=4.0).contains(&crowd) {
        let why = format!("{crowd:.3} buyers per seller; it takes 0.02 to 4 to tell who is idle by chance");
        return Err(OutsideDomain(why));
    }
    let shares = setup.each_seed(world, |rows| {
        let of = |column| rows.numbers("goods", column);
        let (goods, stalls, orders, trades) = (rows.words("goods", "good"), of("stalls"), of("orders"), of("trades"));
        let days: Vec<usize> = (0..goods.len()).filter(|&row| goods[row] == "privacy").skip(10).collect();
        let (mut sold, mut expected) = (0.0, 0.0);
        for &row in &days {
            sold += trades[row] / stalls[row];
            expected += 1.0 - pow(1.0 - 1.0 / stalls[row], orders[row]);
        }
        [expected / days.len() as f64, sold / days.len() as f64]
    });
    Ok(vec![seed_by_seed("share of sellers who sell", &shares)])
}

/// What stalls of privacy ask in the world of search, the lowest first: prices stand still. And what each has sold.
fn posted(rows: &Recording, cost: f64) -> Vec<(f64, f64)> {
    let of = |column| rows.numbers("syndicates", column);
    let (days, markups, sales) = (of("day"), of("markup"), of("sales"));
    let goods = rows.words("syndicates", "main_good");
    let last = days.last().copied().unwrap_or(0.0);
    let here = (0..days.len()).filter(|&row| days[row] == last && goods[row] == "privacy");
    let mut posted: Vec<(f64, f64)> = here.map(|row| (markups[row] * cost, sales[row])).collect();
    posted.sort_by(|one, other| one.0.total_cmp(&other.0));
    posted
}

/// Chance that `k` draws from so many stalls, as often as not the same, find one of the first `few`.
fn finds(few: usize, stalls: usize, k: f64) -> f64 {
    1.0 - pow(1.0 - few as f64 / stalls as f64, k)
}

/// Mean of the lowest price among those found; prices from the lowest up.
fn mean_lowest(posted: &[(f64, f64)], k: f64) -> f64 {
    let paid = |nth: usize| finds(nth + 1, posted.len(), k) - finds(nth, posted.len(), k);
    posted.iter().enumerate().map(|(nth, (price, _))| price * paid(nth)).sum()
}

/// Prices weigh so much more than shocks that the lowest found is taken; nobody is ever delivered to, so that nobody has a
/// favourite and each search is a new one. Places that are empty are not found.
fn cheapest_of_a_few(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let world = setup.world_with(&[("citizens.delegated_share", "0".into())])?;
    let days = f64::from(world.days);
    let (k, cost) = (setup.value("demand.stalls_sampled"), setup.value("goods.privacy.cost"));
    let attention = drawn_share(setup.value("demand.attention")) * setup.value("citizens.count") * days;
    let found = setup.each_seed(world, |rows| {
        let posted = posted(rows, cost);
        let tenth = posted[posted.len().div_ceil(10) - 1].0;
        let cheap = posted.iter().filter(|(price, _)| *price <= tenth).count();
        let trades = sum(rows, "trades", "privacy");
        let won: f64 = posted[..cheap].iter().map(|(_, sales)| sales).sum();
        [
            [mean_lowest(&posted, k), sum(rows, "spent_credits", "privacy") / trades],
            [finds(cheap, posted.len(), k), won / trades],
            [1.0, trades / attention],
        ]
    });
    let of = |nth: usize| found.iter().map(|checks| checks[nth]).collect::<Vec<_>>();
    Ok(vec![
        seed_by_seed("mean price paid", &of(0)),
        seed_by_seed("share won by the cheapest tenth", &of(1)),
        seed_by_seed("share of searches that find a seller", &of(2)),
    ])
}

/// The same world, where agents search for some: they find more stalls, ask nothing and know nothing.
fn unequal_search(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let world = setup.world()?;
    let cost = world.params.goods[contraband_sim::ids::good::Good::Privacy].cost.get();
    let k = [setup.value("demand.delegate_stalls"), setup.value("demand.stalls_sampled")];
    let found = setup.each_seed(world, |rows| {
        let posted = posted(rows, cost);
        let delegated = mean(&rows.numbers("days", "delegated_share"));
        let both = |of: &dyn Fn(f64) -> f64| delegated * of(k[0]) + (1.0 - delegated) * of(k[1]);
        let expected = both(&|k| mean_lowest(&posted, k));
        [expected, sum(rows, "spent_credits", "privacy") / sum(rows, "trades", "privacy")]
    });
    Ok(vec![seed_by_seed("mean price paid", &found)])
}

/// The same world, where a price weighs less than a liking may: all who find somebody buy, whoever it is.
fn choice_between_sellers(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let (weight, spread) = (setup.value("weight"), setup.value("nest"));
    let world = setup.world_with(&[
        ("citizens.delegated_share", "0".into()),
        ("demand.price_weight", weight.to_string()),
        ("demand.nest", spread.to_string()),
    ])?;
    let cost = world.params.goods[contraband_sim::ids::good::Good::Privacy].cost.get();
    let k = setup.value("demand.stalls_sampled") as u32;
    let found = setup.each_seed(world, |rows| {
        // Prices and how many stalls ask them.
        let mut asked: Vec<(f64, f64)> = Vec::new();
        let posted = posted(rows, cost);
        for &(price, _) in &posted {
            match asked.iter_mut().find(|(known, _)| *known == price) {
                Some((_, count)) => *count += 1.0,
                None => asked.push((price, 1.0)),
            }
        }
        let pull: Vec<f64> = asked.iter().map(|(price, _)| exp(-weight * (price - asked[0].0) / spread)).collect();
        let mut paid = 0.0;
        for mut draws in 0..asked.len().pow(k) {
            let (mut chance, mut pulls, mut prices) = (1.0, 0.0, 0.0);
            for _ in 0..k {
                let met = draws % asked.len();
                draws /= asked.len();
                chance *= asked[met].1 / posted.len() as f64;
                pulls += pull[met];
                prices += pull[met] * asked[met].0;
            }
            paid += chance * prices / pulls;
        }
        [paid, sum(rows, "spent_credits", "privacy") / sum(rows, "trades", "privacy")]
    });
    Ok(vec![seed_by_seed("mean price paid", &found)])
}

/// Nobody is delivered to, so that a unit costs its seller nothing and no buyer knows a seller from before.
fn one_seller_found_or_more(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let (appeal, weight) = (setup.value("goods.privacy.appeal"), setup.value("demand.price_weight"));
    let asked = |found: u32| {
        let world = setup.world_with(&[("demand.stalls_sampled", found.to_string())])?;
        let asked = setup.each_seed(world, |rows| {
            let prices: Vec<f64> = posted(rows, 1.0).iter().map(|(price, _)| *price).collect();
            mean(&prices)
        });
        Ok::<_, OutsideDomain>(mean(&asked))
    };
    let earns = |rung: u8| markup(rung) / (1.0 + exp(weight * markup(rung) - appeal));
    let best = (0..RUNGS as u8).max_by(|&one, &other| earns(one).total_cmp(&earns(other))).expect("there are rungs");
    if best < 4 {
        return Err(OutsideDomain(format!(
            "even a monopolist would ask no more than {:.2} times the cost",
            markup(best)
        )));
    }
    Ok(vec![
        Check::near(
            "mean price where one seller is found",
            markup(best),
            asked(1)?,
            0.22 * markup(best),
            "one step of the ladder of markups: sales tell learners little about neighbouring steps",
        ),
        Check::at_most(
            "mean price where two sellers are found",
            f64::midpoint(markup(0), markup(best)),
            asked(2)?,
            "half-way: learners stop trying before all of them have reached the lowest markup",
        ),
    ])
}

/// Utilities of the four goods, with what finding so many sellers of each adds to them.
fn pulls(setup: &Setup<'_>) -> [f64; 4] {
    let found = pow(setup.value("demand.stalls_sampled"), setup.value("demand.nest"));
    FOUR.map(|good| found * exp(setup.value(&format!("goods.{good}.appeal"))))
}

/// Shares of choices that each of the four goods has, seed by seed.
fn shares_of_four(setup: &Setup<'_>, world: Scenario) -> Vec<[f64; 4]> {
    let choices = f64::from(world.days) * f64::from(world.params.citizens.count.get());
    setup.each_seed(world, |rows| FOUR.map(|good| sum(rows, "trades", good) / choices))
}

/// Prices weigh nothing, all slots are filled, everybody thinks of every good on every day, and nothing comes of any
/// purchase: what is left is appeal, and shocks.
fn nested_logit(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let world = setup.world()?;
    let choices = f64::from(world.days) * f64::from(world.params.citizens.count.get()) * setup.seeds as f64;
    let (pulls, found) = (pulls(setup), shares_of_four(setup, world));
    let whole = 1.0 + pulls.iter().sum::<f64>();
    let check = |nth: usize| {
        let bought: f64 = found.iter().map(|shares| shares[nth] / setup.seeds as f64).sum();
        Check::share(FOUR[nth], pulls[nth] / whole, bought * choices, choices)
    };
    Ok((0..4).map(check).collect())
}

/// The same world twice, with the same draws: once the first good is as good as gone.
fn diversion_after_a_ban(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let before = shares_of_four(setup, setup.world()?);
    let after = shares_of_four(setup, setup.world_with(&[("goods.privacy.appeal", "-50".into())])?);
    let pulls = pulls(setup);
    let others = 1.0 + pulls[1..].iter().sum::<f64>();
    let gains = |nth: usize| -> Vec<f64> {
        before.iter().zip(&after).map(|(before, after)| (after[nth] - before[nth]) / before[0]).collect()
    };
    let mut checks: Vec<Check> =
        (1..4).map(|nth| Check::mean(format!("to {}", FOUR[nth]), pulls[nth] / others, &gains(nth))).collect();
    let out: Vec<f64> = before
        .iter()
        .zip(&after)
        .map(|(before, after)| (before.iter().sum::<f64>() - after.iter().sum::<f64>()) / before[0])
        .collect();
    checks.push(Check::mean("to nothing", 1.0 / others, &out));
    Ok(checks)
}

/// One good of that world at a price that a cap holds, and at a higher one, with the same draws.
fn price_elasticity(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let (weight, rise) = (setup.value("weight"), 1.0 + setup.value("rise"));
    let price = |times: f64| Credits::from(setup.value("price") * times).get();
    let found = pow(setup.value("demand.stalls_sampled"), setup.value("demand.nest"));
    let expected = |times| {
        let pull = found * exp(setup.value("goods.privacy.appeal") - weight * price(times));
        pull / (1.0 + pull)
    };
    let bought = |times| {
        let mut set: Vec<(String, String)> =
            FOUR[1..].iter().map(|good| (format!("goods.{good}.appeal"), "-50".into())).collect();
        set.push(("demand.price_weight".into(), weight.to_string()));
        set.push(("goods.privacy.price_cap".into(), price(times).to_string()));
        let set: Vec<(&str, String)> = set.iter().map(|(path, value)| (path.as_str(), value.clone())).collect();
        Ok(shares_of_four(setup, setup.world_with(&set)?))
    };
    if expected(rise) < 0.005 || expected(1.0) - expected(rise) < 0.001 {
        return Err(OutsideDomain("too few people would buy, or stop buying, to measure the change".into()));
    }
    let by = ln(price(rise) / price(1.0));
    let (before, after) = (bought(1.0)?, bought(rise)?);
    let answers: Vec<f64> = before.iter().zip(&after).map(|(before, after)| ln(after[0] / before[0]) / by).collect();
    let shares: Vec<f64> = before.iter().map(|shares| shares[0]).collect();
    Ok(vec![
        Check::mean("share of choices", expected(1.0), &shares),
        Check::mean("elasticity", ln(expected(rise) / expected(1.0)) / by, &answers),
    ])
}

/// Everybody shops through an agent, at one price that a cap holds; no sale is delivered, and some are paid back.
fn every_milli_credit(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let world = setup.world()?;
    let price = Credits::from(setup.value("goods.privacy.price_cap")).as_milli() as f64;
    let of_a_sale = |lever: &str| (setup.value(lever) * price + 0.5).floor();
    let (tax, fee) = (of_a_sale("law.licence_tax"), of_a_sale("venues.bazaar.fee"));
    let markup = of_a_sale("providers.guide.markup");
    let (held, days) = (setup.count("market.escrow_days"), world.days as usize);
    let found = setup.each_seed(world, |rows| {
        let (dates, amounts) = (rows.numbers("flows", "day"), rows.numbers("flows", "amount"));
        let (units, whys) = (rows.words("flows", "unit"), rows.words("flows", "why"));
        let moved = |why: &str| {
            let mut moved = vec![0.0; days + 1];
            for row in (0..dates.len()).filter(|&row| units[row] == "credits" && whys[row] == why) {
                moved[dates[row] as usize] += amounts[row];
            }
            moved
        };
        let back = moved("refund");
        let trades = std::iter::once(0.0).chain(rows.numbers("days", "trades"));
        let trades: Vec<f64> = trades.collect();
        let kept: Vec<f64> = trades.iter().zip(&back).map(|(trades, back)| trades - back / price).collect();
        let late: Vec<f64> = (0..=days).map(|day| if day < held { 0.0 } else { kept[day - held] }).collect();
        // The sum over days of how far each day is off: none may be.
        let off = |why: &str, sales: &[f64], each: f64| -> f64 {
            moved(why).iter().zip(sales).map(|(moved, sales)| (moved - sales * each).abs()).sum()
        };
        let off = [
            off("purchase", &trades, price),
            off("tax", &kept, tax),
            off("markup", &kept, markup),
            off("fee", &kept, fee),
            off("release", &late, price - fee),
        ];
        (off, back.iter().sum::<f64>() / price, trades.iter().sum::<f64>())
    });
    let names = ["paid", "taxed", "charged by agents", "kept by the venue", "released from escrow"];
    let mut checks: Vec<Check> = names
        .iter()
        .enumerate()
        .map(|(nth, name)| {
            let off: f64 = found.iter().map(|(off, ..)| off[nth]).sum();
            Check::exact(format!("milli-credits {name} on a wrong day, or not at all"), 0.0, off)
        })
        .collect();
    let (back, trades) = found.iter().fold((0.0, 0.0), |sums, one| (sums.0 + one.1, sums.1 + one.2));
    checks.push(Check::share("share refunded", setup.value("market.refund"), back, trades));
    Ok(checks)
}

/// The engine's own auction, many times, with bids drawn evenly.
fn uniform_price_auction(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let (bidders, units) = (setup.count("bidders"), setup.count("units"));
    if units >= bidders {
        return Err(OutsideDomain(format!("{units} units for {bidders} bidders: somebody must lose")));
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
