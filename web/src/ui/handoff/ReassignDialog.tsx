import { Button, Group, Modal, Select, Stack } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { personName, useReps, type WorkItem } from '../../api/work';
import { useDeeds } from '../../app/deeds';
import { number } from '../../lib/format';
import { t } from '../../lib/i18n';

interface Props {
  items: readonly WorkItem[];
  onClose: () => void;
}

/** Gives handoffs to another rep. */
export function ReassignDialog({ items, onClose }: Props) {
  const reps = useReps().data?.items ?? [];
  const [rep, setRep] = useState<string | null>(null);
  const deeds = useDeeds();
  const owners = new Set(items.map((it) => it.owner));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!rep) return;
    onClose();
    deeds.reassign(items, rep);
  };
  const first = items[0];
  const choices = reps
    .filter((it) => it.active && !(owners.size === 1 && owners.has(it.id)))
    .map((it) => ({ value: it.id, label: `${it.name} · ${load(it)}` }));
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('reassign.title', {
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
          <Select
            label={t('reassign.to')}
            data={choices}
            value={rep}
            onChange={setRep}
            searchable
            nothingFoundMessage={t('reassign.nobody')}
            data-autofocus
            // The list itself scrolls, so that screen readers know what belongs to the field.
            withScrollArea={false}
            styles={{ options: { maxHeight: 240, overflowY: 'auto' } }}
            comboboxProps={{ withinPortal: true }}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('action.cancel')}
            </Button>
            <Button type="submit" disabled={!rep}>
              {t('reassign.do')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

const load = (rep: { open: number; capacity_open?: number | null; present: boolean }): string => {
  if (!rep.present) return t('availability.off');
  return rep.capacity_open
    ? `${number(rep.open)}/${number(rep.capacity_open)}`
    : t('availability.open', { count: rep.open });
};
