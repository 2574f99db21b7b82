//! `contraband classes`: the classes that are kept on disk, and where each stands.

use contraband_classroom::class::kept::{KeptClass, all};
use serde_json::json;

use crate::errors::{Failure, remark};
use crate::exit::Exit;
use crate::{args, output};

/// Lists the classes of a folder. None of them is opened, and nothing is changed.
///
/// # Errors
/// When stdout cannot be written.
pub fn classes(args: &args::Classes) -> Result<Exit, Failure> {
    let kept = all(&args.classes);
    if args.json {
        let objects = kept.iter().map(|(code, kept)| match kept {
            Ok(kept) => {
                let mut told = json!(kept);
                told["schema"] = json!(1);
                told["over"] = json!(!kept.goes_on());
                told
            }
            Err(wrong) => json!({"schema": 1, "code": code, "error": wrong}),
        });
        output::print_json(&objects.collect())?;
        return Ok(Exit::Ok);
    }
    if kept.is_empty() {
        remark(&format!("no class is kept in {}", args.classes.display()));
        return Ok(Exit::Ok);
    }
    let rows = kept.iter().map(|(code, kept)| match kept {
        Ok(kept) => vec![
            code.clone(),
            kept.lesson.clone(),
            kept.words(),
            people(kept),
            kept.written.map_or_else(String::new, date),
        ],
        Err(wrong) => vec![code.clone(), format!("left as it is: {wrong}")],
    });
    let (read, unread): (Vec<_>, Vec<_>) = rows.partition(|row| row.len() > 2);
    let mut told = output::columns(&read);
    told += &output::columns(&unread);
    output::print(&told)?;
    remark("contraband classroom CODE goes on with a class; --new begins another");
    Ok(Exit::Ok)
}

fn people(kept: &KeptClass) -> String {
    format!("{} {}", kept.people, if kept.people == 1 { "person" } else { "people" })
}

/// The day on which so many seconds since 1970 had passed, in UTC: `2026-11-30`.
fn date(seconds: u64) -> String {
    // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years begin in March, so that leap days come last.
    let days = seconds / 86_400 + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    format!("{:04}-{month:02}-{day:02}", year + era * 400 + u64::from(month <= 2))
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn days_are_named_as_calendars_name_them() {
        let cases = [
            (0, "1970-01-01"),
            (951_782_399, "2000-02-28"),
            (951_782_400, "2000-02-29"),
            (1_709_251_199, "2024-02-29"),
            (1_709_251_200, "2024-03-01"),
            (4_107_542_400, "2100-03-01"),
            (1_796_083_199, "2026-11-30"),
        ];
        for (seconds, named) in cases {
            assert_eq!(date(seconds), named, "{seconds}");
        }
    }
}
