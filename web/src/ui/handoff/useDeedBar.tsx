import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useRejectReasons, type WorkItem } from '../../api/work';
import { type Command, useCommands } from '../../app/commands';
import { undoLast, useDeeds } from '../../app/deeds';
import { useSession } from '../../app/session';
import { t } from '../../lib/i18n';
import { toastDone } from '../toast';
import { useMayRespond } from './rights';

// Dialogs are loaded when they are first wanted.
const RejectDialog = lazy(() =>
  import('./RejectDialog').then((it) => ({ default: it.RejectDialog })),
);
const SnoozeDialog = lazy(() =>
  import('./SnoozeDialog').then((it) => ({ default: it.SnoozeDialog })),
);
const TouchDialog = lazy(() => import('./TouchDialog').then((it) => ({ default: it.TouchDialog })));
const ReassignDialog = lazy(() =>
  import('./ReassignDialog').then((it) => ({ default: it.ReassignDialog })),
);

export type Dialog = 'reject' | 'snooze' | 'reassign' | 'touch';

export interface DeedBar {
  /** What may be done with the handoffs now. */
  readonly can: Readonly<Record<'respond' | 'accept' | 'resume' | 'reassign' | 'touch', boolean>>;
  readonly accept: () => void;
  readonly resume: () => void;
  readonly open: (dialog: Dialog) => void;
  /** The dialog that is open, to be shown by the screen. */
  readonly dialog: ReactNode;
}

/** The deeds for these handoffs: their commands, their keys, their dialogs. */
export function useDeedBar(items: readonly WorkItem[], onDone?: () => void): DeedBar {
  const [opened, setOpened] = useState<{ kind: Dialog; items: readonly WorkItem[] }>();
  const { rights } = useSession();
  const deeds = useDeeds();
  // Asked for before they are wanted, so that the first key finds them.
  useRejectReasons();
  const respond = useMayRespond(items);
  const single = items.length === 1 ? items[0] : undefined;
  const offered = items.filter((it) => !it.accepted_at && it.state !== 'paused');
  const can = {
    respond,
    accept: respond && offered.length > 0,
    resume: respond && items.every((it) => it.state === 'paused'),
    reassign: 'reassign' in rights && items.some((it) => !it.closed_at),
    touch:
      respond && single !== undefined && single.state !== 'offered' && single.state !== 'queued',
  };
  const open = (kind: Dialog) => setOpened({ kind, items });
  const close = () => setOpened(undefined);
  const accept = () => {
    deeds.accept(offered);
  };
  const resume = () => {
    deeds.resume(items);
  };
  const copy = () => {
    if (!single?.person.email) return;
    navigator.clipboard?.writeText(single.person.email);
    toastDone(t('done.copied', { text: single.person.email }));
  };
  const commands: (Command & { if: boolean })[] = [
    {
      id: 'lead.accept',
      label: 'deed.accept',
      group: 'lead',
      keys: ['a'],
      run: accept,
      if: can.accept,
    },
    {
      id: 'lead.accept_next',
      label: 'deed.accept_next',
      group: 'lead',
      keys: ['shift+a'],
      run: () => {
        accept();
        onDone?.();
      },
      if: can.accept && onDone !== undefined,
    },
    {
      id: 'lead.reject',
      label: 'deed.reject',
      group: 'lead',
      keys: ['r'],
      run: () => open('reject'),
      if: respond,
    },
    {
      id: 'lead.touch',
      label: 'deed.touch',
      group: 'lead',
      keys: ['l'],
      run: () => open('touch'),
      if: can.touch,
    },
    {
      id: 'lead.snooze',
      label: 'deed.snooze',
      group: 'lead',
      keys: ['h'],
      run: () => open('snooze'),
      if: respond && !can.resume,
    },
    {
      id: 'lead.resume',
      label: 'deed.resume',
      group: 'lead',
      keys: ['h'],
      run: resume,
      if: can.resume,
    },
    {
      id: 'lead.reassign',
      label: 'deed.reassign',
      group: 'lead',
      keys: ['t'],
      run: () => open('reassign'),
      if: can.reassign,
    },
    {
      id: 'lead.copy',
      label: 'deed.copy',
      group: 'lead',
      keys: ['c'],
      run: copy,
      if: Boolean(single?.person.email),
    },
    { id: 'lead.undo', label: 'deed.undo', group: 'lead', keys: ['z'], run: undoLast, if: true },
  ];
  useCommands(commands.filter((it) => it.if));
  const dialog = opened && <Suspense>{dialogOf(opened.kind, opened.items, close)}</Suspense>;
  return { can, accept, resume, open, dialog };
}

function dialogOf(kind: Dialog, items: readonly WorkItem[], onClose: () => void): ReactNode {
  const first = items[0];
  switch (kind) {
    case 'reject':
      return <RejectDialog items={items} onClose={onClose} />;
    case 'snooze':
      return <SnoozeDialog items={items} onClose={onClose} />;
    case 'reassign':
      return <ReassignDialog items={items} onClose={onClose} />;
    case 'touch':
      return first ? <TouchDialog item={first} onClose={onClose} /> : null;
  }
}
