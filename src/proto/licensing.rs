//! The licensing bodies where they are in clear (CSLU, On-Prem on port 80): JSON whose `request` or `response` is JSON in a
//! string. Nothing but the words below is kept: tokens, serial numbers and account names are in the rest.

use serde::Deserialize;
use serde_json::Value;
use serde_json::error::Category;

use crate::limits::MAX_WORD;
use crate::proto::text;

/// What a body is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Licensing<T> {
    /// A whole licensing message.
    Whole(T),
    /// The start of one; its words are those before the cut.
    Cut(T),
    /// Something else: no JSON (a portal page), or JSON of another kind; also nothing at all.
    Other,
}

/// What the switch asks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LicensingRequest {
    /// `ID_TOKEN_TRUST`, `UTILITY`, ...
    pub request_type: Option<String>,
}

/// What the service answers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LicensingResponse {
    /// The request's type, repeated.
    pub request_type: Option<String>,
    /// `OK`, `OK_POLL`, `OK_TRY_AGAIN`, ...
    pub status_code: Option<String>,
    /// The same in words.
    pub status_message: Option<String>,
}

impl LicensingResponse {
    /// Whether the service took the request: `OK` or `OK_POLL` (it will be polled).
    pub fn is_accepted(&self) -> bool {
        matches!(self.status_code.as_deref(), Some("OK" | "OK_POLL"))
    }
}

impl<T> Licensing<T> {
    /// The message, whole or cut.
    pub fn message(&self) -> Option<&T> {
        match self {
            Self::Whole(message) | Self::Cut(message) => Some(message),
            Self::Other => None,
        }
    }

    fn map<U>(self, f: impl FnOnce(T) -> U) -> Licensing<U> {
        match self {
            Self::Whole(message) => Licensing::Whole(f(message)),
            Self::Cut(message) => Licensing::Cut(f(message)),
            Self::Other => Licensing::Other,
        }
    }
}

impl LicensingRequest {
    /// Reads a request's body.
    pub fn parse(body: &[u8]) -> Licensing<Self> {
        read(body, |outer| outer.request, "request", |words| words.header.is_some())
            .map(|words| Self { request_type: words.request_type() })
    }
}

impl LicensingResponse {
    /// Reads a response's body.
    pub fn parse(body: &[u8]) -> Licensing<Self> {
        read(body, |outer| outer.response, "response", |words| words.status_code.is_some()).map(|words| {
            Self {
                request_type: words.request_type(),
                status_code: words.status_code.as_ref().and_then(plain).map(|code| word(&code)),
                status_message: words
                    .status_message
                    .as_ref()
                    .and_then(plain)
                    .map(|said| text::printable(said.as_bytes())),
            }
        })
    }
}

/// The outer object.
#[derive(Deserialize)]
struct Outer {
    request: Option<Inner>,
    response: Option<Inner>,
}

/// The inner object, in a string as seen, or bare.
#[derive(Deserialize)]
#[serde(untagged)]
enum Inner {
    Text(String),
    Object(Words),
}

/// The few members that are read.
#[derive(Deserialize, Default)]
struct Words {
    header: Option<Header>,
    /// A word as seen; a number elsewhere would do.
    status_code: Option<Value>,
    status_message: Option<Value>,
}

#[derive(Deserialize)]
struct Header {
    request_type: Option<String>,
}

impl Words {
    fn request_type(&self) -> Option<String> {
        self.header.as_ref()?.request_type.as_deref().map(word)
    }
}

/// A string without its quotes, a number or truth value as written.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

fn word(value: &str) -> String {
    text::bounded(value.as_bytes(), MAX_WORD)
}

fn read(
    body: &[u8],
    pick: impl Fn(Outer) -> Option<Inner>,
    member: &str,
    is_licensing: impl Fn(&Words) -> bool,
) -> Licensing<Words> {
    let outer = match serde_json::from_slice::<Outer>(body) {
        Ok(outer) => pick(outer),
        Err(error) if error.classify() == Category::Eof => return cut(body, member),
        Err(_) => None,
    };
    let words = match outer {
        Some(Inner::Text(text)) => serde_json::from_str(&text).ok(),
        Some(Inner::Object(words)) => Some(words),
        None => None,
    };
    words.filter(is_licensing).map_or(Licensing::Other, Licensing::Whole)
}

