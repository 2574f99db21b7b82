//! Charts of a run: one file a chart, drawn by plotters as SVG and turned into PNG from that very SVG.
//!
//! Each says in its title what is seen, computed from the rows; each brings the table behind it.

pub mod axes;
pub mod canvas;
mod colonies;
mod delegates;
mod enclaves;
mod goods;
mod harm;
mod law;
mod leaks;
#[cfg(test)]
pub(crate) mod made_up;
mod panels;
mod places;
mod prices;
mod risk;
mod sellers;
mod society;
pub mod style;
mod trade;
mod venues;
mod wealth;
mod welfare;
pub mod words;

use std::collections::BTreeMap;
use std::path::Path;

use contraband_sim::base::units::Value;
use contraband_sim::record::tables::{TABLES, TableSpec};
use contraband_sim::scenario::Scenario;
use polars::prelude::DataFrame;
use rayon::prelude::*;

use crate::error::StoreError;
use crate::measures;
use crate::measures::{mean, numbers};
use crate::store::{RunFolder, RunInfo};
use canvas::PictureSource;

/// A finished chart.
#[derive(Clone, Debug)]
pub struct Chart {
    /// Name of its files, without ending.
    pub name: &'static str,
    /// What is seen, in one sentence.
    pub title: String,
    /// What is drawn and in which unit.
    pub subtitle: String,
    /// How to read it, and what to beware of.
    pub caption: String,
    /// The figures behind it.
    pub table: FigureTable,
    /// The picture, as SVG.
    pub svg: DrawnSvg,
}

/// A picture as SVG; or why there is none: in this run there is nothing that it could show.
pub type DrawnSvg = Result<String, &'static str>;

/// Figures as words, ready to print.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FigureTable {
    /// Heads of the columns.
    pub head: Vec<String>,
    /// Rows, a cell for each head.
    pub rows: Vec<Vec<String>>,
}

impl FigureTable {
    /// Means of some series over up to twelve equal stretches of the run.
    pub fn of_periods(series: &[(String, &[f64])], say: fn(f64) -> String) -> Self {
        let days = series.iter().map(|(_, values)| values.len()).max().unwrap_or(0);
        let stretch = match days.div_ceil(12) {
            length if length > 5 && days > 84 => length.div_ceil(10) * 10,
            length => length.max(1),
        };
        let head = std::iter::once("Days".to_owned()).chain(series.iter().map(|(name, _)| name.clone())).collect();
        let rows = (0..days)
            .step_by(stretch)
            .map(|from| {
                let to = (from + stretch).min(days);
                let label = if to == from + 1 { format!("{to}") } else { format!("{} to {to}", from + 1) };
                let cells =
                    series.iter().map(|(_, values)| say(mean(&values[from.min(values.len())..to.min(values.len())])));
                std::iter::once(label).chain(cells).collect()
            })
            .collect();
        Self { head, rows }
    }
}

/// A dated change, as charts show it.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// First day.
    pub day: usize,
    /// Last day, where there is one.
    pub until: Option<usize>,
    /// Days until it holds in full.
    pub ramp: usize,
    /// What people call it.
    pub label: String,
    /// What it sets, and where.
    pub what: String,
    /// The places it holds in, by their names in files; empty for all.
    pub places: Vec<String>,
}

impl Policy {
    /// The dated changes of a scenario that fall within a run of so many days, in order of their dates.
    pub fn of(scenario: &Scenario, days: usize) -> Vec<Self> {
        let mut policies: Vec<Self> = scenario
            .timeline
            .iter()
            .filter(|entry| (entry.day as usize) <= days)
            .map(|entry| {
                let sets: Vec<String> = entry.set.iter().map(|(path, value)| format!("{path} = {value}")).collect();
                let at =
                    if entry.places.is_empty() { String::new() } else { format!(" in {}", entry.places.join(", ")) };
                let what = format!("{}{at}", sets.join(", "));
                let label = if entry.label.trim().is_empty() { what.clone() } else { entry.label.trim().to_owned() };
                Self {
                    day: (entry.day as usize).max(1),
                    until: entry.until.map(|day| day as usize).filter(|&day| day < days),
                    ramp: entry.ramp as usize,
                    label,
                    what,
                    places: entry.places.clone(),
                }
            })
            .collect();
        policies.sort_by_key(|policy| policy.day);
        policies
    }

