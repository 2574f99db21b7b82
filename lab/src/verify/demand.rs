//! Demand, diffusion and distribution.

use statrs::distribution::{ContinuousCDF, Normal};

use crate::measure::Recording;
use crate::measure::statistics::mean;
use crate::verify::market::{drawn_share, slots};
use crate::verify::{Absent, Case, Check, Group, Knob, OutsideDomain, Setup, from_day, of_good};
use contraband_sim::base::dice::{Dice, Purpose, happens};
use contraband_sim::base::numerics::{exp, ln, logistic, pow};
use contraband_sim::base::units::Credits;
use contraband_sim::citizen::Life;
use contraband_sim::goods::authenticity::posterior;
use contraband_sim::goods::dangerous_tech::DangerousTech;
use contraband_sim::goods::experience::{Experience, go_through};
use contraband_sim::rules::innovation::loss;

/// The cases of this group.
pub const CASES: &[Case] = &[
    Case {
        name: "wealth_at_rest",
        group: Group::Demand,
        shows: "wealth settles where a day's living costs equal a day's income, and is as unequal as incomes are",
        formula: "W(t) = W* + (W(1) - W*) (1 - s)^(t - 1), W* = y (1 - s) / s; Gini = 2 Phi(sigma / sqrt 2) - 1",
        source: "linear recursion; Aitchison and Brown (1957) for the Gini of a log-normal distribution",
        world: Some("verify/quiet"),
        knobs: &[
            Knob::lever("citizens.count", 500.0, 20_000.0),
            Knob::lever("citizens.start_credits", 1.0, 10_000.0),
            Knob::lever("citizens.daily_income", 1.0, 1000.0),
            Knob::lever("citizens.living_share", 0.001, 0.9),
            Knob::lever("citizens.income_spread", 0.1, 1.0),
        ],
        seeds: 12,
        long: false,
        run: wealth_at_rest,
    },
    Case {
        name: "boredom_and_growth",
        group: Group::Demand,
        shows: "boredom follows abundance, anxiety follows boredom, and licit innovation grows at its rate",
        formula: "B = A (1 - (1 - g)^t); anxiety = sum over days of b B (1 - d)^(t - day); innovation = (1 + r)^t",
        source: "linear recursions",
        world: Some("verify/quiet"),
        knobs: &[
            Knob::lever("places.town.abundance", 0.0, 1.0),
            Knob::lever("society.boredom_gain", 0.0, 1.0),
            Knob::lever("society.anxiety_boredom", 0.0, 0.1),
            Knob::lever("society.anxiety_decay", 0.001, 1.0),
            Knob::lever("society.innovation_licit", 0.0, 0.01),
        ],
        seeds: 1,
        long: false,
        run: boredom_and_growth,
    },
    Case {
        name: "race_for_relative_income",
        group: Group::Demand,
        shows: "once everybody is augmented nobody is richer: incomes are shares of a fixed total",
        formula: "mean income = y at every level of augmentation, and y for everybody once all are equal again",
        source: "Frank (1985): positional arms races",
        world: Some("verify/race"),
        knobs: &[
            Knob::lever("citizens.daily_income", 1.0, 1000.0),
            Knob::lever("goods.augmentation.income_power", 0.0, 3.0),
            Knob::lever("goods.augmentation.levels", 1.0, 8.0),
        ],
        seeds: 4,
        long: false,
        run: race_for_relative_income,
    },
    Case {
        name: "imitation_with_two_ends",
        group: Group::Demand,
        shows: "where imitation is strong enough, one world has two equilibria, and its past decides between them",
        formula: "h = b / (b + 1/T), b = a m L(V + J h): h from below and from above; L is the logistic function",
        source: "Brock and Durlauf (2001)",
        world: Some("verify/one_good"),
        knobs: &[
            Knob::lever("demand.peers", 0.0, 20.0),
            Knob::lever("goods.privacy.appeal", -8.0, 2.0),
            Knob::lever("goods.privacy.holding", 2.0, 20.0),
            Knob::lever("demand.attention", 0.1, 1.0),
        ],
        seeds: 6,
        long: false,
        run: imitation_with_two_ends,
    },
    Case {
        name: "habit_in_the_long_run",
        group: Group::Demand,
        shows: "with a habit, demand responds to a price less at first than in the long run",
        formula: "purchases a day = sum over habits of share * a m L(V + D (1 + pull H) - w p), H' = H (1 - decay) + gain",
        source: "Becker, Grossman and Murphy (1994), for the direction; the Markov chain of habit is exact",
        world: Some("verify/one_good"),
        knobs: &[
            Knob::own("desire", 1.5, 0.0, 4.0, "utils without habit"),
            Knob::own("pull", 2.0, 0.0, 4.0, "weight of desire at full habit"),
            Knob::own("gain", 0.1, 0.0, 1.0, "gain per unit, as a share of full habit"),
            Knob::own("decay", 0.05, 0.03, 1.0, "decay of habit per day"),
            Knob::own("weight", 0.05, 0.0, 0.1, "utils per credit"),
            Knob::own("price", 20.0, 1.0, 40.0, "credits"),
            Knob::own("rise", 0.5, 0.0, 1.0, "as a share of the price"),
        ],
        seeds: 8,
        long: false,
        run: habit_in_the_long_run,
    },
    Case {
        name: "crowded_club",
        group: Group::Demand,
        shows: "guests who avoid crowds settle at one number, but swing for ever if they react too strongly",
        formula: "load = b(load) / room, b(x) = a m L(V - c x); it swings if damping > 2 / (1 + |b'| / room)",
        source: "Buchanan (1965); Arthur (1994) for the swings",
        world: Some("verify/club"),
        knobs: &[
            Knob::lever("goods.scarcity_recreation.appeal", -2.0, 5.0),
            Knob::lever("goods.scarcity_recreation.congestion", 1.0, 50.0),
            Knob::lever("places.town.zone_room", 1.5, 10.0),
            Knob::lever("demand.attention", 0.2, 1.0),
        ],
        seeds: 4,
        long: false,
        run: crowded_club,
    },
    Case {
        name: "leak_and_takedowns",
        group: Group::Demand,
        shows: "taking copies down lowers how many people can find one, and ends the leak only if it is faster than \
                the spread; what is out grows old",
        formula: "(1 - x) (1 - e^(-beta x)) = delta x, and 0 where beta <= delta; s = x (1 - a)^years; price = c + (p - \
                  c) (1 - s)",
        source: "discrete SIS epidemics; Kermack and McKendrick (1932)",
        world: Some("verify/leak"),
        knobs: &[
            Knob::lever("leaks.contagion", 0.0, 3.0),
            Knob::lever("leaks.takedown", 0.0, 1.0),
            Knob::lever("leaks.copy_cost", 0.001, 1.0),
            Knob::lever("leaks.ageing", 0.0, 0.9),
            Knob::lever("goods.privacy.cost", 0.1, 1000.0),
        ],
        seeds: 1,
        long: false,
        run: leak_and_takedowns,
    },
    Case {
        name: "anonymity_of_a_crowd",
        group: Group::Demand,
        shows: "a mask hides better the more people wear one",
        formula: "cases per examined trade = 1 - m + m e^(-h z) (1 + m / crowd)^(-1/2), where a share m is masked with \
                  strength z",
        source: "anonymity sets; Chaum (1988)",
        world: Some("verify/masks"),
        knobs: &[
            Knob::lever("goods.privacy.default_mask", 0.0, 1.0),
            Knob::lever("goods.privacy.default_strength", 0.11, 1.0),
            Knob::lever("goods.privacy.hiding", 0.0, 10.0),
            Knob::lever("goods.privacy.crowd", 0.001, 1.0),
        ],
        seeds: 8,
        long: false,
        run: anonymity_of_a_crowd,
    },
    Case {
        name: "careers_until_an_injury",
        group: Group::Demand,
        shows: "people who want one step more each time are injured sooner or later",
        formula: "mean uses = sum over n of E e^(-h (x1^2 + ... + xn^2)), x' = x + escalation * step, in tenths, \
                  rounded at random",
        source: "survival in discrete time; hedonic adaptation after Brickman and Campbell (1971)",
        world: None,
        knobs: &[
            Knob::own("injury", 0.0001, 0.00001, 1.0, "probability of an injury at intensity 1"),
            Knob::own("step", 1.0, 0.1, 10.0, "how far a user goes beyond the usual intensity"),
            Knob::own("escalation", 0.1, 0.0, 1.0, "share of the step that a user gets used to"),
        ],
        seeds: 10_000,
        long: false,
        run: careers_until_an_injury,
    },
    Case {
        name: "losses_with_a_heavy_tail",
        group: Group::Demand,
        shows: "most accidents are small, and the few large ones are as frequent as a power law says",
        formula: "quantile at u: least * (1 - u (1 - (least / most)^tail))^(-1 / tail)",
        source: "truncated Pareto distribution; Aban, Meerschaert and Panorska (2006)",
        world: None,
        knobs: &[
            Knob::own("tail", 1.5, 0.1, 10.0, "Pareto exponent"),
            Knob::own("least", 20.0, 0.001, 1_000_000.0, "harm"),
            Knob::own("most", 20_000.0, 0.002, 1_000_000_000.0, "harm"),
        ],
        seeds: 100_000,
        long: false,
        run: losses_with_a_heavy_tail,
    },
    Case {
        name: "arrivals_by_chance",
        group: Group::Demand,
        shows: "ideas and accidents arrive as rare independent events do",
        formula: "Poisson: mean L, variance L, none with probability e^(-L)",
        source: "Poisson (1837)",
        world: None,
        knobs: &[Knob::own("mean", 3.0, 0.001, 300.0, "arrivals per day")],
        seeds: 50_000,
        long: false,
        run: arrivals_by_chance,
    },
    Case {
        name: "doubt_after_an_inspection",
        group: Group::Demand,
        shows: "after an inspection, buyers' belief that a unit is genuine equals the share of such units that are",
        formula: "q = B s^k (1 - s)^(n - k) / (B s^k (1 - s)^(n - k) + (1 - B) f^k (1 - f)^(n - k)) after k of n checks",
        source: "Bayes (1763)",
        world: None,
        knobs: &[
            Knob::own("genuine", 0.6, 0.01, 0.99, "share of units that are genuine"),
            Knob::own("sensitivity", 0.9, 0.01, 0.99, "probability that a genuine unit passes a check"),
            Knob::own("false_accept", 0.4, 0.01, 0.99, "probability that a fake passes a check"),
            Knob::count("checks", 2, 0, 4, "checks per unit"),
        ],
        seeds: 100_000,
        long: false,
        run: doubt_after_an_inspection,
    },
];

