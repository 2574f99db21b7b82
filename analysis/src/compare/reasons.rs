//! From an effect to its reason: single seeds, whose two worlds are told side by side.
//!
//! An average says what a policy does, not how. So of every arm the seed with the largest effect and the one in the middle
//! are lived once more and kept as run folders, with every row: where they part, what differed first, what only happened
//! in one of them, and which questions lead on.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use contraband_lab::batch::{Break, MemoryGate, RunOutcome, Runner, too_long};
use contraband_lab::compare::{Answers, BASE, Difference, Parting, RunCache, Verdict, parting, world_name};
use contraband_lab::disk::read_whole;
use contraband_lab::files::study::{Better, Study, StudyMetric};
use contraband_sim::record::event_text::EventText;
use contraband_sim::run::memory_of;
use contraband_sim::scenario::Scenario;
use polars::prelude::PlSmallStr;
use serde::Serialize;
use serde_json::Value as Json;

use super::wording::{events_in_words, three_digits};
use crate::error::StoreError;
use crate::explain::{History, TextPage, closes};
use crate::measures::{mean, numbers, words};
use crate::store::{RunFolder, already_run, open, read_frame, run_into};

/// Why a seed was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SeedChoice {
    /// Its effect is the largest.
    Largest,
    /// Its effect is in the middle of all.
    Median,
    /// Somebody asked for it.
    Asked,
    /// In it the arm is worst on the metric.
    Worst,
}

/// Which seed somebody asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeedWanted {
    /// The one with the largest effect, on the metric by which the brief chooses.
    Largest,
    /// This one.
    Seed(u64),
    /// The one in which the arm is worst on this metric of the study: it has least of it where more is better, else most.
    Worst(usize),
}

/// What became of one seed in the base and in an arm.
#[derive(Clone, Debug, Serialize)]
pub struct SeedReason {
    schema: u32,
    /// The arm.
    pub arm: String,
    /// The metric by which the seed was chosen.
    pub metric: String,
    /// Why it was.
    pub choice: SeedChoice,
    /// The seed.
    pub seed: u64,
    /// The metric in the base and in the arm.
    pub values: (f64, f64),
    /// The first day that differs; `None` where none does.
    pub day: Option<u32>,
    /// What differed on it, table by table.
    pub firsts: Vec<First>,
    /// What happened in one of the worlds only, the first things after they part: the day, the words, and whether it was in
    /// the arm.
    pub only: Vec<(u32, String, bool)>,
    /// Means of columns of `days` over some days: which, what, base, arm.
    pub course: Vec<(String, &'static str, f64, f64)>,
    /// Events by kind from the day on which they part: base and arm, those that differ most.
    pub counts: Vec<(String, f64, f64)>,
    /// What to ask both worlds, as arguments of `contraband explain`.
    pub questions: Vec<String>,
    /// The run folders of base and arm.
    pub folders: (PathBuf, PathBuf),
}

/// A row that differed on the first day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct First {
    /// Its table.
    pub table: &'static str,
    /// Its key, such as the good; empty where there is none.
    pub key: String,
    /// The column.
    pub column: String,
    /// The value in the base, in the unit of its column.
    pub base: f64,
    /// The value in the arm, in the unit of its column.
    pub arm: f64,
}

/// The run folder of a world with a seed.
pub fn world_of(study: &Path, world: &str, seed: u64) -> PathBuf {
    study.join("worlds").join(format!("{world}-seed{seed}"))
}

/// The metric by which seeds are chosen: that of the stop rule, or the first that was found to differ, or the first.
fn telling(study: &Study, answers: &Answers, arm: usize) -> usize {
    let found = |one: &_| matches!(Difference::verdict(one), Verdict::Higher | Verdict::Lower);
    study.stop.map(|stop| stop.metric).or_else(|| answers.differences[arm].iter().position(found)).unwrap_or(0)
}

