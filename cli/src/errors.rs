//! The only place that shows errors: where, what was found, what is allowed, what to try.

use std::borrow::Cow;
use std::io::{IsTerminal, Write, stderr};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use contraband_lab::error::StoreError;
use contraband_sim::scenario::complaint::Diagnostic;

use crate::exit::Exit;

/// Why a command did not do what was asked.
#[derive(Debug)]
pub struct Failure {
    /// What the shell is told.
    pub exit: Exit,
    /// What the user is told.
    pub problems: Vec<Problem>,
}

/// One thing that is wrong.
#[derive(Debug)]
pub struct Problem {
    what: String,
    place: Option<Place>,
    help: Option<String>,
}

/// Where in a text it stands.
struct Place {
    file: String,
    text: Arc<str>,
    span: Range<usize>,
    label: String,
}

// Without the text, which may be long.
impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{:?} {}", self.file, self.span, self.label)
    }
}

impl Problem {
    /// A problem that stands in no text.
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), place: None, help: None }
    }

    /// What is allowed, or what to try.
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// Where it stands: bytes of `text`.
    pub fn at(self, file: &str, text: &Arc<str>, span: Range<usize>, label: impl Into<String>) -> Self {
        let place = Place { file: file.into(), text: Arc::clone(text), span, label: label.into() };
        Self { place: Some(place), ..self }
    }

    /// A complaint about a text.
    pub fn in_text(file: &str, text: &Arc<str>, complaint: Diagnostic) -> Self {
        let Diagnostic { span, what, label, help } = complaint;
        Self { help, ..Self::new(what).at(file, text, span, label) }
    }
}

impl Failure {
    /// What was asked cannot be done.
    pub fn input(problem: Problem) -> Self {
        Self { exit: Exit::BadInput, problems: vec![problem] }
    }

    /// What is wrong, in one line.
    pub fn in_short(&self) -> String {
        self.problems.iter().map(|problem| problem.what.as_str()).collect::<Vec<_>>().join("; ")
    }

    /// It did not work, through no fault of what was asked.
    pub fn failed(problem: Problem) -> Self {
        Self { exit: Exit::Failed, problems: vec![problem] }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let problem = Problem::new(error.to_string());
        match error {
            StoreError::OtherRun { .. } | StoreError::OtherStudy { .. } => {
                Self::input(problem.help("choose another folder with --out, or replace this one with --force"))
            }
            StoreError::OtherSweep { .. } => {
                Self::input(problem.help(
                    "choose another folder with --out; to add repetitions or points, use `contraband sweep extend`",
                ))
            }
            StoreError::OtherCalibration { .. } => Self::input(
                problem
                    .help("choose another folder with --out; within one folder only budget and acceptance may change"),
            ),
            StoreError::NotASweep { .. } => {
                Self::input(problem.help("`contraband sweep SWEEP.ron --out DIR` creates one"))
            }
            StoreError::Foreign { .. } => {
                Self::input(problem.help("choose another folder with --out; --force will not replace it"))
            }
            StoreError::Busy { .. } => {
                Self::failed(problem.help("wait until it has finished, or choose another folder with --out"))
            }
            StoreError::OtherBuild { .. } => Self::input(problem.help(
                "what is in it can be read, analysed and drawn again; to run more, use that build, or choose another folder with --out",
            )),
            StoreError::NotUnderstood { .. } => Self::input(
                problem.help("read it with the version that wrote it; or choose another folder with --out"),
            ),
            StoreError::OtherBatch { .. } => Self::input(
                problem.help("move that file away, and the runs that are missing are run; or give another folder with --out"),
            ),
            StoreError::OtherForm { .. } => Self::input(problem.help(
                "read it with the version that wrote it; or give another folder with --out, where all of it is run again",
            )),
            StoreError::TooLarge { .. } => Self::input(problem.help(FITS)),
            StoreError::NotAFolder { .. } => Self::input(problem.help("choose another folder with --out")),
            StoreError::NotThere { .. } | StoreError::NotARun { .. } => {
                Self::input(problem.help("`contraband run` prints the folder it writes"))
            }
            StoreError::OtherSchema { .. } => Self::input(problem.help("run the scenario again with this version")),
            StoreError::NoTable { .. } => Self::input(problem),
            StoreError::NoSeed { .. } => {
                Self::input(problem.help("the report of the study tells what each run said when it failed"))
            }
            StoreError::Damaged { path, .. } => Self::input(problem.help(what_mends(&path))),
            StoreError::System { .. } => Self::failed(problem),
        }
    }
}

