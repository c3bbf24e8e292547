//! The running provider: the real router on a free port of 127.0.0.1, on the places of an [`Env`](super::Env).
//!
//! Builds the state from `env.database_url()`, `env.ephemeral_url()` with `env.prefix()`, `env.clock()` and
//! `env.random()`. Several nodes of one test share these, as they would share their services in production.
