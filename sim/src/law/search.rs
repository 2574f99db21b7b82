//! Searches: masks are visible, so agencies may search those who wear one. Some have bought something illicit of late;
//! the others are troubled without cause, and the more innocents mask, the more of them there are.

use std::collections::{BTreeMap, BTreeSet};

use bevy_ecs::prelude::*;

use crate::actors::agency::Agency;
use crate::actors::citizen::{Home, Life, Mind};
use crate::dice::{Dice, Purpose, pick};
use crate::goods::privacy::MASKED;
use crate::law::penalties::{NOTED_CASES, fine};
use crate::ledger::{Account, Books, Purse, Why};
use crate::record::facts::{Event, Events, What};
use crate::setting::{CHUNK, InForce, Setting, Today, column};
use crate::society::climate::Climate;
use crate::society::mood::risk_after;

/// Somebody who is searched today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suspect {
    /// Who.
    pub citizen: u32,
    /// By which agency.
    pub agency: u8,
    /// Whether something is found.
    pub found: bool,
}

/// The day's searches, in the order in which agencies drew their names.
#[derive(Resource, Default)]
pub struct Searches {
    /// Who is searched.
    pub suspects: Vec<Suspect>,
}

/// The first `count` ranks of a shuffle of `0..of`: drawn without replacement, each set of ranks as likely as any other.
///
/// Whoever draws more draws the same ranks and others: a larger budget searches whom a smaller one searched.
pub fn draw_ranks(dice: Dice, day: u32, agency: usize, of: u32, count: u32) -> Vec<u32> {
    // A shuffle of a long list of which only the places that were touched are kept.
    let mut moved: BTreeMap<u32, u32> = BTreeMap::new();
    let at = |moved: &BTreeMap<u32, u32>, place: u32| moved.get(&place).copied().unwrap_or(place);
    (0..count.min(of))
        .map(|turn| {
            let [word] = dice.words::<1>(Purpose::Search, day, ((agency as u64) << 32) + u64::from(turn));
            let chosen = turn + pick(word, of - turn).0;
            let rank = at(&moved, chosen);
            moved.insert(chosen, at(&moved, turn));
            rank
        })
        .collect()
}

/// Whether a search today finds something: the citizen bought something illicit in so many days.
pub fn finds(last_illicit: u16, today: u32, days: u32) -> bool {
    last_illicit > 0 && today.saturating_sub(u32::from(last_illicit)) <= days
}

/// Agencies draw whom to search, among all who wore a mask last evening where they have a mandate.
///
/// The masked were counted in the evening by chunk of citizens and place, so only chunks that are hit are looked through.
pub fn name_suspects(
    setting: Res<Setting>,
    today: Res<Today>,
    climate: Res<Climate>,
    mut searches: ResMut<Searches>,
    agencies: Query<&Agency>,
    (homes, minds): (Query<&Home>, Query<&Mind>),
) {
    searches.suspects.clear();
    let (homes, minds) = (column(&homes), column(&minds));
    let mut named = BTreeSet::new();
    for (index, agency) in agencies.iter().enumerate().filter(|(_, agency)| agency.searches > 0) {
        let mandate = &setting.mandates[index].places;
        let here = |masked: &[u32]| masked.iter().zip(mandate).filter(|(_, has)| **has).map(|(masked, _)| masked).sum();
        let chunks = climate.masked.chunks(setting.places());
        let pool = chunks.clone().map(here).sum();
        let mut ranks = draw_ranks(setting.dice, today.day, index, pool, agency.searches);
        ranks.sort_unstable();
        let mut ranks = ranks.into_iter().peekable();
        let mut before: u32 = 0;
        for (chunk, masked) in chunks.enumerate() {
            let masked: u32 = here(masked);
            let Some(mut wanted) = ranks.next_if(|&rank| rank < before + masked) else {
                before += masked;
                continue;
            };
            let from = chunk * CHUNK;
            let to = (from + CHUNK).min(setting.active);
            let mut rank = before;
            for (citizen, (mind, home)) in (from..to).zip(minds[from..to].iter().zip(&homes[from..to])) {
                // Without a branch on who is masked, which no processor foresees.
                let one_of_them = (mind.mask >= MASKED) & mandate[home.place as usize];
                if rank == wanted && one_of_them {
                    // Whom another agency searches today is let go.
                    if named.insert(citizen) {
                        let citizen = u32::try_from(citizen).expect("citizens fit");
                        let agency = u8::try_from(index).expect("at most 10 agencies");
                        searches.suspects.push(Suspect { citizen, agency, found: false });
                    }
                    match ranks.next_if(|&rank| rank < before + masked) {
                        Some(next) => wanted = next,
                        None => break,
                    }
                }
                rank += u32::from(one_of_them);
            }
            while ranks.next_if(|&rank| rank < before + masked).is_some() {} // who has moved away since is not found
            before += masked;
        }
    }
}

