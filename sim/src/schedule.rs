//! The day, on one page. A system is a function over components and resources; bevy_ecs calls it once a day.
//!
//! The list below is the only place that says what happens in a day and in which order. The schedule, the documentation
//! of [`day`] and the chapter on scheduling in `MODEL.md` are made from it.
//!
//! This is the only file that adds systems. The schedule refuses to build when two systems that touch the same data are
//! not ordered, so the order in which systems are added changes nothing.

use bevy_ecs::prelude::*;
use bevy_ecs::schedule::{LogLevel, ScheduleBuildSettings, ScheduleLabel, SingleThreadedExecutor};

use crate::state::phase::{Listener, Phase};
use crate::systems::adapt::agencies::estimate_trade;
use crate::systems::adapt::climate::move_climate;
use crate::systems::adapt::crafts::judge_crafts;
use crate::systems::adapt::hearsay::hear_and_feel;
use crate::systems::adapt::identities::reset_identities;
use crate::systems::adapt::innovation::tinker;
use crate::systems::adapt::learning::learn_from_purchases;
use crate::systems::adapt::licences::seek_licences;
use crate::systems::adapt::migration::migrate;
use crate::systems::adapt::projects::finish_projects;
use crate::systems::adapt::providers::{choose_providers, serve_clients};
use crate::systems::adapt::rogue_ais::breed_rogue_ais;
use crate::systems::adapt::stalls::plan_stalls;
use crate::systems::adapt::venues::tend_venues;
use crate::systems::govern::compliance::obey_bans;
use crate::systems::govern::income::pay_incomes;
use crate::systems::govern::newcomers::welcome_newcomers;
use crate::systems::govern::patrols::plan_patrols;
use crate::systems::govern::providers::plan_providers;
use crate::systems::govern::rules::enact_rules;
use crate::systems::govern::suspects::name_suspects;
use crate::systems::produce::commons::tend_commons;
use crate::systems::produce::donors::find_donors;
use crate::systems::produce::entry::open_stalls;
use crate::systems::produce::houses::direct_houses;
use crate::systems::produce::lanes::{barter_elements, run_lanes};
use crate::systems::produce::leaks::spread_leaks;
use crate::systems::produce::supply::{move_costs, stock_stalls};
use crate::systems::punish::enclaves::raid_enclaves;
use crate::systems::punish::penalties::punish_cases;
use crate::systems::punish::purchases::consume_purchases;
use crate::systems::punish::suspects::punish_suspects;
use crate::systems::punish::venues::raid_venues;
use crate::systems::punish::zones::tend_zones;
use crate::systems::record::audit::balance_books;
use crate::systems::record::write_rows::write_rows;
use crate::systems::trade::colonies::spend_on_colonists;
use crate::systems::trade::escrow::release_escrow;
use crate::systems::trade::injection::inject_orders;
use crate::systems::trade::settlement::settle_orders;
use crate::systems::trade::traps::spring_traps;
use crate::systems::want::choice::want;
use crate::systems::want::inputs::prepare_choices;
use crate::systems::want::watched::set_aside;
use crate::systems::watch::examination::examine_trades;
use crate::systems::watch::searches::search_suspects;

/// Makes the schedule and its documentation from one list: phase, what happens in it, and its systems, in order.
macro_rules! day {
    ($($phase:ident: $what:literal => $($system:ident),+;)+) => {
        /// The phases of the day in order: what happens, and the names of the systems that do it.
        pub const PAGE: [(Phase, &str, &[&str]); Phase::ALL.len()] =
            [$((Phase::$phase, $what, &[$(stringify!($system)),+])),+];

        /// Adds the systems of each phase, one after another.
        const PARTS: [fn(&mut Schedule); Phase::ALL.len()] =
            [$(|day| _ = day.add_systems(($($system,)+).chain().in_set(Phase::$phase))),+];

        /// The schedule of a day.
        ///
        /// | phase | what happens | systems, in order |
        /// |-------|--------------|-------------------|
        $(#[doc = concat!("| ", stringify!($phase), " | ", $what, " | ", $("`", stringify!($system), "` ",)+ "|")])+
        pub fn day(adding: Adding) -> Schedule {
            build(adding)
        }
    };
}

day! {
    Govern: "rules due today come into force and some sellers obey them, incomes and budgets are paid, patrols and searches are planned; some people end, and others take their place" => enact_rules, obey_bans, pay_incomes, plan_patrols, name_suspects, plan_providers, welcome_newcomers;
    Produce: "costs move, houses do what they are told, empty stalls are filled, commons feed enclaves, goods are made, brought and spoil" => move_costs, run_lanes, spread_leaks, direct_houses, open_stalls, tend_commons, stock_stalls, find_donors, barter_elements;
    Want: "tastes and feelings move; citizens or their delegates choose among sampled goods and sellers, or stay out" => prepare_choices, set_aside, want;
    Trade: "escrow that is due is released; some agents are hijacked and some orders meet traps, the others meet stock in fair random order and are settled" => release_escrow, inject_orders, spring_traps, settle_orders, spend_on_colonists;
    Watch: "agencies examine trades, drawn without replacement, and search the masked; some become cases" => examine_trades, search_suspects;
    Punish: "fines, seizures, records; raids on venues and zones; what buyers still hold is used" => punish_cases, punish_suspects, raid_venues, raid_enclaves, tend_zones, consume_purchases;
    Adapt: "everyone learns from the day, and some move" => move_climate, tinker, finish_projects, learn_from_purchases, reset_identities, migrate, hear_and_feel, estimate_trade, judge_crafts, seek_licences, plan_stalls, tend_venues, breed_rogue_ais, serve_clients, choose_providers;
    Record: "the books are balanced and the day is written down" => balance_books, write_rows;
}

/// The label of the one schedule.
#[derive(ScheduleLabel, Clone, Debug, PartialEq, Eq, Hash)]
pub struct Day;

/// The moment after a phase: where somebody with a clock may listen.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct After(Phase);

/// In which order systems are handed to the schedule; results are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adding {
    /// As on the page.
    AsWritten,
    /// The other way round: a test that the constraints, not the page, give the order.
    Backwards,
}

/// The table of the day for documents, in Markdown: one row a phase.
pub fn day_md() -> String {
    let mut page = String::from(
        "| phase   | what happens | systems, in order |\n|---------|--------------|-------------------|\n",
    );
    for (phase, what, systems) in PAGE {
        let systems: Vec<String> = systems.iter().map(|system| format!("`{system}`")).collect();
        page += &format!("| {:7} | {what} | {} |\n", format!("{phase:?}"), systems.join(", "));
    }
    page
}

fn build(adding: Adding) -> Schedule {
    let mut parts = PARTS;
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
    use super::*;

    /// The list is in the order of the phases, and no system is in it twice.
    #[test]
    fn the_page_has_each_phase_and_each_system_once() {
        assert!(PAGE.iter().map(|(phase, ..)| *phase).eq(Phase::ALL));
        let mut systems: Vec<&str> = PAGE.iter().flat_map(|(.., systems)| *systems).copied().collect();
        let all = systems.len();
        systems.sort_unstable();
        systems.dedup();
        assert_eq!(systems.len(), all);
        assert_eq!(day_md().lines().count(), 2 + Phase::ALL.len());
    }
}
