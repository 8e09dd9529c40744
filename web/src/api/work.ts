/** Open work and what is done with it. */
import { useQuery } from '@tanstack/react-query';
import { learnTime } from '../lib/ticker';
import { api, type Schemas, unwrap } from './client';
import { keys } from './keys';

export type WorkItem = Schemas['WorkItem'];
export type Work = Schemas['Work'];
export type Scope = 'mine' | 'team';

/** Rows that a screen holds; what is less urgent waits its turn. */
const ROWS_MAX = 1000;

export function useWork(scope: Scope) {
  return useQuery({
    queryKey: keys.work(scope),
    queryFn: async () => {
      const work = await unwrap(
        api.GET('/api/v1/work', { params: { query: { scope, limit: ROWS_MAX } } }),
      );
      learnTime(work.now);
      return work;
    },
  });
}

export function useWorkItem(id: string | undefined) {
  return useQuery({
    queryKey: [...keys.handoff(id ?? ''), 'work'],
    queryFn: () =>
      unwrap(api.GET('/api/v1/work/{handoff}', { params: { path: { handoff: id ?? '' } } })),
    enabled: Boolean(id),
  });
}

export function useRejectReasons() {
  return useQuery({
    queryKey: keys.rejectReasons,
    queryFn: () => unwrap(api.GET('/api/v1/reject-reasons')),
    staleTime: 5 * 60_000,
  });
}

export function useReps() {
  return useQuery({
    queryKey: keys.reps,
    queryFn: () => unwrap(api.GET('/api/v1/reps')),
    staleTime: 60_000,
  });
}

/** The clock that counts now: of the first duty that is not done. */
export const currentClock = (item: WorkItem): Schemas['Clock'] | undefined =>
  item.clocks.find((it) => !it.met) ?? item.clocks.at(-1);

/** What a person is called, and where nothing is known of them the number of the lead. */
export const personName = (item: WorkItem): string =>
  item.person.name || item.person.company || item.person.email || item.person.phone || item.lead;
