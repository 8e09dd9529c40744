/** The screens of the app. One that is not built yet is not listed. */
import { IconChartBar, IconInbox, type TablerIcon } from '@tabler/icons-react';
import type { Key } from '../lib/i18n';

export interface Screen {
  readonly to: '/inbox' | '/performance';
  readonly label: Key;
  readonly command: Key;
  readonly icon: TablerIcon;
  /** `g` and this letter go there. */
  readonly letter: string;
  /** The right that a person needs to be shown the way. */
  readonly right: string;
}

export const SCREENS: readonly Screen[] = [
  {
    to: '/inbox',
    label: 'nav.inbox',
    command: 'nav.inbox.go',
    icon: IconInbox,
    letter: 'i',
    right: 'read_lead',
  },
  {
    to: '/performance',
    label: 'nav.performance',
    command: 'nav.performance.go',
    icon: IconChartBar,
    letter: 'p',
    right: 'read_report',
  },
];
