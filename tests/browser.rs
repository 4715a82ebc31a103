//! The HTML report in a real browser: `tests/browser/check.py`, where Python and Chromium are there.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// One of each: every stage, every outcome, several attempts, certificates, one direction, IPv6, a long ladder.
const SAMPLES: &[&str] = &[
    "arp-unresolved-after-dns.pcap",
    "arp-unresolved-ipv6.pcap",
    "dns-timeout-two-servers.pcap",
    "failed-in-two-ways.pcap",
    "inconclusive-unidentified.pcap",
    "inconclusive-unreadable-missing.pcap",
    "intermittent-proxy-503-then-ok.pcap",
    "ok-duplicated-frames.pcap",
    "ok-inbound-only.pcap",
    "ok-ipv6.pcap",
    "proxy-auth-required-squid.pcap",
    "tcp-mtu-blackhole-icmp.pcap",
    "tcp-syn-timeout.pcap",
    "tls-certificate-expired-issuer.pcap",
    "tls-server-alert.pcap",
    "tls-untrusted-ca-proxy-12.pcap",
];

fn page(folder: &TempDir, name: &str, captures: &[&str]) -> PathBuf {
    let path = folder.path().join(name).with_extension("html");
    let output = Command::new(assert_cmd::cargo::cargo_bin!("slp-pcap"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["-f", "html", "-o"])
        .arg(&path)
        .args(captures.iter().map(|file| format!("samples/{file}")))
        .output()
        .expect("the binary runs");
    assert!(path.exists(), "{}", String::from_utf8_lossy(&output.stderr));
    path
}

fn check(pages: &[PathBuf]) -> Option<Output> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/check.py");
    Command::new("python3").arg(script).args(pages).output().ok()
}

#[test]
fn a_browser_has_nothing_to_complain_of() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut pages: Vec<PathBuf> = SAMPLES.iter().map(|file| page(&folder, file, &[file])).collect();
    pages.push(page(&folder, "several", &["dns-refused-unbound.pcap", "no-such.pcap", "ok-ipv6.pcap"]));
    let Some(output) = check(&pages) else {
        eprintln!("skipped: the browser test needs python3");
        return;
    };
    let told = String::from_utf8_lossy(&output.stdout);
    match output.status.code() {
        Some(0) => {}
        Some(77) => eprintln!("skipped: the browser test needs Chromium (Debian's package chromium)"),
        _ => panic!("{told}\n{}", String::from_utf8_lossy(&output.stderr)),
    }
}
