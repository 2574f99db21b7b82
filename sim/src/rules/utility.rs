//! What a good is worth to a citizen before price and luck: the utility equation with its seven drivers, term by term.

use crate::base::units::Status;
use crate::citizen::{Mind, Tastes, Traits};
use crate::goods::params::GoodParams;
use crate::ids::citizen::DRIVERS;
use crate::ids::good::RISK_GROUP;
use crate::params::demand::Demand;
use crate::params::law::Law;

/// Weights of personal terms that only some goods have; 0 for all others.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct PersonalWeights {
    /// Weight of boredom, in utils.
    pub boredom: f32,
    /// Weight of a record wiped clean: 1 for the good that wipes it.
    pub clean: f32,
    /// Weight of one more level of augmentation: 1 for the good that gives it.
    pub step: f32,
    /// Weight of injuries heard of, in utils.
    pub fright: f32,
    /// Utility for everybody here: what congestion takes.
    pub steady: f32,
}

/// What draws a citizen of one place to one good, before anything personal: the coefficients of the utility equation.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Pull {
    /// Reactance, ethics, novelty, thrill, taboo, exclusivity, peers: the drivers' terms, in their order, for a
    /// sixty-fourth of the average driver.
    terms: [f32; DRIVERS],
    desire: f32,
    constant: f32,
    habit: f32,
    own: PersonalWeights,
    /// Factor on perceived risk: 1 where it is prohibited, 0 where it is allowed.
    pub(crate) exposure: f32,
    /// The risk that everybody expects at least, since the law has just become stricter.
    announced: f32,
    /// Fine in credits, times the weight of a feared credit.
    fine: f32,
    shame: f32,
}

/// The place of exclusivity among the drivers' terms.
const EXCLUSIVITY: usize = 5;

impl Pull {
    /// The coefficients for a good under a law.
    ///
    /// `own` is what only this good has, `restriction` how keenly the loss of freedom is felt, `holders` the share of people
    /// around who have the good.
    pub fn new(
        demand: &Demand,
        law: &Law,
        good: &GoodParams,
        own: PersonalWeights,
        restriction: f32,
        holders: f32,
    ) -> Self {
        let forbidden = restriction_of(good.status);
        let rare = 1.0 - holders;
        Self {
            terms: [
                demand.reactance.as_f32() * good.reactance.as_f32() * restriction,
                -demand.ethics.as_f32() * good.ethics.as_f32(),
                demand.novelty.as_f32() * good.novelty.as_f32(),
                4.0 * demand.thrill.as_f32() * good.thrill.as_f32(),
                demand.taboo.as_f32() * good.taboo.as_f32() * forbidden * rare,
                demand.exclusivity.as_f32() * good.exclusivity.as_f32() * rare,
                demand.peers.as_f32() * holders,
                0.0,
            ]
            .map(|term: f32| term * SIXTY_FOURTH),
            desire: demand.desire.as_f32() * good.desire.as_f32(),
            constant: good.appeal.as_f32() + own.steady - demand.staying_out.as_f32(),
            habit: good.habit_pull.as_f32() / 65_535.0,
            own,
            exposure: exposure(good.status, law),
            announced: 0.0,
            fine: (law.fine.get() * good.severity.get() * demand.sanction_weight.get()) as f32,
            shame: demand.shame.as_f32(),
        }
    }

