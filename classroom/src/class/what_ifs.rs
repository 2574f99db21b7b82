//! What-ifs of a class: histories that were asked for, compared with its own one after the other, on a thread of their own.

use std::sync::{Arc, PoisonError};

use contraband_lab::batch::{self, Runner, caught};

use super::ClassCall;
use super::debrief::{Comparison, compare};
use super::orders::{other, scenario};
use super::state::{Closed, Stage};
use super::state_of_room::{Room, WhatIfOutcome, WhatIfState, WhatIfUpdate, broken};

impl Room {
    /// Lists the what-ifs that were asked for, none of them computed, in the order in which they were asked: pages know them by
    /// their numbers. One that this version of the lesson cannot have says so.
    pub(super) fn list_what_ifs(&mut self) {
        let closed: Vec<Closed> = self.state.closed().cloned().collect();
        let listed = self.state.asked.iter().map(|what_if| {
            let (title, result) = match other(&self.lesson, &self.world, &closed, what_if) {
                Ok((title, _)) => (title, None),
                Err(wrong) => ("Another history".into(), Some(Err(wrong.join("; ")))),
            };
            WhatIfState { title, done: 0, of: 0, result }
        });
        self.what_ifs = listed.collect();
        self.comparing = false;
    }

    /// Adds a what-if, to be computed when those before it are done.
    pub(super) fn add_what_if(&mut self, title: String) -> usize {
        self.what_ifs.push(WhatIfState { title, done: 0, of: 0, result: None });
        self.what_ifs.len() - 1
    }

    /// Starts the next comparison, if there is one; those that cannot be made are over at once.
    pub(super) fn compare_next(&mut self) {
        while !self.comparing
            && self.state.stage >= Stage::Results
            && let Some(number) = self.what_ifs.iter().position(|what_if| what_if.result.is_none())
        {
            match caught(|| self.comparison(number)).unwrap_or_else(|said| Err(vec![broken(&said)])) {
                Ok(comparison) => self.begin(number, move |tell| compare(&comparison, tell)),
                Err(wrong) => {
                    self.what_ifs[number].result = Some(Err(wrong.join("; ")));
                    self.fresh.class = true;
                }
            }
        }
    }

    /// The class and another history that was asked for.
    fn comparison(&self, number: usize) -> Result<Comparison, Vec<String>> {
        let closed: Vec<Closed> = self.state.closed().cloned().collect();
        let asked = &self.state.asked[number];
        let (title, arm) = other(&self.lesson, &self.world, &closed, asked)?;
        let mut base = scenario(&self.lesson, &self.world, &closed)?;
        base.days = arm.days;
        Ok(Comparison {
            lesson: self.lesson.clone(),
            title,
            seeds_only: *asked == super::WhatIf::Seeds,
            base: Arc::new(base),
            arm: Arc::new(arm),
        })
    }

    /// Computes on a thread of its own, for it takes seconds. However that ends, the class is told: a comparison that meets
    /// a defect of the program must not keep all others waiting.
    pub(super) fn begin(
        &mut self,
        number: usize,
        compute: impl FnOnce(&(dyn Fn(usize, usize) -> bool + Sync)) -> Option<WhatIfOutcome> + Send + 'static,
    ) {
        let (calls, era) = (self.calls.clone(), self.era);
        self.comparing = true;
        std::thread::spawn(move || {
            // If the class has ended, nobody waits for the result.
            let tell = |done, of, result| {
                let Some(calls) = calls.upgrade() else { return false };
                let found = WhatIfUpdate { era, number, done, of, result };
                calls.lock().unwrap_or_else(PoisonError::into_inner).send(ClassCall::Found(found)).is_ok()
            };
            let found = match Runner::plain(1).one(|_| Ok(compute(&|done, of| tell(done, of, None)))) {
                Some(batch::RunOutcome::Done(found)) => found,
                Some(batch::RunOutcome::Failed(said)) => Some(Err(broken(&said))),
                Some(batch::RunOutcome::TimedOut(_)) | None => None,
            };
            if let Some(result) = found {
                tell(1, 1, Some(result));
            }
        });
    }

    pub(super) fn find(&mut self, found: WhatIfUpdate) {
        if found.era != self.era {
            return;
        }
        if let Some(what_if) = self.what_ifs.get_mut(found.number) {
            if found.result.is_some() {
                (what_if.done, what_if.result) = (what_if.of, found.result);
                self.comparing = false;
            } else {
                (what_if.done, what_if.of) = (found.done, found.of);
            }
            self.fresh.class = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::WhatIf;
    use super::super::test_rooms::room;
    use super::*;

    fn wrong(room: &Room, number: usize) -> &str {
        room.what_ifs[number].result.as_ref().unwrap().as_ref().unwrap_err()
    }

    /// After a lesson has changed, a history that was asked for may be none any more; the others keep their numbers.
    #[test]
    fn a_history_that_cannot_be_made_keeps_its_number_and_lets_the_next_be_computed() {
        let (mut room, ..) = room(&[WhatIf::World { world: 7 }, WhatIf::Law { round: 1, law: 9 }, WhatIf::Seeds]);
        assert_eq!(room.what_ifs.len(), room.state.asked.len());
        assert!(wrong(&room, 0).contains("other worlds") && wrong(&room, 1).contains("laws"));
        assert!(!room.comparing && room.what_ifs[2].title.contains("different luck"));
        room.compare_next();
        assert!(room.comparing && room.what_ifs[2].result.is_none());
    }

    #[test]
    fn a_comparison_that_panics_says_so_and_the_next_is_computed() {
        let (mut room, calls, _alive, _folder) = room(&[WhatIf::Seeds, WhatIf::Bots]);
        room.begin(0, |_| panic!("no good {}", 9));
        let Ok(ClassCall::Found(found)) = calls.recv_timeout(Duration::from_mins(1)) else { panic!("nothing is told") };
        assert!(room.comparing);
        room.find(found);
        assert!(wrong(&room, 0).contains("a defect of the program (no good 9)"), "{}", wrong(&room, 0));
        room.compare_next();
        assert!(room.comparing && room.what_ifs[1].result.is_none());
    }
}
