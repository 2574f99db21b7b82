//! The brief: question, answers in plain words, what they rest on, how to get them again.

use contraband_sim::base::words::{first_few, six_digits as number};
use std::collections::BTreeMap;
use std::fmt::Write as _;

use contraband_lab::build::Build;
use contraband_lab::compare::{Answers, BURDENS, Difference, FALSE_SHARE, Moved, StudyAccount, Verdict};
use contraband_lab::files::study::{Arm, Study};
use contraband_sim::FIT;

use super::STUDY;
use super::reasons::first_in_words;
use super::reasons::{SeedChoice, SeedReason};
use super::wording::{
    almost_same, change, ends, events_in_words, group_in_words, interval, more_than_parts, more_than_parts_in_short,
    sentence, signed, three_digits, upper, valves, windows, words,
};

/// A picture of an arm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArmPicture {
    /// Differences with their intervals.
    Effects,
    /// Differences by day.
    Courses,
    /// Where trade went.
    Displacement,
    /// Who bears it.
    Bearers,
}

impl ArmPicture {
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

/// Changes of an arm that are told one by one.
const CHANGES: usize = 8;

/// Verdicts of which only the number of metrics is told, the words before that number, and those before the number of all
/// where it is all of them.
const TALLIES: [(&[Verdict], &str, &str); 4] = [
    (&[Verdict::Unclear, Verdict::Unknown], "No clear difference in", "any of"),
    (&[Verdict::OneOfMany], "Could be chance (many tests):", "all"),
    (&[Verdict::Small], "Less than the smallest effect of interest:", "all"),
    (&[Verdict::AlmostSame], "Exactly the same in almost every seed:", "all"),
];

/// How many metrics have verdicts of which only the number is told, a sentence each.
fn tallied(found: &[Verdict]) -> String {
    let mut out = String::new();
    for (verdicts, says, all) in TALLIES {
        match found.iter().filter(|one| verdicts.contains(one)).count() {
            0 => {}
            1 if found.len() == 1 => {
                let _ = write!(out, " {says} the only metric.");
            }
            many if many == found.len() => {
                let _ = write!(out, " {says} {all} {many} metrics.");
            }
            many => {
                let _ = write!(out, " {says} {many} of {} metrics.", found.len());
            }
        }
    }
    out
}

/// All that a brief is made of.
pub struct Brief<'b> {
    /// What was asked.
    pub study: &'b Study,
    /// What was found.
    pub answers: &'b Answers,
    /// Single seeds, told side by side.
    pub reasons: &'b [SeedReason],
    /// How it was lived.
    pub account: &'b StudyAccount,
    /// The command that makes it again.
    pub command: &'b str,
    /// Digest of the tables.
    pub digest: &'b str,
    /// The build that made the runs.
    pub build: &'b Build,
    /// The pictures of all arms that show something, by their paths.
    pub pictures: &'b BTreeMap<String, String>,
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
            "We ran each world {} times for {} days, with the same random draws as the base in every pair: what \
             differs is due to what an arm changes, and to nothing else. Intervals are 95 % confidence intervals of the \
             mean difference.\n",
            answers.seeds.len(),
            study.base.days
        );
        self.warnings().iter().for_each(|warning| {
            let _ = writeln!(out, "**Caution:** {warning}\n");
        });
        out += "## In short\n\n";
        for arm in 0..study.arms.len() {
            let _ = writeln!(out, "- {}", self.in_short(arm, 4));
        }
        self.interactions_in_short(4).iter().for_each(|said| {
            let _ = writeln!(out, "- {said}");
        });
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
        out += "\n## What could overturn this\n\n";
        self.doubts().iter().for_each(|doubt| {
            let _ = writeln!(out, "- {doubt}");
        });
        out += &self.ground();
        out += &table(study, answers);
        let _ = write!(
            out,
            "\n## How to reproduce this\n\n```\n{}\n```\n\nOr from this folder alone, which holds the whole study: \
             `contraband compare {STUDY}`. Contraband {}; digest of the tables `{}`; base {} `{}`.\n",
            self.command,
            self.build.name(),
            self.digest,
            study.base.name,
            &study.base.hash()[..16]
        );
        out
    }

    /// A picture of an arm in Markdown, where there is one.
    fn picture(&self, of: ArmPicture, arm: &Arm, says: &str) -> String {
        let path = of.path(arm);
        if self.pictures.contains_key(&path) { format!("\n![{}: {says}]({path})\n", arm.name) } else { String::new() }
    }

    /// What was found of an arm, in a sentence or two: at most so many metrics in either direction, the clearest first.
    pub(super) fn in_short(&self, arm: usize, most: usize) -> String {
        let name = words(&self.study.arms[arm].name);
        let found = &self.answers.differences[arm];
        if self.answers.partings[arm].iter().all(|parting| parting.day.is_none()) {
            return format!("**{name}.** Exactly nothing changes.");
        }
        let of = |verdict: Verdict| -> String {
            let mut chosen: Vec<usize> =
                (0..found.len()).filter(|&metric| found[metric].verdict() == verdict).collect();
            let clear = |metric: usize| found[metric].mean.abs() / found[metric].sd;
            chosen.sort_by(|&one, &other| clear(other).total_cmp(&clear(one)).then(one.cmp(&other)));
            let told = |&metric: &usize| {
                let one = &found[metric];
                let left =
                    if one.n < one.offered { format!(", {} of {} seeds", one.n, one.offered) } else { String::new() };
                format!("{} ({}{left})", self.study.metrics[metric].label, change(one))
            };
            first_few(&chosen.iter().map(told).collect::<Vec<_>>(), most, "; ")
        };
        let mut parts = Vec::new();
        for (verdict, says) in [(Verdict::Higher, "Higher"), (Verdict::Lower, "Lower")] {
            let said = of(verdict);
            if !said.is_empty() {
                parts.push(format!("{says}: {said}"));
            }
        }
        let rest = tallied(&found.iter().map(Difference::verdict).collect::<Vec<_>>());
        let equal = self.answers.partings[arm].iter().filter(|parting| parting.day.is_none()).count();
        let seeds = self.answers.seeds.len();
        let rare = if 2 * equal > seeds {
            format!(" In {equal} of {seeds} seeds exactly nothing changes.")
        } else {
            String::new()
        };
        if parts.is_empty() {
            return format!(
                "**{name}.**{rare}{}",
                if rest.is_empty() { " Nothing that we measured differs." } else { &rest }
            );
        }
        format!("**{name}.**{rare} {}.{rest}", parts.join(". "))
    }

    /// What combined arms do beyond the sum of their parts, a sentence for each of them: at most so many metrics, the clearest
    /// first, the number of the others, and those for which it is not clear.
    pub(super) fn interactions_in_short(&self, most: usize) -> Vec<String> {
        let of = |(arm, found): &(usize, Vec<Difference>)| {
            let about = &self.study.arms[*arm];
            let parts = about.with.join(" and ");
            let is_clear = |one: &Difference| matches!(one.verdict(), Verdict::Higher | Verdict::Lower);
            let mut chosen: Vec<usize> = (0..found.len()).filter(|&metric| is_clear(&found[metric])).collect();
            let size = |metric: usize| found[metric].mean.abs() / found[metric].sd;
            chosen.sort_by(|&one, &other| size(other).total_cmp(&size(one)).then(one.cmp(&other)));
            let name = words(&about.name);
            if chosen.is_empty() {
                return format!(
                    "**{name}: interaction.** Together {parts} do what they do alone, added up: no clear interaction in any of \
                     {} metrics.",
                    found.len()
                );
            }
            let told: Vec<String> = chosen
                .iter()
                .map(|&metric| {
                    format!("{} {}", self.study.metrics[metric].label, more_than_parts_in_short(&found[metric]))
                })
                .collect();
            let open = found.len() - chosen.len();
            let rest = if open == 0 {
                String::new()
            } else {
                format!(" No clear interaction in {open} of {} metrics.", found.len())
            };
            format!(
                "**{name}: interaction.** Together, beyond {parts} added up: {}.{rest}",
                first_few(&told, most, "; ")
            )
        };
        self.answers.interactions.iter().map(of).collect()
    }

    /// All that was measured of an arm, with its pictures.
    fn answer(&self, arm: usize) -> String {
        let Self { study, answers, .. } = self;
        let about = &study.arms[arm];
        let mut out = format!("\n### {}\n\n", words(&about.name));
        if !about.with.is_empty() {
            let _ = writeln!(out, "Combines {}.\n", about.with.join(" and "));
        }
        let changes = about.changes(&study.base);
        if !changes.is_empty() {
            let _ = writeln!(out, "It changes: {}.\n", first_few(&changes, CHANGES, "; "));
        }
        let partings = &answers.partings[arm];
        let days: Vec<u32> = partings.iter().filter_map(|parting| parting.day).collect();
        let (Some(first), Some(last)) = (days.iter().min(), days.iter().max()) else {
            let _ = writeln!(
                out,
                "**It changes exactly nothing**: in all {} seeds, every row of every day equals the base's (the \
                 digests of the runs are equal, see `divergence.parquet`).",
                answers.seeds.len()
            );
            return out;
        };
        let when = if first == last {
            format!("day {first}")
        } else {
            format!("between days {first} and {last}, depending on the seed")
        };
        let same = partings.len() - days.len();
        let never = if same > 0 {
            format!("; in {same} of {} seeds nothing ever differs", partings.len())
        } else {
            String::new()
        };
        let _ = writeln!(out, "First difference from the base: {when}{never}.\n");
        for (metric, one) in study.metrics.iter().zip(&answers.differences[arm]) {
            let _ = writeln!(out, "- {}", sentence(&metric.label, metric.better, one));
        }
        for (of, says) in [
            (ArmPicture::Effects, "differences with their intervals"),
            (ArmPicture::Courses, "differences from the base day by day"),
        ] {
            out += &self.picture(of, about, says);
        }
        out
    }

    fn interactions(&self) -> String {
        let mut out = String::new();
        for (arm, found) in &self.answers.interactions {
            let about = &self.study.arms[*arm];
            let _ = write!(
                out,
                "\n## Interaction: {}\n\nMore or less than the effects of {} alone, added together.\n\n",
                words(&about.name),
                about.with.join(" and ")
            );
            for (metric, one) in self.study.metrics.iter().zip(found) {
                let name = &metric.label;
                let said = match one.verdict() {
                    Verdict::Higher | Verdict::Lower => format!("**{name}**: {}.", more_than_parts(one)),
                    Verdict::OneOfMany => {
                        format!("**{name}**: {}. This could be chance (many tests).", more_than_parts(one))
                    }
                    Verdict::Same => format!("**{name}**: exactly the parts added."),
                    Verdict::Unknown => format!("**{name}**: not enough data (fewer than two seeds have a value)."),
                    Verdict::Unclear => format!("**{name}**: no clear interaction ({}).", more_than_parts(one)),
                    Verdict::Small => {
                        format!("**{name}**: {}; less than the smallest effect of interest.", more_than_parts(one))
                    }
                    Verdict::AlmostSame => format!("**{name}**: against the parts added, {}.", almost_same(one)),
                };
                let _ = writeln!(out, "- {said}");
            }
        }
        out
    }

    fn displacement(&self) -> String {
        let mut out = String::from("\n## Where trade moved\n\nPurchases a day, over the days of each policy.\n");
        for (nth, (about, moved)) in self.study.arms.iter().zip(&self.answers.moved).enumerate() {
            let (first, last) = self.study.window_of(nth);
            let _ = write!(out, "\n### {}, days {first} to {last}\n\n", words(&about.name));
            out += &displacement(moved);
            out += &self.picture(ArmPicture::Displacement, about, "where trade moved");
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
                "\n## What an observer would see: {}\n\nThe policy applies in {places} only. An observer who has no \
                 second world can only compare how {places} changed with how all other places changed, from days {} to \
                 {} to days {} to {}: a difference in differences. The table sets that estimate beside the true \
                 effect, which only a model can know.\n\n| outcome | observed | true effect there | true effect \
                 elsewhere | error of the observed |\n|---|---|---|---|---|\n",
                words(&about.name),
                pilot.before.0,
                pilot.before.1,
                pilot.after.0,
                pilot.after.1
            );
            let cell = |one: &Difference| format!("{} ({})", signed(one.mean), ends(one, 1.0));
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
                writeln!(out, "\nFor no outcome is the observer's estimate clearly wrong on average.")
            } else {
                writeln!(
                    out,
                    "\nThe observer is wrong on average about {}: what happens elsewhere, because of the pilot or for \
                     other reasons, is mistaken for its effect.",
                    wrong.join("; ")
                )
            };
        }
        out
    }

    fn bearers(&self) -> String {
        let mut out = String::from(
            "\n## Incidence by group\n\nGroups of citizens on the last day that show a clear difference; all groups, \
             with intervals and by wealth too, are in `bearers.parquet`. A policy may itself bring people into a group or \
             out of it, so each group is compared within those who are in it in both worlds; the table says how many those \
             are. Whether having less of something is a burden is for the reader to judge.\n",
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
                            group_in_words(&one.name),
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
                out += "No group shows a clear difference.\n";
            }
            out += &self.picture(ArmPicture::Bearers, about, "incidence by group");
        }
        out
    }

    /// Single seeds, told side by side.
    fn reasons(&self) -> String {
        let mut out = String::from(
            "\n## Two runs behind the averages\n\nAn average does not show how an effect comes about. For each arm, \
             the seed with the largest effect and the seed with the median effect are kept in `worlds`, base and arm, \
             with every row.\n",
        );
        for reason in self.reasons {
            let which = match reason.choice {
                SeedChoice::Largest => "largest effect",
                SeedChoice::Median => "median effect",
                SeedChoice::Asked => "chosen by hand",
                SeedChoice::Worst => "the arm is worst",
            };
            let _ = write!(
                out,
                "\n### {}, seed {}: {which}\n\n{}: {} in the base, {} in the arm.",
                words(&reason.arm),
                reason.seed,
                upper(&reason.metric),
                three_digits(reason.values.0),
                three_digits(reason.values.1)
            );
            if let Some(day) = reason.day {
                let firsts: Vec<String> = reason.firsts.iter().map(first_in_words).collect();
                let _ = write!(out, " First difference: day {day}");
                let _ = if firsts.is_empty() {
                    writeln!(out, ".")
                } else {
                    writeln!(out, ". On that day, in the arm: {}.", firsts.join("; "))
                };
            }
            if !reason.course.is_empty() {
                out += "\n| days | measured | base | arm |\n|---|---|---:|---:|\n";
            }
            for (when, what, base, arm) in &reason.course {
                let _ = writeln!(out, "| {when} | {what} | {} | {} |", three_digits(*base), three_digits(*arm));
            }
            if !reason.counts.is_empty() {
                let told = |(kind, base, arm): &(String, f64, f64)| {
                    format!("{} {base:.0} against {arm:.0}", events_in_words(kind))
                };
                let told: Vec<String> = reason.counts.iter().map(told).collect();
                let _ = writeln!(out, "\nEvents from that day on, base against arm: {}.", told.join("; "));
            }
            if !reason.only.is_empty() {
                out += "\nFirst events whose dates differ:\n\n";
            }
            for (day, said, of_arm) in &reason.only {
                let world = if *of_arm { &reason.arm } else { "base" };
                let _ = writeln!(out, "- day {day}, {world}: {said}");
            }
            if !reason.questions.is_empty() {
                out += "\nAsk both runs, side by side (from inside this study's folder):\n\n```\n";
                for question in &reason.questions {
                    let _ =
                        writeln!(out, "contraband explain . --arm {} --seed {} {question}", reason.arm, reason.seed);
                }
                out += "```\n";
            }
        }
        out
    }

    fn ground(&self) -> String {
        let Self { study, answers, account, .. } = self;
        let seeds = answers.seeds.len() as u64;
        let mut out = format!(
            "\n## What this rests on, and what it is not for\n\n- The model is a thought experiment: it shows what \
             follows from its assumptions (`sim/MODEL.md`). {FIT}\n- It is not a forecast. It says nothing about any real \
             place, market or person, and must not be used to decide whom to search, arrest or turn away. Use it to \
             find out which argument an answer depends on.\n- Whether trade calms people is an assumption, never a \
             finding. Assumption used: {}.\n- We looked at {} metrics in {} arms. Of all \
             differences of an arm reported as higher or lower, at most {:.0} % are expected to be false (Benjamini and \
             Hochberg); a difference whose interval includes zero is never called an effect, and one smaller than the \
             smallest effect of interest (that of the study, or 1 % of the base) is no headline. Intervals are from \
             Student's t: `contraband verify interval_coverage` shows how often they hold the mean.\n- Which direction counts \
             as better is the judgement of whoever wrote the study, and is reported beside the findings.\n- Seeds: {} \
             to {}; {}.\n\nWhat we measured:\n\n",
            valves(study),
            study.metrics.len(),
            study.arms.len(),
            100.0 * FALSE_SHARE,
            study.first_seed,
            study.first_seed + seeds.saturating_sub(1),
            account.stopped
        );
        for (at, metric) in study.metrics.iter().enumerate() {
            let window = windows(study, at);
            let _ = writeln!(
                out,
                "- {}: `{}` (`{}` in the tables; days: {window})",
                upper(&metric.label),
                metric.by_arm.as_deref().unwrap_or(metric.expression.text()),
                metric.name
            );
        }
        out
    }
}