/// What does not apply.
pub const ABSENT: &[Absent] = &[
    Absent {
        name: "random_exchange_of_wealth",
        group: Group::Demand,
        why: "people do not pool money and split it at random, with or without saving (Dragulescu and Yakovenko 2000): \
              they earn, spend on living and buy; `wealth_at_rest` covers where that leads",
    },
    Absent {
        name: "bass_diffusion",
        group: Group::Demand,
        why: "nobody adopts once and for all at one rate of innovation and one of imitation (Bass 1969): purchases are \
              repeated choices; imitation is covered by `imitation_with_two_ends`",
    },
    Absent {
        name: "threshold_riot",
        group: Group::Demand,
        why: "nobody joins because a certain number of others have (Granovetter 1978): unrest weighs each person's \
              anger against fear",
    },
    Absent {
        name: "free_entry_of_fakers",
        group: Group::Demand,
        why: "stalls start selling fakes by imitating what earns more, at random and slowly, so fakers' profits are \
              not driven to zero; `doubt_after_an_inspection` covers what an inspection tells",
    },
    Absent {
        name: "expenditure_cascade",
        group: Group::Demand,
        why: "nobody spends by looking at the next richer person (Frank, Levine and Dijk 2014): people see shares of \
              holders",
    },
    Absent {
        name: "image_scoring",
        group: Group::Demand,
        why: "favours are a balance that is earned by chores and spent, not an image: nobody is refused help because \
              of what others have seen them do or refuse (Nowak and Sigmund 1998)",
    },
];