    /// The same where so many have a copy that it sets nobody apart.
    #[must_use]
    pub fn copied(mut self, copies: f64) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "utilities need no more than seven digits")]
        let rare = 1.0 - copies as f32;
        self.terms[EXCLUSIVITY] *= rare;
        self
    }

    /// The same under another attention of the law.
    #[must_use]
    pub fn watched(self, attention: f32) -> Self {
        Self { exposure: attention, ..self }
    }

    /// The same while a new law makes everybody expect so much risk.
    #[must_use]
    pub fn announced(self, risk: f32) -> Self {
        Self { announced: risk, ..self }
    }

    /// The same with so much more in its ethics: what is known of victims.
    #[must_use]
    pub fn with_scruples(mut self, demand: &Demand, scruples: f64) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "utilities need no more than seven digits")]
        let scruples = scruples as f32;
        self.terms[1] -= demand.ethics.as_f32() * scruples * SIXTY_FOURTH;
        self
    }

    /// Perceived chance of a case for one purchase, after law and mask.
    #[inline]
    pub(crate) fn perceived_risk(&self, person: &Chooser, mind: &Mind, good: usize) -> f32 {
        mind.risk[RISK_GROUP[good] as usize].max(self.announced) * self.exposure * person.visible
    }

    /// What somebody fears who buys the good from a seller without a licence, where others have one, in utils.
    #[inline]
    pub(crate) fn feared_without_licence(&self, person: &Chooser, mind: &Mind, good: usize) -> f32 {
        let risk = mind.risk[RISK_GROUP[good] as usize].max(self.announced) * person.visible;
        risk * (person.burden * self.fine + self.shame) * person.calm
    }

    /// Utility of the good to one person, before price and shocks.
    #[inline]
    pub(crate) fn worth(
        &self,
        person: &Chooser,
        traits: &Traits,
        tastes: &Tastes,
        mind: &Mind,
        good: usize,
        novelty: f32,
    ) -> f32 {
        let risk = self.perceived_risk(person, mind, good);
        let habit = 1.0 + self.habit * f32::from(tastes.habit[good]);
        let desire = f32::from(traits.desire[good]) * SIXTY_FOURTH * habit;
        let mut part = [0.0; DRIVERS];
        for (part, (term, driver)) in part.iter_mut().zip(self.terms.iter().zip(&person.drivers)) {
            *part = term * driver;
        }
        let steady = ((part[0] + part[1]) + (part[4] + part[5])) + (part[6] + self.constant);
        let moving = (part[2] * novelty + self.desire * desire) + part[3] * (risk * (1.0 - risk));
        let own = (self.own.boredom * mind.boredom * person.flow + self.own.clean * person.clean)
            + (self.own.step * person.step - self.own.fright * person.fright);
        let feared = risk * (person.burden * self.fine + self.shame);
        let worth = (steady + moving + own - feared) * person.calm;
        if person.barred & (1 << good) == 0 { worth } else { f32::NEG_INFINITY }
    }
}

/// The terms of the equation by name, in the order of [`Pull::terms`].
pub const TERMS: [&str; 16] = [
    "desire and habit",
    "reactance",
    "ethics",
    "novelty",
    "thrill",
    "taboo",
    "exclusivity",
    "imitation",
    "appeal, less staying out",
    "boredom",
    "a clean record",
    "a step of augmentation",
    "fear of injury",
    "fear of the fine",
    "fear of shame",
    "erratic judgement",
];

impl Pull {
    /// What [`Pull::worth`] is the sum of, term by term: for those who ask why.
    pub(crate) fn terms(
        &self,
        person: &Chooser,
        traits: &Traits,
        tastes: &Tastes,
        mind: &Mind,
        good: usize,
        novelty: f32,
    ) -> [f32; 16] {
        let risk = self.perceived_risk(person, mind, good);
        let habit = 1.0 + self.habit * f32::from(tastes.habit[good]);
        let driver = |nth: usize| self.terms[nth] * person.drivers[nth];
        let mut terms = [
            self.desire * (f32::from(traits.desire[good]) * SIXTY_FOURTH * habit),
            driver(0),
            driver(1),
            driver(2) * novelty,
            driver(3) * (risk * (1.0 - risk)),
            driver(4),
            driver(5),
            driver(6),
            self.constant,
            self.own.boredom * mind.boredom * person.flow,
            self.own.clean * person.clean,
            self.own.step * person.step,
            -self.own.fright * person.fright,
            -risk * person.burden * self.fine,
            -risk * self.shame,
            0.0,
        ];
        let sum: f32 = terms.iter().sum();
        terms[15] = sum * (person.calm - 1.0);
        terms
    }
}

/// A trait of 64 is the average.
const SIXTY_FOURTH: f32 = 1.0 / 64.0;

/// What a citizen brings to every choice of the day.
#[derive(Clone, Copy, Default)]
pub(crate) struct Chooser {
    /// What drives the citizen, in sixty-fourths of the average: numbers already, since every good asks for them.
    pub(crate) drivers: [f32; DRIVERS],
    pub(crate) price_weight: f32,
    /// What a credit of fine weighs, given the record.
    pub(crate) burden: f32,
    /// Share of deeds that can be seen: what the mask leaves.
    pub(crate) visible: f32,
    /// Credits held.
    pub(crate) purse: f32,
    /// Factor of a delegate's markup.
    pub(crate) stretch: f32,
    /// What a delegate who knows the citizen adds to every good.
    pub(crate) matched: f32,
    pub(crate) sellers: u8,
    pub(crate) favourite_shock: u16,
    /// Goods that are out of reach today, one bit each.
    pub(crate) barred: u16,
    /// How well a life without help fits, 0 to 1.
    pub(crate) flow: f32,
    /// What a record wiped clean is worth.
    pub(crate) clean: f32,
    /// What one more level of augmentation is worth.
    pub(crate) step: f32,
    /// Injuries heard of lately.
    pub(crate) fright: f32,
    /// What is left of judgement: 1, and less for the unstable.
    pub(crate) calm: f32,
}

