//! What was found, in words: sentences, intervals and figures as every brief, page and picture says them.

use std::fmt::Write as _;

use contraband_lab::compare::{Difference, Verdict};
use contraband_lab::files::study::{Better, Study};
pub(crate) use contraband_sim::base::words::three_digits;

use crate::charts::words::assumption;

/// A name from a file as a heading.
pub(super) fn words(name: &str) -> String {
    upper(&name.replace('_', " "))
}

/// With a capital.
pub(super) fn upper(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// How much more or less, for a bracket: in per cent of the base, as a multiple where that says more, or in percentage
/// points where it is a share.
pub(super) fn change(one: &Difference) -> String {
    let ratio = one.arm / one.base;
    match () {
        () if one.of_share => format!("{} percentage points", signed(100.0 * one.mean)),
        () if one.base.abs() < 1e-9 => format!("{} from 0", signed(one.mean)),
        () if ratio >= 10.0 => format!("{ratio:.0} times {}", three_digits(one.base)),
        () => format!("{:+.1}\u{a0}%", 100.0 * one.mean / one.base.abs()),
    }
}

/// A difference in a sentence.
pub(super) fn sentence(label: &str, better: Better, one: &Difference) -> String {
    let name = upper(label);
    let judged = match (one.verdict(), better) {
        (Verdict::Lower, Better::Less) => " This is an improvement where less of it is wanted.",
        (Verdict::Higher, Better::More) => " This is an improvement where more of it is wanted.",
        (Verdict::Higher, Better::Less) => " This is a deterioration where less of it is wanted.",
        (Verdict::Lower, Better::More) => " This is a deterioration where more of it is wanted.",
        _ => "",
    };
    let seeds =
        format!("higher in {:.0}\u{a0}% of seeds, lower in {:.0}\u{a0}%", 100.0 * one.higher, 100.0 * one.lower);
    let mut said = match one.verdict() {
        Verdict::Same => format!("**{name}**: exactly the same in every seed."),
        Verdict::Unknown => format!("**{name}**: not enough data (fewer than two seeds have a value)."),
        Verdict::Higher | Verdict::Lower => format!("**{name}**: {}; {seeds}.{judged}", apart(one)),
        Verdict::OneOfMany => {
            format!("**{name}**: {}. This could be chance (many tests), so we do not call it an effect.", apart(one))
        }
        Verdict::Unclear => format!("**{name}**: no clear difference ({}).", interval(one)),
        Verdict::Small if one.holds_zero() => {
            format!("**{name}**: no difference of interest ({}); {}.", interval(one), too_small(one))
        }
        Verdict::Small => format!("**{name}**: {}; {seeds}; {}.", apart(one), too_small(one)),
        Verdict::AlmostSame => format!("**{name}**: {}.", almost_same(one)),
    };
    if one.n < one.offered && one.n >= 2 {
        let _ = write!(said, " This speaks of the {} of {} seeds in which it is defined.", one.n, one.offered);
    }
    if let Some(chance) = one.chance {
        let told = |world: &str, (hits, (low, high)): (usize, (f64, f64))| {
            let (low, high) = (100.0 * low, 100.0 * high);
            format!("{hits} of {} runs of the {world} (95\u{a0}% interval {low:.0} to {high:.0}\u{a0}%)", one.n)
        };
        let _ = write!(
            said,
            " The average hides two outcomes: it is above {} in {} and in {}.",
            three_digits(chance.above),
            told("base", chance.base),
            told("arm", chance.arm)
        );
    }
    said
}

/// That an effect is smaller than what is of interest.
fn too_small(one: &Difference) -> String {
    let (size, unit) = if one.of_share { (100.0 * one.interest, " percentage points") } else { (one.interest, "") };
    format!("less than {}{unit}, the smallest effect of interest", three_digits(size))
}

/// That almost all seeds are exactly equal, so that a mean has no interval.
pub(super) fn almost_same(one: &Difference) -> String {
    let (low, high) = one.differing();
    let others = match one.n - one.equal {
        1 => "the other one is".into(),
        others => format!("the other {others} are"),
    };
    format!(
        "exactly the same in {} of {} seeds; {others} too few for an interval (mean difference {}; of all seeds, {:.0} \
         to {:.0}\u{a0}% would differ, 95\u{a0}% interval)",
        one.equal,
        one.n,
        signed(scaled(one).0),
        100.0 * low,
        100.0 * high
    )
}

/// The ends of the interval for a bracket, or why there is none; and of how many seeds it speaks where not of all.
pub(super) fn ends(one: &Difference, scale: f64) -> String {
    let (low, high) = one.interval();
    let told = match one.verdict() {
        Verdict::Same => "the same in every seed".into(),
        Verdict::AlmostSame => format!("equal in {} of {} seeds, no interval", one.equal, one.n),
        Verdict::Unknown => "too few seeds".into(),
        _ => format!("{} to {}", signed(scale * low), signed(scale * high)),
    };
    if one.n < one.offered { format!("{told}, from {} of {} seeds", one.n, one.offered) } else { told }
}

/// What keeps a difference from being called clear, in two or three words, where its interval does not tell.
pub(super) fn held_back(one: &Difference) -> &'static str {
    match one.verdict() {
        Verdict::OneOfMany => ", could be chance",
        Verdict::Small => ", small",
        _ => "",
    }
}

