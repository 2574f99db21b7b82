//! The documents are held to the code: what is state, what can be set and what happens in a day stands in them, and
//! nothing else does.

use std::collections::{BTreeMap, BTreeSet};

use contraband_sim::ids::good::Good;
use contraband_sim::params::house::{HouseParams, HouseSpec};
use contraband_sim::scenario::Scenario;
use contraband_sim::scenario::levers::levers;
use contraband_sim::scenario::reference::parameters_md;
use contraband_sim::schedule::day_md;

use crate::invariants::sources;

const MODEL: &str = include_str!("../../MODEL.md");
const PARAMETERS: &str = include_str!("../../PARAMETERS.md");

/// What is written as code in a document: the insides of backticks and of fenced blocks.
fn code(document: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for (nth, part) in document.split("```").enumerate() {
        if nth % 2 == 1 {
            found.push(part);
        } else {
            found.extend(part.split('`').skip(1).step_by(2));
        }
    }
    found
}

/// The names in a document's code, such as `fine` and `law.fine`; each also without what stands before its last point.
fn names(document: &str) -> BTreeSet<&str> {
    let is_part = |c: char| c.is_alphanumeric() || "_.*".contains(c);
    let words = code(document).into_iter().flat_map(|code| code.split(move |c: char| !is_part(c)));
    words.flat_map(|word| [word.trim_matches('.'), word.rsplit('.').next().unwrap_or(word)]).collect()
}

/// A lever's path with a star in place of the name of a good, where all goods have it, or of an item of a list.
fn general(path: &str, shared: &BTreeSet<String>) -> String {
    match path.split('.').collect::<Vec<_>>()[..] {
        ["goods", _, field] if !shared.contains(field) => path.into(),
        [group, _, field] => format!("{group}.*.{field}"),
        _ => path.into(),
    }
}

/// Every lever of the default world, and those of houses, which it has not, under its general path, once.
fn parameters() -> BTreeSet<String> {
    let mut scenario = Scenario::default();
    scenario.params.houses.push(HouseSpec { name: "house".into(), params: HouseParams::default() });
    let paths: Vec<String> = levers(&scenario).into_iter().map(|lever| lever.path).collect();
    let fields = |good: &Good| -> BTreeSet<String> {
        let prefix = format!("goods.{}.", good.word());
        paths.iter().filter_map(|path| path.strip_prefix(&prefix)).map(Into::into).collect()
    };
    let shared = Good::ALL.iter().map(fields).reduce(|one, other| &one & &other).expect("there are goods");
    paths.iter().map(|path| general(path, &shared)).collect()
}

/// What is kept in a snapshot, and what citizens and other actors consist of: each struct with its fields.
fn states() -> BTreeMap<String, Vec<String>> {
    // How a snapshot is laid out, and an amount.
    const NO_STATE: [&str; 3] = ["Parts", "Owner", "Credits"];
    let found = sources("sim/src").into_iter().flat_map(|(_, text)| states_in(&text));
    found.filter(|(name, _)| !NO_STATE.contains(&name.as_str())).collect()
}

/// The same in one source.
fn states_in(text: &str) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if !line.starts_with("#[derive(") || !(line.contains("Component") || line.contains("Deserialize")) {
            continue;
        }
        let Some(head) = lines.by_ref().find(|line| !line.starts_with('#') && !line.starts_with("//")) else { break };
        let Some((_, name)) = head.split_once("struct ") else { continue };
        let name: String = name.chars().take_while(|c| c.is_alphanumeric()).collect();
        let mut fields = Vec::new();
        if head.ends_with('{') {
            for line in lines.by_ref().take_while(|line| *line != "}") {
                let line = line.trim();
                if let Some((before, _)) = line.split_once(": ")
                    && !line.starts_with("//")
                    && !line.starts_with('#')
                {
                    fields.push(before.rsplit(' ').next().unwrap_or(before).to_string());
                }
            }
        }
        found.push((name, fields));
    }
    found
}

/// The part of the model under the heading that names a struct, down to the next heading.
fn told_of(state: &str) -> Option<String> {
    let heading = format!("`{state}`");
    let mut lines = MODEL.lines().skip_while(|line| !(line.starts_with('#') && line.contains(&heading)));
    lines.next()?;
    Some(lines.take_while(|line| !line.starts_with('#')).map(|line| format!("{line}\n")).collect())
}

/// The names in the first cells of a table.
fn first_cells(text: &str) -> Vec<String> {
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    let first = rows.map(|row| row.split(" | ").next().unwrap_or(row));
    first.flat_map(|cell| cell.split('`').skip(1).step_by(2).map(Into::into).collect::<Vec<String>>()).collect()
}

