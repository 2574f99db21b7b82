//! Learning, delegates, platforms.

use crate::measure::statistics::{half_width, mean, median};
use crate::verify::deterrence::{of_16_bits, zero};
use crate::verify::{Absent, Case, Check, Group, Knob, OutsideDomain, Setup, enough, from_day};
use contraband_sim::base::dice::{Dice, Purpose, happens};
use contraband_sim::base::key::Key;
use contraband_sim::base::numerics::{exp, logistic};
use contraband_sim::ids::good::Good;
use contraband_sim::ids::rung::RUNGS;
use contraband_sim::params::Params;
use contraband_sim::rules::delegation::first_price;
use contraband_sim::rules::price_learning::{CALVANO, Experiment, LogitGame, Play};
use contraband_sim::rules::pricing::{best_choice, exploration, try_something};
use contraband_sim::scenario::Scenario;
use contraband_sim::state::price_table::PriceTable;

/// The cases of this group.
pub const CASES: &[Case] = &[
    Case {
        name: "pricing_game",
        group: Group::Learning,
        shows: "the market in which prices are learnt has the equilibrium and monopoly prices that calculus gives",
        formula: "Nash: p = c + mu / (1 - s); monopoly of n: p = c + mu / (1 - n s); s = exp((a - p) / mu) / (exp(a0 / mu) + n exp(..))",
        source: "Anderson, de Palma and Thisse (1992); Calvano and others (2020), whose market is the default",
        world: None,
        knobs: &[
            Knob::count("players", 2, 1, 10, "sellers"),
            Knob::own("worth", 2.0, -1.0, 10.0, "value of a good"),
            Knob::own("outside", 0.0, -1.0, 1.0, "value of buying nothing"),
            Knob::own("spread", 0.25, 0.05, 2.0, "how different goods are to buyers"),
            Knob::own("cost", 1.0, 0.0, 5.0, "unit cost"),
        ],
        seeds: 0,
        long: false,
        run: pricing_game,
    },
    Case {
        name: "patience_keeps_prices_high",
        group: Group::Learning,
        shows: "sellers who look ahead learn to keep prices high; sellers who do not look ahead keep them less high",
        formula: "profit gain (profit - Nash) / (monopoly - Nash): higher with patience than without",
        source: "Calvano and others (2020), section IV; a fifth of the published length",
        world: None,
        knobs: &[
            Knob::own("patience", 0.95, 0.9, 0.97, "weight of the next period"),
            Knob::own("alpha", 0.15, 0.1, 0.2, "weight of new information"),
        ],
        seeds: 12,
        long: false,
        run: patience_keeps_prices_high,
    },
    Case {
        name: "collusion_of_two",
        group: Group::Learning,
        shows: "two sellers who learn on their own, without being told to collude, keep most of a monopoly's profit",
        formula: "mean profit gain over sessions: 0.85; without patience at least 0.4 less, and below 0.35",
        source: "Calvano and others (2020), American Economic Review 110: 3267-3297",
        world: None,
        knobs: &[],
        seeds: 50,
        long: true,
        run: collusion_of_two,
    },
    Case {
        name: "collusion_of_three",
        group: Group::Learning,
        shows: "three learners collude less than two",
        formula: "mean profit gain over sessions: 0.64",
        source: "Calvano and others (2020), American Economic Review 110: 3267-3297",
        world: None,
        knobs: &[],
        seeds: 16,
        long: true,
        run: collusion_of_three,
    },
    Case {
        name: "worthy_bots",
        group: Group::Learning,
        shows: "no house that does one thing for ever earns much more than those of its size that learn",
        formula: "profit of days 271 to 300: best of 40 fixed strategies at most 1.5 times the median bot; mean share of \
                  strategies that are better than a bot at most 1/2",
        source: "free entry and learning leave no rent to a rule that everybody could follow; the bounds are the model's own",
        world: Some("verify/bots"),
        knobs: &[Knob::lever("citizens.count", 1000.0, 20_000.0)],
        seeds: 12,
        long: true,
        run: worthy_bots,
    },
    Case {
        name: "trying_and_asking_the_best",
        group: Group::Learning,
        shows: "a seller asks the best price it knows, except when it tries another",
        formula: "by table: 1 - e + e / K; by neighbours: 1 - e (1 - r), r = 5/12 at the ends of the ladder, else 0",
        source: "epsilon-greedy choice; Sutton and Barto (2018), section 2.2",
        world: None,
        knobs: &[
            Knob::own("exploration", 0.1, 0.0, 1.0, "share of periods with a trial, at first"),
            Knob::own("decay", 0.01, 0.0, 1.0, "how fast that share falls per day"),
            Knob::count("age", 0, 0, 1000, "days since the stall opened"),
            Knob::own("least", 0.05, 0.0, 1.0, "share of periods with a trial, for an old stall"),
            Knob::count("best", 4, 0, 11, "rung of the ladder that is best"),
            Knob::count("prices", 15, 2, 200, "prices in the table"),
        ],
        seeds: 40_000,
        long: false,
        run: trying_and_asking_the_best,
    },
    Case {
        name: "lock_in",
        group: Group::Learning,
        shows: "clients stay because of what their provider knows about them, until another is cheaper by what that is \
                worth",
        formula: "leave if gain + whim > (1 - d) L + trouble: 1 / (1 + exp(((1 - d) L + trouble - gain) / whim)), L = \
                  kappa (1 - portability) / (1 - d (1 - a))",
        source: "Klemperer (1987); logit choice",
        world: Some("verify/counter"),
        knobs: &[
            Knob::lever("delegates.match_worth", 0.0, 3.0),
            Knob::own("portability", 0.2, 0.0, 1.0, "share of a profile that clients can take along"),
            Knob::own("patience", 0.95, 0.0, 0.999, "discount from one purchase to the next"),
            Knob::own("match_speed", 0.05, 0.0, 1.0, "share of the gap that one purchase closes"),
            Knob::own("trouble", 0.02, 0.0, 1.0, "utility cost of leaving"),
            Knob::own("whim", 0.01, 0.001, 0.3, "spread of moods, in utility"),
            Knob::own("dear", 0.12, 0.0, 1.0, "markup of one provider"),
            Knob::own("cheap", 0.04, 0.0, 1.0, "markup of the other"),
        ],
        seeds: 8,
        long: false,
        run: lock_in,
    },
    Case {
        name: "injected_purchases",
        group: Group::Learning,
        shows: "agents are hijacked in proportion to what their provider leaves exposed",
        formula: "share of purchases: injection * exposure * s / (s + safety * income / clients), s the spending that halves it",
        source: "independent probabilities; income and clients as in the tables",
        world: Some("verify/counter"),
        knobs: &[
            Knob::own("injection", 0.2, 0.01, 1.0, "probability of meeting an instruction"),
            Knob::own("dear_exposure", 0.9, 0.02, 1.0, "exposure of one provider's agents"),
            Knob::own("cheap_exposure", 0.3, 0.02, 1.0, "exposure of the other provider's agents"),
            Knob::own("safety", 0.3, 0.0, 1.0, "share of income that both spend on safety"),
            Knob::own("safety_cost", 0.1, 0.01, 10.0, "spending per head that halves exposure"),
        ],
        seeds: 6,
        long: false,
        run: injected_purchases,
    },
    Case {
        name: "exit_scam",
        group: Group::Learning,
        shows: "an operator runs off on the day on which the escrow is worth more than all future fees, and on no \
                other day",
        formula: "first day after a month on which escrow > usual fees / (1 - d (1 - h))",
        source: "threshold of a renewable rent; MacLeod (2007) for the form",
        world: Some("verify/counter"),
        knobs: &[
            Knob::own("fee", 0.04, 0.001, 0.5, "share of the price that the operator keeps"),
            Knob::own("discount", 0.986, 0.0, 0.9999, "the operator's daily discount"),
            Knob::own("hazard", 0.0, 0.0, 0.05, "probability per day that a venue closes anyway"),
            Knob::count("escrow_days", 3, 1, 20, "days for which a payment is held"),
            Knob::lever("goods.privacy.appeal", -4.0, 3.0),
        ],
        seeds: 16,
        long: false,
        run: exit_scam,
    },
    Case {
        name: "cheats_run_away",
        group: Group::Learning,
        shows: "a cheat runs off on a predictable day, once a week's payments without delivery are worth more than its \
                name",
        formula: "runs off if 7 > 1 / (1 - d (1 - h)), for sellers who deliver nothing: a week after their first \
                  seventh day past 30",
        source: "threshold of a renewable rent; Klein and Leffler (1981)",
        world: Some("verify/counter"),
        knobs: &[
            Knob::own("patience", 0.85, 0.0, 0.9999, "daily discount factor of a cheat"),
            Knob::own("hazard", 0.01, 0.0, 1.0, "probability per day of losing the trade anyway"),
            Knob::lever("goods.privacy.appeal", -2.0, 3.0),
        ],
        seeds: 8,
        long: false,
        run: cheats_run_away,
    },
    Case {
        name: "rogue_lines_die_out",
        group: Group::Learning,
        shows: "the line of one rogue AI dies out with a probability given by births and takedowns, and otherwise grows",
        formula: "extinct by day t: f(f(..f(0))), f(s) = (d + (1 - d) s) (1 - b + b s); in the end d (1 - b) / (b (1 - \
                  d))",
        source: "Galton-Watson process; Harris (1963)",
        world: Some("verify/rogue_line"),
        knobs: &[Knob::lever("temperaments.machine.replication", 0.0, 0.1), Knob::lever("law.takedown", 0.005, 1.0)],
        seeds: 300,
        long: false,
        run: rogue_lines_die_out,
    },
    Case {
        name: "growth_in_proportion_to_size",
        group: Group::Learning,
        shows: "when stalls are opened by newcomers or by sellers in proportion to size, a few giants and many small \
                sellers emerge",
        formula: "N_k' = N_k + (1 - a) ((k - 1) N_(k-1) - k N_k) / t, newcomers a, none beyond the maximum; tail \
                  exponent 1 + 1 / (1 - a)",
        source: "Yule (1925); Simon (1955), with a finite number of stalls",
        world: Some("verify/counter"),
        knobs: &[
            Knob::own("newcomers", 0.2, 0.02, 1.0, "share of stalls opened by newcomers"),
            Knob::count("arms", 16, 1, 64, "maximum number of stalls of a seller"),
            Knob::own("stalls_per_thousand", 500.0, 50.0, 1000.0, "places for stalls, per thousand citizens"),
        ],
        seeds: 60,
        long: false,
        run: growth_in_proportion_to_size,
    },
    Case {
        name: "reputation_of_a_cheat",
        group: Group::Learning,
        shows: "a reputation settles at the share delivered, and fluctuates more the faster it is updated",
        formula: "mean: quality (1 - s); variance: v quality^2 s (1 - s) / (2 - v), s cheated, v weight of the last \
                  delivery",
        source: "exponential smoothing of independent outcomes",
        world: Some("verify/counter"),
        knobs: &[
            Knob::own("cheating", 0.3, 0.02, 0.98, "share of sales that are not delivered"),
            Knob::own("speed", 0.05, 0.02, 1.0, "weight of the last delivery"),
            Knob::own("quality", 0.9, 0.1, 1.0, "quality of what is delivered"),
        ],
        seeds: 24,
        long: false,
        run: reputation_of_a_cheat,
    },
];

