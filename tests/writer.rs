//! The writer against real directories: what it changes, what it leaves alone, what it refuses.
//! Needs Linux, root and util-linux (`unshare`, `mount`, `setpriv`).

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[path = "writer/common.rs"]
mod common;
#[path = "writer/keeps.rs"]
mod keeps;
#[path = "writer/places.rs"]
mod places;
#[path = "writer/random.rs"]
mod random;
#[path = "writer/refuses.rs"]
mod refuses;
#[path = "writer/runs.rs"]
mod runs;
