/** Short news at the edge of the screen. */
import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { t } from '../lib/i18n';
import { Keys } from './Hint';
import { messageOf } from './states';

/** How long something can be taken back, as the server allows it. */
export const UNDO_MS = 10_000;

/** Tells what failed. */
export function toastFailure(error: unknown): void {
  notifications.show({
    message: messageOf(error),
    color: 'red',
    autoClose: 8_000,
    closeButtonProps: { 'aria-label': t('action.close') },
  });
}

/** Tells what was done, with the way back. */
export function toastDone(message: string, undo?: () => void): string {
  const id = crypto.randomUUID();
  const back = () => {
    notifications.hide(id);
    undo?.();
  };
  return notifications.show({
    id,
    message: undo ? (
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <span>{message}</span>
        <Button size="compact-sm" variant="default" onClick={back} rightSection={<Keys of="z" />}>
          {t('action.undo')}
        </Button>
      </Group>
    ) : (
      message
    ),
    autoClose: undo ? UNDO_MS : 4_000,
    withCloseButton: !undo,
    closeButtonProps: { 'aria-label': t('action.close') },
  });
}
