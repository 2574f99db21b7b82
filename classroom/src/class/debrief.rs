//! A what-if of a class: another history beside the one that was played, with the same twelve seeds in both, and how they
//! differ, with confidence intervals.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use contraband_lab::batch::{Halt, Runner, Stopped, Watch};
use contraband_lab::measure::paired::Effect;
use contraband_lab::measure::{Aggregate, Recording, sum_of};
use contraband_sim::ids::good::Good;
use contraband_sim::run::Run;
use contraband_sim::scenario::Scenario;
use serde_json::{Value, json};

use super::asks::spoken;
use super::figures::Counters;
use super::state_of_room::broken;
use crate::glossary::good_name;
use crate::lesson::Lesson;

/// Seeds that both histories are run with, the class's own first.
pub const SEEDS: usize = 12;

/// Columns of the table `days` that are drawn for both histories.
const DRAWN: [(&str, &str); 6] = [
    ("illicit_trades", "Forbidden purchases per day"),
    ("detections", "Cases per day"),
    ("harm", "Harm per day"),
    ("anxiety_mean", "Anxiety, 0 to 1"),
    ("legitimacy", "Trust in the law, 0 to 1"),
    ("spent_credits", "Credits spent per day"),
];

/// Two histories to compare.
pub(super) struct Comparison {
    pub(super) lesson: Lesson,
    /// Title of the other history.
    pub(super) title: String,
    /// Whether only the seeds differ.
    pub(super) seeds_only: bool,
    /// The class as it was played.
    pub(super) base: Arc<Scenario>,
    /// The other history.
    pub(super) arm: Arc<Scenario>,
}

/// What is kept of one run.
#[derive(Clone, Default)]
struct RunMeasures {
    measures: Vec<f64>,
    fifths: Vec<f64>,
    places: Vec<f64>,
    calm: Vec<f64>,
    goods: Vec<f64>,
    /// By drawn column, by day; of the class's own seed only.
    series: Vec<Vec<f64>>,
}

/// Runs both histories with all seeds and compares them. `tell` is told how many runs are done, of how many; when it answers
/// `false`, because nobody waits any more, the result is `None`.
pub(super) fn compare(
    comparison: &Comparison,
    tell: &(dyn Fn(usize, usize) -> bool + Sync),
) -> Option<Result<Value, String>> {
    let worlds = if comparison.seeds_only { 1 } else { 2 };
    let runs = worlds * SEEDS;
    let counters = match Counters::of(&comparison.lesson) {
        Ok(counters) => counters,
        Err(wrong) => return Some(Err(wrong)),
    };
    let (done, nobody_waits) = (AtomicUsize::new(0), AtomicBool::new(false));
    let on_done = || {
        if !tell(done.fetch_add(1, Ordering::Relaxed) + 1, runs) {
            nobody_waits.store(true, Ordering::Relaxed);
        }
    };
    let interrupted = || nobody_waits.load(Ordering::Relaxed);
    // Days may be shown meanwhile: one thread is left to them, where there are more than two.
    let threads = std::thread::available_parallelism().map_or(1, usize::from).saturating_sub(1).clamp(1, 8);
    let runner = Runner { interrupted: &interrupted, ..Runner::plain(threads) };
    let seen = runner.map(runs, &on_done, |run, watch| {
        let scenario = if run % worlds == 0 { &comparison.base } else { &comparison.arm };
        look(scenario, run / worlds, &comparison.lesson, &counters, watch)
    });
    let seen = match seen {
        Ok(seen) => seen,
        Err(Stopped::Interrupted) => return None,
        Err(Stopped::Failed { said, .. }) => return Some(Err(broken(&said))),
    };
    let base: Vec<&RunMeasures> = seen.iter().step_by(worlds).collect();
    let arm: Vec<&RunMeasures> = seen.iter().skip(worlds - 1).step_by(worlds).collect();
    Some(Ok(result(comparison, &counters, &base, &arm)))
}