/// The metric by which the brief of a finished study, whose `study.json` this is, chose the seeds of an arm.
fn told_metric(study: &Study, folder: &Path, about: &Json, arm: usize) -> Result<usize, StoreError> {
    const TABLE: &str = "differences.parquet";
    if let Some(stop) = study.stop {
        return Ok(stop.metric);
    }
    let path = folder.join(TABLE);
    let bytes = match about["sha256"][TABLE].as_str() {
        Some(digest) => read_whole(&path, digest)?,
        // Of before there were checksums, or not finished.
        None if !path.exists() => return Ok(0),
        None => fs::read(&path).map_err(StoreError::system("read", &path))?,
    };
    let frame = read_frame(&path, bytes, None)?;
    let [arms, metrics, verdicts] = ["arm", "metric", "verdict"].map(|column| words(&frame, column));
    let found = (0..arms.len()).find(|&row| {
        arms[row] == study.arms[arm].name && verdicts.get(row).is_some_and(|word| word == "higher" || word == "lower")
    });
    let metric = found.and_then(|row| study.metrics.iter().position(|metric| Some(&metric.name) == metrics.get(row)));
    Ok(metric.unwrap_or(0))
}

/// A metric in a world, seed by seed.
fn values_of(cache: &RunCache<'_>, world: usize, metric: &StudyMetric, seeds: &[u64]) -> Result<Vec<f64>, StoreError> {
    let value = |&seed: &u64| Ok(cache.take(world, seed)?.open().value(metric));
    seeds.iter().map(value).collect()
}

/// The seed of a world that is worst on a metric; the first of several; `None` where no seed has a value.
fn worst(seeds: &[u64], values: &[f64], better: Better) -> Option<u64> {
    let sign = if better == Better::More { -1.0 } else { 1.0 };
    let known = seeds.iter().zip(values).filter(|(_, value)| value.is_finite());
    known
        .max_by(|one, other| (sign * one.1).total_cmp(&(sign * other.1)).then(other.0.cmp(one.0)))
        .map(|(seed, _)| *seed)
}

/// The seed of a finished study in which a world is worst on a metric: the base, or an arm. The world has least of it where
/// more is better, else most.
///
/// # Errors
/// When no seed has a value, or the system refuses.
pub fn worst_seed(
    study: &Study,
    folder: &Path,
    arm: Option<usize>,
    seeds: &[u64],
    metric: usize,
) -> Result<u64, StoreError> {
    let about = super::about(folder)?.unwrap_or_default();
    let cache = RunCache::open(study, folder, super::made(&about), None)?;
    let window = arm.map_or_else(|| study.window(), |arm| study.window_of(arm));
    let measure = study.metrics[metric].over(window);
    let values = values_of(&cache, arm.map_or(BASE, |arm| arm + 1), &measure, seeds)?;
    worst(seeds, &values, study.metrics[metric].better).ok_or_else(|| StoreError::NoSeed { path: folder.to_owned() })
}

/// The seeds with the largest effect and with the one in the middle; none where no seed differs.
fn choose(seeds: &[u64], base: &[f64], arm: &[f64]) -> Vec<(SeedChoice, u64)> {
    let mut all: Vec<(f64, u64)> = (seeds.iter().zip(base).zip(arm))
        .map(|((&seed, base), arm)| (arm - base, seed))
        .filter(|(difference, _)| difference.is_finite())
        .collect();
    let largest =
        all.iter().copied().max_by(|one, other| one.0.abs().total_cmp(&other.0.abs()).then(other.1.cmp(&one.1)));
    let Some((size, largest)) = largest.filter(|(size, _)| *size != 0.0) else { return Vec::new() };
    all.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
    let (middle, median) = all[(all.len() - 1) / 2];
    let mut chosen = vec![(SeedChoice::Largest, largest)];
    if median != largest && middle != size {
        chosen.push((SeedChoice::Median, median));
    }
    chosen
}

