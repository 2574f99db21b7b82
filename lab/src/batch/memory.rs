//! The gate that lets as many runs begin at once as there is memory for.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::runner::{Halt, Watch};

/// Bytes as people say them.
pub fn bytes_in_words(bytes: u64) -> String {
    match bytes as f64 {
        bytes if bytes < 1e9 => format!("{:.0} MB", bytes / 1e6),
        bytes => format!("{:.1} GB", bytes / 1e9),
    }
}

/// Lets as many runs begin at once as there is memory for. A run that would need more than all of it is not begun, and says so.
pub struct MemoryGate {
    /// Bytes that can be had, where that is known.
    all: Option<u64>,
    free: Mutex<u64>,
    left: Condvar,
}

/// A run that was let in; the next may have its memory when this is dropped.
pub struct Pass<'g> {
    gate: &'g MemoryGate,
    bytes: u64,
}

impl MemoryGate {
    /// With so many bytes for all runs together, where that is known.
    pub fn of(all: Option<u64>) -> Self {
        Self { all, free: Mutex::new(all.unwrap_or(u64::MAX)), left: Condvar::new() }
    }

    /// Waits until a run may begin, if it ever may; else says why not, in the inner error.
    ///
    /// # Errors
    /// When all are to end.
    pub fn enter(&self, need: u64, watch: &Watch<'_>) -> Result<Result<Pass<'_>, String>, Halt> {
        /// Between looks whether all are to end.
        const LOOK: Duration = Duration::from_millis(100);
        if let Some(all) = self.all.filter(|&all| need > all) {
            let [need, all] = [need, all].map(bytes_in_words);
            return Ok(Err(format!("it needs about {need} of memory, and there is {all} for it here")));
        }
        let mut free = self.free();
        while *free < need {
            // What is waited counts to no limit.
            watch.restarted().check()?;
            free = self.left.wait_timeout(free, LOOK).unwrap_or_else(PoisonError::into_inner).0;
        }
        *free -= need;
        Ok(Ok(Pass { gate: self, bytes: need }))
    }

    fn free(&self) -> MutexGuard<'_, u64> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        *self.gate.free() += self.bytes;
        self.gate.left.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::batch::{RunOutcome, Runner};

    #[test]
    fn no_more_runs_are_at_it_than_there_is_memory_for() {
        let (gate, inside, most) = (MemoryGate::of(Some(250)), AtomicUsize::new(0), AtomicUsize::new(0));
        let runs = Runner::plain(4).map(20, &|| (), |run, watch| {
            let need = if run == 7 { 300 } else { 100 };
            let pass = gate.enter(need, watch)?;
            let now = inside.fetch_add(1, Ordering::SeqCst) + 1;
            most.fetch_max(now, Ordering::SeqCst);
            std::thread::sleep(Duration::from_millis(2));
            inside.fetch_sub(1, Ordering::SeqCst);
            Ok(pass.err())
        });
        let refused: Vec<String> = runs.unwrap().into_iter().flatten().collect();
        assert_eq!(refused, ["it needs about 0 MB of memory, and there is 0 MB for it here"]);
        // The one that was refused stands at no gate.
        assert!(most.into_inner() <= 3);
        assert_eq!(*gate.free(), 250);
    }

    #[test]
    fn who_waits_for_memory_can_be_interrupted() {
        let gate = MemoryGate::of(Some(100));
        let holds = Runner::plain(1).one(|watch| gate.enter(100, watch));
        let Some(RunOutcome::Done(Ok(_pass))) = holds else { panic!("all of it is free") };
        let asked = AtomicUsize::new(0);
        let interrupted = || asked.fetch_add(1, Ordering::SeqCst) > 1;
        let runner = Runner { interrupted: &interrupted, ..Runner::plain(1) };
        assert!(runner.one(|watch| gate.enter(1, watch).map(|_| ())).is_none());
    }

    #[test]
    fn bytes_are_told_in_the_unit_in_which_they_are_short() {
        assert_eq!([12_000_000, 2_340_000_000].map(bytes_in_words), ["12 MB", "2.3 GB"]);
    }
}
