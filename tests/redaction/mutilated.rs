//! Frames that are cut, are fragments, or are quoted by an ICMP error: nothing of a secret is readable in what is written
//! instead of them.

use slp_pcap::capture::{CaptureReader, Frame};
use slp_pcap::report::{REDACTION_KEY, Redactor};

use super::planted;

/// Octets of Ethernet's header, and of both headers of the planted packets.
const ETHERNET: usize = 14;
const HEADERS: usize = ETHERNET + 20;

/// Does with each frame of the planted captures what `change` does, and looks for secrets; how many stood in the frames.
fn looked_for(change: impl Fn(usize, &[u8]) -> Vec<u8>) -> usize {
    let mut count = 0;
    for (capture, _) in planted::captures() {
        let mut reader = CaptureReader::new(capture.as_slice()).expect("a capture");
        let mut redactor = Redactor::new([0x5a; REDACTION_KEY]);
        let mut number = 0;
        while let Some(frame) = reader.next_frame() {
            let data = change(number, frame.data);
            number += 1;
            let shown = redactor.frame(&Frame { data: &data, ..frame });
            for (secret, at) in secrets(&data) {
                count += 1;
                let read =
                    (at..at + secret.len() - 3).find(|at| data.get(*at..at + 4) == shown.get(*at..at + 4));
                assert_eq!(read, None, "{secret} of frame {number}");
            }
        }
    }
    count
}

/// Which secrets stand in a frame, and where.
fn secrets(data: &[u8]) -> Vec<(&'static str, usize)> {
    let at = |secret: &&'static str| {
        let length = secret.len();
        data.windows(length)
            .position(|octets| octets.eq_ignore_ascii_case(secret.as_bytes()))
            .map(|at| (*secret, at))
    };
    planted::SECRETS.iter().filter_map(at).collect()
}

#[test]
fn cut_frames_show_no_secret() {
    let whole = looked_for(|_, data| data.to_vec());
    assert!(whole > 20, "{whole}");
    let mut all = 0;
    for length in (0..360).step_by(3) {
        // Every other frame, and all of them.
        all += looked_for(|number, data| {
            data[..if number % 2 == 0 { data.len() } else { data.len().min(length) }].to_vec()
        });
        all += looked_for(|_, data| data[..data.len().min(length)].to_vec());
    }
    assert!(all > 1_000, "{all}");
}

#[test]
fn fragments_and_quoted_packets_show_no_secret() {
    let fragment = |offset: [u8; 2]| {
        move |_: usize, data: &[u8]| [&data[..ETHERNET + 6], &offset, &data[ETHERNET + 8..]].concat()
    };
    let quoted = |_: usize, data: &[u8]| {
        let length = u16::try_from(data.len() - ETHERNET + 28).unwrap().to_be_bytes();
        let head = [
            &data[..ETHERNET + 2],
            &length,
            &data[ETHERNET + 4..ETHERNET + 9],
            &[1],
            &data[ETHERNET + 10..HEADERS],
        ];
        [&head.concat(), &[3, 13, 0, 0, 0, 0, 0, 0][..], &data[ETHERNET..]].concat()
    };
    let counts = [
        looked_for(fragment([0x20, 0])),
        looked_for(fragment([0x20, 1])),
        looked_for(fragment([0, 90])),
        looked_for(quoted),
    ];
    assert!(counts.iter().all(|count| *count > 20), "{counts:?}");
}
