//! What tailwright generates, put to NixOS: each question once to the stand-in, always, and once
//! to genuine NixOS where it is at hand. Both have to say the same.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod ask;
mod contradictions;
mod hosts;
mod older;
mod programs;

/// Makes two tests of each question, which is a function of [`ask::Ask`].
macro_rules! questions {
    ($($question:ident),+ $(,)?) => {
        mod stand_in {
            $(
                #[test]
                fn $question() {
                    super::$question(&crate::ask::Ask::stand_in());
                }
            )+
        }

        mod genuine {
            $(
                #[test]
                fn $question() {
                    let test = concat!(module_path!(), "::", stringify!($question));
                    super::$question(&crate::ask::Ask::genuine(test));
                }
            )+
        }
    };
}
pub(crate) use questions;
