/** What the inbox shows: rows in a calm order, a cursor and a selection. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useWork, type WorkItem } from '../../api/work';
import { useSession } from '../../app/session';
import { between, hold, nextCursor, type Tab, visibleRows } from './rows';

export function useTabs(): readonly Tab[] {
  const { user, rights } = useSession();
  const own: Tab[] = user.rep ? ['mine'] : [];
  // The first one is shown where nothing else is asked for.
  return rights.read_lead === 'own' ? [...own, 'snoozed'] : ['team', ...own, 'snoozed'];
}

export function useInbox(tab: Tab, filter: string) {
  const { rights } = useSession();
  const seesTeam = rights.read_lead !== 'own';
  const work = useWork(tab === 'team' || (tab === 'snoozed' && seesTeam) ? 'team' : 'mine');
  const fresh = useMemo(
    () => (work.data ? visibleRows(work.data.items, tab, filter) : undefined),
    [work.data, tab, filter],
  );
  const view = `${tab} ${filter}`;
  const [known, setKnown] = useState<{ view: string; ids: readonly string[] }>();
  const held = useMemo(
    () => hold(known?.view === view ? known.ids : null, fresh ?? []),
    [known, view, fresh],
  );
  const ids = useMemo(() => held.shown.map((it) => it.id), [held]);
  const freshIds = useMemo(() => fresh?.map((it) => it.id), [fresh]);

  // The first rows of a view are shown as they come; later ones wait for the reader.
  useEffect(() => {
    if (freshIds && known?.view !== view) setKnown({ view, ids: freshIds });
  }, [freshIds, known, view]);

  const showNews = useCallback(() => {
    if (freshIds) setKnown({ view, ids: freshIds });
  }, [freshIds, view]);

  const { cursor, setCursor } = useCursor(ids);
  const { selected, select, clear } = useSelection(ids);
  const byId = useMemo(() => new Map(held.shown.map((it) => [it.id, it])), [held]);
  const current = cursor ? byId.get(cursor) : undefined;
  const chosen = useMemo(() => [...selected].flatMap((id) => byId.get(id) ?? []), [selected, byId]);
  const move = useCallback(
    (step: number, extend = false) => {
      const at = cursor ? ids.indexOf(cursor) : -1;
      const next = ids[Math.min(Math.max(at + step, 0), ids.length - 1)];
      if (!next) return;
      if (extend) select([...(cursor ? [cursor] : []), next], true);
      setCursor(next);
    },
    [cursor, ids, select, setCursor],
  );
  const point = useCallback(
    (id: string, extend: boolean) => {
      if (extend && cursor) select(between(ids, cursor, id), true);
      setCursor(id);
    },
    [cursor, ids, select, setCursor],
  );
  return {
    work,
    rows: held.shown,
    news: held.news,
    showNews,
    cursor,
    current,
    selected,
    chosen,
    select,
    clear,
    move,
    point,
  };
}

function useCursor(ids: readonly string[]) {
  const [cursor, setCursor] = useState<string>();
  const before = useRef<readonly string[]>([]);
  const next = nextCursor(before.current, ids, cursor);
  useEffect(() => {
    before.current = ids;
    if (next !== cursor) setCursor(next);
  }, [ids, next, cursor]);
  return { cursor: next, setCursor };
}

function useSelection(ids: readonly string[]) {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  // What has left the list is not selected any more.
  useEffect(() => {
    setSelected((old) => {
      const kept = [...old].filter((id) => ids.includes(id));
      return kept.length === old.size ? old : new Set(kept);
    });
  }, [ids]);
  const select = useCallback((which: readonly string[], add: boolean) => {
    setSelected((old) => {
      const next = new Set(old);
      for (const id of which) {
        if (add || !next.has(id)) next.add(id);
        else next.delete(id);
      }
      return next;
    });
  }, []);
  const clear = useCallback(() => setSelected(new Set()), []);
  return { selected, select, clear };
}

/** What a deed is for: the selection where there is one, else the row with the cursor. */
export const subjects = (
  chosen: readonly WorkItem[],
  current: WorkItem | undefined,
): readonly WorkItem[] => (chosen.length > 0 ? chosen : current ? [current] : []);
