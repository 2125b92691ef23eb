//! From lazy values to the tree.

use std::ops::Range;

use super::Fault;
use super::eval::{Evaluation, converts, needs_evaluation};
use super::expr::Expr;
use super::force::{Data, Found, ThunkId, recursion};
use crate::declaration::load::MAX_DEPTH;
use crate::declaration::load_error::Problem;
use crate::declaration::value::{Entry, Kind, Location, Set, Value};

/// Evaluates an expression completely.
pub(super) fn produce(
    root: &Expr,
    locate: &dyn Fn(Range<usize>) -> Location,
) -> Result<Value, Fault> {
    let mut evaluation = Evaluation::new();
    let found = evaluation.eval(root, None)?;
    Producer {
        evaluation,
        locate,
        inside: Vec::new(),
    }
    .value(found)
}

struct Producer<'e, 'l> {
    evaluation: Evaluation<'e>,
    locate: &'l dyn Fn(Range<usize>) -> Location,
    /// The thunks whose values contain the one at hand.
    inside: Vec<(ThunkId, &'e str)>,
}

impl<'e> Producer<'e, '_> {
    fn value(&mut self, found: Found<'e>) -> Result<Value, Fault> {
        let Found { span, data } = found;
        if self.inside.len() >= MAX_DEPTH {
            return Err((Problem::TooDeep, span));
        }
        self.evaluation.spend(1, &span)?;
        let kind = match data {
            Data::Null => Kind::Null,
            Data::Bool(bool) => Kind::Bool(bool),
            Data::Int(int) => Kind::Int(int),
            Data::Float(float) => Kind::Float(float),
            Data::String(text) => {
                self.evaluation.spend_text(text.len(), &span)?;
                Kind::String(text.to_string())
            }
            Data::Path(text) => {
                self.evaluation.spend_text(text.len(), &span)?;
                Kind::Path(text.to_string())
            }
            Data::List(items) => {
                let items = items.iter().map(|&thunk| self.thunk(thunk, &span));
                Kind::List(items.collect::<Result<_, Fault>>()?)
            }
            Data::Set(slots) => {
                if converts(&slots) {
                    let construct = "a set with `outPath` or `__toString`".to_owned();
                    return Err(needs_evaluation(construct, &span));
                }
                let mut set = Set::default();
                for (&name, slot) in slots.iter() {
                    let value = self.thunk(slot.thunk, &slot.key)?;
                    let key = (self.locate)(slot.key.clone());
                    set.entries.insert(name.to_owned(), Entry { key, value });
                }
                Kind::Set(set)
            }
        };
        Ok(Value {
            kind,
            location: (self.locate)(span),
        })
    }

    fn thunk(&mut self, id: ThunkId, used: &Range<usize>) -> Result<Value, Fault> {
        let name = self.evaluation.thunks[id].name;
        if self.inside.iter().any(|&(other, _)| other == id) {
            return Err((recursion(&self.inside, id, name), used.clone()));
        }
        let found = self.evaluation.force(id, used)?;
        self.inside.push((id, name));
        let value = self.value(found)?;
        self.inside.pop();
        Ok(value)
    }
}
