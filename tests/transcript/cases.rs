//! What each conclusion needs, and what only looks like it. Frames were looked up with tshark, lines counted by hand.

use super::captures::Source::{self, Apart, None, Sample};

/// A text and a capture in which a code fires.
pub struct Case {
    pub code: &'static str,
    pub source: Source,
    pub text: &'static str,
    /// Frames cited.
    pub frames: &'static [u64],
    /// Lines cited.
    pub lines: &'static [u64],
    /// Part of the message.
    pub says: &'static str,
}

const DIRECT: Source = Sample("ok-direct-13.pcap");
const PROXIED: Source = Sample("ok-proxy-12.pcap");
/// Three attempts that begin at 18:19:57.19, 18:20:28.63 and 18:20:59.97.
const THREE: Source = Apart("failed-three-times.pcap", 30);

const PROXY: &str = "license smart proxy address 192.168.217.105\nlicense smart proxy port 80\n";
const FAILED: &str = "Nov 22 2026 18:00:00.000 UTC: %SMART_LIC-3-COMM_FAILED: x : Connection timed out\n";
const TWO_OF_THREE: &str = " REQUEST: Nov 22 18:19:57 2026 UTC\n RESPONSE: Nov 22 18:19:57 2026 UTC\n\n REQUEST: Nov 22 18:20:20 2026 UTC\n REQUEST: Nov 22 18:20:28 2026 UTC\n";

