//! The brief: question, answers in plain words, what they rest on, how to get them again.

use std::fmt::Write as _;

use contraband_sim::VERSION;
use contraband_sim::scenario::study::{Arm, Better, Study};

use super::answers::{Answers, Moved};
use super::difference::{Difference, FALSE_SHARE, Verdict};
use super::{Account, tables};
use crate::valve;
use crate::verification::number;

/// A picture of an arm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picture {
    /// Differences with their intervals.
    Effects,
    /// Differences by day.
    Courses,
    /// Where trade went.
    Displacement,
}

impl Picture {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Effects, Self::Courses, Self::Displacement];

    /// Where it is, from the study folder.
    pub fn path(self, arm: &Arm) -> String {
        let word = match self {
            Self::Effects => "effects",
            Self::Courses => "courses",
            Self::Displacement => "displacement",
        };
        let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '_' };
        format!("charts/{}-{word}.svg", arm.name.chars().map(plain).collect::<String>())
    }
}

/// The brief as Markdown.
pub fn markdown(study: &Study, answers: &Answers, account: &Account, command: &str, digest: &str) -> String {
    let (first, last) = study.window();
    let mut out = format!("# {}\n\n", if study.name.is_empty() { "What changes" } else { &study.name });
    if !study.question.is_empty() {
        let _ = writeln!(out, "**{}**\n", study.question);
    }
    let seeds = answers.seeds.len();
    let _ = writeln!(
        out,
        "Every world was lived {seeds} times for {} days, each time with the same chance as the base: what differs comes \
         of the policy alone. Intervals are of 95 % for the mean difference.\n",
        study.base.days
    );
    out += "## Answer\n";
    for (arm, about) in study.arms.iter().enumerate() {
        let _ = write!(out, "\n### {}\n\n", about.name);
        if !about.with.is_empty() {
            let _ = writeln!(out, "Made of {}.\n", about.with.join(" and "));
        }
        let partings = &answers.partings[arm];
        let days: Vec<u32> = partings.iter().filter_map(|parting| parting.day).collect();
        match (days.iter().min(), days.iter().max()) {
            (Some(first), Some(last)) => {
                let when = if first == last { format!("day {first}") } else { format!("days {first} to {last}") };
                let same = partings.len() - days.len();
                let never = if same > 0 { format!("; {same} of {seeds} never do") } else { String::new() };
                let _ = writeln!(out, "Its worlds part from the base on {when}{never}.\n");
            }
            _ => {
                let _ = writeln!(
                    out,
                    "**It changes exactly nothing**: in all {seeds} seeds every row of every day equals the base's \
                     (the digests of the runs are equal, see `divergence.parquet`).\n"
                );
                continue;
            }
        }
        let title = &about.name;
        for (metric, one) in answers.differences[arm].iter().enumerate() {
            let _ = writeln!(out, "- {}", sentence(&study.metrics[metric].name, study.metrics[metric].better, one));
        }
        for (of, says) in
            [(Picture::Effects, "differences with their intervals"), (Picture::Courses, "when the worlds part")]
        {
            let _ = writeln!(out, "\n![{title}: {says}]({})", of.path(about));
        }
    }
    out += &table(study, answers);
    for (arm, found) in &answers.interactions {
        let about = &study.arms[*arm];
        let _ = write!(
            out,
            "\n## Together: {}\n\nWhat `{}` does beyond the sum of what {} do alone.\n\n",
            about.name,
            about.name,
            about.with.join(" and ")
        );
        for (metric, one) in found.iter().enumerate() {
            let name = &study.metrics[metric].name;
            let said = match one.verdict() {
                Verdict::Higher => format!("{name}: more than their sum, by {}.", interval(one)),
                Verdict::Lower => format!("{name}: less than their sum, by {}.", interval(one)),
                _ => format!("{name}: no more and no less than their sum can be told ({}).", interval(one)),
            };
            let _ = writeln!(out, "- {said}");
        }
    }
    let _ = write!(out, "\n## Where trade went\n\nPurchases a day, days {first} to {last}.\n");
    for (arm, about) in study.arms.iter().enumerate() {
        let _ = write!(out, "\n### {}\n\n", about.name);
        out += &displacement(&answers.moved[arm]);
        let _ = writeln!(out, "\n![{}: where trade went]({})", about.name, Picture::Displacement.path(about));
    }
    out += "\n## Who bears it\n\nGroups of citizens on the last day, where a difference was found. Fifths by income hold the \
            same people in both worlds; those by wealth, place, agent and mask can hold others.\n";
    for (arm, about) in study.arms.iter().enumerate() {
        let _ = write!(out, "\n### {}\n\n", about.name);
        let found: Vec<_> = answers.borne[arm]
            .iter()
            .filter(|one| matches!(one.difference.verdict(), Verdict::Higher | Verdict::Lower))
            .collect();
        if found.is_empty() {
            out += "No difference was found in any group.\n";
            continue;
        }
        out += "| group | what | base | difference | 95 % |\n|---|---|---:|---:|---|\n";
        for one in found {
            let (low, high) = one.difference.interval();
            let _ = writeln!(
                out,
                "| {}: {} | {} | {} | {} | {} to {} |",
                one.kind,
                one.name,
                one.burden,
                short(one.difference.base),
                signed(one.difference.mean),
                signed(low),
                signed(high)
            );
        }
    }
    let _ = write!(
        out,
        "\n## What it rests on\n\n\
         - The model is an experiment in thought, not a forecast: it says what follows from its assumptions \
         (`sim/MODEL.md`), each of which can be changed with `--set` or in the study.\n\
         - Whether trade calms people is assumed, never found. Preset of the valve: {}.\n\
         - {} metrics were looked at in {} arms. Of all differences that are called higher or lower, at most {:.0} % are \
         expected to be false (Benjamini and Hochberg); an interval that holds zero is never called an effect.\n\
         - Seeds: {} to {}; {}.\n",
        valves(study),
        study.metrics.len(),
        study.arms.len(),
        100.0 * FALSE_SHARE,
        study.first_seed,
        study.first_seed + (seeds as u64).saturating_sub(1),
        account.stopped
    );
    for (world, seed, said) in &account.failed {
        let _ = writeln!(out, "- **A run failed** and its seed is left out everywhere: {world}, seed {seed}: {said}");
    }
    out += "\nWhat was measured:\n\n";
    for (at, metric) in study.metrics.iter().enumerate() {
        let window = tables::window(study, at);
        let _ = writeln!(out, "- `{}`: `{}` (days: {window})", metric.name, metric.expression.text());
    }
    let _ = write!(
        out,
        "\n## To get it again\n\n```\n{command}\n```\n\nContraband {VERSION}; digest of the tables {digest}; base {} `{}`.\n",
        study.base.name,
        &study.base.hash()[..16]
    );
    out
}

