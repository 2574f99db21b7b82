//! What the law deters, and what it misses.
//!
//! Most cases live `verify/counter`: people who are all alike choose every day between one good at one price and staying
//! out, and it is never delivered, so nobody has a favourite seller or a habit. What they choose is a plain logit. A case
//! that needs deliveries says so.

use crate::measure::Recording;
use crate::verify::market::drawn_share;
use crate::verify::{Absent, Case, Check, Group, Knob, OutsideDomain, Setup, enough, for_days, from_day, of_good};
use contraband_sim::base::numerics::{exp, ln, logistic, pow};
use contraband_sim::ids::good::Good;
use contraband_sim::scenario::Scenario;

/// The cases of this group.
pub const CASES: &[Case] = &[
    Case {
        name: "certainty_and_severity",
        group: Group::Deterrence,
        shows: "half the risk at twice the fine deters the same people, one by one",
        formula: "share who offend: 1 / (1 + exp(-u)), u = appeal - price_weight * (risk * sanction_weight * fine + price)",
        source: "Becker (1968), with McFadden's logit for the spread of benefits",
        world: Some("verify/counter"),
        knobs: &[
            Knob::own("risk", 0.1, 0.001, 0.5, "perceived probability of a case"),
            Knob::lever("law.fine", 0.0, 10_000.0),
            Knob::lever("demand.sanction_weight", 0.0, 10.0),
            Knob::lever("demand.price_weight", 0.0, 1.0),
            Knob::lever("goods.privacy.appeal", -5.0, 8.0),
        ],
        seeds: 6,
        long: false,
        run: certainty_and_severity,
    },
    Case {
        name: "revenue_turns_at_unit_elasticity",
        group: Group::Deterrence,
        shows: "raising the price of an illicit good raises what is spent on it while demand is inelastic, and lowers \
                it beyond that",
        formula: "with P* where price_weight * P * (1 - q(P)) = 1: revenue P q(P) rises below P*, falls above; q the logit",
        source: "Becker, Murphy and Grossman (2006); logit demand",
        world: Some("verify/counter"),
        knobs: &[Knob::lever("demand.price_weight", 0.05, 1.0), Knob::lever("goods.privacy.appeal", -1.0, 4.0)],
        seeds: 6,
        long: false,
        run: revenue_turns_at_unit_elasticity,
    },
    Case {
        name: "asymmetric_risk_learning",
        group: Group::Deterrence,
        shows: "people who learn more from being caught than from not being caught overestimate the risk permanently",
        formula: "mean after n days: m + (m0 - m) (1 - q k)^n, m = p up / k, k = p up + (1 - p) down; p caught, q buys",
        source: "linear reinforcement; Lochner (2003) for the direction",
        world: Some("verify/counter"),
        knobs: &[
            Knob::lever("goods.privacy.evidence", 0.0, 1.0),
            Knob::own("up", 0.1, 0.0, 1.0, "step towards certainty for those caught"),
            Knob::own("down", 0.01, 0.0, 1.0, "step towards zero for those not caught"),
            Knob::count("days", 200, 1, 300, "days after which the mean is read"),
        ],
        seeds: 6,
        long: false,
        run: asymmetric_risk_learning,
    },
    Case {
        name: "records_and_their_lapse",
        group: Group::Deterrence,
        shows: "cases add entries to records, and each entry lapses for itself: of many one goes sooner than of few",
        formula: "chain: n -> n - 1 at min(1, n l) in the morning, n -> n + 1 at c in the evening",
        source: "birth and death chain in discrete time; Feller (1968), chapter XV",
        world: Some("verify/counter"),
        knobs: &[
            Knob::lever("goods.privacy.evidence", 0.01, 1.0),
            Knob::lever("goods.privacy.appeal", -4.0, 4.0),
            Knob::own("lapse", 0.9, 0.0, 1.0, "probability per day that one entry lapses"),
        ],
        seeds: 8,
        long: false,
        run: records_and_their_lapse,
    },
    Case {
        name: "records_and_new_identities",
        group: Group::Deterrence,
        shows: "records escalate fines only as long as people keep their identity: a new identity starts from nothing",
        formula: "chain n -> n + 1 at c, n -> 0 at i: mean c / i (1 - (1 - i)^t), none with i / (c + i) and c / (c + i) (1 - c - i)^t more",
        source: "chain with total resets, as the success runs in Feller (1968), chapter XV",
        world: Some("verify/counter"),
        knobs: &[
            Knob::own("offences", 0.0625, 0.005, 0.6, "share of people who buy what is examined, per day"),
            Knob::own("resets", 0.01, 0.002, 0.3, "share of people who buy a new identity, per day"),
            Knob::lever("goods.privacy.evidence", 0.05, 1.0),
            Knob::own("escalation", 0.5, 0.0, 10.0, "share of a fine added for each entry in the record"),
        ],
        seeds: 16,
        long: false,
        run: records_and_new_identities,
    },
    Case {
        name: "enforcement_swamping",
        group: Group::Deterrence,
        shows: "the same capacity either holds crime down or is swamped by it, depending on the past; beyond a fold \
                only one equilibrium is left",
        formula: "q = 1 / (1 + exp(shame r - appeal)), r = min(1, C / q): C(q) = q (appeal - logit q) / shame, fold at its top",
        source: "Kleiman (1993); Kleiman and Kilmer (2009), with the engine's logit",
        world: Some("verify/counter"),
        knobs: &[
            Knob::own("capacity", 0.75, 0.6, 0.85, "investigations per head, relative to those at the fold"),
            Knob::own("shame", 8.0, 6.0, 8.5, "utility that a certain case costs"),
            Knob::lever("goods.privacy.appeal", 0.0, 2.0),
        ],
        seeds: 6,
        long: false,
        run: enforcement_swamping,
    },
    Case {
        name: "enforcement_backfires",
        group: Group::Deterrence,
        shows: "fear has a ceiling but perceived pressure has none, so enough enforcement leaves more trade than no \
                enforcement",
        formula: "q = logit of appeal + pull * pressure * n / fading - shame once everything is examined; as without \
                  law at n = shame * fading / (pull * pressure) patrols per head",
        source: "Brehm (1966) for reactance; Becker (1968) for fear",
        world: Some("verify/counter"),
        knobs: &[
            Knob::own("shame", 3.0, 0.5, 8.0, "utility that a certain case costs"),
            Knob::own("pull", 2.0, 0.1, 10.0, "weight of reactance, in utils"),
            Knob::own("even", 3.0, 1.8, 6.0, "patrols per resident at which the two effects should balance"),
            Knob::own("fading", 0.2, 0.1, 1.0, "share of perceived pressure that fades in a day"),
            Knob::lever("goods.privacy.appeal", -3.0, 2.0),
        ],
        seeds: 4,
        long: false,
        run: enforcement_backfires,
    },
    Case {
        name: "tolerance_controller",
        group: Group::Deterrence,
        shows: "a controller with a dead band moves only by the deviation, and comes to rest within the band",
        formula: "attention' = attention + gain * deviation, from 0 to 1, unchanged within the band; in the end |mean \
                  deviation| <= band",
        source: "integral control with a dead zone",
        world: Some("verify/counter"),
        knobs: &[
            Knob::own("gain", 0.02, 0.01, 0.04, "attention per day at twice the target"),
            Knob::own("band", 0.1, 0.05, 0.5, "dead band, as a share of the target"),
            Knob::own("target", 0.5, 0.1, 0.9, "target harm, from 0 at full attention to 1 at none"),
            Knob::own("shame", 6.0, 2.0, 8.0, "utility that a certain case costs"),
            Knob::lever("goods.privacy.appeal", -2.0, 3.0),
        ],
        seeds: 4,
        long: false,
        run: tolerance_controller,
    },
    Case {
        name: "unrest_of_the_many",
        group: Group::Deterrence,
        shows: "unrest feeds on itself, since officers are scarce where the active are many",
        formula: "x = Pr(caution < (A (1 - G) - T) / P(x)), P = 1 - exp(-2.3 officers / x), with caution in 256 steps from 0 to 1",
        source: "Epstein (2002), the mean field",
        world: Some("verify/counter"),
        knobs: &[
            Knob::own("anxiety", 0.75, 0.0, 1.0, "everybody's anxiety"),
            Knob::own("threshold", 0.1, 0.0, 0.3, "net grievance beyond which somebody becomes active"),
            Knob::own("officers", 0.05, 0.001, 0.5, "officers per citizen"),
        ],
        seeds: 8,
        long: false,
        run: unrest_of_the_many,
    },
];

