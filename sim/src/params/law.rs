//! Parameters of the law: what is examined, what is proof, what it costs.

use crate::base::fields::params;
use crate::base::units::{Credits, Days, Factor, PerDay, Share, Watched};

params! {
    /// The means of the law. What may be piloted is marked as such: it can differ by place.
    pub struct Law {
        /// Fine for a buyer
        ///
        /// Raising it deters buying by those who believe they may be caught, and feeds the treasury.
        /// Source: assumption.
        fine: Credits = 120.0, "credits", 0.0 ..= 1_000_000.0, Place;
        /// Fine for a seller, for each case, against what the sale brought
        ///
        /// It takes the same share from the cheap and the dear. Raising it raises prices and drives weak sellers out.
        /// Source: fines by gain, as in the United States Sentencing Guidelines, section 8C2.4, for the form; the value is an assumption.
        seller_fine: Factor = 1.4, "times the price", 0.0 ..= 1_000_000.0, Place;
        /// How much each earlier conviction adds to the next fine
        ///
        /// Source: assumption. Raising it deters those with a record, and makes a clean identity worth more.
        escalation: Factor = 0.25, "of the fine, per record", 0.0 ..= 100.0, Place;
        /// Chance a day that an entry of a record lapses
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
        /// Share of lawful sellers who obey a ban of what they sell
        ///
        /// They close on its first day, and what is banned has to be supplied by others. Raising it makes trade dip after a ban.
        /// Source: assumption: when a drug that shops sold is banned, most of the shops stop selling it.
        compliance: Share = 0.9, "of sellers", 0.0 ..= 1.0, Day;
        /// Tax on licensed sales
        ///
        /// Source: assumption. Raising it pays the treasury and keeps licensed prices near illicit ones.
        licence_tax: Share = 0.15, "of the price", 0.0 ..= 0.9, Place;
        /// Chance a day that a seller of what may be licensed asks for a licence, or gives it back, where the other way earns more
        ///
        /// The chance is in proportion to the gain, and whole where nobody has gone the other way yet. Raising it moves trade into the open, or out of it, sooner.
        /// Source: assumption: paperwork and habit; where cannabis was legalised its lawful share grew for years.
        licensing: PerDay = 0.01, "per day", 0.0 ..= 1.0, Day;
        /// How far licences keep sellers honest
        ///
        /// Source: assumption. At 1 no licensed sale is a scam.
        licence_honesty: Share = 0.9, "of scams prevented", 0.0 ..= 1.0, Place;
        /// Cases against a venue that make a raid, for each hundred citizens of the world
        ///
        /// Lowering it makes raids more frequent. Evidence fades by half in thirty days.
        /// Source: assumption.
        raid_evidence: Factor = 0.52, "cases per 100 citizens", 0.001 ..= 10_000.0, Day;
        /// Chance that an investigation without a crime to find hits an innocent person
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
        /// Legitimacy that a bribe which came out costs, against an innocent person investigated
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
}