pub const FIRES: &[Case] = &[
    Case {
        code: "transcript-clock-offset",
        source: THREE,
        // Seven minutes ahead; the first frame of each connection is its SYN.
        text: " REQUEST: Nov 22 18:26:57 2026 UTC\n REQUEST: Nov 22 18:27:28 2026 UTC\n REQUEST: Nov 22 18:27:59 2026 UTC\n",
        frames: &[5, 25, 46],
        lines: &[1, 2, 3],
        says: "ahead of the capture's, by 3 pairs",
    },
    Case {
        code: "request-without-packets",
        source: Sample("inconclusive-unidentified.pcap"),
        text: "license smart vrf MGMT\n REQUEST: Nov 22 18:20:18 2026 UTC\n",
        frames: &[],
        lines: &[2, 1],
        says: "Licensing is set to VRF MGMT.",
    },
    Case {
        code: "request-without-packets",
        // The look-up is of the first request; the second is 15 s later, in a capture of 24 s.
        source: Sample("inconclusive-no-connection.pcap"),
        text: " REQUEST: Nov 22 18:20:14 2026 UTC\n REQUEST: Nov 22 18:20:29 2026 UTC\n",
        frames: &[3],
        lines: &[2],
        says: "18:20:29 UTC",
    },
    Case {
        code: "requests-at-another-time",
        source: DIRECT,
        text: " REQUEST: Nov 22 14:19:33 2026 UTC\n REQUEST: Nov 21 18:19:33 2026 UTC\n",
        frames: &[1],
        lines: &[1],
        says: "is 4 h 0 min before the capture begins",
    },
    Case {
        code: "attempt-without-request",
        source: THREE,
        // The first request was answered at once; the second and third connection have none.
        text: " REQUEST: Nov 22 18:19:57 2026 UTC\n RESPONSE: Nov 22 18:19:58 2026 UTC\n{\"response\":\"{\\\"status_code\\\":\\\"OK\\\"}\"}\n REQUEST: Nov 22 18:22:40 2026 UTC\n",
        frames: &[25, 46],
        lines: &[1, 4],
        says: "2 attempts have no request",
    },
    Case {
        code: "transcript-contradicts",
        source: DIRECT,
        text: " REQUEST: Nov 22 18:19:33 2026 UTC\n RESPONSE: Nov 22 18:19:33 2026 UTC\n\n",
        // The switch's Finished and request begin in 22, the answer is 29.
        frames: &[29],
        lines: &[1, 2],
        says: "has an empty response",
    },
    Case {
        code: "transcript-contradicts",
        source: Sample("tls-hostname-mismatch.pcap"),
        text: "Nov 22 18:18:58.001: %SMART_LIC-3-COMM_FAILED: x : Unable to resolve server hostname/domain name\nNov 22 18:18:48.000 UTC: %SYS-5-X: y\n REQUEST: Nov 22 18:18:48 2026 UTC\n",
        frames: &[19],
        lines: &[1],
        says: "resolved the name and connected",
    },
    Case {
        code: "transcript-contradicts",
        source: Sample("tcp-syn-timeout.pcap"),
        text: "Nov 22 18:18:17.345 UTC: %SMART_LIC-3-COMM_FAILED: x : Unable to resolve server hostname/domain name\n",
        // The last SYN.
        frames: &[10],
        lines: &[1],
        says: "resolved the name; what failed is its connection to smartreceiver.cisco.com (203.0.113.81:443): tcp-syn-timeout.",
    },
    Case {
        code: "failure-noted",
        source: None,
        text: FAILED,
        frames: &[],
        lines: &[1],
        says: "notes a failure of communication, at 2026-11-22 18:00:00 UTC: 'Connection timed out'",
    },
    Case {
        code: "test-by-hand",
        source: Sample("inconclusive-nothing-sent.pcap"),
        text: "Switch#telnet smartreceiver.cisco.com 443 /ipv4\nTrying 203.0.113.81, 443 ... Open\n",
        frames: &[5],
        lines: &[2],
        says: "the telnet by hand",
    },
    Case {
        code: "test-by-hand",
        source: Sample("inconclusive-no-connection.pcap"),
        text: "Switch#ping smartreceiver.cisco.com\nSending 5, 100-byte ICMP Echos to 203.0.113.81, timeout is 2 seconds:\n!!!!!\nSuccess rate is 100 percent (5/5)\n",
        frames: &[3],
        lines: &[4],
        says: "the ping by hand",
    },
    Case {
        code: "proxy-not-used",
        source: DIRECT,
        text: PROXY,
        frames: &[5],
        lines: &[1],
        says: "The proxy 192.168.217.105:80 is configured, but attempt 1 goes straight to smartreceiver.cisco.com",
    },
    Case {
        code: "proxy-not-used",
        source: DIRECT,
        text: "ip http client proxy-server 192.168.217.105 proxy-port 80\n",
        frames: &[5],
        lines: &[1],
        says: "which licensing does not use",
    },
    Case {
        code: "proxy-other-than-configured",
        source: PROXIED,
        text: "license smart proxy address 192.168.217.105\nlicense smart proxy port 3128\n",
        frames: &[3],
        lines: &[2],
        says: "but port 3128 is configured",
    },
    Case {
        code: "proxy-other-than-configured",
        source: PROXIED,
        text: "license smart proxy address 192.168.217.9\n",
        frames: &[3],
        lines: &[1],
        says: "but the configured one is 192.168.217.9",
    },
    Case {
        code: "proxy-other-than-configured",
        source: PROXIED,
        text: "Transport:\n  Type: Smart\n  Proxy:\n    Not Configured\n",
        frames: &[3],
        lines: &[4],
        says: "but no proxy is configured",
    },
    Case {
        code: "name-server-not-asked",
        source: Sample("dns-timeout.pcap"),
        text: "ip name-server 10.31.104.74 10.31.104.75\n",
        frames: &[3],
        lines: &[1],
        says: "never the configured 10.31.104.75",
    },
    Case {
        code: "name-server-other-than-configured",
        source: DIRECT,
        text: "ip name-server 10.9.9.9\n",
        frames: &[3],
        lines: &[1],
        says: "asks the name server 10.31.104.74; configured is 10.9.9.9",
    },
    Case {
        code: "source-other-than-configured",
        source: DIRECT,
        text: "ip http client source-interface Vlan20\ninterface Vlan20\n ip address 10.31.122.1 255.255.255.0\n",
        frames: &[5],
        lines: &[1, 3],
        says: "with the address 10.31.122.1, but they come from 10.31.121.118",
    },
    Case {
        code: "transport-still-cslu",
        source: Sample("dns-nxdomain-cslu-local.pcap"),
        text: "Transport:\n  Type: cslu\n",
        frames: &[3],
        lines: &[2],
        says: "and for nothing else",
    },
    Case {
        code: "transport-still-cslu",
        source: None,
        text: "license smart transport cslu\n",
        frames: &[],
        lines: &[1],
        says: "CSSM is never tried",
    },
    Case {
        code: "url-other-than-configured",
        source: DIRECT,
        text: "license smart transport smart\nlicense smart url smart https://ssm.corp.example/SmartTransport\n",
        frames: &[5],
        lines: &[2],
        says: "names ssm.corp.example, but attempt 1 is for smartreceiver.cisco.com",
    },
    Case {
        code: "url-other-than-configured",
        source: Sample("ok-cslu.pcap"),
        text: "license smart transport smart\nlicense smart url default\n",
        frames: &[3],
        lines: &[2],
        says: "names smartreceiver.cisco.com, but attempt 1 is for 10.31.104.80:8182",
    },
    Case {
        code: "address-in-url",
        source: Sample("tls-hostname-mismatch.pcap"),
        text: "license smart transport smart\nlicense smart url smart https://203.0.113.81/licservice/license\n",
        // The ClientHello to that address.
        frames: &[8],
        lines: &[2],
        says: "The URL has the address 203.0.113.81",
    },
    Case {
        code: "address-in-url",
        source: None,
        text: "Transport:\n  Type: Smart\n  URL: https://203.0.113.81/licservice/license\n  Server Identity Check: True\n",
        frames: &[],
        lines: &[3, 4],
        says: "must list that address",
    },
    Case {
        code: "transport-off",
        source: None,
        text: "Transport:\n  Type: Transport Off\n",
        frames: &[],
        lines: &[2],
        says: "the agent sends nothing",
    },
    Case {
        code: "service-refused",
        source: None,
        text: "Trust Establishment:\n  Attempts: Total=2, Success=0, Fail=2  Ongoing Failure: Overall=2 Communication=0\n  Last Response: INVALID STATUS CODE on Nov 22 18:00:00 2026 UTC\n",
        frames: &[],
        lines: &[2, 3],
        says: "not a network case",
    },
    Case {
        code: "no-reply",
        source: Sample("tcp-syn-timeout.pcap"),
        text: "Trust Establishment:\n  Attempts: Total=2, Success=0, Fail=2  Ongoing Failure: Overall=2 Communication=2\n  Last Response: NO REPLY on Nov 22 18:18:17 2026 UTC\n",
        frames: &[],
        lines: &[3],
        says: "The capture shows the stage: tcp-syn-timeout.",
    },
    Case {
        code: "clock-not-synchronised",
        source: None,
        text: "Switch#show clock\n*15:41:10.058 UTC Fri Jan 24 2025\n",
        frames: &[],
        lines: &[2],
        says: "show clock marks its time",
    },
    Case {
        code: "clock-not-synchronised",
        source: None,
        text: "ntp server 10.0.0.1\n.Jan 24 15:17:46.341: %SMART_LIC-5-COMM_RESTORED: x\nClock is unsynchronized, stratum 16, no reference clock\n",
        frames: &[],
        lines: &[3],
        says: "A time source is configured (10.0.0.1), and is not followed.",
    },
    Case {
        code: "clock-not-synchronised",
        source: None,
        text: ".Jan 24 15:17:46.341: %SMART_LIC-5-COMM_RESTORED: x\n",
        frames: &[],
        lines: &[1],
        says: "the log marks its time as authoritative, but not synchronised by NTP",
    },
    Case {
        code: "crypto-not-initialised",
        source: None,
        text: "2025-01-24 13:58:23.922 UTC SAEVT_INIT_CRYPTO success=\"False\" error=\"Crypto Initialization has not been completed\"\n",
        frames: &[],
        lines: &[1],
        says: "no later line says that it is",
    },
    Case {
        code: "trust-installed-since",
        source: None,
        text: "Nov 22 2026 18:00:00.000 UTC: %SMART_LIC-3-COMM_FAILED: x : Connection timed out\nTrust Code Installed: Nov 22 18:30:00 2026 UTC\n",
        frames: &[],
        lines: &[1, 2],
        says: "what failed has worked since",
    },
    Case {
        code: "trust-installed-since",
        source: Sample("tcp-syn-timeout.pcap"),
        text: "Trust Code Installed: Nov 22 18:30:00 2026 UTC\n",
        // The last SYN.
        frames: &[10],
        lines: &[1],
        says: "after the last failure at 2026-11-22 18:18:04 UTC",
    },
    Case {
        code: "communication-restored-since",
        source: None,
        text: "Nov 22 2026 18:00:00.000 UTC: %SMART_LIC-3-COMM_FAILED: x : Connection timed out\n2026-11-22 18:05:00.000 UTC SAEVT_COMM_RESTORED\n",
        frames: &[],
        lines: &[1, 2],
        says: "Communication was restored at 2026-11-22 18:05:00 UTC",
    },
];

