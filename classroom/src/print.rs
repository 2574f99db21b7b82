//! Sheets of a lesson for paper: the teacher's notes, the worksheet, homework, cards to cut out, words. They are made here and
//! not by a script, so that they print from any browser; all that a lesson says is escaped on its way.

use axum::extract::{Path, Query};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Json, Router};
use maud::{DOCTYPE, Markup, html};
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

/// Sheets by their names in addresses, and what they are called.
pub const SHEETS: [(&str, &str); 5] = [
    ("notes", "Teacher's notes"),
    ("worksheet", "Worksheet"),
    ("homework", "Homework"),
    ("cards", "Role cards"),
    ("words", "Words"),
];

#[derive(Deserialize)]
struct PrintQuery {
    #[serde(default)]
    paper: Paper,
}

/// What is answered about sheets and words: `/print`, `/print/words`, `/print/LESSON/SHEET` with `?paper=letter`, and
/// `/api/words`.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/api/words", get(|| async { Json(json!({"schema": 1, "words": glossary()})) }))
        .route("/print", get(|Query(asked): Query<PrintQuery>| async move { answered(&list(asked.paper)) }))
        .route("/print/words", get(|Query(asked): Query<PrintQuery>| async move { answered(&all_words(asked.paper)) }))
        .route(
            "/print/{lesson}/{sheet}",
            get(
                |Extension(ends): Extension<Ends>,
                 Path((name, named)): Path<(String, String)>,
                 Query(asked): Query<PrintQuery>| async move {
                    // What comes out of a lesson is not for those who are about to play it.
                    if named == "notes" && !ends.are_here() {
                        return (StatusCode::FORBIDDEN, "the teacher's notes open on the teacher's machine only")
                            .into_response();
                    }
                    match lesson(&name).ok().and_then(|lesson| sheet(&name, &lesson, &named, asked.paper)) {
                        Some(page) => answered(&page),
                        None => (StatusCode::NOT_FOUND, "there is no such sheet").into_response(),
                    }
                },
            ),
        )
}

fn answered(page: &Markup) -> Response {
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page.0.clone()).into_response()
}

/// A page with its links to other pages, which are not printed.
fn page(title: &str, paper: Paper, kind: &str, ways: &[(String, &str)], content: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            title { (title) }
            link rel="icon" href="/icon.svg";
            link rel="stylesheet" href="/print/print.css";
            link rel="stylesheet" href={ "/print/" (paper.name()) ".css" };
            body class={ (kind) " " (paper.name()) } {
                nav aria-label="Sheets" {
                    p { "Print this page from the browser's menu." }
                    @for (to, words) in ways { a href=(to) { (words) } }
                }
                main { (content) }
            }
        }
    }
}

fn part(title: &str, content: Markup) -> Markup {
    html! { section.part { h2 { (title) } (content) } }
}

fn items(items: &[impl AsRef<str>]) -> Markup {
    html! { ul { @for item in items { li { (item.as_ref()) } } } }
}

fn numbered(items: &[String]) -> Markup {
    html! { ol { @for item in items { li { (item) } } } }
}

/// Lines to write on, under a heading.
fn task(title: &str, lines: u32) -> Markup {
    html! { section.part.task { h2 { (title) } @for _ in 0..lines { div.rule {} } } }
}

fn words(keys: &[String]) -> Markup {
    let known = glossary();
    let words = keys.iter().filter_map(|key| known.get(key));
    html! { dl.words { @for word in words { dt { (word.word) } dd { (word.says) } } } }
}

fn head(lesson: &Lesson, what: &str) -> Markup {
    html! {
        p.kicker { "Contraband · lesson " (lesson.number) " · " (what) }
        h1 { (lesson.title) }
        p.question { (lesson.question) }
    }
}

/// The list of all sheets.
fn list(paper: Paper) -> Markup {
    let (other, called) = paper.other();
    let ways = [
        (format!("/print/words?paper={}", paper.name()), "All key words"),
        (format!("/print?paper={}", other.name()), called),
    ];
    let lessons = LESSONS.iter().filter_map(|known| Some((known.name, lesson(known.name).ok()?)));
    page(
        "Sheets to print",
        paper,
        "list",
        &ways,
        html! {
            h1 { "Sheets to print" }
            @for (name, lesson) in lessons {
                section.part {
                    h2 { (lesson.number) ". " (lesson.title) }
                    p { (lesson.question) }
                    p.links {
                        @for (sheet, called) in SHEETS {
                            a href={ "/print/" (name) "/" (sheet) "?paper=" (paper.name()) } { (called) }
                        }
                    }
                }
            }
        },
    )
}

fn all_words(paper: Paper) -> Markup {
    let (other, called) = paper.other();
    let ways = [
        (format!("/print?paper={}", paper.name()), "All sheets"),
        (format!("/print/words?paper={}", other.name()), called),
    ];
    let mut keys: Vec<(String, String)> = glossary().into_iter().map(|(key, word)| (word.word, key)).collect();
    keys.sort();
    let keys: Vec<String> = keys.into_iter().map(|(_, key)| key).collect();
    page(
        "Key words",
        paper,
        "glossary",
        &ways,
        html! {
            p.kicker { "Contraband" }
            h1 { "Key words" }
            (words(&keys))
        },
    )
}

