//! The servers: of [`explore`], for one person at this machine, and of a [`class`]. Both answer only at the address at which
//! they were reached, take no requests from other sites' pages, and give slow requests a time limit.

pub mod class;
pub mod explore;
mod limits;

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use contraband_sim::record::csv_dialect::CsvDialect;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use serde_json::json;
use tokio::net::TcpListener;

use crate::assets::Asset;

/// What a page may load: only what this server sends, and no script or style written into the page.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// Time limit for sending a request, and for answering it.
const PATIENCE: Duration = Duration::from_secs(15);
/// Connections at a time, at most; more have to wait.
const MOST_CONNECTIONS: usize = 4_000;

/// The dialect that an address asks for with `?dialect=`.
///
/// # Errors
/// When there is no such dialect: a sentence that lists those there are.
fn dialect_of(word: Option<&str>) -> Result<CsvDialect, String> {
    let Some(word) = word else { return Ok(CsvDialect::Plain) };
    let known = CsvDialect::ALL.map(|(_, word)| word).join(", ");
    CsvDialect::from_word(word).ok_or_else(|| format!("there is no dialect `{word}` of tables; there are {known}"))
}

/// The two ends of a connection.
#[derive(Clone, Copy, Debug)]
pub struct Ends {
    /// The address of this machine at which it was reached.
    pub own: SocketAddr,
    /// The address of the caller.
    pub other: SocketAddr,
}

/// Listens on a port, 0 for any that is free: for this machine only, or with `lan` for everyone who can reach it.
///
/// # Errors
/// When the port is taken.
pub async fn bind(port: u16, lan: bool) -> std::io::Result<(TcpListener, SocketAddr)> {
    let own = if lan { Ipv4Addr::UNSPECIFIED } else { Ipv4Addr::LOCALHOST };
    let listener = TcpListener::bind((own, port)).await?;
    let at = listener.local_addr()?;
    Ok((listener, at))
}

/// Answers all requests, forever.
pub async fn serve(listener: TcpListener, router: Router) -> Infallible {
    let open = Arc::new(AtomicUsize::new(0));
    loop {
        let accepted = listener.accept().await;
        let connected = accepted.and_then(|(stream, other)| Ok((Ends { own: stream.local_addr()?, other }, stream)));
        let (Ok((ends, stream)), true) = (connected, open.load(Ordering::Relaxed) < MOST_CONNECTIONS) else {
            // Too many at once: the system, or this server, has room again soon.
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        // Lines are short and cannot wait for more to come.
        let _ = stream.set_nodelay(true);
        let (router, counted) = (TowerToHyperService::new(router.clone()), OpenConnection::new(&open));
        let service = service_fn(move |mut request| {
            request.extensions_mut().insert(ends);
            router.call(request)
        });
        tokio::spawn(async move {
            let _counted = counted;
            let mut connection = http1::Builder::new();
            connection.timer(TokioTimer::new()).header_read_timeout(PATIENCE);
            // A caller who leaves in the middle is no error.
            let _ = connection.serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

/// One of the connections that are open.
struct OpenConnection(Arc<AtomicUsize>);

impl OpenConnection {
    fn new(open: &Arc<AtomicUsize>) -> Self {
        open.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(open))
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Ends {
    /// Whether the caller is on this machine: a call to one of its own addresses comes from that address.
    pub fn are_here(&self) -> bool {
        self.own.ip() == self.other.ip()
    }
}

fn send(asset: &'static Asset) -> Response {
    ([(header::CONTENT_TYPE, asset.kind)], asset.bytes).into_response()
}

/// Answers only requests to the address that was called, so that no other site can reach the server under its own name, and
/// only from pages of this server; every answer says what a page may load.
async fn guard(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let named = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let own = request.extensions().get::<Ends>().map(|ends| ends.own);
    let is_own = |host: &str| {
        own.is_some_and(|own| {
            let local = own.ip().is_loopback().then(|| format!("localhost:{}", own.port()));
            host == own.to_string()
                || Some(host) == local.as_deref()
                // Browsers leave out the standard port.
                || (own.port() == 80 && host == own.ip().to_string())
        })
    };
    let own_name = named(header::HOST).is_some_and(is_own);
    let own_page = headers.get(header::ORIGIN).is_none()
        || named(header::ORIGIN).and_then(|origin| origin.strip_prefix("http://")).is_some_and(is_own);
    let mut response = if own_name && own_page {
        match tokio::time::timeout(PATIENCE, next.run(request)).await {
            Ok(response) => response,
            Err(_) => refuse(StatusCode::REQUEST_TIMEOUT, &["this took too long: try again".into()]),
        }
    } else {
        let own = own.map_or_else(String::new, |own| format!(" http://{own}"));
        refuse(StatusCode::FORBIDDEN, &[format!("this server answers only at its own address:{own}")])
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_here() {
        let ends = |own: &str, other: &str| Ends { own: own.parse().unwrap(), other: other.parse().unwrap() };
        assert!(ends("192.168.1.5:8080", "192.168.1.5:40000").are_here());
        assert!(ends("127.0.0.1:8080", "127.0.0.1:40000").are_here());
        assert!(!ends("192.168.1.5:8080", "192.168.1.77:40000").are_here());
    }
}