/// What does not apply.
pub const ABSENT: &[Absent] = &[];

/// Prices are found by search on profits, and compared with what the first-order conditions say.
fn pricing_game(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let [worth, outside, spread, cost] = ["worth", "outside", "spread", "cost"].map(|name| setup.value(name));
    let players = setup.count("players");
    let n = players as f64;
    let game = LogitGame { worth, outside, spread, cost };
    let share = |price: f64| {
        // Against the largest of both, so that nothing overflows.
        let (pull, out) = ((worth - price) / spread, outside / spread);
        let top = pull.max(out);
        exp(pull - top) / (exp(out - top) + n * exp(pull - top))
    };
    let most = worth.max(cost) + 20.0 * spread;
    let price = |among: f64| zero(|price| price - cost - spread / (1.0 - among * share(price)), cost, most);
    let (nash, monopoly) = (price(1.0), price(n));
    if monopoly > most - 1e-3 {
        return Err(OutsideDomain(format!("the monopoly price of {monopoly:.2} is beyond the search range")));
    }
    let profit = |price: f64| (price - cost) * share(price);
    if profit(monopoly) < 1e-9 {
        return Err(OutsideDomain("a good that nobody wants at its cost".into()));
    }
    let tolerance = 1e-5;
    let because = "search over profits, flat at the top";
    Ok(vec![
        Check::near("price in equilibrium", nash, game.nash(players), tolerance, because),
        Check::near("price of a monopoly", monopoly, game.monopoly(players), tolerance, because),
        Check::near(
            "profit in equilibrium",
            profit(nash),
            game.profits(&vec![game.nash(players); players])[0],
            tolerance,
            because,
        ),
        Check::near(
            "profit of a monopoly",
            profit(monopoly),
            game.profits(&vec![game.monopoly(players); players])[0],
            tolerance,
            because,
        ),
    ])
}

