//! What holds for every sound topology.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

#[allow(dead_code, reason = "each test uses its part")]
#[path = "common/declaration.rs"]
mod declaration;

use std::collections::BTreeSet;

use common::topologies;
use declaration::Run;
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use tailwright::declaration::source::Format;
use tailwright::finding::Level;
use tailwright::scalar::{ClientClass, Protocol};
use tailwright::topology::Topology;
use tailwright::topology::arrivals::Ingress;
use tailwright::trace::Tracer;
use tailwright::trace::classes::NameKind;
use tailwright::trace::outcome::Seen;

fn topology() -> impl Strategy<Value = Json> {
    proptest::collection::vec(any::<u8>(), 0..400).prop_map(|bytes| topologies::sound(&bytes))
}

fn working() -> impl Strategy<Value = Json> {
    proptest::collection::vec(any::<u8>(), 0..120)
        .prop_map(|bytes| common::working::working(&bytes))
}

/// The same declaration with its attributes in the opposite order.
fn reversed(value: &Json) -> String {
    match value {
        Json::Array(items) => {
            let items: Vec<String> = items.iter().map(reversed).collect();
            format!("[{}]", items.join(","))
        }
        Json::Object(set) => {
            let entries: Vec<String> = set
                .iter()
                .rev()
                .map(|(name, value)| format!("{}:{}", Json::from(name.as_str()), reversed(value)))
                .collect();
            format!("{{{}}}", entries.join(","))
        }
        other => other.to_string(),
    }
}

/// The declaration with `allow` set on every forwarder, without the sources at these places.
fn with_allow(declaration: &Json, run: &Run, without: &[usize]) -> Json {
    let mut changed = declaration.clone();
    for forwarder in run.checked.topology.forwarders.values() {
        let admitted: BTreeSet<String> = forwarder
            .instances
            .iter()
            .flat_map(|instance| &instance.admitted)
            .map(|admission| admission.source.to_string())
            .collect();
        let kept: Vec<String> = admitted
            .into_iter()
            .enumerate()
            .filter(|(n, _)| !without.contains(n))
            .map(|(_, source)| source)
            .collect();
        changed["forwarders"][forwarder.name.as_str()]["allow"] = json!(kept);
    }
    changed
}

/// Who is refused, by the texts of the findings about access lists.
fn refusals(run: &Run) -> usize {
    let findings = run.checked.findings.iter();
    findings
        .filter(|one| one.message.contains(" refuses "))
        .count()
}

/// What is found, at any level.
fn found(run: &Run) -> Vec<String> {
    let levels = [Level::Error, Level::Warning, Level::Note];
    levels
        .into_iter()
        .flat_map(|level| run.lines(level))
        .collect()
}

/// Who does not get an answer for a member or a public name in the end, of those who are meant to.
fn unanswered(topology: &Topology) -> Vec<String> {
    let tracer = Tracer::new(topology);
    let matrix = tracer.matrix_without_failures(tracer.name_classes(), tracer.client_groups());
    let mut all = Vec::new();
    for (client, cells) in matrix.clients.iter().zip(&matrix.cells) {
        // Who accepts no routes has no way to a server in a LAN.
        if matches!(client.class(), ClientClass::Outside | ClientClass::Tailnet) {
            continue;
        }
        for (name, cell) in matrix.names.iter().zip(cells) {
            if !matches!(name.kind, NameKind::Member(_) | NameKind::Public) {
                continue;
            }
            for protocol in [Protocol::Udp, Protocol::Tcp] {
                let seen = cell.seen(protocol);
                if seen != BTreeSet::from([Seen::Answer]) {
                    all.push(format!(
                        "{} {} {protocol}: {seen:?}",
                        client.class(),
                        name.what
                    ));
                }
            }
        }
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sound_topologies_have_no_errors(declaration in topology()) {
        let run = Run::json(&declaration);
        prop_assert_eq!(run.lines(Level::Error), Vec::<String>::new());
        prop_assert!(run.files().is_some());
    }

    #[test]
    fn derived_access_lists_admit_every_arrival(declaration in topology()) {
        let run = Run::json(&declaration);
        for forwarder in run.checked.topology.forwarders.values() {
            for instance in &forwarder.instances {
                for arrival in &instance.arrivals {
                    let is_own = arrival.ingress == Ingress::Loopback;
                    let gap = instance.access.first_gap(arrival.source);
                    prop_assert!(is_own || gap.is_none(), "{} {:?}", arrival.class, gap);
                }
            }
        }
    }

    #[test]
    fn fewer_entries_in_allow_only_add_refusals(
        declaration in topology(),
        without in proptest::collection::vec(0usize..6, 0..4),
    ) {
        let run = Run::json(&declaration);
        let all = Run::json(&with_allow(&declaration, &run, &[]));
        prop_assert_eq!(all.lines(Level::Error), Vec::<String>::new());
        let some = Run::json(&with_allow(&declaration, &run, &without));
        let more = Run::json(&with_allow(&declaration, &run, &[&*without, &[0, 1]].concat()));
        prop_assert!(refusals(&all) == 0 && refusals(&some) <= refusals(&more));
        let codes = |run: &Run| -> BTreeSet<&str> {
            run.checked.findings.iter().map(|one| one.rule.code).collect()
        };
        prop_assert!(codes(&some).is_superset(&codes(&all)));
    }

    #[test]
    fn suppressing_adds_nothing_but_unused_suppressions(
        declaration in topology(),
        without in proptest::collection::vec(0usize..6, 0..4),
        code in proptest::sample::select(vec!["TW101", "TW501", "TW502", "TW504"]),
    ) {
        let broken = with_allow(&declaration, &Run::json(&declaration), &without);
        let before = Run::json(&broken);
        let mut suppressed = broken;
        let entries = suppressed["suppress"].as_array_mut().expect("the random declaration has some");
        entries.push(json!({ "code": code, "reason": "a test" }));
        let after = Run::json(&suppressed);
        let lines = |run: &Run| -> BTreeSet<String> {
            [Level::Error, Level::Warning, Level::Note]
                .into_iter()
                .flat_map(|level| run.lines(level))
                .filter(|line| !line.contains("nothing is suppressed"))
                .collect()
        };
        prop_assert!(lines(&after).is_subset(&lines(&before)));
    }

    #[test]
    fn order_and_layout_never_matter(declaration in topology()) {
        let run = Run::json(&declaration);
        let again = Run::json(&declaration);
        let other = Run::text(reversed(&declaration), Format::Json);
        let laid_out = Run::text(format!("{declaration:#}"), Format::Json);
        for same in [again, other, laid_out] {
            prop_assert_eq!(same.files(), run.files());
        }
    }

    #[test]
    fn nothing_is_found_in_a_network_that_works(declaration in working()) {
        let run = Run::json(&declaration);
        prop_assert_eq!(found(&run), Vec::<String>::new());
        prop_assert_eq!(unanswered(&run.checked.topology), Vec::<String>::new());
        prop_assert!(run.files().is_some());
    }
}
