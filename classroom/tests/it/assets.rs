//! The files of the page: what ships is what is listed, and it asks nobody else for anything.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use contraband_classroom::assets::ASSETS;
use contraband_sim::base::words::hex;
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
fn what_comes_from_others_is_what_it_says() {
    for (folder, note) in [("ui/vendor", "VENDOR.md"), ("tests/vendor", "VENDOR.md")] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let note = std::fs::read_to_string(folder.join(note)).expect("a note");
        let mut found = Vec::new();
        files(&folder, &mut found);
        for path in found
            .iter()
            .filter(|path| path.extension().is_some_and(|kind| kind == "js" || kind == "css" || kind == "otf"))
        {
            let sum = hex(&Sha256::digest(std::fs::read(path).unwrap()));
            let name = path.file_name().unwrap().to_string_lossy();
            assert!(note.lines().any(|line| line.contains(&*name) && line.contains(&sum)), "{name} has the sum {sum}");
        }
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

/// One palette and one letter for all that the program shows: the pages have copies of what the charts and reports use,
/// since this crate does without those.
#[test]
fn pages_and_charts_share_palette_and_letters() {
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
    for font in ["Inter-Regular.otf", "Inter-SemiBold.otf"] {
        let [ours, theirs] =
            [ui().join("vendor"), analysis.join("fonts")].map(|folder| std::fs::read(folder.join(font)));
        assert_eq!(ours.expect(font), theirs.expect(font), "{font}");
    }
}
