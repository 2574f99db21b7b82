//! Which build of the program made something: part of what every result depends on, and told with it.

use std::sync::OnceLock;

use contraband_sim::VERSION;
use contraband_sim::base::words::hex;
use contraband_sim::fingerprint::small_run;
use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};

use crate::measure::Recording;
use crate::measure::expression::parse;

/// What is read off the small run: the ways in which metrics look at rows, but for those that have no answer so soon.
const METRICS: [&str; 12] = [
    "mean(days.trades)",
    "sum(places.trades, kind = fringe)",
    "last(days.treasury) - min(days.treasury)",
    "max(goods.price_mean, good = privacy, days = 5 to 30)",
    "count(events.day)",
    "sd(goods.trades / orders, good != privacy)",
    "median(citizens.credits)",
    "p05(citizens.credits) + p25(citizens.credits) + p75(citizens.credits) * p95(citizens.credits)",
    "kept(syndicates.syndicate, kind = syndicate, days = 5 to 40)",
    "small(citizens.purchases)",
    "top(citizens.purchases) + greatest(sum(days.trades), sum(days.orders)) - least(1, last(days.harm))",
    "ln(sum(days.trades) / sum(base.days.illicit_trades)) + sign(last(days.treasury))",
];

/// Which build made something. Empty parts are not known: folders of before they were told lack them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Build {
    /// Version of the engine.
    pub version: String,
    /// What its runs and metrics come to: 16 hexadecimal digits.
    pub fingerprint: String,
    /// The commit of the source that it was built from.
    pub commit: String,
}

/// The commit, where the program knows it.
static COMMIT: OnceLock<&'static str> = OnceLock::new();

/// Says what commit the program was built from; for the program itself, once, before anything is written. Libraries do not
/// know it.
pub fn built_from(commit: &'static str) {
    let _ = COMMIT.set(commit);
}

impl Build {
    /// This one. What it is known by is found once in a process, in some hundredths of a second.
    pub fn own() -> &'static Self {
        static OWN: OnceLock<Build> = OnceLock::new();
        OWN.get_or_init(|| Self {
            version: VERSION.into(),
            fingerprint: fingerprint(),
            commit: COMMIT.get().copied().unwrap_or_default().into(),
        })
    }

    /// As the file of a folder tells it.
    pub fn told(json: &Json) -> Self {
        let text = |field: &str| json[field].as_str().unwrap_or_default().to_owned();
        Self { version: text("engine_version"), fingerprint: text("engine_fingerprint"), commit: text("commit") }
    }

    /// Puts it into what a file tells.
    pub fn tell(&self, json: &mut Json) {
        json["engine_version"] = self.version.as_str().into();
        json["engine_fingerprint"] = self.fingerprint.as_str().into();
        json["commit"] = self.commit.as_str().into();
    }

    /// Whether the other gives the same runs, as far as anybody can tell: versions and fingerprints are the same.
    pub fn is_same(&self, other: &Self) -> bool {
        (&self.version, &self.fingerprint) == (&other.version, &other.fingerprint)
    }

    /// What runs depend on, as one text. Without a fingerprint it is the version alone, as it was before there was one.
    pub fn identity(&self) -> String {
        if self.fingerprint.is_empty() {
            self.version.clone()
        } else {
            format!("{} {}", self.version, self.fingerprint)
        }
    }

    /// What people call it.
    pub fn name(&self) -> String {
        let version = if self.version.is_empty() { "of no version" } else { &self.version };
        let mut told = Vec::new();
        if !self.fingerprint.is_empty() {
            told.push(format!("build {}", &self.fingerprint[..8.min(self.fingerprint.len())]));
        }
        if !self.commit.is_empty() {
            told.push(format!("commit {}", self.commit.get(..12).unwrap_or(&self.commit)));
        }
        if told.is_empty() { version.to_owned() } else { format!("{version} ({})", told.join(", ")) }
    }

    /// How it differs from this build, in words, where its runs may.
    pub fn differs(&self) -> Option<String> {
        let own = Self::own();
        (!self.is_same(own)).then(|| {
            format!(
                "it was made by {}, and this is {}: what is in it can be read, but the same seeds may give other runs here",
                self.name(),
                own.name()
            )
        })
    }
}

fn fingerprint() -> String {
    let (engine, rows) = small_run();
    let rows = Recording::from_rows(rows);
    let mut all = Sha256::new();
    all.update(engine);
    for text in METRICS {
        let metric = parse(text).unwrap_or_else(|complaint| panic!("the metrics of the fingerprint: {complaint:?}"));
        all.update(metric.read(&rows, &rows).to_bits().to_le_bytes());
    }
    hex(&all.finalize()[..8])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_is_told_apart_by_its_fingerprint_and_not_by_its_commit() {
        let own = Build::own();
        assert_eq!((own.version.as_str(), own.fingerprint.len(), own.differs()), (VERSION, 16, None));
        let moved = Build { commit: "0123456789abcdef".into(), ..own.clone() };
        assert!(own.is_same(&moved) && moved.differs().is_none());
        let other = Build { fingerprint: "0000000000000000".into(), ..own.clone() };
        let said = other.differs().unwrap();
        assert!(said.contains("build 00000000") && said.contains(&own.name()), "{said}");
        // Of before there were fingerprints.
        let older = Build { version: VERSION.into(), ..Build::default() };
        assert!(older.differs().is_some() && older.identity() == VERSION && own.identity() != VERSION);
    }

    #[test]
    fn a_build_is_read_as_it_is_told() {
        let build = Build { version: "0.3.0".into(), fingerprint: "ab".into(), commit: "cd".into() };
        let mut json = Json::Null;
        build.tell(&mut json);
        assert_eq!((Build::told(&json), Build::told(&Json::Null)), (build, Build::default()));
    }

    #[test]
    fn every_metric_of_the_fingerprint_finds_something_to_read() {
        let rows = Recording::from_rows(small_run().1);
        for text in METRICS {
            let value = parse(text).unwrap().read(&rows, &rows);
            assert!(value.is_finite(), "{text} is {value}");
        }
    }
}
