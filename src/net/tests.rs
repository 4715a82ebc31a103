//! Whole frames through the decoder: one test for each arm of the peeling loop, and hostile bytes.

use super::fixture::{MAC, ethernet, frame, ipv4, ipv4_fragment, ipv6, join, tcp, udp};
use super::*;
use crate::capture::{Frame, LinkType};
use crate::model::{MacAddress, SeqNumber};

/// What the tests look at.
fn tcp_of(frame: Frame<'_>) -> (String, u32) {
    match Decoder::new().decode(frame).content {
        Content::Tcp(segment) => (String::from_utf8_lossy(segment.payload).into_owned(), segment.wire_len),
        other => panic!("no TCP: {other:?}"),
    }
}

fn assert_hello(link_type: LinkType, data: &[u8]) {
    assert_eq!(tcp_of(frame(link_type, data)), ("hello".to_owned(), 5));
}

fn hello() -> Vec<u8> {
    ipv4(6, &tcp(&[], b"hello"))
}

#[test]
fn a_plain_segment_is_read_whole() {
    let data = ethernet(0x0800, &hello());
    let mut decoder = Decoder::new();
    let packet = decoder.decode(frame(LinkType::ETHERNET, &data));
    assert_eq!(packet.source_mac, Some(MacAddress(MAC)));
    let Content::Tcp(segment) = packet.content else { panic!("{packet:?}") };
    assert_eq!(segment.source.to_string(), "10.0.0.1:50000");
    assert_eq!(segment.destination.to_string(), "10.0.0.2:443");
    assert_eq!((segment.seq, segment.ack), (SeqNumber(100), SeqNumber(1000)));
    assert_eq!((segment.ttl, segment.ip_id, segment.ip_len, segment.window), (255, Some(0x1234), 45, 0x1020));
    assert!(segment.flags.ack() && !segment.flags.syn());
}

#[test]
fn tags_come_in_any_order_and_number() {
    let vlan = |kind: u16, inner: &[u8]| join(&[&kind.to_be_bytes(), &[0, 10], inner]);
    let meta = |inner: &[u8]| join(&[&[0x89, 0x09, 1, 1, 0, 1, 0, 77], inner]);
    let typed = join(&[&[8, 0], &hello()]);
    let stacks = [
        vlan(0x8100, &typed),
        vlan(0x88a8, &vlan(0x8100, &typed)),
        vlan(0x9100, &vlan(0x8100, &vlan(0x8100, &vlan(0x8100, &typed)))),
        meta(&typed),
        meta(&vlan(0x8100, &typed)),
        vlan(0x8100, &meta(&typed)),
        vlan(0x8100, &meta(&vlan(0x8100, &typed))),
    ];
    for stack in stacks {
        assert_hello(LinkType::ETHERNET, &join(&[&[0xff; 6], &MAC, &stack]));
    }
    let endless = join(&[&[0xff; 12], &[0x81, 0, 0, 1].repeat(500)]);
    assert!(matches!(Decoder::new().decode(frame(LinkType::ETHERNET, &endless)).content, Content::NotIp));
}

