//! `contraband report`: charts and report of a folder, again.

use contraband_analysis::store::open;
use contraband_analysis::sweep::{self, SweepFolder};

use crate::args;
use crate::errors::Failure;
use crate::exit::Exit;
use crate::{output, pictures};

/// Draws the charts of a run or of a sweep and writes its report.
///
/// # Errors
/// When the folder cannot be read or written.
pub fn report(args: &args::Report) -> Result<Exit, Failure> {
    if args.dir.join("plan.json").is_file() {
        let folder = SweepFolder::open(&args.dir)?;
        let found = sweep::standing(&folder)?;
        sweep::merge(&folder, false)?;
        sweep::report(&folder)?;
        output::print(&format!("{}\n", folder.path().join("report.html").display()))?;
        return Ok(if found.missing.is_empty() { Exit::Ok } else { Exit::Incomplete });
    }
    let folder = open(&args.dir)?;
    pictures::draw(&folder)?;
    output::print(&format!("{}\n", folder.path().join("report.html").display()))?;
    // What is told of half a run is told, but not the whole story.
    Ok(if folder.info().complete { Exit::Ok } else { Exit::Incomplete })
}