/// What does not apply.
pub const ABSENT: &[Absent] = &[
    Absent {
        name: "risk_premium_in_prices",
        group: Group::Deterrence,
        why: "sellers learn markups by trial, and entry does not drive profits to zero: no price consists of cost and \
              risk alone",
    },
    Absent {
        name: "inspection_game",
        group: Group::Deterrence,
        why: "agencies spend a given budget where they expect most harm; none chooses whether to inspect against an \
              offender who also chooses",
    },
    Absent {
        name: "queueing_investigators",
        group: Group::Deterrence,
        why: "an investigation is done within its day, so none is busy when the next case comes, as Erlang's formula \
              assumes",
    },
    Absent {
        name: "containment_optimum",
        group: Group::Deterrence,
        why: "trade responds to enforcement through logit, records and learning, not exponentially, and no rule reads \
              the welfare account",
    },
];

/// The zero of a function that crosses it once, between two arguments.
pub(crate) fn zero(of: impl Fn(f64) -> f64, low: f64, high: f64) -> f64 {
    let (mut low, mut high, rises) = (low, high, of(high) > of(low));
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if (of(middle) > 0.0) == rises { high = middle } else { low = middle }
    }
    f64::midpoint(low, high)
}

/// A column of the one good that is sold, day by day.
pub(crate) fn sold(rows: &Recording, column: &str) -> Vec<f64> {
    of_good(rows, "privacy", column)
}