/// Chance a day to buy, where the only good is worth `pull` against staying out to somebody who thinks of it on a share of
/// days, has bought before and meets one stall by chance besides: two sellers, or one if it is the same.
fn buys(attention: f64, pull: f64, nest: f64, slots: usize) -> f64 {
    let same = 1.0 / slots as f64;
    attention * (same * logistic(pull) + (1.0 - same) * logistic(pull + nest * ln(2.0)))
}

/// Everything from this day on, in order.
fn since(rows: &Recording, table: &str, column: &str, day: usize) -> Vec<f64> {
    rows.numbers(table, column).split_off(day - 1)
}

/// Nobody wants anything: what is left is income and lawful living, which are paid each morning in that order.
fn wealth_at_rest(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let income = Credits::from(setup.value("citizens.daily_income")).get();
    let share = setup.value("citizens.living_share");
    let (spread, world) = (setup.value("citizens.income_spread"), setup.world()?);
    let (rest, days) = (income * (1.0 - share) / share, f64::from(world.days));
    let found = setup.each_seed(world, |rows| {
        let (wealth, gini) = (rows.numbers("days", "wealth_mean"), rows.numbers("days", "gini_wealth"));
        let expected = rest + (wealth[0] - rest) * pow(1.0 - share, days - 1.0);
        ([expected, wealth[wealth.len() - 1]], gini[gini.len() - 1])
    });
    // Incomes and spending are rounded to milli-credits, each down by less than one a day.
    let tolerance = 0.002 / share;
    let worst = |found: &[([f64; 2], f64)]| -> [f64; 2] {
        let off = |of: &[f64; 2]| (of[1] - of[0]).abs();
        found.iter().map(|(of, _)| *of).max_by(|one, other| off(one).total_cmp(&off(other))).expect("there are seeds")
    };
    let [expected, measured] = worst(&found);
    let normal = Normal::standard();
    let gini: Vec<f64> = found.iter().map(|(_, gini)| *gini).collect();
    let expected_gini = 2.0 * normal.cdf(spread / 2.0f64.sqrt()) - 1.0;
    let gini_check = Check::mean("Gini of wealth", expected_gini, &gini);
    Ok(vec![
        Check::near(
            "mean wealth, in the seed that is furthest off",
            expected,
            measured,
            tolerance,
            "each is rounded down by up to 2 milli-credits a day",
        ),
        Check {
            tolerance: gini_check.tolerance + 0.001,
            because: format!("{}, and 0.001 for bins of wealth", gini_check.because).into(),
            ..gini_check
        },
    ])
}

