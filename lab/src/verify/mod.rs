//! The model proves itself: what theory says exactly, beside what the engine does.
//!
//! A [`Case`] switches off every mechanism but one, lets the engine's own rules act, and compares what comes of them with
//! what a formula says for the same parameters. Whoever doubts it draws fresh parameters: the expectation is reckoned from
//! them, so no case can be tuned to its example. Formulas are those of discrete days, not of continuous time.
//!
//! Most cases live a world of `scenarios/verify/`; some ask one rule of the engine many times.

pub mod analysis;
pub mod calibration;
pub mod demand;
pub mod detection;
pub mod deterrence;
pub mod integrity;
pub mod intervals;
pub mod learning;
pub mod lists;
pub mod market;
pub mod patterns;
pub mod sensitivity;

use std::borrow::Cow;
use std::sync::Arc;

use crate::batch::{self, Runner};
use crate::measure::Recording;
use crate::measure::statistics::{half_width, mean};
use contraband_sim::base::units::{Shape, Value};
use contraband_sim::scenario::levers::{closest_name, levers};
use contraband_sim::scenario::library::PROOFS;
use contraband_sim::scenario::read::read;
use contraband_sim::scenario::tree::Format;
use contraband_sim::scenario::{Scenario, TimelineEntry};

/// What cases are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// How trade finds its prices and partners.
    Market,
    /// What the law deters, and what it misses.
    Deterrence,
    /// Learning, delegates, platforms.
    Learning,
    /// Demand, diffusion and distribution.
    Demand,
    /// How runs are compared and read.
    Analysis,
    /// What must hold in any world.
    Integrity,
}

impl Group {
    /// All groups, in the order in which they are told.
    pub const ALL: [Self; 6] =
        [Self::Market, Self::Deterrence, Self::Learning, Self::Demand, Self::Analysis, Self::Integrity];

    /// Its heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Market => "Market",
            Self::Deterrence => "Deterrence and enforcement",
            Self::Learning => "Learning, delegates, platforms",
            Self::Demand => "Demand, diffusion, distribution",
            Self::Analysis => "Mathematics of the analysis",
            Self::Integrity => "Integrity",
        }
    }
}

/// Something that theory says exactly and that the engine must do.
pub struct Case {
    /// Name, as in `contraband verify NAME`.
    pub name: &'static str,
    /// What it is about.
    pub group: Group,
    /// What it shows, in one sentence.
    pub shows: &'static str,
    /// The formula, as a reader would write it.
    pub formula: &'static str,
    /// Where the formula comes from.
    pub source: &'static str,
    /// The world of `scenarios/verify/` that it lives, if it lives one.
    pub world: Option<&'static str>,
    /// What `--set` may change, and within which limits the formula holds.
    pub knobs: &'static [Knob],
    /// Seeds that it lives its world with, or rounds of its experiment; 0 where nothing is left to chance.
    pub seeds: usize,
    /// Whether it takes minutes, and is left out unless it is asked for.
    pub long: bool,
    /// Compares what is expected with what is found.
    pub run: fn(&Setup<'_>) -> Result<Vec<Check>, OutsideDomain>,
}

/// A parameter of a case.
pub struct Knob {
    /// The path of a lever of the case's world, or a name of its own.
    pub name: &'static str,
    /// Its value, where it is no lever; a lever's stands in the world's file.
    pub default: Option<f64>,
    /// Least value for which the formula holds, in the unit of the parameter.
    pub least: f64,
    /// Greatest value for which the formula holds, in the unit of the parameter.
    pub most: f64,
    /// Whether it is a whole number.
    pub whole: bool,
    /// What it is, where it is no lever.
    pub about: &'static str,
}

impl Knob {
    /// A lever of the case's world.
    pub const fn lever(path: &'static str, least: f64, most: f64) -> Self {
        Self { name: path, default: None, least, most, whole: false, about: "" }
    }

