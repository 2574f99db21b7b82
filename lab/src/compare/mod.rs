//! Comparing worlds: the runs of a study, and the answers that they hold.
//!
//! Every run is kept in the folder of the study as soon as it is over, under what it depends on (see [`crate::batch`]). So a
//! study that was ended, however it was ended, goes on by the same command; an arm that is added later, or more seeds, cost
//! only themselves; and its runs can be shared out to shards. No more runs are at it at once than there is memory for, and a
//! run in whose middle a process ended is run again when all else is over, by itself: so only a run that ends its process
//! alone is given up.

mod answers;
mod difference;
mod displacement;
mod kept;
mod people;
mod pilot;
mod run_cache;
mod worlds;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::files::study::{Stop, Study, StudyMetric};
use crate::measure::statistics::half_width;

pub use answers::{Answers, Borne, Course, PartAlone, Parting, PresetChange, UnderPreset, parting};
pub use difference::{Chance, Difference, FALSE_SHARE, FEWEST_THAT_DIFFER, OF_INTEREST, Verdict};
pub use displacement::{LEAST_LOSS, Moved, TradeShift};
pub use kept::{Kept, Layout, Opened, SERIES};
pub use people::BURDENS;
pub use pilot::{Pilot, PilotOutcome};
pub use run_cache::{MadeRun, RunCache};
pub use worlds::{BASE, world_name};

use crate::batch::{Break, MemoryGate, RISKED, RunOutcome, Runner, Shard, Watch, too_long};
use crate::error::StoreError;
use contraband_sim::run::memory_of;
use kept::run_and_keep;

/// How a study was run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StudyAccount {
    /// Runs that were run now.
    pub ran: usize,
    /// Runs that were kept from before.
    pub kept: usize,
    /// Why no more seeds were run.
    pub stopped: &'static str,
    /// Runs that failed, with what they said: world, seed, words.
    pub failed: Vec<(String, u64, String)>,
}

/// How far the runs of a study came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reached {
    /// All are over. These are the seeds of which no run failed.
    End(Vec<u64>),
    /// All of one shard of several are over.
    EndOfShard,
    /// It was interrupted.
    Interrupt,
}

/// Which runs are over, and what is still to be done.
struct StudyState {
    /// The next run to hand out: all worlds of a seed before those of the next.
    next: usize,
    /// Seeds to run, as far as is known.
    seeds: usize,
    /// The rule by which seeds are added, if there is one.
    stop: Option<Stop>,
    /// Seeds of which the stop rule knows already.
    judged: usize,
    /// By seed: how many of its worlds are over, and in each of them the metric of the stop rule, over the days of each arm.
    over: BTreeMap<usize, (usize, Vec<Vec<f64>>)>,
    /// What is measured for the stop rule, by arm.
    judged_by: Vec<StudyMetric>,
    /// By arm: differences of the metric of the stop rule, of the first seeds without a gap.
    differences: Vec<Vec<f64>>,
    account: StudyAccount,
}