    /// Its days within a run: from the day on which it holds in full, to its last day or the eve of the next change.
    pub fn span(&self, days: usize, all: &[Self]) -> (usize, usize) {
        let next = all.iter().map(|policy| policy.day).filter(|&day| day > self.day).min().unwrap_or(days + 1);
        (self.day + self.ramp, self.until.unwrap_or(days).min(next - 1).min(days))
    }

    /// "during “Crackdown”" or "after “Crackdown”".
    pub fn when(&self) -> String {
        let word = if self.until.is_some() { "during" } else { "after" };
        if self.label.chars().count() <= 40 {
            format!("{word} “{}”", self.label)
        } else {
            format!("{} day {}", if self.until.is_some() { "from" } else { "after" }, self.day)
        }
    }

    /// "day 90 to 180", "from day 90".
    pub fn dates(&self) -> String {
        let ramp = if self.ramp > 0 { format!(", phased in over {} days", self.ramp) } else { String::new() };
        match self.until {
            Some(until) => format!("day {} to {until}{ramp}", self.day),
            None => format!("from day {}{ramp}", self.day),
        }
    }
}

/// The tables that charts and the report read. One that a run has not is empty.
#[derive(Clone, Debug, Default)]
pub struct Frames {
    tables: BTreeMap<&'static str, DataFrame>,
    none: DataFrame,
}

impl Frames {
    /// Reads what charts and the report need of a run. A table that an unfinished or an older run has not is left empty.
    ///
    /// # Errors
    /// When a table that is there cannot be read.
    pub fn read(folder: &RunFolder) -> Result<Self, StoreError> {
        let known = |spec: &&&TableSpec| folder.info().tables.contains_key(spec.name);
        let mut frames = Self::default();
        for &spec in TABLES.iter().filter(known) {
            // Of the long ones, only what is drawn.
            let frame = match spec.name {
                "flows" => continue,
                "events" => folder.columns("events", &["day", "kind"])?,
                "syndicates" => folder.columns("syndicates", &["day", "kind", "revenue"])?,
                "citizens" => folder.columns("citizens", &["credits", "income"])?,
                name => folder.table(name)?,
            };
            frames.put(spec.name, frame);
        }
        Ok(frames)
    }

    /// A table; an empty one where the run has none of that name.
    pub fn of(&self, table: &str) -> &DataFrame {
        self.tables.get(table).unwrap_or(&self.none)
    }

    /// Puts a table in.
    pub fn put(&mut self, table: &'static str, frame: DataFrame) {
        self.tables.insert(table, frame);
    }
}

/// What every chart is drawn from.
pub struct View<'v> {
    /// The tables.
    pub frames: &'v Frames,
    /// How many days were lived.
    pub days: usize,
    /// Dated changes.
    pub policies: Vec<Policy>,
    /// What is assumed of the release valve, in words.
    pub valve: String,
    /// What a copy of what has leaked costs each day, against the cost of the good.
    pub copy_cost: Vec<f64>,
    /// The line at the foot of each chart: which run this is.
    pub foot: String,
}

impl<'v> View<'v> {
    /// Gathers what charts need to know about a run.
    pub fn new(frames: &'v Frames, scenario: &Scenario, foot: String) -> Self {
        let days = measures::greatest(&numbers(frames.of("days"), "day")).max(0.0) as usize;
        let copy_cost = (1..=days as u32).map(|day| copy_cost(scenario, day)).collect();
        let (policies, valve) = (Policy::of(scenario, days), words::assumption(&scenario.valve()));
        Self { frames, days, policies, valve, copy_cost, foot }
    }

