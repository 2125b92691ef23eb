//! What people see where something is wrong: the last ten lines of a build, at their files and lines.

use crate::nix::Nix;
use crate::scratch::Scratch;

/// The last ten lines of a build that failed, as Nix shows them, and with which code.
fn log_of(nix: &Nix, scratch: &Scratch, what: &str) -> (String, i32) {
    let said = nix.build(scratch.path(), what, &[]).unwrap_err();
    let lines: Vec<&str> = said
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix('>'))
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect();
    let last = lines[lines.len().saturating_sub(10)..].join("\n");
    let code = ["exit code ", "exit code: "]
        .into_iter()
        .find_map(|words| said.split(words).nth(1))
        .and_then(|rest| {
            rest.split(|c: char| !c.is_ascii_digit())
                .next()?
                .parse()
                .ok()
        })
        .unwrap_or_else(|| panic!("no exit code: {said}"));
    (last, code)
}

/// Two mistakes in the starter: each is in its own line.
fn with_two_mistakes(scratch: &Scratch) {
    scratch.replace(
        "tailnet.nix",
        "resolvers.blocky = {",
        "resolvers.blocky = {\n    replica = 3;",
    );
    scratch.replace("tailnet.nix", "engine = \"unbound\"", "engine = \"unbund\"");
}

fn line_of(text: &str, part: &str) -> usize {
    text.lines().position(|line| line.contains(part)).unwrap() + 1
}

#[test]
fn a_refusal_ends_with_the_first_error_at_the_users_line() {
    for nix in Nix::all() {
        for (form, file) in [
            ("declaration = ./tailnet.nix;", "tailnet.nix"),
            ("declaration = import ./tailnet.nix;", "tailnet.nix"),
            (
                "declaration = import ./tailnet.nix // { expectations = [ ]; };",
                "tailnet.nix",
            ),
        ] {
            for what in ["tailnet.tree", "tailnet.report"] {
                let scratch = Scratch::new(form);
                with_two_mistakes(&scratch);
                let (log, code) = log_of(nix, &scratch, what);
                assert_eq!(code, 1, "{log}");
                let line = line_of(&scratch.read("tailnet.nix"), "unbund");
                let place = format!(" --> {file}:{line}:");
                assert!(log.contains(&place), "{form}: no {place} in\n{log}");
                for part in ["2 errors", "the first error", "error[TW004]", "help: "] {
                    assert!(log.contains(part), "{form}: no {part} in\n{log}");
                }
                assert!(!log.contains("/store/") && !log.contains('\u{1b}'), "{log}");
            }
        }
    }
}

#[test]
fn positions_are_those_of_the_file_that_was_written() {
    for nix in Nix::all() {
        // The nodes are in a file of their own, one attribute in the flake itself.
        let scratch = Scratch::new(
            "declaration = import ./tailnet.nix // { nodes = import ./net/nodes.nix; \n\n devices.phone.colour = 1; };",
        );
        scratch.write(
            "net/nodes.nix",
            "let base = { os = \"nixos\"; site = \"home\"; cluster = \"home\"; };\nin {\n  alpha = base // {\n    \
             address = \"192.168.1.300\";\n  };\n  beta = base;\n}\n",
        );
        let said = nix
            .build(scratch.path(), "tailnet.tree", &["--print-build-logs"])
            .unwrap_err();
        assert!(said.contains("--> net/nodes.nix:4:5"), "{said}");
        let line = line_of(&scratch.read("flake.nix"), "colour");
        assert!(said.contains(&format!("--> flake.nix:{line}:")), "{said}");
    }
}

/// Elements of lists have no position of their own, but their attributes have.
#[test]
fn in_a_list_positions_are_those_of_each_element() {
    for nix in Nix::all() {
        let scratch = Scratch::new(
            "declaration = import ./tailnet.nix // { expectations = [ (import ./net/first.nix) [ ] (import \
             ./net/third.nix) ]; };",
        );
        scratch.write("net/first.nix", "{\n  colour = 1;\n}\n");
        scratch.write("net/third.nix", "{\n\n\n  flavour = 1;\n}\n");
        let said = nix
            .build(scratch.path(), "tailnet.tree", &["--print-build-logs"])
            .unwrap_err();
        for (name, place) in [
            ("colour", "net/first.nix:2:3"),
            ("flavour", "net/third.nix:4:3"),
        ] {
            let (_, after) = said
                .split_once(&format!("unknown attribute `{name}`"))
                .unwrap_or_else(|| panic!("{said}"));
            let next = after.lines().nth(1).unwrap();
            assert!(next.ends_with(&format!("--> {place}")), "{name}: {said}");
        }
    }
}

/// Nix lets a builder write to a terminal, and keeps what was written. `nix log` shows it as it is.
#[test]
fn what_is_kept_of_a_build_has_no_colours() {
    for nix in Nix::all() {
        let scratch = Scratch::new("declaration = ./tailnet.nix;");
        with_two_mistakes(&scratch);
        nix.build(scratch.path(), "tailnet.tree", &[]).unwrap_err();
        let flake = format!("path:{}#tailnet.tree", scratch.path().display());
        let output = nix.run(scratch.path(), &["log", "--no-write-lock-file", &flake]);
        let log = String::from_utf8(output.stdout).unwrap();
        assert!(log.contains("error[TW004]"), "{log}");
        assert!(!log.contains('\u{1b}'), "{log:?}");
    }
}

