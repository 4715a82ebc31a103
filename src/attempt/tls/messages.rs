//! Handshake messages out of records: split over several, or several in one (RFC 8446 §5.1).

use crate::flow::Stream;
use crate::model::At;
use crate::proto::tls::{ContentType, Message, MessageHeader};

use super::TlsRecord;

/// A handshake message in clear.
#[derive(Debug)]
pub(super) struct HandshakeMessage {
    /// Frame that completes it.
    pub at: At,
    /// Header and body, zero where octets were not captured.
    bytes: Vec<u8>,
    /// How many octets from its start were captured without a hole.
    readable: usize,
}

impl HandshakeMessage {
    /// Its octets from its header on, as far as they were captured.
    pub fn octets(&self) -> &[u8] {
        self.bytes.get(..self.readable).unwrap_or_default()
    }

    /// What it says, as far as it was captured.
    pub fn parse(&self) -> Option<Message<'_>> {
        Message::parse(self.octets())
    }
}

/// Gathers the messages of one direction, record by record.
#[derive(Debug, Default)]
pub(super) struct Gatherer {
    pending: Option<HandshakeMessage>,
    lost: bool,
    pub messages: Vec<HandshakeMessage>,
}

impl Gatherer {
    /// Takes the payload of a handshake record in clear.
    pub fn take(&mut self, stream: &Stream, record: &TlsRecord) {
        let present = stream.readable_from(record.payload());
        let present = present.get(..record.len).unwrap_or(present);
        let sent = usize::try_from(stream.end().saturating_sub(record.payload())).unwrap_or(usize::MAX);
        let sent = sent.min(record.len);
        if self.lost && holds_whole_messages(present, record.len) {
            self.messages.extend(self.pending.take());
            self.lost = false;
        }
        let mut taken = 0;
        while taken < sent && !self.lost {
            taken += self.push(record.at, present.get(taken..).unwrap_or_default(), sent - taken);
        }
    }

    /// Gives up the place: records in between were not captured, and what comes may start inside a message. A record of whole
    /// messages finds it again.
    pub fn lose(&mut self) {
        self.lost = true;
    }

    /// Whether a message was begun and not ended, or its place lost.
    pub fn unfinished(self) -> (Vec<HandshakeMessage>, Option<HandshakeMessage>) {
        (self.messages, self.pending)
    }

    /// Adds up to `sent` octets, of which the first are `present`, to the message at hand; how many it took.
    fn push(&mut self, at: At, present: &[u8], sent: usize) -> usize {
        let bytes = || {
            let whole = MessageHeader::parse(present).map_or(0, MessageHeader::message_len);
            Vec::with_capacity(whole.min(present.len()))
        };
        let message =
            self.pending.get_or_insert_with(|| HandshakeMessage { at, bytes: bytes(), readable: 0 });
        let had = message.bytes.len();
        let wanted = match MessageHeader::parse(&message.bytes) {
            Some(header) => header.message_len(),
            None => MessageHeader::LEN,
        };
        let take = sent.min(wanted - had.min(wanted));
        let real = present.len().min(take);
        if message.readable == had {
            message.readable += real;
        }
        message.bytes.extend_from_slice(present.get(..real).unwrap_or_default());
        message.bytes.resize(had + take, 0);
        message.at = at;
        self.settle();
        take
    }

    /// Closes the message at hand when it is whole; gives up when its header makes no sense.
    fn settle(&mut self) {
        let Some(message) = &self.pending else { return };
        let Some(header) = MessageHeader::parse(&message.bytes) else { return };
        self.lost = message.readable < MessageHeader::LEN || !header.is_plausible();
        if message.bytes.len() >= header.message_len() || self.lost {
            let message = self.pending.take();
            self.messages.extend(message.filter(|_| !self.lost));
        }
    }
}

/// Whether messages fill the `len` octets of a record from end to end. Octets from inside a message hardly ever look so.
fn holds_whole_messages(octets: &[u8], len: usize) -> bool {
    let mut offset = 0;
    while offset < len {
        let header =
            octets.get(offset..).and_then(MessageHeader::parse).filter(|header| header.is_plausible());
        let Some(header) = header else { return false };
        offset += header.message_len();
    }
    offset == len && len > 0
}

/// Whether a handshake record behind a change_cipher_spec is in clear all the same: the hellos around a HelloRetryRequest
/// (RFC 8446 appendix D.4).
pub(super) fn is_clear_hello(stream: &Stream, record: &TlsRecord) -> bool {
    let bytes = stream.readable_from(record.payload());
    record.content_type == ContentType::HANDSHAKE
        && match Message::parse(bytes.get(..record.len).unwrap_or(bytes)) {
            Some(Message::ClientHello(hello)) => hello.complete,
            Some(Message::ServerHello(hello)) => hello.extensions.contains(&43),
            _ => false,
        }
}