fn gains(setup: &Setup<'_>, how: &Play) -> Vec<f64> {
    setup.each(setup.seeds, |number| {
        let number = u32::try_from(number).expect("few sessions");
        Experiment::play(CALVANO, how, Dice::new(1), number).profit_gain()
    })
}

/// With very few sessions an interval is so wide that anything is within it.
fn few_sessions(setup: &Setup<'_>) -> Result<(), OutsideDomain> {
    if setup.seeds >= 8 {
        Ok(())
    } else {
        Err(OutsideDomain(format!("{} sessions are too few; it takes 8", setup.seeds)))
    }
}

/// Sessions differ in their dice alone.
fn patience_keeps_prices_high(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    few_sessions(setup)?;
    let short = Play { beta: 2e-5, alpha: setup.value("alpha"), ..Play::default() };
    let patient = gains(setup, &Play { delta: setup.value("patience"), ..short });
    let blind = gains(setup, &Play { delta: 0.0, ..short });
    let more: Vec<f64> = patient.iter().zip(&blind).map(|(patient, blind)| patient - blind).collect();
    let middle = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let bound = half_width(&more, 0.99);
    let because = "half of the 99 % interval: more than chance";
    Ok(vec![
        Check::at_least("profit gain with patience, minus that without", bound, middle(&more), because),
        Check::at_least("profit gain with patience", half_width(&patient, 0.99), middle(&patient), because),
    ])
}

