//! A running `baton serve`, and a client that talks to it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use store::testing::TestDatabase;

/// A server; dropping it kills it.
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    /// Where it answers health and metrics, if it was asked to.
    pub(crate) admin: Option<SocketAddr>,
    /// From the start of the process to its first answer.
    pub(crate) started: Duration,
    pub(crate) child: Child,
}

/// What came back.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

/// One connection that is kept.
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
    key: String,
}

/// Longer than any answer takes.
const PATIENCE: Duration = Duration::from_secs(40);

impl Served {
    /// Starts a server and waits until it is ready.
    pub(crate) fn start(database: &TestDatabase) -> Self {
        Self::start_with(database, &[])
    }

    /// As [`Served::start`], with more arguments.
    pub(crate) fn start_with(database: &TestDatabase, more: &[&str]) -> Self {
        Self::start_logged(database, more, Stdio::null())
    }

    /// As [`Served::start_with`], with every line of the log written to `log`.
    pub(crate) fn start_logged(database: &TestDatabase, more: &[&str], log: Stdio) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_baton"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--database", &database.address()]);
        Self::launch(command.args(more).stderr(log), more.contains(&"--admin-listen"))
    }

    /// Starts `command`, which serves, and waits until it is ready.
    pub(crate) fn launch(command: &mut Command, has_admin: bool) -> Self {
        let start = Instant::now();
        let command = command.env("BATON_LOG", "trace").stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let mut next = || {
            let line = said.next().unwrap_or_default();
            let address = line.rsplit_once("http://").map(|it| it.1.to_owned());
            address.unwrap_or_else(|| panic!("the server said {line:?}")).parse().unwrap()
        };
        let address = next();
        let admin = has_admin.then(next);
        let mut client = Client::connect(address, "").unwrap();
        let ready = client.send("GET", "/health/ready", "", "").unwrap();
        assert_eq!(ready.status, 200, "{ready:?}");
        Self { address, admin, started: start.elapsed(), child }
    }

    /// kill -9.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Client {
    pub(crate) fn connect(address: SocketAddr, key: &str) -> std::io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { stream: BufReader::new(stream), key: key.to_owned() })
    }

    /// Posts a lead under an idempotency key.
    pub(crate) fn post_lead(&mut self, once: &str, body: &Value) -> std::io::Result<Answer> {
        let more = format!("content-type: application/json\r\nidempotency-key: {once}\r\n");
        self.send("POST", "/api/v1/leads", &more, &body.to_string())
    }

    /// Sends a request and reads the answer.
    pub(crate) fn send(
        &mut self,
        method: &str,
        path: &str,
        more: &str,
        body: &str,
    ) -> std::io::Result<Answer> {
        self.begin(method, path, more, body.len())?;
        self.finish(body)
    }

    /// Sends the head of a request with a body of `length` bytes.
    pub(crate) fn begin(
        &mut self,
        method: &str,
        path: &str,
        more: &str,
        length: usize,
    ) -> std::io::Result<()> {
        let key = match self.key.as_str() {
            "" => String::new(),
            key => format!("authorization: Bearer {key}\r\n"),
        };
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\n{key}{more}content-length: {length}\r\n\r\n"
        );
        self.stream.get_mut().write_all(head.as_bytes())
    }

    /// Sends the body and reads the answer.
    pub(crate) fn finish(&mut self, body: &str) -> std::io::Result<Answer> {
        self.stream.get_mut().write_all(body.as_bytes())?;
        let status = self.line()?;
        let gone = || std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
        let status = status.split(' ').nth(1).and_then(|it| it.parse().ok()).ok_or_else(gone)?;
        let mut length = 0;
        loop {
            let line = self.line()?;
            match line.split_once(':') {
                None if line.is_empty() => break,
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    length = value.trim().parse().map_err(|_| gone())?;
                }
                Some(_) | None => {}
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok(Answer { status, body: serde_json::from_slice(&body).unwrap_or_default() })
    }

    fn line(&mut self) -> std::io::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    }
}

/// Adds an admin and makes a key with `scopes`, on the command line.
pub(crate) fn make_key(database: &TestDatabase, scopes: &[&str]) -> String {
    make_key_at(&database.address(), scopes)
}

/// As [`make_key`], for a database by its address.
pub(crate) fn make_key_at(address: &str, scopes: &[&str]) -> String {
    let say = |arguments: &[&str]| {
        let run = crate::binary::baton_told_at(address, "correct horse", arguments);
        assert_eq!(run.code, Some(0), "{run:?}");
        run.stdout.trim().to_owned()
    };
    say(&["user", "add", "ada@example.org", "--role", "admin"]);
    let mut arguments = vec!["key", "create", "--name", "test", "--user", "ada@example.org"];
    for scope in scopes {
        arguments.extend(["--scope", scope]);
    }
    say(&arguments)
}
