//! The invariants of the workspace that no lint can hold: who may name what, and who may depend on whom.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

pub const WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Every Rust file below a folder of the workspace: its path, and its text without comments and tests.
pub fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(WORKSPACE).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("the folder is there") {
            let path = entry.expect("it can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push((name(&path), code(&std::fs::read_to_string(&path).expect("it is text"))));
            }
        }
    }
    assert!(!found.is_empty(), "{folder} holds no source");
    found.sort();
    found
}

/// A path as seen from the workspace.
fn name(path: &Path) -> String {
    let path = path.strip_prefix(WORKSPACE).expect("it is in the workspace");
    path.components().map(|part| part.as_os_str().to_str().expect("plain names")).collect::<Vec<_>>().join("/")
}

/// The lines of a source that are not comments, and stand before its tests.
fn code(text: &str) -> String {
    let rules = text.split("#[cfg(test)]\nmod tests").next().expect("there is a first part");
    rules.lines().filter(|line| !line.trim_start().starts_with("//")).map(|line| format!("{line}\n")).collect()
}

/// Fails when a file of the engine other than `but` has one of these words in its code, or one of `but` has none of them:
/// then words or files have other names now, and nothing is watched any more.
fn only(but: &[&str], words: &[&str], why: &str) {
    let sources = sources("sim/src");
    for file in but {
        let text = sources.iter().find(|(known, _)| known == file).map(|(_, text)| text);
        let there = text.is_some_and(|text| words.iter().any(|word| text.contains(word)));
        assert!(there, "{file} is not there or has none of {words:?}");
    }
    for (file, text) in sources {
        if but.contains(&file.as_str()) {
            continue;
        }
        for word in words {
            if let Some(line) = text.lines().find(|line| line.contains(word)) {
                panic!("{file}: {}\n`{word}` {why}", line.trim());
            }
        }
    }
}

/// What a package may use when it is built, or only when it is tested: the names in one table of its Cargo.toml.
fn names_in(package: &str, table: &str) -> BTreeSet<String> {
    let manifest = PathBuf::from(WORKSPACE).join(package).join("Cargo.toml");
    let manifest = std::fs::read_to_string(manifest).expect("every package has one");
    manifest
        .lines()
        .skip_while(|line| line.trim() != format!("[{table}]"))
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split(['.', '=', ' ']).next())
        .filter(|name| !name.is_empty() && !name.starts_with('#'))
        .map(ToOwned::to_owned)
        .collect()
}

#[test]
fn only_the_schedule_adds_systems() {
    only(&["sim/src/schedule.rs"], &["add_systems"], "belongs to schedule.rs: the day is one page");
}

/// Actors are made once, all alike, and stay: a column is then in their order, and no number of an entity is in any result.
/// Citizens are columns of one entity, and nobody but the world and a snapshot fills them.
#[test]
fn only_the_world_makes_actors_and_nobody_changes_what_they_consist_of() {
    only(&["sim/src/world/mod.rs"], &["spawn_batch", ".spawn("], "belongs to world/mod.rs: actors are made once");
    let but = ["sim/src/state/columns.rs", "sim/src/world/mod.rs", "sim/src/snapshot.rs"];
    only(&but, &["CitizenColumns"], "is for those who make a world: whoever lives in it asks for single columns");
    let words = ["Commands", ".despawn(", ".entity_mut(", "spawn_empty", "EntityMut", "Entity>"];
    only(&[], &words, "has no place in the engine: actors neither come nor go, and nothing depends on their numbers");
}

/// What stands between the brackets behind each of these words in a text, the outer pair left out.
fn between_brackets<'t>(text: &'t str, words: &[&str]) -> Vec<&'t str> {
    let mut found = Vec::new();
    for (at, word) in words.iter().flat_map(|word| text.match_indices(word)) {
        let inside = &text[at + word.len()..];
        let mut depth = 1;
        let end = inside.find(|letter| {
            depth += i32::from(letter == '<') - i32::from(letter == '>');
            depth == 0
        });
        found.push(&inside[..end.expect("brackets are closed")]);
    }
    found
}

