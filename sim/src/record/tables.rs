//! The tables of a recording: names, columns, types, units and meanings. Everything that knows a column reads it here.

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Whole numbers.
    Int,
    /// Real numbers; NaN where there is nothing to report.
    Float,
    /// Words.
    Text,
}

/// One column.
#[derive(Clone, Copy, Debug)]
pub struct ColumnSpec {
    /// Name, snake case.
    pub name: &'static str,
    /// Type.
    pub kind: Kind,
    /// Unit in words; empty for keys and names.
    pub unit: &'static str,
    /// What it means.
    pub doc: &'static str,
}

/// One table.
#[derive(Clone, Copy, Debug)]
pub struct TableSpec {
    /// Name; also the name of its file.
    pub name: &'static str,
    /// What a row is.
    pub doc: &'static str,
    /// Columns, keys first.
    pub columns: &'static [ColumnSpec],
}

impl TableSpec {
    /// Its columns, without rows.
    pub fn no_rows(&self) -> Vec<Values> {
        let column = |about: &ColumnSpec| match about.kind {
            Kind::Int => Values::Int(Vec::new()),
            Kind::Float => Values::Float(Vec::new()),
            Kind::Text => Values::Text(Vec::new()),
        };
        self.columns.iter().map(column).collect()
    }
}

/// The values of one column, a row each.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Of an `Int` column.
    Int(Vec<i64>),
    /// Of a `Float` column.
    Float(Vec<f64>),
    /// Of a `Text` column.
    Text(Vec<Word>),
}

impl Values {
    /// Adds values of the same kind.
    ///
    /// # Panics
    /// Where they are of another.
    pub fn extend(&mut self, more: Self) {
        match (self, more) {
            (Self::Int(held), Self::Int(new)) => held.extend(new),
            (Self::Float(held), Self::Float(new)) => held.extend(new),
            (Self::Text(held), Self::Text(new)) => held.extend(new),
            _ => unreachable!("columns of one table hold values of one kind"),
        }
    }
}

/// A word in a table: a fixed one of the engine, or a name from the scenario.
pub type Word = std::borrow::Cow<'static, str>;

/// Some rows of one table: columns in the order of the table's specification, all of one length.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Whose rows these are.
    pub table: &'static TableSpec,
    /// One for each column of the table.
    pub columns: Vec<Values>,
}

