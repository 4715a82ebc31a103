//! Keys and signature algorithms as text.

use x509_parser::der_parser::oid::Oid;
use x509_parser::objects::{oid_registry, oid2sn};
use x509_parser::public_key::PublicKey;
use x509_parser::x509::SubjectPublicKeyInfo;

/// What an algorithm is called, where x509-parser's registry has another name or none.
const NAMES: &[(&str, &str, Option<u32>)] = &[
    // Curves (RFC 5480 §2.1.1.1, RFC 5639).
    ("1.2.840.10045.3.1.7", "EC P-256", Some(256)),
    ("1.3.132.0.34", "EC P-384", Some(384)),
    ("1.3.132.0.35", "EC P-521", Some(521)),
    ("1.3.132.0.10", "EC secp256k1", Some(256)),
    ("1.3.36.3.3.2.8.1.1.7", "EC brainpoolP256r1", Some(256)),
    ("1.3.36.3.3.2.8.1.1.11", "EC brainpoolP384r1", Some(384)),
    // RFC 8410.
    ("1.3.101.112", "Ed25519", Some(256)),
    ("1.3.101.113", "Ed448", Some(456)),
    // RFC 4055 and RFC 9881.
    ("1.2.840.113549.1.1.10", "RSASSA-PSS", None),
    ("2.16.840.1.101.3.4.3.17", "ML-DSA-44", None),
    ("2.16.840.1.101.3.4.3.18", "ML-DSA-65", None),
    ("2.16.840.1.101.3.4.3.19", "ML-DSA-87", None),
];

/// A key as text and its size in bits.
pub(super) fn describe(info: &SubjectPublicKeyInfo<'_>) -> (String, Option<u32>) {
    let bits = |bits: usize| u32::try_from(bits).ok();
    match info.parsed() {
        Ok(PublicKey::RSA(key)) => (format!("RSA {}", key.key_size()), bits(key.key_size())),
        Ok(PublicKey::EC(point)) => curve(info).unwrap_or(("EC".to_owned(), bits(point.key_size()))),
        Ok(PublicKey::DSA(_)) => ("DSA".to_owned(), None),
        _ => by_name(&info.algorithm.algorithm),
    }
}

fn curve(info: &SubjectPublicKeyInfo<'_>) -> Option<(String, Option<u32>)> {
    let curve = info.algorithm.parameters.as_ref()?.as_oid().ok()?;
    let known = NAMES.iter().find(|(oid, ..)| *oid == curve.to_id_string());
    Some(known.map_or_else(|| (format!("EC {curve}"), None), |(_, name, bits)| ((*name).to_owned(), *bits)))
}

fn by_name(oid: &Oid<'_>) -> (String, Option<u32>) {
    let text = oid.to_id_string();
    match NAMES.iter().find(|(known, ..)| *known == text) {
        Some((_, name, bits)) => ((*name).to_owned(), *bits),
        None => (oid2sn(oid, oid_registry()).map_or(text, str::to_owned), None),
    }
}

/// The name of a signature algorithm, else its OID.
pub(super) fn signature_name(oid: &Oid<'_>) -> String {
    by_name(oid).0
}
