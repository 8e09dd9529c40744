import { describe, expect, it } from 'vitest';
import type { WorkItem } from '../../api/work';
import { between, hold, nextCursor, visibleRows } from './rows';

const item = (id: string, more: Partial<WorkItem> = {}): WorkItem =>
  ({
    id,
    lead: `lead_${id}`,
    state: 'offered',
    reason: 'Product - Voice',
    tier: '1',
    person: { name: `Ana ${id}`, title: '', company: 'Acme', email: '', phone: '' },
    ...more,
  }) as WorkItem;

describe('rows of a tab', () => {
  const rows = [item('a'), item('b', { state: 'paused' }), item('c', { tier: '3' })];

  it('are paused ones in one tab and all others elsewhere', () => {
    expect(visibleRows(rows, 'mine', '').map((it) => it.id)).toEqual(['a', 'c']);
    expect(visibleRows(rows, 'snoozed', '').map((it) => it.id)).toEqual(['b']);
  });

  it('hold every word of the filter', () => {
    expect(visibleRows(rows, 'mine', 'acme t3').map((it) => it.id)).toEqual(['c']);
    expect(visibleRows(rows, 'mine', 'acme nobody')).toEqual([]);
  });
});

describe('a list that changes', () => {
  it('keeps its order; new rows wait until they are asked for', () => {
    const held = hold(['a', 'b'], [item('n'), item('b'), item('a', { tier: '2' })]);
    expect(held.shown.map((it) => it.id)).toEqual(['a', 'b']);
    expect(held.shown[0]?.tier).toBe('2');
    expect(held.news).toBe(1);
  });

  it('loses rows that are gone', () => {
    expect(hold(['a', 'b'], [item('b')])).toEqual({ shown: [item('b')], news: 0 });
    expect(hold(null, [item('a')]).shown).toHaveLength(1);
    expect(hold([], [item('a')])).toEqual({ shown: [item('a')], news: 0 });
  });
});

describe('the cursor', () => {
  it('goes to the row that takes the place of the one that is gone', () => {
    expect(nextCursor(['a', 'b', 'c'], ['a', 'c'], 'b')).toBe('c');
    expect(nextCursor(['a', 'b'], ['a'], 'b')).toBe('a');
    expect(nextCursor([], ['a', 'b'], undefined)).toBe('a');
    expect(nextCursor(['a'], [], 'a')).toBeUndefined();
  });

  it('selects all rows between two', () => {
    expect(between(['a', 'b', 'c', 'd'], 'd', 'b')).toEqual(['b', 'c', 'd']);
    expect(between(['a'], 'a', 'gone')).toEqual([]);
  });
});
