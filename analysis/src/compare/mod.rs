//! Comparing worlds: a study is run, and becomes a folder with answers. How it is run and answered is told in
//! [`contraband_lab::compare`].

mod brief;
mod doubt;
mod one_page;
pub(crate) mod page;
mod pictures;
mod reasons;
mod rows;
mod tables;
pub(crate) mod wording;

use contraband_lab::batch::{FolderLock, Runner, Shard};
use contraband_lab::build::Build;
use contraband_lab::compare::{Answers, Difference, Layout, MadeRun, Reached, RunCache, StudyAccount, run};
use contraband_lab::disk::{FileForm, digest_of, put as put_file, read_sealed, safe_name, sync_folder, write_synced};
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
use crate::drawing::{NARROW, WIDE};
use crate::error::StoreError;
use crate::provenance::describe;

/// The study in full, in its folder.
pub const STUDY: &str = "study.ron";

/// Version of the study folder. Since 2 its texts carry seals, and it says what build made it.
const SCHEMA: u64 = 2;
/// The oldest version that is read.
const OLDEST_SCHEMA: u64 = 1;

/// How a study is run.
pub struct How<'h> {
    /// How its runs are.
    pub runner: Runner<'h>,
    /// Bytes that all runs together may hold, where that is known.
    pub memory: Option<u64>,
    /// Which of its runs are; it is answered where all of them are.
    pub shard: Shard,
    /// Whether a folder of another study may be replaced.
    pub force: bool,
    /// Whether what is there is only told again: that of another build too.
    pub again: bool,
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
    let (_lock, made) = claim(study, folder, how)?;
    let cache = RunCache::open(study, folder, made, Some(how.shard))?;
    let (reached, account) = run(&cache, how.shard, &how.runner, how.memory, how.on_done)?;
    let damaged: Vec<(PathBuf, u64)> = cache.damaged().iter().map(|one| (one.path.clone(), one.at)).collect();
    let seeds = match reached {
        Reached::End(seeds) => seeds,
        Reached::EndOfShard => return Ok(ComparedFolder { answers: None, interrupted: false, account, damaged }),
        Reached::Interrupt => return Ok(ComparedFolder { answers: None, interrupted: true, account, damaged }),
    };
    let answers = Answers::of(&cache, seeds)?;
    let Some(reasons) = reasons::of(&cache, &answers, folder, &how.runner, how.memory)? else {
        return Ok(ComparedFolder { answers: None, interrupted: true, account, damaged });
    };
    publish(&cache, folder, &answers, &reasons, &account, how.command)?;
    Ok(ComparedFolder { answers: Some(answers), interrupted: false, account, damaged })
}

/// Makes the folder one's own: it is locked until the end, together with those who run other shards, and says what study it
/// holds.
fn claim(study: &Study, folder: &Path, how: &How<'_>) -> Result<(FolderLock, MadeRun), StoreError> {
    if folder.is_file() {
        return Err(StoreError::NotAFolder { path: folder.to_owned() });
    }
    fs::create_dir_all(folder).map_err(StoreError::system("create", folder))?;
    let _turn = FolderLock::wait(folder);
    let look = || match about(folder) {
        // What is asked is written anew; which study it was is not known any more.
        Err(StoreError::Damaged { .. }) if how.force => Ok(Some(Value::Null)),
        known => known,
    };
    let mut known = look()?;
    let is_draft = |name: &[u8]| name == b".lock" || name.starts_with(b".study.json.");
    let mut entries = fs::read_dir(folder).map_err(StoreError::system("read", folder))?.flatten();
    if known.is_none() && entries.any(|entry| !is_draft(entry.file_name().as_encoded_bytes())) {
        // Unless another process has begun it meanwhile.
        known = look()?;
        if known.is_none() {
            return Err(StoreError::Foreign { path: folder.to_owned() });
        }
    }
    if let (Some(known), false) = (&known, how.force) {
        let (build, own) = (Build::told(known), Build::own());
        if how.again && !build.is_same(own) {
            return Ok((FolderLock::alone(folder)?, made(known)));
        }
        other_study(study, known)
            .map_or(Ok(()), |(found, wanted)| Err(StoreError::OtherStudy { path: folder.to_owned(), found, wanted }))?;
    }
    let lock = if how.shard == Shard::WHOLE { FolderLock::alone(folder)? } else { FolderLock::shared(folder)? };
    if known.is_none_or(|known| known.is_null()) {
        put_file(folder, ABOUT, &FileForm::Json.seal(&format!("{:#}", header(study, &MadeRun::own()))))?;
    }
    write_study(study, folder)?;
    Ok((lock, MadeRun::own()))
}

/// What a folder is known by.
const ABOUT: &str = "study.json";

