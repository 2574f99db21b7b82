//! Trade by good.

use super::axes::{Panel, Say, Scale};
use super::canvas::{Head, paint};
use super::style::{BLUE, TEXT};
use super::words::{self, BeforeAfter, Many, percent, short};
use super::{Chart, FigureTable, View};
use crate::measures::{Groups, greatest, last, mean, numbers, sum};

const NAME: &str = "trade";

/// Purchases a day, a panel each good.
pub fn draw(view: &View) -> Chart {
    let goods = Groups::of(view.frames.of("goods"), "good");
    let column = numbers(view.frames.of("goods"), "trades");
    let trades: Vec<(String, Vec<f64>)> = (0..goods.names.len())
        .map(|good| (words::name(&goods.names[good]), goods.series(good, &column, view.days)))
        .collect();
    let all = view.daily("trades");
    let total: f64 = trades.iter().map(|(_, series)| sum(series)).sum();
    let smooth: Vec<Vec<f64>> = trades.iter().map(|(_, series)| view.smooth(series)).collect();
    let shared = alike(&smooth);
    let subtitle = format!(
        "Purchases per day ({}); beside each name, the good's share of all trade. {}",
        view.smoothing(),
        if shared { "All panels share one scale." } else { "Each good has its own scale." }
    );
    let title = if sum(&all) == 0.0 {
        "Nothing is traded in this run".to_owned()
    } else {
        BeforeAfter::of(&all, &view.policies).map_or_else(
            || format!("People make {} purchases a day", short(mean(&all))),
            |seen| seen.sentence("Trade", Many::No),
        )
    };
    let head = Head { title: &title, subtitle: &subtitle };
    let svg = if total == 0.0 {
        Err("no trade in this run")
    } else {
        let rows = trades.len().div_ceil(3);
        let every: Vec<&[f64]> = smooth.iter().map(Vec::as_slice).collect();
        paint(420.0 + 430.0 * rows as f64, &head, view, |canvas, body| {
            for (index, ((name, raw), path)) in trades.iter().zip(&smooth).enumerate() {
                let frame = body.field(index, 3, rows, (0.0, 0.0)).inset(100.0, 98.0, 100.0, 56.0);
                let y = if shared { Scale::from_zero(&every) } else { Scale::from_zero(&[path]) };
                let panel = Panel::new(canvas, frame, Scale::of_days(view.days), y);
                panel.head_and(name, TEXT, &percent(sum(raw) / total)).y_axis(4, Say::Number);
                panel.policies(&view.policies).day_axis(view.days, 4).filled(path, BLUE, 0.16).daily(path, BLUE, 6);
                panel.ends(&[(last(path), short(last(path)), BLUE)]);
                if sum(raw) == 0.0 {
                    panel.nothing("no trade");
                }
            }
        })
    };
    let listed: Vec<(String, &[f64])> = std::iter::once(("All goods".to_owned(), all.as_slice()))
        .chain(trades.iter().map(|(name, series)| (name.clone(), series.as_slice())))
        .collect();
    Chart {
        name: NAME,
        title,
        subtitle,
        caption: "A purchase counts on the day on which it is settled, lawful or not. The title compares the mean of \
                  all goods in the month before the first dated change with the mean of all its days (until it ends or \
                  the next one begins); without a dated change, it compares the first month with the last. What the \
                  change itself brought about can only be seen by comparing with the same world without it."
            .into(),
        table: FigureTable::of_periods(&listed, short),
        svg,
    }
}

/// Whether one scale serves all panels: the busiest good at most four times as busy as the quietest.
fn alike(series: &[Vec<f64>]) -> bool {
    let tops: Vec<f64> = series.iter().map(|values| greatest(values)).collect();
    greatest(&tops) <= 4.0 * crate::measures::least(&tops)
}
