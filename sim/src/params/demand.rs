//! Parameters of what people want and what keeps them from it.

use crate::base::fields::params;
use crate::base::units::{Count, Factor, Share, Utils};
use crate::ids::good::GOODS;

params! {
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
        /// At 1 a feared credit hurts like a spent one; below 1 how high a sanction is counts for little, against that it comes.
        /// Source: Nagin (2013): certainty deters, severity hardly; Grasmick and Bursik (1990): shame deters as much as the law. The size is an assumption.
        sanction_weight: Factor = 0.15, "times its price", 0.0 ..= 100.0, Day;
        /// Utility lost when a sanction is certain, beside the fine
        ///
        /// Shame, lost time and standing. Raising it deters the rich too.
        /// Source: assumption.
        shame: Utils = 1.9, "utils", 0.0 ..= 100.0, Day;
        /// Weight of an expected scam, for each credit at stake
        ///
        /// Raising it moves trade to sellers and venues with a name.
        /// Source: at 1 people are risk neutral.
        scam_weight: Factor = 1.0, "times its price", 0.0 ..= 100.0, Day;
        /// What it takes to leave the house: the pull of buying nothing
        ///
        /// Raising it lowers all trade.
        /// Source: assumption, set so that a citizen buys about once a month.
        staying_out: Utils = 3.25, "utils", -50.0 ..= 50.0, Day;
        /// Share of days on which a citizen thinks of the market at all
        ///
        /// Source: assumption: attention is limited. Raising it raises all trade, and lets news of prices work faster.
        attention: Share = 0.35, "of days", 0.0 ..= 1.0, Day;
        /// Number of goods a citizen thinks of in such a day
        ///
        /// More goods make choices closer to full information, and days longer to compute.
        /// Source: assumption: attention is limited.
        goods_considered: Count = 2, "goods", 1.0 ..= GOODS as f64, Day;
        /// Number of sellers a citizen compares for one good
        ///
        /// This is market power: at 1 a seller can ask what the buyer can bear, with 2 or more prices fall towards cost. Changes what is chosen, on purpose.
        /// Source: assumption; Burdett and Judd (1983) for the consequence.
        stalls_sampled: Count = 2, "sellers", 1.0 ..= 4.0, Day;
        /// Number of sellers anybody compares for a good that is free or licensed where they live
        ///
        /// What is lawful is shown in windows and lists, so more of it is found. Raising it brings prices of lawful goods near to their cost.
        /// Source: Bagwell (2007) for advertising and prices; Reuter (1983): what is forbidden cannot advertise. The number is an assumption.
        lawful_stalls: Count = 4, "sellers", 1.0 ..= 4.0, Day;
        /// How much tastes for single sellers, ways and parcels count for a good that is free or licensed where somebody lives, against others
        ///
        /// What is sold in the open can be compared like with like and is brought home; what is hidden depends on whom one knows and where one goes. Raising it gives lawful sellers the market power of dealers, so that a ban raises prices less.
        /// Source: Galenianos, Pacula and Persico (2012) for dealers' power over buyers who cannot compare; the size is an assumption.
        lawful_taste: Share = 0.1, "of tastes and ways", 0.0 ..= 1.0, Day;
        /// Number of sellers a delegate compares for one good
        ///
        /// Source: assumption: agents search better than people. Raising it lowers the prices that delegated citizens pay.
        delegate_stalls: Count = 4, "sellers", 1.0 ..= 4.0, Day;
        /// Share of sellers that people find because others speak of them
        ///
        /// The rest are met by chance, all alike. Hearsay favours those who sell much, so raising it makes few sellers large and keeps newcomers small; at 0 every seller is as easy to find as any other.
        /// Source: growth by being known is Simon's (1955) process on the side of demand; the value is an assumption, such that newcomers are found and a few sellers become large all the same.
        hearsay: Share = 0.6, "of sellers found", 0.0 ..= 1.0, Day;
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
        /// Utility lost in waiting for what a virtual venue sends, and in receiving it
        ///
        /// Raising it moves trade to venues in places, the more of it the nearer they are to people.
        /// Source: assumption: about half of a way to another place, so that venues of both kinds are as near to people as each other; buyers of parcels name delay, loss and the risk at the door.
        shipping: Utils = 0.8, "utils", 0.0 ..= 50.0, Day;
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
        /// Risk that everybody expects at least of a law that has just become stricter, whatever they have learnt
        ///
        /// It holds in full on the day of a ban of what was free, and in proportion on that of a milder change. Raising it makes trade dip after a ban.
        /// Source: Sherman (1990): crackdowns deter by more than they do at first, until people learn; the size is an assumption: a new law is taken at its word.
        announcement: Share = 1.0, "chance of a case", 0.0 ..= 1.0, Day;
        /// How fast that fades
        ///
        /// Raising it makes people find out sooner what a ban is worth.
        /// Source: assumption: half of it in about two months, as in Sherman's (1990) crackdowns.
        announcement_decay: Share = 0.012, "per day", 0.0 ..= 1.0, Day;
        /// How keenly visible enforcement is felt as lost freedom
        ///
        /// Each patrol for each resident, whether it finds a trade or not, adds so much a day to what is felt of a full ban. Raising it lowers the point beyond which more enforcement raises demand.
        /// Source: Brehm's reactance, in direction; the size is an assumption.
        pressure: Factor = 0.5, "of a full ban, per patrol and resident", 0.0 ..= 1000.0, Day;
    }
}
