//! Licensing bodies in clear: what makes them JSON stays, and the vendor's words where only the vendor puts them. Octet by octet,
//! so that a body may come in pieces of any size; nothing has to be known of what follows.

use super::body::MASK;
use super::licensing::{LITERALS, MEMBERS, PARTS, WORDED};

/// What a digit of a number becomes: not 0, which no longer number may begin with.
const DIGIT: u8 = b'1';
/// Octets held of a word that began in an earlier piece; no word that is shown is longer.
const LONGEST: usize = 48;
/// Digits of a status that is a number.
const LONGEST_CODE: usize = 3;

/// Where in a body the next octet stands.
#[derive(Debug, Clone, Default)]
pub(super) struct Json {
    /// The word that the last piece ended in.
    word: Vec<u8>,
    /// Whether more of that word was there than is known.
    lost: bool,
    /// The last octet that matters in front of a word; a space where it follows another inside a string.
    led_by: u8,
    /// What a string here would be.
    place: Place,
    /// Whether the last octet was a backslash.
    escape: bool,
    /// The member that the value belongs to, if its value is one of the vendor's words.
    member: Option<&'static str>,
}

/// What a string is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Place {
    /// A member's name.
    #[default]
    Name,
    Value,
    /// One of a list of values.
    Item,
}

impl Json {
    /// Rewrites the next piece.
    pub(super) fn rewrite(&mut self, old: &[u8], new: &mut [u8]) {
        let mut at = 0;
        while let Some(rest) = old.get(at..).filter(|rest| !rest.is_empty()) {
            let length = rest.iter().take_while(|octet| is_word(**octet)).count();
            // Behind a backslash every octet but two would need others behind it.
            if length == 0 || self.escape {
                if let (Some(octet), Some(place)) = (rest.first(), new.get_mut(at)) {
                    self.end_word();
                    *place = self.other(*octet);
                }
                at += 1;
                continue;
            }
            let cut = length == rest.len();
            let before = self.word.len();
            self.word.extend_from_slice(rest.get(..length).unwrap_or_default());
            let shown = self.shown(cut);
            if let (Some(shown), Some(place)) = (shown.get(before..), new.get_mut(at..at + length)) {
                place.copy_from_slice(shown);
            }
            if self.word.len() > LONGEST {
                self.word.clear();
                self.lost = true;
            }
            at += length;
        }
    }

    /// What to show for an octet between words.
    fn other(&mut self, octet: u8) -> u8 {
        if std::mem::take(&mut self.escape) && !matches!(octet, b'"' | b'\\') {
            self.led_by = b' ';
            // `\/` means `/`, in a string inside a string too; any other letter would need what follows it.
            return b'/';
        }
        match octet {
            b'\\' => self.escape = true,
            b' ' | b'\t' | b'\r' | b'\n' if self.led_by == b'"' => self.led_by = b' ',
            b' ' | b'\t' | b'\r' | b'\n' => {}
            b'{' | b'}' | b',' | b'[' | b']' | b':' | b'"' => {
                self.place = match (octet, self.place) {
                    (b'[', _) | (b',' | b':', Place::Item) => Place::Item,
                    (b':', _) => Place::Value,
                    (b'"', place) => place,
                    _ => Place::Name,
                };
                self.led_by = octet;
            }
            _ => {
                self.led_by = b' ';
                return MASK;
            }
        }
        octet
    }

    /// Behind a word: it may have been a member's name.
    fn end_word(&mut self) {
        if self.word.is_empty() && !self.lost {
            return;
        }
        if self.is_name() && !self.lost {
            self.member = WORDED.iter().find(|member| member.as_bytes() == self.word).copied();
        }
        self.word.clear();
        self.lost = false;
        self.led_by = b' ';
    }

    fn is_name(&self) -> bool {
        self.led_by == b'"' && self.place == Place::Name
    }

    /// What to show for the word so far. `cut` says that it may go on in the next piece.
    fn shown(&self, cut: bool) -> Vec<u8> {
        let word = self.word.as_slice();
        let is = |known: &&str| known.as_bytes() == word || cut && known.as_bytes().starts_with(word);
        let member = self.member.filter(|_| self.place == Place::Value);
        let code = member.is_some() && word.len() <= LONGEST_CODE && is_number(word);
        let known = match self.led_by {
            _ if self.lost || word.len() > LONGEST => false,
            b'"' if self.is_name() => MEMBERS.iter().any(is),
            // A status in words may be a sentence, with names in it: only a whole word of it is known.
            b'"' => member.is_some_and(|member| is_worded(word, cut && member != "status_message")) || code,
            b':' | b'[' | b',' => LITERALS.iter().any(is) || code,
            _ => false,
        };
        let masked = |octet: &u8| match octet {
            b'0'..=b'9' => DIGIT,
            octet => *octet,
        };
        match known {
            true => word.to_vec(),
            false if is_number(word) => word.iter().map(masked).collect(),
            false => vec![MASK; word.len()],
        }
    }
}

