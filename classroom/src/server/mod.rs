//! The servers: of [`explore`], for one person at this machine, and of a [`class`]. Both answer only at the address at which
//! they were reached, take no requests from other sites' pages, and give slow requests a time limit.

pub mod addresses;
pub mod class;
pub mod explore;
mod limits;
mod stream;
pub(crate) mod wire;

use std::convert::Infallible;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use contraband_sim::record::csv_dialect::CsvDialect;
use hyper::server::conn::http1;
use hyper::service::{HttpService, Service as _, service_fn};
use hyper_util::rt::TokioTimer;
use hyper_util::service::TowerToHyperService;
use serde_json::json;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::TcpListener;

use crate::assets::Asset;
use addresses::Names;
use wire::{Connections, Leaving, WatchedWire};

/// What a page may load: only what this server sends, and no script or style written into the page.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// Time limit for sending a request, and for answering it.
const PATIENCE: Duration = Duration::from_secs(15);
/// Connections that may wait to be taken in.
const BACKLOG: i32 = 1_024;

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

/// Listens on a port, 0 for any that is free: for this machine only, or with `lan` for everyone who can reach it, by IPv4 or
/// IPv6.
///
/// # Errors
/// When the port is taken.
pub async fn bind(port: u16, lan: bool) -> std::io::Result<(TcpListener, SocketAddr)> {
    let listener = if lan {
        // A machine may have either alone.
        match both(port) {
            Ok(listener) => listener,
            Err(_) => TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).await?,
        }
    } else {
        TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?
    };
    let at = listener.local_addr()?;
    Ok((listener, at))
}

/// Listens for callers by IPv4 and by IPv6.
fn both(port: u16) -> std::io::Result<TcpListener> {
    let socket = Socket::new(Domain::IPV6, Type::STREAM, Some(Protocol::TCP))?;
    socket.set_only_v6(false)?;
    // A port that was left a moment ago can be taken again at once; elsewhere than on Unix this would let two servers share it.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.bind(&SocketAddr::from((Ipv6Addr::UNSPECIFIED, port)).into())?;
    socket.listen(BACKLOG)?;
    socket.set_nonblocking(true)?;
    TcpListener::from_std(socket.into())
}

/// Answers all requests, forever.
pub async fn serve(listener: TcpListener, router: Router) -> Infallible {
    let all = Connections::new(wire::room().0);
    loop {
        all.wait_for_room().await;
        let accepted = listener.accept().await;
        let Ok((ends, stream)) =
            accepted.and_then(|(stream, other)| Ok((Ends::new(stream.local_addr()?, other), stream)))
        else {
            // The system has no room for more files, or the caller is gone again.
            all.make_room();
            tokio::time::sleep(Duration::from_millis(5)).await;
            continue;
        };
        wire::watch_over(&stream);
        let connection = all.enter();
        let (router, busy, watched) =
            (TowerToHyperService::new(router.clone()), connection.busy(), WatchedWire::new(stream));
        let (wire, scarce) = (watched.wire(), Arc::clone(&all));
        let service = service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
            busy.begin();
            request.extensions_mut().insert(ends);
            request.extensions_mut().insert(wire.clone());
            request.extensions_mut().insert(Arc::clone(&scarce));
            let (answer, busy) = (router.call(request), busy.clone());
            async move {
                let mut answer: Response = answer.await?;
                busy.end(&mut answer);
                Ok::<_, Infallible>(answer)
            }
        });
        tokio::spawn(async move {
            let mut http = http1::Builder::new();
            http.timer(TokioTimer::new()).header_read_timeout(PATIENCE);
            connection.serve(http.serve_connection(watched, service)).await;
        });
    }
}

impl<S> Leaving for http1::Connection<WatchedWire, S>
where
    S: HttpService<hyper::body::Incoming, ResBody = axum::body::Body>,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    fn leave(self: Pin<&mut Self>) {
        self.graceful_shutdown();
    }
}

impl Ends {
    /// Ends as callers know them: who calls by IPv4 has an address of IPv4, also where one socket hears both.
    fn new(own: SocketAddr, other: SocketAddr) -> Self {
        let plain = |end: SocketAddr| SocketAddr::new(end.ip().to_canonical(), end.port());
        Self { own: plain(own), other: plain(other) }
    }

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
    let given = request.extensions().get::<Names>().cloned().unwrap_or_default();
    let is_own = |host: &str| {
        own.is_some_and(|own| {
            let local = own.ip().is_loopback().then(|| format!("localhost:{}", own.port()));
            host == own.to_string()
                || Some(host) == local.as_deref()
                // Browsers leave out the standard port.
                || (own.port() == 80 && own.to_string().strip_suffix(":80") == Some(host))
        }) || given.know(host)
    };
    let own_name = named(header::HOST).is_some_and(is_own);
    let own_page = headers.get(header::ORIGIN).is_none()
        || named(header::ORIGIN).and_then(|origin| origin.strip_prefix("http://")).is_some_and(is_own);
    let mut response = if own_name && own_page {
        next.run(request).await
    } else {
        let own = own.map_or_else(String::new, |own| format!(" http://{own}"));
        refuse(StatusCode::FORBIDDEN, &[format!("this server answers only at its own address:{own}")])
    };
    guarded(response.headers_mut());
    response
}

/// Gives a request a time limit.
async fn patient(request: Request, next: Next) -> Response {
    match tokio::time::timeout(PATIENCE, next.run(request)).await {
        Ok(response) => response,
        Err(_) => refuse(StatusCode::REQUEST_TIMEOUT, &["this took too long: try again".into()]),
    }
}

fn guarded(headers: &mut HeaderMap) {
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store, no-transform"),
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
