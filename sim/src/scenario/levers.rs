//! Levers: every parameter under one path, such as `law.fine`, `goods.privacy.status` or `places.harbour.surveillance`.

use std::borrow::Cow;

use super::Scenario;
use super::fields::{About, Scope, Section};
use super::params::{
    AgencyParams, Citizens, Demand, GoodParams, Law, Market, Params, PlaceParams, Society, Syndicates, VenueParams,
};
use crate::goods::Good;
use crate::units::{Shape, Value};

/// One adjustable parameter, as people see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Lever {
    /// Path, as in `--set` and in timelines.
    pub path: String,
    /// What people call it.
    pub label: String,
    /// Unit in words.
    pub unit: &'static str,
    /// What kind of value it takes.
    pub shape: Shape,
    /// Least value allowed, for numbers.
    pub min: f64,
    /// Greatest value allowed, for numbers.
    pub max: f64,
    /// Value in the default world; for a place, venue or agency that is not part of it, the default of its kind.
    pub default: Value,
    /// Who says so.
    pub source: String,
    /// What happens when it moves.
    pub consequence: String,
    /// When and where it may be changed.
    pub scope: Scope,
}

/// A parameter that differs from the default world.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Path of the lever; for what is no lever (the list of places, say) its name in the file.
    pub path: String,
    /// Value in the default world.
    pub default: Value,
    /// Value in this scenario.
    pub value: Value,
    /// What people call it.
    pub label: String,
    /// Unit in words.
    pub unit: &'static str,
}

/// Why a lever cannot be set.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum LeverError {
    /// No lever has this path.
    #[error("unknown lever `{path}`{}", closest_clause(closest.as_deref()))]
    Unknown {
        /// What was asked for.
        path: String,
        /// The lever with the most similar path, if one is similar.
        closest: Option<String>,
    },
    /// The value is not one that this lever takes.
    #[error("`{path}` cannot be {misfit}")]
    Misfit {
        /// Path of the lever.
        path: String,
        /// What is wrong with the value.
        misfit: Misfit,
    },
}

/// Why a value does not fit a parameter: what was found, and what is allowed.
#[derive(Clone, Debug, PartialEq)]
pub struct Misfit {
    /// What was found, as written.
    pub found: String,
    /// What is wrong with it, in a few words.
    pub fault: Fault,
    /// What is allowed, in words, with range and unit.
    pub allowed: String,
    /// The most similar word, where words are allowed and one is similar.
    pub closest: Option<&'static str>,
}

/// In what way a value does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Another kind of value.
    Kind,
    /// A number outside the range.
    Range,
    /// A fraction where whole numbers are counted.
    Fraction,
    /// A word that is not among those allowed.
    Word,
}

impl std::fmt::Display for Misfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: it takes {}{}", self.found, self.allowed, closest_clause(self.closest))
    }
}

fn closest_clause(closest: Option<&str>) -> String {
    closest.map(|name| format!("; the closest is `{name}`")).unwrap_or_default()
}

/// Every lever of this scenario's world, in the order of the file.
pub fn levers(scenario: &Scenario) -> Vec<Lever> {
    let defaults = Params::default();
    Address::all(&scenario.params)
        .map(|address| {
            let about = address.about();
            Lever {
                path: address.path(&scenario.params),
                label: about.label().into(),
                unit: about.unit,
                shape: about.shape,
                min: about.min,
                max: about.max,
                default: address.default_in(&defaults, &scenario.params),
                source: about.source(),
                consequence: about.consequence(),
                scope: about.scope,
            }
        })
        .collect()
}

impl Scenario {
    /// The value of a lever, as it holds where no entry of the timeline says otherwise.
    ///
    /// # Errors
    /// When no lever has this path.
    pub fn get(&self, path: &str) -> Result<Value, LeverError> {
        Ok(Address::find(&self.params, path)?.get(&self.params))
    }