/// A chance as a draw of 16 bits sees it.
pub(crate) fn of_16_bits(chance: f64) -> f64 {
    (chance * 65_536.0).ceil() / 65_536.0
}

/// Cost of an investigation in `verify/counter`, in credits.
pub(crate) const CASE_COST: f64 = 1000.0;

pub(crate) const NO_FEAR: (&str, &str) = ("demand.sanction_weight", "0");

/// The first belief is what a budget could reach (see [`contraband_sim::rules::learning::first_belief`]), it is never learnt anew, and nothing
/// that is examined becomes a case. Budgets and fines are chosen so that halves and doubles are exact.
fn certainty_and_severity(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let half = (setup.value("risk") * 5e6).round() / 1000.0;
    let fine = (setup.value("law.fine") * 1000.0).round() / 1000.0;
    let weight = setup.value("demand.price_weight");
    let world = |budget: f64, fine: f64| {
        setup.world_with(&[
            ("agencies.watch.case_cost", "300000".into()),
            ("agencies.watch.budget", budget.to_string()),
            ("goods.privacy.evidence", "0".into()),
            ("law.fine", fine.to_string()),
        ])
    };
    let (likely, severe) = (world(2.0 * half, fine)?, world(half, 2.0 * fine)?);
    let draws = setup.draws(&likely, likely.days);
    let risk = 2.0 * half * 30.0 / 300_000.0;
    let feared = risk * setup.value("demand.sanction_weight") * fine;
    let expected = logistic(setup.value("goods.privacy.appeal") - weight * (feared + 0.001));
    enough("offences", expected, draws)?;
    let offences =
        |world| -> f64 { setup.each_seed(world, |rows| sold(rows, "orders").iter().sum::<f64>()).iter().sum() };
    let (likely, severe) = (offences(likely), offences(severe));
    Ok(vec![
        Check::share("share who offend", expected, likely, draws),
        Check::exact("offences at half the risk and twice the fine", likely, severe),
    ])
}

