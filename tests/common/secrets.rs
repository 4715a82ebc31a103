//! What must not be found, in every form in which it could hide.

use std::collections::BTreeSet;
use std::net::IpAddr;

/// A place that is searched: its octets, and the same with ASCII letters in lower case.
pub struct Haystack {
    octets: Vec<u8>,
    lower: Vec<u8>,
}

impl Haystack {
    pub fn new(octets: &[u8]) -> Self {
        Self { octets: octets.to_vec(), lower: octets.to_ascii_lowercase() }
    }

    /// The forms of `secret` that are in here.
    pub fn forms_of(&self, secret: &Secret) -> Vec<String> {
        let found = |form: &Form| match form {
            Form::Exact(octets) => occurs(&self.octets, octets, false),
            Form::Lower(octets) => occurs(&self.lower, octets, false),
            Form::Whole(octets) => occurs(&self.lower, octets, true),
        };
        let forms = secret.forms();
        forms.iter().filter(|(_, form)| found(form)).map(|(name, _)| (*name).to_owned()).collect()
    }
}

/// Something that names the customer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Secret {
    Ip(IpAddr),
    Mac([u8; 6]),
    /// A host's name, an account, a token.
    Text(String),
}

/// How a form is to be found.
enum Form {
    Exact(Vec<u8>),
    /// Whatever the case.
    Lower(Vec<u8>),
    /// As [`Form::Lower`], and not as part of a longer word or number.
    Whole(Vec<u8>),
}

impl Secret {
    fn forms(&self) -> Vec<(&'static str, Form)> {
        match self {
            Self::Ip(ip) => address(*ip),
            Self::Mac(mac) => hardware(*mac),
            Self::Text(text) => words(text),
        }
    }
}

fn address(ip: IpAddr) -> Vec<(&'static str, Form)> {
    let text = ip.to_string();
    let octets = match ip {
        IpAddr::V4(ip) => ip.octets().to_vec(),
        IpAddr::V6(ip) => ip.octets().to_vec(),
    };
    let mut forms = encoded(&text);
    forms.push(("text", Form::Whole(text.clone().into())));
    forms.push(("hexadecimal", Form::Whole(hex(&octets).into())));
    forms.push(("octets", Form::Exact(octets.clone())));
    if let IpAddr::V4(ip) = ip {
        let labels: Vec<&str> = text.rsplit('.').collect();
        forms.push(("reversed", Form::Whole(format!("{}.in-addr", labels.join(".")).into())));
        let wire = labels
            .iter()
            .flat_map(|label| [&[u8::try_from(label.len()).unwrap()], label.as_bytes()].concat());
        forms.push(("reversed labels", Form::Exact(wire.collect())));
        forms.push(("number", Form::Whole(ip.to_bits().to_string().into())));
        forms.push(("octets backwards", Form::Exact(octets.iter().rev().copied().collect())));
    }
    forms
}

fn hardware(mac: [u8; 6]) -> Vec<(&'static str, Form)> {
    let pairs = mac.map(|octet| format!("{octet:02x}"));
    let digits = pairs.concat();
    let dotted = [&digits[..4], &digits[4..8], &digits[8..]].join(".");
    vec![
        ("octets", Form::Exact(mac.to_vec())),
        ("with colons", Form::Lower(pairs.join(":").into())),
        ("with hyphens", Form::Lower(pairs.join("-").into())),
        ("with dots", Form::Lower(dotted.into())),
        ("hexadecimal", Form::Lower(digits.into())),
    ]
}

fn words(text: &str) -> Vec<(&'static str, Form)> {
    let lower = text.to_ascii_lowercase();
    let mut forms = encoded(text);
    forms.push(("text", Form::Lower(lower.clone().into())));
    forms.push(("hexadecimal", Form::Lower(hex(text.as_bytes()).into())));
    let labels = lower
        .split('.')
        .flat_map(|label| [&[u8::try_from(label.len().min(63)).unwrap()], label.as_bytes()].concat());
    if lower.contains('.') {
        forms.push(("labels", Form::Lower(labels.collect())));
    }
    forms
}

/// Base64 at three alignments, percent-encoding, UTF-16, escapes of JSON and HTML.
fn encoded(text: &str) -> Vec<(&'static str, Form)> {
    let octets = text.as_bytes();
    let mut forms: Vec<(&'static str, Form)> = (0..3)
        .map(|shift| ("base64", Form::Exact(base64_inside(octets, shift))))
        .filter(|(_, form)| matches!(form, Form::Exact(octets) if octets.len() >= 6))
        .collect();
    let percent: String = octets.iter().map(|octet| format!("%{octet:02x}")).collect();
    forms.push(("percent-encoding", Form::Lower(percent.into())));
    let json: String = text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
    forms.push(("JSON escapes", Form::Lower(json.into())));
    let html: String = text.chars().map(|c| format!("&#{};", u32::from(c))).collect();
    forms.push(("HTML references", Form::Lower(html.into())));
    forms.push(("UTF-16LE", Form::Exact(text.encode_utf16().flat_map(u16::to_le_bytes).collect())));
    forms.push(("UTF-16BE", Form::Exact(text.encode_utf16().flat_map(u16::to_be_bytes).collect())));
    forms
}

/// The base64 digits that depend on `octets` alone when `shift` others stand before them.
fn base64_inside(octets: &[u8], shift: usize) -> Vec<u8> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits: Vec<bool> =
        octets.iter().flat_map(|octet| (0..8).rev().map(move |bit| octet >> bit & 1 == 1)).collect();
    // The first digit that lies wholly inside.
    let skip = (6 - shift * 8 % 6) % 6;
    let digit = |bits: &[bool]| DIGITS[bits.iter().fold(0, |value, bit| value << 1 | usize::from(*bit))];
    bits[skip.min(bits.len())..].chunks_exact(6).map(digit).collect()
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

fn occurs(haystack: &[u8], needle: &[u8], whole: bool) -> bool {
    let joined = |octet: Option<&u8>| octet.is_some_and(|octet| octet.is_ascii_alphanumeric());
    let mut from = 0;
    while let Some(at) = find(&haystack[from..], needle).map(|at| at + from) {
        let (before, after) =
            (at.checked_sub(1).and_then(|at| haystack.get(at)), haystack.get(at + needle.len()));
        if !whole || !joined(before) && !joined(after) {
            return true;
        }
        from = at + 1;
    }
    false
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let mut from = 0;
    while let Some(at) = haystack[from..].iter().position(|octet| *octet == first).map(|at| at + from) {
        if haystack[at..].starts_with(needle) {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

/// Asserts that none of `secrets` is in `output`.
pub fn assert_absent(what: &str, output: &[u8], secrets: &BTreeSet<Secret>) {
    let haystack = Haystack::new(output);
    let found: Vec<String> = secrets
        .iter()
        .map(|secret| (secret, haystack.forms_of(secret)))
        .filter(|(_, forms)| !forms.is_empty())
        .map(|(secret, forms)| format!("{secret:?} as {}", forms.join(", ")))
        .collect();
    assert!(found.is_empty(), "{what} holds\n{}", found.join("\n"));
}
