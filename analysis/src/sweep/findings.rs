//! What a sweep found, by cell: for pictures, pages and whoever analyses it.

use contraband_lab::measure::statistics::{half_width, mean, quantile};
use serde_json::Value as Json;

use super::read_table;
use crate::error::StoreError;
use crate::measures::{numbers, words};
use contraband_lab::sweep::{Plan, RunStatus, SweepCell, SweepFolder, text_of};

/// The runs of a sweep that have something to say, by cell.
pub struct SweepFindings<'s> {
    /// The sweep.
    pub folder: &'s SweepFolder,
    /// Runs that are over.
    pub rows: usize,
    /// Runs that failed, or took too long.
    pub failed: usize,
    /// Runs that a condition ended.
    pub stopped: usize,
    /// For each cell the numbers of its runs, repetition by repetition, without those that failed.
    pub runs: Vec<Vec<u64>>,
    /// For each metric and cell the values of these runs; NaN where a run that was ended did not live to know.
    values: Vec<Vec<Vec<f64>>>,
    /// For each factor the places of its values on an axis: numbers as they are, words by their order.
    places: Vec<Vec<f64>>,
    /// For each factor of words its words, in their order.
    words: Vec<Vec<String>>,
}

/// Runs below which quantiles say nothing.
pub const FEW: usize = 5;

/// A metric in one cell, or in several together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stats {
    /// Runs.
    pub n: usize,
    /// Mean over the runs of the cell, in the metric's unit.
    pub mean: f64,
    /// Half of the width of the interval of 95 % of the mean; NaN for fewer than two runs.
    pub half: f64,
    /// Quantiles: 5, 25, 50, 75 and 95 %; of fewer than [`FEW`] runs the lowest, three times the median, and the highest.
    pub quantiles: [f64; 5],
}

impl Stats {
    /// Of some values; those that are no number are left out.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.into_iter().filter(|value| value.is_finite()).collect();
        let half = if values.len() > 1 { half_width(&values, 0.95) } else { f64::NAN };
        let mean = mean(&values);
        Self {
            n: values.len(),
            mean,
            half,
            // Quantiles of a few runs lie between them, and would tell of less than their range.
            quantiles: if values.len() < FEW { [0.0, 0.5, 0.5, 0.5, 1.0] } else { [0.05, 0.25, 0.5, 0.75, 0.95] }
                .map(|at| quantile(&mut values, at)),
        }
    }
}

impl<'s> SweepFindings<'s> {
    /// Reads `runs.parquet` of a folder that was merged.
    ///
    /// # Errors
    /// When it is not there or is damaged.
    pub fn read(folder: &'s SweepFolder) -> Result<Self, StoreError> {
        let plan = folder.plan();
        let mut columns = vec!["run", "status"];
        columns.extend(plan.metrics.iter().map(|metric| metric.name.as_str()));
        let keys = read_table(folder, "runs.parquet", Some(&columns))?;
        let (numbers_of, status) = (numbers(&keys, "run"), words(&keys, "status"));
        let status: Vec<Option<RunStatus>> = status.iter().map(|word| RunStatus::from_word(word)).collect();
        let fails = |status: &Option<RunStatus>| status.is_none_or(RunStatus::is_failure);
        let cells = plan.cells.len();
        let mut found = Self {
            folder,
            rows: numbers_of.len(),
            failed: status.iter().filter(|status| fails(status)).count(),
            stopped: status.iter().filter(|status| **status == Some(RunStatus::Stopped)).count(),
            runs: vec![Vec::new(); cells],
            values: Vec::new(),
            places: Vec::new(),
            words: Vec::new(),
        };
        let sound: Vec<(usize, u64)> = (numbers_of.iter().zip(&status).enumerate())
            .filter(|(_, (_, status))| !fails(status))
            .map(|(at, (run, _))| (at, *run as u64))
            .filter(|(_, run)| *run < plan.runs())
            .collect();
        for &(_, run) in &sound {
            found.runs[plan.which(run).cell].push(run);
        }
        for metric in &plan.metrics {
            let column = numbers(&keys, &metric.name);
            let mut values: Vec<Vec<f64>> = found.runs.iter().map(|runs| Vec::with_capacity(runs.len())).collect();
            for &(at, run) in &sound {
                values[plan.which(run).cell].push(column.get(at).copied().unwrap_or(f64::NAN));
            }
            found.values.push(values);
        }
        for factor in 0..plan.factors.len() {
            let (places, words) = places(plan, factor);
            found.places.push(places);
            found.words.push(words);
        }
        Ok(found)
    }

