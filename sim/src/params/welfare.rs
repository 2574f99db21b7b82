//! Weights with which gains and losses of a day are summed.

use crate::base::fields::params;
use crate::base::units::Factor;

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
        /// What an innocent person counts who was investigated
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

/// How many parts there are.
pub const PARTS: usize = 12;
