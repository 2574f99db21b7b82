//! How much a number depends on each factor, from any sample at all: the points may have been chosen for something else.
//!
//! A factor is cut into slices that hold equally many points. Where it matters, outputs differ between slices: in their
//! means, which gives its share of the variance, and in their whole distribution, which gives its PAWN index (Pianosi and
//! Wagener 2018). PAWN rather than the delta of Borgonovo (2007), since runs of a market often end at exactly zero, where a
//! density has no width to be smoothed with; and since a factor may be a word. Both are held against the same outputs
//! in random order, since every index of this kind is above zero by chance.

use crate::measure::bootstrap::resampled;
use crate::measure::indices::Estimate;
use crate::measure::orthogonal::OrthogonalTerms;
use crate::measure::statistics::quantile;
use contraband_sim::base::dice::{Dice, Purpose, pick};
use contraband_sim::base::numerics::{pow, tanh};

/// Resamples behind each interval.
const RESAMPLES: usize = 400;

/// Random orders behind each chance.
const SHUFFLES: usize = 400;

/// A factor, as it stands in the rows of a sample.
#[derive(Clone, Debug, PartialEq)]
pub enum Column {
    /// Numbers, which have an order.
    Numbers(Vec<f64>),
    /// Words, which have none.
    Words(Vec<String>),
}

impl Column {
    /// Rows.
    pub const fn len(&self) -> usize {
        match self {
            Self::Numbers(values) => values.len(),
            Self::Words(values) => values.len(),
        }
    }

    /// Whether there are no rows.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Some of its rows.
    #[must_use]
    pub fn rows(&self, chosen: &[usize]) -> Self {
        match self {
            Self::Numbers(values) => Self::Numbers(chosen.iter().map(|&row| values[row]).collect()),
            Self::Words(values) => Self::Words(chosen.iter().map(|&row| values[row].clone()).collect()),
        }
    }

    /// Each row's place in the order of its values, from -1 to 1; equal values share the middle of theirs.
    fn scores(&self) -> Vec<f64> {
        let (places, distinct) = self.places();
        let mut before = vec![0.0; distinct + 1];
        for place in &places {
            before[place + 1] += 1.0;
        }
        (0..distinct).for_each(|place| before[place + 1] += before[place]);
        let n = places.len() as f64;
        places.iter().map(|&place| (before[place] + before[place + 1]) / n - 1.0).collect()
    }

    /// Each row's place in the order of its values, the same for equal values; and how many values there are.
    fn places(&self) -> (Vec<usize>, usize) {
        match self {
            Self::Numbers(values) => places(values, f64::total_cmp),
            Self::Words(values) => places(values, Ord::cmp),
        }
    }
}

fn places<T: PartialEq>(values: &[T], compare: impl Fn(&T, &T) -> std::cmp::Ordering) -> (Vec<usize>, usize) {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&one, &other| compare(&values[one], &values[other]).then(one.cmp(&other)));
    let (mut found, mut place) = (vec![0; values.len()], 0);
    for (nth, &row) in order.iter().enumerate() {
        place += usize::from(nth > 0 && values[order[nth - 1]] != values[row]);
        found[row] = place;
    }
    (found, if values.is_empty() { 0 } else { place + 1 })
}

/// How many slices so many points are cut into (Plischke, Borgonovo and Smith 2013): 5 of 500, 22 of 10 000, at most 48.
pub fn slices_of(points: usize) -> usize {
    let n = points as f64;
    (pow(n, 2.0 / (7.0 + tanh((1500.0 - n) / 500.0))).ceil() as usize).min(48)
}

/// How many slices a share of variance is read from, with a straight line in each: ten points for each number that is fitted.
pub fn fine_slices_of(points: usize) -> usize {
    (points / 20).clamp(2, 24)
}

/// In which slice each row lies: every value is one of its own where there are no more of them than slices (or where they
/// are words); otherwise slices hold equally many rows, and equal values stay together.
pub fn slices(column: &Column, slices: usize) -> Vec<usize> {
    let (places, distinct) = column.places();
    if distinct <= slices || matches!(column, Column::Words(_)) {
        return places;
    }
    let mut before = vec![0; distinct + 1];
    for place in &places {
        before[place + 1] += 1;
    }
    for place in 0..distinct {
        before[place + 1] += before[place];
    }
    let cut: Vec<usize> = before.iter().map(|rows| rows * slices / places.len()).collect();
    let mut found: Vec<usize> = places.iter().map(|&place| cut[place]).collect();
    // A value that fills more than a slice leaves others empty.
    let mut used = vec![false; slices];
    for &slice in &found {
        used[slice] = true;
    }
    let mut renamed = vec![0; slices];
    for slice in 1..slices {
        renamed[slice] = renamed[slice - 1] + usize::from(used[slice - 1]);
    }
    for slice in &mut found {
        *slice = renamed[*slice];
    }
    found
}

