//! The report as Markdown, for an appendix.

use std::fmt::Write as _;

use crate::verify::{CaseOutcome, Group};

use super::{Verified, band, expectation, number, tolerance};

/// All of it as Markdown.
pub fn markdown(verified: &Verified) -> String {
    let mut out = format!(
        "# How the model was verified\n\nContraband {}, `contraband {}`. In short: {}.\n",
        contraband_sim::VERSION,
        verified.asked,
        verified.verdict()
    );
    for group in Group::ALL {
        let (outcomes, absent) = verified.group(group);
        if outcomes.is_empty() && absent.is_empty() {
            continue;
        }
        let _ = write!(out, "\n## {}\n", group.title());
        for outcome in outcomes {
            case(&mut out, outcome);
        }
        if !absent.is_empty() {
            out += "\n### What does not apply\n\n";
            for one in absent {
                let _ = writeln!(out, "- **{}**: {}.", one.name, cell(one.why));
            }
        }
    }
    for (title, found) in &verified.patterns {
        let _ = write!(out, "\n## Patterns: {title}\n\n");
        out += "| id | measured | band | median | 95 % interval of the mean | seeds | in band | source |\n";
        out += "|---|---|---|---|---|---|---|---|\n";
        for one in found {
            let (low, high) = one.interval();
            let _ = writeln!(
                out,
                "| {} | {} | {} | {} | {} to {} | {} | {} | {} |",
                cell(&one.pattern.id),
                cell(&one.pattern.statement),
                band(one.pattern.band),
                number(one.middle()),
                number(low),
                number(high),
                one.seeds(),
                if one.in_band() { "yes" } else { "**no**" },
                cell(&one.source_and_note()),
            );
        }
    }
    out
}

fn case(out: &mut String, outcome: &CaseOutcome) {
    let _ = write!(
        out,
        "\n### {}\n\nShows that {}. {}. Source: {}.\n",
        outcome.case,
        outcome.shows,
        capital(&outcome.formula),
        outcome.source
    );
    if !outcome.parameters.is_empty() {
        let told: Vec<String> =
            outcome.parameters.iter().map(|one| format!("`{}` = {}", one.name, number(one.value))).collect();
        let _ = write!(out, "\nParameters: {}.\n", told.join(", "));
    }
    out.push_str("\n| measured | expected | found | tolerance | holds |\n|---|---|---|---|---|\n");
    for check in &outcome.checks {
        let tolerated = [tolerance(check), check.because.to_string()];
        let tolerated: Vec<&str> = tolerated.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            cell(&check.what),
            expectation(check),
            number(check.measured),
            cell(&once(&tolerated)),
            if check.holds() { "yes" } else { "**no**" }
        );
    }
}

/// Parts of a sentence, each told once.
pub fn once(parts: &[&str]) -> String {
    let mut told: Vec<&str> = Vec::new();
    for part in parts {
        if !told.contains(part) {
            told.push(part);
        }
    }
    told.join(", ")
}

/// With a capital letter in front.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + letters.as_str())
}

/// Text in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
