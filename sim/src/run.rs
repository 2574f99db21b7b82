//! One run: a scenario and a seed, lived day by day.

use bevy_ecs::prelude::*;
use sha2::{Digest as _, Sha256};
use std::sync::{Arc, Mutex, PoisonError};

use crate::base::words::hex;
use crate::explain::{CitizenView, Explained, StallView};
use crate::ids::good::Good;
use crate::record::tables;
use crate::record::tables::Batch;
use crate::scenario::Scenario;
use crate::schedule::{Adding, day};
use crate::snapshot::RestoreError;
use crate::state::balances::Wealth;
use crate::state::climate::Climate;
use crate::state::columns::citizens;
use crate::state::context::RunContext;
use crate::state::day::{ActiveRules, Today};
use crate::state::ledger::Flows;
use crate::state::phase::{Listener, Phase};
use crate::state::watched::WatchedCitizens;
use crate::systems::record::citizens::write_citizens;
use crate::systems::record::recorder::Recorder;
use crate::systems::record::write_rows::write_last_sellers;
use crate::world::{build_world, forget};
use crate::{explain, snapshot};

/// Citizens written down at the end, at most.
const SAMPLE: usize = 10_000;

/// A world that lives.
pub struct Run {
    scenario: Arc<Scenario>,
    seed: u64,
    world: World,
    day: Schedule,
    finished: bool,
}

/// About how many bytes a run holds at once, at most, with all of its rows: what citizens hold, who else is there, and what
/// is written down of each day. Measured on worlds of 1 000 to 3 000 000 citizens; a run takes no more, and at least a
/// third of it.
pub fn memory_of(scenario: &Scenario) -> u64 {
    /// The program itself, and a world without anybody.
    const EMPTY: u64 = 30 << 20;
    /// Of a citizen.
    const CITIZEN: u64 = 230;
    /// Of a day and place: rows of places, goods, sellers.
    const DAY_AND_PLACE: u64 = 6_000;
    let about = &scenario.params.citizens;
    let citizens = u64::from(about.count.get()) + u64::from(about.inert.get());
    let places = scenario.params.places.len() as u64 + 1;
    EMPTY + CITIZEN * citizens + DAY_AND_PLACE * places * u64::from(scenario.days)
}

/// The fingerprint of a recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    /// SHA-256 over all tables, in hexadecimal.
    pub all: String,
    /// For each table: its name, its rows, its own SHA-256. Of events it leaves out those that only say what the timeline
    /// sets, which the scenario says already: two runs in which nothing differs but what was announced have one digest.
    pub tables: Vec<(&'static str, u64, String)>,
}

/// Bytes that settled worlds may take.
const ROOM: usize = 64 << 20;

/// The last worlds of this process that have settled: another run of the same seed that begins alike goes on from there.
static SETTLED: Mutex<Vec<Settled>> = Mutex::new(Vec::new());

/// A world on the evening before its first day, when nothing is forgotten yet.
#[derive(Clone)]
struct Settled {
    past: Arc<Scenario>,
    seed: u64,
    snapshot: Arc<[u8]>,
    /// What has moved until then.
    moved: Flows,
}

impl Settled {
    /// The world that a run of this scenario and seed comes to as well, if it is kept.
    fn like(scenario: &Scenario, seed: u64) -> Option<Self> {
        let all = SETTLED.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().find(|kept| kept.seed == seed && kept.past.parts_from(scenario) != Some(0)).cloned()
    }

    /// Keeps it while there is room; older ones go first.
    fn keep(self) {
        let mut all = SETTLED.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(self);
        while all.iter().map(|kept| kept.snapshot.len()).sum::<usize>() > ROOM {
            all.remove(0);
        }
    }
}

impl Run {
    /// Makes the world of day 0. `threads` changes speed only.
    pub fn new(scenario: Arc<Scenario>, seed: u64, threads: usize) -> Self {
        Self::watched(scenario, seed, threads, &mut |_| true)
    }

    /// The same for somebody who waits: after each day before the first (`citizens.settling`) it is told how many are over, and
    /// asked whether to go on. Where not, the first day comes at once, in a world that has not settled.
    pub fn watched(scenario: Arc<Scenario>, seed: u64, threads: usize, goes_on: &mut dyn FnMut(u32) -> bool) -> Self {
        if let Some(kept) = Settled::like(&scenario, seed)
            && let Ok(mut run) = Self::branch(Arc::clone(&scenario), &kept.past, seed, threads, &kept.snapshot)
        {
            forget(&mut run.world, &kept.moved);
            return run;
        }
        let world = build_world(RunContext::new(Arc::clone(&scenario), seed, threads));
        Self::of(scenario, seed, world, Adding::AsWritten).settled(true, goes_on)
    }

