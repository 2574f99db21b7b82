//! No dead lever: each one, moved over its range in a world where it should matter, moves a figure in the tables.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{available_parallelism, scope};

use contraband_sim::base::units::Shape;
use contraband_sim::params::house::{HouseParams, HouseSpec};
use contraband_sim::record::tables::{Batch, TABLES, TableSpec};
use contraband_sim::run::Run;
use contraband_sim::scenario::levers::{Lever, levers};
use contraband_sim::scenario::{Scenario, TimelineEntry};

/// A world in which some levers matter that lie idle in the default one.
struct Special {
    /// What is special in it.
    name: &'static str,
    /// Why these levers matter there.
    why: &'static str,
    /// What stands in it from the first day.
    set: &'static [(&'static str, &'static str)],
    /// What changes in it, and on which day.
    dated: &'static [(u32, &'static str, &'static str)],
    /// The levers that are tried there; a star stands for one part of a path.
    levers: &'static [&'static str],
}

/// Days that each world lives, at most: a world is given up as soon as a figure differs.
const DAYS: u32 = 200;

/// The default world in small, from its very beginning.
const SMALL: [(&str, &str); 2] = [("citizens.count", "500"), ("citizens.settling", "0")];

/// Levers of size.
const CROWDS: [&str; 3] = ["citizens.count", "citizens.inert", "market.stalls_per_thousand"];

