import { Alert, Anchor, Button, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ApiFailure, api, unwrap } from '../../api/client';
import { useEnter, useSignInOptions } from '../../app/session';
import { t, tMaybe } from '../../lib/i18n';
import { messageOf } from '../../ui/states';

const wrong = (error: unknown): boolean => error instanceof ApiFailure && error.status === 401;

/** Mail address and password; in a demo a choice of people. */
export function SignInPage() {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const enter = useEnter();
  const people = useSignInOptions().data?.demo ?? [];
  const signIn = useMutation({
    mutationFn: () => unwrap(api.POST('/api/v1/sign-in', { body: { email, password } })),
    onSuccess: enter,
  });
  const become = useMutation({
    mutationFn: (id: string) => unwrap(api.POST('/api/v1/sign-in/demo', { body: { user: id } })),
    onSuccess: enter,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  const error = signIn.error ?? become.error;
  return (
    <main style={{ display: 'grid', placeItems: 'center', minHeight: '100dvh', padding: 16 }}>
      <Stack w="100%" maw={360} gap="md">
        <Stack gap={4} align="center">
          <img src="/icon.svg" alt="" width={40} height={40} />
          <Title order={1}>{t('sign_in.title')}</Title>
          <Text className="muted" ta="center">
            {t('sign_in.text')}
          </Text>
        </Stack>
        <form onSubmit={submit} className="card" style={{ padding: 20 }}>
          <Stack gap="sm">
            {error && (
              <Alert color="red" role="alert" variant="light">
                {wrong(error) ? t('sign_in.wrong') : messageOf(error)}
              </Alert>
            )}
            <TextInput
              label={t('sign_in.email')}
              type="email"
              autoComplete="username"
              required
              withAsterisk={false}
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
            <PasswordInput
              label={t('sign_in.password')}
              autoComplete="current-password"
              required
              withAsterisk={false}
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
              visibilityToggleButtonProps={{ 'aria-label': t('sign_in.show_password') }}
            />
            <Button type="submit" loading={signIn.isPending} fullWidth mt={4}>
              {t('sign_in.do')}
            </Button>
          </Stack>
        </form>
        {people.length > 0 && (
          <Stack gap={4} align="center">
            <Text className="muted">{t('sign_in.demo')}</Text>
            {people.map((it) => (
              <Anchor key={it.id} component="button" onClick={() => become.mutate(it.id)}>
                {it.name} · {tMaybe(`role.${it.role}`) ?? it.role}
              </Anchor>
            ))}
          </Stack>
        )}
      </Stack>
    </main>
  );
}
