//! What is kept of a run of a study, and what it answers.
//!
//! Columns that most questions are about are kept whole, day by day: another metric, or another window, is answered from
//! them. Only a metric that looks at something else makes a run be run again.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::files::study::{Study, StudyMetric};
use crate::measure::Recording;
use crate::measure::expression::Expression;
use contraband_sim::record::tables::{Batch, ColumnKind, ColumnSpec, TABLES, TableSpec, Values};
use contraband_sim::run::Run;
use contraband_sim::scenario::Scenario;
use serde::{Deserialize, Serialize};

use super::people::{BURDENS, SampledPeople};
use super::worlds::{hash, named_worlds};
use crate::batch::{Halt, Watch};

/// Columns of `days` whose course is told.
pub const SERIES: [&str; 10] = [
    "trades",
    "illicit_trades",
    "spent_credits",
    "detections",
    "harm",
    "anxiety_mean",
    "unrest_share",
    "legitimacy",
    "treasury",
    "innovation",
];

/// Columns that are kept day by day, by table; of tables without a list, all of them.
const WHOLE: [(&str, Option<&[&str]>); 7] = [
    ("days", None),
    ("counts", None),
    ("providers", None),
    (
        "goods",
        Some(&[
            "day",
            "good",
            "orders",
            "trades",
            "units",
            "spent_credits",
            "price_mean",
            "cost_mean",
            "detections",
            "seized_units",
            "buyers_share",
        ]),
    ),
    (
        "places",
        Some(&[
            "day",
            "place",
            "kind",
            "citizens",
            "trades",
            "illicit_trades",
            "spent_credits",
            "detections",
            "fines_credits",
            "anxiety_mean",
            "unrest_share",
            "wealth_mean",
            "record_mean",
            "harm",
        ]),
    ),
    ("venues", Some(&["day", "venue", "trades", "volume_credits"])),
    ("agencies", Some(&["day", "agency", "budget_credits", "examined", "detections"])),
];

/// Whether a column is kept day by day.
fn is_whole(table: &str, column: &str) -> bool {
    WHOLE.iter().any(|(name, columns)| *name == table && columns.is_none_or(|columns| columns.contains(&column)))
}

/// What is kept of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// The digest of the run.
    pub digest: String,
    /// For each day the beginnings of the digests of all tables so far.
    pub days: Vec<Vec<u32>>,
    /// The citizens of the last day.
    pub people: SampledPeople,
    /// Metrics that look at more than what is kept, by their text.
    pub(super) values: BTreeMap<String, f64>,
    /// The columns that are kept whole, by table.
    pub(super) tables: Vec<(String, Vec<CachedColumn>)>,
}

/// The values of a column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum CachedColumn {
    /// It is not kept.
    None,
    Int(Vec<i64>),
    Float(Vec<f64>),
    /// Different words, and which of them stands in each row.
    Text(Vec<String>, Vec<u16>),
    /// The build that kept it has no such column: so many rows in which nothing is known.
    Unknown(usize),
}

impl CachedColumn {
    fn of(values: &Values) -> Self {
        match values {
            Values::Int(cells) => Self::Int(cells.slots().to_vec()),
            Values::Float(cells) => Self::Float(cells.slots().to_vec()),
            Values::Text(cells) => {
                let mut words: Vec<String> = Vec::new();
                let mut which = |word: &str| {
                    words.iter().position(|known| known == word).unwrap_or_else(|| {
                        words.push(word.to_owned());
                        words.len() - 1
                    })
                };
                let rows = cells.slots().iter().map(|word| which(word) as u16).collect();
                Self::Text(words, rows)
            }
        }
    }

    /// The same as a column of this kind; `None` where it is not kept, or cannot be told as one.
    fn as_kind(&self, kind: ColumnKind) -> Option<Self> {
        match (kind, self) {
            (ColumnKind::Int, Self::Int(_))
            | (ColumnKind::Float, Self::Float(_))
            | (ColumnKind::Text, Self::Text(..)) => Some(self.clone()),
            _ => None,
        }
    }

