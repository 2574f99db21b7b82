//! Contraband in the browser: play with a world, alone or as a class. The pages are plain modules in `ui/`; this crate serves
//! them, and runs the worlds that they show.
//!
//! Read it in this order: a [`plan`] is what someone asks for; a `future` is run from it, day by day; a [`world`] is one
//! future, or two from one past, on a thread of its own; a [`class`] is people who run one future together, as a
//! [`lesson`] says; the [`server`] connects pages to them.
#![doc = include_str!("../README.md")]

pub mod plan;
mod future;
mod headline;
mod pace;
pub mod rows;
pub mod dots;
pub mod refused;
pub mod seat;
mod view;
mod csv;
mod story;
pub mod world;
pub mod glossary;
pub mod lesson;
pub mod class;
pub mod assets;
pub mod print;
pub mod server;

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, select};
use tokio::net::TcpListener;

use server::class::School;

/// Settings of the server for one person.
#[derive(Clone, Debug)]
pub struct Options {
    /// Port on this machine; 0 for any that is free.
    pub port: u16,
    /// Threads of each world; they change speed only.
    pub threads: usize,
    /// Runs to look at, shown before all scenarios.
    pub exhibits: Vec<Exhibit>,
}

/// A run whose results someone already has, to be looked at as a town: the same scenario and seed give the same run.
#[derive(Clone)]
pub struct Exhibit {
    /// Its title in the list.
    pub title: String,
    /// A line about it: seed, cell, digest.
    pub about: String,
    opening: Arc<ReadOpening>,
}

/// Reads what a world is made from, or says why it cannot be read.
type ReadOpening = dyn Fn() -> Result<world::Opening, String> + Send + Sync;

impl Exhibit {
    /// A run that is read when somebody opens it: `opening` says what its world is made from, or why that cannot be read.
    pub fn new(
        title: String,
        about: String,
        opening: impl Fn() -> Result<world::Opening, String> + Send + Sync + 'static,
    ) -> Self {
        Self { title, about, opening: Arc::new(opening) }
    }

    /// What its world is made from.
    ///
    /// # Errors
    /// When it cannot be read: a sentence that says why.
    pub fn opening(&self) -> Result<world::Opening, String> {
        (self.opening)()
    }
}

impl fmt::Debug for Exhibit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exhibit").field("title", &self.title).field("about", &self.about).finish_non_exhaustive()
    }
}

/// Why pages cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The port cannot be opened.
    #[error("cannot listen on port {port} of this machine: {why}")]
    Port {
        /// The port asked for.
        port: u16,
        /// The system's reason.
        why: std::io::Error,
    },
    /// The class cannot be opened: sentences for people.
    #[error("{}", .0.join("; "))]
    Class(Vec<String>),
    /// The system refuses what a server needs.
    #[error("the server cannot continue: {0}")]
    System(#[from] std::io::Error),
}

/// Time between two checks whether to stop.
const LOOK: Duration = Duration::from_millis(100);
/// Time without an open page after which a bot plays for someone.
const AWAY: Duration = Duration::from_mins(1);
/// Time for which a rehearsal shows what stands still.
const REST: Duration = Duration::from_millis(1500);

/// Serves the page for one person, on this machine only, until `stop` returns `true`. `ready` gets the address as soon as the
/// page can be opened.
///
/// # Errors
/// When the port is taken, or the system refuses.
pub fn explore(options: &Options, ready: impl FnOnce(&str), stop: impl Fn() -> bool) -> Result<(), ServeError> {
    served(async {
        let (listener, at) = bound(options.port, false).await?;
        ready(&format!("http://{at}/"));
        let router = server::explore::router(options.threads, options.exhibits.clone());
        until(server::serve(listener, router), stop).await;
        Ok(())
    })
}

/// Settings of the server for classes.
#[derive(Clone, Debug)]
pub struct ClassOptions {
    /// Port; 0 for any that is free.
    pub port: u16,
    /// Whether other machines can reach it.
    pub lan: bool,
    /// Bare name of the lesson; without one the last class continues, or the first lesson begins.
    pub lesson: Option<String>,
    /// Folder of all classes, with a folder for each.
    pub classes: PathBuf,
    /// Whether bots play the whole lesson by themselves.
    pub rehearse: bool,
    /// Threads of each world; they change speed only.
    pub threads: usize,
}

/// The addresses of a class that is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doors {
    /// Address of the teacher's page: whoever has it is the teacher.
    pub teacher: String,
    /// Address of the projector's page.
    pub screen: String,
    /// Address where students join, without the code.
    pub join: String,
    /// The code that students type.
    pub code: String,
    /// QR code of the address with the code, drawn in letters for a terminal.
    pub picture: String,
    /// Messages for the teacher: classes that continue, or cannot.
    pub remarks: Vec<String>,
}

/// Serves classes until `stop` returns `true`. `ready` gets the addresses of the class as soon as they can be opened. All
/// classes of the folder are open again, as they were.
///
/// # Errors
/// When there is no such lesson, the port is taken, or the system refuses.
pub fn classroom(
    options: &ClassOptions,
    ready: impl FnOnce(&Doors),
    stop: impl Fn() -> bool,
) -> Result<(), ServeError> {
    served(async {
        let (listener, at) = bound(options.port, options.lan).await?;
        let own = if options.lan { own_address(at.port()) } else { at };
        let join = format!("http://{own}");
        let terms = class::ClassSettings { threads: options.threads, away: AWAY, rest: REST, join };
        let (school, mut remarks) = School::new(options.classes.clone(), terms.clone());
        let lesson = options.lesson.as_deref();
        let going_on = school.unfinished(lesson).filter(|_| !options.rehearse);
        let class = match going_on {
            Some(class) => {
                remarks.push(format!("class {} of lesson {} continues", class.code(), class.lesson()));
                class
            }
            None => {
                let first = lesson.unwrap_or(lesson::LESSONS[0].name);
                school.open(first, None, options.rehearse).map_err(ServeError::Class)?
            }
        };
        ready(&Doors {
            teacher: format!("http://{own}/teacher#{}.{}", class.code(), class.teacher()),
            screen: format!("http://{own}/screen#{}", class.code()),
            join: terms.join.clone(),
            code: class.code().into(),
            picture: server::class::picture_in_letters(&server::class::class_address(&terms, &class)),
            remarks,
        });
        until(server::serve(listener, server::class::router(Arc::new(school))), stop).await;
        Ok(())
    })
}

/// The address at which others in the network reach this machine: the one from which it would call them. Nothing is sent.
fn own_address(port: u16) -> SocketAddr {
    // An address that belongs to nobody (RFC 5737).
    let elsewhere = (Ipv4Addr::new(192, 0, 2, 1), 9);
    let own = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).and_then(|socket| {
        socket.connect(elsewhere)?;
        socket.local_addr()
    });
    SocketAddr::new(own.map_or(Ipv4Addr::LOCALHOST.into(), |own| own.ip()), port)
}

fn served(what: impl Future<Output = Result<(), ServeError>>) -> Result<(), ServeError> {
    tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?.block_on(what)
}

async fn bound(port: u16, lan: bool) -> Result<(TcpListener, SocketAddr), ServeError> {
    server::bind(port, lan).await.map_err(|why| ServeError::Port { port, why })
}

async fn until(serving: impl Future<Output = std::convert::Infallible>, stop: impl Fn() -> bool) {
    let stopped = async {
        while !stop() {
            tokio::time::sleep(LOOK).await;
        }
    };
    match select(pin!(serving), pin!(stopped)).await {
        Either::Left((never, _)) => match never {},
        Either::Right(_) => {}
    }
}