    /// A number of the experiment's own.
    pub const fn own(name: &'static str, default: f64, least: f64, most: f64, about: &'static str) -> Self {
        Self { name, default: Some(default), least, most, whole: false, about }
    }

    /// A count of the experiment's own.
    pub const fn count(name: &'static str, default: u32, least: u32, most: u32, about: &'static str) -> Self {
        Self { name, default: Some(default as f64), least: least as f64, most: most as f64, whole: true, about }
    }
}

/// Why a formula says nothing about these parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutsideDomain(pub String);

/// Which way a measured value may depart from the expected one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// Neither way, beyond the tolerance.
    Equal,
    /// Upwards only.
    AtLeast,
    /// Downwards only.
    AtMost,
}

/// One expectation, and what was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// What is measured.
    pub what: String,
    /// What the formula says, in the unit that `what` names.
    pub expected: f64,
    /// What the engine did, in the same unit.
    pub measured: f64,
    /// By how much the engine may depart from the formula, in the same unit.
    pub tolerance: f64,
    /// What that tolerance is.
    pub because: Cow<'static, str>,
    /// Which way it may depart.
    pub relation: Relation,
}

impl Check {
    /// Nothing is left to chance or to rounding.
    pub fn exact(what: impl Into<String>, expected: f64, measured: f64) -> Self {
        Self::near(what, expected, measured, 0.0, "exact")
    }

    /// Equal up to a tolerance, which is what it is `because` of something.
    pub fn near(
        what: impl Into<String>,
        expected: f64,
        measured: f64,
        tolerance: f64,
        because: impl Into<Cow<'static, str>>,
    ) -> Self {
        let because = because.into();
        Self { what: what.into(), expected, measured, tolerance, because, relation: Relation::Equal }
    }

    /// At least as much as expected.
    pub fn at_least(what: impl Into<String>, bound: f64, measured: f64, because: impl Into<Cow<'static, str>>) -> Self {
        Self { relation: Relation::AtLeast, ..Self::near(what, bound, measured, 0.0, because) }
    }

    /// At most as much as expected.
    pub fn at_most(what: impl Into<String>, bound: f64, measured: f64, because: impl Into<Cow<'static, str>>) -> Self {
        Self { relation: Relation::AtMost, ..Self::near(what, bound, measured, 0.0, because) }
    }

    /// A share of independent draws, each a hit with chance `expected`: within four binomial standard errors.
    pub fn share(what: impl Into<String>, expected: f64, hits: f64, draws: f64) -> Self {
        let tolerance = 4.0 * (expected * (1.0 - expected) / draws).sqrt();
        Self::near(what, expected, hits / draws, tolerance, format!("4 standard errors of {draws:.0} draws"))
    }

    /// A mean of independent values: within the interval that holds the true mean in 9 999 of 10 000 cases.
    pub fn mean(what: impl Into<String>, expected: f64, values: &[f64]) -> Self {
        let tolerance = half_width(values, 0.9999) + 1e-9 * expected.abs();
        Self::near(what, expected, mean(values), tolerance, format!("99.99 % interval of {} values", values.len()))
    }

    /// Whether it holds. What is not a number does not.
    pub fn holds(&self) -> bool {
        let off = self.measured - self.expected;
        match self.relation {
            Relation::Equal => off.abs() <= self.tolerance,
            Relation::AtLeast => off >= -self.tolerance,
            Relation::AtMost => off <= self.tolerance,
        }
    }
}

/// A case with its parameters, ready to run.
pub struct Setup<'t> {
    /// What is to be shown.
    pub case: &'static Case,
    /// Its parameters, in the order of its knobs.
    pub values: Vec<f64>,
    /// Seeds, or rounds.
    pub seeds: usize,
    progress: &'t Workers<'t>,
}

/// On how many threads to work, and whom to tell that a run is over.
pub struct Workers<'t> {
    /// Threads; they change speed only.
    pub threads: usize,
    /// Called as each run ends.
    pub on_done: &'t (dyn Fn() + Sync),
}

