//! `--merge` as a user meets it: one report on several files, every frame by its file and its number there.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A refused CONNECT: 22 frames, the last of the proxy's answer is frame 18.
const REFUSED: &str = "samples/proxy-forbidden-squid.pcap";
/// Another switch's good exchange.
const GOOD: &str = "samples/ok-direct-12.pcap";

fn slp_pcap(arguments: &[&str]) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("slp-pcap"));
    command.args(arguments);
    command
}

fn run(arguments: &[&str]) -> Output {
    slp_pcap(arguments).output().expect("the binary runs")
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)))
}

/// A pcap's records (little-endian, as all samples are), in files of eight.
fn ring(folder: &TempDir) -> Vec<PathBuf> {
    let capture = fs::read(REFUSED).expect("a sample");
    let (header, mut rest) = capture.split_at(24);
    let mut records = Vec::new();
    while !rest.is_empty() {
        let length = u32::from_le_bytes([rest[8], rest[9], rest[10], rest[11]]);
        let (record, behind) = rest.split_at(16 + usize::try_from(length).expect("a length"));
        records.push(record);
        rest = behind;
    }
    let write = |(number, records): (usize, &[&[u8]])| {
        let path = folder.path().join(format!("ring_{number}.pcap"));
        fs::write(&path, [header, &records.concat()].concat()).expect("a file");
        path
    };
    (1..).zip(records.chunks(8)).map(write).collect()
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// The frames of a list of evidence, as `ring_1.pcap:6`.
fn places(evidence: &Value) -> Vec<String> {
    let place = |item: &Value| {
        let file = Path::new(item["file"].as_str().expect("a file")).file_name().expect("a name");
        format!("{}:{}", file.to_string_lossy(), item["frame"])
    };
    evidence.as_array().expect("a list").iter().map(place).collect()
}

#[test]
fn a_ring_is_one_capture_in_whatever_order_it_is_named() {
    let folder = TempDir::new().expect("a folder");
    let ring = ring(&folder);
    assert_eq!(ring.len(), 3);
    for order in [[0, 1, 2], [2, 0, 1]] {
        let paths: Vec<&str> = order.iter().map(|&index: &usize| text(&ring[index])).collect();
        let output = run(&[&["--merge", "-f", "json"], &paths[..]].concat());
        assert_eq!(output.status.code(), Some(1));
        let report = json(&output);
        assert_eq!(report["capture"]["files"], Value::from(paths));
        assert_eq!(report["capture"]["frames"], 22);
        assert_eq!(report["verdict"]["code"], "proxy-forbidden");
        // Frames 6, 8 and 18 of the sample.
        assert_eq!(
            places(&report["verdict"]["evidence"]),
            ["ring_1.pcap:6", "ring_1.pcap:8", "ring_3.pcap:2"]
        );
        let attempt = &report["attempts"][0];
        assert_eq!((&attempt["first_frame"], &attempt["last_frame"]), (&Value::from(1), &Value::from(6)));
        assert_eq!(attempt["first_file"], text(&ring[0]));
        assert_eq!(attempt["last_file"], text(&ring[2]));
        assert!(attempt["tcp_stream"].is_null());
        let filter = report["verdict"]["wireshark_filter"].as_str().expect("a filter");
        assert!(filter.ends_with("tcp.port == 80") && !filter.contains("frame.number"), "{filter}");
        let frames = attempt["stages"]["proxy"]["frames"].as_array().expect("a list").len();
        assert_eq!(attempt["stages"]["proxy"]["files"].as_array().expect("a list").len(), frames);
        assert!(attempt["events"].as_array().expect("a list").iter().all(|event| event["file"].is_string()));
    }
}

#[test]
fn text_names_file_and_frame() {
    let folder = TempDir::new().expect("a folder");
    ring(&folder);
    let output = run(&["--merge", "-v", text(folder.path())]);
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    for part in
        ["frame ring_3.pcap:2 ", "(ring_1.pcap:1 to ring_3.pcap:6)", "* ring_1.pcap:8 ", "3 merged files"]
    {
        assert!(text.contains(part), "{part} in\n{text}");
    }
    assert!(!text.contains("tcp.stream"), "{text}");
    let output = run(&["--merge", "-q", &format!("{}/", folder.path().display())]);
    assert_eq!(String::from_utf8(output.stdout).expect("UTF-8").lines().count(), 1);
}

#[test]
fn an_attempt_in_one_file_keeps_its_filter() {
    let alone = json(&run(&["-f", "json", REFUSED]));
    let report = json(&run(&["--merge", "-f", "json", GOOD, REFUSED]));
    assert_eq!((&report["outcome"], &report["attempts_total"]), (&"intermittent".into(), &2.into()));
    let attempts = report["attempts"].as_array().expect("a list");
    let refused =
        attempts.iter().find(|attempt| attempt["verdict"]["code"] == "proxy-forbidden").expect("one");
    assert_eq!(refused["verdict"]["wireshark_filter"], alone["verdict"]["wireshark_filter"]);
    assert_eq!(refused["first_file"], REFUSED);
    let digests: Vec<&Value> = report["capture"]["inputs"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|input| &input["sha256"])
        .collect();
    assert_eq!(digests[1], &alone["capture"]["sha256"]);
    assert!(digests[0].is_string() && digests[0] != digests[1]);
}

#[test]
fn one_capture_has_no_keys_of_several() {
    let text = String::from_utf8(run(&["-f", "json", REFUSED]).stdout).expect("UTF-8");
    assert_eq!(text.matches("\"file\"").count(), 1, "{text}");
    assert!(!text.contains("\"files\"") && !text.contains("_file\"") && !text.contains("\"inputs\""));
}

#[test]
fn what_cannot_be_read_is_told_and_the_rest_is_judged() {
    let folder = TempDir::new().expect("a folder");
    let ring = ring(&folder);
    fs::write(&ring[1], b"no capture").expect("a file");
    let missing = folder.path().join("ring_4.pcap");
    let output =
        run(&["--merge", "-f", "json", text(&missing), text(&ring[0]), text(&ring[1]), text(&ring[2])]);
    assert_eq!(output.status.code(), Some(2));
    let complaints = String::from_utf8(output.stderr.clone()).expect("UTF-8");
    assert_eq!(complaints.lines().count(), 2, "{complaints}");
    assert!(
        complaints.contains("ring_4.pcap: no such file") && complaints.contains("ring_2.pcap: not a pcap")
    );
    let report = json(&output);
    assert_eq!(report["capture"]["files"].as_array().expect("a list").len(), 2);
    let warnings = report["capture"]["warnings"].as_array().expect("a list");
    let left_out = warnings.iter().filter(|warning| warning["code"] == "file-left-out");
    let left_out: Vec<&str> = left_out.map(|warning| warning["file"].as_str().expect("a file")).collect();
    assert_eq!(left_out, [text(&missing), text(&ring[1])]);
    // The frames that the second file held are a gap now.
    assert_eq!(report["attempts"][0]["frames"], 14);

    let output = run(&["--merge", "-f", "json", text(&missing), text(&ring[1])]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
}

#[test]
fn damage_names_its_file() {
    let folder = TempDir::new().expect("a folder");
    let ring = ring(&folder);
    let whole = fs::read(&ring[2]).expect("a file");
    fs::write(&ring[2], &whole[..whole.len() - 3]).expect("a file");
    let paths: Vec<&str> = ring.iter().map(|path| text(path)).collect();
    let report = json(&run(&[&["--merge", "-f", "json"], &paths[..]].concat()));
    let warning = &report["capture"]["warnings"][0];
    assert_eq!((&warning["code"], &warning["frame"]), (&"capture-cut-short".into(), &5.into()));
    assert_eq!(warning["file"], paths[2]);
    let screen = String::from_utf8(run(&[&["--merge"], &paths[..]].concat()).stdout).expect("UTF-8");
    assert!(screen.contains("! ring_3.pcap: the file ends at offset"), "{screen}");
}

#[test]
fn a_pipe_can_be_part_of_it() {
    let folder = TempDir::new().expect("a folder");
    let ring = ring(&folder);
    let mut child = slp_pcap(&["--merge", "-f", "json", text(&ring[2]), "-", text(&ring[0])])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let piped = fs::read(&ring[1]).expect("a file");
    child.stdin.take().expect("a pipe").write_all(&piped).expect("written");
    let report = json(&child.wait_with_output().expect("output"));
    assert_eq!(report["capture"]["files"][1], "-");
    assert_eq!(report["capture"]["inputs"][1]["sha256"].as_str().map(str::len), Some(64));
    assert_eq!(places(&report["verdict"]["evidence"])[2], "ring_3.pcap:2");
    assert_eq!(report["attempts"][0]["frames"], 22);
}
