//! Parameters of enclaves.

use crate::base::fields::params;
use crate::base::units::{Factor, PerDay, Share, Utils};
use crate::ids::good::Good;

params! {
    /// How enclaves govern themselves, who comes and goes, and what is done about them.
    pub struct Enclaves {
        /// Anxiety and disaffection at which people leave for an enclave
        ///
        /// Lowering it fills enclaves in calm times too.
        /// Source: Hirschman (1970) for exit as an answer to discontent; the size is an assumption, set so that an enclave grows slowly in the default world.
        exit: Factor = 0.7, "of full anxiety", 0.0 ..= 100.0, Day;
        /// What moving costs, in or out
        ///
        /// Source: assumption. Raising it keeps people where they are.
        moving: Factor = 0.1, "of full anxiety", 0.0 ..= 100.0, Day;
        /// Weight of lost legitimacy in disaffection, for somebody of average reactance
        ///
        /// Source: assumption. Raising it lets a law without legitimacy drive people out of its reach.
        disaffection: Factor = 1.0, "of full anxiety", 0.0 ..= 100.0, Day;
        /// Hardship of a life without any machine, for somebody without skill
        ///
        /// The skilled feel less of it. Source: assumption. Raising it keeps enclaves small and skilled.
        hardship: Factor = 0.5, "of full anxiety", 0.0 ..= 100.0, Day;
        /// Relief from boredom in a life with less abundance
        ///
        /// Source: assumption. Raising it keeps residents in.
        relief: Factor = 0.2, "of full anxiety", 0.0 ..= 100.0, Day;
        /// Hardship of an empty commons, against that of a life without any machine
        ///
        /// It begins when the commons is below half, and no skill softens it.
        /// Source: assumption. Raising it sends residents back sooner when the commons is used up.
        hunger: Factor = 1.0, "of hardship", 0.0 ..= 100.0, Day;
        /// Most people an enclave takes
        ///
        /// Source: assumption. Raising it lets enclaves grow, and be seen.
        capacity: Share = 0.3, "of all citizens", 0.0 ..= 1.0, Day;
        /// Least skill that a council asks of those who come
        ///
        /// It asks for more when the commons is below half. Source: assumption. Raising it keeps people out.
        admission: Share = 0.2, "of full skill", 0.0 ..= 1.0, Place;
        /// Whether those with a record may come
        ///
        /// Source: assumption. Without them an enclave is no refuge from the law.
        records: bool = true, "flag", 0.0 ..= 1.0, Day;
        /// How far norms hold use of the commons down in good times
        ///
        /// Source: Ostrom (1990) in direction; the size is an assumption. Raising it spares the commons.
        norms: Share = 0.5, "of overuse", 0.0 ..= 1.0, Place;
        /// How much stricter norms and admission become as the commons falls below half
        ///
        /// At 0 nobody answers, and a commons that is used too much is used up.
        /// Source: Ostrom (1990) for graduated answers; the size is an assumption.
        response: Factor = 2.0, "of what is missing", 0.0 ..= 100.0, Day;
        /// What people take beyond their need where no norm holds
        ///
        /// Source: assumption. Raising it uses the commons up sooner.
        overuse: Factor = 1.0, "of need", 0.0 ..= 100.0, Day;
        /// How fast a commons grows back
        ///
        /// Source: assumption. Raising it feeds more people.
        regrowth: PerDay = 0.04, "per day, when nearly empty", 0.0 ..= 1.0, Day;
        /// What a full commons holds
        ///
        /// Source: assumption. Raising it feeds more people and makes its loss slower.
        commons: Factor = 200.0, "days of need of those who live there at the start", 1.0 ..= 100_000.0, Start;
        /// Units of each craft that a resident makes where the commons is full
        ///
        /// Source: assumption. Lowering it makes what is made by hand scarcer.
        crafts: Factor = 0.1, "units per resident and day", 0.0 ..= 1000.0, Place;
        /// What a unit of craft takes from the commons
        ///
        /// Source: assumption. Raising it makes trade with the outside use the commons up.
        craft_need: Factor = 2.0, "days of need", 0.0 ..= 1000.0, Day;
        /// Share of residents who take and do not give
        ///
        /// The least sociable. Source: assumption. Raising it gives norms more to do.
        free_riders: Share = 0.1, "of residents", 0.0 ..= 1.0, Day;
        /// Chance that somebody who does not give is sent away, where norms are strictest
        ///
        /// Source: assumption. Raising it makes norms cost residents.
        expulsion: Share = 0.2, "in 30 days", 0.0 ..= 1.0, Day;
        /// Tariff on what strangers sell at an enclave's own venue
        ///
        /// It goes to the commons. Source: assumption. Raising it keeps strangers away.
        tariff: Share = 0.05, "of the price", 0.0 ..= 0.5, Place;
        /// Size at which an enclave can no longer be overlooked
        ///
        /// Below it is tolerated. Source: assumption. Lowering it brings containment sooner.
        visible: Share = 0.13, "of all citizens", 0.0 ..= 1.0, Day;
        /// How much closer a contained enclave is watched
        ///
        /// Source: assumption. Raising it makes containment cost residents more.
        watch: Factor = 4.0, "times surveillance", 0.0 ..= 100.0, Day;
        /// Utility that a ring around an enclave takes from a way to its venue
        ///
        /// Source: assumption. Raising it cuts a contained enclave off from trade.
        ring: Utils = 1.5, "utils", 0.0 ..= 50.0, Day;
        /// Whether an enclave that can be seen is eradicated instead of contained
        ///
        /// Its venue is raided and its residents are driven out.
        /// Source: the scenario's question.
        eradicate: bool = false, "flag", 0.0 ..= 1.0, Day;
        /// Anxiety of those who are driven out
        ///
        /// Source: assumption. Raising it makes eradication cost calm.
        uprooting: Share = 0.3, "of full anxiety", 0.0 ..= 1.0, Day;
    }
}

/// What councils sell: one stall of each.
pub const CRAFTS: [Good; 2] = [Good::Authenticity, Good::ScarcityRecreation];
