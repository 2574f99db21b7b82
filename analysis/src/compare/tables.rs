//! The tables of a study folder.

use contraband_sim::record::tables::{Cell, ColumnKind, ColumnSpec, Row, Seed, TableSpec, Values, Word};
use contraband_sim::table;

table! {
    /// What was measured in each run, from which every figure about metrics follows: one row for each arm, preset, seed and metric; for the base one for each window, and for the parts of a combined arm also one over its days.
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

pub(super) static INTERACTIONS: TableSpec = TableSpec {
    name: "interactions",
    doc: "Interactions: how much more or less policies do together than their separate effects added, one row for each \
          combined arm and metric.",
    columns: DifferenceRow::COLUMNS,
};

pub(super) static PRESETS: TableSpec = TableSpec {
    name: "presets",
    doc: "The same differences under every assumption about calming that the study was run with: one row for each \
          preset, arm and metric.",
    columns: PresetRow::COLUMNS,
};

/// A difference under a preset of the valve.
pub(super) struct PresetRow {
    pub(super) valve: Word,
    pub(super) difference: DifferenceRow,
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
