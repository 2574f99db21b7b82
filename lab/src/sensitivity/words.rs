//! What was found, in words that follow the numbers: an interval that holds what chance or noise would give is not called
//! an influence.

use contraband_sim::base::words::{counted, short, whole_percent as percent};
use std::fmt::Write as _;

use crate::measure::indices::Estimate;

use super::{FALSE_SHARE, Findings, LeverVerdict, Method, SensitivityAnswer, TOO_MUCH};

/// Share of the variance that is called most of it.
const MOST: f64 = 0.8;
/// Pairs that are told of, at most.
const PAIRS: usize = 3;

/// Without the sign of a zero.
fn hundredths(share: f64) -> String {
    format!("{:.0}", (100.0 * share).round() + 0.0)
}

/// A share with its interval.
fn share(one: Estimate) -> String {
    format!("{} ({} to {})", percent(one.value), hundredths(one.interval.0), hundredths(one.interval.1))
}

/// A number with its interval.
fn with_interval(one: Estimate) -> String {
    format!("{} ({} to {})", short(one.value), short(one.interval.0), short(one.interval.1))
}

/// Things in a row: `a, b and c`.
fn list(things: &[String]) -> String {
    match things {
        [] => String::new(),
        [one] => one.clone(),
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
    }
}

/// Names as code.
fn names(findings: &Findings, levers: &[usize]) -> String {
    list(&levers.iter().map(|&at| format!("`{}`", findings.levers[at])).collect::<Vec<_>>())
}

pub(super) fn sentences(findings: &Findings) -> Vec<String> {
    let mut told = Vec::new();
    match &findings.method {
        Method::Sobol(_) | Method::GivenData(..) => told.push(shares_alone(findings)),
        Method::Morris(..) => told.push(effects(findings)),
    }
    if let Method::Sobol(_) = findings.method {
        told.extend(together(findings));
    }
    told.extend(vague(findings));
    told.push(seed(findings));
    told.extend(left_out(findings));
    let order = findings.order();
    let of = |verdict| order.iter().copied().filter(|&at| findings.verdict(at) == verdict).collect::<Vec<_>>();
    let little = of(LeverVerdict::Little);
    // Of those that cannot be ranked that is said already.
    let [unclear, unknown] = [LeverVerdict::Unclear, LeverVerdict::NoiseUnknown]
        .map(|verdict| of(verdict).into_iter().filter(|&at| !findings.is_vague(at)).collect::<Vec<_>>());
    if !little.is_empty() {
        let bound = match findings.method {
            Method::Sobol(_) => "a twentieth of the variance, alone and with others",
            Method::Morris(..) => "a twentieth of the largest effect",
            Method::GivenData(..) => "a twentieth of the variance, alone",
        };
        let count = counted(little.len(), "lever does", "levers do");
        told.push(format!(
            "{count} little, {}less than {bound}: {}.",
            if little.len() == 1 { "" } else { "each " },
            names(findings, &little)
        ));
    }
    if !unclear.is_empty() {
        told.push(format!(
            "For {}, it is not clear whether {} at all: {}. More points or more repetitions would tell.",
            counted(unclear.len(), "lever", "levers"),
            if unclear.len() == 1 { "it matters" } else { "they matter" },
            names(findings, &unclear)
        ));
    }
    if !unknown.is_empty() {
        told.push(format!(
            "Noise is unknown, since every cell was run once: for {} it cannot be told whether {} or the seeds vary: {}. \
             Only what a lever does alone, or always with the same sign, is told from noise. Repetitions would tell \
             (`contraband sweep extend --reps 3`).",
            counted(unknown.len(), "lever", "levers"),
            if unknown.len() == 1 { "it matters" } else { "they matter" },
            names(findings, &unknown)
        ));
    }
    told.push(convergence(findings));
    told
}

/// Which levers cannot be ranked, since their shares say nothing, and what to do about it.
fn vague(findings: &Findings) -> Option<String> {
    let is_vague = |at: &usize| findings.is_vague(*at) && findings.verdict(*at) != LeverVerdict::Little;
    let vague: Vec<usize> = findings.order().into_iter().filter(is_vague).collect();
    (!vague.is_empty()).then(|| {
        format!(
            "Too few points or repetitions to rank {} for {}: {}. The intervals of {} shares are too wide, or most of \
             what is seen of {} is noise. `contraband sweep extend DIR --reps N` adds repetitions and `--add MORE.ron` the points of another \
             sweep; a new sweep with more points is better still.",
            if vague.len() == 1 { "this lever" } else { "these levers" },
            findings.metric,
            names(findings, &vague),
            if vague.len() == 1 { "its" } else { "their" },
            if vague.len() == 1 { "it" } else { "them" },
        )
    })
}

