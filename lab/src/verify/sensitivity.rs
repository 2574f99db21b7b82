//! What levers a number depends on, and where a condition is met: designs and indices against closed forms.
#![expect(
    clippy::unnecessary_wraps,
    reason = "a case may find its parameters outside its domain; most of these never do"
)]

use std::f64::consts::PI;

use crate::design::saltelli;
use crate::design::trajectories::{morris, morris_step};
use crate::measure::components::{VarianceParts, seed_share};
use crate::measure::given_data::{Column, given_data};
use crate::measure::indices::{Estimate, Index, MorrisIndex, SobolIndices, elementary_effects, sobol_indices};
use crate::measure::prim::{Limit, Region, SearchedCells, discover};
use crate::measure::statistics::{half_width, mean};
use crate::verify::{Case, Check, Group, Knob, OutsideDomain, Setup};
use contraband_sim::base::dice::{Dice, Purpose, open_unit};
use contraband_sim::base::numerics::{normal_quantile, sin};

/// The cases of this group.
pub const CASES: &[Case] = &[
    Case {
        name: "sobol_ishigami",
        group: Group::Analysis,
        shows: "Saltelli's design with Jansen's estimator finds what each factor does alone and through interactions",
        formula: "V = a^2 / 8 + b pi^4 / 5 + b^2 pi^8 / 18 + 1/2 for sin x1 + a sin^2 x2 + b x3^4 sin x1; S13 = 8 b^2 pi^8 / (225 V)",
        source: "Ishigami and Homma 1990; Saltelli et al. 2010; pairs: Liu and Owen 2006",
        world: None,
        knobs: &[
            Knob::own("a", 7.0, 0.5, 20.0, "weight of the second factor"),
            Knob::own("b", 0.1, 0.01, 1.0, "weight of the third"),
            Knob::count("base", 1024, 512, 8192, "base points of the design"),
        ],
        seeds: 20,
        long: false,
        run: sobol_ishigami,
    },
    Case {
        name: "sobol_g_function",
        group: Group::Analysis,
        shows: "indices of eight factors that act as a product, most of them hardly relevant",
        formula: "V_i = 1 / (3 (1 + a_i)^2); V = prod (1 + V_i) - 1; ST_i = V_i prod_{j != i} (1 + V_j) / V",
        source: "Sobol 1993; Saltelli et al. 2010",
        world: None,
        knobs: &[
            Knob::own("a1", 0.0, 0.0, 99.0, "how little the first factor matters"),
            Knob::own("a2", 1.0, 0.0, 99.0, "the second"),
            Knob::own("a3", 4.5, 0.0, 99.0, "the third"),
            Knob::own("a4", 9.0, 0.0, 99.0, "the fourth; the others have 99"),
            Knob::count("base", 1024, 512, 4096, "base points of the design"),
        ],
        seeds: 20,
        long: false,
        run: sobol_g_function,
    },
    Case {
        name: "morris_ishigami",
        group: Group::Analysis,
        shows: "elementary effects on a grid of four levels: all of them, and as estimated from trajectories",
        formula: "all 32 effects of each factor, computed one by one; those of the second factor all have the size 9 a \
                  / 8",
        source: "Morris 1991; Campolongo, Cariboni and Saltelli 2007; Ishigami and Homma 1990",
        world: None,
        knobs: &[
            Knob::own("a", 7.0, 0.5, 20.0, "weight of the second factor"),
            Knob::own("b", 0.1, 0.01, 1.0, "weight of the third"),
            Knob::count("trajectories", 50, 10, 2000, "trajectories of the design"),
        ],
        seeds: 20,
        long: false,
        run: morris_ishigami,
    },
    Case {
        name: "given_data_ishigami",
        group: Group::Analysis,
        shows: "an arbitrary sample gives first-order indices, and a factor that does nothing is not reported as \
                relevant",
        formula: "S1 as for sobol_ishigami; a dummy factor: S1 = 0, and its PAWN index exceeds chance in 1 of 20 \
                  samples",
        source: "Plischke, Borgonovo and Smith 2013; Pianosi and Wagener 2018",
        world: None,
        knobs: &[
            Knob::own("a", 7.0, 0.5, 20.0, "weight of the second factor"),
            Knob::own("b", 0.1, 0.01, 1.0, "weight of the third"),
            Knob::count("points", 1000, 300, 20_000, "points of the sample"),
        ],
        seeds: 40,
        long: false,
        run: given_data_ishigami,
    },
    Case {
        name: "seed_share",
        group: Group::Analysis,
        shows: "the variance of runs is split into that of the cells and that of the seeds, also where cells share \
                their seeds",
        formula: "share = (A + O) / (C + A + O), with variance C of cells, A of seeds (the same in all cells), O of \
                  seeds within each cell",
        source: "two-way analysis of variance without replication (Searle, Casella and McCulloch 1992)",
        world: None,
        knobs: &[
            Knob::own("cells", 4.0, 0.5, 20.0, "variance of cells"),
            Knob::own("alike", 1.0, 0.0, 5.0, "variance of seeds, the same in all cells"),
            Knob::own("own", 2.0, 0.1, 20.0, "variance of seeds, different in each cell"),
        ],
        seeds: 40,
        long: false,
        run: seeds_share,
    },
    Case {
        name: "prim_box",
        group: Group::Analysis,
        shows: "of three factors, the search finds the two that decide, and where, and leaves the third unrestricted",
        formula: "met if and only if x1 < edge and from < x2 < to, for points spread evenly over the unit cube",
        source: "Friedman and Fisher 1999; Bryant and Lempert 2010",
        world: None,
        knobs: &[
            Knob::own("edge", 0.4, 0.25, 0.75, "below which the first factor decides"),
            Knob::own("from", 0.3, 0.1, 0.4, "where the second factor's range begins"),
            Knob::own("to", 0.8, 0.7, 0.9, "where it ends"),
            Knob::count("points", 1000, 500, 5000, "points of the sample"),
        ],
        seeds: 20,
        long: false,
        run: prim_box,
    },
];

