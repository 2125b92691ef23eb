//! Operators.

use super::super::doc::{Doc, Gap};
use super::super::expr::{Assoc, Op};
use super::super::syntax::Node;
use super::call::Place;
use super::term::is_joining;
use super::{Style, Width};

impl Style {
    pub(super) fn binary(&self, doc: &mut Doc, node: &Node, op: Op, left: &Node, right: &Node) {
        if op.assoc() == Assoc::None {
            self.expr(doc, left);
            doc.gap(Gap::SoftSpace);
            doc.text(op.symbol());
            doc.gap(Gap::HardSpace);
            self.expr(doc, right);
        } else if is_joining(op) && right.is_absorbable_term() {
            doc.group(|doc| {
                self.expr(doc, left);
                doc.gap(Gap::Space);
                doc.text(op.symbol());
                doc.gap(Gap::HardSpace);
                doc.nested(|doc| self.expr(doc, right));
            });
        } else {
            self.chain(doc, node, op, Width::Regular);
        }
    }

    /// Operands of one operator, each on a line of its own if they do not fit on one.
    pub(super) fn chain(&self, doc: &mut Doc, node: &Node, op: Op, first: Width) {
        let mut operands = Vec::new();
        flatten(node, op, &mut operands);
        doc.group(|doc| {
            for (i, operand) in operands.into_iter().enumerate() {
                if i > 0 {
                    doc.gap(Gap::Space);
                    doc.text(op.symbol());
                    doc.nested(|doc| self.operand(doc, operand));
                } else if first == Width::Wide && operand.is_absorbable_term() {
                    self.absorbed(doc, operand, Width::Wide);
                } else {
                    self.expr(doc, operand);
                }
            }
        });
    }

    fn operand(&self, doc: &mut Doc, operand: &Node) {
        match operand {
            Node::Binary { .. } => doc.group(|doc| {
                doc.gap(Gap::Space);
                self.expr(doc, operand);
            }),
            Node::Apply(function, arg) => {
                doc.group(|doc| self.call(doc, function, arg, Place::Value));
            }
            operand => {
                doc.gap(Gap::HardSpace);
                self.expr(doc, operand);
            }
        }
    }
}

fn flatten<'a>(node: &'a Node, op: Op, out: &mut Vec<&'a Node>) {
    match node {
        Node::Binary {
            op: inner,
            left,
            right,
        } if *inner == op => {
            flatten(left, op, out);
            flatten(right, op, out);
        }
        node => out.push(node),
    }
}
