//! JSON Schema of calibration files: for editors that complete and check while one types.

use serde_json::{Value as Json, json};

use crate::files::calibration::{ACCEPTANCE, BUDGET, MOST_LEARNT, PARTICLES, PREDICTIVE};
use crate::files::sweep_schema::factors_schema;
use contraband_sim::scenario::read::LONGEST_RUN;

/// The JSON Schema (draft 2020-12) of calibration files.
pub fn calibration_schema() -> Json {
    let text = |description: &str| json!({"type": "string", "description": description});
    let whole = |least: u64, default: u64, description: &str| json!({"type": "integer", "minimum": least, "default": default, "description": description});
    let object = |properties: Json, required: Json| json!({"type": "object", "additionalProperties": false, "properties": properties, "required": required});
    let point = json!({"type": "object", "additionalProperties": {"type": ["number", "string", "boolean"]}});
    let mut factors = factors_schema();
    factors["maxProperties"] = json!(MOST_LEARNT);
    factors["description"] = json!("Levers by path, and what is believed of each before anything is lived.");
    let base = object(
        json!({"scenario": text("A file or the name of a scenario."), "set": point, "timeline": {"type": "array", "items": {"type": "object"}}}),
        json!([]),
    );
    let target = object(
        json!({
            "name": {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,39}$", "description": "Name, in tables."},
            "label": text("What people call it."),
            "metric": text("What is read off a run, such as `mean(days.trades, days = 121 to 365)`."),
            "band": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2, "description": "Between which values it should lie."},
            "source": text("Who says so."),
        }),
        json!(["name", "metric", "band", "source"]),
    );
    let targets = |description: &str| {
        let named = text("`fitted` or `held_out`, or a file of patterns beside this one.");
        json!({"anyOf": [named, {"type": "array", "items": target, "minItems": 1}], "description": description})
    };
    let mut file = object(
        json!({
            "$schema": {"type": "string"},
            "name": text("Name of the calibration."),
            "question": text("The question it asks."),
            "base": {"anyOf": [text("A file or the name of a scenario."), base]},
            "days": {"type": "integer", "minimum": 1, "maximum": LONGEST_RUN, "description": "Length of the runs; without it the scenario's."},
            "factors": factors,
            "targets": targets("What the base should show; of a file of patterns those that ask for the base and its days."),
            "held_out": targets("What is looked at afterwards only; patterns may ask for other worlds."),
            "particles": whole(20, PARTICLES as u64, "Points that are kept."),
            "reps": whole(1, 1, "Runs of each point; their median is compared."),
            "budget": whole(1, BUDGET, "Most runs for fitting."),
            "acceptance": {"type": "number", "minimum": 0, "exclusiveMaximum": 1, "default": ACCEPTANCE, "description": "It ends when a smaller share of new points comes closer."},
            "predictive": whole(2, PREDICTIVE as u64, "Runs of each world, drawn from what is believed, with fresh seeds."),
            "seed": whole(0, 1, "Seed of the points that are tried."),
            "first_seed": whole(0, 1, "Where seeds of runs begin."),
        }),
        json!(["base", "factors", "targets"]),
    );
    file["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    file["title"] = json!("A calibration of Contraband");
    file["description"] = json!("Levers to be learnt from what a world should show.");
    file
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::calibration::FIELDS;

    #[test]
    fn it_knows_every_field_that_the_reader_knows() {
        let schema = calibration_schema();
        let known: Vec<&String> = schema["properties"].as_object().expect("an object").keys().collect();
        assert_eq!(known.len(), FIELDS.len());
        assert!(FIELDS.iter().all(|field| known.iter().any(|name| name == field)));
    }
}
