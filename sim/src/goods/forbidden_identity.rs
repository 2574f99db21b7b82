//! # Forbidden identity
//!
//! ## What it is
//!
//! Unregistered personalities, curated emotions taken from donors who were willing or forced.
//!
//! ## Why it is restricted
//!
//! A clean identity undoes the memory of the law, and every one is taken from somebody.
//!
//! ## Mechanics
//!
//! A new identity wipes the buyer clean: record, suspicion and what was learnt of risk, but also standing, favours and all
//! that others knew. So it is worth the more, the longer the record and the steeper the escalation of fines, and the less,
//! the more favours one holds. Every unit is taken from a donor, willing or robbed, see [`crate::systems::produce::donors`]; buyers
//! hear of victims, and scruples grow.
//!
//! ## Levers
//!
//! `goods.forbidden_identity.cleansing`, `patience`, `standing`, `asked`, `donor_share`, `donor_harm`, `donor_rest`,
//! `coercion`, `victim_anxiety`, `victim_legitimacy`, `outrage`, `outrage_days`, `goods.forbidden_identity.price_cap`;
//! `law.escalation`.
//!
//! ## What to expect
//!
//! Demand rises with one's own record and with escalation, and takes the edge off both. A cap on the price makes victims.

use crate::base::fields::params;
use crate::base::units::{Count, Credits, Days, Factor, Share};
use crate::goods::params::GoodParams;

params! {
    /// What forbidden identity alone has.
    pub struct ForbiddenIdentity {
        /// Weight of the next purchase against this one, in what a clean record is worth
        ///
        /// Raising it makes a clean record worth more; at 0 only the next fine counts.
        /// Source: assumption within 0.9 to 0.99.
        patience: Share = 0.95, "per purchase", 0.0 ..= 0.9999, Day;
        /// Weight of a clean record against its worth in credits
        ///
        /// At 0 people do not think of their record when they buy; at 1 they count all fines it saves.
        /// Source: assumption.
        cleansing: Factor = 1.0, "times its worth", 0.0 ..= 100.0, Day;
        /// What a favour is worth that goes with the old identity
        ///
        /// Raising it keeps the well connected from changing who they are.
        /// Source: assumption.
        standing: Credits = 1.0, "credits per favour", 0.0 ..= 1_000_000.0, Day;
        /// People that a seller asks for each unit
        ///
        /// Raising it finds a willing donor more often; at 0 identities are made without donors.
        /// Source: assumption.
        asked: Count = 4, "people per unit", 0.0 ..= 14.0, Day;
        /// Share of the price that a donor is offered
        ///
        /// Raising it makes willing donors plentiful and sellers' margins thin.
        /// Source: assumption.
        donor_share: Share = 0.25, "of the price asked", 0.0 ..= 1.0, Day;
        /// What giving an identity costs an average person
        ///
        /// Those with fewer scruples and less money give for less. Raising it makes shortages.
        /// Source: assumption.
        donor_harm: Credits = 20.0, "credits", 0.0 ..= 1_000_000.0, Day;
        /// Days until a donor can give again
        ///
        /// Raising it uses up those who are willing; what is left are the others.
        /// Source: assumption.
        donor_rest: Days = 90, "days", 0.0 ..= 60_000.0, Day;
        /// Chance that somebody is robbed where nobody is willing
        ///
        /// Raising it turns shortages into victims; at 0 units that find no donor are not made.
        /// Source: assumption within 0.1 to 0.9.
        coercion: Share = 0.3, "of shortages", 0.0 ..= 1.0, Day;
        /// Anxiety of a victim
        ///
        /// Raising it makes each victim's life worse.
        /// Source: assumption.
        victim_anxiety: Share = 0.5, "of full anxiety", 0.0 ..= 1.0, Day;
        /// Legitimacy lost with each victim, for each citizen
        ///
        /// Raising it makes a law that fails victims pay for it.
        /// Source: assumption.
        victim_legitimacy: Factor = 2.0, "per victim and citizen", 0.0 ..= 1000.0, Day;
        /// Scruples that recent victims bring, on top of the ethics of this good
        ///
        /// Raising it makes buyers turn away when they learn of victims.
        /// Source: assumption.
        outrage: Factor = 0.05, "loading per victim and thousand citizens", 0.0 ..= 100.0, Day;
        /// Days for which a victim is spoken of, on average
        ///
        /// Raising it lets victims weigh for longer.
        /// Source: assumption.
        outrage_days: Days = 60, "days", 1.0 ..= 10_000.0, Day;
    }
}

/// The parameters of this family in the default world.
pub fn defaults() -> GoodParams {
    GoodParams {
        desire: 0.45.into(),
        reactance: 0.15.into(),
        ethics: 0.30.into(),
        novelty: 0.00.into(),
        thrill: 0.05.into(),
        taboo: 0.05.into(),
        exclusivity: 0.00.into(),
        appeal: 3.2.into(),
        cost: 35.0.into(),
        harm: 1.5.into(),
        severity: 1.5.into(),
        priority: 1.5.into(),
        holding: 180.into(),
        ..GoodParams::default()
    }
}

/// What a clean record is worth: the fines it saves in expectation, until the next case begins a new one.
///
/// `risk` is the perceived chance of a case in one period, `fine` that of somebody without entries, `escalation` what each
/// entry adds to it, and `patience` the weight of the next period against this one.
/// Source: `p F (m(r) - m(0)) / (1 - patience (1 - p))`, with a fine that grows in proportion to the entries.
pub fn worth_of_a_clean_record(record: u8, risk: f32, fine: f32, escalation: f32, patience: f32) -> f32 {
    risk * fine * escalation * f32::from(record) / (1.0 - patience * (1.0 - risk))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fields::Section;
    use crate::systems::produce::donors::MOST_ASKED;

    #[test]
    fn sellers_ask_no_more_people_than_there_are_draws_for() {
        let asked = ForbiddenIdentity::FIELDS.iter().find(|field| field.about.name == "asked").expect("a lever");
        assert!(asked.about.max as usize <= MOST_ASKED);
    }

    /// Four entries that add a quarter each double a fine of 100: at a risk of 0.1 that is 10 credits a period, and with a
    /// patience of 0.99 the sum of all periods to come is 10 / (1 - 0.99 * 0.9) = 91.74.
    #[test]
    fn a_clean_record_is_worth_the_fines_it_saves() {
        let worth = |record, risk, escalation| worth_of_a_clean_record(record, risk, 100.0, escalation, 0.99);
        assert!((worth(4, 0.1, 0.25) - 91.743).abs() < 1e-2, "{}", worth(4, 0.1, 0.25));
        assert_eq!(worth(0, 0.1, 0.25), 0.0);
        assert_eq!(worth(4, 0.0, 0.25), 0.0);
        assert!(worth(5, 0.1, 0.25) > worth(4, 0.1, 0.25));
        assert!(worth(4, 0.1, 0.5) > worth(4, 0.1, 0.25));
    }
}
