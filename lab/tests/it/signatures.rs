//! What sets each good and each mechanism apart, as an experiment: a change, and what must follow from it.
//!
//! Each is a file in `scenarios/` that anybody can run; here the file is lived with the same seeds as the world without
//! its timeline, with fewer citizens. A message tells the effect, whether the claim holds or not.
#![cfg_attr(
    debug_assertions,
    allow(dead_code, reason = "these experiments take minutes where the engine is not optimised")
)]

use contraband_lab::measure::statistics::{half_width, mean as average, student};
use contraband_sim::ids::good::Good;

use crate::paired::{
    Effect, Measured, Metric, claim, last, mean, measure, number, question, sum, wilson, with, without_timeline,
};

/// Venues that stay, so that the chance of a closure does not drown what is asked.
const QUIET: [(&str, &str); 3] =
    [("market.venue_hazard", "0"), ("market.operator_discount", "0.9999"), ("law.raid_evidence", "10000")];

/// A scenario beside the same without its timeline.
fn lived(name: &str, seeds: u64, citizens: u32, days: u32, metrics: &[Metric]) -> Measured {
    let arm = with(question(name, citizens, days), &QUIET);
    measure(seeds, &[without_timeline(&arm), arm], metrics)
}

mod release_valve {
    use super::*;

    /// Anxiety while everything is tolerated, against the same days without: down, nowhere, or up, as the preset says.
    #[test]
    #[cfg_attr(debug_assertions, ignore = "slow where the engine is not optimised")]
    fn the_preset_gives_the_sign_of_what_tolerance_does_to_anxiety() {
        let effect = |preset: &str| {
            let arm = with(question("amnesty", 3000, 180), &[("society.valve", preset)]);
            let calm =
                mean("days", "anxiety_mean").days(121..=180).named(&format!("anxiety under tolerance, {preset}"));
            measure(20, &[without_timeline(&arm), arm], &[calm]).effect(0, 0, 1)
        };
        let [valve, neutral, gateway] = ["valve", "neutral", "gateway"].map(effect);
        let effects = [&valve, &neutral, &gateway];
        let between = neutral.difference() > valve.difference() && neutral.difference() < gateway.difference();
        claim(valve.falls() && gateway.rises() && between, "the preset gives the sign of tolerance", &effects);
    }
}

mod displacement {
    use super::*;

    /// What the other eight gain of what a banned good loses: some of it, and not all.
    #[test]
    #[cfg_attr(debug_assertions, ignore = "slow where the engine is not optimised")]
    fn a_ban_of_one_good_moves_its_trade_in_part() {
        let trades = sum("goods", "trades").days(121..=160);
        let metrics = [
            trades.clone().of("good", &["experience"]).named("trade of what is banned"),
            trades.but("good", &["experience"]).named("trade of the other eight"),
        ];
        let measured = lived("balloon", 24, 4000, 160, &metrics);
        let [banned, others] = [0, 1].map(|metric| measured.effect(metric, 0, 1));
        let partly = banned.falls() && others.rises() && others.interval.1 < -banned.interval.1;
        claim(partly, "a ban moves trade to other goods in part", &[&banned, &others]);
    }

    #[test]
    #[cfg_attr(debug_assertions, ignore = "slow where the engine is not optimised")]
    fn an_outage_of_one_venue_moves_most_of_its_trade_and_not_all() {
        let trades = sum("venues", "trades").days(122..=180);
        let metrics = [
            trades.clone().of("venue", &["lantern"]).named("trade of the venue that is out"),
            trades.but("venue", &["lantern"]).named("trade of the other venues"),
            sum("days", "trades").days(122..=180).named("all trade"),
        ];
        let measured = lived("great_outage", 40, 4000, 180, &metrics);
        let [out, others, all] = [0, 1, 2].map(|metric| measured.effect(metric, 0, 1));
        let most = out.falls() && others.difference() > -0.5 * out.difference() && all.falls();
        claim(most, "most of the trade moves, and not all of it", &[&out, &others, &all]);
    }
}

mod privacy {
    use super::*;