/// The same world: nobody visits anything that takes boredom, nothing happens, nobody tinkers.
fn boredom_and_growth(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let (abundance, gain) = (setup.value("places.town.abundance"), setup.value("society.boredom_gain"));
    let (feeds, decay) = (setup.value("society.anxiety_boredom"), setup.value("society.anxiety_decay"));
    if feeds * abundance > decay {
        return Err(OutsideDomain("anxiety cannot rise above 1: anxiety_boredom * abundance <= anxiety_decay".into()));
    }
    let world = setup.world()?;
    let days = world.days;
    let bored = |day: u32| abundance * (1.0 - pow(1.0 - gain, f64::from(day)));
    let anxious: f64 = (1..=days).map(|day| feeds * bored(day) * pow(1.0 - decay, f64::from(days - day))).sum();
    let grown = pow(1.0 + setup.value("society.innovation_licit"), f64::from(days));
    let found = setup.each_seed(world, |rows| {
        ["boredom_mean", "anxiety_mean", "innovation"]
            .map(|column| *rows.numbers("days", column).last().unwrap_or(&f64::NAN))
    });
    let [boredom, anxiety, innovation] = found[0];
    let single = "feelings have seven digits";
    Ok(vec![
        Check::near("boredom", bored(days), boredom, 2e-5, single),
        Check::near("anxiety", anxious, anxiety, 2e-5, single),
        Check::near("innovation", grown, innovation, 1e-9 * grown, "rounding of a product of many factors"),
    ])
}

/// Everybody buys levels one after the other until there are no more; nothing is lived from, so that incomes are all that
/// moves money.
fn race_for_relative_income(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let world = setup.world()?;
    let (people, days) = (f64::from(world.params.citizens.count.get()), world.days as usize);
    let income = Credits::from(setup.value("citizens.daily_income")).get();
    let levels = setup.value("goods.augmentation.levels");
    let found = setup.each_seed(world, |rows| {
        let (dates, amounts) = (rows.numbers("flows", "day"), rows.numbers("flows", "amount"));
        let whys = rows.words("flows", "why");
        let paid = (0..dates.len()).filter(|&row| whys[row] == "income" && dates[row] > 0.0);
        let paid: Vec<f64> = paid.map(|row| amounts[row] / 1000.0 / people).collect();
        let most = |values: &[f64]| values.iter().copied().fold(f64::MIN, f64::max);
        let least = |values: &[f64]| values.iter().copied().fold(f64::MAX, f64::min);
        let incomes = rows.numbers("citizens", "income");
        let level = since(rows, "counts", "level_mean", days)[0];
        [least(&paid), most(&paid), least(&incomes), most(&incomes), level]
    });
    let worst = |nth: usize| {
        let off = |value: &f64| (value - income).abs();
        found.iter().map(|of| of[nth]).max_by(|one, other| off(one).total_cmp(&off(other))).expect("there are seeds")
    };
    let rounding = "incomes are rounded down to milli-credits, weights have seven digits";
    let tolerance = 0.001 + 2e-6 * income;
    Ok(vec![
        Check::near("mean income on the poorest day", income, worst(0), tolerance, rounding),
        Check::near("mean income on the richest day", income, worst(1), tolerance, rounding),
        Check::exact("level that everybody reaches", levels, found.iter().map(|of| of[4]).fold(f64::MAX, f64::min)),
        Check::near("final income of the poorest", income, worst(2), tolerance, rounding),
        Check::near("final income of the richest", income, worst(3), tolerance, rounding),
    ])
}

