//! Why: what is known about a place, a venue, a seller, a citizen or an event on a day. It comes from the recorded days and,
//! where they do not hold enough, from running the day again.

use std::fmt::Write as _;

use contraband_sim::base::words::{percent, short};
use contraband_sim::explain::{Explained, StallView};
use contraband_sim::ids::good::Good;
use contraband_sim::record::event_text::EventText;
use contraband_sim::record::tables::Values;
use contraband_sim::rules::utility::TERMS;
use contraband_sim::scenario::Scenario;
use contraband_sim::systems::want::deliberation::Thought;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::future::{Future, RecordedDay};
use crate::headline::{as_json, events, is_news, told};
use crate::refused::Refused;
use crate::rows::text;

/// Whom or what a question is about.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum QuestionSubject {
    /// A place, by name.
    Place(String),
    /// A venue, by name.
    Venue(String),
    /// A seller, by number.
    Seller(i64),
    /// A citizen, by number from 0.
    Citizen(u32),
    /// An event, by number.
    Event(i64),
}

/// Events listed in one story, at most.
const EVENTS_TOLD: usize = 30;
/// Days over which a story averages.
const MONTH: u32 = 30;

/// A story, as a page shows it.
#[derive(Default)]
struct StoryPage {
    title: String,
    lines: Vec<String>,
    tables: Vec<Value>,
    events: Vec<Value>,
}

impl StoryPage {
    fn table(&mut self, caption: &str, head: &[&str], rows: Vec<Vec<Value>>) {
        if !rows.is_empty() {
            self.tables.push(json!({"caption": caption, "head": head, "rows": rows}));
        }
    }

    fn json(self) -> Value {
        json!({"schema": 1, "title": self.title, "lines": self.lines, "tables": self.tables, "events": self.events})
    }
}

/// What is known about someone or something on a day, and why, as JSON for a page.
///
/// # Errors
/// When the day has not been run yet, or nobody has this name or number.
pub fn story(future: &Future, day: u32, about: &QuestionSubject) -> Result<Value, Refused> {
    if day > future.lived() {
        return Err(vec![format!("day {day} has not been run yet")]);
    }
    let page = match about {
        QuestionSubject::Place(name) => place(future, day, name),
        QuestionSubject::Venue(name) => venue(future, day, name),
        QuestionSubject::Seller(number) => seller(future, day, *number),
        QuestionSubject::Citizen(number) => citizen(future, day, *number),
        QuestionSubject::Event(number) => event(future, day, *number),
    };
    page.map(StoryPage::json).map_err(|wrong| vec![wrong])
}

/// A name from a file as people read it: `old_town` is "old town".
fn named(key: &str) -> String {
    key.replace('_', " ")
}

/// A value of a keyed table on a day.
fn value(day: &RecordedDay, table: &str, (key, name): (&str, &str), column: &str) -> f64 {
    let batches = day.rows.iter().filter(|batch| batch.table.name == table);
    let mut found = batches.filter_map(|batch| {
        let row = text(batch, key)?.iter().position(|word| word.is_some_and(|word| word == name))?;
        Some(batch.column(column)?.number(row).unwrap_or(f64::NAN))
    });
    found.next().unwrap_or(f64::NAN)
}

/// The mean of a value over the days up to this one, a month of them at most.
fn month(future: &Future, day: u32, table: &str, key: (&str, &str), column: &str) -> f64 {
    let days = (day.saturating_sub(MONTH - 1).max(1)..=day).filter_map(|day| future.day(day));
    let known: Vec<f64> = days.map(|day| value(day, table, key, column)).filter(|value| value.is_finite()).collect();
    known.iter().sum::<f64>() / known.len() as f64
}

/// The last events up to a day that fit, the latest first.
fn recent(future: &Future, day: u32, about: impl Fn(&EventText) -> bool) -> Vec<EventText> {
    let mut found = Vec::new();
    for day in (1..=day).rev().filter_map(|day| future.day(day)) {
        let mut of_day: Vec<EventText> = events(day).filter(|event| about(event)).collect();
        of_day.reverse();
        found.extend(of_day);
        if found.len() >= EVENTS_TOLD {
            break;
        }
    }
    found.truncate(EVENTS_TOLD);
    found
}

