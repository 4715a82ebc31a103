//! The vocabulary of every stage: plain values, no I/O.

mod clock;
mod endpoint;
mod frame;
mod host;
mod mac;
mod seq;
mod target;
mod time;

pub use clock::Clock;
pub use endpoint::{Direction, Endpoint, FlowKey, as_v6};
pub use frame::{At, FrameNumber, Transmissions};
pub use host::HostName;
pub use mac::MacAddress;
pub use seq::SeqNumber;
pub use target::{Pattern, Target, TargetError};
pub use time::{Span, Timestamp};
