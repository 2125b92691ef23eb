//! The lints of statix that generated Nix has to be free of, over rnix' syntax tree. Their
//! names are statix's.

use std::collections::BTreeMap;

use rnix::ast::{self, Attr, BinOpKind, Entry, Expr, HasEntry, Param, UnaryOpKind};
use rnix::{SyntaxKind, SyntaxNode};
use rowan::ast::AstNode;

/// Every finding as `line: lint: text`, in the order of the file.
///
/// # Panics
/// When the source has a syntax error.
pub(crate) fn findings(source: &str) -> Vec<String> {
    let root = rnix::Root::parse(source);
    assert!(
        root.errors().is_empty(),
        "not Nix: {:?}\n{source}",
        root.errors()
    );
    let root = root.syntax();
    let mut found = Vec::new();
    for node in root.descendants() {
        let line = 1 + source[..node.text_range().start().into()]
            .matches('\n')
            .count();
        let text: String = node.text().to_string().chars().take(80).collect();
        found.extend(
            lints(&node)
                .into_iter()
                .map(|lint| format!("{line}: {lint}: {text}")),
        );
    }
    found
}

fn lints(node: &SyntaxNode) -> Vec<&'static str> {
    let mut found = Vec::new();
    match node.kind() {
        SyntaxKind::NODE_LEGACY_LET => found.push("legacy_let_syntax"),
        SyntaxKind::NODE_PAREN if redundant(node) => found.push("useless_parens"),
        _ => {}
    }
    if node
        .children_with_tokens()
        .any(|child| child.kind() == SyntaxKind::TOKEN_URI)
    {
        found.push("unquoted_uri");
    }
    if let Some(set) = ast::AttrSet::cast(node.clone()) {
        entries(&set, set.rec_token().is_none(), &mut found);
    }
    if let Some(let_in) = ast::LetIn::cast(node.clone()) {
        entries(&let_in, false, &mut found);
        if let_in.entries().next().is_none() {
            found.push("empty_let_in");
        }
        if matches!(let_in.body(), Some(Expr::LetIn(_))) {
            found.push("collapsible_let_in");
        }
    }
    if let Some(operation) = ast::BinOp::cast(node.clone()) {
        found.extend(operator(&operation));
    }
    if let Some(not) = ast::UnaryOp::cast(node.clone()) {
        found.extend(negation(&not));
    }
    if let Some(lambda) = ast::Lambda::cast(node.clone()) {
        found.extend(function(&lambda));
    }
    if let Some(call) = ast::Apply::cast(node.clone()) {
        found.extend(application(&call));
    }
    if let Some(condition) = ast::IfElse::cast(node.clone()) {
        found.extend(conditional(&condition));
    }
    found
}

/// Whether the tree is the same without these parentheses.
fn redundant(paren: &SyntaxNode) -> bool {
    let Some(root) = paren.ancestors().last() else {
        return false;
    };
    let inside = paren.children().next().map(|node| node.kind());
    let Some(around) = paren.parent().map(|node| node.kind()) else {
        return false;
    };
    let needed = match inside {
        // rnix takes these in places where Nix does not.
        Some(
            SyntaxKind::NODE_LAMBDA
            | SyntaxKind::NODE_LET_IN
            | SyntaxKind::NODE_IF_ELSE
            | SyntaxKind::NODE_WITH
            | SyntaxKind::NODE_ASSERT,
        ) => !takes_any_expression(around),
        // Beside `!`, which binds looser than arithmetic, they spare the reader a look into
        // the table of operators.
        Some(SyntaxKind::NODE_UNARY_OP) => matches!(
            around,
            SyntaxKind::NODE_BIN_OP | SyntaxKind::NODE_UNARY_OP | SyntaxKind::NODE_HAS_ATTR
        ),
        // Nix does not chain `?`.
        Some(SyntaxKind::NODE_HAS_ATTR) => around == SyntaxKind::NODE_HAS_ATTR,
        // `1.a` and `./a.b` would be a number and a path.
        Some(SyntaxKind::NODE_LITERAL | SyntaxKind::NODE_PATH_REL) => {
            around == SyntaxKind::NODE_SELECT
        }
        Some(SyntaxKind::NODE_BIN_OP) => around == SyntaxKind::NODE_UNARY_OP,
        _ => false,
    };
    if needed {
        return false;
    }
    let mut text = root.text().to_string();
    let range = std::ops::Range::<usize>::from(paren.text_range());
    text.replace_range(range.end - 1..range.end, "");
    text.replace_range(range.start..range.start + 1, "");
    let bare = rnix::Root::parse(&text);
    bare.errors().is_empty() && shape(&bare.syntax()) == shape(&root)
}

fn takes_any_expression(around: SyntaxKind) -> bool {
    matches!(
        around,
        SyntaxKind::NODE_ATTRPATH_VALUE
            | SyntaxKind::NODE_ASSERT
            | SyntaxKind::NODE_DYNAMIC
            | SyntaxKind::NODE_IF_ELSE
            | SyntaxKind::NODE_INHERIT_FROM
            | SyntaxKind::NODE_INTERPOL
            | SyntaxKind::NODE_LAMBDA
            | SyntaxKind::NODE_LET_IN
            | SyntaxKind::NODE_PAREN
            | SyntaxKind::NODE_PAT_ENTRY
            | SyntaxKind::NODE_ROOT
            | SyntaxKind::NODE_WITH
    )
}

