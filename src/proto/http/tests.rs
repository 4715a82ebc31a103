//! Heads as proxies and switches write them (measured in the lab: squid 5.7, tinyproxy 1.11, haproxy 2.6, Apache 2.4, privoxy).

use super::*;
use crate::model::HostName;
use crate::proto::noise::torture;

fn response(head: &str) -> ResponseHead {
    ResponseHead::parse(head.as_bytes()).head().cloned().unwrap_or_else(|| panic!("{head:?}"))
}

fn request(head: &str) -> RequestHead {
    RequestHead::parse(head.as_bytes()).complete().unwrap_or_else(|| panic!("{head:?}"))
}

const SQUID_403: &str = "HTTP/1.1 403 Forbidden\r\nServer: squid/5.7\r\nMime-Version: 1.0\r\nContent-Length: 3589\r\n\
    X-Squid-Error: ERR_ACCESS_DENIED 0\r\nVia: 1.1 lab (squid/5.7)\r\nConnection: keep-alive\r\n\r\n";

#[test]
fn a_response_with_fields_is_read() {
    let head = response(SQUID_403);
    assert_eq!((head.version, head.status, head.reason.as_str()), ((1, 1), 403, "Forbidden"));
    assert_eq!(head.headers.first("SERVER"), Some("squid/5.7"));
    assert_eq!((head.head_len, head.headers.len()), (SQUID_403.len(), 6));
    assert_eq!(head.framing(Some("GET")), Framing::Length(3589));
    torture(SQUID_403.as_bytes(), |bytes| drop(ResponseHead::parse(bytes)));
}

#[test]
fn status_lines_as_they_come() {
    for (line, quoted) in [
        ("HTTP/1.1 200 Connection established\r\n\r\n", "HTTP/1.1 200 Connection established"),
        ("HTTP/1.0 200\r\n\r\n", "HTTP/1.0 200"),
        ("HTTP/1.1 200 \r\n\r\n", "HTTP/1.1 200"),
        ("HTTP/1.1  407  Auth\n\n", "HTTP/1.1 407 Auth"),
        ("\r\nHTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 204 No Content"),
        ("HTTP/2.0 200 OK\r\nA: b\r\n\r\n", "HTTP/2.0 200 OK"),
        ("HTTP/1.1 200 OK\r\nbad line\r\nA b: c\r\nok: 1\r\n\r\n", "HTTP/1.1 200 OK"),
    ] {
        let head = ResponseHead::parse(line.as_bytes()).complete().unwrap_or_else(|| panic!("{line:?}"));
        assert_eq!((head.status_line().as_str(), head.head_len), (quoted, line.len()));
    }
    let latin = ResponseHead::parse(b"HTTP/1.1 403 Acc\xe8s refus\xe9\r\n\r\n").complete().unwrap();
    assert_eq!(latin.reason, "Accès refusé");
}

#[test]
fn a_status_is_known_before_its_head_is_whole() {
    for known in [
        "HTTP/1.1 407 ",
        "HTTP/1.1 407\r\n",
        "HTTP/1.1 407 Proxy Auth",
        "HTTP/1.1 407 x\r\nVia: 1.1 a\r\nServ",
    ] {
        let head = ResponseHead::parse(known.as_bytes());
        assert!(
            matches!(&head, Parsed::Partial(Some(head)) if head.status == 407 && head.head_len == 0),
            "{known:?}"
        );
    }
    assert_eq!(response("HTTP/1.1 407 x\r\nVia: 1.1 a\r\nServ").headers.first("via"), Some("1.1 a"));
    for unknown in ["", "H", "HTTP/", "HTTP/1.1", "HTTP/1.1 ", "HTTP/1.1 40", "HTTP/1.1 407"] {
        assert_eq!(ResponseHead::parse(unknown.as_bytes()), Parsed::Partial(None), "{unknown:?}");
    }
}

