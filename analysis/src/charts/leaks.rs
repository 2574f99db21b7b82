//! Leaks: who has a copy of what got out, and what it is worth from then on.

use super::canvas::Head;
use super::panels::Facet;
use super::style::{BLUE, GHOST, PLUM, TEAL};
use super::words::{name, percent, plain, short};
use super::{Chart, View, panels};
use crate::measures::{Groups, last, mean, numbers, sum};

const NAME: &str = "leaks";

/// What can leak: its name in columns, and the good.
const SECRETS: [(&str, &str); 3] = [("data", "privacy"), ("designs", "dangerous_tech"), ("weights", "taboo_computing")];

/// Something that got out.
struct Leak {
    secret: &'static str,
    good: &'static str,
    /// The day on which it did.
    day: usize,
    /// Share of people to whom it is worth no more than a copy.
    copies: Vec<f64>,
    /// Price asked, in credits.
    asked: Vec<f64>,
    /// What a copy costs, in credits.
    copy: Vec<f64>,
}

/// Public and private copies, and prices beside the cost of a copy, of all that leaked.
pub fn draw(view: &View) -> Chart {
    let leaks: Vec<Leak> = SECRETS.iter().filter_map(|&(secret, good)| Leak::of(view, secret, good)).collect();
    let got_out = view.daily_of("counts", "leaks");
    let known = got_out.iter().any(|count| count.is_finite());
    // What is no good is the code of a syndicate.
    let codes = (sum(&got_out) - leaks.len() as f64).max(0.0);
    let (fields, left_out) = panels::sorted(leaks.iter().flat_map(|leak| leak.fields(view)).collect());
    let title = match (&leaks[..], known) {
        (_, false) => "No data on leaks".into(),
        ([], true) if codes > 0.0 => "No good leaks in this run, but code of gangs does".into(),
        ([], true) => "Nothing leaks in this run".into(),
        (leaks, true) => {
            let told: Vec<String> = leaks.iter().map(Leak::told).collect();
            let told = told.join("; ");
            told[..1].to_uppercase() + &told[1..]
        }
    };
    let subtitle = if fields.is_empty() {
        "What can leak: data (privacy), designs (dangerous tech) and model weights (taboo computing).".into()
    } else {
        format!(
            "Daily; the price asked is a {}. Red line: the day of the leak. Copy: what it costs to make one.{left_out}",
            if view.window() == 7 { "7-day mean" } else { "mean" }
        )
    };
    let head = Head { title: &title, subtitle: &subtitle };
    let why = if known { "no good has leaked in this run" } else { "no data on leaks in this run" };
    let svg = panels::picture(&head, view, &fields, 2, why);
    let of_code = match codes {
        0.0 => String::new(),
        1.0 => " The code of one gang got out: its rivals know what it had learnt.".into(),
        _ => format!(" Code of gangs got out {} times: rivals know what its owners had learnt.", plain(codes, 0)),
    };
    Chart {
        name: NAME,
        title,
        subtitle,
        caption: format!(
            "Public copies can be taken down (leaks.takedown) but private copies remain, so whatever got out stays \
             out. The more people have a copy, the closer the price comes to the cost of a copy (leaks.copy_cost, as a \
             share of the good's cost).{of_code}"
        ),
        table: panels::table(&fields),
        svg,
    }
}

impl Leak {
    /// What is known of a leak; `None` where there was none.
    fn of(view: &View, secret: &'static str, good: &'static str) -> Option<Self> {
        let copies = view.daily_of("counts", &format!("copies_{secret}"));
        let day = copies.iter().position(|&share| share > 0.0)? + 1;
        let frame = view.frames.of("goods");
        let goods = Groups::of(frame, "good");
        let group = goods.names.iter().position(|known| known == good);
        let series = |column: &str| {
            let values = numbers(frame, column);
            group.map_or_else(|| vec![f64::NAN; view.days], |group| goods.series(group, &values, view.days))
        };
        let copy = series("cost_mean").iter().zip(&view.copy_cost).map(|(cost, share)| cost * share).collect();
        Some(Self { secret, good, day, copies, asked: series("price_asked"), copy })
    }

    fn fields(&self, view: &View) -> [Facet; 2] {
        let count = |how: &str| view.daily_of("counts", &format!("{how}_{}", self.secret));
        let copies = Facet::new(format!("{}: people with a copy", name(self.secret)))
            .percent()
            .line("public", BLUE, count("public"))
            .line("private", PLUM, count("private"));
        let price = Facet::new(format!("{}: price asked, credits", name(self.good)))
            .line("asked", TEAL, view.smooth(&self.asked))
            .line("a copy", GHOST, self.copy.clone());
        [copies.mark(self.day), price.mark(self.day)]
    }

    /// "weights leak on day 121: 97 % of people have a copy at the end, and 2.3 credits are asked instead of 60".
    fn told(&self) -> String {
        let eve = self.day - 1;
        let before = mean(&self.asked[eve.saturating_sub(30)..eve]);
        let after = mean(&self.asked[self.asked.len().saturating_sub(30).max(eve)..]);
        let price = if before.is_finite() && after.is_finite() {
            format!(", and the price asked is {} credits instead of {}", short(after), short(before))
        } else {
            String::new()
        };
        let share = percent(last(&self.copies));
        format!("{} leak on day {}: {share} of people have a copy at the end{price}", self.secret, self.day)
    }
}

#[cfg(test)]
mod tests {
    use contraband_sim::scenario::Scenario;
    use polars::prelude::df;

    use super::*;
    use crate::charts::Frames;

    /// Weights that get out on the third of four days, or nothing at all.
    fn drawn(weights: [f64; 4], leaks: [i64; 4]) -> Chart {
        let none = [0.0; 4];
        let days = [1i64, 2, 3, 4];
        let mut frames = Frames::default();
        frames.put("days", df!("day" => days).unwrap());
        let counts = df!(
            "day" => days, "leaks" => leaks, "copies_data" => none, "copies_designs" => none, "copies_weights" => weights,
            "public_weights" => weights, "private_weights" => none
        );
        frames.put("counts", counts.unwrap());
        let goods = df!(
            "day" => days, "good" => ["taboo_computing"; 4], "price_asked" => [60.0, 60.0, 20.0, 10.0], "cost_mean" => [20.0; 4]
        );
        frames.put("goods", goods.unwrap());
        draw(&View::new(&frames, &Scenario::default(), String::new()))
    }

    #[test]
    fn the_title_tells_what_got_out_and_what_it_is_worth() {
        let chart = drawn([0.0, 0.0, 0.01, 0.5], [0, 0, 1, 0]);
        let title = chart.title.replace('\u{a0}', " ");
        assert_eq!(
            title,
            "Weights leak on day 3: 50 % of people have a copy at the end, and the price asked is 15 credits instead of 60"
        );
        // A twentieth of what the good costs.
        assert_eq!(chart.table.head[4], "Taboo computing: price asked, credits: a copy");
        assert_eq!(chart.table.rows[3][4], "1");
        assert!(!chart.caption.contains("code"));
    }

    #[test]
    fn where_nothing_leaks_the_chart_says_so() {
        let chart = drawn([0.0; 4], [0; 4]);
        assert_eq!(chart.title, "Nothing leaks in this run");
        assert!(chart.svg == Err("no good has leaked in this run") && chart.table.rows.is_empty());
        let code = drawn([0.0; 4], [0, 2, 0, 0]);
        assert_eq!(code.title, "No good leaks in this run, but code of gangs does");
        assert!(code.caption.contains("got out 2 times"), "{}", code.caption);
    }
}
