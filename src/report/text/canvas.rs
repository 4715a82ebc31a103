//! Lines of text, wrapped, coloured and safe to print. Whatever reaches a terminal goes through here.

use std::fmt::Write;

use textwrap::{Options, WordSplitter};

use super::page::{Ink, Page};
use crate::report::printable;

/// A space where no line may break; printed as any other space.
pub(super) const NO_BREAK: char = '\u{a0}';

/// Text under construction.
#[derive(Debug)]
pub struct Canvas {
    page: Page,
    text: String,
}

impl Canvas {
    /// An empty one for `page`.
    pub fn new(page: Page) -> Self {
        Self { page, text: String::new() }
    }

    /// The page it is for.
    pub fn page(&self) -> Page {
        self.page
    }

    /// What has been written.
    pub fn finish(self) -> String {
        self.text
    }

    /// An empty line, never two in a row and none at the start.
    pub fn gap(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// A heading with space above it.
    pub fn heading(&mut self, title: &str) {
        self.gap();
        self.paragraph("  ", Ink::Strong, title);
    }

    /// One line of pieces, never wrapped: for what must stay whole and for what is known to be short.
    pub fn line(&mut self, indent: &str, pieces: &[(Ink, &str)]) {
        self.text.push_str(indent);
        for &(ink, text) in pieces {
            self.put(ink, &printable(text));
        }
        self.text.push('\n');
    }

    /// Running text, wrapped at the page's width; every line begins with `indent`.
    pub fn paragraph(&mut self, indent: &str, ink: Ink, text: &str) {
        let hang = " ".repeat(indent.chars().count());
        self.hanging(&[(Ink::Plain, indent)], &hang, ink, text);
    }

    /// Running text behind a `label`; its further lines begin with `hang`.
    pub fn hanging(&mut self, label: &[(Ink, &str)], hang: &str, ink: Ink, text: &str) {
        let label: Vec<_> = label.iter().map(|&(ink, text)| (ink, printable(text))).collect();
        let blank: String =
            " ".repeat(label.iter().map(|(_, text)| textwrap::core::display_width(text)).sum());
        let options = Options::new(self.page.width)
            .initial_indent(&blank)
            .subsequent_indent(hang)
            .word_splitter(WordSplitter::NoHyphenation)
            .word_separator(textwrap::WordSeparator::AsciiSpace);
        let text = printable(text);
        for (index, line) in textwrap::wrap(&text, options).iter().enumerate() {
            if index == 0 {
                for (ink, text) in &label {
                    self.put(*ink, text);
                }
                self.put(ink, line.strip_prefix(&blank).unwrap_or(line));
            } else {
                self.text.push_str(hang);
                self.put(ink, line.strip_prefix(hang).unwrap_or(line));
            }
            self.text.push('\n');
        }
    }

    /// A numbered step with the commands for it, which stay whole.
    pub fn step(&mut self, number: usize, text: &str, commands: &[impl AsRef<str>]) {
        let label = format!("    {number}. ");
        let hang = " ".repeat(label.len());
        self.hanging(&[(Ink::Strong, &label)], &hang, Ink::Plain, text);
        for command in commands {
            self.line(&hang, &[(Ink::Plain, "  "), (Ink::Code, command.as_ref())]);
        }
    }

    /// Lines made elsewhere from [`printable`] cells only.
    pub(super) fn block(&mut self, indent: &str, lines: &str) {
        for line in lines.lines() {
            self.text.push_str(indent);
            self.text.push_str(line.replace(NO_BREAK, " ").trim_end());
            self.text.push('\n');
        }
    }

    fn put(&mut self, ink: Ink, text: &str) {
        let text = text.replace(NO_BREAK, " ");
        if self.page.colour && ink != Ink::Plain {
            let style = ink.style();
            // Writing to a String cannot fail.
            let _ = write!(self.text, "{style}{text}{style:#}");
        } else {
            self.text.push_str(&text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_wraps_behind_its_label_and_keeps_hyphens() {
        let mut canvas = Canvas::new(Page { width: 24, ..Page::default() });
        canvas.hanging(
            &[(Ink::Strong, "1. ")],
            "   ",
            Ink::Plain,
            "look at proxy-auth-required and then go on",
        );
        assert_eq!(canvas.finish(), "1. look at\n   proxy-auth-required\n   and then go on\n");
    }

    #[test]
    fn nothing_steers_the_terminal() {
        let mut canvas = Canvas::new(Page::default());
        canvas.paragraph("  ", Ink::Plain, "a\u{1b}[2Jb\nc");
        canvas.line("", &[(Ink::Bad, "\u{9b}1m\r")]);
        assert_eq!(canvas.finish(), "  a\\u{1b}[2Jb\\u{a}c\n\\u{9b}1m\\u{d}\n");
    }

    #[test]
    fn colour_only_where_asked_for() {
        let mut canvas = Canvas::new(Page { colour: true, ..Page::default() });
        canvas.line("", &[(Ink::Bad, "FAILED"), (Ink::Plain, " x")]);
        assert_eq!(canvas.finish(), "\u{1b}[1m\u{1b}[31mFAILED\u{1b}[0m x\n");
    }
}