    fn rows(&self) -> usize {
        match self {
            Self::None => 0,
            Self::Int(slots) => slots.len(),
            Self::Float(slots) => slots.len(),
            Self::Text(_, rows) => rows.len(),
            Self::Unknown(rows) => *rows,
        }
    }

    /// As the column of a table that it was.
    fn values(self, about: &ColumnSpec) -> Values {
        if let Self::Unknown(rows) = self {
            // A column of words stays one, for whoever looks for words in it, and names nothing.
            let kind = if about.kind == ColumnKind::Text { ColumnKind::Text } else { ColumnKind::Float };
            let mut values = Values::new(kind, true);
            match &mut values {
                Values::Float(cells) => (0..rows).for_each(|_| cells.push_slot(f64::NAN)),
                Values::Text(cells) => (0..rows).for_each(|_| cells.push_slot("".into())),
                Values::Int(_) => {}
            }
            return values;
        }
        let mut values = Values::new(about.kind, about.may_miss);
        match (&mut values, self) {
            (Values::Int(cells), Self::Int(slots)) => slots.into_iter().for_each(|slot| cells.push_slot(slot)),
            (Values::Float(cells), Self::Float(slots)) => slots.into_iter().for_each(|slot| cells.push_slot(slot)),
            (Values::Text(cells), Self::Text(words, rows)) => {
                for row in rows {
                    cells.push_slot(words[row as usize].clone().into());
                }
            }
            // It is not kept.
            _ => {}
        }
        values
    }
}

/// Runs a scenario and keeps what most questions are about.
///
/// # Errors
/// When the run may not go on.
pub(super) fn run_and_keep(
    scenario: &Arc<Scenario>,
    seed: u64,
    metrics: &[StudyMetric],
    watch: &Watch<'_>,
) -> Result<Kept, Halt> {
    let mut run = Run::new(Arc::clone(scenario), seed, 1);
    let mut days = Vec::with_capacity(scenario.days as usize);
    for _ in 0..scenario.days {
        watch.check()?;
        run.step();
        let tables = run.digest().tables;
        days.push(tables.iter().map(|(.., digest)| beginning(digest)).collect());
    }
    let rows = Recording::from_rows(run.finish());
    let asked = metrics.iter().map(|metric| &metric.expression).filter(|metric| !from_whole(metric));
    Ok(Kept {
        digest: run.digest().all,
        days,
        people: SampledPeople::of(&rows),
        values: asked.map(|metric| (metric.text().to_owned(), metric.read(&rows, &rows))).collect(),
        tables: rows.tables().iter().filter_map(whole).collect(),
    })
}

/// Enough of a digest to tell apart whatever is compared here: digests grow by chains, so what differs on a day differs on
/// all days behind it too.
fn beginning(digest: &str) -> u32 {
    u32::from_str_radix(&digest[..8], 16).expect("a digest is hexadecimal")
}

/// Whether a metric looks at nothing but what is kept of every run.
fn from_whole(metric: &Expression) -> bool {
    metric.reads().iter().all(|(table, column)| is_whole(table, column))
}

/// The columns of a table that are kept whole.
fn whole(rows: &Batch) -> Option<(String, Vec<CachedColumn>)> {
    let table = rows.table.name;
    WHOLE.iter().find(|(name, _)| *name == table)?;
    let columns = rows.table.columns.iter().zip(&rows.columns);
    let kept = columns
        .map(|(about, values)| if is_whole(table, about.name) { CachedColumn::of(values) } else { CachedColumn::None });
    Some((table.to_owned(), kept.collect()))
}

impl Kept {
    /// Whether it holds what these metrics ask for.
    pub fn knows(&self, metrics: &[StudyMetric]) -> bool {
        let mut asked = metrics.iter().map(|metric| &metric.expression);
        asked.all(|metric| self.values.contains_key(metric.text()) || from_whole(metric))
    }

    /// Adds what another record of the same run knows.
    pub(super) fn join(&mut self, other: Self) {
        self.values.extend(other.values);
    }