/// What to try where a run does not fit into memory.
pub const FITS: &str = "fewer citizens or days take less; or use a machine, or a job, with more memory";

/// What writes a damaged file again: by what the folder is that holds it, and by its name.
fn what_mends(path: &Path) -> &'static str {
    let name = path.file_name().and_then(std::ffi::OsStr::to_str).unwrap_or_default();
    // A calibration holds sweeps, and a study runs: the folder that was asked for is the outermost.
    let holders: Vec<&Path> = path.ancestors().skip(1).take(5).collect();
    let is = |file: &str| holders.iter().any(|holder| holder.join(file).is_file());
    if is("calibration.json") {
        return "`contraband calibrate` with the same file and --out writes it again; runs are kept";
    }
    if is("study.ron") || is("study.json") {
        return if name == "study.json" {
            "`contraband compare` with the same question, --out and --force writes it again; runs are kept"
        } else {
            "`contraband compare` with the same question and --out writes it again; runs are kept"
        };
    }
    match name {
        "plan.json" | "base.ron" => "`contraband sweep` with the same sweep and --out writes it again; runs are kept",
        "tables.json" | "runs.parquet" | "series.parquet" | "failures.parquet" => {
            "`contraband sweep merge` writes it again"
        }
        _ if name.starts_with("sensitivity") || name.starts_with("discovery") => {
            "`contraband sensitivity` and `contraband discover` write their answers again; or remove it"
        }
        _ if name.ends_with(".journal") => "the same command that ran it runs again what is missing",
        _ => "run it again: the same run gives the same bytes",
    }
}

/// Shows a failure on stderr, in colour only where a person sees it and did not ask for none.
pub fn show(failure: &Failure) {
    let mut page = String::new();
    for problem in &failure.problems {
        page += &render(problem, coloured());
        page.push('\n');
    }
    // When nobody can be told, the exit code still tells.
    let _ = stderr().lock().write_all(page.as_bytes());
}

/// Says that the program itself is wrong, after a panic has said what.
pub fn show_defect() {
    show(&Failure::failed(
        Problem::new("this is a bug in contraband, not a mistake of yours")
            .help("please report the lines above together with the command you ran"),
    ));
}

/// Says something to the user in passing.
pub fn remark(text: &str) {
    let _ = writeln!(stderr().lock(), "{text}");
}

/// Says what a file or command sets in vain, or less than fully: no error, and nothing to keep quiet about.
pub fn notes(of: &str, all: &[String]) {
    for note in all {
        if of.is_empty() { remark(&format!("note: {note}")) } else { remark(&format!("note: {of}: {note}")) }
    }
}

