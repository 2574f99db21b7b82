//! The folder of a sweep on disk: its plan and the world in which levers are moved are made, opened, mended and extended
//! here.

use std::fs;
use std::path::{Path, PathBuf};

use contraband_sim::scenario::Scenario;
use contraband_sim::scenario::read::read;
use contraband_sim::scenario::tree::Format;

use super::plan::{Plan, SCHEMA, in_base, text_of};
use crate::batch::FolderLock;
use crate::build::Build;
use crate::disk::{FileForm, free_name, put, read_sealed, read_sealed_ron};
use crate::error::StoreError;
use crate::files::notes;
use crate::files::study::StudyMetric;
use crate::files::sweep::{StopWhen, stop_when};

/// The oldest version that is read.
const OLDEST_SCHEMA: u64 = 1;
/// What the plan is called, and the world in which levers are moved.
const PLAN: &str = "plan.json";
const BASE: &str = "base.ron";

/// A sweep folder that was opened.
pub struct SweepFolder {
    path: PathBuf,
    plan: Plan,
    base: Scenario,
    metrics: Vec<StudyMetric>,
    stop: Vec<StopWhen>,
    mended: Vec<PathBuf>,
}

impl SweepFolder {
    /// Opens the folder of a sweep, whatever build made it: what is in it can be read. Whoever adds runs to it asks
    /// [`SweepFolder::must_be_own`] first.
    ///
    /// # Errors
    /// When it is not there, is none, or is damaged.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        if !path.exists() {
            return Err(StoreError::NotThere { path: path.to_owned() });
        }
        let file = path.join(PLAN);
        let damaged = |reason: String| StoreError::Damaged { path: file.clone(), reason };
        let json = read_sealed(&file, |json| json["schema"] == SCHEMA)?;
        let Some(json) = json.filter(|json| json["kind"] == "sweep") else {
            return Err(StoreError::NotASweep { path: path.to_owned() });
        };
        match json["schema"].as_u64() {
            Some(OLDEST_SCHEMA..=SCHEMA) => {}
            found => {
                let found = found.unwrap_or(0);
                return Err(StoreError::OtherSchema { path: file, found, expected: SCHEMA, oldest: OLDEST_SCHEMA });
            }
        }
        let plan: Plan = serde_json::from_value(json).map_err(|error| damaged(error.to_string()))?;
        if let Some(fault) = plan.fault() {
            return Err(damaged(fault));
        }
        let ron = path.join(BASE);
        let text = read_sealed_ron(&ron, plan.schema > OLDEST_SCHEMA)?;
        let base = match read(&text, Format::Ron) {
            Ok(base) => base,
            Err(complaints) => {
                let what = complaints.first().map_or("it cannot be read", |complaint| complaint.what.as_str());
                let by = plan.build().differs().map_or_else(String::new, |differs| format!("; {differs}"));
                return Err(StoreError::Damaged { path: ron, reason: format!("{what}{by}") });
            }
        };
        // Another build may count other things among what makes a scenario.
        if base.hash() != plan.base.hash && plan.build().differs().is_none() {
            let reason = "it is not the scenario that plan.json describes".into();
            return Err(StoreError::Damaged { path: ron, reason });
        }
        Self::of(path, plan, base).ok_or_else(|| damaged("it has a metric or a condition that cannot be read".into()))
    }

    /// Whether this build may add runs to it.
    ///
    /// # Errors
    /// When another build made it: its runs and ours are not mixed.
    pub fn must_be_own(&self) -> Result<(), StoreError> {
        let (build, own) = (self.plan.build(), Build::own());
        if build.is_same(own) {
            return Ok(());
        }
        Err(StoreError::OtherBuild { path: self.path.clone(), found: build.name(), own: own.name() })
    }

    /// What was moved out of the way when it was opened, since it was damaged and could be made again.
    pub fn mended(&self) -> &[PathBuf] {
        &self.mended
    }

    fn of(path: &Path, plan: Plan, base: Scenario) -> Option<Self> {
        let stop = plan.stop.iter().map(|text| stop_when(text).ok()).collect::<Option<Vec<_>>>()?;
        Some(Self { path: path.to_owned(), metrics: plan.measures()?, plan, base, stop, mended: Vec::new() })
    }

    /// A sweep that is nowhere on disk: for a look at how long its runs take.
    pub fn nowhere(plan: Plan, base: Scenario) -> Self {
        Self::of(Path::new(""), plan, base).expect("a plan of a sweep can be read")
    }

    /// Makes the folder of a plan, or opens it where it is there already and holds the same sweep, or more of it. Where its
    /// plan or its base is damaged, that file is moved out of the way and written again; runs are kept, since each knows what
    /// it depends on.
    ///
    /// # Errors
    /// When it holds something else, or the system refuses.
    pub fn create(path: &Path, plan: &Plan, base: &Scenario) -> Result<Self, StoreError> {
        if path.is_file() {
            return Err(StoreError::NotAFolder { path: path.to_owned() });
        }
        let same = |there: Self| match plan.differs(&there.plan) {
            None => Ok(there),
            Some((found, wanted)) => Err(StoreError::OtherSweep { path: path.to_owned(), found, wanted }),
        };
        let mut mended = Vec::new();
        match Self::open(path) {
            Ok(there) => return same(there),
            Err(StoreError::NotThere { .. }) => {}
            Err(StoreError::NotASweep { .. }) => {
                let entries = fs::read_dir(path).map_err(StoreError::system("read", path))?.flatten();
                let is_ours = |name: &str| {
                    [BASE, PLAN]
                        .iter()
                        .any(|ours| name == *ours || name.strip_prefix('.').is_some_and(|name| name.starts_with(ours)))
                };
                // What a process left that died while it made the folder is no stranger's.
                let foreign = entries.map(|entry| entry.file_name()).any(|name| !name.to_str().is_some_and(is_ours));
                if foreign {
                    // Unless another process has made it meanwhile.
                    return Self::open(path).and_then(same).map_err(|error| match error {
                        StoreError::NotASweep { .. } => StoreError::Foreign { path: path.to_owned() },
                        other => other,
                    });
                }
            }
            Err(StoreError::Damaged { path: file, .. }) => {
                let _turn = FolderLock::wait(path);
                let aside = free_name(&file, "damaged");
                match fs::rename(&file, &aside) {
                    Ok(()) => mended.push(aside),
                    Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                    Err(error) => return Err(StoreError::System { doing: "move aside", path: file, source: error }),
                }
                // A plan that is whole may have grown: it stays.
                if file.ends_with(BASE) {
                    put(path, BASE, &FileForm::Ron.seal(&base.to_ron()))?;
                    let there = Self::open(path).and_then(same)?;
                    return Ok(Self { mended, ..there });
                }
            }
            Err(error) => return Err(error),
        }
        fs::create_dir_all(path).map_err(StoreError::system("create", path))?;
        put(path, BASE, &FileForm::Ron.seal(&base.to_ron()))?;
        put(path, PLAN, &plan.text())?;
        let there = Self::open(path)?;
        Ok(Self { mended, ..there })
    }

    /// Puts a plan that holds more in the place of this one.
    ///
    /// # Errors
    /// When another build made the folder, or the system refuses.
    pub fn grow(self, plan: &Plan) -> Result<Self, StoreError> {
        self.must_be_own()?;
        let _turn = FolderLock::wait(&self.path);
        put(&self.path, PLAN, &plan.text())?;
        Self::open(&self.path)
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// `plan.json`.
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The world in which levers are moved.
    pub const fn base(&self) -> &Scenario {
        &self.base
    }

    /// What is measured.
    pub fn metrics(&self) -> &[StudyMetric] {
        &self.metrics
    }

    /// What the sweep varies in vain or less than fully: a sentence each.
    pub fn notes(&self) -> Vec<String> {
        let plan = &self.plan;
        let paths: Vec<&str> = plan.factors.iter().map(|factor| factor.path.as_str()).collect();
        let mut told = notes::of_factors(&self.base, &paths);
        for (at, factor) in plan.factors.iter().enumerate() {
            let base = in_base(&self.base, &factor.path);
            let base = (!base.is_null()).then(|| text_of(&base));
            told.extend(notes::constant(
                &factor.path,
                plan.cells.iter().map(|cell| text_of(&cell.values[at])),
                base.as_deref(),
            ));
        }
        let listed = matches!(plan.design["method"].as_str(), Some("list" | "csv"));
        told.extend(listed.then(|| notes::repeated(&plan.rows)).flatten());
        told
    }

    /// What ends a run.
    pub fn stop(&self) -> &[StopWhen] {
        &self.stop
    }

    /// The world of a cell.
    ///
    /// # Errors
    /// When the plan was changed by hand.
    pub fn scenario(&self, cell: usize) -> Result<Scenario, StoreError> {
        let mut scenario = self.base.clone();
        // Without a value it stands as in the base, where the levers of one path differ.
        let values = self.plan.factors.iter().zip(&self.plan.cells[cell].values);
        for (factor, value) in values.filter(|(_, value)| !value.is_null()) {
            scenario.set_all(&factor.path, &text_of(value)).map_err(|error| StoreError::Damaged {
                path: self.path.join(PLAN),
                reason: format!("cell {cell}: {error}"),
            })?;
        }
        Ok(scenario)
    }
}
