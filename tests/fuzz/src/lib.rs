//! What must hold for any input. The fuzz targets call these checks, and so does `tests/hostile.rs` with every file in
//! `regressions/`.

pub mod analyze;
pub mod annotate;
pub mod codecs;
pub mod reassembly;
pub mod render;
pub mod transcript;
