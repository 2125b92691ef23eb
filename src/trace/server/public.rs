//! Servers on the Internet: they know every public name and no private one.

use std::collections::BTreeSet;

use super::{Asked, Does};
use crate::facts::trace::PUBLIC_SERVERS;
use crate::trace::outcome::{Cause, CauseKind, Leak, Outcome, Seen};
use crate::trace::path::Step;
use crate::trace::walk::Walk;

impl Walk<'_, '_, '_> {
    /// A private name is told to somebody who should not know it, and there is no such name. A
    /// public one is taken to exist.
    pub(super) fn public(&self, name: &str, asked: &Asked) -> Does {
        let is_private = self.names.is_private(&asked.name, asked.record_type);
        let server = name.to_owned();
        // Nobody holds a name of one label in public, and it tells nothing.
        let is_short = !asked.name.as_str().contains('.');
        let (seen, words) = match (is_private, is_short) {
            (true, _) => (Seen::NoSuchName, "knows no private names"),
            (false, true) => (Seen::NoSuchName, "knows no names of one label"),
            (false, false) => (Seen::Answer, "knows public names"),
        };
        let cause =
            Cause::new(CauseKind::Answered, format!("{server} {words}")).because(&PUBLIC_SERVERS);
        let leaks: BTreeSet<Leak> = is_private
            .then(|| Leak {
                server,
                name: asked.name.clone(),
                record_type: asked.record_type,
            })
            .into_iter()
            .collect();
        let step = Step::new(words).because(&PUBLIC_SERVERS);
        Does::Says(step, Outcome::new(seen, cause).leaking(leaks))
    }
}