/// `bevy_ecs` hands out rows table by table. A query that excludes sees resources too, since they are rows of their own, and one
/// that asks for something that some have and others have not walks other tables in another order. So queries name the
/// components of one kind of actor, and nothing else: all its rows, in the order in which they were made; and whoever asks
/// for the columns of citizens names these.
#[test]
fn a_query_names_components_and_nothing_else() {
    let words = [
        "Without<",
        "With<",
        "Has<",
        "AnyOf<",
        "Or<",
        "Added<",
        "Changed<",
        "Spawned",
        "query_filtered",
        "QueryBuilder",
    ];
    only(&[], &words, "has no place in the engine: the order of rows would depend on what else there is");
    let mut queries = 0;
    for (file, text) in sources("sim/src") {
        for asked in between_brackets(&text, &["Query<", "query::<", "Single<"]) {
            queries += 1;
            let columns = asked.matches("PerCitizen<").count();
            let plain = columns == asked.matches('<').count() && [0, asked.matches('&').count()].contains(&columns);
            assert!(plain, "{file}: Query<{asked}>\na query names components and nothing else");
        }
        for asked in between_brackets(&text, &["Single<"]) {
            assert!(
                asked.contains("PerCitizen<") || asked == "EveryColumn",
                "{file}: Single<{asked}>\nonly citizens are one entity"
            );
        }
    }
    assert!(queries > 80, "only {queries} queries were found");
    let optional = "fn f(one: Query<(&Purse, Option<&Mind>)>, all: Query<&Life>) { world.query::<&Stall>() }";
    assert_eq!(between_brackets(optional, &["Query<", "query::<"]), ["(&Purse, Option<&Mind>)", "&Life", "&Stall"]);
}

#[test]
fn only_the_ledger_makes_or_changes_a_balance() {
    let but = ["sim/src/state/ledger.rs"];
    only(&but, &["Purse(", "Favours(", "Purse {", "Favours {"], "belongs to ledger.rs: every move has two sides");
    let ledger = sources("sim/src").into_iter().find(|(file, _)| file == but[0]).expect("there is a ledger").1;
    for public in ["Purse(pub", "Favours(pub"] {
        assert!(!ledger.contains(public), "a balance is private to the ledger");
    }
    let books = ledger.split("pub struct Books {").nth(1).and_then(|rest| rest.split('}').next()).expect("the books");
    assert!(!books.contains("pub"), "the books' fields are private to the ledger");
}

#[test]
fn only_the_dice_make_a_generator() {
    only(&["sim/src/base/dice.rs"], &["ChaCha", "rand::", "SeedableRng"], "belongs to dice.rs: draws are keyed");
}

#[test]
fn only_the_numerics_call_transcendental_functions() {
    let words =
        ["libm", ".exp()", ".ln()", ".log10()", ".log2()", ".powf(", ".powi(", ".sin()", ".cos()", ".tan()", ".tanh()"];
    only(&["sim/src/base/numerics.rs"], &words, "belongs to numerics.rs: results must not depend on the platform");
}

#[test]
fn the_engine_opens_no_file_reads_no_clock_and_prints_nothing() {
    let files = ["std::fs", "File::", "std::net", "std::io", "std::process"];
    only(&[], &files, "has no place in the engine: scenario in, recording out");
    only(&[], &["std::env::", "env::var"], "has no place in the engine: a run depends on scenario and seed only");
    only(&[], &["Instant", "SystemTime", "std::time"], "has no place in the engine: clocks belong to cli");
    only(&[], &["println!", "print!(", "dbg!"], "has no place in the engine: whoever runs it has the floor");
}

#[test]
fn no_rule_depends_on_the_order_of_a_hash() {
    only(&[], &["HashMap", "HashSet"], "has no place in the engine: its order would leak into results");
}

