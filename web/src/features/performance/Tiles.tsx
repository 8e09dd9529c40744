import { number, percent } from '../../lib/format';
import { t } from '../../lib/i18n';
import type { Rate, Report } from '../../lib/report';
import { span } from './figures';
import styles from './PerformancePage.module.css';

/** The figures one looks at first. */
export function Tiles({ report }: { report: Report }) {
  const { total, minimum } = report;
  return (
    <div className={styles.tiles}>
      <RateTile title={t('figure.acceptance')} rate={total.acceptance} minimum={minimum} />
      <RateTile title={t('figure.answered')} rate={total.answered} minimum={minimum} />
      <RateTile title={t('figure.touched')} rate={total.touched} minimum={minimum} />
      <section className={`card ${styles.tile}`}>
        <h2 style={{ margin: 0, fontSize: 13, fontWeight: 500 }}>{t('figure.speed')}</h2>
        <span className={styles.value} data-few={total.speed.n < minimum || undefined}>
          {span(total.speed.median)}
        </span>
        <span className="muted numbers" style={{ fontSize: 12 }}>
          {t('figure.speed.text', { p90: span(total.speed.p90), n: number(total.speed.n) })}
        </span>
      </section>
    </div>
  );
}

interface RateTileProps {
  title: string;
  rate: Rate;
  minimum: number;
}

function RateTile({ title, rate, minimum }: RateTileProps) {
  const isFew = rate.n < minimum;
  return (
    <section className={`card ${styles.tile}`}>
      <h2 style={{ margin: 0, fontSize: 13, fontWeight: 500 }}>{title}</h2>
      <span className={styles.value} data-few={isFew || undefined}>
        {rate.value === null ? '–' : percent(rate.value)}
      </span>
      {rate.value !== null && rate.low !== null && rate.high !== null && (
        <div className={styles.range} aria-hidden>
          <i style={{ left: `${rate.low * 100}%`, right: `${100 - rate.high * 100}%` }} />
          <b style={{ left: `calc(${rate.value * 100}% - 1px)` }} />
        </div>
      )}
      <span className="muted numbers" style={{ fontSize: 12 }}>
        {t('figure.of', { of: rate.of, n: rate.n })}
        {rate.low !== null && rate.high !== null && rate.n > 0 && (
          <> · {t('figure.between', { low: percent(rate.low), high: percent(rate.high) })}</>
        )}
        {isFew && <> · {t('figure.few')}</>}
      </span>
    </section>
  );
}
