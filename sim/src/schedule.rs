//! The day, on one page. A system is a function over components and resources; bevy_ecs calls it once a day.
//!
//! | phase   | what happens | systems, in order |
//! |---------|--------------|-------------------|
//! | Govern  | rules due today come into force, incomes and budgets are paid, patrols and searches are planned | `enact_rules`, `pay_incomes`, `plan_patrols`, `name_suspects`, `plan_providers` |
//! | Produce | costs move, houses do what they are told, empty stalls are filled, commons feed enclaves, goods are made, brought and spoil | `move_costs`, `run_lanes`, `spread_leaks`, `direct_houses`, `open_stalls`, `tend_commons`, `stock_stalls`, `find_donors`, `barter_elements` |
//! | Want    | tastes and feelings move; citizens or their delegates choose among sampled goods and sellers, or stay out | `lay_out_menu`, `set_aside`, `want` |
//! | Trade   | escrow that is due is released; some agents are hijacked and some orders meet traps, the others meet stock in fair random order and are settled | `release_escrow`, `inject_orders`, `spring_traps`, `settle_orders`, `spend_on_colonists` |
//! | Watch   | agencies examine trades, drawn without replacement, and search the masked; some become cases | `examine_trades`, `search_suspects` |
//! | Punish  | fines, seizures, records; raids on venues and zones; what buyers still hold is used | `punish_cases`, `punish_suspects`, `raid_venues`, `raid_enclaves`, `tend_zones`, `use_up_hands` |
//! | Adapt   | everyone learns from the day, and some move | `move_climate`, `tinker`, `finish_projects`, `learn_from_purchases`, `become_nobody`, `migrate`, `hear_and_feel`, `estimate_trade`, `judge_crafts`, `plan_stalls`, `tend_venues`, `breed_rogue_ais`, `serve_clients`, `choose_providers` |
//! | Record  | the books are balanced and the day is written down | `balance_books`, `write_rows` |
//!
//! This is the only file that adds systems. The schedule refuses to build when two systems that touch the same data are
//! not ordered, so the order in which systems are added changes nothing.

use bevy_ecs::prelude::*;
use bevy_ecs::schedule::{LogLevel, ScheduleBuildSettings, ScheduleLabel, SingleThreadedExecutor};

use crate::actors::agency::{estimate_trade, plan_patrols};
use crate::actors::colony::{barter_elements, run_lanes, spend_on_colonists};
use crate::actors::delegate::{choose_providers, inject_orders, plan_providers, serve_clients};
use crate::actors::donor::find_donors;
use crate::actors::enclave::{migrate, raid_enclaves, tend_commons};
use crate::actors::house::direct_houses;
use crate::actors::syndicate::{breed_rogue_ais, open_stalls, plan_stalls};
use crate::audit::balance_books;
use crate::explain::set_aside;
use crate::goods::authenticity::judge_crafts;
use crate::goods::forbidden_identity::become_nobody;
use crate::goods::scarcity_recreation::tend_zones;
use crate::goods::taboo_computing::finish_projects;
use crate::law::detection::{examine_trades, spring_traps};
use crate::law::penalties::{punish_cases, raid_venues, use_up_hands};
use crate::law::rules::enact_rules;
use crate::law::search::{name_suspects, punish_suspects, search_suspects};
use crate::market::choice::want;
use crate::market::menu::lay_out_menu;
use crate::market::settlement::{release_escrow, settle_orders};
use crate::market::supply::{move_costs, stock_stalls};
use crate::market::venues::tend_venues;
use crate::record::recorder::write_rows;
use crate::society::climate::move_climate;
use crate::society::income::pay_incomes;
use crate::society::innovation::tinker;
use crate::society::leaks::spread_leaks;
use crate::society::mood::{hear_and_feel, learn_from_purchases};

/// The label of the one schedule.
#[derive(ScheduleLabel, Clone, Debug, PartialEq, Eq, Hash)]
pub struct Day;

/// A phase of the day.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Rules, incomes, budgets.
    Govern,
    /// Supply.
    Produce,
    /// Demand.
    Want,
    /// Exchange.
    Trade,
    /// Detection.
    Watch,
    /// Penalties.
    Punish,
    /// Learning.
    Adapt,
    /// Audit and rows.
    Record,
}

impl Phase {
    /// All, in order.
    pub const ALL: [Self; 8] =
        [Self::Govern, Self::Produce, Self::Want, Self::Trade, Self::Watch, Self::Punish, Self::Adapt, Self::Record];

