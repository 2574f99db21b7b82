//! The rule in force: a pure function of scenario, place and day. Nothing is ever undone.

use std::collections::BTreeSet;

use crate::base::units::Value;
use crate::params::Params;
use crate::scenario::levers::{Address, Part};
use crate::scenario::{Rules, Scenario, TimelineEntry};

impl Scenario {
    /// The parameters in force on a day, as far as they hold in all places alike.
    ///
    /// What holds in one place only is in [`Scenario::rules_in`].
    pub fn params_on(&self, day: u32) -> Params {
        let mut params = self.params.clone();
        for entry in self.timeline.iter().filter(|entry| entry.places.is_empty() && entry.holds_on(day)) {
            for (path, value) in &entry.set {
                let lever = self.checked_lever(path);
                let former = lever.get(&params);
                lever.set(&mut params, entry.moved(former, *value, day));
            }
        }
        params
    }

    /// The law, what holds for each good and how an enclave governs itself in one place (by its number in the file, from 0) on a day.
    ///
    /// Where several entries set the same lever, the last in the file wins.
    pub fn rules_in(&self, place: usize, day: u32) -> Rules {
        let Params { law, goods, enclaves, .. } = &self.params;
        let mut rules = Rules { law: law.clone(), goods: goods.clone(), enclaves: enclaves.clone() };
        let name = &self.params.places[place].name;
        for entry in self.timeline.iter().filter(|entry| entry.holds_in(name) && entry.holds_on(day)) {
            for (path, value) in &entry.set {
                let lever = self.checked_lever(path);
                let moved = |former| entry.moved(former, *value, day);
                match lever.part {
                    Part::Law => lever.change_in(&mut rules.law, moved),
                    Part::Good(good) => lever.change_in(&mut rules.goods[good], moved),
                    Part::Enclaves => lever.change_in(&mut rules.enclaves, moved),
                    _ => {}
                }
            }
        }
        rules
    }

    /// The value of one lever in one place (by its number in the file, from 0) on a day.
    ///
    /// # Panics
    /// When there is no such lever: paths in a timeline were checked when it was read.
    pub fn value_in(&self, path: &str, place: usize, day: u32) -> Value {
        let lever = self.checked_lever(path);
        let name = &self.params.places[place].name;
        self.timeline
            .iter()
            .filter(|entry| entry.holds_in(name) && entry.holds_on(day))
            .flat_map(|entry| entry.set.iter().map(move |(path, value)| (entry, path, value)))
            .filter(|(_, known, _)| *known == path)
            .fold(lever.get(&self.params), |former, (entry, _, value)| entry.moved(former, *value, day))
    }

    /// The first day on which this scenario and another are not the same world when both are lived with one seed; `None`
    /// where they never part, and 0 where they differ from the start.
    ///
    /// Names, questions and labels are no part of a world, nor is the length of a run.
    pub fn parts_from(&self, other: &Self) -> Option<u32> {
        if self.params != other.params {
            return Some(0);
        }
        let both = || self.timeline.iter().chain(&other.timeline);
        let days: BTreeSet<u32> = both()
            .flat_map(|entry| [Some(entry.day), entry.until.and_then(|until| until.checked_add(1))])
            .flatten()
            .collect();
        days.into_iter().find(|&day| {
            let mut begun = [self, other].map(|scenario| scenario.begun_by(day));
            let [one, another] = &mut begun;
            loop {
                match (one.next(), another.next()) {
                    (None, None) => return false,
                    (Some((_, one)), Some((_, another))) if one.same_by(another, day) => {}
                    _ => return true,
                }
            }
        })
    }

    /// The entries that have begun by a day, with their places in the list.
    pub(crate) fn begun_by(&self, day: u32) -> impl Iterator<Item = (usize, &TimelineEntry)> {
        self.timeline.iter().enumerate().filter(move |(_, entry)| entry.day <= day)
    }

    fn checked_lever(&self, path: &str) -> Address {
        Address::find(&self.params, path).expect("the levers of an entry were checked when it was read")
    }
}

