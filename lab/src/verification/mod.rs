//! What `contraband verify` found, as tables, a page, a text and JSON. Dated by the version of the engine, not by a clock.

mod text;

use crate::verify::patterns::PatternResult;
use crate::verify::{Absent, CaseOutcome, Check, Group, Relation};
pub use contraband_sim::base::words::six_digits as number;
use serde_json::{Value, json};

pub use text::{capital, markdown, once};

/// All that was verified.
#[derive(Default)]
pub struct Verified {
    /// What was asked for, as it is told.
    pub asked: String,
    /// Cases and proofs, in order.
    pub outcomes: Vec<CaseOutcome>,
    /// What does not apply, where all cases were asked for.
    pub absent: Vec<&'static Absent>,
    /// Patterns, by what they are called together.
    pub patterns: Vec<(String, Vec<PatternResult>)>,
}

impl Verified {
    /// Cases of one group, with what does not apply.
    pub fn group(&self, group: Group) -> (Vec<&CaseOutcome>, Vec<&'static Absent>) {
        (
            self.outcomes.iter().filter(|outcome| outcome.group == group).collect(),
            self.absent.iter().copied().filter(|absent| absent.group == group).collect(),
        )
    }

    /// How many cases hold, and how many there are.
    pub fn cases(&self) -> (usize, usize) {
        (self.outcomes.iter().filter(|outcome| outcome.holds()).count(), self.outcomes.len())
    }

    /// How many patterns are in their bands, and how many there are.
    pub fn patterns_in_band(&self) -> (usize, usize) {
        let all = || self.patterns.iter().flat_map(|(_, found)| found);
        (all().filter(|found| found.in_band()).count(), all().count())
    }

    /// In one sentence.
    pub fn verdict(&self) -> String {
        let (hold, cases) = self.cases();
        let checks: usize = self.outcomes.iter().map(|outcome| outcome.checks.len()).sum();
        let (inside, patterns) = self.patterns_in_band();
        let mut said = Vec::new();
        if cases > 0 {
            said.push(match cases - hold {
                0 => format!("all {cases} cases hold, with {checks} comparisons"),
                failing => format!("{failing} of {cases} cases do not hold"),
            });
        }
        if patterns > 0 {
            said.push(format!("{inside} of {patterns} patterns lie in their bands"));
        }
        if said.is_empty() { "nothing was checked".into() } else { said.join("; ") }
    }
}

/// What is expected, as it is told: a bound is one.
pub fn expectation(check: &Check) -> String {
    match check.relation {
        Relation::Equal => number(check.expected),
        Relation::AtLeast => format!("at least {}", number(check.expected)),
        Relation::AtMost => format!("at most {}", number(check.expected)),
    }
}

/// By how much it may depart, as it is told.
pub fn tolerance(check: &Check) -> String {
    match (check.relation, check.tolerance == 0.0) {
        (Relation::Equal, true) => "exact".into(),
        (_, true) => String::new(),
        _ => format!("± {}", rounded(check.tolerance)),
    }
}

/// A tolerance needs no more than two digits that count.
#[expect(clippy::disallowed_methods, reason = "a figure in words, of which nothing is computed")]
fn rounded(value: f64) -> String {
    if value > 0.0 && value.is_finite() {
        let unit = 10f64.powi(value.log10().floor() as i32 - 1);
        number((value / unit).ceil() * unit)
    } else {
        number(value)
    }
}

/// A band, as it is told.
pub fn band((low, high): (f64, f64)) -> String {
    if low == high { number(low) } else { format!("{} to {}", number(low), number(high)) }
}

