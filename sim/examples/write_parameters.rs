//! Prints the tables of all parameters: `cargo run -p contraband-sim --example write_parameters > sim/PARAMETERS.md`.

fn main() {
    print!("{}", contraband_sim::scenario::parameters_md());
}
