//! `contraband schema`: what files look like.

use std::fmt::Write;

use contraband_analysis::store::schema_json;
use contraband_sim::record::tables::{ColumnKind, TABLES};
use serde_json::json;

use crate::args::Described;
use crate::errors::Failure;
use crate::exit::Exit;
use crate::{args, output};

/// Describes files or tables.
///
/// # Errors
/// When stdout cannot be written.
pub fn schema(args: &args::Schema) -> Result<Exit, Failure> {
    match args.what {
        Described::Scenario => output::print_json(&contraband_sim::scenario::schema::schema())?,
        Described::Study => output::print_json(&contraband_lab::files::study::file::study_schema())?,
        Described::Sweep => output::print_json(&contraband_lab::files::sweep_schema::sweep_schema())?,
        Described::Calibration => output::print_json(&contraband_lab::files::calibration_schema::calibration_schema())?,
        Described::Tables if args.json => {
            let tables: Vec<_> = TABLES.iter().map(|&table| schema_json(table)).collect();
            output::print_json(&json!({"schema": 1, "tables": tables}))?;
        }
        Described::Tables => output::print(&tables())?,
    }
    Ok(Exit::Ok)
}

/// Every table with its columns, in Markdown.
fn tables() -> String {
    let mut page = String::from(
        "# Tables of a run folder\n\nEach is NAME.parquet, and NAME.csv if the run was asked for it. Columns that \
         identify a row come first. A Parquet file carries this description in its own metadata: each Arrow field has its \
         `unit` and its `description`, and the file has `contraband.doc` and `contraband.columns`, the same as JSON. It also \
         says which run it is from: `contraband.scenario`, `contraband.scenario_hash`, `contraband.seed` and \
         `contraband.engine`. A missing value is null, in CSV an empty field; the meaning of a column says when values are \
         missing.\n",
    );
    for table in TABLES {
        let _ = write!(page, "\n## {}\n\n{}\n\n", table.name, table.doc.trim());
        let mut rows = vec![["| column", "| type", "| unit", "| meaning |"].map(String::from).to_vec()];
        rows.push(["|---", "|---", "|---", "|---|"].map(String::from).to_vec());
        for column in table.columns {
            let kind = match column.kind {
                ColumnKind::Int => "whole number",
                ColumnKind::Float => "number",
                ColumnKind::Text => "text",
            };
            let or_null = if column.may_miss { ", or null" } else { "" };
            rows.push(vec![
                format!("| {}", column.name),
                format!("| {kind}{or_null}"),
                format!("| {}", column.unit),
                format!("| {} |", column.doc),
            ]);
        }
        page += &output::columns(&rows);
    }
    page
}
