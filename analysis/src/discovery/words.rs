//! What was found, in plain words.

use std::fmt::Write as _;

use contraband_lab::measure::prim::{Limit, Region};
use contraband_sim::base::words::whole_percent as percent;

use super::Discovery;
use crate::verification::number;

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
    let mut told = vec![format!("`{condition}` is met in {met} of {runs} runs ({}).", percent(met / runs))];
    for (nth, region) in discovery.regions.iter().enumerate() {
        let sides: Vec<String> = sides(discovery, region).into_iter().map(|(_, side)| side).collect();
        let (worth, held_out) = (&region.worth, &region.held_out);
        let again = if nth == 0 { "" } else { "Of what is left: " };
        if region.is_found() {
            let usual = if nth == 0 {
                String::new()
            } else {
                format!(" (against {} everywhere in what is left)", percent(region.usual))
            };
            told.push(format!(
                "{again}`{condition}` in {} of the runs with {}{usual}; these are {} of all such runs, in {} of all runs.",
                percent(worth.density),
                list(&sides),
                percent(worth.coverage),
                percent(worth.mass)
            ));
            told.push(format!(
                "Searched in one half of the cells and tried on the other, such boxes hold it in {} of the runs ({}): that is what \
                 to expect of new ones.",
                percent(held_out.density),
                interval(held_out.interval())
            ));
        } else if nth > 0 {
            told.push("Of what is left, no further box is more than chance.".into());
        } else if sides.is_empty() || held_out.cells == 0 {
            told.push("No box is more than chance: no side of one raises the share by more than luck would.".into());
        } else {
            told.push(format!(
                "No box is more than chance: the best has {} with {}, but boxes found in one half of the cells hold it in {} \
                 ({}) of the other half's, against {} everywhere.",
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
        let _ = writeln!(out, "**Not the whole sweep**: {missing}.\n");
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
        "\n## What it rests on\n\nPatient rule induction (PRIM): a twentieth at a time is peeled off where that makes the condition \
         most frequent in what is left; of all steps the one is taken with the greatest coverage, times the way that its density \
         is from the usual share to certainty; it is widened where that costs nothing. Density is the share of runs in the box \
         that meet the condition, coverage the share of such runs that lie in the box. A quasi-p-value says how often a box \
         without that side would be as dense by chance; sides above 0.05 were dropped. Tests count cells, of which there are {}, \
         since runs of one cell are not independent; cells around one point of a Saltelli or Morris design count the less the more \
         alike they are. Edges are values that were lived: between them and the next values \
         outside, nothing is known.\n",
        discovery.cells
    );
    out
}
