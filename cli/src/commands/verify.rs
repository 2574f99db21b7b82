//! `contraband verify`: what theory says, beside what the engine does.

use std::fs;
use std::ops::Range;
use std::path::Path;
use std::thread::available_parallelism;

use contraband_analysis::verification::html;
use contraband_lab::files::patterns::{FIRST_SEED, FITTED, HELD_OUT, Pattern, is_list, read_patterns};
use contraband_lab::verification::{Verified, as_json, expectation, markdown, number, tolerance};
use contraband_lab::verify::integrity::{PROOFS, integrity};
use contraband_lab::verify::patterns::{PatternWorlds, measure_patterns, runs_of};
use contraband_lab::verify::{
    CaseOutcome, CaseRefusal, Check, Group, VerifyRequest, Workers, absent, cases, knob_value, prepare,
};
use contraband_sim::scenario::Scenario;
use contraband_sim::scenario::tree::Format;
use serde_json::json;

use crate::args::{Verify, VerifyWhat};
use crate::clock::Stopwatch;
use crate::errors::{Failure, Problem, remark};
use crate::exit::Exit;
use crate::progress::Counting;
use crate::source::Source;
use crate::{args, output, source};

/// Verifies what was asked for.
///
/// # Errors
/// When there is no such thing to verify, or the report cannot be written.
pub fn verify(args: &Verify) -> Result<Exit, Failure> {
    let watch = Stopwatch::start();
    let threads = args.threads.unwrap_or_else(|| available_parallelism().map_or(1, Into::into));
    let verified = match &args.what {
        _ if args.list => return list(args.json),
        Some(VerifyWhat::Integrity(of)) => of_scenario(of, threads)?,
        Some(VerifyWhat::Patterns(of)) => of_patterns(of.file.as_deref(), of.seeds, threads)?,
        None => of_cases(args, threads)?,
    };
    let seconds = watch.seconds();
    if let Some(folder) = &args.out {
        write(folder, &verified)?;
    }
    if args.json {
        output::print_json(&as_json(&verified))?;
    } else {
        output::print(&table(&verified))?;
        remark(&format!("{seconds:.1} s on {threads} threads"));
    }
    let patterns_asked = matches!(args.what, Some(VerifyWhat::Patterns(_)));
    let ((hold, all), (inside, patterns)) = (verified.cases(), verified.patterns_in_band());
    // A pattern out of its band is a limit of the model, and a failure only for those who ask for patterns.
    Ok(if hold == all && (!patterns_asked || inside == patterns) { Exit::Ok } else { Exit::Failed })
}

/// Cases by name, or all of them, and then what must hold of the default world too.
fn of_cases(args: &Verify, threads: usize) -> Result<Verified, Failure> {
    let asked = VerifyRequest {
        cases: args.cases.clone(),
        set: args.set.iter().map(|set| (set.path.clone(), set.value.clone())).collect(),
        seeds: args.seeds,
        full: args.full,
    };
    let prepared = prepare(&asked).map_err(refused)?;
    let all = args.cases.is_empty() && args.set.is_empty();
    let mut verified = Verified { asked: as_typed(args), ..Verified::default() };
    let progress = Counting::start(prepared.len() + if all { PROOFS.len() } else { 0 }, "cases");
    for case in &prepared {
        progress.at(case.case().name);
        let outcome = case.run(&Workers { threads, on_done: &|| {} });
        verified.outcomes.push(outcome.map_err(|refusal| refused(vec![refusal]))?);
        progress.done();
    }
    if all {
        progress.at("integrity of the default world");
        let world = Scenario::default();
        verified.outcomes.extend(integrity(&world, world.seed, &Workers { threads, on_done: &|| progress.done() }));
        verified.absent = absent();
    }
    progress.end();
    verified.outcomes.sort_by_key(|outcome| outcome.group);
    if all && args.full {
        verified.patterns = of_patterns(None, None, threads)?.patterns;
    }
    Ok(verified)
}

