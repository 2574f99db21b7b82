//! Awards that give a class something to talk about: each comes from figures of the class, and says which.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::seats::{Post, isolated};
use super::state_of_room::Room;
use crate::seat::Better;
use crate::seat::Role;

/// The awards of a class.
pub(super) fn awards(room: &Room) -> Vec<Value> {
    let mut given = Vec::new();
    for (role, title) in [
        (Role::House, "The deepest pockets"),
        (Role::Agency, "The best value for money"),
        (Role::Council, "The best-kept commons"),
        (Role::Provider, "The provider of the year"),
        (Role::Bloc, "The best place to live"),
    ] {
        given.extend(best_of(room, role, title));
    }
    given.extend(changes(room));
    given.extend(forecaster(room));
    given.extend(turn(room));
    given.into_iter().map(|(title, to, why)| json!({"title": title, "to": to, "why": why})).collect()
}

type Award = (String, String, String);

/// A seat as everyone may see it: with the name of whoever had it last, where names are shown.
fn called(room: &Room, seat: usize) -> String {
    let title = &room.lesson.seats[seat].title;
    let held = room.state.closed().filter_map(|closed| closed.held.get(&seat)).last();
    match held {
        Some(held) if !room.state.hidden => format!("{title} ({})", isolated(&held.name)),
        Some(_) => title.clone(),
        None => format!("{title} (a bot)"),
    }
}

fn told(value: f64) -> String {
    if value.abs() >= 100.0 { format!("{value:.0}") } else { format!("{value:.1}") }
}

/// The seat of a role whose aim came out best, on average over the rounds.
fn best_of(room: &Room, role: Role, title: &str) -> Option<Award> {
    let rivals: Vec<usize> =
        (0..room.lesson.seats.len()).filter(|&seat| room.lesson.seats[seat].role == role).collect();
    let rounds = room.figures.len() as f64;
    let mean = |seat: usize| room.figures.iter().map(|figures| figures.seats[seat][0]).sum::<f64>() / rounds;
    let sign = |seat: usize| if room.counters.seats[seat][0].better == Better::Less { -1.0 } else { 1.0 };
    let good = |seat: usize| mean(seat) * sign(seat);
    let known = rivals.iter().copied().filter(|&seat| good(seat).is_finite());
    let best = known.max_by(|&one, &other| good(one).total_cmp(&good(other)))?;
    if rivals.len() < 2 {
        return None;
    }
    let counted = &room.counters.seats[best][0];
    let others: Vec<f64> = rivals.iter().filter(|&&seat| seat != best).map(|&seat| mean(seat)).collect();
    let others = others.iter().sum::<f64>() / others.len() as f64;
    let why = format!(
        "{}: {} {} on average over the rounds; the others averaged {}.",
        counted.text,
        told(mean(best)),
        counted.unit,
        told(others)
    );
    Some((title.into(), called(room, best), why))
}

/// Who changed most between rounds, and who least, among those who decided in at least two.
fn changes(room: &Room) -> Vec<Award> {
    let mut counted: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    let rounds: Vec<_> = room.state.closed().collect();
    for pair in rounds.windows(2) {
        for (&seat, now) in &pair[1].held {
            let Some(before) = pair[0].held.get(&seat) else { continue };
            let (changed, of) = counted.entry(seat).or_default();
            *changed += now.answers.iter().filter(|(key, answer)| before.answers.get(*key) != Some(answer)).count();
            *of += 1;
        }
    }
    let most = counted.iter().max_by_key(|(seat, (changed, _))| (*changed, usize::MAX - *seat));
    let least = counted.iter().min_by_key(|(seat, (changed, _))| (*changed, **seat));
    let (Some((&most, &(many, _))), Some((&least, &(few, rounds)))) = (most, least) else { return Vec::new() };
    if many == few {
        return Vec::new();
    }
    vec![
        (
            "The restless hand".into(),
            called(room, most),
            format!("Changed {} from one round to the next.", decisions(many)),
        ),
        (
            "The steady hand".into(),
            called(room, least),
            format!("Changed {} in {} rounds.", decisions(few), rounds + 1),
        ),
    ]
}

/// "1 decision", "2 decisions".
fn decisions(count: usize) -> String {
    if count == 1 { "1 decision".into() } else { format!("{count} decisions") }
}

/// Who predicted best.
fn forecaster(room: &Room) -> Option<Award> {
    let press = room.state.people.iter().filter(|(_, who)| who.post == Post::Newsroom);
    let (&person, who) = press.max_by_key(|&(&person, _)| (room.right(person), u32::MAX - person))?;
    let right = room.right(person);
    let name = if room.state.hidden { "Someone in the newsroom".into() } else { who.name.clone() };
    let of = room.figures.len();
    (right > 0).then(|| ("The best forecaster".into(), name, format!("Predicted {right} of {of} months correctly.")))
}

/// The round in which the first measure moved most.
fn turn(room: &Room) -> Option<Award> {
    let values: Vec<f64> = room.figures.iter().map(|figures| figures.measures[0]).collect();
    let moved = |at: usize| (values[at] - values[at - 1]) / values[at - 1].abs();
    let known = (1..values.len()).filter(|&at| moved(at).is_finite());
    let at = known.max_by(|&one, &other| moved(one).abs().total_cmp(&moved(other).abs()))?;
    let law = room.state.closed().nth(at)?.law.and_then(|law| room.lesson.laws_of(at as u32 + 1).get(law));
    let law = law.map_or_else(|| "no law was passed".into(), |law| format!("parliament had passed \"{}\"", law.title));
    let way = if moved(at) > 0.0 { "up" } else { "down" };
    let per_cent = 100.0 * moved(at).abs();
    let why = format!("{} went {way} by {per_cent:.0} % in round {}; {law}.", room.counters.measures[0].text, at + 1);
    Some(("The turning point".into(), format!("Round {}", at + 1), why))
}
