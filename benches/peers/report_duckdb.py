"""The monthly report in DuckDB, on the handoffs that `cargo bench -p report -- --export FILE.csv` wrote.

Usage: report_duckdb.py FILE.csv [RUNS]. Needs the `duckdb` package. Same groupings and numbers as the bench: counts,
acceptance, clocks, conversion, response windows, and exact median and p90 of three durations with the order statistics of
the median's interval left out (DuckDB has no cheap form of them, so the peer does less work).
"""

import resource
import statistics
import sys
import time

import duckdb

START, YEAR = 1763596800, 365 * 86400
MEASURES = """
    count(*) AS handoffs,
    count(*) FILTER (disposition = 'Submitted') AS submitted,
    count(*) FILTER (disposition = 'Rejected') AS rejected,
    count(*) FILTER (disposition = 'PursueAccount') AS pursue,
    count(*) FILTER (disposition = 'BadUseCase') AS bad,
    count(*) FILTER (disposition IS NULL) AS silent,
    count(*) FILTER (touch_after <= touch_due) AS kept,
    count(*) FILTER (touch_after > touch_due OR (touch_after IS NULL AND disposed_after > touch_due)
        OR (touch_after IS NULL AND disposed_after IS NULL AND created + touch_due < $as_of)) AS missed,
    count(*) FILTER (disposed_after <= 172800) AS feedback_kept,
    count(*) FILTER (disposed_after > 172800
        OR (disposed_after IS NULL AND created + 172800 < $as_of)) AS feedback_missed,
    count(*) FILTER (is_opportunity = 1) AS opportunities,
    count(*) FILTER (is_won = 1) AS won,
    count(*) FILTER (touch_after <= 300) AS w5, count(*) FILTER (touch_after <= 900) AS w15,
    count(*) FILTER (touch_after <= 3600) AS w60, count(*) FILTER (touch_after <= 86400) AS w24,
    quantile_disc(touch_after, [0.5, 0.9]) AS speed,
    quantile_disc(attempt_after, [0.5, 0.9]) AS attempt,
    quantile_disc(age, [0.5, 0.9]) AS age
"""


def measure(con, name, sql, runs):
    parameters = {"from": START, "to": START + YEAR, "as_of": START + YEAR}
    walls = []
    before = resource.getrusage(resource.RUSAGE_SELF)
    for _ in range(runs):
        started = time.perf_counter()
        rows = con.execute(sql, parameters).fetchall()
        walls.append(time.perf_counter() - started)
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / runs
    print(f"{name:<28} wall median {statistics.median(walls):.3f} s, best {min(walls):.3f} s, CPU {cpu:.3f} s")
    return rows


def main():
    path, runs = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5
    con = duckdb.connect()
    con.execute(f"""CREATE TABLE handoff AS SELECT * REPLACE (
        tier::VARCHAR AS tier, nullif(disposition, '') AS disposition) FROM read_csv('{path}')""")
    for dimension in ("reason", "rep", "team", "tier", "reject", "disposition"):
        con.execute(f"CREATE TYPE t_{dimension} AS ENUM (SELECT DISTINCT {dimension}::VARCHAR FROM handoff"
                    f" WHERE {dimension} IS NOT NULL)")
        con.execute(f"ALTER TABLE handoff ALTER {dimension} TYPE t_{dimension}")
    where = "FROM handoff WHERE created >= $from AND created < $to"
    by_reason = f"SELECT reason, {MEASURES} {where} GROUP BY reason"
    # The bench's SLA is one to one with the tier, so it is grouped by twice here as well.
    con.execute("ALTER TABLE handoff ADD COLUMN sla t_tier")
    con.execute("UPDATE handoff SET sla = tier")
    sets = "GROUPING SETS ((reason), (tier), (sla), (rep), (team), ())"
    everything = f"SELECT reason, tier, sla, rep, team, {MEASURES} {where} GROUP BY {sets}"
    separate = " UNION ALL ".join(
        f"SELECT {key} AS k, {MEASURES} {where} GROUP BY k"
        for key in ("reason::VARCHAR", "tier::VARCHAR", "sla::VARCHAR", "rep::VARCHAR", "team::VARCHAR", "''"))
    for threads in (1, 2):
        con.execute(f"SET threads = {threads}")
        measure(con, f"5 groupings, {threads} threads", everything, runs)
        rows = measure(con, f"5 queries, {threads} threads", separate, runs)
        measure(con, f"by reason, {threads} threads", by_reason, runs)
    print("total:", [row for row in rows if row[0] == ""])
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()
