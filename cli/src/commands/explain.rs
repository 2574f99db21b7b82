//! `contraband explain`: why something happened in a run.
//!
//! What the tables hold is read. Why somebody chose what they chose is not in them: for that the run is lived again from its
//! scenario and seed, watched, and held against the folder day by day, so that what is told is true of that very run.

use std::sync::Arc;
use std::thread::available_parallelism;

use contraband_analysis::compare::{SeedReason, SeedWanted};
use contraband_analysis::explain::{
    CitizenAnswer, ExplainError, NotableDays, PriceAnswer, PriceDay, Purchase, StallsSeen, SyndicateAnswer, VenueAnswer,
};
use contraband_analysis::measures::{numbers, words};
use contraband_analysis::store::{RunFolder, open};
use contraband_sim::explain::{Explained, StallView};
use contraband_sim::ids::good::Good;
use contraband_sim::record::tables::Batch;
use contraband_sim::run::Run;
use contraband_sim::scenario::Scenario;
use contraband_sim::scenario::levers::closest_name;
use contraband_sim::scenario::read::read;
use contraband_sim::scenario::tree::Format;
use serde::Serialize;
use serde_json::{Value, json};

use super::study;
use super::study::StudyFolder;
use crate::errors::{Failure, Problem, remark};
use crate::exit::Exit;
use crate::progress::ProgressLine;
use crate::{args, interrupt, output};

/// Answers a question about a run, or about two worlds of a study.
///
/// # Errors
/// When the folder cannot be read, or holds nothing of what is asked.
pub fn explain(args: &args::Explain) -> Result<Exit, Failure> {
    if let Some(study) = study::open(&args.dir) {
        return explain_study(&study?, args);
    }
    if args.arm.is_some() || args.seed.is_some() || args.worst.is_some() {
        let problem = Problem::new(format!("{} is not a study: it has one world and one seed", args.dir.display()));
        return Err(Failure::input(problem.help("leave out --arm, --seed and --worst")));
    }
    let folder = open(&args.dir)?;
    if let Some(differs) = folder.info().build().differs() {
        remark(&format!("{}: {differs}", args.dir.display()));
    }
    let answer = answer(&folder, args)?;
    if args.json {
        output::print_json(&answer.json)?;
    } else {
        output::print(&answer.told)?;
    }
    // What is told of half a run is told, but not the whole story.
    Ok(if folder.info().complete { Exit::Ok } else { Exit::Incomplete })
}

/// An answer, for programs and for people.
struct Explanation {
    json: Value,
    told: String,
}

impl Explanation {
    fn of(answer: &impl Serialize, told: String) -> Self {
        Self { json: serde_json::to_value(answer).expect("plain structs become JSON"), told }
    }

    /// Of a world in which that did not happen: why there is nothing to tell. Anything else that went wrong stays so.
    fn nothing(failure: Failure) -> Result<Self, Failure> {
        if failure.exit != Exit::BadInput {
            return Err(failure);
        }
        let why = failure.in_short();
        Ok(Self { json: json!({"schema": 1, "nothing": why}), told: format!("Nothing to tell: {why}.\n") })
    }
}

/// The answer of one run.
fn answer(folder: &RunFolder, args: &args::Explain) -> Result<Explanation, Failure> {
    let last = folder.info().last_day;
    if last == 0 {
        return Err(Failure::input(Problem::new(format!("{} has no day that was run", folder.path().display()))));
    }
    if let Some(day) = args.day.filter(|&day| day > last) {
        let what = format!("day {day} is not in this run");
        return Err(Failure::input(Problem::new(what).help(format!("its days are 1 to {last}"))));
    }
    if let Some(citizen) = args.citizen {
        explain_citizen(folder, citizen, args)
    } else if let Some(syndicate) = args.syndicate {
        let answer = SyndicateAnswer::of(folder, syndicate, args.day).map_err(unanswered)?;
        Ok(Explanation::of(&answer, answer.told()))
    } else if let Some(good) = &args.good {
        explain_price(folder, good, args)
    } else if let Some(venue) = &args.venue {
        let venue = known(folder, ("venues", "venue"), venue)?;
        let answer = VenueAnswer::of(folder, &venue, args.day).map_err(unanswered)?;
        Ok(Explanation::of(&answer, answer.told()))
    } else {
        let answer = NotableDays::of(folder).map_err(unanswered)?;
        Ok(Explanation::of(&answer, answer.told(&args.dir.display().to_string())))
    }
}