/// The law caps the price where it is to stand, so that all sellers ask the same; people have so much that they feel
/// prices alike.
fn revenue_turns_at_unit_elasticity(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let (weight, appeal) = (setup.value("demand.price_weight"), setup.value("goods.privacy.appeal"));
    let buys = |price: f64| logistic(appeal - weight * price);
    let turn = zero(|price| weight * price * (1.0 - buys(price)) - 1.0, 0.0, (appeal.max(0.0) + 10.0) / weight);
    let mut checks = Vec::new();
    for (where_, low, high) in [("below", 0.5, 0.65), ("above", 1.6, 2.2)] {
        let mut revenue = Vec::new();
        for times in [low, high] {
            let price = (times * turn * 1000.0).round() / 1000.0;
            let world = setup.world_with(&[
                ("agencies.watch.budget", "0".into()),
                ("citizens.start_credits", "100000".into()),
                ("citizens.daily_income", "100000".into()),
                ("demand.sanction_weight", "0".into()),
                ("goods.privacy.cost", price.to_string()),
                ("goods.privacy.price_cap", price.to_string()),
            ])?;
            let draws = setup.draws(&world, world.days);
            enough("purchases", buys(price), draws)?;
            let trades: f64 = setup.each_seed(world, |rows| sold(rows, "trades").iter().sum::<f64>()).iter().sum();
            checks.push(Check::share(format!("share who buy at {price:.2}"), buys(price), trades, draws));
            revenue.push(price * trades / draws);
        }
        let change = revenue[1] - revenue[0];
        let because = "revenue at the higher price";
        checks.push(if where_ == "below" {
            Check::at_least(format!("change of revenue a head below {turn:.2}"), 0.0, change, format!("{because} more"))
        } else {
            Check::at_most(format!("change of revenue a head above {turn:.2}"), 0.0, change, format!("{because} less"))
        });
    }
    Ok(checks)
}

/// Every trade is examined, nobody is deterred, and nobody hears of others: each purchase moves one belief by one step.
fn asymmetric_risk_learning(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let (up, down, days) = (setup.value("up"), setup.value("down"), setup.value("days"));
    let world = for_days(
        setup.world_with(&[
            (NO_FEAR.0, NO_FEAR.1.into()),
            ("agencies.watch.budget", CASE_COST.to_string()),
            ("law.fine", "0".into()),
            ("society.risk_up", up.to_string()),
            ("society.risk_down", down.to_string()),
        ])?,
        days as u32,
    );
    let caught = of_16_bits(setup.value("goods.privacy.evidence"));
    let buys =
        logistic(world.params.goods[Good::Privacy].appeal.get() - world.params.demand.price_weight.get() * 0.001);
    let steps = caught * up + (1.0 - caught) * down;
    let rest = if steps > 0.0 { caught * up / steps } else { 0.5 };
    // Everybody begins with the highest first belief there is.
    let expected = rest + (0.5 - rest) * pow(1.0 - buys * steps, days);
    let means = setup.each_seed(world, |rows| {
        let beliefs = rows.numbers("citizens", "risk_digital");
        beliefs.iter().sum::<f64>() / beliefs.len() as f64
    });
    let mut check = Check::mean("perceived risk, on average", expected, &means);
    check.tolerance += 1e-5;
    check.because = format!("{}, and single precision", check.because).into();
    Ok(vec![check])
}

/// Every trade is examined, and nobody is deterred by what a record adds to a fine.
fn records_and_their_lapse(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let world = for_days(
        setup.world_with(&[
            (NO_FEAR.0, NO_FEAR.1.into()),
            ("agencies.watch.budget", CASE_COST.to_string()),
            ("law.fine", "0".into()),
            ("law.record_lapse", setup.value("lapse").to_string()),
        ])?,
        60,
    );
    let lapse = drawn_share(setup.value("lapse"));
    let buys = logistic(setup.value("goods.privacy.appeal") - world.params.demand.price_weight.get() * 0.001);
    let case = buys * of_16_bits(setup.value("goods.privacy.evidence"));
    // In the morning one of the entries may lapse, the sooner the more there are; in the evening one may be added.
    let lapses = |n: usize| (n as f64 * lapse).min(1.0);
    let mut entries = vec![0.0; world.days as usize + 1];
    entries[0] = 1.0;
    for _ in 0..world.days {
        let kept: Vec<f64> = (0..entries.len())
            .map(|n| {
                let above = entries.get(n + 1).map_or(0.0, |above| above * lapses(n + 1));
                entries[n] * (1.0 - lapses(n)) + above
            })
            .collect();
        entries =
            (0..kept.len()).map(|n| kept[n] * (1.0 - case) + if n > 0 { kept[n - 1] * case } else { 0.0 }).collect();
    }
    let people = setup.draws(&world, 1);
    let expected: f64 = entries.iter().enumerate().map(|(n, share)| n as f64 * share).sum();
    if expected * people < 100.0 {
        return Err(OutsideDomain(format!(
            "only {:.1} entries are expected, too few to tell; it takes 100",
            expected * people
        )));
    }
    let found = setup.each_seed(world, |rows| {
        let records = rows.numbers("citizens", "record");
        let clean = records.iter().filter(|&&record| record == 0.0).count() as f64;
        [records.iter().sum::<f64>() / records.len() as f64, clean]
    });
    let means: Vec<f64> = found.iter().map(|of| of[0]).collect();
    let mut checks = vec![Check::mean("entries, on average", expected, &means)];
    if enough("people without an entry", entries[0], people).is_ok() {
        let clean = found.iter().map(|of| of[1]).sum();
        checks.push(Check::share("people without an entry after 60 days", entries[0], clean, people));
    }
    Ok(checks)
}

