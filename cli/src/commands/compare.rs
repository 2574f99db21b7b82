//! `contraband compare`: worlds that differ by a policy alone.

use contraband_sim::base::words::counted;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::available_parallelism;

use super::sweep::cluster::task;
use crate::args::Setting;
use crate::clock::Stopwatch;
use crate::errors::{Failure, Problem, notes, remark};
use crate::exit::Exit;
use crate::progress::Counting;
use crate::source::Source;
use crate::{args, interrupt, memory, output, source};
use contraband_analysis::compare::{How, as_json};
use contraband_lab::batch::{NotAShard, Runner, Shard};
use contraband_lab::compare::{Answers, Difference, StudyAccount, Verdict};
use contraband_lab::files::study::file::{is_study, read_study};
use contraband_lab::files::study::{
    Arm, OnBase, SEEDS, Stop, Study, StudyMetric, metric_called, moves_valve, on_base, stack,
};
use contraband_lab::verification::number;
use contraband_sim::run::memory_of;
use contraband_sim::scenario::complaint::Diagnostic;
use contraband_sim::scenario::levers::{LeverError, closest_name};
use contraband_sim::scenario::library::{Embedded, STUDIES};
use contraband_sim::scenario::read::read;
use contraband_sim::scenario::tree::Format;
use contraband_sim::scenario::{Scenario, TimelineEntry};

/// Fewer seeds than these are told with a warning.
const FEW: u64 = 10;
/// Most seeds of a stop rule that does not say.
const MOST: u64 = 500;

/// Lives a study and tells what it found.
///
/// # Errors
/// When the study or the folder cannot be used, or the system refuses.
pub fn compare(args: &args::Compare) -> Result<Exit, Failure> {
    let (name, mut study) = if args.arm.is_empty() && args.arm_set.is_empty() && args.stack.is_empty() {
        let source = find(&args.study)?;
        let study = of_text(&source)?;
        (source.name, study)
    } else {
        of_arguments(args)?
    };
    set_everywhere(&mut study, &args.set)?;
    adjust(&mut study, args)?;
    reads_again(&study)?;
    notes("", &study.notes());
    let out = args.out.clone().unwrap_or_else(|| PathBuf::from("out").join(name));
    let threads = args.threads.unwrap_or_else(|| available_parallelism().map_or(1, Into::into));
    interrupt::listen(interrupt::KEPT)?;
    let watch = Stopwatch::start();
    let worlds = (study.arms.len() + 1) * study.presets().len();
    let progress = Counting::start(study.seeds as usize * worlds, "runs");
    let clock = || watch.seconds();
    let shard = args.shard.as_deref().map(shard_of).transpose()?.unwrap_or(Shard::WHOLE);
    fits_in_memory(&study)?;
    let how = How {
        runner: Runner { threads, time_limit: None, clock: &clock, interrupted: &interrupt::asked },
        memory: memory::available(),
        shard,
        force: args.force,
        again: false,
        command: &as_typed(args),
        on_done: &|done, all| progress.set(done, all),
    };
    let compared = contraband_analysis::compare::compare(&study, &out, &how);
    progress.end();
    let compared = compared.map_err(Failure::from)?;
    let account = &compared.account;
    let runs = format!("{} runs done, {} reused, {:.1} s", account.ran, account.kept, watch.seconds());
    for (path, at) in &compared.damaged {
        remark(&format!("{} is damaged at byte {at}: the run that stood there is run again", path.display()));
    }
    let Some(answers) = &compared.answers else {
        if compared.interrupted {
            remark(&format!("interrupted: {runs}; the same command carries on from there"));
            return Ok(Exit::Interrupted);
        }
        remark(&format!("{runs}; when all shards are there, the same command without --shard answers the study"));
        return Ok(if account.failed.is_empty() { Exit::Ok } else { Exit::Incomplete });
    };
    if args.json {
        output::print_json(&as_json(&study, answers, account))?;
    } else {
        output::print(&table(&study, answers, account))?;
        remark(&format!("{runs} on {threads} threads; the brief is {}", out.join("brief.html").display()));
    }
    for (world, seed, said) in &account.failed {
        remark(&format!("a run failed, so its seed is left out everywhere: {world}, seed {seed}: {said}"));
    }
    if (answers.seeds.len() as u64) < FEW {
        let seeds = answers.seeds.len();
        remark(&format!(
            "{seeds} seeds are few: intervals are wide and assume roughly bell-shaped differences; --seeds 20 adds more"
        ));
    }
    Ok(if account.failed.is_empty() { Exit::Ok } else { Exit::Incomplete })
}

