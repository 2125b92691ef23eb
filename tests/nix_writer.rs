//! What the writer of Nix promises: its output is a fixpoint of nixfmt, parses, and every
//! text in it evaluates to itself.

#[path = "common/nix_exprs.rs"]
mod nix_exprs;

use proptest::prelude::*;
use tailwright::nix;

fn assert_fixpoint(written: &str) {
    let formatted = nixfmt_rs::format(written).unwrap_or_else(|error| {
        panic!(
            "{}\n{written}",
            nixfmt_rs::format_error(written, None, &error)
        )
    });
    assert_eq!(formatted, written, "nixfmt changes what was written");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_expression_is_a_fixpoint_of_nixfmt(expr in nix_exprs::expr(), head in 0..3_usize) {
        let written = nix::file(&["made by tailwright", "edits are lost"][..head], &expr).unwrap();
        assert_fixpoint(&written);
        let parsed = rnix::Root::parse(&written);
        prop_assert!(parsed.errors().is_empty(), "{:?}\n{written}", parsed.errors());
    }
}
