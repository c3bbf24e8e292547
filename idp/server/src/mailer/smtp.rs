//! Hands mails to a relay (RFC 5321), over connections of its own that are kept while there is work.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context, anyhow};
use idp_core::time::Timestamp;
use lettre::{
    Address,
    transport::smtp::{
        Error,
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{AsyncSmtpConnection, TlsParameters},
        extension::ClientId,
    },
};
use tokio::{task::JoinSet, time::timeout};
use url::Url;

use super::{Letter, compose::Letterhead};
use crate::config::{Issuer, Mail, MailEncryption};

/// How long one delivery may take, from the connection to the relay's last word (R28).
pub const LIMIT: Duration = Duration::from_secs(30);
/// How long a relay is waited for when nothing depends on it any more.
const FAREWELL: Duration = Duration::from_secs(5);
/// What is kept of a relay's explanation, in characters.
const LONGEST_REASON: usize = 300;

/// What became of one try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The relay has it.
    Sent,
    /// Not now: the relay is away, too slow, or said 4xx.
    Later(String),
    /// Never: the relay said 5xx to this mail.
    Refused(String),
}

/// A relay. Prints nothing of its password: it has no `Debug`.
pub struct Smtp {
    head: Letterhead,
    relay: (String, u16),
    encryption: Encryption,
    credentials: Option<Credentials>,
    hello: ClientId,
    limit: Duration,
    idle: Mutex<Vec<AsyncSmtpConnection>>,
}

enum Encryption {
    None,
    /// Required: without it nothing is said (R38).
    Starttls(TlsParameters),
    Tls(TlsParameters),
}

impl Smtp {
    /// A relay as configured; `limit` is how long one delivery may take.
    ///
    /// # Errors
    /// When `mail.from` is no address, or when this machine has no root certificates for TLS.
    pub fn new(mail: &Mail, issuer: &Issuer, limit: Duration) -> anyhow::Result<Self> {
        let sender = mail
            .from
            .parse::<Address>()
            .with_context(|| format!("mail.from: “{}” is not one e-mail address", mail.from))?;
        let url = Url::parse(issuer.as_str())?;
        let host = url.host_str().ok_or_else(|| anyhow!("the issuer has no host"))?.to_owned();
        let tls = || TlsParameters::new(mail.host.clone()).context("mail.encryption: TLS cannot be used");
        let encryption = match mail.encryption {
            MailEncryption::None => Encryption::None,
            MailEncryption::Starttls => Encryption::Starttls(tls()?),
            MailEncryption::Tls => Encryption::Tls(tls()?),
        };
        let credentials = mail.credentials.as_ref();
        Ok(Self {
            relay: (mail.host.clone(), mail.port),
            encryption,
            credentials: credentials.map(|(name, word)| Credentials::new(name.clone(), word.expose().to_owned())),
            hello: ClientId::Domain(host.clone()),
            head: Letterhead { sender, host },
            limit,
            idle: Mutex::default(),
        })
    }

    /// Tries once to hand over the letter of outbox row `id`.
    pub async fn deliver(&self, letter: &Letter, id: &str, created_at: Timestamp) -> Delivery {
        let message = match self.head.compose(letter, id, created_at) {
            Ok(message) => message,
            Err(error) => return Delivery::Refused(reason(&error)),
        };
        let hand_over = async {
            // A 5xx up to here is about us, not about this mail: a wrong password must not lose it.
            let mut connection = match self.connection().await {
                Ok(connection) => connection,
                Err(error) => {
                    tracing::warn!(%error, "cannot use the mail relay");
                    return Delivery::Later(reason(&error));
                }
            };
            match connection.send(message.envelope(), &message.formatted()).await {
                Ok(_) => {
                    self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
                    Delivery::Sent
                }
                Err(error) if error.is_permanent() => Delivery::Refused(reason(&error)),
                Err(error) => Delivery::Later(reason(&error)),
            }
        };
        // Given up in the middle, the connection is dropped: its next answer would be taken for another mail's.
        match timeout(self.limit, hand_over).await {
            Ok(delivery) => delivery,
            Err(_) => Delivery::Later(format!("the relay did not answer within {:?}", self.limit)),
        }
    }

    /// Ends the connections that were kept; called when nothing more is to be sent.
    pub async fn hang_up(&self) {
        let idle = std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner));
        let mut leaving = JoinSet::new();
        for mut connection in idle {
            leaving.spawn(async move {
                // Whether it says goodbye or not: the connection is gone after this.
                let _ = timeout(FAREWELL, connection.quit()).await;
            });
        }
        while leaving.join_next().await.is_some() {}
    }

    async fn connection(&self) -> Result<AsyncSmtpConnection, Error> {
        loop {
            let kept = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let Some(mut connection) = kept else { return self.connect().await };
            if connection.test_connected().await {
                return Ok(connection);
            }
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        let (host, port) = &self.relay;
        let from_the_start = match &self.encryption {
            Encryption::Tls(parameters) => Some(parameters.clone()),
            Encryption::None | Encryption::Starttls(_) => None,
        };
        let mut connection = AsyncSmtpConnection::connect_tokio1(
            (host.as_str(), *port),
            Some(self.limit),
            &self.hello,
            from_the_start,
            None,
        )
        .await?;
        if let Encryption::Starttls(parameters) = &self.encryption {
            connection.starttls(parameters.clone(), &self.hello).await?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(connection)
    }
}

/// An error as it is kept and shown: one line, not too long.
fn reason(error: &dyn std::error::Error) -> String {
    error.to_string().chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_REASON).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relay_that_cannot_be_used_is_told_at_the_start() {
        let mail = Mail {
            host: "relay.example".to_owned(),
            port: 25,
            encryption: MailEncryption::None,
            from: "Region <a@b.example>, c@d.example".to_owned(),
            credentials: None,
        };
        let issuer = Issuer::parse("https://connexion.example").unwrap();
        let error = Smtp::new(&mail, &issuer, LIMIT).err().unwrap();
        assert!(error.to_string().starts_with("mail.from: "), "{error}");
        let mail = Mail { from: "ne-pas-repondre@connexion.example".to_owned(), ..mail };
        assert!(Smtp::new(&mail, &issuer, LIMIT).is_ok());
    }
}
