/** WCAG 2.2 A and AA, in both schemes and on a phone. */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** No violation in what is shown now. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  const told = violations.map((it) => {
    const places = it.nodes.map((node) => `    ${node.target.join(' ')}\n${node.failureSummary}`);
    return `${it.id}: ${it.help}\n${places.join('\n')}`;
  });
  expect(told.join('\n'), what).toBe('');
}

/** The same in light, in dark and 390 pixels wide. */
export async function expectAccessibleEverywhere(page: Page, what: string): Promise<void> {
  const size = page.viewportSize() ?? { width: 1440, height: 900 };
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page, `${what}, ${colorScheme}`);
  }
  await page.setViewportSize({ width: 390, height: 844 });
  await expectAccessible(page, `${what}, narrow`);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow, `${what} fits into 390 pixels`).toBeLessThanOrEqual(0);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(size);
}
