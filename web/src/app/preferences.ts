/** What a person prefers on this device. */
import { useSyncExternalStore } from 'react';
import { LANGUAGES, type Language } from '../lib/i18n';

export interface Preferences {
  readonly language: Language;
  /** Rows of the lists: dense or with more air. */
  readonly comfortable: boolean;
  /** Whether single letters are commands (WCAG 2.1.4). */
  readonly letterKeys: boolean;
}

const PLACE = 'baton.preferences';
const listeners = new Set<() => void>();
let current = read();

function read(): Preferences {
  const wanted = navigator.language.slice(0, 2);
  const standard: Preferences = {
    language: wanted in LANGUAGES ? (wanted as Language) : 'en',
    comfortable: false,
    letterKeys: true,
  };
  try {
    return { ...standard, ...JSON.parse(localStorage.getItem(PLACE) ?? '{}') };
  } catch {
    return standard;
  }
}

export const preferences = (): Preferences => current;

export function setPreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(PLACE, JSON.stringify(current));
  } catch {
    // A browser that keeps nothing still gets what was chosen until it is closed.
  }
  for (const listener of listeners) listener();
}

export const usePreferences = (): Preferences =>
  useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, preferences);
