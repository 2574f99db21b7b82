//! How much memory there is. The engine and the lab ask nobody; whoever runs them brings the figure.

use std::fs;
use std::path::Path;

use contraband_lab::batch::bytes_in_words;

use crate::errors::{FITS, Failure, Problem};

/// Bytes that this process may still take, where the system tells: what is free, less where a limit of the process, of its
/// job or of its container is nearer.
pub fn available() -> Option<u64> {
    let read = |path: &str| fs::read_to_string(path).ok();
    let limits = [
        read("/proc/meminfo").and_then(|text| kilobytes(&text, "MemAvailable:")),
        address_space(&read("/proc/self/limits")?, &read("/proc/self/status")?),
        read("/proc/self/cgroup").and_then(|text| of_groups(&text, &|path| fs::read_to_string(path).ok())),
    ];
    limits.into_iter().flatten().min()
}

/// Whether something that takes so many bytes may be begun.
///
/// # Errors
/// When it cannot fit, in words.
pub fn must_fit(what: &str, need: u64) -> Result<(), Failure> {
    let Some(all) = available().filter(|&all| need > all) else { return Ok(()) };
    let [need, all] = [need, all].map(bytes_in_words);
    let problem = Problem::new(format!("{what} needs about {need} of memory, and there is {all} for it here"));
    Err(Failure::input(problem.help(FITS)))
}

/// A figure in kB of a file of the kernel, in bytes.
fn kilobytes(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

/// What a limit on addresses (`ulimit -v`) or data leaves, where there is one.
fn address_space(limits: &str, status: &str) -> Option<u64> {
    let of = |limit: &str, used: &str| {
        let soft = limits.lines().find_map(|line| line.strip_prefix(limit))?.split_whitespace().next()?.parse::<u64>();
        Some(soft.ok()?.saturating_sub(kilobytes(status, used)?))
    };
    let all = [of("Max address space", "VmSize:"), of("Max data size", "VmData:")];
    all.into_iter().flatten().min()
}

/// What the groups of the process leave (version 2, with those around them; and version 1), where one has a limit.
fn of_groups(groups: &str, read: &dyn Fn(&Path) -> Option<String>) -> Option<u64> {
    let number = |path: &Path| read(path)?.trim().parse::<u64>().ok();
    let mut least: Option<u64> = None;
    for line in groups.lines() {
        let mut parts = line.splitn(3, ':');
        let (Some(_), Some(controllers), Some(path)) = (parts.next(), parts.next(), parts.next()) else { continue };
        let (root, limit, used) = match controllers {
            "" => ("/sys/fs/cgroup", "memory.max", "memory.current"),
            "memory" => ("/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes"),
            _ => continue,
        };
        let inside = Path::new(path.trim_start_matches('/'));
        // In a container the path is that of the host; what holds lies at the root then.
        for group in inside.ancestors() {
            let group = Path::new(root).join(group);
            if let (Some(limit), Some(used)) = (number(&group.join(limit)), number(&group.join(used))) {
                let cache = read(&group.join("memory.stat")).and_then(|stat| inactive(&stat)).unwrap_or(0);
                let left = limit.saturating_sub(used.saturating_sub(cache));
                least = Some(least.map_or(left, |least| least.min(left)));
            }
        }
    }
    least
}

/// What of a group is files that nobody has touched for long: it is given up where memory is asked for.
fn inactive(stat: &str) -> Option<u64> {
    stat.lines().find_map(|line| line.strip_prefix("inactive_file "))?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_limit_counts() {
        let limits = "Limit  Soft Limit  Hard Limit  Units\nMax data size  unlimited  unlimited  bytes\nMax address space  \
                      3000000  unlimited  bytes\n";
        let status = "Name:\tcontraband\nVmSize:\t    1000 kB\nVmData:\t 500 kB\n";
        assert_eq!(address_space(limits, status), Some(3_000_000 - 1_024_000));
        assert_eq!(address_space("Max address space  unlimited  unlimited  bytes", status), None);
        assert_eq!(kilobytes("MemFree: 1 kB\nMemAvailable:   20 kB\n", "MemAvailable:"), Some(20 * 1024));
    }

    #[test]
    fn a_group_has_the_limits_of_those_around_it() {
        let files = [
            ("/sys/fs/cgroup/a/memory.max", "1000"),
            ("/sys/fs/cgroup/a/memory.current", "900"),
            ("/sys/fs/cgroup/a/memory.stat", "anon 1\ninactive_file 300\n"),
            ("/sys/fs/cgroup/a/b/memory.max", "max"),
            ("/sys/fs/cgroup/a/b/memory.current", "10"),
        ];
        let read =
            |path: &Path| files.iter().find(|(name, _)| Path::new(name) == path).map(|(_, text)| (*text).to_owned());
        assert_eq!(of_groups("0::/a/b\n", &read), Some(400));
        assert_eq!(of_groups("0::/\n", &read), None);
        assert_eq!(of_groups("4:memory:/x\n3:cpu:/x\n", &read), None);
    }

    #[test]
    fn what_cannot_fit_is_refused_in_words() {
        assert!(must_fit("a run", 1).is_ok());
        if available().is_some() {
            let said = must_fit("a run", u64::MAX).unwrap_err().in_short();
            assert!(said.starts_with("a run needs about") && said.contains("of memory"), "{said}");
        }
    }
}
