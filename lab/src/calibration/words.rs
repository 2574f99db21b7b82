//! What is believed, in words that follow the numbers.

use contraband_sim::base::words::{short, six_digits as number, three_digits as exact, whole_percent as percent};
use std::fmt::Write as _;

use crate::measure::abc::Enough;
use contraband_sim::base::units::Value;

use super::{CalibrationAnswer, FEW, Predicted};

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
pub fn value(answer: &CalibrationAnswer<'_>, factor: usize, at: f64) -> String {
    match answer.factors()[factor].at(at) {
        Value::Number(number) => short(number),
        other => other.to_string(),
    }
}

pub(super) fn warnings(answer: &CalibrationAnswer<'_>) -> Vec<String> {
    let mut told = Vec::new();
    let tried = answer.population.tried();
    let targets = &answer.calibration.targets;
    let never = |nth: &usize| answer.values.iter().all(|values| !targets[*nth].holds(values[*nth]));
    let never: Vec<String> = (0..targets.len()).filter(never).map(|nth| targets[nth].measure.label.clone()).collect();
    if answer.reached() == 0 {
        let nearest = tried.iter().map(|particle| particle.distance).fold(f64::INFINITY, f64::min);
        let which = if never.is_empty() {
            "Each band was reached by some points, but never all bands at once.".into()
        } else {
            format!("No point reached the band of: {}.", list(&never))
        };
        told.push(format!(
            "None of {} points reached every band; the closest is {} half-widths off. {which} What is believed is \
             where the model comes closest, not where it is right.",
            tried.len(),
            short(nearest)
        ));
    }
    if answer.size() < FEW {
        told.push(format!(
            "The particles are worth {:.0} independent draws, fewer than {FEW}: the ends of the intervals are rough. \
             More particles would help.",
            answer.size()
        ));
    }
    if answer.why == Enough::Spent {
        let last = answer.population.generations().last().map_or(0.0, |told| told.acceptance);
        told.push(format!(
            "It stopped because the budget was spent, while {} of the last points still came closer. With a larger \
             `budget` the same command carries on from here.",
            percent(last)
        ));
    }
    for (factor, learnt) in answer.learnt.iter().enumerate() {
        let path = &answer.factors()[factor].path;
        if !learnt.is_known {
            told.push(format!(
                "The targets say nothing about `{path}`: what is believed about it is what was believed before."
            ));
        } else if let Some(edge) = learnt.edge {
            told.push(format!(
                "Belief about `{path}` piles up at the {edge} end of the allowed range: a wider range may fit better."
            ));
        }
    }
    if answer.failed > 0 {
        told.push(format!("{} runs failed and count as infinitely far off.", answer.failed));
    }
    if answer.undefined > 0 {
        told.push(format!(
            "In {} runs some target is undefined: the median of such a point is that of its other runs, and a point with none \
             counts as infinitely far off.",
            answer.undefined
        ));
    }
    told
}

/// A share in per cent.
pub(super) fn share(share: f64) -> String {
    percent(share)
}

pub(super) fn sentences(answer: &CalibrationAnswer<'_>) -> Vec<String> {
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
            "shifted, but with an interval as wide as before".to_owned()
        } else {
            format!("an interval {} narrower than before", percent(learnt.narrower))
        };
        told.push(format!("`{}` is believed to be about {middle} ({low} to {high}): {gain}.", about.path));
    }
    let pairs = answer.pairs();
    let bound: Vec<String> = (pairs.iter().filter(|(.., both)| answer.is_told(*both)))
        .map(|&(one, other, both)| {
            let way = if both > 0.0 { "up together" } else { "in opposite directions" };
            format!("`{}` and `{}` {way} ({both:.2})", answer.factors()[one].path, answer.factors()[other].path)
        })
        .collect();
    if !bound.is_empty() {
        told.push(format!("Some are better known together than alone, since they move {}.", list(&bound)));
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
        let of = if held_out { "held out" } else { "fitted" };
        let rest = if out.is_empty() { String::new() } else { format!("; outside it: {}", list(&out)) };
        told.push(format!(
            "Of {} {of}, fresh runs put the median in the band for {}{rest}.",
            if all.len() == 1 { "1 target".to_owned() } else { format!("{} targets", all.len()) },
            all.len() - out.len()
        ));
    }
    told
}

