//! Every sample as other captures of the same packets, and with less in it: the verdict holds, or gets humbler.
//!
//! A variant is one function from frames to frames (or to a file). [`PRESERVING`] lists those that must change nothing, each
//! with the samples it takes the deciding property from; `losses` makes those that lose something.

#[path = "variants/capture.rs"]
mod capture;
#[path = "variants/carriers.rs"]
mod carriers;
#[path = "variants/headers.rs"]
mod headers;
#[path = "variants/ipv6.rs"]
mod ipv6;
#[path = "variants/loss.rs"]
mod loss;
#[path = "variants/noise.rs"]
mod noise;
#[path = "variants/packets.rs"]
mod packets;
#[path = "variants/rings.rs"]
mod rings;
#[path = "variants/samples.rs"]
mod samples;
#[path = "variants/streams.rs"]
mod streams;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use capture::{Frame, Layout, PLAIN, gzip, zstd};
use rings::Part;
use samples::{Found, Sample, find, is_inconclusive, mapped_back};

/// A change that must not change the verdict.
struct Variant {
    name: &'static str,
    change: Change,
    /// Starts of the names of samples that it takes the deciding property from, with the reason.
    exempt: &'static [(&'static str, &'static str)],
}

enum Change {
    Frames(fn(&[Frame]) -> Vec<Frame>),
    /// Another file with the same frames.
    File(fn(&Sample) -> Vec<u8>),
    /// Several files, merged.
    Files(fn(&[Frame]) -> Vec<Part>),
}

const fn frames(name: &'static str, change: fn(&[Frame]) -> Vec<Frame>) -> Variant {
    Variant { name, change: Change::Frames(change), exempt: &[] }
}

const fn file(name: &'static str, change: fn(&Sample) -> Vec<u8>) -> Variant {
    Variant { name, change: Change::File(change), exempt: &[] }
}

const fn files(name: &'static str, change: fn(&[Frame]) -> Vec<Part>) -> Variant {
    Variant { name, change: Change::Files(change), exempt: &[] }
}

const fn exempt(variant: Variant, exempt: &'static [(&'static str, &'static str)]) -> Variant {
    Variant { exempt, ..variant }
}

const NO_ARP: &[(&str, &str)] = &[
    ("arp-unresolved", "this link has no ARP"),
    ("inconclusive-capture-ended-dns", "only ARP shows that the switch's inbound side is in the capture"),
];
const NO_MTU_HOLE: &[(&str, &str)] =
    &[("tcp-mtu-blackhole", "the packets that do not pass are no longer larger than those that do")];
const OTHERS_JUDGED: &[(&str, &str)] = &[
    ("inconclusive-no-traffic", "other hosts' failures are candidates"),
    ("inconclusive-unidentified", "other hosts' failures are candidates"),
    ("inconclusive-other-protocol", "with --all other hosts' connections are attempts"),
];

const BIG: Layout = Layout { big_endian: true, nanoseconds: true };
const MICRO: Layout = Layout { big_endian: false, nanoseconds: false };
const BIG_MICRO: Layout = Layout { big_endian: true, nanoseconds: false };

