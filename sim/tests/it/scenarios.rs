//! Scenario files: what the library holds, how they are read and written, and what their fields and levers say.

use std::path::Path;

use contraband_sim::base::fields::Scope;
use contraband_sim::base::units::Value;
use contraband_sim::ids::good::Good;
use contraband_sim::scenario;
use contraband_sim::scenario::Scenario;
use contraband_sim::scenario::levers::levers;
use contraband_sim::scenario::library::{LIBRARY, PATTERN_WORLDS};
use contraband_sim::scenario::tree::{Format, Kind, Node, read_tree};
use proptest::prelude::*;

#[test]
fn set_takes_what_people_type() {
    let mut scenario = Scenario::default();
    for (path, typed, value) in [
        ("law.fine", "240", Value::Number(240.0)),
        ("law.fine", " 1_000.5 ", Value::Number(1000.5)),
        ("citizens.count", "1e4", Value::Number(10_000.0)),
        ("goods.privacy.status", "licensed", Value::Word("licensed")),
        ("goods.privacy.status", "\"free\"", Value::Word("free")),
        ("venues.lantern.escrow", "false", Value::Flag(false)),
    ] {
        scenario.set(path, typed).unwrap();
        assert_eq!(scenario.get(path), Ok(value), "{path}={typed}");
    }
    let changed: Vec<String> = scenario.changes().into_iter().map(|change| change.path).collect();
    assert_eq!(changed, ["law.fine", "goods.privacy.status", "venues.lantern.escrow"]);
}

#[test]
fn ron_and_json_say_the_same() {
    let ron = r#"( // a remark
        name: "Both", law: (fine: 60), goods: (privacy: (status: licensed)), set: {"places.harbour.surveillance": 2.0},
        places: [(name: "harbour", kind: fringe)], venues: [(name: "hall", place: Some("harbour")), (name: "net", place: None)],
        agencies: [], timeline: [(day: 9, until: 20, ramp: 3, places: ["harbour"], set: {"law.fine": 1e2})],
    )"#;
    let json = r#"{"$schema": "scenario.schema.json", "name": "Bo\u0074h", "law": {"fine": 60.0}, "goods": {"privacy": {"status": "licensed"}},
        "set": {"places.harbour.surveillance": 2}, "places": [{"name": "harbour", "kind": "fringe"}],
        "venues": [{"name": "hall", "place": "harbour"}, {"name": "net", "place": null}],
        "agencies": [], "timeline": [{"day": 9, "until": 20, "ramp": 3, "places": ["harbour"], "set": {"law.fine": 100}}]}"#;
    let read = scenario::read::read(ron, Format::Ron).unwrap();
    assert_eq!(read, scenario::read::read(json, Format::Json).unwrap());
    assert_eq!(read.params.law.fine.get(), 60.0);
    assert_eq!(read.params.places[0].params.surveillance.get(), 2.0);
    assert_eq!(read.params.venues[1].place, None);
    assert_eq!(read.rules_in(0, 11).law.fine.get(), 100.0);
}

#[test]
fn the_two_tables_of_a_good_stand_in_one_group() {
    let text = r#"(goods: (privacy: (masking: 0.5, cost: 9.0)), set: {"goods.scarcity_recreation.boredom": 1.0})"#;
    let mut scenario = scenario::read::read(text, Format::Ron).unwrap();
    assert_eq!(scenario.params.goods[Good::Privacy].cost.get(), 9.0);
    assert_eq!(scenario.params.own.privacy.masking.get(), 0.5);
    assert_eq!(scenario.params.own.scarcity_recreation.boredom.get(), 1.0);
    let changed: Vec<String> = scenario.changes().into_iter().map(|change| change.path).collect();
    assert_eq!(changed, ["goods.privacy.cost", "goods.privacy.masking", "goods.scarcity_recreation.boredom"]);
    let entry = r#"(timeline: [(day: 5, set: {"goods.privacy.masking": 0.7})])"#;
    scenario.timeline = scenario::read::read(entry, Format::Ron).unwrap().timeline;
    assert_eq!(scenario.params_on(5).own.privacy.masking.get(), 0.7);
    assert_eq!(scenario.value_in("goods.privacy.masking", 0, 4), Value::Number(0.5));
}

