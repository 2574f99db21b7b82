//! The runs of a study in its folder, each found by what it depends on.
//!
//! A run depends on its scenario, its seed and the engine, and on nothing that is asked of it. What is known of it is what
//! all its records know together.

use std::path::Path;
use std::sync::Arc;

use crate::files::study::{Study, StudyMetric};
use contraband_sim::scenario::Scenario;

use super::kept::{Kept, Layout};
use super::worlds::{hash, named_worlds, world_name};
use crate::batch::{Damage, Identity, RunStore, Shard};
use crate::build::Build;
use crate::error::StoreError;

/// Grows when what is kept of a run looks different, so that older ones are not read.
const FORM: u64 = 4;
/// The folder of the journals in that of a study.
const RUNS: &str = "runs";

/// The worlds of a study, and the runs of them that its folder keeps.
pub struct RunCache<'s> {
    /// The study.
    pub study: &'s Study,
    /// The study under each preset of the valve that it is run under, its own first.
    pub(super) presets: Vec<(&'static str, Study)>,
    /// Under the first preset the base and its arms, then the same under the next.
    pub worlds: Vec<Arc<Scenario>>,
    /// By world, the fingerprint of its scenario.
    hashes: Vec<String>,
    store: RunStore,
    made: MadeRun,
}

/// Who kept the runs of a study, and how: for folders of other builds.
#[derive(Clone, Debug)]
pub struct MadeRun {
    /// Which build.
    pub build: Build,
    /// What stands where in what it kept; `None` for as this build does.
    pub layout: Option<Layout>,
}

impl MadeRun {
    /// By this build.
    pub fn own() -> Self {
        Self { build: Build::own().clone(), layout: None }
    }

    /// Whether by this build: then runs may be added.
    pub fn is_own(&self) -> bool {
        self.build.is_same(Build::own())
    }
}

impl<'s> RunCache<'s> {
    /// Opens the runs of a study folder: to be read, or with a shard to be added to.
    ///
    /// # Errors
    /// When another process is at that shard, an earlier version or another build has kept the runs in another way, or the
    /// system refuses.
    pub fn open(study: &'s Study, folder: &Path, made: MadeRun, shard: Option<Shard>) -> Result<Self, StoreError> {
        let presets = study.presets();
        let (names, worlds): (Vec<String>, Vec<Arc<Scenario>>) =
            named_worlds(study, &presets).map(|(name, world)| (name, Arc::new(world.clone()))).unzip();
        let theirs = made.layout.as_ref().map(|layout| &layout.worlds);
        let hashes = names.iter().zip(&worlds);
        let hashes = hashes
            .map(|(name, world)| theirs.and_then(|known| known.get(name)).cloned().unwrap_or_else(|| hash(world)));
        let hashes = hashes.collect();
        let folder = folder.join(RUNS);
        let is_old = |path: &Path| path.extension().is_some_and(|ending| ending == "run");
        let mut there = folder.read_dir().into_iter().flatten().flatten().map(|entry| entry.path());
        if let Some(path) = there.find(|path| is_old(path)) {
            return Err(StoreError::OtherForm { path });
        }
        // Of another build, runs are only read.
        let shard = shard.filter(|_| made.is_own());
        let store = RunStore::open(&folder, identity(&made), shard.map(Shard::journal).as_deref())?;
        Ok(Self { study, presets, worlds, hashes, store, made })
    }

    /// Who kept the runs.
    pub const fn made(&self) -> &MadeRun {
        &self.made
    }

    /// Whether runs may be added.
    ///
    /// # Errors
    /// When another build made them.
    pub(super) fn must_be_own(&self) -> Result<(), StoreError> {
        if self.made.is_own() {
            return Ok(());
        }
        let (found, own) = (self.made.build.name(), Build::own().name());
        Err(StoreError::OtherBuild { path: RUNS.into(), found, own })
    }

    /// What of the kept runs is damaged.
    pub fn damaged(&self) -> &[Damage] {
        self.store.damaged()
    }

    /// The name of a world, with its preset where it is not run under its own.
    pub(super) fn name(&self, world: usize) -> String {
        let each = self.study.arms.len() + 1;
        let name = world_name(self.study, world % each);
        if world < each { name.into() } else { format!("{name} under {}", self.presets[world / each].0) }
    }

    fn identity(&self, world: usize, seed: u64) -> Identity {
        Identity::of([self.hashes[world].as_bytes(), &seed.to_le_bytes()])
    }

    /// What is kept of a run; `None` where nothing is.
    ///
    /// # Errors
    /// When a journal changed meanwhile, or the system refuses.
    pub(super) fn find(&self, world: usize, seed: u64) -> Result<Option<Kept>, StoreError> {
        let answers = self.store.answers(self.identity(world, seed))?;
        let all = answers.iter().filter_map(|answer| Kept::of_packed(answer));
        let all = all.map(|kept| match &self.made.layout {
            Some(layout) => kept.arranged(layout),
            None => kept,
        });
        Ok(all.reduce(|mut kept, other| {
            kept.join(other);
            kept
        }))
    }

