//! Lazy values: what is being computed, what is done, and who waits for whom.

use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use super::Fault;
use super::eval::Evaluation;
use super::expr::Expr;
use crate::declaration::load_error::Problem;

/// Index of a thunk.
pub(super) type ThunkId = usize;
/// Index of a scope; none at the root.
pub(super) type ScopeId = Option<usize>;
pub(super) type Slots<'e> = BTreeMap<&'e str, Slot>;

/// An attribute of an evaluated set.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    /// Where its name stands.
    pub(super) key: Range<usize>,
    pub(super) thunk: ThunkId,
}

/// A value, evaluated as far as its own kind.
#[derive(Debug, Clone)]
pub(super) enum Data<'e> {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    String(Rc<str>),
    Path(Rc<str>),
    List(Rc<[ThunkId]>),
    Set(Rc<Slots<'e>>),
}

impl Data<'_> {
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Int(_) => "a whole number",
            Self::Float(_) => "a number with a fraction",
            Self::String(_) => "a string",
            Self::Path(_) => "a path",
            Self::List(_) => "a list",
            Self::Set(_) => "an attribute set",
        }
    }
}

/// A value with the expression that made it.
#[derive(Debug, Clone)]
pub(super) struct Found<'e> {
    pub(super) span: Range<usize>,
    pub(super) data: Data<'e>,
}

/// What a thunk has to do.
#[derive(Debug, Clone)]
pub(super) enum Work<'e> {
    Expr(&'e Expr),
    Variable(Range<usize>),
    From(ThunkId, Range<usize>),
}

#[derive(Debug)]
pub(super) struct Thunk<'e> {
    /// The name under which messages know it.
    pub(super) name: &'e str,
    pub(super) state: State<'e>,
}

#[derive(Debug)]
pub(super) enum State<'e> {
    Todo(Work<'e>, ScopeId),
    Running,
    Done(Found<'e>),
}

impl<'e> Evaluation<'e> {
    pub(super) fn thunk(&mut self, name: &'e str, work: Work<'e>, scope: ScopeId) -> ThunkId {
        self.thunks.push(Thunk {
            name,
            state: State::Todo(work, scope),
        });
        self.thunks.len() - 1
    }

    pub(super) fn force(&mut self, id: ThunkId, used: &Range<usize>) -> Result<Found<'e>, Fault> {
        let name = self.thunks[id].name;
        let (work, scope) = match &self.thunks[id].state {
            State::Done(found) => return Ok(found.clone()),
            State::Running => {
                let problem = recursion(&self.running, id, name);
                return Err((problem, used.clone()));
            }
            State::Todo(work, scope) => (work.clone(), *scope),
        };
        self.thunks[id].state = State::Running;
        self.running.push((id, name));
        let found = match work {
            Work::Expr(expr) => self.eval(expr, scope)?,
            Work::Variable(span) => self.variable(name, &span, scope)?,
            Work::From(source, span) => {
                let set = self.force(source, &span)?;
                self.attribute(&set, name, &span)?
            }
        };
        self.running.pop();
        self.thunks[id].state = State::Done(found.clone());
        Ok(found)
    }
}

/// The circle that leads from a thunk to itself.
pub(super) fn recursion(running: &[(ThunkId, &str)], id: ThunkId, name: &str) -> Problem {
    let start = running
        .iter()
        .position(|&(other, _)| other == id)
        .unwrap_or(0);
    let names = running[start..].iter().map(|&(_, name)| name).chain([name]);
    Problem::InfiniteRecursion {
        path: names.map(str::to_owned).collect(),
    }
}