#[test]
fn the_tables_of_parameters_are_those_of_the_code() {
    let expected = parameters_md();
    let told = |text: &str| text.lines().map(String::from).collect::<BTreeSet<String>>();
    let (there, due) = (told(PARAMETERS), told(&expected));
    let stale: Vec<&String> = there.difference(&due).collect();
    let missing: Vec<&String> = due.difference(&there).collect();
    assert!(
        PARAMETERS == expected,
        "sim/PARAMETERS.md is not what the tables say\n  it says: {stale:#?}\n  they say: {missing:#?}\n  run: .ci/run write"
    );
}

#[test]
fn every_parameter_has_a_row_with_a_unit_and_a_source() {
    let silent: Vec<String> = parameters()
        .into_iter()
        .filter(|path| {
            let row = PARAMETERS.lines().find(|line| line.starts_with(&format!("| `{path}` |")));
            row.is_none_or(|row| row.split(" | ").any(|cell| cell.trim_matches(['|', ' ']).is_empty()))
        })
        .collect();
    assert!(silent.is_empty(), "sim/PARAMETERS.md has no row, or an empty cell, for: {silent:#?}");
}

/// By its own name where no other parameter has it, else by its path, such as `goods.*.ethics` beside `demand.ethics`.
#[test]
fn every_parameter_is_named_where_the_model_uses_it() {
    let named = names(MODEL);
    let parameters = parameters();
    let field = |path: &str| path.rsplit('.').next().unwrap_or(path).to_string();
    let mut bearers: BTreeMap<String, usize> = BTreeMap::new();
    for path in &parameters {
        *bearers.entry(field(path)).or_default() += 1;
    }
    let missing: Vec<&String> = parameters
        .iter()
        .filter(|path| !named.contains(path.as_str()))
        .filter(|path| bearers[&field(path)] > 1 || !named.contains(field(path).as_str()))
        .collect();
    assert!(missing.is_empty(), "sim/MODEL.md does not name: {missing:#?}");
}

/// A lever that no rule reads would move nothing. A name that several parameters have is found where one of them is read.
#[test]
fn every_parameter_is_read_by_a_rule() {
    let sources: String = sources("sim/src").into_iter().map(|(_, text)| text).collect();
    let is_read = |path: &String| {
        let field = format!(".{}", path.rsplit('.').next().unwrap_or(path));
        sources.match_indices(&field).any(|(at, _)| {
            let next = sources[at + field.len()..].chars().next().unwrap_or(' ');
            !next.is_alphanumeric() && next != '_'
        })
    };
    let idle: Vec<String> = parameters().into_iter().filter(|path| !is_read(path)).collect();
    assert!(idle.is_empty(), "no rule reads: {idle:#?}");
}

#[test]
fn every_state_variable_is_described_and_no_other() {
    let mut faults = Vec::new();
    for (state, fields) in states() {
        let Some(told) = told_of(&state) else {
            faults.push(format!("no heading names `{state}` ({})", fields.join(", ")));
            continue;
        };
        let cells = first_cells(&told);
        faults.extend(fields.iter().filter(|field| !cells.contains(field)).map(|field| format!("{state}.{field}")));
        let stale = cells.iter().filter(|cell| !fields.contains(cell));
        faults.extend(stale.map(|cell| format!("{state}.{cell} is described, and does not exist")));
    }
    assert!(faults.is_empty(), "sim/MODEL.md, section 2, has not, or has not any more: {faults:#?}");
}

#[test]
fn the_day_in_the_model_is_the_day_in_the_schedule() {
    assert!(
        MODEL.contains(&day_md()),
        "sim/MODEL.md, section 3, is not made from the list in schedule.rs: .ci/run write"
    );
}

#[test]
fn a_struct_is_read_as_it_is_written() {
    let text = "#[derive(Component, Clone)]\npub struct Purse {\n    /// Of: credits.\n    credits: i64,\n    pub(crate) \
                held: [i64; 3],\n}\n#[derive(Clone)]\npub struct Other {\n    pub not: u8,\n}\n";
    assert_eq!(states_in(text), [("Purse".into(), vec!["credits".into(), "held".into()])]);
}

#[test]
fn a_name_in_code_is_found_with_and_without_its_path() {
    let found = names("the `law.fine` of\n```text\np = habit_pull * x\n```\nand not escalation");
    assert!(["law.fine", "fine", "habit_pull"].iter().all(|name| found.contains(name)));
    assert!(!found.contains("escalation") && !found.contains("habit"));
}
