//! A running node, asked at its admin port: is it ready, and is its work piling up?

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use serde_json::Value;

use crate::screen::{Line, Status};

/// How long a node may take to answer.
const WAIT_MAX: Duration = Duration::from_secs(5);

/// The most that an answer is read.
const ANSWER_MAX: u64 = 4 << 20;

/// Part of the places in a queue from which on it is about to be full.
const FULL: f64 = 0.8;

/// Asks the node at `address`, e.g. `http://127.0.0.1:9464`.
pub(super) fn check(address: &str) -> Line {
    let line = |status, detail: String| Line::new(status, &format!("node {address}"), detail);
    let (code, ready) = match get(address, "/health/ready") {
        Ok(answer) => answer,
        Err(error) => return line(Status::Fail, format!("does not answer: {error}")),
    };
    let ready: Value = serde_json::from_str(&ready).unwrap_or_default();
    let word = ready.get("status").and_then(Value::as_str).unwrap_or("no health of Baton");
    if code != 200 {
        return line(Status::Fail, format!("is not ready: {word}"));
    }
    match get(address, "/metrics") {
        Ok((200, page)) => match fullest(&page) {
            Some((kind, part)) if FULL <= part => {
                line(Status::Warn, format!("{word}; its {kind}s wait, {:.0} % full", part * 100.0))
            }
            Some(_) => line(Status::Ok, word.to_owned()),
            None => line(Status::Warn, format!("{word}, but its metrics cannot be read")),
        },
        Ok(_) | Err(_) => line(Status::Warn, format!("{word}, but it shows no metrics here")),
    }
}

/// The kind of jobs with the fullest queue, and how full it is.
fn fullest(page: &str) -> Option<(&str, f64)> {
    let jobs = |name: &str| -> Vec<(&str, f64)> {
        let lines = page.lines().filter_map(|it| it.strip_prefix(name)?.strip_prefix("{kind=\""));
        lines.filter_map(|it| it.split_once("\"} ")).filter_map(number).collect()
    };
    let most = jobs("baton_store_jobs_max");
    let parts = jobs("baton_store_jobs").into_iter().filter_map(|(kind, waiting)| {
        let most = most.iter().find(|it| it.0 == kind)?.1;
        Some((kind, waiting / most))
    });
    parts.max_by(|a, b| a.1.total_cmp(&b.1))
}

fn number<'t>((kind, value): (&'t str, &'t str)) -> Option<(&'t str, f64)> {
    Some((kind, value.parse().ok()?))
}

/// Status and body of a plain request.
fn get(address: &str, path: &str) -> std::io::Result<(u16, String)> {
    let invalid = |what: &str| std::io::Error::new(std::io::ErrorKind::InvalidInput, what);
    let rest =
        address.strip_prefix("http://").ok_or_else(|| invalid("it is no http:// address"))?;
    let host = rest.split('/').next().unwrap_or_default();
    let place = host.to_socket_addrs()?.next().ok_or_else(|| invalid("the host has no address"))?;
    let mut stream = TcpStream::connect_timeout(&place, WAIT_MAX)?;
    stream.set_read_timeout(Some(WAIT_MAX))?;
    // Version 1.0: the answer ends with the connection and comes in one piece.
    write!(stream, "GET {path} HTTP/1.0\r\nhost: {host}\r\n\r\n")?;
    let mut answer = String::new();
    stream.take(ANSWER_MAX).read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(|| invalid("it is no HTTP"))?;
    let code = head.split(' ').nth(1).and_then(|it| it.parse().ok());
    Ok((code.ok_or_else(|| invalid("it is no HTTP"))?, body.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fullest_queue_is_found() {
        let page = "# HELP baton_store_jobs x\nbaton_store_jobs{kind=\"write\"} 3\n\
            baton_store_jobs{kind=\"read\"} 9\nbaton_store_jobs_max{kind=\"write\"} 4\n\
            baton_store_jobs_max{kind=\"read\"} 100\n";
        assert_eq!(fullest(page), Some(("write", 0.75)));
        assert_eq!(fullest(""), None);
    }

    #[test]
    fn what_is_no_address_or_does_not_listen_fails() {
        assert_eq!(check("127.0.0.1:1").status, Status::Fail);
        assert_eq!(check("http://127.0.0.1:1").status, Status::Fail);
    }
}
