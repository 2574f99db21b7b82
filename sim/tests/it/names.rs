//! One name, one type: over all crates, no type is named like another, so that a name means one thing wherever it is read.
//! And the map in README, which names the parts of crates.

use std::collections::{BTreeMap, BTreeSet};

use crate::invariants::{WORKSPACE, sources};

/// The crates of the workspace.
const CRATES: [&str; 6] = ["sim", "lab", "pages", "analysis", "classroom", "cli"];

/// Macros that make a type of each name they are given.
const MAKERS: [&str; 6] = ["table!", "tables!", "words!", "real!", "whole!", "optional!"];

/// The types that a source defines: `struct`, `enum`, `trait`, aliases that stand by themselves, and what macros make.
fn types(text: &str) -> Vec<String> {
    let defined = text.lines().filter_map(|line| {
        let rest = line.trim_start();
        let rest = match rest.strip_prefix("pub") {
            Some(rest) if rest.starts_with('(') => rest.split_once(')')?.1.trim_start(),
            Some(rest) => rest.trim_start(),
            None => rest,
        };
        let (word, rest) = rest.split_once(' ')?;
        let is_definition =
            matches!(word, "struct" | "enum" | "trait" | "union") || word == "type" && !line.starts_with(' ');
        first_name(rest).filter(|_| is_definition)
    });
    let made = MAKERS.iter().flat_map(|maker| calls(text, maker)).flat_map(made);
    defined.chain(made).collect()
}

/// The name that a text begins with, if it is that of a type.
fn first_name(text: &str) -> Option<String> {
    let end = text.find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len());
    (text.starts_with(char::is_uppercase) && !text[end..].starts_with('_')).then(|| text[..end].into())
}

/// What stands in the braces behind each call of a macro.
fn calls<'t>(text: &'t str, maker: &str) -> Vec<&'t str> {
    let call = format!("{maker} {{");
    text.match_indices(&call)
        .filter(|(at, _)| !text[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
        .map(|(at, _)| &text[at + call.len()..])
        .collect()
}

/// The names that a call of a macro gives to types: `Name {`, `Name(`, `Name;` or `SPEC: Name in`, not deeper in braces.
fn made(body: &str) -> Vec<String> {
    let mut found = Vec::new();
    let (mut depth, mut quoted) = (0, false);
    let mut before = ' ';
    for (at, c) in body.char_indices() {
        match c {
            '"' if before != '\\' => quoted = !quoted,
            _ if quoted => {}
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' if depth == 0 => break,
            '}' | ')' | ']' => depth -= 1,
            _ if depth == 0 && c.is_uppercase() && !(before.is_alphanumeric() || before == '_' || before == '$') => {
                let name = first_name(&body[at..]);
                let names = |name: &String| {
                    let rest = body[at + name.len()..].trim_start();
                    ["{", "(", ";", "in "].iter().any(|sign| rest.starts_with(sign))
                };
                found.extend(name.filter(names));
            }
            _ => {}
        }
        before = c;
    }
    found
}

#[test]
fn no_type_is_named_like_another() {
    let mut known: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (file, text) in CRATES.iter().flat_map(|krate| sources(&format!("{krate}/src"))) {
        if file.ends_with("/tests.rs") {
            continue;
        }
        for name in types(&text) {
            known.entry(name).or_default().push(file.clone());
        }
    }
    // What is looked for is found: a type of each crate, and some that macros make.
    for name in ["Scenario", "Batch", "Share", "Days", "Status", "HouseId", "Sought", "DayRow", "PointHead"] {
        assert!(known.contains_key(name), "`{name}` is not found, or is called something else now");
    }
    let twice: Vec<String> = known
        .iter()
        .filter(|(_, files)| files.len() > 1)
        .map(|(name, files)| format!("{name}: {}", files.join(", ")))
        .collect();
    assert!(
        twice.is_empty(),
        "types with one name; if they mean the same, share one, else give the one that is less known a fuller name: \
         {twice:#?}"
    );
}

/// The test itself is held to a small source.
#[test]
fn types_are_found_wherever_they_are_defined() {
    let text = "pub struct Plain<T>(T);\npub(crate) enum Scoped {\n    Variant { a: u8 },\n}\nfn f() {\n    struct \
                Inner;\n}\ntrait Able: Sized {\n    type Item;\n}\ntype Short = u8;\npub(in crate::a) struct Deep;\n\
                crate::table! {\n    ROWS: ManyRow in \"many {\" {\n        day: Option<u32>, \"\", \"\";\n    }\n}\n\
                table! {\n    Head { run: u64, \"\", \"\"; }\n}\nwhole! {\n    Few(u32);\n    Many(u32);\n}\nreal! {\n    \
                Half;\n}\nlet it = Maker { Nothing: 1 };\n";
    let expected = ["Plain", "Scoped", "Inner", "Able", "Short", "Deep", "ManyRow", "Head", "Half", "Few", "Many"]
        .map(String::from);
    let mut found = types(text);
    found.sort();
    let mut sorted = expected.to_vec();
    sorted.sort();
    assert_eq!(found, sorted);
}

/// The lists of parts in README's map, held against the folders; `lib.rs` is the door of a crate and no part.
#[test]
fn the_map_of_the_code_names_every_part() {
    let readme = std::fs::read_to_string(format!("{WORKSPACE}/README.md")).expect("it is there");
    for krate in ["sim", "lab"] {
        let head = format!("| in `{krate}/src/` |");
        let rows = readme.lines().skip_while(|line| !line.starts_with(&head)).skip(2);
        let named: BTreeSet<String> = rows
            .take_while(|line| line.starts_with('|'))
            .flat_map(|row| row.split('|').nth(1).expect("a first cell").split('`').skip(1).step_by(2))
            .map(str::to_owned)
            .collect();
        let parts: BTreeSet<String> = std::fs::read_dir(format!("{WORKSPACE}/{krate}/src"))
            .expect("the crate is there")
            .map(|entry| {
                let entry = entry.expect("it can be listed");
                let name = entry.file_name().into_string().expect("a plain name");
                if entry.path().is_dir() { format!("{name}/") } else { name }
            })
            .filter(|name| name != "lib.rs")
            .collect();
        assert_eq!(named, parts, "README's map lists other parts of {krate}/src than there are");
    }
}
