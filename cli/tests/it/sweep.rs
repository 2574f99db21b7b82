//! `contraband sweep`: a database of runs that grows until it is complete, whatever happens to it on the way.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;

use contraband_sim::base::words::three_digits;

use crate::outputs::pictures_are_of;
use crate::program::{Home, json, names, resealed};

const SMALL: &str = "(
    name: \"Small\", question: \"Do fines <b>matter</b>?\",
    base: (scenario: \"first_market\", set: {\"citizens.count\": 200}), days: 30,
    factors: {\"law.fine\": [30, 60, 120, 240], \"goods.privacy.severity\": (low: 1.0, high: 3.0, steps: 3)},
    design: \"grid\", reps: REPS, MORE
    metrics: [
        (name: \"trades\", metric: \"mean(days.trades, days = 11 to 30)\"),
        (name: \"harm\", metric: \"sum(days.harm)\"),
    ],
    series: (columns: [\"trades\"], every: 7),
)";

fn small(home: &Home, reps: u32, more: &str) {
    home.write("small.ron", SMALL.replace("REPS", &reps.to_string()).replace("MORE", more));
}

/// The merged tables of a sweep.
fn merged(folder: &Path) -> Vec<Vec<u8>> {
    ["runs.parquet", "series.parquet", "failures.parquet"].map(|name| fs::read(folder.join(name)).unwrap()).into()
}

fn status(home: &Home, folder: &str) -> Value {
    serde_json::from_str(&home.run(&format!("sweep status {folder} --json")).stdout).unwrap()
}

#[test]
fn a_sweep_that_is_killed_twenty_times_goes_on_to_equal_bytes() {
    let home = Home::new();
    small(&home, 20, "");
    home.works("sweep small.ron --out straight --threads 1");
    let wanted = merged(&home.path("straight"));
    let (mut kills, mut whole, mut pause) = (0, 0, 1u64);
    while kills < 20 {
        let folder = format!("killed{whole}");
        let args = format!("sweep small.ron --out {folder} --threads {}", 1 + kills % 3);
        let mut child = home.command(&args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // From right after its start to well into its runs, in no order.
        pause = pause * 1_103_515_245 % 2_147_483_647;
        let before = journals(&home.path(&folder));
        std::thread::sleep(Duration::from_millis(10 + pause % 400));
        // A run in whose middle five processes end is given up, so most of them get somewhere, however busy the machine.
        let early = pause % 400 < 60;
        while !early && child.try_wait().unwrap().is_none() && journals(&home.path(&folder)) == before {
            std::thread::sleep(Duration::from_millis(5));
        }
        if child.try_wait().unwrap().is_some() {
            // It was over before: the next ones have a folder of their own.
            assert!(merged(&home.path(&folder)) == wanted, "{folder}");
            whole += 1;
            continue;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        kills += 1;
    }
    let last = format!("killed{whole}");
    let told = home.works(&format!("sweep small.ron --out {last}"));
    assert!(told.stderr.contains("reused"), "{}", told.stderr);
    assert!(merged(&home.path(&last)) == wanted);
    let left: Vec<String> =
        names(&home.path(&last)).into_iter().chain(names(&home.path(&format!("{last}/shards")))).collect();
    assert!(left.iter().all(|name| !name.starts_with('.')), "{left:?}");
}

/// Bytes of all journals of a sweep folder: they grow with each run that is over.
fn journals(folder: &Path) -> u64 {
    let Ok(files) = fs::read_dir(folder.join("shards")) else { return 0 };
    let journals = files.flatten().filter(|file| file.path().extension().is_some_and(|of| of == "journal"));
    journals.filter_map(|file| Some(file.metadata().ok()?.len())).sum()
}

#[test]
fn shards_threads_and_order_do_not_show() {
    let home = Home::new();
    small(&home, 4, "");
    home.works("sweep small.ron --out one --threads 4");
    home.works("sweep plan small.ron --out other --shards 7");
    assert_eq!(status(&home, "other")["missing_shards"].as_array().unwrap().len(), 7);
    for shard in (0..7).rev() {
        home.works(&format!("sweep run other --shard {shard} --threads {}", 1 + shard % 3));
    }
    assert_eq!(home.works("sweep status other --missing").stdout, "");
    home.works("sweep merge other --check");
    assert!(merged(&home.path("one")) == merged(&home.path("other")));
    let plan = json(&home.path("other/plan.json"));
    assert_eq!((&plan["schema"], &plan["kind"]), (&2.into(), &"sweep".into()));
    assert_eq!(plan["cells"].as_array().unwrap().len(), 12);
    let report = fs::read_to_string(home.path("one/report.html")).unwrap();
    assert!(!report.contains("<b>matter") && report.contains("contraband sweep replay . --run"));
    assert!(names(&home.path("one/charts")).contains(&"heat_trades.svg".to_owned()));
    let identity = contraband_lab::sweep::SweepFolder::open(&home.path("one")).unwrap().plan().identity();
    let of =
        [("sweep", &plan["name"]), ("base", &plan["base"]["hash"]), ("plan", &identity.into()), ("runs", &48.into())];
    pictures_are_of(&home.path("one/charts"), &of);
    captions_are_of_all_runs(&home, &plan, &report);
}

/// What stands below a picture is the mean of all runs at a value, whatever the other factor, and says so.
fn captions_are_of_all_runs(home: &Home, plan: &Value, report: &str) {
    home.works("sweep merge one --csv");
    let rows = fs::read_to_string(home.path("one/runs.csv")).unwrap();
    let mut rows = rows.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let head = rows.next().unwrap();
    let at = |name: &str| head.iter().position(|one| *one == name).unwrap();
    let (cell, trades) = (at("cell"), at("trades"));
    let runs: Vec<(usize, f64)> = rows.map(|row| (row[cell].parse().unwrap(), row[trades].parse().unwrap())).collect();
    let mean = |factor: usize, value: f64| {
        let at = |cell: usize| plan["cells"][cell]["values"][factor].as_f64() == Some(value);
        let of: Vec<f64> = runs.iter().filter(|(cell, _)| at(*cell)).map(|(_, trades)| *trades).collect();
        (of.iter().sum::<f64>() / of.len() as f64, of.len())
    };
    for (factor, name, other, ends) in [
        (0, "response_law_fine", "severity of privacy", [30.0, 240.0]),
        (1, "response_goods_privacy_severity", "fine (law)", [1.0, 3.0]),
    ] {
        let caption = report.split(&format!("id=\"{name}\"")).nth(1).unwrap().split("<figcaption>").nth(1).unwrap();
        let caption = caption.split("</figcaption>").next().unwrap();
        let told = format!("Means of all runs at a value, averaged over {other} as the design varies it: ");
        let [(low, n), (high, m)] = ends.map(|value| mean(factor, value));
        let of = |mean: f64, end: f64, n: usize| format!("{} at {end} ({n} runs)", three_digits(mean));
        let wanted = format!("{told}Trades from {} to {};", of(low, ends[0], n), of(high, ends[1], m));
        assert!(caption.starts_with(&wanted), "{wanted}\n{caption}");
        assert_eq!([n, m], [48 / [4, 3][factor]; 2], "{wanted}");
    }
}

#[test]
fn only_what_is_new_is_lived_when_a_sweep_grows() {
    let home = Home::new();
    small(&home, 5, "");
    home.works("sweep small.ron --out straight");
    small(&home, 2, "");
    home.works("sweep small.ron --out grown");
    home.works("sweep extend grown --reps 5");
    assert!(home.works("sweep run grown").stderr.contains("36 runs done"));
    home.works("sweep merge grown --check");
    assert!(merged(&home.path("straight")) == merged(&home.path("grown")));
    // The sweep that it began as still is in it; another is not.
    assert!(home.works("sweep small.ron --out grown").stderr.contains("0 runs done"));
    home.write("more.ron", SMALL.replace("REPS", "5").replace("MORE", "").replace("30, 60,", "60, 90,"));
    assert!(home.refused("sweep more.ron --out grown").contains("already holds another sweep"));
    let told = home.works("sweep extend grown --add more.ron");
    assert!(told.stdout.contains("15 runs"), "{}", told.stdout);
    let told = home.works("sweep run grown");
    assert!(told.stderr.contains("15 runs done") && told.stderr.contains("60 reused"), "{}", told.stderr);
    home.works("sweep merge grown --check");
    home.write("other.ron", SMALL.replace("REPS", "5").replace("MORE", "stop: [\"trades < 1\"],"));
    assert!(home.refused("sweep extend grown --add other.ron").contains("stop conditions"));
    assert!(home.refused("sweep extend grown --reps 2").contains("which is more than 2"));
}

#[test]
fn any_run_is_lived_again_as_its_row_says() {
    let home = Home::new();
    small(&home, 2, "seeds: \"independent\", stop: [\"day >= 20\"],");
    home.works("sweep small.ron --out a");
    let told = home.works("sweep replay a --run 17 --out again");
    assert!(told.stderr.contains("matches the row: every metric, and digest"), "{}", told.stderr);
    assert_eq!(json(&home.path("again/run.json"))["days"], 20);
    assert!(home.refused("sweep replay a --run 24").contains("numbered 0 to 23"));
    // Rows of another plan are not taken for this one's.
    let plan = fs::read_to_string(home.path("a/plan.json")).unwrap();
    let other = plan.replace("mean(days.trades, days = 11 to 30)", "mean(days.orders, days = 11 to 30)");
    home.write("a/plan.json", resealed(&other));
    let told = home.run("sweep replay a --run 17 --out other");
    assert_eq!(told.code, Some(2));
    assert!(told.stderr.contains("keeps the runs of another list"), "{}", told.stderr);
}

#[test]
fn runs_that_fail_are_rows_and_the_others_go_on() {
    let home = Home::new();
    small(&home, 2, "");
    let text = fs::read_to_string(home.path("small.ron")).unwrap();
    // Where nobody is ever found out, nothing can be divided by cases.
    let text =
        text.replace("\"goods.privacy.severity\": (low: 1.0, high: 3.0, steps: 3)", "\"goods.*.evidence\": [0.0, 0.9]");
    home.write("fails.ron", text.replace("sum(days.harm)", "sum(days.fines_credits) / sum(days.detections)"));
    let told = home.works("sweep fails.ron --out a");
    assert!(told.stderr.contains("`harm` has no value in 8 of 16 runs"), "{}", told.stderr);
    // The other metrics of these runs are kept: an undefined one is missing, and nothing else.
    let found = status(&home, "a");
    assert_eq!((&found["done"], &found["failed"]), (&16.into(), &0.into()));
    home.works("sweep merge a --csv");
    let rows = fs::read_to_string(home.path("a/runs.csv")).unwrap();
    let mut rows = rows.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let head = rows.next().unwrap();
    let at = |name: &str| head.iter().position(|one| *one == name).unwrap();
    let (harm, trades, error) = (at("harm"), at("trades"), at("error"));
    let rows: Vec<Vec<&str>> = rows.collect();
    let gaps: Vec<&Vec<&str>> = rows.iter().filter(|row| row[harm].is_empty()).collect();
    assert_eq!((rows.len(), gaps.len()), (16, 8));
    assert!(gaps.iter().all(|row| row[trades].parse::<f64>().unwrap() > 0.0 && row[error] == "undefined: harm"));
    let page = fs::read_to_string(home.path("a/report.html")).unwrap();
    assert!(page.contains("8 of 16 runs for harm") && page.contains("Striped: no run has a value"), "no n");
    let again = home.works("sweep replay a --run 0");
    assert!(again.stderr.contains("matches the row"), "{}", again.stderr);
    home.write(
        "late.ron",
        fs::read_to_string(home.path("small.ron")).unwrap().replace("reps: 2,", "reps: 1, time_limit: 1e-9,"),
    );
    let told = home.run("sweep late.ron --out late");
    assert!(told.code == Some(3) && told.stderr.contains("timed_out"), "{}", told.stderr);
    assert_eq!(status(&home, "late")["failed"], 12);
}

#[test]
fn runs_of_a_damaged_shard_are_run_again() {
    let home = Home::new();
    small(&home, 5, "");
    home.works("sweep small.ron --out a");
    let wanted = merged(&home.path("a"));
    let shard = home.path("a/shards/00001.journal");
    let whole = fs::read(&shard).unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    fs::write(&shard, &flipped).unwrap();
    let found = status(&home, "a");
    assert_eq!(
        (&found["missing_shards"], &found["damaged_shards"], &found["done"]),
        (&serde_json::json!([1]), &serde_json::json!([1]), &59.into())
    );
    let said = home.refused("sweep merge a");
    assert!(said.contains("shard 1 is damaged") && said.contains("sweep run a --shard 1"), "{said}");
    let told = home.works("sweep small.ron --out a");
    assert!(told.stderr.contains("shards/00001.damaged") && told.stderr.contains("1 runs done"), "{}", told.stderr);
    assert!(merged(&home.path("a")) == wanted);
    assert!(fs::read(home.path("a/shards/00001.damaged")).unwrap() == flipped, "nothing is deleted");
    // What was cut off is no damage: a process was killed.
    fs::write(&shard, &whole[..whole.len() / 2]).unwrap();
    assert_eq!(status(&home, "a")["damaged_shards"], serde_json::json!([]));
    home.works("sweep small.ron --out a");
    assert!(merged(&home.path("a")) == wanted);
}

/// One of another world, and one of the same world with other values of a lever.
#[test]
fn a_shard_of_another_sweep_is_found_out() {
    let home = Home::new();
    small(&home, 5, "");
    home.works("sweep small.ron --out a");
    let wanted = merged(&home.path("a"));
    let text = fs::read_to_string(home.path("small.ron")).unwrap();
    home.write("longer.ron", text.replace("days: 30,", "days: 31,"));
    home.write("harsher.ron", text.replace("240]", "480]"));
    for (nth, other) in ["longer", "harsher"].into_iter().enumerate() {
        home.works(&format!("sweep {other}.ron --out {other}"));
        fs::copy(home.path(&format!("{other}/shards/00002.journal")), home.path("a/shards/00002.journal")).unwrap();
        let found = status(&home, "a");
        assert_eq!((&found["damaged_shards"], &found["done"]), (&serde_json::json!([2]), &40.into()), "{other}");
        let said = home.refused("sweep merge a");
        assert!(said.contains("keeps the runs of another list"), "{other}: {said}");
        let told = home.works("sweep small.ron --out a");
        assert!(told.stderr.contains("shards/00002.foreign"), "{other}: {}", told.stderr);
        assert!(told.stderr.contains("20 runs done") && merged(&home.path("a")) == wanted, "{other}");
        assert_eq!(names(&home.path("a/shards")).iter().filter(|name| name.contains("foreign")).count(), nth + 1);
    }
    // That of another shard of the same sweep holds none of its runs.
    fs::copy(home.path("a/shards/00000.journal"), home.path("a/shards/00001.journal")).unwrap();
    assert!(home.works("sweep small.ron --out a").stderr.contains("20 runs done"));
    assert!(merged(&home.path("a")) == wanted);
}

#[test]
fn shards_of_an_earlier_version_are_refused() {
    let home = Home::new();
    small(&home, 2, "");
    home.works("sweep plan small.ron --out a");
    home.write("a/shards/00000.parquet", "old");
    let said = home.refused("sweep run a");
    assert!(said.contains("in the form of another version") && said.contains("--out"), "{said}");
    fs::remove_file(home.path("a/shards/00000.parquet")).unwrap();
    home.write("a/shards/00000.journal", "contraband journal 1 of sweep 0123456789abcdef, shard 0000000\n");
    assert!(home.refused("sweep run a").contains("in the form of another version"));
}

/// Whoever reads a plan counts on its parts to fit each other, so what somebody wrote into it is looked at first.
/// What is said of a plan that was changed so.
type Edit<'e> = (&'e str, &'e dyn Fn(&mut Value));

#[test]
fn a_plan_that_does_not_fit_itself_is_refused() {
    let home = Home::new();
    small(&home, 2, "");
    home.works("sweep small.ron --out a");
    let text = fs::read(home.path("a/plan.json")).unwrap();
    let edits: [Edit<'_>; 9] = [
        ("cell 3 has 1 values for 2 levers", &|plan| plan["cells"][3]["values"] = [30].into()),
        ("part 0 does not fit 12 cells", &|plan| plan["parts"][0]["cells"]["end"] = 13.into()),
        ("part 0 does not fit", &|plan| plan["parts"][0]["shards"] = 0.into()),
        ("part 0 does not fit", &|plan| plan["parts"][0]["first_run"] = 1.into()),
        ("part 0 does not fit", &|plan| plan["parts"][0]["reps"]["end"] = 0.into()),
        ("it has no parts", &|plan| plan["parts"] = Value::Array(Vec::new())),
        ("it has no metrics", &|plan| plan["metrics"] = Value::Array(Vec::new())),
        ("a row names cell 99 of 12", &|plan| plan["rows"] = [0, 99].into()),
        ("an even number of levels, not 3", &|plan| {
            plan["design"] = serde_json::json!({"method": "morris", "trajectories": 3, "levels": 3, "seed": 1});
        }),
    ];
    for (wrong, edit) in edits {
        home.write("a/plan.json", &text);
        crate::program::edit(&home.path("a/plan.json"), edit);
        for command in ["sweep merge a", "sensitivity a --metric trades", "explore a --port 0"] {
            let told = home.refused(command);
            assert!(told.contains("plan.json is as it was written, but") && told.contains(wrong), "{command}: {told}");
        }
    }
    home.write("a/plan.json", text);
    home.works("sweep merge a");
}

#[test]
fn two_processes_share_a_folder_and_neither_loses_anything() {
    let home = Home::new();
    small(&home, 40, "");
    home.works("sweep small.ron --out straight");
    let mut other = home.command("sweep small.ron --out both --threads 1");
    let mut other = other.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while !home.path("both/shards/00000.journal").exists() {
        std::thread::sleep(Duration::from_millis(1));
    }
    let told = home.run("sweep run both --shard 0");
    assert!(
        told.code == Some(1) && told.stderr.contains("another process is writing"),
        "{:?} {}",
        told.code,
        told.stderr
    );
    let told = home.run("sweep small.ron --out both --threads 1");
    assert!(told.code == Some(0) || told.stderr.contains("another process is working on"), "{}", told.stderr);
    other.wait().unwrap();
    home.works("sweep small.ron --out both");
    assert!(merged(&home.path("straight")) == merged(&home.path("both")));
}

/// `/dev/full` takes nothing, like a disk without room.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_and_loses_nothing() {
    let home = Home::new();
    small(&home, 5, "");
    home.works("sweep small.ron --out straight");
    home.works("sweep plan small.ron --out full");
    fs::create_dir_all(home.path("full/shards")).unwrap();
    symlink("/dev/full", home.path("full/shards/00001.journal")).unwrap();
    let told = home.run("sweep small.ron --out full --threads 1");
    assert!(told.code == Some(1) && told.stderr.contains("No space left on device"), "{}", told.stderr);
    fs::remove_file(home.path("full/shards/00001.journal")).unwrap();
    let told = home.works("sweep small.ron --out full");
    assert!(told.stderr.contains("20 reused"), "{}", told.stderr);
    assert!(merged(&home.path("straight")) == merged(&home.path("full")));
}

#[test]
fn a_task_of_a_cluster_lives_its_shard_with_its_threads() {
    let home = Home::new();
    small(&home, 5, "");
    home.works("sweep plan small.ron --out a --shards 5");
    let tasks = [
        ("SLURM_ARRAY_TASK_ID", "0"),
        ("PBS_ARRAY_INDEX", "1"),
        ("SGE_TASK_ID", "3"),
        ("HQ_TASK_ID", "3"),
        ("JOB_COMPLETION_INDEX", "4"),
    ];
    for (nth, (name, task)) in tasks.into_iter().enumerate() {
        let mut command = home.command("sweep run a --shard auto");
        let out = command.env(name, task).env("SLURM_CPUS_PER_TASK", "2").output().unwrap();
        let said = String::from_utf8(out.stderr).unwrap();
        assert!(out.status.success() && said.contains("12 runs done") && said.contains("on 2 threads"), "{said}");
        assert!(home.path(&format!("a/shards/0000{nth}.journal")).is_file());
    }
    home.works("sweep merge a --check");
    assert!(home.refused("sweep run a --shard auto").contains("found no task"));
    assert!(home.refused("sweep run a --shard 5").contains("numbered 0 to 4"));
}

#[test]
fn scripts_for_slurm_name_what_is_missing() {
    let home = Home::new();
    small(&home, 5, "");
    home.works("sweep plan small.ron --out a --shards 6");
    home.works("sweep run a --shard 2");
    let told = home.works("sweep slurm a");
    assert!(told.stdout.contains("--dependency=afterany:JOB"), "{}", told.stdout);
    let script = fs::read_to_string(home.path("a/slurm/array.sh")).unwrap();
    assert!(script.contains("#SBATCH --array=0-1,3-5\n") && script.contains("--shard auto"), "{script}");
    assert!(fs::read_to_string(home.path("a/slurm/merge.sh")).unwrap().contains("sweep merge"));
    let told = home.run("sweep merge a --check");
    assert!(told.code == Some(3) && told.stderr.contains("missing shards: 0-1,3-5"), "{}", told.stderr);
    assert!(!home.path("a/runs.parquet").exists());
    assert_eq!(home.run("sweep merge a").code, Some(3));
    assert!(fs::read_to_string(home.path("a/report.html")).unwrap().contains("This sweep is incomplete"));
}

/// What a task asks of a cluster grows with the worlds that a run simulates: a metric that compares, as patterns of a
/// calibration may, needs a second one.
#[test]
fn a_task_asks_for_time_and_memory_for_every_world_of_its_runs() {
    let home = Home::new();
    home.write(
        "large.ron",
        "(base: (scenario: \"first_market\", set: {\"citizens.count\": 20000}), days: 400, factors: {\"law.fine\": [60, 120]},
          design: \"grid\", reps: 150, metrics: [(name: \"one\", metric: \"sum(days.trades)\")])",
    );
    home.works("sweep plan large.ron --out a --shards 1");
    let asked = || {
        home.works("sweep slurm a");
        let script = fs::read_to_string(home.path("a/slurm/array.sh")).unwrap();
        ["--time=", "--mem="].map(|option| {
            let of = script.lines().find_map(|line| line.strip_prefix("#SBATCH ")?.strip_prefix(option));
            of.unwrap().trim_end_matches('M').parse::<f64>().unwrap()
        })
    };
    let [time, memory] = asked();
    crate::program::edit(&home.path("a/plan.json"), |plan| {
        plan["metrics"][0]["metric"] = "sum(days.trades) / sum(base.days.trades)".into();
    });
    let [time_of_two, memory_of_two] = asked();
    assert!(time > 30.0 && (time_of_two / time - 2.0).abs() < 0.05, "{time} and {time_of_two} minutes");
    // What the program itself takes is asked for once.
    assert!(memory_of_two > memory && memory_of_two < 2.0 * memory, "{memory} and {memory_of_two} MB");
}

#[test]
fn what_is_wrong_with_a_sweep_is_told() {
    let home = Home::new();
    small(&home, 2, "");
    home.works("sweep plan small.ron --out a");
    home.write("points.csv", "law.fine,citizens.cuont\n60,100\n");
    home.write("table.ron", "(base: \"baseline\", design: (method: \"csv\", file: \"points.csv\"))");
    home.write("notes/mine.txt", "mine");
    let text = fs::read_to_string(home.path("small.ron")).unwrap();
    home.write("harsher.ron", text.replace("240]", "480]"));
    home.write("wrong.ron", text.replace("law.fine", "law.fin").replace("reps: 2", "reps: 0"));
    for (args, wanted) in [
        ("sweep harsher.ron --out a", "already holds another sweep"),
        ("sweep small.ron --out notes", "left alone"),
        ("sweep small.ron --out small.ron", "is a file"),
        ("sweep status notes", "it has no plan.json"),
        ("sweep status nowhere", "there is no folder"),
        ("sweep run a --shard first", "a number from 0 to"),
        ("sweep table.ron", "citizens.count"),
        ("sweep detection_by_fin", "the closest is `detection_by_fine`"),
        ("sweep baseline", "there is no sweep called"),
        ("check wrong.ron", "the closest is `law.fine`"),
        ("check wrong.ron", "`reps` cannot be 0"),
        ("sweep extend a", "--reps"),
        ("sweep", "required"),
    ] {
        let said = home.refused(args);
        assert!(said.contains(wanted), "{args}: {said}");
    }
    home.write("points.csv", "law.fine,places.*.abundance\r\n60,0.5\r\n\"120\",\r\n");
    let said = home.refused("sweep table.ron");
    assert!(said.contains("and the base does not have one single value for it"), "{said}");
    home.write("points.csv", "goods.privacy.evidence,goods.*.evidence\n0.25,0.5\n0.3,\n");
    let said = home.refused("sweep table.ron");
    assert!(
        said.contains("point 2 leaves out `goods.*.evidence`") && said.contains("`goods.privacy.evidence`"),
        "{said}"
    );
    home.write("points.csv", "law.fine,citizens.count\r\n60,100\r\n\"120\",\r\n");
    assert!(home.works("sweep plan table.ron --out t").stdout.contains("Cells   2"));
    crate::program::edit(&home.path("a/plan.json"), |plan| plan["engine_version"] = "0.0.9".into());
    let said = home.refused("sweep run a");
    assert!(said.contains("made by 0.0.9") && said.contains("new runs are not mixed with old ones"), "{said}");
}
