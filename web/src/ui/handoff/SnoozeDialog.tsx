import { Button, Group, Modal, Radio, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { personName, type WorkItem } from '../../api/work';
import { useDeeds } from '../../app/deeds';
import { instant, weekdayTime } from '../../lib/format';
import { t } from '../../lib/i18n';
import { serverNow } from '../../lib/ticker';
import { snoozeTimes } from './snooze';

interface Props {
  items: readonly WorkItem[];
  onClose: () => void;
}

/** Stops the clocks until a time, with a reason that the manager sees. */
export function SnoozeDialog({ items, onClose }: Props) {
  const [times] = useState(() => snoozeTimes(new Date(serverNow())));
  const [until, setUntil] = useState(times[0]?.at ?? '');
  const [reason, setReason] = useState('');
  const deeds = useDeeds();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onClose();
    deeds.snooze(items, until, reason.trim());
  };
  const first = items[0];
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('snooze.title', {
        who:
          items.length === 1 && first
            ? personName(first)
            : t('done.leads', { count: items.length }),
      })}
      closeButtonProps={{ 'aria-label': t('action.close') }}
      data-covers-page
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          <Radio.Group label={t('snooze.until')} value={until} onChange={setUntil}>
            <Stack gap={10} mt={8}>
              {times.map((it) => (
                <Radio
                  key={it.at}
                  value={it.at}
                  label={`${t(it.label)} · ${weekdayTime(it.at)}`}
                  title={instant(it.at)}
                />
              ))}
            </Stack>
          </Radio.Group>
          <TextInput
            label={t('snooze.reason')}
            placeholder={t('snooze.reason.example')}
            required
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            data-autofocus
          />
          <Text size="xs" className="muted">
            {t('snooze.what_happens')}
          </Text>
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('action.cancel')}
            </Button>
            <Button type="submit" disabled={reason.trim() === ''}>
              {t('snooze.do')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
