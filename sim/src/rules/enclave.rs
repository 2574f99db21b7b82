//! Enclaves: people who left oversight behind. They live from a commons, by norms of their own, and owe each other favours;
//! a council sells what is made by hand and decides who may come in.
//!
//! A commons grows back as far as it is not overused, and norms hold use down (Ostrom 1990). People leave for an enclave
//! when anxiety and disaffection are more than moving costs (Hirschman 1970), and come back when hardship is. An enclave is
//! left alone until it is too large to be overlooked; then it is contained, or eradicated where the law says so.

/// Favours that somebody so sociable, in 255ths, can hold before those they know owe them no more.
pub const fn most_favours(sociable: u8) -> i16 {
    1 + sociable as i16 / 8
}

/// What so many residents take in a day, in days of need: each their need, and what norms do not hold back.
pub fn taken(residents: u32, norms: f64, overuse: f64) -> f64 {
    f64::from(residents) * (1.0 + overuse * (1.0 - norms))
}

/// A commons after a day, in shares of what it holds when full: it grows most when it is half full, and what is not there
/// cannot be taken. Returns it with what was taken.
pub fn commons_after(commons: f64, regrowth: f64, taken: f64) -> (f64, f64) {
    let grown = commons + regrowth * commons * (1.0 - commons);
    let taken = taken.min(grown);
    (grown - taken, taken)
}

/// How strict norms or admission are, for what they are in good times.
pub fn strictness(usual: f64, response: f64, commons: f64) -> f64 {
    (usual + response * (0.5 - commons).max(0.0)).clamp(0.0, 1.0)
}

/// Hardship of living with so much less abundance, for somebody of a skill from 0 to 1.
///
/// Below half of the commons comes hunger, which no skill softens.
pub fn hardship(weight: f64, less: f64, skill: f64, commons: f64, hunger: f64) -> f64 {
    weight * (less.max(0.0) * (1.0 - skill) + hunger * (1.0 - 2.0 * commons).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Half full it grows most, by a quarter of the rate; what feeds on it by just that keeps it there.
    #[test]
    fn a_commons_bears_a_quarter_of_its_rate_and_no_more() {
        assert_eq!(commons_after(0.5, 0.04, 0.01), (0.5, 0.01));
        let (mut spared, mut overused) = (0.5, 0.5);
        for _ in 0..2000 {
            spared = commons_after(spared, 0.04, 0.009).0;
            overused = commons_after(overused, 0.04, 0.011).0;
        }
        // c (1 - c) = 0.225
        assert!((spared - 0.658_1).abs() < 1e-3, "{spared}");
        assert_eq!(overused, 0.0);
        assert_eq!(commons_after(0.0, 0.04, 0.01), (0.0, 0.0));
    }

    #[test]
    fn norms_hold_back_what_is_taken_beyond_need() {
        assert_eq!(taken(100, 1.0, 0.8), 100.0);
        assert_eq!(taken(100, 0.5, 0.8), 140.0);
        assert_eq!(strictness(0.5, 2.0, 0.75), 0.5);
        assert_eq!(strictness(0.5, 2.0, 0.4), 0.7);
        assert_eq!(strictness(0.5, 2.0, 0.0), 1.0);
    }

    #[test]
    fn skill_softens_hardship_and_hunger_hardens_it() {
        assert_eq!(hardship(0.5, 0.4, 0.0, 1.0, 2.0), 0.2);
        assert_eq!(hardship(0.5, 0.4, 0.5, 1.0, 2.0), 0.1);
        assert_eq!(hardship(0.5, 0.4, 1.0, 0.0, 2.0), 1.0);
        assert!((hardship(0.5, 0.4, 0.0, 0.25, 2.0) - 0.7).abs() < 1e-12); // half of it is missing
        assert_eq!(hardship(0.5, -0.4, 0.0, 0.5, 2.0), 0.0);
    }
}
