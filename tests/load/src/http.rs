//! A client that costs little, so that the server is what is measured: one kept connection, HTTP/1.1, no chunks.

use std::net::SocketAddr;

use anyhow::{Context, bail, ensure};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A connection that is kept.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    head: String,
    pub body: String,
}

impl Answer {
    /// The first header of that lower-case name.
    pub fn header<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.headers(name).next()
    }

    /// Every header of that lower-case name.
    pub fn headers<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.head.lines().skip(1).filter_map(move |line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// Checks the status.
    pub fn expect(self, status: u16) -> anyhow::Result<Self> {
        ensure!(self.status == status, "expected {status}, got {}\n{}", self.head, self.body);
        Ok(self)
    }
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(16 * 1024) })
    }

    /// Sends a request as it is, and reads its answer.
    pub async fn send(&mut self, request: &[u8]) -> anyhow::Result<Answer> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let head_end = loop {
            if let Some(end) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                break end;
            }
            self.read().await?;
        };
        let head = String::from_utf8(self.buffer.get(..head_end).unwrap_or_default().to_vec())?;
        let status = head.get(9..12).context("a status line")?.parse()?;
        let mut answer = Answer { status, head, body: String::new() };
        let length = match answer.header("content-length") {
            Some(length) => length.parse()?,
            None if answer.header("transfer-encoding").is_some() => bail!("a chunked answer"),
            None => 0,
        };
        let start = head_end + 4;
        while self.buffer.len() < start + length {
            self.read().await?;
        }
        answer.body = String::from_utf8(self.buffer.get(start..).unwrap_or_default().to_vec())?;
        Ok(answer)
    }

    async fn read(&mut self) -> anyhow::Result<()> {
        ensure!(self.stream.read_buf(&mut self.buffer).await? > 0, "the server closed the connection");
        Ok(())
    }
}

/// A GET with these header lines.
pub fn get(host: &str, path: &str, headers: &[(&str, &str)]) -> Vec<u8> {
    request("GET", host, path, headers, "")
}

/// A form with these header lines.
pub fn post(host: &str, path: &str, headers: &[(&str, &str)], form: &[(&str, &str)]) -> Vec<u8> {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let mut headers = headers.to_vec();
    headers.push(("content-type", "application/x-www-form-urlencoded"));
    request("POST", host, path, &headers, &body)
}

fn request(method: &str, host: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    if method == "POST" {
        text.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    text.push_str("\r\n");
    text.push_str(body);
    text.into_bytes()
}
