//! Folders of which a bit is another, or that another build made: nothing is wrong in silence.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use contraband_analysis::store::open;
use contraband_analysis::sweep::merge;
use contraband_lab::batch::{Identity, Journal};
use contraband_lab::build::Build;
use contraband_lab::disk::{FileForm, digest_of};
use contraband_lab::sweep::{Shards, SweepFolder};
use serde_json::Value;

use crate::program::{Home, edit, json, names};

const SWEEP: &str = "(
    name: \"Small\", question: \"Do fines matter?\",
    base: (scenario: \"first_market\", set: {\"citizens.count\": 150}), days: 12,
    factors: {\"law.fine\": [60, 120, 240]}, design: \"grid\", reps: 3,
    metrics: [(name: \"trades\", metric: \"mean(days.trades)\")],
    series: (columns: [\"trades\"], every: 4),
)";

const CALIBRATION: &str = "(
    base: (scenario: \"first_market\", set: {\"citizens.count\": 120}), days: 8,
    factors: {\"law.fine\": (low: 10, high: 500)},
    targets: [(name: \"trades\", metric: \"sum(days.trades)\", band: (1, 40), source: \"nobody\")],
    particles: 20, budget: 60, reps: 1, predictive: 4,
)";

const RUN: &str = "run first_market --days 12 --set citizens.count=150 --out run";
const STUDY: &str = "compare first_market --arm-set harsh:law.fine=400@3 --days 12 --seeds 3 --out study";

/// Numbers without an order, the same each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }
}

/// Every file of a folder and of those in it.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            found.extend(files(&entry.path()));
        } else if entry.metadata().unwrap().len() > 0 {
            found.push(entry.path());
        }
    }
    found.sort();
    found
}

/// Turns bits of files, one after the other; whatever is read then is the same, or says which file is wrong. How many bits were
/// turned, and how many of them were told.
fn flip(files: &[PathBuf], flips: usize, read: &dyn Fn() -> Result<String, String>) -> (usize, usize) {
    let whole = read().expect("nothing is wrong yet");
    let (flips, mut numbers, mut told) = (flips.max(files.len()), Numbers(7), 0);
    for nth in 0..flips {
        let file = &files[nth % files.len()];
        let sound = fs::read(file).unwrap();
        let mut flipped = sound.clone();
        let (at, bit) = (numbers.below(sound.len()), numbers.below(8));
        flipped[at] ^= 1 << bit;
        fs::write(file, &flipped).unwrap();
        let what = format!("bit {bit} of byte {at} of {} in {}", sound.len(), file.display());
        match read() {
            Ok(answer) => assert_eq!(answer, whole, "{what}"),
            Err(said) => {
                let name = file.file_stem().unwrap().to_str().unwrap();
                assert!(said.contains(name), "{what}: {said}");
                assert!(!said.contains("bug in contraband") && !said.contains("panicked"), "{what}: {said}");
                told += 1;
            }
        }
        fs::write(file, sound).unwrap();
    }
    assert_eq!(read(), Ok(whole));
    (flips, told)
}

/// What a command prints, or what it says where it does not work.
fn said(home: &Home, args: &str) -> Result<String, String> {
    let told = home.run(args);
    assert!(!told.stderr.contains("panicked"), "{args}: {}", told.stderr);
    match told.code {
        Some(0) => Ok(told.stdout),
        _ => Err(told.stderr),
    }
}

#[test]
fn no_bit_of_a_run_folder_turns_unseen() {
    let home = Home::new();
    home.works(RUN);
    // All that is ever read of it.
    let read = || {
        let folder = open(&home.path("run")).map_err(|error| error.to_string())?;
        let mut all = format!("{:?} {}", folder.info(), folder.scenario_text().map_err(|error| error.to_string())?);
        all += &format!("{:?}", folder.timing().map_err(|error| error.to_string())?);
        for name in folder.info().tables.keys() {
            let table = folder.table(name).map_err(|error| error.to_string())?;
            all += &format!("{name}: {:?}", table.columns());
        }
        Ok(all)
    };
    let all = files(&home.path("run"));
    let (flips, told) = flip(&all, 150, &read);
    // Charts and the report are drawn from these, and read by nobody.
    let is_read = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap();
        name.ends_with(".parquet") || ["run.json", "timing.json", "scenario.ron"].contains(&name)
    };
    assert_eq!(told, (0..flips).filter(|nth| is_read(&all[nth % all.len()])).count());
    let read = || said(&home, "explain run --json");
    flip(&files(&home.path("run")), 12, &read);
}

/// A report draws what it has read, and holds it to `run.json` first.
#[test]
fn no_report_is_made_of_a_damaged_run() {
    let home = Home::new();
    home.works(RUN);
    let sound = said(&home, "report run").expect("nothing is wrong yet");
    for file in ["days.parquet", "goods.parquet", "run.json"] {
        let path = home.path("run").join(file);
        let bytes = fs::read(&path).unwrap();
        let mut flipped = bytes.clone();
        flipped[bytes.len() / 2] ^= 4;
        fs::write(&path, flipped).unwrap();
        let told = said(&home, "report run").expect_err(file);
        assert!(told.contains(&format!("{file} is damaged")) && told.contains("run it again"), "{told}");
        fs::write(&path, bytes).unwrap();
    }
    assert_eq!(said(&home, "report run"), Ok(sound));
}

#[test]
fn no_bit_of_a_sweep_folder_turns_unseen() {
    let home = Home::new();
    home.write("small.ron", SWEEP);
    home.works("sweep small.ron --out a");
    let read = || {
        let folder = SweepFolder::open(&home.path("a")).map_err(|error| error.to_string())?;
        let mut all = format!("{:?}", folder.plan());
        let shards = Shards::of(&folder).map_err(|error| error.to_string())?;
        for shard in 0..folder.plan().shards() {
            let held = shards.read(shard).map_err(|error| error.to_string())?;
            if !held.is_whole() {
                // It is run again, and until then it is told as missing.
                return Err(format!("{shard:05} {}", held.damage().unwrap_or_default()));
            }
            all += &format!("{:?}", held.rows);
        }
        // The merged tables, as they lie there.
        let sample = contraband_analysis::sample::read(folder.path()).map_err(|error| error.to_string())?;
        Ok(all + &format!("{sample:?}"))
    };
    assert!(flip(&files(&home.path("a")), 60, &read).1 > 0);
    // The same command makes all of it sound again.
    let whole = ["runs.parquet", "series.parquet"].map(|name| fs::read(home.path("a").join(name)).unwrap());
    let mut numbers = Numbers(3);
    for file in ["plan.json", "base.ron", "shards/00000.journal", "runs.parquet", "tables.json"] {
        let path = home.path("a").join(file);
        let mut bytes = fs::read(&path).unwrap();
        let at = numbers.below(bytes.len());
        bytes[at] ^= 1 << numbers.below(8);
        fs::write(&path, bytes).unwrap();
        home.works("sweep small.ron --out a");
        let again = ["runs.parquet", "series.parquet"].map(|name| fs::read(home.path("a").join(name)).unwrap());
        assert!(again == whole, "{file}");
    }
    assert!(names(&home.path("a")).contains(&"plan.damaged".to_owned()), "nothing is deleted");
}

#[test]
fn no_bit_of_a_study_folder_turns_unseen() {
    let home = Home::new();
    home.works(STUDY);
    let all = files(&home.path("study"));
    let (flips, told) = flip(&all, 40, &|| said(&home, "explain study --json"));
    // What a question is answered from is held to its checksums: the study, its worlds, and the runs that are kept whole.
    let is_asked = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap();
        name == "study.json" || name == "study.ron" || path.parent().unwrap().ends_with("scenarios")
    };
    assert!(told > all.iter().filter(|path| is_asked(path)).count(), "{told} of {flips} flips were told");
    // What is told again is told from these alone, and is what it was, or nothing is told: tables, brief and pictures.
    let sources: Vec<PathBuf> =
        all.iter().filter(|path| is_asked(path) || path.ends_with("runs/all.journal")).cloned().collect();
    assert_eq!(sources.len(), 5, "{sources:?}");
    let read = || {
        said(&home, "report study")?;
        let tables =
            names(&home.path("study")).into_iter().filter(|name| name.ends_with(".parquet") || name == "brief.md");
        Ok(tables.map(|name| format!("{name} {:?}\n", digest_of(&home.path("study").join(&name)).unwrap())).collect())
    };
    let (flips, told) = flip(&sources, 20, &read);
    assert!(flips == 20 && told >= 12, "{told} of {flips} flips were told");
    // Tables that are damaged are made anew.
    let whole = read();
    for table in all.iter().filter(|path| path.extension().is_some_and(|ending| ending == "parquet")) {
        let mut bytes = fs::read(table).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(table, bytes).unwrap();
    }
    assert_eq!(read(), whole);
}

#[test]
fn no_bit_of_a_calibration_folder_turns_unseen() {
    let home = Home::new();
    home.write("cal.ron", CALIBRATION);
    home.run("calibrate cal.ron --out cal");
    let noticed = Cell::new(0);
    let read = || {
        let told = home.run("calibrate cal.ron --out cal --json");
        assert!(!told.stderr.contains("panicked"), "{}", told.stderr);
        noticed.set(noticed.get() + usize::from(told.stderr.contains("damaged")));
        if told.stdout.is_empty() { Err(told.stderr) } else { Ok(told.stdout) }
    };
    let all = files(&home.path("cal"));
    // All of it is made again, from its own file and the runs that are sound: the answer is the same each time.
    let (flips, refused) = flip(&all, 40, &read);
    assert_eq!((flips, refused), (40, 0));
    assert!(noticed.get() >= 8, "{} of {flips} flips hit runs, or what it is known by", noticed.get());
}

/// As another build of this version would be known.
fn another() -> Build {
    Build { fingerprint: "0123456789abcdef".into(), commit: "fedcba98".into(), ..Build::own().clone() }
}

const DIFFERS: &str = "it was made by 0.1.0 (build 01234567, commit fedcba98), and this is";

#[test]
fn a_run_of_another_build_is_read_and_drawn_and_not_gone_on_with() {
    let home = Home::new();
    home.works(RUN);
    edit(&home.path("run/run.json"), |run| another().tell(run));
    for command in ["report run", "explain run", "explain run --citizen 3"] {
        let told = home.works(command);
        assert!(told.stderr.contains(DIFFERS), "{command}: {}", told.stderr);
    }
    assert!(fs::read_to_string(home.path("run/report.html")).unwrap().contains("build 01234567"));
    assert!(home.refused(RUN).contains("already holds another run"));
    // Where its days are others, that is said.
    edit(&home.path("run/run.json"), |run| run["seed"] = 2.into());
    assert!(home.refused("explain run --citizen 3").contains("on day 1 the re-run differs from the folder"));
}

#[test]
fn a_sweep_of_another_build_is_read_and_drawn_and_not_added_to() {
    let home = Home::new();
    // Of as many cells as it takes to say what matters.
    let more = SWEEP.replace(
        "[60, 120, 240]}, design: \"grid\", reps: 3",
        "(low: 10, high: 900)}, design: (method: \"latin_hypercube\", points: 40), reps: 1",
    );
    assert_ne!(more, SWEEP);
    home.write("small.ron", more);
    home.works("sweep small.ron --out a");
    let own = SweepFolder::open(&home.path("a")).unwrap();
    let theirs = SweepFolder::create(&home.path("b"), &own.plan().clone().by(&another()), own.base()).unwrap();
    let (from, to) = (Shards::of(&own).unwrap(), Shards::of(&theirs).unwrap());
    for shard in 0..own.plan().shards() {
        let (journal, _) = to.open(shard).unwrap();
        from.read(shard).unwrap().rows.values().for_each(|row| to.add(&journal, row, 0.0).unwrap());
    }
    merge(&theirs, None).unwrap();
    for command in [
        "sweep status b",
        "sweep merge b --check",
        "report b",
        "sensitivity b",
        "discover b --where trades<9",
        "sweep replay b --run 4",
    ] {
        let told = home.run(command);
        assert!(told.code == Some(0) && told.stderr.contains(DIFFERS), "{command}: {}", told.stderr);
    }
    assert!(fs::read_to_string(home.path("b/report.html")).unwrap().contains("build 01234567"));
    for command in ["sweep run b", "sweep extend b --reps 9", "sweep slurm b"] {
        let said = home.refused(command);
        assert!(said.contains("new runs are not mixed with old ones"), "{command}: {said}");
    }
    assert!(home.refused("sweep small.ron --out b").contains("by engine 0.1.0 (build 01234567"));
    // A journal of that build among those of this one is found out, named, and its runs are run again.
    fs::copy(home.path("b/shards/00000.journal"), home.path("a/shards/00000.journal")).unwrap();
    assert!(home.refused("report a").contains("00000.journal"));
    let told = home.works("sweep small.ron --out a");
    assert!(told.stderr.contains("00000.foreign") && told.stderr.contains("20 runs done"), "{}", told.stderr);
}

#[test]
fn a_study_of_another_build_is_read_and_drawn_and_not_added_to() {
    let home = Home::new();
    home.works(STUDY);
    let tables = || fs::read(home.path("study/differences.parquet")).unwrap();
    let brief = || fs::read_to_string(home.path("study/brief.md")).unwrap();
    let before = brief();
    // What its journal is known by, as that build has it.
    let about = json(&home.path("study/study.json"));
    let list = |field: &str| -> Vec<String> { serde_json::from_value(about["kept"][field].clone()).unwrap() };
    let known = |build: &Build| {
        let (build, burdens, columns) = (build.identity(), list("burdens").join(" "), list("columns"));
        let first = [b"study".as_slice(), build.as_bytes(), &4_u64.to_le_bytes()].map(<[u8]>::to_vec);
        let parts: Vec<Vec<u8>> = first
            .into_iter()
            .chain(columns.into_iter().map(String::into_bytes))
            .chain([burdens.into_bytes()])
            .collect();
        Identity::of(parts.iter().map(Vec::as_slice))
    };
    let (path, theirs) = (home.path("study/runs/all.journal"), home.path("theirs.journal"));
    let (journal, _) = Journal::open(&theirs, known(&another())).unwrap();
    Journal::read(&path, known(Build::own()), |record, answer| {
        journal.add(record.run, record.identity, answer, 0.0).map(drop)
    })
    .unwrap();
    drop(journal);
    fs::rename(&theirs, &path).unwrap();
    edit(&home.path("study/study.json"), |about| another().tell(about));
    for world in names(&home.path("study/worlds")) {
        edit(&home.path("study/worlds").join(world).join("run.json"), |run| another().tell(run));
    }
    for command in ["report study", "explain study"] {
        let told = home.works(command);
        assert!(told.stderr.contains(DIFFERS), "{command}: {}", told.stderr);
    }
    let own = format!("build {}", &Build::own().fingerprint[..8]);
    assert!(before.contains(&own) && brief().contains("build 01234567") && !brief().contains(&own));
    assert!(!tables().is_empty());
    let refused = home.refused(STUDY);
    assert!(refused.contains("by version 0.1.0 (build 01234567"), "{refused}");
    // What is missing in it is not run by this build.
    fs::remove_file(&path).unwrap();
    assert!(home.refused("report study").contains("new runs are not mixed with old ones"));
}

#[test]
fn a_calibration_of_another_build_is_told_again() {
    let home = Home::new();
    home.write("cal.ron", CALIBRATION);
    let first = home.run("calibrate cal.ron --out cal --json");
    assert!(!first.stdout.is_empty(), "{}", first.stderr);
    let generations = files(&home.path("cal")).into_iter().filter(|path| path.ends_with("plan.json"));
    for plan in generations.collect::<Vec<_>>() {
        let folder = plan.parent().unwrap();
        let own = SweepFolder::open(folder).unwrap();
        let rows: Vec<_> = {
            let shards = Shards::of(&own).unwrap();
            (0..own.plan().shards()).map(|shard| shards.read(shard).unwrap().rows).collect()
        };
        edit(&plan, |plan| another().tell(plan));
        fs::remove_dir_all(folder.join("shards")).unwrap();
        let theirs = SweepFolder::open(folder).unwrap();
        let shards = Shards::of(&theirs).unwrap();
        for (shard, rows) in rows.iter().enumerate() {
            let (journal, _) = shards.open(shard).unwrap();
            for row in rows.values() {
                shards.add(&journal, row, 0.0).unwrap();
            }
        }
    }
    edit(&home.path("cal/calibration.json"), |about| another().tell(about));
    let told = home.run("calibrate cal.ron --out cal --json");
    assert!(told.stdout == first.stdout && told.stderr.contains(DIFFERS), "{}", told.stderr);
    fs::remove_dir_all(home.path("cal/predictive")).unwrap();
    assert!(home.refused("calibrate cal.ron --out cal").contains("new runs are not mixed with old ones"));
}

/// Files of before there were seals and fingerprints are read as they are.
#[test]
fn folders_of_before_there_were_seals_are_read() {
    let home = Home::new();
    home.works(RUN);
    let older = |path: &Path, edit: &dyn Fn(&mut Value)| {
        let mut about = json(path);
        let fields = about.as_object_mut().unwrap();
        for field in ["seal", "engine_fingerprint", "commit"] {
            fields.remove(field);
        }
        edit(&mut about);
        fs::write(path, format!("{about:#}\n")).unwrap();
    };
    older(&home.path("run/run.json"), &|run| {
        run["schema"] = 2.into();
        let tables: BTreeMap<String, Value> = serde_json::from_value(run["tables"].clone()).unwrap();
        run["tables"] = tables
            .into_iter()
            .map(|(name, mut about)| {
                about.as_object_mut().unwrap().remove("file");
                (name, about)
            })
            .collect();
    });
    older(&home.path("run/timing.json"), &|_| ());
    let text = fs::read_to_string(home.path("run/scenario.ron")).unwrap();
    let (text, _) = FileForm::Ron.unseal(&text).unwrap();
    fs::write(home.path("run/scenario.ron"), text).unwrap();
    let told = home.works("report run");
    assert!(told.stderr.contains("it was made by 0.1.0, and this is"), "{}", told.stderr);
    // A damaged table of that time ends in words, though nobody knows its checksum.
    let path = home.path("run/goods.parquet");
    let (sound, mut numbers) = (fs::read(&path).unwrap(), Numbers(1));
    for _ in 0..150 {
        let mut flipped = sound.clone();
        let at = numbers.below(sound.len());
        flipped[at] ^= 1 << numbers.below(8);
        fs::write(&path, flipped).unwrap();
        let _ = open(&home.path("run")).unwrap().table("goods");
    }
}
