//! Sheets of a lesson for paper: the teacher's notes, the worksheet, homework, cards to cut out, key words. They are made here
//! and not by a script, so that they print from any browser; all texts of a lesson are escaped.

use std::fmt::Write;

use axum::extract::{Path, Query};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Json, Router};
use serde::Deserialize;
use serde_json::json;

use crate::glossary::glossary;
use crate::lesson::{LESSONS, Lesson, lesson};
use crate::server::Ends;

/// Paper to print on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Paper {
    /// 210 by 297 mm.
    #[default]
    A4,
    /// 8.5 by 11 inches.
    Letter,
}

impl Paper {
    const fn name(self) -> &'static str {
        match self {
            Self::A4 => "a4",
            Self::Letter => "letter",
        }
    }

    const fn other(self) -> (Self, &'static str) {
        match self {
            Self::A4 => (Self::Letter, "US Letter"),
            Self::Letter => (Self::A4, "A4"),
        }
    }
}

/// The sheets of a lesson: name in addresses, and title.
pub const SHEETS: [(&str, &str); 5] = [
    ("notes", "Teacher's notes"),
    ("worksheet", "Worksheet"),
    ("homework", "Homework"),
    ("cards", "Role cards"),
    ("words", "Key words"),
];

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    paper: Paper,
}

/// The routes of sheets and words: `/print`, `/print/words`, `/print/LESSON/SHEET`, each also with `?paper=letter`, and
/// `/api/words`.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/api/words", get(|| async { Json(json!({"schema": 1, "words": glossary()})) }))
        .route("/print", get(|Query(asked): Query<Asked>| async move { html(list(asked.paper)) }))
        .route("/print/words", get(|Query(asked): Query<Asked>| async move { html(all_words(asked.paper)) }))
        .route(
            "/print/{lesson}/{sheet}",
            get(
                |Extension(ends): Extension<Ends>,
                 Path((name, named)): Path<(String, String)>,
                 Query(asked): Query<Asked>| async move {
                    // The results of a lesson are not for those who are about to play it.
                    if named == "notes" && !ends.are_here() {
                        return (StatusCode::FORBIDDEN, "The teacher's notes open only on the teacher's own computer.")
                            .into_response();
                    }
                    match lesson(&name).ok().and_then(|lesson| sheet(&name, &lesson, &named, asked.paper)) {
                        Some(page) => html(page),
                        None => (StatusCode::NOT_FOUND, "There is no such sheet.").into_response(),
                    }
                },
            ),
        )
}

fn html(page: String) -> Response {
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
}

/// Text that is safe between tags and in attributes.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A page that grows from top to bottom.
struct Page {
    text: String,
}

impl Page {
    fn new(title: &str, paper: Paper, kind: &str) -> Self {
        let (title, paper) = (escaped(title), paper.name());
        Self {
            text: format!(
                "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
                 content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
                 <link rel=\"icon\" href=\"/icon.svg\">\n<link rel=\"stylesheet\" href=\"/print/print.css\">\n\
                 <link rel=\"stylesheet\" href=\"/print/{paper}.css\">\n<body class=\"{kind} {paper}\">\n"
            ),
        }
    }

    /// Links to other pages; they are not printed.
    fn ways(&mut self, ways: &[(String, &str)]) {
        self.text += "<nav aria-label=\"Sheets\"><p>Print this page from the browser's menu.</p>";
        for (to, words) in ways {
            let _ = write!(self.text, "<a href=\"{}\">{}</a>", escaped(to), escaped(words));
        }
        self.text += "</nav>\n";
    }

    fn open(&mut self, tag: &str, class: &str) {
        let _ = writeln!(self.text, "<{tag} class=\"{class}\">");
    }

    fn close(&mut self, tag: &str) {
        let _ = writeln!(self.text, "</{tag}>");
    }

    fn line(&mut self, tag: &str, class: &str, words: &str) {
        let _ = writeln!(self.text, "<{tag} class=\"{class}\">{}</{tag}>", escaped(words));
    }

    fn part(&mut self, title: &str, items: &[String]) {
        self.open("section", "part");
        self.line("h2", "", title);
        self.items("ul", items);
        self.close("section");
    }

    fn items(&mut self, tag: &str, items: &[String]) {
        self.open(tag, "");
        for item in items {
            self.line("li", "", item);
        }
        self.close(tag);
    }

    /// Lines to write on.
    fn lines(&mut self, count: u32) {
        for _ in 0..count {
            self.text += "<div class=\"rule\"></div>\n";
        }
    }

