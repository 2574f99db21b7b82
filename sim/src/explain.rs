//! Why: a citizen's day thought through again, aloud, and the stalls as they stand. Asking changes nothing of the run.
//!
//! Whoever wants to know why a citizen bought or stayed out has the citizen watched before the day is lived: their state of
//! that morning is set aside, and afterwards the very functions that made the choice make it again, term by term.

use bevy_ecs::prelude::*;

use crate::base::units::Credits;
use crate::ids::good::Good;
use crate::scenario::canonical::FileOrder;
use crate::state::climate::Climate;
use crate::state::columns;
use crate::state::context::RunContext;
use crate::state::day::{ActiveRules, Today};
use crate::state::ledger::Books;
use crate::state::orders::{Orders, Target};
use crate::state::seller::Seller;
use crate::state::stall::Stall;
use crate::state::watched::WatchedCitizens;
use crate::systems::want::choice::Chunk;
use crate::systems::want::deliberation::{Deliberation, deliberate};
use crate::systems::want::inputs::ChoiceInputs;

/// A stall, as it stands this evening.
#[derive(Clone, Debug)]
pub struct StallView {
    /// Number of its slot, from 0.
    pub slot: usize,
    /// Number of its seller.
    pub seller: u32,
    /// Its venue, by its number in the scenario's list, from 0.
    pub venue: usize,
    /// Whether it is open still: one that sold today may have closed in the evening.
    pub open: bool,
    /// Price asked today, in credits.
    pub price: f64,
    /// Deliveries that a buyer expects, 0 to 1.
    pub reputation: f64,
    /// Cost of making or bringing a unit today, for this seller, in credits.
    pub cost: f64,
    /// What moved the price last, as [`Reason`](crate::state::stall::Reason) names it; in the evening, what moves
    /// tomorrow's where that will be another.
    pub reason: &'static str,
    /// Units in stock.
    pub stock: u32,
    /// Purchases settled today.
    pub sold: u32,
    /// What was paid for them, in credits, before taxes and markups.
    pub paid: f64,
}

/// A citizen, as they stand this evening.
#[derive(Clone, Debug)]
pub struct CitizenView {
    /// Number of the citizen, from 0.
    pub citizen: u32,
    /// Home, by its number in the scenario's list, from 0.
    pub place: usize,
    /// Credits held.
    pub credits: f64,
    /// Anxiety, 0 to 1.
    pub anxiety: f32,
    /// Boredom, 0 to 1.
    pub boredom: f32,
    /// How much they are hidden, 0 to 1.
    pub masked: f32,
    /// Perceived chance of a case for one purchase, in the group of goods where it is greatest.
    pub perceived: f32,
    /// Entries in the criminal record.
    pub record: u8,
    /// Level of augmentation, 0 for none.
    pub level: u8,
    /// Whether an agent shops for them.
    pub delegated: bool,
    /// What they went to buy today.
    pub errand: Option<Errand>,
}

/// A citizen's way to the market.
#[derive(Clone, Copy, Debug)]
pub struct Errand {
    /// The venue, by its number in the scenario's list, from 0.
    pub venue: usize,
    /// What for.
    pub good: Good,
    /// What became of it: see [`OrderOutcome::fate`].
    pub fate: &'static str,
    /// Whether a case was brought against the citizen.
    pub caught: bool,
}

/// What became of a citizen's order.
#[derive(Clone, Debug)]
pub struct OrderOutcome {
    /// Number of the slot of the stall ordered from, from 0.
    pub slot: u32,
    /// What it sells.
    pub good: Good,
    /// `unmet`, `delivered`, `scammed`, `refunded`, or `trapped` by a stall that an agency put up.
    pub fate: &'static str,
    /// Price paid to the stall, in credits.
    pub price: f64,
    /// Tax and markup, in credits.
    pub extra: f64,
    /// The agency that examined the trade, by its number in the scenario's list, from 0.
    pub examined_by: Option<usize>,
    /// Against whom a case was brought: `buyer`, `seller` or `venue`.
    pub case: Option<&'static str>,
    /// Fine paid, in credits.
    pub fine: f64,
}

/// A citizen's day, explained.
#[derive(Clone, Debug)]
pub struct Explained {
    /// The day.
    pub day: u32,
    /// Number of the citizen, from 0.
    pub citizen: u32,
    /// Home, by its number in the scenario's list, from 0.
    pub place: usize,
    /// Entries in the criminal record that morning.
    pub record: u8,
    /// Perceived chance of a case for one purchase, by group of goods: bodily, digital, social.
    pub perceived: [f32; 3],
    /// Cases for one purchase in the neighbourhood, as it is told there, by group; NaN where none is known.
    pub heard: [f32; 3],
    /// The choice.
    pub deliberation: Deliberation,
    /// What became of it.
    pub outcome: Option<OrderOutcome>,
    /// Cases for one illicit trade of each good this day in the citizen's place; NaN where there was none.
    pub true_risk: [f64; crate::ids::good::GOODS],
}

