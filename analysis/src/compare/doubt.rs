//! What a reader has to doubt: few seeds, presets of the valve, and whatever could overturn an answer.

use std::fmt::Write as _;

use contraband_lab::compare::{Difference, Verdict};
use contraband_sim::base::words::counted;

use super::brief::{Brief, FEW};
use super::wording::{ends, held_back, signed};

impl Brief<'_> {
    /// What a reader must know before anything else.
    pub(super) fn warnings(&self) -> Vec<String> {
        let mut warnings: Vec<String> = self.study.notes().into_iter().map(|note| note + ".").collect();
        let seeds = self.answers.seeds.len();
        if seeds < FEW {
            warnings.push(format!(
                "{seeds} seeds are few. An interval from so few is wide and assumes that the differences are roughly \
                 bell-shaped; `--seeds 20` adds more and repeats none of these runs."
            ));
        }
        for (world, seed, said) in &self.account.failed {
            warnings.push(format!("a run failed, so its seed is left out everywhere: {world}, seed {seed}: {said}."));
        }
        warnings
    }

    /// Whether conclusions survive the other presets of the valve, in a sentence; `None` where they were not lived.
    pub(super) fn survival_in_short(&self) -> Option<String> {
        if self.answers.presets.len() < 2 {
            return None;
        }
        let all = self.fates();
        let found: Vec<_> = all.iter().filter(|(.., fate)| *fate != Robustness::Open).collect();
        let held = found.iter().filter(|(.., fate)| *fate == Robustness::Survives).count();
        let lost: Vec<String> = found
            .iter()
            .filter(|(.., fate)| matches!(fate, Robustness::Depends | Robustness::Turns))
            .map(|&&(arm, metric, _)| format!("{} ({})", self.study.metrics[metric].label, self.study.arms[arm].name))
            .collect();
        let mut rest =
            if lost.is_empty() { String::new() } else { format!(" The assumption decides: {}.", lost.join("; ")) };
        let some = found.iter().filter(|(.., fate)| *fate == Robustness::Some).count();
        if some > 0 {
            let _ = write!(
                rest,
                " {some} {} clear under some of them only, but the assumptions do not clearly differ from each other.",
                if some == 1 { "is" } else { "are" }
            );
        }
        Some(format!(
            "**Whatever is assumed about calming** (release valve, neutral, gateway), {held} of {} clear differences \
             keep their direction.{rest}",
            found.len()
        ))
    }

    /// What becomes of each conclusion under all presets: arm, metric, fate.
    fn fates(&self) -> Vec<(usize, usize, Robustness)> {
        let arms = 0..self.study.arms.len();
        let each = arms.flat_map(|arm| (0..self.study.metrics.len()).map(move |metric| (arm, metric)));
        each.map(|(arm, metric)| {
            let verdicts: Vec<Verdict> =
                self.answers.presets.iter().map(|under| under.differences[arm][metric].verdict()).collect();
            (arm, metric, Robustness::of(&verdicts, self.change(arm, metric).is_some()))
        })
        .collect()
    }

    /// The clearest way in which a difference depends on the preset: which two, and how much it changes.
    fn change(&self, arm: usize, metric: usize) -> Option<((&'static str, &'static str), &Difference)> {
        let all = self.answers.changes.iter().map(|change| (change.presets, &change.found[arm][metric]));
        let clear = all.filter(|(_, one)| matches!(one.verdict(), Verdict::Higher | Verdict::Lower));
        clear.min_by(|one, other| one.1.p.total_cmp(&other.1.p))
    }

    pub(super) fn survival(&self) -> String {
        let presets = &self.answers.presets;
        if presets.len() < 2 {
            return String::new();
        }
        let mut out = String::from(
            "\n## Does it hold under every assumption about calming?\n\nWhether a purchase calms people (valve), \
             leaves their anxiety as it is (neutral) or makes them more anxious (gateway) is an assumption, so we ran \
             the study under all three. Each cell is the difference from the base under the same assumption; the result is \
             about how these differ from each other, seed by seed (`preset_changes.parquet`): that one is clear and \
             another is not does not show that they differ.\n\n| arm | metric |",
        );
        for under in presets {
            let _ = write!(out, " {} |", under.preset);
        }
        out += " result |\n|---|---|";
        out += &"---|".repeat(presets.len());
        out += "---|\n";
        for (arm, metric, fate) in self.fates() {
            let _ = write!(out, "| {} | {} |", self.study.arms[arm].name, self.study.metrics[metric].label);
            for under in presets {
                let one = &under.differences[arm][metric];
                let said = match one.verdict() {
                    Verdict::Same => "exactly 0".into(),
                    Verdict::Unknown => "too few seeds".into(),
                    verdict => format!(
                        "{} ({}){}",
                        signed(one.mean),
                        ends(one, 1.0),
                        if verdict == Verdict::Unclear { ", not clearly different from 0" } else { held_back(one) }
                    ),
                };
                let _ = write!(out, " {said} |");
            }
            if let Some(((from, to), change)) = self.change(arm, metric) {
                let ends = ends(change, 1.0);
                let _ = writeln!(out, " {}: {} from {from} to {to} ({ends}) |", fate.words(), signed(change.mean));
                continue;
            }
            let _ = writeln!(out, " {} |", fate.words());
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
        let some = |names: Vec<String>| {
            const MOST: usize = 6;
            let others = names.len().saturating_sub(MOST);
            let said = names[..names.len() - others].join("; ");
            let [one, many] =
                if study.arms.len() > 1 { ["other", "others"] } else { ["other metric", "other metrics"] };
            if others == 0 { said } else { format!("{said}; and {}", counted(others, one, many)) }
        };
        let told = |wanted: &dyn Fn(&Difference) -> bool| {
            each().filter(|(.., one)| wanted(one)).map(|(arm, metric, _)| name(arm, metric)).collect::<Vec<_>>()
        };
        let found = |one: &Difference| matches!(one.verdict(), Verdict::Higher | Verdict::Lower);
        let near = told(&|one| found(one) && one.hangs_on_one_seed());
        if !near.is_empty() {
            doubts.push(format!(
                "**A single seed.** Leaving out just one seed would make these differences unclear: {}.",
                some(near)
            ));
        }
        let mixed = told(&|one| found(one) && one.higher.min(one.lower) >= 0.2);
        if !mixed.is_empty() {
            doubts.push(format!(
                "**Direction.** Clear on average, but in at least a fifth of the seeds it goes the other way: {}.",
                some(mixed)
            ));
        }
        let split = told(&|one| one.chance.is_some());
        if !split.is_empty() {
            doubts.push(format!(
                "**Two outcomes.** For these metrics an average says little; look at the probabilities: {}.",
                some(split)
            ));
        }
        let undefined: Vec<String> = each()
            .filter(|(.., one)| one.n < one.offered)
            .map(|(arm, metric, one)| format!("{} of {} seeds: {}", one.n, one.offered, name(arm, metric)))
            .collect();
        if !undefined.is_empty() {
            doubts.push(format!(
                "**Undefined.** These metrics have no value in some seeds (such as a share of nothing), and speak of \
                 the others only: {}.",
                some(undefined)
            ));
        }
        let open: Vec<String> = each()
            .filter(|(.., one)| one.verdict() == Verdict::Unclear && one.seeds_to_tell() <= 500.0)
            .map(|(arm, metric, one)| format!("{}: about {:.0} seeds", name(arm, metric), one.seeds_to_tell()))
            .collect();
        if !open.is_empty() {
            doubts.push(format!(
                "**More seeds.** If the difference is as large as it looks, more seeds would make it clear: {}.",
                some(open)
            ));
        }
        doubts.push(match self.survival_in_short() {
            Some(said) => said,
            None => "**Calming.** Whether purchases calm people is an assumption, never a finding, and it was not \
                     varied here: `--every-valve` runs the study under all three assumptions and says which \
                     conclusions survive."
                .into(),
        });
        doubts.push(
            "**Other assumptions.** `contraband levers` marks every parameter that is an assumption. With `set` you \
             can give an arm or the base another value and have the study answered again in a minute or two."
                .into(),
        );
        doubts
    }
}