    fn words(&mut self, keys: &[String]) {
        let known = glossary();
        self.open("dl", "words");
        for word in keys.iter().filter_map(|key| known.get(key)) {
            self.line("dt", "", &word.word);
            self.line("dd", "", &word.says);
        }
        self.close("dl");
    }

    fn head(&mut self, lesson: &Lesson, what: &str) {
        self.line("p", "kicker", &format!("Contraband · lesson {} · {what}", lesson.number));
        self.line("h1", "", &lesson.title);
        self.line("p", "question", &lesson.question);
    }
}

/// The list of all sheets.
fn list(paper: Paper) -> String {
    let mut page = Page::new("Sheets to print", paper, "list");
    let (other, words) = paper.other();
    page.ways(&[
        (format!("/print/words?paper={}", paper.name()), "All key words"),
        (format!("/print?paper={}", other.name()), words),
    ]);
    page.open("main", "");
    page.line("h1", "", "Sheets to print");
    for known in LESSONS {
        let Ok(lesson) = lesson(known.name) else { continue };
        page.open("section", "part");
        page.line("h2", "", &format!("{}. {}", lesson.number, lesson.title));
        page.line("p", "", &lesson.question);
        page.open("p", "links");
        for (sheet, called) in SHEETS {
            let _ = write!(page.text, "<a href=\"/print/{}/{sheet}?paper={}\">{called}</a>", known.name, paper.name());
        }
        page.close("p");
        page.close("section");
    }
    page.close("main");
    page.text
}

fn all_words(paper: Paper) -> String {
    let mut page = Page::new("Key words", paper, "glossary");
    let (other, words) = paper.other();
    page.ways(&[
        (format!("/print?paper={}", paper.name()), "All sheets"),
        (format!("/print/words?paper={}", other.name()), words),
    ]);
    page.open("main", "");
    page.line("p", "kicker", "Contraband");
    page.line("h1", "", "Key words");
    let mut keys: Vec<(String, String)> = glossary().into_iter().map(|(key, word)| (word.word, key)).collect();
    keys.sort();
    page.words(&keys.into_iter().map(|(_, key)| key).collect::<Vec<_>>());
    page.close("main");
    page.text
}

/// A sheet of a lesson, if there is one of this name.
fn sheet(name: &str, lesson: &Lesson, sheet: &str, paper: Paper) -> Option<String> {
    let (_, called) = SHEETS.iter().find(|(known, _)| *known == sheet)?;
    let mut page = Page::new(&format!("{called}: {}", lesson.title), paper, sheet);
    let (other, words) = paper.other();
    let mut ways = vec![(format!("/print?paper={}", paper.name()), "All sheets")];
    ways.extend(SHEETS.map(|(to, called)| (format!("/print/{name}/{to}?paper={}", paper.name()), called)));
    ways.push((format!("/print/{name}/{sheet}?paper={}", other.name()), words));
    page.ways(&ways);
    page.open("main", "");
    match sheet {
        "notes" => notes(&mut page, name, lesson),
        "worksheet" => worksheet(&mut page, lesson),
        "homework" => homework(&mut page, lesson),
        "cards" => cards(&mut page, lesson),
        _ => {
            page.head(lesson, "key words");
            page.words(&lesson.words);
        }
    }
    page.close("main");
    Some(page.text)
}

