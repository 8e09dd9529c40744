import type { Schemas } from '../../api/client';
import { number } from '../../lib/format';
import { t } from '../../lib/i18n';
import { plain } from '../../lib/words';
import styles from './HandoffPane.module.css';

/** The score as a bar. */
export function ScoreBar({ points }: { points: number }) {
  return (
    <div
      className={styles.bar}
      role="meter"
      aria-label={t('score.title')}
      aria-valuenow={points}
      aria-valuemin={0}
      aria-valuemax={100}
    >
      <span style={{ width: `${Math.min(100, Math.max(0, points))}%` }} />
    </div>
  );
}

/** Where the points come from, group by group. */
export function ScoreBreakdown({ score }: { score: Schemas['ScoreParts'] }) {
  return (
    <dl className={`${styles.facts} ${styles.points}`}>
      {score.groups.map((group) => (
        <div key={group.name} className={styles.group}>
          <div className={styles.total}>
            <dt>{plain(group.name)}</dt>
            <dd className="numbers">{number(group.points)}</dd>
          </div>
          {group.rules.map((rule) => (
            <div key={rule.name} className={styles.line}>
              <dt>{plain(rule.name)}</dt>
              <dd className="numbers">{signed(rule.points)}</dd>
            </div>
          ))}
          {group.rules.length === 0 && (
            <div className={styles.line}>
              <dt>{t('score.none')}</dt>
              <dd />
            </div>
          )}
        </div>
      ))}
    </dl>
  );
}

const signed = (points: number): string =>
  points < 0 ? `−${number(-points)}` : `+${number(points)}`;