    /// Its name in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Govern => "govern",
            Self::Produce => "produce",
            Self::Want => "want",
            Self::Trade => "trade",
            Self::Watch => "watch",
            Self::Punish => "punish",
            Self::Adapt => "adapt",
            Self::Record => "record",
        }
    }
}

/// The moment after a phase: where somebody with a clock may listen.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct After(Phase);

/// Who listens to the ends of phases.
#[derive(Resource, Default)]
pub struct Listener(pub Option<Box<dyn FnMut(Phase) + Send + Sync>>);

/// In which order systems are handed to the schedule; results are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adding {
    /// As on the page.
    AsWritten,
    /// The other way round: a test that the constraints, not the page, give the order.
    Backwards,
}

/// The schedule of a day.
pub fn day(adding: Adding) -> Schedule {
    let mut parts: Vec<fn(&mut Schedule)> = vec![
        |day| {
            let govern = (enact_rules, pay_incomes, plan_patrols, name_suspects, plan_providers).chain();
            day.add_systems(govern.in_set(Phase::Govern));
        },
        |day| {
            _ = day.add_systems(
                (move_costs, run_lanes, spread_leaks, direct_houses, open_stalls, tend_commons)
                    .chain()
                    .in_set(Phase::Produce),
            );
        },
        |day| {
            let making = (stock_stalls, find_donors, barter_elements).chain().after(tend_commons);
            day.add_systems(making.in_set(Phase::Produce));
        },
        |day| _ = day.add_systems((lay_out_menu, set_aside, want).chain().in_set(Phase::Want)),
        |day| {
            let trade = (release_escrow, inject_orders, spring_traps, settle_orders, spend_on_colonists).chain();
            day.add_systems(trade.in_set(Phase::Trade));
        },
        |day| _ = day.add_systems((examine_trades, search_suspects).chain().in_set(Phase::Watch)),
        |day| {
            let punish = (punish_cases, punish_suspects, raid_venues, raid_enclaves, tend_zones, use_up_hands).chain();
            day.add_systems(punish.in_set(Phase::Punish));
        },
        |day| {
            let society = (move_climate, tinker, finish_projects, learn_from_purchases, become_nobody).chain();
            day.add_systems(society.in_set(Phase::Adapt));
            day.add_systems((migrate, hear_and_feel).chain().in_set(Phase::Adapt).after(become_nobody));
        },
        |day| _ = day.add_systems(estimate_trade.in_set(Phase::Adapt).after(hear_and_feel)),
        |day| {
            let street = (judge_crafts, plan_stalls, tend_venues, breed_rogue_ais).chain().after(estimate_trade);
            day.add_systems(street.in_set(Phase::Adapt));
        },
        |day| {
            let delegates = (serve_clients, choose_providers).chain().after(breed_rogue_ais);
            day.add_systems(delegates.in_set(Phase::Adapt));
        },
        |day| _ = day.add_systems((balance_books, write_rows).chain().in_set(Phase::Record)),
    ];
    if adding == Adding::Backwards {
        parts.reverse();
    }
    let mut day = Schedule::new(Day);
    let mut last = None;
    for phase in Phase::ALL {
        day.configure_sets((phase, After(phase)).chain());
        if let Some(last) = last {
            day.configure_sets(phase.after(After(last)));
        }
        let tell = move |mut listener: ResMut<Listener>| {
            if let Some(call) = &mut listener.0 {
                call(phase);
            }
        };
        day.add_systems(tell.in_set(After(phase)));
        last = Some(phase);
    }
    for part in parts {
        part(&mut day);
    }
    day.set_executor(SingleThreadedExecutor::new());
    day.set_build_settings(ScheduleBuildSettings {
        ambiguity_detection: LogLevel::Error,
        ..ScheduleBuildSettings::default()
    });
    day
}

#[cfg(test)]
mod tests {
    /// The table above and the code below it name the same systems in the same order.
    #[test]
    fn the_page_and_the_code_agree() {
        let source = include_str!("schedule.rs");
        let page: Vec<&str> = source
            .lines()
            .filter(|line| line.starts_with("//! |") && line.contains('`'))
            .flat_map(|line| line.split('`').skip(1).step_by(2))
            .collect();
        let start = source.find("let mut parts").expect("the list of parts");
        let end = source.find("if adding ==").expect("its end");
        let imported = |word: &&str| source[..start].contains(&format!("`{word}`"));
        let mut code: Vec<&str> = Vec::new();
        for word in source[start..end].split(|c: char| !c.is_alphanumeric() && c != '_').filter(imported) {
            if !code.contains(&word) {
                code.push(word);
            }
        }
        assert_eq!(page, code);
    }
}
