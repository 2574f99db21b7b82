//! `contraband report`: charts and report of a folder, again.

use contraband_analysis::store::open;

use crate::args;
use crate::errors::Failure;
use crate::exit::Exit;
use crate::{output, pictures};

/// Draws a run folder's charts and writes its report.
///
/// # Errors
/// When the folder cannot be read or written.
pub fn report(args: &args::Report) -> Result<Exit, Failure> {
    let folder = open(&args.dir)?;
    pictures::draw(&folder)?;
    output::print(&format!("{}\n", folder.path().join("report.html").display()))?;
    // What is told of half a run is told, but not the whole story.
    Ok(if folder.info().complete { Exit::Ok } else { Exit::Incomplete })
}
