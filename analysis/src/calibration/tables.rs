//! Particles as Parquet files: those that are kept, and all points that were tried.

use std::fs;
use std::path::Path;

use contraband_lab::calibration::Answer;
use contraband_sim::base::units::{Shape, Value};
use contraband_sim::record::tables::{ColumnSpec, Kind, TableSpec, Values};

use crate::error::StoreError;
use crate::store::TableFile;

const fn column(name: &'static str, kind: Kind, doc: &'static str) -> ColumnSpec {
    ColumnSpec { name, kind, unit: "", doc }
}

const KEYS: [ColumnSpec; 5] = [
    column("generation", Kind::Int, "generation in which the point was tried, from 0"),
    column("row", Kind::Int, "number of the point in that generation, from 0"),
    column("kept", Kind::Int, "1 if it is a particle, else 0"),
    column("weight", Kind::Float, "weight: share of the belief that the particle stands for; all weights add up to 1"),
    column("distance", Kind::Float, "root mean square of how far targets lie outside their bands, in half-widths"),
];

/// A text that lives as long as the program: a command writes the tables of one calibration.
fn kept(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

/// Writes `posterior.parquet` and `points.parquet`.
pub fn write(answer: &Answer<'_>, folder: &Path, csv: bool) -> Result<(), StoreError> {
    let mut columns = KEYS.to_vec();
    columns.extend(answer.factors().iter().map(|factor| ColumnSpec {
        name: kept(&factor.path),
        kind: if matches!(factor.shape(), Shape::Real | Shape::Whole) { Kind::Float } else { Kind::Text },
        unit: kept(factor.unit()),
        doc: kept(factor.label()),
    }));
    columns.extend(answer.calibration.targets.iter().map(|target| ColumnSpec {
        name: kept(&target.measure.name),
        kind: Kind::Float,
        unit: "",
        doc: kept(target.measure.expression.text()),
    }));
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
        let mut file = TableFile::create(draft.path(), table, csv)?;
        file.append(rows(answer, columns, all))?;
        file.finish()?;
        for entry in fs::read_dir(draft.path()).map_err(StoreError::system("read", draft.path()))?.flatten() {
            let to = folder.join(entry.file_name());
            fs::rename(entry.path(), &to).map_err(StoreError::system("name", &to))?;
        }
    }
    Ok(())
}

fn rows(answer: &Answer<'_>, columns: &[ColumnSpec], all: bool) -> Vec<Values> {
    let tolerance = answer.population.tolerance();
    let is_kept = |distance: f64| distance.is_finite() && distance <= tolerance;
    let tried = answer.population.tried().iter().zip(&answer.values);
    let tried: Vec<_> = tried.filter(|(particle, _)| all || is_kept(particle.distance)).collect();
    let total: f64 = answer.weights().iter().sum();
    let mut table = vec![
        Values::Int(tried.iter().map(|(particle, _)| particle.generation as i64).collect()),
        Values::Int(tried.iter().map(|(particle, _)| particle.nth as i64).collect()),
        Values::Int(tried.iter().map(|(particle, _)| i64::from(is_kept(particle.distance))).collect()),
        Values::Float(tried.iter().map(|(particle, _)| particle.weight / total).collect()),
        Values::Float(tried.iter().map(|(particle, _)| particle.distance).collect()),
    ];
    for (nth, factor) in answer.factors().iter().enumerate() {
        let values = tried.iter().map(|(particle, _)| factor.at(particle.at[nth]));
        table.push(match columns[KEYS.len() + nth].kind {
            Kind::Text => Values::Text(values.map(|value| value.to_string().into()).collect()),
            _ => Values::Float(
                values.map(|value| if let Value::Number(number) = value { number } else { f64::NAN }).collect(),
            ),
        });
    }
    for nth in 0..answer.calibration.targets.len() {
        table.push(Values::Float(tried.iter().map(|(_, values)| values[nth]).collect()));
    }
    table
}