/// What must hold of any world, of this one.
fn of_scenario(args: &args::Integrity, threads: usize) -> Result<Verified, Failure> {
    let source = source::find(&args.scenario)?;
    let scenario = source.scenario_for(args.days)?;
    let seed = args.seed.unwrap_or(scenario.seed);
    let progress = Counting::start(PROOFS.len(), "proofs");
    progress.at(&source.name);
    let outcomes = integrity(&scenario, seed, &Workers { threads, on_done: &|| progress.done() });
    progress.end();
    Ok(Verified { asked: format!("verify integrity {}", args.scenario), outcomes, ..Verified::default() })
}

/// Patterns of a file, or those that come with the program, with seeds from the first to the last of these, or as many as
/// each of them asks for from [`FIRST_SEED`] on.
fn of_patterns(file: Option<&Path>, seeds: Option<(u64, u64)>, threads: usize) -> Result<Verified, Failure> {
    let lists = match file {
        Some(file) => {
            let source = source::read_file(file)?;
            vec![(source.name.clone(), source)]
        }
        None => {
            let embedded = |name: &str, text: &str| Source {
                name: name.into(),
                shown: format!("scenarios/patterns/{name}.ron"),
                text: text.into(),
                format: Format::Ron,
            };
            vec![
                ("fitted".to_owned(), embedded("fitted", FITTED)),
                ("held out".to_owned(), embedded("held_out", HELD_OUT)),
            ]
        }
    };
    let mut verified = Verified { asked: "verify patterns".into(), ..Verified::default() };
    if let Some(file) = file {
        verified.asked += &format!(" {}", file.display());
    }
    if let Some((first, last)) = seeds {
        verified.asked += &format!(" --seeds {first}-{last}");
    }
    let (mut patterns, mut worlds, mut lengths) = (Vec::new(), Vec::new(), Vec::new());
    for (title, source) in lists {
        let (mut some, mut theirs) = patterns_of(&source)?;
        lengths.push((title, some.len()));
        patterns.append(&mut some);
        worlds.append(&mut theirs);
    }
    if let Some((first, last)) = seeds {
        let count = usize::try_from(last - first + 1).expect("at most 10 000 seeds");
        for pattern in &mut patterns {
            pattern.seeds = count;
        }
    }
    let first = seeds.map_or(FIRST_SEED, |(first, _)| first);
    // All together, so that lists share the worlds that they both ask for.
    let progress = Counting::start(runs_of(&patterns, &worlds), "runs");
    let found = measure_patterns(patterns, &worlds, first, &Workers { threads, on_done: &|| progress.done() });
    progress.end();
    let mut found = found.into_iter();
    for (title, length) in lengths {
        verified.patterns.push((title, found.by_ref().take(length).collect()));
    }
    Ok(verified)
}

/// The patterns of a file and the worlds that they name.
fn patterns_of(source: &Source) -> Result<(Vec<Pattern>, Vec<PatternWorlds>), Failure> {
    let patterns = read_patterns(&source.text, source.format).map_err(|complaints| source.refused(complaints))?;
    let mut worlds = Vec::new();
    let mut problems = Vec::new();
    for pattern in &patterns {
        let mut world = |name: &str, span: &Range<usize>| {
            let found = source.find_beside(name).and_then(|found| found.scenario_for(pattern.days));
            found.map_err(|failure| {
                let what = format!("pattern {} names a scenario that cannot be used", pattern.id);
                let problem = Problem::new(what).at(&source.shown, &source.text, span.clone(), failure.in_short());
                problems.push(problem.help("give a file, or a name from `contraband list`"));
            })
        };
        let scenario = world(&pattern.scenario, &pattern.scenario_span);
        let base = pattern.base.as_ref().map(|(name, span)| world(name, span)).transpose();
        let (Ok(scenario), Ok(base)) = (scenario, base) else { continue };
        let named = PatternWorlds { scenario, base };
        match unseen(pattern, &named) {
            Some((what, label, help)) => {
                let at = pattern.metric_span.clone();
                problems.push(Problem::new(what).at(&source.shown, &source.text, at, label).help(help));
            }
            None => worlds.push(named),
        }
    }
    if problems.is_empty() { Ok((patterns, worlds)) } else { Err(Failure { exit: Exit::BadInput, problems }) }
}

