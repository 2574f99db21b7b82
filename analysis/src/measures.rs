//! What charts and reports compute from a recording: plain rules over plain columns, each with a test by hand.

use polars::prelude::*;

/// A column as numbers, a row each; what is null becomes NaN. Empty where the table has no such column.
pub fn numbers(frame: &DataFrame, column: &str) -> Vec<f64> {
    let Ok(column) = frame.column(column) else { return Vec::new() };
    let Ok(column) = column.cast(&DataType::Float64) else { return Vec::new() };
    column.f64().map(|values| values.iter().map(|value| value.unwrap_or(f64::NAN)).collect()).unwrap_or_default()
}

/// A column as words, a row each. Empty where the table has no such column.
pub fn words(frame: &DataFrame, column: &str) -> Vec<String> {
    let Ok(column) = frame.column(column) else { return Vec::new() };
    column.str().map(|values| values.iter().map(|word| word.unwrap_or("").to_owned()).collect()).unwrap_or_default()
}

/// The rows of a tidy table, gathered by one of its keys (a good, a place, a venue).
pub struct Groups {
    /// The key's values, in the order in which they first appear.
    pub names: Vec<String>,
    rows: Vec<Vec<usize>>,
    day: Vec<f64>,
}

impl Groups {
    /// Gathers the rows of a table by a column of words.
    pub fn of(frame: &DataFrame, key: &str) -> Self {
        let mut groups = Self { names: Vec::new(), rows: Vec::new(), day: numbers(frame, "day") };
        let mut last = 0;
        for (row, word) in words(frame, key).into_iter().enumerate() {
            // Rows come in the same order each day, so the next group is nearly always the one after the last.
            let guess = if last + 1 < groups.names.len() { last + 1 } else { 0 };
            let found = match groups.names.get(guess) {
                Some(name) if *name == word => Some(guess),
                _ => groups.names.iter().position(|name| *name == word),
            };
            last = found.unwrap_or_else(|| {
                groups.names.push(word);
                groups.rows.push(Vec::new());
                groups.names.len() - 1
            });
            groups.rows[last].push(row);
        }
        groups
    }

    /// One group's values, a place for each of `days` days; NaN on days without a row.
    pub fn series(&self, group: usize, values: &[f64], days: usize) -> Vec<f64> {
        let mut series = vec![f64::NAN; days];
        for &row in &self.rows[group] {
            let day = self.day.get(row).copied().unwrap_or(0.0);
            if day >= 1.0 && (day as usize) <= days {
                series[day as usize - 1] = values.get(row).copied().unwrap_or(f64::NAN);
            }
        }
        series
    }

    /// The word of a column in a group's last row.
    pub fn last_word<'w>(&self, group: usize, words: &'w [String]) -> Option<&'w str> {
        self.rows[group].last().and_then(|&row| words.get(row)).map(String::as_str)
    }
}

/// Mean of the finite values; NaN where there are none.
pub fn mean(values: &[f64]) -> f64 {
    let (sum, count) = finite(values).fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    if count > 0.0 { sum / count } else { f64::NAN }
}

/// Sum of the finite values.
pub fn sum(values: &[f64]) -> f64 {
    finite(values).sum()
}

/// Greatest finite value; NaN where there are none.
pub fn greatest(values: &[f64]) -> f64 {
    finite(values).fold(f64::NAN, f64::max)
}

/// Least finite value; NaN where there are none.
pub fn least(values: &[f64]) -> f64 {
    finite(values).fold(f64::NAN, f64::min)
}

/// The last finite value; NaN where there are none.
pub fn last(values: &[f64]) -> f64 {
    values.iter().rev().copied().find(|value| value.is_finite()).unwrap_or(f64::NAN)
}

fn finite(values: &[f64]) -> impl Iterator<Item = f64> + '_ {
    values.iter().copied().filter(|value| value.is_finite())
}

/// Mean of each day and the days before it, `window` in all; days without a value are left out of it.
///
/// It looks back only, so that nothing moves before its day.
pub fn rolling_mean(values: &[f64], window: usize) -> Vec<f64> {
    let ones: Vec<f64> = values.iter().map(|value| if value.is_finite() { 1.0 } else { f64::NAN }).collect();
    rolling_ratio(values, &ones, window)
}

/// Sum over sum, of each day and the days before it: a share that small days do not shake.
pub fn rolling_ratio(part: &[f64], whole: &[f64], window: usize) -> Vec<f64> {
    (0..part.len())
        .map(|day| {
            let from = (day + 1).saturating_sub(window);
            let whole = sum(&whole[from..=day]);
            if whole > 0.0 { sum(&part[from..=day]) / whole } else { f64::NAN }
        })
        .collect()
}

