//! Strategies for expressions of the writer.

use proptest::prelude::*;
use tailwright::nix::{self, Expr, Ident, NixPath, Op, Part, Pattern, Set};

/// Texts that tend to break writers, and any others.
pub(crate) fn hostile_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        proptest::sample::select(vec![
            "''${",
            "${",
            "$${",
            "$$",
            "$",
            "''",
            "'",
            "'''",
            "\"",
            "\\",
            "\\n",
            "\n",
            "\n\n",
            "\r\n",
            "\r",
            "\t",
            "*/",
            "/*",
            "{$ENV}",
            "!!",
            ": ",
            "#",
            "- ",
            " ",
            "  ",
            "é",
            "日本",
            "\u{2028}",
            "\u{2029}",
            "\u{feff}",
            "\u{a0}",
            "\u{1}",
            "\u{7f}",
            "\u{85}",
            "\u{202e}",
            "}",
            "{",
            "or",
            "in",
            "word",
            "another_word",
            "''\\",
        ])
        .prop_map(str::to_owned),
        "[a-z]{1,9}",
        any::<char>()
            .prop_filter("Nix has no NUL", |c| *c != '\0')
            .prop_map(String::from),
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z][a-zA-Z]{0,7}",
        proptest::sample::select(vec![
            "config", "lib", "services", "unbound", "a", "b", "or", "in", "rec", "if", "x-y", "x'"
        ])
        .prop_map(str::to_owned),
        "[a-z]{20,40}",
    ]
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![8 => word(), 1 => "[a-z]{1,5}\\.[a-z]{2,20}", 1 => hostile_text()]
}

fn ident() -> impl Strategy<Value = Ident> {
    word().prop_map(|text| {
        Ident::new(text.clone()).unwrap_or_else(|_| Ident::new(format!("{text}_")).unwrap())
    })
}

fn path() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec(name(), 1..4)
}

fn literal_text() -> impl Strategy<Value = String> {
    prop_oneof![3 => "[a-z ]{0,30}", 2 => "[a-z ]{60,130}", 1 => hostile_text()]
}

fn lines() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        4 => "[a-z]{1,8}( [a-z]{1,8}){0,4}",
        1 => "  [a-z]{1,8}: [a-z]{1,8}",
        1 => "\t[a-z]{1,8}",
        1 => Just(String::new()),
        1 => "[a-z ]{90,130}",
        1 => hostile_text(),
        1 => "[a-z]{0,3}['$\\{]{1,5}[a-z}]{1,3}",
    ];
    (proptest::collection::vec(line, 1..6), any::<bool>())
        .prop_map(|(lines, end)| lines.join("\n") + if end { "\n" } else { "" })
}

fn leaf() -> impl Strategy<Value = Expr> {
    prop_oneof![
        1 => Just(Expr::Null),
        1 => any::<bool>().prop_map(Expr::Bool),
        2 => prop_oneof![any::<i64>(), -9i64..99, Just(i64::MIN)].prop_map(Expr::Int),
        4 => literal_text().prop_map(Expr::Str),
        2 => lines().prop_map(Expr::Text),
        1 => proptest::sample::select(vec!["forwarder.nix", "apps/blocky.nix", "a-b_c+d/e.f"])
            .prop_map(|path| Expr::Path(NixPath::new(path).unwrap())),
        6 => ident().prop_map(Expr::Var),
        2 => (ident(), path()).prop_map(|(base, path)| Expr::Var(base).dot(path)),
    ]
}

fn comment() -> impl Strategy<Value = Option<String>> {
    prop_oneof![6 => Just(None), 1 => "[a-z ]{1,120}".prop_map(Some), 1 => hostile_text().prop_map(Some)]
}

fn bindings(value: impl Strategy<Value = Expr>) -> impl Strategy<Value = Set> {
    proptest::collection::vec((comment(), path(), value), 0..5).prop_map(|all| {
        all.into_iter()
            .fold(nix::set(), |set, (comment, path, value)| match comment {
                Some(comment) => set.bind_commented(comment, path, value),
                None => set.bind(path, value),
            })
    })
}

fn op() -> impl Strategy<Value = Op> {
    proptest::sample::select(vec![
        Op::Concat,
        Op::Multiply,
        Op::Divide,
        Op::Add,
        Op::Subtract,
        Op::Update,
        Op::Less,
        Op::LessOrEqual,
        Op::Greater,
        Op::GreaterOrEqual,
        Op::Equal,
        Op::NotEqual,
        Op::And,
        Op::Or,
        Op::Implies,
    ])
}

/// Any expression.
pub(crate) fn expr() -> impl Strategy<Value = Expr> {
    leaf().prop_recursive(6, 60, 5, |inner| {
        let boxed = || inner.clone().prop_map(Box::new);
        let list = || proptest::collection::vec(inner.clone(), 0..5);
        let names = || proptest::collection::btree_set("[a-z]{2,6}_|[a-z]{30,50}_", 0..5);
        prop_oneof![
            2 => (boxed(), path()).prop_map(|(base, path)| Expr::Select(base, path)),
            2 => (boxed(), path(), boxed()).prop_map(|(base, path, default)| Expr::SelectOr(base, path, default)),
            2 => (boxed(), path()).prop_map(|(base, path)| Expr::Has(base, path)),
            6 => list().prop_map(Expr::List),
            8 => bindings(inner.clone()).prop_map(Expr::Set),
            8 => (boxed(), proptest::collection::vec(inner.clone(), 0..4)).prop_map(|(f, args)| Expr::Apply(f, args)),
            4 => inner.clone().prop_map(|body| nix::call("lib.mkIf", [nix::var("config.a").op(Op::Equal, "b"), body])),
            4 => list().prop_map(|items| nix::call("lib.mkMerge", [Expr::List(items)])),
            3 => (ident(), boxed()).prop_map(|(name, body)| Expr::Lambda { params: Pattern::Name(name), body }),
            3 => (names(), any::<bool>(), boxed()).prop_map(|(names, open, body)| Expr::Lambda {
                params: Pattern::Set { names: names.into_iter().map(|n| Ident::new(n).unwrap()).collect(), open },
                body,
            }),
            3 => (bindings(inner.clone()), boxed()).prop_map(|(bindings, body)| Expr::Let { bindings, body }),
            3 => (boxed(), boxed(), boxed()).prop_map(|(cond, then, otherwise)| Expr::If { cond, then, otherwise }),
            8 => (op(), boxed(), boxed()).prop_map(|(op, left, right)| Expr::Binary(op, left, right)),
            4 => (op(), boxed(), boxed(), boxed()).prop_map(|(op, a, b, c)| {
                Expr::Binary(op, Box::new(Expr::Binary(op, a, b)), c)
            }),
            2 => boxed().prop_map(Expr::Not),
            2 => proptest::collection::vec(
                prop_oneof![literal_text().prop_map(Part::Text), inner.clone().prop_map(Part::Expr)], 0..4
            ).prop_map(Expr::Interpolated),
        ]
    })
}
