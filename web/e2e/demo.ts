/** The demo as its people use it. */
import { type APIRequestContext, expect, type Page } from '@playwright/test';

export const BASE = (): string => process.env.BATON_URL ?? 'http://127.0.0.1:8080';

export type Person = 'Rep' | 'Manager' | 'RevOps' | 'Admin';

/** Opens the inbox; a demo signs in by itself. */
export async function openInbox(page: Page, as: Person = 'Rep'): Promise<void> {
  await page.goto(`${BASE()}/inbox`);
  await expect(page.getByRole('heading', { name: 'Inbox' })).toBeVisible();
  if (as !== 'Rep') {
    const people = page.getByRole('radiogroup', { name: 'Be somebody else' });
    await people.getByText(as, { exact: true }).click();
    await expect(page.getByRole('radio', { name: as })).toBeChecked();
    await expect(page.getByText('Demo data. You are Olga Brandt.')).toBeHidden();
  }
  await expect(page.getByRole('region', { name: 'Inbox' })).toBeVisible();
}

interface Captured {
  readonly name: string;
  readonly handoff: string;
  readonly owner: string;
}

let count = 0;

/** A lead nobody has seen, handed in as a form would; the answer says who has it. */
export async function capture(request: APIRequestContext, first: string): Promise<Captured> {
  count += 1;
  const last = `Journey${Date.now().toString(36)}${count}`;
  const name = `${first} ${last}`;
  const admin = await signIn(request, 'admin');
  const answer = await request.post(`${BASE()}/api/v1/leads`, {
    headers: { 'x-csrf-token': admin },
    data: {
      fields: {
        email: `${first}.${last}@acme-robotics.example`.toLowerCase(),
        first_name: first,
        last_name: last,
        company: 'Acme Robotics',
        title: 'Head of Support',
        country: 'DE',
        employees: 120,
        message: 'We would like to see voice AI for our hotline.',
        handoff_reason: 'Product - Voice',
      },
      activities: [{ kind: 'demo_request' }],
    },
  });
  expect(answer.status(), await answer.text()).toBe(201);
  const body = await answer.json();
  return { name, handoff: body.handoff, owner: body.owner.id };
}

/** Gives a handoff to a rep, whoever has it. */
export async function giveTo(
  request: APIRequestContext,
  captured: Captured,
  rep: string,
): Promise<void> {
  if (captured.owner === rep) return;
  const admin = await signIn(request, 'admin');
  const answer = await request.post(`${BASE()}/api/v1/handoffs/${captured.handoff}/reassign`, {
    headers: { 'x-csrf-token': admin },
    data: { to_rep: rep },
  });
  expect(answer.status(), await answer.text()).toBe(200);
}

/** Signs in as somebody of the demo; the token of the session. */
async function signIn(request: APIRequestContext, role: string): Promise<string> {
  const options = await (await request.get(`${BASE()}/api/v1/sign-in`)).json();
  const user = options.demo.find((it: { role: string }) => it.role === role).id;
  const answer = await request.post(`${BASE()}/api/v1/sign-in/demo`, { data: { user } });
  return (await answer.json()).csrf;
}
