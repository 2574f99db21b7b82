//! How sellers fare: what bots earn against fixed strategies, who enters and leaves, how trade is shared.
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use contraband_sim::ids::good::{GOODS, Good};
use contraband_sim::record::tables::Batch;
use contraband_sim::run::Run;
use contraband_sim::scenario::Scenario;
use contraband_sim::scenario::library::LIBRARY;
use contraband_sim::scenario::read::read;
use contraband_sim::scenario::tree::Format;

fn numbers(rows: &[Batch], table: &str, column: &str) -> Vec<f64> {
    rows.iter()
        .find(|b| b.table.name == table)
        .and_then(|b| b.column(column))
        .and_then(|c| c.numbers())
        .unwrap_or_default()
}
fn words<'a>(rows: &'a [Batch], table: &str, column: &str) -> Vec<&'a str> {
    rows.iter()
        .find(|b| b.table.name == table)
        .and_then(|b| b.column(column))
        .and_then(|c| c.words())
        .unwrap_or_default()
}
fn median(v: &mut [f64]) -> f64 {
    if v.is_empty() {
        return f64::NAN;
    }
    v.sort_by(f64::total_cmp);
    let n = v.len();
    if n % 2 == 1 { v[n / 2] } else { 0.5 * (v[n / 2 - 1] + v[n / 2]) }
}
fn stat(name: &str, v: &[f64]) {
    let v: Vec<f64> = v.iter().copied().filter(|x| !x.is_nan()).collect();
    let n = v.len() as f64;
    let m = v.iter().sum::<f64>() / n;
    let sd = (v.iter().map(|x| (x - m) * (x - m)).sum::<f64>() / (n - 1.0).max(1.0)).sqrt();
    println!("{name:<44} {m:>10.3} +- {:>8.3}  (n {n})", 2.2 * sd / n.sqrt());
}
fn each<T: Send>(seeds: &[u64], threads: usize, work: impl Fn(u64) -> T + Sync) -> Vec<T> {
    let next = Mutex::new(0usize);
    let out: Mutex<Vec<(usize, T)>> = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let at = {
                        let mut n = next.lock().unwrap();
                        let at = *n;
                        *n += 1;
                        at
                    };
                    if at >= seeds.len() {
                        break;
                    }
                    let done = work(seeds[at]);
                    out.lock().unwrap().push((at, done));
                }
            });
        }
    });
    let mut out = out.into_inner().unwrap();
    out.sort_by_key(|o| o.0);
    out.into_iter().map(|o| o.1).collect()
}
fn world(name: &str, citizens: u32, houses: &str, days: u32) -> Scenario {
    if !houses.is_empty() {
        let text = format!("(name: \"Houses\", days: {days}, citizens: (count: {citizens}), houses: [{houses}])");
        return read(&text, Format::Ron).unwrap_or_else(|c| panic!("{c:#?}"));
    }
    let file = LIBRARY.iter().find(|f| f.name == name).unwrap();
    let mut s = read(file.text, Format::Ron).unwrap();
    s.days = days;
    s.set("citizens.count", &citizens.to_string()).unwrap();
    s
}

