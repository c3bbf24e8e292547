//! One statement that writes several rows.

use std::fmt::Write;

/// Repeats the `values (…)` of a one-row INSERT `rows` times, with the placeholders numbered on.
///
/// The one-row form is what [`crate::sql::all_statements`] lists; only placeholders are written, never a value.
pub(crate) fn many_rows(one: &'static str, rows: usize) -> String {
    let Some((before, rest)) = one.split_once("values (") else { return one.to_owned() };
    let Some((placeholders, after)) = rest.split_once(')') else { return one.to_owned() };
    let width = placeholders.matches('$').count();
    let mut sql = String::with_capacity(one.len() + rows * width * 7);
    sql.push_str(before);
    sql.push_str("values ");
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ", (" });
        for column in 1..=width {
            // Writing to a String cannot fail.
            let _ = write!(sql, "{}${}", if column == 1 { "" } else { ", " }, row * width + column);
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
    fn placeholders_are_numbered_on() {
        let one = "insert into t (a, b) values ($1, $2) on conflict (a) do nothing";
        assert_eq!(many_rows(one, 2), "insert into t (a, b) values ($1, $2), ($3, $4) on conflict (a) do nothing");
        assert_eq!(many_rows(one, 1), one);
    }
}
