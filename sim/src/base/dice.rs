//! Every random number: a pure function of (seed, purpose, day, actor, agent, index).
//!
//! A draw never depends on how many draws came before. So a policy that does nothing changes nothing, whoever enters
//! changes nobody else, the number of threads changes nothing, and a new purpose shifts no other. The stream of
//! (seed, purpose, day) is ChaCha8 under a key made of the three; agent `a` owns the words from `a * words` on. Dense
//! systems fill the words of many agents at once with [`Dice::fill`], sparse ones seek with [`Dice::words`].
//!
//! Citizens, slots and units are agents by their numbers. Whoever has a name, and sellers, who come and go, have a stream
//! of their own under their [`Key`]: [`Dice::of`]. One of several is chosen by [`choose`], by key too, so that an order
//! of a list, or who else is on it, decides nothing.
#![expect(clippy::disallowed_types, clippy::disallowed_methods, reason = "the one place that makes a generator")]

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::base::key::Key;
use crate::base::numerics::{ln, poisson_quantile};

/// What a draw is for. Numbers are part of the results: append, never renumber.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Purpose {
    /// Traits of citizens, for life.
    Traits = 1,
    /// What a citizen thinks of, finds and feels on a day.
    Want = 2,
    /// Movements of the cost of goods.
    Cost = 4,
    /// Decisions of stalls.
    Stall = 5,
    /// Who opens an empty stall, and where.
    Entry = 6,
    /// Errors of agencies' estimates.
    Estimate = 7,
    /// Fate of venues.
    Venue = 8,
    /// Births and takedowns of rogue AIs.
    Rogue = 9,
    /// Innocents troubled.
    Innocent = 10,
    /// Whom people let shop for them.
    Delegate = 11,
    /// How many slots of a tier go to the connected.
    Auction = 13,
    /// What an experience, or another purchase, does to its buyer.
    Use = 14,
    /// Who of the masked is searched.
    Search = 24,
    /// Who is asked, and who is robbed, for an identity.
    Donor = 12,
    /// Who moves to an enclave or back, and where to.
    Migrate = 28,
    /// The first good a citizen thinks of: which sellers are found, and what is felt about them.
    Look = 32,
    /// The same for the second good thought of.
    Look2 = 33,
    /// The same for the third good thought of.
    Look3 = 34,
    /// The same for the fourth good thought of.
    Look4 = 35,
    /// The same for the fifth good thought of.
    Look5 = 36,
    /// The same for the sixth good thought of.
    Look6 = 37,
    /// The same for the seventh good thought of.
    Look7 = 38,
    /// The same for the eighth good thought of.
    Look8 = 39,
    /// The same for the ninth good thought of.
    Look9 = 40,
    /// The same for the tenth good thought of.
    Look10 = 41,
    /// The same for the eleventh good thought of.
    Look11 = 42,
    /// The same for the twelfth good thought of.
    Look12 = 43,
    /// The same for the thirteenth good thought of.
    Look13 = 44,
    /// The same for the fourteenth good thought of.
    Look14 = 45,
    /// The same for the fifteenth good thought of.
    Look15 = 46,
    /// The same for the sixteenth good thought of.
    Look16 = 47,
    /// What the learners of the pricing experiment try.
    Experiment = 50,
    /// Artisans and fakers: who is found out, and who turns.
    Craft = 51,
    /// What leaks, and from whom.
    Leak = 52,
    /// New ideas.
    Idea = 56,
    /// Accidents: whether, where and how large.
    Accident = 57,
    /// Lanes from colonies: their costs, interceptions and elements.
    Lane = 58,
    /// Minds that are emulated, and that end.
    Mind = 59,
    /// Which seeds a resample of a study holds.
    Bootstrap = 60,
    /// Which points a design visits.
    Design = 61,
    /// Orders in which a factor says nothing.
    Shuffle = 62,
    /// Which points a calibration tries next.
    Proposal = 63,
    /// What is seen of a toy world in a proof.
    Toy = 64,
    /// Whose place somebody else takes.
    Newcomer = 65,
    /// Who runs a venue, from the day on which it opens.
    Operator = 66,
    /// Who obeys a new ban.
    Comply = 67,
    /// Who asks for a licence, or gives it back.
    Licence = 68,
}

