//! Why an inconclusive capture does not decide, in terms of how it was taken, and the commands for one that does.
//!
//! What is not known of the way to the service stays a word in capitals. [`KnownPath`] is where it comes in from elsewhere: the
//! switch's own `show ip cef` and `show mac address-table`, say.

use std::net::IpAddr;

use crate::attempt::{Attempt, Visibility};
use crate::capture::CaptureFacts;
use crate::model::{At, Clock, Direction, MacAddress, Span};

use super::capture::{LEFT_OUT, NOT_DECODED};
use super::ending::{missed, seconds};
use super::words::count;
use super::{Advice, Analysis, Evidence, Outcome};

/// What is known of the way from the switch to the service beside the capture.
#[derive(Debug, Clone, Default)]
pub struct KnownPath {
    /// The physical port that leads to the next hop.
    pub interface: Option<String>,
    /// The next hop.
    pub next_hop: Option<IpAddr>,
}

/// One way in which the capture was taken so that it does not decide.
#[derive(Debug, Clone)]
pub struct Shortcoming {
    /// Stable code, `capture-started-late` for one.
    pub code: &'static str,
    /// In words, with this capture's facts.
    pub message: String,
    /// The frame that shows it.
    pub evidence: Option<Evidence>,
}

/// A switch's capture buffer as it is unless set otherwise, in octets: a file of about that length is a full one.
const BUFFER: std::ops::Range<u64> = 9_900_000..10_600_000;

/// How the advice for encrypted packets begins.
const CAPTURE_IN_CLEAR: &str = "Capture where the traffic is in clear";

impl Analysis {
    /// Of an inconclusive capture: says why, and puts the commands for the next one in the place of general advice.
    pub fn plan_next_capture(&mut self, facts: &CaptureFacts, path: &KnownPath) {
        self.shortcomings.clear();
        if self.outcome != Outcome::Inconclusive {
            return;
        }
        let deciding =
            self.deciding.and_then(|id| self.attempts.iter().find(|judged| judged.attempt.id == id));
        let attempt = deciding.map(|judged| judged.attempt.as_ref());
        let code = self.verdict.diagnostic.code;
        let told = match attempt {
            Some(attempt) => of_attempt(code, attempt),
            None => Some(self.of_traffic(code, facts)),
        };
        self.shortcomings = shortcomings(told, facts);
        let own = self.shortcomings.iter().any(|one| {
            matches!(
                one.code,
                "capture-inbound-only" | "capture-incomplete" | "capture-elsewhere" | "capture-idle"
            )
        });
        let encrypted = self.shortcomings.iter().any(|one| one.code == "capture-encrypted");
        self.actions.retain(|advice| {
            !is_about_capturing(advice) && (encrypted || !advice.text.starts_with(CAPTURE_IN_CLEAR))
        });
        self.actions.extend(steps(attempt, path, own));
    }

    /// No attempt at all.
    fn of_traffic(&self, code: &str, facts: &CaptureFacts) -> Shortcoming {
        if facts.frames == 0 {
            let message = "It holds no packet: the port carries no traffic, the match excludes it, or it was stopped at once.";
            return bare("capture-empty", message.to_owned());
        }
        if code == "inconclusive-unreadable" {
            let message = "It was taken where the packets are encrypted below TLS (MACsec or IPsec): take it inside of that.";
            return bare("capture-encrypted", message.to_owned());
        }
        if self.warnings.iter().any(|warning| warning.code == NOT_DECODED) {
            let message = "No IP packet was found in it: its link type is wrong or not known here, or the port carries none.";
            return bare("capture-not-decoded", message.to_owned());
        }
        if let Some(left_out) = self.warnings.iter().find(|warning| warning.code == LEFT_OUT) {
            return bare("capture-of-others", left_out.message.clone());
        }
        let length = facts.first.zip(facts.last).map(|(first, last)| last - first);
        let length = length.map(|length| format!(" in {}", seconds(length))).unwrap_or_default();
        let message = if self.candidates.is_empty() {
            let (is, names) =
                if facts.cut_frames > 0 { ("is known to be", "names are cut off, ") } else { ("is", "") };
            format!(
                "None of its {}{length} {is} of a licensing attempt: {names}the switch made none meanwhile, its packets take \
                 another port, or its CPU's own packets are missing.",
                count(facts.frames, "frame")
            )
        } else {
            format!(
                "Its {}{length} name no licensing service: the attempt failed too early to name one, or it takes another port.",
                count(facts.frames, "frame")
            )
        };
        bare("capture-idle", message)
    }
}

