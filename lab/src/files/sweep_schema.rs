//! JSON Schema of sweep files: for editors that complete and check while one types.

use serde_json::{Value as Json, json};

use crate::files::sweep::{LARGEST_SEED, MOST_CELLS, MOST_FACTORS, MOST_REPS, REPS};
use contraband_sim::scenario::read::LONGEST_RUN;

/// The JSON Schema (draft 2020-12) of sweep files.
pub fn sweep_schema() -> Json {
    let text = |description: &str| json!({"type": "string", "description": description});
    let whole = |least: u64, most: u64, description: &str| json!({"type": "integer", "minimum": least, "maximum": most, "description": description});
    let object = |properties: Json, required: Json, description: &str| json!({"type": "object", "additionalProperties": false, "properties": properties, "required": required, "description": description});
    let value = json!({"type": ["number", "string", "boolean"]});
    let factors = factors_schema();
    let point =
        json!({"type": "object", "additionalProperties": value, "description": "Levers by path, and their values."});
    let count = |description: &str| whole(1, MOST_CELLS as u64, description);
    let seed = whole(0, LARGEST_SEED, "Seed of the design.");
    let method = |word: &str, mut properties: Json, required: Json| {
        properties["method"] = json!({"const": word});
        object(properties, required, "")
    };
    let sampled = |word: &str| {
        method(word, json!({"points": count("Number of points."), "seed": seed}), json!(["method", "points"]))
    };
    let design = json!({
        "description": "How values are chosen.",
        "anyOf": [
            {"const": "grid", "description": "Every value with every other."},
            method("grid", json!({}), json!(["method"])),
            method("list", json!({"points": {"type": "array", "items": point, "minItems": 1}}), json!(["method", "points"])),
            method("csv", json!({"file": text("A table beside the sweep: lever paths in its first line, one point in \
                                               each following line.")}), json!(["method", "file"])),
            sampled("latin_hypercube"),
            sampled("sobol"),
            sampled("saltelli"),
            method("morris", json!({"trajectories": count("Number of trajectories."), "levels": {"type": "integer", "minimum": 2, "multipleOf": 2, "default": 4}, "seed": seed}), json!(["method", "trajectories"])),
        ],
    });
    let metric = object(
        json!({
            "name": {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,39}$", "description": "Name, in tables."},
            "metric": text("What is measured in a run, such as `mean(days.trades, days = 121 to 365)`."),
            "better": {"enum": ["less", "more", "none"], "default": "none"},
        }),
        json!(["name", "metric"]),
        "Something measured in each run.",
    );
    let base = object(
        json!({"scenario": text("A file or the name of a scenario."), "set": point, "timeline": {"type": "array", "items": {"type": "object"}}}),
        json!([]),
        "A scenario with levers and dates of its own on top.",
    );
    let series = object(
        json!({"columns": {"type": "array", "items": {"type": "string"}, "minItems": 1, "description": "Columns of `days`."}, "every": whole(1, LONGEST_RUN.into(), "Days from one row to the next.")}),
        json!(["columns"]),
        "What is recorded over time.",
    );
    let mut file = object(
        json!({
            "$schema": {"type": "string"},
            "name": text("Name of the sweep."),
            "question": text("The question it asks."),
            "base": {"anyOf": [text("A file or the name of a scenario."), base]},
            "days": whole(1, LONGEST_RUN.into(), "Length of the runs [default: the scenario's]."),
            "factors": factors,
            "design": design,
            "reps": {"type": "integer", "minimum": 1, "maximum": MOST_REPS, "default": REPS, "description": "Runs of each cell."},
            "first_seed": {"type": "integer", "minimum": 0, "maximum": LARGEST_SEED, "default": 1},
            "seeds": {"enum": ["shared", "independent"], "default": "shared", "description": "Whether all cells use the same seeds, so that they differ by their levers alone."},
            "metrics": {"type": "array", "items": metric, "minItems": 1},
            "series": series,
            "stop": {"type": "array", "items": {"type": "string"}, "description": "Conditions that end a run, checked every evening, such as `rogue_ais > 50`."},
            "time_limit": {"type": "number", "exclusiveMinimum": 0, "description": "Maximum number of seconds that a run may take."},
        }),
        json!(["base", "design"]),
        "Levers that vary over a world, run many times.",
    );
    file["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    file["title"] = json!("A Contraband sweep");
    file
}

/// The JSON Schema of levers by path with the values that they take.
pub(crate) fn factors_schema() -> Json {
    let number = |description: &str| json!({"type": "number", "description": description});
    let whole = |least: u64, most: u64, description: &str| json!({"type": "integer", "minimum": least, "maximum": most, "description": description});
    let object = |properties: Json, required: Json, description: &str| json!({"type": "object", "additionalProperties": false, "properties": properties, "required": required, "description": description});
    let value = json!({"type": ["number", "string", "boolean"]});
    let values = json!({"type": "array", "items": value, "minItems": 1, "maxItems": 1000, "uniqueItems": true, "description": "Values, all equally frequent."});
    let range = object(
        json!({
            "values": values,
            "low": number("Least value."),
            "high": number("Greatest value."),
            "log": {"type": "boolean", "description": "Whether equal ratios are equally frequent (logarithmic scale)."},
            "steps": whole(2, 1000, "This many values from end to end instead of the whole range; a grid needs them."),
            "distribution": {"enum": ["uniform", "log_uniform", "normal", "triangular", "choice"]},
            "mean": number("Mean of a normal distribution, before it is truncated to the range of the lever."),
            "sd": number("Standard deviation of a normal distribution."),
            "mode": number("Most frequent value of a triangular distribution."),
        }),
        json!([]),
        "A range, or a distribution.",
    );
    json!({
        "type": "object",
        "minProperties": 1,
        "maxProperties": MOST_FACTORS,
        "additionalProperties": {"anyOf": [values, range]},
        "description": "Levers by path, and the values that they take; a star stands for any name in its position.",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::sweep::FIELDS;

    #[test]
    fn it_knows_every_field_that_the_reader_knows() {
        let schema = sweep_schema();
        let known: Vec<&String> = schema["properties"].as_object().expect("an object").keys().collect();
        assert_eq!(known.len(), FIELDS.len());
        assert!(FIELDS.iter().all(|field| known.iter().any(|name| name == field)));
    }
}
