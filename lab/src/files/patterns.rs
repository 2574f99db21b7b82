//! Patterns: what is known of illicit markets, as a metric, a band and a source.

use std::ops::Range;

use crate::measure::expression::{Expression, parse};
use contraband_sim::scenario::complaint::Diagnostic;
use contraband_sim::scenario::levers::closest_name;
use contraband_sim::scenario::read::LONGEST_RUN;
use contraband_sim::scenario::tree::{Format, Kind, Node, read_tree};

/// Patterns that the default world is fitted to, in RON.
pub const FITTED: &str = include_str!("../../../scenarios/patterns/fitted.ron");

/// First seed that patterns are measured with unless somebody says another: values were set on 5001 to 5012 and looked at
/// on others below 9001, and on none from there on.
pub const FIRST_SEED: u64 = 9001;

/// Patterns that nothing was fitted to, in RON.
pub const HELD_OUT: &str = include_str!("../../../scenarios/patterns/held_out.ron");

/// Something known of illicit markets, that a scenario should show too.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    /// What it is called in tables.
    pub id: String,
    /// What is measured, with its unit.
    pub statement: String,
    /// The scenario that should show it: a file, or one that comes with the program.
    pub scenario: String,
    /// Where that name stands in the text, as a range of bytes.
    pub scenario_span: Range<usize>,
    /// The scenario that `base.` stands for in the metric, and where its name stands; none where it is the one above
    /// without its timeline.
    pub base: Option<(String, Range<usize>)>,
    /// Days to live, if not the scenario's own.
    pub days: Option<u32>,
    /// Seeds to live it with.
    pub seeds: usize,
    /// What is read off each run.
    pub metric: Expression,
    /// Where the metric stands in the text, as a range of bytes.
    pub metric_span: Range<usize>,
    /// Between which values the median of the seeds should lie.
    pub band: (f64, f64),
    /// Who says so, and with what number.
    pub source: String,
    /// What else to know; empty where there is nothing.
    pub note: String,
}

const FIELDS: [&str; 10] = ["id", "statement", "scenario", "base", "days", "seeds", "metric", "band", "source", "note"];

/// Seeds that a pattern takes if it does not say.
const SEEDS: usize = 6;

/// Most seeds that a pattern may take.
pub const MOST_SEEDS: usize = 10_000;

/// Whether a text holds patterns, and no scenario: it is a list.
pub fn is_list(text: &str, format: Format) -> bool {
    matches!(read_tree(text, format), Ok(Node { kind: Kind::List(_), .. }))
}

/// Reads a list of patterns.
///
/// # Errors
/// Everything that is wrong with the text.
pub fn read_patterns(text: &str, format: Format) -> Result<Vec<Pattern>, Vec<Diagnostic>> {
    let root = read_tree(text, format).map_err(|complaint| vec![complaint])?;
    let Kind::List(items) = &root.kind else {
        let what = format!("patterns are a list, but this is {}", root.kind.described());
        let begin = root.span.start..(root.span.start + 1).min(text.len());
        return Err(vec![Diagnostic::new(&begin, what, "expected `[`").help(EXAMPLE)]);
    };
    let mut complaints = Vec::new();
    let mut patterns: Vec<Pattern> = Vec::new();
    for item in items {
        let mut reader = PatternReader { text, complaints: &mut complaints };
        if let Some(pattern) = reader.pattern(item) {
            if patterns.iter().any(|one| (&one.id, &one.statement) == (&pattern.id, &pattern.statement)) {
                let what = format!("two patterns say `{}` about {}", pattern.statement, pattern.id);
                complaints.push(Diagnostic::new(&item.span, what, "said before"));
            }
            patterns.push(pattern);
        }
    }
    if complaints.is_empty() { Ok(patterns) } else { Err(complaints) }
}

const EXAMPLE: &str = "for example `[(id: \"H1\", statement: \"price / cost\", scenario: \"mine.ron\", metric: \
                       \"median(goods.price_mean / cost_mean)\", band: (2.0, 6.0), source: \"who says so\")]`";

struct PatternReader<'r> {
    text: &'r str,
    complaints: &'r mut Vec<Diagnostic>,
}

