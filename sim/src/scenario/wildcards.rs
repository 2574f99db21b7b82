//! Lever paths with a star: `places.*.abundance` is that of every place.

use crate::base::units::Value;
use crate::params::Params;
use crate::scenario::Scenario;
use crate::scenario::levers::{Address, LeverError};

/// The levers that a path means: `law.fine` is one, and `places.*.abundance` is that of every place.
///
/// # Errors
/// When there is none, or when they take different values.
pub fn addresses(params: &Params, path: &str) -> Result<Vec<Address>, LeverError> {
    if !path.contains('*') {
        return Ok(vec![Address::find(params, path)?]);
    }
    let wanted: Vec<&str> = path.split('.').collect();
    let fits = |known: &str| {
        let known: Vec<&str> = known.split('.').collect();
        known.len() == wanted.len() && known.iter().zip(&wanted).all(|(one, other)| *other == "*" || one == other)
    };
    let found: Vec<Address> = Address::all(params).filter(|lever| fits(&lever.path(params))).collect();
    let takes = |lever: &Address| {
        let about = lever.about(params);
        (about.shape, about.min, about.max)
    };
    if found.first().is_some_and(|first| found.iter().all(|lever| takes(lever) == takes(first))) {
        return Ok(found);
    }
    Err(LeverError::Unknown { path: path.into(), closest: None })
}

impl Scenario {
    /// The value of all levers that a path with stars means; `None` where they differ.
    ///
    /// # Errors
    /// When no lever has this path.
    pub fn get_all(&self, path: &str) -> Result<Option<Value>, LeverError> {
        let levers = addresses(&self.params, path)?;
        let first = levers[0].get(&self.params);
        Ok(levers.iter().all(|lever| lever.get(&self.params) == first).then_some(first))
    }

    /// Sets all levers that a path with stars means, from text.
    ///
    /// # Errors
    /// As [`Scenario::set`].
    pub fn set_all(&mut self, path: &str, value: &str) -> Result<(), LeverError> {
        let paths: Vec<String> =
            addresses(&self.params, path)?.into_iter().map(|lever| lever.path(&self.params)).collect();
        paths.iter().try_for_each(|path| self.set(path, value))
    }
}
