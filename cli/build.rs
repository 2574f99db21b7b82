//! Tells the program what commit of its source it is built from: results say so. Where nobody knows, it is empty.

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-env=CONTRABAND_COMMIT={}", of_checkout().or_else(of_package).unwrap_or_default());
}

/// That of the checkout, if this is one.
fn of_checkout() -> Option<String> {
    let commit = git(&["rev-parse", "HEAD"])?;
    // It is written to by every commit and every checkout.
    let log = git(&["rev-parse", "--git-path", "logs/HEAD"])?;
    if Path::new(&log).exists() {
        println!("cargo:rerun-if-changed={log}");
    }
    Some(commit)
}

/// That of which a package was made.
fn of_package() -> Option<String> {
    let text = std::fs::read_to_string(".cargo_vcs_info.json").ok()?;
    let (_, rest) = text.split_once("\"sha1\": \"")?;
    Some(rest.split_once('"')?.0.to_owned())
}

fn git(args: &[&str]) -> Option<String> {
    let out = Command::new("git").args(args).output().ok()?;
    let said = String::from_utf8(out.stdout).ok()?;
    out.status.success().then(|| said.trim().to_owned()).filter(|said| !said.is_empty())
}
