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
use contraband_lab::build::Build;
use contraband_lab::disk::{FileForm, digest_of, read_sealed, read_whole, write_synced};

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
    let mut sums = BTreeMap::new();
    let mut put = |told: String, text: &str| -> Result<(), StoreError> {
        let path = folder.join(&told);
        write_synced(&path, text.as_bytes())?;
        sums.insert(told, digest_of(&path).map_err(StoreError::system("read", &path))?);
        Ok(())
    };
    for (told, svg) in pictures {
        let source = PictureSource { title: String::new(), origin: origin.clone() };
        write_synced(&folder.join(told).with_extension("png"), &png(svg, &source))?;
        put(told.clone(), svg)?;
    }
    put(format!("{name}.md"), markdown)?;
    let mut json = json.clone();
    json["sha256"] = json!(sums);
    write_synced(&folder.join(format!("{name}.json")), FileForm::Json.seal(&format!("{json:#}")).as_bytes())?;
    describe(folder)
}

/// What a plan says of itself in a few words: its name, its base and what made it.
fn identity_of(plan: &str) -> Value {
    let plan: Value = serde_json::from_str(plan).unwrap_or_default();
    let mut identity = json!({"name": plan["name"], "base": plan["base"]["hash"]});
    Build::told(&plan).tell(&mut identity);
    identity
}

/// What was told of a sweep that has so many runs with values, as part of its report; answers from when it had fewer or
/// more are left out.
///
/// # Errors
/// When an answer is not as it was written.
pub fn section(folder: &Path, runs: u64) -> Result<String, StoreError> {
    let mut out = String::new();
    for name in QUESTIONS {
        let Some(json) = read_sealed(&folder.join(format!("{name}.json")), |json| json.get("sha256").is_some())? else {
            continue;
        };
        if json["runs"] != runs {
            continue;
        }
        let read = |told: &str| -> Result<String, StoreError> {
            let path = folder.join(told);
            let bytes = match json["sha256"][told].as_str() {
                Some(digest) => read_whole(&path, digest)?,
                // Of before there were checksums.
                None => fs::read(&path).map_err(StoreError::system("read", &path))?,
            };
            Ok(String::from_utf8_lossy(&bytes).into_owned())
        };
        let mut pictures = BTreeMap::new();
        for entry in fs::read_dir(folder.join(name)).into_iter().flatten().flatten() {
            if let Some(file) = entry.file_name().to_str().filter(|file| file.ends_with(".svg")) {
                let told = format!("{name}/{file}");
                let svg = read(&told)?;
                pictures.insert(told, svg);
            }
        }
        let body = part(&read(&format!("{name}.md"))?, &pictures);
        // A page has one title.
        let body =
            body.replace("<h2>", "<h3>").replace("</h2>", "</h3>").replace("<h1>", "<h2>").replace("</h1>", "</h2>");
        out += &format!("<section>\n{body}</section>\n");
    }
    Ok(out)
}
