//! Why did this price jump? The mean price paid on two days, taken apart into cost, markup and who was bought from: parts
//! that add up to the change.

use contraband_sim::explain::StallView;
use contraband_sim::record::event_text::EventText;
use serde::Serialize;

use super::chain::{EventWithCauses, History};
use super::page::{TextPage, many, signed, signed_percent};
use super::{ColumnsOfRows, ExplainError};
use crate::charts::words::short;
use crate::measures::Groups;
use crate::store::RunFolder;

/// Markets are thin and sellers new before this day.
const SETTLED: u32 = 30;
/// Days in which causes are looked for, the day itself among them.
const LOOK_BACK: u32 = 7;
/// A price that moves by less is the same.
const STEADY: f64 = 0.005;
/// Stalls that are told one by one.
const MOST: usize = 8;

/// Kinds of events that are many every day: they show in the stalls.
const SMALL: [&str; 10] = [
    "trade",
    "case",
    "search",
    "seller_move",
    "seller_entry",
    "seller_exit",
    "stall_close",
    "injection",
    "bribe",
    "coercion",
];

/// Two days whose prices are compared.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PriceDay {
    /// The good.
    pub good: String,
    /// The day before: the last on which anything was bought.
    pub before: u32,
    /// The day.
    pub day: u32,
    /// Mean price paid on the day before.
    pub from: f64,
    /// Mean price paid on the day.
    pub to: f64,
}

impl PriceDay {
    /// The day of a good that was asked for; without one, the day after the first thirty with the largest jump.
    ///
    /// # Errors
    /// When the folder cannot be read, or nothing was bought.
    pub fn find(folder: &RunFolder, good: &str, day: Option<u32>) -> Result<Self, ExplainError> {
        let words = good.replace('_', " ");
        let Some(day) = day else {
            let own = jumps(folder)?.into_iter().filter(|jump| jump.good == good);
            return own.max_by(|one, other| one.size().total_cmp(&other.size())).ok_or_else(|| {
                ExplainError::nothing(
                    format!("{words} was bought on too few days to speak of a jump"),
                    "name a day on which it was bought, with --day",
                )
            });
        };
        let prices = prices(folder)?;
        let bought: Vec<(u32, f64)> = prices
            .iter()
            .filter(|(name, _)| name == good)
            .flat_map(|(_, days)| days.iter().map(|day| (day.day, day.price)))
            .filter(|(_, price)| price.is_finite())
            .collect();
        let Some(at) = bought.iter().position(|&(bought, _)| bought == day) else {
            let near = bought.iter().map(|&(bought, _)| bought).min_by_key(|&bought| bought.abs_diff(day));
            let help = near.map_or("nobody bought it in this run".into(), |near| {
                format!("the nearest day with a purchase is {near}")
            });
            return Err(ExplainError::nothing(format!("nobody bought {words} on day {day}"), help));
        };
        let Some(&(before, from)) = at.checked_sub(1).map(|earlier| &bought[earlier]) else {
            let help = "choose a later day";
            return Err(ExplainError::nothing(
                format!("nobody bought {words} before day {day}, so there is nothing to compare with"),
                help,
            ));
        };
        Ok(Self { good: good.to_owned(), before, day, from, to: bought[at].1 })
    }

    /// How large the jump is, either way: from 10 to 20 is as large as from 20 to 10.
    pub fn size(&self) -> f64 {
        (self.to / self.from).ln().abs()
    }
}

struct DayOfGood {
    day: u32,
    price: f64,
    trades: f64,
    /// Variance of the mean price.
    variance: f64,
}

fn prices(folder: &RunFolder) -> Result<Vec<(String, Vec<DayOfGood>)>, ExplainError> {
    let rows = ColumnsOfRows::read(folder, "goods", &["day", "good", "price_mean", "price_sd", "trades"])?;
    let (price, trades, sd) = (rows.numbers("price_mean")?, rows.numbers("trades")?, rows.numbers("price_sd")?);
    let groups = Groups::of(&rows.frame, "good");
    let lived = folder.info().last_day as usize;
    let goods = groups.names.iter().enumerate().map(|(group, name)| {
        let of = |values: &[f64]| groups.series(group, values, lived);
        let days = of(&price).into_iter().zip(of(&trades)).zip(of(&sd)).zip(1..);
        let days = days.map(|(((price, trades), sd), day)| DayOfGood {
            day,
            price,
            trades,
            variance: sd * sd / trades.max(1.0),
        });
        (name.clone(), days.collect())
    });
    Ok(goods.collect())
}

