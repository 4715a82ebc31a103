//! What the proxy shows besides the verdict.

use crate::attempt::{ProxyResponse, StageName};
use crate::diagnose::diagnostic::{Action, Diagnostic, Kind};
use crate::diagnose::{Finding, Judged, Party, Severity};

pub(in crate::diagnose) static PROXY_LOG_ON: Diagnostic = Diagnostic {
    code: "proxy-log-on",
    stage: Some(StageName::Proxy),
    kind: Kind::Finding(Severity::Info),
    title: "The proxy asked for a log-on and got it",
    explanation: "The proxy answered a first request with 407, and the same client came back with \
        credentials and was let through. The 407 is part of the log-on and not a failure. The licensing \
        proxy settings of a switch hold no credentials, so this client may not be a switch.",
    party: Party::Proxy,
    reported_as: &[],
    confirm: &[Action {
        text: "See whose address the client is.",
        commands: &["show ip interface brief | exclude unassigned"],
    }],
    filter: r#"tcp.payload matches "^HTTP/1.[01] 407""#,
    fix: &[Action { text: "Nothing has to be done for this attempt.", commands: &[] }],
    references: &["RFC 9110 section 11.7"],
};

pub(in crate::diagnose) static PROXY_PRODUCT: Diagnostic = Diagnostic {
    code: "proxy-product",
    stage: Some(StageName::Proxy),
    kind: Kind::Finding(Severity::Info),
    title: "The proxy names its product",
    explanation: "Headers of the proxy's answer name its software, and often its version. That says in \
        whose documentation and log to look. Headers can be set to anything, so take it as a statement of \
        the proxy about itself.",
    party: Party::Proxy,
    reported_as: &[],
    confirm: &[Action { text: "Read the Server, Via and Proxy-agent headers of the answer.", commands: &[] }],
    filter: "http.server",
    fix: &[Action { text: "Nothing has to be done for this attempt.", commands: &[] }],
    references: &["RFC 9110 section 7.6.3", "RFC 9110 section 10.2.4"],
};

/// A 407 that was answered with credentials, and then something else than 407.
pub(super) fn log_on(judged: &Judged) -> Option<Finding> {
    let proxy = judged.attempt.proxy.as_deref()?;
    let last = proxy.final_response().filter(|last| last.status != 407)?;
    let same = proxy.responses.iter().find(|response| response.status == 407);
    let asked = judged.attempt.log_on.as_ref().map(|log_on| (log_on.at, &log_on.schemes));
    let (at, schemes) = asked.or(same.map(|response| (response.at, &response.auth_schemes)))?;
    let schemes = if schemes.is_empty() { String::new() } else { format!(" ({})", schemes.join(", ")) };
    let message = format!(
        "{} asked {} for a log-on{schemes} and, given credentials, answered {}.",
        judged.attempt.peer_start(),
        judged.attempt.client,
        last.status_line,
    );
    let finding = Finding::on(judged, &PROXY_LOG_ON, message).at(at, format!("407{schemes}"));
    Some(finding.at(last.at, last.status_line.clone()))
}

/// The proxy says what it is.
pub(super) fn product(judged: &Judged) -> Option<Finding> {
    let proxy = judged.attempt.proxy.as_deref()?;
    let product = proxy.product.as_ref()?;
    let message = format!("{} says that it is {product}.", judged.attempt.peer_start());
    let response =
        proxy.responses.iter().rfind(|response| response.names(product)).or(proxy.responses.last());
    let at = response.map(|response| if response.names(product) { response.at } else { response.last });
    Some(Finding::on(judged, &PROXY_PRODUCT, message).maybe(at, format!("names {product}")))
}

impl ProxyResponse {
    /// Whether a header, rather than the page, names `product`.
    fn names(&self, product: &str) -> bool {
        let name = product.split(' ').next().unwrap_or(product).to_ascii_lowercase();
        self.headers.iter().any(|(_, value)| value.to_ascii_lowercase().contains(&name))
    }
}
