//! The program under test, in a folder of its own.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use contraband_lab::disk::FileForm;
use serde_json::Value;
use tempfile::TempDir;

/// A folder to run the program in.
pub struct Home(TempDir);

/// What a command did.
pub struct Told {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Home {
    pub fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// The program with these arguments, apart by spaces.
    pub fn command(&self, args: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_contraband"));
        command.args(args.split_whitespace()).current_dir(self.0.path()).stdin(Stdio::null());
        command.env_remove("NO_COLOR").env_remove("RUST_BACKTRACE");
        command
    }

    pub fn run(&self, args: &str) -> Told {
        self.command(args).output().unwrap().into()
    }

    /// Runs what must work.
    pub fn works(&self, args: &str) -> Told {
        let told = self.run(args);
        assert_eq!(told.code, Some(0), "contraband {args}\n{}", told.stderr);
        told
    }

    /// Runs what must be refused as bad input, and returns what is said about it.
    pub fn refused(&self, args: &str) -> String {
        let told = self.run(args);
        assert_eq!(told.code, Some(2), "contraband {args}\n{}", told.stderr);
        assert_eq!(told.stdout, "", "contraband {args}");
        told.stderr
    }
}

impl From<Output> for Told {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

pub fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// A JSON text whose words somebody changed, with the seal that it would have if it had been written so.
pub fn resealed(text: &str) -> String {
    let (body, _) = FileForm::Json.unseal(text).unwrap();
    FileForm::Json.seal(&format!("{body}\n}}"))
}

/// Writes a sealed file after an edit, as if it had been written so.
pub fn edit(path: &Path, edit: impl FnOnce(&mut Value)) {
    let mut about = json(path);
    about.as_object_mut().unwrap().remove("seal").unwrap();
    edit(&mut about);
    fs::write(path, FileForm::Json.seal(&format!("{about:#}"))).unwrap();
}

/// Every file of a run folder but those that tell times and draw.
pub fn data(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), entry.path()))
        .filter(|(name, path)| path.is_file() && !ABOUT.contains(&name.as_str()))
        .map(|(name, path)| (name, fs::read(path).unwrap()))
        .collect()
}

/// Files that tell of the folder itself: how long it took, how it looks, and what lies in it.
const ABOUT: [&str; 3] = ["timing.json", "report.html", "ro-crate-metadata.json"];

/// Names in a folder, in order.
pub fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