/// Every change from one day to the next on days with so many purchases that a mean says something: at least half of what
/// is usual for the good, and three. Where some are larger than chance would make them, only these.
pub(super) fn jumps(folder: &RunFolder) -> Result<Vec<PriceDay>, ExplainError> {
    let settled = if folder.info().last_day > SETTLED + 2 { SETTLED } else { 1 };
    let (mut jumps, mut clear) = (Vec::new(), Vec::new());
    for (good, days) in prices(folder)? {
        let mut usual: Vec<f64> = days.iter().map(|day| day.trades).collect();
        usual.sort_by(f64::total_cmp);
        let least = (usual.get(usual.len() / 2).copied().unwrap_or(0.0) / 2.0).max(3.0);
        for pair in days.windows(2).filter(|pair| pair[1].day > settled) {
            if pair.iter().all(|day| day.trades >= least && day.price > 0.0) {
                let (from, to) = (pair[0].price, pair[1].price);
                let jump = PriceDay { good: good.clone(), before: pair[0].day, day: pair[1].day, from, to };
                if (to - from).abs() > 2.0 * (pair[0].variance + pair[1].variance).sqrt() {
                    clear.push(jump.clone());
                }
                jumps.push(jump);
            }
        }
    }
    jumps.retain(|jump| clear.contains(jump) || clear.iter().all(|other| other.good != jump.good));
    Ok(jumps)
}

/// The open stalls of a good on the two evenings, seen by living these days again.
pub struct StallsSeen {
    /// On the evening before.
    pub before: Vec<StallView>,
    /// On the evening of the day.
    pub after: Vec<StallView>,
    /// Names of venues, by number.
    pub venues: Vec<String>,
}

/// What is known of a good on one day.
#[derive(Clone, Debug, Serialize)]
pub struct GoodDay {
    day: u32,
    price_mean: f64,
    price_sd: f64,
    trades: f64,
    unmet: f64,
    price_asked: f64,
    cost_mean: f64,
    markup: f64,
    stalls: f64,
    stock: f64,
    seized: f64,
}

/// The parts of a change, in credits; they add up to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct PriceParts {
    /// Stalls that paid more or less for a unit, at an unchanged markup.
    pub cost: f64,
    /// Stalls that asked more or less over cost.
    pub markup: f64,
    /// Stalls that were there on both days, and sold more or less of all that was sold.
    pub mix: f64,
    /// Stalls that opened.
    pub opened: f64,
    /// Stalls that closed.
    pub closed: f64,
}

impl PriceParts {
    /// All parts together.
    pub fn sum(&self) -> f64 {
        self.cost + self.markup + self.mix + self.opened + self.closed
    }
}

/// One stall on two days: its weight in the mean, its price and its cost.
#[derive(Clone, Copy, Debug)]
struct Pair {
    before: Option<(f64, f64, f64)>,
    after: Option<(f64, f64, f64)>,
}

/// Takes a change of a weighted mean apart, each stall's parts by themselves; weights sum to 1 on each day.
///
/// A stall with weights `w`, price `p` = markup times cost on both days moves the mean by the change of its price at its
/// mean weight, and by the change of its weight times how far its price lies from the mean of both days. The change of its
/// price is that of its cost at the mean markup, and that of its markup at the mean cost.
fn take_apart(pairs: &[Pair]) -> Vec<PriceParts> {
    let mean_of = |of: fn(&Pair) -> Option<(f64, f64, f64)>| -> f64 {
        pairs.iter().filter_map(of).map(|(weight, price, _)| weight * price).sum()
    };
    let usual = f64::midpoint(mean_of(|pair| pair.before), mean_of(|pair| pair.after));
    pairs
        .iter()
        .map(|pair| match (pair.before, pair.after) {
            (Some((w0, p0, c0)), Some((w1, p1, c1))) => {
                let weight = f64::midpoint(w0, w1);
                let (m0, m1) = (p0 / c0.max(1e-9), p1 / c1.max(1e-9));
                PriceParts {
                    cost: weight * f64::midpoint(m0, m1) * (c1.max(1e-9) - c0.max(1e-9)),
                    markup: weight * f64::midpoint(c0.max(1e-9), c1.max(1e-9)) * (m1 - m0),
                    mix: (w1 - w0) * (f64::midpoint(p0, p1) - usual),
                    ..PriceParts::default()
                }
            }
            (None, Some((weight, price, _))) => {
                PriceParts { opened: weight * (price - usual), ..PriceParts::default() }
            }
            (Some((weight, price, _)), None) => {
                PriceParts { closed: -weight * (price - usual), ..PriceParts::default() }
            }
            (None, None) => PriceParts::default(),
        })
        .collect()
}

