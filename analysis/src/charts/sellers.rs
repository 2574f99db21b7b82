//! How few sellers take how much.

use super::axes::{Panel, Say, Scale};
use super::canvas::{self, At, Head, paint};
use super::style::{self, BLUE, Ink, RUST, TEAL, TEXT};
use super::words::{percent, short};
use super::{Chart, FigureTable, View};
use crate::measures::{greatest, last, least, numbers, rolling_mean, words};

const NAME: &str = "sellers";

const KINDS: [(&str, &str, Ink); 3] =
    [("syndicate", "gangs", BLUE), ("rogue_ai", "rogue AIs", RUST), ("enclave", "enclave councils", TEAL)];

/// Share of the top hundredth over time, and revenue against rank on the last day.
pub fn draw(view: &View) -> Chart {
    let shares = view.daily("top_sellers_share");
    let top = rolling_mean(&shares, view.window());
    let sellers = ranked(view);
    let total: f64 = sellers.iter().map(|(revenue, _)| revenue).sum();
    // What the last day says, as the dots and the table do; the line beside them is smoothed.
    let now = shares.last().copied().unwrap_or(f64::NAN);
    let title = match sellers.len() {
        0 if now.is_finite() => format!("The top 1 % of sellers take {} of all revenue", percent(now)),
        0 if greatest(&top).is_finite() => "No seller earned anything in the last 30 days".into(),
        0 => "No seller earned anything in this run".into(),
        1 => "One seller takes all revenue".into(),
        many @ 2..=99 => {
            format!("Of {many} sellers with revenue, the largest takes {} of it", percent(sellers[0].0 / total))
        }
        _ => format!("One seller in a hundred takes {} of all revenue", percent(now)),
    };
    let subtitle = format!(
        "Left: share of all revenue of the last 30 days that goes to the top 1 % of sellers (at least one), {}. Right: sellers by \
         rank, both axes logarithmic.",
        view.smoothing()
    );
    let head = Head { title: &title, subtitle: &subtitle };
    let svg = if !greatest(&top).is_finite() && sellers.is_empty() {
        Err("no seller earned anything in this run")
    } else {
        paint(1350.0, &head, view, |canvas, body| {
            let middle = body.left + (body.right - body.left) * 0.52;
            let frame = canvas::Rect { right: middle, ..body }.inset(130.0, 98.0, 140.0, 112.0);
            let panel = Panel::new(canvas, frame, Scale::of_days(view.days), Scale::from_zero(&[&top]));
            panel.head("Share of the top 1 %", TEXT).y_axis(5, Say::Percent);
            panel.policies(&view.policies).day_axis(view.days, 4).filled(&top, BLUE, 0.12).daily(&top, BLUE, 6);
            panel.ends(&[(last(&top), percent(last(&top)), BLUE)]);
            rank_size(canvas, canvas::Rect { left: middle, ..body }.inset(150.0, 98.0, 20.0, 112.0), &sellers);
        })
    };
    let cumulated = |count: usize| sellers.iter().take(count).map(|(revenue, _)| revenue).sum::<f64>() / total;
    let mut rows: Vec<Vec<String>> = [1, 2, 5, 10, 20, 50, 100]
        .into_iter()
        .filter(|&count| count <= sellers.len())
        .map(|count| vec![format!("Top {count}"), short(sellers[count - 1].0), percent(cumulated(count))])
        .collect();
    rows.push(vec![format!("All {}", sellers.len()), short(total / sellers.len() as f64), "–".into()]);
    Chart {
        name: NAME,
        title,
        subtitle,
        caption:
            "Sellers with revenue in the last 30 days of the run. A straight line falling to the right means that \
                  size breeds size: a few giants, and many sellers with next to nothing."
                .into(),
        table: FigureTable {
            head: vec![
                "Sellers".into(),
                "Revenue of the last of them, credits (all: mean)".into(),
                "Share of revenue".into(),
            ],
            rows,
        },
        svg,
    }
}

/// Sellers of the last recorded day by revenue, greatest first, with their kind.
fn ranked(view: &View) -> Vec<(f64, String)> {
    let frame = view.frames.of("syndicates");
    let (day, revenue, kind) = (numbers(frame, "day"), numbers(frame, "revenue"), words(frame, "kind"));
    let end = greatest(&day);
    let mut sellers: Vec<(f64, String)> = day
        .iter()
        .zip(revenue)
        .zip(kind)
        .filter(|((day, revenue), _)| **day == end && *revenue > 0.0)
        .map(|((_, revenue), kind)| (revenue, kind))
        .collect();
    sellers.sort_by(|one, other| other.0.total_cmp(&one.0));
    sellers
}

fn rank_size(canvas: &canvas::Canvas, frame: canvas::Rect, sellers: &[(f64, String)]) {
    let revenue: Vec<f64> = sellers.iter().map(|(revenue, _)| *revenue).collect();
    let most = if sellers.is_empty() { 10.0 } else { greatest(&revenue) * 1.5 };
    // Whoever sold once in a month does not stretch the picture.
    let low = least(&revenue).max(most / 1e5) / 1.5;
    let x = Scale { low: 0.8, high: (sellers.len() as f64 * 1.4).max(12.0), log: true };
    let y = Scale { low: if low.is_finite() { low } else { 1.0 }.min(most / 20.0), high: most, log: true };
    let panel = Panel::new(canvas, frame, x, y);
    panel.head("Revenue of the last 30 days, credits", TEXT).y_axis(6, Say::Number).x_axis(
        5,
        Say::Number,
        "rank of the seller",
    );
    if sellers.is_empty() {
        panel.nothing("no sales in the last 30 days");
        return;
    }
    // The rarer kinds on top, where the many do not hide them.
    for (key, _, ink) in KINDS {
        for (rank, (revenue, _)) in sellers.iter().enumerate().filter(|(_, (_, kind))| kind == key) {
            panel.dot(rank as f64 + 1.0, *revenue, 9.0, ink);
        }
    }
    // The upper right corner of a falling curve is free.
    let present = KINDS.iter().filter(|(key, ..)| sellers.iter().any(|(_, kind)| kind == key));
    for (line, (_, name, ink)) in present.enumerate() {
        let y = frame.top + 34.0 + 52.0 * line as f64;
        canvas.dot(frame.right - 16.0, y, 11.0, *ink);
        canvas.write(frame.right - 44.0, y, name, style::size::LABEL, false, *ink, At::End);
    }
}
