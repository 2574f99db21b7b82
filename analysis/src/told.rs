//! Answers about a sweep, kept in its folder and shown in its report.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::charts::canvas::{PictureSource, png};
use crate::compare::page::part;
use crate::error::StoreError;
use crate::provenance::describe;
use contraband_lab::batch::FolderLock;
use contraband_lab::disk::write_synced;

/// Questions that are asked of a sweep, by the names of their files.
const QUESTIONS: [&str; 2] = ["sensitivity", "discovery"];

/// Writes an answer: `NAME.json`, `NAME.md`, and a folder `NAME` of pictures as SVG and PNG; an earlier one is replaced.
pub fn write(
    folder: &Path,
    name: &str,
    json: &Value,
    markdown: &str,
    pictures: &BTreeMap<String, String>,
) -> Result<(), StoreError> {
    let _turn = FolderLock::wait(folder);
    let drawn = folder.join(name);
    if drawn.exists() {
        fs::remove_dir_all(&drawn).map_err(StoreError::system("remove", &drawn))?;
    }
    fs::create_dir_all(&drawn).map_err(StoreError::system("make", &drawn))?;
    let plan = fs::read_to_string(folder.join("plan.json")).unwrap_or_default();
    let origin = json!({"sweep": identity_of(&plan), "question": name, "runs": json["runs"]}).to_string();
    for (path, svg) in pictures {
        let path = folder.join(path);
        write_synced(&path, svg.as_bytes())?;
        write_synced(
            &path.with_extension("png"),
            &png(svg, &PictureSource { title: String::new(), origin: origin.clone() }),
        )?;
    }
    write_synced(&folder.join(format!("{name}.md")), markdown.as_bytes())?;
    write_synced(&folder.join(format!("{name}.json")), format!("{json:#}\n").as_bytes())?;
    describe(folder)
}

/// What a plan says of itself in a few words: its name, its base and what made it.
fn identity_of(plan: &str) -> Value {
    let plan: Value = serde_json::from_str(plan).unwrap_or_default();
    json!({"name": plan["name"], "base": plan["base"]["hash"], "engine_version": plan["engine_version"]})
}

/// What was told of a sweep that has so many runs with values, as part of its report; answers from when it had fewer or
/// more are left out.
pub fn section(folder: &Path, runs: u64) -> String {
    let mut out = String::new();
    for name in QUESTIONS {
        let read = |name: String| fs::read_to_string(folder.join(name)).ok();
        let json = read(format!("{name}.json")).and_then(|text| serde_json::from_str::<Value>(&text).ok());
        if json.is_none_or(|json| json["runs"] != runs) {
            continue;
        }
        let Some(markdown) = read(format!("{name}.md")) else { continue };
        let pictures = fs::read_dir(folder.join(name)).into_iter().flatten().flatten().filter_map(|entry| {
            let file = entry.file_name().to_str()?.to_owned();
            let svg = file.ends_with(".svg").then(|| fs::read_to_string(entry.path()).ok())??;
            Some((format!("{name}/{file}"), svg))
        });
        let body = part(&markdown, &pictures.collect());
        // A page has one title.
        let body =
            body.replace("<h2>", "<h3>").replace("</h2>", "</h3>").replace("<h1>", "<h2>").replace("</h1>", "</h2>");
        out += &format!("<section>\n{body}</section>\n");
    }
    out
}
