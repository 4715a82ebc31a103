//! Numbers as an engineer reads them.

use super::canvas::NO_BREAK;
use crate::report::model::{Report, Time};

/// `1 frame`, `2 frames`, `3 look-ups`.
pub(in crate::report) fn count(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number}{NO_BREAK}{noun}{plural}")
}

/// Milliseconds, or seconds from one on.
pub(in crate::report) fn duration(millis: f64) -> String {
    if (0.0..0.05).contains(&millis) {
        format!("<0.1{NO_BREAK}ms")
    } else if millis >= 1000.0 {
        format!("{:.1}{NO_BREAK}s", millis / 1000.0)
    } else {
        format!("{millis:.1}{NO_BREAK}ms")
    }
}

/// Seconds since the capture's first frame, as Wireshark's time column shows them.
pub(in crate::report) fn into_capture(report: &Report, time: Option<Time>) -> String {
    let seconds = time.and_then(|time| report.seconds_into_capture(time));
    seconds.map_or_else(|| "-".to_owned(), |seconds| format!("{seconds:.3} s"))
}

/// Octets in the unit that keeps them short.
pub(in crate::report) fn size(octets: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    let mut size = octets as f64 / 1024.0;
    if size < 1.0 {
        return count(octets, "byte");
    }
    let mut unit = 0;
    while size >= 1024.0 && unit + 1 < UNITS.len() {
        size /= 1024.0;
        unit += 1;
    }
    format!("{size:.1}{NO_BREAK}{}", UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        let told = [count(1, "frame"), count(0, "frame"), duration(0.02), duration(3.44), duration(21_000.0)];
        assert_eq!(
            told.map(|text| text.replace(NO_BREAK, " ")),
            ["1 frame", "0 frames", "<0.1 ms", "3.4 ms", "21.0 s"]
        );
        let sizes = [size(1), size(98_123), size(5 << 30)];
        assert_eq!(sizes.map(|text| text.replace(NO_BREAK, " ")), ["1 byte", "95.8 KiB", "5.0 GiB"]);
    }
}
