//! What a calibration found: its tables, pictures and report. How it is reckoned is told in
//! [`contraband_lab::calibration`].

mod pictures;
mod tables;

use std::fs;
use std::path::{Path, PathBuf};

use contraband_lab::batch::FolderLock;
use contraband_lab::calibration::CalibrationAnswer;
use contraband_lab::disk::{FileForm, write_synced};
use contraband_sim::record::csv_dialect::CsvDialect;
use maud::html;
use serde_json::{Value, json};

use crate::charts::canvas::{PictureSource, png};
use crate::compare::page::{filled, part};
use crate::error::StoreError;
use crate::provenance::describe;

/// What is believed, as data, with the command that makes it again.
pub fn as_json(answer: &CalibrationAnswer<'_>, command: &str) -> Value {
    let mut told = answer.json();
    told["command"] = command.into();
    told
}

/// Writes `posterior.parquet`, `points.parquet`, `posterior.json`, `calibration.md`, `report.html` and `charts/` into
/// the folder; where it was written. The same runs give the same bytes. `csv` also writes text, in its dialect; `command` is
/// what makes it again.
///
/// # Errors
/// When the system refuses.
pub fn write(
    answer: &CalibrationAnswer<'_>,
    folder: &Path,
    csv: Option<CsvDialect>,
    command: &str,
) -> Result<PathBuf, StoreError> {
    let _turn = FolderLock::wait(folder);
    tables::write(answer, folder, csv)?;
    let (pictures, markdown) = (pictures::all(answer), answer.markdown());
    let charts = folder.join("charts");
    fs::create_dir_all(&charts).map_err(StoreError::system("make", &charts))?;
    let about = answer.calibration;
    let mut origin = json!({"calibration": about.name, "question": about.question, "command": command});
    answer.build.tell(&mut origin);
    let source = PictureSource { title: answer.title().to_owned(), origin: origin.to_string() };
    for (path, svg) in &pictures {
        let path = folder.join(path);
        write_synced(&path, svg.as_bytes())?;
        write_synced(&path.with_extension("png"), &png(svg, &source))?;
    }
    write_synced(
        &folder.join("posterior.json"),
        FileForm::Json.seal(&format!("{:#}", as_json(answer, command))).as_bytes(),
    )?;
    write_synced(&folder.join("calibration.md"), markdown.as_bytes())?;
    let footer = html! {
        "Particles are in " code { "posterior.parquet" } ", all points that were tried in " code { "points.parquet" }
        ", and every run in the folders of the generations. What a calibrated model believes concerns the model itself: it \
         is no forecast."
    };
    let page = filled(answer.title(), "report of a calibration", "page", &part(&markdown, &pictures), &footer);
    let report = folder.join("report.html");
    write_synced(&report, page.as_bytes())?;
    describe(folder)?;
    Ok(report)
}
