//! What of a variance comes of the points that were visited, and what of the seeds alone.

use crate::measure::bootstrap::resampled;
use crate::measure::indices::Estimate;
use crate::measure::statistics::mean;

/// Resamples behind an interval.
const RESAMPLES: usize = 1_000;

/// The variance of single runs, in parts that add up to it. Parts are estimated without bias, so that one that is zero may
/// come out below it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VarianceParts {
    /// Of the cells: what changes with the factors.
    pub cells: f64,
    /// Of the seeds, alike in all cells: pairs of runs that share a seed are free of it. Zero where seeds are not shared,
    /// since it cannot be told from `own`.
    pub alike: f64,
    /// Of the seeds, different in each cell: what a seed does here and not there.
    pub own: f64,
}

/// Whose the variance is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SeedShare {
    /// The parts.
    pub parts: VarianceParts,
    /// What is the seed's alone, of the variance of single runs. The interval comes of resampled cells: it knows nothing of
    /// how few seeds there are.
    pub share: Estimate,
    /// Runs of each cell that were used, on average.
    pub repetitions: f64,
}

/// Splits the variance of runs into that of cells and that of seeds; `runs` holds the values of each cell by repetition,
/// NaN where there is none. `None` with fewer than two cells or two repetitions.
///
/// With `shared` seeds (the nth run of each cell has the same) it is the analysis of variance in two ways, of the cells
/// that have all their values; otherwise in one way. To read shared seeds in one way would count what a seed does
/// everywhere alike against the cells (Searle, Casella and `McCulloch` 1992).
pub fn seed_share(runs: &[Vec<f64>], shared: bool) -> Option<SeedShare> {
    let most = runs.iter().map(Vec::len).max()?;
    let usable: Vec<Vec<f64>> = if shared {
        runs.iter().filter(|cell| cell.len() == most && cell.iter().all(|value| value.is_finite())).cloned().collect()
    } else {
        let known = |cell: &Vec<f64>| cell.iter().copied().filter(|value| value.is_finite()).collect::<Vec<_>>();
        runs.iter().map(known).filter(|cell| !cell.is_empty()).collect()
    };
    let total: usize = usable.iter().map(Vec::len).sum();
    if usable.len() < 2 || total <= usable.len() {
        return None;
    }
    let parts = |chosen: &[usize]| {
        let cells: Vec<&[f64]> = chosen.iter().map(|&cell| usable[cell].as_slice()).collect();
        if shared { in_two_ways(&cells) } else { in_one_way(&cells) }
    };
    let share = |parts: &VarianceParts| {
        let [cells, alike, own] = [parts.cells, parts.alike, parts.own].map(|part| part.max(0.0));
        (alike + own) / (cells + alike + own)
    };
    let found = parts(&(0..usable.len()).collect::<Vec<_>>());
    let again = resampled(usable.len(), RESAMPLES, |chosen| share(&parts(chosen)));
    Some(SeedShare {
        parts: found,
        share: Estimate::with(share(&found), again),
        repetitions: total as f64 / usable.len() as f64,
    })
}

/// The parts of values in cells that have nothing in common but the cell; two cells and a repetition at least.
pub(crate) fn in_one_way(cells: &[&[f64]]) -> VarianceParts {
    let sizes: Vec<f64> = cells.iter().map(|cell| cell.len() as f64).collect();
    let (count, total) = (cells.len() as f64, sizes.iter().sum::<f64>());
    let means: Vec<f64> = cells.iter().map(|cell| mean(cell)).collect();
    let middle = means.iter().zip(&sizes).map(|(mean, size)| mean * size).sum::<f64>() / total;
    let between: f64 = means.iter().zip(&sizes).map(|(mean, size)| size * (mean - middle) * (mean - middle)).sum();
    let off = |cell: &&[f64], middle: f64| cell.iter().map(|value| (value - middle) * (value - middle)).sum::<f64>();
    let within: f64 = cells.iter().zip(&means).map(|(cell, &mean)| off(cell, mean)).sum();
    let own = within / (total - count);
    // Cells of equal size would have it.
    let size = (total - sizes.iter().map(|size| size * size).sum::<f64>() / total) / (count - 1.0);
    VarianceParts { cells: (between / (count - 1.0) - own) / size, alike: 0.0, own }
}

fn in_two_ways(cells: &[&[f64]]) -> VarianceParts {
    let (count, seeds) = (cells.len() as f64, cells[0].len());
    let repetitions = seeds as f64;
    let rows: Vec<f64> = cells.iter().map(|cell| mean(cell)).collect();
    let columns: Vec<f64> = (0..seeds).map(|at| cells.iter().map(|cell| cell[at]).sum::<f64>() / count).collect();
    let middle = mean(&rows);
    let square = |off: f64| off * off;
    let of_rows = repetitions * rows.iter().map(|row| square(row - middle)).sum::<f64>() / (count - 1.0);
    let of_columns = count * columns.iter().map(|column| square(column - middle)).sum::<f64>() / (repetitions - 1.0);
    let left: f64 = (cells.iter().zip(&rows))
        .map(|(cell, row)| {
            cell.iter().zip(&columns).map(|(value, column)| square(value - row - column + middle)).sum::<f64>()
        })
        .sum();
    let own = left / ((count - 1.0) * (repetitions - 1.0));
    VarianceParts { cells: (of_rows - own) / repetitions, alike: (of_columns - own) / count, own }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cells 0, 2 and 10, with repetitions one below and one above: mean squares 56 between cells and 2 within, so the
    /// cells have (56 - 2) / 2 = 27.
    #[test]
    fn one_way_by_hand() {
        let found = in_one_way(&[&[-1.0, 1.0], &[1.0, 3.0], &[9.0, 11.0]]);
        assert_eq!((found.cells, found.own), (27.0, 2.0));
    }

    /// The same numbers, when the first and the second repetition share their seeds: seeds act everywhere alike, and
    /// nothing is left for the cells alone. Seeds -1 and 1 have a variance of 2.
    #[test]
    fn two_ways_by_hand() {
        let runs = [vec![-1.0, 1.0], vec![1.0, 3.0], vec![9.0, 11.0]];
        let found = seed_share(&runs, true).expect("enough").parts;
        assert!((found.cells - 28.0).abs() < 1e-12 && (found.alike - 2.0).abs() < 1e-12 && found.own.abs() < 1e-12);
        assert!((seed_share(&runs, false).expect("enough").share.value - 2.0 / 29.0).abs() < 1e-12);
    }

    #[test]
    fn gaps_are_left_out() {
        let runs = [vec![-1.0, 1.0], vec![1.0, 3.0], vec![f64::NAN, 7.0], vec![9.0, 11.0]];
        assert!((seed_share(&runs, true).expect("enough").parts.cells - 28.0).abs() < 1e-12);
        assert_eq!(seed_share(&runs, false).expect("enough").parts.own, 2.0);
        assert_eq!(seed_share(&[vec![1.0], vec![2.0]], false), None);
        assert_eq!(seed_share(&[vec![1.0, 2.0]], true), None);
    }
}
