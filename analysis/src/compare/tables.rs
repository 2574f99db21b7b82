//! The tables of a study folder.

use std::path::Path;

use contraband_lab::compare::{Answers, Difference, world_name};
use contraband_lab::files::study::Study;
use contraband_sim::record::tables::{ColumnSpec, Kind, TableSpec, Values};

use crate::error::StoreError;
use crate::store::TableFile;

const fn text(name: &'static str, doc: &'static str) -> ColumnSpec {
    ColumnSpec { name, kind: Kind::Text, unit: "", doc }
}

const fn int(name: &'static str, unit: &'static str, doc: &'static str) -> ColumnSpec {
    ColumnSpec { name, kind: Kind::Int, unit, doc }
}

const fn float(name: &'static str, unit: &'static str, doc: &'static str) -> ColumnSpec {
    ColumnSpec { name, kind: Kind::Float, unit, doc }
}

const ARM: ColumnSpec = text("arm", "arm of the study; `base` for the world without a policy");
const METRIC: ColumnSpec = text("metric", "name of the metric");
const WINDOW: ColumnSpec = text("window", "days that the metric covers; `all` for the whole run");

static RUNS: TableSpec = TableSpec {
    name: "runs",
    doc: "What was measured in each run: one row for each arm, seed and metric.",
    columns: &[ARM, int("seed", "", "seed"), METRIC, WINDOW, float("value", "as the metric says", "measured value")],
};

/// Columns of a difference, behind its keys.
const DIFFERENCE: [ColumnSpec; 33] = [
    int("n", "seeds", "seeds with a value in both worlds"),
    float("mean_base", "as the metric says", "mean in the base; for an interaction, what the parts added would give"),
    float("mean_arm", "as the metric says", "mean in the arm"),
    float("mean_difference", "as the metric says", "mean paired difference, arm minus base"),
    float("ci_low", "as the metric says", "lower end of the 95 % interval of the mean difference, from Student's t"),
    float("ci_high", "as the metric says", "upper end of that interval"),
    float(
        "bca_low",
        "as the metric says",
        "lower end of the same interval from resampling (bias-corrected and \
                                            accelerated)",
    ),
    float("bca_high", "as the metric says", "upper end of that interval"),
    text("interval", "which of the two intervals is reported: t, or bca where differences are skewed"),
    text(
        "verdict",
        "higher, lower, one_of_many (could be chance, given so many tests), unclear (the interval includes zero), same \
         (exactly, in every seed), unknown",
    ),
    float("share_higher", "share", "share of seeds in which the arm has more"),
    float("share_lower", "share", "share of seeds in which the arm has less"),
    float("p05", "as the metric says", "5 % quantile of the differences over seeds"),
    float("p25", "as the metric says", "25 % quantile of the differences over seeds"),
    float("p50", "as the metric says", "median difference"),
    float("p75", "as the metric says", "75 % quantile of the differences over seeds"),
    float("p95", "as the metric says", "95 % quantile of the differences over seeds"),
    float("sd_difference", "as the metric says", "standard deviation of the differences between seeds"),
    float("skewness", "ratio", "skewness of the differences"),
    float("standardised", "ratio", "mean difference divided by the standard deviation of the base between seeds"),
    float(
        "variance_ratio",
        "ratio",
        "variance of an unpaired difference divided by that of the paired one: how many times as many seeds unpaired \
         runs would need; NaN where differences do not vary",
    ),
    float(
        "precision",
        "as the metric says",
        "half-width that `seeds_needed` is for: that of the stop rule, or 1 % of the mean in the base",
    ),
    float("seeds_needed", "seeds", "seeds needed for an interval that narrow, given the spread seen"),
    float(
        "p",
        "probability",
        "p-value: probability of a difference this large if there were none (Student's t, or the sign test where the \
         metric either happens or does not)",
    ),
    float(
        "q",
        "share",
        "q-value: share of false findings expected among all differences that are called found down to \
                         this one (Benjamini and Hochberg)",
    ),
    float(
        "chance_above",
        "as the metric says",
        "threshold above which the metric counts as happening, where it has two clusters or is mostly zero, so that \
         its mean misleads; NaN elsewhere",
    ),
    float("chance_base", "probability", "share of seeds above the threshold in the base"),
    float("chance_base_low", "probability", "lower end of its 95 % interval (Wilson)"),
    float("chance_base_high", "probability", "upper end of that interval"),
    float("chance_arm", "probability", "share of seeds above the threshold in the arm"),
    float("chance_arm_low", "probability", "lower end of its 95 % interval (Wilson)"),
    float("chance_arm_high", "probability", "upper end of that interval"),
    text("better", "which direction is better, by the judgement of the study: less, more or none"),
];