/// The same with a capital letter, for the start of a title.
fn titled(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn place(future: &Future, day: u32, name: &str) -> Result<StoryPage, String> {
    let params = &future.scenario().params;
    let Some(about) = params.places.iter().find(|place| place.name == name) else {
        return Err(format!("there is no place named `{name}`"));
    };
    let Some(today) = future.day(day) else { return Err(format!("day {day} has not been run yet")) };
    let mut page =
        StoryPage { title: titled(&format!("{}, {}", named(name), about.params.kind.word())), ..StoryPage::default() };
    let key = ("place", name);
    if day > 0 {
        let at = |column| value(today, "places", key, column);
        page.lines.push(format!(
            "{} people live here. On day {day} they made {} purchases, {} of them illicit, for {} credits. Agencies checked {} \
             of these purchases and brought {} cases.",
            short(at("citizens")),
            short(at("trades")),
            short(at("illicit_trades")),
            short(at("spent_credits")),
            short(at("examined")),
            short(at("detections")),
        ));
        let heads = ["figure", "this day", "average of 30 days"];
        let rows = [
            ("illicit trades", "illicit_trades"),
            ("anxiety, 0 to 1", "anxiety_mean"),
            ("boredom, 0 to 1", "boredom_mean"),
            ("perceived chance of a case per purchase", "risk_perceived"),
            ("share of people in open unrest", "unrest_share"),
            ("wealth, credits", "wealth_mean"),
            ("harm done", "harm"),
            ("share of trade against the first month, 1 is no change", "displacement_index"),
        ];
        let rows = rows.map(|(label, column)| {
            vec![label.into(), short(at(column)).into(), short(month(future, day, "places", key, column)).into()]
        });
        page.table("How people here are doing", &heads, rows.to_vec());
    }
    page.lines.push(format!(
        "Surveillance: {} times the usual. Machines provide {} of all needs.",
        short(about.params.surveillance.get()),
        percent(about.params.abundance.get())
    ));
    page.events = recent(future, day, |event| event.place.as_deref() == Some(name) && is_news(event))
        .iter()
        .map(as_json)
        .collect();
    Ok(page)
}

fn venue(future: &Future, day: u32, name: &str) -> Result<StoryPage, String> {
    let params = &future.scenario().params;
    let Some(at) = params.venues.iter().position(|venue| venue.name == name) else {
        return Err(format!("there is no venue named `{name}`"));
    };
    let Some(today) = future.day(day) else { return Err(format!("day {day} has not been run yet")) };
    let stands = params.venues[at]
        .place
        .as_deref()
        .map_or("an online market".into(), |place| format!("a market in {}", named(place)));
    let mut page = StoryPage { title: titled(&format!("{}, {stands}", named(name))), ..StoryPage::default() };
    if day == 0 {
        page.lines.push("Nothing has happened yet.".into());
        return Ok(page);
    }
    let of = |column| value(today, "venues", ("venue", name), column);
    if of("open") < 1.0 {
        page.lines.push("It is closed.".into());
    } else {
        page.lines.push(format!(
            "On day {day}: {} purchases for {} credits, at {} stalls. Buyers' trust in it: {}. Credits held in escrow: {}. \
             Evidence against it: {} cases.",
            short(of("trades")),
            short(of("volume_credits")),
            short(of("stalls")),
            percent(of("trust")),
            short(of("escrow_credits")),
            short(of("evidence")),
        ));
    }
    let mut run = future.stand(day - 1);
    run.step();
    let mut rows = Vec::new();
    for &good in Good::ALL {
        for stall in run.stalls(good).into_iter().filter(|stall| stall.venue == at) {
            rows.push((stall.sold, stall_row(good, &stall)));
        }
    }
    rows.sort_by_key(|(sold, _)| std::cmp::Reverse(*sold));
    let rows = rows.into_iter().take(40).map(|(_, row)| row).collect();
    let head = ["good", "seller", "price", "cost", "sold today", "in stock", "reputation", "price changed by"];
    page.table("Stalls, the busiest first", &head, rows);
    page.events = recent(future, day, |event| event.venue.as_deref() == Some(name) && is_news(event))
        .iter()
        .map(as_json)
        .collect();
    Ok(page)
}

fn stall_row(good: Good, stall: &StallView) -> Vec<Value> {
    vec![
        named(good.word()).into(),
        json!({"seller": stall.seller}),
        short(stall.price).into(),
        short(stall.cost).into(),
        stall.sold.into(),
        stall.stock.into(),
        percent(stall.reputation).into(),
        stall.reason.into(),
    ]
}

fn seller(future: &Future, day: u32, number: i64) -> Result<StoryPage, String> {
    let mut page = StoryPage { title: format!("Seller {number}"), ..StoryPage::default() };
    // A row every seventh day: the last one up to this day.
    let row = (1..=day).rev().filter_map(|day| Some((day, future.day(day)?))).find_map(|(day, lived)| {
        lived.rows.iter().filter(|batch| batch.table.name == "syndicates").find_map(|batch| {
            let Values::Int(numbers) = batch.column("syndicate")? else { return None };
            let row = numbers.iter().position(|known| known == Some(&number))?;
            let told = batch.table.columns.iter().zip(&batch.columns).skip(2).map(|(about, values)| {
                let told = match values {
                    Values::Int(cells) => cells.get(row).map_or(String::new(), i64::to_string),
                    Values::Float(cells) => short(cells.get(row).copied().unwrap_or(f64::NAN)),
                    Values::Text(cells) => cells.get(row).map_or(String::new(), |word| named(word)),
                };
                vec![named(about.name).into(), told.into(), about.doc.into()]
            });
            Some((day, told.collect::<Vec<Vec<Value>>>()))
        })
    });
    page.events =
        recent(future, day, |event| event.syndicate.map(i64::from) == Some(number)).iter().map(as_json).collect();
    match row {
        Some((known, rows)) => {
            page.lines.push(format!("Sellers are recorded once a week. These figures are from day {known}."));
            page.table("Figures", &["figure", "value", "what it means"], rows);
        }
        None if page.events.is_empty() => {
            return Err(format!("nothing is known about seller {number} up to day {day}"));
        }
        None => page.lines.push("Sellers are recorded once a week. This one was not in the last record.".into()),
    }
    Ok(page)
}

fn event(future: &Future, day: u32, number: i64) -> Result<StoryPage, String> {
    let all = || (0..=day).rev().filter_map(|day| future.day(day)).flat_map(events);
    let found = |number: u64| all().find(|event| event.event == number);
    let Some(event) = u64::try_from(number).ok().and_then(found) else {
        return Err(format!("there is no event with the number {number} up to day {day}"));
    };
    let mut page = StoryPage { title: format!("Day {}: {}", event.day, told(&event)), ..StoryPage::default() };
    let mut cause = event.cause;
    while let Some(before) = cause.and_then(found) {
        let when = if before.day == event.day { "the same day".into() } else { format!("day {}", before.day) };
        page.lines.push(format!("Cause, {when}: {}", told(&before)));
        // A cause comes before its effect: numbers only fall.
        cause = before.cause.filter(|&cause| cause < before.event);
    }
    if page.lines.is_empty() {
        page.lines.push("No other event caused it.".into());
    }
    page.events =
        all().filter(|later| later.cause == Some(event.event)).take(EVENTS_TOLD).map(|later| as_json(&later)).collect();
    Ok(page)
}

fn citizen(future: &Future, day: u32, number: u32) -> Result<StoryPage, String> {
    let scenario = future.scenario();
    let people = scenario.params.citizens.count.get();
    if number >= people {
        return Err(format!("there is no citizen {number}: they are numbered from 0 to {}", people.saturating_sub(1)));
    }
    if day == 0 {
        return Ok(StoryPage {
            title: format!("Citizen {number}"),
            lines: vec!["Nothing has happened yet.".into()],
            ..StoryPage::default()
        });
    }
    let mut run = future.stand(day - 1);
    run.watch(&[number]);
    run.step();
    let Some(explained) = run.explain(number) else {
        return Err(format!("citizen {number} takes no part in the market"));
    };
    let stalls: Vec<StallView> =
        explained.deliberation.thoughts.iter().flat_map(|thought| run.stalls(thought.good)).collect();
    let mut page = StoryPage::default();
    tell_citizen(&mut page, scenario, &explained, &stalls);
    let theirs = |event: &EventText| event.citizen == Some(number);
    page.events = recent(future, day, theirs).iter().map(as_json).collect();
    Ok(page)
}

fn tell_citizen(page: &mut StoryPage, scenario: &Scenario, explained: &Explained, stalls: &[StallView]) {
    let Explained { day, citizen, place, record, deliberation, outcome, .. } = explained;
    let params = &scenario.params;
    let did = match outcome.as_ref() {
        None => "bought nothing".into(),
        Some(outcome) if outcome.fate == "unmet" => format!("could not get {}", named(outcome.good.word())),
        Some(outcome) => format!("bought {}", named(outcome.good.word())),
    };
    page.title = format!("Citizen {citizen} {did} on day {day}");
    page.lines.push(format!(
        "Lives in {}, had {} credits, and {} in their record.",
        named(&params.places[*place].name),
        short(deliberation.purse.into()),
        match record {
            0 => "no entries".into(),
            1 => "1 entry".into(),
            _ => format!("{record} entries"),
        }
    ));
    if !deliberation.attentive {
        page.lines.push(
            "They did not think about shopping that day. If they had, this is what they would have considered:".into(),
        );
    }
    if let Some(outcome) = outcome {
        let stall = stalls.iter().find(|stall| stall.slot == outcome.slot as usize);
        let from = stall.map_or("a stall that has closed since".into(), |stall| {
            format!("seller {} at {}", stall.seller, named(&params.venues[stall.venue].name))
        });
        let mut line = match outcome.fate {
            "delivered" => format!("Delivered by {from}, for {} credits", short(outcome.price)),
            "scammed" => format!("Paid {} credits to {from}, and nothing ever arrived", short(outcome.price)),
            "refunded" => format!("Not delivered by {from}; the {} credits were paid back", short(outcome.price)),
            "trapped" => "The stall was a trap that an agency had set".into(),
            _ => format!("{} had no stock left, or served others first", titled(&from)),
        };
        if outcome.extra > 0.0 {
            let _ = write!(line, ", plus {} in tax or for the shopping agent", short(outcome.extra));
        }
        match (outcome.examined_by, outcome.case) {
            (Some(agency), Some(target)) => {
                let agency = named(&params.agencies[agency].name);
                let _ = write!(
                    line,
                    ". The {agency} checked it and brought a case against the {target}: a fine of {} credits",
                    short(outcome.fine)
                );
            }
            (Some(agency), None) => {
                let _ = write!(line, ". The {} checked it, but brought no case", named(&params.agencies[agency].name));
            }
            (None, _) => {}
        }
        page.lines.push(line + ".");
    }
    let staying = f64::from(deliberation.staying_out);
    let rows = deliberation.thoughts.iter().map(|thought| {
        let best = thought.sellers.iter().filter(|seller| seller.affordable && seller.offer.price.is_finite());
        let best = best.map(|seller| f64::from(seller.utility)).fold(f64::NAN, f64::max);
        let chosen = thought.sellers.iter().any(|seller| deliberation.chosen == Some(seller.slot));
        let so = match () {
            () if thought.barred => "out of reach that day",
            () if chosen => "chosen",
            () if !thought.looked_up => "no seller could have been good enough",
            () if best.is_nan() => "no seller found, or too expensive",
            () if best <= staying => "buying nothing was better",
            () => "another good was better",
        };
        let risk = percent(thought.perceived_risk.into());
        vec![
            named(thought.good.word()).into(),
            short(worth(thought)).into(),
            short(best).into(),
            risk.into(),
            so.into(),
        ]
    });
    page.table(
        &format!("What they considered. Buying nothing had a utility of {}", short(staying)),
        &["good", "utility", "best offer", "perceived risk", "result"],
        rows.collect(),
    );
    let of_note = deliberation.thoughts.iter().max_by(|one, other| {
        let chosen = |thought: &Thought| thought.sellers.iter().any(|seller| deliberation.chosen == Some(seller.slot));
        chosen(one).cmp(&chosen(other)).then(worth(one).total_cmp(&worth(other)))
    });
    if let Some(thought) = of_note {
        let mut terms: Vec<(&str, f32)> = TERMS.iter().copied().zip(thought.terms).collect();
        terms.push(("what the shopping agent knows", thought.matched));
        terms.push(("mood of the moment", thought.shock));
        terms.retain(|(_, term)| term.abs() >= 0.05);
        terms.sort_by(|one, other| other.1.abs().total_cmp(&one.1.abs()));
        let rows = terms.into_iter().map(|(name, term)| vec![name.into(), short(term.into()).into()]).collect();
        let caption = format!("What made up the utility of {}", named(thought.good.word()));
        page.table(&caption, &["reason", "utility"], rows);
    }
}

/// The utility of a good before any seller is looked at.
fn worth(thought: &Thought) -> f64 {
    f64::from(thought.terms.iter().sum::<f32>() + thought.matched + thought.shock)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::plan::planned;

    #[test]
    fn numbers_in_sentences_are_short() {
        let told = [37.0, 931.4, 0.0, 2.54, 0.123, -4.0, f64::NAN].map(short);
        assert_eq!(told, ["37", "931", "0", "2.5", "0.12", "−4", "–"]);
        assert_eq!(titled("quay nine"), "Quay nine");
    }

    /// Names have capitals in the news: in what is told of an event and its causes they are the same.
    #[test]
    fn an_event_and_its_causes_are_called_as_in_the_news() {
        let mut future = Future::new(Arc::new(planned("who_steers", None, &[]).expect("it is there")), 1);
        (0..10).for_each(|_| future.step());
        let all: Vec<EventText> = future.days().iter().flat_map(|day| events(day)).collect();
        let cause = |event: &EventText| all.iter().find(|before| Some(before.event) == event.cause);
        let is_named = |event: &EventText| told(event) != event.words();
        let one = all.iter().find(|event| is_named(event)).expect("they have names");
        let other = all.iter().find(|event| cause(event).is_some_and(is_named)).expect("one has a cause with a name");
        for event in [one, other] {
            let number = i64::try_from(event.event).expect("numbers end at 2^53");
            let page = story(&future, 10, &QuestionSubject::Event(number)).expect("it has happened");
            assert_eq!(page["title"], format!("Day {}: {}", event.day, told(event)));
            let before = cause(event).map_or_else(|| "No other event".into(), told);
            assert!(page["lines"][0].as_str().is_some_and(|line| line.contains(&before)), "{before}: {page}");
        }
    }
}
