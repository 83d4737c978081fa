//! The one line that every application with views should have.

viewkeeper::embed!(mod migrate);

#[test]
fn every_view_compiles_and_comes_back() {
    viewkeeper::testing::check(migrate::migrator()).unwrap();
}
