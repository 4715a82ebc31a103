//! Text that stays text, whatever it holds.
//!
//! CommonMark's own markup is escaped with backslashes (CommonMark 0.31 §2.4), HTML's with entities: older Markdown, as ticket
//! systems still read it, takes no backslash before an angle. What GitHub makes of plain text afterwards (links, `@mentions`, `#1`, `:emoji:`, `$math$`) no backslash stops; such words become code, where GitHub leaves them alone.

use crate::report::printable;

/// Where a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In a paragraph, a heading or a list.
    Running,
    /// In a cell of a table, where a bar ends the cell even inside code (GFM §4.10).
    Cell,
}

/// `text` inside a line.
pub(super) fn inline(text: &str, place: Place) -> String {
    let text = printable(text).replace('\u{a0}', " ");
    let words: Vec<String> = text.split_whitespace().map(|word| self::word(word, place)).collect();
    words.join(" ")
}

/// `text` at the start of a block: nothing that begins a heading, a list, a quotation or a rule.
pub(super) fn block(text: &str) -> String {
    let line = inline(text, Place::Running);
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    let (number, rest) = line.split_at(digits);
    match rest.chars().next() {
        Some('+' | '-' | '=' | ':' | '"') if number.is_empty() => format!("\\{rest}"),
        // A number that begins a list is followed by a space.
        Some('.' | ')') if digits > 0 && !is_inside(rest) => format!("{number}\\{rest}"),
        _ => line,
    }
}

/// Whether the second character is neither a space nor the end.
fn is_inside(text: &str) -> bool {
    text.chars().nth(1).is_some_and(|c| c != ' ')
}

/// `text` as code inside a line.
pub(super) fn code(text: &str, place: Place) -> String {
    let text = printable(text).replace('\u{a0}', " ");
    if text.is_empty() {
        return text;
    }
    let fence = "`".repeat(longest_run(&text) + 1);
    let pad = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    let text = match place {
        Place::Running => text,
        Place::Cell => text.replace('|', "\\|"),
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Lines of code as a block, each line behind `indent`.
pub(super) fn code_block(indent: &str, lines: &[impl AsRef<str>]) -> String {
    let lines: Vec<_> = lines.iter().map(|line| printable(line.as_ref())).collect();
    let run = lines.iter().map(|line| longest_run(line)).max().unwrap_or(0);
    let fence = "`".repeat(3.max(run + 1));
    let mut block = format!("{indent}{fence}text\n");
    for line in lines {
        block.push_str(indent);
        block.push_str(&line);
        block.push('\n');
    }
    block + indent + &fence + "\n"
}

/// Backticks in the longest run of them.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

fn word(word: &str, place: Place) -> String {
    // A bar or a backslash inside code in a cell reads differently from parser to parser: they stand outside.
    let apart = |c| place == Place::Cell && (c == '|' || c == '\\');
    let pieces = word.split_inclusive(apart).map(|piece| match piece.strip_suffix(apart) {
        Some(inside) => self::piece(inside) + &escaped(piece.get(inside.len()..).unwrap_or_default()),
        None => self::piece(piece),
    });
    pieces.collect()
}

/// A word without its quotation marks and the like as code, where it must be.
fn piece(word: &str) -> String {
    let core = word.trim_matches(['\'', '"', '(', ')', ',', '.', ';']);
    match word.split_once(core).filter(|_| acts(core)) {
        Some((before, after)) => {
            format!("{}{}{}", escaped(before), code(core, Place::Running), escaped(after))
        }
        None => escaped(word),
    }
}

/// Whether GitHub would make something of a word of plain text.
fn acts(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    let numbered = |mark: &str| {
        lower.match_indices(mark).any(|(at, _)| {
            lower.get(at + mark.len()..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        })
    };
    word.contains(['@', '$'])
        || ["://", "www.", "mailto:", "xmpp:"].iter().any(|start| lower.contains(start))
        || numbered("#")
        || numbered("gh-")
        || is_emoji(&lower)
}

/// `:name:` somewhere in it; a time of day has digits only.
fn is_emoji(word: &str) -> bool {
    let named = |name: &str| {
        name.contains(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || "_+-".contains(c))
    };
    let parts: Vec<&str> = word.split(':').collect();
    parts.get(1..parts.len().saturating_sub(1)).is_some_and(|names| names.iter().any(|name| named(name)))
}

fn escaped(word: &str) -> String {
    let mut text = String::with_capacity(word.len() + 8);
    let mut last = None;
    let mut rest = word.chars().peekable();
    while let Some(c) = rest.next() {
        let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        match c {
            '&' => text.push_str("&amp;"),
            '>' => text.push_str("&gt;"),
            // An angle before a digit or a space opens no tag (CommonMark §6.6) and no link (§6.5).
            '<' if rest.peek().is_some_and(|next| !next.is_ascii_digit()) => text.push_str("&lt;"),
            '_' if inside(last) && inside(rest.peek().copied()) => text.push(c),
            '\\' | '`' | '*' | '[' | ']' | '|' | '~' | '$' | '#' | '_' => text.extend(['\\', c]),
            _ => text.push(c),
        }
        last = Some(c);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn running(text: &str) -> String {
        inline(text, Place::Running)
    }

    #[test]
    fn plain_words_stay_as_they_are() {
        for text in ["10.31.121.118 rejected it: ID_TOKEN_TRUST, 'x-y', 20:31:20.", "a (b), c. 50 % + 1 = 2!"]
        {
            assert_eq!(running(text), text);
        }
        assert_eq!(running(" two\u{a0}words "), "two words");
    }

    #[test]
    fn markup_is_escaped() {
        assert_eq!(
            running("*a* _b_ [c](d) <e> f|g ~h~ &amp; `i` \\"),
            "\\*a\\* \\_b\\_ \\[c\\](d) &lt;e&gt; f\\|g \\~h\\~ &amp;amp; \\`i\\` \\\\"
        );
        assert_eq!(running("\u{1b}[2J\nx"), "\\\\u{1b}\\[2J\\\\u{a}x");
    }

    #[test]
    fn what_github_acts_on_becomes_code() {
        assert_eq!(
            running("by @octocat, see https://x.example/a?b=c&d."),
            "by `@octocat`, see `https://x.example/a?b=c&d`."
        );
        assert_eq!(
            running("(#12) 2001:db8::1 :tada: WWW.x.y $1"),
            "(`#12`) `2001:db8::1` `:tada:` `WWW.x.y` `$1`"
        );
        assert_eq!(inline("@a|#1\\b", Place::Cell), "`@a`\\|`#1`\\\\b");
    }

    #[test]
    fn a_block_begins_with_text() {
        for (text, line) in [
            ("# x", "\\# x"),
            ("- x", "\\- x"),
            ("1. x", "1\\. x"),
            ("12) x", "12\\) x"),
            ("10.1.1.1 x", "10.1.1.1 x"),
            ("7.", "7\\."),
            ("===", "\\==="),
            ("> x", "&gt; x"),
        ] {
            assert_eq!(block(text), line);
        }
    }

    #[test]
    fn code_ends_where_it_should() {
        assert_eq!(code("a``b", Place::Running), "```a``b```");
        assert_eq!(code("`", Place::Running), "`` ` ``");
        assert_eq!(code("a || b", Place::Cell), "`a \\|\\| b`");
        assert_eq!(code_block("  ", &["```", "x\ny"]), "  ````text\n  ```\n  x\\u{a}y\n  ````\n");
    }
}
