//! Chunks of citizens, and the mark of a venue without a place.

/// Citizens in a chunk: the unit of work of a thread, fixed so that threads change nothing.
pub const CHUNK: usize = 4096;

/// What stands for the place of a virtual venue, which is in none.
pub const VIRTUAL: u8 = u8::MAX;
