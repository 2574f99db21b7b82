//! Where in a sweep a condition is met: boxes of its levers, with words that follow the numbers.

mod words;

use contraband_sim::base::words::six_digits as number;
use std::fmt;

pub use crate::files::sweep::Sign;
use crate::measure::given_data::Column;
use crate::measure::prim::{Limit, Region, Restriction, SearchedCells, Worth, discover};
use serde_json::{Value, json};

use crate::sample::{Sample, SampleDesign, SweptLever, Unanswered};

/// Cells without which no box is looked for.
const LEAST_CELLS: usize = 40;
/// Version of `discovery.json`.
const SCHEMA: u64 = 1;

/// The picture of the boxes, from the sweep folder.
pub const BOXES: &str = "discovery/boxes.svg";
/// The picture of how they were found, from the sweep folder.
pub const TRAJECTORY: &str = "discovery/trajectory.svg";

/// A condition on runs: `METRIC < VALUE`.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// Name of the metric.
    pub metric: String,
    /// How it is compared.
    pub sign: Sign,
    /// With what it is compared, in the metric's unit.
    pub value: f64,
}

impl Condition {
    /// Reads `METRIC < VALUE`, with one of `<`, `<=`, `>`, `>=`.
    ///
    /// # Errors
    /// In words, when it is something else.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = "a condition is a metric, one of < <= > >=, and a number, such as 'trades < 400'; several are joined by \
                     `and`, such as 'harm < 25 and anxiety < 0.15'";
        let at = text.find(['<', '>']).ok_or(wrong)?;
        let sign = Sign::ALL.into_iter().find(|sign| text[at..].starts_with(sign.word())).ok_or(wrong)?;
        let metric = text[..at].trim();
        let value = text[at + sign.word().len()..].trim().parse().ok().filter(|value: &f64| value.is_finite());
        match value {
            Some(value) if !metric.is_empty() => Ok(Self { metric: metric.into(), sign, value }),
            _ => Err(wrong.into()),
        }
    }

    /// Whether a value meets it.
    pub fn is_met(&self, value: f64) -> bool {
        self.sign.holds(value, self.value)
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.metric, self.sign.word(), self.value)
    }
}

/// Conditions on runs that are all to be met: `METRIC < VALUE and OTHER > VALUE`.
#[derive(Clone, Debug, PartialEq)]
pub struct Conditions(pub Vec<Condition>);

impl Conditions {
    /// Reads conditions that are joined by `and`.
    ///
    /// # Errors
    /// In words, when one of them is something else.
    pub fn parse(text: &str) -> Result<Self, String> {
        text.split(" and ").map(Condition::parse).collect::<Result<_, _>>().map(Self)
    }
}

impl fmt::Display for Conditions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&told.join(" and "))
    }
}

/// Where a condition is met.
#[derive(Clone, Debug)]
pub struct Discovery {
    /// Name of the sweep.
    pub name: String,
    /// What was asked.
    pub condition: Conditions,
    /// The levers.
    pub levers: Vec<SweptLever>,
    /// Cells, runs, and runs that meet it.
    pub cells: usize,
    /// Runs of the plan.
    pub offered: f64,
    /// Runs with a value: all figures speak of these.
    pub runs: f64,
    /// Runs among them that meet the condition.
    pub met: f64,
    /// Boxes, those first that were found first; the last may be none.
    pub regions: Vec<Region>,
    /// Runs of the sweep that have values of anything.
    pub done: u64,
    /// What of the plan is missing, in words.
    pub missing: Option<String>,
}

