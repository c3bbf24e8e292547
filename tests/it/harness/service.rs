//! A server of this run: started once, stopped at its end, whichever way it ends.

use std::{
    collections::VecDeque,
    env,
    ffi::OsString,
    io::{BufRead, BufReader},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Mutex, PoisonError, mpsc},
    thread,
    time::Duration,
};

/// Stops the server and removes its folder when our end of its standard input closes: also when this process is killed,
/// and when a signal reaches the whole process group.
const KEEPER: &str = r#"
"$@" 2>&1 </dev/null & server=$!
trap '' HUP INT TERM
exec >/dev/null 2>&1
read -r _
kill "-$STOP_SIGNAL" "$server"
wait "$server"
cd / && rm -rf -- "$FOLDER"
"#;

const PATIENCE: Duration = Duration::from_secs(30);
const LAST_WORDS: usize = 10;

/// Why a service is not there.
#[derive(Debug)]
pub enum Absent {
    /// Its programs are not on this machine.
    NotInstalled(String),
    /// They are, and did not do what they should.
    Broken(String),
}

impl From<String> for Absent {
    fn from(reason: String) -> Self {
        Self::Broken(reason)
    }
}

/// What to start, and how.
pub struct Plan<'a> {
    pub program: PathBuf,
    pub arguments: Vec<OsString>,
    /// The folder it works in, removed at the end.
    pub folder: &'a Path,
    pub stop_signal: &'static str,
    /// The user and group to become; only root can.
    pub user: Option<(u32, u32)>,
}

/// A running server.
pub struct Service(Mutex<Option<Child>>);

impl Service {
    /// Starts it, and waits for the line of its output in which `ready` finds something.
    pub fn start<T: Send + 'static>(
        plan: Plan<'_>,
        ready: impl Fn(&str) -> Option<T> + Send + 'static,
    ) -> Result<(Self, T), String> {
        let name = plan.program.display().to_string();
        let mut command = Command::new("/bin/sh");
        command.args(["-c", KEEPER, "sh"]).arg(&plan.program).args(&plan.arguments);
        command.env("STOP_SIGNAL", plan.stop_signal).env("FOLDER", plan.folder).env("LC_ALL", "C");
        command.current_dir(plan.folder).stdin(Stdio::piped()).stdout(Stdio::piped());
        become_user(&mut command, plan.user);
        let mut keeper = command.spawn().map_err(|error| format!("{name}: {error}"))?;
        let output = keeper.stdout.take();
        let service = Self(Mutex::new(Some(keeper)));

        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let mut last = VecDeque::new();
            // Read to the end: a full pipe would stop the server.
            for line in output.into_iter().flat_map(|pipe| BufReader::new(pipe).lines()).map_while(Result::ok) {
                if let Some(found) = ready(&line) {
                    let _ = sender.send(Ok(found));
                }
                last.push_back(line);
                if last.len() > LAST_WORDS {
                    last.pop_front();
                }
            }
            let _ = sender.send(Err(Vec::from(last).join("\n")));
        });
        match receiver.recv_timeout(PATIENCE) {
            Ok(Ok(found)) => Ok((service, found)),
            Ok(Err(last)) => Err(format!("{name} ended:\n{last}")),
            Err(_) => Err(format!("{name} was not ready after {PATIENCE:?}")),
        }
    }

    /// Stops it and waits until it has ended; harmless when repeated.
    pub fn stop(&self) {
        let keeper = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(mut keeper) = keeper {
            drop(keeper.stdin.take());
            let _ = keeper.wait();
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Runs `command` as this user, when one is given.
pub fn become_user(command: &mut Command, user: Option<(u32, u32)>) {
    if let Some((user, group)) = user {
        command.uid(user).gid(group);
    }
}

/// A fresh folder that the service removes; short, since the path of a unix socket holds about 100 bytes.
pub fn folder(name: &str) -> Result<PathBuf, String> {
    let folder = tempfile::Builder::new().prefix(&format!("{name}-")).tempdir_in("/tmp");
    Ok(folder.map_err(|error| format!("/tmp: {error}"))?.keep())
}

/// The first of `folders`, then of `PATH`, that holds the program.
pub fn find(program: &str, folders: &[PathBuf]) -> Result<PathBuf, Absent> {
    let path = env::var_os("PATH").unwrap_or_default();
    folders
        .iter()
        .cloned()
        .chain(env::split_paths(&path))
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
        .ok_or_else(|| Absent::NotInstalled(format!("{program} is not installed")))
}