/// Whether every world of a study fits in the memory that there is.
fn fits_in_memory(study: &Study) -> Result<(), Failure> {
    let worlds = study.arms.iter().map(|arm| (arm.name.as_str(), &arm.scenario));
    for (name, world) in std::iter::once(("base", &study.base)).chain(worlds) {
        memory::must_fit(&format!("a run of `{name}`"), memory_of(world))?;
    }
    Ok(())
}

/// The part of the runs that is meant: `I/N`, or `auto/N` for the task of a job array.
fn shard_of(asked: &str) -> Result<Shard, Failure> {
    let whole = |asked: &str| {
        asked.parse().map_err(|error: NotAShard| {
            Failure::input(Problem::new(format!("`--shard` cannot be {asked}")).help(error.to_string()))
        })
    };
    let Some(count) = asked.strip_prefix("auto/") else { return whole(asked) };
    let number = task(&|name| std::env::var(name).ok())?;
    whole(&format!("{number}/{count}"))
}

/// A study that comes with the program, and its bare name.
///
/// # Errors
/// When it cannot be read: that is a defect of the program.
pub fn embedded(about: &'static Embedded) -> Result<(&'static str, Study), Failure> {
    Ok((bare_of(about.name), of_text(&source_of(about))?))
}

fn source_of(embedded: &'static Embedded) -> Source {
    Source {
        name: bare_of(embedded.name).into(),
        shown: format!("scenarios/{}", embedded.file),
        text: embedded.text.into(),
        format: Format::Ron,
    }
}

/// A study file, or one that comes with the program.
fn find(study: &str) -> Result<Source, Failure> {
    if let Some(embedded) = STUDIES.iter().find(|embedded| bare_of(embedded.name) == bare_of(study)) {
        return Ok(source_of(embedded));
    }
    let path = std::path::Path::new(study);
    if path.extension().is_none() && !path.exists() {
        let names = || STUDIES.iter().map(|embedded| bare_of(embedded.name));
        let problem = Problem::new(format!("there is no study called `{study}`"));
        let help = if source::find(study).is_ok() {
            format!(
                "this is a scenario: say what to compare it with, such as `--arm crackdown=crackdown` (the studies are \
                 {})",
                names().collect::<Vec<_>>().join(", ")
            )
        } else {
            closest_name(study, names()).map_or_else(
                || {
                    format!(
                        "the studies are {}; name a file with its extension",
                        names().collect::<Vec<_>>().join(", ")
                    )
                },
                |name| format!("the closest is `{name}`"),
            )
        };
        return Err(Failure::input(problem.help(help)));
    }
    source::read_file(path)
}

fn bare_of(study: &str) -> &str {
    study.trim_start_matches("studies/")
}

/// Reads a study, with the scenarios that it names.
///
/// # Errors
/// All that is wrong with it.
pub fn of_text(source: &Source) -> Result<Study, Failure> {
    if !is_study(&source.text, source.format) && source.scenario().is_ok() {
        let problem = Problem::new(format!("{} is a scenario, not a study", source.shown));
        return Err(Failure::input(problem.help("say what to compare it with, such as `--arm crackdown=crackdown`")));
    }
    // Files are named as seen from the study, or from here.
    let near = std::path::Path::new(&source.shown).parent().map(std::path::Path::to_owned).unwrap_or_default();
    let find = |name: &str| {
        let beside = near.join(name);
        let is_beside = source::is_scenario_file(&beside) && beside.is_file();
        let found = if is_beside { source::read_file(&beside) } else { source::find(name) };
        found.and_then(|found| found.scenario()).map_err(|failure| failure.in_short())
    };
    let mut study = read_study(&source.text, source.format, &find).map_err(|complaints| source.refused(complaints))?;
    if study.name.is_empty() {
        study.name.clone_from(&source.name);
    }
    Ok(study)
}

/// Whether a text is a study, and what is wrong with it, or what it does in vain: for `contraband check`.
pub fn check_study(source: &Source) -> Option<Result<Vec<String>, Failure>> {
    is_study(&source.text, source.format).then(|| of_text(source).map(|study| study.notes()))
}

