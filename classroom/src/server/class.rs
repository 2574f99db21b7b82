//! The server of classes, for the teacher, the projector and students. The README describes its requests and lines.

use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Extension, Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::from_fn;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use futures_util::{Stream, stream};
use qrcode::QrCode;
use qrcode::render::{svg, unicode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::limits::RateLimit;
use super::{Ends, dialect_of, guard, refuse, send};
use crate::assets::ASSETS;
use crate::class::board::gone;
use crate::class::journal::journals;
use crate::class::published::{Board, PublishedLine, Who};
use crate::class::seats::typed_code;
use crate::class::{Class, ClassSettings, Fault, Here, Joining, Refusal};
use crate::lesson::{LESSONS, lesson};
use crate::print;
use crate::refused::Refused;

/// Bytes in one request, at most.
const LONGEST_BODY: usize = 16 * 1024;
/// Classes open at a time, at most.
const MOST_CLASSES: usize = 24;
/// Pages that one person can have open, at most.
const MOST_PAGES: usize = 6;
/// Projectors of one class, at most.
const MOST_SCREENS: usize = 24;
/// Time between two signs of life on a stream.
const ALIVE: Duration = Duration::from_secs(15);

/// All classes of a server, and the limits on requests.
pub struct School {
    classes: PathBuf,
    terms: ClassSettings,
    open: Mutex<BTreeMap<String, Class>>,
    /// Number of open pages, by class and person; `None` stands for projectors.
    pages: Mutex<BTreeMap<(String, Option<Who>), usize>>,
    /// Limit on wrong codes and tokens, by address.
    wrong: RateLimit<IpAddr>,
    /// Limit on people who join, by address.
    joins: RateLimit<IpAddr>,
    /// Limit on commands, by class and person.
    deeds: RateLimit<(String, u32)>,
}

impl School {
    /// Opens all classes of a folder again. Returns sentences about those that cannot be opened.
    pub fn new(classes: PathBuf, terms: ClassSettings) -> (Self, Vec<String>) {
        let mut open = BTreeMap::new();
        let mut remarks = Vec::new();
        for path in journals(&classes) {
            match Class::resume(&path, &terms) {
                Ok(class) => drop(open.insert(class.code().to_owned(), class)),
                Err(wrong) => remarks.extend(wrong),
            }
        }
        let school = Self {
            classes,
            terms,
            open: Mutex::new(open),
            pages: Mutex::default(),
            wrong: RateLimit::new(60, 1.0),
            joins: RateLimit::new(240, 1.0),
            deeds: RateLimit::new(100, 10.0),
        };
        (school, remarks)
    }

    /// Opens a new class, in its lobby.
    ///
    /// # Errors
    /// When there is no such lesson, too many classes are open, or the journal cannot be written.
    pub fn open(&self, lesson: &str, seed: Option<u64>, rehearsal: bool) -> Result<Class, Refused> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.len() >= MOST_CLASSES {
            // One that is over makes room; it is still on disk.
            let over = open.iter().find(|(_, class)| class.is_over()).map(|(code, _)| code.clone());
            let over = over.ok_or_else(|| vec![format!("{MOST_CLASSES} classes are open already: end one of them")])?;
            open.remove(&over);
        }
        let class = Class::open(&self.classes, lesson, seed, rehearsal, &self.terms)?;
        open.insert(class.code().to_owned(), class.clone());
        Ok(class)
    }

    /// The newest class that is not over: of this lesson, or of any if there is none. Rehearsals do not count.
    pub fn unfinished(&self, lesson: Option<&str>) -> Option<Class> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = |class: &&Class| {
            !class.is_over() && !class.is_rehearsal() && lesson.is_none_or(|lesson| lesson == class.lesson())
        };
        open.values().filter(fits).max_by_key(|class| class.touched()).cloned()
    }

    fn class(&self, code: &str) -> Option<Class> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let class = open.get_mut(&typed_code(code)?)?;
        if class.is_gone()
            && let Ok(again) = Class::resume(class.journal(), &self.terms)
        {
            // A defect has ended its thread; its journal is still whole.
            *class = again;
        }
        Some(class.clone())
    }

    /// The class of a code from someone without a token. One address may try only so many wrong codes.
    fn found(&self, who: IpAddr, code: &str) -> Result<Class, Refusal> {
        self.wrong.may(&who).map_err(too_often)?;
        self.class(code).ok_or_else(|| {
            // It was allowed a moment ago.
            let _ = self.wrong.count(&who);
            Refusal::new(Fault::Missing, format!("there is no class {code} here: check the code"))
        })
    }

    /// The class, and who this token belongs to. Someone with a right token is never kept out because others guess.
    fn known(&self, who: IpAddr, code: &str, token: Option<&str>) -> Result<(Class, Who), Refusal> {
        let class = self.class(code);
        if let Some(class) = &class
            && let Some(who) = token.and_then(|token| class.who(token))
        {
            return Ok((class.clone(), who));
        }
        self.wrong.count(&who).map_err(too_often)?;
        Err(match class {
            Some(_) => Refusal::new(Fault::Stranger, "this page is no longer part of the class: join again"),
            None => Refusal::new(Fault::Missing, format!("there is no class {code} here")),
        })
    }
}

