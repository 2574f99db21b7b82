//! How fast days pass on a page. It only decides when the next day is shown; no result depends on it.

use std::time::{Duration, Instant};

/// The clock of what is shown.
pub struct Pace {
    /// When the last beat began.
    last: Instant,
    /// When an update was last sent.
    told: Instant,
}

/// The current time.
#[expect(
    clippy::disallowed_methods,
    reason = "people see days pass in their own time; nothing that is computed depends on it"
)]
pub fn now() -> Instant {
    Instant::now()
}

impl Pace {
    /// Starts a clock now.
    pub fn start() -> Self {
        Self { last: now(), told: now() }
    }

    /// Time left until a beat of this length is over.
    pub fn left(&self, beat: Duration) -> Duration {
        beat.saturating_sub(self.last.elapsed())
    }

    /// Starts a new beat now.
    pub fn again(&mut self) {
        self.last = now();
    }

    /// Starts the next beat when the last one ended; time lost on a slow day is not made up for by a rush.
    pub fn step(&mut self, beat: Duration) {
        self.last = (self.last + beat).max(now().checked_sub(beat).unwrap_or(self.last));
    }

    /// Whether at least this much time has passed since the last update; if so, an update counts as sent now.
    pub fn may_tell(&mut self, least: Duration) -> bool {
        let due = self.told.elapsed() >= least;
        if due {
            self.told = now();
        }
        due
    }
}