    /// As bytes.
    pub(super) fn packed(&self) -> Vec<u8> {
        let bytes = postcard::to_allocvec(self).expect("plain structs become bytes");
        zstd::encode_all(&*bytes, 1).expect("memory can be written to")
    }

    /// From its bytes; nothing where they are of another form.
    pub(super) fn of_packed(packed: &[u8]) -> Option<Self> {
        postcard::from_bytes(&zstd::decode_all(packed).ok()?).ok()
    }

    /// What another build kept, as this one would have: what stands where differs, and what that one has not, or keeps as
    /// another kind of value, is unknown.
    pub(super) fn arranged(mut self, layout: &Layout) -> Self {
        let place = |all: &[String], name: &str| all.iter().position(|one| one == name);
        let theirs = std::mem::take(&mut self.tables);
        let whole = TABLES.iter().filter(|table| WHOLE.iter().any(|(name, _)| *name == table.name));
        self.tables = whole
            .map(|table| {
                let kept = theirs.iter().find(|(name, _)| name == table.name).map_or(&[][..], |(_, columns)| columns);
                let rows = kept.iter().map(CachedColumn::rows).max().unwrap_or(0);
                let names = layout.columns_of(table.name);
                let arranged = table.columns.iter().map(|about| {
                    let there = place(&names, about.name).and_then(|at| kept.get(at));
                    match there.and_then(|column| column.as_kind(about.kind)) {
                        None if is_whole(table.name, about.name) => CachedColumn::Unknown(rows),
                        None => CachedColumn::None,
                        Some(column) => column,
                    }
                });
                (table.name.to_owned(), arranged.collect())
            })
            .collect();
        for day in &mut self.days {
            let of = |table: &&TableSpec| place(&layout.tables, table.name).and_then(|at| day.get(at).copied());
            *day = TABLES.iter().map(|table| of(table).unwrap_or(0)).collect();
        }
        self.people = self.people.arranged(&layout.burdens);
        self
    }

    /// Its columns and metrics, for reading.
    pub fn open(mut self) -> Opened {
        let about = |name: &str| TABLES.iter().copied().find(|table: &&TableSpec| table.name == name);
        let mut unknown = Vec::new();
        let batches = std::mem::take(&mut self.tables).into_iter().filter_map(|(name, columns)| {
            let table = about(&name)?;
            let missing =
                columns.iter().zip(table.columns).filter(|(column, _)| matches!(column, CachedColumn::Unknown(_)));
            unknown.extend(missing.map(|(_, about)| (name.clone(), about.name.to_owned())));
            let columns = columns.into_iter().zip(table.columns).map(|(column, about)| column.values(about)).collect();
            Some(Batch { table, columns })
        });
        let rows = Recording::from_rows(batches.collect());
        Opened { rows, kept: self, unknown }
    }
}

/// A run that is read.
pub struct Opened {
    /// The columns that are kept whole.
    pub rows: Recording,
    /// All else.
    pub kept: Kept,
    /// Columns that the build that kept it does not have: table and name.
    unknown: Vec<(String, String)>,
}

impl Opened {
    /// What a metric says of it; NaN where nobody asked when it was lived.
    pub fn value(&self, metric: &StudyMetric) -> f64 {
        let metric = &metric.expression;
        match self.kept.values.get(metric.text()) {
            Some(&value) => value,
            // What is not known adds up to nothing, which is no answer.
            None if metric.reads().iter().any(|read| self.unknown.contains(read)) => f64::NAN,
            None if from_whole(metric) => metric.read(&self.rows, &self.rows),
            None => f64::NAN,
        }
    }

    /// Purchases by the key of a table, a number each day: by good, place or venue.
    pub fn trades(&self, kind: &str, table: &str) -> Vec<(String, Vec<f64>)> {
        self.by_key(kind, table, "trades")
    }

