//! The files of the page: what ships is what is listed, and it asks nobody else for anything.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use contraband_classroom::assets::ASSETS;
use contraband_sim::base::words::hex;
use sha2::{Digest as _, Sha256};

use crate::keeper::not_run;
use crate::webdriver::{Driver, NO_DRIVER};

fn ui() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("ui")
}

/// Where the files are that all pages share.
fn shared() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../pages")
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

#[test]
fn every_file_is_served_or_says_where_another_comes_from() {
    let mut found = BTreeSet::new();
    for (root, folder) in
        [(ui(), ui()), (shared().join("ui"), shared().join("ui")), (shared(), shared().join("vendor"))]
    {
        let mut paths = Vec::new();
        files(&folder, &mut paths);
        let name = |path: &PathBuf| path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
        found.extend(paths.iter().map(name));
    }
    // Pages go by shorter names than their files.
    let served = ASSETS.iter().map(|asset| match asset.path {
        "/" => "index.html".to_owned(),
        page if !page.contains('.') => format!("class{page}.html"),
        file => file[1..].to_owned(),
    });
    let notes = ["vendor/VENDOR.md", "vendor/uPlot-LICENSE.txt", "vendor/Inter-LICENSE.txt"].map(String::from);
    assert_eq!(found, served.chain(notes).collect::<BTreeSet<_>>());
}

/// No address of another server, nothing written into the page, nothing that reads text as HTML or as a program.
#[test]
fn the_page_asks_nobody_else_and_reads_no_text_as_html() {
    for asset in ASSETS.iter().filter(|asset| !asset.path.starts_with("/vendor/")) {
        let text = std::str::from_utf8(asset.bytes).expect("text");
        let own = text.replace("http://www.w3.org/2000/svg", "");
        for word in [
            "http://",
            "https://",
            "//cdn",
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
            " style=\"",
            "onclick=\"",
            "@import",
        ] {
            assert!(!own.contains(word), "{} contains {word}", asset.path);
        }
    }
}

#[test]
fn what_tests_have_from_others_is_what_it_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vendor");
    let note = std::fs::read_to_string(folder.join("VENDOR.md")).expect("a note");
    for file in ["axe.min.js", "acorn.js"] {
        let sum = hex(&Sha256::digest(std::fs::read(folder.join(file)).expect("a script")));
        assert!(note.lines().any(|line| line.contains(file) && line.contains(&sum)), "{file} has the sum {sum}");
    }
}

/// What a style sheet sets of colours: `--c0` and its value, block by block.
fn colours(css: &str) -> Vec<(String, String)> {
    let named = css.split([';', '{', '}']).filter_map(|line| line.trim().strip_prefix("--")?.split_once(':'));
    named
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .filter(|(_, value)| value.starts_with('#'))
        .collect()
}

/// One palette for all that the program shows: the pages have a copy of what the charts and reports use, since this crate
/// does without those.
#[test]
fn pages_and_charts_share_a_palette() {
    let analysis = Path::new(env!("CARGO_MANIFEST_DIR")).join("../analysis");
    let read = |path: &Path| std::fs::read_to_string(path).unwrap_or_else(|_| panic!("{}", path.display()));
    let page = colours(&read(&ui().join("style.css")));
    for (sheet, times) in [("report.css", 1), ("dark.css", 2)] {
        let shared = colours(&read(&analysis.join("src/report").join(sheet)));
        assert!(shared.len() > 15, "{sheet}: {shared:?}");
        for colour in shared {
            let same = page.iter().filter(|known| **known == colour).count();
            // Dark is chosen by the system or by somebody's click: it stands there twice.
            assert!(same >= times, "{sheet} has {colour:?}, style.css {same} times");
        }
    }
}

fn text_of(path: &str) -> &'static str {
    let asset = ASSETS.iter().find(|asset| asset.path == path).unwrap_or_else(|| panic!("{path} is not served"));
    std::str::from_utf8(asset.bytes).expect("text")
}

