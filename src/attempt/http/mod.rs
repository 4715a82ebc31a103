//! The request and its answer: HTTP in clear, or what TLS lets be seen of it.

mod clear;
mod under_tls;

use crate::flow::{Flow, Half, Segment, SegmentClass};
use crate::model::{At, Direction, HostName};
use crate::proto::licensing::LicensingResponse;

/// The request and its answer.
#[derive(Debug, Clone, Default)]
pub struct HttpExchange {
    /// What was said, in clear; `None` under TLS.
    pub clear: Option<Box<ClearText>>,
    /// Requests seen (under TLS: turns of the client).
    pub exchanges: u32,
    /// Requests that were answered.
    pub answered: u32,
    /// First frame of the first request.
    pub request: Option<At>,
    /// First frame of the last request.
    pub last_request: Option<At>,
    /// First frame of the answer to the last request.
    pub answer: Option<At>,
    /// Octets of application data from the client, heads included; `None` where its direction is not in the capture.
    pub request_bytes: Option<u64>,
    /// Octets of application data from the server, heads included; `None` where its direction is not in the capture.
    pub response_bytes: Option<u64>,
    /// Whether all there is of an answer under TLS 1.3 may be session tickets.
    pub maybe_tickets: bool,
    /// Whether octets of the answer are missing from the capture.
    pub unreadable: bool,
    /// What the server sent behind the last request and past our limits: an answer that nobody has read.
    pub unread: Option<At>,
}

/// What only an exchange in clear tells.
#[derive(Debug, Clone, Default)]
pub struct ClearText {
    /// The last request's method.
    pub method: Option<String>,
    /// The last request's path.
    pub path: Option<String>,
    /// The last request's Host, without its port.
    pub host: Option<HostName>,
    /// The last answer's final status.
    pub status: Option<u16>,
    /// Its status line as sent.
    pub status_line: Option<String>,
    /// The last answer's body.
    pub body: AnswerBody,
    /// Type of the last licensing request.
    pub request_type: Option<String>,
    /// The last licensing answer.
    pub licensing: Option<LicensingResponse>,
    /// The answer's Date header.
    pub server_date: Option<String>,
    /// First octets from the server that are not HTTP.
    pub not_http: Option<(At, String)>,
    /// The latest error before the last answer: where, and its status line. A proxy's 407 is none.
    pub earlier_error: Option<(At, String)>,
}

/// What is known of an answer's body.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum AnswerBody {
    /// No answer.
    #[default]
    Unknown,
    /// Whole, and empty.
    Empty,
    /// A licensing answer, whole or with its status in what was captured.
    Licensing,
    /// Whole, and something else: its first line.
    Other(String),
    /// In a content coding that is not undone here.
    Coded(String),
    /// Not whole, and no licensing status in what there is of it.
    Partial,
}

impl HttpExchange {
    /// Whether it is in clear rather than under TLS.
    pub fn is_clear(&self) -> bool {
        self.clear.is_some()
    }

    /// What it says; nothing under TLS.
    pub fn text(&self) -> &ClearText {
        self.clear.as_deref().unwrap_or(&ClearText::NOTHING)
    }
}

/// `octets` of a direction that is in the capture.
fn seen(half: &Half, octets: u64) -> Option<u64> {
    (half.frames > 0).then_some(octets)
}

/// Most octets that only close a TLS connection: AES-CBC with SHA-384 makes 85 of an alert.
const CLOSE: i64 = 100;

/// Whether the client sent more than `most` octets behind those that the frame at `answer` acknowledges, seen or not.
fn asks_again(flow: &Flow, answer: At, most: i64) -> bool {
    let client = &flow.from_client;
    let sent = i64::try_from(client.stream.end().max(client.acknowledged)).unwrap_or(i64::MAX);
    flow.acknowledged_at(answer).is_some_and(|heard| sent.saturating_sub(heard) > most)
}

/// What the server sent behind `request` and behind offset `end`, where a limit of ours ended reading.
fn past_limit(flow: &Flow, request: Option<At>, end: u64) -> Option<At> {
    let (request, end) = (request?, i64::try_from(end).ok()?);
    let answers = |segment: &Segment| {
        segment.class == SegmentClass::Normal
            && i64::from(segment.len) > CLOSE
            && request.before(segment.at)
            && segment.offset + i64::from(segment.len) > end
    };
    flow.data_segments(Direction::FromServer).find(answers).map(|segment| segment.at)
}

impl ClearText {
    const NOTHING: Self = Self {
        method: None,
        path: None,
        host: None,
        status: None,
        status_line: None,
        body: AnswerBody::Unknown,
        request_type: None,
        licensing: None,
        server_date: None,
        not_http: None,
        earlier_error: None,
    };
}