    /// A column of a table by its key, a value each day; nothing where the key is not known.
    pub fn by_key(&self, key: &str, table: &str, column: &str) -> Vec<(String, Vec<f64>)> {
        let mut found: Vec<(String, Vec<f64>)> = Vec::new();
        if self.unknown.iter().any(|(of, name)| of == table && name == key) {
            return found;
        }
        for (name, value) in self.rows.words(table, key).into_iter().zip(self.rows.numbers(table, column)) {
            match found.iter_mut().find(|(known, _)| known == name) {
                Some((_, values)) => values.push(value),
                None => found.push((name.into(), vec![value])),
            }
        }
        found
    }
}

/// What stands where in what is kept of a run. It is told in the folder, since another build may have other columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// Every column of the tables of which columns are kept, with its table and its kind.
    pub(super) columns: Vec<String>,
    /// Tables whose digests are kept for each day.
    tables: Vec<String>,
    /// Columns that are averaged over groups.
    pub(super) burdens: Vec<String>,
    /// By world, the fingerprint of its scenario as that build has it.
    pub(super) worlds: BTreeMap<String, String>,
}

impl Layout {
    /// That of this build.
    pub fn own(study: &Study) -> Self {
        let presets = study.presets();
        let worlds = named_worlds(study, &presets).map(|(name, world)| (name, hash(world))).collect();
        Self { worlds, ..Self::of_tables() }
    }

    pub(super) fn of_tables() -> Self {
        let columns =
            WHOLE.iter().filter_map(|(name, _)| TABLES.iter().find(|table| table.name == *name)).flat_map(|table| {
                table.columns.iter().map(|about| format!("{}.{} {:?}", table.name, about.name, about.kind))
            });
        Self {
            columns: columns.collect(),
            tables: TABLES.iter().map(|table| table.name.to_owned()).collect(),
            burdens: BURDENS.map(String::from).into(),
            worlds: BTreeMap::new(),
        }
    }

