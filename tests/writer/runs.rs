//! Runs as a user sees them: first, again, changed, compared.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::common::{contents, header, planned, put, read, snapshot, state, tree, write};
use tailwright::manifest::Manifest;
use tailwright::nix_compat::{Sha256, nar};
use tailwright::write::{DifferenceKind, How, WriteError, write_tree};

const FILES: &[(&str, &str)] = &[("README.md", "hello\n"), ("nixos/a/default.nix", "{ }\n")];

#[test]
fn the_first_run_creates_the_directory_and_those_above() {
    let temporary = tempfile::tempdir().unwrap();
    let out = temporary.path().join("not/there/generated");
    assert_eq!(write(&out, FILES).unwrap().how, How::Created);
    assert_eq!(read(&out, "nixos/a/default.nix"), "{ }\n");
    assert_eq!(contents(&out).len(), 3);
    assert_eq!(fs::read_dir(out.parent().unwrap()).unwrap().count(), 1);
    // As any program would have created them, whatever the umask.
    put(temporary.path(), "ordinary/file", "");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&out), mode(&temporary.path().join("ordinary")));
    assert_eq!(
        mode(&out.join("README.md")),
        mode(&temporary.path().join("ordinary/file"))
    );
}

#[test]
fn the_record_says_what_is_there() {
    let temporary = tempfile::tempdir().unwrap();
    let out = temporary.path().join("generated");
    put(&out, "mine.nix", "foreign\n");
    write(&out, FILES).unwrap();
    let text = read(&out, "manifest.json");
    assert!(
        text.starts_with("{\n  \"format\": 1,\n  \"version\": \"1.2.3\",\n"),
        "{text}"
    );
    assert!(text.ends_with("}\n") && !text.contains("pending"));
    let record = Manifest::parse(text.as_bytes(), "manifest.json").unwrap();
    assert_eq!(record, Manifest::of(&tree(FILES), &header()).unwrap());
    assert_eq!(record.files.len(), 2);
    assert_eq!(
        record.files[&"README.md".parse().unwrap()],
        Sha256::of(b"hello\n")
    );
    let on_disk = nar::hash_path(&out, &["manifest.json", "mine.nix"]).unwrap();
    assert_eq!(record.tree, on_disk);
}

#[test]
fn a_run_with_nothing_to_do_touches_nothing() {
    let temporary = tempfile::tempdir().unwrap();
    let out = temporary.path().join("generated");
    write(&out, FILES).unwrap();
    put(&out, "mine.nix", "foreign\n");
    let before = snapshot(temporary.path());
    assert_eq!(write(&out, FILES).unwrap().how, How::Nothing);
    assert_eq!(before, snapshot(temporary.path()));
}

#[test]
fn a_change_takes_the_place_as_a_whole() {
    let temporary = tempfile::tempdir().unwrap();
    let out = temporary.path().join("generated");
    write(&out, FILES).unwrap();
    let old = state(&out);
    let opened = fs::File::open(&out).unwrap();
    let written = write(&out, &[("README.md", "hello\n"), ("nixos/b.nix", "{ }\n")]).unwrap();
    assert_eq!((written.how, written.kept), (How::Exchanged, None));
    assert_ne!(old.inode, state(&out).inode);
    // The old one is gone, wherever it was moved.
    assert_eq!(
        std::os::unix::fs::MetadataExt::nlink(&opened.metadata().unwrap()),
        0
    );
    assert_eq!(contents(&out).len(), 3);
    assert_eq!(fs::read_dir(temporary.path()).unwrap().count(), 1);
}

#[test]
fn another_version_or_declaration_renews_the_record_only() {
    let temporary = tempfile::tempdir().unwrap();
    let out = temporary.path().join("generated");
    write(&out, FILES).unwrap();
    let before = state(&out.join("README.md"));
    let mut header = header();
    header.declaration = Sha256::of(b"another");
    let written = write_tree(&out, &tree(FILES), &header, false).unwrap();
    assert_eq!(written.how, How::Exchanged);
    assert_eq!(before, state(&out.join("README.md")));
    assert!(read(&out, "manifest.json").contains(&Sha256::of(b"another").to_sri()));
}

