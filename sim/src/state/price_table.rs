//! The learnt values of prices by state.

use serde::{Deserialize, Serialize};

use crate::base::dice::pick;

/// The learnt value of each price in each state.
///
/// What is not known yet does not depend on the state, so a state takes room only once something was learnt in it: a
/// stall of two months holds a few dozen rows, not all of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PriceTable {
    /// Values before anything is learnt, by price.
    first: Vec<f32>,
    first_best: u8,
    /// Where the row of a state begins, counted in rows; [`UNSEEN`] where nothing was learnt.
    rows: Vec<u16>,
    /// The best price of each row: kept, so that choosing looks at one number.
    best: Vec<u8>,
    values: Vec<f32>,
    practice: u32,
}

/// Nothing was learnt in this state yet.
const UNSEEN: u16 = u16::MAX;

impl PriceTable {
    /// A table for so many states; `first` holds the value of each price before anything is learnt.
    ///
    /// # Panics
    /// With no prices or more than 255, or with 65535 states or more.
    pub fn new(states: usize, first: &[f64]) -> Self {
        assert!(
            (1..256).contains(&first.len()) && states < usize::from(UNSEEN),
            "a table of a size that can be learnt"
        );
        #[expect(clippy::cast_possible_truncation, reason = "values need no more than seven digits")]
        let first: Vec<f32> = first.iter().map(|&value| value as f32).collect();
        Self {
            first_best: best_of(&first),
            first,
            rows: vec![UNSEEN; states],
            best: Vec::new(),
            values: Vec::new(),
            practice: 0,
        }
    }

    /// How many periods it has learnt from.
    pub const fn practice(&self) -> u32 {
        self.practice
    }

    /// How many prices there are.
    pub fn prices(&self) -> usize {
        self.first.len()
    }

    /// The rung of the price that is best in a state, as far as is known, from 0.
    #[inline]
    pub fn greedy(&self, state: usize) -> u8 {
        match self.rows[state] {
            UNSEEN => self.first_best,
            row => self.best[row as usize],
        }
    }

    /// The price to ask: the best known, or, to explore, any of them with the same chance.
    #[inline]
    pub fn choose(&self, state: usize, explore: bool, word: u32) -> u8 {
        if explore { pick(word, self.first.len() as u32).0 as u8 } else { self.greedy(state) }
    }

    /// The value of a price in a state: profits to come, in their unit, later ones counting less.
    pub fn value(&self, state: usize, price: u8) -> f32 {
        match self.rows[state] {
            UNSEEN => self.first[price as usize],
            row => self.values[row as usize * self.first.len() + price as usize],
        }
    }

    /// Learns from one period: in `state` the price brought `reward` and led to `next`.
    ///
    /// `alpha` is the weight of the news, `delta` that of the time after. Returns whether another price is best now. All
    /// values of a row are looked at only when its best price loses value; otherwise one comparison decides.
    #[inline]
    pub fn learn(&mut self, state: usize, price: u8, reward: f32, next: usize, alpha: f32, delta: f32) -> bool {
        self.practice = self.practice.saturating_add(1);
        let ahead = self.value(next, self.greedy(next));
        let prices = self.first.len();
        if self.rows[state] == UNSEEN {
            self.rows[state] = u16::try_from(self.best.len()).expect("fewer rows than states");
            self.best.push(self.first_best);
            self.values.extend_from_slice(&self.first);
        }
        let row = self.rows[state] as usize;
        let values = &mut self.values[row * prices..(row + 1) * prices];
        let best = &mut self.best[row];
        let value = &mut values[price as usize];
        let before = *value;
        *value += alpha * (reward + delta * ahead - before);
        let now = *value;
        let was = *best;
        if price == was {
            if now < before {
                *best = best_of(values);
            }
        } else if now > values[was as usize] {
            *best = price;
        }
        *best != was
    }
}

/// The place of the largest value; the first of equals.
fn best_of(values: &[f32]) -> u8 {
    let mut best = 0;
    for (place, value) in values.iter().enumerate() {
        if *value > values[best] {
            best = place;
        }
    }
    best as u8
}