fn total(parts: &[PriceParts]) -> PriceParts {
    parts.iter().fold(PriceParts::default(), |sum, part| PriceParts {
        cost: sum.cost + part.cost,
        markup: sum.markup + part.markup,
        mix: sum.mix + part.mix,
        opened: sum.opened + part.opened,
        closed: sum.closed + part.closed,
    })
}

/// A stall on the two days, and what it did to the mean price paid.
#[derive(Clone, Debug, Serialize)]
pub struct StallMoved {
    /// Number of its seller.
    pub syndicate: u32,
    /// Its venue, on the later of the days on which it was open.
    pub venue: String,
    /// Price asked the day before.
    pub from: Option<f64>,
    /// Price asked on the day.
    pub to: Option<f64>,
    /// Units sold the day before.
    pub sold_before: u32,
    /// Units sold on the day.
    pub sold: u32,
    /// Why it asks another price, or no longer, or asks at all.
    pub why: &'static str,
    /// What it did to the mean price paid.
    pub paid: PriceParts,
    /// What it did to the mean price asked at stalls with stock.
    pub asked: PriceParts,
}

/// Why a price moved.
#[derive(Debug, Serialize)]
pub struct PriceAnswer {
    schema: u32,
    question: &'static str,
    /// The days.
    #[serde(flatten)]
    pub days: PriceDay,
    before_day: GoodDay,
    after_day: GoodDay,
    /// How far the mean of so few purchases moves by who happens to buy: a standard deviation.
    pub chance: f64,
    /// The change of the mean price paid; `None` where the days could not be lived again.
    pub paid: Option<PriceParts>,
    /// The same of the mean price asked at stalls with stock.
    pub asked: Option<PriceParts>,
    /// Stalls that moved either, the most first.
    pub stalls: Vec<StallMoved>,
    /// How many asked more, less, the same, opened, closed.
    pub moves: [usize; 5],
    /// What happened that day and in the days before.
    pub happened: Vec<EventWithCauses>,
}

impl PriceAnswer {
    /// Compares the two days.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn of(folder: &RunFolder, days: PriceDay, seen: Option<&StallsSeen>) -> Result<Self, ExplainError> {
        let columns = [
            "day",
            "good",
            "orders",
            "trades",
            "price_mean",
            "price_sd",
            "price_asked",
            "cost_mean",
            "stalls",
            "stock",
            "seized_units",
        ];
        let rows = ColumnsOfRows::read(folder, "goods", &columns)?;
        let goods = rows.words("good")?;
        let day_of = rows.numbers("day")?;
        let row_of = |day: u32| (0..goods.len()).find(|&row| goods[row] == days.good && day_of[row] == f64::from(day));
        let good_day = |day: u32| -> Result<GoodDay, ExplainError> {
            let row = row_of(day).ok_or_else(|| ExplainError::nothing(format!("day {day} has no row"), ""))?;
            let value = |column: &str| rows.numbers(column).map(|values| values[row]);
            let (price, cost, trades) = (value("price_mean")?, value("cost_mean")?, value("trades")?);
            Ok(GoodDay {
                day,
                price_mean: price,
                price_sd: value("price_sd")?,
                trades,
                unmet: value("orders")? - trades,
                price_asked: value("price_asked")?,
                cost_mean: cost,
                markup: price / cost,
                stalls: value("stalls")?,
                stock: value("stock")?,
                seized: value("seized_units")?,
            })
        };
        let (before_day, after_day) = (good_day(days.before)?, good_day(days.day)?);
        let variance = |day: &GoodDay| day.price_sd.powi(2) / day.trades.max(1.0);
        let chance = (variance(&before_day) + variance(&after_day)).sqrt();