fn too_often(wait: Duration) -> Refusal {
    Refusal::new(Fault::TooOften(wait), "too many tries: wait a moment, then try again")
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = match self.fault {
            Fault::Nonsense => StatusCode::UNPROCESSABLE_ENTITY,
            Fault::NotNow | Fault::Taken => StatusCode::CONFLICT,
            Fault::NotYours => StatusCode::FORBIDDEN,
            Fault::Stranger => StatusCode::UNAUTHORIZED,
            Fault::Missing => StatusCode::NOT_FOUND,
            Fault::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Fault::TooOften(_) => StatusCode::TOO_MANY_REQUESTS,
            Fault::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let mut response = refuse(status, &self.wrong);
        match self.fault {
            Fault::Taken => (status, Json(json!({"schema": 1, "taken": true, "errors": self.wrong}))).into_response(),
            Fault::TooOften(wait) => {
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs() + 1));
                response
            }
            _ => response,
        }
    }
}

/// All routes of a server of classes.
pub fn router(school: Arc<School>) -> Router {
    let mut router = Router::new()
        .route("/api/lessons", get(lessons))
        .route("/api/classes", post(open))
        .route("/api/classes/{code}", get(about).post(ask))
        .route("/api/classes/{code}/join", post(join))
        .route("/api/classes/{code}/stream", get(listen))
        .route("/api/classes/{code}/qr.svg", get(picture))
        .route("/api/classes/{code}/export/{file}", get(export))
        .merge(print::routes());
    // Whoever types the short address joins.
    let front = ASSETS.iter().find(|asset| asset.path == "/join");
    for asset in ASSETS {
        let shown = front.filter(|_| asset.path == "/").unwrap_or(asset);
        router = router.route(asset.path, get(|| async { send(shown) }));
    }
    router.layer(DefaultBodyLimit::max(LONGEST_BODY)).layer(from_fn(guard)).with_state(school)
}

/// Reads a request that is marked as JSON: a form on another page cannot send one.
fn read<T: DeserializeOwned>(headers: &HeaderMap, body: &Bytes) -> Result<T, Refusal> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.split(';').next().map(str::trim) != Some("application/json") {
        return Err(Refusal::new(Fault::NotJson, "this request takes JSON, with the content type application/json"));
    }
    serde_json::from_slice(body)
        .map_err(|error| Refusal::new(Fault::Nonsense, format!("this request cannot be read: {error}")))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

async fn lessons() -> Json<Value> {
    let known = LESSONS.iter().filter_map(|known| {
        let lesson = lesson(known.name).ok()?;
        Some(json!({
            "name": known.name, "number": lesson.number, "title": lesson.title, "question": lesson.question,
            "aims": lesson.aims, "rounds": lesson.rounds, "seats": lesson.seats.len(), "benches": lesson.benches,
        }))
    });
    Json(json!({"schema": 1, "lessons": known.collect::<Vec<_>>()}))
}

/// A class that a teacher asks for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    lesson: String,
    #[serde(default)]
    seed: Option<u64>,
    #[serde(default)]
    rehearse: bool,
}

async fn open(
    State(school): State<Arc<School>>,
    Extension(ends): Extension<Ends>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let is_teacher = bearer(&headers).is_some_and(|token| {
        let open = school.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.values().any(|class| class.who(token) == Some(Who::Teacher))
    });
    if !is_teacher {
        school.wrong.count(&ends.other.ip()).map_err(too_often)?;
        return Err(Refusal::new(Fault::NotYours, "only a teacher can open a class"));
    }
    let wanted: Wanted = read(&headers, &body)?;
    let class = school
        .open(&wanted.lesson, wanted.seed, wanted.rehearse)
        .map_err(|wrong| Refusal { fault: Fault::Nonsense, wrong })?;
    Ok(Json(json!({"schema": 1, "code": class.code(), "token": class.teacher()})).into_response())
}