/// One good that is always to be had and costs nobody anything; once as it is, once after a time in which everybody bought.
fn imitation_with_two_ends(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let (peers, appeal) = (setup.value("demand.peers"), setup.value("goods.privacy.appeal"));
    let (holding, attention) = (setup.value("goods.privacy.holding"), drawn_share(setup.value("demand.attention")));
    let world = setup.world()?;
    let (nest, slots) = (world.params.demand.nest.get(), slots(&world));
    let campaign_days = 100;
    // Holders, and those who have bought before and so meet a seller more.
    let next = |(holders, known): (f64, f64), pull: f64| {
        let first = attention * logistic(pull);
        let buyers = known * buys(attention, pull, nest, slots) + (1.0 - known) * first;
        (holders + buyers * (1.0 - holders) - holders / holding, known + (1.0 - known) * first)
    };
    let path = |campaign: bool| {
        let mut state = (0.0, 0.0);
        let days: Vec<f64> = (1..=world.days)
            .map(|day| {
                let called = if campaign && day <= campaign_days { 20.0 } else { 0.0 };
                state = next(state, appeal + peers * state.0 + called);
                state.0
            })
            .collect();
        mean(&days[300..])
    };
    let (low, high) = (path(false), path(true));
    for rest in [low, high] {
        let after = |holders: f64| next((holders, 1.0), appeal + peers * holders).0;
        let slope = (after(rest + 1e-6) - after(rest - 1e-6)) / 2e-6;
        if slope.abs() > 0.93 {
            return Err(OutsideDomain(format!(
                "at {rest:.3} holders the slope is {slope:.2}: too close to a tipping point"
            )));
        }
    }
    let campaign = from_day(1, Some(campaign_days), world.clone(), "demand.staying_out", -20.0);
    let holders = |rows: &Recording| mean(&of_good(rows, "privacy", "holders_share")[300..]);
    Ok(vec![
        Check::mean("holders, starting from none", low, &setup.each_seed(world, holders)),
        Check::mean("holders, starting from nearly all", high, &setup.each_seed(campaign, holders)),
    ])
}

/// Habits of a day, as shares of people by 65535ths of full habit, and what they buy.
struct Habits {
    shares: Vec<f64>,
    decay: u32,
    gain: usize,
}

impl Habits {
    /// A day later, when somebody of such a habit buys with such a chance; and how many buy.
    fn live(&mut self, chance: impl Fn(f64) -> f64) -> f64 {
        let mut next = vec![0.0; self.shares.len()];
        let mut bought = 0.0;
        for (habit, &share) in (0u32..).zip(&self.shares).filter(|(_, share)| **share > 0.0) {
            let faded = habit - (habit * self.decay).div_ceil(65_536).min(habit);
            let buys = share * chance(f64::from(faded) / 65_535.0);
            bought += buys;
            next[(faded as usize + self.gain).min(65_535)] += buys;
            next[faded as usize] += share - buys;
        }
        self.shares = next;
        bought
    }
}

