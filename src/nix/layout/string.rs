//! `"…"` strings and what is interpolated into them.

use super::super::doc::{Doc, Gap, compact};
use super::super::syntax::{Node, Piece};
use super::Style;

/// An interpolation up to that width stays on its line whatever the line's width.
const SHORT: usize = 30;

impl Style {
    pub(super) fn quoted(&self, doc: &mut Doc, pieces: &[Piece]) {
        doc.group(|doc| {
            doc.text("\"");
            self.pieces(doc, pieces);
            doc.text("\"");
        });
    }

    fn pieces(&self, doc: &mut Doc, pieces: &[Piece]) {
        let blank = |text: &str| text.chars().all(char::is_whitespace);
        match pieces {
            [Piece::Expr(lone)] => self.lone(doc, lone),
            [Piece::Text(lead), Piece::Expr(lone)] if blank(lead) => {
                doc.text(lead);
                doc.indented_by(lead.chars().count(), |doc| self.lone(doc, lone));
            }
            [Piece::Text(lead), rest @ ..] => {
                doc.text(lead);
                let columns = lead.chars().take_while(|c| c.is_whitespace()).count();
                doc.indented_by(columns, |doc| self.mixed(doc, rest));
            }
            pieces => self.mixed(doc, pieces),
        }
    }

    fn lone(&self, doc: &mut Doc, node: &Node) {
        doc.group(|doc| {
            doc.text("${");
            doc.nested(|doc| self.bracketed(doc, node));
            doc.text("}");
        });
    }

    fn mixed(&self, doc: &mut Doc, pieces: &[Piece]) {
        for piece in pieces {
            match piece {
                Piece::Text(text) => doc.text(text),
                Piece::Expr(node) => self.interpolation(doc, node),
            }
        }
    }

    fn interpolation(&self, doc: &mut Doc, node: &Node) {
        if node.is_absorbable_term() {
            doc.group(|doc| {
                doc.text("${");
                self.expr(doc, node);
                doc.text("}");
            });
            return;
        }
        if node.is_simple() {
            doc.text("${");
            let inside = doc.detached(|doc| self.expr(doc, node));
            doc.append(compact(&inside, None).unwrap_or(inside));
            doc.text("}");
            return;
        }
        doc.group(|doc| {
            doc.text("${");
            let flat = doc.detached(|doc| doc.group(|doc| self.expr(doc, node)));
            match compact(&flat, Some(SHORT)) {
                Some(flat) => doc.append(flat),
                None => doc.nested(|doc| {
                    doc.gap(Gap::Break);
                    doc.group(|doc| self.expr(doc, node));
                    doc.gap(Gap::Break);
                }),
            }
            doc.text("}");
        });
    }
}
