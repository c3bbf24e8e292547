//! Instants as people read them: in the Region's time.

use jiff::Timestamp;

/// `23/11/2026 09:00`, in Europe/Paris; milliseconds since 1970 in.
#[must_use]
pub fn minute(milliseconds: i64) -> String {
    let local = Timestamp::from_millisecond(milliseconds).and_then(|at| at.in_tz("Europe/Paris"));
    local.map(|at| at.strftime("%d/%m/%Y %H:%M").to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #[test]
    fn summer_and_winter_are_told_apart() {
        assert_eq!(super::minute(1_795_420_800_000), "23/11/2026 09:00");
        assert_eq!(super::minute(1_784_707_200_000), "22/07/2026 10:00");
    }
}