pub(super) fn page(answer: &CalibrationAnswer<'_>) -> String {
    let calibration = answer.calibration;
    let mut out = format!("# {}\n\n", answer.title());
    if !calibration.question.is_empty() {
        let _ = writeln!(out, "**{}**\n", calibration.question);
    }
    for warning in answer.warnings() {
        let _ = writeln!(out, "**Caution:** {warning}\n");
    }
    for sentence in answer.sentences() {
        let _ = writeln!(out, "- {sentence}");
    }
    out += "\n## What is believed about the levers\n\n![beliefs](charts/beliefs.svg)\n\n| lever | before, 90 % \
            interval | now, median | now, 90 % interval | narrower by | value in the base | remark \
            |\n|---|---|---|---|---|---|---|\n";
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
        "\n## What fresh runs show\n\n{} runs of each world, at points drawn from what is believed, with seeds that \
         were not used for fitting.\n\n![predictive](charts/predictive.svg)\n\n",
        calibration.predictive
    );
    out += "| measured | world | fitted | band | median | runs in the band | in band | source |\n|---|---|---|---|---|---|---|---|\n";
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
            one.share_in_words(),
            if one.holds() { "yes" } else { "**no**" },
            cell(&one.target.source),
        );
    }
    out += "\n## How it was found\n\n![distances](charts/distances.svg)\n\n| generation | points | came closer | kept \
            within |\n|---|---|---|---|\n";
    for (nth, told) in answer.population.generations().iter().enumerate() {
        let _ = writeln!(out, "| {nth} | {} | {} | {} |", told.points, percent(told.acceptance), short(told.tolerance));
    }
    let why = match answer.why {
        Enough::Reached => "all points kept reach every band".to_owned(),
        Enough::Settled => format!("fewer than {} of the last points came closer", percent(calibration.acceptance)),
        Enough::Spent => {
            format!("another generation would exceed the {} runs allowed", calibration.budget)
        }
    };
    let left_out = match calibration.left_out {
        0 => String::new(),
        1 => " One pattern in its file needs another world or other days, and was not fitted.".into(),
        count => format!(" {count} patterns in its file need other worlds or days, and were not fitted."),
    };
    let not_held = match calibration.not_held {
        0 => String::new(),
        1 => " One pattern that compares two scenarios was not held against it: `contraband verify patterns` does."
            .into(),
        count => format!(
            " {count} patterns that compare two scenarios were not held against it: `contraband verify patterns` does."
        ),
    };
    let _ = write!(
        out,
        "\nIt stopped because {why}. {} particles are kept, worth {:.0} independent draws; {} of {} points reached \
         every band. Method: adaptive population Monte Carlo (Lenormand, Jabot and Deffuant 2013), with weights from \
         the mixture of all generations (Cornuet and others 2012). A point's distance is the root mean square, over \
         targets, of how far the {} lies outside its band, in half-widths. Where the distance is 0, the sample is the \
         Bayesian posterior if a band is read as an error that is equally likely anywhere in it (Wilkinson \
         2013).{left_out}{not_held}\n\nEngine {}, digest `{}`. The same file gives the same bytes, however many machines \
         run it.\n",
        answer.learnt.first().map_or(0, |learnt| learnt.at.len()),
        answer.size(),
        answer.reached(),
        answer.population.tried().len(),
        if calibration.reps == 1 { "run".to_owned() } else { format!("median of {} runs", calibration.reps) },
        answer.build.name(),
        answer.digest()
    );
    out
}

/// Text in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
