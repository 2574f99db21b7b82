//! Where a condition is met: boxes of the factors, found by the patient rule induction method (Friedman and Fisher 1999), as
//! in scenario discovery (Bryant and Lempert 2010).
//!
//! From all cells, a twentieth at a time is peeled off at the side where that makes the condition most frequent in what
//! is left; of all steps the best is taken, widened where that costs nothing, and every restriction that chance could
//! have made is dropped. What a search has found flatters it, so the same search is made in one half of the cells and
//! judged by the other.

use statrs::function::beta::beta_reg;
use std::collections::BTreeMap;

use crate::measure::components::in_one_way;
use crate::measure::given_data::Column;
use contraband_sim::base::dice::{Dice, Purpose, pick};

/// Share of a box that a step peels off or pastes on, at most.
const STEP: f64 = 0.05;

/// Share of the runs that a box has at least.
const LEAST: f64 = 0.05;

/// Restrictions that chance makes more often than this are dropped.
const BY_CHANCE: f64 = 0.05;

/// Cells of all or nothing that are thought of beside those of a box, where it is told how much their shares vary.
const COINS: f64 = 3.0;

/// Most boxes.
const BOXES: usize = 3;

/// Normal quantile of an interval of 95 %.
const Z_975: f64 = 1.959_963_984_540_054;

/// What is searched: a row for each cell.
#[derive(Clone, Debug)]
pub struct SearchedCells {
    /// The factors.
    pub factors: Vec<Column>,
    /// Runs of each cell.
    pub runs: Vec<f64>,
    /// How many of them meet the condition.
    pub met: Vec<f64>,
    /// What each cell was chosen with, by number: cells of a block of a design are no independent points.
    pub blocks: Vec<usize>,
}

/// One side of a box.
#[derive(Clone, Debug, PartialEq)]
pub enum Limit {
    /// This value or more.
    AtLeast(f64),
    /// This value or less.
    AtMost(f64),
    /// One of these words.
    Among(Vec<String>),
}

/// A side with what it is worth.
#[derive(Clone, Debug, PartialEq)]
pub struct Restriction {
    /// The number of the factor.
    pub factor: usize,
    /// What it has to be.
    pub limit: Limit,
    /// How often a box without this side would be as dense as the box by chance (the quasi-p-value of Bryant and Lempert,
    /// with cells as trials, since runs of one cell are not independent; see [`Worth::trials`]).
    pub quasi_p: f64,
}

/// How good a box is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Worth {
    /// Cells in it.
    pub cells: usize,
    /// As how many independent throws of a coin they count: each cell as one where its runs all meet the condition or none
    /// does; as more, where cells have much the same share of runs that do, as with shared seeds that decide most of it; as
    /// fewer where cells of one block are alike (Kish 1965).
    pub trials: f64,
    /// Runs in it.
    pub runs: f64,
    /// How many of them meet the condition.
    pub met: f64,
    /// Of all runs that meet the condition, the share in the box.
    pub coverage: f64,
    /// Of all runs in the box, the share that meets the condition.
    pub density: f64,
    /// Of all runs, the share in the box.
    pub mass: f64,
}

impl Worth {
    /// Wilson's interval of 95 % for the density, from its trials.
    pub fn interval(&self) -> (f64, f64) {
        let (n, share, square) = (self.trials, self.density, Z_975 * Z_975);
        let middle = share + square / (2.0 * n);
        let half = Z_975 * (share * (1.0 - share) / n + square / (4.0 * n * n)).sqrt();
        ((middle - half) / (1.0 + square / n), (middle + half) / (1.0 + square / n))
    }

    /// Coverage, times how far the density is on the way from the usual share to certainty.
    fn score(&self, usual: f64) -> f64 {
        self.coverage * (self.density - usual) / (1.0 - usual)
    }
}

/// A step of the search.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What is left.
    pub worth: Worth,
    /// Factors that are restricted by then.
    pub restricted: usize,
}

