//! Price paths by good.

use super::axes::{Panel, Say, Scale};
use super::canvas::{Head, paint};
use super::style::{BLUE, GHOST, QUIET, TEXT};
use super::words::{self, BeforeAfter, Many, percent, short};
use super::{Chart, FigureTable, View};
use crate::measures::{Groups, greatest, last, numbers};

const NAME: &str = "prices";

/// Median prices and costs, a panel each good.
pub fn draw(view: &View) -> Chart {
    let goods = Groups::of(view.frames.of("goods"), "good");
    let (median, cost) =
        (numbers(view.frames.of("goods"), "price_median"), numbers(view.frames.of("goods"), "cost_mean"));
    let paths: Vec<(String, Vec<f64>, Vec<f64>)> = (0..goods.names.len())
        .map(|good| {
            let raw = goods.series(good, &median, view.days);
            (words::name(&goods.names[good]), raw, goods.series(good, &cost, view.days))
        })
        .collect();
    let subtitle = format!(
        "Credits per unit: median price paid ({}); grey: what a unit costs to make or bring in. Each good has its own \
         scale.",
        view.smoothing()
    );
    let seen: Vec<(String, Option<BeforeAfter>)> =
        paths.iter().map(|(name, raw, _)| (name.clone(), BeforeAfter::of(raw, &view.policies))).collect();
    let title = title(&seen, paths.iter().any(|(_, raw, _)| greatest(raw).is_finite()));
    let head = Head { title: &title, subtitle: &subtitle };
    let svg = if paths.iter().all(|(_, raw, _)| !greatest(raw).is_finite()) {
        Err("no prices, since there is no trade in this run")
    } else {
        let rows = paths.len().div_ceil(3);
        paint(420.0 + 430.0 * rows as f64, &head, view, |canvas, body| {
            for (index, (name, raw, cost)) in paths.iter().enumerate() {
                let frame = body.field(index, 3, rows, (0.0, 0.0)).inset(100.0, 98.0, 100.0, 56.0);
                let (path, cost) = (view.smooth(raw), view.smooth(cost));
                let panel = Panel::new(canvas, frame, Scale::of_days(view.days), Scale::from_zero(&[&path, &cost]));
                panel.head(name, TEXT).y_axis(4, Say::Number).policies(&view.policies).day_axis(view.days, 4);
                panel.daily(&cost, GHOST, 4).daily(&path, BLUE, 6);
                panel.ends(&[(last(&path), short(last(&path)), BLUE), (last(&cost), short(last(&cost)), QUIET)]);
                if !greatest(&path).is_finite() {
                    panel.nothing("no trade");
                }
            }
        })
    };
    Chart {
        name: NAME,
        title,
        subtitle,
        caption:
            "The change in the title is that of the good in the middle when all goods are ranked by their change. The \
             gap between the two lines is what risk, search and market power add to cost. A line has a gap where \
             nobody bought."
                .into(),
        table: table(&paths, &seen),
        svg,
    }
}

/// What most goods do: the change of the good in the middle.
fn title(seen: &[(String, Option<BeforeAfter>)], any: bool) -> String {
    let mut known: Vec<&BeforeAfter> = seen.iter().filter_map(|(_, seen)| seen.as_ref()).collect();
    known.sort_by(|one, other| one.change().total_cmp(&other.change()));
    match known.get(known.len() / 2) {
        _ if !any => "No prices: nothing was traded".into(),
        None => "Median prices by good".into(),
        Some(middle) => middle.sentence("Median prices", Many::Yes),
    }
}

fn table(paths: &[(String, Vec<f64>, Vec<f64>)], seen: &[(String, Option<BeforeAfter>)]) -> FigureTable {
    let head = ["Good", "Median price before", "after", "Change", "Last price", "Last cost"];
    let rows = paths.iter().zip(seen).map(|((name, raw, cost), (_, seen))| {
        let told = |value: fn(&BeforeAfter) -> String| seen.as_ref().map_or_else(|| "–".into(), value);
        vec![
            name.clone(),
            told(|seen| short(seen.before)),
            told(|seen| short(seen.after)),
            told(|seen| percent(seen.change())),
            short(last(raw)),
            short(last(cost)),
        ]
    });
    FigureTable { head: head.map(Into::into).to_vec(), rows: rows.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_is_that_of_the_good_in_the_middle() {
        let seen = |after| (String::new(), Some(BeforeAfter { before: 100.0, after, policy: None }));
        let goods = [seen(50.0), seen(112.0), seen(900.0)];
        assert_eq!(title(&goods, true), "Median prices end 12\u{a0}% higher than they began");
        assert_eq!(title(&[], false), "No prices: nothing was traded");
        assert_eq!(title(&[(String::new(), None)], true), "Median prices by good");
    }
}
