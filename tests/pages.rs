//! Markdown and HTML as their readers' programs read them: nothing from a packet becomes markup, and nothing gets lost.

mod common;

use std::fmt::Write;

use common::Sample;
use pulldown_cmark::{Event, Options, Parser, Tag};
use scraper::{ElementRef, Html, Selector};
use slp_pcap::report::model::{Attempt, Tls, Verdict};
use slp_pcap::report::{Detail, Failure, Format, Input, Page, Report, Summary};

/// What would be markup, a link, a mention, an emoji, a formula or a trick, if a renderer let it.
const HOSTILE: &[&str] = &[
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</style></svg></table></details><h1>x</h1>",
    "\"><b>x</b> '><i>y</i>",
    "&lt;b&gt; &#60;b&#62; &amp;amp;",
    "*a* **b** _c_ __d__ ~~e~~ ***f***",
    "`a` ``b`` ```c```",
    "[a](https://evil.example) ![b](x.png) [c]: https://evil.example [^1]",
    "<https://evil.example> https://evil.example www.evil.example a@evil.example mailto:a@b",
    "@octocat @org/team #1 GH-1 org/repo#2 :tada: $x^2$",
    "a | b || c \\| d \\\\| e | `f|g` @h|i",
    "# a",
    "- [ ] a",
    "1. a",
    "> a",
    "===",
    "---",
    "    code",
    "a\nb\r\n\n# c\u{2028}d\u{85}e",
    "a  ",
    "a\\",
    "\\`a\\` \\*b\\* \\<c>",
    "\u{1b}[31mred\u{1b}]8;;https://evil.example\u{7}x",
    "\u{202e}txet desrever\u{202c} \u{200b}\u{feff}",
    "]]> --> <!-- <![CDATA[ ?> {{ x }} {% y %}",
    "|",
    "`",
    "<",
    "\u{0}",
];

fn report(sample: &str) -> Report {
    let samples = Sample::all();
    report_of(samples.iter().find(|one| one.file == sample).expect("the sample"))
}

fn report_of(sample: &Sample) -> Report {
    let found = slp_pcap::analyze(sample.bytes().as_slice(), &sample.scope()).expect("a capture");
    let input = Input { file: format!("samples/{}", sample.file), sha256: None };
    Report::new(found.analysis, &found.capture, input)
}

fn rendered(report: Report, format: Format, detail: Detail) -> String {
    let mut renderer = format.renderer(false, Page { detail, ..Page::default() });
    renderer.report(report) + &renderer.end(Summary::default())
}

/// `report` with `text` wherever a packet, a file name or an option can put one.
fn poisoned(mut report: Report, text: &str) -> Report {
    let set = |place: &mut String| text.clone_into(place);
    set(&mut report.capture.file);
    report.capture.warnings.iter_mut().for_each(|warning| set(&mut warning.message));
    report.capture.link_types = vec![text.into()];
    report.clients.iter_mut().flat_map(|client| &mut client.addresses).for_each(set);
    for candidate in &mut report.candidates {
        candidate.client = text.into();
        candidate.host = Some(text.into());
        candidate.peer = Some(text.into());
        candidate.option = text.into();
    }
    for finding in &mut report.findings {
        set(&mut finding.message);
        finding.evidence.iter_mut().for_each(|item| set(&mut item.note));
    }
    poison_verdict(&mut report.verdict.verdict, text);
    report.attempts.iter_mut().for_each(|attempt| poison_attempt(attempt, text));
    report
}

fn poison_verdict(verdict: &mut Verdict, text: &str) {
    verdict.summary = text.into();
    verdict.evidence.iter_mut().for_each(|item| item.note = text.into());
    for action in &mut verdict.actions {
        action.text = text.into();
        action.commands = vec![text.into()];
    }
    verdict.wireshark_filter = Some(text.into());
}

