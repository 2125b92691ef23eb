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
        let is_private = self.names.is_private(&asked.name);
        let server = name.to_owned();
        let seen = if is_private {
            Seen::NoSuchName
        } else {
            Seen::Answer
        };
        let words = if is_private {
            "knows no private names"
        } else {
            "knows public names"
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
