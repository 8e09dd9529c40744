/** What a page shows where it has nothing to show: it loads, it is empty, it failed. */
import { Button, Code, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconMoodEmpty, IconPlugConnectedX } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import { ApiFailure } from '../api/client';
import { t, tMaybe } from '../lib/i18n';

/** Nothing for a moment: what comes at once needs no announcement. */
const PATIENCE_MS = 200;

/** Rows in the place of those to come. */
export function LoadingRows({ count = 8, height = 20 }: { count?: number; height?: number }) {
  const [isShown, show] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => show(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!isShown) return null;
  return (
    <Stack gap={20} p="md" role="status" aria-label={t('state.loading')}>
      {Array.from({ length: count }, (_, at) => `row ${at}`).map((key, at) => (
        <Skeleton key={key} height={height} width={`${92 - ((at * 17) % 38)}%`} radius="sm" />
      ))}
    </Stack>
  );
}

interface EmptyProps {
  title: string;
  text?: string;
  icon?: ReactNode;
  children?: ReactNode;
}

/** One sentence and what to do. */
export function Empty({ title, text, icon, children }: EmptyProps) {
  return (
    <Stack align="center" gap={8} px="md" py={56} ta="center">
      <span className="muted">{icon ?? <IconMoodEmpty size={32} stroke={1.5} aria-hidden />}</span>
      <Title order={2} fz={16}>
        {title}
      </Title>
      {text && (
        <Text className="muted" maw={420}>
          {text}
        </Text>
      )}
      {children}
    </Stack>
  );
}

/** What failed, the number under which the log has it, and another try. */
export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const request = error instanceof ApiFailure ? error.problem.request_id : '';
  return (
    <Empty
      title={titleOf(error)}
      text={messageOf(error)}
      icon={<IconPlugConnectedX size={32} stroke={1.5} aria-hidden />}
    >
      {request && (
        <Text className="muted" size="xs">
          {t('state.request')} <Code>{request}</Code>
        </Text>
      )}
      {retry && (
        <Button variant="default" onClick={retry} mt={8}>
          {t('state.retry')}
        </Button>
      )}
    </Empty>
  );
}

function titleOf(error: unknown): string {
  if (!(error instanceof ApiFailure)) return t('state.unreachable');
  if (error.status === 404) return t('state.not_found');
  return error.status === 403 ? t('state.forbidden') : t('state.failed');
}

/** A failure in the reader's words, where we have some for it; else in the server's. */
export function messageOf(error: unknown): string {
  if (!(error instanceof ApiFailure)) return t('state.unreachable.text');
  return tMaybe(`error.${error.problem.code}`) ?? error.problem.message;
}