/// A sheet of a lesson, if there is one of this name.
fn sheet(name: &str, lesson: &Lesson, sheet: &str, paper: Paper) -> Option<Markup> {
    let (_, called) = SHEETS.iter().find(|(known, _)| *known == sheet)?;
    let (other, other_called) = paper.other();
    let mut ways = vec![(format!("/print?paper={}", paper.name()), "All sheets")];
    ways.extend(SHEETS.map(|(to, called)| (format!("/print/{name}/{to}?paper={}", paper.name()), called)));
    ways.push((format!("/print/{name}/{sheet}?paper={}", other.name()), other_called));
    let content = match sheet {
        "notes" => notes(name, lesson),
        "worksheet" => worksheet(lesson),
        "homework" => homework(lesson),
        "cards" => cards(lesson),
        _ => html! { (head(lesson, "key words")) (words(&lesson.words)) },
    };
    Some(page(&format!("{called}: {}", lesson.title), paper, sheet, &ways, content))
}

fn notes(name: &str, lesson: &Lesson) -> Markup {
    let aims: Vec<String> = lesson.aims.iter().map(|aim| format!("{aim}.")).collect();
    let starts = lesson.minutes.iter().scan(0, |from, (minutes, _)| {
        *from += minutes;
        Some(*from - minutes)
    });
    let outcomes: Vec<&str> = lesson.outcomes.iter().map(|outcome| outcome.text.as_str()).collect();
    let rounds = |menu: usize| {
        let later = menu + 1 == lesson.laws.len() && (menu as u32) + 1 < lesson.rounds;
        if later { format!("From round {} on", menu + 1) } else { format!("Round {}", menu + 1) }
    };
    html! {
        (head(lesson, "for the teacher · 45 minutes"))
        div.two {
            (part("By the end, everyone can", items(&aims)))
            (part("Getting started", html! {
                p { "On the computer with the projector, in the same network as the pupils' phones:" }
                p.command { "contraband classroom " (name) " --lan" }
                p {
                    "The first " (lesson.seats.len()) " pupils get seats, the next " (lesson.benches)
                    " sit in parliament, and everyone after that writes the news. Bots play empty seats."
                }
            }))
        }
        (part("Timetable, in minutes", html! {
            table.minutes {
                @for (from, (minutes, what)) in starts.zip(&lesson.minutes) {
                    tr { th { (from) "–" (from + minutes) } td { (what) } }
                }
            }
        }))
        (part("Everyone predicts", html! { p { (lesson.before.question) } (numbered(&lesson.before.answers)) }))
        (part("Play", items(&lesson.play)))
        (part("Laws", html! {
            @for (at, menu) in lesson.laws.iter().enumerate() {
                h3 { (rounds(at)) }
                ul { @for law in menu { li { (law.title) ": " (law.text) } } }
            }
        }))
        (part("What to look at", items(&lesson.look)))
        (part("Discuss", items(&lesson.discuss)))
        (part("What comes out", html! {
            p.quiet {
                "A test checks each line. It runs pairs of towns with the same luck, on twelve seeds we did not hand-pick. The \
                 line must hold for the average of all pairs, with its 95 % confidence interval; a single town may behave \
                 differently."
            }
            (items(&outcomes))
        }))
        (part("Good to know beforehand", items(&lesson.notes)))
    }
}

fn worksheet(lesson: &Lesson) -> Markup {
    html! {
        p.name { "Name:" }
        (head(lesson, "worksheet"))
        section.part.before { h2 { (lesson.before.question) } (items(&lesson.before.answers)) }
        @for (title, lines) in &lesson.worksheet { (task(title, *lines)) }
    }
}

fn homework(lesson: &Lesson) -> Markup {
    html! {
        p.name { "Name:" }
        (head(lesson, "homework"))
        p.quiet {
            "You need the program and a browser, but no account and no internet. To open Explore, run: contraband explore --open"
        }
        (numbered(&lesson.homework))
        (task("What I found, with numbers:", 5))
        (task("What I still do not believe, and how I would test it:", 5))
        (part("Key words", words(&lesson.words)))
    }
}

fn cards(lesson: &Lesson) -> Markup {
    let laws = (1..=lesson.laws.len() as u32).map(|round| {
        let last = round as usize == lesson.laws.len();
        let title = if last { format!("Laws from round {round} on") } else { format!("Laws in round {round}") };
        let laws = lesson.laws_of(round).iter().map(|law| format!("{}: {}", law.title, law.text));
        (title, laws.collect::<Vec<_>>())
    });
    html! {
        div.deck {
            @for seat in &lesson.seats { (card(lesson, seat.role.about().name, &seat.title, &[&seat.card])) }
            @for (title, laws) in laws { (card(lesson, "Parliament", &title, &laws)) }
            (card(lesson, "Parliament", "Member of parliament", &[&lesson.parliament]))
            (card(lesson, "Newsroom", "Newsroom", &[&lesson.newsroom]))
        }
    }
}

fn card(lesson: &Lesson, role: &str, title: &str, says: &[impl AsRef<str>]) -> Markup {
    html! {
        article.card {
            p.kicker { (lesson.title) " · " (role) }
            h2 { (title) }
            @for says in says.iter().map(AsRef::as_ref).filter(|says| !says.is_empty()) { p.says { (says) } }
        }
    }
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
            let page = sheet("masks", &lesson, named, Paper::A4).expect("a sheet").into_string();
            assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && !page.contains("<script"), "{named}");
        }
        assert!(
            sheet("masks", &lesson, "cards", Paper::A4).expect("cards").0.contains("a &quot; onload=&quot;b &amp; c")
        );
        assert!(sheet("masks", &lesson, "answers", Paper::A4).is_none());
    }
}