impl Setup<'_> {
    /// A parameter.
    ///
    /// # Panics
    /// When the case has no such knob: a mistake in its code.
    pub fn value(&self, name: &str) -> f64 {
        let at = self.case.knobs.iter().position(|knob| knob.name == name);
        self.values[at.unwrap_or_else(|| panic!("case {} has no knob {name}", self.case.name))]
    }

    /// A parameter that is a count.
    ///
    /// # Panics
    /// When the case has no such knob.
    pub fn count(&self, name: &str) -> usize {
        self.value(name) as usize
    }

    /// The case's world with these parameters.
    ///
    /// # Errors
    /// When the parameters contradict each other.
    pub fn world(&self) -> Result<Scenario, OutsideDomain> {
        let mut world = world_of(self.case);
        for (knob, value) in self.case.knobs.iter().zip(&self.values) {
            if knob.default.is_none() {
                world.set(knob.name, &value.to_string()).map_err(|error| OutsideDomain(error.to_string()))?;
            }
        }
        check(world)
    }

    /// The same world with more levers set, by the case itself.
    ///
    /// # Errors
    /// When they contradict the parameters.
    pub fn world_with(&self, set: &[(&str, String)]) -> Result<Scenario, OutsideDomain> {
        let mut world = self.world()?;
        for (path, value) in set {
            world.set(path, value).map_err(|error| OutsideDomain(error.to_string()))?;
        }
        check(world)
    }

    /// People-days of all seeds in the last `days` days of a world.
    pub fn draws(&self, world: &Scenario, days: u32) -> f64 {
        f64::from(world.params.citizens.count.get()) * f64::from(days) * self.seeds as f64
    }

    /// Lives a world with each seed, and reads something off each recording.
    pub fn each_seed<T: Send>(&self, world: Scenario, read: impl Fn(&Recording) -> T + Sync) -> Vec<T> {
        let world = Arc::new(world);
        self.each(self.seeds, |seed| read(&Recording::of(&world, seed as u64 + 1)))
    }

    /// Does something for each number below `count`, on all threads; results come in order.
    pub fn each<T: Send>(&self, count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
        spread_out(count, self.progress, work)
    }
}

/// Does something for each number below `count`, on all threads; results come in order.
pub(crate) fn spread_out<T: Send>(count: usize, progress: &Workers<'_>, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let found = Runner::plain(progress.threads).map(count, progress.on_done, |at, _| Ok(work(at)));
    found.unwrap_or_else(|stopped| panic!("{stopped}"))
}

fn check(world: Scenario) -> Result<Scenario, OutsideDomain> {
    match world.check() {
        Ok(()) => Ok(world),
        Err(conflicts) => Err(OutsideDomain(conflicts.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))),
    }
}

fn world_of(case: &Case) -> Scenario {
    let name = case.world.unwrap_or_else(|| panic!("case {} runs no world", case.name));
    let file = PROOFS.iter().find(|file| file.name == name).unwrap_or_else(|| panic!("there is no {name}"));
    read(file.text, Format::Ron).unwrap_or_else(|complaints| panic!("{name}: {complaints:?}"))
}

/// Shares are judged by the normal distribution, which needs some of either kind.
pub(crate) fn enough(what: &str, chance: f64, draws: f64) -> Result<(), OutsideDomain> {
    let fewest = chance.min(1.0 - chance) * draws;
    if fewest >= 100.0 || chance == 0.0 || chance == 1.0 {
        return Ok(());
    }
    Err(OutsideDomain(format!("{what}: only {fewest:.1} of {draws:.0} are expected, too few to tell; it takes 100")))
}

/// From some day on, and no longer than until another, a lever has another value everywhere.
pub(crate) fn from_day(day: u32, until: Option<u32>, mut world: Scenario, path: &str, value: f64) -> Scenario {
    let set = vec![(path.into(), Value::Number(value))];
    world.timeline.push(TimelineEntry { day, until, ramp: 0, places: Vec::new(), set, label: String::new() });
    world
}

