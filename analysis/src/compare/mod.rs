//! Comparing worlds: a study is lived, and becomes a folder with answers.
//!
//! Every run is kept on a shelf in the folder as soon as it is over, under what it depends on. So a study that was ended,
//! however it was ended, goes on by the same command; an arm that is added later, or more seeds, cost only themselves.

mod answers;
mod brief;
mod difference;
mod doubt;
mod kept;
mod one_page;
pub(crate) mod page;
mod pictures;
mod pilot;
mod reasons;
mod tables;
pub(crate) mod wording;

use std::collections::BTreeMap;
use std::fs;
use std::fs::{File, TryLockError};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use contraband_lab::files::study::Study;
use contraband_lab::measure::statistics::half_width;
use contraband_sim::VERSION;
use contraband_sim::base::words::hex;
use contraband_sim::scenario::Scenario;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

pub use answers::{Answers, Borne, Course, Moved, Parting};
use brief::{Brief, Picture};
pub use difference::{Chance, Difference, Verdict};
pub use kept::{BURDENS, Kept, SERIES};
pub use pilot::{Outcome, Pilot};
pub use reasons::{Choice, Reason, world_of};
pub use tables::STUDY_TABLES;

use crate::charts::canvas::png;
use crate::error::StoreError;
use crate::store::{sync_folder, write_synced};
use kept::{Shelf, live};

/// The number of the base among the worlds of a study; arms follow.
const BASE: usize = 0;

/// The study in full, in its folder.
pub const STUDY: &str = "study.ron";

/// Version of the study folder.
const SCHEMA: u64 = 1;

/// How a study is lived.
pub struct How<'h> {
    /// Runs at once; they change speed only.
    pub threads: usize,
    /// Whether a folder of another study may be replaced.
    pub force: bool,
    /// The command that makes it again.
    pub command: &'h str,
    /// Called as each run is over: how many are, how many will be as far as is known.
    pub on_done: &'h (dyn Fn(usize, usize) + Sync),
    /// Whether to end.
    pub ended: &'h (dyn Fn() -> bool + Sync),
}

/// What came of it.
pub struct Compared {
    /// What was found; `None` where it was ended before.
    pub answers: Option<Answers>,
    /// How it was lived.
    pub account: Account,
}

/// How a study was lived.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Runs lived now.
    pub lived: usize,
    /// Runs that were on the shelf.
    pub kept: usize,
    /// Why no more seeds were lived.
    pub stopped: &'static str,
    /// Runs that failed, with what they said: world, seed, words.
    pub failed: Vec<(String, u64, String)>,
}

/// The worlds of a study with their shelf.
struct Stock<'s> {
    study: &'s Study,
    /// The study under each preset of the valve that it is lived under, its own first.
    presets: Vec<(&'static str, Study)>,
    /// Under the first preset the base and its arms, then the same under the next.
    worlds: Vec<Arc<Scenario>>,
    shelf: Shelf,
}

impl<'s> Stock<'s> {
    fn of(study: &'s Study, folder: &Path) -> Result<Self, StoreError> {
        let presets = study.presets();
        let worlds = presets
            .iter()
            .flat_map(|(_, study)| std::iter::once(&study.base).chain(study.arms.iter().map(|arm| &arm.scenario)));
        let worlds = worlds.map(|world| Arc::new(world.clone())).collect();
        Ok(Self { study, worlds, presets, shelf: Shelf::open(folder)? })
    }

    fn identity(&self, world: usize, seed: u64) -> String {
        Shelf::identity(&self.worlds[world], seed)
    }

    /// The name of a world, with its preset where it is not lived under its own.
    fn name(&self, world: usize) -> String {
        let each = self.study.arms.len() + 1;
        let name = tables::world(self.study, world % each);
        if world < each { name.into() } else { format!("{name} under {}", self.presets[world / each].0) }
    }

    fn take(&self, world: usize, seed: u64) -> Result<Kept, StoreError> {
        let identity = self.identity(world, seed);
        self.shelf.take(&identity).ok_or_else(|| StoreError::Damaged {
            path: format!("runs/{identity}.run").into(),
            reason: "it went away or was changed while the study was read".into(),
        })
    }
}

