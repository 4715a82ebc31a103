//! What the time stamps of a capture mean.

/// What the time stamps of a capture mean. A text dump may hold less than a capture file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Clock {
    /// They are dates: durations and moments are known.
    #[default]
    Absolute,
    /// They count from an unknown moment: durations are known, moments are not.
    Relative,
    /// There are none: only the order of the frames is known.
    Absent,
}

impl Clock {
    /// Its word in the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Absolute => "absolute",
            Self::Relative => "relative",
            Self::Absent => "none",
        }
    }
}
