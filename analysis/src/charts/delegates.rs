//! Delegates: who lets an agent shop, what it costs, who changes, and whose agent is hijacked.

use super::canvas::Head;
use super::panels::{self, Facet, Keyed};
use super::style::{BLUE, PLUM, RUST, TEAL};
use super::words::{percent, plain};
use super::{Chart, View};
use crate::measures::{greatest, last, least, sum};

const NAME: &str = "delegates";

/// Clients, markups, profiles, and people who change provider.
pub fn draw(view: &View) -> Chart {
    let providers = Keyed::of(view, "providers", "provider", "clients");
    let share = view.daily("delegated_share");
    let switched = view.daily_of("counts", "switched");
    // Of those who come and leave, some only change.
    let alone = |all: &[f64]| all.iter().zip(&switched).map(|(all, changed)| all - changed).collect::<Vec<f64>>();
    let (joined, left) = (alone(&providers.sum("switched_in")), alone(&providers.sum("switched_out")));
    let hijacked = providers.sum("injected");
    let month = view.month();
    let (fields, left_out) = panels::sorted(vec![
        providers.field("Clients", "clients", <[f64]>::to_vec),
        providers.field("Markup on the price", "markup", <[f64]>::to_vec).percent(),
        providers.field("Profile of a client, 0 to 1", "profile_mean", <[f64]>::to_vec),
        Facet::new("People who shop through an agent").percent().line("", BLUE, share.clone()),
        Facet::new(format!("People who switch, in {month} days"))
            .line("give up", RUST, panels::over(&left, month))
            .line("change provider", BLUE, panels::over(&switched, month))
            .line("begin", TEAL, panels::over(&joined, month)),
        Facet::new(format!("Purchases hijacked in {month} days")).line("", PLUM, panels::over(&hijacked, month)),
    ]);
    let nobody = sum(&providers.sum("clients")) == 0.0;
    let markups: Vec<f64> = providers.series("markup").iter().map(|series| last(series)).collect();
    let title = match (providers.is_empty(), nobody) {
        (true, _) => "No data on shopping agents".into(),
        (_, true) => "Nobody shops through an agent in this run".to_owned(),
        _ => title(&share, &markups),
    };
    let (drawn, left_out) = if nobody { (&[][..], "") } else { (fields.as_slice(), left_out.as_str()) };
    let others = if providers.has_grey() { " Grey: providers with fewer clients." } else { "" };
    let subtitle = format!(
        "Daily, by provider; people who switch and purchases hijacked: totals of the last {month} \
         days.{others}{left_out}"
    );
    let head = Head { title: &title, subtitle: &subtitle };
    let svg = panels::picture(&head, view, drawn, 2, "no data on shopping agents in this run");
    Chart {
        name: NAME,
        title,
        subtitle,
        caption: format!(
            "Over the whole run, {} switches from one provider to another and {} purchases hijacked by injected \
             instructions. The markup is what a provider charges on top of the price. People who leave lose what a \
             provider has learnt about them, unless the law makes profiles portable (delegates.portability).",
            plain(sum(&switched), 0),
            plain(sum(&hijacked), 0)
        ),
        table: panels::table(&fields),
        svg,
    }
}

fn title(share: &[f64], markups: &[f64]) -> String {
    let (low, high) = (least(markups), greatest(markups));
    let asks = if markups.len() == 1 || percent(low) == percent(high) {
        format!("{} on top of the price", percent(high))
    } else {
        format!("{} to {} on top of the price", percent(low), percent(high))
    };
    format!("{} of people shop through an agent at the end; providers charge {asks}", percent(last(share)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_gives_the_range_of_markups() {
        let told = |markups: &[f64]| title(&[0.1, 0.153], markups).replace('\u{a0}', " ");
        assert_eq!(
            told(&[0.1, 0.2]),
            "15 % of people shop through an agent at the end; providers charge 10 % to 20 % on top of the price"
        );
        assert_eq!(
            told(&[0.1]),
            "15 % of people shop through an agent at the end; providers charge 10 % on top of the price"
        );
    }
}
