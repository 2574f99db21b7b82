//! `report.html`: one file that holds a whole run, for reading, printing and handing on. It asks nothing of the network.

mod figures;

use std::fmt::Write as _;
use std::path::Path;

use contraband_sim::base::units::Valve;
use contraband_sim::scenario::Scenario;

use crate::charts::canvas::escape;
use crate::charts::style::{FONTS, dark_rules};
use crate::charts::words::{name, plain};
use crate::charts::{Chart, Frames, Table, View};
use crate::error::StoreError;
use crate::store::{RunFolder, RunInfo};

const PAGE: &str = include_str!("report.html");
const STYLE: &str = include_str!("report.css");
const DARK: &str = include_str!("dark.css");
const SCRIPT: &str = include_str!("report.js");
const HEAD: &str = include_str!("head.html");
/// What the scripts of all pages draw and write with.
pub(crate) const PARTS: &str = include_str!("parts.js");

/// Writes the report of a run: `summary` are its lines, what and how much; `charts` are those drawn of the same run.
///
/// # Errors
/// When a table cannot be read or the file cannot be written.
pub fn write(
    folder: &RunFolder,
    scenario: &Scenario,
    summary: &[(String, String)],
    charts: &[Chart],
    path: &Path,
) -> Result<(), StoreError> {
    let frames = Frames::read(folder)?;
    let html = html(&Frame { frames: &frames, info: folder.info(), scenario }, summary, charts);
    std::fs::write(path, html).map_err(StoreError::system("write", path))
}

/// What a report is about.
pub struct Frame<'r> {
    /// Its tables.
    pub frames: &'r Frames,
    /// What was run.
    pub info: &'r RunInfo,
    /// The scenario as it was run.
    pub scenario: &'r Scenario,
}

/// The report as text.
pub fn html(run: &Frame, summary: &[(String, String)], charts: &[Chart]) -> String {
    let view = View::new(run.frames, run.scenario, String::new());
    let thinned = if view.days > figures::POINTS {
        format!(
            "This page carries means of {} days for each point, to stay small; the tables of the run hold every day.",
            crate::measures::stretch(view.days, figures::POINTS)
        )
    } else {
        "This page carries every day.".into()
    };
    fill(
        PAGE,
        &[
            (
                "head",
                head(
                    &format!("{}, seed {}: a run of Contraband", name(&run.info.scenario), run.info.seed),
                    Scheme::LightAndDark,
                    Loads::Script,
                ),
            ),
            ("name", escape(&name(&run.info.scenario))),
            ("lead", lead(run.scenario)),
            ("facts", facts(run.info, &view.valve)),
            ("incomplete", incomplete(run.info)),
            ("summary", summary_table(summary)),
            ("seen", seen(charts)),
            ("dates", dates(&view)),
            ("charts", charts.iter().map(figure).collect()),
            ("thinned", thinned),
            ("parameters", parameters(run.scenario)),
            ("again", again(run.info)),
            ("limits", limits(run.scenario)),
            ("footer", footer(run.info)),
            ("figures", figures::json(&view)),
            ("script", format!("{PARTS}{SCRIPT}")),
        ],
    )
}

/// Puts parts into a template, in one pass: what a part contains is never taken for a place to fill.
pub(crate) fn fill(template: &str, parts: &[(&str, String)]) -> String {
    let mut out = String::with_capacity(template.len() + parts.iter().map(|(_, part)| part.len()).sum::<usize>());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let (key, after) = after.split_once("}}").expect("the template closes its places");
        let part = parts.iter().find(|(name, _)| *name == key);
        out.push_str(part.map(|(_, part)| part.as_str()).expect("the template names known parts"));
        rest = after;
    }
    out.push_str(rest);
    out
}

/// In which surroundings a page can be seen.
pub(crate) enum Scheme {
    /// As on paper.
    Light,
    /// As the reader's system is.
    LightAndDark,
}

/// What a page is made of, besides words and pictures in the page itself.
pub(crate) enum Loads {
    /// Nothing.
    Nothing,
    /// A script that stands in it.
    Script,
}

/// How every page begins, up to the rules of its own: one file that asks nothing of the network.
pub(crate) fn head(title: &str, scheme: Scheme, loads: Loads) -> String {
    let scheme = match scheme {
        Scheme::Light => "light",
        Scheme::LightAndDark => "light dark",
    };
    let more = match loads {
        Loads::Nothing => "",
        Loads::Script => "; script-src 'unsafe-inline'; img-src data:",
    };
    let parts = [("more", more.into()), ("scheme", scheme.into()), ("title", escape(title)), ("style", style())];
    fill(HEAD, &parts)
}

