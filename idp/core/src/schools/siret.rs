//! The number of an establishment in the national register of companies: fourteen digits.

use thiserror::Error;

/// Why a text is no SIRET.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SiretError {
    /// Not fourteen digits.
    #[error("a SIRET is fourteen digits")]
    Shape,
}

/// A SIRET as read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Siret {
    /// Fourteen digits, no blanks.
    pub digits: String,
    /// The control sum holds. The directory publishes some that fail and are nevertheless in use.
    pub checked: bool,
}

impl Siret {
    /// Reads a SIRET, blanks between its digits ignored.
    ///
    /// # Errors
    /// When it is not fourteen digits. A wrong control sum is no error: see [`Siret::checked`].
    pub fn parse(text: &str) -> Result<Self, SiretError> {
        let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        if digits.len() != 14 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(SiretError::Shape);
        }
        let checked = luhn(&digits);
        Ok(Self { digits, checked })
    }
}

/// ISO/IEC 7812-1, annex B: every second digit from the right counts double, nines cast out.
fn luhn(digits: &str) -> bool {
    let sum: u32 = (digits.bytes().rev().zip([1, 2].into_iter().cycle()))
        .map(|(byte, weight)| u32::from(byte.wrapping_sub(b'0')) * weight)
        .map(|value| if value > 9 { value - 9 } else { value })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_control_sum_is_told_and_never_refused() {
        let checked = |text| Siret::parse(text).map(|siret| siret.checked);
        assert_eq!(checked("193 800 109 00012"), Ok(true));
        assert_eq!(checked("15600011700453"), Ok(false));
        assert_eq!(checked("19630061063113"), Ok(false));
    }

    #[test]
    fn other_shapes_are_refused() {
        for text in ["", "1938001090001", "193800109000123", "1938001090001A", "１９３８００１０９０００１２"]
        {
            assert_eq!(Siret::parse(text), Err(SiretError::Shape), "{text}");
        }
    }
}
