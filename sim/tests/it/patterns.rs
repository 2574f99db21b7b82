//! The scoreboard: what is known of illicit markets, and what the default scenario shows of it.
//!
//! A pattern that lies out of its band stays on the board as such: it is a limit of the model that a reader should know.
//! Only a figure that is missing fails the test. The board itself is a snapshot, so that a change of results shows here.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use contraband_sim::goods::Good;

use crate::paired::{Measured, Metric, Recording, from_day, mean, measure, median, number, question, sum, with};

/// Something known of illicit markets, that the model should show too.
struct Pattern {
    /// Its number in the list of patterns.
    id: &'static str,
    /// What is measured, with its unit.
    statement: &'static str,
    /// Between which values it should lie.
    band: (f64, f64),
    /// Who says so.
    source: &'static str,
}

/// Those that the default scenario is fitted to, in the order of the board.
const PATTERNS: &[Pattern] = &[
    Pattern {
        id: "E03",
        statement: "half of new sellers are gone after, days",
        band: (30.0, 120.0),
        source: "Christin (2013): most sellers vanish within about three months",
    },
    Pattern {
        id: "E03",
        statement: "sellers still there after eight months, share",
        band: (0.01, 0.5),
        source: "Christin (2013): a core of 112 was there throughout; the upper end is an assumption",
    },
    Pattern {
        id: "E07",
        statement: "mean life of a venue, days",
        band: (150.0, 400.0),
        source: "Norbutas et al. (2020): rarely longer than a year; EMCDDA and Europol (2017): about eight months",
    },
    Pattern {
        id: "E07",
        statement: "ways in which venues end: raid, scam, own choice",
        band: (3.0, 3.0),
        source: "EMCDDA and Europol (2017)",
    },
    Pattern {
        id: "E14",
        statement: "spread of prices within good and day, sd / mean",
        band: (0.3, 0.8),
        source: "Reuter and Caulkins (2004): wider than for any of fifteen lawful goods",
    },
    Pattern {
        id: "E17",
        statement: "price / cost, good in the middle",
        band: (2.0, 6.0),
        source: "Caulkins and Reuter (1998); Miron (2003)",
    },
    Pattern {
        id: "E26",
        statement: "elasticity of demand, first week",
        band: (-1.2, -0.3),
        source: "Gallet (2014): 462 estimates",
    },
    Pattern {
        id: "E26",
        statement: "elasticity after half a year / first week",
        band: (1.4, 2.4),
        source: "Becker, Grossman and Murphy: about 1.9; the width is an assumption",
    },
    Pattern {
        id: "S01",
        statement: "revenue of the top hundredth of sellers, share",
        band: (0.3, 0.65),
        source: "design of the default scenario, after studies of darknet markets",
    },
    Pattern {
        id: "S02",
        statement: "sellers with under a tenth of the mean revenue",
        band: (0.3, 0.95),
        source: "design of the default scenario: most entrants stay near zero",
    },
    Pattern {
        id: "S03",
        statement: "purchases delivered, share",
        band: (0.8, 0.98),
        source: "design of the default scenario",
    },
    Pattern {
        id: "S04",
        statement: "trade that a ban moves to other goods, share",
        band: (0.02, 0.98),
        source: "displacement is partial: never all, never none",
    },
    Pattern {
        id: "S05",
        statement: "trade in the tenth year / in the second",
        band: (0.5, 2.0),
        source: "nothing explodes, nothing dies out",
    },
    Pattern {
        id: "S06",
        statement: "the same for the good that fell most",
        band: (0.2, 2.0),
        source: "nothing explodes, nothing dies out",
    },
    Pattern {
        id: "S07",
        statement: "the same for the good that rose most",
        band: (0.5, 5.0),
        source: "nothing explodes, nothing dies out",
    },
    Pattern {
        id: "S08",
        statement: "wealth in the tenth year / in the second",
        band: (0.5, 2.0),
        source: "nothing explodes, nothing dies out",
    },
];

/// Days of a year.
const YEAR: u32 = 365;
/// Citizens of the default scenario.
const CITIZENS: u32 = 10_000;

