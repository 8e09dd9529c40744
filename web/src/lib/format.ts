/** Numbers and instants in the reader's language and on the reader's clock. */
import { locale } from './i18n';

export const number = (value: number): string => new Intl.NumberFormat(locale()).format(value);

export const percent = (share: number): string =>
  new Intl.NumberFormat(locale(), { style: 'percent', maximumFractionDigits: 0 }).format(share);

export const money = (value: number, currency: string): string =>
  new Intl.NumberFormat(locale(), { style: 'currency', currency, maximumFractionDigits: 0 }).format(
    value,
  );

/** `Mon 09:00`: near enough that the weekday says it. */
export const weekdayTime = (at: string): string =>
  new Intl.DateTimeFormat(locale(), {
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(new Date(at));

/** `28 Nov 2026, 09:00:12`: the whole truth, for tooltips. */
export const instant = (at: string): string =>
  new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'medium' }).format(
    new Date(at),
  );

const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/** `3 minutes ago`. */
export function ago(at: string, now: number): string {
  const span = Date.parse(at) - now;
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto', style: 'short' });
  for (const [unit, size] of UNITS) {
    if (Math.abs(span) >= size) return format.format(Math.trunc(span / size), unit);
  }
  return format.format(0, 'minute');
}
