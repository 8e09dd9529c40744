//! Programs of others in Python and JavaScript, which say whether what we send is what they expect.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;

/// A running script of `tests/peers`; it ends with the test.
pub(crate) struct Peer {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Peer {
    /// Starts `script`, which answers each line of JSON, or speaks by itself.
    pub(crate) fn start(script: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../connect/tests/peers");
        let peers = environment();
        let program = if script.ends_with(".js") { "bin/node" } else { "bin/python" };
        let mut child = Command::new(peers.join(program))
            .env("NODE_PATH", peers.join("node_modules"))
            .arg(folder.join(script))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self { child, input, output }
    }

    /// Its next line.
    pub(crate) fn read(&mut self) -> Value {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("the peer ended: {line:?}"))
    }

    /// Gives it a line that it need not answer.
    pub(crate) fn tell(&mut self, line: &Value) {
        writeln!(self.input, "{line}").unwrap();
    }

    /// Its answer to `question`.
    pub(crate) fn ask(&mut self, question: &Value) -> Value {
        self.tell(question);
        self.read()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where the peers are installed.
fn environment() -> PathBuf {
    let place = std::env::var_os("BATON_TEST_PEERS");
    place.map(PathBuf::from).expect(
        "BATON_TEST_PEERS names no folder; run `cargo xtask peers -- cargo test -p connect`",
    )
}
