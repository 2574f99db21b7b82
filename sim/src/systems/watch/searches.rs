//! Suspects are searched.

use bevy_ecs::prelude::*;

use crate::citizen::Life;
use crate::rules::search::finds;
use crate::state::agency::Agency;
use crate::state::columns::PerCitizen;
use crate::state::day::{ActiveRules, Today};
use crate::state::events::Events;
use crate::state::searches::Searches;

/// Suspects are searched; whoever has nothing to hide is troubled without cause.
pub fn search_suspects(
    today: Res<Today>,
    law: Res<ActiveRules>,
    mut searches: ResMut<Searches>,
    mut events: ResMut<Events>,
    mut agencies: Query<&mut Agency>,
    lives: Single<&PerCitizen<Life>>,
) {
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
