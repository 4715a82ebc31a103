//! Prompts and the commands behind them.

/// A prompt, and the command that follows it on the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Prompt<'a> {
    /// Whether it is a configuration prompt.
    pub configures: bool,
    /// The command; empty where it stands on the next line.
    pub command: &'a str,
}

/// Longest host name of a prompt: IOS cuts it to 20 characters, with the mode behind it.
const LONGEST: usize = 80;

/// `Switch#show clock`, `Switch(config)#ntp server ...`, `Switch#` alone.
pub(super) fn prompt(text: &str) -> Option<Prompt<'_>> {
    let text = text.trim();
    let end = text.char_indices().take(LONGEST).find(|(_, c)| matches!(c, '#' | '>')).map(|(at, _)| at)?;
    let (name, rest) = text.split_at_checked(end)?;
    let (host, mode) = name.split_once('(').map_or((name, None), |(host, mode)| (host, Some(mode)));
    let mut octets = host.bytes();
    let first = octets.next()?;
    let named = first.is_ascii_alphabetic()
        && octets.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    let in_mode = mode.is_none_or(|mode| {
        mode.strip_suffix(')').is_some_and(|mode| mode.bytes().all(|b| b.is_ascii_graphic()))
    });
    if !named || !in_mode {
        return None;
    }
    let configures = mode.is_some_and(|mode| mode.starts_with("config"));
    Some(Prompt { configures, command: rest.get(1..).unwrap_or_default().trim() })
}

/// `------------------ show clock ------------------`: what stands for a prompt in `show tech-support`.
pub(super) fn heading(text: &str) -> Option<Prompt<'_>> {
    let command = text.strip_prefix("-----")?.strip_suffix("-----")?.trim_matches('-').trim();
    command.starts_with("show ").then_some(Prompt { configures: false, command })
}

/// Whether `command` is `words`, each perhaps shortened (`sh lic hist mess` is `show license history message`).
pub(super) fn is(command: &str, words: &[&str]) -> bool {
    let mut given = command.split_whitespace();
    words.iter().all(|word| {
        given.next().is_some_and(|short| short.len() >= 2 && word.starts_with(&short.to_ascii_lowercase()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(text: &str) -> Option<(bool, &str)> {
        prompt(text).map(|prompt| (prompt.configures, prompt.command))
    }

    #[test]
    fn prompts_in_every_mode() {
        assert_eq!(
            command("Switch#show license status  | i Trust "),
            Some((false, "show license status  | i Trust"))
        );
        assert_eq!(command("core-sw1.lab(config-if)# ip address dhcp"), Some((true, "ip address dhcp")));
        assert_eq!(command("Switch>ping x"), Some((false, "ping x")));
        assert_eq!(command("Switch#"), Some((false, "")));
        for text in ["<#root>", "## x", "a b#c", "", "9300#", "Trust Code Installed: #", "{\"a\":\"#\"}"] {
            assert_eq!(command(text), None, "{text}");
        }
    }

    #[test]
    fn commands_may_be_shortened() {
        assert!(is("sh lic hist mess | i REQUEST", &["show", "license", "history", "message"]));
        assert!(is("show clock", &["show", "clock"]));
        assert!(!is("show clock", &["show", "license"]));
        assert!(!is("show", &["show", "clock"]));
    }
}
