//! Finding a scenario: a file, or one that comes with the program.

use std::fs;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;

use contraband_sim::scenario::Scenario;
use contraband_sim::scenario::complaint::Diagnostic;
use contraband_sim::scenario::levers::closest_name;
use contraband_sim::scenario::library::{LIBRARY, PATTERN_WORLDS, PROOFS};
use contraband_sim::scenario::read::read_lasting;
use contraband_sim::scenario::tree::{Format, LONGEST_TEXT};

use crate::errors::{Failure, Problem};

/// The text of a scenario and where it comes from.
#[derive(Clone)]
pub struct Source {
    /// Name for folders: of the file without its ending, or of the embedded scenario.
    pub name: String,
    /// What errors call it.
    pub shown: String,
    /// The text.
    pub text: Arc<str>,
    /// How it is written.
    pub format: Format,
}

impl Source {
    /// The scenario in it; named after the file where it has no name of its own.
    ///
    /// # Errors
    /// Every complaint about the text.
    pub fn scenario(&self) -> Result<Scenario, Failure> {
        self.scenario_for(None)
    }

    /// The same, where the command line may say how many days it lasts: they hold from the first check on.
    ///
    /// # Errors
    /// Every complaint about the text.
    pub fn scenario_for(&self, days: Option<u32>) -> Result<Scenario, Failure> {
        let scenario = read_lasting(&self.text, self.format, days);
        let mut scenario = scenario.map_err(|complaints| self.refused(complaints))?;
        scenario.days = days.unwrap_or(scenario.days);
        if scenario.name.is_empty() {
            scenario.name.clone_from(&self.name);
        }
        Ok(scenario)
    }

    /// Finds what this text calls a scenario: a file beside its own, or else what the command line would find.
    ///
    /// # Errors
    /// As [`find`].
    pub fn find_beside(&self, scenario: &str) -> Result<Self, Failure> {
        let beside = Path::new(&self.shown).parent().unwrap_or(Path::new("")).join(scenario);
        if is_scenario_file(&beside) && beside.is_file() { read_file(&beside) } else { find(scenario) }
    }

    /// Complaints about the text, as a failure.
    pub fn refused(&self, complaints: Vec<Diagnostic>) -> Failure {
        let problems = complaints.into_iter().map(|complaint| Problem::in_text(&self.shown, &self.text, complaint));
        Failure { exit: crate::exit::Exit::BadInput, problems: problems.collect() }
    }
}

/// Finds what `SCENARIO` on the command line means.
///
/// # Errors
/// When there is no such file or name, or it cannot be a scenario.
pub fn find(scenario: &str) -> Result<Source, Failure> {
    if let Some(embedded) =
        LIBRARY.iter().chain(PROOFS).chain(PATTERN_WORLDS).find(|embedded| embedded.name == scenario)
    {
        return Ok(Source {
            name: embedded.name.into(),
            shown: format!("scenarios/{}", embedded.file),
            text: embedded.text.into(),
            format: Format::Ron,
        });
    }
    let path = Path::new(scenario);
    let bare = path.extension().is_none() && path.components().count() == 1;
    if bare && fs::metadata(path).is_err() {
        let names = LIBRARY.iter().map(|embedded| embedded.name);
        let help = closest_name(scenario, names)
            .map_or("`contraband list` shows all names; name a file with its extension".into(), |name| {
                format!("the closest is `{name}`; `contraband list` shows all")
            });
        return Err(Failure::input(Problem::new(format!("there is no scenario called `{scenario}`")).help(help)));
    }
    read_file(path)
}

/// Reads a scenario file.
///
/// # Errors
/// When it is not there, not a file, too long or not text.
pub fn read_file(path: &Path) -> Result<Source, Failure> {
    let shown = path.display().to_string();
    let cannot = |error: std::io::Error| Failure::failed(Problem::new(format!("cannot read `{shown}`: {error}")));
    let kind = match fs::metadata(path) {
        Ok(kind) => kind,
        Err(error) if error.kind() == ErrorKind::NotFound => return Err(not_there(path, &shown)),
        Err(error) => return Err(cannot(error)),
    };
    if kind.is_dir() {
        let help = "name one file in it, or check them all with `contraband check`";
        return Err(Failure::input(Problem::new(format!("`{shown}` is a folder")).help(help)));
    }
    let too_long = |length: String| {
        let what = format!("`{shown}` is {length} long; a scenario may be up to {} MB", LONGEST_TEXT / 1_000_000);
        Failure::input(Problem::new(what).help("is this the right file?"))
    };
    if kind.len() > LONGEST_TEXT as u64 {
        return Err(too_long(format!("{:.1} MB", kind.len() as f64 / 1e6)));
    }
    // A pipe has no length before it is read.
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(LONGEST_TEXT as u64 + 1).read_to_end(&mut bytes)).map_err(cannot)?;
    if bytes.len() > LONGEST_TEXT {
        return Err(too_long(format!("more than {} MB", LONGEST_TEXT / 1_000_000)));
    }
    let text = String::from_utf8(bytes).map_err(|error| not_text(&shown, &error))?;
    // Some editors put a mark in front that says that this is UTF-8.
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let name = path.file_stem().map_or("scenario".into(), |stem| stem.to_string_lossy().into_owned());
    Ok(Source { name, shown, text: text.into(), format: if json { Format::Json } else { Format::Ron } })
}

fn not_there(path: &Path, shown: &str) -> Failure {
    let problem = Problem::new(format!("there is no file `{shown}`"));
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let siblings: Vec<String> = fs::read_dir(folder)
        .map(|entries| entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect())
        .unwrap_or_default();
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    let scenarios = siblings.iter().map(String::as_str).filter(|name| is_scenario_file(Path::new(name)));
    if let Some(sibling) = closest_name(&file, scenarios) {
        return Failure::input(problem.help(format!("the closest in that folder is `{sibling}`")));
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    match LIBRARY.iter().find(|embedded| embedded.name == stem) {
        Some(embedded) => {
            Failure::input(problem.help(format!(
                "`{}` comes with the program: give its name without folder and extension",
                embedded.name
            )))
        }
        None => Failure::input(problem.help("`contraband list` shows the scenarios that come with the program")),
    }
}

fn not_text(shown: &str, error: &std::string::FromUtf8Error) -> Failure {
    let bytes = error.as_bytes();
    let at = error.utf8_error().valid_up_to();
    let line = bytes[..at].split(|&byte| byte == b'\n').count();
    let problem = Problem::new(format!("`{shown}` is not UTF-8 text: byte {:#04x} in line {line}", bytes[at]));
    let wide = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    let help =
        if wide { "it looks like UTF-16: save it as UTF-8" } else { "a scenario is a text file, in RON or JSON" };
    Failure::input(problem.help(help))
}

/// Whether a file is a scenario by its ending.
pub fn is_scenario_file(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("ron") || extension.eq_ignore_ascii_case("json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_name_is_close() {
        assert_eq!(closest_name("Basline", ["baseline", "crackdown"]), Some("baseline"));
        assert_eq!(closest_name("wholly_other", ["baseline", "crackdown"]), None);
    }

    #[test]
    fn every_embedded_scenario_is_found_by_its_name() {
        for embedded in LIBRARY {
            let scenario = find(embedded.name).unwrap().scenario().unwrap();
            assert!(!scenario.question.is_empty(), "{}", embedded.name);
        }
    }
}
