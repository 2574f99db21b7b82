//! What investigations find: patrols, traps, searches, and what a bribe lets go.
//!
//! Like the cases of deterrence, these live `verify/counter`.

use crate::verify::deterrence::{CASE_COST, NO_FEAR, of_16_bits, sold};
use crate::verify::{Case, Check, Group, Knob, OutsideDomain, Setup, enough, for_days};
use contraband_sim::base::numerics::{logistic, pow};

/// The cases of this kind; they belong to the group of deterrence.
pub const CASES: &[Case] = &[
    Case {
        name: "exact_capacity",
        group: Group::Deterrence,
        shows: "a budget buys so many investigations and not one more, and no trade is drawn twice",
        formula: "examined = min(capacity, illicit trades), every day; cases at a venue: thinned hypergeometric variance",
        source: "sampling without replacement; the day's budget divided by the cost of a case",
        world: Some("verify/counter"),
        knobs: &[
            Knob::lever("agencies.watch.budget", 5.0, 2_000.0),
            Knob::lever("goods.privacy.evidence", 0.05, 1.0),
            Knob::lever("goods.privacy.appeal", -2.0, 4.0),
        ],
        seeds: 16,
        long: false,
        run: exact_capacity,
    },
    Case {
        name: "traps_among_stalls",
        group: Group::Deterrence,
        shows: "a stranger meets a trap as often as traps stand among the stalls",
        formula: "share of orders that meet one of T traps among S stalls: T / (T + S); cases: times evidence",
        source: "sampling by chance; Becker (1968) for the rest",
        world: Some("verify/counter"),
        knobs: &[
            Knob::own("budget", 2.0, 0.5, 500.0, "credits a head for traps; one costs 1000"),
            Knob::lever("goods.privacy.evidence", 0.05, 1.0),
            Knob::lever("market.stalls_per_thousand", 0.1, 400.0),
        ],
        seeds: 6,
        long: false,
        run: traps_among_stalls,
    },
    Case {
        name: "searches_of_the_masked",
        group: Group::Deterrence,
        shows: "the more of those who hide are searched, the less each search finds",
        formula: "share of searches that find: q (1 - x^D) / (1 - x), x = (1 - q) (1 - s); q buys, s searched, D days back",
        source: "a renewal argument: bought last on a day since which neither a purchase nor a search fell",
        world: Some("verify/counter"),
        knobs: &[
            Knob::own("default_mask", 0.3, 0.05, 1.0, "share of people who wear a mask by default"),
            Knob::own("searched", 0.05, 0.002, 1.0, "searches a day for each citizen"),
            Knob::count("search_days", 20, 1, 60, "days for which a search finds a purchase"),
            Knob::lever("goods.privacy.appeal", -6.0, 2.0),
        ],
        seeds: 8,
        long: false,
        run: searches_of_the_masked,
    },
    Case {
        name: "bribe_by_bargaining",
        group: Group::Deterrence,
        shows: "an officer and an accused share the fine that is not paid by their bargaining power",
        formula: "bribe = bribe_share * fine, to the milli-credit; dropped: corruption * readiness of cases",
        source: "Nash (1950); Becker and Stigler (1974)",
        world: Some("verify/counter"),
        knobs: &[
            Knob::lever("law.fine", 0.01, 500.0),
            Knob::own("corruption", 0.5, 0.01, 1.0, "share of officers who take"),
            Knob::own("bribe_share", 0.5, 0.0, 1.0, "the officer's bargaining power"),
            Knob::own("readiness", 0.6, 0.01, 1.0, "chance that the seller's people pay"),
            Knob::own("exposure", 0.1, 0.0, 1.0, "chance that a bribe comes out"),
        ],
        seeds: 6,
        long: false,
        run: bribe_by_bargaining,
    },
];