async fn about(
    State(school): State<Arc<School>>,
    Extension(ends): Extension<Ends>,
    Path(code): Path<String>,
) -> Result<Response, Refusal> {
    let class = school.found(ends.other.ip(), &code)?;
    let title = lesson(class.lesson()).map_or_else(|_| String::new(), |lesson| lesson.title);
    Ok(Json(json!({"schema": 1, "code": class.code(), "lesson": class.lesson(), "title": title})).into_response())
}

async fn join(
    State(school): State<Arc<School>>,
    Extension(ends): Extension<Ends>,
    Path(code): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let class = school.found(ends.other.ip(), &code)?;
    let joining: Joining = read(&headers, &body)?;
    school.joins.count(&ends.other.ip()).map_err(too_often)?;
    Ok(Json(class.join(joining).await?).into_response())
}

async fn ask(
    State(school): State<Arc<School>>,
    Extension(ends): Extension<Ends>,
    Path(code): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let (class, who) = school.known(ends.other.ip(), &code, bearer(&headers))?;
    if let Who::Person(person) = who {
        school.deeds.count(&(class.code().to_owned(), person)).map_err(too_often)?;
    }
    let what: Value = read(&headers, &body)?;
    Ok(Json(class.ask(who, what).await?).into_response())
}

/// A token in an address: with a stream or a download, browsers cannot send one in any other way.
#[derive(Deserialize)]
struct AddressToken {
    token: Option<String>,
    /// Of a table that is downloaded: the word of its dialect.
    dialect: Option<String>,
}

async fn export(
    State(school): State<Arc<School>>,
    Extension(ends): Extension<Ends>,
    Path((code, file)): Path<(String, String)>,
    Query(key): Query<AddressToken>,
) -> Result<Response, Refusal> {
    let (class, who) = school.known(ends.other.ip(), &code, key.token.as_deref())?;
    if who != Who::Teacher {
        return Err(Refusal::new(Fault::NotYours, "only the teacher can download the files of the class"));
    }
    let dialect = dialect_of(key.dialect.as_deref()).map_err(|wrong| Refusal::new(Fault::Missing, wrong))?;
    let text = class.sheet(&file, dialect).await?;
    let kind = if file.ends_with(".csv") { "text/csv; charset=utf-8" } else { "text/plain; charset=utf-8" };
    // Only existing files get here, and their names need no escaping.
    let disposition = format!("attachment; filename=\"{}-{file}\"", class.code());
    let headers = [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, text).into_response())
}

async fn picture(
    State(school): State<Arc<School>>,
    Extension(ends): Extension<Ends>,
    Path(code): Path<String>,
) -> Result<Response, Refusal> {
    let class = school.found(ends.other.ip(), &code)?;
    let drawn = QrCode::new(class_address(&school.terms, &class))
        .map_err(|error| Refusal::new(Fault::Broken, error.to_string()))?
        .render::<svg::Color<'_>>()
        .min_dimensions(320, 320)
        .build();
    Ok(([(header::CONTENT_TYPE, "image/svg+xml")], drawn).into_response())
}

/// The address where people join a class, with its code.
pub fn class_address(terms: &ClassSettings, class: &Class) -> String {
    format!("{}/join#{}", terms.join, class.code())
}

/// An address as a QR code drawn in letters, for a terminal.
pub fn picture_in_letters(address: &str) -> String {
    QrCode::new(address).map_or_else(|_| String::new(), |code| code.render::<unicode::Dense1x2>().build())
}

async fn listen(
    State(school): State<Arc<School>>,
    Extension(ends): Extension<Ends>,
    Path(code): Path<String>,
    Query(key): Query<AddressToken>,
) -> Result<Response, Refusal> {
    let (class, who) = match &key.token {
        Some(token) => school.known(ends.other.ip(), &code, Some(token)).map(|(class, who)| (class, Some(who)))?,
        None => (school.found(ends.other.ip(), &code)?, None),
    };
    let page = OpenPage::open(&school, class.code(), who).ok_or_else(|| {
        Refusal::new(Fault::TooOften(ALIVE), "this class is open on too many of your pages: close some")
    })?;
    let listener = StreamListener::new(class, who, key.token, page);
    Ok(Sse::new(lines(listener)).keep_alive(KeepAlive::new().interval(ALIVE)).into_response())
}

/// A page that is open; it is counted until it is closed.
struct OpenPage {
    school: Arc<School>,
    key: (String, Option<Who>),
}

