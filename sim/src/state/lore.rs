//! Lore: what sellers tell each other of the trade in a good, and so what any of them knows of it.

use serde::{Deserialize, Serialize};

use crate::ids::good::GOODS;
use crate::ids::rung::RUNGS;
use crate::state::stall::RungValues;

/// What is told of the trade in one good. All sums fade, so that they speak of the last periods.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Lore {
    /// What stalls gained before their upkeep, by posture and markup, in credits; what the law takes is what it takes on average.
    pub(crate) gained: RungValues,
    /// Days of stalls, by posture and markup, each weighted by how well known the stall was: 1 for the average.
    pub(crate) days: RungValues,
    /// Units that they sold on these days, by posture and markup.
    pub(crate) sold: RungValues,
    /// Takings of stalls, by posture, in credits.
    pub(crate) takings: [f32; 2],
    /// Fines on them, by posture, in credits.
    pub(crate) fines: [f32; 2],
}

impl Lore {
    /// Nothing is told yet.
    pub(crate) const SILENT: Self = Self {
        gained: [[0.0; RUNGS]; 2],
        days: [[0.0; RUNGS]; 2],
        sold: [[0.0; RUNGS]; 2],
        takings: [0.0; 2],
        fines: [0.0; 2],
    };

    /// A day goes by, of which so much is left.
    pub(crate) fn fade(&mut self, left: f32) {
        let rows = self.gained.iter_mut().chain(&mut self.days).chain(&mut self.sold).flatten();
        rows.chain(&mut self.takings).chain(&mut self.fines).for_each(|sum| *sum *= left);
    }

    /// A stall in a posture tells what it took and what it was fined.
    pub(crate) fn hear_of_law(&mut self, guarded: bool, takings: f32, fines: f32) {
        self.takings[usize::from(guarded)] += takings;
        self.fines[usize::from(guarded)] += fines;
    }

    /// A stall with a posture and markup tells what it gained, what it sold, and on how many days, weighted by how well known
    /// it was.
    pub(crate) fn hear(&mut self, guarded: bool, rung: u8, (gained, sold): (f32, f32), days: f32) {
        self.sold[usize::from(guarded)][rung as usize] += sold;
        self.gained[usize::from(guarded)][rung as usize] += gained;
        self.days[usize::from(guarded)][rung as usize] += days;
    }

    /// Share of takings that fines are expected to take in a posture.
    pub(crate) fn risk(&self, guarded: bool) -> f32 {
        let posture = usize::from(guarded);
        if self.takings[posture] > 0.0 { self.fines[posture] / self.takings[posture] } else { 0.0 }
    }

    /// Sums over all postures and markups: what was gained, on how many days.
    fn all(&self) -> (f32, f32) {
        (self.gained.iter().flatten().sum(), self.days.iter().flatten().sum())
    }

    /// What each choice gains a day in the long run; NaN where nobody tried.
    pub(crate) fn prospects(&self, doubt: f32, hearsay: f32) -> RungValues {
        let (mut values, fame) = (self.values(doubt), self.fame(doubt, hearsay));
        for (value, &fame) in values.iter_mut().flatten().zip(fame.iter().flatten()) {
            *value = in_the_long_run(*value, fame);
        }
        values
    }

    /// How well known a stall will be with each choice, if it keeps to it while others do as they do, against what it is now
    /// with sales like all others': 1 where a choice sells as much as all do to those who come by.
    ///
    /// Fame follows sales. If `hearsay` of those who come by have heard of a stall, in proportion to its sales, and it sells
    /// `q` times as much to them as others do, its fame `f` settles where `f = 1 - hearsay + hearsay q f`.
    pub(crate) fn fame(&self, doubt: f32, hearsay: f32) -> RungValues {
        let (_, days) = self.all();
        let usual = if days > 0.0 { self.sold.iter().flatten().sum::<f32>() / days } else { 0.0 };
        let mut fame = [[1.0; RUNGS]; 2];
        for (posture, row) in fame.iter_mut().enumerate() {
            for (rung, fame) in row.iter_mut().enumerate() {
                let (sold, days) = (self.sold[posture][rung], self.days[posture][rung]);
                if usual > 0.0 && days + doubt > 0.0 {
                    let more = (sold + doubt * usual) / ((days + doubt) * usual);
                    *fame = (1.0 - hearsay) / (1.0 - hearsay * more).max((1.0 - hearsay) / MOST_FAME);
                }
            }
        }
        fame
    }

