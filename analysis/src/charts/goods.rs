//! What sets each good apart: two series of its own for each; what all have, for a good that has none.

use super::axes::{Panel, Scale};
use super::canvas::{self, At, Canvas, Head, Rect};
use super::panels::{self, Facet, Holds};
use super::style::{self, BLUE, GHOST, Ink, PLUM, QUIET, RUST, TEAL, TEXT, size};
use super::words::{self, percent, plain, short};
use super::{Chart, View};
use contraband_sim::ids::good::Good;

use crate::measures::{Groups, last, mean, numbers, rolling_ratio};

const NAME: &str = "goods";

/// A good and what is its own.
struct GoodPanels {
    good: &'static str,
    fields: [Facet; 2],
}

/// A cell each good, with two panels over one axis of days.
pub fn draw(view: &View) -> Chart {
    let month = view.month();
    let (shown, left_out) = sorted(all(view));
    let subtitle = format!(
        "Two series specific to each good; every panel has its own scale and starts at zero. “In a month”: the last \
         {month} days.{left_out}"
    );
    let title = title(view);
    let head = Head { title: &title, subtitle: &subtitle };
    let svg = if shown.is_empty() {
        Err("no data on what is specific to each good in this run")
    } else {
        let columns = 3.min(shown.len());
        let rows = shown.len().div_ceil(columns);
        canvas::paint(380.0 + 640.0 * rows as f64, &head, view, |canvas, body| {
            for (index, own) in shown.iter().enumerate() {
                let column = shown.iter().skip(index % columns).step_by(columns);
                let room = panels::room(column.flat_map(|own| &own.fields));
                cell(canvas, body.field(index, columns, rows, (24.0, 0.0)), view, own, room);
            }
        })
    };
    let fields: Vec<Facet> = shown.into_iter().flat_map(|own| own.fields).collect();
    Chart {
        name: NAME,
        title,
        subtitle,
        caption: format!(
            "Searches that find something: of all people searched because of their mask, those who had recently bought \
             something illicit, over 28 days. Wealth of those inside is measured against the mean of everybody: at 1 \
             they have no advantage. The title gives means over the last {month} days."
        ),
        table: panels::table(&fields),
        svg,
    }
}

fn all(view: &View) -> Vec<GoodPanels> {
    let month = view.month();
    let count = |column: &str| view.daily_of("counts", column);
    let rare = |column: &str| panels::over(&count(column), month);
    let long = if view.window() == 7 { 28 } else { 1 };
    let hits = rolling_ratio(&count("search_hits"), &count("searches"), long);
    let field = |head: &str, ink: Ink, values: Vec<f64>| Facet::new(head).line("", ink, values);
    let own = |good: &'static str, upper: Facet, lower: Facet| GoodPanels { good, fields: [upper, lower] };
    let mut told = vec![
        own(
            "privacy",
            field("People hidden by a mask", BLUE, view.daily("masked_share")).percent(),
            field("Mask searches that find something", RUST, hits).percent(),
        ),
        own(
            "augmentation",
            field("Levels per citizen, on average", BLUE, count("level_mean")),
            field("Violent incidents in a month", RUST, rare("incidents")),
        ),
        own(
            "authenticity",
            Facet::new("Genuine, of goods sold as genuine")
                .percent()
                .line("is", BLUE, view.smooth(&count("genuine_share")))
                .line("believed", GHOST, view.smooth(&count("genuine_belief"))),
            field("Median price, credits", RUST, view.smooth(&of_good(view, "authenticity", "price_median"))),
        ),
        own(
            "experience",
            field("Intensity that users are used to", BLUE, count("intensity_mean")),
            field("Injuries in a month", RUST, rare("injuries")),
        ),
        own(
            "dangerous_tech",
            field("New ideas in a month", BLUE, rare("ideas")),
            field("Accidents in a month", RUST, rare("accidents")),
        ),
        own(
            "taboo_computing",
            field("Rogue AIs alive", BLUE, view.daily("rogue_ais")),
            Facet::new("Rogue AIs in a month")
                .line("born", RUST, panels::over(&view.events("rogue_birth"), month))
                .line("taken down", TEAL, panels::over(&view.events("rogue_takedown"), month)),
        ),
        own(
            "forbidden_identity",
            field("New identities in a month", BLUE, rare("identities")),
            field("Identity thefts in a month", RUST, rare("victims")),
        ),
        own(
            "scarcity_recreation",
            field("Visits, share of zone capacity", BLUE, count("congestion")).percent(),
            field("Boredom, 0 to 1", PLUM, view.daily("boredom_mean")),
        ),
        own(
            "positional",
            field("Price of a slot, credits", BLUE, view.smooth(&count("slot_price"))),
            field("Wealth of those inside (mean = 1)", RUST, view.smooth(&count("inside_wealth"))),
        ),
    ];
    for good in Good::WORDS.iter().filter(|&&good| told.iter().all(|own| own.good != good)).collect::<Vec<_>>() {
        let purchases = view.smooth(&of_good(view, good, "trades"));
        let prices = view.smooth(&of_good(view, good, "price_median"));
        told.push(own(good, field("Purchases a day", BLUE, purchases), field("Median price, credits", RUST, prices)));
    }
    told
}

