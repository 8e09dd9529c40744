/** The state of a clock and the time left on it, as people read them. */
import type { components } from '../api/schema';

export type Clock = components['schemas']['Clock'];
export type ClockState = 'on_track' | 'at_risk' | 'overdue' | 'met' | 'paused';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Where a clock stands; the server says when it becomes at risk and whether it runs. */
export function stateOf(clock: Clock, now: number): ClockState {
  if (clock.met) return 'met';
  if (now >= Date.parse(clock.due_at)) return 'overdue';
  if (clock.paused && !(clock.resumes_at && now >= Date.parse(clock.resumes_at))) return 'paused';
  return now >= Date.parse(clock.at_risk_at) ? 'at_risk' : 'on_track';
}

/** Time left: `2:41` below an hour, `3 h 06 min` below a day, then days; overdue with a minus. */
export function timeLeft(due: string, now: number): string {
  const left = Date.parse(due) - now;
  const sign = left < 0 ? '−' : '';
  // A deadline a moment away is not over yet, one a moment past is.
  const span = left < 0 ? -left : Math.ceil(left / 1000) * 1000;
  return sign + duration(span);
}

export function duration(span: number): string {
  if (span < HOUR) {
    const seconds = Math.floor(span / 1000) % 60;
    return `${Math.floor(span / MINUTE)}:${String(seconds).padStart(2, '0')}`;
  }
  if (span < DAY) {
    const minutes = Math.floor(span / MINUTE) % 60;
    return `${Math.floor(span / HOUR)} h ${String(minutes).padStart(2, '0')} min`;
  }
  return `${Math.floor(span / DAY)} d ${Math.floor(span / HOUR) % 24} h`;
}
