import { ActionIcon, Avatar, Menu, Text } from '@mantine/core';
import {
  IconDevices,
  IconKeyboard,
  IconLanguage,
  IconLogout,
  IconSpacingVertical,
} from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { LANGUAGES, type Language, t, tMaybe } from '../lib/i18n';
import { toastFailure } from '../ui/toast';
import { setPreferences, usePreferences } from './preferences';
import { useSession, useSignOut } from './session';

const ICON = { size: 16, stroke: 1.7 } as const;

/** Who is signed in, what they prefer, and the way out. */
export function UserMenu({ onHelp }: { onHelp: () => void }) {
  const { user } = useSession();
  const { comfortable, language } = usePreferences();
  const signOut = useMutation({ mutationFn: useSignOut(), onError: toastFailure });
  const other = (Object.keys(LANGUAGES) as Language[]).find((it) => it !== language) ?? 'en';
  const speak = (wanted: Language) => {
    setPreferences({ language: wanted });
    // Words are looked up while the page is drawn: it is drawn anew.
    location.reload();
  };
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon aria-label={t('user.menu', { name: user.name })} radius="xl">
          <Avatar name={user.name} color="indigo" size={30} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <div style={{ padding: '6px 12px 8px' }}>
          <Text fw={600} size="sm">
            {user.name}
          </Text>
          <Text size="xs" className="muted one-line">
            {user.email}
          </Text>
          <Text size="xs" className="muted">
            {tMaybe(`role.${user.role}`) ?? user.role}
          </Text>
        </div>
        <Menu.Divider />
        <Menu.Item leftSection={<IconKeyboard {...ICON} />} onClick={onHelp}>
          {t('help.open')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconSpacingVertical {...ICON} />}
          onClick={() => setPreferences({ comfortable: !comfortable })}
        >
          {comfortable ? t('app.dense') : t('app.comfortable')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconLanguage {...ICON} />}
          onClick={() => speak(other)}
          lang={other}
        >
          {LANGUAGES[other]}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout {...ICON} />} onClick={() => signOut.mutate(false)}>
          {t('session.sign_out')}
        </Menu.Item>
        <Menu.Item leftSection={<IconDevices {...ICON} />} onClick={() => signOut.mutate(true)}>
          {t('session.sign_out_everywhere')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
