//! The citizens of a run on its last day, and the groups that they are in: kept of each run, so that two worlds can be
//! compared person by person.

use serde::{Deserialize, Serialize};

use crate::measure::Recording;

/// Columns of `citizens` that are averaged over groups.
pub const BURDENS: [&str; 6] = ["credits", "anxiety", "boredom", "record", "purchases", "favours"];

/// The sample of citizens of the last day, in the order of their numbers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SampledPeople {
    /// Their numbers.
    citizens: Vec<u32>,
    /// In what groups they are.
    groups: Vec<GroupsOfAKind>,
    /// Their values of [`BURDENS`], with seven digits.
    burdens: Vec<Vec<f32>>,
}

/// Groups of one kind, of which each citizen is in one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct GroupsOfAKind {
    /// By what they are told apart.
    kind: String,
    /// What they are called.
    names: Vec<String>,
    /// The number of the group of each citizen; there are fewer than 256 places.
    of: Vec<u8>,
}

/// A group in two worlds.
#[derive(Clone, Debug, PartialEq)]
pub struct SharedGroup {
    /// By what it is told apart.
    pub kind: String,
    /// Which it is.
    pub name: String,
    /// How many people are in it in the base, in the arm, and in both.
    pub people: [u32; 3],
    /// The means of [`BURDENS`] in base and arm, of those who are in it in both; NaN where nobody is.
    pub means: [Vec<f64>; 2],
}

impl SampledPeople {
    /// Of the last day of a run: by wealth, income, place, agent, mask, home and what was taken from them.
    pub fn of(rows: &Recording) -> Self {
        let numbers = |column| rows.numbers("citizens", column);
        let places = rows.words("citizens", "place");
        let enclaves: Vec<&str> = {
            let kinds = rows.words("places", "kind");
            let names = rows.words("places", "place").into_iter();
            names.zip(kinds).filter(|(_, kind)| *kind == "enclave").map(|(name, _)| name).collect()
        };
        let mut groups = Vec::new();
        let mut told_apart = |kind: &str, names: &[&str], of: &dyn Fn(usize) -> usize| {
            groups.push(GroupsOfAKind {
                kind: kind.into(),
                names: names.iter().map(|&name| name.into()).collect(),
                of: (0..places.len()).map(|row| of(row) as u8).collect(),
            });
        };
        for (kind, column) in [("wealth", "credits"), ("income", "income")] {
            let fifth = fifths(&numbers(column));
            told_apart(
                kind,
                &["poorest fifth", "second fifth", "third fifth", "fourth fifth", "richest fifth"],
                &|row| fifth[row],
            );
        }
        let mut names = rows.words("places", "place");
        names.sort_unstable();
        names.dedup();
        told_apart("place", &names, &|row| names.iter().position(|name| *name == places[row]).unwrap_or(0));
        let (delegated, mask, donor) = (numbers("delegated"), numbers("mask"), numbers("donor"));
        told_apart("agent", &["shops alone", "agent shops"], &|row| usize::from(delegated[row] > 0.0));
        told_apart("mask", &["no mask", "masked"], &|row| usize::from(mask[row] >= 0.1));
        told_apart("enclave", &["outside", "in an enclave"], &|row| usize::from(enclaves.contains(&places[row])));
        told_apart("identity", &["kept it", "donor"], &|row| usize::from(donor[row] > 0.0));
        Self {
            citizens: numbers("citizen").into_iter().map(|citizen| citizen as u32).collect(),
            groups,
            burdens: BURDENS.map(|column| numbers(column).into_iter().map(|value| value as f32).collect()).into(),
        }
    }

    /// What another build kept, whose [`BURDENS`] were these, as this one would have: what that one has not is unknown.
    #[must_use]
    pub fn arranged(mut self, theirs: &[String]) -> Self {
        let unknown = vec![f32::NAN; self.citizens.len()];
        let of =
            |burden: &str| theirs.iter().position(|one| one == burden).and_then(|at| self.burdens.get(at).cloned());
        self.burdens = BURDENS.into_iter().map(|burden| of(burden).unwrap_or_else(|| unknown.clone())).collect();
        self
    }

