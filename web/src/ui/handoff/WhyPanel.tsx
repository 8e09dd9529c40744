import { Anchor, Collapse, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconCheck, IconMinus } from '@tabler/icons-react';
import { useDecision } from '../../api/handoffs';
import { useReps } from '../../api/work';
import { instant, weekdayTime } from '../../lib/format';
import { t, tMaybe } from '../../lib/i18n';
import type { Decision, RepStep, TargetStep } from '../../lib/trace';
import { plain } from '../../lib/words';
import { LoadingRows, messageOf } from '../states';
import styles from './WhyPanel.module.css';

/** Candidates that are shown before one asks for all. */
const SHOWN = 4;

interface Props {
  handoff: string;
  /** The reason in words that are said to the owner. */
  why: string | undefined;
  isMine: boolean;
}

/** Why this rep and not another, from the decision as it was made. */
export function WhyPanel({ handoff, why, isMine }: Props) {
  const decision = useDecision(handoff);
  const reps = useReps().data?.items ?? [];
  const nameOf = (id: string) => reps.find((it) => it.id === id)?.name ?? id;
  if (decision.isPending) return <LoadingRows count={3} height={14} />;
  if (decision.error) {
    return (
      <Text size="sm" className="muted">
        {messageOf(decision.error)}
      </Text>
    );
  }
  const found = decision.data;
  return (
    <div className={styles.panel}>
      {isMine && <Text size="sm">{why || summary(found)}</Text>}
      <RulePath decision={found} />
      {found.targets
        .filter((it) => it.reps.length > 0)
        .map((target) => (
          <Candidates key={`${target.rule} ${target.to}`} target={target} nameOf={nameOf} />
        ))}
      <Text size="xs" className="muted">
        {t('why.policy', { policy: found.policy.slice(0, 8), at: instant(found.at) })}
      </Text>
    </div>
  );
}

const summary = (decision: Decision): string =>
  decision.how ? (tMaybe(`how.${decision.how}`) ?? decision.how) : t('why.unknown');

/** The rules in the order in which they were tried, up to the one that held. */
function RulePath({ decision }: { decision: Decision }) {
  if (decision.rules.length === 0) return null;
  return (
    <ol className={styles.rules}>
      {decision.rules.map((it) => (
        <li key={it.rule} data-holds={it.is === 'true' || undefined}>
          {it.is === 'true' ? (
            <IconCheck size={14} stroke={2.4} aria-hidden />
          ) : (
            <IconMinus size={14} stroke={2} aria-hidden />
          )}
          <span>{plain(it.rule)}</span>
          <span className="muted">{t(`rule.${it.is}`)}</span>
        </li>
      ))}
    </ol>
  );
}

interface CandidatesProps {
  target: TargetStep;
  nameOf: (id: string) => string;
}

function Candidates({ target, nameOf }: CandidatesProps) {
  const [isAll, all] = useDisclosure(false);
  const sorted = target.reps.toSorted(
    (a, b) => Number(b.is === 'chosen') - Number(a.is === 'chosen'),
  );
  const rest = sorted.slice(SHOWN);
  return (
    <div>
      <Text component="h3" size="sm" fw={600} mb={4}>
        {t('why.candidates', { count: target.reps.length, pool: plain(target.to) })}
      </Text>
      <ul className={styles.reps}>{sorted.slice(0, SHOWN).map((it) => line(it, nameOf))}</ul>
      {rest.length > 0 && (
        <>
          <Collapse expanded={isAll}>
            <ul className={styles.reps}>{rest.map((it) => line(it, nameOf))}</ul>
          </Collapse>
          <Anchor component="button" size="xs" onClick={all.toggle} aria-expanded={isAll} mt={4}>
            {isAll ? t('why.fewer') : t('why.more', { count: rest.length })}
          </Anchor>
        </>
      )}
    </div>
  );
}

const line = (step: RepStep, nameOf: (id: string) => string) => (
  <li key={step.rep} data-chosen={step.is === 'chosen' || undefined}>
    <span>{nameOf(step.rep)}</span>
    <span className={step.is === 'chosen' ? '' : 'muted'}>{reason(step, nameOf)}</span>
  </li>
);

/** The typed reason in words, with its numbers. */
function reason(step: RepStep, nameOf: (id: string) => string): string {
  const detail = step.detail ?? {};
  const params: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(detail)) {
    if (typeof value === 'number') params[name] = value;
    if (typeof value === 'string') params[name] = name === 'rep' ? nameOf(value) : moment(value);
  }
  return tMaybe(`reason.${step.code}`, params) ?? step.code;
}

const moment = (text: string): string =>
  /^\d{4}-\d\d-\d\dT/.test(text) ? weekdayTime(text) : text;
