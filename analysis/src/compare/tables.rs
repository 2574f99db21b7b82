//! The tables of a study folder.

use std::path::Path;

use contraband_lab::compare::{Answers, Difference, world_name};
use contraband_lab::files::study::Study;
use contraband_sim::record::tables::{Cell, ColumnKind, ColumnSpec, Row, Seed, TableSpec, Values, Word, known};
use contraband_sim::table;

use crate::error::StoreError;
use crate::store::{Origin, TableFile};

table! {
    /// What was measured in each run: one row for each arm, seed and metric.
    RUNS: RunRow in "runs" {
        arm: Word, "", "arm of the study; `base` for the world without a policy";
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
        n: usize, "seeds", "seeds with a value in both worlds";
        mean_base: Option<f64>, "as the metric says", "mean in the base; for an interaction, what the parts added \
                                                       would give";
        mean_arm: Option<f64>, "as the metric says", "mean in the arm";
        mean_difference: Option<f64>, "as the metric says", "mean paired difference, arm minus base";
        ci_low: Option<f64>, "as the metric says", "lower end of the 95 % interval of the mean difference, from \
                                                    Student's t";
        ci_high: Option<f64>, "as the metric says", "upper end of that interval";
        bca_low: Option<f64>, "as the metric says", "lower end of the same interval from resampling (bias-corrected \
                                                     and accelerated)";
        bca_high: Option<f64>, "as the metric says", "upper end of that interval";
        interval: Word, "", "which of the two intervals is reported: t, or bca where differences are skewed";
        verdict: Word, "", "higher, lower, one_of_many (could be chance, given so many tests), unclear (the interval \
                            includes zero), same (exactly, in every seed), unknown";
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
        p: Option<f64>, "probability", "p-value: probability of a difference this large if there were none (Student's \
                                        t, or the sign test where the metric either happens or does not)";
        q: Option<f64>, "share", "q-value: share of false findings expected among all differences that are called \
                                  found down to this one (Benjamini and Hochberg)";
        chance_above: Option<f64>, "as the metric says", "threshold, where the metric has two heaps or is mostly zero and means mislead; missing elsewhere";
        chance_base: Option<f64>, "probability", "share of seeds above the threshold in the base";
        chance_base_low: Option<f64>, "probability", "lower end of its 95 % interval (Wilson)";
        chance_base_high: Option<f64>, "probability", "upper end of that interval";
        chance_arm: Option<f64>, "probability", "share of seeds above the threshold in the arm";
        chance_arm_low: Option<f64>, "probability", "lower end of its 95 % interval (Wilson)";
        chance_arm_high: Option<f64>, "probability", "upper end of that interval";
        better: Word, "", "which direction is better, by the judgement of the study: less, more or none";
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
        n: usize, "seeds", "seeds";
        mean_base: Option<f64>, "purchases a day", "mean in the base";
        mean_arm: Option<f64>, "purchases a day", "mean in the arm";
        mean_difference: Option<f64>, "purchases a day", "mean paired difference, arm minus base";
        ci_low: Option<f64>, "purchases a day", "lower end of its 95 % interval, from Student's t";
        ci_high: Option<f64>, "purchases a day", "upper end of that interval";
        verdict: Word, "", "as in `differences`";
        offset: Option<f64>, "ratio", "of `all`: what the others gained for each purchase that the targets lost; 1 is trade that only moved, 0 is trade that is gone, less than 0 is a loss of the others too; missing without a target of this kind";
        offset_low: Option<f64>, "ratio", "lower end of its 95 % interval (resampling)";
        offset_high: Option<f64>, "ratio", "upper end of that interval";
    }
}

