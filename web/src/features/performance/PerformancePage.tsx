import { SegmentedControl, Text, Title } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useReport } from '../../api/reports';
import { useRejectReasons } from '../../api/work';
import { useSession } from '../../app/session';
import { number, percent } from '../../lib/format';
import { t } from '../../lib/i18n';
import type { Group, Rate, Report } from '../../lib/report';
import { plain } from '../../lib/words';
import { Section } from '../../ui/Section';
import { Empty, Failed, LoadingRows } from '../../ui/states';
import { span } from './figures';
import styles from './PerformancePage.module.css';
import { Tiles } from './Tiles';

const PERIODS = [7, 30, 90] as const;
const STANDARD = 30;

/** How it goes: one's own figures, or those of all whom one sees. */
export function PerformancePage() {
  const { days = STANDARD } = useSearch({ from: '/performance' });
  const navigate = useNavigate();
  const { rights } = useSession();
  const isOwn = rights.read_report === 'own';
  const report = useReport(days);
  const look = (value: string) => {
    const wanted = Number(value);
    navigate({
      to: '/performance',
      search: wanted === STANDARD ? {} : { days: wanted },
      replace: true,
    });
  };
  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <div>
          <Title order={1}>{isOwn ? t('performance.mine') : t('performance.title')}</Title>
          <Text className="muted" size="sm">
            {isOwn ? t('performance.mine.text') : t('performance.text')}
          </Text>
        </div>
        <SegmentedControl
          aria-label={t('performance.period')}
          value={String(days)}
          onChange={look}
          data={PERIODS.map((it) => ({
            value: String(it),
            label: t('performance.days', { count: it }),
          }))}
        />
      </div>
      {report.isPending && <LoadingRows count={6} />}
      {report.error && <Failed error={report.error} retry={() => report.refetch()} />}
      {report.data && <Figures report={report.data} isOwn={isOwn} />}
    </div>
  );
}

function Figures({ report, isOwn }: { report: Report; isOwn: boolean }) {
  if (report.total.handoffs === 0) return <Empty title={t('performance.none')} />;
  return (
    <>
      <Tiles report={report} />
      <div className={styles.columns}>
        <div style={{ display: 'flex', flexDirection: 'column', gap: 12, minWidth: 0 }}>
          {!isOwn && report.reps.length > 1 && (
            <Breakdown
              title={t('performance.by_rep')}
              groups={report.reps}
              minimum={report.minimum}
            />
          )}
          <Breakdown
            title={t('performance.by_source')}
            groups={report.sources}
            minimum={report.minimum}
          />
        </div>
        <Rejections report={report} />
      </div>
    </>
  );
}

interface BreakdownProps {
  title: string;
  groups: readonly Group[];
  minimum: number;
}

/** The same figures for each group; small numbers are grey. */
function Breakdown({ title, groups, minimum }: BreakdownProps) {
  return (
    <Section title={title} card>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
      <section className={styles.scroll} aria-label={title} tabIndex={0}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{title}</th>
              <th scope="col">{t('figure.handoffs')}</th>
              <th scope="col">{t('figure.acceptance')}</th>
              <th scope="col">{t('figure.touched')}</th>
              <th scope="col">{t('figure.speed')}</th>
              <th scope="col">{t('figure.conversion')}</th>
            </tr>
          </thead>
          <tbody>
            {groups.map(({ name, label, figures }) => (
              <tr key={name}>
                <th scope="row">{label}</th>
                <td>{number(figures.handoffs)}</td>
                {share(figures.acceptance, minimum)}
                {share(figures.touched, minimum)}
                <td data-few={figures.speed.n < minimum || undefined}>
                  {span(figures.speed.median)}
                </td>
                {share(figures.conversion, minimum)}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <Text size="xs" className="muted" mt={8}>
        {t('performance.small', { minimum })}
      </Text>
    </Section>
  );
}

const share = (rate: Rate, minimum: number) => (
  <td data-few={rate.n < minimum || undefined} title={t('figure.of', { of: rate.of, n: rate.n })}>
    {rate.value === null ? '–' : percent(rate.value)}
    <span className="muted"> / {number(rate.n)}</span>
  </td>
);

function Rejections({ report }: { report: Report }) {
  const reasons = useRejectReasons().data?.items ?? [];
  const most = report.rejections[0]?.count ?? 1;
  const sum = report.rejections.reduce((all, it) => all + it.count, 0);
  return (
    <Section title={t('performance.rejections')} aside={t('figure.n', { n: sum })} card>
      {sum === 0 && <Text className="muted">{t('performance.no_rejections')}</Text>}
      <dl className={styles.bars}>
        {report.rejections.map(({ reason, count }) => (
          <div key={reason} style={{ display: 'contents' }}>
            <dt>{reasons.find((it) => it.key === reason)?.label ?? plain(reason)}</dt>
            <dd aria-hidden>
              <div className={styles.bar} style={{ width: `${(count / most) * 100}%` }} />
            </dd>
            <dd className="numbers">{number(count)}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
