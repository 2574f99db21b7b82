//! The tables of a study folder.

use std::path::Path;

use contraband_lab::build::Build;
use contraband_lab::compare::{Answers, BASE, Difference, TradeShift, world_name};
use contraband_lab::files::study::Study;
use contraband_sim::record::tables::{Cell, ColumnKind, ColumnSpec, Row, Seed, TableSpec, Values, Word, known};
use contraband_sim::table;

use crate::error::StoreError;
use crate::store::{Origin, TableFile};

table! {
    /// What was measured in each run, from which every figure about metrics follows: one row for each arm, preset, seed and metric; for the base one for each window.
    RUNS: RunRow in "runs" {
        arm: Word, "", "arm of the study; `base` for the world without a policy";
        valve: Word, "", "preset of the release valve that the run was made under";
        seed: Seed, "", "seed";
        metric: Word, "", "name of the metric";
        window: Word, "", "days that the metric covers; `all` for the whole run";
        value: Option<f64>, "as the metric says", "measured value";
    }
}

table! {
    /// The answer: paired differences, one row for each arm and metric.
    DIFFERENCES: DifferenceRow in "differences" {
        arm: Word, "", "arm of the study; `base` for the world without a policy";
        metric: Word, "", "name of the metric";
        window: Word, "", "days that the metric covers; `all` for the whole run";
        n: usize, "seeds", "seeds with a value in both worlds: every figure of the row speaks of these";
        offered: usize, "seeds", "seeds that were run; in those beyond `n` the metric is undefined in one of the worlds";
        equal: usize, "seeds", "seeds in which both worlds have exactly the same value";
        mean_base: Option<f64>, "as the metric says", "mean in the base; for an interaction, what the parts added \
                                                       would give";
        mean_arm: Option<f64>, "as the metric says", "mean in the arm";
        mean_difference: Option<f64>, "as the metric says", "mean paired difference, arm minus base";
        ci_low: Option<f64>, "as the metric says", "lower end of the 95 % interval of the mean difference, from \
                                                    Student's t; missing where all or almost all seeds are equal";
        ci_high: Option<f64>, "as the metric says", "upper end of that interval";
        interest: Option<f64>, "as the metric says", "smallest effect of interest: that of the study, or 1 % of the \
                                                      mean in the base";
        verdict: Word, "", "higher, lower, small (of less than the smallest effect of interest), one_of_many (could be \
                            chance, given so many tests), unclear (the interval includes zero), same (exactly, in every \
                            seed), almost_same (exactly, in almost every seed), unknown";
        share_higher: Option<f64>, "share", "share of seeds in which the arm has more";
        share_lower: Option<f64>, "share", "share of seeds in which the arm has less";
        p05: Option<f64>, "as the metric says", "5 % quantile of the differences over seeds";
        p25: Option<f64>, "as the metric says", "25 % quantile of the differences over seeds";
        p50: Option<f64>, "as the metric says", "median difference";
        p75: Option<f64>, "as the metric says", "75 % quantile of the differences over seeds";
        p95: Option<f64>, "as the metric says", "95 % quantile of the differences over seeds";
        sd_difference: Option<f64>, "as the metric says", "standard deviation of the differences between seeds";
        skewness: Option<f64>, "ratio", "skewness of the differences";
        standardised: Option<f64>, "ratio", "mean difference divided by the standard deviation of the base between \
                                             seeds";
        variance_ratio: Option<f64>, "ratio", "variance of an unpaired difference over that of the paired one: how many times the seeds pairing was worth; missing where differences do not vary";
        precision: Option<f64>, "as the metric says", "half-width that `seeds_needed` is for: that of the stop rule, \
                                                       or 1 % of the mean in the base";
        seeds_needed: Option<f64>, "seeds", "seeds needed for an interval that narrow, given the spread seen";
        seeds_to_tell: Option<f64>, "seeds", "seeds that would tell the difference from nothing if it is as large and \
                                              varies as much as it looks; missing where nothing is seen";
        margin: Option<f64>, "as the metric says", "nearest to zero that an end of the interval comes when one seed is \
                                                    left out, in the direction of the mean; below zero where a single \
                                                    seed carries the difference";
        p: Option<f64>, "probability", "p-value: probability of a difference this large if there were none (Student's \
                                        t; the sign test where almost all seeds are equal)";
        q: Option<f64>, "share", "q-value: share of false findings expected among all differences of this arm that are \
                                  called found down to this one (Benjamini and Hochberg)";
        chance_above: Option<f64>, "as the metric says", "threshold, where the metric has two heaps or is mostly zero and means mislead; missing elsewhere";
        chance_base: Option<f64>, "probability", "share of seeds above the threshold in the base";
        chance_base_low: Option<f64>, "probability", "lower end of its 95 % interval (Wilson)";
        chance_base_high: Option<f64>, "probability", "upper end of that interval";
        chance_arm: Option<f64>, "probability", "share of seeds above the threshold in the arm";
        chance_arm_low: Option<f64>, "probability", "lower end of its 95 % interval (Wilson)";
        chance_arm_high: Option<f64>, "probability", "upper end of that interval";
        chance_p: Option<f64>, "probability", "probability of as uneven a split of the seeds that cross the threshold (sign test)";
        better: Word, "", "which direction is better, by the judgement of the study: less, more or none";
    }
}

