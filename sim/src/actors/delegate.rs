//! Delegates: agents that shop for citizens. They compare more sellers and charge a markup to the price.

use crate::actors::citizen::Traits;

/// How many providers of delegates there are.
pub const PROVIDERS: usize = 3;

/// Whether a citizen lets an agent shop, at this delegated share.
pub fn delegates(traits: &Traits, delegated_share: f64) -> bool {
    f64::from(traits.delegating) < delegated_share * 65_536.0
}

/// The provider of a citizen who delegates.
pub const fn provider(traits: &Traits) -> usize {
    traits.delegating as usize % PROVIDERS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raising_the_share_makes_nobody_stop_delegating() {
        for delegating in (0..u16::MAX).step_by(97) {
            let traits = Traits {
                income: 1.0,
                neighbourhood: 0,
                delegating,
                place: 0,
                caution: 0,
                desire: [64; 9],
                drivers: [64; 7],
            };
            assert!(!delegates(&traits, 0.0) && delegates(&traits, 1.0));
            assert!(!delegates(&traits, 0.2) || delegates(&traits, 0.3));
        }
    }
}