/// Of how many runs the figures speak, where it is not all.
fn left_out(findings: &Findings) -> Option<String> {
    let (offered, valued) = findings.runs;
    let (used, all) = findings.used;
    let unit = match findings.method {
        Method::Sobol(_) => "base points",
        Method::Morris(..) => "trajectories",
        Method::GivenData(..) => "cells",
    };
    (valued < offered).then(|| {
        format!(
            "{} of {offered} runs have no value for {} (they failed, are not done, or it is undefined in them): all of \
             this speaks of the {valued} others, {used} of {all} {unit}.",
            offered - valued,
            findings.metric
        )
    })
}

/// How much of the variance the fewest levers explain, each alone.
fn shares_alone(findings: &Findings) -> String {
    let metric = &findings.metric;
    let first = |at: usize| match &findings.method {
        Method::Sobol(found) => found.factors[at].first,
        Method::GivenData(found, _) => found[at].first,
        Method::Morris(..) => unreachable!("effects are no shares"),
    };
    let all = findings.levers.len();
    let seen = |at: &usize| first(*at).interval.0 > 0.0 && findings.verdict(*at) == LeverVerdict::Matters;
    let mut order: Vec<usize> = (0..all).filter(seen).collect();
    order.sort_by(|&one, &other| first(other).value.total_cmp(&first(one).value));
    let what = if findings.seeds.is_some() { "the variance of cell averages of" } else { "the variance of" };
    if order.is_empty() && (0..all).any(|at| findings.is_vague(at)) {
        return format!("What share of {what} {metric} a lever explains on its own cannot be told.");
    }
    if order.is_empty() {
        return format!("No lever on its own clearly explains any of {what} {metric}: every interval includes zero.");
    }
    let mut sum = 0.0;
    let mut fewest = Vec::new();
    for &at in &order {
        if sum >= MOST {
            break;
        }
        sum += first(at).value;
        fewest.push(at);
    }
    let each: Vec<String> =
        fewest.iter().map(|&at| format!("`{}` {}", findings.levers[at], share(first(at)))).collect();
    if sum > TOO_MUCH {
        return format!(
            "What share of {what} {metric} the levers explain cannot be told: those of {} add up to more than all of it.",
            list(&each)
        );
    }
    let rest = order.len() - fewest.len();
    let head = format!(
        "Without interactions, {} of {all} levers {} {} of {what} {metric}: {}.",
        fewest.len(),
        if fewest.len() == 1 { "explains" } else { "explain" },
        percent(sum.min(1.0)),
        list(&each)
    );
    if sum < MOST {
        let why = match findings.method {
            Method::Sobol(_) => "The rest is due to levers acting together, or too small to be seen.",
            _ => {
                "The rest is due to levers acting together, to what seeds leave in the averages, or too small for so \
                 few points to show."
            }
        };
        format!("{head} {why}")
    } else if rest > 0 {
        format!("{head} {rest} more {} seen to add to it.", if rest == 1 { "is" } else { "are" })
    } else {
        head
    }
}

/// Which levers act together.
fn together(findings: &Findings) -> Option<String> {
    let Method::Sobol(_) = &findings.method else { return None };
    if findings.is_noise_unknown() {
        return Some(
            "Whether levers interact is not known: with one run of each cell, it cannot be told from noise.".into(),
        );
    }
    let pairs = findings.interacting();
    if pairs.is_empty() {
        return Some("No two levers clearly interact.".into());
    }
    let told: Vec<String> = pairs
        .iter()
        .take(PAIRS)
        .map(|(one, other, both)| {
            format!("`{}` with `{}` {}", findings.levers[*one], findings.levers[*other], share(*both))
        })
        .collect();
    let more = if pairs.len() > PAIRS {
        format!(" ({} more pairs are in the file)", pairs.len() - PAIRS)
    } else {
        String::new()
    };
    Some(format!("Part of the variance is due to the interaction of two levers: {}{more}.", list(&told)))
}

