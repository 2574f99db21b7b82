//! Welfare: an account of what the day was worth to whom, part by part, each in its own unit.
//!
//! There is no score. Whoever wants one number sets what each part is worth, and reads the sum beside the parts and under
//! the name of what it is: the sum with these weights. The weights are a policy's aims, not findings of the model, and no
//! rule reads them.
//!
//! With aims like these, policy has a best effort of enforcement, and it is containment: where trade falls by a share with
//! each unit of effort, the last of it is never worth what it costs to stop.

use crate::scenario::fields::params;
use crate::units::Factor;

params! {
    /// What each part of the welfare account is worth, in credits: the aims of whoever reads it. At 0 a part is shown and not counted.
    pub struct Welfare {
        /// Worth of a credit of buyers' surplus
        ///
        /// What buyers would have paid, less what they paid, fines included. Raising it speaks for letting people have what they want.
        /// Source: assumption; 1 takes people's own word for it.
        buyers: Factor = 1.0, "credits per credit", 0.0 ..= 1_000.0, Day;
        /// Worth of a credit of sellers' surplus
        ///
        /// What sellers and venues took, less what goods and stalls cost, fines included. Raising it counts the gains of illicit trade as anybody's.
        /// Source: assumption; 0 gives offenders' profits no standing, which is the usual choice and a contested one.
        sellers: Factor = 0.0, "credits per credit", 0.0 ..= 1_000.0, Day;
        /// Worth of a credit that the treasury receives
        ///
        /// Fines, taxes and what is confiscated. Raising it speaks for licences and fines.
        /// Source: assumption.
        treasury: Factor = 1.0, "credits per credit", 0.0 ..= 1_000.0, Day;
        /// What a credit spent on investigations counts
        ///
        /// Source: assumption. Raising it speaks against enforcement.
        enforcement: Factor = 1.0, "credits lost per credit", 0.0 ..= 1_000.0, Day;
        /// What a unit of harm counts, done by goods that were consumed
        ///
        /// Source: assumption. Raising it speaks for enforcement against what harms most; at 800 some enforcement is worth more than none and than much in the default world.
        harm: Factor = 500.0, "credits lost per unit of harm", 0.0 ..= 1_000_000.0, Day;
        /// What a unit of harm counts, done by accidents
        ///
        /// Source: assumption. Raising it above what other harm counts speaks for caution about rare catastrophes.
        accidents: Factor = 500.0, "credits lost per unit of harm", 0.0 ..= 1_000_000.0, Day;
        /// What a violent incident counts
        ///
        /// Source: assumption. Raising it speaks against augmentation.
        incidents: Factor = 500.0, "credits lost per incident", 0.0 ..= 1_000_000.0, Day;
        /// What an injury counts
        ///
        /// Source: assumption. Raising it speaks against restricted experiences.
        injuries: Factor = 300.0, "credits lost per person", 0.0 ..= 1_000_000.0, Day;
        /// What somebody counts who was robbed of an identity
        ///
        /// Source: assumption. Raising it speaks against forbidden identity, and against caps on its price.
        victims: Factor = 3_000.0, "credits lost per person", 0.0 ..= 1_000_000.0, Day;
        /// What an innocent counts who was troubled
        ///
        /// Source: assumption. Raising it speaks against searches and idle patrols.
        innocents: Factor = 200.0, "credits lost per person", 0.0 ..= 1_000_000.0, Day;
        /// What a day of full anxiety counts, of one person
        ///
        /// Source: assumption. Raising it speaks for whatever calms, which under the presets of the valve is not the same.
        anxiety: Factor = 5.0, "credits lost per person and day", 0.0 ..= 1_000_000.0, Day;
        /// Worth of innovation that doubles what one person has
        ///
        /// Source: assumption; it lasts, so it is worth many days' income. Raising it speaks for the gray zone.
        innovation: Factor = 2_000.0, "credits per person and doubling", 0.0 ..= 1_000_000.0, Day;
    }
}

/// Whether more of it is better or worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counts {
    /// More is better.
    For,
    /// More is worse.
    Against,
}

/// A part of the account.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// Its name in the table.
    pub name: &'static str,
    /// Unit of its amount, in words.
    pub unit: &'static str,
    /// Whether it counts for or against.
    pub counts: Counts,
    /// What a unit is worth.
    pub weight: fn(&Welfare) -> f64,
}

/// How many parts there are.
pub const PARTS: usize = 12;

/// The parts, in the order of the table.
pub static PARTS_OF_WELFARE: [Part; PARTS] = {
    use Counts::{Against, For};
    const fn part(name: &'static str, unit: &'static str, counts: Counts, weight: fn(&Welfare) -> f64) -> Part {
        Part { name, unit, counts, weight }
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
        if part.counts == Counts::For { amount } else { -amount }
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