/// What becomes of a conclusion under all presets of the valve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Robustness {
    /// Found in the same direction under all, and the presets do not clearly differ.
    Survives,
    /// Found under some only, but the presets do not clearly differ from each other.
    Some,
    /// The presets differ from each other.
    Depends,
    /// They do, and it is found in both directions.
    Turns,
    /// Found under none.
    Open,
}

impl Robustness {
    /// By what was found under each preset, and whether two of them clearly differ.
    fn of(verdicts: &[Verdict], differ: bool) -> Self {
        let count = |verdict| verdicts.iter().filter(|&&one| one == verdict).count();
        match (count(Verdict::Higher), count(Verdict::Lower)) {
            (higher, lower) if differ && higher > 0 && lower > 0 => Self::Turns,
            // Larger under one than under another, but of the same direction under all.
            (higher, lower) if higher == verdicts.len() || lower == verdicts.len() => Self::Survives,
            _ if differ => Self::Depends,
            (0, 0) => Self::Open,
            _ => Self::Some,
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Survives => "survives",
            Self::Some => "clear under some only; the assumptions do not clearly differ",
            Self::Depends => "depends on the assumption",
            Self::Turns => "reverses",
            Self::Open => "no clear difference",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A difference that is clear under one preset and not quite under another is no dependence.
    #[test]
    fn presets_are_compared_with_presets() {
        use Verdict::{Higher, Lower, Unclear};
        assert_eq!(Robustness::of(&[Higher, Unclear, Unclear], false), Robustness::Some);
        assert_eq!(Robustness::of(&[Higher, Unclear, Unclear], true), Robustness::Depends);
        assert_eq!(Robustness::of(&[Higher, Higher, Higher], true), Robustness::Survives);
        assert_eq!(Robustness::of(&[Higher, Lower, Unclear], true), Robustness::Turns);
        assert_eq!(Robustness::of(&[Unclear; 3], true), Robustness::Depends);
        assert_eq!(Robustness::of(&[Unclear; 3], false), Robustness::Open);
    }
}