table! {
    /// Whether differences depend on the assumption about calming: how much larger the difference from the base is under one preset than under another, one row for each two presets, arm and metric.
    CHANGES: ChangeRow in "preset_changes" {
        arm: Word, "", "arm of the study";
        metric: Word, "", "name of the metric";
        window: Word, "", "days that the metric covers; `all` for the whole run";
        from: Word, "", "preset of the release valve";
        to: Word, "", "the preset that it is compared with";
        n: usize, "seeds", "seeds with a value in all four worlds";
        mean_from: Option<f64>, "as the metric says", "mean difference from the base under the first preset";
        mean_to: Option<f64>, "as the metric says", "the same under the second";
        mean_change: Option<f64>, "as the metric says", "the second less the first, pair by pair";
        ci_low: Option<f64>, "as the metric says", "lower end of its 95 % interval, from Student's t";
        ci_high: Option<f64>, "as the metric says", "upper end of that interval";
        p: Option<f64>, "probability", "p-value of that change";
        q: Option<f64>, "share", "q-value among the metrics of this arm and these presets";
        verdict: Word, "", "as in `differences`: higher or lower where the difference depends on the assumption";
    }
}

static INTERACTIONS: TableSpec = TableSpec {
    name: "interactions",
    doc: "Interactions: how much more or less policies do together than their separate effects added, one row for each \
          combined arm and metric.",
    columns: DifferenceRow::COLUMNS,
};

static PRESETS: TableSpec = TableSpec {
    name: "presets",
    doc: "The same differences under every assumption about calming that the study was run with: one row for each \
          preset, arm and metric.",
    columns: PresetRow::COLUMNS,
};

/// A difference under a preset of the valve.
struct PresetRow {
    valve: Word,
    difference: DifferenceRow,
}

impl PresetRow {
    const VALVE: ColumnSpec = ColumnSpec::new(
        "valve",
        ColumnKind::Text,
        "",
        "preset of the release valve: valve, neutral or gateway; the study's own comes first",
    );
    const ALL: [ColumnSpec; 1 + DifferenceRow::COLUMNS.len()] = {
        let mut columns = [Self::VALVE; 1 + DifferenceRow::COLUMNS.len()];
        columns.split_at_mut(1).1.copy_from_slice(DifferenceRow::COLUMNS);
        columns
    };
}

impl Row for PresetRow {
    const COLUMNS: &'static [ColumnSpec] = &Self::ALL;

    fn push(self, columns: &mut [Values]) {
        Cell::push(self.valve, &mut columns[0]);
        self.difference.push(&mut columns[1..]);
    }
}

table! {
    /// For arms that apply in some places only: what an observer without a second world would see, beside the true effect; one row for each arm and outcome.
    PILOTS: PilotRow in "pilots" {
        arm: Word, "", "arm of the study; `base` for the world without a policy";
        places: Word, "", "places where it applies";
        outcome: Word, "", "column of `places`";
        unit: Word, "", "the outcome in words";
        before: Word, "", "days before the pilot that an observer looks at";
        after: Word, "", "days of the pilot";
        n: usize, "seeds", "seeds";
        seen: Option<f64>, "as the unit says", "difference in differences: the change there minus the change elsewhere";
        seen_low: Option<f64>, "as the unit says", "lower end of its 95 % interval";
        seen_high: Option<f64>, "as the unit says", "upper end of that interval";
        real: Option<f64>, "as the unit says", "true effect of the pilot there: paired difference from the base";
        real_low: Option<f64>, "as the unit says", "lower end of its 95 % interval";
        real_high: Option<f64>, "as the unit says", "upper end of that interval";
        elsewhere: Option<f64>, "as the unit says", "true effect in all other places";
        elsewhere_low: Option<f64>, "as the unit says", "lower end of its 95 % interval";
        elsewhere_high: Option<f64>, "as the unit says", "upper end of that interval";
        error: Option<f64>, "as the unit says", "observed minus true effect there";
        error_low: Option<f64>, "as the unit says", "lower end of its 95 % interval";
        error_high: Option<f64>, "as the unit says", "upper end of that interval";
    }
}

table! {
    /// First difference between the worlds of each seed: one row for each arm and seed.
    DIVERGENCE: DivergenceRow in "divergence" {
        arm: Word, "", "arm of the study; `base` for the world without a policy";
        seed: Seed, "", "seed";
        day: Option<u32>, "day", "first day whose rows differ from the base's; missing where no row of any day differs";
        what: Word, "", "tables that differ on that day, in the order in which they are written";
        digest_base: Word, "", "digest of the base's run; equal to the arm's where the policy changes exactly nothing";
        digest_arm: Word, "", "digest of the arm's run";
    }
}

