//! Skills wanted of the rep, given up one after another while the lead waits.

use model::{RepIndex, Timestamp};
use policy::section::{Pool, Skill};
use policy::{FieldId, FieldOrigin, Truth};

use super::Desk;

/// Who is left by the skills of a pool.
pub(super) enum Skilled {
    /// Those who have every skill still wanted.
    Fit(Vec<RepIndex>),
    /// Nobody has, but somebody will do once skills are given up.
    Wait(Timestamp),
    /// Nobody has, and waiting does not help.
    Nobody,
}

impl Desk<'_> {
    /// Splits `eligible` by the skills of `pool`.
    pub(super) fn skilled(&self, pool: &Pool, eligible: Vec<RepIndex>) -> Skilled {
        if pool.skills.is_empty() || eligible.is_empty() {
            return Skilled::Fit(eligible);
        }
        let fit = self.fit_at(pool, &eligible, self.now);
        if !fit.is_empty() {
            return Skilled::Fit(fit);
        }
        // Skills are given up at these instants, each once; the first at which anybody fits.
        let mut instants: Vec<Timestamp> = pool
            .skills
            .iter()
            .filter_map(|it| self.given_up_at(it))
            .filter(|it| self.now < *it)
            .collect();
        instants.sort_unstable();
        instants.dedup();
        let somebody =
            instants.into_iter().find(|at| !self.fit_at(pool, &eligible, *at).is_empty());
        somebody.map_or(Skilled::Nobody, Skilled::Wait)
    }

    /// The first skill that is still wanted and that the rep does not have.
    pub(super) fn missing_skill<'p>(&self, pool: &'p Pool, rep: RepIndex) -> Option<&'p Skill> {
        pool.skills.iter().find(|it| self.wanted_at(it, self.now) && !self.has(it, rep))
    }

    fn fit_at(&self, pool: &Pool, eligible: &[RepIndex], at: Timestamp) -> Vec<RepIndex> {
        let fits = |rep: &&RepIndex| {
            pool.skills.iter().all(|it| !self.wanted_at(it, at) || self.has(it, **rep))
        };
        eligible.iter().filter(fits).copied().collect()
    }

    fn wanted_at(&self, skill: &Skill, at: Timestamp) -> bool {
        self.given_up_at(skill).is_none_or(|given_up| at < given_up)
    }

    fn given_up_at(&self, skill: &Skill) -> Option<Timestamp> {
        skill.relax_after.map(|it| self.lead.waiting_since.plus(it))
    }

    /// Whether the rep has the skill. Where the lead does not say what it needs (a field of the
    /// lead is missing), the skill cannot be asked for and is skipped.
    fn has(&self, skill: &Skill, rep: RepIndex) -> bool {
        let Some(candidate) = self.candidate(rep) else { return false };
        let scene = self.scene(Some(&candidate));
        match scene.truth(&skill.want) {
            Truth::True => true,
            Truth::False => false,
            Truth::Unknown => {
                let fields = &self.setup.policy().fields;
                let of_lead =
                    |id: &FieldId| fields.get(*id).is_some_and(|it| it.origin != FieldOrigin::Rep);
                scene.test(&skill.want).missing.iter().any(of_lead)
            }
        }
    }
}