    #[test]
    #[cfg_attr(debug_assertions, ignore = "slow where the engine is not optimised")]
    fn masks_raise_the_other_eight_trades_and_blunt_searches() {
        let days = 151..=300;
        let (hits, searches) =
            (sum("agencies", "search_hits").days(days.clone()), sum("agencies", "searches").days(days.clone()));
        let metrics = [
            sum("goods", "trades").but("good", &["privacy"]).days(days).named("trade of the other eight goods"),
            Metric::new("searches that find something", move |rows| hits.read(rows) / searches.read(rows)),
        ];
        let measured = lived("masks_for_all", 24, 5000, 300, &metrics);
        let [trade, hits] = [0, 1].map(|metric| measured.effect(metric, 0, 1));
        claim(trade.rises() && hits.falls(), "masks hide every trade, and innocents hide the guilty", &[&trade, &hits]);
    }
}

mod dangerous_tech {
    use super::*;

    /// One source of ideas and of catastrophe. Of a thousand days the worst is the quantile of 99.9 %.
    #[test]
    #[ignore = "long: `cargo test --release --workspace --tests -- --ignored` runs it"]
    fn looking_away_raises_growth_and_the_worst_days_alike() {
        let worst = |rows: &crate::paired::Recording| {
            let (days, losses) = (rows.numbers("counts", "day"), rows.numbers("counts", "accident_loss"));
            let after = days.iter().zip(&losses).filter(|(day, _)| **day > 130.0).map(|(_, loss)| loss.max(1.0).ln());
            after.fold(0.0, f64::max)
        };
        let metrics = [
            last("days", "innovation").named("innovation at the end"),
            Metric::new("log of the loss on the worst of a thousand days", worst),
            sum("counts", "accident_loss").days(131..=1130).named("loss of all days"),
        ];
        let measured = lived("gray_zone", 20, 2000, 1130, &metrics);
        let [growth, worst, all] = [0, 1, 2].map(|metric| measured.effect(metric, 0, 1));
        claim(growth.rises() && worst.rises(), "ideas and catastrophes come together", &[&growth, &worst, &all]);
    }
}

mod forbidden_identity {
    use super::*;

    #[test]
    #[cfg_attr(debug_assertions, ignore = "slow where the engine is not optimised")]
    fn a_cap_on_the_price_makes_victims() {
        let days = 131..=300;
        let metrics = [
            sum("counts", "victims").days(days.clone()).named("people robbed of an identity"),
            sum("counts", "donations").days(days).named("people who give one"),
        ];
        let measured = lived("capped_identity", 24, 4000, 300, &metrics);
        let [victims, donors] = [0, 1].map(|metric| measured.effect(metric, 0, 1));
        // How many give one is told beside, and no claim.
        claim(victims.rises(), "a cap on the price makes victims", &[&victims, &donors]);
    }

    #[test]
    #[ignore = "long: `cargo test --release --workspace --tests -- --ignored` runs it"]
    fn demand_rises_with_escalation_and_with_the_own_record() {
        let metrics = [
            sum("goods", "orders").of("good", &["forbidden_identity"]).days(241..=360).named("orders of identities"),
            sum("counts", "identities").days(241..=360).named("new identities"),
            mean("days", "record_mean").days(241..=360).named("entries in a record"),
        ];
        let steep = lived("three_strikes", 36, 5000, 360, &metrics);
        // Records that last and records that are gone tomorrow, at the same penalties.
        let world = |lapse: &str| {
            let world = without_timeline(&question("three_strikes", 5000, 360));
            with(with(world, &QUIET), &[("law.record_lapse", lapse), ("law.escalation", "4")])
        };
        let long = measure(24, &[world("1"), world("0.0005")], &metrics);
        let (orders, own) = (steep.effect(0, 0, 1), long.effect(0, 0, 1));
        let told = [&orders, &steep.effect(2, 0, 1), &own, &long.effect(2, 0, 1)];
        claim(orders.rises() && own.rises(), "a record, and what it costs, make people somebody else", &told);
    }
}

mod taboo_computing {
    use super::*;

    /// One set of parameters, two outcomes: of many seeds some end without a rogue AI and some with many.
    #[test]
    #[cfg_attr(debug_assertions, ignore = "slow where the engine is not optimised")]
    fn an_ecology_of_rogue_ais_dies_out_or_stays() {
        let seeds = 32;
        let metrics = [last("days", "rogue_ais").named("rogue AIs after two years")];
        let measured = measure(seeds, &[question("rogue_ecology", 2000, 720)], &metrics);
        let left = measured.of(0, 0);
        let gone = left.iter().filter(|&&left| left == 0.0).count();
        let many = left.iter().filter(|&&left| left >= 5.0).count();
        let told = |hits| {
            let (low, high) = wilson(hits, left.len());
            format!("{hits} of {} seeds ({:.0} ... {:.0} %)", left.len(), 100.0 * low, 100.0 * high)
        };
        println!("no rogue AI is left in {}, five or more in {}: {left:?}", told(gone), told(many));
        // Both outcomes are likely beyond doubt, and what lies between is rare.
        let both = wilson(gone, left.len()).0 > 0.1 && wilson(many, left.len()).0 > 0.1;
        assert!(both && gone + many + 3 >= left.len(), "gone in {}, many in {}: {left:?}", told(gone), told(many));
    }

