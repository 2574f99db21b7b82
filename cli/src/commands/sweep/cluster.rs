//! The contract with clusters: which shard a task lives, with how many threads; and the scripts of Slurm job arrays.

use std::fs;
use std::path::Path;
use std::process::Command;

use contraband_lab::sweep::{SweepFolder, memory_of_run, standing, worlds_of_run};
use contraband_sim::base::words::counted;

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

/// The number of the task of a job array that this process is.
pub fn task(env: &Env<'_>) -> Result<usize, Failure> {
    this_task(env).map(|(number, _)| number)
}

fn this_task(env: &Env<'_>) -> Result<(usize, String), Failure> {
    let found = TASKS.iter().find_map(|&(name, whose, first)| {
        let number: usize = env(name)?.trim().parse().ok()?;
        Some((number.checked_sub(first)?, format!("{name} of {whose}")))
    });
    found.ok_or_else(|| {
        let names: Vec<&str> = TASKS.iter().map(|(name, ..)| *name).collect();
        let problem = Problem::new("`--shard auto` found no task of a job array");
        Failure::input(problem.help(format!("it looks at {}; or give the number of a shard", names.join(", "))))
    })
}

/// The shard that is meant: its number, or that of the task this process is.
pub fn shard(asked: &str, count: usize, env: &Env<'_>) -> Result<usize, Failure> {
    let first = match asked.strip_prefix("auto") {
        Some("") => Some(0),
        Some(more) => more.strip_prefix('+').and_then(|first| first.parse::<usize>().ok()),
        None => None,
    };
    let (shard, from) = if let Some(first) = first {
        let (task, from) = this_task(env)?;
        (task.saturating_add(first), from)
    } else {
        let Ok(number) = asked.parse() else {
            let problem = Problem::new(format!("`--shard` cannot be {asked}"));
            return Err(Failure::input(
                problem.help(format!("it takes a number from 0 to {}, auto, or auto+N", count - 1)),
            ));
        };
        (number, "--shard".to_owned())
    };
    if shard < count {
        return Ok(shard);
    }
    let problem = Problem::new(format!("there is no shard {shard}, which {from} asks for"));
    Err(Failure::input(problem.help(format!("plan.json has {count} shards, numbered 0 to {}", count - 1))))
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

/// A job array: the shards of which it is one task each, less the first that it counts from.
#[derive(Debug, PartialEq, Eq)]
struct Array {
    first: usize,
    tasks: Vec<usize>,
}

/// Shards as arrays whose tasks have no number above the largest that the cluster takes.
fn arrays(shards: &[usize], largest: usize) -> Vec<Array> {
    let mut arrays: Vec<Array> = Vec::new();
    for &shard in shards {
        let (first, task) = (shard - shard % (largest + 1), shard % (largest + 1));
        match arrays.last_mut() {
            Some(array) if array.first == first => array.tasks.push(task),
            _ => arrays.push(Array { first, tasks: vec![task] }),
        }
    }
    arrays
}

/// What a task of a sweep takes, from its plan, with room to spare.
struct Needs {
    minutes: u64,
    megabytes: u64,
}

impl Needs {
    /// Of the largest of some shards.
    fn of(folder: &SweepFolder, shards: &[usize]) -> Result<Self, Failure> {
        /// Seconds for a citizen and day: ten times what a usual core takes.
        const CITIZEN_DAY: f64 = 1e-6;
        /// Seconds for a run of a world without anybody.
        const RUN: f64 = 0.5;
        /// Least minutes: to start, and to wait for a disk that others use too.
        const LEAST: u64 = 10;
        /// Cells that are looked at: of a larger sweep, some evenly among them.
        const CELLS: usize = 2_000;
        let (plan, worlds) = (folder.plan(), f64::from(worlds_of_run(folder)));
        let step = plan.cells.len().div_ceil(CELLS);
        let (mut seconds, mut bytes) = (0.0_f64, 0);
        for cell in (0..plan.cells.len()).step_by(step) {
            let world = folder.scenario(cell)?;
            let people = f64::from(world.params.citizens.count.get());
            seconds = seconds.max(worlds * (RUN + CITIZEN_DAY * people * f64::from(world.days)));
            bytes = bytes.max(memory_of_run(folder, &world));
        }
        let seconds = plan.time_limit.map_or(seconds, |limit| seconds.min(limit + RUN));
        let runs = shards.iter().map(|&shard| plan.runs_of(shard).count()).max().unwrap_or(0);
        let minutes = (seconds * runs as f64 / 60.0).ceil() as u64;
        Ok(Self { minutes: minutes.max(LEAST), megabytes: 100 + bytes / 800_000 })
    }
}

/// Writes the scripts of job arrays, and submits them if asked.
pub fn slurm(args: &args::SweepSlurm) -> Result<Exit, Failure> {
    let folder = SweepFolder::open(&args.dir)?;
    folder.must_be_own()?;
    let missing = standing(&folder)?.missing;
    let cannot = |what: &str, error: std::io::Error| Failure::failed(Problem::new(format!("cannot {what}: {error}")));
    let dir = fs::canonicalize(&args.dir).map_err(|error| cannot("find the folder", error))?;
    let program = std::env::current_exe().map_err(|error| cannot("find the program", error))?;
    if missing.is_empty() {
        remark(&format!("nothing is missing; `contraband sweep merge {}` merges the results", args.dir.display()));
        return Ok(Exit::Ok);
    }
    let (shown, program) = (quoted(&dir)?, quoted(&program)?);
    let home = dir.join("slurm");
    fs::create_dir_all(&home).map_err(|error| cannot("make the folder of scripts", error))?;
    // Scripts of an earlier time must not be taken for these.
    for old in fs::read_dir(&home).map_err(|error| cannot("read the folder of scripts", error))?.flatten() {
        if old.path().extension().is_some_and(|ending| ending == "sh") {
            fs::remove_file(old.path()).map_err(|error| cannot("remove an older script", error))?;
        }
    }
    let largest = args.largest_task.or_else(largest_task).unwrap_or(LARGEST_TASK);
    let arrays = arrays(&missing, largest);
    let needs = Needs::of(&folder, &missing)?;
    let time = args.time.clone().unwrap_or_else(|| needs.minutes.to_string());
    let mem = args.mem.clone().unwrap_or_else(|| format!("{}M", needs.megabytes));
    let name: String = folder.plan().name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let name = if name.is_empty() { "sweep".to_owned() } else { name };
    // What is in the folder is named as seen from there: no path has to be quoted for sbatch, which has its own way. Only what
    // looks like a pattern in the path itself has to be told on the command line.
    let logs = |pattern: &str| {
        let path = dir.to_str().filter(|path| path.contains('%'))?;
        Some(format!("--output={}/slurm/{pattern}.log", path.replace('%', "%%")))
    };
    let mut scripts = Vec::new();
    for (nth, Array { first, tasks }) in arrays.iter().enumerate() {
        let script = if nth == 0 { "slurm/array.sh".to_owned() } else { format!("slurm/array-{}.sh", nth + 1) };
        let shard = if *first == 0 { "auto".to_owned() } else { format!("auto+{first}") };
        let text = format!(
            "#!/bin/sh\n# Missing runs of a sweep: one task per shard. Whatever ends a task, the same script carries on from \
             there.\n#SBATCH --job-name={name}\n#SBATCH --array={}\n#SBATCH --cpus-per-task=1\n#SBATCH \
             --time={time}\n#SBATCH --mem={mem}\n#SBATCH --output=slurm/%A_%a.log\n# SLURM_JOB_ID is no name for one task of \
             an array: scancel would end none, or all.\necho \"This is task \
             ${{SLURM_ARRAY_JOB_ID}}_${{SLURM_ARRAY_TASK_ID}}; scancel ${{SLURM_ARRAY_JOB_ID}}_${{SLURM_ARRAY_TASK_ID}} \
             ends it alone.\"\nexec {program} sweep run {shown} --shard {shard}\n",
            ranges(tasks),
        );
        fs::write(dir.join(&script), text).map_err(|error| cannot("write a script", error))?;
        scripts.push((script, tasks.iter().map(|task| task + first).collect::<Vec<_>>()));
    }
    let merge = "slurm/merge.sh";
    let text = format!(
        "#!/bin/sh\n# After all tasks, however they ended: merges if every run is done, and says what is missing if not. It \
         looks for itself, since Slurm lets it begin too where it has forgotten the tasks.\n#SBATCH \
         --job-name={name}_merge\n#SBATCH --cpus-per-task=1\n#SBATCH --output=slurm/merge_%j.log\nexec {program} sweep merge \
         {shown} --check\n",
    );
    fs::write(dir.join(merge), text).map_err(|error| cannot("write a script", error))?;
    if !args.submit {
        let jobs: Vec<String> = (1..=scripts.len())
            .map(|nth| if scripts.len() == 1 { "JOB".into() } else { format!("JOB{nth}") })
            .collect();
        let to = |pattern: &str| -> Result<String, Failure> {
            let quoted = logs(pattern).map(|logs| quoted(Path::new(&logs))).transpose()?;
            Ok(quoted.map_or_else(String::new, |logs| format!("{logs} ")))
        };
        let (of_tasks, of_merge) = (to("%A_%a")?, to("merge_%j")?);
        let arrays: String = scripts.iter().map(|(script, _)| format!("sbatch {of_tasks}{script}\n")).collect();
        let after = jobs.join(":");
        output::print(&format!("cd {shown}\n{arrays}sbatch {of_merge}--dependency=afterany:{after} {merge}\n"))?;
        remark(&format!(
            "{}; {} {} that the commands before print; `--submit` does all of it",
            counted(missing.len(), "task", "tasks"),
            jobs.join(", "),
            if jobs.len() == 1 { "is the number" } else { "are the numbers" }
        ));
        return Ok(Exit::Ok);
    }
    let mut accepted: Vec<(String, Vec<usize>)> = Vec::new();
    for (script, shards) in scripts {
        match submit(&dir, logs("%A_%a"), &script) {
            Ok(job) => accepted.push((job, shards)),
            Err(refused) => return Err(after(refused, &accepted, &args.dir)),
        }
    }
    let jobs: Vec<&str> = accepted.iter().map(|(job, _)| job.as_str()).collect();
    let options = logs("merge_%j").into_iter().chain([format!("--dependency=afterany:{}", jobs.join(":"))]);
    let merged = match submit(&dir, options, merge) {
        Ok(job) => job,
        Err(refused) => return Err(after(refused, &accepted, &args.dir)),
    };
    output::print(&format!("{}\n{merged}\n", jobs.join("\n")))?;
    let runs = if jobs.len() == 1 { format!("job {} runs", jobs[0]) } else { format!("jobs {} run", jobs.join(", ")) };
    let shards = counted(missing.len(), "shard", "shards");
    remark(&format!("{runs} {shards}; job {merged} merges the sweep after that"));
    Ok(Exit::Ok)
}

/// What is said of a refusal where jobs were accepted before it.
fn after(refused: Failure, accepted: &[(String, Vec<usize>)], dir: &Path) -> Failure {
    if accepted.is_empty() {
        return refused;
    }
    let told: Vec<String> =
        accepted.iter().map(|(job, shards)| format!("job {job} runs shards {}", ranges(shards))).collect();
    let jobs: Vec<&str> = accepted.iter().map(|(job, _)| job.as_str()).collect();
    let problem = Problem::new(format!("before that, Slurm accepted a part, which stays: {}", told.join("; ")));
    let dir = dir.display();
    let help = format!(
        "`scancel {}` takes it back; or, once it is over, `contraband sweep slurm {dir} --submit` sends what is missing then, and \
         `contraband sweep merge {dir} --check` merges",
        jobs.join(" ")
    );
    let mut problems = refused.problems;
    problems.push(problem.help(help));
    Failure { problems, ..refused }
}

/// The largest number of a task that the cluster takes, if it says.
fn largest_task() -> Option<usize> {
    let out = Command::new("scontrol").args(["show", "config"]).output().ok()?;
    let text = String::from_utf8(out.stdout).ok()?;
    let line = text.lines().find_map(|line| line.trim_start().strip_prefix("MaxArraySize"))?;
    line.trim_start().strip_prefix('=')?.trim().parse::<usize>().ok()?.checked_sub(1)
}

/// Hands a script to Slurm, as seen from the folder; the number of its job.
fn submit(folder: &Path, options: impl IntoIterator<Item = String>, script: &str) -> Result<String, Failure> {
    let help = "can this machine submit jobs to Slurm? --time and --mem change what is asked for; without --submit the \
                commands are printed instead";
    let out = Command::new("sbatch").arg("--parsable").args(options).arg(script).current_dir(folder).output();
    let out = out.map_err(|error| Failure::failed(Problem::new(format!("cannot start sbatch: {error}")).help(help)))?;
    let said = String::from_utf8_lossy(&out.stderr);
    if !out.status.success() {
        return Err(Failure::failed(Problem::new(format!("sbatch refused {script}: {}", said.trim())).help(help)));
    }
    let told = String::from_utf8_lossy(&out.stdout);
    number_of_job(&told).ok_or_else(|| {
        let problem = format!(
            "sbatch took {script} and printed {:?}{} where the number of the job was expected",
            told.trim(),
            if said.trim().is_empty() { String::new() } else { format!(" ({})", said.trim()) }
        );
        Failure::failed(Problem::new(problem).help("`squeue --me` shows whether it was accepted"))
    })
}

/// The number of a job, as `sbatch --parsable` prints it: alone, or before the name of its cluster.
fn number_of_job(told: &str) -> Option<String> {
    let line = told.lines().map(str::trim).rfind(|line| !line.is_empty())?;
    let job = line.split(';').next()?;
    (!job.is_empty() && job.bytes().all(|byte| byte.is_ascii_digit())).then(|| job.to_owned())
}

/// A path as the shell reads it back.
///
/// # Errors
/// When it is no text, which a script cannot hold.
fn quoted(path: &Path) -> Result<String, Failure> {
    let text = path.to_str().ok_or_else(|| {
        let problem = Problem::new(format!("the path {} is not UTF-8 text, so no script can name it", path.display()));
        Failure::input(problem.help("move the folder to a path of plain letters"))
    })?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+".contains(c);
    Ok(if text.chars().all(plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) })
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
        assert_eq!(quoted(Path::new("/a/b-1.c")).unwrap(), "/a/b-1.c");
        assert_eq!(quoted(Path::new("/it's mine")).unwrap(), "'/it'\\''s mine'");
    }

    #[test]
    fn arrays_have_no_task_above_the_largest() {
        assert_eq!(arrays(&[0, 2, 1000], 1000), [Array { first: 0, tasks: vec![0, 2, 1000] }]);
        let cut = arrays(&[0, 4, 5, 11, 12, 14], 4);
        let wanted = [(0, vec![0, 4]), (5, vec![0]), (10, vec![1, 2, 4])];
        assert_eq!(cut, wanted.map(|(first, tasks)| Array { first, tasks }));
        // Each task finds its shard again.
        let of = |asked: &str, task: &'static str| {
            shard(asked, 15, &|name: &str| (name == "SLURM_ARRAY_TASK_ID").then(|| task.to_owned())).ok()
        };
        assert_eq!((of("auto+10", "4"), of("auto+5", "0"), of("auto+10", "5")), (Some(14), Some(5), None));
        assert!(of("auto5", "0").is_none() && of("auto+", "0").is_none());
        assert_eq!(arrays(&[3, 7], 0).len(), 2);
    }

    #[test]
    fn the_number_of_a_job_is_a_number() {
        let told = ["12\n", "12;cluster\n", "sbatch: note\n12\n", "", "\n", "Submitted batch job 12\n", "twelve", ";x"];
        let some = Some("12".to_owned());
        assert_eq!(told.map(number_of_job), [some.clone(), some.clone(), some, None, None, None, None, None]);
    }
}
