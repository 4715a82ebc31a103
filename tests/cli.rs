//! The command line as a user meets it: errors, exit status, output files.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

const SAMPLE: &str = "samples/proxy-forbidden-squid.pcap";
/// A pcap file header without records, microseconds, Ethernet.
const EMPTY_PCAP: [u8; 24] =
    [0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0];

fn slp_pcap() -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("slp-pcap"));
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(variable);
    }
    command
}

fn run(arguments: &[&str]) -> Output {
    slp_pcap().args(arguments).output().expect("the binary runs")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn file(folder: &TempDir, name: &str, content: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, content).expect("a file");
    path
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// Asserts status 2 and one line on standard error that names `path` and says all of `parts`.
fn refused(path: &Path, parts: &[&str]) {
    let output = run(&[text(path)]);
    let complaint = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{complaint}");
    assert!(output.stdout.is_empty());
    assert_eq!(complaint.lines().count(), 1, "{complaint}");
    assert!(complaint.starts_with(&format!("slp-pcap: {}: ", path.display())), "{complaint}");
    for part in parts {
        assert!(complaint.contains(part), "{part}: {complaint}");
    }
}

#[test]
fn unusable_inputs_get_one_clear_line() {
    let folder = folder();
    refused(&folder.path().join("missing.pcap"), &["no such file", "check the path"]);
    refused(folder.path(), &["no capture in this folder"]);
    refused(&file(&folder, "empty.pcap", b""), &["empty", "export the capture again"]);
    refused(&file(&folder, "notes.txt", b"hello, this is a text file\n"), &["offset 0", "text"]);
    refused(&file(&folder, "cut.pcap", &EMPTY_PCAP[..10]), &["offset 10", "export the capture again"]);
}

#[test]
fn a_header_alone_is_a_report() {
    let folder = folder();
    let output = run(&[text(&file(&folder, "header.pcap", &EMPTY_PCAP))]);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    assert!(stdout(&output).contains("inconclusive-no-traffic"));
}

#[test]
fn a_mistyped_subcommand_is_recognised() {
    let output = run(&["expalin"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("did you mean `slp-pcap explain`?"));
}

#[test]
fn a_wrong_command_line_is_status_2() {
    for arguments in
        [&["--format", "xml", SAMPLE][..], &["--cssm", "a b", SAMPLE], &["-q", "-v", SAMPLE], &[]]
    {
        assert_eq!(run(arguments).status.code(), Some(2), "{arguments:?}");
    }
    assert_eq!(run(&["--help"]).status.code(), Some(0));
    assert!(stdout(&run(&["--help"])).contains("Examples:"));
}

#[test]
fn one_bad_capture_does_not_stop_the_others() {
    let folder = folder();
    let header = file(&folder, "header.pcap", &EMPTY_PCAP);
    let output = run(&["-f", "json", "missing.pcap", text(&header)]);
    assert_eq!(output.status.code(), Some(2));
    let batch: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(batch["schema"], "slp-pcap.batch.v1");
    assert_eq!(batch["reports"][0]["capture"]["file"], text(&header));
    assert_eq!(batch["errors"][0]["file"], "missing.pcap");
    assert_eq!(batch["summary"]["inconclusive"], 1);
}

#[test]
fn a_folder_means_the_captures_in_it() {
    let folder = folder();
    file(&folder, "b.pcap", &EMPTY_PCAP);
    file(&folder, "a-without-extension", &EMPTY_PCAP);
    file(&folder, "readme.txt", b"not a capture, and no error either");
    let output = run(&["-f", "ndjson", text(folder.path())]);
    let lines: Vec<serde_json::Value> =
        stdout(&output).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let names: Vec<&str> = lines.iter().filter_map(|line| line["capture"]["file"].as_str()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(names[0].ends_with("a-without-extension") && names[1].ends_with("b.pcap"), "{names:?}");
    assert_eq!(lines[2]["schema"], "slp-pcap.summary.v1");
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn standard_input_is_read_and_fingerprinted() {
    let mut child = slp_pcap()
        .args(["-f", "json", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    child.stdin.take().expect("a pipe").write_all(&EMPTY_PCAP).expect("written");
    let output = child.wait_with_output().expect("output");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["schema"], "slp-pcap.report.v1");
    assert_eq!(report["capture"]["file"], "-");
    assert_eq!(report["capture"]["bytes"], 24);
    assert_eq!(report["capture"]["sha256"].as_str().map(str::len), Some(64));
}

#[test]
fn an_output_file_is_whole_or_untouched() {
    let folder = folder();
    let header = file(&folder, "header.pcap", &EMPTY_PCAP);
    let report = file(&folder, "report.json", b"what was there");
    let output = run(&["-f", "json", "-o", text(&report), "missing.pcap"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(fs::read(&report).expect("the file"), b"what was there");

    let output = run(&["-f", "json", "-o", text(&report), text(&header)]);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    assert!(output.stdout.is_empty());
    let json = fs::read(&report).expect("the file");
    assert!(serde_json::from_slice::<serde_json::Value>(&json).is_ok());
    assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 2, "no temporary file is left");
}

#[test]
fn an_output_that_cannot_be_written_is_status_2() {
    let folder = folder();
    let header = file(&folder, "header.pcap", &EMPTY_PCAP);
    for target in [folder.path().join("no/such/folder/x"), folder.path().to_owned(), header.clone()] {
        let output = run(&["-o", text(&target), text(&header)]);
        assert_eq!(output.status.code(), Some(2), "{}", target.display());
        assert!(
            stderr(&output).starts_with(&format!("slp-pcap: {}: ", target.display())),
            "{}",
            stderr(&output)
        );
    }
    assert_eq!(fs::read(&header).expect("the capture"), EMPTY_PCAP);
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_device_is_status_2() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("/dev/full");
    let output = slp_pcap().arg("codes").stdout(full).output().expect("the binary runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("standard output: cannot write"));
}

#[test]
fn a_closed_pipe_keeps_the_verdict_s_status() {
    let folder = folder();
    let header = file(&folder, "header.pcap", &EMPTY_PCAP);
    let (mut reader, writer) = std::io::pipe().expect("a pipe");
    let mut child = slp_pcap()
        .args(["-", text(&header)])
        .stdin(Stdio::piped())
        .stdout(writer)
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    // The reader goes away before there is anything to read: the program still waits for its standard input.
    assert_eq!(reader.read(&mut []).expect("nothing"), 0);
    drop(reader);
    child.stdin.take().expect("a pipe").write_all(&EMPTY_PCAP).expect("written");
    let output = child.wait_with_output().expect("output");
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    assert!(output.stderr.is_empty(), "{}", stderr(&output));
}

#[test]
fn colour_follows_option_and_environment() {
    let coloured =
        |command: &mut Command| stdout(&command.output().expect("the binary runs")).contains('\u{1b}');
    assert!(!coloured(slp_pcap().arg("codes")));
    assert!(coloured(slp_pcap().args(["codes", "--color", "always"])));
    assert!(coloured(slp_pcap().arg("codes").env("CLICOLOR_FORCE", "1")));
    assert!(!coloured(slp_pcap().args(["codes", "--color", "never"]).env("CLICOLOR_FORCE", "1")));
    assert!(!coloured(slp_pcap().arg("codes").env("NO_COLOR", "1")));
}

#[test]
fn file_names_cannot_steer_the_terminal() {
    let complaint = stderr(&run(&["x\u{1b}[2J.pcap"]));
    assert!(!complaint.contains('\u{1b}') && complaint.contains("x\\u{1b}[2J.pcap"), "{complaint:?}");
}

#[test]
fn people_read_times_in_their_zone_and_programs_in_utc() {
    let told = |format: &str, zone: &str| stdout(&run(&["-f", format, "--time-zone", zone, SAMPLE]));
    for format in ["text", "markdown", "html"] {
        assert!(told(format, "UTC").contains("18:17:08"), "{format}");
        assert!(told(format, "America/New_York").contains("13:17:08"), "{format}");
        assert!(told(format, "-05:00").contains("13:17:08"), "{format}");
    }
    assert_eq!(told("json", "America/New_York"), told("json", "UTC"));
    let output = run(&["--time-zone", "Mars/Olympus", SAMPLE]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("'Mars/Olympus' is no time zone"), "{}", stderr(&output));
}

#[test]
fn a_folder_is_one_document_and_one_bad_capture_does_not_stop_it() {
    let folder = folder();
    file(&folder, "a.pcap", &EMPTY_PCAP);
    file(&folder, "b.pcap", b"no capture");
    for (format, start, end) in
        [("markdown", "# Smart Licensing in 2 captures\n", "\n"), ("html", "<!doctype html>\n", "</html>\n")]
    {
        let output = run(&["-f", format, text(folder.path())]);
        assert_eq!(output.status.code(), Some(2), "{format}");
        let page = stdout(&output);
        assert!(page.starts_with(start) && page.ends_with(end), "{page}");
        assert!(page.contains("inconclusive-no-traffic") && page.contains("unusable"), "{page}");
    }
}

#[test]
fn the_codes_explain_themselves() {
    let list = stdout(&run(&["codes"]));
    for heading in ["dns\n", "proxy\n", "ok and inconclusive\n", "findings\n"] {
        assert!(list.contains(heading), "{heading}");
    }
    assert!(list.contains("proxy-auth-required"));
    let explanation = stdout(&run(&["explain", "proxy-auth-required"]));
    assert!(explanation.contains("How to fix it") && explanation.contains("References"));
    let output = run(&["explain", "proxy-auth-requird"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("did you mean 'proxy-auth-required'?"));
}

#[test]
fn the_schema_is_json() {
    let schema: serde_json::Value = serde_json::from_slice(&run(&["schema"]).stdout).expect("JSON");
    assert_eq!(schema["properties"]["schema"]["const"], "slp-pcap.report.v1");
}

#[test]
fn several_captures_are_a_table_in_their_order() {
    let folder = folder();
    let header = file(&folder, "b.pcap", &EMPTY_PCAP);
    let output = run(&[SAMPLE, "missing.pcap", text(&header)]);
    let table = stdout(&output);
    let line = |part: &str| table.lines().position(|line| line.contains(part));
    let places = ["File", "proxy-forbidden-squid.pcap"].map(|part| line(part.get(7..).unwrap_or(part)));
    let others = ["missing.pcap", "b.pcap", "3 captures:"].map(line);
    let places: Vec<_> = places.into_iter().chain(others).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?} in\n{table}");
    assert!(table.contains("proxy-forbidden") && table.contains("cannot be used"), "{table}");
    assert_eq!(output.status.code(), Some(2));
    let quiet = stdout(&run(&["-q", SAMPLE, text(&header)]));
    assert_eq!(quiet.lines().count(), 2, "{quiet}");
}

#[test]
fn many_captures_come_in_the_order_of_their_names() {
    let folder = folder();
    for number in 0..40 {
        file(&folder, &format!("{number:02}.pcap"), &EMPTY_PCAP);
    }
    let output = run(&["-f", "json", text(folder.path())]);
    let batch: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let reports = batch["reports"].as_array().expect("reports");
    let names: Vec<&str> = reports.iter().filter_map(|report| report["capture"]["file"].as_str()).collect();
    assert!(names.len() == 40 && names.is_sorted(), "{names:?}");
    assert_eq!(batch["summary"]["verdicts"][0]["code"], "inconclusive-no-traffic");
    assert_eq!(batch["summary"]["verdicts"][0]["count"], 40);
    assert!(output.stderr.is_empty(), "no progress where nobody watches");
}

#[test]
fn an_annotated_capture_comes_from_a_pipe_as_from_a_file() {
    let folder = folder();
    let (from_file, from_pipe) = (folder.path().join("file.pcapng"), folder.path().join("pipe.pcapng"));
    let output = run(&["-q", "--annotate", text(&from_file), SAMPLE]);
    assert!(stderr(&output).contains("copied unchanged"), "{}", stderr(&output));
    assert_eq!(output.status.code(), Some(1));
    let mut child = slp_pcap()
        .args(["-q", "--annotate", text(&from_pipe), "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    child.stdin.take().expect("a pipe").write_all(&fs::read(SAMPLE).expect("a sample")).expect("written");
    assert_eq!(child.wait_with_output().expect("output").status.code(), Some(1));
    let lengths = [&from_file, &from_pipe].map(|path| {
        let octets = fs::read(path).expect("the annotated capture");
        // Comments name the input.
        slp_pcap::analyze(octets.as_slice(), &slp_pcap::attempt::Scope::default())
            .expect("a capture")
            .capture
            .frames
    });
    assert!(lengths[0] > 5 && lengths[0] == lengths[1], "{lengths:?}");
    assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 2, "no temporary file is left");
}

#[test]
fn an_annotated_capture_never_takes_the_place_of_another_file_of_the_run() {
    let folder = folder();
    let capture = file(&folder, "a.pcap", &fs::read(SAMPLE).expect("a sample"));
    let before = fs::read(&capture).expect("the capture");
    let output = run(&["--annotate", text(&capture), text(&capture)]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(fs::read(&capture).expect("the capture"), before);
    let both = folder.path().join("both");
    let output = run(&["-o", text(&both), "--annotate", text(&both), text(&capture)]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("another file for --annotate"), "{}", stderr(&output));
    assert_eq!(run(&["--merge", "--annotate", text(&both), text(&capture)]).status.code(), Some(2));
}

#[test]
fn a_redacted_run_names_no_file() {
    let folder = folder();
    let capture = file(&folder, "globex-core.pcap", &fs::read(SAMPLE).expect("a sample"));
    let broken = file(&folder, "globex-edge.pcap", b"no capture at all, only text");
    let annotated = folder.path().join("out.pcapng");
    for format in ["text", "json", "ndjson"] {
        let output =
            run(&["--redact", "--annotate", text(&annotated), "-f", format, text(&capture), text(&broken)]);
        assert_eq!(output.status.code(), Some(2));
        let report = stdout(&output);
        assert!(!report.contains("globex") && report.contains("capture-1.pcap"), "{report}");
        assert!(!stderr(&output).contains("copied unchanged"));
        let octets = fs::read(&annotated).expect("the annotated capture");
        assert!(!String::from_utf8_lossy(&octets).contains("globex"));
    }
}

#[test]
fn every_shell_has_its_completions_and_the_manual_its_page() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = run(&["completions", shell]);
        let script = stdout(&output);
        assert_eq!(output.status.code(), Some(0));
        for word in ["slp-pcap", "annotate", "redact", "completions", "explain"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    assert_eq!(run(&["completions", "tcsh"]).status.code(), Some(2));
    let page = stdout(&run(&["man"]));
    assert!(page.contains(".TH slp-pcap 1") && page.contains("\\-\\-annotate"), "{page}");
    assert!(page.contains("Exit status"), "{page}");
}

#[test]
#[cfg(unix)]
fn bash_takes_its_completions() {
    let script = run(&["completions", "bash"]).stdout;
    let Ok(mut bash) = Command::new("bash").arg("-n").stdin(Stdio::piped()).spawn() else { return };
    bash.stdin.take().expect("a pipe").write_all(&script).expect("written");
    assert!(bash.wait().expect("bash").success());
}

#[test]
fn a_mistyped_option_gets_a_suggestion() {
    for (wrong, right) in [("--anotate", "--annotate"), ("--redcat", "--redact"), ("--formt", "--format")] {
        let output = run(&[wrong, SAMPLE]);
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(right), "{}", stderr(&output));
    }
}

#[test]
fn the_guide_is_plain_text_within_80_columns() {
    let guide = stdout(&run(&["guide"]));
    for part in
        ["show ip cef", "monitor capture CSSM start", "control-plane", "packet-len", "buffer dump", "SVIs"]
    {
        assert!(guide.contains(part), "{part}");
    }
    assert!(guide.is_ascii() && guide.lines().all(|line| line.len() <= 80 && line == line.trim_end()));
    assert!(stderr(&run(&["giude"])).contains("did you mean `slp-pcap guide`?"));
}

/// Layout B: packets count from 0 there, and have no time.
const DUMP: &str = "Switch#show monitor capture CSSM buffer dump\r\n0\r\n\
      0000:  00000C9F F0016C5E 3B102030 08004500   ......l^;. 0..E.\r\n\
      0010:  002C053C 0000FF06 98E80A1F 7976C0A8   .,.<........yv..\r\n\
      0020:  D969EB16 00507F01 6A830000 00006002   .i...P..j.....`.\r\n\
      0030:  0EA89A87 00000204 0218                ..........\r\n\r\n1\r\n\
      0000:  6C5E3B10 20300000 0C9FF001 08004500   l^;. 0........E.\r\n\
      0010:  00280000 40003F06 1E29C0A8 D9690A1F   .(..@.?..)...i..\r\n\
      0020:  79760050 EB160000 00007F01 6A845014   yv.P........j.P.\r\n\
      0030:  00000000 0000                         ......\r\n\r\nSwitch#\r\n";

#[test]
fn packets_as_text_are_read_from_standard_input() {
    let analyse = |arguments: &[&str]| {
        let output = assert_cmd::Command::from(slp_pcap()).args(arguments).write_stdin(DUMP).output();
        output.expect("the binary runs")
    };
    let output = analyse(&["-f", "json", "--proxy", "192.168.217.105:80", "-"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let capture = &report["capture"];
    assert_eq!((&capture["format"], &capture["clock"]), (&"hexdump".into(), &"none".into()));
    assert!(capture["first"].is_null() && capture["duration_s"].is_null());
    assert_eq!(report["verdict"]["code"], "tcp-syn-refused");
    let evidence = &report["verdict"]["evidence"][1];
    assert_eq!((&evidence["frame"], &evidence["source_index"]), (&2.into(), &1.into()));
    assert!(evidence["time"].is_null());
    let attempt = &report["attempts"][0];
    assert!(
        attempt["start"].is_null() && attempt["tcp_stream"].is_null() && attempt["tcp"]["rtt_ms"].is_null()
    );
    assert!(attempt["stages"]["tcp"]["duration_ms"].is_null() && attempt["events"][0]["time"].is_null());
    let text = stdout(&analyse(&["--proxy", "192.168.217.105:80", "-"]));
    assert!(text.contains("frame 2 (index 1)") && text.contains("times unknown"), "{text}");
    assert!(!text.contains(" ms") && !text.contains("1970") && !text.contains("1677"), "{text}");
}
