//! The report as one page that asks nothing of the network.

use std::fmt::Write as _;

use contraband_lab::verify::patterns::Found;
use contraband_lab::verify::{Absent, Group, Outcome};

use super::text::{capital, once};
use super::{Verified, band, expectation, number, tolerance};
use crate::charts::canvas::escape;
use crate::report::{Loads, Scheme, fill, head};

const PAGE: &str = include_str!("page.html");

/// All of it as a page.
pub fn html(verified: &Verified) -> String {
    let mut links = String::new();
    let mut body = String::new();
    let mut part = |title: &str, of: &str, content: &str| {
        let id: String = title.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
        let _ = writeln!(links, "<li><a href=\"#{id}\">{}</a>{of}</li>", escape(title));
        let title = escape(title);
        let _ = writeln!(body, "<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{title}</h2>\n{content}</section>");
    };
    for group in Group::ALL {
        let (outcomes, absent) = verified.group(group);
        if outcomes.is_empty() && absent.is_empty() {
            continue;
        }
        let hold = outcomes.iter().filter(|outcome| outcome.holds()).count();
        let content = outcomes.iter().map(|outcome| case(outcome)).collect::<String>() + &does_not_apply(&absent);
        part(group.title(), &format!(" {hold} of {} hold", outcomes.len()), &content);
    }
    for (title, found) in &verified.patterns {
        let inside = found.iter().filter(|one| one.in_band()).count();
        part(&format!("Patterns: {title}"), &format!(" {inside} of {} in band", found.len()), &patterns(found));
    }
    let parts = [
        (
            "head",
            head(
                &format!("What the model was held against: Contraband {}", contraband_sim::VERSION),
                Scheme::LightAndDark,
                Loads::Nothing,
            ),
        ),
        ("version", escape(contraband_sim::VERSION)),
        ("asked", escape(&verified.asked)),
        ("verdict", escape(&capital(&verified.verdict()))),
        ("links", links),
        ("body", body),
    ];
    fill(PAGE, &parts)
}

/// Whether it holds, in a word that needs no colour.
fn verdict(holds: bool) -> &'static str {
    if holds { "<span class=\"holds\">holds</span>" } else { "<strong class=\"fails\">does not hold</strong>" }
}

fn case(outcome: &Outcome) -> String {
    let mut out = format!(
        "<article>\n<h3><code>{}</code> {}</h3>\n<p>{}.</p>\n<p class=\"formula\">{}.</p>\n<p class=\"quiet\">Source: {}.",
        escape(&outcome.case),
        verdict(outcome.holds()),
        escape(&capital(&outcome.shows)),
        escape(&capital(&outcome.formula)),
        escape(&outcome.source)
    );
    if !outcome.parameters.is_empty() {
        let told: Vec<String> = outcome
            .parameters
            .iter()
            .map(|one| format!("<code>{}</code> = {} {}", escape(&one.name), number(one.value), escape(&one.about)))
            .collect();
        let _ = write!(out, " With {}.", told.join(", "));
    }
    out += "</p>\n<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">What is measured</th><th scope=\"col\" \
            class=\"n\">Expected</th><th scope=\"col\" class=\"n\">Found</th><th scope=\"col\">Tolerance</th><th \
            scope=\"col\">Verdict</th></tr></thead>\n<tbody>\n";
    for check in &outcome.checks {
        let tolerated = [tolerance(check), check.because.to_string()];
        let tolerated: Vec<&str> = tolerated.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        let _ = writeln!(
            out,
            "<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td>{}</td><td>{}</td></tr>",
            escape(&check.what),
            expectation(check),
            number(check.measured),
            escape(&once(&tolerated)),
            verdict(check.holds())
        );
    }
    out += "</tbody>\n</table></div>\n</article>\n";
    out
}

fn does_not_apply(absent: &[&Absent]) -> String {
    if absent.is_empty() {
        return String::new();
    }
    let mut out = "<h3>What does not apply, and why</h3>\n<dl>\n".to_owned();
    for one in absent {
        let _ = writeln!(out, "<dt>{}</dt><dd>{}.</dd>", escape(one.name), escape(&capital(one.why)));
    }
    out + "</dl>\n"
}

fn patterns(found: &[Found]) -> String {
    let mut out = "<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">Pattern</th><th scope=\"col\">Band</th><th \
                   scope=\"col\" class=\"n\">Median</th><th scope=\"col\">95 % interval of the mean</th><th scope=\"col\" \
                   class=\"n\">Seeds</th><th scope=\"col\">Verdict</th><th scope=\"col\">Source</th></tr></thead>\n<tbody>\n"
        .to_owned();
    for one in found {
        let (low, high) = one.interval();
        let verdict = if one.in_band() {
            "<span class=\"holds\">in band</span>"
        } else {
            "<strong class=\"fails\">out of band</strong>"
        };
        let _ = writeln!(
            out,
            "<tr><td>{}: {}<br><code class=\"quiet\">{}: {}</code></td><td>{}</td><td class=\"n\">{}</td><td>{} to \
             {}</td><td class=\"n\">{}</td><td>{verdict}</td><td>{}</td></tr>",
            escape(&one.pattern.id),
            escape(&one.pattern.statement),
            escape(&one.pattern.scenario),
            escape(one.pattern.metric.text()),
            band(one.pattern.band),
            number(one.middle()),
            number(low),
            number(high),
            one.values.len(),
            escape(&one.pattern.source)
        );
    }
    out + "</tbody>\n</table></div>\n"
}
