//! The command line.

use std::path::PathBuf;

use clap::builder::RangedU64ValueParser;
use clap::{Parser, Subcommand, ValueEnum, value_parser};
use contraband_lab::discovery::Conditions;
use contraband_lab::files::study::MOST_SEEDS;
use contraband_lab::files::sweep::MOST_REPS;
use contraband_sim::record::csv_dialect::CsvDialect;
use contraband_sim::scenario::read::{LARGEST_SEED, LONGEST_RUN};

/// Black markets after abundance: a simulator of trade in what is restricted.
#[derive(Parser)]
#[command(name = "contraband", version, arg_required_else_help = true, max_term_width = 100)]
#[command(
    after_help = "Start with: contraband run first_market\n\nExit codes: 0 ok, 1 failed, 2 usage or bad input, 3 incomplete, 130 interrupted."
)]
pub struct Args {
    #[command(subcommand)]
    pub command: CliCommand,
}

#[derive(Subcommand)]
pub enum CliCommand {
    /// Run a scenario: tables, charts and a report in a folder
    Run(RunArgs),
    /// Compare worlds that differ only by a policy: what changes, how certain it is, where trade moved, incidence by group
    Compare(Compare),
    /// Sweep levers: thousands of runs in a folder that grows until it is complete, here or on a cluster
    Sweep(SweepArgs),
    /// Say what the metrics of a sweep depend on: which levers, alone or together, and how much is due to the seed
    Sensitivity(Sensitivity),
    /// Say where in a sweep a condition holds: boxes of its levers, in plain words
    Discover(Discover),
    /// Fit levers to known facts: what values are believable, and whether the world then reproduces the facts
    Calibrate(Calibrate),
    /// Check scenario files: every error, with file, line and column
    Check(CheckArgs),
    /// List every adjustable parameter: path, unit, range, default, source
    Levers(Levers),
    /// Describe files: JSON Schema of scenarios, columns of tables
    Schema(Schema),
    /// List the scenarios, studies, sweeps and calibrations that come with the program
    List(List),
    /// Start a scenario file of your own
    New(New),
    /// Redraw the charts and the report of a run, a study or a sweep
    Report(Report),
    /// Explain what happened: a purchase, a raid, a price jump, where the trade of a closed venue went
    Explain(Explain),
    /// Explore a world in the browser: its town, its levers, two futures from one past
    Explore(Explore),
    /// Play a lesson with a class: students join in the browser, on their phones
    Classroom(Classroom),
    /// List the classes that are kept, and where each stands
    Classes(Classes),
    /// Verify the model: against theory, against what must hold in any world, and against known patterns
    Verify(Verify),
}

#[derive(clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own on the command line")]
pub struct RunArgs {
    /// A scenario file (RON, or JSON if it ends in .json), or a name from `contraband list`
    pub scenario: String,
    /// Seed of all random draws, up to 2^53 [default: the scenario's]
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(..=LARGEST_SEED))]
    pub seed: Option<u64>,
    /// Length in days [default: the scenario's]
    #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(1..=i64::from(LONGEST_RUN)))]
    pub days: Option<u32>,
    /// Set a lever, such as law.fine=240 (repeatable; see `contraband levers`)
    #[arg(long, value_name = "PATH=VALUE", value_parser = setting)]
    pub set: Vec<Setting>,
    /// Number of threads; affects speed only [default: all the machine has]
    #[arg(long, value_name = "N", value_parser = RangedU64ValueParser::<usize>::new().range(1..=1024))]
    pub threads: Option<usize>,
    /// Folder for the results [default: out/NAME-seedN]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Replace the folder even if it holds another run
    #[arg(long)]
    pub force: bool,
    /// Write NAME.csv beside each Parquet file; --csv=de with semicolons and decimal commas, for spreadsheets that expect these
    #[arg(long, value_name = "DIALECT", num_args = 0..=1, require_equals = true, default_missing_value = "plain", value_parser = dialect)]
    pub csv: Option<CsvDialect>,
    /// Skip charts and report (`contraband report DIR` makes them later)
    #[arg(long)]
    pub no_charts: bool,
    /// Save a checkpoint every D days; the same command continues from it, even after a crash
    #[arg(long, value_name = "D", value_parser = value_parser!(u32).range(1..))]
    pub checkpoint_every: Option<u32>,
    /// Show how long each phase of the day took
    #[arg(long)]
    pub timings: bool,
    /// Print one JSON object about the run instead of the summary
    #[arg(long)]
    pub json: bool,
}

