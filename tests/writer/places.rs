//! Places where a tree can't be exchanged as a whole.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::common::{contents, is_inside, planned, put, read, run, snapshot, state, write};
use tailwright::write::How;

const NAMESPACE: &[&str] = &["unshare", "--mount"];
const OLD: &[(&str, &str)] = &[("a", "1"), ("b/c", "1"), ("same", "1"), ("to/dir", "1")];
const NEW: &[(&str, &str)] = &[
    ("a", "2"),
    ("d/e/f", "1"),
    ("same", "1"),
    ("to/dir/file", "1"),
];

fn mount(arguments: &[&str], directory: &Path) {
    fs::create_dir_all(directory).unwrap();
    let directory = directory.to_str().unwrap();
    run("mount", &[arguments, &[directory]].concat());
}

/// Old, then new, one by one; foreign and unchanged files and the directory itself stay.
fn replaces_one_by_one(out: &Path) {
    let inode = fs::exists(out).unwrap().then(|| state(out).inode);
    assert_eq!(write(out, OLD).unwrap().how, How::OneByOne);
    put(out, "b/mine", "foreign");
    let keep = |path: &str| state(&out.join(path));
    let before = [keep("same"), keep("b/mine")];
    assert_eq!(write(out, NEW).unwrap().how, How::OneByOne);
    assert_eq!(before, [keep("same"), keep("b/mine")]);
    assert_eq!(inode, Some(state(out).inode));
    let ours = contents(out).len() - contents_of_others(out);
    assert_eq!(ours, NEW.len() + 2);
    assert!(planned(out, NEW).is_current());
    let before = snapshot(out);
    assert_eq!(write(out, NEW).unwrap().how, How::Nothing);
    assert_eq!(before, snapshot(out));
}

fn contents_of_others(out: &Path) -> usize {
    planned(out, NEW)
        .foreign()
        .filter(|path| *path != Path::new("b/mine"))
        .count()
}

#[test]
fn a_mount_point() {
    if is_inside(NAMESPACE, "places::a_mount_point") {
        let temporary = tempfile::tempdir().unwrap();
        let tmpfs = temporary.path().join("tmpfs");
        mount(&["-t", "tmpfs", "tmpfs"], &tmpfs);
        replaces_one_by_one(&tmpfs);
        // On the parent's file system: only the exchange itself tells.
        let bind = temporary.path().join("bind");
        let source = temporary.path().join("source");
        fs::create_dir(&source).unwrap();
        mount(&["--bind", source.to_str().unwrap()], &bind);
        replaces_one_by_one(&bind);
        assert_eq!(contents(&source), contents(&bind));
        assert_eq!(fs::read_dir(temporary.path()).unwrap().count(), 3);
    }
}

#[test]
fn a_directory_with_a_mount_point_in_it() {
    if is_inside(NAMESPACE, "places::a_directory_with_a_mount_point_in_it") {
        let temporary = tempfile::tempdir().unwrap();
        let out = temporary.path().join("generated");
        mount(&["-t", "tmpfs", "tmpfs"], &out.join("mounted"));
        put(&out, "mounted/mine", "foreign");
        replaces_one_by_one(&out);
        assert_eq!(read(&out, "mounted/mine"), "foreign");
    }
}

#[test]
fn a_read_only_parent() {
    // Root without the right to ignore permissions.
    let without = "-dac_override,-dac_read_search";
    let wrapper = ["setpriv", "--bounding-set", without, "--inh-caps", without];
    if is_inside(&wrapper, "places::a_read_only_parent") {
        let temporary = tempfile::tempdir().unwrap();
        let out = temporary.path().join("parent/generated");
        put(&out, "secret/mine", "foreign");
        let set_mode = |path: &str, mode| {
            let path = temporary.path().join(path);
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        };
        set_mode("parent", 0o555);
        let probe = fs::create_dir(temporary.path().join("parent/probe"));
        assert!(
            probe.is_err(),
            "the parent is not read-only to this process"
        );
        replaces_one_by_one(&out);
        let absent = write(&temporary.path().join("parent/absent"), OLD).unwrap_err();
        assert!(absent.to_string().contains("ermission denied"), "{absent}");
        assert!(
            absent.to_string().ends_with("nothing was changed"),
            "{absent}"
        );

        // A foreign directory that can't be listed can't be taken along, but left where it is.
        set_mode("parent", 0o755);
        set_mode("parent/generated/secret", 0);
        assert_eq!(write(&out, OLD).unwrap().how, How::OneByOne);
        set_mode("parent/generated/secret", 0o755);
        assert_eq!(read(&out, "secret/mine"), "foreign");
    }
}

#[test]
fn the_working_directory() {
    if is_inside(NAMESPACE, "places::the_working_directory") {
        let temporary = tempfile::tempdir().unwrap();
        let out = temporary.path().join("generated");
        fs::create_dir(&out).unwrap();
        std::env::set_current_dir(&out).unwrap();
        replaces_one_by_one(Path::new("."));
        assert_eq!(contents(Path::new(".")), contents(&out));
        std::env::set_current_dir("/").unwrap();
    }
}

#[test]
fn a_full_disk_changes_nothing() {
    if is_inside(NAMESPACE, "places::a_full_disk_changes_nothing") {
        let temporary = tempfile::tempdir().unwrap();
        let disk = temporary.path().join("disk");
        mount(&["-t", "tmpfs", "-o", "size=1m", "tmpfs"], &disk);
        let large = "x".repeat(800 * 1024);
        // As a whole, and one by one.
        for out in [disk.join("generated"), disk] {
            write(&out, OLD).unwrap();
            let before = contents(&out);
            let files = [("a", &large[..]), ("b/c", "2"), ("d/e", &large[..])];
            let error = write(&out, &files).unwrap_err().to_string();
            assert!(error.contains("No space left"), "{error}");
            assert!(error.ends_with("nothing was changed"), "{error}");
            assert_eq!(before, contents(&out));
            assert!(planned(&out, OLD).is_current());
            assert!(!fs::exists(out.join("d")).unwrap());
        }
    }
}
