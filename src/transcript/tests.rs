//! The room as a whole: text in, facts out.

use std::net::IpAddr;

use super::*;
use crate::limits::{TRANSCRIPT_FACTS, TRANSCRIPT_SETTINGS, TRANSCRIPT_UNREAD};
use crate::model::Timestamp;

const NOW: Timestamp = Timestamp(1_737_733_318_000_000_000);

fn facts(text: &str) -> Transcript {
    let mut facts = Transcript::default();
    read(text.as_bytes(), "switch.txt", &mut facts).unwrap();
    facts
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn time(stamp: &Stamp) -> String {
    let at = stamp.resolve(NOW, None).unwrap();
    jiff::Timestamp::from_nanosecond(at.0.into()).unwrap().to_string()
}

const EVENTLOG: &str = r#"
Switch#show license eventlog 1
**** Event Log ****

2025-01-24 13:58:23.922 UTC SAEVT_INIT_CRYPTO success="False" error="Crypto Initialization has not been completed"
2025-01-24 13:59:14.143 UTC SAEVT_INIT_CRYPTO success="True"
2025-01-24 14:00:27.432 UTC
SAEVT_UTILITY_REPORT_START
2025-01-24 15:17:46.341 UTC


1.

SAEVT_COMM_FAIL error="Connection timed out".  <--- what the author says of it
2025-01-24 15:35:22.627 UTC SAEVT_COMM_RESTORED <--- restored
2025-01-24 15:35:23.000 UTC SAEVT_HA_CHASSIS_ROLE udi="PID:C9300-48UN,SN:FOC2345X0AB"
"#;

#[test]
fn events_survive_page_breaks_and_annotations() {
    let facts = facts(EVENTLOG);
    let told: Vec<_> = facts.events.iter().map(|event| (event.at.line, event.happening.clone())).collect();
    assert_eq!(
        told,
        [
            (5, Happening::Crypto { ready: false }),
            (6, Happening::Crypto { ready: true }),
            (8, Happening::ReportStarted),
            (14, Happening::CommunicationFailed(Some("Connection timed out".to_owned()))),
            (15, Happening::CommunicationRestored),
        ]
    );
    assert_eq!(time(facts.events[3].stamp.as_ref().unwrap()), "2025-01-24T15:17:46.341Z");
    assert_eq!(facts.files[0].unread, Unread::default());
}

#[test]
fn log_messages_in_every_dress() {
    let facts = facts(
        "*Jan 24 15:17:46.341: %SMART_LIC-3-COMM_FAILED: Communications failure with the Cisco Smart Software Manager (CSSM) : Connection timed out\n\
         000123: .Jan 24 2025 15:18:46.341 UTC: %SMART_LIC-3-COMM_FAILED: Communications failure with the Cisco Smart Software\n\
         Manager (CSSM) : Unable to resolve server hostname/domain name\n\
         <189>45: sw1: Jan 24 15:19:46: %SMART_LIC-5-COMM_RESTORED: Communications restored\n\
         Jan 24 23:19:05.144: %SMART_LIC-6-TRUST_INSTALL_SUCCESS: A new licensing trust code was successfully installed on P:C9300-48UN,S:FOC2345X0AB.\n\
         Jan 24 23:19:06: %PKI-3-CRL_FETCH_FAIL: CRL fetch for trustpoint SLA-TrustPoint failed\n\
         Jan 24 23:19:06: %PKI-2-NON_AUTHORITATIVE_CLOCK: PKI functions can not be initialized until an authoritative time source\n\
         Jan 24 23:19:06: %CALL_HOME-3-HTTP_REQUEST_FAILED: call-home HTTP request failed\n\
         Jan 24 23:19:07: %LINK-3-UPDOWN: Interface Vlan10, changed state to up\n",
    );
    let failed = |text: &str| Happening::CommunicationFailed(Some(text.to_owned()));
    let told: Vec<_> = facts.events.iter().map(|event| event.happening.clone()).collect();
    assert_eq!(
        told,
        [
            failed("Connection timed out"),
            failed("Unable to resolve server hostname/domain name"),
            Happening::CommunicationRestored,
            Happening::TrustInstalled,
            Happening::CrlFetchFailed,
            Happening::ClockNotAuthoritative,
            failed("call-home HTTP request failed"),
        ]
    );
    let marks: Vec<_> = facts.events.iter().take(3).map(|event| event.stamp.clone().unwrap().mark).collect();
    assert_eq!(marks, [ClockMark::Never, ClockMark::Lost, ClockMark::Synchronised]);
    assert_eq!(time(facts.events[2].stamp.as_ref().unwrap()), "2025-01-24T15:19:46Z");
    assert_eq!(facts.files[0].unread.lines, 0);
}

const REQUEST: &str = r#"{"request":"{\"header\":{\"request_type\":\"ID_TOKEN_TRUST\",\"sudi\":{\"udi_pid\":\"C9300-48UN\",\"udi_serial_number\":\"FOC2345X0AB\"},\"version\":\"1.3\",\"nonce\":\"8620723070430261290\",\"timestamp\":1737760739943,\"connect_info\":{\"name\":\"C_agent\"}},\"request_data\":\"{\\\"timestamp\\\":1737760738052,\\\"token\\\":\\\"SECRETSECRET\\\"}\"}"}"#;
const RESPONSE: &str = r#"{"signature":{"type":null,"value":null},"response":"{\"header\":{\"version\":\"1.3\",\"timestamp\":1737760824972,\"request_type\":\"ID_TOKEN_TRUST\"},\"status_code\":\"OK\",\"status_message\":\"OK\",\"retry_time_seconds\":0,\"response_data\":\"{\\\"status_code\\\":\\\"NESTED\\\"}\"}","sch_response":null}"#;

fn wrapped(text: &str, width: usize) -> String {
    let pieces: Vec<&str> =
        text.as_bytes().chunks(width).map(|piece| std::str::from_utf8(piece).unwrap()).collect();
    pieces.join("\r\n") + "\r\n"
}

#[test]
fn requests_and_responses_whole_wrapped_and_cut() {
    for width in [10_000, 200, 80, 33] {
        let text = format!(
            "Message History (oldest to newest):\n=====\nTrust Establishment:\n\n REQUEST: Jan 24 23:18:59 2025 UTC    <--- sent\n{}\n\
             RESPONSE: Jan 24 23:19:05 2025 UTC\n{}\n\nUsage Reporting:\n  No past history\n\
             REQUEST: Feb 21 16:54:49 2025 UTC\n{{\"request\":\"{{\\\"header\\\":{{\\\"request_type\\\":\\\"POLL\\\",\\\"sudi\\\":{{\n! omitted\n\
             RESPONSE: Feb 21 16:54:49 2025 UTC\n\n\n",
            wrapped(REQUEST, width),
            wrapped(RESPONSE, width)
        );
        let facts = facts(&text);
        let [first, second, third] = facts.exchanges.as_slice() else {
            panic!("{width}: {:?}", facts.exchanges)
        };
        assert_eq!(first.section, Some("Trust Establishment"));
        assert_eq!(first.request_type.as_deref(), Some("ID_TOKEN_TRUST"));
        assert_eq!(first.sent, Some(Timestamp(1_737_760_739_943_000_000)));
        assert_eq!(first.server_time, Some(Timestamp(1_737_760_824_972_000_000)));
        assert_eq!(first.answer, Answer::Status { code: "OK".to_owned(), message: Some("OK".to_owned()) });
        assert_eq!((second.request_type.as_deref(), second.answer.clone()), (Some("POLL"), Answer::Unknown));
        // What was omitted may have held the request of this response.
        assert_eq!((third.request.is_none(), third.answer.clone()), (true, Answer::Empty));
        assert!(
            !format!("{facts:?}").contains("SECRET") && !format!("{facts:?}").contains("FOC2345"),
            "{facts:?}"
        );
    }
}

#[test]
fn an_empty_response_is_no_unknown_one() {
    let facts = facts(
        " REQUEST: Jan 24 15:35:17 2025 UTC\n\nRESPONSE: Jan 24 15:35:17 2025 UTC\n\nSwitch#sh lic hist mess | i REQUEST\n\
          REQUEST: Jan 24 15:35:17 2025 UTC\n REQUEST: Jan 24 15:41:58 2025 UTC\n",
    );
    let answers: Vec<_> = facts.exchanges.iter().map(|exchange| exchange.answer.clone()).collect();
    assert_eq!(answers, [Answer::Empty, Answer::Unknown]);
}

const STATUS: &str = "\
Transport:
  Type: Smart
  URL: https://smartreceiver.cisco.com/licservice/license
  Proxy:
    Address: 192.168.217.105
    Port: 80
    Username: <empty>
    Password: <empty>
  Server Identity Check: True
  VRF:
    Mgmt-vrf

Trust Establishment:
  Attempts: Total=2,

 Success=0

, Fail=2  Ongoing Failure: Overall=2 Communication=0

Last Response: NO REPLY on Feb 21 16:55:39 2025 UTC
    Failure Reason: <none>
  Last Success Time: <none>
Trust Sync:
  Attempts: Total=0, Success=0, Fail=0  Ongoing Failure: Overall=0 Communication=0
  Last Response: <none>
Overall Trust: No ID
Trust Code Installed: <none>
";

#[test]
fn status_and_counters() {
    let facts = facts(STATUS);
    let settings = &facts.settings;
    assert_eq!(settings.transport, Some(Said::new(Transport::Smart, Place { file: 0, line: 2 })));
    assert_eq!(settings.url().unwrap().value.to_string(), "https://smartreceiver.cisco.com");
    assert_eq!(settings.proxy_host().unwrap().value.as_str(), "192.168.217.105");
    assert_eq!(settings.proxy_port.as_ref().map(|port| (port.value, port.at.line)), Some((80, 6)));
    assert_eq!(settings.identity_check.as_ref().map(|check| check.value), Some(true));
    assert_eq!(settings.vrf.as_ref().map(|vrf| vrf.value.as_str()), Some("Mgmt-vrf"));
    let trust = &facts.counters[0];
    assert_eq!(
        (trust.section, trust.total, trust.success, trust.fail),
        ("Trust Establishment", Some(2), Some(0), Some(2))
    );
    assert_eq!((trust.overall, trust.communication, trust.numbers_at.line), (Some(2), Some(0), 18));
    assert_eq!(trust.last_response.as_ref().map(|last| last.value.0.as_str()), Some("NO REPLY"));
    assert!(facts.counters[1].last_response.is_none());
    assert_eq!(facts.trust_state.map(|state| state.value), Some(false));
    assert_eq!(facts.trust[0].value, None);
    assert_eq!(facts.files[0].unread.lines, 0);
}

#[test]
fn no_proxy_and_no_transport_are_said_too() {
    let off = facts(
        "Transport:\n  Type: Transport Off\n  Proxy:\n    Not Configured\n  VRF:\n    Not Configured\n",
    );
    assert_eq!(off.settings.transport.map(|transport| transport.value), Some(Transport::Off));
    assert_eq!(off.settings.proxy.map(|proxy| proxy.value), Some(None));
    assert!(off.settings.vrf.is_none());
    let cslu = facts("Transport:\n  Type: cslu\n  Cslu address: http://10.31.104.80:8182/cslu/v1/pi\n");
    assert_eq!(cslu.settings.url().unwrap().value.to_string(), "http://10.31.104.80:8182");
}

#[test]
fn configuration_shown_and_typed() {
    let facts = facts(
        "Switch(config)#license smart transport smart\nSwitch(config)#license smart url default\n\
         Switch#show running-config\nBuilding configuration...\nhostname Switch\nlicense smart proxy address proxy.corp.example\n\
         license smart proxy port 3128\nlicense smart vrf MGMT\nno license smart server-identity-check\nip domain lookup source-interface Vlan10\n\
         no ip domain lookup\nip domain name cisco.com\nip name-server 10.31.104.74 10.31.104.75\nip name-server vrf MGMT 10.9.9.9\n\
         ip host smartreceiver.cisco.com 146.112.59.81\nip http client source-interface Vlan20\ncrypto pki trustpoint SLA-TrustPoint\n\
         \x20revocation-check crl\n!\nntp server 10.0.0.1\nclock timezone KST 9 0\nvrf definition MGMT\ninterface Vlan10\n\
         \x20ip address 10.31.121.118 255.255.255.192\n!\nno ip name-server 10.31.104.75\n",
    );
    let settings = &facts.settings;
    assert_eq!(settings.transport.as_ref().map(|transport| transport.value), Some(Transport::Smart));
    assert_eq!(settings.smart_url.as_ref().map(|url| url.value.clone()), Some(None));
    assert_eq!(settings.proxy_host().unwrap().value.as_str(), "proxy.corp.example");
    assert_eq!(settings.proxy_port.as_ref().map(|port| port.value), Some(3128));
    assert_eq!(settings.identity_check.as_ref().map(|check| check.value), Some(false));
    assert_eq!(
        (
            settings.lookup.as_ref().map(|on| on.value),
            settings.lookup_source.as_ref().map(|name| name.value.as_str())
        ),
        (Some(false), Some("Vlan10"))
    );
    let servers: Vec<_> = settings.name_servers.iter().map(|server| server.value.clone()).collect();
    assert_eq!(servers, [(None, ip("10.31.104.74")), (Some("MGMT".to_owned()), ip("10.9.9.9"))]);
    assert_eq!(
        settings.trustpoints[0].value,
        Revocation { trustpoint: "SLA-TrustPoint".to_owned(), methods: "crl".to_owned() }
    );
    assert_eq!((settings.offset_of("KST"), settings.offset_of("CET")), (Some(32_400), None));
    assert_eq!(
        facts.interfaces[0].value,
        Interface { name: "Vlan10".to_owned(), ip: Some(ip("10.31.121.118")), up: None }
    );
    assert_eq!(settings.hosts.len() + settings.vrfs.len() + settings.ntp_servers.len(), 3);
    assert_eq!(facts.files[0].unread.lines, 0);
}

#[test]
fn the_other_commands() {
    let facts = facts(
        "Switch#show clock\n\n*\n\n15:41:10.058 UTC\n\n Fri Jan 24 2025\nSwitch#show ntp status\nClock is unsynchronized, stratum 16, no reference clock\n\
         Switch#show ip interface brief | exclude unassigned\nInterface              IP-Address      OK? Method Status                Protocol\n\
         Vlan10                 10.31.121.118\n\n   YES DHCP   up                    up\nVlan20   10.31.122.1   YES NVRAM  administratively down down\n\
         Switch#sh ip cef 10.31.104.78\n0.0.0.0/0\n nexthop 10.31.121.65 Vlan10\nSwitch#sh ip arp 10.31.121.65\n\
         Protocol  Address          Age (min)  Hardware Addr   Type   Interface\nInternet  10.31.121.65            0\n\n2c31.24b1.6bc6\n\n  ARPA   Vlan10\n\
         Switch#show mac address-table address 2c31.24b1.6bc6\n  10    2c31.24b1.6bc6    DYNAMIC\n\nFi1/0/48\n\
         Switch#\n\nping  smartreceiver.cisco.com source Vlan10\n\nType escape sequence to abort.\nSending 5, 100-byte ICMP Echos to 146.112.59.81, timeout is 2 seconds:\n\
         !!!!!\nSuccess rate is 100 percent (5/5)\n, round-trip min/avg/max = 364/365/368 ms\nSwitch#telnet  192.168.217.105 80 /ipv4 /source-interface vlan10\n\
         Trying 192.168.217.105, 80 ...\n\nOpen\n[Connection to 192.168.217.105 closed by foreign host]\n\
         Switch#telnet 10.31.104.80 8182\nTrying 10.31.104.80, 8182 ...\n% Connection refused by remote host\n\
         Switch#show version | include IOS\nCisco IOS XE Software, Version 17.09.01\nSwitch#show hosts\nName servers are 10.31.104.74\n\
         smartreceiver.cisco.com  None  (temp, OK)  0   IP    146.112.59.81\n",
    );
    let [clock] = facts.clocks.as_slice() else { panic!("{:?}", facts.clocks) };
    assert_eq!(
        (clock.value.stamp.mark, time(&clock.value.stamp)),
        (ClockMark::Never, "2025-01-24T15:41:10.058Z".to_owned())
    );
    assert_eq!(facts.ntp.as_ref().map(|ntp| ntp.value.synchronised), Some(false));
    let addresses: Vec<_> = facts
        .interfaces
        .iter()
        .map(|interface| (interface.value.name.as_str(), interface.value.up))
        .collect();
    assert_eq!(addresses, [("Vlan10", None), ("Vlan20", Some(false))]);
    assert_eq!(
        facts.next_hops[0].value,
        NextHop {
            destination: Some(ip("10.31.104.78")),
            ip: ip("10.31.121.65"),
            interface: "Vlan10".to_owned()
        }
    );
    assert_eq!(
        facts.ports[0].value,
        PortOfMac { mac: "2c31.24b1.6bc6".to_owned(), port: "Fi1/0/48".to_owned() }
    );
    let trials: Vec<_> = facts
        .trials
        .iter()
        .map(|trial| (trial.value.ip, trial.value.port, trial.value.result.clone()))
        .collect();
    assert_eq!(
        trials,
        [
            (Some(ip("146.112.59.81")), None, Reach::Answered(100)),
            (Some(ip("192.168.217.105")), Some(80), Reach::Open),
            (Some(ip("10.31.104.80")), Some(8182), Reach::Refused),
        ]
    );
    assert_eq!(
        facts.trials[0].value.target.as_ref().map(ToString::to_string).as_deref(),
        Some("smartreceiver.cisco.com")
    );
    assert_eq!(facts.version.as_ref().map(|version| version.value.as_str()), Some("17.09.01"));
    assert_eq!(facts.settings.name_servers[0].value.1, ip("10.31.104.74"));
    assert_eq!(facts.files[0].unread.lines, 0, "{:?}", facts.files[0].unread);
}

#[test]
fn what_is_not_understood_is_listed_by_line() {
    let facts = facts("Dear colleague,\nplease look\n\nTrust Code Installed: <none>\nThanks\n");
    assert_eq!(facts.files[0].unread, Unread { lines: 3, ranges: vec![(1, 2), (5, 5)] });
    assert_eq!(facts.files[0].lines, 5);
    assert!(self::facts("hello\n").is_empty());
}

#[test]
fn many_of_everything_stay_few() {
    let mut text = String::new();
    for second in 0..u32::try_from(TRANSCRIPT_FACTS).unwrap() * 5 {
        let clock = format!("{:02}:{:02}:{:02}", second / 3600 % 24, second / 60 % 60, second % 60);
        let lines = format!(
            "2025-01-24 {clock}.000 UTC SAEVT_COMM_RESTORED\nx\n REQUEST: Jan 24 {clock} 2025 UTC\nip name-server 10.0.{}.{}\n",
            second / 250 % 250,
            second % 250
        );
        text.push_str(&lines);
    }
    let facts = facts(&text);
    for kept in [facts.events.len(), facts.exchanges.len()] {
        assert!((TRANSCRIPT_FACTS..=TRANSCRIPT_FACTS * 2).contains(&kept), "{kept}");
    }
    assert_eq!(facts.settings.name_servers.len(), TRANSCRIPT_SETTINGS);
    assert!(facts.omitted > 0);
    assert_eq!(facts.files[0].unread.ranges.len(), TRANSCRIPT_UNREAD);
}

#[test]
fn headings_of_tech_support_stand_for_commands() {
    let facts = facts(
        "------------------ show clock ------------------\n\n*15:41:10.058\nUTC Fri Jan 24 2025\n\n\
         ------------------ show running-config ------------------\nhostname Switch\nlicense smart transport smart\n\
         ------------------ show license history message ------------------\n\nTrust Establishment:\n\
         \x20REQUEST: Jan 24 23:18:59 2025 UTC\n",
    );
    assert_eq!((facts.clocks.len(), facts.exchanges.len(), facts.files[0].unread.lines), (1, 1, 0));
    assert_eq!(facts.exchanges[0].section, Some("Trust Establishment"));
    assert_eq!(facts.settings.transport.map(|said| said.value), Some(Transport::Smart));
}

/// Every text here, mutated and cut: nothing may panic, and no secret may get through.
#[test]
fn no_text_can_hurt() {
    let whole = format!(
        "{EVENTLOG}\n{STATUS}\n REQUEST: Jan 24 23:18:59 2025 UTC\n{REQUEST}\nRESPONSE: Jan 24 23:19:05 2025 UTC\n{RESPONSE}\n"
    );
    for cut in (0..whole.len()).step_by(3) {
        let mut facts = Transcript::default();
        read(&whole.as_bytes()[..cut], "x", &mut facts).unwrap();
        assert!(!format!("{facts:?}").contains("SECRET"));
    }
    let mut state = 88_172_645_463_325_252_u64;
    for _ in 0..400 {
        let mut octets = whole.clone().into_bytes();
        for _ in 0..60 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let place = usize::try_from(state >> 20).unwrap() % octets.len();
            octets[place] = b" :\n\r\x08\x1b{}\"#%*=/\xff\x000"[usize::try_from(state % 17).unwrap()];
        }
        let mut facts = Transcript::default();
        read(octets.as_slice(), "x", &mut facts).unwrap();
    }
}