/// Runs one seed of a history and keeps what is told of it.
fn look(
    scenario: &Arc<Scenario>,
    nth: usize,
    lesson: &Lesson,
    counters: &Counters,
    watch: &Watch<'_>,
) -> Result<RunMeasures, Halt> {
    let mut run = Run::new(Arc::clone(scenario), scenario.seed.wrapping_add(nth as u64), 1);
    let mut rows = Recording::from_rows(Vec::new());
    for day in 1..=scenario.days {
        watch.check()?;
        run.step();
        let lived = run.take_rows();
        if day > lesson.past {
            rows.add(lived);
        }
    }
    rows.add(run.finish());
    let places = || scenario.params.places.iter().map(|place| place.name.clone());
    Ok(RunMeasures {
        measures: counters.measures.iter().map(|counted| counted.read(&rows)).collect(),
        fifths: fifths(&rows),
        places: places()
            .map(|place| of_key(&rows, "places", "illicit_trades", "place", &place, Aggregate::Sum))
            .collect(),
        calm: places().map(|place| of_key(&rows, "places", "anxiety_mean", "place", &place, Aggregate::Mean)).collect(),
        goods: Good::ALL.iter().map(|good| sum_of("goods", "trades").of("good", &[good.word()]).read(&rows)).collect(),
        series: if nth == 0 {
            DRAWN.iter().map(|(column, _)| rows.numbers("days", column)).collect()
        } else {
            Vec::new()
        },
    })
}

/// A column of the rows that have this word for a key.
fn of_key(rows: &Recording, table: &str, column: &str, key: &str, word: &str, how: Aggregate) -> f64 {
    let values = rows.numbers(table, column);
    let chosen: Vec<f64> = rows
        .words(table, key)
        .iter()
        .zip(values)
        .filter(|(known, _)| **known == word)
        .map(|(_, value)| value)
        .collect();
    let sum = chosen.iter().sum::<f64>();
    if how == Aggregate::Mean { sum / chosen.len() as f64 } else { sum }
}

/// Mean credits that people hold on the last day, by fifths of income, the poorest first.
fn fifths(rows: &Recording) -> Vec<f64> {
    let (income, credits) = (rows.numbers("citizens", "income"), rows.numbers("citizens", "credits"));
    let mut order: Vec<usize> = (0..income.len()).collect();
    order.sort_by(|&one, &other| income[one].total_cmp(&income[other]).then(one.cmp(&other)));
    let mean = |chosen: &[usize]| chosen.iter().map(|&who| credits[who]).sum::<f64>() / chosen.len() as f64;
    order.chunks(order.len().div_ceil(5).max(1)).map(mean).collect()
}

fn result(comparison: &Comparison, counters: &Counters, base: &[&RunMeasures], arm: &[&RunMeasures]) -> Value {
    let rows = |names: &[String], of: fn(&RunMeasures) -> &Vec<f64>| -> Vec<Value> {
        names
            .iter()
            .enumerate()
            .map(|(at, name)| {
                let values = |seen: &[&RunMeasures]| {
                    seen.iter().map(|seen| of(seen).get(at).copied().unwrap_or(f64::NAN)).collect()
                };
                difference(name, values(base), values(arm), comparison.seeds_only)
            })
            .collect()
    };
    let names: Vec<String> = counters.measures.iter().map(|counted| counted.text.clone()).collect();
    let mut measures = rows(&names, |seen| &seen.measures);
    for (told, counted) in measures.iter_mut().zip(&counters.measures) {
        told["unit"] = counted.unit.clone().into();
        told["better"] = json!(counted.better);
    }
    let days: Vec<u32> = (comparison.lesson.past + 1..=comparison.base.days).collect();
    let series = DRAWN.iter().enumerate().map(|(at, (column, text))| {
        json!({"column": column, "text": text, "day": days, "base": base[0].series[at], "arm": arm[0].series.get(at)})
    });
    let places: Vec<String> = comparison.base.params.places.iter().map(|place| spoken(&place.name)).collect();
    let goods: Vec<String> = Good::ALL.iter().map(|&good| good_name(good)).collect();
    let fifths = ["The poorest fifth", "The second fifth", "The middle fifth", "The fourth fifth", "The richest fifth"];
    // Lines are drawn of the class's own town; numbers are means of all, unless only the seeds differ.
    let means =
        if comparison.seeds_only { "Your class".to_owned() } else { format!("Your decisions, mean of {SEEDS} towns") };
    json!({
        "seeds": SEEDS, "base": "Your class", "means": means, "arm": comparison.title,
        "text": summary(comparison, &measures),
        "measures": measures,
        "series": if comparison.seeds_only { Vec::new() } else { series.collect::<Vec<_>>() },
        "fifths": rows(&fifths.map(String::from), |seen| &seen.fifths),
        "places": rows(&places, |seen| &seen.places),
        "anxiety": rows(&places, |seen| &seen.calm),
        "goods": rows(&goods, |seen| &seen.goods),
    })
}

