//! Learning from life: what one's own purchases and the neighbours' arrests do to perceived risk, anxiety and unrest.

use bevy_ecs::prelude::*;

use crate::actors::citizen::{Home, Life, Mind, NO_STALL, RISK_GROUP, RISK_GROUPS, Tastes};
use crate::dice::Purpose;
use crate::goods::privacy::MASKED;
use crate::goods::{Good, augmentation, experience};
use crate::ledger::Purse;
use crate::market::orders::{Fate, Order, Orders, Target};
use crate::numerics::exp;
use crate::record::facts::Events;
use crate::scenario::params::Params;
use crate::setting::{CHUNK, InForce, Moods, PlaceMood, Setting, Today};
use crate::society::climate::Climate;
use crate::units::Valve;

/// Perceived risk after one's own experience: being caught moves it up by a share of the gap to certainty, not being
/// caught down by a share of itself.
pub fn risk_after(risk: f32, caught: bool, up: f32, down: f32) -> f32 {
    if caught { risk + up * (1.0 - risk) } else { risk * (1.0 - down) }
}

/// The chance that somebody in unrest believes to be stopped: officers against the active.
///
/// Source: Epstein (2002), `1 - exp(-2.3 * officers / active)`.
pub fn arrest_belief(officers: f64, active: f64) -> f64 {
    1.0 - exp(-2.3 * officers / active.max(1e-4))
}

/// Whether a citizen is in open unrest: grievance beyond what is feared.
pub fn is_active(anxiety: f32, legitimacy: f32, caution: f32, arrest: f32, threshold: f32) -> bool {
    anxiety * (1.0 - legitimacy) - caution * arrest > threshold
}

/// What a neighbourhood hears of one purchase: where, in which group of goods, and whether the buyer was caught.
struct Rumour {
    neighbourhood: u32,
    group: u8,
    caught: bool,
}

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
    setting: Res<Setting>,
    today: Res<Today>,
    law: Res<InForce>,
    orders: Res<Orders>,
    mut climate: ResMut<Climate>,
    mut events: ResMut<Events>,
    mut citizens: Query<(&Home, &mut Tastes, &mut Mind, &mut Life, &mut Purse)>,
) {
    let mut columns = citizens.contiguous_iter_mut().expect("citizens are dense");
    let Some((homes, mut tastes, mut minds, mut lives, mut purses)) = columns.next() else { return };
    let lives = lives.bypass_change_detection().chunks_mut(CHUNK);
    let purses = purses.bypass_change_detection().chunks_mut(CHUNK);
    let tastes = tastes.bypass_change_detection().chunks_mut(CHUNK);
    let minds = minds.bypass_change_detection().chunks_mut(CHUNK);
    let chunks = by_chunk(&orders.list, tastes.len())
        .zip(homes.chunks(CHUNK))
        .zip(tastes)
        .zip(minds)
        .zip(lives)
        .zip(purses)
        .enumerate()
        .map(|(chunk, (((((orders, homes), tastes), minds), lives), purses))| {
            let first = chunk * CHUNK;
            Buyers { first, orders, homes, tastes, minds, lives, purses }
        })
        .collect();
    let heard = setting.in_order(chunks, |buyers| learn(&setting, &law.params, today.day, buyers));

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
    for (place, range) in climate.places.iter_mut().zip(&setting.neighbourhoods) {
        let injured: u32 = injured[range.first as usize..(range.first + range.len) as usize].iter().sum();
        place.harm += f64::from(injured) * own.experience.injury_harm.get();
    }
    let homes = setting.neighbourhoods.iter().zip(&climate.population);
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
fn learn(setting: &Setting, params: &Params, day: u32, buyers: Buyers<'_>) -> Learnt {
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
        if !order.settled() {
            mind.anxiety = (mind.anxiety + society.anxiety_unmet.as_f32()).min(1.0);
        }
        let good = order.stall as usize / setting.slots;
        if order.illicit && order.fate != Fate::Unmet {
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
            taste.favourite = order.stall;
            let gain = (family.habit_gain.get() * 65_535.0) as u16;
            taste.habit[good] = taste.habit[good].saturating_add(gain);
            taste.familiarity[good] = taste.familiarity[good].saturating_add(1);
            mind.anxiety = (mind.anxiety + relief).clamp(0.0, 1.0);
            let life = &mut buyers.lives[citizen];
            // What only one family does to whoever has bought of it.
            match Good::at(good) {
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
                    let words = setting.dice.words(Purpose::Use, day, u64::from(order.citizen));
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
                Good::Authenticity | Good::DangerousTech | Good::TabooComputing | Good::ForbiddenIdentity => {}
            }
        } else if taste.favourite == order.stall {
            taste.favourite = NO_STALL;
        }
    }
    learnt
}

