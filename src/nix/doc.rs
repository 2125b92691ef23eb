//! Documents: text with gaps that the renderer may turn into line breaks.
//!
//! The combinators are those of nixfmt's layout language (RFC 166's reference
//! implementation describes itself as a variation of Wadler's pretty printer), since only a
//! layout that follows the same algebra can be a fixpoint of nixfmt.

/// The room between two texts, weakest first. Neighbouring gaps melt into one, see
/// [`Gap::melt`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    /// Nothing, or a line break where the next piece would not fit otherwise.
    SoftBreak,
    /// Nothing, or a line break where the surrounding group is expanded.
    Break,
    /// Always one space.
    HardSpace,
    /// One space, or a line break where the next piece would not fit otherwise.
    SoftSpace,
    /// One space, or a line break where the surrounding group is expanded.
    Space,
    /// Always a line break.
    HardLine,
    /// That many line breaks: the inside of a multi-line string.
    Lines(usize),
}

impl Gap {
    pub(super) fn melt(self, other: Self) -> Self {
        let (weak, strong) = (self.min(other), self.max(other));
        match (weak, strong) {
            (Self::Break, Self::SoftSpace | Self::HardSpace) => Self::Space,
            (Self::SoftBreak, Self::HardSpace) => Self::SoftSpace,
            (Self::Lines(a), Self::Lines(b)) => Self::Lines(a + b),
            (Self::HardSpace, Self::Lines(n)) => Self::Lines(n),
            (_, Self::Lines(n)) => Self::Lines(n + 1),
            _ => strong,
        }
    }

    fn is_hard(self) -> bool {
        matches!(self, Self::HardSpace | Self::HardLine | Self::Lines(_))
    }
}

/// How a group is expanded when it does not fit on the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// All its gaps become line breaks.
    Regular,
    /// It is expanded first, while what is before and after stays compact.
    Priority,
    /// Its priority groups belong to the group around it.
    Transparent,
}

/// A run of text without line breaks.
#[derive(Debug, Clone)]
pub(super) struct Text {
    /// How deep it is nested; only differences count.
    pub(super) nest: usize,
    /// Columns added to the indentation when it starts a line.
    pub(super) offset: usize,
    /// Its width in columns, one per character.
    pub(super) width: usize,
    pub(super) text: String,
    /// Printed only where the surrounding group is expanded (a trailing comma).
    pub(super) expanded_only: bool,
    /// Whose line numbers the renderer shall record, see [`Mark`].
    pub(super) marks: Vec<Mark>,
}

/// The opening (`false`) or closing (`true`) token of the bracket with that number.
pub(super) type Mark = (usize, bool);

#[derive(Debug, Clone)]
pub(super) enum Elem {
    Text(Text),
    Gap(Gap),
    Group(Kind, Vec<Elem>),
}

/// Builds a document.
#[derive(Default)]
pub(super) struct Doc {
    elems: Vec<Elem>,
    nest: usize,
    offset: usize,
}

impl Doc {
    pub(super) fn text(&mut self, text: impl Into<String>) {
        self.push_text(text.into(), false, Vec::new());
    }

    pub(super) fn marked(&mut self, text: &str, mark: Mark) {
        self.push_text(text.to_owned(), false, vec![mark]);
    }

    pub(super) fn when_expanded(&mut self, text: &str) {
        self.push_text(text.to_owned(), true, Vec::new());
    }

    fn push_text(&mut self, text: String, expanded_only: bool, marks: Vec<Mark>) {
        if text.is_empty() {
            return;
        }
        self.elems.push(Elem::Text(Text {
            nest: self.nest,
            offset: self.offset,
            width: text.chars().count(),
            text,
            expanded_only,
            marks,
        }));
    }

    pub(super) fn gap(&mut self, gap: Gap) {
        self.elems.push(Elem::Gap(gap));
    }

    pub(super) fn nested(&mut self, inside: impl FnOnce(&mut Self)) {
        self.nest += 1;
        inside(self);
        self.nest -= 1;
    }

    pub(super) fn indented_by(&mut self, columns: usize, inside: impl FnOnce(&mut Self)) {
        self.offset += columns;
        inside(self);
        self.offset -= columns;
    }

