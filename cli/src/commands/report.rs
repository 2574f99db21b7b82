//! `contraband report`: charts and report of a folder, again.

use contraband_analysis::compare::compare;
use contraband_analysis::store::open;
use contraband_analysis::sweep;
use contraband_lab::sweep::{SweepFolder, standing};

use super::study::{self, StudyFolder};
use super::sweep::other_build;
use super::sweep::steps::no_damage;
use crate::errors::{Failure, Problem, remark};
use crate::exit::Exit;
use crate::{args, interrupt, output, pictures};

/// Draws the charts of a run or of a sweep and writes its report; answers a study again from the runs that it keeps.
///
/// # Errors
/// When the folder cannot be read or written.
pub fn report(args: &args::Report) -> Result<Exit, Failure> {
    if let Some(folder) = study::open(&args.dir) {
        return of_study(&folder?);
    }
    if args.dir.join("plan.json").is_file() {
        let folder = SweepFolder::open(&args.dir)?;
        other_build(&folder);
        let found = standing(&folder)?;
        no_damage(&args.dir, &found)?;
        sweep::merge(&folder, None)?;
        sweep::report(&folder)?;
        output::print(&format!("{}\n", folder.path().join("report.html").display()))?;
        return Ok(if found.missing.is_empty() { Exit::Ok } else { Exit::Incomplete });
    }
    if args.dir.join("calibration.json").is_file() {
        let problem = Problem::new(format!("{} is the folder of a calibration", args.dir.display()));
        return Err(Failure::input(
            problem.help("to draw it again, use `contraband calibrate` with its file and --out"),
        ));
    }
    let folder = open(&args.dir)?;
    if let Some(differs) = folder.info().build().differs() {
        remark(&format!("{}: {differs}", args.dir.display()));
    }
    pictures::draw(&folder)?;
    output::print(&format!("{}\n", folder.path().join("report.html").display()))?;
    // What is told of half a run is told, but not the whole story.
    Ok(if folder.info().complete { Exit::Ok } else { Exit::Incomplete })
}

fn of_study(folder: &StudyFolder) -> Result<Exit, Failure> {
    interrupt::listen(interrupt::KEPT)?;
    let compared = compare(&folder.study, &folder.path, &folder.again())?;
    for (path, at) in &compared.damaged {
        remark(&format!("{} is damaged at byte {at}: the run that stood there is run again", path.display()));
    }
    if compared.answers.is_none() {
        return Ok(Exit::Interrupted);
    }
    output::print(&format!("{}\n", folder.path.join("brief.html").display()))?;
    Ok(if compared.account.failed.is_empty() { Exit::Ok } else { Exit::Incomplete })
}