impl TimelineEntry {
    /// Whether the entry holds in the place of this name.
    pub fn holds_in(&self, place: &str) -> bool {
        self.places.is_empty() || self.places.iter().any(|name| name == place)
    }

    /// Whether the entry holds on this day, in full or by then in part.
    pub fn holds_on(&self, day: u32) -> bool {
        self.day <= day && self.until.is_none_or(|until| day <= until)
    }

    /// Whether two entries have done the same by a day: an end that is still to come has done nothing yet.
    fn same_by(&self, other: &Self, day: u32) -> bool {
        let ended = |entry: &Self| entry.until.filter(|&until| until < day);
        (self.day, self.ramp, ended(self)) == (other.day, other.ramp, ended(other))
            && self.places == other.places
            && self.set == other.set
    }

    /// What the entry makes of the value that would hold without it, on a day on which it holds.
    ///
    /// A ramp of `n` days takes its first step on the first day and arrives on the `n`-th. Words and flags switch on the
    /// first day; whole numbers are rounded where they are stored.
    pub(crate) fn moved(&self, former: Value, new: Value, day: u32) -> Value {
        let gone = day - self.day + 1;
        match (former, new) {
            (Value::Number(former), Value::Number(new)) if gone < self.ramp => {
                Value::Number(former + (new - former) * f64::from(gone) / f64::from(self.ramp))
            }
            _ => new,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::units::Status;
    use crate::ids::good::Good;

    fn with(timeline: Vec<TimelineEntry>) -> Scenario {
        let mut scenario = Scenario { timeline, ..Scenario::default() };
        scenario.set("law.fine", "100").unwrap();
        scenario
    }

    fn fine(day: u32, until: Option<u32>, ramp: u32, places: &[&str], fine: f64) -> TimelineEntry {
        let set = vec![("law.fine".into(), Value::Number(fine))];
        TimelineEntry {
            day,
            until,
            ramp,
            places: places.iter().map(|&place| place.into()).collect(),
            set,
            label: String::new(),
        }
    }

    fn fines(scenario: &Scenario, place: usize, days: [u32; 4]) -> [f64; 4] {
        days.map(|day| scenario.rules_in(place, day).law.fine.get())
    }

    #[test]
    fn a_step_holds_from_its_day_and_everywhere() {
        let scenario = with(vec![fine(10, None, 0, &[], 240.0)]);
        assert_eq!(fines(&scenario, 0, [1, 9, 10, 1000]), [100.0, 100.0, 240.0, 240.0]);
        assert_eq!(scenario.params_on(9).law.fine.get(), 100.0);
        assert_eq!(scenario.params_on(10).law.fine.get(), 240.0);
    }

    #[test]
    fn the_value_of_one_lever_is_that_of_the_rules() {
        let scenario = with(vec![fine(10, None, 4, &[], 240.0), fine(12, Some(20), 0, &["harbour"], 50.0)]);
        for place in 0..scenario.params.places.len() {
            for day in [1, 9, 10, 11, 12, 20, 21] {
                let fine = scenario.rules_in(place, day).law.fine.get();
                assert_eq!(scenario.value_in("law.fine", place, day), Value::Number(fine));
            }
        }
    }

    #[test]
    fn a_window_includes_its_last_day_and_leaves_nothing_behind() {
        let scenario = with(vec![fine(10, Some(12), 0, &[], 240.0)]);
        assert_eq!(fines(&scenario, 0, [9, 10, 12, 13]), [100.0, 240.0, 240.0, 100.0]);
    }

    #[test]
    fn a_ramp_of_four_days_takes_four_equal_steps() {
        let scenario = with(vec![fine(10, None, 4, &[], 140.0)]);
        assert_eq!(fines(&scenario, 0, [10, 11, 12, 13]), [110.0, 120.0, 130.0, 140.0]);
        assert_eq!(fines(&scenario, 0, [9, 14, 15, 90]), [100.0, 140.0, 140.0, 140.0]);
    }

    #[test]
    fn a_ramp_of_one_day_is_a_step() {
        let (ramp, step) = (with(vec![fine(10, None, 1, &[], 140.0)]), with(vec![fine(10, None, 0, &[], 140.0)]));
        assert_eq!(fines(&ramp, 0, [9, 10, 11, 12]), fines(&step, 0, [9, 10, 11, 12]));
    }

    #[test]
    fn a_ramp_starts_from_what_would_hold_without_it() {
        let scenario = with(vec![fine(1, None, 0, &[], 200.0), fine(10, None, 4, &[], 240.0)]);
        assert_eq!(fines(&scenario, 0, [9, 10, 13, 14]), [200.0, 210.0, 240.0, 240.0]);
    }

    #[test]
    fn a_pilot_holds_in_its_places_only() {
        let scenario = with(vec![fine(10, None, 0, &["harbour"], 240.0)]);
        let harbour = scenario.params.places.iter().position(|place| place.name == "harbour").unwrap();
        assert_eq!(fines(&scenario, harbour, [9, 10, 11, 12]), [100.0, 240.0, 240.0, 240.0]);
        assert_eq!(fines(&scenario, harbour + 1, [9, 10, 11, 12]), [100.0; 4]);
        assert_eq!(scenario.params_on(10).law.fine.get(), 100.0);
    }

    #[test]
    fn the_later_entry_in_the_file_wins() {
        let scenario = with(vec![fine(10, None, 0, &[], 240.0), fine(5, Some(11), 0, &[], 50.0)]);
        assert_eq!(fines(&scenario, 0, [4, 5, 10, 12]), [100.0, 50.0, 50.0, 240.0]);
    }

    /// By day 30 an entry of day 31, or one that ends on day 40 instead of 50, has not been felt; label and order of what
    /// is still to come count for nothing.
    #[test]
    fn worlds_part_where_the_first_difference_is_felt() {
        let plain = with(vec![]);
        let changed = with(vec![fine(31, None, 0, &[], 240.0)]);
        assert_eq!(plain.parts_from(&plain), None);
        assert_eq!(plain.parts_from(&changed), Some(31));
        let window = |until, fines: f64| with(vec![fine(10, until, 0, &[], fines), fine(60, None, 0, &[], 1.0)]);
        assert_eq!(window(Some(40), 240.0).parts_from(&window(Some(50), 240.0)), Some(41));
        assert_eq!(window(Some(50), 240.0).parts_from(&window(None, 240.0)), Some(51));
        assert_eq!(window(None, 240.0).parts_from(&window(None, 250.0)), Some(10));
        let mut named = changed.clone();
        named.timeline[0].label = "Crackdown".into();
        named.timeline.insert(0, fine(80, None, 0, &[], 7.0));
        assert_eq!(changed.parts_from(&named), Some(80));
        let mut from_the_start = plain.clone();
        from_the_start.set("law.fine", "7").unwrap();
        assert_eq!(plain.parts_from(&from_the_start), Some(0));
    }

    #[test]
    fn words_switch_on_the_first_day_of_a_ramp() {
        let mut entry = fine(10, None, 5, &[], 0.0);
        entry.set = vec![("goods.privacy.status".into(), Value::Word("free"))];
        let scenario = with(vec![entry]);
        assert_eq!(scenario.rules_in(0, 9).goods[Good::Privacy].status, Status::Prohibited);
        assert_eq!(scenario.rules_in(0, 10).goods[Good::Privacy].status, Status::Free);
    }

    #[test]
    fn an_entry_that_sets_what_already_holds_changes_nothing() {
        let plain = with(vec![]);
        let scenario = with(vec![fine(10, None, 7, &[], 100.0)]);
        for day in 1..30 {
            assert_eq!(scenario.params_on(day), plain.params);
            assert_eq!(scenario.rules_in(2, day), plain.rules_in(2, day));
        }
    }
}
