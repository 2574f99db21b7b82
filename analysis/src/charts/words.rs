//! Numbers and changes in words: what titles, labels and tables say follows the figures, never the other way round.

pub use contraband_sim::base::words::{percent, plain, short};

use super::Policy;
use crate::measures::mean;

/// One in so many, for small shares.
pub fn one_in(share: f64) -> String {
    if share > 0.0 { format!("1 in {}", short((1.0 / share).round())) } else { "none".into() }
}

/// A name from a file in words: `dangerous_tech` is "Dangerous tech".
pub fn name(key: &str) -> String {
    let spaced = key.replace('_', " ").replace(" ai", " AI");
    let mut letters = spaced.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What a preset of the release valve assumes, in words; dated changes of it keep their days.
pub fn assumption(valve: &str) -> String {
    let words = |preset: &str| match preset {
        "valve" => "buying calms people (release valve)".to_owned(),
        "neutral" => "buying leaves anxiety as it is (neutral)".to_owned(),
        "gateway" => "buying makes people more anxious (gateway)".to_owned(),
        other => other.to_owned(),
    };
    let dated = |part: &str| {
        part.rsplit_once(' ').map_or_else(|| words(part), |(when, preset)| format!("{when} {}", words(preset)))
    };
    valve.split("; ").map(dated).collect::<Vec<_>>().join("; ")
}

/// Whether the subject of a sentence is one or many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Many {
    /// "Trade falls".
    No,
    /// "Prices fall".
    Yes,
}

/// What a series did: a mean before, a mean after, and which days these were.
#[derive(Clone, Debug, PartialEq)]
pub struct BeforeAfter {
    /// Mean of the days before.
    pub before: f64,
    /// Mean of the days after.
    pub after: f64,
    /// The policy between them; `None` where the start and the end of the run are compared.
    pub policy: Option<Policy>,
}

/// Days that are looked at before a policy, at most: those that it is compared with are near, since much drifts.
const EVE: usize = 30;

/// Below this many days on a side nothing is said about change.
const LEAST: usize = 7;

impl BeforeAfter {
    /// Looks for what happened: from the month before the first policy that has a week on both sides to all its days,
    /// otherwise from the first month (or third) of the run to its last. `None` for runs too short to tell.
    pub fn of(series: &[f64], policies: &[Policy]) -> Option<Self> {
        let days = series.len();
        for policy in policies {
            let (from, to) = policy.span(days, policies);
            let eve = policy.day - 1;
            if eve >= LEAST && to + 1 >= from + LEAST {
                let before = mean(&series[eve.saturating_sub(EVE)..eve]);
                let after = mean(&series[from - 1..to]);
                return Self { before, after, policy: Some(policy.clone()) }.told();
            }
        }
        let side = (days / 3).min(30);
        if side < LEAST {
            return None;
        }
        Self { before: mean(&series[..side]), after: mean(&series[days - side..]), policy: None }.told()
    }

    fn told(self) -> Option<Self> {
        (self.before.is_finite() && self.after.is_finite()).then_some(self)
    }

    /// Relative change; infinite from nothing.
    pub fn change(&self) -> f64 {
        if self.before == self.after { 0.0 } else { self.after / self.before - 1.0 }
    }

    /// Whether it moved by less than is worth a word.
    pub fn level(&self) -> bool {
        self.change().abs() < 0.03
    }

    /// The sentence: subject, what it does, by how much, when.
    pub fn sentence(&self, subject: &str, many: Many) -> String {
        let change = self.change();
        let s = |one: &str, more: &str| if many == Many::Yes { more.to_owned() } else { one.to_owned() };
        let level = self.level();
        match &self.policy {
            Some(policy) => {
                let when = policy.when();
                if level {
                    format!("{subject} {} level {when}", s("stays", "stay"))
                } else {
                    format!("{subject} {} {when}", moves(self.before, self.after, many))
                }
            }
            None if level => format!("{subject} {} about where {} began", s("ends", "end"), s("it", "they")),
            None if self.before == 0.0 => format!("{subject} {} from nothing", s("rises", "rise")),
            None if self.after == 0.0 => format!("{subject} {} out", s("dies", "die")),
            None => {
                let (size, way) = if change > 0.0 { (change, "higher") } else { (-change, "lower") };
                let size = if change >= 1.0 {
                    format!("{} times as high as", short(self.after / self.before))
                } else {
                    format!("{} {way} than", percent(size))
                };
                format!("{subject} {} {size} {} began", s("ends", "end"), s("it", "they"))
            }
        }
    }
}

/// Two sentences about the same days in one.
pub fn join(one: &str, other: &str) -> String {
    let shared =
        [" during “", " after “"].iter().find_map(|word| one.find(word).filter(|&at| other.ends_with(&one[at..])));
    match shared {
        Some(at) => format!("{}; {}", &one[..at], other),
        None => format!("{one}; {other}"),
    }
}