pub const SILENT: &[(&str, Source, &str)] = &[
    // The same time.
    ("transcript-clock-offset", DIRECT, " REQUEST: Nov 22 18:19:33 2026 UTC\n"),
    // Only a failure is noted: its distance from the packets is no offset.
    (
        "transcript-clock-offset",
        Sample("tcp-syn-timeout.pcap"),
        "Nov 22 18:18:17.345: %SMART_LIC-3-COMM_FAILED: x : Connection timed out\n",
    ),
    // It has its packets; it is of another hour.
    ("request-without-packets", Sample("tcp-syn-timeout.pcap"), " REQUEST: Nov 22 18:17:57 2026 UTC\n"),
    (
        "request-without-packets",
        Sample("inconclusive-unidentified.pcap"),
        " REQUEST: Nov 22 11:20:18 2026 UTC\n",
    ),
    // The same time; seven minutes are a clock.
    ("requests-at-another-time", DIRECT, " REQUEST: Nov 22 18:19:33 2026 UTC\n"),
    ("requests-at-another-time", DIRECT, " REQUEST: Nov 22 18:26:33 2026 UTC\n"),
    ("requests-at-another-time", None, " REQUEST: Nov 22 18:26:33 2026 UTC\n"),
    // All three are noted; the last two are behind what the history covers.
    (
        "attempt-without-request",
        THREE,
        " REQUEST: Nov 22 18:19:57 2026 UTC\n REQUEST: Nov 22 18:20:28 2026 UTC\n REQUEST: Nov 22 18:20:59 2026 UTC\n",
    ),
    ("attempt-without-request", THREE, " REQUEST: Nov 22 18:19:57 2026 UTC\n"),
    // Answered on both sides; refused on both sides; nothing shown; a single pair seven minutes off.
    (
        "transcript-contradicts",
        DIRECT,
        " REQUEST: Nov 22 18:19:33 2026 UTC\n RESPONSE: Nov 22 18:19:33 2026 UTC\n{\"response\":\"{\\\"status_code\\\":\\\"OK\\\"}\"}\n",
    ),
    (
        "transcript-contradicts",
        Sample("http-licensing-error.pcap"),
        " REQUEST: Nov 22 18:19:28 2026 UTC\n RESPONSE: Nov 22 18:19:28 2026 UTC\n{\"response\":\"{\\\"status_code\\\":\\\"FAILED\\\"}\"}\n",
    ),
    ("transcript-contradicts", DIRECT, " REQUEST: Nov 22 18:19:33 2026 UTC\n"),
    (
        "transcript-contradicts",
        DIRECT,
        " REQUEST: Nov 22 18:26:33 2026 UTC\n RESPONSE: Nov 22 18:26:33 2026 UTC\n\n",
    ),
    (
        "transcript-contradicts",
        Sample("dns-nxdomain.pcap"),
        "Nov 22 18:17:57.345: %SMART_LIC-3-COMM_FAILED: x : Unable to resolve server hostname/domain name\n",
    ),
    // The attempt stands beside it; nothing failed.
    (
        "failure-noted",
        Sample("tcp-syn-timeout.pcap"),
        "Nov 22 18:18:17.345: %SMART_LIC-3-COMM_FAILED: Communications failure with the Cisco Smart Software Manager (CSSM) : Connection timed out\n",
    ),
    ("failure-noted", None, "2026-11-22 18:05:00.000 UTC SAEVT_COMM_RESTORED\n"),
    // To another port; to another address; and a real attempt.
    (
        "test-by-hand",
        Sample("inconclusive-nothing-sent.pcap"),
        "Switch#telnet 203.0.113.81 80\nTrying 203.0.113.81, 80 ... Open\n",
    ),
    (
        "test-by-hand",
        Sample("inconclusive-nothing-sent.pcap"),
        "Switch#telnet 10.1.1.1 443\nTrying 10.1.1.1, 443 ... Open\n",
    ),
    (
        "test-by-hand",
        DIRECT,
        "Switch#telnet smartreceiver.cisco.com 443\nTrying 203.0.113.81, 443 ... Open\n",
    ),
    // Used; removed again; the transport is off.
    ("proxy-not-used", PROXIED, PROXY),
    (
        "proxy-not-used",
        DIRECT,
        "license smart proxy address 192.168.217.105\nno license smart proxy address\n",
    ),
    ("proxy-not-used", DIRECT, "license smart transport off\nlicense smart proxy address 192.168.217.105\n"),
    ("proxy-other-than-configured", PROXIED, PROXY),
    ("proxy-other-than-configured", DIRECT, "Transport:\n  Proxy:\n    Not Configured\n"),
    // A name that nobody looked up in the capture.
    ("proxy-other-than-configured", PROXIED, "license smart proxy address proxy.corp.example\n"),
    // Both were asked; the first one answered.
    (
        "name-server-not-asked",
        Sample("dns-timeout-two-servers.pcap"),
        "ip name-server 10.31.104.74 10.31.104.75\n",
    ),
    ("name-server-not-asked", DIRECT, "ip name-server 10.31.104.74 10.31.104.75\n"),
    ("name-server-other-than-configured", DIRECT, "ip name-server 10.31.104.74\n"),
    ("name-server-other-than-configured", PROXIED, "ip name-server 10.9.9.9\n"),
    // Licensing's VRF has the one that is asked.
    (
        "name-server-other-than-configured",
        DIRECT,
        "license smart vrf MGMT\nip name-server 10.9.9.9\nip name-server vrf MGMT 10.31.104.74\n",
    ),
    (
        "source-other-than-configured",
        DIRECT,
        "ip http client source-interface Vlan10\ninterface Vlan10\n ip address 10.31.121.118 255.255.255.0\n",
    ),
    // Nobody says the interface's address.
    ("source-other-than-configured", DIRECT, "ip http client source-interface Vlan20\n"),
    // A CSLU is named; another transport; and CSSM is tried.
    (
        "transport-still-cslu",
        None,
        "Transport:\n  Type: cslu\n  Cslu address: http://10.31.104.80:8182/cslu/v1/pi\n",
    ),
    ("transport-still-cslu", Sample("dns-nxdomain-cslu-local.pcap"), "Transport:\n  Type: Smart\n"),
    ("transport-still-cslu", DIRECT, "Transport:\n  Type: cslu\n"),
    ("url-other-than-configured", DIRECT, "license smart transport smart\nlicense smart url default\n"),
    (
        "url-other-than-configured",
        Sample("ok-cslu.pcap"),
        "license smart transport cslu\nlicense smart url cslu http://10.31.104.80:8182/cslu/v1/pi\n",
    ),
    ("url-other-than-configured", DIRECT, "license smart transport callhome\n"),
    // Not checked; in clear; a name.
    (
        "address-in-url",
        None,
        "license smart transport smart\nlicense smart url smart https://203.0.113.81/x\nno license smart server-identity-check\n",
    ),
    (
        "address-in-url",
        None,
        "license smart transport cslu\nlicense smart url cslu http://10.31.104.80:8182/cslu/v1/pi\n",
    ),
    (
        "address-in-url",
        None,
        "license smart transport smart\nlicense smart url smart https://ssm.corp.example/x\n",
    ),
    ("transport-off", None, "Transport:\n  Type: Smart\n"),
    ("transport-off", None, "license smart transport off\nlicense smart transport smart\n"),
    (
        "service-refused",
        None,
        "Trust Establishment:\n  Attempts: Total=2, Success=0, Fail=2  Ongoing Failure: Overall=2 Communication=2\n",
    ),
    (
        "service-refused",
        None,
        "Trust Sync:\n  Attempts: Total=2, Success=2, Fail=0  Ongoing Failure: Overall=0 Communication=0\n",
    ),
    ("no-reply", None, "Trust Sync:\n  Last Response: OK on Nov 22 18:18:17 2026 UTC\n"),
    // Restored since.
    (
        "no-reply",
        None,
        "Trust Sync:\n  Last Response: NO REPLY on Nov 22 18:18:17 2026 UTC\n2026-11-22 18:30:00.000 UTC SAEVT_COMM_RESTORED\n",
    ),
    // It was set since.
    (
        "clock-not-synchronised",
        None,
        "*Jan 24 15:17:46.341: %SMART_LIC-5-COMM_RESTORED: x\nSwitch#show clock\n15:41:10.058 UTC Fri Jan 24 2025\n",
    ),
    ("clock-not-synchronised", None, "Clock is synchronized, stratum 3, reference is 10.0.0.1\n"),
    (
        "crypto-not-initialised",
        None,
        "2025-01-24 13:58:23.922 UTC SAEVT_INIT_CRYPTO success=\"False\"\n2025-01-24 13:59:14.143 UTC SAEVT_INIT_CRYPTO success=\"True\"\n",
    ),
    // Before the failure; and no failure at all.
    (
        "trust-installed-since",
        None,
        "Trust Code Installed: Nov 22 17:30:00 2026 UTC\nNov 22 2026 18:00:00.000 UTC: %SMART_LIC-3-COMM_FAILED: x : Connection timed out\n",
    ),
    ("trust-installed-since", None, "Trust Code Installed: Nov 22 17:30:00 2026 UTC\n"),
    ("trust-installed-since", None, FAILED),
    (
        "communication-restored-since",
        None,
        "2026-11-22 17:55:00.000 UTC SAEVT_COMM_RESTORED\nNov 22 2026 18:00:00.000 UTC: %SMART_LIC-3-COMM_FAILED: x : Connection timed out\n",
    ),
    ("attempt-without-request", THREE, TWO_OF_THREE),
];
