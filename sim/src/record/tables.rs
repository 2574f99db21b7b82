//! The tables of a recording. Everything that knows a column reads it here; to add one, add its line, and its value where
//! the recorder fills the row.

use crate::base::units::Credits;
use crate::ids::good::Good;
use crate::record::counts::COUNTS;
use crate::record::values::word_cell;

pub use crate::record::table::{
    Batch, Cell, Cells, ColumnKind, ColumnSpec, Exact, Row, Seed, Table, TableSpec, Values, Word, known,
};

word_cell!(Good, |good| good.word());

/// Defines tables, and the list of them.
macro_rules! tables {
    ($(
        $(#[doc = $about:literal])+
        $spec:ident: $row:ident in $name:literal { $($columns:tt)* }
    )*) => {
        $($crate::table! {
            $(#[doc = $about])+
            $spec: $row in $name { $($columns)* }
        })*

        /// Every table, in the order in which they are written.
        pub static TABLES: &[&TableSpec] = &[$(&$spec,)* &COUNTS];
    };
}

tables! {
    /// The whole world, a row each day.
    DAYS: DayRow in "days" {
        day: u32, "day", "day of the run, from 1";
        trades: i64, "trades", "purchases settled, lawful and illicit";
        illicit_trades: i64, "trades", "purchases of goods that were prohibited or tolerated where the buyer lives";
        illicit_share: Option<f64>, "share", "illicit trades in all trades; missing on a day without trade";
        orders: i64, "orders", "purchases that citizens wanted to make";
        unmet: i64, "orders", "orders that found no stock or no money, or a trap; without bids for slots that others outbid, which `counts.outbid` counts";
        scams: i64, "trades", "purchases paid for and not delivered";
        spent_credits: Credits, "credits", "what buyers paid, taxes and markups of delegates included";
        spent_milli: Exact, "milli-credits", "the same, exact";
        credits_total: Credits, "credits", "credits in all accounts but mint and burn";
        credits_total_milli: Exact, "milli-credits", "the same, exact";
        credits_minted: Credits, "credits", "credits made this day (incomes, start capital, budgets)";
        credits_burned: Credits, "credits", "credits that left this day (lawful living, costs, dividends)";
        treasury: Credits, "credits", "what the treasury holds";
        examined: i64, "trades", "illicit trades that agencies examined";
        detections: i64, "cases", "examined trades, and orders that met a trap, that became cases; without those dropped for a bribe, which `counts.bribes` counts";
        innocents: i64, "people", "innocents troubled by idle investigations";
        fines_credits: Credits, "credits", "fines paid, by buyers and sellers";
        fines_milli: Exact, "milli-credits", "the same, exact";
        seized_units: i64, "units", "units taken into evidence";
        raids: i64, "raids", "venues raided";
        exit_scams: usize, "venues", "venues whose operator ran away with the escrow";
        sellers: usize, "sellers", "sellers with an open stall, enclave councils included";
        stalls: usize, "stalls", "open stalls";
        seller_entries: i64, "sellers", "sellers who entered";
        seller_exits: i64, "sellers", "sellers who gave up";
        top_sellers_share: Option<f64>, "share", "revenue of the top hundredth of sellers (at least one) in all revenue, last 30 days; missing without revenue";
        rogue_ais: usize, "syndicates", "rogue AIs alive";
        delegated_share: f64, "share", "citizens who let an agent shop for them";
        masked_share: f64, "share", "citizens whose mask hides at least a tenth";
        record_mean: f64, "entries", "entries in a citizen's record, on average";
        risk_perceived: f64, "probability", "perceived chance of a case for one purchase, on average over citizens and groups of goods";
        risk_true: Option<f64>, "probability", "cases that were not dropped for a bribe, per illicit trade; missing on a day without illicit trade";
        anxiety_mean: f64, "0 to 1", "anxiety, on average";
        boredom_mean: f64, "0 to 1", "boredom, on average";
        unrest_share: f64, "share", "citizens in open unrest";
        legitimacy: f64, "0 to 1", "legitimacy of the law";
        innovation: f64, "index", "innovation, 1 at the start";
        harm: f64, "harm", "harm done by what was consumed, by accidents, incidents and injuries";
        gini_wealth: f64, "0 to 1", "Gini of citizens' credits";
        wealth_mean: f64, "credits", "credits a citizen holds, on average";
        favours_inside: i64, "favours", "favours that citizens hold; their circles owe as many";
    }
    /// Goods, a row each day and good.
    GOODS_TABLE: GoodRow in "goods" {
        day: u32, "day", "day of the run, from 1";
        good: Good, "", "family of restricted goods";
        orders: i64, "orders", "purchases that citizens wanted to make";
        trades: i64, "trades", "purchases settled";
        units: i64, "units", "units delivered";
        illicit_trades: i64, "trades", "purchases among them that were against the law where the buyer lives: all where the good is prohibited or tolerated, those from sellers without a licence where it is licensed";
        spent_credits: Credits, "credits", "what buyers paid";
        price_mean: Option<f64>, "credits", "mean price paid; missing on a day without trade";
        price_sd: Option<f64>, "credits", "standard deviation of prices paid; missing on a day without trade";
        price_median: Option<f64>, "credits", "median price paid; missing on a day without trade";
        price_asked: Option<f64>, "credits", "mean price asked at open stalls with stock; missing where there are none";
        cost_mean: Credits, "credits", "what a genuine unit costs those who sell it, each as often as it usually sells";
        status: &'static str, "", "what the law says, in most people's place";
        attention: f64, "share", "attention that the law pays to it there: 1 where it is prohibited or sold by licence, what `law.tolerance` or its controller leaves where it is tolerated";
        looked_away: bool, "0 or 1", "whether agencies look away from it for the sake of its ideas";
        examined: i64, "trades", "illicit trades that agencies examined";
        detections: i64, "cases", "examined trades, and orders that met a trap, that became cases; without those dropped for a bribe";
        fines_credits: Credits, "credits", "fines paid";
        seized_units: i64, "units", "units taken into evidence";
        delivered_share: Option<f64>, "share", "purchases that were delivered; missing on a day without trade";
        buyers_share: f64, "share", "citizens who bought this day";
        holders_share: f64, "share", "citizens who count as holders";
        stalls: usize, "stalls", "open stalls";
        stock: i64, "units", "units in stock";
        produced: i64, "units", "units made or brought this day";
        spoiled: i64, "units", "units lost this day";
        seller_concentration: Option<f64>, "0 to 1", "Herfindahl index of sellers' revenue, smoothed over about 30 days; missing without revenue";
        restriction: f64, "0 to 1", "how keenly the loss of freedom is felt, averaged over people";
        displacement_index: Option<f64>, "ratio", "the good's share of illicit trade, last 7 days, against its share in days 1 to 30; 1 is no shift; missing before day 30, where nothing was traded illicitly by then, and after a week without illicit trade";
    }
    /// Places, a row each day and place.
    PLACES: PlaceRow in "places" {
        day: u32, "day", "day of the run, from 1";
        place: Word, "", "place";
        kind: &'static str, "", "district, fringe, enclave or colony";
        citizens: u32, "citizens", "people who live there";
        trades: i64, "trades", "purchases by people who live there";
        illicit_trades: i64, "trades", "illicit ones among them";
        spent_credits: Credits, "credits", "what they paid";
        examined: i64, "trades", "their illicit trades that agencies examined";
        detections: i64, "cases", "cases against what they bought, without those dropped for a bribe";
        fines_credits: Credits, "credits", "fines paid in these cases";
        risk_perceived: f64, "probability", "perceived chance of a case, on average";
        anxiety_mean: f64, "0 to 1", "anxiety, on average";
        boredom_mean: f64, "0 to 1", "boredom, on average";
        unrest_share: f64, "share", "people in open unrest";
        wealth_mean: f64, "credits", "credits held, on average";
        record_mean: f64, "entries", "entries in a record, on average";
        harm: f64, "harm", "harm done there, by what was consumed, by accidents, incidents and injuries";
        displacement_index: Option<f64>, "ratio", "the place's share of illicit trade, last 7 days, against its share in days 1 to 30; 1 is no shift; missing before day 30, where nothing was traded illicitly by then, and after a week without illicit trade";
    }
    /// Venues, a row each day and venue.
    VENUES: VenueRow in "venues" {
        day: u32, "day", "day of the run, from 1";
        venue: Word, "", "venue";
        place: Word, "", "where it stands; `virtual` where it stands nowhere";
        open: bool, "0 or 1", "whether it was open";
        age: i64, "days", "days since it opened";
        trust: f32, "0 to 1", "trust it has";
        stalls: usize, "stalls", "open stalls";
        trades: u32, "trades", "purchases settled";
        volume_credits: Credits, "credits", "what was paid for them, before taxes and markups";
        fees_credits: Credits, "credits", "fees the operator earned";
        escrow_credits: Credits, "credits", "payments held back";
        evidence: f64, "cases", "cases gathered against it";
        operator_credits: Credits, "credits", "what the operator holds";
        displacement_index: Option<f64>, "ratio", "the venue's share of illicit trade, last 7 days, against its share in days 1 to 30; 1 is no shift; missing before day 30, where nothing was traded illicitly by then, and after a week without illicit trade";
    }
    /// Syndicates and enclave councils, a row each seller every seventh day and on the last.
    SYNDICATES: SyndicateRow in "syndicates" {
        day: u32, "day", "day of the run, from 1";
        syndicate: u32, "", "number of the seller; numbers are not used twice";
        kind: &'static str, "", "syndicate, rogue_ai or enclave";
        age: u32, "days", "days since it entered";
        capital: Credits, "credits", "credits it holds";
        stalls: usize, "stalls", "open stalls";
        revenue: Credits, "credits", "revenue of the last 30 days";
        sales: i64, "trades", "sales of the last 30 days";
        markup: Option<f64>, "ratio", "price over cost, mean over its stalls; missing without a stall";
        reputation: Option<f64>, "0 to 1", "expected delivery, mean over its stalls; missing without a stall";
        guarded_share: Option<f64>, "share", "stalls in guarded posture; missing without a stall";
        cases: u32, "cases", "cases against it since it entered";
        main_good: Option<Good>, "", "good with most stalls; missing without a stall";
    }
    /// Houses, a row each day and house.
    HOUSES: HouseRow in "houses" {
        day: u32, "day", "day of the run, from 1";
        house: Word, "", "house";
        syndicate: u32, "", "its number as a seller";
        directed: bool, "0 or 1", "whether it does what it is told";
        good: Option<Good>, "", "good with most of its stalls; missing without a stall";
        venue: Option<Word>, "", "venue with most of its stalls; missing without a stall";
        stalls: usize, "stalls", "open stalls";
        price: Option<f64>, "credits", "price asked, mean over its stalls; missing without a stall";
        markup: Option<f64>, "ratio", "price over cost that it asks, mean over its stalls; missing without a stall";
        quality: Option<f64>, "0 to 1", "quality of what it sells, mean over its stalls; missing without a stall";
        reputation: Option<f64>, "0 to 1", "expected delivery, mean over its stalls; missing without a stall";
        sales: u32, "trades", "sales of the day, those not delivered included";
        scams: i64, "trades", "sales of the day that it did not deliver and kept the money for";
        revenue: Credits, "credits", "what they brought, after fees and tariffs; what is in escrow included";
        cost: Credits, "credits", "what it paid to make and bring its wares, for donors, and to keep its stalls";
        fines: Credits, "credits", "fines that it paid";
        bribes: Credits, "credits", "bribes that it paid";
        profit: Credits, "credits", "revenue less cost, fines and bribes";
        cases: i64, "cases", "cases against it, without those dropped for a bribe";
        seized_units: i64, "units", "units seized from its stalls";
        capital: Credits, "credits", "credits that it holds";
        escrow: Credits, "credits", "payments that venues hold back for it";
        financed: f64, "credits", "start capital that it received because it had nothing left";
    }
    /// Agencies, a row each day and agency.
    AGENCIES: AgencyRow in "agencies" {
        day: u32, "day", "day of the run, from 1";
        agency: Word, "", "agency";
        budget_credits: Credits, "credits", "budget of the day";
        capacity: u32, "investigations", "investigations it could pay for";
        examined: u32, "trades", "illicit trades it examined";
        detections: u32, "cases", "cases it opened, those dropped for a bribe included";
        searches: u32, "people", "people with masks whom it searched or meant to search";
        search_hits: u32, "people", "people among them who had bought something illicit of late";
        traps: u32, "investigations", "investigations spent on traps";
        hunts: u32, "investigations", "investigations spent on rogue AIs";
        idle: u32, "investigations", "investigations that found nothing to examine";
        main_good: Option<Good>, "", "good with most of its plan; missing without a plan";
        main_place: Option<Word>, "", "place with most of its plan; missing without a plan";
        plan_spread: Option<f64>, "0 to 1", "how evenly its plan is spread (entropy against the most even plan); missing without a plan";
    }
    /// Each provider of delegates, a row each day.
    PROVIDERS: ProviderRow in "providers" {
        day: u32, "day", "day of the run";
        provider: Word, "", "provider of delegates";
        clients: i64, "people", "people whom it serves this evening";
        markup: f64, "share", "what it asks, on the price";
        profile_mean: Option<f64>, "0 to 1", "what it has learnt of a client, on average; missing without clients";
        income: Credits, "credits", "markups earned";
        injected: i64, "orders", "purchases of its clients hijacked by injected instructions";
        news: f64, "share", "share of its purchases that people believe to be hijacked";
        switched_in: i64, "people", "people who came, from another provider or from none";
        switched_out: i64, "people", "people who left, to another provider or to none";
    }
    /// What the day was worth to whom, a row each day and part; the parts stand in units of their own. The last row of a day is their sum in credits, with the weights that the scenario gives them.
    WELFARE: WelfareRow in "welfare" {
        day: u32, "day", "day of the run, from 1";
        part: &'static str, "", "buyers, sellers, treasury, enforcement, harm, accidents, incidents, injuries, victims, innocents, anxiety, innovation; `with these weights` for the sum";
        unit: &'static str, "", "unit of the amount, in words";
        amount: f64, "as the unit says", "how much, today";
        so_far: f64, "as the unit says", "how much since the start";
        weight: Option<f64>, "credits per unit", "what a unit is worth to whoever reads it, less than nothing where it counts against; missing for the sum";
        weighted: f64, "credits", "the amount with its weight";
    }
    /// Each enclave, a row each day.
    ENCLAVES: EnclaveRow in "enclaves" {
        day: u32, "day", "day of the run";
        place: Word, "", "the enclave";
        residents: u32, "people", "people who live there this evening";
        commons: f64, "share", "what the commons holds, of what it can hold";
        harvest: f64, "days of need", "what was taken from the commons";
        norms: f64, "0 to 1", "how far norms hold overuse down";
        threshold: f64, "0 to 1", "least skill that the council asks of those who come";
        admitted: i64, "people", "people who came";
        refused: i64, "people", "people who wanted to come and were not let in";
        left: i64, "people", "people who went back, or were driven out";
        expelled: i64, "people", "people whom the norms sent away";
        tariff: f64, "share", "tariff on strangers' sales, on the price";
        purse: Credits, "credits", "credits that the council holds";
        contained: bool, "0 or 1", "whether there is a ring around it";
    }
    /// Colonies, a row each day and colony.
    COLONIES: ColonyRow in "colonies" {
        day: u32, "day", "day of the run, from 1";
        place: Word, "", "colony";
        lane_open: bool, "0 or 1", "whether its lane is open";
        lane_cost: f64, "ratio", "cost over the lane, against the mean";
        feared: f64, "probability", "chance a day of an interception that the colony fears";
        interceptions: u32, "shipments", "shipments caught";
        mined: u32, "elements", "rare elements mined";
        elements: i64, "elements", "rare elements that the colony holds";
        bartered: u32, "elements", "rare elements bartered to makers of dangerous tech";
        earned_credits: Credits, "credits", "what they earned";
        fund: Credits, "credits", "what the colony has earned and not spent yet";
    }
    /// What moved, a row each day, unit and kind of move; the audit adds up from it.
    FLOWS: FlowRow in "flows" {
        day: u32, "day", "day of the run; 0 for the start";
        unit: &'static str, "", "credits, favours, elements, or a good";
        from: &'static str, "", "kind of account it left";
        to: &'static str, "", "kind of account it came to";
        why: &'static str, "", "reason";
        amount: i64, "milli-credits, units, elements or favours", "how much moved";
    }
    /// What happened, a row each event; `cause` leads to the event that brought it about. Of cases, with their trades, at most a hundred a day are written down; all are counted elsewhere.
    EVENTS: EventRow in "events" {
        day: u32, "day", "day of the run";
        event: u64, "", "number of the event, in order";
        kind: &'static str, "", "case, bribe, faker_caught, leak, search, raid, zone_raid, exit_scam, seller_entry, seller_exit, seller_move, stall_close, rogue_birth, rogue_takedown, venue_close, venue_open, policy, trade, injection, coercion, accident, interception, lane_open, lane_close, enclave_visible, containment, containment_end, eradication, house_financed";
        good: Option<Good>, "", "good; missing where there is none";
        place: Option<Word>, "", "place; missing where there is none";
        venue: Option<Word>, "", "venue; missing where there is none";
        agency: Option<Word>, "", "agency; missing where there is none";
        syndicate: Option<u32>, "", "seller; missing where there is none";
        citizen: Option<u32>, "", "citizen; missing where there is none";
        amount: Option<f64>, "as the kind says", "case: fine paid; bribe: bribe paid; faker_caught: fine paid; leak: process debt of the leaking seller; raid: cases gathered; exit_scam: escrow taken; trade: price; seller_exit: capital left; policy: new value; injection: 1 if the client was given away, 0 if the purchase went elsewhere; coercion: payment refused; accident: loss; interception: elements seized; lane_open and lane_close: cost of the lane; enclave_visible, containment, containment_end, eradication: share of people in it; house_financed: capital received; missing where a kind has none";
        cause: Option<u64>, "", "event that brought it about; missing where none did";
        note: Option<Word>, "", "what else to know, in words; missing where there is nothing";
    }
    /// A sample of citizens on the last day: every citizen up to 10 000, then evenly spaced ones.
    CITIZENS: CitizenRow in "citizens" {
        citizen: usize, "", "number of the citizen";
        place: Word, "", "home";
        credits: Credits, "credits", "credits held";
        income: f64, "credits per day", "income";
        delegated: bool, "0 or 1", "whether an agent shops for them";
        mask: f32, "0 to 1", "how much they are hidden";
        record: u8, "entries", "entries in the record";
        anxiety: f32, "0 to 1", "anxiety";
        boredom: f32, "0 to 1", "boredom";
        risk_bodily: f32, "probability", "perceived risk for augmentation, experience and forbidden identity";
        risk_digital: f32, "probability", "perceived risk for privacy, dangerous tech and taboo computing";
        risk_social: f32, "probability", "perceived risk for authenticity, scarcity recreation and positional goods";
        purchases: u32, "trades", "purchases since the start";
        favours: i16, "favours", "favours held";
        donor: bool, "0 or 1", "whether they gave an identity away, or were robbed of one";
        main_good: Option<Good>, "", "good used most; missing where none was";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_says_when_it_misses_values_if_it_may() {
        for table in TABLES {
            for column in table.columns {
                let name = format!("{}.{}", table.name, column.name);
                assert_eq!(column.doc.contains("missing"), column.may_miss, "{name}: {}", column.doc);
                assert!(!column.doc.contains("NaN") && !column.doc.contains("-1"), "{name}: {}", column.doc);
            }
        }
    }

    #[test]
    fn columns_of_a_table_have_names_of_their_own_and_keys_come_first() {
        for table in TABLES {
            let names: std::collections::BTreeSet<&str> = table.columns.iter().map(|column| column.name).collect();
            assert_eq!(names.len(), table.columns.len(), "{}", table.name);
            assert!(!table.doc.starts_with(' ') && table.doc.ends_with('.'), "{}", table.doc);
            assert!(["day", "citizen"].contains(&table.columns[0].name), "{}", table.name);
        }
    }
}
