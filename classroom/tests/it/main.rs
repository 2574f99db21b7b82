//! What the server and its page promise, seen from outside.
#![allow(clippy::disallowed_methods, reason = "tests read the repository itself, and time what they wait for")]

use std::future::Future;

#[cfg(target_os = "linux")]
mod addresses;
mod assets;
mod browser;
mod class;
mod crowd;
mod school;
mod keeper;
mod lessons;
#[cfg(target_os = "linux")]
mod machines;
#[cfg(target_os = "linux")]
mod network;
mod old_browser;
#[cfg(target_os = "linux")]
mod page_pupils;
mod phones;
mod proxy;
#[cfg(target_os = "linux")]
mod pupils;
mod whole_lesson;
mod server;
mod streams;
#[cfg(target_os = "linux")]
mod trial;
mod worlds;
mod webdriver;

/// Waits for what a test does. Tests ask for no features of their own of what the program is built with: running and
/// testing share one build.
fn wait<T>(what: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build();
    runtime.expect("the system has room for one more").block_on(what)
}
