//! Studies: a base, and arms that differ from it by a policy, lived with the same seeds.

pub mod file;

use crate::measure::expression::{Expression, parse};
use contraband_sim::base::units::Valve;
use contraband_sim::ids::good::Good;
use contraband_sim::scenario::complaint::Diagnostic;
use contraband_sim::scenario::levers::{closest_name, levers};
use contraband_sim::scenario::valve::VALVE;
use contraband_sim::scenario::{Scenario, TimelineEntry};

/// A question about a policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Study {
    /// Name; empty if its file gives none.
    pub name: String,
    /// The question it asks.
    pub question: String,
    /// The world without the policy.
    pub base: Scenario,
    /// The worlds with it.
    pub arms: Vec<Arm>,
    /// Seeds that each of them is lived with, at least.
    pub seeds: u64,
    /// The first of them; the others follow.
    pub first_seed: u64,
    /// What is measured.
    pub metrics: Vec<StudyMetric>,
    /// When to stop before all seeds are lived, if not at `seeds`.
    pub stop: Option<Stop>,
    /// Whether it is lived under every preset of the valve, to see which conclusions survive.
    pub every_valve: bool,
}

/// A world with a policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Arm {
    /// Name, in tables.
    pub name: String,
    /// Names of the arms that it is made of, where it is.
    pub with: Vec<String>,
    /// The world.
    pub scenario: Scenario,
}

/// Something measured in each run.
#[derive(Clone, Debug, PartialEq)]
pub struct StudyMetric {
    /// Name, in tables.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// What is read off the run.
    pub expression: Expression,
    /// Which way is better.
    pub better: Better,
}

/// Which way is better: a judgement of whoever asks, told beside what is found and never mixed with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// Less of it.
    Less,
    /// More of it.
    More,
    /// Neither.
    None,
}

impl Better {
    const WORDS: [&str; 3] = ["less", "more", "none"];

    /// Its word in files and tables.
    pub const fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }
}

/// Seeds are added until the difference of one metric is known well enough in every arm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stop {
    /// The number of the metric.
    pub metric: usize,
    /// Half of the width of its interval of 95 % that is small enough.
    pub half_width: f64,
    /// Most seeds.
    pub most: u64,
}

/// Seeds that a study takes if it does not say.
pub const SEEDS: u64 = 20;

/// Most seeds that a study may take.
pub const MOST_SEEDS: u64 = 10_000;

/// Most arms of a study.
pub const MOST_ARMS: usize = 20;

/// Most metrics of a study.
pub(crate) const MOST_METRICS: usize = 200;

/// The number of the metric of this name, or what to try instead.
///
/// # Errors
/// When there is none.
pub fn metric_called(metrics: &[StudyMetric], name: &str) -> Result<usize, String> {
    metrics.iter().position(|metric| metric.name == name).ok_or_else(|| {
        let names = || metrics.iter().map(|metric| metric.name.as_str());
        closest_name(name, names()).map_or_else(
            || format!("the arms are {}", names().collect::<Vec<_>>().join(", ")),
            |name| format!("the closest is `{name}`"),
        )
    })
}

/// Which of the worlds of a study moves the valve by itself, so that it cannot be lived under every preset.
pub fn moves_valve(base: &Scenario, arms: &[Arm]) -> Option<String> {
    let own = base.params.society.valve;
    let dated =
        |scenario: &Scenario| scenario.timeline.iter().any(|entry| entry.set.iter().any(|(path, _)| path == VALVE));
    if dated(base) {
        return Some("the timeline of the base".into());
    }
    let moves = |arm: &&Arm| arm.scenario.params.society.valve != own || dated(&arm.scenario);
    arms.iter().find(moves).map(|arm| format!("`{}`", arm.name))
}

