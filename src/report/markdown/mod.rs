//! `markdown`: the report as an engineer would have written it into the case; GitHub-flavoured.
//!
//! Nothing from a packet becomes markup: every text goes through [`escape`].

/// Adds formatted text to a `String`, which cannot fail.
macro_rules! put {
    ($text:expr, $($arguments:tt)*) => {{
        let _ = std::fmt::Write::write_fmt(&mut $text, format_args!($($arguments)*));
    }};
}

mod attempt;
mod document;
mod escape;
mod facts;
mod section;

pub(super) use document::Markdown;
