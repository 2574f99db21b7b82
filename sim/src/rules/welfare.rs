//! Welfare: an account of what the day was worth to whom, part by part, each in its own unit.
//!
//! There is no score. Whoever wants one number sets what each part is worth, and reads the sum beside the parts and under
//! the name of what it is: the sum with these weights. The weights are a policy's aims, not findings of the model, and no
//! rule reads them.
//!
//! With aims like these, policy has a best effort of enforcement, and it is containment: where trade falls by a share with
//! each unit of effort, the last of it is never worth what it costs to stop.

use crate::params::welfare::{PARTS, Welfare};

/// Whether more of it is better or worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WelfareSign {
    /// More is better.
    For,
    /// More is worse.
    Against,
}

/// A part of the account.
#[derive(Clone, Copy, Debug)]
pub struct WelfarePart {
    /// Its name in the table.
    pub name: &'static str,
    /// Unit of its amount, in words.
    pub unit: &'static str,
    /// Whether it counts for or against.
    pub counts: WelfareSign,
    /// What a unit is worth.
    pub weight: fn(&Welfare) -> f64,
}

/// The parts, in the order of the table.
pub static PARTS_OF_WELFARE: [WelfarePart; PARTS] = {
    use WelfareSign::{Against, For};
    const fn part(
        name: &'static str,
        unit: &'static str,
        counts: WelfareSign,
        weight: fn(&Welfare) -> f64,
    ) -> WelfarePart {
        WelfarePart { name, unit, counts, weight }
    }
    [
        part("buyers", "credits of surplus", For, |aims| aims.buyers.get()),
        part("sellers", "credits of surplus", For, |aims| aims.sellers.get()),
        part("treasury", "credits received", For, |aims| aims.treasury.get()),
        part("enforcement", "credits spent", Against, |aims| aims.enforcement.get()),
        part("harm", "harm done by goods consumed", Against, |aims| aims.harm.get()),
        part("accidents", "harm done by accidents", Against, |aims| aims.accidents.get()),
        part("incidents", "violent incidents", Against, |aims| aims.incidents.get()),
        part("injuries", "people injured", Against, |aims| aims.injuries.get()),
        part("victims", "people robbed of an identity", Against, |aims| aims.victims.get()),
        part("innocents", "innocents troubled", Against, |aims| aims.innocents.get()),
        part("anxiety", "people times their anxiety", Against, |aims| aims.anxiety.get()),
        part("innovation", "people times growth of innovation", For, |aims| aims.innovation.get()),
    ]
};

/// The day's amounts, in the order of [`PARTS_OF_WELFARE`].
pub type Amounts = [f64; PARTS];

/// What amounts are worth with these weights, part by part.
pub fn worth(amounts: &Amounts, aims: &Welfare) -> Amounts {
    std::array::from_fn(|at| {
        let part = &PARTS_OF_WELFARE[at];
        let amount = amounts[at] * (part.weight)(aims);
        if part.counts == WelfareSign::For { amount } else { -amount }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten credits of surplus at 1, two units of harm at 50, and an injury at 0: 10 - 100.
    #[test]
    fn parts_count_for_or_against_and_a_weight_of_zero_counts_nothing() {
        let aims = Welfare { injuries: 0.0.into(), harm: 50.0.into(), ..Welfare::default() };
        let mut amounts = [0.0; PARTS];
        for (part, amount) in [("buyers", 10.0), ("harm", 2.0), ("injuries", 1.0)] {
            amounts[PARTS_OF_WELFARE.iter().position(|known| known.name == part).expect("a part")] = amount;
        }
        assert_eq!(worth(&amounts, &aims).iter().sum::<f64>(), -90.0);
    }
}