/// Lives a study and writes its folder.
///
/// # Errors
/// When the folder holds something else, another process is at it, or the system refuses.
pub fn compare(study: &Study, folder: &Path, how: &How<'_>) -> Result<Compared, StoreError> {
    let _lock = claim(study, folder, how.force)?;
    let stock = Stock::of(study, folder)?;
    let (seeds, account) = live_all(&stock, how)?;
    let Some(seeds) = seeds else { return Ok(Compared { answers: None, account }) };
    let answers = Answers::of(&stock, seeds)?;
    let Some(reasons) = reasons::of(&stock, &answers, folder, how)? else {
        return Ok(Compared { answers: None, account });
    };
    publish(study, folder, &answers, &reasons, &account, how.command)?;
    Ok(Compared { answers: Some(answers), account })
}

/// Makes the folder one's own: it is locked until the end, and says what study it holds.
fn claim(study: &Study, folder: &Path, force: bool) -> Result<File, StoreError> {
    if folder.is_file() {
        return Err(StoreError::NotAFolder { path: folder.to_owned() });
    }
    fs::create_dir_all(folder).map_err(StoreError::system("create", folder))?;
    let about = folder.join("study.json");
    let known = fs::read(&about).ok().and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    let mut entries = fs::read_dir(folder).map_err(StoreError::system("read", folder))?.flatten();
    if known.is_none() && entries.any(|entry| entry.file_name() != ".lock") {
        return Err(StoreError::Foreign { path: folder.to_owned() });
    }
    if let (Some(known), false) = (&known, force) {
        other_study(study, known)
            .map_or(Ok(()), |(found, wanted)| Err(StoreError::OtherStudy { path: folder.to_owned(), found, wanted }))?;
    }
    let path = folder.join(".lock");
    let lock = File::create(&path).map_err(StoreError::system("create", &path))?;
    // A file system without locks only loses the warning.
    if let Err(TryLockError::WouldBlock) = lock.try_lock() {
        return Err(StoreError::Busy { path: folder.to_owned() });
    }
    if known.is_none() {
        write_synced(&about, format!("{:#}\n", header(study)).as_bytes())?;
    }
    write_study(study, folder)?;
    Ok(lock)
}

/// How the study that a folder holds differs from this one, in words, if it is another: arms and seeds may be added.
fn other_study(study: &Study, known: &Value) -> Option<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or("nothing").to_owned();
    let mine = header(study);
    if known["engine_version"] != mine["engine_version"] {
        let words = |value: &Value| format!("by version {}", text(&value["engine_version"]));
        return Some((words(known), words(&mine)));
    }
    if known["base"] != mine["base"] {
        let words = |value: &Value| {
            format!("of {} {}", text(&value["base"]["name"]), text(&value["base"]["hash"]).get(..8).unwrap_or(""))
        };
        return Some((words(known), words(&mine)));
    }
    let arms = |value: &Value| value["arms"].as_array().cloned().unwrap_or_default();
    let same = |one: &Value, other: &Value| one["name"] == other["name"] && one["hash"] == other["hash"];
    let is_among = |one: &Value, others: &[Value]| others.iter().any(|other| same(one, other));
    let (old, new) = (arms(known), arms(&mine));
    if old.iter().all(|arm| is_among(arm, &new)) || new.iter().all(|arm| is_among(arm, &old)) {
        return None;
    }
    let words = |arms: &[Value]| {
        let told =
            arms.iter().map(|arm| format!("{} {}", text(&arm["name"]), text(&arm["hash"]).get(..8).unwrap_or("")));
        format!("with arms {}", told.collect::<Vec<_>>().join(", "))
    };
    Some((words(&old), words(&new)))
}

/// What a study is, before anything is known of its answers.
fn header(study: &Study) -> Value {
    let (first, last) = study.window();
    let arm = |arm: &contraband_lab::files::study::Arm| {
        json!({"name": arm.name, "with": arm.with, "scenario": arm.scenario.name, "hash": arm.scenario.hash(),
               "valve": arm.scenario.valve()})
    };
    let metric = |(at, metric): (usize, &contraband_lab::files::study::Measure)| {
        json!({"name": metric.name, "metric": metric.expression.text(), "window": tables::window(study, at),
               "better": metric.better.word()})
    };
    json!({
        "schema": SCHEMA,
        "engine_version": VERSION,
        "name": study.name,
        "question": study.question,
        "base": {"name": study.base.name, "hash": study.base.hash(), "days": study.base.days,
                 "citizens": study.base.params.citizens.count.get(), "valve": study.base.valve()},
        "arms": study.arms.iter().map(arm).collect::<Vec<_>>(),
        "metrics": study.metrics.iter().enumerate().map(metric).collect::<Vec<_>>(),
        "first_seed": study.first_seed,
        "window": [first, last],
        "valves": study.presets().iter().map(|(preset, _)| *preset).collect::<Vec<_>>(),
        "complete": false,
    })
}