/// A study from the command line alone.
fn of_arguments(args: &args::Compare) -> Result<(String, Study), Failure> {
    let source = source::find(&args.study)?;
    let base = source.scenario_for(args.days)?;
    let mut arms: Vec<Arm> = Vec::new();
    let mut problems = Vec::new();
    for arm in &args.arm {
        match source::find(&arm.value).and_then(|found| found.scenario_for(args.days)) {
            Ok(scenario) => {
                if scenario.days != base.days {
                    arms.push(Arm::new(&arm.path, scenario));
                    continue;
                }
                match on_base(&arm.path, &base, scenario) {
                    Ok(OnBase { scenario, taken }) => arms.push(Arm { taken, ..Arm::new(&arm.path, scenario) }),
                    Err(why) => problems.push(Problem::new(why)),
                }
            }
            Err(failure) => problems.extend(failure.problems),
        }
    }
    let known: Vec<usize> = arms.iter().map(|arm| arm.scenario.timeline.len()).collect();
    for (nth, of_arm) in args.arm_set.iter().enumerate() {
        if let Some(why) = dates(of_arm, &args.arm_set[..nth], base.days) {
            problems.push(Problem::new(format!("--arm-set for `{}`: {why}", of_arm.arm)));
            continue;
        }
        if !arms.iter().any(|arm| arm.name == of_arm.arm) {
            arms.push(Arm::new(&of_arm.arm, base.clone()));
        }
        let at = arms.iter().position(|arm| arm.name == of_arm.arm).expect("it was just added");
        let first = known.get(at).copied().unwrap_or(base.timeline.len());
        if let Err(error) = set(&mut arms[at], first, of_arm) {
            problems.push(
                Problem::new(format!("--arm-set for `{}`: {error}", of_arm.arm))
                    .help("`contraband levers` lists all levers with their ranges"),
            );
        }
    }
    for wanted in &args.stack {
        let names: Vec<&str> = wanted.value.split('+').map(str::trim).collect();
        let chosen: Vec<&Arm> = names.iter().filter_map(|name| arms.iter().find(|arm| arm.name == *name)).collect();
        if let Some(unknown) = names.iter().find(|name| !arms.iter().any(|arm| arm.name == **name)) {
            let known: Vec<&str> = arms.iter().map(|arm| arm.name.as_str()).collect();
            let problem = Problem::new(format!("--stack: there is no arm called `{unknown}`"));
            let help = closest_name(unknown, known.iter().copied()).map_or_else(
                || format!("the arms are {}", known.join(", ")),
                |name| format!("the closest is `{name}`"),
            );
            problems.push(problem.help(help));
            continue;
        }
        match stack(&base, &chosen) {
            Ok(scenario) => {
                let with = names.into_iter().map(String::from).collect();
                arms.push(Arm { with, ..Arm::new(&wanted.path, scenario) });
            }
            Err(why) => problems.push(Problem::new(format!("--stack for `{}`: {why}", wanted.path))),
        }
    }
    for (nth, arm) in arms.iter().enumerate() {
        let name = &arm.name;
        let fits = name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if !fits || name.len() > 40 || name == "base" {
            let problem = Problem::new(format!("{name:?} cannot be the name of an arm"));
            problems.push(problem.help(
                "a name starts with a to z, continues with a to z, digits and underscores, has at most 40 characters, and \
                 is not `base`",
            ));
        }
        if arms[..nth].iter().any(|other| other.name == *name) {
            problems
                .push(Problem::new(format!("there are two arms called `{name}`")).help("give each arm its own name"));
        }
        if arm.scenario.days != base.days {
            let what = format!("`{name}` has {} days, and {} has {}", arm.scenario.days, args.study, base.days);
            problems.push(Problem::new(what).help("--days gives all worlds the same length"));
        }
        for conflict in arm.scenario.check().err().unwrap_or_default() {
            problems.push(Problem::new(format!("`{name}`: {conflict}")));
        }
    }
    if !problems.is_empty() {
        return Err(Failure { exit: Exit::BadInput, problems });
    }
    let against: Vec<&str> = arms.iter().map(|arm| arm.name.as_str()).collect();
    let mut study = Study {
        name: format!("{} against {}", against.join(", "), base.name),
        question: format!("What changes with {}?", against.join(", or with ")),
        seeds: SEEDS,
        ..Study::of(base, arms)
    };
    study.metrics = study.usual_metrics();
    Ok((format!("{}-compared", source.name), study))
}

