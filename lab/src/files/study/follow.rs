//! What is measured because a policy touches it: its good, its place, what its enforcement costs.
//!
//! Each arm says for itself what is measured for its sake, so that an arm that is added later changes nothing about the
//! others: see [`of_arms`].

use std::collections::BTreeSet;

use contraband_sim::base::words::hex;
use contraband_sim::ids::good::Good;
use sha2::{Digest as _, Sha256};

/// A metric: name, label, text with `days = W` for the days that are looked at, and whether less of it is better.
pub type Followed = (String, String, String, bool);

/// Goods, places or venues of an arm that are measured one by one, if there are no more than these.
const FEW: usize = 3;

/// Longest name of a metric: as long as the name of anything in a file.
const LONGEST: usize = 40;

/// A thing that a policy names, and is measured for that: what of it, `ITEM` being its name.
struct OneByOne {
    /// `goods`, `places` or `venues`.
    list: &'static str,
    /// What the name of the metric begins with.
    prefix: &'static str,
    label: &'static str,
    text: &'static str,
    less: bool,
    /// Most items of an arm that are measured so.
    most: usize,
}

/// What is measured of each thing that a policy names.
const ITEMS: [OneByOne; 5] = [
    OneByOne {
        list: "goods",
        prefix: "trades_of_",
        label: "purchases of ITEM a day",
        text: "mean(goods.trades, good = ITEM, days = W)",
        less: false,
        most: Good::ALL.len(),
    },
    OneByOne {
        list: "goods",
        prefix: "price_of_",
        label: "price over cost of ITEM",
        text: "mean(goods.price_mean / cost_mean, good = ITEM, days = W)",
        less: false,
        most: FEW,
    },
    OneByOne {
        list: "places",
        prefix: "trades_in_",
        label: "purchases a day by people in ITEM",
        text: "mean(places.trades, place = ITEM, days = W)",
        less: false,
        most: FEW,
    },
    OneByOne {
        list: "places",
        prefix: "harm_in_",
        label: "harm a day in ITEM",
        text: "mean(places.harm, place = ITEM, days = W)",
        less: true,
        most: FEW,
    },
    OneByOne {
        list: "venues",
        prefix: "trades_at_",
        label: "purchases a day at ITEM",
        text: "mean(venues.trades, venue = ITEM, days = W)",
        less: false,
        most: FEW,
    },
];

/// What is measured where a policy touches a group of levers: the group, name, label, text, and whether less is better.
const GROUPS: [(&str, &str, &str, &str, bool); 12] = [
    ("status", "illicit_share", "share of purchases that is illicit", "mean(days.illicit_share, days = W)", false),
    (
        "agencies",
        "enforcement",
        "cost of enforcement a day, in credits",
        "sum(agencies.budget_credits, days = W) / count(days.day, days = W)",
        false,
    ),
    ("delegates", "markup", "markup that providers of agents ask", "mean(providers.markup, days = W)", false),
    ("providers", "markup", "markup that providers of agents ask", "mean(providers.markup, days = W)", false),
    ("delegates", "delegated", "share of people with an agent", "mean(days.delegated_share, days = W)", false),
    ("syndicates", "sellers", "open sellers", "mean(days.sellers, days = W)", false),
    ("temperaments", "sellers", "open sellers", "mean(days.sellers, days = W)", false),
    ("market", "scams", "purchases a day that are not delivered", "mean(days.scams, days = W)", true),
    ("society", "unrest", "share of people in unrest", "mean(days.unrest_share, days = W)", true),
    ("leaks", "leaks", "secrets that got out", "sum(counts.leaks, days = W)", false),
    (
        "enclaves",
        "in_enclaves",
        "people in enclaves",
        "sum(places.citizens, kind = enclave, days = W) / count(days.day, days = W)",
        false,
    ),
    (
        "colonies",
        "trades_in_colonies",
        "purchases a day by people in colonies",
        "sum(places.trades, kind = colony, days = W) / count(days.day, days = W)",
        false,
    ),
];

