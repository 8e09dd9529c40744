import { Button, Group, Modal, Stack, Text, Textarea, UnstyledButton } from '@mantine/core';
import { type KeyboardEvent, useRef, useState } from 'react';
import { personName, useRejectReasons, type WorkItem } from '../../api/work';
import { useDeeds } from '../../app/deeds';
import { t } from '../../lib/i18n';
import styles from './dialogs.module.css';

interface Props {
  items: readonly WorkItem[];
  onClose: () => void;
}

/** Why not: one key for each reason, a note where the policy wants one. */
export function RejectDialog({ items, onClose }: Props) {
  const reasons = useRejectReasons().data?.items ?? [];
  const [reason, choose] = useState<string>();
  const [note, setNote] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  const deeds = useDeeds();
  const chosen = reasons.find((it) => it.key === reason);
  const isReady = chosen && (!chosen.note_required || note.trim() !== '');

  const send = (key: string) => {
    onClose();
    deeds.reject(items, { reason: key, ...(note.trim() ? { note: note.trim() } : {}) });
  };
  const pick = (key: string) => {
    choose(key);
    // The dialog draws the choice first.
    requestAnimationFrame(() => field.current?.focus());
  };
  const press = (event: KeyboardEvent) => {
    if (event.target === field.current) {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && isReady) send(chosen.key);
      return;
    }
    const hit = reasons[Number(event.key) - 1];
    if (!hit || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (hit.note_required) pick(hit.key);
    else send(hit.key);
  };
  const first = items[0];
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('reject.title', {
        who:
          items.length === 1 && first
            ? personName(first)
            : t('done.leads', { count: items.length }),
      })}
      closeButtonProps={{ 'aria-label': t('action.close') }}
      onKeyDown={press}
      data-covers-page
    >
      <Stack gap="sm">
        <fieldset className={styles.reasons}>
          <legend className="hidden-text">{t('reject.reason')}</legend>
          {reasons.map((it, at) => (
            <UnstyledButton
              key={it.key}
              className={styles.reason}
              aria-pressed={it.key === reason}
              data-autofocus={at === 0 || undefined}
              onClick={() => pick(it.key)}
            >
              {at < 9 ? <kbd className="hint">{at + 1}</kbd> : <span />}
              <span>{it.label}</span>
              {it.note_required && (
                <Text size="xs" className="muted">
                  {t('reject.note_needed')}
                </Text>
              )}
            </UnstyledButton>
          ))}
        </fieldset>
        <Textarea
          ref={field}
          label={chosen?.note_required ? t('reject.note') : t('reject.note_optional')}
          required={chosen?.note_required ?? false}
          maxLength={2000}
          autosize
          minRows={2}
          maxRows={6}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <Text size="xs" className="muted">
          {t('reject.what_happens')}
        </Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button disabled={!isReady} onClick={() => chosen && send(chosen.key)}>
            {t('reject.do')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
