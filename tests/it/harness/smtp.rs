//! A mail relay that does what a test tells it, on a free port of 127.0.0.1, and keeps what it was given.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::JoinHandle,
};

/// What the relay does with the next mail; without any, it takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// 250.
    Accept,
    /// Closes the connection without a word, before anything is said.
    HangUp,
    /// Says this in the place of its greeting.
    Greet(&'static str),
    /// Says nothing more after MAIL FROM.
    Stall,
    /// Says nothing more after the whole mail, which it does not take.
    StallAtTheEnd,
    /// Says this to RCPT TO.
    AtRecipient(&'static str),
    /// Says this after the whole mail.
    AtTheEnd(&'static str),
    /// Takes the whole mail, and closes the connection before the 250.
    Cut,
}

impl Act {
    /// For a new connection, not for a mail.
    const fn is_at_once(self) -> bool {
        matches!(self, Self::HangUp | Self::Greet(_))
    }
}

/// One mail, from MAIL FROM to the dot.
#[derive(Clone, Debug)]
pub struct Arrived {
    pub from: String,
    pub to: Vec<String>,
    /// With CRLF, dots unstuffed.
    pub data: String,
    /// A line ended in LF alone: some relays would read it as two commands.
    pub has_bare_line_feed: bool,
    /// The name and password given on this connection.
    pub signed_in: Option<(String, String)>,
}

/// A running relay; it ends when it is dropped.
pub struct Relay {
    pub port: u16,
    script: Arc<Mutex<VecDeque<Act>>>,
    password: Arc<Mutex<Option<&'static str>>>,
    arrived: Arc<Mutex<Vec<Arrived>>>,
    arrivals: mpsc::UnboundedReceiver<Arrived>,
    server: JoinHandle<()>,
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Relay {
    /// Takes everything, until told otherwise.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("its address").port();
        let (sender, arrivals) = mpsc::unbounded_channel();
        let (script, password, arrived): (Arc<Mutex<VecDeque<Act>>>, _, _) = Default::default();
        let talk = Talk {
            script: Arc::clone(&script),
            password: Arc::clone(&password),
            arrived: Arc::clone(&arrived),
            sender,
            signed_in: None,
        };
        let server = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let mut talk = talk.clone();
                // A connection that ends abruptly is part of the game.
                tokio::spawn(async move { talk.hold(BufReader::new(stream)).await });
            }
        });
        Self { port, script, password, arrived, arrivals, server }
    }

    /// A port on which nobody listens.
    pub async fn nobody() -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        listener.local_addr().expect("its address").port()
    }

    /// What to do with the next mails, in this order.
    pub fn will(&self, acts: &[Act]) {
        lock(&self.script).extend(acts);
    }

    /// Takes mails only from who knows this password.
    pub fn ask_for_password(&self, password: &'static str) {
        *lock(&self.password) = Some(password);
    }

    /// Every mail of which the whole arrived, taken or not.
    pub fn arrived(&self) -> Vec<Arrived> {
        lock(&self.arrived).clone()
    }

    /// Waits for the next one.
    pub async fn next(&mut self) -> Arrived {
        self.arrivals.recv().await.expect("the relay runs")
    }
}

/// One connection.
#[derive(Clone)]
struct Talk {
    script: Arc<Mutex<VecDeque<Act>>>,
    password: Arc<Mutex<Option<&'static str>>>,
    arrived: Arc<Mutex<Vec<Arrived>>>,
    sender: mpsc::UnboundedSender<Arrived>,
    signed_in: Option<(String, String)>,
}

impl Talk {
    async fn hold(&mut self, mut stream: BufReader<TcpStream>) -> std::io::Result<()> {
        let first = lock(&self.script).pop_front_if(|act| act.is_at_once());
        match first {
            Some(Act::HangUp) => return Ok(()),
            Some(Act::Greet(words)) => return say(&mut stream, words).await,
            _ => say(&mut stream, "220 relay.example ESMTP").await?,
        }
        let mut act = Act::Accept;
        let (mut from, mut to) = (String::new(), Vec::new());
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let line = line.trim_end_matches(['\r', '\n']);
            let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
            match (verb.to_ascii_uppercase().as_str(), act) {
                ("EHLO", _) => say(&mut stream, "250-relay.example\r\n250-AUTH PLAIN\r\n250 8BITMIME").await?,
                ("AUTH", _) => {
                    let words = self.sign_in(rest);
                    say(&mut stream, words).await?;
                }
                ("MAIL", _) if lock(&self.password).is_some() && self.signed_in.is_none() => {
                    say(&mut stream, "530 5.7.0 Authentication required").await?;
                }
                ("MAIL", _) => {
                    act = lock(&self.script).pop_front_if(|act| !act.is_at_once()).unwrap_or(Act::Accept);
                    from = path(rest);
                    to.clear();
                    if act == Act::Stall {
                        return silence(&mut stream).await;
                    }
                    say(&mut stream, "250 2.1.0 OK").await?;
                }
                ("RCPT", Act::AtRecipient(words)) => say(&mut stream, words).await?,
                ("RCPT", _) => {
                    to.push(path(rest));
                    say(&mut stream, "250 2.1.5 OK").await?;
                }
                ("DATA", _) => {
                    say(&mut stream, "354 go on").await?;
                    let (data, has_bare_line_feed) = data(&mut stream).await?;
                    let (from, to, signed_in) = (from.clone(), to.clone(), self.signed_in.clone());
                    self.keep(Arrived { from, to, data, has_bare_line_feed, signed_in });
                    match act {
                        Act::Cut => return Ok(()),
                        Act::StallAtTheEnd => return silence(&mut stream).await,
                        Act::AtTheEnd(words) => say(&mut stream, words).await?,
                        _ => say(&mut stream, "250 2.0.0 taken").await?,
                    }
                }
                ("NOOP" | "RSET", _) => say(&mut stream, "250 2.0.0 OK").await?,
                ("QUIT", _) => return say(&mut stream, "221 2.0.0 bye").await,
                _ => say(&mut stream, "500 5.5.1 unknown").await?,
            }
        }
    }

    fn sign_in(&mut self, words: &str) -> &'static str {
        let decoded = words.strip_prefix("PLAIN ").and_then(|text| STANDARD.decode(text).ok()).unwrap_or_default();
        let decoded = String::from_utf8(decoded).unwrap_or_default();
        let parts: Vec<&str> = decoded.split('\0').collect();
        let &["", name, password] = parts.as_slice() else { return "501 5.5.2 malformed" };
        if *lock(&self.password) != Some(password) {
            return "535 5.7.8 wrong";
        }
        self.signed_in = Some((name.to_owned(), password.to_owned()));
        "235 2.7.0 OK"
    }

    fn keep(&self, mail: Arrived) {
        lock(&self.arrived).push(mail.clone());
        // Nobody waits for it any more when the test has ended.
        let _ = self.sender.send(mail);
    }
}