/// What an arm touches: levers that it sets, and places in which it sets some of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// Paths of levers.
    pub paths: Vec<String>,
    /// Names of places.
    pub places: Vec<String>,
}

impl Touched {
    /// The things of a list that it names, each once: goods in their order, others as they are named.
    fn items(&self, list: &str) -> Vec<&str> {
        let named = self.paths.iter().filter_map(|path| {
            let mut parts = path.split('.');
            (parts.next()? == list).then(|| parts.next())?.filter(|name| *name != "*")
        });
        let here = self.places.iter().map(String::as_str).filter(|_| list == "places");
        let mut found: Vec<&str> = Vec::new();
        for name in named.chain(here) {
            if !found.contains(&name) && (list != "goods" || Good::from_word(name).is_some()) {
                found.push(name);
            }
        }
        if list == "goods" {
            found.sort_by_key(|name| Good::from_word(name));
        }
        found
    }

    /// The groups of levers that it sets; `status` where it sets that of a good.
    fn groups(&self) -> BTreeSet<&str> {
        let mut groups = BTreeSet::new();
        for path in &self.paths {
            let parts: Vec<&str> = path.split('.').collect();
            groups.insert(parts[0]);
            groups.extend((parts[0] == "goods" && parts.get(2) == Some(&"status")).then_some("status"));
        }
        groups
    }

    /// The metrics of what it touches.
    pub fn followed(&self) -> Vec<Followed> {
        let mut found: Vec<Followed> = Vec::new();
        for list in ["goods", "places", "venues"] {
            let items = self.items(list);
            let of_list = || ITEMS.iter().filter(|one| one.list == list && items.len() <= one.most);
            for item in &items {
                let said = item.replace('_', " ");
                found.extend(of_list().map(|one| {
                    let (label, text) = (one.label.replace("ITEM", &said), one.text.replace("ITEM", item));
                    (named(one.prefix, item), label, text, one.less)
                }));
            }
        }
        let groups = self.groups();
        for (_, name, label, text, less) in GROUPS.into_iter().filter(|(group, ..)| groups.contains(group)) {
            if found.iter().all(|(known, ..)| known != name) {
                found.push((name.into(), label.into(), text.into(), less));
            }
        }
        found
    }

    /// What it touches too much of to measure it one by one, in words: such as "12 places". Goods stand in no such list:
    /// there are few of them.
    pub fn untold(&self) -> Vec<String> {
        let many = |list: &str| Some(self.items(list).len()).filter(|&many| many > FEW);
        ["places", "venues"].iter().filter_map(|list| Some(format!("{} {list}", many(list)?))).collect()
    }
}

/// The metrics of all arms, each once, an arm after the other.
pub fn of_arms(arms: &[Touched]) -> Vec<Followed> {
    let mut found: Vec<Followed> = Vec::new();
    for one in arms.iter().flat_map(Touched::followed) {
        if found.iter().all(|(known, ..)| *known != one.0) {
            found.push(one);
        }
    }
    found
}

/// The name of a metric of a thing. Where both are too long together the thing's is cut, and told apart by a few digits that
/// follow from all of it.
fn named(prefix: &str, item: &str) -> String {
    const DIGITS: usize = 6;
    if prefix.len() + item.len() <= LONGEST {
        return format!("{prefix}{item}");
    }
    let digits = hex(&Sha256::digest(item)[..DIGITS / 2]);
    let room = LONGEST - prefix.len() - DIGITS - 1;
    format!("{prefix}{}_{digits}", item[..room].trim_end_matches('_'))
}

#[cfg(test)]
mod tests {
    use crate::files::study::{MOST_ARMS, MOST_METRICS};

    use super::*;

    fn touched(paths: &[&str], places: &[&str]) -> Touched {
        let [paths, places] = [paths, places].map(|names| names.iter().map(|&name| name.to_owned()).collect());
        Touched { paths, places }
    }

