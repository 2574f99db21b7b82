//! Buyers learn from what they bought.

use bevy_ecs::prelude::*;

use crate::base::dice::Purpose;
use crate::base::units::Valve;
use crate::citizen::{Home, Life, Mind, Tastes};
use crate::goods::{augmentation, experience};
use crate::ids::citizen::{RISK_GROUPS, StallId};
use crate::ids::good::{Good, RISK_GROUP};
use crate::ids::place::CHUNK;
use crate::params::Params;
use crate::rules::learning::risk_after;
use crate::state::climate::Climate;
use crate::state::columns::PerCitizen;
use crate::state::context::RunContext;
use crate::state::day::{ActiveRules, Today};
use crate::state::events::Events;
use crate::state::ledger::Purse;
use crate::state::orders::{Fate, Order, Orders, Target};
use crate::systems::adapt::hearsay::Rumour;

/// What a chunk's purchases brought about.
#[derive(Default)]
struct Learnt {
    rumours: Vec<Rumour>,
    /// Neighbourhoods of those who were injured.
    injured: Vec<u32>,
    /// Levels of augmentation gained, and people augmented for the first time.
    levels: i64,
    augmented: i64,
    /// Experiences gone through, and the intensity that their users are used to, in tenths.
    uses: i64,
    intensity: i64,
}

/// Citizens of a chunk, with their orders.
struct Buyers<'a> {
    first: usize,
    orders: &'a [Order],
    homes: &'a [Home],
    tastes: &'a mut [Tastes],
    minds: &'a mut [Mind],
    lives: &'a mut [Life],
    purses: &'a mut [Purse],
}

/// Cuts orders, which stand in the order of citizens, where chunks of citizens end.
fn by_chunk(orders: &[Order], chunks: usize) -> impl Iterator<Item = &[Order]> {
    let mut rest = orders;
    (1..=chunks).map(move |chunk| {
        let end = rest.partition_point(|order| (order.citizen as usize) < chunk * CHUNK);
        let (here, later) = rest.split_at(end);
        rest = later;
        here
    })
}

/// Buyers learn from what they bought, and neighbourhoods from what happened to their buyers.
pub fn learn_from_purchases(
    context: Res<RunContext>,
    today: Res<Today>,
    law: Res<ActiveRules>,
    orders: Res<Orders>,
    mut climate: ResMut<Climate>,
    mut events: ResMut<Events>,
    citizens: Single<(
        &PerCitizen<Home>,
        &mut PerCitizen<Tastes>,
        &mut PerCitizen<Mind>,
        &mut PerCitizen<Life>,
        &mut PerCitizen<Purse>,
    )>,
) {
    let (homes, mut tastes, mut minds, mut lives, mut purses) = citizens.into_inner();
    let tastes = tastes.chunks_mut(CHUNK);
    let chunks = by_chunk(&orders.list, tastes.len())
        .zip(homes.chunks(CHUNK))
        .zip(tastes)
        .zip(minds.chunks_mut(CHUNK))
        .zip(lives.chunks_mut(CHUNK))
        .zip(purses.chunks_mut(CHUNK))
        .enumerate()
        .map(|(chunk, (((((orders, homes), tastes), minds), lives), purses))| {
            let first = chunk * CHUNK;
            Buyers { first, orders, homes, tastes, minds, lives, purses }
        })
        .collect();
    let heard = context.in_order(chunks, |buyers| learn(&context, &law.params, today.day, buyers));

    let climate = &mut *climate;
    let mut bought = vec![[0u16; RISK_GROUPS]; climate.rates.len()];
    let mut caught = bought.clone();
    let own = &law.params.own;
    let fades = 1.0 - own.experience.fright_fades.as_f32();
    climate.frights.iter_mut().for_each(|fright| *fright *= fades);
    let mut injured = vec![0u32; climate.rates.len()];
    let (mut uses, mut intensity) = (0, 0);
    for learnt in heard {
        events.counts.injuries += learnt.injured.len() as i64;
        learnt.injured.iter().for_each(|&neighbourhood| injured[neighbourhood as usize] += 1);
        climate.levels += learnt.levels;
        climate.augmented += learnt.augmented;
        uses += learnt.uses;
        intensity += learnt.intensity;
        for Rumour { neighbourhood, group, caught: was_caught } in learnt.rumours {
            let bought = &mut bought[neighbourhood as usize][group as usize];
            *bought = bought.saturating_add(1);
            caught[neighbourhood as usize][group as usize] += u16::from(was_caught);
        }
    }
    for (place, range) in climate.places.iter_mut().zip(&context.neighbourhoods) {
        let injured: u32 = injured[range.first as usize..(range.first + range.len) as usize].iter().sum();
        place.harm += f64::from(injured) * own.experience.injury_harm.get();
    }
    let homes = context.neighbourhoods.iter().zip(&climate.population);
    let residents =
        homes.flat_map(|(range, &people)| std::iter::repeat_n(people as f32 / range.len as f32, range.len as usize));
    let residents: Vec<f32> = residents.collect();
    for (neighbourhood, residents) in residents.into_iter().enumerate() {
        let mut arrests = 0;
        for group in 0..RISK_GROUPS {
            let (bought, caught) = (bought[neighbourhood][group], caught[neighbourhood][group]);
            arrests += caught;
            if bought > 0 {
                let rate = &mut climate.rates[neighbourhood][group];
                let seen = f32::from(caught) / f32::from(bought);
                *rate = if rate.is_nan() { seen } else { *rate + 0.05 * (seen - *rate) };
            }
        }
        climate.arrests[neighbourhood] = f32::from(arrests) / residents.max(1.0);
        climate.frights[neighbourhood] += 100.0 * injured[neighbourhood] as f32 / residents.max(1.0);
    }
    events.counts.intensity_mean = (uses > 0).then(|| intensity as f64 / uses as f64 / 10.0);
}

