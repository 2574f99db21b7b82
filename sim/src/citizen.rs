//! Citizens: provided for, restless, unlike each other. Their numbers are places in the world: whoever dies or moves away is
//! followed by somebody else under the same number.
//!
//! All of it is plain numbers without gaps: what would be a gap is `spare`.

use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};

use crate::ids::citizen::{DRIVERS, RISK_GROUPS, StallId};
use crate::ids::good::GOODS;

/// A citizen's nature, drawn once for life.
///
/// Traits are compared with levers, never redrawn, so a lever moves people one way only. Drivers and desires are stored
/// in sixty-fourths of the average: 64 is the average person.
#[derive(Clone, Copy, Debug, Pod, Zeroable, Serialize, Deserialize)]
#[repr(C)]
pub struct Traits {
    /// Reactance, ethics, novelty, thrill, taboo, exclusivity, imitation, and nothing.
    pub drivers: [u8; DRIVERS],
    /// Desire for each good, in sixty-fourths of the average.
    pub desire: [u8; GOODS],
    /// Skill in living without help, in 255ths.
    pub skill: u8,
    /// How ready to do somebody a favour, and so how well connected, in 255ths.
    pub sociable: u8,
    /// Wears a mask by default when this is below the share of those who do, in 255ths.
    pub sheltered: u8,
}

/// Where a citizen lives, and what else decides in passing; drawn once for life.
#[derive(Clone, Copy, Debug, Pod, Zeroable, Serialize, Deserialize)]
#[repr(C)]
pub struct Home {
    /// Number of the neighbourhood of whose arrests this citizen hears, from 0.
    pub neighbourhood: u32,
    /// How disinclined to delegate: below the delegated share (in 65536ths) an agent shops from the first day on.
    pub delegating: u16,
    /// Number of the home place, from 0.
    pub place: u8,
    /// Risk aversion in unrest, in 255ths.
    pub caution: u8,
}

/// Bytes after the familiarity of each good, up to the next number of four.
const SPARE: usize = (GOODS * 3).next_multiple_of(4) - GOODS * 3;

/// What use has made of a citizen.
#[derive(Clone, Copy, Debug, Pod, Zeroable, Serialize, Deserialize)]
#[repr(C)]
pub struct Tastes {
    /// Habit of each good, in 65535ths of full habit.
    pub habit: [u16; GOODS],
    /// How many uses of each good are remembered, 0 to 255: novelty wears off with them.
    pub familiarity: [u8; GOODS],
    #[serde(skip)]
    pub(crate) spare: [u8; SPARE],
    /// The stall of the last good purchase; none before the first, and after a bad one there.
    pub favourite: StallId,
    /// Purchases since the start.
    pub purchases: u32,
}

/// What a citizen believes and feels.
#[derive(Clone, Copy, Debug, Default, Pod, Zeroable, Serialize, Deserialize)]
#[repr(C)]
pub struct Mind {
    /// Perceived chance of a case for one purchase, by group of goods.
    pub risk: [f32; RISK_GROUPS],
    /// Anxiety, 0 to 1.
    pub anxiety: f32,
    /// Boredom, 0 to 1.
    pub boredom: f32,
    /// How much the citizen is masked, in 65535ths.
    pub mask: u16,
    /// Entries in the criminal record, 0 to 255.
    pub record: u8,
    #[serde(skip)]
    pub(crate) spare: u8,
}

impl Mind {
    /// How much the citizen is masked, 0 to 1.
    pub fn masked(&self) -> f32 {
        f32::from(self.mask) / 65_535.0
    }
}

/// What has happened to a citizen's body, dealings and standing. Days count from 1; 0 is never.
#[derive(Clone, Copy, Debug, Default, Pod, Zeroable, Serialize, Deserialize)]
#[repr(C)]
pub struct Life {
    /// Last day in rehabilitation after an injury.
    pub out_until: u16,
    /// Last day on which something illicit was bought.
    pub last_illicit: u16,
    /// Last day on which the citizen gave, or was robbed of, an identity.
    pub donated: u16,
    /// Last day of the slot that the citizen holds.
    pub inside_until: u16,
    /// Level of augmentation, from 0 (none) to `goods.augmentation.levels`.
    pub level: u8,
    /// 1 where augmentation has made the citizen unstable, or else 0.
    pub unstable: u8,
    /// Intensity of experiences that the citizen is used to, in tenths.
    pub intensity: u8,
    /// Provider of the citizen's delegate, from 1; 0 for none.
    pub provider: u8,
    /// What the delegate has learnt of the citizen, in 255ths.
    pub profile: u8,
    #[serde(skip)]
    pub(crate) spare: u8,
}

impl Default for Tastes {
    fn default() -> Self {
        Self { favourite: StallId::NONE, ..Self::zeroed() }
    }
}