/// The mean difference with its interval, and what it is of the base.
pub(super) fn interval(one: &Difference) -> String {
    if one.verdict() == Verdict::AlmostSame {
        return almost_same(one);
    }
    let (mean, low, high) = scaled(one);
    let unit = if one.of_share { " percentage points" } else { "" };
    format!(
        "{}{unit}, 95\u{a0}% interval {} to {}{}",
        signed(mean),
        signed(low),
        signed(high),
        of_base(one, "the base of")
    )
}

/// The same where the direction is clear: how much higher or lower.
pub(super) fn apart(one: &Difference) -> String {
    let (mean, low, high) = scaled(one);
    let unit = if one.of_share { " percentage points" } else { "" };
    let way = if mean > 0.0 { "higher" } else { "lower" };
    let size = three_digits(mean.abs());
    format!(
        "{size}{unit} {way} (95\u{a0}% interval {} to {}{})",
        signed(low),
        signed(high),
        of_base(one, "the base of")
    )
}

/// An interaction: how much more or less than the effects of the parts, added together.
pub(super) fn more_than_parts(one: &Difference) -> String {
    let (mean, low, high) = scaled(one);
    let unit = if one.of_share { " percentage points" } else { "" };
    let way = if mean > 0.0 { "more" } else { "less" };
    format!(
        "{}{unit} {way} than the parts added (95\u{a0}% interval {} to {}{})",
        three_digits(mean.abs()),
        signed(low),
        signed(high),
        of_base(one, "the parts added, which give")
    )
}

/// The same for a bracket.
pub(super) fn more_than_parts_in_short(one: &Difference) -> String {
    let (mean, low, high) = scaled(one);
    let unit = if one.of_share { " percentage points" } else { "" };
    format!("{}{unit} ({} to {})", signed(mean), signed(low), signed(high))
}

/// The mean difference and the ends of its interval; in percentage points where it is a share.
fn scaled(one: &Difference) -> (f64, f64, f64) {
    let (low, high) = one.interval();
    let unit = if one.of_share { 100.0 } else { 1.0 };
    (unit * one.mean, unit * low, unit * high)
}

/// What a difference is of the base, behind the interval.
fn of_base(one: &Difference, base: &str) -> String {
    let ratio = one.arm / one.base;
    match () {
        () if one.of_share => {
            format!("; {} % instead of {} %", three_digits(100.0 * one.arm), three_digits(100.0 * one.base))
        }
        () if one.base.abs() < 1e-9 => String::new(),
        () if ratio >= 10.0 => format!("; {ratio:.0} times {base} {}", three_digits(one.base)),
        () => format!("; {:+.1}\u{a0}% of {base} {}", 100.0 * one.mean / one.base.abs(), three_digits(one.base)),
    }
}

