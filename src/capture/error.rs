//! What makes a capture unusable as a whole.

/// Placeholder until the readers stand.
#[derive(Debug, thiserror::Error)]
#[error("unreadable")]
pub struct CaptureError;