table! {
    /// Where trade moved: purchases a day over the days that the study looks at, by good, by place of the buyer and by venue, with totals.
    DISPLACEMENT: DisplacementRow in "displacement" {
        arm: Word, "", "arm of the study; `base` for the world without a policy";
        kind: Word, "", "good, place or venue";
        name: Word, "", "which one; `all` for the sum, which is the same for goods, places and venues";
        target: bool, "0 or 1", "whether it is a target of the policy";
        since: Option<u32>, "day", "first day on which it is; missing where it is none";
        n: usize, "seeds", "seeds";
        mean_base: Option<f64>, "purchases a day", "mean in the base";
        mean_arm: Option<f64>, "purchases a day", "mean in the arm";
        mean_difference: Option<f64>, "purchases a day", "mean paired difference, arm minus base";
        ci_low: Option<f64>, "purchases a day", "lower end of its 95 % interval, from Student's t";
        ci_high: Option<f64>, "purchases a day", "upper end of that interval";
        verdict: Word, "", "as in `differences`";
        offset: Option<f64>, "ratio", "of `all`: what the others gained for each purchase that the targets lost, over the days with targets and others; 1 is trade that only moved, 0 is trade that is gone, less than 0 is a loss of the others too; missing without targets or others, where the loss may be less than 1 % of what the targets trade, and where the others did not move";
        offset_low: Option<f64>, "ratio", "lower end of its 95 % interval (Fieller, from Student's t)";
        offset_high: Option<f64>, "ratio", "upper end of that interval";
    }
}

table! {
    /// Incidence by group: groups of citizens on the last day, compared within those who are in them in both worlds; one row for each group and measure.
    BEARERS: BearerRow in "bearers" {
        arm: Word, "", "arm of the study; `base` for the world without a policy";
        kind: Word, "", "wealth, income, place, agent, mask, enclave or identity";
        name: Word, "", "which group";
        measure: Word, "", "column of `citizens`";
        n: usize, "seeds", "seeds in which the group has people in both worlds";
        people_base: Option<f64>, "people", "people in the group in the base";
        people_arm: Option<f64>, "people", "people in the group in the arm";
        people_both: Option<f64>, "people", "people in the group in both worlds: those who are compared";
        mean_base: Option<f64>, "as the column says", "their mean in the base";
        mean_arm: Option<f64>, "as the column says", "their mean in the arm";
        mean_difference: Option<f64>, "as the column says", "mean paired difference, arm minus base";
        ci_low: Option<f64>, "as the column says", "lower end of its 95 % interval, from Student's t";
        ci_high: Option<f64>, "as the column says", "upper end of that interval";
        q: Option<f64>, "share", "q-value: share of false findings expected among all differences of this arm that are \
                                  called found down to this one";
        verdict: Word, "", "as in `differences`";
    }
}

table! {
    /// Differences over time, from the first 200 seeds: one row for each arm, column of `days`, and day.
    COURSE: CourseRow in "series" {
        arm: Word, "", "arm of the study; `base` for the world without a policy";
        column: Word, "", "column of `days`";
        day: usize, "day", "day of the run";
        mean_base: Option<f64>, "as the column says", "mean in the base";
        mean_arm: Option<f64>, "as the column says", "mean in the arm";
        mean_difference: Option<f64>, "as the column says", "mean paired difference, arm minus base";
        p05: Option<f64>, "as the column says", "5 % quantile of the differences over seeds";
        p25: Option<f64>, "as the column says", "25 % quantile of the differences over seeds";
        p50: Option<f64>, "as the column says", "median difference";
        p75: Option<f64>, "as the column says", "75 % quantile of the differences over seeds";
        p95: Option<f64>, "as the column says", "95 % quantile of the differences over seeds";
    }
}

table! {
    /// Where trade moved, seed by seed, from which `displacement` follows: one row for each arm, good, place or venue, and seed.
    DISPLACEMENT_RUNS: DisplacementRunRow in "displacement_runs" {
        arm: Word, "", "arm of the study";
        kind: Word, "", "good, place or venue";
        name: Word, "", "which one; `all` for the sum";
        seed: Seed, "", "seed";
        base: Option<f64>, "purchases a day", "value in the base";
        value: Option<f64>, "purchases a day", "value in the arm";
        targets_base: Option<f64>, "purchases", "of `all`: what the targets trade in the base, on all days with targets and others; missing where there is no such day";
        targets_change: Option<f64>, "purchases", "of `all`: arm minus base of the targets on those days";
        others_change: Option<f64>, "purchases", "of `all`: arm minus base of the others on those days; the offset is minus its mean over that of the targets";
    }
}

