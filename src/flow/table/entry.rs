//! What the table holds of one pair of ends.

use crate::flow::Flow;
use crate::flow::connection::Connection;
use crate::flow::remnant::Remnant;

#[derive(Debug)]
pub(super) enum Entry {
    /// Being followed.
    Live(Box<Connection>),
    /// Handed over, or nobody's business; later frames keep its number.
    Gone(Remnant),
}

impl Entry {
    pub fn live(&self) -> Option<&Connection> {
        match self {
            Self::Live(connection) => Some(connection),
            Self::Gone(_) => None,
        }
    }

    pub fn gone(&self) -> Option<&Remnant> {
        match self {
            Self::Live(_) => None,
            Self::Gone(remnant) => Some(remnant),
        }
    }
}

/// Ends a live connection, leaving its number behind.
pub(super) fn leave(entry: &mut Entry) -> Option<Flow> {
    let connection = entry.live()?;
    let remnant = Remnant::handed_over(connection.numbers, connection.last().time, connection.is_closed());
    match std::mem::replace(entry, Entry::Gone(remnant)) {
        Entry::Live(connection) => Some(connection.finish()),
        Entry::Gone(_) => None,
    }
}
