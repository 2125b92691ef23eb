//! At a server: what was found already, and what has to be asked for.

use std::rc::Rc;

use super::circle::is_same;
use super::{Query, Served, Stack, Walk, branches};
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
        let comes_back = |(before, question): &(Server, Asked)| {
            is_same(before, server) && question.is_about_the_same(asked)
        };
        if let Some(first) = stack.iter().position(comes_back) {
            self.closed.set(true);
            return Rc::new(self.circle(&stack[first..], &name));
        }
        let key = (server.clone(), asked.clone());
        if let Some(known) = self.known.borrow().get(&key) {
            return known.clone();
        }
        if self.left.get() == 0 {
            // What comes of it is not kept for other questions.
            self.closed.set(true);
            let cause = Cause::new(CauseKind::Unknown, "there are more ways than are followed");
            let outcome = Outcome::new(Seen::Unknown, cause);
            return Rc::new(said(
                name,
                false,
                Step::new("is not followed any further"),
                outcome,
            ));
        }
        self.left.set(self.left.get() - 1);
        self.world.index.count_server();
        let before = self.closed.replace(false);
        stack.push((server.clone(), asked.clone()));
        let served = Rc::new(self.served(server, name, asked, stack));
        stack.pop();
        if !self.closed.get() {
            self.known.borrow_mut().insert(key, served.clone());
        }
        self.closed.set(self.closed.get() || before);
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
