//! Numbers in words, the same wherever people read them: titles, answers, pages.

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

#[cfg(test)]
mod tests {
    use super::*;

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
    fn shares_become_per_cent() {
        assert_eq!(percent(0.413), "41\u{a0}%");
        assert_eq!(percent(0.0413), "4.1\u{a0}%");
        assert_eq!(percent(0.00413), "0.41\u{a0}%");
        assert_eq!(percent(f64::NAN), "–");
    }
}