    /// The investigations beyond which one more raises demand: where the slopes of reactance and fear are equal.
    ///
    /// Zero where reactance is stronger from the first investigation on.
    fn backfire_point(reactance: f64, sanction: f64, half: f64) -> f64 {
        ((sanction * half / reactance).sqrt() - half).max(0.0)
    }

    /// Fear has a ceiling and reactance has none: beyond a point that can be computed, demand rises with enforcement.
    #[test]
    #[ignore = "long: `cargo test --release --workspace --tests -- --ignored` runs it"]
    fn a_heavy_hand_backfires_beyond_a_computed_point() {
        let orders = sum("goods", "orders").of("good", &["taboo_computing"]);
        // Seeds differ by factors, so that logs tell more than sums.
        let log = |days| {
            let orders = orders.clone().days(days);
            move |rows: &crate::paired::Recording| (orders.read(rows) + 1.0).ln()
        };
        let metrics = [
            Metric::new("log of orders under four times the means", log(181..=240)),
            Metric::new("log of orders under far more", log(301..=360)),
            orders.clone().days(1..=180).named("orders before"),
        ];
        let two_steps = with(question("heavy_hand", 5000, 360), &QUIET);
        let base = without_timeline(&two_steps);
        let mut one_step = two_steps.clone();
        one_step.timeline.truncate(1);
        one_step.timeline[0].until = None;
        let measured = measure(64, &[base.clone(), one_step, two_steps], &metrics);
        let (first, second) = (measured.effect(0, 0, 1), measured.effect(1, 1, 2));
        // Utility for each daily investigation and resident; that of a certain case; and trades a day and resident, which
        // are about as many as the investigations that catch every second one.
        let of = |path: &str| number(&base, path);
        let felt = of("demand.pressure") / of("demand.restriction_decay");
        let reactance = of("demand.reactance") * of("goods.taboo_computing.reactance") * felt;
        let sanction = of("law.fine") * of("demand.price_weight") * of("demand.sanction_weight") + of("demand.shame");
        let half = measured.effect(2, 0, 1).base / 180.0 / 5000.0;
        let point = backfire_point(reactance, sanction, half);
        // The office shares its means out among three goods.
        let (few, many) = (1.0 / 100.0 / 3.0, 256.0 / 100.0 / 3.0);
        let what =
            format!("enforcement backfires beyond {point:.4} investigations a resident, {few:.4} and {many:.4} tried");
        claim(first.falls() && second.rises() && (few..many).contains(&point), &what, &[&first, &second]);
    }
}

mod delegates {
    use super::*;

    #[test]
    #[cfg_attr(debug_assertions, ignore = "slow where the engine is not optimised")]
    fn profiles_that_can_be_taken_along_free_clients_and_lower_markups() {
        let metrics = [
            sum("counts", "switched").days(181..=420).named("clients who switched"),
            mean("providers", "markup").days(361..=420).named("markup of providers"),
        ];
        let measured = lived("take_your_profile", 8, 3000, 420, &metrics);
        let [switched, markup] = [0, 1].map(|metric| measured.effect(metric, 0, 1));
        claim(switched.rises() && markup.falls(), "portability frees clients", &[&switched, &markup]);
    }