/// A box that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    /// Its sides, those first without which it would be worth least; empty where nothing is worth a restriction.
    pub sides: Vec<Restriction>,
    /// How good it is, judged by the cells in which it was found.
    pub worth: Worth,
    /// How good boxes are that were found by the same search in one half of the cells, judged by the other half.
    pub held_out: Worth,
    /// Share of the runs that meet the condition among those that were searched: all, or what earlier boxes left.
    pub usual: f64,
    /// The way there, from everything to the smallest box.
    pub trajectory: Vec<Step>,
    /// Which step of the way was taken, from 0.
    pub taken: usize,
}

impl Region {
    /// Whether it is more than chance: its sides hold, and so does what half of the cells say of the other half.
    pub fn is_found(&self) -> bool {
        !self.sides.is_empty() && self.worth.interval().0 > self.usual && self.held_out.interval().0 > self.usual
    }

    /// Whether a cell lies in it.
    pub fn holds(&self, factors: &[Column], row: usize) -> bool {
        within(&self.sides, factors, row)
    }
}

fn within(sides: &[Restriction], factors: &[Column], row: usize) -> bool {
    sides.iter().all(|side| match (&side.limit, &factors[side.factor]) {
        (Limit::AtLeast(least), Column::Numbers(values)) => values[row] >= *least,
        (Limit::AtMost(most), Column::Numbers(values)) => values[row] <= *most,
        (Limit::Among(words), Column::Words(values)) => words.contains(&values[row]),
        _ => unreachable!("numbers have ends and words have kinds"),
    })
}

/// Boxes in which the condition is frequent: the first, and as long as they are more than chance and at least half as dense,
/// those of what is left (three at most). The last may be none: see [`Region::is_found`].
///
/// Empty where no run or every run meets the condition.
pub fn discover(cells: &SearchedCells) -> Vec<Region> {
    let mut left: Vec<usize> = (0..cells.runs.len()).collect();
    let mut found = Vec::new();
    while found.len() < BOXES {
        let search = Search::of(cells, left.clone());
        let usual = search.usual();
        if left.len() < 4 || usual <= 0.0 || usual >= 1.0 {
            break;
        }
        let region = search.region();
        // A box that is much thinner than the first says little beside it.
        let dense = found.first().is_none_or(|first: &Region| region.worth.density >= first.worth.density / 2.0);
        if !dense {
            break;
        }
        let again = region.is_found();
        left.retain(|&row| !region.holds(&cells.factors, row));
        found.push(region);
        if !again {
            break;
        }
    }
    found
}

/// A search among some of the cells.
struct Search<'c> {
    cells: &'c SearchedCells,
    rows: Vec<usize>,
    /// For each factor the rows in the order of its values; those of words by word.
    orders: Vec<Vec<usize>>,
    all_runs: f64,
    all_met: f64,
    /// How alike cells of one block are: 0 not more than others, 1 all the same.
    alike: f64,
}

/// A box on the way: for each factor what it has to be.
#[derive(Clone)]
struct Sides {
    numbers: Vec<(Option<f64>, Option<f64>)>,
    words: Vec<Option<Vec<String>>>,
}

impl<'c> Search<'c> {
    fn of(cells: &'c SearchedCells, rows: Vec<usize>) -> Self {
        let orders = cells.factors.iter().map(|factor| {
            let mut order = rows.clone();
            match factor {
                Column::Numbers(values) => order.sort_by(|&one, &other| values[one].total_cmp(&values[other])),
                Column::Words(values) => order.sort_by(|&one, &other| values[one].cmp(&values[other])),
            }
            order
        });
        let orders = orders.collect();
        let alike = alike(cells, &rows);
        Self { cells, rows, orders, all_runs: cells.runs.iter().sum(), all_met: cells.met.iter().sum(), alike }
    }

