//! Columns day by day, for low and high values of a factor.

use std::collections::BTreeMap;

use super::frame::{COLOURS, Picture, Ribbon, at_in_words, panels, range, ribbons, title_of};
use crate::charts::axes::Scale;
use crate::charts::words::name;
use crate::compare::wording::three_digits;
use crate::drawing::{Drawing, QUIET};
use crate::error::StoreError;
use crate::measures::numbers;
use crate::sweep::findings::{FEW, Stats, SweepFindings};
use crate::sweep::read_table;

/// Columns through the days, with the runs of the lowest and of the highest part of a factor apart.
pub(super) fn courses(findings: &SweepFindings<'_>, factor: usize) -> Result<Option<Picture>, StoreError> {
    const MOST: usize = 6;
    let Some(series) = &findings.plan().series else { return Ok(None) };
    let groups = findings.along(factor, 5);
    let (Some(low), Some(high)) = (groups.first(), groups.last()) else { return Ok(None) };
    let mut side = vec![usize::MAX; findings.plan().cells.len()];
    for (which, (_, cells)) in [low, high].into_iter().enumerate() {
        for &cell in cells {
            side[cell] = which;
        }
    }
    let columns: Vec<&String> = series.columns.iter().take(MOST).collect();
    let mut wanted = vec!["cell", "day"];
    wanted.extend(columns.iter().map(|column| column.as_str()));
    let keys = read_table(findings.folder, "series.parquet", Some(&wanted))?;
    let (cells, days) = (numbers(&keys, "cell"), numbers(&keys, "day"));
    // Of many runs, enough to know quantiles well.
    let every = (cells.len() / 2_000_000).max(1);
    let mut lines: Vec<[Ribbon; 2]> = Vec::new();
    let mut few = false;
    for column in &columns {
        let values = numbers(&keys, column);
        let mut by_day: [BTreeMap<u32, Vec<f64>>; 2] = [BTreeMap::new(), BTreeMap::new()];
        for at in (0..values.len()).step_by(every) {
            if let Some(of_side) = by_day.get_mut(side[cells[at] as usize]) {
                of_side.entry(days[at] as u32).or_default().push(values[at]);
            }
        }
        lines.push(by_day.map(|days| {
            let known = |(day, values): (u32, Vec<f64>)| {
                let stats = Stats::of(values);
                few |= stats.n < FEW;
                (f64::from(day), stats.quantiles)
            };
            days.into_iter().map(known).collect()
        }));
    }
    let title = format!("Day by day, by {}", title_of(findings, factor));
    let [low, high] = [low, high].map(|(place, _)| at_in_words(findings, factor, *place));
    let bands = if few {
        "Medians, with bands from the lowest to the highest run where there are fewer than 5, else for 90 % of the runs."
    } else {
        "Medians, with bands for the middle half and for 90 % of the runs."
    };
    let subtitle = format!("Blue: {low}. Rust: {high}. {bands}");
    let mut drawing = Drawing::new(&title, &subtitle);
    let names: Vec<String> = columns.iter().map(|column| name(column)).collect();
    let last = lines.iter().flatten().flatten().map(|(day, _)| *day).fold(1.0, f64::max);
    panels(
        &mut drawing,
        &names,
        |nth| {
            (
                Scale { low: 0.0, high: last, log: false },
                range(lines[nth].iter().flatten().flat_map(|(_, quantiles)| *quantiles)),
            )
        },
        |drawing, frame, nth| {
            frame.rule(drawing);
            drawing.line((frame.left, frame.foot), (frame.right, frame.foot), QUIET, 1.0, false);
            for day in (Scale { low: 0.0, high: last, log: false }).ticks(4).into_iter().filter(|&day| day > 0.0) {
                drawing.text(frame.x(day), frame.foot + 20.0, &format!("day {day}"), 14.0, false, QUIET, "middle");
            }
            for (line, colour) in lines[nth].iter().zip(COLOURS) {
                ribbons(drawing, frame, line, colour);
            }
        },
    );
    let told: Vec<String> = names
        .iter()
        .zip(&lines)
        .map(|(name, line)| {
            let end = |side: usize| line[side].last().map_or(f64::NAN, |(_, quantiles)| quantiles[2]);
            format!(
                "{name} on day {last}: median of the runs {} with {low}, {} with {high}",
                three_digits(end(0)),
                three_digits(end(1))
            )
        })
        .collect();
    Ok(Some(Picture {
        name: "courses".into(),
        svg: drawing.done(&format!("{title}. {}.", told.join("; "))),
        caption: format!("{}.", told.join("; ")),
        title,
    }))
}
