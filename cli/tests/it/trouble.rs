//! Sweeps in trouble: runs that end their process, too little memory, no locks, a cluster that refuses.
#![cfg(target_os = "linux")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::program::{Home, Told, json};

const SMALL: &str = "(
    name: \"Small\", question: \"Do fines matter?\",
    base: (scenario: \"first_market\", set: {\"citizens.count\": 200}), days: DAYS,
    factors: {\"law.fine\": [30, 60, 120, 240]}, design: \"grid\", reps: 10, MORE
    metrics: [(name: \"trades\", metric: \"mean(days.trades)\")],
)";

fn small(home: &Home, days: u32, more: &str) {
    home.write("small.ron", SMALL.replace("DAYS", &days.to_string()).replace("MORE", more));
}

fn runs(folder: &Path) -> Vec<u8> {
    fs::read(folder.join("runs.parquet")).unwrap()
}

/// The processes that this one started, with what they were started with.
fn children_of(parent: u32) -> Vec<(u32, String)> {
    let of = |entry: fs::DirEntry| {
        let number: u32 = entry.file_name().to_str()?.parse().ok()?;
        let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
        let of: u32 = stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()?;
        let line = fs::read_to_string(entry.path().join("cmdline")).ok()?.replace('\0', " ");
        (of == parent).then_some((number, line))
    };
    fs::read_dir("/proc").unwrap().flatten().filter_map(of).collect()
}

#[test]
fn a_run_that_ends_its_process_is_run_alone_then_and_becomes_a_row() {
    let home = Home::new();
    // Long enough to be found while it is at it.
    small(&home, 1500, "");
    home.works("sweep plan small.ron --out a --shards 2");
    // As a process leaves it that was killed: two runs were begun, of one of which there is a row.
    home.write("a/shards/00000.begun", "0 |\n3 |\n");
    let mut sweep = home.command("sweep run a --threads 2");
    let sweep = sweep.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    // Each of them is run by itself. The first is killed, as the system kills what takes too much memory.
    let mut killed = false;
    for _ in 0..6000 {
        let alone = children_of(sweep.id()).into_iter().find(|(_, line)| line.contains("--alone 0"));
        if let Some((child, _)) = alone {
            assert!(Command::new("kill").args(["-KILL", &child.to_string()]).status().unwrap().success());
            killed = true;
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(killed, "run 0 was never run alone");
    let told: Told = sweep.wait_with_output().unwrap().into();
    assert_eq!(told.code, Some(3), "{}", told.stderr);
    let why = "run 0 failed: the process that ran it ended in the middle, and again when it was run alone: signal 9 (SIGKILL)";
    assert!(told.stderr.contains(why) && told.stderr.contains("40 runs done"), "{}", told.stderr);
    assert!(told.stderr.contains("--again failed"), "{}", told.stderr);
    assert!(!home.path("a/shards/00000.begun").exists(), "what ends in order leaves nothing in the middle");
    // It is a row like any other, and the same command leaves it at that.
    assert!(home.run("sweep merge a --check").code == Some(3));
    let told = home.run("sweep run a");
    assert!(told.code == Some(3) && told.stderr.contains("0 runs done"), "{}", told.stderr);
    // Asked for again, it ends as it would have.
    let told = home.works("sweep run a --again failed");
    assert!(told.stderr.contains("1 runs done") && told.stderr.contains("39 reused"), "{}", told.stderr);
    home.works("sweep merge a --check");
    home.works("sweep small.ron --out straight");
    assert!(runs(&home.path("a")) == runs(&home.path("straight")));
}

#[test]
fn a_run_in_whose_middle_processes_end_again_and_again_is_given_up() {
    let home = Home::new();
    small(&home, 20, "");
    home.works("sweep plan small.ron --out a --shards 2");
    home.write("a/shards/00001.begun", "25 |\n".repeat(5));
    let told = home.run("sweep run a");
    assert_eq!(told.code, Some(3), "{}", told.stderr);
    assert!(told.stderr.contains("run 25 failed: the process that ran it ended, 5 times"), "{}", told.stderr);
    assert!(told.stderr.contains("40 runs done"), "{}", told.stderr);
}

/// Told to end before its turn has come, it waits for the next start, and is run alone there.
#[test]
fn a_run_that_ended_a_process_stays_known_when_the_next_is_told_to_end() {
    let home = Home::new();
    small(&home, 600, "");
    home.works("sweep plan small.ron --out a --shards 1");
    let begun = home.path("a/shards/00000.begun");
    fs::create_dir_all(begun.parent().unwrap()).unwrap();
    fs::write(&begun, "0 |\n0 |\n3 |\n").unwrap();
    let mut sweep = home.command("sweep run a --threads 1");
    let mut sweep = sweep.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let journal = home.path("a/shards/00000.journal");
    // Well in the middle of the others.
    for _ in 0..6000 {
        if fs::metadata(&journal).is_ok_and(|about| about.len() > 300) {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(Command::new("kill").args(["-INT", &sweep.id().to_string()]).status().unwrap().success());
    assert_eq!(sweep.wait().unwrap().code(), Some(130));
    assert_eq!(fs::read_to_string(&begun).unwrap(), "0 |\n0 |\n3 |\n");
    home.works("sweep run a");
    assert!(!begun.exists(), "each has been run");
}

#[test]
fn what_took_too_long_is_asked_for_again() {
    let home = Home::new();
    small(&home, 20, "time_limit: 1e-9,");
    assert_eq!(home.run("sweep small.ron --out a").code, Some(3));
    let told = home.run("sweep run a --again timed_out");
    assert!(told.code == Some(3) && told.stderr.contains("40 runs done"), "{}", told.stderr);
    let told = home.works("sweep run a --again timed_out --time-limit 600");
    assert!(told.stderr.contains("40 runs done") && told.stderr.contains("0 failed"), "{}", told.stderr);
    assert!(home.works("sweep run a --again timed_out --again failed").stderr.contains("0 runs done"));
    home.works("sweep merge a --check");
    assert!(home.refused("sweep run a --again ok").contains("failed, timed_out"));
}

/// The limit is that of this test alone: nothing takes the memory.
#[test]
fn what_cannot_fit_in_memory_is_refused_in_words_and_the_rest_goes_on() {
    let home = Home::new();
    home.write(
        "oom.ron",
        "(name: \"oom\", question: \"q\", base: \"first_market\", days: 5, factors: {\"citizens.count\": [500, 10000000, \
         1000, 2000]}, design: \"grid\", reps: 2, metrics: [(name: \"trades\", metric: \"mean(days.trades)\")])",
    );
    let limited = |args: &str| -> Told {
        let program = env!("CARGO_BIN_EXE_contraband");
        let line = format!("ulimit -v 2000000; exec {program} {args}");
        Command::new("bash").args(["-c", &line]).current_dir(home.path("")).output().unwrap().into()
    };
    let told = limited("sweep oom.ron --out oom --threads 2");
    assert_eq!(told.code, Some(3), "{}", told.stderr);
    assert!(told.stderr.contains("run 1 failed: it needs about"), "{}", told.stderr);
    assert!(told.stderr.contains("8 runs done") && told.stderr.contains("2 failed"), "{}", told.stderr);
    let told = limited("run first_market --days 5 --set citizens.count=10000000 --out big");
    assert_eq!(told.code, Some(2), "{}", told.stderr);
    assert!(told.stderr.contains("this run needs about") && told.stderr.contains("of memory"), "{}", told.stderr);
    assert!(!home.path("big").exists());
    let study = "compare first_market --arm-set big:citizens.count=10000000 --days 5 --seeds 2 --out study";
    let told = limited(study);
    assert!(told.code == Some(2) && told.stderr.contains("a run of `big` needs about"), "{}", told.stderr);
    small(&home, 20, "");
    assert!(home.works("sweep plan small.ron --dry-run").stdout.contains("per run at most"));
}

/// A library that refuses every lock, as some network file systems do; `None` where nothing can be compiled.
fn no_locks(home: &Home) -> Option<PathBuf> {
    home.write("locks.c", "#include <errno.h>\nint flock(int file, int how) { errno = ENOLCK; return -1; }\n");
    let library = home.path("no_locks.so");
    let mut compiler = Command::new("cc");
    let made = compiler.args(["-shared", "-fPIC", "-o"]).arg(&library).arg(home.path("locks.c")).status();
    made.is_ok_and(|made| made.success()).then_some(library)
}

#[test]
fn without_locks_two_processes_at_one_shard_waste_work_and_lose_none() {
    let home = Home::new();
    let Some(library) = no_locks(&home) else { return };
    small(&home, 400, "");
    home.works("sweep small.ron --out straight");
    let start = |args: &str| {
        let mut command = home.command(args);
        command.env("LD_PRELOAD", &library).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let ends = |child: std::process::Child| {
        let told: Told = child.wait_with_output().unwrap().into();
        assert_eq!(told.code, Some(0), "{}", told.stderr);
        told
    };
    // At one shard of a plan; and at all of it, from making the folder to its report.
    home.works("sweep plan small.ron --out both --shards 2");
    for folder in ["both", "all"] {
        let args = if folder == "both" {
            "sweep run both --shard 0 --threads 1"
        } else {
            "sweep small.ron --out all --threads 1"
        };
        let children: Vec<_> = (0..3).map(|_| start(args)).collect();
        for child in children {
            ends(child);
        }
    }
    assert!(runs(&home.path("all")) == runs(&home.path("straight")));
    ends(start("sweep run both"));
    ends(start("sweep merge both --check"));
    assert!(runs(&home.path("both")) == runs(&home.path("straight")));
    assert!(home.path("both/shards/00000-3.journal").exists(), "each has a journal of its own");
    // With locks again, nothing is run twice.
    assert!(home.works("sweep small.ron --out all").stderr.contains("0 runs done"));
    // A study is no other.
    let study = "compare first_market --arm-set harsh:law.fine=400@3 --days 20 --seeds 4 --threads 1 --out study";
    let children: Vec<_> = (0..2).map(|_| start(study)).collect();
    let told: Vec<Told> = children.into_iter().map(ends).collect();
    assert_eq!(told[0].stdout, told[1].stdout);
}

/// Commands of Slurm that say what a test wants; each call of `sbatch` adds a line to `calls`.
fn slurm(home: &Home, sbatch: &str, largest: usize) -> String {
    let put = |name: &str, text: &str| {
        let path = home.path(&format!("bin/{name}"));
        home.write(&format!("bin/{name}"), format!("#!/bin/sh\n{text}\n"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    };
    let calls = home.path("calls").display().to_string();
    put("sbatch", &format!("echo \"$@\" >>'{calls}'\nn=$(wc -l <'{calls}')\n{sbatch}"));
    put("scontrol", &format!("echo 'Configuration data'; echo 'MaxArraySize            = {}'", largest + 1));
    format!("{}:{}", home.path("bin").display(), std::env::var("PATH").unwrap())
}

fn submitted(home: &Home, folder: &str, path: &str) -> Told {
    let mut command = home.command("sweep slurm");
    command.args([folder, "--submit"]).env("PATH", path).output().unwrap().into()
}

#[test]
fn arrays_above_the_limit_of_the_cluster_are_cut_and_a_grown_sweep_can_be_sent() {
    let home = Home::new();
    small(&home, 20, "");
    let folder = "it's a folder, with $HOME and %j";
    let out = home.command("sweep plan small.ron --shards 20 --out").arg(folder).output().unwrap();
    assert!(out.status.success());
    let path = slurm(&home, "echo $n", 6);
    let told = submitted(&home, folder, &path);
    assert_eq!((told.code, told.stdout.as_str()), (Some(0), "1\n2\n3\n4\n"), "{}", told.stderr);
    let calls = fs::read_to_string(home.path("calls")).unwrap();
    // What looks like a pattern in the path is none.
    let home_of_logs = format!("{}/slurm", home.path(folder).display().to_string().replace('%', "%%"));
    let array = |script: &str| format!("--parsable --output={home_of_logs}/%A_%a.log slurm/{script}\n");
    let merge = format!("--parsable --output={home_of_logs}/merge_%j.log --dependency=afterany:1:2:3 slurm/merge.sh\n");
    assert_eq!(calls, ["array.sh", "array-2.sh", "array-3.sh"].map(array).concat() + &merge);
    let script = |name: &str| fs::read_to_string(home.path(folder).join("slurm").join(name)).unwrap();
    assert!(
        script("array-3.sh").contains("#SBATCH --array=0-5\n") && script("array-3.sh").contains("--shard auto+14\n")
    );
    assert!(script("array.sh").contains("#SBATCH --time=") && script("array.sh").contains("#SBATCH --mem="));
    assert!(script("array.sh").contains("${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"));
    // Each script does what it says, whatever stands in the path.
    for (name, tasks) in [("array.sh", 7), ("array-2.sh", 7), ("array-3.sh", 6)] {
        for task in 0..tasks {
            let mut task_of = Command::new("sh");
            task_of.arg(home.path(folder).join("slurm").join(name)).current_dir("/");
            task_of.env("SLURM_ARRAY_TASK_ID", task.to_string()).env("SLURM_ARRAY_JOB_ID", "12");
            let told: Told = task_of.output().unwrap().into();
            assert!(told.code == Some(0) && told.stdout.contains("This is task 12_"), "{name} {task}: {}", told.stderr);
        }
    }
    let merge = Command::new("sh").arg(home.path(folder).join("slurm/merge.sh")).output().unwrap();
    assert!(merge.status.success());
    // Shards of what came later have numbers above the limit.
    let grown = home.command("sweep extend --reps 12 --shards 4").arg(folder).output().unwrap();
    assert!(grown.status.success());
    fs::remove_file(home.path("calls")).unwrap();
    let told = submitted(&home, folder, &path);
    assert_eq!((told.code, told.stdout.as_str()), (Some(0), "1\n2\n3\n"), "{}", told.stderr);
    assert!(script("array-2.sh").contains("--shard auto+21\n") && !home.path(folder).join("slurm/array-3.sh").exists());
}

#[test]
fn what_slurm_refuses_or_says_otherwise_is_told_with_what_it_took() {
    let home = Home::new();
    small(&home, 20, "");
    home.works("sweep plan small.ron --shards 20 --out a");
    let refuses =
        "if [ $n -gt 2 ]; then echo 'sbatch: error: AssocMaxSubmitJobLimit' >&2; exit 1; fi; echo \"7$n;cluster\"";
    let told = submitted(&home, "a", &slurm(&home, refuses, 6));
    assert_eq!(told.code, Some(1), "{}", told.stderr);
    for said in [
        "refused slurm/array-3.sh",
        "AssocMaxSubmitJobLimit",
        "job 71 runs shards 0-6; job 72 runs shards 7-13",
        "scancel 71 72",
    ] {
        assert!(told.stderr.contains(said), "{said}: {}", told.stderr);
    }
    fs::remove_file(home.path("calls")).unwrap();
    let told = submitted(&home, "a", &slurm(&home, "echo 'Submitted batch job'", 1000));
    assert_eq!(told.code, Some(1), "{}", told.stderr);
    assert!(told.stderr.contains("where the number of the job was expected"), "{}", told.stderr);
    // Without Slurm, what to type is printed.
    let told = home.works("sweep slurm a --largest-task 9 --time 2:00:00 --mem 4G");
    assert!(told.stdout.contains("sbatch --dependency=afterany:JOB1:JOB2 slurm/merge.sh"), "{}", told.stdout);
    let script = fs::read_to_string(home.path("a/slurm/array.sh")).unwrap();
    assert!(script.contains("#SBATCH --time=2:00:00\n") && script.contains("#SBATCH --mem=4G\n"), "{script}");
    assert!(home.refused("sweep slurm a --mem 4G;rm").contains("letters, digits"));
}

/// Whatever the scheduler says, the merge looks for itself.
#[test]
fn a_merge_that_begins_too_early_writes_nothing() {
    let home = Home::new();
    small(&home, 20, "");
    home.works("sweep plan small.ron --shards 4 --out a");
    home.works("sweep run a --shard 1");
    home.works("sweep slurm a");
    let merge = Command::new("sh").arg(home.path("a/slurm/merge.sh")).output().unwrap();
    let said = String::from_utf8(merge.stderr).unwrap();
    assert!(merge.status.code() == Some(3) && said.contains("missing shards: 0,2-3"), "{said}");
    assert!(!home.path("a/runs.parquet").exists());
    assert_eq!(json(&home.path("a/plan.json"))["parts"][0]["shards"], 4);
}
