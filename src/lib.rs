//! skeleton
pub mod capture;
pub mod limits;
pub mod model;
pub mod net;
pub mod proto;
