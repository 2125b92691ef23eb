//! Every text that is written evaluates to itself, as the real Nix sees it.

use proptest::prelude::*;
use serde_json::{Value, json};
use tailwright::nix::{self, Expr, Op, Part, WriteError, list, set, str, text};

use crate::nix_eval::evaluate;
use crate::{computations, exprs};

const HOSTILE: [&str; 58] = [
    "",
    " ",
    "''${",
    "''${x}",
    "${",
    "${x}",
    "$${",
    "$${x}",
    "$$${x}",
    "$",
    "$$",
    "''",
    "'",
    "'''",
    "''''",
    "'$",
    "'${x}",
    "''\\n",
    "\"",
    "\\",
    "\\\\",
    "\\n",
    "\\${x}",
    "\n",
    "\n\n",
    "a\r\nb",
    "a\rb",
    "\t",
    "a\tb\n\tc\n",
    "*/",
    "/*",
    "/* x */",
    "{$ENV}",
    "!!",
    ": ",
    "#",
    "# x",
    "- a",
    "-",
    "é日本",
    "\u{2028}",
    "\u{feff}a",
    " a ",
    "\n a\n",
    "  a\n  b\n",
    "  a\nb\n",
    "a\n\n\nb\n\n",
    "a\n  \nb",
    "a\n   ",
    "a'\nb'",
    "a''\nb\n",
    "a\n${x}\n$${x}\n",
    "a\n'${x}\n",
    "a\n\u{a0}\nb",
    "\u{1}",
    "a\u{7f}\u{85}\nb",
    "x\n\u{202e}y\n",
    "if",
];

fn written(expr: &Expr) -> String {
    let written = nix::file(&[], expr).unwrap();
    assert_eq!(nixfmt_rs::format(&written).unwrap(), written);
    written
}

/// `{ strings, texts, interpolated, names, selected }` from each of the texts.
fn assert_exact(texts: &[String]) {
    let strings = list(texts.iter().map(str));
    let multi = list(texts.iter().map(text));
    let glued = list(texts.iter().map(|t| {
        let hole = Part::Expr(str("|"));
        Expr::Interpolated(vec![
            Part::Text(t.clone()),
            hole.clone(),
            Part::Text(t.clone()),
            hole,
        ])
    }));
    let names = list(
        texts
            .iter()
            .map(|t| Expr::from(set().bind(["n", t], 1_i64))),
    );
    let selected = list(
        texts
            .iter()
            .map(|t| Expr::from(set().bind(["n", t], 1_i64)).dot(["n", t])),
    );
    let commented = list(
        texts
            .iter()
            .map(|t| Expr::from(set().bind_commented(t, "n", 1_i64))),
    );
    let all = set()
        .bind("strings", strings)
        .bind("texts", multi)
        .bind("glued", glued)
        .bind("names", names)
        .bind("selected", selected)
        .bind("commented", commented);
    let expected = json!({
        "strings": texts,
        "texts": texts,
        "glued": texts.iter().map(|t| format!("{t}|{t}|")).collect::<Vec<_>>(),
        "names": texts.iter().map(|t| json!({"n": {t: 1}})).collect::<Vec<_>>(),
        "selected": texts.iter().map(|_| 1).collect::<Vec<_>>(),
        "commented": texts.iter().map(|_| json!({"n": 1})).collect::<Vec<_>>(),
    });
    assert_eq!(evaluate(&written(&all.into())), expected);
}

#[test]
fn hostile_texts_evaluate_to_themselves() {
    let mut texts: Vec<String> = HOSTILE.map(str::to_owned).into();
    texts.push("long \"${x}\" ''".repeat(7000));
    texts.push("a line of text\n".repeat(7000));
    assert_exact(&texts);
}

#[test]
fn texts_of_several_lines_are_written_as_such_wherever_that_is_exact() {
    for text in [
        "a\nb\n",
        "a\nb",
        "{\n  a = ${x};\n}\n",
        ".:53 {\n\terrors\n}\n",
        "a\n\n\nb\n\n",
    ] {
        let written = written(&nix::text(text));
        assert!(written.starts_with("''\n"), "{written}");
        assert_eq!(evaluate(&written), json!(text));
    }
}

#[test]
fn numbers_evaluate_to_themselves() {
    let numbers = [0, 1, -1, i64::MAX, i64::MIN, i64::MIN + 1];
    assert_eq!(evaluate(&written(&list(numbers))), json!(numbers));
    let expr = Expr::Int(-5)
        .op(Op::Subtract, -7_i64)
        .op(Op::Multiply, Expr::Int(2).op(Op::Add, 1_i64));
    assert_eq!(evaluate(&written(&expr)), json!(6));
}

#[test]
fn bindings_with_a_common_start_become_one_set() {
    let expr = set()
        .bind(["services", "unbound", "enable"], true)
        .bind("x", 1_i64)
        .bind(["services", "tailscale"], set().bind("enable", true))
        .bind(["services", "unbound"], set().bind("settings", set()));
    let written = written(&expr.into());
    assert_eq!(written.matches("services").count(), 1, "{written}");
    assert_eq!(
        evaluate(&written),
        json!({"x": 1, "services": {"tailscale": {"enable": true}, "unbound": {"enable": true, "settings": {}}}})
    );
}

#[test]
fn a_nul_is_refused() {
    for expr in [
        str("a\0b"),
        text("a\n\0"),
        set().bind("\0", 1_i64).into(),
        Expr::Interpolated(vec![Part::Text("\0".into())]),
    ] {
        assert!(matches!(nix::file(&[], &expr), Err(WriteError::Nul(_))));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_texts_evaluate_to_themselves(texts in proptest::collection::vec(exprs::hostile_text(), 200)) {
        assert_exact(&texts);
    }

    #[test]
    fn parentheses_keep_the_meaning(exprs in proptest::collection::vec(computations::computation(), 100)) {
        let (exprs, values): (Vec<Expr>, Vec<Value>) = exprs.into_iter().unzip();
        prop_assert_eq!(evaluate(&written(&list(exprs))), Value::Array(values));
    }
}