fn market(seeds: &[u64], citizens: u32, threads: usize, set: &[(String, String)]) {
    let found = each(seeds, threads, |seed| {
        let mut s = world("baseline", citizens, "", 365);
        for (k, v) in set {
            s.set(k, v).unwrap();
        }
        let mut run = Run::new(Arc::new(s), seed, 1);
        let mut by_good = vec![[0.0f64; 4]; GOODS]; // stall-days, margin, sold, paid
        let mut revenue: Vec<BTreeMap<u32, f64>> = vec![BTreeMap::new(); GOODS];
        let mut out: BTreeMap<String, f64> = BTreeMap::new();
        for day in 1..=365u32 {
            run.step();
            if day <= 180 {
                continue;
            }
            for (g, &good) in Good::ALL.iter().enumerate() {
                for v in run.stalls(good) {
                    let b = &mut by_good[g];
                    b[0] += f64::from(u8::from(v.open));
                    b[1] += v.paid - f64::from(v.sold) * v.cost;
                    b[2] += f64::from(v.sold);
                    b[3] += v.paid;
                    if day > 335 {
                        *revenue[g].entry(v.seller).or_default() += v.paid;
                    }
                }
            }
        }
        let mut hhis = Vec::new();
        for (g, r) in revenue.iter().enumerate() {
            let total: f64 = r.values().sum();
            let h = r.values().map(|x| (x / total).powi(2)).sum::<f64>();
            out.insert(format!("hhi {}", Good::ALL[g].word()), h);
            hhis.push(h);
            let b = by_good[g];
            out.insert(format!("stalls {}", Good::ALL[g].word()), b[0] / 185.0);
            out.insert(format!("margin per stall-day {}", Good::ALL[g].word()), b[1] / b[0]);
            out.insert(format!("trades a day {}", Good::ALL[g].word()), b[2] / 185.0);
            out.insert(format!("price {}", Good::ALL[g].word()), b[3] / b[2]);
            out.insert(format!("price over cost {}", Good::ALL[g].word()), b[3] / (b[3] - b[1]));
        }
        out.insert("hhi mean over goods".into(), hhis.iter().sum::<f64>() / 9.0);
        let margins: Vec<f64> = by_good.iter().map(|b| b[1] / b[0]).collect();
        let mm = margins.iter().sum::<f64>() / 9.0;
        out.insert(
            "cv of margin per stall-day over goods".into(),
            (margins.iter().map(|x| (x - mm).powi(2)).sum::<f64>() / 9.0).sqrt() / mm,
        );
        let mut held: BTreeMap<u32, (u32, BTreeMap<usize, u32>)> = BTreeMap::new();
        for &good in Good::ALL {
            for v in run.stalls(good) {
                if v.open {
                    let e = held.entry(v.seller).or_default();
                    e.0 += 1;
                    *e.1.entry(v.venue).or_default() += 1;
                }
            }
        }
        let mut counts: Vec<u32> = held.values().map(|e| e.0).collect();
        counts.sort_unstable_by(|a, b| b.cmp(a));
        let all: u32 = counts.iter().sum();
        let top = (counts.len() as f64 / 10.0).ceil() as usize;
        out.insert("sellers".into(), counts.len() as f64);
        out.insert("stalls".into(), f64::from(all));
        out.insert(
            "top tenth of sellers: share of stalls".into(),
            f64::from(counts[..top].iter().sum::<u32>()) / f64::from(all),
        );
        out.insert(
            "sellers at two or more venues".into(),
            held.values().filter(|e| e.1.len() > 1).count() as f64 / counts.len() as f64,
        );
        let rows = run.finish();
        let tail = |t: &str, c: &str| {
            let v = numbers(&rows, t, c);
            let n = v.len();
            v[n - 185..].iter().filter(|x| !x.is_nan()).sum::<f64>() / 185.0
        };
        out.insert("top 1 % share of revenue".into(), tail("days", "top_sellers_share"));
        out.insert("trades a day".into(), tail("days", "trades"));
        out.insert("unmet/orders".into(), tail("days", "unmet") / tail("days", "orders"));
        out.insert("fines/spent".into(), tail("days", "fines_credits") / tail("days", "spent_credits"));
        out.insert("scams/trades".into(), tail("days", "scams") / tail("days", "trades"));
        // lives
        let (d, k, w) =
            (numbers(&rows, "events", "day"), words(&rows, "events", "kind"), numbers(&rows, "events", "syndicate"));
        let notes = words(&rows, "events", "note");
        let mut entered: BTreeMap<u32, f64> = BTreeMap::new();
        let (mut lives, mut cliff) = (Vec::new(), 0.0);
        for i in 0..d.len() {
            if k[i] == "seller_entry" {
                entered.insert(w[i] as u32, d[i]);
            }
            if k[i] == "seller_exit" {
                *out.entry(format!("exits: {}", notes[i])).or_default() += 1.0;
                if let Some(e) = entered.get(&(w[i] as u32)) {
                    let l = d[i] - e;
                    lives.push(l);
                    if (28.0..=42.0).contains(&l) {
                        cliff += 1.0;
                    }
                }
            }
        }
        out.insert("exits of entrants on days 28-42, share".into(), cliff / lives.len() as f64);
        out.insert("entrants who left".into(), lives.len() as f64);
        out.insert("entrants".into(), entered.len() as f64);
        // half-life with censoring: Kaplan-Meier
        let gone: BTreeMap<u32, f64> =
            (0..d.len()).filter(|&i| k[i] == "seller_exit").map(|i| (w[i] as u32, d[i])).collect();
        let obs: Vec<(f64, bool)> =
            entered.iter().map(|(s, e)| gone.get(s).map_or((365.0 - e, false), |g| (g - e, true))).collect();
        let mut surv = 1.0;
        let mut km = f64::NAN;
        let mut s30 = f64::NAN;
        for t in 0..365 {
            let t = f64::from(t);
            let risk = obs.iter().filter(|o| o.0 >= t).count() as f64;
            let dead = obs.iter().filter(|o| o.1 && o.0 == t).count() as f64;
            if risk > 0.0 {
                surv *= 1.0 - dead / risk;
            }
            if t == 30.0 {
                s30 = surv;
            }
            if surv < 0.5 && km.is_nan() {
                km = t;
            }
        }
        out.insert("half of entrants gone after days".into(), if km.is_nan() { 365.0 } else { km });
        out.insert("survive 30 days".into(), s30);
        out.insert("survive 300 days".into(), surv);
        let (sd, who, sales, age, mk, kind) = (
            numbers(&rows, "syndicates", "day"),
            numbers(&rows, "syndicates", "syndicate"),
            numbers(&rows, "syndicates", "sales"),
            numbers(&rows, "syndicates", "age"),
            numbers(&rows, "syndicates", "markup"),
            words(&rows, "syndicates", "kind"),
        );
        let mut best: BTreeMap<u32, f64> = BTreeMap::new();
        let mut ages = [[0.0f64; 2]; 4];
        for i in 0..sd.len() {
            if kind[i] != "syndicate" {
                continue;
            }
            let b = best.entry(who[i] as u32).or_insert(0.0);
            *b = b.max(sales[i]);
            if sd[i] > 180.0 && !mk[i].is_nan() {
                let a = &mut ages[match age[i] as u32 {
                    0..=29 => 0,
                    30..=89 => 1,
                    90..=179 => 2,
                    _ => 3,
                }];
                a[0] += 1.0;
                a[1] += mk[i];
            }
        }
        let early: Vec<f64> =
            entered.iter().filter(|(_, e)| **e < 305.0).map(|(s, _)| best.get(s).copied().unwrap_or(0.0)).collect();
        out.insert(
            "entrants who never exceed 3 sales a month".into(),
            early.iter().filter(|b| **b <= 3.0).count() as f64 / early.len() as f64,
        );
        for (i, n) in ["0-29", "30-89", "90-179", "180+"].iter().enumerate() {
            out.insert(format!("markup at age {n}"), ages[i][1] / ages[i][0]);
        }
        // profit earned by good values
        out
    });
    let keys: std::collections::BTreeSet<String> = found.iter().flat_map(|f| f.keys().cloned()).collect();
    for key in keys {
        let v: Vec<f64> = found.iter().map(|f| f.get(&key).copied().unwrap_or(0.0)).collect();
        stat(&key, &v);
    }
}