/// Every world is run with the same seeds, and each run is kept: the same command carries on after Ctrl-C, and adding an
/// arm or more seeds later takes only the new runs. Exit code 3 if runs failed.
#[derive(clap::Args)]
pub struct Compare {
    /// A study file, or the name of a study from `contraband list`; with --arm, the scenario that is the base
    #[arg(value_name = "STUDY or BASE")]
    pub study: String,
    /// Compare the base with this scenario (repeatable)
    #[arg(long, value_name = "NAME=SCENARIO", value_parser = named)]
    pub arm: Vec<Setting>,
    /// Set a lever in one arm, from the start or on some days, such as harsh:law.fine=240@120-240 (repeatable); an arm
    /// without a scenario starts as a copy of the base
    #[arg(long, value_name = "NAME:PATH=VALUE[@DAY[-DAY]]", value_parser = arm_setting)]
    pub arm_set: Vec<ArmSetting>,
    /// Also run several arms combined, and report their interaction: more or less than the parts added (repeatable)
    #[arg(long, value_name = "NAME=ARM+ARM", value_parser = stacked)]
    pub stack: Vec<Setting>,
    /// Set a lever in the base and in all arms alike, from the start (repeatable)
    #[arg(long, value_name = "PATH=VALUE", value_parser = setting)]
    pub set: Vec<Setting>,
    /// Measure this too, such as `"spread=mean(goods.price_sd, days = 121 to 365)"` (repeatable)
    #[arg(long, value_name = "NAME=METRIC", value_parser = measured)]
    pub metric: Vec<Setting>,
    /// Run it under every assumption about calming (valve, neutral, gateway), and say which conclusions survive
    #[arg(long)]
    pub every_valve: bool,
    /// Seeds for every world [default: the study's, or 20]
    #[arg(long, value_name = "N", value_parser = seeds)]
    pub seeds: Option<u64>,
    /// Length in days [default: the study's]
    #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(1..=i64::from(LONGEST_RUN)))]
    pub days: Option<u32>,
    /// Add seeds until the half-width of this metric's 95 % interval is this small in every arm, up to 500 seeds
    #[arg(long, value_name = "METRIC:HALFWIDTH", value_parser = stop)]
    pub stop: Option<(String, f64)>,
    /// Folder for the results [default: out/NAME]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Run only a part of the runs, such as 0/8 or 7/8 (or auto/8, the task of a job array); when all parts are in the
    /// folder, the same command without it answers the study
    #[arg(long, value_name = "I/N")]
    pub shard: Option<String>,
    /// Replace the folder even if it holds another study; runs in it are kept
    #[arg(long)]
    pub force: bool,
    /// Number of runs at once; affects speed only [default: number of cores]
    #[arg(long, value_name = "N", value_parser = RangedU64ValueParser::<usize>::new().range(1..=1024))]
    pub threads: Option<usize>,
    /// Print one JSON object instead of the table
    #[arg(long)]
    pub json: bool,
}

/// Plans, runs and merges a sweep, and writes its report. The same command carries on after Ctrl-C or a crash. Exit code 3
/// if runs failed or are missing.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct SweepArgs {
    #[command(subcommand)]
    pub what: Option<SweepWhat>,
    /// A sweep file (RON, or JSON if it ends in .json), or a name from `contraband list`
    #[arg(required = true, value_name = "SWEEP")]
    pub name: Option<String>,
    /// Folder for the results [default: out/NAME]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    pub how: Threads,
    /// Write NAME.csv beside each merged table; --csv=de with semicolons and decimal commas, for spreadsheets that expect these
    #[arg(long, value_name = "DIALECT", num_args = 0..=1, require_equals = true, default_missing_value = "plain", value_parser = dialect)]
    pub csv: Option<CsvDialect>,
}

#[derive(clap::Args)]
pub struct Threads {
    /// Number of runs at once; affects speed only [default: what the cluster job was given, or all cores]
    #[arg(long, value_name = "N", value_parser = RangedU64ValueParser::<usize>::new().range(1..=1024))]
    pub threads: Option<usize>,
}