    /// The names of the columns of a table, in their order.
    fn columns_of(&self, table: &str) -> Vec<String> {
        let of = |column: &String| {
            let column = column.strip_prefix(table)?.strip_prefix('.')?;
            Some(column.split_once(' ')?.0.to_owned())
        };
        self.columns.iter().filter_map(of).collect()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use contraband_sim::base::units::Value;

    use super::*;
    use crate::batch::{RunOutcome, Runner};
    use crate::files::study::Better;
    use crate::measure::expression::parse;

    type Tables = Vec<(String, Vec<CachedColumn>)>;

    pub fn metric(text: &str) -> StudyMetric {
        let expression = parse(text).unwrap();
        StudyMetric {
            name: "it".into(),
            label: String::new(),
            expression,
            better: Better::None,
            by_arm: None,
            interest: None,
        }
    }

    pub fn study(base: &Scenario) -> Study {
        Study::of(base.clone(), Vec::new())
    }

    /// So an arm that is added later, and asks for more, costs no run of the others.
    #[test]
    fn what_is_measured_because_a_policy_touches_it_is_answered_from_what_is_kept() {
        let base = Scenario::default();
        let mut world = base.clone();
        for lever in contraband_sim::scenario::levers::levers(&base) {
            if let Value::Number(number) = lever.default {
                let other = if number + 1.0 <= lever.max { number + 1.0 } else { lever.min };
                world.set(&lever.path, &other.to_string()).unwrap();
            }
        }
        // Of too many places and venues none is measured by itself: one of each is in another arm.
        let mut few = base.clone();
        for list in ["places.", "venues."] {
            let lever = contraband_sim::scenario::levers::levers(&base)
                .into_iter()
                .find(|lever| lever.path.starts_with(list) && matches!(lever.default, Value::Number(_)))
                .unwrap();
            let Value::Number(number) = lever.default else { unreachable!() };
            let other = if number + 1.0 <= lever.max { number + 1.0 } else { lever.min };
            few.set(&lever.path, &other.to_string()).unwrap();
        }
        few.set("goods.privacy.status", "free").unwrap();
        let mut study = study(&base);
        study.arms =
            [("all", world), ("few", few)].map(|(name, world)| crate::files::study::Arm::new(name, world)).into();
        let metrics = study.usual_metrics();
        for start in ["trades_of_", "trades_in_", "harm_in_", "trades_at_", "illicit_share", "markup", "leaks"] {
            assert!(metrics.iter().any(|metric| metric.name.starts_with(start)), "{start}");
        }
        assert!(metrics.len() > 34, "{}", metrics.len());
        for metric in metrics {
            assert!(from_whole(&metric.expression), "{}", metric.expression.text());
        }
    }

    #[test]
    fn every_column_that_is_kept_is_in_a_table() {
        for (name, columns) in WHOLE {
            let table = TABLES.iter().find(|table| table.name == name).unwrap();
            let there = |column: &&str| table.columns.iter().any(|about| about.name == *column);
            assert!(columns.is_none_or(|columns| columns.iter().all(there)), "{name}");
        }
    }

    /// Whatever differs in what another build kept, a figure is what it was or it is not known: never 0 or something else.
    #[test]
    fn what_another_build_kept_in_another_way_is_not_known() {
        let mut scenario = Scenario { days: 20, ..Scenario::default() };
        scenario.set("citizens.count", "300").unwrap();
        let (study, scenario) = (study(&scenario), Arc::new(scenario));
        let Some(RunOutcome::Done(kept)) = Runner::plain(1).one(|watch| run_and_keep(&scenario, 1, &[], watch)) else {
            panic!("it was to be run to its end")
        };
        let metrics = [
            "sum(days.trades)",
            "sum(days.spent_credits)",
            "sum(venues.trades)",
            "sum(goods.trades, good = privacy)",
            "sum(places.harm, kind = fringe)",
            "count(venues.day)",
        ]
        .map(metric);
        let told = |opened: &Opened| metrics.each_ref().map(|metric| opened.value(metric));
        let wanted = told(&kept.clone().open());
        assert!(wanted.iter().all(|value| value.is_finite() && *value > 0.0), "{wanted:?}");
        let open = |change: &dyn Fn(&mut Layout, &mut Tables)| {
            let (mut layout, mut kept) = (Layout::own(&study), kept.clone());
            change(&mut layout, &mut kept.tables);
            kept.arranged(&layout).open()
        };
        let column = |table: &str, name: &str| {
            let about = TABLES.iter().find(|about| about.name == table).unwrap();
            about.columns.iter().position(|about| about.name == name).unwrap()
        };
        let same = open(&|_, _| {});
        assert_eq!(told(&same), wanted);
        // A column is of another kind, each in turn.
        for (nth, table, name) in
            [(0, "days", "trades"), (1, "days", "spent_credits"), (3, "goods", "good"), (4, "places", "kind")]
        {
            let opened = open(&|layout, tables| {
                let start = format!("{table}.{name} ");
                let of = layout.columns.iter_mut().find(|column| column.starts_with(&start)).unwrap();
                *of = format!("{start}Other");
                let (_, columns) = tables.iter_mut().find(|(known, _)| known == table).unwrap();
                let at = column(table, name);
                let rows = columns[at].rows();
                columns[at] = match columns[at] {
                    CachedColumn::Float(_) => CachedColumn::Int(vec![1; rows]),
                    _ => CachedColumn::Float(vec![1.0; rows]),
                };
            });
            let found = told(&opened);
            for (at, (found, wanted)) in found.into_iter().zip(wanted).enumerate() {
                if at == nth { assert!(found.is_nan(), "{table}.{name}: {found}") } else { assert_eq!(found, wanted) }
            }
        }
        let opened = open(&|_, tables| {
            let (_, columns) = tables.iter_mut().find(|(known, _)| known == "goods").unwrap();
            let at = column("goods", "good");
            columns[at] = CachedColumn::None;
        });
        assert!(opened.trades("good", "goods").is_empty() && opened.value(&metrics[3]).is_nan());
        // It has no such table at all.
        let opened = open(&|layout, tables| {
            layout.columns.retain(|column| !column.starts_with("venues."));
            tables.retain(|(name, _)| name != "venues");
        });
        let found = told(&opened);
        assert!(found[2].is_nan() && found[5].is_nan() && opened.trades("venue", "venues").is_empty(), "{found:?}");
        assert_eq!(found[..2], wanted[..2]);
    }
}