/// The reasons of all arms; `None` where it was told to end.
pub(super) fn of(
    cache: &RunCache<'_>,
    answers: &Answers,
    folder: &Path,
    runner: &Runner<'_>,
    memory: Option<u64>,
) -> Result<Option<Vec<SeedReason>>, StoreError> {
    let study = cache.study;
    let mut wanted = Vec::new();
    for arm in 0..study.arms.len() {
        let metric = telling(study, answers, arm);
        let (base, values) = (&answers.bases[arm][metric], &answers.values[arm + 1][metric]);
        wanted
            .extend(choose(&answers.seeds, base, values).into_iter().map(|(choice, seed)| (arm, metric, choice, seed)));
    }
    // What another build did not run in full cannot be run by this one.
    if !cache.made().is_own() {
        let is_there = |world: usize, seed: u64| {
            open(&world_of(folder, world_name(study, world), seed)).is_ok_and(|there| there.is_sound())
        };
        wanted.retain(|&(arm, _, _, seed)| is_there(BASE, seed) && is_there(arm + 1, seed));
    }
    let mut worlds: Vec<(usize, u64)> =
        wanted.iter().flat_map(|&(arm, _, _, seed)| [(BASE, seed), (arm + 1, seed)]).collect();
    worlds.sort_unstable();
    worlds.dedup();
    if !run_worlds(cache, folder, worlds, runner, memory)? {
        return Ok(None);
    }
    let reasons =
        wanted.into_iter().map(|(arm, metric, choice, seed)| SeedReason::of(cache, folder, arm, metric, choice, seed));
    reasons.collect::<Result<_, _>>().map(Some)
}

/// Runs some worlds with every row, no more at once than there are bytes of memory for; whether all of them are there.
fn run_worlds(
    cache: &RunCache<'_>,
    folder: &Path,
    worlds: Vec<(usize, u64)>,
    runner: &Runner<'_>,
    memory: Option<u64>,
) -> Result<bool, StoreError> {
    let list = worlds.into_iter().map(Ok);
    let gate = MemoryGate::of(memory);
    runner.each(
        list,
        |&(world, seed), watch| {
            let scenario = Arc::new(Scenario { seed, ..Scenario::clone(&cache.worlds[world]) });
            let (name, build) = (world_name(cache.study, world), &cache.made().build);
            let target = world_of(folder, name, seed);
            if already_run(&target, &scenario, build).is_some() {
                return Ok(());
            }
            let refused =
                |reason| Break::Trouble(StoreError::TooLarge { what: format!("{name} with seed {seed}"), reason });
            let _pass = gate.enter(memory_of(&scenario), watch)?.map_err(refused)?;
            run_into(&target, &scenario, build, watch).map(drop)
        },
        |(world, seed), outcome| match outcome {
            RunOutcome::Done(()) => Ok(()),
            // The run was kept, so it has an end: what fails here is the writing.
            RunOutcome::Failed(reason) => {
                Err(StoreError::Damaged { path: world_of(folder, world_name(cache.study, world), seed), reason })
            }
            RunOutcome::TimedOut(limit) => {
                let path = world_of(folder, world_name(cache.study, world), seed);
                Err(StoreError::Damaged { path, reason: too_long(limit) })
            }
        },
    )
}

impl SeedReason {
    /// Tells a seed of a study that was lived. `None` where it was told to end.
    ///
    /// # Errors
    /// When the folder holds no such seed or none at all, or the system refuses.
    pub fn asked(
        study: &Study,
        folder: &Path,
        (arm, seeds): (usize, &[u64]),
        wanted: SeedWanted,
        runner: &Runner<'_>,
        memory: Option<u64>,
    ) -> Result<Option<Self>, StoreError> {
        let about = super::about(folder)?.unwrap_or_default();
        let cache = RunCache::open(study, folder, super::made(&about), None)?;
        let metric = match wanted {
            SeedWanted::Worst(metric) => metric,
            SeedWanted::Largest | SeedWanted::Seed(_) => told_metric(study, folder, &about, arm)?,
        };
        let measure = study.metrics[metric].over(study.window_of(arm));
        let values = |world: usize| values_of(&cache, world, &measure, seeds);
        let (choice, seed) = match wanted {
            SeedWanted::Seed(seed) => (SeedChoice::Asked, seed),
            SeedWanted::Worst(_) => {
                let worst = worst(seeds, &values(arm + 1)?, study.metrics[metric].better);
                (SeedChoice::Worst, worst.ok_or_else(|| StoreError::NoSeed { path: folder.to_owned() })?)
            }
            SeedWanted::Largest => {
                let chosen = choose(seeds, &values(BASE)?, &values(arm + 1)?);
                let any = chosen.first().copied().or_else(|| Some((SeedChoice::Asked, *seeds.first()?)));
                any.ok_or_else(|| StoreError::NoSeed { path: folder.to_owned() })?
            }
        };
        if !run_worlds(&cache, folder, vec![(BASE, seed), (arm + 1, seed)], runner, memory)? {
            return Ok(None);
        }
        Self::of(&cache, folder, arm, metric, choice, seed).map(Some)
    }