/// Every day somebody buys what is examined and never delivered, or a new identity, or neither: a logit that asks for no
/// price. A licence makes sellers of identities honest, and leaves nothing to examine. On the first day a stall has one
/// unit, so that lives begin with the second.
fn records_and_new_identities(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    // Fewer than the entries that a record can hold.
    const DAYS: u32 = 240;
    const READ: usize = 60;
    let [offences, resets, escalation] = ["offences", "resets", "escalation"].map(|name| setup.value(name));
    let appeal = |share: f64| ln(share / (1.0 - offences - resets)).to_string();
    let world = for_days(
        setup.world_with(&[
            (NO_FEAR.0, NO_FEAR.1.into()),
            ("demand.price_weight", "0".into()),
            ("citizens.start_credits", "100000".into()),
            ("citizens.daily_income", "100000".into()),
            ("agencies.watch.budget", CASE_COST.to_string()),
            ("law.fine", "1".into()),
            ("law.escalation", escalation.to_string()),
            ("law.licence_honesty", "1".into()),
            ("law.licensing", "0".into()),
            // Enough of them that somebody sells identities in every world.
            ("market.stalls_per_thousand", "100".into()),
            ("demand.lawful_stalls", "1".into()),
            ("demand.lawful_taste", "1".into()),
            ("market.lawful_cost", "1".into()),
            ("syndicates.stock_days", "60".into()),
            ("goods.privacy.severity", "1".into()),
            ("goods.privacy.appeal", appeal(offences)),
            ("goods.forbidden_identity.status", "licensed".into()),
            ("goods.forbidden_identity.supply", "1000000".into()),
            // Dear enough to live from: who earns nothing runs away with a week's payments.
            ("goods.forbidden_identity.cost", "1".into()),
            ("goods.forbidden_identity.asked", "0".into()),
            ("goods.forbidden_identity.appeal", appeal(resets)),
        ])?,
        DAYS,
    );
    let case = offences * of_16_bits(setup.value("goods.privacy.evidence"));
    let mean_after = |days: f64| case / resets * (1.0 - pow(1.0 - resets, days));
    let lived = f64::from(DAYS - 1);
    let rest = resets / (case + resets);
    let none = rest + (1.0 - rest) * pow(1.0 - case - resets, lived);
    let people = setup.draws(&world, 1);
    enough("people without an entry", none, people)?;
    let found = setup.each_seed(world, |rows| {
        let records = rows.numbers("citizens", "record");
        let clean = records.iter().filter(|&&record| record == 0.0).count() as f64;
        let last = |column| sold(rows, column).split_off(DAYS as usize - READ);
        let (cases, fines) = (last("detections"), last("fines_credits"));
        // A fine looks at the record of the evening before.
        let due = |day: usize| 1.0 + escalation * mean_after(lived - (READ - day) as f64);
        let expected: f64 = (0..READ).map(|day| cases[day] * due(day)).sum();
        [records.iter().sum::<f64>() / records.len() as f64, clean, fines.iter().sum::<f64>() / expected]
    });
    let of = |nth: usize| found.iter().map(|of| of[nth]).collect::<Vec<_>>();
    Ok(vec![
        Check::mean("entries, on average", mean_after(lived), &of(0)),
        Check::share(format!("people without an entry after {DAYS} days"), none, of(1).iter().sum(), people),
        Check::mean("fines of the last 60 days, relative to those due for such records", 1.0, &of(2)),
    ])
}

