//! Sellers ask for licences, or give them back.

use bevy_ecs::prelude::*;

use crate::actions::street::MarketParams;
use crate::base::dice::{Purpose, happens};
use crate::base::units::Status;
use crate::ids::good::Good;
use crate::rules::government::worth_changing;
use crate::state::climate::Climate;

/// Where a good may be sold by licence, stalls with one and without stand side by side, and turn to what earns more.
///
/// What is known are the earnings of a usual day of both, after fines and after the tax that buyers pay instead of the price.
/// A licence ends where the law no longer knows it.
pub fn seek_licences(mut streets: MarketParams<'_, '_>, mut climate: ResMut<Climate>) {
    let street = streets.walk();
    for &good in Good::ALL {
        let known = &mut climate.licences[good.index()];
        let slots = street.context.slots_of(good);
        let stalls = &mut street.stalls[slots.clone()];
        if !street.rules.iter().any(|rules| rules.goods[good].status == Status::Licensed) {
            *known = [f32::NAN; 2];
            for stall in stalls.iter_mut().filter(|stall| stall.licensed) {
                stall.licensed = false;
            }
            continue;
        }
        let (mut sums, mut counts) = ([0.0f32; 2], [0u32; 2]);
        for stall in stalls.iter().filter(|stall| stall.open) {
            sums[usize::from(stall.licensed)] += stall.margin.as_milli() as f32 / 1000.0;
            counts[usize::from(stall.licensed)] += 1;
        }
        for way in 0..2 {
            if counts[way] > 0 {
                let earned = sums[way] / counts[way] as f32;
                known[way] = if known[way].is_nan() { earned } else { known[way] + (earned - known[way]) / 30.0 };
            } else {
                known[way] = f32::NAN;
            }
        }
        let mut words = vec![0; stalls.len()];
        street.context.dice.fill(Purpose::Licence, street.day, slots.start as u64, 1, &mut words);
        for (stall, word) in stalls.iter_mut().zip(words).filter(|(stall, _)| stall.open) {
            let [this, other] = if stall.licensed { [known[1], known[0]] } else { [known[0], known[1]] };
            let least = street.params.syndicates.upkeep.get() as f32;
            let chance = street.params.law.licensing.get() * f64::from(worth_changing(this, other, least));
            stall.licensed ^= happens(word, chance);
        }
    }
}
