//! Where trade takes place: the lives of venues.

use super::axes::{Panel, Say, Scale};
use super::canvas::{self, At, Head, paint};
use super::style::{self, BLUE, GRID, QUIET, RUST, TEXT, size};
use super::words::{self, percent, plain, short};
use super::{Chart, FigureTable, View};
use crate::measures::{Groups, greatest, mean, numbers, sum, words as column_words};

const NAME: &str = "venues";
/// Venues that are drawn, at most: those with most trade.
const MOST: usize = 10;

struct VenueLine {
    name: String,
    place: String,
    trades: Vec<f64>,
    open: Vec<f64>,
    share: f64,
}

impl VenueLine {
    /// Purchases as they are drawn: nothing on days on which it was shut, so that a mean does not smear into them.
    fn open_trades(&self, view: &View) -> Vec<f64> {
        let shown = |(trades, open): (f64, &f64)| if *open == 0.0 { f64::NAN } else { trades };
        view.smooth(&self.trades).into_iter().zip(&self.open).map(shown).collect()
    }

    /// Days on which it was shut, as runs of first and last day.
    fn shut(&self) -> Vec<(usize, usize)> {
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for (index, _) in self.open.iter().enumerate().filter(|(_, open)| **open == 0.0) {
            match runs.last_mut() {
                Some(run) if run.1 == index => run.1 = index + 1,
                _ => runs.push((index + 1, index + 1)),
            }
        }
        runs
    }
}

/// A lane each venue: purchases a day, and the days on which it was shut.
pub fn draw(view: &View) -> Chart {
    let venues = gather(view);
    let shown = &venues[..venues.len().min(MOST)];
    let more =
        if venues.len() > MOST { format!(" The {MOST} busiest of {} venues.", venues.len()) } else { String::new() };
    let subtitle = format!(
        "Purchases per day ({}), one scale for all. Orange: days on which the venue was closed.{more}",
        view.smoothing()
    );
    let title = title(&venues);
    let head = Head { title: &title, subtitle: &subtitle };
    let svg = if shown.is_empty() || shown.iter().all(|venue| sum(&venue.trades) == 0.0) {
        Err("no trade at any venue in this run")
    } else {
        paint(360.0 + 150.0 * shown.len().max(3) as f64, &head, view, |canvas, body| lanes(canvas, body, view, shown))
    };
    let head = ["Venue", "Where", "Share of purchases", "Purchases a day when open", "Days closed", "Closures"];
    let rows = venues.iter().take(50).map(|venue| {
        let shut = venue.shut();
        let days: usize = shut.iter().map(|(from, to)| to + 1 - from).sum();
        let open: f64 = venue.open.iter().filter(|open| **open > 0.0).count() as f64;
        vec![
            venue.name.clone(),
            words::name(&venue.place),
            percent(venue.share),
            short(sum(&venue.trades) / open),
            plain(days as f64, 0),
            plain(shut.len() as f64, 0),
        ]
    });
    Chart {
        name: NAME,
        title,
        subtitle,
        caption: "A venue closes after a raid, when its operator runs off with the escrow, or for reasons of its own; \
                  later it reopens and has to earn trust again. A virtual venue is equally close to everybody."
            .into(),
        table: FigureTable { head: head.map(Into::into).to_vec(), rows: rows.collect() },
        svg,
    }
}

fn gather(view: &View) -> Vec<VenueLine> {
    let frame = view.frames.of("venues");
    let groups = Groups::of(frame, "venue");
    let (trades, open, places) = (numbers(frame, "trades"), numbers(frame, "open"), column_words(frame, "place"));
    let total = sum(&trades);
    let mut venues: Vec<VenueLine> = (0..groups.names.len())
        .map(|group| {
            let trades = groups.series(group, &trades, view.days);
            VenueLine {
                name: words::name(&groups.names[group]),
                place: groups.last_word(group, &places).unwrap_or("").to_owned(),
                share: sum(&trades) / total,
                open: groups.series(group, &open, view.days),
                trades,
            }
        })
        .collect();
    venues.sort_by(|one, other| sum(&other.trades).total_cmp(&sum(&one.trades)));
    venues
}

