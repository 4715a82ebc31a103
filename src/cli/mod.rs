//! The command line: the only code that prints or exits.

mod arguments;
mod complaint;
mod fingerprint;
mod inputs;
mod merged;
mod output;
mod status;
mod suggestion;
pub mod tools;
mod transcripts;

pub use arguments::{Arguments, Run};
pub use complaint::complain;
pub use inputs::Inputs;
pub use output::Output;
pub use status::Status;