/// Ishigami's function of three numbers from 0 to 1.
fn ishigami(row: &[f64], a: f64, b: f64) -> f64 {
    let [x1, x2, x3] = [0, 1, 2].map(|at| PI * (2.0 * row[at] - 1.0));
    sin(x1) + a * sin(x2) * sin(x2) + b * x3 * x3 * x3 * x3 * sin(x1)
}

/// Columns of numbers from 0 to 1 that have nothing to do with each other.
fn random(seed: usize, columns: usize, points: usize) -> Vec<Vec<f64>> {
    let mut words = vec![0; columns * points];
    Dice::new(seed as u64).fill(Purpose::Experiment, 0, 0, 1, &mut words);
    words.chunks(points).map(|words| words.iter().map(|&word| open_unit(word)).collect()).collect()
}

/// Its first orders, its totals, and what the first and the third do together.
fn ishigami_shares(a: f64, b: f64) -> ([f64; 3], [f64; 3], f64) {
    let (fourth, eighth) = (PI * PI * PI * PI, PI * PI * PI * PI * PI * PI * PI * PI);
    let (one, two) = (0.5 * (1.0 + b * fourth / 5.0) * (1.0 + b * fourth / 5.0), a * a / 8.0);
    let both = 8.0 * b * b * eighth / 225.0;
    let all = one + two + both;
    ([one / all, two / all, 0.0], [(one + both) / all, two / all, both / all], both / all)
}

/// A mean over rounds: within the interval that holds it in 9 999 of 10 000 cases, and half a hundredth more for what the
/// ratio of two estimates is off.
fn mean_index(what: impl Into<String>, expected: f64, values: &[f64]) -> Check {
    let because = format!("99.99 % interval of {} scrambled sequences, and 0.005", values.len());
    Check::near(what, expected, mean(values), half_width(values, 0.9999) + 0.005, because)
}

