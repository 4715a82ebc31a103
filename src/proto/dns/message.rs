//! A DNS message: header, question, answers.
//!
//! One lenient reader of our own rather than simple-dns with a fallback: simple-dns refuses a message that is cut or bad
//! anywhere, so header, names and address records must be read by hand in any case, and two readers could disagree on the
//! same message. simple-dns is the oracle of the tests.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Rcode, RecordType, name};
use crate::limits::MAX_DNS_ANSWERS;
use crate::model::HostName;
use crate::proto::cursor::Cursor;

/// What a DNS message says, as far as it could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DnsMessage {
    /// Message ID.
    pub id: u16,
    /// Response rather than query.
    pub is_response: bool,
    /// Operation; 0 is a standard query.
    pub opcode: u8,
    /// Response code, with EDNS' upper bits where the message could be read to its end (RFC 6891 §6.1.3).
    pub rcode: Rcode,
    /// The TC bit: the rest must be asked for over TCP.
    pub truncated: bool,
    /// The first question; a server that refuses may repeat none.
    pub question: Option<Question>,
    /// The answer section, at most [`MAX_DNS_ANSWERS`] records.
    pub answers: Vec<Answer>,
    /// Whether everything was readable; else the answers are those before the bad place.
    pub complete: bool,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The name.
    pub name: HostName,
    /// The record type.
    pub kind: RecordType,
}

/// A record of the answer section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A or AAAA.
    Address(IpAddr),
    /// CNAME: the name to go on with.
    Alias(HostName),
    /// Any other.
    Other(RecordType),
}

impl DnsMessage {
    /// Length of the header in octets.
    const HEADER: usize = 12;

    /// Reads a message; `None` only without a whole header.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let mut header = Cursor::new(bytes.get(..Self::HEADER)?);
        let (id, flags) = (header.u16()?, header.u16()?);
        let counts = [header.u16()?, header.u16()?, header.u16()?, header.u16()?];
        let mut message = Self {
            id,
            is_response: flags & 0x8000 != 0,
            opcode: u8::try_from(flags >> 11 & 0x0f).unwrap_or_default(),
            rcode: Rcode(flags & 0x0f),
            truncated: flags & 0x0200 != 0,
            question: None,
            answers: Vec::new(),
            complete: false,
        };
        message.complete = message.read_sections(bytes, counts).is_some();
        Some(message)
    }

    /// The addresses answered, in order.
    pub fn addresses(&self) -> Vec<IpAddr> {
        let address = |answer: &Answer| if let Answer::Address(ip) = answer { Some(*ip) } else { None };
        self.answers.iter().filter_map(address).collect()
    }

    /// The aliases answered, in order.
    pub fn cnames(&self) -> Vec<HostName> {
        let alias =
            |answer: &Answer| if let Answer::Alias(name) = answer { Some(name.clone()) } else { None };
        self.answers.iter().filter_map(alias).collect()
    }

    /// The answers as text for a report: addresses, names, else the record type.
    pub fn answers_text(&self) -> Vec<String> {
        let text = |answer: &Answer| match answer {
            Answer::Address(ip) => ip.to_string(),
            Answer::Alias(name) => name.to_string(),
            Answer::Other(kind) => kind.to_string(),
        };
        self.answers.iter().map(text).collect()
    }

    fn read_sections(
        &mut self,
        bytes: &[u8],
        [questions, answers, authority, additional]: [u16; 4],
    ) -> Option<()> {
        let mut at = Self::HEADER;
        for index in 0..questions {
            let (name, behind) = name::read(bytes, at)?;
            let mut rest = Cursor::new(bytes.get(behind..)?);
            // A name whose type was cut is still a name; type 0 is reserved (RFC 6895 §3.1).
            let kind = RecordType(rest.u16().unwrap_or_default());
            if index == 0 {
                self.question = Some(Question { name, kind });
            }
            at = behind + 4;
        }
        for _ in 0..answers {
            let record = Record::read(bytes, at)?;
            if self.answers.len() < MAX_DNS_ANSWERS {
                self.answers.push(record.answer(bytes)?);
            }
            at = record.behind;
        }
        for _ in 0..u32::from(authority) + u32::from(additional) {
            let record = Record::read(bytes, at)?;
            if record.kind == RecordType::OPT {
                self.rcode.0 |= record.extended_rcode() << 4;
            }
            at = record.behind;
        }
        (at <= bytes.len()).then_some(())
    }
}

/// A record's place in its message.
struct Record {
    kind: RecordType,
    ttl: u32,
    /// Where its data starts and ends.
    data: usize,
    behind: usize,
}

impl Record {
    fn read(message: &[u8], at: usize) -> Option<Self> {
        let fields = name::skip(message, at)?;
        let mut cursor = Cursor::new(message.get(fields..)?);
        let kind = RecordType(cursor.u16()?);
        cursor.u16()?;
        let (ttl, len) = (cursor.u32()?, cursor.u16()?);
        cursor.take(len.into())?;
        let data = fields + 10;
        Some(Self { kind, ttl, data, behind: data + usize::from(len) })
    }

