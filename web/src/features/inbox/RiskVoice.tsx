import { useEffect, useRef, useState } from 'react';
import { currentClock, personName, type WorkItem } from '../../api/work';
import { stateOf } from '../../lib/clock';
import { t } from '../../lib/i18n';
import { onTick, serverNow } from '../../lib/ticker';

/**
 * Says once when a lead of the list becomes at risk. Countdowns themselves stay silent: a screen
 * reader would speak without end.
 */
export function RiskVoice({ rows }: { rows: readonly WorkItem[] }) {
  const [text, say] = useState('');
  const known = useRef<Set<string> | undefined>(undefined);
  useEffect(() => {
    const look = () => {
      const now = serverNow();
      const risky = rows.filter((it) => {
        const clock = currentClock(it);
        return clock !== undefined && stateOf(clock, now) === 'at_risk';
      });
      const fresh = risky.find((it) => known.current && !known.current.has(it.id));
      known.current = new Set(risky.map((it) => it.id));
      const clock = fresh && currentClock(fresh);
      if (fresh && clock) {
        const minutes = Math.max(1, Math.round((Date.parse(clock.due_at) - now) / 60_000));
        say(t('inbox.voice', { who: personName(fresh), minutes }));
      }
    };
    look();
    return onTick(look);
  }, [rows]);
  return (
    <div className="hidden-text" role="status" aria-live="polite">
      {text}
    </div>
  );
}