fn pass(seeds: &[u64], citizens: u32, threads: usize) {
    let found = each(seeds, threads, |seed| {
        let mut run = Run::new(Arc::new(world("dearer_world", citizens, "", 460)), seed, 1);
        let mut views: BTreeMap<(u32, usize, u32), [f64; 2]> = BTreeMap::new();
        let (mut dp, mut dc) = (0.0, 0.0);
        let mut paid: [[f64; 3]; 2] = [[0.0; 3]; 2];
        for day in 1..=460u32 {
            run.step();
            for &good in Good::ALL {
                if good == Good::Positional {
                    continue;
                }
                for v in run.stalls(good) {
                    if !v.open {
                        continue;
                    }
                    if day == 365 {
                        views.insert((good.index() as u32, v.slot, v.seller), [v.price, v.cost]);
                    }
                    if day == 366 {
                        if let Some(o) = views.get(&(good.index() as u32, v.slot, v.seller)) {
                            dp += v.price - o[0];
                            dc += v.cost - o[1];
                        }
                    }
                    let p = if (336..=365).contains(&day) {
                        0
                    } else if (427..=456).contains(&day) {
                        1
                    } else {
                        continue;
                    };
                    paid[p][0] += f64::from(v.sold);
                    paid[p][1] += v.paid;
                    paid[p][2] += f64::from(v.sold) * v.cost;
                }
            }
        }
        [
            dp / dc,
            (paid[1][1] / paid[1][0] - paid[0][1] / paid[0][0]) / (paid[1][2] / paid[1][0] - paid[0][2] / paid[0][0]),
        ]
    });
    stat("pass-through of a shock, at once", &found.iter().map(|f| f[0]).collect::<Vec<_>>());
    stat("pass-through after two months, prices paid", &found.iter().map(|f| f[1]).collect::<Vec<_>>());
}

