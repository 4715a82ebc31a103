//! What the user can say. Names and meanings are the contract's.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{ColorChoice, Parser, Subcommand, ValueEnum};
use slp_pcap::attempt::Scope;
use slp_pcap::limits::HASHED_INPUT;
use slp_pcap::model::{Pattern, Target};
use slp_pcap::report::{Detail, Format, Zone};

const EXAMPLES: &str = "\
Examples:
  slp-pcap flash-export.pcap                 where did it break, and what to do
  slp-pcap --proxy 192.0.2.10:3128 a.pcap    the switch goes through this proxy
  slp-pcap --cssm lic.example.com a.pcap     the switch licenses at this On-Prem server
  slp-pcap -v --switch 192.0.2.7 a.pcap      everything about one switch
  slp-pcap -f html -o report.html a.pcap     a page with a ladder diagram, to send or print
  slp-pcap captures/                         a table of all captures of a folder
  slp-pcap -f json -o report.json captures/  the same for a script
  slp-pcap --annotate proof.pcapng a.pcap    the attempts' frames for Wireshark, with comments
  slp-pcap --redact -o case.txt a.pcap       a report without what names the customer
  slp-pcap --merge ring_*.pcap               the files of a ring as one capture
  slp-pcap --transcript show.txt a.pcap      the capture beside the switch's own words
  tcpdump -w - port 443 | slp-pcap -         from standard input
  slp-pcap explain tls-untrusted-ca          what a verdict means and how to fix it

Exit status: 0 it works; 1 it fails, always or sometimes; 3 the capture proves neither;
2 the command line, an input or the output cannot be used.";

/// Reads a packet capture of a switch's Smart Licensing connection and says where it broke, with proof and next steps.
#[derive(Debug, Parser)]
#[command(
    version,
    about,
    after_help = EXAMPLES,
    max_term_width = 100,
    arg_required_else_help = true,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    disable_help_subcommand = false
)]
pub struct Arguments {
    /// Something other than an analysis.
    #[command(subcommand)]
    pub tool: Option<Tool>,
    /// The analysis.
    #[command(flatten)]
    pub run: Run,
    /// When to use colours; NO_COLOR and CLICOLOR_FORCE are honoured
    #[arg(long, value_name = "WHEN", default_value_t = ColorChoice::Auto, global = true)]
    pub color: ColorChoice,
}

/// What the program does besides analysing.
#[derive(Debug, Subcommand)]
pub enum Tool {
    /// What a code means, how to confirm it, how to fix it
    Explain {
        /// A code from a report
        code: String,
    },
    /// Every code with its title, by stage
    Codes,
    /// JSON Schema of the report
    Schema,
    /// How to take a capture worth having
    Guide,
    /// Completions of the command line for a shell
    Completions {
        /// Which shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// The manual page, roff
    Man,
}

/// An analysis.
#[derive(Debug, clap::Args)]
pub struct Run {
    /// Captures to analyse: files, folders (the captures in them), `-` for standard input
    #[arg(value_name = "CAPTURE", required_unless_present = "transcript")]
    pub captures: Vec<PathBuf>,
    /// Also a service: HOST (.DOMAIN for all in it), IP or CIDR, with :PORT; brackets as in [2001:db8::/32]:443
    #[arg(long, value_name = "TARGET")]
    cssm: Vec<Target>,
    /// A proxy the switch uses: HOST or IP, with :PORT
    #[arg(long, value_name = "HOST[:PORT]", value_parser = proxy)]
    proxy: Vec<Target>,
    /// Only attempts of this client
    #[arg(long, value_name = "IP")]
    switch: Vec<IpAddr>,
    /// Judge every TCP connection in the capture, whatever its target
    #[arg(long)]
    all: bool,
    /// Text of show commands and logs from the switch, to set beside the capture; alone, it is judged alone
    #[arg(long, value_name = "FILE")]
    pub transcript: Vec<PathBuf>,
    /// Format of the report
    #[arg(short, long, value_enum, default_value_t = FormatName::Text)]
    format: FormatName,
    /// Write there instead of standard output, all or nothing
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Zone of the times in text, markdown and html: a name as in Europe/Berlin or an offset as in +02:00; JSON is in UTC
    #[arg(long, value_name = "ZONE", default_value_t = Zone::Utc, allow_hyphen_values = true)]
    pub time_zone: Zone,
    #[command(flatten)]
    pub export: Export,
    /// The captures are one, merged by time: the files of a ring, or capture points that ran together
    #[arg(long)]
    pub merge: bool,
    /// SHA-256 of inputs over 128 MiB too
    #[arg(long)]
    hash: bool,
    #[command(flatten)]
    volume: Volume,
}

/// What leaves the house.
#[derive(Debug, clap::Args)]
pub struct Export {
    /// The attempts' frames as pcapng, the deciding ones with packet comments
    #[arg(long, value_name = "FILE.pcapng", conflicts_with = "merge")]
    pub annotate: Option<PathBuf>,
    /// Replace what identifies a customer in every output
    #[arg(long)]
    pub redact: bool,
}

/// How much to say.
#[derive(Debug, clap::Args)]
struct Volume {
    /// One line per capture
    #[arg(short, conflicts_with = "verbose")]
    quiet: bool,
    /// Every attempt in full
    #[arg(short)]
    verbose: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FormatName {
    /// One screen for a human being
    Text,
    /// For a ticket: GitHub-flavoured Markdown
    Markdown,
    /// For a browser: one page with a ladder diagram of each attempt
    Html,
    /// One JSON document
    Json,
    /// One JSON document on each line
    Ndjson,
}

impl Run {
    /// The format asked for.
    pub fn format(&self) -> Format {
        match self.format {
            FormatName::Text => Format::Text,
            FormatName::Markdown => Format::Markdown,
            FormatName::Html => Format::Html,
            FormatName::Json => Format::Json,
            FormatName::Ndjson => Format::Ndjson,
        }
    }

