import {
  IconAlertTriangle,
  IconCheck,
  IconClock,
  IconFlame,
  IconPlayerPause,
} from '@tabler/icons-react';
import { memo } from 'react';
import { type Clock, type ClockState, stateOf, timeLeft } from '../lib/clock';
import { instant, weekdayTime } from '../lib/format';
import { t } from '../lib/i18n';
import { useTicking } from '../lib/ticker';
import styles from './Pill.module.css';

const ICONS = {
  on_track: IconClock,
  at_risk: IconAlertTriangle,
  overdue: IconFlame,
  met: IconCheck,
  paused: IconPlayerPause,
} as const;

/** What is left of a clock: icon, words and colour, counting by the server's time. */
export const SlaPill = memo(function SlaPill({ clock }: { clock: Clock | null | undefined }) {
  const state = useTicking((now) => (clock ? stateOf(clock, now) : 'met'));
  const text = useTicking((now) => (clock ? pillText(clock, now) : ''));
  if (!clock) return null;
  const Icon = ICONS[state as ClockState];
  const duty = t(`duty.${clock.duty}`);
  return (
    <span
      className={`${styles.pill} ${styles[state]}`}
      title={`${duty} · ${t(`sla.${state as ClockState}`)} · ${instant(clock.due_at)}`}
    >
      <Icon size={14} stroke={2} aria-hidden />
      <span className="hidden-text">
        {duty}, {t(`sla.${state as ClockState}`)}:{' '}
      </span>
      {text}
    </span>
  );
});

function pillText(clock: Clock, now: number): string {
  const state = stateOf(clock, now);
  if (state === 'met') return t('sla.met');
  if (state === 'paused') {
    return clock.resumes_at
      ? t('sla.resumes', { at: weekdayTime(clock.resumes_at) })
      : t('sla.paused');
  }
  return timeLeft(clock.due_at, now);
}
