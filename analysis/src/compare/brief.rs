//! The brief: question, answers in plain words, what they rest on, how to get them again.

use std::fmt::Write as _;

use contraband_sim::VERSION;
use contraband_sim::scenario::study::{Arm, Better, Study};

use super::answers::{Answers, Moved};
use super::difference::{Difference, FALSE_SHARE, Verdict};
use super::kept::BURDENS;
use super::reasons::{Choice, First, Reason};
use super::{Account, STUDY, tables};
use crate::charts::words::plain;
use crate::valve;
use crate::verification::number;

/// A picture of an arm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picture {
    /// Differences with their intervals.
    Effects,
    /// Differences by day.
    Courses,
    /// Where trade went.
    Displacement,
    /// Who bears it.
    Bearers,
}

impl Picture {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Effects, Self::Courses, Self::Displacement, Self::Bearers];

    /// Where it is, from the study folder.
    pub fn path(self, arm: &Arm) -> String {
        let word = match self {
            Self::Effects => "effects",
            Self::Courses => "courses",
            Self::Displacement => "displacement",
            Self::Bearers => "bearers",
        };
        let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '_' };
        format!("charts/{}-{word}.svg", arm.name.chars().map(plain).collect::<String>())
    }
}

/// Fewer seeds than these are told with a warning: an interval of so few leans on the differences being bell-shaped.
pub(super) const FEW: usize = 10;

/// All that a brief is made of.
pub struct Brief<'b> {
    /// What was asked.
    pub study: &'b Study,
    /// What was found.
    pub answers: &'b Answers,
    /// Single seeds, told side by side.
    pub reasons: &'b [Reason],
    /// How it was lived.
    pub account: &'b Account,
    /// The command that makes it again.
    pub command: &'b str,
    /// Digest of the tables.
    pub digest: &'b str,
}