/// General advice that the plan says better.
fn is_about_capturing(advice: &Advice) -> bool {
    let about = |command: &String| {
        ["monitor capture", "show ip cef", "license smart sync"]
            .iter()
            .any(|start| command.starts_with(start))
    };
    advice.commands.iter().any(about) || advice.text.starts_with("Use a linear buffer")
}

/// What the file as a whole tells, and `told` of the attempt or of there being none.
fn shortcomings(told: Option<Shortcoming>, facts: &CaptureFacts) -> Vec<Shortcoming> {
    let mut found: Vec<Shortcoming> = of_file(facts).into_iter().chain(told).collect();
    if facts.cut_frames > 0 {
        let message = format!(
            "A packet length limit cut {} of {}: leave `limit packet-len` out.",
            facts.cut_frames,
            count(facts.frames, "frame")
        );
        let evidence =
            facts.first_cut.map(|at| Evidence { at, note: "the first frame that is cut".to_owned() });
        found.push(Shortcoming { code: "capture-frames-cut", message, evidence });
    }
    if facts.clock == Clock::Absent && facts.frames > 0 {
        found.push(bare(
            "capture-without-times",
            "It holds no times, so silence proves nothing: export the file, or show the brief list after the dump.".to_owned(),
        ));
    }
    found
}

/// What the file itself tells.
fn of_file(facts: &CaptureFacts) -> Option<Shortcoming> {
    if facts.warnings.iter().any(|warning| warning.code == "capture-cut-short") {
        let message = "The file ends inside a record: it was copied before the export had finished.";
        return Some(bare("capture-copied-early", message.to_owned()));
    }
    (facts.compression.is_none() && BUFFER.contains(&facts.bytes)).then(|| {
        let message = format!(
            "It is {:.1} MB long, as much as a switch's buffer holds unless set otherwise: the buffer was full.",
            facts.bytes as f64 / 1e6
        );
        bare("capture-buffer-full", message)
    })
}

/// What the attempt that decides tells.
fn of_attempt(code: &str, attempt: &Attempt) -> Option<Shortcoming> {
    let (first, last) = (attempt.first, attempt.last);
    let missed = attempt.flow.as_deref().is_some_and(|flow| {
        Direction::BOTH.into_iter().any(|by| flow.half(by).frames > 0 && missed(flow.half(by)))
    });
    let of = |code, message: String, at: At, note: &str| {
        Some(Shortcoming { code, message, evidence: Some(Evidence { at, note: note.to_owned() }) })
    };
    match (code, attempt.visibility) {
        (_, Visibility::InboundOnly) => of(
            "capture-inbound-only",
            format!("None of the packets that {} sent is in it: its CPU makes them, and a port's capture may miss them.", attempt.client),
            first,
            "towards the switch only",
        ),
        ("inconclusive-one-way", Visibility::OutboundOnly) => of(
            "capture-outbound-only",
            format!("Nothing that was sent to {} is in it: it took one direction, or the replies come in by another port.", attempt.client),
            first,
            "from the switch only",
        ),
        ("inconclusive-mid-stream", _) => of(
            "capture-started-late",
            "It begins while the connection is already open: it was started too late, or a circular buffer has lost the beginning."
                .to_owned(),
            first,
            "the connection's first frame in it",
        ),
        ("inconclusive-capture-ended", _) => of("capture-stopped-early", stopped(attempt), last, "the attempt's last frame"),
        ("inconclusive-no-connection", _) => of(
            "capture-elsewhere",
            format!(
                "The look-up is in it and the connection of {} is not: connections leave by another port than look-ups, or \
                 nothing but the look-up was done, as by a ping.",
                attempt.client
            ),
            last,
            "the look-up's last frame",
        ),
        ("inconclusive-nothing-sent", _) => of(
            "capture-of-a-test",
            "What it shows is a connection without a request, as a telnet test makes it: no licensing attempt was made meanwhile.".to_owned(),
            first,
            "its first frame",
        ),
        ("inconclusive-unreadable", _) if missed => of(
            "capture-incomplete",
            "Packets are missing that the other side acknowledged: a rate limit or a full buffer dropped them, or the CPU made them."
                .to_owned(),
            last,
            "the attempt's last frame",
        ),
        _ => None,
    }
}