    /// The same, with systems handed to the schedule in another order: for the test that this changes nothing.
    pub fn with_systems_added(scenario: Arc<Scenario>, seed: u64, threads: usize, adding: Adding) -> Self {
        let world = build_world(RunContext::new(Arc::clone(&scenario), seed, threads));
        Self::of(scenario, seed, world, adding).settled(false, &mut |_| true)
    }

    /// Lives the days before the first (`citizens.settling`), has the world as it is then kept if asked, and forgets how
    /// everything came to be so.
    #[must_use]
    fn settled(mut self, kept: bool, goes_on: &mut dyn FnMut(u32) -> bool) -> Self {
        let mut moved = self.world.resource::<Wealth>().flows.clone();
        let today = *self.world.resource::<Today>();
        if today.day >= today.before {
            return self;
        }
        let mut wanted = true;
        while wanted && self.world.resource::<Today>().day < today.before {
            self.step();
            moved.add(&self.world.resource::<Wealth>().flows);
            wanted = goes_on(self.world.resource::<Today>().day);
        }
        let mut today = self.world.resource_mut::<Today>();
        let whole = today.day == today.before;
        today.before = today.day;
        if kept && whole {
            let snapshot = self.snapshot().into();
            Settled { past: Arc::clone(&self.scenario), seed: self.seed, snapshot, moved: moved.clone() }.keep();
        }
        forget(&mut self.world, &moved);
        self
    }

    fn of(scenario: Arc<Scenario>, seed: u64, world: World, adding: Adding) -> Self {
        Self { scenario, seed, world, day: day(adding), finished: false }
    }

    /// The scenario that is run.
    pub fn scenario(&self) -> &Arc<Scenario> {
        &self.scenario
    }

    /// The last day lived; 0 before the first.
    pub fn day(&self) -> u32 {
        self.world.resource::<Today>().told()
    }

    /// Lives one more day.
    ///
    /// # Panics
    /// When the books do not balance: that is a defect of the program.
    pub fn step(&mut self) {
        let threads = self.world.resource::<RunContext>().threads.clone();
        let (day, world) = (&mut self.day, &mut self.world);
        // The whole day is lived on one of the run's own threads, so that nobody has to be woken when it shares out work.
        match threads {
            Some(threads) => threads.install(|| day.run(world)),
            None => day.run(world),
        }
        // bevy_ecs keeps every removal until it is told twice that nobody asks any more.
        self.world.clear_trackers();
    }

    /// The rows written since the last call.
    pub fn take_rows(&mut self) -> Vec<Batch> {
        self.world.resource_mut::<Recorder>().take()
    }

    /// Writes what is only known at the end (the sample of citizens, the sellers of the last day) and hands out the last
    /// rows. A run is finished once.
    pub fn finish(&mut self) -> Vec<Batch> {
        if !self.finished {
            self.finished = true;
            write_last_sellers(&mut self.world);
            self.write_citizens();
        }
        self.take_rows()
    }

