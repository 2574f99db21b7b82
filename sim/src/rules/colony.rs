//! Colonies: off-world settlements, little watched, from which dangerous tech is smuggled over a lane, and rare elements
//! with it.
//!
//! A lane has a cost that moves from day to day and sometimes jumps. A colony keeps its lane open as long as that pays, by
//! what it sees of patrols and remembers of interceptions. Its people mine elements, which are bartered to those who make
//! dangerous tech: an element takes the place of a part of the cost, and what it earns pays for what colonists buy.
//!
//! ```text
//! lane cost        log AR(1), with jumps that double it; sellers take the cheapest open lane, or make do without
//! interception     chance a day 1 - exp(-interception * investigations of dangerous tech there for each hundred residents)
//! open             as long as feared chance * (1 + days closed) < 1
//! ```

use crate::base::numerics::exp;
use crate::state::context::RunContext;

/// The chance a day that a shipment is caught.
pub fn interception_chance(interception: f64, investigations: f64, residents: f64) -> f64 {
    1.0 - exp(-interception * 100.0 * investigations / residents.max(1.0))
}

/// Whether a lane pays: today's gain against the gain of all days that an interception would cost.
pub fn lane_pays(feared: f64, closure: u32) -> bool {
    feared * (1.0 + f64::from(closure)) < 1.0
}

/// What dangerous tech costs, against the mean, when these lanes are open.
pub fn cheapest_way(lanes: impl Iterator<Item = f64>, without: f64) -> f64 {
    lanes.fold(without, f64::min)
}

/// Whether dangerous tech is made with what comes from colonies.
pub fn are_settled(context: &RunContext) -> bool {
    !context.colonies.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten investigations among a thousand residents are one for each hundred: a chance of 1 - exp(-0.1).
    #[test]
    fn patrols_catch_in_proportion_to_those_whom_they_watch() {
        assert!((interception_chance(0.1, 10.0, 1000.0) - 0.095_163).abs() < 1e-6);
        assert_eq!(interception_chance(0.1, 0.0, 1000.0), 0.0);
        assert_eq!(interception_chance(0.0, 10.0, 0.0), 0.0);
    }

    /// Whoever loses fourteen days gives up at one chance in fifteen.
    #[test]
    fn a_lane_pays_until_an_interception_costs_more_than_it_brings() {
        assert!(lane_pays(0.066, 14));
        assert!(!lane_pays(0.067, 14));
        assert!(lane_pays(0.067, 10));
    }

    #[test]
    fn sellers_take_the_cheapest_open_lane_or_make_do() {
        assert_eq!(cheapest_way([1.5, 0.8].into_iter(), 2.0), 0.8);
        assert_eq!(cheapest_way([3.0].into_iter(), 2.0), 2.0);
        assert_eq!(cheapest_way(std::iter::empty(), 2.0), 2.0);
    }
}