    /// How much of the report to show as text.
    pub fn detail(&self) -> Detail {
        match (self.volume.quiet, self.volume.verbose) {
            (true, _) => Detail::Line,
            (_, true) => Detail::Full,
            _ => Detail::Screen,
        }
    }

    /// Whether only a line per capture is wanted.
    pub fn is_quiet(&self) -> bool {
        self.volume.quiet
    }

    /// Octets up to which an input is fingerprinted: none of them where no report shows it.
    pub fn hashed(&self) -> u64 {
        match self.format {
            FormatName::Text => 0,
            _ if self.hash => u64::MAX,
            _ => HASHED_INPUT,
        }
    }

    /// Who is who, as far as the user says.
    pub fn scope(&self) -> Scope {
        Scope {
            services: self.cssm.clone(),
            proxies: self.proxy.clone(),
            switches: self.switch.clone(),
            all: self.all,
        }
    }
}

/// A proxy is one host: no domain, no network.
fn proxy(text: &str) -> Result<Target, String> {
    let target: Target = text.parse().map_err(|error: slp_pcap::model::TargetError| error.to_string())?;
    let one_host = match &target.pattern {
        Pattern::Host(_) => true,
        Pattern::Domain(_) => false,
        Pattern::Network { ip, prefix } => *prefix == if ip.is_ipv4() { 32 } else { 128 },
    };
    if one_host { Ok(target) } else { Err(format!("'{text}' is not one host; give a name or an address")) }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn parse(words: &[&str]) -> Result<Arguments, clap::Error> {
        Arguments::try_parse_from(["slp-pcap"].iter().chain(words))
    }

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn subcommands_come_first_and_whole() {
        assert!(matches!(parse(&["codes"]).unwrap().tool, Some(Tool::Codes)));
        assert!(matches!(parse(&["codes", "--color", "never"]).unwrap().tool, Some(Tool::Codes)));
        for files in [&["./codes"][..], &["a.pcap", "codes"], &["-v", "codes"], &["code"], &["expl"]] {
            let arguments = parse(files).unwrap();
            assert!(arguments.tool.is_none(), "{files:?}");
            assert_eq!(arguments.run.captures.last().unwrap().to_str(), files.last().copied());
        }
        assert!(parse(&["explain"]).is_err());
    }

    #[test]
    fn options_reach_the_scope() {
        let words =
            ["--cssm", ".example.com:443", "--cssm", "[2001:db8::/32]:443", "--proxy", "192.0.2.1:80"];
        let arguments = parse(&[&words[..], &["--switch", "192.0.2.7", "--all", "-"]].concat()).unwrap();
        let scope = arguments.run.scope();
        assert_eq!(
            (scope.services.len(), scope.proxies.len(), scope.switches.len(), scope.all),
            (2, 1, 1, true)
        );
        assert_eq!(scope.proxies[0].port, Some(80));
    }

    #[test]
    fn nonsense_is_refused() {
        for words in [
            &["--proxy", ".example.com", "a"][..],
            &["--proxy", "192.0.2.0/24", "a"],
            &["--cssm", "x:0", "a"],
            &["--switch", "core-sw1", "a"],
            &["-q", "-v", "a"],
            &["-f", "xml", "a"],
            &["-v"],
        ] {
            assert!(parse(words).is_err(), "{words:?}");
        }
    }
}