impl Purpose {
    /// What is found and felt for each good that a citizen thinks of: as many as there may be goods.
    pub const LOOKS: [Self; 16] = [
        Self::Look,
        Self::Look2,
        Self::Look3,
        Self::Look4,
        Self::Look5,
        Self::Look6,
        Self::Look7,
        Self::Look8,
        Self::Look9,
        Self::Look10,
        Self::Look11,
        Self::Look12,
        Self::Look13,
        Self::Look14,
        Self::Look15,
        Self::Look16,
    ];
}

/// The source of all draws of a run.
#[derive(Clone, Copy, Debug)]
pub struct Dice {
    seed: u64,
    /// Whose draws these are; 0 for those of numbered agents.
    actor: u64,
}

impl Dice {
    /// The dice of a run.
    pub const fn new(seed: u64) -> Self {
        Self { seed, actor: 0 }
    }

    /// The dice of one actor alone: no other draws from its stream.
    #[must_use]
    pub const fn of(self, actor: Key) -> Self {
        Self { actor: actor.bits(), ..self }
    }

    fn stream(self, purpose: Purpose, day: u32, word: u64) -> ChaCha8Rng {
        let mut key = *b"........contraband draws, form 1";
        key[..8].copy_from_slice(&self.seed.to_le_bytes());
        key[24..28].copy_from_slice(&(purpose as u32).to_le_bytes());
        key[28..].copy_from_slice(&day.to_le_bytes());
        let mut stream = ChaCha8Rng::from_seed(key);
        stream.set_stream(self.actor);
        stream.set_word_pos(u128::from(word));
        stream
    }

    /// The draws of consecutive agents from `first` on, `width` words each.
    pub fn draws(self, purpose: Purpose, day: u32, first: u64, width: usize) -> Draws {
        Draws(self.stream(purpose, day, first * width as u64))
    }

    /// Fills `words` with the draws of consecutive agents from `first` on, `width` words each.
    pub fn fill(self, purpose: Purpose, day: u32, first: u64, width: usize, words: &mut [u32]) {
        self.draws(purpose, day, first, width).fill(words);
    }

    /// The `N` random words of one agent, each of 32 even bits.
    pub fn words<const N: usize>(self, purpose: Purpose, day: u32, agent: u64) -> [u32; N] {
        let mut stream = self.stream(purpose, day, agent * N as u64);
        std::array::from_fn(|_| stream.next_u32())
    }

    /// How many of something happen that has this mean: exactly Poisson, and never fewer for a larger mean.
    pub fn arrivals(self, purpose: Purpose, day: u32, mean: f64) -> u32 {
        // In parts that are small enough to be inverted, each with a draw of its own.
        const PART: f64 = 16.0;
        let parts = (mean / PART).ceil() as u32;
        (0..parts)
            .map(|part| {
                let [word] = self.words::<1>(purpose, day, u64::from(part));
                poisson_quantile((mean - PART * f64::from(part)).min(PART), open_unit(word))
            })
            .sum()
    }
}

/// Draws in a row: to go on costs less than to begin.
pub struct Draws(ChaCha8Rng);

impl Draws {
    /// The next words.
    pub fn fill(&mut self, words: &mut [u32]) {
        self.0.fill_bytes(bytemuck::cast_slice_mut(words));
        for word in words {
            *word = u32::from_le(*word);
        }
    }
}

/// A whole number near a number that is not negative: its fraction is the chance of one more.
pub fn round_by_chance(number: f64, word: u32) -> u32 {
    number as u32 + u32::from(happens(word, number.fract()))
}

/// A draw read as a number from 0 up to, not including, 1.
pub fn unit(word: u32) -> f64 {
    f64::from(word) / 4_294_967_296.0
}