/// The published experiment at its full length.
fn collusion_of_two(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    few_sessions(setup)?;
    let patient = gains(setup, &Play::default());
    let blind = gains(setup, &Play { delta: 0.0, ..Play::default() });
    let middle = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let mut check = Check::mean("mean profit gain", 0.85, &patient);
    check.tolerance += 0.005;
    check.because = format!("{}, and two published digits", check.because).into();
    Ok(vec![
        check,
        Check::at_most("mean profit gain without patience", 0.35, middle(&blind), "far from collusion"),
        Check::at_least("difference", 0.4, middle(&patient) - middle(&blind), "most of the gain"),
    ])
}

/// The published experiment with a third player.
fn collusion_of_three(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    few_sessions(setup)?;
    let mut check = Check::mean("mean profit gain", 0.64, &gains(setup, &Play { players: 3, ..Play::default() }));
    check.tolerance += 0.005;
    check.because = format!("{}, and two published digits", check.because).into();
    Ok(vec![check])
}

/// What a house may be told once and for all: every good at four markups, and four orders of another kind.
fn orders() -> Vec<Vec<(&'static str, String)>> {
    let told = |good: &str, markup: f64| {
        vec![("houses.told.good", good.to_owned()), ("houses.told.markup", markup.to_string())]
    };
    let markups = [1.6, 2.4, 3.6, 6.0];
    let mut orders: Vec<_> =
        Good::ALL.iter().flat_map(|good| markups.map(|markup| told(good.word(), markup))).collect();
    for (good, markup, lever, value) in [
        ("authenticity", 3.0, "houses.told.quality", "1"),
        ("privacy", 8.0, "houses.told.quality", "0.5"),
        ("privacy", 6.0, "houses.told.guarded", "true"),
        ("experience", 4.0, "houses.told.cheats", "true"),
    ] {
        let mut more = told(good, markup);
        more.push((lever, value.to_owned()));
        orders.push(more);
    }
    orders
}

/// Each order is lived with each seed; the bots of all these worlds are alike.
fn worthy_bots(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let (mut fixed, mut bots) = (Vec::new(), Vec::new());
    for order in orders() {
        let found = setup.each_seed(setup.world_with(&order)?, |rows| {
            let (day, house) = (rows.numbers("houses", "day"), rows.words("houses", "house"));
            let mut earned = [0.0; 4];
            for (row, profit) in rows.numbers("houses", "profit").into_iter().enumerate() {
                if (271.0..=300.0).contains(&day[row]) {
                    let who = ["told", "amber", "birch", "cedar"].iter().position(|name| *name == house[row]);
                    earned[who.expect("a house of this world")] += profit;
                }
            }
            earned
        });
        fixed.push(mean(&found.iter().map(|earned| earned[0]).collect::<Vec<_>>()));
        bots.extend(found.iter().flat_map(|earned| earned[1..].to_vec()));
    }
    let best = fixed.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let better = |bot: f64| fixed.iter().filter(|&&told| told > bot).count() as f64 / fixed.len() as f64;
    let ranks: Vec<f64> = bots.iter().map(|&bot| better(bot)).collect();
    let middle = median(&bots);
    Ok(vec![
        Check::at_least("profit of the median bot in its tenth month, credits", 0.0, middle, "it lives from its trade"),
        Check::at_most("best of 40 fixed strategies, against the median bot", 1.5, best / middle, "means over seeds"),
        Check::at_most("share of strategies better than a bot, on average", 0.5, mean(&ranks), "the upper half"),
    ])
}

