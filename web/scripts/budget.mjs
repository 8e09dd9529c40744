// How much a browser loads for each screen, compressed with gzip, against its budget.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const DIST = new URL('../dist/', import.meta.url);
const KILOBYTE = 1000;
const CSS_MAX = 45;
const SCREEN_MAX = 420;
/** Screens with a budget of their own, by the source of their route. */
const SCREENS = { 'src/features/inbox/InboxPage.tsx': 230 };

const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', DIST), 'utf8'));
const size = (file) => gzipSync(readFileSync(new URL(file, DIST)), { level: 9 }).length / KILOBYTE;

/** Every file that is loaded with `key` before it can be shown. */
function closure(key, files = new Set()) {
  const entry = manifest[key];
  if (!entry || files.has(entry.file)) return files;
  files.add(entry.file);
  for (const css of entry.css ?? []) files.add(css);
  for (const next of entry.imports ?? []) closure(next, files);
  return files;
}

const total = (files, end) =>
  [...files].filter((it) => it.endsWith(end)).reduce((sum, it) => sum + size(it), 0);

let failed = false;
const shell = closure('index.html');
const screens = Object.keys(manifest).filter((it) => /^src\/features\/.*Page\.tsx$/.test(it));
for (const screen of screens) {
  const files = new Set([...shell, ...closure(screen)]);
  const [js, css] = [total(files, '.js'), total(files, '.css')];
  const most = SCREENS[screen] ?? SCREEN_MAX;
  const over = most < js || CSS_MAX < css;
  failed ||= over;
  const figures = `js ${js.toFixed(1)} of ${most} kB, css ${css.toFixed(1)} of ${CSS_MAX} kB`;
  process.stdout.write(`${over ? 'OVER' : 'ok  '} ${screen}: ${figures}\n`);
}
if (failed || screens.length === 0) process.exit(1);
