//! Connections: how many there can be, which of them make room for others, and how one that has gone silent is noticed.

use std::collections::BTreeMap;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::http::{HeaderValue, header};
use axum::response::Response;
use futures_util::future::{Either, select};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use socket2::{SockRef, TcpKeepalive};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::time::timeout;

use crate::pace::now;

/// Time for which what was sent may stay unacknowledged before a connection counts as lost.
pub const SILENT: Duration = Duration::from_secs(30);
/// Connections at a time, at most; more have to wait.
const MOST_CONNECTIONS: usize = 4_000;
/// Open files that are no connections: journals, the folder of tables, what the system needs.
const OTHER_FILES: u64 = 56;
/// Fewest connections that a server does with, however few files it may open.
const FEWEST: usize = 16;
/// Time that a new connection has for its first request before it has to make room for others.
const FRESH: Duration = Duration::from_secs(3);
/// Time that is left to a connection for its last answer when it has to make room.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Lets this process open as many files as it may, and returns how many connections there is room for, and whether that is less
/// than a server would like.
pub fn room() -> (usize, bool) {
    let wanted = MOST_CONNECTIONS as u64 + OTHER_FILES;
    // Where the system does not tell, it also has no such limit.
    let files = rlimit::increase_nofile_limit(wanted).unwrap_or(wanted);
    let room = (files.saturating_sub(OTHER_FILES) as usize).clamp(FEWEST, MOST_CONNECTIONS);
    (room, files < wanted)
}

/// All connections of a server.
pub struct Connections {
    most: usize,
    open: Mutex<OpenWire>,
    /// Told when one is closed.
    freed: Notify,
}

#[derive(Default)]
struct OpenWire {
    next: u64,
    all: BTreeMap<u64, Resting>,
}

/// What a connection is doing.
struct Resting {
    /// Since when it has waited for a request; `None` while it is busy with one.
    since: Option<Instant>,
    /// Whether it has never sent one.
    fresh: bool,
    leave: Arc<Notify>,
}