    /// What each choice gains a day, in credits, at a stall as well known as the average; NaN where nobody tried. What
    /// few have tried is believed to be much like all: `doubt` is the days of one stall that weigh as much as they say.
    pub(crate) fn values(&self, doubt: f32) -> RungValues {
        let (gained, days) = self.all();
        let usual = if days > 0.0 { gained / days } else { 0.0 };
        let mut values = [[f32::NAN; RUNGS]; 2];
        for (posture, row) in values.iter_mut().enumerate() {
            for (rung, value) in row.iter_mut().enumerate() {
                let days = self.days[posture][rung];
                if days > 0.0 {
                    *value = (self.gained[posture][rung] + doubt * usual) / (days + doubt);
                }
            }
        }
        values
    }
}

/// What a choice gains with the fame that it brings; a loss is one whatever the fame.
pub(crate) fn in_the_long_run(gain: f32, fame: f32) -> f32 {
    if gain > 0.0 { gain * fame } else { gain }
}

/// Most fame that anybody counts on: a stall that could have the whole market would meet others who answer.
const MOST_FAME: f32 = 2.0;

/// What a stall of each good gains a day, in credits, if it is as well known as the average: as told, and the less is told of
/// it, the more as in other goods.
pub(crate) fn worths(lore: &[Lore; GOODS], doubt: f32) -> [f32; GOODS] {
    let told = lore.each_ref().map(Lore::all);
    let (gained, days) = told.iter().fold((0.0, 0.0), |(gained, days), one| (gained + one.0, days + one.1));
    let usual = if days > 0.0 { gained / days } else { 0.0 };
    told.map(|(gained, days)| (gained + doubt * usual) / (days + doubt))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(rung: u8, gained: f32, takings: f32, fines: f32) -> Lore {
        let mut lore = Lore::SILENT;
        lore.hear_of_law(false, takings, fines);
        lore.hear(false, rung, (gained, 14.0), 7.0);
        lore
    }

    /// Fines of 20 on takings of 100: a fifth. 70 gained on 7 days: 10 a day.
    #[test]
    fn what_the_law_takes_is_known_as_a_share() {
        let lore = told(3, 70.0, 100.0, 20.0);
        assert!((lore.risk(false) - 0.2).abs() < 1e-6 && lore.risk(true) == 0.0);
        let values = lore.values(7.0);
        assert!((values[0][3] - 10.0).abs() < 1e-5 && values[0][4].is_nan() && values[1][3].is_nan());
    }

    /// 10 a day on 7 days of one good, nothing known of the others: with a doubt of 7 days they are believed to be alike.
    #[test]
    fn what_nobody_tells_of_is_believed_to_be_like_the_rest() {
        let mut lore = [Lore::SILENT; GOODS];
        lore[2] = told(0, 70.0, 0.0, 0.0);
        assert!(worths(&lore, 7.0).iter().all(|worth| (worth - 10.0).abs() < 1e-5));
        lore[4] = told(0, 0.0, 0.0, 0.0);
        let worths = worths(&lore, 7.0);
        assert!((worths[2] - 7.5).abs() < 1e-5 && (worths[4] - 2.5).abs() < 1e-5 && (worths[0] - 5.0).abs() < 1e-5);
    }

    /// Half hear of it: who sells a third more than usual is one and a half times as well known in the end, who sells half as
    /// much two thirds; who could have all counts on twice.
    #[test]
    fn who_sells_more_becomes_better_known() {
        let mut lore = Lore::SILENT;
        for (rung, sold) in [(0, 600.0), (1, 400.0), (2, 150.0), (3, 50.0)] {
            lore.hear(false, rung, (0.0, sold), 100.0);
        }
        let fame = lore.fame(0.0, 0.5)[0];
        let due = |more: f32| (0.5 / (1.0 - 0.5 * more)).min(2.0);
        assert!((fame[1] - due(4.0 / 3.0)).abs() < 1e-4 && (fame[1] - 1.5).abs() < 1e-4, "{fame:?}");
        assert!((fame[2] - due(0.5)).abs() < 1e-4 && (fame[0] - 2.0).abs() < 1e-4, "{fame:?}");
        assert!(lore.fame(0.0, 0.0).iter().flatten().all(|fame| (fame - 1.0).abs() < 1e-6));
    }

    #[test]
    fn what_was_told_fades_without_a_change_of_what_it_says() {
        let mut lore = told(3, 70.0, 100.0, 20.0);
        let before = lore.values(0.0)[0][3];
        lore.fade(0.5);
        assert!((lore.values(0.0)[0][3] - before).abs() < 1e-5 && lore.days[0][3] == 3.5);
    }
}
