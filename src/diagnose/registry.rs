//! The registry: every verdict and finding as a plain static value. `explain`, `codes`, the README table and the
//! titles of the report come from here and nowhere else.

use super::diagnostic::Diagnostic;
use super::{arp, dns, findings, http, inconclusive, ok, proxy, tcp, tls, transcript};

/// Every code: the verdicts in the order of the stages, then the findings.
pub static ALL: &[&Diagnostic] = &[
    &ok::OK,
    &dns::DNS_TIMEOUT,
    &dns::DNS_NXDOMAIN,
    &dns::DNS_REFUSED,
    &dns::DNS_SERVER_FAILURE,
    &dns::DNS_NO_ADDRESS,
    &dns::DNS_UNREACHABLE,
    &dns::DNS_SINKHOLED,
    &arp::ARP_UNRESOLVED,
    &tcp::TCP_SYN_TIMEOUT,
    &tcp::TCP_SYN_REFUSED,
    &tcp::TCP_SYN_REJECTED,
    &tcp::TCP_SYNACK_UNANSWERED,
    &tcp::TCP_RESET,
    &tcp::TCP_CLOSED,
    &tcp::TCP_MTU_BLACKHOLE,
    &proxy::PROXY_AUTH_REQUIRED,
    &proxy::PROXY_FORBIDDEN,
    &proxy::PROXY_UPSTREAM_FAILURE,
    &proxy::PROXY_REDIRECTED,
    &proxy::PROXY_REFUSED,
    &proxy::PROXY_NOT_HTTP,
    &proxy::PROXY_TIMEOUT,
    &proxy::PROXY_RESET,
    &proxy::PROXY_CLOSED,
    &tls::alert::TLS_VERSION_REJECTED,
    &tls::alert::TLS_HANDSHAKE_REJECTED,
    &tls::alert::TLS_NAME_REJECTED,
    &tls::client_certificate::TLS_CLIENT_CERTIFICATE_REQUIRED,
    &tls::alert::TLS_SERVER_ALERT,
    &tls::alert::TLS_CLIENT_ALERT,
    &tls::certificate::TLS_CERTIFICATE_EXPIRED,
    &tls::certificate::TLS_CERTIFICATE_NOT_YET_VALID,
    &tls::certificate::TLS_HOSTNAME_MISMATCH,
    &tls::certificate::TLS_INTERCEPTED,
    &tls::certificate::TLS_UNTRUSTED_CA,
    &tls::certificate::TLS_CERTIFICATE_REJECTED,
    &tls::certificate::TLS_REVOCATION_FAILED,
    &tls::ending::TLS_PLAINTEXT_REPLY,
    &tls::ending::TLS_TIMEOUT,
    &tls::ending::TLS_RESET,
    &tls::ending::TLS_CLOSED,
    &http::HTTP_TIMEOUT,
    &http::HTTP_RESET,
    &http::HTTP_CLOSED,
    &http::HTTP_ERROR_STATUS,
    &http::HTTP_LICENSING_ERROR,
    &http::HTTP_UNUSABLE_ANSWER,
    &inconclusive::INCONCLUSIVE_UNREADABLE,
    &inconclusive::INCONCLUSIVE_ONE_WAY,
    &inconclusive::INCONCLUSIVE_MID_STREAM,
    &inconclusive::INCONCLUSIVE_CAPTURE_ENDED,
    &inconclusive::INCONCLUSIVE_NOTHING_SENT,
    &inconclusive::INCONCLUSIVE_NO_CONNECTION,
    &inconclusive::INCONCLUSIVE_OTHER_PROTOCOL,
    &inconclusive::INCONCLUSIVE_UNIDENTIFIED,
    &inconclusive::INCONCLUSIVE_NO_TRAFFIC,
    &findings::servers::DNS_SERVER_FAILED_OVER,
    &findings::lookup::DNS_SERVICE_NAME_UNRESOLVED,
    &findings::servers::DNS_SLOW,
    &findings::servers::DNS_SERVER_SILENT,
    &findings::servers::DNS_ANSWERS_DIFFER,
    &findings::lookup::DNS_SEARCH_SUFFIX,
    &findings::lookup::DNS_ASKED_FOR_PROXY,
    &findings::lookup::CSLU_LOCAL_ONLY,
    &findings::connect::ARP_RETRIED,
    &findings::connect::TCP_SYN_RETRIED,
    &findings::connect::TCP_ICMP_ERROR_SURVIVED,
    &findings::transfer::TCP_LOSS,
    &findings::transfer::TCP_REORDERING,
    &findings::transfer::TCP_ZERO_WINDOW,
    &findings::devices::MTU_TROUBLE_SURVIVED,
    &findings::devices::RESET_BY_MIDDLEBOX,
    &findings::connect::INBOUND_CONNECTION,
    &findings::proxy::PROXY_LOG_ON,
    &findings::proxy::PROXY_PRODUCT,
    &findings::tls::TLS_INSPECTION_ACCEPTED,
    &findings::certificate::CERTIFICATE_EXPIRING_SOON,
    &findings::certificate::CERTIFICATE_WEAK_SIGNATURE,
    &findings::certificate::CERTIFICATE_WEAK_KEY,
    &findings::tls::TLS_VERSION_OLD,
    &findings::tls::REVOCATION_FETCH,
    &findings::clock::CLOCK_WRONG,
    &findings::http::HTTP_ERROR_SURVIVED,
    &findings::http::LICENSING_POLL_PENDING,
    &findings::http::LICENSING_IN_CLEAR,
    &findings::http::TRUST_BUNDLE_FETCH,
    &findings::http::OTHER_CISCO_SERVICE,
    &findings::capture::CAPTURE_GAPS,
    &findings::capture::ONE_DIRECTION_MISSING,
    &findings::capture::CUT_FRAMES,
    &findings::capture::STARTS_MID_ATTEMPT,
    &findings::capture::ENDS_MID_ATTEMPT,
    &findings::capture::TIME_BACKWARDS,
    &findings::capture::DUPLICATE_FRAMES,
    &transcript::clock::TRANSCRIPT_CLOCK_OFFSET,
    &transcript::unpaired::REQUEST_WITHOUT_PACKETS,
    &transcript::unpaired::REQUESTS_AT_ANOTHER_TIME,
    &transcript::unpaired::ATTEMPT_WITHOUT_REQUEST,
    &transcript::contradiction::TRANSCRIPT_CONTRADICTS,
    &transcript::by_hand::TEST_BY_HAND,
    &transcript::noted::FAILURE_NOTED,
    &transcript::proxy::PROXY_NOT_USED,
    &transcript::proxy::PROXY_OTHER_THAN_CONFIGURED,
    &transcript::servers::NAME_SERVER_NOT_ASKED,
    &transcript::servers::NAME_SERVER_OTHER_THAN_CONFIGURED,
    &transcript::source::SOURCE_OTHER_THAN_CONFIGURED,
    &transcript::service::TRANSPORT_STILL_CSLU,
    &transcript::service::URL_OTHER_THAN_CONFIGURED,
    &transcript::service::ADDRESS_IN_URL,
    &transcript::state::TRANSPORT_OFF,
    &transcript::state::SERVICE_REFUSED,
    &transcript::state::NO_REPLY,
    &transcript::state::CLOCK_NOT_SYNCHRONISED,
    &transcript::state::CRYPTO_NOT_INITIALISED,
    &transcript::since::TRUST_INSTALLED_SINCE,
    &transcript::since::COMMUNICATION_RESTORED_SINCE,
];

