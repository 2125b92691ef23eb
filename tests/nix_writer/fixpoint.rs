//! Any expression is written as nixfmt would, and parses.

use proptest::prelude::*;
use tailwright::nix;

use crate::{exprs, nix_lints};

/// Findings that no expression may lead to, whatever an emitter builds: they are the writer's.
const OF_THE_WRITER: [&str; 8] = [
    "empty_inherit",
    "empty_let_in",
    "empty_pattern",
    "legacy_let_syntax",
    "manual_inherit",
    "repeated_keys",
    "unquoted_uri",
    "useless_parens",
];

pub(crate) fn assert_fixpoint(written: &str) {
    let formatted = nixfmt_rs::format(written).unwrap_or_else(|error| {
        panic!(
            "{}\n{written}",
            nixfmt_rs::format_error(written, None, &error)
        )
    });
    assert_eq!(formatted, written, "nixfmt changes what was written");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_expression_is_a_fixpoint_of_nixfmt(expr in exprs::expr(), head in 0..3_usize) {
        let written = nix::file(&["made by tailwright", "edits are lost"][..head], &expr).unwrap();
        assert_fixpoint(&written);
        let parsed = rnix::Root::parse(&written);
        prop_assert!(parsed.errors().is_empty(), "{:?}\n{written}", parsed.errors());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_writer_adds_no_findings(expr in exprs::expr()) {
        let written = nix::file(&[], &expr).unwrap();
        let mut found = nix_lints::findings(&written);
        found.retain(|finding| OF_THE_WRITER.iter().any(|lint| finding.contains(&format!(": {lint}: "))));
        prop_assert!(found.is_empty(), "{found:#?}\n{written}");
    }
}
