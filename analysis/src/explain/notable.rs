//! What can be asked of a run: its notable days, each with the question that leads to them.

use serde::Serialize;

use super::chain::History;
use super::page::{TextPage, signed_percent};
use super::price::jumps;
use super::{ColumnsOfRows, ExplainError};
use crate::charts::words::{plain, short};
use crate::store::RunFolder;

/// Questions that this run can answer.
#[derive(Debug, Serialize)]
pub struct NotableDays {
    schema: u32,
    question: &'static str,
    /// One by one.
    pub questions: Vec<Notable>,
}

/// One of them.
#[derive(Debug, Serialize)]
pub struct Notable {
    /// What it is about: price, venue, syndicate, citizen.
    pub about: &'static str,
    /// What happened.
    pub what: String,
    /// What follows `contraband explain DIR`.
    pub choice: String,
}

/// Of each kind, at most.
const MOST: usize = 4;

impl NotableDays {
    /// Looks through the tables.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn of(folder: &RunFolder) -> Result<Self, ExplainError> {
        let history = History::of(folder)?;
        let mut questions = Vec::new();
        let mut note = |about, what: String, choice: String| questions.push(Notable { about, what, choice });

        let mut moved = jumps(folder)?;
        moved.sort_by(|one, other| other.size().total_cmp(&one.size()));
        let mut seen: Vec<&str> = Vec::new();
        for jump in &moved {
            // The largest of each good: one wild market would fill the list.
            if seen.len() == MOST || seen.contains(&jump.good.as_str()) {
                continue;
            }
            seen.push(&jump.good);
            let good = jump.good.replace('_', " ");
            let what = format!(
                "{good} from {} to {} credits on day {} ({})",
                short(jump.from),
                short(jump.to),
                jump.day,
                signed_percent(jump.to / jump.from - 1.0)
            );
            note("price", what, format!("--good {} --day {}", jump.good, jump.day));
        }

        let closings: Vec<_> = history
            .all()
            .iter()
            .filter(|event| matches!(event.kind.as_str(), "raid" | "exit_scam" | "venue_close"))
            .collect();
        // The last of each kind and, while there is room, others before them.
        let mut chosen: Vec<_> = ["raid", "exit_scam", "venue_close"]
            .iter()
            .filter_map(|kind| closings.iter().rev().find(|event| event.kind == *kind))
            .collect();
        for event in closings.iter().rev() {
            if chosen.len() < MOST + 1 && !chosen.iter().any(|other| other.event == event.event) {
                chosen.push(event);
            }
        }
        chosen.sort_by_key(|event| event.day);
        for event in chosen {
            let what = match event.kind.as_str() {
                "raid" => format!("{} was raided on day {}", plain_name(&event.venue), event.day),
                "exit_scam" => {
                    format!("the operator of {} ran off with the escrow on day {}", plain_name(&event.venue), event.day)
                }
                _ => format!("{} closed on day {}", plain_name(&event.venue), event.day),
            };
            note("venue", what, format!("--venue {} --day {}", quoted(&event.venue), event.day));
        }

        let rows = ColumnsOfRows::read(folder, "syndicates", &["day", "syndicate", "kind", "revenue"])?;
        let (days, ids, revenue) = (rows.numbers("day")?, rows.numbers("syndicate")?, rows.numbers("revenue")?);
        let kinds = rows.words("kind")?;
        let mut largest: Vec<usize> = (0..ids.len()).filter(|&row| kinds[row] != "enclave").collect();
        largest.sort_by(|&one, &other| revenue[other].total_cmp(&revenue[one]));
        let mut seen = Vec::new();
        for row in largest {
            if seen.len() == MOST || seen.contains(&ids[row]) {
                continue;
            }
            seen.push(ids[row]);
            let what = format!(
                "gang {}, revenue of {} credits in the 30 days to day {}",
                ids[row],
                short(revenue[row]),
                days[row]
            );
            note("syndicate", what, format!("--syndicate {}", ids[row]));
        }
        let with_cause = |kind: &'static str| {
            history.all().iter().rev().find(move |event| event.kind == kind && event.cause >= 0 && event.syndicate >= 0)
        };
        for kind in ["seller_exit", "rogue_birth", "rogue_takedown"] {
            if let Some(event) = with_cause(kind) {
                let what = match kind {
                    "seller_exit" => format!("gang {} quit on day {}", event.syndicate, event.day),
                    "rogue_birth" => format!("rogue AI {} emerged on day {}", event.syndicate, event.day),
                    _ => format!("rogue AI {} was taken down on day {}", event.syndicate, event.day),
                };
                note("syndicate", what, format!("--syndicate {}", event.syndicate));
            }
        }

        let rows = ColumnsOfRows::read(folder, "citizens", &["citizen", "purchases", "record"])?;
        let (ids, purchases, record) = (rows.numbers("citizen")?, rows.numbers("purchases")?, rows.numbers("record")?);
        let greatest =
            |of: &[f64]| (0..of.len()).max_by(|&one, &other| of[one].total_cmp(&of[other]).then(other.cmp(&one)));
        if let Some(row) = greatest(&purchases).filter(|&row| purchases[row] > 0.0) {
            let what =
                format!("citizen {}, who bought the most of all sampled citizens: {} times", ids[row], purchases[row]);
            note("citizen", what, format!("--citizen {}", ids[row]));
        }
        if let Some(row) = greatest(&record).filter(|&row| record[row] > 0.0) {
            let what = format!(
                "citizen {}, with {} entries in the criminal record at the end",
                ids[row],
                plain(record[row], 0)
            );
            note("citizen", what, format!("--citizen {}", ids[row]));
        }
        if let Some(case) = history.all().iter().rev().find(|event| event.kind == "case" && event.citizen >= 0) {
            let what = format!("citizen {}, whose purchase on day {} led to a case", case.citizen, case.day);
            note("citizen", what, format!("--citizen {} --day {}", case.citizen, case.day));
        }
        Ok(Self { schema: 1, question: "notable", questions })
    }

    /// It in words, for a folder as the user calls it.
    pub fn told(&self, folder: &str) -> String {
        let mut page = TextPage::default();
        page.line(0, &format!("Questions you can ask of {folder}"));
        let titles = [
            ("price", "Why did this price jump?"),
            ("venue", "Where did the trade of a closed venue go?"),
            ("syndicate", "What became of this gang, and why?"),
            ("citizen", "Why did this citizen buy, or stay out?"),
        ];
        for (about, title) in titles {
            page.heading(title);
            let mut none = true;
            for question in self.questions.iter().filter(|question| question.about == about) {
                none = false;
                page.line(2, &question.what);
                // A command is one line, however long: it is there to be copied.
                page.whole(4, &format!("contraband explain {} {}", quoted(folder), question.choice));
            }
            if none {
                page.line(2, "nothing of the kind happened");
            }
        }
        page.text()
    }
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || "-_./".contains(letter);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// A name from a file, as people read it.
fn plain_name(key: &str) -> String {
    key.replace('_', " ")
}
