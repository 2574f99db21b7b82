//! Comparing worlds: the runs of a study, and the answers that they hold.
//!
//! Every run is kept in the folder of the study as soon as it is over, under what it depends on (see [`crate::batch`]). So a
//! study that was ended, however it was ended, goes on by the same command; an arm that is added later, or more seeds, cost
//! only themselves; and its runs can be shared out to shards.

mod answers;
mod difference;
mod displacement;
mod people;
mod pilot;
mod run_cache;
mod worlds;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::files::study::{Stop, Study, StudyMetric};
use crate::measure::statistics::half_width;

pub use answers::{Answers, Borne, Course, Parting, PresetChange, UnderPreset, parting};
pub use difference::{Chance, Difference, FALSE_SHARE, FEWEST_THAT_DIFFER, OF_INTEREST, Verdict};
pub use displacement::{LEAST_LOSS, Moved};
pub use people::BURDENS;
pub use pilot::{Pilot, PilotOutcome};
pub use run_cache::{Kept, Layout, MadeRun, Opened, RunCache, SERIES};
pub use worlds::{BASE, world_name};

use crate::batch::{Break, RunOutcome, Runner, Shard, too_long};
use crate::error::StoreError;
use run_cache::run_and_keep;

/// Processes that ended in the middle of a run, after which no further one is risked.
const RISKED: u32 = 5;

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

/// Runs all runs of a study that are not kept, or those of a shard; `on_done` is told how many are over and how many there
/// will be, as far as is known. A shard does not know what the others find: it runs the seeds that a stop rule begins with.
///
/// # Errors
/// When a run cannot be read or kept.
pub fn run(
    cache: &RunCache<'_>,
    shard: Shard,
    runner: &Runner<'_>,
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
    let list = std::iter::from_fn(|| {
        let mut state = held(&state);
        let next = (state.next..state.seeds * worlds).find(|&run| shard.holds(run as u64))?;
        state.next = next + 1;
        Some(Ok(next))
    });
    let which = |run: usize| (run / worlds, run % worlds, study.first_seed + (run / worlds) as u64);
    let whole = runner.each(
        list,
        |&run, watch| {
            let (_, world, seed) = which(run);
            let older = match cache.find(world, seed)? {
                Some(kept) if kept.knows(&measured) => return Ok((kept, false)),
                older => older,
            };
            cache.must_be_own()?;
            let ended = cache.begin(run as u64)?;
            if ended >= RISKED {
                let times = format!("{ended} processes ended in the middle of it");
                return Err(Break::Failed(format!("{times}: it may need more memory than there is")));
            }
            let mut kept = run_and_keep(&cache.worlds[world], seed, &measured, watch)?;
            if let Some(older) = older {
                kept.join(older);
            }
            Ok((kept, true))
        },
        |run, outcome| {
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
                cache.keep(run as u64, world, seed, kept, (runner.clock)())?;
            }
            let mut state = held(&state);
            state.account.ran += usize::from(is_new && kept.is_some());
            state.account.kept += usize::from(!is_new);
            state.is_over(study, (worlds, world), nth, kept.as_ref());
            let all = state.seeds * worlds;
            on_done(state.account.ran + state.account.kept, all.div_ceil(shard.count()));
            Ok(())
        },
    )?;
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

fn held(state: &Mutex<StudyState>) -> MutexGuard<'_, StudyState> {
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
