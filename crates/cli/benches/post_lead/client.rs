//! A small HTTP/1.1 client that keeps its connections, on one thread.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::target::Target;

/// What a run of clients saw.
pub(crate) struct Loaded {
    /// How long the answers took, sorted.
    pub(crate) times: Vec<Duration>,
    /// From the first request to the last answer.
    pub(crate) elapsed: Duration,
}

/// Numbers people, over all runs: every lead is a new one.
static PERSON: AtomicU64 = AtomicU64::new(1);

/// Posts new leads over `clients` connections for `time`.
pub(crate) fn load(target: &Target, clients: usize, time: Duration) -> Loaded {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build().unwrap();
    let local = tokio::task::LocalSet::new();
    local.block_on(&runtime, async {
        let start = Instant::now();
        let end = start + time;
        let mut tasks = Vec::new();
        for _ in 0..clients {
            let (address, head) = (target.address, target.head.clone());
            tasks.push(tokio::task::spawn_local(async move {
                let mut times = Vec::new();
                let mut stream = TcpStream::connect(address).await.unwrap();
                stream.set_nodelay(true).unwrap();
                let (mut request, mut answer) = (Vec::new(), Vec::new());
                while Instant::now() < end {
                    write_request(&mut request, &head, PERSON.fetch_add(1, Ordering::Relaxed));
                    let sent = Instant::now();
                    stream.write_all(&request).await.unwrap();
                    read_answer(&mut stream, &mut answer).await.unwrap();
                    times.push(sent.elapsed());
                }
                times
            }));
        }
        let mut times = Vec::new();
        for task in tasks {
            times.append(&mut task.await.unwrap());
        }
        times.sort();
        Loaded { times, elapsed: start.elapsed() }
    })
}

fn write_request(request: &mut Vec<u8>, head: &str, person: u64) {
    let body = body(person);
    request.clear();
    request.extend_from_slice(head.as_bytes());
    request.extend_from_slice(format!("content-length: {}\r\n\r\n", body.len()).as_bytes());
    request.extend_from_slice(body.as_bytes());
}

/// Reads one answer; anything but 201 ends the bench.
async fn read_answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> io::Result<()> {
    buffer.clear();
    loop {
        if let Some(length) = answer_length(buffer)
            && length <= buffer.len()
        {
            let ok = buffer.starts_with(b"HTTP/1.1 201");
            assert!(ok, "not created: {}", String::from_utf8_lossy(buffer));
            return Ok(());
        }
        if stream.read_buf(buffer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}

/// Bytes of the whole answer, once its head is there.
fn answer_length(buffer: &[u8]) -> Option<usize> {
    let head = buffer.windows(4).position(|it| it == b"\r\n\r\n")?;
    let text = std::str::from_utf8(&buffer[..head]).unwrap();
    let mut fields = text.lines().filter_map(|it| it.split_once(':'));
    let length = fields.find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length: usize = length.unwrap().1.trim().parse().unwrap();
    Some(head + 4 + length)
}

/// A lead of about 1,060 bytes, of a new person and company.
fn body(person: u64) -> String {
    const COUNTRIES: [&str; 6] = ["US", "DE", "GB", "IN", "FR", "CA"];
    const PRODUCTS: [&str; 4] = ["voice_ai", "voice", "messaging", "wireless"];
    const INDUSTRIES: [&str; 4] = ["software", "healthcare", "retail", "logistics"];
    const TITLES: [&str; 4] = ["VP of Sales", "Engineer", "Head of Support", "Analyst"];
    // Spread without order, the same in every run.
    let mix = (person.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33) as usize;
    format!(
        r#"{{"fields":{{"email":"person{person}@company{person}.example","first_name":"Ada{person}","last_name":"Lovelace","title":"{title}","company":"Company {person} Ltd","website":"https://company{person}.example","industry":"{industry}","country":"{country}","employees":{employees},"product":"{product}","monthly_potential":{potential},"message":"{message}","handoff_reason":"demo_request"}},"consent":{{"contact":true}},"activities":[{{"kind":"demo_request","subject":"/pricing"}}]}}"#,
        title = TITLES[mix % 4],
        industry = INDUSTRIES[mix / 4 % 4],
        country = COUNTRIES[mix / 16 % 6],
        employees = 5 + mix % 4000,
        product = PRODUCTS[mix / 96 % 4],
        potential = 100 + mix % 9000,
        message =
            "We compare three vendors for our support lines and would like to see it. ".repeat(8),
    )
}
