//! `nodeAttrs`: who has which attributes, and what Tailscale refuses.

use ipnet::IpNet;

use super::Policy;
use super::reader::Reader;
use super::selector::Selector;
use super::validity::{Role, known};
use crate::declaration::value::Set;

const NODE_ATTR: [&str; 4] = ["target", "attr", "app", "ipPool"];

/// Ranges in 100.64.0.0/10 that Tailscale keeps for itself
/// (tailscale.com/docs/reference/reserved-ip-addresses).
const RESERVED: [&str; 3] = ["100.100.0.0/24", "100.100.100.0/24", "100.115.92.0/23"];

/// Machines, and the attributes that they have.
pub(super) type Attributes = (Vec<Selector>, Vec<String>);

pub(super) fn read(root: &Set, policy: &Policy, reader: &mut Reader) -> Vec<Attributes> {
    let mut all = Vec::new();
    for value in reader.list(root, "nodeAttrs") {
        let Some(set) = reader.object(value, &NODE_ATTR) else {
            continue;
        };
        let elements = reader.list(set, "target");
        let targets = reader.selectors(elements);
        let targets = known(targets, Role::Target, policy, reader);
        let elements = reader.list(set, "attr");
        let names = reader.strings(elements).into_iter();
        all.push((targets, names.map(|(name, _)| name.to_owned()).collect()));
        let elements = reader.list(set, "ipPool");
        let help = "write a range inside 100.64.0.0/10";
        let pools = reader.each(elements, help, |text| {
            let range = text.parse::<IpNet>();
            range.map_err(|_| format!("\"{text}\" is no range"))
        });
        for (pool, location) in pools {
            let mut reserved = RESERVED
                .iter()
                .filter_map(|text| text.parse::<IpNet>().ok());
            if reserved.any(|net| net.contains(&pool) || pool.contains(&net)) {
                reader.problem(
                    &location,
                    format!("{pool} overlaps a range that Tailscale keeps for itself"),
                    format!("avoid {}", RESERVED.join(", ")),
                );
            }
        }
    }
    all
}