    fn of(
        cache: &RunCache<'_>,
        folder: &Path,
        arm: usize,
        metric: usize,
        choice: SeedChoice,
        seed: u64,
    ) -> Result<Self, StoreError> {
        let study = cache.study;
        let path = |world: usize| world_of(folder, world_name(study, world), seed);
        let folders = (path(BASE), path(arm + 1));
        let runs = (open(&folders.0)?, open(&folders.1)?);
        let kept = (cache.take(BASE, seed)?.open(), cache.take(arm + 1, seed)?.open());
        let parting = parting(&kept.0.kept, &kept.1.kept);
        let measure = &study.metrics[metric].over(study.window_of(arm));
        let mut reason = Self {
            schema: 1,
            arm: study.arms[arm].name.clone(),
            metric: measure.label.clone(),
            choice,
            seed,
            values: (kept.0.value(measure), kept.1.value(measure)),
            day: parting.day,
            firsts: Vec::new(),
            only: Vec::new(),
            course: Vec::new(),
            counts: Vec::new(),
            questions: Vec::new(),
            folders,
        };
        if let Some(day) = parting.day {
            reason.firsts = firsts(&runs, &parting, day)?;
            let (base, other) = (History::of(&runs.0)?, History::of(&runs.1)?);
            let only = only(base.all(), other.all(), day);
            reason.counts = counts(base.all(), other.all(), day);
            reason.course = course(&runs, day, study.base.days)?;
            reason.questions = questions(&runs, &only, day)?;
            reason.only = only.iter().map(|&(event, of_arm)| (event.day, event.words(), of_arm)).collect();
        }
        Ok(reason)
    }
}

impl SeedReason {
    /// It in words, for a folder as the user calls it.
    pub fn told(&self, folder: &str) -> String {
        let mut page = TextPage::default();
        let which = match self.choice {
            SeedChoice::Largest => ", the one with the largest effect",
            SeedChoice::Median => ", the one with the median effect",
            SeedChoice::Asked => "",
            SeedChoice::Worst => ", the one in which the arm is worst",
        };
        page.line(0, &format!("{} and the base, seed {}{which}", self.arm, self.seed));
        page.line(
            2,
            &format!(
                "{}: {} in the base, {} in {}",
                self.metric,
                three_digits(self.values.0),
                three_digits(self.values.1),
                self.arm
            ),
        );
        let Some(day) = self.day else {
            page.line(2, "no row of any day differs: the policy changes exactly nothing in this run");
            return page.text();
        };
        page.heading(&format!("First difference: day {day}"));
        for first in &self.firsts {
            page.line(2, &first_in_words(first));
        }
        page.heading("How both runs go on");
        let head = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        let mut rows = vec![head(&["when", "what", "base", &self.arm])];
        rows.extend(
            (self.course.iter())
                .map(|(when, what, base, arm)| head(&[when, what, &three_digits(*base), &three_digits(*arm)])),
        );
        page.table(2, &rows);
        if !self.counts.is_empty() {
            page.heading("Events from that day on");
            let mut rows = vec![head(&["events", "base", &self.arm])];
            let plain = |count: f64| format!("{count:.0}");
            rows.extend(
                (self.counts.iter())
                    .map(|(kind, base, arm)| head(&[events_in_words(kind), &plain(*base), &plain(*arm)])),
            );
            page.table(2, &rows);
        }
        if !self.only.is_empty() {
            page.heading("First events whose dates differ");
        }
        for (day, said, of_arm) in &self.only {
            page.line(2, &format!("day {day}, {}: {said}", if *of_arm { &self.arm } else { "base" }));
        }
        if !self.questions.is_empty() {
            page.heading("Ask both runs");
        }
        for question in &self.questions {
            page.whole(2, &format!("contraband explain {folder} --arm {} --seed {} {question}", self.arm, self.seed));
        }
        page.heading("Folders with every row");
        for path in [&self.folders.0, &self.folders.1] {
            page.whole(2, &path.display().to_string());
        }
        page.text()
    }
}

