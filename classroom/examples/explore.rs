//! The page for one person: `cargo run --release -p contraband-classroom --example explore -- [PORT]`. Ctrl-C ends it.

use std::process::ExitCode;

use contraband_classroom::{Options, explore};

fn main() -> ExitCode {
    let Ok(port) = std::env::args().nth(1).map_or(Ok(8080), |port| port.parse()) else {
        eprintln!("a port is a number from 0 to 65535");
        return ExitCode::from(2);
    };
    let threads = std::thread::available_parallelism().map_or(1, Into::into);
    match explore(&Options { port, threads }, |address| println!("{address}"), || false) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
