//! What the program prints is what the documents hold.

use std::fs;
use std::path::Path;

use super::{run, text};

#[test]
fn explain_prints_the_page_of_every_rule() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules");
    let listed = text(&run(Path::new("."), &["explain"], 0).stdout);
    assert!(listed.lines().count() > 10, "{listed}");
    for line in listed.lines() {
        let (code, _) = line.split_once(' ').unwrap();
        let page = fs::read_to_string(docs.join(format!("{code}.md"))).unwrap();
        let printed = run(Path::new("."), &["explain", code], 0);
        assert_eq!(text(&printed.stdout), page);
        let lower = run(Path::new("."), &["explain", &code.to_lowercase()], 0);
        assert_eq!(text(&lower.stdout), page);
    }
}

#[test]
fn schema_prints_the_schema() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let schema = fs::read_to_string(docs.join("declaration.schema.json")).unwrap();
    let printed = run(Path::new("."), &["schema"], 0);
    assert_eq!(text(&printed.stdout), schema);
}
