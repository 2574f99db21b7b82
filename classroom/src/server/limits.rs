//! How often one address or one person may try: enough for a class behind one router, too little for guessing.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::pace::now;

/// Addresses or people that are remembered, at most; those that have been quiet for longest are forgotten.
const MOST: usize = 4_096;

/// The tries that each address or person has left; they come back with time.
pub struct RateLimit<K> {
    burst: f64,
    /// Tries that come back each second.
    each_second: f64,
    left: Mutex<BTreeMap<K, (f64, Instant)>>,
}

impl<K: Ord + Clone> RateLimit<K> {
    /// A limit of `burst` tries at once, and `each_second` more tries per second.
    pub fn new(burst: u32, each_second: f64) -> Self {
        Self { burst: f64::from(burst), each_second, left: Mutex::default() }
    }

    /// Whether a try is allowed; if not, the error is the time until the next one is.
    pub fn may(&self, who: &K) -> Result<(), Duration> {
        self.with(who, 0.0)
    }

    /// Counts a try if it is allowed; if not, the error is the time until the next one is.
    pub fn count(&self, who: &K) -> Result<(), Duration> {
        self.with(who, 1.0)
    }

    /// Takes a try back that was counted and was none.
    pub fn give_back(&self, who: &K) {
        let mut all = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((left, _)) = all.get_mut(who) {
            *left = (*left + 1.0).min(self.burst);
        }
    }

    fn with(&self, who: &K, tries: f64) -> Result<(), Duration> {
        let mut all = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST && !all.contains_key(who) {
            let oldest = all.iter().min_by_key(|(_, (_, since))| *since).map(|(who, _)| who.clone());
            oldest.and_then(|oldest| all.remove(&oldest));
        }
        let (left, since) = all.get(who).copied().unwrap_or((self.burst, now()));
        let left = (left + since.elapsed().as_secs_f64() * self.each_second).min(self.burst);
        let may = left >= 1.0;
        all.insert(who.clone(), (if may { left - tries } else { left }, now()));
        if may { Ok(()) } else { Err(Duration::from_secs_f64((1.0 - left) / self.each_second)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_run_out_for_one_and_come_back() {
        let limit = RateLimit::new(3, 20.0);
        let [one, other] = [1, 2];
        assert!((0..3).all(|_| limit.count(&one).is_ok()));
        let wait = limit.count(&one).unwrap_err();
        assert!(wait <= Duration::from_millis(50) && limit.may(&one).is_err() && limit.may(&other).is_ok());
        std::thread::sleep(Duration::from_millis(60));
        assert!(limit.count(&one).is_ok() && limit.count(&one).is_err());
        limit.give_back(&one);
        assert!(limit.count(&one).is_ok() && limit.count(&one).is_err());
    }

    #[test]
    fn no_more_addresses_are_remembered_than_there_is_room() {
        let limit = RateLimit::new(3, 1.0);
        for number in 0..5_000_u32 {
            assert!(limit.count(&number).is_ok());
        }
        assert_eq!(limit.left.lock().unwrap().len(), MOST);
    }
}
