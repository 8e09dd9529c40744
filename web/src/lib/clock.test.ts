import { describe, expect, it } from 'vitest';
import { type Clock, duration, stateOf, timeLeft } from './clock';

const at = (text: string) => Date.parse(text);
const clock: Clock = {
  duty: 'touch',
  due_at: '2026-11-23T09:00:00Z',
  at_risk_at: '2026-11-23T08:45:00Z',
  met: false,
  paused: false,
  resumes_at: null,
};

describe('the state of a clock', () => {
  it('goes from on track over at risk to overdue as the server said', () => {
    expect(stateOf(clock, at('2026-11-23T08:44:59Z'))).toBe('on_track');
    expect(stateOf(clock, at('2026-11-23T08:45:00Z'))).toBe('at_risk');
    expect(stateOf(clock, at('2026-11-23T09:00:00Z'))).toBe('overdue');
  });

  it('is met once the duty is done, however late', () => {
    expect(stateOf({ ...clock, met: true }, at('2026-11-24T09:00:00Z'))).toBe('met');
  });

  it('stands still while nobody works, and goes on by itself', () => {
    const closed = { ...clock, paused: true, resumes_at: '2026-11-23T08:00:00Z' };
    expect(stateOf(closed, at('2026-11-23T07:59:59Z'))).toBe('paused');
    expect(stateOf(closed, at('2026-11-23T08:00:00Z'))).toBe('on_track');
    expect(stateOf({ ...clock, paused: true }, at('2026-11-23T08:50:00Z'))).toBe('paused');
  });
});

describe('time left', () => {
  it('counts seconds below an hour', () => {
    expect(timeLeft(clock.due_at, at('2026-11-23T08:57:19Z'))).toBe('2:41');
    expect(timeLeft(clock.due_at, at('2026-11-23T08:59:59.400Z'))).toBe('0:01');
    expect(timeLeft(clock.due_at, at('2026-11-23T09:03:07Z'))).toBe('−3:07');
  });

  it('is shorter the longer it is', () => {
    expect(duration(3_600_000)).toBe('1 h 00 min');
    expect(duration(11_160_000)).toBe('3 h 06 min');
    expect(duration(90_000_000)).toBe('1 d 1 h');
  });
});