/// What a metric cannot see in the worlds that its pattern names: days beyond their end, or a difference where there is
/// none. What is wrong, what is said beside the metric, and what to try.
fn unseen(pattern: &Pattern, worlds: &PatternWorlds) -> Option<(String, String, &'static str)> {
    let days = pattern.days.unwrap_or(worlds.scenario.days);
    let base_days = worlds.base.as_ref().map_or(days, |base| pattern.days.unwrap_or(base.days));
    let lived = days.min(base_days);
    if let Some((_, last)) = pattern.metric.windows().into_iter().find(|&(first, last)| first < 1 || last > lived) {
        let what = format!("pattern {} looks at days that nobody lives", pattern.id);
        return Some((what, format!("until day {last} of {lived}"), "give `days`, or look at earlier ones"));
    }
    if pattern.metric.compares() && worlds.base.is_none() && worlds.scenario.timeline.is_empty() {
        let what = format!("pattern {} compares a world with itself", pattern.id);
        let label = format!("`base.` is {} without its timeline, and it has none", pattern.scenario);
        return Some((what, label, "name another scenario as `base`, or give this one a timeline"));
    }
    None
}

/// Whether a text is a list of patterns, and what is wrong with it: for `contraband check`.
pub fn check_patterns(source: &Source) -> Option<Result<Vec<String>, Failure>> {
    is_list(&source.text, source.format).then(|| patterns_of(source).map(|_| Vec::new()))
}

fn refused(refusals: Vec<CaseRefusal>) -> Failure {
    let problem = |refusal: CaseRefusal| Problem::new(refusal.what).help(refusal.help);
    Failure { exit: Exit::BadInput, problems: refusals.into_iter().map(problem).collect() }
}

/// What was typed, as the report tells it.
fn as_typed(args: &Verify) -> String {
    let mut words = vec!["verify".to_owned()];
    words.extend(args.cases.iter().cloned());
    words.extend(args.set.iter().map(|set| format!("--set {}={}", set.path, set.value)));
    words.extend(args.seeds.map(|seeds| format!("--seeds {seeds}")));
    words.extend(args.full.then(|| "--full".to_owned()));
    words.join(" ")
}

/// Writes the report: a page, the same as Markdown, and all figures as JSON.
fn write(folder: &Path, verified: &Verified) -> Result<(), Failure> {
    let put = |name: &str, text: String| {
        let path = folder.join(name);
        fs::write(&path, text)
            .map_err(|error| Failure::failed(Problem::new(format!("cannot write `{}`: {error}", path.display()))))
    };
    fs::create_dir_all(folder)
        .map_err(|error| Failure::failed(Problem::new(format!("cannot create `{}`: {error}", folder.display()))))?;
    put("verification.html", html(verified))?;
    put("verification.md", markdown(verified))?;
    put("verification.json", format!("{:#}\n", as_json(verified)))?;
    remark(&format!("the report is {}", folder.join("verification.html").display()));
    Ok(())
}

