import { Button, Group, Text } from '@mantine/core';
import { t } from '../../lib/i18n';
import { DeedButtons } from '../../ui/handoff/DeedButtons';
import type { DeedBar } from '../../ui/handoff/useDeedBar';

interface Props {
  bar: DeedBar;
  count: number;
  onClear: () => void;
}

/** What is done with all that is selected. */
export function BulkBar({ bar, count, onClear }: Props) {
  return (
    <Group
      gap="sm"
      px="sm"
      py={6}
      style={{ borderBottom: '1px solid var(--line)', background: 'var(--surface-selected)' }}
    >
      <Text fw={600} size="sm" role="status">
        {t('inbox.selected', { count })}
      </Text>
      <Button variant="subtle" size="compact-sm" onClick={onClear}>
        {t('inbox.unselect')}
      </Button>
      <span style={{ flex: 1 }} />
      <DeedButtons bar={bar} />
    </Group>
  );
}
