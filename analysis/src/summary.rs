//! A run in about ten lines: what to look at first, in the terminal and on top of the report.

use contraband_sim::scenario::read::read;
use contraband_sim::scenario::tree::Format;
use polars::prelude::DataFrame;

use crate::charts::words::{assumption, name, percent, plain, short};
use crate::error::StoreError;
use crate::measures::{Groups, last, mean, numbers, sum, words};
use crate::store::{RunFolder, RunInfo};

/// One line: what, and how much.
pub type SummaryLine = (String, String);

/// The lines of a run: rounded, with units, each from the tables alone.
///
/// # Errors
/// When a table cannot be read.
pub fn summary(folder: &RunFolder) -> Result<Vec<SummaryLine>, StoreError> {
    let days = folder.table("days")?;
    if days.height() == 0 {
        return Ok(vec![("Days".into(), format!("none of {} was run", folder.info().days))]);
    }
    let goods = folder.columns("goods", &["day", "good", "trades", "units", "price_median"])?;
    let flows = folder.columns("flows", &["unit", "from", "to", "amount"])?;
    // Folders of older engines have no such table, or not all of its columns.
    let known = folder.info().tables.contains_key("counts");
    let counts = if known { folder.table("counts")? } else { DataFrame::default() };
    let mut out = lines(&RunTables { days: &days, goods: &goods, flows: &flows, counts: &counts }, folder.info());
    out.extend(settled(&folder.scenario_text()?));
    Ok(out)
}

/// What was lived before the first day, which no table holds; nothing where the scenario asks for none, or is of an engine that
/// knew of none.
fn settled(scenario: &str) -> Option<SummaryLine> {
    let known = scenario.contains("settling:");
    let days = read(scenario, Format::Ron).ok().filter(|_| known)?.params.citizens.settling.get();
    let told = format!("{} days in which the world settles, counted nowhere here", plain(f64::from(days), 0));
    (days > 0).then(|| ("Before day 1".into(), told))
}

struct RunTables<'t> {
    days: &'t DataFrame,
    goods: &'t DataFrame,
    flows: &'t DataFrame,
    counts: &'t DataFrame,
}

fn lines(tables: &RunTables, info: &RunInfo) -> Vec<SummaryLine> {
    let RunTables { days, goods, flows, counts } = *tables;
    let column = |name: &str| numbers(days, name);
    let total = |name: &str| sum(&column(name));
    let lived = last(&column("day"));
    let trades = total("trades");
    let line = |what: &str, much: String| (what.to_owned(), much);
    // Zero in zero is nothing, not unknown.
    let share = |part: f64, whole: f64| if whole > 0.0 { percent(part / whole) } else { "none".into() };

    let per_citizen = trades / info.citizens.max(1) as f64 / lived * 30.0;
    let mut out = vec![
        line("Trades", format!("{} ({} per citizen in 30 days)", whole(trades), short(per_citizen))),
        line("Illicit share", format!("{} of trades", share(total("illicit_trades"), trades))),
    ];
    out.extend(price_path(goods).map(|path| line("Median price", path)));
    let cases = total("detections");
    let fine = if cases > 0.0 { total("fines_credits") / cases } else { 0.0 };
    out.push(line(
        "Cases and fines",
        format!(
            "{} cases, {} credits in fines ({} per case)",
            whole(cases),
            short(total("fines_credits")),
            short(fine)
        ),
    ));
    let units = sum(&numbers(goods, "units"));
    let seized = total("seized_units");
    out.push(line(
        "Seized",
        format!("{} units, {} of all units delivered or seized", whole(seized), share(seized, units + seized)),
    ));
    let exits = total("exit_scams");
    let ran = match exits {
        0.0 => String::new(),
        1.0 => "; one venue ran off with its customers' escrow".into(),
        _ => format!("; {} venues ran off with their customers' escrow", whole(exits)),
    };
    out.push(line("Scams", format!("{} purchases, {}{ran}", whole(total("scams")), share(total("scams"), trades))));
    out.push(line(
        "Sellers",
        format!(
            "{} at the end; {} entered, {} quit",
            whole(last(&column("sellers"))),
            whole(total("seller_entries")),
            whole(total("seller_exits"))
        ),
    ));
    out.push(line("Gini of wealth", path(&column("gini_wealth"), "")));
    let preset =
        if info.valve.is_empty() { String::new() } else { format!("; assumption: {}", assumption(&info.valve)) };
    out.push(line("Anxiety", path(&column("anxiety_mean"), &format!(" on a scale from 0 to 1{preset}"))));
    out.extend(hurt(counts).map(|hurt| line("Harm to people", hurt)));
    out.push(line("Credits", balance(days, flows)));
    out
}

