//! The whole world, a row each day.

use crate::base::units::Credits;
use crate::ids::citizen::RISK_GROUPS;
use crate::record::tables::{DayRow, Exact};
use crate::state::accounts::{Account, AccountKind, FlowReason};
use crate::state::events::EventKind;
use crate::state::seller::{Seller, SellerKind};
use crate::systems::record::counted::OrderCounts;
use crate::systems::record::evening::Evening;
use crate::systems::record::recorder::Recorder;
use crate::systems::record::tally::{ratio, top_share};

/// Credits that came into accounts, that left them, and that lie in them.
struct Money {
    minted: Credits,
    burned: Credits,
    total: Credits,
}

impl Money {
    fn of(evening: &Evening<'_>) -> Self {
        let flows = &evening.wealth.flows;
        let inside = AccountKind::ALL.iter().filter(|kind| !matches!(kind, AccountKind::Mint | AccountKind::Burn));
        Self {
            minted: Credits::milli(flows.credits().filter(|flow| flow.0 == AccountKind::Mint).map(|flow| flow.3).sum()),
            burned: Credits::milli(flows.credits().filter(|flow| flow.1 == AccountKind::Burn).map(|flow| flow.3).sum()),
            total: Credits::milli(inside.map(|&kind| evening.balances.kinds[kind as usize]).sum()),
        }
    }
}

pub(crate) fn write(recorder: &mut Recorder, evening: &Evening<'_>, counted: &OrderCounts) {
    let Evening { books, climate, wealth, events, providers, .. } = evening;
    let all = &counted.all;
    let money = Money::of(evening);
    let (spent, fines) = (Credits::milli(all.paid), Credits::milli(wealth.flows.total(FlowReason::Fine)));
    let sellers = || evening.sellers.iter().filter(|seller| seller.alive);
    let mut revenues: Vec<i64> = sellers().map(Seller::month_revenue).collect();
    let clients: i64 = providers.iter().map(|provider| provider.clients).sum();
    let share = |part: f64| part / evening.people();
    recorder.write(DayRow {
        day: evening.day,
        trades: all.trades,
        illicit_trades: all.illicit,
        illicit_share: ratio(all.illicit, all.trades),
        orders: all.orders,
        unmet: all.orders - all.trades - all.outbid,
        scams: all.scams,
        spent_credits: spent,
        spent_milli: Exact(spent),
        credits_total: money.total,
        credits_total_milli: Exact(money.total),
        credits_minted: money.minted,
        credits_burned: money.burned,
        treasury: books.balance(Account::Treasury),
        examined: all.examined,
        detections: all.cases,
        innocents: events.innocents,
        fines_credits: fines,
        fines_milli: Exact(fines),
        seized_units: events.seized.iter().sum(),
        raids: events.raids,
        exit_scams: events.list.iter().filter(|(_, event)| event.what == EventKind::ExitScam).count(),
        sellers: sellers().filter(|seller| seller.stalls > 0).count(),
        stalls: evening.open.len(),
        seller_entries: events.entries,
        seller_exits: events.exits,
        top_sellers_share: top_share(&mut revenues),
        rogue_ais: sellers().filter(|seller| seller.kind == SellerKind::RogueAi).count(),
        delegated_share: share(clients as f64),
        masked_share: share(evening.mood(|place| place.masked as f64)),
        record_mean: share(evening.mood(|place| place.record as f64)),
        risk_perceived: share(evening.mood(|place| place.risk)) / RISK_GROUPS as f64,
        risk_true: ratio(all.cases, all.illicit),
        anxiety_mean: share(evening.mood(|place| place.anxiety)),
        boredom_mean: share(evening.mood(|place| place.boredom)),
        unrest_share: climate.unrest,
        legitimacy: climate.legitimacy,
        innovation: climate.innovation,
        harm: climate.places.iter().map(|place| place.harm).sum(),
        gini_wealth: wealth.gini,
        wealth_mean: climate.wealth_mean,
        favours_inside: wealth.favours,
    });
}
