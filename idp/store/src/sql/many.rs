//! One statement that writes several rows.

use std::fmt::Write;

use crate::Tx;

/// Repeats the `values (…)` of a one-row INSERT `rows` times, its placeholders being `$1`, `$2`, … in this order.
///
/// On SQLite they become `?`: it looks numbered ones up by name, one after the other, for each of thousands.
/// The one-row form is what [`crate::sql::all_statements`] lists; only placeholders are written, never a value.
pub(crate) fn many_rows(tx: &Tx, one: &'static str, rows: usize) -> String {
    repeated(one, rows, matches!(tx, Tx::Postgres(_)))
}

/// The same for SQLite alone.
pub(crate) fn many_rows_of_sqlite(one: &'static str, rows: usize) -> String {
    repeated(one, rows, false)
}

fn repeated(one: &'static str, rows: usize, numbered: bool) -> String {
    let Some((before, rest)) = one.split_once("values (") else { return one.to_owned() };
    let Some((placeholders, after)) = rest.split_once(')') else { return one.to_owned() };
    let width = placeholders.matches('$').count();
    let mut sql = String::with_capacity(one.len() + rows * width * 7);
    sql.push_str(before);
    sql.push_str("values ");
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ", (" });
        for column in 1..=width {
            sql.push_str(if column == 1 { "" } else { ", " });
            if numbered {
                // Writing to a String cannot fail.
                let _ = write!(sql, "${}", row * width + column);
            } else {
                sql.push('?');
            }
        }
        sql.push(')');
    }
    sql.push_str(after);
    sql
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_repeated() {
        let one = "insert into t (a, b) values ($1, $2) on conflict (a) do nothing";
        assert_eq!(repeated(one, 2, true), "insert into t (a, b) values ($1, $2), ($3, $4) on conflict (a) do nothing");
        assert_eq!(repeated(one, 2, false), "insert into t (a, b) values (?, ?), (?, ?) on conflict (a) do nothing");
        assert_eq!(repeated(one, 1, true), one);
    }
}
