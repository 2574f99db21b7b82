//! The rows of a sweep's design: the points that it makes of factors, or reads from a table, and the cells they become.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::design;
use crate::design::{latin, trajectories};
use crate::files::factor::{Spread, SweptFactor, number};
use crate::files::point_table;
use crate::files::sweep::{Design, FACTORS, Fields, LARGEST_SEED, MOST_CELLS, Sweep, Sweeping, field};
use contraband_sim::base::units::Value;
use contraband_sim::base::words::counted;
use contraband_sim::params::Params;
use contraband_sim::scenario::complaint::Diagnostic;
use contraband_sim::scenario::levers::{closest_name, judge};
use contraband_sim::scenario::reader::given;
use contraband_sim::scenario::tree::{Kind, Node};
use contraband_sim::scenario::wildcards::addresses;

/// A design whose points lie in the unit cube.
type Points = Vec<Vec<f64>>;

impl<'t> Sweeping<'_, 't> {
    /// The values of each row of the design; sets design and factors of the sweep.
    pub fn design(
        &mut self,
        node: &Node<'t>,
        factors: Option<&Node<'t>>,
        root: &Node<'t>,
        sweep: &mut Sweep,
    ) -> Option<Vec<Vec<Value>>> {
        const ALL: [&str; 6] = ["method", "points", "seed", "trajectories", "levels", "file"];
        let plain = !matches!(node.kind, Kind::Fields(_));
        let fields = if plain { Vec::new() } else { self.read.reader.fields(node, "`design`", "design", &ALL) };
        let named = if plain { Some(node) } else { field(&fields, "method") };
        let Some(named) = named else {
            self.complain(
                node,
                "`design` without `method`",
                "which?",
                &format!("it is one of {}", Design::WORDS.join(", ")),
            );
            return None;
        };
        let word = self.read.reader.text(named, "design")?;
        let Some(method) = Design::WORDS.into_iter().find(|known| *known == word) else {
            let help = closest_name(&word, Design::WORDS).map_or_else(
                || format!("it is one of {}", Design::WORDS.join(", ")),
                |name| format!("the closest is `{name}`"),
            );
            self.complain(named, &format!("there is no design called `{word}`"), "unknown design", &help);
            return None;
        };
        let takes: &[&str] = match method {
            "grid" => &["method"],
            "list" => &["method", "points"],
            "csv" => &["method", "file"],
            "morris" => &["method", "trajectories", "levels", "seed"],
            _ => &["method", "points", "seed"],
        };
        for (key, _) in fields.iter().filter(|(key, _)| !takes.contains(&&*key.name)) {
            let complaint =
                Diagnostic::new(&key.span, format!("`{method}` has no `{}`", key.name), "not part of this design");
            self.read.reader.complain(complaint.help(format!("it takes {}", takes[1..].join(", "))));
        }
        if method == "list" || method == "csv" {
            if let Some(factors) = factors {
                self.complain(
                    factors,
                    &format!("`factors` beside a design that is a {method}"),
                    "one or the other",
                    "the points name their levers themselves",
                );
            }
            return self.listed(method, node, &fields, sweep);
        }
        let Some(factors) = factors else {
            self.complain(root, "a sweep without `factors`", "no lever varies", FACTORS);
            return None;
        };
        sweep.factors = self.factors(factors, &sweep.base, method == "grid")?;
        let k = sweep.factors.len();
        if method == "grid" {
            return self.grid(factors, sweep);
        }
        let mut count = |name: &str, least: u64, usual: Option<u64>| -> Option<usize> {
            let Some(at) = field(&fields, name) else {
                if usual.is_none() {
                    self.complain(
                        node,
                        &format!("`{method}` without `{name}`"),
                        "how many?",
                        &format!("design: (method: \"{method}\", {name}: 64)"),
                    );
                }
                return usual.map(|usual| usual as usize);
            };
            self.read.reader.whole(at, name, least, MOST_CELLS as u64, "of the design").map(|count| count as usize)
        };
        let (points, levels) = if method == "morris" {
            (count("trajectories", 1, None), count("levels", 2, Some(4)))
        } else {
            (count("points", 1, None), Some(2))
        };
        let seed = field(&fields, "seed")
            .map_or(Some(1), |at| self.read.reader.whole(at, "seed", 0, LARGEST_SEED, "a seed"))?;
        let (points, levels) = (points?, levels?);
        if levels % 2 == 1 {
            self.complain(
                field(&fields, "levels").unwrap_or(node),
                "`levels` is odd",
                "half of the number is the step",
                "an even number, such as 4",
            );
            return None;
        }
        if method == "morris" {
            for factor in &sweep.factors {
                if let Some(even) = factor.even_levels(levels) {
                    let what = format!("{levels} levels do not visit all values of `{}` equally often", factor.path);
                    let at = field(&fields, "levels").unwrap_or(node);
                    let help = format!("`levels: {even}`, or a multiple of it");
                    let span = self.read.reader.caret(at);
                    self.read.reader.complain(Diagnostic::new(&span, what, "some values more often").help(help));
                    return None;
                }
            }
        }
        let rows = match method {
            "saltelli" => points.saturating_mul(k + 2),
            "morris" => points.saturating_mul(k + 1),
            _ => points,
        };
        if rows > MOST_CELLS {
            let what = format!("{rows} rows are more than the {MOST_CELLS} cells that a sweep may have");
            self.complain(node, &what, "too large", "use fewer points or fewer factors");
            return None;
        }
        let made: Result<Points, design::TooLarge> = match method {
            "sobol" => design::sobol(points, k, seed),
            "saltelli" => design::saltelli(points, k, seed),
            "morris" => Ok(trajectories::morris(points, k, levels, seed)),
            _ => Ok(latin::latin_hypercube(points, k, seed)),
        };
        sweep.design = match method {
            "sobol" => Design::Sobol { points, seed },
            "saltelli" => Design::Saltelli { points, seed },
            "morris" => Design::Morris { trajectories: points, levels, seed },
            _ => Design::LatinHypercube { points, seed },
        };
        match made {
            Ok(made) => {
                let of = |factor: &SweptFactor, share: f64| {
                    if method == "morris" { factor.at_level(share, levels) } else { factor.at(share) }
                };
                let value =
                    |row: Vec<f64>| sweep.factors.iter().zip(row).map(|(factor, share)| of(factor, share)).collect();
                Some(made.into_iter().map(value).collect())
            }
            Err(error) => {
                self.complain(
                    node,
                    &error.to_string(),
                    "too large for this design",
                    "a Latin hypercube has no such limit",
                );
                None
            }
        }
    }

    /// Every value with every other; the last factor moves fastest.
    fn grid(&mut self, node: &Node<'t>, sweep: &mut Sweep) -> Option<Vec<Vec<Value>>> {
        sweep.design = Design::Grid;
        let lists: Vec<&Vec<Value>> = sweep
            .factors
            .iter()
            .map(|factor| match &factor.spread {
                Spread::Values(values) => values,
                _ => unreachable!("factors of a grid have values"),
            })
            .collect();
        let count = lists.iter().try_fold(1usize, |count, list| count.checked_mul(list.len()));
        match count.filter(|&count| count <= MOST_CELLS) {
            Some(count) => Some(
                (0..count)
                    .map(|cell| {
                        let mut rest = cell;
                        let mut row: Vec<Value> = lists
                            .iter()
                            .rev()
                            .map(|list| {
                                let value = list[rest % list.len()];
                                rest /= list.len();
                                value
                            })
                            .collect();
                        row.reverse();
                        row
                    })
                    .collect(),
            ),
            None => {
                self.complain(
                    node,
                    &format!("the grid has more than {MOST_CELLS} cells"),
                    "too large",
                    "use fewer values, or a design that samples, such as sobol",
                );
                None
            }
        }
    }

    /// Points as they are written, in the sweep or in a table beside it; a lever that one leaves out is as in the base.
    fn listed(
        &mut self,
        method: &str,
        node: &Node<'t>,
        fields: &Fields<'_, 't>,
        sweep: &mut Sweep,
    ) -> Option<Vec<Vec<Value>>> {
        let mut points: Vec<Vec<(String, Value)>> = Vec::new();
        if method == "csv" {
            sweep.design = Design::Csv;
            let Some(at) = field(fields, "file") else {
                self.complain(
                    node,
                    "`csv` without `file`",
                    "which?",
                    "design: (method: \"csv\", file: \"points.csv\")",
                );
                return None;
            };
            let name = self.read.reader.text(at, "file")?;
            match (self.beside)(&name)
                .and_then(|text| point_table::read(&text, &sweep.base).map_err(|why| format!("{name}: {why}")))
            {
                Ok(found) => points = found,
                Err(why) => {
                    self.complain(
                        at,
                        &why,
                        "cannot be used",
                        "it needs a first line of lever paths, and one line of values for each point",
                    );
                    return None;
                }
            }
        } else {
            sweep.design = Design::List;
            let Some(at) = field(fields, "points") else {
                self.complain(
                    node,
                    "`list` without `points`",
                    "which?",
                    "design: (method: \"list\", points: [{\"law.fine\": 60}, {\"law.fine\": 240}])",
                );
                return None;
            };
            let mut sound = true;
            for item in self.read.reader.items(at, "points", MOST_CELLS) {
                let Kind::Fields(levers) = &item.kind else {
                    let what = format!("a point cannot be {}", item.kind.described());
                    self.complain(
                        item,
                        &what,
                        "wrong kind of value",
                        "lever paths with values in curly brackets: {\"law.fine\": 60}",
                    );
                    sound = false;
                    continue;
                };
                let mut point = Vec::new();
                for (key, value) in self.read.reader.once(levers) {
                    let Some(factor) = self.factor(key, &sweep.base) else {
                        sound = false;
                        continue;
                    };
                    match judge(factor.about, &given(&value.kind)) {
                        Ok(value) => point.push((key.name.to_string(), value)),
                        Err(misfit) => {
                            self.read.reader.misfit(value, &key.name, misfit);
                            sound = false;
                        }
                    }
                }
                points.push(point);
            }
            if !sound {
                return None;
            }
        }
        if points.iter().all(Vec::is_empty) {
            self.complain(node, "the design has no points", "nothing varies", "give at least one point with one lever");
            return None;
        }
        if points.len() > MOST_CELLS {
            self.complain(
                node,
                &format!("{} points are more than {MOST_CELLS}", points.len()),
                "too large",
                "use fewer points",
            );
            return None;
        }
        let mut paths: Vec<&String> = Vec::new();
        for (path, _) in points.iter().flatten() {
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
        if method == "csv" {
            sweep.empty = points.iter().map(|point| paths.len() - point.len()).sum();
        }
        let base = &sweep.base;
        if let Some((left_out, given, nth)) = left_to_the_base(&base.params, &paths, &points) {
            let what = format!(
                "point {nth} leaves out `{left_out}`, so that it would stay as in the base, but sets `{given}`, which covers \
                 some of the same levers"
            );
            self.complain(
                node,
                &what,
                "which one holds is not said",
                "give both a value in each point, or leave one out of all",
            );
            return None;
        }
        let value = |point: &Vec<(String, Value)>, path: &str| {
            let set = point.iter().find(|(known, _)| known == path).map(|&(_, value)| value);
            set.or_else(|| base.get_all(path).expect("its path was looked up"))
        };
        let rows: Option<Vec<Vec<Value>>> =
            points.iter().map(|point| paths.iter().map(|path| value(point, path)).collect()).collect();
        let Some(rows) = rows else {
            let absent = |at: usize| points.iter().position(|point| value(point, paths[at]).is_none());
            let (path, nth) =
                (0..paths.len()).find_map(|at| Some((paths[at], absent(at)? + 1))).expect("one is absent");
            let what = format!("point {nth} leaves out `{path}`, and the base does not have one single value for it");
            self.complain(node, &what, "not known", "give it a value in each point");
            return None;
        };
        sweep.factors = paths
            .iter()
            .enumerate()
            .map(|(at, path)| {
                let values = distinct(rows.iter().map(|row| row[at]).collect(), in_order);
                SweptFactor::of(&sweep.base, path, Spread::Values(values)).expect("its path was looked up")
            })
            .collect();
        Some(rows)
    }

    /// Makes the cells of the rows.
    pub fn cells(&mut self, rows: Vec<Vec<Value>>, node: &Node<'t>, sweep: &mut Sweep) -> Option<()> {
        let Some(what) = sweep.place(rows) else {
            if sweep.design == Design::Grid && !sweep.rows.is_empty() {
                let (rows, worlds) = (sweep.rows.len(), counted(sweep.cells.len(), "world", "worlds"));
                let what = format!("{rows} rows of the grid make only {worlds}");
                let help = "some values of a lever round to the same; use fewer, or a wider range";
                self.complain(node, &what, "values that are one", help);
                return None;
            }
            return Some(());
        };
        self.complain(node, &what, "not a possible world", "narrow the ranges, or list only points that make sense");
        None
    }
}