/// Means over rounds of indices, against what they are; and how often their intervals hold it.
fn indices_hold(found: &[SobolIndices], first: &[f64], total: &[f64]) -> Vec<Check> {
    let mut checks = Vec::new();
    let (mut held, mut intervals) = (0.0, 0.0);
    for at in 0..first.len() {
        for (word, truth, read) in [
            ("S", first[at], (|index: &Index| index.first) as fn(&Index) -> Estimate),
            ("ST", total[at], |index: &Index| index.total),
        ] {
            let estimates: Vec<Estimate> = found.iter().map(|one| read(&one.factors[at])).collect();
            let values: Vec<f64> = estimates.iter().map(|one| one.value).collect();
            checks.push(mean_index(format!("{word}{}", at + 1), truth, &values));
            held += estimates.iter().filter(|one| holds(one, truth)).count() as f64;
            intervals += values.len() as f64;
        }
    }
    let because = "95 % by design, and cautious; minus one in twenty for few rounds";
    checks.push(Check::at_least("share of intervals that contain the truth", 0.9, held / intervals, because));
    checks
}

fn holds(estimate: &Estimate, truth: f64) -> bool {
    estimate.interval.0 <= truth + 1e-9 && truth - 1e-9 <= estimate.interval.1
}

fn sobol_ishigami(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let (a, b, base) = (setup.value("a"), setup.value("b"), setup.count("base"));
    let found = setup.each(setup.seeds, |seed| {
        let rows = saltelli(base, 3, seed as u64).expect("three factors and at most 8192 points");
        sobol_indices(&rows.iter().map(|row| ishigami(row, a, b)).collect::<Vec<_>>(), 3, Some(&rows))
    });
    let (first, total, both) = ishigami_shares(a, b);
    let mut checks = indices_hold(&found, &first, &total);
    let pair = |at: usize| found.iter().map(|one| one.pairs[at].2.value).collect::<Vec<_>>();
    checks.push(mean_index("x1 and x3 interacting", both, &pair(1)));
    checks.push(mean_index("x1 and x2 interacting", 0.0, &pair(0)));
    Ok(checks)
}

fn sobol_g_function(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let base = setup.count("base");
    let a: Vec<f64> = ["a1", "a2", "a3", "a4"].map(|name| setup.value(name)).into_iter().chain([99.0; 4]).collect();
    let model =
        |row: &Vec<f64>| row.iter().zip(&a).map(|(u, a)| ((4.0 * u - 2.0).abs() + a) / (1.0 + a)).product::<f64>();
    let found = setup.each(setup.seeds, |seed| {
        let rows = saltelli(base, a.len(), seed as u64).expect("eight factors and at most 4096 points");
        sobol_indices(&rows.iter().map(model).collect::<Vec<_>>(), a.len(), Some(&rows))
    });
    let alone: Vec<f64> = a.iter().map(|a| 1.0 / (3.0 * (1.0 + a) * (1.0 + a))).collect();
    let product: f64 = alone.iter().map(|alone| 1.0 + alone).product();
    let first: Vec<f64> = alone.iter().map(|alone| alone / (product - 1.0)).collect();
    let total: Vec<f64> = alone.iter().map(|alone| alone * product / (1.0 + alone) / (product - 1.0)).collect();
    Ok(indices_hold(&found, &first, &total))
}