/// All trade is one beat. Cases are brought against venues, whose evidence tells how many of the examined trades were of
/// each of two; that depends on how they are drawn.
fn exact_capacity(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    const DAYS: u32 = 120;
    let world = for_days(
        setup.world_with(&[
            (NO_FEAR.0, NO_FEAR.1.into()),
            ("law.target_buyers", "0".into()),
            ("market.stalls_per_thousand", "40".into()),
        ])?,
        DAYS,
    );
    let people = f64::from(world.params.citizens.count.get());
    let budget = setup.value("agencies.watch.budget");
    let evidence = of_16_bits(setup.value("goods.privacy.evidence"));
    let found = setup.each_seed(world, |rows| {
        let (trades, capacity) = (rows.numbers("days", "illicit_trades"), rows.numbers("agencies", "capacity"));
        let (examined, cases) = (rows.numbers("days", "examined"), rows.numbers("days", "detections"));
        let days = trades.len();
        let off = (0..days).filter(|&day| examined[day] != trades[day].min(capacity[day])).count() as f64;
        let (of_venue, known) = (rows.numbers("venues", "trades"), rows.numbers("venues", "evidence"));
        let fades = pow(0.5, 1.0 / 30.0);
        let mut squares = Vec::new();
        for day in 1..days {
            // Two venues: the rows of the first are the even ones.
            let (before, now) = (known[2 * day - 2], known[2 * day]);
            let here = (now / fades - before).round();
            let (all, of_these, drawn) = (trades[day], of_venue[2 * day], examined[day]);
            let share = of_these / all;
            let hypergeometric = drawn * share * (1.0 - share) * (all - drawn) / (all - 1.0).max(1.0);
            let variance = evidence * evidence * hypergeometric + evidence * (1.0 - evidence) * drawn * share;
            if variance > 0.5 {
                let off = here - evidence * drawn * share;
                squares.push(off * off / variance);
            }
        }
        let squared = squares.iter().sum::<f64>() / squares.len() as f64;
        [off, capacity.iter().sum(), examined.iter().sum(), cases.iter().sum(), squared]
    });
    let sum = |at: usize| found.iter().map(|of| of[at]).sum::<f64>();
    let bought = (budget * people * f64::from(DAYS) / CASE_COST + 1e-9).floor() * setup.seeds as f64;
    enough("cases", evidence, sum(2))?;
    let squares: Vec<f64> = found.iter().map(|of| of[4]).filter(|square| !square.is_nan()).collect();
    let mut checks = vec![
        Check::exact("days on which examined is not the smaller of both", 0.0, sum(0)),
        Check::exact("investigations that the budgets bought", bought, sum(1)),
        Check::share("cases among the examined", evidence, sum(3), sum(2)),
    ];
    if squares.len() == setup.seeds {
        checks.push(Check::mean("squared deviation of a venue's cases, over the variance", 1.0, &squares));
    }
    Ok(checks)
}

/// Every investigation is a trap, and nobody has a seller to go back to.
fn traps_among_stalls(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let world = setup.world_with(&[
        (NO_FEAR.0, NO_FEAR.1.into()),
        ("agencies.watch.honeypots", "1".into()),
        ("agencies.watch.budget", setup.value("budget").to_string()),
    ])?;
    let evidence = of_16_bits(setup.value("goods.privacy.evidence"));
    let found = setup.each_seed(world, |rows| {
        let (orders, stalls) = (sold(rows, "orders"), sold(rows, "stalls"));
        let traps = rows.numbers("agencies", "traps");
        let expected: f64 = (0..orders.len()).map(|day| orders[day] * traps[day] / (traps[day] + stalls[day])).sum();
        let sum = |table, column| rows.numbers(table, column).iter().sum::<f64>();
        [expected, orders.iter().sum(), sum("counts", "trapped"), sum("days", "detections")]
    });
    let sum = |at: usize| found.iter().map(|of| of[at]).sum::<f64>();
    let expected = sum(0) / sum(1);
    enough("orders that meet a trap", expected, sum(1))?;
    enough("cases of traps", evidence, sum(2))?;
    Ok(vec![
        Check::share("share of orders that meet a trap", expected, sum(2), sum(1)),
        Check::share("cases among them", evidence, sum(3), sum(2)),
    ])
}

