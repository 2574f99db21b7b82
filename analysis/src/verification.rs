//! The report as one page that asks nothing of the network.

use contraband_lab::verification::{Verified, band, capital, expectation, number, once, tolerance};
use contraband_lab::verify::patterns::PatternResult;
use contraband_lab::verify::{Absent, CaseOutcome, Group};
use contraband_sim::VERSION;
use maud::{Markup, html};

use crate::report::{Loads, PageHead, Scheme, page, scroll};

const RULES: &str = include_str!("verification/page.css");

/// A part of the page.
struct PagePart {
    title: String,
    /// What the list of parts says of it.
    of: String,
    content: Markup,
}

impl PagePart {
    fn id(&self) -> String {
        self.title.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase()
    }
}

/// All of it as a page.
pub fn html(verified: &Verified) -> String {
    let mut parts = Vec::new();
    for group in Group::ALL {
        let (outcomes, absent) = verified.group(group);
        if outcomes.is_empty() && absent.is_empty() {
            continue;
        }
        let hold = outcomes.iter().filter(|outcome| outcome.holds()).count();
        parts.push(PagePart {
            title: group.title().into(),
            of: format!(" {hold} of {} hold", outcomes.len()),
            content: html! {
                @for outcome in &outcomes { (case(outcome)) }
                (does_not_apply(&absent))
            },
        });
    }
    for (title, found) in &verified.patterns {
        let inside = found.iter().filter(|one| one.in_band()).count();
        parts.push(PagePart {
            title: format!("Patterns: {title}"),
            of: format!(" {inside} of {} in band", found.len()),
            content: patterns(found),
        });
    }
    let about = PageHead {
        title: &format!("How the model was verified: Contraband {VERSION}"),
        scheme: Scheme::LightAndDark,
        loads: Loads::Nothing,
        rules: RULES,
    };
    let body = html! {
        a.skip href="#main" { "Skip to the results" }
        div.page {
            header {
                div.kicker { span { "Contraband " (VERSION) ": verification" } }
                h1 { "What the model was held against" }
                p.lead { (capital(&verified.verdict())) "." }
                p.facts { code { "contraband " (verified.asked) } " writes this page again, to the same figures." }
                nav aria-label="Parts of this report" {
                    ul { @for part in &parts { li { a href={ "#" (part.id()) } { (part.title) } (part.of) } } }
                }
                p {
                    "A case switches off every mechanism but one, lets the engine's own rules act, and compares what comes of \
                     them with what a formula says for the same parameters. A pattern is something known of illicit markets \
                     that the default world should show too: one that is out of its band is a limit of the model, and stays \
                     here as such."
                }
            }
            main #main {
                @for part in &parts {
                    section aria-labelledby=(part.id()) {
                        h2 id=(part.id()) { (part.title) }
                        (part.content)
                    }
                }
            }
            footer {
                "Made by Contraband " (VERSION) ". None of this says that the model is right about any real place; it says that \
                 the program computes what it claims to compute."
            }
        }
    };
    page(&about, &body)
}

/// Whether it holds, in a word that needs no colour.
fn verdict(holds: bool, yes: &str, no: &str) -> Markup {
    html! { @if holds { span.holds { (yes) } } @else { strong.fails { (no) } } }
}

fn holds(holds: bool) -> Markup {
    verdict(holds, "holds", "does not hold")
}

fn case(outcome: &CaseOutcome) -> Markup {
    html! {
        article {
            h3 { code { (outcome.case) } " " (holds(outcome.holds())) }
            p { (capital(&outcome.shows)) "." }
            p.formula { (capital(&outcome.formula)) "." }
            p.quiet {
                "Source: " (outcome.source) "."
                @for (nth, one) in outcome.parameters.iter().enumerate() {
                    @if nth == 0 { " With " } @else { ", " }
                    code { (one.name) } " = " (number(one.value)) " " (one.about)
                }
                @if !outcome.parameters.is_empty() { "." }
            }
            (scroll(html! {
                table {
                    thead {
                        tr {
                            th scope="col" { "Measured" }
                            th.n scope="col" { "Expected" }
                            th.n scope="col" { "Found" }
                            th scope="col" { "Tolerance" }
                            th scope="col" { "Verdict" }
                        }
                    }
                    tbody {
                        @for check in &outcome.checks {
                            @let tolerated = [tolerance(check), check.because.to_string()];
                            @let tolerated: Vec<&str> =
                                tolerated.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
                            tr {
                                td { (check.what) }
                                td.n { (expectation(check)) }
                                td.n { (number(check.measured)) }
                                td { (once(&tolerated)) }
                                td { (holds(check.holds())) }
                            }
                        }
                    }
                }
            }))
        }
    }
}

fn does_not_apply(absent: &[&Absent]) -> Markup {
    html! {
        @if !absent.is_empty() {
            h3 { "What does not apply, and why" }
            dl { @for one in absent { dt { (one.name) } dd { (capital(one.why)) "." } } }
        }
    }
}

fn patterns(found: &[PatternResult]) -> Markup {
    scroll(html! {
        table {
            thead {
                tr {
                    th scope="col" { "Pattern" }
                    th scope="col" { "Band" }
                    th.n scope="col" { "Median" }
                    th scope="col" { "95 % interval of the mean" }
                    th.n scope="col" { "Seeds" }
                    th scope="col" { "Verdict" }
                    th scope="col" { "Source" }
                }
            }
            tbody {
                @for one in found {
                    @let (low, high) = one.interval();
                    tr {
                        td {
                            (one.pattern.id) ": " (one.pattern.statement) br;
                            code.quiet {
                                (one.pattern.scenario)
                                @if let Some((base, _)) = &one.pattern.base { " against " (base) }
                                ": " (one.pattern.metric.text())
                            }
                        }
                        td { (band(one.pattern.band)) }
                        td.n { (number(one.middle())) }
                        td { (number(low)) " to " (number(high)) }
                        td.n { (one.seeds()) }
                        td { (verdict(one.in_band(), "in band", "out of band")) }
                        td { (one.source_and_note()) }
                    }
                }
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use contraband_lab::verify::{Check, Parameter};

    use super::*;

    #[test]
    fn what_fails_is_told_and_nothing_is_taken_for_markup() {
        let outcome = CaseOutcome {
            case: "tug_of_war".into(),
            group: Group::Market,
            shows: "who pulls harder <wins>".into(),
            formula: "a | b".into(),
            source: "Rope and String (1901)".into(),
            parameters: vec![Parameter { name: "law.fine".into(), value: 2.5, about: "credits".into() }],
            seeds: 12,
            checks: vec![Check::near("share of pulls", 0.25, 0.9, 0.0123, Cow::Borrowed("4 standard errors"))],
        };
        let page = html(&Verified { outcomes: vec![outcome], ..Verified::default() });
        assert!(page.contains("Who pulls harder &lt;wins&gt;") && page.contains("does not hold"));
    }
}