impl PatternReader<'_> {
    fn complain(&mut self, span: &Range<usize>, what: String, label: &str, help: Option<String>) {
        self.complaints.push(Diagnostic::new(span, what, label).help_if(help));
    }

    fn pattern(&mut self, item: &Node<'_>) -> Option<Pattern> {
        let Kind::Fields(fields) = &item.kind else {
            let what = format!("a pattern is a group of fields, but this is {}", item.kind.described());
            self.complain(&item.span, what, "expected `(`", Some(EXAMPLE.into()));
            return None;
        };
        let before = self.complaints.len();
        for (nth, (key, _)) in fields.iter().enumerate() {
            if fields[..nth].iter().any(|(other, _)| other.name == key.name) {
                self.complain(&key.span, format!("`{}` is given twice", key.name), "and again here", None);
            }
            if !FIELDS.contains(&key.name.as_ref()) {
                let help = closest_name(&key.name, FIELDS)
                    .map_or_else(|| format!("it has {}", FIELDS.join(", ")), |name| format!("the closest is `{name}`"));
                self.complain(&key.span, format!("a pattern has no field `{}`", key.name), "unknown field", Some(help));
            }
        }
        let find = |name: &str| fields.iter().find(|(key, _)| key.name == name).map(|(_, node)| node);
        let mut text = |name: &str, is_needed: bool| -> Option<(String, Range<usize>)> {
            match find(name) {
                Some(Node { kind: Kind::Text(text), span }) if !text.trim().is_empty() => {
                    Some((text.to_string(), span.clone()))
                }
                Some(node) => {
                    let what = format!("`{name}` is a text, but this is {}", empty_or(node));
                    self.complain(&node.span, what, "expected a text in double quotes", None);
                    None
                }
                None if !is_needed => None,
                None => {
                    let end = item.span.start..item.span.start + 1;
                    self.complain(
                        &end,
                        format!("a pattern needs `{name}`"),
                        "it is missing here",
                        Some(EXAMPLE.into()),
                    );
                    None
                }
            }
        };
        let [id, statement, scenario, metric, source] =
            ["id", "statement", "scenario", "metric", "source"].map(|name| text(name, true));
        let [base, note] = ["base", "note"].map(|name| text(name, false));
        let metric = metric.and_then(|(words, span)| match parse(&words) {
            Ok(metric) => Some((metric, span)),
            Err(complaint) => {
                self.complaints.push(self.within(&words, &span, complaint));
                None
            }
        });
        let band = self.band(find("band"), item);
        let days = self.whole(find("days"), "days", LONGEST_RUN as usize).map(|days| days as u32);
        let seeds = self.whole(find("seeds"), "seeds", MOST_SEEDS).unwrap_or(SEEDS);
        if seeds < 2 {
            let span = find("seeds").map_or_else(|| item.span.clone(), |node| node.span.clone());
            self.complain(&span, "one seed shows no spread".into(), "two or more", None);
        }
        if let (Some((_, span)), Some((metric, _))) = (&base, &metric)
            && !metric.compares()
        {
            let help = "put `base.` before the table that is read there, as in `sum(days.trades) / \
                        sum(base.days.trades)`, or leave `base` out";
            self.complain(span, "the metric reads nothing of this `base`".into(), "never looked at", Some(help.into()));
        }
        if self.complaints.len() > before {
            return None;
        }
        let ((id, _), (statement, _), (source, _)) = (id?, statement?, source?);
        let (scenario, scenario_span) = scenario?;
        let (metric, metric_span) = metric?;
        let note = note.map_or_else(String::new, |(note, _)| note);
        let band = band?;
        let pattern = Pattern {
            id,
            statement,
            scenario,
            scenario_span,
            base,
            days,
            seeds,
            metric,
            metric_span,
            band,
            source,
            note,
        };
        Some(pattern)
    }

    /// A complaint about the words of a text, as one about the file. A text with signs that are written in another way
    /// than they read is pointed at as a whole.
    fn within(&self, words: &str, span: &Range<usize>, complaint: Diagnostic) -> Diagnostic {
        let plain = span.start + 1..span.start + 1 + words.len();
        let span = if self.text.get(plain) == Some(words) {
            span.start + 1 + complaint.span.start..span.start + 1 + complaint.span.end
        } else {
            span.clone()
        };
        Diagnostic { span, ..complaint }
    }

    fn band(&mut self, node: Option<&Node<'_>>, item: &Node<'_>) -> Option<(f64, f64)> {
        let wrong = "a band is two numbers, the lower one first: (0.3, 0.8)";
        let Some(node) = node else {
            let begin = item.span.start..item.span.start + 1;
            self.complain(&begin, "a pattern needs `band`".into(), "it is missing here", Some(wrong.into()));
            return None;
        };
        if let Kind::List(ends) = &node.kind
            && let [Node { kind: Kind::Number(low), .. }, Node { kind: Kind::Number(high), .. }] = ends[..]
            && low <= high
        {
            return Some((low, high));
        }
        self.complain(&node.span, "this is not a band".into(), "two numbers", Some(wrong.into()));
        None
    }

    fn whole(&mut self, node: Option<&Node<'_>>, name: &str, most: usize) -> Option<usize> {
        match node {
            None => None,
            Some(Node { kind: Kind::Number(number), .. })
                if number.fract() == 0.0 && (1.0..=most as f64).contains(number) =>
            {
                Some(*number as usize)
            }
            Some(node) => {
                self.complain(
                    &node.span,
                    format!("`{name}` must be a whole number from 1 to {most}"),
                    "not such a number",
                    None,
                );
                None
            }
        }
    }
}

