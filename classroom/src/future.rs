//! One future: a scenario run day by day, with everything recorded on the way, and snapshots to go back to.

use std::collections::BTreeMap;
use std::sync::Arc;

use contraband_sim::record::tables::Batch;
use contraband_sim::run::{Digest, Run};
use contraband_sim::scenario::Scenario;

use crate::dots::{Dots, sample_step};

/// Days between two snapshots, at first.
const EVERY: u32 = 5;
/// Bytes that the snapshots of a future may take; beyond that, every other one is dropped.
const ROOM: usize = 192 << 20;

/// What was recorded of one day.
pub struct RecordedDay {
    /// Rows of the tables.
    pub rows: Vec<Batch>,
    /// The people shown as dots.
    pub dots: Dots,
}

/// A snapshot, and the scenario that it belongs to.
type Snapshot = (Arc<Scenario>, Arc<[u8]>);

/// One future of a world.
pub struct Future {
    scenario: Arc<Scenario>,
    threads: usize,
    /// The world on the evening of the last day run; `None` until it is needed.
    run: Option<Run>,
    /// Every day run so far, from day 0, the start.
    days: Vec<Arc<RecordedDay>>,
    every: u32,
    snapshots: BTreeMap<u32, Snapshot>,
    digest: Option<Digest>,
}

impl Future {
    /// A world on day 0. `threads` changes speed only.
    pub fn new(scenario: Arc<Scenario>, threads: usize) -> Self {
        let mut future = Self {
            scenario,
            threads,
            run: None,
            days: Vec::new(),
            every: EVERY,
            snapshots: BTreeMap::new(),
            digest: None,
        };
        future.begin();
        future
    }

    fn begin(&mut self) {
        let mut run = Run::new(Arc::clone(&self.scenario), self.scenario.seed, self.threads);
        self.days = vec![Arc::new(seen(&mut run))];
        self.run = Some(run);
    }

    /// The scenario that is run.
    pub fn scenario(&self) -> &Arc<Scenario> {
        &self.scenario
    }

    /// The last day that has been run; 0 before the first.
    pub fn lived(&self) -> u32 {
        self.days.len() as u32 - 1
    }

    /// What was recorded of a day; `None` if it has not been run yet.
    pub fn day(&self, day: u32) -> Option<&RecordedDay> {
        self.days.get(day as usize).map(AsRef::as_ref)
    }

    /// All days run so far, from day 0 on.
    pub fn days(&self) -> &[Arc<RecordedDay>] {
        &self.days
    }

    /// The digest of the whole run, once its last day is over: the same as that of `contraband run`.
    pub fn digest(&self) -> Option<&Digest> {
        self.digest.as_ref()
    }

    /// Runs one more day; does nothing after the last.
    pub fn step(&mut self) {
        let day = self.lived() + 1;
        if day > self.scenario.days {
            return;
        }
        let mut run = self.run.take().unwrap_or_else(|| self.stand(day - 1));
        run.step();
        let mut lived = seen(&mut run);
        let last = day == self.scenario.days;
        if last || day.is_multiple_of(self.every) {
            self.keep(&mut run);
        }
        if last {
            lived.rows.extend(run.finish());
            self.digest = Some(run.digest());
        }
        self.days.push(Arc::new(lived));
        // A finished run is not continued; going back starts at a snapshot.
        self.run = (!last).then_some(run);
    }

    fn keep(&mut self, run: &mut Run) {
        let bytes: Arc<[u8]> = run.snapshot().into();
        self.snapshots.insert(run.day(), (Arc::clone(run.scenario()), bytes));
        while self.snapshots.len() > 2 && self.snapshots.values().map(|(_, bytes)| bytes.len()).sum::<usize>() > ROOM {
            self.every *= 2;
            let every = self.every;
            self.snapshots.retain(|day, _| day.is_multiple_of(every));
        }
    }

    /// The world on the evening of a day, run again from the nearest snapshot before it.
    pub fn stand(&self, day: u32) -> Run {
        let nearest = self.snapshots.range(..=day).next_back();
        let restored = nearest.and_then(|(_, (past, bytes))| {
            Run::branch(Arc::clone(&self.scenario), past, self.scenario.seed, self.threads, bytes).ok()
        });
        let mut run =
            restored.unwrap_or_else(|| Run::new(Arc::clone(&self.scenario), self.scenario.seed, self.threads));
        while run.day() < day {
            run.step();
        }
        run.take_rows();
        run
    }

    /// Switches to another scenario: keeps the days before the first day on which the two differ, and forgets those from then
    /// on. Returns that day, if they differ at all.
    pub fn follow(&mut self, scenario: Arc<Scenario>) -> Option<u32> {
        let parts = self.scenario.parts_from(&scenario);
        let other_seed = self.scenario.seed != scenario.seed || self.scenario.days != scenario.days;
        let parts = if other_seed { Some(0) } else { parts };
        if let (Some(mut run), None) = (self.run.take(), &self.digest) {
            // If the scenarios differ only later, the days up to here need not be run again.
            self.keep(&mut run);
        }
        self.scenario = scenario;
        match parts {
            None => {}
            Some(0) => {
                self.snapshots.clear();
                self.digest = None;
                self.begin();
            }
            Some(day) => {
                if day <= self.lived() {
                    self.digest = None;
                }
                self.days.truncate(day as usize);
                self.snapshots.retain(|&kept, _| kept < day);
            }
        }
        parts
    }

    /// Forgets the days after this one; they can be run again.
    pub fn forget_after(&mut self, day: u32) {
        if day < self.lived() {
            self.days.truncate(day as usize + 1);
            self.run = None;
            self.digest = None;
        }
    }

    /// A second future with the same past.
    #[must_use]
    pub fn fork(&self) -> Self {
        Self {
            scenario: Arc::clone(&self.scenario),
            threads: self.threads,
            run: None,
            days: self.days.clone(),
            every: self.every,
            snapshots: self.snapshots.clone(),
            digest: self.digest.clone(),
        }
    }
}

/// What is recorded of the day that is over.
fn seen(run: &mut Run) -> RecordedDay {
    let scenario = Arc::clone(run.scenario());
    let citizens = run.citizens(sample_step(&scenario));
    RecordedDay { rows: run.take_rows(), dots: Dots::of(&citizens, &scenario) }
}
