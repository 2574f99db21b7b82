//! Enclaves: who lives there, what they share, who comes and goes, and when there is a ring around them.

use super::axes::{Panel, Scale};
use super::canvas::{self, At, Canvas, Head, Rect};
use super::panels::{self, Facet};
use super::style::{self, BLUE, PLUM, RUST, TEAL, TEXT, size};
use super::words::{self, percent, plain};
use super::{Chart, FigureTable, View};
use crate::measures::{Groups, last, mean, numbers, sum};

const NAME: &str = "enclaves";
/// Enclaves that are drawn, at most: those with most residents.
const MOST: usize = 3;

struct EnclaveLine {
    name: String,
    residents: Vec<f64>,
    contained: Vec<f64>,
    commons: Vec<f64>,
    norms: Vec<f64>,
    came: Vec<f64>,
    left: Vec<f64>,
    refused: Vec<f64>,
}

impl EnclaveLine {
    /// Residents; commons and norms; who came, left and was refused over a month.
    fn fields(&self, month: usize) -> [Facet; 3] {
        [
            Facet::new("Residents").line("", BLUE, self.residents.clone()),
            Facet::new("Commons, share of capacity; norms").percent().line("commons", TEAL, self.commons.clone()).line(
                "norms",
                PLUM,
                self.norms.clone(),
            ),
            Facet::new(format!("People in {month} days"))
                .line("come", TEAL, panels::over(&self.came, month))
                .line("leave", RUST, panels::over(&self.left, month))
                .line("refused", style::GHOST, panels::over(&self.refused, month)),
        ]
    }

    /// Days with a ring around it, as runs of first and last day.
    fn rings(&self) -> Vec<(usize, usize)> {
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for (index, _) in self.contained.iter().enumerate().filter(|(_, ring)| **ring > 0.0) {
            match runs.last_mut() {
                Some(run) if run.1 == index => run.1 = index + 1,
                _ => runs.push((index + 1, index + 1)),
            }
        }
        runs
    }
}

/// A column each enclave, over one axis of days.
pub fn draw(view: &View) -> Chart {
    let enclaves = gather(view);
    let shown = &enclaves[..enclaves.len().min(MOST)];
    let month = view.month();
    let more = if enclaves.len() > MOST {
        format!(" The {MOST} with the most residents of {}.", enclaves.len())
    } else {
        String::new()
    };
    let ringed = enclaves.iter().any(|enclave| sum(&enclave.contained) > 0.0);
    let tint = if ringed { " Tinted rose: days under containment." } else { "" };
    let subtitle = format!("One column per enclave; each panel has its own scale.{tint}{more}");
    let title = title(&enclaves);
    let head = Head { title: &title, subtitle: &subtitle };
    let svg = if shown.is_empty() {
        Err("no data on enclaves in this run")
    } else {
        canvas::paint(1700.0, &head, view, |canvas, body| columns(canvas, body, view, shown, month))
    };
    let head = [
        "Enclave",
        "Residents, first day",
        "Residents, last day",
        "Came",
        "Left",
        "Refused",
        "Commons, last 30 days",
        "Days contained",
    ];
    let rows = enclaves.iter().take(50).map(|enclave| {
        let whole = |value: f64| if value.is_finite() { plain(value, 0) } else { "–".into() };
        vec![
            enclave.name.clone(),
            whole(enclave.residents.first().copied().unwrap_or(f64::NAN)),
            whole(last(&enclave.residents)),
            whole(sum(&enclave.came)),
            whole(sum(&enclave.left)),
            whole(sum(&enclave.refused)),
            percent(mean(&enclave.commons[enclave.commons.len().saturating_sub(30)..])),
            whole(sum(&enclave.contained)),
        ]
    });
    let rings = if ringed { "" } else { " No enclave was contained in this run." };
    Chart {
        name: NAME,
        title,
        subtitle,
        caption: format!(
            "The commons is what all residents may draw on, as a share of its capacity; norms limit its overuse. Those \
             who leave do so by choice or are expelled.{rings}"
        ),
        table: FigureTable { head: head.map(Into::into).to_vec(), rows: rows.collect() },
        svg,
    }
}