        let (stalls, moves) = seen.map_or_else(|| (Vec::new(), [0; 5]), compare);
        let sum = |of: fn(&StallMoved) -> PriceParts| seen.map(|_| total(&stalls.iter().map(of).collect::<Vec<_>>()));
        let (paid, asked) = (sum(|stall| stall.paid), sum(|stall| stall.asked));

        let history = History::of(folder)?;
        let from = days.day.saturating_sub(LOOK_BACK - 1);
        let came_or_went = stalls.iter().take(MOST).filter(|stall| stall.from.is_none() || stall.to.is_none());
        let movers: Vec<i64> = came_or_went.map(|stall| i64::from(stall.syndicate)).collect();
        let of_note = |event: &&EventText| {
            let about = event.good.is_empty() || event.good == days.good;
            let kind = event.kind.as_str();
            let own = movers.contains(&event.syndicate)
                && event.day >= days.before
                && matches!(kind, "seller_entry" | "seller_exit" | "stall_close");
            about && (own || !SMALL.contains(&kind)) && (from..=days.day).contains(&event.day)
        };
        let happened = history.all().iter().filter(of_note).map(|event| EventWithCauses::of(&history, event)).collect();
        Ok(Self {
            schema: 1,
            question: "price",
            days,
            before_day,
            after_day,
            chance,
            paid,
            asked,
            stalls: stalls
                .into_iter()
                .filter(|stall| stall.paid != PriceParts::default() || stall.asked != PriceParts::default())
                .collect(),
            moves,
            happened,
        })
    }

    /// It in words.
    pub fn told(&self) -> String {
        let mut page = TextPage::default();
        let PriceDay { good, before, day, from, to } = &self.days;
        let good = good.replace('_', " ");
        let change = to - from;
        page.heading(&format!(
            "Why did the price of {good} go from {} to {} credits on day {day} ({})?",
            short(*from),
            short(*to),
            signed_percent(to / from - 1.0)
        ));
        let mut rows = vec![vec![String::new(), format!("day {before}"), format!("day {day}"), "change".into()]];
        let mut row = |what: &str, of: fn(&GoodDay) -> f64| {
            let (one, other) = (of(&self.before_day), of(&self.after_day));
            let change = if other > one { format!("+{}", short(other - one)) } else { short(other - one) };
            rows.push(vec![what.to_owned(), short(one), short(other), change]);
        };
        row("mean price paid, credits", |day| day.price_mean);
        row("spread of prices paid (standard deviation)", |day| day.price_sd);
        row("mean price asked, stock on hand", |day| day.price_asked);
        row("cost of a unit", |day| day.cost_mean);
        row("price paid over cost", |day| day.markup);
        row("purchases", |day| day.trades);
        row("unfilled orders", |day| day.unmet);
        row("open stalls", |day| day.stalls);
        row("units in stock", |day| day.stock);
        row("units seized", |day| day.seized);
        page.table(2, &rows);

        match &self.paid {
            Some(paid) => {
                page.heading("What moved the mean price paid, in credits (the parts add up)");
                tell_parts(&mut page, paid, self.asked.as_ref());
                let [more, less, same, opened, closed] = self.moves;
                page.line(
                    2,
                    &format!(
                        "{} asked more, {less} less, {same} about the same; {opened} opened, {closed} closed.",
                        many(more as f64, "stall", "stalls")
                    ),
                );
            }
            None => {
                let (before, after) = (&self.before_day, &self.after_day);
                let cost = f64::midpoint(before.markup, after.markup) * (after.cost_mean - before.cost_mean);
                page.heading("What moved the mean price paid, in credits (the parts add up)");
                page.line(
                    2,
                    &format!(
                        "{} through cost, {} through markup and through which sellers were bought from. \
                                       (These last two can only be told apart stall by stall, which takes the build \
                                       that made this folder.)",
                        signed(cost, 2),
                        signed(change - cost, 2)
                    ),
                );
            }
        }
        if self.chance.is_finite() {
            let verdict = if change.abs() < 2.0 * self.chance {
                "the jump is within twice that, so it may be no more than chance"
            } else {
                "the jump is larger than twice that"
            };
            page.line(
                2,
                &format!(
                    "By chance alone, depending on who happens to buy, this mean moves by about {} credits: \
                          {verdict}.",
                    short(self.chance)
                ),
            );
        }
        if !self.stalls.is_empty() {
            page.heading("Stalls that moved the mean price paid most; effect in credits");
            let head = ["gang", "venue", "asked", "sold", "effect", "why"];
            let mut rows = vec![head.map(String::from).to_vec()];
            let then = |from: Option<String>, to: Option<String>| match (from, to) {
                (Some(from), Some(to)) if from == to => to,
                (from, to) => {
                    format!("{} → {}", from.unwrap_or_else(|| "–".into()), to.unwrap_or_else(|| "–".into()))
                }
            };
            let told: Vec<&StallMoved> = self.stalls.iter().filter(|stall| stall.paid.sum().abs() >= 0.005).collect();
            rows.extend(told.iter().take(MOST).map(|stall| {
                let open = |on: Option<f64>, sold: u32| on.map(|_| sold.to_string());
                vec![
                    stall.syndicate.to_string(),
                    stall.venue.clone(),
                    then(stall.from.map(short), stall.to.map(short)),
                    then(open(stall.from, stall.sold_before), open(stall.to, stall.sold)),
                    signed(stall.paid.sum(), 2),
                    stall.why.to_owned(),
                ]
            }));
            page.table(2, &rows);
            if told.len() > MOST {
                let rest: f64 = told[MOST..].iter().map(|stall| stall.paid.sum()).sum();
                let rest = signed(rest, 2);
                page.line(2, &format!("{} more moved it by {rest} in total.", told.len() - MOST));
            }
        }
        page.heading(&format!("What happened in the {LOOK_BACK} days up to day {day}"));
        if self.happened.is_empty() {
            page.line(2, "no policy, raid, closure, leak, interception or accident that affects it");
        }
        super::chain::tell_some(&mut page, 2, &self.happened, 4, 6);
        page.text()
    }
}

