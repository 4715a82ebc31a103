//! DNS over TCP (RFC 1035 §4.2.2).

use crate::proto::cursor::Cursor;

/// The whole messages at the start of `stream`, one direction of a TCP connection, each behind its two octets of length.
pub fn tcp_messages(stream: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut cursor = Cursor::new(stream);
    std::iter::from_fn(move || {
        let len = cursor.u16()?;
        cursor.take(len.into())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_split_and_a_cut_one_is_left_out() {
        let found: Vec<_> = tcp_messages(b"\x00\x02ab\x00\x00\x00\x03xy").collect();
        assert_eq!(found, [&b"ab"[..], b""]);
    }
}