fn empty_or(node: &Node<'_>) -> &'static str {
    match node.kind {
        Kind::Text(_) => "empty",
        _ => node.kind.described(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::Workers;
    use crate::verify::patterns::{PatternResult, PatternWorlds, measure_patterns, runs_of};
    use contraband_sim::base::units::Value;
    use contraband_sim::scenario::{Scenario, TimelineEntry};

    #[test]
    fn the_patterns_that_come_with_the_program_are_sound() {
        for text in [FITTED, HELD_OUT] {
            let patterns = read_patterns(text, Format::Ron).unwrap_or_else(|complaints| panic!("{complaints:#?}"));
            assert!(patterns.iter().all(|pattern| pattern.seeds >= 3));
            assert!(is_list(text, Format::Ron) && !is_list("(name: \"x\")", Format::Ron));
        }
    }

    #[test]
    fn a_field_that_is_given_twice_is_refused() {
        let pattern = "(id: \"a\", statement: \"b\", scenario: \"c\", metric: \"1\", band: (1, 2), source: \"d\"";
        assert!(read_patterns(&format!("[{pattern})]"), Format::Ron).is_ok());
        let wrong = read_patterns(&format!("[{pattern}, band: (3, 4))]"), Format::Ron).unwrap_err();
        assert_eq!((wrong.len(), wrong[0].what.as_str()), (1, "`band` is given twice"));
    }

    #[test]
    fn what_is_wrong_with_patterns_is_told_with_its_place() {
        let refused = |text: &str| {
            let Err(complaints) = read_patterns(text, Format::Ron) else { panic!("{text} was read") };
            complaints
                .iter()
                .map(|complaint| format!("{:?} | {complaint}\n", &text[complaint.span.clone()]))
                .collect::<String>()
        };
        insta::assert_snapshot!(
            [
                "(id: \"a\")",
                "[3]",
                "[(id: \"\", statment: 3, scenario: 4, metric: \"mean(days.trade)\", band: (2, 1), seeds: 1.5)]",
                "[(id: \"a\", statement: \"b\", scenario: \"c\", metric: \"1\", band: (1, 2), source: \"d\"), \
                 (id: \"a\", statement: \"b\", scenario: \"c\", metric: \"1\", band: (1, 2), source: \"d\")]",
                "[(id: \"a\", statement: \"b\", scenario: \"c\", base: \"d\", metric: \"sum(days.trades)\", band: (1, 2), source: \
                 \"e\", note: \"\")]",
            ]
            .map(refused)
            .join("\n"),
            @r#"
        "(" | patterns are a list, but this is a group of fields (expected `[`); for example `[(id: "H1", statement: "price / cost", scenario: "mine.ron", metric: "median(goods.price_mean / cost_mean)", band: (2.0, 6.0), source: "who says so")]`

        "3" | a pattern is a group of fields, but this is a number (expected `(`); for example `[(id: "H1", statement: "price / cost", scenario: "mine.ron", metric: "median(goods.price_mean / cost_mean)", band: (2.0, 6.0), source: "who says so")]`

        "statment" | a pattern has no field `statment` (unknown field); the closest is `statement`
        "\"\"" | `id` is a text, but this is empty (expected a text in double quotes)
        "(" | a pattern needs `statement` (it is missing here); for example `[(id: "H1", statement: "price / cost", scenario: "mine.ron", metric: "median(goods.price_mean / cost_mean)", band: (2.0, 6.0), source: "who says so")]`
        "4" | `scenario` is a text, but this is a number (expected a text in double quotes)
        "(" | a pattern needs `source` (it is missing here); for example `[(id: "H1", statement: "price / cost", scenario: "mine.ron", metric: "median(goods.price_mean / cost_mean)", band: (2.0, 6.0), source: "who says so")]`
        "trade" | table `days` has no column `trade` of numbers (unknown column); the closest is `trades`
        "(2, 1)" | this is not a band (two numbers); a band is two numbers, the lower one first: (0.3, 0.8)
        "1.5" | `seeds` must be a whole number from 1 to 10000 (not such a number)

        "(id: \"a\", statement: \"b\", scenario: \"c\", metric: \"1\", band: (1, 2), source: \"d\")" | two patterns say `b` about a (said before)

        "\"\"" | `note` is a text, but this is empty (expected a text in double quotes)
        "\"d\"" | the metric reads nothing of this `base` (never looked at); put `base.` before the table that is read there, as in `sum(days.trades) / sum(base.days.trades)`, or leave `base` out
        "#
        );
    }

    /// The same seeds give the same figures, and others others.
    #[test]
    fn patterns_are_measured_from_the_first_seed_on() {
        let text = "[(id: \"a\", statement: \"trades\", scenario: \"x\", days: 9, seeds: 3, metric: \"sum(days.trades)\", \
                    band: (1, 9), source: \"s\")]";
        let mut world = Scenario::default();
        world.set("citizens.count", "300").expect("a lever");
        let of = |first: u64| {
            let patterns = read_patterns(text, Format::Ron).expect("it is sound");
            let workers = Workers { threads: 1, on_done: &|| {} };
            measure_patterns(patterns, &[world.clone().into()], first, &workers)[0].values.clone()
        };
        assert_eq!(of(5001)[1..], of(5002)[..2]);
        assert_ne!(of(1), of(5001));
    }

    /// A world that two patterns share is lived once for each seed, as often as the more demanding of them asks.
    #[test]
    fn patterns_are_measured_with_their_own_seeds() {
        let text = "[(id: \"a\", statement: \"days\", scenario: \"x\", days: 7, seeds: 3, metric: \"last(days.day)\", \
                    band: (7, 7), source: \"s\"), (id: \"b\", statement: \"none\", scenario: \"x\", days: 7, seeds: 2, \
                    metric: \"sum(days.trades) - sum(base.days.trades)\", band: (1, 2), source: \"s\")]";
        let patterns = read_patterns(text, Format::Ron).expect("it is sound");
        let mut world = Scenario::default();
        world.set("citizens.count", "100").expect("a lever");
        let runs = std::sync::atomic::AtomicUsize::new(0);
        let count = || _ = runs.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let found = measure_patterns(
            patterns,
            &[world.clone().into(), world.into()],
            5,
            &Workers { threads: 2, on_done: &count },
        );
        assert_eq!(found[0].values, [7.0, 7.0, 7.0]);
        assert_eq!(found[1].values, [0.0, 0.0]);
        assert!(found[0].in_band() && !found[1].in_band());
        assert_eq!(found[0].interval(), (7.0, 7.0));
        assert_eq!(runs.into_inner(), 3);
        assert_eq!([&found[0], &found[1]].map(PatternResult::seeds), ["5-7", "5-6"]);
    }

    /// Four patterns look at three worlds: each is lived once for each seed, whether as an arm, as a base or as both.
    #[test]
    fn a_world_is_lived_once_for_each_seed_whoever_looks_at_it() {
        let pattern = |id: &str, metric: &str, base: &str| {
            format!(
                "(id: \"{id}\", statement: \"s\", scenario: \"x\", {base} days: 9, seeds: 2, metric: \"{metric}\", band: \
                 (1, 2), source: \"s\")"
            )
        };
        let share = "sum(days.trades) / sum(base.days.trades)";
        let text = [
            pattern("usual", "sum(days.trades)", ""),
            pattern("dear", share, ""),
            pattern("dearer", share, ""),
            pattern("dearer_than_dear", share, "base: \"dear\","),
        ]
        .join(", ");
        let patterns = read_patterns(&format!("[{text}]"), Format::Ron).expect("it is sound");
        let mut usual = Scenario::default();
        usual.set("citizens.count", "300").expect("a lever");
        usual.set("citizens.settling", "20").expect("a lever");
        let fined = |fine: f64| {
            let mut world = usual.clone();
            world.timeline = vec![TimelineEntry {
                day: 1,
                until: None,
                ramp: 0,
                places: Vec::new(),
                set: vec![("demand.desire".into(), Value::Number(fine))],
                label: String::new(),
            }];
            world
        };
        let (dear, dearer) = (fined(4.0), fined(3.0));
        let worlds = vec![
            usual.into(),
            dear.clone().into(),
            dearer.clone().into(),
            PatternWorlds { scenario: dearer, base: Some(dear) },
        ];
        let runs = std::sync::atomic::AtomicUsize::new(0);
        let count = || _ = runs.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        assert_eq!(runs_of(&patterns, &worlds), 6);
        let found = measure_patterns(patterns, &worlds, 5, &Workers { threads: 2, on_done: &count });
        assert_eq!(runs.into_inner(), 6);
        for seed in 0..2 {
            let [usual, dear, dearer, between] = [0, 1, 2, 3].map(|at| found[at].values[seed]);
            assert!(usual > 1.0 && dear < 1.0 && dearer < dear, "{usual} {dear} {dearer}");
            assert!((between - dearer / dear).abs() < 1e-12, "{between} {dear} {dearer}");
        }
    }
}
