//! At a server: what was found already, and what has to be asked for.

use std::rc::Rc;

use super::stack::{Asking, Stack};
use super::{MOST_WAYS, Query, Served, Walk, branches};
use crate::scalar::Protocol;
use crate::trace::outcome::{Cause, CauseKind, Outcome, Seen, merged};
use crate::trace::path::Step;
use crate::trace::server::{Asked, Does, Server, Via};

impl Walk<'_, '_, '_> {
    /// What a server does with a question; a server that is asked the same a second time closes
    /// a circle.
    pub(in crate::trace) fn serve(
        &self,
        server: &Server,
        asked: &Asked,
        stack: &mut Stack,
    ) -> Rc<Served> {
        let name = self.server_name(server);
        let asking = Asking::new(server, asked);
        if let Some(first) = stack.position(&asking) {
            stack.came_back_to(first);
            return Rc::new(self.circle(&stack.servers_from(first), &name));
        }
        let key = (server.clone(), asked.clone());
        {
            let mut found = self.known.borrow_mut();
            let found = found.entry(key.clone()).or_default();
            if let Some(known) = found.known.iter().find(|known| stack.admits(known)) {
                stack.met(known);
                return known.served.clone();
            }
            if found.ways == MOST_WAYS {
                stack.gave_up();
                let text = "servers ask each other in more ways than are followed";
                let outcome = Outcome::new(Seen::Unknown, Cause::new(CauseKind::GivenUp, text));
                let step = Step::new("is not followed on one more way");
                return Rc::new(said(name, false, step, outcome));
            }
            found.ways += 1;
        }
        self.world.index.count_server();
        stack.push(server, asking);
        let served = Rc::new(self.served(server, name, asked, stack));
        if let Some(known) = stack.pop(&served) {
            let mut found = self.known.borrow_mut();
            found.entry(key).or_default().known.push(known);
        }
        served
    }

    fn served(&self, server: &Server, name: String, asked: &Asked, stack: &mut Stack) -> Served {
        match self.does(server, asked) {
            Does::Says(step, outcome) => {
                said(name, matches!(server, Server::Public(_)), step, outcome)
            }
            Does::Asks {
                step,
                targets,
                uses,
                via,
                from,
            } => {
                let queries: Vec<Query> = targets
                    .iter()
                    .map(|target| self.ask(from, Some(server), target, via, asked, stack))
                    .collect();
                let mut heard = branches(&queries);
                if via == Via::AsCoredns {
                    for (branch, (target, query)) in
                        heard.iter_mut().zip(targets.iter().zip(&queries))
                    {
                        branch.outcomes = self.heard(&name, target, query);
                    }
                }
                let mut outcomes = uses.combine(&name, &heard);
                if via == Via::AsCoredns && asked.protocol == Protocol::Tcp {
                    for (target, query) in targets.iter().zip(&queries) {
                        let waited = self.waited_for(&name, from, target, query, asked, stack);
                        outcomes.extend(waited);
                    }
                    outcomes = merged(outcomes);
                }
                Served {
                    server: name,
                    is_public: false,
                    step,
                    uses: uses.how.words(targets.len()),
                    queries,
                    outcomes,
                }
            }
        }
    }
}

pub(super) fn said(server: String, is_public: bool, step: Step, outcome: Outcome) -> Served {
    Served {
        server,
        is_public,
        step,
        uses: "",
        queries: Vec::new(),
        outcomes: vec![outcome],
    }
}
