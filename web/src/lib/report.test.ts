import { expect, it } from 'vitest';
import { readReport } from './report';

const share = { numerator: 170, denominator: 273, value: 0.62, low: 0.56, high: 0.68 };
const metrics = (handoffs: number) => ({ handoffs, open_handoffs: 3, acceptance: share });

it('reads figures with what they count, and adds rejections up over sources', () => {
  const report = readReport({
    minimum: 20,
    total: metrics(411),
    tables: [
      {
        dimension: 'reason',
        groups: [
          { name: 'a', metrics: metrics(5) },
          { name: 'b', label: 'B', metrics: metrics(9) },
        ],
      },
    ],
    rejections: [
      { reason: 'a', reject_reason: 'no_budget', count: 10 },
      { reason: 'a', reject_reason: 'spam', count: 12 },
      { reason: 'b', reject_reason: 'no_budget', count: 4 },
    ],
  });
  expect(report.total.acceptance).toEqual({ of: 170, n: 273, value: 0.62, low: 0.56, high: 0.68 });
  expect(report.sources.map((it) => it.label)).toEqual(['B', 'a']);
  expect(report.rejections).toEqual([
    { reason: 'no_budget', count: 14 },
    { reason: 'spam', count: 12 },
  ]);
});

it('shows no share of nothing', () => {
  const nothing = { numerator: 0, denominator: 0, value: 0 };
  expect(readReport({ total: { acceptance: nothing } }).total.acceptance.value).toBeNull();
  expect(readReport(undefined).sources).toEqual([]);
});
