//! `report.html`: one file that holds a whole run, for reading, printing and handing on. It asks nothing of the network.

mod figures;

use std::fmt::Write as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use contraband_pages::{BASICS, LINECHART, THEME, UPLOT, UPLOT_LICENCE, UPLOT_STYLE, script};
use contraband_sim::FIT;
use contraband_sim::base::units::Valve;
use contraband_sim::scenario::Scenario;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::charts::style::{FONTS, dark_rules};
use crate::charts::words::{name, plain};
use crate::charts::{Chart, FigureTable, Frames, View};
use crate::error::StoreError;
use crate::store::{RunFolder, RunInfo};

const STYLE: &str = include_str!("report.css");
const DARK: &str = include_str!("dark.css");
const SCRIPT: &str = include_str!("report.js");

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
    let title = name(&run.info.scenario);
    let about = PageHead {
        title: &format!("{title}, seed {}: a Contraband run", run.info.seed),
        scheme: Scheme::LightAndDark,
        loads: Loads::Script,
        rules: UPLOT_STYLE,
    };
    let body = html! {
        a.skip href="#short" { "Skip to the summary" }
        div.page {
            header {
                div.kicker {
                    span { "Contraband: report of one run" }
                    button.small.screen #theme type="button" hidden { "Dark" }
                }
                h1 { (title) }
                (lead(run.scenario))
                p.facts { (facts(run.info, &view.valve)) }
                (incomplete(run.info))
                @for idle in run.scenario.idle_in_file() {
                    p.warn { strong { "Note:" } " " (idle.to_string().replace('`', "")) "." }
                }
                nav aria-label="Parts of this report" {
                    ul {
                        li { a href="#short" { "In short" } }
                        li { a href="#dates" { "What changed, and when" } }
                        li { a href="#charts" { "Charts" } }
                        li { a href="#explore" { "Look closer" } }
                        li { a href="#parameters" { "Parameters" } }
                        li { a href="#again" { "Run it again" } }
                        li { a href="#limits" { "Limits of use" } }
                    }
                }
            }
            main {
                (section("short", "In short", html! {
                    (summary_table(summary))
                    h3 { "What the charts show" }
                    (seen(charts))
                    p.quiet {
                        "One run of a model with one seed. Before leaning on a number, read the "
                        a href="#limits" { "limits of use" } "."
                    }
                }))
                (section("dates", "What changed, and when", dates(&view)))
                (section("charts", "Charts", html! {
                    p.quiet.intro {
                        "Each is also in the folder " code { "charts" } ", as SVG and PNG, for slides and papers."
                    }
                    @for chart in charts { (figure(chart)) }
                    (not_drawn(charts))
                }))
                (section("explore", "Look closer", html! {
                    p.intro {
                        "Any column of the daily tables: choose what to see, point at the lines to read values. "
                        (thinned(&view))
                    }
                    noscript {
                        p.warn {
                            "These charts need scripts, which are switched off here. All figures are in the Parquet files of \
                             the run folder."
                        }
                    }
                    div #explorers {}
                    button #more type="button" hidden { "One more chart" }
                }))
                (section("parameters", "Parameters that differ from the default world", parameters(run.scenario)))
                (section("again", "Run it again", again(run.info)))
                (section("limits", "Limits of use", limits(run.scenario)))
            }
            footer { (footer(run.info)) }
        }
        script #figures type="application/json" { (PreEscaped(figures::json(&view))) }
        script type="module" {
            (PreEscaped(script(&[UPLOT_LICENCE, UPLOT, BASICS, LINECHART, THEME, SCRIPT])))
        }
    };
    page(&about, &body)
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

/// What stands in the head of a page.
pub(crate) struct PageHead<'p> {
    /// Its title.
    pub title: &'p str,
    /// Its surroundings.
    pub scheme: Scheme,
    /// What it is made of.
    pub loads: Loads,
    /// Rules of its own, added to those of all pages.
    pub rules: &'p str,
}

/// A page: one file that asks nothing of the network. Whatever is put into it as text stays text.
pub(crate) fn page(about: &PageHead<'_>, body: &Markup) -> String {
    let scheme = match about.scheme {
        Scheme::Light => "light",
        Scheme::LightAndDark => "light dark",
    };
    let more = match about.loads {
        Loads::Nothing => "",
        Loads::Script => "; script-src 'unsafe-inline'; img-src data:",
    };
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy"
                    content={ "default-src 'none'; style-src 'unsafe-inline'; font-src data:" (more) };
                meta name="color-scheme" content=(scheme);
                title { (about.title) }
                style { (PreEscaped(style())) (PreEscaped(about.rules)) }
            }
            body { (body) }
        }
    };
    page.into_string()
}

/// A part of a page that its heading names.
pub(crate) fn section(id: &str, title: &str, content: Markup) -> Markup {
    html! {
        section aria-labelledby=(id) {
            h2 id=(id) { (title) }
            (content)
        }
    }
}

/// A table that may be wider than a phone.
pub(crate) fn scroll(table: Markup) -> Markup {
    html! { div.scroll tabindex="0" { (table) } }
}

