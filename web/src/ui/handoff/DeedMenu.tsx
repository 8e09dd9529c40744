import { ActionIcon, Menu } from '@mantine/core';
import { IconArrowsExchange, IconClockPause, IconDots } from '@tabler/icons-react';
import { t } from '../../lib/i18n';
import { Hint } from '../Hint';
import type { DeedBar } from './useDeedBar';

const ICON = { size: 16, stroke: 1.8 } as const;

/** The deeds that are seldom. */
export function DeedMenu({ bar }: { bar: DeedBar }) {
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <ActionIcon variant="default" size={36} aria-label={t('deed.more')} flex="none">
          <IconDots {...ICON} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {!bar.can.resume && (
          <Menu.Item
            leftSection={<IconClockPause {...ICON} />}
            rightSection={<Hint command="lead.snooze" />}
            onClick={() => bar.open('snooze')}
          >
            {t('deed.snooze')}
          </Menu.Item>
        )}
        {bar.can.reassign && (
          <Menu.Item
            leftSection={<IconArrowsExchange {...ICON} />}
            rightSection={<Hint command="lead.reassign" />}
            onClick={() => bar.open('reassign')}
          >
            {t('deed.reassign')}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
