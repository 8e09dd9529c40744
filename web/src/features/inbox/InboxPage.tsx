import { Button, SegmentedControl, Text, TextInput, Title } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import {
  IconBeach,
  IconCircleCheck,
  IconClockPause,
  IconFilterOff,
  IconSearch,
} from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useRef } from 'react';
import { useMyRep, usePresence } from '../../app/Availability';
import { type Command, useCommands } from '../../app/commands';
import { useSession } from '../../app/session';
import { t } from '../../lib/i18n';
import { HandoffPane } from '../../ui/handoff/HandoffPane';
import { useDeedBar } from '../../ui/handoff/useDeedBar';
import { Empty, Failed, LoadingRows } from '../../ui/states';
import { BulkBar } from './BulkBar';
import { InboxGrid } from './InboxGrid';
import styles from './InboxPage.module.css';
import { RiskVoice } from './RiskVoice';
import type { Tab } from './rows';
import { subjects, useInbox, useTabs } from './useInbox';

const ICON = { size: 32, stroke: 1.5, 'aria-hidden': true } as const;

/** The next lead, before its clock runs out. */
export function InboxPage() {
  const search = useSearch({ from: '/inbox' });
  const navigate = useNavigate();
  const tabs = useTabs();
  const tab: Tab = search.tab ?? tabs[0] ?? 'mine';
  const inbox = useInbox(tab, search.q ?? '');
  const { user } = useSession();
  const isPhone = useMediaQuery('(max-width: 767px)') ?? false;
  const isWide = useMediaQuery('(min-width: 1200px)') ?? false;
  const filter = useRef<HTMLInputElement>(null);
  const { point, select, selected, move, current } = inbox;

  const open = useCallback(
    (id: string | undefined) => {
      if (id) navigate({ to: '/handoffs/$handoff', params: { handoff: id } });
    },
    [navigate],
  );
  const onPoint = useCallback(
    (id: string, extend: boolean) => {
      point(id, extend);
      // Without a pane beside the list there is nothing else to look at.
      if (!isWide && !extend) open(id);
    },
    [point, isWide, open],
  );
  const onSelect = useCallback((id: string) => select([id], false), [select]);
  const bar = useDeedBar(subjects(inbox.chosen, current), () => move(1));
  useInboxCommands(inbox, open, () => filter.current?.focus());
  const look = (change: { tab?: Tab; q?: string }) => {
    const next = { ...search, ...change };
    navigate({
      to: '/inbox',
      search: {
        ...(next.tab && next.tab !== tabs[0] ? { tab: next.tab } : {}),
        ...(next.q ? { q: next.q } : {}),
      },
      replace: true,
    });
  };
  const data = tabs.map((it) => ({ value: it, label: t(`inbox.tab.${it}`) }));
  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <div style={{ flex: '1 1 200px' }}>
          <Title order={1}>{t('inbox.title')}</Title>
          <Count inbox={inbox} />
        </div>
        <SegmentedControl
          aria-label={t('inbox.tabs')}
          value={tab}
          onChange={(value) => look({ tab: value as Tab })}
          data={data}
        />
        <TextInput
          ref={filter}
          className={styles.filter ?? ''}
          aria-label={t('inbox.filter')}
          placeholder={t('inbox.filter')}
          leftSection={<IconSearch size={16} stroke={1.7} aria-hidden />}
          value={search.q ?? ''}
          onChange={(event) => look({ q: event.currentTarget.value })}
          onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
        />
      </div>
      <div className={styles.split} data-alone={inbox.rows.length === 0 || undefined}>
        <section className={`card ${styles.list}`} aria-label={t('inbox.title')}>
          {inbox.news > 0 && (
            <Button
              className={styles.news ?? ''}
              size="compact-sm"
              radius="xl"
              onClick={inbox.showNews}
            >
              {t('inbox.news', { count: inbox.news })}
            </Button>
          )}
          {inbox.chosen.length > 0 && (
            <BulkBar bar={bar} count={inbox.chosen.length} onClear={inbox.clear} />
          )}
          {inbox.rows.length > 0 ? (
            <InboxGrid
              rows={inbox.rows}
              cursor={inbox.cursor}
              selected={selected}
              me={user.rep}
              isPhone={isPhone}
              onPoint={onPoint}
              onSelect={onSelect}
            />
          ) : (
            <Nothing inbox={inbox} tab={tab} onClear={() => look({ q: '' })} filter={search.q} />
          )}
        </section>
        {isWide && inbox.rows.length > 0 && (
          <aside className={`card ${styles.pane}`} aria-label={t('inbox.pane')}>
            {current && (
              <HandoffPane
                item={current}
                bar={inbox.chosen.length === 0 ? bar : undefined}
                onOpen={() => open(current.id)}
              />
            )}
          </aside>
        )}
      </div>
      <RiskVoice rows={inbox.rows} />
      {bar.dialog}
    </div>
  );
}

