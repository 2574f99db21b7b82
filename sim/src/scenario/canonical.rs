//! The order in which the engine keeps the lists of a scenario: by key, whatever order a file has them in.
//!
//! So a file that lists the same in another order is the same world to the last digit, sums of fractions included, and
//! whoever is added anywhere in a list stands where its key puts it. Rows are written in the order of the file.

use crate::scenario::Scenario;

/// Where the items of a file's lists stand in those of the engine, list by list: the first number is that of the first
/// item in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileOrder {
    /// Places.
    pub places: Vec<usize>,
    /// Venues.
    pub venues: Vec<usize>,
    /// Agencies.
    pub agencies: Vec<usize>,
    /// Temperaments.
    pub temperaments: Vec<usize>,
    /// Providers.
    pub providers: Vec<usize>,
    /// Houses.
    pub houses: Vec<usize>,
}

impl FileOrder {
    /// Where the item stands in the engine whose number in a file's list, from 1, a lever gives; `None` for 0, and beyond
    /// the end of the list.
    pub fn numbered(list: &[usize], number: u32) -> Option<usize> {
        list.get((number as usize).checked_sub(1)?).copied()
    }

    /// Where an item of the engine stands in the file, from 0.
    ///
    /// # Panics
    /// When there is no such item.
    pub fn in_file(list: &[usize], at: usize) -> usize {
        list.iter().position(|&known| known == at).expect("every item is in the file")
    }
}

/// Sorts a list by key, and says where each of its items went.
fn sort<T>(list: &mut Vec<T>, key: impl Fn(&T) -> &str) -> Vec<usize> {
    let mut items: Vec<(usize, T)> = std::mem::take(list).into_iter().enumerate().collect();
    // Keys differ, see `Scenario::check`; where they do not, the order of the file decides.
    items.sort_by(|(first, one), (second, other)| key(one).cmp(key(other)).then(first.cmp(second)));
    let mut went = vec![0; items.len()];
    for (at, (from, item)) in items.into_iter().enumerate() {
        went[from] = at;
        list.push(item);
    }
    went
}

impl Scenario {
    /// A lever's path with an item's key in place of its name.
    pub fn keyed(&self, path: &str) -> String {
        let [list, name, field] = path.split('.').collect::<Vec<_>>()[..] else { return path.into() };
        macro_rules! key {
            ($items:ident) => {
                self.params.$items.iter().find(|item| item.name == name).map(|item| item.key())
            };
        }
        let key = match list {
            "places" => key!(places),
            "venues" => key!(venues),
            "agencies" => key!(agencies),
            "temperaments" => key!(temperaments),
            "providers" => key!(providers),
            "houses" => key!(houses),
            _ => None,
        };
        key.map_or_else(|| path.into(), |key| format!("{list}.{key}.{field}"))
    }

    /// The same with every list in the order of its items' keys, and where the items of the file went.
    ///
    /// Levers that name an item by its number in a list keep that number, which is that of the file.
    #[must_use]
    pub fn canonical(&self) -> (Self, FileOrder) {
        let mut sorted = self.clone();
        let params = &mut sorted.params;
        let order = FileOrder {
            places: sort(&mut params.places, |place| place.key()),
            venues: sort(&mut params.venues, |venue| venue.key()),
            agencies: sort(&mut params.agencies, |agency| agency.key()),
            temperaments: sort(&mut params.temperaments, |kind| kind.key()),
            providers: sort(&mut params.providers, |provider| provider.key()),
            houses: sort(&mut params.houses, |house| house.key()),
        };
        (sorted, order)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_sorted_by_key_and_found_again() {
        let mut scenario = Scenario::default();
        scenario.params.venues[0].key = "zenith".into();
        let names = |scenario: &Scenario| -> Vec<String> {
            scenario.params.venues.iter().map(|venue| venue.name.clone()).collect()
        };
        let (sorted, order) = scenario.canonical();
        assert_eq!(names(&sorted).last(), Some(&"lantern".into()), "it has the last key");
        for (nth, name) in names(&scenario).iter().enumerate() {
            let at = FileOrder::numbered(&order.venues, nth as u32 + 1).expect("it is in the list");
            assert_eq!((&names(&sorted)[at], FileOrder::in_file(&order.venues, at)), (name, nth));
        }
        assert_eq!(scenario.keyed("venues.lantern.fee"), "venues.zenith.fee");
        assert_eq!(
            ["law.fine", "goods.privacy.status"].map(|path| scenario.keyed(path)),
            ["law.fine", "goods.privacy.status"]
        );
        assert_eq!([0, 8].map(|number| FileOrder::numbered(&order.venues, number)), [None, None]);
        scenario.params.venues.reverse();
        assert_eq!(scenario.canonical().0, sorted);
    }
}
