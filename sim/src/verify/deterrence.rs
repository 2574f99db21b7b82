//! What the law deters, and what it misses.

use super::{Absent, Case};

/// The cases of this group.
pub const CASES: &[Case] = &[];

/// What does not apply.
pub const ABSENT: &[Absent] = &[];
