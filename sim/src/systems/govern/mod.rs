//! Rules due today come into force, incomes and budgets are paid, patrols and searches are planned.

pub mod compliance;
pub mod income;
pub mod newcomers;
pub mod patrols;
pub mod providers;
pub mod rules;
pub mod suspects;
