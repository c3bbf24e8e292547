//! Persons: their addresses, passwords and accounts.
