//! Prints the reference of all parameters: `cargo run -p contraband-sim --example write_baseline > scenarios/baseline.ron`.

fn main() {
    print!("{}", contraband_sim::scenario::baseline_ron());
}
