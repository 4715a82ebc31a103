//! How the report names a frame: by its number, and by its file where several are one capture.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

/// A frame of the capture; `17`, or `ring_2.pcap:17`, in text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Frame {
    /// Its number, from 1, as Wireshark counts.
    #[serde(rename = "frame")]
    pub number: u64,
    /// With `--merge`: the file whose frames are counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<FileName>,
}

impl From<u64> for Frame {
    fn from(number: u64) -> Self {
        Self { number, file: None }
    }
}

impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            None => self.number.fmt(f),
            Some(file) => f.pad(&format!("{file}:{}", self.number)),
        }
    }
}

/// Where evidence stands: a frame, or a line of the switch's own text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Location {
    /// The frame's number, from 1, as Wireshark counts; null for a line of text.
    pub frame: Option<u64>,
    /// With `--merge`: the file whose frames are counted. With `--transcript`: the text whose line it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<FileName>,
    /// With `--transcript`: the line's number, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
}

impl Location {
    /// A line of the text `file`.
    pub fn line(file: &str, line: u64) -> Self {
        Self { frame: None, file: FileName::of(&[file]).pop(), line: Some(line) }
    }
}

impl From<Frame> for Location {
    fn from(frame: Frame) -> Self {
        Self { frame: Some(frame.number), file: frame.file, line: None }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.frame.or(self.line).unwrap_or(0);
        match &self.file {
            None => number.fmt(f),
            Some(file) => f.pad(&format!("{file}:{number}")),
        }
    }
}

/// The path of one of the captures that were read as one: whole in JSON, without its folder in text where that is enough to tell
/// them apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileName {
    path: Arc<str>,
    /// Octets of the folder.
    folder: usize,
}

impl FileName {
    /// Names for `paths`.
    pub fn of(paths: &[&str]) -> Vec<Self> {
        let last = |path: &str| path.rfind(['/', '\\']).map_or(0, |slash| slash + 1);
        let mut names: Vec<&str> = paths.iter().map(|path| &path[last(path)..]).collect();
        names.sort_unstable();
        let distinct = names.windows(2).all(|pair| pair[0] != pair[1]);
        let name = |path: &&str| Self { path: (*path).into(), folder: if distinct { last(path) } else { 0 } };
        paths.iter().map(name).collect()
    }

    /// A name without a folder.
    pub fn one(name: &str) -> Self {
        Self { path: name.into(), folder: 0 }
    }

    /// The whole path.
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.path.get(self.folder..).unwrap_or(&self.path))
    }
}

impl Serialize for FileName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.path)
    }
}

impl JsonSchema for FileName {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "FileName".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_shows_as_much_of_a_path_as_tells_files_apart() {
        let shown = |paths: &[&str]| FileName::of(paths).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(shown(&["/a/ring_1.pcap", "ring_2.pcap", "-"]), ["ring_1.pcap", "ring_2.pcap", "-"]);
        assert_eq!(shown(&["east/up.pcap", "west/up.pcap"]), ["east/up.pcap", "west/up.pcap"]);
    }

    #[test]
    fn a_frame_has_a_file_only_where_there_are_several() {
        let file = FileName::of(&["/a/ring_1.pcap"]).pop();
        let frame = Frame { number: 17, file };
        assert_eq!(
            (frame.to_string().as_str(), format!("{:>4}", Frame::from(17)).as_str()),
            ("ring_1.pcap:17", "  17")
        );
        let json = |frame: &Frame| serde_json::to_string(frame).unwrap();
        assert_eq!(json(&frame), r#"{"frame":17,"file":"/a/ring_1.pcap"}"#);
        assert_eq!(json(&17.into()), r#"{"frame":17}"#);
    }
}
