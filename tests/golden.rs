//! Golden tests: each directory of `tests/cases`, and each of `examples`, with what is expected
//! beside it. `tests/README.md` says what such a directory holds.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

#[path = "golden/cases.rs"]
mod cases;
#[path = "golden/changes.rs"]
mod changes;
#[path = "golden/forms.rs"]
mod forms;
#[path = "golden/incidents.rs"]
mod incidents;
#[path = "golden/pairs.rs"]
mod pairs;
#[path = "golden/snapshots.rs"]
mod snapshots;
#[path = "golden/sound.rs"]
mod sound;
#[path = "golden/texts.rs"]
mod texts;