fn morris_ishigami(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    const LEVELS: usize = 4;
    let (a, b, trajectories) = (setup.value("a"), setup.value("b"), setup.count("trajectories"));
    // Every effect there is: from each lower level up, with the others at every level.
    let place = |level: usize| level as f64 / (LEVELS - 1) as f64;
    let every = |factor: usize| -> Vec<f64> {
        let starts = (0..LEVELS / 2).flat_map(|low| (0..LEVELS * LEVELS).map(move |others| (low, others)));
        let effect = |(low, others): (usize, usize)| {
            let mut row = [place(others % LEVELS), place(others % LEVELS), place(others % LEVELS)];
            row[(factor + 1) % 3] = place(others / LEVELS);
            row[factor] = place(low);
            let before = ishigami(&row, a, b);
            row[factor] = place(low + LEVELS / 2);
            (ishigami(&row, a, b) - before) / morris_step(LEVELS)
        };
        starts.map(effect).collect()
    };
    let found = setup.each(setup.seeds, |seed| {
        let rows = morris(trajectories, 3, LEVELS, seed as u64);
        let outputs: Vec<f64> = rows.iter().map(|row| ishigami(row, a, b)).collect();
        let effects = elementary_effects(&rows, &outputs, morris_step(LEVELS));
        effects.iter().map(|effects| MorrisIndex::of(effects)).collect::<Vec<_>>()
    });
    let mut checks = Vec::new();
    for factor in 0..3 {
        let effects = every(factor);
        let n = effects.len() as f64;
        let size = effects.iter().map(|effect| effect.abs()).sum::<f64>() / n;
        let mean = effects.iter().sum::<f64>() / n;
        let spread = (effects.iter().map(|effect| (effect - mean) * (effect - mean)).sum::<f64>() / n).sqrt();
        let named = |word: &str| format!("{word} of x{}", factor + 1);
        let of = MorrisIndex::of(&effects);
        let rounding = "rounding";
        checks.push(Check::near(named("mu*, all effects,"), size, of.mu_star.value, 1e-9, rounding));
        let sigma = of.sigma.value * ((n - 1.0) / n).sqrt();
        checks.push(Check::near(named("sigma, all effects,"), spread, sigma, 1e-9, rounding));
        let values =
            |read: &dyn Fn(&MorrisIndex) -> f64| found.iter().map(|one| read(&one[factor])).collect::<Vec<_>>();
        checks.push(Check::mean(named("mu"), mean, &values(&|one: &MorrisIndex| one.mu.value)));
        checks.push(Check::mean(named("mu*"), size, &values(&|one: &MorrisIndex| one.mu_star.value)));
        let squares = values(&|one: &MorrisIndex| one.sigma.value * one.sigma.value);
        checks.push(Check::mean(named("sigma squared"), spread * spread, &squares));
    }
    let sizes: Vec<f64> = found.iter().map(|one| one[1].mu_star.value).collect();
    let off = sizes.iter().map(|size| (size - 9.0 * a / 8.0).abs()).fold(0.0, f64::max);
    checks.push(Check::near("mu* of x2: largest deviation from 9 a / 8", 0.0, off, 1e-9, "rounding"));
    Ok(checks)
}

fn given_data_ishigami(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let (a, b, points) = (setup.value("a"), setup.value("b"), setup.count("points"));
    let found = setup.each(setup.seeds, |seed| {
        let columns = random(seed, 4, points);
        let row = |at: usize| [columns[0][at], columns[1][at], columns[2][at]];
        let outputs: Vec<f64> = (0..points).map(|at| ishigami(&row(at), a, b)).collect();
        given_data(&columns.into_iter().map(Column::Numbers).collect::<Vec<_>>(), &outputs)
    });
    let (first, ..) = ishigami_shares(a, b);
    let mut checks = Vec::new();
    let (mut held, mut intervals) = (0.0, 0.0);
    for (at, &share) in first.iter().enumerate() {
        let values: Vec<f64> = found.iter().map(|one| one[at].first.value).collect();
        let because = format!("99.99 % interval of {} samples, and 0.005", values.len());
        let tolerance = half_width(&values, 0.9999) + 0.005;
        checks.push(Check::near(format!("S{}", at + 1), share, mean(&values), tolerance, because));
        held += found.iter().filter(|one| holds(&one[at].first, share)).count() as f64;
        intervals += values.len() as f64;
    }
    let because = "95 % by design; minus one in twenty for few rounds";
    checks.push(Check::at_least("share of intervals that contain the truth", 0.9, held / intervals, because));
    let dummy: Vec<f64> = found.iter().map(|one| one[3].first.value).collect();
    checks.push(Check::mean("S1 of a dummy", 0.0, &dummy));
    let above = found.iter().filter(|one| one[3].chance <= 0.05).count() as f64;
    checks.push(Check::share("dummies whose PAWN index is reported as above chance", 0.05, above, found.len() as f64));
    let least =
        |at: usize| found.iter().map(|one| one[at].pawn.value - one[at].pawn_by_chance).fold(f64::MAX, f64::min);
    for at in (0..2).filter(|&at| first[at] > 0.1) {
        let what = format!("PAWN of x{} above chance, smallest", at + 1);
        checks.push(Check::at_least(what, 0.0, least(at), "it is large in every sample"));
    }
    Ok(checks)
}