/// A long series in at most `most` points: means of equal stretches of days. Short ones stay as they are.
pub fn thin(values: &[f64], most: usize) -> Vec<f64> {
    let stretch = stretch(values.len(), most);
    values.chunks(stretch).map(mean).collect()
}

/// How many days one point stands for when `days` days are drawn in at most `most` points.
pub fn stretch(days: usize, most: usize) -> usize {
    days.div_ceil(most.max(1)).max(1)
}

/// The Lorenz curve: from (0, 0) to (1, 1), the share held by the poorest share of people, in at most `points` steps.
/// Debts count as nothing. Empty where nobody holds anything.
pub fn lorenz(holdings: &[f64], points: usize) -> Vec<(f64, f64)> {
    let mut sorted: Vec<f64> = finite(holdings).map(|held| held.max(0.0)).collect();
    sorted.sort_by(f64::total_cmp);
    let total: f64 = sorted.iter().sum();
    if total <= 0.0 || points == 0 {
        return Vec::new();
    }
    let mut curve = vec![(0.0, 0.0)];
    let mut held = 0.0;
    let (people, mut next) = (sorted.len(), 1);
    for (index, value) in sorted.iter().enumerate() {
        held += value;
        if (index + 1) * points >= next * people {
            curve.push(((index + 1) as f64 / people as f64, held / total));
            next = (index + 1) * points / people + 1;
        }
    }
    curve
}

/// What the richest `share` of people hold, in all that is held. NaN where nobody holds anything.
pub fn top_share(holdings: &[f64], share: f64) -> f64 {
    let mut sorted: Vec<f64> = finite(holdings).map(|held| held.max(0.0)).collect();
    sorted.sort_by(|one, other| other.total_cmp(one));
    let total: f64 = sorted.iter().sum();
    let count = ((sorted.len() as f64 * share).round() as usize).max(1).min(sorted.len());
    if total > 0.0 { sorted[..count].iter().sum::<f64>() / total } else { f64::NAN }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GAP: f64 = f64::NAN;

    #[test]
    fn a_rolling_mean_looks_back_and_steps_over_gaps() {
        assert_eq!(rolling_mean(&[2.0, 4.0, GAP, 9.0], 3), [2.0, 3.0, 3.0, 6.5]);
        assert!(rolling_mean(&[GAP], 7)[0].is_nan());
    }

    #[test]
    fn a_rolling_ratio_weighs_days_by_their_size() {
        assert_eq!(rolling_ratio(&[1.0, 9.0], &[1.0, 99.0], 7)[1], 0.1);
        assert!(rolling_ratio(&[0.0], &[0.0], 7)[0].is_nan());
    }

    #[test]
    fn thinning_keeps_means_and_leaves_short_series_alone() {
        assert_eq!(thin(&[1.0, 3.0, 5.0, 7.0, 9.0], 3), [2.0, 6.0, 9.0]);
        assert_eq!(thin(&[1.0, 3.0], 400), [1.0, 3.0]);
        assert!(thin(&(0..3650).map(f64::from).collect::<Vec<_>>(), 400).len() <= 400);
        assert!(thin(&[], 400).is_empty());
    }

    #[test]
    fn equal_holdings_lie_on_the_diagonal() {
        assert_eq!(lorenz(&[1.0; 4], 2), [(0.0, 0.0), (0.5, 0.5), (1.0, 1.0)]);
        assert_eq!(lorenz(&[0.0, 0.0, 0.0, 8.0], 4)[3], (0.75, 0.0));
        assert!(lorenz(&[0.0; 3], 4).is_empty());
        assert_eq!(lorenz(&[5.0], 100), [(0.0, 0.0), (1.0, 1.0)]);
    }

    #[test]
    fn the_richest_tenth_of_ten_is_one() {
        let holdings: Vec<f64> = (1..=10).map(f64::from).collect();
        assert!((top_share(&holdings, 0.1) - 10.0 / 55.0).abs() < 1e-12);
        assert!(top_share(&[], 0.1).is_nan());
    }

    #[test]
    fn groups_line_up_by_day() {
        let frame = df!("day" => [1i64, 1, 2, 3], "good" => ["a", "b", "b", "a"], "trades" => [1i64, 2, 3, 4]).unwrap();
        let groups = Groups::of(&frame, "good");
        let trades = numbers(&frame, "trades");
        assert_eq!(groups.names, ["a", "b"]);
        let a = groups.series(0, &trades, 3);
        assert!(a[0] == 1.0 && a[1].is_nan() && a[2] == 4.0);
        assert!(numbers(&frame, "absent").is_empty());
    }
}