/// Everybody hears of the neighbours' arrests, and feels the day.
pub fn hear_and_feel(
    setting: Res<Setting>,
    law: Res<InForce>,
    mut climate: ResMut<Climate>,
    mut moods: ResMut<Moods>,
    mut citizens: Query<(&Home, &mut Mind)>,
) {
    let society = &law.params.society;
    let social = society.risk_social.as_f32();
    let witnessed = society.anxiety_witnessed.as_f32();
    let bored = society.anxiety_boredom.as_f32();
    let decay = 1.0 - society.anxiety_decay.as_f32();
    let legitimacy = climate.legitimacy as f32;
    let arrest = arrest_belief(society.officers.get(), climate.unrest) as f32;
    let threshold = society.unrest_threshold.as_f32();
    let harm: Vec<f32> = climate
        .places
        .iter()
        .zip(&climate.population)
        .map(|(place, &people)| (society.anxiety_harm.get() * place.harm / f64::from(people.max(1))) as f32)
        .collect();

    let mut columns = citizens.contiguous_iter_mut().expect("citizens are dense");
    let Some((homes, mut minds)) = columns.next() else { return };
    let active = setting.active;
    let minds = &mut minds.bypass_change_detection()[..active];
    let chunks: Vec<_> = homes[..active].chunks(CHUNK).zip(minds.chunks_mut(CHUNK)).collect();
    // What a neighbourhood hears in one place of memory: chances of a case, and the fear that arrests spread.
    let heard = climate.rates.iter().zip(&climate.arrests);
    let heard: Vec<([f32; RISK_GROUPS], f32)> = heard.map(|(&rates, &arrests)| (rates, witnessed * arrests)).collect();
    let sums = setting.in_order(chunks, |(homes, minds)| {
        let mut sums = vec![PlaceMood::default(); harm.len()];
        for (home, mind) in homes.iter().zip(minds) {
            let ((rates, fear), place) = (heard[home.neighbourhood as usize], home.place as usize);
            for (risk, rate) in mind.risk.iter_mut().zip(rates) {
                let gap = if rate.is_nan() { 0.0 } else { rate - *risk };
                *risk += social * gap;
            }
            let moved = mind.anxiety * decay + fear + harm[place] + bored * mind.boredom;
            mind.anxiety = moved.clamp(0.0, 1.0);
            let caution = f32::from(home.caution) / 255.0;
            let unrest = is_active(mind.anxiety, legitimacy, caution, arrest, threshold);
            let sums = &mut sums[place];
            sums.people += 1;
            sums.risk += f64::from(mind.risk[0] + mind.risk[1] + mind.risk[2]);
            sums.anxiety += f64::from(mind.anxiety);
            sums.boredom += f64::from(mind.boredom);
            sums.record += i64::from(mind.record);
            sums.masked += i64::from(mind.mask >= MASKED);
            sums.unrest += i64::from(unrest);
        }
        sums
    });
    climate.masked.clear();
    moods.places.clear();
    moods.places.resize(harm.len(), PlaceMood::default());
    for chunk in sums {
        for (total, part) in moods.places.iter_mut().zip(chunk) {
            climate.masked.push(u32::try_from(part.masked).expect("a chunk is small"));
            total.people += part.people;
            total.risk += part.risk;
            total.anxiety += part.anxiety;
            total.boredom += part.boredom;
            total.record += part.record;
            total.masked += part.masked;
            total.unrest += part.unrest;
        }
    }
    let unrest: i64 = moods.places.iter().map(|place| place.unrest).sum();
    climate.unrest = unrest as f64 / active.max(1) as f64;
    climate.anxiety = moods.places.iter().map(|place| place.anxiety).sum::<f64>() / active.max(1) as f64;
    climate.population.clear();
    climate.population.extend(moods.places.iter().map(|place| place.people));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With a chance of 0.05, steps of 0.1 up and 0.01 down, the mean of belief settles at 0.3448.
    #[test]
    fn learnt_risk_settles_where_caught_and_not_caught_balance() {
        let (p, up, down) = (0.05f64, 0.1, 0.01);
        let mut mean = 0.0;
        for _ in 0..10_000 {
            mean = p * (mean + up * (1.0 - mean)) + (1.0 - p) * mean * (1.0 - down);
        }
        assert!((mean - p * up / (p * up + (1.0 - p) * down)).abs() < 1e-9);
        assert_eq!(risk_after(0.5, true, 0.1, 0.01), 0.55);
        assert_eq!(risk_after(0.5, false, 0.1, 0.01), 0.495);
    }

    #[test]
    fn more_officers_or_fewer_rebels_make_arrest_more_likely() {
        assert!(arrest_belief(0.05, 0.1) < arrest_belief(0.1, 0.1));
        assert!(arrest_belief(0.05, 0.5) < arrest_belief(0.05, 0.1));
    }

    #[test]
    fn a_calm_person_is_never_in_unrest() {
        assert!(!is_active(0.0, 0.0, 0.0, 0.0, 0.1));
        assert!(is_active(0.9, 0.2, 0.1, 0.3, 0.1));
        assert!(!is_active(0.9, 0.95, 0.1, 0.3, 0.1));
    }
}
