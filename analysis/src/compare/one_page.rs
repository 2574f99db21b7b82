//! The brief for people who read one page: the question, what was found, what could overturn it, how to get it again.

use contraband_sim::base::words::counted;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::brief::Brief;
use super::{page, pictures};
use crate::drawing::{NARROW, WIDE};

/// Arms that find room.
const ARMS: usize = 4;
/// Metrics of an arm that find room, in either direction.
const METRICS: usize = 3;
/// Warnings that find room.
const WARNINGS: usize = 4;

/// Where its picture stands in its words.
const PICTURE: &str = "effects.svg";

/// All of it, with its picture: the effects of the arms that find room, on the metrics that tell most, where anything differs.
pub fn html(brief: &Brief<'_>) -> String {
    let [wide, narrow] = [WIDE, NARROW].map(|wide| {
        let picture = pictures::overview(brief.study, brief.answers, ARMS, wide);
        picture.map(|svg| (PICTURE.to_owned(), svg)).into_iter().collect()
    });
    page::one_page(brief.title(), &markdown(brief, &wide), &page::both(&wide, &narrow))
}

/// Its words as Markdown; the picture comes behind what was found.
fn markdown(brief: &Brief<'_>, pictures: &BTreeMap<String, String>) -> String {
    let (study, answers) = (brief.study, brief.answers);
    let mut out = format!("# {}\n\n", brief.title());
    if !study.question.is_empty() {
        let _ = writeln!(out, "**{}**\n", study.question);
    }
    let warnings = brief.warnings();
    for warning in warnings.iter().take(WARNINGS) {
        let _ = writeln!(out, "**Caution:** {warning}\n");
    }
    if warnings.len() > WARNINGS {
        let _ = writeln!(out, "**Caution:** {} more in the full brief.\n", warnings.len() - WARNINGS);
    }
    // Whether two policies do more together is the question of whoever combines them.
    for said in brief.interactions_in_short(METRICS) {
        let _ = writeln!(out, "- {said}");
    }
    for arm in 0..study.arms.len().min(ARMS) {
        let _ = writeln!(out, "- {}", brief.in_short(arm, METRICS));
    }
    if study.arms.len() > ARMS {
        let more = counted(study.arms.len() - ARMS, "more arm is", "more arms are");
        let _ = writeln!(out, "- {more} in the full brief.");
    }
    if pictures.contains_key(PICTURE) {
        let _ = writeln!(out, "\n![effects]({PICTURE})");
    }
    out += "\n**What could overturn this**\n\n";
    for doubt in brief.doubts().iter().take(4) {
        let _ = writeln!(out, "- {doubt}");
    }
    let _ = write!(
        out,
        "\nEvery world was run with the same {} seeds, so what differs is due to what an arm changes, and to nothing else; \
         intervals are 95 % confidence intervals. This is a thought experiment, not a forecast; it says nothing about any real place or \
         person. Full brief: `brief.html`. To reproduce it: `{}` (Contraband {}, digest `{}`).\n",
        answers.seeds.len(),
        brief.command,
        brief.build.name(),
        &brief.digest[..16]
    );
    out
}
