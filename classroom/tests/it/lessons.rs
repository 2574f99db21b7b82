//! Lessons: what each says comes out of it does come out, on seeds that nothing was chosen with; and all that they name exists.
#![cfg_attr(debug_assertions, allow(dead_code, unused_imports, reason = "slow where the engine is not optimised"))]

use std::ops::RangeInclusive;
use std::sync::Arc;

use contraband_classroom::glossary::glossary;
use contraband_classroom::lesson::{LESSONS, Lesson, Must, lesson};
use contraband_lab::batch::Runner;
use contraband_lab::measure::Recording;
use contraband_lab::measure::expression::{Expression, parse};
use contraband_lab::measure::paired::Effect;
use contraband_sim::scenario::Scenario;

/// Outcomes were chosen with seeds 1 to 16.
const FRESH: RangeInclusive<u64> = 301..=324;

fn all() -> impl Iterator<Item = (&'static str, Lesson)> {
    LESSONS.iter().map(|known| (known.name, lesson(known.name).unwrap_or_else(|wrong| panic!("{wrong}"))))
}

fn metric(name: &str, text: &str) -> Expression {
    parse(text).unwrap_or_else(|wrong| panic!("{name}: {text}: {wrong:?}"))
}

/// A world, and all that is read of it.
struct Read {
    world: Arc<Scenario>,
    metrics: Vec<Expression>,
}

/// The numbers of a world and a metric in the list, which grow by what is not yet there.
fn place(list: &mut Vec<Read>, world: Scenario, metric: &Expression) -> (usize, usize) {
    let at = list.iter().position(|read| *read.world == world).unwrap_or_else(|| {
        list.push(Read { world: Arc::new(world), metrics: Vec::new() });
        list.len() - 1
    });
    let metrics = &mut list[at].metrics;
    let which = metrics.iter().position(|known| known == metric).unwrap_or_else(|| {
        metrics.push(metric.clone());
        metrics.len() - 1
    });
    (at, which)
}

/// Runs each world once with every seed: values by world, metric and seed.
fn measured(list: &[Read]) -> Vec<Vec<Vec<f64>>> {
    let seeds: Vec<u64> = FRESH.collect();
    let runs = Runner::on_all_threads().map(list.len() * seeds.len(), &|| (), |run, watch| {
        let read = &list[run / seeds.len()];
        let rows = Recording::watched(&read.world, seeds[run % seeds.len()], watch)?;
        Ok(read.metrics.iter().map(|metric| metric.read(&rows, &rows)).collect())
    });
    let runs: Vec<Vec<f64>> = runs.unwrap_or_else(|wrong| panic!("{wrong}"));
    let of_world = |(read, runs): (&Read, &[Vec<f64>])| {
        (0..read.metrics.len()).map(|metric| runs.iter().map(|values| values[metric]).collect()).collect()
    };
    list.iter().zip(runs.chunks(seeds.len())).map(of_world).collect()
}

#[test]
#[ignore = "long: `cargo test --release --workspace --tests -- --ignored` runs it"]
fn what_lessons_say_comes_out() {
    let mut list = Vec::new();
    let mut claims = Vec::new();
    for (name, lesson) in all() {
        assert!((3..=8).contains(&lesson.outcomes.len()), "{name} states {} outcomes", lesson.outcomes.len());
        for outcome in &lesson.outcomes {
            let metric = metric(name, &outcome.metric);
            let [base, arm] = lesson
                .compared(outcome, 1)
                .unwrap_or_else(|wrong| panic!("{name}: {}: {wrong:?}", outcome.text))
                .map(|world| place(&mut list, world, &metric));
            claims.push((name, outcome.clone(), base, arm));
        }
    }
    let values = measured(&list);
    let mut wrong = String::new();
    for (name, outcome, base, arm) in claims {
        let of = |(world, metric): (usize, usize)| &values[world][metric];
        let effect = Effect::between(&outcome.text, of(base), of(arm));
        let (low, high) = effect.interval;
        let holds = match outcome.must {
            Must::Rise => effect.rises(),
            Must::Fall => effect.falls(),
            Must::Within(least, most) => low > least * effect.base.abs() && high < most * effect.base.abs(),
        };
        println!("{} {name}: {effect}", if holds { "ok" } else { "WRONG" });
        if !holds {
            wrong += &format!("\n{name}: {effect}, but must {:?}", outcome.must);
        }
    }
    assert!(wrong.is_empty(), "it does not come out:{wrong}");
}

#[test]
fn all_that_lessons_name_exists() {
    let words = glossary();
    for (name, lesson) in all() {
        for word in &lesson.words {
            assert!(words.contains_key(word), "{name}: `{word}` is not in the glossary");
        }
        let world = lesson.world(lesson.seed).unwrap_or_else(|wrong| panic!("{name}: {wrong:?}"));
        for law in lesson.laws.iter().flatten() {
            for (path, value) in &law.set {
                let set = world.clone().set(path, value);
                assert!(set.is_ok(), "{name}, {}: {set:?}", law.title);
            }
        }
        for round in 1..=lesson.rounds {
            assert_eq!(lesson.laws_of(round).len(), 3, "{name}, round {round}");
        }
        for measure in &lesson.measures {
            metric(name, &measure.metric);
        }
    }
}

/// What a teacher needs stands in every lesson.
#[test]
fn lessons_are_whole() {
    for (name, lesson) in all() {
        assert_eq!(
            lesson.minutes.iter().map(|(minutes, _)| minutes).sum::<u32>(),
            45,
            "{name}: a lesson has 45 minutes"
        );
        assert_eq!(lesson.before.answers.len(), 3, "{name}");
        for (what, count) in [
            ("aims", lesson.aims.len()),
            ("words", lesson.words.len()),
            ("play", lesson.play.len()),
            ("look", lesson.look.len()),
            ("discuss", lesson.discuss.len()),
            ("worksheet", lesson.worksheet.len()),
            ("notes", lesson.notes.len()),
            ("homework", lesson.homework.len()),
        ] {
            assert!(count >= 3, "{name} has {count} {what}");
        }
        assert!(lesson.notes.iter().any(|note| note.starts_with("What does not always happen")), "{name}");
        assert!(lesson.notes.iter().any(|note| note.starts_with("Honesty")), "{name}");
        for seat in &lesson.seats {
            assert!(!seat.title.is_empty() && !seat.card.is_empty(), "{name}: nobody says who `{}` is", seat.actor);
            // It is read aloud, and held up.
            assert!(seat.card.len() <= 420, "{name}: {}'s card has {} letters", seat.title, seat.card.len());
        }
    }
}

/// A word that nobody uses is one more to learn.
#[test]
fn words_are_plain_and_short() {
    for (key, word) in glossary() {
        assert!((20..=240).contains(&word.says.len()), "{key}: {} letters", word.says.len());
        assert!(word.says.ends_with('.') && word.word.starts_with(char::is_uppercase), "{key}");
    }
}