    /// Address records of a wrong length are records without use, not the end of the message.
    fn answer(&self, message: &[u8]) -> Option<Answer> {
        let mut data = Cursor::new(message.get(self.data..self.behind)?);
        let len = self.behind - self.data;
        let address: Option<IpAddr> = match (self.kind, len) {
            (RecordType::A, 4) => data.array::<4>().map(|octets| Ipv4Addr::from(octets).into()),
            (RecordType::AAAA, 16) => data.array::<16>().map(|octets| Ipv6Addr::from(octets).into()),
            (RecordType::CNAME, _) => {
                return Some(
                    name::read(message, self.data)
                        .map_or(Answer::Other(self.kind), |(name, _)| Answer::Alias(name)),
                );
            }
            _ => None,
        };
        Some(address.map_or(Answer::Other(self.kind), Answer::Address))
    }

    /// The upper eight bits of a 12-bit RCODE, which OPT carries where others have their time to live.
    fn extended_rcode(&self) -> u16 {
        u16::try_from(self.ttl >> 24).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use simple_dns::rdata::{A, AAAA, CNAME, RData};
    use simple_dns::{CLASS, Name, Packet, PacketFlag, QCLASS, QTYPE, RCODE, ResourceRecord, TYPE};

    use super::*;
    use crate::proto::noise::{hex, torture};

    fn answer() -> Vec<u8> {
        let name = Name::new_unchecked("smartreceiver.cisco.com");
        let alias = Name::new_unchecked("smartreceiver.geo.cisco.com");
        let mut packet = Packet::new_reply(0x1a2b);
        packet.set_flags(PacketFlag::RECURSION_DESIRED);
        packet.questions.push(simple_dns::Question::new(
            name.clone(),
            QTYPE::TYPE(TYPE::A),
            QCLASS::CLASS(CLASS::IN),
            false,
        ));
        let records = [
            (name, RData::CNAME(CNAME(alias.clone()))),
            (alias.clone(), RData::A(A { address: Ipv4Addr::new(146, 112, 59, 81).into() })),
            (alias, RData::AAAA(AAAA { address: Ipv6Addr::LOCALHOST.into() })),
        ];
        let records = records.map(|(name, data)| ResourceRecord::new(name, CLASS::IN, 60, data));
        packet.answers.extend(records);
        packet.build_bytes_vec_compressed().unwrap()
    }

    #[test]
    fn answers_are_read_as_simple_dns_writes_them() {
        let message = DnsMessage::parse(&answer()).unwrap();
        assert!(message.is_response && message.complete && !message.truncated);
        assert_eq!((message.id, message.rcode), (0x1a2b, Rcode::NO_ERROR));
        let question = message.question.as_ref().unwrap();
        assert_eq!((question.name.as_str(), question.kind), ("smartreceiver.cisco.com", RecordType::A));
        assert_eq!(message.addresses(), ["146.112.59.81".parse::<IpAddr>().unwrap(), "::1".parse().unwrap()]);
        assert_eq!(message.cnames(), [HostName::new("smartreceiver.geo.cisco.com")]);
        assert_eq!(message.answers_text(), ["smartreceiver.geo.cisco.com", "146.112.59.81", "::1"]);
        torture(&answer(), |bytes| drop(DnsMessage::parse(bytes)));
    }

    #[test]
    fn a_cut_answer_gives_what_is_there() {
        let bytes = answer();
        let message = DnsMessage::parse(&bytes[..bytes.len() - 3]).unwrap();
        assert!(!message.complete);
        assert_eq!(message.addresses().len(), 1);
        let message = DnsMessage::parse(&bytes[..37]).unwrap();
        assert_eq!(message.question.map(|question| question.kind), Some(RecordType(0)));
        assert_eq!(DnsMessage::parse(&bytes[..11]), None);
    }

    /// unbound's access list answers without question section.
    #[test]
    fn a_refusal_needs_no_question() {
        let message = DnsMessage::parse(&hex("1a2b 8105 0000 0000 0000 0000")).unwrap();
        assert_eq!(
            (message.rcode.to_string(), message.question, message.complete),
            ("Refused".into(), None, true)
        );
    }

    #[test]
    fn edns_extends_the_code() {
        let bytes = hex("0001 8180 0001 0000 0000 0001 0161 00 0001 0001 00 0029 04d0 01 00 0000 0000");
        let message = DnsMessage::parse(&bytes).unwrap();
        assert!(message.complete);
        assert_eq!(message.rcode, Rcode::BAD_VERS);
        assert_eq!(Rcode(3841).to_string(), "RCODE3841");
    }

    #[test]
    fn the_codes_of_simple_dns_agree() {
        for (code, ours) in [(RCODE::NameError, Rcode::NX_DOMAIN), (RCODE::Refused, Rcode::REFUSED)] {
            let mut packet = Packet::new_reply(1);
            *packet.rcode_mut() = code;
            assert_eq!(DnsMessage::parse(&packet.build_bytes_vec().unwrap()).unwrap().rcode, ours);
        }
    }
}
