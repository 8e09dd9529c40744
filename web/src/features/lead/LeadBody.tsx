import { Button, CopyButton, Text } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useContextPackage, useLead } from '../../api/handoffs';
import type { WorkItem } from '../../api/work';
import { useSession } from '../../app/session';
import { number } from '../../lib/format';
import { t } from '../../lib/i18n';
import { Behaviours, Facts } from '../../ui/handoff/Facts';
import paneStyles from '../../ui/handoff/HandoffPane.module.css';
import { ScoreBar, ScoreBreakdown } from '../../ui/handoff/Score';
import { WhyPanel } from '../../ui/handoff/WhyPanel';
import { Section } from '../../ui/Section';
import { Failed, LoadingRows } from '../../ui/states';
import styles from './LeadPage.module.css';
import { Timeline } from './Timeline';

/** The cards of the lead page: what to do on the left, what it rests on at the right. */
export function LeadBody({ item }: { item: WorkItem }) {
  const context = useContextPackage(item.id);
  const lead = useLead(item.lead);
  const { user } = useSession();
  const found = context.data;
  const isMine = item.owner === user.rep;
  return (
    <div className={styles.columns}>
      <div className={styles.column}>
        {context.error && <Failed error={context.error} retry={() => context.refetch()} />}
        {context.isPending && <LoadingRows count={5} height={14} />}
        {found && (
          <Section title={t('context.next')} card>
            <Text>{found.next}</Text>
            {found.playbook && (
              <Text className="muted" size="sm" mt={6} style={{ whiteSpace: 'pre-line' }}>
                {found.playbook}
              </Text>
            )}
          </Section>
        )}
        {found?.message && (
          <Section title={t('context.wrote')} card>
            <blockquote className={paneStyles.quote}>{found.message}</blockquote>
          </Section>
        )}
        {found?.opener && <Opener text={found.opener} />}
        {found && found.behaviours.length > 0 && (
          <Section title={t('context.did')} card>
            <Behaviours of={found.behaviours} />
          </Section>
        )}
        <Section title={t('lead.timeline')} card>
          {lead.data ? <Timeline lead={lead.data} /> : <LoadingRows count={4} height={14} />}
        </Section>
      </div>
      <div className={styles.column}>
        <Section title={isMine ? t('context.why_you') : t('context.why')} card>
          <WhyPanel handoff={item.id} why={found?.why} isMine={isMine} />
        </Section>
        {found?.score && (
          <Section
            title={t('score.title')}
            aside={t('score.points', { points: number(found.score.points) })}
            card
          >
            <ScoreBar points={found.score.points} />
            <div style={{ height: 12 }} />
            <ScoreBreakdown score={found.score} />
          </Section>
        )}
        <Section title={t('context.lead')} card>
          <Facts item={item} context={found} />
        </Section>
      </div>
    </div>
  );
}

function Opener({ text }: { text: string }) {
  return (
    <Section title={t('context.opener')} card>
      <div className={paneStyles.quote}>{text}</div>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Button
            variant="default"
            size="compact-sm"
            mt={10}
            onClick={copy}
            leftSection={
              copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />
            }
          >
            {copied ? t('action.copied') : t('action.copy')}
          </Button>
        )}
      </CopyButton>
    </Section>
  );
}
