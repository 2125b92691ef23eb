//! Static Nix means what Nix says it means.

use std::fs;
use std::process::{Command, Output};

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use tailwright::declaration::load_error::Problem;

use super::{json, nix, nix_text};

/// What generated documents may refer to.
const PRELUDE: &str = "let a = 1; b = \"s\"; c = { a = 2; b = { c = 3; }; }; l = [ 1 2 ]; in";

fn evaluate(folder: &std::path::Path, expression: &str) -> Output {
    Command::new("nix-instantiate")
        .args(["--eval", "--strict", "--json", "-E", expression])
        .current_dir(folder)
        .output()
        .expect("this test compares with real Nix: `nix-instantiate` has to be in the path")
}

fn pick(choices: &'static [&'static str]) -> BoxedStrategy<String> {
    prop::sample::select(choices)
        .prop_map(str::to_owned)
        .boxed()
}

fn pieces(choices: &'static [&'static str]) -> BoxedStrategy<String> {
    prop::collection::vec(prop::sample::select(choices), 0..12)
        .prop_map(|p| p.concat())
        .boxed()
}

fn quoted() -> BoxedStrategy<String> {
    pieces(&[
        "a", "\\n", "\\t", "\\r", "\\\"", "\\\\", "\\$", "\\${", "$", "$$", "'", "''", "\n", "\r",
        "\r\n", "é", "{", "}", "${b}", "${\"x\"}", "\\x", " ", "# ", "/*", "€", "𝄞",
    ])
    .prop_map(|text| format!("\"{text}\""))
    .boxed()
}

fn indented() -> BoxedStrategy<String> {
    pieces(&[
        " ", "  ", "    ", "\n", "\n", "\n  ", "a", "'''", "''$", "''${", "''\\n", "''\\x",
        "''\\ ", "''\\\n", "$", "$$", "'a", "' ", "\t", "\"", "\\", "${b}", "${''x''}", "é", "{",
        "\r\n", "\r", "'", "$$$", "\n ",
    ])
    .prop_map(|text| format!("''{text}''"))
    .boxed()
}

fn leaf() -> BoxedStrategy<String> {
    prop_oneof![
        2 => pick(&["a", "b", "c", "l", "x", "y", "true", "false", "null"]),
        1 => pick(&["0", "1", "007", "(-5)", "9223372036854775807", "1.5", "(-0.25)", "1.0", ".5",
                    "2.", "1.0e3", "1.5e-7", "(-0.0)", "http://a.b/c?d=e"]),
        1 => quoted(),
        1 => indented(),
        1 => pick(&["{}", "[]", "rec {}", "{ a = 1; b = \"t\"; }", "[ a b ]"]),
    ]
    .boxed()
}

fn bindings(inner: &BoxedStrategy<String>) -> BoxedStrategy<String> {
    let name = || {
        pick(&[
            "a", "b", "c", "x", "y", "\"a\"", "\"x y\"", "${\"d\"}", "or", "true", "a'-_",
        ])
    };
    let one = prop_oneof![
        4 => (name(), inner.clone()).prop_map(|(n, e)| format!("{n} = {e};")),
        2 => (name(), name(), inner.clone()).prop_map(|(n, m, e)| format!("{n}.{m} = {e};")),
        1 => pick(&["inherit a;", "inherit b c;", "inherit (c) a;", "inherit (c.b) c;",
                    "inherit (x) a;", "inherit;", "inherit \"l\";"]),
        1 => Just("# comment\n /* another */".to_owned()),
    ];
    prop::collection::vec(one, 0..4)
        .prop_map(|all| all.join(" "))
        .boxed()
}

