//! Facts and conclusions -> the [`Report`](super::Report): names, times and numbers into the contract's spelling.

mod attempt;
mod dump;
mod event;
mod files;
mod frames;
mod overview;
mod protocols;
mod verdict;

pub use overview::Input;