const SPECIAL: [Special; 17] = [
    Special {
        name: "banned",
        why: "What a stricter law does shows where one comes, and what is lawful is shown in the open until then.",
        set: &[("goods.*.status", "free")],
        dated: &[(30, "goods.*.status", "prohibited")],
        levers: &[
            "goods.*.reactance",
            "demand.lawful_stalls",
            "demand.lawful_taste",
            "demand.announcement",
            "demand.announcement_decay",
            "market.lawful_cost",
            "law.compliance",
        ],
    },
    Special {
        name: "licensed",
        why: "A licence is asked for where a good may be licensed.",
        set: &[("goods.*.status", "licensed")],
        dated: &[],
        levers: &["law.licence_tax", "law.licensing", "law.licence_honesty", "market.licence_cost"],
    },
    Special {
        name: "tolerated",
        why: "How much is left of the attention to what is tolerated, and who steers it, matters where something is.",
        set: &[("goods.*.status", "tolerated"), ("law.controller", "0.5"), ("agencies.*.budget", "10")],
        dated: &[],
        levers: &[
            "law.tolerance",
            "law.controller",
            "law.controller_watches",
            "law.controller_target",
            "law.controller_band",
        ],
    },
    Special {
        name: "looked_away",
        why: "What ideas are worth and odds are feared is asked where agencies may look away.",
        set: &[("law.gray_zone", "true"), ("agencies.*.budget", "10")],
        dated: &[],
        levers: &["law.idea_worth", "law.ambiguity"],
    },
    Special {
        name: "corrupt",
        why: "Who bribes, and what a scandal costs, matters where officers take.",
        set: &[
            ("law.corruption", "0.5"),
            ("law.bribe_exposure", "0.5"),
            ("law.false_positive", "0"),
            ("agencies.*.budget", "10"),
            ("temperaments.*.share", "1"),
        ],
        dated: &[],
        levers: &["law.*", "temperaments.*.bribes"],
    },
    Special {
        name: "policed",
        why: "In a town with two investigations a day whole goods, places and venues are never looked at; here all are.",
        set: &[
            ("agencies.*.budget", "10"),
            ("agencies.*.profiling", "0.3"),
            ("goods.*.appeal", "4"),
            ("places.*.zone_room", "1"),
            ("goods.authenticity.policing", "0.05"),
            ("goods.privacy.default_mask", "0.3"),
            ("goods.positional.slots", "1000"),
        ],
        dated: &[],
        levers: &[
            "goods.*.evidence",
            "goods.authenticity.faker_fine",
            "goods.forbidden_identity.patience",
            "goods.privacy.default_strength",
            "goods.scarcity_recreation.closure",
            "goods.scarcity_recreation.raid_evidence",
            "law.*",
            "places.*.surveillance",
            "venues.*.concealment",
        ],
    },
    Special {
        name: "raided",
        why: "Whether an operator is honest shows where raids are near.",
        set: &[("law.raid_evidence", "0.1"), ("agencies.*.budget", "2")],
        dated: &[],
        levers: &["market.*"],
    },
    Special {
        name: "smuggled",
        why: "What an interception costs shows where colonists have much, and lanes are watched and opened again.",
        set: &[("agencies.*.budget", "10"), ("colonies.mining", "10"), ("colonies.closure", "2")],
        dated: &[],
        levers: &["colonies.*"],
    },
    Special {
        name: "leaky",
        why: "Leaks are rare, at most one of each kind a run; here each comes soon.",
        set: &[("leaks.hazard", "0.02"), ("leaks.code_hazard", "0.5")],
        dated: &[],
        levers: &["leaks.*", "temperaments.*.haste", "temperaments.*.claimed_safety"],
    },
    Special {
        name: "harmful",
        why: "What an accident, an injury or a victim costs matters where there are some.",
        set: &[
            ("goods.augmentation.instability", "0.05"),
            ("goods.augmentation.dread", "0"),
            ("goods.experience.injury", "0.1"),
            ("goods.dangerous_tech.accidents", "0.05"),
            ("goods.forbidden_identity.coercion", "1"),
            ("goods.forbidden_identity.asked", "1"),
        ],
        dated: &[],
        levers: &["goods.*.*", "welfare.*"],
    },
    Special {
        name: "hunted",
        why: "Rogue AIs are rare; here every fifth unit of taboo computing brings one of any kind, and they leak and bribe.",
        set: &[
            ("goods.taboo_computing.rogue_birth", "0.2"),
            ("temperaments.*.runs_itself", "true"),
            ("temperaments.*.share", "1"),
            ("agencies.*.budget", "10"),
            ("agencies.*.hunting", "0.3"),
            ("law.corruption", "0.5"),
            ("leaks.code_hazard", "0.5"),
        ],
        dated: &[],
        levers: &["law.takedown", "law.takedown_effort", "agencies.*.hunting", "temperaments.*.*"],
    },
    Special {
        name: "used_to_it",
        why: "How fast a habit fades and how hard it pulls matters where the good makes one.",
        set: &[("goods.*.habit_gain", "0.2"), ("goods.positional.slots", "1000"), ("goods.positional.lease", "1")],
        dated: &[],
        levers: &["goods.*.habit_gain", "goods.*.habit_decay", "goods.*.habit_pull"],
    },
    Special {
        name: "seen",
        why: "An enclave is contained once it can be seen.",
        set: &[("enclaves.visible", "0.01"), ("agencies.*.budget", "10")],
        dated: &[],
        levers: &["enclaves.watch", "enclaves.ring", "enclaves.eradicate"],
    },
    Special {
        name: "eradicated",
        why: "People are driven out where an enclave is eradicated.",
        set: &[("enclaves.visible", "0.01"), ("enclaves.eradicate", "true")],
        dated: &[],
        levers: &["enclaves.uprooting"],
    },
    Special {
        name: "hungry",
        why: "How strict an enclave becomes, and who goes back, matters where its commons is used up.",
        set: &[("enclaves.commons", "100"), ("enclaves.overuse", "2"), ("enclaves.free_riders", "0.5")],
        dated: &[],
        levers: &["enclaves.*", "places.*.leaving"],
    },
    Special {
        name: "directed",
        why: "What a house and agencies are told matters where somebody tells them.",
        set: &[
            ("houses.*.directed", "true"),
            ("agencies.*.target_share", "0.5"),
            ("agencies.*.target_good", "privacy"),
            ("agencies.*.budget", "10"),
            ("law.corruption", "0.5"),
        ],
        dated: &[],
        levers: &["houses.*.*", "agencies.*.*"],
    },
    Special {
        name: "practised",
        why: "An old stall still tries something; here stalls are old on their second day.",
        set: &[("syndicates.exploration_decay", "1")],
        dated: &[],
        levers: &["syndicates.exploration_least"],
    },
];

/// Columns that show what levers are set to, or what somebody means to do, whatever comes of it. The events are left out as
/// a whole, since some say what the timeline sets.
const ECHOES: [(&str, &[&str]); 10] = [
    ("goods", &["cost_mean", "status", "attention", "looked_away", "holders_share", "restriction"]),
    ("places", &["place", "kind"]),
    ("venues", &["trust"]),
    ("syndicates", &["guarded_share"]),
    ("houses", &["directed", "good", "venue", "markup", "quality"]),
    (
        "agencies",
        &["budget_credits", "capacity", "traps", "hunts", "searches", "main_good", "main_place", "plan_spread"],
    ),
    ("providers", &["markup"]),
    ("welfare", &["weight"]),
    ("enclaves", &["norms", "threshold", "tariff"]),
    ("citizens", &["citizen"]),
];

