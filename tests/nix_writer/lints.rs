//! Each lint fires on what it is about and is silent on its good neighbour.

use crate::nix_lints::findings;

/// Lint, a source with it, the same without.
const PAIRS: [(&str, &str, &str); 27] = [
    ("bool_comparison", "x: x == true", "x: x == 1"),
    ("bool_comparison", "x: false != x", "x: !x"),
    ("bool_simplification", "x: !(x == 1)", "x: x != 1"),
    (
        "collapsible_let_in",
        "let a = 1; in let b = 2; in a + b",
        "let a = 1; b = 2; in a + b",
    ),
    ("deprecated_is_null", "x: isNull x.y", "x: x.y == null"),
    (
        "deprecated_to_path",
        "x: builtins.toPath x.y",
        "x: /. + x.y",
    ),
    ("empty_inherit", "{ inherit; }", "x: { inherit x; }"),
    ("empty_let_in", "let in 1", "1"),
    ("empty_list_concat", "x: [ ] ++ x", "x: [ 1 ] ++ x"),
    ("empty_pattern", "{ ... }: 1", "_: 1"),
    ("eta_reduction", "f: map (x: f x) [ ]", "f: map f [ ]"),
    ("eta_reduction", "f: x: f x", "f: x: f x x"),
    ("faster_groupby", "lib: lib.groupBy 1", "builtins.groupBy 1"),
    (
        "faster_zipattrswith",
        "lib: lib.zipAttrsWith 1",
        "builtins.zipAttrsWith 1",
    ),
    (
        "legacy_let_syntax",
        "let { body = 1; }",
        "let body = 1; in body",
    ),
    ("manual_inherit", "x: { x = x; }", "x: { inherit x; }"),
    (
        "manual_inherit_from",
        "y: { x = y.x; }",
        "y: { inherit (y) x; }",
    ),
    (
        "manual_inherit_from",
        "y: { x = y.z.x; }",
        "y: { x = y.x or 1; }",
    ),
    ("redundant_pattern_bind", "{ ... }@x: x", "x: x"),
    (
        "repeated_keys",
        "{ a.b = 1; a.c = 2; a.d = 3; }",
        "{ a = { b = 1; c = 2; d = 3; }; }",
    ),
    (
        "unquoted_uri",
        "https://example.org/x",
        "\"https://example.org/x\"",
    ),
    (
        "useless_has_attr",
        "x: if x ? a then x.a else 1",
        "x: x.a or 1",
    ),
    (
        "useless_has_attr",
        "x: if x ? a.b then x.a.b else 1",
        "x: if x ? a then x.b else 1",
    ),
    (
        "useless_if",
        "x: if x then true else false",
        "x: if x then 1 else 2",
    ),
    ("useless_parens", "{ a = (1 + 2); }", "{ a = (1 + 2) * 3; }"),
    ("useless_parens", "x: [ (x.y) ]", "x: [ (x y) ]"),
    ("useless_parens", "x: (x 1) + 2", "x: x (1 + 2)"),
];

#[test]
fn each_lint_fires_and_is_silent() {
    for (lint, bad, good) in PAIRS {
        let fires = |source: &str| {
            findings(source)
                .iter()
                .any(|found| found.contains(&format!(": {lint}: ")))
        };
        assert!(fires(bad), "{lint} does not fire on {bad}");
        assert!(!fires(good), "{lint} fires on {good}");
    }
}

#[test]
fn a_finding_names_its_line() {
    assert_eq!(
        findings("x:\n{\n  a = x == true;\n}\n"),
        ["3: bool_comparison: x == true"]
    );
}
