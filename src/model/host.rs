//! Host names as compared on the wire: without case, without the final dot.

use std::fmt;

/// A DNS host name in lower case without its final dot; may hold any octets a packet held, escaped when it was made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostName(String);

impl HostName {
    /// Normalises `name`: ASCII lower case, final dot dropped, control and non-ASCII characters escaped (`\u{1b}`).
    pub fn new(name: &str) -> Self {
        let name = name.strip_suffix('.').unwrap_or(name);
        Self(name.chars().flat_map(escape).collect())
    }

    /// The name as text that is safe to print.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this name is `suffix` itself or ends in `.suffix`.
    pub fn is_under(&self, suffix: &str) -> bool {
        self.0.strip_suffix(suffix).is_some_and(|head| head.is_empty() || head.ends_with('.'))
    }
}

fn escape(c: char) -> impl Iterator<Item = char> {
    let printable = c.is_ascii_graphic();
    let plain = printable.then(|| c.to_ascii_lowercase());
    plain.into_iter().chain((!printable).then(|| c.escape_default()).into_iter().flatten())
}

impl fmt::Display for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_compare_without_case_and_dot() {
        assert_eq!(HostName::new("SmartReceiver.Cisco.COM."), HostName::new("smartreceiver.cisco.com"));
        assert!(HostName::new("a.cisco.com").is_under("cisco.com"));
        assert!(!HostName::new("evilcisco.com").is_under("cisco.com"));
    }

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(HostName::new("a\u{1b}[31m.example").as_str(), "a\\u{1b}[31m.example");
    }
}