impl Brief<'_> {
    /// What it is called.
    pub fn title(&self) -> &str {
        if self.study.name.is_empty() { "What changes" } else { &self.study.name }
    }

    /// The brief as Markdown.
    pub fn markdown(&self) -> String {
        let Self { study, answers, .. } = self;
        let mut out = format!("# {}\n\n", self.title());
        if !study.question.is_empty() {
            let _ = writeln!(out, "**{}**\n", study.question);
        }
        let _ = writeln!(
            out,
            "Every world was lived {} times for {} days, each time with the same chance as the base: what differs comes \
             of the policy alone. Intervals are of 95 % for the mean difference.\n",
            answers.seeds.len(),
            study.base.days
        );
        self.warnings().iter().for_each(|warning| {
            let _ = writeln!(out, "**Beware:** {warning}\n");
        });
        out += "## In short\n\n";
        for arm in 0..study.arms.len() {
            let _ = writeln!(out, "- {}", self.in_short(arm, 4));
        }
        out += &self.survival_in_short().map_or_else(String::new, |said| format!("- {said}\n"));
        out += "\n## Answer\n";
        for arm in 0..study.arms.len() {
            out += &self.answer(arm);
        }
        out += &self.survival();
        out += &self.interactions();
        out += &self.displacement();
        out += &self.pilots();
        out += &self.bearers();
        out += &self.reasons();
        out += "\n## What could overturn it\n\n";
        self.doubts().iter().for_each(|doubt| {
            let _ = writeln!(out, "- {doubt}");
        });
        out += &self.ground();
        out += &table(study, answers);
        let _ = write!(
            out,
            "\n## To get it again\n\n```\n{}\n```\n\nOr from this folder alone, which holds the study in full: `contraband compare \
             {STUDY}`. Contraband {VERSION}; digest of the tables `{}`; base {} `{}`.\n",
            self.command,
            self.digest,
            study.base.name,
            &study.base.hash()[..16]
        );
        out
    }

    /// What a reader must know before anything else.
    pub(super) fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        let seeds = self.answers.seeds.len();
        if seeds < FEW {
            warnings.push(format!(
                "{seeds} seeds are few. An interval from so few is wide and leans on the differences being bell-shaped; \
                 `--seeds 20` adds more, and lives none of these again."
            ));
        }
        for (world, seed, said) in &self.account.failed {
            warnings.push(format!("a run failed, and its seed is left out everywhere: {world}, seed {seed}: {said}."));
        }
        warnings
    }

    /// What was found of an arm, in a sentence or two: at most so many metrics in either direction, the clearest first.
    pub(super) fn in_short(&self, arm: usize, most: usize) -> String {
        let name = words(&self.study.arms[arm].name);
        let found = &self.answers.differences[arm];
        if self.answers.partings[arm].iter().all(|parting| parting.day.is_none()) {
            return format!("**{name}**: exactly nothing changes.");
        }
        let of = |verdict: Verdict| -> Vec<String> {
            let mut chosen: Vec<usize> =
                (0..found.len()).filter(|&metric| found[metric].verdict() == verdict).collect();
            let clear = |metric: usize| found[metric].mean.abs() / found[metric].sd;
            chosen.sort_by(|&one, &other| clear(other).total_cmp(&clear(one)).then(one.cmp(&other)));
            let told = |&metric: &usize| format!("{} ({})", self.study.metrics[metric].label, change(&found[metric]));
            let mut said: Vec<String> = chosen.iter().take(most).map(told).collect();
            if chosen.len() > most {
                said.push(format!("{} more", chosen.len() - most));
            }
            said
        };
        let mut parts = Vec::new();
        for (verdict, says) in [(Verdict::Higher, "up"), (Verdict::Lower, "down")] {
            let said = of(verdict);
            if !said.is_empty() {
                parts.push(format!("{says}: {}", said.join("; ")));
            }
        }
        let clear = |one: &&Difference| matches!(one.verdict(), Verdict::Higher | Verdict::Lower | Verdict::Same);
        let open = found.iter().filter(|one| !clear(one)).count();
        let rest = match (open, parts.is_empty()) {
            (0, _) => String::new(),
            (open, true) => format!(" No difference can be told of any of {open} metrics."),
            (open, false) => format!(" No difference can be told of {open} of {} metrics.", found.len()),
        };
        if parts.is_empty() {
            return format!(
                "**{name}**:{}",
                if rest.is_empty() { " nothing that was measured differs." } else { &rest }
            );
        }
        format!("**{name}**, {}.{rest}", parts.join(". ").replace(". down", ". Down"))
    }

    /// All that was measured of an arm, with its pictures.
    fn answer(&self, arm: usize) -> String {
        let Self { study, answers, .. } = self;
        let about = &study.arms[arm];
        let mut out = format!("\n### {}\n\n", words(&about.name));
        if !about.with.is_empty() {
            let _ = writeln!(out, "Made of {}.\n", about.with.join(" and "));
        }
        let partings = &answers.partings[arm];
        let days: Vec<u32> = partings.iter().filter_map(|parting| parting.day).collect();
        let (Some(first), Some(last)) = (days.iter().min(), days.iter().max()) else {
            let _ = writeln!(
                out,
                "**It changes exactly nothing**: in all {} seeds every row of every day equals the base's (the digests of \
                 the runs are equal, see `divergence.parquet`).",
                answers.seeds.len()
            );
            return out;
        };
        let when = if first == last { format!("day {first}") } else { format!("days {first} to {last}") };
        let same = partings.len() - days.len();
        let never = if same > 0 { format!("; {same} of {} never do", partings.len()) } else { String::new() };
        let _ = writeln!(out, "Its worlds part from the base on {when}{never}.\n");
        for (metric, one) in study.metrics.iter().zip(&answers.differences[arm]) {
            let _ = writeln!(out, "- {}", sentence(&metric.label, metric.better, one));
        }
        for (of, says) in
            [(Picture::Effects, "differences with their intervals"), (Picture::Courses, "when the worlds part")]
        {
            let _ = writeln!(out, "\n![{}: {says}]({})", about.name, of.path(about));
        }
        out
    }

    /// Whether conclusions survive the other presets of the valve, in a sentence; `None` where they were not lived.
    pub(super) fn survival_in_short(&self) -> Option<String> {
        if self.answers.presets.len() < 2 {
            return None;
        }
        let all = self.fates();
        let found: Vec<_> = all.iter().filter(|(.., fate)| *fate != Fate::Open).collect();
        let held = found.iter().filter(|(.., fate)| *fate == Fate::Survives).count();
        let lost: Vec<String> = found
            .iter()
            .filter(|(.., fate)| *fate != Fate::Survives)
            .map(|&&(arm, metric, _)| format!("{} ({})", self.study.metrics[metric].label, self.study.arms[arm].name))
            .collect();
        let rest = if lost.is_empty() { String::new() } else { format!(" It decides about: {}.", lost.join("; ")) };
        Some(format!(
            "**Whatever the valve does** (valve, neutral, gateway), {held} of {} differences are found in the same \
             direction.{rest}",
            found.len()
        ))
    }

    /// What becomes of each conclusion under all presets: arm, metric, fate.
    fn fates(&self) -> Vec<(usize, usize, Fate)> {
        let arms = 0..self.study.arms.len();
        let each = arms.flat_map(|arm| (0..self.study.metrics.len()).map(move |metric| (arm, metric)));
        each.map(|(arm, metric)| {
            let verdicts: Vec<Verdict> =
                self.answers.presets.iter().map(|(_, found)| found[arm][metric].verdict()).collect();
            (arm, metric, Fate::of(&verdicts))
        })
        .collect()
    }

    fn survival(&self) -> String {
        let presets = &self.answers.presets;
        if presets.len() < 2 {
            return String::new();
        }
        let mut out = String::from(
            "\n## Does it hold whatever the valve does?\n\nWhether a purchase calms people (valve), does nothing (neutral) or \
             stirs them up (gateway) is assumed, so the study was lived under all three. Each cell is the difference from the \
             base under the same preset.\n\n| arm | metric |",
        );
        for (preset, _) in presets {
            let _ = write!(out, " {preset} |");
        }
        out += " so |\n|---|---|";
        out += &"---|".repeat(presets.len());
        out += "---|\n";
        for (arm, metric, fate) in self.fates() {
            let _ = write!(out, "| {} | {} |", self.study.arms[arm].name, self.study.metrics[metric].label);
            for (_, found) in presets {
                let one = &found[arm][metric];
                let (low, high) = one.interval();
                let said = match one.verdict() {
                    Verdict::Same => "exactly 0".into(),
                    Verdict::Unknown => "too few seeds".into(),
                    verdict => format!(
                        "{} ({} to {}){}",
                        signed(one.mean),
                        signed(low),
                        signed(high),
                        if matches!(verdict, Verdict::Higher | Verdict::Lower) { "" } else { " not told from 0" }
                    ),
                };
                let _ = write!(out, " {said} |");
            }
            let _ = writeln!(out, " {} |", fate.words());
        }
        out
    }

    fn interactions(&self) -> String {
        let mut out = String::new();
        for (arm, found) in &self.answers.interactions {
            let about = &self.study.arms[*arm];
            let _ = write!(
                out,
                "\n## Together: {}\n\nWhat it does beyond the sum of what {} do alone.\n\n",
                words(&about.name),
                about.with.join(" and ")
            );
            for (metric, one) in self.study.metrics.iter().zip(found) {
                let name = &metric.label;
                let said = match one.verdict() {
                    Verdict::Higher => {
                        format!("**{name}**: higher than their sum would make it, by {}.", interval(one))
                    }
                    Verdict::Lower => format!("**{name}**: lower than their sum would make it, by {}.", interval(one)),
                    Verdict::Same => format!("**{name}**: exactly their sum."),
                    _ => format!("**{name}**: no difference from their sum can be told ({}).", interval(one)),
                };
                let _ = writeln!(out, "- {said}");
            }
        }
        out
    }

    fn displacement(&self) -> String {
        let (first, last) = self.study.window();
        let mut out = format!("\n## Where trade went\n\nPurchases a day, days {first} to {last}.\n");
        for (about, moved) in self.study.arms.iter().zip(&self.answers.moved) {
            let _ = write!(out, "\n### {}\n\n", words(&about.name));
            out += &displacement(moved);
            let _ = writeln!(out, "\n![{}: where trade went]({})", about.name, Picture::Displacement.path(about));
        }
        out
    }

    /// What an observer of a pilot would report, beside what it truly does.
    fn pilots(&self) -> String {
        let mut out = String::new();
        for (about, pilot) in self.study.arms.iter().zip(&self.answers.pilots) {
            let Some(pilot) = pilot else { continue };
            let places = pilot.places.join(" and ");
            let _ = write!(
                out,
                "\n## As an observer would see it: {}\n\nIt holds in {places} only. Who has no second world compares how \
                 {places} changed with how all other places did, from days {} to {} to days {} to {}: a difference in \
                 differences. Beside it stands what the pilot truly does, which only a model knows.\n\n\
                 | outcome | seen | truly, there | truly, elsewhere | error of what is seen |\n|---|---|---|---|---|\n",
                words(&about.name),
                pilot.before.0,
                pilot.before.1,
                pilot.after.0,
                pilot.after.1
            );
            let cell = |one: &Difference| {
                let (low, high) = one.interval();
                format!("{} ({} to {})", signed(one.mean), signed(low), signed(high))
            };
            for one in &pilot.outcomes {
                let _ = writeln!(
                    out,
                    "| {} | {} | {} | {} | {} |",
                    one.words,
                    cell(&one.seen),
                    cell(&one.real),
                    cell(&one.elsewhere),
                    cell(&one.error)
                );
            }
            let wrong = pilot.outcomes.iter().filter(|one| {
                let (low, high) = one.error.interval();
                low > 0.0 || high < 0.0
            });
            let wrong: Vec<&str> = wrong.map(|one| one.words).collect();
            let _ = if wrong.is_empty() {
                writeln!(out, "\nOf no outcome can it be told that the observer would be wrong on average.")
            } else {
                writeln!(
                    out,
                    "\nThe observer is wrong on average about {}: what happens elsewhere, because of the pilot or on its own, \
                     is taken for its effect.",
                    wrong.join("; ")
                )
            };
        }
        out
    }

    fn bearers(&self) -> String {
        let mut out = String::from(
            "\n## Who bears it\n\nGroups of citizens on the last day, where a difference was found; all of them, with intervals and \
             by wealth too, are in `bearers.parquet`. Fifths by income hold the same people in both worlds; groups by place, \
             agent, mask, home and identity can hold others. Whether less of something is a burden is for the reader to judge.\n",
        );
        for (about, borne) in self.study.arms.iter().zip(&self.answers.borne) {
            let _ = write!(out, "\n### {}\n\n", words(&about.name));
            let mut none = true;
            for burden in BURDENS {
                // By wealth others are in each fifth: what they hold says who they are, not what became of them.
                let found: Vec<String> = borne
                    .iter()
                    .filter(|one| one.burden == burden && one.kind != "wealth")
                    .filter(|one| matches!(one.difference.verdict(), Verdict::Higher | Verdict::Lower))
                    .map(|one| {
                        let kind = if one.kind == "income" { " by income" } else { "" };
                        format!(
                            "{}{kind} {} ({})",
                            one.name.replace('_', " "),
                            signed(one.difference.mean),
                            change(&one.difference)
                        )
                    })
                    .collect();
                if !found.is_empty() {
                    none = false;
                    let _ = writeln!(out, "- **{}**: {}.", upper(burden), found.join("; "));
                }
            }
            if none {
                out += "No difference was found in any group.\n";
            }
            let _ = writeln!(out, "\n![{}: who bears it]({})", about.name, Picture::Bearers.path(about));
        }
        out
    }

    /// Single seeds, told side by side.
    fn reasons(&self) -> String {
        let mut out = String::from(
            "\n## From effect to reason\n\nAverages hide how. Of each arm the seed with the largest effect and the one in the \
             middle are kept with every row, base and arm, in `worlds`.\n",
        );
        for reason in self.reasons {
            let which = match reason.choice {
                Choice::Largest => "the largest effect",
                Choice::Median => "the effect in the middle",
                Choice::Asked => "asked for",
            };
            let _ = write!(
                out,
                "\n### {}, seed {}: {which}\n\n{}: {} in the base, {} in the arm.",
                words(&reason.arm),
                reason.seed,
                upper(&reason.metric),
                short(reason.values.0),
                short(reason.values.1)
            );
            if let Some(day) = reason.day {
                let firsts: Vec<String> = reason.firsts.iter().map(first_in_words).collect();
                let _ = write!(out, " The worlds part on day {day}");
                let _ =
                    if firsts.is_empty() { writeln!(out, ".") } else { writeln!(out, ", with {}.", firsts.join("; ")) };
            }
            if !reason.course.is_empty() {
                out += "\n| when | what | base | arm |\n|---|---|---:|---:|\n";
            }
            for (when, what, base, arm) in &reason.course {
                let _ = writeln!(out, "| {when} | {what} | {} | {} |", short(*base), short(*arm));
            }
            if !reason.counts.is_empty() {
                let told = |(kind, base, arm): &(String, f64, f64)| format!("{kind} {base:.0} and {arm:.0}");
                let told: Vec<String> = reason.counts.iter().map(told).collect();
                let _ = writeln!(out, "\nFrom then on, in the base and in the arm: {}.", told.join("; "));
            }
            if !reason.only.is_empty() {
                out += "\nThe first things of note that happened in one of them only:\n\n";
            }
            for (day, said, of_arm) in &reason.only {
                let world = if *of_arm { &reason.arm } else { "base" };
                let _ = writeln!(out, "- day {day}, {world}: {said}");
            }
            if !reason.questions.is_empty() {
                out += "\nBoth worlds answer questions, side by side (in the folder of this study):\n\n```\n";
                for question in &reason.questions {
                    let _ =
                        writeln!(out, "contraband explain . --arm {} --seed {} {question}", reason.arm, reason.seed);
                }
                out += "```\n";
            }
        }
        out
    }

    /// What could change the answer, as far as the numbers tell.
    pub(super) fn doubts(&self) -> Vec<String> {
        let Self { study, answers, .. } = self;
        let mut doubts = Vec::new();
        let name = |arm: usize, metric: usize| format!("{} ({})", study.metrics[metric].label, study.arms[arm].name);
        let each = || {
            let arms = answers.differences.iter().enumerate();
            arms.flat_map(|(arm, found)| found.iter().enumerate().map(move |(metric, one)| (arm, metric, one)))
        };
        let some = |mut names: Vec<String>| {
            let more = names.len().saturating_sub(6);
            names.truncate(6);
            if more > 0 {
                names.push(format!("{more} more"));
            }
            names.join("; ")
        };
        let told = |wanted: &dyn Fn(&Difference) -> bool| {
            each().filter(|(.., one)| wanted(one)).map(|(arm, metric, _)| name(arm, metric)).collect::<Vec<_>>()
        };
        let found = |one: &Difference| matches!(one.verdict(), Verdict::Higher | Verdict::Lower);
        let near = told(&|one| found(one) && one.hangs_on_one_seed());
        if !near.is_empty() {
            doubts.push(format!(
                "**One seed.** Without a single one of the seeds these would not be found: {}.",
                some(near)
            ));
        }
        let mixed = told(&|one| found(one) && one.higher.min(one.lower) >= 0.2);
        if !mixed.is_empty() {
            doubts.push(format!(
                "**Direction.** On average found, but in at least a fifth of the seeds it goes the other way: {}.",
                some(mixed)
            ));
        }
        let split = told(&|one| one.chance.is_some());
        if !split.is_empty() {
            doubts.push(format!("**Two outcomes.** Means mislead, read the probabilities: {}.", some(split)));
        }
        let skewed = told(&|one| {
            let across = |(low, high): (f64, f64)| low <= 0.0 && high >= 0.0;
            one.n >= 2 && one.higher + one.lower > 0.0 && across(one.t) != across(one.bca)
        });
        if !skewed.is_empty() {
            doubts.push(format!(
                "**Method.** Whether it is found hangs on how the interval is made (Student's t or resampling): {}.",
                some(skewed)
            ));
        }
        let open: Vec<String> = each()
            .filter(|(.., one)| one.verdict() == Verdict::Unclear && one.seeds_to_tell() <= 500.0)
            .map(|(arm, metric, one)| format!("{}: about {:.0} seeds", name(arm, metric), one.seeds_to_tell()))
            .collect();
        if !open.is_empty() {
            doubts.push(format!(
                "**More seeds.** If the difference is as large as it looks, more seeds would tell it from nothing: {}.",
                some(open)
            ));
        }
        doubts.push(match self.survival_in_short() {
            Some(said) => said,
            None => "**The valve.** Whether purchases calm people is assumed, never found, and was not varied here: \
                     `--every-valve` lives the study under all three presets and tells what survives."
                .into(),
        });
        doubts.push(
            "**Other assumptions.** Every parameter that is an assumption is marked as one in `contraband levers`; an arm or the \
             base can be given another value with `set`, and the study is answered again in a minute or two."
                .into(),
        );
        doubts
    }

    fn ground(&self) -> String {
        let Self { study, answers, account, .. } = self;
        let seeds = answers.seeds.len() as u64;
        let mut out = format!(
            "\n## What it rests on, and what it is not for\n\n\
             - The model is an experiment in thought: it says what follows from its assumptions (`sim/MODEL.md`). It was fitted \
             to what is known of illicit markets of today, not to a future that nobody has seen.\n\
             - It is not a forecast, says nothing of any real place, market or person, and must not be used to choose whom to \
             search, arrest or refuse. Use it to find out which argument an answer hangs on.\n\
             - Whether trade calms people is assumed, never found. Preset of the valve: {}.\n\
             - {} metrics were looked at in {} arms. Of all differences that are called higher or lower, at most {:.0} % are \
             expected to be false (Benjamini and Hochberg); an interval that holds zero is never called an effect.\n\
             - Which way is better is the judgement of whoever wrote the study, told beside what is found.\n\
             - Seeds: {} to {}; {}.\n\nWhat was measured:\n\n",
            valves(study),
            study.metrics.len(),
            study.arms.len(),
            100.0 * FALSE_SHARE,
            study.first_seed,
            study.first_seed + seeds.saturating_sub(1),
            account.stopped
        );
        for (at, metric) in study.metrics.iter().enumerate() {
            let window = tables::window(study, at);
            let _ = writeln!(
                out,
                "- {}: `{}` (`{}` in tables; days: {window})",
                upper(&metric.label),
                metric.expression.text(),
                metric.name
            );
        }
        out
    }
}

