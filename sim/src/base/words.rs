//! Numbers in words, the same wherever people read them, and bytes as text.
//!
//! [`short`], [`plain`] and [`percent`] are for labels, titles and answers: a space that does not break, a true minus.
//! [`three_digits`], [`six_digits`] and [`whole_percent`] are for what is compared, copied or read by programs: signs of
//! the keyboard, as many digits as say something.

/// A space that does not break, between a number and its unit.
const GAP: char = '\u{a0}';

/// A number for a label: two or three figures, with k, M or bn for the large. A gap in the data is a dash.
pub fn short(value: f64) -> String {
    let size = value.abs();
    if !value.is_finite() {
        return "–".into();
    }
    let (scaled, unit) = match size {
        s if s >= 999_500_000.0 => (value / 1e9, "bn"),
        s if s >= 999_500.0 => (value / 1e6, "M"),
        s if s >= 9_999.5 => (value / 1e3, "k"),
        _ => (value, ""),
    };
    let digits = match scaled.abs() {
        s if s >= 99.95 || s == 0.0 => 0,
        s if s >= 0.995 => 1,
        s if s >= 0.095 => 2,
        s if s >= 0.0095 => 3,
        s if s >= 0.00095 => 4,
        _ => return format!("{value:.1e}").replace("e-", "e\u{2212}").replacen('-', "\u{2212}", 1),
    };
    let figure = plain(scaled, digits);
    if unit.is_empty() { figure } else { format!("{figure}{GAP}{unit}") }
}

/// A number with so many decimals, thousands apart, no trailing zeros, a true minus.
pub fn plain(value: f64, digits: usize) -> String {
    let text = format!("{:.digits$}", value.abs());
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    let (whole, rest) = text.split_once('.').map_or((text, ""), |(whole, rest)| (whole, rest));
    let mut out = String::new();
    if value < 0.0 && text != "0" {
        out.push('\u{2212}');
    }
    for (index, digit) in whole.chars().enumerate() {
        // Four digits are read in one go; from five on they are set apart in threes.
        if index > 0 && whole.len() > 4 && (whole.len() - index) % 3 == 0 {
            out.push(GAP);
        }
        out.push(digit);
    }
    if !rest.is_empty() {
        out.push('.');
        out.push_str(rest);
    }
    out
}

/// The first few of some things, and how many more there are: "a, b, 3 more".
pub fn first_few(all: &[impl AsRef<str>], most: usize, between: &str) -> String {
    let more = all.len().saturating_sub(most);
    let mut told: Vec<&str> = all[..all.len() - more].iter().map(AsRef::as_ref).collect();
    let rest = format!("{more} more");
    told.extend((more > 0).then_some(rest.as_str()));
    told.join(between)
}

/// A share in per cent, with as many figures as a reader needs.
pub fn percent(share: f64) -> String {
    let hundred = share * 100.0;
    match hundred.abs() {
        _ if !share.is_finite() => "–".into(),
        s if s >= 9.95 || s == 0.0 => format!("{}{GAP}%", plain(hundred, 0)),
        s if s >= 0.95 => format!("{}{GAP}%", plain(hundred, 1)),
        s if s >= 0.0095 => format!("{}{GAP}%", plain(hundred, 2)),
        _ => format!("{}{GAP}%", short(hundred)),
    }
}

/// A share in whole per cent, as it stands in sentences and in tables of Markdown: "41 %", never "-0 %".
pub fn whole_percent(share: f64) -> String {
    if share.is_finite() { format!("{:.0} %", (100.0 * share).round() + 0.0) } else { "unknown".into() }
}

/// Three digits that count, for what is compared and copied: "0.0500", "12.3", "1\u{a0}230\u{a0}000", with the minus that
/// programs read. What is no number is "none".
pub fn three_digits(value: f64) -> String {
    match value.abs() {
        _ if !value.is_finite() => "none".into(),
        0.0 => "0".into(),
        size if size >= 9_999.5 => {
            let unit = ten_to(magnitude(size) - 2);
            plain((value / unit).round() * unit, 0).replace('\u{2212}', "-")
        }
        size if size >= 99.5 => format!("{value:.0}"),
        size if size >= 9.95 => format!("{value:.1}"),
        size if size >= 0.995 => format!("{value:.2}"),
        size if size >= 0.000_995 => {
            let digits = (2 - magnitude(size)) as usize;
            format!("{value:.digits$}")
        }
        _ => format!("{value:.1e}"),
    }
}

/// Of a number that is not zero, the power of ten of its first digit: 3 of 1234.
fn magnitude(size: f64) -> i32 {
    // Read off the figure itself: exact, where a logarithm of 1000 may fall short of 3.
    let figure = format!("{size:e}");
    figure.split_once('e').and_then(|(_, power)| power.parse().ok()).unwrap_or(0)
}