/// The rules by which stalls choose, asked many times with the dice of stalls.
fn trying_and_asking_the_best(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let (best, prices) = (setup.count("best") as u8, setup.count("prices"));
    let mut params = Params::default();
    let about = &mut params.syndicates;
    about.exploration = setup.value("exploration").into();
    about.exploration_decay = setup.value("decay").into();
    about.exploration_least = setup.value("least").into();
    let age = setup.value("age");
    let tries = (setup.value("exploration") * exp(-setup.value("decay") * age)).max(setup.value("least"));
    let mut values = [[f32::NAN; RUNGS]; 2];
    values[0].fill(1.0);
    values[0][best as usize] = 2.0;
    let mut first = vec![1.0; prices];
    let top = setup.count("best").min(prices - 1);
    first[top] = 2.0;
    let table = PriceTable::new(1, &first);
    let dice = Dice::new(1);
    let asked = setup.each(setup.seeds, |round| {
        let [whether, which, other] = dice.words::<3>(Purpose::Stall, 1, round as u64);
        let (guarded, known) = best_choice(&values).expect("everything was tried");
        let explores = happens(whether, exploration(&params, age as u32));
        let (guarded, rung) = if explores { try_something(guarded, known, which) } else { (guarded, known) };
        [rung == best && !guarded, usize::from(table.choose(0, explores, other)) == top]
    });
    let rounds = setup.seeds as f64;
    let hits = |at: usize| asked.iter().filter(|asked| asked[at]).count() as f64;
    // At an end of the ladder two of six ways, and half of a third, lead nowhere.
    let stays = if best == 0 || usize::from(best) == RUNGS - 1 { 5.0 / 12.0 } else { 0.0 };
    let (by_neighbour, by_table) = (1.0 - tries * (1.0 - stays), 1.0 - tries + tries / prices as f64);
    enough("best choices when trying neighbours", by_neighbour, rounds)?;
    enough("best choices when trying the whole table", by_table, rounds)?;
    Ok(vec![
        Check::share("best choices of a stall that tries neighbouring prices", by_neighbour, hits(0), rounds),
        Check::share("best choices of a stall with the whole table", by_table, hits(1), rounds),
    ])
}

/// Nobody buys anything, so providers know at the end what they knew at first; everybody thinks once about leaving.
fn lock_in(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let text = |name| setup.value(name).to_string();
    let [portability, patience, speed, trouble, whim] =
        ["portability", "patience", "match_speed", "trouble", "whim"].map(|name| setup.value(name));
    let mut world = setup.world_with(&[
        ("citizens.count", "10000".into()),
        ("citizens.delegated_share", "1".into()),
        ("demand.attention", "0".into()),
        ("delegates.portability", text("portability")),
        ("delegates.patience", text("patience")),
        ("delegates.trouble", text("trouble")),
        ("delegates.whim", text("whim")),
        ("providers.dear.match_speed", text("match_speed")),
        ("providers.cheap.match_speed", text("match_speed")),
        ("providers.dear.markup", text("dear")),
        ("providers.cheap.markup", text("cheap")),
    ])?;
    world.days = 30;
    let kappa = setup.value("delegates.match_worth");
    let weight = world.params.demand.price_weight.get() * first_price(&world.params);
    let gain = weight * (setup.value("dear") - setup.value("cheap"));
    // Profiles are drawn evenly from 256 steps.
    let leaves = |gain: f64| {
        (0..256)
            .map(|step| {
                let known = kappa * f64::from(step) / 255.0;
                let loss = known * (1.0 - portability) / (1.0 - patience * (1.0 - speed));
                logistic((gain - (1.0 - patience) * loss - trouble) / whim)
            })
            .sum::<f64>()
            / 256.0
    };
    let found = setup.each_seed(world, |rows| {
        let of = |column| rows.numbers("providers", column);
        let (came, left, clients) = (of("switched_in"), of("switched_out"), of("clients"));
        // Two providers: the rows of the first are the even ones.
        let every = |of: &[f64], first: usize| of[first..].iter().step_by(2).sum::<f64>();
        let at_first = |first: usize| clients[first] - came[first] + left[first];
        [every(&left, 0), at_first(0), every(&left, 1), at_first(1)]
    });
    let sum = |at: usize| found.iter().map(|of| of[at]).sum::<f64>();
    let mut checks = Vec::new();
    for (who, expected, at) in [("dear", leaves(gain), 0), ("cheap", leaves(-gain), 2)] {
        let mut check = Check::share(format!("clients who leave the {who} provider"), expected, sum(at), sum(at + 1));
        // Where hardly anybody is to be expected, a few may still come.
        check.tolerance = check.tolerance.max(8.0 / sum(at + 1));
        check.because = format!("{}, at least 8 people", check.because).into();
        checks.push(check);
    }
    Ok(checks)
}