/// "falls by a fifth", "rise by 12 %", "doubles": the verb and its size.
pub fn moves(before: f64, after: f64, many: Many) -> String {
    let s = |one: &'static str, more: &'static str| if many == Many::Yes { more } else { one };
    let change = if before == after { 0.0 } else { after / before - 1.0 };
    match change {
        _ if before == 0.0 => s("starts", "start").into(),
        c if c <= -0.999 => s("stops", "stop").into(),
        c if c >= 2.5 => format!("{} to {} times the earlier level", s("rises", "rise"), short(after / before)),
        c if c > 1.85 && c < 2.15 => s("triples", "triple").into(),
        c if c > 0.94 && c < 1.06 => s("doubles", "double").into(),
        c => format!("{} {}", if c > 0.0 { s("rises", "rise") } else { s("falls", "fall") }, by(c.abs())),
    }
}

/// "by a fifth" where the number is near a plain fraction, otherwise in per cent.
fn by(size: f64) -> String {
    const FRACTIONS: [(f64, &str); 7] = [
        (0.1, "a tenth"),
        (0.2, "a fifth"),
        (0.25, "a quarter"),
        (1.0 / 3.0, "a third"),
        (0.5, "half"),
        (2.0 / 3.0, "two thirds"),
        (0.75, "three quarters"),
    ];
    match FRACTIONS.iter().find(|(fraction, _)| (size - fraction).abs() < 0.01) {
        Some((_, words)) => format!("by {words}"),
        None => format!("by {}", percent(size)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(day: usize, until: Option<usize>) -> Policy {
        Policy { day, until, ramp: 0, label: "Crackdown".into(), what: String::new(), places: Vec::new() }
    }

    fn step(days: usize, at: usize, before: f64, after: f64) -> Vec<f64> {
        (1..=days).map(|day| if day < at { before } else { after }).collect()
    }

    #[test]
    fn small_shares_are_one_in_so_many() {
        assert_eq!(one_in(0.02), "1 in 50");
    }

    #[test]
    fn a_title_names_the_policy_and_the_size() {
        let dates = [policy(100, Some(200))];
        let told = |after| BeforeAfter::of(&step(300, 100, 100.0, after), &dates).unwrap().sentence("Trade", Many::No);
        assert_eq!(told(80.0), "Trade falls by a fifth during “Crackdown”");
        assert_eq!(told(88.0), "Trade falls by 12\u{a0}% during “Crackdown”");
        assert_eq!(told(101.0), "Trade stays level during “Crackdown”");
        assert_eq!(told(200.0), "Trade doubles during “Crackdown”");
        assert_eq!(told(0.0), "Trade stops during “Crackdown”");
        let after = BeforeAfter::of(&step(300, 100, 10.0, 15.0), &[policy(100, None)]).unwrap();
        assert_eq!(after.sentence("Prices", Many::Yes), "Prices rise by half after “Crackdown”");
    }

    #[test]
    fn what_happens_during_a_policy_is_the_mean_of_all_its_days() {
        // 10 before; 30 for the first half of the window, 10 for the second; much later 99.
        let series: Vec<f64> = (1..=300)
            .map(|day| {
                if (100..150).contains(&day) {
                    30.0
                } else if day < 200 {
                    10.0
                } else {
                    99.0
                }
            })
            .collect();
        let seen = BeforeAfter::of(&series, &[policy(100, Some(199))]).unwrap();
        assert_eq!((seen.before, seen.after), (10.0, 20.0));
    }

    #[test]
    fn without_a_policy_the_end_is_compared_with_the_start() {
        let told =
            |after| BeforeAfter::of(&step(365, 100, 100.0, after), &[]).unwrap().sentence("Median prices", Many::Yes);
        assert_eq!(told(112.0), "Median prices end 12\u{a0}% higher than they began");
        assert_eq!(told(99.0), "Median prices end about where they began");
        assert_eq!(told(300.0), "Median prices end 3 times as high as they began");
        assert_eq!(told(0.0), "Median prices die out");
    }

    #[test]
    fn a_run_too_short_to_tell_says_nothing() {
        assert_eq!(BeforeAfter::of(&[1.0; 20], &[]), None);
        assert_eq!(BeforeAfter::of(&[], &[]), None);
        assert_eq!(BeforeAfter::of(&[f64::NAN; 365], &[]), None);
        // A policy on the last days is not judged by them.
        assert_eq!(BeforeAfter::of(&step(365, 363, 1.0, 9.0), &[policy(363, None)]).unwrap().policy, None);
    }

    #[test]
    fn sentences_about_one_policy_name_it_once() {
        let joined = join("Anxiety rises by a tenth during “Crackdown”", "innovation stays level during “Crackdown”");
        assert_eq!(joined, "Anxiety rises by a tenth; innovation stays level during “Crackdown”");
        assert_eq!(join("A ends higher", "b ends lower"), "A ends higher; b ends lower");
    }

    #[test]
    fn a_preset_says_what_it_assumes() {
        assert_eq!(assumption("neutral"), "buying leaves anxiety as it is (neutral)");
        assert_eq!(
            assumption("valve; from day 90 to 180 gateway"),
            "buying calms people (release valve); from day 90 to 180 buying makes people more anxious (gateway)"
        );
    }

    #[test]
    fn keys_become_names() {
        assert_eq!(name("dangerous_tech"), "Dangerous tech");
        assert_eq!(name("rogue_ai"), "Rogue AI");
        assert_eq!(name(""), "");
    }
}
