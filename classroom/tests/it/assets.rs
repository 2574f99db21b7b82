//! The files of the page: what ships is what is listed, and it asks nobody else for anything.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use contraband_classroom::assets::ASSETS;
use sha2::{Digest as _, Sha256};

fn ui() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("ui")
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

#[test]
fn every_file_is_served_or_says_where_another_comes_from() {
    let mut found = Vec::new();
    files(&ui(), &mut found);
    let found: BTreeSet<String> =
        found.iter().map(|path| path.strip_prefix(ui()).unwrap().to_string_lossy().into_owned()).collect();
    let served = ASSETS.iter().map(|asset| if asset.path == "/" { "index.html" } else { &asset.path[1..] }.to_owned());
    let notes = ["vendor/VENDOR.md", "vendor/uPlot-LICENSE.txt"].map(String::from);
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
fn what_comes_from_others_is_what_it_says() {
    for (folder, note) in [("ui/vendor", "VENDOR.md"), ("tests/vendor", "VENDOR.md")] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let note = std::fs::read_to_string(folder.join(note)).expect("a note");
        let mut found = Vec::new();
        files(&folder, &mut found);
        for path in found.iter().filter(|path| path.extension().is_some_and(|kind| kind == "js" || kind == "css")) {
            let sum: String =
                Sha256::digest(std::fs::read(path).unwrap()).iter().map(|byte| format!("{byte:02x}")).collect();
            let name = path.file_name().unwrap().to_string_lossy();
            assert!(note.lines().any(|line| line.contains(&*name) && line.contains(&sum)), "{name} has the sum {sum}");
        }
    }
}
