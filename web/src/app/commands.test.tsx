import { fireEvent, render } from '@testing-library/react';
import { beforeEach, expect, it, vi } from 'vitest';
import { type Command, printed, useCommands, useKeys } from './commands';
import { setPreferences } from './preferences';

const accept = vi.fn();
const go = vi.fn();
const commands: Command[] = [
  { id: 'lead.accept', label: 'deed.accept', group: 'lead', keys: ['a'], run: accept },
  { id: 'go.inbox', label: 'nav.inbox.go', group: 'go', keys: ['g i'], run: go },
];

function Screen() {
  useKeys();
  useCommands(commands);
  return <input aria-label="name" />;
}

beforeEach(() => {
  accept.mockClear();
  go.mockClear();
  setPreferences({ letterKeys: true });
});

it('runs a command by its key, but not while somebody types', () => {
  const { getByLabelText } = render(<Screen />);
  fireEvent.keyDown(document.body, { key: 'a' });
  fireEvent.keyDown(getByLabelText('name'), { key: 'a' });
  fireEvent.keyDown(document.body, { key: 'a', ctrlKey: true });
  expect(accept).toHaveBeenCalledOnce();
});

it('runs a command of two keys, and only in their order', () => {
  render(<Screen />);
  fireEvent.keyDown(document.body, { key: 'i' });
  fireEvent.keyDown(document.body, { key: 'g' });
  expect(go).not.toHaveBeenCalled();
  fireEvent.keyDown(document.body, { key: 'i' });
  expect(go).toHaveBeenCalledOnce();
});

it('leaves single letters alone where the person wants that', () => {
  setPreferences({ letterKeys: false });
  render(<Screen />);
  fireEvent.keyDown(document.body, { key: 'a' });
  expect(accept).not.toHaveBeenCalled();
});

it('prints keys as they stand on keyboards', () => {
  expect(printed('shift+a')).toEqual(['Shift', 'A']);
  expect(printed('g i')).toEqual(['G', 'I']);
  expect(printed('arrowdown')).toEqual(['↓']);
});