/// Keys before the columns of a difference.
const fn with_difference<const N: usize, const M: usize>(keys: [ColumnSpec; N]) -> [ColumnSpec; M] {
    let mut columns = [DIFFERENCE[0]; M];
    let mut at = 0;
    while at < M {
        columns[at] = if at < N { keys[at] } else { DIFFERENCE[at - N] };
        at += 1;
    }
    columns
}

static DIFFERENCES: TableSpec = TableSpec {
    name: "differences",
    doc: "The answer: paired differences, one row for each arm and metric.",
    columns: &with_difference::<3, 36>([ARM, METRIC, WINDOW]),
};

static INTERACTIONS: TableSpec = TableSpec {
    name: "interactions",
    doc: "Interactions: how much more or less policies do together than their separate effects added, one row for each \
          combined arm and metric.",
    columns: &with_difference::<3, 36>([ARM, METRIC, WINDOW]),
};

static PRESETS: TableSpec = TableSpec {
    name: "presets",
    doc: "The same differences under every assumption about calming that the study was run with: one row for each \
          preset, arm and metric.",
    columns: &with_difference::<4, 37>([
        text("valve", "preset of the release valve: valve, neutral or gateway; the study's own comes first"),
        ARM,
        METRIC,
        WINDOW,
    ]),
};

static PILOTS: TableSpec = TableSpec {
    name: "pilots",
    doc: "For arms that apply in some places only: what an observer without a second world would see, beside the true \
          effect; one row for each arm and outcome.",
    columns: &[
        ARM,
        text("places", "places where it applies"),
        text("outcome", "column of `places`"),
        text("unit", "the outcome in words"),
        text("before", "days before the pilot that an observer looks at"),
        text("after", "days of the pilot"),
        int("n", "seeds", "seeds"),
        float("seen", "as the unit says", "difference in differences: the change there minus the change elsewhere"),
        float("seen_low", "as the unit says", "lower end of its 95 % interval"),
        float("seen_high", "as the unit says", "upper end of that interval"),
        float("real", "as the unit says", "true effect of the pilot there: paired difference from the base"),
        float("real_low", "as the unit says", "lower end of its 95 % interval"),
        float("real_high", "as the unit says", "upper end of that interval"),
        float("elsewhere", "as the unit says", "true effect in all other places"),
        float("elsewhere_low", "as the unit says", "lower end of its 95 % interval"),
        float("elsewhere_high", "as the unit says", "upper end of that interval"),
        float("error", "as the unit says", "observed minus true effect there"),
        float("error_low", "as the unit says", "lower end of its 95 % interval"),
        float("error_high", "as the unit says", "upper end of that interval"),
    ],
};

static DIVERGENCE: TableSpec = TableSpec {
    name: "divergence",
    doc: "First difference between the worlds of each seed: one row for each arm and seed.",
    columns: &[
        ARM,
        int("seed", "", "seed"),
        int("day", "day", "first day whose rows differ from the base's; -1 where no row of any day differs"),
        text("what", "tables that differ on that day, in the order in which they are written"),
        text("digest_base", "digest of the base's run; equal to the arm's where the policy changes exactly nothing"),
        text("digest_arm", "digest of the arm's run"),
    ],
};

static DISPLACEMENT: TableSpec = TableSpec {
    name: "displacement",
    doc: "Where trade moved: purchases a day over the days that the study looks at, by good, by place of the buyer and \
          by venue, with totals.",
    columns: &[
        ARM,
        text("kind", "good, place or venue"),
        text("name", "which one; `all` for the sum, which is the same for goods, places and venues"),
        int("target", "0 or 1", "whether it is a target of the policy"),
        int("n", "seeds", "seeds"),
        float("mean_base", "purchases a day", "mean in the base"),
        float("mean_arm", "purchases a day", "mean in the arm"),
        float("mean_difference", "purchases a day", "mean paired difference, arm minus base"),
        float("ci_low", "purchases a day", "lower end of its 95 % interval, from Student's t"),
        float("ci_high", "purchases a day", "upper end of that interval"),
        text("verdict", "as in `differences`"),
        float(
            "offset",
            "ratio",
            "for `all`: what the others gained for each purchase that the targets lost; 1 means that trade only moved, \
             0 that it disappeared, less than 0 that the others lost too; NaN without a target of this kind",
        ),
        float("offset_low", "ratio", "lower end of its 95 % interval (resampling)"),
        float("offset_high", "ratio", "upper end of that interval"),
    ],
};