fn is_word(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || matches!(octet, b'_' | b'.' | b'-' | b'+')
}

/// Whether `word` is a number as JSON writes it, perhaps cut.
fn is_number(word: &[u8]) -> bool {
    if word == b"-" {
        return true;
    }
    let word = word.strip_prefix(b"-").unwrap_or(word);
    let exponent = word.iter().position(|octet| matches!(octet, b'e' | b'E')).unwrap_or(word.len());
    let (mantissa, exponent) = word.split_at(exponent);
    let exponent = match exponent {
        [_, b'+' | b'-', digits @ ..] | [_, digits @ ..] => digits,
        [] => exponent,
    };
    let mut parts = mantissa.splitn(2, |octet| *octet == b'.').chain([exponent]);
    let digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
    mantissa.first().is_some_and(u8::is_ascii_digit) && parts.all(digits)
}

/// Whether `word` is made of the vendor's words, or may become so.
fn is_worded(word: &[u8], cut: bool) -> bool {
    let mut parts: Vec<&[u8]> = word.split(|octet| *octet == b'_').collect();
    let begun =
        parts.pop_if(|_| cut).is_none_or(|last| PARTS.iter().any(|part| part.as_bytes().starts_with(last)));
    begun && parts.iter().all(|word| PARTS.iter().any(|part| part.as_bytes() == *word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::licensing::LicensingResponse;

    const ANSWER: &str = r#"{"signature":{"type":null,"value":"c2lnbmVk"},"response":"{\"header\":{\"version\":\"1.3\",\"request_type\":\"ID_TOKEN_TRUST\",\"hostname\":\"OK\",\"list\":[\"token\",\"Initech\"]},\"status_code\":\"OK_TRY_AGAIN\",\"status_message\":\"OK, jdoe of \\u00c4 FAILED\",\"retry_time_seconds\":-3600.5e+1,\"timestamp\": 0,\"response_data\":\"{\\\"sudi\\\":{\\\"udi_pid\\\":\\\"C9300\\\"},\\\"Globex\\\":\\\"a\\\\\\\"b\\\\\\\\\\\\n\\\"}\"}","sch_response":null}"#;

    fn rewritten(pieces: &[&[u8]]) -> String {
        let (mut json, mut all) = (Json::default(), Vec::new());
        for piece in pieces {
            let mut new = vec![0; piece.len()];
            json.rewrite(piece, &mut new);
            all.extend(new);
        }
        String::from_utf8(all).unwrap()
    }

    #[test]
    fn the_vendors_words_stay_and_nothing_else() {
        let shown = rewritten(&[ANSWER.as_bytes()]);
        assert_eq!(shown.len(), ANSWER.len());
        let words = [
            "\"signature\":{\"type\":null",
            "status_code",
            "OK_TRY_AGAIN",
            "ID_TOKEN_TRUST",
            "udi_pid",
            "\"OK, xxxx",
        ];
        for word in words {
            assert!(shown.contains(word), "{word}: {shown}");
        }
        for secret in
            ["c2ln", "jdoe", "FAILED", "00c4", "C9300", "Globex", "Initech", "3600", "\"OK\\", "[\\\"token"]
        {
            assert!(!shown.contains(secret), "{secret}: {shown}");
        }
        let answer = LicensingResponse::parse(shown.as_bytes());
        let said = answer.message().expect("still a licensing answer");
        assert_eq!(said.status_code.as_deref(), Some("OK_TRY_AGAIN"));
        assert_eq!(said.request_type.as_deref(), Some("ID_TOKEN_TRUST"));
    }

    #[test]
    fn a_body_in_two_pieces_says_the_same() {
        for at in 1..ANSWER.len() {
            let (front, back) = ANSWER.as_bytes().split_at(at);
            let shown = rewritten(&[front, back]);
            let answer = LicensingResponse::parse(shown.as_bytes());
            assert_eq!(
                answer.message().and_then(|said| said.status_code.as_deref()),
                Some("OK_TRY_AGAIN"),
                "cut at {at}: {shown}"
            );
            let secrets = ["c2l", "jdo", "C93", "Glo", "Ini", "3600"];
            assert!(!secrets.iter().any(|secret| shown.contains(secret)), "cut at {at}: {shown}");
        }
    }

    #[test]
    fn numbers_stay_numbers() {
        for number in ["0", "-1", "-", "12.5", "1.7377E12", "3e-7", "12.", "1e"] {
            assert!(is_number(number.as_bytes()), "{number}");
        }
        for other in ["", "10.1.2.3", "1-2", "e5", "0x1f", "1e5e6", "FOC2332X0A1"] {
            assert!(!is_number(other.as_bytes()), "{other}");
        }
    }
}
