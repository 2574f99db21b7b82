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
use crate::disk::{FileForm, free_name, put, read_sealed_ron, read_sealed_text};
use crate::error::StoreError;
use crate::files::notes;
use crate::files::study::StudyMetric;
use crate::files::sweep::{StopWhen, stop_when};

/// The oldest version that is read.
const OLDEST_SCHEMA: u64 = 1;
/// What the plan is called, and the world in which levers are moved.
const PLAN: &str = "plan.json";
const BASE: &str = "base.ron";

/// A file that is whole, and that this build cannot read.
fn not_understood(path: &Path, found: &Build, reason: String) -> StoreError {
    StoreError::NotUnderstood { path: path.to_owned(), reason, found: found.name(), own: Build::own().name() }
}

/// Moves a damaged file out of the way; where it is then. Nothing where there is none.
fn set_aside(file: &Path) -> Result<Option<PathBuf>, StoreError> {
    let aside = free_name(file, "damaged");
    match fs::rename(file, &aside) {
        Ok(()) => Ok(Some(aside)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StoreError::System { doing: "move aside", path: file.to_owned(), source: error }),
    }
}

/// Where no plan says what sweep a folder holds, its base does: whether there is one, and it is this one. Not so where it is
/// missing or damaged.
///
/// # Errors
/// When it is another, or cannot be understood.
fn base_is(path: &Path, wanted: &Scenario) -> Result<bool, StoreError> {
    let ron = path.join(BASE);
    let text = match read_sealed_ron(&ron, false) {
        Err(StoreError::Damaged { .. }) => return Ok(false),
        text => text?,
    };
    let found = read(&text, Format::Ron).map_err(|complaints| {
        let what = complaints.first().map_or("it cannot be read", |complaint| complaint.what.as_str());
        not_understood(&ron, &Build::default(), what.into())
    })?;
    if found.hash() == wanted.hash() {
        return Ok(true);
    }
    let words = |world: &Scenario| format!("of {} {}", world.name, &world.hash()[..8]);
    Err(StoreError::OtherSweep { path: path.to_owned(), found: words(&found), wanted: words(wanted) })
}

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
    /// When it is not there, is none, is damaged, or is whole and cannot be understood.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let plan = Self::plan_in(path)?;
        let ron = path.join(BASE);
        let text = read_sealed_ron(&ron, plan.schema > OLDEST_SCHEMA)?;
        let base = read(&text, Format::Ron).map_err(|complaints| {
            let what = complaints.first().map_or("it cannot be read", |complaint| complaint.what.as_str());
            not_understood(&ron, &plan.build(), what.into())
        })?;
        // Another build may count other things among what makes a scenario.
        if base.hash() != plan.base.hash && plan.build().differs().is_none() {
            let reason = "it is not the scenario that plan.json describes".into();
            return Err(StoreError::Damaged { path: ron, reason });
        }
        // It may also know worlds by other keys.
        if plan.build().differs().is_none()
            && let Some(cell) = plan.foreign_cell(&base)
        {
            let reason = format!("cell {cell} has other values than those that its key and its runs are of");
            return Err(StoreError::Damaged { path: path.join(PLAN), reason });
        }
        let unknown = not_understood(
            &path.join(PLAN),
            &plan.build(),
            "it has a metric or a condition that cannot be read".into(),
        );
        Self::of(path, plan, base).ok_or(unknown)
    }

    /// The plan of a folder.
    fn plan_in(path: &Path) -> Result<Plan, StoreError> {
        if !path.exists() {
            return Err(StoreError::NotThere { path: path.to_owned() });
        }
        let file = path.join(PLAN);
        let read = read_sealed_text(&file, |json| json["schema"] == SCHEMA)?;
        let Some((json, text)) = read.filter(|(json, _)| json["kind"] == "sweep") else {
            return Err(StoreError::NotASweep { path: path.to_owned() });
        };
        match json["schema"].as_u64() {
            Some(OLDEST_SCHEMA..=SCHEMA) => {}
            found => {
                let found = found.unwrap_or(0);
                return Err(StoreError::OtherSchema { path: file, found, expected: SCHEMA, oldest: OLDEST_SCHEMA });
            }
        }
        let build = Build::told(&json);
        let wrong = |error: serde_json::Error| not_understood(&file, &build, error.to_string());
        let mut plan: Plan = serde_json::from_value(json).map_err(wrong)?;
        plan.as_written(&text).map_err(wrong)?;
        match plan.fault() {
            Some(fault) => Err(not_understood(&file, &build, fault)),
            None => Ok(plan),
        }
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
    /// plan or its base is damaged, that file is moved out of the way and written again, unless the other one says that the
    /// sweep is another; runs are kept, since each knows what it depends on. What is whole and not understood is refused, and
    /// stays.
    ///
    /// # Errors
    /// When it holds something else, or what this build does not understand, or the system refuses.
    pub fn create(path: &Path, plan: &Plan, base: &Scenario) -> Result<Self, StoreError> {
        if path.is_file() {
            return Err(StoreError::NotAFolder { path: path.to_owned() });
        }
        let other = |(found, wanted)| StoreError::OtherSweep { path: path.to_owned(), found, wanted };
        let same = |there: Self| plan.differs(&there.plan).map_or(Ok(there), |differs| Err(other(differs)));
        let mut mended = Vec::new();
        match Self::open(path) {
            Ok(there) => return same(there),
            Err(StoreError::NotThere { .. }) => {}
            Err(StoreError::NotASweep { .. }) => {
                let entries = fs::read_dir(path).map_err(StoreError::system("read", path))?.flatten();
                let is_draft = |name: &str| [BASE, PLAN].iter().any(|ours| name.starts_with(ours));
                let is_ours = |name: &str| name == BASE || name.strip_prefix('.').is_some_and(is_draft);
                // What a process left that died while it made the folder is no stranger's.
                let foreign = entries.map(|entry| entry.file_name()).any(|name| !name.to_str().is_some_and(is_ours));
                if foreign {
                    // Unless another process has made it meanwhile.
                    return Self::open(path).and_then(same).map_err(|error| match error {
                        StoreError::NotASweep { .. } => StoreError::Foreign { path: path.to_owned() },
                        other => other,
                    });
                }
                if !base_is(path, base)? {
                    mended.extend(set_aside(&path.join(BASE))?);
                }
            }
            Err(StoreError::Damaged { .. }) => {
                let _turn = FolderLock::wait(path);
                // Another process may have mended it meanwhile.
                let file = match Self::open(path) {
                    Err(StoreError::Damaged { path, .. }) => path,
                    there => return there.and_then(same),
                };
                // Whichever of the two is whole says what sweep it is. A plan that is whole may have grown: it stays.
                if file.ends_with(BASE) {
                    plan.differs(&Self::plan_in(path)?).map_or(Ok(()), |differs| Err(other(differs)))?;
                    mended.extend(set_aside(&file)?);
                    put(path, BASE, &FileForm::Ron.seal(&base.to_ron()))?;
                    let there = Self::open(path).and_then(same)?;
                    return Ok(Self { mended, ..there });
                }
                if !base_is(path, base)? {
                    mended.extend(set_aside(&path.join(BASE))?);
                }
                mended.extend(set_aside(&file)?);
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
            let unknown =
                |error| not_understood(&self.path.join(PLAN), &self.plan.build(), format!("cell {cell}: {error}"));
            scenario.set_all(&factor.path, &text_of(value)).map_err(unknown)?;
        }
        Ok(scenario)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Value as Json, json};

    use super::*;

    type Edit = fn(&mut Json);
    use crate::files::sweep::read_sweep;

    const SWEEP: &str = "(
        name: \"Small\", base: \"first_market\", days: 9, factors: {\"law.fine\": [60, 120, 240]}, design: \"grid\", reps: 2,
        metrics: [(name: \"trades\", metric: \"mean(days.trades)\")],
    )";

    fn sweep(text: &str) -> (Plan, Scenario) {
        let find = |_: &str| Ok(Scenario { name: "Market".into(), ..Scenario::default() });
        let sweep = read_sweep(text, Format::Ron, &find, &|_| Err("no file".into())).expect("it is sound");
        (Plan::of(&sweep, None), sweep.base)
    }

    /// Every file of a folder.
    fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
        let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        paths.filter(|path| path.is_file()).map(|path| (path.clone(), fs::read(&path).unwrap())).collect()
    }

    /// Writes a plan into a folder after an edit, with the seal that it would have if it had been written so.
    fn rewrite(path: &Path, plan: &Plan, edit: Edit) {
        let text = plan.text();
        let (body, _) = FileForm::Json.unseal(&text).unwrap();
        let mut json: Json = serde_json::from_str(&format!("{body}\n}}")).unwrap();
        edit(&mut json);
        fs::write(path.join(PLAN), FileForm::Json.seal(&format!("{json:#}"))).unwrap();
    }

    fn another() -> Build {
        Build { fingerprint: "0123456789abcdef".into(), ..Build::own().clone() }
    }

    /// Whatever another build may have written there, with a right seal: it is refused, named, and stays to the last byte.
    #[test]
    fn what_is_whole_and_not_understood_is_refused_by_name_and_stays() {
        let (plan, base) = sweep(SWEEP);
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("a");
        let edits: [(&str, Edit); 6] = [
            ("reps", |plan| plan["reps"] = "many".into()),
            ("metrics", |plan| plan["metrics"][0]["metric"] = "quartic(days.trades)".into()),
            ("better", |plan| plan["metrics"][0]["better"] = "rarer".into()),
            ("stop", |plan| plan["stop"] = json!(["trades =~ 3"])),
            ("parts", |plan| plan["parts"] = json!([])),
            ("cells", |plan| plan["cells"][1]["values"] = json!([60, 61])),
        ];
        for build in [Build::own().clone(), another()] {
            let theirs = plan.clone().by(&build);
            for (what, edit) in edits {
                let _ = fs::remove_dir_all(&path);
                SweepFolder::create(&path, &theirs, &base).unwrap();
                rewrite(&path, &theirs, edit);
                let before = files(&path);
                for refused in [SweepFolder::create(&path, &plan, &base), SweepFolder::open(&path)] {
                    let said = refused.err().unwrap_or_else(|| panic!("{what} was taken")).to_string();
                    let names = ["plan.json", "as it was written", &build.name(), &Build::own().name()];
                    assert!(names.iter().all(|name| said.contains(name)), "{what}: {said}");
                }
                assert!(files(&path) == before, "{what}");
            }
            let _ = fs::remove_dir_all(&path);
            SweepFolder::create(&path, &theirs, &base).unwrap();
            fs::write(path.join(BASE), FileForm::Ron.seal("(weather: (rain: 3))\n")).unwrap();
            let before = files(&path);
            let said = SweepFolder::create(&path, &plan, &base).err().expect("it was taken").to_string();
            assert!(said.contains("base.ron") && said.contains(&build.name()), "{said}");
            assert!(files(&path) == before);
        }
    }

    /// Runs are known by the key of their cell: other values under the same key would give old runs to another world.
    #[test]
    fn other_values_under_the_same_key_are_noticed_and_mended() {
        let (plan, base) = sweep(SWEEP);
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("a");
        SweepFolder::create(&path, &plan, &base).unwrap();
        let sound = files(&path);
        for (cell, edit) in [
            (1, (|plan| plan["cells"][1]["values"] = json!([121.0])) as Edit),
            (0, |plan| {
                plan["factors"][0]["path"] = "law.seller_fine".into();
            }),
        ] {
            rewrite(&path, &plan, edit);
            let said = SweepFolder::open(&path).err().expect("it was taken").to_string();
            assert!(said.contains("plan.json") && said.contains(&format!("cell {cell} has other values")), "{said}");
            // The sweep itself says what they were.
            let there = SweepFolder::create(&path, &plan, &base).unwrap();
            assert_eq!((there.mended().len(), there.plan()), (1, &plan));
            assert!(sound.iter().all(|(file, bytes)| files(&path)[file] == *bytes));
        }
        // A plan that grew by another lever still says of each cell what its key stands for.
        let text = SWEEP.replace("[60, 120, 240]}", "[60, 100]}").replace("law.fine", "law.seller_fine");
        let more = read_sweep(&text, Format::Ron, &|_| Ok(base.clone()), &|_| Err("no file".into())).unwrap();
        let grown = plan.extended(Some(3), Some(&more), &base, None).unwrap();
        let there = SweepFolder::open(&path).unwrap().grow(&grown).unwrap();
        assert_eq!((there.plan().cells.len(), there.plan()), (5, &grown));
    }

    /// A world is the one whose numbers stand in the plan, to the last digit.
    #[test]
    fn numbers_of_a_plan_are_read_as_they_are_written() {
        let text = SWEEP
            .replace(
                "{\"law.fine\": [60, 120, 240]}",
                "{\"law.seizure\": (low: 0.1, high: 0.9), \"law.corruption\": (low: 0.0, high: 0.3)}",
            )
            .replace("\"grid\"", "(method: \"latin_hypercube\", points: 200)");
        let (plan, base) = sweep(&text);
        let home = tempfile::tempdir().unwrap();
        let folder = SweepFolder::create(&home.path().join("a"), &plan, &base).unwrap();
        assert_eq!(folder.plan(), &plan);
        // Not what serde_json makes of it: some are one of their neighbours.
        let read: Json = serde_json::from_str(&plan.text()).unwrap();
        let other =
            plan.cells.iter().enumerate().filter(|(nth, cell)| read["cells"][nth]["values"] != json!(cell.values));
        assert!(other.count() > 5, "this test is of nothing");
    }

    /// One damaged file says nothing of whose folder it is, but the other one does.
    #[test]
    fn a_damaged_file_does_not_give_a_folder_away_to_another_sweep_or_build() {
        let (plan, base) = sweep(SWEEP);
        let (shorter, other_base) = sweep(&SWEEP.replace("days: 9", "days: 8"));
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("a");
        let damage = |name: &str| {
            let mut bytes = fs::read(path.join(name)).unwrap();
            bytes[20] ^= 4;
            fs::write(path.join(name), bytes).unwrap();
        };
        for (plan_there, base_there, damaged) in [
            (&shorter, &other_base, &[BASE][..]),
            (&shorter, &other_base, &[PLAN]),
            (&plan.clone().by(&another()), &base, &[BASE]),
        ] {
            let _ = fs::remove_dir_all(&path);
            SweepFolder::create(&path, plan_there, base_there).unwrap();
            for name in damaged {
                damage(name);
            }
            let before = files(&path);
            let refused = SweepFolder::create(&path, &plan, &base).err();
            assert!(matches!(refused, Some(StoreError::OtherSweep { .. })), "{damaged:?}: {refused:?}");
            assert!(files(&path) == before, "{damaged:?}");
        }
        // Its own is mended, and what was damaged is kept.
        for damaged in [&[BASE][..], &[PLAN], &[BASE, PLAN]] {
            let _ = fs::remove_dir_all(&path);
            SweepFolder::create(&path, &plan, &base).unwrap();
            let sound = files(&path);
            for name in damaged {
                damage(name);
            }
            let spoilt = files(&path);
            let there = SweepFolder::create(&path, &plan, &base).unwrap();
            assert_eq!(there.mended().len(), damaged.len());
            let after = files(&path);
            assert!(sound.iter().all(|(path, bytes)| after[path] == *bytes));
            for name in damaged {
                let aside = path.join(name).with_extension("damaged");
                assert!(after[&aside] == spoilt[&path.join(name)], "{name}");
            }
        }
    }

    /// Neither is a file that only bears the name of one of ours.
    #[test]
    fn files_of_these_names_that_are_no_sweep_stay() {
        let (plan, base) = sweep(SWEEP);
        for (name, text) in
            [(PLAN, "{\"kind\": \"a garden\"}"), (PLAN, "{}"), (BASE, "(trees: 3)"), ("notes.txt", "mine")]
        {
            let home = tempfile::tempdir().unwrap();
            fs::write(home.path().join(name), text).unwrap();
            assert!(SweepFolder::create(home.path(), &plan, &base).is_err(), "{name}: {text}");
            assert_eq!(files(home.path()), BTreeMap::from([(home.path().join(name), text.as_bytes().to_vec())]));
        }
        // What a process left that died while it made the same folder is gone on with.
        let home = tempfile::tempdir().unwrap();
        put(home.path(), BASE, &FileForm::Ron.seal(&base.to_ron())).unwrap();
        fs::write(home.path().join(".plan.json.1-0"), "left").unwrap();
        assert!(SweepFolder::create(home.path(), &plan, &base).is_ok());
    }
}
