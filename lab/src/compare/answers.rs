//! From runs that are kept to answers: differences, interactions, where worlds part, where trade goes, who bears it.

use std::sync::Arc;

use crate::files::study::StudyMetric;
use crate::measure::statistics::{false_discovery, mean, quantile};
use contraband_sim::record::tables::TABLES;

use super::difference::{Difference, is_share};
use super::displacement::{Moved, TradeDisplacement};
use super::kept::{Kept, Opened, SERIES};
use super::people::BURDENS;
use super::pilot::{Pilot, Pilots};
use super::run_cache::RunCache;
use super::worlds::BASE;
use crate::error::StoreError;

/// Seeds whose courses are drawn upon for `series`: enough for their quantiles, and memory that does not grow with them.
const COURSES: usize = 200;

/// All that a study found.
pub struct Answers {
    /// The seeds that all worlds were lived with.
    pub seeds: Vec<u64>,
    /// By world, the base first, metric and seed: each arm over its own days, the base over those of the first arm.
    pub values: Vec<Vec<Vec<f64>>>,
    /// By arm: the base over the days of that arm, by metric and seed.
    pub bases: Vec<Vec<Vec<f64>>>,
    /// By arm and metric.
    pub differences: Vec<Vec<Difference>>,
    /// Of arms that are made of others: their number, and by metric what they do beyond the sum of what those do alone.
    pub interactions: Vec<(usize, Vec<Difference>)>,
    /// Of each part of these arms what it does alone over the days of the whole: what interactions follow from.
    pub parts: Vec<PartAlone>,
    /// By arm and seed.
    pub partings: Vec<Vec<Parting>>,
    /// By arm.
    pub moved: Vec<Vec<Moved>>,
    /// By arm.
    pub borne: Vec<Vec<Borne>>,
    /// By arm.
    pub courses: Vec<Vec<Course>>,
    /// By arm: what an observer would see of it, where it holds in some places only.
    pub pilots: Vec<Option<Pilot>>,
    /// Under each preset of the valve that it was lived under, its own first.
    pub presets: Vec<UnderPreset>,
    /// For each two of these presets how far the differences differ, in the order of the presets.
    pub changes: Vec<PresetChange>,
}

/// An arm that another one is made of, over the days of that one.
pub struct PartAlone {
    /// The number of the arm that it is a part of.
    pub whole: usize,
    /// Its own number.
    pub part: usize,
    /// By metric and seed.
    pub values: Vec<Vec<f64>>,
}

/// A study under a preset of the valve.
pub struct UnderPreset {
    /// The preset.
    pub preset: &'static str,
    /// By arm, metric and seed: the base and the arm.
    pub values: Vec<Vec<[Vec<f64>; 2]>>,
    /// By arm and metric.
    pub differences: Vec<Vec<Difference>>,
}

/// How the differences under one preset of the valve differ from those under another.
pub struct PresetChange {
    /// The two presets.
    pub presets: (&'static str, &'static str),
    /// By arm and metric: of the difference from the base, how much larger it is under the second than under the first.
    pub found: Vec<Vec<Difference>>,
}

/// Where two worlds with one seed part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parting {
    /// The first day whose rows differ; `None` where all rows of all days are equal.
    pub day: Option<u32>,
    /// The tables that differ on it.
    pub tables: Vec<&'static str>,
    /// Digest of the base's run.
    pub base: String,
    /// Digest of the arm's run.
    pub arm: String,
}

/// What became of a group of citizens.
pub struct Borne {
    /// By what it is told apart.
    pub kind: String,
    /// Which it is.
    pub name: String,
    /// What was measured.
    pub burden: &'static str,
    /// How it changed, the mean on the last day of those who are in the group in both worlds.
    pub difference: Difference,
    /// People in it in the base, in the arm, and in both, on average.
    pub people: [f64; 3],
    /// The same seed by seed; NaN where one of the worlds does not have the group.
    pub people_by_seed: Arc<[Vec<f64>; 3]>,
    /// The mean of the group seed by seed, base and arm.
    pub values: [Vec<f64>; 2],
}

