//! Studies: a base, and arms that differ from it by a policy, lived with the same seeds.

pub mod file;
mod follow;
mod own_base;

use follow::{Touched, of_arms};
use own_base::some;
pub use own_base::{OnBase, on_base};

use crate::measure::expression::{Expression, parse};
use contraband_sim::base::units::Valve;
use contraband_sim::ids::good::Good;
use contraband_sim::scenario::complaint::Diagnostic;
use contraband_sim::scenario::idle::{Asked, IdleSetting};
use contraband_sim::scenario::levers::{closest_name, levers};
use contraband_sim::scenario::valve::VALVE;
use contraband_sim::scenario::{Scenario, TimelineEntry};
use serde::{Deserialize, Serialize};

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
    /// The first seed; the others are the numbers that follow.
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
    /// Levers that it was asked to set from the start to what holds in the base already.
    pub unmoved: Vec<String>,
    /// What it takes from the base in the stead of what its own base has, in words (see [`on_base`]).
    pub taken: Vec<String>,
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
    /// What is read off the runs of an arm, with [`POLICY`] for its days: each arm has its own (see [`Study::window_of`]), so
    /// that an arm that is added later changes nothing about the others. `None` where the days are the same for all.
    pub by_arm: Option<String>,
    /// The smallest effect of interest, in units of the metric; if it does not say, a hundredth of its mean in the base.
    pub interest: Option<f64>,
}

/// Stands in a metric for the days over which each arm is looked at.
pub const POLICY: &str = "days = policy";

/// Which way is better: a judgement of whoever asks, told beside what is found and never mixed with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// Less of it.
    Less,
    /// More of it.
    More,
    /// Neither; studies write `none`, lessons and what a class stores `neither`.
    #[default]
    #[serde(rename = "neither")]
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

/// How many arms a study has at most.
pub const MOST_ARMS: usize = 64;

/// Most metrics of a study.
pub(crate) const MOST_METRICS: usize = 640;

