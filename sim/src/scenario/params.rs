//! Every number the model runs on, each with its unit, range, default, source and consequence.
//!
//! One definition serves all: the file format, its errors, `--set`, the timeline, `contraband levers`, sliders and sweep
//! axes are read off the tables made here. The documentation of a field is data too: its first line is the lever's
//! label, the line that begins with "Source:" says who says so, the rest says what happens when it moves.
//!
//! What belongs to one good, one kind of actor or one process alone has its table there: in `sim/src/goods/`,
//! `sim/src/actors/` and `sim/src/society/`.

use super::fields::params;
use crate::actors::agency::AgencyParams;
use crate::actors::colony::Colonies;
use crate::actors::delegate::{self, Delegates, ProviderParams};
use crate::actors::enclave::Enclaves;
use crate::actors::house::HouseParams;
use crate::actors::temperament::{self, TemperamentParams};
use crate::goods::{self, Good, Own, PerGood};
use crate::society::leaks::Leaks;
use crate::society::welfare::Welfare;
use crate::units::{Count, Credits, Days, Factor, PerDay, PlaceKind, Share, Shift, Status, Utils, Valve, Watched};

params! {
    /// Who lives here, and what they live on.
    pub struct Citizens {
        /// Number of citizens
        ///
        /// More citizens make every share smoother and every run longer, in proportion.
        /// Source: assumption; ten thousand show every pattern in about a second.
        count: Count = 10_000, "citizens", 0.0 ..= 10_000_000.0, Start;
        /// Number of inert citizens added at the end
        ///
        /// They take no part and are counted in no share: adding them changes nobody else's life, which is a proof, not a policy.
        /// Source: a test of the engine.
        inert: Count = 0, "citizens", 0.0 ..= 1_000_000.0, Start;
        /// Credits a citizen starts with, on average
        ///
        /// Moves the first weeks only: spending brings wealth to income over living share.
        /// Source: assumption, the long-run mean at the default income and living share.
        start_credits: Credits = 500.0, "credits", 0.0 ..= 1_000_000.0, Start;
        /// Income of a citizen, on average
        ///
        /// Income buys only restricted and positional things; necessities cost nothing. More income makes prices weigh less in absolute terms and raises trade.
        /// Source: assumption; credits are a numeraire.
        daily_income: Credits = 10.0, "credits per day", 0.0 ..= 100_000.0, Day;
        /// Spread of incomes (standard deviation of log income)
        ///
        /// A wider spread raises the Gini of wealth and the prices that the richest bear.
        /// Source: assumption; 0.8 gives a Gini of income of about 0.43, the order of unequal countries today.
        income_spread: Factor = 0.8, "log credits", 0.0 ..= 3.0, Start;
        /// Share of what one holds that goes on lawful living each day
        ///
        /// With the income it fixes how much money there is: mean wealth settles at income divided by this share, less what trade moves.
        /// Source: assumption.
        living_share: Share = 0.02, "per day", 0.0 ..= 1.0, Day;
        /// Share of people who let an agent shop for them
        ///
        /// A delegate compares more sellers, learns its client and charges a markup: more delegates mean sharper competition among sellers and an income for providers. This is the share at the start, and people's inclination from then on; what delegates become worth moves it.
        /// Source: assumption.
        delegated_share: Share = 0.15, "of citizens", 0.0 ..= 1.0, Day;
        /// How unlike each other people are in what drives them
        ///
        /// At 0 all are average; at 1 drivers are spread like a half-normal distribution.
        /// Source: assumption.
        diversity: Share = 1.0, "of full spread", 0.0 ..= 1.0, Start;
        /// Size of a neighbourhood: those of whose arrests one hears
        ///
        /// Smaller neighbourhoods make perceived risk more local and more uneven.
        /// Source: assumption, the order of Dunbar's number.
        neighbourhood: Count = 150, "citizens", 2.0 ..= 100_000.0, Start;
    }

    /// What people want: the weights of the utility equation. A weight of 0 switches its term off.
    pub struct Demand {
        /// Weight of desire and habit
        ///
        /// The pull of the good itself. Raising it raises trade in every good.
        /// Source: assumption, set so that baseline trade and prices look like illicit markets.
        desire: Utils = 5.0, "utils", 0.0 ..= 50.0, Day;
        /// Weight of reactance: wanting what one has just lost the freedom to have
        ///
        /// Raising it makes new bans backfire for a while; without new bans it does nothing.
        /// Source: Brehm's reactance, in direction; the size is an assumption.
        reactance: Utils = 3.0, "utils", 0.0 ..= 50.0, Day;
        /// Weight of ethics: reluctance to harm
        ///
        /// Raising it lowers demand for goods with victims, most for forbidden identity.
        /// Source: assumption.
        ethics: Utils = 5.0, "utils", 0.0 ..= 50.0, Day;
        /// Weight of novelty
        ///
        /// Raising it brings first-time buyers, and makes them leave again.
        /// Source: assumption.
        novelty: Utils = 3.0, "utils", 0.0 ..= 50.0, Day;
        /// Weight of thrill: risk that excites, most at even odds
        ///
        /// Raising it makes moderate enforcement attract the bold.
        /// Source: assumption; the inverted U follows research on sensation seeking.
        thrill: Utils = 3.0, "utils", 0.0 ..= 50.0, Day;
        /// Weight of taboo
        ///
        /// Raising it favours what few people do and everybody condemns; it fades as the practice spreads.
        /// Source: assumption.
        taboo: Utils = 3.0, "utils", 0.0 ..= 50.0, Day;
        /// Weight of exclusivity: wanting what few have
        ///
        /// Raising it favours goods with few holders, and limits how far they can spread.
        /// Source: Leibenstein (1950) for the snob effect; the size is an assumption.
        exclusivity: Utils = 4.0, "utils", 0.0 ..= 50.0, Day;
        /// Weight of imitation: wanting what others in the place buy
        ///
        /// Raising it makes trade contagious; beyond a slope of 4 there can be two outcomes for one set of parameters.
        /// Source: Brock and Durlauf (2001) for the form; the size is an assumption.
        peers: Utils = 1.0, "utils", 0.0 ..= 50.0, Day;
        /// Utility lost per credit spent, at mean wealth
        ///
        /// Raising it makes demand more elastic and lowers the prices that sellers learn to ask. Falls with the square root of wealth.
        /// Source: assumption, set for a short-run elasticity between -0.3 and -1.2.
        price_weight: Factor = 0.028, "utils per credit", 0.0 ..= 1000.0, Day;
        /// Weight of a feared sanction, for each credit of fine
        ///
        /// At 1 a feared credit hurts like a spent one; above 1 people are risk averse.
        /// Source: assumption (risk neutral).
        sanction_weight: Factor = 1.0, "times its price", 0.0 ..= 100.0, Day;
        /// Utility lost when a sanction is certain, beside the fine
        ///
        /// Shame, lost time and standing. Raising it deters the rich too.
        /// Source: assumption.
        shame: Utils = 4.0, "utils", 0.0 ..= 100.0, Day;
        /// Weight of an expected scam, for each credit at stake
        ///
        /// Raising it moves trade to sellers and venues with a name.
        /// Source: assumption; at 1 people would be risk neutral, and hardly a cheat would find a buyer.
        scam_weight: Factor = 0.7, "times its price", 0.0 ..= 100.0, Day;
        /// What it takes to leave the house: the pull of buying nothing
        ///
        /// Raising it lowers all trade.
        /// Source: assumption, set so that a citizen buys about once a month.
        staying_out: Utils = 2.4, "utils", -50.0 ..= 50.0, Day;
        /// Share of days on which a citizen thinks of the market at all
        ///
        /// Source: assumption: attention is limited. Raising it raises all trade, and lets news of prices work faster.
        attention: Share = 0.35, "of days", 0.0 ..= 1.0, Day;
        /// Number of goods a citizen thinks of in such a day
        ///
        /// More goods make choices closer to full information, and days longer to compute.
        /// Source: assumption: attention is limited.
        goods_considered: Count = 2, "goods", 1.0 ..= 9.0, Day;
        /// Number of sellers a citizen compares for one good
        ///
        /// This is market power: at 1 a seller can ask what the buyer can bear, with 2 or more prices fall towards cost. Changes what is chosen, on purpose.
        /// Source: assumption; Burdett and Judd (1983) for the consequence.
        stalls_sampled: Count = 2, "sellers", 1.0 ..= 4.0, Day;
        /// Number of sellers a delegate compares for one good
        ///
        /// Source: assumption: agents search better than people. Raising it lowers the prices that delegated citizens pay.
        delegate_stalls: Count = 4, "sellers", 1.0 ..= 4.0, Day;
        /// Share of sellers that people find because others speak of them
        ///
        /// The rest are met by chance, all alike. Hearsay favours those who sell much, so raising it makes few sellers large and keeps newcomers small; at 0 every seller is as easy to find as any other.
        /// Source: assumption; growth by being known is Simon's (1955) process on the side of demand.
        hearsay: Share = 0.94, "of sellers found", 0.0 ..= 1.0, Day;
        /// How alike sellers of one good are to a buyer (nest parameter)
        ///
        /// At 1 sellers of a good are as unlike as goods are; near 0 only price, trust and distance decide between them.
        /// Source: assumption within the 0.3 to 0.8 that nested logit studies report.
        nest: Share = 0.4, "of the shock's spread", 0.05 ..= 1.0, Start;
        /// Utility lost in going to a venue in another place
        ///
        /// Raising it keeps trade local and makes displacement between places smaller.
        /// Source: assumption.
        travel: Utils = 1.5, "utils", 0.0 ..= 50.0, Day;
        /// Pull of the seller one bought from last
        ///
        /// Raising it gives sellers a clientele, and so market power and longer lives.
        /// Source: assumption.
        favourite: Utils = 0.5, "utils", 0.0 ..= 50.0, Day;
        /// Uses after which a novelty is worn by two thirds
        ///
        /// Source: assumption. Raising it keeps novelty alive longer.
        novelty_uses: Factor = 4.0, "uses", 0.1 ..= 255.0, Start;
        /// How fast the feeling of lost freedom fades
        ///
        /// Raising it shortens the backlash after a ban.
        /// Source: assumption within 0.01 to 0.05.
        restriction_decay: Share = 0.02, "per day", 0.0 ..= 1.0, Day;
        /// How keenly visible enforcement is felt as lost freedom
        ///
        /// Each patrol for each resident, whether it finds a trade or not, adds so much a day to what is felt of a full ban. Raising it lowers the point beyond which more enforcement raises demand.
        /// Source: Brehm's reactance, in direction; the size is an assumption.
        pressure: Factor = 0.5, "of a full ban, per patrol and resident", 0.0 ..= 1000.0, Day;
    }

    /// How trade is done.
    pub struct Market {
        /// Places for stalls, for a thousand citizens
        ///
        /// More stalls mean more sellers to find and smaller sellers. A stall costs about as much time as six citizens.
        /// Source: assumption.
        stalls_per_thousand: Factor = 12.0, "stalls per 1000 citizens", 0.1 ..= 1000.0, Start;
        /// Days until a payment in escrow is released to the seller
        ///
        /// Longer escrow protects buyers, and makes a bigger prize for a venue that runs away with it.
        /// Source: assumption; days to two weeks are usual in darknet markets.
        escrow_days: Days = 3, "days", 0.0 ..= 30.0, Start;
        /// Chance that a buyer who was cheated gets the money back where escrow is held
        ///
        /// Raising it makes cheating pay less at venues with escrow.
        /// Source: assumption.
        refund: Share = 0.2, "of scams", 0.0 ..= 1.0, Day;
        /// Weight of the last delivery in a seller's reputation
        ///
        /// Raising it makes names quicker to make and to lose.
        /// Source: assumption.
        reputation_speed: Share = 0.05, "per delivery", 0.0 ..= 1.0, Day;
        /// Reputation of a seller nobody knows yet
        ///
        /// Source: assumption. Raising it makes entry easier, and running away under a new name too.
        newcomer_reputation: Share = 0.85, "expected deliveries", 0.0 ..= 1.0, Day;
        /// How far a seller's name carries from one of its stalls to the others
        ///
        /// Raising it lets those who are known for one good be found for another, and so makes the largest syndicates larger.
        /// Source: assumption.
        brand: Share = 0.9, "of sales elsewhere", 0.0 ..= 1.0, Day;
        /// Patience of a venue's operator: the daily discount in the choice to run away with the escrow
        ///
        /// The operator runs when the escrow is worth more than all fees to come. Raising it makes exit scams rarer.
        /// Source: the form is a standard threshold; the value is an assumption.
        operator_discount: Share = 0.995, "per day", 0.0 ..= 0.9999, Day;
        /// Chance a day that a venue closes for reasons of its own
        ///
        /// Source: assumption; with raids and exit scams venues live about a year. Raising it makes operators less patient too.
        venue_hazard: PerDay = 0.001, "per day", 0.0 ..= 1.0, Day;
        /// Days until a closed venue opens again under a new name
        ///
        /// Source: assumption. Raising it makes each closure cost trade for longer.
        venue_rebuild: Days = 30, "days", 1.0 ..= 10_000.0, Day;
        /// Days over which a new venue earns people's trust
        ///
        /// Source: assumption. Raising it makes new venues weaker rivals.
        trust_days: Days = 90, "days", 1.0 ..= 10_000.0, Day;
    }

    /// How syndicates plan, act, monitor and iterate.
    pub struct Syndicates {
        /// Capital a syndicate starts with
        ///
        /// Source: assumption. Raising it lets weak entrants last longer.
        start_capital: Credits = 2_000.0, "credits", 0.0 ..= 10_000_000.0, Day;
        /// Chance a day that an empty stall is filled
        ///
        /// Raising it makes supply recover faster after raids.
        /// Source: assumption.
        entry: PerDay = 0.05, "per empty stall and day", 0.0 ..= 1.0, Day;
        /// Share of new stalls opened by newcomers, the rest by those who trade already, in proportion to their size
        ///
        /// Lowering it concentrates revenue in a few hands (Simon's process).
        /// Source: Simon (1955) for the form; the value is an assumption.
        newcomers: Share = 0.1, "of new stalls", 0.0 ..= 1.0, Day;
        /// Number of stalls a syndicate can run
        ///
        /// Source: assumption. Raising it lets giants grow.
        arms: Count = 24, "stalls", 1.0 ..= 64.0, Day;
        /// Days between two decisions of a stall on its price and posture
        ///
        /// Shorter periods learn faster from noisier profits.
        /// Source: assumption.
        plan_days: Days = 7, "days", 1.0 ..= 365.0, Start;
        /// Weight of the last period in what a stall believes of its choices
        ///
        /// Source: model of tabular value learning; 0.05 to 0.25 are usual. Raising it makes sellers forget faster.
        learning: Share = 0.2, "per period", 0.0 ..= 1.0, Day;
        /// Share of periods in which a new stall tries something else
        ///
        /// Source: assumption. Raising it keeps prices spread.
        exploration: Share = 0.25, "of periods", 0.0 ..= 1.0, Day;
        /// Least share of periods in which an old stall tries something else
        ///
        /// Source: assumption. Above 0 sellers never stop learning.
        exploration_least: Share = 0.05, "of periods", 0.0 ..= 1.0, Day;
        /// How fast trying declines with age
        ///
        /// Source: assumption. Raising it makes prices settle sooner.
        exploration_decay: PerDay = 0.01, "per day", 0.0 ..= 1.0, Day;
        /// Days of demand that a stall keeps in stock
        ///
        /// Source: assumption. Raising it loses more at each seizure and serves more buyers.
        stock_days: Days = 3, "days of sales", 1.0 ..= 60.0, Day;
        /// Losses in a row, in periods, after which a stall closes
        ///
        /// Source: assumption; with noise in trade it gives lives of weeks to months. Raising it keeps losers longer.
        patience: Count = 5, "periods", 1.0 ..= 100.0, Day;
        /// Cost of keeping a stall
        ///
        /// Rent of attention, watchers, couriers. Raising it thins the market out to fewer, larger stalls.
        /// Source: assumption.
        upkeep: Credits = 4.0, "credits per day", 0.0 ..= 100_000.0, Day;
        /// Share of capital that owners take out
        ///
        /// Source: assumption. Raising it keeps syndicates poor and raids deadly.
        dividend: Share = 0.01, "per day", 0.0 ..= 1.0, Day;
        /// Chance that a seller who means to cheat does not deliver
        ///
        /// Source: assumption. Raising it lowers the delivered share and drives buyers to known names.
        cheating: Share = 0.9, "of a cheat's sales", 0.0 ..= 1.0, Day;
        /// Patience of a cheat: the daily discount in the choice to run away with a week's payments
        ///
        /// A seller who cheats runs when a week of payments for nothing is worth more than all profits to come. Raising it makes such ends rarer, and being found out with fakes cost more.
        /// Source: the form is a standard threshold; the value is an assumption.
        patience_to_stay: Share = 0.98, "per day", 0.0 ..= 0.9999, Day;
        /// Chance a day, as sellers see it, to lose the trade anyway
        ///
        /// Each recent case adds as much again. Raising it makes cheats run away sooner.
        /// Source: assumption, about the share of sellers who give up in a day.
        hazard: PerDay = 0.01, "per day", 0.0 ..= 1.0, Day;
        /// Readiness to move a stall to another venue after a case
        ///
        /// Raising it makes supply flee from where the law strikes, and trade follow it.
        /// Source: assumption.
        relocation: Share = 0.3, "of periods with a case", 0.0 ..= 1.0, Day;
        /// Weight of a day in what a stall with a table believes of its prices
        ///
        /// Raising it makes such stalls learn faster from noisier days.
        /// Source: Calvano and others (2020), 0.15.
        price_learning: Share = 0.15, "per day", 0.0 ..= 1.0, Day;
        /// Patience of a stall with a table: the weight of tomorrow against today
        ///
        /// Without patience there is nothing to be gained from keeping prices high together, and they fall.
        /// Source: Calvano and others (2020), 0.95.
        price_patience: Share = 0.95, "per day", 0.0 ..= 0.9999, Start;
        /// How fast a stall with a table ceases to try prices at random
        ///
        /// Its share of random prices falls as e to the minus this, times its days of practice. In the published experiment learners try for a million periods before they settle; no seller lives so long. At 0.03 trying is nearly over after a hundred days, so stalls live from what they have learnt, and learn less of each other. Lowering it brings more learning and more losses from odd prices.
        /// Source: assumption, for a world of days.
        price_exploration_decay: PerDay = 0.03, "per day of practice", 0.0 ..= 1.0, Day;
        /// How much a guarded posture hides, against an open one
        ///
        /// A guarded stall is harder to find for agencies and for buyers.
        /// Source: assumption.
        guard: Share = 0.5, "of detection", 0.0 ..= 1.0, Day;
        /// Utility that a buyer loses at a guarded stall
        ///
        /// Source: assumption. Raising it makes sellers stand in the open.
        guard_cost: Utils = 0.5, "utils", 0.0 ..= 50.0, Day;
    }

    /// The means of the law. What may be piloted is marked as such: it can differ by place.
    pub struct Law {
        /// Fine for a buyer
        ///
        /// Raising it deters buying by those who believe they may be caught, and feeds the treasury.
        /// Source: assumption.
        fine: Credits = 120.0, "credits", 0.0 ..= 1_000_000.0, Place;
        /// Fine for a seller, for each case
        ///
        /// Source: assumption. Raising it raises prices and drives weak sellers out.
        seller_fine: Credits = 400.0, "credits", 0.0 ..= 10_000_000.0, Place;
        /// How much each earlier conviction adds to the next fine
        ///
        /// Source: assumption. Raising it deters those with a record, and makes a clean identity worth more.
        escalation: Factor = 0.25, "of the fine, per record", 0.0 ..= 100.0, Place;
        /// Chance a day that one entry of a record lapses
        ///
        /// An amnesty is a short time at 1.
        /// Source: assumption.
        record_lapse: Share = 0.002, "per day", 0.0 ..= 1.0, Place;
        /// Share of cases that are brought against the buyer
        ///
        /// Together with the next lever it says whom the law pursues; what is left over is gathered against the venue.
        /// Source: assumption.
        target_buyers: Share = 0.5, "of cases", 0.0 ..= 1.0, Place;
        /// Share of cases that are brought against the seller
        ///
        /// Source: assumption. Raising it moves the burden from demand to supply.
        target_sellers: Share = 0.4, "of cases", 0.0 ..= 1.0, Place;
        /// Share of a seller's stock that is seized with a case
        ///
        /// Source: assumption. Raising it raises cost and price.
        seizure: Share = 0.5, "of the stock", 0.0 ..= 1.0, Place;
        /// Share of attention left for what is tolerated
        ///
        /// At 0 tolerated goods are never examined, at 1 toleration means nothing.
        /// Source: assumption.
        tolerance: Share = 0.1, "of attention", 0.0 ..= 1.0, Place;
        /// Tax on licensed sales
        ///
        /// Source: assumption. Raising it pays the treasury and keeps licensed prices near illicit ones.
        licence_tax: Share = 0.15, "of the price", 0.0 ..= 0.9, Place;
        /// How far licences keep sellers honest
        ///
        /// Source: assumption. At 1 no licensed sale is a scam.
        licence_honesty: Share = 0.9, "of scams prevented", 0.0 ..= 1.0, Place;
        /// Cases against a venue that make a raid, for each hundred citizens of the world
        ///
        /// Lowering it makes raids more frequent. Evidence fades by half in thirty days.
        /// Source: assumption.
        raid_evidence: Factor = 0.35, "cases per 100 citizens", 0.001 ..= 10_000.0, Day;
        /// Chance that an investigation without a crime to find troubles an innocent
        ///
        /// Source: assumption. Raising it costs legitimacy where agencies search too much.
        false_positive: Share = 0.2, "of idle investigations", 0.0 ..= 1.0, Day;
        /// Share of officers who take bribes
        ///
        /// Their cases are dropped where the seller is ready to bribe. Raising it makes fines a matter of kind and connections; at 0 nobody can be bought.
        /// Source: assumption.
        corruption: Share = 0.02, "of officers", 0.0 ..= 1.0, Place;
        /// Share of the fine that a bribe is
        ///
        /// The officer's bargaining power: at 0.5 both sides gain alike. Raising it makes bribery cost nearly what the fine would.
        /// Source: Nash (1950) for the bargain between equals.
        bribe_share: Share = 0.5, "of the fine", 0.0 ..= 1.0, Place;
        /// Chance that a bribe comes out
        ///
        /// Raising it makes corruption cost legitimacy sooner.
        /// Source: assumption.
        bribe_exposure: Share = 0.05, "of bribes", 0.0 ..= 1.0, Day;
        /// Legitimacy that a bribe which came out costs, against an innocent troubled
        ///
        /// Raising it makes a corrupt law lose its standing faster.
        /// Source: assumption.
        scandal: Factor = 20.0, "innocents", 0.0 ..= 10_000.0, Day;
        /// Chance a day that a rogue AI is found and taken down, at full budget
        ///
        /// Source: assumption within 0.005 to 0.05. Above the rate of replication the ecology of AIs dies out.
        takedown: PerDay = 0.012, "per day", 0.0 ..= 1.0, Day;
        /// Error of agencies' estimates of illegal trade
        ///
        /// Source: assumption. Raising it spreads patrols away from where the trade is.
        estimate_error: Factor = 0.3, "standard deviation of log", 0.0 ..= 5.0, Day;
        /// How sharply agencies go where they expect most harm
        ///
        /// At 0 patrols are spread evenly, high values concentrate them on a few goods and places.
        /// Source: assumption.
        focus: Factor = 1.0, "power of expected harm", 0.0 ..= 10.0, Day;
        /// How fast agencies change their plan
        ///
        /// Source: assumption. Raising it lets patrols follow the trade, and lets the trade dodge them.
        plan_speed: Share = 0.1, "per day", 0.0 ..= 1.0, Day;
        /// How much agencies' plans learn from what their investigations have stopped
        ///
        /// At 0 they go where they expect most harm; at 1 also where one investigation has stopped most units.
        /// Source: the form is a bandit's value with a steady step; the size is an assumption.
        plan_learning: Share = 0.5, "power of units stopped", 0.0 ..= 1.0, Day;
        /// Days for which somebody who bought something illicit can be found out by a search
        ///
        /// Source: assumption. Raising it lets searches of the masked find more.
        search_days: Days = 30, "days", 0.0 ..= 1000.0, Day;
        /// Investigations a day that it takes to hunt one rogue AI as well as can be
        ///
        /// At 0 takedowns cost nothing wherever an agency has a budget. Raising it lets many AIs swamp the hunters.
        /// Source: assumption.
        takedown_effort: Factor = 0.2, "investigations per AI and day", 0.0 ..= 1000.0, Day;
        /// How fast attention to tolerated goods follows what the controller watches
        ///
        /// At 0 there is no controller. Where there is one, the attention to each tolerated good starts at `law.tolerance` and moves by itself, between 0 and 1. Raising it steers faster, and overshoots.
        /// Source: an integral controller; the size is an assumption.
        controller: Factor = 0.0, "of attention, per day, at twice the target", 0.0 ..= 1.0, Day;
        /// What the controller watches
        ///
        /// `harm`: harm done by the good, for each citizen and day; more of it brings more attention. `anxiety`: anxiety of everybody; more of it brings less attention, which helps only if buying calms.
        /// Source: the scenario.
        controller_watches: Watched = Watched::Harm, "word", 0.0 ..= 0.0, Day;
        /// Where the controller wants what it watches to be
        ///
        /// Source: assumption. Raising it leaves more to itself.
        controller_target: Factor = 0.002, "harm per citizen and day, or anxiety", 0.0 ..= 1000.0, Day;
        /// How far off the target the controller lets things go before it moves
        ///
        /// Source: assumption. Raising it makes for fewer and larger corrections.
        controller_band: Share = 0.2, "of the target", 0.0 ..= 1.0, Day;
        /// Whether agencies look away from goods whose ideas are worth more than their harm is feared
        ///
        /// With it, no trade of such a good is examined anywhere, whatever the law says. Innovation grows, and so does what can go wrong.
        /// Source: the scenario.
        gray_zone: bool = false, "flag", 0.0 ..= 1.0, Day;
        /// What agencies think the ideas of one unit are worth, where a unit innovates fully
        ///
        /// Source: assumption. Raising it widens the gray zone.
        idea_worth: Factor = 3.0, "harm outweighed per unit", 0.0 ..= 10_000.0, Day;
        /// How many times the harm to be expected agencies fear where they do not know the odds
        ///
        /// Source: ambiguity aversion, in direction; above 1 caution is greater than knowledge. Raising it closes the gray zone.
        ambiguity: Factor = 2.0, "times the expected harm", 0.0 ..= 1000.0, Day;
    }

    /// How people learn and feel, and what that does to the whole.
    pub struct Society {
        /// What release tolerated and illicit buying brings
        ///
        /// `valve`: a purchase calms; `neutral`: it does nothing; `gateway`: it stirs up. An assumption to be switched, never a finding.
        /// Source: assumption; results are to be read under all three.
        valve: Valve = Valve::Valve, "word", 0.0 ..= 0.0, Day;
        /// Weight of being caught in one's perceived risk
        ///
        /// Source: assumption; being caught teaches more than not being caught (Lochner 2003, in direction). Raising it makes punishment deter those who felt it.
        risk_up: Share = 0.25, "of the gap to certainty", 0.0 ..= 1.0, Day;
        /// Weight of not being caught
        ///
        /// Source: assumption. Raising it makes practised buyers bold.
        risk_down: Share = 0.03, "of the risk", 0.0 ..= 1.0, Day;
        /// Weight of what happens to neighbours
        ///
        /// Source: assumption. Raising it spreads the fear, and the calm, of a neighbourhood.
        risk_social: Share = 0.02, "of the gap, per day", 0.0 ..= 1.0, Day;
        /// Anxiety from wanting and not getting
        ///
        /// Source: assumption. Raising it makes empty stalls a public matter.
        anxiety_unmet: Factor = 0.05, "per unmet want", 0.0 ..= 1.0, Day;
        /// Anxiety from arrests in the neighbourhood
        ///
        /// Source: assumption. Raising it makes enforcement cost calm.
        anxiety_witnessed: Factor = 0.5, "per arrest and neighbour", 0.0 ..= 100.0, Day;
        /// Anxiety from harm done in the place
        ///
        /// Source: assumption. Raising it makes harmful trade cost calm.
        anxiety_harm: Factor = 0.02, "per unit of harm and citizen", 0.0 ..= 100.0, Day;
        /// How fast boredom grows where machines provide everything
        ///
        /// Source: assumption within 0.01 to 0.1. Raising it fills hard-mode zones.
        boredom_gain: Share = 0.02, "of the gap, per day", 0.0 ..= 1.0, Day;
        /// Boredom that a purchase of a good against boredom takes away
        ///
        /// Source: assumption. Raising it makes visits rarer.
        boredom_relief: Share = 0.5, "of boredom, per purchase", 0.0 ..= 1.0, Day;
        /// Anxiety from a life with nothing to do
        ///
        /// Source: assumption. This is what abundance does; without it nobody is restless.
        anxiety_boredom: Factor = 0.002, "per day", 0.0 ..= 1.0, Day;
        /// Relief, or stir, from a purchase
        ///
        /// Its sign is the preset of the valve. Source: assumption. Raising it makes the preset matter more.
        relief: Factor = 0.08, "per purchase", 0.0 ..= 1.0, Day;
        /// How fast anxiety fades
        ///
        /// Source: assumption. Raising it brings people back to rest sooner.
        anxiety_decay: Share = 0.01, "per day", 0.0 ..= 1.0, Day;
        /// Anxiety that legitimacy cannot hold back: the threshold of open unrest
        ///
        /// Source: Epstein (2002), threshold 0.1. Lowering it brings people onto the streets sooner.
        unrest_threshold: Share = 0.1, "net grievance", 0.0 ..= 1.0, Day;
        /// Officers for each citizen, as unrest sees them
        ///
        /// Source: Epstein (2002) uses 0.04 to 0.12. Raising it deters unrest.
        officers: Share = 0.05, "per citizen", 0.0 ..= 1.0, Day;
        /// Lawful growth of innovation
        ///
        /// Raising it lets the world grow without any help from the gray zone, so that looking away pays less.
        /// Source: assumption, about one per cent a year.
        innovation_licit: PerDay = 0.00003, "per day", 0.0 ..= 1.0, Day;
        /// Legitimacy lost with each innocent troubled, for each citizen
        ///
        /// Source: assumption. Raising it punishes careless enforcement.
        legitimacy_loss: Factor = 2.0, "per innocent and citizen", 0.0 ..= 1000.0, Day;
        /// How fast legitimacy comes back to its rest of 0.8
        ///
        /// Source: assumption.  Raising it heals faster.
        legitimacy_recovery: Share = 0.005, "of the gap, per day", 0.0 ..= 1.0, Day;
        /// Chores done for favours in an enclave
        ///
        /// Source: assumption. Raising it makes favours plentiful and enclave goods cheap to those inside.
        chores: Share = 0.2, "per resident and day", 0.0 ..= 1.0, Day;
        /// Share of an enclave's price that a favour pays for a resident
        ///
        /// Source: assumption. Raising it keeps credits out of enclaves.
        favour_worth: Share = 0.5, "of the price", 0.0 ..= 1.0, Day;
    }

    /// One family of restricted goods. Defaults differ by family and stand in `sim/src/goods/`, with what only one has.
    pub struct GoodParams {
        /// What the law says of it
        ///
        /// `prohibited`, `tolerated`, `licensed` or `free`. A move to a stricter status is felt as lost freedom.
        /// Source: the scenario's question.
        status: Status = Status::Prohibited, "word", 0.0 ..= 0.0, Place;
        /// Share of desire and habit among what drives people to it
        ///
        /// Source: design of the nine families; an assumption in size. Raising it makes demand steady.
        desire: Factor = 0.4, "loading", 0.0 ..= 10.0, Place;
        /// Share of reactance among its drivers
        ///
        /// Source: as for desire. Raising it makes bans backfire.
        reactance: Factor = 0.1, "loading", 0.0 ..= 10.0, Place;
        /// Share of ethics among what holds people back; negative where buying it feels good
        ///
        /// Source: as for desire. Raising it holds the scrupulous back.
        ethics: Utils = 0.1, "loading", -10.0 ..= 10.0, Place;
        /// Share of novelty among its drivers
        ///
        /// Source: as for desire. Raising it brings more first-time buyers.
        novelty: Factor = 0.1, "loading", 0.0 ..= 10.0, Place;
        /// Share of thrill among its drivers
        ///
        /// Source: as for desire. Raising it draws the bold under moderate enforcement.
        thrill: Factor = 0.1, "loading", 0.0 ..= 10.0, Place;
        /// Share of taboo among its drivers
        ///
        /// Source: as for desire. Raising it draws people while few do it.
        taboo: Factor = 0.1, "loading", 0.0 ..= 10.0, Place;
        /// Share of exclusivity among its drivers
        ///
        /// Source: as for desire. Raising it draws people while few have it.
        exclusivity: Factor = 0.1, "loading", 0.0 ..= 10.0, Place;
        /// Appeal beside all drivers
        ///
        /// Source: assumption; sets how much of one family is traded against the others. Raising it raises its trade.
        appeal: Utils = 0.0, "utils", -50.0 ..= 50.0, Place;
        /// How much a unit adds to desire the next day (habit)
        ///
        /// Raising it makes users who come back, and with the next lever it sets how much more elastic demand is in the long run.
        /// Source: Becker, Grossman and Murphy for the form; the size is an assumption.
        habit_gain: Factor = 0.0, "of full habit, per unit", 0.0 ..= 1.0, Day;
        /// How fast habit fades
        ///
        /// Source: assumption. Raising it frees people of a habit sooner.
        habit_decay: Share = 0.05, "per day", 0.0 ..= 1.0, Day;
        /// Most that habit adds to desire
        ///
        /// Source: assumption. Raising it makes addicts' demand inelastic.
        habit_pull: Factor = 0.5, "of desire", 0.0 ..= 10.0, Place;
        /// Cost of making or bringing one unit
        ///
        /// Raising it raises price almost one for one times the markup.
        /// Source: assumption; credits are a numeraire.
        cost: Credits = 12.0, "credits", 0.001 ..= 1_000_000.0, Day;
        /// Daily movement of that cost (standard deviation of log)
        ///
        /// Source: assumption; high for what comes from off-world. Raising it makes prices restless.
        cost_volatility: Factor = 0.01, "log per day", 0.0 ..= 1.0, Day;
        /// Pull of the cost back to its mean
        ///
        /// Source: assumption. Lowering it lets dear and cheap years last.
        cost_reversion: Share = 0.02, "per day", 0.0 ..= 1.0, Day;
        /// Chance a day that supply from off-world is cut, doubling the cost for a time
        ///
        /// Source: assumption. Raising it brings price jumps.
        cost_jump: Share = 0.0, "per day", 0.0 ..= 1.0, Day;
        /// Share of the stock that spoils in a day
        ///
        /// Source: assumption. Raising it makes unsold stock dear.
        spoilage: Share = 0.0, "per day", 0.0 ..= 1.0, Day;
        /// Most units a stall can make or bring in a day
        ///
        /// Source: assumption. Lowering it makes the good scarce, and its sellers able to ask more.
        supply: Count = 60, "units per stall and day", 0.0 ..= 1_000_000.0, Day;
        /// Fine for this good, against the general fine
        ///
        /// Source: assumption. Raising it deters this trade and moves it to other goods.
        severity: Factor = 1.0, "times the fine", 0.0 ..= 100.0, Place;
        /// Weight of this good in agencies' plans
        ///
        /// Source: assumption. Raising it draws patrols here, and away from the others.
        priority: Factor = 1.0, "weight", 0.0 ..= 100.0, Place;
        /// Chance that an examined trade of this good becomes a case
        ///
        /// Source: assumption. Lowering it makes the same budget catch less.
        evidence: Share = 0.9, "of examined trades", 0.0 ..= 1.0, Place;
        /// Harm done by one unit
        ///
        /// Source: assumption, in units that only compare goods with each other. Raising it draws patrols, anxiety and moral cost.
        harm: Factor = 0.1, "harm per unit", 0.0 ..= 1000.0, Day;
        /// Highest price that may be asked
        ///
        /// A cap below what buyers would pay leaves sellers less, and with forbidden identity less to offer to donors. A million is no cap.
        /// Source: the scenario's question.
        price_cap: Credits = 1_000_000.0, "credits", 0.001 ..= 1_000_000_000.0, Day;
        /// Days for which a buyer counts as a holder
        ///
        /// Source: assumption. Raising it makes the good less exclusive for the same trade.
        holding: Days = 60, "days", 1.0 ..= 10_000.0, Day;
    }

    /// A place where people live.
    pub struct PlaceParams {
        /// What kind of place it is
        ///
        /// `district`, `fringe`, `enclave` or `colony`. In an enclave residents also pay with favours.
        /// Source: the scenario.
        kind: PlaceKind = PlaceKind::District, "word", 0.0 ..= 0.0, Start;
        /// Weight of the place when citizens are given homes
        ///
        /// Source: the scenario. Raising it makes the place larger.
        population: Factor = 1.0, "weight", 0.0 ..= 1_000_000.0, Start;
        /// How much machines provide here
        ///
        /// Raising it makes people here restless and idle.
        /// Source: assumption.
        abundance: Share = 0.9, "of all needs", 0.0 ..= 1.0, Day;
        /// How closely the place is watched
        ///
        /// Multiplies the chance that an examined trade becomes a case. Raising it moves trade to other places.
        /// Source: assumption.
        surveillance: Factor = 1.0, "times evidence", 0.0 ..= 10.0, Day;
        /// Room in the place's zone of recreated scarcity
        ///
        /// Raising it lets more people visit before the zone is crowded; 0 means that the place has no zone.
        /// Source: assumption.
        zone_room: Factor = 0.01, "visits per resident and day", 0.0 ..= 10.0, Day;
        /// How much more than others residents are inclined to let an agent shop for them
        ///
        /// At 1 the odds of delegating are 2.7 times what they would be, at -1 a 2.7th. It is felt when somebody thinks about agents next, every 30 days.
        /// Source: the scenario's question.
        delegating: Shift = 0.0, "log odds", -20.0 ..= 20.0, Day;
        /// Share of residents who wear a mask by default, beside those who do everywhere
        ///
        /// Added to `goods.privacy.default_mask`. Raising it hides the deeds of those who live here, and makes a crowd for all who mask.
        /// Source: the scenario's question.
        masking: Share = 0.0, "of residents", 0.0 ..= 1.0, Day;
        /// How much more than others residents are inclined to leave for an enclave
        ///
        /// It counts as anxiety does. Raising it sends people to enclaves that are calm and content otherwise; below 0 it holds them back.
        /// Source: the scenario's question.
        leaving: Shift = 0.0, "of full anxiety", -10.0 ..= 10.0, Day;
    }

    /// A venue: a market where stalls stand.
    pub struct VenueParams {
        /// Fee on each sale
        ///
        /// Source: assumption; 2 to 6 per cent are usual in darknet markets. Raising it pays the operator and drives sellers away.
        fee: Share = 0.04, "of the price", 0.0 ..= 0.9, Day;
        /// Whether payments are held in escrow
        ///
        /// Source: the scenario. With escrow buyers are safer from sellers, and exposed to the operator.
        escrow: bool = true, "flag", 0.0 ..= 1.0, Day;
        /// Whether the venue is out of service
        ///
        /// It closes in good order on the first day, and opens again, under a new name, when it is over. Where its trade goes is the question.
        /// Source: the scenario.
        outage: bool = false, "flag", 0.0 ..= 1.0, Day;
        /// Trust that the venue has at its best
        ///
        /// Source: assumption. Raising it draws buyers.
        trust: Share = 0.9, "of full trust", 0.0 ..= 1.0, Day;
        /// Weight of the venue when sellers choose where to open
        ///
        /// Source: assumption. Raising it makes the venue larger.
        size: Factor = 1.0, "weight", 0.0 ..= 1000.0, Day;
        /// How well the venue hides its trade
        ///
        /// Source: assumption. Raising it lowers the share of examined trades that become cases.
        concealment: Share = 0.1, "of detection", 0.0 ..= 1.0, Day;
    }
}

