import { useMutation } from '@tanstack/react-query';
import { lazy, Suspense, useEffect } from 'react';
import { api, unwrap } from '../api/client';
import { Failed } from '../ui/states';
import { Shell } from './Shell';
import { SessionContext, useEnter, useSessionQuery, useSignInOptions } from './session';

const SignInPage = lazy(() =>
  import('../features/sign_in/SignInPage').then((it) => ({ default: it.SignInPage })),
);

/** Remembers for this tab that somebody left on purpose: a demo does not pull them in again. */
let hasLeft = false;

/** The app for those who are signed in, the way in for all others. */
export function Gate() {
  const session = useSessionQuery();
  const options = useSignInOptions();
  const enter = useEnter();
  const first = options.data?.demo[0]?.id;
  const isOut = session.data === null;
  const { mutate, status } = useMutation({
    mutationFn: (user: string) => unwrap(api.POST('/api/v1/sign-in/demo', { body: { user } })),
    onSuccess: enter,
  });
  useEffect(() => {
    if (session.data) hasLeft = true;
    // A demo opens by itself.
    if (isOut && first && !hasLeft && status === 'idle') mutate(first);
  }, [session.data, isOut, first, status, mutate]);

  if (session.error) return <Failed error={session.error} retry={() => session.refetch()} />;
  if (session.data) {
    return (
      <SessionContext value={session.data}>
        <Shell key={session.data.user.id} />
      </SessionContext>
    );
  }
  const isOpening = isOut && (options.isPending || (first && !hasLeft && status !== 'error'));
  if (session.isPending || isOpening) return null;
  return (
    <Suspense>
      <SignInPage />
    </Suspense>
  );
}