#[derive(Subcommand)]
pub enum SweepWhat {
    /// Write only the plan, for a cluster or to look at it
    Plan(SweepPlan),
    /// Run the runs of a plan: all that are missing, or those of one shard
    Run(SweepRun),
    /// Show progress: runs, failures, missing shards
    Status(SweepStatus),
    /// Merge the shards: runs.parquet, failures.parquet, report
    Merge(SweepMerge),
    /// Add repetitions or points; only what is new will be run
    Extend(SweepExtend),
    /// Write the scripts of a Slurm job array that runs what is missing, and of the merge after it
    Slurm(SweepSlurm),
    /// Run one run again, as a whole run folder, and check it against its row
    Replay(SweepReplay),
}

#[derive(clap::Args)]
pub struct SweepPlan {
    /// A sweep file, or a name from `contraband list`
    pub sweep: String,
    /// Folder for the results [default: out/NAME]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Shards to cut the runs into [default: one for each 20 runs, at most 200]
    #[arg(long, value_name = "N", value_parser = RangedU64ValueParser::<usize>::new().range(1..=100_000))]
    pub shards: Option<usize>,
    /// Write nothing; time a few runs to estimate how long all will take, and how much disk
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub how: Threads,
}

#[derive(clap::Args)]
pub struct SweepRun {
    /// The sweep folder
    pub dir: PathBuf,
    /// The number of one shard, or `auto`: taken from the job array of Slurm, PBS, SGE, HyperQueue or Kubernetes; `auto+N`
    /// adds N to it
    #[arg(long, value_name = "I or auto")]
    pub shard: Option<String>,
    /// Also run again what ended so; can be repeated
    #[arg(long, value_name = "HOW", value_enum)]
    pub again: Vec<EndedSo>,
    /// Seconds that a run may take, instead of the plan's limit; what a run finds does not depend on it
    #[arg(long, value_name = "SECONDS", value_parser = some_seconds)]
    pub time_limit: Option<f64>,
    /// Do this one run and print its row, for the process that asks
    #[arg(long, value_name = "N", hide = true)]
    pub alone: Option<u64>,
    #[command(flatten)]
    pub how: Threads,
}

/// How a run ended that is asked for again.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EndedSo {
    /// Those that failed: a panic, a killed process, too little memory, a metric that is not a number
    Failed,
    /// Those that took too long
    #[value(name = "timed_out", alias = "timed-out")]
    TimedOut,
}

