//! JSON Schema of scenario files, from the same tables: for editors that complete and check while one types.

use serde_json::{Map, Value as Json, json};

use crate::base::fields::{About, AnySection, Scope, Section};
use crate::base::units::{Shape, Value};
use crate::goods::params::GoodParams;
use crate::ids::good::Good;
use crate::params::Params;
use crate::params::agency::AgencyParams;
use crate::params::delegate::ProviderParams;
use crate::params::house::HouseParams;
use crate::params::place::PlaceParams;
use crate::params::temperament::TemperamentParams;
use crate::params::venue::VenueParams;
use crate::scenario::Scenario;
use crate::scenario::levers::Address;
use crate::scenario::read::{LARGEST_SEED, LONGEST_RUN, OTHERS};

/// The JSON Schema (draft 2020-12) of scenario files.
pub fn schema() -> Json {
    let default = Scenario::default();
    let params = &default.params;
    let text = |description: &str| json!({"type": "string", "description": description});
    let name = json!({"type": "string", "pattern": "^[a-z][a-z0-9_]{0,39}$", "description": "Name in tables, charts and levers."});
    let key = json!({"type": "string", "pattern": "^[a-z][a-z0-9_]{0,39}$", "description": "What its draws are keyed by [default: its name]; who renames it and gives its former name here changes no result."});
    let names = |description: &str| json!({"type": "array", "items": {"type": "string"}, "minItems": 1, "description": description});
    let families =
        params.goods.iter().map(|(good, defaults)| (good.word(), section(&[defaults, params.own.of(good)], &[])));
    let others = (OTHERS, section(&[&GoodParams::default()], &[]));
    let goods: Map<String, Json> = families.chain([others]).map(|(name, group)| (name.into(), group)).collect();

    let place = section(&[&PlaceParams::default()], &[("name", name.clone()), ("key", key.clone())]);
    let in_place = json!({"type": ["string", "null"], "description": "Name of the place where it stands; without it the venue is virtual and serves all places."});
    let venue =
        section(&[&VenueParams::default()], &[("name", name.clone()), ("key", key.clone()), ("place", in_place)]);
    let pursued = json!({"type": "array", "items": {"enum": Good::WORDS}, "minItems": 1, "description": "Goods it pursues [default: all]."});
    let mandate = names("Names of the places where it may act [default: all].");
    let agency = section(
        &[&AgencyParams::default()],
        &[("name", name.clone()), ("key", key.clone()), ("places", mandate), ("goods", pursued)],
    );
    let temperament = section(&[&TemperamentParams::default()], &[("name", name.clone()), ("key", key.clone())]);
    let provider = section(&[&ProviderParams::default()], &[("name", name.clone()), ("key", key.clone())]);
    let house = section(&[&HouseParams::default()], &[("name", name), ("key", key)]);
    let list = |description: &str, item: Json| {
        let mut item = item;
        item["required"] = json!(["name"]);
        json!({"type": "array", "items": item, "minItems": 1, "description": description})
    };
    let mut agencies = list("Who enforces; replaces the default list.", agency);
    agencies["minItems"] = json!(0);
    let mut houses = list("Named syndicates that exist from the first day to the last and can be directed.", house);
    houses["minItems"] = json!(0);

    let timeline = json!({
        "type": "array",
        "description": "Dated changes of levers; if two change one lever, the later one in the list wins.",
        "items": {
            "type": "object",
            "additionalProperties": false,
            "required": ["day", "set"],
            "properties": {
                "day": {"type": "integer", "minimum": 1, "description": "First day on which it applies."},
                "until": {"type": ["integer", "null"], "minimum": 1, "description": "Last day on which it applies; without it, for ever."},
                "ramp": {"type": "integer", "minimum": 0, "default": 0, "description": "Days in which numbers move to their new value; 0 for a step."},
                "places": names("Names of the places where it applies [default: all]."),
                "label": text("Label: shown on charts."),
                "reached": {"type": "boolean", "default": true, "description": "false keeps an entry that begins after the last day, and so never applies."},
                "set": {"$ref": "#/$defs/dated_levers", "description": "Levers by path, and their new values."},
            },
        },
    });

    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A Contraband scenario",
        "description": "Whatever is not given is as in the default world.",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "$schema": {"type": "string"},
            "name": text("Name, as in `contraband list`."),
            "question": text("The question it asks."),
            "look_at": text("What to look at in the answer."),
            "days": {"type": "integer", "minimum": 1, "maximum": LONGEST_RUN, "default": default.days, "description": "Length of the run in days."},
            "seed": {"type": "integer", "minimum": 0, "maximum": LARGEST_SEED, "default": default.seed, "description": "Seed, unless the command line gives another."},
            "citizens": section(&[&params.citizens], &[]),
            "demand": section(&[&params.demand], &[]),
            "market": section(&[&params.market], &[]),
            "syndicates": section(&[&params.syndicates], &[]),
            "law": section(&[&params.law], &[]),
            "society": section(&[&params.society], &[]),
            "delegates": section(&[&params.delegates], &[]),
            "enclaves": section(&[&params.enclaves], &[]),
            "colonies": section(&[&params.colonies], &[]),
            "leaks": section(&[&params.leaks], &[]),
            "welfare": section(&[&params.welfare], &[]),
            "goods": {"type": "object", "additionalProperties": false, "properties": goods, "description": "The families of restricted goods; `others` says something of all that are not named."},
            "places": list("Where people live; replaces the default list.", place),
            "venues": list("Where stalls stand; replaces the default list.", venue),
            "agencies": agencies,
            "temperaments": list("Kinds of syndicates; replaces the default list.", temperament),
            "providers": list("Providers of shopping agents; replaces the default list.", provider),
            "houses": houses,
            "set": {"$ref": "#/$defs/levers", "description": "Levers by path, from the start."},
            "timeline": timeline,
        },
        "$defs": {"levers": levers(params, |_| true), "dated_levers": levers(params, |about| about.scope != Scope::Start)},
    })
}

