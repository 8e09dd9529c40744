import { printed, useKeyOf } from '../app/commands';

/** The key of a command, beside its name. */
export function Hint({ command, onAccent }: { command: string; onAccent?: boolean }) {
  const key = useKeyOf(command);
  return key ? <Keys of={key} onAccent={onAccent ?? false} /> : null;
}

/** Keys as they are printed on keyboards. */
export function Keys({ of, onAccent }: { of: string; onAccent?: boolean }) {
  return (
    <span className="hint-keys" data-on-accent={onAccent || undefined} aria-hidden>
      {printed(of).map((name) => (
        <kbd key={name} className="hint">
          {name}
        </kbd>
      ))}
    </span>
  );
}