table! {
    /// Incidence by group, seed by seed, from which `bearers` follows: one row for each arm, group, measure and seed.
    BEARER_RUNS: BearerRunRow in "bearers_runs" {
        arm: Word, "", "arm of the study";
        kind: Word, "", "wealth, income, place, agent, mask, enclave or identity";
        name: Word, "", "which group";
        measure: Word, "", "column of `citizens`";
        seed: Seed, "", "seed";
        people_base: Option<f64>, "people", "people in the group in the base; missing where one of the worlds does not have it";
        people_arm: Option<f64>, "people", "people in the group in the arm";
        people_both: Option<f64>, "people", "people in the group in both worlds";
        base: Option<f64>, "as the column says", "their mean in the base";
        value: Option<f64>, "as the column says", "their mean in the arm";
    }
}

table! {
    /// Pilots, seed by seed, from which `pilots` follows: one row for each arm, outcome and seed.
    PILOT_RUNS: PilotRunRow in "pilots_runs" {
        arm: Word, "", "arm of the study";
        outcome: Word, "", "column of `places`";
        seed: Seed, "", "seed";
        there_before: Option<f64>, "as the unit of `pilots` says", "where it applies, before, in the arm";
        there_after: Option<f64>, "as the unit of `pilots` says", "where it applies, on the days of the pilot, in the arm";
        there_base: Option<f64>, "as the unit of `pilots` says", "where it applies, on the days of the pilot, in the base";
        elsewhere_before: Option<f64>, "as the unit of `pilots` says", "in all other places, before, in the arm";
        elsewhere_after: Option<f64>, "as the unit of `pilots` says", "in all other places, on the days of the pilot, in the arm";
        elsewhere_base: Option<f64>, "as the unit of `pilots` says", "in all other places, on the days of the pilot, in the base";
    }
}

/// The tables of a study folder.
pub static STUDY_TABLES: [&TableSpec; 13] = [
    &RUNS,
    &DIFFERENCES,
    &INTERACTIONS,
    &PRESETS,
    &CHANGES,
    &DIVERGENCE,
    &DISPLACEMENT,
    &DISPLACEMENT_RUNS,
    &PILOTS,
    &PILOT_RUNS,
    &BEARERS,
    &BEARER_RUNS,
    &COURSE,
];

/// Writes all tables into a folder.
///
/// # Errors
/// When the system refuses.
pub fn write(folder: &Path, study: &Study, build: &Build, answers: &Answers) -> Result<(), StoreError> {
    let write = StudyWriter { folder, origin: Origin::many(build, "contraband.study", &study.name), study, answers };
    write.table(&RUNS, write.runs())?;
    let all = answers.differences.iter().enumerate();
    write.table(&DIFFERENCES, all.flat_map(|(arm, found)| write.differences(arm, found)))?;
    let stacked = answers.interactions.iter();
    write.table(&INTERACTIONS, stacked.flat_map(|(arm, found)| write.differences(*arm, found)))?;
    write.table(&PRESETS, write.presets())?;
    write.table(&CHANGES, write.changes())?;
    write.table(&DIVERGENCE, write.divergence())?;
    write.table(&DISPLACEMENT, write.displacement())?;
    write.table(&DISPLACEMENT_RUNS, write.displacement_runs())?;
    write.table(&PILOTS, write.pilots())?;
    write.table(&PILOT_RUNS, write.pilot_runs())?;
    write.table(&BEARERS, write.bearers())?;
    write.table(&BEARER_RUNS, write.bearer_runs())?;
    write.table(&COURSE, write.courses())
}

/// What a metric looks at in an arm, in words.
pub fn window(study: &Study, arm: usize, metric: usize) -> String {
    let windows = study.metrics[metric].over(study.window_of(arm)).expression.windows();
    let words: Vec<String> = windows.iter().map(|(first, last)| format!("{first} to {last}")).collect();
    if words.is_empty() { "all".into() } else { words.join(", ") }
}

/// What a metric looks at in all arms, in words: with their names where it is not the same in all.
pub fn windows(study: &Study, metric: usize) -> String {
    let each: Vec<String> = (0..study.arms.len()).map(|arm| window(study, arm, metric)).collect();
    if each.windows(2).all(|pair| pair[0] == pair[1]) {
        return each.into_iter().next().unwrap_or_else(|| "all".into());
    }
    let told = study.arms.iter().zip(each).map(|(arm, window)| format!("{window} ({})", arm.name));
    told.collect::<Vec<_>>().join(", ")
}

/// What the tables are filled from, and where they go.
struct StudyWriter<'w> {
    folder: &'w Path,
    origin: Origin,
    study: &'w Study,
    answers: &'w Answers,
}

impl<'w> StudyWriter<'w> {
    fn table<R: Row>(&self, table: &'static TableSpec, rows: impl Iterator<Item = R>) -> Result<(), StoreError> {
        let mut file = TableFile::create(self.folder, table, &self.origin, None)?;
        let mut columns = table.no_rows();
        rows.for_each(|row| row.push(&mut columns));
        if !columns[0].is_empty() {
            file.append(columns)?;
        }
        file.finish().map(drop)
    }

