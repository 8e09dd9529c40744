import { Button, Group } from '@mantine/core';
import {
  IconArrowsExchange,
  IconCheck,
  IconClockPlay,
  IconPhone,
  IconX,
} from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { t } from '../../lib/i18n';
import { Hint } from '../Hint';
import type { DeedBar } from './useDeedBar';

const ICON = { size: 16, stroke: 1.8 } as const;

const DeedMenu = lazy(() => import('./DeedMenu').then((it) => ({ default: it.DeedMenu })));

/** The deeds as buttons: the next one stands out, the seldom ones are in the menu. */
export function DeedButtons({ bar, grow }: { bar: DeedBar; grow?: boolean }) {
  const { can } = bar;
  if (!can.respond && !can.reassign) return null;
  const isNext = { accept: can.accept, touch: can.touch && !can.accept };
  const hasMenu = (can.respond && !can.resume) || can.reassign;
  return (
    <Group gap="xs" wrap="nowrap" grow={grow ?? false} preventGrowOverflow={false}>
      {isNext.accept && (
        <Button
          onClick={bar.accept}
          leftSection={<IconCheck {...ICON} />}
          rightSection={<Hint command="lead.accept" onAccent />}
        >
          {t('deed.accept')}
        </Button>
      )}
      {isNext.touch && (
        <Button
          onClick={() => bar.open('touch')}
          leftSection={<IconPhone {...ICON} />}
          rightSection={<Hint command="lead.touch" onAccent />}
        >
          {t('deed.touch')}
        </Button>
      )}
      {can.resume && (
        <Button
          onClick={bar.resume}
          leftSection={<IconClockPlay {...ICON} />}
          rightSection={<Hint command="lead.resume" onAccent />}
        >
          {t('deed.resume')}
        </Button>
      )}
      {can.respond && (
        <Button
          variant="default"
          onClick={() => bar.open('reject')}
          leftSection={<IconX {...ICON} />}
          rightSection={<Hint command="lead.reject" />}
        >
          {t('deed.reject')}
        </Button>
      )}
      {!can.respond && can.reassign && (
        <Button
          variant="default"
          onClick={() => bar.open('reassign')}
          leftSection={<IconArrowsExchange {...ICON} />}
          rightSection={<Hint command="lead.reassign" />}
        >
          {t('deed.reassign')}
        </Button>
      )}
      {can.respond && hasMenu && (
        <Suspense>
          <DeedMenu bar={bar} />
        </Suspense>
      )}
    </Group>
  );
}
