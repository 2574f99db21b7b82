//! What a sweep or a calibration varies in vain: said where it is checked, planned, run and read.

use std::collections::BTreeSet;

use contraband_sim::base::words::first_few;
use contraband_sim::scenario::Scenario;
use contraband_sim::scenario::idle::{Asked, SetBy};
use contraband_sim::scenario::wildcards::addresses;

/// Rows that are told by their numbers.
const TOLD: usize = 8;

/// What becomes of levers that are varied in a world, and of the dated changes of that world: a sentence each.
pub fn of_factors(base: &Scenario, paths: &[&str]) -> Vec<String> {
    let mut told = Vec::new();
    let mut seen: Vec<(&str, BTreeSet<String>)> = Vec::new();
    let mut start: Vec<String> = Vec::new();
    for path in paths {
        let levers: BTreeSet<String> = addresses(&base.params, path)
            .map(|levers| levers.into_iter().map(|lever| lever.path(&base.params)).collect())
            .unwrap_or_default();
        for (earlier, known) in &seen {
            let both: Vec<&String> = known.intersection(&levers).collect();
            if !both.is_empty() {
                let both: Vec<String> = both.iter().map(|lever| format!("`{lever}`")).collect();
                let some = first_few(&both, 1, " and ");
                told.push(format!(
                    "`{path}` and `{earlier}` both set {some}: `{path}` holds there, and `{earlier}` does not"
                ));
            }
        }
        let new: Vec<String> = levers.iter().filter(|lever| !start.contains(lever)).cloned().collect();
        start.extend(new);
        seen.push((path, levers));
    }
    let of_base = base.idle_in_file();
    let found = base.idle(&Asked { start, entries: 0..base.timeline.len(), varied: true });
    let is_told = |idle: &&contraband_sim::scenario::idle::IdleSetting| {
        // Of the base only what its own file would be told.
        idle.origin == SetBy::Start || of_base.iter().any(|one| one.origin == idle.origin)
    };
    told.extend(found.iter().filter(is_told).map(|idle| match idle.origin {
        SetBy::Start if idle.why.is_whole() => format!("varied in vain: {idle}"),
        SetBy::Start => format!("varied in part: {idle}"),
        SetBy::Entry { .. } => format!("in the base, {idle}"),
    }));
    told
}

/// A factor that has one value in all cells, as text; nothing where it varies.
pub fn constant(path: &str, mut values: impl Iterator<Item = String>, base: Option<&str>) -> Option<String> {
    let first = values.next()?;
    if values.any(|value| value != first) {
        return None;
    }
    let as_base = if base == Some(first.as_str()) { ", as in the base" } else { "" };
    Some(format!("`{path}` does not vary: it is {first} in every cell{as_base}"))
}

/// Rows of a list of points that repeat an earlier one; `rows` has the cell of each row.
pub fn repeated(rows: &[usize]) -> Option<String> {
    let mut seen = BTreeSet::new();
    let again: Vec<usize> = (1..).zip(rows).filter(|(_, cell)| !seen.insert(**cell)).map(|(row, _)| row).collect();
    if again.is_empty() {
        return None;
    }
    let numbers: Vec<String> = again.iter().map(ToString::to_string).collect();
    Some(format!(
        "{} of {} points repeat an earlier one and share its runs: {}",
        again.len(),
        rows.len(),
        first_few(&numbers, TOLD, ", ")
    ))
}

#[cfg(test)]
mod tests {
    use contraband_sim::scenario::read::read;
    use contraband_sim::scenario::tree::Format;

    use super::*;

    #[test]
    fn what_is_varied_in_vain_is_told_by_name_and_days() {
        let text = "(days: 50, timeline: [(day: 1, label: \"Fixed\", set: {\"law.fine\": 500}), \
                    (day: 11, places: [\"harbour\"], set: {\"goods.privacy.evidence\": 0.2})])";
        let base = read(text, Format::Ron).unwrap();
        assert!(of_factors(&base, &["law.seizure"]).is_empty());
        assert_eq!(
            of_factors(&base, &["law.fine", "goods.*.evidence", "goods.privacy.evidence"]),
            [
                "`goods.privacy.evidence` and `goods.*.evidence` both set `goods.privacy.evidence`: \
                 `goods.privacy.evidence` holds there, and `goods.*.evidence` does not",
                "varied in vain: `law.fine` never holds: on days 1 to 50 the timeline sets it to 500 (\"Fixed\")",
                "varied in part: `goods.privacy.evidence` is overruled on some days: on days 11 to 50 in harbour the timeline \
                 sets it to 0.2",
            ]
        );
    }

    #[test]
    fn points_that_repeat_are_told_by_their_numbers() {
        assert_eq!(repeated(&[0, 1, 2]), None);
        assert_eq!(repeated(&[0, 1, 0, 2, 1]).unwrap(), "2 of 5 points repeat an earlier one and share its runs: 3, 5");
        let values = |all: &[&str]| all.iter().map(ToString::to_string).collect::<Vec<_>>().into_iter();
        assert_eq!(constant("law.fine", values(&["3", "4"]), None), None);
        assert_eq!(
            constant("law.fine", values(&["3", "3"]), Some("3")).unwrap(),
            "`law.fine` does not vary: it is 3 in every cell, as in the base"
        );
    }
}
