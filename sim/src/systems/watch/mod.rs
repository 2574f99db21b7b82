//! Agencies examine trades and search people.

pub mod examination;
pub mod searches;
