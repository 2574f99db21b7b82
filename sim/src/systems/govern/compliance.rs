//! Sellers obey a new ban, or do not.

use crate::actions::stalls::close_stall;
use crate::actions::street::MarketParams;
use crate::base::dice::{Purpose, happens};
use crate::base::units::Status;
use crate::ids::event::EventId;
use crate::ids::good::{GOODS, Good};
use crate::scenario::Rules;

/// On the day of a ban, sellers of what was free or licensed close, as many as obey; whoever stays is out of sight from now on.
///
/// Where only some places ban a good, the share of people who live there have the say. A seller obeys for all of its stalls of
/// the good; councils make their own law, and houses that are directed do what they are told.
pub fn obey_bans(mut streets: MarketParams<'_, '_>) {
    let mut street = streets.walk();
    let (context, day) = (street.context, street.day);
    let scenario = &context.scenario;
    let begins = |last: u32| last.checked_add(1) == Some(day);
    if !scenario.timeline.iter().any(|entry| entry.day == day || entry.until.is_some_and(begins)) {
        return;
    }
    let before: Vec<Rules> = (0..context.places()).map(|place| scenario.rules_in(place, day.max(2) - 1)).collect();
    let lawful = |rules: &Rules, good: Good| matches!(rules.goods[good].status, Status::Free | Status::Licensed);
    let people = |place: usize| scenario.params.places[place].params.population.get();
    let all: f64 = (0..context.places()).map(people).sum();
    for good in (0..GOODS).map(Good::at) {
        let banned = |place: &usize| lawful(&before[*place], good) && !lawful(&street.rules[*place], good);
        let share = (0..context.places()).filter(banned).map(people).sum::<f64>() / all.max(1e-9);
        let chance = share * street.params.law.compliance.get();
        if chance <= 0.0 {
            continue;
        }
        for slot in context.slots_of(good) {
            let place = street.stalls[slot].seller as usize;
            let seller = &street.sellers[place];
            let free = !context.is_council(place) && seller.orders(street.params).is_none();
            if !street.stalls[slot].open || !free {
                continue;
            }
            let [word] = context.dice.of(seller.key()).words::<1>(Purpose::Comply, day, good.index() as u64);
            if happens(word, chance) {
                close_stall(&mut street, slot, EventId::NONE, "it obeys the ban");
            }
        }
    }
}
