import { expect, type Page, test } from '@playwright/test';
import { expectAccessibleEverywhere } from './axe';
import { BASE, capture, giveTo, openInbox } from './demo';

/** Filters the inbox to one lead, new or not. */
async function find(page: Page, name: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Filter' }).fill(name);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('row', { name })).toBeVisible();
}

test('a captured lead is routed, accepted with one key and taken back', async ({
  page,
  request,
}) => {
  await openInbox(page);
  const captured = await capture(request, 'Ada');
  await giveTo(request, captured, 'olga');
  await find(page, captured.name);
  await expectAccessibleEverywhere(page, 'inbox');

  await page.keyboard.press('a');
  await expect(page.getByText(`Accepted: ${captured.name}`)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Log a touch' })).toBeVisible();
  await page.keyboard.press('z');
  await expect(page.getByText('Taken back.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Accept' })).toBeVisible();

  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: captured.name })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Why you' })).toBeVisible();
  await expect(page.getByText('voice AI for our hotline').first()).toBeVisible();
  await expectAccessibleEverywhere(page, 'lead page');
  await page.keyboard.press('a');
  await expect(page.getByText(`Accepted: ${captured.name}`)).toBeVisible();
  await page.keyboard.press('l');
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectAccessibleEverywhere(page, 'touch dialog');
  await page.getByText('Meeting', { exact: true }).click();
  await page.getByRole('button', { name: 'Log the touch' }).click();
  await expect(page.getByText('First valid touch by Olga Brandt')).toBeVisible();
});

test('a rejected lead needs a reason and leaves the inbox', async ({ page, request }) => {
  await openInbox(page);
  const captured = await capture(request, 'Ben');
  await giveTo(request, captured, 'olga');
  await find(page, captured.name);
  await page.keyboard.press('r');
  const dialog = page.getByRole('dialog', { name: `Reject ${captured.name}` });
  await expect(dialog).toBeVisible();
  await expectAccessibleEverywhere(page, 'reject dialog');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await page.keyboard.press('r');
  await expect(dialog).toBeVisible();
  await page.keyboard.press('3');
  await expect(page.getByText(`Rejected: ${captured.name}`)).toBeVisible();
  await expect(page.getByText('No lead matches the filter')).toBeVisible();
  const state = await request.get(`${BASE()}/api/v1/handoffs/${captured.handoff}`);
  expect((await state.json()).reject_reason).toBe('no_budget');
});

test('new leads wait behind a button, so that no row jumps', async ({ page, request }) => {
  await openInbox(page);
  const captured = await capture(request, 'Cleo');
  await giveTo(request, captured, 'olga');
  const news = page.getByRole('button', { name: /Show \d+ new leads?/ });
  await expect(news).toBeVisible();
  await news.click();
  await find(page, captured.name);
});

test('the keyboard alone is enough', async ({ page }) => {
  await openInbox(page);
  const cursor = page.locator('[role=row][data-cursor]');
  const first = await cursor.getAttribute('id');
  await page.keyboard.press('j');
  await expect(cursor).not.toHaveId(first ?? '');
  await page.keyboard.press('k');
  await expect(cursor).toHaveId(first ?? '');
  await page.keyboard.press('x');
  await page.keyboard.press('Shift+J');
  await expect(page.getByText('2 selected')).toBeVisible();
  await expectAccessibleEverywhere(page, 'selection');
  await page.keyboard.press('Escape');
  await expect(page.getByText('2 selected')).toBeHidden();

  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog', { name: 'Command palette' })).toBeVisible();
  await expectAccessibleEverywhere(page, 'palette');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await expectAccessibleEverywhere(page, 'keys');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  // The first stop of the tab key leads past the navigation.
  await page.reload();
  await expect(page.getByRole('grid')).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
});

test('on a phone a lead is opened and answered with the thumb', async ({ browser, request }) => {
  const phone = await browser.newContext({
    viewport: { width: 390, height: 844 },
    isMobile: true,
    hasTouch: true,
    locale: 'en-GB',
  });
  const page = await phone.newPage();
  await openInbox(page);
  const captured = await capture(request, 'Dora');
  await giveTo(request, captured, 'olga');
  await find(page, captured.name);
  await page.getByRole('row', { name: captured.name }).tap();
  const accept = page.getByRole('button', { name: 'Accept' });
  await expect(accept).toBeInViewport();
  expect((await accept.boundingBox())?.height).toBeGreaterThanOrEqual(44);
  await accept.tap();
  await expect(page.getByText(`Accepted: ${captured.name}`)).toBeVisible();
  await phone.close();
});