/// The course of a column through the days.
pub struct Course {
    /// The column of `days`.
    pub column: &'static str,
    /// A row each day: mean of the base, mean of the arm, mean difference, and the 5, 25, 50, 75 and 95 % quantiles of the
    /// difference between seeds.
    pub days: Vec<[f64; 8]>,
}

impl Answers {
    /// Reads all runs of these seeds, two at a time.
    ///
    /// # Errors
    /// When a run is not kept any more.
    pub fn of(cache: &RunCache<'_>, seeds: Vec<u64>) -> Result<Self, StoreError> {
        let study = cache.study;
        let arms = study.arms.len();
        let measured: Vec<Vec<StudyMetric>> = (0..arms).map(|arm| study.metrics_of(arm)).collect();
        let (mut partings, mut moved, mut borne, mut courses) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (mut pilots, mut bases, mut own) = (Vec::new(), Vec::new(), Vec::new());
        for (arm, metrics) in measured.iter().enumerate() {
            let mut gathered = Gathered::default();
            let mut displacement = TradeDisplacement::of(study.arms[arm].targets(&study.base), study.window_of(arm));
            let mut pilot = Pilots::of(study, arm);
            let mut parts = Vec::new();
            let mut values = [vec![Vec::new(); metrics.len()], vec![Vec::new(); metrics.len()]];
            for &seed in &seeds {
                let (base, other) = (cache.take(BASE, seed)?.open(), cache.take(arm + 1, seed)?.open());
                for (metric, about) in metrics.iter().enumerate() {
                    values[0][metric].push(base.value(about));
                    values[1][metric].push(other.value(about));
                }
                parts.push(parting(&base.kept, &other.kept));
                gathered.add(&base, &other);
                displacement.add(&base, &other);
                if let Some(pilot) = &mut pilot {
                    pilot.add(&base, &other);
                }
            }
            let [of_base, of_arm] = values;
            bases.push(of_base);
            own.push(of_arm);
            partings.push(parts);
            moved.push(with_shares(displacement.told(), |one| &mut one.difference));
            borne.push(gathered.borne());
            courses.push(gathered.courses());
            pilots.push(pilot.map(Pilots::told));
        }
        let own_metrics: Vec<Vec<bool>> = (0..arms).map(|arm| study.own_metrics(arm)).collect();
        let compare = |nth: usize, base: &[Vec<f64>], arm: &[Vec<f64>]| -> Vec<Difference> {
            let each = base.iter().zip(arm).enumerate();
            let all = each.map(|(metric, (base, arm))| {
                let about = &study.metrics[metric];
                let precision = study.stop.filter(|stop| stop.metric == metric).map(|stop| stop.half_width);
                Difference::between(base, arm, precision).share(is_share(about)).of_interest(about.interest)
            });
            together(all.collect(), &own_metrics[nth])
        };
        let each = bases.iter().zip(&own).enumerate();
        let differences: Vec<Vec<Difference>> = each.map(|(nth, (base, arm))| compare(nth, base, arm)).collect();
        let (mut interactions, mut parts_alone) = (Vec::new(), Vec::new());
        for (arm, of) in study.arms.iter().enumerate().filter(|(_, arm)| !arm.with.is_empty()) {
            let parts = of.with.iter().filter_map(|name| study.arms.iter().position(|arm| arm.name == *name));
            // Each part over the days of the whole.
            let mut expected = bases[arm].clone();
            for part in parts {
                let mut values = vec![Vec::new(); measured[arm].len()];
                for (nth, &seed) in seeds.iter().enumerate() {
                    let alone = cache.take(part + 1, seed)?.open();
                    for (metric, about) in measured[arm].iter().enumerate() {
                        let value = alone.value(about);
                        expected[metric][nth] += value - bases[arm][metric][nth];
                        values[metric].push(value);
                    }
                }
                parts_alone.push(PartAlone { whole: arm, part, values });
            }
            interactions.push((arm, compare(arm, &expected, &own[arm])));
        }
        let pairs = |base: &[Vec<f64>], arm: &[Vec<f64>]| -> Vec<[Vec<f64>; 2]> {
            base.iter().zip(arm).map(|(base, arm)| [base.clone(), arm.clone()]).collect()
        };
        let mut presets = vec![UnderPreset {
            preset: cache.presets[0].0,
            values: bases.iter().zip(&own).map(|(base, arm)| pairs(base, arm)).collect(),
            differences: differences.clone(),
        }];
        for (nth, (preset, _)) in cache.presets.iter().enumerate().skip(1) {
            let first = nth * (arms + 1);
            let mut under = UnderPreset { preset, values: Vec::new(), differences: Vec::new() };
            for (arm, metrics) in measured.iter().enumerate() {
                let mut worlds = [vec![Vec::new(); metrics.len()], vec![Vec::new(); metrics.len()]];
                for (values, world) in worlds.iter_mut().zip([first, first + arm + 1]) {
                    for &seed in &seeds {
                        let run = cache.take(world, seed)?.open();
                        values.iter_mut().zip(metrics).for_each(|(values, metric)| values.push(run.value(metric)));
                    }
                }
                let [base, other] = worlds;
                under.differences.push(compare(arm, &base, &other));
                under.values.push(pairs(&base, &other));
            }
            presets.push(under);
        }
        let changes = changes(&presets, &own_metrics);
        let first = bases.first().cloned().unwrap_or_default();
        let values = std::iter::once(first).chain(own).collect();
        Ok(Self {
            seeds,
            values,
            bases,
            differences,
            interactions,
            parts: parts_alone,
            partings,
            moved,
            borne,
            courses,
            pilots,
            presets,
            changes,
        })
    }
}

