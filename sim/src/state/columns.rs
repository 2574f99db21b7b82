//! Whole columns of a component at once, in the order of their numbers.

use bevy_ecs::change_detection::ContiguousMut;
use bevy_ecs::component::Mutable;
use bevy_ecs::prelude::*;

/// A component of one kind of actors as a slice, in the order in which they were made.
pub fn column<'w, T: Component>(query: &'w Query<'_, '_, &T>) -> &'w [T] {
    query.contiguous_iter().expect("actors are dense").next().unwrap_or(&[])
}

/// The same, to be changed.
pub fn column_mut<'w, T: Component<Mutability = Mutable>>(query: &'w mut Query<'_, '_, &mut T>) -> &'w mut [T] {
    let column = query.contiguous_iter_mut().expect("actors are dense").next();
    column.map_or(&mut [], |column| ContiguousMut::bypass_change_detection_split(column).0)
}