/// Longer or shorter than in its file.
pub(crate) fn for_days(mut world: Scenario, days: u32) -> Scenario {
    world.days = days;
    world
}

/// A column of the table of goods, of one good, day by day.
pub(crate) fn of_good(rows: &Recording, good: &str, column: &str) -> Vec<f64> {
    let (goods, values) = (rows.words("goods", "good"), rows.numbers("goods", column));
    values.into_iter().zip(goods).filter(|(_, of)| *of == good).map(|(value, _)| value).collect()
}

/// What a case found.
#[derive(Clone, Debug)]
pub struct CaseOutcome {
    /// Its name.
    pub case: Cow<'static, str>,
    /// What it is about.
    pub group: Group,
    /// What it shows.
    pub shows: Cow<'static, str>,
    /// The formula.
    pub formula: Cow<'static, str>,
    /// Where it comes from.
    pub source: Cow<'static, str>,
    /// Its parameters with their units.
    pub parameters: Vec<Parameter>,
    /// Seeds, or rounds.
    pub seeds: usize,
    /// What was expected and what was found.
    pub checks: Vec<Check>,
}

/// A parameter, as it was used.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Lever path, or name.
    pub name: String,
    /// Its value, in the unit that `about` names.
    pub value: f64,
    /// Its unit, or what it is.
    pub about: String,
}

impl CaseOutcome {
    /// Whether all of it holds.
    pub fn holds(&self) -> bool {
        !self.checks.is_empty() && self.checks.iter().all(Check::holds)
    }
}

/// Why a case cannot be run as asked.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{what}")]
pub struct CaseRefusal {
    /// What is wrong.
    pub what: String,
    /// What is allowed, or what to try.
    pub help: String,
}

/// Something that theory says and that does not apply to this engine.
pub struct Absent {
    /// What it is called.
    pub name: &'static str,
    /// What it is about.
    pub group: Group,
    /// Why the engine has nothing to compare it with.
    pub why: &'static str,
}

/// Every case, in the order in which they are told.
pub fn cases() -> Vec<&'static Case> {
    let groups = [
        market::CASES,
        deterrence::CASES,
        detection::CASES,
        learning::CASES,
        demand::CASES,
        analysis::CASES,
        intervals::CASES,
        sensitivity::CASES,
        calibration::CASES,
    ];
    groups.into_iter().flatten().collect()
}

/// What does not apply, and why.
pub fn absent() -> Vec<&'static Absent> {
    [market::ABSENT, deterrence::ABSENT, learning::ABSENT, demand::ABSENT].into_iter().flatten().collect()
}

/// What was asked for: cases by name (all but the long ones where none is named), parameters, seeds.
#[derive(Clone, Debug, Default)]
pub struct VerifyRequest {
    /// Names of cases.
    pub cases: Vec<String>,
    /// Names of parameters and the texts of their values.
    pub set: Vec<(String, String)>,
    /// Seeds or rounds, instead of each case's own.
    pub seeds: Option<usize>,
    /// Whether long cases are wanted too.
    pub full: bool,
}

/// A case that can be run.
pub struct Prepared {
    case: &'static Case,
    values: Vec<f64>,
    seeds: usize,
}

/// Fewest seeds from which an interval can be made.
pub const FEWEST_SEEDS: usize = 4;

