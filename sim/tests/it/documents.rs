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
    scenario.params.houses.push(HouseSpec { name: "house".into(), key: String::new(), params: HouseParams::default() });
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
    // How a snapshot and citizens are laid out, an amount, and numbers of things.
    const NO_STATE: [&str; 6] = ["Parts", "Owner", "PerCitizen", "Credits", "EventId", "StallId"];
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
            let mut stored = true;
            for line in lines.by_ref().take_while(|line| *line != "}") {
                let line = line.trim();
                let field = line.split_once(": ").filter(|_| !line.starts_with("//") && !line.starts_with('#'));
                if let Some((before, _)) = field
                    && std::mem::replace(&mut stored, true)
                {
                    fields.push(before.rsplit(' ').next().unwrap_or(before).to_string());
                }
                stored &= line != "#[serde(skip)]";
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

/// A lever that no rule reads would move nothing. A read is a field of something that is a table of parameters by its
/// declaration, or by its name.
#[test]
fn every_parameter_is_read_by_a_rule() {
    let (mut tables, mut all, mut rules) = (Vec::new(), Vec::new(), Vec::new());
    for (file, text) in sources("sim/src") {
        let (own, rest) = tables_in(&text);
        tables.extend(own);
        // Files, experiments and measures touch parameters too, and move nobody.
        if !["scenario", "verify", "measure"].iter().any(|folder| file.starts_with(&format!("sim/src/{folder}/"))) {
            rules.push(rest.clone());
        }
        all.push(rest);
    }
    let idle = idle_in(&tables, &all, &rules);
    assert!(
        idle.is_empty(),
        "no rule reads: {idle:#?}\n(a read is `.field` of what is declared as its table, or called by a name in CALLED)"
    );
    // Every lever is a field of one of these tables.
    let fields: BTreeSet<&String> = tables.iter().flat_map(|(_, fields)| fields).collect();
    let levers = parameters();
    let strangers: Vec<&String> =
        levers.iter().filter(|path| !fields.contains(&path.rsplit('.').next().unwrap_or(path).to_string())).collect();
    assert!(strangers.is_empty(), "no table has: {strangers:#?}");
}

/// What rules call a table whose declaration they do not repeat: by what a loop, a closure or a copy hands them.
const CALLED: [(&str, &str); 5] = [
    ("GoodParams", "params"),
    ("Law", "means"),
    ("PlaceParams", "here"),
    ("TemperamentParams", "kind"),
    ("VenueParams", "venue"),
];

/// The tables of parameters in a source, each with its fields; and the source without them.
fn tables_in(text: &str) -> (Vec<(String, Vec<String>)>, String) {
    let (mut tables, mut rest, mut within) = (Vec::new(), String::new(), false);
    for line in text.lines() {
        match line.trim_start() {
            "params! {" => within = true,
            _ if !within => rest += &format!("{line}\n"),
            _ if line == "}" => within = false,
            row => {
                if let Some(name) = row.strip_prefix("pub struct ") {
                    tables.push((word_before(name.trim_end_matches([' ', '{'])).to_owned(), Vec::new()));
                } else if let (Some((field, _)), Some((_, fields))) = (row.split_once(": "), tables.last_mut())
                    && row.contains(" = ")
                {
                    fields.push(field.to_owned());
                }
            }
        }
    }
    (tables, rest)
}

/// The name that a text ends with; empty where it ends with something else.
fn word_before(text: &str) -> &str {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    &text[text.trim_end_matches(word).len()..]
}

/// The name of what an expression is the last part of: `law` of `&rules.law`, `goods` of `params.goods[good]`.
fn last_part(expression: &str) -> &str {
    let text = expression.trim_end();
    let text = if text.ends_with(']') { text.rfind('[').map_or(text, |at| &text[..at]) } else { text };
    word_before(text)
}

/// What is declared as of this type, or as many of it: `law` of `law: &Law`, `goods` of `goods: PerGood<GoodParams>`.
fn declared<'t>(text: &'t str, table: &str) -> BTreeSet<&'t str> {
    let of_type = |c: char| c.is_alphanumeric() || "_:<&' ".contains(c);
    let found = text.match_indices(table).filter_map(|(at, _)| {
        let whole = !text[at + table.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
        let (before, kind) = text[..at].rsplit_once(": ")?;
        let alone = kind.chars().all(of_type) && !kind.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        Some(word_before(before)).filter(|name| whole && alone && !name.is_empty())
    });
    found.collect()
}

/// Names and what they are borrowed from, of `let one = &a.b;` and of `let (one, other) = (&a.b, &c);`.
fn borrowed(text: &str) -> Vec<(&str, &str)> {
    fn several(text: &str) -> Vec<&str> {
        let inside = text.trim().strip_prefix('(').and_then(|text| text.strip_suffix(')'));
        inside.map_or_else(|| vec![text.trim()], |inside| inside.split(',').map(str::trim).collect())
    }
    let bound = text.split("let ").skip(1).filter_map(|bound| bound.split(';').next()?.split_once(" = "));
    let pairs = bound.map(|(names, of)| (several(names), several(of))).filter(|(names, of)| names.len() == of.len());
    let borrowed = pairs.flat_map(|(names, of)| names.into_iter().zip(of)).filter(|(_, of)| of.starts_with('&'));
    borrowed.map(|(name, of)| (name, last_part(of))).collect()
}

