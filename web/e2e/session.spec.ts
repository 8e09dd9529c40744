import { expect, test } from '@playwright/test';
import { expectAccessibleEverywhere } from './axe';
import { BASE, openInbox } from './demo';

test('one signs out, and a wrong password is told in words', async ({ page }) => {
  await openInbox(page);
  await page.getByRole('button', { name: /Account of/ }).click();
  await expectAccessibleEverywhere(page, 'account menu');
  await page.getByRole('menuitem', { name: 'Sign out', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Sign in to Baton' })).toBeVisible();
  await expectAccessibleEverywhere(page, 'sign-in');
  await page.getByLabel('Mail address').fill('olga@baton-demo.example');
  await page.getByLabel('Password', { exact: true }).fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toContainText('is wrong');
  await expectAccessibleEverywhere(page, 'failed sign-in');
  await page.getByRole('button', { name: /Olga Brandt/ }).click();
  await expect(page.getByRole('grid')).toBeVisible();
});

test('a manager sees the team and may reassign', async ({ page }) => {
  await openInbox(page, 'Manager');
  await page.goto(`${BASE()}/inbox?tab=team`);
  await expect(page.getByRole('grid')).toBeVisible();
  await page.keyboard.press('t');
  await expect(page.getByRole('dialog', { name: /Reassign/ })).toBeVisible();
  await expectAccessibleEverywhere(page, 'reassign dialog');
});

test('figures come with what they count', async ({ page }) => {
  await openInbox(page);
  await page.keyboard.press('g');
  await page.keyboard.press('p');
  await expect(page.getByRole('heading', { name: 'My performance' })).toBeVisible();
  await expect(page.getByText(/\d+ of \d+ · between/).first()).toBeVisible();
  await expectAccessibleEverywhere(page, 'performance');
});

test('the page keeps its promises to the browser', async ({ page, request }) => {
  const violations: string[] = [];
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) violations.push(message.text());
  });
  await openInbox(page);
  expect(violations).toEqual([]);
  const answer = await request.get(`${BASE()}/`, { headers: { accept: 'text/html' } });
  expect(answer.headers()['content-security-policy']).toContain("script-src 'self'");
});
