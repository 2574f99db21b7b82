//! What is measured because a policy touches it: its good, its place, what its enforcement costs.

use std::collections::BTreeSet;

use contraband_sim::ids::good::Good;

/// A metric: name, label, text with `days = W` for the days that are looked at, and whether less of it is better.
pub type Followed = (String, String, String, bool);

/// Goods that are measured one by one, with their prices too, if there are no more than these.
const FEW: usize = 3;

/// Longest name of a metric.
const LONGEST: usize = 40;

/// The metrics of some levers, and of places in which some of them are set.
pub fn followed<'p>(
    paths: impl IntoIterator<Item = &'p str>,
    places: impl IntoIterator<Item = &'p str>,
) -> Vec<Followed> {
    let mut groups = BTreeSet::new();
    let (mut goods, mut venues) = (Vec::new(), Vec::new());
    let mut here: Vec<&str> = Vec::new();
    for path in paths {
        let mut parts = path.split('.');
        let (Some(group), Some(name)) = (parts.next(), parts.next()) else { continue };
        match group {
            "goods" => {
                groups.extend((parts.next() == Some("status")).then_some("status"));
                goods.extend(Good::from_word(name).filter(|good| !goods.contains(good)));
            }
            "places" if name != "*" && !here.contains(&name) => here.push(name),
            "venues" if name != "*" && !venues.contains(&name) => venues.push(name),
            _ => {}
        }
        groups.insert(group);
    }
    for place in places {
        if !here.contains(&place) {
            here.push(place);
        }
    }
    let mut found: Vec<Followed> = Vec::new();
    let mut add = |name: String, label: String, text: String, less: bool| {
        if name.len() <= LONGEST && found.iter().all(|(known, ..)| *known != name) {
            found.push((name, label, text, less));
        }
    };
    goods.sort_unstable();
    for good in &goods {
        let (word, said) = (good.word(), good.word().replace('_', " "));
        add(
            format!("trades_of_{word}"),
            format!("purchases of {said} a day"),
            format!("mean(goods.trades, good = {word}, days = W)"),
            false,
        );
        if goods.len() <= FEW {
            add(
                format!("price_of_{word}"),
                format!("price over cost of {said}"),
                format!("mean(goods.price_mean / cost_mean, good = {word}, days = W)"),
                false,
            );
        }
    }
    for place in here {
        let said = place.replace('_', " ");
        add(
            format!("trades_in_{place}"),
            format!("purchases a day by people in {said}"),
            format!("mean(places.trades, place = {place}, days = W)"),
            false,
        );
        add(
            format!("harm_in_{place}"),
            format!("harm a day in {said}"),
            format!("mean(places.harm, place = {place}, days = W)"),
            true,
        );
    }
    for venue in venues {
        let said = venue.replace('_', " ");
        add(
            format!("trades_at_{venue}"),
            format!("purchases a day at {said}"),
            format!("mean(venues.trades, venue = {venue}, days = W)"),
            false,
        );
    }
    for (group, name, label, text, less) in [
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
    ] {
        if groups.contains(group) {
            add(name.into(), label.into(), text.into(), less);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(paths: &[&str], places: &[&str]) -> Vec<String> {
        followed(paths.iter().copied(), places.iter().copied()).into_iter().map(|(name, ..)| name).collect()
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
}
