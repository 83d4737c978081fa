fn main() {
    viewkeeper::collect("../examples/kidney-genetics/sql");
}