    /// A column of the world's days, with a place for each day.
    pub fn daily(&self, column: &str) -> Vec<f64> {
        self.daily_of("days", column)
    }

    /// A column of a table with one row a day, with a place for each day; NaN where there is no such column.
    pub fn daily_of(&self, table: &str, column: &str) -> Vec<f64> {
        let mut series = vec![f64::NAN; self.days];
        let frame = self.frames.of(table);
        for (day, value) in numbers(frame, "day").into_iter().zip(numbers(frame, column)) {
            if day >= 1.0 && day as usize <= self.days {
                series[day as usize - 1] = value;
            }
        }
        series
    }

    /// Events of a kind, a number each day; NaN where the run wrote no events down.
    pub fn events(&self, kind: &str) -> Vec<f64> {
        let frame = self.frames.of("events");
        if frame.width() == 0 {
            return vec![f64::NAN; self.days];
        }
        let mut series = vec![0.0; self.days];
        for (day, what) in numbers(frame, "day").into_iter().zip(measures::words(frame, "kind")) {
            if what == kind && day >= 1.0 && day as usize <= self.days {
                series[day as usize - 1] += 1.0;
            }
        }
        series
    }

    /// A month, or the whole of a run that is shorter: the days over which what is rare is counted.
    pub fn month(&self) -> usize {
        self.days.clamp(1, 30)
    }

    /// Days over which daily counts are averaged: a week, or less where the run is short.
    pub fn window(&self) -> usize {
        if self.days >= 28 { 7 } else { 1 }
    }

    /// "7-day mean" or "daily".
    pub fn smoothing(&self) -> &'static str {
        if self.window() == 7 { "7-day mean" } else { "daily" }
    }

    /// A series as it is drawn.
    pub fn smooth(&self, series: &[f64]) -> Vec<f64> {
        if self.window() == 1 { series.to_vec() } else { measures::rolling_mean(series, self.window()) }
    }
}

/// What a copy costs on a day, against the cost of the good. It is the same in all places.
fn copy_cost(scenario: &Scenario, day: u32) -> f64 {
    match scenario.value_in("leaks.copy_cost", 0, day) {
        Value::Number(share) => share,
        Value::Flag(_) | Value::Word(_) => f64::NAN,
    }
}

/// Draws every chart of a run, and writes each that has something to show as `NAME.svg` and `NAME.png` into the folder
/// `out`, which is made.
///
/// # Errors
/// When a table cannot be read or a file cannot be written.
pub fn draw_all(folder: &RunFolder, scenario: &Scenario, out: &Path) -> Result<Vec<Chart>, StoreError> {
    let frames = Frames::read(folder)?;
    let info = folder.info();
    let unfinished =
        if info.complete { String::new() } else { format!(" · ended early, after day {}", info.last_day) };
    let people = words::plain(info.citizens as f64, 0);
    let foot = format!("Contraband · {} · seed {} · {people} citizens{unfinished}", info.scenario, info.seed);
    let charts = draw(&View::new(&frames, scenario, foot));
    std::fs::create_dir_all(out).map_err(StoreError::system("create", out))?;
    write(&charts, &origin(info), out).map_err(StoreError::system("write", out))?;
    Ok(charts)
}

/// Which run a picture shows, as JSON.
fn origin(info: &RunInfo) -> String {
    let mut origin = serde_json::json!({
        "scenario": info.scenario, "scenario_hash": info.scenario_hash, "seed": info.seed, "days": info.days,
        "last_day": info.last_day, "digest": info.digest,
    });
    info.build().tell(&mut origin);
    origin.to_string()
}

/// Draws every chart; several at once, on as many threads as the machine has.
pub fn draw(view: &View) -> Vec<Chart> {
    const CHARTS: &[fn(&View) -> Chart] = &[
        prices::draw,
        trade::draw,
        goods::draw,
        law::draw,
        risk::draw,
        harm::draw,
        wealth::draw,
        sellers::draw,
        delegates::draw,
        society::draw,
        welfare::draw,
        places::draw,
        enclaves::draw,
        colonies::draw,
        venues::draw,
        leaks::draw,
    ];
    CHARTS.par_iter().map(|chart| chart(view)).collect()
}