/// What is wrong with the dates of a setting, if anything is; `earlier` are those before it on the command line.
fn dates(of_arm: &args::ArmSetting, earlier: &[args::ArmSetting], last: u32) -> Option<String> {
    let Setting { path, .. } = &of_arm.set;
    let until = |(_, until): (u32, Option<u32>)| until.unwrap_or(u32::MAX);
    if let Some(days @ (first, _)) = of_arm.days {
        let end = until(days);
        if first == 0 {
            return Some("the first day is day 1; without `@` it is set from the start".into());
        }
        if end < first {
            return Some(format!("days {first} to {end} end before they begin"));
        }
        if first > last {
            return Some(format!("day {first} is after the end of the run, which has {last} days"));
        }
        if of_arm.days.is_some_and(|(_, until)| until.is_some_and(|until| until > last)) {
            return Some(format!(
                "day {end} is after the end of the run, which has {last} days; leave it out to mean its end"
            ));
        }
    }
    let same = earlier.iter().filter(|other| other.arm == of_arm.arm && other.set.path == *path);
    let meets = |other: &&args::ArmSetting| match (other.days, of_arm.days) {
        (None, None) => true,
        (Some(one), Some(other)) => one.0 <= until(other) && other.0 <= until(one),
        _ => false,
    };
    same.clone().find(meets).map(|other| {
        let when = if other.days.is_some() { " on the same days" } else { "" };
        format!("`{path}` is set twice{when}, to {} and to {}", other.set.value, of_arm.set.value)
    })
}

/// Sets a lever of an arm: from the start, or on some days, by entries of the timeline from number `first` on.
fn set(arm: &mut Arm, first: usize, of_arm: &args::ArmSetting) -> Result<(), LeverError> {
    let Setting { path, value } = &of_arm.set;
    let mut other = arm.scenario.clone();
    other.set(path, value)?;
    let value = other.get(path)?;
    let Some((day, until)) = of_arm.days else {
        if arm.scenario.get(path)? == value {
            arm.unmoved.push(path.clone());
        }
        arm.scenario = other;
        return Ok(());
    };
    let timeline = &mut arm.scenario.timeline;
    match timeline.iter_mut().skip(first).find(|entry| (entry.day, entry.until) == (day, until)) {
        Some(entry) => entry.set.push((path.clone(), value)),
        None => timeline.push(TimelineEntry {
            day,
            until,
            ramp: 0,
            places: Vec::new(),
            set: vec![(path.clone(), value)],
            label: of_arm.arm.clone(),
        }),
    }
    Ok(())
}

/// Sets levers in all worlds of a study alike. What an arm sets itself cannot be set for all, whether or not it is what holds
/// in the base.
fn set_everywhere(study: &mut Study, settings: &[Setting]) -> Result<(), Failure> {
    let mut problems = Vec::new();
    for (nth, Setting { path, value }) in settings.iter().enumerate() {
        if settings[..nth].iter().any(|earlier| earlier.path == *path) {
            problems.push(Problem::new(format!("--set: `{path}` is set twice")));
            continue;
        }
        let before = study.base.get(path);
        let sets = |arm: &&Arm| arm.unmoved.contains(path) || arm.scenario.get(path) != before;
        if let Some(arm) = study.arms.iter().find(sets) {
            let what = format!("--set: the arm `{}` sets `{path}` itself, so it cannot be set for all", arm.name);
            problems.push(Problem::new(what).help("change the arm, or leave out this lever"));
            continue;
        }
        let arms = study.arms.iter_mut().map(|arm| &mut arm.scenario);
        for scenario in std::iter::once(&mut study.base).chain(arms) {
            if let Err(error) = scenario.set(path, value) {
                problems.push(
                    Problem::new(format!("--set: {error}"))
                        .help("`contraband levers` lists all levers with their ranges"),
                );
                break;
            }
        }
    }
    if problems.is_empty() {
        let worlds = std::iter::once(("the base", &study.base));
        for (name, scenario) in worlds.chain(study.arms.iter().map(|arm| (arm.name.as_str(), &arm.scenario))) {
            let conflicts = scenario.check().err().unwrap_or_default();
            problems.extend(conflicts.iter().map(|conflict| Problem::new(format!("--set: {name}: {conflict}"))));
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Failure { exit: Exit::BadInput, problems }) }
}