macro_rules! tables {
    ($($(#[doc = $tdoc:literal])* $konst:ident $table:literal { $($column:literal $kind:ident $unit:literal $doc:literal;)* })*) => {
        $($(#[doc = $tdoc])*
        pub static $konst: TableSpec = TableSpec {
            name: $table,
            doc: concat!($($tdoc),*),
            columns: &[$(ColumnSpec { name: $column, kind: Kind::$kind, unit: $unit, doc: $doc }),*],
        };)*

        /// Every table, in the order in which they are written.
        pub static TABLES: &[&TableSpec] = &[$(&$konst,)* &crate::record::counts::COUNTS];
    };
}

tables! {
    /// The whole world, a row each day.
    DAYS "days" {
        "day" Int "day" "day of the run, from 1";
        "trades" Int "trades" "purchases settled, lawful and illicit";
        "illicit_trades" Int "trades" "purchases of goods that were prohibited or tolerated where the buyer lives";
        "illicit_share" Float "share" "illicit trades in all trades; NaN on a day without trade";
        "orders" Int "orders" "purchases that citizens wanted to make";
        "unmet" Int "orders" "orders that found no stock or no money, or a trap";
        "scams" Int "trades" "purchases paid for and not delivered";
        "spent_credits" Float "credits" "what buyers paid, taxes and markups of delegates included";
        "spent_milli" Int "milli-credits" "the same, exact";
        "credits_total" Float "credits" "credits in all accounts but mint and burn";
        "credits_total_milli" Int "milli-credits" "the same, exact";
        "credits_minted" Float "credits" "credits made this day (incomes, start capital, budgets)";
        "credits_burned" Float "credits" "credits that left this day (lawful living, costs, dividends)";
        "treasury" Float "credits" "what the treasury holds";
        "examined" Int "trades" "illicit trades that agencies examined";
        "detections" Int "cases" "examined trades, and orders that met a trap, that became cases; without those dropped for a bribe, which `counts.bribes` counts";
        "innocents" Int "people" "innocents troubled by idle investigations";
        "fines_credits" Float "credits" "fines paid, by buyers and sellers";
        "fines_milli" Int "milli-credits" "the same, exact";
        "seized_units" Int "units" "units taken into evidence";
        "raids" Int "raids" "venues raided";
        "exit_scams" Int "venues" "venues whose operator ran away with the escrow";
        "sellers" Int "sellers" "sellers with an open stall, enclave councils included";
        "stalls" Int "stalls" "open stalls";
        "seller_entries" Int "sellers" "sellers who entered";
        "seller_exits" Int "sellers" "sellers who gave up";
        "top_sellers_share" Float "share" "revenue of the top hundredth of sellers (at least one) in all revenue, last 30 days";
        "rogue_ais" Int "syndicates" "rogue AIs alive";
        "delegated_share" Float "share" "citizens who let an agent shop for them";
        "masked_share" Float "share" "citizens whose mask hides at least a tenth";
        "record_mean" Float "entries" "entries in a citizen's record, on average";
        "risk_perceived" Float "probability" "perceived chance of a case for one purchase, on average over citizens and groups of goods";
        "risk_true" Float "probability" "cases that were not dropped for a bribe, per illicit trade; NaN on a day without illicit trade";
        "anxiety_mean" Float "0 to 1" "anxiety, on average";
        "boredom_mean" Float "0 to 1" "boredom, on average";
        "unrest_share" Float "share" "citizens in open unrest";
        "legitimacy" Float "0 to 1" "legitimacy of the law";
        "innovation" Float "index" "innovation, 1 at the start";
        "harm" Float "harm" "harm done by what was consumed, by accidents, incidents and injuries";
        "gini_wealth" Float "0 to 1" "Gini of citizens' credits";
        "wealth_mean" Float "credits" "credits a citizen holds, on average";
        "favours_inside" Int "favours" "favours that citizens hold; their circles owe as many";
    }
    /// Goods, a row each day and good.
    GOODS_TABLE "goods" {
        "day" Int "day" "day of the run, from 1";
        "good" Text "" "family of restricted goods";
        "orders" Int "orders" "purchases that citizens wanted to make";
        "trades" Int "trades" "purchases settled";
        "units" Int "units" "units delivered";
        "spent_credits" Float "credits" "what buyers paid";
        "price_mean" Float "credits" "mean price paid; NaN on a day without trade";
        "price_sd" Float "credits" "standard deviation of prices paid";
        "price_median" Float "credits" "median price paid";
        "price_asked" Float "credits" "mean price asked at open stalls with stock; NaN where there are none";
        "cost_mean" Float "credits" "cost of making or bringing a unit";
        "status" Text "" "what the law says, in most people's place";
        "attention" Float "share" "attention that the law pays to it there: 1 where it is prohibited, what `law.tolerance` or its controller leaves where it is tolerated";
        "looked_away" Int "0 or 1" "whether agencies look away from it for the sake of its ideas";
        "examined" Int "trades" "illicit trades that agencies examined";
        "detections" Int "cases" "examined trades, and orders that met a trap, that became cases; without those dropped for a bribe";
        "fines_credits" Float "credits" "fines paid";
        "seized_units" Int "units" "units taken into evidence";
        "delivered_share" Float "share" "purchases that were delivered; NaN on a day without trade";
        "buyers_share" Float "share" "citizens who bought this day";
        "holders_share" Float "share" "citizens who count as holders";
        "stalls" Int "stalls" "open stalls";
        "stock" Int "units" "units in stock";
        "produced" Int "units" "units made or brought this day";
        "spoiled" Int "units" "units lost this day";
        "seller_concentration" Float "0 to 1" "Herfindahl index of sellers' revenue, smoothed over about 30 days; NaN without revenue";
        "restriction" Float "0 to 1" "how keenly the loss of freedom is felt, averaged over people";
        "displacement_index" Float "ratio" "the good's share of illicit trade, last 7 days, against its share in days 1 to 30; 1 is no shift, NaN before day 30 and where nothing was traded illicitly by then";
    }
    /// Places, a row each day and place.
    PLACES "places" {
        "day" Int "day" "day of the run, from 1";
        "place" Text "" "place";
        "kind" Text "" "district, fringe, enclave or colony";
        "citizens" Int "citizens" "people who live there";
        "trades" Int "trades" "purchases by people who live there";
        "illicit_trades" Int "trades" "illicit ones among them";
        "spent_credits" Float "credits" "what they paid";
        "examined" Int "trades" "their illicit trades that agencies examined";
        "detections" Int "cases" "cases against what they bought, without those dropped for a bribe";
        "fines_credits" Float "credits" "fines paid in these cases";
        "risk_perceived" Float "probability" "perceived chance of a case, on average";
        "anxiety_mean" Float "0 to 1" "anxiety, on average";
        "boredom_mean" Float "0 to 1" "boredom, on average";
        "unrest_share" Float "share" "people in open unrest";
        "wealth_mean" Float "credits" "credits held, on average";
        "record_mean" Float "entries" "entries in a record, on average";
        "harm" Float "harm" "harm done there, by what was consumed, by accidents, incidents and injuries";
        "displacement_index" Float "ratio" "the place's share of illicit trade, last 7 days, against its share in days 1 to 30; 1 is no shift, NaN before day 30 and where nothing was traded illicitly by then";
    }
    /// Venues, a row each day and venue.
    VENUES "venues" {
        "day" Int "day" "day of the run, from 1";
        "venue" Text "" "venue";
        "place" Text "" "where it stands; `virtual` where it stands nowhere";
        "open" Int "0 or 1" "whether it was open";
        "age" Int "days" "days since it opened";
        "trust" Float "0 to 1" "trust it has";
        "stalls" Int "stalls" "open stalls";
        "trades" Int "trades" "purchases settled";
        "volume_credits" Float "credits" "what was paid for them, before taxes and markups";
        "fees_credits" Float "credits" "fees the operator earned";
        "escrow_credits" Float "credits" "payments held back";
        "evidence" Float "cases" "cases gathered against it";
        "operator_credits" Float "credits" "what the operator holds";
        "displacement_index" Float "ratio" "the venue's share of illicit trade, last 7 days, against its share in days 1 to 30; 1 is no shift, NaN before day 30 and where nothing was traded illicitly by then";
    }
    /// Syndicates and enclave councils, a row each seller every seventh day and on the last.
    SYNDICATES "syndicates" {
        "day" Int "day" "day of the run, from 1";
        "syndicate" Int "" "number of the seller; numbers are not used twice";
        "kind" Text "" "syndicate, rogue_ai or enclave";
        "age" Int "days" "days since it entered";
        "capital" Float "credits" "credits it holds";
        "stalls" Int "stalls" "open stalls";
        "revenue" Float "credits" "revenue of the last 30 days";
        "sales" Int "trades" "sales of the last 30 days";
        "markup" Float "ratio" "price over cost, mean over its stalls; NaN without a stall";
        "reputation" Float "0 to 1" "expected delivery, mean over its stalls; NaN without a stall";
        "guarded_share" Float "share" "stalls in guarded posture; NaN without a stall";
        "cases" Int "cases" "cases against it since it entered";
        "main_good" Text "" "good with most stalls";
    }
    /// Houses, a row each day and house.
    HOUSES "houses" {
        "day" Int "day" "day of the run, from 1";
        "house" Text "" "house";
        "syndicate" Int "" "its number as a seller";
        "directed" Int "0 or 1" "whether it does what it is told";
        "good" Text "" "good with most of its stalls, or empty";
        "venue" Text "" "venue with most of its stalls, or empty";
        "stalls" Int "stalls" "open stalls";
        "price" Float "credits" "price asked, mean over its stalls; NaN without a stall";
        "markup" Float "ratio" "price over cost that it asks, mean over its stalls; NaN without a stall";
        "quality" Float "0 to 1" "quality of what it sells, mean over its stalls; NaN without a stall";
        "reputation" Float "0 to 1" "expected delivery, mean over its stalls; NaN without a stall";
        "sales" Int "trades" "sales of the day, those not delivered included";
        "scams" Int "trades" "sales of the day that it did not deliver and kept the money for";
        "revenue" Float "credits" "what they brought, after fees and tariffs; what is in escrow included";
        "cost" Float "credits" "what it paid to make and bring its wares, for donors, and to keep its stalls";
        "fines" Float "credits" "fines that it paid";
        "bribes" Float "credits" "bribes that it paid";
        "profit" Float "credits" "revenue less cost, fines and bribes";
        "cases" Int "cases" "cases against it, without those dropped for a bribe";
        "seized_units" Int "units" "units seized from its stalls";
        "capital" Float "credits" "credits that it holds";
        "escrow" Float "credits" "payments that venues hold back for it";
        "financed" Float "credits" "start capital that it received because it had nothing left";
    }
    /// Agencies, a row each day and agency.
    AGENCIES "agencies" {
        "day" Int "day" "day of the run, from 1";
        "agency" Text "" "agency";
        "budget_credits" Float "credits" "budget of the day";
        "capacity" Int "investigations" "investigations it could pay for";
        "examined" Int "trades" "illicit trades it examined";
        "detections" Int "cases" "cases it opened, those dropped for a bribe included";
        "searches" Int "people" "people with masks whom it searched or meant to search";
        "search_hits" Int "people" "people among them who had bought something illicit of late";
        "traps" Int "investigations" "investigations spent on traps";
        "hunts" Int "investigations" "investigations spent on rogue AIs";
        "idle" Int "investigations" "investigations that found nothing to examine";
        "main_good" Text "" "good with most of its plan";
        "main_place" Text "" "place with most of its plan";
        "plan_spread" Float "0 to 1" "how evenly its plan is spread (entropy against the most even plan); NaN without a plan";
    }
    /// Each provider of delegates, a row each day.
    PROVIDERS "providers" {
        "day" Int "day" "day of the run";
        "provider" Text "" "provider of delegates";
        "clients" Int "people" "people whom it serves this evening";
        "markup" Float "share" "what it asks, on the price";
        "profile_mean" Float "0 to 1" "what it has learnt of a client, on average; NaN without clients";
        "income" Float "credits" "markups earned";
        "injected" Int "orders" "purchases of its clients hijacked by injected instructions";
        "news" Float "share" "share of its purchases that people believe to be hijacked";
        "switched_in" Int "people" "people who came, from another provider or from none";
        "switched_out" Int "people" "people who left, to another provider or to none";
    }
    /// What the day was worth to whom, a row each day and part; the parts stand in units of their own. The last row of a day is their sum in credits, with the weights that the scenario gives them.
    WELFARE "welfare" {
        "day" Int "day" "day of the run, from 1";
        "part" Text "" "buyers, sellers, treasury, enforcement, harm, accidents, incidents, injuries, victims, innocents, anxiety, innovation; `with these weights` for the sum";
        "unit" Text "" "unit of the amount, in words";
        "amount" Float "as the unit says" "how much, today";
        "so_far" Float "as the unit says" "how much since the start";
        "weight" Float "credits per unit" "what a unit is worth to whoever reads it, less than nothing where it counts against; NaN for the sum";
        "weighted" Float "credits" "the amount with its weight";
    }
    /// Each enclave, a row each day.
    ENCLAVES "enclaves" {
        "day" Int "day" "day of the run";
        "place" Text "" "the enclave";
        "residents" Int "people" "people who live there this evening";
        "commons" Float "share" "what the commons holds, of what it can hold";
        "harvest" Float "days of need" "what was taken from the commons";
        "norms" Float "0 to 1" "how far norms hold overuse down";
        "threshold" Float "0 to 1" "least skill that the council asks of those who come";
        "admitted" Int "people" "people who came";
        "refused" Int "people" "people who wanted to come and were not let in";
        "left" Int "people" "people who went back, or were driven out";
        "expelled" Int "people" "people whom the norms sent away";
        "tariff" Float "share" "tariff on strangers' sales, on the price";
        "purse" Float "credits" "credits that the council holds";
        "contained" Int "0 or 1" "whether there is a ring around it";
    }
    /// Colonies, a row each day and colony.
    COLONIES "colonies" {
        "day" Int "day" "day of the run, from 1";
        "place" Text "" "colony";
        "lane_open" Int "0 or 1" "whether its lane is open";
        "lane_cost" Float "ratio" "cost over the lane, against the mean";
        "feared" Float "probability" "chance a day of an interception that the colony fears";
        "interceptions" Int "shipments" "shipments caught";
        "mined" Int "elements" "rare elements mined";
        "elements" Int "elements" "rare elements that the colony holds";
        "bartered" Int "elements" "rare elements bartered to makers of dangerous tech";
        "earned_credits" Float "credits" "what they earned";
        "fund" Float "credits" "what the colony has earned and not spent yet";
    }
    /// What moved, a row each day, unit and kind of move; the audit adds up from it.
    FLOWS "flows" {
        "day" Int "day" "day of the run; 0 for the start";
        "unit" Text "" "credits, favours, elements, or a good";
        "from" Text "" "kind of account it left";
        "to" Text "" "kind of account it came to";
        "why" Text "" "reason";
        "amount" Int "milli-credits, units, elements or favours" "how much moved";
    }
    /// What happened, a row each event; `cause` leads to the event that brought it about. Of cases, with their trades, at most a hundred a day are written down; all are counted elsewhere.
    EVENTS "events" {
        "day" Int "day" "day of the run";
        "event" Int "" "number of the event, in order";
        "kind" Text "" "case, bribe, faker_caught, leak, search, raid, zone_raid, exit_scam, seller_entry, seller_exit, seller_move, stall_close, rogue_birth, rogue_takedown, venue_close, venue_open, policy, trade, injection, coercion, accident, interception, lane_open, lane_close, enclave_visible, containment, containment_end, eradication, house_financed";
        "good" Text "" "good, or empty";
        "place" Text "" "place, or empty";
        "venue" Text "" "venue, or empty";
        "agency" Text "" "agency, or empty";
        "syndicate" Int "" "seller, or -1";
        "citizen" Int "" "citizen, or -1";
        "amount" Float "as the kind says" "case: fine paid; bribe: bribe paid; faker_caught: fine paid; leak: process debt of the leaking seller; raid: cases gathered; exit_scam: escrow taken; trade: price; seller_exit: capital left; policy: new value; injection: 1 if the client was given away, 0 if the purchase went elsewhere; coercion: payment refused; accident: loss; interception: elements seized; lane_open and lane_close: cost of the lane; enclave_visible, containment, containment_end, eradication: share of people in it; house_financed: capital received";
        "cause" Int "" "event that brought it about, or -1";
        "note" Text "" "what else to know, in words";
    }
    /// A sample of citizens on the last day: every citizen up to 10 000, then evenly spaced ones.
    CITIZENS "citizens" {
        "citizen" Int "" "number of the citizen";
        "place" Text "" "home";
        "credits" Float "credits" "credits held";
        "income" Float "credits per day" "income";
        "delegated" Int "0 or 1" "whether an agent shops for them";
        "mask" Float "0 to 1" "how much they are hidden";
        "record" Int "entries" "entries in the record";
        "anxiety" Float "0 to 1" "anxiety";
        "boredom" Float "0 to 1" "boredom";
        "risk_bodily" Float "probability" "perceived risk for augmentation, experience and forbidden identity";
        "risk_digital" Float "probability" "perceived risk for privacy, dangerous tech and taboo computing";
        "risk_social" Float "probability" "perceived risk for authenticity, scarcity recreation and positional goods";
        "purchases" Int "trades" "purchases since the start";
        "favours" Int "favours" "favours held";
        "donor" Int "0 or 1" "whether they gave an identity away, or were robbed of one";
        "main_good" Text "" "good used most, or empty";
    }
}
