//! The server of explore: the page, the gallery, and worlds. Pages send commands as JSON, and get what happens as server-sent
//! events.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{StatusCode, header};
use axum::middleware::from_fn;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use contraband_sim::scenario::tree::LONGEST_TEXT;
use futures_util::{Stream, stream};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;

use super::{dialect_of, guard, patient, refuse, send};
use crate::assets::ASSETS;
use crate::refused::Refused;
use crate::world::{Command, Listening, Opening, World};
use crate::{Exhibit, print, view};

/// Worlds open at a time, at most; one that nobody is looking at makes room.
const MOST_WORLDS: usize = 6;
/// Bytes in one request, at most: a timeline of five hundred changes needs about a hundred thousand.
const LONGEST_BODY: usize = 256 * 1024;
/// Bytes that a world may be opened with: the longest scenario file, with every character escaped.
const LONGEST_OPENING: usize = 2 * LONGEST_TEXT + LONGEST_BODY;

/// State that all requests share.
struct Served {
    threads: usize,
    gallery: Value,
    exhibits: Vec<Exhibit>,
    worlds: Mutex<OpenWorlds>,
}

/// The open worlds, by number.
#[derive(Default)]
struct OpenWorlds {
    next: u64,
    open: BTreeMap<u64, World>,
}

impl OpenWorlds {
    /// Adds a world. If there are too many, it drops the oldest that nobody is looking at.
    fn add(&mut self, world: World) -> Result<u64, Refused> {
        if self.open.len() >= MOST_WORLDS {
            let Some((&idle, _)) = self.open.iter().find(|(_, world)| world.listeners() == 0) else {
                return Err(vec![format!("{MOST_WORLDS} worlds are open already: close another tab, and try again")]);
            };
            self.open.remove(&idle);
        }
        self.next += 1;
        self.open.insert(self.next, world);
        Ok(self.next)
    }
}

/// All routes of the server. `threads` counts for each world and changes speed only; `exhibits` are runs to look at.
pub fn router(threads: usize, exhibits: Vec<Exhibit>) -> Router {
    let shown = view::gallery(&exhibits);
    let served = Served { threads, gallery: shown, exhibits, worlds: Mutex::default() };
    let served = Arc::new(served);
    let mut router = Router::new()
        .route("/api/scenarios", get(gallery))
        .route("/api/exhibits/{exhibit}", get(exhibit))
        .route("/api/worlds", post(open).layer(DefaultBodyLimit::max(LONGEST_OPENING)))
        .route("/api/worlds/{world}", post(ask))
        .route("/api/worlds/{world}/{future}/{file}", get(table))
        .route("/api/worlds/{world}/stream", get(listen))
        .merge(print::routes());
    for asset in ASSETS {
        router = router.route(asset.path, get(|| async { send(asset) }));
    }
    router.layer(DefaultBodyLimit::max(LONGEST_BODY)).layer(from_fn(patient)).layer(from_fn(guard)).with_state(served)
}

async fn gallery(State(served): State<Arc<Served>>) -> Json<Value> {
    Json(served.gallery.clone())
}

async fn exhibit(State(served): State<Arc<Served>>, Path(number): Path<usize>) -> Response {
    match served.exhibits.get(number) {
        Some(exhibit) => match exhibit.opening() {
            Ok(opening) => Json(opening).into_response(),
            Err(wrong) => refuse(StatusCode::UNPROCESSABLE_ENTITY, &[wrong]),
        },
        None => refuse(StatusCode::NOT_FOUND, &[format!("there is no run {number} to look at")]),
    }
}

async fn open(State(served): State<Arc<Served>>, Json(opening): Json<Opening>) -> Response {
    let opened = World::open(opening, served.threads)
        .and_then(|world| served.worlds.lock().unwrap_or_else(PoisonError::into_inner).add(world));
    match opened {
        Ok(world) => Json(json!({"schema": 1, "world": world})).into_response(),
        Err(wrong) => refuse(StatusCode::UNPROCESSABLE_ENTITY, &wrong),
    }
}

/// The world of this number, if it is open.
fn world(served: &Served, number: u64) -> Option<World> {
    served.worlds.lock().unwrap_or_else(PoisonError::into_inner).open.get(&number).cloned()
}

fn missing(number: u64) -> Response {
    refuse(StatusCode::NOT_FOUND, &[format!("world {number} is not open; reload the page to start it again")])
}

async fn ask(State(served): State<Arc<Served>>, Path(number): Path<u64>, Json(command): Json<Command>) -> Response {
    let Some(world) = world(&served, number) else { return missing(number) };
    match world.ask(command).await {
        Ok(answer) => Json(answer).into_response(),
        Err(wrong) => refuse(StatusCode::UNPROCESSABLE_ENTITY, &wrong),
    }
}

/// What an address of a table asks for.
#[derive(Deserialize)]
struct TableAsked {
    /// The word of its dialect.
    dialect: Option<String>,
}

/// A table of a world as a file: `goods.csv` of its first future is `0/goods.csv`.
async fn table(
    State(served): State<Arc<Served>>,
    Path((number, future, file)): Path<(u64, usize, String)>,
    Query(asked): Query<TableAsked>,
) -> Response {
    let Some(world) = world(&served, number) else { return missing(number) };
    if let Err(wrong) = dialect_of(asked.dialect.as_deref()) {
        return refuse(StatusCode::NOT_FOUND, &[wrong]);
    }
    let name = file.trim_end_matches(".csv").to_owned();
    match world.ask(Command::Table { future, name: name.clone(), dialect: asked.dialect }).await {
        Ok(Value::String(text)) => {
            // Only the name of a table gets here, and it needs no escaping.
            let disposition = format!("attachment; filename=\"{name}.csv\"");
            let kind = "text/csv; charset=utf-8".to_owned();
            ([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition)], text).into_response()
        }
        Ok(_) => refuse(StatusCode::NOT_FOUND, &["there is no such table".into()]),
        Err(wrong) => refuse(StatusCode::NOT_FOUND, &wrong),
    }
}

async fn listen(State(served): State<Arc<Served>>, Path(number): Path<u64>) -> Response {
    let Some(world) = world(&served, number) else { return missing(number) };
    match world.listen().await {
        Ok(listening) => {
            let alive = KeepAlive::new().interval(Duration::from_secs(15));
            Sse::new(lines(world, listening)).keep_alive(alive).into_response()
        }
        Err(wrong) => refuse(StatusCode::NOT_FOUND, &wrong),
    }
}

/// What a listener is sent, line by line. One who cannot keep up is sent everything again, and continues from there.
fn lines(world: World, (first, told): Listening) -> impl Stream<Item = Result<Event, Infallible>> {
    let first = first.into_iter().collect::<std::collections::VecDeque<_>>();
    stream::unfold((world, first, told), |(world, mut first, mut told)| async move {
        loop {
            if let Some(line) = first.pop_front() {
                return Some((Ok(Event::default().data(&*line)), (world, first, told)));
            }
            match told.recv().await {
                Ok(line) => first.push_back(line),
                Err(RecvError::Lagged(_)) => {
                    let (again, from_now) = world.listen().await.ok()?;
                    first.extend(again);
                    told = from_now;
                }
                Err(RecvError::Closed) => return None,
            }
        }
    })
}
