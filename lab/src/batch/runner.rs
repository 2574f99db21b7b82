//! Running a list, on several threads, whatever a run does.

use std::any::Any;
use std::cell::Cell;
use std::convert::Infallible;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, Once, PoisonError};

use rayon::iter::{ParallelBridge as _, ParallelIterator as _};

use crate::error::StoreError;

/// How lists are run. None of it changes what a run finds.
#[derive(Clone, Copy)]
pub struct Runner<'r> {
    /// Runs at once.
    pub threads: usize,
    /// Seconds that a run may take, if not as many as it likes.
    pub time_limit: Option<f64>,
    /// Seconds since whenever.
    pub clock: &'r (dyn Fn() -> f64 + Sync),
    /// Whether to end; asked before each run, and by each run on each day.
    pub interrupted: &'r (dyn Fn() -> bool + Sync),
}

/// What became of a run that was not interrupted.
#[derive(Clone, Debug, PartialEq)]
pub enum RunOutcome<T> {
    /// It is over, and this came of it.
    Done(T),
    /// It panicked, with these words.
    Failed(String),
    /// It took longer than so many seconds.
    TimedOut(f64),
}

/// Why a run ends before its last day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Halt {
    /// All are to end.
    Interrupted,
    /// It has taken longer than so many seconds.
    TooLong(f64),
}

/// Why a list that is not kept came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Stopped {
    /// It was told to end.
    #[error("it was interrupted")]
    Interrupted,
    /// One of its runs failed.
    #[error("run {run} of the list failed: {said}")]
    Failed {
        /// Which, from 0.
        run: usize,
        /// What was said.
        said: String,
    },
}

/// What a run asks, day by day.
pub struct Watch<'w> {
    runner: Runner<'w>,
    began: f64,
}

impl<'w> Watch<'w> {
    /// The same from now on: what went before counts to no limit.
    #[must_use]
    pub fn restarted(&self) -> Watch<'w> {
        Watch { runner: self.runner, began: (self.runner.clock)() }
    }

    /// Whether the run may go on; to be asked before each day.
    ///
    /// # Errors
    /// When it may not.
    pub fn check(&self) -> Result<(), Halt> {
        if (self.runner.interrupted)() {
            return Err(Halt::Interrupted);
        }
        match self.runner.time_limit {
            Some(limit) if (self.runner.clock)() - self.began > limit => Err(Halt::TooLong(limit)),
            _ => Ok(()),
        }
    }
}

/// Why a run ends before its last day, where something else may be wrong than the run itself.
#[derive(Clone, Debug, PartialEq)]
pub enum Break<E> {
    /// The run may not go on.
    Halt(Halt),
    /// The run fails, with these words; the others go on.
    Failed(String),
    /// What the run needs cannot be had, or what comes of it cannot be kept. It ends the whole list.
    Trouble(E),
}

impl<E> From<Halt> for Break<E> {
    fn from(halt: Halt) -> Self {
        Self::Halt(halt)
    }
}

impl From<StoreError> for Break<StoreError> {
    fn from(error: StoreError) -> Self {
        Self::Trouble(error)
    }
}

impl Runner<'static> {
    /// One that knows no time and is not interrupted.
    pub fn plain(threads: usize) -> Self {
        Self { threads, time_limit: None, clock: &|| 0.0, interrupted: &|| false }
    }

    /// The same on as many threads as the machine has.
    pub fn on_all_threads() -> Self {
        Self::plain(std::thread::available_parallelism().map_or(1, usize::from))
    }
}

