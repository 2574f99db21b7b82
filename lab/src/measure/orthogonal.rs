//! Least squares over terms that are taken one after the other, each as what is new in it (Gram and Schmidt).

/// Share of a term that has to be new: less is rounding, and the term follows from those before it.
const NEW: f64 = 1e-6;

/// Terms without what those before them hold: each has length 1 and nothing to do with the others, or is 0 where it was
/// nothing new.
#[derive(Default)]
pub struct OrthogonalTerms {
    terms: Vec<Vec<f64>>,
    /// How much of each term lies along those before it, and at last its own length.
    shares: Vec<Vec<f64>>,
}

impl OrthogonalTerms {
    /// Of terms with a value for each row, in the order in which they are to explain.
    pub fn of(terms: impl IntoIterator<Item = Vec<f64>>) -> Self {
        let mut known = Self::default();
        for mut term in terms {
            let before = dot(&term, &term).sqrt();
            let mut shares = known.take_out(&mut term);
            let mut length = dot(&term, &term).sqrt();
            if length > NEW * before {
                for value in &mut term {
                    *value /= length;
                }
            } else {
                term.fill(0.0);
                length = 0.0;
            }
            shares.push(length);
            known.terms.push(term);
            known.shares.push(shares);
        }
        known
    }

    /// Terms in which something was new: numbers that a fit takes from the data.
    pub fn rank(&self) -> usize {
        self.shares.iter().filter(|shares| shares.last().is_some_and(|&length| length > 0.0)).count()
    }

    /// Takes out of a column what the terms explain of it; how much that was, by term.
    pub fn take_out(&self, column: &mut [f64]) -> Vec<f64> {
        let mut shares = vec![0.0; self.terms.len()];
        // Twice, for the digits that the first time leaves.
        for _ in 0..2 {
            for (term, share) in self.terms.iter().zip(&mut shares) {
                let of = dot(term, column);
                *share += of;
                column.iter_mut().zip(term).for_each(|(value, term)| *value -= of * term);
            }
        }
        shares
    }

    /// The slopes of the terms, as they were given, with the least squares to a column; 0 for one that follows from those
    /// before it.
    pub fn slopes(&self, column: &[f64]) -> Vec<f64> {
        let mut slopes = vec![0.0; self.terms.len()];
        for at in (0..slopes.len()).rev() {
            let later: f64 = (at + 1..slopes.len()).map(|later| self.shares[later][at] * slopes[later]).sum();
            let length = self.shares[at][at];
            if length > 0.0 {
                slopes[at] = (dot(&self.terms[at], column) - later) / length;
            }
        }
        slopes
    }
}

/// The sum of products, row by row.
pub fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2 + 3 x - y over six rows; the third term is the sum of the others, so it explains nothing more.
    #[test]
    fn slopes_of_terms_that_hang_together_are_found_and_what_is_nothing_new_has_none() {
        let one = vec![1.0; 6];
        let x: Vec<f64> = (0..6).map(f64::from).collect();
        let y = vec![0.5, 1.0, 4.0, 2.0, 7.0, 9.0];
        let sum: Vec<f64> = x.iter().map(|x| 1.0 + x).collect();
        let column: Vec<f64> = x.iter().zip(&y).map(|(x, y)| 2.0 + 3.0 * x - y).collect();
        let terms = OrthogonalTerms::of([one, x, sum, y]);
        assert_eq!(terms.rank(), 3);
        for (slope, wanted) in terms.slopes(&column).into_iter().zip([2.0, 3.0, 0.0, -1.0]) {
            assert!((slope - wanted).abs() < 1e-12, "{slope} for {wanted}");
        }
        let mut rest = column.clone();
        let shares = terms.take_out(&mut rest);
        assert!(rest.iter().all(|left| left.abs() < 1e-12));
        // What is taken out is all of the column: its squares are those of the shares.
        assert!((dot(&shares, &shares) - dot(&column, &column)).abs() < 1e-9 && shares[2] == 0.0);
        assert!(OrthogonalTerms::of([vec![0.0; 6]]).rank() == 0 && OrthogonalTerms::default().slopes(&[]).is_empty());
    }
}
