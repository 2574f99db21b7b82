//! How much of the illicit trade agencies examine.

use super::axes::{Panel, Say, Scale};
use super::canvas::{Head, paint};
use super::style::{BLUE, TEXT};
use super::words::short;
use super::{Chart, FigureTable, View};
use crate::measures::{last, mean, sum};

/// Illicit trades examined by day: one line, over the dates of policies.
pub fn draw(view: &View) -> Chart {
    let examined = view.daily("examined");
    let subtitle = format!("Illicit trades examined per day, whole world ({}).", view.smoothing());
    let none = sum(&examined) == 0.0;
    let title = if none {
        "Agencies examine nothing in this run".into()
    } else {
        format!("Agencies examine {} illicit trades a day", short(mean(&examined)))
    };
    let head = Head { title: &title, subtitle: &subtitle };
    let svg = if none {
        Err("agencies examined nothing in this run")
    } else {
        paint(900.0, &head, view, |canvas, body| {
            let line = view.smooth(&examined);
            let frame = body.inset(130.0, 98.0, 320.0, 56.0);
            let panel = Panel::new(canvas, frame, Scale::of_days(view.days), Scale::from_zero(&[&line]));
            panel.head("Illicit trades examined", TEXT).y_axis(4, Say::Number);
            panel.policies(&view.policies).day_axis(view.days, 8).daily(&line, BLUE, 6);
            panel.ends(&[(last(&line), format!("{} a day", short(last(&line))), BLUE)]);
        })
    };
    Chart {
        name: "examined",
        title,
        subtitle,
        caption: format!("Agencies examined {} illicit trades in the whole run.", short(sum(&examined))),
        table: FigureTable::of_periods(&[("Examined per day".into(), &examined[..])], short),
        svg,
    }
}
