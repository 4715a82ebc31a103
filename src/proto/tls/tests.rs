//! Hellos as OpenSSL 3.0 sends them, whole, cut and changed.

use super::*;
use crate::model::HostName;
use crate::proto::noise::{hex, torture};

/// `openssl s_client -servername smartreceiver.cisco.com -alpn http/1.1`.
const CLIENT_HELLO_13: &str = "0100014f030396372eac2118f108fff29f8155b0acbb015d25aa16c7ecbed3184427286da087208159a0726a72cb3a24 \
    e544cd5e6098c2b80014a178208ded671c9eac0526dd97003e130213031301c02cc030009fcca9cca8ccaac02bc02f00 \
    9ec024c028006bc023c0270067c00ac0140039c009c0130033009d009c003d003c0035002f00ff010000c80000001c00 \
    1a000017736d61727472656365697665722e636973636f2e636f6d000b000403000102000a00160014001d0017001e00 \
    19001801000101010201030104002300000010000b000908687474702f312e310016000000170000000d002a00280403 \
    05030603080708080809080a080b080408050806040105010601030303010302040205020602002b0009080304030303 \
    020301002d00020101003300260024001d00200782ed398fd080a39560f502448d112704052b7124157f546a95b19c7e \
    22af62";
/// `openssl s_client -tls1_2 -noservername -cipher ECDHE-RSA-AES256-GCM-SHA384:AES128-SHA`.
const CLIENT_HELLO_12: &str = "010000810303ef48f2b918e4863504e684cc28c5f5b545c1f7bd0ce52c3eb7d5a7481f627840000006c030002f00ff01 \
    000052000b000403000102000a000c000a001d0017001e00190018002300000016000000170000000d002a0028040305 \
    030603080708080809080a080b080408050806040105010601030303010302040205020602";
/// `openssl s_server -tls1_2` to that.
const SERVER_HELLO_12: &str = "0200003d0303e1f43df96226fd38e00280bd4021a01ab8e165082a3344dc7c56c3d43e55a76d00c030000015ff010001 \
    00000b0004030001020023000000170000";
/// `openssl s_server -tls1_3` to the first.
const SERVER_HELLO_13: &str = "020000760303dc9b15a268c6ceeee6f461b8c24034b1f5354010c5ef065316ca47e20ca5775e208159a0726a72cb3a24 \
    e544cd5e6098c2b80014a178208ded671c9eac0526dd97130200002e002b0002030400330024001d002077b081a1d00a \
    4635f15d179ec5e874d938b397e0ceae6dec41569f0fc38feb1c";
/// `openssl s_server -tls1_3 -groups P-384` to the first.
const HELLO_RETRY_REQUEST: &str = "020000540303cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c208159a0726a72cb3a24 \
    e544cd5e6098c2b80014a178208ded671c9eac0526dd97130200000c002b00020304003300020018";

fn client_hello(message: &[u8]) -> ClientHello {
    match Message::parse(message) {
        Some(Message::ClientHello(hello)) => *hello,
        other => panic!("{other:?}"),
    }
}

