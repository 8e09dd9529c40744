//! What to do about a check that is not as it should be.

/// Advice for the check of this name.
pub(super) fn of(check: &str) -> &'static str {
    match check {
        "database" => {
            "see that it runs and that the address is right; `baton explain` has the code"
        }
        "migrations" => "run `baton migrate`",
        "reading" => "see the log of the database; run `baton verify` once it answers",
        "policy" => "publish one with `baton policy apply`",
        "roster" => "put one in with `baton policy apply POLICY --roster ROSTER`",
        "pools" => "look at absences and working hours of its reps, or add one to the roster",
        "queues" => "name an active rep as keeper in the policy, or make the keeper active",
        "admins" => "add one with `baton user add ADDRESS --role admin`",
        "clock" => "synchronise the clocks: deadlines follow that of the database",
        "time zones" => "install a newer Baton before the change of law comes into force",
        "write-ahead log" => "end what reads the file for long: a backup, a shell, a report",
        "disk" => "make room: writes are refused when it is full, and taken again when it is not",
        "flush" => "use a faster or less busy disk; each single lead waits for one flush",
        "open files" => "raise it where the server is started, e.g. `LimitNOFILE=16384`",
        "timers overdue" => {
            "see that a node runs; then start all nodes again and look at their logs"
        }
        "messages unsent" => "look for the failing channel in the logs of the nodes",
        "key" => "give the file with the key of the server, or BATON_KEY",
        it if it.starts_with("connection ") => {
            "set it up with `PUT /api/v1/connections/…`, and try it with `…/test`"
        }
        _ => "see its log, and `baton doctor` on that machine",
    }
}
