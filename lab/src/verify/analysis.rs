//! How runs are compared: what pairing worlds by their seeds is worth.

use crate::measure::paired::Effect;
use crate::verify::deterrence::{NO_FEAR, sold};
use crate::verify::{Case, Check, Group, Knob, OutsideDomain, Setup, enough, for_days};
use contraband_sim::base::numerics::ln;

/// The cases of this group.
pub const CASES: &[Case] = &[Case {
    name: "paired_variance_ratio",
    group: Group::Analysis,
    shows: "worlds that share their seeds share their chance: few pairs tell what would take many worlds without",
    formula: "VR = (F (1 - F) + G (1 - G)) / ((G - F) (1 - (G - F))), where each of many buys with chance F, or G",
    source: "common random numbers: who buys at F buys at G; variances of binomial counts",
    world: Some("verify/counter"),
    knobs: &[
        Knob::own("fewer", 0.20, 0.01, 0.95, "share who buy in the one world"),
        Knob::own("more", 0.22, 0.02, 0.99, "share who buy in the other"),
    ],
    seeds: 12,
    long: false,
    run: paired_variance_ratio,
}];

/// Purchases of a day in both worlds are a pair; nobody remembers yesterday, so each day is a pair of its own.
fn paired_variance_ratio(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    const DAYS: u32 = 200;
    let (fewer, more) = (setup.value("fewer"), setup.value("more"));
    let apart = more - fewer;
    let people = f64::from(setup.world()?.params.citizens.count.get());
    if apart * people < 20.0 {
        let few = apart * people;
        return Err(OutsideDomain(format!(
            "`more` has to exceed `fewer` by 20 of {people} people; it does by {few:.1}"
        )));
    }
    let bought = |share: f64| -> Result<Vec<f64>, OutsideDomain> {
        let world = setup.world_with(&[
            (NO_FEAR.0, NO_FEAR.1.into()),
            ("demand.price_weight", "0".into()),
            ("goods.privacy.appeal", ln(share / (1.0 - share)).to_string()),
        ])?;
        Ok(setup.each_seed(for_days(world, DAYS), |rows| sold(rows, "orders")).concat())
    };
    let (base, arm) = (bought(fewer)?, bought(more)?);
    let pairs = base.len() as f64;
    enough("purchases that only one world sees", apart, people * pairs)?;
    let effect = Effect::between("purchases", &base, &arm);
    let expected = (fewer * (1.0 - fewer) + more * (1.0 - more)) / (apart * (1.0 - apart));
    // Either variance is known to a share of at most the root of 2 in n, and they do not err in opposite ways.
    let tolerance = 4.0 * expected * (4.0 / pairs).sqrt();
    let because = format!("4 standard errors of {pairs} pairs");
    Ok(vec![
        Check::share("share who buy in the one world", fewer, base.iter().sum(), people * pairs),
        Check::share("share whom the other world adds", apart, effect.difference() * pairs, people * pairs),
        Check::near(
            "variance without pairs, over that with pairs",
            expected,
            effect.variance_ratio,
            tolerance,
            because,
        ),
    ])
}