impl OpenPage {
    fn open(school: &Arc<School>, code: &str, who: Option<Who>) -> Option<Self> {
        let key = (code.to_owned(), who);
        let mut pages = school.pages.lock().unwrap_or_else(PoisonError::into_inner);
        let open = pages.entry(key.clone()).or_default();
        if *open >= if who.is_some() { MOST_PAGES } else { MOST_SCREENS } {
            return None;
        }
        *open += 1;
        Some(Self { school: Arc::clone(school), key })
    }
}

impl Drop for OpenPage {
    fn drop(&mut self) {
        let mut pages = self.school.pages.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = pages.get_mut(&self.key) {
            *open -= 1;
            if *open == 0 {
                pages.remove(&self.key);
            }
        }
    }
}

/// Someone who listens, and what they have been sent already.
struct StreamListener {
    class: Class,
    who: Option<Who>,
    token: Option<String>,
    board: watch::Receiver<Arc<Board>>,
    /// Lines to be sent.
    waiting: VecDeque<PublishedLine>,
    /// The line of each kind that was sent last.
    told: BTreeMap<(u8, usize), PublishedLine>,
    era: u64,
    days: usize,
    /// Whether the last line has been queued.
    over: bool,
    first: bool,
    here: Option<Here>,
    _page: OpenPage,
}

impl StreamListener {
    fn new(class: Class, who: Option<Who>, token: Option<String>, page: OpenPage) -> Self {
        let board = class.board();
        let here = if let Some(Who::Person(person)) = who { Some(class.here(person)) } else { None };
        Self {
            class,
            who,
            token,
            board,
            waiting: VecDeque::new(),
            told: BTreeMap::new(),
            era: 0,
            days: 0,
            over: false,
            first: true,
            here,
            _page: page,
        }
    }

    /// Queues a line, unless it was the last one sent of its kind.
    fn tell(&mut self, kind: (u8, usize), line: &PublishedLine) {
        if !line.is_empty() && !self.told.get(&kind).is_some_and(|told| Arc::ptr_eq(told, line)) {
            self.told.insert(kind, Arc::clone(line));
            self.waiting.push_back(Arc::clone(line));
        }
    }

    fn end(&mut self, last: PublishedLine) {
        self.waiting.push_back(last);
        self.over = true;
    }

    /// Queues what is new for this listener.
    fn look(&mut self) {
        let board = Arc::clone(&self.board.borrow_and_update());
        if let Some(token) = &self.token {
            // A request that was granted has become a person; a token that is no longer known was withdrawn.
            match (board.doors.get(token).copied(), self.who) {
                (Some(now), _) => {
                    if let Who::Person(person) = now
                        && self.here.is_none()
                    {
                        self.here = Some(self.class.here(person));
                    }
                    self.who = Some(now);
                }
                (None, Some(Who::Person(person))) if board.people.contains_key(&person) => {
                    return self.end(gone("your seat has moved to another device"));
                }
                (None, Some(Who::Knock(_))) => return self.end(gone("your teacher did not let you in")),
                (None, _) => return self.end(gone("you are no longer in this class")),
            }
        }
        match self.who {
            Some(Who::Knock(knock)) => {
                if let Some(line) = board.knocks.get(&knock) {
                    self.tell((0, 0), line);
                }
                return;
            }
            Some(Who::Person(person)) => {
                if let Some(line) = board.people.get(&person) {
                    self.tell((0, 0), line);
                }
            }
            Some(Who::Teacher) | None => {
                self.tell((1, 0), &board.hello);
                if self.era != board.era {
                    (self.era, self.days) = (board.era, 0);
                }
                self.waiting.extend(board.days.iter().skip(self.days).cloned());
                self.days = board.days.len();
                self.tell((2, 0), &board.town);
                if self.who.is_some() {
                    self.tell((3, 0), &board.monitor);
                }
            }
        }
        self.tell((6, 0), &board.past);
        self.tell((4, 0), &board.class);
        for (id, line) in board.what_ifs.iter().enumerate() {
            self.tell((5, id), line);
        }
    }
}

/// What a listener is sent, line by line: always the newest of each kind, however slowly they read.
fn lines(listener: StreamListener) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold(listener, |mut listener| async move {
        loop {
            if let Some(line) = listener.waiting.pop_front() {
                return Some((Ok(Event::default().data(&*line)), listener));
            }
            if listener.over {
                return None;
            }
            if !std::mem::take(&mut listener.first) && listener.board.changed().await.is_err() {
                return None;
            }
            listener.look();
        }
    })
}
