//! Delegates: agents that shop for people, at any hour and among more sellers, for a markup.
//!
//! A provider's agents learn what their client likes; whoever leaves starts again with a brilliant stranger, as far as
//! what was learnt cannot be taken along. That loss is what a provider can charge for (Klemperer 1987). Agents read what
//! sellers write, so instructions can be injected: a purchase goes elsewhere, or the client is given away.

use crate::base::dice::{choose, stir};
use crate::base::key::Key;
use crate::citizen::Home;
use crate::ids::good::GOODS;
use crate::params::Params;

/// What a purchase costs before anybody has seen one: twice the mean cost of the goods.
pub fn first_price(params: &Params) -> f64 {
    2.0 * params.goods.iter().map(|(_, good)| good.cost.get()).sum::<f64>() / GOODS as f64
}

/// The provider of a citizen on the first day, from 1 (0 for none), and what it knows of the citizen.
///
/// Whoever delegates at a share of 0.2 also does at 0.3. `offering` has the key of each provider that takes clients; all of
/// them begin with as many.
pub fn first_provider(home: &Home, share: f64, offering: &[Option<Key>]) -> (u8, u8) {
    if f64::from(home.delegating) >= share * 65_536.0 {
        return (0, 0);
    }
    let word = stir(u32::from(home.delegating) << 8 | u32::from(home.caution), 0x6d61_7463);
    let open = offering.iter().map(|key| (key.unwrap_or_default(), f64::from(u8::from(key.is_some()))));
    let Some(provider) = choose(word, open) else { return (0, 0) };
    (provider as u8 + 1, (stir(word, 0x6b6e_6f77) >> 24) as u8)
}

/// What leaving a provider costs: the part of the match that cannot be taken along, until it is learnt again.
///
/// `kappa` is the match, `discount` that from one purchase to the next, `rebuild` what a purchase teaches of the gap.
pub fn switching_loss(kappa: f64, portability: f64, discount: f64, rebuild: f64) -> f64 {
    kappa * (1.0 - portability) / (1.0 - discount * (1.0 - rebuild))
}

/// The markup that a provider means to ask: what choice by whim allows where nothing holds anybody, and a share of what
/// leaving costs. All of it in shares of the price.
///
/// `whim` and `loss` are in utils a purchase, `price` is what the price of a purchase weighs in utils, `among` the
/// provider's share of all clients.
pub fn meant_markup(whim: f64, among: f64, loss: f64, greed: f64, price: f64) -> f64 {
    (whim / (1.0 - among.min(0.9)) + greed * loss) / price.max(1e-9)
}

/// Exposure that is left when so much is spent on safety, for each client, and `half` halves it.
pub fn exposure_left(exposure: f64, spent: f64, half: f64) -> f64 {
    exposure * half / (half + spent)
}

/// A profile after a purchase, in 255ths, rounded up, so that it is completed.
pub fn profile_after(profile: u8, speed: f64) -> u8 {
    let gap = f64::from(u8::MAX - profile);
    u8::MAX - (gap - (gap * speed).ceil()) as u8
}

/// What clients of a provider can take along: what the law says, or more where the provider lets them.
pub(crate) fn portability_of(params: &Params, provider: usize) -> f64 {
    params.delegates.portability.get().max(params.providers[provider].params.portability.get())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raising_the_share_makes_nobody_start_without_an_agent() {
        let keys: Vec<Option<Key>> = (0..3).map(|key| Some(Key::numbered(key))).collect();
        for delegating in (0..u16::MAX).step_by(97) {
            let provider = |share, offering: &[Option<Key>]| {
                first_provider(&Home { neighbourhood: 7, delegating, place: 0, caution: 0 }, share, offering).0
            };
            assert!(provider(0.0, &keys) == 0 && provider(1.0, &keys) > 0 && provider(1.0, &[]) == 0);
            assert!(provider(0.2, &keys) == 0 || provider(0.3, &keys) == provider(0.2, &keys));
            assert!(provider(1.0, &keys) <= 3);
            assert_eq!(provider(1.0, &[None, keys[1], None]), 2, "nobody begins with one that takes no clients");
        }
    }

    /// A third of 65 536 begins with each of three, within four standard deviations.
    #[test]
    fn all_providers_begin_with_as_many_clients() {
        let keys: Vec<Option<Key>> = (0..3).map(|key| Some(Key::numbered(key))).collect();
        let mut counts = [0u32; 4];
        for delegating in 0..=u16::MAX {
            let home = Home { neighbourhood: 0, delegating, place: 0, caution: (delegating % 251) as u8 };
            counts[usize::from(first_provider(&home, 1.0, &keys).0)] += 1;
        }
        assert!(counts[0] == 0 && counts[1..].iter().all(|count| count.abs_diff(21_845) < 483), "{counts:?}");
    }

    /// A match of 0.6 that is learnt again by 2 % of the gap, at a discount of 0.99, is worth 20.134 when it is lost.
    #[test]
    fn the_loss_of_switching_is_a_match_until_it_is_learnt_again() {
        assert!((switching_loss(0.6, 0.0, 0.99, 0.02) - 20.134).abs() < 5e-4);
        assert!((switching_loss(0.6, 0.5, 0.99, 0.02) - 10.067).abs() < 5e-4);
        assert_eq!(switching_loss(0.6, 1.0, 0.99, 0.02), 0.0);
    }

    /// One of two providers, choice by whim of 0.03, a loss of 0.2 of which half is asked, and a price that weighs 1.
    #[test]
    fn a_provider_asks_more_the_more_its_clients_would_lose() {
        assert!((meant_markup(0.03, 0.5, 0.2, 0.5, 1.0) - 0.16).abs() < 1e-12);
        assert!((meant_markup(0.03, 0.5, 0.0, 0.5, 1.0) - 0.06).abs() < 1e-12);
        assert!(meant_markup(0.03, 1.0, 0.0, 0.5, 1.0) < 0.31);
    }

    #[test]
    fn a_profile_grows_by_its_share_of_the_gap_until_it_is_whole() {
        assert_eq!(profile_after(0, 0.1), 26); // a tenth of 255, rounded up
        assert_eq!(profile_after(250, 0.05), 251);
        assert_eq!(profile_after(255, 0.05), 255);
        assert_eq!(profile_after(100, 0.0), 100);
    }

    #[test]
    fn spending_on_safety_halves_exposure_at_its_cost() {
        assert_eq!(exposure_left(0.4, 0.03, 0.03), 0.2);
        assert_eq!(exposure_left(0.4, 0.0, 0.03), 0.4);
    }
}
