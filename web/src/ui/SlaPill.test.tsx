import { act, render, screen } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import type { Clock } from '../lib/clock';
import { SlaPill } from './SlaPill';

const clock: Clock = {
  duty: 'acknowledge',
  due_at: '2026-11-23T09:00:00Z',
  at_risk_at: '2026-11-23T08:59:00Z',
  met: false,
  paused: false,
  resumes_at: null,
};

it('ticks by itself, and says its state in words', () => {
  vi.useFakeTimers({ now: Date.parse('2026-11-23T08:58:59Z') });
  render(<SlaPill clock={clock} />);
  expect(screen.getByText('1:01')).toBeTruthy();
  expect(screen.getByText(/Accept, on track/)).toBeTruthy();
  act(() => vi.advanceTimersByTime(2_000));
  expect(screen.getByText('0:59')).toBeTruthy();
  expect(screen.getByText(/Accept, at risk/)).toBeTruthy();
  act(() => vi.advanceTimersByTime(61_000));
  expect(screen.getByText('−0:02')).toBeTruthy();
});

it('says when a clock that stands still goes on', () => {
  vi.useFakeTimers({ now: Date.parse('2026-11-22T08:00:00Z') });
  render(<SlaPill clock={{ ...clock, paused: true, resumes_at: '2026-11-23T08:00:00Z' }} />);
  expect(screen.getByText(/Mon/)).toBeTruthy();
});
