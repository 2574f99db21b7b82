//! Who is in a class: who looks at a page, who is waited for, and who has gone.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use super::Page;
use super::state::{Entry, Stage};
use super::state_of_room::{Presence, Room};
use crate::pace::now;

impl Room {
    /// Whether someone is looking at a page, or was until a moment ago.
    pub(super) fn is_here(&self, person: u32) -> bool {
        let lately = |when: Instant| self.moment.saturating_duration_since(when) < self.terms.away;
        self.here.get(&person).is_some_and(|who| who.seen.is_some_and(lately) || who.left.is_some_and(lately))
    }

    /// Counts someone as present who will open a page in a moment.
    pub(super) fn greet(&mut self, person: u32) {
        self.here.insert(person, Presence { left: Some(now()), ..Presence::default() });
    }

    /// Someone is looking at a page.
    pub(super) fn see(&mut self, person: u32) {
        self.here.entry(person).or_default().seen = Some(now());
    }

    /// The program stood still for so long, and with it all signs of life: whoever was here then has a while to come back.
    pub(super) fn wake(&mut self, slept: Duration) {
        let was_here = |when: Option<Instant>| when.is_some_and(|when| when.elapsed() < self.terms.away + slept);
        for who in self.here.values_mut() {
            if was_here(who.seen) || was_here(who.left) {
                (who.seen, who.left) = (who.seen.map(|_| now()), who.left.map(|_| now()));
            }
        }
        self.pace.again();
        self.rested = now();
    }

    /// How many of those who are here have not done what the open round asks of them.
    pub(super) fn waiting(&self) -> usize {
        if self.state.stage != Stage::Decide {
            return 0;
        }
        self.state.people.keys().filter(|&&person| self.is_here(person) && !self.state.decided(person)).count()
    }

    /// Someone has opened or closed a page.
    pub(super) fn turn_page(&mut self, person: u32, page: Page) {
        let presence = self.here.entry(person).or_default();
        if page == Page::Came {
            presence.pages += 1;
            // A page that is opened is looked at; one that then never says so was opened by nobody.
            presence.seen = Some(now());
        } else {
            presence.pages = presence.pages.saturating_sub(1);
        }
        presence.left = (presence.pages == 0).then(now);
        if page == Page::Lost && presence.pages == 0 {
            // Nothing was heard of it for so long already that nobody waits for it any longer.
            self.here.remove(&person);
        }
        self.fresh.class = true;
    }