fn expression() -> BoxedStrategy<String> {
    leaf()
        .prop_recursive(4, 40, 4, |inner| {
            let inner = inner.boxed();
            let two = || (inner.clone(), inner.clone());
            prop_oneof![
                3 => bindings(&inner).prop_map(|b| format!("{{ {b} }}")),
                3 => bindings(&inner).prop_map(|b| format!("rec {{ {b} }}")),
                2 => (bindings(&inner), inner.clone()).prop_map(|(b, e)| format!("(let {b} in {e})")),
                1 => prop::collection::vec(inner.clone(), 0..3).prop_map(|i| format!("[ {} ]", i.join(" "))),
                2 => two().prop_map(|(l, r)| format!("({l} // {r})")),
                1 => two().prop_map(|(l, r)| format!("({l} ++ {r})")),
                1 => two().prop_map(|(l, r)| format!("({l}.a or {r})")),
                1 => two().prop_map(|(l, r)| format!("({l}.b.\"c\" or {r})")),
                1 => inner.clone().prop_map(|e| format!("({e}).a")),
                1 => inner.clone().prop_map(|e| format!("(-{e})")),
                1 => inner.prop_map(|e| format!("({e})")),
            ]
        })
        .boxed()
}

/// Loads the documents here and in Nix. Where both give values they are equal; what is
/// refused here is refused there, unless the problem is one that Nix does not have.
fn compare(documents: &[String]) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let mut accepted = Vec::new();
    let mut list = String::new();
    let mut refused = 0;
    for document in documents {
        match nix(document) {
            Ok(value) => {
                let file = format!("{}.nix", accepted.len());
                fs::write(folder.path().join(&file), document).unwrap();
                list += &format!("(import ./{file}) ");
                accepted.push((document, value.to_canonical_json()));
            }
            Err(errors) => {
                let ours = |p: &Problem| matches!(p, Problem::NeedsEvaluation { .. });
                if refused < 25 && !errors.iter().any(|error| ours(&error.problem)) {
                    refused += 1;
                    fs::write(folder.path().join("refused.nix"), document).unwrap();
                    let output = evaluate(folder.path(), "import ./refused.nix");
                    assert!(
                        !output.status.success(),
                        "Nix takes {document}, but: {errors:#?}"
                    );
                }
            }
        }
    }
    let output = evaluate(folder.path(), &format!("[ {list} ]"));
    if !output.status.success() {
        for (number, (document, _)) in accepted.iter().enumerate() {
            let output = evaluate(folder.path(), &format!("import ./{number}.nix"));
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "Nix refuses {document}: {said}");
        }
        panic!("{}", String::from_utf8_lossy(&output.stderr));
    }
    let wrapped = format!("{{\"all\":{}}}", String::from_utf8(output.stdout).unwrap());
    let ours: Vec<&str> = accepted
        .iter()
        .map(|(_, canonical)| canonical.as_str())
        .collect();
    let theirs = json(&wrapped).unwrap().to_canonical_json();
    if theirs != format!("{{\"all\":[{}]}}", ours.join(",")) {
        for (number, (document, ours)) in accepted.iter().enumerate() {
            let output = evaluate(folder.path(), &format!("import ./{number}.nix"));
            let theirs = json(std::str::from_utf8(&output.stdout).unwrap()).unwrap();
            assert_eq!(ours, &theirs.to_canonical_json(), "{document}");
        }
        panic!("the whole differs, the parts do not");
    }
    accepted.len()
}

fn sample(strategy: &BoxedStrategy<String>, count: usize) -> Vec<String> {
    let mut runner = TestRunner::deterministic();
    let mut one = || strategy.new_tree(&mut runner).unwrap().current();
    (0..count)
        .map(|_| format!("{PRELUDE} {{ root = {}; }}", one()))
        .collect()
}

#[test]
fn documents_mean_what_nix_makes_of_them() {
    let accepted = compare(&sample(&expression(), 500));
    assert!(accepted > 100, "only {accepted} documents were accepted");
}

#[test]
fn strings_mean_what_nix_makes_of_them() {
    let accepted = compare(&sample(&prop_oneof![indented(), quoted()].boxed(), 600));
    assert!(accepted > 250, "only {accepted} documents were accepted");
}

