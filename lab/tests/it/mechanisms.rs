//! The table of mechanisms in the model is that of the study from which it is made.

use contraband_lab::files::study::file::read_study;
use contraband_sim::base::words::first_few;
use contraband_sim::scenario::library::STUDIES;
use contraband_sim::scenario::tree::Format;

use crate::paired::library;

const MODEL: &str = include_str!("../../../sim/MODEL.md");

#[test]
fn the_table_of_mechanisms_has_a_row_for_every_arm_of_the_study_and_says_of_when_and_which_seeds_it_is() {
    let text = STUDIES.iter().find(|study| study.name == "studies/mechanisms").expect("it is there").text;
    let study = read_study(text, Format::Ron, &|name| Ok(library(name))).expect("it is sound");
    let begin = "<!-- made by: cargo run --release -p contraband-lab --example mechanisms -- DATE -->\n";
    let told = MODEL.split_once(begin).and_then(|(_, rest)| rest.split_once("<!-- end of the table of mechanisms -->"));
    let told = told.expect("the model has the table").0;
    let (head, rows) = told.split_once("|---|---|---|---|---|---|\n").expect("it has a head");
    let seeds = format!("with seeds {} to {}", study.first_seed, study.first_seed + study.seeds - 1);
    assert!(head.contains(&seeds), "not {seeds}: {head}");
    let date = head.strip_prefix("Measured on ").and_then(|rest| rest.split_once(' ')).expect("it says when").0;
    assert!(date.len() == 10 && date.split('-').all(|part| part.parse::<u32>().is_ok()), "no date: {date}");
    // What a row says of its arm is what the study says today: of another default value it has to be measured again.
    let due: Vec<String> = study
        .arms
        .iter()
        .map(|arm| format!("**{}** ({})", arm.name.replace('_', " "), first_few(&arm.changes(&study.base), 3, ", ")))
        .collect();
    let cells: Vec<Vec<&str>> = rows.lines().map(|row| row.trim_matches(['|', ' ']).split(" | ").collect()).collect();
    let names: Vec<&str> = cells.iter().map(|row| row[0]).collect();
    assert_eq!(names, due, "cargo run --release -p contraband-lab --example mechanisms -- DATE");
    for row in &cells {
        let figures = &row[1..5];
        let is_figure = |cell: &&str| *cell == "the same in all seeds" || (cell.contains(" to ") && cell.contains('('));
        assert!(row.len() == 6 && figures.iter().all(is_figure) && !row[5].is_empty(), "{row:?}");
        assert!(!row.iter().any(|cell| cell.contains("NaN") || cell.contains("inf")), "{row:?}");
        // What moves none of the four moves something else, or is not felt in this world and says so.
        let none = row[5].starts_with("*none*");
        assert!(
            !none || figures.iter().all(|cell| *cell == "the same in all seeds" || cell.starts_with(['−', '0', '1']))
        );
    }
}
