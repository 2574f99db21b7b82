//! From runs that are kept to answers: differences, interactions, where worlds part, where trade goes, who bears it.

use crate::measure::statistics::{false_discovery, mean, quantile};
use contraband_sim::record::tables::TABLES;

use super::difference::{Difference, is_share};
use super::displacement::{Moved, TradeDisplacement};
use super::people::BURDENS;
use super::pilot::{Pilot, Pilots};
use super::run_cache::{Kept, Opened, RunCache, SERIES};
use super::worlds::BASE;
use crate::error::StoreError;

/// Seeds whose courses are drawn upon for `series`: enough for their quantiles, and memory that does not grow with them.
const COURSES: usize = 200;

/// All that a study found.
pub struct Answers {
    /// The seeds that all worlds were lived with.
    pub seeds: Vec<u64>,
    /// By world, the base first, metric and seed.
    pub values: Vec<Vec<Vec<f64>>>,
    /// By arm and metric.
    pub differences: Vec<Vec<Difference>>,
    /// Of arms that are made of others: their number, and by metric what they do beyond the sum of what those do alone.
    pub interactions: Vec<(usize, Vec<Difference>)>,
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
    /// Under each preset of the valve that it was lived under, its own first: the differences by arm and metric.
    pub presets: Vec<(&'static str, Vec<Vec<Difference>>)>,
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
        let metrics = study.metrics.len();
        let mut values = vec![vec![Vec::new(); metrics]; study.arms.len() + 1];
        let (mut partings, mut moved, mut borne, mut courses) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut pilots = Vec::new();
        for arm in 0..study.arms.len() {
            let mut gathered = Gathered::default();
            let mut displacement = TradeDisplacement::of(study.arms[arm].targets(&study.base), study.window());
            let mut pilot = Pilots::of(study, arm);
            let mut parts = Vec::new();
            for &seed in &seeds {
                let (base, other) = (cache.take(BASE, seed)?.open(), cache.take(arm + 1, seed)?.open());
                for (metric, about) in study.metrics.iter().enumerate() {
                    if arm == 0 {
                        values[BASE][metric].push(base.value(about));
                    }
                    values[arm + 1][metric].push(other.value(about));
                }
                parts.push(parting(&base.kept, &other.kept));
                gathered.add(&base, &other);
                displacement.add(&base, &other);
                if let Some(pilot) = &mut pilot {
                    pilot.add(&base, &other);
                }
            }
            partings.push(parts);
            moved.push(with_shares(displacement.told(), |one| &mut one.difference));
            borne.push(gathered.borne());
            courses.push(gathered.courses());
            pilots.push(pilot.map(Pilots::told));
        }
        let precision = |metric: usize| study.stop.filter(|stop| stop.metric == metric).map(|stop| stop.half_width);
        let compare = |base: &[Vec<f64>], arm: &[Vec<f64>]| -> Vec<Difference> {
            let each = base.iter().zip(arm).enumerate();
            each.map(|(metric, (base, arm))| {
                Difference::between(base, arm, precision(metric)).share(is_share(&study.metrics[metric]))
            })
            .collect()
        };
        let mut differences: Vec<Vec<Difference>> = values[1..].iter().map(|arm| compare(&values[BASE], arm)).collect();
        let mut interactions = Vec::new();
        for (arm, of) in study.arms.iter().enumerate().filter(|(_, arm)| !arm.with.is_empty()) {
            let parts: Vec<usize> = of
                .with
                .iter()
                .filter_map(|name| study.arms.iter().position(|arm| arm.name == *name))
                .map(|part| part + 1)
                .collect();
            let expected: Vec<Vec<f64>> = (0..metrics)
                .map(|metric| {
                    let alone = |seed: usize| -> f64 {
                        let base = values[BASE][metric][seed];
                        base + parts.iter().map(|&part| values[part][metric][seed] - base).sum::<f64>()
                    };
                    (0..seeds.len()).map(alone).collect()
                })
                .collect();
            interactions.push((arm, compare(&expected, &values[arm + 1])));
        }
        // All that is looked at together, since any of it may be found by chance.
        let all = || differences.iter().flatten().chain(interactions.iter().flat_map(|(_, found)| found));
        let mut shares = false_discovery(&all().map(|one| one.p).collect::<Vec<_>>()).into_iter();
        for one in differences.iter_mut().flatten().chain(interactions.iter_mut().flat_map(|(_, found)| found)) {
            one.q = shares.next().expect("one for each");
        }
        let mut presets = vec![(cache.presets[0].0, differences.clone())];
        for (nth, (preset, under)) in cache.presets.iter().enumerate().skip(1) {
            let mut values = vec![vec![Vec::new(); metrics]; study.arms.len() + 1];
            for (world, values) in values.iter_mut().enumerate() {
                for &seed in &seeds {
                    let run = cache.take(nth * (study.arms.len() + 1) + world, seed)?.open();
                    values.iter_mut().zip(&under.metrics).for_each(|(values, metric)| values.push(run.value(metric)));
                }
            }
            let found = values[1..].iter().map(|arm| compare(&values[BASE], arm)).collect();
            presets.push((preset, together(found)));
        }
        Ok(Self { seeds, values, differences, interactions, partings, moved, borne, courses, pilots, presets })
    }
}

/// Differences that are looked at together: any of them may be found by chance.
fn together(mut found: Vec<Vec<Difference>>) -> Vec<Vec<Difference>> {
    let mut shares = false_discovery(&found.iter().flatten().map(|one| one.p).collect::<Vec<_>>()).into_iter();
    found.iter_mut().flatten().for_each(|one| one.q = shares.next().expect("one for each"));
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

/// What is gathered of an arm and its base, a value each seed.
#[derive(Default)]
struct Gathered {
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
        for shared in base.kept.people.shared(&arm.kept.people) {
            let found = self.groups.iter_mut().find(|one| one.kind == shared.kind && one.name == shared.name);
            let known = match found {
                Some(known) => known,
                None => {
                    let none = || vec![Vec::new(); BURDENS.len()];
                    self.groups.push(GroupValues {
                        kind: shared.kind,
                        name: shared.name,
                        people: Default::default(),
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
        self.courses.resize(SERIES.len(), Vec::new());
        for (column, courses) in self.courses.iter_mut().enumerate().filter(|(_, courses)| courses.len() < COURSES) {
            let of = |world: &Opened| world.rows.numbers("days", SERIES[column]);
            courses.push((of(base), of(arm)));
        }
    }

    fn borne(&self) -> Vec<Borne> {
        let mut borne = Vec::new();
        for group in &self.groups {
            for (at, burden) in BURDENS.into_iter().enumerate() {
                borne.push(Borne {
                    kind: group.kind.clone(),
                    name: group.name.clone(),
                    burden,
                    difference: Difference::between(&group.means[0][at], &group.means[1][at], None),
                    people: [0, 1, 2].map(|world| mean(&group.people[world])),
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

/// Fills in the share of false ones among all of a table.
fn with_shares<T>(mut rows: Vec<T>, of: impl Fn(&mut T) -> &mut Difference) -> Vec<T> {
    let chances: Vec<f64> = rows.iter_mut().map(|row| of(row).p).collect();
    rows.iter_mut().zip(false_discovery(&chances)).for_each(|(row, share)| of(row).q = share);
    rows
}
