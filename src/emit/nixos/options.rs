//! `nixos/options.nix`: which node a host is, and where the user's files are.

use super::{assertion, strings};
use crate::nix::{Expr, Op, call, module as nix_module, set, str, var};
use crate::topology::Node;

/// The module that declares `tailwright.node` and `tailwright.root`.
pub(super) fn module(nodes: &[&Node]) -> Expr {
    let names: Vec<&str> = nodes.iter().map(|node| node.name.as_str()).collect();
    let node = call(
        "lib.mkOption",
        [set()
            .bind("type", call("lib.types.nullOr", [var("lib.types.str")]))
            .bind("default", var("config.networking.hostName"))
            .bind(
                "defaultText",
                call("lib.literalExpression", [str("config.networking.hostName")]),
            )
            .bind("example", str(names.first().copied().unwrap_or_default()))
            .bind(
                "description",
                str("Which node of the declaration this host is; null for none of them."),
            )
            .into()],
    );
    let root = call(
        "lib.mkOption",
        [set()
            .bind("type", var("lib.types.path"))
            .bind("example", call("lib.literalExpression", [str("./.")]))
            .bind(
                "description",
                str("The folder where relative paths of the declaration start: files that it names are \
                     read from there."),
            )
            .into()],
    );
    let is_known = var("config.tailwright.node").op(Op::Equal, Expr::Null).op(
        Op::Or,
        call(
            "lib.elem",
            [
                var("config.tailwright.node"),
                strings(names.iter().copied()),
            ],
        ),
    );
    let message = format!(
        "tailwright: this host is none of the declared nodes ({}). Set tailwright.node to one of \
         them, or to null on a host that shall get nothing.",
        names.join(", ")
    );
    nix_module(
        &["config", "lib"],
        set()
            .bind(
                ["options", "tailwright"],
                set().bind("node", node).bind("root", root),
            )
            .bind(["config", "assertions"], vec![assertion(is_known, message)]),
    )
}
