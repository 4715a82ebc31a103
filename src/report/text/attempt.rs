//! Attempts: the deciding one's path, the others in a line each, or all of them in full.

use super::canvas::Canvas;
use super::headline::{announce, assessment, named};
use super::numbers::{count, into_capture};
use super::page::Ink;
use super::{facts, proof, protocols, stages};
use crate::report::model::{Attempt, Report};

/// Lines for further attempts before the rest is only counted: more would push the verdict off the screen.
const LINES: usize = 10;

/// Who talked to whom about what.
pub(super) fn path(canvas: &mut Canvas, attempt: &Attempt) {
    canvas.gap();
    canvas.paragraph("  ", Ink::Strong, &path_text(attempt));
}

/// `switch -> proxy 192.0.2.1:80 -> service:443`.
pub(in crate::report) fn path_text(attempt: &Attempt) -> String {
    let service = attempt.service.as_ref();
    let name = service.and_then(|service| Some(with_port(service.host.as_deref()?, service.port)));
    let peer = attempt.peer.as_ref().map(|peer| (peer.role, with_port(&peer.ip, Some(peer.port))));
    let beyond = match (peer, name) {
        (None, None) => String::new(),
        (None, Some(name)) => format!(" -> {name}"),
        (Some((role, peer)), None) => format!(" -> {role} {peer}"),
        (Some(("service", peer)), Some(name)) if name == peer => format!(" -> service {peer}"),
        (Some(("service", peer)), Some(name)) => format!(" -> service {peer} ({name})"),
        (Some((role, peer)), Some(name)) => format!(" -> {role} {peer} -> {name}"),
    };
    format!("{}{beyond}", attempt.client.ip)
}

/// `host:443`, with brackets around an IPv6 address.
fn with_port(host: &str, port: Option<u16>) -> String {
    match port {
        None => host.to_owned(),
        Some(port) if host.contains(':') => format!("[{host}]:{port}"),
        Some(port) => format!("{host}:{port}"),
    }
}

/// One line for each attempt but the deciding one.
pub(super) fn others(canvas: &mut Canvas, report: &Report) {
    // The latest ones matter most.
    let (others, skipped) = report.attempts.latest_but(report.verdict.attempt, LINES);
    if others.is_empty() {
        return;
    }
    canvas.heading("Other attempts");
    if skipped > 0 || report.attempts_omitted > 0 {
        let earlier = count(skipped as u64 + report.attempts_omitted, "more attempt");
        canvas.paragraph("    ", Ink::Faint, &format!("{earlier}, not shown here: -v or --format json"));
    }
    let code_width = others.iter().map(|attempt| attempt.verdict.code.len()).max().unwrap_or(0);
    let id_width = others.iter().map(|attempt| attempt.id.to_string().len()).max().unwrap_or(0);
    for attempt in others {
        let (mark, _, ink) = announce(attempt.outcome.0);
        let label = format!(" #{:<id_width$} {:>10}  ", attempt.id, into_capture(report, attempt.start));
        let code = format!("{:<code_width$}  ", attempt.verdict.code);
        let label = [(Ink::Plain, "    "), (ink, mark), (Ink::Faint, &label), (Ink::Plain, &code)];
        canvas.hanging(&label, "         ", Ink::Faint, &whereto(report, attempt));
    }
}

/// Where a further attempt went; whose it was, where there are several switches.
pub(in crate::report) fn whereto(report: &Report, attempt: &Attempt) -> String {
    let service = attempt.service.as_ref().and_then(|service| service.host.clone());
    let target = match &attempt.peer {
        Some(peer) => format!("{} {}", peer.role, with_port(&peer.ip, Some(peer.port))),
        None => service.unwrap_or_default(),
    };
    if report.clients.len() > 1 { format!("{} -> {target}", attempt.client.ip) } else { target }
}

/// Every attempt with its stages, proof and facts.
pub(super) fn all_in_full(canvas: &mut Canvas, report: &Report) {
    for attempt in report.attempts.iter() {
        in_full(canvas, report, attempt);
    }
    if report.attempts_omitted > 0 {
        canvas.gap();
        let omitted = count(report.attempts_omitted, "attempt");
        canvas.paragraph("  ", Ink::Faint, &format!("{omitted} left out of the middle"));
    }
}

fn in_full(canvas: &mut Canvas, report: &Report, attempt: &Attempt) {
    let deciding = report.verdict.attempt == Some(attempt.id);
    canvas.gap();
    title(canvas, report, attempt);
    if !deciding {
        conclusion(canvas, attempt);
    }
    canvas.paragraph("  ", Ink::Faint, &facts::span(report, attempt));
    canvas.gap();
    protocols::protocols(canvas, attempt);
    if !deciding {
        proof::evidence(canvas, report, &attempt.verdict.evidence);
        proof::filter(canvas, &attempt.verdict);
    }
    facts::events(canvas, report, attempt);
}

fn title(canvas: &mut Canvas, report: &Report, attempt: &Attempt) {
    let (mark, word, ink) = announce(attempt.outcome.0);
    let number = format!("Attempt {} of {}  ", attempt.id, report.attempts_total);
    let label =
        [(Ink::Strong, number.as_str()), (ink, mark), (Ink::Plain, " "), (ink, word), (Ink::Plain, "  ")];
    canvas.hanging(&label, "  ", Ink::Strong, &named(&attempt.verdict));
}

/// What the top of the screen says of the deciding attempt.
fn conclusion(canvas: &mut Canvas, attempt: &Attempt) {
    canvas.paragraph("  ", Ink::Plain, &attempt.verdict.summary);
    canvas.paragraph("  ", Ink::Plain, &assessment(attempt.outcome.0, &attempt.verdict));
    path(canvas, attempt);
    canvas.gap();
    stages::stage_table(canvas, &attempt.stages);
    canvas.gap();
}
