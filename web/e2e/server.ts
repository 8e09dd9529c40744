/** Starts the real binary with demo data for the whole run, and stops it after. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BATON = process.env.BATON ?? '../target/debug/baton';
/** The demo lives through a month before it serves. */
const READY_MS = 600_000;

export default async function start(): Promise<() => Promise<void>> {
  // A server that is there already is used as it is.
  if (process.env.BATON_URL) return async () => {};
  const folder = mkdtempSync(join(tmpdir(), 'baton-e2e-'));
  const args = ['demo', '--listen', '127.0.0.1:0', '--data', folder];
  const child = spawn(BATON, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  process.env.BATON_URL = await address(child);
  return async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
}

function address(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = '';
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`baton did not start:\n${heard}`));
    }, READY_MS);
    child.once('exit', (code) => reject(new Error(`baton ended with ${code}:\n${heard}`)));
    child.stderr?.on('data', (chunk: Buffer) => {
      heard += chunk.toString();
      const found = /Open (http:\/\/\S+)/.exec(heard)?.[1];
      if (!found) return;
      clearTimeout(timer);
      resolve(found);
    });
  });
}
