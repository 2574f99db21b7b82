//! Whole columns of a component at once, in the order of numbers. Citizens are many and all alike, so they are the columns
//! of one entity; all other actors are entities of their own, whose rows `bevy_ecs` keeps in columns too.

use std::ops::{Deref, DerefMut};

use bevy_ecs::change_detection::ContiguousMut;
use bevy_ecs::component::Mutable;
use bevy_ecs::prelude::*;

use crate::citizen::{Home, Life, Mind, Tastes, Traits};
use crate::state::ledger::Purse;

/// What all citizens have of one kind, in the order of their numbers: a component of the one entity that they are.
#[derive(Component)]
pub struct PerCitizen<T: Send + Sync + 'static>(Vec<T>);

impl<T: Send + Sync> Deref for PerCitizen<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T: Send + Sync> DerefMut for PerCitizen<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.0
    }
}

/// All citizens, column by column.
#[derive(Bundle)]
pub struct CitizenColumns {
    /// What they hold.
    pub purses: PerCitizen<Purse>,
    /// Where they live.
    pub homes: PerCitizen<Home>,
    /// What they are like.
    pub traits: PerCitizen<Traits>,
    /// What use has made of them.
    pub tastes: PerCitizen<Tastes>,
    /// What they believe and feel.
    pub minds: PerCitizen<Mind>,
    /// What has happened to them.
    pub lives: PerCitizen<Life>,
}

/// Everything about one citizen.
pub type Citizen = (Purse, Home, Traits, Tastes, Mind, Life);

/// Everything about one citizen, as it stands in the columns.
pub type CitizenRef<'a> = (&'a Purse, &'a Home, &'a Traits, &'a Tastes, &'a Mind, &'a Life);

impl CitizenColumns {
    /// Nobody yet, with room for exactly so many.
    pub fn with_room_for(count: usize) -> Self {
        fn room<T: Send + Sync>(count: usize) -> PerCitizen<T> {
            PerCitizen(Vec::with_capacity(count))
        }
        Self {
            purses: room(count),
            homes: room(count),
            traits: room(count),
            tastes: room(count),
            minds: room(count),
            lives: room(count),
        }
    }

    /// The next citizen moves in.
    pub fn push(&mut self, (purse, home, traits, tastes, mind, life): Citizen) {
        self.purses.0.push(purse);
        self.homes.0.push(home);
        self.traits.0.push(traits);
        self.tastes.0.push(tastes);
        self.minds.0.push(mind);
        self.lives.0.push(life);
    }
}

/// Every citizen of a world, in the order of their numbers.
///
/// # Panics
/// When the world has no citizens' entity: every world that was built has one.
pub fn citizens(world: &World) -> impl ExactSizeIterator<Item = CitizenRef<'_>> {
    let mut query = world
        .try_query::<(
            &PerCitizen<Purse>,
            &PerCitizen<Home>,
            &PerCitizen<Traits>,
            &PerCitizen<Tastes>,
            &PerCitizen<Mind>,
            &PerCitizen<Life>,
        )>()
        .expect("there are citizens");
    let (purses, homes, traits, tastes, minds, lives) = query.single(world).expect("citizens are one entity");
    (0..purses.len()).map(move |i| (&purses[i], &homes[i], &traits[i], &tastes[i], &minds[i], &lives[i]))
}

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