/// The style sheet: fonts, light, and dark both by the reader's system and by the button.
fn style() -> String {
    let mut css = String::new();
    for (weight, font) in [400, 600].into_iter().zip(FONTS) {
        let _ = writeln!(
            css,
            "@font-face{{font-family:Inter;font-weight:{weight};src:url(data:font/otf;base64,{})}}",
            base64(font)
        );
    }
    css.push_str(STYLE);
    let _ = writeln!(
        css,
        "@media screen and (prefers-color-scheme:dark){{:root:not([data-theme=light]){{\n{DARK}}}\n{}}}",
        dark_rules(":root:not([data-theme=light]) figure")
    );
    let _ = writeln!(
        css,
        "@media screen{{:root[data-theme=dark]{{\n{DARK}}}\n{}}}",
        dark_rules(":root[data-theme=dark] figure")
    );
    css
}

fn lead(scenario: &Scenario) -> String {
    let mut out = String::new();
    if !scenario.question.trim().is_empty() {
        let _ = write!(out, "<p class=\"lead\">{}</p>", escape(scenario.question.trim()));
    }
    if !scenario.look_at.trim().is_empty() {
        let _ = write!(out, "<p>What to look at: {}</p>", escape(scenario.look_at.trim()));
    }
    out
}

fn facts(info: &RunInfo, valve: &str) -> String {
    format!(
        "{} citizens, {} days, seed {}, preset of the release valve: <a href=\"#limits\">{}</a>, engine {}",
        plain(info.citizens as f64, 0),
        plain(f64::from(info.last_day), 0),
        info.seed,
        escape(valve),
        escape(&info.engine_version)
    )
}

fn incomplete(info: &RunInfo) -> String {
    if info.complete {
        return String::new();
    }
    format!(
        "<p class=\"warn\"><strong>This run is incomplete.</strong> It ended after day {} of {}; every figure below is about these days only.</p>",
        info.last_day, info.days
    )
}

fn summary_table(summary: &[(String, String)]) -> String {
    if summary.is_empty() {
        return String::new();
    }
    let mut out = String::from("<table class=\"summary\"><tbody>");
    for (what, much) in summary {
        let _ = write!(out, "<tr><th scope=\"row\">{}</th><td>{}</td></tr>", escape(what), escape(much));
    }
    out + "</tbody></table>"
}

fn seen(charts: &[Chart]) -> String {
    let items: String = charts
        .iter()
        .map(|chart| format!("<li><a href=\"#{}\">{}</a></li>", chart.name, escape(&chart.title)))
        .collect();
    format!("<ul class=\"seen\">{items}</ul>")
}

/// The dated changes: a bar each, over the days of the run, and a table.
fn dates(view: &View) -> String {
    if view.policies.is_empty() {
        return "<p>Nothing: the same rules hold from the first day to the last.</p>".into();
    }
    let days = view.days.max(1) as f64;
    let (mut bars, mut rows) = (String::new(), String::new());
    for (index, policy) in view.policies.iter().enumerate() {
        let from = (policy.day as f64 - 1.0) / days * 100.0;
        let wide = (policy.until.unwrap_or(view.days) as f64 + 1.0 - policy.day as f64) / days * 100.0;
        let _ = write!(bars, "<div><i style=\"left:{from:.2}%;width:{:.2}%\"></i></div>", wide.max(0.0));
        let _ = write!(
            rows,
            "<tr><td>{}</td><td class=\"days\">{}</td><td>{}</td><td><code>{}</code></td></tr>",
            index + 1,
            escape(&policy.dates()),
            escape(&policy.label),
            escape(&policy.what)
        );
    }
    format!(
        "<div class=\"bars\" aria-hidden=\"true\">{bars}</div><p class=\"ends\" aria-hidden=\"true\"><span>day 1</span><span>day {}</span></p>\
         <div class=\"scroll\"><table><thead><tr><th scope=\"col\">No.</th><th scope=\"col\">Days</th><th scope=\"col\">Change</th>\
         <th scope=\"col\">What it sets</th></tr></thead><tbody>{rows}</tbody></table></div>",
        view.days
    )
}

