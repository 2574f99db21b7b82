//! Delegates: who lets an agent shop, what it costs, who changes, and whose agent is hijacked.

use super::panels::{self, Field};
use super::style::{self, BLUE, GHOST, Head, Ink, PLUM, RUST, TEAL};
use super::words::{self, percent, plain};
use super::{Chart, View};
use crate::measures::{Groups, last, mean, numbers, sum};

const NAME: &str = "delegates";
/// Providers that have a colour of their own: those with most clients.
const INKS: [Ink; 4] = [BLUE, RUST, TEAL, PLUM];

/// Clients, markups, profiles, and people who change provider.
pub fn draw(view: &View) -> Chart {
    let frame = view.frames.of("providers");
    let groups = Groups::of(frame, "provider");
    let column = |name: &str| numbers(frame, name);
    let series = |values: &[f64]| -> Vec<Vec<f64>> {
        (0..groups.names.len()).map(|group| groups.series(group, values, view.days)).collect()
    };
    let [clients, markup, profile, injected, joined, left] =
        ["clients", "markup", "profile_mean", "injected", "switched_in", "switched_out"].map(|name| series(&column(name)));
    let mut order: Vec<usize> = (0..groups.names.len()).collect();
    order.sort_by(|&one, &other| mean(&clients[other]).total_cmp(&mean(&clients[one])));
    let by_provider = |head: &str, values: &[Vec<f64>]| {
        order.iter().enumerate().fold(Field::new(head), |field, (rank, &provider)| {
            let ink = INKS.get(rank).copied().unwrap_or(GHOST);
            field.line(words::name(&groups.names[provider]), ink, values[provider].clone())
        })
    };
    let share = view.daily("delegated_share");
    let switched = view.daily_of("counts", "switched");
    let (joined, left) = (all(&joined, view.days), all(&left, view.days));
    let hijacked = all(&injected, view.days);
    let month = view.month();
    let (fields, left_out) = panels::sorted(vec![
        by_provider("Clients", &clients),
        by_provider("Markup on the price", &markup).percent(),
        by_provider("What it has learnt of a client, 0 to 1", &profile),
        Field::new("People who let an agent shop").percent().line("", BLUE, share.clone()),
        Field::new(format!("People who change, in {month} days"))
            .line("come", TEAL, panels::over(&joined, month))
            .line("leave", RUST, panels::over(&left, month))
            .line("to another", BLUE, panels::over(&switched, month)),
        Field::new(format!("Purchases hijacked, in {month} days")).line("", PLUM, panels::over(&hijacked, month)),
    ]);
    let nobody = groups.names.is_empty() || clients.iter().all(|series| sum(series) == 0.0);
    let title = if groups.names.is_empty() {
        "No delegates in this run".into()
    } else if nobody {
        "Nobody lets an agent shop in this run".to_owned()
    } else {
        title(&share, &markup.iter().map(|series| last(series)).collect::<Vec<_>>())
    };
    let others = if groups.names.len() > INKS.len() { " Grey: providers with fewer clients." } else { "" };
    let subtitle = format!("Each day, by provider; those who change and purchases hijacked over {month} days.{others}");
    let head = Head { title: &title, subtitle: &subtitle };
    let svg = if nobody || fields.is_empty() {
        style::empty(&head, view, "nothing recorded about delegates in this run")
    } else {
        let rows = fields.len().div_ceil(2);
        style::paint(panels::height(rows), &head, view, |canvas, body| panels::grid(canvas, body, view, &fields, 2))
    };
    Chart {
        name: NAME,
        title,
        subtitle,
        caption: format!(
            "{} changes from one provider to another and {} purchases hijacked by injected instructions in the whole run. \
             The markup is what a provider asks on top of the price; what it has learnt of a client is lost to whoever leaves, \
             unless the law makes it portable (delegates.portability).{left_out}",
            plain(sum(&switched), 0),
            plain(sum(&hijacked), 0)
        ),
        table: panels::table(&fields),
        svg,
    }
}

/// The sum over all providers, day by day.
fn all(series: &[Vec<f64>], days: usize) -> Vec<f64> {
    let on = |day: usize| -> f64 { series.iter().map(|values| values[day]).filter(|value| value.is_finite()).sum() };
    (0..days).map(|day| if series.iter().any(|values| values[day].is_finite()) { on(day) } else { f64::NAN }).collect()
}

fn title(share: &[f64], markups: &[f64]) -> String {
    let (low, high) = (crate::measures::least(markups), crate::measures::greatest(markups));
    let asks = if markups.len() == 1 || percent(low) == percent(high) {
        format!("{} on the price", percent(high))
    } else {
        format!("{} to {} on the price", percent(low), percent(high))
    };
    format!("{} of people let an agent shop at the end; providers ask {asks}", percent(last(share)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_gives_the_range_of_markups() {
        let told = |markups: &[f64]| title(&[0.1, 0.153], markups).replace('\u{a0}', " ");
        assert_eq!(told(&[0.1, 0.2]), "15 % of people let an agent shop at the end; providers ask 10 % to 20 % on the price");
        assert_eq!(told(&[0.1]), "15 % of people let an agent shop at the end; providers ask 10 % on the price");
    }

    #[test]
    fn sums_over_providers_know_what_they_do_not_know() {
        let sums = all(&[vec![1.0, f64::NAN, f64::NAN], vec![2.0, 3.0, f64::NAN]], 3);
        assert!(sums[..2] == [3.0, 3.0] && sums[2].is_nan());
    }
}