/// A difference in a sentence.
fn sentence(name: &str, better: Better, one: &Difference) -> String {
    let judged = match (one.verdict(), better) {
        (Verdict::Higher, Better::More) | (Verdict::Lower, Better::Less) => " That is wanted.",
        (Verdict::Higher, Better::Less) | (Verdict::Lower, Better::More) => " That is not wanted.",
        _ => "",
    };
    let seeds = format!("higher in {:.0} % of the seeds, lower in {:.0} %", 100.0 * one.higher, 100.0 * one.lower);
    let mut said = match one.verdict() {
        Verdict::Same => format!("**{name}** is exactly the same in every seed."),
        Verdict::Unknown => format!("**{name}**: fewer than two seeds have a value."),
        Verdict::Higher => format!("**{name}** is higher, by {}; {seeds}.{judged}", interval(one)),
        Verdict::Lower => format!("**{name}** is lower, by {}; {seeds}.{judged}", interval(one)),
        Verdict::OneOfMany => format!(
            "**{name}**: {}, which one of so many metrics would show by chance; it is not called an effect.",
            interval(one)
        ),
        Verdict::Unclear => format!("**{name}**: no difference can be told ({}).", interval(one)),
    };
    if let Some(chance) = one.chance {
        let told = |(hits, (low, high)): (usize, (f64, f64))| {
            format!("{hits} of {} ({:.0} to {:.0} %)", one.n, 100.0 * low, 100.0 * high)
        };
        let _ = write!(
            said,
            " Means mislead here: it is above {} in {} runs of the base and in {} of the arm.",
            short(chance.above),
            told(chance.base),
            told(chance.arm)
        );
    }
    said
}

/// The mean difference with its interval, also in per cent of the base.
fn interval(one: &Difference) -> String {
    let (low, high) = one.interval();
    let mut said = format!("{} ({} to {})", signed(one.mean), signed(low), signed(high));
    if one.base.abs() > 1e-9 {
        let _ = write!(said, ", {:+.1} % of {}", 100.0 * one.mean / one.base.abs(), short(one.base));
    }
    said
}

fn table(study: &Study, answers: &Answers) -> String {
    let mut out = String::from(
        "\n## All differences\n\n| arm | metric | base | arm | difference | 95 % | higher in | against unpaired | seeds for 1 % |\n\
         |---|---|---:|---:|---:|---|---:|---:|---:|\n",
    );
    for (arm, found) in answers.differences.iter().enumerate() {
        for (metric, one) in found.iter().enumerate() {
            let (low, high) = one.interval();
            let _ = writeln!(
                out,
                "| {} | {} | {} | {} | {} | {} to {}{} | {:.0} % | {} | {} |",
                study.arms[arm].name,
                study.metrics[metric].name,
                short(one.base),
                short(one.arm),
                signed(one.mean),
                signed(low),
                signed(high),
                if one.is_skewed() { " (resampled)" } else { "" },
                100.0 * one.higher,
                if one.variance_ratio.is_nan() { "-".into() } else { format!("{:.1} x", one.variance_ratio) },
                if one.seeds_needed.is_nan() { "-".into() } else { number(one.seeds_needed) },
            );
        }
    }
    out + "\n*Against unpaired*: how many times as many seeds a comparison of unpaired runs would have needed. *Seeds for \
           1 %*: how many make half of the interval 1 % of the base (or as narrow as the stop rule asks).\n"
}

