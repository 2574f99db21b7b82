//! Why was this syndicate raided, driven out, taken down? Its life as a dated list, each blow with the chain that led to it.

use contraband_sim::record::event_text::EventText;
use serde::Serialize;

use super::chain::{EventWithCauses, History};
use super::page::{TextPage, many};
use super::{ColumnsOfRows, ExplainError};
use crate::charts::words::{percent, short};
use crate::store::RunFolder;

/// Days before its end that are summed up.
const MONTH: u32 = 30;

/// What can be said of one syndicate.
#[derive(Debug, Serialize)]
pub struct SyndicateAnswer {
    schema: u32,
    question: &'static str,
    /// Its number.
    pub syndicate: u32,
    /// `syndicate`, `rogue_ai` or `enclave`.
    pub kind: String,
    /// The day that was asked for.
    pub day: Option<u32>,
    /// First day on which it is known.
    pub from: u32,
    /// Day on which it ended.
    pub until: Option<u32>,
    /// How it fared, at its first, best and last count.
    pub counts: Vec<SyndicateDay>,
    /// Written cases against it.
    pub cases_against_it: usize,
    /// Written cases against those who bought from it.
    pub cases_against_buyers: usize,
    /// Fines that it paid in these cases, in credits.
    pub fines: f64,
    /// What happened to it, but for trades and for cases against others.
    pub life: Vec<EventWithCauses>,
    /// Days to which the list of its life is narrowed have nothing in it.
    pub quiet: bool,
}

/// How a syndicate stood on one day.
#[derive(Clone, Debug, Serialize)]
pub struct SyndicateDay {
    day: u32,
    capital: f64,
    stalls: f64,
    revenue: f64,
    markup: f64,
    reputation: f64,
    main_good: String,
}

impl SyndicateAnswer {
    /// Looks it up.
    ///
    /// # Errors
    /// When the folder cannot be read or knows no such syndicate.
    pub fn of(folder: &RunFolder, number: u32, day: Option<u32>) -> Result<Self, ExplainError> {
        let history = History::of(folder)?;
        let columns =
            ["day", "syndicate", "kind", "age", "capital", "stalls", "revenue", "markup", "reputation", "main_good"];
        let rows = ColumnsOfRows::read(folder, "syndicates", &columns)?;
        let ids = rows.numbers("syndicate")?;
        let (days, ages, kinds) = (rows.numbers("day")?, rows.numbers("age")?, rows.words("kind")?);
        let (capital, stalls, revenue) = (rows.numbers("capital")?, rows.numbers("stalls")?, rows.numbers("revenue")?);
        let (markup, reputation) = (rows.numbers("markup")?, rows.numbers("reputation")?);
        let goods = rows.words("main_good")?;
        let own: Vec<usize> = (0..ids.len()).filter(|&row| ids[row] == f64::from(number)).collect();
        let events: Vec<_> = history.all().iter().filter(|event| event.syndicate == i64::from(number)).collect();
        if own.is_empty() && events.is_empty() {
            let most = ids.iter().copied().chain(history.all().iter().map(|event| event.syndicate as f64));
            let most = most.fold(0.0, f64::max);
            return Err(ExplainError::nothing(
                format!("there is no gang {number} in this run"),
                format!("the highest number is {most}; without --syndicate, explain lists the largest"),
            ));
        }
        let count = |row: usize| SyndicateDay {
            day: days[row] as u32,
            capital: capital[row],
            stalls: stalls[row],
            revenue: revenue[row],
            markup: markup[row],
            reputation: reputation[row],
            main_good: goods[row].clone(),
        };
        let best = own.iter().copied().max_by(|&one, &other| revenue[one].total_cmp(&revenue[other]));
        let mut shown: Vec<usize> = own.first().copied().into_iter().chain(best).chain(own.last().copied()).collect();
        shown.sort_unstable();
        shown.dedup();

        let born = own.first().map(|&row| (days[row] - ages[row]).max(0.0) as u32);
        let from = born.into_iter().chain(events.first().map(|event| event.day)).min().unwrap_or(0);
        let ends = |kind: &str| kind == "seller_exit" || kind == "rogue_takedown";
        let until = events.iter().find(|event| ends(&event.kind)).map(|event| event.day);
        let birth = events.iter().any(|event| event.kind == "rogue_birth");
        let kind = own.first().map_or(if birth { "rogue_ai" } else { "syndicate" }, |&row| kinds[row].as_str());
        let hits: Vec<_> = events.iter().filter(|event| event.hits_seller()).collect();
        let others = |event: &&&EventText| event.kind == "case" && !event.hits_seller();
        let buyers = events.iter().filter(others).filter(|event| event.note.starts_with("against the buyer")).count();
        let of_note = |event: &&EventText| event.kind != "trade" && (event.kind != "case" || event.hits_seller());
        let life: Vec<EventWithCauses> = events
            .iter()
            .copied()
            .filter(of_note)
            .filter(|event| day.is_none_or(|day| event.day == day))
            .map(|event| EventWithCauses::of(&history, event))
            .collect();
        Ok(Self {
            schema: 1,
            question: "syndicate",
            syndicate: number,
            kind: kind.to_owned(),
            day,
            from,
            until,
            counts: shown.into_iter().map(count).collect(),
            cases_against_it: hits.len(),
            cases_against_buyers: buyers,
            fines: hits.iter().map(|event| event.amount).filter(|fine| fine.is_finite()).sum(),
            quiet: life.is_empty(),
            life,
        })
    }