/// Looks whether the folder of a study could be read again: it holds the study as a file.
fn reads_again(study: &Study) -> Result<(), Failure> {
    let again = |world: &Scenario| read(&world.to_ron(), Format::Ron).map_err(|wrong| wrong[0].to_string());
    let find = |name: &str| match study.arms.iter().find(|arm| arm.name == name) {
        Some(arm) => again(&arm.scenario),
        None => again(&study.base),
    };
    let text: Arc<str> = study.to_ron(&str::to_owned).into();
    let refused = |complaints: Vec<Diagnostic>| {
        let problems = complaints.into_iter().map(|complaint| Problem::in_text("the study", &text, complaint));
        Failure { exit: Exit::BadInput, problems: problems.collect() }
    };
    read_study(&text, Format::Ron, &find).map(drop).map_err(refused)
}

/// What the command line says on top.
fn adjust(study: &mut Study, args: &args::Compare) -> Result<(), Failure> {
    for asked in &args.metric {
        let problem = |what: String, help: String| Failure::input(Problem::new(format!("--metric: {what}")).help(help));
        if study.metrics.iter().any(|metric| metric.name == asked.path) {
            let what = format!("there is already a metric called `{}`", asked.path);
            return Err(problem(what, "choose another name".into()));
        }
        let measure = StudyMetric::new(&asked.path, &asked.value, study).map_err(|complaint| Failure {
            exit: Exit::BadInput,
            problems: vec![Problem::in_text("--metric", &asked.value.as_str().into(), complaint)],
        })?;
        study.metrics.push(measure);
    }
    if args.every_valve {
        if let Some(who) = moves_valve(&study.base, &study.arms) {
            let problem = Problem::new(format!("--every-valve sets `society.valve`, and so does {who}"));
            return Err(Failure::input(problem.help("either do not set `society.valve`, or leave out --every-valve")));
        }
        study.every_valve = true;
    }
    if let Some(days) = args.days.filter(|&days| days != study.base.days) {
        let problem = Problem::new(format!("the metrics of this study need {} days", study.base.days));
        return Err(Failure::input(problem.help(format!("write `days: {days}` in the study, with metrics that fit"))));
    }
    study.seeds = args.seeds.unwrap_or(study.seeds);
    if let Some((name, half_width)) = &args.stop {
        let metric = metric_called(&study.metrics, name).map_err(|help| {
            Failure::input(Problem::new(format!("--stop: there is no metric called `{name}`")).help(help))
        })?;
        study.stop = Some(Stop { metric, half_width: *half_width, most: MOST.max(study.seeds) });
    }
    if let Some(stop) = &mut study.stop {
        stop.most = stop.most.max(study.seeds);
    }
    Ok(())
}

/// What was typed, as the brief tells it: without what changes only speed or place.
fn as_typed(args: &args::Compare) -> String {
    let mut words = vec!["contraband compare".to_owned(), args.study.clone()];
    words.extend(args.arm.iter().map(|arm| format!("--arm {}={}", arm.path, arm.value)));
    words.extend(args.arm_set.iter().map(|one| {
        let until = |last: Option<u32>| last.map_or_else(String::new, |last| format!("-{last}"));
        let days = one.days.map_or_else(String::new, |(first, last)| format!("@{first}{}", until(last)));
        format!("--arm-set {}:{}={}{days}", one.arm, one.set.path, one.set.value)
    }));
    words.extend(args.stack.iter().map(|stack| format!("--stack {}={}", stack.path, stack.value)));
    words.extend(args.set.iter().map(|set| format!("--set {}={}", set.path, set.value)));
    words.extend(args.metric.iter().map(|metric| format!("--metric \"{}={}\"", metric.path, metric.value)));
    words.extend(args.every_valve.then(|| "--every-valve".to_owned()));
    words.extend(args.seeds.map(|seeds| format!("--seeds {seeds}")));
    words.extend(args.days.map(|days| format!("--days {days}")));
    words.extend(args.stop.as_ref().map(|(metric, width)| format!("--stop {metric}:{width}")));
    words.join(" ")
}

