use std::sync::Arc; use std::time::Instant; use std::collections::BTreeMap; use std::sync::Mutex;
use contraband_sim::record::tables::Values; use contraband_sim::run::Run; use contraband_sim::scenario::{Format, LIBRARY, read};
fn cpu() -> f64 { std::fs::read_to_string("/proc/thread-self/schedstat").unwrap().split(' ').next().unwrap().parse::<f64>().unwrap() / 1e9 }
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let file = LIBRARY.iter().find(|f| f.name == a[1]).unwrap();
    let mut s = read(file.text, Format::Ron).unwrap();
    let mut threads = 1; let mut every = 28; let mut seed=s.seed; let mut quiet=false;
    for x in &a[2..] { let (k, v) = x.split_once('=').unwrap(); match k { "days" => s.days = v.parse().unwrap(), "threads" => threads = v.parse().unwrap(), "every" => every = v.parse().unwrap(), "seed"=>seed=v.parse().unwrap(), "quiet"=>quiet=true, _ => s.set(k, v).unwrap() } }
    s.check().unwrap();
    let s = Arc::new(s); let t0 = Instant::now();
    let mut run = Run::new(Arc::clone(&s), seed, threads); let t1 = Instant::now();
    let times: Arc<Mutex<(f64, BTreeMap<&'static str, f64>)>> = Arc::new(Mutex::new((0.0, BTreeMap::new())));
    let t = Arc::clone(&times);
    run.on_phase(Box::new(move |p| { let mut t = t.lock().unwrap(); let n = cpu(); let d = n - t.0; *t.1.entry(p.name()).or_default() += d; t.0 = n; }));
    let mut acc: BTreeMap<String, (f64, u32)> = BTreeMap::new();
    let mut total=0.0;
    for _ in 0..s.days {
        times.lock().unwrap().0 = cpu(); let b=cpu();
        run.step(); total+=cpu()-b;
        for b in run.take_rows() {
            if b.table.name != "days" && b.table.name != "goods" { continue; }
            let keys: Option<&Vec<_>> = if b.table.name == "goods" { if let Values::Text(t) = &b.columns[1] { Some(t) } else { None } } else { None };
            for (c, v) in b.table.columns.iter().zip(&b.columns) {
                let vals: Vec<f64> = match v { Values::Int(v) => v.iter().map(|&x| x as f64).collect(), Values::Float(v) => v.clone(), _ => continue };
                for (i, x) in vals.into_iter().enumerate() { if x.is_nan() { continue; } let k = match keys { Some(k) => format!("{}|{}", k[i], c.name), None => c.name.into() }; let e = acc.entry(k).or_default(); e.0 += x; e.1 += 1; }
            }
        }
        if run.day() % every == 0 && !quiet {
            let g = |k: &str| acc.get(k).map_or(f64::NAN, |e| e.0 / e.1 as f64); let sm=|k:&str| acc.get(k).map_or(0.0,|e|e.0);
            println!("day {} trades {:.0} ord {:.0} unmet {:.0} exam {:.1} case {:.1} fines {:.0} seized {:.1} raids {:.0} exitsc {:.0} sellers {:.0} stalls {:.0} in {:.1} out {:.1} top {:.2} rogue {:.0} mask {:.2} rec {:.3} rp {:.3} rt {:.3} anx {:.3} bor {:.2} unr {:.3} leg {:.2} innov {:.2} harm {:.0} gini {:.3} wealth {:.0} scam {:.0} treas {:.0}", run.day(), g("trades"), g("orders"), g("unmet"), g("examined"), g("detections"), g("fines_credits"), g("seized_units"), sm("raids"), sm("exit_scams"), g("sellers"), g("stalls"), g("seller_entries"), g("seller_exits"), g("top_sellers_share"), g("rogue_ais"), g("masked_share"), g("record_mean"), g("risk_perceived"), g("risk_true"), g("anxiety_mean"), g("boredom_mean"), g("unrest_share"), g("legitimacy"), g("innovation"), g("harm"), g("gini_wealth"), g("wealth_mean"), g("scams"), g("treasury"));
            if every >= 28 { for good in contraband_sim::goods::Good::ALL { let q = |c: &str| g(&format!("{}|{c}", good.word())); println!("   {:20} ord {:6.1} tr {:6.1} price {:6.1} cv {:.2} asked {:6.1} cost {:5.1} p/c {:.2} deliv {:.2} hold {:.3} stalls {:.1} stock {:.0} prod {:.1} hhi {:.2} case {:.1}", good.word(), q("orders"), q("trades"), q("price_mean"), q("price_sd") / q("price_mean"), q("price_asked"), q("cost_mean"), q("price_mean") / q("cost_mean"), q("delivered_share"), q("holders_share"), q("stalls"), q("stock"), q("produced"), q("seller_concentration"), q("detections")); } }
            acc.clear();
        }
    }
    let cd = s.days as f64 * f64::from(s.params.citizens.count.get());
    println!("genesis {:.2}s; {:.1} ns per citizen-day; {}", (t1 - t0).as_secs_f64(), total * 1e9 / cd, times.lock().unwrap().1.iter().map(|(k, v)| format!("{k} {:.1}", v * 1e9 / cd)).collect::<Vec<_>>().join(", "));
    println!("digest {}", run.digest().all);
}
