//! What is believed, in words that follow the numbers.

use std::fmt::Write as _;

use contraband_lab::measure::abc::Enough;
use contraband_sim::VERSION;
use contraband_sim::base::units::Value;
pub(super) use contraband_sim::base::words::whole_percent as percent;

use super::{Answer, FEW, Predicted};
use crate::charts::words::short;
use crate::compare::wording::three_digits as exact;
use crate::verification::number;

/// Why it ended, in a word for data.
pub(super) const fn ended(why: Enough) -> &'static str {
    match why {
        Enough::Reached => "reached",
        Enough::Settled => "settled",
        Enough::Spent => "spent",
    }
}

fn list(things: &[String]) -> String {
    match things {
        [] => String::new(),
        [one] => one.clone(),
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
    }
}

/// A value of a lever at a place of its unit interval.
pub(super) fn value(answer: &Answer<'_>, factor: usize, at: f64) -> String {
    match answer.factors()[factor].at(at) {
        Value::Number(number) => short(number),
        other => other.to_string(),
    }
}

pub(super) fn warnings(answer: &Answer<'_>) -> Vec<String> {
    let mut told = Vec::new();
    let tried = answer.population.tried();
    let targets = &answer.calibration.targets;
    let never = |nth: &usize| answer.values.iter().all(|values| !targets[*nth].holds(values[*nth]));
    let never: Vec<String> = (0..targets.len()).filter(never).map(|nth| targets[nth].measure.label.clone()).collect();
    if answer.reached() == 0 {
        let nearest = tried.iter().map(|particle| particle.distance).fold(f64::INFINITY, f64::min);
        let which = if never.is_empty() {
            "Each band was reached by some, but never all at once.".into()
        } else {
            format!("Not one reached the band of: {}.", list(&never))
        };
        told.push(format!(
            "None of {} points reached every band; the nearest is {} half-widths off. {which} What is believed is where the \
             model comes closest, not where it is right.",
            tried.len(),
            short(nearest)
        ));
    }
    if answer.size() < FEW {
        told.push(format!(
            "The particles are worth {:.0} independent draws, fewer than {FEW}: the ends of intervals are rough. More particles \
             would mend it.",
            answer.size()
        ));
    }
    if answer.why == Enough::Spent {
        let last = answer.population.generations().last().map_or(0.0, |told| told.acceptance);
        told.push(format!(
            "It ended because the budget was spent: of the last points {} still came closer. With a larger `budget` the same \
             command goes on from here.",
            percent(last)
        ));
    }
    for (factor, learnt) in answer.learnt.iter().enumerate() {
        let path = &answer.factors()[factor].path;
        if !learnt.is_known {
            told.push(format!(
                "The targets say nothing of `{path}`: what is believed of it is what was believed before."
            ));
        } else if let Some(edge) = learnt.edge {
            told.push(format!(
                "What is believed of `{path}` piles up at the {edge} end of what was allowed: a wider range may fit better."
            ));
        }
    }
    if answer.failed > 0 {
        told.push(format!("{} runs failed and count as infinitely far.", answer.failed));
    }
    told
}

pub(super) fn sentences(answer: &Answer<'_>) -> Vec<String> {
    let mut told = Vec::new();
    for (factor, learnt) in answer.learnt.iter().enumerate() {
        let about = &answer.factors()[factor];
        if let Some(shares) = answer.shares(factor) {
            let shares: Vec<String> =
                shares.into_iter().map(|(word, share)| format!("{word} {}", percent(share))).collect();
            told.push(format!("`{}` is believed to be: {}.", about.path, shares.join(", ")));
            continue;
        }
        let [low, middle, high] = learnt.quantiles.map(|at| value(answer, factor, at));
        let gain = if !learnt.is_known {
            "no better known than before".to_owned()
        } else if learnt.narrower < 0.05 {
            "moved, but its interval is as wide as before".to_owned()
        } else {
            format!("an interval {} narrower than before", percent(learnt.narrower))
        };
        told.push(format!("`{}` is believed to be about {middle} ({low} to {high}): {gain}.", about.path));
    }
    let pairs = answer.pairs();
    let bound: Vec<String> = (pairs.iter().filter(|(.., both)| answer.is_told(*both)))
        .map(|&(one, other, both)| {
            let way = if both > 0.0 { "up together" } else { "against each other" };
            format!("`{}` and `{}` {way} ({both:.2})", answer.factors()[one].path, answer.factors()[other].path)
        })
        .collect();
    if !bound.is_empty() {
        told.push(format!("Some are known better together than alone, since they go {}.", list(&bound)));
    }
    for held_out in [false, true] {
        let all: Vec<&Predicted<'_>> = answer.predicted.iter().filter(|one| one.is_held_out == held_out).collect();
        if all.is_empty() {
            continue;
        }
        let out: Vec<String> = (all.iter().filter(|one| !one.holds()))
            .map(|one| {
                let (low, high) = one.target.band;
                format!(
                    "{} ({} instead of {} to {})",
                    one.target.measure.label,
                    exact(one.middle()),
                    number(low),
                    number(high)
                )
            })
            .collect();
        let of = if held_out { "held out" } else { "fitted to" };
        let rest = if out.is_empty() { String::new() } else { format!("; out of it: {}", list(&out)) };
        told.push(format!(
            "Of {} {of}, fresh runs show {} with their median in the band{rest}.",
            if all.len() == 1 { "1 target".to_owned() } else { format!("{} targets", all.len()) },
            all.len() - out.len()
        ));
    }
    told
}