fn figure(chart: &Chart) -> String {
    format!(
        "<figure id=\"{}\"><h3 class=\"narrow screen\" aria-hidden=\"true\">{}</h3>\
         <p class=\"narrow screen\">Swipe sideways to see the whole chart.</p><div class=\"picture\">{}</div>\
         <figcaption>{}</figcaption><details class=\"screen\"><summary>The figures behind it</summary>{}</details></figure>\n",
        chart.name,
        escape(&chart.title),
        chart.svg,
        escape(&chart.caption),
        table(&chart.table, &chart.title)
    )
}

fn table(table: &Table, caption: &str) -> String {
    let mut out = format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Figures: {0}\"><table class=\"num\"><caption>{0}</caption><thead><tr>",
        escape(caption)
    );
    for head in &table.head {
        let _ = write!(out, "<th scope=\"col\">{}</th>", escape(head));
    }
    out.push_str("</tr></thead><tbody>");
    for row in &table.rows {
        out.push_str("<tr>");
        for cell in row {
            let _ = write!(out, "<td>{}</td>", escape(cell));
        }
        out.push_str("</tr>");
    }
    out + "</tbody></table></div>"
}

fn parameters(scenario: &Scenario) -> String {
    let changes = scenario.changes();
    if changes.is_empty() {
        return "<p>None: every parameter has its default value.</p>".into();
    }
    let mut rows = String::new();
    for change in &changes {
        let _ = write!(
            rows,
            "<tr><td>{}<br><code>{}</code></td><td>{}</td><td>{}</td><td>{}</td></tr>",
            escape(&change.label),
            escape(&change.path),
            escape(&change.value.to_string()),
            escape(&change.default.to_string()),
            escape(change.unit)
        );
    }
    format!(
        "<p>Where no date is given, the value holds on all days on which no dated change says otherwise.</p>\
         <div class=\"scroll\"><table><thead><tr><th scope=\"col\">Parameter</th><th scope=\"col\">In this run</th>\
         <th scope=\"col\">Default</th><th scope=\"col\">Unit</th></tr></thead><tbody>{rows}</tbody></table></div>"
    )
}

fn again(info: &RunInfo) -> String {
    format!(
        "<p>The folder of this run holds its scenario in full. With engine {} this command gives the same tables, to the last byte:</p>\
         <pre><code>{}</code></pre>\
         <p>That it did can be seen from the digest, which must be equal:</p>\
         <div class=\"scroll\"><table class=\"facts-table\"><tbody>\
         <tr><th scope=\"row\">Digest of all tables</th><td><code>{}</code></td></tr>\
         <tr><th scope=\"row\">Scenario</th><td><code>{}</code></td></tr>\
         <tr><th scope=\"row\">Set on the command line</th><td>{}</td></tr></tbody></table></div>",
        escape(&info.engine_version),
        escape(&format!("contraband run scenario.ron --seed {} --days {}", info.seed, info.days)),
        escape(&info.digest),
        escape(&info.scenario_hash),
        if info.overrides.is_empty() {
            "nothing".to_owned()
        } else {
            let sets: Vec<String> = info
                .overrides
                .iter()
                .map(|(path, value)| format!("<code>{}={}</code>", escape(path), escape(value)))
                .collect();
            sets.join(", ")
        },
    )
}

/// What this must not be used for, in plain words.
fn limits(scenario: &Scenario) -> String {
    let valve = scenario.params.society.valve;
    let does = match valve {
        Valve::Valve => "calms the buyer",
        Valve::Neutral => "does nothing to the buyer's anxiety",
        Valve::Gateway => "stirs the buyer up",
    };
    let others: Vec<String> = Valve::ALL
        .iter()
        .filter(|&&other| other != valve)
        .map(|other| format!("<code>{}</code>", other.word()))
        .collect();
    let others = others.join(", ");
    format!(
        "<p>Contraband is a made-up world for thinking, teaching and asking. It is not fitted to any real market, \
         and most of its parameters are assumptions, each marked as such.</p>\
         <ul>\
         <li><strong>Do not forecast with it.</strong> Its credits, prices and counts stand for nothing outside the model.</li>\
         <li><strong>Do not judge people or places with it.</strong> No person, group, neighbourhood or product is described here; \
         nothing in it may guide who is watched, searched or punished.</li>\
         <li><strong>Do not take it as proof that a real policy works,</strong> or fails. It shows what follows from its assumptions.</li>\
         <li><strong>Do not take it as advice</strong> on running, joining or evading anything.</li>\
         <li><strong>Do not read one run as an effect.</strong> Another seed gives other numbers, and what changes after a date need not \
         change because of it. Run the world with and without the change, with the same many seeds, and look at the differences.</li>\
         <li><strong>Whether tolerated markets release pressure is assumed, not found.</strong> This run uses the preset \
         <code>{}</code>: a purchase {does}. Under the other presets ({others}) \
         anxiety and unrest can go the other way: report all three.</li>\
         </ul>",
        valve.word(),
    )
}

