//! Places compared.

use super::axes::{Panel, Say, Scale};
use super::canvas::{self, At, Head, Rect, paint};
use super::style::{self, BLUE, GRID, QUIET, TEXT, size};
use super::words::{self, BeforeAfter, Many, join, percent, plain, short};
use super::{Chart, FigureTable, Policy, View};
use crate::measures::{Groups, last, mean, numbers, rolling_ratio, sum};

const NAME: &str = "places";
/// Places that are drawn, at most: the largest.
const MOST: usize = 6;

struct PlaceLine {
    name: String,
    kind: String,
    people: f64,
    /// Purchases a day for a hundred people; cases in illicit trades; anxiety.
    rows: [Vec<f64>; 3],
}

/// A column each place, a row each measure; the other places stay behind in grey.
pub fn draw(view: &View) -> Chart {
    let places = gather(view);
    let shown = &places[..places.len().min(MOST)];
    let more = places.len() - shown.len();
    let subtitle = format!(
        "{} Grey: the other places. Assumption: {}.{}",
        if view.window() == 7 { "7-day means (cases: 28-day)." } else { "Daily." },
        view.valve,
        if more > 0 { format!(" The {} largest of {} places.", shown.len(), places.len()) } else { String::new() }
    );
    let title = local(&places, &view.policies).unwrap_or_else(|| title(shown));
    let head = Head { title: &title, subtitle: &subtitle };
    let svg = if shown.is_empty() {
        Err("no data on places in this run")
    } else {
        paint(1800.0, &head, view, |canvas, body| {
            for (row, (name, say)) in MEASURES.into_iter().enumerate() {
                band(canvas, body.field(row, 1, 3, (0.0, 10.0)), view, shown, row, name, say);
            }
        })
    };
    let head =
        ["Place", "Kind", "People", "Purchases a day per 100 people", "Illicit trades that lead to a case", "Anxiety"];
    let rows = places.iter().take(50).map(|place| {
        let [trade, cases, anxiety] = &place.rows;
        vec![
            place.name.clone(),
            words::name(&place.kind),
            plain(place.people, 0),
            short(month(trade)),
            percent(month(cases)),
            short(month(anxiety)),
        ]
    });
    Chart {
        name: NAME,
        title,
        subtitle,
        caption: "Purchases and cases are counted where the buyer lives. The table shows means over the last 30 days; \
                  so does the title, unless it compares the places where a dated change applies with the others, \
                  before it and since. Panels in one row share a scale."
            .into(),
        table: FigureTable { head: head.map(Into::into).to_vec(), rows: rows.collect() },
        svg,
    }
}

const MEASURES: [(&str, Say); 3] = [
    ("Purchases a day per 100 people", Say::Number),
    ("Illicit trades that lead to a case", Say::Percent),
    ("Anxiety, 0 to 1", Say::Number),
];

fn month(series: &[f64]) -> f64 {
    mean(&series[series.len().saturating_sub(30)..])
}

fn gather(view: &View) -> Vec<PlaceLine> {
    let frame = view.frames.of("places");
    let groups = Groups::of(frame, "place");
    let [people, trades, illicit, cases, anxiety] =
        ["citizens", "trades", "illicit_trades", "detections", "anxiety_mean"].map(|column| numbers(frame, column));
    let kinds = crate::measures::words(frame, "kind");
    let long = if view.window() == 7 { 28 } else { 1 };
    let mut places: Vec<PlaceLine> = (0..groups.names.len())
        .map(|group| {
            let series = |column: &[f64]| groups.series(group, column, view.days);
            let hundreds: Vec<f64> = series(&people).iter().map(|people| people / 100.0).collect();
            PlaceLine {
                name: words::name(&groups.names[group]),
                kind: groups.last_word(group, &kinds).unwrap_or("").to_owned(),
                people: last(&series(&people)),
                rows: [
                    rolling_ratio(&series(&trades), &hundreds, view.window()),
                    from_day(long / 4, rolling_ratio(&series(&cases), &series(&illicit), long)),
                    series(&anxiety),
                ],
            }
        })
        .collect();
    places.sort_by(|one, other| other.people.total_cmp(&one.people));
    places
}

/// Without the first days, on which a share of few trades means nothing.
fn from_day(first: usize, mut series: Vec<f64>) -> Vec<f64> {
    series.iter_mut().take(first).for_each(|value| *value = f64::NAN);
    series
}

fn band(canvas: &canvas::Canvas, body: Rect, view: &View, places: &[PlaceLine], row: usize, name: &str, say: Say) {
    let all: Vec<&[f64]> = places.iter().map(|place| place.rows[row].as_slice()).collect();
    let y = Scale::from_zero(&all);
    canvas.write(body.left, body.top + 34.0, name, size::HEAD, true, TEXT, At::Start);
    let fields = Rect { left: body.left + 110.0, ..body };
    for (index, place) in places.iter().enumerate() {
        let frame = fields.field(index, places.len(), 1, (48.0, 0.0)).inset(0.0, 146.0, 0.0, 56.0);
        let panel = Panel::new(canvas, frame, Scale::of_days(view.days), y);
        panel.policies(&view.policies);
        let ticks = y.ticks(4);
        for (tick, label) in ticks.iter().zip(say.ticks(&ticks)) {
            panel.curve(&[(panel.x.low, *tick), (panel.x.high, *tick)], GRID, 2);
            if index == 0 {
                canvas.write(frame.left - 14.0, panel.at_y(*tick), &label, size::TICK, false, QUIET, At::End);
            }
        }
        panel.day_axis(view.days, 2);
        for (other, series) in all.iter().enumerate() {
            if other != index {
                panel.daily(series, GRID, 4);
            }
        }
        panel.daily(&place.rows[row], BLUE, 7);
        let end = month(&place.rows[row]);
        let value = if say == Say::Percent { percent(end) } else { short(end) };
        let room = frame.right - frame.left;
        let value_room = style::width(&value, size::LABEL, false) + 16.0;
        let label = style::fit(&place.name, size::LABEL, true, room - value_room);
        canvas.write(frame.left, frame.top - 50.0, &label, size::LABEL, true, TEXT, At::Start);
        canvas.write(frame.right, frame.top - 50.0, &value, size::LABEL, false, BLUE, At::End);
        if sum(&place.rows[row]) == 0.0 && !place.rows[row].iter().any(|value| value.is_finite()) {
            panel.nothing("no value");
        }
    }
}