/// All investigations are searches of those who wear a mask by default; what is found costs nothing.
fn searches_of_the_masked(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    const READ: usize = 40;
    let back = setup.value("search_days");
    let budget = CASE_COST * setup.value("searched");
    let world = for_days(
        setup.world_with(&[
            (NO_FEAR.0, NO_FEAR.1.into()),
            ("law.fine", "0".into()),
            ("law.search_days", back.to_string()),
            ("goods.privacy.default_mask", setup.value("default_mask").to_string()),
            ("goods.privacy.default_strength", "0.5".into()),
            ("agencies.watch.profiling", "1".into()),
            ("agencies.watch.budget", budget.to_string()),
        ])?,
        READ as u32 + 2 * setup.count("search_days") as u32 + 2,
    );
    let people = f64::from(world.params.citizens.count.get());
    let buys = logistic(setup.value("goods.privacy.appeal") - world.params.demand.price_weight.get() * 0.001);
    let off = setup.each_seed(world, |rows| {
        let last = |table, column| rows.numbers(table, column).split_off(rows.numbers(table, column).len() - READ);
        let (searches, masked) = (last("counts", "searches"), last("days", "masked_share"));
        let searched = searches.iter().sum::<f64>() / masked.iter().map(|share| share * people).sum::<f64>();
        let rest = (1.0 - buys) * (1.0 - searched);
        let expected = if rest < 1.0 { buys * (1.0 - pow(rest, back)) / (1.0 - rest) } else { 0.0 };
        let hits = last("counts", "search_hits").iter().sum::<f64>() / searches.iter().sum::<f64>();
        [expected, hits]
    });
    let expected = off.iter().map(|of| of[0]).sum::<f64>() / off.len() as f64;
    let searches = READ as f64 * people * setup.value("searched").min(setup.value("default_mask")) * setup.seeds as f64;
    enough("searches that find", expected, searches)?;
    let hits: Vec<f64> = off.iter().map(|of| of[1] - of[0] + expected).collect();
    Ok(vec![Check::mean("share of searches that find something", expected, &hits)])
}

/// Every trade is examined and every case is against a buyer who can pay.
fn bribe_by_bargaining(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let text = |name| setup.value(name).to_string();
    let world = setup.world_with(&[
        (NO_FEAR.0, NO_FEAR.1.into()),
        ("agencies.watch.budget", CASE_COST.to_string()),
        ("law.corruption", text("corruption")),
        ("law.bribe_share", text("bribe_share")),
        ("law.bribe_exposure", text("exposure")),
        ("temperaments.plain.bribes", text("readiness")),
    ])?;
    let found = setup.each_seed(world, |rows| {
        let sum = |table, column| rows.numbers(table, column).iter().sum::<f64>();
        [
            sum("days", "detections"),
            sum("counts", "bribes"),
            sum("counts", "bribes_milli"),
            sum("counts", "exposed"),
            sum("days", "fines_milli"),
        ]
    });
    let sum = |at: usize| found.iter().map(|of| of[at]).sum::<f64>();
    // What was dropped is no case any more.
    let (cases, bribes) = (sum(0) + sum(1), sum(1));
    let dropped = of_16_bits(setup.value("corruption")) * of_16_bits(setup.value("readiness"));
    enough("bribes", dropped, cases)?;
    let exposure = of_16_bits(setup.value("exposure"));
    enough("bribes that come out", exposure, bribes)?;
    let fine = (setup.value("law.fine") * 1000.0).round();
    let bribe = (fine * setup.value("bribe_share") + 0.5).floor();
    Ok(vec![
        Check::share("cases dropped for a bribe", dropped, bribes, cases),
        Check::exact("milli-credits of all bribes", bribes * bribe, sum(2)),
        Check::exact("milli-credits of all fines", sum(0) * fine, sum(4)),
        Check::share("bribes that come out", exposure, sum(3), bribes),
    ])
}
