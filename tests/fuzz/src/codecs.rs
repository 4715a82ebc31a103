//! Each codec by itself: no panic, no text that steers a terminal, nothing longer than its input or its limit.

use slp_pcap::limits::{HTTP_BODY, MAX_CERTIFICATES, MAX_DNS_ANSWERS, MAX_HTTP_HEADERS, MAX_TEXT};
use slp_pcap::proto::dns::{DnsMessage, tcp_messages};
use slp_pcap::proto::http::{
    Authority, Body, Framing, Headers, Parsed, RequestHead, ResponseHead, decode_content, has_proxy_marks,
    looks_like_http_request, looks_like_http_response, proxy_product, says_upstream_failure,
};
use slp_pcap::proto::licensing::{LicensingRequest, LicensingResponse};
use slp_pcap::proto::tls::{
    Alert, CipherSuite, Message, MessageHeader, RecordHeader, RecordStart, ja4, sslv2_client_hello,
};
use slp_pcap::proto::x509::{Certificate, issuer_path};
use slp_pcap::proto::{first_line, looks_like_text, printable};

/// The codecs, in the order of the first octet that selects them.
pub const CODECS: [fn(&[u8]); 8] =
    [dns, dns_over_tcp, http_request, http_response, tls_records, tls_message, certificate, licensing];

/// Feeds all octets but the first to the codec that the first one selects.
pub fn check(data: &[u8]) {
    let Some((&first, rest)) = data.split_first() else { return };
    CODECS[usize::from(first) % CODECS.len()](rest);
    harmless(&printable(rest));
    harmless(&first_line(rest));
    looks_like_text(rest);
}

/// `text` can be printed as it is, and is not endless.
fn harmless(text: &str) {
    assert!(!text.chars().any(char::is_control), "{text:?}");
    // An escape has up to ten characters.
    assert!(text.chars().count() <= 10 * (MAX_TEXT + 1), "{} characters", text.chars().count());
}

fn dns(bytes: &[u8]) {
    let Some(message) = DnsMessage::parse(bytes) else { return };
    if let Some(question) = &message.question {
        harmless(question.name.as_str());
    }
    assert!(message.answers.len() <= MAX_DNS_ANSWERS && message.answers.len() * 11 <= bytes.len());
    message.answers_text().iter().for_each(|answer| harmless(answer));
    assert!(message.addresses().len() <= message.answers.len());
    let _ = message.rcode.to_string();
}

fn dns_over_tcp(bytes: &[u8]) {
    let total: usize = tcp_messages(bytes).map(|message| message.len() + 2).sum();
    assert!(total <= bytes.len());
    tcp_messages(bytes).take(64).for_each(dns);
}

fn fields(headers: &Headers) {
    assert!(headers.len() <= MAX_HTTP_HEADERS);
    for (name, value) in headers.iter() {
        harmless(name);
        harmless(value);
    }
    headers.auth_schemes("proxy-authenticate").iter().for_each(|scheme| harmless(scheme));
}

fn body(framing: Framing, bytes: &[u8]) -> Body {
    let body = Body::read(framing, bytes, HTTP_BODY);
    assert!(body.consumed <= bytes.len() && body.bytes.len() <= HTTP_BODY);
    assert!(body.total <= bytes.len() as u64 && body.bytes.len() as u64 <= body.total);
    body
}

fn http_request(bytes: &[u8]) {
    looks_like_http_request(bytes);
    if let Some(authority) = std::str::from_utf8(bytes).ok().and_then(Authority::parse) {
        harmless(authority.host.as_str());
    }
    let parsed = RequestHead::parse(bytes);
    let Some(head) = parsed.head() else { return };
    assert!(head.head_len <= bytes.len() && (head.head_len > 0) == matches!(parsed, Parsed::Complete(_)));
    harmless(&head.method);
    head.path().into_iter().for_each(harmless);
    head.destination().iter().for_each(|authority| harmless(authority.host.as_str()));
    fields(&head.headers);
    body(head.framing(), &bytes[head.head_len..]);
}