    /// The arms, each with its name.
    fn arms(&self) -> impl Iterator<Item = (usize, &'w str)> + use<'w> {
        self.study.arms.iter().map(|arm| arm.name.as_str()).enumerate()
    }

    fn runs(&self) -> impl Iterator<Item = RunRow> {
        let mut rows = Vec::new();
        for under in &self.answers.presets {
            let mut told: Vec<(usize, String)> = Vec::new();
            for (arm, name) in self.arms() {
                for (metric, [base, own]) in under.values[arm].iter().enumerate() {
                    let window = window(self.study, arm, metric);
                    let mut push = |world: &str, values: &[f64]| {
                        for (&seed, &value) in self.answers.seeds.iter().zip(values) {
                            rows.push(RunRow {
                                arm: world.to_owned().into(),
                                valve: under.preset.into(),
                                seed: Seed(seed),
                                metric: self.study.metrics[metric].name.clone().into(),
                                window: window.clone().into(),
                                value: known(value),
                            });
                        }
                    };
                    // The base once over the same days.
                    let of_base = (metric, window.clone());
                    if !told.contains(&of_base) {
                        push(world_name(self.study, BASE), base);
                        told.push(of_base);
                    }
                    push(name, own);
                }
            }
        }
        rows.into_iter()
    }

    fn differences(&self, arm: usize, found: &'w [Difference]) -> impl Iterator<Item = DifferenceRow> + use<'w> {
        let study = self.study;
        found.iter().enumerate().map(move |(metric, one)| difference(study, arm, metric, one))
    }

    fn presets(&self) -> impl Iterator<Item = PresetRow> {
        self.answers.presets.iter().flat_map(move |under| {
            let found = under.differences.iter().enumerate();
            let all = found.flat_map(move |(arm, found)| self.differences(arm, found));
            all.map(move |difference| PresetRow { valve: under.preset.into(), difference })
        })
    }

    fn changes(&self) -> impl Iterator<Item = ChangeRow> {
        self.answers.changes.iter().flat_map(move |change| {
            let (from, to) = change.presets;
            self.arms().flat_map(move |(arm, name)| {
                change.found[arm].iter().enumerate().map(move |(metric, one)| {
                    let (low, high) = one.interval();
                    ChangeRow {
                        arm: name.to_owned().into(),
                        metric: self.study.metrics[metric].name.clone().into(),
                        window: window(self.study, arm, metric).into(),
                        from: from.into(),
                        to: to.into(),
                        n: one.n,
                        mean_from: known(one.base),
                        mean_to: known(one.arm),
                        mean_change: known(one.mean),
                        ci_low: known(low),
                        ci_high: known(high),
                        p: known(one.p),
                        q: known(one.q),
                        verdict: one.verdict().word().into(),
                    }
                })
            })
        })
    }

    fn pilots(&self) -> impl Iterator<Item = PilotRow> {
        let days = |(first, last): (u32, u32)| Word::from(format!("{first} to {last}"));
        let pilots = self.arms().filter_map(|(arm, name)| Some((name, self.answers.pilots[arm].as_ref()?)));
        pilots.flat_map(move |(name, pilot)| {
            pilot.outcomes.iter().map(move |one| {
                let [seen, real, elsewhere, error] = [&one.seen, &one.real, &one.elsewhere, &one.error].map(|found| {
                    let (low, high) = found.interval();
                    [found.mean, low, high].map(known)
                });
                PilotRow {
                    arm: name.to_owned().into(),
                    places: pilot.places.join(", ").into(),
                    outcome: one.column.into(),
                    unit: one.words.into(),
                    before: days(pilot.before),
                    after: days(pilot.after),
                    n: one.seen.n,
                    seen: seen[0],
                    seen_low: seen[1],
                    seen_high: seen[2],
                    real: real[0],
                    real_low: real[1],
                    real_high: real[2],
                    elsewhere: elsewhere[0],
                    elsewhere_low: elsewhere[1],
                    elsewhere_high: elsewhere[2],
                    error: error[0],
                    error_low: error[1],
                    error_high: error[2],
                }
            })
        })
    }

    fn divergence(&self) -> impl Iterator<Item = DivergenceRow> {
        self.arms().flat_map(|(arm, name)| {
            let all = self.answers.seeds.iter().zip(&self.answers.partings[arm]);
            all.map(move |(&seed, parting)| DivergenceRow {
                arm: name.to_owned().into(),
                seed: Seed(seed),
                day: parting.day,
                what: parting.tables.join(", ").into(),
                digest_base: parting.base.clone().into(),
                digest_arm: parting.arm.clone().into(),
            })
        })
    }

    fn displacement(&self) -> impl Iterator<Item = DisplacementRow> {
        self.arms().flat_map(|(arm, name)| {
            self.answers.moved[arm].iter().map(move |moved| {
                let one = &moved.difference;
                let (offset, (low, high)) = moved.offset;
                DisplacementRow {
                    arm: name.to_owned().into(),
                    kind: moved.kind.clone().into(),
                    name: moved.name.clone().into(),
                    target: moved.target,
                    since: moved.since,
                    n: one.n,
                    mean_base: known(one.base),
                    mean_arm: known(one.arm),
                    mean_difference: known(one.mean),
                    ci_low: known(one.t.0),
                    ci_high: known(one.t.1),
                    verdict: one.verdict().word().into(),
                    offset: known(offset),
                    offset_low: known(low),
                    offset_high: known(high),
                }
            })
        })
    }

    /// The seeds, each with its number.
    fn seeds(&self) -> impl Iterator<Item = (usize, Seed)> + use<'w> {
        self.answers.seeds.iter().map(|&seed| Seed(seed)).enumerate()
    }

    fn displacement_runs(&self) -> impl Iterator<Item = DisplacementRunRow> {
        self.arms().flat_map(move |(arm, name)| {
            self.answers.moved[arm].iter().flat_map(move |moved| {
                let [base, own] = &moved.values;
                self.seeds().map(move |(nth, seed)| {
                    let of = |values: fn(&TradeShift) -> &Vec<f64>| {
                        moved.shift.as_ref().and_then(|shift| known(values(shift)[nth]))
                    };
                    DisplacementRunRow {
                        arm: name.to_owned().into(),
                        kind: moved.kind.clone().into(),
                        name: moved.name.clone().into(),
                        seed,
                        base: known(base[nth]),
                        value: known(own[nth]),
                        targets_base: of(|shift| &shift.before),
                        targets_change: of(|shift| &shift.lost),
                        others_change: of(|shift| &shift.gained),
                    }
                })
            })
        })
    }

    fn pilot_runs(&self) -> impl Iterator<Item = PilotRunRow> {
        let pilots = self.arms().filter_map(|(arm, name)| Some((name, self.answers.pilots[arm].as_ref()?)));
        pilots.flat_map(move |(name, pilot)| {
            pilot.outcomes.iter().flat_map(move |one| {
                self.seeds().map(move |(nth, seed)| {
                    let [there, elsewhere] = one.values.each_ref().map(|of| of.each_ref().map(|one| known(one[nth])));
                    PilotRunRow {
                        arm: name.to_owned().into(),
                        outcome: one.column.into(),
                        seed,
                        there_before: there[0],
                        there_after: there[1],
                        there_base: there[2],
                        elsewhere_before: elsewhere[0],
                        elsewhere_after: elsewhere[1],
                        elsewhere_base: elsewhere[2],
                    }
                })
            })
        })
    }

    fn bearer_runs(&self) -> impl Iterator<Item = BearerRunRow> {
        self.arms().flat_map(move |(arm, name)| {
            self.answers.borne[arm].iter().flat_map(move |borne| {
                self.seeds().map(move |(nth, seed)| {
                    let [people_base, people_arm, people_both] =
                        borne.people_by_seed.each_ref().map(|people| known(people[nth]));
                    BearerRunRow {
                        arm: name.to_owned().into(),
                        kind: borne.kind.clone().into(),
                        name: borne.name.clone().into(),
                        measure: borne.burden.into(),
                        seed,
                        people_base,
                        people_arm,
                        people_both,
                        base: known(borne.values[0][nth]),
                        value: known(borne.values[1][nth]),
                    }
                })
            })
        })
    }

    fn bearers(&self) -> impl Iterator<Item = BearerRow> {
        self.arms().flat_map(|(arm, name)| {
            self.answers.borne[arm].iter().map(move |borne| {
                let one = &borne.difference;
                BearerRow {
                    arm: name.to_owned().into(),
                    kind: borne.kind.clone().into(),
                    name: borne.name.clone().into(),
                    measure: borne.burden.into(),
                    n: one.n,
                    people_base: known(borne.people[0]),
                    people_arm: known(borne.people[1]),
                    people_both: known(borne.people[2]),
                    mean_base: known(one.base),
                    mean_arm: known(one.arm),
                    mean_difference: known(one.mean),
                    ci_low: known(one.t.0),
                    ci_high: known(one.t.1),
                    q: known(one.q),
                    verdict: one.verdict().word().into(),
                }
            })
        })
    }

    fn courses(&self) -> impl Iterator<Item = CourseRow> {
        self.arms().flat_map(|(arm, name)| {
            self.answers.courses[arm].iter().flat_map(move |course| {
                course.days.iter().enumerate().map(move |(day, values)| {
                    let [mean_base, mean_arm, mean_difference, p05, p25, p50, p75, p95] = values.map(known);
                    CourseRow {
                        arm: name.to_owned().into(),
                        column: course.column.into(),
                        day: day + 1,
                        mean_base,
                        mean_arm,
                        mean_difference,
                        p05,
                        p25,
                        p50,
                        p75,
                        p95,
                    }
                })
            })
        })
    }
}

fn difference(study: &Study, arm: usize, metric: usize, one: &Difference) -> DifferenceRow {
    let about = &study.metrics[metric];
    let share = |(hits, (low, high)): (usize, (f64, f64))| [hits as f64 / one.n as f64, low, high].map(known);
    let [chance_base, chance_base_low, chance_base_high] = one.chance.map_or([None; 3], |chance| share(chance.base));
    let [chance_arm, chance_arm_low, chance_arm_high] = one.chance.map_or([None; 3], |chance| share(chance.arm));
    let [p05, p25, p50, p75, p95] = one.quantiles.map(known);
    DifferenceRow {
        arm: study.arms[arm].name.clone().into(),
        metric: about.name.clone().into(),
        window: window(study, arm, metric).into(),
        n: one.n,
        offered: one.offered,
        equal: one.equal,
        mean_base: known(one.base),
        mean_arm: known(one.arm),
        mean_difference: known(one.mean),
        ci_low: known(one.t.0),
        ci_high: known(one.t.1),
        interest: known(one.interest),
        verdict: one.verdict().word().into(),
        share_higher: known(one.higher),
        share_lower: known(one.lower),
        p05,
        p25,
        p50,
        p75,
        p95,
        sd_difference: known(one.sd),
        skewness: known(one.skewness),
        standardised: known(one.standardised),
        variance_ratio: known(one.variance_ratio),
        precision: known(one.precision),
        seeds_needed: known(one.seeds_needed),
        seeds_to_tell: known(one.seeds_to_tell()).filter(|seeds| seeds.is_finite()),
        margin: known(one.margin).filter(|margin| margin.is_finite()),
        p: known(one.p),
        q: known(one.q),
        chance_above: one.chance.and_then(|chance| known(chance.above)),
        chance_base,
        chance_base_low,
        chance_base_high,
        chance_arm,
        chance_arm_low,
        chance_arm_high,
        chance_p: one.chance.and_then(|chance| known(chance.p)),
        better: about.better.word().into(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;

    use contraband_lab::batch::{Runner, Shard};
    use contraband_lab::files::study::file::read_study;
    use contraband_sim::scenario::Scenario;
    use contraband_sim::scenario::tree::Format;
    use polars::prelude::DataFrame;

    use super::*;
    use crate::compare::{How, compare};
    use crate::measures::{mean, numbers, words};
    use crate::store::read_frame;

    const STUDY: &str = "(base: (set: {\"citizens.count\": 300}), days: 40, seeds: 4, arms: [
        (name: \"pilot\", timeline: [(day: 20, places: [\"harbour\"], set: {\"law.fine\": 900.0})]),
        (name: \"free\", timeline: [(day: 20, set: {\"goods.privacy.status\": \"free\"})]),
        (name: \"noop\", timeline: [(day: 20, set: {\"law.fine\": 120.0})])])";

    /// Runs a study into a folder.
    fn run_into(folder: &Path, text: &str) {
        let study = read_study(text, Format::Ron, &|_| Ok(Scenario::default())).unwrap();
        let how = How {
            runner: Runner::plain(2),
            memory: None,
            shard: Shard::WHOLE,
            force: false,
            again: false,
            command: "compare",
            on_done: &|_, _| (),
        };
        compare(&study, folder, &how).unwrap();
    }

    fn frame(folder: &Path, table: &TableSpec) -> DataFrame {
        let path = folder.join(format!("{}.parquet", table.name));
        let bytes = fs::read(&path).unwrap();
        read_frame(&path, bytes, None).unwrap()
    }

    /// The rows of a table by the words of some columns.
    fn by(frame: &DataFrame, keys: &[&str]) -> BTreeMap<Vec<String>, Vec<usize>> {
        let keys: Vec<_> = keys.iter().map(|key| words(frame, key)).collect();
        let mut found: BTreeMap<Vec<String>, Vec<usize>> = BTreeMap::new();
        for row in 0..frame.height() {
            found.entry(keys.iter().map(|column| column[row].clone()).collect()).or_default().push(row);
        }
        found
    }

    /// What stands in a row, by column.
    type Cells<'a> = &'a dyn Fn(&str) -> f64;

    /// Holds what a table says of each of its rows to what follows from the values of the seeds in another.
    fn hold(
        folder: &Path,
        (table, of_seeds): (&TableSpec, &TableSpec),
        keys: &[&str],
        column: &str,
        of_seed: &dyn Fn(Cells<'_>) -> f64,
    ) {
        let (told, runs) = (frame(folder, table), frame(folder, of_seeds));
        let rows = by(&runs, keys);
        let columns: BTreeMap<String, Vec<f64>> = of_seeds
            .columns
            .iter()
            .filter(|about| about.kind != ColumnKind::Text)
            .map(|about| (about.name.to_owned(), numbers(&runs, about.name)))
            .collect();
        let all = numbers(&told, column);
        let known = by(&told, keys);
        assert_eq!(known.len(), told.height(), "{}: a row for each", table.name);
        assert!(!all.is_empty() && known.keys().eq(rows.keys()), "{}: as many rows of seeds", table.name);
        for (key, row) in known {
            let values: Vec<f64> = rows[&key].iter().map(|&row| of_seed(&|name| columns[name][row])).collect();
            assert_eq!(values.len(), 4, "{key:?}");
            let values: Vec<f64> = values.into_iter().filter(|value| value.is_finite()).collect();
            let (found, told) = (mean(&values), all[row[0]]);
            assert!(
                (found - told).abs() <= 1e-9 * told.abs().max(1.0) || (found.is_nan() && told.is_nan()),
                "{} {key:?}, {column}: {told}, from the seeds {found}",
                table.name
            );
        }
    }

    /// Whoever has the folder can calculate every figure again: displacement, incidence and pilots too.
    #[test]
    fn every_figure_follows_from_the_values_of_its_seeds() {
        let home = tempfile::tempdir().unwrap();
        run_into(home.path(), STUDY);
        let keys = ["arm", "kind", "name"];
        let tables = (&DISPLACEMENT, &DISPLACEMENT_RUNS);
        hold(home.path(), tables, &keys, "mean_base", &|of| of("base"));
        hold(home.path(), tables, &keys, "mean_difference", &|of| of("value") - of("base"));
        let (told, runs) = (frame(home.path(), &DISPLACEMENT), frame(home.path(), &DISPLACEMENT_RUNS));
        let (offsets, rows) = (numbers(&told, "offset"), by(&runs, &keys));
        let (targets, others) = (numbers(&runs, "targets_change"), numbers(&runs, "others_change"));
        let mut any = false;
        for (key, row) in by(&told, &keys) {
            let offset = offsets[row[0]];
            if offset.is_finite() {
                let sum = |of: &[f64]| rows[&key].iter().map(|&row| of[row]).sum::<f64>();
                let found = -sum(&others) / sum(&targets);
                assert!((offset - found).abs() < 1e-9, "{key:?}: {offset}, from the seeds {found}");
                any = true;
            }
        }
        assert!(any, "an offset is told somewhere");

        let keys = ["arm", "kind", "name", "measure"];
        for (column, of) in [("people_base", "people_base"), ("people_both", "people_both"), ("mean_arm", "value")] {
            hold(home.path(), (&BEARERS, &BEARER_RUNS), &keys, column, &|row| row(of));
        }
        hold(home.path(), (&BEARERS, &BEARER_RUNS), &keys, "mean_difference", &|of| of("value") - of("base"));

        let keys = ["arm", "outcome"];
        let tables = (&PILOTS, &PILOT_RUNS);
        let seen = |of: &dyn Fn(&str) -> f64| {
            of("there_after") - of("there_before") - (of("elsewhere_after") - of("elsewhere_before"))
        };
        let real = |of: &dyn Fn(&str) -> f64| of("there_after") - of("there_base");
        hold(home.path(), tables, &keys, "seen", &seen);
        hold(home.path(), tables, &keys, "real", &real);
        hold(home.path(), tables, &keys, "elsewhere", &|of| of("elsewhere_after") - of("elsewhere_base"));
        hold(home.path(), tables, &keys, "error", &|of| seen(of) - real(of));

        // What changes nothing has no picture, and the brief names those that there are, each.
        let brief = fs::read_to_string(home.path().join("brief.md")).unwrap();
        let there: Vec<String> = fs::read_dir(home.path().join("charts"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        assert!(there.iter().all(|name| !name.starts_with("noop")), "{there:?}");
        let svgs = there.iter().filter(|name| name.ends_with(".svg"));
        assert!(svgs.clone().count() >= 6 && svgs.clone().all(|name| brief.contains(&format!("(charts/{name})"))));
        assert_eq!(brief.matches("](charts/").count(), svgs.clone().count());
        // A phone has its own.
        let page = fs::read_to_string(home.path().join("brief.html")).unwrap();
        assert_eq!(page.matches("<div class=\"narrow\"><svg").count(), svgs.clone().count());
        assert_eq!(page.matches("<div class=\"wide\"><svg").count(), svgs.count());
    }

    /// A picture of an earlier answer does not stay beside one that has none.
    #[test]
    fn a_study_in_which_nothing_differs_has_no_picture() {
        let home = tempfile::tempdir().unwrap();
        let text = "(base: (set: {\"citizens.count\": 150}), days: 10, seeds: 2, arms: [(name: \"noop\", \
                    timeline: [(day: 5, set: {\"law.fine\": 120.0})])])";
        let folder = home.path().join("study");
        run_into(&folder, text);
        assert_eq!(fs::read_dir(folder.join("charts")).unwrap().count(), 0);
        for old in ["svg", "png"] {
            fs::write(folder.join(format!("charts/noop-effects.{old}")), "old").unwrap();
        }
        run_into(&folder, text);
        assert_eq!(fs::read_dir(folder.join("charts")).unwrap().count(), 0);
        for page in ["brief.html", "one_page.html"] {
            let text = fs::read_to_string(folder.join(page)).unwrap();
            assert!(!text.contains("<svg") && !text.contains("<figure"), "{page}");
        }
    }
}