/// Whether a path is meant by another, in which a star stands for any one part.
fn fits(pattern: &str, path: &str) -> bool {
    let (wanted, known): (Vec<&str>, Vec<&str>) = (pattern.split('.').collect(), path.split('.').collect());
    wanted.len() == known.len() && wanted.iter().zip(known).all(|(one, other)| *one == "*" || *one == other)
}

impl Special {
    fn tries(&self, path: &str) -> bool {
        self.levers.iter().any(|pattern| fits(pattern, path))
    }

    fn scenario(&self) -> Scenario {
        let mut scenario = small();
        for (path, value) in self.set {
            scenario.set_all(path, value).unwrap_or_else(|error| panic!("{}: {error}", self.name));
        }
        for (day, pattern, value) in self.dated {
            let mut then = scenario.clone();
            then.set_all(pattern, value).unwrap_or_else(|error| panic!("{}: {error}", self.name));
            let paths = levers(&then).into_iter().map(|lever| lever.path).filter(|path| fits(pattern, path));
            let set = paths.map(|path| (path.clone(), then.get(&path).expect("a lever"))).collect();
            let (label, places) = (String::new(), Vec::new());
            scenario.timeline.push(TimelineEntry { day: *day, until: None, ramp: 0, places, set, label });
        }
        scenario.check().unwrap_or_else(|complaints| panic!("{}: {complaints:?}", self.name));
        scenario
    }
}

/// The default world in small, with a house, of which the default world has none.
fn small() -> Scenario {
    let mut scenario = Scenario { days: DAYS, ..Scenario::default() };
    for (path, value) in SMALL {
        scenario.set(path, value).expect("a lever of the default world");
    }
    scenario.params.houses.push(HouseSpec { name: "house".into(), key: String::new(), params: HouseParams::default() });
    scenario
}

/// The rows of each day of a world, and of its end.
fn days_of(scenario: &Scenario) -> Vec<Vec<Batch>> {
    let mut run = Run::new(Arc::new(scenario.clone()), 1, 1);
    let mut days: Vec<Vec<Batch>> = (0..scenario.days)
        .map(|_| {
            run.step();
            run.take_rows()
        })
        .collect();
    days.push(run.finish());
    days
}

/// The ends of a lever's range, or all its words, but for what it is set to already.
fn values(lever: &Lever, scenario: &Scenario) -> Vec<String> {
    let now = scenario.get(&lever.path).expect("a lever of this world").to_string();
    let all: Vec<String> = match lever.shape {
        Shape::Words(words) => words.iter().map(|&word| word.to_owned()).collect(),
        Shape::Flag => ["false", "true"].map(str::to_owned).to_vec(),
        Shape::Whole if lever.unit == "number in the list" => (0..=5).map(|number| number.to_string()).collect(),
        // A million people tell no more than some, and take all night.
        Shape::Real | Shape::Whole if CROWDS.contains(&&*lever.path) => vec![lever.min.to_string(), "600".into()],
        Shape::Real | Shape::Whole => vec![lever.min.to_string(), lever.max.to_string()],
    };
    all.into_iter().filter(|value| *value != now).collect()
}

/// The first figure that differs between the rows of two worlds: the names of its table and column.
fn moved(one: &[Batch], other: &[Batch]) -> Option<(&'static str, &'static str)> {
    let of = |rows: &'_ [Batch], table: &TableSpec, column: usize| {
        rows.iter().find(|batch| batch.table.name == table.name).map(|batch| batch.columns[column].clone())
    };
    let is_echo = |table: &str, column: &str| {
        table == "events" || ECHOES.iter().any(|(of, columns)| *of == table && columns.contains(&column))
    };
    let columns = TABLES.iter().flat_map(|table| table.columns.iter().enumerate().map(move |column| (table, column)));
    columns
        .filter(|(table, (_, column))| !is_echo(table.name, column.name))
        .find(|(table, (at, _))| of(one, table, *at) != of(other, table, *at))
        .map(|(table, (_, column))| (table.name, column.name))
}