fn tell_parts(page: &mut TextPage, paid: &PriceParts, asked: Option<&PriceParts>) {
    let mut rows = vec![["", "paid", "asked"].map(String::from).to_vec()];
    let mut row = |what: &str, of: fn(&PriceParts) -> f64| {
        rows.push(vec![
            what.to_owned(),
            signed(of(paid), 2),
            asked.map_or_else(String::new, |asked| signed(of(asked), 2)),
        ]);
    };
    row("cost", |parts| parts.cost);
    row("markup", |parts| parts.markup);
    row("mix: which sellers were bought from", |parts| parts.mix);
    row("stalls that opened", |parts| parts.opened);
    row("stalls that closed", |parts| parts.closed);
    row("total", PriceParts::sum);
    page.table(2, &rows);
}

/// Every stall on the two days, the one that moved the mean price paid most first; and how many moved how.
fn compare(seen: &StallsSeen) -> (Vec<StallMoved>, [usize; 5]) {
    let mut keys: Vec<(usize, u32)> =
        seen.before.iter().chain(&seen.after).map(|stall| (stall.slot, stall.seller)).collect();
    keys.sort_unstable();
    keys.dedup();
    let on = |stalls: &[StallView], (slot, seller): (usize, u32)| {
        stalls.iter().position(|stall| stall.slot == slot && stall.seller == seller)
    };
    let sold = |stalls: &[StallView]| f64::from(stalls.iter().map(|stall| stall.sold).sum::<u32>());
    let stocked = |stalls: &[StallView]| stalls.iter().filter(|stall| stall.open && stall.stock > 0).count() as f64;
    // At an auction more is paid than was asked.
    let paid = |stall: &StallView, all: f64| {
        let price = if stall.sold > 0 { stall.paid / f64::from(stall.sold) } else { stall.price };
        (f64::from(stall.sold) / all, price, stall.cost)
    };
    let asked = |stall: &StallView, all: f64| {
        (f64::from(u8::from(stall.open && stall.stock > 0)) / all, stall.price, stall.cost)
    };
    let pairs =
        |weigh: &dyn Fn(&StallView, f64) -> (f64, f64, f64), all: &dyn Fn(&[StallView]) -> f64| -> Vec<PriceParts> {
            let whole = [all(&seen.before).max(1.0), all(&seen.after).max(1.0)];
            let pairs = keys.iter().map(|&key| Pair {
                before: on(&seen.before, key).map(|at| weigh(&seen.before[at], whole[0])),
                after: on(&seen.after, key).map(|at| weigh(&seen.after[at], whole[1])),
            });
            take_apart(&pairs.collect::<Vec<_>>())
        };
    let (by_paid, by_asked) = (pairs(&paid, &sold), pairs(&asked, &stocked));
    let mut moves = [0; 5];
    let mut stalls: Vec<StallMoved> = keys
        .iter()
        .zip(by_paid.into_iter().zip(by_asked))
        .map(|(&key, (paid, asked))| {
            let before = on(&seen.before, key).map(|at| &seen.before[at]);
            let after = on(&seen.after, key).map(|at| &seen.after[at]);
            let one = after.or(before).expect("every key comes from a stall");
            let (which, why) = match (before, after) {
                (Some(before), Some(after)) => {
                    // A cost that creeps makes no other price.
                    let moved = after.price / before.price - 1.0;
                    let markup = (after.price / after.cost) / (before.price / before.cost);
                    let why = match (moved.abs() > STEADY, (markup - 1.0).abs() > 1e-3) {
                        (false, _) => "",
                        (true, false) => "its cost changed",
                        (true, true) => in_words(before.reason),
                    };
                    let which = match moved {
                        more if more > STEADY => 0,
                        less if less < -STEADY => 1,
                        _ => 2,
                    };
                    (which, why)
                }
                (None, _) => (3, "it opened"),
                (_, None) => (4, "it closed"),
            };
            moves[which] += 1;
            StallMoved {
                syndicate: one.seller,
                venue: seen.venues.get(one.venue).cloned().unwrap_or_default(),
                from: before.map(|stall| stall.price),
                to: after.map(|stall| stall.price),
                sold_before: before.map_or(0, |stall| stall.sold),
                sold: after.map_or(0, |stall| stall.sold),
                why,
                paid,
                asked,
            }
        })
        .collect();
    stalls.sort_by(|one, other| other.paid.sum().abs().total_cmp(&one.paid.sum().abs()));
    (stalls, moves)
}

