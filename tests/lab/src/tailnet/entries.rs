//! What the control server has stored of members, written while it does not run.

use std::net::Ipv4Addr;
use std::path::Path;
use std::process::Command;

use crate::Result;
use crate::command::run;

/// A member as the control server has it stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its label below the suffix.
    pub name: String,
    /// Its address; the one of the other family follows from it.
    pub address: Ipv4Addr,
    /// Whose it is.
    pub owner: Owner,
}

/// Whose a member is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// A person's: the one user there is.
    Person,
    /// A machine with this tag.
    Tag(String),
}

/// The only user's id.
pub(super) const USER: u32 = 1;

/// Gives members that have registered their addresses, and adds those that have not: they are known,
/// and never there.
pub(super) fn write(database: &Path, entries: &[Entry]) -> Result<()> {
    let statements: Vec<String> = entries
        .iter()
        .enumerate()
        .map(|(number, entry)| statement(number, entry))
        .collect();
    let script = format!("BEGIN;\n{}\nCOMMIT;\n", statements.join("\n"));
    run(Command::new("sqlite3")
        .arg("-bail")
        .arg(database)
        .arg(script))
    .map(drop)
}

fn statement(number: usize, entry: &Entry) -> String {
    let Entry { name, address, .. } = entry;
    let v6 = address.to_ipv6_mapped().segments();
    let v6 = format!("fd7a:115c:a1e0::{:x}:{:x}", v6[6], v6[7]);
    // No key of anybody: 32 bytes that differ from one to the other.
    let key = format!("{number:064x}");
    let (user, tags) = match &entry.owner {
        Owner::Person => (USER.to_string(), "[]".to_owned()),
        Owner::Tag(tag) => ("NULL".to_owned(), format!("[\"{tag}\"]")),
    };
    format!(
        "UPDATE nodes SET ipv4 = '{address}', ipv6 = '{v6}' WHERE given_name = '{name}';
         INSERT INTO nodes (machine_key, node_key, disco_key, endpoints, host_info, ipv4, ipv6, hostname,
           given_name, user_id, register_method, tags, approved_routes, created_at, updated_at)
         SELECT 'mkey:{key}', 'nodekey:{key}', 'discokey:{key}', '[]', '{{}}', '{address}', '{v6}', '{name}',
           '{name}', {user}, 'cli', '{tags}', '[]', datetime('now'), datetime('now')
         WHERE NOT EXISTS (SELECT 1 FROM nodes WHERE given_name = '{name}');"
    )
}