    pub(super) fn group(&mut self, inside: impl FnOnce(&mut Self)) {
        self.group_of(Kind::Regular, inside);
    }

    pub(super) fn priority(&mut self, inside: impl FnOnce(&mut Self)) {
        self.group_of(Kind::Priority, inside);
    }

    pub(super) fn group_of(&mut self, kind: Kind, inside: impl FnOnce(&mut Self)) {
        let body = self.detached(inside);
        self.elems.push(Elem::Group(kind, body));
    }

    /// What `inside` adds, taken out of the document again.
    pub(super) fn detached(&mut self, inside: impl FnOnce(&mut Self)) -> Vec<Elem> {
        let start = self.elems.len();
        inside(self);
        self.elems.split_off(start)
    }

    pub(super) fn append(&mut self, elems: Vec<Elem>) {
        self.elems.extend(elems);
    }

    /// The finished document, normalized for the renderer.
    pub(super) fn finish(self) -> Vec<Elem> {
        normalize(self.elems)
    }
}

/// The elements on one line, or `None` where that needs a line break or more than `limit`
/// columns.
pub(super) fn compact(elems: &[Elem], limit: Option<usize>) -> Option<Vec<Elem>> {
    fn walk(elems: &[Elem], left: &mut Option<usize>, out: &mut Vec<Elem>) -> Option<()> {
        for elem in elems {
            let width = match elem {
                Elem::Group(_, body) => {
                    walk(body, left, out)?;
                    continue;
                }
                Elem::Gap(Gap::Break | Gap::SoftBreak) => continue,
                Elem::Gap(Gap::HardLine | Gap::Lines(_)) => return None,
                Elem::Gap(_) => {
                    out.push(Elem::Gap(Gap::HardSpace));
                    1
                }
                Elem::Text(text) => {
                    out.push(elem.clone());
                    text.width
                }
            };
            if let Some(left) = left {
                *left = left.checked_sub(width)?;
            }
        }
        Some(())
    }
    let mut out = Vec::new();
    let mut left = limit;
    walk(elems, &mut left, &mut out)?;
    Some(out)
}

/// Melts neighbouring gaps and texts, moves hard gaps out of the edges of groups and
/// dissolves groups that are left empty.
fn normalize(elems: Vec<Elem>) -> Vec<Elem> {
    let mut input = elems;
    input.reverse();
    let mut out: Vec<Elem> = Vec::with_capacity(input.len());
    while let Some(elem) = input.pop() {
        match elem {
            Elem::Gap(_) | Elem::Text(_) => push_melting(&mut out, elem),
            Elem::Group(kind, mut body) => {
                if matches!(out.last(), Some(Elem::Gap(Gap::HardSpace))) {
                    out.pop();
                    body.insert(0, Elem::Gap(Gap::HardSpace));
                }
                let mut body = normalize(body);
                let hard = |elem: &Elem| matches!(elem, Elem::Gap(gap) if gap.is_hard());
                let end = body
                    .iter()
                    .rposition(|e| !hard(e))
                    .map_or(0, |last| last + 1);
                let trailing = body.split_off(end);
                let start = body.iter().position(|e| !hard(e)).unwrap_or(body.len());
                let core = body.split_off(start);
                for elem in body {
                    push_melting(&mut out, elem);
                }
                if !core.is_empty() {
                    out.push(Elem::Group(kind, unwrap_same(kind, core)));
                }
                input.extend(trailing.into_iter().rev());
            }
        }
    }
    out
}

fn push_melting(out: &mut Vec<Elem>, elem: Elem) {
    match (out.last_mut(), elem) {
        (Some(Elem::Gap(last)), Elem::Gap(gap)) => *last = last.melt(gap),
        (Some(Elem::Text(last)), Elem::Text(text)) if last.expanded_only == text.expanded_only => {
            last.text.push_str(&text.text);
            last.width += text.width;
            last.marks.extend(text.marks);
        }
        (_, elem) => out.push(elem),
    }
}

/// A group that holds nothing but a group of its own kind is that group.
fn unwrap_same(kind: Kind, mut body: Vec<Elem>) -> Vec<Elem> {
    match body.pop() {
        Some(Elem::Group(inner, elems)) if inner == kind && body.is_empty() => elems,
        last => {
            body.extend(last);
            body
        }
    }
}