#[test]
#[cfg_attr(debug_assertions, ignore = "two minutes where the engine is not optimised")]
fn the_default_scenario_beside_what_is_known() {
    let mut found = two_years_as_they_are();
    found.extend(a_dearer_world());
    let ends = 6; // of the rows above: the elasticities stand after the spread of prices and the markups
    let elasticities = found.split_off(found.len() - 2);
    let rest = found.split_off(ends);
    found.extend(elasticities);
    found.extend(rest);
    found.push(a_ban());
    found.extend(ten_years());
    let board = board(&found);
    println!("{board}");
    for (pattern, values) in PATTERNS.iter().zip(&found) {
        assert!(values.iter().all(|value| value.is_finite()), "{}: {values:?}\n{board}", pattern.statement);
    }
    insta::assert_snapshot!("scoreboard", board);
}

/// The table that a person reads.
fn board(found: &[Vec<f64>]) -> String {
    assert_eq!(found.len(), PATTERNS.len(), "a figure for each pattern");
    let mut board = format!(
        "{:<4} {:<49} {:<15} {:>7}  {:<17} {}\n",
        "id", "baseline shows", "band", "median", "over seeds", "verdict"
    );
    for (pattern, values) in PATTERNS.iter().zip(found) {
        let middle = median(values);
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let verdict = if (pattern.band.0..=pattern.band.1).contains(&middle) { "in band" } else { "OUT OF BAND" };
        let _ = writeln!(
            board,
            "{:<4} {:<49} {:<15} {:>7}  {:<17} {verdict}",
            pattern.id,
            pattern.statement,
            format!("{} ... {}", short(pattern.band.0), short(pattern.band.1)),
            short(middle),
            format!("{} ... {}", short(low), short(high)),
        );
    }
    board.push_str("\nbands from:\n");
    let sources: BTreeSet<String> = PATTERNS.iter().map(|one| format!("{}  {}\n", one.id, one.source)).collect();
    board.extend(sources);
    board
}

/// A number as a person writes it: two digits behind the point, none from ten on.
fn short(value: f64) -> String {
    if value.abs() >= 9.95 { format!("{value:.0}") } else { format!("{value:.2}") }
}

/// What two years show, year one left to settle where levels are asked for.
fn two_years_as_they_are() -> Vec<Vec<f64>> {
    let last_half = YEAR + 185..=2 * YEAR;
    let trades = sum("days", "trades").days(last_half.clone());
    let scams = sum("days", "scams").days(last_half.clone());
    let metrics = [
        Metric::new("life of sellers", |rows| median_life(&lives_of_sellers(rows))),
        Metric::new("core", core_of_sellers),
        Metric::new("life of venues", |rows| {
            sum("venues", "open").read(rows) / closings(rows).values().sum::<f64>().max(1.0)
        }),
        Metric::new("ends", |rows| closings(rows).len() as f64),
        Metric::new("spread", spread_of_prices),
        Metric::new("markup", |rows| median(&each_good(|good| markup(rows, good)))),
        mean("days", "top_sellers_share").days(last_half.clone()).named("top"),
        Metric::new("small", small_sellers),
        Metric::new("delivered", move |rows| 1.0 - scams.read(rows) / trades.read(rows)),
    ];
    let measured = measure(6, &[question("baseline", CITIZENS, 2 * YEAR)], &metrics);
    (0..metrics.len()).map(|metric| measured.of(0, metric).to_vec()).collect()
}

/// Something of each good.
fn each_good<T>(of: impl Fn(Good) -> T) -> Vec<T> {
    Good::ALL.iter().map(|&good| of(good)).collect()
}

/// Days that each new syndicate stayed, and whether its end was seen.
fn lives_of_sellers(rows: &Recording) -> Vec<(f64, bool)> {
    let (days, who) = (rows.numbers("events", "day"), rows.numbers("events", "syndicate"));
    let end = days.last().copied().unwrap_or(0.0);
    let mut came = BTreeMap::new();
    let mut lives = Vec::new();
    for (row, kind) in rows.words("events", "kind").into_iter().enumerate() {
        match kind {
            "seller_entry" => _ = came.insert(who[row] as i64, days[row]),
            "seller_exit" => lives.extend(came.remove(&(who[row] as i64)).map(|came| (days[row] - came, true))),
            _ => {}
        }
    }
    lives.extend(came.into_values().map(|came| (end - came, false)));
    lives
}

