//! Charts and the report of a run folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use contraband_analysis::error::StoreError;
use contraband_analysis::provenance::describe;
use contraband_analysis::store::RunFolder;
use contraband_analysis::summary::{SummaryLine, summary};
use contraband_analysis::{charts, report};
use contraband_lab::batch::FolderLock;
use contraband_sim::scenario::Scenario;
use contraband_sim::scenario::read::read;
use contraband_sim::scenario::tree::Format;

use crate::errors::{Failure, Problem};

/// Draws the charts of a run into its folder and writes its report; what was there is replaced when all is drawn.
///
/// # Errors
/// When the folder cannot be read or written.
pub fn draw(folder: &RunFolder) -> Result<Vec<SummaryLine>, Failure> {
    // Two that draw one folder at once would take away each other's drafts.
    let _turn = FolderLock::wait(folder.path());
    let lines = summary(folder)?;
    let scenario = scenario_of(folder)?;
    let [charts, fresh_charts] = ["charts", ".charts"].map(|name| folder.path().join(name));
    let [report, fresh_report] = ["report.html", ".report.html"].map(|name| folder.path().join(name));
    remove(&fresh_charts)?;
    let drawn = charts::draw_all(folder, &scenario, &fresh_charts)
        .and_then(|drawn| report::write(folder, &scenario, &lines, &drawn, &fresh_report));
    if let Err(error) = drawn {
        // Half a set of pictures helps nobody; what cannot be removed is hidden.
        let _ = (remove(&fresh_charts), fs::remove_file(&fresh_report));
        return Err(error.into());
    }
    remove(&charts)?;
    rename(&fresh_charts, &charts)?;
    rename(&fresh_report, &report)?;
    describe(folder.path())?;
    Ok(lines)
}

/// The scenario that a folder was made from.
fn scenario_of(folder: &RunFolder) -> Result<Scenario, Failure> {
    let path: PathBuf = folder.path().join("scenario.ron");
    let text: Arc<str> = folder.scenario_text()?.into();
    let scenario = read(&text, Format::Ron).map_err(|complaints| {
        let shown = path.display().to_string();
        let problems = complaints.into_iter().map(|complaint| Problem::in_text(&shown, &text, complaint)).collect();
        Failure { exit: crate::exit::Exit::BadInput, problems }
    })?;
    // Another build may count other things among what makes a scenario.
    if scenario.hash() != folder.info().scenario_hash && folder.info().build().differs().is_none() {
        let reason = "it is not the scenario that run.json describes".into();
        return Err(StoreError::Damaged { path, reason }.into());
    }
    Ok(scenario)
}

fn remove(folder: &Path) -> Result<(), StoreError> {
    if folder.exists() { fs::remove_dir_all(folder).map_err(StoreError::system("remove", folder)) } else { Ok(()) }
}

fn rename(from: &Path, to: &Path) -> Result<(), StoreError> {
    fs::rename(from, to).map_err(StoreError::system("name", to))
}