/// Suspects are searched; whoever has nothing to hide is troubled without cause.
pub fn search_suspects(
    today: Res<Today>,
    law: Res<InForce>,
    mut searches: ResMut<Searches>,
    mut events: ResMut<Events>,
    mut agencies: Query<&mut Agency>,
    lives: Query<&Life>,
) {
    let lives = column(&lives);
    let days = law.params.law.search_days.get();
    let mut agencies: Vec<Mut<'_, Agency>> = agencies.iter_mut().collect();
    for suspect in &mut searches.suspects {
        suspect.found = finds(lives[suspect.citizen as usize].last_illicit, today.day, days);
        agencies[usize::from(suspect.agency)].hits += u32::from(suspect.found);
    }
    let hits = searches.suspects.iter().filter(|suspect| suspect.found).count() as i64;
    events.counts.searches = searches.suspects.len() as i64;
    events.counts.search_hits = hits;
    events.innocents += searches.suspects.len() as i64 - hits;
}

/// Whoever was found with something is fined, gets an entry in the record, and expects to be caught again. What was found
/// once is not found again.
pub fn punish_suspects(
    law: Res<InForce>,
    searches: Res<Searches>,
    mut books: ResMut<Books>,
    mut events: ResMut<Events>,
    mut citizens: Query<(&mut Purse, &Home, &mut Mind, &mut Life)>,
) {
    let mut columns = citizens.contiguous_iter_mut().expect("citizens are dense");
    let Some((mut purses, homes, mut minds, mut lives)) = columns.next() else { return };
    let purses = purses.bypass_change_detection();
    let minds = minds.bypass_change_detection();
    let lives = lives.bypass_change_detection();
    let up = law.params.society.risk_up.as_f32();
    for (noted, suspect) in searches.suspects.iter().filter(|suspect| suspect.found).enumerate() {
        let citizen = suspect.citizen as usize;
        let (purse, home, mind) = (&mut purses[citizen], &homes[citizen], &mut minds[citizen]);
        let rules = &law.rules[home.place as usize].law;
        let paid = fine(rules.fine, 1.0, rules.escalation.get(), mind.record).min(purse.balance());
        books.pay_from(purse, Account::Treasury, paid, Why::Fine);
        mind.record = mind.record.saturating_add(1);
        for risk in &mut mind.risk {
            *risk = risk_after(*risk, true, up, 0.0);
        }
        lives[citizen].last_illicit = 0;
        if noted < NOTED_CASES {
            let about = Event {
                place: Some(home.place as usize),
                agency: Some(usize::from(suspect.agency)),
                citizen: Some(suspect.citizen),
                ..Event::new(What::Search)
            };
            let cause = events.add(about.clone());
            let note = "against the buyer, for what a search found".into();
            events.add(Event { what: What::Case, amount: paid.get(), cause, note, ..about });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_drawn_twice_and_a_larger_budget_draws_the_same_and_more() {
        let dice = Dice::new(3);
        let few = draw_ranks(dice, 5, 1, 1000, 40);
        let many = draw_ranks(dice, 5, 1, 1000, 300);
        assert_eq!(few[..], many[..40]);
        let distinct: BTreeSet<u32> = many.iter().copied().collect();
        assert_eq!(distinct.len(), 300);
        assert!(many.iter().all(|&rank| rank < 1000));
    }

    #[test]
    fn a_budget_for_all_draws_everybody_once() {
        let mut ranks = draw_ranks(Dice::new(3), 5, 0, 64, 100);
        ranks.sort_unstable();
        assert_eq!(ranks, (0..64).collect::<Vec<u32>>());
    }

    /// Ten of a hundred over 2000 days: each is drawn on one day in ten.
    #[test]
    fn everybody_is_as_likely_to_be_drawn() {
        let mut drawn = [0u32; 100];
        for day in 0..2000 {
            for rank in draw_ranks(Dice::new(8), day, 0, 100, 10) {
                drawn[rank as usize] += 1;
            }
        }
        // A standard deviation is sqrt(2000 * 0.1 * 0.9) = 13.4.
        assert!(drawn.iter().all(|&times| (140..=260).contains(&times)), "{drawn:?}");
    }

    #[test]
    fn a_search_finds_what_was_bought_in_so_many_days() {
        assert!(finds(20, 30, 10));
        assert!(!finds(19, 30, 10));
        assert!(!finds(0, 5, 10));
    }
}
