//! What is measured of the running program, each figure with the limit that it is compared with.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use anyhow::Context;

use crate::{
    Bench,
    http::{Connection, get, post},
    limits,
    node::{Node, Process, clean, free_port, wait_for},
    prepare::PEOPLE,
    table::{Row, Spread, number},
    user::{APERA, Client, SEMAFOR, User, Visitor},
    windows::{Figures, Samples, WINDOWS, Windows},
};

/// At once, each on a kept connection.
pub const USERS: usize = 8;
/// For answers that cost next to nothing: as many as keep one core of the server busy.
const READERS: usize = 32;

/// Runs `user` for each of them until the windows end.
async fn drive<U, F>(windows: Windows, users: Vec<U>, step: F) -> anyhow::Result<Figures>
where
    U: Send + 'static,
    F: AsyncFn(&mut U) -> anyhow::Result<()> + Clone + 'static,
{
    let start = Instant::now();
    let local = tokio::task::LocalSet::new();
    let all = local
        .run_until(async {
            let tasks: Vec<_> = users
                .into_iter()
                .map(|mut user| {
                    let step = step.clone();
                    tokio::task::spawn_local(async move {
                        let mut samples = Samples::default();
                        while Instant::now() < windows.end(start) {
                            let began = Instant::now();
                            step(&mut user).await?;
                            samples.note(began);
                        }
                        anyhow::Ok(samples)
                    })
                })
                .collect();
            let mut all = Samples::default();
            for task in tasks {
                all.merge(task.await??);
            }
            anyhow::Ok(all)
        })
        .await?;
    Ok(windows.figures(start, &all))
}

/// One request, over and over, each answered with 200.
async fn requests(windows: Windows, node: &Node, request: Vec<u8>, readers: usize) -> anyhow::Result<Figures> {
    let mut connections = Vec::new();
    for _ in 0..readers {
        connections.push((Connection::open(node.address).await?, request.clone()));
    }
    let step = async |(connection, request): &mut (Connection, Vec<u8>)| -> anyhow::Result<()> {
        connection.send(request).await?.expect(200)?;
        Ok(())
    };
    drive(windows, connections, step).await
}

/// The bare handlers, in a process of their own on the server's core.
pub struct Bare(Node);

impl Bare {
    /// Starts them.
    pub async fn start(bench: &Bench) -> anyhow::Result<Self> {
        let (port, began) = (free_port()?, Instant::now());
        let mut command = clean(&bench.this_program);
        command.args(["bare-handlers", "--port", &port.to_string()]);
        let mut process = Process::start(command, &bench.processors.server)?;
        let (address, host) = (([127, 0, 0, 1], port).into(), format!("localhost:{port}"));
        wait_for(&mut process, address, &host, "/empty").await?;
        Ok(Self(Node { process, address, host, started_in: began.elapsed() }))
    }

    /// An empty answer.
    pub async fn empty(&self, windows: Windows) -> anyhow::Result<f64> {
        Ok(requests(windows, &self.0, get(&self.0.host, "/empty", &[]), READERS).await?.rate.median)
    }

    /// An answer with so many signed tokens, for 8 users.
    pub async fn signing(&self, windows: Windows, algorithm: &str, count: u8) -> anyhow::Result<f64> {
        let request = post(&self.0.host, &format!("/sign/{algorithm}/{count}"), &[], &[("grant_type", "none")]);
        Ok(requests(windows, &self.0, request, USERS).await?.rate.median)
    }
}

/// What a flow would take if it were nothing but its three requests and two signatures.
fn sum_of_parts(empty: f64, two_signatures: f64) -> f64 {
    1.0 / (2.0 / empty + 1.0 / two_signatures)
}

/// Full code flows per second.
pub async fn flows(bench: &Bench, node: &Node, store: &str) -> anyhow::Result<Vec<Row>> {
    let bare = Bare::start(bench).await?;
    let empty = bare.empty(bench.windows).await?;
    let mut rows = Vec::new();
    for (client, target) in [(SEMAFOR, "≥ 1 400 on SQLite, p99 ≤ 12 ms"), (APERA, "≥ 3 500 on SQLite")] {
        let two = bare.signing(bench.windows, client.algorithm, 2).await?;
        let parts = sum_of_parts(empty, two);
        let figures = drive(bench.windows, users(node, client).await?, User::flow).await?;
        let rate = figures.rate.median;
        rows.push(
            Row::rate(format!("code flow, {}, {store}", client.algorithm), figures.rate)
                .and(latency(&figures))
                .beside("two-signature handler", two, rate)
                .target(format!("{target}; HTTP and signatures alone: {} /s", number(parts))),
        );
    }
    Ok(rows)
}