/// Writes each chart that has something to show as `NAME.svg` and `NAME.png` into a folder that exists. `origin` says in
/// the PNG what was drawn.
///
/// # Errors
/// When a file cannot be written.
pub fn write(charts: &[Chart], origin: &str, folder: &Path) -> std::io::Result<()> {
    charts.par_iter().try_for_each(|chart| {
        let Ok(svg) = &chart.svg else { return Ok(()) };
        let source = PictureSource { title: chart.title.clone(), origin: origin.into() };
        std::fs::write(folder.join(chart.name).with_extension("svg"), svg)?;
        std::fs::write(folder.join(chart.name).with_extension("png"), canvas::png(svg, &source))
    })
}

#[cfg(test)]
mod tests {
    use contraband_sim::scenario::TimelineEntry;
    use polars::prelude::{Column, DataType};

    use super::made_up::{Made, frames};
    use super::*;

    fn crackdown() -> Scenario {
        let entry = |day, until, label: &str| TimelineEntry {
            day,
            until,
            ramp: 0,
            places: Vec::new(),
            set: Vec::new(),
            label: label.into(),
        };
        Scenario { timeline: vec![entry(120, Some(240), "Crackdown <&>")], ..Scenario::default() }
    }

    fn drawn(made: Made, scenario: &Scenario) -> Vec<Chart> {
        let frames = frames(made);
        draw(&View::new(&frames, scenario, "made up, seed 1".into()))
    }

    fn svg(chart: &Chart) -> &str {
        chart.svg.as_deref().unwrap_or_else(|why| panic!("{} is not drawn: {why}", chart.name))
    }

    /// Where a column is renamed, a chart would come out empty: this holds charts to the tables.
    #[test]
    fn every_chart_finds_its_columns() {
        for chart in drawn(Made::default(), &crackdown()) {
            let svg = svg(&chart);
            assert!(svg.matches("<polyline").count() > 5, "{}", chart.name);
            assert!(!chart.subtitle.contains("Left out"), "{}: {}", chart.name, chart.subtitle);
            assert!(!chart.table.rows.is_empty() && !chart.caption.is_empty());
            assert!(chart.table.rows.iter().all(|row| row.len() == chart.table.head.len()), "{}", chart.name);
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{}", chart.name);
        }
    }

    /// A title that averages what the table does not says another number than the rows below it.
    #[test]
    fn the_largest_seller_takes_as_much_in_the_title_as_in_the_table() {
        let charts = drawn(Made { sellers: 20, ..Made::default() }, &Scenario::default());
        let sellers = charts.iter().find(|chart| chart.name == "sellers").expect("there is one");
        let largest = &sellers.table.rows[0];
        assert_eq!(largest[0], "Top 1");
        assert!(sellers.title.ends_with(&format!("the largest takes {} of it", largest[2])), "{}", sellers.title);
    }

    #[test]
    fn odd_runs_are_drawn_too() {
        let odd = [
            Made { days: 1, ..Made::default() },
            Made { days: 2, places: 1, ..Made::default() },
            Made { days: 13, sellers: 1, ..Made::default() },
            Made { days: 29, whole: false, ..Made::default() },
            Made { trade: false, ..Made::default() },
            Made { places: 50, days: 60, ..Made::default() },
            Made { days: 4000, places: 1, ..Made::default() },
        ];
        for made in odd {
            for scenario in [Scenario::default(), crackdown()] {
                for chart in drawn(made, &scenario) {
                    if let Ok(svg) = &chart.svg {
                        let png = canvas::png(svg, &PictureSource::default());
                        assert!(png.starts_with(b"\x89PNG"), "{}", chart.name);
                    }
                    assert!(!chart.title.is_empty() && !chart.title.contains("NaN"), "{}: {}", chart.name, chart.title);
                }
            }
        }
    }

