//! `codes.csv`: the old portal's code and name of each establishment.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    schools::{
        directory::{self, Rejected, Rejection},
        directory_diff::Plan,
        establishment::PortalCode,
        uai::Uai,
    },
    table::{Row, Table, TableError, kept},
};

/// A codes file, read.
#[derive(Clone, Debug, Default)]
pub struct Codes {
    /// By UAI, with the line.
    pub lines: BTreeMap<Uai, (u64, PortalCode)>,
    /// Rows left out, by line.
    pub rejected: Vec<Rejected>,
    /// Rows under the header.
    pub rows: u64,
}

impl Codes {
    /// Reads columns `uai`, `code` and `nom`.
    ///
    /// # Errors
    /// When the file is refused whole.
    pub fn parse(bytes: &[u8]) -> Result<Self, TableError> {
        let table = Table::parse(bytes)?;
        let columns = [
            table.required(directory::UAI)?,
            table.required(&["code", "code_portail"])?,
            table.required(&["nom", "name", "nom_portail"])?,
        ];
        let mut codes = Self::default();
        codes.rows = table.read(|row| {
            if let Err(reason) = codes.line(columns, &row) {
                codes.rejected.push(Rejected { line: row.line, reason });
            }
        })?;
        Ok(codes)
    }

    fn line(&mut self, [uai, code, name]: [usize; 3], row: &Row<'_>) -> Result<(), Rejection> {
        if let Some(fault) = row.fault {
            return Err(fault.into());
        }
        let uai = directory::uai(row.get(uai))?;
        let code = row.get(code).to_uppercase();
        if !(2..=12).contains(&code.len()) || !code.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(Rejection::Code(uai, code.chars().take(40).collect()));
        }
        let Some(name) = kept(row.get(name)) else { return Err(Rejection::Name(uai)) };
        if self.lines.contains_key(&uai) {
            return Err(Rejection::SecondCode(uai));
        }
        self.lines.insert(uai, (row.line, PortalCode { code, name }));
        Ok(())
    }

    /// Puts the codes into a plan, and gives the lines that do not fit: unknown establishments, codes of another one.
    ///
    /// An establishment that is not in the file keeps its code.
    #[must_use]
    pub fn apply(&self, plan: &mut Plan) -> Vec<Rejected> {
        let mut taken: BTreeMap<&str, &Uai> = BTreeMap::new();
        let mut refused: BTreeSet<&Uai> = BTreeSet::new();
        let mut rejected = Vec::new();
        let held: BTreeMap<String, Uai> = (plan.after.values())
            .filter(|known| !self.lines.contains_key(known.uai()))
            .filter_map(|known| Some((known.portal.as_ref()?.code.clone(), known.uai().clone())))
            .collect();
        let mut by_line: Vec<_> = self.lines.iter().collect();
        by_line.sort_by_key(|(_, (line, _))| *line);
        for (uai, (line, portal)) in &by_line {
            let holder = held.get(&portal.code).or_else(|| taken.get(portal.code.as_str()).copied());
            let reason = match holder {
                _ if !plan.after.contains_key(*uai) => Rejection::Unknown((*uai).clone()),
                Some(holder) => Rejection::CodeTaken((*uai).clone(), portal.code.clone(), holder.clone()),
                None => {
                    taken.insert(&portal.code, uai);
                    continue;
                }
            };
            refused.insert(uai);
            rejected.push(Rejected { line: *line, reason });
        }
        for (uai, (_, portal)) in by_line {
            if !refused.contains(uai) {
                plan.set_portal(uai, portal);
            }
        }
        rejected
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{schools::directory::Directory, time::Timestamp};

    fn plan() -> Plan {
        let rows = "UAI;nom\n0380010E;Gambetta\n0010001W;Bérard\n0010006B;Saint-Exupéry\n";
        let added = Plan::new(BTreeMap::new(), &Directory::parse(rows.as_bytes()).unwrap(), false, Timestamp(1));
        Plan::unchanged(added.after)
    }

    fn apply(plan: &mut Plan, rows: &str) -> Vec<String> {
        let codes = Codes::parse(format!("uai;code;nom\n{rows}").as_bytes()).unwrap();
        let rejected = codes.rejected.iter().cloned().chain(codes.apply(plan));
        rejected.map(|rejected| format!("{}: {}", rejected.line, rejected.reason)).collect()
    }

    #[test]
    fn lines_that_do_not_fit_are_named_and_the_others_applied() {
        let mut plan = plan();
        let rejected = apply(
            &mut plan,
            "0380010E;tlpu;LP LEON GAMBETTA\n0010001W;TLPU;X\n0010006B;T@;X\n0010010F;TLAA;X\n0380010E;TLAB;X\n0010001W;TLAC\n",
        );
        assert_eq!(
            rejected,
            [
                "4: 0010006B: a portal code is two to twelve capitals and digits, “T@” is not",
                "6: 0380010E has a code already in this file",
                "7: 2 columns where the header has 3",
                "3: 0010001W: the code TLPU is that of 0380010E",
                "5: 0010010F is not a known establishment",
            ]
        );
        assert_eq!(plan.changes.len(), 1);
    }

    #[test]
    fn two_establishments_may_swap_their_codes() {
        let mut plan = plan();
        assert!(apply(&mut plan, "0380010E;TLPU;A\n0010001W;TLAA;B\n").is_empty());
        assert!(apply(&mut plan, "0380010E;TLAA;A\n0010001W;TLPU;B\n").is_empty());
        assert_eq!(apply(&mut plan, "0010006B;TLPU;C\n"), ["2: 0010006B: the code TLPU is that of 0010001W"]);
    }
}