    fn write_citizens(&mut self) {
        self.world.resource_scope(|world, mut recorder: Mut<'_, Recorder>| {
            let context = world.resource::<RunContext>();
            let about = &world.resource::<ActiveRules>().params.citizens;
            let income = about.daily_income.get() / world.resource::<Climate>().income_mean;
            // Evenly spaced; the inert, who stand behind the active, are written too and move no spacing.
            let step = context.active.div_ceil(SAMPLE).max(1);
            let sample = citizens(world)
                .enumerate()
                .filter(|(number, _)| number.is_multiple_of(step) || *number >= context.active);
            write_citizens(&mut recorder, context, income, sample);
        });
    }

    /// The fingerprint of all rows so far.
    pub fn digest(&self) -> Digest {
        let mut all = Sha256::new();
        let mut told = Vec::new();
        for (name, rows, chain) in self.world.resource::<Recorder>().fingerprint() {
            told.push((name, rows, hex(&chain)));
            // A world without houses is what it was before there were any.
            if name == tables::HOUSES.name && rows == 0 {
                continue;
            }
            all.update(name.as_bytes());
            all.update(chain);
        }
        Digest { all: hex(&all.finalize()), tables: told }
    }

    /// The whole state, to be continued by [`Run::restore`]. Rows that were not taken are not part of it.
    pub fn snapshot(&mut self) -> Vec<u8> {
        snapshot::write(&mut self.world, self.seed)
    }

    /// Continues a snapshot of the same scenario and seed.
    ///
    /// # Errors
    /// When the snapshot is damaged or belongs to another version, scenario or seed.
    pub fn restore(scenario: Arc<Scenario>, seed: u64, threads: usize, snapshot: &[u8]) -> Result<Self, RestoreError> {
        let past = Arc::clone(&scenario);
        Self::branch(scenario, &past, seed, threads, snapshot)
    }

    /// Continues a snapshot of the scenario `past` under another that was the same world until then: another future of one
    /// past. It equals a straight run of that other scenario, to the last digit.
    ///
    /// # Errors
    /// As [`Run::restore`]; and when the two are no longer the same on the day of the snapshot.
    pub fn branch(
        scenario: Arc<Scenario>,
        past: &Scenario,
        seed: u64,
        threads: usize,
        snapshot: &[u8],
    ) -> Result<Self, RestoreError> {
        let world = snapshot::read(RunContext::new(Arc::clone(&scenario), seed, threads), past, seed, snapshot)?;
        Ok(Self::of(scenario, seed, world, Adding::AsWritten))
    }

    /// Has citizens watched from the next day on, so that [`Run::explain`] can tell why they chose. Changes nothing else;
    /// numbers of nobody are left out.
    pub fn watch(&mut self, citizens: &[u32]) {
        let active = self.world.resource::<RunContext>().active;
        let citizens = citizens.iter().copied().filter(|&citizen| (citizen as usize) < active).collect();
        *self.world.resource_mut::<WatchedCitizens>() = WatchedCitizens::of(citizens);
    }

    /// Why a watched citizen bought, or stayed out, on the last day lived.
    pub fn explain(&self, citizen: u32) -> Option<Explained> {
        explain::explain(&self.world, citizen)
    }

    /// The stalls of a good that are open this evening, or sold something today.
    pub fn stalls(&mut self, good: Good) -> Vec<StallView> {
        explain::stalls(&mut self.world, good)
    }

    /// Citizens as they stand this evening: every `step`-th of those who take part, from the first on.
    pub fn citizens(&mut self, step: usize) -> Vec<CitizenView> {
        explain::citizens(&mut self.world, step)
    }

    /// Calls back at the end of each phase of each day: the place for a clock, which the engine itself has not.
    pub fn on_phase(&mut self, call: Box<dyn FnMut(Phase) + Send + Sync>) {
        self.world.resource_mut::<Listener>().0 = Some(call);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::units::Value;
    use crate::scenario::TimelineEntry;
    use crate::state::stall::Stall;
    use crate::world::build_world_in;

    fn town(days: u32) -> Arc<Scenario> {
        let mut scenario = Scenario { days, ..Scenario::default() };
        scenario.set("citizens.count", "400").expect("a lever");
        Arc::new(scenario)
    }

    fn lived(mut run: Run) -> Digest {
        for _ in run.day()..run.scenario.days {
            run.step();
        }
        run.finish();
        run.digest()
    }

    /// bevy_ecs gives out again the numbers of entities that are gone, the last first: a world in which hundreds have come
    /// and gone has other ones, out of order, and is the same world.
    #[test]
    fn numbers_of_entities_mean_nothing() {
        let scenario = town(40);
        let mut used = World::new();
        let gone: Vec<Entity> = (0..700).map(|_| used.spawn_empty().id()).collect();
        for &entity in
            gone.iter().step_by(3).chain(gone.iter().skip(1).step_by(3)).chain(gone.iter().skip(2).step_by(3))
        {
            used.despawn(entity);
        }
        let world = build_world_in(used, RunContext::new(Arc::clone(&scenario), 5, 1));
        let mut other = Run::of(Arc::clone(&scenario), 5, world, Adding::AsWritten).settled(false, &mut |_| true);
        let mut stalls = other.world.query_filtered::<Entity, With<Stall>>();
        let ids: Vec<Entity> = stalls.iter(&other.world).collect();
        assert!(!ids.is_sorted(), "the numbers are given out in another order");
        assert_eq!(lived(other), lived(Run::new(scenario, 5, 1)));
    }

    /// A run that goes on from a settled world that another left is the run that settles for itself; one that begins in another
    /// way, or with another seed, is not taken for it.
    #[test]
    fn who_finds_a_settled_world_lives_as_who_settles() {
        let with = |path: &str, value: &str| {
            let mut scenario = Scenario::clone(&town(30));
            scenario.set("citizens.settling", "40").expect("a lever");
            scenario.set(path, value).expect("a lever");
            scenario
        };
        let base = with("law.fine", "77");
        let mut policy = base.clone();
        let set = vec![("law.fine".into(), Value::Number(500.0))];
        policy.timeline =
            vec![TimelineEntry { day: 10, until: None, ramp: 0, places: vec![], set, label: String::new() }];
        let alone = |scenario: &Scenario, seed| {
            lived(Run::with_systems_added(Arc::new(scenario.clone()), seed, 1, Adding::AsWritten))
        };
        let found = |scenario: &Scenario, seed| lived(Run::new(Arc::new(scenario.clone()), seed, 1));
        assert!(Settled::like(&policy, 9007).is_none());
        found(&base, 9007);
        assert!(Settled::like(&policy, 9007).is_some());
        assert_eq!(found(&policy, 9007), alone(&policy, 9007));
        let other = with("law.fine", "78");
        assert!(Settled::like(&other, 9007).is_none() && Settled::like(&base, 9008).is_none());
    }

    /// Whoever does not wait is told of each day until then, begins with the first day at once, in books that balance, and leaves
    /// nothing to others; whoever does has the same world as who did not look.
    #[test]
    fn who_does_not_wait_begins_in_a_world_that_has_not_settled() {
        let mut scenario = Scenario::clone(&town(20));
        scenario.set("citizens.settling", "30").expect("a lever");
        let scenario = Arc::new(scenario);
        let mut seen = Vec::new();
        let run = Run::watched(Arc::clone(&scenario), 9009, 1, &mut |day| {
            seen.push(day);
            day < 3
        });
        assert_eq!((seen.as_slice(), run.day()), ([1, 2, 3].as_slice(), 0));
        assert!(Settled::like(&scenario, 9009).is_none());
        let hasty = lived(run);
        let patient = lived(Run::watched(Arc::clone(&scenario), 9009, 1, &mut |_| true));
        assert_ne!(hasty, patient);
        assert_eq!(patient, lived(Run::with_systems_added(scenario, 9009, 1, Adding::AsWritten)));
    }

    /// One more system, which does nothing and stands nowhere in the order of the day, changes nothing.
    #[test]
    fn an_idle_system_changes_nothing() {
        let scenario = town(20);
        let mut other = Run::new(Arc::clone(&scenario), 2, 1);
        other.day.add_systems(|| {});
        assert_eq!(lived(other), lived(Run::new(scenario, 2, 1)));
    }

    /// Ten years of sellers and venues that come and go: as many entities as on the first day, and no more
    /// state than after two years.
    #[test]
    fn memory_is_flat_over_ten_years_of_turnover() {
        let mut restless = Scenario::clone(&town(3650));
        for (path, value) in [
            ("syndicates.newcomers", "1"),
            ("syndicates.entry", "0.3"),
            ("syndicates.patience", "1"),
            ("market.venue_hazard", "0.02"),
            // Tables of prices grow as long as states are new to them, which is learning and no leak.
            ("temperaments.price_learner.learns_prices", "false"),
            ("temperaments.rogue_ai.learns_prices", "false"),
        ] {
            restless.set(path, value).expect("a lever");
        }
        let mut run = Run::new(Arc::new(restless), 1, 1);
        let entities = |run: &mut Run| run.world.query::<Entity>().iter(&run.world).count();
        let (mut first, mut after_two, mut gone) = (0, 0, 0.0);
        for day in 1..=3650 {
            run.step();
            let rows = run.take_rows();
            let left =
                rows.iter().find(|batch| batch.table.name == "days").and_then(|days| days.column("seller_exits"));
            gone += left.and_then(|exits| exits.number(0)).unwrap_or(0.0);
            if day == 1 {
                first = entities(&mut run);
            }
            if day == 730 {
                after_two = run.snapshot().len();
            }
        }
        assert!(gone > 5000.0, "only {gone} sellers gave up");
        assert_eq!(entities(&mut run), first);
        let after_ten = run.snapshot().len();
        assert!(after_ten * 10 < after_two * 12, "{after_two} bytes of state after two years, {after_ten} after ten");
    }

    /// bevy_ecs remembers who was despawned until it is told twice that nobody asks any more: a day tells it.
    #[test]
    fn a_day_forgets_who_is_gone() {
        #[derive(Component)]
        struct Guest;
        let mut run = Run::new(town(30), 1, 1);
        for _ in 0..30 {
            for _ in 0..10 {
                let guest = run.world.spawn(Guest).id();
                run.world.despawn(guest);
            }
            run.step();
        }
        assert!(run.world.removed::<Guest>().count() <= 20, "what was gone the day before yesterday is forgotten");
    }
}