    fn usual(&self) -> f64 {
        self.worth(self.rows.iter().copied()).density
    }

    fn worth(&self, rows: impl Iterator<Item = usize>) -> Worth {
        let (mut count, mut runs, mut met) = (0u32, 0.0, 0.0);
        let (mut blocks, mut shares): (Vec<usize>, Vec<f64>) = (Vec::new(), Vec::new());
        for row in rows {
            count += 1;
            blocks.push(self.cells.blocks[row]);
            shares.push(self.cells.met[row] / self.cells.runs[row]);
            runs += self.cells.runs[row];
            met += self.cells.met[row];
        }
        let (coverage, mass) = (met / self.all_met, runs / self.all_runs);
        blocks.sort_unstable();
        blocks.dedup();
        let together = f64::from(count) / blocks.len() as f64;
        let density = met / runs;
        // How much shares vary from cell to cell, against throws of a coin; a few cells of the same share say little of that.
        let coin = density * (1.0 - density);
        let apart: f64 = shares.iter().map(|share| (share - density) * (share - density)).sum();
        let varies = (apart + COINS * coin) / (f64::from(count) + COINS);
        let each = if varies > 0.0 { (coin / varies).max(1.0) } else { 1.0 };
        let trials = f64::from(count) * each / (1.0 + (together - 1.0) * self.alike);
        Worth { cells: count as usize, trials, runs, met, coverage, density, mass }
    }

    fn inside<'s>(&'s self, sides: &'s [Restriction]) -> impl Iterator<Item = usize> + 's {
        self.rows.iter().copied().filter(|&row| within(sides, &self.cells.factors, row))
    }

    fn region(&self) -> Region {
        let (sides, trajectory, taken) = self.best();
        // Halves of a random order, each judging what was found in the other.
        let halves = halves(&self.rows, &self.cells.blocks);
        let (mut cells, mut trials, mut runs, mut met) = (0, 0.0, 0.0, 0.0);
        for (learn, judge) in [(0, 1), (1, 0)] {
            let (sides, ..) = Search::of(self.cells, halves[learn].clone()).best();
            let other = Search::of(self.cells, halves[judge].clone());
            if !sides.is_empty() {
                let worth = other.worth(other.inside(&sides));
                cells += worth.cells;
                trials += worth.trials;
                runs += worth.runs;
                met += worth.met;
            }
        }
        let (coverage, mass) = (met / self.all_met, runs / self.all_runs);
        let held_out = Worth { cells, trials, runs, met, coverage, density: met / runs, mass };
        let worth = self.worth(self.inside(&sides));
        Region { sides, worth, held_out, usual: self.usual(), trajectory, taken }
    }

    /// Peels, takes the best step, pastes, drops; the sides, the way, and which step was taken.
    fn best(&self) -> (Vec<Restriction>, Vec<Step>, usize) {
        let mut inside = vec![false; self.cells.runs.len()];
        for &row in &self.rows {
            inside[row] = true;
        }
        let mut sides = Sides { numbers: vec![(None, None); self.orders.len()], words: vec![None; self.orders.len()] };
        let mut way = vec![(sides.clone(), self.worth(self.rows.iter().copied()))];
        while let Some((peeled, after)) = self.peel(&inside, way[way.len() - 1].1) {
            for &row in &peeled.rows {
                inside[row] = false;
            }
            sides.narrow(&peeled);
            way.push((sides.clone(), after));
        }
        let usual = way[0].1.density;
        let mut taken = 0;
        for (at, (_, worth)) in way.iter().enumerate() {
            if worth.score(usual) > way[taken].1.score(usual) + 1e-12 {
                taken = at;
            }
        }
        let chosen = self.pasted(way[taken].0.clone());
        let sides = self.dropped(chosen.restrictions());
        let step = |(sides, worth): &(Sides, Worth)| Step { worth: *worth, restricted: sides.restricted() };
        (sides, way.iter().map(step).collect(), taken)
    }

