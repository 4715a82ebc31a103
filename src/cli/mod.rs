//! The command line: the only code that prints or exits.

mod analysed;
mod arguments;
mod complaint;
mod delivery;
mod fingerprint;
mod inputs;
mod merged;
mod output;
mod parallel;
mod progress;
mod second;
mod status;
mod suggestion;
pub mod tools;
mod transcripts;

pub use arguments::Arguments;
pub use complaint::complain;
pub use delivery::deliver;
pub use inputs::Inputs;
pub use status::Status;
