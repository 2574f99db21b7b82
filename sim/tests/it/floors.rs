//! The floors of the house, read off the imports: no file imports one that imports it again, and in the engine and the
//! lab a file imports only floors below its own.

use std::collections::{BTreeMap, BTreeSet};

use crate::invariants::sources;

/// The floors of the engine, from the ground up: folders and files of `sim/src`.
const ENGINE: [&str; 17] = [
    "base",
    "ids",
    "citizen",
    "goods",
    "params",
    "record",
    "scenario",
    "state",
    "rules",
    "actions",
    "systems",
    "schedule",
    "world",
    "snapshot",
    "explain",
    "run",
    "fingerprint",
];

/// The floors of the lab, from the ground up: folders and files of `lab/src`.
const LAB: [&str; 15] = [
    "error",
    "disk",
    "batch",
    "design",
    "measure",
    "build",
    "files",
    "sweep",
    "compare",
    "sample",
    "discovery",
    "sensitivity",
    "calibration",
    "verify",
    "verification",
];

/// Which module imports which, in one crate, with the path that says so. A file that only names its parts (`pub mod`,
/// `pub use`) is their door, not their user, so such lines are no arrows.
struct Imports(BTreeMap<String, BTreeMap<String, String>>);

impl Imports {
    fn of(krate: &str) -> Self {
        let files: BTreeMap<String, String> = sources(&format!("{krate}/src"))
            .into_iter()
            .map(|(file, text)| (module(file.strip_prefix(&format!("{krate}/src/")).expect("a file of it")), text))
            .collect();
        let known: BTreeSet<&str> = files.keys().map(String::as_str).collect();
        let arrows = |(from, text): (&String, &String)| {
            let mut to = BTreeMap::new();
            for path in paths(text) {
                let Some(target) = target(from, &path, &known).filter(|target| target != from) else { continue };
                to.entry(target).or_insert(path);
            }
            (from.clone(), to)
        };
        Self(files.iter().map(arrows).collect())
    }

    /// The modules that can be reached from one.
    fn reached(&self, from: &str) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        let mut next = vec![from];
        while let Some(module) = next.pop() {
            for to in self.0.get(module).into_iter().flat_map(BTreeMap::keys) {
                if found.insert(to.as_str()) {
                    next.push(to);
                }
            }
        }
        found
    }

    /// Modules that import each other, in one way or another: each with what it imports of the others.
    fn circles(&self) -> Vec<String> {
        let circle = |module: &String| self.reached(module).contains(module.as_str());
        let line = |module: &String| {
            let others = self.0[module].iter().filter(|(to, _)| self.reached(to).contains(module.as_str()));
            others.map(|(to, path)| format!("{module} -> {to} (`{path}`)")).collect::<Vec<_>>()
        };
        self.0.keys().filter(|module| circle(module)).flat_map(line).collect()
    }

    /// Imports of a floor above one's own.
    fn upwards(&self, floors: &[&str]) -> Vec<String> {
        let floor = |module: &str| {
            let first = module.split("::").next().expect("a first part");
            floors.iter().position(|&known| known == first)
        };
        let mut found = Vec::new();
        for (from, to) in self.0.iter().filter(|(from, _)| !from.is_empty()) {
            let Some(own) = floor(from) else {
                found.push(format!("{from} stands on no floor: add it to the list in this test"));
                continue;
            };
            let above = to.iter().filter(|(to, _)| floor(to).is_none_or(|floor| floor > own));
            found.extend(above.map(|(to, path)| format!("{from} -> {to} (`{path}`)")));
        }
        found
    }
}

/// The module of a file: `market/mod.rs` is `market`, `lib.rs` and `main.rs` are the crate itself.
fn module(file: &str) -> String {
    let path = file.trim_end_matches(".rs").replace('/', "::");
    match path.strip_suffix("::mod").unwrap_or(&path) {
        "lib" | "main" => String::new(),
        module => module.into(),
    }
}