/// Which runs are over, and what is still to be done.
struct State {
    /// The next run to hand out: all worlds of a seed before those of the next.
    next: usize,
    /// Seeds to live, as far as is known.
    seeds: usize,
    /// Seeds of which the stop rule knows already.
    judged: usize,
    /// By seed: how many of its worlds are over, and the metric of the stop rule in each.
    over: BTreeMap<usize, (usize, Vec<f64>)>,
    /// By arm: differences of the metric of the stop rule, of the first seeds without a gap.
    differences: Vec<Vec<f64>>,
    account: Account,
    trouble: Option<StoreError>,
}

/// Lives all runs, each on one thread, none waiting for another; `None` instead of seeds where it was ended.
fn live_all(stock: &Stock<'_>, how: &How<'_>) -> Result<(Option<Vec<u64>>, Account), StoreError> {
    let study = stock.study;
    let worlds = stock.worlds.len();
    let most = study.stop.map_or(study.seeds, |stop| stop.most) as usize;
    let state = Mutex::new(State {
        next: 0,
        seeds: most,
        judged: 0,
        over: BTreeMap::new(),
        differences: vec![Vec::new(); study.arms.len()],
        account: Account { stopped: "all seeds were lived", ..Account::default() },
        trouble: None,
    });
    let held = || state.lock().unwrap_or_else(PoisonError::into_inner);
    let work = || {
        loop {
            let run = {
                let mut state = held();
                if state.trouble.is_some() || (how.ended)() || state.next >= state.seeds * worlds {
                    break;
                }
                state.next += 1;
                state.next - 1
            };
            let (nth, world) = (run / worlds, run % worlds);
            let seed = study.first_seed + nth as u64;
            let identity = stock.identity(world, seed);
            let (known, lived) = match stock.shelf.take(&identity) {
                Some(kept) if kept.knows(&study.metrics) => (Ok(Some(kept)), false),
                older => {
                    let lived = || {
                        let mut kept = live(&stock.worlds[world], seed, &study.metrics, how.ended)?;
                        if let Some(older) = older {
                            kept.join(older);
                        }
                        Some(kept)
                    };
                    (catch_unwind(AssertUnwindSafe(lived)), true)
                }
            };
            let kept = match known {
                Ok(Some(kept)) => Some(kept),
                Ok(None) => break,
                Err(panic) => {
                    let said = panic.downcast_ref::<String>().map(String::as_str);
                    let said = said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it says nothing");
                    held().account.failed.push((stock.name(world), seed, said.into()));
                    None
                }
            };
            let stored = kept.as_ref().filter(|_| lived).map_or(Ok(()), |kept| stock.shelf.put(&identity, kept));
            let mut state = held();
            match stored {
                Ok(()) if lived => state.account.lived += usize::from(kept.is_some()),
                Ok(()) => state.account.kept += 1,
                Err(error) => state.trouble = Some(error),
            }
            state.is_over(study, worlds, nth, world, kept.as_ref());
            (how.on_done)(state.account.lived + state.account.kept, state.seeds * worlds);
        }
    };
    std::thread::scope(|threads| {
        for _ in 1..how.threads.min(most * worlds) {
            threads.spawn(work);
        }
        work();
    });
    let State { seeds, mut account, trouble, next, over, .. } =
        state.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some(error) = trouble {
        return Err(error);
    }
    account.failed.sort();
    let done: usize = over.iter().filter(|(nth, _)| **nth < seeds).map(|(_, (worlds, _))| worlds).sum();
    if next < seeds * worlds || done < seeds * worlds {
        return Ok((None, account));
    }
    let failed = |seed: &u64| account.failed.iter().any(|(_, one, _)| one == seed);
    let seeds = (0..seeds as u64).map(|nth| study.first_seed + nth).filter(|seed| !failed(seed)).collect();
    Ok((Some(seeds), account))
}

