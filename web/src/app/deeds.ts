/**
 * What people do with handoffs. Each shows at once, is sent with the version that was looked at,
 * and can be taken back for ten seconds.
 */
import { notifications } from '@mantine/notifications';
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { ApiFailure, api, type Schemas, unwrap } from '../api/client';
import { keys } from '../api/keys';
import { personName, type Work, type WorkItem } from '../api/work';
import { t } from '../lib/i18n';
import { toastDone, toastFailure } from '../ui/toast';
import { useSession } from './session';

type Handoff = Schemas['Handoff'];
/** How a deed is taken back; a touch has taken place whatever one says of it later. */
type Back = 'undo' | 'resume' | 'never';
type Path = { params: { path: { handoff: string } } };

export interface Rejection {
  readonly reason: string;
  readonly note?: string;
}

/** What the last deed can be taken back with. */
let lastUndo: (() => void) | undefined;

/** Takes the last deed back, while that is possible. */
export function undoLast(): void {
  const undo = lastUndo;
  lastUndo = undefined;
  undo?.();
}

export type Deeds = ReturnType<typeof makeDeeds>;

export function useDeeds(): Deeds {
  const client = useQueryClient();
  const me = useSession().user.rep;
  return useMemo(() => makeDeeds(client, me), [client, me]);
}

function makeDeeds(client: QueryClient, me: string | null | undefined) {
  /** The version that was looked at, and the rep for whom somebody else acts. */
  const seen = (item: WorkItem) => ({
    version: item.version,
    ...(item.owner && item.owner !== me ? { rep: item.owner } : {}),
  });
  /** Does one thing to several handoffs; what is shown changes before the server answers. */
  const perform = async (
    items: readonly WorkItem[],
    message: string,
    change: Partial<WorkItem> | 'gone',
    send: (item: WorkItem, path: Path) => Promise<Handoff>,
    back: Back = 'undo',
  ) => {
    show(client, items, change);
    const results = await Promise.allSettled(
      items.map((it) => send(it, { params: { path: { handoff: it.id } } })),
    );
    const done = results.flatMap((it) => (it.status === 'fulfilled' ? [it.value] : []));
    const failed = results.find((it) => it.status === 'rejected');
    if (failed) tellFailure(failed.reason, items[results.indexOf(failed)]);
    if (done.length > 0) offerUndo(client, done, message, back);
    refresh(client, items);
  };
  const one = (items: readonly WorkItem[]) =>
    items.length === 1 && items[0] ? personName(items[0]) : undefined;

  return {
    accept: (items: readonly WorkItem[]) =>
      perform(
        items,
        told('done.accepted', one(items), items.length),
        { state: 'accepted', accepted_at: new Date().toISOString() },
        (it, path) =>
          unwrap(api.POST('/api/v1/handoffs/{handoff}/accept', { ...path, body: seen(it) })),
      ),
    reject: (items: readonly WorkItem[], { reason, note }: Rejection) =>
      perform(items, told('done.rejected', one(items), items.length), 'gone', (it, path) =>
        unwrap(
          api.POST('/api/v1/handoffs/{handoff}/reject', {
            ...path,
            body: { ...seen(it), reason, ...(note ? { note } : {}) },
          }),
        ),
      ),
    touch: (item: WorkItem, touch: Omit<Schemas['TouchBody'], 'version'>) =>
      perform(
        [item],
        told('done.touched', one([item]), 1),
        {},
        (it, path) =>
          unwrap(
            api.POST('/api/v1/handoffs/{handoff}/touch', {
              ...path,
              body: { ...touch, ...seen(it) },
            }),
          ),
        'never',
      ),
    dispose: (item: WorkItem, verdict: Schemas['Verdict']) =>
      perform([item], told('done.disposed', one([item]), 1), 'gone', (it, path) =>
        unwrap(
          api.POST('/api/v1/handoffs/{handoff}/dispose', {
            ...path,
            body: { ...seen(it), verdict },
          }),
        ),
      ),
    snooze: (items: readonly WorkItem[], until: string, reason: string) =>
      perform(
        items,
        told('done.snoozed', one(items), items.length),
        { state: 'paused' },
        (it, path) =>
          unwrap(
            api.POST('/api/v1/handoffs/{handoff}/pause', {
              ...path,
              body: { ...seen(it), until, reason },
            }),
          ),
        'resume',
      ),
    resume: (items: readonly WorkItem[]) =>
      perform(
        items,
        told('done.resumed', one(items), items.length),
        {},
        (it, path) =>
          unwrap(api.POST('/api/v1/handoffs/{handoff}/resume', { ...path, body: seen(it) })),
        'never',
      ),
    reassign: (items: readonly WorkItem[], rep: string) =>
      perform(items, told('done.reassigned', one(items), items.length), {}, (it, path) =>
        unwrap(
          api.POST('/api/v1/handoffs/{handoff}/reassign', {
            ...path,
            body: { version: it.version, to_rep: rep },
          }),
        ),
      ),
  };
}