impl Discovery {
    /// Looks for boxes.
    ///
    /// # Errors
    /// When the sweep has no such metric, too few cells, or the condition is met by none or by all.
    pub fn of(sample: &Sample, conditions: &Conditions) -> Result<Self, Unanswered> {
        let measured = conditions.0.iter().map(|one| sample.metric(&one.metric)).collect::<Result<Vec<_>, _>>()?;
        // For each cell whether its runs meet all of it; a run in which one of the metrics is undefined says nothing.
        let of_run = |cell: usize, rep: usize| -> Option<bool> {
            let each = conditions.0.iter().zip(&measured);
            let met = each.map(|(one, measured)| {
                let value = measured.runs[cell][rep];
                value.is_finite().then(|| one.is_met(value))
            });
            met.collect::<Option<Vec<bool>>>().map(|met| met.into_iter().all(|met| met))
        };
        let runs_of = |cell: usize| measured.first().map_or(0, |measured| measured.runs[cell].len());
        let cells = measured.first().map_or(0, |measured| measured.runs.len());
        let values: Vec<(usize, Vec<bool>)> = (0..cells)
            .map(|cell| (cell, (0..runs_of(cell)).filter_map(|rep| of_run(cell, rep)).collect::<Vec<bool>>()))
            .filter(|(_, values)| !values.is_empty())
            .collect();
        let offered: usize = (0..cells).map(runs_of).sum();
        let chosen: Vec<usize> = values.iter().map(|(cell, _)| *cell).collect();
        let met = values.iter().flat_map(|(_, values)| values).filter(|met| **met).count();
        let runs: usize = values.iter().map(|(_, values)| values.len()).sum();
        if met == 0 || met == runs {
            let which = if met == 0 { "no run meets" } else { "every run meets" };
            let what = format!("{which} `{conditions}`, so there is nothing to tell apart");
            let ranges = measured.iter().map(|measured| {
                let all = measured.runs.iter().flatten().copied().filter(|value| value.is_finite());
                let (least, most) =
                    all.fold((f64::MAX, f64::MIN), |(least, most), one| (least.min(one), most.max(one)));
                format!("`{}` ranges from {} to {}", measured.name, number(least), number(most))
            });
            let mut ranges: Vec<String> = ranges.collect();
            ranges.dedup();
            return Err(Unanswered::asked(what, format!("{}; choose a value in between", ranges.join(", "))));
        }
        if chosen.len() < LEAST_CELLS {
            let what = format!("only {} cells have values: too few to find a box", chosen.len());
            return Err(Unanswered::asked(
                what,
                format!("it takes {LEAST_CELLS}; a Latin hypercube or Sobol design can have as many as you like"),
            ));
        }
        let levers: Vec<SweptLever> = sample
            .levers
            .iter()
            .map(|lever| SweptLever { values: lever.values.rows(&chosen), ..lever.clone() })
            .collect();
        let cells = SearchedCells {
            factors: levers.iter().map(|lever| lever.values.clone()).collect(),
            runs: values.iter().map(|(_, values)| values.len() as f64).collect(),
            blocks: blocks(sample, &chosen),
            met: values.iter().map(|(_, values)| values.iter().filter(|met| **met).count() as f64).collect(),
        };
        Ok(Self {
            name: sample.name.clone(),
            condition: conditions.clone(),
            offered: offered as f64,
            cells: chosen.len(),
            runs: runs as f64,
            met: met as f64,
            regions: discover(&cells),
            levers,
            done: sample.done,
            missing: sample.missing(),
        })
    }

    /// Boxes that are more than chance.
    pub fn found(&self) -> impl Iterator<Item = &Region> {
        self.regions.iter().filter(|region| region.is_found())
    }

    /// The sides of a box in words, a lever each, those first that matter most: `law.fine` from 100 to 300.
    pub fn sides(&self, region: &Region) -> Vec<(usize, String)> {
        words::sides(self, region)
    }

    /// Which pictures there are: where, and what each shows.
    pub fn drawn(&self) -> Vec<(&'static str, &'static str)> {
        let trajectory = (TRAJECTORY, "trade-off as the box shrinks");
        if self.found().next().is_some() {
            vec![(BOXES, "where the boxes lie among the levers"), trajectory]
        } else {
            vec![trajectory]
        }
    }

    /// What was found, in sentences.
    pub fn sentences(&self) -> Vec<String> {
        words::sentences(self)
    }

    /// As one page of Markdown.
    pub fn markdown(&self) -> String {
        words::page(self)
    }