impl Runner<'_> {
    /// The same with a limit for each run.
    #[must_use]
    pub fn within(self, time_limit: Option<f64>) -> Self {
        Self { time_limit, ..self }
    }

    /// Runs a list: `work` on several threads, runs in the order of the list, and `done` with each as soon as it is over,
    /// in whatever order that is. Says whether all were run; they were not if it was interrupted. The list may be made up
    /// as it is run: what comes next is asked for when a thread is free.
    ///
    /// # Errors
    /// The first trouble of the list, of `work` or of `done`; no further run is begun then.
    pub fn each<R: Send, T, E: Send>(
        &self,
        list: impl IntoIterator<Item = Result<R, E>, IntoIter: Send>,
        work: impl Fn(&R, &Watch<'_>) -> Result<T, Break<E>> + Sync,
        done: impl Fn(R, RunOutcome<T>) -> Result<(), E> + Sync,
    ) -> Result<bool, E> {
        let interrupted = AtomicBool::new(false);
        let mut list = list.into_iter();
        let mut left = std::iter::from_fn(|| {
            if (self.interrupted)() {
                interrupted.store(true, Ordering::Relaxed);
                return None;
            }
            list.next()
        });
        let one = |run: Result<R, E>| {
            let run = run.map_err(Break::Trouble)?;
            let outcome = self.guarded(|watch| work(&run, watch))?;
            done(run, outcome).map_err(Break::Trouble)
        };
        // Where no threads can be had it is done by this one.
        let pool = (self.threads > 1).then(|| rayon::ThreadPoolBuilder::new().num_threads(self.threads).build());
        let ended = match pool {
            Some(Ok(pool)) => pool.install(|| left.par_bridge().try_for_each(one)),
            _ => left.try_for_each(one),
        };
        match ended {
            Ok(()) => Ok(!interrupted.into_inner()),
            Err(Break::Halt(_) | Break::Failed(_)) => Ok(false),
            Err(Break::Trouble(error)) => Err(error),
        }
    }

    /// Runs a list of `count` that is not kept: what came of each, in their order. `on_done` is called as each is over.
    ///
    /// # Errors
    /// When one fails or takes too long, or all are interrupted.
    pub fn map<T: Send>(
        &self,
        count: usize,
        on_done: &(dyn Fn() + Sync),
        work: impl Fn(usize, &Watch<'_>) -> Result<T, Halt> + Sync,
    ) -> Result<Vec<T>, Stopped> {
        let found = Mutex::new((0..count).map(|_| None).collect::<Vec<Option<T>>>());
        let done = |run: usize, outcome| {
            let failed = |said| Err(Stopped::Failed { run, said });
            match outcome {
                RunOutcome::Done(value) => held(&found)[run] = Some(value),
                RunOutcome::Failed(said) => return failed(said),
                RunOutcome::TimedOut(limit) => return failed(too_long(limit)),
            }
            on_done();
            Ok(())
        };
        let whole = self.each((0..count).map(Ok), |&run, watch| Ok(work(run, watch)?), done)?;
        if !whole {
            return Err(Stopped::Interrupted);
        }
        let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(found.into_iter().map(|one| one.expect("all were run")).collect())
    }

    /// Runs one on this thread; `None` where it was interrupted.
    pub fn one<T>(&self, work: impl FnOnce(&Watch<'_>) -> Result<T, Halt>) -> Option<RunOutcome<T>> {
        self.guarded::<T, Infallible>(|watch| Ok(work(watch)?)).ok()
    }

    /// What becomes of a run, whatever it does; an error where that is nothing.
    fn guarded<T, E>(&self, work: impl FnOnce(&Watch<'_>) -> Result<T, Break<E>>) -> Result<RunOutcome<T>, Break<E>> {
        let watch = Watch { runner: *self, began: (self.clock)() };
        match quietly(|| caught(|| work(&watch))) {
            Ok(Ok(value)) => Ok(RunOutcome::Done(value)),
            Ok(Err(Break::Halt(Halt::TooLong(limit)))) => Ok(RunOutcome::TimedOut(limit)),
            Ok(Err(Break::Failed(said))) | Err(said) => Ok(RunOutcome::Failed(said)),
            Ok(Err(end)) => Err(end),
        }
    }
}

/// Does what may panic.
///
/// # Errors
/// When it panicked: what that said.
pub fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| said(&*panic))
}

/// Does what may panic on this thread, whose panics are caught and said by whoever asks: none is put on the screen.
pub fn quietly<T>(work: impl FnOnce() -> T) -> T {
    quiet_panics();
    let before = RUNNING.replace(true);
    let done = work();
    RUNNING.set(before);
    done
}

/// Says that a run took too long.
pub fn too_long(limit: f64) -> String {
    format!("it took longer than {limit} s")
}

fn held<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

thread_local! {
    /// Whether this thread runs one of a list, whose panics become outcomes and not words on the screen.
    static RUNNING: Cell<bool> = const { Cell::new(false) };
}

fn quiet_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !RUNNING.get() {
                usual(info);
            }
        }));
    });
}

