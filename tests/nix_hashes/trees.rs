//! Random trees with everything that a NAR can hold.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use proptest::prelude::*;

/// What stands under a name.
#[derive(Debug, Clone)]
pub(crate) enum Entry {
    File(Vec<u8>, u32),
    Symlink(String),
    Directory(BTreeMap<String, Entry>),
}

/// Names that a file system takes, many of which sort unlike their letters, or mean something to
/// a shell.
fn name() -> impl Strategy<Value = String> {
    let odd = "[a-cA-C0-9._~$*'\"\\\\\n\t é日-]{1,6}";
    let any = "[^/\0]{1,20}";
    prop_oneof![3 => odd, 1 => any].prop_filter("no name", |name| {
        name != "." && name != ".." && !name.contains('/') && name.len() <= 255
    })
}

fn file() -> impl Strategy<Value = Entry> {
    let content = prop_oneof![
        2 => Just(Vec::new()),
        6 => proptest::collection::vec(any::<u8>(), 0..40),
        // Around the size of a block, and of the buffer through which contents go.
        1 => (4090usize..4100).prop_map(|size| vec![b'x'; size]),
        1 => (65_530usize..65_545).prop_map(|size| vec![0; size]),
        1 => (300_000usize..300_009).prop_map(|size| vec![0xff; size]),
    ];
    let mode = prop::sample::select(vec![0o644, 0o600, 0o755, 0o700, 0o744, 0o655, 0o555, 0o444]);
    (content, mode).prop_map(|(content, mode)| Entry::File(content, mode))
}

/// A file, a symlink, or a directory of up to four levels, empty or not.
pub(crate) fn entry() -> impl Strategy<Value = Entry> {
    let target = "[a-c./ é-]{1,30}".prop_map(Entry::Symlink);
    let leaf = prop_oneof![4 => file(), 1 => target];
    leaf.prop_recursive(4, 40, 6, |inner| {
        proptest::collection::btree_map(name(), inner, 0..6).prop_map(Entry::Directory)
    })
}

impl Entry {
    pub(crate) fn write(&self, path: &Path) {
        match self {
            Self::File(content, mode) => {
                fs::write(path, content).unwrap();
                fs::set_permissions(path, fs::Permissions::from_mode(*mode)).unwrap();
            }
            Self::Symlink(target) => symlink(target, path).unwrap(),
            Self::Directory(entries) => {
                fs::create_dir(path).unwrap();
                for (name, entry) in entries {
                    entry.write(&path.join(name));
                }
            }
        }
    }
}
