//! What of the switch's own text a redacted report must not hold.

use slp_pcap::attempt::Scope;
use slp_pcap::diagnose;
use slp_pcap::report::{Detail, Format, Input, REDACTION_KEY, Redactor, Report, Secrets};

use crate::{NAME, facts, rendered};

#[test]
fn accounts_in_a_reason_and_interfaces_are_left_out() {
    let text = "ip domain lookup source-interface Vlan10\n\
        Vlan10                 10.31.121.118   YES DHCP   up                    up\n\
        10.31.121.65   ARPA   GigabitEthernet1/0/48\n\
        Nov 22 2026 18:00:00.000 UTC: %SMART_LIC-3-COMM_FAILED: x : Connection timed out to jsmithers\n";
    let analysis = diagnose::alone(&facts(text.as_bytes()));
    let secrets = Secrets::of(&analysis, &Scope::default());
    let input = || Input { file: NAME.to_owned(), sha256: None };
    for (hidden, format) in [(false, Format::Json), (true, Format::Json), (true, Format::Text)] {
        let mut report = Report::of_transcript(&analysis, input());
        if hidden {
            Redactor::new([0x5a; REDACTION_KEY]).report(&mut report, &secrets);
        }
        let printed = rendered(report, format, Detail::Full);
        for secret in ["jsmithers", "Vlan10"] {
            assert_eq!(printed.contains(secret), !hidden, "{secret} in {printed}");
        }
        // The diagnosis stays.
        assert!(printed.contains("Connection timed out"), "{printed}");
        assert!(printed.contains("stage tcp"), "{printed}");
    }
}
