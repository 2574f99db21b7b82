//! What was found, in plain words.

use contraband_sim::base::words::{six_digits as number, whole_percent as percent};
use std::fmt::Write as _;

use crate::measure::prim::{Limit, Region};

use super::Discovery;

fn interval((low, high): (f64, f64)) -> String {
    format!("{:.0} to {:.0}", 100.0 * low, 100.0 * high)
}

/// Sides lever by lever, those first without which the box would be worth least.
pub(super) fn sides(discovery: &Discovery, region: &Region) -> Vec<(usize, String)> {
    let mut told: Vec<(usize, String)> = Vec::new();
    for side in &region.sides {
        let factor = side.factor;
        if told.iter().any(|(known, _)| *known == factor) {
            continue;
        }
        let of = || region.sides.iter().filter(|one| one.factor == factor).map(|one| &one.limit);
        let least = of().find_map(|limit| if let Limit::AtLeast(least) = limit { Some(*least) } else { None });
        let most = of().find_map(|limit| if let Limit::AtMost(most) = limit { Some(*most) } else { None });
        let words = of().find_map(|limit| if let Limit::Among(words) = limit { Some(words) } else { None });
        let path = &discovery.levers[factor].path;
        let limits = match (least, most, words) {
            (Some(least), Some(most), _) => format!("from {} to {}", number(least), number(most)),
            (Some(least), None, _) => format!("at least {}", number(least)),
            (None, Some(most), _) => format!("at most {}", number(most)),
            (None, None, Some(words)) => words.join(" or "),
            (None, None, None) => unreachable!("a side has a limit"),
        };
        told.push((factor, format!("`{path}` {limits}")));
    }
    told
}

fn list(things: &[String]) -> String {
    match things {
        [] => String::new(),
        [one] => one.clone(),
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
    }
}

pub(super) fn sentences(discovery: &Discovery) -> Vec<String> {
    let Discovery { condition, runs, met, .. } = discovery;
    let mut told = vec![format!("`{condition}` holds in {met} of {runs} runs ({}).", percent(met / runs))];
    if *runs < discovery.offered {
        told.push(format!(
            "{} of {} runs have no value for it (they failed, are not done, or it is undefined in them): all of this speaks \
             of the others.",
            discovery.offered - runs,
            discovery.offered
        ));
    }
    for (nth, region) in discovery.regions.iter().enumerate() {
        let sides: Vec<String> = sides(discovery, region).into_iter().map(|(_, side)| side).collect();
        let (worth, held_out) = (&region.worth, &region.held_out);
        let again = if nth == 0 { "" } else { "Among the remaining runs: " };
        if region.is_found() {
            let usual = if nth == 0 {
                String::new()
            } else {
                format!(" (against {} among all remaining runs)", percent(region.usual))
            };
            told.push(format!(
                "{again}`{condition}` holds in {} of the runs with {}{usual}; this box contains {} of all runs that meet \
                 the condition, and {} of all runs.",
                percent(worth.density),
                list(&sides),
                percent(worth.coverage),
                percent(worth.mass)
            ));
            told.push(format!(
                "When boxes are found in one half of the cells and tested on the other, the condition holds in {} of the \
                 runs in them ({}): expect this of new runs.",
                percent(held_out.density),
                interval(held_out.interval())
            ));
        } else if nth > 0 {
            told.push("Among the remaining runs, no further box is better than chance.".into());
        } else if sides.is_empty() || held_out.cells == 0 {
            told.push(
                "No box is better than chance: no side of a box raises the share by more than luck would.".into(),
            );
        } else {
            told.push(format!(
                "No box is better than chance: the best reaches {} with {}, but boxes found in one half of the cells \
                 reach only {} ({}) in the other half, against {} overall.",
                percent(worth.density),
                list(&sides),
                percent(held_out.density),
                interval(held_out.interval()),
                percent(region.usual)
            ));
        }
    }
    told
}

pub(super) fn page(discovery: &Discovery) -> String {
    let mut out = format!("# Where {}: {}\n\n", discovery.condition, discovery.name);
    if let Some(missing) = &discovery.missing {
        let _ = writeln!(out, "**Incomplete sweep**: {missing}.\n");
    }
    for sentence in sentences(discovery) {
        let _ = writeln!(out, "- {sentence}");
    }
    for (path, says) in discovery.drawn() {
        let _ = writeln!(out, "\n![{says}]({path})");
    }
    for (nth, region) in discovery.found().enumerate() {
        let _ = write!(out, "\n## Box {}\n\n| side | quasi-p |\n|---|---:|\n", nth + 1);
        for side in &region.sides {
            let limit = match &side.limit {
                Limit::AtLeast(least) => format!("at least {}", number(*least)),
                Limit::AtMost(most) => format!("at most {}", number(*most)),
                Limit::Among(words) => words.join(" or "),
            };
            let p = if side.quasi_p < 0.0005 { "< 0.001".into() } else { format!("{:.3}", side.quasi_p) };
            let _ = writeln!(out, "| `{}` {limit} | {p} |", discovery.levers[side.factor].path);
        }
        let worth = &region.worth;
        let _ = writeln!(
            out,
            "\nDensity {} ({}), coverage {}, mass {}: {} of {} runs in {} cells.",
            percent(worth.density),
            interval(worth.interval()),
            percent(worth.coverage),
            percent(worth.mass),
            worth.met,
            worth.runs,
            worth.cells
        );
    }
    let _ = write!(
        out,
        "\n## What this rests on\n\nPatient rule induction method (PRIM): the search peels off a twentieth of the points at a time, \
         wherever that makes the condition most frequent in what is left. Of all steps it takes the one with the \
         greatest product of coverage and of how far density has come from the overall share towards certainty, and it \
         widens that box where this costs nothing. Density is the share of runs in the box that meet the condition; \
         coverage is the share of all runs meeting it that lie in the box. A quasi-p-value says how often a box \
         without that side would be as dense by chance; sides above 0.05 were dropped. Tests count cells, of which \
         there are {}, since runs of one cell are not independent; cells around one point of a Saltelli or Morris \
         design count less the more alike they are. Edges of boxes are values that were run: between them and the next \
         values outside, nothing is known.\n",
        discovery.cells
    );
    out
}
