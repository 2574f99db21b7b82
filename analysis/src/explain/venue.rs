//! Where did the trade of a closed venue go? To each other venue, or away: shares of what was lost, which add up.

use contraband_sim::record::event_text::EventText;
use serde::Serialize;

use super::chain::{EventWithCauses, History};
use super::page::{TextPage, many, signed};
use super::{ColumnsOfRows, ExplainError, days_in_words};
use crate::charts::words::{percent, short};
use crate::measures::{Groups, mean};
use crate::store::RunFolder;

/// Days that are compared on each side of the closing.
const WINDOW: u32 = 14;

/// What a closing did.
#[derive(Debug, Serialize)]
pub struct VenueAnswer {
    schema: u32,
    question: &'static str,
    /// The venue.
    pub venue: String,
    /// The day on which it closed.
    pub day: u32,
    /// All days on which it closed.
    pub closings: Vec<u32>,
    /// The closing and what led to it.
    pub closing: EventWithCauses,
    /// Days before, first and last.
    pub before: (u32, u32),
    /// Days after, first and last.
    pub after: (u32, u32),
    /// Purchases a day.
    pub trades: Displacement,
    /// Credits a day.
    pub volume: Displacement,
    /// By how much all venues together changed from one window before these to the next, in trades a day.
    pub drift: f64,
    /// Where its stalls went: venues, and how many.
    pub stalls_moved: Vec<(String, usize)>,
    /// Stalls that closed with it.
    pub stalls_closed: usize,
    /// Sellers who gave up with theirs.
    pub sellers_gone: usize,
    /// The day on which it opened again.
    pub reopened: Option<u32>,
    /// Its own purchases a day in the days after that.
    pub trades_after_reopening: f64,
    /// Other venues that closed in these days.
    pub also_closed: Vec<String>,
    /// What it and they lost together, in trades a day.
    pub lost_together: f64,
    /// What else closed or opened in these days.
    pub meanwhile: Vec<EventWithCauses>,
}

/// What moved from one venue to the others.
#[derive(Debug, PartialEq, Serialize)]
pub struct Displacement {
    /// What the venue lost, a day.
    pub lost: f64,
    /// Every venue, itself among them.
    pub venues: Vec<VenueChange>,
    /// All venues together, before and after.
    pub all: (f64, f64),
    /// What went nowhere, a day: what all together lost.
    pub vanished: f64,
    /// The same as a share of what the venue lost.
    pub vanished_share: f64,
}

/// A venue before and after.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct VenueChange {
    /// Its name.
    pub venue: String,
    /// A day, before.
    pub before: f64,
    /// A day, after.
    pub after: f64,
    /// What it gained, as a share of what was lost; NaN for the venue itself.
    pub share: f64,
}

impl Displacement {
    /// From means a day: name, before, after.
    pub fn of(closed: &str, venues: Vec<(String, f64, f64)>) -> Self {
        let lost = venues.iter().filter(|(name, ..)| name == closed).map(|(_, before, after)| before - after).sum();
        let all = venues.iter().fold((0.0, 0.0), |sum, (_, before, after)| (sum.0 + before, sum.1 + after));
        let vanished = all.0 - all.1;
        let venues = venues.into_iter().map(|(venue, before, after)| {
            let share = if venue == closed { f64::NAN } else { share(after - before, lost) };
            VenueChange { venue, before, after, share }
        });
        Self { lost, venues: venues.collect(), all, vanished, vanished_share: share(vanished, lost) }
    }
}

fn share(part: f64, lost: f64) -> f64 {
    if lost > 0.0 { part / lost } else { f64::NAN }
}

fn closes(kind: &str) -> bool {
    matches!(kind, "raid" | "exit_scam" | "venue_close")
}