/// What a panic said.
fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it gave no message").to_owned()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_list_whatever_the_threads() {
        for threads in [1, 2, 5] {
            let done = AtomicUsize::new(0);
            let on_done = || {
                done.fetch_add(1, Ordering::Relaxed);
            };
            let squares = Runner::plain(threads).map(100, &on_done, |run, _| Ok(run * run)).unwrap();
            assert_eq!(squares, (0..100).map(|run| run * run).collect::<Vec<_>>());
            assert_eq!(done.into_inner(), 100);
        }
        assert_eq!(Runner::plain(3).map(0, &|| (), |run, _| Ok(run)), Ok(Vec::new()));
    }

    #[test]
    fn a_panic_ends_its_run_and_no_other() {
        let ended = Mutex::new(Vec::new());
        let whole = Runner::plain(3).each(
            (0..9).map(Ok::<_, Infallible>),
            |&run, _| {
                assert!(run % 3 != 1, "the books do not balance in run {run}");
                Ok(run)
            },
            |run, outcome| {
                held(&ended).push((run, outcome));
                Ok(())
            },
        );
        let mut ended = ended.into_inner().unwrap();
        ended.sort_by_key(|(run, _)| *run);
        assert_eq!((whole, ended.len()), (Ok(true), 9));
        for (run, outcome) in ended {
            match run % 3 {
                1 => assert_eq!(outcome, RunOutcome::Failed(format!("the books do not balance in run {run}"))),
                _ => assert_eq!(outcome, RunOutcome::Done(run)),
            }
        }
        assert_eq!(
            Runner::plain(1).one(|_| -> Result<(), Halt> { panic!("plain") }),
            Some(RunOutcome::Failed("plain".into()))
        );
        let said = Runner::plain(2).map(4, &|| (), |run, _| if run == 2 { panic!("no") } else { Ok(()) });
        assert_eq!(said, Err(Stopped::Failed { run: 2, said: "no".into() }));
    }

    #[test]
    fn a_run_that_takes_too_long_ends() {
        // A second passes whenever somebody looks.
        let seconds = AtomicUsize::new(0);
        let clock = || seconds.fetch_add(1, Ordering::Relaxed) as f64;
        let runner = Runner { clock: &clock, ..Runner::plain(1) }.within(Some(5.0));
        let days = |days: usize| {
            runner.one(move |watch| {
                for _ in 0..days {
                    watch.check()?;
                }
                Ok(days)
            })
        };
        assert_eq!((days(5), days(6)), (Some(RunOutcome::Done(5)), Some(RunOutcome::TimedOut(5.0))));
    }

    #[test]
    fn an_interrupt_ends_all_runs_and_begins_no_other() {
        for threads in [1, 4] {
            let (begun, over) = (AtomicUsize::new(0), AtomicUsize::new(0));
            let interrupted = || over.load(Ordering::Relaxed) >= 3;
            let runner = Runner { interrupted: &interrupted, ..Runner::plain(threads) };
            let whole = runner.each(
                (0..1000).map(Ok::<_, Infallible>),
                |_: &usize, watch| {
                    begun.fetch_add(1, Ordering::Relaxed);
                    Ok(watch.check()?)
                },
                |_, _| {
                    over.fetch_add(1, Ordering::Relaxed);
                    Ok(())
                },
            );
            assert_eq!(whole, Ok(false));
            assert!(begun.into_inner() < 3 + 2 * threads);
            assert_eq!(runner.map(5, &|| (), |run, _| Ok(run)), Err(Stopped::Interrupted));
        }
    }

    #[test]
    fn the_first_trouble_ends_the_list() {
        for threads in [1, 3] {
            let begun = AtomicUsize::new(0);
            let ended = Runner::plain(threads).each(
                (0..1000).map(Ok),
                |&run, _| {
                    begun.fetch_add(1, Ordering::Relaxed);
                    Ok(run)
                },
                |run, _| if run == 5 { Err("the disk is full") } else { Ok(()) },
            );
            assert_eq!(ended, Err("the disk is full"));
            assert!(begun.into_inner() < 100);
            let list = (0..10).map(|run| if run == 2 { Err("no such run") } else { Ok(run) });
            assert_eq!(Runner::plain(threads).each(list, |_, _| Ok(()), |_, _| Ok(())), Err("no such run"));
        }
    }
}
