//! Octets of memory that a kept connection holds: estimates, for the bound on all of them together.

use std::sync::Arc;

use crate::proto::tls::ClientHello;
use crate::proto::x509::Certificate;

use super::connection::Connection;
use super::http::{AnswerBody, ClearText, HttpExchange};
use super::proxy::{ProxyExchange, ProxyRequest, ProxyResponse};
use super::tls::{TlsAlert, TlsSession};

/// What the allocator adds to a piece of text, and the text's own handle.
const TEXT: usize = size_of::<String>() + 16;

impl Connection {
    /// Octets of memory it holds, itself included.
    pub fn memory(&self) -> u64 {
        let layers = &self.layers;
        let tls = layers.tls.as_deref().map_or(0, TlsSession::memory);
        let http = layers.http.as_deref().map_or(0, HttpExchange::memory);
        let proxies = layers.proxy.as_deref().into_iter().chain(layers.unasked.as_deref());
        let proxy = proxies.map(ProxyExchange::memory).sum::<usize>();
        let banner = layers.banner.as_ref().map_or(0, |(_, text)| text.len());
        self.flow.memory() + (size_of::<Self>() + tls + http + proxy + banner) as u64
    }
}

impl TlsSession {
    fn memory(&self) -> usize {
        let certificates = self.certificates.as_ref().map_or(0, |(_, list)| of_shared(list));
        size_of::<Self>()
            + certificates
            + self.client_hello.as_ref().map_or(0, |(_, hello)| of_hello(hello))
            + self.alerts.capacity() * size_of::<TlsAlert>()
            + self.foreign.as_ref().map_or(0, |(_, text)| text.len())
    }
}

/// The part of one holder: the latest of them are known to a table with a bound of its own too.
fn of_shared(list: &Arc<[Certificate]>) -> usize {
    list.iter().map(of_certificate).sum::<usize>() / (Arc::strong_count(list) - 1).max(1)
}

fn of_hello(hello: &ClientHello) -> usize {
    let numbers = hello.versions.len()
        + hello.cipher_suites.len()
        + hello.extensions.len()
        + hello.signature_algorithms.len();
    let name = hello.server_name.as_ref().map_or(0, |name| name.as_str().len());
    2 * numbers + hello.session_id.len() + name + of_texts(hello.alpn.iter().map(String::as_str))
}

fn of_certificate(certificate: &Certificate) -> usize {
    let hosts = certificate.dns_names.iter().map(crate::model::HostName::as_str);
    let urls = certificate.crl_urls.iter().chain(&certificate.ocsp_urls).map(String::as_str);
    let always = [&certificate.subject, &certificate.issuer, &certificate.key, &certificate.signature];
    let always = always.into_iter().map(String::as_str);
    let optional =
        [&certificate.common_name, &certificate.issuer_common_name, &certificate.issuer_organization];
    let optional = optional.into_iter().flatten().map(String::as_str);
    // The links to the issuer are names again, in DER.
    size_of::<Certificate>()
        + of_texts(hosts.chain(urls).chain(optional))
        + 2 * of_texts(always)
        + certificate.ip_names.len() * size_of::<std::net::IpAddr>()
}

impl HttpExchange {
    fn memory(&self) -> usize {
        size_of::<Self>() + self.clear.as_deref().map_or(0, ClearText::memory)
    }
}

impl ClearText {
    fn memory(&self) -> usize {
        let body = match &self.body {
            AnswerBody::Other(text) => text.len(),
            _ => 0,
        };
        let texts = [&self.method, &self.path, &self.status_line, &self.request_type, &self.server_date];
        size_of::<Self>() + body + of_texts(texts.into_iter().flatten().map(String::as_str))
    }
}

impl ProxyExchange {
    fn memory(&self) -> usize {
        size_of::<Self>()
            + self.requests.iter().map(of_request).sum::<usize>()
            + self.responses.iter().map(of_response).sum::<usize>()
    }
}

fn of_request(request: &ProxyRequest) -> usize {
    size_of::<ProxyRequest>() + request.host.as_str().len()
}

fn of_response(response: &ProxyResponse) -> usize {
    let headers = response.headers.iter().flat_map(|(name, value)| [name.as_str(), value.as_str()]);
    let schemes = response.auth_schemes.iter().map(String::as_str);
    let lines = [response.reason.as_str(), response.status_line.as_str()];
    size_of::<ProxyResponse>() + of_texts(headers.chain(schemes).chain(lines))
}

fn of_texts<'a>(texts: impl Iterator<Item = &'a str>) -> usize {
    texts.map(|text| TEXT + text.len()).sum()
}
