//! Host names as compared on the wire: without case, without the final dot.

use std::fmt;

/// Characters of the longest name: 255 octets (RFC 1035 §2.3.4), each perhaps behind a backslash.
const LONGEST: usize = 510;

/// A DNS host name in lower case without its final dot; may hold any octets a packet held, escaped when it was made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostName(String);

impl HostName {
    /// Normalises `name`: ASCII lower case, final dot dropped, control and non-ASCII characters escaped (`\u{1b}`), what is
    /// longer than any name cut with `...`.
    pub fn new(name: &str) -> Self {
        let name = name.strip_suffix('.').unwrap_or(name);
        if name.len() <= LONGEST && name.bytes().all(|octet| octet.is_ascii_graphic()) {
            return Self(name.to_ascii_lowercase());
        }
        let mut text = String::with_capacity(name.len().min(LONGEST));
        for (index, c) in name.chars().enumerate() {
            match c {
                _ if index == LONGEST => {
                    text.push_str("...");
                    break;
                }
                c if c.is_ascii_graphic() => text.push(c.to_ascii_lowercase()),
                c => text.extend(c.escape_default()),
            }
        }
        Self(text)
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
    fn a_name_longer_than_any_is_cut() {
        assert_eq!(HostName::new(&"a".repeat(LONGEST)).as_str().len(), LONGEST);
        assert_eq!(HostName::new(&"a".repeat(9_000)).as_str().len(), LONGEST + 3);
    }

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(HostName::new("a\u{1b}[31m.example").as_str(), "a\\u{1b}[31m.example");
    }
}