impl State {
    /// A run is over, or has failed. Seeds are judged in their order, so that it does not matter which is over first.
    fn is_over(&mut self, study: &Study, worlds: usize, nth: usize, world: usize, kept: Option<&Kept>) {
        let (over, values) = self.over.entry(nth).or_insert_with(|| (0, vec![f64::NAN; worlds]));
        *over += 1;
        let Some(stop) = study.stop else { return };
        values[world] = kept.map_or(f64::NAN, |kept| kept.clone().open().value(&study.metrics[stop.metric]));
        while let Some((_, values)) = self.over.get(&self.judged).filter(|(over, _)| *over == worlds) {
            for (arm, differences) in self.differences.iter_mut().enumerate() {
                differences.extend(Some(values[arm + 1] - values[BASE]).filter(|one| one.is_finite()));
            }
            self.judged += 1;
            let narrow = |of: &Vec<f64>| of.len() >= 2 && half_width(of, 0.95) <= stop.half_width;
            if self.judged >= study.seeds as usize && self.judged < self.seeds && self.differences.iter().all(narrow) {
                self.seeds = self.judged;
                self.account.stopped = "every arm is known as well as asked for";
            } else if self.judged == self.seeds && !self.differences.iter().all(narrow) {
                self.account.stopped = "most seeds were lived before every arm was known as well as asked for";
            }
            if self.judged >= self.seeds {
                break;
            }
        }
    }
}

/// Writes the answers. Each file is written under a hidden name and renamed, and `study.json`, which tells the digest of
/// the others, comes last.
fn publish(
    study: &Study,
    folder: &Path,
    answers: &Answers,
    reasons: &[Reason],
    account: &Account,
    command: &str,
) -> Result<(), StoreError> {
    let draft = tempfile::Builder::new()
        .prefix(".answers-")
        .tempdir_in(folder)
        .map_err(StoreError::system("write in", folder))?;
    tables::write(draft.path(), study, answers)?;
    let mut digest = Sha256::new();
    let mut names: Vec<String> = STUDY_TABLES.iter().map(|table| format!("{}.parquet", table.name)).collect();
    for name in &names {
        let path = draft.path().join(name);
        digest.update(fs::read(&path).map_err(StoreError::system("read", &path))?);
    }
    let digest = hex(&digest.finalize());
    let mut about = header(study);
    about["complete"] = account.failed.is_empty().into();
    about["seeds"] = json!(answers.seeds.len());
    about["stopped"] = account.stopped.into();
    about["failed"] = account.failed.iter().map(|(world, seed, said)| json!([world, seed, said])).collect();
    about["digest"] = digest.as_str().into();
    about["command"] = command.into();
    let put = |name: &str, text: String| write_synced(&draft.path().join(name), text.as_bytes());
    let brief = Brief { study, answers, reasons, account, command, digest: &digest };
    let markdown = brief.markdown();
    let pictures = draw(study, answers);
    let title = brief.title();
    put("brief.html", page::html(title, &markdown, &pictures))?;
    put("one_page.html", page::one_page(title, &one_page::markdown(&brief), &one_page::picture(&brief)))?;
    put("brief.md", markdown)?;
    put("study.json", format!("{about:#}\n"))?;
    names.extend(["brief.html", "one_page.html", "brief.md", "study.json"].map(String::from));
    let charts = folder.join("charts");
    fs::create_dir_all(&charts).map_err(StoreError::system("make", &charts))?;
    for (path, svg) in pictures {
        let path = folder.join(path);
        write_synced(&path, svg.as_bytes())?;
        write_synced(&path.with_extension("png"), &png(&svg))?;
    }
    for name in names {
        let path = draft.path().join(&name);
        fs::rename(&path, folder.join(&name)).map_err(StoreError::system("rename", &path))?;
    }
    sync_folder(folder)
}