/// A draw read as a number strictly between 0 and 1, for quantile functions.
pub fn open_unit(word: u32) -> f64 {
    (f64::from(word) + 0.5) / 4_294_967_296.0
}

/// Whether a chance comes true. The same draw comes true for every larger chance.
pub fn happens(word: u32, chance: f64) -> bool {
    unit(word) < chance
}

/// One of `n`, with what is left of the draw for a further pick.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the two halves of a product of 32-bit numbers")]
pub fn pick(word: u32, n: u32) -> (u32, u32) {
    let product = u64::from(word) * u64::from(n);
    ((product >> 32) as u32, product as u32)
}

/// The place in `weights` that a draw points to, in proportion to the weights; `None` when all are zero. For those whose
/// place in the list is what they are; where it is not, see [`choose`].
pub fn pick_weighted(word: u32, weights: &[f64]) -> Option<usize> {
    let total: f64 = weights.iter().sum();
    if total <= 0.0 {
        return None;
    }
    let mut left = unit(word) * total;
    for (place, &weight) in weights.iter().enumerate() {
        left -= weight;
        if left < 0.0 {
            return Some(place);
        }
    }
    weights.iter().rposition(|&weight| weight > 0.0)
}

/// Which of some a draw chooses, in proportion to their weights: `None` where none has any.
///
/// Each waits for a time that is drawn for it alone, of the draw and its key, and is the shorter the more it weighs; the
/// first is chosen (an exponential race). So the order of the list and whoever weighs nothing change no choice; whoever
/// is added, or weighs more, takes choices from others and moves none between them.
pub fn choose(word: u32, among: impl IntoIterator<Item = (Key, f64)>) -> Option<usize> {
    let mut first = None;
    let mut least = f64::INFINITY;
    for (at, (key, weight)) in among.into_iter().enumerate().filter(|(_, (_, weight))| *weight > 0.0) {
        let [low, high] = key.words();
        let wait = -ln(open_unit(stir(stir(word, low), high))) / weight;
        if first.is_none() || wait < least {
            (first, least) = (Some(at), wait);
        }
    }
    first
}

/// The upper and the lower half of a draw.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the lower half on purpose")]
pub fn halves(word: u32) -> (u16, u16) {
    ((word >> 16) as u16, word as u16)
}

