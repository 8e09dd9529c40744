/** What the app reads of a report, format `report/1`: figures always come with what they count. */

/** A share: so many of so many, with the interval in which the true one lies. */
export interface Rate {
  readonly of: number;
  readonly n: number;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

export interface Times {
  readonly n: number;
  readonly median: number | null;
  readonly p90: number | null;
}

export interface Figures {
  readonly handoffs: number;
  readonly open: number;
  readonly acceptance: Rate;
  readonly answered: Rate;
  readonly touched: Rate;
  readonly conversion: Rate;
  readonly speed: Times;
}

export interface Group {
  readonly name: string;
  readonly label: string;
  readonly figures: Figures;
}

export interface Report {
  /** Below so many a share says little. */
  readonly minimum: number;
  readonly total: Figures;
  readonly sources: readonly Group[];
  readonly reps: readonly Group[];
  /** Rejections by reason, the most first. */
  readonly rejections: readonly { readonly reason: string; readonly count: number }[];
}

type Json = Readonly<Record<string, unknown>>;

const object = (value: unknown): Json =>
  typeof value === 'object' && value !== null ? (value as Json) : {};
const list = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.map(object) : []);
const number = (value: unknown): number => (typeof value === 'number' ? value : 0);
const maybe = (value: unknown): number | null => (typeof value === 'number' ? value : null);

export function readReport(answer: unknown): Report {
  const report = object(answer);
  const tables = list(report.tables);
  const groups = (dimension: string) =>
    list(tables.find((it) => it.dimension === dimension)?.groups).map(group);
  return {
    minimum: number(report.minimum),
    total: figures(object(report.total)),
    sources: groups('reason').toSorted((a, b) => b.figures.handoffs - a.figures.handoffs),
    reps: groups('rep').toSorted((a, b) => b.figures.handoffs - a.figures.handoffs),
    rejections: rejections(list(report.rejections)),
  };
}

const group = (it: Json): Group => ({
  name: String(it.name),
  label: String(it.label ?? it.name),
  figures: figures(object(it.metrics)),
});

const figures = (it: Json): Figures => ({
  handoffs: number(it.handoffs),
  open: number(it.open_handoffs),
  acceptance: rate(object(it.acceptance)),
  answered: rate(object(it.acknowledge_compliance)),
  touched: rate(object(it.touch_compliance)),
  conversion: rate(object(it.cohort_conversion)),
  speed: times(object(it.speed_to_lead)),
});

const rate = (it: Json): Rate => ({
  of: number(it.numerator),
  n: number(it.denominator),
  value: number(it.denominator) > 0 ? maybe(it.value) : null,
  low: maybe(it.low),
  high: maybe(it.high),
});

const times = (it: Json): Times => ({
  n: number(it.n),
  median: maybe(it.median_seconds),
  p90: maybe(it.p90_seconds),
});

function rejections(rows: readonly Json[]): Report['rejections'] {
  const counts = new Map<string, number>();
  for (const it of rows) {
    const reason = String(it.reject_reason ?? '');
    counts.set(reason, (counts.get(reason) ?? 0) + number(it.count));
  }
  return [...counts]
    .map(([reason, count]) => ({ reason, count }))
    .sort((a, b) => b.count - a.count);
}