/// The day on which a lever first moves a figure in a world, and that figure; nothing where it never does.
fn felt(
    scenario: &Scenario,
    days: &[Vec<Batch>],
    path: &str,
    value: &str,
) -> Option<(usize, &'static str, &'static str)> {
    let mut other = scenario.clone();
    other.set(path, value).expect("an end of its range");
    other.check().ok()?;
    let mut run = Run::new(Arc::new(other), 1, 1);
    days.iter().enumerate().find_map(|(day, rows)| {
        let other = if day + 1 == days.len() {
            run.finish()
        } else {
            run.step();
            run.take_rows()
        };
        moved(rows, &other).map(|(table, column)| (day + 1, table, column))
    })
}

/// Does something for each of many on all cores, in their order.
fn each<T: Sync, R: Send>(all: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let some = || {
        let mut found = Vec::new();
        while let Some((at, one)) = Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|at| Some((at, all.get(at)?))) {
            found.push((at, work(one)));
        }
        found
    };
    let mut found: Vec<(usize, R)> = scope(|scope| {
        let threads: Vec<_> = (0..available_parallelism().map_or(2, usize::from)).map(|_| scope.spawn(some)).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("a world that lives")).collect()
    });
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, result)| result).collect()
}

/// A value, and the first figure that it moves: its day, table and column.
type Moved = (String, Option<(usize, &'static str, &'static str)>);

/// Levers, each with what its values move in the first world in which one of them moves anything.
fn all_felt(levers: &[Lever]) -> Vec<Option<(&'static str, Vec<Moved>)>> {
    let specials = SPECIAL.iter().map(|special| (special.name, special.scenario()));
    let worlds: Vec<(&str, Scenario)> = std::iter::once(("small", small())).chain(specials).collect();
    let lived = each(&worlds, |(_, scenario)| days_of(scenario));
    each(levers, |lever| {
        worlds.iter().zip(&lived).enumerate().find_map(|(at, ((name, scenario), days))| {
            let is_tried = at == 0 || SPECIAL[at - 1].tries(&lever.path);
            let values = if is_tried { values(lever, scenario) } else { Vec::new() };
            let felt = |value: String| {
                let moved = felt(scenario, days, &lever.path, &value);
                (value, moved)
            };
            let found: Vec<Moved> = values.into_iter().map(felt).collect();
            found.iter().any(|(_, moved)| moved.is_some()).then_some((*name, found))
        })
    })
}

/// Those of these levers that move no figure, or of which a word moves none, in words.
fn dead(levers: &[Lever]) -> Vec<String> {
    let told = levers.iter().zip(all_felt(levers)).filter_map(|(lever, found)| {
        let path = &lever.path;
        let Some((world, values)) = found else {
            let tried = SPECIAL.iter().filter(|special| special.tries(path));
            let tried: Vec<String> = tried.map(|special| format!("{} ({})", special.name, special.why)).collect();
            return Some(format!("`{path}` moves no figure in the small world, nor in {tried:?}"));
        };
        let mute: Vec<String> =
            values.into_iter().filter(|(_, moved)| moved.is_none()).map(|(value, _)| value).collect();
        // A fringe is a district by another name.
        let is_name = |value: &String| path.ends_with(".kind") && (value == "fringe" || value == "district");
        let words = matches!(lever.shape, Shape::Words(_)) && !mute.iter().all(is_name);
        words.then(|| format!("`{path}` is the same at {mute:?} as at what holds in the world `{world}`"))
    });
    told.collect()
}

/// What nobody is to feel: that adding those who do nothing changes nobody's life is what they are for, and is shown elsewhere.
fn all_but_inert() -> Vec<Lever> {
    let mut levers = levers(&small());
    levers.retain(|lever| lever.path != "citizens.inert");
    levers
}

#[test]
fn no_lever_of_a_sample_is_dead() {
    let levers: Vec<Lever> = all_but_inert().into_iter().step_by(9).collect();
    assert_eq!(dead(&levers), [""; 0]);
}

#[test]
#[ignore = "long: `cargo test --release --workspace --tests -- --ignored` runs it"]
fn no_lever_is_dead() {
    let levers = all_but_inert();
    let dead = dead(&levers);
    println!("{} levers, {} of them dead", levers.len(), dead.len());
    assert_eq!(dead, [""; 0]);
}