fn notes(page: &mut Page, name: &str, lesson: &Lesson) {
    page.head(lesson, "for the teacher · 45 minutes");
    page.open("div", "two");
    let aims: Vec<String> = lesson.aims.iter().map(|aim| format!("{aim}.")).collect();
    page.part("By the end, everyone can", &aims);
    page.open("section", "part");
    page.line("h2", "", "Getting started");
    page.line("p", "", "On the computer with the projector, in the same network as the pupils' phones:");
    page.line("p", "command", &format!("contraband classroom {name} --lan"));
    page.line(
        "p",
        "",
        &format!(
            "The first {} pupils get seats, the next {} sit in parliament, and everyone after that writes the news. Bots play \
             empty seats.",
            lesson.seats.len(),
            lesson.benches
        ),
    );
    page.close("section");
    page.close("div");

    page.open("section", "part");
    page.line("h2", "", "Timetable, in minutes");
    page.open("table", "minutes");
    let mut from = 0;
    for (minutes, what) in &lesson.minutes {
        page.open("tr", "");
        page.line("th", "", &format!("{from}–{}", from + minutes));
        page.line("td", "", what);
        page.close("tr");
        from += minutes;
    }
    page.close("table");
    page.close("section");

    page.open("section", "part");
    page.line("h2", "", "Everyone predicts");
    page.line("p", "", &lesson.before.question);
    page.items("ol", &lesson.before.answers);
    page.close("section");

    page.part("Play", &lesson.play);
    page.open("section", "part");
    page.line("h2", "", "Laws");
    for (at, menu) in lesson.laws.iter().enumerate() {
        let later = at + 1 == lesson.laws.len() && (at as u32) + 1 < lesson.rounds;
        let rounds = if later { format!("From round {} on", at + 1) } else { format!("Round {}", at + 1) };
        page.line("h3", "", &rounds);
        page.items("ul", &menu.iter().map(|law| format!("{}: {}", law.title, law.text)).collect::<Vec<_>>());
    }
    page.close("section");
    page.part("What to look at", &lesson.look);
    page.part("Discuss", &lesson.discuss);

    page.open("section", "part");
    page.line("h2", "", "What comes out");
    page.line(
        "p",
        "quiet",
        "A test checks each line. It runs pairs of towns with the same luck, on twelve seeds we did not hand-pick. The line must \
         hold for the average of all pairs, with its 95 % confidence interval; a single town may behave differently.",
    );
    page.items("ul", &lesson.outcomes.iter().map(|outcome| outcome.text.clone()).collect::<Vec<_>>());
    page.close("section");
    page.part("Good to know beforehand", &lesson.notes);
}

fn worksheet(page: &mut Page, lesson: &Lesson) {
    page.line("p", "name", "Name:");
    page.head(lesson, "worksheet");
    page.open("section", "part before");
    page.line("h2", "", &lesson.before.question);
    page.items("ul", &lesson.before.answers);
    page.close("section");
    for (task, lines) in &lesson.worksheet {
        page.open("section", "part task");
        page.line("h2", "", task);
        page.lines(*lines);
        page.close("section");
    }
}

fn homework(page: &mut Page, lesson: &Lesson) {
    page.line("p", "name", "Name:");
    page.head(lesson, "homework");
    page.line(
        "p",
        "quiet",
        "You need the program and a browser, but no account and no internet. To open Explore, run: contraband explore --open",
    );
    page.items("ol", &lesson.homework);
    page.open("section", "part task");
    page.line("h2", "", "What I found, with numbers:");
    page.lines(5);
    page.close("section");
    page.open("section", "part task");
    page.line("h2", "", "What I still do not believe, and how I would test it:");
    page.lines(5);
    page.close("section");
    page.open("section", "part");
    page.line("h2", "", "Key words");
    page.words(&lesson.words);
    page.close("section");
}

fn cards(page: &mut Page, lesson: &Lesson) {
    page.open("div", "deck");
    for seat in &lesson.seats {
        card(page, lesson, seat.role.about().name, &seat.title, std::slice::from_ref(&seat.card));
    }
    for round in 1..=lesson.laws.len() as u32 {
        let laws: Vec<String> =
            lesson.laws_of(round).iter().map(|law| format!("{}: {}", law.title, law.text)).collect();
        let last = round as usize == lesson.laws.len();
        let title = if last { format!("Laws from round {round} on") } else { format!("Laws in round {round}") };
        card(page, lesson, "Parliament", &title, &laws);
    }
    card(page, lesson, "Parliament", "Member of parliament", std::slice::from_ref(&lesson.parliament));
    card(page, lesson, "Newsroom", "Newsroom", std::slice::from_ref(&lesson.newsroom));
    page.close("div");
}

fn card(page: &mut Page, lesson: &Lesson, role: &str, title: &str, says: &[String]) {
    page.open("article", "card");
    page.line("p", "kicker", &format!("{} · {}", lesson.title, role));
    page.line("h2", "", title);
    for says in says.iter().filter(|says| !says.is_empty()) {
        page.line("p", "says", says);
    }
    page.close("article");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_lesson_says_stays_text() {
        let mut lesson = lesson("masks").expect("a lesson");
        lesson.title = "<script>alert(1)</script>".into();
        lesson.seats[0].card = "a \" onload=\"b & c".into();
        for (named, _) in SHEETS {
            let page = sheet("masks", &lesson, named, Paper::A4).expect("a sheet");
            assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && !page.contains("<script"), "{named}");
        }
        assert!(
            sheet("masks", &lesson, "cards", Paper::A4).expect("cards").contains("a &quot; onload=&quot;b &amp; c")
        );
        assert!(sheet("masks", &lesson, "answers", Paper::A4).is_none());
    }
}
