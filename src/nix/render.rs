//! Rendering of documents: a group stays on the line when it fits, else it is expanded.

use std::collections::HashSet;

use super::doc::{Elem, Gap, Kind, Text};
use super::measure::{Flat, Rest, WIDTH, first_line_fits, first_line_width, with_rest};

/// Columns per level of indentation.
const INDENT: usize = 2;

/// Line numbers of the opening and closing tokens of each bracket.
pub(super) type Lines = Vec<[usize; 2]>;

/// Renders a normalized document; `brackets` is how many have marks in it.
pub(super) fn render(elems: Vec<Elem>, brackets: usize) -> (String, Lines) {
    let mut renderer = Renderer {
        out: String::new(),
        lines: vec![[0, 0]; brackets],
        at: Position {
            column: 0,
            line: 0,
            indents: vec![Indent {
                columns: 0,
                nest: 0,
            }],
        },
        failed: HashSet::new(),
    };
    renderer.elems(&[Elem::Group(Kind::Regular, elems)], None);
    let mut out = renderer.out.trim().to_owned();
    out.push('\n');
    (out, renderer.lines)
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Indent {
    columns: usize,
    nest: usize,
}

#[derive(Clone)]
struct Position {
    /// 0 = start of a line, its indentation not yet written.
    column: usize,
    line: usize,
    indents: Vec<Indent>,
}

struct Renderer {
    out: String,
    lines: Lines,
    at: Position,
    failed: HashSet<Trial>,
}

/// An attempt to expand one priority group alone. Attempts are nested, and without a memory
/// of those that failed each level would double the time.
#[derive(PartialEq, Eq, Hash)]
struct Trial {
    /// The address of its elements, which stay in place while they are rendered.
    group: usize,
    column: usize,
    /// The innermost one: what is in the group is never nested less.
    indent: Option<Indent>,
    glued: usize,
}

impl Renderer {
    fn elems(&mut self, elems: &[Elem], rest: Option<&Rest<'_>>) {
        for (i, elem) in elems.iter().enumerate() {
            let after = Rest {
                elems: &elems[i + 1..],
                next: rest,
            };
            match elem {
                Elem::Text(text) => self.text(text),
                Elem::Gap(gap) => self.gap(*gap, &after),
                Elem::Group(kind, body) => self.group(*kind, body, &after),
            }
        }
    }

    fn newline(&mut self, count: usize) {
        self.out.extend(std::iter::repeat_n('\n', count));
        self.at.line += count;
        self.at.column = 0;
    }

    fn gap(&mut self, gap: Gap, after: &Rest<'_>) {
        if self.at.column == 0 {
            return;
        }
        let room = WIDTH.saturating_sub(self.at.column);
        match gap {
            Gap::Break | Gap::Space | Gap::HardLine => self.newline(1),
            Gap::Lines(count) => self.newline(count),
            Gap::HardSpace => self.space(),
            Gap::SoftBreak => {
                if !first_line_fits(room, Some(after)) {
                    self.newline(1);
                }
            }
            Gap::SoftSpace => {
                if first_line_fits(room.saturating_sub(1), Some(after)) {
                    self.space();
                } else {
                    self.newline(1);
                }
            }
        }
    }

    fn space(&mut self) {
        self.out.push(' ');
        self.at.column += 1;
    }

    fn text(&mut self, text: &Text) {
        self.enter(text.nest);
        if self.at.column == 0 {
            let columns = self.at.indents.last().map_or(0, |top| top.columns) + text.offset;
            self.out.extend(std::iter::repeat_n(' ', columns));
        }
        self.write(text);
    }

    fn write(&mut self, text: &Text) {
        for &(id, closing) in &text.marks {
            self.lines[id][usize::from(closing)] = self.at.line;
        }
        self.out.push_str(&text.text);
        self.at.column += text.width;
    }

    /// Adjusts the indentation to text that is nested `nest` deep: only a line that starts
    /// deeper than the one above is indented, and by one level whatever the difference.
    fn enter(&mut self, nest: usize) {
        while let Some(&top) = self.at.indents.last() {
            if nest < top.nest {
                self.at.indents.pop();
                continue;
            }
            if nest > top.nest {
                let deeper = if self.at.column == 0 { INDENT } else { 0 };
                self.at.indents.push(Indent {
                    columns: top.columns + deeper,
                    nest,
                });
            }
            return;
        }
    }

    /// Writes a chain on the current line if it fits there together with what is glued to it.
    fn try_compact(&mut self, chain: &[&[Elem]], rest: Option<&Rest<'_>>) -> bool {
        if chain.iter().all(|run| run.is_empty()) {
            return true;
        }
        let mut pieces = Vec::new();
        let Some(mut flat) = WIDTH
            .checked_sub(self.at.column + first_line_width(rest))
            .map(Flat::new)
        else {
            return false;
        };
        // Where a line starts, the first gap has no meaning. nixfmt looks only at the first
        // element and the first one of a group in that place.
        let mut skip = self.at.column == 0;
        for run in chain {
            for elem in *run {
                if std::mem::take(&mut skip) {
                    match elem {
                        Elem::Gap(_) => continue,
                        Elem::Group(_, body) if matches!(body.first(), Some(Elem::Gap(_))) => {
                            if !flat.walk(&body[1..], &mut pieces) {
                                return false;
                            }
                            continue;
                        }
                        _ => {}
                    }
                }
                if !flat.walk(std::slice::from_ref(elem), &mut pieces) {
                    return false;
                }
            }
        }
        if !flat.settle(&mut pieces) {
            return false;
        }
        for piece in pieces {
            match piece {
                Some(text) if self.at.column == 0 => self.text(text),
                Some(text) => self.write(text),
                None => self.space(),
            }
        }
        true
    }

    fn group(&mut self, kind: Kind, body: &[Elem], rest: &Rest<'_>) {
        if self.try_compact(&[body], Some(rest)) {
            return;
        }
        if kind != Kind::Transparent {
            let mut runs = Vec::new();
            split_at_priorities(body, &mut runs);
            for i in (0..runs.len()).rev().filter(|&i| runs[i].0) {
                if self.expand_only(&runs, i, rest) {
                    return;
                }
            }
        }
        self.elems(body, Some(rest));
    }

    /// Expands the `i`-th run and keeps those before and after it compact, if that is possible.
    fn expand_only(&mut self, runs: &[(bool, &[Elem])], i: usize, rest: &Rest<'_>) -> bool {
        let all: Vec<&[Elem]> = runs.iter().map(|(_, run)| *run).collect();
        let (before, inside, after) = (&all[..i], all[i], &all[i + 1..]);
        // What can't fit on a line of its own does not fit behind the expanded group either.
        let mut probe = Flat::new(WIDTH + 1);
        if !after.iter().all(|run| probe.walk(run, &mut Vec::new())) {
            return false;
        }
        let trial = Trial {
            group: inside.as_ptr() as usize,
            column: self.at.column,
            indent: self.at.indents.last().copied(),
            glued: first_line_width(Some(rest)),
        };
        if self.failed.contains(&trial) {
            return false;
        }
        let saved = (self.out.len(), self.at.clone());
        let fits = with_rest(&all[i..], Some(rest), &mut |rest| {
            self.try_compact(before, rest)
        });
        if fits {
            let glued = glue(after);
            self.elems(
                inside,
                Some(&Rest {
                    elems: &glued,
                    next: Some(rest),
                }),
            );
            if self.try_compact(after, Some(rest)) {
                return true;
            }
        }
        self.out.truncate(saved.0);
        self.at = saved.1;
        self.failed.insert(trial);
        false
    }
}

/// The runs between and of the priority groups of `body` (`true` marks those), also of those
/// inside transparent groups.
fn split_at_priorities<'a>(body: &'a [Elem], runs: &mut Vec<(bool, &'a [Elem])>) {
    let mut start = 0;
    for (i, elem) in body.iter().enumerate() {
        let Elem::Group(kind @ (Kind::Priority | Kind::Transparent), inner) = elem else {
            continue;
        };
        if start < i {
            runs.push((false, &body[start..i]));
        }
        start = i + 1;
        match kind {
            Kind::Priority => runs.push((true, inner)),
            _ => split_at_priorities(inner, runs),
        }
    }
    if start < body.len() {
        runs.push((false, &body[start..]));
    }
}

/// The runs with their outermost gaps closed.
fn glue(runs: &[&[Elem]]) -> Vec<Elem> {
    runs.iter()
        .copied()
        .flatten()
        .filter_map(|elem| match elem {
            Elem::Gap(Gap::Space | Gap::SoftSpace) => Some(Elem::Gap(Gap::HardSpace)),
            Elem::Gap(Gap::Break | Gap::SoftBreak) => None,
            elem => Some(elem.clone()),
        })
        .collect()
}
