//! What comes in which order.

use super::canvas::Canvas;
use super::page::{Detail, Ink, Page};
use super::{also, attempt, batch, facts, headline, proof, stages, transcript};
use crate::report::format::Render;
use crate::report::model::{Failure, Report, Summary};

/// Reports as text, one after the other.
pub(in crate::report) struct Text {
    several: bool,
    page: Page,
    begun: bool,
    /// Lines of a table of several captures.
    rows: Vec<batch::Row>,
}

impl Text {
    pub(in crate::report) fn new(several: bool, page: Page) -> Self {
        Self { several, page, begun: false, rows: Vec::new() }
    }

    /// Whether each capture is but a line of a table.
    fn in_table(&self) -> bool {
        self.several && self.page.detail == Detail::Screen
    }

    /// A line between two reports.
    fn rule(&mut self, canvas: &mut Canvas) {
        if self.begun && self.page.detail != Detail::Line {
            canvas.line("", &[(Ink::Faint, "")]);
            canvas.line("", &[(Ink::Faint, &"─".repeat(self.page.width))]);
            canvas.line("", &[(Ink::Faint, "")]);
        }
        self.begun = true;
    }
}

impl Render for Text {
    fn report(&mut self, report: Report) -> String {
        if self.in_table() {
            self.rows.push(batch::Row::of(&report, self.page.zone));
            return String::new();
        }
        let mut canvas = Canvas::new(self.page);
        self.rule(&mut canvas);
        match self.page.detail {
            Detail::Line => headline::one_line(&mut canvas, &report),
            Detail::Screen | Detail::Full => screen(&mut canvas, &report),
        }
        canvas.finish()
    }

    fn failure(&mut self, failure: Failure) -> String {
        // Standard error says what is wrong.
        if self.in_table() {
            self.rows.push(batch::Row::of_failure(&failure));
        }
        String::new()
    }

    fn end(&mut self, summary: Summary) -> String {
        let mut canvas = Canvas::new(self.page);
        if self.several && summary.captures > 0 && self.page.detail != Detail::Line {
            if self.in_table() {
                batch::table(&mut canvas, &self.rows);
                canvas.gap();
            } else {
                self.rule(&mut canvas);
            }
            batch::summary(&mut canvas, &summary);
        }
        canvas.finish()
    }
}