    fn names(paths: &[&str], places: &[&str]) -> Vec<String> {
        touched(paths, places).followed().into_iter().map(|(name, ..)| name).collect()
    }

    #[test]
    fn what_a_policy_touches_is_measured() {
        assert!(names(&["law.fine", "demand.desire"], &[]).is_empty());
        assert_eq!(
            names(&["goods.privacy.status", "law.fine"], &["harbour", "harbour"]),
            ["trades_of_privacy", "price_of_privacy", "trades_in_harbour", "harm_in_harbour", "illicit_share"]
        );
        assert_eq!(names(&["agencies.city_watch.budget", "agencies.city_watch.focused"], &[]), ["enforcement"]);
        assert_eq!(names(&["venues.bazaar.size", "places.*.abundance", "goods.*.evidence"], &[]), ["trades_at_bazaar"]);
        let many = ["goods.privacy.harm", "goods.experience.harm", "goods.positional.harm", "goods.augmentation.harm"];
        assert_eq!(names(&many, &[]).len(), 4);
    }

    #[test]
    fn no_name_is_too_long_to_be_measured() {
        let long = "the_old_arcade_at_the_far_end_of_harbour";
        assert_eq!(long.len(), LONGEST);
        let other = format!("{}z", &long[..LONGEST - 1]);
        for names in [names(&[], &[long, &other]), names(&[&format!("venues.{long}.size")], &[])] {
            let all: BTreeSet<&String> = names.iter().collect();
            assert_eq!(all.len(), names.len(), "{names:?}");
            assert!(names.iter().all(|name| name.len() <= LONGEST), "{names:?}");
        }
        assert_eq!(names(&[], &[long, &other]).len(), 4);
        assert_eq!(named("trades_in_", "harbour"), "trades_in_harbour");
    }

    #[test]
    fn more_than_a_few_places_are_not_measured_one_by_one_and_that_is_said() {
        let places: Vec<String> = (0..200).map(|nth| format!("place_{nth}")).collect();
        let all = Touched { places: places.clone(), paths: Vec::new() };
        assert_eq!((all.followed(), all.untold()), (Vec::new(), vec!["200 places".to_owned()]));
        let few = Touched { places: places[..FEW].to_vec(), paths: Vec::new() };
        assert_eq!((few.followed().len(), few.untold()), (2 * FEW, Vec::new()));
    }

    #[test]
    fn no_study_has_more_usual_metrics_than_its_file_may_hold() {
        let groups = GROUPS.iter().map(|(group, ..)| format!("{group}.x"));
        let goods = Good::ALL.iter().map(|good| format!("goods.{}.status", good.word()));
        let common: Vec<String> = groups.chain(goods).collect();
        let arm = |nth: usize| {
            let of = |what: &str| (0..FEW).map(move |one| format!("{what}_{nth}_{one}")).collect::<Vec<_>>();
            let venues = of("venue").into_iter().map(|venue| format!("venues.{venue}.size"));
            Touched { paths: common.iter().cloned().chain(venues).collect(), places: of("place") }
        };
        let most = of_arms(&(0..MOST_ARMS).map(arm).collect::<Vec<_>>()).len();
        assert!(most >= MOST_ARMS * 3 * FEW && most + 14 <= MOST_METRICS, "{most}");
    }

    /// What is measured for an arm does not depend on the arms beside it.
    #[test]
    fn what_another_arm_touches_takes_no_metric_away() {
        let one = touched(&["goods.privacy.status", "venues.bazaar.size"], &["harbour"]);
        let goods: Vec<String> = Good::ALL.iter().map(|good| format!("goods.{}.harm", good.word())).collect();
        let places = (0..9).map(|nth| format!("place_{nth}")).collect();
        let other = Touched { paths: goods, places };
        let both = of_arms(&[one.clone(), other.clone()]);
        assert_eq!(both[..one.followed().len()], one.followed());
        assert!(other.followed().iter().all(|metric| both.contains(metric)));
        assert_eq!(of_arms(&[other, one]).len(), both.len());
    }
}
