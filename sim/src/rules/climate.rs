//! How what is owned of a good grows and wears.

/// A share of holders after a day with so many buyers, each a holder for so many days.
pub fn holders_after(holders: f32, buyers: f32, days: u32) -> f32 {
    (holders + buyers * (1.0 - holders) - holders / days as f32).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holders_settle_where_new_ones_replace_those_who_cease() {
        let mut holders = 0.0;
        for _ in 0..10_000 {
            holders = holders_after(holders, 0.01, 60);
        }
        // buyers / (buyers + 1 / days)
        assert!((holders - 0.01 / (0.01 + 1.0 / 60.0)).abs() < 1e-4, "{holders}");
    }
}
