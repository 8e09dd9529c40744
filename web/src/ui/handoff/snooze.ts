/** Until when one may put a lead off; by the reader's own clock. */
import type { Key } from '../../lib/i18n';

export interface SnoozeTime {
  readonly label: Key;
  readonly at: string;
}

const MORNING = 9;
const MONDAY = 1;

export function snoozeTimes(now: Date): readonly SnoozeTime[] {
  const later = (hours: number) => new Date(now.getTime() + hours * 3_600_000);
  const tomorrow = morning(now, 1);
  const days = (MONDAY + 7 - now.getDay()) % 7 || 7;
  const monday = morning(now, days);
  const times: SnoozeTime[] = [
    { label: 'snooze.hour', at: later(1).toISOString() },
    { label: 'snooze.hours', at: later(4).toISOString() },
    { label: 'snooze.tomorrow', at: tomorrow.toISOString() },
  ];
  if (days > 1) times.push({ label: 'snooze.monday', at: monday.toISOString() });
  return times;
}

function morning(now: Date, days: number): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, MORNING);
}