/// Events of a kind, from its key with spaces.
pub(super) fn events_in_words(kind: &str) -> &str {
    match kind {
        "case" => "cases",
        "bribe" => "bribes",
        "search" => "searches",
        "raid" => "raids on venues",
        "zone raid" => "raids on zones",
        "exit scam" => "operators who ran off",
        "venue close" => "venues that closed",
        "venue open" => "venues that reopened",
        "seller entry" => "sellers who entered",
        "seller exit" => "sellers who quit",
        "seller move" => "stalls that moved",
        "stall close" => "stalls that closed",
        "rogue birth" => "rogue AIs that emerged",
        "rogue takedown" => "rogue AIs taken down",
        "house financed" => "houses financed again",
        "policy" => "policy changes",
        "injection" => "hacked shopping agents",
        "coercion" => "identity thefts",
        "accident" => "accidents",
        "faker caught" => "fakers caught",
        "leak" => "leaks",
        "interception" => "shipments intercepted",
        "lane open" => "lanes that opened",
        "lane close" => "lanes that closed",
        "enclave visible" => "enclaves too large to overlook",
        "containment" => "enclaves contained",
        "containment end" => "containments that ended",
        "eradication" => "enclaves eradicated",
        other => other,
    }
}

/// A group of citizens, from its name in tables.
pub(super) fn group_in_words(name: &str) -> String {
    match name {
        "kept it" => "kept own identity".into(),
        "outside" => "outside enclaves".into(),
        "shops alone" => "shops without an agent".into(),
        "agent shops" => "shops through an agent".into(),
        other => other.replace('_', " "),
    }
}

/// Presets of the valve of all worlds, in words.
pub(super) fn valves(study: &Study) -> String {
    let base = study.base.valve();
    let mut said = assumption(&base);
    for arm in &study.arms {
        let own = arm.scenario.valve();
        if own != base {
            let _ = write!(said, "; in {}: {}", arm.name, assumption(&own));
        }
    }
    said
}

/// Three digits that count, with their sign.
pub(super) fn signed(value: f64) -> String {
    if value > 0.0 { format!("+{}", three_digits(value)) } else { three_digits(value) }
}

/// What a metric looks at in an arm, in words.
pub fn window(study: &Study, arm: usize, metric: usize) -> String {
    let windows = study.metrics[metric].over(study.window_of(arm)).expression.windows();
    let words: Vec<String> = windows.iter().map(|(first, last)| format!("{first} to {last}")).collect();
    if words.is_empty() { "all".into() } else { words.join(", ") }
}