/// What becomes of a conclusion under all presets of the valve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// Found in the same direction under all.
    Survives,
    /// Found under some only.
    Some,
    /// Found in both directions.
    Turns,
    /// Found under none.
    Open,
}

impl Fate {
    fn of(verdicts: &[Verdict]) -> Self {
        let count = |verdict| verdicts.iter().filter(|&&one| one == verdict).count();
        match (count(Verdict::Higher), count(Verdict::Lower)) {
            (0, 0) => Self::Open,
            (higher, lower) if higher > 0 && lower > 0 => Self::Turns,
            (higher, lower) if higher + lower == verdicts.len() => Self::Survives,
            _ => Self::Some,
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Survives => "survives",
            Self::Some => "depends on the valve",
            Self::Turns => "turns around",
            Self::Open => "not found",
        }
    }
}

/// A name from a file as a heading.
fn words(name: &str) -> String {
    upper(&name.replace('_', " "))
}

/// With a capital.
fn upper(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What differed on the first day, in words.
pub(super) fn first_in_words(first: &First) -> String {
    let of = if first.key.is_empty() { String::new() } else { format!(" of {}", first.key.replace('_', " ")) };
    format!("{}{of} {} instead of {}", first.column.replace('_', " "), short(first.arm), short(first.base))
}

/// How much more or less, for a bracket: in per cent of the base, or as a multiple where that says more.
fn change(one: &Difference) -> String {
    let ratio = one.arm / one.base;
    match () {
        () if one.base.abs() < 1e-9 => format!("{} from 0", signed(one.mean)),
        () if ratio >= 10.0 => format!("{ratio:.0} times {}", short(one.base)),
        () => format!("{:+.1}\u{a0}%", 100.0 * one.mean / one.base.abs()),
    }
}

/// A difference in a sentence.
fn sentence(label: &str, better: Better, one: &Difference) -> String {
    let name = upper(label);
    let judged = match (one.verdict(), better) {
        (Verdict::Higher, Better::More) | (Verdict::Lower, Better::Less) => " That is wanted.",
        (Verdict::Higher, Better::Less) | (Verdict::Lower, Better::More) => " That is not wanted.",
        _ => "",
    };
    let seeds =
        format!("higher in {:.0}\u{a0}% of the seeds, lower in {:.0}\u{a0}%", 100.0 * one.higher, 100.0 * one.lower);
    let mut said = match one.verdict() {
        Verdict::Same => format!("**{name}**: exactly the same in every seed."),
        Verdict::Unknown => format!("**{name}**: fewer than two seeds have a value."),
        Verdict::Higher => format!("**{name}**: higher, by {}; {seeds}.{judged}", interval(one)),
        Verdict::Lower => format!("**{name}**: lower, by {}; {seeds}.{judged}", interval(one)),
        Verdict::OneOfMany => format!(
            "**{name}**: {}, which one of so many metrics would show by chance; it is not called an effect.",
            interval(one)
        ),
        Verdict::Unclear => format!("**{name}**: no difference can be told ({}).", interval(one)),
    };
    if let Some(chance) = one.chance {
        let told = |(hits, (low, high)): (usize, (f64, f64))| {
            format!("{hits} of {} ({:.0} to {:.0} %)", one.n, 100.0 * low, 100.0 * high)
        };
        let _ = write!(
            said,
            " Means mislead here: it is above {} in {} runs of the base and in {} of the arm.",
            short(chance.above),
            told(chance.base),
            told(chance.arm)
        );
    }
    said
}

/// The mean difference with its interval, also in per cent of the base.
fn interval(one: &Difference) -> String {
    let (low, high) = one.interval();
    let mut said = format!("{} ({} to {})", signed(one.mean), signed(low), signed(high));
    let ratio = one.arm / one.base;
    let _ = match () {
        () if one.base.abs() < 1e-9 => Ok(()),
        () if ratio >= 10.0 => write!(said, ", {ratio:.0} times {}", short(one.base)),
        () => write!(said, ", {:+.1}\u{a0}% of {}", 100.0 * one.mean / one.base.abs(), short(one.base)),
    };
    said
}

fn table(study: &Study, answers: &Answers) -> String {
    let mut out = String::from(
        "\n## All differences\n\n| arm | metric | base | arm | difference | 95 % | higher in | against unpaired | seeds for 1 % |\n\
         |---|---|---:|---:|---:|---|---:|---:|---:|\n",
    );
    for (arm, found) in answers.differences.iter().enumerate() {
        for (metric, one) in found.iter().enumerate() {
            let (low, high) = one.interval();
            let _ = writeln!(
                out,
                "| {} | {} | {} | {} | {} | {} to {}{} | {:.0} % | {} | {} |",
                study.arms[arm].name,
                study.metrics[metric].label,
                short(one.base),
                short(one.arm),
                signed(one.mean),
                signed(low),
                signed(high),
                if one.is_skewed() { " (resampled)" } else { "" },
                100.0 * one.higher,
                if one.variance_ratio.is_nan() { "-".into() } else { format!("{:.1} x", one.variance_ratio) },
                if one.seeds_needed.is_nan() { "-".into() } else { number(one.seeds_needed) },
            );
        }
    }
    out + "\n*Against unpaired*: how many times as many seeds a comparison of unpaired runs would have needed; below 1, pairing was no help. *Seeds for \
           1 %*: how many make half of the interval 1 % of the base (or as narrow as the stop rule asks).\n"
}

fn displacement(moved: &[Moved]) -> String {
    let mut out = String::new();
    for kind in ["good", "place", "venue"] {
        let of_kind: Vec<&Moved> = moved.iter().filter(|one| one.kind == kind).collect();
        let Some(all) = of_kind.iter().find(|one| one.name == "all") else { continue };
        let targets: Vec<&str> = of_kind.iter().filter(|one| one.target).map(|one| one.name.as_str()).collect();
        let told: Vec<String> = of_kind
            .iter()
            .filter(|one| one.name != "all")
            .filter(|one| matches!(one.difference.verdict(), Verdict::Higher | Verdict::Lower))
            .map(|one| format!("{} {}", one.name.replace('_', " "), signed(one.difference.mean)))
            .collect();
        let _ = write!(out, "- By {kind}: {} in all", interval(&all.difference));
        let _ = write!(
            out,
            "; {}",
            if told.is_empty() { "no single one was found to differ".into() } else { told.join(", ") }
        );
        let (offset, (low, high)) = all.offset;
        if offset.is_finite() {
            let told = format!("{} ({} to {})", short(offset), short(low), short(high));
            let names = targets.join(" and ").replace('_', " ");
            let moved: f64 = of_kind.iter().filter(|one| one.target).map(|one| one.difference.mean).sum();
            let (did, came) = if moved > 0.0 { ("gained", "came from") } else { ("lost", "went to") };
            let _ = if low > 0.0 {
                write!(out, ". Of what {names} {did}, a share of {told} {came} the others")
            } else if high < 0.0 {
                write!(out, ". The others went the same way as {names}, by a share of {told}")
            } else {
                write!(out, ". Whether any of what {names} {did} {came} the others cannot be told: {told}")
            };
        }
        out += ".\n";
    }
    out
}

/// Presets of the valve of all worlds, in words.
fn valves(study: &Study) -> String {
    let base = valve::in_words(&study.base);
    let mut said = base.clone();
    for arm in &study.arms {
        let own = valve::in_words(&arm.scenario);
        if own != base {
            let _ = write!(said, "; in {}: {own}", arm.name);
        }
    }
    said
}

/// Three digits that count.
pub(crate) fn short(value: f64) -> String {
    match value.abs() {
        _ if !value.is_finite() => "none".into(),
        0.0 => "0".into(),
        size if size >= 9_999.5 => {
            let unit = 10f64.powi(size.log10().floor() as i32 - 2);
            plain((value / unit).round() * unit, 0).replace('\u{2212}', "-")
        }
        size if size >= 99.5 => format!("{value:.0}"),
        size if size >= 9.95 => format!("{value:.1}"),
        size if size >= 0.995 => format!("{value:.2}"),
        size if size >= 0.000_995 => {
            let digits = (2 - size.log10().floor() as i32) as usize;
            format!("{value:.digits$}")
        }
        _ => format!("{value:.1e}"),
    }
}

/// The same with its sign.
pub(super) fn signed(value: f64) -> String {
    if value > 0.0 { format!("+{}", short(value)) } else { short(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_across_zero_is_never_called_an_effect() {
        let base: Vec<f64> = (0..12).map(f64::from).collect();
        let noise = [3.0, -3.0, 2.0, -2.0, 1.0, -1.0, 2.0, -2.5, 1.0, -1.0, 0.5, 0.5];
        let shifted = |by: f64| base.iter().zip(noise).map(|(base, noise)| base + by + noise).collect::<Vec<_>>();
        let told = |by: f64, q: f64| {
            let mut one = Difference::between(&base, &shifted(by), None);
            one.q = q;
            sentence("harm", Better::Less, &one)
        };
        let begins = |text: String, with: &str| assert!(text.starts_with(with), "{text}");
        begins(told(0.0, 0.9), "**Harm**: no difference can be told (");
        begins(told(4.0, 0.001), "**Harm**: higher, by +4.04 (");
        begins(told(4.0, 0.2), "**Harm**: +4.04 (");
        assert!(told(4.0, 0.2).ends_with("it is not called an effect."));
        assert!(told(4.0, 0.001).ends_with("That is not wanted.") && told(-4.0, 0.001).ends_with("That is wanted."));
    }

    #[test]
    fn numbers_have_three_digits_that_count() {
        let told = [0.0, -1_234_567.0, 123.4, 12.34, 1.234, 0.012_34, 0.000_012_34, f64::NAN].map(short);
        assert_eq!(told, ["0", "-1\u{a0}230\u{a0}000", "123", "12.3", "1.23", "0.0123", "1.2e-5", "none"]);
        assert_eq!([signed(1.0), signed(-1.0)], ["+1.00", "-1.00"]);
    }
}
