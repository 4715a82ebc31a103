//! What in an analysis may name the customer, by its kind, from the facts before they become sentences.

use crate::attempt::{AnswerBody, Attempt, HttpExchange, Lookup, ProxyExchange, Scope, TlsSession};
use crate::diagnose::Analysis;
use crate::model::{HostName, Pattern};
use crate::proto::x509::Certificate;
use crate::transcript::{Counters, Happening, Transcript};

/// What one capture's report must not say.
#[derive(Debug, Default)]
pub struct Secrets {
    pub(super) hosts: Vec<String>,
    /// What packets said in their own words.
    pub(super) texts: Vec<String>,
    pub(super) paths: Vec<String>,
    /// The switch's interfaces, as its own text names them.
    pub(super) interfaces: Vec<String>,
    pub(super) certificates: Vec<Names>,
    /// Where they were read from.
    pub(super) files: Vec<String>,
}

/// Holder and issuer of a certificate, as RFC 4514 writes them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Names {
    pub subject: String,
    pub issuer: String,
}

impl Secrets {
    /// What `analysis` holds.
    pub fn of(analysis: &Analysis, scope: &Scope) -> Self {
        let mut secrets = Self::default();
        for target in scope.services.iter().chain(&scope.proxies) {
            match &target.pattern {
                Pattern::Host(name) | Pattern::Domain(name) => secrets.host(name),
                Pattern::Network { .. } => {}
            }
        }
        analysis.lookups.iter().for_each(|lookup| secrets.lookup(lookup));
        analysis.candidates.iter().filter_map(|one| one.host.as_ref()).for_each(|host| secrets.host(host));
        analysis.attempts.iter().for_each(|judged| secrets.attempt(&judged.attempt));
        analysis.transcript.iter().for_each(|beside| secrets.transcript(&beside.facts));
        secrets.hosts.sort_unstable();
        secrets.hosts.dedup();
        secrets.texts.sort_unstable();
        secrets.texts.dedup();
        secrets
    }

    /// Adds the path of the input.
    pub fn add_file(&mut self, path: &str) {
        self.files.push(path.to_owned());
    }

    /// Hosts, VRFs and domains that the switch's own text names, and the texts themselves.
    fn transcript(&mut self, facts: &Transcript) {
        let set = &facts.settings;
        let hosts =
            set.proxy_host().into_iter().map(|said| said.value).chain(set.url().map(|said| &said.value.host));
        let others = set.cslu_url.iter().map(|said| &said.value.host);
        let others = others
            .chain(set.http_proxy.iter().map(|said| &said.value))
            .chain(set.domain.iter().map(|said| &said.value));
        let fixed = set.hosts.iter().map(|said| &said.value.0);
        let tried = facts.trials.iter().filter_map(|trial| trial.value.target.as_ref());
        hosts.chain(others).chain(fixed).chain(tried).for_each(|host| self.host(host));
        let vrfs = set.vrf.iter().chain(&set.vrfs).chain(&set.ntp_servers).map(|said| said.value.clone());
        self.texts.extend(vrfs);
        self.texts.extend(reasons(facts));
        self.interfaces.extend(interfaces(facts));
        self.files.extend(facts.files.iter().map(|file| file.name.clone()));
    }

    fn host(&mut self, name: &HostName) {
        self.hosts.push(name.as_str().to_owned());
    }

    fn text(&mut self, text: &str) {
        self.texts.push(text.to_owned());
    }

    fn attempt(&mut self, attempt: &Attempt) {
        attempt.service.host.iter().for_each(|host| self.host(host));
        attempt.lookups.iter().for_each(|lookup| self.lookup(lookup));
        attempt.log_on.iter().flat_map(|log_on| &log_on.schemes).for_each(|scheme| self.text(scheme));
        attempt.banner.iter().for_each(|(_, banner)| self.text(banner));
        attempt.surroundings.fetches.iter().for_each(|fetch| self.host(&fetch.host));
        attempt.proxy.iter().for_each(|proxy| self.proxy(proxy));
        attempt.tls.iter().for_each(|tls| self.tls(tls));
        attempt.http.iter().for_each(|http| self.http(http));
    }