type Inbox = ReturnType<typeof useInbox>;

function Count({ inbox }: { inbox: Inbox }) {
  const data = inbox.work.data;
  const text = useMemo(() => {
    if (!data) return ' ';
    const shown = inbox.rows.length;
    const all = t('inbox.count', { count: shown });
    return data.items.length < data.total
      ? t('inbox.count_of', { count: shown, total: data.total })
      : all;
  }, [data, inbox.rows.length]);
  return (
    <Text className="muted" size="sm">
      {text}
    </Text>
  );
}

interface NothingProps {
  inbox: Inbox;
  tab: Tab;
  filter: string | undefined;
  onClear: () => void;
}

function Nothing({ inbox, tab, filter, onClear }: NothingProps) {
  const me = useMyRep();
  const presence = usePresence();
  const { work } = inbox;
  if (work.isPending) return <LoadingRows count={12} />;
  if (work.error) return <Failed error={work.error} retry={() => work.refetch()} />;
  if (filter) {
    return (
      <Empty title={t('inbox.no_match')} icon={<IconFilterOff {...ICON} />}>
        <Button variant="default" onClick={onClear}>
          {t('inbox.clear')}
        </Button>
      </Empty>
    );
  }
  if (tab === 'snoozed')
    return (
      <Empty
        title={t('inbox.none_snoozed')}
        text={t('inbox.none_snoozed.text')}
        icon={<IconClockPause {...ICON} />}
      />
    );
  if (me && !me.present) {
    return (
      <Empty
        title={t('inbox.off_duty')}
        text={t('inbox.off_duty.text')}
        icon={<IconBeach {...ICON} />}
      >
        <Button onClick={() => presence.mutate({ rep: me.id, present: true })}>
          {t('inbox.back_on_duty')}
        </Button>
      </Empty>
    );
  }
  return (
    <Empty
      title={t('inbox.empty')}
      text={t('inbox.empty.text')}
      icon={<IconCircleCheck {...ICON} />}
    />
  );
}

function useInboxCommands(
  inbox: Inbox,
  open: (id: string | undefined) => void,
  filter: () => void,
): void {
  const { move, cursor, select, clear, rows, showNews } = inbox;
  const moving = (
    id: string,
    label: Command['label'],
    keys: string[],
    run: () => void,
  ): Command => ({
    id,
    label,
    group: 'list',
    keys,
    keysOnly: true,
    run,
  });
  useCommands([
    moving('list.next', 'list.next', ['j', 'arrowdown'], () => move(1)),
    moving('list.previous', 'list.previous', ['k', 'arrowup'], () => move(-1)),
    moving('list.first', 'list.first', ['home'], () => move(-rows.length)),
    moving('list.last', 'list.last', ['end'], () => move(rows.length)),
    moving('list.open', 'list.open', ['enter'], () => open(cursor)),
    moving('list.select', 'list.select', ['x'], () => cursor && select([cursor], false)),
    moving('list.extend', 'list.extend', ['shift+j', 'shift+arrowdown'], () => move(1, true)),
    moving('list.extend_up', 'list.extend_up', ['shift+k', 'shift+arrowup'], () => move(-1, true)),
    moving('list.clear', 'list.clear', ['escape'], clear),
    { id: 'list.filter', label: 'list.filter', group: 'list', keys: ['/'], run: filter },
    { id: 'list.news', label: 'list.news', group: 'list', keys: ['.'], run: showNews },
  ]);
}