/// The share of the variance of outputs that lies between slices (the correlation ratio): biased upwards, by about slices
/// over rows where a factor does nothing. NaN where nothing varies.
pub fn between_slices(slice_of: &[usize], outputs: &[f64]) -> f64 {
    let count = slice_of.iter().max().map_or(0, |most| most + 1);
    let (mut sums, mut rows) = (vec![0.0; count], vec![0.0; count]);
    let middle = outputs.iter().sum::<f64>() / outputs.len() as f64;
    let mut all = 0.0;
    for (&slice, &output) in slice_of.iter().zip(outputs) {
        sums[slice] += output - middle;
        rows[slice] += 1.0;
        all += (output - middle) * (output - middle);
    }
    let between: f64 = sums.iter().zip(&rows).map(|(sum, rows)| if *rows > 0.0 { sum * sum / rows } else { 0.0 }).sum();
    if all > 0.0 { between / all } else { f64::NAN }
}

/// The share of the variance of outputs that a factor explains alone, with its interval: of a straight line in each slice
/// along the order of its values (of a level, where it has words or few values). What so many numbers explain by chance is
/// taken off (Pearson's epsilon squared), so that the share is 0 on average where it explains nothing; and levels alone
/// would miss what a factor does within a slice, a twentieth of it with five slices.
///
/// It is read off `rest`, the outputs without what the other factors do (see [`without_others`]): points that are spread
/// evenly hold the others much the same in every slice, so that chance explains less of the outputs than of independent
/// draws, and too much would be taken off.
///
/// The interval is Student's t of what each row adds to the share (its influence).
fn explained(column: &Column, outputs: &[f64], rest: &[f64]) -> Estimate {
    let n = outputs.len();
    let count = fine_slices_of(n);
    let (places, distinct) = column.places();
    let slice_of = slices(column, count);
    let sloped = matches!(column, Column::Numbers(_)) && distinct > count;
    let many = slice_of.iter().max().map_or(0, |most| most + 1);
    let mut members = vec![Vec::new(); many];
    for (row, &slice) in slice_of.iter().enumerate() {
        members[slice].push(row);
    }
    let (mut left, mut fitted) = (vec![0.0; n], 0usize);
    for rows in members.iter().filter(|rows| !rows.is_empty()) {
        let middle = |of: &dyn Fn(usize) -> f64| rows.iter().map(|&row| of(row)).sum::<f64>() / rows.len() as f64;
        let (x, y) = (middle(&|row| places[row] as f64), middle(&|row| rest[row]));
        let (mut squares, mut products) = (0.0, 0.0);
        for &row in rows {
            let off = places[row] as f64 - x;
            squares += off * off;
            products += off * (rest[row] - y);
        }
        let has_slope = sloped && squares > 0.0 && rows.len() > 2;
        let slope = if has_slope { products / squares } else { 0.0 };
        fitted += 1 + usize::from(has_slope);
        for &row in rows {
            left[row] = rest[row] - y - slope * (places[row] as f64 - x);
        }
    }
    let square = |value: f64| value * value;
    let middle = |of: &[f64]| of.iter().sum::<f64>() / n as f64;
    let (of_outputs, of_rest) = (middle(outputs), middle(rest));
    let all: f64 = outputs.iter().map(|&output| square(output - of_outputs)).sum::<f64>() / (n as f64 - 1.0);
    let freedom = n.saturating_sub(fitted);
    if freedom == 0 || all <= 0.0 {
        return Estimate { value: f64::NAN, interval: (f64::NAN, f64::NAN) };
    }
    let (n, over) = (n as f64, n as f64 / freedom as f64);
    let varies = rest.iter().map(|&rest| square(rest - of_rest)).sum::<f64>() / (n - 1.0);
    let share = (varies - left.iter().map(|&off| square(off)).sum::<f64>() / freedom as f64) / all;
    let adds = left.iter().zip(rest).zip(outputs).map(|((&off, &rest), &output)| {
        (square(rest - of_rest) - over * square(off) - share * square(output - of_outputs)) / all
    });
    let error = (adds.map(square).sum::<f64>() / freedom as f64 / n).sqrt();
    Estimate::from_error(share, error, freedom)
}