/// One number in both histories. If only the seeds differ, the class's own run is compared with those of all seeds.
fn difference(text: &str, base: Vec<f64>, arm: Vec<f64>, seeds_only: bool) -> Value {
    if seeds_only {
        let own = base[0];
        let least = arm.iter().copied().fold(f64::NAN, f64::min);
        let most = arm.iter().copied().fold(f64::NAN, f64::max);
        let mean = arm.iter().sum::<f64>() / arm.len() as f64;
        let words =
            format!("{text}: {} in your class; from {} to {} with different luck.", told(own), told(least), told(most));
        return json!({
            "text": text, "base": own, "arm": mean, "difference": mean - own, "low": least - own, "high": most - own,
            "same_sign": null, "words": words,
        });
    }
    let effect = Effect::between(text, &base, &arm);
    let (low, high) = effect.interval;
    json!({
        "text": text, "base": effect.base, "arm": effect.arm, "difference": effect.difference(), "low": low, "high": high,
        "same_sign": effect.same_sign, "words": words(&effect),
    })
}

fn told(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 1.0 => format!("{value:.1}"),
        _ => format!("{value:.3}"),
    }
}

/// A difference in a sentence, with how sure it is.
fn words(effect: &Effect) -> String {
    let (name, (low, high)) = (&effect.name, effect.interval);
    if effect.difference() == 0.0 && effect.sd == 0.0 {
        return format!("{name}: no difference at all.");
    }
    if !(low.is_finite() && high.is_finite()) {
        return format!("{name}: there is not enough to compare.");
    }
    let share = |value: f64| 100.0 * value / effect.base.abs();
    let size = |value: f64| {
        if effect.base.abs() > 1e-9 { format!("{:.1} %", share(value).abs()) } else { told(value.abs()) }
    };
    let way = |value: f64| if value > 0.0 { "higher" } else { "lower" };
    let seeds = format!("{:.0} of {} runs", effect.same_sign * effect.n as f64, effect.n);
    if effect.rises() || effect.falls() {
        let (near, far) = if effect.rises() { (low, high) } else { (high, low) };
        let mean = effect.difference();
        format!("{name}: {} {} (between {} and {}), in {seeds}.", size(mean), way(mean), size(near), size(far))
    } else {
        format!("{name}: no clear difference (from {} {} to {} {}).", size(low), way(low), size(high), way(high))
    }
}

/// What is clear, in a few sentences.
fn summary(comparison: &Comparison, measures: &[Value]) -> String {
    let said = |told: &Value| told["words"].as_str().unwrap_or_default().to_owned();
    if comparison.seeds_only {
        return "The same decisions, run again with different luck: what varies here is chance, not you.".into();
    }
    let clear = |told: &&Value| {
        let end = |name: &str| told[name].as_f64().unwrap_or(0.0);
        end("low") * end("high") > 0.0
    };
    let clear: Vec<String> = measures.iter().filter(clear).map(said).collect();
    if clear.is_empty() {
        return "None of your numbers would have been clearly different.".into();
    }
    clear.join(" ")
}
