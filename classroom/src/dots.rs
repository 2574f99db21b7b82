//! A sample of citizens as dots on the map.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use contraband_sim::explain::CitizenView;
use contraband_sim::scenario::Scenario;
use serde_json::{Map, Value, json};

/// A trait that citizens can be coloured by.
pub struct Trait {
    /// Key in the message to the page.
    pub name: &'static str,
    /// What people call it.
    pub label: &'static str,
    /// The value at the bright end of the scale; 0 is at the other.
    pub top: fn(&Scenario) -> f64,
    /// Unit in words.
    pub unit: &'static str,
    /// Its value for a citizen, from 0 up.
    pub of: fn(&CitizenView) -> f64,
}

/// The traits that citizens can be coloured by.
pub const TRAITS: [Trait; 8] = [
    Trait { name: "anxiety", label: "Anxiety", top: |_| 1.0, unit: "0 to 1", of: |who| who.anxiety.into() },
    Trait { name: "boredom", label: "Boredom", top: |_| 1.0, unit: "0 to 1", of: |who| who.boredom.into() },
    Trait {
        name: "perceived",
        label: "Perceived risk",
        top: |_| 0.25,
        unit: "chance of a case per purchase",
        of: |who| who.perceived.into(),
    },
    Trait {
        name: "credits",
        label: "Wealth",
        top: |scenario| scenario.params.citizens.start_credits.get() * 4.0,
        unit: "credits",
        of: |who| who.credits,
    },
    Trait { name: "masked", label: "Mask", top: |_| 1.0, unit: "0 to 1", of: |who| who.masked.into() },
    Trait { name: "record", label: "Record", top: |_| 5.0, unit: "entries", of: |who| who.record.into() },
    Trait { name: "level", label: "Augmentation", top: |_| 4.0, unit: "levels", of: |who| who.level.into() },
    Trait {
        name: "delegated",
        label: "Shopping agent",
        top: |_| 1.0,
        unit: "no or yes",
        of: |who| f64::from(u8::from(who.delegated)),
    },
];

/// Number of citizens who are shown as dots, at most.
const DOTS: usize = 2000;

/// One in how many citizens is shown as a dot, from 1.
pub fn sample_step(scenario: &Scenario) -> usize {
    (scenario.params.citizens.count.get() as usize).div_ceil(DOTS).max(1)
}

/// The people on an evening: for everything that is shown of them, one byte for each citizen shown.
pub struct Dots {
    /// Number of the place where they live.
    place: Vec<u8>,
    /// Number of the venue where they traded; 255 if they stayed at home.
    venue: Vec<u8>,
    /// Number of the good they wanted to buy; 255 for none.
    good: Vec<u8>,
    /// What became of the order: its number in [`FATES`]; 255 for none.
    fate: Vec<u8>,
    /// Traits, from 0 to 255, where 255 stands for the trait's `top`.
    traits: [Vec<u8>; TRAITS.len()],
}

impl Dots {
    /// The dots of these citizens.
    pub fn of(citizens: &[CitizenView], scenario: &Scenario) -> Self {
        let errand = |of: fn(&contraband_sim::explain::Errand) -> usize| {
            citizens.iter().map(|who| who.errand.as_ref().map_or(NOWHERE, |errand| of(errand) as u8)).collect()
        };
        let traits = TRAITS.each_ref().map(|known| {
            let top = (known.top)(scenario).max(f64::MIN_POSITIVE);
            citizens.iter().map(|who| ((known.of)(who) / top * 255.0).clamp(0.0, 255.0).round() as u8).collect()
        });
        Self {
            place: citizens.iter().map(|who| who.place as u8).collect(),
            venue: errand(|errand| errand.venue),
            good: errand(|errand| errand.good.index()),
            fate: errand(|errand| {
                let fate = if errand.caught { "caught" } else { errand.fate };
                FATES.iter().position(|&known| known == fate).unwrap_or(0)
            }),
            traits,
        }
    }

    /// As JSON for the page, with bytes in base 64.
    pub fn json(&self) -> Value {
        let traits: Map<String, Value> = TRAITS
            .iter()
            .zip(&self.traits)
            .map(|(known, bytes)| (known.name.into(), STANDARD.encode(bytes).into()))
            .collect();
        json!({
            "place": STANDARD.encode(&self.place),
            "venue": STANDARD.encode(&self.venue),
            "good": STANDARD.encode(&self.good),
            "fate": STANDARD.encode(&self.fate),
            "traits": traits,
        })
    }
}

/// What can become of an order.
pub const FATES: [&str; 6] = ["unmet", "delivered", "scammed", "refunded", "trapped", "caught"];

/// Stands for no venue and no good, for citizens who stayed at home.
const NOWHERE: u8 = u8::MAX;