/// Findings that need the switch's own text beside the capture, or alone.
pub static OF_TRANSCRIPT: &[&str] = &[
    "transcript-clock-offset",
    "request-without-packets",
    "requests-at-another-time",
    "attempt-without-request",
    "transcript-contradicts",
    "test-by-hand",
    "failure-noted",
    "proxy-not-used",
    "proxy-other-than-configured",
    "name-server-not-asked",
    "name-server-other-than-configured",
    "source-other-than-configured",
    "transport-still-cslu",
    "url-other-than-configured",
    "address-in-url",
    "transport-off",
    "service-refused",
    "no-reply",
    "clock-not-synchronised",
    "crypto-not-initialised",
    "trust-installed-since",
    "communication-restored-since",
];

/// The diagnostic of one code.
pub fn find(code: &str) -> Option<&'static Diagnostic> {
    ALL.iter().copied().find(|diagnostic| diagnostic.code == code)
}

/// The verdicts, by stage.
pub fn verdicts() -> impl Iterator<Item = &'static Diagnostic> {
    ALL.iter().copied().filter(|diagnostic| diagnostic.severity().is_none())
}

/// The findings, by what they are about.
pub fn findings() -> impl Iterator<Item = &'static Diagnostic> {
    ALL.iter().copied().filter(|diagnostic| diagnostic.severity().is_some())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::attempt::StageName;
    use crate::diagnose::Action;

    const PLACEHOLDERS: [&str; 9] =
        ["host", "port", "peer", "peer_port", "proxy", "proxy_port", "client", "dns", "next_hop"];

    /// What the switch is known to say of a failure or a success; nothing else may be quoted.
    const SWITCH_SAYS: [&str; 15] = [
        "Unable to resolve server hostname/domain name",
        "Connection timed out",
        "Fail to send out Call Home HTTP message",
        "Received empty response from server",
        "Communications failure",
        "Communications init failure",
        "NO REPLY",
        "OK_POLL",
        "OK_TRY_AGAIN",
        "INVALID STATUS CODE",
        "%PKI-3-CRL_FETCH_FAIL",
        "%PKI-2-NON_AUTHORITATIVE_CLOCK",
        "SAEVT_COMM_RESTORED",
        "%SMART_LIC-5-COMM_RESTORED",
        "%SMART_LIC-6-TRUST_INSTALL_SUCCESS",
    ];

    fn actions(diagnostic: &'static Diagnostic) -> impl Iterator<Item = &'static Action> {
        diagnostic.confirm.iter().chain(diagnostic.fix)
    }

    fn codes<'a>(of: impl Iterator<Item = &'a Diagnostic>) -> Vec<&'a str> {
        of.map(|diagnostic| diagnostic.code).collect()
    }

    #[test]
    fn codes_are_unique_and_kebab_case() {
        let mut seen = HashSet::new();
        for code in codes(ALL.iter().copied()) {
            assert!(seen.insert(code), "{code} twice");
            let words_are_plain = code.split('-').all(|word| {
                !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
            });
            assert!(words_are_plain, "{code}");
            assert_eq!(find(code).map(|diagnostic| diagnostic.code), Some(code));
        }
        assert!(find("no-such-code").is_none());
    }

    #[test]
    fn verdicts_go_by_stage_and_findings_follow() {
        let first_finding = verdicts().count();
        assert!(ALL[first_finding..].iter().all(|diagnostic| diagnostic.severity().is_some()));
        let stages: Vec<StageName> = verdicts().filter_map(|verdict| verdict.stage).collect();
        assert!(stages.is_sorted());
        for verdict in verdicts() {
            let has_stage = verdict.code != "ok" && !verdict.code.starts_with("inconclusive-");
            assert_eq!(verdict.stage.is_some(), has_stage, "{}", verdict.code);
            if let Some(stage) = verdict.stage {
                assert!(verdict.code.starts_with(stage.name()), "{}", verdict.code);
            }
        }
    }

    #[test]
    fn every_field_is_filled() {
        for diagnostic in ALL {
            let code = diagnostic.code;
            assert!((8..=70).contains(&diagnostic.title.len()), "{code}: {}", diagnostic.title);
            assert!(!diagnostic.title.ends_with('.'), "{code}");
            assert!(!diagnostic.confirm.is_empty() && !diagnostic.fix.is_empty(), "{code}");
            assert!(!diagnostic.references.is_empty(), "{code}");
            // Nothing in a capture without traffic could match.
            assert_eq!(diagnostic.filter.is_empty(), code == "inconclusive-no-traffic", "{code}");
            for quoted in diagnostic.reported_as {
                assert!(SWITCH_SAYS.contains(quoted), "{code}: {quoted}");
            }
        }
    }

    #[test]
    fn explanations_are_two_to_five_whole_sentences() {
        for diagnostic in ALL {
            let text = diagnostic.explanation;
            assert!(text.ends_with('.') && !text.contains("  "), "{}", diagnostic.code);
            let sentences = text.matches(". ").count() + 1;
            assert!((2..=5).contains(&sentences), "{}: {sentences} sentences", diagnostic.code);
        }
    }

    #[test]
    fn actions_are_sentences_and_configuration_is_entered_and_left() {
        for diagnostic in ALL {
            for action in actions(diagnostic) {
                assert!(action.text.ends_with('.'), "{}: {}", diagnostic.code, action.text);
                assert!(!action.text.contains('{'), "{}: {}", diagnostic.code, action.text);
                let configures = action.commands.first() == Some(&"configure terminal");
                assert_eq!(configures, action.commands.last() == Some(&"end"), "{}", diagnostic.code);
            }
        }
    }

    #[test]
    fn placeholders_are_the_documented_ones() {
        for diagnostic in ALL {
            let commands = actions(diagnostic).flat_map(|action| action.commands);
            for command in commands {
                for rest in command.split('{').skip(1) {
                    let name = rest.split_once('}').map(|(name, _)| name);
                    assert!(
                        name.is_some_and(|n| PLACEHOLDERS.contains(&n)),
                        "{}: {command}",
                        diagnostic.code
                    );
                }
            }
        }
    }

    #[test]
    fn filters_do_not_depend_on_one_capture() {
        for diagnostic in ALL {
            assert!(!diagnostic.filter.contains("tcp.stream"), "{}", diagnostic.code);
            let opened = diagnostic.filter.matches('(').count();
            assert_eq!(opened, diagnostic.filter.matches(')').count(), "{}", diagnostic.code);
        }
    }

    #[test]
    fn the_committed_list_is_this_registry() {
        let (verdict_lines, finding_lines) =
            include_str!("../../tests/codes.txt").split_once("\n\n").expect("two paragraphs");
        assert_eq!(codes(verdicts()), verdict_lines.lines().collect::<Vec<_>>());
        assert_eq!(codes(findings()), finding_lines.lines().collect::<Vec<_>>());
    }

    #[test]
    fn the_contract_is_this_registry() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/spec/verdicts.md");
        // Only where the project is developed; elsewhere `tests/codes.txt` stands for it.
        let Ok(contract) = std::fs::read_to_string(path) else { return };
        let promised: HashSet<&str> = contract
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split_once("` |"))
            .map(|(code, _)| code)
            .collect();
        assert_eq!(promised, codes(verdicts()).into_iter().collect());
    }
}