/// Fixed strategies: every good at four markups, and four of another kind.
fn strategies() -> Vec<(String, String)> {
    let mut all = Vec::new();
    for &good in Good::ALL {
        for markup in [1.6, 2.4, 3.6, 6.0] {
            all.push((format!("{} x{markup}", good.word()), format!("good: \"{}\", markup: {markup}", good.word())));
        }
    }
    all.push(("authenticity x3 best".into(), "good: \"authenticity\", markup: 3, quality: 1.0".into()));
    all.push(("privacy x8 poor".into(), "good: \"privacy\", markup: 8, quality: 0.5".into()));
    all.push(("privacy x6 guarded".into(), "good: \"privacy\", markup: 6, guarded: true".into()));
    all.push(("experience x4 cheat".into(), "good: \"experience\", markup: 4, cheats: true".into()));
    all
}
fn bots(seeds: &[u64], citizens: u32, threads: usize, set: &[(String, String)]) {
    let plans = strategies();
    let jobs: Vec<u64> = seeds.iter().flat_map(|s| (0..plans.len() as u64).map(move |p| s * 1000 + p)).collect();
    let found = each(&jobs, threads, |job| {
        let (seed, plan) = (job / 1000, (job % 1000) as usize);
        let houses = format!(
            "(name: \"told\", directed: true, {}), (name: \"bot_a\"), (name: \"bot_b\"), (name: \"bot_c\")",
            plans[plan].1
        );
        let mut scenario = world("", citizens, &houses, 300);
        for (k, v) in set {
            scenario.set(k, v).unwrap();
        }
        let mut run = Run::new(Arc::new(scenario), seed, 1);
        let mut all: Vec<f64> = vec![0.0; 4];
        for _ in 0..300 {
            run.step();
        }
        let rows = run.finish();
        if std::env::var("WHY").is_ok() && plan == 1 {
            let c = |n: &str| numbers(&rows, "houses", n);
            let (d, h, g) = (c("day"), words(&rows, "houses", "house"), words(&rows, "houses", "good"));
            let cols = [
                "stalls",
                "price",
                "markup",
                "quality",
                "reputation",
                "sales",
                "scams",
                "revenue",
                "cost",
                "fines",
                "profit",
            ];
            let vals: Vec<Vec<f64>> = cols.iter().map(|n| c(n)).collect();
            for name in ["told", "bot_a", "bot_b", "bot_c"] {
                for (a, b) in [(1.0, 30.0), (61.0, 90.0), (151.0, 180.0), (271.0, 300.0)] {
                    let at: Vec<usize> = (0..d.len()).filter(|&i| h[i] == name && d[i] >= a && d[i] <= b).collect();
                    let mut line = format!("WHY {seed} {name} {a}-{b} {}", g[*at.last().unwrap()]);
                    for (n, v) in cols.iter().zip(&vals) {
                        let x: Vec<f64> = at.iter().map(|&i| v[i]).filter(|x| !x.is_nan()).collect();
                        line += &format!(" {n} {:.1}", x.iter().sum::<f64>() / x.len().max(1) as f64);
                    }
                    println!("{line}");
                }
            }
        }
        let (day, house, profit) =
            (numbers(&rows, "houses", "day"), words(&rows, "houses", "house"), numbers(&rows, "houses", "profit"));
        for i in 0..day.len() {
            if day[i] > 270.0 {
                let h = ["told", "bot_a", "bot_b", "bot_c"].iter().position(|n| *n == house[i]).unwrap();
                all[h] += profit[i];
            }
        }
        (plan, all)
    });
    let mut by: Vec<Vec<f64>> = vec![Vec::new(); plans.len()];
    let mut bots: Vec<f64> = Vec::new();
    for (plan, all) in &found {
        by[*plan].push(all[0]);
        bots.extend(&all[1..]);
    }
    let means: Vec<f64> = by.iter().map(|v| v.iter().sum::<f64>() / v.len() as f64).collect();
    let mut order: Vec<usize> = (0..plans.len()).collect();
    order.sort_by(|a, b| means[*b].total_cmp(&means[*a]));
    for &p in &order {
        let mut v = by[p].clone();
        println!("{:<28} mean {:>9.0}  median {:>9.0}", plans[p].0, means[p], median(&mut v));
    }
    let mut b = bots.clone();
    let mid = median(&mut b);
    let mean = b.iter().sum::<f64>() / b.len() as f64;
    let q = |s: f64| b[((b.len() - 1) as f64 * s) as usize];
    println!("undirected: median {mid:.0}, mean {mean:.0}, quartiles {:.0} {:.0}, n {}", q(0.25), q(0.75), b.len());
    println!(
        "best fixed over the median undirected: {:.2}; over the mean {:.2}",
        means[order[0]] / mid,
        means[order[0]] / mean
    );
    let rank = |x: f64| means.iter().filter(|m| **m > x).count() as f64 / means.len() as f64;
    println!(
        "mean rank of an undirected house among strategies (0 best, 1 worst): {:.2}; rank of its mean {:.2}, of its median {:.2}",
        bots.iter().map(|x| rank(*x)).sum::<f64>() / bots.len() as f64,
        rank(mean),
        rank(mid)
    );
}

