//! `codes` and `explain`: the registry as text.

use super::text::{Canvas, Ink, Page};
use crate::attempt::StageName;
use crate::diagnose::{Action, Diagnostic};

/// Every code with its title by stage: verdicts, then findings.
pub fn code_list(codes: &[&'static Diagnostic], page: Page) -> String {
    let mut canvas = Canvas::new(page);
    let width = codes.iter().map(|entry| entry.code.len()).max().unwrap_or(0);
    let (verdicts, findings): (Vec<&Diagnostic>, Vec<&Diagnostic>) =
        codes.iter().partition(|entry| entry.severity().is_none());
    for (heading, stage) in stages() {
        section(&mut canvas, heading, verdicts.iter().filter(|entry| entry.stage == stage), width);
    }
    section(&mut canvas, "findings", findings.iter(), width);
    canvas.finish()
}

/// The headings of the verdicts in the order in which an engineer thinks of them.
fn stages() -> impl Iterator<Item = (&'static str, Option<StageName>)> {
    let stages = StageName::ALL.into_iter().map(|stage| (stage.name(), Some(stage)));
    stages.chain([("ok and inconclusive", None)])
}

fn section<'a>(
    canvas: &mut Canvas,
    heading: &str,
    entries: impl Iterator<Item = &'a &'static Diagnostic>,
    width: usize,
) {
    let mut entries = entries.peekable();
    if entries.peek().is_none() {
        return;
    }
    canvas.gap();
    canvas.paragraph("", Ink::Strong, heading);
    for entry in entries {
        let label = format!("  {:<width$}  ", entry.code);
        let hang = " ".repeat(label.len());
        canvas.hanging(&[(Ink::Code, &label)], &hang, Ink::Plain, entry.title);
    }
}

/// What a code means, how to confirm it, how to fix it, where to read more.
pub fn explanation(entry: &Diagnostic, page: Page) -> String {
    let mut canvas = Canvas::new(page);
    canvas.hanging(&[(Ink::Code, entry.code), (Ink::Plain, "  ")], "  ", Ink::Strong, entry.title);
    canvas.paragraph("", Ink::Faint, &kind(entry));
    canvas.gap();
    canvas.paragraph("  ", Ink::Plain, &general(entry.explanation));
    quotes(&mut canvas, "The switch's own log usually says", entry.reported_as);
    steps(&mut canvas, "How to confirm it", entry.confirm);
    if !entry.filter.is_empty() {
        canvas.heading("In Wireshark");
        canvas.line("    ", &[(Ink::Code, &general(entry.filter))]);
    }
    steps(&mut canvas, "How to fix it", entry.fix);
    references(&mut canvas, entry.references);
    canvas.finish()
}

fn kind(entry: &Diagnostic) -> String {
    let kind = if entry.severity().is_some() { "finding" } else { "verdict" };
    match entry.stage {
        Some(stage) => format!("{kind}, stage {}", stage.name()),
        None => kind.to_owned(),
    }
}

fn quotes(canvas: &mut Canvas, heading: &str, lines: &[&str]) {
    if !lines.is_empty() {
        canvas.heading(heading);
        for line in lines {
            canvas.paragraph("    ", Ink::Plain, line);
        }
    }
}

fn steps(canvas: &mut Canvas, heading: &str, steps: &[Action]) {
    if steps.is_empty() {
        return;
    }
    canvas.heading(heading);
    for (number, step) in (1..).zip(steps) {
        let commands: Vec<String> = step.commands.iter().map(|command| general(command)).collect();
        canvas.step(number, &general(step.text), &commands);
    }
}

/// One on each line; an address stays whole.
fn references(canvas: &mut Canvas, references: &[&str]) {
    if references.is_empty() {
        return;
    }
    canvas.heading("References");
    for reference in references {
        if reference.contains("://") {
            canvas.line("    ", &[(Ink::Plain, reference)]);
        } else {
            canvas.paragraph("    ", Ink::Plain, reference);
        }
    }
}

/// What a verdict fills from the capture, and what stands for it where there is none, as in IOS XE's manuals.
const PLACEHOLDERS: [(&str, &str); 9] = [
    ("{host}", "HOST"),
    ("{port}", "PORT"),
    ("{peer}", "PEER"),
    ("{peer_port}", "PEER-PORT"),
    ("{proxy}", "PROXY"),
    ("{proxy_port}", "PROXY-PORT"),
    ("{client}", "SWITCH"),
    ("{dns}", "NAME-SERVER"),
    ("{next_hop}", "NEXT-HOP"),
];

fn general(text: &str) -> String {
    PLACEHOLDERS.iter().fold(text.to_owned(), |text, (placeholder, word)| text.replace(placeholder, word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn codes_stand_under_their_stage() {
        let list = code_list(&[&sample::FORBIDDEN, &sample::OK], Page::default());
        assert_eq!(
            list,
            "proxy\n  proxy-forbidden  The proxy refuses to connect the switch to the service\n\n\
             ok and inconclusive\n  ok               The service answered\n"
        );
    }

    #[test]
    fn an_explanation_has_every_part() {
        let text = explanation(&sample::FORBIDDEN, Page::default());
        for part in [
            "proxy-forbidden  The",
            "verdict, stage proxy",
            "How to confirm",
            "Wireshark",
            "How to fix",
            "RFC",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(text.contains("telnet PROXY PROXY-PORT") && text.contains("CONNECT to HOST:PORT"), "{text}");
        assert!(text.contains("    1. Read the proxy's log"), "{text}");
    }

    #[test]
    fn every_registered_code_explains_itself_within_the_page() {
        let whole = |line: &str| line.starts_with("     ") || line.contains("://") || line.contains("||");
        for entry in crate::diagnose::registry::ALL {
            let text = explanation(entry, Page::default());
            for line in text.lines().filter(|line| !whole(line)) {
                assert!(line.chars().count() <= 80, "{}: {line}", entry.code);
            }
            assert!(!PLACEHOLDERS.iter().any(|(placeholder, _)| text.contains(placeholder)), "{text}");
        }
    }
}
