//! Writing the tree.