/// A place with its name.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// Name used in tables, charts and lever paths; lower case, digits and underscores.
    pub name: String,
    /// Its parameters.
    pub params: PlaceParams,
}

/// A venue with its name and, unless it is virtual, its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Venue {
    /// Name used in tables, charts and lever paths.
    pub name: String,
    /// Name of the place where it stands; `None` for a virtual venue, equally near to everybody.
    pub place: Option<String>,
    /// Its parameters.
    pub params: VenueParams,
}

/// An agency with its name and mandate.
#[derive(Clone, Debug, PartialEq)]
pub struct Agency {
    /// Name used in tables, charts and lever paths.
    pub name: String,
    /// Names of the places where it may act; empty for all.
    pub places: Vec<String>,
    /// Goods it pursues; empty for all.
    pub goods: Vec<Good>,
    /// Its parameters.
    pub params: AgencyParams,
}

/// A kind of syndicate with its name.
#[derive(Clone, Debug, PartialEq)]
pub struct Temperament {
    /// Name used in tables, charts and lever paths.
    pub name: String,
    /// Its parameters.
    pub params: TemperamentParams,
}

/// A provider of delegates with its name.
#[derive(Clone, Debug, PartialEq)]
pub struct Provider {
    /// Name used in tables, charts and lever paths.
    pub name: String,
    /// Its parameters.
    pub params: ProviderParams,
}

