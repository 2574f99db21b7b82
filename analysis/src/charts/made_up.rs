//! Tables made up from their specifications, for tests: plausible figures, no engine needed.

use contraband_sim::ids::good::Good;
use contraband_sim::record::tables::{ColumnKind, TABLES, TableSpec, known};
use polars::prelude::*;

use super::Frames;

/// What kind of run to make up.
#[derive(Clone, Copy)]
pub struct Made {
    /// Days.
    pub days: usize,
    /// Places and venues.
    pub places: usize,
    /// Sellers.
    pub sellers: usize,
    /// Whether anybody trades.
    pub trade: bool,
    /// Whether the run came to its end, with a sample of citizens.
    pub whole: bool,
}

impl Default for Made {
    fn default() -> Self {
        Self { days: 365, places: 5, sellers: 140, trade: true, whole: true }
    }
}

/// A number between 0 and 1 that looks like chance.
fn noise(seed: usize) -> f64 {
    let mixed = (seed as u64).wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (mixed >> 40) as f64 / (1u64 << 24) as f64
}

/// All tables of such a run.
pub fn frames(made: Made) -> Frames {
    let goods: Vec<String> = Good::WORDS.iter().map(|&word| word.to_owned()).collect();
    let known = ["centre", "harbour", "fringe", "hollow", "colony"];
    let places: Vec<String> = (0..made.places)
        .map(|index| known.get(index).map_or_else(|| format!("place_number_{index}"), |&name| name.into()))
        .collect();
    let venues: Vec<String> = (0..made.places + 2).map(|index| format!("venue_{index}")).collect();
    let words = |list: &[&str]| -> Vec<String> { list.iter().map(|&word| word.to_owned()).collect() };
    let mut frames = Frames::default();
    for &spec in TABLES {
        let (key, keys, days) = match spec.name {
            "goods" => ("good", goods.clone(), made.days),
            "places" => ("place", places.clone(), made.days),
            "venues" => ("venue", venues.clone(), made.days),
            "syndicates" if made.trade => ("kind", vec!["syndicate".to_owned(); made.sellers], made.days.min(1)),
            "syndicates" => ("kind", Vec::new(), 1),
            "agencies" => ("agency", words(&["city_watch", "frontier_guard"]), made.days),
            "providers" => ("provider", words(&["Concierge", "Open hand", "Third"]), made.days),
            "enclaves" => ("place", words(&["hollow", "mountain"]), made.days),
            "colonies" => ("place", words(&["colony", "far_colony"]), made.days),
            "welfare" => ("part", words(&["buyers", "harm", "treasury", "with these weights"]), made.days),
            "events" => ("kind", words(&["case", "rogue_birth", "rogue_takedown"]), made.days),
            "citizens" if made.whole => {
                ("place", (0..2000).map(|index| places[index % places.len()].clone()).collect(), 1)
            }
            "citizens" | "flows" => continue,
            _ => ("", words(&[""]), made.days),
        };
        frames.put(spec.name, table(spec, key, &keys, made, days));
    }
    frames
}

fn table(spec: &TableSpec, key: &str, keys: &[String], made: Made, days: usize) -> DataFrame {
    let mut columns = Vec::new();
    for column in spec.columns {
        let mut numbers = Vec::new();
        let mut words = Vec::new();
        for day in 1..=days {
            for (index, word) in keys.iter().enumerate() {
                words.push(match column.name {
                    name if name == key => word.clone(),
                    "kind" => "district".into(),
                    "place" => "virtual".into(),
                    _ => "prohibited".into(),
                });
                numbers.push(value(column.name, spec.name, day, index, made));
            }
        }
        columns.push(match column.kind {
            ColumnKind::Text => Column::new(column.name.into(), words),
            ColumnKind::Float if column.may_miss => {
                Column::new(column.name.into(), numbers.into_iter().map(known).collect::<Vec<_>>())
            }
            ColumnKind::Float => Column::new(column.name.into(), numbers),
            ColumnKind::Int => {
                Column::new(column.name.into(), numbers.iter().map(|value| value.round() as i64).collect::<Vec<_>>())
            }
        });
    }
    DataFrame::new_infer_height(columns).unwrap()
}

fn value(column: &str, table: &str, day: usize, index: usize, made: Made) -> f64 {
    let (late, chance) = (day as f64 / made.days as f64, noise(day * 131 + index * 17 + column.len() * 7));
    let crack = if (120..=240).contains(&day) { 1.0 } else { 0.0 };
    let size = 1.0 / (1.0 + index as f64);
    let trade = if made.trade { 1.0 } else { 0.0 };
    let nothing = if made.trade { f64::NAN } else { 0.0 };
    match column {
        "day" => day as f64,
        "weight" if index == 3 => f64::NAN,
        "weight" => [1.0, -50.0, 0.0][index],
        "syndicate" | "citizen" => index as f64,
        "citizens" => (3000.0 * size).round(),
        "open" => f64::from(!(index == 1 && (100..130).contains(&day))),
        "trades" | "illicit_trades" | "orders" | "volume_credits" => {
            trade * 600.0 * size * (1.0 - 0.2 * crack) * (0.8 + 0.4 * chance)
        }
        "price_median" | "price_mean" | "price_asked" if !made.trade => nothing / 0.0,
        "price_median" | "price_mean" | "price_asked" => {
            30.0 * (1.0 + index as f64) * (1.0 + 0.3 * crack) * (0.9 + 0.2 * chance)
        }
        "cost_mean" => 12.0 * (1.0 + index as f64),
        "examined" => trade * (25.0 + 25.0 * crack) * size * (0.5 + chance),
        "detections" => trade * (12.0 + 12.0 * crack) * size * (0.5 + chance),
        "fines_credits" => trade * (1200.0 + 1300.0 * crack) * (0.5 + chance),
        "seized_units" => trade * (14.0 + 9.0 * crack) * (0.5 + chance),
        "risk_perceived" => 0.05 + 0.02 * late,
        "innovation" => 1.0 + 0.05 * late,
        "legitimacy" => 0.8 - 0.05 * crack,
        "gini_wealth" => 0.43 + 0.04 * late,
        "anxiety_mean" => 0.3 + 0.05 * late + 0.02 * chance + 0.02 * index as f64,
        "unrest_share" => 0.002 * chance,
        "top_sellers_share" => {
            if made.trade {
                0.3 + 0.1 * late
            } else {
                f64::NAN
            }
        }
        "revenue" => 90_000.0 / (1.0 + index as f64).powf(1.2),
        "credits" | "income" if table == "citizens" => -500.0 * (1.0 - chance).ln(),
        _ => chance,
    }
}