    /// The peel that raises the density most for the runs that it costs, if any raises it and leaves enough.
    fn peel(&self, inside: &[bool], before: Worth) -> Option<(Peel, Worth)> {
        let mut best: Option<(f64, Peel)> = None;
        let mut consider = |peel: Peel| {
            let (runs, met) = (before.runs - peel.runs, before.met - peel.met);
            if runs < LEAST * self.all_runs || runs <= 0.0 || peel.runs <= 0.0 {
                return;
            }
            let gain = (met / runs - before.density) / peel.runs;
            if gain > 1e-12 && best.as_ref().is_none_or(|(most, _)| gain > *most * (1.0 + 1e-9)) {
                best = Some((gain, peel));
            }
        };
        for (factor, order) in self.orders.iter().enumerate() {
            let left = || order.iter().copied().filter(|&row| inside[row]);
            match &self.cells.factors[factor] {
                Column::Numbers(values) => {
                    consider(self.end(factor, values, left(), before, false));
                    consider(self.end(
                        factor,
                        values,
                        order.iter().rev().copied().filter(|&row| inside[row]),
                        before,
                        true,
                    ));
                }
                Column::Words(values) => {
                    let rows: Vec<usize> = left().collect();
                    for word in rows.chunk_by(|&one, &other| values[one] == values[other]) {
                        let kept = rows.iter().map(|&row| &values[row]).filter(|one| **one != values[word[0]]);
                        let mut kept: Vec<String> = kept.cloned().collect();
                        kept.dedup();
                        consider(self.sum(factor, word.to_vec(), Edge::Kept(kept)));
                    }
                }
            }
        }
        let (_, peel) = best?;
        let gone = |row: &usize| peel.rows.binary_search(row).is_ok();
        let after = self.worth(self.rows.iter().copied().filter(|row| inside[*row] && !gone(row)));
        Some((peel, after))
    }

    /// A twentieth from one end of a factor, whole values at a time, and one value at least.
    fn end(
        &self,
        factor: usize,
        values: &[f64],
        rows: impl Iterator<Item = usize>,
        before: Worth,
        from_above: bool,
    ) -> Peel {
        let rows: Vec<usize> = rows.collect();
        let mut count = 0;
        let mut runs = 0.0;
        for value in rows.chunk_by(|&one, &other| values[one] == values[other]) {
            let more: f64 = value.iter().map(|&row| self.cells.runs[row]).sum();
            if count > 0 && runs + more > STEP * before.runs {
                break;
            }
            count += value.len();
            runs += more;
        }
        // What is nothing but one value cannot be narrowed; the empty rest is refused by its size.
        let edge = rows.get(count).map_or(f64::NAN, |&row| values[row]);
        self.sum(factor, rows[..count].to_vec(), if from_above { Edge::Most(edge) } else { Edge::Least(edge) })
    }

    fn sum(&self, factor: usize, mut rows: Vec<usize>, edge: Edge) -> Peel {
        rows.sort_unstable();
        let runs = rows.iter().map(|&row| self.cells.runs[row]).sum();
        let met = rows.iter().map(|&row| self.cells.met[row]).sum();
        Peel { factor, rows, runs, met, edge }
    }

    /// Widens a box again where what is added is at least as dense as what is there.
    fn pasted(&self, mut sides: Sides) -> Sides {
        loop {
            let now = self.worth(self.inside(&sides.restrictions()));
            let mut best: Option<(Worth, Sides)> = None;
            for factor in 0..self.orders.len() {
                for wider in self.wider(&sides, factor, now) {
                    let worth = self.worth(self.inside(&wider.restrictions()));
                    let better = best.as_ref().is_none_or(|(most, _)| worth.density > most.density);
                    if worth.cells > now.cells && worth.density >= now.density && better {
                        best = Some((worth, wider));
                    }
                }
            }
            match best {
                Some((_, wider)) => sides = wider,
                None => return sides,
            }
        }
    }

