//! The contract with clusters: which shard a task lives, with how many threads; and the scripts of a Slurm job array.

use std::fs;
use std::path::Path;
use std::process::Command;

use contraband_analysis::sweep::{SweepFolder, standing};

use crate::errors::{Failure, Problem, remark};
use crate::exit::Exit;
use crate::{args, output};

/// How a variable of the environment reads.
type Env<'e> = dyn Fn(&str) -> Option<String> + 'e;

/// Variables that tell the number of a task, whose they are, and where they begin to count.
const TASKS: [(&str, &str, usize); 6] = [
    ("SLURM_ARRAY_TASK_ID", "Slurm", 0),
    ("PBS_ARRAY_INDEX", "PBS", 0),
    ("PBS_ARRAYID", "Torque", 0),
    // Its arrays begin with 1, and jobs that are no array have the word `undefined`.
    ("SGE_TASK_ID", "SGE", 1),
    ("HQ_TASK_ID", "HyperQueue", 0),
    ("JOB_COMPLETION_INDEX", "Kubernetes", 0),
];

/// Numbers of a Slurm job array go up to this where nobody has configured more.
const LARGEST_TASK: usize = 1000;

/// The shard that is meant: its number, or that of the task this process is.
pub fn shard(asked: &str, count: usize, env: &Env<'_>) -> Result<usize, Failure> {
    let (shard, from) = if asked == "auto" {
        let found = TASKS.iter().find_map(|&(name, whose, first)| {
            let number: usize = env(name)?.trim().parse().ok()?;
            Some((number.checked_sub(first), format!("{name} of {whose}")))
        });
        match found {
            Some((Some(number), from)) => (number, from),
            _ => {
                let names: Vec<&str> = TASKS.iter().map(|(name, ..)| *name).collect();
                let problem = Problem::new("`--shard auto` finds no task of a job array here");
                return Err(Failure::input(
                    problem.help(format!("it looks at {}; or give a number", names.join(", "))),
                ));
            }
        }
    } else {
        let Ok(number) = asked.parse() else {
            let problem = Problem::new(format!("`--shard` cannot be {asked}"));
            return Err(Failure::input(problem.help(format!("a number from 0 to {}, or auto", count - 1))));
        };
        (number, "--shard".to_owned())
    };
    if shard < count {
        return Ok(shard);
    }
    let problem = Problem::new(format!("there is no shard {shard}, which {from} asks for"));
    Err(Failure::input(problem.help(format!("plan.json has {count} shards, from 0 to {}", count - 1))))
}

/// Threads that the job was given, if it is one.
pub fn allocated(env: &Env<'_>) -> Option<usize> {
    // HyperQueue lists the cores themselves.
    let listed = || env("HQ_CPUS").map(|cores| cores.split(',').count());
    let counted = ["SLURM_CPUS_PER_TASK", "NCPUS", "PBS_NUM_PPN", "NSLOTS"]
        .into_iter()
        .find_map(|name| env(name)?.trim().parse().ok());
    // A job of Slurm that asks for no number of cores has one.
    let slurm = || env("SLURM_JOB_ID").map(|_| 1);
    counted.or_else(listed).or_else(slurm).filter(|&threads| threads > 0)
}

/// Numbers in order, as ranges: 0-3,7.
pub fn ranges(numbers: &[usize]) -> String {
    let mut parts: Vec<(usize, usize)> = Vec::new();
    for &number in numbers {
        match parts.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => parts.push((number, number)),
        }
    }
    let told =
        parts.iter().map(|(first, last)| if first == last { first.to_string() } else { format!("{first}-{last}") });
    if parts.is_empty() { "none".into() } else { told.collect::<Vec<_>>().join(",") }
}

