fn main() {
    viewkeeper::collect("sql");
}
