//! What is said in clear, cut into pieces, packed, out of order: a redacted capture tells nothing false of it, and no secret.

use std::io::Write;

use slp_pcap::attempt::Scope;
use slp_pcap::diagnose::{Confidence, Verdict};

use super::secrets::{Secret, assert_absent};
use super::{outputs, planted};

const REQUEST: &str = "POST /cslu/v1/pi HTTP/1.1\r\nHost: cslu-local:8182\r\nAuthorization: Bearer hunter2-s3cret\r\n\
                       X-User: GLOBEX\\jdoe\r\nContent-Type: application/json\r\nContent-Length: ";
const ASKED: &str = r#"{"request":"{\"header\":{\"request_type\":\"ID_TOKEN_TRUST\"},\"hostname\":\"core-sw1\",\"request_data\":\"{\\\"id_token\\\":\\\"MzA1NjEwNTgtOWY3Yi00ZDA2LWJhMjAtYjY1\\\"}\"}"}"#;
const SAID: &str = r#"{"signature":{"type":"none","value":null},"response":"{\"header\":{\"request_type\":\"ID_TOKEN_TRUST\",\"sudi\":{\"udi_serial_number\":\"FOC2332X0A1\"}},\"status_code\":\"OK\",\"status_message\":\"OK, jdoe of Globex\",\"retry_time_seconds\":0}","sch_response":null}"#;

fn request() -> String {
    format!("{REQUEST}{}\r\n\r\n{ASKED}", ASKED.len())
}

/// The verdict on a capture and on its redacted copy, which holds no secret.
fn judged(capture: &[u8]) -> (Verdict, Verdict) {
    let judge =
        |octets: &[u8]| slp_pcap::analyze(octets, &Scope::default()).expect("a capture").analysis.verdict;
    let outputs = outputs(capture, planted::FILE, &Scope::default(), true);
    let secrets = planted::SECRETS.iter().map(|text| Secret::Text((*text).to_owned())).collect();
    for (what, output) in &outputs {
        assert_absent(what, output, &secrets);
    }
    (judge(capture), judge(&outputs.last().expect("the annotated capture").1))
}

fn code(verdict: &Verdict) -> (&str, Confidence) {
    (verdict.diagnostic.code, verdict.confidence)
}

fn answer(head: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\nServer: Globex\r\n{head}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

#[test]
fn a_success_stays_one_however_it_is_cut() {
    let whole = answer(&format!("Content-Length: {}", SAID.len()), SAID.as_bytes());
    let (front, back) = SAID.split_at(200);
    let chunks = format!(
        "{:x};x=jdoe\r\n{front}\r\n{:X}\r\n{back}\r\n0\r\nX-By: jdoe\r\n\r\n",
        front.len(),
        back.len()
    );
    let chunked = answer("Transfer-Encoding: chunked", chunks.as_bytes());
    let until_close = answer("X-By: jdoe", SAID.as_bytes());
    let request = request();
    for answer in [whole, chunked, until_close] {
        for size in [1, 2, 3, 7, 37, 300, 5_000] {
            // What names the service must be whole.
            let asked: Vec<&[u8]> = request.as_bytes().chunks(size.max(100)).collect();
            let said: Vec<&[u8]> = answer.chunks(size).collect();
            let capture = planted::exchange(&asked, &said, 0..said.len());
            let (open, redacted) = judged(&capture);
            assert_eq!(code(&open), ("ok", Confidence::Certain), "pieces of {size}");
            assert_eq!(code(&redacted), code(&open), "pieces of {size}");
        }
        // As tinyproxy writes: each line of the head by itself.
        let said: Vec<&[u8]> = answer.split_inclusive(|octet| *octet == b'\n').collect();
        let (_, redacted) = judged(&planted::exchange(&[request.as_bytes()], &said, 0..said.len()));
        assert_eq!(code(&redacted), ("ok", Confidence::Certain), "line by line");
    }
}

#[test]
fn pieces_that_come_late_or_twice_or_not_at_all_prove_nothing_false() {
    let whole = answer(&format!("Content-Length: {}", SAID.len()), SAID.as_bytes());
    let request = request();
    let said: Vec<&[u8]> = whole.chunks(29).collect();
    let count = said.len();
    let capture = |order: Vec<usize>| planted::exchange(&[request.as_bytes()], &said, order.into_iter());
    let mut same = 0;
    for at in 0..count - 1 {
        let mut late: Vec<usize> = (0..count).collect();
        late.swap(at, at + 1);
        let twice = (0..count).chain([at]).collect();
        let missing = (0..count).filter(|index| *index != at).collect();
        for order in [late, twice, missing] {
            let (open, redacted) = judged(&capture(order));
            let alike = code(&redacted).0 == code(&open).0;
            same += usize::from(alike);
            assert!(
                alike || redacted.confidence != Confidence::Certain,
                "piece {at}: {:?}, redacted {:?}",
                code(&open),
                code(&redacted)
            );
        }
    }
    assert!(same * 10 >= (count - 1) * 3 * 6, "{same}");
}

#[test]
fn a_packed_answer_cannot_be_read_any_more() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(SAID.as_bytes()).expect("packed");
    let packed = packed.finish().expect("packed");
    let answer = answer(&format!("Content-Encoding: gzip\r\nContent-Length: {}", packed.len()), &packed);
    for size in [1, 5_000] {
        let said: Vec<&[u8]> = answer.chunks(size).collect();
        let (open, redacted) = judged(&planted::exchange(&[request().as_bytes()], &said, 0..said.len()));
        assert_eq!(code(&open), ("ok", Confidence::Certain));
        assert_eq!(code(&redacted).0, "inconclusive-unreadable", "pieces of {size}");
    }
}

#[test]
fn a_refusal_stays_one_in_words_that_are_no_vendors() {
    for status in ["OK_TRY_AGAIN", "FAILED", "GLOBEX_FAILED", "404"] {
        let body = SAID.replacen(r#"\"OK\""#, &format!(r#"\"{status}\""#), 1);
        let answer = answer(&format!("Content-Length: {}", body.len()), body.as_bytes());
        let (open, redacted) = judged(&planted::exchange(&[request().as_bytes()], &[&answer], 0..1));
        assert_eq!(code(&open), ("http-licensing-error", Confidence::Certain), "{status}");
        assert_eq!(code(&redacted), code(&open), "{status}");
    }
}