#[test]
fn a_file_above_the_root_has_its_name_as_seen_from_there() {
    for nix in Nix::all() {
        let scratch = Scratch::empty();
        scratch.write("infra/secrets/hosts.enc.yaml", "sops: {}\n");
        scratch.write("infra/tailnet.nix", &crate::scratch::starter());
        scratch.outputs(&format!(
            "{{ tailnet = tailwright.lib.tailnet {{ system = \"{}\"; root = ./infra;\n declaration = import \
             ./infra/tailnet.nix // {{\n colour = 1;\n }}; }}; }}",
            crate::scratch::system()
        ));
        let (log, _) = log_of(nix, &scratch, "tailnet.tree");
        let line = line_of(&scratch.read("flake.nix"), "colour");
        assert!(log.contains(&format!("--> ../flake.nix:{line}:")), "{log}");
    }
}

#[test]
fn a_file_of_another_input_is_nobodys_and_not_shown() {
    for nix in Nix::all() {
        // The secret that the nodes refer to is left out.
        let scratch = Scratch::new(
            "declaration = removeAttrs (import \"${tailwright}/nix/template/tailnet.nix\") [ \"secrets\" ];",
        );
        let (log, _) = log_of(nix, &scratch, "tailnet.tree");
        assert!(log.contains("there is no secret `nodes`"), "{log}");
        assert!(
            !log.contains("tailnet.nix") && !log.contains("-source"),
            "{log}"
        );
    }
}

/// A file that needs evaluation is read without Nix, and says how to have it evaluated.
#[test]
fn a_file_that_needs_evaluation_names_the_way() {
    for nix in Nix::all() {
        let scratch = Scratch::new("declaration = ./tailnet.nix;");
        scratch.replace(
            "tailnet.nix",
            "replicas = 2;",
            "replicas = builtins.length [ 1 2 ];",
        );
        let (log, code) = log_of(nix, &scratch, "tailnet.tree");
        assert!(
            code == 2 && log.contains("`declaration = import FILE;`"),
            "{log}"
        );
        scratch.replace(
            "flake.nix",
            "declaration = ./tailnet.nix;",
            "declaration = import ./tailnet.nix;",
        );
        nix.build(scratch.path(), "tailnet.tree", &[])
            .unwrap_or_else(|said| panic!("{said}"));
    }
}

#[test]
fn a_set_without_positions_is_refused_all_the_same() {
    for nix in Nix::all() {
        let scratch = Scratch::new("declaration = builtins.fromJSON ''{ \"colour\": 1 }'';");
        let (log, code) = log_of(nix, &scratch, "tailnet.tree");
        assert!(
            code == 1 && log.contains("unknown attribute `colour`"),
            "{log}"
        );
    }
}

#[test]
fn the_check_says_what_differs_and_what_to_run() {
    for nix in Nix::all() {
        let scratch = Scratch::new(
            "declaration = ./tailnet.nix; committed = ./generated; updateCommand = \"make tree\";",
        );
        // There is no tree at all.
        let (log, code) = log_of(nix, &scratch, "tailnet.upToDate");
        assert!(
            code == 3 && log.contains("nixos/options.nix: missing"),
            "{log}"
        );

        scratch.generate("tailnet.nix");
        nix.build(scratch.path(), "tailnet.upToDate", &[])
            .unwrap_or_else(|said| panic!("{said}"));

        scratch.replace("tailnet.nix", "192.168.1.12", "192.168.1.13");
        let (log, code) = log_of(nix, &scratch, "tailnet.upToDate");
        assert_eq!(code, 3, "{log}");
        for part in [
            "manifest.json: changed",
            "of the tree differ from what tailnet.nix says",
            "run `make tree`",
        ] {
            assert!(log.contains(part), "no {part} in\n{log}");
        }

        with_two_mistakes(&scratch);
        let (log, code) = log_of(nix, &scratch, "tailnet.upToDate");
        assert!(code == 1 && log.contains("the first error"), "{log}");
    }
}

#[test]
fn what_the_library_refuses_itself_is_said_in_three_parts() {
    let cases = [
        (
            "declaration = { secrets.a.sops.file = /elsewhere/secret.yaml; };",
            [
                "`secrets.a.sops.file` is a path outside of `root`",
                "would not find",
                "further up",
            ],
        ),
        (
            "declaration = { secrets.a.sops.file = \"${nixpkgs}/secret.yaml\"; };",
            [
                "`secrets.a.sops.file` refers to the store",
                "holds no path of the store",
                "without quotes",
            ],
        ),
        (
            "declaration = { nodes.a.labels = x: x; };",
            [
                "`nodes.a.labels` is a function",
                "holds values",
                "call the function",
            ],
        ),
        (
            "declaration = { lib }: { };",
            [
                "the declaration is a function",
                "has to be called",
                "import ./tailnet.nix {",
            ],
        ),
        (
            "declaration = [ ];",
            [
                "the declaration is no attribute set",
                "has to be one",
                ".json",
            ],
        ),
        (
            "declaration = ../tailnet.nix;",
            [
                "`declaration` is a path outside of `root`",
                "would not find",
                "further up",
            ],
        ),
    ];
    for nix in Nix::all() {
        for (arguments, parts) in &cases {
            let scratch = Scratch::new(arguments);
            let said = nix
                .eval(scratch.path(), "tailnet.tree.drvPath", &[])
                .unwrap_err();
            for part in parts {
                assert!(said.contains(part), "{arguments}: no {part:?} in\n{said}");
            }
        }
        let scratch = Scratch::new("declaration = ./tailnet.nix;");
        let said = nix
            .eval(scratch.path(), "tailnet.upToDate.drvPath", &[])
            .unwrap_err();
        assert!(said.contains("`committed` is not given"), "{said}");
    }
}