/// What happened to people: what is not known or did not happen is left out.
fn hurt(counts: &DataFrame) -> Option<String> {
    const KINDS: [(&str, &str, &str); 4] = [
        ("injuries", "injury", "injuries"),
        ("victims", "identity theft", "identity thefts"),
        ("accidents", "accident", "accidents"),
        ("incidents", "violent incident", "violent incidents"),
    ];
    let said: Vec<String> = KINDS
        .iter()
        .map(|&(column, one, more)| (sum(&numbers(counts, column)), one, more))
        .filter(|(number, ..)| *number > 0.0)
        .map(|(number, one, more)| format!("{} {}", whole(number), if number == 1.0 { one } else { more }))
        .collect();
    (!said.is_empty()).then(|| said.join(", "))
}

fn whole(number: f64) -> String {
    plain(number.round(), 0)
}

/// From the first week to the last, of a series by day.
fn path(series: &[f64], unit: &str) -> String {
    let week = series.len().min(7);
    let (first, end) = (mean(&series[..week]), mean(&series[series.len() - week..]));
    if series.len() < 14 {
        format!("{}{unit}", plain(end, 2))
    } else {
        format!("{} → {}{unit}", plain(first, 2), plain(end, 2))
    }
}

/// The median price of the good that is traded most, in the first and the last thirtieth day.
fn price_path(goods: &DataFrame) -> Option<String> {
    let groups = Groups::of(goods, "good");
    let (trades, prices) = (numbers(goods, "trades"), numbers(goods, "price_median"));
    let days = numbers(goods, "day").into_iter().fold(0.0, f64::max) as usize;
    let busiest = (0..groups.names.len())
        .map(|group| (sum(&groups.series(group, &trades, days)), group))
        .max_by(|a, b| a.0.total_cmp(&b.0))?;
    if busiest.0 <= 0.0 {
        return None;
    }
    let prices = groups.series(busiest.1, &prices, days);
    let month = days.min(30);
    let (first, end) = (mean(&prices[..month]), mean(&prices[days - month..]));
    let of = format!("credits for {}, the most traded good", name(&groups.names[busiest.1]).to_lowercase());
    Some(if days < 60 {
        format!("{} {of}", short(mean(&prices)))
    } else {
        format!("{} → {} {of}", short(first), short(end))
    })
}

/// Whether what was minted less what was burned is what the accounts hold, from what moved.
fn balance(days: &DataFrame, flows: &DataFrame) -> String {
    let (units, from, to) = (words(flows, "unit"), words(flows, "from"), words(flows, "to"));
    let amounts = whole_numbers(flows, "amount");
    let moved = |accounts: &[String], account: &str| -> i64 {
        let rows = units.iter().zip(accounts).zip(&amounts);
        rows.filter(|((unit, at), _)| *unit == "credits" && *at == account).map(|(_, amount)| amount).sum()
    };
    let (minted, burned) = (moved(&from, "mint"), moved(&to, "burn"));
    let held = whole_numbers(days, "credits_total_milli").last().copied().unwrap_or(0);
    let off = minted - burned - held;
    let short = |milli: i64| short(milli as f64 / 1e3);
    let what = format!("{} created − {} destroyed = {} held", short(minted), short(burned), short(held));
    if off == 0 { format!("{what}; the books balance every day") } else { format!("{what}: {} missing", short(off)) }
}

