//! `migrate!` does not notice a file added to its folder.
fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
