//! DNS messages (RFC 1035), read leniently: header and question survive a cut or bad remainder.

mod codes;
mod message;
mod name;
mod tcp;

pub use codes::{Rcode, RecordType};
pub use message::{Answer, DnsMessage, Question};
pub use tcp::tcp_messages;
