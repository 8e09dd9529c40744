/**
 * Live events: one connection for each tab. An event says what has changed; what is shown of it is
 * asked for again, so that the screen and the API cannot differ.
 */
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { keys } from './keys';

export interface LiveEvent {
  readonly kind: string;
  readonly lead: string | null;
  readonly handoff: string | null;
}

type Listener = (event: LiveEvent) => void;

/** What the server says of handoffs and messages; it names each kind as the type of the event. */
const KINDS = [
  'lead.captured',
  'lead.returned',
  'lead.attached',
  'lead.activity',
  'lead.rerouted',
  'lead.merged',
  'lead.absorbed',
  'handoff.accepted',
  'handoff.accepted_late',
  'handoff.rejected',
  'handoff.disposed',
  'handoff.touched',
  'handoff.reassigned',
  'handoff.routed',
  'handoff.repicked',
  'handoff.paused',
  'handoff.resumed',
  'handoff.undone',
  'handoff.updated',
  'handoff.timer_fired',
  'handoff.breached',
  'handoff.breach_voided',
  'handoff.hours_changed',
  'handoff.owner_gone',
  'handoff.absorbed',
  'handoff.snoozed',
  'notification.arrived',
] as const;

/** Events come in bursts; the screen is refreshed once for each. */
const GATHER_MS = 150;

let isLive = true;
const liveListeners = new Set<() => void>();
const eventListeners = new Set<Listener>();

function setLive(value: boolean): void {
  if (value === isLive) return;
  isLive = value;
  for (const listener of liveListeners) listener();
}

/** Whether events arrive; while they do not, the screen may be old. */
export const useIsLive = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      liveListeners.add(listener);
      return () => liveListeners.delete(listener);
    },
    () => isLive,
  );

/** Calls `listener` with each event for as long as the component is shown. */
export function useEvents(listener: Listener): void {
  useEffect(() => {
    eventListeners.add(listener);
    return () => {
      eventListeners.delete(listener);
    };
  }, [listener]);
}

/** Follows the log of the server while somebody is signed in. */
export function useLiveUpdates(): void {
  const client = useQueryClient();
  useEffect(() => follow(client), [client]);
}

function follow(client: QueryClient): () => void {
  const source = new EventSource('/api/v1/events/stream');
  const stale = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wasLost = false;

  const refresh = () => {
    timer = undefined;
    client.invalidateQueries({ queryKey: keys.anyWork });
    for (const id of stale) {
      client.invalidateQueries({
        queryKey: id.startsWith('lead_') ? keys.lead(id) : keys.handoff(id),
      });
    }
    stale.clear();
  };
  const hear = (kind: string, text: string) => {
    const event = { kind, ...(JSON.parse(text) as Omit<LiveEvent, 'kind'>) };
    for (const listener of eventListeners) listener(event);
    for (const id of [event.lead, event.handoff]) if (id) stale.add(id);
    timer ??= setTimeout(refresh, GATHER_MS);
  };

  for (const kind of KINDS) {
    source.addEventListener(kind, (event) => hear(kind, (event as MessageEvent<string>).data));
  }
  source.onopen = () => {
    setLive(true);
    // Events of the time between are sent again from the last one seen, but not those of a tab
    // that slept for long: everything is asked for anew.
    if (wasLost) client.invalidateQueries();
    wasLost = false;
  };
  source.onerror = () => {
    wasLost = true;
    setLive(false);
  };
  return () => {
    clearTimeout(timer);
    source.close();
    setLive(true);
  };
}