    /// As data.
    pub fn json(&self) -> Value {
        let worth = |worth: &Worth| {
            let interval = worth.interval();
            let density = if worth.cells == 0 { Value::Null } else { json!(worth.density) };
            let ci95 = if worth.cells == 0 { Value::Null } else { json!([interval.0, interval.1]) };
            json!({"cells": worth.cells, "trials": worth.trials, "runs": worth.runs, "met": worth.met, "coverage": worth.coverage,
                   "density": density, "density_ci95": ci95, "mass": worth.mass})
        };
        let side = |side: &Restriction| {
            let mut told = json!({"lever": self.levers[side.factor].path, "quasi_p": side.quasi_p});
            match &side.limit {
                Limit::AtLeast(least) => told["at_least"] = json!(least),
                Limit::AtMost(most) => told["at_most"] = json!(most),
                Limit::Among(words) => told["among"] = json!(words),
            }
            told
        };
        let region = |region: &Region| {
            let step = |step: &crate::measure::prim::Step| {
                json!({"coverage": step.worth.coverage, "density": step.worth.density, "mass": step.worth.mass,
                       "restricted": step.restricted})
            };
            json!({
                "found": region.is_found(),
                "sides": region.sides.iter().map(side).collect::<Vec<_>>(),
                "worth": worth(&region.worth),
                "held_out": worth(&region.held_out),
                "usual": region.usual,
                "taken": region.taken,
                "trajectory": region.trajectory.iter().map(step).collect::<Vec<_>>(),
            })
        };
        json!({
            "schema": SCHEMA,
            "sweep": self.name,
            "where": self.condition.to_string(),
            "runs": self.done,
            "planned": self.offered,
            "missing": self.missing,
            "cells": self.cells,
            "with_value": self.runs,
            "met": self.met,
            "boxes": self.regions.iter().map(region).collect::<Vec<_>>(),
            "says": self.sentences(),
        })
    }
}

/// What each cell was chosen with: a block of a Saltelli design and a trajectory are one point and its neighbours, any other
/// cell is a point of its own.
fn blocks(sample: &Sample, chosen: &[usize]) -> Vec<usize> {
    let size = match sample.design {
        SampleDesign::Saltelli { .. } => sample.levers.len() + 2,
        SampleDesign::Morris { .. } => sample.levers.len() + 1,
        SampleDesign::Other(_) => 1,
    };
    let mut of_cell = vec![usize::MAX; chosen.iter().max().map_or(0, |most| most + 1)];
    for (row, &cell) in sample.rows.iter().enumerate() {
        if let Some(block) = of_cell.get_mut(cell).filter(|block| **block == usize::MAX) {
            *block = row / size;
        }
    }
    // Cells that were added later are in no row.
    chosen
        .iter()
        .map(|&cell| if of_cell[cell] == usize::MAX { sample.rows.len() + cell } else { of_cell[cell] })
        .collect()
}

/// From where to where the values of a lever go, where they are numbers.
pub fn range(values: &Column) -> Option<(f64, f64)> {
    let Column::Numbers(values) = values else { return None };
    Some(values.iter().fold((f64::MAX, f64::MIN), |(least, most), &one| (least.min(one), most.max(one))))
}

/// The different words of a lever.
pub fn kinds(values: &Column) -> Vec<String> {
    let Column::Words(values) = values else { return Vec::new() };
    let mut kinds = values.clone();
    kinds.sort();
    kinds.dedup();
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_read_and_told_again() {
        let read = |text: &str| Condition::parse(text).map(|condition| condition.to_string());
        assert_eq!(read("trades<400").as_deref(), Ok("trades < 400"));
        assert_eq!(read(" harm >= 0.5 ").as_deref(), Ok("harm >= 0.5"));
        for wrong in ["trades", "< 4", "trades < many", "trades < inf", "trades = 4", ""] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        let read = |text: &str| Conditions::parse(text).map(|conditions| conditions.to_string());
        assert_eq!(read("harm<25 and anxiety <0.15").as_deref(), Ok("harm < 25 and anxiety < 0.15"));
        assert_eq!(read("brand < 2").as_deref(), Ok("brand < 2"));
        for wrong in ["harm < 25 and", "harm < 25 and anxiety", "and harm < 25", "harm < 25 or anxiety < 1"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        let less = Condition::parse("a < 2").expect("fine");
        assert!(less.is_met(1.9) && !less.is_met(2.0) && Condition::parse("a <= 2").expect("fine").is_met(2.0));
    }
}
