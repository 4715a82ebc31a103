//! Certificates made with `openssl req` and `openssl x509`, whole, cut and changed.

use super::*;
use crate::proto::noise::{hex, torture};

/// EC leaf for smartreceiver.cisco.com, *.smart.cisco.com and two addresses, issued by ROOT.
const LEAF: &str = "3082027130820217a00302010202014d300a06082a8648ce3d040302303b310b30090603550406130255533118301606 \
    0355040a0c0f4964656e54727573742c20496e632e3112301006035504030c095465737420526f6f74301e170d323631 \
    3132323137333834345a170d3237303931383137333834345a304d310b3009060355040613025553311c301a06035504 \
    0a0c13436973636f2053797374656d732c20496e632e3120301e06035504030c17736d61727472656365697665722e63 \
    6973636f2e636f6d3059301306072a8648ce3d020106082a8648ce3d03010703420004919c0c632af3ed3b3d1495d62c \
    ef5e038419147c3a745f008748de1b684c682eea0556ee9db9515d8a3b697c24aabea0537bf57835bbdbfc7eb03fba08 \
    3c5bdaa381f93081f6304d0603551d11044630448217736d61727472656365697665722e636973636f2e636f6d82112a \
    2e736d6172742e636973636f2e636f6d8704c0000207871020010db800000000000000000000000730090603551d1304 \
    02300030290603551d1f04223020301ea01ca01a8618687474703a2f2f63726c2e6578616d706c652f612e63726c302f \
    06082b0601050507010104233021301f06082b060105050730018613687474703a2f2f6f6373702e6578616d706c6530 \
    1f0603551d23041830168014b436c5440d701ce863f151abbb2b313ed8a21ac8301d0603551d0e04160414257620e6da \
    9ac84f2e0f194761f549efa8459dda300a06082a8648ce3d0403020348003045022100e716ac93bae1d70e4935fd19d4 \
    b0dbf6d4348413563f13bc6980c6db1895eb0902207a44b596b2f6bb16499495bc2a25964da457cd93a139a061b949c1 \
    e49ca4db21";
/// Self-signed EC root, `C=US, O=IdenTrust\, Inc., CN=Test Root`.
const ROOT: &str = "308201cb30820171a00302010202145d40a9746b38d5d1986850c6f8d717da639d8d9c300a06082a8648ce3d04030230 \
    3b310b300906035504061302555331183016060355040a0c0f4964656e54727573742c20496e632e3112301006035504 \
    030c095465737420526f6f74301e170d3236313132323137333834345a170d3336313131393137333834345a303b310b \
    300906035504061302555331183016060355040a0c0f4964656e54727573742c20496e632e3112301006035504030c09 \
    5465737420526f6f743059301306072a8648ce3d020106082a8648ce3d03010703420004555fc77b86901d7857c7772e \
    7ae3f5af26b2ed13eb748168cf1b155146968797b127d4fc148ec3c9d190892a765c4b087b163cea9903881da1dbe826 \
    40750d29a3533051301d0603551d0e04160414b436c5440d701ce863f151abbb2b313ed8a21ac8301f0603551d230418 \
    30168014b436c5440d701ce863f151abbb2b313ed8a21ac8300f0603551d130101ff040530030101ff300a06082a8648 \
    ce3d0403020348003045022014912c819c99fa703f9fb00676de0f674b7101d119e8e25f9d28d19d03db3280022100a5 \
    bfffe5685cf32bc1d4f18b226ac3d90e54f8a246b2c6c2346154ca38aa293d";
