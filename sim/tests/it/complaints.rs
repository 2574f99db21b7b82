//! What a wrong scenario file is told.

use std::fmt::Write as _;

use contraband_sim::scenario;
use contraband_sim::scenario::Scenario;
use contraband_sim::scenario::tree::Format;
use insta::assert_snapshot;

/// Complaints as a person might see them: line and column, the text under the caret, what is wrong, what to do.
fn complaints(text: &str, format: Format) -> String {
    let mut page = String::new();
    for complaint in scenario::read::read(text, format).expect_err("the text should be refused") {
        let before = &text[..complaint.span.start];
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|&c| c != '\n').count() + 1;
        let _ = writeln!(
            page,
            "{line}:{column} `{}`: {} [{}]",
            text[complaint.span].replace('\0', "NUL"),
            complaint.what,
            complaint.label
        );
        if let Some(help) = complaint.help {
            let _ = writeln!(page, "    {help}");
        }
    }
    page
}

fn ron(text: &str) -> String {
    complaints(text, Format::Ron)
}

#[test]
fn an_empty_file() {
    assert_snapshot!(ron(""), @r#"
    1:1 ``: the file is empty [nothing here]
        the smallest scenario is `(name: "My question")`: it runs the default world
    "#);
    assert_snapshot!(ron("\u{feff}\n  // only a remark\n"), @r#"
    1:2 ``: the file is empty [nothing here]
        the smallest scenario is `(name: "My question")`: it runs the default world
    "#);
    assert_snapshot!(complaints(" \n", Format::Json), @r#"
    1:1 ``: the file is empty [nothing here]
        the smallest scenario is `{"name": "My question"}`: it runs the default world
    "#);
}

#[test]
fn a_text_longer_than_four_megabytes() {
    assert_snapshot!(ron(&format!("(name: \"{}\")", "a".repeat(5_000_000))), @r#"
    1:1 ``: the text is 5 MB long [too long for a scenario]
        a scenario may have up to 4 MB, and a timeline up to 500 entries
    "#);
}

#[test]
fn syntax() {
    assert_snapshot!(ron("(\n    law: (fine: 60.0\n)"), @r#"
    3:2 ``: invalid RON: expected a comma or a closing bracket [reading stopped here]
        put a comma between two fields, a colon between name and value, and close every bracket that was opened
    "#);
    assert_snapshot!(ron("(\n    name: \"Crack\n)"), @r#"
    2:11 `"`: invalid RON: expected end of string [reading stopped here]
        a text starts and ends with double quotes, on one line or several
    "#);
    assert_snapshot!(ron("(\n    law: (fine: ),\n)"), @r#"
    2:17 `)`: invalid RON: unexpected ')' [reading stopped here]
        a value is missing here: a number, a text in double quotes, true or false, a list or a group
    "#);
    assert_snapshot!(ron("(name: 'Crackdown')"), @r#"
    1:10 `r`: invalid RON: a text in single quotes [reading stopped here]
        put texts in double quotes: "harbour"
    "#);
    assert_snapshot!(ron("name: \"Crackdown\""), @r#"
    1:5 `:`: invalid RON: there is something after the end of the scenario [reading stopped here]
        a scenario is one group: ( name: "...", days: 365 )
    "#);
    assert_snapshot!(ron("(law = (fine: 60))"), @r#"
    1:6 `=`: invalid RON: expected a comma or a closing bracket [reading stopped here]
        put a comma between two fields, a colon between name and value, and close every bracket that was opened
    "#);
    assert_snapshot!(ron("#![enable(implicit_some)]\n()"), @r#"
    2:1 `(`: invalid RON: extensions of RON are not supported here [reading stopped here]
        remove the line that starts with #!
    "#);
    assert_snapshot!(ron("(name: \"é\", days: 1\u{0}0)"), @r#"
    1:20 `NUL`: invalid RON: expected a comma or a closing bracket [reading stopped here]
        put a comma between two fields, a colon between name and value, and close every bracket that was opened
    "#);
}

#[test]
fn json_syntax() {
    assert_snapshot!(complaints("{\n  \"days\": 12,\n}", Format::Json), @r#"
    3:1 ``: invalid JSON: key must be a string [reading stopped here]
        put names and texts in double quotes, and no comma after the last field; JSON has no comments
    "#);
    assert_snapshot!(complaints("{'days': 12}", Format::Json), @r#"
    1:2 ``: invalid JSON: key must be a string [reading stopped here]
        put names and texts in double quotes, and no comma after the last field; JSON has no comments
    "#);
}

#[test]
fn brackets_too_deep() {
    assert_snapshot!(ron(&"(".repeat(100_000)), @r#"
    1:66 `(`: brackets are nested too deeply [one level too many]
        a scenario needs at most six levels
    "#);
    assert_snapshot!(complaints(&format!("{}{}", "[".repeat(50), "]".repeat(50)), Format::Json), @r#"
    1:33 `[`: brackets are nested too deeply [one level too many]
        a scenario needs at most six levels
    "#);
}

#[test]
fn unknown_fields_goods_and_levers() {
    assert_snapshot!(ron(r#"(
    quesiton: "?",
    law: (fien: 60.0, xyzzy: 1),
    goods: (privaci: (status: "free"), privacy: (statsu: "free")),
    set: {"places.harbor.surveillance": 2.0, "fine": 3, "goods.drugs.status": "free"},
)"#), @r#"
    2:5 `quesiton`: unknown field `quesiton` in a scenario [no such field]
        the closest is `question`
    3:11 `fien`: unknown field `fien` in `law` [no such field]
        the closest is `fine`
    3:23 `xyzzy`: unknown field `xyzzy` in `law` [no such field]
        `contraband levers` lists them, as `law.` and a name
    4:13 `privaci`: unknown good `privaci` [no such good]
        the closest is `privacy`
    4:50 `statsu`: unknown field `statsu` in `goods.privacy` [no such field]
        the closest is `status`
    5:11 `"places.harbor.surveillance"`: unknown lever `places.harbor.surveillance` [no such lever]
        the closest is `places.harbour.surveillance`
    5:46 `"fine"`: unknown lever `fine` [no such lever]
        the closest is `law.fine`
    5:57 `"goods.drugs.status"`: unknown lever `goods.drugs.status` [no such lever]
        the closest is `goods.privacy.status`
    "#);
}

#[test]
fn wrong_types() {
    assert_snapshot!(ron(r#"(
    name: 12,
    days: "365",
    seed: -1,
    law: 60.0,
    citizens: (count: "10000", daily_income: [1, 2]),
    goods: (privacy: (status: 3)),
    venues: [(name: "bazaar", escrow: "yes", fee: None)],
    timeline: (day: 3),
)"#), @r#"
    2:11 `12`: `name` cannot be a number [wrong kind of value]
        it takes a text in double quotes
    3:11 `"365"`: `days` cannot be a text [wrong kind of value]
        it takes a whole number from 1 to 36500 (days)
    4:11 `-1`: `seed` cannot be -1 [out of range]
        it takes a whole number from 0 to 9007199254740992 (a seed)
    5:10 `60.0`: `law` cannot be a number [wrong kind of value]
        it takes a group of fields in brackets, like (fine: ...)
    6:23 `"10000"`: `citizens.count` cannot be "10000" [wrong kind of value]
        it takes a whole number from 0 to 10000000 (citizens); numbers are written without quotes
    6:46 `[`: `citizens.daily_income` cannot be a list [wrong kind of value]
        it takes a number from 0 to 100000 (credits per day)
    7:31 `3`: `goods.privacy.status` cannot be 3 [wrong kind of value]
        it takes one of prohibited, tolerated, licensed, free
    8:39 `"yes"`: `venues.bazaar.escrow` cannot be "yes" [wrong kind of value]
        it takes true or false
    8:51 `None`: `venues.bazaar.fee` cannot be nothing [wrong kind of value]
        it takes a number from 0 to 0.9 (of the price)
    9:15 `(`: `timeline` cannot be a group of fields [wrong kind of value]
        it takes a list in square brackets: timeline: [(...), (...)]
    "#);
    assert_snapshot!(ron("[1, 2]"), @r#"
    1:1 `[`: a scenario cannot be a list [wrong kind of value]
        it takes a group of fields in brackets, like (question: ...)
    "#);
}

#[test]
fn values_out_of_range() {
    assert_snapshot!(ron(r#"(
    days: 0,
    law: (fine: -5, tolerance: 1.5, licence_tax: NaN),
    citizens: (count: 1000.5),
    market: (escrow_days: 1e9),
    goods: (privacy: (status: "forbidden", cost: 0x10)),
)"#), @r#"
    2:11 `0`: `days` cannot be 0 [out of range]
        it takes a whole number from 1 to 36500 (days)
    3:17 `-5`: `law.fine` cannot be -5 [out of range]
        it takes a number from 0 to 1000000 (credits)
    3:32 `1.5`: `law.tolerance` cannot be 1.5 [out of range]
        it takes a number from 0 to 1 (of attention)
    3:50 `NaN`: `law.licence_tax` cannot be "NaN" [wrong kind of value]
        it takes a number from 0 to 0.9 (of the price)
    4:23 `1000.5`: `citizens.count` cannot be 1000.5 [not whole]
        it takes a whole number from 0 to 10000000 (citizens)
    5:27 `1e9`: `market.escrow_days` cannot be 1000000000 [out of range]
        it takes a whole number from 0 to 30 (days)
    6:31 `"forbidden"`: `goods.privacy.status` cannot be "forbidden" [not one of its values]
        it takes one of prohibited, tolerated, licensed, free
    6:50 `0x10`: `goods.privacy.cost` cannot be a number in another notation than 1234.5 [wrong kind of value]
        it takes a number from 0.001 to 1000000 (credits)
    "#);
}

#[test]
fn everything_twice() {
    assert_snapshot!(ron(r#"(
    days: 30,
    days: 40,
    law: (fine: 1, fine: 2),
    set: {"law.fine": 3},
    places: [(name: "town"), (name: "town")],
    venues: [(name: "bazaar", place: "town")],
    agencies: [(name: "watch", places: ["town", "town"], goods: ["privacy", "privacy"])],
)"#), @r#"
    3:5 `days`: `days` is given twice [and again here]
        first on line 2
    4:20 `fine`: `fine` is given twice [and again here]
        first on line 4
    5:11 `"law.fine"`: `law.fine` is given twice [and again here]
        first on line 4
    6:37 `"town"`: `town` is already the name of a place [used a second time]
        names must differ, to be told apart in tables and levers
    8:49 `"town"`: `town` is listed twice [a second time]
    8:77 `"privacy"`: `privacy` is listed twice [a second time]
    "#);
}

#[test]
fn contradictory_dates() {
    assert_snapshot!(ron(r#"(
    days: 100,
    timeline: [
        (day: 0, set: {"law.fine": 1}),
        (day: 50, until: 40, set: {"law.fine": 1}),
        (day: 101, set: {"law.fine": 1}),
        (day: 10, until: 12, ramp: 5, set: {"law.fine": 1}),
        (day: 20.5, set: {"law.fine": 1}),
        (set: {"law.fine": 1}),
        (day: 4),
        (day: 4, set: {}),
        (day: 4, set: ["law.fine", 3]),
    ],
)"#), @r#"
    4:15 `0`: an entry on day 0 [the first day is day 1]
        what applies from the start goes outside `timeline`, in its section or in `set`
    5:26 `40`: the entry ends on day 40, before it begins on day 50 [before day 50]
        `until` is the last day on which it applies; leave it out for an entry without end
    6:15 `101`: day 101 is after the end of the run [never reached]
        the run has 100 days; `days: 101` would make it long enough, and `reached: false` keeps the entry as it is
    7:36 `5`: a ramp of 5 days does not fit into 3 days, from day 10 until day 12 [longer than the entry lasts]
        use a ramp of at most 3 days, or a later `until`
    8:15 `20.5`: `day` cannot be 20.5 [not whole]
        it takes a whole number, 0 or more (days)
    9:9 `(`: an entry of `timeline` without `day` [`day` is missing here]
        day: 90 makes it apply from day 90 on
    10:9 `(`: an entry of `timeline` without `set` [it changes nothing]
        set: {"law.fine": 240.0} says which levers change, and to what
    11:23 `{}`: `set` is empty [no lever here]
        it takes lever paths with values in curly brackets, like {"law.fine": 240.0}
    12:23 `["law.fine", 3]`: `set` cannot be a list [wrong kind of value]
        it takes lever paths with values in curly brackets, like {"law.fine": 240.0}
    "#);
}

#[test]
fn levers_that_an_entry_cannot_set() {
    assert_snapshot!(ron(r#"(
    timeline: [
        (day: 5, set: {"citizens.count": 100}),
        (day: 5, places: ["harbour"], set: {"society.valve": "neutral"}),
        (day: 5, places: ["harbor", "atlantis"], set: {"law.fien": 1}),
        (day: 5, places: [], set: {"law.fine": "high"}),
        (day: 5, place: "harbour", set: {"agencies.city_watch.budgets": 1}),
    ],
)"#), @r#"
    3:24 `"citizens.count"`: `citizens.count` is fixed when the world is created [cannot change by date]
        set it outside `timeline`, in its section or in `set`
    4:45 `"society.valve"`: `society.valve` cannot differ from place to place [applies everywhere at once]
        leave `places` out of this entry, or move this lever to an entry of its own; what can differ by place: most of `law.`, what attracts people to a good, the legal status of goods, and what a council decides (admission, norms, crafts, tariff)
    5:27 `"harbor"`: unknown place `harbor` [no such place]
        the closest is `harbour`
    5:37 `"atlantis"`: unknown place `atlantis` [no such place]
        there are centre, harbour, fringe, hollow, colony
    5:56 `"law.fien"`: unknown lever `law.fien` [no such lever]
        the closest is `law.fine`
    6:26 `[]`: `places` is an empty list [no name here]
        leave `places` out to mean all
    6:48 `"high"`: `law.fine` cannot be "high" [wrong kind of value]
        it takes a number from 0 to 1000000 (credits)
    7:18 `place`: unknown field `place` in an entry of `timeline` [no such field]
        the closest is `places`
    7:42 `"agencies.city_watch.budgets"`: unknown lever `agencies.city_watch.budgets` [no such lever]
        the closest is `agencies.city_watch.budget`
    "#);
}

#[test]
fn entries_that_contradict_each_other() {
    assert_snapshot!(ron(r#"(
    timeline: [
        (day: 5, set: {"law.fine": 100}),
        (day: 5, set: {"law.fine": 200}),
        (day: 9, places: ["harbour", "centre"], set: {"law.fine": 100}),
        (day: 9, places: ["centre"], set: {"law.fine": 200}),
    ],
)"#), @r#"
    4:36 `200`: two entries set `law.fine` from day 5 on, to 100 and to 200 [the second of the two]
        start one of them later, or limit them to different places; an exception for named places comes after the entry for all
    6:56 `200`: two entries set `law.fine` from day 9 on, to 100 and to 200 [the second of the two]
        start one of them later, or limit them to different places; an exception for named places comes after the entry for all
    "#);
    // An exception after the rule, a later day, the same value: none of them contradicts.
    let fine = r#"(timeline: [
            (day: 5, set: {"law.fine": 100}),
            (day: 5, places: ["harbour"], set: {"law.fine": 200}),
            (day: 6, set: {"law.fine": 300}),
            (day: 6, until: 9, set: {"law.fine": 300}),
        ])"#;
    assert!(scenario::read::read(fine, Format::Ron).is_ok());
}

#[test]
fn combinations_that_make_no_world() {
    assert_snapshot!(ron("(citizens: (count: 0), places: [], syndicates: (exploration: 0.01))"), @r#"
    1:20 `0`: there are no citizens, but `market.stalls_per_thousand` asks for sellers [nobody to buy]
        a world needs about 200 citizens to show much
    1:32 `[]`: a world without places [nobody can live here]
        leave `places` out for the default places, or list at least one
    1:62 `0.01`: the lowest exploration (0.05) is above the exploration of new stalls (0.01) [above the starting value]
        exploration declines from `syndicates.exploration` to `syndicates.exploration_least`
    "#);
    assert_snapshot!(ron("(places: [(name: \"town\")])"), @r#"
    1:10 `[`: venues are in places that do not exist: `old_arcade` in `centre`, `quay_nine` in `harbour`, `night_yard` in `fringe`, `common_hall` in `hollow`, `dome_market` in `colony` [these venues have no place]
        if you replace the default places, list `venues` too
    1:10 `[`: agencies have mandates in places that do not exist: `city_watch` in `centre`, `harbour`, `fringe`, `frontier_guard` in `colony`, `hollow`, `fringe` [these mandates have no place]
        if you replace the default places, list `agencies` too (or `agencies: []` for none)
    "#);
    assert_snapshot!(ron(r#"(
    places: [(name: "town"), (name: "village", population: 1)],
    venues: [(name: "bazaar", place: "town")],
    agencies: [(name: "watch", places: ["vilage"], goods: ["tobacco"])],
)"#), @r#"
    3:13 `[`: the place `village` has no venue, and no venue is virtual [nobody there can trade]
        add a venue with place: "village", or one without `place`, which serves all places
    4:41 `"vilage"`: unknown place `vilage` [no such place]
        the closest is `village`
    4:60 `"tobacco"`: unknown good `tobacco` [no such good]
        there are privacy, augmentation, authenticity, experience, dangerous_tech, taboo_computing, forbidden_identity, scarcity_recreation, positional
    "#);
    assert_snapshot!(ron("(venues: [])"), @r#"
    1:10 `[]`: a world without venues [nowhere to trade]
        leave `venues` out for the default venues, or list at least one
    "#);
    assert_snapshot!(ron(r#"(
    places: [(name: "town", population: 0)],
    venues: [(name: "bazaar", size: 0)],
    agencies: [],
)"#), @r#"
    2:41 `0`: no place has a population above 0 [nobody can live here]
        give at least one place a population above 0
    3:37 `0`: no venue has a size above 0 [no seller can open]
        give at least one venue a size above 0
    "#);
}

#[test]
fn kinds_of_syndicates_and_providers() {
    assert_snapshot!(ron("(temperaments: [], providers: [])"), @r#"
    1:16 `[]`: a world without kinds of syndicates [nobody can sell]
        leave `temperaments` out for the default kinds, or list at least one
    1:31 `[]`: a world without providers of shopping agents [nobody to delegate to]
        leave `providers` out for the default ones, or list at least one; with `citizens.delegated_share: 0` nobody delegates
    "#);
    assert_snapshot!(ron(r#"(
    temperaments: [(name: "lone", share: 0), (name: "lone", quality: 2, shares: 1)],
    providers: [(markup: 0.1), (name: "state")],
    set: {"temperaments.rogue_ai.share": 1, "providers.concierge.markup": 0.1},
    timeline: [(day: 5, set: {"temperaments.lone.runs_itself": true})],
)"#), @r#"
    2:53 `"lone"`: `lone` is already the name of a temperament [used a second time]
        names must differ, to be told apart in tables and levers
    2:70 `2`: `temperaments.lone.quality` cannot be 2 [out of range]
        it takes a number from 0 to 1 (of full quality)
    2:73 `shares`: unknown field `shares` in `temperaments.lone` [no such field]
        the closest is `share`
    3:17 `(`: a provider without a name [`name` is missing here]
        tables, charts and levers refer to it by its name
    4:11 `"temperaments.rogue_ai.share"`: unknown lever `temperaments.rogue_ai.share` [no such lever]
        the closest is `temperaments.lone.share`
    4:45 `"providers.concierge.markup"`: unknown lever `providers.concierge.markup` [no such lever]
        the closest is `providers.state.markup`
    5:31 `"temperaments.lone.runs_itself"`: `temperaments.lone.runs_itself` is fixed when the world is created [cannot change by date]
        set it outside `timeline`, in its section or in `set`
    "#);
    assert_snapshot!(ron("(temperaments: [(name: \"a\", share: 0)], providers: 3)"), @r#"
    1:36 `0`: no temperament has a share above 0 [no seller can enter]
        give at least one temperament a share above 0
    1:52 `3`: `providers` cannot be a number [wrong kind of value]
        it takes a list in square brackets: providers: [(...), (...)]
    "#);
}

#[test]
fn more_kinds_than_there_may_be() {
    let items = |count: usize| (0..count).fold(String::new(), |text, nth| text + &format!("(name: \"kind_{nth}\"), "));
    let text = |temperaments, providers| {
        format!("(\ntemperaments: [{}],\nproviders: [{}])", items(temperaments), items(providers))
    };
    assert!(scenario::read::read(&text(16, 10), Format::Ron).is_ok());
    assert_snapshot!(ron(&text(17, 11)), @r#"
    2:310 `(name: "kind_16")`: `temperaments` has 17 items [one too many]
        at most 16 are allowed
    3:193 `(name: "kind_10")`: `providers` has 11 items [one too many]
        at most 10 are allowed
    "#);
}

#[test]
fn what_only_one_good_has() {
    assert_snapshot!(ron(r#"(
    goods: (experience: (masking: 0.1), privacy: (masking: 2.0, cost: 9.0, cost: 8.0)),
    set: {"goods.experience.masking": 0.1},
    timeline: [(day: 5, places: ["harbour"], set: {"goods.taboo_computing.rogue_birth": 0.1})],
)"#), @r#"
    2:26 `masking`: unknown field `masking` in `goods.experience` [no such field]
        `contraband levers` lists them, as `goods.experience.` and a name
    2:60 `2.0`: `goods.privacy.masking` cannot be 2 [out of range]
        it takes a number from 0 to 1 (of detection, per unit)
    2:76 `cost`: `cost` is given twice [and again here]
        first on line 2
    3:11 `"goods.experience.masking"`: unknown lever `goods.experience.masking` [no such lever]
        the closest is `goods.privacy.masking`
    4:52 `"goods.taboo_computing.rogue_birth"`: `goods.taboo_computing.rogue_birth` cannot differ from place to place [applies everywhere at once]
        leave `places` out of this entry, or move this lever to an entry of its own; what can differ by place: most of `law.`, what attracts people to a good, the legal status of goods, and what a council decides (admission, norms, crafts, tariff)
    "#);
}

#[test]
fn targets_above_all_cases_at_the_start_and_by_date() {
    assert_snapshot!(ron("(law: (target_sellers: 0.7))"), @r#"
    1:24 `0.7`: cases against buyers (0.5) and sellers (0.7) add up to 1.2, more than all cases [more than all]
        `law.target_buyers` and `law.target_sellers` may add up to at most 1; the rest goes to venues
    "#);
    assert_snapshot!(ron(r#"(timeline: [
    (day: 10, ramp: 20, places: ["harbour"], set: {"law.target_sellers": 0.9}),
    (day: 15, until: 20, set: {"law.target_buyers": 0.1}),
])"#), @r#"
    2:74 `0.9`: cases against buyers (0.5) and sellers (0.525) add up to 1.025, more than all cases, on day 14 in `harbour` [more than all]
        `law.target_buyers` and `law.target_sellers` may add up to at most 1; the rest goes to venues
    "#);
}

#[test]
fn names_that_are_none() {
    assert_snapshot!(ron(r#"(
    places: [(name: "Old Town"), (population: 2)],
    venues: [(name: "")],
    agencies: [(name: "9watch"), 5],
)"#), @r#"
    2:21 `"Old Town"`: "Old Town" cannot be the name of a place [not a name]
        a name starts with a to z, continues with a to z, digits and underscores, and has at most 40 characters: old_arcade
    2:34 `(`: a place without a name [`name` is missing here]
        tables, charts and levers refer to it by its name
    3:21 `""`: "" cannot be the name of a venue [not a name]
        a name starts with a to z, continues with a to z, digits and underscores, and has at most 40 characters: old_arcade
    4:23 `"9watch"`: "9watch" cannot be the name of an agency [not a name]
        a name starts with a to z, continues with a to z, digits and underscores, and has at most 40 characters: old_arcade
    4:34 `5`: `agencies[2]` cannot be a number [wrong kind of value]
        it takes a group of fields in brackets, like (places: ...)
    "#);
}

#[test]
fn more_complaints_than_anybody_reads() {
    let levers: String = (0..1000).map(|n| format!("\"law.x{n}\": 1, ")).collect();
    let told = ron(&format!("(set: {{{levers}}})"));
    assert_eq!(told.matches("unknown lever").count(), 200);
    assert!(told.contains("and 800 more errors"), "{told}");
}

#[test]
fn set_from_the_command_line() {
    let said = |path, value| Scenario::default().set(path, value).expect_err("should be refused").to_string();
    assert_snapshot!(said("law.fien", "3"), @r#"unknown lever `law.fien`; the closest is `law.fine`"#);
    assert_snapshot!(said("fine", "3"), @r#"unknown lever `fine`; the closest is `law.fine`"#);
    assert_snapshot!(said("places.harbor.surveillance", "3"), @r#"unknown lever `places.harbor.surveillance`; the closest is `places.harbour.surveillance`"#);
    assert_snapshot!(said("law.fine", "-3"), @r#"`law.fine` cannot be -3: it takes a number from 0 to 1000000 (credits)"#);
    assert_snapshot!(said("law.fine", "lots"), @r#"`law.fine` cannot be "lots": it takes a number from 0 to 1000000 (credits)"#);
    assert_snapshot!(said("citizens.count", "1.5"), @r#"`citizens.count` cannot be 1.5: it takes a whole number from 0 to 10000000 (citizens)"#);
    assert_snapshot!(said("goods.privacy.status", "legal"), @r#"`goods.privacy.status` cannot be "legal": it takes one of prohibited, tolerated, licensed, free"#);
    assert_snapshot!(said("goods.privacy.status", "lisenced"), @r#"`goods.privacy.status` cannot be "lisenced": it takes one of prohibited, tolerated, licensed, free; the closest is `licensed`"#);
    assert_snapshot!(said("venues.lantern.escrow", "maybe"), @r#"`venues.lantern.escrow` cannot be "maybe": it takes true or false"#);
    assert_snapshot!(said("", ""), @r#"unknown lever ``"#);
}

#[test]
fn more_sellers_than_can_be_numbered() {
    let mut scenario = Scenario::default();
    scenario.set("citizens.count", "1000000").unwrap();
    scenario.set("market.stalls_per_thousand", "1000").unwrap();
    scenario.days = 3650;
    let said: Vec<String> = scenario.check().unwrap_err().iter().map(ToString::to_string).collect();
    assert_snapshot!(said.join("\n"), @"up to 6125066 sellers could come on each of 3650 days, more than can be numbered; with so many stalls a run may have at most 335 days; or lower `market.stalls_per_thousand`");
    let longest = said[0].split("at most ").nth(1).unwrap().split(' ').next().unwrap();
    scenario.days = longest.parse().unwrap();
    assert_eq!(scenario.check(), Ok(()), "so long it may last");
}

#[test]
fn check_after_set() {
    let mut scenario = Scenario::default();
    assert_eq!(scenario.check(), Ok(()));
    scenario.set("law.target_buyers", "1").unwrap();
    scenario.set("citizens.count", "0").unwrap();
    let said: Vec<String> = scenario.check().unwrap_err().iter().map(ToString::to_string).collect();
    assert_snapshot!(said.join("\n"), @r#"
    there are no citizens, but `market.stalls_per_thousand` asks for sellers; a world needs about 200 citizens to show much
    cases against buyers (1) and sellers (0.4) add up to 1.4, more than all cases; `law.target_buyers` and `law.target_sellers` may add up to at most 1; the rest goes to venues
    "#);
}