/// Runs all runs of a study that are not kept, or those of a shard; `memory` is how many bytes all runs together may hold,
/// where that is known; `on_done` is told how many are over and how many there will be, as far as is known. A shard does not
/// know what the others find: it runs the seeds that a stop rule begins with.
///
/// # Errors
/// When a run cannot be read or kept.
pub fn run(
    cache: &RunCache<'_>,
    shard: Shard,
    runner: &Runner<'_>,
    memory: Option<u64>,
    on_done: &(dyn Fn(usize, usize) + Sync),
) -> Result<(Reached, StudyAccount), StoreError> {
    let (study, worlds, measured) = (cache.study, cache.worlds.len(), cache.study.measured());
    let stop = study.stop.filter(|_| shard == Shard::WHOLE);
    let state = Mutex::new(StudyState {
        next: 0,
        seeds: stop.map_or(study.seeds, |stop| stop.most) as usize,
        stop,
        judged: 0,
        over: BTreeMap::new(),
        judged_by: stop.map_or_else(Vec::new, |stop| {
            (0..study.arms.len()).map(|arm| study.metrics[stop.metric].over(study.window_of(arm))).collect()
        }),
        differences: vec![Vec::new(); study.arms.len()],
        account: StudyAccount { stopped: "all seeds were run", ..StudyAccount::default() },
    });
    let which = |run: usize| (run / worlds, run % worlds, study.first_seed + (run / worlds) as u64);
    // Runs in whose middle processes ended, with how many those were: they are run when all else is over, each by itself. A
    // stop rule judges seeds in their order, so none beyond those that it begins with is run before them.
    let suspects = Mutex::new(Vec::new());
    let mut list = || {
        loop {
            let next = {
                let mut state = held(&state);
                let next = (state.next..state.seeds * worlds).find(|&run| shard.holds(run as u64))?;
                if stop.is_some() && next >= study.seeds as usize * worlds && !held(&suspects).is_empty() {
                    return None;
                }
                state.next = next + 1;
                next
            };
            let (_, world, seed) = which(next);
            match cache.is_suspect(world, seed, &measured) {
                Ok(None) => return Some(Ok(next)),
                Ok(Some(ended)) => held(&suspects).push((ended, next)),
                Err(error) => return Some(Err(error)),
            }
        }
    };
    let gate = MemoryGate::of(memory);
    let work = |&run: &usize, watch: &Watch<'_>| {
        let (_, world, seed) = which(run);
        let older = match cache.find(world, seed)? {
            Some(kept) if kept.knows(&measured) => return Ok((kept, false)),
            older => older,
        };
        cache.must_be_own()?;
        let ended = cache.ended(world, seed);
        if ended >= RISKED {
            let times = format!("{ended} processes ended in the middle of it");
            return Err(Break::Failed(format!("{times}: it may need more memory than there is")));
        }
        let scenario = &cache.worlds[world];
        let _pass = gate.enter(memory_of(scenario), watch)?.map_err(Break::Failed)?;
        cache.begin(world, seed)?;
        let mut kept = run_and_keep(scenario, seed, &measured, &watch.restarted())?;
        if let Some(older) = older {
            kept.join(older);
        }
        Ok((kept, true))
    };
    let done = |run: usize, outcome: RunOutcome<(Kept, bool)>| {
        let (nth, world, seed) = which(run);
        let (kept, is_new) = match outcome {
            RunOutcome::Done((kept, is_new)) => (Some(kept), is_new),
            RunOutcome::Failed(said) => {
                held(&state).account.failed.push((cache.name(world), seed, said));
                (None, true)
            }
            RunOutcome::TimedOut(limit) => {
                held(&state).account.failed.push((cache.name(world), seed, too_long(limit)));
                (None, true)
            }
        };
        if let Some(kept) = kept.as_ref().filter(|_| is_new) {
            cache.keep(world, seed, kept, (runner.clock)())?;
        }
        let mut state = held(&state);
        state.account.ran += usize::from(is_new && kept.is_some());
        state.account.kept += usize::from(!is_new);
        state.is_over(study, (worlds, world), nth, kept.as_ref());
        let all = state.seeds * worlds;
        on_done(state.account.ran + state.account.kept, all.div_ceil(shard.count()));
        Ok(())
    };
    let mut whole = true;
    while whole {
        whole = runner.each(std::iter::from_fn(&mut list), work, done)?;
        let mut waiting = std::mem::take(&mut *held(&suspects));
        if !whole || waiting.is_empty() {
            break;
        }
        // Those first that ended the fewest: a run that ends its process again has none of the others behind it.
        waiting.sort_unstable();
        whole = Runner { threads: 1, ..*runner }.each(waiting.into_iter().map(|(_, run)| Ok(run)), work, done)?;
    }
    cache.sync()?;
    let StudyState { seeds, mut account, .. } = state.into_inner().unwrap_or_else(PoisonError::into_inner);
    account.failed.sort();
    let reached = match whole {
        false => Reached::Interrupt,
        true if shard != Shard::WHOLE => Reached::EndOfShard,
        true => {
            let failed = |seed: &u64| account.failed.iter().any(|(_, one, _)| one == seed);
            let all = (0..seeds as u64).map(|nth| study.first_seed + nth);
            Reached::End(all.filter(|seed| !failed(seed)).collect())
        }
    };
    Ok((reached, account))
}