#[test]
fn other_protocols_are_not_http() {
    for other in [
        "ICY 200 OK\r\n",
        "SSH-2.0-x\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 abc\r\n",
        "HTTP/x",
        "HTTQ",
        "\x16\x03",
    ] {
        assert_eq!(ResponseHead::parse(other.as_bytes()), Parsed::NotHttp, "{other:?}");
    }
    for other in ["SSH-2.0-x\r\n", "\x16\x03\x01", "get / HTTP/1.1\r\n", "GET /\x01", "QUIT\r\n"] {
        let parsed = RequestHead::parse(other.as_bytes());
        assert!(!matches!(parsed, Parsed::Complete(_)), "{other:?}");
    }
    assert!(
        looks_like_http_response(b"HTT")
            && !looks_like_http_response(b"")
            && !looks_like_http_response(b"220 ")
    );
    assert!(
        looks_like_http_request(b"CONNE")
            && looks_like_http_request(b"POST /x")
            && !looks_like_http_request(b"CONNECTS")
            && looks_like_http_request(b"PROPFIND /webdav HTTP/1.1\r\nHost: a")
            && !looks_like_http_request(b"PROPFIND /webdav HTTP/1.1")
            && !looks_like_http_request(b"OPTIONAL rtsp://a RTSP/1.0\r\n")
    );
}

#[test]
fn more_fields_than_slots_are_still_a_head() {
    let head = format!("HTTP/1.1 200 OK\r\n{}\r\n", "A: b\r\n".repeat(200));
    let head = ResponseHead::parse(head.as_bytes()).complete().unwrap();
    assert_eq!((head.headers.len(), head.head_len), (128, 17 + 1200 + 2));
}

#[test]
fn connect_names_its_target() {
    let text = "CONNECT smartreceiver.cisco.com:443 HTTP/1.1\r\nHost: smartreceiver.cisco.com\r\n\
        User-Agent: cisco-IOS\r\nProxy-Authorization: Basic c2VjcmV0\r\n\r\n";
    let head = request(text);
    assert!(head.is_connect());
    let target = Authority { host: HostName::new("smartreceiver.cisco.com"), port: Some(443) };
    assert_eq!(head.destination(), Some(target.clone()));
    assert_eq!((target.to_string().as_str(), head.path()), ("smartreceiver.cisco.com:443", None));
    assert_eq!(head.headers.first("proxy-authorization"), Some("Basic …"));
    torture(text.as_bytes(), |bytes| drop(RequestHead::parse(bytes)));
}

#[test]
fn targets_have_four_forms() {
    let head = request("POST http://User:pw@CSLU.example:8182/cslu/v1/pi?token=x HTTP/1.1\r\n\r\n");
    let authority = Authority { host: HostName::new("cslu.example"), port: Some(8182) };
    let path = "/cslu/v1/pi".to_owned();
    assert_eq!(head.target, Target::Absolute { scheme: "http".to_owned(), authority, path });
    let head = request("POST /licservice/license HTTP/1.0\r\nhost: [2001:DB8::1]:80\r\n\r\n");
    assert_eq!(
        (head.path(), head.destination().unwrap().to_string().as_str()),
        (Some("/licservice/license"), "[2001:db8::1]:80")
    );
    assert_eq!(request("OPTIONS * HTTP/1.1\r\n\r\n").target, Target::Other("*".to_owned()));
    assert_eq!(request("GET /\r\n\r\n").version, (0, 9));
    assert_eq!(request("GET http://a HTTP/1.1\r\n\r\n").path(), Some("/"));
    let cut = RequestHead::parse(b"CONNECT a:443 HTTP/1.1");
    assert!(matches!(cut, Parsed::Partial(Some(head)) if head.is_connect()));
    assert_eq!(Authority::parse("2001:db8::1").unwrap().port, None);
    assert_eq!(Authority::parse("a:99999"), None);
    assert_eq!(Authority::parse(""), None);
}