#[derive(clap::Args)]
pub struct SweepStatus {
    /// The sweep folder
    pub dir: PathBuf,
    /// Print only the numbers of missing shards, one per line
    #[arg(long)]
    pub missing: bool,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

#[derive(clap::Args)]
pub struct SweepMerge {
    /// The sweep folder
    pub dir: PathBuf,
    /// Write only if every run is done
    #[arg(long)]
    pub check: bool,
    /// Write NAME.csv beside each merged table; --csv=de with semicolons and decimal commas, for spreadsheets that expect these
    #[arg(long, value_name = "DIALECT", num_args = 0..=1, require_equals = true, default_missing_value = "plain", value_parser = dialect)]
    pub csv: Option<CsvDialect>,
}

#[derive(clap::Args)]
#[command(group = clap::ArgGroup::new("more").required(true).multiple(true))]
pub struct SweepExtend {
    /// The sweep folder
    pub dir: PathBuf,
    /// Total number of repetitions of each cell
    #[arg(long, value_name = "N", group = "more", value_parser = value_parser!(u64).range(1..=MOST_REPS))]
    pub reps: Option<u64>,
    /// Add the cells of this sweep, which must have the same base and metrics
    #[arg(long, value_name = "SWEEP", group = "more")]
    pub add: Option<String>,
    /// Shards to cut the new runs into [default: one for each 20 runs, at most 200]
    #[arg(long, value_name = "N", value_parser = RangedU64ValueParser::<usize>::new().range(1..=100_000))]
    pub shards: Option<usize>,
}

#[derive(clap::Args)]
pub struct SweepSlurm {
    /// The sweep folder
    pub dir: PathBuf,
    /// Submit the scripts with sbatch
    #[arg(long)]
    pub submit: bool,
    /// Time that a task may take, as sbatch reads it [default: estimated from the plan]
    #[arg(long, value_name = "TIME", value_parser = for_sbatch)]
    pub time: Option<String>,
    /// Memory of a task, as sbatch reads it [default: estimated from the plan]
    #[arg(long, value_name = "SIZE", value_parser = for_sbatch)]
    pub mem: Option<String>,
    /// Largest number of a task [default: what the cluster says, or 1000]
    #[arg(long, value_name = "N", value_parser = RangedU64ValueParser::<usize>::new().range(0..=10_000_000))]
    pub largest_task: Option<usize>,
}

#[derive(clap::Args)]
pub struct SweepReplay {
    /// The sweep folder
    pub dir: PathBuf,
    /// Number of the run, as in runs.parquet
    #[arg(long, value_name = "N")]
    pub run: u64,
    /// Folder for the run [default: DIR/replay/N]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Replace the folder even if it holds another run
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub how: Threads,
}

/// A Saltelli design gives Sobol indices, Morris trajectories give elementary effects, and any other sweep gives indices of a
/// given sample. The results also go into the folder: sensitivity.md, sensitivity.json and pictures.
#[derive(clap::Args)]
pub struct Sensitivity {
    /// The sweep folder
    pub dir: PathBuf,
    /// A metric of the sweep (repeatable) [default: all]
    #[arg(long, value_name = "M")]
    pub metric: Vec<String>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Boxes are also searched in one half of the cells and tested on the other, so that luck is not mistaken for a discovery.
/// The results also go into the folder: discovery.md, discovery.json and pictures.
#[derive(clap::Args)]
pub struct Discover {
    /// The sweep folder
    pub dir: PathBuf,
    /// The condition: a metric of the sweep, one of < <= > >=, and a number, such as 'trades < 400'
    #[arg(long = "where", value_name = "METRIC < VALUE", value_parser = Conditions::parse)]
    pub condition: Conditions,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Each generation of points is a sweep folder in DIR/generations, and runs drawn from what is believed are sweep folders in
/// DIR/predictive. The same command carries on after Ctrl-C or a crash, and with a larger budget. On a cluster: --ask prints
/// the folder to run next (with `contraband sweep slurm`), until there is none. Exit code 3 if runs failed.
#[derive(clap::Args)]
pub struct Calibrate {
    /// A calibration file (RON, or JSON if it ends in .json), or a name from `contraband list`
    #[arg(value_name = "CALIBRATION")]
    pub name: String,
    /// Folder for the results [default: out/NAME]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Run nothing: print the sweep folder whose runs are needed next, with exit code 3; or finish and print nothing
    #[arg(long, conflicts_with = "json")]
    pub ask: bool,
    #[command(flatten)]
    pub how: Threads,
    /// Write NAME.csv beside each table; --csv=de with semicolons and decimal commas, for spreadsheets that expect these
    #[arg(long, value_name = "DIALECT", num_args = 0..=1, require_equals = true, default_missing_value = "plain", value_parser = dialect)]
    pub csv: Option<CsvDialect>,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub json: bool,
}

#[derive(clap::Args)]
pub struct CheckArgs {
    /// Scenario files, or folders of them
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

#[derive(clap::Args)]
pub struct Levers {
    /// Scenario whose places, venues and agencies to list [default: the default world]
    pub scenario: Option<String>,
    /// Only those with this word in their path, name, unit or consequence (repeatable: all of them)
    #[arg(long, value_name = "WORD")]
    pub word: Vec<String>,
    /// Only those of this section, such as law or citizens
    #[arg(long, value_name = "NAME")]
    pub section: Option<String>,
    /// Only those of this good, such as privacy
    #[arg(long, value_name = "GOOD")]
    pub good: Option<String>,
    /// Only those that may change then: start (before day 1 only), day (by date), place (by date and place)
    #[arg(long, value_name = "WHEN", value_enum)]
    pub changes: Option<Changes>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// When a lever may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Changes {
    /// Before day 1 only
    Start,
    /// By date, or by date and place
    Day,
    /// By date and place
    Place,
}

#[derive(clap::Args)]
pub struct Schema {
    /// What to describe
    #[arg(value_enum, default_value_t = Described::Tables)]
    pub what: Described,
    /// Print JSON (scenarios are always described in JSON)
    #[arg(long)]
    pub json: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Described {
    /// Scenario files, as a JSON Schema
    Scenario,
    /// Study files, as a JSON Schema
    Study,
    /// Sweep files, as a JSON Schema
    Sweep,
    /// Calibration files, as a JSON Schema
    Calibration,
    /// The tables of a run folder
    Tables,
}

#[derive(clap::Args)]
pub struct List {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(clap::Args)]
pub struct New {
    /// Name of the scenario; the file is NAME.ron
    pub name: String,
    /// Start from this scenario: a file, or a name from `contraband list`
    #[arg(long, value_name = "SCENARIO")]
    pub from: Option<String>,
}

#[derive(clap::Args)]
pub struct Report {
    /// The folder of a run, of a study or of a sweep
    pub dir: PathBuf,
}

/// Without a question, it lists what can be asked of this run, with the command for each question. For a study it shows one
/// seed in two worlds, base and arm, side by side; every question is then put to both.
#[derive(clap::Args)]
#[command(group = clap::ArgGroup::new("about"))]
pub struct Explain {
    /// The folder of a run (it is not changed) or of a study
    pub dir: PathBuf,
    /// Which arm of a study [default: the first]
    #[arg(long, value_name = "NAME")]
    pub arm: Option<String>,
    /// Which of its seeds [default: the one with the largest effect]
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// The seed in which the arm is worst on this metric of the study: least of it where more is better, else most
    #[arg(long, value_name = "METRIC", conflicts_with = "seed")]
    pub worst: Option<String>,
    /// Why this citizen bought or stayed out; without --day, their last purchase
    #[arg(long, value_name = "N", group = "about")]
    pub citizen: Option<u32>,
    /// What became of this gang (a syndicate in the tables), and what caused it
    #[arg(long, value_name = "N", group = "about")]
    pub syndicate: Option<u32>,
    /// Why the price of this good changed; without --day, its largest jump
    #[arg(long, value_name = "G", group = "about")]
    pub good: Option<String>,
    /// Where the trade of this venue went when it closed; without --day, its last closure
    #[arg(long, value_name = "V", group = "about")]
    pub venue: Option<String>,
    /// The day in question
    #[arg(long, value_name = "D", requires = "about", value_parser = value_parser!(u32).range(1..))]
    pub day: Option<u32>,
    /// Print the answer as one JSON object
    #[arg(long)]
    pub json: bool,
}

/// The page is for this machine only, and works offline. Ctrl-C ends it. A run, a world of a study or a cell of a sweep is
/// re-run from its own scenario and seed: every figure matches the folder.
#[derive(clap::Args)]
pub struct Explore {
    /// Folders of runs, studies or sweeps: their runs are shown first, as towns
    #[arg(value_name = "DIR")]
    pub dirs: Vec<PathBuf>,
    /// Only this run of a sweep
    #[arg(long, value_name = "N", requires = "dirs")]
    pub run: Option<u64>,
    /// Show a study with this of its seeds [default: the first]
    #[arg(long, value_name = "N", requires = "dirs", conflicts_with = "run")]
    pub seed: Option<u64>,
    /// Show a study with the seed that is worst on this metric, in the first arm: least of it where more is better, else most
    #[arg(long, value_name = "METRIC", requires = "dirs", conflicts_with_all = ["seed", "run"])]
    pub worst: Option<String>,
    /// Port on this machine; 0 for any free port
    #[arg(long, value_name = "P", default_value_t = 8080)]
    pub port: u16,
    /// Open it in the browser
    #[arg(long)]
    pub open: bool,
}

/// Prints the teacher's address, which is secret, and the address where students join. Every decision is saved to disk before
/// it counts: after a power cut the same command continues with the same class. Ctrl-C ends it.
#[derive(clap::Args)]
pub struct Classroom {
    /// A lesson, or the code of a class to go on with [default: the class that was played last, or the first lesson]
    ///
    /// With a lesson, the class that was played last goes on if it is of this lesson and not over; otherwise a new one begins.
    #[arg(value_name = "LESSON|CODE")]
    pub lesson: Option<String>,
    /// Begin a new class in any case
    #[arg(long, conflicts_with = "rehearse")]
    pub new: bool,
    /// Let phones and other machines on the network join; otherwise only this machine can
    #[arg(long)]
    pub lan: bool,
    /// Show pupils this address first, such as that of a router which forwards its port to this machine (repeatable)
    #[arg(long, value_name = "ADDRESS[:PORT]")]
    pub address: Vec<String>,
    /// Answer under this name too, and show it to pupils, such as laptop.local (repeatable)
    #[arg(long, value_name = "NAME[:PORT]")]
    pub host: Vec<String>,
    /// Port; 0 for any free port
    #[arg(long, value_name = "P", default_value_t = 8080)]
    pub port: u16,
    /// Folder where classes are kept
    #[arg(long, value_name = "DIR", default_value = "out/classes")]
    pub classes: PathBuf,
    /// Have bots play the whole lesson, as a preview
    #[arg(long)]
    pub rehearse: bool,
    /// Open the teacher's page in the browser
    #[arg(long)]
    pub open: bool,
}

/// Each class is a folder with its journal; `contraband classroom CODE` goes on with one.
#[derive(clap::Args)]
pub struct Classes {
    /// Folder where classes are kept
    #[arg(long, value_name = "DIR", default_value = "out/classes")]
    pub classes: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Without a case: all cases, and the integrity checks on the default world. Exit code 1 if anything does not hold.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Verify {
    #[command(subcommand)]
    pub what: Option<VerifyWhat>,
    /// Cases, by their names from --list
    #[arg(value_name = "CASE")]
    pub cases: Vec<String>,
    /// Give a parameter of a case another value (repeatable); the expected result is computed from it
    #[arg(long, value_name = "PATH=VALUE", value_parser = setting)]
    pub set: Vec<Setting>,
    /// Number of seeds, or rounds, instead of each case's own
    #[arg(long, value_name = "N")]
    pub seeds: Option<usize>,
    /// Also run the cases that take minutes, and the patterns
    #[arg(long)]
    pub full: bool,
    /// List all cases, their formulas and parameters, and what does not apply
    #[arg(long)]
    pub list: bool,
    /// Print JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// Write a report (a page, Markdown and JSON) into this folder
    #[arg(long, value_name = "DIR", global = true)]
    pub out: Option<PathBuf>,
    /// Number of threads; affects speed only [default: all the machine has]
    #[arg(long, value_name = "N", global = true, value_parser = RangedU64ValueParser::<usize>::new().range(1..=1024))]
    pub threads: Option<usize>,
}

#[derive(Subcommand)]
pub enum VerifyWhat {
    /// What must hold in any world, checked on a scenario: reproducibility, pairing, balanced books, limits
    Integrity(Integrity),
    /// Known patterns of illicit markets, beside what scenarios show; exit code 1 if one is outside its band
    Patterns(Patterns),
}

#[derive(clap::Args)]
pub struct Integrity {
    /// A scenario file, or a name from `contraband list`
    pub scenario: String,
    /// Seed of all random draws, up to 2^53 [default: the scenario's]
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(..=LARGEST_SEED))]
    pub seed: Option<u64>,
    /// Length in days [default: the scenario's]
    #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(1..=i64::from(LONGEST_RUN)))]
    pub days: Option<u32>,
}

#[derive(clap::Args)]
pub struct Patterns {
    /// Your own file of patterns [default: those that come with the program, fitted and held out]
    pub file: Option<PathBuf>,
    /// Seeds to measure every pattern with, such as 5001-5012 [default: each pattern's own number, from 9001 on, on which nothing was set]
    #[arg(long, value_name = "FIRST-LAST", value_parser = seed_range)]
    pub seeds: Option<(u64, u64)>,
}

/// A lever and the text of its new value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    pub path: String,
    pub value: String,
}

fn setting(text: &str) -> Result<Setting, String> {
    let (path, value) = text.split_once('=').ok_or("give a lever and its value, such as law.fine=240")?;
    Ok(Setting { path: path.trim().into(), value: value.trim().into() })
}

/// A lever of one arm, and on which days it is set: from the start if on none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArmSetting {
    pub arm: String,
    pub set: Setting,
    pub days: Option<(u32, Option<u32>)>,
}

fn dialect(text: &str) -> Result<CsvDialect, String> {
    CsvDialect::from_word(text)
        .ok_or_else(|| "give plain (commas between values, decimal points) or de (semicolons, decimal commas)".into())
}

fn named(text: &str) -> Result<Setting, String> {
    setting(text).map_err(|_| "give a name and a scenario, such as crackdown=scenarios/crackdown.ron".into())
}

fn arm_setting(text: &str) -> Result<ArmSetting, String> {
    let wrong =
        "give an arm, a lever and its value, such as harsh:law.fine=240, or harsh:law.fine=240@120-240 for some days";
    let (arm, set) = text.split_once(':').ok_or(wrong)?;
    let (set, days) = set.rsplit_once('@').map_or((set, None), |(set, days)| (set, Some(days)));
    let days = match days {
        None => None,
        Some(days) => {
            let (first, last) = days.split_once('-').map_or((days, None), |(first, last)| (first, Some(last)));
            let day = |text: &str| text.trim().parse::<u32>().map_err(|_| wrong);
            Some((day(first)?, last.map(day).transpose()?))
        }
    };
    Ok(ArmSetting { arm: arm.trim().into(), set: setting(set).map_err(|_| wrong)?, days })
}

fn stacked(text: &str) -> Result<Setting, String> {
    let wrong = "give a name and two or more arms, such as both=fines+patrols";
    setting(text).ok().filter(|stack| stack.value.contains('+')).ok_or_else(|| wrong.into())
}

fn measured(text: &str) -> Result<Setting, String> {
    setting(text)
        .map_err(|_| "give a name and a metric, such as \"harm_late=mean(days.harm, days = 300 to 365)\"".into())
}

fn some_seconds(text: &str) -> Result<f64, String> {
    let seconds = text.parse().ok().filter(|&seconds: &f64| seconds > 0.0 && seconds.is_finite());
    seconds.ok_or_else(|| "give a number of seconds above 0".into())
}

/// What goes into a script as it is.
fn for_sbatch(text: &str) -> Result<String, String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-:.".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        Ok(text.into())
    } else {
        Err("it is letters, digits, `-`, `:` and `.`, such as 2:00:00 or 4G".into())
    }
}

