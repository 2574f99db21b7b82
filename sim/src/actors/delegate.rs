//! Delegates: agents that shop for citizens. They compare more sellers and charge a markup to the price.

use crate::actors::citizen::Home;

/// How many providers of delegates there are.
pub const PROVIDERS: usize = 3;

/// A delegated share as [`delegates`] compares it, in 65536ths.
pub fn threshold(delegated_share: f64) -> u32 {
    (delegated_share * 65_536.0) as u32
}

/// Whether a citizen lets an agent shop, at this threshold.
pub const fn delegates(home: &Home, threshold: u32) -> bool {
    (home.delegating as u32) < threshold
}

/// The provider of a citizen who delegates.
pub const fn provider(home: &Home) -> usize {
    home.delegating as usize % PROVIDERS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raising_the_share_makes_nobody_stop_delegating() {
        for delegating in (0..u16::MAX).step_by(97) {
            let home = Home { neighbourhood: 0, delegating, place: 0, caution: 0 };
            assert!(!delegates(&home, threshold(0.0)) && delegates(&home, threshold(1.0)));
            assert!(!delegates(&home, threshold(0.2)) || delegates(&home, threshold(0.3)));
        }
    }
}
