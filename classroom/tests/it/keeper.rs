//! Programs that end with the test that started them, however that ends: also when it is killed, and nothing of it runs any more.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use crate::old_browser::{OLD_CHROMIUM, OldBrowser};
use crate::webdriver::{Driver, NO_DRIVER};

/// A program, and all that it has started. They end when this is dropped, and when the process that has it is gone.
pub struct KeptProgram(pub Child);

impl KeptProgram {
    /// Starts a program under a keeper: a process that hands on what it is told, and waits for the end of it.
    ///
    /// # Errors
    /// When the keeper cannot be started. A program that cannot be is told by an end of its output.
    pub fn start(program: &Path, args: &[String]) -> std::io::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["--exact", "keeper::a_keeper_of_programs", "--ignored", "--nocapture"]);
        command.env(PROGRAM, program).env(ARGUMENTS, args.join("\n"));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().map(Self)
    }
}

/// Says that a test is not run here, and why; `.ci/run` counts these lines.
pub fn not_run(test: &str, why: &str) {
    // Not by `eprintln`: the words of a test that passes are kept from whoever reads along. In one piece: others write too.
    let _ = std::io::stderr().write_all(format!("\nnot run: {test}: {why}\n").as_bytes());
}

/// The test that runs on this thread.
pub fn this_test() -> String {
    std::thread::current().name().unwrap_or("a test").to_owned()
}

/// Where a program is, of those that can be started by their name.
pub fn program(name: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?)
        .chain(["/sbin".into(), "/usr/sbin".into()])
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}

/// Ends this process when the one that has started it, and holds its input, is gone.
pub fn end_with_starter() {
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(1);
    });
}

impl Drop for KeptProgram {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        // It ends when what it kept has.
        let _ = self.0.wait();
    }
}

const PROGRAM: &str = "CONTRABAND_KEPT_PROGRAM";
const ARGUMENTS: &str = "CONTRABAND_KEPT_ARGUMENTS";

/// Not a test: a keeper.
#[test]
#[ignore = "a keeper of programs for other tests"]
fn a_keeper_of_programs() {
    let Ok(program) = std::env::var(PROGRAM) else { return };
    let arguments = std::env::var(ARGUMENTS).unwrap_or_default();
    // What it leaves behind goes with it.
    let folder = std::env::temp_dir().join(format!("contraband-kept-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let mut child = Command::new(program)
        .args(arguments.split('\n').filter(|argument| !argument.is_empty()))
        .env("TMPDIR", &folder)
        .stdin(Stdio::piped())
        .spawn()
        .expect("the program that is to be kept");
    let mut tell = child.stdin.take().expect("its input is ours");
    let (left, is_left) = channel();
    std::thread::spawn(move || {
        // A program that no longer listens is no reason to leave it.
        let _ = std::io::copy(&mut std::io::stdin(), &mut tell);
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        drop::<Sender<()>>(left);
    });
    // Whoever started the program sees by its output that it has ended.
    while is_left.recv_timeout(Duration::from_millis(100)) == Err(RecvTimeoutError::Timeout)
        && matches!(child.try_wait(), Ok(None))
    {}
    let all = started_by(child.id(), &folder);
    let _ = child.kill();
    let _ = child.wait();
    kill(&all);
    let _ = std::fs::remove_dir_all(&folder);
}

fn kill(processes: &BTreeSet<u32>) {
    if !processes.is_empty() {
        let all = processes.iter().map(u32::to_string);
        let _ = Command::new("kill").arg("-KILL").args(all).stderr(Stdio::null()).status();
    }
}

/// All processes that one has started, and those that these have, also where they were left behind: they have its folder in
/// their environment. None on systems that do not list them in `/proc`.
fn started_by(process: u32, folder: &Path) -> BTreeSet<u32> {
    let mut of: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    let mut open = vec![process];
    let folder = format!("TMPDIR={}\0", folder.display());
    for (child, parent) in processes() {
        of.entry(parent).or_default().push(child);
        let environment = std::fs::read(format!("/proc/{child}/environ")).unwrap_or_default();
        if child != std::process::id() && String::from_utf8_lossy(&environment).contains(&folder) {
            open.push(child);
        }
    }
    let mut all: BTreeSet<u32> = open.iter().copied().collect();
    while let Some(next) = open.pop() {
        open.extend(of.get(&next).into_iter().flatten().copied().filter(|&child| all.insert(child)));
    }
    all.remove(&process);
    all
}

/// All processes of this machine and who started them, as far as the system lists them.
fn processes() -> Vec<(u32, u32)> {
    let listed = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    listed
        .filter_map(|entry| {
            let number = entry.file_name().to_str()?.parse().ok()?;
            let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
            // The name of the program stands in brackets, and may have any in it.
            let parent = stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()?;
            Some((number, parent))
        })
        .collect()
}

/// Not a test: one that has a browser, and is killed.
#[test]
#[ignore = "a test that is killed by another"]
fn a_test_with_a_browser() {
    if std::env::var_os(KILLED).is_some() {
        let old = std::env::var_os(OLD_CHROMIUM).and_then(|_| OldBrowser::open());
        let browsers = (Driver::start(800, 600), old);
        println!("browser {}", browsers.0.is_some());
        std::thread::sleep(Duration::from_secs(100));
        drop(browsers);
    }
}

const KILLED: &str = "CONTRABAND_TEST_IS_KILLED";

/// A test that is killed can close nothing; a browser that it leaves takes a processor and a gigabyte for ever.
#[test]
fn a_browser_ends_with_its_test_also_when_that_is_killed() {
    let mut test = Command::new(std::env::current_exe().expect("its own path"))
        .args(["--exact", "keeper::a_test_with_a_browser", "--ignored", "--nocapture"])
        .env(KILLED, "yes")
        .stdout(Stdio::piped())
        .spawn()
        .expect("a process");
    let mut lines = BufReader::new(test.stdout.take().expect("its words")).lines().map_while(Result::ok);
    let is_there = lines.find_map(|line| Some(line.split_once("browser ")?.1 == "true"));
    let left = started_by(test.id(), Path::new("none"));
    test.kill().expect("it runs");
    test.wait().expect("it has run");
    let lacks = match is_there {
        Some(true) if !processes().is_empty() => None,
        Some(true) => Some("this system does not list its processes in /proc"),
        Some(false) => Some(NO_DRIVER),
        None => panic!("the test that is to be killed says nothing of its browser"),
    };
    if let Some(why) = lacks {
        return not_run("a_browser_ends_with_its_test_also_when_that_is_killed", why);
    }
    // A keeper, a driver, a browser and its helpers.
    assert!(left.len() > 4, "{left:?}");
    let begun = Instant::now();
    let runs = || processes().into_iter().map(|(number, _)| number).filter(|number| left.contains(number)).count();
    while runs() > 0 && begun.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(50));
    }
    let still = runs();
    kill(&left);
    assert_eq!(still, 0, "of {left:?} so many still run");
    println!("{} processes ended within {:?} of the test that was killed", left.len(), begun.elapsed());
}