/// The whole report: what broke, where, the proof, what to do; then the rest.
fn screen(canvas: &mut Canvas, report: &Report) {
    let verdict = &report.verdict.verdict;
    headline::headline(canvas, report);
    if let Some(deciding) = report.deciding_attempt() {
        attempt::path(canvas, deciding);
        canvas.gap();
        stages::stage_table(canvas, &deciding.stages);
    }
    proof::evidence(canvas, report, &verdict.evidence);
    also::candidates(canvas, report);
    also::shortcomings(canvas, report);
    proof::actions(canvas, &verdict.actions);
    proof::reported_as(canvas, verdict);
    proof::filter(canvas, verdict);
    match canvas.page().detail {
        Detail::Full => attempt::all_in_full(canvas, report),
        _ => attempt::others(canvas, report),
    }
    transcript::beside(canvas, report);
    also::findings(canvas, report);
    facts::capture(canvas, report);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnose::Outcome;
    use crate::report::model::{Attempts, Candidate, Open};
    use crate::report::sample;

    fn text(report: Report, page: Page) -> String {
        Text::new(false, page).report(report)
    }

    fn page(detail: Detail) -> Page {
        Page { detail, ..Page::default() }
    }

    #[test]
    fn the_screen_answers_the_questions_in_order() {
        let text = text(sample::report(), Page::default());
        let mut rest = text.as_str();
        for answer in [
            "flash-export.pcap\n",
            "✗ FAILED  proxy-forbidden: The proxy refuses",
            "answered the switch's CONNECT",
            "Certain: bytes in the capture say so. Next move: the proxy",
            "tcp-syn-timeout (1 x)",
            "  10.31.121.118 -> proxy 192.168.217.105:80 -> smartreceiver.cisco.com:443",
            "✓ tcp",
            "✗ proxy",
            "not reached",
            "frame 8  0.012 s  HTTP/1.1 403 Forbidden",
            "1. Ask the proxy's administrator",
            "      license smart sync all\n",
            "Communications failure",
            "    ip.addr == 10.31.121.118 && tcp.port == 50212",
            "#1",
            "proxy-product-named",
            "offset 98,100",
            "412 frames",
            "2 attempts",
            "slp-pcap explain proxy-forbidden",
        ] {
            let place =
                rest.find(answer).unwrap_or_else(|| panic!("{answer:?} is missing or too early in\n{text}"));
            rest = &rest[place..];
        }
    }

    #[test]
    fn nothing_but_commands_and_filters_is_wider_than_the_page() {
        let whole = |line: &str| line.contains("ip.addr ==") || line.contains("license smart");
        for width in [60, 80, 120] {
            for detail in [Detail::Screen, Detail::Full] {
                let text = text(sample::report(), Page { width, detail, ..Page::default() });
                for line in text.lines().filter(|line| !whole(line)) {
                    assert!(line.chars().count() <= width, "{width}: {line}");
                    assert_eq!(line, line.trim_end());
                }
            }
        }
    }

    #[test]
    fn verbose_shows_every_attempt_in_full() {
        let text = text(sample::report(), page(Detail::Full));
        for part in [
            "Attempt 1 of 2",
            "Attempt 2 of 2",
            "What happened",
            "SNI smartreceiver",
            "HydrantID",
            "tcp.stream 3",
        ] {
            assert!(text.contains(part), "{part} in\n{text}");
        }
    }

    #[test]
    fn quiet_is_one_line() {
        let text = text(sample::report(), page(Detail::Line));
        assert_eq!(
            text,
            "flash-export.pcap: failed, proxy-forbidden (certain, frames 7, 8): \
             The proxy refuses to connect the switch to the service\n"
        );
    }

    #[test]
    fn without_an_attempt_the_candidates_are_shown() {
        let mut report = sample::report();
        report.outcome = Open(Outcome::Inconclusive);
        report.verdict.attempt = None;
        report.attempts = Attempts::default();
        report.candidates = vec![Candidate {
            client: "10.31.121.118".into(),
            host: None,
            peer: Some("192.168.217.105:80".into()),
            code: "tcp-syn-timeout",
            count: 2,
            first_frame: 9,
            first_file: None,
            option: "--proxy 192.168.217.105:80".into(),
        }];
        let text = text(report, Page::default());
        assert!(text.contains("? INCONCLUSIVE"));
        assert!(
            text.contains("10.31.121.118 -> 192.168.217.105:80, tcp-syn-timeout (2 x, first in frame 9)")
        );
        assert!(text.contains("\n      --proxy 192.168.217.105:80\n"));
    }

    #[test]
    fn packets_cannot_steer_the_terminal() {
        let mut report = sample::report();
        let evil = "x\u{1b}[2J\u{9b}31m\r\n\u{202e}y";
        report.capture.file = evil.into();
        report.verdict.verdict.summary = evil.into();
        report.verdict.verdict.evidence[0].note = evil.into();
        let attempt = report.attempts.iter_mut().nth(1).unwrap();
        attempt.stages.tcp.detail = Some(evil.into());
        attempt.events[0].text = evil.into();
        report.findings[0].message = evil.into();
        for detail in [Detail::Line, Detail::Screen, Detail::Full] {
            let text = text(report.clone(), page(detail));
            let bad = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
            assert!(!text.contains(bad), "{text:?}");
            assert!(!text.contains("\ny"), "{text}");
        }
    }

    #[test]
    fn several_in_full_end_with_their_counts() {
        let mut text = Text::new(true, page(Detail::Full));
        let first = text.report(sample::report());
        let second = text.report(sample::report());
        assert!(!first.contains('─') && second.starts_with("\n────"), "{second}");
        let mut summary = Summary::default();
        summary.count_failure();
        summary.count_outcome(Outcome::Failed);
        summary.count_outcome(Outcome::Ok);
        assert!(text.end(summary).ends_with("3 captures: 1 ok, 1 failed, 1 unusable\n"));
    }
}
