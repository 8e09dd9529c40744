import { Switch } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Schemas, unwrap } from '../api/client';
import { keys } from '../api/keys';
import { instant, number } from '../lib/format';
import { t } from '../lib/i18n';
import { toastFailure } from '../ui/toast';
import styles from './Shell.module.css';
import { useSession } from './session';

/** The rep that the person is, with what they hold; none for those who take no leads. */
export function useMyRep(): Schemas['Rep'] | undefined {
  const rep = useSession().user.rep;
  const reps = useQuery({
    queryKey: keys.reps,
    queryFn: () => unwrap(api.GET('/api/v1/reps')),
    enabled: Boolean(rep),
  });
  return reps.data?.items.find((it) => it.id === rep);
}

/** Switches whether the person takes leads. */
export function usePresence() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ rep, present }: { rep: string; present: boolean }) =>
      unwrap(
        api.PUT('/api/v1/reps/{rep}/presence', { params: { path: { rep } }, body: { present } }),
      ),
    onError: toastFailure,
    onSettled: () => client.invalidateQueries({ queryKey: keys.reps }),
  });
}

/** The person's own switch, with how much they have on their hands. */
export function Availability() {
  const me = useMyRep();
  const presence = usePresence();
  const canSwitch = 'availability' in useSession().rights;
  if (!me || !canSwitch) return null;
  const present = presence.isPending ? presence.variables.present : me.present;
  const label = present ? t('availability.on') : t('availability.off');
  const load = me.capacity_open
    ? t('availability.load', { open: me.open, most: me.capacity_open })
    : t('availability.open', { count: me.open });
  return (
    <>
      <span className={`${styles.load} ${styles.wide}`} title={t('availability.load.title')}>
        <span aria-hidden>
          {number(me.open)}
          {me.capacity_open ? `/${number(me.capacity_open)}` : ''}
        </span>
        <span className="hidden-text">{load}</span>
      </span>
      <Switch
        checked={present}
        onChange={(event) => presence.mutate({ rep: me.id, present: event.currentTarget.checked })}
        aria-label={t('availability.title')}
        title={me.away_until ? t('availability.away', { at: instant(me.away_until) }) : label}
        label={<span className={styles.wide}>{label}</span>}
        size="sm"
      />
    </>
  );
}