#[test]
fn every_link_type_leads_to_ip() {
    let ip = hello();
    assert_hello(LinkType::RAW, &ip);
    assert_hello(LinkType::IPV4, &ip);
    assert_hello(LinkType::NULL, &join(&[&[2, 0, 0, 0], &ip]));
    assert_hello(LinkType::LOOP, &join(&[&[0, 0, 0, 2], &ip]));
    for family in [10, 24, 28, 30] {
        let v6 = ipv6(6, &tcp(&[], b"hello"));
        assert_hello(LinkType::NULL, &join(&[&[0, 0, 0, family], &v6]));
        assert_hello(LinkType::NULL, &join(&[&[family, 0, 0, 0], &v6]));
    }
    let cooked = join(&[&[0, 4, 0, 1, 0, 6], &MAC, &[0, 0, 8, 0], &ip]);
    assert_hello(LinkType::LINUX_SLL, &cooked);
    assert_eq!(Decoder::new().decode(frame(LinkType::LINUX_SLL, &cooked)).source_mac, Some(MacAddress(MAC)));
    let tagged = join(&[&[0, 4, 0, 1, 0, 6], &MAC, &[0, 0, 0x81, 0, 0, 10, 8, 0], &ip]);
    assert_hello(LinkType::LINUX_SLL, &tagged);
    let cooked_v2 = join(&[&[8, 0, 0, 0, 0, 0, 0, 1, 0, 1, 4, 6], &MAC, &[0, 0], &ip]);
    assert_hello(LinkType::LINUX_SLL2, &cooked_v2);
    assert_eq!(
        Decoder::new().decode(frame(LinkType::LINUX_SLL2, &cooked_v2)).source_mac,
        Some(MacAddress(MAC))
    );
    assert_hello(LinkType::PPP, &join(&[&[0xff, 3, 0, 0x21], &ip]));
    assert_hello(LinkType::C_HDLC, &join(&[&[0x0f, 0, 8, 0], &ip]));
    assert_hello(LinkType::IPOIB, &join(&[&[0; 40], &[8, 0, 0, 0], &ip]));
    let length = u8::try_from(4 + ip.len()).unwrap();
    let prefix = [5, 0, 10, 0, b'l', 0, 0, 0];
    assert_hello(LinkType::NFLOG, &join(&[&[2, 0, 0, 20], &prefix, &[length, 0, 9, 0], &ip]));
    let prefix = [0, 5, 0, 10, b'l', 0, 0, 0];
    assert_hello(LinkType::NFLOG, &join(&[&[2, 0, 0, 20], &prefix, &[0, length, 0, 9], &ip]));
    let snap = join(&[&[0xff; 6], &MAC, &[0, 53, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0], &ip]);
    assert_hello(LinkType::ETHERNET, &snap);
    assert!(matches!(Decoder::new().decode(frame(LinkType(9999), &ip)).content, Content::NotIp));
}

#[test]
fn tunnels_are_peeled() {
    let (ip, inner) = (hello(), ethernet(0x0800, &hello()));
    let over_ip = |protocol, payload: &[u8]| ethernet(0x0800, &ipv4(protocol, payload));
    let frames = [
        ethernet(0x8847, &join(&[&[0, 1, 0, 64, 0, 2, 1, 64], &ip])),
        ethernet(0x8847, &join(&[&[0, 2, 1, 64, 0, 0, 0, 0], &inner])),
        ethernet(0x8864, &join(&[&[0x11, 0, 0, 1, 0, 47, 0, 0x21], &ip])),
        over_ip(4, &ip),
        over_ip(47, &join(&[&[0, 0, 8, 0], &ip])),
        over_ip(47, &join(&[&[0xb0, 0, 8, 0], &[0; 12], &ip])),
        over_ip(47, &join(&[&[0, 0, 0x65, 0x58], &inner])),
        over_ip(47, &join(&[&[0, 0, 0x88, 0xbe], &inner])),
        over_ip(47, &join(&[&[0x10, 0, 0x88, 0xbe, 0, 0, 0, 1], &[0; 8], &inner])),
        over_ip(47, &join(&[&[0x10, 0, 0x22, 0xeb, 0, 0, 0, 1], &[0; 11], &[1], &[0; 8], &inner])),
        over_ip(47, &join(&[&[0, 0, 0x88, 0x3e, 0, 0, 0, 0], &ip])),
        over_ip(17, &udp(4789, &join(&[&[8, 0, 0, 0, 0, 0, 9, 0], &inner]))),
        over_ip(17, &udp(6081, &join(&[&[0, 0, 0x65, 0x58, 0, 0, 9, 0], &inner]))),
        over_ip(17, &udp(6081, &join(&[&[2, 0x40, 8, 0, 0, 0, 9, 0], &[1; 8], &ip]))),
        over_ip(17, &udp(2152, &join(&[&[0x30, 255, 0, 45, 0, 0, 0, 9], &ip]))),
        over_ip(17, &udp(2152, &join(&[&[0x32, 255, 0, 49, 0, 0, 0, 9, 0, 7, 0, 0x85], &ip]))),
        over_ip(17, &udp(2152, &join(&[&[0x34, 255, 0, 53, 0, 0, 0, 9, 0, 0, 0, 0x85, 1, 0, 1, 0], &ip]))),
        ethernet(0x8903, &join(&[&[0, 1], &inner])),
        ethernet(0x88e5, &join(&[&[0, 50, 0, 0, 0, 1, 8, 0], &ip, &[0xee; 16]])),
    ];
    for data in frames {
        assert_hello(LinkType::ETHERNET, &data);
    }
    for port in [4789, 6081, 2152] {
        let answer = over_ip(17, &udp(port, b"\x08\x11 a DNS answer to this port"));
        assert!(matches!(Decoder::new().decode(frame(LinkType::ETHERNET, &answer)).content, Content::Udp(_)));
    }
}

