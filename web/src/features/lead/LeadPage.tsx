import { ActionIcon, Anchor, Breadcrumbs, Text, Title } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { keys } from '../../api/keys';
import { personName, useWorkItem, type Work, type WorkItem } from '../../api/work';
import { useCommands } from '../../app/commands';
import { useSession } from '../../app/session';
import { t } from '../../lib/i18n';
import { DeedButtons } from '../../ui/handoff/DeedButtons';
import { useDeedBar } from '../../ui/handoff/useDeedBar';
import { SlaPill } from '../../ui/SlaPill';
import { Failed, LoadingRows } from '../../ui/states';
import { TierTag } from '../../ui/TierTag';
import { LeadBody } from './LeadBody';
import styles from './LeadPage.module.css';

const NONE: readonly WorkItem[] = [];

/** Everything about one handoff and its lead. */
export function LeadPage() {
  const { handoff } = useParams({ from: '/handoffs/$handoff' });
  const found = useWorkItem(handoff);
  const isPhone = useMediaQuery('(max-width: 767px)') ?? false;
  const item = found.data;
  const go = useNeighbours(handoff);
  const bar = useDeedBar(item ? [item] : NONE, go.next);
  useCommands([
    { id: 'lead.next', label: 'lead.next', group: 'list', keys: [']'], run: () => go.next?.() },
    {
      id: 'lead.previous',
      label: 'lead.previous',
      group: 'list',
      keys: ['['],
      run: () => go.previous?.(),
    },
  ]);
  if (found.error && !item) return <Failed error={found.error} retry={() => found.refetch()} />;
  if (!item) return <LoadingRows count={10} />;
  return (
    <>
      <div className={styles.page}>
        <Trail item={item} go={go} />
        <header className={`card ${styles.head}`}>
          <Heading item={item} />
          {!isPhone && <DeedButtons bar={bar} />}
        </header>
        <LeadBody item={item} />
      </div>
      {isPhone && (bar.can.respond || bar.can.reassign) && (
        <div className={styles.actions}>
          <DeedButtons bar={bar} grow />
        </div>
      )}
      {bar.dialog}
    </>
  );
}

function Heading({ item }: { item: WorkItem }) {
  const { person } = item;
  const { user } = useSession();
  const owner = item.owner === user.rep ? t('inbox.you') : (item.owner_name ?? item.queue ?? '–');
  return (
    <div style={{ minWidth: 0 }}>
      <div style={{ display: 'flex', flexWrap: 'wrap', gap: 8, alignItems: 'center' }}>
        <Title order={1}>{personName(item)}</Title>
        <TierTag tier={item.tier} />
      </div>
      <Text className="muted">
        {[person.title, person.company].filter(Boolean).join(', ') || item.reason}
      </Text>
      <dl className={styles.clocks}>
        <div>
          <dt>{t('lead.owner')}</dt>
          <dd>{owner}</dd>
        </div>
        {item.clocks.map((it) => (
          <div key={it.duty}>
            <dt>{t(`duty.${it.duty}`)}</dt>
            <dd>
              <SlaPill clock={it} />
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

interface Neighbours {
  readonly previous?: (() => void) | undefined;
  readonly next?: (() => void) | undefined;
}

/** The handoffs before and after this one in the list that was looked at. */
function useNeighbours(id: string): Neighbours {
  const client = useQueryClient();
  const navigate = useNavigate();
  const lists = client.getQueriesData<Work>({ queryKey: keys.anyWork });
  const items = lists
    .map(([, work]) => work?.items ?? [])
    .find((it) => it.some((one) => one.id === id));
  const at = items?.findIndex((it) => it.id === id) ?? -1;
  const to = (neighbour: WorkItem | undefined) =>
    neighbour && (() => navigate({ to: '/handoffs/$handoff', params: { handoff: neighbour.id } }));
  return at < 0 ? {} : { previous: to(items?.[at - 1]), next: to(items?.[at + 1]) };
}

function Trail({ item, go }: { item: WorkItem; go: Neighbours }) {
  return (
    <div style={{ display: 'flex', alignItems: 'center', gap: 8 }}>
      <Breadcrumbs separatorMargin={6} style={{ flex: 1, minWidth: 0 }}>
        <Anchor component={Link} to="/inbox" size="sm">
          {t('inbox.title')}
        </Anchor>
        <Text size="sm" className="one-line" aria-current="page">
          {personName(item)}
        </Text>
      </Breadcrumbs>
      <Step label={t('lead.previous')} run={go.previous} icon={IconChevronUp} />
      <Step label={t('lead.next')} run={go.next} icon={IconChevronDown} />
    </div>
  );
}

interface StepProps {
  label: string;
  run: (() => void) | undefined;
  icon: typeof IconChevronUp;
}

function Step({ label, run, icon: Icon }: StepProps) {
  return (
    <ActionIcon
      aria-label={label}
      title={label}
      disabled={!run}
      onClick={run}
      variant="default"
      size={32}
    >
      <Icon size={16} stroke={1.8} />
    </ActionIcon>
  );
}