/// A body that ends too early, if it is the start of a licensing message: its words are looked up by name.
fn cut(body: &[u8], member: &str) -> Licensing<Words> {
    // The quotes inside the string are escaped once, those of the data inside that more often: without backslashes all alike.
    let plain: String = String::from_utf8_lossy(body).chars().filter(|&c| c != '\\').collect();
    let find = |name: &str| {
        let (_, rest) = plain.split_once(&format!("\"{name}\":\""))?;
        rest.split_once('"').map(|(value, _)| value.to_owned())
    };
    if !plain.contains(&format!("\"{member}\":")) {
        return Licensing::Other;
    }
    Licensing::Cut(Words {
        header: Some(Header { request_type: find("request_type") }),
        status_code: find("status_code").map(Value::String),
        status_message: find("status_message").map(Value::String),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::noise::torture;

    const REQUEST: &str = r#"{"request":"{\"header\":{\"request_type\":\"ID_TOKEN_TRUST\",\"sudi\":{\"udi_pid\":\"C9300-48UN\",\"udi_serial_number\":\"FOC0\"},\"version\":\"1.3\",\"nonce\":\"8620723070430261290\",\"timestamp\":1737760739943,\"connect_info\":{\"name\":\"C_agent\",\"version\":\"5.5.29_rel/114\",\"production\":true}},\"request_data\":\"{\\\"token\\\":\\\"SECRET\\\",\\\"mode\\\":\\\"PERMANENT\\\"}\"}"}"#;
    const RESPONSE: &str = r#"{"signature":{"type":null,"value":null},"response":"{\"header\":{\"version\":\"1.3\",\"request_type\":\"ID_TOKEN_TRUST\",\"agent_actions\":null},\"status_code\":\"OK\",\"status_message\":\"OK\",\"retry_time_seconds\":0,\"response_data\":\"{\\\"nonce\\\":\\\"1\\\"}\"}","sch_response":null}"#;

    #[test]
    fn a_request_says_its_type_and_no_more() {
        let request = LicensingRequest { request_type: Some("ID_TOKEN_TRUST".to_owned()) };
        assert_eq!(LicensingRequest::parse(REQUEST.as_bytes()), Licensing::Whole(request.clone()));
        assert_eq!(LicensingRequest::parse(&REQUEST.as_bytes()[..200]), Licensing::Cut(request));
        torture(REQUEST.as_bytes(), |bytes| drop(LicensingRequest::parse(bytes)));
    }

    #[test]
    fn a_response_says_its_status() {
        let response = LicensingResponse::parse(RESPONSE.as_bytes());
        assert!(matches!(&response, Licensing::Whole(response) if response.is_accepted()));
        let bad = RESPONSE.replace("OK", "FAILED");
        let Licensing::Whole(bad) = LicensingResponse::parse(bad.as_bytes()) else { panic!("{bad}") };
        assert_eq!((bad.is_accepted(), bad.status_message.as_deref()), (false, Some("FAILED")));
        let bare = LicensingResponse::parse(br#"{"response":{"status_code":7}}"#);
        assert_eq!(bare.message().and_then(|bare| bare.status_code.as_deref()), Some("7"));
        torture(RESPONSE.as_bytes(), |bytes| drop(LicensingResponse::parse(bytes)));
    }

    #[test]
    fn a_cut_response_keeps_the_status_before_the_cut() {
        let end = RESPONSE.find("retry_time").unwrap();
        let response = LicensingResponse::parse(&RESPONSE.as_bytes()[..end]);
        assert!(matches!(&response, Licensing::Cut(response) if response.is_accepted()));
    }

    #[test]
    fn pages_and_other_json_are_no_licensing() {
        for body in
            ["", "<html>log on</html>", "{}", "[1]", "{\"response\":null}", "{\"response\":\"x\"}", "{\"a\":"]
        {
            assert_eq!(LicensingResponse::parse(body.as_bytes()), Licensing::Other, "{body}");
        }
    }
}