#[test]
fn a_list_of_kinds_replaces_the_default_list() {
    let text = r#"(temperaments: [(name: "rogue_ai", quality: 0.5), (name: "saint", cheats: 0)], providers: [(name: "state", markup: 0)])"#;
    let mut scenario = scenario::read::read(text, Format::Ron).unwrap();
    let kinds: Vec<&str> = scenario.params.temperaments.iter().map(|kind| kind.name.as_str()).collect();
    assert_eq!(kinds, ["rogue_ai", "saint"]);
    // What an item does not mention is as in the default of its kind, not as in the item that had its name.
    assert!(!scenario.params.temperaments[0].params.runs_itself);
    assert_eq!(scenario.params.providers.len(), 1);
    scenario.set("temperaments.saint.learns_prices", "true").unwrap();
    scenario.set("providers.state.safety", "1").unwrap();
    assert!(scenario.params.temperaments[1].params.learns_prices);
    assert_eq!(scenario.get("providers.state.safety"), Ok(Value::Number(1.0)));
    let changed: Vec<String> = scenario.changes().into_iter().map(|change| change.path).collect();
    assert!(
        changed.contains(&"temperaments.rogue_ai.runs_itself".into())
            && changed.contains(&"temperaments.saint.cheats".into())
    );
    assert_eq!(scenario::read::read(&scenario.to_ron(), Format::Ron).unwrap().params, scenario.params);
}

#[test]
fn the_smallest_file_is_the_default_world() {
    let read = scenario::read::read("()", Format::Ron).unwrap();
    assert_eq!(read.params, Scenario::default().params);
    assert_eq!((read.days, read.seed), (365, 1));
}

#[test]
fn a_seed_is_read_to_its_last_digit_or_refused() {
    let read = scenario::read::read("(seed: 9_007_199_254_740_992)", Format::Ron).unwrap();
    assert_eq!(read.seed, scenario::read::LARGEST_SEED);
    for seed in ["9_007_199_254_740_993", "18_446_744_073_709_551_615"] {
        assert!(scenario::read::read(&format!("(seed: {seed})"), Format::Ron).is_err(), "{seed}");
    }
}

mod library {
    use super::*;

    #[test]
    fn every_scenario_reads_and_asks_a_question() {
        for embedded in LIBRARY {
            let scenario = scenario::read::read(embedded.text, Format::Ron)
                .unwrap_or_else(|complaints| panic!("{}: {complaints:#?}", embedded.file));
            assert!(!scenario.name.is_empty() && !scenario.look_at.is_empty(), "{}", embedded.file);
            assert!(scenario.question.ends_with('?'), "{}: {}", embedded.file, scenario.question);
        }
    }