/// Self-signed RSA 1024, `CN=10.1.1.1`, without alternative names.
const RSA: &str = "308201fc30820165a00302010202142e4f810afb75e64e9ef07eac4dead4088642d81c300d06092a864886f70d01010b \
    050030133111300f06035504030c0831302e312e312e31301e170d3236313132323137333834345a170d323631323232 \
    3137333834345a30133111300f06035504030c0831302e312e312e3130819f300d06092a864886f70d01010105000381 \
    8d0030818902818100d77acb5bef8a5ddcfc116056438ca33e35ceaaa4af22fdb8c24529f3c5effe8fbe433f95f94e5e \
    e59549c5a597e03528f02ec86a266494945687fe025b6c3e3534a4a16aeab787909ec35add667a018359c9d7cbd461f4 \
    fd670d0b7c05eb32594c14c9a4494c7fb15deb9181dda39ec706654650c2937dde112e09542e0eac7b0203010001a34d \
    304b301d0603551d0e0416041473cc1260737f0f1ac76d9c8f40454b916cb15e47301f0603551d2304183016801473cc \
    1260737f0f1ac76d9c8f40454b916cb15e4730090603551d1304023000300d06092a864886f70d01010b050003818100 \
    04ab5ee3772eebc4a44d4a6265bf9619e0ecc5cd2933a9e9b866e19150ef696eba15a57d220d4f2eb7afbcbfe662bb7d \
    2c25a27603c5218bd1e4b8f970ca7cfb7060b5b0cd6cdb7acb1e22514635d76e6136464d5150ff6a78050270300aa9b9 \
    9ccc13d075d5f89d9b11267b2710494ba656338ba715794b1e7e37dcfdfae032";
/// Self-signed Ed25519, `CN=ed`.
const ED25519: &str = "3082012e3081e1a00302010202145d0e2c813e44713e7f337444e6573b5d10a15d6d300506032b6570300d310b300906 \
    035504030c026564301e170d3236313132323137333834345a170d3236313232323137333834345a300d310b30090603 \
    5504030c026564302a300506032b6570032100c90aeaed676f4af8816c95d5d879dce5179b681bee31a98cea4b20b5a2 \
    c26b57a3533051301d0603551d0e041604144fc4a367ce2ba37ae3550cad75150ecd1d8741cd301f0603551d23041830 \
    1680144fc4a367ce2ba37ae3550cad75150ecd1d8741cd300f0603551d130101ff040530030101ff300506032b657003 \
    4100657ec999d5b94dce23f1182c879db7db6f63febff1c736d3d80331c6a1ce72b4e1d5c2579e228f32561a65e7243f \
    d5d8d564e885e72fd4722325096493c12a0b";

fn certificate(der: &str) -> Certificate {
    Certificate::parse(&hex(der)).unwrap()
}

#[test]
fn a_leaf_is_read() {
    let leaf = certificate(LEAF);
    assert_eq!(leaf.subject, "CN=smartreceiver.cisco.com,O=Cisco Systems\\, Inc.,C=US");
    assert_eq!(leaf.issuer, "CN=Test Root,O=IdenTrust\\, Inc.,C=US");
    assert_eq!(leaf.common_name.as_deref(), Some("smartreceiver.cisco.com"));
    assert_eq!(leaf.issuer_common_name.as_deref(), Some("Test Root"));
    assert_eq!(leaf.issuer_organization.as_deref(), Some("IdenTrust, Inc."));
    assert_eq!(leaf.names(), ["smartreceiver.cisco.com", "*.smart.cisco.com", "192.0.2.7", "2001:db8::7"]);
    assert_eq!(
        (leaf.not_before.seconds(), leaf.not_after.seconds()),
        (NOT_BEFORE, NOT_BEFORE + 300 * 86_400)
    );
    assert_eq!((leaf.key.as_str(), leaf.key_bits), ("EC P-256", Some(256)));
    assert_eq!(leaf.signature, "ecdsa-with-SHA256");
    assert_eq!((leaf.is_ca, leaf.self_signed), (false, false));
    assert_eq!(leaf.crl_urls, ["http://crl.example/a.crl"]);
    assert_eq!(leaf.ocsp_urls, ["http://ocsp.example"]);
    assert_eq!(leaf.sha256, "a2f62161158c947d5bb60563abb6746352b81a51813dad400ef5654721bb7fb7");
}