    /// Sets a lever from text, as `--set` does. Combinations are not looked at: see [`Scenario::check`].
    ///
    /// # Errors
    /// When no lever has this path, or the text is no value that it takes.
    pub fn set(&mut self, path: &str, value: &str) -> Result<(), LeverError> {
        let address = Address::find(&self.params, path)?;
        let misfit = |misfit| LeverError::Misfit { path: path.into(), misfit };
        let value = judge(address.about(), &Given::from_text(value, address.about().shape)).map_err(misfit)?;
        address.set(&mut self.params, value);
        Ok(())
    }

    /// What differs from the default world, lever by lever. Places, venues and agencies that the default world has not
    /// are compared with the default of their kind.
    pub fn changes(&self) -> Vec<Change> {
        let defaults = Params::default();
        Address::all(&self.params)
            .filter_map(|address| {
                let (default, value) = (address.default_in(&defaults, &self.params), address.get(&self.params));
                let about = address.about();
                (default != value).then(|| Change {
                    path: address.path(&self.params),
                    default,
                    value,
                    label: about.label().into(),
                    unit: about.unit,
                })
            })
            .collect()
    }
}

/// A part of the parameters that has a table of fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    Citizens,
    Demand,
    Market,
    Syndicates,
    Law,
    Society,
    Good(Good),
    Place(usize),
    Venue(usize),
    Agency(usize),
}

/// Where a parameter stands: the part, and the number of its field in the part's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Address {
    pub part: Part,
    pub field: usize,
}

impl Part {
    /// Every part of these parameters, in the order of the file.
    pub fn all(params: &Params) -> Vec<Self> {
        let mut parts = vec![Self::Citizens, Self::Demand, Self::Market, Self::Syndicates, Self::Law, Self::Society];
        parts.extend(Good::ALL.iter().map(|&good| Self::Good(good)));
        parts.extend((0..params.places.len()).map(Self::Place));
        parts.extend((0..params.venues.len()).map(Self::Venue));
        parts.extend((0..params.agencies.len()).map(Self::Agency));
        parts
    }

    /// What its fields say of themselves, in order.
    pub fn abouts(self) -> impl Iterator<Item = &'static About> {
        (0..).map_while(move |field| self.about(field))
    }

    /// What one of its fields says of itself; `None` past the last.
    fn about(self, field: usize) -> Option<&'static About> {
        fn of<S: Section>(field: usize) -> Option<&'static About> {
            S::FIELDS.get(field).map(|field| &field.about)
        }
        match self {
            Self::Citizens => of::<Citizens>(field),
            Self::Demand => of::<Demand>(field),
            Self::Market => of::<Market>(field),
            Self::Syndicates => of::<Syndicates>(field),
            Self::Law => of::<Law>(field),
            Self::Society => of::<Society>(field),
            Self::Good(_) => of::<GoodParams>(field),
            Self::Place(_) => of::<PlaceParams>(field),
            Self::Venue(_) => of::<VenueParams>(field),
            Self::Agency(_) => of::<AgencyParams>(field),
        }
    }

    /// What comes before the field's name in a lever path.
    pub fn prefix(self, params: &Params) -> Cow<'static, str> {
        match self {
            Self::Citizens => "citizens".into(),
            Self::Demand => "demand".into(),
            Self::Market => "market".into(),
            Self::Syndicates => "syndicates".into(),
            Self::Law => "law".into(),
            Self::Society => "society".into(),
            Self::Good(good) => format!("goods.{}", good.word()).into(),
            Self::Place(index) => format!("places.{}", params.places[index].name).into(),
            Self::Venue(index) => format!("venues.{}", params.venues[index].name).into(),
            Self::Agency(index) => format!("agencies.{}", params.agencies[index].name).into(),
        }
    }

    /// The part with this prefix.
    fn find(params: &Params, prefix: &str) -> Option<Self> {
        let (group, name) = prefix.split_once('.').unwrap_or((prefix, ""));
        Some(match (group, name) {
            ("citizens", "") => Self::Citizens,
            ("demand", "") => Self::Demand,
            ("market", "") => Self::Market,
            ("syndicates", "") => Self::Syndicates,
            ("law", "") => Self::Law,
            ("society", "") => Self::Society,
            ("goods", good) => Self::Good(Good::from_word(good)?),
            ("places", name) => Self::Place(params.places.iter().position(|place| place.name == name)?),
            ("venues", name) => Self::Venue(params.venues.iter().position(|venue| venue.name == name)?),
            ("agencies", name) => Self::Agency(params.agencies.iter().position(|agency| agency.name == name)?),
            _ => return None,
        })
    }
}