    /// The plan.
    pub const fn plan(&self) -> &'s Plan {
        self.folder.plan()
    }

    /// Runs that the plan has for a cell.
    pub fn planned(&self, cell: usize) -> usize {
        let parts = self.plan().parts.iter().filter(|part| part.cells.contains(&cell));
        parts.map(|part| (part.reps.end - part.reps.start) as usize).sum()
    }

    /// Of which metrics some runs that are over have no value, in words; `None` where all have.
    pub fn left_out(&self) -> Option<String> {
        let told = self.plan().metrics.iter().enumerate().filter_map(|(metric, about)| {
            let known = |cell: usize| self.values(metric, cell).iter().filter(|value| value.is_finite()).count();
            let valued: usize = (0..self.plan().cells.len()).map(known).sum();
            (valued < self.rows).then(|| format!("{} of {} runs for {}", valued, self.rows, about.name))
        });
        let told: Vec<String> = told.collect();
        (!told.is_empty()).then(|| {
            format!("There is a value in {}; the others failed, or it is undefined in them.", told.join(", in "))
        })
    }

    /// A metric in a cell, a value for each of its runs.
    pub fn values(&self, metric: usize, cell: usize) -> &[f64] {
        &self.values[metric][cell]
    }

    /// A metric in a cell.
    pub fn stats(&self, metric: usize, cell: usize) -> Stats {
        Stats::of(self.values(metric, cell).iter().copied())
    }

    /// A metric in several cells together.
    pub fn stats_of(&self, metric: usize, cells: &[usize]) -> Stats {
        Stats::of(cells.iter().flat_map(|&cell| self.values(metric, cell).iter().copied()))
    }

    /// Where a cell lies on the axis of a factor.
    pub fn place(&self, factor: usize, cell: usize) -> f64 {
        self.places[factor][cell]
    }

    /// The words of a factor, in the order of their places; empty where it has numbers.
    pub fn words(&self, factor: usize) -> &[String] {
        &self.words[factor]
    }

    /// The places that a factor takes, each once, in order.
    pub fn levels(&self, factor: usize) -> Vec<f64> {
        let mut levels = self.places[factor].clone();
        levels.sort_by(f64::total_cmp);
        levels.dedup();
        levels
    }

    /// Cells gathered along a factor: each level by itself where there are few, else in parts of as many cells.
    pub fn along(&self, factor: usize, most: usize) -> Vec<(f64, Vec<usize>)> {
        let levels = self.levels(factor);
        let mut cells: Vec<usize> = (0..self.plan().cells.len()).filter(|&cell| !self.runs[cell].is_empty()).collect();
        if levels.len() <= most {
            let at = |level: f64| cells.iter().copied().filter(|&cell| self.place(factor, cell) == level).collect();
            let groups = levels.into_iter().map(|level| (level, at(level)));
            return groups.filter(|(_, cells): &(f64, Vec<usize>)| !cells.is_empty()).collect();
        }
        cells.sort_by(|&one, &other| self.place(factor, one).total_cmp(&self.place(factor, other)));
        let parts = most.min(cells.len() / 4).max(1);
        let cut = |nth: usize| cells.len() * nth / parts;
        (0..parts)
            .map(|nth| &cells[cut(nth)..cut(nth + 1)])
            .filter(|part| !part.is_empty())
            .map(|part| {
                (part.iter().map(|&cell| self.place(factor, cell)).sum::<f64>() / part.len() as f64, part.to_vec())
            })
            .collect()
    }

    /// How much of a metric a factor explains by itself: the share of the variance of cells' means that lies between groups
    /// along it. A first look, not an index of sensitivity.
    pub fn share_explained(&self, metric: usize, factor: usize) -> f64 {
        let mean_of = |cell: usize| self.stats(metric, cell).mean;
        let groups: Vec<Vec<f64>> = self
            .along(factor, 8)
            .into_iter()
            .map(|(_, cells)| cells.into_iter().map(mean_of).filter(|mean| mean.is_finite()).collect())
            .collect();
        let all: Vec<f64> = groups.iter().flatten().copied().collect();
        let middle = mean(&all);
        let square = |value: f64| (value - middle) * (value - middle);
        let between: f64 =
            groups.iter().filter(|group| !group.is_empty()).map(|group| group.len() as f64 * square(mean(group))).sum();
        let share = between / all.iter().map(|&value| square(value)).sum::<f64>();
        if share.is_finite() { share } else { 0.0 }
    }

    /// Factors by how much they explain of the first metric, the most first.
    pub fn by_influence(&self) -> Vec<usize> {
        let mut factors: Vec<(usize, f64)> =
            (0..self.plan().factors.len()).map(|factor| (factor, self.share_explained(0, factor))).collect();
        factors.sort_by(|one, other| other.1.total_cmp(&one.1));
        factors.into_iter().map(|(factor, _)| factor).collect()
    }
}

/// The places of a factor's values, and its words where it has no numbers.
fn places(plan: &Plan, factor: usize) -> (Vec<f64>, Vec<String>) {
    let value = |cell: &SweepCell| cell.values[factor].clone();
    if plan.cells.iter().all(|cell| value(cell).is_number()) {
        return (plan.cells.iter().map(|cell| value(cell).as_f64().unwrap_or(f64::NAN)).collect(), Vec::new());
    }
    // In the order in which the sweep lists them, and then as they come.
    let mut order: Vec<Json> = plan.factors[factor].spread["values"].as_array().cloned().unwrap_or_default();
    for cell in &plan.cells {
        if !order.contains(&cell.values[factor]) {
            order.push(cell.values[factor].clone());
        }
    }
    let place = |cell| order.iter().position(|one| *one == value(cell)).unwrap_or(0) as f64;
    (plan.cells.iter().map(place).collect(), order.iter().map(text_of).collect())
}