/// The head of a table.
pub(crate) fn heads(columns: &[impl AsRef<str>]) -> Markup {
    html! { thead { tr { @for column in columns { th scope="col" { (column.as_ref()) } } } } }
}

/// The style sheet: fonts, light, and dark both by the reader's system and by the button.
fn style() -> String {
    let mut css = String::new();
    for (weight, font) in [400, 600].into_iter().zip(FONTS) {
        let _ = writeln!(
            css,
            "@font-face{{font-family:Inter;font-weight:{weight};src:url(data:font/otf;base64,{})}}",
            STANDARD.encode(font)
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

fn thinned(view: &View) -> String {
    if view.days <= figures::POINTS {
        return "This page shows every day.".into();
    }
    let days = crate::measures::stretch(view.days, figures::POINTS);
    format!("To stay small, this page shows means over {days} days; the tables of the run hold every day.")
}

fn lead(scenario: &Scenario) -> Markup {
    let (question, look_at) = (scenario.question.trim(), scenario.look_at.trim());
    html! {
        @if !question.is_empty() { p.lead { (question) } }
        @if !look_at.is_empty() { p { "What to look at: " (look_at) } }
    }
}

fn facts(info: &RunInfo, valve: &str) -> Markup {
    html! {
        (plain(info.citizens as f64, 0)) " citizens, " (plain(f64::from(info.last_day), 0)) " days, seed " (info.seed)
        ", assumption: " a href="#limits" { (valve) } ", engine " (info.build().name())
    }
}

fn incomplete(info: &RunInfo) -> Markup {
    html! {
        @if !info.complete {
            p.warn {
                strong { "This run is incomplete." }
                " It ended after day " (info.last_day) " of " (info.days)
                "; every figure below covers these days only."
            }
        }
    }
}

fn summary_table(summary: &[(String, String)]) -> Markup {
    html! {
        @if !summary.is_empty() {
            table.summary {
                tbody { @for (what, much) in summary { tr { th scope="row" { (what) } td { (much) } } } }
            }
        }
    }
}

fn seen(charts: &[Chart]) -> Markup {
    let drawn = charts.iter().filter(|chart| chart.svg.is_ok());
    html! { ul.seen { @for chart in drawn { li { a href={ "#" (chart.name) } { (chart.title) } } } } }
}

/// The charts that have nothing to show.
fn not_drawn(charts: &[Chart]) -> Markup {
    let said: Vec<String> = (charts.iter())
        .filter_map(|chart| chart.svg.as_ref().err().map(|why| format!("{} ({why})", name(chart.name).to_lowercase())))
        .collect();
    html! { @if !said.is_empty() { p.quiet #not-drawn { "Not drawn: " (said.join("; ")) "." } } }
}

/// The dated changes: a bar each, over the days of the run, and a table.
fn dates(view: &View) -> Markup {
    if view.policies.is_empty() {
        return html! { p { "Nothing: the same rules apply from the first day to the last." } };
    }
    let days = view.days.max(1) as f64;
    let bars = view.policies.iter().map(|policy| {
        let from = (policy.day as f64 - 1.0) / days * 100.0;
        let wide = (policy.until.unwrap_or(view.days) as f64 + 1.0 - policy.day as f64) / days * 100.0;
        format!("left:{from:.2}%;width:{:.2}%", wide.max(0.0))
    });
    html! {
        div.bars aria-hidden="true" { @for bar in bars { div { i style=(bar) {} } } }
        p.ends aria-hidden="true" { span { "day 1" } span { "day " (view.days) } }
        (scroll(html! {
            table {
                (heads(&["No.", "Days", "Change", "What it sets"]))
                tbody {
                    @for (policy, nth) in view.policies.iter().zip(1..) {
                        tr {
                            td { (nth) }
                            td.days { (policy.dates()) }
                            td { (policy.label) }
                            td { code { (policy.what) } }
                        }
                    }
                }
            }
        }))
    }
}

fn figure(chart: &Chart) -> Markup {
    let Ok(svg) = &chart.svg else { return html! {} };
    html! {
        figure id=(chart.name) {
            h3.narrow.screen aria-hidden="true" { (chart.title) }
            p.narrow.screen { "Swipe sideways to see the whole chart." }
            div.picture tabindex="0" { (PreEscaped(svg)) }
            figcaption { (chart.caption) }
            details.screen { summary { "The figures behind it" } (table(&chart.table, &chart.title)) }
        }
    }
}

fn table(table: &FigureTable, caption: &str) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label={ "Figures: " (caption) } {
            table.num {
                caption { (caption) }
                (heads(&table.head))
                tbody { @for row in &table.rows { tr { @for cell in row { td { (cell) } } } } }
            }
        }
    }
}

fn parameters(scenario: &Scenario) -> Markup {
    let changes = scenario.changes();
    if changes.is_empty() {
        return html! { p { "None: every parameter has its default value." } };
    }
    html! {
        p { "Without dates, the value applies on every day for which no dated change says otherwise." }
        (scroll(html! {
            table {
                (heads(&["Parameter", "In this run", "Default", "Unit"]))
                tbody {
                    @for change in &changes {
                        tr {
                            td { (change.label) br; code { (change.path) } }
                            td { (change.value) }
                            td { (change.default) }
                            td { (change.unit) }
                        }
                    }
                }
            }
        }))
    }
}

fn again(info: &RunInfo) -> Markup {
    html! {
        p {
            "The folder of this run holds its complete scenario. With engine " (info.build().name())
            " this command produces the same tables, byte for byte:"
        }
        pre { code { "contraband run scenario.ron --seed " (info.seed) " --days " (info.days) } }
        p { "To check, compare the digest, which must be equal:" }
        (scroll(html! {
            table.facts-table {
                tbody {
                    tr { th scope="row" { "Digest of all tables" } td { code { (info.digest) } } }
                    tr { th scope="row" { "Scenario" } td { code { (info.scenario_hash) } } }
                    tr {
                        th scope="row" { "Set on the command line" }
                        td {
                            @if info.overrides.is_empty() { "nothing" }
                            @for (nth, (path, value)) in info.overrides.iter().enumerate() {
                                @if nth > 0 { ", " }
                                code { (path) "=" (value) }
                            }
                        }
                    }
                }
            }
        }))
    }
}

/// What this must not be used for, in plain words.
fn limits(scenario: &Scenario) -> Markup {
    let valve = scenario.params.society.valve;
    let does = match valve {
        Valve::Valve => "calms the buyer",
        Valve::Neutral => "leaves the buyer's anxiety as it is",
        Valve::Gateway => "makes the buyer more anxious",
    };
    let others = Valve::ALL.iter().filter(|&&other| other != valve).enumerate();
    html! {
        p {
            "Contraband is a made-up world for thinking, teaching and asking questions; most of its parameters are assumptions, \
             each marked as such. " (FIT.replace('`', ""))
        }
        ul {
            li {
                strong { "Do not forecast with it." }
                " Its credits, prices and counts stand for nothing outside the model."
            }
            li {
                strong { "Do not judge people or places by it." }
                " No person, group, neighbourhood or product is described here; nothing in it may guide who is watched, searched \
                 or punished."
            }
            li {
                strong { "Do not take it as proof that a real policy works," }
                " or fails. It shows what follows from its assumptions."
            }
            li { strong { "Do not take it as advice" } " on running, joining or evading anything." }
            li {
                strong { "Do not read one run as an effect." }
                " Another seed gives other numbers, and a change after a date need not be due to what happened on it. Run the \
                 world with and without the change, each with the same many seeds, and look at the differences."
            }
            li {
                strong { "Whether tolerated markets release pressure is an assumption, not a finding." }
                " This run uses the preset " code { (valve.word()) } ": a purchase " (does) ". Under the other presets ("
                @for (nth, other) in others {
                    @if nth > 0 { ", " }
                    code { (other.word()) }
                }
                "), anxiety and unrest may move the other way: report all three."
            }
        }
    }
}

fn footer(info: &RunInfo) -> Markup {
    html! {
        "Contraband " (info.build().name()) ". This file works offline and loads nothing from the network. Its line charts are drawn by uPlot, \
         under the MIT licence. Digest " (info.digest) "."
    }
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
            engine_fingerprint: String::new(),
            commit: String::new(),
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
            timeline: vec![contraband_sim::scenario::TimelineEntry {
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
        assert!(page.len() < 4_000_000, "{} bytes", page.len());
        // Names, not addresses that anybody asks: of SVG, and of uPlot in its first line.
        let own = page.replace("http://www.w3.org/2000/svg", "").replace("/*! https://github.com/leeoniya/uPlot ", "");
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
        assert!(page.contains("assumption: <a href=\"#limits\">buying calms people (release valve)</a>"));
        assert!(page.contains("contraband run scenario.ron --seed 7 --days 365"));
    }

    #[test]
    fn a_chart_with_nothing_to_show_is_not_drawn_and_that_is_said() {
        let page = report(Made { days: 40, trade: false, ..Made::default() }, true);
        let drawn = page.matches("<figure id=").count();
        assert!(drawn < 16 && page.matches("role=\"img\"").count() == drawn, "{drawn}");
        let said = page.split_once("Not drawn: ").expect("it is said").1.split_once("</p>").unwrap().0;
        assert!(said.contains("trade (no trade in this run)"), "{said}");
        assert_eq!(said.matches(" (").count(), 16 - drawn, "{said}");
        assert!(!page.contains("href=\"#trade\""));
        assert!(!report(Made { days: 40, ..Made::default() }, true).contains("Not drawn"));
    }

    #[test]
    fn every_chart_has_its_name_and_its_table() {
        let page = report(Made { days: 40, ..Made::default() }, true);
        assert_eq!(page.matches("<figure id=").count(), 16);
        assert_eq!(page.matches("role=\"img\"").count(), 16);
        assert_eq!(page.matches("The figures behind it").count(), 16);
    }
}
