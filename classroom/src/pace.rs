//! How fast days pass on a page, and whether the program stood still meanwhile. It only decides when the next day is shown
//! and how long people are waited for; no result depends on it.

use std::time::{Duration, Instant, SystemTime};

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

/// The current time of day: unlike the time that passes, it goes on while a machine sleeps.
#[expect(
    clippy::disallowed_methods,
    reason = "only the time of day tells how long a machine slept; nothing that is computed depends on it"
)]
fn today() -> SystemTime {
    SystemTime::now()
}

/// Notices that the program stood still: its machine slept, or something held it up.
pub struct Nap {
    since: Instant,
    day: SystemTime,
}

impl Nap {
    /// Starts now.
    pub fn start() -> Self {
        Self { since: now(), day: today() }
    }

    /// When this was last asked, or started.
    pub fn since(&self) -> Instant {
        self.since
    }

    /// For how long it stood still since this was last asked, where no more than `meant` should have passed; `None` if any
    /// time may have passed.
    pub fn slept(&mut self, meant: Option<Duration>) -> Duration {
        let (passed, by_day) = (self.since.elapsed(), today().duration_since(self.day).unwrap_or_default());
        *self = Self::start();
        stood(passed, by_day, meant)
    }
}

/// The time for which a program stood still, from the time that passed for it, and by the time of day.
fn stood(passed: Duration, by_day: Duration, meant: Option<Duration>) -> Duration {
    let late = meant.map_or(Duration::ZERO, |meant| passed.saturating_sub(meant));
    late.max(by_day.saturating_sub(passed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_that_slept_and_a_program_that_was_held_up_are_noticed() {
        let [tick, long, rest] = [1, 180, 179].map(Duration::from_secs);
        // Whoever waits for no time at all is not late; whoever ticks is.
        assert_eq!((stood(long, long, None), stood(long, long, Some(tick))), (Duration::ZERO, rest));
        // Clocks that stand still while the machine sleeps, and one that does not.
        assert_eq!((stood(tick, long, Some(tick)), stood(tick, long, None)), (rest, rest));
        // Somebody has set the clock back.
        assert_eq!(
            (stood(tick, Duration::ZERO, Some(tick)), stood(tick, tick, Some(tick))),
            (Duration::ZERO, Duration::ZERO)
        );
    }
}