/// Looks up what was asked for.
///
/// # Errors
/// Everything that is wrong with it.
pub fn prepare(asked: &VerifyRequest) -> Result<Vec<Prepared>, Vec<CaseRefusal>> {
    let mut refusals = Vec::new();
    let all = cases();
    let mut chosen: Vec<&'static Case> = Vec::new();
    for name in &asked.cases {
        match all.iter().find(|case| case.name == *name) {
            Some(case) => chosen.push(case),
            None => {
                let help = closest_name(name, all.iter().map(|case| case.name)).map_or_else(
                    || "`contraband verify --list` shows all cases".into(),
                    |name| format!("the closest is `{name}`; `contraband verify --list` shows all"),
                );
                refusals.push(CaseRefusal { what: format!("there is no case called `{name}`"), help });
            }
        }
    }
    if asked.cases.is_empty() {
        chosen = all.into_iter().filter(|case| asked.full || !case.long).collect();
    }
    if refusals.is_empty() {
        for (path, _) in &asked.set {
            if !chosen.iter().any(|case| case.knobs.iter().any(|knob| knob.name == path)) {
                refusals.push(unknown_knob(&chosen, path));
            }
        }
    }
    let mut prepared = Vec::new();
    for case in chosen {
        let seeds = match asked.seeds {
            Some(seeds) if case.seeds > 0 => {
                if seeds < FEWEST_SEEDS {
                    let what = format!("{seeds} seeds are too few for an interval in case `{}`", case.name);
                    refusals.push(CaseRefusal {
                        what,
                        help: format!("give it {FEWEST_SEEDS} or more; its default is {}", case.seeds),
                    });
                }
                seeds
            }
            _ => case.seeds,
        };
        match values_of(case, &asked.set) {
            Ok(values) => prepared.push(Prepared { case, values, seeds }),
            Err(found) => refusals.extend(found),
        }
    }
    if refusals.is_empty() { Ok(prepared) } else { Err(refusals) }
}