async fn say(stream: &mut BufReader<TcpStream>, words: &str) -> std::io::Result<()> {
    stream.get_mut().write_all(format!("{words}\r\n").as_bytes()).await
}

/// Until the other side has had enough.
async fn silence(stream: &mut BufReader<TcpStream>) -> std::io::Result<()> {
    stream.read_to_end(&mut Vec::new()).await.map(|_| ())
}

/// `FROM:<a@b.example> BODY=8BITMIME` → `a@b.example`
fn path(text: &str) -> String {
    let inside = text.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map_or_else(|| text.to_owned(), |(path, _)| path.to_owned())
}

async fn data(stream: &mut BufReader<TcpStream>) -> std::io::Result<(String, bool)> {
    let (mut data, mut has_bare_line_feed) = (String::new(), false);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        has_bare_line_feed |= !line.ends_with("\r\n");
        if line == ".\r\n" {
            return Ok((data, has_bare_line_feed));
        }
        data.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}

impl Arrived {
    fn head_and_body(&self) -> (&str, &str) {
        self.data.split_once("\r\n\r\n").expect("an empty line")
    }

    /// The header fields in order, unfolded.
    pub fn headers(&self) -> Vec<(String, String)> {
        headers(self.head_and_body().0)
    }

    /// The one field of this name.
    pub fn header(&self, name: &str) -> String {
        let all: Vec<_> = self.headers().into_iter().filter(|(other, _)| other == name).collect();
        let [(_, value)] = all.as_slice() else { panic!("{} times {name}: {}", all.len(), self.data) };
        value.clone()
    }

    /// The subject in clear.
    pub fn subject(&self) -> String {
        self.header("Subject").split(' ').fold((String::new(), false), unword).0
    }

    /// The parts, each with its media type, decoded; line ends as `\n`.
    pub fn parts(&self) -> Vec<(String, String)> {
        let kind = self.header("Content-Type");
        let (kind, boundary) = kind.split_once("; boundary=\"").expect("a boundary");
        assert_eq!(kind, "multipart/alternative");
        let body = format!("\r\n{}", self.head_and_body().1);
        let delimiter = format!("\r\n--{}", boundary.trim_end_matches('"'));
        let mut pieces = body.split(&delimiter).skip(1).map(str::to_owned).collect::<Vec<_>>();
        assert!(pieces.pop().is_some_and(|end| end.starts_with("--")), "{body}");
        pieces.iter().map(|piece| part(piece)).collect()
    }
}

fn headers(head: &str) -> Vec<(String, String)> {
    let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    let field = |line: &str| {
        let (name, value) = line.split_once(':').unwrap_or_else(|| panic!("no header field: {line:?}"));
        (name.to_owned(), value.trim().to_owned())
    };
    unfolded.split("\r\n").filter(|line| !line.is_empty()).map(field).collect()
}

fn part(piece: &str) -> (String, String) {
    let (head, body) = piece.trim_start_matches("\r\n").split_once("\r\n\r\n").expect("an empty line");
    let fields = headers(head);
    let value = |name: &str| fields.iter().find(|(other, _)| other == name).map_or("", |(_, value)| value);
    let bytes = match value("Content-Transfer-Encoding") {
        "quoted-printable" => quoted_printable(body),
        "base64" => STANDARD.decode(body.replace("\r\n", "")).expect("base64"),
        _ => body.as_bytes().to_vec(),
    };
    (value("Content-Type").to_owned(), String::from_utf8(bytes).expect("UTF-8").replace("\r\n", "\n"))
}

fn quoted_printable(text: &str) -> Vec<u8> {
    let joined = text.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = joined.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        rest = match (first, tail) {
            (b'=', [high, low, after @ ..]) => {
                let hex = String::from_utf8_lossy(&[*high, *low]).into_owned();
                bytes.push(u8::from_str_radix(&hex, 16).expect("two digits"));
                after
            }
            _ => {
                bytes.push(first);
                tail
            }
        };
    }
    bytes
}

/// RFC 2047 §6.2: the blank between two encoded words is not part of the text.
fn unword((mut text, after_encoded): (String, bool), word: &str) -> (String, bool) {
    let encoded = word.strip_prefix("=?utf-8?b?").and_then(|rest| rest.strip_suffix("?="));
    let joins = after_encoded && encoded.is_some();
    if !text.is_empty() && !joins {
        text.push(' ');
    }
    match encoded {
        Some(encoded) => text.push_str(&String::from_utf8(STANDARD.decode(encoded).expect("base64")).expect("UTF-8")),
        None => text.push_str(word),
    }
    (text, encoded.is_some())
}
