//! Innovation and catastrophe, from one source: what circulates in the gray zone is put together to new ideas, and fails.
//!
//! ```text
//! artefacts   + units of dangerous tech used today - artefacts / holding
//! techniques  moves by tech_speed towards 1 + techniques * (artefacts + spill * models) for each thousand citizens
//! ideas       Poisson(ideas * min(M (M - 1) / 2, pairs)), with M techniques
//! innovation  * (1 + innovation_licit) * (1 + idea_gain * ideas)
//! accidents   Poisson(accidents * artefacts), each with a loss from a Pareto distribution between least and most
//! ```
//!
//! Source: Weitzman (1998) for growth by recombination.

use crate::base::dice::open_unit;
use crate::base::numerics::{ln, pareto_mean, pareto_quantile};
use crate::goods::Own;
use crate::goods::dangerous_tech::DangerousTech;
use crate::ids::good::Good;
use crate::params::Params;

/// Pairs of so many techniques, as far as there are people to work on them.
pub fn pairs(techniques: f64, most: f64) -> f64 {
    (techniques * (techniques - 1.0) / 2.0).clamp(0.0, most)
}

/// Growth of innovation in logs a year, as people feel it after a day on which it grew by this factor: a mean over about
/// ninety days.
pub fn progress_after(progress: f64, grown: f64) -> f64 {
    progress + (365.0 * ln(grown) - progress) / 90.0
}

/// The loss in an accident, in credits, from a draw of 32 even bits.
pub fn loss(own: &DangerousTech, word: u32) -> f64 {
    let least = own.loss_least.get();
    pareto_quantile(own.loss_tail.get(), least, own.loss_most.get().max(2.0 * least), open_unit(word))
}

/// Loss to be expected of so many artefacts in a day.
pub fn expected_loss(own: &DangerousTech, artefacts: f64) -> f64 {
    let least = own.loss_least.get();
    own.accidents.get() * artefacts * pareto_mean(own.loss_tail.get(), least, own.loss_most.get().max(2.0 * least))
}

/// How far a unit of a good is something that tinkerers can use, against a unit of dangerous tech.
pub fn artefacts_in(good: Good, own: &Own) -> f64 {
    match good {
        Good::DangerousTech => 1.0,
        Good::TabooComputing => own.taboo_computing.spill.get(),
        _ => 0.0,
    }
}

/// Loss to be expected of one unit over the days that it is held.
pub fn loss_of_a_unit(good: Good, params: &Params) -> f64 {
    match good {
        Good::DangerousTech => expected_loss(&params.own.dangerous_tech, f64::from(params.goods[good].holding.get())),
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::dice::{Dice, Purpose};

    /// Five techniques make ten pairs.
    #[test]
    fn pairs_grow_with_the_square_of_techniques_until_people_run_out() {
        assert_eq!(pairs(5.0, 40.0), 10.0);
        assert_eq!(pairs(50.0, 40.0), 40.0);
        assert_eq!(pairs(1.0, 40.0), 0.0);
        assert_eq!(pairs(0.5, 40.0), 0.0);
    }

    /// With a tail of 1.5 the median loss is 1.5874 times the least, and one in a hundred is beyond 21.54 times the least.
    #[test]
    fn most_losses_are_small_and_a_few_are_all_that_counts() {
        let own = DangerousTech { loss_most: 1e9.into(), ..DangerousTech::default() };
        let dice = Dice::new(9);
        let mut losses: Vec<f64> = (0..100_000)
            .map(|accident| loss(&own, dice.words::<1>(Purpose::Accident, 1, accident)[0]) / 20.0)
            .collect();
        losses.sort_by(f64::total_cmp);
        assert!((losses[50_000] / 1.5874 - 1.0).abs() < 0.01, "{}", losses[50_000]);
        assert!((losses[99_000] / 21.54 - 1.0).abs() < 0.06, "{}", losses[99_000]);
        let all: f64 = losses.iter().sum();
        assert!(losses[99_000..].iter().sum::<f64>() > 0.15 * all);
    }

    #[test]
    fn an_expected_loss_is_a_chance_times_a_mean() {
        let own = DangerousTech { loss_most: 1e12.into(), accidents: 0.001.into(), ..DangerousTech::default() };
        assert!((expected_loss(&own, 500.0) / (0.5 * 60.0) - 1.0).abs() < 1e-3);
    }
}
