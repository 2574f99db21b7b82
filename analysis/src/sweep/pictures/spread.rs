//! How far runs lie apart along a factor: quantiles as ribbons.

use super::frame::{
    ALONG, Picture, at_in_words, axis, file_name, metric_names, of_runs, panels, range, ribbons, title_of,
};
use crate::compare::wording::three_digits;
use crate::drawing::{Drawing, FOUND};
use crate::sweep::findings::{FEW, Stats, SweepFindings};

/// Quantiles of runs along a factor, as ribbons; of too few runs, their range.
pub(super) fn spread(findings: &SweepFindings<'_>, shown: &[usize], factor: usize) -> Picture {
    let title = format!("Spread of runs along {}", title_of(findings, factor));
    let groups = findings.along(factor, ALONG);
    let lines: Vec<Vec<(f64, Stats)>> = (shown.iter().copied())
        .map(|metric| {
            groups
                .iter()
                .map(|(place, cells)| (*place, findings.stats_of(metric, cells)))
                .filter(|(_, stats)| stats.n > 0)
                .collect()
        })
        .collect();
    let names = metric_names(findings, shown);
    let all = || lines.iter().flatten().map(|(_, stats)| stats.n);
    let subtitle = match (all().any(|n| n < FEW), all().any(|n| n >= FEW)) {
        (true, false) => {
            "The line is the middle of the runs, the band their range: there are too few of them at each place to say \
             more. Chance and the other factors together."
        }
        (true, true) => {
            "The line is the median of the runs, the dark band holds the middle half of them, the light band 90 %; where \
             there are fewer than 5 runs, their range: chance and the other factors together."
        }
        _ => {
            "The line is the median of the runs, the dark band holds the middle half of them, the light band 90 %: \
             chance and the other factors together."
        }
    };
    let mut drawing = Drawing::new(&title, subtitle);
    panels(
        &mut drawing,
        &names,
        |metric| (axis(findings, factor), range(lines[metric].iter().flat_map(|(_, stats)| stats.quantiles))),
        |drawing, frame, metric| {
            frame.rule(drawing);
            frame.mark(drawing, findings, factor);
            ribbons(
                drawing,
                frame,
                &lines[metric].iter().map(|(x, stats)| (*x, stats.quantiles)).collect::<Vec<_>>(),
                FOUND,
            );
        },
    );
    let told: Vec<String> = (0..names.len())
        .filter_map(|metric| {
            let (place, stats) = lines[metric].last()?;
            let [low, _, middle, _, high] = stats.quantiles.map(three_digits);
            let found = match stats.n {
                1 => middle,
                few if few < FEW => format!("from {low} to {high}"),
                _ => format!("median {middle}, 90 % of runs from {low} to {high}"),
            };
            Some(format!(
                "{} at {} ({}): {found}",
                names[metric],
                at_in_words(findings, factor, *place),
                of_runs(stats.n)
            ))
        })
        .collect();
    Picture {
        name: format!("spread_{}", file_name(findings, factor)),
        svg: drawing.done(&format!("{title}. {}.", told.join("; "))),
        caption: format!("{}.", told.join("; ")),
        title,
    }
}
