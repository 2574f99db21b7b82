//! The brief as one page that asks nothing of the network: the words of the Markdown brief, with its pictures in them.

use std::collections::BTreeMap;

use contraband_sim::VERSION;
use maud::{Markup, PreEscaped, html};
use pulldown_cmark::html::push_html;
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd};

use crate::report::{Loads, PageHead, Scheme, page};

const RULES: &str = include_str!("page.css");

/// The page of a brief; `pictures` by the paths that its Markdown names.
pub fn html(title: &str, markdown: &str, pictures: &BTreeMap<String, String>) -> String {
    let footer = html! {
        "The same text is in " code { "brief.md" } ", and a one-page version in " code { "one_page.html" }
        "; every figure is in the tables of this folder. A model's answer is an argument, not a forecast."
    };
    filled(title, "brief of a study", "page", &part(markdown, pictures), &footer)
}

/// The brief on one page; `pictures` by the paths that its Markdown names.
pub fn one_page(title: &str, markdown: &str, pictures: &BTreeMap<String, String>) -> String {
    filled(title, "a study on one page", "page one", &part(markdown, pictures), &html! {})
}

/// Pictures of which a page shows the wide one where there is room, and the narrow one on a phone.
pub fn both(wide: &BTreeMap<String, String>, narrow: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let each = wide.iter().filter_map(|(path, wide)| Some((path, wide, narrow.get(path)?)));
    each.map(|(path, wide, narrow)| {
        (path.clone(), format!("<div class=\"wide\">{wide}</div><div class=\"narrow\">{narrow}</div>"))
    })
    .collect()
}

/// A page made of a body.
pub(crate) fn filled(title: &str, kicker: &str, class: &str, body: &str, footer: &Markup) -> String {
    let about = PageHead { title, scheme: Scheme::Light, loads: Loads::Nothing, rules: RULES };
    let body = html! {
        a.skip href="#main" { "Skip to the answer" }
        div class=(class) {
            header.kicker { span { "Contraband " (VERSION) ": " (kicker) } }
            main #main { (PreEscaped(body)) }
            footer { (footer) }
        }
    };
    page(&about, &body)
}

/// Markdown as part of a page, with its pictures in it.
pub(crate) fn part(markdown: &str, pictures: &BTreeMap<String, String>) -> String {
    let mut in_picture = false;
    let events = Parser::new_ext(markdown, Options::ENABLE_TABLES).filter_map(|event| match event {
        Event::Start(Tag::Image { dest_url, .. }) => {
            in_picture = true;
            let svg = pictures.get(dest_url.as_ref())?;
            Some(Event::Html(CowStr::from(format!("<figure tabindex=\"0\">{svg}</figure>\n"))))
        }
        Event::End(TagEnd::Image) => {
            in_picture = false;
            None
        }
        _ if in_picture => None,
        // Words of a study file are words, whatever they look like.
        Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
        other => Some(other),
    });
    let mut body = String::new();
    push_html(&mut body, events);
    // Tables may be wider than a phone.
    body.replace("<table>", "<div class=\"scroll\" tabindex=\"0\"><table>").replace("</table>", "</table></div>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_stand_where_the_words_name_them_and_no_file_smuggles_in_a_page() {
        let pictures = BTreeMap::from([("charts/a.svg".to_owned(), "<svg>A</svg>".to_owned())]);
        let words = "# Why?\n\n<script>alert(1)</script> and <b>this</b>\n\n![glimpsed](charts/a.svg)\n\n| a | b |\n|---|---|\n| 1 | 2 |\n";
        let page = html("Why <not>?", words, &pictures);
        assert!(page.contains("<figure tabindex=\"0\"><svg>A</svg></figure>") && !page.contains("glimpsed"));
        assert!(!page.contains("<script") && !page.contains("<b>") && page.contains("Why &lt;not&gt;?"));
        assert!(page.contains("<div class=\"scroll\" tabindex=\"0\"><table>"));
    }
}