fn lanes(canvas: &canvas::Canvas, body: canvas::Rect, view: &View, venues: &[VenueLine]) {
    let smooth: Vec<Vec<f64>> = venues.iter().map(|venue| venue.open_trades(view)).collect();
    let every: Vec<&[f64]> = smooth.iter().map(Vec::as_slice).collect();
    let names = venues.iter().map(|venue| style::width(&venue.name, size::HEAD, true)).fold(200.0, f64::max).min(430.0);
    let whole = body.inset(names + 40.0, 20.0, 230.0, 56.0);
    let back = Panel::new(canvas, whole, Scale::of_days(view.days), Scale { low: 0.0, high: 1.0, log: false });
    back.policies(&view.policies).day_axis(view.days, 8);
    for (row, (venue, path)) in venues.iter().zip(&smooth).enumerate() {
        let lane = whole.field(row, 1, venues.len(), (0.0, 0.0));
        let panel =
            Panel::new(canvas, lane.inset(0.0, 22.0, 0.0, 0.0), Scale::of_days(view.days), Scale::from_zero(&every));
        let foot = panel.frame.bottom;
        canvas.path(&[(lane.left, foot), (lane.right, foot)], GRID, 2);
        for (from, to) in venue.shut() {
            let (left, right) =
                (panel.at_x(from as f64 - 0.5).max(lane.left), panel.at_x(to as f64 + 0.5).min(lane.right));
            canvas.rectangle(
                canvas::Rect { left, right: right.max(left + 3.0), top: foot - 22.0, bottom: foot },
                RUST,
                0.85,
            );
        }
        panel.filled(path, BLUE, 0.3).daily(path, BLUE, 5);
        let name = style::fit(&venue.name, size::HEAD, true, names);
        canvas.write(body.left, foot - 62.0, &name, size::HEAD, true, TEXT, At::Start);
        canvas.write(body.left, foot - 20.0, &words::name(&venue.place), size::TICK, false, QUIET, At::Start);
        canvas.write(
            lane.right + 20.0,
            foot - 62.0,
            &format!("{} in total", percent(venue.share)),
            size::LABEL,
            false,
            BLUE,
            At::Start,
        );
        let busiest = format!("at most {}", Say::Number.ticks(&[greatest(path).round()])[0]);
        canvas.write(lane.right + 20.0, foot - 20.0, &busiest, size::TICK, false, QUIET, At::Start);
    }
}

fn title(venues: &[VenueLine]) -> String {
    let Some(first) = venues.first().filter(|venue| sum(&venue.trades) > 0.0) else {
        return "No venue has any trade in this run".into();
    };
    let closed = venues.iter().filter(|venue| !venue.shut().is_empty() && mean(&venue.open) < 1.0).count();
    let shut = match (closed, venues.len()) {
        (_, 1) => return format!("All trade takes place at {}", first.name),
        (0, _) => "no venue ever closes".into(),
        (1, count) => format!("one venue of\u{a0}{count} closes at least once"),
        (closed, count) if closed == count => format!("all {count} venues close at least once"),
        (closed, count) => format!("{closed}\u{a0}of\u{a0}{count} venues close at least once"),
    };
    format!("{} takes {} of all purchases; {shut}", first.name, percent(first.share))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn venue(name: &str, share: f64, open: &[f64]) -> VenueLine {
        VenueLine {
            name: name.into(),
            place: String::new(),
            trades: vec![share; open.len()],
            open: open.to_vec(),
            share,
        }
    }

    #[test]
    fn the_title_names_the_busiest_and_counts_closures() {
        let venues = [venue("Lantern", 0.6, &[1.0, 1.0]), venue("Undertow", 0.4, &[1.0, 0.0])];
        assert_eq!(
            title(&venues),
            "Lantern takes 60\u{a0}% of all purchases; one venue of\u{a0}2 closes at least once"
        );
        assert_eq!(title(&venues[..1]), "All trade takes place at Lantern");
        assert_eq!(title(&[]), "No venue has any trade in this run");
    }

    #[test]
    fn shut_days_are_gathered_in_runs() {
        assert_eq!(venue("x", 1.0, &[0.0, 1.0, 0.0, 0.0]).shut(), [(1, 1), (3, 4)]);
    }
}
