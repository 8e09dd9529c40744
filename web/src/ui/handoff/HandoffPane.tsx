import { Button, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconArrowUpRight } from '@tabler/icons-react';
import { useContextPackage } from '../../api/handoffs';
import { currentClock, personName, type WorkItem } from '../../api/work';
import { useSession } from '../../app/session';
import { number } from '../../lib/format';
import { t } from '../../lib/i18n';
import { plain } from '../../lib/words';
import { Section } from '../Section';
import { SlaPill } from '../SlaPill';
import { TierTag } from '../TierTag';
import { DeedButtons } from './DeedButtons';
import { Behaviours, Facts } from './Facts';
import styles from './HandoffPane.module.css';
import { ScoreBar } from './Score';
import type { DeedBar } from './useDeedBar';

interface Props {
  item: WorkItem;
  /** What may be done with it; nothing while others are selected. */
  bar: DeedBar | undefined;
  onOpen: () => void;
}

/** A handoff in short, beside the list. */
export function HandoffPane({ item, bar, onOpen }: Props) {
  const context = useContextPackage(item.id);
  const { user } = useSession();
  const isMine = item.owner === user.rep;
  const { person } = item;
  const found = context.data;
  return (
    <div className={styles.pane}>
      <div>
        <div className={styles.top}>
          <Title order={2} fz={16}>
            {personName(item)}
          </Title>
          <SlaPill clock={currentClock(item)} />
        </div>
        <Text className="muted" size="sm">
          {[person.title, person.company].filter(Boolean).join(', ')}
        </Text>
      </div>
      {bar && <DeedButtons bar={bar} />}
      {context.isPending && (
        <Stack gap={12} role="status" aria-label={t('state.loading')}>
          <Skeleton height={14} width="80%" />
          <Skeleton height={14} width="55%" />
          <Skeleton height={14} width="70%" />
        </Stack>
      )}
      {found?.next && (
        <Section title={t('context.next')}>
          <Text size="sm">{found.next}</Text>
        </Section>
      )}
      {found?.message && <blockquote className={styles.quote}>{found.message}</blockquote>}
      {found?.why && isMine && (
        <Section title={t('context.why_you')}>
          <Text size="sm">{found.why}</Text>
        </Section>
      )}
      {found?.score && (
        <Section
          title={t('score.of', { points: found.score.points })}
          aside={found.score.groups
            .map((it) => `${plain(it.name)} ${number(it.points)}`)
            .join(' · ')}
        >
          <ScoreBar points={found.score.points} />
        </Section>
      )}
      {found && found.behaviours.length > 0 && (
        <Section title={t('context.did')}>
          <Behaviours of={found.behaviours.slice(0, 5)} />
        </Section>
      )}
      <Section title={t('context.lead')} aside={<TierTag tier={item.tier} />}>
        <Facts item={item} context={found} />
      </Section>
      <Button
        variant="default"
        onClick={onOpen}
        rightSection={<IconArrowUpRight size={16} stroke={1.8} aria-hidden />}
      >
        {t('context.open')}
      </Button>
    </div>
  );
}