/// For each factor the outputs without what the others do, each by itself: curves in the order of their values, or a level
/// for each word, fitted together. As many terms as a fifth of the rows allow, first a straight line for each factor, then
/// what is more bent; of factors those first between whose slices most of the variance lies.
pub fn without_others(columns: &[Column], outputs: &[f64]) -> Vec<Vec<f64>> {
    const BENDS: usize = 4;
    let n = outputs.len();
    let most = n / 5;
    let scores: Vec<Vec<f64>> = columns.iter().map(Column::scores).collect();
    let mut terms: Vec<(usize, Vec<f64>)> = Vec::new();
    let of = |column: &Column| between_slices(&slices(column, slices_of(n)), outputs);
    let mut order: Vec<(f64, usize)> = columns.iter().map(of).enumerate().map(|(nth, share)| (share, nth)).collect();
    order.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    for bend in 1..=BENDS {
        for (factor, column) in order.iter().map(|&(_, factor)| (factor, &columns[factor])) {
            let term = match column {
                Column::Numbers(_) => scores[factor].iter().map(|&x| legendre(x, bend)).collect(),
                // A level for each word but one.
                Column::Words(_) => {
                    let (places, distinct) = column.places();
                    if bend >= distinct {
                        continue;
                    }
                    places.iter().map(|&place| f64::from(u8::from(place == bend))).collect()
                }
            };
            if terms.len() < most {
                terms.push((factor, term));
            }
        }
    }
    let middle = outputs.iter().sum::<f64>() / n as f64;
    let off: Vec<f64> = outputs.iter().map(|output| output - middle).collect();
    let about_mean = |(_, term): &(usize, Vec<f64>)| {
        let mean = term.iter().sum::<f64>() / n as f64;
        term.iter().map(|value| value - mean).collect()
    };
    let slopes = OrthogonalTerms::of(terms.iter().map(about_mean)).slopes(&off);
    (0..columns.len())
        .map(|factor| {
            let mut rest = outputs.to_vec();
            for ((of, term), slope) in terms.iter().zip(&slopes) {
                if *of != factor {
                    let mean = term.iter().sum::<f64>() / n as f64;
                    rest.iter_mut().zip(term).for_each(|(rest, term)| *rest -= slope * (term - mean));
                }
            }
            rest
        })
        .collect()
}

/// Legendre's polynomials: from -1 to 1 each has nothing to do with the others.
fn legendre(x: f64, bend: usize) -> f64 {
    let (mut before, mut now) = (1.0, x);
    for nth in 1..bend {
        let n = nth as f64;
        (before, now) = (now, ((2.0 * n + 1.0) * x * now - n * before) / (n + 1.0));
    }
    now
}

/// Outputs in their order, and where equal ones end.
struct Ordered {
    order: Vec<usize>,
    ends: Vec<usize>,
}

impl Ordered {
    fn of(outputs: &[f64]) -> Self {
        let mut order: Vec<usize> = (0..outputs.len()).collect();
        order.sort_by(|&one, &other| outputs[one].total_cmp(&outputs[other]));
        let last = |at: usize| at + 1 == order.len() || outputs[order[at]] != outputs[order[at + 1]];
        let ends = (0..order.len()).filter(|&at| last(at)).map(|at| at + 1).collect();
        Self { order, ends }
    }

    /// For each slice the greatest distance between the distribution of its outputs and that of all (Kolmogorov and
    /// Smirnov), each row counted so often; NaN for a slice without rows.
    fn distances(&self, slice_of: &[usize], times: &[u32]) -> Vec<f64> {
        let count = slice_of.iter().max().map_or(0, |most| most + 1);
        let mut sizes = vec![0.0f64; count];
        for (&slice, &times) in slice_of.iter().zip(times) {
            sizes[slice] += f64::from(times);
        }
        let all: f64 = sizes.iter().sum();
        let (mut within, mut seen) = (vec![0.0; count], 0.0);
        let mut greatest: Vec<f64> = sizes.iter().map(|&rows| if rows > 0.0 { 0.0 } else { f64::NAN }).collect();
        let mut start = 0;
        for &end in &self.ends {
            // Within a slice, the distance is greatest right before or right at one of its own outputs.
            let block = &self.order[start..end];
            let look = |within: &[f64], seen: f64, greatest: &mut [f64]| {
                for &row in block {
                    let slice = slice_of[row];
                    greatest[slice] = greatest[slice].max((within[slice] / sizes[slice] - seen / all).abs());
                }
            };
            look(&within, seen, &mut greatest);
            for &row in block {
                within[slice_of[row]] += f64::from(times[row]);
                seen += f64::from(times[row]);
            }
            look(&within, seen, &mut greatest);
            start = end;
        }
        greatest
    }
}