fn poison_attempt(attempt: &mut Attempt, text: &str) {
    let set = |place: &mut String| text.clone_into(place);
    poison_verdict(&mut attempt.verdict, text);
    set(&mut attempt.client.ip);
    attempt.peer.iter_mut().for_each(|peer| set(&mut peer.ip));
    attempt.service.iter_mut().for_each(|service| service.host = Some(text.into()));
    let stages = &mut attempt.stages;
    for stage in [
        &mut stages.dns,
        &mut stages.arp,
        &mut stages.tcp,
        &mut stages.proxy,
        &mut stages.tls,
        &mut stages.http,
    ] {
        stage.detail = Some(text.into());
    }
    for query in attempt.dns.lookups.iter_mut().flat_map(|lookup| &mut lookup.queries) {
        for place in [&mut query.name, &mut query.record_type, &mut query.server] {
            set(place);
        }
        query.answers = vec![text.into()];
    }
    if let Some(proxy) = &mut attempt.proxy {
        proxy.reason = Some(text.into());
        proxy.product = Some(text.into());
        proxy.headers = [(text.to_owned(), text.to_owned())].into();
    }
    attempt.tls.iter_mut().for_each(|tls| poison_tls(tls, text));
    if let Some(http) = &mut attempt.http {
        http.method = Some(text.into());
        http.path = Some(text.into());
    }
    for event in &mut attempt.events {
        for place in [&mut event.from, &mut event.to, &mut event.text] {
            set(place);
        }
        event.flags = Some(text.into());
    }
}

fn poison_tls(tls: &mut Tls, text: &str) {
    for place in [&mut tls.server_name, &mut tls.version, &mut tls.cipher_suite] {
        *place = Some(text.into());
    }
    for certificate in &mut tls.certificates {
        certificate.common_name = Some(text.into());
        certificate.issuer_common_name = Some(text.into());
        certificate.names = vec![text.into(); 9];
        certificate.key = Some(text.into());
    }
}

/// How a text reads once it is shown: on one line, what steers or hides spelled out.
fn shown(text: &str) -> String {
    words(&slp_pcap::report::printable(text))
}