    /// What is kept of a run that was run.
    ///
    /// # Errors
    /// When it is not kept any more, or the system refuses.
    pub fn take(&self, world: usize, seed: u64) -> Result<Kept, StoreError> {
        self.find(world, seed)?.ok_or_else(|| StoreError::Damaged {
            path: self.damaged().first().map_or_else(|| RUNS.into(), |damage| damage.path.clone()),
            reason: format!("the run of {} with seed {seed} is not in it", self.name(world)),
        })
    }

    /// By what a run is known in the journal and where it is noted that it was begun: its number may be that of another once
    /// there are more arms.
    pub(super) fn mark(&self, world: usize, seed: u64) -> u64 {
        let bytes = *self.identity(world, seed).bytes();
        u64::from_le_bytes(std::array::from_fn(|at| bytes[at]))
    }

    /// The line that tells of a run that was begun.
    #[cfg(test)]
    pub(super) fn marked(&self, world: usize, seed: u64) -> String {
        format!("{} |\n", self.mark(world, seed))
    }

    /// What stands in a journal of the study, in its order.
    #[cfg(test)]
    pub(super) fn read(
        &self,
        path: &Path,
        mut each: impl FnMut(crate::batch::Record),
    ) -> Result<Vec<Damage>, StoreError> {
        crate::batch::Journal::read(path, identity(&self.made), |record, _| {
            each(record);
            Ok(())
        })
    }

    /// Notes that a run is begun.
    pub(super) fn begin(&self, world: usize, seed: u64) -> Result<(), StoreError> {
        self.store.begin(self.mark(world, seed))
    }

    /// How many processes before this one began a run and, where it is not kept, ended in its middle.
    pub(super) fn ended(&self, world: usize, seed: u64) -> u32 {
        self.store.left(self.mark(world, seed))
    }

    /// The number of processes that ended in the middle of a run, where any did: where nothing is kept of it that answers
    /// `measured`.
    pub(super) fn is_suspect(
        &self,
        world: usize,
        seed: u64,
        measured: &[StudyMetric],
    ) -> Result<Option<u32>, StoreError> {
        let ended = self.ended(world, seed);
        let is_kept = || Ok::<_, StoreError>(self.find(world, seed)?.is_some_and(|kept| kept.knows(measured)));
        Ok(if ended == 0 || is_kept()? { None } else { Some(ended) })
    }

    /// Keeps a run that is over; `now` is the time in seconds.
    pub(super) fn keep(&self, world: usize, seed: u64, kept: &Kept, now: f64) -> Result<(), StoreError> {
        self.store.add(self.mark(world, seed), self.identity(world, seed), &kept.packed(), now)
    }

    /// Waits until the disk has all that was kept.
    pub(super) fn sync(&self) -> Result<(), StoreError> {
        self.store.sync()
    }
}

