//! The server, spoken to as by anybody who can reach it.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc::channel;

use contraband_classroom::Exhibit;
use contraband_classroom::assets::ASSETS;
use contraband_classroom::server::explore::router;
use contraband_classroom::server::{self, bind};
use contraband_classroom::world::Opening;

use crate::wait;

/// A server on a free port, for as long as the tests run.
pub fn serve() -> SocketAddr {
    serve_with(Vec::new())
}

/// The same, with runs to look at.
pub fn serve_with(exhibits: Vec<Exhibit>) -> SocketAddr {
    let (tell, told) = channel();
    std::thread::spawn(move || {
        wait(async {
            let (listener, at) = bind(0, false).await.expect("a free port");
            tell.send(at).expect("somebody waits for it");
            server::serve(listener, router(1, exhibits)).await
        })
    });
    told.recv().expect("it listens")
}

/// What the server says to a request, head and body.
fn said(at: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(at).expect("it listens");
    // Who sends too much is answered before the end; what was said until then counts.
    let _ = stream.write_all(request.as_bytes());
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

fn got(at: SocketAddr, path: &str, more: &str) -> String {
    said(at, &format!("GET {path} HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\n{more}\r\n"))
}

fn sent(at: SocketAddr, path: &str, body: &str, more: &str) -> String {
    let length = body.len();
    let head =
        format!("POST {path} HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\nContent-Length: {length}\r\n{more}\r\n");
    said(at, &(head + body))
}

const JSON: &str = "Content-Type: application/json\r\n";

#[test]
fn every_answer_says_what_a_page_may_load() {
    let at = serve();
    for path in ["/", "/main.js", "/api/scenarios", "/nowhere", "/api/worlds/7/stream"] {
        let answer = got(at, path, "");
        assert!(
            answer.contains("content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'"),
            "{path}: {answer}"
        );
        assert!(answer.contains("x-content-type-options: nosniff") && !answer.contains("unsafe"), "{path}");
    }
}

#[test]
fn nothing_is_served_but_the_files_of_the_page() {
    let at = serve();
    for asset in ASSETS {
        let answer = got(at, asset.path, "");
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains(asset.kind), "{}", asset.path);
    }
    for path in [
        "/../Cargo.toml",
        "/..%2fCargo.toml",
        "//etc/passwd",
        "/vendor/",
        "/vendor/VENDOR.md",
        "/ui/main.js",
        "/main.js/",
        "/%00",
    ] {
        let answer = got(at, path, "");
        assert!(!answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
    }
}

#[test]
fn other_names_and_other_pages_are_refused() {
    let at = serve();
    let named = |host: &str| format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    for host in [
        "evil.example",
        "127.0.0.1",
        &format!("evil.example:{}", at.port()),
        &format!("127.0.0.1.evil.example:{}", at.port()),
        "",
    ] {
        assert!(said(at, &named(host)).starts_with("HTTP/1.1 403"), "{host}");
    }
    assert!(said(at, &named(&format!("localhost:{}", at.port()))).starts_with("HTTP/1.1 200"));
    let open = r#"{"scenario": "first_market"}"#;
    for origin in ["http://evil.example", "null", "https://localhost", &format!("http://localhost:{}", at.port() ^ 1)] {
        let answer = sent(at, "/api/worlds", open, &format!("{JSON}Origin: {origin}\r\n"));
        assert!(answer.starts_with("HTTP/1.1 403"), "{origin}: {answer}");
    }
    assert!(sent(at, "/api/worlds", open, &format!("{JSON}Origin: http://{at}\r\n")).starts_with("HTTP/1.1 200"));
    // A form of another page cannot send JSON.
    assert!(sent(at, "/api/worlds", open, "Content-Type: text/plain\r\n").starts_with("HTTP/1.1 415"));
}

#[test]
fn nonsense_is_refused_and_the_server_goes_on() {
    let at = serve();
    let huge = format!(r#"{{"scenario": "{}"}}"#, "x".repeat(1 << 20));
    for body in [
        "",
        "{",
        "[]",
        "null",
        r#"{"scenario": 7}"#,
        r#"{"scenario": "baseline", "more": 1}"#,
        r#"{"scenario": "baseline", "now": 4000}"#,
        &huge,
    ] {
        let answer = sent(at, "/api/worlds", body, JSON);
        assert!(answer.starts_with("HTTP/1.1 4"), "{}: {answer}", &body[..body.len().min(60)]);
    }
    assert!(sent(at, "/api/worlds", r#"{"scenario": "first_market"}"#, JSON).contains(r#""world":1"#));
    for command in
        [r#"{"do": "dance"}"#, r#"{"do": "seek"}"#, r#"{"do": "seek", "day": -1}"#, r#"{"do": "seek", "day": 1e9}"#]
    {
        assert!(sent(at, "/api/worlds/1", command, JSON).starts_with("HTTP/1.1 4"), "{command}");
    }
    assert!(sent(at, "/api/worlds/2", r#"{"do": "play"}"#, JSON).starts_with("HTTP/1.1 404"));
    assert!(sent(at, "/api/worlds/1", r#"{"do": "seek", "day": 3}"#, JSON).starts_with("HTTP/1.1 200"));
}

/// Worlds that nobody looks at make room: there are never more than six.
#[test]
fn old_worlds_make_room() {
    let at = serve();
    for number in 1..=8 {
        let answer = sent(at, "/api/worlds", r#"{"scenario": "first_market"}"#, JSON);
        assert!(answer.contains(&format!(r#""world":{number}"#)), "{answer}");
    }
    assert!(sent(at, "/api/worlds/2", r#"{"do": "play"}"#, JSON).starts_with("HTTP/1.1 404"));
    assert!(sent(at, "/api/worlds/8", r#"{"do": "play"}"#, JSON).starts_with("HTTP/1.1 200"));
}

#[test]
fn a_run_that_was_given_is_handed_to_the_page_whole() {
    let opening = Opening {
        scenario: "cell 7.ron".into(),
        text: Some("(name: \"Cell 7\", days: 30)".into()),
        seed: Some(11),
        days: None,
        futures: Vec::new(),
        now: 0,
    };
    let exhibit = Exhibit::new("Cell 7, <b>bold</b>".into(), "seed 11".into(), {
        let opening = opening.clone();
        move || Ok(opening.clone())
    });
    let at = serve_with(vec![exhibit]);
    let listed = got(at, "/api/scenarios", "");
    assert!(listed.contains(r#""exhibits":[{"about":"seed 11","title":"Cell 7, <b>bold</b>"}]"#), "{listed}");
    let handed = got(at, "/api/exhibits/0", "");
    let body = handed.split_once("\r\n\r\n").expect("a body").1;
    assert_eq!(serde_json::from_str::<Opening>(body).expect("an opening"), opening);
    assert!(got(at, "/api/exhibits/1", "").starts_with("HTTP/1.1 404"));
    assert!(sent(at, "/api/worlds", body, JSON).contains(r#""world":1"#));
}

#[test]
fn tables_are_files_and_lead_nowhere_else() {
    let at = serve();
    sent(at, "/api/worlds", r#"{"scenario": "first_market", "now": 2}"#, JSON);
    let goods = got(at, "/api/worlds/1/0/goods.csv", "");
    assert!(goods.contains("text/csv") && goods.contains("attachment; filename=\"goods.csv\""), "{goods}");
    assert!(goods.contains("\r\n\r\nday,good,orders,"), "{goods}");
    for path in [
        "/api/worlds/1/1/goods.csv",
        "/api/worlds/1/0/..%2Fsecrets",
        "/api/worlds/1/0/goods%0d%0a.csv",
        "/api/worlds/9/0/goods.csv",
    ] {
        assert!(got(at, path, "").starts_with("HTTP/1.1 404"), "{path}");
    }
}

/// A scenario file may be as long as `contraband run` takes it; commands may not.
#[test]
fn a_long_file_can_be_opened() {
    let at = serve();
    let text = format!("(days: 5)\n{}", "// a long comment\n".repeat(60_000));
    let body = serde_json::json!({"scenario": "long.ron", "text": text}).to_string();
    assert!(sent(at, "/api/worlds", &body, JSON).contains(r#""world":1"#));
    let wrong = serde_json::json!({"scenario": "mine.ron", "text": "(\n  dais: 5,\n)"}).to_string();
    let answer = sent(at, "/api/worlds", &wrong, JSON);
    assert!(answer.starts_with("HTTP/1.1 422") && answer.contains("mine.ron:2:3: "), "{answer}");
}
