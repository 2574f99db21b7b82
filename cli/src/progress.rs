//! How far a run has come, for the person who waits: on stderr, and only on a terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A line that tells how far a run has come.
pub struct ProgressLine {
    bar: ProgressBar,
    citizens: u64,
    /// Shown only after this time.
    waits: Option<Duration>,
}

impl ProgressLine {
    /// Starts at `day` of `days`. Where nobody watches, `quiet`, nothing is shown.
    pub fn start(day: u32, days: u32, citizens: u64, quiet: bool) -> Self {
        let target = if quiet { ProgressDrawTarget::hidden() } else { shown() };
        let bar = ProgressBar::with_draw_target(Some(days.into()), target).with_position(day.into());
        let style = ProgressStyle::with_template("{bar:16} day {pos} of {len}, {eta} left, {wide_msg}");
        bar.set_style(style.expect("the template is well formed").progress_chars("=> "));
        bar.enable_steady_tick(Duration::from_millis(250));
        Self { bar, citizens, waits: None }
    }

    /// The same for the days before the first, in which a world settles.
    pub fn settling(days: u32, citizens: u64, quiet: bool) -> Self {
        let line = Self::start(0, days, citizens, quiet);
        let style = ProgressStyle::with_template("{bar:16} before day 1: {pos} of {len} days, {eta} left, {wide_msg}");
        line.bar.set_style(style.expect("the template is well formed").progress_chars("=> "));
        line
    }

    /// The same for what may be over at once: it is shown when it has taken longer than a second.
    pub fn patient(days: u32, citizens: u64) -> Self {
        Self { waits: Some(Duration::from_secs(1)), ..Self::start(0, days, citizens, true) }
    }

    /// A day is over.
    pub fn day(&mut self, day: u32) {
        if self.waits.is_some_and(|wait| self.bar.elapsed() > wait) {
            self.waits = None;
            self.bar.set_draw_target(shown());
        }
        self.bar.set_position(day.into());
        if !self.bar.is_hidden() {
            let days = self.bar.per_sec();
            self.bar.set_message(rates(days, days * self.citizens as f64));
        }
    }

    /// Takes the line away.
    pub fn end(self) {
        self.bar.finish_and_clear();
    }
}

/// A line that tells how many of several things are done.
pub struct Counting(ProgressBar);

impl Counting {
    /// Starts with none of `all`; `what` they are.
    pub fn start(all: usize, what: &str) -> Self {
        let bar = ProgressBar::with_draw_target(Some(all as u64), shown());
        let style =
            ProgressStyle::with_template(&format!("{{bar:16}} {{pos}} of {{len}} {what}, {{elapsed}}, {{wide_msg}}"));
        bar.set_style(style.expect("the template is well formed").progress_chars("=> "));
        bar.enable_steady_tick(Duration::from_millis(250));
        Self(bar)
    }

    /// What is being done.
    pub fn at(&self, what: &str) {
        self.0.set_message(what.to_owned());
    }

    /// So many are done, of so many: both may change.
    pub fn set(&self, done: usize, all: usize) {
        self.0.set_length(all as u64);
        self.0.set_position(done as u64);
    }

    /// Whether nobody sees it.
    pub fn is_hidden(&self) -> bool {
        self.0.is_hidden()
    }

    /// One is done.
    pub fn done(&self) {
        self.0.inc(1);
    }

    /// Takes the line away.
    pub fn end(self) {
        self.0.finish_and_clear();
    }
}

fn shown() -> ProgressDrawTarget {
    ProgressDrawTarget::stderr_with_hz(8)
}

fn rates(days: f64, citizen_days: f64) -> String {
    format!("{days:.0} days/s, {:.1} M citizen-days/s", citizen_days / 1e6)
}
