import type { Schemas } from '../../api/client';
import type { WorkItem } from '../../api/work';
import { useSession } from '../../app/session';
import { money } from '../../lib/format';
import { t } from '../../lib/i18n';
import { plain } from '../../lib/words';
import styles from './HandoffPane.module.css';

interface Props {
  item: WorkItem;
  context: Schemas['ContextPackage'] | undefined;
}

/** What is known of the person and the company. */
export function Facts({ item, context }: Props) {
  const { currency } = useSession().workspace;
  const { person } = item;
  const facts: [string, string][] = [
    [t('fact.source'), item.reason],
    [t('fact.email'), person.email],
    [t('fact.phone'), person.phone],
    [t('fact.intent'), context?.intent ?? ''],
    [t('fact.timeline'), context?.timeline ?? ''],
    [t('fact.value'), item.value == null ? '' : money(item.value, currency)],
    ...(context?.company ?? []).map((it): [string, string] => [plain(it.name), it.value]),
    ...(context?.answers ?? []).map((it): [string, string] => [plain(it.name), it.value]),
    ...(context?.consent ?? []).map((it): [string, string] => [
      t('fact.consent', { purpose: it.name.toLowerCase() }),
      it.value,
    ]),
    [t('fact.account'), context?.account.join(', ') ?? ''],
  ];
  return (
    <dl className={styles.facts}>
      {facts
        .filter(([, value]) => value !== '')
        .map(([name, value]) => (
          <div key={name} style={{ display: 'contents' }}>
            <dt>{name}</dt>
            <dd>{linked(name, value)}</dd>
          </div>
        ))}
    </dl>
  );
}

/** Addresses and numbers are one click away; nothing else that a lead wrote is a link. */
function linked(name: string, value: string) {
  const scheme =
    name === t('fact.email') ? 'mailto:' : name === t('fact.phone') ? 'tel:' : undefined;
  return scheme ? (
    <a href={`${scheme}${value}`} style={{ color: 'var(--accent-text)' }}>
      {value}
    </a>
  ) : (
    value
  );
}

/** What the lead did, the most telling first. */
export function Behaviours({ of }: { of: readonly Schemas['Behaviour'][] }) {
  return (
    <ul className={styles.behaviours}>
      {of.map((it) => (
        <li key={it.kind}>
          <span>
            {plain(it.name)}
            {it.count > 1 && <span className="muted"> ×{it.count}</span>}
          </span>
          <span className="muted numbers" style={{ whiteSpace: 'nowrap' }}>
            {it.points > 0 && <b style={{ fontWeight: 600 }}>+{it.points} · </b>}
            {it.last}
          </span>
        </li>
      ))}
    </ul>
  );
}