/// Each two presets, compared with each other: that a difference is clear under one and not under the other says nothing of
/// whether it depends on them (Gelman and Stern 2006).
fn changes(presets: &[UnderPreset], own: &[Vec<bool>]) -> Vec<PresetChange> {
    let apart = |values: &[Vec<f64>; 2]| -> Vec<f64> {
        values[1].iter().zip(&values[0]).map(|(arm, base)| arm - base).collect()
    };
    let mut all = Vec::new();
    for (nth, one) in presets.iter().enumerate() {
        for other in &presets[nth + 1..] {
            let of_arm = |arm: usize| -> Vec<Difference> {
                let each = one.values[arm].iter().zip(&other.values[arm]).zip(&one.differences[arm]);
                let found = each.map(|((one, other), of)| {
                    let change = Difference::between(&apart(one), &apart(other), None);
                    change.share(of.of_share).of_interest(Some(of.interest))
                });
                together(found.collect(), &own[arm])
            };
            let found = (0..one.values.len()).map(of_arm).collect();
            all.push(PresetChange { presets: (one.preset, other.preset), found });
        }
    }
    all
}

/// The differences of an arm, which are looked at together: any of them may be found by chance. Those of other arms are
/// other questions, and change nothing about these; nor do metrics that are there for the sake of other arms (not `own`),
/// which are judged as if all were one family.
fn together(mut found: Vec<Difference>, own: &[bool]) -> Vec<Difference> {
    let of = |wanted: &dyn Fn(bool) -> bool| {
        let chances = found.iter().zip(own).map(|(one, &own)| if wanted(own) { one.p } else { f64::NAN });
        false_discovery(&chances.collect::<Vec<_>>())
    };
    let (among_own, among_all) = (of(&|own| own), of(&|_| true));
    for (nth, one) in found.iter_mut().enumerate() {
        one.q = if own[nth] { among_own[nth] } else { among_all[nth] };
    }
    found
}

/// The first day whose rows differ, and in which tables.
pub fn parting(base: &Kept, arm: &Kept) -> Parting {
    let first = base.days.iter().zip(&arm.days).position(|(one, other)| one != other);
    let tables = first.map_or_else(Vec::new, |day| {
        let pairs = base.days[day].iter().zip(&arm.days[day]).zip(TABLES);
        pairs.filter(|((one, other), _)| one != other).map(|(_, table)| table.name).collect()
    });
    // What is only written at the end can differ without a day that does.
    let ending = (first.is_none() && base.digest != arm.digest).then_some(base.days.len() as u32);
    Parting {
        day: first.map(|day| day as u32 + 1).or(ending),
        tables: if ending.is_some() { vec!["citizens"] } else { tables },
        base: base.digest.clone(),
        arm: arm.digest.clone(),
    }
}

