//! The command line: the only code that prints or exits.

mod arguments;
mod complaint;
mod delivery;
mod fingerprint;
mod inputs;
mod output;
mod parallel;
mod progress;
mod second;
mod status;
mod suggestion;
pub mod tools;

pub use arguments::{Arguments, Run};
pub use complaint::complain;
pub use delivery::Delivery;
pub use inputs::{Input, Inputs};
pub use parallel::in_order;
pub use progress::Progress;
pub use status::Status;