/// Beliefs follow the cases for a purchase of which people hear, and nothing else: there is no fine, only shame. Worlds
/// differ in their first twenty days.
fn enforcement_swamping(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    const READ: u32 = 100;
    let (shame, appeal) = (setup.value("shame"), setup.value("goods.privacy.appeal"));
    let capacity_at = |q: f64| q * (appeal - ln(q / (1.0 - q))) / shame;
    // The slope of what has to be examined for a share to be the answer to itself: above at first, below in the end.
    let slope = |q: f64| appeal - ln(q / (1.0 - q)) - 1.0 / (1.0 - q);
    let fold = zero(slope, 1e-9, 1.0 - 1e-9);
    let most = capacity_at(fold);
    let capacity = (setup.value("capacity") * most * 1e6).round() / 1e6;
    let beyond = (1.25 * most * 1e6).round() / 1e6;
    let (held, swamped) = (logistic(appeal - shame), zero(|q| capacity_at(q) - capacity, fold, 1.0 - 1e-12));
    if held > 0.7 * capacity {
        let why = format!("{capacity:.4} investigations per head are too few to keep down those who were deterred");
        return Err(OutsideDomain(why));
    }
    // Before, either nothing was examined or everything.
    let world = |before: f64, capacity: f64| -> Result<Scenario, OutsideDomain> {
        let world = setup.world_with(&[
            ("citizens.count", "1000".into()),
            ("agencies.watch.budget", (before * CASE_COST).to_string()),
            ("goods.privacy.evidence", "1".into()),
            ("law.fine", "0".into()),
            ("demand.shame", shame.to_string()),
            ("society.risk_social", "1".into()),
        ])?;
        Ok(for_days(from_day(20, None, world, "agencies.watch.budget", capacity * CASE_COST), 420))
    };
    let draws = setup.draws(&world(0.0, capacity)?, READ);
    enough("offences of the deterred", held, draws)?;
    let live = |world| -> Vec<f64> {
        setup.each_seed(world, |rows| {
            let orders = sold(rows, "orders");
            orders[orders.len() - READ as usize..].iter().sum::<f64>() * setup.seeds as f64 / draws
        })
    };
    let (feared, free, over) = (live(world(1.0, capacity)?), live(world(0.0, capacity)?), live(world(0.0, beyond)?));
    let share =
        |what, values: &[f64]| Check::share(what, held, values.iter().sum::<f64>() / setup.seeds as f64 * draws, draws);
    Ok(vec![
        share("share who offend, starting from fear", &feared),
        Check::mean("share who offend, starting without fear", swamped, &free),
        share("the same, with a quarter more than the capacity at the fold", &over),
    ])
}

/// Every patrol is felt as lost freedom; what people fear is what they hear of cases, and all trade is examined.
fn enforcement_backfires(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    const READ: u32 = 100;
    let [shame, pull, even, fading] = ["shame", "pull", "even", "fading"].map(|name| setup.value(name));
    let appeal = setup.value("goods.privacy.appeal");
    let pressure = shame * fading / (pull * even);
    let mut checks = Vec::new();
    for (what, times) in [("as without law", 1.0), ("less", 0.6), ("more", 1.4)] {
        // More than one for each resident, so everything is examined.
        let patrols = times * even;
        let expected = logistic(appeal + shame * times - shame);
        let world = for_days(
            setup.world_with(&[
                ("agencies.watch.budget", (patrols * CASE_COST).to_string()),
                ("goods.privacy.evidence", "1".into()),
                ("goods.privacy.reactance", "1".into()),
                ("law.fine", "0".into()),
                ("demand.shame", shame.to_string()),
                ("demand.reactance", pull.to_string()),
                ("demand.pressure", pressure.to_string()),
                ("demand.restriction_decay", fading.to_string()),
                ("society.risk_social", "1".into()),
            ])?,
            200,
        );
        let draws = setup.draws(&world, READ);
        enough("offences", expected, draws)?;
        let orders = setup.each_seed(world, |rows| {
            let orders = sold(rows, "orders");
            orders[orders.len() - READ as usize..].iter().sum::<f64>()
        });
        let what = format!("share who buy with {patrols:.2} patrols a head, {what}");
        checks.push(Check::share(what, expected, orders.iter().sum(), draws));
    }
    Ok(checks)
}