    fn lookup(&mut self, lookup: &Lookup) {
        self.host(&lookup.name);
        for query in &lookup.queries {
            self.host(&query.name);
            let over_tcp = query.over_tcp.as_ref().and_then(|retry| retry.response.as_ref());
            for answer in query.response.iter().chain(over_tcp).flat_map(|response| &response.answers) {
                // An alias, or an address.
                let names = answer.split_whitespace().filter(|word| word.contains('.'));
                self.hosts.extend(names.map(str::to_owned));
            }
        }
    }

    fn proxy(&mut self, proxy: &ProxyExchange) {
        proxy.requests.iter().for_each(|request| self.host(&request.host));
        proxy.not_http.iter().for_each(|(_, text)| self.text(text));
        for response in &proxy.responses {
            self.text(&response.reason);
            self.text(&response.status_line);
            response.headers.iter().for_each(|(_, value)| self.text(value));
            response.auth_schemes.iter().for_each(|scheme| self.text(scheme));
        }
    }

    fn tls(&mut self, tls: &TlsSession) {
        let hello = tls.client_hello.as_ref().and_then(|(_, hello)| hello.server_name.as_ref());
        if let Some(name) = hello {
            self.host(name);
        }
        let alpn = tls.server_hello.as_ref().and_then(|(_, hello)| hello.alpn.as_ref());
        if let Some(alpn) = alpn {
            self.text(alpn);
        }
        tls.foreign.iter().for_each(|(_, text)| self.text(text));
        tls.certificates
            .iter()
            .flat_map(|(_, list)| list.iter())
            .for_each(|certificate| self.certificate(certificate));
    }

    fn certificate(&mut self, certificate: &Certificate) {
        certificate.dns_names.iter().for_each(|name| self.host(name));
        let names = Names { subject: certificate.subject.clone(), issuer: certificate.issuer.clone() };
        if !self.certificates.contains(&names) {
            self.certificates.push(names);
        }
    }

    fn http(&mut self, http: &HttpExchange) {
        http.text().host.iter().for_each(|host| self.host(host));
        http.text().path.iter().for_each(|path| self.paths.push(path.clone()));
        let answer = http.text().licensing.as_ref();
        let licensing =
            answer.map(|answer| [&answer.request_type, &answer.status_code, &answer.status_message]);
        let said = [&http.text().method, &http.text().status_line, &http.text().request_type];
        said.into_iter().chain(licensing.into_iter().flatten()).flatten().for_each(|text| self.text(text));
        let told = http.text().not_http.iter().chain(&http.text().earlier_error);
        told.for_each(|(_, text)| self.text(text));
        if let AnswerBody::Other(text) | AnswerBody::Coded(text) = &http.text().body {
            self.text(text);
        }
    }
}

/// What the switch's logs and counters say in words of their own: an account or a host may be among them.
fn reasons(facts: &Transcript) -> impl Iterator<Item = String> {
    let logged = facts.events.iter().filter_map(|event| match &event.happening {
        Happening::CommunicationFailed(reason) => reason.clone(),
        _ => None,
    });
    let response = |counters: &Counters| counters.last_response.as_ref().map(|last| last.value.0.clone());
    let counted =
        facts.counters.iter().flat_map(move |one| one.reason.clone().into_iter().chain(response(one)));
    logged.chain(counted)
}

/// Every interface that is named.
fn interfaces(facts: &Transcript) -> impl Iterator<Item = String> {
    let set = &facts.settings;
    let sources = set.lookup_source.iter().chain(&set.http_source).map(|said| said.value.clone());
    let listed = facts.interfaces.iter().map(|said| said.value.name.clone());
    let ways = facts.next_hops.iter().map(|said| said.value.interface.clone());
    sources.chain(listed).chain(ways).chain(facts.ports.iter().map(|said| said.value.port.clone()))
}