#[test]
fn products_name_themselves() {
    for (head, body, product) in [
        (SQUID_403, "", Some("squid 5.7")),
        ("HTTP/1.0 403 Filtered\r\nServer: tinyproxy/1.11.1\r\n\r\n", "", Some("tinyproxy 1.11.1")),
        (
            "HTTP/1.0 200 Connection established\r\nProxy-agent: tinyproxy/1.11.1\r\n\r\n",
            "",
            Some("tinyproxy 1.11.1"),
        ),
        (
            "HTTP/1.1 503 Service Unavailable\r\n\r\n",
            "<p>Generated by lab (squid/5.7)</p>",
            Some("squid 5.7"),
        ),
        ("HTTP/1.1 403 Request blocked by Privoxy\r\n\r\n", "", Some("Privoxy")),
        ("HTTP/1.1 403 Forbidden\r\nServer: Zscaler/6.2\r\n\r\n", "", Some("Zscaler 6.2")),
        (
            "HTTP/1.1 200 OK\r\nVia: 1.1 wsa.example (Cisco-WSA/14.5.1-016)\r\n\r\n",
            "",
            Some("Cisco Web Security Appliance 14.5.1"),
        ),
        (
            "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 107\r\n\r\n",
            "<h1>503 Service Unavailable</h1>",
            None,
        ),
        ("HTTP/1.1 404 Not Found\r\nServer: nginx\r\n\r\n", "", None),
    ] {
        assert_eq!(proxy_product(&response(head), body.as_bytes()).as_deref(), product, "{head}");
    }
}

#[test]
fn an_answer_that_only_passed_a_proxy_has_no_marks() {
    let relayed = response("HTTP/1.1 404 Not Found\r\nServer: nginx\r\nVia: 1.1 lab (squid/5.7)\r\n\r\n");
    assert!(!has_proxy_marks(&relayed, b"<h1>404 Not Found</h1>"));
    assert_eq!(proxy_product(&relayed, b"").as_deref(), Some("squid 5.7"));
    assert!(has_proxy_marks(&response(SQUID_403), b""));
    assert!(has_proxy_marks(&response("HTTP/1.1 502 Proxy Error\r\nServer: Apache/2.4.57\r\n\r\n"), b""));
}

#[test]
fn upstream_failures_are_said_in_words() {
    for (head, body) in [
        ("HTTP/1.1 503 Service Unavailable\r\n\r\n", ""),
        ("HTTP/1.1 504 Gateway Time-out\r\n\r\n", ""),
        ("HTTP/1.1 502 Proxy Error\r\n\r\n", ""),
        ("HTTP/1.1 500 Internal Server Error\r\nX-Squid-Error: ERR_CANNOT_FORWARD 0\r\n\r\n", ""),
        ("HTTP/1.1 500 Unable to connect\r\nServer: tinyproxy/1.11.1\r\n\r\n", ""),
        ("HTTP/1.1 404 No such domain\r\n\r\n", ""),
        (
            "HTTP/1.1 500 Internal Server Error\r\n\r\n",
            "<P>Unable to determine IP address from host name a.example",
        ),
    ] {
        assert!(says_upstream_failure(&response(head), body.as_bytes()), "{head}");
    }
    for (head, body) in [
        ("HTTP/1.1 404 Not Found\r\n\r\n", "<h1>Not Found</h1>"),
        ("HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n", ""),
        ("HTTP/1.0 501 Unsupported method ('CONNECT')\r\n\r\n", ""),
        ("HTTP/1.1 405 Method Not Allowed\r\n\r\n", ""),
        (SQUID_403, "The requested URL could not be retrieved"),
        ("HTTP/1.1 400 Bad Request\r\nX-Squid-Error: ERR_INVALID_URL 0\r\n\r\n", ""),
    ] {
        assert!(!says_upstream_failure(&response(head), body.as_bytes()), "{head}");
    }
}

#[test]
fn hostile_pages_do_not_panic() {
    let head = response(SQUID_403);
    torture(b"<title>squid/5.7 tinyproxy version 1.11.1 by privoxy \xc3\xa9 proxysg", |bytes| {
        proxy_product(&head, bytes);
        says_upstream_failure(&head, bytes);
        has_proxy_marks(&head, bytes);
    });
}
