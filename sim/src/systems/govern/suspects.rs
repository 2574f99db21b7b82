//! Agencies name whom they will search.

use bevy_ecs::prelude::*;
use std::collections::BTreeSet;

use crate::citizen::{Home, Mind};
use crate::goods::privacy::MASKED;
use crate::ids::place::CHUNK;
use crate::rules::search::draw_ranks;
use crate::state::agency::Agency;
use crate::state::climate::Climate;
use crate::state::columns::PerCitizen;
use crate::state::context::RunContext;
use crate::state::day::Today;
use crate::state::searches::{Searches, Suspect};

/// Agencies draw whom to search, among all who wore a mask last evening where they have a mandate.
///
/// The masked were counted in the evening by chunk of citizens and place, so only chunks that are hit are looked through.
pub fn name_suspects(
    context: Res<RunContext>,
    today: Res<Today>,
    climate: Res<Climate>,
    mut searches: ResMut<Searches>,
    agencies: Query<&Agency>,
    citizens: Single<(&PerCitizen<Home>, &PerCitizen<Mind>)>,
) {
    searches.suspects.clear();
    let (homes, minds) = *citizens;
    let mut named = BTreeSet::new();
    for (index, agency) in agencies.iter().enumerate().filter(|(_, agency)| agency.searches > 0) {
        let mandate = &context.mandates[index].places;
        let here = |masked: &[u32]| masked.iter().zip(mandate).filter(|(_, has)| **has).map(|(masked, _)| masked).sum();
        let chunks = climate.masked.chunks(context.places());
        let pool = chunks.clone().map(here).sum();
        let mut ranks = draw_ranks(context.dice, today.day, context.keys.agencies[index], pool, agency.searches);
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
            let to = (from + CHUNK).min(context.active);
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
