import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { t } from '../lib/i18n';
import { Empty, Failed } from '../ui/states';
import { Gate } from './Gate';

const root = createRootRoute({
  component: Gate,
  errorComponent: ({ error, reset }) => <Failed error={error} retry={reset} />,
  notFoundComponent: () => <Empty title={t('state.not_found')} text={t('state.not_found.text')} />,
});

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/inbox' });
  },
});

/** Which handoffs the inbox shows; all of it stands in the address. */
export interface InboxSearch {
  tab?: 'mine' | 'team' | 'snoozed';
  q?: string;
  open?: string;
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

const inbox = createRoute({
  getParentRoute: () => root,
  path: '/inbox',
  validateSearch: (search: Record<string, unknown>): InboxSearch => {
    const { tab, q, open } = search;
    return {
      ...(tab === 'mine' || tab === 'team' || tab === 'snoozed' ? { tab } : {}),
      ...(text(q) ? { q: text(q) as string } : {}),
      ...(text(open) ? { open: text(open) as string } : {}),
    };
  },
  component: lazyRouteComponent(() => import('../features/inbox/InboxPage'), 'InboxPage'),
});

const performance = createRoute({
  getParentRoute: () => root,
  path: '/performance',
  validateSearch: ({ days }: Record<string, unknown>): { days?: number } =>
    days === 7 || days === 90 ? { days } : {},
  component: lazyRouteComponent(
    () => import('../features/performance/PerformancePage'),
    'PerformancePage',
  ),
});

const handoff = createRoute({
  getParentRoute: () => root,
  path: '/handoffs/$handoff',
  component: lazyRouteComponent(() => import('../features/lead/LeadPage'), 'LeadPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([home, inbox, handoff, performance]),
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