/// The paths in a text that begin in its own crate, such as `crate::ids::good::Good`; those in braces one by one.
fn paths(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let text: String =
        text.lines().filter(|line| !line.starts_with("pub use ")).map(|line| format!("{line}\n")).collect();
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    for start in ["crate::", "super::", "self::"] {
        for (at, _) in text.match_indices(start) {
            if text[..at].ends_with(|c: char| is_part(c) || c == '(') && !text[..at].ends_with("super::") {
                continue; // the end of another path, or `pub(crate)`
            }
            let rest = &text[at..];
            let end = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
            let path = rest[..end].trim_end_matches("::");
            match rest[end..].strip_prefix('{') {
                Some(group) => found.extend(leaves(group).into_iter().map(|leaf| format!("{path}::{leaf}"))),
                None => found.push(path.into()),
            }
        }
    }
    found
}

/// What stands between braces, each with its path, down to the closing one.
fn leaves(group: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut prefixes: Vec<String> = Vec::new();
    let mut word = String::new();
    for c in group.chars() {
        match c {
            '{' => prefixes.push(std::mem::take(&mut word)),
            ',' | '}' => {
                let word = std::mem::take(&mut word);
                if !word.is_empty() {
                    found.push(format!("{}{}", prefixes.concat(), word.split(" as ").next().expect("a name")));
                }
                if c == '}' && prefixes.pop().is_none() {
                    break;
                }
            }
            '\n' => {}
            c if c.is_whitespace() && word.is_empty() => {}
            c => word.push(c),
        }
    }
    found
}

/// The module that a path in `from` leads to: the longest part of it that is a file.
fn target(from: &str, path: &str, known: &BTreeSet<&str>) -> Option<String> {
    let mut base: Vec<&str> = Vec::new();
    let mut parts = path.split("::").peekable();
    match parts.next()? {
        "crate" => {}
        first => {
            base = from.split("::").collect();
            if first == "super" {
                base.pop();
            }
            while parts.next_if_eq(&"super").is_some() {
                base.pop();
            }
        }
    }
    base.extend(parts);
    (1..=base.len()).rev().map(|len| base[..len].join("::")).find(|module| known.contains(module.as_str()))
}

#[test]
fn no_file_imports_one_that_imports_it_again() {
    for krate in ["sim", "lab", "analysis", "classroom", "cli"] {
        let circles = Imports::of(krate).circles();
        assert!(circles.is_empty(), "{krate} has a circle of files; move what ties it to a floor below: {circles:#?}");
    }
}

#[test]
fn a_file_imports_only_floors_below_its_own() {
    for (krate, floors) in [("sim", &ENGINE[..]), ("lab", &LAB)] {
        let upwards = Imports::of(krate).upwards(floors);
        assert!(upwards.is_empty(), "{krate} imports upwards; the floors, from the ground: {floors:?}; {upwards:#?}");
    }
}

/// The test itself is held to a small crate with one circle and one arrow upwards.
#[test]
fn circles_and_arrows_upwards_are_found() {
    let texts = [
        ("low", "use crate::high::{self, deep::Thing as Other};\nfn f() -> crate::high::Up { super::middle::g() }\n"),
        ("middle", "use super::low::f;\npub(crate) fn g() {}\n"),
        ("high", "pub use crate::low::f;\n"),
        ("high::deep", "use super::super::low;\n"),
    ];
    let known: BTreeSet<&str> = texts.iter().map(|(name, _)| *name).collect();
    let arrows = texts.map(|(from, text)| {
        let to = paths(text).into_iter().filter_map(|path| Some((target(from, &path, &known)?, path)));
        (from.to_owned(), to.collect())
    });
    let imports = Imports(arrows.into_iter().collect());
    assert_eq!(imports.0["low"].keys().collect::<Vec<_>>(), ["high", "high::deep", "middle"]);
    assert!(imports.0["high"].is_empty());
    let circles = imports.circles();
    assert_eq!(circles.len(), 4, "{circles:#?}");
    assert!(circles.iter().any(|line| line.starts_with("middle -> low")));
    let upwards = imports.upwards(&["low", "middle", "high"]);
    assert_eq!(upwards.len(), 3, "{upwards:#?}");
    assert_eq!(imports.upwards(&["low", "middle"]).len(), 5);
}