    /// Notes who has come, and who has gone.
    pub(super) fn look_around(&mut self) {
        let (moment, away) = (self.moment, self.terms.away);
        self.here.retain(|_, who| who.left.is_none_or(|left| moment.saturating_duration_since(left) < away));
        let present: BTreeSet<u32> = self.here.keys().copied().filter(|&person| self.is_here(person)).collect();
        if present != self.present {
            self.present = present;
            self.fresh.class = true;
        }
        for person in self.state.people.keys().copied().collect::<Vec<_>>() {
            let (here, away) = (self.present.contains(&person), self.state.away.contains(&person));
            // Where the disk is full, it is not asked for this.
            if here == away && !self.unwritten {
                self.note(if here { Entry::Back { person } } else { Entry::Away { person } });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use serde_json::{Value, json};
    use tokio::sync::watch;

    use super::super::journal::ClassJournal;
    use super::super::published::Who;
    use super::super::seats::Post;
    use super::super::state::State;
    use super::super::test_rooms::{joined, room, terms, village};
    use super::*;

    /// A moment so long ago.
    fn ago(time: Duration) -> Instant {
        now().checked_sub(time).expect("this machine has been running for a while")
    }

    #[test]
    fn a_page_that_never_says_that_somebody_looks_at_it_is_not_waited_for() {
        let (mut room, ..) = room(&[]);
        let ann = joined(&mut room, "Ann");
        room.advance().unwrap();
        room.turn_page(ann, Page::Came);
        assert!(room.is_here(ann) && room.waiting() == 1);
        // Its connection is still open, for nobody has closed it.
        room.here.get_mut(&ann).unwrap().seen = Some(ago(Duration::from_secs(61)));
        assert!(!room.is_here(ann) && room.waiting() == 0);
        // Whatever somebody does shows that they are there.
        room.follow(Who::Person(ann), json!({"do": "send", "round": 2, "answers": {}})).unwrap();
        assert!(room.is_here(ann));
    }

    #[test]
    fn after_a_restart_whoever_was_away_counts_as_away_and_whoever_was_here_is_waited_for() {
        let (mut room, .., folder) = room(&[]);
        let [ann, ben] = ["Ann", "Ben"].map(|name| joined(&mut room, name));
        room.advance().unwrap();
        room.go_on();
        room.here.get_mut(&ann).unwrap().left = Some(ago(Duration::from_secs(61)));
        room.go_on();
        room.journal.sync().unwrap();
        drop(room);
        let path = super::super::journal::path_of(folder.path(), "BCDFGH");
        let (journal, lines) = ClassJournal::resume(&path).unwrap();
        let calls = Arc::new(Mutex::new(std::sync::mpsc::channel().0));
        let (state, board) = (State::of(&lines), watch::channel(Arc::default()).0);
        let mut room = Room::new(village(), journal, state, &terms(), Arc::downgrade(&calls), board).unwrap();
        room.go_on();
        assert_eq!((room.is_here(ann), room.is_here(ben), room.waiting()), (false, true, 1));
        // Back in the class, she is waited for again, and the next restart knows it.
        room.turn_page(ann, Page::Came);
        room.go_on();
        assert!(room.is_here(ann) && room.state.away.is_empty());
    }

    /// A laptop slept for three minutes, with rounds that close by themselves: all phones were here when it did.
    #[test]
    fn a_class_that_slept_closes_no_round_and_waits_for_everybody_again() {
        let (mut room, ..) = room(&[]);
        let [ann, ben, cem] = ["Ann", "Ben", "Cem"].map(|name| joined(&mut room, name));
        room.advance().unwrap();
        room.note(Entry::Auto { auto: true });
        for person in [ann, ben] {
            room.turn_page(person, Page::Came);
        }
        room.here.get_mut(&cem).unwrap().left = Some(ago(Duration::from_secs(61)));
        room.go_on();
        room.follow(Who::Person(ann), json!({"do": "send", "round": 2, "answers": {}})).unwrap();
        for person in [ann, ben] {
            room.here.get_mut(&person).unwrap().seen = Some(ago(Duration::from_mins(3)));
        }
        room.wake(Duration::from_mins(3));
        room.go_on();
        assert_eq!((room.state.stage, room.waiting()), (Stage::Decide, 1));
        assert_eq!([ann, ben, cem].map(|person| room.is_here(person)), [true, true, false]);
        room.follow(Who::Person(ben), json!({"do": "send", "round": 2, "answers": {}})).unwrap();
        room.go_on();
        assert_eq!(room.state.stage, Stage::Play);
    }

    /// The program stood still within a turn, which knows nothing of it yet.
    #[test]
    fn a_turn_in_which_the_program_stood_still_takes_nobody_for_gone() {
        let (mut room, ..) = room(&[]);
        let [ann, ben] = ["Ann", "Ben"].map(|name| joined(&mut room, name));
        room.advance().unwrap();
        room.note(Entry::Auto { auto: true });
        room.follow(Who::Person(ann), json!({"do": "send", "round": 2, "answers": {}})).unwrap();
        room.moment = ago(Duration::from_mins(3));
        for person in [ann, ben] {
            *room.here.get_mut(&person).unwrap() =
                Presence { seen: Some(ago(Duration::from_mins(3))), ..Presence::default() };
        }
        room.go_on();
        assert_eq!((room.state.stage, room.waiting()), (Stage::Decide, 1));
        room.wake(Duration::from_mins(3));
        room.moment = now();
        room.go_on();
        assert_eq!((room.state.stage, room.waiting()), (Stage::Decide, 1));
    }

    /// A network that fails for all of them at once.
    #[test]
    fn where_nobody_is_here_no_round_closes_by_itself() {
        let (mut room, ..) = room(&[]);
        let [ann, _] = ["Ann", "Ben"].map(|name| joined(&mut room, name));
        room.advance().unwrap();
        room.note(Entry::Auto { auto: true });
        room.follow(Who::Person(ann), json!({"do": "send", "round": 2, "answers": {}})).unwrap();
        for who in room.here.values_mut() {
            (who.left, who.seen) = (Some(ago(Duration::from_secs(61))), None);
        }
        room.go_on();
        assert_eq!((room.state.stage, room.waiting()), (Stage::Decide, 0));
    }

    #[test]
    fn whoever_is_missing_comes_first_in_the_teacher_s_list() {
        let (mut room, ..) = room(&[]);
        let names: Vec<String> = (0..30).map(|nth| format!("P{nth}")).collect();
        let people: Vec<u32> = names.iter().map(|name| joined(&mut room, name)).collect();
        room.advance().unwrap();
        for &person in &people[..20] {
            let what = if room.state.people[&person].post == Post::Newsroom {
                json!({"do": "foretell", "round": 2, "rises": true})
            } else {
                json!({"do": "send", "round": 2, "answers": {}})
            };
            let voted = room.follow(Who::Person(person), what);
            if voted.is_err() {
                room.follow(Who::Person(person), json!({"do": "vote", "round": 2, "law": 0})).unwrap();
            }
        }
        room.here.get_mut(&people[25]).unwrap().left = Some(ago(Duration::from_secs(61)));
        room.go_on();
        room.publish();
        let monitor: Value = serde_json::from_str(&room.board.borrow().monitor).unwrap();
        let listed: Vec<u64> =
            monitor["people"].as_array().unwrap().iter().map(|who| who["person"].as_u64().unwrap()).collect();
        let waited: Vec<u64> = (21..=30).filter(|&person| person != 26).collect();
        assert_eq!((&listed[..9], listed[9], &listed[10..]), (&waited[..], 26, &(1..=20).collect::<Vec<u64>>()[..]));
    }
}