/// The tree without parentheses, white space and comments.
fn shape(root: &SyntaxNode) -> String {
    use rnix::{NodeOrToken, WalkEvent};
    let mut out = String::new();
    for event in root.preorder_with_tokens() {
        match event {
            WalkEvent::Enter(NodeOrToken::Node(node)) if node.kind() != SyntaxKind::NODE_PAREN => {
                out += &format!("{:?}<", node.kind());
            }
            WalkEvent::Leave(NodeOrToken::Node(node)) if node.kind() != SyntaxKind::NODE_PAREN => {
                out.push('>')
            }
            WalkEvent::Enter(NodeOrToken::Token(token))
                if !matches!(
                    token.kind(),
                    SyntaxKind::TOKEN_L_PAREN
                        | SyntaxKind::TOKEN_R_PAREN
                        | SyntaxKind::TOKEN_WHITESPACE
                        | SyntaxKind::TOKEN_COMMENT
                ) =>
            {
                out += token.text();
                out.push(' ');
            }
            _ => {}
        }
    }
    out
}

fn entries(holder: &impl HasEntry, plain_set: bool, found: &mut Vec<&'static str>) {
    let mut first_keys: BTreeMap<String, usize> = BTreeMap::new();
    for entry in holder.entries() {
        let Entry::AttrpathValue(binding) = entry else {
            let Entry::Inherit(inherit) = entry else {
                continue;
            };
            if inherit.attrs().next().is_none() {
                found.push("empty_inherit");
            }
            continue;
        };
        let keys: Vec<Attr> = binding
            .attrpath()
            .into_iter()
            .flat_map(|path| path.attrs())
            .collect();
        let name = keys.first().map(ToString::to_string).unwrap_or_default();
        if keys.len() > 1 {
            *first_keys.entry(name.clone()).or_default() += 1;
        }
        if keys.len() != 1 {
            continue;
        }
        match binding.value() {
            Some(Expr::Ident(value)) if plain_set && value.to_string() == name => {
                found.push("manual_inherit")
            }
            Some(Expr::Select(select)) if select.default_expr().is_none() => {
                let last = select.attrpath().and_then(|path| path.attrs().last());
                if last.is_some_and(|last| last.to_string() == name) {
                    found.push("manual_inherit_from");
                }
            }
            _ => {}
        }
    }
    // statix tolerates two.
    if first_keys.values().any(|&count| count > 2) {
        found.push("repeated_keys");
    }
}

fn operator(operation: &ast::BinOp) -> Option<&'static str> {
    let sides = [operation.lhs()?, operation.rhs()?];
    let is_bool = |side: &Expr| matches!(&*side.to_string(), "true" | "false");
    let is_empty_list =
        |side: &Expr| matches!(side, Expr::List(list) if list.items().next().is_none());
    match operation.operator()? {
        BinOpKind::Equal | BinOpKind::NotEqual if sides.iter().any(is_bool) => {
            Some("bool_comparison")
        }
        BinOpKind::Concat if sides.iter().any(is_empty_list) => Some("empty_list_concat"),
        _ => None,
    }
}

fn negation(not: &ast::UnaryOp) -> Option<&'static str> {
    let Expr::Paren(paren) = not.expr()? else {
        return None;
    };
    let Expr::BinOp(inner) = paren.expr()? else {
        return None;
    };
    let compares = matches!(inner.operator()?, BinOpKind::Equal | BinOpKind::NotEqual);
    (not.operator()? == UnaryOpKind::Invert && compares).then_some("bool_simplification")
}

fn function(lambda: &ast::Lambda) -> Option<&'static str> {
    match lambda.param()? {
        Param::Pattern(pattern) => {
            let empty =
                pattern.pat_entries().next().is_none() && pattern.ellipsis_token().is_some();
            match (empty, pattern.pat_bind().is_some()) {
                (true, true) => Some("redundant_pattern_bind"),
                (true, false) => Some("empty_pattern"),
                _ => None,
            }
        }
        Param::IdentParam(param) => {
            let Expr::Apply(call) = lambda.body()? else {
                return None;
            };
            let name = param.to_string();
            let reducible =
                call.argument()?.to_string() == name && !mentions(call.lambda()?.syntax(), &name);
            reducible.then_some("eta_reduction")
        }
    }
}

fn mentions(node: &SyntaxNode, name: &str) -> bool {
    node.descendants()
        .any(|inner| inner.kind() == SyntaxKind::NODE_IDENT && inner.text() == name)
}

fn application(call: &ast::Apply) -> Option<&'static str> {
    let function = call.lambda()?.to_string();
    match function.rsplit('.').next()? {
        "isNull" => Some("deprecated_is_null"),
        "toPath" => Some("deprecated_to_path"),
        "groupBy" if function.starts_with("lib.") => Some("faster_groupby"),
        "zipAttrsWith" if function.starts_with("lib.") => Some("faster_zipattrswith"),
        _ => None,
    }
}

fn conditional(condition: &ast::IfElse) -> Option<&'static str> {
    let branches = [
        condition.body()?.to_string(),
        condition.else_body()?.to_string(),
    ];
    if branches
        .iter()
        .all(|branch| matches!(&**branch, "true" | "false"))
    {
        return Some("useless_if");
    }
    let Expr::HasAttr(has) = condition.condition()? else {
        return None;
    };
    let selected = format!("{}.{}", has.expr()?, has.attrpath()?);
    (branches[0] == selected).then_some("useless_has_attr")
}