/// A column of whole numbers, exactly.
fn whole_numbers(frame: &DataFrame, column: &str) -> Vec<i64> {
    let Ok(column) = frame.column(column) else { return Vec::new() };
    column.i64().map(|values| values.iter().flatten().collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use polars::prelude::df;

    use super::*;

    #[test]
    fn ten_lines_tell_a_run() {
        let day: Vec<i64> = (1..=60).collect();
        let on_60 = |value: f64| vec![value; 60];
        let days = df!(
            "day" => &day, "trades" => on_60(100.0), "illicit_trades" => on_60(75.0), "detections" => on_60(2.0),
            "fines_credits" => on_60(240.0), "seized_units" => on_60(5.0), "scams" => on_60(4.0), "exit_scams" => on_60(0.0),
            "sellers" => on_60(42.0), "seller_entries" => on_60(1.0), "seller_exits" => on_60(0.5),
            "gini_wealth" => day.iter().map(|&day| 0.3 + day as f64 / 600.0).collect::<Vec<_>>(),
            "anxiety_mean" => on_60(0.2), "credits_total_milli" => day.iter().map(|&day| day * 7_000).collect::<Vec<_>>(),
        )
        .unwrap();
        let goods = df!(
            "day" => [1_i64, 1, 60, 60], "good" => ["privacy", "dangerous_tech", "privacy", "dangerous_tech"],
            "trades" => [9_i64, 20, 9, 20], "units" => [9_i64, 20, 9, 20], "price_median" => [1.0, 50.0, 2.0, 75.0],
        )
        .unwrap();
        let flows = df!(
            "unit" => ["credits", "credits", "privacy", "credits"], "from" => ["mint", "citizens", "mint", "citizens"],
            "to" => ["citizens", "burn", "stock", "stalls"], "amount" => [500_000_i64, 80_000, 99, 1_234],
        )
        .unwrap();
        let counts =
            df!("injuries" => on_60(2.0), "victims" => on_60(0.0), "accidents" => [1.0; 1].repeat(60)).unwrap();
        let info: RunInfo = serde_json::from_str(
            r#"{"schema": 1, "engine_version": "", "scenario": "", "scenario_hash": "", "seed": 1, "days": 60, "citizens": 1000,
                "valve": "neutral", "overrides": {}, "complete": true, "last_day": 60, "digest": "", "tables": {}}"#,
        )
        .unwrap();
        let tables = RunTables { days: &days, goods: &goods, flows: &flows, counts: &counts };
        let text: Vec<String> =
            lines(&tables, &info).into_iter().map(|(what, much)| format!("{what}: {much}")).collect();
        assert_eq!(
            text.join("\n").replace('\u{a0}', " "),
            "Trades: 6000 (3 per citizen in 30 days)\n\
             Illicit share: 75 % of trades\n\
             Median price: 50 → 75 credits for dangerous tech, the most traded good\n\
             Cases and fines: 120 cases, 14.4 k credits in fines (120 per case)\n\
             Seized: 300 units, 84 % of all units delivered or seized\n\
             Scams: 240 purchases, 4 %\n\
             Sellers: 42 at the end; 60 entered, 30 quit\n\
             Gini of wealth: 0.31 → 0.4\n\
             Anxiety: 0.2 → 0.2 on a scale from 0 to 1; assumption: buying leaves anxiety as it is (neutral)\n\
             Harm to people: 120 injuries, 60 accidents\n\
             Credits: 500 created − 80 destroyed = 420 held; the books balance every day"
        );
    }

    #[test]
    fn what_was_lived_before_the_first_day_is_said_where_it_is_known() {
        let said = |text: &str| settled(text).map(|(what, much)| format!("{what}: {much}").replace('\u{a0}', " "));
        let told = "Before day 1: 365 days in which the world settles, counted nowhere here";
        assert_eq!(said("(name: \"A\", citizens: (settling: 365))").as_deref(), Some(told));
        assert_eq!(said("(name: \"A\", citizens: (settling: 0))"), None);
        assert_eq!(said("(name: \"A\")"), None, "a folder of an engine without it");
    }

    #[test]
    fn books_that_do_not_balance_say_so() {
        let days = df!("day" => [1_i64], "credits_total_milli" => [1_000_i64]).unwrap();
        let flows =
            df!("unit" => ["credits"], "from" => ["mint"], "to" => ["citizens"], "amount" => [3_000_i64]).unwrap();
        assert_eq!(balance(&days, &flows), "3 created − 0 destroyed = 1 held: 2 missing");
    }
}