/// How strict a status is, 0 (open) to 1 (forbidden): what reactance and taboo feed on.
pub const fn restriction_of(status: Status) -> f32 {
    match status {
        Status::Prohibited => 1.0,
        Status::Tolerated => 0.5,
        Status::Licensed => 0.25,
        Status::Free => 0.0,
    }
}

/// How far a good of this status is dealt with in the open, in halves: 0 (in hiding) to 2 (lawful). What is tolerated is half
/// in the open: it is sold by the same people as before, who need not hide as much.
pub const fn openness_of(status: Status) -> u8 {
    match status {
        Status::Prohibited => 0,
        Status::Tolerated => 1,
        Status::Licensed | Status::Free => 2,
    }
}

/// What holds of something that is so far in the open, in halves, between what holds in hiding and what holds in the open.
pub fn between_hiding_and_open(openness: u8, hidden: f64, open: f64) -> f64 {
    hidden + (open - hidden) * 0.5 * f64::from(openness)
}

/// How much attention the law pays to a trade of this status.
const fn exposure(status: Status, law: &Law) -> f32 {
    match status {
        Status::Prohibited => 1.0,
        Status::Tolerated => law.tolerance.as_f32(),
        Status::Licensed | Status::Free => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::units::{Credits, Factor, Share, Utils};
    use crate::ids::good::GOODS;
    use crate::params::Params;

    fn nothing() -> (Demand, GoodParams) {
        let mut demand = Demand::default();
        for weight in [
            &mut demand.desire,
            &mut demand.reactance,
            &mut demand.ethics,
            &mut demand.novelty,
            &mut demand.thrill,
            &mut demand.taboo,
            &mut demand.exclusivity,
            &mut demand.peers,
            &mut demand.shame,
            &mut demand.staying_out,
        ] {
            *weight = Utils::from(0.0);
        }
        demand.sanction_weight = Factor::from(0.0);
        let one = Factor::from(1.0);
        let good = GoodParams {
            desire: one,
            reactance: one,
            ethics: Utils::from(1.0),
            novelty: one,
            thrill: one,
            taboo: one,
            exclusivity: one,
            habit_pull: one,
            appeal: Utils::from(0.0),
            ..GoodParams::default()
        };
        (demand, good)
    }

    /// What a good is worth to somebody of average drivers but twice the imitation, with half of full habit, a perceived
    /// risk of 0.2, two entries in the record, bored by a half and hidden by a half, when a credit weighs 0.1.
    fn worth(demand: &Demand, good: &GoodParams) -> f32 {
        worth_with(demand, good, PersonalWeights::default())
    }

    fn worth_with(demand: &Demand, good: &GoodParams, own: PersonalWeights) -> f32 {
        let law = Law { escalation: Factor::from(0.5), fine: Credits::from(100.0), ..Law::default() };
        let traits = Traits {
            drivers: [64, 64, 64, 64, 64, 64, 128, 0],
            desire: [64; GOODS],
            skill: 128,
            sociable: 128,
            sheltered: 128,
        };
        let tastes = Tastes { habit: [32_768; GOODS], ..Tastes::default() };
        let mind = Mind { risk: [0.2; 3], boredom: 0.5, mask: 32_768, record: 2, ..Mind::default() };
        let person = Chooser {
            drivers: traits.drivers.map(f32::from),
            price_weight: 0.1,
            burden: 0.1 * (1.0 + 0.5 * 2.0),
            visible: 0.5,
            flow: 0.8,
            clean: 0.3,
            step: 0.6,
            fright: 0.7,
            calm: 1.0,
            ..Chooser::default()
        };
        Pull::new(demand, &law, good, own, 0.25, 0.4).worth(&person, &traits, &tastes, &mind, 0, 0.7)
    }

    /// Each term of the equation alone, with numbers to be checked by hand, and nothing when its weight is zero.
    #[test]
    fn every_term_is_there_and_can_be_switched_off() {
        let (silent, good) = nothing();
        assert_eq!(worth(&silent, &good), 0.0);
        let ten = Utils::from(10.0);
        let with = |change: fn(&mut Demand, Utils)| {
            let mut demand = silent.clone();
            change(&mut demand, ten);
            worth(&demand, &good)
        };
        let near = |found: f32, expected: f32| assert!((found - expected).abs() < 1e-3, "{found} is not {expected}");
        near(with(|demand, ten| demand.desire = ten), 10.0 * 1.5); // half of full habit adds half
        near(with(|demand, ten| demand.reactance = ten), 10.0 * 0.25);
        near(with(|demand, ten| demand.ethics = ten), -10.0);
        near(with(|demand, ten| demand.novelty = ten), 10.0 * 0.7);
        near(with(|demand, ten| demand.thrill = ten), 10.0 * 4.0 * 0.1 * 0.9); // the mask leaves half of 0.2
        near(with(|demand, ten| demand.taboo = ten), 10.0 * 0.6); // prohibited, and 0.6 have it not
        near(with(|demand, ten| demand.exclusivity = ten), 10.0 * 0.6);
        near(with(|demand, ten| demand.peers = ten), 10.0 * 0.4 * 2.0);
        near(with(|demand, ten| demand.shame = ten), -0.1 * 10.0);
        near(with(|demand, ten| demand.staying_out = ten), -10.0);
        // 100 credits of fine, doubled by two entries, at 0.1 a credit and a risk of 0.1.
        near(with(|demand, _| demand.sanction_weight = Factor::from(1.0)), -0.1 * 100.0 * 2.0 * 0.1);
        let own = |own| worth_with(&silent, &good, own);
        near(own(PersonalWeights { boredom: 10.0, ..PersonalWeights::default() }), 10.0 * 0.5 * 0.8); // half bored, and a good fit
        near(own(PersonalWeights { clean: 1.0, ..PersonalWeights::default() }), 0.3);
        near(own(PersonalWeights { step: 1.0, ..PersonalWeights::default() }), 0.6);
        near(own(PersonalWeights { fright: 2.0, ..PersonalWeights::default() }), -2.0 * 0.7);
        near(own(PersonalWeights { steady: -0.5, ..PersonalWeights::default() }), -0.5);
    }

    fn average() -> Traits {
        Traits { drivers: [64; DRIVERS], desire: [64; GOODS], skill: 128, sociable: 128, sheltered: 128 }
    }

    #[test]
    fn the_terms_that_are_told_add_up_to_what_is_felt() {
        let law = Law { escalation: Factor::from(0.5), ..Law::default() };
        let own = PersonalWeights { boredom: 2.0, clean: 1.0, step: 1.0, fright: 0.5, steady: -0.25 };
        let traits = Traits { drivers: [50, 60, 70, 80, 90, 100, 110, 0], desire: [77; GOODS], ..average() };
        let tastes = Tastes { habit: [12_345; GOODS], ..Tastes::default() };
        let mind = Mind { risk: [0.3; 3], boredom: 0.4, record: 2, ..Mind::default() };
        let person = Chooser {
            drivers: traits.drivers.map(f32::from),
            price_weight: 0.05,
            burden: 0.1,
            visible: 0.7,
            flow: 0.8,
            clean: 0.3,
            step: 0.6,
            fright: 0.7,
            calm: 1.0 / 3.0,
            ..Chooser::default()
        };
        let pull = Pull::new(&Demand::default(), &law, &GoodParams::default(), own, 0.25, 0.4);
        let told: f32 = pull.terms(&person, &traits, &tastes, &mind, 3, 0.6).iter().sum();
        let felt = pull.worth(&person, &traits, &tastes, &mind, 3, 0.6);
        assert!((told - felt).abs() < 1e-5, "{told} is not {felt}");
    }

    #[test]
    fn scruples_weigh_as_much_as_the_ethics_of_the_good() {
        let (demand, mut good) = (Demand::default(), GoodParams::default());
        let pull = |good: &GoodParams| Pull::new(&demand, &Law::default(), good, PersonalWeights::default(), 0.0, 0.0);
        let known = pull(&good).with_scruples(&demand, 0.1).terms[1];
        good.ethics = (good.ethics.get() + 0.1).into();
        assert!((known - pull(&good).terms[1]).abs() < 1e-6);
    }

    /// Four sellers are found in the open and two in hiding: three of what is tolerated.
    #[test]
    fn what_is_tolerated_is_half_in_the_open() {
        let found = [Status::Prohibited, Status::Tolerated, Status::Licensed, Status::Free]
            .map(|status| between_hiding_and_open(openness_of(status), 2.0, 4.0));
        assert_eq!(found, [2.0, 3.0, 4.0, 4.0]);
    }

    #[test]
    fn what_is_lawful_holds_no_risk_and_no_taboo() {
        let (mut demand, mut good) = nothing();
        demand.shame = Utils::from(10.0);
        demand.taboo = Utils::from(10.0);
        good.status = Status::Free;
        assert_eq!(worth(&demand, &good), 0.0);
        good.status = Status::Tolerated;
        let tolerance = Law { tolerance: Share::from(0.1), ..Law::default() };
        assert_eq!(exposure(good.status, &tolerance), 0.1);
    }

    #[test]
    fn the_default_loadings_of_a_good_sum_to_about_one() {
        for (good, params) in Params::default().goods.iter() {
            let sum = params.desire.get()
                + params.reactance.get()
                + params.ethics.get().abs()
                + params.novelty.get()
                + params.thrill.get()
                + params.taboo.get()
                + params.exclusivity.get();
            assert!((0.7..=1.2).contains(&sum), "{}: {sum}", good.word());
        }
    }
}
