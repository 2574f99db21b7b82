//! Those on whom something was found are punished.

use bevy_ecs::prelude::*;

use crate::citizen::{Home, Life, Mind};
use crate::rules::fine::{NOTED_CASES, fine};
use crate::rules::learning::risk_after;
use crate::state::accounts::{Account, FlowReason};
use crate::state::columns::PerCitizen;
use crate::state::day::ActiveRules;
use crate::state::events::{Event, EventKind, Events};
use crate::state::ledger::{Books, Purse};
use crate::state::searches::Searches;

/// Whoever was found with something is fined, gets an entry in the record, and expects to be caught again. What was found
/// once is not found again.
pub fn punish_suspects(
    law: Res<ActiveRules>,
    searches: Res<Searches>,
    mut books: ResMut<Books>,
    mut events: ResMut<Events>,
    citizens: Single<(&mut PerCitizen<Purse>, &PerCitizen<Home>, &mut PerCitizen<Mind>, &mut PerCitizen<Life>)>,
) {
    let (mut purses, homes, mut minds, mut lives) = citizens.into_inner();
    let up = law.params.society.risk_up.as_f32();
    for (noted, suspect) in searches.suspects.iter().filter(|suspect| suspect.found).enumerate() {
        let citizen = suspect.citizen as usize;
        let (purse, home, mind) = (&mut purses[citizen], &homes[citizen], &mut minds[citizen]);
        let rules = &law.rules[home.place as usize].law;
        let paid = fine(rules.fine, 1.0, rules.escalation.get(), mind.record).min(purse.balance());
        books.pay_from(purse, Account::Treasury, paid, FlowReason::Fine);
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
                ..Event::new(EventKind::Search)
            };
            let cause = events.add(about.clone());
            let note = "against the buyer, for what a search found".into();
            events.add(Event { what: EventKind::Case, amount: paid.get(), cause, note, ..about });
        }
    }
}
