//! Machines that are none: network namespaces of Linux. What is between them is a wire of this test, for not every kernel has
//! one that loses packets.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use contraband_sim::base::dice::{Dice, Purpose, happens};
use tappers::{Interface, Tap};

use crate::keeper::{not_run, program};

/// The port of the server, in a network of its own.
pub const PORT: u16 = 8080;

/// How a program is started in a new network of its own, where it is its own administrator.
pub fn in_new_network() -> Command {
    let mut command = Command::new("unshare");
    let root = std::fs::metadata("/proc/self").is_ok_and(|about| std::os::unix::fs::MetadataExt::uid(&about) == 0);
    if !root {
        command.args(["--user", "--map-root-user"]);
    }
    command.args(["--net", "--fork", "--kill-child"]);
    command
}

/// Whether networks can be made here; if not, `test` says that it is not run.
pub fn can_make_networks(test: &str) -> bool {
    let missing: Vec<&str> = ["unshare", "nsenter", "ip"].into_iter().filter(|name| program(name).is_none()).collect();
    let script = "ip link set lo up && ip link add left type veth peer name right && ip tuntap add dev air mode tap";
    let why = if missing.is_empty() {
        let tried = in_new_network().args(["sh", "-c", script]).output();
        match tried {
            Ok(tried) if tried.status.success() => return true,
            Ok(tried) => String::from_utf8_lossy(&tried.stderr).trim().replace('\n', "; "),
            Err(error) => error.to_string(),
        }
    } else {
        format!("{} not installed", missing.join(", "))
    };
    not_run(test, &format!("no networks can be made here ({why})"));
    false
}

/// Runs an ignored test, by its path, as a process of its own.
pub fn other(mut command: Command, test: &str) -> Command {
    command.arg(std::env::current_exe().expect("its own path"));
    command.args(["--exact", test, "--ignored", "--nocapture"]);
    command
}

pub fn sh(command: &str) {
    let done = Command::new("sh").args(["-c", command]).output().expect("a shell");
    assert!(done.status.success(), "{command}: {}", String::from_utf8_lossy(&done.stderr));
}

/// Another machine: a process that holds its network.
pub struct Machine(pub Child);

impl Machine {
    pub fn new() -> Self {
        let own = std::fs::read_link("/proc/self/ns/net").expect("a network");
        // It ends when nobody holds its input any more.
        let child = Command::new("unshare").args(["--net", "cat"]).stdin(Stdio::piped()).spawn().expect("a process");
        let machine = Self(child);
        let begun = Instant::now();
        while std::fs::read_link(format!("/proc/{}/ns/net", machine.0.id())).is_ok_and(|net| net == own) {
            assert!(begun.elapsed() < Duration::from_secs(10), "no other network");
            std::thread::sleep(Duration::from_millis(5));
        }
        machine
    }

    /// Runs a command there.
    pub fn sh(&self, command: &str) {
        sh(&format!("nsenter --target {} --net -- sh -c '{command}'", self.0.id()));
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The wire between two adapters: it delays every packet, loses some, and drops those of some addresses.
pub struct Air {
    pub silent: Arc<Mutex<BTreeSet<Ipv4Addr>>>,
}

impl Air {
    /// Two adapters of this machine, by their names, and the wire between them.
    pub fn new(ends: [&str; 2], loss: u64, delay: u64) -> Self {
        let ends = ends.map(|name| {
            let named = Interface::new(name).expect("a name");
            Arc::new(Tap::new_named(named).expect("an adapter"))
        });
        let silent = Arc::new(Mutex::new(BTreeSet::new()));
        for (nth, (from, to)) in [(0, 1), (1, 0)].into_iter().enumerate() {
            let (from, to, silent) = (Arc::clone(&ends[from]), Arc::clone(&ends[to]), Arc::clone(&silent));
            let (put, take) = channel::<(Instant, Vec<u8>)>();
            std::thread::spawn(move || {
                // Losses are the same in every run, as far as packets are.
                let mut draws = Dice::new(nth as u64).draws(Purpose::Toy, 0, 0, 1);
                let mut word = [0];
                let mut frame = vec![0; 2_048];
                while let Ok(many) = from.recv(&mut frame) {
                    draws.fill(&mut word);
                    let lost = happens(word[0], loss as f64 / 100.0)
                        || is_of(&frame[..many], &silent.lock().expect("nobody has panicked"));
                    let due = Instant::now() + Duration::from_millis(delay);
                    if !lost && put.send((due, frame[..many].to_vec())).is_err() {
                        return;
                    }
                }
            });
            std::thread::spawn(move || {
                for (due, frame) in take {
                    std::thread::sleep(due.saturating_duration_since(Instant::now()));
                    let _ = to.send(&frame);
                }
            });
        }
        Self { silent }
    }
}

/// Whether a frame is a packet of IPv4 from or to one of these.
fn is_of(frame: &[u8], addresses: &BTreeSet<Ipv4Addr>) -> bool {
    let address =
        |at: usize| frame.get(at..at + 4).and_then(|bytes| <[u8; 4]>::try_from(bytes).ok()).map(Ipv4Addr::from);
    frame.get(12..14) == Some(&[8, 0])
        && [26, 30].into_iter().filter_map(address).any(|address| addresses.contains(&address))
}
