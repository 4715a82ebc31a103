//! HTTP/1.x as real proxies and servers write it: heads, bodies, and the marks of proxies.

mod body;
mod coding;
mod date;
mod header;
mod parse;
mod proxy;
mod request;
mod response;

pub use body::{Body, BodyEnd, Framing};
pub use coding::{decode_content, is_known_coding};
pub use date::parse_date;
pub use header::Headers;
pub use parse::{Parsed, looks_like_http_request, looks_like_http_response};
pub use proxy::{has_proxy_marks, proxy_product, says_upstream_failure};
pub use request::{Authority, RequestHead, Target};
pub use response::ResponseHead;

#[cfg(test)]
mod tests;