fn footer(info: &RunInfo) -> String {
    format!(
        "Contraband {}. This file works without a network and asks nothing of it. Digest {}.",
        escape(&info.engine_version),
        escape(&info.digest)
    )
}

/// Bytes as text, as data addresses want them.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0u32, |group, &byte| group << 8 | u32::from(byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            if place <= chunk.len() {
                out.push(char::from(LETTERS[(group >> (18 - 6 * place)) as usize & 63]));
            } else {
                out.push('=');
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::charts;
    use crate::charts::made_up::{Made, frames};

    fn info(complete: bool) -> RunInfo {
        RunInfo {
            schema: 1,
            engine_version: "0.1.0".into(),
            scenario: "crack_down <script>alert(1)</script>".into(),
            scenario_hash: "ab".repeat(32),
            seed: 7,
            days: 365,
            citizens: 10_000,
            valve: "valve".into(),
            overrides: BTreeMap::from([("law.fine".into(), "<b>240</b>".into())]),
            complete,
            last_day: 365,
            digest: "cd".repeat(32),
            tables: BTreeMap::new(),
        }
    }

    fn report(made: Made, complete: bool) -> String {
        let scenario = Scenario {
            question: "Does <i>doubling</i> the fine & more help?".into(),
            timeline: vec![contraband_sim::scenario::Entry {
                day: 120,
                until: Some(240),
                ramp: 0,
                places: vec![],
                set: vec![],
                label: "</script><img src=x onerror=alert(1)>".into(),
            }],
            ..Scenario::default()
        };
        let frames = frames(made);
        let charts = charts::draw(&View::new(&frames, &scenario, "made up".into()));
        let summary = [("trades".to_owned(), "18 204 <b>".to_owned())];
        html(&Frame { frames: &frames, info: &info(complete), scenario: &scenario }, &summary, &charts)
    }

    #[test]
    fn it_is_one_file_of_bounded_size_that_asks_nothing_of_the_network() {
        let page = report(Made::default(), true);
        std::fs::write(std::env::temp_dir().join("contraband-report-test.html"), &page).unwrap();
        assert!(page.len() < 4_000_000, "{} bytes", page.len());
        let own = page.replace("http://www.w3.org/2000/svg", "");
        for outside in ["http:", "https:", "src=\"", "<link", "@import", "url(//"] {
            assert!(!own.contains(outside), "{outside}");
        }
    }

    #[test]
    fn names_from_files_stay_words() {
        let page = report(Made { days: 30, ..Made::default() }, true);
        for broken in ["<script>alert", "<img", "<i>doubling", "<b>240", "204 <b>"] {
            assert!(!page.contains(broken), "{broken}");
        }
        assert_eq!(page.matches("</script>").count(), 2);
    }

    #[test]
    fn an_incomplete_run_says_so() {
        assert!(report(Made { days: 5, whole: false, ..Made::default() }, false).contains("This run is incomplete"));
        assert!(!report(Made { days: 5, ..Made::default() }, true).contains("This run is incomplete"));
    }

    #[test]
    fn it_says_what_it_must_not_be_used_for_and_which_valve_it_assumes() {
        let page = report(Made { days: 5, ..Made::default() }, true);
        assert!(page.contains("id=\"limits\"") && page.contains("Do not forecast with it"));
        assert!(page.contains("<code>valve</code>: a purchase calms"));
        assert!(page.contains("preset of the release valve: <a href=\"#limits\">valve</a>"));
        assert!(page.contains("contraband run scenario.ron --seed 7 --days 365"));
    }

    #[test]
    fn every_chart_has_its_name_and_its_table() {
        let page = report(Made { days: 40, ..Made::default() }, true);
        assert_eq!(page.matches("<figure id=").count(), 16);
        assert_eq!(page.matches("role=\"img\"").count(), 16);
        assert_eq!(page.matches("The figures behind it").count(), 16);
    }

    #[test]
    fn a_part_that_looks_like_a_place_is_left_alone() {
        assert_eq!(fill("a{{x}}b{{y}}", &[("x", "{{y}}".into()), ("y", "1".into())]), "a{{y}}b1");
    }

    #[test]
    fn base64_is_as_in_the_standard() {
        for (plain, coded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }
}