#[test]
fn padding_and_checks_behind_ip_are_no_payload() {
    let padded = ethernet(0x0800, &join(&[&ipv4(6, &tcp(&[], b"")), &[0xaa; 10]]));
    assert_eq!(tcp_of(frame(LinkType::ETHERNET, &padded)), (String::new(), 0));
    let padded = ethernet(0x86dd, &join(&[&ipv6(6, &tcp(&[], b"hello")), &[0xaa; 4]]));
    assert_hello(LinkType::ETHERNET, &padded);
}

#[test]
fn a_cut_frame_keeps_its_length_on_the_wire() {
    let data = ethernet(0x0800, &ipv4(6, &tcp(&[1; 12], &[b'x'; 1000])));
    let cut = |octets: usize| Frame { data: &data[..octets], ..frame(LinkType::ETHERNET, &data) };
    assert_eq!(tcp_of(cut(76)), ("x".repeat(10), 1000));
    // Inside the TCP options: sequence numbers still count.
    assert_eq!(tcp_of(cut(60)), (String::new(), 1000));
    assert!(matches!(Decoder::new().decode(cut(53)).content, Content::Other));
    // Cut by a tool that did not say so: the IP header does.
    assert_eq!(tcp_of(frame(LinkType::ETHERNET, &data[..76])), ("x".repeat(10), 1000));
}

#[test]
fn offload_without_ip_length_uses_the_frame() {
    let mut data = ethernet(0x0800, &ipv4(6, &tcp(&[], &[b'x'; 3000])));
    data[16..18].copy_from_slice(&[0, 0]);
    assert_eq!(tcp_of(frame(LinkType::ETHERNET, &data)).1, 3000);
    let cut = Frame { data: &data[..64], ..frame(LinkType::ETHERNET, &data) };
    assert_eq!(tcp_of(cut), ("x".repeat(10), 3000));
}

#[test]
fn ipv6_extension_headers_are_stepped_over() {
    let segment = tcp(&[], b"hello");
    let chain = join(&[&[60, 0, 0, 0, 0, 0, 0, 0], &[51, 0, 0, 0, 0, 0, 0, 0], &[6, 4], &[0; 22], &segment]);
    assert_hello(LinkType::RAW, &ipv6(0, &chain));
    // An atomic fragment (RFC 6946) is a whole packet.
    assert_hello(LinkType::RAW, &ipv6(44, &join(&[&[6, 0, 0, 0, 0, 0, 0, 9], &segment])));
    assert_hello(LinkType::RAW, &ipv4(51, &join(&[&[6, 4], &[0; 22], &segment])));
}

#[test]
fn fragments_give_one_packet_at_the_last() {
    let segment = tcp(&[], b"0123456789hello");
    let first = ipv4_fragment(6, 0x2000, &segment[..24]);
    let last = ipv4_fragment(6, 3, &segment[24..]);
    for (one, two) in [(&first, &last), (&last, &first)] {
        let mut decoder = Decoder::new();
        assert!(matches!(decoder.decode(frame(LinkType::RAW, one)).content, Content::Other));
        let Content::Tcp(whole) = decoder.decode(frame(LinkType::RAW, two)).content else {
            panic!("not whole")
        };
        assert_eq!((whole.payload, whole.ip_len), (&b"0123456789hello"[..], 55));
        assert_eq!(decoder.fragments().reassembled, 1);
    }
}

#[test]
fn ipv6_fragments_may_hold_extensions_and_tunnels() {
    let datagram = join(&[&[4, 0, 0, 0, 0, 0, 0, 0], &hello()]);
    let first = ipv6(44, &join(&[&[60, 0, 0, 1, 0, 0, 0, 9], &datagram[..16]]));
    let last = ipv6(44, &join(&[&[60, 0, 0, 16, 0, 0, 0, 9], &datagram[16..]]));
    let mut decoder = Decoder::new();
    assert!(matches!(decoder.decode(frame(LinkType::RAW, &first)).content, Content::Other));
    let Content::Tcp(whole) = decoder.decode(frame(LinkType::RAW, &last)).content else {
        panic!("not whole")
    };
    assert_eq!(whole.payload, b"hello");
}