    #[test]
    fn every_file_of_the_folder_is_embedded_and_explained() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "ron"))
            .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
            .collect();
        files.sort();
        let mut embedded: Vec<&str> = LIBRARY.iter().map(|embedded| embedded.file).collect();
        embedded.sort_unstable();
        assert_eq!(files, embedded);

        let readme = std::fs::read_to_string(format!("{folder}/README.md")).unwrap();
        for embedded in LIBRARY {
            let scenario = scenario::read::read(embedded.text, Format::Ron).unwrap();
            let row =
                format!("| [`{}`]({}) | {} | {} |", embedded.name, embedded.file, scenario.question, scenario.look_at);
            assert!(readme.contains(&row), "scenarios/README.md should have this row:\n{row}");
        }
    }

    /// Beside the two lists of patterns lie the worlds that they name, and nothing else.
    #[test]
    fn every_world_of_the_patterns_is_embedded_and_named_by_one() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios/patterns");
        let mut files: Vec<String> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        files.sort();
        let mut embedded: Vec<&str> =
            PATTERN_WORLDS.iter().map(|world| world.file.strip_prefix("patterns/").unwrap()).collect();
        embedded.extend(["fitted.ron", "held_out.ron"]);
        embedded.sort_unstable();
        assert_eq!(files, embedded);
        let lists = ["fitted", "held_out"]
            .map(|list| std::fs::read_to_string(format!("{folder}/{list}.ron")).unwrap())
            .concat();
        for world in PATTERN_WORLDS {
            let scenario = scenario::read::read(world.text, Format::Ron)
                .unwrap_or_else(|complaints| panic!("{}: {complaints:#?}", world.file));
            assert!(!scenario.name.is_empty() && scenario.question.ends_with('?'), "{}", world.file);
            assert!(lists.contains(&format!("\"{}\"", world.name)), "{} is named by no pattern", world.file);
        }
    }

    /// Elasticities divide by how much a lever is moved: the worlds move them by so much from today's values.
    #[test]
    fn worlds_of_patterns_move_levers_by_what_their_metrics_say() {
        let factors = [("patterns/certainty", 1.5), ("patterns/severity", 1.5), ("patterns/pressure", 2.0)];
        for (name, factor) in factors {
            let world = PATTERN_WORLDS.iter().find(|world| world.name == name).unwrap();
            let scenario = scenario::read::read(world.text, Format::Ron).unwrap();
            for (path, value) in &scenario.timeline[0].set {
                let (Value::Number(usual), Value::Number(moved)) = (scenario.get(path).unwrap(), value) else {
                    panic!("{path} is no number");
                };
                assert!((moved / usual - factor).abs() < 1e-9, "{name}: {path} is {moved}, {usual} by default");
            }
        }
        let tax = PATTERN_WORLDS.iter().find(|world| world.name == "patterns/licence_tax").unwrap();
        let tax = scenario::read::read(tax.text, Format::Ron).unwrap();
        let Value::Number(usual) = tax.get("law.licence_tax").unwrap() else { panic!("it is a number") };
        let (path, Value::Number(moved)) = &tax.timeline[0].set[0] else { panic!("it is a number") };
        assert!(path == "law.licence_tax" && (moved - usual - 0.2).abs() < 1e-9, "{usual} to {moved}");
    }

    #[test]
    fn the_baseline_file_is_the_reference_made_from_the_tables() {
        let baseline = LIBRARY.iter().find(|embedded| embedded.name == "baseline").unwrap();
        assert!(
            baseline.text == scenario::write::baseline_ron(),
            "scenarios/baseline.ron differs from the tables; write it again with the command in its head"
        );
        assert_eq!(scenario::read::read(baseline.text, Format::Ron).unwrap(), Scenario::default());
    }

    #[test]
    fn scenarios_other_than_the_baseline_write_only_their_differences() {
        for embedded in LIBRARY.iter().filter(|embedded| embedded.name != "baseline") {
            let scenario = scenario::read::read(embedded.text, Format::Ron).unwrap();
            let changes = scenario.changes();
            for line in embedded.text.lines() {
                // A line of a group that repeats a default would be no difference.
                let given = line
                    .trim()
                    .trim_end_matches(',')
                    .split_once(": ")
                    .map(|(path, value)| (path.trim_matches('"'), value));
                if let Some((path, value)) = given
                    && !embedded.text.contains("timeline")
                    && let Ok(held) = Scenario::default().get(path)
                {
                    assert_ne!(held.to_string(), value, "{}: {line}", embedded.file);
                }
            }
            assert!(!changes.is_empty() || !scenario.timeline.is_empty(), "{} changes nothing", embedded.file);
            assert!(embedded.text.lines().count() <= 45, "{} is long", embedded.file);
        }
    }

    #[test]
    fn the_example_in_the_readme_reads() {
        let readme = include_str!("../../../scenarios/README.md");
        let example = readme.split("```ron\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
        let scenario = scenario::read::read(example, Format::Ron).unwrap();
        assert_eq!(scenario.rules_in(1, 103).law.fine.get(), 300.0);
        assert_eq!(scenario.rules_in(0, 103).law.fine.get(), 150.0);
    }

    /// The engine has no business with names: what a scenario does stands in its file.
    #[test]
    fn no_scenario_is_named_in_the_engine() {
        let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if !path.ends_with("scenario/library.rs") {
                    let text = std::fs::read_to_string(&path).unwrap();
                    for embedded in LIBRARY {
                        let quoted = format!("\"{}\"", embedded.name);
                        assert!(!text.contains(&quoted), "{} names the scenario {quoted}", path.display());
                    }
                }
            }
        }
    }

    #[test]
    fn the_crackdown_doubles_what_it_moves() {
        let crackdown = LIBRARY.iter().find(|embedded| embedded.name == "crackdown").unwrap();
        let crackdown = scenario::read::read(crackdown.text, Format::Ron).unwrap();
        for (path, value) in &crackdown.timeline[0].set {
            let Ok(Value::Number(before)) = crackdown.get(path) else { panic!("{path} is a number") };
            assert_eq!(*value, Value::Number(2.0 * before), "{path}");
        }
    }
}