static BEARERS: TableSpec = TableSpec {
    name: "bearers",
    doc: "Incidence by group: groups of citizens on the last day, one row for each group and measure.",
    columns: &[
        ARM,
        text(
            "kind",
            "wealth, income, place, agent, mask, enclave or identity; only groups by income hold the same people in \
             both worlds",
        ),
        text("name", "which group"),
        text("measure", "column of `citizens`"),
        int("n", "seeds", "seeds in which the group has people in both worlds"),
        float("people_base", "people", "people in the group in the base"),
        float("people_arm", "people", "people in the group in the arm"),
        float("mean_base", "as the column says", "mean of the group in the base"),
        float("mean_arm", "as the column says", "mean of the group in the arm"),
        float("mean_difference", "as the column says", "mean paired difference, arm minus base"),
        float("ci_low", "as the column says", "lower end of its 95 % interval, from Student's t"),
        float("ci_high", "as the column says", "upper end of that interval"),
        float(
            "q",
            "share",
            "q-value: share of false findings expected among all differences of this arm that are \
                             called found down to this one",
        ),
        text("verdict", "as in `differences`"),
    ],
};

static COURSE: TableSpec = TableSpec {
    name: "series",
    doc: "Differences over time, from the first 200 seeds: one row for each arm, column of `days`, and day.",
    columns: &[
        ARM,
        text("column", "column of `days`"),
        int("day", "day", "day of the run"),
        float("mean_base", "as the column says", "mean in the base"),
        float("mean_arm", "as the column says", "mean in the arm"),
        float("mean_difference", "as the column says", "mean paired difference, arm minus base"),
        float("p05", "as the column says", "5 % quantile of the differences over seeds"),
        float("p25", "as the column says", "25 % quantile of the differences over seeds"),
        float("p50", "as the column says", "median difference"),
        float("p75", "as the column says", "75 % quantile of the differences over seeds"),
        float("p95", "as the column says", "95 % quantile of the differences over seeds"),
    ],
};

/// The tables of a study folder.
pub static STUDY_TABLES: [&TableSpec; 9] =
    [&RUNS, &DIFFERENCES, &INTERACTIONS, &PRESETS, &DIVERGENCE, &DISPLACEMENT, &PILOTS, &BEARERS, &COURSE];

/// A value in a row.
enum Cell {
    Int(i64),
    Float(f64),
    Text(String),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        Self::Float(number)
    }
}

impl From<u64> for Cell {
    // Tables hold signed numbers; a seed beyond them keeps its bits.
    fn from(number: u64) -> Self {
        Self::Int(number as i64)
    }
}

macro_rules! row {
    ($($value:expr),* $(,)?) => { vec![$(Cell::from($value)),*] };
}

/// Writes all tables into a folder.
///
/// # Errors
/// When the system refuses.
pub fn write(folder: &Path, study: &Study, answers: &Answers) -> Result<(), StoreError> {
    for table in STUDY_TABLES {
        let mut file = TableFile::create(folder, table, false)?;
        let rows = rows(table, study, answers);
        if !rows.is_empty() {
            file.append(columns(table, rows))?;
        }
        file.finish()?;
    }
    Ok(())
}

/// What a metric looks at, in words.
pub fn window(study: &Study, metric: usize) -> String {
    let windows = study.metrics[metric].expression.windows();
    let words: Vec<String> = windows.iter().map(|(first, last)| format!("{first} to {last}")).collect();
    if words.is_empty() { "all".into() } else { words.join(", ") }
}