/// What the journals of all studies are known by: the build, and what is kept of a run. A run itself is found by its scenario
/// and seed.
fn identity(made: &MadeRun) -> Identity {
    let layout = made.layout.clone().unwrap_or_else(Layout::of_tables);
    let build = made.build.identity();
    let parts = [b"study".as_slice(), build.as_bytes(), &FORM.to_le_bytes()];
    let burdens = layout.burdens.join(" ");
    Identity::of(parts.into_iter().chain(layout.columns.iter().map(String::as_bytes)).chain([burdens.as_bytes()]))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::kept::run_and_keep;
    use super::super::kept::tests::{metric, study};
    use super::super::people::SampledPeople;
    use super::super::worlds::BASE;
    use super::*;
    use crate::batch::{RunOutcome, Runner};
    use crate::measure::Recording;

    #[test]
    fn what_is_kept_answers_later_questions_as_the_run_itself_would() {
        let mut scenario = Scenario { days: 40, ..Scenario::default() };
        scenario.set("citizens.count", "300").unwrap();
        let (study, scenario) = (study(&scenario), Arc::new(scenario));
        let asked = [metric("p95(citizens.record)")];
        let later = [
            "mean(goods.price_mean / cost_mean, good != privacy, days = 5 to 30)",
            "sum(places.harm, kind = fringe)",
            "last(days.treasury) + sum(counts.ideas)",
        ]
        .map(metric);
        let outcome = Runner::plain(1).one(|watch| run_and_keep(&scenario, 1, &asked, watch));
        let Some(RunOutcome::Done(kept)) = outcome else { panic!("it was to be run to its end") };
        assert!(kept.knows(&asked) && kept.knows(&later));
        assert!(!kept.knows(&[metric("sum(flows.amount)")]));
        let home = tempfile::tempdir().unwrap();
        let cache = RunCache::open(&study, home.path(), MadeRun::own(), Some(Shard::WHOLE)).unwrap();
        cache.keep(BASE, 1, &kept, 0.0).unwrap();
        let opened = cache.take(BASE, 1).unwrap().open();
        let rows = Recording::of(&scenario, 1);
        for metric in asked.iter().chain(&later) {
            assert_eq!(opened.value(metric).to_bits(), metric.expression.read(&rows, &rows).to_bits());
        }
        assert_eq!(opened.trades("venue", "venues")[0].1.len(), 40);
        assert!(cache.take(BASE, 2).is_err());
    }

    fn knowing(name: &str, value: f64) -> Kept {
        Kept {
            digest: "ab".into(),
            days: vec![vec![u32::MAX]],
            people: SampledPeople::default(),
            values: BTreeMap::from([(name.to_owned(), value)]),
            tables: Vec::new(),
        }
    }

    #[test]
    fn what_several_records_of_a_run_know_is_known_of_it() {
        let home = tempfile::tempdir().unwrap();
        let study = study(&Scenario::default());
        for (index, name) in ["x", "y"].into_iter().enumerate() {
            let shard = Shard::new(index, 2).unwrap();
            let cache = RunCache::open(&study, home.path(), MadeRun::own(), Some(shard)).unwrap();
            cache.keep(BASE, 1, &knowing(name, index as f64 / 3.0), 0.0).unwrap();
        }
        let kept = RunCache::open(&study, home.path(), MadeRun::own(), None).unwrap().take(BASE, 1).unwrap();
        assert_eq!(kept.values, BTreeMap::from([("x".to_owned(), 0.0), ("y".to_owned(), 1.0 / 3.0)]));
        // Another scenario is another run.
        let other = self::study(&Scenario { days: 7, ..Scenario::default() });
        assert!(RunCache::open(&other, home.path(), MadeRun::own(), None).unwrap().find(BASE, 1).unwrap().is_none());
    }

    #[test]
    fn what_another_build_kept_is_read_by_the_names_of_its_columns() {
        let mut scenario = Scenario { days: 30, ..Scenario::default() };
        scenario.set("citizens.count", "300").unwrap();
        let (study, scenario) = (study(&scenario), Arc::new(scenario));
        let Some(RunOutcome::Done(mut kept)) = Runner::plain(1).one(|watch| run_and_keep(&scenario, 1, &[], watch))
        else {
            panic!("it was to be run to its end")
        };
        let (trades, harm) = (metric("sum(days.trades)"), metric("sum(days.harm)"));
        let wanted = kept.clone().open().value(&trades);
        // That build has the columns of `days` the other way round, and knows no harm.
        let mut layout = Layout::own(&study);
        let (days, others): (Vec<String>, Vec<String>) =
            layout.columns.iter().cloned().partition(|column| column.starts_with("days."));
        let theirs: Vec<String> =
            days.iter().rev().filter(|column| !column.starts_with("days.harm ")).cloned().collect();
        layout.columns = [theirs, others].concat();
        let (_, columns) = kept.tables.iter_mut().find(|(name, _)| name == "days").unwrap();
        let at = days.iter().position(|column| column.starts_with("days.harm ")).unwrap();
        columns.remove(at);
        columns.reverse();
        let build = Build { fingerprint: "another".into(), ..Build::own().clone() };
        let made = MadeRun { build, layout: Some(layout) };
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join(RUNS)).unwrap();
        let (journal, _) =
            crate::batch::Journal::open(&home.path().join(RUNS).join("all.journal"), identity(&made)).unwrap();
        let world = hash(&study.base);
        journal.add(0, Identity::of([world.as_bytes(), &1_u64.to_le_bytes()]), &kept.packed(), 0.0).unwrap();
        drop(journal);
        let cache = RunCache::open(&study, home.path(), made, Some(Shard::WHOLE)).unwrap();
        let opened = cache.take(BASE, 1).unwrap().open();
        assert_eq!(opened.value(&trades), wanted);
        assert!(opened.value(&harm).is_nan(), "what that build does not know is not known");
        assert!(matches!(cache.must_be_own(), Err(StoreError::OtherBuild { .. })));
        // This build finds none of it among its own.
        let own = RunCache::open(&study, home.path(), MadeRun::own(), None);
        assert!(matches!(own, Err(StoreError::OtherBatch { .. })));
    }

    #[test]
    fn runs_of_an_earlier_version_are_refused() {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join(RUNS)).unwrap();
        std::fs::write(home.path().join("runs/0123.run"), "old").unwrap();
        let study = study(&Scenario::default());
        let opened = RunCache::open(&study, home.path(), MadeRun::own(), None);
        assert!(matches!(opened, Err(StoreError::OtherForm { .. })));
    }
}
