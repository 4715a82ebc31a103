//! The exit status.

use std::process::ExitCode;

use slp_pcap::report::Summary;

/// How the run came out, in rising order of weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// It works.
    Ok,
    /// Nothing is proved.
    Inconclusive,
    /// It fails, always or sometimes.
    Failed,
    /// The command line, an input or the output cannot be used.
    Unusable,
}

impl Status {
    /// The weightiest of the captures' outcomes.
    pub fn of(summary: &Summary) -> Self {
        let Summary { errors, failed, intermittent, inconclusive, .. } = *summary;
        match (errors, failed + intermittent, inconclusive) {
            (1.., ..) => Self::Unusable,
            (_, 1.., _) => Self::Failed,
            (_, _, 1..) => Self::Inconclusive,
            _ => Self::Ok,
        }
    }
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(match status {
            Status::Ok => 0,
            Status::Failed => 1,
            Status::Unusable => 2,
            Status::Inconclusive => 3,
        })
    }
}

#[cfg(test)]
mod tests {
    use slp_pcap::diagnose::Outcome;

    use super::*;

    fn status(outcomes: &[Outcome], errors: u64) -> Status {
        let mut summary = Summary::default();
        summary.errors = errors;
        for outcome in outcomes {
            summary.count_outcome(*outcome);
        }
        Status::of(&summary)
    }

    #[test]
    fn two_outweighs_one_outweighs_three_outweighs_zero() {
        use Outcome::{Failed, Inconclusive, Intermittent, Ok};
        assert_eq!(status(&[Ok], 0), Status::Ok);
        assert_eq!(status(&[Ok, Inconclusive], 0), Status::Inconclusive);
        assert_eq!(status(&[Inconclusive, Intermittent, Ok], 0), Status::Failed);
        assert_eq!(status(&[Failed, Ok], 0), Status::Failed);
        assert_eq!(status(&[Failed], 1), Status::Unusable);
    }
}
