//! Certificate lists already read: a server shows the same one to everybody.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::limits::KNOWN_CHAINS;
use crate::proto::x509::Certificate;

/// What the latest Certificate messages said, by their octets.
#[derive(Debug, Default)]
pub(in crate::attempt) struct Chains {
    known: FxHashMap<Box<[u8]>, Arc<[Certificate]>>,
    /// Octets of those messages.
    octets: usize,
}

impl Chains {
    /// The certificates of `list`, which is what `message` holds, up to the first that cannot be read.
    pub fn read(&mut self, message: &[u8], list: Vec<&[u8]>) -> Arc<[Certificate]> {
        if let Some(known) = self.known.get(message) {
            return Arc::clone(known);
        }
        let read: Arc<[Certificate]> = list.into_iter().map_while(Certificate::parse).collect();
        if self.octets + message.len() > KNOWN_CHAINS {
            *self = Self::default();
        }
        if message.len() <= KNOWN_CHAINS {
            self.octets += message.len();
            self.known.insert(message.into(), Arc::clone(&read));
        }
        read
    }
}
