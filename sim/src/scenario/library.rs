//! The scenarios that come with the program. The only place in the engine where they have names.

/// A scenario file that is part of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Embedded {
    /// Bare name, as in `contraband run NAME`.
    pub name: &'static str,
    /// File in `scenarios/`.
    pub file: &'static str,
    /// Its text, in RON.
    pub text: &'static str,
}

macro_rules! embedded {
    ($($name:literal),* $(,)?) => {
        &[$(Embedded {
            name: $name,
            file: concat!($name, ".ron"),
            text: include_str!(concat!("../../../scenarios/", $name, ".ron")),
        }),*]
    };
}

/// Worlds of one mechanism alone, for `contraband verify`: all else is switched off.
pub const PROOFS: &[Embedded] = embedded![
    "verify/urn_ball",
    "verify/search",
    "verify/logit",
    "verify/money",
    "verify/quiet",
    "verify/race",
    "verify/one_good",
    "verify/bots",
    "verify/club",
    "verify/leak",
    "verify/masks",
    "verify/rivals",
    "verify/counter",
    "verify/rogue_line",
];

/// Worlds that patterns ask for, beside those of the library: for `contraband verify patterns`.
pub const PATTERN_WORLDS: &[Embedded] = embedded![
    "patterns/ban",
    "patterns/licence",
    "patterns/licence_tax",
    "patterns/closed_venues",
    "patterns/no_escrow",
    "patterns/no_trust",
    "patterns/certainty",
    "patterns/severity",
    "patterns/pressure",
    "patterns/patrols",
    "patterns/supply_cut",
    "patterns/houses",
];

/// The scenarios that come with the program, the simplest first.
pub const LIBRARY: &[Embedded] = embedded![
    "first_market",
    "baseline",
    "crackdown",
    "prohibition",
    "licence",
    "amnesty",
    "pilot",
    "no_law",
    "balloon",
    "great_outage",
    "edge_crackdown",
    "far_crackdown",
    "drive_it_out",
    "keep_it_small",
    "police_stalls",
    "heavy_hand",
    "gray_zone",
    "bought_officers",
    "tolerance_stirs",
    "masks_for_all",
    "upgrade_season",
    "faker_hunt",
    "perfect_copies",
    "dearer_world",
    "dear_week",
    "dear_year",
    "rogue_ecology",
    "three_strikes",
    "capped_identity",
    "easier_life",
    "wider_gap",
    "favours_for_sale",
    "one_leak",
    "price_machines",
    "paid_donors",
    "take_your_profile",
    "hijacked_agents",
    "liable_agents",
    "exit_to_the_hollow",
    "colony_blockade",
    "ring_or_raid",
    "who_steers",
    "city_1m",
];

/// Studies: what a policy changes against a base, for `contraband compare`.
pub const STUDIES: &[Embedded] = embedded![
    "studies/crackdown",
    "studies/licence",
    "studies/tolerance",
    "studies/portability",
    "studies/focused",
    "studies/pilot",
    "studies/mechanisms",
];

/// Sweeps: how the answer depends on levers, for `contraband sweep`.
pub const SWEEPS: &[Embedded] = embedded![
    "sweeps/detection_by_fine",
    "sweeps/portability_by_share",
    "sweeps/valve_uncertainty",
    "sweeps/leak_by_release_speed",
    "sweeps/abundance_by_boredom",
    "sweeps/global_sensitivity",
];

/// Calibrations: what levers are believed to be, for `contraband calibrate`.
pub const CALIBRATIONS: &[Embedded] = embedded!["calibrations/sellers"];