static PRESERVING: &[Variant] = &[
    file("pcap", |sample| MICRO.pcap(&sample.frames)),
    file("pcap-big-endian", |sample| BIG_MICRO.pcap(&sample.frames)),
    file("pcap-nanoseconds", |sample| PLAIN.pcap(&sample.frames)),
    file("pcap-nanoseconds-big-endian", |sample| BIG.pcap(&sample.frames)),
    file("pcapng", |sample| MICRO.pcapng(&sample.frames, false)),
    file("pcapng-big-endian", |sample| BIG.pcapng(&sample.frames, false)),
    file("pcapng-many-sections", |sample| PLAIN.pcapng(&sample.frames, true)),
    file("gzip", |sample| gzip(&sample.octets)),
    file("gzip-two-members", |sample| {
        let (front, back) = sample.octets.split_at(sample.octets.len() / 2);
        [gzip(front), gzip(back)].concat()
    }),
    file("zstd", |sample| zstd(&sample.octets)),
    frames("vlan", carriers::vlan),
    frames("vlan-one-way", carriers::vlan_one_way),
    frames("qinq", carriers::qinq),
    frames("four-tags", carriers::four_tags),
    frames("cisco-meta-data", carriers::meta_data),
    frames("cisco-meta-data-vlan", carriers::meta_data_and_vlan),
    frames("vlan-cisco-meta-data", carriers::vlan_and_meta_data),
    frames("same-macs", carriers::same_macs),
    frames("mpls", carriers::mpls),
    frames("pseudowire", carriers::pseudowire_with_control_word),
    frames("pppoe", carriers::pppoe),
    frames("erspan-i", carriers::erspan_i),
    frames("erspan-ii", carriers::erspan_ii),
    frames("erspan-iii", carriers::erspan_iii),
    frames("erspan-iii-sub-header", carriers::erspan_iii_with_sub_header),
    frames("erspan-fragmented", carriers::erspan_fragmented),
    frames("gre", carriers::gre),
    frames("ethernet-in-gre", carriers::ethernet_in_gre),
    frames("vxlan", carriers::vxlan),
    frames("ip-in-ip", carriers::ip_in_ip),
    frames("linux-cooked", carriers::cooked),
    frames("linux-cooked-v2", carriers::cooked_v2),
    frames("hdlc", carriers::hdlc),
    exempt(frames("raw", carriers::raw), NO_ARP),
    exempt(frames("null", carriers::null), NO_ARP),
    exempt(frames("null-big-endian", carriers::null_big_endian), NO_ARP),
    exempt(frames("ppp", carriers::ppp), NO_ARP),
    frames("padded", packets::padded),
    frames("padded-far", packets::padded_far),
    frames("fcs", packets::with_fcs),
    frames("checksums-zero", packets::checksums_zero),
    frames("checksums-wrong", packets::checksums_wrong),
    frames("ip-length-zero", packets::length_zero),
    frames("twice", packets::twice),
    frames("twice-elsewhere", packets::twice_elsewhere),
    frames("twice-later", packets::twice_later),
    frames("ip-fragments", packets::fragments_in_order),
    frames("ip-fragments-backwards", packets::fragments_backwards),
    frames("ip-fragments-shuffled", packets::fragments_shuffled),
    frames("extension-headers", packets::extension_headers),
    frames("out-of-order-even", packets::swapped_even),
    frames("out-of-order-odd", packets::swapped_odd),
    frames("out-of-order-far-even", packets::swapped_far_even),
    frames("out-of-order-far-odd", packets::swapped_far_odd),
    frames("bursts-backwards", packets::bursts_backwards),
    exempt(frames("tiny-segments", streams::tiny_segments), NO_MTU_HOLE),
    exempt(frames("small-segments", streams::small_segments), NO_MTU_HOLE),
    exempt(frames("merged-segments", streams::merged), NO_MTU_HOLE),
    frames("wraps-at-once", streams::wraps_at_once),
    frames("wraps-in-the-first-segment", streams::wraps_in_the_first_segment),
    frames("wraps-later", streams::wraps_later),
    exempt(frames("noise", noise::surrounded), OTHERS_JUDGED),
    exempt(
        frames("tiny-segments-out-of-order", |frames| packets::swapped_odd(&streams::tiny_segments(frames))),
        NO_MTU_HOLE,
    ),
    exempt(
        frames("tiny-segments-twice", |frames| packets::twice_later(&streams::tiny_segments(frames))),
        NO_MTU_HOLE,
    ),
    files("ring", rings::ring),
    files("ring-packed-named-backwards", rings::ring_packed_named_backwards),
    files("ring-of-single-frames", rings::ring_of_single_frames),
    files("two-points", rings::two_points),
    files("same-point-twice", rings::same_point_twice),
    files("two-rings", rings::two_rings),
    files("one-direction-each", rings::one_direction_each),
    frames("mirrored-everything", |frames| {
        let frames = packets::twice_elsewhere(&streams::wraps_later(frames));
        carriers::erspan_fragmented(&packets::padded(&frames))
    }),
    frames("mirrored-fragments", |frames| {
        carriers::vxlan(&carriers::meta_data(&packets::fragments_shuffled(frames)))
    }),
];