fn held<T>(state: &Mutex<T>) -> MutexGuard<'_, T> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl StudyState {
    /// A run is over, or has failed. Seeds are judged in their order, so that it does not matter which is over first.
    fn is_over(&mut self, study: &Study, (worlds, world): (usize, usize), nth: usize, kept: Option<&Kept>) {
        let none = vec![f64::NAN; self.judged_by.len()];
        let (over, values) = self.over.entry(nth).or_insert_with(|| (0, vec![none; worlds]));
        *over += 1;
        let Some(stop) = self.stop else { return };
        if let Some(opened) = kept.map(|kept| kept.clone().open()) {
            values[world] = self.judged_by.iter().map(|metric| opened.value(metric)).collect();
        }
        while let Some((_, values)) = self.over.get(&self.judged).filter(|(over, _)| *over == worlds) {
            for (arm, differences) in self.differences.iter_mut().enumerate() {
                differences.extend(Some(values[arm + 1][arm] - values[BASE][arm]).filter(|one| one.is_finite()));
            }
            self.judged += 1;
            let narrow = |of: &Vec<f64>| of.len() >= 2 && half_width(of, 0.95) <= stop.half_width;
            if self.judged >= study.seeds as usize && self.judged < self.seeds && self.differences.iter().all(narrow) {
                self.seeds = self.judged;
                self.account.stopped = "every arm is as precise as the stop rule asks";
            } else if self.judged == self.seeds && !self.differences.iter().all(narrow) {
                self.account.stopped = "the largest number of seeds was reached before every arm was as precise as the \
                                        stop rule asks";
            }
            if self.judged >= self.seeds {
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use contraband_sim::scenario::Scenario;

    use super::*;
    use crate::files::study::Arm;

    const SEEDS: usize = 4;

    fn small() -> Study {
        let mut base = Scenario { days: 10, ..Scenario::default() };
        base.set("citizens.count", "150").unwrap();
        let mut harsh = base.clone();
        harsh.set("law.fine", "600").unwrap();
        let mut study = Study { seeds: SEEDS as u64, ..Study::of(base, vec![Arm::new("harsh", harsh)]) };
        study.metrics = study.usual_metrics();
        study
    }

    /// Notes that processes ended in the middle of these runs, each so often, as killed ones leave it.
    fn ended_in(study: &Study, folder: &std::path::Path, runs: &[(usize, u64, usize)]) {
        let cache = RunCache::open(study, folder, MadeRun::own(), None).unwrap();
        let lines = runs.iter().map(|&(world, seed, often)| cache.marked(world, seed).repeat(often));
        fs::write(folder.join("runs/all.begun"), lines.collect::<String>()).unwrap();
    }

    /// Four were in the middle when a process was killed, again and again: the one that killed it is given up, and it alone.
    #[test]
    fn a_run_that_ends_processes_is_run_last_and_by_itself_and_takes_no_other_with_it() {
        let (study, home) = (small(), tempfile::tempdir().unwrap());
        ended_in(&study, home.path(), &[(0, 1, 3), (1, 1, 1), (1, 2, RISKED as usize), (0, 3, 1)]);
        let cache = RunCache::open(&study, home.path(), MadeRun::own(), Some(Shard::WHOLE)).unwrap();
        let (reached, account) = run(&cache, Shard::WHOLE, &Runner::plain(3), None, &|_, _| ()).unwrap();
        assert_eq!(reached, Reached::End(vec![1, 3, 4]));
        assert_eq!((account.ran, account.failed.len()), (2 * SEEDS - 1, 1));
        let (world, seed, said) = &account.failed[0];
        assert_eq!((world.as_str(), *seed), ("harsh", 2));
        assert!(said.contains("5 processes ended in the middle of it"), "{said}");
        // Those that are suspected come behind all others, the least of them first.
        let mut order = Vec::new();
        let path = home.path().join("runs/all.journal");
        cache.read(&path, |record| order.push(record.run)).unwrap();
        let at = |(world, seed)| order.iter().position(|run| *run == cache.mark(world, seed));
        let suspects = [(1, 1), (0, 3), (0, 1)].map(|run| at(run).expect("it was run"));
        assert_eq!((order.len(), suspects[2]), (7, 6), "{order:?}");
        assert!(suspects[..2].iter().all(|&at| at >= 4), "{suspects:?}");
        // Of those that are over nothing is noted any more; of the one that was given up, all that was.
        drop(cache);
        let left = fs::read_to_string(home.path().join("runs/all.begun")).unwrap();
        assert_eq!(left.lines().count(), RISKED as usize, "{left}");
        assert!(left.lines().all(|line| line == left.lines().next().unwrap()), "{left}");
    }

    /// A stop rule judges seeds in their order: a seed that waits is not outrun by those behind it.
    #[test]
    fn a_study_with_a_stop_rule_that_was_killed_runs_no_more_seeds_than_one_that_was_not() {
        let (mut study, sound) = (small(), tempfile::tempdir().unwrap());
        study.stop = Some(Stop { metric: 0, half_width: 1e9, most: 500 });
        let lived = |home: &std::path::Path| {
            let cache = RunCache::open(&study, home, MadeRun::own(), Some(Shard::WHOLE)).unwrap();
            let (reached, account) = run(&cache, Shard::WHOLE, &Runner::plain(1), None, &|_, _| ()).unwrap();
            (reached, account.ran, account.failed.len())
        };
        let wanted = lived(sound.path());
        assert_eq!(wanted.0, Reached::End((1..=study.seeds).collect()));
        for world in [0, 1] {
            let killed = tempfile::tempdir().unwrap();
            ended_in(&study, killed.path(), &[(world, 1, 1), (1, 2, 1)]);
            assert_eq!(lived(killed.path()), wanted);
            assert!(!killed.path().join("runs/all.begun").exists(), "all are over");
            assert_eq!(lived(killed.path()), (wanted.0.clone(), 0, 0));
        }
    }

    /// What was begun is known by what it is: an arm more, and the same line speaks of the same run.
    #[test]
    fn an_arm_that_is_added_blames_no_other_run() {
        let (study, home) = (small(), tempfile::tempdir().unwrap());
        ended_in(&study, home.path(), &[(1, 1, RISKED as usize)]);
        let mut more = study.clone();
        more.arms.insert(0, Arm::new("same", study.base.clone()));
        let cache = RunCache::open(&more, home.path(), MadeRun::own(), Some(Shard::WHOLE)).unwrap();
        let (_, account) = run(&cache, Shard::WHOLE, &Runner::plain(2), None, &|_, _| ()).unwrap();
        let failed: Vec<(&str, u64)> = account.failed.iter().map(|(world, seed, _)| (world.as_str(), *seed)).collect();
        assert_eq!(failed, [("harsh", 1)]);
    }

    #[test]
    fn a_world_that_does_not_fit_into_memory_fails_in_words_and_the_others_wait_for_their_turn() {
        let (mut study, home) = (small(), tempfile::tempdir().unwrap());
        study.arms[0].scenario.set("citizens.count", "5000").unwrap();
        let need = [&study.base, &study.arms[0].scenario].map(memory_of);
        assert!(need[1] > need[0]);
        let cache = RunCache::open(&study, home.path(), MadeRun::own(), Some(Shard::WHOLE)).unwrap();
        let (reached, account) = run(&cache, Shard::WHOLE, &Runner::plain(4), Some(need[0]), &|_, _| ()).unwrap();
        assert_eq!((reached, account.ran), (Reached::End(Vec::new()), SEEDS));
        assert_eq!(account.failed.len(), SEEDS);
        assert!(account.failed.iter().all(|(world, _, said)| world == "harsh" && said.starts_with("it needs about")));
    }
}
