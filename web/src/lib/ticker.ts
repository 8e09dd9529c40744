/**
 * The server's time and one shared timer. The browser only subtracts: what is due when is the
 * server's to say, and its clock is the one that counts.
 */
import { useSyncExternalStore } from 'react';

let offset = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

/** Learns how far this browser's clock is off, from an instant the server just told. */
export function learnTime(server: string | number, heard = Date.now()): void {
  const at = typeof server === 'number' ? server : Date.parse(server);
  if (Number.isFinite(at)) offset = at - heard;
}

/** Now, by the server's clock, in milliseconds. */
export const serverNow = (): number => Date.now() + offset;

/** Calls `listener` as each second of the server's clock begins. */
export function onTick(listener: () => void): () => void {
  listeners.add(listener);
  if (listeners.size === 1) plan();
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) clearTimeout(timer);
  };
}

function plan(): void {
  timer = setTimeout(
    () => {
      for (const listener of listeners) listener();
      plan();
    },
    1000 - (((serverNow() % 1000) + 1000) % 1000),
  );
}

/** A value made from the time; whoever shows it draws again only when it has changed. */
export function useTicking<T extends string | number | boolean>(make: (now: number) => T): T {
  return useSyncExternalStore(onTick, () => make(Math.floor(serverNow() / 1000) * 1000));
}