/// What is gathered of an arm and its base, a value each seed, over the days of the arm.
#[derive(Default)]
struct Gathered {
    /// How many seeds it has taken.
    seeds: usize,
    /// Groups with their people and means, base and arm.
    groups: Vec<GroupValues>,
    /// By column: of each seed the courses of base and arm.
    courses: Vec<Courses>,
}

/// Of each seed the courses of base and arm.
type Courses = Vec<(Vec<f64>, Vec<f64>)>;

struct GroupValues {
    kind: String,
    name: String,
    people: [Vec<f64>; 3],
    means: [Vec<Vec<f64>>; 2],
}

impl Gathered {
    fn add(&mut self, base: &Opened, arm: &Opened) {
        let before = self.seeds;
        for shared in base.kept.people.shared(&arm.kept.people) {
            let found = self.groups.iter_mut().find(|one| one.kind == shared.kind && one.name == shared.name);
            let known = match found {
                Some(known) => known,
                None => {
                    // In the seeds before it was not there.
                    let missed = vec![f64::NAN; before];
                    let none = || vec![missed.clone(); BURDENS.len()];
                    self.groups.push(GroupValues {
                        kind: shared.kind,
                        name: shared.name,
                        people: [missed.clone(), missed.clone(), missed.clone()],
                        means: [none(), none()],
                    });
                    self.groups.last_mut().expect("it was just added")
                }
            };
            known.people.iter_mut().zip(shared.people).for_each(|(values, people)| values.push(people.into()));
            for (known, means) in known.means.iter_mut().zip(shared.means) {
                known.iter_mut().zip(means).for_each(|(values, mean)| values.push(mean));
            }
        }
        self.seeds += 1;
        for group in &mut self.groups {
            let all = group.people.iter_mut().chain(group.means.iter_mut().flatten());
            all.for_each(|values| values.resize(before + 1, f64::NAN));
        }
        self.courses.resize(SERIES.len(), Vec::new());
        for (column, courses) in self.courses.iter_mut().enumerate().filter(|(_, courses)| courses.len() < COURSES) {
            let of = |world: &Opened| world.rows.numbers("days", SERIES[column]);
            courses.push((of(base), of(arm)));
        }
    }

    fn borne(&self) -> Vec<Borne> {
        let mut borne = Vec::new();
        for group in &self.groups {
            let people_by_seed = Arc::new(group.people.clone());
            for (at, burden) in BURDENS.into_iter().enumerate() {
                borne.push(Borne {
                    kind: group.kind.clone(),
                    name: group.name.clone(),
                    burden,
                    difference: Difference::between(&group.means[0][at], &group.means[1][at], None),
                    people: group.people.each_ref().map(|people| mean_of_known(people)),
                    people_by_seed: Arc::clone(&people_by_seed),
                    values: [0, 1].map(|world| group.means[world][at].clone()),
                });
            }
        }
        with_shares(borne, |one| &mut one.difference)
    }

    fn courses(&self) -> Vec<Course> {
        let of_column = |(column, seeds): (&'static str, &Courses)| {
            let length = seeds.first().map_or(0, |(base, _)| base.len());
            let on = |day: usize| {
                let base: Vec<f64> = seeds.iter().map(|(base, _)| base[day]).collect();
                let arm: Vec<f64> = seeds.iter().map(|(_, arm)| arm[day]).collect();
                let mut differences: Vec<f64> = arm.iter().zip(&base).map(|(arm, base)| arm - base).collect();
                let middle = mean(&differences);
                let [p05, p25, p50, p75, p95] =
                    super::difference::QUANTILES.map(|share| quantile(&mut differences, share));
                [mean(&base), mean(&arm), middle, p05, p25, p50, p75, p95]
            };
            Course { column, days: (0..length).map(on).collect() }
        };
        SERIES.into_iter().zip(&self.courses).map(of_column).collect()
    }
}