table! {
    /// Incidence by group: groups of citizens on the last day, one row for each group and measure.
    BEARERS: BearerRow in "bearers" {
        arm: Word, "", "arm of the study; `base` for the world without a policy";
        kind: Word, "", "wealth, income, place, agent, mask, enclave or identity; only groups by income hold the same \
                         people in both worlds";
        name: Word, "", "which group";
        measure: Word, "", "column of `citizens`";
        n: usize, "seeds", "seeds in which the group has people in both worlds";
        people_base: Option<f64>, "people", "people in the group in the base";
        people_arm: Option<f64>, "people", "people in the group in the arm";
        mean_base: Option<f64>, "as the column says", "mean of the group in the base";
        mean_arm: Option<f64>, "as the column says", "mean of the group in the arm";
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

/// The tables of a study folder.
pub static STUDY_TABLES: [&TableSpec; 9] =
    [&RUNS, &DIFFERENCES, &INTERACTIONS, &PRESETS, &DIVERGENCE, &DISPLACEMENT, &PILOTS, &BEARERS, &COURSE];

/// Writes all tables into a folder.
///
/// # Errors
/// When the system refuses.
pub fn write(folder: &Path, study: &Study, answers: &Answers) -> Result<(), StoreError> {
    let write = StudyWriter { folder, origin: Origin::many("contraband.study", &study.name), study, answers };
    write.table(&RUNS, write.runs())?;
    let all = answers.differences.iter().enumerate();
    write.table(&DIFFERENCES, all.flat_map(|(arm, found)| write.differences(arm, found)))?;
    let stacked = answers.interactions.iter();
    write.table(&INTERACTIONS, stacked.flat_map(|(arm, found)| write.differences(*arm, found)))?;
    write.table(&PRESETS, write.presets())?;
    write.table(&DIVERGENCE, write.divergence())?;
    write.table(&DISPLACEMENT, write.displacement())?;
    write.table(&PILOTS, write.pilots())?;
    write.table(&BEARERS, write.bearers())?;
    write.table(&COURSE, write.courses())
}

/// What a metric looks at, in words.
pub fn window(study: &Study, metric: usize) -> String {
    let windows = study.metrics[metric].expression.windows();
    let words: Vec<String> = windows.iter().map(|(first, last)| format!("{first} to {last}")).collect();
    if words.is_empty() { "all".into() } else { words.join(", ") }
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
        file.finish()
    }

    /// The arms, each with its name.
    fn arms(&self) -> impl Iterator<Item = (usize, &'w str)> + use<'w> {
        self.study.arms.iter().map(|arm| arm.name.as_str()).enumerate()
    }

    fn runs(&self) -> impl Iterator<Item = RunRow> {
        let study = self.study;
        let worlds = self.answers.values.iter().enumerate();
        worlds.flat_map(move |(at, metrics)| {
            self.answers.seeds.iter().enumerate().flat_map(move |(nth, &seed)| {
                metrics.iter().enumerate().map(move |(metric, values)| RunRow {
                    arm: world_name(study, at).to_owned().into(),
                    seed: Seed(seed),
                    metric: study.metrics[metric].name.clone().into(),
                    window: window(study, metric).into(),
                    value: known(values[nth]),
                })
            })
        })
    }

    fn differences(&self, arm: usize, found: &'w [Difference]) -> impl Iterator<Item = DifferenceRow> + use<'w> {
        let study = self.study;
        found.iter().enumerate().map(move |(metric, one)| difference(study, arm, metric, one))
    }

    fn presets(&self) -> impl Iterator<Item = PresetRow> {
        self.answers.presets.iter().flat_map(move |(preset, found)| {
            let all = found.iter().enumerate().flat_map(move |(arm, found)| self.differences(arm, found));
            all.map(move |difference| PresetRow { valve: (*preset).into(), difference })
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
                    people_base: known(borne.people.0),
                    people_arm: known(borne.people.1),
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
        window: window(study, metric).into(),
        n: one.n,
        mean_base: known(one.base),
        mean_arm: known(one.arm),
        mean_difference: known(one.mean),
        ci_low: known(one.t.0),
        ci_high: known(one.t.1),
        bca_low: known(one.bca.0),
        bca_high: known(one.bca.1),
        interval: if one.is_skewed() { "bca" } else { "t" }.into(),
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
        p: known(one.p),
        q: known(one.q),
        chance_above: one.chance.and_then(|chance| known(chance.above)),
        chance_base,
        chance_base_low,
        chance_base_high,
        chance_arm,
        chance_arm_low,
        chance_arm_high,
        better: about.better.word().into(),
    }
}