/// The answers as a table, an arm after the other.
fn table(study: &Study, answers: &Answers, account: &StudyAccount) -> String {
    let seeds = answers.seeds.len();
    let mut out = String::new();
    let head = ["METRIC", "DAYS", "BASE", "ARM", "DIFFERENCE", "95 % INTERVAL", "HIGHER IN", "SEEDS SAVED", "RESULT"];
    let row = |arm: usize, metric: usize, one: &Difference| -> Vec<String> {
        let (low, high) = one.interval();
        let window = study.metrics[metric].over(study.window_of(arm)).expression.windows();
        let days: Vec<String> = window.iter().map(|(first, last)| format!("{first}-{last}")).collect();
        vec![
            study.metrics[metric].name.clone(),
            if days.is_empty() { "all".into() } else { days.join(" ") },
            number_short(one.base),
            number_short(one.arm),
            number_short(one.mean),
            if low.is_finite() { format!("{} to {}", number_short(low), number_short(high)) } else { "none".into() },
            format!("{:.0} %", 100.0 * one.higher),
            one.seeds_saved(),
            found(one),
        ]
    };
    let rows = |arm: usize, found: &[Difference]| -> Vec<Vec<String>> {
        let all = found.iter().enumerate().map(|(metric, one)| row(arm, metric, one));
        std::iter::once(head.map(String::from).to_vec()).chain(all).collect()
    };
    for (arm, about) in study.arms.iter().enumerate() {
        let days: Vec<u32> = answers.partings[arm].iter().filter_map(|parting| parting.day).collect();
        let parts = match (days.iter().min(), days.iter().max()) {
            (Some(first), Some(last)) if first == last => format!("first difference from the base: day {first}"),
            (Some(first), Some(last)) => {
                format!("first difference from the base: between days {first} and {last}, depending on the seed")
            }
            _ => "equal to the base throughout: the digests of all runs are equal".into(),
        };
        out += &format!("{} ({parts})\n{}\n", about.name, output::columns(&rows(arm, &answers.differences[arm])));
    }
    for under in answers.presets.iter().skip(1) {
        for ((nth, arm), found) in study.arms.iter().enumerate().zip(&under.differences) {
            out += &format!("{} under {}\n{}\n", arm.name, under.preset, output::columns(&rows(nth, found)));
        }
    }
    for change in &answers.changes {
        let (from, to) = change.presets;
        for ((nth, arm), found) in study.arms.iter().enumerate().zip(&change.found) {
            let (name, table) = (&arm.name, output::columns(&rows(nth, found)));
            out += &format!("{name}: its difference under {to} (ARM) less that under {from} (BASE)\n{table}\n");
        }
    }
    for (arm, found) in &answers.interactions {
        let with = study.arms[*arm].with.join(" and ");
        out += &format!(
            "{}: interaction, beyond {with} added together (BASE is that sum)\n{}\n",
            study.arms[*arm].name,
            output::columns(&rows(*arm, found))
        );
    }
    out + &format!(
        "SEEDS SAVED by pairing: how many times as many seeds unpaired runs would have needed\n{seeds} seeds; {}\n",
        account.stopped
    )
}

/// What was found, in a few words.
fn found(one: &Difference) -> String {
    let mut said = match one.verdict() {
        Verdict::Same => "exactly the same".into(),
        Verdict::AlmostSame => format!(
            "the same in {} of {} seeds; {} too few to judge",
            one.equal,
            one.n,
            counted(one.n - one.equal, "that differs is", "that differ are")
        ),
        Verdict::Higher => "higher".into(),
        Verdict::Lower => "lower".into(),
        Verdict::Small if one.holds_zero() => "no difference of interest".into(),
        Verdict::Small if one.mean > 0.0 => "higher, by less than is of interest".into(),
        Verdict::Small => "lower, by less than is of interest".into(),
        Verdict::OneOfMany => "could be chance (many tests)".into(),
        Verdict::Unclear => "no clear difference".into(),
        Verdict::Unknown => String::from("too few seeds"),
    };
    if one.n < one.offered {
        said += &format!("; from {} of {} seeds, undefined in the others", one.n, one.offered);
    }
    match one.chance {
        None => said,
        Some(chance) => format!(
            "{said}; the average hides two outcomes: above {} in {} of {} and {} of {} runs",
            number(chance.above),
            chance.base.0,
            one.n,
            chance.arm.0,
            one.n
        ),
    }
}

/// Four digits that count.
fn number_short(value: f64) -> String {
    match value.abs() {
        size if size >= 999.5 => format!("{value:.0}"),
        size if size >= 99.95 => format!("{value:.1}"),
        size if size >= 0.9995 => format!("{value:.2}"),
        _ => number((value * 1e5).round() / 1e5),
    }
}