#[test]
fn a_comparison_names_every_kind_of_difference_and_writes_nothing() {
    let temporary = tempfile::tempdir().unwrap();
    let out = temporary.path().join("generated");
    let old = [
        ("changed", "1"),
        ("edited", "1"),
        ("gone", "1"),
        ("left", "1"),
        ("same", "1"),
    ];
    write(&out, &old).unwrap();
    fs::remove_file(out.join("gone")).unwrap();
    put(&out, "edited", "by hand");
    put(&out, "foreign", "mine");
    put(&out, "free", "mine");
    let new = [
        ("changed", "2"),
        ("edited", "1"),
        ("foreign", "1"),
        ("gone", "1"),
        ("same", "1"),
    ];
    let before = snapshot(temporary.path());
    let plan = planned(&out, &new);
    assert!(!plan.is_current());
    let found = plan.differences();
    let found: Vec<_> = found
        .iter()
        .map(|difference| (difference.path.to_str().unwrap(), difference.kind.as_str()))
        .collect();
    let expected = [
        ("changed", "changed"),
        ("edited", "edited by hand"),
        ("foreign", "in the way"),
        ("gone", "missing"),
        ("left", "left over"),
        ("manifest.json", "changed"),
    ];
    assert_eq!(found, expected);
    assert_eq!(
        plan.foreign().collect::<Vec<_>>(),
        [Path::new("foreign"), Path::new("free")]
    );
    assert_eq!(before, snapshot(temporary.path()));

    let nowhere = planned(&temporary.path().join("nowhere"), FILES);
    let kinds: Vec<_> = nowhere.differences().iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [DifferenceKind::Missing; 3]);
    assert!(
        planned(&out, &old)
            .edited()
            .map(ToString::to_string)
            .eq(["edited"])
    );
}

#[test]
fn a_plan_that_is_out_of_date_is_not_carried_out() {
    let temporary = tempfile::tempdir().unwrap();
    let out = temporary.path().join("generated");
    let plan = planned(&out, FILES);
    write(&out, &[("README.md", "another run\n")]).unwrap();
    let before = snapshot(&out);
    let error = tailwright::write::write(&plan, false).unwrap_err();
    assert!(matches!(error, WriteError::ChangedMeanwhile(_)), "{error}");
    assert_eq!(before, snapshot(&out));
}

#[test]
fn runs_at_the_same_time_wait_for_each_other() {
    let temporary = tempfile::tempdir().unwrap();
    let out = temporary.path().join("generated");
    let files = |number: usize| (0..20).map(move |file| (format!("{number}/{file}"), number));
    std::thread::scope(|scope| {
        for number in 0..4 {
            let out = &out;
            scope.spawn(move || {
                let files: Vec<_> = files(number)
                    .map(|(path, number)| (path, number.to_string()))
                    .collect();
                let files: Vec<_> = files.iter().map(|(p, c)| (&p[..], &c[..])).collect();
                write(out, &files).unwrap();
            });
        }
    });
    // One tree, not a mixture: what its record says, and nothing else.
    let found = contents(&out);
    assert_eq!(found.len(), 21);
    let record = Manifest::parse(&found[Path::new("manifest.json")], "manifest.json").unwrap();
    assert_eq!(
        record.tree,
        nar::hash_path(&out, &["manifest.json"]).unwrap()
    );
    assert_eq!(fs::read_dir(temporary.path()).unwrap().count(), 1);
}

#[test]
fn a_generated_file_does_not_stay_executable() {
    let temporary = tempfile::tempdir().unwrap();
    let out = temporary.path().join("generated");
    write(&out, FILES).unwrap();
    let file = out.join("README.md");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o750)).unwrap();
    let plan = planned(&out, FILES);
    assert_eq!(plan.differences()[0].kind, DifferenceKind::Changed);
    assert_eq!(plan.edited().count(), 0);
    write(&out, FILES).unwrap();
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o640
    );
    let on_disk = nar::hash_path(&out, &["manifest.json"]).unwrap();
    assert_eq!(planned(&out, FILES).manifest().tree, on_disk);
}