/// Learnt prices against the symmetric equilibrium of a logit in which each buyer finds two sellers.
fn logit(seeds: &[u64], citizens: u32, threads: usize, set: &[(String, String)]) {
    let text = std::fs::read_to_string("scenarios/verify/rivals.ron").unwrap();
    let (w, nest, cost) = (0.05, 0.4, 10.0);
    let found = each(seeds, threads, |seed| {
        let mut s = read(&text, Format::Ron).unwrap_or_else(|c| panic!("{c:#?}"));
        for (k, v) in [
            ("demand.price_weight", "0.05"),
            ("demand.nest", "0.4"),
            ("demand.stalls_sampled", "2"),
            ("goods.privacy.cost", "10"),
            ("goods.privacy.appeal", "0.6"),
            ("syndicates.exploration_decay", "0.01"),
            ("temperaments.plain.cheats", "0"),
        ] {
            s.set(k, v).unwrap();
        }
        s.set("demand.favourite", "0").unwrap();
        s.set("citizens.count", &citizens.to_string()).unwrap();
        for (k, v) in set {
            s.set(k, v).unwrap();
        }
        let mut run = Run::new(Arc::new(s), seed, 1);
        let (mut asked, mut n, mut paid, mut sold) = (0.0, 0.0, 0.0, 0.0);
        for day in 1..=900u32 {
            run.step();
            if day > 600 {
                for v in run.stalls(Good::Privacy) {
                    if v.open {
                        asked += v.price;
                        n += 1.0;
                    }
                    paid += v.paid;
                    sold += f64::from(v.sold);
                }
            }
        }
        [asked / n, paid / sold, n / 300.0, sold / 300.0 / f64::from(citizens)]
    });
    // Equilibrium: margin 1 / (w ((1 - 1/2) / nest + 1/2 (1 - P))), P the share who buy among those who look, at that price.
    let appeal = 0.6;
    let mut m: f64 = 10.0;
    for _ in 0..200 {
        let v = appeal - w * (cost + m);
        let iv = (2f64.powf(nest)) * v.exp();
        let p = iv / (1.0 + iv);
        m = 0.5 * m + 0.5 / (w * (0.5 / nest + 0.5 * (1.0 - p)));
    }
    println!("equilibrium price {:.3}", cost + m);
    for (i, name) in ["asked", "paid", "stalls", "sold per head"].iter().enumerate() {
        stat(name, &found.iter().map(|f| f[i]).collect::<Vec<_>>());
    }
}

fn main() {
    let a: Vec<String> = std::env::args().collect();
    let (from, to): (u64, u64) = (a[2].parse().unwrap(), a[3].parse().unwrap());
    let citizens: u32 = a[4].parse().unwrap();
    let threads = a.get(5).map_or(1, |t| t.parse().unwrap());
    let seeds: Vec<u64> = (from..=to).collect();
    let set: Vec<(String, String)> =
        a.iter().skip(6).filter_map(|s| s.split_once('=').map(|(k, v)| (k.to_string(), v.to_string()))).collect();
    match a[1].as_str() {
        "market" => market(&seeds, citizens, threads, &set),
        "pass" => pass(&seeds, citizens, threads),
        "bots" => bots(&seeds, citizens, threads, &set),
        "logit" => logit(&seeds, citizens, threads, &set),
        _ => panic!("market, pass, bots or logit"),
    }
}
