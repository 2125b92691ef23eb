//! From a declaration to a topology: references become indices, absent attributes defaults.

mod app;
mod members;
mod places;
mod references;
mod servers;

use super::{DefaultUsed, MAIN_TAILNET, PolicyFile, Sourced, Table, Tailnet, Topology};
use crate::declaration::Declaration;
use crate::declaration::decode::Soft;
use crate::declaration::language;
use crate::declaration::source::Files;
use crate::facts::{Fact, tailnet};
use crate::finding::Finding;
use crate::place::{AttrPath, Located, Place};
use crate::rules::structure;
use crate::rules::unknown_reference;
use crate::scalar::{Cidr, Control, Name};

/// Resolves a declaration. What refers to something that is not there is a finding and is
/// left out; so is, without a finding of its own, what depends on it.
#[must_use]
pub fn resolve(declaration: &Declaration, files: &Files) -> (Topology, Vec<Finding>) {
    let mut context = Context {
        main_tailnet_is_broken: matches!(declaration.tailnet, Soft::Broken),
        ..Context::default()
    };
    let mut topology = Topology::default();
    tailnets(declaration, files, &mut topology, &mut context);
    places::sites(declaration, &mut topology);
    places::clusters(declaration, &mut topology, &mut context);
    members::secrets(declaration, &mut topology, &mut context);
    members::nodes(declaration, &mut topology, &mut context);
    members::devices(declaration, &mut topology, &mut context);
    servers::resolvers(declaration, &mut topology, &mut context);
    servers::forwarders(declaration, &mut topology, &mut context);
    references::check(declaration, &topology, &mut context.findings);
    context.defaults.sort_by(|a, b| a.path.cmp(&b.path));
    topology.defaults = context.defaults;
    let expectations = declaration.expectations.0.iter();
    topology.expectations = expectations.filter(|one| one.is_sound).cloned().collect();
    (topology, context.findings)
}

/// What resolving collects beside the topology.
#[derive(Default)]
struct Context {
    findings: Vec<Finding>,
    defaults: Vec<DefaultUsed>,
    /// Whether `tailnet` is there, but has a finding already.
    main_tailnet_is_broken: bool,
}

impl Context {
    /// The declared value, or the default, remembered as one. `owner` is what the attribute
    /// would stand in.
    fn or_default<T: Clone + ToString>(
        &mut self,
        declared: Option<&Located<T>>,
        owner: &Place,
        attribute: &str,
        default: T,
        fact: &'static Fact,
    ) -> Sourced<T> {
        match declared {
            Some(declared) => declared.clone().into(),
            None => {
                self.used(owner.path.attr(attribute), default.to_string(), fact);
                Sourced {
                    value: default,
                    place: owner.clone(),
                    fact: Some(fact),
                }
            }
        }
    }

    /// The declared ranges, or the default ones.
    fn ranges_or_default(
        &mut self,
        declared: Option<&[Located<Cidr>]>,
        owner: &Place,
        path: AttrPath,
        default: &[&str],
        fact: &'static Fact,
    ) -> Vec<Sourced<Cidr>> {
        match declared {
            Some(declared) => declared.iter().cloned().map(Sourced::from).collect(),
            None => {
                self.used(path, default.join(", "), fact);
                default
                    .iter()
                    .filter_map(|cidr| cidr.parse().ok())
                    .map(|value| Sourced {
                        value,
                        place: owner.clone(),
                        fact: Some(fact),
                    })
                    .collect()
            }
        }
    }

    /// What was resolved, if all of it could be read. Of the rest only findings about references
    /// are kept: others could follow from what is missing.
    fn sound<T>(&mut self, resolved: Option<T>, is_sound: bool, before: usize) -> Option<T> {
        if is_sound {
            return resolved;
        }
        let later = self.findings.split_off(before);
        let references = later
            .into_iter()
            .filter(|finding| std::ptr::eq(finding.rule, &unknown_reference::RULE));
        self.findings.extend(references);
        None
    }

    fn used(&mut self, path: AttrPath, value: String, fact: &'static Fact) {
        self.defaults.push(DefaultUsed { path, value, fact });
    }
}

fn tailnets(
    declaration: &Declaration,
    files: &Files,
    topology: &mut Topology,
    context: &mut Context,
) {
    let main = declaration
        .tailnet
        .sound()
        .into_iter()
        .filter_map(|declared| {
            let name: Name = MAIN_TAILNET.parse().ok()?;
            Some((name, declared))
        });
    let further = declaration
        .tailnets
        .0
        .iter()
        .filter_map(|(name, (_, declared))| Some((name.clone(), declared.as_ref()?)));
    for (name, declared) in main.chain(further) {
        check_control(declared, context);
        let ranges = context
            .ranges_or_default(
                declared.ranges.as_deref(),
                &declared.place,
                declared.place.path.attr("ranges"),
                &tailnet::RANGES,
                &tailnet::RANGES_FACT,
            )
            .into_iter()
            .map(|range| range.value)
            .collect();
        let resolved = Tailnet {
            name: name.clone(),
            declared: declared.clone(),
            ranges,
            ranges_fact: match declared.ranges {
                Some(_) => None,
                None => Some(&tailnet::RANGES_FACT),
            },
            policy: policy(declared, files, Control::Tailscale),
            policy_of_headscale: policy(declared, files, Control::Headscale),
        };
        topology.tailnets.insert(name, Some(resolved));
    }
    keep_broken_names(&declaration.tailnets, &mut topology.tailnets);
}

/// The policy file of a tailnet, where `control` coordinates it.
fn policy(declared: &language::Tailnet, files: &Files, control: Control) -> Option<PolicyFile> {
    let named = declared.policy.as_ref()?;
    let own = declared.control.as_ref().map(|control| control.kind);
    if own.unwrap_or(Control::Tailscale) != control {
        return None;
    }
    let (policy, problems) = match files.get(named.value.as_str())? {
        Ok(source) => {
            let (policy, problems) = crate::policy::read(source);
            (policy, Ok(problems))
        }
        Err(reason) => (None, Err(reason.clone())),
    };
    Some(PolicyFile {
        place: named.place.clone(),
        policy,
        problems,
    })
}

/// Without a URL, `tailscale up` asks Tailscale's service and shows it the key.
fn check_control(declared: &language::Tailnet, context: &mut Context) {
    if let Some(control) = &declared.control
        && control.kind == Control::Headscale
        && control.url.is_none()
    {
        context
            .findings
            .push(structure::no_login_server(&control.place));
    }
}

/// What is written for one thing must not be taken for what is written for all.
fn refuse_reserved(name: &Name, place: &Place, context: &mut Context) {
    if name.as_str() == "default" {
        context.findings.push(structure::contradiction(
            place,
            format!("`{}` has the name of the modules for all", place.path),
            "give it another name",
        ));
    }
}

/// Keeps the names of what could not be read, so that references to it are no findings.
fn keep_broken_names<D, T>(declared: &crate::declaration::decode::Named<D>, table: &mut Table<T>) {
    for (name, (_, value)) in &declared.0 {
        if value.is_none() {
            table.insert(name.clone(), None);
        }
    }
}