fn seeds(text: &str) -> Result<u64, String> {
    let wrong =
        || format!("give a whole number from 2 to {MOST_SEEDS}: one seed shows no spread, and so has no interval");
    text.parse().ok().filter(|seeds| (2..=MOST_SEEDS).contains(seeds)).ok_or_else(wrong)
}

fn seed_range(text: &str) -> Result<(u64, u64), String> {
    let most = contraband_lab::files::patterns::MOST_SEEDS as u64;
    let wrong = || {
        format!("give the first and the last of 2 to {most} seeds, such as 5001-5012; the largest is {LARGEST_SEED}")
    };
    let (first, last) = text.split_once('-').ok_or_else(wrong)?;
    let seed = |text: &str| text.trim().parse::<u64>().map_err(|_| wrong());
    let (first, last) = (seed(first)?, seed(last)?);
    if first < last && last <= LARGEST_SEED && last - first < most { Ok((first, last)) } else { Err(wrong()) }
}

fn stop(text: &str) -> Result<(String, f64), String> {
    let wrong = "give a metric and the half-width of its interval, such as trades:5";
    let (metric, width) = text.split_once(':').ok_or(wrong)?;
    let width = width.trim().parse().ok().filter(|&width: &f64| width > 0.0 && width.is_finite()).ok_or(wrong)?;
    Ok((metric.trim().into(), width))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Args::command().debug_assert();
    }

    #[test]
    fn seeds_of_patterns_are_two_or_more() {
        assert_eq!(seed_range("5001-5012"), Ok((5001, 5012)));
        for wrong in ["7", "7-7", "9-7", "1-20000", "a-b", "1-9007199254740993"] {
            assert!(seed_range(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_setting_of_an_arm_can_have_days() {
        let days = |text: &str| arm_setting(text).map(|set| (set.set.value, set.days));
        assert_eq!(days("a:law.fine=240"), Ok(("240".into(), None)));
        assert_eq!(days("a:law.fine=240@120"), Ok(("240".into(), Some((120, None)))));
        assert_eq!(days("a:law.fine=240@120-240"), Ok(("240".into(), Some((120, Some(240))))));
        assert!(days("a:law.fine=240@soon").is_err() && stacked("both=a").is_err());
    }

    #[test]
    fn a_setting_has_a_path_and_a_value() {
        let expected = Setting { path: "law.fine".into(), value: "a=b".into() };
        assert_eq!(setting("law.fine = a=b"), Ok(expected));
        assert!(setting("law.fine").is_err());
    }
}