/// What moving each lever does, for those that matter most.
fn effects(findings: &Findings) -> String {
    let Method::Morris(found, _) = &findings.method else { unreachable!("only trajectories have effects") };
    let order = findings.order();
    let matters: Vec<usize> =
        order.iter().copied().filter(|&at| findings.verdict(at) == LeverVerdict::Matters).collect();
    let metric = &findings.metric;
    if matters.is_empty() {
        let why = if findings.is_noise_unknown() { "always with one sign" } else { "by more than seeds do" };
        return format!("No lever clearly moves {metric} {why}.");
    }
    let told: Vec<String> = matters
        .iter()
        .take(5)
        .map(|&at| {
            let index = &found[at];
            let way = match index.mu.interval {
                (low, _) if low > 0.0 => "mostly up",
                (_, high) if high < 0.0 => "mostly down",
                _ => "up or down",
            };
            let bent = if index.sigma.value > 0.5 * index.mu_star.value {
                ", depending on the other levers and on its own value"
            } else {
                ""
            };
            format!("`{}` by {}, {way}{bent}", findings.levers[at], with_interval(index.mu_star))
        })
        .collect();
    let others = matters.len().saturating_sub(5);
    let more = if others > 0 { format!("; {others} more matter less") } else { String::new() };
    let count = counted(matters.len(), "lever moves", "levers move");
    format!("{count} {metric} when taken from one end of the range to the other: {}{more}.", told.join("; "))
}

/// What is the seed's.
fn seed(findings: &Findings) -> String {
    match &findings.seeds {
        Some(seeds) => {
            let told = format!(
                "Of the variance of single runs, {} is due to the seed alone (from {} repetitions)",
                share(seeds.share),
                short(seeds.repetitions)
            );
            let parts = seeds.parts;
            if !findings.shared {
                return format!("{told}.");
            }
            let all = parts.alike.max(0.0) + parts.own.max(0.0);
            format!(
                "{told}; {} of that is the same in all cells and cancels out in comparisons, since cells share their \
                 seeds.",
                percent(if all > 0.0 { parts.alike.max(0.0) / all } else { f64::NAN })
            )
        }
        None if findings.shared => "Every cell was run once, all with the same seed: the results hold for that seed, \
                                    and what is due to the seed cannot be separated from what is due to the levers."
            .into(),
        None => "Every cell was run once, each with a seed of its own: what is due to the seed cannot be separated \
                 from interactions of levers, and total indices include both."
            .into(),
    }
}

/// Whether there were enough points.
fn convergence(findings: &Findings) -> String {
    let unit = match findings.method {
        Method::Sobol(_) => "base points",
        Method::Morris(..) => "trajectories",
        Method::GivenData(..) => "cells",
    };
    let [.., (half, before), (all, now)] = findings.growth.as_slice() else {
        return format!("{} {unit} are too few to tell whether the picture is stable.", findings.used.0);
    };
    let inside = before
        .iter()
        .zip(now)
        .filter(|(before, now)| (now.interval.0..=now.interval.1).contains(&before.value))
        .count();
    let top = |found: &[Estimate]| {
        (0..found.len()).max_by(|&one, &other| found[one].value.total_cmp(&found[other].value)).unwrap_or(0)
    };
    let first = if top(before) == top(now) { "the same lever comes first" } else { "another lever comes first" };
    let widest = now.iter().map(|one| (one.interval.1 - one.interval.0) / 2.0).fold(0.0, f64::max);
    let most = now.iter().map(|one| one.value).fold(0.0, f64::max);
    // A tenth of the variance, or of the largest effect.
    let wide = widest > if matches!(findings.method, Method::Morris(..)) { 0.1 * most } else { 0.1 };
    let verdict = match (inside == now.len() && top(before) == top(now), wide) {
        (true, false) => "more would change little",
        (true, true) => "more would narrow the intervals, which are still wide",
        (false, _) => "more may change the picture",
    };
    format!(
        "From {half} of {all} {unit}, {first}, and {inside} of {} figures lie within the final intervals: {verdict}.",
        now.len()
    )
}

fn head(findings: &Findings) -> &'static [&'static str] {
    match findings.method {
        Method::Sobol(_) => &["lever", "alone (S1)", "total (ST)", "from noise", "verdict"],
        Method::Morris(..) => {
            &["lever", "mean effect (mu)", "mean size (mu*)", "spread (sigma)", "from noise", "verdict"]
        }
        Method::GivenData(..) => &["lever", "alone (S1)", "PAWN", "PAWN by chance", "verdict"],
    }
}

