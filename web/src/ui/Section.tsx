import { Title } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props {
  title: string;
  aside?: ReactNode;
  card?: boolean;
  children: ReactNode;
}

/** A part of a page under its own heading. */
export function Section({ title, aside, card, children }: Props) {
  return (
    <section className={card ? 'card' : undefined} style={card ? { padding: 16 } : undefined}>
      <div
        style={{
          display: 'flex',
          alignItems: 'baseline',
          justifyContent: 'space-between',
          gap: 12,
          marginBottom: 8,
        }}
      >
        <Title order={2}>{title}</Title>
        {aside && (
          <span className="muted numbers" style={{ fontSize: 12 }}>
            {aside}
          </span>
        )}
      </div>
      {children}
    </section>
  );
}