/// The same world, where what was bought is wanted more; the price is held by a cap, which is raised on one day.
fn habit_in_the_long_run(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    const RAISED: usize = 200;
    let of = |name: &str| setup.value(name);
    // At any markup on this cost a stall asks what the cap allows.
    let dear = of("price") * (1.0 + of("rise"));
    let set = [
        ("goods.privacy.cost", dear),
        ("demand.peers", 0.0),
        ("demand.desire", of("desire")),
        ("goods.privacy.desire", 1.0),
        ("goods.privacy.appeal", -2.0),
        ("goods.privacy.habit_pull", of("pull")),
        ("goods.privacy.habit_gain", of("gain")),
        ("goods.privacy.habit_decay", of("decay")),
        ("demand.price_weight", of("weight")),
        ("goods.privacy.price_cap", of("price")),
    ];
    let set: Vec<(&str, String)> = set.iter().map(|(path, value)| (*path, value.to_string())).collect();
    let world = from_day(RAISED as u32, None, setup.world_with(&set)?, "goods.privacy.price_cap", dear);
    let (nest, slots) = (world.params.demand.nest.get(), slots(&world));
    let attention = drawn_share(world.params.demand.attention.get());
    let people = f64::from(world.params.citizens.count.get());

    let gain = (of("gain") * 65_535.0) as usize;
    let mut habits = Habits { shares: vec![0.0; 65_536], decay: (of("decay") * 65_536.0) as u32, gain };
    habits.shares[0] = 1.0;
    let expected: Vec<f64> = (1..=world.days as usize)
        .map(|day| {
            let price = if day < RAISED { of("price") } else { dear };
            let chances: Vec<f64> = (0..=1024)
                .map(|habit| {
                    let desire = of("desire") * (1.0 + of("pull") * f64::from(habit) / 1024.0);
                    buys(attention, desire - 2.0 - of("weight") * price, nest, slots)
                })
                .collect();
            // Between a thousand habits the chance is a straight line to seven digits.
            habits.live(|habit| {
                let at = habit * 1024.0;
                let below = (at as usize).min(1023);
                chances[below] + (chances[below + 1] - chances[below]) * (at - below as f64)
            })
        })
        .collect();
    let spans = [
        ("per day, before the change", 150..RAISED - 1),
        ("per day, in the first week", RAISED - 1..RAISED + 6),
        ("per day, in the end", 350..420),
    ];
    if expected[RAISED - 1..].iter().any(|&bought| bought < 0.02) {
        return Err(OutsideDomain("too few would buy for everybody to have bought once".into()));
    }
    let bought = setup.each_seed(world, |rows| {
        let trades = rows.numbers("days", "trades");
        spans.clone().map(|(_, days)| mean(&trades[days]) / people)
    });
    let expect = |nth: usize| mean(&expected[spans[nth].1.clone()]);
    Ok((0..3)
        .map(|nth| {
            let measured: Vec<f64> = bought.iter().map(|of| of[nth]).collect();
            Check::mean(format!("purchases {}", spans[nth].0), expect(nth), &measured)
        })
        .collect())
}

/// One club with room for more than come, so that nobody is turned away; once with expectations that follow slowly enough,
/// once too fast.
fn crowded_club(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let (appeal, crowding) =
        (setup.value("goods.scarcity_recreation.appeal"), setup.value("goods.scarcity_recreation.congestion"));
    let (room, attention) = (setup.value("places.town.zone_room"), drawn_share(setup.value("demand.attention")));
    let world = setup.world()?;
    let (nest, slots) = (world.params.demand.nest.get(), slots(&world));
    let visits = |load: f64| buys(attention, appeal - crowding * load, nest, slots) / room;
    let path = |damping: f64| {
        let mut load = 0.0;
        (0..2000).map(move |_| {
            load += damping * (visits(load) - load);
            load
        })
    };
    if visits(0.0) * room > 0.8 * room {
        return Err(OutsideDomain("there must be room for all who come: more than demand.attention".into()));
    }
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if visits(middle) > middle { low = middle } else { high = middle }
    }
    if visits(low) * room < 0.02 {
        return Err(OutsideDomain("too few would come for everybody to have come once".into()));
    }
    let slope = (visits(low + 1e-6) - visits(low - 1e-6)) / 2e-6;
    let limit = 2.0 / (1.0 - slope);
    let with = |damping: f64| {
        let set = [("goods.scarcity_recreation.damping", damping.to_string())];
        let loads = setup.each_seed(setup.world_with(&set)?, |rows| since(rows, "counts", "congestion", 161));
        Ok::<_, OutsideDomain>(loads)
    };
    let calm: Vec<f64> = with((0.5 * limit).min(0.5))?.iter().map(|loads| mean(loads)).collect();
    let mut checks = vec![Check::mean("load in equilibrium", low, &calm)];
    let fast = 1.4 * limit;
    if fast <= 1.0 {
        let swing = |loads: &[f64]| mean(&loads.windows(2).map(|two| (two[1] - two[0]).abs()).collect::<Vec<_>>());
        let expected = swing(&path(fast).skip(1900).collect::<Vec<_>>());
        let swings: Vec<f64> = with(fast)?.iter().map(|loads| swing(loads)).collect();
        checks.push(Check::near(
            format!("swing from day to day, damped by {fast:.3} where the limit is {limit:.3}"),
            expected,
            mean(&swings),
            0.05 * expected,
            "a twentieth, for what randomness does to a swing",
        ));
    }
    Ok(checks)
}