/// A column of the table of goods by day, for one good.
fn of_good(view: &View, good: &str, column: &str) -> Vec<f64> {
    let frame = view.frames.of("goods");
    let groups = Groups::of(frame, "good");
    let prices = numbers(frame, column);
    let found = groups.names.iter().position(|name| name == good);
    found.map_or_else(|| vec![f64::NAN; view.days], |group| groups.series(group, &prices, view.days))
}

/// The goods of which there is something to show, and one sentence about the others.
fn sorted(all: Vec<GoodPanels>) -> (Vec<GoodPanels>, String) {
    let something = |own: &GoodPanels| own.fields.iter().any(|field| field.holds() == Holds::Something);
    let (shown, others): (Vec<GoodPanels>, Vec<GoodPanels>) = all.into_iter().partition(something);
    let names: Vec<String> = others.iter().map(|own| words::name(own.good).to_lowercase()).collect();
    let left_out = if names.is_empty() {
        String::new()
    } else {
        format!(" Left out, since nothing specific to them happened: {}.", names.join(", "))
    };
    (shown, left_out)
}

fn cell(canvas: &Canvas, body: Rect, view: &View, own: &GoodPanels, room: f64) {
    canvas.write(body.left, body.top + 30.0, &words::name(own.good), size::HEAD, true, TEXT, At::Start);
    for (index, field) in own.fields.iter().enumerate() {
        let half = body.inset(0.0, 62.0, 0.0, 20.0).field(index, 1, 2, (0.0, 4.0));
        let frame = half.inset(112.0, 64.0, room, 54.0);
        let head = style::fit(&field.head, size::LABEL, false, half.right - half.left);
        canvas.write(half.left, frame.top - 38.0, &head, size::LABEL, false, QUIET, At::Start);
        match field.holds() {
            Holds::Something => field.body(canvas, frame, view, 3, 2),
            Holds::Nothing => blank(canvas, frame, "none"),
            Holds::Unknown => blank(canvas, frame, "no value"),
        }
    }
}

fn blank(canvas: &Canvas, frame: Rect, why: &str) {
    let unit = Scale { low: 0.0, high: 1.0, log: false };
    canvas.path(&[(frame.left, frame.bottom), (frame.right, frame.bottom)], GHOST, 2);
    Panel::new(canvas, frame, unit, unit).nothing(why);
}

/// What stands out in the last month of the run, of a few goods.
fn title(view: &View) -> String {
    let month = |table: &str, column: &str| {
        let series = view.daily_of(table, column);
        mean(&series[series.len().saturating_sub(view.month())..])
    };
    let (masked, levels) = (month("days", "masked_share"), month("counts", "level_mean"));
    let (found, searched) = (month("counts", "search_hits"), month("counts", "searches"));
    let ais = last(&view.daily("rogue_ais"));
    let said = [
        (masked > 0.0).then(|| format!("{} of people are masked", percent(masked))),
        (searched > 0.0).then(|| format!("{} of searches of masked people find something", percent(found / searched))),
        (levels > 0.0 && ais.abs() < 0.5).then(|| format!("people have {} levels of augmentation each", short(levels))),
        (ais == 1.0).then(|| "one rogue AI is alive".to_owned()),
        (ais > 1.0).then(|| format!("{} rogue AIs are alive", plain(ais, 0))),
    ];
    let said: Vec<String> = said.into_iter().flatten().collect();
    match said.split_last() {
        None => "What is specific to each good".into(),
        Some((only, [])) => format!("In the last month, {only}"),
        Some((end, first)) => format!("In the last month, {} and {end}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goods_of_which_nothing_is_known_are_named_and_left_out() {
        let own = |good, value: f64| GoodPanels {
            good,
            fields: [Facet::new("A").line("", BLUE, vec![value]), Facet::new("B").line("", BLUE, vec![f64::NAN])],
        };
        let (shown, left_out) =
            sorted(vec![own("privacy", 1.0), own("dangerous_tech", 0.0), own("positional", f64::NAN)]);
        assert_eq!(shown.len(), 1);
        assert!(left_out.ends_with("happened: dangerous tech, positional."), "{left_out}");
    }
}
