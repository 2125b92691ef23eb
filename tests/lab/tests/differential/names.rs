//! Names to ask for: each question is for a name of its own, so that no cache answers it.

use serde_json::{Value, json};
use tailwright::trace::classes::{NameClass, NameKind};

/// How many members the tailnet has to be asked for, and how many public names there are.
pub(crate) const HOSTS: usize = 250;

/// The suffix of the tailnet.
pub(crate) const SUFFIX: &str = "tail96fefe.ts.net";

/// Adds members `h0`, `h1`, … at 100.64.1.0, 100.64.1.1, … to a declaration.
pub(crate) fn with_members(declaration: &Value) -> Value {
    let mut declaration = declaration.clone();
    if declaration["devices"].is_null() {
        declaration["devices"] = json!({});
    }
    for n in 0..HOSTS {
        declaration["devices"][format!("h{n}")] = json!({
            "tailscale": { "acceptDns": true, "acceptRoutes": true, "address": format!("100.64.1.{n}") },
        });
    }
    declaration
}

/// Whether a class is one name that servers hold or treat by itself.
pub(crate) fn is_one_name(class: &NameClass) -> bool {
    class.kind == NameKind::Declared && !class.what.starts_with("names below ")
}

/// The `n`th name of a class.
pub(crate) fn name(class: &NameClass, n: usize) -> String {
    let host = n % HOSTS;
    match class.kind {
        NameKind::Member(_) => format!("h{host}.{SUFFIX}"),
        NameKind::InSuffix(_) => format!("nobody{n}.{SUFFIX}"),
        NameKind::Reverse(_) => format!("{host}.1.64.100.in-addr.arpa"),
        NameKind::InReverse(_) => format!("{}.{}.127.100.in-addr.arpa", n % 256, n / 256),
        NameKind::Cluster(_) => format!("s{n}.default.svc.cluster.local"),
        NameKind::Public => format!("p{host}.example.com"),
        NameKind::Declared if is_one_name(class) => class.name().to_string(),
        NameKind::Declared => match class.name().and_above().nth(1) {
            Some(above) => format!("n{n}.{above}"),
            None => class.name().to_string(),
        },
    }
}
