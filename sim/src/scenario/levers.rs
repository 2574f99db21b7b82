//! Levers: every parameter under one path, such as `law.fine`, `goods.privacy.status` or `places.harbour.surveillance`.

use std::borrow::Cow;

use crate::base::fields::{About, AnySection, Scope, Section};
use crate::base::units::{Shape, Value};
use crate::ids::good::Good;
use crate::params::Params;
use crate::params::agency::AgencyParams;
use crate::params::delegate::ProviderParams;
use crate::params::house::HouseParams;
use crate::params::place::PlaceParams;
use crate::params::temperament::TemperamentParams;
use crate::params::venue::VenueParams;
use crate::scenario::Scenario;

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
    /// Least value allowed, in the lever's unit; only for numbers.
    pub min: f64,
    /// Greatest value allowed, in the lever's unit; only for numbers.
    pub max: f64,
    /// Value in the default world; for an item of a list that is not part of it, the default of its kind.
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
    /// Path of the lever.
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
    #[error("unknown lever `{path}`{}", unknown_clause(path, closest.as_deref()))]
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
    pub fault: ValueFault,
    /// What is allowed, in words, with range and unit.
    pub allowed: String,
    /// The most similar word, where words are allowed and one is similar.
    pub closest: Option<&'static str>,
}

/// In what way a value does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueFault {
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

