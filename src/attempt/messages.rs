//! HTTP messages of one connection, in clear: each head and body with its frames.

use crate::flow::{Half, Stream};
use crate::limits::{HTTP_BODY, HTTP_MESSAGES};
use crate::model::At;
use crate::proto::http::{
    Body, BodyEnd, Framing, Parsed, RequestHead, ResponseHead, looks_like_http_request,
    looks_like_http_response,
};
use crate::proto::tls::{RecordHeader, RecordStart};

/// An HTTP message with its place in the stream.
#[derive(Debug, Clone)]
pub(super) struct Message<H> {
    /// The head, perhaps only its start line and some fields.
    pub head: H,
    /// Frame of its first octet.
    pub at: At,
    /// Frame that completes its start line.
    pub line_at: At,
    /// Last frame of what was read of it.
    pub last: At,
    /// Offset behind what was read of it.
    pub end: u64,
    /// Whether the head is whole.
    pub whole_head: bool,
    /// The body as far as it was read.
    pub body: Body,
}

/// The messages of one direction.
#[derive(Debug, Clone)]
pub(super) struct Messages<H> {
    /// In order.
    pub list: Vec<Message<H>>,
    /// What stands behind the last one.
    pub rest: Rest,
    /// Offset of that.
    pub end: u64,
}

/// What stands where the next message should start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rest {
    /// Nothing (yet).
    Nothing,
    /// The start of a head, too short to read.
    Partial,
    /// Something that is not HTTP, or a tunnel.
    Other,
    /// Octets that were not captured.
    Gap,
    /// More than limits of ours let be read.
    Limit,
}

/// Reads the requests from offset `start` of the client's stream on, up to a tunnel.
pub(super) fn requests(client: &Half, start: u64) -> Messages<RequestHead> {
    read(&client.stream, start, looks_like_http_request, |_, bytes| {
        let parsed = RequestHead::parse(bytes);
        let framing = parsed.head().map_or(Framing::None, RequestHead::framing);
        let len = parsed.head().map_or(0, |head| head.head_len);
        (parsed, framing, len, false)
    })
}

/// Reads the responses from offset `start` of the server's stream on, up to the one that opens a tunnel. `methods` are those of
/// the requests they answer.
pub(super) fn responses(server: &Half, start: u64, methods: &[&str]) -> Messages<ResponseHead> {
    let mut answered = 0;
    read(&server.stream, start, looks_like_http_response, |stream, bytes| {
        let parsed = ResponseHead::parse(bytes);
        let Some(head) = parsed.head() else { return (parsed, Framing::None, 0, false) };
        // Whoever asks for a tunnel asks for nothing else before it stands; some CONNECTs may not have been captured.
        let again = methods.last().copied().filter(|last| *last == "CONNECT");
        let method = methods.get(answered).copied().or(again);
        let len = head.head_len;
        let tunnel = head.is_success()
            && (method == Some("CONNECT")
                || (methods.is_empty() && opens_tunnel(stream, head, bytes.get(len..))));
        answered += usize::from(!head.is_interim());
        let framing = if tunnel { Framing::None } else { head.framing(method) };
        (parsed, framing, len, tunnel)
    })
}

/// Whether a 2xx whose request was not captured opened a tunnel: a TLS record follows its head, or it says so.
fn opens_tunnel(stream: &Stream, head: &ResponseHead, behind: Option<&[u8]>) -> bool {
    let behind = behind.unwrap_or_default();
    let record = matches!(RecordHeader::parse(behind), RecordStart::Header(_));
    let says = head.reason.to_ascii_lowercase().contains("connection established");
    let bare = !head.headers.has("content-type") && !head.headers.has("transfer-encoding");
    record || says || (bare && stream.end() == head.head_len as u64 && !head.headers.has("content-length"))
}

fn read<H>(
    stream: &Stream,
    start: u64,
    looks: fn(&[u8]) -> bool,
    mut parse: impl FnMut(&Stream, &[u8]) -> (Parsed<H>, Framing, usize, bool),
) -> Messages<H> {
    let mut list: Vec<Message<H>> = Vec::new();
    let mut offset = start;
    let rest = loop {
        let bytes = stream.readable_from(offset);
        if bytes.is_empty() || list.len() >= HTTP_MESSAGES {
            break unread(stream, offset);
        }
        let (parsed, framing, head_len, tunnel) = parse(stream, bytes);
        let whole_head = matches!(parsed, Parsed::Complete(_));
        let head = match parsed {
            Parsed::Complete(head) | Parsed::Partial(Some(head)) => head,
            Parsed::Partial(None) => break Rest::Partial,
            Parsed::NotHttp => break Rest::Other,
        };
        let message = place(stream, offset, bytes, (head, whole_head, head_len, framing));
        offset = message.end;
        let over = whole_head && message.body.end == BodyEnd::Complete;
        list.push(message);
        if tunnel {
            break if offset < stream.end() { Rest::Other } else { Rest::Nothing };
        }
        if over {
            continue;
        }
        match found_again(stream, offset, looks) {
            Some(next) => offset = next,
            None => break unread(stream, offset),
        }
    };
    Messages { list, rest, end: offset }
}

/// What stands at `offset`, where reading ends.
fn unread(stream: &Stream, offset: u64) -> Rest {
    if offset >= stream.end() {
        Rest::Nothing
    } else if stream.overflowed() || !stream.readable_from(offset).is_empty() {
        Rest::Limit
    } else {
        Rest::Gap
    }
}

/// Where messages go on behind one that the capture's packet length cut at `offset`: at the start of a segment that `looks` like one.
/// Behind packets that are missing nothing is looked for: a whole message may be missing with them.
fn found_again(stream: &Stream, offset: u64, looks: fn(&[u8]) -> bool) -> Option<u64> {
    let mut starts = stream.starts_from(offset);
    let next = starts.find(|start| looks(stream.readable_from(*start)))?;
    stream.has_seen(&(offset..next)).then_some(next)
}

fn place<H>(
    stream: &Stream,
    offset: u64,
    bytes: &[u8],
    (head, whole_head, head_len, framing): (H, bool, usize, Framing),
) -> Message<H> {
    let line = bytes.iter().position(|&octet| octet == b'\n').map_or(bytes.len(), |end| end + 1);
    let body = if whole_head {
        Body::read(framing, bytes.get(head_len..).unwrap_or_default(), HTTP_BODY)
    } else {
        Body { bytes: Vec::new(), total: 0, consumed: 0, end: BodyEnd::More }
    };
    let end =
        if whole_head { offset + (head_len + body.consumed) as u64 } else { offset + bytes.len() as u64 };
    let fallback = At { frame: crate::model::FrameNumber::new(0), time: crate::model::Timestamp(0) };
    let at = stream.at(offset).unwrap_or(fallback);
    let line_at = stream.completed_at(offset..offset + line as u64).unwrap_or(at);
    let last = stream.completed_at(offset..end).unwrap_or(at);
    Message { head, at, line_at, last, end, whole_head, body }
}
