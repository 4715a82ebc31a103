//! Log-on rounds: a 407 that the client answers with credentials is part of the attempt that follows.

use crate::attempt::{Attempt, LogOn};
use crate::model::{At, Span};

/// How long after a 407 its answer may come.
const ROUND: Span = Span::seconds(10);

/// Joins every attempt that ended in a 407 to the next one of the same client through the same proxy that brings
/// credentials within 10 s. Second, those that were joined to another.
pub(super) fn join(attempts: Vec<Box<Attempt>>) -> (Vec<Box<Attempt>>, Vec<Box<Attempt>>) {
    let mut joined: Vec<Option<Box<Attempt>>> = Vec::with_capacity(attempts.len());
    let mut rounds = Vec::new();
    for mut attempt in attempts {
        let answered =
            |earlier: &Option<Box<Attempt>>| earlier.as_ref().is_some_and(|e| answers(e, &attempt));
        // Few bring credentials: only they are compared with all before.
        let round = if brings_credentials(&attempt) { joined.iter().rposition(answered) } else { None };
        if let Some(earlier) = round.and_then(|index| joined.get_mut(index)).and_then(Option::take) {
            attempt.take_log_on(&earlier);
            rounds.push(earlier);
        }
        joined.push(Some(attempt));
    }
    (joined.into_iter().flatten().collect(), rounds)
}

fn brings_credentials(attempt: &Attempt) -> bool {
    credentials_at(attempt).is_some()
}

/// Where an attempt brings credentials: its first request, or its start where that was not captured and opened a tunnel at once.
fn credentials_at(attempt: &Attempt) -> Option<At> {
    let proxy = attempt.proxy.as_deref()?;
    let challenged = proxy.responses.iter().any(|response| response.status == 407);
    match proxy.requests.first() {
        Some(request) => request.credentials.then_some(request.at),
        None => (proxy.is_open() && !challenged).then_some(attempt.first),
    }
}

/// Whether `later` answers the 407 that `earlier` ended in.
fn answers(earlier: &Attempt, later: &Attempt) -> bool {
    let Some(challenge) = earlier.proxy.as_deref().and_then(|proxy| proxy.final_response()) else {
        return false;
    };
    challenge.status == 407
        && earlier.client == later.client
        && earlier.peer == later.peer
        && credentials_at(later)
            .is_some_and(|at| challenge.at.before(at) && (at.time - challenge.at.time).may_be_within(ROUND))
}

impl Attempt {
    fn take_log_on(&mut self, earlier: &Attempt) {
        let challenge = earlier.proxy.as_deref().and_then(|proxy| proxy.final_response());
        let client = earlier.flow.as_deref().map(|flow| flow.client);
        let log_on = challenge.zip(client).map(|(challenge, client)| LogOn {
            at: challenge.at,
            client,
            schemes: challenge.auth_schemes.clone(),
        });
        self.log_on = earlier.log_on.clone().or(log_on);
        self.first = earlier.first;
        self.frames += earlier.frames;
    }
}
