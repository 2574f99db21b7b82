//! Whole columns of a component at once, in the order of their numbers.

use bevy_ecs::change_detection::ContiguousMut;
use bevy_ecs::component::Mutable;
use bevy_ecs::prelude::*;

/// A component of one kind of actors as a slice, in the order in which they were made.
///
/// # Panics
/// When some of them have another component too, and so stand in a table of their own: actors are all alike.
pub fn column<'w, T: Component>(query: &'w Query<'_, '_, &T>) -> &'w [T] {
    let mut columns = query.contiguous_iter().expect("actors are dense");
    let column = columns.next().unwrap_or(&[]);
    assert!(columns.next().is_none(), "actors of one kind stand in one table");
    column
}

/// The same, to be changed.
///
/// # Panics
/// As [`column()`].
pub fn column_mut<'w, T: Component<Mutability = Mutable>>(query: &'w mut Query<'_, '_, &mut T>) -> &'w mut [T] {
    let mut columns = query.contiguous_iter_mut().expect("actors are dense");
    let column = columns.next();
    assert!(columns.next().is_none(), "actors of one kind stand in one table");
    column.map_or(&mut [], |column| ContiguousMut::bypass_change_detection_split(column).0)
}