/// What a metric looks at in all arms, in words: with their names where it is not the same in all.
pub fn windows(study: &Study, metric: usize) -> String {
    let each: Vec<String> = (0..study.arms.len()).map(|arm| window(study, arm, metric)).collect();
    if each.windows(2).all(|pair| pair[0] == pair[1]) {
        return each.into_iter().next().unwrap_or_else(|| "all".into());
    }
    let told = study.arms.iter().zip(each).map(|(arm, window)| format!("{window} ({})", arm.name));
    told.collect::<Vec<_>>().join(", ")
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
        begins(told(0.0, 0.9), "**Harm**: no clear difference (+0.0417, 95\u{a0}% interval -");
        begins(told(4.0, 0.001), "**Harm**: 4.04 higher (95\u{a0}% interval +");
        begins(told(-4.0, 0.001), "**Harm**: 3.96 lower (95\u{a0}% interval -");
        begins(told(4.0, 0.2), "**Harm**: 4.04 higher (95\u{a0}% interval +");
        // However unlikely: what is called unclear has an interval that holds zero, and nothing else has.
        for by in [-4.0, -1.5, -0.5, 0.0, 0.5, 1.5, 4.0] {
            for q in [0.001, 0.2] {
                let mut one = Difference::between(&base, &shifted(by), None);
                one.q = q;
                let (low, high) = one.interval();
                assert_eq!(one.verdict() == Verdict::Unclear, low <= 0.0 && high >= 0.0, "{by}: {one:?}");
                assert_eq!(told(by, q).contains("no clear difference"), low <= 0.0 && high >= 0.0, "{}", told(by, q));
            }
        }
        assert!(told(4.0, 0.2).ends_with("This could be chance (many tests), so we do not call it an effect."));
        assert!(told(4.0, 0.001).ends_with("This is a deterioration where less of it is wanted."));
        assert!(told(-4.0, 0.001).ends_with("This is an improvement where less of it is wanted."));
    }

    #[test]
    fn what_is_too_small_rare_or_undefined_is_told_to_be_that() {
        let base: Vec<f64> = (0..20).map(|seed| 100.0 + f64::from(seed)).collect();
        let noise = |seed: usize| [0.1, -0.1, 0.05, -0.05][seed % 4];
        let arm: Vec<f64> = base.iter().enumerate().map(|(seed, base)| base - 0.2 + noise(seed)).collect();
        let told = sentence("harm", Better::Less, &Difference::between(&base, &arm, None));
        assert!(told.starts_with("**Harm**: 0.200 lower (95\u{a0}% interval -0.23"), "{told}");
        assert!(told.ends_with("less than 1.09, the smallest effect of interest."), "{told}");
        let zero: Vec<f64> = arm.iter().map(|arm| arm + 0.2).collect();
        let told = sentence("harm", Better::Less, &Difference::between(&base, &zero, None));
        assert!(told.starts_with("**Harm**: no difference of interest ("), "{told}");
        let told = sentence("harm", Better::Less, &Difference::between(&base, &arm, None).of_interest(Some(0.1)));
        assert!(
            told.starts_with("**Harm**: 0.200 lower") && told.ends_with("improvement where less of it is wanted."),
            "{told}"
        );
        let mut rare = base.clone();
        rare[3] += 7.0;
        rare[9] -= 2.0;
        let told = sentence("harm", Better::Less, &Difference::between(&base, &rare, None));
        assert!(told.starts_with("**Harm**: exactly the same in 18 of 20 seeds; the other 2 are too few"), "{told}");
        assert!(told.contains("3 to 30\u{a0}% would differ") && !told.contains("NaN"), "{told}");
        let mut gaps = arm.clone();
        gaps[0] = f64::NAN;
        let told = sentence("harm", Better::Less, &Difference::between(&base, &gaps, None));
        assert!(told.ends_with(" This speaks of the 19 of 20 seeds in which it is defined."), "{told}");
    }

    #[test]
    fn a_share_differs_by_percentage_points() {
        let base: Vec<f64> = (0..11).map(|seed| 0.9 + f64::from(seed) / 500.0).collect();
        let arm: Vec<f64> = base.iter().enumerate().map(|(seed, base)| base - 0.02 - seed as f64 / 5_000.0).collect();
        let mut one = Difference::between(&base, &arm, None).share(true);
        one.q = 0.001;
        assert_eq!(change(&one), "-2.10 percentage points");
        let told = sentence("share in unrest", Better::Less, &one);
        assert!(told.starts_with("**Share in unrest**: 2.10 percentage points lower (95\u{a0}% interval -"), "{told}");
        assert!(told.contains("; 88.9 % instead of 91.0 %"), "{told}");
    }

    #[test]
    fn numbers_have_three_digits_that_count() {
        let told = [0.0, -1_234_567.0, 123.4, 12.34, 1.234, 0.012_34, 0.000_012_34, f64::NAN].map(three_digits);
        assert_eq!(told, ["0", "-1\u{a0}230\u{a0}000", "123", "12.3", "1.23", "0.0123", "1.2e-5", "none"]);
        assert_eq!([signed(1.0), signed(-1.0)], ["+1.00", "-1.00"]);
    }
}
