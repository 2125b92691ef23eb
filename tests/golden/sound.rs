//! Topologies as people have them and that work: nothing is found in them.

use super::cases::{root, run};

#[test]
fn nothing_is_found_where_everything_works() {
    let folder = root().join("tests/sound");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(files.len() > 20, "{files:?}");
    let mut found = Vec::new();
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let findings = run(&file).checked.findings;
        found.extend(
            findings
                .iter()
                .map(|finding| format!("{name}: {} {}", finding.rule.code, finding.message)),
        );
    }
    assert_eq!(found, Vec::<String>::new());
}
