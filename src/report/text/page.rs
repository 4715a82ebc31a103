//! What the text is drawn on and with.

use anstyle::{AnsiColor, Style};

use crate::report::Zone;

/// How much of a report to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Detail {
    /// One line.
    Line,
    /// One screen.
    #[default]
    Screen,
    /// Every attempt in full.
    Full,
}

/// Where the text will be read.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// Columns.
    pub width: usize,
    /// Whether it shows colours.
    pub colour: bool,
    /// How much to show.
    pub detail: Detail,
    /// The zone of its times.
    pub zone: Zone,
}

impl Default for Page {
    fn default() -> Self {
        Self { width: 80, colour: false, detail: Detail::Screen, zone: Zone::default() }
    }
}

/// What a piece of text means; the colour follows from it, and the words must do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ink {
    /// Running text.
    #[default]
    Plain,
    /// A heading, or the word to look for.
    Strong,
    /// For reference only.
    Faint,
    /// It works.
    Good,
    /// It broke here.
    Bad,
    /// Look at this.
    Notice,
    /// To be typed or pasted.
    Code,
}

impl Ink {
    /// The colour of `text` in a terminal.
    pub(super) fn style(self) -> Style {
        match self {
            Self::Plain => Style::new(),
            Self::Strong => Style::new().bold(),
            Self::Faint => Style::new().dimmed(),
            Self::Good => AnsiColor::Green.on_default().bold(),
            Self::Bad => AnsiColor::Red.on_default().bold(),
            Self::Notice => AnsiColor::Yellow.on_default().bold(),
            Self::Code => AnsiColor::Cyan.on_default(),
        }
    }
}