/// The life that half outlive, where some are still alive (Kaplan and Meier).
fn median_life(lives: &[(f64, bool)]) -> f64 {
    let mut lives = lives.to_vec();
    lives.sort_by(|one, other| one.0.total_cmp(&other.0).then(other.1.cmp(&one.1)));
    let mut survive = 1.0;
    for (place, &(life, ended)) in lives.iter().enumerate() {
        if ended {
            survive *= 1.0 - 1.0 / (lives.len() - place) as f64;
            if survive <= 0.5 {
                return life;
            }
        }
    }
    f64::NAN
}

/// Sellers there eight months before the end that are there at the end.
fn core_of_sellers(rows: &Recording) -> f64 {
    let (days, who) = (rows.numbers("syndicates", "day"), rows.numbers("syndicates", "syndicate"));
    let kinds = rows.words("syndicates", "kind");
    let end = days.last().copied().unwrap_or(0.0);
    let start = days.iter().copied().find(|&day| day >= end - 240.0).unwrap_or(0.0);
    let there = |day: f64| -> BTreeSet<i64> {
        (0..days.len())
            .filter(|&row| days[row] == day && kinds[row] == "syndicate")
            .map(|row| who[row] as i64)
            .collect()
    };
    let (then, now) = (there(start), there(end));
    then.intersection(&now).count() as f64 / then.len() as f64
}

/// Sellers whose last thirty days brought less than a tenth of what they brought on average.
fn small_sellers(rows: &Recording) -> f64 {
    let (days, revenue) = (rows.numbers("syndicates", "day"), rows.numbers("syndicates", "revenue"));
    let end = days.last().copied().unwrap_or(0.0);
    let month: Vec<f64> = (0..days.len()).filter(|&row| days[row] == end).map(|row| revenue[row]).collect();
    let mean = month.iter().sum::<f64>() / month.len() as f64;
    month.iter().filter(|&&one| one < 0.1 * mean).count() as f64 / month.len() as f64
}

/// How often venues ended, by the way in which they did.
fn closings(rows: &Recording) -> BTreeMap<&str, f64> {
    let mut closings = BTreeMap::new();
    for kind in rows.words("events", "kind") {
        if ["raid", "exit_scam", "venue_close"].contains(&kind) {
            *closings.entry(kind).or_insert(0.0) += 1.0;
        }
    }
    closings
}

/// Spread over mean of the prices paid for one good on one day, in the middle of all days with twenty trades or more.
fn spread_of_prices(rows: &Recording) -> f64 {
    let [trades, means, spreads] = ["trades", "price_mean", "price_sd"].map(|column| rows.numbers("goods", column));
    let busy = (0..trades.len()).filter(|&row| trades[row] >= 20.0);
    median(&busy.map(|row| spreads[row] / means[row]).collect::<Vec<_>>())
}

/// What a good's buyers pay, over what it costs, in the second year.
fn markup(rows: &Recording, good: Good) -> f64 {
    let of = |column| mean("goods", column).of("good", &[good.word()]).days(YEAR + 1..=2 * YEAR).read(rows);
    of("price_mean") / of("cost_mean")
}

/// Every cost a tenth higher from one day on: how much less is bought, for each per cent that prices rose.
fn a_dearer_world() -> [Vec<f64>; 2] {
    let base = question("baseline", CITIZENS, YEAR + 365);
    let costs = each_good(|good| format!("goods.{}.cost", good.word()));
    let dearer: Vec<(&str, String)> =
        costs.iter().map(|path| (path.as_str(), (1.1 * number(&base, path)).to_string())).collect();
    let dearer: Vec<(&str, &str)> = dearer.iter().map(|(path, value)| (*path, value.as_str())).collect();
    let arm = from_day(base.clone(), YEAR + 1, None, &dearer);
    let mut metrics = Vec::new();
    for days in [YEAR + 1..=YEAR + 7, YEAR + 183..=YEAR + 365] {
        for &good in Good::ALL {
            for column in ["trades", "spent_credits"] {
                metrics.push(sum("goods", column).of("good", &[good.word()]).days(days.clone()).named(column));
            }
        }
    }
    let measured = measure(12, &[base, arm], &metrics);
    let (week, later) = (changes(&measured, 0), changes(&measured, 1));
    let prices = |changes: &[(f64, f64)]| changes.iter().map(|one| one.1).sum::<f64>() / changes.len() as f64;
    let each = |changes: &[(f64, f64)]| -> Vec<f64> { changes.iter().map(|one| one.0 / prices(changes)).collect() };
    // A ratio of two noisy figures is noisier than both: half a year is set against the middle of all weeks.
    let (week, later) = (each(&week), each(&later));
    let usual = median(&week);
    [week, later.into_iter().map(|one| one / usual).collect()]
}