    /// Twice the exposure, twice the purchases that go elsewhere, as far as clients do not flee from it.
    #[test]
    #[cfg_attr(debug_assertions, ignore = "slow where the engine is not optimised")]
    fn injected_instructions_redirect_purchases_in_proportion_to_exposure() {
        let world = |exposure: &str| {
            let mut world = with(question("baseline", 4000, 120), &QUIET);
            for provider in ["concierge", "brisk", "careful"] {
                let (open, safe) = (format!("providers.{provider}.exposure"), format!("providers.{provider}.safety"));
                world = with(world, &[(&open, exposure), (&safe, "0")]);
            }
            with(world, &[("citizens.delegated_share", "0.5"), ("delegates.injection", "0.1"), ("delegates.fear", "0")])
        };
        let metrics = [sum("counts", "injected").named("injected purchases")];
        let measured = measure(8, &[world("0.2"), world("0.4"), world("0.8")], &metrics);
        let effects = [measured.effect(0, 0, 1), measured.effect(0, 1, 2)];
        let doubled = |effect: &Effect| (1.7..=2.3).contains(&(effect.arm / effect.base)) && effect.rises();
        let holds = effects.iter().all(doubled);
        claim(holds, "twice the exposure, twice the purchases that go elsewhere", &[&effects[0], &effects[1]]);
    }
}

mod enforcement {
    use super::*;

    /// Where no venue ends, a crackdown bites more if few trade and each is watched; a year after it there is next to nothing of
    /// it left, there too. In the default world it is the larger trade that falls more: the two scenarios say by how much.
    #[test]
    #[ignore = "long: `cargo test --release --workspace --tests -- --ignored` runs it"]
    fn a_crackdown_bites_more_at_the_edge_and_passes() {
        let metrics = [
            sum("days", "trades").days(181..=240).named("trade during the crackdown"),
            sum("days", "trades").days(541..=600).named("trade a year later"),
        ];
        let [edge, far] = ["edge_crackdown", "far_crackdown"].map(|name| {
            let measured = lived(name, 36, 4000, 600, &metrics);
            [measured.effect(0, 0, 1), measured.effect(1, 0, 1)]
        });
        let part = |effect: &Effect| effect.difference() / effect.base;
        let holds = edge[0].falls() && far[0].falls() && part(&edge[0]) < part(&far[0]);
        // It passes: no fall by a fifth is left. How much more is traded here and there is luck at the edge.
        let passes = [&edge[1], &far[1]].iter().all(|late| late.interval.0 > -0.2 * late.base);
        claim(holds && passes, "a crackdown passes at the edge too", &[&edge[0], &edge[1], &far[0], &far[1]]);
    }
}

mod augmentation {
    use super::*;

    #[test]
    #[cfg_attr(debug_assertions, ignore = "slow where the engine is not optimised")]
    fn a_ban_does_not_bring_back_what_a_season_of_freedom_changed() {
        let metrics = [
            mean("counts", "augmented_share").days(391..=420).named("augmented, half a year after the ban"),
            Metric::new("augmented after the ban, against its first day", |rows| {
                let share = mean("counts", "augmented_share");
                share.clone().days(391..=420).read(rows) / share.days(240..=241).read(rows)
            }),
            sum("flows", "amount").of("why", &["income"]).named("income of all"),
        ];
        let measured = lived("upgrade_season", 8, 4000, 420, &metrics);
        let [share, income] = [0, 2].map(|metric| measured.effect(metric, 0, 1));
        claim(share.rises(), "half a year after the ban more are augmented than had there been no season", &[&share]);
        claim(income.is_small(0.002 * income.base), "a race of incomes moves no mean", &[&income]);
        // What goes does so with the people who die or move away: where nobody does, nothing goes.
        let stay = with(with(question("upgrade_season", 4000, 420), &QUIET), &[("citizens.turnover", "0")]);
        let stayed = measure(4, &[without_timeline(&stay), stay], &metrics);
        let never_falls = stayed.of(1, 1).iter().all(|&kept| kept >= 1.0);
        claim(never_falls, "a ban takes no level from anybody", &[&stayed.effect(1, 0, 1)]);
    }

    /// The higher people may climb, the more incidents each level brings.
    #[test]
    #[cfg_attr(debug_assertions, ignore = "slow where the engine is not optimised")]
    fn incidents_grow_faster_than_the_mean_level() {
        let world = |highest: &str| {
            let free = [
                ("goods.augmentation.status", "free"),
                ("goods.augmentation.cost", "10"),
                ("goods.augmentation.levels", highest),
            ];
            with(with(question("baseline", 4000, 360), &QUIET), &free)
        };
        let incidents = sum("counts", "incidents").days(181..=360);
        let level = mean("counts", "level_mean").days(181..=360);
        let each = Metric::new("incidents for each level of a thousand citizens", {
            let (incidents, level) = (incidents.clone(), level.clone());
            move |rows| incidents.read(rows) / level.read(rows) / 4.0
        });
        let metrics = [level.named("mean level"), incidents.named("incidents"), each];
        let measured = measure(24, &[world("1"), world("3"), world("6")], &metrics);
        let level = [measured.effect(0, 0, 1), measured.effect(0, 1, 2)];
        let each = [measured.effect(2, 0, 1), measured.effect(2, 1, 2)];
        let convex = level.iter().chain(&each).all(Effect::rises);
        claim(
            convex,
            "each level brings more incidents than the one before",
            &[&level[0], &level[1], &each[0], &each[1]],
        );
    }
}

