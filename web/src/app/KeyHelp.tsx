import { Modal, Switch, Table, Text } from '@mantine/core';
import { t } from '../lib/i18n';
import { Keys } from '../ui/Hint';
import { type Command, printed, useAllCommands } from './commands';
import { setPreferences, usePreferences } from './preferences';

/** The keys that work here. */
export function KeyHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const commands = useAllCommands().filter((it) => it.keys?.length);
  const { letterKeys } = usePreferences();
  const groups = [...new Set(commands.map((it) => it.group))];
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('help.title')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('action.close') }}
      data-covers-page
    >
      <Switch
        label={t('help.letters')}
        description={t('help.letters.text')}
        checked={letterKeys}
        onChange={(event) => setPreferences({ letterKeys: event.currentTarget.checked })}
        mb="md"
      />
      {groups.map((group) => (
        <section key={group}>
          <Text component="h2" fw={600} mt="md" mb={4}>
            {t(`group.${group}`)}
          </Text>
          <Table verticalSpacing={6} horizontalSpacing={0}>
            <Table.Tbody>{commands.filter((it) => it.group === group).map(row)}</Table.Tbody>
          </Table>
        </section>
      ))}
    </Modal>
  );
}

const row = (command: Command) => (
  <Table.Tr key={command.id}>
    <Table.Td>{t(command.label)}</Table.Td>
    <Table.Td ta="right" w={160}>
      {command.keys?.map((keys, at) => (
        <span key={keys}>
          {at > 0 && <span className="muted"> / </span>}
          <Keys of={keys} />
          <span className="hidden-text">{printed(keys).join(' ')}</span>
        </span>
      ))}
    </Table.Td>
  </Table.Tr>
);
