//! The report as scripts see it: `slp-pcap.report.v1`. Within v1 nothing is removed, renamed or retyped.
//!
//! Key names are field names, and their order is the order of the fields. Absent facts are `null`.

mod attempt;
mod attempts;
mod batch;
mod capture;
mod frame;
mod overview;
mod protocols;
mod transcript;
mod verdict;
mod words;

pub use attempt::{Attempt, Before, Event, Missing, Peer, Place, Service, Stage, Stages};
pub use attempts::Attempts;
pub use batch::{Batch, Failure, FailureLine, NameCount, Summary, SummaryLine};
pub use capture::{Capture, CaptureWarning, MergedFile};
pub use frame::{FileName, Frame, Location};
pub use overview::{Candidate, Client, CodeCount, Report, Tool};
pub use protocols::{Arp, Certificate, Dns, Http, Icmp, Licensing, Lookup, Proxy, Query, Tcp, Tls, TlsAlert};
pub use transcript::{
    Correlation, NotUnderstood, Setting, SwitchClock, SwitchCounters, SwitchEvent, SwitchRequest, TextRead,
    Transcript, TranscriptFile,
};
pub use verdict::{Action, CaptureVerdict, Evidence, Finding, Shortcoming, Verdict};
pub use words::{Open, Time, Vocabulary};
