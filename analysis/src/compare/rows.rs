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
