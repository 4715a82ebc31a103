//! The house: which room may know which. An arrow against the plan fails here.

use std::fs;
use std::path::{Path, PathBuf};

/// Room, and the rooms it may use. Only `lib.rs` joins stages, only `cli` and `main.rs` know them all.
const ARROWS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("limits", &["model"]),
    ("capture", &["model", "limits"]),
    ("net", &["model", "limits", "capture"]),
    ("flow", &["model", "limits", "capture", "net"]),
    ("proto", &["model", "limits"]),
    ("attempt", &["model", "limits", "capture", "net", "flow", "proto"]),
    ("transcript", &["model", "limits"]),
    ("diagnose", &["model", "limits", "capture", "net", "flow", "proto", "attempt", "transcript"]),
    ("report", &["model", "limits", "capture", "net", "flow", "proto", "attempt", "transcript", "diagnose"]),
];

/// Lines of a file without its tests, and of a function, above which a file or function holds a second one.
const FUNCTION_LINES: usize = 60;

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            found.extend(sources(&entry));
        } else if entry.extension().is_some_and(|end| end == "rs") {
            found.push(entry);
        }
    }
    found.sort();
    found
}

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The room a file stands in: the first folder below `src`, or the file itself.
fn room(file: &Path) -> String {
    let inside = file.strip_prefix(src()).expect("below src");
    let first = inside.components().next().expect("a component").as_os_str().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The rooms that a file names by `crate::room`, in `use` lines and in paths alike, without comments.
fn used(text: &str) -> Vec<String> {
    let code =
        text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut rooms: Vec<String> = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let behind = &code[at + "crate::".len()..];
        let group = behind.strip_prefix('{').and_then(|group| group.split_once('}')).map(|(group, _)| group);
        let names = group.map_or_else(|| vec![behind], |group| group.split(',').map(str::trim).collect());
        rooms.extend(names.into_iter().map(first_word));
    }
    rooms
}

fn first_word(path: &str) -> String {
    path.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

#[test]
fn arrows_go_one_way() {
    for file in sources(&src()) {
        let here = room(&file);
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == here) else { continue };
        let text = fs::read_to_string(&file).expect("a source");
        for there in used(&text) {
            let known = ARROWS.iter().any(|(name, _)| *name == there);
            assert!(
                !known || there == here || allowed.contains(&there.as_str()),
                "{}: {here} must not know {there}",
                file.display()
            );
        }
    }
}

#[test]
fn every_room_is_on_the_plan() {
    for file in sources(&src()) {
        let here = room(&file);
        let known =
            ARROWS.iter().any(|(name, _)| *name == here) || matches!(here.as_str(), "lib" | "main" | "cli");
        assert!(known, "{}: the room {here} is not on the plan", file.display());
    }
}

#[test]
fn only_the_command_line_prints_or_exits() {
    for file in sources(&src()).into_iter().filter(|file| !matches!(room(file).as_str(), "cli" | "main")) {
        let text = fs::read_to_string(&file).expect("a source");
        for word in ["println!", "eprintln!", "print!(", "eprint!(", "process::exit", "dbg!("] {
            assert!(!text.contains(word), "{} holds {word}", file.display());
        }
    }
}

#[test]
fn main_is_a_table_of_contents() {
    let text = fs::read_to_string(src().join("main.rs")).expect("main.rs");
    assert!(text.lines().count() <= 60);
}

/// Functions by indentation: from a line with `fn` to the closing brace at its depth.
#[test]
fn no_function_is_longer_than_a_screen() {
    for file in sources(&src()) {
        let text = fs::read_to_string(&file).expect("a source");
        let mut open: Option<(usize, usize, &str)> = None;
        for (number, line) in text.lines().enumerate() {
            let indent = line.len() - line.trim_start().len();
            let words = line.trim_start();
            let starts = words.starts_with("fn ") || words.starts_with("pub") && words.contains(" fn ");
            match open {
                None if starts && words.ends_with('{') => open = Some((number, indent, line)),
                Some((start, depth, name)) if indent == depth && words == "}" => {
                    let lines = number - start;
                    assert!(lines <= FUNCTION_LINES, "{}: {lines} lines: {name}", file.display());
                    open = None;
                }
                _ => {}
            }
        }
    }
}
