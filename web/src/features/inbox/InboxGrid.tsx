import { Checkbox } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useRef } from 'react';
import { currentClock, personName, type WorkItem } from '../../api/work';
import { usePreferences } from '../../app/preferences';
import { number } from '../../lib/format';
import { t } from '../../lib/i18n';
import { SlaPill } from '../../ui/SlaPill';
import { TierTag } from '../../ui/TierTag';
import styles from './InboxGrid.module.css';

interface Props {
  rows: readonly WorkItem[];
  cursor: string | undefined;
  selected: ReadonlySet<string>;
  me: string | null | undefined;
  isPhone: boolean;
  onPoint: (id: string, extend: boolean) => void;
  onSelect: (id: string, extend: boolean) => void;
}

const PHONE_ROW = 64;
const HEADER = 36;

/** The rows of the inbox; only those in sight are in the page. */
export function InboxGrid({ rows, cursor, selected, me, isPhone, onPoint, onSelect }: Props) {
  const grid = useRef<HTMLDivElement>(null);
  const { comfortable } = usePreferences();
  const height = isPhone ? PHONE_ROW : comfortable ? 48 : 40;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => grid.current,
    estimateSize: () => height,
    overscan: 8,
    // The header stays above the rows while they scroll.
    scrollMargin: isPhone ? 0 : HEADER,
    scrollPaddingStart: isPhone ? 0 : HEADER,
    getItemKey: (at) => rows[at]?.id ?? at,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows of another height lie elsewhere
  useEffect(() => virtual.measure(), [height]);
  const at = rows.findIndex((it) => it.id === cursor);
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: 'auto' });
  }, [at, virtual]);
  const mounted = virtual.getVirtualItems();
  const isMounted = mounted.some((it) => it.index === at);
  return (
    <div
      ref={grid}
      role="grid"
      tabIndex={0}
      aria-label={t('inbox.title')}
      aria-rowcount={rows.length + 1}
      aria-multiselectable
      aria-activedescendant={isMounted && cursor ? `row-${cursor}` : undefined}
      className={styles.grid}
    >
      <Columns />
      <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {mounted.map(({ index, start, key }) => {
          const item = rows[index];
          return item ? (
            <Row
              key={key}
              item={item}
              index={index}
              start={start - virtual.options.scrollMargin}
              isCursor={index === at}
              isSelected={selected.has(item.id)}
              isMine={item.owner === me}
              onPoint={onPoint}
              onSelect={onSelect}
            />
          ) : null;
        })}
      </div>
    </div>
  );
}

function Columns() {
  return (
    <div role="rowgroup" className={styles.header}>
      <div role="row" aria-rowindex={1} className={styles.columns}>
        <span role="columnheader">
          <span className="hidden-text">{t('inbox.column.select')}</span>
        </span>
        <span role="columnheader" aria-sort="other">
          {t('inbox.column.clock')}
        </span>
        <span role="columnheader">{t('inbox.column.lead')}</span>
        <span role="columnheader">{t('inbox.column.source')}</span>
        <span role="columnheader">{t('inbox.column.tier')}</span>
        <span role="columnheader" className={styles.number}>
          {t('inbox.column.score')}
        </span>
        <span role="columnheader" className={styles.owner}>
          {t('inbox.column.owner')}
        </span>
      </div>
    </div>
  );
}

interface RowProps {
  item: WorkItem;
  index: number;
  start: number;
  isCursor: boolean;
  isSelected: boolean;
  isMine: boolean;
  onPoint: (id: string, extend: boolean) => void;
  onSelect: (id: string, extend: boolean) => void;
}

const Row = memo(function Row(props: RowProps) {
  const { item, index, start, isCursor, isSelected, isMine, onPoint, onSelect } = props;
  const { person } = item;
  const name = personName(item);
  const isNew = item.state === 'offered';
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the focus and the keys
    <div
      role="row"
      id={`row-${item.id}`}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      className={styles.row}
      data-cursor={isCursor || undefined}
      data-new={isNew || undefined}
      style={{ transform: `translateY(${start}px)` }}
      onClick={(event) => onPoint(item.id, event.shiftKey)}
    >
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: `x` does the same */}
      <span role="gridcell" className={styles.check} onClick={(event) => event.stopPropagation()}>
        <Checkbox
          size="xs"
          tabIndex={-1}
          checked={isSelected}
          onChange={(event) =>
            onSelect(item.id, (event.nativeEvent as unknown as MouseEvent).shiftKey)
          }
          aria-label={t('inbox.select', { who: name })}
        />
      </span>
      <span role="gridcell" className={styles.clock}>
        <SlaPill clock={currentClock(item)} />
      </span>
      <span role="gridcell" className={`${styles.person} ${styles.who}`}>
        {isNew && <span className={styles.dot} title={t('inbox.unanswered')} />}
        <span className="one-line">
          <b>{name}</b>
          {person.company && person.company !== name && (
            <span className="muted"> · {person.company}</span>
          )}
        </span>
      </span>
      <span role="gridcell" className={`${styles.source} one-line`}>
        {item.reason}
      </span>
      <span role="gridcell" className={styles.tier}>
        <TierTag tier={item.tier} />
      </span>
      <span role="gridcell" className={styles.number}>
        {item.score == null ? '–' : number(Math.round(item.score))}
      </span>
      <span role="gridcell" className={`${styles.owner} one-line`}>
        {isMine ? t('inbox.you') : (item.owner_name ?? item.queue)}
      </span>
    </div>
  );
});
