//! What was found, in words: sentences, intervals and figures as every brief, page and picture says them.

use std::fmt::Write as _;

use contraband_lab::files::study::{Better, Study};

pub(crate) use contraband_sim::base::words::three_digits;

use super::difference::{Difference, Verdict};
use super::reasons::First;

/// A name from a file as a heading.
pub(super) fn words(name: &str) -> String {
    upper(&name.replace('_', " "))
}

/// With a capital.
pub(super) fn upper(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What differed on the first day, in words.
pub(super) fn first_in_words(first: &First) -> String {
    let of = if first.key.is_empty() { String::new() } else { format!(" of {}", first.key.replace('_', " ")) };
    format!(
        "{}{of} {} instead of {}",
        first.column.replace('_', " "),
        three_digits(first.arm),
        three_digits(first.base)
    )
}

/// How much more or less, for a bracket: in per cent of the base, or as a multiple where that says more.
pub(super) fn change(one: &Difference) -> String {
    let ratio = one.arm / one.base;
    match () {
        () if one.base.abs() < 1e-9 => format!("{} from 0", signed(one.mean)),
        () if ratio >= 10.0 => format!("{ratio:.0} times {}", three_digits(one.base)),
        () => format!("{:+.1}\u{a0}%", 100.0 * one.mean / one.base.abs()),
    }
}

/// A difference in a sentence.
pub(super) fn sentence(label: &str, better: Better, one: &Difference) -> String {
    let name = upper(label);
    let judged = match (one.verdict(), better) {
        (Verdict::Higher, Better::More) | (Verdict::Lower, Better::Less) => " That is wanted.",
        (Verdict::Higher, Better::Less) | (Verdict::Lower, Better::More) => " That is not wanted.",
        _ => "",
    };
    let seeds =
        format!("higher in {:.0}\u{a0}% of the seeds, lower in {:.0}\u{a0}%", 100.0 * one.higher, 100.0 * one.lower);
    let mut said = match one.verdict() {
        Verdict::Same => format!("**{name}**: exactly the same in every seed."),
        Verdict::Unknown => format!("**{name}**: fewer than two seeds have a value."),
        Verdict::Higher => format!("**{name}**: higher, by {}; {seeds}.{judged}", interval(one)),
        Verdict::Lower => format!("**{name}**: lower, by {}; {seeds}.{judged}", interval(one)),
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
            three_digits(chance.above),
            told(chance.base),
            told(chance.arm)
        );
    }
    said
}

/// The mean difference with its interval, also in per cent of the base.
pub(super) fn interval(one: &Difference) -> String {
    let (low, high) = one.interval();
    let mut said = format!("{} ({} to {})", signed(one.mean), signed(low), signed(high));
    let ratio = one.arm / one.base;
    let _ = match () {
        () if one.base.abs() < 1e-9 => Ok(()),
        () if ratio >= 10.0 => write!(said, ", {ratio:.0} times {}", three_digits(one.base)),
        () => write!(said, ", {:+.1}\u{a0}% of {}", 100.0 * one.mean / one.base.abs(), three_digits(one.base)),
    };
    said
}

/// Presets of the valve of all worlds, in words.
pub(super) fn valves(study: &Study) -> String {
    let base = study.base.valve();
    let mut said = base.clone();
    for arm in &study.arms {
        let own = arm.scenario.valve();
        if own != base {
            let _ = write!(said, "; in {}: {own}", arm.name);
        }
    }
    said
}

/// Three digits that count, with their sign.
pub(super) fn signed(value: f64) -> String {
    if value > 0.0 { format!("+{}", three_digits(value)) } else { three_digits(value) }
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
            let mut one = Difference::between(&base, &shifted(by), None);
            one.q = q;
            sentence("harm", Better::Less, &one)
        };
        let begins = |text: String, with: &str| assert!(text.starts_with(with), "{text}");
        begins(told(0.0, 0.9), "**Harm**: no difference can be told (");
        begins(told(4.0, 0.001), "**Harm**: higher, by +4.04 (");
        begins(told(4.0, 0.2), "**Harm**: +4.04 (");
        assert!(told(4.0, 0.2).ends_with("it is not called an effect."));
        assert!(told(4.0, 0.001).ends_with("That is not wanted.") && told(-4.0, 0.001).ends_with("That is wanted."));
    }

    #[test]
    fn numbers_have_three_digits_that_count() {
        let told = [0.0, -1_234_567.0, 123.4, 12.34, 1.234, 0.012_34, 0.000_012_34, f64::NAN].map(three_digits);
        assert_eq!(told, ["0", "-1\u{a0}230\u{a0}000", "123", "12.3", "1.23", "0.0123", "1.2e-5", "none"]);
        assert_eq!([signed(1.0), signed(-1.0)], ["+1.00", "-1.00"]);
    }
}
