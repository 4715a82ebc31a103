//! The order of issuers inside a list.

use super::Certificate;

/// The positions in `certificates` from the leaf (the first, RFC 5246 §7.4.2) along its issuers, as far as they are in the
/// list; superfluous certificates are left out, a self-signed one ends the path. Of several possible issuers the one with the
/// key identifier asked for is taken.
pub fn issuer_path(certificates: &[Certificate]) -> Vec<usize> {
    let mut path = Vec::new();
    let mut next = (!certificates.is_empty()).then_some(0);
    while let Some(index) = next {
        path.push(index);
        next = certificates.get(index).filter(|current| !current.self_signed).and_then(|current| {
            let issuers = certificates.iter().enumerate().filter(|(other, candidate)| {
                !path.contains(other) && candidate.links.subject == current.links.issuer
            });
            let key = current.links.authority_key.as_ref();
            let fits = |candidate: &Certificate| key.is_some() && candidate.links.subject_key.as_ref() == key;
            issuers.min_by_key(|(_, candidate)| !fits(candidate)).map(|(other, _)| other)
        });
    }
    path
}