mod levers_table {
    use super::*;

    #[test]
    fn paths_are_unique_and_every_lever_can_be_set_to_its_default() {
        let mut scenario = Scenario::default();
        let levers = levers(&scenario);
        let mut paths: Vec<&str> = levers.iter().map(|lever| lever.path.as_str()).collect();
        paths.sort_unstable();
        paths.dedup();
        assert_eq!(paths.len(), levers.len());
        for lever in &levers {
            scenario.set(&lever.path, &lever.default.to_string()).unwrap();
        }
        assert_eq!(scenario, Scenario::default());
        assert_eq!(scenario.changes(), []);
    }

    #[test]
    fn every_lever_says_label_unit_source_and_consequence() {
        for lever in levers(&Scenario::default()) {
            let path = &lever.path;
            assert!(!lever.label.is_empty() && !lever.label.ends_with('.'), "{path}: label {:?}", lever.label);
            assert!(!lever.unit.is_empty(), "{path}: unit");
            assert!(lever.source.ends_with('.') && lever.source.len() > 5, "{path}: source {:?}", lever.source);
            assert!(
                lever.consequence.len() > 15 && lever.consequence.ends_with('.'),
                "{path}: {:?}",
                lever.consequence
            );
        }
    }

    /// The law of one place is read from what all goods have: what only one has holds everywhere.
    #[test]
    fn what_only_one_good_has_cannot_differ_by_place() {
        let levers = levers(&Scenario::default());
        let common = |name: &str| levers.iter().filter(|lever| lever.path.ends_with(&format!(".{name}"))).count() > 1;
        for lever in levers.iter().filter(|lever| lever.path.starts_with("goods.") && lever.scope == Scope::Place) {
            assert!(common(lever.path.rsplit('.').next().unwrap()), "{}", lever.path);
        }
    }

    #[test]
    fn every_default_lies_in_its_range() {
        for lever in levers(&Scenario::default()) {
            if let Value::Number(number) = lever.default {
                assert!((lever.min..=lever.max).contains(&number), "{}: {number}", lever.path);
            }
        }
    }
}

mod schema {
    use super::*;

    #[test]
    fn the_schema_knows_every_field_of_the_baseline() {
        let schema = scenario::schema::schema();
        for lever in levers(&Scenario::default()) {
            let levers = &schema["$defs"]["levers"];
            let in_group = ["places.", "venues.", "agencies.", "temperaments.", "providers."]
                .iter()
                .any(|group| lever.path.starts_with(group));
            let about = if in_group {
                let (group, name) = (lever.path.split('.').next().unwrap(), lever.path.rsplit('.').next().unwrap());
                assert!(!schema["properties"][group]["items"]["properties"][name].is_null(), "{}", lever.path);
                &levers["patternProperties"][format!("^{group}\\.[a-z][a-z0-9_]*\\.{name}$")]
            } else {
                let mut field = &schema["properties"];
                for (depth, part) in lever.path.split('.').enumerate() {
                    field = if depth == 0 { &field[part] } else { &field["properties"][part] };
                }
                assert!(!field["default"].is_null(), "{}", lever.path);
                &levers["properties"][&lever.path]
            };
            assert!(about["description"].is_string(), "{}", lever.path);
        }
    }
}