impl Address {
    /// Every parameter, in the order of the file.
    pub fn all(params: &Params) -> impl Iterator<Item = Self> {
        Part::all(params).into_iter().flat_map(|part| (0..part.abouts().count()).map(move |field| Self { part, field }))
    }

    /// The parameter at this path.
    pub fn find(params: &Params, path: &str) -> Result<Self, LeverError> {
        let found = path.rsplit_once('.').and_then(|(prefix, name)| {
            let part = Part::find(params, prefix)?;
            let field = part.abouts().position(|about| about.name == name)?;
            Some(Self { part, field })
        });
        found.ok_or_else(|| LeverError::Unknown { path: path.into(), closest: closest_path(params, path) })
    }

    /// Its path.
    pub fn path(self, params: &Params) -> String {
        format!("{}.{}", self.part.prefix(params), self.about().name)
    }

    /// What it says of itself.
    pub fn about(self) -> &'static About {
        self.part.about(self.field).expect("an address is made from the table")
    }

    /// Its value.
    pub fn get(self, params: &Params) -> Value {
        fn of<S: Section>(section: &S, field: usize) -> Value {
            (S::FIELDS[field].get)(section)
        }
        match self.part {
            Part::Citizens => of(&params.citizens, self.field),
            Part::Demand => of(&params.demand, self.field),
            Part::Market => of(&params.market, self.field),
            Part::Syndicates => of(&params.syndicates, self.field),
            Part::Law => of(&params.law, self.field),
            Part::Society => of(&params.society, self.field),
            Part::Good(good) => of(&params.goods[good], self.field),
            Part::Place(index) => of(&params.places[index].params, self.field),
            Part::Venue(index) => of(&params.venues[index].params, self.field),
            Part::Agency(index) => of(&params.agencies[index].params, self.field),
        }
    }

    /// Gives it a value that was judged before.
    pub fn set(self, params: &mut Params, value: Value) {
        match self.part {
            Part::Citizens => set_in(&mut params.citizens, self.field, value),
            Part::Demand => set_in(&mut params.demand, self.field, value),
            Part::Market => set_in(&mut params.market, self.field, value),
            Part::Syndicates => set_in(&mut params.syndicates, self.field, value),
            Part::Law => set_in(&mut params.law, self.field, value),
            Part::Society => set_in(&mut params.society, self.field, value),
            Part::Good(good) => set_in(&mut params.goods[good], self.field, value),
            Part::Place(index) => set_in(&mut params.places[index].params, self.field, value),
            Part::Venue(index) => set_in(&mut params.venues[index].params, self.field, value),
            Part::Agency(index) => set_in(&mut params.agencies[index].params, self.field, value),
        }
    }

    /// Changes it in its section, which must be the one of its part.
    pub fn change_in<S: Section>(self, section: &mut S, change: impl FnOnce(Value) -> Value) {
        let field = &S::FIELDS[self.field];
        (field.set)(section, change((field.get)(section)));
    }

    /// Its value in the default world; for what that world has not, the default of its kind.
    fn default_in(self, defaults: &Params, params: &Params) -> Value {
        fn of<S: Section + Default>(field: usize) -> Value {
            (S::FIELDS[field].get)(&S::default())
        }
        let prefix = self.part.prefix(params);
        match (Part::find(defaults, &prefix), self.part) {
            (Some(part), _) => Self { part, ..self }.get(defaults),
            (None, Part::Place(_)) => of::<PlaceParams>(self.field),
            (None, Part::Venue(_)) => of::<VenueParams>(self.field),
            (None, _) => of::<AgencyParams>(self.field),
        }
    }
}

