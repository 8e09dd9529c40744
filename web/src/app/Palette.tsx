import { Spotlight, type SpotlightActionData, spotlight } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { useEffect } from 'react';
import '@mantine/spotlight/styles.css';
import { t } from '../lib/i18n';
import { Keys } from '../ui/Hint';
import { type Command, useAllCommands } from './commands';

/** Every command by name; opens anew with each request. */
export function Palette({ request }: { request: number }) {
  useEffect(() => {
    if (request > 0) spotlight.open();
  }, [request]);
  const commands = useAllCommands().filter((it) => !it.keysOnly && it.id !== 'app.palette');
  const groups = [...new Set(commands.map((it) => it.group))].map((group) => ({
    group: t(`group.${group}`),
    actions: commands.filter((it) => it.group === group).map(action),
  }));
  return (
    <Spotlight
      actions={groups}
      nothingFound={t('palette.nothing')}
      shortcut={null}
      scrollable
      maxHeight={400}
      size={560}
      transitionProps={{ duration: 120, transition: 'fade' }}
      overlayProps={{ backgroundOpacity: 0.35, blur: 0 }}
      searchProps={{
        leftSection: <IconSearch size={18} stroke={1.6} aria-hidden />,
        placeholder: t('palette.search'),
        'aria-label': t('palette.search'),
      }}
      classNames={{ content: 'dialog' }}
      attributes={{ content: { 'aria-label': t('palette.title') } }}
    />
  );
}

const action = (command: Command): SpotlightActionData => ({
  id: command.id,
  label: t(command.label),
  onClick: command.run,
  rightSection: command.keys?.[0] ? <Keys of={command.keys[0]} /> : undefined,
});
