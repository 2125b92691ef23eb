//! What is said about each problem, and where.

use tailwright::declaration::load::load;
use tailwright::declaration::source::{Format, MAX_SOURCE};

use super::source;

fn shown(format: Format, text: &str) -> Vec<String> {
    let name = if format == Format::Nix {
        "t.nix"
    } else {
        "t.json"
    };
    let errors = load(&source(name, text), format).expect_err(text);
    errors.iter().map(ToString::to_string).collect()
}

#[test]
fn every_problem_of_nix_has_its_words_and_its_place() {
    let mut all = String::new();
    for text in include_str!("errors.txt").split("---\n") {
        let (text, _) = text.split_once("=> ").unwrap_or((text, ""));
        all += text;
        for line in shown(Format::Nix, text.trim_end()) {
            all += &format!("=> {line}\n");
        }
        all += "---\n";
    }
    let all = all.trim_end_matches("---\n");
    assert!(all == include_str!("errors.txt"), "{all}");
}

#[test]
fn every_problem_of_json_has_its_words_and_its_place() {
    for (text, said) in [
        ("{\"a\": 1,}", "1:9: this is not JSON: trailing comma"),
        ("{\"a\": 1", "1:8: this is not JSON: it ends too early"),
        ("", "1:1: this is not JSON: it ends too early"),
        ("{\n \"a\": é}", "2:7: this is not JSON: expected value"),
        ("{} x", "1:4: this is not JSON: trailing characters"),
        ("// c\n{}", "1:1: this is not JSON: expected value"),
        ("{\"a\": 01}", "1:8: this is not JSON: invalid number"),
        ("{\"a\": NaN}", "1:7: this is not JSON: expected value"),
        (
            "{\"a\": 9223372036854775808}",
            "1:7: the number 9223372036854775808 is too large to be kept exactly",
        ),
        (
            "{\"a\": 1e999}",
            "1:7: the number 1e999 is too large to be kept exactly",
        ),
        (
            "[1]",
            "1:1: a declaration is an attribute set, this is a list",
        ),
        (
            "null",
            "1:1: a declaration is an attribute set, this is null",
        ),
    ] {
        assert_eq!(
            shown(Format::Json, text),
            [format!("t.json:{said}")],
            "{text}"
        );
    }
}

#[test]
fn blanks_that_can_not_be_seen_are_named() {
    for (text, said) in [
        (
            "{ a = 1;\u{a0}}",
            "1:9: this is not Nix: a blank that is no space, tab or end of line",
        ),
        ("{ a = \"\0\"; }", "1:8: this is not Nix: a NUL character"),
        (
            "{ # x\r a = 1; }",
            "1:3: this is not Nix: a carriage return ends this comment, what follows would be code",
        ),
    ] {
        assert_eq!(shown(Format::Nix, text), [format!("t.nix:{said}")]);
    }
}

#[test]
fn too_large_a_file_is_refused() {
    let text = " ".repeat(MAX_SOURCE + 1);
    for format in [Format::Json, Format::Nix] {
        let errors = load(&source("t", &text), format).unwrap_err();
        assert!(
            errors[0]
                .message()
                .starts_with("the file has 67108865 bytes")
        );
    }
}

#[test]
fn what_needs_evaluation_names_both_ways_out() {
    let errors = load(&source("t.nix", "{ a = import ./b; }"), Format::Nix).unwrap_err();
    assert!(errors[0].help().contains("lib.tailnet"));
    assert!(
        errors[0]
            .help()
            .contains("nix eval --json -f FILE | tailwright check -")
    );
    assert!(errors[0].note().contains("without Nix"));
}

#[test]
fn help_suggests_names_and_shows_first_definitions() {
    let one = |text| {
        load(&source("t.nix", text), Format::Nix)
            .unwrap_err()
            .remove(0)
    };
    let undefined = one("let suffix = \"x\"; in { a = sufix; }");
    assert_eq!(undefined.help(), "Did you mean `suffix`?");
    assert_eq!(
        one("{ a = { beta = 1; }.bta; }").help(),
        "Did you mean `beta`?"
    );
    assert_eq!(
        one("{ a = zzzzzz; }").help(),
        "Define it, or correct the name."
    );
    let duplicate = one("{ a = 1;\n  a = 2; }");
    let (first, what) = duplicate.related().unwrap();
    assert_eq!(
        (first.to_string().as_str(), what),
        ("t.nix:1:3", "first defined here")
    );
}

#[test]
fn limits_have_their_words_and_their_place() {
    let deep = format!("{{\n a = {}", "[".repeat(1000));
    let said = "this is nested too deeply: values 128 levels, names and operators 500";
    assert_eq!(shown(Format::Nix, &deep), [format!("t.nix:2:502: {said}")]);
    let deep = format!("{{\n \"a\": {}", "[".repeat(1000));
    assert_eq!(
        shown(Format::Json, &deep),
        [format!("t.json:2:133: {said}")]
    );
    let long = format!("{{\n a = {}; }}", "-".repeat(5000));
    let said = "here stand more than 4096 characters without a break";
    assert_eq!(shown(Format::Nix, &long), [format!("t.nix:2:6: {said}")]);
    let steps: String = (1..40)
        .map(|n| format!("x{n} = [ x{0} x{0} ];\n", n - 1))
        .collect();
    let bomb = format!("let x0 = 1;\n{steps} in {{ a = x39; }}");
    let said = "the values that are used several times add up to more than a million";
    assert_eq!(shown(Format::Nix, &bomb), [format!("t.nix:2:6: {said}")]);
}
