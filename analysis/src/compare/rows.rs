//! What the tables of a study folder are filled with.

use std::borrow::Cow;
use std::path::Path;

use contraband_lab::build::Build;
use contraband_lab::compare::{Answers, BASE, Difference, TradeShift, world_name};
use contraband_lab::files::study::Study;
use contraband_sim::record::tables::{Row, Seed, TableSpec, known};

use super::tables::{
    BEARER_RUNS, BEARERS, BearerRow, BearerRunRow, CHANGES, COURSE, ChangeRow, CourseRow, DIFFERENCES, DISPLACEMENT,
    DISPLACEMENT_RUNS, DIVERGENCE, DifferenceRow, DisplacementRow, DisplacementRunRow, DivergenceRow, INTERACTIONS,
    PILOT_RUNS, PILOTS, PRESETS, PilotRow, PilotRunRow, PresetRow, RUNS, RunRow,
};
use super::wording::window;
use crate::error::StoreError;
use crate::store::{Origin, TableFile};

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
            // Each world once over the same days.
            let mut told: Vec<(&str, usize, String)> = Vec::new();
            let mut push = |world: &'w str, metric: usize, window: String, values: &[f64]| {
                let of = (world, metric, window);
                if told.contains(&of) {
                    return;
                }
                for (&seed, &value) in self.answers.seeds.iter().zip(values) {
                    rows.push(RunRow {
                        arm: world.to_owned().into(),
                        valve: under.preset.into(),
                        seed: Seed(seed),
                        metric: self.study.metrics[metric].name.clone().into(),
                        window: of.2.clone().into(),
                        value: known(value),
                    });
                }
                told.push(of);
            };
            for (arm, name) in self.arms() {
                for (metric, [base, own]) in under.values[arm].iter().enumerate() {
                    let window = window(self.study, arm, metric);
                    push(world_name(self.study, BASE), metric, window.clone(), base);
                    push(name, metric, window, own);
                }
            }
            // Interactions are of the study's own preset.
            if under.preset != self.answers.presets[0].preset {
                continue;
            }
            for alone in &self.answers.parts {
                for (metric, values) in alone.values.iter().enumerate() {
                    let window = window(self.study, alone.whole, metric);
                    push(&self.study.arms[alone.part].name, metric, window, values);
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
        let days = |(first, last): (u32, u32)| Cow::from(format!("{first} to {last}"));
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;

    use contraband_lab::batch::{Runner, Shard};
    use contraband_lab::files::study::file::read_study;
    use contraband_sim::record::tables::ColumnKind;
    use contraband_sim::scenario::Scenario;
    use contraband_sim::scenario::tree::Format;
    use polars::prelude::DataFrame;
    use serde_json::Value;

    use super::*;
    use crate::compare::wording::{signed, three_digits, upper};
    use crate::compare::{How, as_json, compare};
    use crate::measures::{mean, numbers, words};
    use crate::store::read_frame;

    /// Arms over other days than the base and each other, one in some places, one that does nothing, and two together. What
    /// calms does so much that something depends on it, and both policies are so strong that they interact.
    const STUDY: &str = "(base: (set: {\"citizens.count\": 4000, \"society.relief\": 0.8}), days: 60, seeds: 4, \
        every_valve: true, arms: [
        (name: \"pilot\", timeline: [(day: 20, places: [\"harbour\"], set: {\"law.fine\": 90000.0, \"law.seizure\": 1.0})]),
        (name: \"free\", timeline: [(day: 10, set: {\"goods.privacy.status\": \"free\", \"demand.price_weight\": 0.005, \
        \"demand.sanction_weight\": 0.0, \"demand.shame\": 0.0})]),
        (name: \"noop\", timeline: [(day: 20, set: {\"law.fine\": 120.0})]),
        (name: \"both\", with: [\"pilot\", \"free\"])])";

    /// Runs a study into a folder; with what the command would print of it as data.
    fn run_into(folder: &Path, text: &str) -> (Study, Value) {
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
        let compared = compare(&study, folder, &how).unwrap();
        let data = as_json(&study, compared.answers.as_ref().unwrap(), &compared.account);
        (study, data)
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

    /// The rows of a table as words and numbers by column.
    struct Told {
        frame: DataFrame,
        words: BTreeMap<&'static str, Vec<String>>,
        numbers: BTreeMap<&'static str, Vec<f64>>,
    }

    impl Told {
        fn of(folder: &Path, table: &TableSpec) -> Self {
            let frame = frame(folder, table);
            let (mut told_words, mut told_numbers) = (BTreeMap::new(), BTreeMap::new());
            for about in table.columns {
                if about.kind == ColumnKind::Text {
                    told_words.insert(about.name, words(&frame, about.name));
                } else {
                    told_numbers.insert(about.name, numbers(&frame, about.name));
                }
            }
            assert!(frame.height() > 0, "{} is empty", table.name);
            Self { frame, words: told_words, numbers: told_numbers }
        }

        fn rows(&self) -> std::ops::Range<usize> {
            0..self.frame.height()
        }

        fn word(&self, row: usize, column: &str) -> &str {
            &self.words[column][row]
        }

        fn number(&self, row: usize, column: &str) -> f64 {
            self.numbers[column][row]
        }

        /// Holds some columns of a row to what follows from values of seeds in a base and in an arm.
        fn hold(&self, row: usize, columns: [&str; 6], base: &[f64], arm: &[f64]) {
            /// Student's t of 95 % for two, three and four seeds, from a table.
            const T: [f64; 3] = [12.706_204_736, 4.302_652_730, 3.182_446_305];
            let pairs: Vec<(f64, f64)> = base.iter().copied().zip(arm.iter().copied()).collect();
            assert_eq!(pairs.len(), 4, "a value for each seed");
            let known: Vec<_> = pairs.into_iter().filter(|(base, arm)| base.is_finite() && arm.is_finite()).collect();
            let middle = |of: &dyn Fn(&(f64, f64)) -> f64| mean(&known.iter().map(of).collect::<Vec<_>>());
            let (n, found) = (known.len(), middle(&|(base, arm)| arm - base));
            let squares: f64 = known.iter().map(|(base, arm)| (arm - base - found).powi(2)).sum();
            let half = match n {
                0 | 1 => f64::NAN,
                _ => T[n - 2] * (squares / (n - 1) as f64 / n as f64).sqrt(),
            };
            // So few seeds of which most are equal have no interval.
            let equal = known.iter().filter(|(base, arm)| base == arm).count();
            let half = if 2 * equal > n { f64::NAN } else { half };
            let wanted = [n as f64, middle(&|pair| pair.0), middle(&|pair| pair.1), found, found - half, found + half];
            for (column, wanted) in columns.into_iter().zip(wanted) {
                let told = self.number(row, column);
                let close = (told - wanted).abs() <= 1e-8 * wanted.abs().max(1.0) || (told.is_nan() && wanted.is_nan());
                assert!(close, "row {row}, {column}: {told}, from the seeds {wanted}");
            }
        }
    }

    /// What a difference is told by: seeds, both means, the mean difference and the ends of its interval.
    const FIGURES: [&str; 6] = ["n", "mean_base", "mean_arm", "mean_difference", "ci_low", "ci_high"];

    /// Differences, interactions and their changes from preset to preset follow from `runs` alone.
    fn differences_follow(folder: &Path) {
        let runs = Told::of(folder, &RUNS);
        let mut values: BTreeMap<[&str; 4], Vec<f64>> = BTreeMap::new();
        for row in runs.rows() {
            let key = ["arm", "valve", "metric", "window"].map(|column| runs.word(row, column));
            values.entry(key).or_default().push(runs.number(row, "value"));
        }
        assert!(values.values().all(|seeds| seeds.len() == 4), "each world once over the same days");
        let differences = Told::of(folder, &DIFFERENCES);
        for row in differences.rows() {
            let [arm, metric, window] = ["arm", "metric", "window"].map(|column| differences.word(row, column));
            let of = |arm| &values[&[arm, "valve", metric, window]];
            differences.hold(row, FIGURES, of("base"), of(arm));
        }
        let presets = Told::of(folder, &PRESETS);
        for row in presets.rows() {
            let [valve, arm, metric, window] =
                ["valve", "arm", "metric", "window"].map(|column| presets.word(row, column));
            let of = |arm| &values[&[arm, valve, metric, window]];
            presets.hold(row, FIGURES, of("base"), of(arm));
        }
        assert_eq!(presets.frame.height(), 3 * differences.frame.height());
        let apart = |arm: &str, valve: &str, metric: &str, window: &str| -> Vec<f64> {
            let [base, arm] = ["base", arm].map(|world| &values[&[world, valve, metric, window]]);
            arm.iter().zip(base).map(|(arm, base)| arm - base).collect()
        };
        let changes = Told::of(folder, &CHANGES);
        for row in changes.rows() {
            let [arm, metric, window] = ["arm", "metric", "window"].map(|column| changes.word(row, column));
            let [from, to] = ["from", "to"].map(|column| apart(arm, changes.word(row, column), metric, window));
            changes.hold(row, ["n", "mean_from", "mean_to", "mean_change", "ci_low", "ci_high"], &from, &to);
        }
        assert_eq!(changes.frame.height(), 3 * differences.frame.height());
        let interactions = Told::of(folder, &INTERACTIONS);
        for row in interactions.rows() {
            let [metric, window] = ["metric", "window"].map(|column| interactions.word(row, column));
            let of = |arm| &values[&[arm, "valve", metric, window]];
            let alone = ["pilot", "free"].map(|part| apart(part, "valve", metric, window));
            let added: Vec<f64> = of("base")
                .iter()
                .zip(&alone[0])
                .zip(&alone[1])
                .map(|((base, one), other)| base + one + other)
                .collect();
            interactions.hold(row, FIGURES, &added, of("both"));
        }
        assert_eq!(4 * interactions.frame.height(), differences.frame.height());
    }

    /// What the command prints as data, from which the terminal's figures are too, are the figures of a table, row by row.
    fn data_are(told: &Told, data: &Value) {
        let data = data.as_array().unwrap();
        assert_eq!(data.len(), told.frame.height());
        for (row, one) in data.iter().enumerate() {
            for column in ["arm", "metric", "window", "verdict"] {
                assert_eq!(one[column], told.word(row, column), "row {row}");
            }
            let printed = ["n", "mean_base", "mean_arm", "mean_difference"].map(|column| &one[column]);
            for (column, printed) in
                FIGURES.into_iter().zip(printed.into_iter().chain([&one["ci95"][0], &one["ci95"][1]]))
            {
                let printed = printed.as_f64().unwrap_or(f64::NAN);
                assert_eq!(printed.to_bits(), told.number(row, column).to_bits(), "row {row}, {column}");
            }
        }
    }

    /// What brief, one page and pictures say of a difference or an interaction are the figures of the tables.
    fn words_say_what_tables_do(folder: &Path, study: &Study) {
        let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
        let (brief, page) = (read("brief.md"), read("one_page.html"));
        let labels: BTreeMap<&str, &str> =
            study.metrics.iter().map(|metric| (metric.name.as_str(), metric.label.as_str())).collect();
        let parts = |told: &Told, row: usize| {
            let [base, arm, mean] = ["mean_base", "mean_arm", "mean_difference"].map(|column| told.number(row, column));
            (base, arm, mean, [told.number(row, "ci_low"), told.number(row, "ci_high")])
        };
        let is_clear = |told: &Told, row: usize| ["higher", "lower"].contains(&told.word(row, "verdict"));
        let between = |unit: f64, ends: [f64; 2]| format!("{} to {}", signed(unit * ends[0]), signed(unit * ends[1]));
        let differences = Told::of(folder, &DIFFERENCES);
        let (mut in_full, mut in_short, mut drawn) = (0, 0, 0);
        for row in differences.rows() {
            let (arm, label) = (differences.word(row, "arm"), labels[differences.word(row, "metric")]);
            let (base, own, mean, ends) = parts(&differences, row);
            if ends[0].is_nan() {
                continue;
            }
            let figures =
                format!("{} | {} | {} | {}", three_digits(base), three_digits(own), signed(mean), between(1.0, ends));
            assert!(brief.contains(&format!("| {arm} | {label} | {figures}")), "{arm}, {label}: {figures}\n{brief}");
            // A share is told in percentage points.
            if is_clear(&differences, row) {
                let way = if mean > 0.0 { "higher" } else { "lower" };
                let told = [(1.0, ""), (100.0, " percentage points")].map(|(unit, words)| {
                    let size = three_digits((unit * mean).abs());
                    format!("**{}**: {size}{words} {way} (95\u{a0}% interval {}", upper(label), between(unit, ends))
                });
                assert!(told.iter().any(|told| brief.contains(told)), "{arm}: {told:?}\n{brief}");
                in_full += 1;
            }
            let line = page.lines().find(|line| line.contains(&format!("<strong>{}.</strong>", upper(arm)))).unwrap();
            if let Some((_, rest)) = line.split_once(&format!(" {label} (")) {
                let told = [
                    format!("{:+.1}\u{a0}%", 100.0 * mean / base.abs()),
                    format!("{} percentage points", signed(100.0 * mean)),
                    format!("{:.0} times {}", own / base, three_digits(base)),
                ];
                assert!(
                    is_clear(&differences, row) && told.iter().any(|told| rest.starts_with(told)),
                    "{told:?}: {line}"
                );
                in_short += 1;
            }
            let part = 100.0 / base.abs();
            let svg = read(&format!("charts/{arm}-effects.svg"));
            let told = [(part, "%"), (100.0, "points")]
                .map(|(unit, word)| format!("{label}: {} {word} ({})", signed(unit * mean), between(unit, ends)));
            assert!(base.abs() < 1e-9 || told.iter().any(|told| svg.contains(told)), "{told:?}\n{svg}");
            drawn += 1;
        }
        assert!(in_full > 5 && in_short > 5 && drawn > 30, "{in_full} in full, {in_short} in short, {drawn} drawn");

        let interactions = Told::of(folder, &INTERACTIONS);
        let section = brief.split("## Interaction: Both").nth(1).unwrap().split("\n## ").next().unwrap();
        let line = page.lines().find(|line| line.contains("<strong>Both: interaction.</strong>")).unwrap();
        let (mut told, mut clear, mut left_out) = (0, 0, 0);
        for row in interactions.rows() {
            let (label, (.., mean, ends)) = (labels[interactions.word(row, "metric")], parts(&interactions, row));
            if ends[0].is_nan() {
                continue;
            }
            let way = if mean > 0.0 { "more" } else { "less" };
            let said = [(1.0, ""), (100.0, " percentage points")].map(|(unit, words)| {
                let size = three_digits((unit * mean).abs());
                (
                    format!("{size}{words} {way} than the parts added (95\u{a0}% interval {}", between(unit, ends)),
                    format!("{label} {}{words} ({})", signed(unit * mean), between(unit, ends)),
                )
            });
            let own = section.lines().find(|line| line.starts_with(&format!("- **{label}**: "))).unwrap();
            assert!(said.iter().any(|(said, _)| own.contains(said)), "{said:?}\n{own}");
            if is_clear(&interactions, row) {
                left_out += usize::from(!said.iter().any(|(_, said)| line.contains(said)));
                clear += 1;
            } else {
                assert!(!line.contains(&format!(" {label} ")), "{line}");
            }
            told += 1;
        }
        // The page names three and counts the others.
        assert_eq!(left_out, clear - clear.min(3));
        assert!(left_out == 0 || line.contains(&format!("; {left_out} more.")), "{left_out}\n{line}");
        assert!(told > 10 && clear > 0, "{told} interactions with an interval, {clear} of them clear");
    }

    /// That a conclusion depends on the assumption about calming is said where the differences under two presets differ, with
    /// an interval that leaves out zero, and nowhere else: not where one is clear and another is not.
    fn what_depends_on_the_valve_has_an_interval(folder: &Path, study: &Study) {
        let brief = fs::read_to_string(folder.join("brief.md")).unwrap();
        let section =
            brief.split("## Does it hold under every assumption").nth(1).unwrap().split("\n## ").next().unwrap();
        let (presets, changes) = (Told::of(folder, &PRESETS), Told::of(folder, &CHANGES));
        let decides = brief.split("The assumption decides: ").nth(1).map_or("", |rest| rest.lines().next().unwrap());
        let decides: Vec<&str> = decides.split(['.', ';']).map(str::trim).collect();
        let (mut depend, mut some) = (0, 0);
        for (arm, metric) in study.arms.iter().flat_map(|arm| study.metrics.iter().map(move |metric| (arm, metric))) {
            let own =
                |told: &Told, row: usize| told.word(row, "arm") == arm.name && told.word(row, "metric") == metric.name;
            let verdicts: Vec<&str> =
                presets.rows().filter(|&row| own(&presets, row)).map(|row| presets.word(row, "verdict")).collect();
            let clear = changes.rows().filter(|&row| own(&changes, row)).filter(|&row| {
                let leaves_out_zero = changes.number(row, "ci_low") > 0.0 || changes.number(row, "ci_high") < 0.0;
                let said = ["higher", "lower"].contains(&changes.word(row, "verdict"));
                assert!(!said || leaves_out_zero, "{}, {}", arm.name, metric.name);
                said
            });
            let clear: Vec<String> = clear
                .map(|row| {
                    let [mean, low, high] =
                        ["mean_change", "ci_low", "ci_high"].map(|column| signed(changes.number(row, column)));
                    format!(
                        "{mean} from {} to {} ({low} to {high})",
                        changes.word(row, "from"),
                        changes.word(row, "to")
                    )
                })
                .collect();
            let all = |wanted: &str| verdicts.iter().all(|verdict| *verdict == wanted);
            let any = |wanted: &str| verdicts.contains(&wanted);
            assert_eq!(verdicts.len(), 3);
            let wanted = match (all("higher") || all("lower"), clear.is_empty(), any("higher"), any("lower")) {
                (true, ..) => "survives",
                (_, false, true, true) => "reverses",
                (_, false, ..) => "depends on the assumption",
                (_, true, false, false) => "no clear difference",
                _ => "clear under some only; the assumptions do not clearly differ",
            };
            let start = format!("| {} | {} | ", arm.name, metric.label);
            let line = section.lines().find(|line| line.starts_with(&start)).unwrap();
            let result = line.trim_end_matches(" |").rsplit(" | ").next().unwrap();
            assert!(result.starts_with(wanted), "{wanted}: {line}");
            assert_eq!(clear.is_empty(), !result.contains(" from "), "{line}");
            assert!(clear.is_empty() || clear.iter().any(|change| result.contains(change)), "{clear:?}: {line}");
            let is_said = decides.contains(&format!("{} ({})", metric.label, arm.name).as_str());
            assert_eq!(is_said, ["reverses", "depends on the assumption"].contains(&wanted), "{decides:?}: {line}");
            depend += usize::from(is_said);
            some += usize::from(clear.is_empty() && wanted.starts_with("clear under some"));
        }
        assert!(
            depend > 0 && some > 0,
            "{depend} depend, {some} are clear under some only: this test is of nothing\n{section}"
        );
    }

    /// Whoever has the folder can calculate every figure again: displacement, incidence and pilots too.
    #[test]
    fn every_figure_follows_from_the_values_of_its_seeds() {
        let home = tempfile::tempdir().unwrap();
        let (study, data) = run_into(home.path(), STUDY);
        differences_follow(home.path());
        data_are(&Told::of(home.path(), &DIFFERENCES), &data["differences"]);
        data_are(&Told::of(home.path(), &INTERACTIONS), &data["interactions"]);
        words_say_what_tables_do(home.path(), &study);
        what_depends_on_the_valve_has_an_interval(home.path(), &study);
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