impl Connections {
    /// Room for so many.
    pub fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { most, open: Mutex::default(), freed: Notify::new() })
    }

    fn with<T>(&self, look: impl FnOnce(&mut OpenWire) -> T) -> T {
        look(&mut self.open.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether so many are open that nobody should hold more than they need.
    pub fn is_scarce(&self) -> bool {
        self.with(|open| open.all.len() * 4 >= self.most * 3)
    }

    /// Waits until there is room for one more. Those that have waited for a request for longest make room.
    pub async fn wait_for_room(&self) {
        loop {
            let freed = self.freed.notified();
            if self.with(|open| open.all.len() < self.most) {
                return;
            }
            self.make_room();
            let _ = timeout(Duration::from_millis(20), freed).await;
        }
    }

    /// Closes the connection that has waited for a request for longest, if any does.
    pub fn make_room(&self) {
        self.with(|open| {
            let may_go = |resting: &Resting| resting.since.filter(|since| !resting.fresh || since.elapsed() >= FRESH);
            let longest = open.all.iter().filter_map(|(&number, each)| Some((may_go(each)?, number))).min();
            if let Some((_, number)) = longest
                && let Some(resting) = open.all.get_mut(&number)
            {
                resting.since = None;
                resting.leave.notify_one();
            }
        });
    }

    /// Counts one more.
    pub fn enter(self: &Arc<Self>) -> Connection {
        let leave = Arc::new(Notify::new());
        let number = self.with(|open| {
            open.next += 1;
            let resting = Resting { since: Some(now()), fresh: true, leave: Arc::clone(&leave) };
            open.all.insert(open.next, resting);
            open.next
        });
        Connection { all: Arc::clone(self), number, leave }
    }
}

/// A connection that is open; it is counted until it is closed.
pub struct Connection {
    all: Arc<Connections>,
    number: u64,
    leave: Arc<Notify>,
}

/// The part of a [`Connection`] that follows its requests.
#[derive(Clone)]
pub struct Busy {
    all: Arc<Connections>,
    number: u64,
}

impl Connection {
    pub fn busy(&self) -> Busy {
        Busy { all: Arc::clone(&self.all), number: self.number }
    }

    /// Serves it to its end, or until it has to make room.
    pub async fn serve<C: Leaving>(self, connection: C) {
        let mut connection = pin!(connection);
        let asked = match select(connection.as_mut(), pin!(self.leave.notified())).await {
            // A caller who leaves in the middle is no error.
            Either::Left(_) => false,
            Either::Right(_) => true,
        };
        if asked {
            connection.as_mut().leave();
            let _ = timeout(LAST_WORDS, connection).await;
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.all.with(|open| open.all.remove(&self.number));
        self.all.freed.notify_one();
    }
}

impl Busy {
    /// A request has come.
    pub fn begin(&self) {
        self.all.with(|open| {
            if let Some(resting) = open.all.get_mut(&self.number) {
                (resting.since, resting.fresh) = (None, false);
            }
        });
    }

    /// It is answered. A stream goes on; after another answer the connection waits for a request, or is closed where
    /// connections are scarce.
    pub fn end(&self, answer: &mut Response) {
        let kind = answer.headers().get(header::CONTENT_TYPE);
        if kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream")) {
            return;
        }
        if self.all.is_scarce() {
            answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        self.all.with(|open| {
            if let Some(resting) = open.all.get_mut(&self.number) {
                resting.since = Some(now());
            }
        });
    }
}

/// A connection that can be asked to close.
pub trait Leaving: Future {
    /// Closes it after the answer that it is giving, if any.
    fn leave(self: Pin<&mut Self>);
}

/// What is known of a connection's network.
#[derive(Clone, Debug, Default)]
pub struct Wire(Arc<AtomicBool>);

impl Wire {
    /// Whether the other side has not acknowledged anything for so long that the connection was given up.
    pub fn is_lost(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn hear(&self, error: &std::io::Error) {
        use std::io::ErrorKind::{HostUnreachable, NetworkDown, NetworkUnreachable, TimedOut};
        if matches!(error.kind(), TimedOut | HostUnreachable | NetworkUnreachable | NetworkDown) {
            self.0.store(true, Ordering::Relaxed);
        }
    }
}

/// Asks the system to notice when the other side has gone without a word. Where it cannot, the page that no longer says that
/// somebody looks at it counts as away after a minute all the same.
pub fn watch_over(stream: &TcpStream) {
    // Lines are short and cannot wait for more to come.
    let _ = stream.set_nodelay(true);
    let socket = SockRef::from(stream);
    let alive = TcpKeepalive::new().with_time(SILENT / 3);
    #[cfg(any(target_os = "linux", target_os = "android", target_os = "macos", windows))]
    let alive = alive.with_interval(SILENT / 6).with_retries(4);
    let _ = socket.set_tcp_keepalive(&alive);
    #[cfg(any(target_os = "linux", target_os = "android"))]
    let _ = socket.set_tcp_user_timeout(Some(SILENT));
}

/// A connection's bytes; it remembers whether the network has lost it.
pub struct WatchedWire {
    io: TokioIo<TcpStream>,
    wire: Wire,
}

impl WatchedWire {
    pub fn new(stream: TcpStream) -> Self {
        Self { io: TokioIo::new(stream), wire: Wire::default() }
    }

    pub fn wire(&self) -> Wire {
        self.wire.clone()
    }

    fn heard<T>(&self, said: Poll<std::io::Result<T>>) -> Poll<std::io::Result<T>> {
        if let Poll::Ready(Err(error)) = &said {
            self.wire.hear(error);
        }
        said
    }
}

impl Read for WatchedWire {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: ReadBufCursor<'_>) -> Poll<std::io::Result<()>> {
        let said = Pin::new(&mut self.io).poll_read(cx, buf);
        self.heard(said)
    }
}

impl Write for WatchedWire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        let said = Pin::new(&mut self.io).poll_write(cx, bytes);
        self.heard(said)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        let said = Pin::new(&mut self.io).poll_flush(cx);
        self.heard(said)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        let said = Pin::new(&mut self.io).poll_shutdown(cx);
        self.heard(said)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[std::io::IoSlice<'_>],
    ) -> Poll<std::io::Result<usize>> {
        let said = Pin::new(&mut self.io).poll_write_vectored(cx, parts);
        self.heard(said)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_connection_that_has_waited_longest_makes_room_and_none_that_is_busy() {
        let all = Connections::new(4);
        let held: Vec<Connection> = (0..3).map(|_| all.enter()).collect();
        for one in &held[..2] {
            one.busy().begin();
        }
        held[1].busy().end(&mut Response::default());
        let asked = |nth: usize| all.with(|open| open.all[&(nth as u64 + 1)].since.is_none());
        // The first is busy; the third is too new to have sent its first request.
        all.make_room();
        assert!(asked(1) && !asked(2));
        all.make_room();
        assert!(!asked(2));
        assert!(all.is_scarce());
        let mut stream = Response::default();
        stream.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
        held[0].busy().end(&mut stream);
        assert!(asked(0), "a stream is not at rest");
        let mut answer = Response::default();
        held[0].busy().end(&mut answer);
        assert_eq!(answer.headers()[header::CONNECTION], "close", "where they are scarce, none is kept for later");
        drop(held);
        assert!(!all.is_scarce());
    }
}