mod authenticity {
    use super::*;

    #[test]
    #[ignore = "long: `cargo test --release --workspace --tests -- --ignored` runs it"]
    fn policing_the_fakers_raises_the_share_that_is_genuine() {
        let days = 181..=360;
        let metrics = [
            mean("goods", "price_mean")
                .of("good", &["authenticity"])
                .days(days.clone())
                .named("price of authentic things"),
            mean("counts", "genuine_share").days(days).named("share that is genuine"),
        ];
        let measured = lived("faker_hunt", 28, 8000, 360, &metrics);
        let [price, genuine] = [0, 1].map(|metric| measured.effect(metric, 0, 1));
        // More are made by hand, too, so that the price hardly moves.
        let holds = genuine.rises() && price.is_small(0.1 * price.base);
        claim(holds, "hunting fakers makes what is sold truer, at the old price", &[&price, &genuine]);
    }

    /// With good enough fakes a market is either there or gone, and the better they are, the more often it is gone.
    #[test]
    #[ignore = "long: `cargo test --release --workspace --tests -- --ignored` runs it"]
    fn better_fakes_break_the_trade_instead_of_shrinking_it() {
        let seeds = 40;
        let world = |passes: &str| {
            with(with(question("baseline", 3000, 480), &QUIET), &[("goods.authenticity.false_accept", passes)])
        };
        let trades = sum("goods", "trades").of("good", &["authenticity"]).days(361..=480).named("trade");
        let measured = measure(seeds, &[world("0.1"), world("0.9")], &[trades]);
        let usual = crate::paired::median(measured.of(0, 0));
        let gone = |world| measured.of(world, 0).iter().filter(|&&trade| trade < 0.3 * usual).count();
        let between = measured.of(1, 0).iter().filter(|&&trade| (0.3..0.7).contains(&(trade / usual))).count();
        let [few, many] = [gone(0), gone(1)];
        let [poor, good] = [few, many].map(|hits| wilson(hits, seeds as usize));
        let told = format!(
            "with poor fakes trade is gone in {few} of {seeds} seeds ({:.0} ... {:.0} %), with good ones in {many} \
             ({:.0} ... {:.0} %), and in {between} it is in between: {:.0?} and {:.0?}",
            100.0 * poor.0,
            100.0 * poor.1,
            100.0 * good.0,
            100.0 * good.1,
            measured.of(0, 0),
            measured.of(1, 0)
        );
        assert!(good.0 > poor.1 && between <= seeds as usize / 4, "it does not break: {told}");
        println!("{told}");
    }
}

mod experience {
    use super::*;

    /// Per cent less bought for each per cent dearer: in a dear week, and from the fourth month of a dear year on.
    #[test]
    #[ignore = "long: `cargo test --release --workspace --tests -- --ignored` runs it"]
    fn a_habit_answers_a_lasting_price_about_twice_as_much_as_a_short_one() {
        let seeds = 16;
        let bought = sum("goods", "trades").of("good", &["experience"]);
        let paid = sum("goods", "spent_credits").of("good", &["experience"]);
        let (week, later) = (181..=187, 301..=480);
        let metrics = [
            bought.clone().days(week.clone()).named("bought in the week"),
            paid.clone().days(week).named("paid in the week"),
            bought.days(later.clone()).named("bought after four months"),
            paid.days(later).named("paid after four months"),
        ];
        let dear_week = with(question("dear_week", 8000, 187), &QUIET);
        let dear_year = with(question("dear_year", 8000, 480), &QUIET);
        let measured = measure(seeds, &[without_timeline(&dear_year), dear_week, dear_year], &metrics);
        let answer = |world: usize, metric: usize, left_out: Option<usize>| {
            let change = |metric: usize| {
                let of = |world| {
                    let values = measured.of(world, metric).iter().enumerate();
                    values.filter(|&(seed, _)| Some(seed) != left_out).map(|(_, value)| value).sum::<f64>()
                };
                (of(world) / of(0)).ln()
            };
            change(metric) / (change(metric + 1) - change(metric))
        };
        let ratio = |left_out| answer(2, 2, left_out) / answer(1, 0, left_out);
        // The jackknife: what leaving out one seed moves.
        let each: Vec<f64> = (0..seeds as usize).map(|seed| ratio(Some(seed))).collect();
        let half = half_width(&each, 0.95) * (seeds - 1) as f64;
        let (low, ratio, high) = (ratio(None) - half, ratio(None), ratio(None) + half);
        let (short, long) = (answer(1, 0, None), answer(2, 2, None));
        let what = format!(
            "demand answers by {short:.2} in a week and by {long:.2} in the long run, {ratio:.2} times as much ({low:.2} \
             ... {high:.2})"
        );
        let effects =
            [measured.effect(0, 0, 1), measured.effect(1, 0, 1), measured.effect(2, 0, 2), measured.effect(3, 0, 2)];
        claim(low > 1.4 && high < 2.6, &what, &effects.iter().collect::<Vec<_>>());
    }