fn table(study: &Study, answers: &Answers) -> String {
    let mut out = String::from(
        "\n## All differences\n\n| arm | metric | base | arm | difference | 95 % interval | higher in | seeds saved by \
         pairing | seeds for 1 % |\n|---|---|---:|---:|---:|---|---:|---:|---:|\n",
    );
    for (arm, found) in answers.differences.iter().enumerate() {
        for (metric, one) in found.iter().enumerate() {
            let _ = writeln!(
                out,
                "| {} | {} | {} | {} | {} | {} | {:.0} % | {} | {} |",
                study.arms[arm].name,
                study.metrics[metric].label,
                three_digits(one.base),
                three_digits(one.arm),
                signed(one.mean),
                ends(one, 1.0),
                100.0 * one.higher,
                one.seeds_saved(),
                if one.seeds_needed.is_nan() { "-".into() } else { number(one.seeds_needed) },
            );
        }
    }
    out + "\n*Higher in*: share of seeds in which the arm has more. *Seeds saved by pairing*: how many times as many \
           seeds a comparison of unpaired runs would have needed; below 1, pairing did not help. *Seeds for 1 %*: how \
           many seeds narrow the interval to 1 % of the base on either side (or to what the stop rule asks for).\n"
}

fn displacement(moved: &[Moved]) -> String {
    let mut out = String::new();
    for kind in ["good", "place", "venue"] {
        let of_kind: Vec<&Moved> = moved.iter().filter(|one| one.kind == kind).collect();
        let Some(all) = of_kind.iter().find(|one| one.name == "all") else { continue };
        let targets: Vec<&&Moved> = of_kind.iter().filter(|one| one.target).collect();
        let first = targets.iter().filter_map(|one| one.since).min();
        let in_words = |one: &&&Moved| {
            let name = one.name.replace('_', " ");
            match one.since {
                Some(day) if Some(day) > first => format!("{name} (from day {day})"),
                _ => name,
            }
        };
        let told: Vec<String> = of_kind
            .iter()
            .filter(|one| one.name != "all")
            .filter(|one| matches!(one.difference.verdict(), Verdict::Higher | Verdict::Lower))
            .map(|one| format!("{} {}", one.name.replace('_', " "), signed(one.difference.mean)))
            .collect();
        let _ = match all.difference.verdict() {
            Verdict::Same => write!(out, "- By {kind}: total exactly the same"),
            _ => write!(out, "- By {kind}: total {}", interval(&all.difference)),
        };
        let _ = if told.is_empty() {
            write!(out, ". No single {kind} shows a clear difference")
        } else {
            write!(out, ". Clear differences: {}", told.join("; "))
        };
        let (offset, (low, high)) = all.offset;
        if offset.is_finite() {
            let told = format!("{} ({} to {})", three_digits(offset), three_digits(low), three_digits(high));
            let names = targets.iter().map(in_words).collect::<Vec<_>>().join(" and ");
            let moved: f64 = targets.iter().map(|one| one.difference.mean).sum();
            let (did, came) = if moved > 0.0 { ("gained", "came from") } else { ("lost", "went to") };
            let _ = if low > 0.0 {
                write!(out, ". Of the purchases that {names} {did}, a share of {told} {came} the others")
            } else if high < 0.0 {
                write!(out, ". The others moved in the same direction as {names}, by a share of {told}")
            } else {
                write!(
                    out,
                    ". It is not clear whether any of the purchases that {names} {did} {came} the others: share of {told}"
                )
            };
        }
        out += ".\n";
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_what_is_only_counted_all_or_some_metrics_are_told() {
        for (verdict, wanted) in [
            (Verdict::Unclear, " No clear difference in any of 3 metrics."),
            (Verdict::Unknown, " No clear difference in any of 3 metrics."),
            (Verdict::OneOfMany, " Could be chance (many tests): all 3 metrics."),
            (Verdict::Small, " Less than the smallest effect of interest: all 3 metrics."),
            (Verdict::AlmostSame, " Exactly the same in almost every seed: all 3 metrics."),
        ] {
            assert_eq!(tallied(&[verdict; 3]), wanted);
            let some = tallied(&[verdict, Verdict::Higher, verdict]);
            assert!(
                some.ends_with(" 2 of 3 metrics.") && !some.contains(" all ") && !some.contains("any of"),
                "{some}"
            );
        }
        assert_eq!(tallied(&[Verdict::Higher, Verdict::Same]), "");
    }
}
