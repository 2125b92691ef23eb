//! Strategies for expressions whose value is known.

use proptest::prelude::*;
use tailwright::nix::{self, Expr, Op};

/// Expressions of numbers and truth values, with their value.
pub(crate) fn computation() -> impl Strategy<Value = (Expr, serde_json::Value)> {
    prop_oneof![
        number().prop_map(|(e, v)| (e, v.into())),
        truth().prop_map(|(e, v)| (e, v.into()))
    ]
}

fn number() -> impl Strategy<Value = (Expr, i64)> {
    (-9..9_i64).prop_map(|n| (Expr::Int(n), n)).prop_recursive(4, 24, 2, |inner| {
        let op = proptest::sample::select(vec![Op::Add, Op::Subtract, Op::Multiply]);
        prop_oneof![
            6 => (op, inner.clone(), inner.clone()).prop_map(|(op, (l, a), (r, b))| {
                let value = match op {
                    Op::Add => a.wrapping_add(b),
                    Op::Subtract => a.wrapping_sub(b),
                    _ => a.wrapping_mul(b),
                };
                (l.op(op, r), value)
            }),
            1 => inner.clone().prop_map(|(e, v)| (Expr::from(nix::set().bind("n", e)).dot("n"), v)),
            1 => inner.clone().prop_map(|(e, v)| (Expr::Apply(Box::new(nix::lambda("n", nix::var("n"))), vec![e]), v)),
            1 => (inner.clone(), inner).prop_map(|((e, v), (d, _))| {
                (Expr::from(nix::set().bind("n", e)).dot_or("n", d), v)
            }),
        ]
    })
}

fn truth() -> impl Strategy<Value = (Expr, bool)> {
    let compared = (number(), number(), any::<bool>()).prop_map(|((l, a), (r, b), less)| {
        if less {
            (l.op(Op::Less, r), a < b)
        } else {
            (l.op(Op::Equal, r), a == b)
        }
    });
    compared.prop_recursive(4, 24, 2, |inner| {
        let op = proptest::sample::select(vec![Op::And, Op::Or, Op::Implies, Op::NotEqual]);
        prop_oneof![
            5 => (op, inner.clone(), inner.clone()).prop_map(|(op, (l, a), (r, b))| {
                let value = match op {
                    Op::And => a && b,
                    Op::Or => a || b,
                    Op::Implies => !a || b,
                    _ => a != b,
                };
                (l.op(op, r), value)
            }),
            2 => inner.clone().prop_map(|(e, v)| (!e, !v)),
            1 => inner.clone().prop_map(|(e, v)| (nix::if_else(e, true, false), v)),
            1 => inner.prop_map(|(e, v)| (Expr::from(nix::set().bind(["a", "b"], e)).has(["a", "b"]).op(Op::And, v), v)),
        ]
    })
}
