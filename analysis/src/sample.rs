//! A sweep as a sample, from its merged table.

use std::path::Path;

use contraband_lab::measure::given_data::Column;
use contraband_lab::sample::{Sample, SampleDesign, SampledMetric, SweptLever, Unanswered};
use contraband_lab::sweep::{Plan, SweepFolder};
use polars::prelude::DataFrame;

use crate::error::StoreError;
use crate::measures::{numbers, words};
use crate::sweep::read_table;

/// Reads `plan.json` and `runs.parquet` of a sweep folder.
///
/// # Errors
/// When they are not there or damaged.
pub fn read(folder: &Path) -> Result<Sample, Unanswered> {
    let sweep = SweepFolder::open(folder)?;
    let runs = folder.join("runs.parquet");
    if !runs.is_file() {
        let what = format!("{} has no runs.parquet yet", folder.display());
        return Err(Unanswered::asked(what, format!("`contraband sweep merge {}` creates it", folder.display())));
    }
    let frame = read_table(&sweep, "runs.parquet", None)?;
    let sample = of(sweep.plan(), &frame).map_err(|reason| StoreError::Damaged { path: runs, reason })?;
    Ok(Sample { notes: sweep.notes(), ..sample })
}

fn of(plan: &Plan, frame: &DataFrame) -> Result<Sample, String> {
    let present: Vec<String> = frame.get_column_names().iter().map(ToString::to_string).collect();
    let needed = ["cell", "rep", "status"].into_iter().chain(plan.metrics.iter().map(|metric| metric.name.as_str()));
    if let Some(missing) = needed.into_iter().find(|name| !present.iter().any(|one| one == name)) {
        return Err(format!("column `{missing}` is missing"));
    }
    let levers = plan.factors.iter().enumerate().map(|(at, factor)| {
        let values = || plan.cells.iter().map(move |cell| &cell.values[at]);
        let values = if matches!(factor.shape.as_str(), "number" | "whole") {
            Column::Numbers(values().map(|value| value.as_f64().unwrap_or(f64::NAN)).collect())
        } else {
            Column::Words(values().map(|value| value.as_str().map_or_else(|| value.to_string(), Into::into)).collect())
        };
        SweptLever { path: factor.path.clone(), label: factor.label.clone(), unit: factor.unit.clone(), values }
    });
    let levers: Vec<SweptLever> = levers.collect();
    let count = |name: &str| plan.design[name].as_u64().unwrap_or(0);
    let design = match plan.design["method"].as_str().unwrap_or("list") {
        "saltelli" => SampleDesign::Saltelli { points: count("points") as usize },
        "morris" => SampleDesign::Morris {
            trajectories: count("trajectories") as usize,
            levels: count("levels") as usize,
            seed: count("seed"),
        },
        other => SampleDesign::Other(other.into()),
    };
    let reps = plan.parts.iter().map(|part| part.reps.end).max().unwrap_or(0) as usize;
    let cells: Vec<usize> = numbers(frame, "cell").into_iter().map(|cell| cell as usize).collect();
    let rep: Vec<usize> = numbers(frame, "rep").into_iter().map(|rep| rep as usize).collect();
    let status = words(frame, "status");
    if [cells.len(), rep.len(), status.len()] != [frame.height(); 3] {
        return Err("its columns cell, rep or status are not of the types they should have".into());
    }
    if cells.iter().any(|&cell| cell >= plan.cells.len()) || rep.iter().any(|&rep| rep >= reps) {
        return Err("it holds runs that are not in plan.json".into());
    }
    let usable = |at: usize| matches!(status[at].as_str(), "ok" | "stopped");
    let metrics = plan.metrics.iter().map(|metric| {
        let mut runs = vec![vec![f64::NAN; reps]; plan.cells.len()];
        for (at, value) in numbers(frame, &metric.name).into_iter().enumerate() {
            if usable(at) {
                runs[cells[at]][rep[at]] = value;
            }
        }
        SampledMetric { name: metric.name.clone(), text: metric.metric.clone(), runs }
    });
    let of_status = |word: &[&str]| status.iter().filter(|status| word.contains(&status.as_str())).count() as u64;
    Ok(Sample {
        notes: Vec::new(),
        name: plan.name.clone(),
        rows: if plan.rows.is_empty() { (0..plan.cells.len()).collect() } else { plan.rows.clone() },
        shared_seeds: plan.seeds == "shared",
        metrics: metrics.collect(),
        planned: plan.runs(),
        done: of_status(&["ok", "stopped"]),
        failed: of_status(&["failed", "timed_out"]),
        stopped: of_status(&["stopped"]),
        levers,
        design,
    })
}
