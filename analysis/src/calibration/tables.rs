//! Particles as Parquet files: those that are kept, and all points that were tried.

use std::fs;
use std::path::Path;

use contraband_lab::calibration::CalibrationAnswer;
use contraband_sim::base::units::{Shape, Value};
use contraband_sim::record::csv_dialect::CsvDialect;
use contraband_sim::record::tables::{ColumnKind, ColumnSpec, Row, TableSpec, Values};
use contraband_sim::table;

use crate::error::StoreError;
use crate::store::{Origin, TableFile};

table! {
    /// A point that was tried, before its levers and its targets.
    PointHead {
        generation: usize, "", "generation in which the point was tried, from 0";
        row: usize, "", "number of the point in that generation, from 0";
        kept: bool, "", "1 if it is a particle, else 0";
        weight: f64, "", "weight: share of the belief that the particle stands for; all weights add up to 1";
        distance: f64, "", "root mean square of how far targets lie outside their bands, in half-widths";
    }
}

/// A text that lives as long as the program: a command writes the tables of one calibration.
fn kept(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

/// Writes `posterior.parquet` and `points.parquet`.
pub fn write(answer: &CalibrationAnswer<'_>, folder: &Path, csv: Option<CsvDialect>) -> Result<(), StoreError> {
    let mut columns = PointHead::COLUMNS.to_vec();
    columns.extend(answer.factors().iter().map(|factor| {
        let kind =
            if matches!(factor.shape(), Shape::Real | Shape::Whole) { ColumnKind::Float } else { ColumnKind::Text };
        ColumnSpec::new(kept(&factor.path), kind, kept(factor.unit()), kept(factor.label()))
    }));
    columns.extend(answer.calibration.targets.iter().map(|target| {
        let text = kept(target.measure.expression.text());
        ColumnSpec::new(kept(&target.measure.name), ColumnKind::Float, "as the metric says", text).or_missing()
    }));
    let origin = Origin::many(&answer.build, "contraband.calibration", &answer.calibration.name);
    let columns: &'static [ColumnSpec] = Box::leak(columns.into_boxed_slice());
    for (name, doc, all) in [
        ("posterior", "Particles of a calibration: a weighted sample of what is believed about its levers.", false),
        ("points", "All points that a calibration tried.", true),
    ] {
        let table: &'static TableSpec = Box::leak(Box::new(TableSpec { name, doc, columns }));
        let draft = tempfile::Builder::new()
            .prefix(".tables-")
            .tempdir_in(folder)
            .map_err(StoreError::system("write in", folder))?;
        let mut file = TableFile::create(draft.path(), table, &origin, csv)?;
        file.append(rows(answer, columns, all))?;
        file.finish()?;
        for entry in fs::read_dir(draft.path()).map_err(StoreError::system("read", draft.path()))?.flatten() {
            let to = folder.join(entry.file_name());
            fs::rename(entry.path(), &to).map_err(StoreError::system("name", &to))?;
        }
    }
    Ok(())
}

fn rows(answer: &CalibrationAnswer<'_>, columns: &[ColumnSpec], all: bool) -> Vec<Values> {
    let tolerance = answer.population.tolerance();
    let is_kept = |distance: f64| distance.is_finite() && distance <= tolerance;
    let tried = answer.population.tried().iter().zip(&answer.values);
    let total: f64 = answer.weights().iter().sum();
    let mut table: Vec<Values> = columns.iter().map(|about| Values::new(about.kind, about.may_miss)).collect();
    for (particle, values) in tried.filter(|(particle, _)| all || is_kept(particle.distance)) {
        let (head, rest) = table.split_at_mut(PointHead::COLUMNS.len());
        let point = PointHead {
            generation: particle.generation,
            row: particle.nth,
            kept: is_kept(particle.distance),
            weight: particle.weight / total,
            distance: particle.distance,
        };
        point.push(head);
        let levers = answer.factors().iter().zip(&particle.at).map(|(factor, &at)| factor.at(at));
        let targets = values[..answer.calibration.targets.len()].iter().map(|&value| Value::Number(value));
        for (column, value) in rest.iter_mut().zip(levers.chain(targets)) {
            match (column, value) {
                (Values::Text(cells), value) => cells.push_slot(value.to_string().into()),
                // NaN is missing.
                (Values::Float(cells), Value::Number(number)) => cells.push_slot(number),
                (column, value) => unreachable!("{value} in a column of {:?}", column.kind()),
            }
        }
    }
    table
}
