//! The server: the page, the gallery, and worlds. What happens goes down as server-sent events, what is asked comes up as
//! JSON. It serves this machine alone: it listens on the loopback address, answers to no other name, and takes nothing from
//! pages of others.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use contraband_sim::scenario::LONGEST_TEXT;
use futures_util::{Stream, stream};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::broadcast::error::RecvError;

use crate::Exhibit;
use crate::assets::{ASSETS, Asset};
use crate::world::{Command, Listening, Opening, Refused, World};
use crate::{print, view};

/// Worlds that live at a time; the one that nobody has looked at for longest makes room.
const MOST_WORLDS: usize = 6;
/// Bytes that somebody may send at once: a timeline of five hundred changes needs about a hundred thousand.
const LONGEST_BODY: usize = 256 * 1024;
/// Bytes that a world may be opened with: the longest scenario file, with every sign escaped.
const LONGEST_OPENING: usize = 2 * LONGEST_TEXT + LONGEST_BODY;

/// What a page may load: what this server sends, and nothing that is written into the page.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What all requests share.
struct Served {
    /// Names by which the server may be called.
    hosts: Vec<String>,
    threads: usize,
    gallery: Value,
    exhibits: Vec<Exhibit>,
    worlds: Mutex<Worlds>,
}

/// The worlds that live, by number.
#[derive(Default)]
struct Worlds {
    next: u64,
    open: BTreeMap<u64, World>,
}

impl Worlds {
    /// Takes a world in, and lets the oldest go that nobody looks at when there are too many.
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

/// Listens on a port of this machine; 0 for any that is free.
///
/// # Errors
/// When the port is taken.
pub async fn bind(port: u16) -> std::io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let at = listener.local_addr()?;
    Ok((listener, at))
}

/// Everything that the server at this address answers. `threads` is for each world, and changes speed only; `exhibits` are
/// runs to look at.
pub fn router(at: SocketAddr, threads: usize, exhibits: Vec<Exhibit>) -> Router {
    let hosts = [at.ip().to_string(), "localhost".into()].map(|name| format!("{name}:{}", at.port()));
    let shown = view::gallery(&exhibits);
    let served = Served { hosts: hosts.into(), threads, gallery: shown, exhibits, worlds: Mutex::default() };
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
    router
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(from_fn_with_state(Arc::clone(&served), guard))
        .with_state(served)
}

fn send(asset: &'static Asset) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, asset.kind)], asset.bytes)
}

/// Answers only to its own names, so that no other page can reach it by a name of its own, and to no page but its own;
/// and says with every answer what a page may load.
async fn guard(State(served): State<Arc<Served>>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let named = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let own_name = named(header::HOST).is_some_and(|host| served.hosts.iter().any(|own| own == host));
    let own_page = headers.get(header::ORIGIN).is_none()
        || named(header::ORIGIN)
            .and_then(|origin| origin.strip_prefix("http://"))
            .is_some_and(|origin| served.hosts.iter().any(|own| own == origin));
    let mut response = if own_name && own_page {
        next.run(request).await
    } else {
        refuse(
            StatusCode::FORBIDDEN,
            &[format!("this server answers to http://{} only", served.hosts.join(" and http://"))],
        )
    };
    guarded(response.headers_mut());
    response
}

fn guarded(headers: &mut HeaderMap) {
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
}

fn refuse(status: StatusCode, wrong: &[String]) -> Response {
    (status, Json(json!({"schema": 1, "errors": wrong}))).into_response()
}

async fn gallery(State(served): State<Arc<Served>>) -> Json<Value> {
    Json(served.gallery.clone())
}

async fn exhibit(State(served): State<Arc<Served>>, Path(number): Path<usize>) -> Response {
    match served.exhibits.get(number) {
        Some(exhibit) => Json(&exhibit.opening).into_response(),
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
    refuse(StatusCode::NOT_FOUND, &[format!("world {number} is not open; open it again")])
}

async fn ask(State(served): State<Arc<Served>>, Path(number): Path<u64>, Json(command): Json<Command>) -> Response {
    let Some(world) = world(&served, number) else { return missing(number) };
    match world.ask(command).await {
        Ok(answer) => Json(answer).into_response(),
        Err(wrong) => refuse(StatusCode::UNPROCESSABLE_ENTITY, &wrong),
    }
}

/// A table of a world as a file: `goods.csv` of its first future is `0/goods.csv`.
async fn table(
    State(served): State<Arc<Served>>,
    Path((number, future, file)): Path<(u64, usize, String)>,
) -> Response {
    let Some(world) = world(&served, number) else { return missing(number) };
    let name = file.trim_end_matches(".csv").to_owned();
    match world.ask(Command::Table { future, name: name.clone() }).await {
        Ok(Value::String(text)) => {
            // Only the name of a table comes here: nothing that would have to be escaped.
            let disposition = format!("attachment; filename=\"{name}.csv\"");
            let kind = "text/csv; charset=utf-8".to_owned();
            ([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition)], text).into_response()
        }
        Ok(_) => refuse(StatusCode::NOT_FOUND, &["that is no table".into()]),
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

/// What a listener hears, line by line. One who cannot keep up hears the whole again, and goes on from there.
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