fn unknown_clause(path: &str, closest: Option<&str>) -> String {
    if path.contains('*') {
        "; a star stands for several levers in sweeps only".into()
    } else {
        closest_clause(closest)
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
            let about = address.about(&scenario.params);
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
        let about = address.about(&self.params);
        let value = judge(about, &Given::from_text(value, about.shape)).map_err(misfit)?;
        address.set(&mut self.params, value);
        Ok(())
    }

    /// What differs from the default world, lever by lever. Items of lists that the default world has not are compared
    /// with the default of their kind.
    pub fn changes(&self) -> Vec<Change> {
        let defaults = Params::default();
        Address::all(&self.params)
            .filter_map(|address| {
                let (default, value) = (address.default_in(&defaults, &self.params), address.get(&self.params));
                let about = address.about(&self.params);
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
    Delegates,
    Enclaves,
    Colonies,
    Leaks,
    Welfare,
    /// What all goods have.
    Good(Good),
    /// What only this good has.
    Own(Good),
    Place(usize),
    Venue(usize),
    Agency(usize),
    Temperament(usize),
    Provider(usize),
    House(usize),
}

/// Where a parameter stands: the part, and the number of its field in the part's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address {
    /// Whose table it is in.
    pub(crate) part: Part,
    /// The number of the field in that table, from 0.
    pub(crate) field: usize,
}

/// The parts that are there once, in the order of the file up to `goods`.
pub(crate) const SINGLE: [Part; 11] = [
    Part::Citizens,
    Part::Demand,
    Part::Market,
    Part::Syndicates,
    Part::Law,
    Part::Society,
    Part::Delegates,
    Part::Enclaves,
    Part::Colonies,
    Part::Leaks,
    Part::Welfare,
];

impl Part {
    /// Every part of these parameters, in the order of the file.
    pub fn all(params: &Params) -> Vec<Self> {
        let mut parts = SINGLE.to_vec();
        parts.extend(Good::ALL.iter().flat_map(|&good| [Self::Good(good), Self::Own(good)]));
        parts.extend((0..params.places.len()).map(Self::Place));
        parts.extend((0..params.venues.len()).map(Self::Venue));
        parts.extend((0..params.agencies.len()).map(Self::Agency));
        parts.extend((0..params.temperaments.len()).map(Self::Temperament));
        parts.extend((0..params.providers.len()).map(Self::Provider));
        parts.extend((0..params.houses.len()).map(Self::House));
        parts
    }

    /// Its section.
    pub fn section(self, params: &Params) -> &dyn AnySection {
        match self {
            Self::Citizens => &params.citizens,
            Self::Demand => &params.demand,
            Self::Market => &params.market,
            Self::Syndicates => &params.syndicates,
            Self::Law => &params.law,
            Self::Society => &params.society,
            Self::Delegates => &params.delegates,
            Self::Enclaves => &params.enclaves,
            Self::Colonies => &params.colonies,
            Self::Leaks => &params.leaks,
            Self::Welfare => &params.welfare,
            Self::Good(good) => &params.goods[good],
            Self::Own(good) => params.own.of(good),
            Self::Place(index) => &params.places[index].params,
            Self::Venue(index) => &params.venues[index].params,
            Self::Agency(index) => &params.agencies[index].params,
            Self::Temperament(index) => &params.temperaments[index].params,
            Self::Provider(index) => &params.providers[index].params,
            Self::House(index) => &params.houses[index].params,
        }
    }

    /// Its section, to be changed.
    pub fn section_mut(self, params: &mut Params) -> &mut dyn AnySection {
        match self {
            Self::Citizens => &mut params.citizens,
            Self::Demand => &mut params.demand,
            Self::Market => &mut params.market,
            Self::Syndicates => &mut params.syndicates,
            Self::Law => &mut params.law,
            Self::Society => &mut params.society,
            Self::Delegates => &mut params.delegates,
            Self::Enclaves => &mut params.enclaves,
            Self::Colonies => &mut params.colonies,
            Self::Leaks => &mut params.leaks,
            Self::Welfare => &mut params.welfare,
            Self::Good(good) => &mut params.goods[good],
            Self::Own(good) => params.own.of_mut(good),
            Self::Place(index) => &mut params.places[index].params,
            Self::Venue(index) => &mut params.venues[index].params,
            Self::Agency(index) => &mut params.agencies[index].params,
            Self::Temperament(index) => &mut params.temperaments[index].params,
            Self::Provider(index) => &mut params.providers[index].params,
            Self::House(index) => &mut params.houses[index].params,
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
            Self::Delegates => "delegates".into(),
            Self::Enclaves => "enclaves".into(),
            Self::Colonies => "colonies".into(),
            Self::Leaks => "leaks".into(),
            Self::Welfare => "welfare".into(),
            Self::Good(good) | Self::Own(good) => format!("goods.{}", good.word()).into(),
            Self::Place(index) => format!("places.{}", params.places[index].name).into(),
            Self::Venue(index) => format!("venues.{}", params.venues[index].name).into(),
            Self::Agency(index) => format!("agencies.{}", params.agencies[index].name).into(),
            Self::Temperament(index) => format!("temperaments.{}", params.temperaments[index].name).into(),
            Self::Provider(index) => format!("providers.{}", params.providers[index].name).into(),
            Self::House(index) => format!("houses.{}", params.houses[index].name).into(),
        }
    }

    /// The part that is there once and has this name.
    pub fn single(name: &str) -> Option<Self> {
        Some(match name {
            "citizens" => Self::Citizens,
            "demand" => Self::Demand,
            "market" => Self::Market,
            "syndicates" => Self::Syndicates,
            "law" => Self::Law,
            "society" => Self::Society,
            "delegates" => Self::Delegates,
            "enclaves" => Self::Enclaves,
            "colonies" => Self::Colonies,
            "leaks" => Self::Leaks,
            "welfare" => Self::Welfare,
            _ => return None,
        })
    }

    /// The part with this prefix; of the two of a good, the first.
    fn find(params: &Params, prefix: &str) -> Option<Self> {
        let Some((group, name)) = prefix.split_once('.') else { return Self::single(prefix) };
        Some(match group {
            "goods" => Self::Good(Good::from_word(name)?),
            "places" => Self::Place(params.places.iter().position(|place| place.name == name)?),
            "venues" => Self::Venue(params.venues.iter().position(|venue| venue.name == name)?),
            "agencies" => Self::Agency(params.agencies.iter().position(|agency| agency.name == name)?),
            "temperaments" => Self::Temperament(params.temperaments.iter().position(|kind| kind.name == name)?),
            "providers" => Self::Provider(params.providers.iter().position(|provider| provider.name == name)?),
            "houses" => Self::House(params.houses.iter().position(|house| house.name == name)?),
            _ => return None,
        })
    }
}

impl Address {
    /// Every parameter, in the order of the file.
    pub fn all(params: &Params) -> impl Iterator<Item = Self> {
        Part::all(params).into_iter().flat_map(|part| {
            let fields = part.section(params).abouts().count();
            (0..fields).map(move |field| Self { part, field })
        })
    }

    /// The parameter at this path.
    ///
    /// # Errors
    /// When no parameter has it; the closest path is named.
    pub fn find(params: &Params, path: &str) -> Result<Self, LeverError> {
        let found = path.rsplit_once('.').and_then(|(prefix, name)| {
            let part = Part::find(params, prefix)?;
            let own = if let Part::Good(good) = part { Some(Part::Own(good)) } else { None };
            [Some(part), own].into_iter().flatten().find_map(|part| {
                let field = part.section(params).abouts().position(|about| about.name == name)?;
                Some(Self { part, field })
            })
        });
        found.ok_or_else(|| LeverError::Unknown { path: path.into(), closest: closest_path(params, path) })
    }

    /// Its path.
    pub fn path(self, params: &Params) -> String {
        format!("{}.{}", self.part.prefix(params), self.about(params).name)
    }

    /// What it says of itself.
    pub fn about(self, params: &Params) -> &'static About {
        self.part.section(params).about(self.field).expect("an address is made from the table")
    }

    /// Its value.
    pub fn get(self, params: &Params) -> Value {
        self.part.section(params).get(self.field)
    }

    /// Gives it a value that was judged before.
    pub fn set(self, params: &mut Params, value: Value) {
        self.part.section_mut(params).set(self.field, value);
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
        let named = || Part::find(defaults, &self.part.prefix(params)).map(|part| Self { part, ..self }.get(defaults));
        match self.part {
            Part::Place(_) => named().unwrap_or_else(|| of::<PlaceParams>(self.field)),
            Part::Venue(_) => named().unwrap_or_else(|| of::<VenueParams>(self.field)),
            Part::Agency(_) => named().unwrap_or_else(|| of::<AgencyParams>(self.field)),
            Part::Temperament(_) => named().unwrap_or_else(|| of::<TemperamentParams>(self.field)),
            Part::Provider(_) => named().unwrap_or_else(|| of::<ProviderParams>(self.field)),
            Part::House(_) => named().unwrap_or_else(|| of::<HouseParams>(self.field)),
            _ => self.get(defaults),
        }
    }
}

/// A value as somebody wrote it, before it is held against a parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum Given<'a> {
    /// A number.
    Number(f64),
    /// A word, in quotes or bare.
    Word(Cow<'a, str>),
    /// `true` or `false`.
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
///
/// # Errors
/// When its kind or its range does not fit, with what is allowed.
pub fn judge(about: &About, given: &Given<'_>) -> Result<Value, Misfit> {
    let misfit = |fault, closest| Misfit { found: given.described(), fault, allowed: about.allowed(), closest };
    match (about.shape, given) {
        (Shape::Real | Shape::Whole, &Given::Number(number)) => {
            if !(about.min..=about.max).contains(&number) {
                Err(misfit(ValueFault::Range, None))
            } else if about.shape == Shape::Whole && number.fract() != 0.0 {
                Err(misfit(ValueFault::Fraction, None))
            } else {
                // Minus zero would be written differently from zero and mean the same.
                Ok(Value::Number(number + 0.0))
            }
        }
        (Shape::Words(words), Given::Word(word)) => match words.iter().find(|&&allowed| allowed == word) {
            Some(word) => Ok(Value::Word(word)),
            None => Err(misfit(ValueFault::Word, closest_name(word, words.iter().copied()))),
        },
        (Shape::Flag, &Given::Flag(flag)) => Ok(Value::Flag(flag)),
        _ => Err(misfit(ValueFault::Kind, None)),
    }
}

/// The path of the lever most like this one.
pub(crate) fn closest_path(params: &Params, path: &str) -> Option<String> {
    let paths = Address::all(params).map(|address| address.path(params));
    // An item whose name was refused has none.
    let paths: Vec<String> = paths.filter(|path| !path.contains("..")).collect();
    let whole = closest_name(path, paths.iter().map(String::as_str));
    // People often know the last part and not the group: `fine` for `law.fine`.
    let by_end = || {
        let name = path.rsplit('.').next().unwrap_or(path);
        paths.iter().map(String::as_str).find(|known| known.rsplit('.').next() == Some(name))
    };
    // Or they ask one good for what another has: `goods.experience.masking` for `goods.privacy.masking`.
    let group_is_known = path.rsplit_once('.').is_some_and(|(prefix, _)| Part::find(params, prefix).is_some());
    let closest = if group_is_known { by_end().or(whole) } else { whole.or_else(by_end) };
    closest.map(Into::into)
}

/// The most similar of some names, if one is similar enough to be what was meant.
pub fn closest_name<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
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
