//! What a page is sent: the world on day 0, the rows of each day, the people as dots. Everything is JSON; numbers are those of
//! the tables, to the last digit.

use contraband_sim::base::fields::Scope;
use contraband_sim::base::units::{Shape, Value as LeverValue};
use contraband_sim::ids::good::Good;
use contraband_sim::record::tables::{ColumnKind, ColumnSpec, TABLES, TableSpec};
use contraband_sim::scenario::levers::levers;
use contraband_sim::scenario::library::LIBRARY;
use contraband_sim::scenario::read::read;
use contraband_sim::scenario::tree::Format;
use contraband_sim::scenario::{Scenario, TimelineEntry};
use serde_json::{Map, Value, json};

use crate::Exhibit;
use crate::dots::{FATES, TRAITS, sample_step};
use crate::future::RecordedDay;
use crate::glossary::good_name;
use crate::headline::{as_json, events, is_news};
use crate::rows::cell;

/// Tables that the page gets day by day; stories use the others.
const TOLD: [&str; 10] =
    ["days", "goods", "places", "venues", "agencies", "providers", "welfare", "enclaves", "colonies", "counts"];

/// The rows of these days as JSON, table by table and column by column.
pub fn rows<'d>(days: impl Iterator<Item = &'d RecordedDay> + Clone) -> Value {
    let mut told = Map::new();
    for table in TOLD.iter().filter_map(|name| TABLES.iter().find(|table| table.name == *name)) {
        let mut columns: Vec<Vec<Value>> = vec![Vec::new(); table.columns.len()];
        for batch in days.clone().flat_map(|day| &day.rows).filter(|batch| batch.table.name == table.name) {
            for (column, values) in columns.iter_mut().zip(&batch.columns) {
                column.extend((0..values.len()).map(|row| cell(values, row)));
            }
        }
        if columns[0].is_empty() {
            continue;
        }
        let columns =
            table.columns.iter().map(|about| about.name.to_owned()).zip(columns.into_iter().map(Value::Array));
        told.insert(table.name.into(), Value::Object(columns.collect()));
    }
    Value::Object(told)
}

/// The news of these days as JSON, in order.
pub fn news<'d>(days: impl Iterator<Item = &'d RecordedDay>) -> Vec<Value> {
    days.flat_map(events).filter(is_news).map(|event| as_json(&event)).collect()
}

/// The gallery as JSON: runs to look at, and every scenario that comes with the program.
pub fn gallery(exhibits: &[Exhibit]) -> Value {
    let scenarios = LIBRARY.iter().filter_map(|embedded| {
        let scenario = read(embedded.text, Format::Ron).ok()?;
        Some(json!({
            "name": embedded.name,
            "title": scenario.name,
            "question": scenario.question,
            "look_at": scenario.look_at,
            "days": scenario.days,
            "citizens": scenario.params.citizens.count.get(),
            "places": scenario.params.places.len(),
            "changes": scenario.timeline.len(),
        }))
    });
    let exhibits = exhibits.iter().map(|exhibit| json!({"title": exhibit.title, "about": exhibit.about}));
    json!({
        "schema": 1, "version": contraband_sim::VERSION,
        "exhibits": exhibits.collect::<Vec<_>>(), "scenarios": scenarios.collect::<Vec<_>>(),
    })
}

/// The world on day 0 as JSON: everything that does not change from day to day.
pub fn setup(name: &str, scenario: &Scenario) -> Value {
    let params = &scenario.params;
    json!({
        "scenario": name,
        "title": scenario.name,
        "question": scenario.question,
        "look_at": scenario.look_at,
        "days": scenario.days,
        "seed": scenario.seed,
        "version": contraband_sim::VERSION,
        "citizens": params.citizens.count.get(),
        "step": sample_step(scenario),
        "goods": Good::ALL.iter().map(|good| good.word()).collect::<Vec<_>>(),
        "good_names": Good::ALL.iter().map(|&good| good_name(good)).collect::<Vec<_>>(),
        "places": params.places.iter().map(|place| json!({
            "name": place.name,
            "kind": place.params.kind.word(),
            "share": place.params.population.get(),
            "surveillance": place.params.surveillance.get(),
            "abundance": place.params.abundance.get(),
        })).collect::<Vec<_>>(),
        "venues": params.venues.iter().map(|venue| json!({"name": venue.name, "place": venue.place})).collect::<Vec<_>>(),
        "fates": FATES,
        "traits": TRAITS.iter().map(|known| json!({
            "name": known.name, "label": known.label, "unit": known.unit, "top": (known.top)(scenario),
        })).collect::<Vec<_>>(),
        "files": TABLES.iter().map(|table| json!({"name": table.name, "doc": table.doc.trim()})).collect::<Vec<_>>(),
        "tables": TOLD.iter().filter_map(|name| TABLES.iter().find(|table| table.name == *name)).map(|table| table_json(table)).collect::<Vec<_>>(),
        "levers": levers(scenario).iter().map(|lever| {
            let (kind, words) = match lever.shape {
                Shape::Real => ("real", None),
                Shape::Whole => ("whole", None),
                Shape::Words(words) => ("words", Some(words)),
                Shape::Flag => ("flag", None),
            };
            json!({
                "path": lever.path, "label": lever.label, "unit": lever.unit, "kind": kind, "words": words,
                "min": lever.min, "max": lever.max, "default": lever_value(lever.default),
                "source": lever.source, "consequence": lever.consequence,
                "scope": match lever.scope { Scope::Start => "start", Scope::Day => "day", Scope::Place => "place" },
            })
        }).collect::<Vec<_>>(),
        "timeline": scenario.timeline.iter().map(entry).collect::<Vec<_>>(),
    })
}

fn table_json(table: &TableSpec) -> Value {
    let column = |column: &ColumnSpec| {
        let kind = match column.kind {
            ColumnKind::Int => "int",
            ColumnKind::Float => "float",
            ColumnKind::Text => "text",
        };
        json!({"name": column.name, "kind": kind, "unit": column.unit, "doc": column.doc})
    };
    json!({
        "name": table.name,
        "doc": table.doc.trim(),
        "columns": table.columns.iter().map(column).collect::<Vec<_>>(),
    })
}

/// An entry of a timeline as JSON.
pub fn entry(entry: &TimelineEntry) -> Value {
    let set: Vec<Value> =
        entry.set.iter().map(|(path, value)| json!({"path": path, "value": lever_value(*value)})).collect();
    json!({
        "day": entry.day, "until": entry.until, "ramp": entry.ramp, "places": entry.places, "label": entry.label,
        "set": set,
    })
}

/// The value of every lever on a day, outside places that have a value of their own.
pub fn values_on(scenario: &Scenario, day: u32) -> Value {
    let in_force = Scenario { params: scenario.params_on(day), ..scenario.clone() };
    let value = |path: &str| in_force.get(path).map_or(Value::Null, lever_value);
    Value::Object(levers(scenario).into_iter().map(|lever| (lever.path.clone(), value(&lever.path))).collect())
}

fn lever_value(value: LeverValue) -> Value {
    match value {
        LeverValue::Number(number) => number.into(),
        LeverValue::Word(word) => word.into(),
        LeverValue::Flag(flag) => flag.into(),
    }
}