    /// The ways to widen one factor of a box: at either end by a twentieth of the box and by one value at least, or by
    /// one word.
    fn wider(&self, sides: &Sides, factor: usize, now: Worth) -> Vec<Sides> {
        let mut free = sides.clone();
        free.numbers[factor] = (None, None);
        free.words[factor] = None;
        let mut found = Vec::new();
        let mut beside: Vec<bool> = vec![false; self.cells.runs.len()];
        for row in self.inside(&free.restrictions()) {
            beside[row] = true;
        }
        let order = || self.orders[factor].iter().copied().filter(|&row| beside[row]);
        match &self.cells.factors[factor] {
            Column::Numbers(values) => {
                let (least, most) = sides.numbers[factor];
                if let Some(least) = least {
                    let below: Vec<usize> = order().rev().filter(|&row| values[row] < least).collect();
                    let edge = self.end(factor, values, below.iter().copied(), now, true);
                    let mut wider = sides.clone();
                    let last = edge.rows.iter().map(|&row| values[row]).fold(least, f64::min);
                    wider.numbers[factor].0 = (edge.rows.len() < below.len()).then_some(last);
                    found.push(wider);
                }
                if let Some(most) = most {
                    let above: Vec<usize> = order().filter(|&row| values[row] > most).collect();
                    let edge = self.end(factor, values, above.iter().copied(), now, false);
                    let mut wider = sides.clone();
                    let last = edge.rows.iter().map(|&row| values[row]).fold(most, f64::max);
                    wider.numbers[factor].1 = (edge.rows.len() < above.len()).then_some(last);
                    found.push(wider);
                }
            }
            Column::Words(values) => {
                let Some(kept) = &sides.words[factor] else { return found };
                let mut others: Vec<&String> =
                    order().map(|row| &values[row]).filter(|word| !kept.contains(word)).collect();
                others.dedup();
                for word in &others {
                    let mut wider = sides.clone();
                    let mut more = kept.clone();
                    more.push((*word).clone());
                    more.sort();
                    wider.words[factor] = (others.len() > 1).then_some(more);
                    found.push(wider);
                }
            }
        }
        found
    }

    /// Without the sides that chance could have made, the least certain first; with the quasi-p-values of the others.
    fn dropped(&self, mut sides: Vec<Restriction>) -> Vec<Restriction> {
        loop {
            let worth = self.worth(self.inside(&sides));
            for at in 0..sides.len() {
                let mut others = sides.clone();
                others.remove(at);
                let without = self.worth(self.inside(&others));
                sides[at].quasi_p = at_least(worth.density * worth.trials, worth.trials, without.density);
            }
            sides.sort_by(|one, other| one.quasi_p.total_cmp(&other.quasi_p));
            match sides.last() {
                Some(last) if last.quasi_p > BY_CHANCE => sides.pop(),
                _ => return sides,
            };
        }
    }
}

/// What a step takes away.
struct Peel {
    factor: usize,
    rows: Vec<usize>,
    runs: f64,
    met: f64,
    edge: Edge,
}

/// Where a factor ends after a step.
enum Edge {
    Least(f64),
    Most(f64),
    Kept(Vec<String>),
}

impl Sides {
    fn narrow(&mut self, peel: &Peel) {
        match &peel.edge {
            Edge::Least(least) => self.numbers[peel.factor].0 = Some(*least),
            Edge::Most(most) => self.numbers[peel.factor].1 = Some(*most),
            Edge::Kept(words) => self.words[peel.factor] = Some(words.clone()),
        }
    }

    fn restricted(&self) -> usize {
        let number = |(least, most): &(Option<f64>, Option<f64>)| least.is_some() || most.is_some();
        self.numbers.iter().zip(&self.words).filter(|(numbers, words)| number(numbers) || words.is_some()).count()
    }