/// Every case with what it shows, its parameters and its source, and its comparisons in columns that stand under each
/// other throughout.
fn table(verified: &Verified) -> String {
    let rows = |outcome: &CaseOutcome| -> Vec<Vec<String>> {
        let row = |check: &Check| {
            vec![
                format!("    {}", check.what),
                expectation(check),
                number(check.measured),
                tolerance(check),
                if check.holds() { "yes".into() } else { "NO".into() },
            ]
        };
        outcome.checks.iter().map(row).collect()
    };
    let mut lines = vec![["    measured", "expected", "found", "tolerance", "holds"].map(String::from).to_vec()];
    lines.extend(verified.outcomes.iter().flat_map(rows));
    let columns = output::columns(&lines);
    let mut columns = columns.lines();
    let mut out = String::new();
    if !verified.outcomes.is_empty() {
        out += columns.next().unwrap_or_default();
        out += "\n\n";
    }
    for group in Group::ALL {
        let mut of_group = verified.outcomes.iter().filter(|outcome| outcome.group == group).peekable();
        if of_group.peek().is_some() {
            out += &format!("{}\n", group.title());
        }
        for outcome in of_group {
            out += &output::wrapped(&format!("{}: {}", outcome.case, outcome.shows), "  ", WIDTH);
            let with: Vec<String> =
                outcome.parameters.iter().map(|one| format!("{}={}", one.name, number(one.value))).collect();
            let with = if with.is_empty() { String::new() } else { format!("with {}; ", with.join(", ")) };
            out += &output::wrapped(&format!("{with}source: {}", outcome.source), "    ", WIDTH);
            for line in columns.by_ref().take(outcome.checks.len()) {
                out += line;
                out.push('\n');
            }
        }
        if verified.outcomes.iter().any(|outcome| outcome.group == group) {
            out.push('\n');
        }
    }
    for (title, found) in &verified.patterns {
        let mut rows = vec![
            ["ID", "PATTERN", "BAND", "MEDIAN", "95 % INTERVAL OF MEAN", "SEEDS", "IN BAND"].map(String::from).to_vec(),
        ];
        for one in found {
            let ((low, high), (least, most)) = (one.interval(), one.pattern.band);
            rows.push(vec![
                one.pattern.id.clone(),
                one.pattern.statement.clone(),
                format!("{} to {}", number(least), number(most)),
                short(one.middle()),
                format!("{} to {}", short(low), short(high)),
                one.seeds(),
                if one.in_band() { "yes".into() } else { "NO".into() },
            ]);
        }
        out += &format!("Patterns: {title}\n{}\n", output::columns(&rows));
    }
    if !verified.absent.is_empty() {
        out += &format!("{} cases do not apply; `contraband verify --list` says why\n\n", verified.absent.len());
    }
    out + &verified.verdict() + "\n"
}

/// A figure of a simulation: three digits that count.
fn short(value: f64) -> String {
    match value.abs() {
        size if size >= 99.5 => format!("{value:.0}"),
        size if size >= 9.95 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// Every case: what it shows, by what formula, and what can be set.
fn list(as_data: bool) -> Result<Exit, Failure> {
    if as_data {
        let all = cases().into_iter().map(|case| {
            let knobs = case.knobs.iter().map(|knob| {
                json!({"name": knob.name, "default": knob_value(case, knob), "min": knob.least, "max": knob.most, "about": knob.about})
            });
            json!({
                "case": case.name,
                "group": case.group.title(),
                "shows": case.shows,
                "formula": case.formula,
                "source": case.source,
                "scenario": case.world.map(|world| format!("scenarios/{world}.ron")),
                "seeds": case.seeds,
                "full_only": case.long,
                "parameters": knobs.collect::<Vec<_>>(),
            })
        });
        let missing =
            absent().into_iter().map(|one| json!({"case": one.name, "group": one.group.title(), "why": one.why}));
        output::print_json(
            &json!({"schema": 1, "cases": all.collect::<Vec<_>>(), "absent": missing.collect::<Vec<_>>()}),
        )?;
        return Ok(Exit::Ok);
    }
    let mut out = String::new();
    for group in Group::ALL {
        out += &format!("{}\n", group.title());
        for case in cases().into_iter().filter(|case| case.group == group) {
            let long = if case.long { " (with --full)" } else { "" };
            out += &output::wrapped(&format!("{}{long}: {}", case.name, case.shows), "  ", WIDTH);
            out += &output::wrapped(&format!("{}. {}", case.formula, case.source), "      ", WIDTH);
            for knob in case.knobs {
                let about = if knob.about.is_empty() { String::new() } else { format!(", {}", knob.about) };
                let told =
                    format!("--set {}={} ({} to {}{about})", knob.name, knob_value(case, knob), knob.least, knob.most);
                out += &output::wrapped(&told, "      ", WIDTH);
            }
        }
        if group == Group::Integrity {
            for proof in PROOFS {
                out += &output::wrapped(&format!("{}: {}", proof.name, proof.shows), "  ", WIDTH);
            }
            out += "  for any world: contraband verify integrity SCENARIO\n";
        }
        for one in absent().into_iter().filter(|one| one.group == group) {
            out += &output::wrapped(&format!("(not {}: {})", one.name, one.why), "  ", WIDTH);
        }
        out.push('\n');
    }
    out += "Patterns of illicit markets: contraband verify patterns\n";
    output::print(&out)?;
    Ok(Exit::Ok)
}

/// Characters in a line of prose.
const WIDTH: usize = 100;
