//! The switch's exchange with a proxy: CONNECT, or requests in absolute form (RFC 9112 §3.2.2, §3.2.3).

use crate::flow::Flow;
use crate::model::{At, HostName};
use crate::proto::http::{
    RequestHead, ResponseHead, Target, has_proxy_marks, proxy_product, says_upstream_failure,
};

use super::messages::{Message, Rest};

/// What passed between the switch and the proxy before the tunnel stood.
#[derive(Debug, Clone, Default)]
pub struct ProxyExchange {
    /// CONNECT rather than absolute form.
    pub connect: bool,
    /// Requests, in order (several after a 407).
    pub requests: Vec<ProxyRequest>,
    /// Responses, in order, 1xx included.
    pub responses: Vec<ProxyResponse>,
    /// First octets of an answer that is not HTTP.
    pub not_http: Option<(At, String)>,
    /// The ClientHello that shows that the tunnel stood, where the answer that opened it was not captured.
    pub opened_unseen: Option<At>,
    /// A status line that had begun when the octets ended.
    pub partial: Option<At>,
    /// Whether octets of the answer are missing from the capture.
    pub unreadable: bool,
    /// Proxy software named by headers or body.
    pub product: Option<String>,
}

/// A CONNECT or an absolute-form request.
#[derive(Debug, Clone)]
pub struct ProxyRequest {
    /// First frame that carries it.
    pub at: At,
    /// Host asked for.
    pub host: HostName,
    /// Port asked for.
    pub port: Option<u16>,
    /// Whether it carries Proxy-Authorization.
    pub credentials: bool,
}

/// A response to CONNECT or to an absolute-form request.
#[derive(Debug, Clone)]
pub struct ProxyResponse {
    /// Frame that completes its status line.
    pub at: At,
    /// Last frame of what was read of it.
    pub last: At,
    /// Status code.
    pub status: u16,
    /// Reason phrase, printable; may be empty.
    pub reason: String,
    /// The status line as sent.
    pub status_line: String,
    /// `Via`, `Server`, `Proxy-Agent` and the like: lower-case name and value.
    pub headers: Vec<(String, String)>,
    /// Schemes of every Proxy-Authenticate.
    pub auth_schemes: Vec<String>,
    /// Whether its head came to an end.
    pub whole_head: bool,
    /// Whether reason, headers or body say that the proxy could not resolve or reach the service.
    pub upstream_failure: bool,
    /// Whether headers or body show that a proxy made it.
    pub proxy_marks: bool,
}

/// Header fields that tell who answered and why.
const TELLING: [&str; 8] =
    ["via", "server", "proxy-agent", "x-squid-error", "location", "proxy-authenticate", "x-cache", "date"];

impl ProxyExchange {
    /// From the messages of a connection to a proxy.
    pub(super) fn of(
        connect: bool,
        requests: &[Message<RequestHead>],
        responses: &[Message<ResponseHead>],
        rest: Rest,
        server_first: Option<(At, String)>,
    ) -> Self {
        let product =
            responses.iter().rev().find_map(|response| proxy_product(&response.head, &response.body.bytes));
        let tunnel = connect && responses.last().is_some_and(|last| last.head.is_success());
        Self {
            connect,
            requests: requests.iter().filter_map(ProxyRequest::of).collect(),
            responses: responses.iter().map(ProxyResponse::of).collect(),
            not_http: server_first.filter(|_| rest == Rest::Other && !tunnel),
            opened_unseen: None,
            partial: None,
            unreadable: rest == Rest::Gap,
            product,
        }
    }

    /// The last response that is not 1xx.
    pub fn final_response(&self) -> Option<&ProxyResponse> {
        self.responses.iter().rev().find(|response| response.status >= 200)
    }

    /// The response that opened the tunnel.
    pub fn success(&self) -> Option<&ProxyResponse> {
        self.responses.iter().find(|response| (200..300).contains(&response.status))
    }

    /// Whether the tunnel stood, as the proxy's 2xx says or what follows it shows.
    pub fn is_open(&self) -> bool {
        self.success().is_some() || self.opened_unseen.is_some()
    }

    /// The last request, where no final response came after it.
    pub fn unanswered(&self, flow: Option<&Flow>) -> Option<&ProxyRequest> {
        let finals = self.responses.iter().filter(|response| response.status >= 200);
        let fewer = self.requests.len() > finals.count();
        let later = |request: &&ProxyRequest| {
            let answer = self.final_response().zip(flow);
            answer.is_none_or(|(response, flow)| flow.precedes(response.at, request.at))
        };
        self.last_request().filter(|request| fewer || later(request))
    }

    /// The last request.
    pub fn last_request(&self) -> Option<&ProxyRequest> {
        self.requests.last()
    }
}

impl ProxyRequest {
    fn of(message: &Message<RequestHead>) -> Option<Self> {
        let (Target::Authority(authority) | Target::Absolute { authority, .. }) = &message.head.target else {
            return None;
        };
        Some(Self {
            at: message.at,
            host: authority.host.clone(),
            port: authority.port,
            credentials: message.head.headers.has("proxy-authorization"),
        })
    }
}

impl ProxyResponse {
    fn of(message: &Message<ResponseHead>) -> Self {
        let head = &message.head;
        let body = &message.body.bytes;
        let telling = head.headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()));
        Self {
            at: message.line_at,
            last: message.last,
            status: head.status,
            reason: head.reason.clone(),
            status_line: head.status_line(),
            headers: telling.filter(|(name, _)| TELLING.contains(&name.as_str())).collect(),
            auth_schemes: head.headers.auth_schemes("proxy-authenticate"),
            whole_head: message.whole_head,
            upstream_failure: says_upstream_failure(head, body),
            proxy_marks: has_proxy_marks(head, body),
        }
    }
}