    fn restrictions(&self) -> Vec<Restriction> {
        let numbers = self.numbers.iter().enumerate().flat_map(|(factor, &(least, most))| {
            [least.map(Limit::AtLeast), most.map(Limit::AtMost)].into_iter().flatten().map(move |limit| (factor, limit))
        });
        let words = self.words.iter().enumerate();
        let words = words.filter_map(|(factor, words)| words.clone().map(|words| (factor, Limit::Among(words))));
        numbers.chain(words).map(|(factor, limit)| Restriction { factor, limit, quasi_p: f64::NAN }).collect()
    }
}

/// The correlation of what cells of one block meet: what of their variance lies between blocks.
fn alike(cells: &SearchedCells, rows: &[usize]) -> f64 {
    let mut of_block: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    for &row in rows {
        of_block.entry(cells.blocks[row]).or_default().push(cells.met[row] / cells.runs[row]);
    }
    let blocks: Vec<Vec<f64>> = of_block.into_values().collect();
    // Where every cell is a block of its own, there is nothing to be alike.
    if blocks.len() < 2 || blocks.len() == rows.len() {
        return 0.0;
    }
    let parts = in_one_way(&blocks.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let between = parts.cells.max(0.0);
    if between > 0.0 { between / (between + parts.own) } else { 0.0 }
}

/// Halves of the blocks, in random order.
fn halves(rows: &[usize], blocks: &[usize]) -> [Vec<usize>; 2] {
    let mut order: Vec<usize> = rows.iter().map(|&row| blocks[row]).collect();
    order.sort_unstable();
    order.dedup();
    let mut words = vec![0; order.len()];
    Dice::new(0).fill(Purpose::Shuffle, u32::MAX, 0, 1, &mut words);
    for last in (1..order.len()).rev() {
        order.swap(last, pick(words[last], last as u32 + 1).0 as usize);
    }
    let mut first = order[..order.len() / 2].to_vec();
    first.sort_unstable();
    rows.iter().partition(|&&row| first.binary_search(&blocks[row]).is_ok()).into()
}

/// How often at least so many of `n` trials succeed that do so with this chance each; also for parts of a trial.
fn at_least(hits: f64, n: f64, chance: f64) -> f64 {
    if hits <= 0.0 || chance >= 1.0 {
        1.0
    } else if chance <= 0.0 {
        0.0
    } else {
        beta_reg(hits, n - hits + 1.0, chance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contraband_sim::base::dice::{happens, unit};

    fn drawn(round: u32, columns: usize, rows: usize) -> Vec<Vec<u32>> {
        let mut words = vec![0; columns * rows];
        Dice::new(u64::from(round)).fill(Purpose::Experiment, 0, 0, 1, &mut words);
        words.chunks(rows).map(<[u32]>::to_vec).collect()
    }

    /// Trade collapses in 9 of 10 runs under a ban or a permit that is dear, and in 1 of 10 elsewhere.
    #[test]
    fn words_and_numbers_make_a_box_together() {
        let rows = 600;
        let columns = drawn(1, 4, rows);
        let statuses: Vec<String> =
            columns[0].iter().map(|&word| ["ban", "free", "permit", "tax"][pick(word, 4).0 as usize].into()).collect();
        let dear: Vec<f64> = columns[1].iter().map(|&word| (unit(word) * 20.0).floor()).collect();
        let idle: Vec<f64> = columns[2].iter().map(|&word| unit(word)).collect();
        let inside = |row: usize| ["ban", "permit"].contains(&statuses[row].as_str()) && dear[row] >= 8.0;
        let met = |row: usize| f64::from(happens(columns[3][row], if inside(row) { 0.9 } else { 0.1 }));
        let met: Vec<f64> = (0..rows).map(met).collect();
        let factors = vec![Column::Words(statuses), Column::Numbers(dear), Column::Numbers(idle)];
        let cells = SearchedCells { factors, runs: vec![1.0; rows], met, blocks: (0..rows).collect() };
        let found = discover(&cells);
        let first = &found[0];
        let limits: Vec<&Limit> = first.sides.iter().map(|side| &side.limit).collect();
        assert_eq!(limits.len(), 2, "{first:?}");
        assert!(limits.contains(&&Limit::Among(vec!["ban".into(), "permit".into()])), "{first:?}");
        assert!(limits.contains(&&Limit::AtLeast(8.0)), "{first:?}");
        assert!(first.is_found() && first.worth.density > 0.85 && first.worth.coverage > 0.7, "{:?}", first.worth);
        assert!((first.held_out.density - 0.9).abs() < 0.06, "{:?}", first.held_out);
        // What is left is the same everywhere, so no other box is called found.
        assert!(found[1..].iter().all(|region| !region.is_found()), "{found:?}");
        let inside = (0..rows).filter(|&row| first.holds(&cells.factors, row)).count();
        assert_eq!(inside, first.worth.cells);
        assert!(first.trajectory.windows(2).all(|pair| pair[1].worth.mass < pair[0].worth.mass));
    }

    /// Where nothing decides, a search finds a dense corner all the same; hardly ever does it hold in the other half.
    #[test]
    fn chance_is_seldom_called_found() {
        let rounds = 60;
        let found = (0..rounds).filter(|&round| {
            let columns = drawn(100 + round, 6, 300);
            let factors =
                columns[..5].iter().map(|words| Column::Numbers(words.iter().map(|&word| unit(word)).collect()));
            let met = columns[5].iter().map(|&word| f64::from(happens(word, 0.3))).collect();
            let cells =
                SearchedCells { factors: factors.collect(), runs: vec![1.0; 300], met, blocks: (0..300).collect() };
            discover(&cells)[0].is_found()
        });
        let found = found.count();
        assert!(found <= 4, "{found} of {rounds}");
    }

    #[test]
    fn what_every_run_meets_or_none_has_no_box() {
        let factors = vec![Column::Numbers((0..50).map(f64::from).collect())];
        for all in [0.0, 2.0] {
            let cells = SearchedCells {
                factors: factors.clone(),
                runs: vec![2.0; 50],
                met: vec![all; 50],
                blocks: (0..50).collect(),
            };
            assert_eq!(discover(&cells), []);
        }
    }

    /// The same points again and again are no more proof: what a few blocks say by chance is not called found.
    #[test]
    fn cells_of_a_block_are_one_witness() {
        let rounds = 40;
        let found = |apart: bool| {
            let one = |round: &u32| {
                let columns = drawn(300 + round, 6, 40);
                let rows = || (0..400).map(|row| row / 10);
                let column = |words: &Vec<u32>| Column::Numbers(rows().map(|row| unit(words[row])).collect());
                let met = rows().map(|row| f64::from(happens(columns[5][row], 0.4))).collect();
                let blocks = if apart { (0..400).collect() } else { rows().collect() };
                let factors = columns[..5].iter().map(column).collect();
                discover(&SearchedCells { factors, runs: vec![1.0; 400], met, blocks })[0].is_found()
            };
            (0..rounds).filter(one).count()
        };
        assert!(found(false) <= 2 && found(true) >= 6, "{} and {}", found(false), found(true));
    }

    /// From the tables: 8 or more of 10 with a half each, 56 of 1024.
    #[test]
    fn a_binomial_tail_as_in_the_tables() {
        assert!((at_least(8.0, 10.0, 0.5) - 56.0 / 1024.0).abs() < 1e-12);
        assert_eq!((at_least(0.0, 10.0, 0.5), at_least(3.0, 3.0, 1.0), at_least(1.0, 3.0, 0.0)), (1.0, 1.0, 0.0));
        assert!((at_least(10.0, 10.0, 0.5) - 1.0 / 1024.0).abs() < 1e-12);
    }
}
