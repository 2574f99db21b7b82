//! Ctrl-C, and the signals by which clusters end jobs: the first asks to end after this day, the second ends at once.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::errors::{Failure, Problem, remark};
use crate::exit::Exit;

static ASKED: AtomicBool = AtomicBool::new(false);

/// Said where a day is lived to its end first.
pub const AFTER_THIS_DAY: &str = "stopping after this day; Ctrl-C again stops at once and keeps nothing";
/// Said where whatever is finished is kept.
pub const KEPT: &str =
    "stopping; finished runs are kept, and the same command carries on from there; Ctrl-C again stops at once";
/// Said by whoever serves pages.
pub const CLOSING: &str = "ending";

/// Listens from now on; the first signal is answered with these words.
pub fn listen(said: &'static str) -> Result<(), Failure> {
    ctrlc::set_handler(move || {
        if ASKED.swap(true, Ordering::SeqCst) {
            std::process::exit(Exit::Interrupted.code().into());
        }
        remark(said);
    })
    .map_err(|error| Failure::failed(Problem::new(format!("cannot handle Ctrl-C: {error}"))))
}

/// Whether the user wants it to end.
pub fn asked() -> bool {
    ASKED.load(Ordering::SeqCst)
}