/// A world in which data leaks on the first day and nobody buys, beside the same without a leak.
fn leak_and_takedowns(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let (spreads, ends) = (setup.value("leaks.contagion"), setup.value("leaks.takedown"));
    if (spreads - ends).abs() < 0.02 {
        return Err(OutsideDomain(
            "where copies spread about as fast as they are taken down, it takes years to tell".into(),
        ));
    }
    let new = |x: f64| (1.0 - x) * (1.0 - exp(-spreads * x)) - ends * x;
    let slope = |x: f64| 1.0 + (new(x + 1e-6) - new(x - 1e-6)) / 2e-6;
    let (mut low, mut high) = (1e-9, 1.0);
    for _ in 0..80 {
        let middle = f64::midpoint(low, high);
        if new(middle) > 0.0 { low = middle } else { high = middle }
    }
    let rest = if spreads > ends { low } else { 0.0 };
    if rest > 0.0 && slope(rest) < -0.98 {
        return Err(OutsideDomain(
            "copies spread and disappear so fast that their number swings from day to day".into(),
        ));
    }
    let read = |rows: &Recording| {
        let days = rows.numbers("days", "day").len();
        let asked = (rows.words("goods", "good"), rows.numbers("goods", "price_asked"));
        let price = (0..asked.1.len()).filter(|&row| asked.0[row] == "privacy").map(|row| asked.1[row]).next_back();
        [since(rows, "counts", "copies_data", days)[0], price.unwrap_or(f64::NAN)]
    };
    let world = setup.world()?;
    // It is out from the first morning on.
    let years = f64::from(world.days - 1) / 365.0;
    let worth = rest * pow(1.0 - setup.value("leaks.ageing"), years);
    let leaked = setup.each_seed(world, read)[0];
    let sealed = setup.each_seed(setup.world_with(&[("leaks.force_data", "false".into())])?, read)[0];
    let copy = setup.value("leaks.copy_cost") * setup.value("goods.privacy.cost");
    Ok(vec![
        Check::near(
            "people with a copy, times what it is worth",
            worth,
            leaked[0],
            1e-6,
            "distance from it left after four years",
        ),
        Check::near(
            "mean price asked",
            copy + (sealed[1] - copy) * (1.0 - worth),
            leaked[1],
            0.002 + 1e-6 * sealed[1],
            "prices are rounded to milli-credits",
        ),
    ])
}

/// Everybody buys alike and nothing deters; whoever examines sees what masks leave to be seen.
fn anonymity_of_a_crowd(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let world = setup.world()?;
    let (hiding, crowd) = (setup.value("goods.privacy.hiding"), setup.value("goods.privacy.crowd"));
    // The engine reads masks in 255ths.
    let mask = (setup.value("goods.privacy.default_strength") * 65_535.0 / 256.0).floor() / 255.0;
    let found = setup.each_seed(world, |rows| {
        let masked = mean(&since(rows, "days", "masked_share", 11));
        let total = |column| since(rows, "days", column, 11).iter().sum::<f64>();
        let seen = exp(-hiding * mask) / (1.0 + masked / crowd).sqrt();
        [1.0 - masked + masked * seen, total("detections"), total("examined")]
    });
    let sum = |nth: usize| found.iter().map(|of| of[nth]).sum::<f64>();
    Ok(vec![Check::share("cases per examined trade", sum(0) / setup.seeds as f64, sum(1), sum(2))])
}

/// The engine's own rule of what a use does, from the first use to the injury.
fn careers_until_an_injury(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let (injury, step, escalation) = (setup.value("injury"), setup.value("step"), setup.value("escalation"));
    let rule =
        Experience { injury: injury.into(), step: step.into(), escalation: escalation.into(), ..Experience::default() };
    let climbs = 10.0 * escalation * step;
    let (whole, part) = (climbs as usize, climbs.fract());
    // Careers that are still under way, by intensity in tenths.
    let mut left = vec![0.0; 256];
    left[0] = 1.0;
    let mut expected = 0.0;
    let mut alive = 1.0;
    while alive > 1e-9 {
        let mut next = vec![0.0; 256];
        for (tenths, share) in left.iter().enumerate() {
            let intensity = tenths as f64 / 10.0 + step;
            let unhurt = share * exp(-injury * intensity * intensity);
            next[(tenths + whole).min(255)] += unhurt * (1.0 - part);
            next[(tenths + whole + 1).min(255)] += unhurt * part;
        }
        left = next;
        alive = left.iter().sum();
        expected += alive;
        if expected > 1000.0 {
            return Err(OutsideDomain("careers of more than a thousand uses take too long to simulate".into()));
        }
    }
    if expected < 0.1 {
        return Err(OutsideDomain("nearly everybody is injured the first time".into()));
    }
    let dice = Dice::new(1);
    let careers = setup.each(setup.seeds, |career| {
        let mut life = Life::default();
        (1..=u32::MAX).position(|day| go_through(&rule, &mut life, day, dice.words(Purpose::Use, day, career as u64)))
    });
    let uses: Vec<f64> = careers.into_iter().map(|uses| uses.map_or(f64::NAN, |uses| uses as f64)).collect();
    Ok(vec![Check::mean("uses before an injury", expected, &uses)])
}