impl VenueAnswer {
    /// Compares; without a day, the last closing of the venue.
    ///
    /// # Errors
    /// When the folder cannot be read, or the venue did not close then.
    pub fn of(folder: &RunFolder, venue: &str, day: Option<u32>) -> Result<Self, ExplainError> {
        let history = History::of(folder)?;
        let closing_events: Vec<_> =
            history.all().iter().filter(|event| event.venue == venue && closes(&event.kind)).collect();
        let closings: Vec<u32> = closing_events.iter().map(|event| event.day).collect();
        let Some(last) = closing_events.last() else {
            let closed = history.all().iter().filter(|event| closes(&event.kind)).map(|event| event.venue.clone());
            let mut closed: Vec<String> = closed.collect();
            closed.sort();
            closed.dedup();
            let help = if closed.is_empty() { "no venue did".into() } else { format!("{} did", closed.join(", ")) };
            return Err(ExplainError::nothing(format!("{venue} never closed in this run"), help));
        };
        let day = day.unwrap_or(last.day);
        let Some(closing) = closing_events.iter().find(|event| event.day == day) else {
            return Err(ExplainError::nothing(
                format!("{venue} did not close on day {day}"),
                format!("it closed on {}", days_in_words(&closings)),
            ));
        };
        let lived = folder.info().last_day;
        let rows = ColumnsOfRows::read(folder, "venues", &["day", "venue", "trades", "volume_credits"])?;
        let (trades, volume) = (rows.numbers("trades")?, rows.numbers("volume_credits")?);
        let groups = Groups::of(&rows.frame, "venue");
        let before = (day.saturating_sub(WINDOW).max(1), day - 1);
        let after = (day + 1, (day + WINDOW).min(lived));
        let over = |values: &[f64], (from, to): (u32, u32)| {
            let (from, to) = (from as usize - 1, to as usize);
            values.get(from..to).map_or(f64::NAN, mean)
        };
        let moved = |values: &[f64]| {
            let venues = groups.names.iter().enumerate().map(|(group, name)| {
                let series = groups.series(group, values, lived as usize);
                (name.clone(), over(&series, before), over(&series, after))
            });
            Displacement::of(venue, venues.collect())
        };
        if before.1 < before.0 || after.1 < after.0 {
            return Err(ExplainError::nothing(
                format!("{venue} closed on day {day}, the {} of the run", if day == 1 { "first" } else { "last" }),
                "on one side of it there are no days to compare with",
            ));
        }
        let total = |window| -> f64 {
            (0..groups.names.len())
                .map(|group| over(&groups.series(group, &trades, lived as usize), window))
                .filter(|mean| mean.is_finite())
                .sum()
        };
        let drift = if before.0 > WINDOW { total(before) - total((before.0 - WINDOW, before.0 - 1)) } else { f64::NAN };
        let mut stalls_moved: Vec<(String, usize)> = Vec::new();
        let (mut sellers_gone, mut stalls_closed) = (0, 0);
        for effect in history.effects(closing.event) {
            match effect.kind.as_str() {
                "seller_move" => match stalls_moved.iter_mut().find(|(name, _)| *name == effect.venue) {
                    Some((_, count)) => *count += 1,
                    None => stalls_moved.push((effect.venue.clone(), 1)),
                },
                "stall_close" => stalls_closed += 1,
                "seller_exit" => (sellers_gone, stalls_closed) = (sellers_gone + 1, stalls_closed + 1),
                _ => {}
            }
        }
        stalls_moved.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        let opens = |event: &&EventText| event.kind == "venue_open" && event.venue == venue && event.day > day;
        let reopened = history.all().iter().find(opens).map(|event| event.day);
        let own = groups.names.iter().position(|name| name == venue);
        let trades_after_reopening = match (own, reopened) {
            (Some(group), Some(from)) if from <= lived => {
                over(&groups.series(group, &trades, lived as usize), (from, (from + WINDOW - 1).min(lived)))
            }
            _ => f64::NAN,
        };
        let nearby = |event: &&EventText| {
            let about = closes(&event.kind) || event.kind == "venue_open" || event.kind == "policy";
            about && event.venue != venue && event.day >= before.0 && event.day <= after.1
        };
        let meanwhile: Vec<EventWithCauses> =
            history.all().iter().filter(nearby).map(|event| EventWithCauses::of(&history, event)).collect();
        let trades = moved(&trades);
        let fell =
            |name: &String| trades.venues.iter().any(|change| change.venue == *name && change.after < change.before);
        let closed = meanwhile.iter().filter(|other| closes(&other.event.kind));
        let mut also_closed: Vec<String> = closed.map(|other| other.event.venue.clone()).filter(fell).collect();
        also_closed.sort();
        also_closed.dedup();
        let in_group = |name: &String| *name == venue || also_closed.contains(name);
        let group = trades.venues.iter().filter(|change| in_group(&change.venue));
        let lost_together = group.map(|change| change.before - change.after).sum();
        Ok(Self {
            schema: 1,
            question: "venue",
            venue: venue.to_owned(),
            day,
            closings,
            closing: EventWithCauses::of(&history, closing),
            before,
            after,
            trades,
            volume: moved(&volume),
            drift,
            stalls_moved,
            stalls_closed,
            sellers_gone,
            reopened,
            trades_after_reopening,
            also_closed,
            lost_together,
            meanwhile,
        })
    }