fn server_hello(message: &str) -> ServerHello {
    match Message::parse(&hex(message)) {
        Some(Message::ServerHello(hello)) => *hello,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_tls_13_client_hello_is_read() {
    let hello = client_hello(&hex(CLIENT_HELLO_13));
    assert_eq!(hello.server_name, Some(HostName::new("smartreceiver.cisco.com")));
    assert_eq!(hello.versions, [Version::TLS_1_3, Version::TLS_1_2, Version::TLS_1_1, Version::TLS_1_0]);
    assert_eq!(hello.legacy_version, Version::TLS_1_2);
    assert_eq!((hello.cipher_suites.len(), hello.cipher_suites[0]), (31, CipherSuite(0x1302)));
    assert_eq!(hello.alpn, ["http/1.1"]);
    assert_eq!((hello.session_id.len(), hello.signature_algorithms.len()), (32, 20));
    assert!(hello.complete && !hello.offers_psk && !hello.offers_ticket && !hello.early_data);
    assert_eq!(ja4(&hello), "t13d3111h1_e8f1e7e78f70_1f22a2ca17c4");
}

#[test]
fn a_tls_12_client_hello_is_read() {
    let hello = client_hello(&hex(CLIENT_HELLO_12));
    assert_eq!((hello.server_name.as_ref(), hello.versions.as_slice()), (None, &[Version::TLS_1_2][..]));
    let names: Vec<_> = hello.cipher_suites.iter().map(ToString::to_string).collect();
    assert_eq!(
        names,
        [
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_RSA_WITH_AES_128_CBC_SHA",
            "TLS_EMPTY_RENEGOTIATION_INFO_SCSV"
        ]
    );
    assert!(ja4(&hello).starts_with("t12i030600_"), "{}", ja4(&hello));
}

#[test]
fn a_cut_client_hello_gives_what_is_there() {
    let bytes = hex(CLIENT_HELLO_13);
    let hello = client_hello(&bytes[..bytes.len() - 40]);
    assert!(!hello.complete);
    assert_eq!(hello.server_name, Some(HostName::new("smartreceiver.cisco.com")));
    assert!(client_hello(&bytes[..80]).server_name.is_none());
    assert_eq!(Message::parse(&bytes[..30]), Some(Message::Other(HandshakeType::CLIENT_HELLO)));
    assert_eq!(Message::parse(&bytes[..3]), None);
}

#[test]
fn octets_behind_the_extensions_do_not_hide_them() {
    let mut bytes = hex(CLIENT_HELLO_13);
    bytes.extend([0, 0]);
    bytes[3] += 2;
    let hello = client_hello(&bytes);
    assert_eq!(hello.server_name, Some(HostName::new("smartreceiver.cisco.com")));
}

#[test]
fn grease_and_a_second_name_are_left_out() {
    let mut body = hex("0303");
    body.extend([7; 32]);
    body.extend(hex("00 0006 0a0a 1301 fafa 0100"));
    let names = "0000 000c 000a 00 0001 61 00 0003 622e63".replace(' ', "");
    let rest = "2a2a 0000 002b 0007 06 1a1a 0304 0303 0000 0006 0004 00 0001 64";
    let extensions = hex(&(names + rest));
    body.extend(u16::try_from(extensions.len()).unwrap().to_be_bytes());
    body.extend(extensions);
    let hello = ClientHello::parse(&body).unwrap();
    assert!(hello.complete);
    assert_eq!(hello.cipher_suites, [CipherSuite(0x1301)]);
    assert_eq!(hello.versions, [Version::TLS_1_3, Version::TLS_1_2]);
    assert_eq!(hello.server_name, Some(HostName::new("a")));
    assert_eq!(hello.extensions, [0, 0x2a2a, 43, 0]);
}

#[test]
fn server_hellos_say_the_version_and_suite() {
    let hello = server_hello(SERVER_HELLO_12);
    assert_eq!((hello.version, hello.cipher_suite), (Version::TLS_1_2, CipherSuite(0xc030)));
    assert!(hello.will_send_ticket && !hello.is_hello_retry_request);
    assert!(!hello.resumes(&client_hello(&hex(CLIENT_HELLO_12))));
    let hello = server_hello(SERVER_HELLO_13);
    assert_eq!((hello.version, hello.cipher_suite), (Version::TLS_1_3, CipherSuite(0x1302)));
    // The session ID is repeated for middleboxes only: no resumption.
    assert_eq!(hello.session_id, client_hello(&hex(CLIENT_HELLO_13)).session_id);
    assert!(!hello.resumes(&client_hello(&hex(CLIENT_HELLO_13))));
    assert!(server_hello(HELLO_RETRY_REQUEST).is_hello_retry_request);
}

#[test]
fn a_repeated_session_id_resumes_in_tls_12() {
    let mut client = client_hello(&hex(CLIENT_HELLO_12));
    let mut server = server_hello(SERVER_HELLO_12);
    (client.session_id, server.session_id) = (vec![7; 32], vec![7; 32]);
    assert!(server.resumes(&client));
}

#[test]
fn certificate_lists_are_split_and_cut() {
    let message = hex("0b 00000e 00000b 000003 aabbcc 000002 ddee");
    let list = |bytes: &[u8]| match Message::parse(bytes) {
        Some(Message::Certificate(list)) => list.iter().map(|der| der.to_vec()).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(list(&message), [vec![0xaa, 0xbb, 0xcc], vec![0xdd, 0xee]]);
    assert_eq!(list(&message[..message.len() - 1]), [vec![0xaa, 0xbb, 0xcc]]);
    assert_eq!(list(&hex("0b 000003 000000")).len(), 0);
    torture(&message, |bytes| drop(Message::parse(bytes)));
}

#[test]
fn other_messages_are_known_by_kind() {
    assert_eq!(Message::parse(&hex("0e000000")).unwrap().kind(), HandshakeType::SERVER_HELLO_DONE);
    let kinds = [13, 22, 99].map(|kind| HandshakeType(kind).to_string());
    assert_eq!(kinds, ["certificate_request", "certificate_status", "handshake type 99"]);
    assert!(MessageHeader::parse(&hex("16000500")).unwrap().is_plausible());
    assert!(!MessageHeader::parse(&hex("16020001")).unwrap().is_plausible());
    assert!(!MessageHeader::parse(&hex("63000001")).unwrap().is_plausible());
    assert_eq!(MessageHeader::parse(&hex("0b00000e")).unwrap().message_len(), 18);
}

#[test]
fn hostile_hellos_do_not_panic() {
    for sample in [CLIENT_HELLO_13, CLIENT_HELLO_12, SERVER_HELLO_12, SERVER_HELLO_13, HELLO_RETRY_REQUEST] {
        torture(&hex(sample), |bytes| {
            if let Some(Message::ClientHello(hello)) = Message::parse(bytes) {
                ja4(&hello);
            }
        });
    }
}
