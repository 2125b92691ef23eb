//! Names that tell which laboratory process made a thing, so that a later one can remove what
//! a killed one left.

use std::path::Path;

const PREFIX: &str = "twlab-";

/// `twlab-<process id>-<rest>`.
pub(crate) fn name(rest: &str) -> String {
    format!("{PREFIX}{}-{rest}", std::process::id())
}

/// Whether this is such a name, of a process that no longer exists.
pub(crate) fn is_left_over(name: &str) -> bool {
    owner(name).is_some_and(|pid| !Path::new("/proc").join(pid.to_string()).exists())
}

/// Whether this is such a name of this process; before it has made anything, that is one of an
/// earlier process with the same id.
pub(crate) fn is_mine(name: &str) -> bool {
    owner(name) == Some(std::process::id())
}

fn owner(name: &str) -> Option<u32> {
    let (pid, _) = name.strip_prefix(PREFIX)?.split_once('-')?;
    pid.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_whose_they_are() {
        assert_eq!(owner("twlab-17-3-node"), Some(17));
        assert_eq!(owner("twlab-x-3-node"), None);
        assert_eq!(owner("cni-17-3"), None);
        assert!(is_mine(&name("0-node")) && !is_left_over(&name("0-node")));
        // No process id is that high.
        assert!(is_left_over("twlab-4294967295-0-node"));
    }
}