/// A group that holds the fields of some sections, and others.
fn section(sections: &[&dyn AnySection], others: &[(&str, Json)]) -> Json {
    let mut properties: Map<String, Json> =
        others.iter().map(|(name, schema)| ((*name).into(), schema.clone())).collect();
    for section in sections {
        for (index, about) in section.abouts().enumerate() {
            properties.insert(about.name.into(), property(about, Some(section.get(index))));
        }
    }
    let doc = sections.first().map_or("", |section| section.doc());
    json!({"type": "object", "additionalProperties": false, "properties": properties, "description": doc})
}

fn property(about: &About, default: Option<Value>) -> Json {
    let described = format!("{} ({}). {} Source: {}", about.label(), about.unit, about.consequence(), about.source());
    let mut property = match about.shape {
        Shape::Real => json!({"type": "number", "minimum": about.min, "maximum": about.max}),
        Shape::Whole => json!({"type": "integer", "minimum": whole(about.min), "maximum": whole(about.max)}),
        Shape::Words(words) => json!({"type": "string", "enum": words}),
        Shape::Flag => json!({"type": "boolean"}),
    };
    property["description"] = json!(described);
    match default {
        Some(Value::Number(number)) if about.shape == Shape::Whole => property["default"] = json!(whole(number)),
        Some(Value::Number(number)) => property["default"] = json!(number),
        Some(Value::Word(word)) => property["default"] = json!(word),
        Some(Value::Flag(flag)) => property["default"] = json!(flag),
        None => {}
    }
    property
}

#[expect(clippy::cast_possible_truncation, reason = "whole numbers of levers are small")]
fn whole(number: f64) -> i64 {
    number as i64
}

/// Lever paths with their values: those of the fixed parts by name, those of items of lists by pattern.
fn levers(params: &Params, wanted: fn(&About) -> bool) -> Json {
    let fixed = Params {
        places: Vec::new(),
        venues: Vec::new(),
        agencies: Vec::new(),
        temperaments: Vec::new(),
        providers: Vec::new(),
        houses: Vec::new(),
        ..params.clone()
    };
    let properties: Map<String, Json> = Address::all(&fixed)
        .filter(|lever| wanted(lever.about(&fixed)))
        .map(|lever| (lever.path(&fixed), property(lever.about(&fixed), None)))
        .collect();
    let mut patterns = Map::new();
    let mut add = |group: &str, abouts: Vec<&About>| {
        for about in abouts.into_iter().filter(|about| wanted(about)) {
            patterns.insert(format!("^{group}\\.[a-z][a-z0-9_]*\\.{}$", about.name), property(about, None));
        }
    };
    add("places", PlaceParams::FIELDS.iter().map(|field| &field.about).collect());
    add("venues", VenueParams::FIELDS.iter().map(|field| &field.about).collect());
    add("agencies", AgencyParams::FIELDS.iter().map(|field| &field.about).collect());
    add("temperaments", TemperamentParams::FIELDS.iter().map(|field| &field.about).collect());
    add("providers", ProviderParams::FIELDS.iter().map(|field| &field.about).collect());
    add("houses", HouseParams::FIELDS.iter().map(|field| &field.about).collect());
    json!({"type": "object", "additionalProperties": false, "minProperties": 1, "properties": properties, "patternProperties": patterns})
}
