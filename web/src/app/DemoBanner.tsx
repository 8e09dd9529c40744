import { SegmentedControl } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, unwrap } from '../api/client';
import { t, tMaybe } from '../lib/i18n';
import { toastFailure } from '../ui/toast';
import styles from './Shell.module.css';
import { useEnter, useSession, useSignInOptions } from './session';

/** Says that this is a demo, and lets one be somebody else in it. */
export function DemoBanner() {
  const people = useSignInOptions().data?.demo ?? [];
  const { user } = useSession();
  const enter = useEnter();
  const navigate = useNavigate();
  const become = useMutation({
    mutationFn: (id: string) => unwrap(api.POST('/api/v1/sign-in/demo', { body: { user: id } })),
    onSuccess: (session) => {
      enter(session);
      navigate({ to: '/inbox' });
    },
    onError: toastFailure,
  });
  return (
    <div className={`${styles.demo} no-print`}>
      <span>{t('demo.you_are', { name: user.name })}</span>
      <SegmentedControl
        size="xs"
        aria-label={t('demo.switch')}
        value={become.isPending ? become.variables : user.id}
        onChange={(id) => become.mutate(id)}
        data={people.map((it) => ({ value: it.id, label: tMaybe(`role.${it.role}`) ?? it.role }))}
      />
    </div>
  );
}
