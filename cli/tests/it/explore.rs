//! `contraband explore`: the page for one person is there, for this machine only, until Ctrl-C.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::program::{Home, json, resealed};

/// The program at work; it ends with the test.
pub struct Served(pub Child);

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What is answered to `GET path` from a host that calls itself so.
fn asked(address: &str, path: &str, host: &str) -> String {
    let mut line = TcpStream::connect(address).unwrap();
    write!(line, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    line.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// What is answered to JSON that is sent to `path`: status and answer.
pub fn posted(address: &str, path: &str, token: Option<&str>, what: &Value) -> (u16, Value) {
    let mut line = TcpStream::connect(address).unwrap();
    let body = what.to_string();
    let token = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
    write!(
        line,
        "POST {path} HTTP/1.1\r\nHost: {address}\r\n{token}Content-Type: application/json\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    line.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(body).unwrap_or_else(|_| panic!("{answer}")))
}

/// Serves the page; its address comes first.
fn served(home: &Home, command: &str) -> (String, Served) {
    let mut served = Served(home.command(command).stdout(Stdio::piped()).spawn().unwrap());
    let mut told = String::new();
    BufReader::new(served.0.stdout.take().unwrap()).read_line(&mut told).unwrap();
    let address = told.trim().trim_start_matches("http://").trim_end_matches('/').to_owned();
    assert!(address.starts_with("127.0.0.1:"), "{told}");
    (address, served)
}

/// A run, the worlds of a study and the cells of a sweep stand in the gallery, each with its own scenario and seed.
#[test]
fn folders_are_shown_as_towns() {
    let home = Home::new();
    home.write("small.ron", "(name: \"Small\", days: 6, citizens: (count: 200))");
    home.write("grid.ron", "(base: \"small.ron\", design: \"grid\", factors: {\"law.fine\": [10, 20]}, reps: 2, metrics: [(name: \"trades\", metric: \"mean(days.trades)\")])");
    let lived = [
        "run small.ron --seed 5 --out one --no-charts",
        "compare small.ron --arm-set dear:law.fine=900 --seeds 2 --out study",
        "sweep grid.ron --out grid",
    ];
    for command in lived {
        home.works(command);
    }
    let (address, _served) = served(&home, "explore one study grid --port 0");
    let gallery = asked(&address, "/api/scenarios", &address);
    for shown in ["seed 5, 6 days", "dear", "cell 0", "cell 1", "run 1, seed"] {
        assert!(gallery.contains(shown), "{shown}: {gallery}");
    }
    let digest = std::fs::read_to_string(home.path("one/run.json")).unwrap();
    assert!(gallery.split("digest ").skip(1).any(|rest| digest.contains(&rest[..16])), "{gallery}");
    assert!(asked(&address, "/api/exhibits/0", &address).contains("\"seed\":5"));
    assert!(home.refused("explore grid --run 9 --port 0").contains("numbered 0 to 3"));

    // Of a study any seed, and the one in which its policy is worst on a metric.
    let shown = |choice: &str| {
        let (address, _served) = served(&home, &format!("explore study {choice} --port 0"));
        let gallery = asked(&address, "/api/scenarios", &address);
        let seeds: Vec<u64> = (1..=2).filter(|seed| gallery.contains(&format!(", seed {seed}"))).collect();
        assert_eq!(gallery.matches("a world of dear against Small, seed").count(), 2, "base and arm: {gallery}");
        let opened = asked(&address, "/api/exhibits/1", &address);
        assert_eq!((seeds.len(), opened.contains(&format!("\"seed\":{}", seeds[0]))), (1, true), "{opened}");
        seeds[0]
    };
    assert_eq!([shown("--seed 1"), shown("--seed 2"), shown("")], [1, 2, 1]);
    let study = std::fs::read_to_string(home.path("study/study.ron")).unwrap();
    let metrics = ["trades", "harm", "fines", "treasury", "anxiety"];
    let asked_for: Vec<&str> =
        metrics.into_iter().filter(|metric| study.contains(&format!("name: \"{metric}\""))).collect();
    let worst = |metric: &str| -> u64 {
        let told = home.works(&format!("explain study --worst {metric} --json")).stdout;
        serde_json::from_str::<Value>(&told).unwrap()["seed"].as_u64().unwrap()
    };
    let found: Vec<u64> = asked_for.iter().map(|metric| shown(&format!("--worst {metric}"))).collect();
    assert_eq!(found, asked_for.iter().map(|metric| worst(metric)).collect::<Vec<_>>(), "{asked_for:?}");
    assert!(found.contains(&1) && found.contains(&2), "{asked_for:?}: {found:?} shows that the metric counts");
    assert!(home.refused("explore study --seed 3 --port 0").contains("its seeds are 1 to 2"));
    assert!(home.refused("explore study --worst trdes --port 0").contains("the closest is `trades`"));
    assert!(home.refused("explore one --seed 2 --port 0").contains("one is not the folder of a study"));

    // A digest that somebody wrote is no letters to be counted: its sixteenth byte may be the middle of one.
    let run = std::fs::read_to_string(home.path("one/run.json")).unwrap();
    let own = json(&home.path("one/run.json"))["digest"].as_str().unwrap().to_owned();
    home.write("one/run.json", resealed(&run.replace(&own, &"é".repeat(9).replacen('é', "e", 1))));
    let (address, _served) = served(&home, "explore one --port 0");
    assert!(asked(&address, "/api/scenarios", &address).contains("digest eéééééééé"));
}

#[test]
fn the_page_is_there_until_ctrl_c() {
    let home = Home::new();
    let (address, mut served) = served(&home, "explore --port 0");
    let page = asked(&address, "/", &address);
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("content-security-policy"), "{page}");
    assert!(!asked(&address, "/", "elsewhere.example").starts_with("HTTP/1.1 200"), "a stranger's name is refused");
    let port = address.rsplit(':').next().unwrap();
    let taken = home.run(&format!("explore --port {port}"));
    assert!(taken.code == Some(1) && taken.stderr.contains("--port 0 for any free port"), "{}", taken.stderr);
    let stopped = Command::new("kill").args(["-INT", &served.0.id().to_string()]).status().unwrap();
    assert!(stopped.success());
    assert!(served.0.wait().unwrap().success());
}