/// A further draw out of two words that an agent owns already: for the few who need more than the others.
#[inline]
pub const fn stir(one: u32, other: u32) -> u32 {
    let mut word = one ^ other.rotate_left(13).wrapping_mul(0x9e37_79b1);
    word = (word ^ (word >> 16)).wrapping_mul(0x85eb_ca6b);
    word = (word ^ (word >> 13)).wrapping_mul(0xc2b2_ae35);
    word ^ (word >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_does_not_depend_on_how_it_was_reached() {
        let dice = Dice::new(7);
        let mut all = [0; 60];
        dice.fill(Purpose::Want, 3, 10, 6, &mut all);
        for agent in 10..20 {
            let start = (agent - 10) * 6;
            assert_eq!(dice.words::<6>(Purpose::Want, 3, agent as u64), all[start..start + 6]);
        }
    }

    #[test]
    fn other_purposes_days_and_seeds_give_other_draws() {
        let draw = |seed, purpose, day| Dice::new(seed).words::<4>(purpose, day, 5);
        let base = draw(1, Purpose::Want, 1);
        assert_ne!(base, draw(2, Purpose::Want, 1));
        assert_ne!(base, draw(1, Purpose::Cost, 1));
        assert_ne!(base, draw(1, Purpose::Want, 2));
    }

    #[test]
    fn a_larger_chance_comes_true_whenever_a_smaller_one_does() {
        for word in (0..u32::MAX).step_by(1 << 24) {
            assert!(!happens(word, 0.2) || happens(word, 0.3));
        }
        assert!(!happens(0, 0.0) && happens(u32::MAX, 1.0));
    }

    #[test]
    fn arrivals_have_their_mean_and_variance_and_grow_with_the_mean() {
        let n = 20_000;
        for mean in [0.3, 5.0, 40.0] {
            let (mut sum, mut square) = (0.0, 0.0);
            for day in 0..n {
                let count = f64::from(Dice::new(3).arrivals(Purpose::Idea, day, mean));
                assert!(count <= f64::from(Dice::new(3).arrivals(Purpose::Idea, day, mean * 1.1)));
                sum += count;
                square += count * count;
            }
            let found = sum / f64::from(n);
            let variance = square / f64::from(n) - found * found;
            let error = (mean / f64::from(n)).sqrt();
            assert!((found - mean).abs() < 4.0 * error, "{found} against {mean}");
            assert!((variance / mean - 1.0).abs() < 0.05, "{variance} against {mean}");
        }
    }

    #[test]
    fn a_weighted_pick_never_lands_on_a_zero() {
        for word in (0..u32::MAX).step_by(1 << 20) {
            assert_ne!(pick_weighted(word, &[0.0, 1.0, 0.0, 2.0, 0.0]).map(|place| place % 2), Some(0));
        }
        assert_eq!(pick_weighted(1, &[0.0, 0.0]), None);
    }

    /// Draws of one actor are not those of another, nor of any number, and are its own wherever it stands.
    #[test]
    fn each_actor_has_draws_of_its_own() {
        let dice = Dice::new(1);
        let (one, other) = (Key::named("venues", "lantern"), Key::named("venues", "undertow"));
        let draw = |dice: Dice| dice.words::<4>(Purpose::Venue, 3, 0);
        assert_eq!(draw(dice.of(one)), draw(dice.of(other).of(one)));
        assert_ne!(draw(dice.of(one)), draw(dice.of(other)));
        assert_ne!(draw(dice.of(one)), draw(dice));
    }

    fn keys(count: u64) -> Vec<Key> {
        (0..count).map(Key::numbered).collect()
    }

    #[test]
    fn a_choice_is_made_in_proportion_and_never_of_what_weighs_nothing() {
        let weights = [0.0, 1.0, 0.0, 2.0, 3.5];
        let n = 60_000;
        let mut counts = [0u32; 5];
        for agent in 0..n {
            let [word] = Dice::new(4).words::<1>(Purpose::Entry, 1, agent);
            counts[choose(word, keys(5).into_iter().zip(weights)).expect("some weigh something")] += 1;
        }
        for (count, weight) in counts.into_iter().zip(weights) {
            let share = weight / 6.5;
            let error = 4.0 * (share * (1.0 - share) / n as f64).sqrt();
            assert!((f64::from(count) / n as f64 - share).abs() <= error, "{count} of {n} against {share}");
        }
        assert_eq!(choose(1, keys(2).into_iter().zip([0.0, 0.0])), None);
        assert_eq!(choose(1, []), None);
    }

    #[test]
    fn whoever_is_added_takes_choices_and_moves_none() {
        let all = keys(6);
        for word in (0..u32::MAX).step_by(1 << 20) {
            let chosen = |among: &[(usize, f64)]| {
                choose(word, among.iter().map(|&(who, weight)| (all[who], weight))).map(|at| among[at].0)
            };
            let before = chosen(&[(0, 1.0), (1, 2.0), (2, 0.5)]);
            assert_eq!(chosen(&[(2, 0.5), (1, 2.0), (0, 1.0)]), before, "the order of the list");
            assert_eq!(
                chosen(&[(4, 0.0), (0, 1.0), (5, 0.0), (1, 2.0), (2, 0.5), (3, 0.0)]),
                before,
                "who weighs nothing"
            );
            let after = chosen(&[(3, 1.5), (0, 1.0), (1, 2.0), (2, 0.5)]);
            assert!(after == before || after == Some(3), "{before:?}, and then {after:?}");
            let heavier = chosen(&[(0, 1.0), (1, 2.0), (2, 3.0)]);
            assert!(heavier == before || heavier == Some(2), "{before:?}, and then {heavier:?}");
        }
    }
}