/// The base with the policies of several arms: the levers that each moves, and the entries that each adds.
///
/// # Errors
/// When they contradict each other, or change more than levers and dates.
pub fn stack(base: &Scenario, arms: &[&Arm]) -> Result<Scenario, String> {
    let mut scenario = base.clone();
    let mut moved: Vec<(String, String, &str)> = Vec::new();
    for arm in arms {
        for (path, value) in arm.moved(base)? {
            match moved.iter().find(|(known, ..)| *known == path) {
                Some((_, other, first)) if *other != value => {
                    return Err(format!(
                        "`{first}` sets `{path}` to {other}, but `{}` sets it to {value}: they contradict each other",
                        arm.name
                    ));
                }
                Some(_) => {}
                None => moved.push((path, value, &arm.name)),
            }
        }
        scenario.timeline.extend(arm.added(base)?.iter().cloned());
    }
    for (path, value, _) in moved {
        scenario.set(&path, &value).map_err(|error| error.to_string())?;
    }
    scenario.check().map_err(|conflicts| {
        let all: Vec<String> = conflicts.iter().map(|conflict| conflict.what.clone()).collect();
        format!("combined they are not a possible world: {}", all.join("; "))
    })?;
    Ok(scenario)
}

impl Arm {
    /// The levers that stand elsewhere from the start, with their values.
    ///
    /// # Errors
    /// When the arm has other lists of places, venues or the like than the base.
    fn moved(&self, base: &Scenario) -> Result<Vec<(String, String)>, String> {
        let other = || format!("`{}` has other places, venues, agencies or kinds than the base", self.name);
        let paths = |scenario: &Scenario| levers(scenario).into_iter().map(|lever| lever.path).collect::<Vec<_>>();
        let all = paths(base);
        if all != paths(&self.scenario) {
            return Err(other());
        }
        let mut moved = Vec::new();
        for path in all {
            let (Ok(before), Ok(after)) = (base.get(&path), self.scenario.get(&path)) else { return Err(other()) };
            if before != after {
                moved.push((path, after.to_string()));
            }
        }
        Ok(moved)
    }

    /// The entries of its timeline that the base has not.
    ///
    /// # Errors
    /// When the base has entries that the arm has not.
    fn added(&self, base: &Scenario) -> Result<&[TimelineEntry], String> {
        self.scenario
            .timeline
            .strip_prefix(base.timeline.as_slice())
            .ok_or_else(|| format!("`{}` leaves out dated changes of the base", self.name))
    }

    /// What the policy is about, as far as it names goods, places or venues: kind and name of each.
    pub fn targets(&self, base: &Scenario) -> Vec<(&'static str, String)> {
        let mut found = Vec::new();
        let moved = self.moved(base).unwrap_or_default();
        let added = self.added(base).unwrap_or(&self.scenario.timeline);
        let dated = added.iter().flat_map(|entry| entry.set.iter().map(|(path, _)| path));
        for path in moved.iter().map(|(path, _)| path).chain(dated) {
            let mut parts = path.split('.');
            match (parts.next(), parts.next()) {
                (Some("goods"), Some(name)) if Good::from_word(name).is_some() => found.push(("good", name.to_owned())),
                (Some("venues"), Some(name)) => found.push(("venue", name.to_owned())),
                (Some("places"), Some(name)) => found.push(("place", name.to_owned())),
                _ => {}
            }
        }
        found.extend(added.iter().flat_map(|entry| entry.places.iter().map(|place| ("place", place.clone()))));
        found.sort();
        found.dedup();
        found
    }
}

impl StudyMetric {
    /// A metric that is asked for by its text, of runs of so many days.
    ///
    /// # Errors
    /// What is wrong with its text.
    pub fn new(name: &str, text: &str, days: u32) -> Result<Self, Diagnostic> {
        let expression = sound(text, days)?;
        Ok(Self { name: name.into(), label: name.replace('_', " "), expression, better: Better::None })
    }

    fn usual(name: &str, label: &str, text: &str, better: Better) -> Self {
        let expression = parse(text).expect("the usual metrics are sound");
        Self { name: name.into(), label: label.into(), expression, better }
    }
}