/// The scripts of the pages of a class: those that the pages name, and what these import.
pub fn scripts_of_class() -> BTreeSet<String> {
    let mut found: BTreeSet<String> = BTreeSet::new();
    let mut open: Vec<String> = ["/join", "/teacher", "/screen"]
        .into_iter()
        .flat_map(|page| text_of(page).split("<script src=\"").skip(1).filter_map(|rest| rest.split('"').next()))
        .map(str::to_owned)
        .collect();
    while let Some(path) = open.pop() {
        let folder = path.rsplit_once('/').expect("a path").0.to_owned();
        let imports = text_of(&path).lines().filter(|line| line.starts_with("import ") || line.starts_with("export {"));
        let names = imports.filter_map(|line| line.split(" from \"").nth(1)?.strip_suffix("\";"));
        open.extend(names.map(|name| match (name.strip_prefix("../"), name.strip_prefix("./")) {
            (Some(name), _) => format!("/{name}"),
            (_, Some(name)) => format!("{folder}/{name}"),
            _ => panic!("{path} imports {name}"),
        }));
        open.retain(|path| !found.contains(path));
        found.insert(path);
    }
    assert!(found.len() > 12 && found.contains("/class/kept.js") && found.contains("/theme.js"), "{found:?}");
    found
}

/// Words of the language that came after 2019, by a parser that knows them: one of them, and the whole page stays white.
#[test]
fn scripts_of_a_class_are_written_for_phones_of_2019() {
    let Some(driver) = Driver::start(1000, 700) else {
        return not_run("scripts_of_a_class_are_written_for_phones_of_2019", NO_DRIVER);
    };
    driver.run(include_str!("../vendor/acorn.js"));
    let parse = |script: &str, kind: &str| {
        let text = serde_json::to_string(script).expect("JSON");
        let told = driver.run(&format!(
            "try {{ window.acorn.parse({text}, {{ecmaVersion: 2019, sourceType: '{kind}', locations: true}}); return ''; }} catch (error) {{ return error.message; }}"
        ));
        told.as_str().expect("a word").to_owned()
    };
    // The parser is one that refuses.
    for newer in
        ["a?.b", "a ?? b", "a ??= b", "1_000", "class A { #b() {} }", "class A { b = 1; }", "export * as a from 'b'"]
    {
        assert!(!parse(newer, "module").is_empty(), "{newer} is taken for old");
    }
    for path in scripts_of_class() {
        let kind = if path == "/class/old.js" { "script" } else { "module" };
        assert_eq!(parse(text_of(&path), kind), "", "{path}");
    }
}

/// Functions that Safari 12 or Chromium 80 lack: either `old.js` gives them, or nobody asks for them.
#[test]
fn scripts_of_a_class_use_functions_of_2019_or_those_that_are_given() {
    // A name, as it is called, and whether it may be called because it is given.
    let newer = [
        ("replaceChildren", ".replaceChildren("),
        ("at", ".at("),
        ("findLast", ".findLast("),
        ("flat", ".flat("),
        ("flatMap", ".flatMap("),
        ("fromEntries", ".fromEntries("),
        ("addEventListener", "matchMedia(\"(prefers-color-scheme: dark)\").addEventListener("),
        ("ResizeObserver", "new ResizeObserver("),
        ("showModal", ".showModal("),
        ("", ".replaceAll("),
        ("", ".findLastIndex("),
        ("", ".toSorted("),
        ("", ".toReversed("),
        ("", ".hasOwn("),
        ("", ".matchAll("),
        ("", ".allSettled("),
        ("", "Promise.any("),
        ("", "structuredClone("),
        ("", "queueMicrotask("),
        ("", "globalThis"),
        ("", "AbortSignal."),
        ("", ".randomUUID("),
        ("", ".requestSubmit("),
        ("", ".roundRect("),
        ("", ".checkVisibility("),
        ("", "Object.groupBy("),
        ("", "Array.fromAsync("),
        ("", "requestIdleCallback("),
        ("", "(?<"),
        ("", "import("),
    ];
    let given = text_of("/class/old.js");
    for path in scripts_of_class().iter().filter(|path| *path != "/class/old.js") {
        for (name, call) in newer.iter().filter(|(_, call)| text_of(path).contains(call)) {
            let is_given = !name.is_empty()
                && (given.contains(&format!("\"{name}\"")) || given.contains(&format!("window.{name} =")));
            assert!(is_given, "{path} calls {call}: old phones have no such function");
        }
    }
}

