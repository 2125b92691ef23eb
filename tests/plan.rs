//! The order of applying and of rolling back, for every sound topology and every case.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

#[allow(dead_code, reason = "each test uses its part")]
#[path = "common/declaration.rs"]
mod declaration;
#[path = "plan/order.rs"]
mod order;
#[path = "plan/page.rs"]
mod page;