impl Study {
    /// The days over which it looks if metrics do not say: from the first day on which an arm does something that the base
    /// does not, or the second half where all arms differ from the start.
    pub fn window(&self) -> (u32, u32) {
        let first = |arm: &Arm| {
            let added = arm.added(&self.base).unwrap_or(&arm.scenario.timeline);
            added.iter().map(|entry| entry.day).min()
        };
        let first = self.arms.iter().filter_map(first).min().filter(|&day| day < self.base.days);
        (first.unwrap_or(self.base.days / 2 + 1).max(1), self.base.days)
    }

    /// The same study under each preset of the valve, with the preset: its own first. Only itself where the valve is left
    /// alone.
    ///
    /// # Panics
    /// When an arm moves the valve (see [`moves_valve`]).
    pub fn presets(&self) -> Vec<(&'static str, Self)> {
        let own = self.base.params.society.valve.word();
        let mut presets = vec![(own, self.clone())];
        for preset in Valve::WORDS.iter().copied().filter(|preset| self.every_valve && *preset != own) {
            let mut under = self.clone();
            let arms = under.arms.iter_mut().map(|arm| &mut arm.scenario);
            for scenario in std::iter::once(&mut under.base).chain(arms) {
                scenario.set(VALVE, preset).expect("it is one of its words");
            }
            presets.push((preset, under));
        }
        presets
    }

    /// What is measured if nothing else is said, over [`Study::window`].
    pub fn usual_metrics(&self) -> Vec<StudyMetric> {
        const USUAL: [(&str, &str, &str, Better); 14] = [
            ("trades", "purchases a day", "mean(days.trades, days = W)", Better::None),
            ("illicit_trades", "illicit purchases a day", "mean(days.illicit_trades, days = W)", Better::Less),
            (
                "price",
                "credits paid for a purchase",
                "sum(days.spent_credits, days = W) / sum(days.trades, days = W)",
                Better::None,
            ),
            ("price_over_cost", "price over cost", "mean(goods.price_mean / cost_mean, days = W)", Better::None),
            ("detections", "cases a day", "mean(days.detections, days = W)", Better::None),
            ("fines", "fines a day, in credits", "mean(days.fines_credits, days = W)", Better::None),
            ("harm", "harm a day", "mean(days.harm, days = W)", Better::Less),
            ("anxiety", "anxiety, 0 to 1", "mean(days.anxiety_mean, days = W)", Better::Less),
            ("legitimacy", "legitimacy of the law, 0 to 1", "mean(days.legitimacy, days = W)", Better::More),
            ("innocents", "innocent people investigated", "sum(days.innocents, days = W)", Better::Less),
            ("victims", "identity thefts", "sum(counts.victims, days = W)", Better::Less),
            ("treasury", "credits in the treasury at the end", "last(days.treasury)", Better::None),
            ("innovation", "innovation at the end, 1 at the start", "last(days.innovation)", Better::More),
            ("inequality", "inequality of wealth at the end (Gini)", "last(days.gini_wealth)", Better::Less),
        ];
        let (first, last) = self.window();
        let window = format!("{first} to {last}");
        let measure = |(name, label, text, better): (&str, &str, &str, Better)| {
            StudyMetric::usual(name, label, &text.replace('W', &window), better)
        };
        USUAL.map(measure).into()
    }
}

/// A metric that a run of so many days has, and that is not a comparison already.
pub(crate) fn sound(words: &str, days: u32) -> Result<Expression, Diagnostic> {
    let expression = parse(words)?;
    let whole = 0..words.len();
    if expression.compares() {
        return Err(Diagnostic::new(&whole, "a study already pairs every arm with its base", "compares by itself")
            .help("measure one world, without `base.` and `elasticity`"));
    }
    if let Some((_, last)) = expression.windows().into_iter().find(|&(first, last)| first < 1 || last > days) {
        let what = format!("days until {last} are not all in a run of days 1 to {days}");
        return Err(Diagnostic::new(&whole, what, "outside the run"));
    }
    Ok(expression)
}
