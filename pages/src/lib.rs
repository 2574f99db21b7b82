//! What all pages are made with, those that are served and those that are one file: scripts, uPlot, and the letters. Each
//! is here once; `vendor/VENDOR.md` names what others wrote, with version, licence and checksum.
//!
//! Scripts are modules. A server hands them out as they are; [`script`] puts them into a page that is one file.

/// Elements, tables, files to hand out, numbers and names in words: a module.
pub const BASICS: &str = include_str!("../ui/basics.js");
/// Line charts over days, drawn by uPlot: a module.
pub const LINECHART: &str = include_str!("../ui/linechart.js");
/// Light or dark: a module.
pub const THEME: &str = include_str!("../ui/theme.js");

/// uPlot, which draws the lines: a script that sets the name `uPlot`.
pub const UPLOT: &str = include_str!("../vendor/uPlot.iife.min.js");
/// The style sheet of uPlot.
pub const UPLOT_STYLE: &str = include_str!("../vendor/uPlot.min.css");
/// The licence of uPlot, as a comment for scripts: every copy of uPlot must carry it.
pub const UPLOT_LICENCE: &str = concat!("/*\n", include_str!("../vendor/uPlot-LICENSE.txt"), "\n*/\n");

/// Inter, regular: the letters of pages and charts.
pub const INTER_REGULAR: &[u8] = include_bytes!("../vendor/Inter-Regular.otf");
/// Inter, semibold.
pub const INTER_SEMIBOLD: &[u8] = include_bytes!("../vendor/Inter-SemiBold.otf");

/// One script, for a `<script type="module">` in a page, from scripts in the order in which they need each other. Imports, which
/// stand on a line each, are left out: what they name is there.
pub fn script(parts: &[&str]) -> String {
    let mut out = String::with_capacity(parts.iter().map(|part| part.len()).sum());
    for line in parts.iter().flat_map(|part| part.lines()).filter(|line| !line.starts_with("import ")) {
        out.push_str(line);
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use sha2::{Digest as _, Sha256};

    use super::*;

    #[test]
    fn what_comes_from_others_is_what_it_says() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vendor");
        let note = std::fs::read_to_string(folder.join("VENDOR.md")).unwrap();
        let mut looked_at = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if name.ends_with(".md") || name.ends_with(".txt") {
                continue;
            }
            looked_at += 1;
            let sum: String =
                Sha256::digest(std::fs::read(&path).unwrap()).iter().map(|byte| format!("{byte:02x}")).collect();
            assert!(note.lines().any(|line| line.contains(name) && line.contains(&sum)), "{name} has the sum {sum}");
        }
        assert_eq!(looked_at, 4);
    }

    /// What a module names of another: the names, and the other's file.
    fn imports(module: &str) -> Vec<(BTreeSet<&str>, &str)> {
        module
            .lines()
            .filter_map(|line| line.strip_prefix("import { "))
            .map(|rest| {
                let (names, from) = rest.split_once(" } from \"./").expect("an import is one line");
                (names.split(", ").collect(), from.strip_suffix("\";").expect("an import is one line"))
            })
            .collect()
    }

    #[test]
    fn modules_take_from_each_other_what_is_there_and_nothing_else() {
        for module in [BASICS, LINECHART, THEME] {
            for (names, from) in imports(module) {
                let other =
                    [("basics.js", BASICS), ("linechart.js", LINECHART)].into_iter().find(|(name, _)| *name == from);
                let (_, other) = other.unwrap_or_else(|| panic!("{from} is no module of this folder"));
                for name in names {
                    let there = ["function", "const", "class"]
                        .iter()
                        .any(|kind| other.contains(&format!("\nexport {kind} {name}")));
                    assert!(there, "{from} has no {name}");
                }
            }
        }
        assert_eq!(imports(LINECHART).len(), 1);
    }

    #[test]
    fn one_script_has_all_parts_and_no_imports() {
        let parts = [UPLOT_LICENCE, UPLOT, BASICS, LINECHART, THEME];
        let whole = script(&parts);
        assert!(!whole.contains("\nimport ") && whole.contains("Copyright (c) 2022 Leon Sorokin"));
        let lines = |text: &str| text.lines().count();
        let imported = parts.iter().map(|part| imports(part).len()).sum::<usize>();
        assert_eq!(lines(&whole) + imported, parts.iter().map(|part| lines(part)).sum::<usize>());
        // It stands in a page: nothing in it may end its element.
        assert!(!whole.contains("</script") && !whole.contains("<!--"));
    }
}