fn unknown_knob(chosen: &[&'static Case], path: &str) -> CaseRefusal {
    let mut names: Vec<&str> = chosen.iter().flat_map(|case| case.knobs).map(|knob| knob.name).collect();
    names.sort_unstable();
    names.dedup();
    let whose = match chosen {
        [case] => format!("case `{}` has", case.name),
        _ => "none of these cases has".into(),
    };
    let what = match chosen {
        [case] => format!("case `{}` has no parameter `{path}`", case.name),
        _ => format!("none of the cases asked for has a parameter `{path}`"),
    };
    let help = match (closest_name(path, names.iter().copied()), names.is_empty()) {
        (Some(name), _) => format!("the closest is `{name}`"),
        (None, true) => format!("{whose} no parameters"),
        (None, false) if chosen.len() == 1 => format!("it has {}", names.join(", ")),
        (None, false) => "`contraband verify --list` shows the parameters of each case".into(),
    };
    CaseRefusal { what, help }
}

/// The value of a case's knob where nothing else is said: its own, or that of a lever of its world.
///
/// # Panics
/// When the case's world has no such lever: a mistake in its code.
pub fn knob_value(case: &Case, knob: &Knob) -> f64 {
    knob.default.unwrap_or_else(|| match world_of(case).get(knob.name) {
        Ok(Value::Number(value)) => value,
        other => panic!("{}: {} is no number: {other:?}", case.name, knob.name),
    })
}

/// The values of a case's knobs, those given instead of its own.
fn values_of(case: &'static Case, set: &[(String, String)]) -> Result<Vec<f64>, Vec<CaseRefusal>> {
    let world = case.world.map(|_| world_of(case));
    let mut refusals = Vec::new();
    let mut values = Vec::new();
    for knob in case.knobs {
        let lever = world.as_ref().and_then(|world| levers(world).into_iter().find(|lever| lever.path == knob.name));
        let whole = knob.whole || lever.is_some_and(|lever| lever.shape == Shape::Whole);
        let mut value = knob_value(case, knob);
        // The last of several is the one that was meant, as with other commands.
        for (_, text) in set.iter().filter(|(path, _)| path == knob.name) {
            let range = format!("from {} to {}{}", knob.least, knob.most, if whole { ", whole" } else { "" });
            match text.parse::<f64>() {
                Ok(given) if (knob.least..=knob.most).contains(&given) && (!whole || given.fract() == 0.0) => {
                    value = given;
                }
                Ok(given) if given.is_finite() => refusals.push(CaseRefusal {
                    what: format!("`{}` of case `{}` cannot be {text}", knob.name, case.name),
                    help: format!("its formula applies {range}: {}", case.formula),
                }),
                _ => refusals.push(CaseRefusal {
                    what: format!("`{}` of case `{}` takes a number, not `{text}`", knob.name, case.name),
                    help: range,
                }),
            }
        }
        values.push(value);
    }
    if refusals.is_empty() { Ok(values) } else { Err(refusals) }
}

impl Prepared {
    /// The case.
    pub const fn case(&self) -> &'static Case {
        self.case
    }

    /// Runs it.
    ///
    /// # Errors
    /// When its formula says nothing about these parameters together.
    pub fn run(&self, progress: &Workers<'_>) -> Result<CaseOutcome, CaseRefusal> {
        let Self { case, values, seeds } = self;
        let setup = Setup { case, values: values.clone(), seeds: *seeds, progress };
        let outside = |OutsideDomain(why)| CaseRefusal {
            what: format!("case `{}` cannot be checked with these parameters: {why}", case.name),
            help: format!("its formula: {}", case.formula),
        };
        // A case whose runs panic does not hold; the others go on.
        let checks = match Runner::plain(1).one(|_| Ok((case.run)(&setup))) {
            Some(batch::RunOutcome::Done(checks)) => checks.map_err(outside)?,
            Some(batch::RunOutcome::Failed(said)) => vec![Check::exact(format!("panics ({said})"), 0.0, 1.0)],
            Some(batch::RunOutcome::TimedOut(_)) | None => unreachable!("it has neither a limit nor an interrupt"),
        };
        let world = case.world.map(|_| world_of(case));
        let units = world.as_ref().map(levers).unwrap_or_default();
        let parameters = case.knobs.iter().zip(values).map(|(knob, &value)| {
            let unit = units.iter().find(|lever| lever.path == knob.name).map_or(knob.about, |lever| lever.unit);
            Parameter { name: knob.name.into(), value, about: unit.into() }
        });
        Ok(CaseOutcome {
            case: case.name.into(),
            group: case.group,
            shows: case.shows.into(),
            formula: case.formula.into(),
            source: case.source.into(),
            parameters: parameters.collect(),
            seeds: *seeds,
            checks,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_holds_within_its_tolerance_and_on_its_side() {
        assert!(Check::exact("one", 1.0, 1.0).holds() && !Check::exact("one", 1.0, 1.0 + 1e-15).holds());
        assert!(Check::near("one", 1.0, 1.1, 0.2, "").holds() && !Check::near("one", 1.0, f64::NAN, 0.2, "").holds());
        assert!(Check::at_least("one", 1.0, 5.0, "").holds() && !Check::at_least("one", 1.0, 0.9, "").holds());
        assert!(Check::at_most("one", 1.0, 0.5, "").holds() && !Check::at_most("one", 1.0, 1.1, "").holds());
        // Four standard errors of a half in a hundred draws are a fifth.
        assert!(Check::share("heads", 0.5, 69.0, 100.0).holds() && !Check::share("heads", 0.5, 71.0, 100.0).holds());
    }

    #[test]
    fn names_are_told_once_and_knobs_fit_their_worlds() {
        let mut names: Vec<&str> =
            cases().iter().map(|case| case.name).chain(absent().iter().map(|one| one.name)).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
        for case in cases() {
            let values = values_of(case, &[]).unwrap_or_else(|refusals| panic!("{}: {refusals:?}", case.name));
            for (knob, value) in case.knobs.iter().zip(values) {
                assert!((knob.least..=knob.most).contains(&value), "{}: {} is {value}", case.name, knob.name);
            }
        }
        for file in PROOFS {
            assert!(cases().iter().any(|case| case.world == Some(file.name)), "{} is lived by no case", file.name);
        }
    }
}
