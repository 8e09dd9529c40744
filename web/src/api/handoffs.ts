/** What is known of one handoff. */
import { useQuery } from '@tanstack/react-query';
import { spoken } from '../lib/i18n';
import { readDecision } from '../lib/trace';
import { api, unwrap } from './client';
import { keys } from './keys';

const path = (handoff: string) => ({ params: { path: { handoff } } });

/** The context package. */
export function useContextPackage(id: string) {
  return useQuery({
    queryKey: [...keys.handoff(id), 'context', spoken()],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/handoffs/{handoff}/context', {
          params: { path: { handoff: id }, query: { language: spoken() } },
        }),
      ),
  });
}

/** The decision with its trace, made again. */
export function useDecision(id: string) {
  return useQuery({
    queryKey: [...keys.handoff(id), 'why'],
    queryFn: async () =>
      readDecision(await unwrap(api.GET('/api/v1/handoffs/{handoff}/why', path(id)))),
    // A past decision never changes.
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}

/** The lead with all that belongs to it. */
export function useLead(id: string | undefined) {
  return useQuery({
    queryKey: keys.lead(id ?? ''),
    queryFn: () =>
      unwrap(api.GET('/api/v1/leads/{lead}', { params: { path: { lead: id ?? '' } } })),
    enabled: Boolean(id),
  });
}