/// Two values of a lever in order: numbers by size, words by their letters.
fn in_order(one: &Value, other: &Value) -> Ordering {
    match (number(one), number(other)) {
        (Some(one), Some(other)) => one.total_cmp(&other),
        _ => one.to_string().cmp(&other.to_string()),
    }
}

/// Each of some values once, in their order. The cost is that of sorting: a list may have as many values as a sweep has cells.
fn distinct(mut values: Vec<Value>, mut order: impl FnMut(&Value, &Value) -> Ordering) -> Vec<Value> {
    values.sort_by(&mut order);
    values.dedup();
    values
}

impl Sweep {
    /// Makes the cells: each world once, as its levers have their values. What is wrong with the first that is not sound.
    pub(crate) fn place(&mut self, rows: Vec<Vec<Value>>) -> Option<String> {
        let mut known: BTreeMap<String, usize> = BTreeMap::new();
        let mut order = Vec::with_capacity(rows.len());
        // One world for all: each row sets every factor.
        let mut scenario = self.base.clone();
        for row in rows {
            let row: Vec<Value> =
                self.factors.iter().zip(row).map(|(factor, value)| factor.set(&mut scenario, value)).collect();
            let words: Vec<String> = row.iter().map(ToString::to_string).collect();
            let cells = self.cells.len();
            let cell = *known.entry(words.join(",")).or_insert(cells);
            order.push(cell);
            if cell < cells {
                continue;
            }
            self.cells.push(row);
            if let Err(conflicts) = scenario.check_levers() {
                let set: Vec<String> =
                    self.factors.iter().zip(&words).map(|(factor, word)| format!("{} = {word}", factor.path)).collect();
                let what: Vec<String> = conflicts.iter().map(|conflict| conflict.what.clone()).collect();
                return Some(format!("{}: {}", set.join(", "), what.join("; ")));
            }
        }
        if self.cells.len() < order.len() {
            self.rows = order;
        }
        None
    }
}

