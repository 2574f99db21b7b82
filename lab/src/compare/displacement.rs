//! Where trade moved: how much of what the targets of a policy lost went to the others of their kind.

use super::difference::Difference;
use super::kept::Opened;
use crate::files::study::PolicyTarget;
use crate::measure::statistics::{mean, ratio_of_means};

/// A loss that may be below this share of what the targets trade in the base is too small to ask where it went.
pub const LEAST_LOSS: f64 = 0.01;

/// What became of the trade of a good, of a place or at a venue.
pub struct Moved {
    /// `good`, `place` or `venue`.
    pub kind: String,
    /// Its name; `all` for all of its kind.
    pub name: String,
    /// Whether the policy is about it.
    pub target: bool,
    /// The first day on which it is.
    pub since: Option<u32>,
    /// Purchases a day.
    pub difference: Difference,
    /// The same seed by seed, base and arm.
    pub values: [Vec<f64>; 2],
    /// For `all`: what the others gained for each purchase that the targets lost, with its interval, over the days on which
    /// there are targets and others; NaN without a target or without others, where the change of the targets may be below
    /// [`LEAST_LOSS`], and where the others did not change at all.
    pub offset: (f64, (f64, f64)),
    /// For `all`, where there are days with targets and others: what the offset is made of, seed by seed, over all those days.
    pub shift: Option<TradeShift>,
}

/// No ratio.
pub const NONE: (f64, (f64, f64)) = (f64::NAN, (f64::NAN, f64::NAN));

/// Kinds of what is traded, with their tables.
const KINDS: [(&str, &str); 3] = [("good", "goods"), ("place", "places"), ("venue", "venues")];

/// What is gathered of an arm and its base, a value each seed.
pub struct TradeDisplacement {
    targets: Vec<PolicyTarget>,
    /// First and last day that is looked at.
    window: (u32, u32),
    /// Purchases a day over the window, base and arm, by kind and name.
    trades: Vec<(&'static str, String, Vec<f64>, Vec<f64>)>,
    /// By kind: what became of targets and others.
    shifts: [TradeShift; 3],
}

/// What became of the trade of targets and others on the days on which there are both, purchases of each seed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TradeShift {
    /// Whether there is any such day.
    any: bool,
    /// What the targets trade in the base.
    pub before: Vec<f64>,
    /// The change of the targets.
    pub lost: Vec<f64>,
    /// The change of the others.
    pub gained: Vec<f64>,
}

impl TradeDisplacement {
    /// Of a policy about some targets, over some days.
    pub fn of(targets: Vec<PolicyTarget>, window: (u32, u32)) -> Self {
        Self { targets, window, trades: Vec::new(), shifts: Default::default() }
    }

    fn since(&self, kind: &str, name: &str) -> Option<u32> {
        self.targets.iter().find(|target| target.kind == kind && target.name == name).map(|target| target.day)
    }

    /// Takes a seed.
    pub fn add(&mut self, base: &Opened, arm: &Opened) {
        let (first, last) = self.window;
        let days = first as usize - 1..last as usize;
        for (at, (kind, table)) in KINDS.into_iter().enumerate() {
            let others = arm.trades(kind, table);
            // A good, place or venue that only one of the worlds has cannot be compared.
            let both = base.trades(kind, table).into_iter().filter_map(|(name, before)| {
                let (_, after) = others.iter().find(|(other, _)| *other == name)?;
                Some((name, before, after))
            });
            let both: Vec<(String, Vec<f64>, &Vec<f64>)> = both.collect();
            let since: Vec<Option<u32>> = both.iter().map(|(name, ..)| self.since(kind, name)).collect();
            let (mut known, mut lost, mut gained) = (0.0, 0.0, 0.0);
            for day in days.clone() {
                let is_target = |since: &Option<u32>| since.is_some_and(|since| since as usize <= day + 1);
                if since.iter().all(is_target) || !since.iter().any(is_target) {
                    continue;
                }
                self.shifts[at].any = true;
                for ((_, before, after), since) in both.iter().zip(&since) {
                    let change = after[day] - before[day];
                    if is_target(since) {
                        known += before[day];
                        lost += change;
                    } else {
                        gained += change;
                    }
                }
            }
            let shift = &mut self.shifts[at];
            shift.before.push(known);
            shift.lost.push(lost);
            shift.gained.push(gained);
            let a_day = |values: &[f64]| values[days.clone()].iter().sum::<f64>() / days.len() as f64;
            for (name, before, after) in both {
                let found = self.trades.iter_mut().find(|(one, known, ..)| *one == kind && *known == name);
                let (.., bases, arms) = match found {
                    Some(known) => known,
                    None => {
                        self.trades.push((kind, name, Vec::new(), Vec::new()));
                        self.trades.last_mut().expect("it was just added")
                    }
                };
                bases.push(a_day(&before));
                arms.push(a_day(after));
            }
        }
    }