/// For each slice, how far its outputs are from all outputs: the greatest distance between their distributions.
pub fn distances(slice_of: &[usize], outputs: &[f64]) -> Vec<f64> {
    Ordered::of(outputs).distances(slice_of, &vec![1; outputs.len()])
}

/// What a sample says about one factor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GivenData {
    /// Share of the variance that the factor alone explains, without the bias of slices; can be below zero by chance.
    pub first: Estimate,
    /// Mean distance between the distribution in a slice and that of all outputs: 0 for nothing, towards 1 for all.
    pub pawn: Estimate,
    /// What `pawn` exceeds in one of twenty random orders of the same factor: what chance alone gives.
    pub pawn_by_chance: f64,
    /// Share of random orders in which `pawn` is as large as found.
    pub chance: f64,
}

/// The share of the variance that each factor explains alone, and no more.
pub fn first_orders(columns: &[Column], outputs: &[f64]) -> Vec<Estimate> {
    let rest = without_others(columns, outputs);
    columns.iter().zip(rest).map(|(column, rest)| explained(column, outputs, &rest)).collect()
}

/// What a sample says about each of its factors; rows without an output have to be left out before.
pub fn given_data(columns: &[Column], outputs: &[f64]) -> Vec<GivenData> {
    let rest = without_others(columns, outputs);
    columns.iter().zip(rest).enumerate().map(|(nth, (column, rest))| one_factor(column, outputs, &rest, nth)).collect()
}

/// `nth` gives each factor its own random orders.
fn one_factor(column: &Column, outputs: &[f64], rest: &[f64], nth: usize) -> GivenData {
    let n = outputs.len();
    let slice_of = slices(column, slices_of(n));
    let ordered = Ordered::of(outputs);
    let mean_distance = |slice_of: &[usize], times: &[u32]| {
        let known: Vec<f64> =
            ordered.distances(slice_of, times).into_iter().filter(|distance| !distance.is_nan()).collect();
        known.iter().sum::<f64>() / known.len() as f64
    };
    let once = vec![1; n];
    let pawn = mean_distance(&slice_of, &once);
    let mut times = vec![0; n];
    let again = resampled(n, RESAMPLES, |chosen| {
        times.fill(0);
        for &row in chosen {
            times[row] += 1;
        }
        mean_distance(&slice_of, &times)
    });
    let mut by_chance = shuffled(&slice_of, nth, |slice_of| mean_distance(slice_of, &once));
    let reached = by_chance.iter().filter(|&&one| one >= pawn).count();
    GivenData {
        first: explained(column, outputs, rest),
        pawn: Estimate::centred(pawn, again),
        pawn_by_chance: quantile(&mut by_chance, 0.95),
        chance: (reached + 1) as f64 / (SHUFFLES + 1) as f64,
    }
}