/// Sets one field of a section.
pub(crate) fn set_in<S: Section>(section: &mut S, field: usize, value: Value) {
    (S::FIELDS[field].set)(section, value);
}

/// A value as somebody wrote it, before it is held against a parameter.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Given<'a> {
    Number(f64),
    Word(Cow<'a, str>),
    Flag(bool),
    /// Something else, by its name: "a list".
    Other(&'static str),
}

impl<'a> Given<'a> {
    /// Reads the text after `--set path=` for a parameter of this shape.
    fn from_text(text: &'a str, shape: Shape) -> Self {
        let text = text.trim();
        let number = text.replace('_', "").parse();
        match (shape, number, text) {
            (Shape::Real | Shape::Whole, Ok(number), _) => Self::Number(number),
            (_, _, "true") => Self::Flag(true),
            (_, _, "false") => Self::Flag(false),
            (Shape::Words(_), _, _) => Self::Word(text.trim_matches(['"', '\'']).into()),
            (_, Ok(number), _) => Self::Number(number),
            _ => Self::Word(text.into()),
        }
    }

    fn described(&self) -> String {
        match self {
            Self::Number(number) => format!("{number}"),
            Self::Word(word) => format!("{:?}", shortened(word)),
            Self::Flag(flag) => format!("{flag}"),
            Self::Other(kind) => (*kind).into(),
        }
    }
}

/// Holds a given value against what a parameter takes.
pub(crate) fn judge(about: &About, given: &Given<'_>) -> Result<Value, Misfit> {
    let misfit = |fault, closest| Misfit { found: given.described(), fault, allowed: about.allowed(), closest };
    match (about.shape, given) {
        (Shape::Real | Shape::Whole, &Given::Number(number)) => {
            if !(about.min..=about.max).contains(&number) {
                Err(misfit(Fault::Range, None))
            } else if about.shape == Shape::Whole && number.fract() != 0.0 {
                Err(misfit(Fault::Fraction, None))
            } else {
                // Minus zero would be written differently from zero and mean the same.
                Ok(Value::Number(number + 0.0))
            }
        }
        (Shape::Words(words), Given::Word(word)) => match words.iter().find(|&&allowed| allowed == word) {
            Some(word) => Ok(Value::Word(word)),
            None => Err(misfit(Fault::Word, closest_name(word, words.iter().copied()))),
        },
        (Shape::Flag, &Given::Flag(flag)) => Ok(Value::Flag(flag)),
        _ => Err(misfit(Fault::Kind, None)),
    }
}

/// The path of the lever most like this one.
pub(crate) fn closest_path(params: &Params, path: &str) -> Option<String> {
    let paths: Vec<String> = Address::all(params).map(|address| address.path(params)).collect();
    let whole = closest_name(path, paths.iter().map(String::as_str));
    // People often know the last part and not the group: `fine` for `law.fine`.
    let by_end = || {
        let name = path.rsplit('.').next().unwrap_or(path);
        paths.iter().map(String::as_str).find(|known| known.rsplit('.').next() == Some(name))
    };
    whole.or_else(by_end).map(Into::into)
}

/// The most similar of some names, if one is similar enough to be what was meant.
pub(crate) fn closest_name<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    // Names are short: a text too long to be one is not worth comparing.
    if name.len() > 200 {
        return None;
    }
    let name = name.to_lowercase();
    names
        .into_iter()
        .map(|known| (strsim::damerau_levenshtein(&name, known), known))
        .filter(|&(distance, known)| distance <= known.len().max(name.len()) / 3)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, known)| known)
}

/// A text cut to a length that fits a line of complaint.
pub(crate) fn shortened(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}...", &text[..end]).into(),
        None => text.into(),
    }
}
