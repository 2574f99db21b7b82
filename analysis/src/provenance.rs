//! `ro-crate-metadata.json`: what a folder of a run, a study, a sweep or a calibration is, for those who collect, cite and
//! archive data. It is a [Process Run Crate](https://w3id.org/ro/wfrun/process/0.5), and holds no time of day, so that
//! equal runs have equal files.

use std::fs;
use std::path::Path;

use contraband_lab::disk::{FileForm, put, read_sealed};
use contraband_sim::VERSION;
use contraband_sim::record::tables::TABLES;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::StoreError;

/// Name of the file.
pub const METADATA: &str = "ro-crate-metadata.json";
/// Which run of which sweep a folder lives again: beside `run.json`.
pub const REPLAY: &str = "replay.json";
/// The day of this version of the program, as in `CITATION.cff`: it stands for the day of publication, which every crate
/// must have. A run has none of its own.
pub const RELEASED: &str = "2026-11-30";

const PROFILE: &str = "https://w3id.org/ro/wfrun/process/0.5";
const LICENCES: [(&str, &str); 2] =
    [("https://spdx.org/licenses/MIT", "MIT License"), ("https://spdx.org/licenses/Apache-2.0", "Apache License 2.0")];

/// `replay.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replay {
    /// Name of the sweep.
    pub sweep: String,
    /// Identity of its plan.
    pub plan: String,
    /// Number of the run in it.
    pub run: u64,
    /// The run's cell.
    pub cell: usize,
    /// Which repetition of the cell it is.
    pub rep: u64,
}

/// Says in a run folder which run of which sweep it lives again.
///
/// # Errors
/// When the system refuses.
pub fn replayed(folder: &Path, replay: &Replay) -> Result<(), StoreError> {
    let told = serde_json::to_value(replay).expect("plain structs become JSON");
    put(folder, REPLAY, &FileForm::Json.seal(&format!("{told:#}")))?;
    describe(folder)
}

/// What is read of the file that says what a folder is.
#[derive(Default, Deserialize)]
#[serde(default)]
struct FolderAbout {
    engine_version: String,
    engine_fingerprint: String,
    commit: String,
    name: String,
    question: String,
    scenario: String,
    seed: Option<u64>,
    days: Option<u32>,
    command: String,
    digest: String,
    complete: Option<bool>,
}

/// The kinds of folders.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FolderKind {
    Run,
    Study,
    Sweep,
    Calibration,
}

impl FolderKind {
    const ALL: [(Self, &'static str); 4] = [
        (Self::Run, "run.json"),
        (Self::Study, "study.json"),
        (Self::Sweep, "plan.json"),
        (Self::Calibration, "calibration.json"),
    ];

    /// Its name in a sentence, and the files that it was made from.
    fn words(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Run => ("run", &["scenario.ron"]),
            Self::Study => ("study", &["study.ron"]),
            Self::Sweep => ("sweep", &["plan.json", "base.ron"]),
            Self::Calibration => ("calibration", &["calibration.json"]),
        }
    }
}

/// Writes the description of a folder beside what is in it: as it stands now, so it is called last. Nothing is written
/// where the folder is of no known kind.
///
/// # Errors
/// When the system refuses, or the file that says what the folder is is damaged.
pub fn describe(folder: &Path) -> Result<(), StoreError> {
    let Some((kind, file)) = FolderKind::ALL.into_iter().find(|(_, file)| folder.join(file).is_file()) else {
        return Ok(());
    };
    let path = folder.join(file);
    // Those of before there were seals are described too.
    let mut json = read_sealed(&path, |_| false)?.unwrap_or_default();
    // What a calibration is known by are its numbers; what it is called stands with what came of it.
    if let (FolderKind::Calibration, Some(answer)) = (kind, read_sealed(&folder.join("posterior.json"), |_| false)?) {
        let fields = [("name", "calibration"), ("question", "question"), ("digest", "digest"), ("command", "command")];
        for (field, theirs) in fields.into_iter().filter(|(_, theirs)| answer[*theirs].is_string()) {
            json[field] = answer[theirs].clone();
        }
    }
    let about: FolderAbout = serde_json::from_value(json)
        .map_err(|error| StoreError::Damaged { path: path.clone(), reason: error.to_string() })?;
    let replay = read_sealed(&folder.join(REPLAY), |_| false)?.and_then(|json| serde_json::from_value(json).ok());
    let parts = parts(folder)?;
    put(folder, METADATA, &format!("{:#}\n", described(kind, &about, replay.as_ref(), &parts)))
}