/// What happened where the first dated change holds, and elsewhere; `None` where it holds everywhere.
fn local(places: &[PlaceLine], policies: &[Policy]) -> Option<String> {
    let within = |place: &PlaceLine, policy: &Policy| policy.places.iter().any(|key| words::name(key) == place.name);
    let trade = |inside: bool, policy: &Policy| {
        let some: Vec<&PlaceLine> = places.iter().filter(|place| within(place, policy) == inside).collect();
        let people: f64 = some.iter().map(|place| place.people).sum();
        let days = some.first().map_or(0, |place| place.rows[0].len());
        let each_day =
            (0..days).map(|day| some.iter().map(|place| place.rows[0][day] * place.people).sum::<f64>() / people);
        BeforeAfter::of(&each_day.collect::<Vec<f64>>(), policies).filter(|seen| seen.policy.as_ref() == Some(policy))
    };
    let policy = policies.first().filter(|policy| !policy.places.is_empty())?;
    let (inside, elsewhere) = (trade(true, policy)?, trade(false, policy)?);
    let names: Vec<String> = policy.places.iter().map(|key| words::name(key)).collect();
    let at = if names.len() > 2 { format!("{} places", names.len()) } else { names.join(" and ") };
    Some(join(&inside.sentence(&format!("Trade in {at}"), Many::No), &elsewhere.sentence("trade elsewhere", Many::No)))
}

fn title(places: &[PlaceLine]) -> String {
    let trade = |place: &PlaceLine| month(&place.rows[0]);
    let mut known: Vec<&PlaceLine> = places.iter().filter(|place| trade(place).is_finite()).collect();
    known.sort_by(|one, other| trade(other).total_cmp(&trade(one)));
    match known[..] {
        [] => "Places compared".into(),
        [first, ..] if trade(first) == 0.0 => "Nobody buys anything in the last month, anywhere".into(),
        [only] => format!("People in {} make {} purchases a day per hundred", only.name, short(trade(only))),
        [first, .., end] => match trade(first) / trade(end) {
            ratio if ratio < 1.1 => "People buy about equally often everywhere".into(),
            ratio if ratio.is_finite() && ratio < 1.95 => {
                format!("People in {} buy {} more often than people in {}", first.name, percent(ratio - 1.0), end.name)
            }
            ratio if ratio.is_finite() => format!(
                "People in {} buy {} times as often as people in {}",
                first.name,
                short((ratio * 10.0).round() / 10.0),
                end.name
            ),
            _ => format!("People in {} buy most; people in {} buy nothing", first.name, end.name),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(name: &str, trade: f64) -> PlaceLine {
        PlaceLine {
            name: name.into(),
            kind: String::new(),
            people: 1.0,
            rows: [vec![trade; 40], vec![0.1; 40], vec![0.1; 40]],
        }
    }

    #[test]
    fn a_change_in_one_place_is_compared_with_the_others() {
        let from_21 = |before: f64, after: f64| (1..=40).map(|day| if day > 20 { after } else { before }).collect();
        let mut places = [place("Harbour", 0.0), place("Centre", 0.0), place("Fringe", 0.0)];
        places[0].rows[0] = from_21(2.0, 3.0);
        places[1].rows[0] = from_21(3.0, 3.6);
        places[2].rows[0] = from_21(1.0, 1.2);
        let policy = |places: &[&str]| Policy {
            day: 21,
            until: None,
            ramp: 0,
            label: "Pilot".into(),
            what: String::new(),
            places: places.iter().map(ToString::to_string).collect(),
        };
        assert_eq!(
            local(&places, &[policy(&["harbour"])]).unwrap(),
            "Trade in Harbour rises by half; trade elsewhere rises by a fifth after “Pilot”"
        );
        assert_eq!(local(&places, &[policy(&[])]), None);
        assert_eq!(local(&places, &[]), None);
        assert_eq!(local(&places[..1], &[policy(&["harbour"])]), None, "there is no elsewhere");
    }

    #[test]
    fn the_title_compares_the_most_and_the_least() {
        let told = |a, b| title(&[place("Hollow", a), place("Harbour", b)]);
        assert_eq!(told(2.0, 4.6), "People in Harbour buy 2.3 times as often as people in Hollow");
        assert_eq!(told(4.0, 5.0), "People in Harbour buy 25\u{a0}% more often than people in Hollow");
        assert_eq!(told(4.0, 4.1), "People buy about equally often everywhere");
        assert_eq!(told(0.0, 0.0), "Nobody buys anything in the last month, anywhere");
        assert_eq!(told(0.0, 1.0), "People in Harbour buy most; people in Hollow buy nothing");
        assert_eq!(title(&[place("Town", 3.0)]), "People in Town make 3 purchases a day per hundred");
        assert_eq!(title(&[]), "Places compared");
    }
}
