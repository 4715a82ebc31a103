//! `schema`: the JSON Schema of the report, from the types that write it. Enums are open: plain strings.

use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform};
use schemars::{Schema, SchemaGenerator};
use serde_json::Value;

use super::json::pretty;
use super::model::{Batch, FailureLine, Report, SummaryLine};

/// The schema of a report; that of a batch and of the other lines of `ndjson` is under `$defs`.
pub fn schema_json() -> String {
    pretty(&schema())
}

fn schema() -> Schema {
    let mut generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    define_companions(&mut generator);
    let mut schema = generator.into_root_schema_for::<Report>();
    // A batch holds reports, so the generator lists the report twice: as the root, which is enough, and as a definition.
    if let Some(definitions) = schema.get_mut("$defs").and_then(Value::as_object_mut) {
        definitions.remove("Report");
    }
    RecursiveTransform(point_reports_at_root).transform(&mut schema);
    schema
}

fn define_companions(generator: &mut SchemaGenerator) {
    generator.subschema_for::<Batch>();
    generator.subschema_for::<FailureLine>();
    generator.subschema_for::<SummaryLine>();
}

fn point_reports_at_root(schema: &mut Schema) {
    if let Some(reference) = schema.get_mut("$ref").filter(|reference| *reference == "#/$defs/Report") {
        *reference = "#".into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed() -> Value {
        serde_json::from_str(&schema_json()).unwrap()
    }

    #[test]
    fn enums_are_open_and_nulls_allowed() {
        let schema = parsed();
        assert_eq!(schema["properties"]["schema"]["const"], "slp-pcap.report.v1");
        assert_eq!(schema["properties"]["outcome"]["type"], "string");
        assert!(schema["properties"]["outcome"].get("enum").is_none());
        assert!(!schema_json().contains("\"enum\""));
        assert_eq!(
            schema["$defs"]["Capture"]["properties"]["sha256"]["type"],
            serde_json::json!(["string", "null"])
        );
        assert!(!schema_json().contains("additionalProperties\": false"));
    }

    #[test]
    fn every_key_is_required_since_absent_facts_are_null_but_those_of_merged_captures() {
        let schema = parsed();
        let merged = |key: &Value| {
            let about = key["description"].as_str().unwrap_or_default();
            about.starts_with("With `--merge`: ") || about.starts_with("With `--transcript`: ")
        };
        let count = |schema: &Value| {
            let keys = schema["properties"].as_object().unwrap().values();
            (keys.filter(|key| !merged(key)).count(), schema["required"].as_array().unwrap().len())
        };
        for (name, definition) in schema["$defs"].as_object().unwrap() {
            let (properties, required) = count(definition);
            assert_eq!(properties, required, "{name}");
        }
        let (properties, required) = count(&schema);
        // `transcript` may hold anything, and schemars does not require what may be anything.
        assert!(properties - required <= 1);
    }

    #[test]
    fn references_resolve() {
        let schema = parsed();
        let text = schema_json();
        for reference in text.lines().filter_map(|line| line.trim().strip_prefix("\"$ref\": \"")) {
            let pointer = reference.trim_end_matches([',', '"']).trim_start_matches('#');
            assert!(schema.pointer(pointer).is_some(), "{reference}");
        }
        assert_eq!(schema["$defs"]["Batch"]["properties"]["reports"]["items"]["$ref"], "#");
        assert!(schema["$defs"].get("SummaryLine").is_some());
    }
}