    /// Where people are all alike and nobody is cheated, each use adds the same part of a step, until injuries bound it.
    #[test]
    #[cfg_attr(debug_assertions, ignore = "slow where the engine is not optimised")]
    fn intensity_climbs_with_each_use_until_injuries_bound_it() {
        let citizens = 2000;
        let world = |injury: &str| {
            let set = [
                ("goods.experience.injury", injury),
                ("goods.experience.status", "free"),
                ("goods.experience.cost", "0.5"),
                ("goods.experience.appeal", "20"),
                ("goods.experience.supply", "1000"),
                ("citizens.diversity", "0"),
                ("citizens.delegated_share", "0"),
                ("citizens.settling", "0"),
                ("citizens.turnover", "0"),
                ("demand.attention", "1"),
                ("demand.hearsay", "0"),
                ("syndicates.cheating", "0"),
                ("syndicates.patience_to_stay", "0.9999"),
                ("syndicates.hazard", "0"),
                ("syndicates.upkeep", "0"),
                ("syndicates.mobility", "0"),
            ];
            with(with(question("baseline", citizens, 360), &QUIET), &set)
        };
        let intensity = |days, name| mean("counts", "intensity_mean").days(days).named(name);
        let uses = |days, name| sum("goods", "units").of("good", &["experience"]).days(days).named(name);
        let metrics = [
            intensity(20..=20, "intensity, day 20"),
            intensity(40..=40, "intensity, day 40"),
            intensity(60..=60, "intensity, day 60"),
            uses(21..=40, "uses, days 21 to 40"),
            uses(41..=60, "uses, days 41 to 60"),
            intensity(331..=360, "intensity after a year, with injuries against without"),
        ];
        let safe = world("0");
        let step = number(&safe, "goods.experience.escalation") * number(&safe, "goods.experience.step");
        let measured = measure(8, &[safe, world("0.001")], &metrics);
        let climb = |from: usize, uses: usize| {
            let climbs: Vec<f64> = (0..8)
                .map(|seed| {
                    let of = |metric| measured.of(0, metric)[seed];
                    f64::from(citizens) * (of(from + 1) - of(from)) / of(uses)
                })
                .collect();
            (average(&climbs), half_width(&climbs, 0.95))
        };
        let (first, second) = (climb(0, 3), climb(1, 4));
        let bound = measured.effect(5, 0, 1);
        let what = format!(
            "each use climbs by {step:.2}: by {:.3} +- {:.3} at first and by {:.3} +- {:.3} then, until injuries bound it",
            first.0, first.1, second.0, second.1
        );
        let straight = [first, second].iter().all(|(climb, half)| (climb - step).abs() + half < 0.1 * step);
        claim(straight && bound.falls(), &what, &[&bound]);
    }
}

mod scarcity_recreation {
    use super::*;