/// Each field that is read in a source, with what it is read of.
fn reads(text: &str) -> BTreeSet<(&str, &str)> {
    let end = |c: char| !(c.is_alphanumeric() || c == '_');
    text.match_indices('.')
        .map(|(at, _)| (last_part(&text[..at]), &text[at + 1..]))
        .map(|(of, after)| (of, &after[..after.find(end).unwrap_or(after.len())]))
        .filter(|(of, field)| !of.is_empty() && !field.is_empty())
        .collect()
}

/// The fields of tables that no rule reads of anything that is declared in any of all sources.
fn idle_in(tables: &[(String, Vec<String>)], all: &[String], rules: &[String]) -> Vec<String> {
    let mut idle = Vec::new();
    for (table, fields) in tables {
        let mut names: BTreeSet<&str> = all.iter().flat_map(|text| declared(text, table)).collect();
        names.extend(CALLED.iter().filter(|(of, _)| of == table).map(|(_, name)| name));
        let mut known: BTreeSet<&str> = BTreeSet::new();
        for text in rules {
            let mut here = names.clone();
            if text.contains(&format!("\nimpl {table} {{")) {
                here.insert("self");
            }
            for (name, of) in borrowed(text) {
                if here.contains(of) {
                    here.insert(name);
                }
            }
            known.extend(reads(text).into_iter().filter(|(of, _)| here.contains(of)).map(|(_, field)| field));
        }
        idle.extend(
            fields.iter().filter(|field| !known.contains(field.as_str())).map(|field| format!("{table}.{field}")),
        );
    }
    idle
}

#[test]
fn a_field_of_something_else_is_no_read_of_a_parameter() {
    let text = "params! {\n    pub struct Law {\n        fine: Credits = 1.0, \"\", 0.0 ..= 1.0, Day;\n        name: Count = 1, \
                \"\", 0.0 ..= 1.0, Day;\n        toll: Share = 0.0, \"\", 0.0 ..= 1.0, Day;\n        share: Share = 0.0, \
                \"\", 0.0 ..= 1.0, Day;\n    }\n}\n";
    let (tables, rest) = tables_in(text);
    let fields = ["fine", "name", "toll", "share"].map(String::from).to_vec();
    assert_eq!((&tables, rest.as_str()), (&vec![("Law".to_owned(), fields)], ""));
    let rule = |text: &str| idle_in(&tables, &[text.into()], &[text.into()]);
    let reads = "fn pay(law: &Law, places: &[Place]) -> f64 {\n    let (here, of) = (&places[0].law, &places[0]);\n    \
                 law.fine.get() + here\n        .toll.get() + places[0].name.len() + of.share + law.fine_of\n}\n";
    assert_eq!(rule(reads), ["Law.name", "Law.share"]);
    assert_eq!(
        rule("struct Rules {\n    pub laws: PerGood<Law>,\n}\nfn f() { laws[good].name; lawless.fine }"),
        ["Law.fine", "Law.toll", "Law.share"]
    );
    assert_eq!(
        rule("\nimpl Law {\n    fn f(&self) { self.share; self.fine }\n}\nfn g(lawless: &Lawless) { lawless.toll }"),
        ["Law.name", "Law.toll"]
    );
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
                held: [i64; 3],\n    #[serde(skip)]\n    spare: u8,\n}\n#[derive(Clone)]\npub struct Other {\n    pub not: u8,\n}\n";
    assert_eq!(states_in(text), [("Purse".into(), vec!["credits".into(), "held".into()])]);
}

#[test]
fn a_name_in_code_is_found_with_and_without_its_path() {
    let found = names("the `law.fine` of\n```text\np = habit_pull * x\n```\nand not escalation");
    assert!(["law.fine", "fine", "habit_pull"].iter().all(|name| found.contains(name)));
    assert!(!found.contains("escalation") && !found.contains("habit"));
}

/// What the model was fitted to is said in one way.
#[test]
fn the_statement_about_fit_is_the_same_everywhere() {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    for (name, text) in [("README.md", include_str!("../../../README.md")), ("MODEL.md", MODEL)] {
        assert!(plain(text).contains(contraband_sim::FIT), "{name} says it in other words");
    }
    let claims = ["fitted to what is known", "not fitted to", "was fitted to", "were fitted to", "is fitted to"];
    for krate in ["analysis", "classroom", "cli", "lab", "pages"] {
        for (file, text) in sources(&format!("{krate}/src")) {
            let found: Vec<&str> = claims.into_iter().filter(|claim| plain(&text).contains(claim)).collect();
            assert!(found.is_empty(), "{file} says {found:?}: use `contraband_sim::FIT`");
        }
    }
    let said = |file: &str| {
        let sources = sources("analysis/src");
        sources.iter().any(|(name, text)| name == file && text.contains("FIT"))
    };
    for file in ["analysis/src/compare/brief.rs", "analysis/src/report/mod.rs", "analysis/src/sweep/page.rs"] {
        assert!(said(file), "{file} does not say what the model was fitted to");
    }
}