/// What the buyers of a chunk learn, and what comes of it for others.
fn learn(context: &RunContext, params: &Params, day: u32, buyers: Buyers<'_>) -> Learnt {
    let society = &params.society;
    let relief = match society.valve {
        Valve::Valve => -society.relief.as_f32(),
        Valve::Neutral => 0.0,
        Valve::Gateway => society.relief.as_f32(),
    };
    let (up, down) = (society.risk_up.as_f32(), society.risk_down.as_f32());
    let own = &params.own;
    let mut learnt = Learnt::default();
    for order in buyers.orders {
        let citizen = order.citizen as usize - buyers.first;
        let mind = &mut buyers.minds[citizen];
        if matches!(order.fate, Fate::Unmet | Fate::Trapped) {
            mind.anxiety = (mind.anxiety + society.anxiety_unmet.as_f32()).min(1.0);
        }
        let sold = context.good_of(order.stall as usize);
        let good = sold.index();
        if order.illicit && !matches!(order.fate, Fate::Unmet | Fate::Outbid) {
            let group = RISK_GROUP[good];
            let caught = order.case == Some(Target::Buyer);
            let risk = &mut mind.risk[group as usize];
            *risk = risk_after(*risk, caught, up, down);
            learnt.rumours.push(Rumour { neighbourhood: buyers.homes[citizen].neighbourhood, group, caught });
        }
        if !order.settled() {
            continue;
        }
        if order.illicit {
            buyers.lives[citizen].last_illicit = u16::try_from(day).unwrap_or(u16::MAX);
        }
        let family = &params.goods.0[good];
        let taste = &mut buyers.tastes[citizen];
        taste.purchases = taste.purchases.saturating_add(1);
        if order.fate == Fate::Delivered {
            taste.favourite = StallId::at(order.stall);
            let gain = (family.habit_gain.get() * 65_535.0) as u16;
            taste.habit[good] = taste.habit[good].saturating_add(gain);
            taste.familiarity[good] = taste.familiarity[good].saturating_add(1);
            mind.anxiety = (mind.anxiety + relief).clamp(0.0, 1.0);
            let life = &mut buyers.lives[citizen];
            // What only one family does to whoever has bought of it.
            match sold {
                Good::Privacy => {
                    mind.mask += (own.privacy.masking.as_f32() * f32::from(u16::MAX - mind.mask)) as u16;
                }
                Good::Augmentation => {
                    buyers.purses[citizen].raise_income(augmentation::raise_of(&own.augmentation, life.level));
                    learnt.augmented += i64::from(life.level == 0);
                    learnt.levels += 1;
                    life.level += 1;
                }
                Good::Experience => {
                    let words = context.dice.words(Purpose::Use, day, u64::from(order.citizen));
                    learnt.uses += 1;
                    if experience::go_through(&own.experience, life, day, words) {
                        taste.habit[good] = 0;
                        learnt.injured.push(buyers.homes[citizen].neighbourhood);
                    }
                    learnt.intensity += i64::from(life.intensity);
                }
                Good::ScarcityRecreation => mind.boredom *= 1.0 - society.boredom_relief.as_f32(),
                Good::Positional => {
                    let until = day + own.positional.lease.get() - 1;
                    life.inside_until = until.min(u32::from(u16::MAX)) as u16;
                }
                _ => {} // what it does to its buyer is told by what all goods have
            }
        } else if taste.favourite == StallId::at(order.stall) {
            taste.favourite = StallId::NONE;
        }
    }
    learnt
}