    #[test]
    #[cfg_attr(debug_assertions, ignore = "slow where the engine is not optimised")]
    fn it_alone_is_wanted_more_when_life_gets_easier() {
        let orders = sum("goods", "orders").days(151..=300);
        let goods = Good::ALL;
        let metrics: Vec<Metric> = goods
            .iter()
            .map(|good| orders.clone().of("good", &[good.word()]).named(&format!("orders of {}", good.word())))
            .collect();
        let measured = lived("easier_life", 10, 5000, 300, &metrics);
        let effects: Vec<Effect> = (0..goods.len()).map(|metric| measured.effect(metric, 0, 1)).collect();
        // Eight goods are asked whether they rise: together they say so of nothing with a chance of 5 % at most (Bonferroni).
        let wider = student(1.0 - 0.05 / 8.0, effects[0].n - 1) / student(0.95, effects[0].n - 1);
        let rises = |effect: &Effect| effect.difference() - wider * (effect.difference() - effect.interval.0) > 0.0;
        let easier = |good: Good| good == Good::ScarcityRecreation;
        let holds = goods.iter().zip(&effects).all(|(good, effect)| rises(effect) == easier(*good));
        claim(holds, "an easier life raises demand for scarcity alone", &effects.iter().collect::<Vec<_>>());
    }
}

mod positional {
    use super::*;

    /// A slot's price where incomes are spread more widely around the same mean, and where all are half as high again.
    #[test]
    #[ignore = "long: `cargo test --release --workspace --tests -- --ignored` runs it"]
    fn prices_follow_the_top_incomes_and_not_the_mean() {
        let few = ("goods.positional.slots", "10");
        let world = |name| with(with(question(name, 10_000, 240), &QUIET), &[few]);
        let base = world("baseline");
        let richer = with(base.clone(), &[("citizens.daily_income", "15")]);
        let metrics = [
            mean("counts", "slot_price").days(61..=240).named("price of a slot"),
            sum("flows", "amount").of("why", &["income"]).named("income of all"),
            mean("days", "gini_wealth").days(61..=240).named("Gini of wealth"),
        ];
        let measured = measure(24, &[base, world("wider_gap"), richer], &metrics);
        let [price, income, gini] = [0, 1, 2].map(|metric| measured.effect(metric, 0, 1));
        let [richer_price, richer_income] = [0, 1].map(|metric| measured.effect(metric, 0, 2));
        let by_the_top = price.rises() && gini.rises() && income.is_small(0.05 * income.base);
        let not_by_the_mean = richer_price.is_small(0.15 * price.base) && richer_income.rises();
        claim(
            by_the_top && not_by_the_mean,
            "slots grow dearer with inequality at the same mean, and not with the mean",
            &[&price, &income, &gini, &richer_price, &richer_income],
        );
    }

    #[test]
    #[cfg_attr(debug_assertions, ignore = "slow where the engine is not optimised")]
    fn a_leaking_wall_changes_who_is_inside_from_the_connected_to_the_rich() {
        let metrics = [
            mean("counts", "inside_wealth").days(121..=300).named("wealth of those inside, against the mean"),
            mean("counts", "inside_favours").days(121..=300).named("favours of those inside"),
        ];
        let measured = lived("favours_for_sale", 10, 5000, 300, &metrics);
        let [rich, connected] = [0, 1].map(|metric| measured.effect(metric, 0, 1));
        claim(rich.rises() && connected.falls(), "credits let in the rich for the connected", &[&rich, &connected]);
    }
}

mod leak {
    use super::*;

    #[test]
    #[cfg_attr(debug_assertions, ignore = "slow where the engine is not optimised")]
    fn after_one_leak_the_price_falls_to_that_of_a_copy_and_takedowns_do_not_undo_it() {
        let price = mean("goods", "price_asked").of("good", &["taboo_computing"]);
        let metrics = [
            price.clone().days(125..=150).named("price in the month after the leak"),
            price.days(151..=420).named("price from the second month after it on"),
            last("counts", "copies_weights").named("share of people with a copy"),
        ];
        let leaked = with(with(question("one_leak", 10_000, 420), &QUIET), &[("leaks.hazard", "0")]);
        let hunted = with(leaked.clone(), &[("leaks.takedown", "0.25")]);
        let measured = measure(8, &[without_timeline(&leaked), leaked, hunted], &metrics);
        let [soon, late, copies] = [0, 1, 2].map(|metric| measured.effect(metric, 0, 1));
        let [hunted_late, hunted_copies] = [1, 2].map(|metric| measured.effect(metric, 0, 2));
        let falls = soon.falls() && late.falls() && late.arm < 0.5 * late.base && copies.rises();
        // However hard copies are hunted: it gets no dearer again.
        let stays = hunted_late.falls() && hunted_late.arm < 0.5 * hunted_late.base && hunted_copies.rises();
        claim(falls && stays, "nobody takes a leak back", &[&soon, &late, &copies, &hunted_late, &hunted_copies]);
    }
}
