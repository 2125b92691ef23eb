//! Nix files as data: rnix parses, `lower` turns the syntax into a small language without
//! functions, `eval` runs that lazily, as Nix would.

mod attributes;
mod eval;
mod expr;
mod force;
mod lower;
mod produce;
mod scan;
mod scope;
mod strings;
mod syntax;

use std::ops::Range;
use std::panic::resume_unwind;
use std::thread;

use super::load_error::{LoadError, Problem};
use super::source::Index;
use super::value::{Location, Value};

/// The parser, the walk over the syntax tree and the evaluation recurse; `scan` and `eval`
/// bound how deep, and this is ample for those bounds also without optimization, while a
/// caller's thread may have as little as 2 MiB.
const STACK: usize = 256 << 20;

/// Something wrong with a range of the source.
type Fault = (Problem, Range<usize>);

pub(super) fn parse(text: &str, index: &Index) -> Result<Value, Vec<LoadError>> {
    let result = thread::scope(|scope| {
        let thread = thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, || run(text, index));
        match thread.map(thread::ScopedJoinHandle::join) {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => resume_unwind(panic),
            // No memory for the thread: the caller's own stack is still worth a try.
            Err(_) => run(text, index),
        }
    });
    result.map_err(|mut faults| {
        faults.sort_by_key(|(_, span)| span.start);
        faults
            .into_iter()
            .map(|(problem, span)| LoadError::new(problem, index.at(span)))
            .collect()
    })
}

fn run(text: &str, index: &Index) -> Result<Value, Vec<Fault>> {
    let locate = |span: Range<usize>| -> Location { index.at(span) };
    scan::check(text)?;
    let parsed = rnix::Root::parse(text);
    if !parsed.errors().is_empty() {
        return Err(syntax::explain(parsed.errors(), text));
    }
    let root = lower::lower(&parsed.tree(), &locate)?;
    scope::check(&root)?;
    produce::produce(&root, &locate).map_err(|fault| vec![fault])
}
