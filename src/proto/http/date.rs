//! The Date header (RFC 9110 §6.6.1).

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::model::Timestamp;

/// An IMF-fixdate (RFC 9110 §5.6.7), the only form that may be sent: `Sun, 06 Nov 1994 08:49:37 GMT`.
pub fn parse_date(text: &str) -> Option<Timestamp> {
    let (_, date) = text.trim().split_once(", ")?;
    let civil = DateTime::strptime("%d %b %Y %H:%M:%S GMT", date).ok()?;
    let zoned = civil.to_zoned(TimeZone::UTC).ok()?;
    Some(Timestamp::from_parts(zoned.timestamp().as_second(), 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixdates_are_read_and_nothing_else() {
        assert_eq!(parse_date("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Timestamp::from_parts(784_111_777, 0)));
        for other in
            ["", "Sun, 06 Nov 1994", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 99 Nov 1994 08:49:37 GMT"]
        {
            assert_eq!(parse_date(other), None, "{other}");
        }
    }
}