/// The number of the metric of this name, or what to try instead.
///
/// # Errors
/// When there is none.
pub fn metric_called(metrics: &[StudyMetric], name: &str) -> Result<usize, String> {
    metrics.iter().position(|metric| metric.name == name).ok_or_else(|| {
        let names = || metrics.iter().map(|metric| metric.name.as_str());
        closest_name(name, names()).map_or_else(
            || format!("the metrics are {}", names().collect::<Vec<_>>().join(", ")),
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
    let mut parts: Vec<&str> = Vec::new();
    for arm in arms {
        let own =
            if arm.with.is_empty() { vec![arm.name.as_str()] } else { arm.with.iter().map(String::as_str).collect() };
        if let Some(twice) = own.iter().find(|part| parts.contains(*part)) {
            return Err(format!("`{twice}` would count twice: what it does alone is added up once for each time"));
        }
        parts.extend(own);
    }
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
    /// A world without notes.
    pub fn new(name: impl Into<String>, scenario: Scenario) -> Self {
        Self { name: name.into(), with: Vec::new(), scenario, unmoved: Vec::new(), taken: Vec::new() }
    }

    /// What it sets in vain, or less than fully, against a base.
    pub fn idle(&self, base: &Scenario) -> Vec<IdleSetting> {
        let moved = self.moved(base).unwrap_or_default().into_iter().map(|(path, _)| path).collect();
        let first = self.added(base).map_or(0, |_| base.timeline.len());
        let entries = first..self.scenario.timeline.len();
        let mut found = self.scenario.idle(&Asked { start: moved, entries, varied: false });
        let unmoved = self.unmoved.iter().filter_map(|path| Some(IdleSetting::same(path, base.get(path).ok()?)));
        found.splice(0..0, unmoved);
        found
    }

    /// The first day on which it differs from the base; `None` where it never does within the run.
    pub fn differs_from(&self, base: &Scenario) -> Option<u32> {
        self.scenario.parts_from(base).filter(|&day| day <= base.days)
    }

    /// What it changes against the base, each in words, in the order of the file: levers from the start, and dated changes.
    pub fn changes(&self, base: &Scenario) -> Vec<String> {
        let Ok(moved) = self.moved(base) else {
            return vec!["its places, venues, agencies or kinds".into()];
        };
        let before = |path: &str| base.get(path).map_or_else(|_| "?".into(), |value| value.to_string());
        let mut told: Vec<String> =
            moved.iter().map(|(path, value)| format!("`{path}` {value} instead of {}", before(path))).collect();
        let dates = |entry: &TimelineEntry| match entry.until {
            Some(until) => format!("days {} to {until}", entry.day),
            None => format!("from day {}", entry.day),
        };
        let known = |entry: &TimelineEntry, of: &Scenario| of.timeline.contains(entry);
        for entry in self.scenario.timeline.iter().filter(|entry| !known(entry, base)) {
            let places =
                if entry.places.is_empty() { String::new() } else { format!(" in {}", entry.places.join(", ")) };
            told.extend(entry.set.iter().map(|(path, value)| format!("`{path}` {value}{places}, {}", dates(entry))));
        }
        for entry in base.timeline.iter().filter(|entry| !known(entry, &self.scenario)) {
            let levers = entry.set.iter().map(|(path, value)| format!("`{path}` {value}")).collect::<Vec<_>>();
            told.push(format!("without {}, {}", levers.join(", "), dates(entry)));
        }
        told
    }

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

    /// What the policy is about, as far as it names goods, places or venues, each from its first day on: where it holds in
    /// some places first and in others later, those others are targets then.
    pub fn targets(&self, base: &Scenario) -> Vec<PolicyTarget> {
        let moved = self.moved(base).unwrap_or_default();
        let added = self.added(base).unwrap_or(&self.scenario.timeline);
        let mut found: Vec<PolicyTarget> = Vec::new();
        let mut add = |kind: &'static str, name: &str, day: u32| match found
            .iter_mut()
            .find(|known| known.kind == kind && known.name == name)
        {
            Some(known) => known.day = known.day.min(day),
            None => found.push(PolicyTarget { kind, name: name.to_owned(), day }),
        };
        let dated = added.iter().flat_map(|entry| entry.set.iter().map(|(path, _)| (path, entry.day)));
        for (path, day) in moved.iter().map(|(path, _)| (path, 1)).chain(dated) {
            let mut parts = path.split('.');
            match (parts.next(), parts.next()) {
                (Some("goods"), Some(name)) if Good::from_word(name).is_some() => add("good", name, day),
                (Some("venues"), Some(name)) => add("venue", name, day),
                (Some("places"), Some(name)) => add("place", name, day),
                _ => {}
            }
        }
        // A lever that is set in some places makes those targets in which it is set at all.
        let by_place = |path: &String| {
            added.iter().any(|entry| !entry.places.is_empty() && entry.set.iter().any(|(other, _)| other == path))
        };
        for entry in added.iter().filter(|entry| entry.set.iter().any(|(path, _)| by_place(path))) {
            for place in self.scenario.params.places.iter().filter(|place| entry.holds_in(&place.name)) {
                add("place", &place.name, entry.day);
            }
        }
        found.sort();
        found
    }
}

/// A good, place or venue that a policy is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PolicyTarget {
    /// `good`, `place` or `venue`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// First day on which it is.
    pub day: u32,
}

impl StudyMetric {
    /// A metric of a study that is asked for by its text; [`POLICY`] in it is each arm's own days.
    ///
    /// # Errors
    /// What is wrong with its text.
    pub fn new(name: &str, text: &str, study: &Study) -> Result<Self, Diagnostic> {
        let open = text.contains(POLICY);
        let expression = sound(&if open { over(text, study.window()) } else { text.to_owned() }, study.base.days);
        // Where days were filled in, places in the text are others.
        let whole = |complaint: Diagnostic| Diagnostic { span: 0..text.len(), ..complaint };
        let expression = expression.map_err(|complaint| if open { whole(complaint) } else { complaint })?;
        let (label, by_arm) = (name.replace('_', " "), open.then(|| text.to_owned()));
        Ok(Self { name: name.into(), label, expression, better: Better::None, by_arm, interest: None })
    }

    /// `text` has [`POLICY`] where it looks at some days only.
    fn usual(name: &str, label: &str, text: &str, better: Better, window: (u32, u32)) -> Self {
        let expression = parse(&over(text, window)).expect("the usual metrics are sound");
        let by_arm = text.contains(POLICY).then(|| text.to_owned());
        Self { name: name.into(), label: label.into(), expression, better, by_arm, interest: None }
    }

    /// The same, over some days where it leaves them open.
    #[must_use]
    pub fn over(&self, window: (u32, u32)) -> Self {
        let Some(text) = &self.by_arm else { return self.clone() };
        let expression = parse(&over(text, window)).unwrap_or_else(|_| self.expression.clone());
        Self { expression, ..self.clone() }
    }
}

/// The text of a metric over some days where it leaves them open.
pub(crate) fn over(text: &str, (first, last): (u32, u32)) -> String {
    text.replace(POLICY, &format!("days = {first} to {last}"))
}

impl Study {
    /// Arms against a base, with two seeds, which measures nothing yet.
    pub fn of(base: Scenario, arms: Vec<Arm>) -> Self {
        Self {
            name: String::new(),
            question: String::new(),
            base,
            arms,
            seeds: 2,
            first_seed: 1,
            metrics: Vec::new(),
            stop: None,
            every_valve: false,
        }
    }

    /// The days over which it looks at an arm if metrics do not say: from the first day on which it does something that the
    /// base does not, or the second half where it differs from the start. Other arms have no say in it.
    pub fn window_of(&self, arm: usize) -> (u32, u32) {
        let arm = &self.arms[arm];
        let added = arm.added(&self.base).unwrap_or(&arm.scenario.timeline);
        let first = added.iter().map(|entry| entry.day).min().filter(|&day| day < self.base.days);
        (first.unwrap_or(self.base.days / 2 + 1).max(1), self.base.days)
    }

    /// The earliest of these days among all arms.
    pub fn window(&self) -> (u32, u32) {
        let all = (0..self.arms.len()).map(|arm| self.window_of(arm).0);
        (all.min().unwrap_or((self.base.days / 2 + 1).max(1)), self.base.days)
    }

    /// What is measured in an arm, and in the base where it is compared with that arm.
    pub fn metrics_of(&self, arm: usize) -> Vec<StudyMetric> {
        let window = self.window_of(arm);
        self.metrics.iter().map(|metric| metric.over(window)).collect()
    }

    /// For each metric whether an arm's answer counts it among its own: not those that the study has, where its file gives
    /// none, only because of what other arms are about.
    pub fn own_metrics(&self, arm: usize) -> Vec<bool> {
        let alone = Self { arms: vec![self.arms[arm].clone()], metrics: Vec::new(), ..self.clone() };
        let text = |metric: &StudyMetric| {
            (metric.name.clone(), metric.by_arm.clone().unwrap_or_else(|| metric.expression.text().to_owned()))
        };
        let [all, own] = [self, &alone].map(|study| study.usual_metrics().iter().map(text).collect::<Vec<_>>());
        let is_own = |metric: &StudyMetric| own.contains(&text(metric)) || !all.contains(&text(metric));
        self.metrics.iter().map(is_own).collect()
    }

    /// All that is measured in any run: what all arms ask, each once.
    pub fn measured(&self) -> Vec<StudyMetric> {
        let mut all: Vec<StudyMetric> = Vec::new();
        for metric in (0..self.arms.len()).flat_map(|arm| self.metrics_of(arm)) {
            if !all.iter().any(|known| known.expression.text() == metric.expression.text()) {
                all.push(metric);
            }
        }
        all
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

    /// What is measured if nothing else is said, over [`Study::window_of`] each arm: what every study looks at, and what its
    /// arms touch.
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
        let window = self.window();
        let measure = |(name, label, text, better): (&str, &str, &str, Better)| {
            StudyMetric::usual(name, label, &text.replace("days = W", POLICY), better, window)
        };
        let touched: Vec<Touched> = self.arms.iter().map(|arm| self.touched(arm)).collect();
        let followed = of_arms(&touched);
        let touched = followed.iter().map(|(name, label, text, less)| {
            measure((name, label, text, if *less { Better::Less } else { Better::None }))
        });
        USUAL.map(measure).into_iter().chain(touched).collect()
    }

    /// The levers that an arm sets within the run, and the places in which it sets some of them.
    fn touched(&self, arm: &Arm) -> Touched {
        let moved = arm.moved(&self.base).unwrap_or_default();
        let mut touched = Touched { paths: moved.into_iter().map(|(path, _)| path).collect(), places: Vec::new() };
        let added = arm.added(&self.base).unwrap_or(&arm.scenario.timeline);
        for entry in added.iter().filter(|entry| entry.day <= self.base.days) {
            touched.paths.extend(entry.set.iter().map(|(path, _)| path.clone()));
            touched.places.extend(entry.places.iter().cloned());
        }
        touched
    }

    /// What its worlds set in vain or less than fully, and what arms take from the base: a sentence each, by world.
    pub fn notes(&self) -> Vec<String> {
        let mut told: Vec<String> =
            self.base.idle_in_file().iter().map(|idle| format!("in the base, {idle}")).collect();
        let mut known: Vec<(&str, Vec<IdleSetting>)> = Vec::new();
        let has_usual = self.usual_metrics().iter().all(|usual| self.metrics.contains(usual));
        for arm in &self.arms {
            let idle = arm.idle(&self.base);
            let of_parts: Vec<&IdleSetting> = known
                .iter()
                .filter(|(name, _)| arm.with.iter().any(|part| part == name))
                .flat_map(|(_, idle)| idle)
                .collect();
            let is_old =
                |one: &IdleSetting| of_parts.iter().any(|other| (&other.levers, &other.why) == (&one.levers, &one.why));
            told.extend(idle.iter().filter(|one| !is_old(one)).map(|one| format!("in `{}`, {one}", arm.name)));
            if !arm.taken.is_empty() {
                told.push(format!(
                    "`{}` comes with another base; it is compared on the study's own, from which it takes {}",
                    arm.name,
                    some(&arm.taken)
                ));
            }
            if arm.differs_from(&self.base).is_none() && !idle.iter().any(|one| one.why.is_whole()) {
                told.push(format!("`{}` is the same world as the base: it sets nothing", arm.name));
            }
            let untold = self.touched(arm).untold();
            if !untold.is_empty() && has_usual {
                told.push(format!(
                    "`{}` is about {}, too many to measure one by one unless you name them as metrics; the section \
                     *Where trade moved* has all of them",
                    arm.name,
                    untold.join(" and ")
                ));
            }
            known.push((&arm.name, idle));
        }
        told
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