/// Whether colour is wanted on stderr.
pub fn coloured() -> bool {
    stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

fn render(problem: &Problem, coloured: bool) -> String {
    let renderer = if coloured { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    let mut group = Group::with_title(Level::ERROR.primary_title(problem.what.as_str()));
    if let Some(place) = &problem.place {
        let excerpt = Excerpt::of(place);
        let annotation = AnnotationKind::Primary.span(excerpt.span).label(place.label.as_str());
        let snippet = Snippet::source(excerpt.text).line_start(excerpt.line).annotation(annotation);
        group = match excerpt.cut_at {
            None => group.element(snippet.path(place.file.as_str())),
            // The renderer would count columns from where the line is cut.
            Some(column) => {
                let origin = Origin::path(place.file.as_str()).line(excerpt.line).char_column(column);
                group.element(origin).element(snippet)
            }
        };
    }
    if let Some(help) = &problem.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    renderer.render(&[group]) + "\n"
}

/// Characters on either side of a place that are shown of a long line.
const ASIDE: usize = 200;

/// The line in which a place stands, or the part of it around the place: long texts and long lines are not carried
/// through the renderer for each complaint.
struct Excerpt<'t> {
    text: Cow<'t, str>,
    line: usize,
    /// Where only a part of the line is shown: the column of the place, from 1.
    cut_at: Option<usize>,
    span: Range<usize>,
}

impl<'t> Excerpt<'t> {
    fn of(place: &'t Place) -> Self {
        let text = &place.text;
        let at = place.span.start.min(text.len());
        let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let end = text[at..].find('\n').map_or(text.len(), |newline| at + newline);
        // What spans lines is shown by its first.
        let to = place.span.end.clamp(at, end);
        let line = text[..start].matches('\n').count() + 1;
        let from = text[start..at].char_indices().rev().nth(ASIDE).map_or(start, |(index, _)| start + index);
        let until = text[at..end].char_indices().nth(ASIDE).map_or(end, |(index, _)| at + index);
        if (from, until) == (start, end) {
            return Self { text: text[start..end].into(), line, cut_at: None, span: at - start..to - start };
        }
        let before = if from > start { "..." } else { "" };
        let after = if until < end { "..." } else { "" };
        let shift = |at: usize| at - from + before.len();
        Self {
            text: format!("{before}{}{after}", &text[from..until]).into(),
            line,
            cut_at: Some(text[start..at].chars().count() + 1),
            span: shift(at)..shift(to.min(until)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str, found: &str, coloured: bool) -> String {
        let start = text.find(found).unwrap();
        let text: Arc<str> = text.into();
        let problem = Problem::new("unknown lever `law.fin`")
            .at("mine.ron", &text, start..start + found.len(), "no lever has this path")
            .help("the closest is `law.fine`");
        render(&problem, coloured)
    }

    /// The same name means another thing in another folder, and each command can do what is advised.
    #[test]
    fn what_is_damaged_is_mended_by_the_command_that_wrote_its_folder() {
        let home = tempfile::tempdir().unwrap();
        for (folder, mark) in
            [("run", "run.json"), ("study", "study.ron"), ("sweep", "plan.json"), ("cal", "calibration.json")]
        {
            std::fs::create_dir_all(home.path().join(folder).join("a/b")).unwrap();
            std::fs::write(home.path().join(folder).join(mark), "").unwrap();
        }
        for (file, wanted) in [
            ("run/days.parquet", "run it again"),
            ("study/study.json", "--force"),
            ("study/scenarios/base.ron", "`contraband compare`"),
            ("study/runs/all.journal", "`contraband compare`"),
            ("study/a/b/days.parquet", "`contraband compare`"),
            ("sweep/base.ron", "`contraband sweep`"),
            ("sweep/runs.parquet", "`contraband sweep merge`"),
            ("cal/a/b/plan.json", "`contraband calibrate`"),
        ] {
            let said = what_mends(&home.path().join(file));
            assert!(said.contains(wanted), "{file}: {said}");
        }
    }

    #[test]
    fn columns_count_characters() {
        let text = "(\n  // été 🏛 ünï\n  set: {\"naïve 🏛\": 1, \"law.fin\": 2},\n)\n";
        insta::assert_snapshot!(page(text, "\"law.fin\"", false), @r#"
        error: unknown lever `law.fin`
         --> mine.ron:3:23
          |
        3 |   set: {"naïve 🏛": 1, "law.fin": 2},
          |                       ^^^^^^^^^ no lever has this path
          |
          = help: the closest is `law.fine`
        "#);
    }

    #[test]
    fn what_spans_lines_is_shown_by_its_first() {
        let text = "(\n  places: [\n    (name: 1),\n  ],\n)";
        insta::assert_snapshot!(page(text, "[\n    (name: 1),\n  ]", false), @"
        error: unknown lever `law.fin`
         --> mine.ron:2:11
          |
        2 |   places: [
          |           ^ no lever has this path
          |
          = help: the closest is `law.fine`
        ");
    }

    #[test]
    fn of_a_long_line_only_the_part_around_the_place_is_shown() {
        let text = format!("{{{}\"law.fin\": 1{}}}", "\"é\": 0, ".repeat(9_000), ", \"ü\": 0".repeat(9_000));
        let page = page(&text, "\"law.fin\"", false);
        assert!(page.contains("mine.ron:1:72002"), "{page}");
        let caret = page.lines().find(|line| line.contains('^')).unwrap().find('^').unwrap();
        let line = page.lines().find(|line| line.contains("law.fin") && line.contains("...")).unwrap();
        assert!(line.chars().skip(caret).collect::<String>().starts_with("\"law.fin\""), "{page}");
    }

    #[test]
    fn the_end_of_a_text_can_be_pointed_at() {
        for text in ["", "(", "(\n", "(\r\n  days: 3"] {
            let text: Arc<str> = text.into();
            let place = text.len()..text.len();
            let page = render(&Problem::new("it ends too early").at("mine.ron", &text, place, "here"), false);
            assert!(page.contains("mine.ron:"), "{text:?}: {page}");
        }
    }

    #[test]
    fn colour_is_there_only_when_wanted() {
        assert!(!page("(x)", "x", false).contains('\u{1b}'));
        assert!(page("(x)", "x", true).contains('\u{1b}'));
    }

    #[test]
    fn escape_sequences_in_a_file_are_not_sent_to_the_terminal() {
        assert!(!page("(\u{1b}[31m x)", "x", false).contains('\u{1b}'));
    }
}