#[test]
fn samples_are_judged_as_labelled() {
    let wrong = |sample: &Sample| {
        (sample.found.code != sample.code).then(|| format!("{}: {}", sample.file, sample.found.code))
    };
    let wrong: Vec<String> = samples::all().iter().filter_map(wrong).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_same_packets_get_the_same_verdict() {
    let samples = samples::all();
    let failures = Failures::default();
    for_each(&samples, |sample| {
        for variant in PRESERVING {
            if variant.exempt.iter().any(|(start, _)| sample.file.starts_with(start)) {
                continue;
            }
            let (found, frames) = match variant.change {
                Change::File(change) => (find(&change(sample), &sample.scope), sample.frames.clone()),
                Change::Frames(change) => {
                    let frames = change(&sample.frames);
                    (find(&PLAIN.pcapng(&frames, false), &sample.scope), frames)
                }
                Change::Files(change) => {
                    let parts = change(&sample.frames);
                    let found = rings::find(&parts, &sample.scope);
                    (found, parts.into_iter().flat_map(|part| part.frames).collect())
                }
            };
            if let Some(difference) = difference(sample, &found, &frames) {
                failures.note(variant.name, sample, &difference);
            }
        }
    });
    failures.none();
}

#[test]
fn ipv6_gets_the_same_verdict() {
    let samples = samples::all();
    let failures = Failures::default();
    for_each(&samples, |sample| {
        let Some(frames) = ipv6::translated(&sample.frames) else { return };
        let options: Vec<String> = sample.options.iter().map(|option| mapped_option(option)).collect();
        let scope = samples::scope(&options);
        for (name, frames) in [
            ("ipv6", frames.clone()),
            ("ipv6-extension-headers", packets::extension_headers(&frames)),
            ("ipv6-fragments", packets::fragments_shuffled(&frames)),
        ] {
            let found = find(&PLAIN.pcapng(&frames, false), &scope);
            if let Some(difference) = difference(sample, &found, &frames) {
                failures.note(name, sample, &difference);
            }
        }
    });
    failures.none();
}

/// An IPv4 address, perhaps with a port, in an option's value.
fn mapped_option(value: &str) -> String {
    let (address, port) =
        value.split_once(':').map_or((value, None), |(address, port)| (address, Some(port)));
    let Ok(v4) = address.parse::<std::net::Ipv4Addr>() else { return value.to_owned() };
    let v6 = std::net::Ipv6Addr::from(ipv6::mapped(&v4.octets()));
    port.map_or(v6.to_string(), |port| format!("[{v6}]:{port}"))
}

/// Samples of which only the second request failed.
const FIRST_ANSWERED: [&str; 2] = ["http-closed-before-request.pcap", "http-closed-second-request.pcap"];

#[test]
fn less_information_makes_a_verdict_humbler_never_wrong() {
    let samples = samples::all();
    let failures = Failures::default();
    for_each(&samples, |sample| {
        let full = &sample.found.codes;
        for (name, frames) in loss::losses(sample) {
            let found = find(&PLAIN.pcapng(&frames, false), &sample.scope);
            let same = |code: &str| code == sample.code || is_inconclusive(code) || full.contains(code);
            let wrong: Vec<&str> = found.certain_codes.iter().copied().filter(|code| !same(code)).collect();
            if !wrong.is_empty() || found.certain && !same(found.code) {
                failures.note(&name, sample, &format!("certainly {wrong:?}, all in all {}", found.code));
            }
            // A good verdict ends the search for the fault.
            let good = FIRST_ANSWERED.contains(&sample.file.as_str());
            if found.code == "ok" && !full.contains(&"ok") && !good {
                failures.note(&name, sample, "ok, where nothing succeeded");
            }
        }
    });
    failures.none();
}

/// How a variant's result differs from the sample's, in words.
fn difference(sample: &Sample, found: &Found, frames: &[Frame]) -> Option<String> {
    let full = &sample.found;
    let evidence = mapped_back(&found.evidence, frames);
    if (found.code, &found.outcome, found.attempts) != (full.code, &full.outcome, full.attempts) {
        return Some(format!(
            "{} ({} attempts), not {} ({})",
            found.code, found.attempts, full.code, full.attempts
        ));
    }
    let lost: Vec<&u64> = sample.deciding.difference(&evidence).collect();
    (!lost.is_empty()).then(|| format!("cites {evidence:?}, not {lost:?}"))
}

/// Runs `work` on every sample, on all cores.
fn for_each(samples: &[Sample], work: impl Fn(&Sample) + Sync) {
    let next = AtomicUsize::new(0);
    let cores = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                while let Some(sample) = samples.get(next.fetch_add(1, Ordering::Relaxed)) {
                    work(sample);
                }
            });
        }
    });
}

/// What did not hold, by variant.
#[derive(Default)]
struct Failures(Mutex<BTreeMap<String, Vec<String>>>);

impl Failures {
    fn note(&self, variant: &str, sample: &Sample, what: &str) {
        let mut failures = self.0.lock().expect("no thread panicked");
        failures.entry(variant.to_owned()).or_default().push(format!("{}: {what}", sample.file));
    }

    fn none(self) {
        let mut failures = self.0.into_inner().expect("no thread panicked");
        let mut report = String::new();
        for (variant, list) in &mut failures {
            list.sort();
            writeln!(report, "{variant}: {}", list.len()).expect("memory");
            for line in list {
                writeln!(report, "    {line}").expect("memory");
            }
        }
        assert!(failures.is_empty(), "{} variants fail\n{report}", failures.len());
    }
}
