//! Lists of cases, each of which is a test of its own.

/// A test for each case, which calls one function with what follows its name:
/// `cases! { check: one_fact(argument); another_fact(argument); }`.
macro_rules! cases {
    ($check:ident: $($fact:ident($($argument:expr),* $(,)?);)*) => {
        $(#[test]
        fn $fact() {
            $check($($argument),*);
        })*
    };
}

pub(crate) use cases;
