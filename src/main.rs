//! tailwright's program: arguments in, exit code out.

fn main() -> std::process::ExitCode {
    tailwright::cli::main()
}