/// Everybody has an agent and keeps it, whatever is heard.
fn injected_purchases(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    const PRICE: f64 = 10.0;
    let text = |name| setup.value(name).to_string();
    let world = setup.world_with(&[
        ("agencies.watch.budget", "0".into()),
        ("citizens.delegated_share", "1".into()),
        ("demand.sanction_weight", "0".into()),
        ("goods.privacy.cost", PRICE.to_string()),
        ("goods.privacy.price_cap", PRICE.to_string()),
        ("delegates.match_worth", "0".into()),
        ("delegates.trouble", "50".into()),
        ("delegates.injection", text("injection")),
        ("delegates.safety_cost", text("safety_cost")),
        ("providers.dear.exposure", text("dear_exposure")),
        ("providers.cheap.exposure", text("cheap_exposure")),
        ("providers.dear.safety", text("safety")),
        ("providers.cheap.safety", text("safety")),
    ])?;
    let params = world.params.clone();
    let (safety, half) = (setup.value("safety"), setup.value("safety_cost"));
    let mut checks = Vec::new();
    for (index, who) in ["dear", "cheap"].into_iter().enumerate() {
        let exposure = setup.value(if index == 0 { "dear_exposure" } else { "cheap_exposure" });
        let markup = params.providers[index].params.markup.get();
        let weight = params.demand.price_weight.get();
        let buys = logistic(params.goods[Good::Privacy].appeal.get() - weight * PRICE * (1.0 + markup));
        let found = setup.each_seed(world.clone(), |rows| {
            let of = |column| rows.numbers("providers", column).into_iter().skip(index).step_by(2).collect::<Vec<_>>();
            let (clients, income, injected) = (of("clients"), of("income"), of("injected"));
            let (mut usual, mut expected, mut tries) = (0.0, 0.0, 0.0);
            for day in 0..clients.len() {
                let spent = safety * usual / clients[day];
                expected += buys * clients[day] * setup.value("injection") * exposure * half / (half + spent);
                tries += buys * clients[day];
                usual += (income[day] - usual) / 30.0;
            }
            [expected, tries, injected.iter().sum()]
        });
        let sum = |at: usize| found.iter().map(|of| of[at]).sum::<f64>();
        let expected = sum(0) / sum(1);
        let draws = sum(1) / buys;
        enough("hijacked purchases", expected * buys, draws)?;
        let what = format!("hijacked purchases per client and day, of the {who} provider");
        checks.push(Check::share(what, expected * buys, sum(2), draws));
    }
    Ok(checks)
}

/// Nothing is ever delivered, nothing refunded, and what is held is what was paid in the last days. Fees are learnt as the
/// rule says, from the fees in the table.
fn exit_scam(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let text = |name| setup.value(name).to_string();
    let mut set = vec![
        ("agencies.watch.budget", "0".into()),
        ("demand.sanction_weight", "0".into()),
        ("goods.privacy.cost", "10".into()),
        ("goods.privacy.price_cap", "10".into()),
        ("market.operator_cheats", "1".into()),
        ("market.operator_discount", text("discount")),
        ("market.venue_hazard", text("hazard")),
        ("market.escrow_days", text("escrow_days")),
    ];
    for venue in ["bazaar", "arcade"] {
        let path = |what| -> &'static str {
            match (venue, what) {
                ("bazaar", "fee") => "venues.bazaar.fee",
                ("bazaar", _) => "venues.bazaar.escrow",
                (_, "fee") => "venues.arcade.fee",
                _ => "venues.arcade.escrow",
            }
        };
        set.extend([(path("fee"), text("fee")), (path("escrow"), "true".into())]);
    }
    let mut world = setup.world_with(&set)?;
    world.days = 90;
    let worth = 1.0 - setup.value("discount") * (1.0 - setup.value("hazard"));
    let held_for = setup.count("escrow_days");
    // The day on which each operator runs away: as reckoned, and as it happened; 0 for those who do not.
    let found = setup.each_seed(world, |rows| {
        let of = |column| rows.numbers("venues", column);
        let (open, fees, volume) = (of("open"), of("fees_credits"), of("volume_credits"));
        let scams: Vec<(f64, &str)> = rows
            .numbers("events", "day")
            .into_iter()
            .zip(rows.words("events", "kind").into_iter().zip(rows.words("events", "venue")))
            .filter(|(_, (kind, _))| *kind == "exit_scam")
            .map(|(day, (_, venue))| (day, venue))
            .collect();
        ["bazaar", "arcade"].iter().enumerate().fold([0.0; 3], |sums, (venue, name)| {
            let (mut usual, mut reckoned) = (0.0, 0.0);
            let last = (0..open.len() / 2).find(|&day| open[2 * day + venue] == 0.0).unwrap_or(open.len() / 2 - 1);
            for day in 0..=last {
                let at = |of: &[f64], day: usize| of[2 * day + venue];
                usual += (at(&fees, day) - usual) / (day + 1).clamp(1, 10) as f64;
                let held: f64 =
                    (day.saturating_sub(held_for - 1)..=day).map(|day| at(&volume, day) - at(&fees, day)).sum();
                if day >= 30 && held > usual / worth {
                    reckoned = (day + 1) as f64;
                    break;
                }
            }
            let happened = scams.iter().find(|(_, venue)| venue == name).map_or(0.0, |(day, _)| *day);
            let first = if happened <= (last + 1) as f64 { happened } else { 0.0 };
            let [off, ran, days] = sums;
            [off + (first - reckoned).abs(), ran + f64::from(u8::from(first > 0.0)), days + reckoned]
        })
    });
    let sum = |at: usize| found.iter().map(|of| of[at]).sum::<f64>();
    let operators = 2 * setup.seeds;
    let ran = sum(1);
    let what = format!(
        "days between the predicted and the actual flight of {operators} operators, of whom {ran} ran \
                        off"
    );
    Ok(vec![Check::exact(what, 0.0, sum(0))])
}

