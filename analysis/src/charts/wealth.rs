//! Who holds the credits.

use super::axes::{Panel, Say, Scale};
use super::canvas::{self, At, Head, paint};
use super::style::{BLUE, GHOST, QUIET, RUST, TEXT};
use super::words::{percent, plain, short};
use super::{Chart, FigureTable, View};
use crate::measures::{greatest, last, lorenz, mean, numbers, top_share};

const NAME: &str = "wealth";

/// Lorenz curve of the last day, and the Gini day by day.
pub fn draw(view: &View) -> Chart {
    let held = numbers(view.frames.of("citizens"), "credits");
    let income = numbers(view.frames.of("citizens"), "income");
    let gini = view.daily("gini_wealth");
    let (curve, of_income) = (lorenz(&held, 200), lorenz(&income, 200));
    let tenth = top_share(&held, 0.1);
    let title = title(tenth, &gini);
    let subtitle = "Left: share of all credits held by the poorest x % of people, last day; the straight line is \
                    equality. Right: Gini of credits held, daily.";
    let head = Head { title: &title, subtitle };
    let svg = if curve.is_empty() && !greatest(&gini).is_finite() {
        Err("no data on wealth in this run")
    } else {
        paint(1400.0, &head, view, |canvas, body| {
            let unit = Scale { low: 0.0, high: 1.0, log: false };
            // A square: equality is the diagonal.
            let side = body.bottom - body.top - 98.0 - 112.0;
            let frame = canvas::Rect { right: body.left + 130.0 + side, ..body }.inset(130.0, 98.0, 0.0, 112.0);
            let panel = Panel::new(canvas, frame, unit, unit);
            panel.head("Credits held", TEXT).y_axis(5, Say::Percent).x_axis(
                5,
                Say::Percent,
                "of people, poorest first",
            );
            if curve.is_empty() {
                panel.nothing("no sample of citizens");
            } else {
                let area: Vec<(f64, f64)> = curve.iter().map(|&(x, y)| (panel.at_x(x), panel.at_y(y))).collect();
                canvas.shape(&area, BLUE, 0.12);
                panel.curve(&[(0.0, 0.0), (1.0, 1.0)], GHOST, 4).curve(&curve, BLUE, 11).curve(&of_income, RUST, 4);
                panel.note(0.04, 0.93, "equality", QUIET, At::Start);
                panel.note(0.04, 0.85, "income", RUST, At::Start).note(0.04, 0.77, "credits held", BLUE, At::Start);
            }
            let right = canvas::Rect { left: frame.right + 70.0, ..body }.inset(110.0, 98.0, 130.0, 112.0);
            let panel = Panel::new(canvas, right, Scale::of_days(view.days), Scale::around(&[&gini], 0.1));
            panel.head("Gini", TEXT).y_axis(5, Say::Number).policies(&view.policies).day_axis(view.days, 4);
            panel.daily(&gini, BLUE, 6).ends(&[(last(&gini), plain(last(&gini), 2), BLUE)]);
        })
    };
    let shares = [("Richest 1 %", 0.01), ("Richest 10 %", 0.1), ("Richest 50 %", 0.5)];
    let mut rows: Vec<Vec<String>> = shares
        .iter()
        .map(|&(name, share)| vec![name.into(), percent(top_share(&held, share)), percent(top_share(&income, share))])
        .collect();
    rows.push(vec!["Mean, credits (income: per day)".into(), short(mean(&held)), short(mean(&income))]);
    rows.push(vec![
        "Gini at the start and at the end".into(),
        format!("{} and {}", two(gini.first()), two(gini.last())),
        "–".into(),
    ]);
    Chart {
        name: NAME,
        title,
        subtitle: subtitle.into(),
        caption: "Credits buy only restricted and positional things: necessities are free here. From a sample of \
                  citizens on the last day (all of them, up to 10 000). The Gini is 0 where everybody holds the same \
                  and 1 where one person holds everything; its panel does not start at zero."
            .into(),
        table: FigureTable {
            head: vec!["Group".into(), "Share of credits held".into(), "Share of income".into()],
            rows,
        },
        svg,
    }
}

fn two(value: Option<&f64>) -> String {
    value.map_or_else(|| "–".into(), |value| if value.is_finite() { plain(*value, 2) } else { "–".into() })
}

fn title(tenth: f64, gini: &[f64]) -> String {
    let first = gini.iter().copied().find(|value| value.is_finite()).unwrap_or(f64::NAN);
    let (first, end) = (plain(first, 2), plain(last(gini), 2));
    match (tenth.is_finite(), greatest(gini).is_finite()) {
        (true, true) if first == end => {
            format!("The richest 10 % hold {} of all credits; the Gini is {end}, as at the start", percent(tenth))
        }
        (true, true) => {
            format!("The richest 10 % hold {} of all credits; the Gini goes from {first} to {end}", percent(tenth))
        }
        (true, false) => format!("The richest 10 % hold {} of all credits", percent(tenth)),
        (false, true) => format!("The Gini of wealth goes from {first} to {end}"),
        (false, false) => "Nobody holds any credits".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_says_shares_and_gini() {
        let told = title(0.382, &[0.43, 0.5, 0.47]);
        assert_eq!(told, "The richest 10 % hold 38\u{a0}% of all credits; the Gini goes from 0.43 to 0.47");
        assert!(title(0.382, &[0.43, 0.43]).ends_with("is 0.43, as at the start"));
        assert_eq!(title(f64::NAN, &[f64::NAN]), "Nobody holds any credits");
    }
}