fn gather(view: &View) -> Vec<EnclaveLine> {
    let frame = view.frames.of("enclaves");
    let groups = Groups::of(frame, "place");
    let columns =
        ["residents", "contained", "commons", "norms", "admitted", "left", "refused"].map(|name| numbers(frame, name));
    let mut enclaves: Vec<EnclaveLine> = (0..groups.names.len())
        .map(|group| {
            let [residents, contained, commons, norms, came, left, refused] =
                [0, 1, 2, 3, 4, 5, 6].map(|column: usize| groups.series(group, &columns[column], view.days));
            EnclaveLine {
                name: words::name(&groups.names[group]),
                residents,
                contained,
                commons,
                norms,
                came,
                left,
                refused,
            }
        })
        .collect();
    enclaves.sort_by(|one, other| mean(&other.residents).total_cmp(&mean(&one.residents)));
    enclaves
}

fn columns(canvas: &Canvas, body: Rect, view: &View, enclaves: &[EnclaveLine], month: usize) {
    let fields: Vec<[Facet; 3]> = enclaves.iter().map(|enclave| enclave.fields(month)).collect();
    let room = fields.iter().map(|fields| panels::room(fields.iter())).fold(0.0, f64::max);
    for (column, (enclave, fields)) in enclaves.iter().zip(&fields).enumerate() {
        for (row, field) in fields.iter().enumerate() {
            let cell =
                body.inset(0.0, 60.0, 0.0, 0.0).field(row * enclaves.len() + column, enclaves.len(), 3, (0.0, 0.0));
            if row == 0 {
                let name = style::fit(&enclave.name, size::HEAD, true, cell.right - cell.left);
                canvas.write(cell.left, body.top + 30.0, &name, size::HEAD, true, TEXT, At::Start);
            }
            let frame = cell.inset(112.0, 76.0, room, 56.0);
            canvas.write(cell.left, frame.top - 42.0, &field.head, size::LABEL, false, style::QUIET, At::Start);
            let along = Panel::new(canvas, frame, Scale::of_days(view.days), Scale { low: 0.0, high: 1.0, log: false });
            for (from, to) in enclave.rings() {
                let (left, right) = (along.at_x(from as f64), along.at_x(to as f64));
                canvas.rectangle(Rect { left, right: right.max(left + 4.0), ..frame }, PLUM, 0.14);
            }
            field.body(canvas, frame, view, 4, if enclaves.len() > 2 { 3 } else { 5 });
        }
    }
}

fn title(enclaves: &[EnclaveLine]) -> String {
    let all = |day: fn(&[f64]) -> f64| -> f64 {
        enclaves.iter().map(|enclave| day(&enclave.residents)).filter(|n| n.is_finite()).sum()
    };
    let (first, end) = (all(|series| series.first().copied().unwrap_or(f64::NAN)), all(last));
    let contained = enclaves.iter().filter(|enclave| sum(&enclave.contained) > 0.0).count();
    let rings = match (contained, enclaves) {
        (0, _) => "none is contained".into(),
        (_, [only]) => format!("the enclave is contained for {} days", plain(sum(&only.contained), 0)),
        _ => format!("{contained} of {} are contained at some point", enclaves.len()),
    };
    match enclaves.len() {
        0 => "No data on enclaves".into(),
        _ => format!("{} people live in enclaves at the start, {} at the end; {rings}", plain(first, 0), plain(end, 0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn enclave(residents: &[f64], contained: &[f64]) -> EnclaveLine {
        let none = Vec::new;
        EnclaveLine {
            name: "Hollow".into(),
            residents: residents.to_vec(),
            contained: contained.to_vec(),
            commons: none(),
            norms: none(),
            came: none(),
            left: none(),
            refused: none(),
        }
    }

    #[test]
    fn the_title_counts_people_and_rings() {
        let told = |enclaves: &[EnclaveLine]| title(enclaves);
        let (free, ringed) = (enclave(&[10.0, 12.0], &[0.0, 0.0]), enclave(&[5.0, 9.0], &[0.0, 1.0]));
        assert_eq!(ringed.rings(), [(2, 2)]);
        assert_eq!(
            told(&[free, ringed]),
            "15 people live in enclaves at the start, 21 at the end; 1 of 2 are contained at some point"
        );
        assert_eq!(
            told(&[enclave(&[3.0], &[0.0])]),
            "3 people live in enclaves at the start, 3 at the end; none is contained"
        );
        assert_eq!(told(&[]), "No data on enclaves");
    }
}