    /// It in words.
    pub fn told(&self) -> String {
        let mut page = TextPage::default();
        let kind = match self.kind.as_str() {
            "rogue_ai" => "a rogue AI",
            "enclave" => "the council of an enclave",
            _ => "a syndicate in the tables",
        };
        let number = self.syndicate;
        let began = if self.from == 0 { "from the start".into() } else { format!("from day {}", self.from) };
        let ended = self.until.map_or("to the end of the run".into(), |day| format!("to day {day}"));
        page.heading(&format!("Gang {number} ({kind}), {began} {ended}"));
        if !self.counts.is_empty() {
            let mut rows = vec![
                ["day", "stalls", "revenue, 30 days", "capital", "markup", "reputation", "most stalls for"]
                    .map(String::from)
                    .to_vec(),
            ];
            rows.extend(self.counts.iter().map(|count| {
                vec![
                    count.day.to_string(),
                    short(count.stalls),
                    short(count.revenue),
                    short(count.capital),
                    short(count.markup),
                    percent(count.reputation),
                    count.main_good.replace('_', " "),
                ]
            }));
            page.table(2, &rows);
        }
        let cases = many(self.cases_against_it as f64, "case", "cases");
        let others = many(self.cases_against_buyers as f64, "case", "cases");
        page.line(
            2,
            &format!(
                "On record: {cases} against it ({} credits in fines), {others} against its buyers.",
                short(self.fines)
            ),
        );
        match self.day {
            Some(day) => page.heading(&format!("On day {day}")),
            None => page.heading("What happened, and what caused it (\u{2190})"),
        }
        if self.quiet {
            page.line(2, "nothing notable");
        }
        tell_life(&mut page, &self.life, if self.day.is_some() { 6 } else { 2 });
        if let (None, Some(until), Some(last)) = (self.day, self.until, self.life.last()) {
            page.heading(&format!("How it ended: {}", why(last)));
            let recent = |told: &&EventWithCauses| told.event.kind == "case" && told.event.day + MONTH > until;
            let recent: Vec<&EventWithCauses> = self.life.iter().filter(recent).collect();
            let fines: f64 = recent.iter().map(|told| told.event.amount).filter(|fine| fine.is_finite()).sum();
            let cases = many(recent.len() as f64, "case", "cases");
            page.line(
                0,
                &format!("In its last {MONTH} days, {cases} against it cost it {} credits in fines.", short(fines)),
            );
        }
        page.text()
    }
}

/// A life, line by line. Of cases that follow each other with nothing between, if more than `few`, the sum and the last.
fn tell_life(page: &mut TextPage, life: &[EventWithCauses], few: usize) {
    for same in life.chunk_by(|one, next| one.event.kind == "case" && next.event.kind == "case") {
        let (Some(first), Some(last)) = (same.first(), same.last()) else { continue };
        if first.event.kind != "case" || same.len() <= few {
            for told in same {
                told.tell(page, 2);
            }
            continue;
        }
        let fines: f64 = same.iter().map(|told| told.event.amount).filter(|fine| fine.is_finite()).sum();
        let count = |of: fn(&EventWithCauses) -> &str| -> String {
            let mut all: Vec<(&str, usize)> = Vec::new();
            for word in same.iter().map(of) {
                match all.iter_mut().find(|(known, _)| *known == word) {
                    Some((_, count)) => *count += 1,
                    None => all.push((word, 1)),
                }
            }
            all.sort_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(other.0)));
            let words: Vec<String> =
                all.iter().map(|(word, count)| format!("{count} {}", word.replace('_', " "))).collect();
            words.join(", ")
        };
        let days = match (first.event.day, last.event.day) {
            (from, to) if from == to => format!("day {from}"),
            (from, to) => format!("days {from} to {to}"),
        };
        let (goods, agencies) = (count(|told| &told.event.good), count(|told| &told.event.agency));
        page.line(
            2,
            &format!(
                "{days}: {} cases against it, with fines of {} credits: over goods {goods}; by agencies {agencies}; \
                 the last one:",
                same.len(),
                short(fines)
            ),
        );
        last.tell(page, 4);
    }
}

/// The end of a syndicate in a sentence.
fn why(last: &EventWithCauses) -> String {
    let note = last.event.note_in_words();
    match last.because.as_slice() {
        [] if note.is_empty() => "no cause is on record.".into(),
        [] => format!("{note}; no single event caused it."),
        [nearest, rest @ ..] => {
            let root = rest.last().filter(|root| root.day != nearest.day).map_or(String::new(), |root| {
                format!(" It goes back to a {} on day {}.", root.kind.replace('_', " "), root.day)
            });
            let note = if note.is_empty() { String::new() } else { format!("{note}, following ") };
            format!("{note}the {} on day {}.{root}", nearest.kind.replace('_', " "), nearest.day)
        }
    }
}