    /// It in words.
    pub fn told(&self) -> String {
        let mut page = TextPage::default();
        let venue = &self.venue;
        page.heading(&format!("Where did the trade of {venue} go after it closed on day {}?", self.day));
        page.heading("Why it closed, and what caused that (\u{2190})");
        self.closing.tell(&mut page, 2);
        if self.closings.len() > 1 {
            page.line(2, &format!("Altogether it closed on {}.", days_in_words(&self.closings)));
        }
        let span = |(from, to): (u32, u32)| format!("{from} to {to}");
        page.heading(&format!("Purchases a day, days {} and {}", span(self.before), span(self.after)));
        tell_moved(&mut page, &self.trades, venue, "trades");
        if !self.also_closed.is_empty() {
            let (lost, vanished) = (self.lost_together, self.trades.vanished);
            page.line(
                2,
                &format!(
                    "Over the same days {} closed too; what left there is in the figures of the others. Of the {} trades a \
                     day lost altogether, {} went to venues that stayed open ({}) and {} disappeared ({}).",
                    self.also_closed.join(", "),
                    short(lost),
                    short(lost - vanished),
                    percent((lost - vanished) / lost),
                    short(vanished),
                    percent(vanished / lost)
                ),
            );
        }
        page.heading("Credits a day, same days");
        tell_moved(&mut page, &self.volume, venue, "credits");
        if self.drift.is_finite() {
            let (change, from) = (signed(self.drift, 1), self.before.0);
            page.line(
                2,
                &format!(
                    "For comparison: in the {WINDOW} days from day {from}, all venues together changed by {change} \
                     trades a day against the {WINDOW} days before. The figures above include this drift."
                ),
            );
        }
        page.line(
            2,
            "One run cannot show what would have happened otherwise: compare it with a run in which the venue stays \
             open.",
        );
        page.heading("Its sellers");
        let to: Vec<String> = self.stalls_moved.iter().map(|(name, count)| format!("{count} to {name}")).collect();
        let stalls = self.stalls_moved.iter().map(|(_, count)| *count as f64).sum();
        let to = if to.is_empty() { String::new() } else { format!(" ({})", to.join(", ")) };
        let gone = many(self.sellers_gone as f64, "seller", "sellers");
        let closed = self.stalls_closed;
        page.line(2, &format!("{} moved{to}, {closed} closed; {gone} quit.", many(stalls, "stall", "stalls")));
        match self.reopened {
            Some(day) => {
                let (closed, trades) = (day - self.day, short(self.trades_after_reopening));
                page.line(
                    2,
                    &format!(
                        "{venue} reopened on day {day}, after {closed} days, and had {trades} trades a day over the \
                         next {WINDOW} days."
                    ),
                );
            }
            None => page.line(2, &format!("{venue} did not reopen within the run.")),
        }
        if !self.meanwhile.is_empty() {
            page.heading("Meanwhile");
            for other in &self.meanwhile {
                page.line(2, &format!("day {}: {}", other.event.day, other.event.words()));
            }
        }
        page.text()
    }
}

fn tell_moved(page: &mut TextPage, moved: &Displacement, closed: &str, what: &str) {
    let mut rows = vec![["", "before", "after", "change", "share of the loss"].map(String::from).to_vec()];
    let row = |name: &str, before: f64, after: f64, share: String| {
        vec![name.to_owned(), short(before), short(after), change(after - before), share]
    };
    let mut venues: Vec<&VenueChange> = moved.venues.iter().collect();
    venues.sort_by_key(|change| change.venue != closed);
    for change in venues {
        let share = if change.venue == closed { String::new() } else { percent(change.share) };
        rows.push(row(&change.venue, change.before, change.after, share));
    }
    let vanished = if moved.vanished_share < 0.0 { "gained on top" } else { "disappeared" };
    let share = format!("{} {vanished}", percent(moved.vanished_share.abs()));
    rows.push(row("total", moved.all.0, moved.all.1, share));
    page.table(2, &rows);
    if moved.lost > 0.0 {
        let (lost, gained, gone) = (short(moved.lost), moved.lost - moved.vanished, short(moved.vanished.abs()));
        let (others, other) = (short(gained.abs()), moved.vanished < 0.0);
        let text = match (gained < 0.0, other) {
            (true, _) => {
                format!(
                    "{closed} lost {lost} {what} a day, and the others lost {others} too: {gone} disappeared in \
                         total."
                )
            }
            (_, true) => {
                format!("{closed} lost {lost} {what} a day; the others gained {others}, which is {gone} more.")
            }
            _ => format!(
                "Of the {lost} {what} a day that {closed} lost, {others} went to others and {gone} \
                          disappeared."
            ),
        };
        page.line(2, &text);
    } else {
        page.line(2, &format!("{closed} lost no {what}, so there is nothing to follow."));
    }
}

/// A change with its sign and two or three figures.
fn change(value: f64) -> String {
    let text = short(value);
    if value > 0.0 { format!("+{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A venue loses 10 of 12 a day; another gains 4, a third loses 1: 40 % moved, −10 % with it, 70 % vanished.
    #[test]
    fn what_moved_and_what_vanished_is_what_was_lost() {
        let venue = |name: &str, before, after| (name.to_owned(), before, after);
        let moved = Displacement::of("a", vec![venue("a", 12.0, 2.0), venue("b", 20.0, 24.0), venue("c", 6.0, 5.0)]);
        assert_eq!(moved.lost, 10.0);
        assert_eq!(moved.vanished, 7.0);
        assert_eq!((moved.venues[1].share, moved.venues[2].share, moved.vanished_share), (0.4, -0.1, 0.7));
        let gained: f64 = moved.venues[1..].iter().map(|venue| venue.share).sum();
        assert!((gained + moved.vanished_share - 1.0).abs() < 1e-12);
    }

    #[test]
    fn nothing_lost_leaves_nothing_to_share() {
        let moved = Displacement::of("a", vec![("a".into(), 1.0, 1.0), ("b".into(), 2.0, 3.0)]);
        assert!(moved.vanished_share.is_nan() && moved.venues[1].share.is_nan());
    }
}
