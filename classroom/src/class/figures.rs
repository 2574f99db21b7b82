//! The results of a round: numbers for everyone and for each seat, computed from the tables of its days.

use std::sync::Arc;

use contraband_lab::measure::Recording;
use contraband_lab::measure::expression::{Expression, parse};

use crate::future::RecordedDay;
use crate::lesson::Lesson;
use crate::seat::Better;

/// A number that is computed for each round.
pub struct RoundFigure {
    /// Its name on pages.
    pub text: String,
    /// Its unit in words.
    pub unit: String,
    /// Which way is good.
    pub better: Better,
    expression: Expression,
}

impl RoundFigure {
    fn new(text: &str, metric: &str, unit: &str, better: Better, actor: &str) -> Result<Self, String> {
        let metric = metric.replace("{actor}", actor);
        let expression = parse(&metric).map_err(|complaint| format!("`{metric}`: {complaint}"))?;
        Ok(Self { text: text.into(), unit: unit.into(), better, expression })
    }

    /// Computes it from these rows; NaN where they hold nothing for it.
    pub fn read(&self, rows: &Recording) -> f64 {
        self.expression.read(rows, rows)
    }
}

/// All numbers of a lesson.
pub struct Counters {
    /// The numbers that everyone sees.
    pub measures: Vec<RoundFigure>,
    /// The numbers of each seat, its aim first.
    pub seats: Vec<Vec<RoundFigure>>,
}

/// The values of these numbers in one round, in the same order.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// The numbers that everyone sees.
    pub measures: Vec<f64>,
    /// The numbers of each seat.
    pub seats: Vec<Vec<f64>>,
}

impl Counters {
    /// The numbers of this lesson.
    ///
    /// # Errors
    /// When one of its metrics cannot be read: the metric, and what is wrong with it.
    pub fn of(lesson: &Lesson) -> Result<Self, String> {
        let measures = lesson.measures.iter().map(|of| RoundFigure::new(&of.text, &of.metric, &of.unit, of.better, ""));
        let seats = lesson.seats.iter().map(|seat| {
            let aim = seat.aim.as_ref().map(|of| (&*of.text, &*of.metric, &*of.unit, of.better));
            aim.into_iter()
                .chain(seat.role.about().numbers.iter().copied())
                .map(|(text, metric, unit, better)| RoundFigure::new(text, metric, unit, better, &seat.actor))
                .collect()
        });
        Ok(Self { measures: measures.collect::<Result<_, _>>()?, seats: seats.collect::<Result<_, _>>()? })
    }

    /// Computes all numbers over these days.
    pub fn count(&self, days: &[Arc<RecordedDay>]) -> Figures {
        let mut rows = Recording::from_rows(Vec::new());
        for day in days {
            rows.add(day.rows.clone());
        }
        let read = |counted: &Vec<RoundFigure>| counted.iter().map(|of| of.read(&rows)).collect();
        Figures { measures: read(&self.measures), seats: self.seats.iter().map(read).collect() }
    }
}

/// The rank of a number among others of its kind: 1 for the best, the same rank for equal numbers. `None` for NaN, and where
/// neither way is good.
pub fn rank(own: f64, all: &[f64], better: Better) -> Option<usize> {
    let ahead = |other: f64| match better {
        Better::More => other > own,
        Better::Less => other < own,
        Better::Neither => false,
    };
    (better != Better::Neither && own.is_finite()).then(|| 1 + all.iter().filter(|&&other| ahead(other)).count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::future::Future;
    use crate::lesson::small;

    #[test]
    fn a_round_is_counted_over_its_own_days() {
        let lesson = small();
        let mut world = lesson.world(7).unwrap();
        world.set("citizens.count", "2000").unwrap();
        let mut future = Future::new(Arc::new(world), 1);
        (0..20).for_each(|_| future.step());
        let counters = Counters::of(&lesson).unwrap();
        let over = |from: usize, to: usize| counters.count(&future.days()[from..=to]);
        let (early, late, all) = (over(1, 10), over(11, 20), over(1, 20));
        let trade = |figures: &Figures| figures.measures[0];
        assert!(trade(&early) > 0.0 && trade(&early) + trade(&late) == trade(&all));
        let examined = |figures: &Figures, seat: usize| figures.seats[seat][2];
        assert!(examined(&all, 0) > examined(&all, 1), "the larger agency looks at more: each counts its own");
        assert_eq!(all.seats.len(), lesson.seats.len());
    }

    #[test]
    fn ranks_by_hand() {
        let all = [5.0, 9.0, 5.0, f64::NAN];
        assert_eq!(all.map(|own| rank(own, &all, Better::More)), [Some(2), Some(1), Some(2), None]);
        assert_eq!(rank(9.0, &all, Better::Less), Some(3));
        assert_eq!(rank(9.0, &all, Better::Neither), None);
    }
}
