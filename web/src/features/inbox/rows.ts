/** Which rows the inbox shows, and where the cursor is; plain values, so that they are tested. */
import { personName, type WorkItem } from '../../api/work';

export type Tab = 'mine' | 'team' | 'snoozed';

/** The rows of a tab that a filter lets through. */
export function visibleRows(
  items: readonly WorkItem[],
  tab: Tab,
  filter: string,
): readonly WorkItem[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return items.filter((it) => {
    if ((it.state === 'paused') !== (tab === 'snoozed')) return false;
    const text = searched(it);
    return words.every((word) => text.includes(word));
  });
}

function searched(item: WorkItem): string {
  const { person, reason, tier, owner_name, queue } = item;
  const parts = [personName(item), person.company, person.title, person.email, reason];
  return [...parts, tier ? `t${tier}` : '', owner_name ?? '', queue ?? ''].join(' ').toLowerCase();
}

/** Rows that arrived since the reader last let the list change; they do not move the others. */
export interface Held {
  readonly shown: readonly WorkItem[];
  readonly news: number;
}

/**
 * Keeps the order that the reader looks at: rows that are there already show what is new of them,
 * rows that are gone leave, and new ones wait until they are asked for.
 */
export function hold(known: readonly string[] | null, fresh: readonly WorkItem[]): Held {
  if (known === null) return { shown: fresh, news: 0 };
  const byId = new Map(fresh.map((it) => [it.id, it]));
  const shown = known.flatMap((id) => byId.get(id) ?? []);
  // Where nothing is shown nothing can jump.
  if (shown.length === 0) return { shown: fresh, news: 0 };
  return { shown, news: fresh.length - shown.length };
}

/** The row that gets the cursor when the one that had it is gone: its place, or the last one. */
export function nextCursor(
  before: readonly string[],
  after: readonly string[],
  cursor: string | undefined,
): string | undefined {
  if (cursor && after.includes(cursor)) return cursor;
  const at = cursor ? before.indexOf(cursor) : 0;
  return after[Math.min(Math.max(at, 0), after.length - 1)];
}

/** The rows between two, both included, in the order of the list. */
export function between(ids: readonly string[], from: string, to: string): readonly string[] {
  const [a, b] = [ids.indexOf(from), ids.indexOf(to)];
  if (a < 0 || b < 0) return [];
  return ids.slice(Math.min(a, b), Math.max(a, b) + 1);
}
