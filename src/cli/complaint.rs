//! Standard error.

use std::io::{self, Write};

use slp_pcap::report::printable;

/// Says on standard error what went wrong; where even that fails, there is nobody to tell.
pub fn complain(message: &str) {
    let _ = writeln!(io::stderr().lock(), "slp-pcap: {}", printable(message));
}