    /// What came of it, by kind and name, each kind with its sum.
    pub fn told(&self) -> Vec<Moved> {
        let mut moved = Vec::new();
        for ((kind, _), shift) in KINDS.into_iter().zip(&self.shifts) {
            let of_kind: Vec<_> = self.trades.iter().filter(|(one, ..)| *one == kind).collect();
            let Some((.., some, _)) = of_kind.first() else { continue };
            let mut sums = [vec![0.0; some.len()], vec![0.0; some.len()]];
            for (_, name, base, arm) in &of_kind {
                sums[0].iter_mut().zip(base).for_each(|(sum, value)| *sum += value);
                sums[1].iter_mut().zip(arm).for_each(|(sum, value)| *sum += value);
                let since = self.since(kind, name).filter(|day| *day <= self.window.1);
                moved.push(Moved {
                    kind: kind.into(),
                    name: name.clone(),
                    target: since.is_some(),
                    since,
                    difference: Difference::between(base, arm, None),
                    values: [base.clone(), arm.clone()],
                    offset: NONE,
                    shift: None,
                });
            }
            moved.push(Moved {
                kind: kind.into(),
                name: "all".into(),
                target: false,
                since: None,
                difference: Difference::between(&sums[0], &sums[1], None),
                values: sums,
                offset: shift.offset(),
                shift: shift.any.then(|| shift.clone()),
            });
        }
        moved
    }
}

impl TradeShift {
    /// See [`Moved::offset`].
    fn offset(&self) -> (f64, (f64, f64)) {
        let is_still = self.gained.iter().all(|change| *change == 0.0);
        let least = LEAST_LOSS * mean(&self.before);
        let (low, high) = Difference::between(&vec![0.0; self.lost.len()], &self.lost, None).interval();
        if !self.any || is_still || !(low > least || high < -least) {
            return NONE;
        }
        // None where the change of the targets may be nothing.
        ratio_of_means(&self.gained, &self.lost, 0.95).map_or(NONE, |(ratio, (low, high))| (-ratio, (-high, -low)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shift(before: f64, lost: [f64; 4], gained: [f64; 4]) -> TradeShift {
        TradeShift { any: true, before: vec![before; 4], lost: lost.into(), gained: gained.into() }
    }

    #[test]
    fn a_share_is_told_of_a_loss_that_is_worth_asking_about_and_of_others_that_moved() {
        let lost = [-10.0, -11.0, -9.0, -10.0];
        let moved = [5.0, 6.0, 4.0, 5.0];
        let (share, (low, high)) = shift(100.0, lost, moved).offset();
        assert!((share - 0.5).abs() < 1e-9 && low > 0.0 && high < 1.0, "{share} {low} {high}");
        assert!(shift(100.0, lost, [0.0; 4]).offset().0.is_nan(), "nothing moved");
        assert!(shift(2000.0, lost, moved).offset().0.is_nan(), "half a per cent of what the targets trade");
        assert!(shift(100.0, [-10.0, 11.0, -9.0, 10.0], moved).offset().0.is_nan(), "no clear loss");
        assert!(shift(900.0, lost, moved).offset().0.is_nan(), "it may be less than a per cent");
        let none = TradeShift { any: false, ..shift(100.0, lost, moved) };
        assert!(none.offset().0.is_nan(), "everybody is a target");
    }
}
