//! Whole columns of a component at once, in the order of numbers. Citizens are many and all alike, so they are the columns
//! of one entity; all other actors are entities of their own, whose rows `bevy_ecs` keeps in columns too.

use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use bevy_ecs::change_detection::ContiguousMut;
use bevy_ecs::component::Mutable;
use bevy_ecs::prelude::*;
use bytemuck::Pod;
#[cfg(target_os = "linux")]
use memmap2::Advice;
use memmap2::MmapMut;

use crate::citizen::{Home, Life, Mind, Tastes, Traits};
use crate::state::ledger::Purse;

/// What all citizens have of one kind, in the order of their numbers: a component of the one entity that they are.
///
/// It lies in memory of its own, asked for at once and exactly, all zero until it is filled. On Linux the system is asked for
/// large pages: citizens who buy are met in any order, and with small pages finding them costs as much as reading them.
#[derive(Component)]
pub struct PerCitizen<T: Pod> {
    memory: MmapMut,
    kind: PhantomData<T>,
}

impl<T: Pod> PerCitizen<T> {
    fn zeroed(count: usize) -> Self {
        let memory = MmapMut::map_anon(count * size_of::<T>()).expect("there is memory for all citizens");
        #[cfg(target_os = "linux")]
        let _ = memory.advise(Advice::HugePage); // a wish: where it is not granted, all is as before
        Self { memory, kind: PhantomData }
    }
}

impl<T: Pod> Deref for PerCitizen<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        bytemuck::cast_slice(&self.memory)
    }
}

impl<T: Pod> DerefMut for PerCitizen<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        bytemuck::cast_slice_mut(&mut self.memory)
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

/// Everything about everybody, to be read.
pub type EveryColumn = (
    &'static PerCitizen<Purse>,
    &'static PerCitizen<Home>,
    &'static PerCitizen<Traits>,
    &'static PerCitizen<Tastes>,
    &'static PerCitizen<Mind>,
    &'static PerCitizen<Life>,
);

/// Everything about one citizen.
pub type Citizen = (Purse, Home, Traits, Tastes, Mind, Life);

/// Everything about one citizen, as it stands in the columns.
pub type CitizenRef<'a> = (&'a Purse, &'a Home, &'a Traits, &'a Tastes, &'a Mind, &'a Life);

/// Some citizens in a row, column by column, to be filled.
pub struct CitizenSlices<'a> {
    /// Number of the first.
    pub first: usize,
    /// What they hold.
    pub purses: &'a mut [Purse],
    /// Where they live.
    pub homes: &'a mut [Home],
    /// What they are like.
    pub traits: &'a mut [Traits],
    /// What use has made of them.
    pub tastes: &'a mut [Tastes],
    /// What they believe and feel.
    pub minds: &'a mut [Mind],
    /// What has happened to them.
    pub lives: &'a mut [Life],
}

impl CitizenColumns {
    /// Room for so many, of whom nobody has moved in.
    pub fn empty(count: usize) -> Self {
        Self {
            purses: PerCitizen::zeroed(count),
            homes: PerCitizen::zeroed(count),
            traits: PerCitizen::zeroed(count),
            tastes: PerCitizen::zeroed(count),
            minds: PerCitizen::zeroed(count),
            lives: PerCitizen::zeroed(count),
        }
    }

    /// Somebody moves in.
    pub fn set(&mut self, number: usize, (purse, home, traits, tastes, mind, life): Citizen) {
        (self.purses[number], self.homes[number], self.traits[number]) = (purse, home, traits);
        (self.tastes[number], self.minds[number], self.lives[number]) = (tastes, mind, life);
    }

    /// All of them, so many at a time.
    pub fn in_chunks(&mut self, size: usize) -> impl Iterator<Item = CitizenSlices<'_>> {
        let natures = self.purses.chunks_mut(size).zip(self.homes.chunks_mut(size)).zip(self.traits.chunks_mut(size));
        let states = self.tastes.chunks_mut(size).zip(self.minds.chunks_mut(size)).zip(self.lives.chunks_mut(size));
        (0..).step_by(size).zip(natures.zip(states)).map(
            |(first, (((purses, homes), traits), ((tastes, minds), lives)))| CitizenSlices {
                first,
                purses,
                homes,
                traits,
                tastes,
                minds,
                lives,
            },
        )
    }
}

/// Every citizen of a world, in the order of their numbers.
///
/// # Panics
/// When the world has no citizens' entity: every world that was built has one.
pub fn citizens(world: &World) -> impl ExactSizeIterator<Item = CitizenRef<'_>> {
    let mut query = world.try_query::<EveryColumn>().expect("there are citizens");
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