/// The mean of the values that are there.
fn mean_of_known(values: &[f64]) -> f64 {
    mean(&values.iter().copied().filter(|value| value.is_finite()).collect::<Vec<_>>())
}

/// Fills in the share of false ones among all of a table.
fn with_shares<T>(mut rows: Vec<T>, of: impl Fn(&mut T) -> &mut Difference) -> Vec<T> {
    let chances: Vec<f64> = rows.iter_mut().map(|row| of(row).p).collect();
    rows.iter_mut().zip(false_discovery(&chances)).for_each(|(row, share)| of(row).q = share);
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::difference::Verdict;
    use crate::measure::statistics::half_width;

    /// That an effect is clear under one preset and not under another says nothing of whether they differ: they are compared.
    #[test]
    fn presets_differ_where_their_effects_do_and_not_where_one_alone_is_clear() {
        let base = vec![10.0; 20];
        // So much more in the arm, with so much noise, which is not the same under both presets.
        let under = |preset: &'static str, effect: f64, noise: f64, turn: usize| {
            let draws = [1.3, -0.7, 0.4, -1.6, 0.9, 0.2, -0.5];
            let arm: Vec<f64> = (0..20).map(|nth| 10.0 + effect + noise * draws[(nth + turn) % 7]).collect();
            let difference = Difference::between(&base, &arm, None);
            UnderPreset { preset, values: vec![vec![[base.clone(), arm]]], differences: vec![vec![difference]] }
        };
        let own = [vec![true]];
        let (quiet, loud) = (under("valve", 1.0, 0.2, 0), under("gateway", 1.0, 8.0, 3));
        let verdicts = [&quiet, &loud].map(|under| under.differences[0][0].verdict());
        assert_eq!(verdicts, [Verdict::Higher, Verdict::Unclear]);
        let found = &changes(&[quiet, loud], &own)[0];
        assert_eq!((found.presets, found.found[0][0].verdict()), (("valve", "gateway"), Verdict::Unclear));
        // Effects of 5 and of -5: they differ by -10, with the interval that the noise of both gives.
        let presets = [under("valve", 5.0, 1.0, 0), under("neutral", 5.0, 1.0, 0), under("gateway", -5.0, 1.0, 2)];
        let all = changes(&presets, &own);
        let pairs: Vec<_> = all.iter().map(|one| one.presets).collect();
        assert_eq!(pairs, [("valve", "neutral"), ("valve", "gateway"), ("neutral", "gateway")]);
        assert_eq!(all[0].found[0][0].verdict(), Verdict::Same);
        let (apart, draws) = (&all[1].found[0][0], |under: &UnderPreset| under.values[0][0][1].clone());
        let differences: Vec<f64> =
            draws(&presets[2]).iter().zip(&draws(&presets[0])).map(|(gateway, valve)| gateway - valve).collect();
        let (middle, half) = (mean(&differences), half_width(&differences, 0.95));
        assert_eq!(apart.verdict(), Verdict::Lower);
        let (low, high) = apart.interval();
        assert!((low - (middle - half)).abs() < 1e-9 && (high - (middle + half)).abs() < 1e-9, "{low} {high}");
    }

    #[test]
    fn what_other_arms_are_about_changes_no_answer() {
        let base: Vec<f64> = (0..12).map(f64::from).collect();
        let shifted = |by: f64| -> Vec<f64> {
            base.iter().enumerate().map(|(nth, base)| base + by + [0.4, -0.4, 0.2, -0.1][nth % 4]).collect()
        };
        let one = |by: f64| Difference::between(&base, &shifted(by), None);
        let alone = together(vec![one(0.15), one(0.3)], &[true, true]);
        let with = together(vec![one(0.15), one(0.3), one(0.01), one(0.02)], &[true, true, false, false]);
        assert_eq!((alone[0].q, alone[1].q), (with[0].q, with[1].q));
        let all = together(vec![one(0.15), one(0.3), one(0.01), one(0.02)], &[true; 4]);
        assert!(all[0].q > alone[0].q && with[2].q == all[2].q);
    }
}