/// Changes of log trades and of log prices for each seed, goods weighted by what was traded of them without the change.
fn changes(measured: &Measured, window: usize) -> Vec<(f64, f64)> {
    let goods = Good::ALL.len();
    let seeds = measured.of(0, 0).len();
    let change = |seed: usize| {
        let (mut weights, mut quantity, mut price) = (0.0, 0.0, 0.0);
        for good in 0..goods {
            let of = |world: usize, column: usize| measured.of(world, 2 * (window * goods + good) + column)[seed];
            let [before, after] = [0, 1].map(|world| (of(world, 0), of(world, 1)));
            if before.0 > 0.0 && after.0 > 0.0 {
                weights += before.0;
                quantity += before.0 * (after.0 / before.0).ln();
                price += before.0 * ((after.1 / after.0) / (before.1 / before.0)).ln();
            }
        }
        (quantity / weights, price / weights)
    };
    (0..seeds).map(change).collect()
}

/// One good that was free is banned: what the others gain of what it loses.
fn a_ban() -> Vec<f64> {
    let base = with(question("baseline", CITIZENS, YEAR), &[("goods.experience.status", "free")]);
    let arm = from_day(base.clone(), 181, None, &[("goods.experience.status", "prohibited")]);
    let trades = sum("goods", "trades").days(181..=YEAR);
    let metrics = [
        trades.clone().of("good", &["experience"]).named("banned"),
        trades.but("good", &["experience"]).named("others"),
    ];
    let measured = measure(12, &[base, arm], &metrics);
    let lost = -measured.effect(0, 0, 1).difference();
    (0..12).map(|seed| (measured.of(1, 1)[seed] - measured.of(0, 1)[seed]) / lost).collect()
}

/// Whether the world still stands after ten years.
fn ten_years() -> [Vec<f64>; 4] {
    let year = |number: u32| (number - 1) * YEAR + 1..=number * YEAR;
    let change = move |rows: &Recording, good: Option<Good>| {
        let of = |number| {
            let trades = sum("goods", "trades").days(year(number));
            match good {
                Some(good) => trades.of("good", &[good.word()]).read(rows),
                None => trades.read(rows),
            }
        };
        of(10) / of(2)
    };
    let metrics = [
        Metric::new("trade", move |rows| change(rows, None)),
        Metric::new("least", move |rows| {
            each_good(|good| change(rows, Some(good))).into_iter().fold(f64::INFINITY, f64::min)
        }),
        Metric::new("most", move |rows| {
            each_good(|good| change(rows, Some(good))).into_iter().fold(f64::NEG_INFINITY, f64::max)
        }),
        Metric::new("wealth", move |rows| {
            mean("days", "wealth_mean").days(year(10)).read(rows) / mean("days", "wealth_mean").days(year(2)).read(rows)
        }),
    ];
    let measured = measure(4, &[question("baseline", CITIZENS, 10 * YEAR)], &metrics);
    [0, 1, 2, 3].map(|metric| measured.of(0, metric).to_vec())
}

/// Of four lives of 1, 2, 2 (not over) and 5 days, three quarters outlive the first and half the second.
#[test]
fn a_median_life_by_hand() {
    assert_eq!(median_life(&[(5.0, true), (2.0, false), (1.0, true), (2.0, true)]), 2.0);
    assert!(median_life(&[(5.0, false), (1.0, true), (7.0, false)]).is_nan());
}

#[test]
fn every_band_is_one_and_names_its_source() {
    for pattern in PATTERNS {
        assert!(pattern.band.0 <= pattern.band.1 && !pattern.source.is_empty(), "{}", pattern.statement);
        assert!(pattern.statement.len() <= 49, "{} is long for the board", pattern.statement);
    }
}
