//! Removes what nobody needs any more. Nothing rests on it: expiry is tested where a thing is used.

use std::time::Duration;

use idp_store::sql::accounts;

use crate::app::App;

/// A sign-up that nobody confirmed is kept this long (P35).
pub const PENDING_ACCOUNTS: Duration = Duration::from_secs(7 * 24 * 3600);

/// One round, each minute.
///
/// # Errors
/// When a store is away.
pub async fn tidy(app: &App) -> anyhow::Result<()> {
    let now = app.now();
    app.ephemeral.sweep(now).await?;
    let gone = accounts::sweep_pending(&app.db, now.minus(PENDING_ACCOUNTS)).await?;
    if gone > 0 {
        tracing::info!(accounts = gone, "removed sign-ups that nobody confirmed");
    }
    Ok(())
}
