//! Content codings (RFC 9110 §8.4.1).

use std::io::Read;

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use super::ResponseHead;

/// The content of a response's `body`, decoded where its Content-Encoding is gzip or deflate: at most `max` octets, and as
/// far as it goes when it is cut. Any other coding is left as it is.
pub fn decode_content(head: &ResponseHead, body: &[u8], max: usize) -> Vec<u8> {
    let coding = head.headers.first("content-encoding").unwrap_or_default().trim().to_ascii_lowercase();
    match coding.as_str() {
        "gzip" | "x-gzip" => read(MultiGzDecoder::new(body), max),
        // Named deflate, it is zlib; some servers send bare deflate.
        "deflate" if body.first().is_some_and(|first| first & 0x0f == 8) => read(ZlibDecoder::new(body), max),
        "deflate" => read(DeflateDecoder::new(body), max),
        _ => body.get(..max).unwrap_or(body).to_vec(),
    }
}

/// Whether [`decode_content`] undoes `coding`, or there is nothing to undo.
pub fn is_known_coding(coding: &str) -> bool {
    matches!(coding.trim().to_ascii_lowercase().as_str(), "" | "identity" | "gzip" | "x-gzip" | "deflate")
}

/// What can be read: an error ends it, and what came before stays.
fn read(decoder: impl Read, max: usize) -> Vec<u8> {
    let mut content = Vec::new();
    let _cut_or_damaged = decoder.take(max as u64).read_to_end(&mut content);
    content
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;
    use crate::proto::http::Parsed;
    use crate::proto::noise::torture;

    fn head(coding: &str) -> ResponseHead {
        let text = format!("HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\n\r\n");
        match ResponseHead::parse(text.as_bytes()) {
            Parsed::Complete(head) => head,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn gzip_is_undone_as_far_as_it_goes_and_bounded() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&[b'x'; 10_000]).unwrap();
        let packed = encoder.finish().unwrap();
        assert_eq!(decode_content(&head("gzip"), &packed, 100), [b'x'; 100]);
        assert_eq!(decode_content(&head("gzip"), &packed, 1 << 20).len(), 10_000);
        assert_eq!(decode_content(&head("identity"), b"abc", 2), b"ab");
        torture(&packed, |bytes| drop(decode_content(&head("gzip"), bytes, 1 << 16)));
    }
}