#[test]
fn chosen_documents_mean_what_nix_makes_of_them() {
    let chosen = [
        "{ a = { x = 1; }; a.y = 2; a.z.w = 3; }",
        "{ a = ({ x = 1; }); a.y = 2; }",
        "rec { a = rec { x = 1; y = x; }; a.z = 3; }",
        "rec { x = 5; a = rec { y = 1; }; a.z = x; }",
        "{ a = { x = { p = 1; }; }; a = { x = { q = 1; }; }; }",
        "{ a = { inherit (b) x; }; a.y = 2; }",
        "let b.x = 1; in { a = { inherit (b) x; }; a = { inherit (b) y; }; }",
        "let true = 5; null = 6; in { inherit true false null; }",
        "let x = 1; in rec { inherit x; y = x; }",
        "let unused = throw \"never\"; f = y: y; in { a = 1; }",
        "let unused = nowhere; in { a = 1; }",
        "rec { a = b; b = c; c = a; }",
        "rec { a = { b = a; }; }",
        "{ a = let b = 1; in (let b = 2; in b); }",
        "{ a.\"b.c\".d = 1; a.b.c = 2; }",
        "{ \"\" = 1; }",
        "{ or = 1; x = { or = 2; }.or; }",
        "{ a = (1 ]; }",
        "{ a = [ -1 ]; }",
        "{ a = 9223372036854775808; }",
        "{ a = { }.b or { }.c or 3; }",
        "{ a = 1.b or 3; }",
        "{ a = \"x\".b; }",
        "let s = { a.b = 1; }; in { inherit (s.a) b c; }",
        "{ a = 1; }\u{a0}",
        "{ a = 1; # x\r\n }",
        "{ a = 1; a.b = 2; }",
        "{ a.b = 1; a = 2; }",
        "let a = 1; a = 2; in { }",
        "{ inherit; }",
        "{ a = \"${1}\"; }",
        "{ a = [ 1 ] // { }; }",
        "{ a = { } ++ [ ]; }",
        "{ a = - -3; b = -(-2.5); }",
        "{ a = -\"x\"; }",
        "{ x = ''\n    a\n   \n  b''; }",
    ];
    let documents: Vec<String> = chosen.iter().map(|&text| text.to_owned()).collect();
    assert!(compare(&documents) > 10);
}

#[test]
fn paths_are_where_nix_says() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().canonicalize().unwrap();
    for path in [
        "./x",
        "./x/../y",
        "x/y",
        "./.",
        "./x/./y/../../z",
        "./a-b_c.d+e",
        "./x/${\"y/../z\"}/w",
    ] {
        let text = nix_text(&format!("{{ p = {path}; }}"));
        let output = evaluate(&folder, &format!("toString {path}"));
        let said = String::from_utf8(output.stdout).unwrap();
        let absolute = said.trim_matches('"');
        let relative = absolute.strip_prefix(folder.to_str().unwrap()).unwrap();
        let relative = relative.strip_prefix('/').unwrap_or(".");
        assert_eq!(text, format!("{{\"p\":\"{relative}\"}}"), "{path}");
    }
    for path in ["/etc/../x", "/a/./b", "/..", "/../../x"] {
        let output = evaluate(&folder, &format!("toString {path}"));
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(
            nix_text(&format!("{{ p = {path}; }}")),
            format!("{{\"p\":{said}}}")
        );
    }
    assert_eq!(
        nix_text("{ p = ./../x; q = ../../y/../z; }"),
        r#"{"p":"../x","q":"../../z"}"#
    );
}

#[test]
fn numbers_of_json_are_those_of_nix() {
    let folder = tempfile::tempdir().unwrap();
    for number in [
        "-0",
        "-0.0",
        "0",
        "1.0",
        "1e3",
        "1E+2",
        "1.5",
        "-7",
        "9223372036854775807",
        "1e-7",
    ] {
        let ours = json(&format!("{{\"n\":{number}}}"))
            .unwrap()
            .to_canonical_json();
        let output = evaluate(
            folder.path(),
            &format!("{{ n = builtins.fromJSON \"{number}\"; }}"),
        );
        let theirs = json(std::str::from_utf8(&output.stdout).unwrap()).unwrap();
        assert_eq!(ours, theirs.to_canonical_json(), "{number}");
    }
}
