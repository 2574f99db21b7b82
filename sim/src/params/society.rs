//! Parameters of anxiety, contagion, harm and trust in the law.

use crate::base::fields::params;
use crate::base::units::{Factor, PerDay, Share, Valve};

params! {
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
        /// Calm from innovation: what people take from their anxiety each day, for each log of innovation a year
        ///
        /// What is felt is growth of the last months, to which everybody gets used. Raising it makes looking away from the gray zone pay in calm.
        /// Source: Easterlin (1974) for getting used to a level; the size is an assumption: growth by five per cent a year outweighs half of a life with nothing to do.
        hope: Factor = 0.01, "per day and log a year", 0.0 ..= 10.0, Day;
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
        /// Legitimacy lost with each innocent person investigated, for each citizen
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
}
