//! The addresses that pupils are shown, on machines with any adapters. Where no networks can be made, these tests say so aloud,
//! and `.ci/run` counts them as not run.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::mpsc::channel;
use std::time::Duration;

use contraband_classroom::{ClassOptions, Doors, classroom};
use qrcode::QrCode;
use qrcode::render::svg;
use serde_json::json;

use crate::machines::{PORT, can_make_networks, in_new_network, other, sh};
use crate::pupils::call;
use crate::school::{Caller, Folder, LESSON};

/// The doors of a class that is served, at its own addresses and these, for as long as the tests run.
fn opened(port: u16, lan: bool, given: &[&str], classes: PathBuf) -> Doors {
    let options = ClassOptions {
        port,
        lan,
        given: given.iter().map(|&given| given.to_owned()).collect(),
        lesson: Some(LESSON.into()),
        class: None,
        new: false,
        classes,
        rehearse: false,
        threads: 1,
    };
    let (tell, told) = channel();
    std::thread::spawn(move || {
        classroom(&options, |doors| tell.send(doors.clone()).expect("somebody waits"), || false).expect("it serves");
    });
    told.recv().expect("it opens")
}

/// Another address of the list: on the teacher's line, on all pages, and in the picture.
#[test]
fn the_teacher_chooses_the_address_that_is_shown() {
    let folder = Folder::new();
    let doors = opened(0, false, &["one.example", "other.example"], folder.path().to_owned());
    let (page, token) = doors.teacher.rsplit_once('.').expect("a token");
    let at: SocketAddr = page.split('/').nth(2).and_then(|at| at.parse().ok()).expect("an address of this machine");
    let teacher = Caller { at, code: doors.code.clone(), token: token.into() };
    let projector = Caller { token: String::new(), ..teacher.clone() };
    let drawn = |join: &str| {
        let code = QrCode::new(format!("{join}/join#{}", doors.code)).expect("it is short");
        code.render::<svg::Color<'_>>().min_dimensions(320, 320).build()
    };
    let [one, another] = ["one", "other"].map(|name| format!("http://{name}.example:{}", at.port()));
    let is_shown = |join: &str| {
        let line = teacher.listen().until("addresses", |line| line["chosen"] == join);
        let list: Vec<_> = line["list"].as_array().expect("a list").iter().map(|each| each["join"].clone()).collect();
        assert_eq!(list, [one.as_str(), another.as_str()]);
        projector.listen().until("class", |line| line["join"] == join);
        let (status, picture) = projector.get(&format!("/api/classes/{}/qr.svg", doors.code));
        assert_eq!((status, picture == drawn(join)), (200, true), "{join}: {picture}");
    };
    is_shown(&one);
    let order = json!({"do": "address", "join": another});
    assert_ne!(teacher.student("Ann").ask(&order).0, 200, "only the teacher chooses");
    is_shown(&one);
    teacher.ok(&order);
    is_shown(&another);
    let (status, told) = teacher.ask(&json!({"do": "address", "join": "http://evil.example"}));
    let said = told["errors"][0].as_str().unwrap_or_default();
    assert!(
        status == 422 && said.contains("no address of this computer") && said.contains(&another),
        "{status} {told}"
    );
    is_shown(&another);
}

/// Every address at which phones could reach the machine is told, and the likeliest is in the picture, wherever it is.
#[test]
fn the_likeliest_address_is_shown_in_every_network() {
    if !can_make_networks("the_likeliest_address_is_shown_in_every_network") {
        return;
    }
    // Each is a machine of its own: its adapters, and the address that pupils are shown.
    for (what, adapters, shown) in [
        ("no way out", "wlp2s0 192.168.7.20/24", "http://192.168.7.20:8080"),
        ("a VPN that takes all", "wlp2s0 192.168.7.20/24;tun0 10.8.0.2/24 default", "http://192.168.7.20:8080"),
        (
            "containers",
            "docker0 172.17.0.1/16;enp3s0 10.1.2.3/16 default;virbr0 192.168.122.1/24",
            "http://10.1.2.3:8080",
        ),
        ("cable and wireless", "enp3s0 10.1.2.3/16 default;wlp2s0 192.168.7.20/24", "http://10.1.2.3:8080"),
        ("IPv6 alone", "wlp2s0 fd12:3::5/64", "http://[fd12:3::5]:8080"),
        ("nothing", "", "http://127.0.0.1:8080"),
    ] {
        let folder = Folder::new();
        let mut command = other(in_new_network(), "addresses::the_addresses_of_a_machine");
        command.env("CONTRABAND_ADAPTERS", adapters).env("CONTRABAND_TEST_CLASSES", folder.path());
        let told = command.stderr(Stdio::inherit()).output().expect("a process");
        let said = String::from_utf8_lossy(&told.stdout).into_owned();
        assert!(said.contains(&format!("shown {shown} ")), "{what}: {said}");
        assert!(said.contains("reached by all"), "{what}: {said}");
    }
}

/// Not a test: a machine with some adapters, whose server is called at each of its addresses.
#[test]
#[ignore = "a part of other tests"]
fn the_addresses_of_a_machine() {
    let Ok(adapters) = std::env::var("CONTRABAND_ADAPTERS") else { return };
    sh("ip link set lo up");
    for (nth, adapter) in adapters.split(';').filter(|adapter| !adapter.is_empty()).enumerate() {
        let parts: Vec<&str> = adapter.split(' ').collect();
        let (name, address) = (parts[0], parts[1]);
        sh(&format!(
            "ip link add {name} type veth peer name peer{nth} && ip link set peer{nth} up && ip link set {name} up && \
             ip address add {address} dev {name} nodad"
        ));
        if parts.len() > 2 {
            sh(&format!("ip route add default dev {name}"));
        }
    }
    let classes = std::env::var("CONTRABAND_TEST_CLASSES").expect("a folder");
    let doors = opened(PORT, true, &["school.example:8080"], classes.into());
    let all: Vec<&str> = doors.addresses.iter().map(|each| each.join.as_str()).collect();
    assert_eq!(all[0], "http://school.example:8080", "what is given comes first");
    println!("shown {} of {all:?}", all.get(1).unwrap_or(&"http://127.0.0.1:8080"));
    // It answers at each of them, and under the name that was given, and under no other.
    let reached = |at: SocketAddr, host: &str| {
        use std::io::Read as _;
        let mut stream = call(None, at, Duration::from_secs(5)).expect("it listens");
        write!(stream, "GET /api/lessons HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").expect("it hears");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        answer.starts_with("HTTP/1.1 200")
    };
    for join in &all[1..] {
        let host = join.strip_prefix("http://").expect("an address");
        let at: SocketAddr = host.parse().expect("an address");
        assert!(reached(at, host) && reached(at, "school.example:8080") && !reached(at, "evil.example:8080"), "{join}");
    }
    println!("reached by all");
}