mod properties {
    use super::*;

    /// A text with some of its pieces cut out, doubled or replaced by what breaks parsers.
    fn mutated(text: &str, cuts: &[(usize, usize, usize, usize)]) -> String {
        const SHARDS: [&str; 24] = [
            "",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            "\"",
            "'",
            "\\",
            ":",
            ",",
            "r#\"",
            "/*",
            "//",
            "\u{0}",
            "é\u{301}😀",
            "-",
            "1e999",
            "Some(",
            "None",
            "18446744073709551616",
            "b\"",
            "\n",
        ];
        let mut text = text.to_string();
        for &(at, length, shard, repeat) in cuts {
            let floor = |at: usize| (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
            let begin = floor(at % (text.len() + 1));
            let end = floor(begin + length).max(begin);
            text.replace_range(begin..end, &SHARDS[shard % SHARDS.len()].repeat(repeat));
        }
        text
    }

    fn read_both(text: &str) {
        for format in [Format::Ron, Format::Json] {
            if let Err(complaints) = scenario::read::read(text, format) {
                assert!(!complaints.is_empty());
                for complaint in complaints {
                    // Whoever draws a caret slices the text: that must not panic either.
                    let _ = &text[complaint.span];
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_text_makes_the_reader_panic(text in any::<String>()) {
            read_both(&text);
        }

        #[test]
        fn no_text_of_signs_makes_the_reader_panic(text in r#"[\(\)\[\]\{\}:,"'/*\\ra0-9.#\n -]{0,80}"#) {
            read_both(&text);
        }

        #[test]
        fn no_damaged_scenario_makes_the_reader_panic(
            which in 0..LIBRARY.len(),
            cuts in prop::collection::vec((any::<usize>(), 0_usize..40, any::<usize>(), 1_usize..4), 1..6),
        ) {
            let text = LIBRARY[which].text;
            read_both(&mutated(text, &cuts));
        }

        #[test]
        fn a_scenario_written_in_full_reads_back_equal(
            picks in prop::collection::vec((any::<prop::sample::Index>(), 0.0..=1.0_f64), 0..40),
            name in any::<String>(),
            seed in 0..=1_u64 << 53,
            days in 10_u32..500,
            day in 1_u32..10,
        ) {
            let mut scenario = Scenario { name, seed, days, ..Scenario::default() };
            let levers = levers(&scenario);
            for (index, share) in picks {
                let lever = &levers[index.index(levers.len())];
                let number = lever.min + (lever.max - lever.min) * share;
                let words: &[&str] = if let contraband_sim::base::units::Shape::Words(words) = lever.shape { words } else { &["true", "false"] };
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a short list")]
                let word = words[((words.len() as f64 * share) as usize).min(words.len() - 1)];
                let text = match lever.default {
                    Value::Number(_) if lever.shape == contraband_sim::base::units::Shape::Whole => format!("{number:.0}"),
                    Value::Number(_) => format!("{number:?}"),
                    _ => word.into(),
                };
                scenario.set(&lever.path, &text).unwrap();
            }
            let fine = Value::Number(f64::from(days) / 7.0);
            scenario.timeline.push(scenario::TimelineEntry {
                day,
                until: Some(day + 9),
                ramp: 3,
                places: vec!["harbour".into()],
                set: vec![("law.fine".into(), fine)],
                label: "A \"pilot\"\n".into(),
            });
            // Only worlds that can be are written.
            prop_assume!(scenario.check().is_ok());
            let text = scenario.to_ron();
            let read = scenario::read::read(&text, Format::Ron).map_err(|complaints| TestCaseError::fail(format!("{complaints:?}")))?;
            prop_assert_eq!(read.hash(), scenario.hash());
            prop_assert_eq!(read, scenario);
        }
    }

    #[test]
    fn the_hash_is_of_what_is_run_and_not_of_what_it_is_called() {
        let plain = Scenario::default();
        let renamed =
            Scenario { name: "Other".into(), question: String::new(), look_at: String::new(), ..plain.clone() };
        let longer = Scenario { days: 366, ..plain.clone() };
        assert_eq!(plain.hash(), renamed.hash());
        assert_ne!(plain.hash(), longer.hash());
        assert_eq!(plain.hash().len(), 64);
    }
}

/// The names that a tree has twice in one group, with what they stand in.
fn twice(node: &Node<'_>, path: &str, found: &mut Vec<String>) {
    match &node.kind {
        Kind::List(items) => {
            items.iter().enumerate().for_each(|(nth, item)| twice(item, &format!("{path}[{nth}]"), found));
        }
        Kind::Fields(fields) => {
            for (nth, (key, item)) in fields.iter().enumerate() {
                let path = format!("{path}.{}", key.name);
                if fields[..nth].iter().any(|(other, _)| other.name == key.name) {
                    found.push(path.clone());
                }
                twice(item, &path, found);
            }
        }
        _ => {}
    }
}

/// RON and JSON take a map with a key twice, and `ron::Value` forgets what stands before brackets. So whatever people write
/// is read by our own tree, which refuses the second; and what comes with the program is held to it here.
#[test]
fn nothing_that_comes_with_the_program_names_anything_twice() {
    let mut files = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut folders: Vec<_> = ["scenarios", "classroom", "docs", ".ci"].map(|name| root.join(name)).into();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "ron") {
                files.push(path);
            }
        }
    }
    assert!(files.len() > 80, "{} files", files.len());
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let mut found = Vec::new();
        twice(&read_tree(&text, Format::Ron).unwrap(), "", &mut found);
        assert!(found.is_empty(), "{}: {found:?}", file.display());
    }
    for krate in ["sim", "lab", "analysis", "classroom", "cli", "pages"] {
        for (file, text) in crate::invariants::sources(&format!("{krate}/src")) {
            assert!(!text.contains("ron::Value") && !text.contains("ron::value::Value"), "{file} uses ron's values");
        }
    }
}