/// Nobody delivers, so profits are takings; what a week of them is worth does not depend on how large they are.
fn cheats_run_away(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let mut world = setup.world_with(&[
        ("agencies.watch.budget", "0".into()),
        ("demand.sanction_weight", "0".into()),
        ("market.stalls_per_thousand", "100".into()),
        ("syndicates.patience_to_stay", setup.value("patience").to_string()),
        ("syndicates.hazard", setup.value("hazard").to_string()),
    ])?;
    world.days = 60;
    let worth = 7.0 * (1.0 - setup.value("patience") * (1.0 - setup.value("hazard")));
    if (worth - 1.0).abs() < 1e-3 {
        return Err(OutsideDomain("a week's takings equal the value of the name to three digits".into()));
    }
    let found = setup.each_seed(world, |rows| {
        let of = |column| rows.numbers("syndicates", column);
        let (day, number, age, goods) = (of("day"), of("syndicate"), of("age"), rows.words("syndicates", "main_good"));
        let (days, kinds) = (rows.numbers("events", "day"), rows.words("events", "kind"));
        let (who, notes) = (rows.numbers("events", "syndicate"), rows.words("events", "note"));
        let (mut off, mut sellers, mut gone) = (0.0, 0.0, 0.0);
        // Those who were there from the start: their number is that of their first stall, from 1.
        let first = |row: &usize| day[*row] == 7.0 && age[*row] == 7.0 && goods[*row] == "privacy";
        for row in (0..day.len()).filter(first) {
            // Each looks back on a day of the week of its own, which its key gives.
            let key = Key::numbered(number[row] as u64 - 1).at(0);
            let (entered, own) = (day[row] - age[row], (key.bits() % 7) as f64);
            let due = (30..40).map(f64::from).find(|due| (due + own) % 7.0 == 0.0 && due - entered >= 30.0);
            let reckoned = if worth > 1.0 { due.expect("some day is the seventh") + 7.0 } else { 0.0 };
            let exit = |why: &str| {
                let is_it =
                    |at: &usize| kinds[*at] == "seller_exit" && who[*at] == number[row] && notes[*at].starts_with(why);
                (0..days.len()).find(is_it).map_or(0.0, |at| days[at])
            };
            let (happened, gave_up) = (exit("ran away"), exit("had enough"));
            // Who gives up for reasons of their own, as the hazard has it, does not get as far as that.
            if gave_up > 0.0 && (reckoned == 0.0 || gave_up < reckoned) {
                gone += 1.0;
            } else {
                off += (reckoned - happened).abs();
                sellers += 1.0;
            }
        }
        [off, sellers, gone]
    });
    let sum = |at: usize| found.iter().map(|of| of[at]).sum::<f64>();
    if sum(1) == 0.0 {
        return Err(OutsideDomain("everybody gives up before the day on which cheats run away".into()));
    }
    let what = format!(
        "days between the predicted and the actual flight of {} sellers, beside {} who gave up before",
        sum(1),
        sum(2)
    );
    Ok(vec![Check::exact(what, 0.0, sum(0))])
}

