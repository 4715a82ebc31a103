//! Stage 6: what was concluded -> the [`Report`] -> one of its formats. Computes nothing, prints nothing.

mod annotated;
mod build;
mod codes;
mod format;
mod html;
mod json;
mod markdown;
pub mod model;
mod ndjson;
mod printable;
mod redact;
#[cfg(test)]
mod sample;
mod schema;
mod text;
mod zone;

pub use annotated::{AnnotateError, Selection, Writer};
pub use build::Input;
pub use codes::{code_list, explanation};
pub use format::{Format, Render};
pub use model::{Failure, Report, Summary};
pub use printable::printable;
pub use redact::{KEY as REDACTION_KEY, Redactor, Secrets};
pub use schema::schema_json;
pub use text::{Canvas, Detail, Ink, Page};
pub use zone::{Zone, ZoneError};
