import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { beforeEach, expect, it, vi } from 'vitest';
import type { WorkItem } from '../../api/work';
import { type Session, SessionContext } from '../../app/session';
import { RejectDialog } from './RejectDialog';

const item = {
  id: 'handoff_1',
  lead: 'lead_1',
  version: 3,
  owner: 'olga',
  state: 'offered',
  person: { name: 'Ana Silva', title: '', company: 'Acme', email: '', phone: '' },
  clocks: [],
} as unknown as WorkItem;

const reasons = {
  items: [
    { key: 'no_budget', label: 'No budget', note_required: false },
    { key: 'other', label: 'Other', note_required: true },
  ],
  next: null,
};

const sent: { url: string; body: unknown }[] = [];

beforeEach(() => {
  sent.length = 0;
  vi.stubGlobal('fetch', async (request: Request) => {
    if (request.method === 'POST') sent.push({ url: request.url, body: await request.json() });
    const answer = request.url.includes('reject-reasons') ? reasons : { ...item, version: 4 };
    return new Response(JSON.stringify(answer), {
      status: 200,
      headers: { 'content-type': 'application/json' },
    });
  });
});

function show() {
  const session = { user: { rep: 'olga' }, rights: { respond: 'own' } } as unknown as Session;
  const close = vi.fn();
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={new QueryClient()}>
        <SessionContext value={session}>
          <RejectDialog items={[item]} onClose={close} />
        </SessionContext>
      </QueryClientProvider>
    </MantineProvider>,
  );
  return close;
}

it('rejects with one key, and the version that was looked at', async () => {
  const close = show();
  fireEvent.keyDown(await screen.findByText('No budget'), { key: '1' });
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]?.url).toMatch(/handoffs\/handoff_1\/reject$/);
  expect(sent[0]?.body).toEqual({ version: 3, reason: 'no_budget' });
  expect(close).toHaveBeenCalledOnce();
});

it('sends nothing without the note that a reason needs', async () => {
  show();
  const reason = await screen.findByText('Other');
  fireEvent.keyDown(reason, { key: '2' });
  const button = screen.getByRole('button', { name: 'Reject' });
  expect(button).toHaveProperty('disabled', true);
  expect(sent).toHaveLength(0);
  fireEvent.change(screen.getByRole('textbox'), { target: { value: 'Their plan has changed' } });
  fireEvent.click(button);
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]?.body).toMatchObject({ reason: 'other', note: 'Their plan has changed' });
});
