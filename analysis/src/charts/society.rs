//! How people feel, whether they obey, and what the gray zone brings forth.

use super::axes::{Panel, Say, Scale};
use super::canvas::{Head, paint};
use super::style::{BLUE, Ink, PLUM, RUST, TEAL, TEXT};
use super::words::{BeforeAfter, Many, join, percent, plain, short};
use super::{Chart, FigureTable, View};
use crate::measures::{greatest, last};

const NAME: &str = "society";

/// Anxiety and boredom, unrest, legitimacy, innovation.
pub fn draw(view: &View) -> Chart {
    let [anxiety, boredom, unrest, legitimacy, innovation] =
        ["anxiety_mean", "boredom_mean", "unrest_share", "legitimacy", "innovation"].map(|column| view.daily(column));
    let seen = |series: &[f64]| BeforeAfter::of(series, &view.policies);
    let title = match (seen(&anxiety), seen(&innovation)) {
        // From next to nothing a ratio says little: levels do, as they stand at the ends of the lines.
        (Some(seen), Some(_)) if seen.policy.is_none() => format!(
            "Anxiety goes from {} to {}, innovation from {} to {}",
            plain(anxiety[0], 2),
            plain(last(&anxiety), 2),
            plain(innovation[0], 3),
            plain(last(&innovation), 3)
        ),
        (Some(anxiety), Some(innovation)) if anxiety.level() && innovation.level() => {
            anxiety.sentence("Anxiety and innovation", Many::Yes)
        }
        (Some(anxiety), Some(innovation)) => {
            join(&anxiety.sentence("Anxiety", Many::No), &innovation.sentence("innovation", Many::No))
        }
        _ if greatest(&anxiety).is_finite() => {
            format!("Anxiety ends at {}, innovation at {}", plain(last(&anxiety), 2), plain(last(&innovation), 2))
        }
        _ => "Anxiety, unrest, legitimacy and innovation".into(),
    };
    let subtitle = format!(
        "Daily, whole world. Anxiety, boredom and legitimacy run from 0 to 1; innovation is 1 at the start. The lower \
         two panels do not start at zero. Assumption: {}.",
        view.valve
    );
    let head = Head { title: &title, subtitle: &subtitle };
    let svg = if greatest(&anxiety).is_nan() {
        Err("no data on people's mood in this run")
    } else {
        paint(1560.0, &head, view, |canvas, body| {
            type Lines<'l> = Vec<(&'l [f64], Ink, &'l str)>;
            let panels: [(&str, Lines, Scale, Say); 4] = [
                (
                    "Anxiety and boredom",
                    vec![(&anxiety, RUST, "anxiety "), (&boredom, PLUM, "boredom ")],
                    Scale::from_zero(&[&anxiety, &boredom]),
                    Say::Number,
                ),
                ("People in open unrest", vec![(&unrest, RUST, "")], unrest_scale(&unrest), Say::Percent),
                (
                    "Legitimacy of the law",
                    vec![(&legitimacy, BLUE, "")],
                    Scale::around(&[&legitimacy], 0.1),
                    Say::Number,
                ),
                ("Innovation", vec![(&innovation, TEAL, "")], Scale::around(&[&innovation], 0.02), Say::Number),
            ];
            for (index, (name, lines, y, say)) in panels.into_iter().enumerate() {
                let frame = body.field(index, 2, 2, (0.0, 0.0)).inset(
                    130.0,
                    98.0,
                    if index % 2 == 0 { 270.0 } else { 140.0 },
                    56.0,
                );
                let panel = Panel::new(canvas, frame, Scale::of_days(view.days), y);
                panel.head(name, TEXT).y_axis(5, say).policies(&view.policies).day_axis(view.days, 4);
                // Innovation moves in thousandths.
                let digits = if index == 3 { 3 } else { 2 };
                let mut ends = Vec::new();
                for (series, ink, word) in lines {
                    panel.daily(series, ink, 6);
                    let value = if say == Say::Percent { percent(last(series)) } else { plain(last(series), digits) };
                    ends.push((last(series), format!("{word}{value}"), ink));
                }
                panel.ends(&ends);
            }
        })
    };
    Chart {
        name: NAME,
        title,
        subtitle,
        caption: format!(
            "Whether a purchase calms people or makes them more anxious is an assumption of the scenario \
             (society.valve), never a finding. What is seen here of anxiety and unrest holds only under the assumption \
             of this run: {}.",
            view.valve
        ),
        table: FigureTable::of_periods(
            &[
                ("Anxiety".into(), &anxiety[..]),
                ("Boredom".into(), &boredom[..]),
                ("Share in unrest".into(), &unrest[..]),
                ("Legitimacy".into(), &legitimacy[..]),
                ("Innovation".into(), &innovation[..]),
            ],
            short,
        ),
        svg,
    }
}

/// Up to one per cent at least: a few people in unrest are not to look like a crowd.
fn unrest_scale(unrest: &[f64]) -> Scale {
    let scale = Scale::from_zero(&[unrest]);
    Scale { high: if greatest(unrest) > 0.0 { scale.high.max(0.01) } else { 0.01 }, ..scale }
}
