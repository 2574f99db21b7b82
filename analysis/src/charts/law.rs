//! The law at work: what agencies examine, find, fine and seize.

use super::axes::{Panel, Say, Scale};
use super::canvas::{Head, paint};
use super::style::{BLUE, GHOST, Ink, PLUM, QUIET, RUST, TEXT};
use super::words::{BeforeAfter, Many, join, one_in, short};
use super::{Chart, FigureTable, View};
use crate::measures::{last, mean, sum};

const NAME: &str = "law";

/// Examined trades and cases, fines, seizures: three panels over one axis of days.
pub fn draw(view: &View) -> Chart {
    let [examined, cases, fines, seized, illicit] =
        ["examined", "detections", "fines_credits", "seized_units", "illicit_trades"].map(|column| view.daily(column));
    let subtitle = format!("Daily, whole world ({}). Every panel starts at zero.", view.smoothing());
    let title = title(&examined, &cases, &fines, view);
    let head = Head { title: &title, subtitle: &subtitle };
    let svg = if sum(&examined) == 0.0 && sum(&cases) == 0.0 {
        let why = if sum(&illicit) == 0.0 {
            "no illicit trade to examine in this run"
        } else {
            "agencies examined nothing in this run"
        };
        Err(why)
    } else {
        paint(1720.0, &head, view, |canvas, body| {
            let [examined, cases, fines, seized] =
                [&examined, &cases, &fines, &seized].map(|series| view.smooth(series));
            let heads = ["Illicit trades examined, and cases opened", "Fines paid, in credits", "Units seized"];
            let lines: [Vec<(&[f64], Ink, &str)>; 3] = [
                vec![(&examined, GHOST, "examined"), (&cases, BLUE, "cases")],
                vec![(&fines, RUST, "credits")],
                vec![(&seized, PLUM, "units")],
            ];
            for (index, (name, lines)) in heads.into_iter().zip(lines).enumerate() {
                let frame = body.field(index, 1, 3, (0.0, 0.0)).inset(130.0, 98.0, 320.0, 56.0);
                let values: Vec<&[f64]> = lines.iter().map(|&(series, ..)| series).collect();
                let panel = Panel::new(canvas, frame, Scale::of_days(view.days), Scale::from_zero(&values));
                panel.head(name, TEXT).y_axis(4, Say::Number).policies(&view.policies).day_axis(view.days, 8);
                let mut ends = Vec::new();
                for (series, ink, unit) in lines {
                    panel.filled(series, ink, if ink == GHOST { 0.25 } else { 0.12 }).daily(series, ink, 6);
                    let said = if ink == GHOST { QUIET } else { ink };
                    ends.push((last(series), format!("{} {unit}", short(last(series))), said));
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
            "Agencies examined {} illicit trades and opened {} cases in the whole run: {} illicit trades led to a \
             case. Fines are those actually paid, by buyers and sellers; what people cannot pay is not counted.",
            short(sum(&examined)),
            short(sum(&cases)),
            one_in(sum(&cases) / sum(&illicit))
        ),
        table: FigureTable::of_periods(
            &[
                ("Illicit trades per day".into(), &illicit[..]),
                ("Examined per day".into(), &examined[..]),
                ("Cases per day".into(), &cases[..]),
                ("Fines, credits per day".into(), &fines[..]),
                ("Units seized per day".into(), &seized[..]),
            ],
            short,
        ),
        svg,
    }
}

fn title(examined: &[f64], cases: &[f64], fines: &[f64], view: &View) -> String {
    if sum(examined) == 0.0 && sum(cases) == 0.0 {
        return "Agencies examine nothing in this run".into();
    }
    if sum(cases) == 0.0 {
        return "Agencies examine trades but open no case".into();
    }
    match (BeforeAfter::of(cases, &view.policies), BeforeAfter::of(fines, &view.policies)) {
        (Some(cases), Some(fines)) if cases.policy.is_some() => {
            join(&cases.sentence("Cases", Many::Yes), &fines.sentence("fines", Many::Yes))
        }
        _ => format!(
            "Agencies examine {} illicit trades a day and open {} cases",
            short(mean(examined)),
            short(mean(cases))
        ),
    }
}