#[test]
fn tcp_options_survive_unknown_and_broken_ones() {
    let options = |bytes: &[u8]| {
        let data = ipv4(6, &tcp(bytes, b""));
        match Decoder::new().decode(frame(LinkType::RAW, &data)).content {
            Content::Tcp(segment) => (segment.mss, segment.window_scale, segment.sack),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(options(&[2, 4, 2, 0x18, 1, 3, 3, 7]), (Some(536), Some(7), None));
    assert_eq!(options(&[30, 4, 0, 0, 2, 4, 5, 0xb4]).0, Some(1460), "an unknown option in front");
    assert_eq!(options(&[2, 3, 1, 1, 3, 0, 0, 0]), (None, None, None));
    let block = |left: u32, right: u32| join(&[&left.to_be_bytes(), &right.to_be_bytes()]);
    let sack = |blocks: &[Vec<u8>]| {
        let length = u8::try_from(2 + 8 * blocks.len()).unwrap();
        options(&join(&[&[1, 1, 5, length], &blocks.concat()])).2.map(|(left, right)| (left.0, right.0))
    };
    assert_eq!(sack(&[block(2000, 3000)]), Some((2000, 3000)));
    assert_eq!(sack(&[block(500, 900)]), None, "below the acknowledgement");
    assert_eq!(sack(&[block(500, 900), block(2000, 3000)]), Some((2000, 3000)));
    assert_eq!(sack(&[block(2100, 2200), block(2000, 3000)]), Some((2000, 3000)), "inside the second block");
    assert_eq!(sack(&[block(4000, 5000), block(2000, 3000)]), Some((4000, 5000)));
}

#[test]
fn an_impossible_data_offset_is_no_segment() {
    for offset in [0, 0x10, 0x40, 0xf0] {
        let mut data = hello();
        data[32] = offset;
        assert!(matches!(Decoder::new().decode(frame(LinkType::RAW, &data)).content, Content::BrokenTcp(_)));
    }
}

#[test]
fn a_wrong_udp_length_gives_way_to_the_ip_length() {
    for (length, expected) in [(0, "payload"), (9000, "payload"), (4, "payload"), (10, "pa")] {
        let mut data = ipv4(17, &udp(53, b"payload"));
        data[24..26].copy_from_slice(&u16::to_be_bytes(length));
        let mut decoder = Decoder::new();
        let Content::Udp(datagram) = decoder.decode(frame(LinkType::RAW, &data)).content else {
            panic!("no UDP")
        };
        assert_eq!(datagram.payload, expected.as_bytes());
        assert_eq!(datagram.wire_len as usize, expected.len());
    }
}

#[test]
fn icmp_errors_quote_their_packet() {
    let error = |data: Vec<u8>| match Decoder::new().decode(frame(LinkType::RAW, &data)).content {
        Content::IcmpError(error) => Some(error),
        Content::Other => None,
        other => panic!("{other:?}"),
    };
    let quoted = ipv4(6, &tcp(&[], &[0; 1400]));
    let found = error(ipv4(1, &join(&[&[3, 4, 0, 0, 0, 0, 5, 0x14], &quoted[..28]]))).unwrap();
    assert_eq!((found.kind, found.code, found.mtu, found.v6), (3, 4, Some(1300), false));
    assert_eq!((found.quoted.seq, found.quoted.total_len), (Some(SeqNumber(100)), 1440));
    assert_eq!(found.quoted.destination.to_string(), "10.0.0.2:443");
    let query = ipv4(17, &udp(53, b"\xab\xcd\x01\x00"));
    let found = error(ipv4(1, &join(&[&[3, 3, 0, 0, 0, 0, 0, 0], &query]))).unwrap();
    assert_eq!((found.quoted.protocol, found.quoted.udp_head, found.mtu), (17, Some(0xabcd), None));
    let found = error(ipv6(58, &join(&[&[2, 0, 0, 0, 0, 0, 5, 0], &ipv6(6, &tcp(&[], b"x"))]))).unwrap();
    assert_eq!((found.v6, found.kind, found.mtu, found.quoted.total_len), (true, 2, Some(1280), 61));
    let later = ipv4_fragment(17, 100, &[0; 8]);
    assert!(
        error(ipv4(1, &join(&[&[11, 1, 0, 0, 0, 0, 0, 0], &later]))).is_none(),
        "a fragment without ports"
    );
    assert!(error(ipv4(1, &join(&[&[4, 0, 0, 0, 0, 0, 0, 0], &query]))).is_none(), "source quench");
    assert!(error(ipv4(1, &[8, 0, 0, 0, 0, 1, 0, 1])).is_none(), "echo");
}

#[test]
fn arp_and_neighbour_discovery_speak_alike() {
    let arp = |link_type, data: &[u8]| match Decoder::new().decode(frame(link_type, data)).content {
        Content::Arp(arp) => Some(arp),
        Content::Other => None,
        other => panic!("{other:?}"),
    };
    let message =
        |operation| join(&[&[0, 1, 8, 0, 6, 4, 0, operation], &MAC, &[10, 0, 0, 1], &[0; 6], &[10, 0, 0, 9]]);
    let found = arp(LinkType::ETHERNET, &ethernet(0x0806, &message(1))).unwrap();
    assert_eq!((found.operation, found.sender_mac), (ArpOperation::Request, Some(MacAddress(MAC))));
    assert_eq!((found.sender.to_string(), found.target.to_string()), ("10.0.0.1".into(), "10.0.0.9".into()));
    assert_eq!(
        arp(LinkType::ETHERNET, &ethernet(0x0806, &message(2))).unwrap().operation,
        ArpOperation::Reply
    );
    assert!(arp(LinkType::ETHERNET, &ethernet(0x0806, &message(3))).is_none());

    let about = [0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9];
    let neighbour = |kind, option| {
        arp(
            LinkType::RAW,
            &ipv6(
                58,
                &join(&[&[kind, 0, 0, 0, 0, 0, 0, 0], &about, &[14, 1, 0, 0, 0, 0, 0, 0, option, 1], &MAC]),
            ),
        )
    };
    let found = neighbour(135, 1).unwrap();
    assert_eq!((found.operation, found.sender_mac), (ArpOperation::Request, Some(MacAddress(MAC))));
    assert_eq!((found.sender.to_string(), found.target.to_string()), ("fd00::1".into(), "fd00::9".into()));
    let found = neighbour(136, 2).unwrap();
    assert_eq!((found.sender.to_string(), found.target.to_string()), ("fd00::9".into(), "fd00::2".into()));
    assert!(neighbour(134, 1).is_none());
}

#[test]
fn what_is_encrypted_below_ip_is_said_to_be() {
    let macsec = ethernet(0x88e5, &[0x2c, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 1, 0, 1, 0xde, 0xad]);
    let esp = ethernet(0x0800, &ipv4(50, &[0; 40]));
    let behind_ah = ethernet(0x0800, &ipv4(51, &join(&[&[50, 4], &[0; 22], &[0; 40]])));
    for data in [macsec, esp, behind_ah] {
        assert!(matches!(
            Decoder::new().decode(frame(LinkType::ETHERNET, &data)).content,
            Content::Encrypted
        ));
    }
}

#[test]
fn no_prefix_or_changed_octet_panics() {
    let vxlan = join(&[
        &[8, 0, 0, 0, 0, 0, 9, 0],
        &ethernet(0x86dd, &ipv6(0, &join(&[&[6, 0, 0, 0, 0, 0, 0, 0], &tcp(&[5, 10], b"x")]))),
    ]);
    let frames = [
        ethernet(
            0x8100,
            &join(&[&[0, 1, 8, 0], &ipv4(6, &tcp(&[2, 4, 5, 180, 5, 10, 0, 0, 0, 1, 0, 0], b"hello"))]),
        ),
        ethernet(0x0800, &ipv4(17, &udp(4789, &vxlan))),
        ethernet(0x0800, &ipv4(1, &join(&[&[3, 4, 0, 0, 0, 0, 5, 0], &ipv4(6, &tcp(&[], b""))]))),
        ethernet(0x86dd, &ipv6(58, &join(&[&[135, 0, 0, 0, 0, 0, 0, 0], &[0; 16], &[1, 1], &MAC]))),
        ethernet(0x0806, &join(&[&[0, 1, 8, 0, 6, 4, 0, 1], &[7; 20]])),
        ethernet(0x0800, &ipv4(47, &join(&[&[0xb0, 0, 0x22, 0xeb], &[0; 40]]))),
        ethernet(0x0800, &ipv4_fragment(17, 0x2000, &[0; 16])),
        ethernet(0x86dd, &ipv6(44, &join(&[&[60, 0, 0, 1, 0, 0, 0, 9], &[0; 16]]))),
    ];
    let mut decoder = Decoder::new();
    for data in &frames {
        for end in 0..data.len() {
            decoder.decode(frame(LinkType::ETHERNET, &data[..end]));
            for link_type in [0, 9, 101, 104, 113, 239, 242, 276] {
                decoder.decode(frame(LinkType(link_type), &data[14..end.max(14)]));
            }
            for value in [0, 1, 0x0f, 0x7f, 0x80, 0xff] {
                let mut changed = data.clone();
                changed[end] = value;
                decoder.decode(frame(LinkType::ETHERNET, &changed));
            }
        }
    }
}
