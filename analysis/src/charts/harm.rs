//! What is done to people: harm by its source, and what the treasury takes.

use super::canvas::Head;
use super::panels::{self, Facet};
use super::style::{BLUE, PLUM, RUST, TEAL};
use super::words::{BeforeAfter, Many, plain, short};
use super::{Chart, View};
use crate::measures::{Groups, greatest, numbers, sum};

const NAME: &str = "harm";

/// Harm of what is consumed, of accidents, of unstable people; injured, robbed and troubled; the treasury.
pub fn draw(view: &View) -> Chart {
    let count = |column: &str| view.daily_of("counts", column);
    let (harm, treasury, innocents) = (view.daily("harm"), view.daily("treasury"), view.daily("innocents"));
    let (incidents, injuries, victims) = (count("incidents"), count("injuries"), count("victims"));
    let (accidents, loss) = (count("accidents"), count("accident_loss"));
    let consumed = consumed(view);
    let month = view.month();
    let rare = |series: &[f64]| panels::over(series, month);
    let (fields, left_out) =
        panels::sorted(vec![
            Facet::new("Harm per day").line("total", RUST, view.smooth(&harm)).line(
                "consumed",
                BLUE,
                view.smooth(&consumed),
            ),
            Facet::new("Harm from accidents, cumulative")
                .remark(counted(sum(&accidents), "accident", "accidents"))
                .line("", RUST, panels::so_far(&loss)),
            Facet::new("Violent incidents").remark(total(&incidents)).line("", PLUM, rare(&incidents)),
            Facet::new("People injured by experiences").remark(total(&injuries)).line("", PLUM, rare(&injuries)),
            Facet::new("Identity thefts").remark(total(&victims)).line("", PLUM, rare(&victims)),
            Facet::new("Innocent people investigated").remark(total(&innocents)).line("", BLUE, rare(&innocents)),
            Facet::new("Treasury, credits").line("", TEAL, treasury.clone()),
        ]);
    let subtitle = format!(
        "Harm per day: {}. Incidents, injuries, identity thefts and innocent people: totals of the last {month} days. \
         Each panel has its own scale.{left_out}",
        view.smoothing()
    );
    let title = BeforeAfter::of(&harm, &view.policies)
        .filter(|seen| seen.before > 0.0 || seen.after > 0.0)
        .map_or_else(|| "Harm by source, and the treasury".into(), |seen| seen.sentence("Harm", Many::No));
    let head = Head { title: &title, subtitle: &subtitle };
    let svg = panels::picture(&head, view, &fields, 2, "no harm and no treasury recorded in this run");
    let worst = greatest(&loss);
    let tail = if sum(&accidents) > 0.0 && worst > 0.0 {
        format!(
            " The day with the worst accidents caused {} of the {} units of accident harm: such a total comes mostly \
             from a few days, and in the next run it may be quite different.",
            short(worst),
            short(sum(&loss))
        )
    } else {
        String::new()
    };
    Chart {
        name: NAME,
        title,
        subtitle,
        caption: format!(
            "Over the whole run, {} units of harm{}; {}. Harm counts consumption, accidents, incidents and injuries, \
             each weighted as the scenario says.{tail}",
            short(sum(&harm)),
            if sum(&consumed) > 0.0 {
                format!(", {} of them from consumption", short(sum(&consumed)))
            } else {
                String::new()
            },
            people(&[
                (sum(&incidents), "violent incident", "violent incidents"),
                (sum(&injuries), "injury", "injuries"),
                (sum(&victims), "identity theft", "identity thefts"),
                (sum(&accidents), "accident", "accidents"),
                (sum(&innocents), "innocent person investigated", "innocent people investigated"),
            ])
        ),
        table: panels::table(&fields),
        svg,
    }
}

/// Harm by goods that were consumed alone.
fn consumed(view: &View) -> Vec<f64> {
    let frame = view.frames.of("welfare");
    let parts = Groups::of(frame, "part");
    let amounts = numbers(frame, "amount");
    let found = parts.names.iter().position(|name| name == "harm");
    found.map_or_else(|| vec![f64::NAN; view.days], |part| parts.series(part, &amounts, view.days))
}

fn total(series: &[f64]) -> String {
    format!("{} in total", plain(sum(series), 0))
}

/// "1 accident", "12 accidents".
pub fn counted(number: f64, one: &str, more: &str) -> String {
    format!("{} {}", plain(number, 0), if number == 1.0 { one } else { more })
}

/// What happened at all, counted, in one sentence.
fn people(counts: &[(f64, &str, &str)]) -> String {
    let said: Vec<String> = counts
        .iter()
        .filter(|(number, ..)| *number > 0.0)
        .map(|&(number, one, more)| counted(number, one, more))
        .collect();
    if said.is_empty() { "nobody was harmed".into() } else { said.join(", ") }
}
