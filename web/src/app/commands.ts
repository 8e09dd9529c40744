/**
 * Commands: each is declared once by the screen that has it. The palette, the keys, the help and
 * the hints on buttons read the same list.
 */
import { useEffect, useRef, useSyncExternalStore } from 'react';
import type { Key } from '../lib/i18n';
import { preferences } from './preferences';

export interface Command {
  readonly id: string;
  readonly label: Key;
  readonly group: 'go' | 'lead' | 'list' | 'app';
  /** `a`, `shift+a`, `mod+k`, or one after the other: `g i`. More than one is a list. */
  readonly keys?: readonly string[];
  /** Whether it is for keys alone, such as moving in a list. */
  readonly keysOnly?: boolean;
  readonly run: () => void;
}

/** How long the second key of a pair may take. */
const PAIR_MS = 1200;

let stacks: (readonly Command[])[] = [];
let all: readonly Command[] = [];
const listeners = new Set<() => void>();

function changed(): void {
  // What was declared last wins: a screen may mean something of its own with a key.
  const seen = new Set<string>();
  all = stacks
    .toReversed()
    .flat()
    .filter((it) => !seen.has(it.id) && seen.add(it.id));
  for (const listener of listeners) listener();
}

/** Declares the commands of a component for as long as it is shown. */
export function useCommands(commands: readonly Command[]): void {
  // Only the newest `run` counts: what is declared changes with ids and keys alone.
  const newest = useRef(commands);
  newest.current = commands;
  const shape = commands.map((it) => `${it.id}:${it.keys?.join()}`).join(';');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the shape stands for the commands
  useEffect(() => {
    const stack = newest.current.map((command, at) => ({
      ...command,
      run: () => newest.current[at]?.run(),
    }));
    stacks = [...stacks, stack];
    changed();
    return () => {
      stacks = stacks.filter((it) => it !== stack);
      changed();
    };
  }, [shape]);
}

/** Every command there is now, the innermost first. */
export const useAllCommands = (): readonly Command[] =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => all,
  );

/** The first key of a command, for a hint on its button. */
export function useKeyOf(id: string): string | undefined {
  const found = useAllCommands().find((it) => it.id === id);
  return found?.keys?.[0];
}

/** Runs a command by its id. */
export function runCommand(id: string): void {
  all.find((it) => it.id === id)?.run();
}

/** Listens for keys on the whole page. */
export function useKeys(): void {
  useEffect(() => {
    let pending = '';
    let since = 0;
    const press = (event: KeyboardEvent) => {
      if (
        event.defaultPrevented ||
        event.isComposing ||
        (event.repeat && event.key.length > 1 && !event.key.startsWith('Arrow'))
      )
        return;
      const stroke = strokeOf(event);
      const isPlain = !stroke.startsWith('mod+');
      if (isPlain && (isTyping(event.target) || isCovered(event.target))) return;
      if (isPlain && event.key.length === 1 && !preferences().letterKeys) return;
      const pair = event.timeStamp - since < PAIR_MS ? `${pending} ${stroke}` : stroke;
      const hit =
        all.find((it) => it.keys?.includes(pair)) ?? all.find((it) => it.keys?.includes(stroke));
      pending = stroke;
      since = event.timeStamp;
      // A button that has the focus keeps Enter for itself.
      if (!hit || (stroke === 'enter' && isButton(event.target))) return;
      event.preventDefault();
      pending = '';
      hit.run();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
}

/** A press as it is written in a command. */
export function strokeOf(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>,
): string {
  const key = event.key.toLowerCase();
  // With Shift a sign is another sign already; only letters and named keys need to say so.
  const shift = event.shiftKey && (/^[a-z]$/.test(key) || key.length > 1) ? 'shift+' : '';
  const mod = event.ctrlKey || event.metaKey ? 'mod+' : '';
  return `${mod}${event.altKey ? 'alt+' : ''}${shift}${key}`;
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
  !/^(checkbox|radio|button)$/.test((target as HTMLInputElement).type ?? '');

/** Menus and dialogs keep their keys for themselves. */
const isCovered = (target: EventTarget | null): boolean =>
  (target instanceof Element &&
    target.closest('[role=dialog],[role=menu],[role=listbox]') !== null) ||
  document.querySelector('[data-covers-page]') !== null;

const isButton = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('button,a,[role=button]') !== null;

const NAMES: Readonly<Record<string, string>> = {
  arrowdown: '↓',
  arrowup: '↑',
  escape: 'Esc',
  enter: '↵',
  home: 'Home',
  end: 'End',
};

/** A key as it is printed on keyboards: `Shift A`, `G I`, `⌘ K`. */
export function printed(keys: string): readonly string[] {
  const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
  const one = (key: string) => {
    if (key === 'mod') return isMac ? '⌘' : 'Ctrl';
    if (key === 'shift') return 'Shift';
    return NAMES[key] ?? key.toUpperCase();
  };
  return keys.split(' ').flatMap((it) => (it === '+' ? ['+'] : it.split('+').map(one)));
}
