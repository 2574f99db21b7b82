//! The server of classes, for the teacher, the projector and students. The README describes its requests and lines.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Extension, Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::from_fn;
use axum::response::sse::Sse;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use qrcode::QrCode;
use qrcode::render::{svg, unicode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::addresses::Addresses;
use super::limits::RateLimit;
use super::stream::{BEAT, MOST_PAGES, Number, Pages, StreamPage, StreamReader, events};
use super::wire::{Connections, Wire};
use super::{Ends, dialect_of, guard, patient, refuse, send};
use crate::assets::ASSETS;
use crate::class::journal::path_of;
use crate::class::kept;
use crate::class::published::Who;
use crate::class::seats::{token, typed_code};
use crate::class::{Class, ClassSettings, Fault, Joining, Refusal};
use crate::lesson::{LESSONS, lesson};
use crate::pace::now;
use crate::print;
use crate::refused::Refused;

/// Bytes in one request, at most.
const LONGEST_BODY: usize = 16 * 1024;
/// Classes open at a time, at most.
const MOST_CLASSES: usize = 24;
/// Longest time that an answer to a page which asks again and again may wait for something new.
const LONGEST_WAIT: Duration = Duration::from_secs(20);
/// Time for which the teacher's page can be opened without its token.
const TICKET: Duration = Duration::from_mins(2);

/// All classes of a server, and the limits on requests.
pub struct School {
    classes: PathBuf,
    terms: ClassSettings,
    open: Mutex<BTreeMap<String, Class>>,
    pages: Arc<Pages>,
    addresses: Arc<Addresses>,
    /// Pages of teachers that can be opened once, by a word that may be seen by others: where they lead, and since when.
    tickets: Mutex<BTreeMap<String, (String, Instant)>>,
    /// Limit on wrong codes and tokens, by address.
    wrong: RateLimit<IpAddr>,
    /// Limit on people who join, by address.
    joins: RateLimit<IpAddr>,
    /// Limit on wrong return PINs and on requests to come back in, by address.
    words: RateLimit<IpAddr>,
    /// Limit on wrong return PINs, by address, class and name.
    words_for: RateLimit<(IpAddr, String, String)>,
    /// Limit on commands, by class and person.
    deeds: RateLimit<(String, u32)>,
}

impl School {
    /// The classes of a folder. None of them is open yet: each is opened when somebody asks for it by its code.
    pub fn new(classes: PathBuf, terms: ClassSettings) -> Self {
        Self {
            classes,
            addresses: Arc::new(Addresses::fixed(terms.join.clone())),
            terms,
            open: Mutex::default(),
            pages: Arc::default(),
            tickets: Mutex::default(),
            wrong: RateLimit::new(60, 1.0),
            joins: RateLimit::new(240, 1.0),
            words: RateLimit::new(30, 0.2),
            words_for: RateLimit::new(5, 1.0 / 60.0),
            deeds: RateLimit::new(100, 10.0),
        }
    }

    /// The same, reached at these addresses.
    #[must_use]
    pub fn reached_at(mut self, addresses: Arc<Addresses>) -> Self {
        self.terms.join = addresses.join();
        self.addresses = addresses;
        self.tell_addresses();
        self
    }

    /// Looks whether the addresses of this machine have changed, and tells all teachers if so.
    pub fn look_for_addresses(&self) {
        if self.addresses.look() {
            self.tell_addresses();
        }
    }

    fn tell_addresses(&self) {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.values().for_each(|class| self.tell_addresses_to(class));
    }

    fn tell_addresses_to(&self, class: &Class) {
        class.reached_at(self.addresses.join(), self.addresses.alone(), &self.addresses.line());
    }

    /// The address of a class with its code, where people join.
    pub fn class_address(&self, class: &Class) -> String {
        format!("{}/join#{}", self.addresses.join(), class.code())
    }

    /// Shows pupils another address, as a teacher asks.
    fn show_address(&self, what: &Value) -> Result<Value, Refusal> {
        let join = what["join"].as_str().unwrap_or_default();
        if !self.addresses.choose(join) {
            let known: Vec<String> = self.addresses.all().into_iter().map(|each| each.join).collect();
            let wrong = format!("`{join}` is no address of this computer; there are {}", known.join(", "));
            return Err(Refusal::new(Fault::Nonsense, wrong));
        }
        self.tell_addresses();
        Ok(json!({"schema": 1}))
    }

    /// A path that opens the teacher's page once, on this machine: a command line that names it gives nothing away.
    pub fn ticket(&self, class: &Class) -> String {
        let word = token();
        let to = format!("/teacher#{}.{}", class.code(), class.teacher());
        self.tickets.lock().unwrap_or_else(PoisonError::into_inner).insert(word.clone(), (to, now()));
        format!("/open/{word}")
    }

    /// Opens a new class, in its lobby.
    ///
    /// # Errors
    /// When there is no such lesson, people are in too many other classes, or the journal cannot be written.
    pub fn open(&self, lesson: &str, seed: Option<u64>, rehearsal: bool) -> Result<Class, Refused> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        self.make_room(&mut open)?;
        let class = Class::open(&self.classes, lesson, seed, rehearsal, &self.terms)?;
        if !rehearsal {
            kept::choose(&self.classes, class.code());
        }
        self.tell_addresses_to(&class);
        open.insert(class.code().to_owned(), class.clone());
        Ok(class)
    }

    /// Opens a class that is kept on disk, as it was, if it is not open.
    ///
    /// # Errors
    /// When there is none with this code, its journal cannot be read, or people are in too many other classes.
    pub fn reopen(&self, code: &str) -> Result<Class, Refused> {
        let missing = || vec![format!("there is no class {code} in {}", self.classes.display())];
        let code = typed_code(code).ok_or_else(missing)?;
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(class) = open.get(&code).filter(|class| !class.is_gone()) {
            return Ok(class.clone());
        }
        let path = path_of(&self.classes, &code);
        if !path.is_file() {
            return Err(missing());
        }
        // If a defect has ended its thread, its journal is still whole.
        open.remove(&code);
        self.make_room(&mut open)?;
        let class = Class::resume(&path, &self.terms)?;
        self.tell_addresses_to(&class);
        open.insert(code, class.clone());
        Ok(class)
    }

    /// Closes a class in which nobody is, if too many are open: one that is over, or a rehearsal, or any other. It stays on disk,
    /// and is opened again when somebody asks for it.
    fn make_room(&self, open: &mut BTreeMap<String, Class>) -> Result<(), Refused> {
        while open.len() >= MOST_CLASSES {
            let closed = open.iter().filter(|(code, _)| self.pages.are_none_of(code));
            let first = closed.min_by_key(|(_, class)| (!class.is_over(), !class.is_rehearsal()));
            let first = first.map(|(code, _)| code.clone());
            open.remove(&first.ok_or_else(|| {
                vec![format!(
                    "people are in {MOST_CLASSES} classes at this moment, and no more can be open: end one of them"
                )]
            })?);
        }
        Ok(())
    }

    fn class(&self, code: &str) -> Option<Class> {
        self.reopen(code).ok()
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
            Fault::Nonsense | Fault::WrongWord => StatusCode::UNPROCESSABLE_ENTITY,
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
        .route("/open/{ticket}", get(enter))
        .route("/api/classes/{code}/export/{file}", get(export))
        .merge(print::routes());
    // Whoever types the short address joins.
    let front = ASSETS.iter().find(|asset| asset.path == "/join");
    for asset in ASSETS {
        let shown = front.filter(|_| asset.path == "/").unwrap_or(asset);
        router = router.route(asset.path, get(|| async { send(shown) }));
    }
    let names = school.addresses.names();
    router
        .layer(from_fn(patient))
        // These may wait for something new.
        .route("/api/classes/{code}/state", get(state))
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(from_fn(guard))
        .layer(Extension(names))
        .with_state(school)
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
    let about = lesson(class.lesson()).map_err(|wrong| Refusal::new(Fault::Broken, wrong))?;
    let lesson = json!({"name": class.lesson(), "title": about.title, "question": about.question});
    Ok(Json(json!({"schema": 1, "code": class.code(), "lesson": lesson})).into_response())
}

async fn join(
    State(school): State<Arc<School>>,
    Extension(ends): Extension<Ends>,
    Path(code): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let from = ends.other.ip();
    let class = school.found(from, &code)?;
    let own = bearer(&headers).and_then(|token| class.who(token));
    let joining = Joining { from: Some(from), own, ..read(&headers, &body)? };
    school.joins.count(&from).map_err(too_often)?;
    // A try counts before its answer is known, so that many at once are as few as many one after the other.
    let word = joining.word.is_some().then(|| (from, class.code().to_owned(), joining.name.trim().to_lowercase()));
    if let Some(word) = &word {
        school.words_for.count(word).map_err(wrong_words)?;
    }
    if word.is_some() || joining.knock {
        school.words.count(&from).map_err(wrong_words)?;
    }
    let told = class.join(joining).await;
    // Where the teacher is asked instead, nothing tells a right PIN from a wrong one: neither does the number of tries.
    let spent = match &told {
        Ok(told) => told["waiting"] == true,
        Err(refused) => refused.fault == Fault::WrongWord,
    };
    if let Some(word) = &word
        && !spent
    {
        school.words_for.give_back(word);
        school.words.give_back(&from);
    }
    Ok(Json(told?).into_response())
}

fn wrong_words(wait: Duration) -> Refusal {
    Refusal::new(
        Fault::TooOften(wait),
        "too many wrong PINs from here: ask your teacher to let you in, or wait a moment",
    )
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
    let mut told = match &what["do"] {
        Value::String(order) if order == "address" && who == Who::Teacher => school.show_address(&what)?,
        _ => class.ask(who, what).await?,
    };
    if told.is_object() {
        told["number"] = Number::newest(&class, Some(who)).to_string().into();
    }
    Ok(Json(told).into_response())
}

/// A token in an address: with a stream or a download, browsers cannot send one in any other way.
#[derive(Deserialize)]
struct AddressToken {
    token: Option<String>,
    /// Of a table that is downloaded: the word of its dialect.
    dialect: Option<String>,
}

/// What a page says when it listens.
#[derive(Deserialize)]
struct StreamListening {
    token: Option<String>,
    /// The number of the state that it has whole.
    after: Option<String>,
    /// Seconds that an answer may wait for something new.
    wait: Option<u64>,
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
    let drawn = QrCode::new(school.class_address(&class))
        .map_err(|error| Refusal::new(Fault::Broken, error.to_string()))?
        .render::<svg::Color<'_>>()
        .min_dimensions(320, 320)
        .build();
    Ok(([(header::CONTENT_TYPE, "image/svg+xml")], drawn).into_response())
}

/// An address as a QR code drawn in letters, for a terminal.
pub fn picture_in_letters(address: &str) -> String {
    QrCode::new(address).map_or_else(|_| String::new(), |code| code.render::<unicode::Dense1x2>().build())
}

/// Whoever has an unused word of [`School::ticket`], on this machine, gets to the page that it stands for.
async fn enter(
    State(school): State<Arc<School>>,
    Extension(ends): Extension<Ends>,
    Path(word): Path<String>,
) -> Result<Response, Refusal> {
    let gone =
        || Refusal::new(Fault::Missing, "this page was opened already: copy the teacher's address from the terminal");
    if !ends.are_here() {
        return Err(gone());
    }
    let ticket = school.tickets.lock().unwrap_or_else(PoisonError::into_inner).remove(&word);
    let (to, _) = ticket.filter(|(_, since)| since.elapsed() < TICKET).ok_or_else(gone)?;
    Ok(Redirect::to(&to).into_response())
}

impl School {
    /// The class that a page listens to, and whose page it is.
    fn listener(&self, ends: Ends, code: &str, token: Option<&str>) -> Result<(Class, Option<Who>), Refusal> {
        match token {
            Some(token) => self.known(ends.other.ip(), code, Some(token)).map(|(class, who)| (class, Some(who))),
            None => Ok((self.found(ends.other.ip(), code)?, None)),
        }
    }
}

async fn listen(
    State(school): State<Arc<School>>,
    Extension(ends): Extension<Ends>,
    wire: Option<Extension<Wire>>,
    all: Option<Extension<Arc<Connections>>>,
    Path(code): Path<String>,
    Query(key): Query<StreamListening>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let (class, who) = school.listener(ends, &code, key.token.as_deref())?;
    // Where connections are scarce, one page is enough.
    let most = if all.is_some_and(|all| all.is_scarce()) { 1 } else { MOST_PAGES };
    let (from, here) = (ends.other.ip(), ends.are_here());
    let page = StreamPage::open(&school.pages, class.code(), who, from, here, most)
        .ok_or_else(|| Refusal::new(Fault::TooOften(BEAT), "this class has too many projectors: close some"))?;
    // Browsers that open a stream again by themselves say what they have.
    let last = headers.get("last-event-id").and_then(|last| last.to_str().ok()).map(str::to_owned);
    let reader = StreamReader::new(class, who, key.token, last.or(key.after));
    let told = Sse::new(events(reader, page, wire.map(|Extension(wire)| wire)));
    Ok(([("x-accel-buffering", "no")], told).into_response())
}

async fn state(
    State(school): State<Arc<School>>,
    Extension(ends): Extension<Ends>,
    Path(code): Path<String>,
    Query(key): Query<StreamListening>,
) -> Result<Response, Refusal> {
    let (class, who) = school.listener(ends, &code, key.token.as_deref())?;
    let wait = Duration::from_secs(key.wait.unwrap_or(0)).min(LONGEST_WAIT);
    let told = StreamReader::new(class, who, key.token, key.after).answer(wait).await;
    Ok(([(header::CONTENT_TYPE, "application/json")], told).into_response())
}
