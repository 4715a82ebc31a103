//! skeleton
pub mod capture;
pub mod flow;
pub mod limits;
pub mod model;
pub mod net;