    #[test]
    fn without_any_table_no_chart_is_drawn_and_each_says_why() {
        let frames = Frames::default();
        for chart in draw(&View::new(&frames, &crackdown(), String::new())) {
            assert!(chart.svg.as_ref().is_err_and(|why| why.ends_with("in this run")), "{}", chart.name);
        }
    }

    /// The places of lines and shapes of a picture, each with its tag.
    fn marks(svg: &str) -> Vec<(&str, Vec<(f64, f64)>)> {
        let drawn = svg.split('<').filter_map(|part| {
            let tag = ["polyline", "polygon"].into_iter().find(|tag| part.starts_with(tag))?;
            let points = part.split_once("points=\"")?.1.split_once('"')?.0;
            let point = |pair: &str| {
                let (x, y) = pair.split_once(',').expect("a point");
                (x.parse::<f64>().expect("a number"), y.parse::<f64>().expect("a number"))
            };
            Some((tag, points.split_whitespace().map(point).collect()))
        });
        drawn.collect()
    }

    /// plotters draws what is no number in the corner, and what lies beyond the canvas at its edge.
    #[test]
    fn in_no_chart_is_anything_drawn_where_it_is_not() {
        // Values that are missing, and values far off: also those that no engine writes.
        type Hole = fn(usize) -> Option<f64>;
        let holes: [(&str, Hole); 4] = [
            ("a gap", |row| (row % 50 < 20).then_some(f64::NAN)),
            ("nothing at all", |_| Some(f64::NAN)),
            ("infinite", |row| (row % 7 == 0).then_some(if row % 2 == 0 { f64::INFINITY } else { f64::NEG_INFINITY })),
            ("far off", |row| (row == 40).then_some(-1e12)),
        ];
        for (kind, hole) in holes {
            let mut frames = frames(Made { days: 200, ..Made::default() });
            for frame in frames.tables.values_mut() {
                let names: Vec<String> = frame.get_column_names().iter().map(ToString::to_string).collect();
                for name in names.iter().filter(|name| *name != "day") {
                    if frame.column(name).unwrap().dtype() == &DataType::Float64 {
                        let holed: Vec<f64> = numbers(frame, name)
                            .into_iter()
                            .enumerate()
                            .map(|(row, value)| hole(row).unwrap_or(value))
                            .collect();
                        frame.with_column(Column::new(name.as_str().into(), holed)).unwrap();
                    }
                }
            }
            for chart in draw(&View::new(&frames, &crackdown(), String::new())) {
                let Ok(svg) = &chart.svg else { continue };
                assert!(!svg.contains("NaN") && !svg.contains("inf,"), "{}, {kind}", chart.name);
                let high: f64 =
                    svg.split_once("viewBox=\"0 0 2400 ").unwrap().1.split_once('"').unwrap().0.parse().unwrap();
                for (tag, points) in marks(svg) {
                    for (x, y) in points {
                        let inside = (20.0..=style::WIDTH).contains(&x) && (20.0..=high).contains(&y);
                        assert!(inside, "{}, {kind}: a {tag} goes to {x}, {y}", chart.name);
                    }
                }
                for circle in svg.split("<circle ").skip(1) {
                    assert!(!circle.starts_with("cx=\"0\"") && !circle.contains("cy=\"0\""), "{}, {kind}", chart.name);
                }
            }
        }
    }

    /// A font that is wider than ours, or narrower, takes the same room.
    #[test]
    fn every_text_says_how_wide_it_is() {
        for chart in drawn(Made::default(), &crackdown()) {
            let svg = svg(&chart);
            assert!(svg.matches("<text ").count() > 10, "{}", chart.name);
            assert_eq!(svg.matches("<text ").count(), svg.matches("<text textLength=").count(), "{}", chart.name);
        }
    }