/// A power of ten.
fn ten_to(power: i32) -> f64 {
    format!("1e{power}").parse().unwrap_or(f64::NAN)
}

/// Six digits that count, without zeros behind them, for what is held against an expectation: "0.333333", "1.5e-7", "120".
/// What is no number is "none".
pub fn six_digits(value: f64) -> String {
    if !value.is_finite() {
        return "none".into();
    }
    if value == 0.0 {
        return "0".into();
    }
    let size = value.abs();
    if value.fract() == 0.0 && size < 1e15 {
        return format!("{value:.0}");
    }
    if !(1e-4..1e9).contains(&size) {
        let told = format!("{value:.3e}");
        let (digits, power) = told.split_once('e').unwrap_or((&told, "0"));
        return format!("{}e{power}", digits.trim_end_matches('0').trim_end_matches('.'));
    }
    let digits = (5 - magnitude(size)).clamp(0, 9) as usize;
    let text = format!("{value:.digits$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// How many of something there are, in the one form or the other: `1 world`, `2 worlds`.
pub fn counted(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

/// Bytes in hexadecimal, two small letters or digits each: how digests and tokens are written.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_few_are_told_with_the_number_of_the_others() {
        let all = ["a", "b", "c", "d"];
        assert_eq!(first_few(&all, 2, ", "), "a, b, 2 more");
        assert_eq!(first_few(&all, 3, "; "), "a; b; c; 1 more");
        assert_eq!(first_few(&all, 4, ", "), "a, b, c, d");
        assert_eq!((first_few(&all, 0, ", "), first_few(&[""; 0], 2, ", ")), ("4 more".into(), String::new()));
    }

    #[test]
    fn one_is_no_plural() {
        assert_eq!(
            [0, 1, 2, 11].map(|count| counted(count, "world", "worlds")),
            ["0 worlds", "1 world", "2 worlds", "11 worlds"]
        );
    }

    #[test]
    fn numbers_are_short() {
        let cases = [
            (0.0, "0"),
            (1_234.0, "1234"),
            (12_345.0, "12.3\u{a0}k"),
            (1_200_000.0, "1.2\u{a0}M"),
            (999_999.0, "1\u{a0}M"),
            (2.5e9, "2.5\u{a0}bn"),
            (-3.25, "−3.2"),
            (0.3125, "0.31"),
            (0.0123, "0.012"),
            (17.0, "17"),
            (f64::NAN, "–"),
        ];
        for (value, text) in cases {
            assert_eq!(short(value), text);
        }
        assert_eq!(plain(1_234_567.0, 0), "1\u{a0}234\u{a0}567");
        assert_eq!(plain(-0.001, 1), "0");
    }

    #[test]
    fn three_digits_count_whatever_the_size() {
        let cases = [
            (0.0, "0"),
            (0.05, "0.0500"),
            (-12.34, "-12.3"),
            (999.4, "999"),
            (1000.0, "1000"),
            (12_345.0, "12\u{a0}300"),
            (-1_235_000.0, "-1\u{a0}240\u{a0}000"),
            (0.000_01, "1.0e-5"),
            (f64::INFINITY, "none"),
        ];
        for (value, text) in cases {
            assert_eq!(three_digits(value), text, "{value}");
        }
    }

    #[test]
    fn six_digits_count_and_zeros_behind_them_do_not() {
        let cases = [
            (0.0, "0"),
            (1.0 / 3.0, "0.333333"),
            (-2.5, "-2.5"),
            (120.0, "120"),
            (123_456.789, "123457"),
            (0.000_015, "1.5e-5"),
            (1.25e9, "1250000000"),
            (1.25e9 + 0.5, "1.25e9"),
            (f64::NAN, "none"),
        ];
        for (value, text) in cases {
            assert_eq!(six_digits(value), text, "{value}");
        }
    }

    #[test]
    fn bytes_become_two_digits_each() {
        assert_eq!(hex(&[0x00, 0x0f, 0xa9, 0xff]), "000fa9ff");
        assert_eq!(hex(&[]), "");
    }

    #[test]
    fn shares_become_per_cent() {
        assert_eq!(percent(0.413), "41\u{a0}%");
        assert_eq!(percent(0.0413), "4.1\u{a0}%");
        assert_eq!(percent(0.00413), "0.41\u{a0}%");
        assert_eq!(percent(f64::NAN), "–");
        assert_eq!([0.414, -0.001, 0.125, f64::NAN].map(whole_percent), ["41 %", "0 %", "13 %", "unknown"]);
    }
}
