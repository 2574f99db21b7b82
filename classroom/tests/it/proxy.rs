//! What stands between a phone and the server in some schools: a proxy or a virus scanner that holds streams back, a network
//! that loses everything without a word, a server that is away for a while.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{sleep, spawn};
use std::time::Duration;

/// What it does with what passes through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// Nothing.
    Through,
    /// Holds each event of a stream back until the next comes.
    UntilTheNext,
    /// Holds a stream back until there are so many bytes more.
    UntilBytes(usize),
    /// Holds a whole stream back, its head too, until it ends.
    UntilTheEnd,
    /// Loses everything, in both directions, and says nothing of it: connections stay open.
    Nowhere,
    /// Lets what is sent through, and ends the connection before anything comes back.
    Unanswered,
    /// Ends every connection at once, as a machine does whose program is gone.
    Refused,
    /// Answers requests for this path with this text instead; without one, not at all.
    Instead(&'static str, &'static str),
}

/// A proxy before a server. It goes on for as long as the tests run.
pub struct Proxy {
    /// Where it listens.
    pub at: SocketAddr,
    way: Arc<Mutex<Way>>,
    /// Paths that were asked for.
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    pub fn before(server: SocketAddr, way: Way) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let at = listener.local_addr().expect("an address");
        let proxy = Self { at, way: Arc::new(Mutex::new(way)), asked: Arc::default() };
        let (way, asked) = (Arc::clone(&proxy.way), Arc::clone(&proxy.asked));
        spawn(move || {
            for page in listener.incoming().flatten() {
                let (way, asked) = (Arc::clone(&way), Arc::clone(&asked));
                // A page that leaves in the middle is no error.
                spawn(move || drop(pass(&page, server, &way, &asked)));
            }
        });
        proxy
    }

    /// Does this from now on, with connections that are open too.
    pub fn turn(&self, way: Way) {
        *self.way.lock().unwrap_or_else(PoisonError::into_inner) = way;
    }

    /// Paths that were asked for so far, with a part of this text in them.
    pub fn asked(&self, part: &str) -> usize {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).iter().filter(|path| path.contains(part)).count()
    }
}

fn now(way: &Mutex<Way>) -> Way {
    way.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Passes one request on, and its answer back.
fn pass(page: &TcpStream, server: SocketAddr, way: &Mutex<Way>, asked: &Mutex<Vec<String>>) -> std::io::Result<()> {
    page.set_nodelay(true)?;
    let mut reader = BufReader::new(page);
    let mut head = String::new();
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let name = line.split(':').next().unwrap_or_default().to_ascii_lowercase();
        match name.as_str() {
            // The server answers at its own address alone, and each connection is for one request.
            "host" => line = format!("Host: {server}\r\n"),
            "origin" => line = format!("Origin: http://{server}\r\n"),
            "connection" => line = "Connection: close\r\n".into(),
            "content-length" => length = line[15..].trim().parse().unwrap_or(0),
            _ => {}
        }
        head += &line;
        if line == "\r\n" {
            break;
        }
    }
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    asked.lock().unwrap_or_else(PoisonError::into_inner).push(path.clone());
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    match now(way) {
        Way::Refused => return page.shutdown(Shutdown::Both),
        Way::Instead(of, "") if path == of => return page.shutdown(Shutdown::Both),
        Way::Instead(of, text) if path == of => {
            let length = text.len();
            return write!(
                &*page,
                "HTTP/1.1 200 OK\r\nContent-Type: text/javascript\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{text}"
            );
        }
        _ => {}
    }
    while now(way) == Way::Nowhere {
        sleep(Duration::from_millis(50));
    }
    let mut answer = TcpStream::connect(server)?;
    answer.write_all(head.as_bytes())?;
    answer.write_all(&body)?;
    if !path.contains("/stream") {
        let mut whole = Vec::new();
        answer.read_to_end(&mut whole)?;
        if now(way) == Way::Unanswered {
            return page.shutdown(Shutdown::Both);
        }
        while now(way) == Way::Nowhere {
            sleep(Duration::from_millis(50));
        }
        return (&*page).write_all(&whole);
    }
    stream(page, answer, way)
}

/// Passes a stream on, as the way is: once bytes are lost, all that come after them are.
fn stream(page: &TcpStream, answer: TcpStream, way: &Mutex<Way>) -> std::io::Result<()> {
    answer.set_read_timeout(Some(Duration::from_millis(100)))?;
    let mut page = page;
    let mut reader = answer;
    let mut held = Vec::new();
    let mut lost = false;
    let mut bytes = [0; 16 * 1024];
    loop {
        let many = match reader.read(&mut bytes) {
            Ok(0) => break,
            Ok(many) => many,
            Err(error) if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {
                if matches!(now(way), Way::Refused | Way::Unanswered) {
                    return page.shutdown(Shutdown::Both);
                }
                continue;
            }
            Err(error) => return Err(error),
        };
        held.extend_from_slice(&bytes[..many]);
        match now(way) {
            Way::Through | Way::Instead(..) if !lost => page.write_all(&std::mem::take(&mut held))?,
            // Events come in pieces of their own; the last one waits.
            Way::UntilTheNext => {
                let last = held
                    .windows(2)
                    .rposition(|two| two == b"\n\n")
                    .map_or(0, |end| held[..end].windows(2).rposition(|two| two == b"\n\n").map_or(0, |end| end + 2));
                page.write_all(&held.drain(..last).collect::<Vec<_>>())?;
            }
            Way::UntilBytes(enough) => {
                let whole = held.len() / enough * enough;
                page.write_all(&held.drain(..whole).collect::<Vec<_>>())?;
            }
            Way::UntilTheEnd => {}
            Way::Refused | Way::Unanswered => return page.shutdown(Shutdown::Both),
            Way::Nowhere | Way::Through | Way::Instead(..) => {
                lost = true;
                held.clear();
            }
        }
    }
    page.write_all(&held)
}
