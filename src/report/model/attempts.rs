//! The attempts of a report, each made when somebody asks for it.

use std::borrow::Cow;
use std::cell::OnceCell;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, Serializer};

use super::{Attempt, Peer};
use crate::attempt::PeerRole;
use crate::diagnose::{Judged, Outcome};

/// A report's attempts in order of time. There may be many, and most formats want a few of them: what a format does not ask for
/// is not made, and [`Serialize`] lets go of each when it is written.
#[derive(Debug, Clone, Default)]
pub struct Attempts {
    judged: Vec<Judged>,
    /// Most rungs of a ladder.
    rungs: usize,
    /// One for each of `judged`, or all there are.
    made: Vec<OnceCell<Box<Attempt>>>,
}

impl Attempts {
    /// Those of an analysis, with ladders of at most `rungs` rungs.
    pub fn of(judged: Vec<Judged>, rungs: usize) -> Self {
        let made = judged.iter().map(|_| OnceCell::new()).collect();
        Self { judged, rungs, made }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.made.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.made.is_empty()
    }

    /// All of them.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Attempt> {
        self.made.iter().enumerate().filter_map(|(index, made)| self.held(index, made))
    }

    /// The one with this number.
    pub fn find(&self, id: u64) -> Option<&Attempt> {
        let (index, made) =
            self.made.iter().enumerate().find(|(index, made)| self.id(*index, made) == Some(id))?;
        self.held(index, made)
    }

    /// All but the one with the number `id`, the latest `most` of them, and how many are left out before these.
    pub fn latest_but(&self, id: Option<u64>, most: usize) -> (Vec<&Attempt>, usize) {
        let others = self.made.iter().enumerate().filter(|(index, made)| self.id(*index, made) != id);
        let others: Vec<_> = others.collect();
        let skipped = others.len().saturating_sub(most);
        let latest = others.into_iter().skip(skipped).filter_map(|(index, made)| self.held(index, made));
        (latest.collect(), skipped)
    }

    /// All of them, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Attempt> {
        for (made, judged) in self.made.iter_mut().zip(std::mem::take(&mut self.judged)) {
            made.get_or_init(|| Box::new(Attempt::of(&judged, self.rungs)));
        }
        self.made.iter_mut().filter_map(OnceCell::get_mut).map(Box::as_mut)
    }

    /// Of each failed one the proxy it used and the issuer of its server's certificate.
    pub fn blamed(&self) -> impl Iterator<Item = Blamed> {
        let each = self.made.iter().enumerate().map(|(index, made)| match made.get() {
            Some(made) => blamed_of(made),
            None => self.judged.get(index).and_then(blamed_of_judged),
        });
        each.flatten()
    }

    fn id(&self, index: usize, made: &OnceCell<Box<Attempt>>) -> Option<u64> {
        let of_judged = || self.judged.get(index).map(|judged| judged.attempt.id as u64);
        made.get().map(|made| made.id).or_else(of_judged)
    }

    fn held<'a>(&'a self, index: usize, made: &'a OnceCell<Box<Attempt>>) -> Option<&'a Attempt> {
        let judged = self.judged.get(index);
        let made = match judged {
            Some(judged) => made.get_or_init(|| Box::new(Attempt::of(judged, self.rungs))),
            None => made.get()?,
        };
        Some(made)
    }
}

/// What names the two: the proxy's endpoint, and the issuer's common name, if it has one.
pub type Blamed = (Option<String>, Option<String>);

fn blamed(peer: Option<&Peer>, issuer: Option<(&Option<String>, &String)>) -> Blamed {
    let proxy = peer.filter(|peer| peer.role == PeerRole::Proxy.name()).map(Peer::endpoint);
    (proxy, issuer.map(|(common_name, whole)| common_name.clone().unwrap_or_else(|| whole.clone())))
}

fn blamed_of(attempt: &Attempt) -> Option<Blamed> {
    let leaf = attempt.tls.as_ref().and_then(|tls| tls.certificates.first());
    let issuer = leaf.map(|leaf| (&leaf.issuer_common_name, &leaf.issuer));
    (attempt.outcome.0 == Outcome::Failed).then(|| blamed(attempt.peer.as_ref(), issuer))
}

/// The same, without making the whole of the attempt.
fn blamed_of_judged(judged: &Judged) -> Option<Blamed> {
    let tls = judged.attempt.tls.as_deref();
    let leaf = tls.and_then(|tls| tls.certificates.as_ref()).and_then(|(_, list)| list.first());
    let issuer = leaf.map(|leaf| (&leaf.issuer_common_name, &leaf.issuer));
    let peer = || judged.attempt.peer.map(Peer::from);
    (judged.outcome() == Outcome::Failed).then(|| blamed(peer().as_ref(), issuer))
}

impl From<Vec<Attempt>> for Attempts {
    fn from(list: Vec<Attempt>) -> Self {
        let made = list.into_iter().map(|attempt| OnceCell::from(Box::new(attempt))).collect();
        Self { judged: Vec::new(), rungs: 0, made }
    }
}

impl Serialize for Attempts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let each = self.made.iter().enumerate().filter_map(|(index, made)| match made.get() {
            Some(made) => Some(Cow::Borrowed(made.as_ref())),
            None => self.judged.get(index).map(|judged| Cow::Owned(Attempt::of(judged, self.rungs))),
        });
        serializer.collect_seq(each)
    }
}

impl JsonSchema for Attempts {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        Vec::<Attempt>::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Vec::<Attempt>::json_schema(generator)
    }
}
