//! What buyers still hold is used.

use bevy_ecs::prelude::*;

use crate::state::ledger::Books;

/// What buyers still hold in the evening, and was not seized, is used.
pub fn consume_purchases(mut books: ResMut<Books>) {
    books.use_up_hands();
}
