//! A server of HTTP that does what it is told, good or bad.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What the stub does with each connection.
#[derive(Clone, Debug)]
pub(crate) enum Conduct {
    /// Answers with this status, these header lines and this body.
    Answer(u16, String, String),
    /// Takes the request and says nothing.
    Hang,
    /// Takes the request and answers only after the client has gone.
    TooLate,
    /// Resets the connection.
    Reset,
    /// A success, then bytes without end.
    Flood,
    /// Bytes that are no HTTP.
    Garbage,
}

/// A request as it came in.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// Method and path.
    pub(crate) line: String,
    /// Headers, names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    /// The body.
    pub(crate) body: Vec<u8>,
}

/// A running stub.
#[derive(Clone)]
pub(crate) struct Stub {
    /// `http://127.0.0.1:PORT`.
    pub(crate) base: String,
    conducts: Arc<Mutex<Vec<Conduct>>>,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Seen {
    /// The body, where it is text.
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
    }
}

impl Conduct {
    /// 200 with JSON.
    pub(crate) fn json(body: &str) -> Self {
        Self::Answer(200, "Content-Type: application/json".to_owned(), body.to_owned())
    }

    /// A bare status.
    pub(crate) fn status(status: u16) -> Self {
        Self::Answer(status, "X-Nothing: 1".to_owned(), String::new())
    }
}

impl Stub {
    /// Acts by `conducts` in turn; the last one stays.
    pub(crate) async fn start(conducts: Vec<Conduct>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let conducts = Arc::new(Mutex::new(conducts.into_iter().rev().collect()));
        let stub = Self { base, conducts, seen: Arc::default() };
        let server = stub.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = server.clone();
                tokio::spawn(async move { server.serve(stream).await });
            }
        });
        stub
    }

    /// All requests so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    async fn serve(&self, mut stream: TcpStream) {
        let conduct = {
            let mut conducts = self.conducts.lock().unwrap();
            if conducts.len() > 1 { conducts.pop() } else { conducts.first().cloned() }
        };
        let conduct = conduct.unwrap();
        if matches!(conduct, Conduct::Reset) {
            stream.set_zero_linger().unwrap();
            return;
        }
        let Some(seen) = read_request(&mut stream).await else { return };
        self.seen.lock().unwrap().push(seen);
        match conduct {
            Conduct::Answer(status, headers, body) => {
                let answer = format!(
                    "HTTP/1.1 {status} Fine\r\n{headers}\r\nContent-Length: {}\r\n\
                     Connection: close\r\n\r\n{body}",
                    body.len()
                );
                let _ = stream.write_all(answer.as_bytes()).await;
            }
            Conduct::Hang | Conduct::TooLate => {
                // Until the client closes.
                let _ = stream.read_to_end(&mut Vec::new()).await;
                if matches!(conduct, Conduct::TooLate) {
                    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
                }
            }
            Conduct::Flood => {
                let head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n";
                let _ = stream.write_all(head).await;
                while stream.write_all(&[b' '; 65536]).await.is_ok() {}
            }
            Conduct::Garbage => {
                let _ = stream.write_all(b"220 mail.example ESMTP\r\n").await;
            }
            Conduct::Reset => {}
        }
    }
}

/// A port nobody listens on.
pub(crate) async fn dead_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port()
}

async fn read_request(stream: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|it| it == b"\r\n\r\n") {
            break at;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.split("\r\n");
    let line = lines.next()?.trim_end_matches(" HTTP/1.1").to_owned();
    let headers: Vec<_> = lines
        .filter_map(|it| it.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length: usize = length.map_or(0, |(_, value)| value.parse().unwrap());
    while bytes.len() < end + 4 + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    let body = bytes[end + 4..end + 4 + length].to_vec();
    Some(Seen { line, headers, body })
}
