//! Where the time of a run goes. The engine has no clock; it only says when a phase is over.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use contraband_analysis::store::{PhaseTiming, SCHEMA, Timing};
use contraband_sim::run::Run;
use contraband_sim::state::phase::Phase;

/// How long something takes.
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts.
    pub fn start() -> Self {
        Self(now())
    }

    /// Seconds since then.
    pub fn seconds(&self) -> f64 {
        (now() - self.0).as_secs_f64()
    }
}

/// Time by phase of the day, and of writing.
pub struct Clock {
    marks: Arc<Mutex<Marks>>,
}

struct Marks {
    last: Instant,
    phases: [Duration; Phase::ALL.len()],
    write: Duration,
}

impl Clock {
    /// A clock that is told of the phases of `run`.
    pub fn of(run: &mut Run) -> Self {
        let marks = Marks { last: now(), phases: [Duration::ZERO; Phase::ALL.len()], write: Duration::ZERO };
        let marks = Arc::new(Mutex::new(marks));
        let told = Arc::clone(&marks);
        run.on_phase(Box::new(move |phase| {
            let mut marks = held(&told);
            let now = now();
            let spent = now - marks.last;
            marks.phases[phase as usize] += spent;
            marks.last = now;
        }));
        Self { marks }
    }

    /// A day begins.
    pub fn day(&self) {
        held(&self.marks).last = now();
    }

    /// What happens in `write` counts as writing.
    pub fn writing<T>(&self, write: impl FnOnce() -> T) -> T {
        let start = now();
        let result = write();
        held(&self.marks).write += start.elapsed();
        result
    }

    /// The account of `days` days of `citizens` citizens.
    pub fn timing(&self, citizens: u64, days: u32, threads: usize) -> Timing {
        let marks = held(&self.marks);
        let citizen_days = (citizens * u64::from(days)).max(1) as f64;
        let phase = |name: &str, spent: Duration| PhaseTiming {
            phase: name.into(),
            seconds: spent.as_secs_f64(),
            ns_per_citizen_day: spent.as_secs_f64() * 1e9 / citizen_days,
        };
        let phases: Vec<_> = Phase::ALL
            .iter()
            .map(|&each| phase(each.name(), marks.phases[each as usize]))
            .chain([phase("write", marks.write)])
            .collect();
        let wall_seconds = phases.iter().map(|phase| phase.seconds).sum();
        Timing {
            schema: SCHEMA,
            wall_seconds,
            ns_per_citizen_day: wall_seconds * 1e9 / citizen_days,
            days,
            phases,
            threads,
            peak_memory_bytes: peak_memory(),
        }
    }
}

fn held(marks: &Mutex<Marks>) -> MutexGuard<'_, Marks> {
    // A panic elsewhere leaves durations as good as they were.
    marks.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The one clock of the program.
#[expect(clippy::disallowed_methods, reason = "timing belongs to the command line; no result depends on it")]
fn now() -> Instant {
    Instant::now()
}

/// Most memory that this process held at once, where the system tells.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    #[test]
    fn phases_are_numbered_as_they_are_listed() {
        use contraband_sim::state::phase::Phase;
        assert!(Phase::ALL.iter().enumerate().all(|(index, &phase)| phase as usize == index));
    }
}