/// The good is tolerated and delivered; people fear a case as much as the attention that is left to it, and never learn
/// that there is none.
fn tolerance_controller(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    const DAYS: u32 = 1200;
    const READ: usize = 200;
    let [gain, band, target, shame] = ["gain", "band", "target", "shame"].map(|name| setup.value(name));
    let appeal = setup.value("goods.privacy.appeal");
    // Belief is a half, the highest that people begin with; a unit does a harm of 1.
    let (most, least) = (logistic(appeal), logistic(appeal - 0.5 * shame));
    let target = least + target * (most - least);
    let world = for_days(
        setup.world_with(&[
            ("citizens.count", "1000".into()),
            ("agencies.watch.budget", CASE_COST.to_string()),
            ("goods.privacy.evidence", "0".into()),
            ("goods.privacy.status", "tolerated".into()),
            ("goods.privacy.supply", "1000000".into()),
            ("goods.privacy.harm", "1".into()),
            ("temperaments.plain.cheats", "0".into()),
            ("law.fine", "0".into()),
            ("law.tolerance", "0".into()),
            ("law.controller", gain.to_string()),
            ("law.controller_band", band.to_string()),
            ("law.controller_target", target.to_string()),
            ("demand.shame", shame.to_string()),
        ])?,
        DAYS,
    );
    let people = f64::from(world.params.citizens.count.get());
    let found = setup.each_seed(world, |rows| {
        let (attention, harm) = (sold(rows, "attention"), rows.numbers("days", "harm"));
        let (mut paid, mut lately, mut off) = (0.0f64, 0.0, 0.0f64);
        for day in 0..attention.len() {
            let deviation = (lately - target) / target;
            if deviation.abs() > band {
                paid = (paid + gain * deviation).clamp(0.0, 1.0);
            }
            off = off.max((paid - attention[day]).abs());
            lately += 0.1 * (harm[day] / people - lately);
        }
        let last = &harm[harm.len() - READ..];
        [off, last.iter().sum::<f64>() / READ as f64 / people / target - 1.0]
    });
    let farthest = |at: usize| found.iter().map(|of| of[at].abs()).fold(0.0, f64::max);
    let mut rests = Check::at_most("deviation in the last 200 days, maximum", band, farthest(1), "4 standard errors");
    rests.tolerance = 4.0 * (target * (1.0 - target) / (people * READ as f64)).sqrt() / target;
    Ok(vec![Check::near("largest departure of attention from the rule", 0.0, farthest(0), 1e-9, "rounding"), rests])
}

/// Nobody trades. Boredom makes everybody anxious alike; cautions were drawn for life, and legitimacy is at rest.
fn unrest_of_the_many(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let [anxiety, threshold, officers] = ["anxiety", "threshold", "officers"].map(|name| setup.value(name));
    let world = for_days(
        setup.world_with(&[
            ("citizens.count", "10000".into()),
            ("demand.attention", "0".into()),
            ("society.boredom_gain", "1".into()),
            ("society.anxiety_decay", "0.5".into()),
            ("society.anxiety_boredom", (0.5 * anxiety).to_string()),
            ("society.unrest_threshold", threshold.to_string()),
            ("society.officers", officers.to_string()),
        ])?,
        100,
    );
    let grievance = anxiety * (1.0 - 0.8) - threshold;
    let belief = |active: f64| 1.0 - exp(-2.3 * officers / active.max(1e-4));
    let answer = |active: f64| {
        let bound = grievance / belief(active);
        (0..256).filter(|&step| f64::from(step) / 255.0 < bound).count() as f64 / 256.0
    };
    let expected = (0..world.days).fold(0.0, |active, _| answer(active));
    // How much more answers when a little more are active: departures are handed on so much.
    let k = 2.3 * officers;
    let slope = if expected > 0.0 && expected < 1.0 {
        grievance * k * exp(-k / expected) / (expected * expected * belief(expected) * belief(expected))
    } else {
        0.0
    };
    if slope > 0.6 {
        return Err(OutsideDomain(format!(
            "close to a tipping point, {slope:.2} of any departure is passed on; at most 0.6 is allowed"
        )));
    }
    let people = setup.draws(&world, 1);
    let found = setup.each_seed(world, |rows| *rows.numbers("days", "unrest_share").last().expect("a last day"));
    let active = found.iter().sum::<f64>() / found.len() as f64;
    let chance = 4.0 * (expected * (1.0 - expected) / people).sqrt();
    let step = if expected > 0.0 && expected < 1.0 { 1.0 / 256.0 } else { 0.0 };
    let because = "one step of caution and 4 standard errors, as far as they are passed on";
    Ok(vec![Check::near("share in unrest", expected, active, (step + chance) / (1.0 - slope), because)])
}
