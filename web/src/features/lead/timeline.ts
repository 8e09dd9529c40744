/** What happened to a lead, as one list, the newest first. */
import type { Schemas } from '../../api/client';

export interface TimelineEntry {
  readonly key: string;
  readonly at: string;
  readonly kind:
    | 'did'
    | 'captured'
    | 'handed'
    | 'accepted'
    | 'attempt'
    | 'touched'
    | 'rejected'
    | 'disposed'
    | 'breached'
    | 'closed';
  /** What the lead did, or the verdict. */
  readonly what?: string;
  /** The rep it is about. */
  readonly who?: string;
  readonly note?: string;
}

/** A submission is how the lead came in; that is told once. */
const SUBMISSION = 'submission';

export function timeline(lead: Schemas['LeadWithHistory']): readonly TimelineEntry[] {
  const entries: TimelineEntry[] = [
    { key: 'captured', at: lead.captured_at, kind: 'captured', what: lead.reason },
  ];
  for (const it of lead.activities) {
    if (it.kind !== SUBMISSION) entries.push({ key: it.id, at: it.at, kind: 'did', what: it.kind });
  }
  for (const handoff of lead.handoffs) entries.push(...ofHandoff(handoff));
  return entries.sort((a, b) => b.at.localeCompare(a.at) || b.key.localeCompare(a.key));
}

function ofHandoff(handoff: Schemas['Handoff']): TimelineEntry[] {
  const who = handoff.owner_name ?? handoff.queue ?? undefined;
  const whom = who ? { who } : {};
  const entry = (
    kind: TimelineEntry['kind'],
    at: string | null | undefined,
    more: Partial<TimelineEntry> = {},
  ): TimelineEntry[] => (at ? [{ key: `${handoff.id} ${kind}`, at, kind, ...whom, ...more }] : []);
  const isSame = handoff.first_attempt_at === handoff.first_touch_at;
  return [
    ...entry('handed', handoff.created_at),
    ...entry('accepted', handoff.accepted_at),
    ...entry('attempt', isSame ? null : handoff.first_attempt_at),
    ...entry('touched', handoff.first_touch_at),
    ...entry('breached', handoff.breached_at),
    ...entry('rejected', handoff.rejected_at, {
      ...(handoff.reject_reason ? { what: handoff.reject_reason } : {}),
      ...(handoff.reject_note ? { note: handoff.reject_note } : {}),
    }),
    ...entry('disposed', handoff.rejected_at ? null : handoff.disposed_at, {
      ...(handoff.disposition ? { what: handoff.disposition } : {}),
    }),
  ];
}