/// `study.json` of a folder; `None` where there is none.
///
/// # Errors
/// When it is not as it was written, or of another version.
pub fn about(folder: &Path) -> Result<Option<Value>, StoreError> {
    let path = folder.join(ABOUT);
    let Some(about) = read_sealed(&path, |json| json["schema"] == SCHEMA)? else { return Ok(None) };
    match about["schema"].as_u64().unwrap_or(0) {
        OLDEST_SCHEMA..=SCHEMA => Ok(Some(about)),
        found => Err(StoreError::OtherSchema { path, found, expected: SCHEMA, oldest: OLDEST_SCHEMA }),
    }
}

/// Whether the texts of a folder must carry seals, by its `study.json`.
pub fn has_seals(about: &Value) -> bool {
    about["schema"].as_u64() > Some(OLDEST_SCHEMA)
}

/// Who made the runs of a folder, by its `study.json`.
pub fn made(about: &Value) -> MadeRun {
    let build = Build::told(about);
    // How this build keeps runs is told by the study itself.
    let layout = if build.is_same(Build::own()) { None } else { serde_json::from_value(about["kept"].clone()).ok() };
    MadeRun { build, layout }
}

/// How the study that a folder holds differs from this one, in words, if it is another: arms and seeds may be added.
fn other_study(study: &Study, known: &Value) -> Option<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or("nothing").to_owned();
    let mine = header(study, &MadeRun::own());
    let (theirs, own) = (Build::told(known), Build::own());
    if !theirs.is_same(own) {
        return Some((format!("by version {}", theirs.name()), format!("by version {}", own.name())));
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
fn header(study: &Study, made: &MadeRun) -> Value {
    let (first, last) = study.window();
    let arm = |(nth, arm): (usize, &contraband_lab::files::study::Arm)| {
        let (first, last) = study.window_of(nth);
        json!({"name": arm.name, "with": arm.with, "scenario": arm.scenario.name, "hash": arm.scenario.hash(),
               "valve": arm.scenario.valve(), "window": [first, last]})
    };
    let metric = |(at, metric): (usize, &contraband_lab::files::study::StudyMetric)| {
        let text = metric.by_arm.as_deref().unwrap_or(metric.expression.text());
        json!({"name": metric.name, "metric": text, "window": wording::windows(study, at),
               "better": metric.better.word(), "interest": metric.interest})
    };
    let mut header = json!({
        "schema": SCHEMA,
        "kept": made.layout.clone().unwrap_or_else(|| Layout::own(study)),
        "name": study.name,
        "question": study.question,
        "base": {"name": study.base.name, "hash": study.base.hash(), "days": study.base.days,
                 "citizens": study.base.params.citizens.count.get(), "valve": study.base.valve()},
        "arms": study.arms.iter().enumerate().map(arm).collect::<Vec<_>>(),
        "metrics": study.metrics.iter().enumerate().map(metric).collect::<Vec<_>>(),
        "first_seed": study.first_seed,
        "window": [first, last],
        "valves": study.presets().iter().map(|(preset, _)| *preset).collect::<Vec<_>>(),
        "complete": false,
    });
    made.build.tell(&mut header);
    header
}

/// Writes the answers. Each file is written under a hidden name and renamed, and `study.json`, which tells the digest of
/// the others, comes last.
fn publish(
    cache: &RunCache<'_>,
    folder: &Path,
    answers: &Answers,
    reasons: &[SeedReason],
    account: &StudyAccount,
    command: &str,
) -> Result<(), StoreError> {
    let (study, made) = (cache.study, cache.made());
    let draft = tempfile::Builder::new()
        .prefix(".answers-")
        .tempdir_in(folder)
        .map_err(StoreError::system("write in", folder))?;
    rows::write(draft.path(), study, &made.build, answers)?;
    let mut digest = Sha256::new();
    let mut names: Vec<String> = STUDY_TABLES.iter().map(|table| format!("{}.parquet", table.name)).collect();
    for name in &names {
        let path = draft.path().join(name);
        digest.update(fs::read(&path).map_err(StoreError::system("read", &path))?);
    }
    let digest = hex(&digest.finalize());
    let mut about = header(study, made);
    let mut sums = BTreeMap::new();
    for name in &names {
        let path = draft.path().join(name);
        sums.insert(name.clone(), digest_of(&path).map_err(StoreError::system("read", &path))?);
    }
    about["sha256"] = json!(sums);
    about["complete"] = account.failed.is_empty().into();
    about["seeds"] = json!(answers.seeds.len());
    about["stopped"] = account.stopped.into();
    about["failed"] = account.failed.iter().map(|(world, seed, said)| json!([world, seed, said])).collect();
    about["digest"] = digest.as_str().into();
    about["command"] = command.into();
    let put = |name: &str, text: String| write_synced(&draft.path().join(name), text.as_bytes());
    let pictures = draw(study, answers, WIDE);
    let narrow = draw(study, answers, NARROW);
    let brief =
        Brief { study, answers, reasons, account, command, digest: &digest, build: &made.build, pictures: &pictures };
    let markdown = brief.markdown();
    let title = brief.title();
    put("brief.html", page::html(title, &markdown, &page::both(&pictures, &narrow)))?;
    put("one_page.html", one_page::html(&brief))?;
    put("brief.md", markdown)?;
    put(ABOUT, FileForm::Json.seal(&format!("{about:#}")))?;
    names.extend(["brief.html", "one_page.html", "brief.md", ABOUT].map(String::from));
    let charts = folder.join("charts");
    fs::create_dir_all(&charts).map_err(StoreError::system("make", &charts))?;
    let mut origin = json!({"study": study.name, "base": about["base"]["hash"], "seeds": answers.seeds.len(),
                            "digest": digest, "command": command});
    made.build.tell(&mut origin);
    let source = PictureSource { title: title.to_owned(), origin: origin.to_string() };
    // What was drawn before and shows nothing now is no picture of this study.
    for path in study.arms.iter().flat_map(|arm| ArmPicture::ALL.map(|picture| picture.path(arm))) {
        if !pictures.contains_key(&path) {
            let _ = fs::remove_file(folder.join(&path).with_extension("png"));
            let _ = fs::remove_file(folder.join(path));
        }
    }
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
    let file = |name: &str| format!("scenarios/{}.ron", safe_name(name));
    let arms = study.arms.iter().filter(|arm| arm.with.is_empty()).map(|arm| (arm.name.as_str(), &arm.scenario));
    for (name, scenario) in std::iter::once(("base", &study.base)).chain(arms) {
        put_file(&scenarios, &format!("{}.ron", safe_name(name)), &FileForm::Ron.seal(&scenario.to_ron()))?;
    }
    put_file(folder, STUDY, &FileForm::Ron.seal(&study.to_ron(&file)))
}

/// The pictures of all arms that show something, by their paths in the folder.
fn draw(study: &Study, answers: &Answers, wide: f64) -> BTreeMap<String, String> {
    let mut drawn = BTreeMap::new();
    for (arm, about) in study.arms.iter().enumerate() {
        for picture in ArmPicture::ALL {
            let svg = match picture {
                ArmPicture::Effects => pictures::effects(study, answers, arm, wide),
                ArmPicture::Courses => pictures::courses(study, answers, arm, wide),
                ArmPicture::Displacement => pictures::displacement(study, answers, arm, wide),
                ArmPicture::Bearers => pictures::bearers(study, answers, arm, wide),
            };
            drawn.extend(svg.map(|svg| (picture.path(about), svg)));
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
            json!({"above": chance.above, "base": told(chance.base), "arm": told(chance.arm), "p": finite(chance.p)})
        });
        json!({
            "arm": study.arms[arm].name,
            "metric": about.name,
            "window": wording::window(study, arm, metric),
            "n": one.n,
            "offered": one.offered,
            "equal": one.equal,
            "mean_base": finite(one.base),
            "mean_arm": finite(one.arm),
            "mean_difference": finite(one.mean),
            "ci95": pair(one.t),
            "interest": finite(one.interest),
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
    let mut told = header(study, &MadeRun::own());
    told["complete"] = account.failed.is_empty().into();
    told["seeds"] = json!(answers.seeds.len());
    told["stopped"] = account.stopped.into();
    told["runs"] = json!({"lived": account.ran, "kept": account.kept, "failed": account.failed.len()});
    told["notes"] = study.notes().into();
    told["differences"] = answers.differences.iter().enumerate().flat_map(|(arm, found)| all(arm, found)).collect();
    told["interactions"] = answers.interactions.iter().flat_map(|(arm, found)| all(*arm, found)).collect();
    told["divergence"] = partings.collect();
    told["presets"] = (answers.presets.iter().skip(1))
        .flat_map(|under| {
            under.differences.iter().enumerate().flat_map(|(arm, found)| all(arm, found)).map(|mut one| {
                one["valve"] = under.preset.into();
                one
            })
        })
        .collect();
    told["preset_changes"] = (answers.changes.iter())
        .flat_map(|change| {
            let (from, to) = change.presets;
            let each = change
                .found
                .iter()
                .enumerate()
                .flat_map(|(arm, found)| found.iter().enumerate().map(move |one| (arm, one)));
            each.map(move |(arm, (metric, one))| {
                json!({"arm": study.arms[arm].name, "metric": study.metrics[metric].name, "from": from, "to": to,
                       "n": one.n, "mean_change": finite(one.mean), "ci95": pair(one.t), "p": finite(one.p),
                       "q": finite(one.q), "verdict": one.verdict().word()})
            })
        })
        .collect();
    told
}