/// One seed in two worlds: where they part and what only happened in one, or the same question to both.
fn explain_study(folder: &StudyFolder, args: &args::Explain) -> Result<Exit, Failure> {
    let study = &folder.study;
    let names = || study.arms.iter().map(|arm| arm.name.as_str());
    let arm = match &args.arm {
        None => 0,
        Some(asked) => names().position(|name| name == asked).ok_or_else(|| {
            let help = closest_name(asked, names()).map_or_else(
                || format!("the arms are {}", names().collect::<Vec<_>>().join(", ")),
                |name| format!("the closest is `{name}`"),
            );
            Failure::input(Problem::new(format!("this study has no arm called `{asked}`")).help(help))
        })?,
    };
    let wanted = match (&args.worst, args.seed) {
        (Some(metric), _) => SeedWanted::Worst(folder.metric(metric)?),
        (None, Some(seed)) => SeedWanted::Seed(folder.seed(seed)?),
        (None, None) => SeedWanted::Largest,
    };
    interrupt::listen(interrupt::AFTER_THIS_DAY)?;
    let how = folder.again();
    let reason = SeedReason::asked(study, &folder.path, (arm, &folder.seeds), wanted, &how.runner, how.memory)?;
    let Some(reason) = reason else { return Ok(Exit::Interrupted) };
    let asks = args.citizen.is_some() || args.syndicate.is_some() || args.good.is_some() || args.venue.is_some();
    if !asks {
        if args.json {
            output::print_json(&serde_json::to_value(&reason).expect("plain structs become JSON"))?;
        } else {
            output::print(&reason.told(&args.dir.display().to_string()))?;
        }
        return Ok(Exit::Ok);
    }
    // What happened in one of the worlds only is told of that one.
    let (base, other) = match (answer(&open(&reason.folders.0)?, args), answer(&open(&reason.folders.1)?, args)) {
        (Ok(base), Ok(other)) => (base, other),
        (Ok(base), Err(none)) => (base, Explanation::nothing(none)?),
        (Err(none), Ok(other)) => (Explanation::nothing(none)?, other),
        (Err(none), Err(_)) => return Err(none),
    };
    if args.json {
        let both =
            json!({"schema": 1, "arm": reason.arm, "seed": reason.seed, "in_base": base.json, "in_arm": other.json});
        output::print_json(&both)?;
    } else {
        output::print(&side_by_side(
            (&format!("In the base, seed {}", reason.seed), &base.told),
            (&format!("In {}, seed {}", reason.arm, reason.seed), &other.told),
        ))?;
    }
    Ok(Exit::Ok)
}

/// Two texts in two columns where the terminal has room for them, otherwise one below the other.
fn side_by_side(one: (&str, &str), other: (&str, &str)) -> String {
    /// Columns of an answer.
    const WIDE: usize = 80;
    let room = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).unwrap_or(WIDE);
    let ruled = |title: &str| format!("{title}\n{}", "=".repeat(title.chars().count()));
    if room < 2 * WIDE + 3 {
        return format!("{}\n{}\n{}\n{}", ruled(one.0), one.1, ruled(other.0), other.1);
    }
    let (left, right) = (format!("{}\n{}", ruled(one.0), one.1), format!("{}\n{}", ruled(other.0), other.1));
    let (mut left, mut right) = (left.lines(), right.lines());
    let mut out = String::new();
    loop {
        let (one, other) = (left.next(), right.next());
        if one.is_none() && other.is_none() {
            return out;
        }
        let one = one.unwrap_or_default();
        let gap = " ".repeat(WIDE.saturating_sub(one.chars().count()));
        out += format!("{one}{gap} | {}", other.unwrap_or_default()).trim_end();
        out.push('\n');
    }
}

