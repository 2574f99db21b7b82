//! Ctrl-C, and the signals by which clusters end jobs: the first asks to end after this day, the second ends at once.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::errors::{Failure, Problem, remark};
use crate::exit::Exit;

static ASKED: AtomicBool = AtomicBool::new(false);

/// Listens from now on.
pub fn listen() -> Result<(), Failure> {
    ctrlc::set_handler(|| {
        if ASKED.swap(true, Ordering::SeqCst) {
            std::process::exit(Exit::Interrupted.code().into());
        }
        remark("ending after this day; Ctrl-C again ends at once and keeps nothing");
    })
    .map_err(|error| Failure::failed(Problem::new(format!("cannot listen to Ctrl-C: {error}"))))
}

/// Whether the user wants it to end.
pub fn asked() -> bool {
    ASKED.load(Ordering::SeqCst)
}