/// 2026-11-22T17:38:44Z.
const NOT_BEFORE: i64 = 1_795_369_124;

#[test]
fn other_keys_have_their_names() {
    let rsa = certificate(RSA);
    assert_eq!((rsa.key.as_str(), rsa.key_bits), ("RSA 1024", Some(1024)));
    assert_eq!(
        (rsa.signature.as_str(), rsa.is_ca, rsa.self_signed),
        ("sha256WithRSAEncryption", false, true)
    );
    let ed = certificate(ED25519);
    assert_eq!((ed.key.as_str(), ed.signature.as_str()), ("Ed25519", "Ed25519"));
    assert!(certificate(ROOT).is_ca);
}

/// Other algorithms, made by writing over the last octet of Ed25519's OID.
#[test]
fn an_unknown_key_has_its_name_or_number() {
    let der = hex(ED25519);
    let changed = |last: u8| {
        let mut der = der.clone();
        for at in 0..der.len() - 3 {
            if der[at..at + 3] == [0x2b, 0x65, 0x70] {
                der[at + 2] = last;
            }
        }
        Certificate::parse(&der).map(|certificate| certificate.key)
    };
    assert_eq!(changed(0x71).as_deref(), Some("Ed448"));
    assert_eq!(changed(0x01).as_deref(), Some("1.3.101.1"));
}

#[test]
fn a_certificate_covers_its_names() {
    let leaf = certificate(LEAF);
    for name in [
        "smartreceiver.cisco.com",
        "SMARTRECEIVER.cisco.com.",
        "a.smart.cisco.com",
        "192.0.2.7",
        "[2001:db8::7]",
    ] {
        assert!(leaf.covers(name), "{name}");
    }
    for name in ["tools.cisco.com", "smart.cisco.com", "a.b.smart.cisco.com", "192.0.2.8", ""] {
        assert!(!leaf.covers(name), "{name}");
    }
    assert!(certificate(RSA).covers("10.1.1.1"));
    assert!(certificate(ED25519).covers("ed"));
}

#[test]
fn the_path_leaves_out_what_is_superfluous() {
    let list = [certificate(LEAF), certificate(RSA), certificate(ROOT), certificate(ROOT)];
    assert_eq!(issuer_path(&list), [0, 2]);
    assert_eq!(issuer_path(&list[..2]), [0]);
    assert_eq!(issuer_path(&[]), [0_usize; 0]);
}

#[test]
fn a_negative_serial_number_is_read() {
    let mut der = hex(LEAF);
    let serial = der.windows(3).position(|window| window == [2, 1, 77]).unwrap();
    der[serial + 2] = 0xff;
    assert_eq!(Certificate::parse(&der).unwrap().subject, certificate(LEAF).subject);
}

/// x509-parser refuses both; what follows the times must survive.
#[test]
fn times_without_zone_and_a_missing_end_are_read() {
    let leaf = certificate(LEAF);
    let mut der = hex(LEAF);
    while let Some(z) = der.windows(2).position(|window| window == b"4Z") {
        der[z + 1] = b'?';
    }
    let odd = Certificate::parse(&der).unwrap();
    assert_eq!((odd.not_before, odd.not_after), (leaf.not_before, leaf.not_after));
    assert_eq!((odd.names(), odd.key, odd.issuer), (leaf.names(), leaf.key.clone(), leaf.issuer.clone()));
    let der = hex(LEAF);
    let cut = Certificate::parse(&der[..der.len() - 20]).unwrap();
    assert_eq!((cut.names(), cut.signature), (leaf.names(), leaf.signature));
}

#[test]
fn hostile_certificates_do_not_panic() {
    for sample in [LEAF, ROOT, RSA, ED25519] {
        torture(&hex(sample), |bytes| {
            if let Some(certificate) = Certificate::parse(bytes) {
                certificate.covers("smartreceiver.cisco.com");
                issuer_path(&[certificate.clone(), certificate]);
            }
        });
    }
}