    #[test]
    fn names_in_other_scripts_are_written_in_latin_letters_and_that_is_said() {
        let mut scenario = crackdown();
        scenario.timeline[0].label = "镇压 حملة ☃".into();
        for chart in drawn(Made::default(), &scenario) {
            let svg = svg(&chart);
            let shown = svg.split_once("</desc>").unwrap().1;
            assert!(!shown.contains('镇') && !shown.contains('☃') && shown.contains("Zhen Ya"), "{}", chart.name);
            assert!(shown.contains(style::IN_LATIN), "{}", chart.name);
        }
        assert!(drawn(Made::default(), &crackdown()).iter().all(|chart| !svg(chart).contains(style::IN_LATIN)));
    }

    #[test]
    fn titles_say_what_the_tables_hold() {
        let titles: Vec<String> = drawn(Made::default(), &crackdown()).into_iter().map(|chart| chart.title).collect();
        assert!(
            titles[0].starts_with("Median prices rise by ") && titles[0].ends_with("during “Crackdown <&>”"),
            "{titles:?}"
        );
        assert!(titles[1].starts_with("Trade falls by "), "{titles:?}");
        assert!(
            titles[3].starts_with("Cases rise by 78") && titles[3].ends_with("during “Crackdown <&>”"),
            "{titles:?}"
        );
    }

    /// Whether trade calms is an assumption, so no chart of anxiety, unrest or welfare goes without it.
    #[test]
    fn charts_of_anxiety_name_the_preset_of_the_valve() {
        let mut scenario = crackdown();
        scenario.timeline[0].set = vec![("society.valve".into(), Value::Word("gateway"))];
        for chart in drawn(Made::default(), &scenario) {
            let named =
                chart.subtitle.contains("(release valve); from day 120 to 240 buying makes people more anxious");
            assert_eq!(named, ["society", "places", "welfare"].contains(&chart.name), "{}", chart.name);
            let svg = svg(&chart);
            assert!(named || !(svg.contains("nxiety") || svg.contains("nrest")), "{}", chart.name);
        }
    }

    /// Folders of older engines have neither the tables nor the columns of newer ones.
    #[test]
    fn without_the_newer_tables_the_older_charts_are_as_before() {
        let scenario = crackdown();
        let mut frames = frames(Made::default());
        for name in ["counts", "providers", "enclaves", "colonies", "welfare"] {
            frames.tables.remove(name);
        }
        for chart in draw(&View::new(&frames, &scenario, String::new())) {
            let gone = ["delegates", "enclaves", "colonies", "welfare", "leaks"].contains(&chart.name);
            assert_eq!(chart.svg.is_err(), gone, "{}", chart.name);
            let thinner = ["goods", "harm"].contains(&chart.name);
            assert_eq!(chart.subtitle.contains("Left out, "), thinner, "{}: {}", chart.name, chart.subtitle);
        }
    }

    #[test]
    fn names_from_files_are_escaped() {
        for chart in drawn(Made::default(), &crackdown()) {
            assert!(!svg(&chart).contains("<&>"), "{}", chart.name);
        }
    }

    #[test]
    fn pictures_are_written() {
        let folder = tempfile::tempdir().unwrap();
        let mut charts = drawn(Made::default(), &crackdown());
        charts[3].svg = Err("nothing to show in this run");
        write(&charts, "{\"seed\":1,\"scenario\":\"市\"}", folder.path()).unwrap();
        for chart in charts.iter().filter(|chart| chart.svg.is_ok()) {
            let read = |ending: &str| std::fs::read(folder.path().join(chart.name).with_extension(ending)).unwrap();
            assert_eq!(String::from_utf8(read("svg")).unwrap(), svg(chart));
            let bytes = read("png");
            let png = png::Decoder::new(std::io::Cursor::new(&bytes)).read_info().unwrap();
            let texts: Vec<(&str, String)> = (png.info().utf8_text.iter())
                .map(|chunk| (chunk.keyword.as_str(), chunk.get_text().unwrap()))
                .collect();
            assert_eq!(texts, [("Title", chart.title.clone()), ("Source", "{\"seed\":1,\"scenario\":\"市\"}".into())]);
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2 * (charts.len() - 1));
        assert!(write(&charts, "", &folder.path().join("nowhere")).is_err());
    }
}