/// A head, and a row for each lever.
pub(super) fn table(findings: &Findings) -> Vec<Vec<String>> {
    let mut rows = vec![head(findings).iter().map(|&word| word.to_owned()).collect::<Vec<_>>()];
    for at in findings.order() {
        let floor = |told: &dyn Fn(f64) -> String| findings.floor(at).map_or("unknown".into(), told);
        let numbers = match &findings.method {
            Method::Sobol(found) => {
                let index = &found.factors[at];
                vec![share(index.first), share(index.total), floor(&percent)]
            }
            Method::Morris(found, _) => {
                let told = [found[at].mu, found[at].mu_star, found[at].sigma].map(with_interval);
                told.into_iter().chain([floor(&short)]).collect()
            }
            Method::GivenData(found, _) => {
                vec![share(found[at].first), with_interval(found[at].pawn), short(found[at].pawn_by_chance)]
            }
        };
        let says = findings.verdict(at).word().replace('_', " ");
        rows.push(std::iter::once(findings.levers[at].clone()).chain(numbers).chain([says]).collect());
    }
    rows
}

/// How the numbers are to be read.
fn read_as(findings: &Findings) -> String {
    let (used, all) = findings.used;
    let of = |unit: &str| {
        if used == all { format!("{used} {unit}") } else { format!("{used} of {all} {unit} (the others lack values)") }
    };
    let judged = format!(
        "A lever is said to matter where chance hardly ever makes one look so that does nothing, at most {:.0} % of all \
         that are said to (Benjamini and Hochberg): by what it does alone or with one sign, or, where cells are repeated, \
         by products of what two repetitions say, in which noise leaves nothing.",
        100.0 * FALSE_SHARE
    );
    let averaged = if findings.seeds.is_some() { " Repetitions are averaged in each cell first." } else { "" };
    match &findings.method {
        Method::Sobol(_) => format!(
            "Sobol indices from {}: S1 is the share of the variance that would disappear if the lever were known; ST \
             is the share that would remain if all others were. 95 % intervals from what each base point adds, \
             less what evenly spread points average out. {judged} Indices are of cell averages, with the noise that is \
             left in them: ST of a lever that does nothing is what stands under `from noise`.{averaged}",
            of("base points")
        ),
        Method::Morris(..) => format!(
            "Elementary effects from {}: mu is the mean effect of moving a lever across its range, mu* its mean size \
             whatever the sign, sigma its spread. 95 % intervals from resampled trajectories. {judged}{averaged}",
            of("trajectories")
        ),
        Method::GivenData(..) => format!(
            "Indices of a given sample, from {}: S1 is the share of the variance that the lever explains alone, \
             corrected for what slicing adds; PAWN is the mean distance between the distribution of outcomes where the \
             lever has about the same value and the distribution of all outcomes. 95 % intervals from resampled cells. \
             A lever matters if random reorderings of it rarely reach its PAWN, so that at most {:.0} % of all levers \
             said to matter are false. Interactions of levers do not show here.{averaged}",
            of("cells"),
            100.0 * FALSE_SHARE
        ),
    }
}

pub(super) fn markdown(findings: &Findings) -> String {
    let mut out = format!("## What {} depends on\n\n", findings.metric);
    for sentence in sentences(findings) {
        let _ = writeln!(out, "- {sentence}");
    }
    for (word, says) in findings.drawn() {
        let _ = writeln!(out, "\n![{}: {says}]({})", findings.metric, findings.path(word));
    }
    let rows = table(findings);
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let _ = write!(out, "\n{}|---|{}---|\n", line(&rows[0]), "---:|".repeat(rows[0].len() - 2));
    for row in &rows[1..] {
        let mut row = row.clone();
        row[0] = format!("`{}`", row[0]);
        out += &line(&row);
    }
    let _ = writeln!(out, "\n{}", read_as(findings));
    if let Some(instead) = &findings.instead {
        let _ = writeln!(out, "\nRead as a plain sample: {instead}.");
    }
    let _ = writeln!(out, "\nMeasured: `{}`.\n", findings.text);
    out
}

pub(super) fn page(answer: &SensitivityAnswer) -> String {
    let mut out = format!("# Sensitivity: {}\n\n", answer.name);
    if let Some(missing) = &answer.missing {
        let _ = writeln!(out, "**Incomplete sweep**: {missing}.\n");
    }
    for note in &answer.notes {
        let _ = writeln!(out, "**Note:** {note}.\n");
    }
    let (stopped, runs) = answer.stopped;
    if stopped > 0 {
        let _ = writeln!(
            out,
            "{stopped} of {runs} runs were ended by a condition; their metrics cover the days that were run.\n"
        );
    }
    for findings in &answer.findings {
        out += &markdown(findings);
    }
    if !answer.without.is_empty() {
        out += "## No answer\n\n";
        for (_, why) in &answer.without {
            let _ = writeln!(out, "- {why}");
        }
    }
    out
}