/// The rules of a style sheet as pairs of selector and declarations, and the conditions in which they stand.
fn rules(css: &str) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    let mut within: Vec<String> = Vec::new();
    let mut rest = String::new();
    let bare: String = css
        .split("/*")
        .enumerate()
        .map(|(at, part)| if at == 0 { part } else { part.split_once("*/").map_or("", |(_, after)| after) })
        .collect();
    for letter in bare.chars() {
        match letter {
            '{' => within.push(std::mem::take(&mut rest).trim().to_owned()),
            '}' => {
                let head = within.pop().expect("a rule ends that began");
                let body = std::mem::take(&mut rest);
                if !head.starts_with('@') {
                    found.push((within.join(" "), head, body.trim().to_owned()));
                }
            }
            other => rest.push(other),
        }
    }
    found
}

/// A selector that a browser does not know drops its whole rule; a declaration, only itself, and then one before it counts.
#[test]
fn style_sheets_of_a_class_are_for_browsers_of_2019() {
    for path in ["/style.css", "/class/class.css"] {
        let all = rules(text_of(path));
        assert!(all.len() > 80, "{path}: {}", all.len());
        // Gaps between flex items: without them, margins.
        let margins: BTreeSet<&str> = all
            .iter()
            .filter(|(within, ..)| within == "@supports not (inset: 0)")
            .flat_map(|(_, selectors, _)| selectors.split(',').map(str::trim))
            .collect();
        assert!(margins.len() > 10, "{path} has no margins in the place of gaps");
        for (within, selectors, body) in &all {
            let rule = format!("{path}: {within} {selectors} {{ {body} }}");
            for newer in [":has(", ":is(", ":where(", "&", ":focus-visible"] {
                assert!(!selectors.contains(newer) || selectors == ":focus-visible", "{rule} has {newer}");
            }
            assert!(
                !selectors.split(":not(").skip(1).any(|not| not.split(')').next().is_some_and(|not| not.contains(','))),
                "{rule}: a list in :not()"
            );
            let declared: Vec<(&str, &str)> = body
                .split(';')
                .filter_map(|one| one.split_once(':'))
                .map(|(name, value)| (name.trim(), value.trim()))
                .collect();
            let before = |at: usize, name: &str| declared[..at].iter().any(|(known, _)| *known == name);
            for (at, (name, value)) in declared.iter().enumerate() {
                for newer in [
                    "inset",
                    "translate",
                    "rotate",
                    "scale",
                    "aspect-ratio",
                    "place-items",
                    "place-content",
                    "place-self",
                ] {
                    assert!(
                        *name != newer
                            && !name.starts_with("inset-")
                            && !name.contains("-inline")
                            && !name.contains("-block"),
                        "{rule} has {name}"
                    );
                }
                assert!(
                    !["dvh", "svh", "lvh", "color-mix(", "light-dark(", "anywhere", "oklch("]
                        .iter()
                        .any(|newer| value.contains(newer)),
                    "{rule} has {value}"
                );
                assert!(!value.contains("clamp(") || before(at, name), "{rule}: nothing before clamp()");
                assert!(!value.starts_with("rgb(") || value.contains(','), "{rule}: a colour without commas");
            }
            let is_flex = declared.iter().any(|(name, value)| *name == "display" && value.ends_with("flex"));
            if is_flex && declared.iter().any(|(name, _)| *name == "gap") {
                for selector in selectors.split(',') {
                    let children = format!("{} > *", selector.trim());
                    assert!(margins.contains(children.as_str()), "{rule}: no margins for {children}");
                }
            }
        }
    }
}

/// Whatever a phone can do, it shows something: scripts that are off, a browser that is too old, a server that is away.
#[test]
fn no_page_of_a_class_is_ever_white() {
    for page in ["/join", "/teacher", "/screen"] {
        let html = text_of(page);
        for part in ["<noscript><p>", "id=\"opening\">Opening", "id=\"needs\"", "id=\"retry\"", "id=\"broken\""] {
            assert!(html.contains(part), "{page} has no {part}");
        }
        let first = html.find("<script src=").expect("a script");
        assert!(
            html[first..].starts_with("<script src=\"/class/old.js\"></script>"),
            "{page}: old.js is not the first"
        );
    }
}
