//! Study folders, opened again: for their report, and for questions to two worlds at once.

use std::path::{Path, PathBuf};

use contraband_analysis::compare::{How, STUDY, about, has_seals, made};
use contraband_lab::batch::{Runner, Shard};
use contraband_lab::disk::{read_sealed_ron, safe_name};
use contraband_lab::error::StoreError;
use contraband_lab::files::study::{MOST_SEEDS, Study};
use contraband_sim::scenario::levers::closest_name;
use serde_json::Value;

use super::compare::of_text;
use crate::errors::{Failure, Problem, remark};
use crate::{interrupt, memory, source};

/// A study folder whose runs are all there.
pub struct StudyFolder {
    /// Where it lies.
    pub path: PathBuf,
    /// What was asked.
    pub study: Study,
    /// The seeds that it was lived with, those of which a run failed left out.
    pub seeds: Vec<u64>,
    /// The command that made it.
    pub command: String,
}

impl StudyFolder {
    /// A seed of this study.
    ///
    /// # Errors
    /// When it is not one of them, or a run with it failed.
    pub fn seed(&self, seed: u64) -> Result<u64, Failure> {
        if self.seeds.contains(&seed) {
            return Ok(seed);
        }
        let (first, last) = (self.seeds.first().copied().unwrap_or(0), self.seeds.last().copied().unwrap_or(0));
        let problem = Problem::new(format!("seed {seed} is not in this study"));
        Err(Failure::input(
            problem.help(format!("its seeds are {first} to {last}; those of which a run failed are left out")),
        ))
    }

    /// A metric of this study, by its name.
    ///
    /// # Errors
    /// When it has none of this name.
    pub fn metric(&self, name: &str) -> Result<usize, Failure> {
        let metrics = &self.study.metrics;
        metrics.iter().position(|metric| metric.name == name).ok_or_else(|| {
            let names = || metrics.iter().map(|metric| metric.name.as_str());
            let all = names().collect::<Vec<_>>().join(", ");
            let closest =
                closest_name(name, names()).map_or(String::new(), |name| format!("the closest is `{name}`; "));
            let problem = Problem::new(format!("this study has no metric called `{name}`"));
            Failure::input(problem.help(format!("{closest}its metrics are {all}")))
        })
    }

    /// How it is run where nothing new is asked: what is kept is read, and what is missing is run again.
    pub fn again(&self) -> How<'_> {
        How {
            runner: Runner { interrupted: &interrupt::asked, ..Runner::on_all_threads() },
            memory: memory::available(),
            shard: Shard::WHOLE,
            force: false,
            again: true,
            command: &self.command,
            on_done: &|_, _| (),
        }
    }
}

/// Opens a study folder, whatever build made it; `None` if it is none. Says so where another build did.
///
/// # Errors
/// When it is not finished or damaged.
pub fn open(path: &Path) -> Option<Result<StudyFolder, Failure>> {
    match about(path) {
        Ok(about) => about.map(|about| read(path, &about)),
        Err(error) => Some(Err(error.into())),
    }
}

fn read(path: &Path, about: &Value) -> Result<StudyFolder, Failure> {
    let shown = path.display();
    if let Some(differs) = made(about).build.differs() {
        remark(&format!("{shown}: {differs}"));
    }
    let command = about["command"].as_str().unwrap_or("contraband compare").to_owned();
    let Some(count) = about["seeds"].as_u64().filter(|&count| count <= MOST_SEEDS) else {
        let problem = Problem::new(format!("the study in {shown} is not finished"));
        return Err(Failure::input(problem.help("the command that started it carries on from there")));
    };
    // The texts of its worlds are held against their seals before anything is made of them.
    let arms = about["arms"].as_array().into_iter().flatten();
    let arms =
        arms.filter(|arm| arm["with"].as_array().is_none_or(Vec::is_empty)).filter_map(|arm| arm["name"].as_str());
    let worlds = std::iter::once("base").chain(arms).map(|name| format!("scenarios/{}.ron", safe_name(name)));
    for text in worlds.chain([STUDY.to_owned()]) {
        read_sealed_ron(&path.join(text), has_seals(about))?;
    }
    let study = of_text(&source::read_file(&path.join(STUDY))?)?;
    // Another build may count other things among what makes a scenario.
    if made(about).is_own() {
        let arms = study.arms.iter().map(|arm| (arm.name.as_str(), &arm.scenario));
        let told = about["arms"].as_array().into_iter().flatten();
        let told = std::iter::once(&about["base"]["hash"]).chain(told.map(|arm| &arm["hash"]));
        let worlds = std::iter::once(("base", &study.base)).chain(arms);
        if let Some(((name, _), _)) = worlds.zip(told).find(|((_, world), told)| **told != world.hash()) {
            let path = path.join(format!("scenarios/{}.ron", safe_name(name)));
            return Err(
                StoreError::Damaged { path, reason: "it is not the world that study.json describes".into() }.into()
            );
        }
    }
    let failed: Vec<u64> =
        about["failed"].as_array().into_iter().flatten().filter_map(|failed| failed[1].as_u64()).collect();
    let all = (study.first_seed..).filter(|seed| !failed.contains(seed));
    Ok(StudyFolder { seeds: all.take(count as usize).collect(), path: path.to_owned(), study, command })
}