#[test]
fn a_name_that_is_given_twice_is_refused_in_both_formats() {
    for (text, format) in [
        ("(timeline: [(day: 9, set: {\"law.fine\": 1, \"law.fine\": 2})])", Format::Ron),
        ("(goods: (privacy: (cost: 1), privacy: (cost: 2)))", Format::Ron),
        ("(law: (fine: 1), r#law: (fine: 2))", Format::Ron),
        ("{\"set\": {\"law.fine\": 1, \"law\\u002efine\": 2}}", Format::Json),
        ("{\"law\": {\"fine\": 1}, \"set\": {\"law.fine\": 2}}", Format::Json),
    ] {
        let wrong = scenario::read::read(text, format).expect_err(text);
        assert!(wrong[0].what.ends_with("is given twice"), "{text}: {}", wrong[0]);
    }
}

/// A run that was shortened is written with what it does not reach, and read again as it is.
#[test]
fn what_a_short_run_does_not_reach_is_kept() {
    let licence = LIBRARY.iter().find(|known| known.name == "licence").unwrap();
    let mut short = scenario::read::read(licence.text, Format::Ron).unwrap();
    short.days = 100;
    let text = short.to_ron();
    assert!(text.contains("reached: false"));
    assert_eq!(scenario::read::read(&text, Format::Ron), Ok(short.clone()));
    assert!(scenario::read::read(&text.replace("reached: false", "reached: true"), Format::Ron).is_err());
    short.days = 365;
    assert!(!short.to_ron().contains("reached"));
}
