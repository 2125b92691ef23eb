//! What the control server has stored of members, written while it does not run.

use std::fs::{self, File};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::path::Path;
use std::process::Command;

use crate::command::run;
use crate::{Error, Result};

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

impl Entry {
    /// Its address of the other family.
    #[must_use]
    pub fn address_v6(&self) -> Ipv6Addr {
        let [.., high, low] = self.address.to_ipv6_mapped().segments();
        Ipv6Addr::new(0xfd7a, 0x115c, 0xa1e0, 0, 0, 0, high, low)
    }
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
    // There can be more of them than an argument may be long.
    let file = database.with_extension("sql");
    let failed = || Error::io(format!("could not write {file:?}"));
    fs::write(&file, script).map_err(failed())?;
    let script = File::open(&file).map_err(failed())?;
    let mut command = Command::new("sqlite3");
    run(command.arg("-bail").arg(database).stdin(script)).map(drop)
}

fn statement(number: usize, entry: &Entry) -> String {
    let Entry { name, address, .. } = entry;
    let v6 = entry.address_v6();
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
