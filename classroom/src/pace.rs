//! How fast days pass on a page. No result depends on it: it only decides when the next day is shown.

use std::time::{Duration, Instant};

/// A clock for somebody who looks on.
pub struct Pace {
    /// The last beat.
    last: Instant,
    /// When something was last told.
    told: Instant,
}

/// The moment.
#[expect(
    clippy::disallowed_methods,
    reason = "people see days pass in their own time; nothing that is computed depends on it"
)]
pub fn now() -> Instant {
    Instant::now()
}

impl Pace {
    /// Begins.
    pub fn start() -> Self {
        Self { last: now(), told: now() }
    }

    /// What is left until a beat is over.
    pub fn left(&self, beat: Duration) -> Duration {
        beat.saturating_sub(self.last.elapsed())
    }

    /// A new beat begins.
    pub fn again(&mut self) {
        self.last = now();
    }

    /// The beat that is over is followed by the next; time lost by a slow day is not made up for by a rush.
    pub fn step(&mut self, beat: Duration) {
        self.last = (self.last + beat).max(now().checked_sub(beat).unwrap_or(self.last));
    }

    /// Whether so much time has passed since something was last told; if so, it counts from now.
    pub fn may_tell(&mut self, least: Duration) -> bool {
        let due = self.told.elapsed() >= least;
        if due {
            self.told = now();
        }
        due
    }
}