pub(super) fn page(answer: &Answer<'_>) -> String {
    let calibration = answer.calibration;
    let mut out = format!("# {}\n\n", answer.title());
    if !calibration.question.is_empty() {
        let _ = writeln!(out, "**{}**\n", calibration.question);
    }
    for warning in answer.warnings() {
        let _ = writeln!(out, "**Beware:** {warning}\n");
    }
    for sentence in answer.sentences() {
        let _ = writeln!(out, "- {sentence}");
    }
    out += "\n## What the levers are believed to be\n\n![beliefs](charts/beliefs.svg)\n\n\
            | lever | before, 90 % | now, median | now, 90 % | narrower by | where the base stands | remark |\n|---|---|---|---|---|---|---|\n";
    for (factor, learnt) in answer.learnt.iter().enumerate() {
        let at = |share| value(answer, factor, share);
        let [low, middle, high] = learnt.quantiles.map(at);
        let remark = match (learnt.is_known, learnt.edge) {
            (false, _) => "not identified".to_owned(),
            (true, Some(edge)) => format!("at the {edge} end of its range"),
            (true, None) => String::new(),
        };
        let _ = writeln!(
            out,
            "| `{}` | {} to {} | {middle} | {low} to {high} | {} | {} | {remark} |",
            answer.factors()[factor].path,
            at(0.05),
            at(0.95),
            percent(learnt.narrower),
            answer.stands(factor).map_or_else(|| "–".into(), at),
        );
    }
    if answer.learnt.len() > 1 {
        out += "\n![pairs](charts/pairs.svg)\n";
    }
    let _ = write!(
        out,
        "\n## What fresh runs show\n\n{} runs of each world, at points drawn from what is believed, with seeds that nothing was \
         fitted to.\n\n![predictive](charts/predictive.svg)\n\n",
        calibration.predictive
    );
    out += "| what is measured | world | fitted | band | median | runs in the band | in band | source |\n|---|---|---|---|---|---|---|---|\n";
    for one in &answer.predicted {
        let (low, high) = one.target.band;
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} to {} | {} | {} | {} | {} |",
            cell(&one.target.measure.label),
            cell(&calibration.worlds[one.target.world].name),
            if one.is_held_out { "held out" } else { "yes" },
            number(low),
            number(high),
            exact(one.middle()),
            percent(one.share()),
            if one.holds() { "yes" } else { "**no**" },
            cell(&one.target.source),
        );
    }
    out += "\n## How it was found\n\n![distances](charts/distances.svg)\n\n| generation | points | came closer | kept within |\n|---|---|---|---|\n";
    for (nth, told) in answer.population.generations().iter().enumerate() {
        let _ = writeln!(out, "| {nth} | {} | {} | {} |", told.points, percent(told.acceptance), short(told.tolerance));
    }
    let why = match answer.why {
        Enough::Reached => "all that are kept reach every band".to_owned(),
        Enough::Settled => format!("fewer than {} of the last points came closer", percent(calibration.acceptance)),
        Enough::Spent => {
            format!("another generation would be more than the {} runs that were allowed", calibration.budget)
        }
    };
    let left_out = match calibration.left_out {
        0 => String::new(),
        1 => " One pattern of its file asks for another world or other days, and was not fitted.".into(),
        count => format!(" {count} patterns of its file ask for other worlds or days, and were not fitted."),
    };
    let _ = write!(
        out,
        "\nIt ended because {why}. {} particles are kept, worth {:.0} independent draws; {} of {} points reached every band. \
         Adaptive population Monte Carlo (Lenormand, Jabot and Deffuant 2013) with weights by the mixture of all generations \
         (Cornuet and others 2012). A point's distance is the root mean square, over targets, of how far the {} lies outside of \
         its band, in half-widths. Where it is 0, the sample is what Bayes says if a band is an error that is anywhere in it \
         alike (Wilkinson 2013).{left_out}\n\nEngine {VERSION}, digest `{}`. The same file gives the same bytes, on however many \
         machines it is lived.\n",
        answer.learnt.first().map_or(0, |learnt| learnt.at.len()),
        answer.size(),
        answer.reached(),
        answer.population.tried().len(),
        if calibration.reps == 1 { "run".to_owned() } else { format!("median of {} runs", calibration.reps) },
        answer.digest()
    );
    out
}

/// Text in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