/// A house with its name.
#[derive(Clone, Debug, PartialEq)]
pub struct House {
    /// Name used in tables, charts and lever paths.
    pub name: String,
    /// Its parameters.
    pub params: HouseParams,
}

/// Everything that a run is computed from, beside its length and its seed.
#[derive(Clone, Debug, PartialEq)]
pub struct Params {
    /// Who lives here.
    pub citizens: Citizens,
    /// What people want.
    pub demand: Demand,
    /// How trade is done.
    pub market: Market,
    /// How syndicates act.
    pub syndicates: Syndicates,
    /// The means of the law.
    pub law: Law,
    /// How people learn and feel.
    pub society: Society,
    /// What agents do for those whom they serve.
    pub delegates: Delegates,
    /// How enclaves govern themselves.
    pub enclaves: Enclaves,
    /// How colonies are supplied.
    pub colonies: Colonies,
    /// How goods lose what makes them scarce.
    pub leaks: Leaks,
    /// What each part of the welfare account is worth.
    pub welfare: Welfare,
    /// The nine families of restricted goods: what all of them have.
    pub goods: PerGood<GoodParams>,
    /// What only one of the families has.
    pub own: Own,
    /// Places, in the order of the file.
    pub places: Vec<Place>,
    /// Venues, in the order of the file.
    pub venues: Vec<Venue>,
    /// Agencies, in the order of the file.
    pub agencies: Vec<Agency>,
    /// Kinds of syndicates, in the order of the file.
    pub temperaments: Vec<Temperament>,
    /// Providers of delegates, in the order of the file.
    pub providers: Vec<Provider>,
    /// Houses, in the order of the file.
    pub houses: Vec<House>,
}

