//! Measuring: what fits on a line, and what is glued to its end.

use super::doc::{Elem, Gap, Text};

/// Columns after which nixfmt breaks lines.
pub(super) const WIDTH: usize = 100;

/// What follows the elements at hand, innermost first.
#[derive(Clone, Copy)]
pub(super) struct Rest<'a> {
    pub(super) elems: &'a [Elem],
    pub(super) next: Option<&'a Rest<'a>>,
}

/// Measures elements as if they were on one line.
pub(super) struct Flat {
    left: usize,
    pending: Option<Gap>,
}

impl Flat {
    /// A line with room for that many columns.
    pub(super) fn new(left: usize) -> Self {
        Self {
            left,
            pending: None,
        }
    }

    /// Adds elements, texts as `Some` and spaces as `None`; false where they do not fit.
    pub(super) fn walk<'a>(&mut self, elems: &'a [Elem], out: &mut Vec<Option<&'a Text>>) -> bool {
        elems.iter().all(|elem| match elem {
            Elem::Gap(gap) => {
                self.pending = Some(self.pending.map_or(*gap, |before| before.melt(*gap)));
                true
            }
            Elem::Group(_, body) => self.walk(body, out),
            Elem::Text(text) => {
                if !self.settle(out) {
                    return false;
                }
                text.expanded_only || {
                    out.push(Some(text));
                    self.take(text.width)
                }
            }
        })
    }

    /// Adds the gap that waited for what comes behind it.
    pub(super) fn settle(&mut self, out: &mut Vec<Option<&Text>>) -> bool {
        match self.pending.take() {
            None | Some(Gap::Break | Gap::SoftBreak) => true,
            Some(Gap::HardLine | Gap::Lines(_)) => false,
            Some(Gap::HardSpace | Gap::SoftSpace | Gap::Space) => {
                out.push(None);
                self.take(1)
            }
        }
    }

    fn take(&mut self, width: usize) -> bool {
        let left = self.left.checked_sub(width);
        self.left = left.unwrap_or(0);
        left.is_some()
    }
}

/// Calls `f` with `rest` preceded by the runs of `chain`.
pub(super) fn with_rest<R>(
    chain: &[&[Elem]],
    rest: Option<&Rest<'_>>,
    f: &mut dyn FnMut(Option<&Rest<'_>>) -> R,
) -> R {
    // From back to front, since each link borrows the one behind it.
    match chain {
        [others @ .., elems] => with_rest(others, Some(&Rest { elems, next: rest }), f),
        [] => f(rest),
    }
}

/// How many columns are glued to what precedes `rest`: up to the first gap that may become a
/// line break.
pub(super) fn first_line_width(rest: Option<&Rest<'_>>) -> usize {
    fn walk(rest: Option<&Rest<'_>>, mut pending: Option<Gap>, mut width: usize) -> usize {
        let Some(&Rest { elems, next }) = rest else {
            return width;
        };
        for (i, elem) in elems.iter().enumerate() {
            match elem {
                Elem::Gap(gap) => {
                    pending = Some(pending.map_or(*gap, |before| before.melt(*gap)));
                }
                Elem::Group(_, body) => {
                    let after = Rest {
                        elems: &elems[i + 1..],
                        next,
                    };
                    return walk(
                        Some(&Rest {
                            elems: body,
                            next: Some(&after),
                        }),
                        pending,
                        width,
                    );
                }
                Elem::Text(text) => match pending.take() {
                    None => width += text.width,
                    Some(Gap::HardSpace) => width += 1 + text.width,
                    Some(_) => return width,
                },
            }
        }
        walk(next, pending, width)
    }
    walk(rest, None, 0)
}

/// Whether what is glued together at the start of `rest` fits into `room` columns, groups
/// taken compact where that fits on a line at all.
pub(super) fn first_line_fits(room: usize, rest: Option<&Rest<'_>>) -> bool {
    fn walk(rest: Option<&Rest<'_>>, mut pending: Option<Gap>, mut left: usize) -> Option<usize> {
        let Some(&Rest { elems, next }) = rest else {
            return Some(left);
        };
        for (i, elem) in elems.iter().enumerate() {
            if let Elem::Gap(gap) = elem {
                pending = Some(pending.map_or(*gap, |before| before.melt(*gap)));
                continue;
            }
            match pending.take() {
                None => {}
                Some(Gap::HardSpace) => left = left.checked_sub(1)?,
                Some(_) => return Some(left),
            }
            match elem {
                Elem::Gap(_) => {}
                Elem::Text(text) if text.expanded_only => {}
                Elem::Text(text) => left = left.checked_sub(text.width)?,
                Elem::Group(_, body) => {
                    let after = Rest {
                        elems: &elems[i + 1..],
                        next,
                    };
                    let glued = first_line_width(Some(&after));
                    match left
                        .checked_sub(glued)
                        .and_then(|room| flat_width(room, body))
                    {
                        Some(width) => left -= width,
                        None => {
                            let inside = Rest {
                                elems: body,
                                next: Some(&after),
                            };
                            return walk(Some(&inside), None, left);
                        }
                    }
                }
            }
        }
        walk(next, pending, left)
    }
    walk(rest, None, WIDTH).is_some_and(|left| WIDTH - left <= room)
}

/// The width of the elements on one line, where that is at most `room`.
fn flat_width(room: usize, elems: &[Elem]) -> Option<usize> {
    let mut flat = Flat::new(room);
    let mut pieces = Vec::new();
    (flat.walk(elems, &mut pieces) && flat.settle(&mut pieces)).then_some(room - flat.left)
}
