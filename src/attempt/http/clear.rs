//! HTTP in clear.

use crate::flow::{Flow, Segment, SegmentClass};
use crate::limits::HTTP_BODY;
use crate::model::{At, Direction};
use crate::proto::http::{BodyEnd, Framing, RequestHead, ResponseHead, decode_content, is_known_coding};
use crate::proto::licensing::{Licensing, LicensingRequest, LicensingResponse};
use crate::proto::text;

use super::{AnswerBody, ClearText, HttpExchange, asks_again, past_limit, seen};
use crate::attempt::messages::{Message, Messages, Rest};

impl HttpExchange {
    /// From messages in clear.
    pub(in crate::attempt) fn in_clear(
        requests: &Messages<RequestHead>,
        responses: &Messages<ResponseHead>,
        flow: &Flow,
    ) -> Self {
        let last = requests.list.last();
        let mut finals: Vec<_> =
            responses.list.iter().filter(|response| !response.head.is_interim()).collect();
        let one_way = requests.list.is_empty();
        while finals.len() > requests.list.len().max(1) && is_unasked(&finals, flow) {
            finals.pop();
        }
        let answers = u32::try_from(finals.len()).unwrap_or(u32::MAX);
        let exchanges = u32::try_from(requests.list.len()).unwrap_or(u32::MAX);
        let hidden = finals.last().is_some_and(|answer| hides_another(responses, answer, flow));
        // What was asked and is missing cannot be counted.
        let missing = one_way || flow.from_client.stream.uncaptured().next().is_some();
        let earlier = finals.last().filter(|answer| missing && asks_again(flow, answer.last, CHATTER));
        let answered = !hidden && earlier.is_none() && (one_way || answers >= exchanges);
        let answer = finals.last().filter(|_| answered);
        let unreadable = responses.rest == Rest::Gap;
        let limit = (answer.is_none() && responses.rest == Rest::Limit).then_some(responses.end);
        let mut clear = ClearText {
            method: last.map(|request| request.head.method.clone()),
            path: last.and_then(|request| request.head.path().map(str::to_owned)),
            host: last.and_then(|request| request.head.destination()).map(|authority| authority.host),
            request_type: last.and_then(|request| request_type(&request.body.bytes)),
            earlier_error: earlier_error(&finals),
            ..ClearText::default()
        };
        if let Some(answer) = answer {
            let closed = flow.from_server.fin.is_some() && !unreadable;
            clear.take_answer(answer, last.map(|request| request.head.method.as_str()), closed);
        } else if let Some(answer) = earlier {
            (clear.body, _) = body(answer, None, false);
        } else if responses.rest == Rest::Other {
            let stream = &flow.from_server.stream;
            let line = text::first_line(stream.readable_from(responses.end));
            clear.not_http = stream.at(responses.end).map(|at| (at, line));
        }
        Self {
            clear: Some(Box::new(clear)),
            exchanges,
            answered: answers.min(exchanges),
            request: requests.list.first().map(|request| request.at),
            last_request: last.map(|request| request.at),
            answer: answer.map(|answer| answer.line_at),
            request_bytes: seen(&flow.from_client, flow.from_client.stream.end()),
            response_bytes: seen(&flow.from_server, flow.from_server.stream.end()),
            maybe_tickets: false,
            unreadable,
            unread: limit.and_then(|end| past_limit(flow, last.map(|request| request.at), end)),
        }
    }
}

impl ClearText {
    /// `closed` as in [`body`].
    fn take_answer(&mut self, answer: &Message<ResponseHead>, method: Option<&str>, closed: bool) {
        self.status = Some(answer.head.status);
        self.status_line = Some(answer.head.status_line());
        // A cache gives the date at which the answer was made, perhaps long ago (RFC 9111 §5.1).
        let made_now = !answer.head.headers.has("age");
        self.server_date = answer.head.headers.first("date").filter(|_| made_now).map(str::to_owned);
        (self.body, self.licensing) = body(answer, method, closed);
    }
}

/// What the body of `answer` is, and the licensing message in it; `closed`: the server closed, and all that it sent before is there.
fn body(
    answer: &Message<ResponseHead>,
    method: Option<&str>,
    closed: bool,
) -> (AnswerBody, Option<LicensingResponse>) {
    let framing = if answer.whole_head { answer.head.framing(method) } else { Framing::UntilClose };
    let whole = answer.whole_head
        && (answer.body.end == BodyEnd::Complete || (framing == Framing::UntilClose && closed));
    let content = decode_content(&answer.head, &answer.body.bytes, HTTP_BODY);
    let coding = answer.head.headers.first("content-encoding").filter(|coding| !is_known_coding(coding));
    if let Some(coding) = coding {
        return (AnswerBody::Coded(coding.to_owned()), None);
    }
    let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&content);
    let said = LicensingResponse::parse(content);
    let body = match (&said, whole) {
        (Licensing::Whole(_), _) => AnswerBody::Licensing,
        (Licensing::Cut(message), _) if message.status_code.is_some() => AnswerBody::Licensing,
        (_, false) => AnswerBody::Partial,
        _ if content.trim_ascii().is_empty() => AnswerBody::Empty,
        _ => AnswerBody::Other(text::first_line(content)),
    };
    (body, said.message().filter(|message| message.status_code.is_some()).cloned())
}

/// Most octets of a client's last words that are no request: a TLS alert, and a FIN. The shortest request has 18.
const CHATTER: i64 = 8;

/// Whether the client said nothing between the last two of `finals`: the last answers nothing, such as a 408 on an idle connection
/// (RFC 9110 §15.5.9).
fn is_unasked(finals: &[&Message<ResponseHead>], flow: &Flow) -> bool {
    let [.., before, last] = finals else { return false };
    let between = |segment: &Segment| before.last.before(segment.at) && segment.at.before(last.at);
    let heard = flow.acknowledged_at(before.last).zip(flow.acknowledged_at(last.at));
    heard.is_some_and(|(before, last)| before == last)
        && !flow.data_segments(Direction::FromClient).any(|segment| between(&segment))
}

/// Whether what cannot be read behind `answer` is a further one, which decides: that one is whole, or the server speaks again after
/// the client did. A single octet that is missing is the server's FIN.
fn hides_another(responses: &Messages<ResponseHead>, answer: &Message<ResponseHead>, flow: &Flow) -> bool {
    if responses.rest != Rest::Gap || flow.from_server.stream.end() <= responses.end + 1 {
        return false;
    }
    let whole = answer.whole_head && answer.body.end == BodyEnd::Complete;
    let spoke = flow.from_server.data.map(|(_, last)| last);
    let asks = |segment: &Segment| {
        segment.class == SegmentClass::Normal
            && answer.last.before(segment.at)
            && spoke.is_some_and(|last| segment.at.before(last))
    };
    whole || flow.data_segments(Direction::FromClient).any(|segment| asks(&segment))
}

/// The latest of `finals` but the last that is an error.
fn earlier_error(finals: &[&Message<ResponseHead>]) -> Option<(At, String)> {
    let (_, earlier) = finals.split_last()?;
    let error = earlier.iter().rfind(|answer| answer.head.status >= 300 && answer.head.status != 407)?;
    Some((error.line_at, error.head.status_line()))
}

fn request_type(body: &[u8]) -> Option<String> {
    LicensingRequest::parse(body).message().and_then(|message| message.request_type.clone())
}
