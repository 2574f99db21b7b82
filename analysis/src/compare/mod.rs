//! Comparing worlds: a study is run, and becomes a folder with answers. How it is run and answered is told in
//! [`contraband_lab::compare`].

mod brief;
mod doubt;
mod one_page;
pub(crate) mod page;
mod pictures;
mod reasons;
mod tables;
pub(crate) mod wording;

use contraband_lab::batch::{FolderLock, Runner, Shard, engine_build};
use contraband_lab::compare::{Answers, Difference, Reached, RunCache, StudyAccount, run};
use contraband_lab::disk::{safe_name, sync_folder, write_synced};
use contraband_lab::files::study::Study;
use contraband_sim::base::words::hex;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use brief::{ArmPicture, Brief};
pub use reasons::{SeedChoice, SeedReason, SeedWanted, world_of, worst_seed};
pub use tables::STUDY_TABLES;

use crate::charts::canvas::{PictureSource, png};
use crate::error::StoreError;
use crate::provenance::describe;

/// The study in full, in its folder.
pub const STUDY: &str = "study.ron";

/// Version of the study folder.
const SCHEMA: u64 = 1;

/// How a study is run.
pub struct How<'h> {
    /// How its runs are.
    pub runner: Runner<'h>,
    /// Which of its runs are; it is answered where all of them are.
    pub shard: Shard,
    /// Whether a folder of another study may be replaced.
    pub force: bool,
    /// The command that makes it again.
    pub command: &'h str,
    /// Called as each run is over: how many are, how many will be as far as is known.
    pub on_done: &'h (dyn Fn(usize, usize) + Sync),
}

/// What came of it.
pub struct ComparedFolder {
    /// What was found; `None` where runs are missing.
    pub answers: Option<Answers>,
    /// Whether it was interrupted.
    pub interrupted: bool,
    /// How it was run.
    pub account: StudyAccount,
    /// Files of which a part was damaged, and where: the runs in it were run again.
    pub damaged: Vec<(PathBuf, u64)>,
}

/// Runs a study and writes its folder.
///
/// # Errors
/// When the folder holds something else, another process is at it, or the system refuses.
pub fn compare(study: &Study, folder: &Path, how: &How<'_>) -> Result<ComparedFolder, StoreError> {
    let _lock = claim(study, folder, how)?;
    let cache = RunCache::open(study, folder, Some(how.shard))?;
    let (reached, account) = run(&cache, how.shard, &how.runner, how.on_done)?;
    let damaged: Vec<(PathBuf, u64)> = cache.damaged().iter().map(|one| (one.path.clone(), one.at)).collect();
    let seeds = match reached {
        Reached::End(seeds) => seeds,
        Reached::EndOfShard => return Ok(ComparedFolder { answers: None, interrupted: false, account, damaged }),
        Reached::Interrupt => return Ok(ComparedFolder { answers: None, interrupted: true, account, damaged }),
    };
    let answers = Answers::of(&cache, seeds)?;
    let Some(reasons) = reasons::of(&cache, &answers, folder, &how.runner)? else {
        return Ok(ComparedFolder { answers: None, interrupted: true, account, damaged });
    };
    publish(study, folder, &answers, &reasons, &account, how.command)?;
    Ok(ComparedFolder { answers: Some(answers), interrupted: false, account, damaged })
}

/// Makes the folder one's own: it is locked until the end, together with those who run other shards, and says what study it
/// holds.
fn claim(study: &Study, folder: &Path, how: &How<'_>) -> Result<FolderLock, StoreError> {
    if folder.is_file() {
        return Err(StoreError::NotAFolder { path: folder.to_owned() });
    }
    fs::create_dir_all(folder).map_err(StoreError::system("create", folder))?;
    let _turn = FolderLock::wait(folder);
    let about = folder.join("study.json");
    let known = fs::read(&about).ok().and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    let mut entries = fs::read_dir(folder).map_err(StoreError::system("read", folder))?.flatten();
    if known.is_none() && entries.any(|entry| entry.file_name() != ".lock") {
        return Err(StoreError::Foreign { path: folder.to_owned() });
    }
    if let (Some(known), false) = (&known, how.force) {
        other_study(study, known)
            .map_or(Ok(()), |(found, wanted)| Err(StoreError::OtherStudy { path: folder.to_owned(), found, wanted }))?;
    }
    let lock = if how.shard == Shard::WHOLE { FolderLock::alone(folder)? } else { FolderLock::shared(folder)? };
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
    let metric = |(at, metric): (usize, &contraband_lab::files::study::StudyMetric)| {
        json!({"name": metric.name, "metric": metric.expression.text(), "window": tables::window(study, at),
               "better": metric.better.word()})
    };
    json!({
        "schema": SCHEMA,
        "engine_version": engine_build(),
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

/// Writes the answers. Each file is written under a hidden name and renamed, and `study.json`, which tells the digest of
/// the others, comes last.
fn publish(
    study: &Study,
    folder: &Path,
    answers: &Answers,
    reasons: &[SeedReason],
    account: &StudyAccount,
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
    let origin = json!({"study": study.name, "base": about["base"]["hash"], "seeds": answers.seeds.len(),
                        "engine_version": about["engine_version"], "digest": digest, "command": command});
    let source = PictureSource { title: title.to_owned(), origin: origin.to_string() };
    for (path, svg) in pictures {
        let path = folder.join(path);
        write_synced(&path, svg.as_bytes())?;
        write_synced(&path.with_extension("png"), &png(&svg, &source))?;
    }
    for name in names {
        let path = draft.path().join(&name);
        fs::rename(&path, folder.join(&name)).map_err(StoreError::system("rename", &path))?;
    }
    describe(folder)?;
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
    let file = |name: &str| format!("scenarios/{}.ron", safe_name(name));
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
        for picture in ArmPicture::ALL {
            let svg = match picture {
                ArmPicture::Effects => pictures::effects(study, answers, arm),
                ArmPicture::Courses => pictures::courses(study, answers, arm),
                ArmPicture::Displacement => pictures::displacement(study, answers, arm),
                ArmPicture::Bearers => pictures::bearers(study, answers, arm),
            };
            drawn.insert(picture.path(about), svg);
        }
    }
    drawn
}

/// As data: an object for each arm and metric.
pub fn as_json(study: &Study, answers: &Answers, account: &StudyAccount) -> Value {
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
    told["runs"] = json!({"lived": account.ran, "kept": account.kept, "failed": account.failed.len()});
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
