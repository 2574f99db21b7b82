//! Risk as people see it, against risk as it is.

use super::axes::{Panel, Say, Scale};
use super::canvas::{self, At, Head, paint};
use super::style::{self, BLUE, GRID, QUIET, RUST, TEXT, size};
use super::words::{self, percent, short};
use super::{Chart, FigureTable, View};
use crate::measures::{Groups, last, mean, numbers, rolling_ratio, sum};

const NAME: &str = "risk";
/// Places that are listed, at most.
const MOST: usize = 10;

struct PlaceRisk {
    name: String,
    perceived: f64,
    real: f64,
}

/// Perceived and true chance of a case, over time and by place.
pub fn draw(view: &View) -> Chart {
    let (illicit, cases) = (view.daily("illicit_trades"), view.daily("detections"));
    let perceived = view.daily("risk_perceived");
    let real = rolling_ratio(&cases, &illicit, if view.days >= 28 { 28 } else { view.days.max(1) });
    let month = |series: &[f64]| series[series.len().saturating_sub(30)..].to_vec();
    let (thought, is) = (mean(&month(&perceived)), sum(&month(&cases)) / sum(&month(&illicit)));
    let none = sum(&illicit) == 0.0 && sum(&perceived) == 0.0;
    let title = if none { "Nothing is illicit, and nobody fears a case".into() } else { title(thought, is) };
    let subtitle = format!(
        "Probability that one illicit purchase leads to a case: as people believe on average, and the true value \
         (cases per illicit trade{}).",
        if view.days >= 28 { ", 28-day mean" } else { "" }
    );
    let places = places(view);
    let head = Head { title: &title, subtitle: &subtitle };
    let svg = if none {
        Err("no illicit trade and no fear of a case in this run")
    } else {
        paint(1350.0, &head, view, |canvas, body| {
            let wide = if places.len() > 1 { 0.56 } else { 1.0 };
            let right = body.left + (body.right - body.left) * wide;
            let frame = canvas::Rect { right, ..body }.inset(130.0, 98.0, 290.0, 56.0);
            let panel = Panel::new(canvas, frame, Scale::of_days(view.days), Scale::from_zero(&[&perceived, &real]));
            panel.head("Over time", TEXT).y_axis(5, Say::Percent).policies(&view.policies).day_axis(view.days, 4);
            panel.daily(&real, RUST, 6).daily(&perceived, BLUE, 6);
            panel.ends(&[
                (last(&perceived), format!("believed {}", percent(last(&perceived))), BLUE),
                (last(&real), format!("true {}", percent(last(&real))), RUST),
            ]);
            if places.len() > 1 {
                by_place(canvas, canvas::Rect { left: right + 20.0, ..body }, &places);
            }
        })
    };
    let rows = std::iter::once(vec!["All".into(), percent(thought), percent(is), short(thought / is)]).chain(
        places.iter().map(|place| {
            vec![place.name.clone(), percent(place.perceived), percent(place.real), short(place.perceived / place.real)]
        }),
    );
    let head = ["Place", "Believed", "True", "Believed / true"];
    Chart {
        name: NAME,
        title,
        subtitle,
        caption: "Title, places and table are means over the last 30 days. People learn the risk from their own cases \
                  and from those they hear about nearby; what deters them is the risk they believe in, not the true \
                  one. True risk has a gap where there was no illicit trade."
            .into(),
        table: FigureTable { head: head.map(Into::into).to_vec(), rows: rows.collect() },
        svg,
    }
}

fn title(thought: f64, is: f64) -> String {
    match thought / is {
        ratio if !ratio.is_finite() && thought > 0.0 && is == 0.0 => "People fear a risk that does not exist".into(),
        ratio if !ratio.is_finite() => "Risk: believed and true".into(),
        ratio if ratio >= 1.95 => {
            format!("People believe the risk to be {} times as high as it is", short((ratio * 10.0).round() / 10.0))
        }
        ratio if ratio > 1.05 => format!("People overestimate the risk by {}", percent(ratio - 1.0)),
        ratio if ratio < 0.95 => format!("People underestimate the risk by {}", percent(1.0 - ratio)),
        _ => "People judge the risk about right".into(),
    }
}

/// The largest places, by the last 30 days.
fn places(view: &View) -> Vec<PlaceRisk> {
    let frame = view.frames.of("places");
    let groups = Groups::of(frame, "place");
    let [perceived, cases, illicit, people] =
        ["risk_perceived", "detections", "illicit_trades", "citizens"].map(|column| numbers(frame, column));
    let month = |group: usize, column: &[f64]| {
        let series = groups.series(group, column, view.days);
        series[view.days.saturating_sub(30)..].to_vec()
    };
    let mut order: Vec<usize> = (0..groups.names.len()).collect();
    order.sort_by(|&one, &other| sum(&month(other, &people)).total_cmp(&sum(&month(one, &people))));
    order.truncate(MOST);
    let place = |group: usize| PlaceRisk {
        name: words::name(&groups.names[group]),
        perceived: mean(&month(group, &perceived)),
        real: sum(&month(group, &cases)) / sum(&month(group, &illicit)),
    };
    order.into_iter().map(place).collect()
}

/// A row each place, a dot for what is believed and one for what is.
fn by_place(canvas: &canvas::Canvas, body: canvas::Rect, places: &[PlaceRisk]) {
    let names = places.iter().map(|place| style::width(&place.name, size::LABEL, false)).fold(0.0, f64::max).min(330.0);
    let frame = body.inset(names + 30.0, 98.0, 40.0, 56.0);
    let values: Vec<f64> = places.iter().flat_map(|place| [place.perceived, place.real]).collect();
    let rows = Scale { low: places.len() as f64 - 0.5, high: -0.5, log: false };
    let panel = Panel::new(canvas, frame, Scale::from_zero(&[&values]), rows);
    let title = "By place, last 30 days";
    canvas.write(body.left, frame.top - 48.0, title, size::HEAD, true, TEXT, At::Start);
    let ticks = panel.x.ticks(5);
    for (tick, label) in ticks.iter().zip(Say::Percent.ticks(&ticks)) {
        panel.curve(&[(*tick, -0.5), (*tick, places.len() as f64 - 0.5)], GRID, 2);
        canvas.write(panel.at_x(*tick), frame.bottom + 36.0, &label, size::TICK, false, QUIET, At::Middle);
    }
    for (row, place) in places.iter().enumerate() {
        let y = row as f64;
        let name = style::fit(&place.name, size::LABEL, false, names);
        canvas.write(frame.left - 24.0, panel.at_y(y), &name, size::LABEL, false, TEXT, At::End);
        if place.real.is_finite() && place.perceived.is_finite() {
            panel.curve(&[(place.real, y), (place.perceived, y)], style::GHOST, 5);
        }
        // The lower one is the larger, so that both are seen where they fall together.
        for (value, radius, ink) in [(place.real, 21.0, RUST), (place.perceived, 13.0, BLUE)] {
            if value.is_finite() {
                panel.dot(value, y, radius, ink);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_follows_the_ratio() {
        assert_eq!(title(0.062, 0.02), "People believe the risk to be 3.1 times as high as it is");
        assert_eq!(title(0.022, 0.02), "People overestimate the risk by 10\u{a0}%");
        assert_eq!(title(0.01, 0.02), "People underestimate the risk by 50\u{a0}%");
        assert_eq!(title(0.02, 0.02), "People judge the risk about right");
        assert_eq!(title(0.02, 0.0), "People fear a risk that does not exist");
        assert_eq!(title(0.02, f64::NAN), "Risk: believed and true");
    }
}
