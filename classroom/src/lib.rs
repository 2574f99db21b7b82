//! Contraband in the browser: play with a world, alone or as a class. The page is plain modules in `ui/`; this crate serves
//! it, and lives the worlds that it shows.
//!
//! Read it in this order: a [`plan`] is what somebody asks for; a `future` is lived from it, day by day; a [`world`] is one
//! future, or two from one past, on a thread of its own; the [`server`] leads people to it.
#![doc = include_str!("../README.md")]

pub mod plan;
mod future;
mod headline;
mod pace;
mod view;
mod csv;
mod story;
pub mod world;
pub mod lesson;
pub mod class;
pub mod assets;
pub mod print;
pub mod server;

use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};

/// How to serve the page for one person.
#[derive(Clone, Debug)]
pub struct Options {
    /// Port on this machine; 0 for any that is free.
    pub port: u16,
    /// Threads of each world; they change speed only.
    pub threads: usize,
    /// Runs to look at, shown before all questions.
    pub exhibits: Vec<Exhibit>,
}

/// A run that somebody has the figures of, to be looked at as a town: the same scenario and seed are the same run.
#[derive(Clone, Debug)]
pub struct Exhibit {
    /// What it is called among the others.
    pub title: String,
    /// A line about it: seed, cell, digest.
    pub about: String,
    /// What makes its world.
    pub opening: world::Opening,
}

/// Why the page cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The port cannot be listened on.
    #[error("cannot listen on port {port} of this machine: {why}")]
    Port {
        /// The port asked for.
        port: u16,
        /// What the system says.
        why: std::io::Error,
    },
    /// The system refuses what a server needs.
    #[error("the server cannot go on: {0}")]
    System(#[from] std::io::Error),
}

/// Time between two looks at whether to stop.
const LOOK: Duration = Duration::from_millis(100);

/// Serves the page on this machine, until `stop` says so. `ready` is told the address as soon as the page can be opened.
///
/// # Errors
/// When the port is taken, or the system refuses.
pub fn explore(options: &Options, ready: impl FnOnce(&str), stop: impl Fn() -> bool) -> Result<(), ServeError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
    runtime.block_on(async {
        let port = options.port;
        let (listener, at): (_, SocketAddr) = server::bind(port).await.map_err(|why| ServeError::Port { port, why })?;
        ready(&format!("http://{at}/"));
        let serving =
            axum::serve(listener, server::router(at, options.threads, options.exhibits.clone())).into_future();
        let stopped = async {
            while !stop() {
                tokio::time::sleep(LOOK).await;
            }
        };
        match select(pin!(serving), pin!(stopped)).await {
            Either::Left((served, _)) => served.map_err(ServeError::System),
            Either::Right(_) => Ok(()),
        }
    })
}