fn http_response(bytes: &[u8]) {
    looks_like_http_response(bytes);
    let parsed = ResponseHead::parse(bytes);
    let Some(head) = parsed.head() else { return };
    assert!(head.head_len <= bytes.len() && (head.head_len > 0) == matches!(parsed, Parsed::Complete(_)));
    harmless(&head.reason);
    harmless(&head.status_line());
    fields(&head.headers);
    for method in [None, Some("CONNECT"), Some("HEAD")] {
        let body = body(head.framing(method), &bytes[head.head_len..]);
        let product = proxy_product(head, &body.bytes);
        harmless(product.as_deref().unwrap_or_default());
        has_proxy_marks(head, &body.bytes);
        says_upstream_failure(head, &body.bytes);
        let content = decode_content(head, &body.bytes, HTTP_BODY);
        assert!(content.len() <= HTTP_BODY);
        LicensingResponse::parse(&content);
    }
}

fn tls_records(bytes: &[u8]) {
    sslv2_client_hello(bytes);
    let mut left = bytes;
    while let RecordStart::Header(header) = RecordHeader::parse(left) {
        left = &left[RecordHeader::LEN..];
        let payload = &left[..header.length.min(left.len())];
        left = &left[payload.len()..];
        for alert in Alert::parse_all(payload) {
            harmless(&alert.to_string());
        }
        tls_message(payload);
    }
}

fn tls_message(bytes: &[u8]) {
    if let Some(header) = MessageHeader::parse(bytes) {
        header.is_plausible();
        harmless(&header.kind.to_string());
    }
    match Message::parse(bytes) {
        Some(Message::ClientHello(hello)) => {
            harmless(&ja4(&hello));
            hello.server_name.iter().for_each(|name| harmless(name.as_str()));
            hello.alpn.iter().for_each(|protocol| harmless(protocol));
            hello.cipher_suites.iter().map(CipherSuite::to_string).for_each(|suite| harmless(&suite));
            harmless(&hello.highest_version().to_string());
        }
        Some(Message::ServerHello(hello)) => {
            harmless(&hello.cipher_suite.to_string());
            harmless(&hello.version.to_string());
        }
        Some(Message::Certificate(list)) => {
            assert!(list.len() <= MAX_CERTIFICATES);
            let read: Vec<Certificate> = list.into_iter().map_while(Certificate::parse).collect();
            read.iter().for_each(fields_of);
            chain(&read);
        }
        Some(Message::Other(_)) | None => {}
    }
}

fn certificate(bytes: &[u8]) {
    let Some(certificate) = Certificate::parse(bytes) else { return };
    fields_of(&certificate);
    chain(&[certificate.clone(), certificate]);
}

fn chain(list: &[Certificate]) {
    let path = issuer_path(list);
    assert!(path.len() <= list.len() && path.iter().all(|&index| index < list.len()));
}

fn fields_of(certificate: &Certificate) {
    let named = [&certificate.common_name, &certificate.issuer_common_name, &certificate.issuer_organization];
    named.into_iter().flatten().for_each(|text| harmless(text));
    for text in [&certificate.subject, &certificate.issuer, &certificate.key, &certificate.signature] {
        harmless(text);
    }
    certificate.dns_names.iter().for_each(|name| harmless(name.as_str()));
    certificate.crl_urls.iter().chain(&certificate.ocsp_urls).for_each(|url| harmless(url));
}

fn licensing(bytes: &[u8]) {
    if let Some(request) = LicensingRequest::parse(bytes).message() {
        request.request_type.iter().for_each(|word| harmless(word));
    }
    if let Some(response) = LicensingResponse::parse(bytes).message() {
        let words = [&response.request_type, &response.status_code, &response.status_message];
        words.into_iter().flatten().for_each(|word| harmless(word));
        response.is_accepted();
    }
}
