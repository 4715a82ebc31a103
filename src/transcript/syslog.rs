//! Log messages: `*Jan 24 15:17:46.341: %SMART_LIC-3-COMM_FAILED: Communications failure with ... : REASON`.

use super::eventlog::{Happening, LogEvent, LogSource, Partner};
use super::facts::{Kind, Place, Transcript};
use super::lines::Line;
use super::plain;
use super::stamp::Stamp;

/// Characters in front of `%` that are searched for a time: sequence number, relay's name, time.
const HEADER: usize = 160;
/// A line at least this long may be wrapped by the terminal.
const WRAPPED: usize = 76;

/// Reads messages; a reason may stand on the next line where the terminal wrapped it.
#[derive(Default)]
pub(super) struct Reader {
    /// The failure whose reason may go on.
    open: Option<(usize, String)>,
}

impl Reader {
    pub fn read(&mut self, line: &Line, at: Place, facts: &mut Transcript) -> Option<Kind> {
        let text = line.words();
        let open = self.open.take();
        let Some((header, facility, mnemonic, said)) = message(text) else {
            return continue_reason(open?, text, facts);
        };
        let Some(happening) = happening(facility, mnemonic, said) else {
            return is_ours(facility).then_some(Kind::Syslog);
        };
        let torn = matches!(&happening, Happening::CommunicationFailed(reason) if is_torn(reason.as_deref()));
        let stamp = stamp_in(header);
        let event = LogEvent { stamp, at, source: LogSource::Syslog, partner: partner(said), happening };
        facts.keep(|facts| &mut facts.events, event);
        if torn && text.len() >= WRAPPED {
            self.open = Some((facts.events.len() - 1, said.to_owned()));
        }
        Some(Kind::Syslog)
    }
}

/// The reasons that the switch is known to give for a failure of communication.
pub const FAILURE_REASONS: &[&str] = &[
    "Unable to resolve server hostname/domain name",
    "Connection timed out",
    "Fail to send out Call Home HTTP message",
    "Received empty response from server",
    "Communications failure",
    "Communications init failure",
];

/// Whether a reason is missing, or the start of one that the switch is known to give.
fn is_torn(reason: Option<&str>) -> bool {
    reason.is_none_or(|reason| {
        !FAILURE_REASONS.contains(&reason) && FAILURE_REASONS.iter().any(|whole| whole.starts_with(reason))
    })
}

fn continue_reason((index, said): (usize, String), text: &str, facts: &mut Transcript) -> Option<Kind> {
    let starts_anew = text.is_empty()
        || Stamp::parse(text).is_some()
        || super::command::prompt(text).is_some()
        || text.starts_with(['!', '*', '{', '%', '<']);
    if starts_anew || text.len() > WRAPPED {
        return None;
    }
    let event = facts.events.get_mut(index)?;
    let whole = format!("{said} {text}");
    event.partner = partner(&whole);
    event.happening = Happening::CommunicationFailed(reason(&whole));
    Some(Kind::Syslog)
}

/// Header, facility, mnemonic and text of `... %FACILITY-SEVERITY-MNEMONIC: text`.
fn message(text: &str) -> Option<(&str, &str, &str, &str)> {
    let (header, rest) = text.split_once('%')?;
    if header.len() > HEADER {
        return None;
    }
    let (label, said) = rest.split_once(':')?;
    let mut parts = label.splitn(3, '-');
    let (facility, severity, mnemonic) = (parts.next()?, parts.next()?, parts.next()?);
    let name = |text: &str| {
        !text.is_empty()
            && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_' || b == b'-')
    };
    let fits = name(facility)
        && name(mnemonic)
        && severity.len() == 1
        && severity.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| (header, facility, mnemonic, said.trim()))
}

fn is_ours(facility: &str) -> bool {
    [
        "SMART_LIC",
        "PKI",
        "CALL_HOME",
        "SSL",
        "CRYPTO",
        "NTP",
        "SYS",
        "LINK",
        "LINEPROTO",
        "DNSSERVER",
        "HTTPC",
        "CRYPTO_ENGINE",
        "PLATFORM",
        "IOSXE",
    ]
    .iter()
    .any(|known| facility.starts_with(known))
}

fn happening(facility: &str, mnemonic: &str, said: &str) -> Option<Happening> {
    Some(match (facility, mnemonic) {
        ("SMART_LIC", "COMM_FAILED") => Happening::CommunicationFailed(reason(said)),
        ("CALL_HOME", _) if said.contains("Fail to send") || said.contains("failed") => {
            Happening::CommunicationFailed(Some(plain::message(said)))
        }
        ("SMART_LIC", "COMM_RESTORED") => Happening::CommunicationRestored,
        ("SMART_LIC", "TRUST_INSTALL_SUCCESS") => Happening::TrustInstalled,
        ("PKI", "CRL_FETCH_FAIL") => Happening::CrlFetchFailed,
        ("PKI", "NON_AUTHORITATIVE_CLOCK") => Happening::ClockNotAuthoritative,
        _ => return None,
    })
}

/// `Communications failure with the Cisco Smart Software Manager (CSSM) : ...`: whom it names before the reason.
fn partner(said: &str) -> Option<Partner> {
    let named = said.rsplit_once(" : ").map_or(said, |(named, _)| named);
    let mut words = named.split(|c: char| !c.is_ascii_alphanumeric());
    words.find_map(|word| match word {
        "CSSM" => Some(Partner::Cssm),
        "CSLU" => Some(Partner::Cslu),
        _ => None,
    })
}

/// What stands behind the last colon that has a space on both sides, or behind the name of the service.
fn reason(said: &str) -> Option<String> {
    let reason = said.rsplit_once(" : ").map(|(_, reason)| reason)?;
    let reason = plain::message(reason.trim().trim_end_matches('.'));
    (!reason.is_empty() && !reason.starts_with('<')).then_some(reason)
}

/// The time in `000123: core-sw1: *Jan 24 15:17:46.341: `: the first place where one stands.
fn stamp_in(header: &str) -> Option<Stamp> {
    let starts = std::iter::once(0).chain(header.match_indices([' ', '>']).map(|(at, _)| at + 1));
    starts.filter_map(|start| header.get(start..)).find_map(|text| Stamp::parse(text).map(|(stamp, _)| stamp))
}