/// Why a stall changed its markup.
fn in_words(reason: &str) -> &'static str {
    match reason {
        "exploration" => "it is trying another markup",
        "learnt" => "it learnt that this pays",
        "shortage" => "demand was more than it can supply",
        "leak" => "what it sells has leaked",
        "cap" => "the law caps the price",
        "cost" => "its cost changed",
        _ => "it changed its markup",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Half sold at 10 (cost 5), half at 20 (cost 10); then the first doubles its markup, the second sells nothing more.
    #[test]
    fn the_parts_of_a_change_add_up() {
        let pairs = [
            Pair { before: Some((0.5, 10.0, 5.0)), after: Some((0.75, 20.0, 5.0)) },
            Pair { before: Some((0.5, 20.0, 10.0)), after: None },
            Pair { before: None, after: Some((0.25, 40.0, 12.0)) },
        ];
        let parts = total(&take_apart(&pairs));
        // Before 15, after 25.
        assert!((parts.sum() - 10.0).abs() < 1e-9, "{parts:?}");
        assert_eq!(parts.cost, 0.0);
        assert_eq!(parts.markup, 0.625 * 10.0);
        assert_eq!(parts.closed, 0.0, "it asked what is usual, 20");
        assert_eq!(parts.opened, 0.25 * 20.0);
        assert_eq!(parts.mix, 0.25 * (15.0 - 20.0));
    }

    #[test]
    fn a_dearer_unit_at_the_same_markup_is_all_cost() {
        let parts = total(&take_apart(&[Pair { before: Some((1.0, 10.0, 5.0)), after: Some((1.0, 14.0, 7.0)) }]));
        assert!((parts.cost - 4.0).abs() < 1e-9 && parts.markup.abs() < 1e-9 && parts.mix == 0.0, "{parts:?}");
    }
}