fn explain_citizen(folder: &RunFolder, citizen: u32, args: &args::Explain) -> Result<Explanation, Failure> {
    let info = folder.info();
    if u64::from(citizen) >= info.citizens {
        let help = format!("citizens are numbered 0 to {}", info.citizens.saturating_sub(1));
        return Err(Failure::input(Problem::new(format!("there is no citizen {citizen} in this run")).help(help)));
    }
    let scenario = scenario_of(folder)?;
    let people = scenario.params.citizens.count.get();
    if citizen >= people {
        let problem = Problem::new(format!("citizen {citizen} takes no part in any day of this run"));
        let help = format!("run.json counts {} citizens, and scenario.ron makes {people}", info.citizens);
        return Err(Failure::input(problem.help(help)));
    }
    let until = args.day.unwrap_or(info.last_day);
    let mut purchases = Vec::new();
    let mut told: Option<(Explained, Vec<StallView>)> = None;
    let mut again = Again::begin(folder, &scenario, until)?;
    again.run.watch(&[citizen]);
    while again.run.day() < until {
        again.day()?;
        let Some(explained) = again.run.explain(citizen) else { continue };
        if let Some(outcome) = &explained.outcome {
            purchases.push(Purchase { day: explained.day, good: outcome.good.word(), fate: outcome.fate });
        }
        let better = match args.day {
            Some(day) => explained.day == day,
            None => told.as_ref().is_none_or(|(known, _)| rank(&explained) >= rank(known)),
        };
        if better {
            let thoughts = explained.deliberation.thoughts.iter().map(|thought| thought.good);
            // An order may have been led to a good that nobody thought of.
            let mut goods: Vec<Good> = thoughts.chain(explained.outcome.as_ref().map(|outcome| outcome.good)).collect();
            goods.sort_unstable_by_key(|good| good.index());
            goods.dedup();
            let stalls = goods.into_iter().flat_map(|good| again.run.stalls(good)).collect();
            told = Some((explained, stalls));
        }
    }
    let same = again.end()?;
    let (explained, stalls) = told.expect("at least one day was lived");
    let seen = (explained, args.day.is_some(), stalls);
    let answer = CitizenAnswer::of(folder, &scenario, seen, (purchases, until)).map_err(unanswered)?;
    let mut json = answer.json();
    json["lived_again"] = same.as_str().into();
    Ok(Explanation { json, told: format!("{}\n{same}", answer.told()) })
}

/// How much a day is worth telling: a purchase more than an order that came to nothing, that more than an idle day, and of
/// those the one on which the citizen came nearest to buying.
fn rank(explained: &Explained) -> (u8, f32) {
    let deliberation = &explained.deliberation;
    match explained.outcome.as_ref().map(|outcome| outcome.fate) {
        Some("delivered" | "scammed" | "refunded") => (3, 0.0),
        Some(_) => (2, 0.0),
        None => {
            let offers = deliberation.thoughts.iter().flat_map(|thought| &thought.sellers);
            let best = offers.map(|seller| seller.utility).fold(f32::NEG_INFINITY, f32::max);
            (u8::from(deliberation.attentive), best - deliberation.staying_out)
        }
    }
}

fn explain_price(folder: &RunFolder, good: &str, args: &args::Explain) -> Result<Explanation, Failure> {
    let good = known(folder, ("goods", "good"), good)?;
    let days = PriceDay::find(folder, &good, args.day).map_err(unanswered)?;
    // Without the stalls there is still something to tell, and the tables tell it.
    let seen = match see_stalls(folder, &days) {
        Ok(seen) => Some(seen),
        Err(failure) => {
            remark(&format!("the stalls of these days cannot be shown again: {}", failure.in_short()));
            None
        }
    };
    let answer = PriceAnswer::of(folder, days, seen.as_ref().map(|(stalls, _)| stalls)).map_err(unanswered)?;
    let same = seen.map(|(_, same)| same);
    let mut answer = Explanation::of(&answer, answer.told());
    answer.told += &same.as_ref().map_or_else(String::new, |same| format!("\n{same}"));
    answer.json["lived_again"] = same.into();
    Ok(answer)
}

fn see_stalls(folder: &RunFolder, days: &PriceDay) -> Result<(StallsSeen, String), Failure> {
    let scenario = scenario_of(folder)?;
    let good = Good::ALL.iter().copied().find(|good| good.word() == days.good);
    let good =
        good.ok_or_else(|| Failure::input(Problem::new(format!("`{}` is not a good in this version", days.good))))?;
    let mut again = Again::begin(folder, &scenario, days.day)?;
    while again.run.day() < days.before {
        again.day()?;
    }
    let before = again.run.stalls(good);
    while again.run.day() < days.day {
        again.day()?;
    }
    let after = again.run.stalls(good);
    let venues = scenario.params.venues.iter().map(|venue| venue.name.clone()).collect();
    Ok((StallsSeen { before, after, venues }, again.end()?))
}

/// A run that is lived again and held against its folder.
struct Again<'f> {
    folder: &'f RunFolder,
    run: Run,
    progress: ProgressLine,
    /// The table of days: names and values.
    days: Vec<(&'static str, Vec<f64>)>,
}