/// The engine's own draw of a loss. Shares beyond quantiles are compared: the mean of such losses settles on nothing.
fn losses_with_a_heavy_tail(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let (tail, least, most) = (setup.value("tail"), setup.value("least"), setup.value("most"));
    if most < 2.0 * least {
        return Err(OutsideDomain("the largest loss must be at least twice the smallest".into()));
    }
    let rule = DangerousTech {
        loss_tail: tail.into(),
        loss_least: least.into(),
        loss_most: most.into(),
        ..DangerousTech::default()
    };
    let dice = Dice::new(1);
    let losses =
        setup.each(setup.seeds, |accident| loss(&rule, dice.words::<1>(Purpose::Accident, 1, accident as u64)[0]));
    let all = losses.len() as f64;
    let quantile = |u: f64| least * pow(1.0 - u * (1.0 - pow(least / most, tail)), -1.0 / tail);
    let check = |(name, u): (&str, f64)| {
        let beyond = losses.iter().filter(|loss| **loss > quantile(u)).count() as f64;
        Check::share(format!("share above {:.4} harm, the {name}", quantile(u)), 1.0 - u, beyond, all)
    };
    let outside = losses.iter().filter(|loss| !(least..=most * (1.0 + 1e-9)).contains(*loss)).count();
    let mut checks: Vec<Check> =
        [("median", 0.5), ("ninth decile", 0.9), ("last 1 %", 0.99)].into_iter().map(check).collect();
    checks.push(Check::exact("losses out of bounds", 0.0, outside as f64));
    Ok(checks)
}

/// The engine's own arrivals, of ideas as of accidents.
#[expect(clippy::unnecessary_wraps, reason = "a case may refuse its parameters; this one never does")]
fn arrivals_by_chance(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let (rate, days) = (setup.value("mean"), setup.seeds as f64);
    let dice = Dice::new(1);
    let counts = setup.each(setup.seeds, |day| f64::from(dice.arrivals(Purpose::Idea, day as u32, rate)));
    let found = mean(&counts);
    let variance = counts.iter().map(|count| (count - found) * (count - found)).sum::<f64>() / (days - 1.0);
    let none = counts.iter().filter(|count| **count == 0.0).count() as f64;
    let errors = |variance: f64| 4.0 * (variance / days).sqrt();
    Ok(vec![
        Check::near("mean", rate, found, errors(rate), format!("4 standard errors of {days:.0} days")),
        // The fourth moment of a Poisson variable is L + 3 L^2.
        Check::near("variance", rate, variance, errors(rate + 2.0 * rate * rate), "4 of its standard errors"),
        Check::share("days without any", exp(-rate), none, days),
    ])
}

/// Units that are genuine or not by chance are checked by chance; what the engine's buyers then believe is compared with how
/// many of those units are genuine.
fn doubt_after_an_inspection(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let (genuine, s, f) = (setup.value("genuine"), setup.value("sensitivity"), setup.value("false_accept"));
    let checks = setup.count("checks");
    let dice = Dice::new(1);
    let units = setup.each(setup.seeds, |unit| {
        let [nature, draws @ ..] = dice.words::<5>(Purpose::Craft, 1, unit as u64);
        let is_genuine = happens(nature, genuine);
        let passes = if is_genuine { s } else { f };
        (is_genuine, draws[..checks].iter().filter(|&&draw| happens(draw, passes)).count())
    });
    let mut found = Vec::new();
    for passed in 0..=checks {
        let such: Vec<bool> = units.iter().filter(|unit| unit.1 == passed).map(|unit| unit.0).collect();
        // Of a few hundred units a share is known too badly to tell.
        if such.len() >= 300 {
            let hits = such.iter().filter(|genuine| **genuine).count() as f64;
            let believed = posterior(genuine, s, f, checks as u32, passed as u32);
            let of = such.len() as f64;
            found.push(Check::share(
                format!("share genuine after {passed} of {checks} checks passed"),
                believed,
                hits,
                of,
            ));
        }
    }
    if found.is_empty() {
        return Err(OutsideDomain("so few units say nothing about their shares".into()));
    }
    Ok(found)
}
