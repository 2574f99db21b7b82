//! `contraband list`: what comes with the program.

use contraband_classroom::lesson::{LESSONS, lesson};
use contraband_sim::scenario::library::{CALIBRATIONS, LIBRARY, STUDIES, SWEEPS};
use serde_json::json;

use super::calibrate;
use super::compare::embedded;
use super::sweep::named;
use crate::errors::{Failure, Problem};
use crate::exit::Exit;
use crate::{args, output, source};

/// Lists the embedded lessons, scenarios, studies, sweeps and calibrations, each with its question.
///
/// # Errors
/// When stdout cannot be written.
pub fn list(args: &args::List) -> Result<Exit, Failure> {
    let mut rows = Vec::new();
    let mut objects = Vec::new();
    for embedded in LIBRARY {
        let scenario = source::find(embedded.name)?.scenario()?;
        objects.push(json!({
            "schema": 1,
            "kind": "scenario",
            "name": embedded.name,
            "title": scenario.name,
            "question": scenario.question,
            "look_at": scenario.look_at,
            "days": scenario.days,
            "citizens": scenario.params.citizens.count.get(),
        }));
        rows.push(vec![embedded.name.to_owned(), scenario.question]);
    }
    let mut studies = Vec::new();
    for about in STUDIES {
        let study = embedded(about)?;
        objects.push(json!({
            "schema": 1,
            "kind": "study",
            "name": study.0,
            "title": study.1.name,
            "question": study.1.question,
            "days": study.1.base.days,
            "arms": study.1.arms.iter().map(|arm| arm.name.as_str()).collect::<Vec<_>>(),
        }));
        studies.push(vec![study.0.to_owned(), study.1.question]);
    }
    let mut sweeps = Vec::new();
    for embedded in SWEEPS {
        let (_, sweep) = named(embedded.name)?;
        objects.push(json!({
            "schema": 1,
            "kind": "sweep",
            "name": embedded.name,
            "title": sweep.name,
            "question": sweep.question,
            "days": sweep.base.days,
            "citizens": sweep.base.params.citizens.count.get(),
            "runs": sweep.cells.len() as u64 * sweep.reps,
        }));
        sweeps.push(vec![embedded.name.trim_start_matches("sweeps/").to_owned(), sweep.question]);
    }
    let mut calibrations = Vec::new();
    for embedded in CALIBRATIONS {
        let (name, calibration) = calibrate::named(embedded.name)?;
        objects.push(json!({
            "schema": 1,
            "kind": "calibration",
            "name": embedded.name,
            "title": calibration.name,
            "question": calibration.question,
            "days": calibration.worlds[0].scenario.days,
            "runs": calibration.budget,
        }));
        calibrations.push(vec![name, calibration.question]);
    }
    let mut lessons = Vec::new();
    for embedded in LESSONS {
        let lesson = lesson(embedded.name).map_err(|wrong| Failure::failed(Problem::new(wrong)))?;
        objects.push(json!({
            "schema": 1,
            "kind": "lesson",
            "name": embedded.name,
            "title": lesson.title,
            "question": lesson.question,
            "rounds": lesson.rounds,
            "days": lesson.days * lesson.rounds + lesson.past,
        }));
        lessons.push(vec![embedded.name.to_owned(), lesson.question]);
    }
    if args.json {
        output::print_json(&objects.into())?;
    } else {
        let [scenarios, studies, sweeps, calibrations, lessons] =
            [rows, studies, sweeps, calibrations, lessons].map(|rows| output::columns(&rows));
        output::print(&format!(
            "Lessons, for `contraband classroom NAME --lan`\n\n{lessons}\n\
             Scenarios, for `contraband run NAME`\n\n{scenarios}\nStudies, for `contraband compare NAME`\n\n{studies}\n\
             Sweeps, for `contraband sweep NAME --out DIR`\n\n{sweeps}\n\
             Calibrations, for `contraband calibrate NAME --out DIR`\n\n{calibrations}"
        ))?;
    }
    Ok(Exit::Ok)
}
