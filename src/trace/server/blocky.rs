//! What is Blocky's own.

use super::{Asked, Does, step};
use crate::declaration::language::Setting;
use crate::facts::Release;
use crate::facts::blocky::{CONDITIONAL_IS_LEFT_ALONE, VALIDATES_CONDITIONAL};
use crate::scalar::{DnsName, ResolverKind, Strategy};
use crate::topology::Resolver;
use crate::trace::combine::{How, Use};
use crate::trace::outcome::{Cause, CauseKind, Outcome, Seen};

/// Two servers by chance, the first answer that is not SERVFAIL: a REFUSED or NXDOMAIN of a wrong one
/// can come before the right answer (resolver/parallel_best_resolver.go). That is so for a zone's
/// servers whatever `strategy` says, unless it is `random`.
pub(super) const RACE: Use = Use {
    how: How::Race,
    fails: &[Seen::ServFail],
    gives_up: Some(Seen::ServFail),
    most: usize::MAX,
};

/// One by chance, one other when it fails (the same file).
pub(super) const RANDOM: Use = Use {
    how: How::RandomTwice,
    ..RACE
};

/// The servers for everything else.
pub(super) fn general(strategy: Option<Strategy>) -> Use {
    let how = match strategy {
        None | Some(Strategy::Race) => How::Race,
        Some(Strategy::Failover) => How::Failover,
        Some(Strategy::Random) => How::RandomTwice,
    };
    Use { how, ..RACE }
}

/// What Blocky keeps from everything else where its settings say so: types that it filters, and names
/// without a dot (resolver/filtering_resolver.go, resolver/fqdn_only_resolver.go).
pub(super) fn filters(resolver: &Resolver, asked: &Asked) -> Option<Does> {
    let settings = &resolver.declared.settings;
    if let Some((_, Setting::List(types))) = settings.at(&["filtering", "queryTypes"])
        && types.contains(&Setting::Text(asked.record_type.to_string()))
    {
        let words = "answers questions of this type with nothing";
        return Some(super::resolver::says(resolver, Seen::NoData, words));
    }
    let is_bare = !asked.name.as_str().contains('.');
    (is_bare && is_on(resolver, &["fqdnOnly", "enable"], false)).then(|| {
        let words = "says that there are no names without a dot";
        super::resolver::says(resolver, Seen::NoSuchName, words)
    })
}

/// Whether a setting is on.
pub(super) fn is_on(resolver: &Resolver, path: &[&str], default: bool) -> bool {
    match resolver.declared.settings.at(path) {
        Some((_, Setting::Bool(is_on))) => *is_on,
        _ => default,
    }
}

/// What becomes of the names of a zone that it asks others for where it validates their answers: before
/// 0.32 it did that for every answer, if it was told to validate at all. Private zones are not signed.
pub(super) fn validates(resolver: &Resolver, zone: &DnsName) -> Option<Does> {
    let declared = &resolver.declared;
    let release = Release::from(&declared.version.as_ref()?.value);
    let validates = is_on(resolver, &["dnssec", "validate"], false);
    if declared.kind.value != ResolverKind::Blocky
        || !validates
        || release >= CONDITIONAL_IS_LEFT_ALONE
    {
        return None;
    }
    let text = format!("takes what others answer for {zone} for forged: it is not signed");
    let cause = Cause::new(
        CauseKind::Validation,
        format!("resolver {} {text}", resolver.name),
    )
    .because(&VALIDATES_CONDITIONAL)
    .mend("take Blocky 0.32 or newer, or do not validate");
    let step = step(text, &VALIDATES_CONDITIONAL);
    Some(Does::Says(step, Outcome::new(Seen::ServFail, cause)))
}
