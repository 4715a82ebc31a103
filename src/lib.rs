//! skeleton
pub mod attempt;
pub mod capture;
pub mod diagnose;
pub mod flow;
pub mod limits;
pub mod model;
pub mod net;
pub mod proto;
