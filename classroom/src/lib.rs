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
use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, select};
use tokio::net::TcpListener;

use class::kept::{self, KeptClass};
use server::addresses::{self, Addresses, ServerAddress};
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
    /// An address that was given is none: a sentence.
    #[error("{0}")]
    Address(String),
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
    /// Addresses and names under which pupils reach it, beside those of this machine, each with a port or without.
    pub given: Vec<String>,
    /// Bare name of the lesson; without one, that of the class that was played last, or the first lesson.
    pub lesson: Option<String>,
    /// Code of the class to go on with. Without one the class that was played last goes on, if it is of this lesson and not over.
    pub class: Option<String>,
    /// Whether to begin a new class in any case.
    pub new: bool,
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
    /// Address of the teacher's page on this machine: whoever has it is the teacher. It holds while this machine changes
    /// networks.
    pub teacher: String,
    /// An address that leads to the teacher's page once, on this machine, for a command line that others may read.
    pub open: String,
    /// Address of the projector's page on this machine.
    pub screen: String,
    /// Address where students join, without the code: the likeliest of all.
    pub join: String,
    /// All addresses where students may reach this machine, the likeliest first.
    pub addresses: Vec<ServerAddress>,
    /// The code that students type.
    pub code: String,
    /// Title of the lesson, and its bare name.
    pub lesson: String,
    /// QR code of the address with the code, drawn in letters for a terminal; empty if only this machine can join.
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
        let read = |given: &String, port| addresses::authority(given, port).map_err(ServeError::Address);
        // What cannot be read is told before anything is opened.
        options.given.iter().try_for_each(|given| read(given, options.port).map(drop))?;
        let (room, few) = server::wire::room();
        let (listener, at) = bound(options.port, options.lan).await?;
        let given = options.given.iter().map(|given| read(given, at.port())).collect::<Result<Vec<_>, _>>()?;
        let addresses = Arc::new(Addresses::new(at.port(), options.lan, given));
        let terms = class::ClassSettings { threads: options.threads, away: AWAY, rest: REST, join: addresses.join() };
        let school = Arc::new(School::new(options.classes.clone(), terms).reached_at(Arc::clone(&addresses)));
        let (class, mut remarks) = chosen(&school, options).map_err(ServeError::Class)?;
        if few {
            remarks.push(format!(
                "this system lets the program hold {room} connections, enough for about {} phones; to allow more, start it \
                 after `ulimit -n 4096`",
                room / 2
            ));
        }
        let alone = addresses.alone();
        remarks.extend(alone.map(String::from));
        let picture = || server::class::picture_in_letters(&school.class_address(&class));
        let name = class.lesson();
        let lesson = lesson::lesson(name).map_or_else(|_| name.into(), |known| format!("{} ({name})", known.title));
        // Here the pages of the lesson itself stay open, whatever becomes of the network.
        let here = format!("http://127.0.0.1:{}", at.port());
        ready(&Doors {
            teacher: format!("{here}/teacher#{}.{}", class.code(), class.teacher()),
            open: format!("{here}{}", school.ticket(&class)),
            screen: format!("{here}/screen#{}", class.code()),
            join: addresses.join(),
            addresses: addresses.all(),
            code: class.code().into(),
            lesson,
            picture: if alone.is_none() { picture() } else { String::new() },
            remarks,
        });
        let looking = Arc::clone(&school);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(addresses::LOOK).await;
                looking.look_for_addresses();
            }
        });
        until(server::serve(listener, server::class::router(school)), stop).await;
        Ok(())
    })
}

/// The class to be played, and what the teacher should know about it and about all others: a class goes on because somebody
/// says so, or because it was the last that was played here, never because of the times of files.
fn chosen(school: &School, options: &ClassOptions) -> Result<(class::Class, Vec<String>), Vec<String>> {
    let mut remarks = Vec::new();
    let all = kept::all(&options.classes);
    let about = |code: &str| all.iter().find(|(known, _)| known == code).and_then(|(_, kept)| kept.as_ref().ok());
    let fits = |kept: &&KeptClass| {
        let lesson = options.lesson.as_deref();
        kept.goes_on() && !kept.rehearsal && lesson.is_none_or(|lesson| lesson == kept.lesson)
    };
    let mut class = None;
    if let Some(code) = &options.class {
        let asked = school.reopen(code);
        class =
            Some(asked.map_err(|wrong| [wrong, vec!["`contraband classes` lists all that are kept".into()]].concat())?);
    } else if !options.new
        && !options.rehearse
        && let Some(last) = kept::last(&options.classes).and_then(|code| about(&code).filter(fits))
    {
        let words = |kept: &KeptClass| {
            format!("{}, lesson {}, {}, {} people", kept.code, kept.lesson, kept.words(), kept.people)
        };
        match school.reopen(&last.code) {
            Ok(again) => {
                remarks.push(format!("class {} continues; --new begins another", words(last)));
                class = Some(again);
            }
            Err(wrong) => remarks.extend(wrong),
        }
    }
    let class = match class {
        Some(class) => class,
        None => {
            let first = options.lesson.as_deref().unwrap_or(lesson::LESSONS[0].name);
            school.open(first, None, options.rehearse)?
        }
    };
    if !class.is_rehearsal() {
        kept::choose(&options.classes, class.code());
    }
    remarks
        .extend(all.iter().filter_map(|(_, kept)| kept.as_ref().err()).map(|wrong| format!("left as it is: {wrong}")));
    let others = all.iter().filter_map(|(_, kept)| kept.as_ref().ok());
    let others = others.filter(|kept| kept.goes_on() && !kept.rehearsal && kept.code != class.code()).count();
    if others > 0 {
        let are = if others == 1 { "other class is" } else { "other classes are" };
        remarks.push(format!(
            "{others} {are} not over: `contraband classes` lists them, and `contraband classroom CODE` goes on with one"
        ));
    }
    Ok((class, remarks))
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