    /// Each group that both worlds have. A policy may bring others into a group, as masks do into that of the masked; so the
    /// means are of those who are in it in both.
    pub fn shared(&self, arm: &Self) -> Vec<SharedGroup> {
        let mut found = Vec::new();
        let pairs = self.pairs(arm);
        for groups in &self.groups {
            let Some(others) = arm.groups.iter().find(|one| one.kind == groups.kind) else { continue };
            for (here, name) in groups.names.iter().enumerate() {
                let Some(there) = others.names.iter().position(|other| other == name) else { continue };
                let (here, there) = (here as u8, there as u8);
                let count = |of: &[u8], which: u8| of.iter().filter(|one| **one == which).count() as u32;
                let stay: Vec<(usize, usize)> = pairs
                    .iter()
                    .copied()
                    .filter(|&(one, other)| groups.of[one] == here && others.of[other] == there)
                    .collect();
                let mean = |values: &Vec<f32>, rows: &mut dyn Iterator<Item = usize>| {
                    rows.map(|row| f64::from(values[row])).sum::<f64>() / stay.len() as f64
                };
                found.push(SharedGroup {
                    kind: groups.kind.clone(),
                    name: name.clone(),
                    people: [count(&groups.of, here), count(&others.of, there), stay.len() as u32],
                    means: [
                        self.burdens.iter().map(|values| mean(values, &mut stay.iter().map(|pair| pair.0))).collect(),
                        arm.burdens.iter().map(|values| mean(values, &mut stay.iter().map(|pair| pair.1))).collect(),
                    ],
                });
            }
        }
        found
    }

    /// The rows of each citizen who is in both samples.
    fn pairs(&self, arm: &Self) -> Vec<(usize, usize)> {
        let mut others = arm.citizens.iter().enumerate().peekable();
        let mut pairs = Vec::with_capacity(self.citizens.len());
        for (row, citizen) in self.citizens.iter().enumerate() {
            while others.peek().is_some_and(|(_, other)| *other < citizen) {
                others.next();
            }
            pairs.extend(others.peek().filter(|(_, other)| *other == citizen).map(|&(other, _)| (row, other)));
        }
        pairs
    }
}

/// In which fifth of all each value is, from 0 for the least; equal values by their order.
fn fifths(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&one, &other| values[one].total_cmp(&values[other]).then(one.cmp(&other)));
    let mut fifths = vec![0; values.len()];
    for (rank, row) in order.into_iter().enumerate() {
        fifths[row] = rank * 5 / values.len();
    }
    fifths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fifths_are_of_equal_size_in_order_of_value() {
        assert_eq!(fifths(&[5.0, 1.0, 3.0, 2.0, 4.0]), [4, 0, 2, 1, 3]);
        assert_eq!(fifths(&[1.0; 10]), [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
    }

    /// Two of four wear masks; the policy masks a third, who is richer. Both who were masked lose 2, and nobody else anything.
    #[test]
    fn a_group_that_grows_is_compared_within_those_who_were_in_it() {
        let world = |masked: [u8; 4], credits: [f32; 4]| SampledPeople {
            citizens: vec![1, 2, 5, 9],
            groups: vec![GroupsOfAKind {
                kind: "mask".into(),
                names: ["no mask", "masked"].map(String::from).into(),
                of: masked.into(),
            }],
            burdens: vec![credits.into()],
        };
        let base = world([1, 1, 0, 0], [10.0, 20.0, 100.0, 30.0]);
        let arm = world([1, 1, 1, 0], [8.0, 18.0, 100.0, 30.0]);
        let found = base.shared(&arm);
        assert_eq!((found[1].name.as_str(), found[1].people), ("masked", [2, 3, 2]));
        assert_eq!(found[1].means, [vec![15.0], vec![13.0]]);
        assert_eq!((found[0].people, &found[0].means), ([2, 1, 1], &[vec![30.0], vec![30.0]]));
        let other = SampledPeople { citizens: vec![2, 3, 9, 10], ..arm.clone() };
        assert_eq!(base.pairs(&other), [(1, 0), (3, 2)]);
    }
}