/// What lies in the folder, by its path in it: folders end in a slash. Pictures and scenarios are listed one by one.
fn parts(folder: &Path) -> Result<Vec<String>, StoreError> {
    let names = |folder: &Path| -> Result<Vec<(String, bool)>, StoreError> {
        let entries = fs::read_dir(folder).map_err(StoreError::system("read", folder))?.flatten();
        let mut names: Vec<(String, bool)> = entries
            .filter_map(|entry| Some((entry.file_name().into_string().ok()?, entry.path().is_dir())))
            .filter(|(name, _)| !name.starts_with('.') && name != METADATA)
            .collect();
        names.sort();
        Ok(names)
    };
    let mut parts = Vec::new();
    for (name, is_folder) in names(folder)? {
        if !is_folder {
            parts.push(name);
            continue;
        }
        if ["charts", "scenarios"].contains(&name.as_str()) {
            let within = names(&folder.join(&name))?.into_iter().filter(|(_, is_folder)| !is_folder);
            parts.extend(within.map(|(file, _)| format!("{name}/{file}")));
        }
        parts.push(name + "/");
    }
    Ok(parts)
}

fn described(kind: FolderKind, about: &FolderAbout, replay: Option<&Replay>, parts: &[String]) -> Value {
    let (word, sources) = kind.words();
    let called = if kind == FolderKind::Run { &about.scenario } else { &about.name };
    let called = if called.is_empty() { format!("A {word}") } else { format!("{called}: a {word}") };
    let seed = about.seed.map(|seed| seed.to_string());
    let command = command(kind, about);
    let link = |id: &str| json!({"@id": id});
    let inputs: Vec<Value> = [("seed", seed), ("days", about.days.map(|days| days.to_string()))]
        .into_iter()
        .filter_map(|(name, value)| {
            // As text: programs that count in floats would round a large seed.
            Some(json!({"@id": format!("#{name}"), "@type": "PropertyValue", "name": name, "value": value?}))
        })
        .collect();
    let is_source = |part: &&String| sources.contains(&part.as_str()) || part.starts_with("scenarios/");
    let mut objects: Vec<Value> = parts.iter().filter(is_source).map(|part| link(&address(part))).collect();
    objects.extend(inputs.iter().map(|input| input["@id"].as_str().map(link).expect("it was just given")));
    let results: Vec<Value> = parts.iter().filter(|part| !is_source(part)).map(|part| link(&address(part))).collect();
    let of_sweep = replay.map(|replay| {
        json!({
            "@id": "#sweep", "@type": "CreativeWork", "name": format!("Sweep {}", replay.sweep), "identifier": replay.plan,
            "description": format!("This is run {} of the sweep: cell {}, repetition {}.", replay.run, replay.cell, replay.rep),
        })
    });
    objects.extend(of_sweep.as_ref().map(|_| link("#sweep")));
    let mut root = json!({
        "@id": "./", "@type": "Dataset", "conformsTo": [link(PROFILE)],
        "name": called,
        "description": if about.question.is_empty() {
            format!("A {word} of Contraband, an agent-based model of black markets in a made-up world: no data of the real one.")
        } else {
            format!("{} A {word} of Contraband, an agent-based model of black markets in a made-up world: no data of the real one.", about.question)
        },
        "datePublished": RELEASED,
        "license": LICENCES.map(|(id, _)| link(id)),
        "hasPart": parts.iter().map(|part| link(&address(part))).collect::<Vec<Value>>(),
        "mentions": [link("#made")],
    });
    if !about.digest.is_empty() {
        // Some digests are only the beginning of one.
        let kind = if about.digest.len() == 64 { "sha256" } else { "digest" };
        root["identifier"] = format!("{kind}:{}", about.digest).into();
    }
    if of_sweep.is_some() {
        root["isBasedOn"] = link("#sweep");
    }
    let version = if about.engine_version.is_empty() { VERSION } else { &about.engine_version };
    let mut software = json!({
        "@id": "#contraband", "@type": "SoftwareApplication", "name": "Contraband", "softwareVersion": version,
        "description": "Simulates black markets in a world where every material thing is made for free.",
        "license": LICENCES.map(|(id, _)| link(id)),
    });
    let builds: Vec<String> = [("commit", &about.commit), ("fingerprint", &about.engine_fingerprint)]
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(name, text)| format!("{name}:{text}"))
        .collect();
    if !builds.is_empty() {
        software["identifier"] = builds.into();
    }
    let status = if about.complete == Some(false) { "FailedActionStatus" } else { "CompletedActionStatus" };
    let mut graph = vec![
        json!({"@id": METADATA, "@type": "CreativeWork", "about": link("./"),
               "conformsTo": link("https://w3id.org/ro/crate/1.1")}),
        root,
        json!({"@id": PROFILE, "@type": "CreativeWork", "name": "Process Run Crate", "version": "0.5"}),
        software,
        json!({"@id": "#made", "@type": "CreateAction", "name": command, "description": format!("Made by: {command}"),
               "instrument": link("#contraband"), "object": objects, "result": results,
               "actionStatus": link(&format!("http://schema.org/{status}"))}),
    ];
    graph.extend(LICENCES.map(|(id, name)| {
        json!({"@id": id, "@type": "CreativeWork", "name": name, "identifier": id, "url": id,
               "description": "One of the two licences of the program, under which what it writes may be used too."})
    }));
    graph.extend(inputs);
    graph.extend(of_sweep);
    graph.extend(parts.iter().map(|part| entity(part)));
    json!({"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph})
}

/// The command that makes the folder's content again, from the files in it where that can be.
fn command(kind: FolderKind, about: &FolderAbout) -> String {
    match kind {
        _ if !about.command.is_empty() => about.command.clone(),
        FolderKind::Run => format!(
            "contraband run scenario.ron --seed {} --days {}",
            about.seed.unwrap_or_default(),
            about.days.unwrap_or_default()
        ),
        FolderKind::Study => "contraband compare study.ron".into(),
        FolderKind::Sweep => "contraband sweep run . && contraband sweep merge .".into(),
        FolderKind::Calibration => "contraband calibrate".into(),
    }
}

/// A part as it stands in the crate.
fn entity(part: &str) -> Value {
    if part.ends_with('/') {
        return json!({"@id": address(part), "@type": "Dataset", "name": part.trim_end_matches('/'),
                      "description": format!("The folder {}", part.trim_end_matches('/'))});
    }
    let name = part.rsplit('/').next().unwrap_or(part);
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let format = match ending {
        "parquet" => "application/vnd.apache.parquet",
        "csv" => "text/csv",
        "json" => "application/json",
        "html" => "text/html",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "md" => "text/markdown",
        "ron" => "text/plain",
        _ => "application/octet-stream",
    };
    let doc = TABLES.iter().find(|table| table.name == stem && ["parquet", "csv"].contains(&ending));
    let mut entity = json!({"@id": address(part), "@type": "File", "name": name, "encodingFormat": format});
    if let Some(table) = doc {
        entity["description"] = table.doc.trim().into();
    }
    entity
}

/// A path as an address: what may not stand in one is written as its bytes.
fn address(part: &str) -> String {
    let mut out = String::with_capacity(part.len());
    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out += &format!("%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crate_of(files: &[(&str, &str)]) -> Value {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir(home.path().join("charts")).unwrap();
        for (name, text) in files {
            fs::write(home.path().join(name), text).unwrap();
        }
        describe(home.path()).unwrap();
        serde_json::from_str(&fs::read_to_string(home.path().join(METADATA)).unwrap()).unwrap()
    }

    fn of<'c>(described: &'c Value, id: &str) -> &'c Value {
        described["@graph"].as_array().unwrap().iter().find(|one| one["@id"] == id).unwrap_or_else(|| panic!("no {id}"))
    }

    const RUN: &str = r#"{"engine_version": "0.1.0", "commit": "abc", "scenario": "市 \"x\"", "seed": 9007199254740993,
        "days": 30, "digest": "ff", "complete": true}"#;

    #[test]
    fn a_crate_names_command_licence_build_and_every_part() {
        let files = [
            ("run.json", RUN),
            ("scenario.ron", "()"),
            ("days.parquet", ""),
            ("my notes ü.txt", ""),
            ("charts/law.png", ""),
        ];
        let found = crate_of(&files);
        let root = of(&found, "./");
        assert_eq!(root["datePublished"], RELEASED);
        assert_eq!(root["license"][0]["@id"], "https://spdx.org/licenses/MIT");
        assert_eq!(of(&found, "#contraband")["identifier"][0], "commit:abc");
        assert_eq!(of(&found, "#made")["name"], "contraband run scenario.ron --seed 9007199254740993 --days 30");
        assert_eq!(of(&found, "#seed")["value"], "9007199254740993", "as text, to the last digit");
        for part in root["hasPart"].as_array().unwrap() {
            of(&found, part["@id"].as_str().unwrap());
        }
        assert_eq!(of(&found, "my%20notes%20%C3%BC.txt")["name"], "my notes ü.txt");
        assert!(of(&found, "days.parquet")["description"].as_str().unwrap().len() > 10);
        of(&found, "charts/law.png");
        assert_eq!(of(&found, "#made")["object"][0]["@id"], "scenario.ron");
    }

    #[test]
    fn a_run_lived_again_names_its_sweep_and_cell() {
        let replay = r#"{"sweep": "s", "plan": "1234", "run": 7, "cell": 3, "rep": 1}"#;
        let found = crate_of(&[("run.json", RUN), (REPLAY, replay)]);
        assert_eq!(of(&found, "./")["isBasedOn"]["@id"], "#sweep");
        let sweep = of(&found, "#sweep");
        assert_eq!((&sweep["identifier"], &sweep["name"]), (&json!("1234"), &json!("Sweep s")));
        assert!(sweep["description"].as_str().unwrap().contains("run 7 of the sweep: cell 3, repetition 1"));
    }

    #[test]
    fn a_calibration_is_called_what_it_answers_to() {
        let known = r#"{"schema": 2, "kind": "calibration", "seed": 3, "engine_version": "0.1.0"}"#;
        let answer = r#"{"calibration": "Sellers", "question": "How many?", "digest": "ff", "command": "contraband calibrate s.ron"}"#;
        let found = crate_of(&[("calibration.json", known), ("posterior.json", answer)]);
        let root = of(&found, "./");
        assert_eq!((&root["name"], &root["identifier"]), (&json!("Sellers: a calibration"), &json!("digest:ff")));
        assert!(root["description"].as_str().unwrap().starts_with("How many? A calibration"));
        assert_eq!(of(&found, "#made")["name"], "contraband calibrate s.ron");
        // Not over yet.
        let found = crate_of(&[("calibration.json", known)]);
        assert_eq!(of(&found, "./")["name"], "A calibration");
    }

    #[test]
    fn a_folder_of_no_known_kind_is_left_alone_and_half_a_run_is_not_called_whole() {
        let home = tempfile::tempdir().unwrap();
        describe(home.path()).unwrap();
        assert!(!home.path().join(METADATA).exists());
        let half = crate_of(&[("run.json", &RUN.replace("true", "false"))]);
        assert_eq!(of(&half, "#made")["actionStatus"]["@id"], "http://schema.org/FailedActionStatus");
    }

    /// `CITATION.cff` names the version and its day, as crates do.
    #[test]
    fn the_citation_is_of_this_version() {
        let citation = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../CITATION.cff")).unwrap();
        for line in [format!("version: {VERSION}"), format!("date-released: {RELEASED}")] {
            assert!(citation.lines().any(|found| found.replace(['"', '\''], "") == line), "{line}");
        }
    }
}