fn seeds_share(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    const CELLS: usize = 100;
    const SEEDS: usize = 20;
    let [cells, alike, own] = ["cells", "alike", "own"].map(|name| setup.value(name));
    let found = setup.each(setup.seeds, |round| {
        let normals = |kind: u32, count: usize, variance: f64| -> Vec<f64> {
            let mut words = vec![0; count];
            Dice::new(round as u64).fill(Purpose::Experiment, kind, 0, 1, &mut words);
            words.into_iter().map(|word| variance.sqrt() * normal_quantile(open_unit(word))).collect()
        };
        let (rows, columns) = (normals(0, CELLS, cells), normals(1, SEEDS, alike));
        let rest = normals(2, CELLS * SEEDS, own);
        let table: Vec<Vec<f64>> = (rows.iter().zip(rest.chunks(SEEDS)))
            .map(|(row, rest)| columns.iter().zip(rest).map(|(column, rest)| row + column + rest).collect())
            .collect();
        let apart: Vec<Vec<f64>> = (rows.iter().zip(rest.chunks(SEEDS)))
            .map(|(row, rest)| rest.iter().map(|rest| row + rest).collect())
            .collect();
        let split = |runs: &[Vec<f64>], shared| seed_share(runs, shared).expect("a hundred cells");
        (split(&table, true).parts, split(&apart, false).parts)
    });
    let values = |read: &dyn Fn(&(VarianceParts, VarianceParts)) -> f64| found.iter().map(read).collect::<Vec<f64>>();
    Ok(vec![
        Check::mean("variance of cells, shared seeds", cells, &values(&|(two, _)| two.cells)),
        Check::mean("variance of seeds alike in all cells, shared seeds", alike, &values(&|(two, _)| two.alike)),
        Check::mean("variance of seeds within each cell, shared seeds", own, &values(&|(two, _)| two.own)),
        Check::mean("variance of cells, independent seeds", cells, &values(&|(_, one)| one.cells)),
        Check::mean("variance of seeds, independent seeds", own, &values(&|(_, one)| one.own)),
    ])
}

fn prim_box(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let [edge, from, to] = ["edge", "from", "to"].map(|name| setup.value(name));
    let points = setup.count("points");
    let inside = edge * (to - from) * points as f64;
    if inside < 100.0 {
        return Err(OutsideDomain(format!("the box must contain 100 points; it contains about {inside:.0}")));
    }
    let found = setup.each(setup.seeds, |seed| {
        let columns = random(seed, 3, points);
        let met = |row: usize| columns[0][row] < edge && (from..to).contains(&columns[1][row]);
        let cells = SearchedCells {
            met: (0..points).map(|row| f64::from(met(row))).collect(),
            runs: vec![1.0; points],
            blocks: (0..points).collect(),
            factors: columns.iter().cloned().map(Column::Numbers).collect(),
        };
        discover(&cells).swap_remove(0)
    });
    let rounds = found.len() as f64;
    let average = |read: &dyn Fn(&Region) -> f64| found.iter().map(read).sum::<f64>() / rounds;
    let least = |read: &dyn Fn(&Region) -> f64| found.iter().map(read).fold(f64::MAX, f64::min);
    let side = |region: &Region, factor: usize, above: bool| {
        let limit = |limit: &Limit| match *limit {
            Limit::AtLeast(least) if !above => Some(least),
            Limit::AtMost(most) if above => Some(most),
            _ => None,
        };
        region.sides.iter().filter(|side| side.factor == factor).find_map(|side| limit(&side.limit)).unwrap_or(f64::NAN)
    };
    let (step, because) = (0.02, "a fiftieth of the range");
    Ok(vec![
        Check::near("x1 at most", edge, average(&|one| side(one, 0, true)), step, because),
        Check::near("x2 at least", from, average(&|one| side(one, 1, false)), step, because),
        Check::near("x2 at most", to, average(&|one| side(one, 1, true)), step, because),
        Check::exact(
            "boxes that restrict x3",
            0.0,
            found.iter().filter(|one| one.sides.iter().any(|side| side.factor == 2)).count() as f64,
        ),
        Check::at_least("coverage, smallest", 0.9, least(&|one| one.worth.coverage), "what peeling alone reaches"),
        Check::at_least("density, smallest", 0.95, least(&|one| one.worth.density), "what peeling alone reaches"),
        Check::at_least(
            "density in the other half, smallest",
            0.85,
            least(&|one| one.held_out.density),
            "as good as observed",
        ),
    ])
}