impl<'f> Again<'f> {
    fn begin(folder: &'f RunFolder, scenario: &Arc<Scenario>, until: u32) -> Result<Self, Failure> {
        let frame = folder.table("days")?;
        let columns = contraband_sim::record::tables::DAYS.columns;
        let days = columns.iter().map(|column| (column.name, numbers(&frame, column.name))).collect();
        let threads = available_parallelism().map_or(1, Into::into);
        let run = Run::new(Arc::clone(scenario), folder.info().seed, threads);
        Ok(Self { folder, run, progress: ProgressLine::patient(until, folder.info().citizens), days })
    }

    /// Lives one more day, which must be the folder's.
    fn day(&mut self) -> Result<(), Failure> {
        self.run.step();
        self.progress.day(self.run.day());
        let day = self.run.day();
        for batch in self.run.take_rows() {
            if let Some((column, found, stored)) = self.differs(&batch, day as usize - 1) {
                let what = format!(
                    "on day {day} the re-run differs from the folder: {column} is {found}, where {} says {stored}",
                    self.folder.path().join("days.parquet").display()
                );
                return Err(Failure::input(Problem::new(what).help(OTHER_BUILD)));
            }
        }
        Ok(())
    }

    /// What of a day's row is not as it is stored.
    fn differs(&self, batch: &Batch, row: usize) -> Option<(&'static str, f64, f64)> {
        if batch.table.name != "days" {
            return None;
        }
        self.days.iter().zip(&batch.columns).find_map(|((name, stored), values)| {
            let found = values.numbers()?.last().copied()?;
            let stored = stored.get(row).copied().unwrap_or(f64::NAN);
            let same = found == stored || found.is_nan() && stored.is_nan();
            (!same).then_some((*name, found, stored))
        })
    }

    /// Says how far the run lived again is the folder's: to the last day, by its digest.
    fn end(mut self) -> Result<String, Failure> {
        self.progress.end();
        let (info, day) = (self.folder.info(), self.run.day());
        if day < info.last_day {
            return Ok(format!("Re-run to day {day}: every figure of these days matches the folder.\n"));
        }
        self.run.finish();
        let digest = self.run.digest().all;
        if digest != info.digest {
            let what = format!("the re-run has the digest {digest}, which is not the folder's");
            return Err(Failure::input(Problem::new(what).help(OTHER_BUILD)));
        }
        Ok(format!("Re-run to the end: the digest matches the folder's, {}.\n", &digest[..16]))
    }
}

const OTHER_BUILD: &str = "it was made by another build of this version: run the scenario again with this build";

/// The scenario of a folder, as this program runs it again.
fn scenario_of(folder: &RunFolder) -> Result<Arc<Scenario>, Failure> {
    let info = folder.info();
    // What another build ran is held against the folder day by day, so that it may be tried.
    let is_own = info.build().differs().is_none();
    let path = folder.path().join("scenario.ron").display().to_string();
    let text: Arc<str> = folder.scenario_text()?.into();
    let scenario = read(&text, Format::Ron).map_err(|complaints| {
        let problems = complaints.into_iter().map(|complaint| Problem::in_text(&path, &text, complaint)).collect();
        Failure { exit: Exit::BadInput, problems }
    })?;
    if is_own && scenario.hash() != info.scenario_hash {
        let help = "the folder has been changed since it was written: run the scenario again";
        return Err(Failure::input(
            Problem::new(format!("{path} is not the scenario that run.json describes")).help(help),
        ));
    }
    Ok(Arc::new(scenario))
}

/// The name that was meant, of those in a column of a table.
fn known(folder: &RunFolder, (table, column): (&str, &str), asked: &str) -> Result<String, Failure> {
    let mut names = words(&folder.columns(table, &[column])?, column);
    names.sort();
    names.dedup();
    if names.iter().any(|name| name == asked) {
        return Ok(asked.to_owned());
    }
    let all = names.join(", ");
    let help = match closest_name(asked, names.iter().map(String::as_str)) {
        Some(closest) => format!("the closest is `{closest}`; all of them: {all}"),
        None => format!("all of them: {all}"),
    };
    Err(Failure::input(Problem::new(format!("this run has no {column} called `{asked}`")).help(help)))
}

fn unanswered(error: ExplainError) -> Failure {
    match error {
        ExplainError::Store(error) => error.into(),
        ExplainError::Nothing { what, help } => Failure::input(Problem::new(what).help(help)),
    }
}