/// Writes the scripts of a job array, and submits them if asked.
pub fn slurm(args: &args::SweepSlurm) -> Result<Exit, Failure> {
    let folder = SweepFolder::open(&args.dir)?;
    let missing = standing(&folder)?.missing;
    let cannot = |what: &str, error: std::io::Error| Failure::failed(Problem::new(format!("cannot {what}: {error}")));
    let dir = fs::canonicalize(&args.dir).map_err(|error| cannot("find the folder", error))?;
    let program = std::env::current_exe().map_err(|error| cannot("find the program", error))?;
    if missing.is_empty() {
        remark(&format!("nothing is missing; `contraband sweep merge {}` puts all together", args.dir.display()));
        return Ok(Exit::Ok);
    }
    if let Some(&largest) = missing.last().filter(|&&largest| largest > LARGEST_TASK) {
        let problem = Problem::new(format!(
            "shard {largest} is beyond {LARGEST_TASK}, the largest task of an array where nobody configured more"
        ));
        return Err(Failure::input(
            problem.help(format!("plan with `--shards {LARGEST_TASK}` or fewer; more runs in a shard cost nothing")),
        ));
    }
    let home = dir.join("slurm");
    fs::create_dir_all(&home).map_err(|error| cannot("make the folder of scripts", error))?;
    let name: String = folder.plan().name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let (shown, program) = (quoted(&dir), quoted(&program));
    let array = format!(
        "#!/bin/sh\n# What is missing of a sweep: a task for each shard. Whatever ends a task, the same script goes on where it ended.\n\
         #SBATCH --job-name={name}\n#SBATCH --array={}\n#SBATCH --cpus-per-task=1\n#SBATCH --output={}/%A_%a.log\n\
         exec {program} sweep run {shown} --shard auto\n",
        ranges(&missing),
        home.display(),
    );
    let merge = format!(
        "#!/bin/sh\n# After all tasks, however they ended: merges if every run is there, and says what is missing if not.\n\
         #SBATCH --job-name={name}_merge\n#SBATCH --cpus-per-task=1\n#SBATCH --output={}/merge_%j.log\n\
         exec {program} sweep merge {shown} --check\n",
        home.display(),
    );
    let [array_at, merge_at] = [home.join("array.sh"), home.join("merge.sh")];
    for (path, text) in [(&array_at, array), (&merge_at, merge)] {
        fs::write(path, text).map_err(|error| cannot("write a script", error))?;
    }
    if !args.submit {
        output::print(&format!(
            "sbatch {}\nsbatch --dependency=afterany:JOB {}\n",
            quoted(&array_at),
            quoted(&merge_at)
        ))?;
        remark(&format!(
            "{} tasks; JOB is the number that the first command prints; `--submit` does both",
            missing.len()
        ));
        return Ok(Exit::Ok);
    }
    let job = submit(&["--parsable".to_owned()], &array_at)?;
    let after = submit(&["--parsable".to_owned(), format!("--dependency=afterany:{job}")], &merge_at)?;
    output::print(&format!("{job}\n{after}\n"))?;
    remark(&format!("job {job} lives {} shards, job {after} merges when they are over", missing.len()));
    Ok(Exit::Ok)
}

/// Hands a script to Slurm; the number of its job.
fn submit(options: &[String], script: &Path) -> Result<String, Failure> {
    let help = "is this a machine that submits to Slurm? Without --submit the commands are printed";
    let out = Command::new("sbatch").args(options).arg(script).output();
    let out = out.map_err(|error| Failure::failed(Problem::new(format!("cannot start sbatch: {error}")).help(help)))?;
    if !out.status.success() {
        let said = String::from_utf8_lossy(&out.stderr);
        return Err(Failure::failed(Problem::new(format!("sbatch refuses: {}", said.trim())).help(help)));
    }
    // A cluster of several tells its own name after the number.
    let said = String::from_utf8_lossy(&out.stdout);
    Ok(said.trim().split(';').next().unwrap_or_default().to_owned())
}

/// A path as the shell reads it back.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+".contains(c);
    if text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(known: &'static [(&'static str, &'static str)]) -> impl Fn(&str) -> Option<String> {
        move |name| known.iter().find(|(one, _)| *one == name).map(|(_, value)| (*value).to_owned())
    }

    #[test]
    fn a_task_knows_its_shard_from_each_scheduler() {
        let of = |known| shard("auto", 8, &env(known)).ok();
        assert_eq!(of(&[("SLURM_ARRAY_TASK_ID", "3"), ("SLURM_ARRAY_TASK_COUNT", "1")]), Some(3));
        assert_eq!(of(&[("PBS_ARRAY_INDEX", "0")]), Some(0));
        assert_eq!(of(&[("PBS_ARRAYID", "7")]), Some(7));
        assert_eq!(of(&[("SGE_TASK_ID", "8")]), Some(7));
        assert_eq!(of(&[("HQ_TASK_ID", "2")]), Some(2));
        assert_eq!(of(&[("JOB_COMPLETION_INDEX", "5")]), Some(5));
        assert_eq!(of(&[("SGE_TASK_ID", "undefined"), ("JOB_COMPLETION_INDEX", "5")]), Some(5));
        assert!(
            of(&[]).is_none() && of(&[("SLURM_ARRAY_TASK_ID", "8")]).is_none() && of(&[("SGE_TASK_ID", "0")]).is_none()
        );
        assert_eq!(shard("4", 8, &env(&[("SLURM_ARRAY_TASK_ID", "3")])).ok(), Some(4));
        assert!(shard("8", 8, &env(&[])).is_err() && shard("first", 8, &env(&[])).is_err());
    }

    #[test]
    fn threads_are_those_of_the_job() {
        assert_eq!(allocated(&env(&[("SLURM_JOB_ID", "12"), ("SLURM_CPUS_PER_TASK", "4")])), Some(4));
        assert_eq!(allocated(&env(&[("SLURM_JOB_ID", "12")])), Some(1));
        assert_eq!(allocated(&env(&[("NSLOTS", "2")])), Some(2));
        assert_eq!(allocated(&env(&[("HQ_CPUS", "3,5,9")])), Some(3));
        assert_eq!(allocated(&env(&[])), None);
    }

    #[test]
    fn numbers_in_a_row_are_ranges_and_paths_are_quoted() {
        assert_eq!(ranges(&[0, 1, 2, 5, 7, 8]), "0-2,5,7-8");
        assert_eq!(ranges(&[]), "none");
        assert_eq!(quoted(Path::new("/a/b-1.c")), "/a/b-1.c");
        assert_eq!(quoted(Path::new("/it's mine")), "'/it'\\''s mine'");
    }
}
