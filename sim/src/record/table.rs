//! What a table is: a struct for its rows, from which its columns, their types, units and texts, and its writer follow.

pub use crate::record::values::{Cell, Cells, ColumnKind, Exact, Seed, Values, Word, known};

/// One column.
#[derive(Clone, Copy, Debug)]
pub struct ColumnSpec {
    /// Name, snake case.
    pub name: &'static str,
    /// Type.
    pub kind: ColumnKind,
    /// Whether values may be missing; its meaning says when.
    pub may_miss: bool,
    /// Unit in words; empty for keys and names.
    pub unit: &'static str,
    /// What it means.
    pub doc: &'static str,
}

impl ColumnSpec {
    /// A column of a table whose columns are known only while the program runs: no value of it is missing.
    pub const fn new(name: &'static str, kind: ColumnKind, unit: &'static str, doc: &'static str) -> Self {
        Self { name, kind, may_miss: false, unit, doc }
    }

    /// The same, of which values may be missing.
    #[must_use]
    pub const fn or_missing(self) -> Self {
        Self { may_miss: true, ..self }
    }
}

/// One table.
#[derive(Clone, Copy, Debug)]
pub struct TableSpec {
    /// Name; also the name of its file.
    pub name: &'static str,
    /// What a row is.
    pub doc: &'static str,
    /// Columns, keys first.
    pub columns: &'static [ColumnSpec],
}

impl TableSpec {
    /// Its columns, without rows.
    pub fn no_rows(&self) -> Vec<Values> {
        self.columns.iter().map(|about| Values::new(about.kind, about.may_miss)).collect()
    }

    /// Place of a column among all columns, from 0, if the table has it.
    pub fn position(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|about| about.name == column)
    }
}

/// Some rows of one table: columns in the order of the table's specification, all of one length.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Whose rows these are.
    pub table: &'static TableSpec,
    /// One for each column of the table.
    pub columns: Vec<Values>,
}

impl Batch {
    /// A column by its name.
    pub fn column(&self, name: &str) -> Option<&Values> {
        self.table.position(name).map(|at| &self.columns[at])
    }

    /// How many rows there are.
    pub fn height(&self) -> usize {
        self.columns.first().map_or(0, Values::len)
    }
}

/// A row of a table, as a struct with a field for each column.
pub trait Row {
    /// The columns, in the order of the fields.
    const COLUMNS: &'static [ColumnSpec];

    /// Adds it to the first columns of some.
    ///
    /// # Panics
    /// When they are not those of [`Row::COLUMNS`].
    fn push(self, columns: &mut [Values]);
}

/// The rows of a table that has a name.
pub trait Table: Row {
    /// The table.
    const SPEC: &'static TableSpec;
}

/// Defines a table: a struct for its rows, with a line for each column (name, type, unit, meaning), and its
/// [`TableSpec`].
///
/// A type in an [`Option`] says that values may be missing. Whoever writes a row names its columns, so that one that is
/// forgotten, added or of another type does not compile:
///
/// ```
/// use contraband_sim::record::tables::{ColumnKind, Row, Table, TableSpec, Values};
/// use contraband_sim::table;
///
/// table! {
///     /// Harvests, a row each day.
///     HARVESTS: Harvest in "harvests" {
///         day: u32, "day", "day of the run, from 1";
///         apples: u32, "apples", "apples picked";
///         price: Option<f64>, "credits", "mean price of an apple; missing on a day without sales";
///     }
/// }
///
/// assert_eq!(HARVESTS.columns[2].unit, "credits");
/// let mut columns = HARVESTS.no_rows();
/// Harvest { day: 1, apples: 30, price: None }.push(&mut columns);
/// assert_eq!(columns[1].number(0), Some(30.0));
/// assert_eq!(columns[2].number(0), None);
/// ```
///
/// The price is forgotten:
/// ```compile_fail,E0063
/// # contraband_sim::table! {
/// #     /// Harvests, a row each day.
/// #     HARVESTS: Harvest in "harvests" {
/// #         day: u32, "day", "day of the run, from 1";
/// #         apples: u32, "apples", "apples picked";
/// #         price: Option<f64>, "credits", "mean price of an apple; missing on a day without sales";
/// #     }
/// # }
/// let row = Harvest { day: 1, apples: 30 };
/// ```
///
/// There are no pears:
/// ```compile_fail,E0560
/// # contraband_sim::table! {
/// #     /// Harvests, a row each day.
/// #     HARVESTS: Harvest in "harvests" {
/// #         day: u32, "day", "day of the run, from 1";
/// #         apples: u32, "apples", "apples picked";
/// #         price: Option<f64>, "credits", "mean price of an apple; missing on a day without sales";
/// #     }
/// # }
/// let row = Harvest { day: 1, apples: 30, pears: 2, price: None };
/// ```
///
/// Apples and their price are swapped:
/// ```compile_fail,E0308
/// # contraband_sim::table! {
/// #     /// Harvests, a row each day.
/// #     HARVESTS: Harvest in "harvests" {
/// #         day: u32, "day", "day of the run, from 1";
/// #         apples: u32, "apples", "apples picked";
/// #         price: Option<f64>, "credits", "mean price of an apple; missing on a day without sales";
/// #     }
/// # }
/// let (picked, paid) = (30_u32, Some(1.5));
/// let row = Harvest { day: 1, apples: paid, price: picked };
/// ```
#[macro_export]
macro_rules! table {
    (
        $(#[doc = $about:literal])+
        $(#[derive($($derive:ident),*)])?
        $spec:ident: $row:ident in $name:literal {
            $($field:ident: $type:ty, $unit:literal, $doc:literal;)*
        }
    ) => {
        $crate::table! {
            $(#[doc = $about])+
            $(#[derive($($derive),*)])?
            $row { $($field: $type, $unit, $doc;)* }
        }

        $(#[doc = $about])+
        pub static $spec: $crate::record::table::TableSpec = $crate::record::table::TableSpec {
            name: $name,
            doc: concat!($($about),+).trim_ascii(),
            columns: <$row as $crate::record::table::Row>::COLUMNS,
        };

        impl $crate::record::table::Table for $row {
            const SPEC: &'static $crate::record::table::TableSpec = &$spec;
        }
    };
    (
        $(#[doc = $about:literal])+
        $(#[derive($($derive:ident),*)])?
        $row:ident { $($field:ident: $type:ty, $unit:literal, $doc:literal;)* }
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug $($(, $derive)*)?)]
        #[allow(clippy::doc_markdown, reason = "texts of columns are read in files and on terminals, without backticks")]
        pub struct $row {
            $(#[doc = $doc] pub $field: $type,)*
        }

        impl $crate::record::table::Row for $row {
            const COLUMNS: &'static [$crate::record::table::ColumnSpec] = &[
                $($crate::record::table::ColumnSpec {
                    name: stringify!($field),
                    kind: <$type as $crate::record::table::Cell>::KIND,
                    may_miss: <$type as $crate::record::table::Cell>::MAY_MISS,
                    unit: $unit,
                    doc: $doc,
                },)*
            ];

            fn push(self, columns: &mut [$crate::record::table::Values]) {
                let Self { $($field),* } = self;
                let mut columns = columns.iter_mut();
                $($crate::record::table::Cell::push($field, columns.next().expect("a column for each field"));)*
            }
        }
    };
}