/// A point that leaves out one lever and sets another that means some of the same: both paths, and its number from 1.
fn left_to_the_base<'p>(
    params: &Params,
    paths: &[&'p String],
    points: &[Vec<(String, Value)>],
) -> Option<(&'p String, &'p String, usize)> {
    let meant: Vec<_> = paths.iter().map(|path| addresses(params, path).unwrap_or_default()).collect();
    let sets = |point: &Vec<(String, Value)>, path: &str| point.iter().any(|(known, _)| known == path);
    let pairs = (0..paths.len()).flat_map(|one| (0..paths.len()).map(move |other| (one, other)));
    let mut shared =
        pairs.filter(|&(one, other)| one != other && meant[one].iter().any(|at| meant[other].contains(at)));
    shared.find_map(|(one, other)| {
        let nth = points.iter().position(|point| !sets(point, paths[one]) && sets(point, paths[other]))?;
        Some((paths[one], paths[other], nth + 1))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::sweep::read_sweep;
    use contraband_sim::scenario::Scenario;
    use contraband_sim::scenario::tree::Format;

    /// How often the values of the largest list are compared with each other, so that each stands once: so often as it takes
    /// to sort them, and not each with each (4 * 10^10 would be half a minute).
    #[test]
    fn values_of_as_many_points_as_there_may_be_are_told_apart_by_sorting() {
        let mut draws = 1_u64;
        let mut draw = || {
            draws = draws.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            Value::Number((draws >> 40) as f64)
        };
        let values: Vec<Value> = (0..MOST_CELLS).map(|_| draw()).collect();
        let mut compared = 0_usize;
        let found = distinct(values.clone(), |one, other| {
            compared += 1;
            in_order(one, other)
        });
        assert!(compared < 20 * MOST_CELLS, "{compared} comparisons of {MOST_CELLS} values");
        assert!(found.windows(2).all(|pair| in_order(&pair[0], &pair[1]).is_lt()), "each once, in order");
        assert!(
            found.len() > MOST_CELLS / 2
                && values.iter().all(|value| found.binary_search_by(|one| in_order(one, value)).is_ok())
        );
        let words = ["valve", "neutral", "valve"].map(Value::Word).to_vec();
        assert_eq!(distinct(words, in_order), [Value::Word("neutral"), Value::Word("valve")]);
    }

    /// What is beyond the largest number of cells is refused in words before a single cell is made, whatever the design.
    #[test]
    fn more_cells_than_there_may_be_are_refused_in_words() {
        let base = |_: &str| Ok(Scenario::default());
        let refused = |design: &str, table: &str| -> String {
            let text = format!("(base: \"baseline\", {design})");
            let read = read_sweep(&text, Format::Ron, &base, &|_| Ok(table.to_owned()));
            read.expect_err(design).iter().map(|one| format!("{one}\n")).collect()
        };
        let fine = "\"law.fine\": (low: 1, high: 900, steps: 1000)";
        let seizure = "\"law.seizure\": (low: 0, high: 1, steps: 201)";
        let sampled = "factors: {\"law.fine\": (low: 1, high: 900)}";
        for (design, says) in [
            (format!("factors: {{{fine}, {seizure}}}, design: \"grid\""), "the grid has more than 200000 cells"),
            (
                format!("{sampled}, design: (method: \"latin_hypercube\", points: 200_001)"),
                "a whole number from 1 to 200000",
            ),
            (
                format!("{sampled}, design: (method: \"morris\", trajectories: 100_001)"),
                "200002 rows are more than the 200000 cells that a sweep may have",
            ),
            (
                format!("{sampled}, design: (method: \"saltelli\", points: 66_667)"),
                "200001 rows are more than the 200000 cells that a sweep may have",
            ),
            (
                format!("{sampled}, design: (method: \"sobol\", points: 200_000)"),
                "200000 points are more than the 65536 of a Sobol sequence",
            ),
        ] {
            let said = refused(&design, "");
            assert!(said.contains(says), "{design}: {said}");
        }
        let table: String =
            std::iter::once("law.fine\n".to_owned()).chain((0..=MOST_CELLS).map(|nth| format!("{nth}\n"))).collect();
        let said = refused("design: (method: \"csv\", file: \"points.csv\")", &table);
        assert!(said.contains("200001 points are more than 200000"), "{said}");
    }
}
