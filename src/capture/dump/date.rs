//! Times as the dumps print them.

use super::packets::Moment;

/// Nanoseconds in a second.
const SECOND: i64 = 1_000_000_000;

/// `22:45:44.700 UTC Nov 27 2021 : ...` at the start of a packet of layout A. Behind a zone other than UTC only the differences
/// can be used: the dump does not say how far from UTC it is, and the letters are not unique.
pub(super) fn heading(text: &[u8]) -> Option<(Moment, Option<String>)> {
    let text = std::str::from_utf8(text).ok()?;
    let (front, _) = text.split_once(" :")?;
    let mut words = front.split_ascii_whitespace();
    // `*` and `.` say that the clock is not authoritative.
    let time = words.next()?.trim_start_matches(['*', '.']);
    let zone = words.next()?;
    let (month, day, year) = (words.next()?, words.next()?, words.next()?);
    if words.next().is_some() || !zone.chars().all(|c| c.is_ascii_alphanumeric() || c == '+' || c == '-') {
        return None;
    }
    let date = date(month, day, year)?;
    let nanos = date.checked_add(time_of_day(time)?)?;
    let universal = ["UTC", "GMT", "Z"].contains(&zone);
    Some(if universal {
        (Moment::Absolute(nanos), None)
    } else {
        (Moment::Relative(nanos), Some(zone.chars().take(16).collect()))
    })
}

/// The line with which tcpdump begins a packet: time of day, with `-tttt` behind the date, with `-tt` seconds since 1970. The
/// zone of the first two is not said, and a time of day alone goes backwards at midnight.
pub(super) fn tcpdump(text: &str) -> Option<Moment> {
    let mut words = text.split_ascii_whitespace();
    let first = words.next()?;
    let moment = if let Ok(date) = first.parse() {
        Moment::Relative(midnight(date)?.checked_add(time_of_day(words.next()?)?)?)
    } else if first.contains(':') {
        Moment::Relative(time_of_day(first)?)
    } else {
        Moment::Absolute(seconds(first).filter(|_| first.contains('.'))?)
    };
    // Interface and direction may stand between, or hardware addresses.
    let is_mac = |word: &str| word.len() == 17 && word.matches(':').count() == 5;
    let says = |word: &str| matches!(word, "IP" | "IP6" | "ARP,") || is_mac(word);
    words.take(3).any(says).then_some(moment)
}

fn date(month: &str, day: &str, year: &str) -> Option<i64> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = i8::try_from(MONTHS.iter().position(|name| *name == month)?).ok()? + 1;
    midnight(jiff::civil::Date::new(year.parse().ok()?, month, day.parse().ok()?).ok()?)
}

fn midnight(date: jiff::civil::Date) -> Option<i64> {
    let midnight = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
    i64::try_from(midnight.as_nanosecond()).ok()
}

fn time_of_day(text: &str) -> Option<i64> {
    let mut parts = text.splitn(3, ':');
    let hours: i64 = parts.next()?.parse().ok().filter(|hours| (0..24).contains(hours))?;
    let minutes: i64 = parts.next()?.parse().ok().filter(|minutes| (0..60).contains(minutes))?;
    let nanos = seconds(parts.next()?).filter(|nanos| (0..61 * SECOND).contains(nanos))?;
    Some((hours * 60 + minutes) * 60 * SECOND + nanos)
}

/// `0.004711` in nanoseconds; digits beyond are dropped.
pub(super) fn seconds(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|digit| digit.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        return None;
    }
    let fraction: String = fraction.chars().chain("000000000".chars()).take(9).collect();
    whole.parse::<i64>().ok()?.checked_mul(SECOND)?.checked_add(fraction.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_is_a_time_and_a_date() {
        let line = b"22:45:44.700 UTC Nov 27 2021 : IPv4 LES CEF    : Fa4.320 None";
        assert_eq!(heading(line), Some((Moment::Absolute(1_638_053_144_700_000_000), None)));
        let line = b"*15:43:13.654 EST Aug 27 2008 : IPv4 Turbo : Gi0/0 None";
        assert!(matches!(heading(line), Some((Moment::Relative(_), Some(zone))) if zone == "EST"));
        for other in [
            &b"Time source is NTP, 22:45:44.700 UTC Sat Nov 27 2021"[..],
            b"22:45:44.700 UTC Nov 31 2021 : x",
            b"25:45:44.700 UTC Nov 27 2021 : x",
            b"Load for five secs: 1%/0%; one minute: 2%",
            b"22:45:44 : x",
        ] {
            assert_eq!(heading(other), None, "{}", String::from_utf8_lossy(other));
        }
    }

    #[test]
    fn tcpdump_begins_a_packet_with_a_time() {
        let relative = |nanos| Some(Moment::Relative(nanos));
        let day = 20_779 * 86_400 * SECOND;
        assert_eq!(tcpdump("00:01:02.5 IP 10.0.0.1.80 > 10.0.0.2.81: Flags [S]"), relative(62_500_000_000));
        assert_eq!(tcpdump("2026-11-22 00:00:01.5 eth0 In IP6 ::1"), relative(day + 1_500_000_000));
        assert_eq!(tcpdump("1.5 ARP, Request who-has"), Some(Moment::Absolute(1_500_000_000)));
        assert_eq!(tcpdump("00:00:01.5 6c:5e:3b:10:20:30 > ff:ff:ff:ff:ff:ff"), relative(1_500_000_000));
        for other in
            ["1 0.000000 10.0.0.1 -> 10.0.0.2 TCP", "00:01:02.5 UTC Sun Nov 22 2026", "1 IP", "25:01:02 IP"]
        {
            assert_eq!(tcpdump(other), None, "{other}");
        }
    }

    #[test]
    fn seconds_are_nanoseconds() {
        assert_eq!(seconds("12.004711"), Some(12_004_711_000));
        assert_eq!(seconds("1795371428.845297000"), Some(1_795_371_428_845_297_000));
        assert_eq!((seconds("x"), seconds("-1.0"), seconds("99999999999999999999")), (None, None, None));
    }
}
