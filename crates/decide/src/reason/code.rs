//! The codes themselves: never used again, each with a page.

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident $text:literal;)+) => {
        /// Stable codes of decisions.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[$doc])* $name,)+
        }

        impl Code {
            /// All codes, in order.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The code as text, e.g. `D0103`.
            pub const fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }
        }
    };
}

codes! {
    /// The rep does not work here any more.
    Inactive "D0101";
    /// The rep had this lead before.
    EarlierOwner "D0102";
    /// As many open handoffs as allowed.
    AtCapacity "D0103";
    /// The rep rejected this lead.
    Rejected "D0104";
    /// The rep is away.
    Absent "D0105";
    /// The rep has switched off.
    NotPresent "D0106";
    /// Outside the rep's working hours.
    OutsideHours "D0107";
    /// As many new leads today as allowed.
    DayCap "D0108";
    /// As many new leads this week as allowed.
    WeekCap "D0109";
    /// As many new leads this month as allowed.
    MonthCap "D0110";
    /// As much open value as allowed.
    AtValueCapacity "D0111";
    /// More of the capacity in use than the pool allows.
    LoadMax "D0112";
    /// More of the value capacity in use than the pool allows.
    ValueMax "D0113";
    /// The target's condition does not hold for the rep.
    TargetCondition "D0114";
    /// The pool's filter does not hold for the rep.
    PoolFilter "D0115";
    /// A wanted skill is missing.
    SkillMissing "D0116";
    /// Others of the pool are in their working hours.
    OthersInHours "D0117";
    /// Another rep has the earlier leads of the same kind.
    OtherIsSticky "D0118";
    /// Another rep's turn.
    NotNext "D0119";
    /// Another rep has less open work for its weight.
    MoreLoad "D0120";
    /// Another rep is owed a replacement.
    OtherHasCredit "D0121";
    /// Got its share of the last leads already.
    ShareOfRecent "D0122";
    /// A rule disqualified the lead.
    Disqualified "D0201";
    /// A rule suppressed the lead.
    Suppressed "D0202";
    /// An exclusion could not be evaluated and holds the lead back.
    Held "D0203";
    /// A rule could not be evaluated and was skipped.
    RuleUnknown "D0204";
    /// The lead reached no tier.
    BelowTiers "D0205";
    /// The gateway sent the lead out.
    GatewayExit "D0206";
    /// No routing rule holds.
    NoRule "D0207";
    /// The target's condition does not hold.
    TargetNotWanted "D0301";
    /// Nobody could take the lead.
    Nobody "D0302";
    /// The account has no owner, or the rep is not on the roster.
    NoSuchRep "D0303";
    /// The lead waits for a skill to be given up.
    WaitingForSkill "D0304";
    /// Next in the rotation.
    ByTurn "D0401";
    /// The least open work for its weight.
    ByLoad "D0402";
    /// Had the earlier leads of the same kind.
    BySticky "D0403";
    /// Was owed a replacement.
    ByCredit "D0404";
    /// Owns the account.
    ByAccount "D0405";
    /// Named by the rule.
    ByName "D0406";
    /// The handoff changed since it was read.
    StaleVersion "D0501";
    /// The handoff's state does not allow it.
    WrongState "D0502";
    /// A reason must be given.
    ReasonMissing "D0503";
    /// The policy does not know the reason.
    ReasonUnknown "D0504";
    /// This reason needs a note.
    NoteMissing "D0505";
    /// Only the owner may.
    NotTheOwner "D0506";
    /// The pause is too long.
    PauseTooLong "D0507";
    /// The rep is not on the roster or does not work here.
    UnknownRep "D0508";
    /// The touch is too old or in the future.
    TouchTime "D0509";
    /// There is no such queue.
    UnknownQueue "D0510";
}