/// Tables whose rows are told one by one, with the column that names a row.
const KEYED: [(&str, &str); 5] =
    [("goods", "good"), ("places", "place"), ("venues", "venue"), ("agencies", "agency"), ("providers", "provider")];
/// Columns of a row that are told, at most.
const TOLD: usize = 3;

/// What differed on the first day: of the day as a whole the first columns, and of each other table the row whose trade
/// differs most.
fn firsts((base, arm): &(RunFolder, RunFolder), parting: &Parting, day: u32) -> Result<Vec<First>, StoreError> {
    let mut found = Vec::new();
    let tables = std::iter::once(("days", "")).chain(KEYED).filter(|(table, _)| parting.tables.contains(table));
    for (table, key) in tables {
        let (before, after) = (base.table(table)?, arm.table(table)?);
        let rows = |frame: &polars::prelude::DataFrame| -> Vec<usize> {
            let days = numbers(frame, "day");
            (0..days.len()).filter(|&row| days[row] == f64::from(day)).collect()
        };
        let (rows, others) = (rows(&before), rows(&after));
        let (names, named) = (words(&before, key), words(&after, key));
        let columns = before.get_column_names().into_iter().map(PlSmallStr::as_str);
        let values: Vec<(&str, Vec<f64>, Vec<f64>)> = columns
            .into_iter()
            .filter(|&column| column != key)
            .map(|column| (column, numbers(&before, column), numbers(&after, column)))
            .filter(|(_, one, other)| one.len() == before.height() && other.len() == after.height())
            .collect();
        let unlike = |one: f64, other: f64| one.to_bits() != other.to_bits() && !(one.is_nan() && other.is_nan());
        let mut differing: Vec<(f64, usize, Vec<First>)> = Vec::new();
        for (nth, &row) in rows.iter().enumerate() {
            let name = names.get(row).cloned().unwrap_or_default();
            let Some(&other) = others.iter().find(|&&other| named.get(other) == names.get(row)) else { continue };
            let told: Vec<First> = values
                .iter()
                .filter(|(_, one, two)| {
                    unlike(one[row], two[other]) && three_digits(one[row]) != three_digits(two[other])
                })
                .map(|(column, one, two)| First {
                    table,
                    key: name.clone(),
                    column: (*column).to_owned(),
                    base: one[row],
                    arm: two[other],
                })
                .collect();
            let traded = told.iter().find(|first| first.column == "trades").map_or(0.0, |first| first.arm - first.base);
            if !told.is_empty() {
                differing.push((traded.abs(), nth, told));
            }
        }
        differing.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
        found.extend(differing.into_iter().take(1).flat_map(|(.., told)| told.into_iter().take(TOLD)));
    }
    Ok(found)
}

/// Events that are worth telling one by one.
const NOTABLE: [&str; 15] = [
    "policy",
    "raid",
    "zone_raid",
    "exit_scam",
    "venue_open",
    "venue_close",
    "leak",
    "rogue_birth",
    "rogue_takedown",
    "accident",
    "lane_open",
    "lane_close",
    "enclave_visible",
    "containment",
    "eradication",
];
/// Events told one by one, at most, of each world.
const EVENTS: usize = 5;

