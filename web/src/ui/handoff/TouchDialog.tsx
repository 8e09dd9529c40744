import {
  Button,
  Group,
  Modal,
  NumberInput,
  SegmentedControl,
  Stack,
  Switch,
  Text,
  Textarea,
} from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Schemas } from '../../api/client';
import { personName, type WorkItem } from '../../api/work';
import { useDeeds } from '../../app/deeds';
import { t } from '../../lib/i18n';

type Kind = Extract<Schemas['TouchKind'], 'call' | 'email' | 'linked_in' | 'meeting'>;
const KINDS: readonly Kind[] = ['call', 'email', 'linked_in', 'meeting'];

interface Props {
  item: WorkItem;
  onClose: () => void;
}

/** Writes down an outreach. Whether it stops the clock is found out from what it was. */
export function TouchDialog({ item, onClose }: Props) {
  const [kind, setKind] = useState<Kind>('call');
  const [minutes, setMinutes] = useState<number | string>('');
  const [voicemail, setVoicemail] = useState(false);
  const [note, setNote] = useState(true);
  const [body, setBody] = useState('');
  const deeds = useDeeds();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onClose();
    deeds.touch(item, {
      kind,
      ...(kind === 'call' ? { seconds: Math.round(Number(minutes || 0) * 60), voicemail } : {}),
      ...(kind === 'email' && body.trim() ? { body } : {}),
      ...(kind === 'linked_in' ? { note } : {}),
    });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('touch.title', { who: personName(item) })}
      closeButtonProps={{ 'aria-label': t('action.close') }}
      data-covers-page
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          <SegmentedControl
            fullWidth
            aria-label={t('touch.kind')}
            value={kind}
            onChange={(value) => setKind(value as Kind)}
            data={KINDS.map((it) => ({ value: it, label: t(`touch.${it}`) }))}
            data-autofocus
          />
          {kind === 'call' && (
            <>
              <NumberInput
                label={t('touch.minutes')}
                min={0}
                max={600}
                decimalScale={1}
                value={minutes}
                onChange={setMinutes}
              />
              <Switch
                label={t('touch.voicemail')}
                checked={voicemail}
                onChange={(event) => setVoicemail(event.currentTarget.checked)}
              />
            </>
          )}
          {kind === 'email' && (
            <Textarea
              label={t('touch.body')}
              description={t('touch.body.text')}
              autosize
              minRows={4}
              maxRows={12}
              maxLength={20000}
              value={body}
              onChange={(event) => setBody(event.currentTarget.value)}
            />
          )}
          {kind === 'linked_in' && (
            <Switch
              label={t('touch.note')}
              checked={note}
              onChange={(event) => setNote(event.currentTarget.checked)}
            />
          )}
          <Text size="xs" className="muted">
            {t('touch.what_counts')}
          </Text>
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('action.cancel')}
            </Button>
            <Button type="submit">{t('touch.do')}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
