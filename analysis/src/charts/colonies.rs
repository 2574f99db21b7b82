//! Colonies: the lanes to them, what they dig and trade, and what is caught on the way.

use super::canvas::Head;
use super::panels::{self, Facet, Keyed};
use super::style::RUST;
use super::words::{percent, plain, short};
use super::{Chart, View};
use crate::measures::{last, mean, sum};

const NAME: &str = "colonies";

/// Costs over the lanes, elements mined and bartered, earnings, interceptions.
pub fn draw(view: &View) -> Chart {
    let colonies = Keyed::of(view, "colonies", "place", "mined");
    let month = view.month();
    let caught = colonies.sum("interceptions");
    let (fields, left_out) = panels::sorted(vec![
        colonies.field("Cost of the lane (mean = 1)", "lane_cost", <[f64]>::to_vec),
        colonies.field("Lane open, share of days", "lane_open", |open| view.smooth(open)).percent(),
        colonies.field("Elements in store", "elements", <[f64]>::to_vec),
        colonies.field("Elements bartered per day", "bartered", |units| view.smooth(units)),
        colonies.field("Credits earned per day", "earned_credits", |credits| view.smooth(credits)),
        Facet::new(format!("Shipments caught in {month} days")).line("", RUST, panels::over(&caught, month)),
    ]);
    let cost: Vec<f64> = colonies.series("lane_cost").iter().map(|series| last(series)).collect();
    let closed = 1.0 - mean(&colonies.series("lane_open").concat());
    let title = if colonies.is_empty() {
        "No data on colonies".to_owned()
    } else {
        format!(
            "Colonies barter {} elements a day; lanes are closed on {} of days and end at {} times their mean cost",
            short(mean(&colonies.sum("bartered"))),
            percent(closed),
            short(mean(&cost))
        )
    };
    let (drawn, left_out) = if colonies.is_empty() { (&[][..], "") } else { (fields.as_slice(), left_out.as_str()) };
    let others = if colonies.has_grey() { " Grey: colonies that mine less." } else { "" };
    let subtitle = format!("Daily, by colony; bartered, earned and open: {}.{others}{left_out}", view.smoothing());
    let head = Head { title: &title, subtitle: &subtitle };
    let svg = panels::picture(&head, view, drawn, 2, "no data on colonies in this run");
    Chart {
        name: NAME,
        title,
        subtitle,
        caption: format!(
            "Over the whole run: {} elements mined, {} bartered to makers of dangerous tech, {} shipments caught.",
            plain(sum(&colonies.sum("mined")), 0),
            plain(sum(&colonies.sum("bartered")), 0),
            plain(sum(&caught), 0)
        ),
        table: panels::table(&fields),
        svg,
    }
}