/// Writes the study in full: its worlds as scenarios, and a file that names them. Whoever has only the folder can live it
/// again, and ask more of it.
fn write_study(study: &Study, folder: &Path) -> Result<(), StoreError> {
    let scenarios = folder.join("scenarios");
    fs::create_dir_all(&scenarios).map_err(StoreError::system("make", &scenarios))?;
    let put = |path: &Path, text: String| -> Result<(), StoreError> {
        let mut draft = path.to_owned();
        draft.set_extension("tmp");
        write_synced(&draft, text.as_bytes())?;
        fs::rename(&draft, path).map_err(StoreError::system("rename", &draft))
    };
    let file = |name: &str| format!("scenarios/{name}.ron");
    let arms = study.arms.iter().filter(|arm| arm.with.is_empty()).map(|arm| (arm.name.as_str(), &arm.scenario));
    for (name, scenario) in std::iter::once(("base", &study.base)).chain(arms) {
        put(&folder.join(file(name)), scenario.to_ron())?;
    }
    put(&folder.join(STUDY), study.to_ron(&file))?;
    sync_folder(folder)
}

/// The pictures of all arms, by their paths in the folder.
fn draw(study: &Study, answers: &Answers) -> BTreeMap<String, String> {
    let mut drawn = BTreeMap::new();
    for (arm, about) in study.arms.iter().enumerate() {
        for picture in Picture::ALL {
            let svg = match picture {
                Picture::Effects => pictures::effects(study, answers, arm),
                Picture::Courses => pictures::courses(study, answers, arm),
                Picture::Displacement => pictures::displacement(study, answers, arm),
                Picture::Bearers => pictures::bearers(study, answers, arm),
            };
            drawn.insert(picture.path(about), svg);
        }
    }
    drawn
}

/// As data: an object for each arm and metric.
pub fn as_json(study: &Study, answers: &Answers, account: &Account) -> Value {
    let finite = |value: f64| if value.is_finite() { json!(value) } else { Value::Null };
    let pair = |(low, high): (f64, f64)| json!([finite(low), finite(high)]);
    let one = |arm: usize, metric: usize, one: &Difference| {
        let about = &study.metrics[metric];
        let chance = one.chance.map(|chance| {
            let told = |(hits, interval): (usize, (f64, f64))| {
                json!({"seeds": hits, "probability": hits as f64 / one.n as f64, "ci95": pair(interval)})
            };
            json!({"above": chance.above, "base": told(chance.base), "arm": told(chance.arm)})
        });
        json!({
            "arm": study.arms[arm].name,
            "metric": about.name,
            "window": tables::window(study, metric),
            "n": one.n,
            "mean_base": finite(one.base),
            "mean_arm": finite(one.arm),
            "mean_difference": finite(one.mean),
            "ci95": pair(one.t),
            "bca95": pair(one.bca),
            "interval": if one.is_skewed() { "bca" } else { "t" },
            "verdict": one.verdict().word(),
            "share_higher": finite(one.higher),
            "quantiles": one.quantiles.map(finite),
            "sd_difference": finite(one.sd),
            "standardised": finite(one.standardised),
            "variance_ratio": finite(one.variance_ratio),
            "precision": finite(one.precision),
            "seeds_needed": finite(one.seeds_needed),
            "p": finite(one.p),
            "q": finite(one.q),
            "chance": chance,
            "better": about.better.word(),
        })
    };
    let all = |arm: usize, found: &[Difference]| -> Vec<Value> {
        found.iter().enumerate().map(|(metric, difference)| one(arm, metric, difference)).collect()
    };
    let partings = study.arms.iter().zip(&answers.partings).map(|(arm, partings)| {
        let days: Vec<u32> = partings.iter().filter_map(|parting| parting.day).collect();
        json!({"arm": arm.name, "equal_runs": partings.len() - days.len(), "first_day": days.iter().min(), "last_day": days.iter().max()})
    });
    let mut told = header(study);
    told["complete"] = account.failed.is_empty().into();
    told["seeds"] = json!(answers.seeds.len());
    told["stopped"] = account.stopped.into();
    told["runs"] = json!({"lived": account.lived, "kept": account.kept, "failed": account.failed.len()});
    told["differences"] = answers.differences.iter().enumerate().flat_map(|(arm, found)| all(arm, found)).collect();
    told["interactions"] = answers.interactions.iter().flat_map(|(arm, found)| all(*arm, found)).collect();
    told["divergence"] = partings.collect();
    told["presets"] = (answers.presets.iter().skip(1))
        .flat_map(|(preset, found)| {
            found.iter().enumerate().flat_map(|(arm, found)| all(arm, found)).map(|mut one| {
                one["valve"] = (*preset).into();
                one
            })
        })
        .collect();
    told
}