async fn users(node: &Node, client: Client) -> anyhow::Result<Vec<User>> {
    let mut users = Vec::with_capacity(USERS);
    for number in 0..USERS {
        users.push(User::sign_in(node, number, client).await.with_context(|| format!("person {number}"))?);
    }
    Ok(users)
}

fn latency(figures: &Figures) -> String {
    let ms = |duration: std::time::Duration| duration.as_secs_f64() * 1000.0;
    format!("p50 {:.1} ms, p99 {:.1} ms", ms(figures.p50), ms(figures.p99))
}

/// Token requests per second: codes are made first, then redeemed.
pub async fn tokens(bench: &Bench, node: &Node, store: &str) -> anyhow::Result<Vec<Row>> {
    let bare = Bare::start(bench).await?;
    let mut rows = Vec::new();
    for (client, expected) in [(SEMAFOR, 4_000.0), (APERA, 15_000.0)] {
        let two = bare.signing(bench.windows, client.algorithm, 2).await?;
        let mut rates = Vec::with_capacity(WINDOWS);
        for _ in 0..WINDOWS {
            // A code lives a minute: no more of them than are redeemed in a short while.
            let count = (expected * bench.windows.length.as_secs_f64() / 2.0) as usize;
            rates.push(redemptions(users(node, client).await?, count).await?);
        }
        let spread = Spread::of(rates);
        rows.push(Row::rate(format!("token request (code), {}, {store}", client.algorithm), spread).beside(
            "two-signature handler",
            two,
            spread.median,
        ));
    }
    Ok(rows)
}

async fn redemptions(users: Vec<User>, count: usize) -> anyhow::Result<f64> {
    let each = count / USERS;
    let preparing: Vec<_> = users.into_iter().map(|user| tokio::spawn(with_codes(user, each))).collect();
    let mut ready = Vec::with_capacity(USERS);
    for user in preparing {
        ready.push(user.await??);
    }
    let began = Instant::now();
    let redeeming: Vec<_> = ready.into_iter().map(|(user, codes)| tokio::spawn(redeem_all(user, codes))).collect();
    for user in redeeming {
        user.await??;
    }
    Ok((each * USERS) as f64 / began.elapsed().as_secs_f64())
}

async fn with_codes(mut user: User, count: usize) -> anyhow::Result<(User, Vec<String>)> {
    let mut codes = Vec::with_capacity(count);
    for _ in 0..count {
        codes.push(user.code().await?);
    }
    Ok((user, codes))
}

async fn redeem_all(mut user: User, codes: Vec<String>) -> anyhow::Result<()> {
    for code in codes {
        user.redeem(&code).await?;
    }
    Ok(())
}

/// Discovery and JWKS.
pub async fn documents(bench: &Bench, node: &Node) -> anyhow::Result<Vec<Row>> {
    let empty = Bare::start(bench).await?.empty(bench.windows).await?;
    let mut rows = Vec::new();
    for (what, path) in [("discovery", "/.well-known/openid-configuration"), ("JWKS", "/oauth2/jwks")] {
        let figures = requests(bench.windows, node, get(&node.host, path, &[]), READERS).await?;
        let row = Row::rate(what, figures.rate).beside("empty handler", empty, figures.rate.median);
        rows.push(row.target("≥ 80 000"));
    }
    Ok(rows)
}

/// Sign-ins with a password.
pub async fn sign_ins(bench: &Bench, node: &Node) -> anyhow::Result<Vec<Row>> {
    let bare = limits::password_hashes(bench.windows)?.median;
    let mut visitors = Vec::new();
    for _ in 0..USERS {
        visitors.push(Visitor::open(node).await?);
    }
    // Each in turn, so that nobody meets the limit of one account.
    let next = Arc::new(AtomicUsize::new(0));
    let step = async move |visitor: &mut Visitor| {
        let person = next.fetch_add(1, Ordering::Relaxed) % PEOPLE;
        visitor.sign_in(person).await
    };
    let figures = drive(bench.windows, visitors, step).await?;
    let row = Row::rate("sign-in with a password", figures.rate).and(latency(&figures));
    Ok(vec![row.beside("bare argon2id", bare, figures.rate.median).target("≥ 95 % of the hash")])
}