fn rows(table: &TableSpec, study: &Study, answers: &Answers) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    let arms = || study.arms.iter().map(|arm| arm.name.as_str()).enumerate();
    let mut told = |valve: Option<&str>, arm: usize, found: &[Difference]| {
        for (metric, one) in found.iter().enumerate() {
            let about = &study.metrics[metric];
            let name = study.arms[arm].name.as_str();
            let mut row: Vec<Cell> = valve.map(Cell::from).into_iter().collect();
            row.extend(row![name, about.name.as_str(), window(study, metric).as_str()]);
            row.extend(difference(one));
            row.push(about.better.word().into());
            rows.push(row);
        }
    };
    match table.name {
        "differences" => answers.differences.iter().enumerate().for_each(|(arm, found)| told(None, arm, found)),
        "interactions" => answers.interactions.iter().for_each(|(arm, found)| told(None, *arm, found)),
        "presets" => {
            for (preset, found) in &answers.presets {
                found.iter().enumerate().for_each(|(arm, found)| told(Some(preset), arm, found));
            }
        }
        "pilots" => {
            for (arm, name) in arms() {
                let Some(pilot) = &answers.pilots[arm] else { continue };
                let days = |(first, last): (u32, u32)| format!("{first} to {last}");
                for one in &pilot.outcomes {
                    let mut row = row![
                        name,
                        pilot.places.join(", ").as_str(),
                        one.column,
                        one.words,
                        days(pilot.before).as_str(),
                        days(pilot.after).as_str(),
                        one.seen.n as u64,
                    ];
                    for found in [&one.seen, &one.real, &one.elsewhere, &one.error] {
                        let (low, high) = found.interval();
                        row.extend(row![found.mean, low, high]);
                    }
                    rows.push(row);
                }
            }
        }
        "runs" => {
            for (at, metrics) in answers.values.iter().enumerate() {
                for (nth, &seed) in answers.seeds.iter().enumerate() {
                    for (metric, values) in metrics.iter().enumerate() {
                        let name = study.metrics[metric].name.as_str();
                        rows.push(row![world_name(study, at), seed, name, window(study, metric).as_str(), values[nth]]);
                    }
                }
            }
        }
        "divergence" => {
            for (arm, name) in arms() {
                for (&seed, parting) in answers.seeds.iter().zip(&answers.partings[arm]) {
                    let mut row = row![name, seed];
                    row.push(Cell::Int(parting.day.map_or(-1, i64::from)));
                    row.extend(row![parting.tables.join(", ").as_str(), parting.base.as_str(), parting.arm.as_str()]);
                    rows.push(row);
                }
            }
        }
        "displacement" => {
            for (arm, name) in arms() {
                for moved in &answers.moved[arm] {
                    let one = &moved.difference;
                    let (offset, (low, high)) = moved.offset;
                    rows.push(row![
                        name,
                        moved.kind.as_str(),
                        moved.name.as_str(),
                        u64::from(moved.target),
                        one.n as u64,
                        one.base,
                        one.arm,
                        one.mean,
                        one.t.0,
                        one.t.1,
                        one.verdict().word(),
                        offset,
                        low,
                        high,
                    ]);
                }
            }
        }
        "bearers" => {
            for (arm, name) in arms() {
                for borne in &answers.borne[arm] {
                    let one = &borne.difference;
                    rows.push(row![
                        name,
                        borne.kind.as_str(),
                        borne.name.as_str(),
                        borne.burden,
                        one.n as u64,
                        borne.people.0,
                        borne.people.1,
                        one.base,
                        one.arm,
                        one.mean,
                        one.t.0,
                        one.t.1,
                        one.q,
                        one.verdict().word(),
                    ]);
                }
            }
        }
        _ => {
            for (arm, name) in arms() {
                for course in &answers.courses[arm] {
                    for (day, values) in course.days.iter().enumerate() {
                        let mut row = row![name, course.column, day as u64 + 1];
                        row.extend(values.iter().map(|&value| Cell::Float(value)));
                        rows.push(row);
                    }
                }
            }
        }
    }
    rows
}

/// The columns of a difference, but the last.
fn difference(one: &Difference) -> Vec<Cell> {
    let nothing = (f64::NAN, (f64::NAN, f64::NAN));
    let share = |(hits, interval): (usize, (f64, f64))| (hits as f64 / one.n as f64, interval);
    let (base, arm) = one.chance.map_or((nothing, nothing), |chance| (share(chance.base), share(chance.arm)));
    let [p05, p25, p50, p75, p95] = one.quantiles;
    row![
        one.n as u64,
        one.base,
        one.arm,
        one.mean,
        one.t.0,
        one.t.1,
        one.bca.0,
        one.bca.1,
        if one.is_skewed() { "bca" } else { "t" },
        one.verdict().word(),
        one.higher,
        one.lower,
        p05,
        p25,
        p50,
        p75,
        p95,
        one.sd,
        one.skewness,
        one.standardised,
        one.variance_ratio,
        one.precision,
        one.seeds_needed,
        one.p,
        one.q,
        one.chance.map_or(f64::NAN, |chance| chance.above),
        base.0,
        base.1.0,
        base.1.1,
        arm.0,
        arm.1.0,
        arm.1.1,
    ]
}

/// Rows as columns.
fn columns(table: &TableSpec, rows: Vec<Vec<Cell>>) -> Vec<Values> {
    let mut columns = table.no_rows();
    for row in rows {
        assert_eq!(row.len(), columns.len(), "cells of a row of {}", table.name);
        for (column, cell) in columns.iter_mut().zip(row) {
            match (column, cell) {
                (Values::Int(values), Cell::Int(value)) => values.push(value),
                (Values::Float(values), Cell::Float(value)) => values.push(value),
                (Values::Text(values), Cell::Text(value)) => values.push(value.into()),
                _ => panic!("a cell of another kind than its column in {}", table.name),
            }
        }
    }
    columns
}