/// The first things of note that happened in one world and not in the other, and whether it was in the arm.
fn only<'e>(base: &'e [EventText], arm: &'e [EventText], day: u32) -> Vec<(&'e EventText, bool)> {
    let notable = |events: &'e [EventText]| -> Vec<(&'e EventText, String)> {
        let events = events.iter().filter(|event| event.day >= day && NOTABLE.contains(&event.kind.as_str()));
        events.map(|event| (event, event.words())).collect()
    };
    let (base, arm) = (notable(base), notable(arm));
    let without = |some: &[(&'e EventText, String)], others: &[(&'e EventText, String)]| -> Vec<&'e EventText> {
        let known =
            |event: &EventText, said: &str| others.iter().any(|(other, words)| other.day == event.day && words == said);
        some.iter().filter(|(event, said)| !known(event, said)).map(|&(event, _)| event).take(EVENTS).collect()
    };
    let mut found: Vec<(&EventText, bool)> = without(&arm, &base).into_iter().map(|event| (event, true)).collect();
    found.extend(without(&base, &arm).into_iter().map(|event| (event, false)));
    found.sort_by_key(|&(event, of_arm)| (event.day, !of_arm));
    found
}

/// Kinds of events whose number differs, those that differ most first.
fn counts(base: &[EventText], arm: &[EventText], day: u32) -> Vec<(String, f64, f64)> {
    let mut kinds: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    base.iter().filter(|event| event.day >= day).for_each(|event| kinds.entry(&event.kind).or_default().0 += 1.0);
    arm.iter().filter(|event| event.day >= day).for_each(|event| kinds.entry(&event.kind).or_default().1 += 1.0);
    // Trades of note are a sample.
    let told = kinds.into_iter().filter(|(kind, (base, arm))| base != arm && *kind != "trade");
    let mut told: Vec<(String, f64, f64)> =
        told.map(|(kind, (base, arm))| (kind.replace('_', " "), base, arm)).collect();
    let weight = |one: &(String, f64, f64)| (one.2 - one.1).abs() / (one.1 + one.2).sqrt();
    told.sort_by(|one, other| weight(other).total_cmp(&weight(one)).then(one.0.cmp(&other.0)));
    told.truncate(6);
    told
}

/// How both worlds go on: the week before they part, the month after, and the last one.
fn course(
    (base, arm): &(RunFolder, RunFolder),
    day: u32,
    last: u32,
) -> Result<Vec<(String, &'static str, f64, f64)>, StoreError> {
    const COLUMNS: [(&str, &str); 5] = [
        ("trades", "purchases a day"),
        ("spent_credits", "credits spent a day"),
        ("detections", "cases a day"),
        ("harm", "harm a day"),
        ("anxiety_mean", "anxiety"),
    ];
    let columns = COLUMNS.map(|(column, _)| column);
    let (before, after) = (base.columns("days", &columns)?, arm.columns("days", &columns)?);
    let mut spans = Vec::new();
    if day > 7 {
        spans.push((day - 7, day - 1, "the week before".to_owned()));
    }
    let month = (day + 29).min(last);
    spans.push((day, month, format!("days {day} to {month}")));
    if last >= month + 30 {
        spans.push((last - 29, last, format!("days {} to {last}", last - 29)));
    }
    let mut told = Vec::new();
    for (from, to, when) in spans {
        for (column, says) in COLUMNS {
            let of = |frame| numbers(frame, column).get(from as usize - 1..to as usize).map_or(f64::NAN, mean);
            told.push((when.clone(), says, of(&before), of(&after)));
        }
    }
    Ok(told)
}

/// What to ask both worlds: why the price that moved most apart did, and what became of a venue that closed in one only.
fn questions(
    (base, arm): &(RunFolder, RunFolder),
    only: &[(&EventText, bool)],
    day: u32,
) -> Result<Vec<String>, StoreError> {
    let columns = ["day", "good", "price_mean"];
    let (before, after) = (base.columns("goods", &columns)?, arm.columns("goods", &columns)?);
    let (days, goods) = (numbers(&before, "day"), words(&before, "good"));
    let (one, other) = (numbers(&before, "price_mean"), numbers(&after, "price_mean"));
    let apart = |row: usize| match (one.get(row), other.get(row)) {
        (Some(one), Some(other)) => (other / one).ln().abs(),
        _ => f64::NAN,
    };
    let rows = (0..days.len()).filter(|&row| days[row] >= f64::from(day) && apart(row).is_finite());
    let mut asked = Vec::new();
    if let Some(row) = rows.max_by(|&a, &b| apart(a).total_cmp(&apart(b)).then(b.cmp(&a))) {
        asked.push(format!("--good {} --day {}", goods[row], days[row]));
    }
    asked.extend(closed_in_one(only).map(|(venue, day)| format!("--venue {venue} --day {day}")));
    Ok(asked)
}