#[test]
fn nothing_in_a_run_reads_what_the_recorder_wrote() {
    let but = [
        "sim/src/state/mod.rs",
        "sim/src/state/parts.rs",
        "sim/src/run.rs",
        "sim/src/world/mod.rs",
        "sim/src/snapshot.rs",
    ];
    // The phase of recording is the recorder's own; some of its files only balance the books.
    let writers = sources("sim/src/systems/record").into_iter().filter(|(_, text)| text.contains("recorder"));
    let writers: Vec<String> = writers.map(|(file, _)| file).collect();
    let but: Vec<&str> = but.into_iter().chain(writers.iter().map(String::as_str)).collect();
    only(&but, &["recorder"], "is for those who start, end and store a run: an observer changes nothing");
}

/// The engine stands on few crates, all in pure Rust: its example and its tests build in a minute.
#[test]
fn the_engine_depends_on_nothing_heavy() {
    let known: BTreeSet<String> =
        "bevy_ecs bytemuck libm memmap2 postcard rand rand_chacha rayon ron serde serde_json sha2 strsim thiserror"
            .split(' ')
            .map(ToOwned::to_owned)
            .collect();
    let found = names_in("sim", "dependencies");
    assert!(!names_in("lab", "dependencies").contains("polars"), "experiments need no tables on disk");
    let strangers: Vec<_> = found.difference(&known).collect();
    assert!(strangers.is_empty(), "what for? {strangers:?}; if there is a reason, add it here and to sim/DECISIONS.md");
}

#[test]
fn dependencies_point_one_way() {
    let own = |package| -> Vec<String> {
        names_in(package, "dependencies").into_iter().filter(|name| name.starts_with("contraband")).collect()
    };
    assert!(own("sim").is_empty());
    assert_eq!(own("lab"), ["contraband-sim"]);
    assert_eq!(own("analysis"), ["contraband-lab", "contraband-pages", "contraband-sim"]);
    assert_eq!(own("classroom"), ["contraband-lab", "contraband-pages", "contraband-sim"]);
    assert_eq!(own("cli"), ["contraband-analysis", "contraband-classroom", "contraband-lab", "contraband-sim"]);
}

#[test]
fn only_the_command_line_renders_errors() {
    for package in ["sim", "lab", "analysis", "classroom"] {
        assert!(!names_in(package, "dependencies").contains("annotate-snippets"), "{package} shows no errors");
    }
    assert!(names_in("cli", "dependencies").contains("annotate-snippets"));
}

#[test]
fn a_module_file_only_names_its_parts() {
    for (file, text) in sources("sim/src") {
        let with_rules =
            ["sim/src/goods/mod.rs", "sim/src/params/mod.rs", "sim/src/scenario/mod.rs", "sim/src/world/mod.rs"];
        if !file.ends_with("/mod.rs") || with_rules.contains(&file.as_str()) {
            continue;
        }
        for line in text.lines().filter(|line| !line.is_empty()) {
            let names = line.starts_with("pub mod ")
                || line == "#[macro_use]"
                || line.starts_with("mod ")
                || line.starts_with("pub use ");
            assert!(names, "{file}: {line}\na module's own file names its parts and does nothing else");
        }
    }
}

/// Each family of goods is one file with the same headings in the same order.
#[test]
fn every_good_is_told_under_the_same_headings() {
    let headings = ["## What it is", "## Why it is restricted", "## Mechanics", "## Levers", "## What to expect"];
    let folder = Path::new(WORKSPACE).join("sim/src/goods");
    let mut goods = 0;
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be listed").path();
        if path.ends_with("mod.rs") || path.ends_with("params.rs") {
            continue;
        }
        goods += 1;
        let text = std::fs::read_to_string(&path).expect("it is text");
        let found: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("//! ")).collect();
        let found: Vec<&str> = found.into_iter().filter(|line| line.starts_with("## ")).collect();
        assert_eq!(found, headings, "{}", name(&path));
    }
    assert_eq!(goods, 9);
}
