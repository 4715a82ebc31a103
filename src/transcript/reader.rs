//! Line by line to whoever knows the line; the rest is listed as not understood.

use std::io::{self, Read};

use crate::limits::TRANSCRIPT_UNREAD;

use super::command::{self, Prompt};
use super::facts::{FileRead, Kind, Place, Transcript, Unread};
use super::lines::{Line, Lines};
use super::{clock, config, eventlog, forwarding, history, hosts, interface, reach, status, syslog};

/// Reads `source`, named `name`, into `facts`.
///
/// # Errors
///
/// A source that cannot be read. Every text is read: what is not understood is listed by line.
pub fn read(source: impl Read, name: &str, facts: &mut Transcript) -> io::Result<()> {
    let mut lines = Lines::new(source);
    let mut reader = Reader { file: facts.files.len(), ..Reader::default() };
    let mut last = 0;
    while let Some(line) = lines.next_line()? {
        last = line.number;
        let kind = reader.line(&line, facts);
        reader.count(kind, line.number);
    }
    reader.history.finish(facts);
    reader.status.finish(facts);
    let cut = lines.shortened > 0 || lines.is_cut();
    let Reader { kinds, unread, .. } = reader;
    facts.files.push(FileRead {
        name: name.to_owned(),
        lines: last,
        octets: lines.octets,
        cut,
        kinds,
        unread,
    });
    Ok(())
}

/// Every reader, and what output the lines belong to.
#[derive(Default)]
struct Reader {
    file: usize,
    kinds: Vec<(Kind, u64, u64)>,
    unread: Unread,
    eventlog: eventlog::Reader,
    syslog: syslog::Reader,
    history: history::Reader,
    status: status::Reader,
    config: config::Reader,
    clock: clock::Reader,
    forwarding: forwarding::Reader,
    reach: reach::Reader,
    /// A prompt without its command: the command stands on the next line that has anything.
    waiting: Option<bool>,
    /// Inside `show running-config`, whose other lines are of no concern.
    in_configuration: bool,
}

/// What a line is.
#[derive(Clone, Copy)]
enum What {
    /// Of this kind.
    Known(Kind),
    /// Nothing to understand: blank, a prompt, a mark.
    Frame,
    /// Nobody knows it.
    Unknown,
}

impl Reader {
    fn line(&mut self, line: &Line, facts: &mut Transcript) -> What {
        let at = Place { file: self.file, line: line.number };
        let text = line.words();
        if let Some(prompt) = command::prompt(text).or_else(|| command::heading(text)) {
            self.history.finish(facts);
            return self.command(prompt, at, facts);
        }
        let waiting = if text.is_empty() { None } else { self.waiting.take() };
        if let Some(configures) = waiting.filter(|_| is_command(text)) {
            return self.command(Prompt { configures, command: text }, at, facts);
        }
        match self.known(line, at, facts) {
            Some(kind) => What::Known(kind),
            None if is_frame(text) => What::Frame,
            None if self.in_configuration => What::Known(Kind::Configuration),
            None => What::Unknown,
        }
    }

    fn command(&mut self, prompt: Prompt<'_>, at: Place, facts: &mut Transcript) -> What {
        let Prompt { configures, command: given } = prompt;
        self.waiting = given.is_empty().then_some(configures);
        self.in_configuration = command::is(given, &["show", "running-config"]);
        self.status.finish(facts);
        self.forwarding.expect(given);
        if reach::is_trial(given) {
            self.reach.expect(given, at);
        }
        if command::is(given, &["show", "clock"]) {
            self.clock.expect();
        }
        if configures && self.config.read(given, at, facts).is_some() {
            return What::Known(Kind::Configuration);
        }
        What::Frame
    }

    /// The first reader that knows the line; a message being put together goes before all.
    fn known(&mut self, line: &Line, at: Place, facts: &mut Transcript) -> Option<Kind> {
        let text = line.words();
        if self.history.is_gathering()
            && let Some(kind) = self.history.read(line, at, facts)
        {
            return Some(kind);
        }
        if text.is_empty() {
            return None;
        }
        if let Some(kind) = self.eventlog.read(line, at, facts).or_else(|| self.syslog.read(line, at, facts))
        {
            return Some(kind);
        }
        // Headings are the history's and the status' alike.
        let history = self.history.read(line, at, facts);
        history
            .or_else(|| self.status.read(line, at, facts))
            .or_else(|| self.clock.read(text, at, facts))
            .or_else(|| self.reach.read(text, at, facts))
            .or_else(|| self.forwarding.read(text, at, facts))
            .or_else(|| interface::read(text, at, facts))
            .or_else(|| hosts::read(text, at, facts))
            .or_else(|| hosts::version(text, at, facts))
            .or_else(|| self.config.read(text, at, facts))
    }

    fn count(&mut self, what: What, line: u64) {
        match what {
            What::Frame => {}
            What::Known(kind) => match self.kinds.iter_mut().find(|(known, ..)| *known == kind) {
                Some((_, lines, _)) => *lines += 1,
                None => self.kinds.push((kind, 1, line)),
            },
            What::Unknown => {
                self.unread.lines += 1;
                let ranges = &mut self.unread.ranges;
                if let Some((_, last)) = ranges.last_mut().filter(|(_, last)| last + 1 == line) {
                    *last = line;
                } else if ranges.len() < TRANSCRIPT_UNREAD {
                    ranges.push((line, line));
                }
            }
        }
    }
}

/// Whether `text` may have been typed: commands begin in lower case, output hardly ever does.
fn is_command(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
}

/// Marks around the output: comments, rules, page numbers, greetings of the terminal.
fn is_frame(text: &str) -> bool {
    text.is_empty()
        || text.starts_with('!')
        || text == "<#root>"
        || text == "[OK]"
        || text.bytes().all(|b| b"=-*# ".contains(&b))
        || text.starts_with("Load for five secs")
        || text.starts_with("Building configuration")
        || text.starts_with("Current configuration")
        || text
            .strip_suffix('.')
            .is_some_and(|number| number.len() <= 4 && number.bytes().all(|b| b.is_ascii_digit()))
}
