//! The word that was probably meant.

/// The candidate nearest to `word`, if one is near enough to be a slip.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_ascii_lowercase();
    let rated =
        candidates.into_iter().map(|candidate| (strsim::damerau_levenshtein(&word, candidate), candidate));
    let (distance, candidate) = rated.min_by_key(|(distance, _)| *distance)?;
    let near = distance <= 1 + candidate.len() / 4;
    let begun = word.len() >= 3 && candidate.starts_with(&word);
    (near || begun).then_some(candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised_and_other_words_are_not() {
        let words = ["explain", "codes", "schema", "proxy-forbidden", "proxy-timeout"];
        assert_eq!(nearest("explian", words), Some("explain"));
        assert_eq!(nearest("CODE", words), Some("codes"));
        assert_eq!(nearest("sch", words), Some("schema"));
        assert_eq!(nearest("proxy-forbiden", words), Some("proxy-forbidden"));
        assert_eq!(nearest("capture", words), None);
        assert_eq!(nearest("x", words), None);
    }
}
