//! `contraband new`: the first lines of one's own scenario.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use contraband_sim::scenario::Scenario;
use contraband_sim::scenario::read::read;
use contraband_sim::scenario::tree::Format;

use crate::errors::{Failure, Problem};
use crate::exit::Exit;
use crate::source::Source;
use crate::{args, output, source};

/// Writes `NAME.ron`.
///
/// # Errors
/// When the name is no name for a file, the file is there, the scenario to begin with cannot be read, or the system
/// refuses.
pub fn new(args: &args::New) -> Result<Exit, Failure> {
    let path = file(&args.name)?;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let text = match &args.from {
        None => template(&stem, None),
        Some(from) => beginning_with(&stem, &source::find(from)?)?,
    };
    let written = File::create_new(&path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| {
        let shown = path.display();
        match error.kind() {
            ErrorKind::AlreadyExists => Failure::input(
                Problem::new(format!("`{shown}` is there already"))
                    .help("choose another name: it is never overwritten"),
            ),
            ErrorKind::NotFound => Failure::input(Problem::new(format!("there is no folder to write `{shown}` in"))),
            _ => Failure::failed(Problem::new(format!("cannot write `{shown}`: {error}"))),
        }
    })?;
    output::print(&format!("wrote {0}; try: contraband run {0}\n", path.display()))?;
    Ok(Exit::Ok)
}

fn file(name: &str) -> Result<PathBuf, Failure> {
    let path = Path::new(name);
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    if stem.trim().is_empty() || stem.starts_with('.') || name.ends_with(['/', '\\']) || name.contains(['\n', '\r']) {
        return Err(Failure::input(
            Problem::new(format!("`{name}` is no name for a scenario")).help("such as: my_town"),
        ));
    }
    match path.extension() {
        Some(extension) if extension == "ron" => Ok(path.to_owned()),
        _ => Ok(PathBuf::from(format!("{name}.ron"))),
    }
}

/// What a scenario can say, as comments.
const HINTS: &str = r#"    // Length in days, and seed of all draws:
    // days: 365,
    // seed: 1,

    // What is different from the start, by lever; `contraband levers` lists them all:
    // set: {"law.fine": 200.0, "goods.privacy.status": "free"},

    // What changes by date: from `day`, to `until` (or for ever), over `ramp` days, in `places` (or everywhere):
    // timeline: [
    //     (day: 90, until: 180, label: "Crackdown", set: {"law.fine": 240.0}),
    //     (day: 200, ramp: 30, places: ["harbour"], label: "Pilot", set: {"goods.authenticity.status": "free"}),
    // ],
"#;

/// A scenario that differs in nothing yet.
fn template(name: &str, from: Option<&Scenario>) -> String {
    let question = from.map_or("What changes when ...?", |from| from.question.as_str());
    let look_at = from
        .map_or("trade and prices by good; where the trade goes; who bears the burden", |from| from.look_at.as_str());
    format!(
        "// What is not written here is as in the default world: see `contraband levers` and `contraband schema scenario`.\n\
         (\n    name: {name:?},\n    question: {question:?},\n    look_at: {look_at:?},\n\n{HINTS})\n"
    )
}

/// A scenario with the differences of another, under a new name.
fn beginning_with(name: &str, source: &Source) -> Result<String, Failure> {
    let from = source.scenario()?;
    let renamed = Scenario { name: name.to_owned(), ..from.clone() };
    let default = Scenario::default();
    if (&from.params, &from.timeline, from.days, from.seed)
        == (&default.params, &default.timeline, default.days, default.seed)
    {
        return Ok(template(name, Some(&from)));
    }
    // The text itself, for its comments and its order; in full where it is not RON or its name cannot be replaced.
    let copied = (source.format == Format::Ron).then(|| rename(&source.text, &from.name, name)).flatten();
    let same = |text: &String| read(text, Format::Ron).is_ok_and(|read| read == renamed);
    let text = copied.filter(same).unwrap_or_else(|| renamed.to_ron());
    let with_hints = before_the_end(&text);
    Ok(format!("// Begun from {}.\n{}", source.shown, if same(&with_hints) { with_hints } else { text }))
}

fn rename(text: &str, old: &str, new: &str) -> Option<String> {
    let at = text.find("name:")?;
    let (before, after) = text.split_at(at);
    let quoted = format!("{old:?}");
    let value = after.find(&quoted)?;
    let between = &after["name:".len()..value];
    between.trim().is_empty().then(|| format!("{before}name:{between}{new:?}{}", &after[value + quoted.len()..]))
}

/// The hints, just before the last bracket.
fn before_the_end(text: &str) -> String {
    let end = text.rfind(')').unwrap_or(text.len());
    let (body, close) = text.split_at(end);
    let comma = if body.trim_end().ends_with([',', '(']) { "" } else { "," };
    format!("{}{comma}\n\n{HINTS}{close}", body.trim_end())
}

#[cfg(test)]
mod tests {
    use contraband_sim::scenario::library::LIBRARY;

    use super::*;

    #[test]
    fn a_new_scenario_is_the_default_world_until_it_says_more() {
        let read = read(&template("mine", None), Format::Ron).unwrap();
        assert_eq!(read.name, "mine");
        assert_eq!(read.hash(), Scenario::default().hash());
    }

    #[test]
    fn the_hints_work_when_their_slashes_go() {
        let text = template("mine", None);
        let (before, hints) = text.split_once("    // Length").unwrap();
        let plain: String = hints
            .lines()
            .map(|line| line.trim_start().strip_prefix("// ").unwrap_or(line))
            .filter(|line| !line.ends_with(':') && !line.starts_with("in days"))
            .map(|line| format!("{line}\n"))
            .collect();
        let read = read(&format!("{before}{plain}"), Format::Ron)
            .unwrap_or_else(|complaints| panic!("{complaints:?}\n{plain}"));
        assert_eq!(read.timeline.len(), 2);
    }

    #[test]
    fn every_scenario_of_the_library_can_be_begun_from() {
        for embedded in LIBRARY {
            let source = source::find(embedded.name).unwrap();
            let text = beginning_with("mine", &source).unwrap();
            let read = read(&text, Format::Ron)
                .unwrap_or_else(|complaints| panic!("{}: {complaints:?}\n{text}", embedded.name));
            assert_eq!(read.name, "mine");
            assert_eq!(read.hash(), source.scenario().unwrap().hash(), "{}", embedded.name);
            assert!(text.contains("// timeline: ["), "{}: {text}", embedded.name);
        }
    }

    #[test]
    fn a_scenario_in_json_is_begun_from_in_full() {
        let text = r#"{"name": "J", "set": {"law.fine": 99}, "timeline": [{"day": 9, "set": {"law.fine": 1}}]}"#;
        let source = Source { name: "j".into(), shown: "j.json".into(), text: text.into(), format: Format::Json };
        let begun = read(&beginning_with("mine", &source).unwrap(), Format::Ron).unwrap();
        assert_eq!(begun.hash(), source.scenario().unwrap().hash());
    }
}
