//! Distinguished names as text (RFC 4514).

use x509_parser::objects::{oid_registry, oid2abbrev};
use x509_parser::x509::{AttributeTypeAndValue, X509Name};

use crate::limits::MAX_TEXT;
use crate::proto::text;

/// The name as RFC 4514 §2 writes it, most specific part first: `CN=a,O=b,C=US`. Long names are cut with `…`.
pub(super) fn rfc4514(name: &X509Name<'_>) -> String {
    let mut parts: Vec<String> =
        name.iter().map(|rdn| rdn.iter().map(attribute).collect::<Vec<_>>().join("+")).collect();
    parts.reverse();
    text::bounded(parts.join(",").as_bytes(), MAX_TEXT)
}

/// The common name; of several, the last and most specific.
pub(super) fn common_name(name: &X509Name<'_>) -> Option<String> {
    name.iter_common_name().last().map(|attribute| text::printable(&value(attribute)))
}

/// The organisation.
pub(super) fn organization(name: &X509Name<'_>) -> Option<String> {
    name.iter_organization().last().map(|attribute| text::printable(&value(attribute)))
}

fn attribute(attribute: &AttributeTypeAndValue<'_>) -> String {
    let kind = oid2abbrev(attribute.attr_type(), oid_registry())
        .map_or_else(|_| attribute.attr_type().to_id_string(), str::to_owned);
    format!("{kind}={}", escape(&text::printable(&value(attribute))))
}

/// The value in UTF-8 or latin-1. BMPString (tag 30) is UTF-16, which old Windows CAs use.
fn value(attribute: &AttributeTypeAndValue<'_>) -> Vec<u8> {
    let octets = attribute.as_slice();
    if attribute.attr_value().tag().0 != 30 {
        return octets.to_vec();
    }
    let units =
        octets.chunks_exact(2).map(|pair| pair.iter().fold(0, |unit, &octet| unit << 8 | u16::from(octet)));
    char::decode_utf16(units)
        .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect::<String>()
        .into_bytes()
}

/// RFC 4514 §2.4: what would read as structure, and spaces at the ends.
fn escape(value: &str) -> String {
    let last = value.chars().count().saturating_sub(1);
    let special = |index: usize, c: char| match c {
        ',' | '+' | '"' | '\\' | '<' | '>' | ';' => true,
        '#' => index == 0,
        ' ' => index == 0 || index == last,
        _ => false,
    };
    let escaped = value
        .chars()
        .enumerate()
        .flat_map(|(index, c)| special(index, c).then_some('\\').into_iter().chain([c]));
    escaped.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structure_is_escaped() {
        assert_eq!(escape("Cisco Systems, Inc."), "Cisco Systems\\, Inc.");
        assert_eq!(escape("#a "), "\\#a\\ ");
        assert_eq!(escape(""), "");
    }
}
