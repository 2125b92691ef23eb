//! Input that nobody writes on purpose, or only with bad purpose.

use proptest::prelude::*;
use tailwright::declaration::load::{load_json, load_nix};
use tailwright::declaration::load_error::{LoadError, Problem};
use tailwright::declaration::source::Source;
use tailwright::declaration::value::Value;

use super::{json, nix};

fn problem(result: Result<Value, Vec<LoadError>>) -> Problem {
    result
        .expect_err("this has to be refused")
        .remove(0)
        .problem
}

fn well_placed(text: &str, result: &Result<Value, Vec<LoadError>>) {
    if let Err(errors) = result {
        assert!(!errors.is_empty());
        for error in errors {
            let lines = text.split('\n').count();
            assert!(
                (1..=lines).contains(&(error.location().line as usize)),
                "{error}"
            );
            assert!(error.location().column > 0);
            assert!(!error.message().is_empty() && !error.help().is_empty());
        }
    }
}

const TOKENS: [&str; 50] = [
    "{", "}", "[", "]", "(", ")", "a", "b", "=", ";", ".", ",", ":", "@", "?", "...", "\"", "''",
    "${", "$", "'", "\\", "let", "in", "rec", "inherit", "with", "if", "then", "else", "assert",
    "or", "//", "++", "->", "-", "!", "./x", "/y", "~/z", "<n>", "1", "1.5", "null", "#c\n", "/*",
    "*/", "é", "/", "http://x",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_a_loader_panic(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        for bytes in [bytes, text.clone().into_bytes()] {
            match Source::from_bytes("x", bytes) {
                Ok(source) => {
                    well_placed(&text, &load_json(&source));
                    well_placed(&text, &load_nix(&source));
                }
                Err(errors) => assert!(matches!(errors[0].problem, Problem::NotUtf8 { .. })),
            }
        }
    }

    #[test]
    fn no_tokens_make_a_loader_panic(
        tokens in prop::collection::vec(prop::sample::select(&TOKENS[..]), 0..40),
        blank in prop::sample::select(&["", " ", "\n"][..]),
    ) {
        let text = tokens.join(blank);
        well_placed(&text, &nix(&text));
        well_placed(&text, &nix(&format!("{{ a = {text}; }}")));
    }

    #[test]
    fn no_text_like_json_makes_the_loader_panic(text in "[\\[\\]{}\",:0-9eE+.\\-tfnulrase\\\\ \n]{0,60}") {
        well_placed(&text, &json(&text));
    }
}

#[test]
fn deep_nesting_is_refused_and_not_survived_by_luck() {
    for opening in [
        "[",
        "{a=",
        "{a.b=",
        "(",
        "- ",
        "!",
        "a: ",
        "{a}: ",
        "let a=1; in ",
        "let a=",
        "a // ",
        "a ++ ",
        "a -> ",
        "a + ",
        "a ? b ",
        "f ",
        "[f ",
        "with a; ",
        "assert a; ",
        "if a then b else ",
        "if ",
        "\"${",
        "''${",
        "a.b or ",
        "[a.b or ",
        "{${",
        "{inherit (",
        "rec {a=",
        "./x/${",
        "{a?",
        "a == ",
        "let {a=",
        "{a=1;b=",
    ] {
        let text = opening.repeat(100_000);
        assert!(matches!(problem(nix(&text)), Problem::TooDeep), "{opening}");
    }
    for opening in ["[", "{\"a\":"] {
        assert!(matches!(
            problem(json(&opening.repeat(100_000))),
            Problem::TooDeep
        ));
    }
}

#[test]
fn the_depth_of_values_is_the_same_in_both_languages() {
    let sets = |depth: usize| "{\"a\":".repeat(depth) + "1" + &"}".repeat(depth);
    let attributes = |depth: usize| "{a=".repeat(depth) + "1" + &";}".repeat(depth);
    assert_eq!(
        json(&sets(127)).unwrap().to_canonical_json(),
        nix(&attributes(127)).unwrap().to_canonical_json()
    );
    assert!(matches!(problem(json(&sets(129))), Problem::TooDeep));
    assert!(matches!(problem(nix(&attributes(129))), Problem::TooDeep));
}

#[test]
fn wide_is_not_deep() {
    let items = "a.b or 1 ".repeat(200) + &"{ x = 1; } \"${s}\" ".repeat(20_000);
    let names: String = (0..20_000).map(|n| format!(" n{n}")).collect();
    let lets: String = (0..20_000)
        .map(|n| format!("n{n} = let x = {n}; in -x; "))
        .collect();
    let text = format!(
        "let a = {{}}; s = \"\"; t = {{ {lets} }}; in {{ l = [ {items} ]; inherit (t) {names}; }}"
    );
    assert!(nix(&text).is_ok());
}

#[test]
fn long_words_are_refused() {
    for text in [
        "-".repeat(1_000_000),
        "a.".repeat(500_000),
        "<".repeat(1_000_000),
    ] {
        assert!(matches!(
            problem(nix(&text)),
            Problem::LongWord | Problem::TooDeep
        ));
    }
    assert!(nix(&format!("{{ a = \"{}\"; }}", "-".repeat(1_000_000))).is_ok());
}

#[test]
fn sharing_does_not_explode() {
    let chain = |step: &dyn Fn(usize) -> String, first: &str| {
        let steps: String = (1..60).map(step).collect();
        format!("let x0 = {first}; {steps} in {{ r = x59; }}")
    };
    for text in [
        chain(
            &|n| format!("x{n} = {{ a = x{0}; b = x{0}; }}; ", n - 1),
            "1",
        ),
        chain(&|n| format!("x{n} = x{0} ++ x{0}; ", n - 1), "[ 1 ]"),
        chain(
            &|n| format!("x{n} = \"${{x{0}}}${{x{0}}}\"; ", n - 1),
            "\"text\"",
        ),
    ] {
        assert!(
            matches!(problem(nix(&text)), Problem::TooManyValues),
            "{text}"
        );
    }
}

#[test]
fn long_chains_of_names_are_refused() {
    let chain: String = (1..10_000)
        .map(|n| format!("x{n} = x{}; ", n - 1))
        .collect();
    let text = format!("let x0 = 1; {chain} in {{ r = x9999; }}");
    assert!(matches!(problem(nix(&text)), Problem::TooDeep));
}