/// The first venue that closed in one of the worlds only, and on which day.
fn closed_in_one<'e>(only: &[(&'e EventText, bool)]) -> Option<(&'e str, u32)> {
    let mut closed = only.iter().filter(|(event, _)| closes(&event.kind));
    closed.find_map(|(event, _)| Some((event.venue.as_deref()?, event.day)))
}

/// What differed on the first day, in words.
pub(super) fn first_in_words(first: &First) -> String {
    let of = if first.key.is_empty() { String::new() } else { format!(" of {}", first.key.replace('_', " ")) };
    format!(
        "{}{of} {} instead of {}",
        first.column.replace('_', " "),
        three_digits(first.arm),
        three_digits(first.base)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_seed_has_most_of_what_should_be_less_and_least_of_what_should_be_more() {
        let (seeds, values) = ([1, 2, 3, 4], [3.0, f64::NAN, 9.0, 1.0]);
        assert_eq!(worst(&seeds, &values, Better::Less), Some(3));
        assert_eq!(worst(&seeds, &values, Better::None), Some(3));
        assert_eq!(worst(&seeds, &values, Better::More), Some(4));
        assert_eq!(worst(&seeds, &[5.0; 4], Better::Less), Some(1));
        assert_eq!(worst(&seeds, &[f64::NAN; 4], Better::Less), None);
    }

    #[test]
    fn the_largest_effect_and_the_one_in_the_middle() {
        let base = [10.0, 10.0, 10.0, 10.0, 10.0];
        let seeds = [1, 2, 3, 4, 5];
        assert_eq!(
            choose(&seeds, &base, &[11.0, 4.0, 9.0, f64::NAN, 12.0]),
            [(SeedChoice::Largest, 2), (SeedChoice::Median, 3)]
        );
        assert_eq!(choose(&seeds, &base, &base), []);
        assert_eq!(choose(&seeds[..1], &base[..1], &[12.0]), [(SeedChoice::Largest, 1)]);
    }

    #[test]
    fn what_happened_in_one_world_only() {
        let event = |day, kind: &str, venue: &str| EventText {
            day,
            kind: kind.into(),
            venue: Some(venue.into()),
            ..EventText::default()
        };
        let base = [event(3, "raid", "a"), event(9, "raid", "b"), event(9, "case", "b")];
        let arm = [event(3, "raid", "a"), event(8, "raid", "c"), event(9, "case", "b"), event(9, "case", "d")];
        let told: Vec<(u32, bool)> = only(&base, &arm, 4).iter().map(|&(event, of_arm)| (event.day, of_arm)).collect();
        assert_eq!(told, [(8, true), (9, false)]);
        assert_eq!(counts(&base, &arm, 4), [("case".to_owned(), 1.0, 2.0)]);
    }

    /// By the kind of an event, not by the words in which it is told: a lane closes too, and is no venue.
    #[test]
    fn the_venue_that_closed_in_one_world_is_asked_about() {
        let event = |day, kind: &str, venue: Option<&str>, place: Option<&str>| EventText {
            day,
            kind: kind.into(),
            venue: venue.map(str::to_owned),
            place: place.map(str::to_owned),
            ..EventText::default()
        };
        let lane = event(5, "lane_close", None, Some("quay"));
        assert!(lane.words().contains(" closed"));
        let opened = event(6, "venue_open", Some("quay_nine"), None);
        for kind in ["raid", "exit_scam", "venue_close"] {
            let arm = [lane.clone(), opened.clone(), event(8, kind, Some("mall"), None)];
            assert_eq!(closed_in_one(&only(&[], &arm, 1)), Some(("mall", 8)), "{kind}");
        }
        assert_eq!(closed_in_one(&only(&[], &[lane, opened], 1)), None);
    }
}