/// Something of a factor whose values were put in random orders.
fn shuffled(slice_of: &[usize], nth: usize, statistic: impl Fn(&[usize]) -> f64) -> Vec<f64> {
    let n = slice_of.len();
    let mut draws = Dice::new(0).draws(Purpose::Shuffle, nth as u32, 0, n);
    let (mut words, mut orders) = (vec![0; n], slice_of.to_vec());
    let mut next = || {
        draws.fill(&mut words);
        for last in (1..n).rev() {
            orders.swap(last, pick(words[last], last as u32 + 1).0 as usize);
        }
        statistic(&orders)
    };
    (0..SHUFFLES).map(|_| next()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Column {
        Column::Words(words.iter().map(|word| (*word).into()).collect())
    }

    #[test]
    fn slices_hold_equally_many_and_equal_values_stay_together() {
        let column = Column::Numbers((0..100).map(|row| f64::from(row * 37 % 100)).collect());
        let found = slices(&column, 5);
        assert!((0..5).all(|slice| found.iter().filter(|one| **one == slice).count() == 20));
        assert_eq!(slices(&Column::Numbers(vec![3.0, 1.0, 3.0, 2.0]), 5), [2, 0, 2, 1]);
        // A value that would fill two slices leaves no empty one behind.
        let heavy = Column::Numbers(vec![0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 3.0, 4.0]);
        assert_eq!(slices(&heavy, 4), [0, 0, 0, 0, 1, 1, 2, 2]);
        assert_eq!(slices(&words(&["tax", "ban", "tax", "free"]), 2), [2, 0, 2, 1]);
    }

    /// Slices 0, 1 and 2, 9 of outputs with middle 3: 2 * 2.5^2 * 2 of 9 + 4 + 1 + 36 = 50.
    #[test]
    fn a_share_between_slices_by_hand() {
        assert_eq!(between_slices(&[0, 0, 1, 1], &[0.0, 1.0, 2.0, 9.0]), 25.0 / 50.0);
        // The same, less what two levels explain of four outputs by chance.
        let outputs = [0.0, 1.0, 2.0, 9.0];
        let found = explained(&words(&["a", "a", "b", "b"]), &outputs, &outputs);
        assert!((found.value - (1.0 - 0.5 * 3.0 / 2.0)).abs() < 1e-12, "{found:?}");
        // Straight lines leave nothing of a line, and levels would.
        let line: Vec<f64> = (0..60).map(f64::from).collect();
        let found = explained(&Column::Numbers(line.clone()), &line, &line);
        assert!((found.value - 1.0).abs() < 1e-12 && (found.interval.1 - found.interval.0).abs() < 1e-9, "{found:?}");
        assert!(between_slices(&[0, 1], &[2.0, 2.0]).is_nan());
    }

    /// Of five outputs the lower slice holds 1 and 1, the upper 1, 5 and 7: at 1 they stand at 1 and 1/3, all at 3/5.
    #[test]
    fn distances_by_hand() {
        let found = distances(&[0, 0, 1, 1, 1], &[1.0, 1.0, 1.0, 5.0, 7.0]);
        assert!((found[0] - 0.4).abs() < 1e-12 && (found[1] - (0.6 - 1.0 / 3.0)).abs() < 1e-12, "{found:?}");
        assert_eq!(distances(&[0, 1, 0, 1], &[4.0; 4]), [0.0, 0.0]);
    }

    /// 3 x + y + [z is `b`], exactly: without the others each is left alone, whatever the correlation of the columns.
    #[test]
    fn what_others_do_is_taken_out() {
        let n = 60;
        let x: Vec<f64> = (0..n).map(f64::from).collect();
        let y: Vec<f64> = (0..n).map(|row| f64::from((row * 7) % n) + 0.3 * f64::from(row)).collect();
        let z: Vec<&str> = (0..n as usize).map(|row| ["a", "b"][row / 2 % 2]).collect();
        let column = |values: &[f64]| Column::Numbers(values.to_vec());
        let columns = [column(&x), column(&y), words(&z)];
        let (of_x, of_y) = (columns[0].scores(), columns[1].scores());
        let of_z: Vec<f64> = z.iter().map(|word| f64::from(u8::from(*word == "b"))).collect();
        let outputs: Vec<f64> = (0..n as usize).map(|row| 3.0 * of_x[row] + of_y[row] + of_z[row]).collect();
        let rest = without_others(&columns, &outputs);
        for (rest, (own, slope)) in rest.iter().zip([(&of_x, 3.0), (&of_y, 1.0), (&of_z, 1.0)]) {
            let mean = |of: &[f64]| of.iter().sum::<f64>() / of.len() as f64;
            let (of_rest, of_own) = (mean(rest), mean(own));
            let off = rest.iter().zip(own).map(|(rest, own)| (rest - of_rest - slope * (own - of_own)).abs());
            assert!(off.fold(0.0, f64::max) < 1e-9);
        }
        assert_eq!([legendre(0.5, 1), legendre(0.5, 2), legendre(0.5, 3)], [0.5, -0.125, -0.4375]);
    }

    /// A factor that only moves the spread explains no variance, and PAWN sees it; a word can be a factor.
    #[test]
    fn a_spread_is_seen_without_a_mean() {
        let n = 600;
        let kinds: Vec<&str> = (0..n).map(|row| ["calm", "wild"][row % 2]).collect();
        let outputs: Vec<f64> = (0..n)
            .map(|row| {
                let off = ((row / 2 * 7919) % 300) as f64 / 300.0 - 0.5;
                if row % 2 == 0 { off } else { 5.0 * off }
            })
            .collect();
        let columns = [words(&kinds)];
        let found = given_data(&columns, &outputs)[0];
        assert!(found.first.value.abs() < 0.01 && found.first.interval.0 < 0.0, "{:?}", found.first);
        assert!(found.pawn.interval.0 > found.pawn_by_chance && found.chance < 0.01, "{found:?}");
        assert_eq!(found, given_data(&columns, &outputs)[0]);
    }
}
