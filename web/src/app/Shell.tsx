import {
  ActionIcon,
  AppShell,
  Burger,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconMoon, IconPlugConnectedX, IconSearch, IconSun } from '@tabler/icons-react';
import { Link, Outlet, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useIsLive, useLiveUpdates } from '../api/events';
import { t } from '../lib/i18n';
import { Hint } from '../ui/Hint';
import { Availability } from './Availability';
import { type Command, useCommands, useKeys } from './commands';
import { DemoBanner } from './DemoBanner';
import { SCREENS } from './navigation';
import { usePreferences } from './preferences';
import styles from './Shell.module.css';
import { useSession, useSignInOptions } from './session';

// Loaded when they are first wanted.
const Palette = lazy(() => import('./Palette').then((it) => ({ default: it.Palette })));
const UserMenu = lazy(() => import('./UserMenu').then((it) => ({ default: it.UserMenu })));
const KeyHelp = lazy(() => import('./KeyHelp').then((it) => ({ default: it.KeyHelp })));

/** What is around every screen. */
export function Shell() {
  const [isOpen, menu] = useDisclosure(false);
  const [isHelping, help] = useDisclosure(false);
  const { rights } = useSession();
  const { comfortable } = usePreferences();
  const screens = SCREENS.filter((it) => it.right in rights);
  const isDemo = useSignInOptions().data?.demo.length;
  const [palette, setPalette] = useState(0);
  const openPalette = () => setPalette((it) => it + 1);
  useKeys();
  useLiveUpdates();
  useShellCommands(help.open, openPalette);
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 208, breakpoint: 768, collapsed: { mobile: !isOpen } }}
      transitionDuration={0}
      data-density={comfortable ? 'comfortable' : 'dense'}
    >
      <a className="skip" href="#main">
        {t('nav.skip')}
      </a>
      <AppShell.Header>
        <div className={styles.header}>
          <Burger
            opened={isOpen}
            onClick={menu.toggle}
            hiddenFrom="sm"
            size="sm"
            aria-label={t('nav.menu')}
            aria-expanded={isOpen}
          />
          <Link to="/inbox" className={styles.brand}>
            <img src="/icon.svg" alt="" width={24} height={24} />
            Baton
          </Link>
          <span style={{ flex: 1 }} />
          <LiveState />
          <Availability />
          <button
            type="button"
            className={styles.search}
            aria-label={t('palette.title')}
            onClick={openPalette}
          >
            <IconSearch size={16} stroke={1.6} aria-hidden />
            <span>{t('palette.open')}</span>
            <Hint command="app.palette" />
          </button>
          <SchemeSwitch />
          <Suspense fallback={<span style={{ width: 36 }} />}>
            <UserMenu onHelp={help.open} />
          </Suspense>
        </div>
      </AppShell.Header>
      <AppShell.Navbar p={8} component="nav" aria-label={t('nav.title')}>
        {screens.map((it) => (
          <Link key={it.to} to={it.to} className={styles.link} onClick={menu.close}>
            <it.icon size={18} stroke={1.7} aria-hidden />
            {t(it.label)}
          </Link>
        ))}
      </AppShell.Navbar>
      <AppShell.Main id="main" className={styles.main} tabIndex={-1}>
        {isDemo ? <DemoBanner /> : null}
        <Outlet />
      </AppShell.Main>
      <Suspense>
        {palette > 0 && <Palette request={palette} />}
        {isHelping && <KeyHelp opened onClose={help.close} />}
      </Suspense>
    </AppShell>
  );
}

/** Says so where the screen may be old. */
function LiveState() {
  const isLive = useIsLive();
  return (
    <span role="status" className={styles.lost}>
      {!isLive && (
        <>
          <IconPlugConnectedX size={16} stroke={1.8} aria-hidden />
          {t('state.not_live')}
        </>
      )}
    </span>
  );
}

function SchemeSwitch() {
  const scheme = useComputedColorScheme('light');
  const label = scheme === 'dark' ? t('app.light') : t('app.dark');
  const { toggleColorScheme } = useMantineColorScheme();
  return (
    <ActionIcon
      aria-label={label}
      title={label}
      onClick={toggleColorScheme}
      className={styles.wide ?? ''}
    >
      {scheme === 'dark' ? <IconSun size={18} stroke={1.7} /> : <IconMoon size={18} stroke={1.7} />}
    </ActionIcon>
  );
}

function useShellCommands(openHelp: () => void, openPalette: () => void): void {
  const navigate = useNavigate();
  const { toggleColorScheme } = useMantineColorScheme();
  const { rights } = useSession();
  const go: Command[] = SCREENS.filter((it) => it.right in rights).map((it) => ({
    id: `go${it.to}`,
    label: it.command,
    group: 'go',
    keys: [`g ${it.letter}`],
    run: () => navigate({ to: it.to }),
  }));
  useCommands([
    ...go,
    {
      id: 'app.palette',
      label: 'palette.title',
      group: 'app',
      keys: ['mod+k'],
      run: openPalette,
    },
    { id: 'app.help', label: 'help.open', group: 'app', keys: ['?'], run: openHelp },
    { id: 'app.scheme', label: 'app.scheme', group: 'app', run: toggleColorScheme },
  ]);
}
