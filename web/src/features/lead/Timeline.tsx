import type { Schemas } from '../../api/client';
import { useRejectReasons } from '../../api/work';
import { ago, instant } from '../../lib/format';
import { t, tMaybe } from '../../lib/i18n';
import { useTicking } from '../../lib/ticker';
import { plain } from '../../lib/words';
import styles from './LeadPage.module.css';
import { type TimelineEntry, timeline } from './timeline';

/** Everything that happened to a lead, the newest first. */
export function Timeline({ lead }: { lead: Schemas['LeadWithHistory'] }) {
  const reasons = useRejectReasons().data?.items ?? [];
  const label = (key: string) => reasons.find((it) => it.key === key)?.label ?? plain(key);
  return (
    <ol className={styles.timeline}>
      {timeline(lead).map((it) => (
        <li key={it.key} data-kind={it.kind}>
          <span>{text(it, label)}</span>
          <When at={it.at} />
          {it.note && <span className={styles.note}>{it.note}</span>}
        </li>
      ))}
    </ol>
  );
}

function When({ at }: { at: string }) {
  const text = useTicking((now) => ago(at, now));
  return (
    <time dateTime={at} title={instant(at)}>
      {text}
    </time>
  );
}

function text(entry: TimelineEntry, label: (key: string) => string): string {
  const who = entry.who ?? t('timeline.nobody');
  const what = entry.what ?? '';
  switch (entry.kind) {
    case 'did':
      return tMaybe(`deed_of_lead.${what}`) ?? plain(what);
    case 'rejected':
      return t('timeline.rejected', { who, what: label(what) });
    case 'disposed':
      return t('timeline.disposed', { who, what: tMaybe(`verdict.${what}`) ?? plain(what) });
    default:
      return t(`timeline.${entry.kind}`, { who, what });
  }
}
