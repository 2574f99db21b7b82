//! The welfare account: each part in its own unit, and their sum only beside them, under the name of its weights.

use super::canvas::Head;
use super::panels::{self, Facet, Holds};
use super::style::{BLUE, RUST, TEAL, TEXT};
use super::words::{self, short};
use super::{Chart, FigureTable, View};
use crate::measures::{Groups, greatest, least, mean, numbers, sum, words as column_words};

const NAME: &str = "welfare";

struct WelfareLine {
    key: String,
    unit: String,
    amount: Vec<f64>,
    weight: Vec<f64>,
    weighted: Vec<f64>,
}

impl WelfareLine {
    /// The sum has no weight of its own.
    fn is_sum(&self) -> bool {
        self.weight.iter().all(|weight| weight.is_nan())
    }

    /// "× −50": what a unit counts, in credits; a range where the scenario changes it.
    fn counts(&self) -> String {
        let (low, high) = (least(&self.weight), greatest(&self.weight));
        if low == high { format!("× {}", short(high)) } else { format!("× {} to {}", short(low), short(high)) }
    }
}

/// A panel each part, and one for their sum.
pub fn draw(view: &View) -> Chart {
    let parts = gather(view);
    let (fields, left_out) = sorted(&parts, view);
    let subtitle = format!(
        "Each part in its own unit, per day ({}); ×: credits per unit by the scenario's weights, which are value \
         judgements, not findings. Assumption: {}.{left_out}",
        view.smoothing(),
        view.valve
    );
    let title = title(&parts);
    let head = Head { title: &title, subtitle: &subtitle };
    let svg = panels::picture(&head, view, &fields, 3, "no welfare account in this run");
    let heads = ["Part", "Unit", "Amount over the whole run", "Weight, credits per unit", "Weighted, credits"];
    let rows = parts.iter().map(|part| {
        let weight = if part.is_sum() { "–".into() } else { part.counts().replace("× ", "") };
        vec![
            words::name(&part.key),
            part.unit.clone(),
            if part.is_sum() { "–".into() } else { short(sum(&part.amount)) },
            weight,
            short(sum(&part.weighted)),
        ]
    });
    Chart {
        name: NAME,
        title,
        subtitle,
        caption: format!(
            "There is no score: the sum is what the day is worth to somebody with these weights, and other weights may \
             turn its sign. A part with weight 0 is shown and not counted. The anxiety part depends on the assumption \
             about calming, here: {}.",
            view.valve
        ),
        table: FigureTable { head: heads.map(Into::into).to_vec(), rows: rows.collect() },
        svg,
    }
}

fn gather(view: &View) -> Vec<WelfareLine> {
    let frame = view.frames.of("welfare");
    let groups = Groups::of(frame, "part");
    let units = column_words(frame, "unit");
    let [amount, weight, weighted] = ["amount", "weight", "weighted"].map(|name| numbers(frame, name));
    (0..groups.names.len())
        .map(|group| WelfareLine {
            key: groups.names[group].clone(),
            unit: unit_in_words(groups.last_word(group, &units).unwrap_or("")).to_owned(),
            amount: groups.series(group, &amount, view.days),
            weight: groups.series(group, &weight, view.days),
            weighted: groups.series(group, &weighted, view.days),
        })
        .collect()
}

fn sorted(parts: &[WelfareLine], view: &View) -> (Vec<Facet>, String) {
    let fields = parts.iter().map(|part| {
        if part.is_sum() {
            Facet::new("Sum with these weights").remark("credits, at the weights used").line(
                "",
                TEXT,
                view.smooth(&part.weighted),
            )
        } else {
            let against = least(&part.weight) < 0.0;
            let ink = if greatest(&part.weight) == 0.0 {
                BLUE
            } else if against {
                RUST
            } else {
                TEAL
            };
            let head = format!("{} {}", words::name(&part.key), part.counts());
            Facet::new(head).remark(part.unit.clone()).line("", ink, view.smooth(&part.amount))
        }
    });
    let (shown, left_out) = panels::sorted(fields.collect());
    // What counts nothing needs no weight.
    let left_out = parts.iter().fold(left_out, |text, part| text.replace(&format!(" {}", part.counts()), ""));
    // A sum without a single part is none.
    let none = shown.len() < 2 && shown.iter().all(|field| field.holds() == Holds::Something);
    if none { (Vec::new(), left_out) } else { (shown, left_out) }
}

/// The unit of a part, as people read it: the table keeps it in older words.
fn unit_in_words(unit: &str) -> &str {
    match unit {
        "identity thefts" => "identity thefts",
        "innocent people investigated" => "innocent people investigated",
        other => other,
    }
}

/// Which part counts most, for and against.
fn title(parts: &[WelfareLine]) -> String {
    let worth = |part: &&WelfareLine| mean(&part.weighted);
    let counted = || parts.iter().filter(|part| !part.is_sum() && worth(part).is_finite());
    let best = counted().filter(|part| worth(part) > 0.0).max_by(|one, other| worth(one).total_cmp(&worth(other)));
    let worst = counted().filter(|part| worth(part) < 0.0).min_by(|one, other| worth(one).total_cmp(&worth(other)));
    let said =
        |part: &WelfareLine| format!("{} ({}\u{a0}credits)", part.key.replace('_', " "), short(mean(&part.weighted)));
    let said = [
        best.map(|part| format!("largest gain with these weights: {}", said(part))),
        worst.map(|part| format!("largest cost with these weights: {}", said(part))),
    ];
    match said {
        [Some(best), Some(worst)] => words::name(&format!("{best}; {}", worst.replace(" with these weights", ""))),
        [Some(one), None] | [None, Some(one)] => words::name(&one),
        [None, None] => "The welfare account, part by part".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(key: &str, weight: f64, amount: f64) -> WelfareLine {
        let weighted = if weight.is_nan() { amount } else { amount * weight };
        WelfareLine {
            key: key.into(),
            unit: String::new(),
            amount: vec![amount; 9],
            weight: vec![weight; 9],
            weighted: vec![weighted; 9],
        }
    }

    #[test]
    fn the_title_names_parts_and_never_the_sum() {
        let parts = [
            part("buyers", 1.0, 100.0),
            part("harm", -50.0, 3.0),
            part("treasury", 1.0, 20.0),
            part("sum", f64::NAN, -30.0),
        ];
        assert_eq!(
            title(&parts),
            "Largest gain with these weights: buyers (100\u{a0}credits); largest cost: harm (−150\u{a0}credits)"
        );
        assert_eq!(parts[1].counts(), "× −50");
        assert!(parts[3].is_sum() && !parts[1].is_sum());
    }
}
