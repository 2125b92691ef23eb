//! Sites and clusters.

use super::members::optional;
use super::{Context, keep_broken_names};
use crate::declaration::{Declaration, language};
use crate::facts::kubernetes;
use crate::place::Place;
use crate::rules::structure;
use crate::scalar::{Cidr, CniKind};
use crate::topology::{Cluster, Site, Sourced, Topology};

pub(super) fn sites(declaration: &Declaration, topology: &mut Topology) {
    for (name, (_, declared)) in &declaration.sites.0 {
        let site = declared
            .as_ref()
            .filter(|declared| declared.is_sound)
            .map(|declared| Site {
                name: name.clone(),
                declared: declared.clone(),
            });
        topology.sites.insert(name.clone(), site);
    }
}

pub(super) fn clusters(declaration: &Declaration, topology: &mut Topology, context: &mut Context) {
    for (name, (_, declared)) in &declaration.clusters.0 {
        let Some(declared) = declared else { continue };
        let before = context.findings.len();
        let cluster = cluster(name, declared, topology, context);
        let cluster = context.sound(cluster, declared.is_sound, before);
        topology.clusters.insert(name.clone(), cluster);
    }
    keep_broken_names(&declaration.clusters, &mut topology.clusters);
}

fn cluster(
    name: &crate::scalar::Name,
    declared: &language::Cluster,
    topology: &Topology,
    context: &mut Context,
) -> Option<Cluster> {
    let site = optional(&topology.sites, declared.site.as_ref(), context);
    let place = &declared.place;
    let cni = cni(declared, context);
    let pod_cidrs = cni
        .as_ref()
        .and_then(|cni| pod_cidrs(declared, cni.value, context));
    let service_cidrs = match &declared.service_cidrs {
        Some(cidrs) => cidrs.iter().cloned().map(Sourced::from).collect(),
        None => kubernetes::default_service_cidrs(declared.distribution.value)
            .map(|default| {
                let path = place.path.attr("serviceCidrs");
                context.ranges_or_default(None, place, path, default.cidrs, default.fact)
            })
            .unwrap_or_default(),
    };
    // Everything is looked at before any failure counts: all findings in one run.
    Some(Cluster {
        name: name.clone(),
        declared: declared.clone(),
        site: site?,
        cni: cni?,
        pod_cidrs: pod_cidrs?,
        service_cidrs,
    })
}

fn cni(declared: &language::Cluster, context: &mut Context) -> Option<Sourced<CniKind>> {
    let place = &declared.place;
    if let Some(cni) = &declared.cni {
        return Some(cni.kind.clone().into());
    }
    match kubernetes::default_cni(declared.distribution.value) {
        Some((kind, fact)) => Some(context.or_default(None, place, "cni", kind, fact)),
        None => {
            let distribution = declared.distribution.value;
            context.findings.push(missing(
                place,
                &format!(
                    "`{}` lacks `cni`: {distribution} brings no network plug-in along",
                    place.path
                ),
                "add `cni = { kind = …; podCidrs = [ … ]; };`",
            ));
            None
        }
    }
}

fn pod_cidrs(
    declared: &language::Cluster,
    cni: CniKind,
    context: &mut Context,
) -> Option<Vec<Sourced<Cidr>>> {
    let place = &declared.place;
    let cni_record = declared.cni.as_ref();
    if let Some(cidrs) = cni_record.and_then(|cni| cni.pod_cidrs.as_deref()) {
        return Some(cidrs.iter().cloned().map(Sourced::from).collect());
    }
    let owner = cni_record.map_or(place, |cni| &cni.place);
    let ipam = cni_record.and_then(|cni| cni.ipam);
    match kubernetes::default_pod_cidrs(declared.distribution.value, cni, ipam) {
        Some(default) => {
            let path = place.path.attr("cni").attr("podCidrs");
            Some(context.ranges_or_default(None, owner, path, default.cidrs, default.fact))
        }
        None => {
            context.findings.push(missing(
                owner,
                &format!(
                    "`{}` lacks `cni.podCidrs`: no default is known of {cni} on {}",
                    place.path, declared.distribution.value
                ),
                "add the pod ranges as configured in the network plug-in",
            ));
            None
        }
    }
}

fn missing(place: &Place, message: &str, help: &str) -> crate::finding::Finding {
    crate::finding::Finding::new(&crate::rules::missing_attribute::RULE, place, message)
        .label("missing here")
        .note(structure::WHY_RANGES)
        .help(help)
}