fn stopped(attempt: &Attempt) -> String {
    let left: Span = attempt.surroundings.capture_last.time - attempt.last.time;
    let when = if left.is_known() { format!("{} after", seconds(left)) } else { "right after".to_owned() };
    format!(
        "It ends {when} the attempt's last packet: it was stopped too early, its buffer was full, or the file was copied \
         before the export had finished. Failures are logged some 20 s after the request."
    )
}

fn bare(code: &'static str, message: String) -> Shortcoming {
    Shortcoming { code, message, evidence: None }
}

/// How to take the next one; with the CPU's own packets where those may be what is missing.
fn steps(attempt: Option<&Attempt>, path: &KnownPath, own_missing: bool) -> Vec<Advice> {
    let port = path.interface.clone().unwrap_or_else(|| "PORT".to_owned());
    let mut steps = Vec::new();
    if path.interface.is_none() {
        steps.push(find_port(attempt, path));
    }
    steps.push(Advice {
        text: format!(
            "Capture on {}, both directions, before the attempt begins, with room for all of it; stop only after the failure \
             is logged. The command slp-pcap guide prints the whole procedure.",
            if path.interface.is_some() { "the port that leads there" } else { "that physical port" }
        ),
        commands: capture_commands(&format!("interface {port} both")),
    });
    if own_missing {
        steps.push(Advice {
            text: "If the switch's own packets are missing again, capture at the control plane instead."
                .to_owned(),
            commands: capture_commands("control-plane both"),
        });
    }
    steps
}

/// From the destination to the port, with what the capture tells of the way.
fn find_port(attempt: Option<&Attempt>, path: &KnownPath) -> Advice {
    let resolved = |attempt: &Attempt| {
        let mut queries = attempt.lookups.iter().rev().flat_map(|lookup| lookup.queries.iter().rev());
        queries.find_map(|query| query.addresses().first().copied())
    };
    let destination =
        attempt.and_then(|attempt| attempt.peer.map(|peer| peer.endpoint.ip).or_else(|| resolved(attempt)));
    let arp = attempt.and_then(|attempt| attempt.arp.as_ref());
    let next_hop = path.next_hop.or(arp.map(|arp| arp.target));
    let mac =
        arp.and_then(|arp| arp.reply?.1).filter(|_| path.next_hop.is_none_or(|hop| Some(hop) == next_hop));
    let word = |ip: Option<IpAddr>, word: &str| ip.map_or(word.to_owned(), |ip| ip.to_string());
    Advice {
        text: "Find the physical port that leads to the service or its proxy.".to_owned(),
        commands: vec![
            format!("show ip cef {}", word(destination, "ADDRESS")),
            format!("show ip arp {}", word(next_hop, "NEXT-HOP")),
            format!("show mac address-table address {}", mac.map_or("MAC".to_owned(), MacAddress::dotted)),
        ],
    }
}

fn capture_commands(point: &str) -> Vec<String> {
    let capture = [
        &format!("monitor capture CSSM {point} match any"),
        "monitor capture CSSM buffer size 50",
        "monitor capture CSSM start",
        "license smart sync all",
        "show license eventlog 1",
        "monitor capture CSSM stop",
        "monitor capture CSSM export location flash:cssm.pcap",
    ];
    capture.map(str::to_owned).into()
}