fn words(text: &str) -> String {
    text.replace('\u{a0}', " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn markdown(text: &str) -> Vec<Event<'_>> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM
        | Options::ENABLE_MATH;
    Parser::new_ext(text, options).collect()
}

/// The blocks and spans of a document without the texts in them; code inside a line counts as text.
fn skeleton(events: &[Event<'_>]) -> String {
    let mut skeleton = String::new();
    for event in events {
        match event {
            Event::Text(_) | Event::Code(_) => {}
            other => writeln!(skeleton, "{other:?}").expect("written"),
        }
    }
    skeleton
}

/// What a document says, without its markup.
fn said(events: &[Event<'_>]) -> String {
    let mut said = String::new();
    for event in events {
        match event {
            Event::Text(text) | Event::Code(text) => said.push_str(text),
            Event::Start(Tag::Strong | Tag::Emphasis) | Event::End(pulldown_cmark::TagEnd::Strong) => {}
            _ => said.push(' '),
        }
    }
    words(&said)
}

/// Text outside of code, where GitHub looks for links and mentions.
fn loose(events: &[Event<'_>]) -> String {
    let mut block = false;
    let mut loose = String::new();
    for event in events {
        match event {
            Event::Start(Tag::CodeBlock(_)) => block = true,
            Event::End(pulldown_cmark::TagEnd::CodeBlock) => block = false,
            Event::Text(text) if !block => loose.push_str(text),
            _ => loose.push(' '),
        }
    }
    loose
}

#[test]
fn nothing_becomes_markdown() {
    for sample in
        ["tls-untrusted-ca-proxy-12.pcap", "inconclusive-unidentified.pcap", "failed-three-times.pcap"]
    {
        for detail in [Detail::Screen, Detail::Full] {
            let plain = rendered(poisoned(report(sample), "plain"), Format::Markdown, detail);
            let plain = skeleton(&markdown(&plain));
            for text in HOSTILE {
                let page = rendered(poisoned(report(sample), text), Format::Markdown, detail);
                let events = markdown(&page);
                let (found, expected) = (skeleton(&events), &plain);
                assert!(found == *expected, "{text:?} in {sample}:\n{page}");
                assert!(
                    said(&events).contains(&shown(text)),
                    "{text:?} reads otherwise in\n{}",
                    said(&events)
                );
                assert!(!page.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
            }
        }
    }
}

#[test]
fn github_finds_nothing_to_act_on() {
    for text in HOSTILE {
        let page =
            rendered(poisoned(report("proxy-forbidden-squid.pcap"), text), Format::Markdown, Detail::Full);
        let loose = loose(&markdown(&page)).to_lowercase();
        for act in ["@", "://", "www.evil", "mailto:", "#1", "#2", "gh-1", ":tada:", "$"] {
            assert!(!loose.contains(act), "{act} of {text:?} in\n{loose}");
        }
    }
}

fn select(css: &str) -> Selector {
    Selector::parse(css).expect("a selector")
}

fn text_of(element: ElementRef<'_>) -> String {
    words(&element.text().collect::<String>())
}

/// Elements with their attributes' names, those of drawings only by kind: a longer text has more lines.
fn elements(page: &Html) -> Vec<String> {
    let drawn = |element: &ElementRef<'_>| {
        element.ancestors().filter_map(ElementRef::wrap).any(|above| above.value().name() == "svg")
    };
    let any = select("*");
    page.select(&any)
        .filter(|element| !drawn(element))
        .map(|element| {
            let mut names: Vec<&str> = element.value().attrs().map(|(name, _)| name).collect();
            names.sort_unstable();
            format!("{} {}", element.value().name(), names.join(" "))
        })
        .collect()
}

#[test]
fn nothing_becomes_html() {
    for sample in
        ["tls-untrusted-ca-proxy-12.pcap", "inconclusive-unidentified.pcap", "failed-three-times.pcap"]
    {
        let page = |text: &str| rendered(poisoned(report(sample), text), Format::Html, Detail::Screen);
        let plain = elements(&Html::parse_document(&page("plain")));
        for text in HOSTILE {
            let source = page(text);
            let parsed = Html::parse_document(&source);
            assert!(parsed.errors.is_empty(), "{text:?}: {:?}", parsed.errors);
            assert_eq!(elements(&parsed), plain, "{text:?} in {sample}");
            for drawn in parsed.select(&select("svg *")) {
                let name = drawn.value().name();
                let known =
                    ["title", "desc", "g", "line", "rect", "text", "tspan", "polygon"].contains(&name);
                assert!(
                    known && drawn.value().attrs().all(|(name, _)| !name.starts_with("on")),
                    "{text:?}: {name}"
                );
            }
            let summary = parsed.select(&select(".summary")).next().expect("a summary");
            assert_eq!(text_of(summary), shown(text));
            assert!(!source.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
        }
    }
}

#[test]
fn every_sample_s_markdown_has_its_proof_and_its_steps() {
    for sample in Sample::all() {
        let report = report_of(&sample);
        let verdict = report.verdict.verdict.clone();
        let page = rendered(report, Format::Markdown, Detail::Screen);
        let events = markdown(&page);
        let said = said(&events);
        for item in &verdict.evidence {
            let row = page.lines().find(|line| line.starts_with(&format!("| {} |", item.place)));
            assert!(row.is_some() && said.contains(&shown(&item.note)), "{}: {}", sample.file, item.note);
        }
        for action in &verdict.actions {
            assert!(said.contains(&shown(&action.text)), "{}: {} in {said}", sample.file, action.text);
            let whole = |command: &String| page.lines().any(|line| line.trim() == command);
            assert!(action.commands.iter().all(whole), "{}: {:?}", sample.file, action.commands);
        }
        assert!(said.contains(&shown(&verdict.summary)) && said.contains(verdict.title), "{}", sample.file);
        let markup = |event: &&Event<'_>| {
            matches!(
                event,
                Event::Html(_) | Event::InlineHtml(_) | Event::InlineMath(_) | Event::DisplayMath(_)
            ) || matches!(
                event,
                Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::HtmlBlock | Tag::Emphasis)
            )
        };
        assert_eq!(events.iter().find(markup), None, "{}", sample.file);
    }
}

#[test]
fn every_sample_s_page_has_its_proof_its_steps_and_its_ladders() {
    for sample in Sample::all() {
        let report = report_of(&sample);
        let page = rendered(report.clone(), Format::Html, Detail::Screen);
        let page = Html::parse_document(&page);
        assert!(page.errors.is_empty(), "{}: {:?}", sample.file, page.errors);
        let texts = |css: &str| page.select(&select(css)).map(text_of).collect::<Vec<_>>();
        let verdict = &report.verdict.verdict;
        let frames: Vec<String> = verdict.evidence.iter().map(|item| item.place.to_string()).collect();
        assert_eq!(texts("article > .evidence tbody th"), frames, "{}", sample.file);
        let steps = texts(".actions > li");
        assert_eq!(steps.len(), verdict.actions.len(), "{}", sample.file);
        for (step, action) in steps.iter().zip(&verdict.actions) {
            assert!(step.starts_with(&shown(&action.text)), "{}: {step}", sample.file);
            assert!(
                action.commands.iter().all(|command| step.contains(&shown(command))),
                "{}: {step}",
                sample.file
            );
        }
        let ladders = report.attempts.iter().filter(|attempt| !attempt.events.is_empty()).count();
        assert_eq!(texts("svg.ladder").len(), ladders, "{}", sample.file);
        let rungs: usize = report.attempts.iter().map(|attempt| attempt.events.len()).sum();
        assert_eq!(texts(".packets tbody th").len(), rungs, "{}", sample.file);
        let marked =
            report.attempts.iter().flat_map(|attempt| &attempt.events).filter(|event| event.deciding);
        assert_eq!(texts("svg .deciding").len(), marked.count(), "{}", sample.file);
    }
}

#[test]
fn a_page_is_whole_by_itself() {
    for sample in ["tls-untrusted-ca-proxy-12.pcap", "ok-crl-fetched.pcap"] {
        let page = rendered(report(sample), Format::Html, Detail::Screen);
        let parsed = Html::parse_document(&page);
        for css in ["script", "iframe", "object", "embed", "img", "base", "form", "link:not([rel=icon])"] {
            assert_eq!(parsed.select(&select(css)).count(), 0, "{css}");
        }
        for attribute in ["src", "srcset", "action", "style", "onclick", "onload"] {
            assert_eq!(parsed.select(&select(&format!("[{attribute}]"))).count(), 0, "{attribute}");
        }
        let linking = select("[href]");
        let mut links = parsed.select(&linking).map(|link| link.attr("href").unwrap_or_default());
        assert!(links.all(|target| target.starts_with('#') || target == "data:,"));
        assert!(!page.contains("@import") && !page.contains("url("));
    }
}

#[test]
fn several_captures_are_one_document_with_a_table() {
    let failure = || Failure { file: "a|b<i>.pcap".into(), message: "no such file; check | the path".into() };
    for format in [Format::Markdown, Format::Html] {
        let mut renderer = format.renderer(true, Page::default());
        let mut page = String::new();
        let mut summary = Summary::default();
        summary.errors = 1;
        for sample in ["dns-refused-unbound.pcap", "ok-ipv6.pcap"] {
            let report = report(sample);
            summary.count(&report);
            page += &renderer.report(report);
        }
        page += &renderer.failure(failure());
        page += &renderer.end(summary);
        if format == Format::Html {
            let parsed = Html::parse_document(&page);
            assert!(parsed.errors.is_empty(), "{:?}", parsed.errors);
            let count = |css: &str| parsed.select(&select(css)).count();
            assert_eq!((count("h1"), count("nav tbody tr"), count("article"), count("nav a")), (1, 3, 2, 2));
            assert_eq!(
                text_of(parsed.select(&select("main > p")).next().expect("a line")),
                "Verdicts: dns-refused (1), ok (1)"
            );
            for link in parsed.select(&select("nav a")) {
                assert_eq!(count(link.attr("href").expect("a target")), 1);
            }
        } else {
            let events = markdown(&page);
            assert!(said(&events).contains("Verdicts: dns-refused (1), ok (1)"), "{page}");
            assert!(page.starts_with("# Smart Licensing in 3 captures\n"), "{page}");
            assert!(said(&events).contains("a|b<i>.pcap unusable no such file; check | the path"), "{page}");
            assert!(
                page.contains("\n## ✗ FAILED: The name server refuses") && page.contains("\n## ✓ OK"),
                "{page}"
            );
        }
    }
}

#[test]
fn quiet_markdown_is_a_line_for_a_capture() {
    let page = rendered(report("ok-ipv6.pcap"), Format::Markdown, Detail::Line);
    assert!(page.contains("| `samples/ok-ipv6.pcap` | ✓ OK | `ok`: The service answered | 1 |"), "{page}");
    assert!(!page.contains("## "), "{page}");
}
