//! The workflow for GitHub, as far as that can be tried elsewhere.

use std::process::Command;

use common::program::{run, said};
use yaml_rust2::{Yaml, YamlLoader};

use crate::scratch::{Scratch, repository};

/// The variables of the tests, and whose trees they name.
const TREES: [(&str, &str); 3] = [
    ("NIXPKGS", "NixOS/nixpkgs"),
    ("SOPS_NIX", "Mic92/sops-nix"),
    ("KUBENIX", "hall/kubenix"),
];

/// What the step of this name runs, in the job of the tests.
fn step(name: &str) -> Option<String> {
    let path = repository().join(".github/workflows/check.yml");
    let text = std::fs::read_to_string(path).unwrap();
    let workflow = YamlLoader::load_from_str(&text).unwrap().remove(0);
    let steps = workflow["jobs"]["tests"]["steps"].as_vec().unwrap();
    let named = |step: &&Yaml| step["name"].as_str() == Some(name);
    let step = steps.iter().find(named)?;
    step["run"].as_str().map(str::to_owned)
}

fn git(folder: &Scratch, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=Test", "-c", "user.email=test@example.org"]);
    let output = run(command.args(arguments).current_dir(folder.path()));
    assert!(output.status.success(), "{}", said(&output));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// The step gets each tree that the tests ask, at the revision that is written there, and tells the
/// next step where it is. Repositories of this test stand in for those of GitHub.
#[test]
fn the_tests_are_given_genuine_trees() {
    let step = step("trees").unwrap();
    let github = Scratch::empty();
    let work = Scratch::empty();
    let mut script = step.clone();
    let mut expected = String::new();
    for (variable, name) in TREES {
        github.write(&format!("{name}/lib/default.nix"), &format!("\"{name}\"\n"));
        git(&github, &["init", "--quiet", name]);
        let in_it = |arguments: &[&str]| git(&github, &[&["-C", name], arguments].concat());
        in_it(&["add", "."]);
        in_it(&["commit", "--quiet", "--message", "first"]);
        let revision = in_it(&["rev-parse", "HEAD"]);
        // The default branch goes on.
        in_it(&["branch", "pinned"]);
        in_it(&["rm", "--quiet", "-r", "lib"]);
        in_it(&["commit", "--quiet", "--message", "second"]);

        let (_, pin) = step
            .split_once(&format!("tree {variable} {name} "))
            .unwrap();
        let pin = pin.lines().next().unwrap();
        if pin.contains("flake.lock") {
            let lock = format!(
                "{{ \"nodes\": {{ \"nixpkgs\": {{ \"locked\": {{ \"rev\": \"{revision}\" }} }} }} }}\n"
            );
            work.write("flake.lock", &lock);
        } else {
            assert!(
                pin.len() == 40 && pin.chars().all(|c| c.is_ascii_hexdigit()),
                "{pin} is no revision"
            );
            script = script.replace(pin, &revision);
        }
        let folder = work.path().join("target/trees").join(variable);
        expected.push_str(&format!("{variable}={}\n", folder.display()));
    }
    let mut command = Command::new("sh");
    command
        .args(["-e", "-c", &script])
        .current_dir(work.path())
        .env("GITHUB_ENV", work.path().join("variables"))
        .env("GIT_CONFIG_COUNT", "1")
        .env(
            "GIT_CONFIG_KEY_0",
            format!("url.file://{}/.insteadOf", github.path().display()),
        )
        .env("GIT_CONFIG_VALUE_0", "https://github.com/");
    let output = run(&mut command);
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(work.read("variables"), expected);
    for (variable, name) in TREES {
        let file = format!("target/trees/{variable}/lib/default.nix");
        assert_eq!(work.read(&file), format!("\"{name}\"\n"));
    }
}