fn displacement(moved: &[Moved]) -> String {
    let mut out = String::new();
    for kind in ["good", "place", "venue"] {
        let of_kind: Vec<&Moved> = moved.iter().filter(|one| one.kind == kind).collect();
        let Some(all) = of_kind.iter().find(|one| one.name == "all") else { continue };
        let targets: Vec<&str> = of_kind.iter().filter(|one| one.target).map(|one| one.name.as_str()).collect();
        let told: Vec<String> = of_kind
            .iter()
            .filter(|one| one.name != "all")
            .filter(|one| matches!(one.difference.verdict(), Verdict::Higher | Verdict::Lower))
            .map(|one| format!("{} {}", one.name, signed(one.difference.mean)))
            .collect();
        let _ = write!(out, "- By {kind}: {} in all", interval(&all.difference));
        let _ = write!(
            out,
            "; {}",
            if told.is_empty() { "no single one was found to differ".into() } else { told.join(", ") }
        );
        let (offset, (low, high)) = all.offset;
        if offset.is_finite() {
            let told = format!("{} ({} to {})", short(offset), short(low), short(high));
            let targets = targets.join(" and ");
            let _ = if low > 0.0 {
                write!(out, ". Of what {targets} lost or gained, the others took or gave a share of {told}")
            } else if high < 0.0 {
                write!(out, ". The others went the same way as {targets}, by a share of {told}")
            } else {
                write!(out, ". Whether any of it came from or went to others than {targets} cannot be told: {told}")
            };
        }
        out += ".\n";
    }
    out
}

/// Presets of the valve of all worlds, in words.
fn valves(study: &Study) -> String {
    let base = valve::in_words(&study.base);
    let mut said = base.clone();
    for arm in &study.arms {
        let own = valve::in_words(&arm.scenario);
        if own != base {
            let _ = write!(said, "; in {}: {own}", arm.name);
        }
    }
    said
}

/// Three digits that count.
pub(crate) fn short(value: f64) -> String {
    match value.abs() {
        _ if !value.is_finite() => "none".into(),
        0.0 => "0".into(),
        size if size >= 99.5 => format!("{value:.0}"),
        size if size >= 9.95 => format!("{value:.1}"),
        size if size >= 0.995 => format!("{value:.2}"),
        size if size >= 0.000_995 => {
            let digits = (2 - size.log10().floor() as i32) as usize;
            format!("{value:.digits$}")
        }
        _ => format!("{value:.1e}"),
    }
}

/// The same with its sign.
pub(super) fn signed(value: f64) -> String {
    if value > 0.0 { format!("+{}", short(value)) } else { short(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_across_zero_is_never_called_an_effect() {
        let base: Vec<f64> = (0..12).map(f64::from).collect();
        let noise = [3.0, -3.0, 2.0, -2.0, 1.0, -1.0, 2.0, -2.5, 1.0, -1.0, 0.5, 0.5];
        let shifted = |by: f64| base.iter().zip(noise).map(|(base, noise)| base + by + noise).collect::<Vec<_>>();
        let told = |by: f64, q: f64| {
            let one = Difference { q, ..Difference::between(&base, &shifted(by), None) };
            sentence("harm", Better::Less, &one)
        };
        let begins = |text: String, with: &str| assert!(text.starts_with(with), "{text}");
        begins(told(0.0, 0.9), "**harm**: no difference can be told (");
        begins(told(4.0, 0.001), "**harm** is higher, by +4.04 (");
        begins(told(4.0, 0.2), "**harm**: +4.04 (");
        assert!(told(4.0, 0.2).ends_with("it is not called an effect."));
        assert!(told(4.0, 0.001).ends_with("That is not wanted.") && told(-4.0, 0.001).ends_with("That is wanted."));
    }

    #[test]
    fn numbers_have_three_digits_that_count() {
        let told = [0.0, 123.4, 12.34, 1.234, 0.012_34, 0.000_012_34, f64::NAN].map(short);
        assert_eq!(told, ["0", "123", "12.3", "1.23", "0.0123", "1.2e-5", "none"]);
        assert_eq!([signed(1.0), signed(-1.0)], ["+1.00", "-1.00"]);
    }
}