/// As the contract has it: an object for each comparison, and one for each pattern.
pub fn as_json(verified: &Verified) -> Value {
    let finite = |value: f64| if value.is_finite() { json!(value) } else { Value::Null };
    let case = |outcome: &CaseOutcome, check: &Check| {
        let parameters: serde_json::Map<String, Value> =
            outcome.parameters.iter().map(|one| (one.name.clone(), json!(one.value))).collect();
        json!({
            "case": outcome.case,
            "group": outcome.group.title(),
            "shows": outcome.shows,
            "formula": outcome.formula,
            "parameters": parameters,
            "seeds": outcome.seeds,
            "what": check.what,
            "relation": match check.relation {
                Relation::Equal => "equal",
                Relation::AtLeast => "at_least",
                Relation::AtMost => "at_most",
            },
            "expected": finite(check.expected),
            "measured": finite(check.measured),
            "tolerance": finite(check.tolerance),
            "tolerance_is": check.because,
            "pass": check.holds(),
            "source": outcome.source,
        })
    };
    let pattern = |list: &str, found: &PatternResult| {
        let (low, high) = found.interval();
        json!({
            "list": list,
            "id": found.pattern.id,
            "statement": found.pattern.statement,
            "scenario": found.pattern.scenario,
            "base": found.pattern.base.as_ref().map(|(base, _)| base),
            "metric": found.pattern.metric.text(),
            "band": [found.pattern.band.0, found.pattern.band.1],
            "median": finite(found.middle()),
            "mean_ci95": [finite(low), finite(high)],
            "first_seed": found.first_seed,
            "values": found.values.iter().copied().map(finite).collect::<Vec<_>>(),
            "in_band": found.in_band(),
            "source": found.pattern.source,
            "note": found.pattern.note,
        })
    };
    let cases =
        verified.outcomes.iter().flat_map(|outcome| outcome.checks.iter().map(move |check| case(outcome, check)));
    let patterns =
        verified.patterns.iter().flat_map(|(list, found)| found.iter().map(move |found| pattern(list, found)));
    let absent =
        verified.absent.iter().map(|one| json!({"case": one.name, "group": one.group.title(), "why": one.why}));
    json!({
        "schema": 1,
        "engine": contraband_sim::VERSION,
        "cases": cases.collect::<Vec<_>>(),
        "absent": absent.collect::<Vec<_>>(),
        "patterns": patterns.collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use crate::files::patterns::read_patterns;
    use crate::verify::Parameter;
    use contraband_sim::scenario::tree::Format;

    use super::*;

    /// One case of which one comparison holds and one does not, and a pattern out of its band.
    fn verified() -> Verified {
        let outcome = CaseOutcome {
            case: "tug_of_war".into(),
            group: Group::Market,
            shows: "who pulls harder <wins>".into(),
            formula: "a | b".into(),
            source: "Rope and String (1901)".into(),
            parameters: vec![Parameter { name: "law.fine".into(), value: 2.5, about: "credits".into() }],
            seeds: 12,
            checks: vec![
                Check::near("share of pulls", 0.25, 0.26, 0.0123, Cow::Borrowed("4 standard errors")),
                Check::at_least("pulls", 10.0, 9.0, "they are counted"),
            ],
        };
        let text = "[(id: \"P1\", statement: \"days\", scenario: \"baseline\", metric: \"last(days.day)\", band: (1, 2), \
                    source: \"the calendar\", note: \"On leap days too\")]";
        let pattern = read_patterns(text, Format::Ron).expect("it is sound").remove(0);
        Verified {
            asked: "verify tug_of_war".into(),
            outcomes: vec![outcome],
            absent: Vec::new(),
            patterns: vec![(
                "Fitted".into(),
                vec![PatternResult { pattern, first_seed: 9001, values: vec![3.0, 4.0] }],
            )],
        }
    }

    #[test]
    fn numbers_are_told_with_the_digits_that_count() {
        let told = [0.0, 3.0, 0.123_456_78, 1234.5678, 0.5, 0.000_012_3, f64::NAN, 1e12, 123_456.7].map(number);
        assert_eq!(told, ["0", "3", "0.123457", "1234.57", "0.5", "1.23e-5", "none", "1000000000000", "123457"]);
        assert_eq!([0.012_34, 0.5, 120.1].map(rounded), ["0.013", "0.5", "130"]);
    }

    #[test]
    fn what_fails_is_told_everywhere() {
        let verified = verified();
        assert_eq!(verified.verdict(), "1 of 1 cases do not hold; 0 of 1 patterns lie in their bands");
        let json = as_json(&verified);
        assert_eq!(json["cases"][0]["pass"], true);
        assert_eq!(json["cases"][1]["pass"], false);
        assert_eq!(json["patterns"][0]["in_band"], false);
        insta::assert_snapshot!(markdown(&verified), @r"
        # How the model was verified

        Contraband 0.1.0, `contraband verify tug_of_war`. In short: 1 of 1 cases do not hold; 0 of 1 patterns lie in their bands.

        ## Market

        ### tug_of_war

        Shows that who pulls harder <wins>. A | b. Source: Rope and String (1901).

        Parameters: `law.fine` = 2.5.

        | measured | expected | found | tolerance | holds |
        |---|---|---|---|---|
        | share of pulls | 0.25 | 0.26 | ± 0.013, 4 standard errors | yes |
        | pulls | at least 10 | 9 | they are counted | **no** |

        ## Patterns: Fitted

        | id | measured | band | median | 95 % interval of the mean | seeds | in band | source |
        |---|---|---|---|---|---|---|---|
        | P1 | days | 1 to 2 | 3.5 | -2.8531 to 9.8531 | 9001-9002 | **no** | the calendar. On leap days too |
        ");
    }
}
