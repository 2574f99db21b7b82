//! Delegates: agents that shop for citizens. They compare more sellers and charge a markup to the price.

use crate::actors::citizen::Home;
use crate::scenario::fields::params;
use crate::scenario::params::Provider;
use crate::units::Share;

params! {
    /// What agents do for those whom they serve.
    pub struct Delegates {}

    /// A provider of delegates.
    pub struct ProviderParams {
        /// What it learns of a client with each purchase
        ///
        /// Source: assumption. Raising it makes its agents useful, and clients hard to win back, sooner.
        match_speed: Share = 0.05, "of the gap, per purchase", 0.0 ..= 1.0, Day;
        /// Markup that it opens with
        ///
        /// Source: assumption. Raising it pays the provider and sends clients to others.
        markup: Share = 0.04, "of the price", 0.0 ..= 1.0, Day;
        /// How open its agents are to instructions that sellers inject
        ///
        /// Source: assumption. Raising it makes injection pay, and costs its clients money and trust.
        exposure: Share = 0.3, "of attempts", 0.0 ..= 1.0, Day;
        /// Share of its income that it spends on safety
        ///
        /// Source: assumption. Raising it makes its agents less exposed, and leaves it less to compete with.
        safety: Share = 0.2, "of income", 0.0 ..= 1.0, Day;
    }
}

/// The providers of the default world.
pub fn providers() -> Vec<Provider> {
    let provider = |name: &str, [match_speed, markup, exposure, safety]: [f64; 4]| Provider {
        name: name.into(),
        params: ProviderParams {
            match_speed: match_speed.into(),
            markup: markup.into(),
            exposure: exposure.into(),
            safety: safety.into(),
        },
    };
    vec![
        provider("concierge", [0.05, 0.04, 0.3, 0.2]),
        provider("brisk", [0.08, 0.03, 0.6, 0.05]),
        provider("careful", [0.03, 0.06, 0.1, 0.5]),
    ]
}

/// A delegated share as [`delegates`] compares it, in 65536ths.
pub fn threshold(delegated_share: f64) -> u32 {
    (delegated_share * 65_536.0) as u32
}

/// Whether a citizen lets an agent shop, at this threshold.
pub const fn delegates(home: &Home, threshold: u32) -> bool {
    (home.delegating as u32) < threshold
}

/// The provider of a citizen who delegates, among so many.
pub const fn provider(home: &Home, providers: usize) -> usize {
    home.delegating as usize % providers
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