impl Default for Params {
    fn default() -> Self {
        let place = |name: &str, kind, population, abundance: f64, surveillance: f64, zone_room: f64| Place {
            name: name.into(),
            params: PlaceParams {
                kind,
                population: Factor::from(population),
                abundance: abundance.into(),
                surveillance: surveillance.into(),
                zone_room: zone_room.into(),
                ..PlaceParams::default()
            },
        };
        let venue = |name: &str, at: Option<&str>, size: f64, escrow, trust: f64, concealment: f64| Venue {
            name: name.into(),
            place: at.map(Into::into),
            params: VenueParams {
                size: size.into(),
                escrow,
                trust: trust.into(),
                concealment: concealment.into(),
                ..VenueParams::default()
            },
        };
        let agency = |name: &str, places: &[&str], goods: &[Good], params| Agency {
            name: name.into(),
            places: places.iter().map(|&place| place.into()).collect(),
            goods: goods.to_vec(),
            params,
        };
        let means = |budget: f64, profiling: f64, focused: f64, honeypots: f64, hunting: f64| AgencyParams {
            budget: budget.into(),
            profiling: profiling.into(),
            focused: focused.into(),
            honeypots: honeypots.into(),
            hunting: hunting.into(),
            ..AgencyParams::default()
        };
        let machines = [Good::DangerousTech, Good::TabooComputing, Good::Privacy];
        Self {
            citizens: Citizens::default(),
            demand: Demand::default(),
            market: Market::default(),
            syndicates: Syndicates::default(),
            law: Law::default(),
            society: Society::default(),
            delegates: Delegates::default(),
            enclaves: Enclaves::default(),
            colonies: Colonies::default(),
            leaks: Leaks::default(),
            welfare: Welfare::default(),
            goods: goods::defaults(),
            own: Own::default(),
            places: vec![
                place("centre", PlaceKind::District, 3.0, 0.95, 1.2, 0.0),
                place("harbour", PlaceKind::District, 3.0, 0.9, 1.0, 0.0),
                place("fringe", PlaceKind::Fringe, 2.5, 0.75, 0.6, 0.02),
                place("hollow", PlaceKind::Enclave, 0.8, 0.4, 0.2, 0.06),
                place("colony", PlaceKind::Colony, 0.7, 0.5, 0.3, 0.03),
            ],
            venues: vec![
                venue("lantern", None, 3.0, true, 0.92, 0.3),
                venue("undertow", None, 2.0, true, 0.85, 0.4),
                venue("old_arcade", Some("centre"), 1.0, false, 0.9, 0.0),
                venue("quay_nine", Some("harbour"), 1.5, false, 0.85, 0.05),
                venue("night_yard", Some("fringe"), 1.5, false, 0.8, 0.1),
                venue("common_hall", Some("hollow"), 1.0, false, 0.97, 0.5),
                venue("dome_market", Some("colony"), 1.0, false, 0.85, 0.2),
            ],
            agencies: vec![
                // The watch knows its regulars, the office sets traps and hunts AIs, the guard stops whoever hides.
                agency("city_watch", &["centre", "harbour", "fringe"], &[], means(0.5, 0.0, 0.2, 0.0, 0.0)),
                agency("machine_office", &[], &machines, means(0.25, 0.0, 0.0, 0.1, 0.15)),
                agency("frontier_guard", &["colony", "hollow", "fringe"], &[], means(0.2, 0.1, 0.0, 0.0, 0.0)),
            ],
            temperaments: temperament::temperaments(),
            providers: delegate::providers(),
            houses: Vec::new(),
        }
    }
}