/// Nobody else enters after the first morning, and takedowns cost nothing.
fn rogue_lines_die_out(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let (births, deaths) = (setup.value("temperaments.machine.replication"), setup.value("law.takedown"));
    let world = setup.world()?;
    let by = |days: usize| (0..days).fold(0.0, |s, _| (deaths + (1.0 - deaths) * s) * (1.0 - births + births * s));
    let days = [world.days as usize / 3, world.days as usize];
    let found = setup.each_seed(world, |rows| {
        let left = rows.numbers("days", "rogue_ais");
        days.map(|day| left[day - 1] == 0.0)
    });
    let lines = setup.seeds as f64;
    Ok((0..2)
        .map(|at| {
            let extinct = found.iter().filter(|of| of[at]).count() as f64;
            let expected = by(days[at]);
            let mut check = Check::share(format!("lines extinct by day {}", days[at]), expected, extinct, lines);
            check.tolerance = check.tolerance.max(8.0 / lines);
            check.because = format!("{}, at least 8 lines", check.because).into();
            check
        })
        .collect())
}

/// The market of the first day, before anybody has sold anything.
fn growth_in_proportion_to_size(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let (newcomers, arms) = (setup.value("newcomers"), setup.count("arms"));
    let mut world: Scenario = setup.world_with(&[
        ("demand.attention", "0".into()),
        ("syndicates.newcomers", newcomers.to_string()),
        ("syndicates.arms", arms.to_string()),
        ("market.stalls_per_thousand", setup.value("stalls_per_thousand").to_string()),
    ])?;
    world.days = 1;
    let world = from_day(1, None, world, "syndicates.entry", 0.0);
    // Sellers with one stall, and with four or more, among so many stalls, to be expected.
    let expected = |stalls: usize| {
        let mut sellers = vec![0.0; arms + 2];
        for stall in 0..stalls {
            let known = |k: usize| if stall == 0 { 0.0 } else { k as f64 / stall as f64 };
            let before = sellers.clone();
            let grows = |k: usize| if k < arms { (1.0 - newcomers) * known(k) * before[k] } else { 0.0 };
            let all: f64 = (1..arms).map(grows).sum();
            for k in 1..=arms {
                sellers[k] += if k > 1 { grows(k - 1) } else { 1.0 - all } - grows(k);
            }
        }
        [sellers[1], sellers[4.min(arms)..=arms].iter().sum()]
    };
    let found = setup.each_seed(world, |rows| {
        let stalls = rows.numbers("syndicates", "stalls");
        let all: f64 = stalls.iter().sum();
        let count = |from: f64, to: f64| stalls.iter().filter(|&&of| (from..=to).contains(&of)).count() as f64;
        let [one, many] = expected(all as usize);
        [one, many, count(1.0, 1.0), count(4.0f64.min(arms as f64), f64::INFINITY)]
    });
    let check = |what, at: usize| {
        let expected = found.iter().map(|of| of[at]).sum::<f64>() / found.len() as f64;
        let off: Vec<f64> = found.iter().map(|of| of[at + 2] - of[at] + expected).collect();
        Check::mean(what, expected, &off)
    };
    Ok(vec![
        check("sellers with one stall", 0),
        check(if arms < 4 { "sellers with the maximum" } else { "sellers with four stalls or more" }, 1),
    ])
}

/// Sellers cheat by chance in a share of sales, and buyers do not mind.
fn reputation_of_a_cheat(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let text = |name| setup.value(name).to_string();
    let world = setup.world_with(&[
        ("agencies.watch.budget", "0".into()),
        ("demand.sanction_weight", "0".into()),
        ("market.stalls_per_thousand", "200".into()),
        ("market.reputation_speed", text("speed")),
        ("syndicates.cheating", text("cheating")),
        ("temperaments.plain.quality", text("quality")),
        ("goods.privacy.supply", "1000000".into()),
    ])?;
    let (cheating, speed, quality) =
        (of_16_bits(setup.value("cheating")), setup.value("speed"), setup.value("quality"));
    let last = f64::from(world.days);
    let names: Vec<f64> = setup
        .each_seed(world, |rows| {
            let (day, goods) = (rows.numbers("syndicates", "day"), rows.words("syndicates", "main_good"));
            let names = rows.numbers("syndicates", "reputation");
            (0..day.len()).filter(|&row| day[row] == last && goods[row] == "privacy").map(|row| names[row]).collect()
        })
        .into_iter()
        .flat_map(|of: Vec<f64>| of)
        .collect();
    let mean = quality * (1.0 - cheating);
    let variance = speed * quality * quality * cheating * (1.0 - cheating) / (2.0 - speed);
    let squares: Vec<f64> = names.iter().map(|name| (name - mean) * (name - mean)).collect();
    Ok(vec![Check::mean("mean reputation", mean, &names), Check::mean("variance of reputations", variance, &squares)])
}