/// Explains the last day of a watched citizen; `None` for one who is not watched, or before the first day.
pub fn explain(world: &World, citizen: u32) -> Option<Explained> {
    let watched = world.resource::<WatchedCitizens>();
    let at = watched.citizens.iter().position(|&known| known == citizen)?;
    let (mut purse, home, traits, mut tastes, mut mind, mut life) = *watched.mornings.get(at)?;
    let (context, inputs) = (world.resource::<RunContext>(), world.resource::<ChoiceInputs>());
    let (record, perceived) = (mind.record, mind.risk);
    let chunk = Chunk {
        first: citizen as usize,
        purses: std::slice::from_mut(&mut purse),
        homes: std::slice::from_ref(&home),
        traits: std::slice::from_ref(&traits),
        tastes: std::slice::from_mut(&mut tastes),
        minds: std::slice::from_mut(&mut mind),
        lives: std::slice::from_mut(&mut life),
    };
    let deliberation = deliberate(context, inputs, chunk);
    let orders = &world.resource::<Orders>().list;
    let outcome = orders.iter().find(|order| order.citizen == citizen).map(|order| OrderOutcome {
        slot: order.stall,
        good: context.good_of(order.stall as usize),
        fate: order.fate.name(),
        price: order.price.get(),
        extra: order.extra.get(),
        examined_by: order.examined_by.map(|agency| FileOrder::in_file(&context.file.agencies, agency.into())),
        case: order.case.map(|target| match target {
            Target::Buyer => "buyer",
            Target::Seller => "seller",
            Target::Venue => "venue",
        }),
        fine: order.fine.get(),
    });
    let mut trades = [(0u32, 0u32); crate::ids::good::GOODS];
    for order in orders.iter().filter(|order| order.place == home.place && order.illicit && order.settled()) {
        let (trades, cases) = &mut trades[context.good_of(order.stall as usize).index()];
        *trades += 1;
        *cases += u32::from(order.case.is_some());
    }
    Some(Explained {
        day: world.resource::<Today>().told(),
        citizen,
        place: FileOrder::in_file(&context.file.places, home.place as usize),
        record,
        perceived,
        heard: world.resource::<Climate>().rates[home.neighbourhood as usize],
        deliberation,
        outcome,
        true_risk: trades
            .map(|(trades, cases)| if trades == 0 { f64::NAN } else { f64::from(cases) / f64::from(trades) }),
    })
}

/// The stalls of a good that are open this evening, or sold something today.
pub fn stalls(world: &mut World, good: Good) -> Vec<StallView> {
    let mut stalls = world.query::<&Stall>();
    let mut sellers = world.query::<&Seller>();
    let (context, books) = (world.resource::<RunContext>(), world.resource::<Books>());
    let params = &world.resource::<ActiveRules>().params;
    let made_for = world.resource::<Climate>().costs[good.index()];
    let known: Vec<(u32, Credits)> =
        sellers.iter(world).map(|seller| (seller.number, seller.unit_cost(params, made_for))).collect();
    let here = context.slots_of(good);
    let mut sales = vec![(0, 0.0); here.len()];
    for order in &world.resource::<Orders>().list {
        let slot = order.stall as usize;
        if order.settled() && here.contains(&slot) {
            let (sold, paid) = &mut sales[slot - here.start];
            *sold += 1;
            *paid += order.price.get();
        }
    }
    let of_good = stalls.iter(world).enumerate().filter(|(slot, _)| here.contains(slot));
    let seen = of_good.filter(|(slot, stall)| stall.open || sales[slot - here.start].0 > 0);
    seen.map(|(slot, stall)| {
        let (seller, cost) = known[stall.seller as usize];
        let (sold, paid) = sales[slot - here.start];
        StallView {
            slot,
            seller,
            venue: FileOrder::in_file(&context.file.venues, stall.venue as usize),
            open: stall.open,
            price: stall.price().get(),
            reputation: f64::from(stall.reputation),
            cost: stall.with_licence(params, cost).get(),
            reason: stall.reason.name(),
            stock: books.stock(slot),
            sold,
            paid,
        }
    })
    .collect()
}

/// Every `step`-th citizen who takes part, as they stand this evening.
pub fn citizens(world: &mut World, step: usize) -> Vec<CitizenView> {
    let mut stalls = world.query::<&Stall>();
    let context = world.resource::<RunContext>();
    let in_file = |list: &[usize]| -> Vec<usize> { (0..list.len()).map(|at| FileOrder::in_file(list, at)).collect() };
    let (places, venue) = (in_file(&context.file.places), in_file(&context.file.venues));
    let venues: Vec<usize> = stalls.iter(world).map(|stall| venue[stall.venue as usize]).collect();
    // Orders stand in the order of their buyers, as citizens do.
    let mut orders = world.resource::<Orders>().list.iter().peekable();
    let mut seen = Vec::with_capacity(context.active / step.max(1) + 1);
    for (number, (purse, home, _, _, mind, life)) in
        columns::citizens(world).take(context.active).enumerate().step_by(step.max(1))
    {
        while orders.next_if(|order| (order.citizen as usize) < number).is_some() {}
        let order = orders.next_if(|order| order.citizen as usize == number);
        seen.push(CitizenView {
            citizen: u32::try_from(number).expect("citizens are counted in 32 bits"),
            place: places[home.place as usize],
            credits: purse.balance().get(),
            anxiety: mind.anxiety,
            boredom: mind.boredom,
            masked: mind.masked(),
            perceived: mind.risk.into_iter().fold(0.0, f32::max),
            record: mind.record,
            level: life.level,
            delegated: life.provider > 0,
            errand: order.map(|order| Errand {
                venue: venues[order.stall as usize],
                good: context.good_of(order.stall as usize),
                fate: order.fate.name(),
                caught: order.case == Some(Target::Buyer),
            }),
        });
    }
    seen
}
