//! The factors of a sweep: levers with the values or the range that a design takes points from.

use std::cmp::Ordering;

use crate::files::factor::{Spread, SweptFactor};
use crate::files::sweep::{Fields, MOST_FACTORS, Sweeping, field};
use contraband_sim::base::units::{Shape, Value};
use contraband_sim::base::words::counted;
use contraband_sim::scenario::Scenario;
use contraband_sim::scenario::complaint::Diagnostic;
use contraband_sim::scenario::levers::{Given, closest_name, judge};
use contraband_sim::scenario::reader::given;
use contraband_sim::scenario::tree::{FieldKey, Kind, Node};

const RANGE_FIELDS: [&str; 9] = ["values", "low", "high", "log", "steps", "distribution", "mean", "sd", "mode"];

const DISTRIBUTIONS: [&str; 5] = ["uniform", "log_uniform", "normal", "triangular", "choice"];

impl<'t> Sweeping<'_, 't> {
    pub fn factors(&mut self, node: &Node<'t>, base: &Scenario, grid: bool) -> Option<Vec<SweptFactor>> {
        let Kind::Fields(fields) = &node.kind else {
            let what = format!("`factors` cannot be {}", node.kind.described());
            self.complain(node, &what, "wrong kind of value", "factors: {\"law.fine\": [60, 120, 240]}");
            return None;
        };
        if fields.is_empty() {
            self.complain(node, "`factors` is empty", "no lever varies", "factors: {\"law.fine\": [60, 120, 240]}");
        }
        if fields.len() > MOST_FACTORS {
            let what = format!("{} factors are more than the {MOST_FACTORS} that a sweep may have", fields.len());
            self.complain(node, &what, "too many", "leave out those that matter least");
            return None;
        }
        let fields = self.read.reader.once(fields);
        let mut factors = Vec::new();
        let mut sound = !fields.is_empty();
        for (key, node) in fields {
            let Some(mut factor) = self.factor(key, base) else {
                sound = false;
                continue;
            };
            match self.spread(&factor, node, grid) {
                Some(spread) => factor.spread = spread,
                None => sound = false,
            }
            factors.push(factor);
        }
        sound.then_some(factors)
    }

    /// The lever of a path, or those that a star stands for; without its values.
    pub(super) fn factor(&mut self, key: &FieldKey<'t>, base: &Scenario) -> Option<SweptFactor> {
        let none = Spread::Values(Vec::new());
        if !key.name.contains('*') {
            self.read.reader.lever(key, &base.params)?;
        }
        let factor = SweptFactor::of(base, &key.name, none).ok();
        if factor.is_none() {
            let complaint = Diagnostic::new(&key.span, format!("`{}` matches no lever", key.name), "no such levers");
            let help = "a star stands for any name in its position, such as `places.*.abundance`; all of them must \
                        take the same values";
            self.read.reader.complain(complaint.help(help));
        }
        factor
    }

    fn spread(&mut self, factor: &SweptFactor, node: &Node<'t>, grid: bool) -> Option<Spread> {
        let fields = match &node.kind {
            Kind::List(_) => return self.values(factor, node),
            Kind::Fields(_) => {
                self.read.reader.fields(node, &format!("`{}`", factor.path), &factor.path, &RANGE_FIELDS)
            }
            _ => {
                let what = format!("`{}` cannot be {}", factor.path, node.kind.described());
                self.complain(
                    node,
                    &what,
                    "wrong kind of value",
                    "values in a list: [60, 120, 240]; or a range: (low: 60, high: 240)",
                );
                return None;
            }
        };
        if let Some(values) = field(&fields, "values") {
            return self.values(factor, values);
        }
        if !matches!(factor.shape(), Shape::Real | Shape::Whole) {
            let what = format!("`{}` has no range", factor.path);
            self.complain(
                node,
                &what,
                "not a number",
                &format!("list its values; it takes {}", factor.about.allowed()),
            );
            return None;
        }
        let word = self.distribution(&fields)?;
        let mut end = |name: &str, usual| self.end(factor, node, &fields, name, usual);
        let spread = match word {
            "choice" => {
                end("values", None)?;
                return None;
            }
            "normal" => {
                let about = factor.about;
                let (mean, sd) = (end("mean", None), end("sd", None));
                let (low, high) = (end("low", Some(about.min)), end("high", Some(about.max)));
                Spread::Normal { mean: mean?, sd: sd?, low: low?, high: high? }
            }
            "triangular" => {
                let (low, mode, high) = (end("low", None), end("mode", None), end("high", None));
                Spread::Triangular { low: low?, mode: mode?, high: high? }
            }
            "log_uniform" => {
                let (low, high) = (end("low", None), end("high", None));
                Spread::LogUniform { low: low?, high: high? }
            }
            _ => {
                let (low, high) = (end("low", None), end("high", None));
                Spread::Uniform { low: low?, high: high? }
            }
        };
        if let Some((what, help)) = fault_of(&spread, &factor.path) {
            self.complain(node, &what, "no such distribution", help);
            return None;
        }
        self.in_steps(factor, node, &fields, spread, grid)
    }

    /// The word for the distribution of a range: one of those that there are.
    fn distribution(&mut self, fields: &Fields<'_, 't>) -> Option<&'static str> {
        let Some(named) = field(fields, "distribution") else {
            let is_log = matches!(field(fields, "log"), Some(Node { kind: Kind::Flag(true), .. }));
            return Some(if is_log { "log_uniform" } else { "uniform" });
        };
        let word = self.read.reader.text(named, "distribution")?;
        let known = DISTRIBUTIONS.into_iter().find(|known| *known == word);
        if known.is_none() {
            let help = closest_name(&word, DISTRIBUTIONS).map_or_else(
                || format!("it is one of {}", DISTRIBUTIONS.join(", ")),
                |name| format!("the closest is `{name}`"),
            );
            self.complain(named, &format!("there is no distribution called `{word}`"), "unknown distribution", &help);
        }
        known
    }

    /// A number of a distribution, such as its low end; `usual` where it is left out, unless it must be there.
    fn end(
        &mut self,
        factor: &SweptFactor,
        node: &Node<'t>,
        fields: &Fields<'_, 't>,
        name: &str,
        usual: Option<f64>,
    ) -> Option<f64> {
        let Some(at) = field(fields, name) else {
            if usual.is_none() {
                let what = format!("`{}` has no `{name}`", factor.path);
                self.complain(node, &what, "it is missing here", "(low: 60, high: 240), (distribution: \"normal\", mean: 120, sd: 30), (distribution: \"triangular\", low: 60, mode: 120, high: 240)");
            }
            return usual;
        };
        let Kind::Number(number) = at.kind else {
            let what = format!("`{name}` cannot be {}", at.kind.described());
            self.complain(at, &what, "wrong kind of value", "a number");
            return None;
        };
        // How wide a distribution is is no value of its lever; where it ends is.
        if name == "sd" || name == "mean" {
            return Some(number);
        }
        match judge(factor.about, &Given::Number(number)) {
            Ok(_) => Some(number),
            Err(misfit) => {
                self.read.reader.misfit(at, &factor.path, misfit);
                None
            }
        }
    }

    /// A range as it is, or as values from end to end where it says in how many steps; a grid needs them.
    fn in_steps(
        &mut self,
        factor: &SweptFactor,
        node: &Node<'t>,
        fields: &Fields<'_, 't>,
        spread: Spread,
        grid: bool,
    ) -> Option<Spread> {
        match field(fields, "steps") {
            Some(steps) => {
                let count = self.read.reader.whole(steps, "steps", 2, 1000, "number of values from end to end")?;
                let about = factor.about;
                let whole = |value: f64| if about.shape == Shape::Whole { value.round() } else { value };
                let mut values: Vec<f64> = spread.steps(count as usize).into_iter().map(whole).collect();
                values.dedup();
                if values.len() < count as usize {
                    let what = format!(
                        "`steps: {count}` of `{}` gives only {}: some steps round to the same",
                        factor.path,
                        counted(values.len(), "whole number", "whole numbers")
                    );
                    self.complain(
                        steps,
                        &what,
                        "steps that are one",
                        &format!("`steps: {}`, or a wider range", values.len()),
                    );
                    return None;
                }
                Some(Spread::Values(values.into_iter().map(Value::Number).collect()))
            }
            None if grid => {
                let what = format!("`{}` has no values for a grid", factor.path);
                self.complain(
                    node,
                    &what,
                    "a range without steps",
                    "values in a list: [60, 120, 240]; or `steps: 5` in the range",
                );
                None
            }
            None => Some(spread),
        }
    }

    fn values(&mut self, factor: &SweptFactor, node: &Node<'t>) -> Option<Spread> {
        let items = self.read.reader.items(node, "values", 1000);
        if items.is_empty() {
            self.complain(
                node,
                &format!("`{}` has no values", factor.path),
                "an empty list",
                "values in a list: [60, 120, 240]",
            );
            return None;
        }
        let mut values: Vec<Value> = Vec::new();
        let mut sound = true;
        for item in items {
            match judge(factor.about, &given(&item.kind)) {
                Ok(value) if values.contains(&value) => {
                    self.complain(
                        item,
                        &format!("`{}` has the value {value} twice", factor.path),
                        "a second time",
                        "list each value once",
                    );
                    sound = false;
                }
                Ok(value) => values.push(value),
                Err(misfit) => {
                    self.read.reader.misfit(item, &factor.path, misfit);
                    sound = false;
                }
            }
        }
        sound.then_some(Spread::Values(values))
    }
}

/// What is wrong with a range, and what to try, if anything is.
fn fault_of(spread: &Spread, path: &str) -> Option<(String, &'static str)> {
    let (low, high) = spread.range()?;
    match *spread {
        _ if low >= high => {
            Some((format!("`{path}` has an empty range, from {low} to {high}"), "low must be below high"))
        }
        Spread::LogUniform { low, .. } if low <= 0.0 => {
            Some((format!("`{path}` has no logarithm at {low}"), "low must be above 0"))
        }
        Spread::Normal { sd, .. } if sd.partial_cmp(&0.0) != Some(Ordering::Greater) => {
            Some((format!("`{path}` does not vary"), "sd must be above 0"))
        }
        Spread::Normal { mean, sd, low, high } if mean < low - 6.0 * sd || mean > high + 6.0 * sd => Some((
            format!("this distribution has nothing from {low} to {high}, the range of `{path}`"),
            "choose a mean in its range",
        )),
        Spread::Triangular { low, mode, high } if !(low..=high).contains(&mode) => {
            Some((format!("`{path}` has its mode outside its range"), "the mode must lie between low and high"))
        }
        _ => None,
    }
}