type Told =
  | 'done.accepted'
  | 'done.rejected'
  | 'done.touched'
  | 'done.disposed'
  | 'done.snoozed'
  | 'done.resumed'
  | 'done.reassigned';

const told = (key: Told, name: string | undefined, count: number): string =>
  t(key, { who: name ?? t('done.leads', { count }) });

/** Changes what every list shows of these handoffs. */
function show(
  client: QueryClient,
  items: readonly WorkItem[],
  change: Partial<WorkItem> | 'gone',
): void {
  const ids = new Set(items.map((it) => it.id));
  client.cancelQueries({ queryKey: keys.anyWork });
  client.setQueriesData<Work>({ queryKey: keys.anyWork }, (work) => {
    if (!work) return work;
    const kept = change === 'gone' ? work.items.filter((it) => !ids.has(it.id)) : work.items;
    const changed = kept.map((it) =>
      ids.has(it.id) && change !== 'gone' ? { ...it, ...change } : it,
    );
    return { ...work, items: changed, total: work.total - (work.items.length - kept.length) };
  });
}

function refresh(client: QueryClient, items: readonly WorkItem[]): void {
  client.invalidateQueries({ queryKey: keys.anyWork });
  client.invalidateQueries({ queryKey: keys.reps });
  for (const item of items) {
    client.invalidateQueries({ queryKey: keys.handoff(item.id) });
    client.invalidateQueries({ queryKey: keys.lead(item.lead) });
  }
}

/** Somebody else was faster: who, and what it is now. */
function tellFailure(error: unknown, item: WorkItem | undefined): void {
  if (error instanceof ApiFailure && error.status === 409 && item) {
    const now = error.problem.state as Handoff | undefined;
    const who = now?.owner_name ?? now?.queue ?? '';
    notifications.show({
      message: who
        ? t('done.conflict', { who: personName(item), owner: who })
        : error.problem.message,
      color: 'yellow',
      autoClose: 8_000,
      closeButtonProps: { 'aria-label': t('action.close') },
    });
    return;
  }
  toastFailure(error);
}

function offerUndo(
  client: QueryClient,
  done: readonly Handoff[],
  message: string,
  back: Back,
): void {
  lastUndo = undefined;
  if (back === 'never') {
    toastDone(message);
    return;
  }
  const takeBack = (it: Handoff) => {
    const rest = { params: { path: { handoff: it.id } }, body: { version: it.version } };
    return back === 'undo'
      ? unwrap(api.POST('/api/v1/handoffs/{handoff}/undo', rest))
      : unwrap(api.POST('/api/v1/handoffs/{handoff}/resume', rest));
  };
  const undo = async () => {
    lastUndo = undefined;
    notifications.hide(toast);
    const results = await Promise.allSettled(done.map(takeBack));
    const failed = results.find((it) => it.status === 'rejected');
    if (failed) toastFailure(failed.reason);
    else toastDone(t('done.undone'));
    client.invalidateQueries({ queryKey: keys.anyWork });
    client.invalidateQueries({ queryKey: keys.anyHandoff });
  };
  const toast = toastDone(message, undo);
  lastUndo = undo;
}
